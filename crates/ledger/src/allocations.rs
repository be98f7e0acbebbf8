use std::collections::{BTreeMap, HashMap};

use base::{Day, Money, Refusal};
use db::{Tx, p, placeholders};
use kit::Meta;

use crate::accounts::save;
use crate::disputes;
use crate::instalments;
use crate::reservations::{RESERVATION_ACT, free_of, reserved_by_credit};
use crate::rules;
use crate::types::{AccountRow, ActRef, Allocate, AllocationId, EntryId, OrderId, Side};

db::statements! {
    INSERT = "INSERT INTO ledger_allocation (company_id, id, account_id, debit_entry_id, credit_entry_id, \
        amount_minor, effective_date, reversal_of, act_kind, act_id, recorded_at, recorded_by, reason, \
        account_version) VALUES";
    GET = "SELECT a.id, a.account_id, a.debit_entry_id, a.credit_entry_id, a.amount_minor, a.effective_date, \
        a.act_kind, a.act_id, (SELECT e.held FROM ledger_entry e WHERE e.company_id = a.company_id \
        AND e.id = a.credit_entry_id), (SELECT r.id FROM ledger_allocation r WHERE r.company_id = a.company_id \
        AND r.reversal_of = a.id) FROM ledger_allocation a \
        WHERE a.company_id = $1 AND a.id = $2 AND a.reversal_of IS NULL";
    OF_ACT = "SELECT a.id, a.account_id, a.debit_entry_id, a.credit_entry_id, a.amount_minor, a.effective_date, \
        a.act_kind, a.act_id, (SELECT e.held FROM ledger_entry e WHERE e.company_id = a.company_id \
        AND e.id = a.credit_entry_id), NULL FROM ledger_allocation a \
        WHERE a.company_id = $1 AND a.act_kind = $2 AND a.act_id = $3 AND a.reversal_of IS NULL \
        AND NOT EXISTS (SELECT 1 FROM ledger_allocation r WHERE r.company_id = a.company_id \
        AND r.reversal_of = a.id) ORDER BY a.id";
    OF_ENTRY = "SELECT a.id, a.account_id, a.debit_entry_id, a.credit_entry_id, a.amount_minor, a.effective_date, \
        a.act_kind, a.act_id, (SELECT e.held FROM ledger_entry e WHERE e.company_id = a.company_id \
        AND e.id = a.credit_entry_id), NULL FROM ledger_allocation a \
        WHERE a.company_id = $1 AND (a.debit_entry_id = $2 OR a.credit_entry_id = $2) AND a.reversal_of IS NULL \
        AND NOT EXISTS (SELECT 1 FROM ledger_allocation r WHERE r.company_id = a.company_id \
        AND r.reversal_of = a.id) ORDER BY a.id";
    SET_OPEN = "UPDATE ledger_open_item SET open_minor = $3 WHERE company_id = $1 AND entry_id = $2";
    // What is left grows again; a row that was used up comes back with the due date in force.
    REOPEN = "INSERT INTO ledger_open_item \
        (company_id, entry_id, account_id, side, due_date, basis_date, order_id, open_minor, held) \
        SELECT e.company_id, e.id, e.account_id, $3, \
        COALESCE((SELECT d.due_date FROM ledger_due d WHERE d.company_id = e.company_id AND d.entry_id = e.id \
        ORDER BY d.seq DESC LIMIT 1), e.due_date), e.basis_date, e.order_id, $4, e.held \
        FROM ledger_entry e WHERE e.company_id = $1 AND e.id = $2 \
        ON CONFLICT (company_id, entry_id) DO UPDATE SET \
        open_minor = ledger_open_item.open_minor + excluded.open_minor";
}

struct Found {
    id: AllocationId,
    account: crate::AccountId,
    debit: EntryId,
    credit: EntryId,
    amount: i64,
    effective: Day,
    act_kind: String,
    act_id: i64,
    /// The credit is held apart.
    held: bool,
    undone_by: Option<AllocationId>,
}

db::from_row! { Found { id, account, debit, credit, amount, effective, act_kind, act_id, held, undone_by } }

/// What is left of an item while allocations are being made.
struct Left {
    account: crate::AccountId,
    side: i64,
    /// No new allocation may count before this day: the item's own date, or the day from which the
    /// last undo of one counts (until then the undone one used the room).
    free_from: Day,
    order: Option<OrderId>,
    before: i64,
    now: i64,
    /// What of a credit waits for orders.
    reserved: i64,
    /// A deposit or guarantee.
    held: bool,
}

