use base::{Day, Refusal};
use db::{Tx, p};
use kit::Meta;

use crate::accounts::{not_locked, save};
use crate::allocations::refresh_orders;
use crate::billing;
use crate::holidays;
use crate::instalments;
use crate::types::{AccountRow, EntryId, EntryKind, EntryRow, NewEntry, Side};

db::statements! {
    INSERT = "INSERT INTO ledger_entry (company_id, id, account_id, kind, amount_minor, basis_date, due_date, \
        statement_date, recorded_at, recorded_by, internal, order_id, document_kind, document_id, document_no, \
        refers_to, reversal_of, reason, held, account_version, ship_to_id) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)";
    GET = "SELECT id, account_id, kind, amount_minor, basis_date, due_date, statement_date, internal, order_id, \
        document_kind, document_id, document_no, reversal_of FROM ledger_entry WHERE company_id = $1 AND id = $2";
    INSERT_OPEN = "INSERT INTO ledger_open_item \
        (company_id, entry_id, account_id, side, due_date, basis_date, order_id, open_minor, held) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    ADD_TO_ORDER = "INSERT INTO ledger_order \
        (company_id, order_id, account_id, billed_minor, outstanding_minor, due_date) \
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (company_id, order_id) DO UPDATE SET \
        billed_minor = ledger_order.billed_minor + excluded.billed_minor, \
        due_date = CASE WHEN excluded.outstanding_minor > 0 AND (ledger_order.outstanding_minor = 0 \
            OR excluded.due_date < ledger_order.due_date) THEN excluded.due_date ELSE ledger_order.due_date END, \
        outstanding_minor = ledger_order.outstanding_minor + excluded.outstanding_minor";
    INSERT_DUE = "INSERT INTO ledger_due (company_id, entry_id, valid_from, seq, due_date) \
        SELECT $1, $2, $3, COALESCE(MAX(seq), 0) + 1, $4 FROM ledger_due \
        WHERE company_id = $1 AND entry_id = $2";
    // An item on a plan stays due by its instalments.
    UPDATE_OPEN_DUE = "UPDATE ledger_open_item SET due_date = COALESCE((SELECT MIN(n.due_date) \
        FROM ledger_instalment n WHERE n.company_id = $1 AND n.entry_id = $2 AND n.valid_to IS NULL \
        AND n.row_no > 0 AND n.after_minor < ledger_open_item.open_minor), $3) \
        WHERE company_id = $1 AND entry_id = $2";
    UPDATE_ORDER_DUE = "UPDATE ledger_order SET due_date = COALESCE((SELECT MIN(i.due_date) \
        FROM ledger_open_item i WHERE i.company_id = $1 AND i.order_id = ledger_order.order_id \
        AND i.side = 1), due_date) WHERE company_id = $1 AND order_id IN \
        (SELECT e.order_id FROM ledger_entry e WHERE e.company_id = $1 AND e.id = $2)";
}

/// No entry is dated before it: such a year is a slip of the hand, and every period since then would
/// have to be planned.
pub const EARLIEST: Day = Day::EPOCH;

/// No entry is larger, in minor units, either way: sums over a company then fit their columns.
pub const LARGEST: i64 = 1_000_000_000_000_000;

/// Adds an entry to a locked account and keeps everything that follows from it: balance, open item,
/// the order's figures, the owed statement work. The due date is provisional until a statement
/// fixes it: the account's terms applied to the planned cut-off.
///
/// # Errors
/// `ledger.period_locked` when the basis date is in a locked period, `ledger.date_too_early` before
/// [`EARLIEST`], `ledger.amount_too_large` beyond [`LARGEST`].
pub fn append(tx: &mut Tx<'_>, meta: &Meta, account: &mut AccountRow, new: NewEntry) -> db::Result<EntryId> {
    not_locked(meta, new.basis_date)?;
    plausible(&new)?;
    let id: EntryId = tx.next_id();
    let due = due_date(tx, account, &new)?;
    tx.push(
        INSERT,
        p![
            id,
            account.id,
            new.kind.as_str(),
            new.amount,
            new.basis_date,
            due,
            new.statement_date,
            meta.now,
            meta.user,
            new.internal,
            new.order,
            new.document.kind,
            new.document.id,
            &new.document.no,
            new.refers_to,
            new.reversal_of,
            &new.reason,
            new.held,
            account.version + 1,
            new.ship_to
        ],
    )?;
    add_balance(account, new.amount)?;
    if new.held {
        account.held_credit -= new.amount.min(0);
    }
    if new.amount != 0 {
        let (side, open) = (Side::of(new.amount).sign(), new.amount.abs());
        tx.push(
            INSERT_OPEN,
            p![
                id,
                account.id,
                side,
                due,
                new.basis_date,
                new.order,
                open,
                new.held
            ],
        )?;
    }
    if let Some(order) = new.order {
        let bills = new.kind.is_billing() || new.kind == EntryKind::Opening;
        let billed = if bills { new.amount } else { 0 };
        tx.push(
            ADD_TO_ORDER,
            p![order, account.id, billed, new.amount.max(0), due],
        )?;
        if account.reserved_credit > 0 {
            refresh_orders(tx, vec![order])?;
        }
    }
    billing::note_entry(tx, account, &new, id)?;
    save(tx, account)?;
    Ok(id)
}

fn plausible(new: &NewEntry) -> Result<(), Refusal> {
    if new.basis_date < EARLIEST || new.statement_date.is_some_and(|day| day < EARLIEST) {
        return Err(Refusal::invalid("ledger.date_too_early").with("earliest", EARLIEST));
    }
    if !(-LARGEST..=LARGEST).contains(&new.amount) {
        return Err(Refusal::invalid("ledger.amount_too_large"));
    }
    Ok(())
}

fn due_date(tx: &mut Tx<'_>, account: &AccountRow, new: &NewEntry) -> db::Result<Day> {
    if let Some(due) = new.due_date {
        return Ok(due);
    }
    // A credit is due at once: it has no terms.
    if new.amount <= 0 {
        return Ok(new.basis_date);
    }
    let day = new.statement_date.unwrap_or(new.basis_date);
    let schedule = account.schedule()?;
    let holidays = holidays::of_account(tx, account)?;
    Ok(schedule.provisional_due(day, &holidays))
}

fn add_balance(account: &mut AccountRow, amount: i64) -> db::Result<()> {
    let too_large = || Refusal::invalid("ledger.amount_too_large");
    account.balance = account.balance.checked_add(amount).ok_or_else(too_large)?;
    let side = if amount < 0 {
        &mut account.open_credit
    } else {
        &mut account.open_debit
    };
    *side = side.checked_add(amount.abs()).ok_or_else(too_large)?;
    Ok(())
}

pub fn entry(tx: &mut Tx<'_>, id: EntryId) -> db::Result<EntryRow> {
    tx.opt(GET, p![id])?
        .ok_or_else(|| Refusal::not_found("ledger.entry_not_found").into())
}

/// Fixes later due dates, each a fact that counts from today on.
pub fn set_due(tx: &mut Tx<'_>, meta: &Meta, dues: &[(EntryId, Day)]) -> db::Result<()> {
    for (entry, due) in dues {
        tx.push(INSERT_DUE, p![*entry, meta.today, *due])?;
        tx.push(UPDATE_OPEN_DUE, p![*entry, *due])?;
        tx.push(UPDATE_ORDER_DUE, p![*entry])?;
    }
    match dues.first() {
        Some((entry, _)) => instalments::follow_due(tx, *entry),
        None => Ok(()),
    }
}
