use base::{Day, Instant};
use db::{Tx, p, placeholders};
use parties::CustomerId;
use serde::Serialize;

use crate::types::{AccountId, AllocationId, EntryId, EntryKind, OpenItem, Side};

macro_rules! open_item {
    ($condition:literal) => {
        concat!(
            "SELECT i.entry_id, i.side, i.due_date, i.basis_date, i.order_id, i.open_minor, e.kind, \
            e.amount_minor, e.internal, e.document_kind, e.document_id, e.document_no, i.held \
            FROM ledger_open_item i JOIN ledger_entry e ON e.company_id = i.company_id AND e.id = i.entry_id \
            WHERE i.company_id = $1 AND ",
            $condition,
            " ORDER BY i.due_date, i.basis_date, i.entry_id"
        )
    };
}

db::statements! {
    OPEN_ITEMS = open_item!("i.account_id = $2 AND i.side = $3");
    OPEN_ITEM = open_item!("i.entry_id = $2");
    // Both items of an allocation are of the account and dated by its effective date, so per
    // account the allocations that count by a day take the same from both sides.
    BALANCES_AS_OF = "SELECT a.id, a.customer_id, a.currency, COALESCE(e.balance, 0), \
        COALESCE(e.debits, 0) - COALESCE(l.taken, 0), COALESCE(e.credits, 0) - COALESCE(l.taken, 0) \
        FROM ledger_account a \
        LEFT JOIN (SELECT account_id, CAST(SUM(amount_minor) AS BIGINT) AS balance, \
            CAST(SUM(CASE WHEN amount_minor > 0 THEN amount_minor ELSE 0 END) AS BIGINT) AS debits, \
            CAST(SUM(CASE WHEN amount_minor < 0 THEN -amount_minor ELSE 0 END) AS BIGINT) AS credits \
            FROM ledger_entry WHERE company_id = $1 AND basis_date <= $2 GROUP BY account_id) e \
            ON e.account_id = a.id \
        LEFT JOIN (SELECT account_id, CAST(SUM(amount_minor) AS BIGINT) AS taken FROM ledger_allocation \
            WHERE company_id = $1 AND effective_date <= $2 GROUP BY account_id) l ON l.account_id = a.id \
        WHERE a.company_id = $1 ORDER BY a.id";
    // Open amounts and due dates as they counted on day $6.
    LEDGER = "SELECT e.id, e.kind, e.basis_date, \
        COALESCE((SELECT d.due_date FROM ledger_due d WHERE d.company_id = e.company_id AND d.entry_id = e.id \
            AND d.valid_from <= $6 ORDER BY d.seq DESC LIMIT 1), e.due_date), \
        e.document_kind, e.document_id, e.document_no, e.amount_minor, \
        CASE WHEN e.amount_minor < 0 THEN -e.amount_minor ELSE e.amount_minor END \
            - COALESCE((SELECT CAST(SUM(a.amount_minor) AS BIGINT) FROM ledger_allocation a \
                WHERE a.company_id = e.company_id AND a.debit_entry_id = e.id AND a.effective_date <= $6), 0) \
            - COALESCE((SELECT CAST(SUM(a.amount_minor) AS BIGINT) FROM ledger_allocation a \
                WHERE a.company_id = e.company_id AND a.credit_entry_id = e.id AND a.effective_date <= $6), 0), \
        e.internal, e.reason FROM ledger_entry e \
        WHERE e.company_id = $1 AND e.account_id = $2 AND (e.basis_date, e.id) < ($3, $4) \
        ORDER BY e.basis_date DESC, e.id DESC LIMIT $5";
    SUM_BEFORE = "SELECT COALESCE(CAST(SUM(amount_minor) AS BIGINT), 0) FROM ledger_entry \
        WHERE company_id = $1 AND account_id = $2 AND (basis_date, id) < ($3, $4)";
    OPEN_AT = "SELECT o.id, o.side, o.due_date, o.basis_date, o.order_id, o.open_minor, o.kind, o.amount_minor, \
        o.internal, o.document_kind, o.document_id, o.document_no, o.held FROM (SELECT e.id, \
        CASE WHEN e.amount_minor < 0 THEN -1 ELSE 1 END AS side, \
        COALESCE((SELECT d.due_date FROM ledger_due d WHERE d.company_id = e.company_id AND d.entry_id = e.id \
            AND d.valid_from <= $3 ORDER BY d.seq DESC LIMIT 1), e.due_date) AS due_date, \
        e.basis_date, e.order_id, CASE WHEN e.amount_minor < 0 THEN -e.amount_minor ELSE e.amount_minor END \
            - COALESCE((SELECT CAST(SUM(a.amount_minor) AS BIGINT) FROM ledger_allocation a \
                WHERE a.company_id = e.company_id AND a.debit_entry_id = e.id AND a.effective_date <= $3), 0) \
            - COALESCE((SELECT CAST(SUM(a.amount_minor) AS BIGINT) FROM ledger_allocation a \
                WHERE a.company_id = e.company_id AND a.credit_entry_id = e.id AND a.effective_date <= $3), 0) \
            AS open_minor, e.kind, e.amount_minor, e.internal, e.document_kind, e.document_id, e.document_no, e.held \
        FROM ledger_entry e WHERE e.company_id = $1 AND e.account_id = $2 AND e.basis_date <= $3) o \
        WHERE o.open_minor <> 0 ORDER BY o.due_date, o.basis_date, o.id";
    ALLOCATIONS_OF_DEBIT = "SELECT a.id, a.amount_minor, a.effective_date, a.act_kind, a.recorded_at, a.reason, \
        e.id, e.kind, e.document_kind, e.document_id, e.document_no, e.basis_date, r.effective_date \
        FROM ledger_allocation a JOIN ledger_entry e ON e.company_id = a.company_id AND e.id = a.credit_entry_id \
        LEFT JOIN ledger_allocation r ON r.company_id = a.company_id AND r.reversal_of = a.id \
        WHERE a.company_id = $1 AND a.debit_entry_id = $2 AND a.reversal_of IS NULL ORDER BY a.id";
    ALLOCATIONS_OF_CREDIT = "SELECT a.id, a.amount_minor, a.effective_date, a.act_kind, a.recorded_at, a.reason, \
        e.id, e.kind, e.document_kind, e.document_id, e.document_no, e.basis_date, r.effective_date \
        FROM ledger_allocation a JOIN ledger_entry e ON e.company_id = a.company_id AND e.id = a.debit_entry_id \
        LEFT JOIN ledger_allocation r ON r.company_id = a.company_id AND r.reversal_of = a.id \
        WHERE a.company_id = $1 AND a.credit_entry_id = $2 AND a.reversal_of IS NULL ORDER BY a.id";
}