/// The acts that may use a deposit or guarantee: its use for what is owed, its return, and its end.
const HELD_ACTS: [&str; 3] = ["deposit_use", "refund", "receipt_reversal"];

/// Joins debit items with credit items of a locked account.
///
/// # Errors
/// `ledger.not_open` when an item has nothing left or is not of this account and side;
/// `ledger.over_allocated` (a conflict, with what is open) when less is left than asked for;
/// `ledger.reserved_for_order` when what is left of a credit waits for an order; `ledger.held_apart` for a
/// deposit that the act may not use.
pub fn allocate(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &mut AccountRow,
    act: ActRef,
    wanted: &[Allocate],
    reason: &str,
) -> db::Result<Vec<AllocationId>> {
    let entries: Vec<EntryId> = wanted.iter().flat_map(|one| [one.debit, one.credit]).collect();
    let mut left = load_left(tx, &entries)?;
    if act.kind != RESERVATION_ACT {
        for (credit, reserved) in reserved_by_credit(tx, account)? {
            if let Some(item) = left.get_mut(&credit) {
                item.reserved = reserved;
            }
        }
    }
    let mut ids = Vec::with_capacity(wanted.len());
    let mut rows = Vec::with_capacity(wanted.len());
    for one in wanted {
        if one.amount <= 0 {
            return Err(Refusal::invalid("ledger.amount_not_positive").into());
        }
        let debit_from = take(&mut left, account, one.debit, Side::Debit, one.amount)?;
        let credit_from = take(&mut left, account, one.credit, Side::Credit, one.amount)?;
        if left.get(&one.credit).is_some_and(|item| item.held) {
            if !HELD_ACTS.contains(&act.kind) {
                return Err(Refusal::rule("ledger.held_apart").into());
            }
            account.held_credit -= one.amount;
        }
        let lock = meta.company.lock_date;
        let effective = rules::effective_date(debit_from, credit_from, lock, one.effective);
        let id: AllocationId = tx.next_id();
        ids.push(id);
        rows.push(p![
            id,
            account.id,
            one.debit,
            one.credit,
            one.amount,
            effective,
            None::<i64>,
            act.kind,
            act.id,
            meta.now,
            meta.user,
            reason,
            account.version + 1
        ]);
        account.open_debit -= one.amount;
        account.open_credit -= one.amount;
    }
    tx.push_rows(INSERT, rows)?;
    let closed = write_left(tx, account.id, &left)?;
    disputes::note_paid(tx, meta, account.id, &closed)?;
    save(tx, account)?;
    Ok(ids)
}

fn take(
    left: &mut HashMap<EntryId, Left>,
    account: &AccountRow,
    entry: EntryId,
    side: Side,
    amount: i64,
) -> Result<Day, Refusal> {
    let item = left
        .get_mut(&entry)
        .filter(|item| item.account == account.id && item.side == side.sign());
    let Some(item) = item else {
        return Err(Refusal::conflict("ledger.not_open").with("entry", entry));
    };
    if item.now < amount {
        let money = |minor| Money::new(minor, account.currency);
        return Err(Refusal::conflict("ledger.over_allocated")
            .with("entry", entry)
            .with("open", money(item.now))
            .with("wanted", money(amount)));
    }
    free_of(account, item.now - item.reserved, item.reserved, amount)?;
    item.now -= amount;
    Ok(item.free_from)
}

/// Chunks of few sizes, so that few distinct statements are prepared.
fn chunks<T: Copy>(all: &[T]) -> impl Iterator<Item = &[T]> {
    let mut rest = all;
    std::iter::from_fn(move || {
        let size = [256, 16, 1].into_iter().find(|size| *size <= rest.len())?;
        let (head, tail) = rest.split_at(size);
        rest = tail;
        Some(head)
    })
}

