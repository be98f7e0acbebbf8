//! The acts. Each reads as its story: load, decide by the rules, write.

mod deliveries;
mod imported;
mod orders;
mod posting;
pub(crate) mod prepare;
mod reversal;
mod settlement;

pub use deliveries::{delete_delivery, save_delivery};
pub use imported::{ImportedDocument, ImportedLine, post_imported};
pub(crate) use orders::release_held as release_held_order;
pub use orders::{
    amend_order, cancel_order, confirm_order, delete_order, reopen_order, request_order_override, save_order,
};
pub(crate) use posting::release_held as release_held_delivery;
pub use posting::{
    RETURN_POSTED, post_delivery, post_new, release_delivery, request_delivery_override, withdraw_delivery,
};
pub use reversal::reverse_delivery;
pub use settlement::{
    EnterOpening, NewCharge, NewOpening, Opened, append_settlement_line, create_charge, create_opening,
    enter_opening,
};

use base::Refusal;
use db::Tx;
use ledger::{AccountRow, OrderId};

use crate::refusals;

/// Whether money was kept for all that an order still promises.
fn is_prepaid(tx: &mut Tx<'_>, account: &AccountRow, order: OrderId, left: i64) -> db::Result<bool> {
    if account.reserved_credit == 0 {
        return Ok(false);
    }
    let kept = ledger::reservations_of_order(tx, order)?;
    Ok(kept.iter().map(|one| one.amount).sum::<i64>() >= left)
}

/// A document is changed by whoever looked at its newest version; `None` skips the comparison.
fn same_version(stored: i64, seen: Option<i64>) -> Result<(), Refusal> {
    match seen {
        Some(seen) if seen != stored => Err(refusals::changed_meanwhile(stored)),
        _ => Ok(()),
    }
}
