use base::Day;
use db::{Tx, p};
use kit::Meta;
use ledger::EntryId;
use parties::CustomerId;

use super::types::{BillRow, OffsetId, OffsetRow, PayableId};

macro_rules! bill {
    ($condition:literal) => {
        concat!(
            "SELECT b.id, b.customer_id, b.currency, b.no, b.bill_date, b.due_date, b.amount_minor, b.remark, \
            b.amount_minor + COALESCE((SELECT CAST(SUM(r.amount_minor) AS BIGINT) FROM receivables_payable r \
                WHERE r.company_id = b.company_id AND r.reversal_of = b.id), 0) \
            - COALESCE((SELECT CAST(SUM(l.amount_minor) AS BIGINT) FROM receivables_offset_bill l \
                JOIN receivables_offset o ON o.company_id = l.company_id AND o.id = l.offset_id \
                    AND o.state = 'posted' WHERE l.company_id = b.company_id AND l.payable_id = b.id), 0) \
            FROM receivables_payable b WHERE b.company_id = $1 AND b.reversal_of IS NULL AND ",
            $condition
        )
    };
}

db::statements! {
    BILL = bill!("b.id = $2");
    BILLS = bill!("b.customer_id = $2 ORDER BY b.due_date, b.id");
    INSERT_BILL = "INSERT INTO receivables_payable (company_id, id, customer_id, currency, no, bill_date, due_date, \
        amount_minor, remark, reversal_of, created_at, created_by) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    BILL_NO = "SELECT id FROM receivables_payable WHERE company_id = $1 AND customer_id = $2 AND no = $3 \
        AND reversal_of IS NULL AND NOT EXISTS (SELECT 1 FROM receivables_payable r \
            WHERE r.company_id = receivables_payable.company_id AND r.reversal_of = receivables_payable.id)";
    INSERT_OFFSET = "INSERT INTO receivables_offset (company_id, id, no, seq, state, customer_id, account_id, \
        currency, offset_date, amount_minor, note, entry_id, reversal_entry_id, reason, created_at, created_by) \
        VALUES ($1, $2, $3, $4, 'posted', $5, $6, $7, $8, $9, $10, $11, NULL, '', $12, $13)";
    INSERT_LINE = "INSERT INTO receivables_offset_bill (company_id, offset_id, payable_id, amount_minor) \
        VALUES ($1, $2, $3, $4)";
    OFFSET = "SELECT id, no, state, customer_id, account_id, currency, offset_date, amount_minor, note, entry_id, \
        reason FROM receivables_offset WHERE company_id = $1 AND id = $2";
    OFFSETS = "SELECT id, no, state, customer_id, account_id, currency, offset_date, amount_minor, note, entry_id, \
        reason FROM receivables_offset WHERE company_id = $1 AND customer_id = $2 ORDER BY id DESC";
    LINES = "SELECT b.id, b.no, l.amount_minor FROM receivables_offset_bill l \
        JOIN receivables_payable b ON b.company_id = l.company_id AND b.id = l.payable_id \
        WHERE l.company_id = $1 AND l.offset_id = $2 ORDER BY b.id";
    // What the credit closed, also when it was taken back since.
    CLOSED = "SELECT e.id, e.document_no, a.amount_minor FROM ledger_v_allocation a \
        JOIN ledger_v_entry e ON e.company_id = a.company_id AND e.id = a.debit_entry_id \
        WHERE a.company_id = $1 AND a.act_kind = 'offset' AND a.act_id = $2 AND a.reversal_of IS NULL \
        ORDER BY a.id";
    REVERSED = "UPDATE receivables_offset SET state = 'reversed', reversal_entry_id = $3, reason = $4 \
        WHERE company_id = $1 AND id = $2";
}

pub fn bill(tx: &mut Tx<'_>, id: PayableId) -> db::Result<Option<BillRow>> {
    tx.opt(BILL, p![id])
}

pub fn bills(tx: &mut Tx<'_>, customer: CustomerId) -> db::Result<Vec<BillRow>> {
    tx.all(BILLS, p![customer])
}

pub fn bill_no_taken(tx: &mut Tx<'_>, customer: CustomerId, no: &str) -> db::Result<bool> {
    Ok(tx.opt::<PayableId>(BILL_NO, p![customer, no])?.is_some())
}

/// A new bill, or the row that takes one back.
pub fn insert_bill(
    tx: &mut Tx<'_>,
    meta: &Meta,
    row: &BillRow,
    reversal_of: Option<PayableId>,
) -> db::Result<()> {
    tx.push(
        INSERT_BILL,
        p![
            row.id,
            row.customer,
            row.currency,
            &row.no,
            row.date,
            row.due,
            row.amount,
            &row.remark,
            reversal_of,
            meta.now,
            meta.user
        ],
    )
}

pub fn insert_offset(
    tx: &mut Tx<'_>,
    meta: &Meta,
    row: &OffsetRow,
    seq: i64,
    lines: &[(PayableId, i64)],
) -> db::Result<()> {
    let date: Day = row.date;
    tx.push(
        INSERT_OFFSET,
        p![
            row.id,
            &row.no,
            seq,
            row.customer,
            row.account,
            row.currency,
            date,
            row.amount,
            &row.note,
            row.entry,
            meta.now,
            meta.user
        ],
    )?;
    for (bill, amount) in lines {
        tx.push(INSERT_LINE, p![row.id, *bill, *amount])?;
    }
    Ok(())
}

pub fn offset(tx: &mut Tx<'_>, id: OffsetId) -> db::Result<Option<OffsetRow>> {
    tx.opt(OFFSET, p![id])
}

pub fn offsets(tx: &mut Tx<'_>, customer: CustomerId) -> db::Result<Vec<OffsetRow>> {
    tx.all(OFFSETS, p![customer])
}

/// The bills of an offset: identity, number, amount.
pub fn lines(tx: &mut Tx<'_>, id: OffsetId) -> db::Result<Vec<(PayableId, String, i64)>> {
    tx.all(LINES, p![id])
}

/// The debts that an offset closed: entry, number, amount.
pub fn closed(tx: &mut Tx<'_>, id: OffsetId) -> db::Result<Vec<(EntryId, String, i64)>> {
    tx.all(CLOSED, p![id])
}

pub fn mark_reversed(tx: &mut Tx<'_>, id: OffsetId, entry: EntryId, reason: &str) -> db::Result<()> {
    tx.push(REVERSED, p![id, entry, reason])
}