fn load_left(tx: &mut Tx<'_>, entries: &[EntryId]) -> db::Result<HashMap<EntryId, Left>> {
    let mut entries = entries.to_vec();
    entries.sort_unstable();
    entries.dedup();
    let mut left = HashMap::with_capacity(entries.len());
    for chunk in chunks(&entries) {
        let sql = format!(
            "SELECT i.entry_id, i.account_id, i.side, i.basis_date, i.order_id, i.open_minor, i.held, \
             (SELECT MAX(a.effective_date) FROM ledger_allocation a WHERE a.company_id = $1 \
             AND a.debit_entry_id = i.entry_id AND a.amount_minor < 0), \
             (SELECT MAX(a.effective_date) FROM ledger_allocation a WHERE a.company_id = $1 \
             AND a.credit_entry_id = i.entry_id AND a.amount_minor < 0) \
             FROM ledger_open_item i WHERE i.company_id = $1 AND i.entry_id IN ({}) ORDER BY i.entry_id",
            placeholders(2, chunk.len())
        );
        let params = chunk.iter().map(|entry| (*entry).into()).collect();
        type Item = (
            EntryId,
            crate::AccountId,
            i64,
            Day,
            Option<OrderId>,
            i64,
            bool,
            Option<Day>,
            Option<Day>,
        );
        for (entry, account, side, basis, order, open, held, debit_undone, credit_undone) in
            tx.all::<Item>(sql, params)?
        {
            let free_from = debit_undone
                .max(credit_undone)
                .map_or(basis, |undone| undone.max(basis));
            left.insert(
                entry,
                Left {
                    account,
                    side,
                    free_from,
                    order,
                    before: open,
                    now: open,
                    reserved: 0,
                    held,
                },
            );
        }
    }
    Ok(left)
}

/// Writes what is left; answers the items with nothing left.
fn write_left(
    tx: &mut Tx<'_>,
    account: crate::AccountId,
    left: &HashMap<EntryId, Left>,
) -> db::Result<Vec<EntryId>> {
    let mut closed = Vec::new();
    let mut orders = Vec::new();
    for (entry, item) in left.iter().filter(|(_, item)| item.now != item.before) {
        if item.now == 0 {
            closed.push(*entry);
        } else {
            tx.push(SET_OPEN, p![*entry, item.now])?;
        }
        orders.extend(item.order.filter(|_| item.side == Side::Debit.sign()));
    }
    closed.sort_unstable();
    for chunk in chunks(&closed) {
        let sql = format!(
            "DELETE FROM ledger_open_item WHERE company_id = $1 AND entry_id IN ({})",
            placeholders(2, chunk.len())
        );
        tx.push(sql, chunk.iter().map(|entry| (*entry).into()).collect())?;
    }
    instalments::follow(tx, account)?;
    refresh_orders(tx, orders)?;
    Ok(closed)
}

const RESERVED: &str = "COALESCE((SELECT CAST(SUM(r.amount_minor) AS BIGINT) FROM ledger_reservation r \
    WHERE r.company_id = $1 AND r.order_id = ledger_order.order_id), 0)";

/// The orders' outstanding amount and earliest due date follow their open items. What is reserved for an
/// order is as good as paid.
pub(crate) fn refresh_orders(tx: &mut Tx<'_>, mut orders: Vec<OrderId>) -> db::Result<()> {
    orders.sort_unstable();
    orders.dedup();
    for chunk in chunks(&orders) {
        let sql = format!(
            "UPDATE ledger_order SET \
             outstanding_minor = COALESCE((SELECT CASE WHEN SUM(i.open_minor) > {RESERVED} \
             THEN CAST(SUM(i.open_minor) AS BIGINT) - {RESERVED} ELSE 0 END FROM ledger_open_item i \
             WHERE i.company_id = $1 AND i.order_id = ledger_order.order_id AND i.side = 1), 0), \
             due_date = COALESCE((SELECT MIN(i.due_date) FROM ledger_open_item i \
             WHERE i.company_id = $1 AND i.order_id = ledger_order.order_id AND i.side = 1), due_date) \
             WHERE company_id = $1 AND order_id IN ({})",
            placeholders(2, chunk.len())
        );
        tx.push(sql, chunk.iter().map(|order| (*order).into()).collect())?;
    }
    Ok(())
}

/// Whether allocations that an act of this kind made are undone one by one; those of any other only with
/// that act.
pub fn undone_singly(act_kind: &str) -> bool {
    matches!(act_kind, "manual" | "receipt" | "deposit_use" | RESERVATION_ACT)
}

