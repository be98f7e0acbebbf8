//! Items that fall due in parts. The item's open amount stays the only figure: its rows are filled in
//! their order, and the item's due date is that of the first row with something left.

use std::collections::HashSet;

use base::{Day, Id, Money, Refusal};
use db::{Tx, p, placeholders};
use kit::Meta;

use crate::allocations::refresh_orders_of;
use crate::queries::open_items_where;
use crate::rules;
use crate::types::{AccountId, AccountRow, EntryId, Side};

/// Marks the identity of a version of a payment plan; the plan itself is the business of `receivables`.
pub enum PlanMark {}
pub type PlanId = Id<PlanMark>;

db::statements! {
    INSERT = "INSERT INTO ledger_instalment (company_id, entry_id, plan_id, row_no, account_id, due_date, \
        amount_minor, after_minor, missed_from, valid_from, valid_to) VALUES";
    ITEMS = "SELECT DISTINCT entry_id FROM ledger_instalment \
        WHERE company_id = $1 AND plan_id = $2 AND valid_to IS NULL ORDER BY entry_id";
    END = "UPDATE ledger_instalment SET valid_to = $3 \
        WHERE company_id = $1 AND plan_id = $2 AND valid_to IS NULL";
    // Only items of the account that are on a plan; most accounts have none.
    FOLLOW = "UPDATE ledger_open_item SET due_date = (SELECT MIN(n.due_date) FROM ledger_instalment n \
        WHERE n.company_id = $1 AND n.entry_id = ledger_open_item.entry_id AND n.valid_to IS NULL \
            AND n.after_minor < ledger_open_item.open_minor) \
        WHERE company_id = $1 AND entry_id IN (SELECT n.entry_id FROM ledger_instalment n \
            WHERE n.company_id = $1 AND n.account_id = $2 AND n.valid_to IS NULL)";
    // Without a plan the latest due date in force counts.
    UNFOLLOW = "UPDATE ledger_open_item SET due_date = COALESCE((SELECT d.due_date FROM ledger_due d \
            WHERE d.company_id = $1 AND d.entry_id = ledger_open_item.entry_id ORDER BY d.seq DESC LIMIT 1), \
        (SELECT e.due_date FROM ledger_entry e WHERE e.company_id = $1 AND e.id = ledger_open_item.entry_id)) \
        WHERE company_id = $1 AND entry_id = $2";
    // The due date without a plan, as it stands for the account of an entry.
    FOLLOW_DUE = "UPDATE ledger_instalment SET due_date = COALESCE((SELECT d.due_date FROM ledger_due d \
            WHERE d.company_id = $1 AND d.entry_id = ledger_instalment.entry_id ORDER BY d.seq DESC LIMIT 1), \
            due_date) \
        WHERE company_id = $1 AND row_no = 0 AND valid_to IS NULL \
        AND account_id = (SELECT e.account_id FROM ledger_entry e WHERE e.company_id = $1 AND e.id = $2)";
}

/// When part of an open amount falls due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instalment {
    pub due_date: Day,
    /// More than 0.
    pub amount: i64,
    /// From this day on, while something is left of the row, it holds new credit.
    pub missed_from: Option<Day>,
}

/// Makes open items of a locked account fall due by a plan: together its rows are exactly what is open
/// on them. The rows are filled item by item, in the order of the items.
///
/// # Errors
/// `ledger.not_open` when an item is not an open debit of the account; `ledger.item_on_plan` when one is
/// on a plan already; `ledger.instalments_differ` when the rows come to another sum than is open.
pub fn agree_instalments(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &AccountRow,
    plan: PlanId,
    entries: &[EntryId],
    rows: &[Instalment],
) -> db::Result<()> {
    let mut items = open_items_where(tx, entries)?;
    items.sort_by_key(|item| (item.due_date, item.basis_date, item.entry));
    for entry in entries {
        let found = items.iter().find(|item| item.entry == *entry);
        if found.is_none_or(|item| item.side != Side::Debit.sign()) {
            return Err(Refusal::conflict("ledger.not_open").with("entry", entry).into());
        }
    }
    let mut on_plan = on_plan(tx, entries)?;
    if let Some(entry) = on_plan.drain().next() {
        return Err(Refusal::conflict("ledger.item_on_plan")
            .with("entry", entry)
            .into());
    }
    let open: Vec<(EntryId, i64)> = items.iter().map(|item| (item.entry, item.open)).collect();
    let owed: i64 = open.iter().map(|(_, open)| open).sum();
    let agreed: i64 = rows.iter().map(|row| row.amount).sum();
    if owed != agreed || rows.iter().any(|row| row.amount <= 0) {
        return Err(Refusal::conflict("ledger.instalments_differ")
            .with("open", Money::new(owed, account.currency))
            .with("agreed", Money::new(agreed, account.currency))
            .into());
    }
    let from = rules::counts_from(meta.today, meta.company.lock_date);
    let mut written = Vec::new();
    let none = None::<Day>;
    for (entry, mut left, shares) in rules::spread(&open, rows) {
        let before = items.iter().find(|item| item.entry == entry);
        let before = before.map_or(meta.today, |item| item.due_date);
        written.push(p![
            entry, plan, 0_i64, account.id, before, 0_i64, left, none, from, none
        ]);
        for (number, row) in shares {
            left -= row.amount;
            written.push(p![
                entry,
                plan,
                number,
                account.id,
                row.due_date,
                row.amount,
                left,
                row.missed_from,
                from,
                none
            ]);
        }
    }
    tx.push_rows(INSERT, written)?;
    follow(tx, account.id)?;
    refresh_orders_of(tx, entries)
}

/// Ends a version of a plan: what is left of its items is due as without it. Answers the items.
pub fn end_instalments(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &AccountRow,
    plan: PlanId,
) -> db::Result<Vec<EntryId>> {
    let entries: Vec<EntryId> = tx.all(ITEMS, p![plan])?;
    let until = rules::counts_from(meta.today, meta.company.lock_date);
    tx.push(END, p![plan, until])?;
    for entry in &entries {
        tx.push(UNFOLLOW, p![*entry])?;
    }
    follow(tx, account.id)?;
    refresh_orders_of(tx, &entries)?;
    Ok(entries)
}

/// The items of a version of a plan that is in force.
pub fn instalment_items(tx: &mut Tx<'_>, plan: PlanId) -> db::Result<Vec<EntryId>> {
    tx.all(ITEMS, p![plan])
}

/// Those of the entries that are on a plan.
fn on_plan(tx: &mut Tx<'_>, entries: &[EntryId]) -> db::Result<HashSet<EntryId>> {
    let mut found = HashSet::new();
    for chunk in entries.chunks(64) {
        let sql = format!(
            "SELECT DISTINCT entry_id FROM ledger_instalment WHERE company_id = $1 AND valid_to IS NULL \
             AND entry_id IN ({})",
            placeholders(2, chunk.len())
        );
        let params = chunk.iter().map(|entry| (*entry).into()).collect();
        found.extend(tx.all::<EntryId>(sql, params)?);
    }
    Ok(found)
}

/// After what is open changed: items on a plan are due by their first row with something left.
pub(crate) fn follow(tx: &mut Tx<'_>, account: AccountId) -> db::Result<()> {
    tx.push(FOLLOW, p![account])
}

/// After a due date changed: it is the one that counts once the plan ends. `entry`: any of the account.
pub(crate) fn follow_due(tx: &mut Tx<'_>, entry: EntryId) -> db::Result<()> {
    tx.push(FOLLOW_DUE, p![entry])
}
