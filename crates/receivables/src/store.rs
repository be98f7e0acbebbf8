use std::collections::HashMap;

use base::{Currency, Day, UserId};
use db::{Tx, p, placeholders};
use kit::Meta;
use ledger::{AccountId, AllocationId, EntryId, EntryKind};
use parties::CustomerId;
use sales::OrderId;

use crate::types::{BadDebtId, BadDebtKind, BadDebtRow, ReceiptId, ReceiptRow};

db::statements! {
    ACCOUNT_OF_CUSTOMER = "SELECT a.id FROM ledger_v_account a \
        JOIN parties_v_customer c ON c.company_id = a.company_id AND c.id = a.customer_id \
        WHERE a.company_id = $1 AND a.customer_id = $2 AND a.currency = c.currency";
    INSERT_RECEIPT = "INSERT INTO receivables_receipt (company_id, id, no, seq, state, customer_id, \
        account_id, currency, receipt_date, method, amount_minor, reference, remark, entry_id, \
        reversal_entry_id, reason, imported_key, created_at, created_by, purpose) \
        VALUES ($1, $2, $3, $4, 'posted', $5, $6, $7, $8, $9, $10, $11, $12, $13, NULL, '', $14, $15, $16, $17)";
    GET_RECEIPT = "SELECT id, no, state, customer_id, account_id, currency, receipt_date, method, \
        amount_minor, reference, remark, entry_id, reversal_entry_id, reason, created_at, created_by, purpose \
        FROM receivables_receipt WHERE company_id = $1 AND id = $2";
    IMPORTED_RECEIPT = "SELECT id FROM receivables_receipt WHERE company_id = $1 AND imported_key = $2";
    MARK_REVERSED = "UPDATE receivables_receipt SET state = $5, reversal_entry_id = $3, reason = $4 \
        WHERE company_id = $1 AND id = $2";
    ACCOUNT_OF_ALLOCATION = "SELECT account_id FROM ledger_v_allocation \
        WHERE company_id = $1 AND id = $2 AND reversal_of IS NULL";
    ENTRY_NO = "SELECT document_no FROM ledger_v_entry WHERE company_id = $1 AND id = $2 AND account_id = $3";
    UNBILLED = "SELECT entry_id FROM ledger_v_unbilled WHERE company_id = $1 AND account_id = $2";
    ORDER_NUMBERS = "SELECT o.id, o.no FROM ledger_v_order l \
        JOIN sales_v_order o ON o.company_id = l.company_id AND o.id = l.order_id \
        WHERE l.company_id = $1 AND l.account_id = $2 AND l.outstanding_minor <> 0";
    TEXT_OF_RECEIPT = "SELECT r.reference, r.remark FROM ledger_v_entry e \
        JOIN receivables_receipt r ON r.company_id = e.company_id AND r.id = e.document_id \
        WHERE e.company_id = $1 AND e.id = $2 AND e.kind = 'receipt'";
    OPEN_OF_ENTRY = "SELECT open_minor FROM ledger_v_open_item WHERE company_id = $1 AND entry_id = $2";
    GET_ORDER = "SELECT o.id, o.no, o.origin, o.state, o.customer_id, o.account_id, o.currency, \
        o.salesperson_id, o.total_minor, o.delivered_minor, COALESCE(l.billed_minor, 0), \
        COALESCE(l.outstanding_minor, 0), \
        COALESCE((SELECT CAST(SUM(i.open_minor) AS BIGINT) FROM ledger_v_open_item i \
            WHERE i.company_id = o.company_id AND i.order_id = o.id AND i.side = 1), 0) FROM sales_v_order o \
        LEFT JOIN ledger_v_order l ON l.company_id = o.company_id AND l.order_id = o.id \
        WHERE o.company_id = $1 AND o.id = $2";
    INSERT_BAD_DEBT = "INSERT INTO receivables_bad_debt (company_id, id, kind, order_id, account_id, \
        customer_id, currency, amount_minor, reason_code, note, disclose, entry_id, processed_on, of_id, \
        salesperson_id, created_at, created_by) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
    GET_BAD_DEBT = "SELECT b.id, b.order_id, b.account_id, b.customer_id, b.currency, b.amount_minor, \
        b.disclose, b.entry_id, b.salesperson_id, \
        COALESCE((SELECT CAST(SUM(r.amount_minor) AS BIGINT) FROM receivables_bad_debt r \
            WHERE r.company_id = b.company_id AND r.of_id = b.id), 0) \
        FROM receivables_bad_debt b WHERE b.company_id = $1 AND b.id = $2 AND b.kind = 'processed'";
    BAD_DEBTS_OF_ORDER = "SELECT id FROM receivables_bad_debt \
        WHERE company_id = $1 AND order_id = $2 AND kind = 'processed' ORDER BY id";
    BAD_DEBT_ACT = "SELECT a.debit_entry_id, CAST(SUM(a.amount_minor) AS BIGINT) FROM ledger_v_allocation a \
        JOIN ledger_v_entry e ON e.company_id = a.company_id AND e.id = a.debit_entry_id \
        WHERE a.company_id = $1 AND a.act_kind = 'bad_debt' AND a.act_id = $2 AND a.reversal_of IS NULL \
        AND NOT EXISTS (SELECT 1 FROM ledger_v_allocation r \
            WHERE r.company_id = a.company_id AND r.reversal_of = a.id) \
        GROUP BY a.debit_entry_id, e.due_date, e.basis_date ORDER BY e.due_date, e.basis_date, a.debit_entry_id";
    FREED_OF_BAD_DEBT = "SELECT i.entry_id, i.open_minor FROM ledger_v_entry e \
        JOIN ledger_v_open_item i ON i.company_id = e.company_id AND i.entry_id = e.id \
        WHERE e.company_id = $1 AND e.document_kind = 'bad_debt' AND e.document_id = $2 \
        AND e.kind = 'bad_debt' ORDER BY i.entry_id";
}

