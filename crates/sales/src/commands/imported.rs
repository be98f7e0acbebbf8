use base::{Day, Price, Quantity};
use catalog::{Named, ProductId};
use credit::Event;
use db::Tx;
use kit::Meta;
use ledger::AccountId;

use super::posting::{append_entry, direct_order, document};
use crate::refusals;
use crate::rules;
use crate::store;
use crate::types::{CreditOutcome, DeliveryKind, DeliveryLine, DeliveryRow, DeliveryState, Posted};

/// A line of a file. Quantity and price as the file says, of either sign.
#[derive(Clone, Debug)]
pub struct ImportedLine {
    /// The product if it is known already; else it is found by its code, or made.
    pub product: Option<ProductId>,
    pub code: String,
    pub name: String,
    pub unit: String,
    pub quantity: Quantity,
    pub price: Price,
}

/// A document of a file; it keeps its number.
#[derive(Clone, Debug)]
pub struct ImportedDocument {
    pub account: AccountId,
    pub no: String,
    pub date: Day,
    pub remark: String,
    pub lines: Vec<ImportedLine>,
}

/// Posts a document of a file, in few statements: a delivery, or a return if its total is negative.
/// Each line is rounded alone. What happened elsewhere is never held back by credit; the record of
/// the check is kept.
/// Refuses: `sales.number_taken`, `sales.no_lines`, `sales.date_in_future`, `ledger.period_locked`.
pub fn post_imported(tx: &mut Tx<'_>, meta: &Meta, doc: &ImportedDocument) -> db::Result<Posted> {
    if doc.lines.is_empty() {
        return Err(refusals::no_lines().into());
    }
    rules::not_in_future("date", doc.date, meta.today)?;
    if store::number_taken(tx, &doc.no)? {
        return Err(refusals::number_taken(&doc.no).into());
    }
    let mut account = ledger::lock_account(tx, doc.account)?;
    let lines = lines(tx, meta, doc, account.currency)?;
    let total = rules::total(account.currency, lines.iter().map(|line| line.amount))?;
    let mut row = DeliveryRow {
        id: tx.next_id(),
        kind: if total < 0 {
            DeliveryKind::Return
        } else {
            DeliveryKind::Delivery
        },
        state: DeliveryState::Posted,
        no: Some(doc.no.clone()),
        seq: None,
        order: None,
        customer: account.customer,
        account: account.id,
        currency: account.currency,
        delivery_date: doc.date,
        salesperson: None,
        remark: doc.remark.clone(),
        total,
        line_count: lines.len() as i64,
        entry: None,
        source: None,
        reversal_of: None,
        reversed_by: None,
        reason: String::new(),
        exposure: None,
        limit: None,
        imported: true,
        version: 1,
        created_at: meta.now,
        created_by: meta.user,
        posted_at: Some(meta.now),
    };
    if row.kind == DeliveryKind::Delivery {
        ledger::note_release(tx, meta, &mut account)?;
    }
    let order = direct_order(tx, meta, &row)?;
    row.order = Some(order);
    let entry = append_entry(tx, meta, &mut account, &row, order, None, None)?;
    row.entry = Some(entry);
    let act = credit::Checked {
        event: Event::Post,
        step: credit::Step::Both,
        document: document(&row),
        document_version: 1,
        seen_version: 0,
        amount: total,
        is_prepaid: false,
        blockable: false,
        may_wait: false,
    };
    let outcome = CreditOutcome::of(&credit::check(tx, meta, &account, &act)?);
    (row.exposure, row.limit) = (Some(outcome.exposure), outcome.limit);
    store::insert_delivery(tx, &row)?;
    store::insert_delivery_lines(tx, row.id, &lines)?;
    let no = doc.no.clone();
    Ok(Posted {
        delivery: row.id,
        no,
        order,
        entry,
        currency: row.currency,
        total,
        credit: Some(outcome),
    })
}

fn lines(
    tx: &mut Tx<'_>,
    meta: &Meta,
    doc: &ImportedDocument,
    currency: base::Currency,
) -> db::Result<Vec<DeliveryLine>> {
    let unknown = doc.lines.iter().filter(|line| line.product.is_none());
    let named: Vec<Named<'_>> = unknown
        .map(|line| Named {
            code: &line.code,
            name: &line.name,
            unit: &line.unit,
            price: line.price,
        })
        .collect();
    let mut found = catalog::find_or_create(tx, meta, &named)?.into_iter();
    let mut lines = Vec::with_capacity(doc.lines.len());
    for (at, line) in doc.lines.iter().enumerate() {
        let product = line.product.or_else(|| found.next());
        lines.push(DeliveryLine {
            line_no: at as i64 + 1,
            order_line: None,
            source_line: None,
            product: product.ok_or_else(|| refusals::product_missing(at))?,
            code: line.code.clone(),
            name: if line.name.is_empty() {
                line.code.clone()
            } else {
                line.name.clone()
            },
            unit: line.unit.clone(),
            quantity: line.quantity,
            price: line.price,
            amount: rules::amount(at, line.quantity, line.price, currency)?,
        });
    }
    Ok(lines)
}
