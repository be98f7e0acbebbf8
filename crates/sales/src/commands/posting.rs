use credit::holds::{self, NewHold};
use credit::{CommitKind, Event, Step};
use db::Tx;
use kit::{Meta, number};
use ledger::{AccountRow, ActRef, Allocate, DocRef, EntryId, EntryKind, NewEntry, OrderId};

use super::deliveries::blank;
use super::prepare::{self, Basis};
use super::{is_prepaid, same_version};
use crate::refusals;
use crate::rules;
use crate::store;
use crate::types::{
    CreditOutcome, DeliveryId, DeliveryKind, DeliveryLine, DeliveryRow, DeliveryState, OrderRow, OrderState,
    Origin, Posted, SaveDelivery,
};

/// A document on its way from draft to posted.
struct Work {
    row: DeliveryRow,
    lines: Vec<DeliveryLine>,
    basis: Basis,
    /// Amounts as stored, line by line; empty while nothing is stored.
    stored: Vec<i64>,
}

/// Releases a draft delivery: the goods may leave. What it takes moves on from the order to the
/// shipment, so the exposure stays; the credit check is made here.
/// Refuses `credit.over_limit` (the draft stays, and the record of the decision),
/// `sales.over_delivered`, `sales.order_not_open`, `sales.not_draft`.
pub fn release_delivery(
    tx: &mut Tx<'_>,
    meta: &Meta,
    id: DeliveryId,
    version: Option<i64>,
) -> db::Result<CreditOutcome> {
    let mut waits = None;
    match tx.part(|tx| release(tx, meta, id, version, &mut waits))? {
        Ok(outcome) => {
            if let Some(hold) = holds::waiting(tx, DeliveryKind::Delivery.as_str(), id.raw())? {
                holds::released(tx, meta, hold.id, Some(meta.user))?;
            }
            Ok(outcome)
        }
        Err(refused) => match waits {
            Some(waits) => wait(tx, meta, waits),
            None => Err(db::Error::Refused(refused)),
        },
    }
}

/// A release that a rule holds back, with what is known of it once its writes are undone.
struct Waits {
    account: AccountRow,
    judged: credit::Judged,
    hold: NewHold,
}

/// The draft stays a draft and waits for credit.
fn wait(tx: &mut Tx<'_>, meta: &Meta, waits: Waits) -> db::Result<CreditOutcome> {
    let decision = credit::keep(tx, meta, waits.judged)?;
    holds::hold(tx, meta, &waits.account, &waits.hold)?;
    Ok(CreditOutcome::of(&decision))
}

/// Releases a draft that waits, if the rules let it pass now. Refuses `credit.on_hold`.
pub(crate) fn release_held(tx: &mut Tx<'_>, meta: &Meta, id: DeliveryId) -> db::Result<()> {
    release(tx, meta, id, None, &mut None).map(drop)
}

/// The release itself; a part of the unit that is undone where a rule holds it back.
fn release(
    tx: &mut Tx<'_>,
    meta: &Meta,
    id: DeliveryId,
    version: Option<i64>,
    waits: &mut Option<Waits>,
) -> db::Result<CreditOutcome> {
    let (mut work, mut account) = load(tx, id, version)?;
    if work.row.state != DeliveryState::Draft {
        return Err(refusals::not_draft(work.row.state).into());
    }
    if work.row.kind == DeliveryKind::Return {
        return Err(refusals::return_is_not_released().into());
    }
    let seen_version = work.row.version;
    move_on(tx, &account, &mut work)?;
    credit::commit(tx, &account, CommitKind::Shipment, id.raw(), work.row.total)?;
    work.row.state = DeliveryState::Released;
    work.row.version += 1;
    let step = step_of(&work.basis);
    let mut act = checked(&work.row, (Event::Release, step), seen_version, true);
    act.is_prepaid = was_prepaid(tx, &account, &work)?;
    let judged = credit::judge(tx, meta, &account, &act)?;
    if judged.decision.action == credit::Action::Hold {
        let hold = NewHold {
            document: act.document,
            document_version: seen_version,
            step,
            amount: work.row.total,
            rise: if step == Step::Shipment { 0 } else { work.row.total },
            decision: judged.decision.id,
        };
        *waits = Some(Waits {
            account,
            judged,
            hold,
        });
        return Err(credit::on_hold().into());
    }
    let outcome = CreditOutcome::of(&credit::conclude(tx, meta, &account, &act, judged)?);
    (work.row.exposure, work.row.limit) = (Some(outcome.exposure), outcome.limit);
    ledger::note_release(tx, meta, &mut account)?;
    save(tx, &work)?;
    Ok(outcome)
}

