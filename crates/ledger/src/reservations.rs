//! Credits reserved for an order: money that came in before the goods left. A reservation is part of what
//! is open on the credit; only what the order comes to owe may use it, at posting, without a hand.

use std::collections::HashMap;

use base::{Day, Money, Refusal};
use db::{Tx, p};
use kit::Meta;

use crate::accounts::save;
use crate::allocations::{allocate, refresh_orders, undo_act};
use crate::types::{AccountId, AccountRow, ActRef, Allocate, EntryId, OrderId};

db::statements! {
    OF_ORDER = "SELECT order_id, credit_entry_id, amount_minor, reserved_on FROM ledger_reservation \
        WHERE company_id = $1 AND order_id = $2 ORDER BY reserved_on, credit_entry_id";
    OF_CREDIT = "SELECT order_id, credit_entry_id, amount_minor, reserved_on FROM ledger_reservation \
        WHERE company_id = $1 AND account_id = $2 AND credit_entry_id = $3 ORDER BY reserved_on, order_id";
    OF_ACCOUNT = "SELECT credit_entry_id, CAST(SUM(amount_minor) AS BIGINT) FROM ledger_reservation \
        WHERE company_id = $1 AND account_id = $2 GROUP BY credit_entry_id";
    OPEN_CREDIT = "SELECT open_minor FROM ledger_open_item \
        WHERE company_id = $1 AND entry_id = $2 AND account_id = $3 AND side = -1";
    ADD = "INSERT INTO ledger_reservation \
        (company_id, order_id, credit_entry_id, account_id, amount_minor, reserved_on) \
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (company_id, order_id, credit_entry_id) DO UPDATE SET \
        amount_minor = ledger_reservation.amount_minor + excluded.amount_minor";
    SET = "UPDATE ledger_reservation SET amount_minor = $4 \
        WHERE company_id = $1 AND order_id = $2 AND credit_entry_id = $3";
    DELETE = "DELETE FROM ledger_reservation \
        WHERE company_id = $1 AND order_id = $2 AND credit_entry_id = $3";
    CONSUMED = "SELECT a.credit_entry_id, a.amount_minor FROM ledger_allocation a \
        WHERE a.company_id = $1 AND a.act_kind = 'reservation' AND a.act_id = $2 AND a.reversal_of IS NULL \
        AND NOT EXISTS (SELECT 1 FROM ledger_allocation r WHERE r.company_id = a.company_id \
        AND r.reversal_of = a.id) ORDER BY a.id";
}

/// Names the allocations by which a posted document uses up what was reserved for its order.
pub const RESERVATION_ACT: &str = "reservation";

/// So much of a credit waits for an order.
#[derive(Clone, Debug)]
pub struct Reservation {
    pub order: OrderId,
    pub credit: EntryId,
    /// Positive.
    pub amount: i64,
    pub reserved_on: Day,
}

db::from_row! { Reservation { order, credit, amount, reserved_on } }

/// Reserves `amount` of a credit of a locked account for an order, beside what is reserved already.
///
/// # Errors
/// `ledger.amount_not_positive`; `ledger.not_open` when it is no open credit of this account;
/// `ledger.reserved_for_order` when less is free.
pub fn reserve(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &mut AccountRow,
    credit: EntryId,
    order: OrderId,
    amount: i64,
) -> db::Result<()> {
    if amount <= 0 {
        return Err(Refusal::invalid("ledger.amount_not_positive").into());
    }
    let open: Option<i64> = tx.opt(OPEN_CREDIT, p![credit, account.id])?;
    let open = open.ok_or_else(|| Refusal::conflict("ledger.not_open").with("entry", credit))?;
    let reserved = reserved_by_credit(tx, account)?
        .get(&credit)
        .copied()
        .unwrap_or(0);
    free_of(account, open - reserved, reserved, amount)?;
    tx.push(ADD, p![order, credit, account.id, amount, meta.today])?;
    account.reserved_credit += amount;
    refresh_orders(tx, vec![order])?;
    save(tx, account)
}

/// Refuses what a reservation holds back.
pub(crate) fn free_of(account: &AccountRow, free: i64, reserved: i64, wanted: i64) -> Result<(), Refusal> {
    if free >= wanted {
        return Ok(());
    }
    let money = |minor| Money::new(minor, account.currency);
    Err(Refusal::conflict("ledger.reserved_for_order")
        .with("free", money(free))
        .with("reserved", money(reserved))
        .with("wanted", money(wanted)))
}