/// Open items of one side, in the order in which the oldest is paid first.
pub fn open_items(tx: &mut Tx<'_>, account: AccountId, side: Side) -> db::Result<Vec<OpenItem>> {
    tx.all(OPEN_ITEMS, p![account, side.sign()])
}

/// Those of the entries that have something left.
pub fn open_items_where(tx: &mut Tx<'_>, entries: &[EntryId]) -> db::Result<Vec<OpenItem>> {
    let mut items = Vec::with_capacity(entries.len());
    for chunk in entries.chunks(64) {
        let condition = format!("i.entry_id IN ({})", placeholders(2, chunk.len()));
        let sql = OPEN_ITEM.text().replace("i.entry_id = $2", &condition);
        items.extend(tx.all::<OpenItem>(sql, chunk.iter().map(|entry| (*entry).into()).collect())?);
    }
    Ok(items)
}

/// What an account came to at a day. `balance = open_debit - open_credit`.
#[derive(Clone, Debug)]
pub struct AccountBalance {
    pub account: AccountId,
    pub customer: CustomerId,
    pub currency: base::Currency,
    pub balance: i64,
    pub open_debit: i64,
    pub open_credit: i64,
}

db::from_row! { AccountBalance { account, customer, currency, balance, open_debit, open_credit } }

/// Every account at a day.
pub fn balances_as_of(tx: &mut Tx<'_>, day: Day) -> db::Result<Vec<AccountBalance>> {
    tx.all(BALANCES_AS_OF, p![day])
}