/// The account in the customer's own currency.
pub fn account_of_customer(tx: &mut Tx<'_>, customer: CustomerId) -> db::Result<Option<AccountId>> {
    tx.opt(ACCOUNT_OF_CUSTOMER, p![customer])
}

/// What a new receipt's row holds besides its number.
pub struct NewReceipt<'a> {
    pub id: ReceiptId,
    pub no: &'a str,
    pub seq: i64,
    pub customer: CustomerId,
    pub account: AccountId,
    pub currency: Currency,
    pub date: Day,
    pub method: &'a str,
    pub amount: i64,
    pub reference: &'a str,
    pub remark: &'a str,
    pub entry: EntryId,
    pub imported_key: Option<&'a str>,
    pub purpose: &'a str,
}

pub fn insert_receipt(tx: &mut Tx<'_>, meta: &Meta, new: &NewReceipt<'_>) -> db::Result<()> {
    tx.push(
        INSERT_RECEIPT,
        p![
            new.id,
            new.no,
            new.seq,
            new.customer,
            new.account,
            new.currency,
            new.date,
            new.method,
            new.amount,
            new.reference,
            new.remark,
            new.entry,
            new.imported_key,
            meta.now,
            meta.user,
            new.purpose
        ],
    )
}

pub fn receipt(tx: &mut Tx<'_>, id: ReceiptId) -> db::Result<Option<ReceiptRow>> {
    tx.opt(GET_RECEIPT, p![id])
}

pub fn imported_receipt(tx: &mut Tx<'_>, key: &str) -> db::Result<Option<ReceiptId>> {
    tx.opt(IMPORTED_RECEIPT, p![key])
}

/// `state`: reversed or bounced.
pub fn mark_ended(
    tx: &mut Tx<'_>,
    id: ReceiptId,
    entry: EntryId,
    reason: &str,
    state: &str,
) -> db::Result<()> {
    tx.push(MARK_REVERSED, p![id, entry, reason, state])
}

pub fn account_of_allocation(tx: &mut Tx<'_>, id: AllocationId) -> db::Result<Option<AccountId>> {
    tx.opt(ACCOUNT_OF_ALLOCATION, p![id])
}

/// The document number behind an entry of an account.
pub fn entry_no(tx: &mut Tx<'_>, account: AccountId, entry: EntryId) -> db::Result<Option<String>> {
    tx.opt(ENTRY_NO, p![entry, account])
}