/// What is reserved for an order, oldest first.
pub fn reservations_of_order(tx: &mut Tx<'_>, order: OrderId) -> db::Result<Vec<Reservation>> {
    tx.all(OF_ORDER, p![order])
}

/// The orders that a credit is reserved for.
pub fn reservations_of_credit(
    tx: &mut Tx<'_>,
    account: AccountId,
    credit: EntryId,
) -> db::Result<Vec<Reservation>> {
    tx.all(OF_CREDIT, p![account, credit])
}

/// How much of each credit of the account is reserved; asks nothing where nothing is.
pub fn reserved_by_credit(tx: &mut Tx<'_>, account: &AccountRow) -> db::Result<HashMap<EntryId, i64>> {
    if account.reserved_credit == 0 {
        return Ok(HashMap::new());
    }
    let rows: Vec<(EntryId, i64)> = tx.all(OF_ACCOUNT, p![account.id])?;
    Ok(rows.into_iter().collect())
}

/// Lifts everything reserved for an order: the credits are free again. Answers how much that was.
pub fn lift_order(tx: &mut Tx<'_>, account: &mut AccountRow, order: OrderId) -> db::Result<i64> {
    let rows = if account.reserved_credit == 0 {
        Vec::new()
    } else {
        reservations_of_order(tx, order)?
    };
    lift(tx, account, &rows)
}

/// Lifts everything that is reserved of a credit: before it is reversed.
pub fn lift_credit(tx: &mut Tx<'_>, account: &mut AccountRow, credit: EntryId) -> db::Result<i64> {
    let rows = if account.reserved_credit == 0 {
        Vec::new()
    } else {
        reservations_of_credit(tx, account.id, credit)?
    };
    lift(tx, account, &rows)
}

/// Lifts what is reserved of one credit for one order.
pub fn lift_one(
    tx: &mut Tx<'_>,
    account: &mut AccountRow,
    credit: EntryId,
    order: OrderId,
) -> db::Result<i64> {
    let mut rows = reservations_of_credit(tx, account.id, credit)?;
    rows.retain(|row| row.order == order);
    lift(tx, account, &rows)
}

fn lift(tx: &mut Tx<'_>, account: &mut AccountRow, rows: &[Reservation]) -> db::Result<i64> {
    if rows.is_empty() {
        return Ok(0);
    }
    let mut sum = 0;
    for row in rows {
        tx.push(DELETE, p![row.order, row.credit])?;
        sum += row.amount;
    }
    account.reserved_credit -= sum;
    refresh_orders(tx, rows.iter().map(|row| row.order).collect())?;
    save(tx, account)?;
    Ok(sum)
}

/// A document of the order was posted: `amount` of what is reserved for it closes its entry, the oldest
/// reservation first. The act is the document; [`give_back_reserved`] undoes it.
pub fn consume_reserved(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &mut AccountRow,
    (order, document): (OrderId, i64),
    debit: EntryId,
    amount: i64,
) -> db::Result<()> {
    let mut left = amount;
    let mut wanted = Vec::new();
    for row in reservations_of_order(tx, order)? {
        let part = row.amount.min(left);
        if part <= 0 {
            break;
        }
        if part == row.amount {
            tx.push(DELETE, p![order, row.credit])?;
        } else {
            tx.push(SET, p![order, row.credit, row.amount - part])?;
        }
        account.reserved_credit -= part;
        left -= part;
        wanted.push(Allocate {
            debit,
            credit: row.credit,
            amount: part,
            effective: None,
        });
    }
    let act = ActRef {
        kind: RESERVATION_ACT,
        id: document,
    };
    allocate(tx, meta, account, act, &wanted, "")?;
    refresh_orders(tx, vec![order])
}

/// The document is taken back: what it used up is reserved for the order again.
pub fn give_back_reserved(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &mut AccountRow,
    (order, document): (OrderId, i64),
    reason: &str,
) -> db::Result<()> {
    let used: Vec<(EntryId, i64)> = tx.all(CONSUMED, p![document])?;
    if used.is_empty() {
        return Ok(());
    }
    let act = ActRef {
        kind: RESERVATION_ACT,
        id: document,
    };
    undo_act(tx, meta, account, act, reason)?;
    for (credit, amount) in used {
        reserve(tx, meta, account, credit, order, amount)?;
    }
    Ok(())
}