/// Whether money was kept for this delivery and all that its order still promises.
fn was_prepaid(tx: &mut Tx<'_>, account: &AccountRow, work: &Work) -> db::Result<bool> {
    match &work.basis {
        Basis::Order(order, stock) => {
            let left = rules::commitment(stock).saturating_add(work.row.total);
            is_prepaid(tx, account, order.id, left)
        }
        Basis::Source(..) | Basis::Alone => Ok(false),
    }
}

/// A delivery without an order is its own order.
fn step_of(basis: &Basis) -> Step {
    match basis {
        Basis::Order(..) => Step::Shipment,
        Basis::Source(..) | Basis::Alone => Step::Both,
    }
}

/// Asks for leave to let a draft delivery pass that credit holds back or refuses, as it is now.
/// Refuses: `sales.not_draft`, `credit.already_requested`.
pub fn request_delivery_override(
    tx: &mut Tx<'_>,
    meta: &Meta,
    id: DeliveryId,
    reason: &str,
) -> db::Result<()> {
    let row = store::delivery(tx, id)?;
    if row.state != DeliveryState::Draft || row.kind == DeliveryKind::Return {
        return Err(refusals::not_draft(row.state).into());
    }
    let of = (row.version, row.total);
    credit::overrides::request(tx, meta, row.account, &document(&row), of, reason)?;
    Ok(())
}

/// Takes a release back while the goods are still in the house: a draft again.
pub fn withdraw_delivery(
    tx: &mut Tx<'_>,
    _meta: &Meta,
    id: DeliveryId,
    version: Option<i64>,
) -> db::Result<()> {
    let mut row = store::delivery(tx, id)?;
    same_version(row.version, version)?;
    if row.state != DeliveryState::Released {
        return Err(refusals::not_draft(row.state).into());
    }
    let account = ledger::lock_account(tx, row.account)?;
    credit::commit(tx, &account, CommitKind::Shipment, id.raw(), 0)?;
    let lines = store::delivery_lines(tx, id)?;
    give_back(tx, &account, &row, &lines)?;
    row.state = DeliveryState::Draft;
    row.version += 1;
    (row.exposure, row.limit) = (None, None);
    store::update_delivery(tx, &row)
}

/// Posts a draft or released document: it gets its number and its entry in the ledger. A draft is
/// released and posted in one, with one credit check; what was released before is never refused by
/// it. A return reduces what is open on its delivery first, the rest stays on account.
/// Refuses as [`release_delivery`], `sales.date_in_future`, `ledger.period_locked`.
pub fn post_delivery(
    tx: &mut Tx<'_>,
    meta: &Meta,
    id: DeliveryId,
    version: Option<i64>,
) -> db::Result<Posted> {
    let (mut work, mut account) = load(tx, id, version)?;
    if work.row.state == DeliveryState::Posted {
        return Err(refusals::not_draft(work.row.state).into());
    }
    post(tx, meta, &mut account, &mut work)
}

