//! What the ledger owes to statements.

use base::Day;
use db::{Tx, p};
use kit::Meta;

use crate::accounts::save;
use crate::types::{AccountId, AccountRow, EntryId, EntryKind, NewEntry};

db::statements! {
    INSERT_UNBILLED = "INSERT INTO ledger_unbilled (company_id, account_id, statement_date, entry_id) \
        VALUES ($1, $2, $3, $4)";
    INSERT_CLOSING = "INSERT INTO ledger_closing \
        (company_id, account_id, seq, trigger_entry_id, cause, statement_date) VALUES ($1, $2, $3, $4, $5, $6)";
    BILL_UP_TO = "DELETE FROM ledger_unbilled WHERE company_id = $1 AND account_id = $2 AND statement_date <= $3";
    BILL_ONE = "DELETE FROM ledger_unbilled WHERE company_id = $1 AND account_id = $2 AND statement_date = $3 \
        AND entry_id = $4";
    UNBILL = "INSERT INTO ledger_unbilled (company_id, account_id, statement_date, entry_id) \
        SELECT e.company_id, e.account_id, e.statement_date, e.id FROM ledger_entry e \
        WHERE e.company_id = $1 AND e.id = $2 AND e.statement_date IS NOT NULL AND e.internal = 0";
    CLOSINGS = "SELECT seq, trigger_entry_id, cause, statement_date FROM ledger_closing \
        WHERE company_id = $1 AND account_id = $2 ORDER BY seq";
    // The last entry that waits, where goods or charges are among those that do.
    LAST_OF_BATCH = "SELECT u.entry_id FROM ledger_unbilled u \
        JOIN ledger_entry e ON e.company_id = u.company_id AND e.id = u.entry_id \
        WHERE u.company_id = $1 AND u.account_id = $2 AND EXISTS (SELECT 1 FROM ledger_unbilled b \
            JOIN ledger_entry g ON g.company_id = b.company_id AND g.id = b.entry_id \
            WHERE b.company_id = $1 AND b.account_id = $2 AND g.kind IN ('sale', 'return', 'charge')) \
        ORDER BY e.recorded_at DESC, e.id DESC LIMIT 1";
    RECOUNT = "UPDATE ledger_account SET unbilled_minor = COALESCE((SELECT CAST(SUM(e.amount_minor) AS BIGINT) \
        FROM ledger_unbilled u JOIN ledger_entry e ON e.company_id = u.company_id AND e.id = u.entry_id \
        WHERE u.company_id = $1 AND u.account_id = $2 AND e.kind IN ('sale', 'return', 'charge')), 0) \
        WHERE company_id = $1 AND id = $2";
    DROP_CLOSINGS = "DELETE FROM ledger_closing WHERE company_id = $1 AND account_id = $2 AND seq <= $3";
}

/// An entry that is on no live statement.
#[derive(Clone, Debug)]
pub struct Unbilled {
    pub entry: EntryId,
    pub statement_date: Day,
    pub kind: EntryKind,
    pub amount: i64,
    pub basis_date: Day,
    pub due_date: Day,
    pub document_kind: String,
    pub document_id: i64,
    pub document_no: String,
    pub recorded_at: base::Instant,
    /// The name of the customer that got the goods, where another one pays; empty otherwise.
    pub ship_to: String,
}

db::from_row! { Unbilled {
    entry, statement_date, kind, amount, basis_date, due_date, document_kind, document_id, document_no, recorded_at,
    ship_to
} }

/// An event that closes a settlement period of an account, in the order of recording.
#[derive(Clone, Debug)]
pub struct Closing {
    pub seq: i64,
    pub trigger: EntryId,
    /// `document`, `batch` (the trigger is its last entry) or `threshold`.
    pub cause: String,
    pub statement_date: Day,
}

db::from_row! { Closing { seq, trigger, cause, statement_date } }

/// Owes a new entry to the next statement, and a closing where the cycle says that it closes one.
pub(crate) fn note_entry(
    tx: &mut Tx<'_>,
    account: &mut AccountRow,
    new: &NewEntry,
    id: EntryId,
) -> db::Result<()> {
    let (Some(statement_date), false) = (new.statement_date, new.internal) else {
        return Ok(());
    };
    tx.push(INSERT_UNBILLED, p![account.id, statement_date, id])?;
    if !new.kind.is_billing() {
        return Ok(());
    }
    account.unbilled += new.amount;
    let reached = account
        .closing_threshold
        .is_some_and(|threshold| account.unbilled >= threshold);
    let closes = match account.closing_trigger.as_str() {
        "document" => new.kind == EntryKind::Sale && new.reversal_of.is_none(),
        "threshold" => reached,
        _ => false,
    };
    if closes {
        account.closing_count += 1;
        account.unbilled = 0;
        let cause = account.closing_trigger.as_str();
        tx.push(
            INSERT_CLOSING,
            p![account.id, account.closing_count, id, cause, statement_date],
        )?;
    }
    Ok(())
}

/// A delivery of a locked account is being released: where the cycle is per batch, what waits is one
/// batch, and closed. Called before the delivery's own entry.
pub fn note_release(tx: &mut Tx<'_>, meta: &Meta, account: &mut AccountRow) -> db::Result<()> {
    if account.closing_trigger != "batch" {
        return Ok(());
    }
    let last: Option<EntryId> = tx.opt(LAST_OF_BATCH, p![account.id])?;
    let Some(last) = last else { return Ok(()) };
    // Released again before the batch has become a period.
    if closings(tx, account.id)?
        .iter()
        .any(|closing| closing.trigger == last)
    {
        return Ok(());
    }
    account.closing_count += 1;
    account.unbilled = 0;
    tx.push(
        INSERT_CLOSING,
        p![account.id, account.closing_count, last, "batch", meta.today],
    )?;
    save(tx, account)
}

/// Takes entries off the owed list, because a statement has them now. When it took everything up to
/// a day, `all_up_to` does it in one statement.
pub fn bill(
    tx: &mut Tx<'_>,
    account: AccountId,
    entries: &[Unbilled],
    all_up_to: Option<Day>,
) -> db::Result<()> {
    if let Some(day) = all_up_to {
        return tx.push(BILL_UP_TO, p![account, day]);
    }
    for item in entries {
        tx.push(BILL_ONE, p![account, item.statement_date, item.entry])?;
    }
    Ok(())
}

/// Puts entries back on the owed list: their statement is no longer live.
pub fn unbill(tx: &mut Tx<'_>, entries: &[EntryId]) -> db::Result<()> {
    for entry in entries {
        tx.push(UNBILL, p![*entry])?;
    }
    Ok(())
}

/// Closings of an account that no period has taken up, in the order of recording.
pub fn closings(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Vec<Closing>> {
    tx.all(CLOSINGS, p![account])
}

/// The closings up to a sequence number have become periods.
pub fn drop_closings(tx: &mut Tx<'_>, account: AccountId, up_to: i64) -> db::Result<()> {
    tx.push(DROP_CLOSINGS, p![account, up_to])
}

/// Counts anew what a threshold cycle counts, after a period was closed by anything but its threshold.
/// An `AccountRow` read before does not show it.
pub fn recount_unbilled(tx: &mut Tx<'_>, account: AccountId) -> db::Result<()> {
    tx.push(RECOUNT, p![account])
}
