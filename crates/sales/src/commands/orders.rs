use credit::{CommitKind, Event};
use db::Tx;
use kit::{Meta, number};
use ledger::{DocRef, OrderId};

use super::{prepare, same_version};
use crate::refusals;
use crate::rules;
use crate::store;
use crate::types::{CreditOutcome, OrderRow, OrderState, Origin, SaveOrder};

const SERIES: &str = "SO";

/// Writes an order as a draft, new or changed. Drafts have no number and count for nothing.
/// Refuses: what the lines cannot be (`sales.no_lines`, `sales.quantity_not_positive`, …), an inactive
/// customer, `sales.order_not_draft`, `sales.changed_meanwhile`.
pub fn save_order(tx: &mut Tx<'_>, meta: &Meta, input: &SaveOrder) -> db::Result<OrderId> {
    let before = match input.id {
        Some(id) => Some(draft(tx, id, Some(input.version))?),
        None => None,
    };
    let order_date = input.order_date.unwrap_or(meta.today);
    rules::not_in_future("order_date", order_date, meta.today)?;
    let remark = rules::limited("remark", &input.remark)?;
    parties::check_salesperson(tx, input.salesperson)?;
    let prepared = prepare::order(tx, input)?;
    let party = prepared.party;
    let row = OrderRow {
        id: before.as_ref().map_or_else(|| tx.next_id(), |row| row.id),
        origin: Origin::Order,
        state: OrderState::Draft,
        no: None,
        seq: None,
        customer: party.customer,
        account: party.account,
        currency: party.currency,
        order_date,
        salesperson: input.salesperson.or(party.salesperson),
        remark,
        total: prepared.total,
        delivered: 0,
        exposure: None,
        limit: None,
        reason: String::new(),
        version: before.as_ref().map_or(1, |row| row.version + 1),
        created_at: before.as_ref().map_or(meta.now, |row| row.created_at),
        created_by: before.as_ref().map_or(meta.user, |row| row.created_by),
    };
    if before.is_some() {
        store::update_order(tx, &row)?;
        store::delete_order_lines(tx, row.id)?;
    } else {
        store::insert_order(tx, &row)?;
    }
    store::insert_order_lines(tx, row.id, &prepared.lines)?;
    Ok(row.id)
}

/// An entered order in the state of a draft, at the version that was looked at.
fn draft(tx: &mut Tx<'_>, id: OrderId, version: Option<i64>) -> db::Result<OrderRow> {
    let row = entered(tx, id)?;
    if row.state != OrderState::Draft {
        return Err(refusals::order_not_draft(row.state).into());
    }
    same_version(row.version, version)?;
    Ok(row)
}

/// Only entered orders have a life of their own; direct ones live with their delivery.
fn entered(tx: &mut Tx<'_>, id: OrderId) -> db::Result<OrderRow> {
    let row = store::order(tx, id)?;
    if row.origin != Origin::Order {
        return Err(refusals::order_not_found().into());
    }
    Ok(row)
}

/// Confirms a draft: it gets its number and counts against the credit limit from now on.
/// Refuses `credit.over_limit`: the draft stays, and so does the record of the decision.
pub fn confirm_order(
    tx: &mut Tx<'_>,
    meta: &Meta,
    id: OrderId,
    version: Option<i64>,
) -> db::Result<CreditOutcome> {
    let mut row = draft(tx, id, version)?;
    let account = ledger::lock_account(tx, row.account)?;
    let seq = number::take(tx, SERIES)?;
    let no = number::written(SERIES, seq);
    row.version += 1;
    credit::commit(tx, &account, CommitKind::Order, id.raw(), row.total)?;
    let act = credit::Checked {
        event: Event::OrderConfirm,
        document: DocRef {
            kind: "order",
            id: id.raw(),
            no: no.clone(),
        },
        document_version: row.version,
        amount: row.total,
        blockable: true,
    };
    let outcome = CreditOutcome::of(&credit::check(tx, meta, &account, &act)?);
    row.state = OrderState::Confirmed;
    (row.seq, row.no) = (Some(seq), Some(no));
    (row.exposure, row.limit) = (Some(outcome.exposure), outcome.limit);
    store::update_order(tx, &row)?;
    Ok(outcome)
}

/// Cancels what is not delivered yet. An order of which nothing was delivered is cancelled, any
/// other is closed; what was released or posted stays as it is.
pub fn cancel_order(
    tx: &mut Tx<'_>,
    _meta: &Meta,
    id: OrderId,
    version: Option<i64>,
    reason: &str,
) -> db::Result<()> {
    let mut row = entered(tx, id)?;
    if !matches!(row.state, OrderState::Draft | OrderState::Confirmed) {
        return Err(refusals::order_not_cancellable(row.state).into());
    }
    same_version(row.version, version)?;
    row.reason = rules::reason(reason)?;
    let mut account = ledger::lock_account(tx, row.account)?;
    if row.state == OrderState::Confirmed {
        credit::commit(tx, &account, CommitKind::Order, id.raw(), 0)?;
    }
    // What was paid ahead stays with the customer, as money on account.
    ledger::lift_order(tx, &mut account, id)?;
    let stock = store::order_stock(&store::order_lines(tx, id)?);
    let untouched = stock
        .iter()
        .all(|line| line.taken_quantity == base::Quantity::ZERO);
    row.state = if untouched {
        OrderState::Cancelled
    } else {
        OrderState::Closed
    };
    row.version += 1;
    store::update_order(tx, &row)
}

/// Removes a draft. Drafts never had a number, so nothing is missing afterwards.
pub fn delete_order(tx: &mut Tx<'_>, id: OrderId, version: Option<i64>) -> db::Result<()> {
    let row = draft(tx, id, version)?;
    store::delete_order(tx, row.id)
}