/// Writes and posts a new document in one.
pub fn post_new(tx: &mut Tx<'_>, meta: &Meta, input: &SaveDelivery) -> db::Result<Posted> {
    let prepared = prepare::delivery(tx, input)?;
    let row = blank(tx, meta, input, &prepared)?;
    let mut account = credit::lock_account(tx, row.account)?;
    let mut work = Work {
        row,
        lines: prepared.lines,
        basis: prepared.basis,
        stored: Vec::new(),
    };
    if work.row.kind == DeliveryKind::Delivery {
        ledger::note_release(tx, meta, &mut account)?;
    }
    note_taken(tx, &account, &mut work)?;
    settle(tx, meta, &mut account, &mut work)
}

fn load(tx: &mut Tx<'_>, id: DeliveryId, version: Option<i64>) -> db::Result<(Work, AccountRow)> {
    let row = store::delivery(tx, id)?;
    same_version(row.version, version)?;
    let account = credit::lock_account(tx, row.account)?;
    let lines = store::delivery_lines(tx, id)?;
    let stored = lines.iter().map(|line| line.amount).collect();
    let basis = match row.state {
        DeliveryState::Draft => Basis::load(tx, row.kind, row.order, row.source)?,
        _ => Basis::Alone,
    };
    Ok((
        Work {
            row,
            lines,
            basis,
            stored,
        },
        account,
    ))
}

fn post(tx: &mut Tx<'_>, meta: &Meta, account: &mut AccountRow, work: &mut Work) -> db::Result<Posted> {
    if work.row.state == DeliveryState::Draft {
        holds::stop_waiting(tx, meta, work.row.kind.as_str(), work.row.id.raw(), "posted")?;
        if work.row.kind == DeliveryKind::Delivery {
            ledger::note_release(tx, meta, account)?;
        }
        move_on(tx, account, work)?;
    } else {
        credit::commit(tx, account, CommitKind::Shipment, work.row.id.raw(), 0)?;
    }
    settle(tx, meta, account, work)
}

/// Amounts as of now, and what is taken noted where it is taken from.
fn move_on(tx: &mut Tx<'_>, account: &AccountRow, work: &mut Work) -> db::Result<()> {
    work.basis.take(&mut work.lines, work.row.currency)?;
    work.row.total = rules::total(work.row.currency, work.lines.iter().map(|line| line.amount))?;
    note_taken(tx, account, work)
}

fn note_taken(tx: &mut Tx<'_>, account: &AccountRow, work: &mut Work) -> db::Result<()> {
    let Basis::Order(order, stock) = &mut work.basis else {
        return Ok(());
    };
    let touched = |line_no| work.lines.iter().any(|line| line.order_line == Some(line_no));
    for line in stock.iter().filter(|line| touched(line.line_no)) {
        store::set_delivered(tx, order.id, line)?;
    }
    order.delivered = order.delivered.saturating_add(work.row.total);
    order.version += 1;
    if rules::is_delivered(stock.iter()) {
        order.state = OrderState::Closed;
    }
    store::update_order(tx, order)?;
    credit::commit(
        tx,
        account,
        CommitKind::Order,
        order.id.raw(),
        rules::commitment(stock.iter()),
    )
}

/// The opposite of [`note_taken`]: an order that was closed because all was delivered is open again;
/// one whose rest was cancelled stays closed. Never refused: the exposure does not rise by it.
pub(super) fn give_back(
    tx: &mut Tx<'_>,
    account: &AccountRow,
    row: &DeliveryRow,
    lines: &[DeliveryLine],
) -> db::Result<()> {
    let Some(id) = row.order else { return Ok(()) };
    let mut order = store::order(tx, id)?;
    order.version += 1;
    order.delivered = order.delivered.saturating_sub(row.total);
    if order.origin != Origin::Order {
        order.state = OrderState::Cancelled;
        return store::update_order(tx, &order);
    }
    let mut stock = store::order_stock(&store::order_lines(tx, id)?);
    for part in &mut stock {
        let mut given = lines
            .iter()
            .filter(|line| line.order_line == Some(part.line_no))
            .peekable();
        if given.peek().is_none() {
            continue;
        }
        for line in given {
            let quantity = part.taken_quantity.millionths() - line.quantity.millionths();
            part.taken_quantity = base::Quantity::from_millionths(quantity);
            part.taken_amount -= line.amount;
        }
        store::set_delivered(tx, id, part)?;
    }
    if order.state == OrderState::Closed && order.reason.is_empty() {
        order.state = OrderState::Confirmed;
    }
    if order.state == OrderState::Confirmed {
        credit::commit(
            tx,
            account,
            CommitKind::Order,
            id.raw(),
            rules::commitment(&stock),
        )?;
    }
    store::update_order(tx, &order)
}

