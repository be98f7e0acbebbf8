use credit::holds::{self, NewHold};
use credit::{CommitKind, Event, Step};
use db::Tx;
use kit::{Meta, number};
use ledger::{AccountRow, DocRef, OrderId};

use super::{is_prepaid, prepare, same_version};
use crate::refusals;
use crate::rules;
use crate::store;
use crate::types::{CreditOutcome, LineInput, LineKind, OrderLine, OrderRow, OrderState, Origin, SaveOrder};

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

/// Confirms a draft: it gets its number and counts against the credit limit from now on. Where a rule
/// holds it back it is numbered and waits, and reserves nothing.
/// Refuses what a rule blocks, such as `credit.over_limit`: the draft stays, and so does the record of
/// the decision.
pub fn confirm_order(
    tx: &mut Tx<'_>,
    meta: &Meta,
    id: OrderId,
    version: Option<i64>,
) -> db::Result<CreditOutcome> {
    let mut row = draft(tx, id, version)?;
    let account = credit::lock_account(tx, row.account)?;
    let seq = number::take(tx, SERIES)?;
    (row.seq, row.no) = (Some(seq), Some(number::written(SERIES, seq)));
    let total = row.total;
    let promised = Promise {
        event: Event::OrderConfirm,
        left: total,
        raised: total,
    };
    promise(tx, meta, &account, &mut row, &promised)
}

/// What an order promises from now on.
struct Promise {
    event: Event,
    /// What is not delivered yet.
    left: i64,
    /// By how much that is more than what counted so far.
    raised: i64,
}

/// Commits what is left of an order and checks it: it is confirmed, or waits.
fn promise(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &AccountRow,
    row: &mut OrderRow,
    promised: &Promise,
) -> db::Result<CreditOutcome> {
    let (id, seen_version) = (row.id.raw(), row.version);
    row.version += 1;
    credit::commit(tx, account, CommitKind::Order, id, promised.left)?;
    let act = credit::Checked {
        event: promised.event,
        step: Step::Order,
        document: document(row),
        document_version: row.version,
        seen_version,
        amount: promised.raised,
        is_prepaid: is_prepaid(tx, account, row.id, promised.left)?,
        blockable: true,
        may_wait: true,
    };
    let decision = credit::check(tx, meta, account, &act)?;
    let outcome = CreditOutcome::of(&decision);
    (row.exposure, row.limit) = (Some(outcome.exposure), outcome.limit);
    if outcome.held {
        row.state = OrderState::Held;
        credit::commit(tx, account, CommitKind::Order, id, 0)?;
        let hold = NewHold {
            document: act.document,
            document_version: row.version,
            step: Step::Order,
            amount: promised.left,
            rise: promised.left,
            decision: decision.id,
        };
        holds::hold(tx, meta, account, &hold)?;
    } else {
        row.state = OrderState::Confirmed;
    }
    store::update_order(tx, row)?;
    Ok(outcome)
}

fn document(row: &OrderRow) -> DocRef {
    DocRef {
        kind: "order",
        id: row.id.raw(),
        no: row.no.clone().unwrap_or_default(),
    }
}

/// What an order still promises.
fn left(tx: &mut Tx<'_>, id: OrderId) -> db::Result<i64> {
    Ok(rules::commitment(&store::order_stock(&store::order_lines(
        tx, id,
    )?)))
}

/// Releases an order that waits: it is confirmed if the rules let it pass now, else it goes on waiting.
/// Refuses `credit.on_hold`.
pub(crate) fn release_held(tx: &mut Tx<'_>, meta: &Meta, id: OrderId) -> db::Result<()> {
    let mut row = entered(tx, id)?;
    if row.state != OrderState::Held {
        return Err(refusals::order_not_open(row.state).into());
    }
    let account = credit::lock_account(tx, row.account)?;
    let left = left(tx, id)?;
    let promised = Promise {
        event: Event::OrderConfirm,
        left,
        raised: left,
    };
    if promise(tx, meta, &account, &mut row, &promised)?.held {
        return Err(credit::on_hold().into());
    }
    Ok(())
}

