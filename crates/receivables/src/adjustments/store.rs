use base::Currency;
use db::{Tx, p};
use kit::Meta;
use ledger::{EntryId, OrderId};

use super::types::{AdjustmentId, AdjustmentKind, AdjustmentRow};
use crate::rules::Share;

db::statements! {
    INSERT = "INSERT INTO receivables_adjustment (company_id, id, kind, state, no, seq, customer_id, account_id, \
        currency, document_date, due_date, amount_minor, reason_code, note, method, reference, order_id, entry_id, \
        reversal_entry_id, decision, decided_at, decided_by, created_at, created_by) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, NULL, '', NULL, \
        NULL, $19, $20)";
    INSERT_ITEM = "INSERT INTO receivables_adjustment_item (company_id, adjustment_id, entry_id, amount_minor) \
        VALUES ($1, $2, $3, $4)";
    GET = "SELECT id, kind, state, no, customer_id, account_id, currency, document_date, due_date, amount_minor, \
        reason_code, note, method, reference, order_id, entry_id, reversal_entry_id, decision, decided_at, \
        decided_by, created_at, created_by FROM receivables_adjustment WHERE company_id = $1 AND id = $2";
    ITEMS = "SELECT entry_id, amount_minor FROM receivables_adjustment_item \
        WHERE company_id = $1 AND adjustment_id = $2 ORDER BY entry_id";
    POSTED = "UPDATE receivables_adjustment SET state = 'posted', order_id = $3, entry_id = $4, decided_at = $5, \
        decided_by = $6 WHERE company_id = $1 AND id = $2";
    REJECTED = "UPDATE receivables_adjustment SET state = 'rejected', decision = $3, decided_at = $4, \
        decided_by = $5 WHERE company_id = $1 AND id = $2";
    REVERSED = "UPDATE receivables_adjustment SET state = 'reversed', reversal_entry_id = $3, decision = $4 \
        WHERE company_id = $1 AND id = $2";
    THRESHOLD = "SELECT amount_minor FROM receivables_threshold WHERE company_id = $1 AND kind = $2 AND currency = $3";
    SET_THRESHOLD = "INSERT INTO receivables_threshold (company_id, kind, currency, amount_minor) \
        VALUES ($1, $2, $3, $4) ON CONFLICT (company_id, kind, currency) \
        DO UPDATE SET amount_minor = excluded.amount_minor";
    NO_THRESHOLD = "DELETE FROM receivables_threshold WHERE company_id = $1 AND kind = $2 AND currency = $3";
    THRESHOLDS = "SELECT kind, currency, amount_minor FROM receivables_threshold WHERE company_id = $1 \
        ORDER BY kind, currency";
    NAMES = "SELECT c.code, c.name FROM parties_v_customer c WHERE c.company_id = $1 AND c.id = $2";
    ITEMS_NAMED = "SELECT i.entry_id, e.kind, e.document_no, i.amount_minor FROM receivables_adjustment_item i \
        JOIN ledger_v_entry e ON e.company_id = i.company_id AND e.id = i.entry_id \
        WHERE i.company_id = $1 AND i.adjustment_id = $2 ORDER BY i.entry_id";
}

pub fn insert(
    tx: &mut Tx<'_>,
    meta: &Meta,
    row: &AdjustmentRow,
    seq: i64,
    items: &[Share],
) -> db::Result<()> {
    tx.push(
        INSERT,
        p![
            row.id,
            &row.kind,
            &row.state,
            &row.no,
            seq,
            row.customer,
            row.account,
            row.currency,
            row.date,
            row.due,
            row.amount,
            &row.reason_code,
            &row.note,
            &row.method,
            &row.reference,
            row.order,
            row.entry,
            meta.now,
            meta.user
        ],
    )?;
    for item in items {
        tx.push(INSERT_ITEM, p![row.id, item.entry, item.amount])?;
    }
    Ok(())
}

pub fn get(tx: &mut Tx<'_>, id: AdjustmentId) -> db::Result<Option<AdjustmentRow>> {
    tx.opt(GET, p![id])
}

pub fn items(tx: &mut Tx<'_>, id: AdjustmentId) -> db::Result<Vec<Share>> {
    let found: Vec<(EntryId, i64)> = tx.all(ITEMS, p![id])?;
    Ok(found
        .into_iter()
        .map(|(entry, amount)| Share { entry, amount })
        .collect())
}

pub fn mark_posted(
    tx: &mut Tx<'_>,
    meta: &Meta,
    id: AdjustmentId,
    order: Option<OrderId>,
    entry: EntryId,
) -> db::Result<()> {
    tx.push(POSTED, p![id, order, entry, meta.now, meta.user])
}

pub fn mark_rejected(tx: &mut Tx<'_>, meta: &Meta, id: AdjustmentId, why: &str) -> db::Result<()> {
    tx.push(REJECTED, p![id, why, meta.now, meta.user])
}

pub fn mark_reversed(tx: &mut Tx<'_>, id: AdjustmentId, entry: EntryId, why: &str) -> db::Result<()> {
    tx.push(REVERSED, p![id, entry, why])
}

/// The amount above which somebody else approves.
pub fn threshold(tx: &mut Tx<'_>, kind: AdjustmentKind, currency: Currency) -> db::Result<Option<i64>> {
    tx.opt(THRESHOLD, p![kind.as_str(), currency])
}

pub fn set_threshold(
    tx: &mut Tx<'_>,
    kind: AdjustmentKind,
    currency: Currency,
    amount: Option<i64>,
) -> db::Result<()> {
    match amount {
        Some(amount) => tx.push(SET_THRESHOLD, p![kind.as_str(), currency, amount]),
        None => tx.push(NO_THRESHOLD, p![kind.as_str(), currency]),
    }
}

pub fn thresholds(tx: &mut Tx<'_>) -> db::Result<Vec<(String, Currency, i64)>> {
    tx.all(THRESHOLDS, p![])
}

pub fn names(tx: &mut Tx<'_>, row: &AdjustmentRow) -> db::Result<(String, String)> {
    tx.one(NAMES, p![row.customer])
}

/// The joined items with their kinds and document numbers.
pub fn items_named(
    tx: &mut Tx<'_>,
    id: AdjustmentId,
) -> db::Result<Vec<(EntryId, ledger::EntryKind, String, i64)>> {
    tx.all(ITEMS_NAMED, p![id])
}