/// Number, order, ledger entry, credit check, and the document as it stays.
fn settle(tx: &mut Tx<'_>, meta: &Meta, account: &mut AccountRow, work: &mut Work) -> db::Result<Posted> {
    let was = work.row.state;
    rules::not_in_future("delivery_date", work.row.delivery_date, meta.today)?;
    let seq = number::take(tx, work.row.kind.series())?;
    let no = number::written(work.row.kind.series(), seq);
    (work.row.seq, work.row.no) = (Some(seq), Some(no.clone()));
    let order = match work.row.order {
        Some(order) => order,
        None => direct_order(tx, meta, &work.row)?,
    };
    work.row.order = Some(order);
    let source = match &work.basis {
        Basis::Source(source, _) => source.entry,
        _ => None,
    };
    let entry = append_entry(tx, meta, account, &work.row, order, source, None)?;
    let prepaid = was_prepaid(tx, account, work)?;
    if work.row.kind == DeliveryKind::Delivery && account.reserved_credit > 0 {
        use_reserved(tx, meta, account, &work.row, order, entry)?;
    }
    work.row.state = DeliveryState::Posted;
    let seen_version = work.row.version;
    work.row.version += i64::from(!work.stored.is_empty());
    (work.row.entry, work.row.posted_at) = (Some(entry), Some(meta.now));
    let credit = match (work.row.kind, was) {
        (DeliveryKind::Return, _) => {
            absorb(tx, meta, account, &work.row, source, entry)?;
            if source.is_some() {
                let key = entry.to_string();
                kit::job::enqueue(tx, meta, RETURN_POSTED, &key, &key, meta.now)?;
            }
            None
        }
        (_, DeliveryState::Draft) => {
            let mut act = checked(
                &work.row,
                (Event::Release, step_of(&work.basis)),
                seen_version,
                true,
            );
            act.is_prepaid = prepaid;
            let outcome = CreditOutcome::of(&credit::check(tx, meta, account, &act)?);
            (work.row.exposure, work.row.limit) = (Some(outcome.exposure), outcome.limit);
            Some(outcome)
        }
        _ => {
            // The figures of the release stay on the document; this check only leaves its record.
            let act = checked(&work.row, (Event::Post, Step::Shipment), seen_version, false);
            Some(CreditOutcome::of(&credit::check(tx, meta, account, &act)?))
        }
    };
    save(tx, work)?;
    Ok(Posted {
        delivery: work.row.id,
        no,
        order,
        entry,
        currency: work.row.currency,
        total: work.row.total,
        credit,
    })
}

/// What was paid ahead for the order closes its receivable, in proportion to what is delivered; the last
/// delivery takes the rest.
fn use_reserved(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &mut AccountRow,
    row: &DeliveryRow,
    order: OrderId,
    entry: EntryId,
) -> db::Result<()> {
    let reserved = ledger::reservations_of_order(tx, order)?;
    let reserved = reserved.iter().map(|one| one.amount).sum::<i64>();
    if reserved == 0 {
        return Ok(());
    }
    let rest = store::order(tx, order)?.total - store::posted_of_order(tx, order)?;
    let share = rules::reserved_share(reserved, row.total, rest);
    ledger::consume_reserved(tx, meta, account, (order, row.id.raw()), entry, share)
}