/// Changes what a confirmed or waiting order promises. Lines that name a line of the order keep its product
/// and may not fall below what was delivered; lines that are left out are taken off. More than before is
/// checked like a confirmation, and the order waits where a rule holds it; less never is.
/// Refuses: `sales.line_delivered`, `sales.order_not_open`, `sales.changed_meanwhile`, what a rule blocks.
pub fn amend_order(
    tx: &mut Tx<'_>,
    meta: &Meta,
    id: OrderId,
    version: Option<i64>,
    lines: &[LineInput],
) -> db::Result<CreditOutcome> {
    let mut row = entered(tx, id)?;
    if !matches!(row.state, OrderState::Confirmed | OrderState::Held) {
        return Err(refusals::order_not_open(row.state).into());
    }
    same_version(row.version, version)?;
    let account = credit::lock_account(tx, row.account)?;
    let stored = store::order_lines(tx, id)?;
    let goods: Vec<OrderLine> = stored
        .into_iter()
        .filter(|line| line.kind == LineKind::Goods)
        .collect();
    let before = rules::commitment(&store::order_stock(&goods));
    let next = store::last_order_line(tx, id)? + 1;
    let amended = prepare::amended(tx, &goods, lines, (account.currency, next))?;
    write_amended(tx, id, &goods, &amended)?;
    row.total = rules::total(account.currency, amended.iter().map(|line| line.amount))?;
    let stock = store::order_stock(&amended);
    let left = rules::commitment(&stock);
    let raised = if row.state == OrderState::Held {
        left
    } else {
        left - before
    };
    if raised > 0 {
        let event = Event::OrderAmend;
        return promise(tx, meta, &account, &mut row, &Promise { event, left, raised });
    }
    credit::commit(tx, &account, CommitKind::Order, id.raw(), left)?;
    holds::stop_waiting(tx, meta, "order", id.raw(), "changed")?;
    row.version += 1;
    row.state = if rules::is_delivered(&stock) {
        OrderState::Closed
    } else {
        OrderState::Confirmed
    };
    store::update_order(tx, &row)?;
    let (exposure, _) = credit::exposure_on(tx, &account, meta.today)?;
    Ok(CreditOutcome {
        exposure: exposure.total(),
        limit: exposure.limit(),
        warned: false,
        held: false,
    })
}

fn write_amended(tx: &mut Tx<'_>, id: OrderId, before: &[OrderLine], after: &[OrderLine]) -> db::Result<()> {
    let known = |no: i64| before.iter().any(|line| line.line_no == no);
    for gone in before
        .iter()
        .filter(|old| after.iter().all(|new| new.line_no != old.line_no))
    {
        store::delete_order_line(tx, id, gone.line_no)?;
    }
    let (changed, new): (Vec<OrderLine>, Vec<OrderLine>) =
        after.iter().cloned().partition(|line| known(line.line_no));
    for line in &changed {
        store::set_order_line(tx, id, line)?;
    }
    store::insert_order_lines(tx, id, &new)
}

/// Promises the rest of an order again that was cancelled, in whole or in part. Checked like a confirmation.
/// Refuses: `sales.order_not_reopenable`, `sales.order_given_up` while something of it is a bad debt, what a
/// rule blocks.
pub fn reopen_order(
    tx: &mut Tx<'_>,
    meta: &Meta,
    id: OrderId,
    version: Option<i64>,
) -> db::Result<CreditOutcome> {
    let mut row = entered(tx, id)?;
    let was_cancelled = matches!(row.state, OrderState::Closed | OrderState::Cancelled)
        && row.no.is_some()
        && !row.reason.is_empty();
    let left = left(tx, id)?;
    if !was_cancelled || left == 0 {
        return Err(refusals::order_not_reopenable(row.state).into());
    }
    same_version(row.version, version)?;
    let account = credit::lock_account(tx, row.account)?;
    if store::given_up(tx, id)? != 0 {
        return Err(refusals::order_given_up().into());
    }
    row.reason = String::new();
    let event = Event::OrderReopen;
    let raised = left;
    promise(tx, meta, &account, &mut row, &Promise { event, left, raised })
}

/// Asks for leave to let an order pass that credit holds back or refuses, as it is now.
/// Refuses: `sales.order_not_draft` for one that passed already, `credit.already_requested`.
pub fn request_order_override(tx: &mut Tx<'_>, meta: &Meta, id: OrderId, reason: &str) -> db::Result<()> {
    let row = entered(tx, id)?;
    if !matches!(row.state, OrderState::Draft | OrderState::Held) {
        return Err(refusals::order_not_draft(row.state).into());
    }
    let left = left(tx, id)?;
    let of = (row.version, left);
    credit::overrides::request(tx, meta, row.account, &document(&row), of, reason)?;
    Ok(())
}

/// Cancels what is not delivered yet. An order of which nothing was delivered is cancelled, any
/// other is closed; what was released or posted stays as it is.
pub fn cancel_order(
    tx: &mut Tx<'_>,
    meta: &Meta,
    id: OrderId,
    version: Option<i64>,
    reason: &str,
) -> db::Result<()> {
    let mut row = entered(tx, id)?;
    if matches!(row.state, OrderState::Closed | OrderState::Cancelled) {
        return Err(refusals::order_not_cancellable(row.state).into());
    }
    same_version(row.version, version)?;
    row.reason = rules::reason(reason)?;
    let mut account = ledger::lock_account(tx, row.account)?;
    match row.state {
        OrderState::Confirmed => credit::commit(tx, &account, CommitKind::Order, id.raw(), 0)?,
        OrderState::Held => holds::stop_waiting(tx, meta, "order", id.raw(), "cancelled")?,
        _ => {}
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