/// A line of the customer ledger, with the balance after it.
#[derive(Clone, Debug)]
pub struct LedgerLine {
    pub entry: EntryId,
    pub kind: EntryKind,
    pub basis_date: Day,
    pub due_date: Day,
    pub document_kind: String,
    pub document_id: i64,
    pub document_no: String,
    pub amount: i64,
    pub running: i64,
    pub open: i64,
    pub internal: bool,
    pub reason: String,
}

struct Line {
    entry: EntryId,
    kind: EntryKind,
    basis_date: Day,
    due_date: Day,
    document_kind: String,
    document_id: i64,
    document_no: String,
    amount: i64,
    open: i64,
    internal: bool,
    reason: String,
}

db::from_row! { Line {
    entry, kind, basis_date, due_date, document_kind, document_id, document_no, amount, open, internal, reason
} }

/// The latest `limit` lines before a place in the ledger, newest first. `as_of` `None`: as it stands; a day:
/// the entries up to that day, with what was open of them then.
pub fn customer_ledger(
    tx: &mut Tx<'_>,
    account: AccountId,
    as_of: Option<Day>,
    before: Option<(Day, EntryId)>,
    limit: i64,
) -> db::Result<Vec<LedgerLine>> {
    let (day, entry) = match (before, as_of) {
        (Some(place), _) => place,
        (None, Some(day)) => (day.plus(1), EntryId::new(0)),
        (None, None) => (Day::MAX, EntryId::new(i64::MAX)),
    };
    let lines: Vec<Line> = tx.all(LEDGER, p![account, day, entry, limit, as_of.unwrap_or(Day::MAX)])?;
    let mut running: i64 = tx.one(SUM_BEFORE, p![account, day, entry])?;
    let with_balance = |line: Line| {
        let after = running;
        running -= line.amount;
        LedgerLine {
            entry: line.entry,
            kind: line.kind,
            basis_date: line.basis_date,
            due_date: line.due_date,
            document_kind: line.document_kind,
            document_id: line.document_id,
            document_no: line.document_no,
            amount: line.amount,
            running: after,
            open: line.open,
            internal: line.internal,
            reason: line.reason,
        }
    };
    Ok(lines.into_iter().map(with_balance).collect())
}

/// The sum of an account's entries up to a day.
pub fn balance_at(tx: &mut Tx<'_>, account: AccountId, day: Day) -> db::Result<i64> {
    tx.one(SUM_BEFORE, p![account, day.plus(1), EntryId::new(0)])
}

/// What was open on an account at the end of a day, with the due dates valid then; both sides, the oldest first.
pub fn open_items_at(tx: &mut Tx<'_>, account: AccountId, day: Day) -> db::Result<Vec<OpenItem>> {
    tx.all(OPEN_AT, p![account, day])
}

/// An allocation seen from one of its items: the other item, and since when it is undone.
#[derive(Clone, Debug, Serialize)]
pub struct AllocationLine {
    pub id: AllocationId,
    #[serde(skip)]
    pub amount: i64,
    pub effective_date: Day,
    pub act_kind: String,
    pub recorded_at: Instant,
    pub reason: String,
    pub other_entry: EntryId,
    pub other_kind: EntryKind,
    pub other_document_kind: String,
    #[serde(skip)]
    pub other_document_id: i64,
    pub other_document_no: String,
    pub other_basis_date: Day,
    pub undone_on: Option<Day>,
}

db::from_row! { AllocationLine {
    id, amount, effective_date, act_kind, recorded_at, reason, other_entry, other_kind, other_document_kind,
    other_document_id, other_document_no, other_basis_date, undone_on
} }

/// Every allocation an item ever had, undone ones included, in the order they were made.
pub fn allocations_of(tx: &mut Tx<'_>, entry: EntryId, side: Side) -> db::Result<Vec<AllocationLine>> {
    match side {
        Side::Debit => tx.all(ALLOCATIONS_OF_DEBIT, p![entry]),
        Side::Credit => tx.all(ALLOCATIONS_OF_CREDIT, p![entry]),
    }
}
