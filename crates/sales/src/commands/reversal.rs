use base::{Day, Money, Quantity};
use db::Tx;
use kit::{Meta, number};
use ledger::{AccountRow, ActRef, Allocate, EntryId};

use super::posting::{RETURN_ACT, append_entry, give_back};
use super::same_version;
use crate::refusals;
use crate::rules;
use crate::store;
use crate::types::{DeliveryId, DeliveryKind, DeliveryLine, DeliveryRow, DeliveryState, Posted};

/// Names the allocation that joins a document with its reversal.
const REVERSAL_ACT: &str = "reversal";

/// Reverses a posted document by a counter-document of its own number, with a reason; the two close
/// each other. What it had taken from its order is open again. Never held back by credit.
/// Refuses: `sales.not_posted`, `sales.already_reversed`, `sales.is_reversal`, `sales.has_returns`,
/// `sales.allocated_cannot_reverse` (a write-off is undone by a person first), `sales.reason_missing`,
/// `ledger.period_locked`.
pub fn reverse_delivery(
    tx: &mut Tx<'_>,
    meta: &Meta,
    id: DeliveryId,
    version: Option<i64>,
    date: Option<Day>,
    reason: &str,
) -> db::Result<Posted> {
    let original = store::delivery(tx, id)?;
    same_version(original.version, version)?;
    let reason = rules::reason(reason)?;
    let entry = reversible(tx, &original)?;
    let date = date.unwrap_or(meta.today);
    rules::not_in_future("date", date, meta.today)?;
    if date < original.delivery_date {
        return Err(refusals::date_before_document(original.delivery_date).into());
    }
    let mut account = ledger::lock_account(tx, original.account)?;
    if original.kind == DeliveryKind::Return {
        let act = ActRef {
            kind: RETURN_ACT,
            id: id.raw(),
        };
        ledger::undo_act(tx, meta, &mut account, act, &reason)?;
    }
    if let Some(order) = original.order {
        ledger::give_back_reserved(tx, meta, &mut account, (order, id.raw()), &reason)?;
    }
    wholly_open(tx, &account, &original, entry)?;
    let lines = store::delivery_lines(tx, id)?;
    let mut counter = counter_document(tx, meta, &original, date, &reason)?;
    let order = original
        .order
        .ok_or_else(|| db::Error::fault("a posted document without an order"))?;
    let reversal = append_entry(tx, meta, &mut account, &counter, order, Some(entry), Some(entry))?;
    close_both(tx, meta, &mut account, &counter, (entry, reversal))?;
    counter.entry = Some(reversal);
    store::insert_delivery(tx, &counter)?;
    store::insert_delivery_lines(tx, counter.id, &negated(&lines))?;
    store::mark_reversed(tx, id, counter.id)?;
    // A return took nothing from an order; only one that stands alone made its own.
    if original.kind == DeliveryKind::Delivery || original.source.is_none() {
        give_back(tx, &account, &original, &lines)?;
    }
    Ok(Posted {
        delivery: counter.id,
        no: counter.no.clone().unwrap_or_default(),
        order,
        entry: reversal,
        currency: counter.currency,
        total: counter.total,
        credit: None,
    })
}

fn reversible(tx: &mut Tx<'_>, original: &DeliveryRow) -> db::Result<EntryId> {
    if original.reversal_of.is_some() {
        return Err(refusals::is_reversal().into());
    }
    if original.reversed_by.is_some() {
        return Err(refusals::already_reversed().into());
    }
    if let Some(no) = store::live_return(tx, original.id)? {
        return Err(refusals::has_returns(&no).into());
    }
    match original.entry {
        Some(entry) if original.state == DeliveryState::Posted => Ok(entry),
        _ => Err(refusals::not_posted(original.state).into()),
    }
}

/// Money that was written off against the document is not torn away silently.
fn wholly_open(
    tx: &mut Tx<'_>,
    account: &AccountRow,
    original: &DeliveryRow,
    entry: EntryId,
) -> db::Result<()> {
    let open: i64 = ledger::open_items_where(tx, &[entry])?
        .iter()
        .map(|item| item.open)
        .sum();
    let allocated = original.total.abs() - open;
    if allocated != 0 {
        let allocated = Money::new(allocated, account.currency);
        return Err(refusals::allocated_cannot_reverse(allocated).into());
    }
    Ok(())
}

fn counter_document(
    tx: &mut Tx<'_>,
    meta: &Meta,
    original: &DeliveryRow,
    date: Day,
    reason: &str,
) -> db::Result<DeliveryRow> {
    let series = original.kind.series();
    let seq = number::take(tx, series)?;
    Ok(DeliveryRow {
        id: tx.next_id(),
        state: DeliveryState::Posted,
        no: Some(number::written(series, seq)),
        seq: Some(seq),
        delivery_date: date,
        remark: String::new(),
        total: -original.total,
        entry: None,
        source: None,
        reversal_of: Some(original.id),
        reversed_by: None,
        reason: reason.to_owned(),
        exposure: None,
        limit: None,
        imported: false,
        version: 1,
        created_at: meta.now,
        created_by: meta.user,
        posted_at: Some(meta.now),
        ..original.clone()
    })
}

fn negated(lines: &[DeliveryLine]) -> Vec<DeliveryLine> {
    let turned = lines.iter().map(|line| DeliveryLine {
        quantity: Quantity::from_millionths(-line.quantity.millionths()),
        amount: -line.amount,
        ..line.clone()
    });
    turned.collect()
}

fn close_both(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &mut AccountRow,
    counter: &DeliveryRow,
    (original, reversal): (EntryId, EntryId),
) -> db::Result<()> {
    if counter.total == 0 {
        return Ok(());
    }
    let (debit, credit) = if counter.total < 0 {
        (original, reversal)
    } else {
        (reversal, original)
    };
    let pair = Allocate {
        debit,
        credit,
        amount: counter.total.abs(),
        effective: None,
    };
    let act = ActRef {
        kind: REVERSAL_ACT,
        id: counter.id.raw(),
    };
    ledger::allocate(tx, meta, account, act, &[pair], &counter.reason)?;
    Ok(())
}