/// What a delivery is to the credit check. Only a release can wait; posting at once is refused where a rule
/// holds it back.
fn checked(
    row: &DeliveryRow,
    (event, step): (Event, Step),
    seen_version: i64,
    blockable: bool,
) -> credit::Checked {
    credit::Checked {
        event,
        step,
        document: document(row),
        document_version: row.version,
        seen_version,
        amount: row.total,
        is_prepaid: false,
        blockable,
        may_wait: false,
    }
}

pub(super) fn document(row: &DeliveryRow) -> DocRef {
    DocRef {
        kind: row.kind.as_str(),
        id: row.id.raw(),
        no: row.no.clone().unwrap_or_default(),
    }
}

/// Every receivable belongs to an order: a document without one makes its own. Its goods are those
/// of the document, so it has no lines; it carries the document's number.
pub(super) fn direct_order(tx: &mut Tx<'_>, meta: &Meta, row: &DeliveryRow) -> db::Result<OrderId> {
    let order = OrderRow {
        id: tx.next_id(),
        origin: Origin::Direct,
        state: OrderState::Closed,
        no: row.no.clone(),
        seq: None,
        customer: row.customer,
        account: row.account,
        currency: row.currency,
        order_date: row.delivery_date,
        salesperson: row.salesperson,
        remark: String::new(),
        total: row.total,
        delivered: row.total,
        exposure: None,
        limit: None,
        reason: String::new(),
        version: 1,
        created_at: meta.now,
        created_by: meta.user,
    };
    store::insert_order(tx, &order)?;
    Ok(order.id)
}

pub(super) fn append_entry(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &mut AccountRow,
    row: &DeliveryRow,
    order: OrderId,
    refers_to: Option<EntryId>,
    reversal_of: Option<EntryId>,
) -> db::Result<EntryId> {
    let kind = match row.kind {
        DeliveryKind::Delivery => EntryKind::Sale,
        DeliveryKind::Return => EntryKind::Return,
    };
    let entry = NewEntry {
        order: Some(order),
        refers_to,
        reversal_of,
        reason: row.reason.clone(),
        ship_to: (row.customer != account.customer).then_some(row.customer),
        ..NewEntry::new(kind, row.total, row.delivery_date, document(row))
    };
    ledger::append(tx, meta, account, entry)
}

/// A return closes what is open on its own delivery, capped at that; the rest stays on account.
fn absorb(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &mut AccountRow,
    row: &DeliveryRow,
    source: Option<EntryId>,
    entry: EntryId,
) -> db::Result<()> {
    let Some(source) = source else { return Ok(()) };
    let open = ledger::open_items_where(tx, &[source])?;
    let open = open
        .iter()
        .filter(|item| item.side > 0)
        .map(|item| item.open)
        .sum::<i64>();
    let amount = open.min(row.total.saturating_neg());
    if amount <= 0 {
        return Ok(());
    }
    let act = ActRef {
        kind: RETURN_ACT,
        id: row.id.raw(),
    };
    let pair = Allocate {
        debit: source,
        credit: entry,
        amount,
        effective: None,
    };
    ledger::allocate(tx, meta, account, act, &[pair], &row.reason)?;
    Ok(())
}

/// A job for the slice above: a return of delivered goods was posted, and if what the order owed was
/// given up, as much of that is taken back. The payload is the return's entry.
pub const RETURN_POSTED: &str = "sales.return_posted";

/// Names the allocation that a return makes; it is undone with the return.
pub(super) const RETURN_ACT: &str = "return";

fn save(tx: &mut Tx<'_>, work: &Work) -> db::Result<()> {
    if work.stored.is_empty() {
        store::insert_delivery(tx, &work.row)?;
        return store::insert_delivery_lines(tx, work.row.id, &work.lines);
    }
    store::update_delivery(tx, &work.row)?;
    for (line, stored) in work.lines.iter().zip(&work.stored) {
        if line.amount != *stored {
            store::set_line_amount(tx, work.row.id, line)?;
        }
    }
    Ok(())
}
