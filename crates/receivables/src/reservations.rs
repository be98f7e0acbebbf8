//! Money that came in ahead and waits for an order: what the order comes to owe uses it at posting.

use base::Money;
use db::{Tx, p};
use kit::Meta;
use ledger::{AccountRow, EntryId, OrderId};

use crate::commands::positive;
use crate::store::{self, OrderRow};
use crate::types::{ReceiptId, ReserveReceipt};
use crate::{queries, refusals};

db::statements! {
    POSTED = "SELECT COALESCE(CAST(SUM(total_minor) AS BIGINT), 0) FROM sales_v_delivery \
        WHERE company_id = $1 AND order_id = $2 AND kind = 'delivery' AND state = 'posted'";
}

/// Reserves what is free of a receipt, or a part of it, for a confirmed order of the same account.
pub fn reserve_receipt(tx: &mut Tx<'_>, meta: &Meta, cmd: &ReserveReceipt) -> db::Result<()> {
    let receipt = store::receipt(tx, cmd.receipt)?.ok_or_else(refusals::receipt_not_found)?;
    let mut account = ledger::lock_account(tx, receipt.account)?;
    let order = reservable(tx, &account, cmd.order)?;
    let reserved = ledger::reserved_by_credit(tx, &account)?;
    let held = reserved.get(&receipt.entry).copied().unwrap_or(0);
    let free = store::open_of_entry(tx, receipt.entry)? - held;
    let most = free.min(room(tx, &order)?);
    let amount = match &cmd.amount {
        Some(text) => positive(text, receipt.currency, "amount")?,
        None => most,
    };
    if free <= 0 {
        return Err(refusals::receipt_not_on_account(&receipt.no).into());
    }
    if amount <= 0 || amount > most {
        let money = |minor| Money::new(minor, receipt.currency);
        return Err(refusals::more_than_reservable(money(most.max(0))).into());
    }
    ledger::reserve(tx, meta, &mut account, receipt.entry, order.id, amount)
}

/// Takes the reservation of a receipt for an order back: the money is on account for anything.
pub fn lift_reservation(tx: &mut Tx<'_>, receipt: ReceiptId, order: OrderId) -> db::Result<()> {
    let receipt = store::receipt(tx, receipt)?.ok_or_else(refusals::receipt_not_found)?;
    let mut account = ledger::lock_account(tx, receipt.account)?;
    match ledger::lift_one(tx, &mut account, receipt.entry, order)? {
        0 => Err(refusals::not_reserved().into()),
        _ => Ok(()),
    }
}

/// How much of new money a confirmed order can still wait for.
pub(crate) fn room_of(tx: &mut Tx<'_>, account: &AccountRow, order: OrderId) -> db::Result<i64> {
    let order = reservable(tx, account, order)?;
    room(tx, &order)
}

fn reservable(tx: &mut Tx<'_>, account: &AccountRow, order: OrderId) -> db::Result<OrderRow> {
    let order = store::order(tx, order)?.ok_or_else(refusals::order_not_found)?;
    if order.account != account.id {
        return Err(refusals::order_of_another_account(order.no()).into());
    }
    if order.origin != "order" || !matches!(order.state.as_str(), "confirmed" | "closed") {
        return Err(refusals::order_not_waiting(order.no()).into());
    }
    Ok(order)
}

/// What the order will still come to owe, less what waits for it already.
fn room(tx: &mut Tx<'_>, order: &OrderRow) -> db::Result<i64> {
    let posted: i64 = tx.one(POSTED, p![order.id])?;
    let reserved = ledger::reservations_of_order(tx, order.id)?;
    let reserved: i64 = reserved.iter().map(|one| one.amount).sum();
    let room = order.total - posted - reserved;
    if order.state != "confirmed" || room <= 0 {
        return Err(refusals::order_not_waiting(order.no()).into());
    }
    Ok(room)
}

/// The reservations of an order or a receipt as people see them.
pub(crate) fn views(
    tx: &mut Tx<'_>,
    rows: Vec<ledger::Reservation>,
    currency: base::Currency,
) -> db::Result<Vec<queries::ReservationView>> {
    let mut views = Vec::with_capacity(rows.len());
    for row in rows {
        let (receipt_id, receipt_no) = queries::receipt_of_entry(tx, row.credit)?;
        let order = store::order(tx, row.order)?.ok_or_else(refusals::order_not_found)?;
        views.push(queries::ReservationView {
            order_id: row.order,
            order_no: order.no().to_owned(),
            receipt_id,
            receipt_no,
            amount: Money::new(row.amount, currency),
            reserved_on: row.reserved_on,
        });
    }
    Ok(views)
}

/// What of a credit is free for anything.
pub(crate) fn free_of_entry(tx: &mut Tx<'_>, account: &AccountRow, entry: EntryId) -> db::Result<i64> {
    let reserved = ledger::reserved_by_credit(tx, account)?;
    Ok(store::open_of_entry(tx, entry)? - reserved.get(&entry).copied().unwrap_or(0))
}