/// Undoes one allocation of a locked account, in any order: adds the row that takes it back.
///
/// # Errors
/// `ledger.allocation_not_found`; `ledger.allocation_undone` when it was undone already;
/// `ledger.allocation_of_act` when another act made it: that act is to be undone.
pub fn undo_allocation(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &mut AccountRow,
    allocation: AllocationId,
    reason: &str,
) -> db::Result<()> {
    let found = find(tx, allocation)?;
    if found.account != account.id {
        return Err(Refusal::not_found("ledger.allocation_not_found").into());
    }
    if found.undone_by.is_some() {
        return Err(Refusal::conflict("ledger.allocation_undone").into());
    }
    if !undone_singly(&found.act_kind) {
        return Err(Refusal::rule("ledger.allocation_of_act")
            .with("act", &found.act_kind)
            .into());
    }
    undo(tx, meta, account, &[found], reason)
}

/// Undoes what an act allocated and is not undone yet; answers how many allocations that were.
pub fn undo_act(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &mut AccountRow,
    act: ActRef,
    reason: &str,
) -> db::Result<usize> {
    let found: Vec<Found> = tx.all(OF_ACT, p![act.kind, act.id])?;
    undo(tx, meta, account, &found, reason)?;
    Ok(found.len())
}

/// Which allocations of an entry an act may undo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undo {
    /// Those that a person may undo one by one; any other refuses.
    Singly,
    /// Whoever made them: the entry did not come true (a payment bounced).
    Every,
}

/// Undoes everything an entry is allocated to, as one unit; answers how many allocations that were.
///
/// # Errors
/// `ledger.allocation_of_act` with [`Undo::Singly`] where another act made one.
pub fn undo_of_entry(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &mut AccountRow,
    entry: EntryId,
    which: Undo,
    reason: &str,
) -> db::Result<usize> {
    let found: Vec<Found> = tx.all(OF_ENTRY, p![entry])?;
    let other = found
        .iter()
        .find(|one| which == Undo::Singly && !undone_singly(&one.act_kind));
    if let Some(other) = other {
        return Err(Refusal::rule("ledger.allocation_of_act")
            .with("act", &other.act_kind)
            .into());
    }
    undo(tx, meta, account, &found, reason)?;
    Ok(found.len())
}

fn find(tx: &mut Tx<'_>, allocation: AllocationId) -> db::Result<Found> {
    tx.opt(GET, p![allocation])?
        .ok_or_else(|| Refusal::not_found("ledger.allocation_not_found").into())
}

fn undo(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &mut AccountRow,
    found: &[Found],
    reason: &str,
) -> db::Result<()> {
    let mut rows = Vec::with_capacity(found.len());
    let mut debits = Vec::with_capacity(found.len());
    let mut reopened: BTreeMap<EntryId, (Side, i64)> = BTreeMap::new();
    for one in found {
        let id: AllocationId = tx.next_id();
        let from = rules::reversed_on(meta.today, one.effective, meta.company.lock_date);
        rows.push(p![
            id,
            account.id,
            one.debit,
            one.credit,
            -one.amount,
            from,
            one.id,
            &one.act_kind,
            one.act_id,
            meta.now,
            meta.user,
            reason,
            account.version + 1
        ]);
        reopened.entry(one.debit).or_insert((Side::Debit, 0)).1 += one.amount;
        reopened.entry(one.credit).or_insert((Side::Credit, 0)).1 += one.amount;
        account.open_debit += one.amount;
        account.open_credit += one.amount;
        if one.held {
            account.held_credit += one.amount;
        }
        debits.push(one.debit);
    }
    for (entry, (side, amount)) in reopened {
        tx.push(REOPEN, p![entry, side.sign(), amount])?;
    }
    tx.push_rows(INSERT, rows)?;
    instalments::follow(tx, account.id)?;
    refresh_orders_of(tx, &debits)?;
    disputes::note_reopened(tx, meta, account.id, &debits)?;
    save(tx, account)
}

pub(crate) fn refresh_orders_of(tx: &mut Tx<'_>, entries: &[EntryId]) -> db::Result<()> {
    let mut orders = Vec::new();
    for chunk in chunks(entries) {
        let sql = format!(
            "SELECT order_id FROM ledger_entry WHERE company_id = $1 AND order_id IS NOT NULL AND id IN ({})",
            placeholders(2, chunk.len())
        );
        let params = chunk.iter().map(|entry| (*entry).into()).collect();
        orders.extend(tx.all::<OrderId>(sql, params)?);
    }
    refresh_orders(tx, orders)
}
