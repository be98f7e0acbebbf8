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
    LEDGER = "SELECT t.id, t.kind, t.basis_date, t.due_date, t.document_kind, t.document_id, t.document_no, \
        t.amount_minor, t.running, COALESCE(i.open_minor, 0), t.internal, t.reason FROM \
        (SELECT id, kind, basis_date, due_date, document_kind, document_id, document_no, amount_minor, \
            CAST(SUM(amount_minor) OVER (ORDER BY basis_date, id) AS BIGINT) AS running, internal, reason \
            FROM ledger_entry WHERE company_id = $1 AND account_id = $2) t \
        LEFT JOIN ledger_open_item i ON i.company_id = $1 AND i.entry_id = t.id \
        WHERE (t.basis_date, t.id) < ($3, $4) ORDER BY t.basis_date DESC, t.id DESC LIMIT $5";
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

db::from_row! { LedgerLine {
    entry, kind, basis_date, due_date, document_kind, document_id, document_no, amount, running, open, internal,
    reason
} }

/// The latest `limit` lines before a place in the ledger, newest first.
pub fn customer_ledger(
    tx: &mut Tx<'_>,
    account: AccountId,
    before: Option<(Day, EntryId)>,
    limit: i64,
) -> db::Result<Vec<LedgerLine>> {
    let (day, entry) = before.unwrap_or((Day::MAX, EntryId::new(i64::MAX)));
    tx.all(LEDGER, p![account, day, entry, limit])
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