pub fn open_of_entry(tx: &mut Tx<'_>, entry: EntryId) -> db::Result<i64> {
    Ok(tx.opt(OPEN_OF_ENTRY, p![entry])?.unwrap_or(0))
}

/// An open item with what a person calls it.
#[derive(Clone, Debug)]
pub struct Item {
    pub entry: EntryId,
    /// 1 debit, -1 credit.
    pub side: i64,
    pub due: Day,
    pub basis: Day,
    pub open: i64,
    pub document_kind: String,
    pub document_no: String,
    /// What of a credit waits for orders.
    pub reserved: i64,
    pub kind: EntryKind,
    /// Of the whole entry, positive on both sides.
    pub amount: i64,
    pub order: Option<OrderId>,
    /// A deposit or guarantee.
    pub held: bool,
}
db::from_row! { struct Item {
    entry, side, due, basis, open, document_kind, document_no, reserved, kind, amount, order, held
} }

impl Item {
    /// What may be used of it.
    pub fn free(&self) -> i64 {
        self.open - self.reserved
    }
}

const ITEM: &str = "SELECT i.entry_id, i.side, i.due_date, i.basis_date, i.open_minor, \
    e.document_kind, e.document_no, CASE WHEN i.side = 1 THEN 0 ELSE \
    COALESCE((SELECT CAST(SUM(r.amount_minor) AS BIGINT) FROM ledger_v_reservation r \
        WHERE r.company_id = i.company_id AND r.account_id = i.account_id \
        AND r.credit_entry_id = i.entry_id), 0) END, e.kind, i.side * e.amount_minor, i.order_id, i.held \
    FROM ledger_v_open_item i \
    JOIN ledger_v_entry e ON e.company_id = i.company_id AND e.id = i.entry_id \
    WHERE i.company_id = $1 AND i.account_id = $2";

/// Open debits of an account in the order they are paid: due date, basis date, identity. Internal
/// ones are left out: nobody is asked to pay them.
pub fn open_debits(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Vec<Item>> {
    let sql = format!("{ITEM} AND i.side = 1 AND e.internal = 0 {IN_ORDER}");
    tx.all(sql, p![account])
}

/// Open credits of an account, oldest first.
pub fn open_credits(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Vec<Item>> {
    tx.all(format!("{ITEM} AND i.side = -1 {IN_ORDER}"), p![account])
}

/// Entries of an account that are on no statement.
pub fn unbilled(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Vec<EntryId>> {
    tx.all(UNBILLED, p![account])
}

/// The numbers of the orders that something is open on.
pub fn order_numbers(tx: &mut Tx<'_>, account: AccountId) -> db::Result<HashMap<OrderId, String>> {
    let rows: Vec<(OrderId, Option<String>)> = tx.all(ORDER_NUMBERS, p![account])?;
    Ok(rows.into_iter().filter_map(|(id, no)| Some((id, no?))).collect())
}

/// What the payer wrote on a receipt.
pub fn text_of_receipt(tx: &mut Tx<'_>, entry: EntryId) -> db::Result<String> {
    let found: Option<(String, String)> = tx.opt(TEXT_OF_RECEIPT, p![entry])?;
    Ok(found.map_or_else(String::new, |(reference, remark)| format!("{reference} {remark}")))
}

const IN_ORDER: &str = "ORDER BY i.due_date, i.basis_date, i.entry_id";

/// Open debits of one order, internal ones left out.
pub fn open_debits_of_order(tx: &mut Tx<'_>, account: AccountId, order: OrderId) -> db::Result<Vec<Item>> {
    let sql = format!("{ITEM} AND i.order_id = $3 AND i.side = 1 AND e.internal = 0 {IN_ORDER}");
    tx.all(sql, p![account, order])
}

/// Those of the entries that are open items of the account, in the order they are paid.
pub fn open_among(tx: &mut Tx<'_>, account: AccountId, entries: &[EntryId]) -> db::Result<Vec<Item>> {
    let mut items: Vec<Item> = Vec::with_capacity(entries.len());
    let mut rest = entries;
    while let Some(size) = [128, 8, 1].into_iter().find(|size| *size <= rest.len()) {
        let (chunk, after) = rest.split_at(size);
        rest = after;
        let sql = format!("{ITEM} AND i.entry_id IN ({})", placeholders(3, size));
        let mut params = p![account];
        params.extend(chunk.iter().map(|entry| db::Value::from(*entry)));
        items.extend(tx.all::<Item>(sql, params)?);
    }
    items.sort_by_key(|item| (item.due, item.basis, item.entry));
    Ok(items)
}

/// Statements put together at run time, for the test that prepares them.
pub fn built_statements() -> Vec<String> {
    let mut all = vec![
        format!("{ITEM} AND i.side = 1 AND e.internal = 0 {IN_ORDER}"),
        format!("{ITEM} AND i.side = -1 {IN_ORDER}"),
        format!("{ITEM} AND i.order_id = $3 AND i.side = 1 AND e.internal = 0 {IN_ORDER}"),
    ];
    all.extend([128, 8, 1].map(|size| format!("{ITEM} AND i.entry_id IN ({})", placeholders(3, size))));
    all
}

/// An order as far as what is owed on it goes.
#[derive(Clone, Debug)]
pub struct OrderRow {
    pub id: OrderId,
    pub no: Option<String>,
    pub origin: String,
    pub state: String,
    pub customer: CustomerId,
    pub account: AccountId,
    pub currency: Currency,
    pub salesperson: Option<UserId>,
    pub total: i64,
    pub delivered: i64,
    pub billed: i64,
    /// What is open less what waits for the order.
    pub outstanding: i64,
    pub open: i64,
}
db::from_row! { struct OrderRow {
    id, no, origin, state, customer, account, currency, salesperson, total, delivered, billed, outstanding, open
} }

impl OrderRow {
    /// Confirmed and not yet delivered. An order that a delivery made for itself has nothing to deliver.
    pub fn undelivered(&self) -> i64 {
        match (self.origin.as_str(), self.state.as_str()) {
            ("order", "confirmed") => (self.total - self.delivered).max(0),
            _ => 0,
        }
    }

    pub fn no(&self) -> &str {
        self.no.as_deref().unwrap_or_default()
    }
}

pub fn order(tx: &mut Tx<'_>, id: OrderId) -> db::Result<Option<OrderRow>> {
    tx.opt(GET_ORDER, p![id])
}

pub fn bad_debt(tx: &mut Tx<'_>, id: BadDebtId) -> db::Result<Option<BadDebtRow>> {
    tx.opt(GET_BAD_DEBT, p![id])
}

/// The processings of an order, oldest first.
pub fn bad_debts_of_order(tx: &mut Tx<'_>, order: OrderId) -> db::Result<Vec<BadDebtId>> {
    tx.all(BAD_DEBTS_OF_ORDER, p![order])
}

/// What a bad debt closes now: debit entries and amounts, oldest first.
pub fn bad_debt_items(tx: &mut Tx<'_>, id: BadDebtId) -> db::Result<Vec<(EntryId, i64)>> {
    tx.all(BAD_DEBT_ACT, p![id])
}

/// What of a bad debt's entries is free while its allocations are undone.
pub fn freed_of_bad_debt(tx: &mut Tx<'_>, id: BadDebtId) -> db::Result<Vec<(EntryId, i64)>> {
    tx.all(FREED_OF_BAD_DEBT, p![id])
}

/// A new row of the register.
pub struct NewBadDebt<'a> {
    pub id: BadDebtId,
    pub kind: BadDebtKind,
    pub order: OrderId,
    pub account: AccountId,
    pub customer: CustomerId,
    pub currency: Currency,
    pub amount: i64,
    pub reason_code: &'a str,
    pub note: &'a str,
    pub disclose: bool,
    pub entry: EntryId,
    pub day: Day,
    pub of: Option<BadDebtId>,
    pub salesperson: Option<UserId>,
}

pub fn insert_bad_debt(tx: &mut Tx<'_>, meta: &Meta, new: &NewBadDebt<'_>) -> db::Result<()> {
    tx.push(
        INSERT_BAD_DEBT,
        p![
            new.id,
            new.kind.as_str(),
            new.order,
            new.account,
            new.customer,
            new.currency,
            new.amount,
            new.reason_code,
            new.note,
            new.disclose,
            new.entry,
            new.day,
            new.of,
            new.salesperson,
            meta.now,
            meta.user
        ],
    )
}
