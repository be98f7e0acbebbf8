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
pub use orders::{cancel_order, confirm_order, delete_order, save_order};
pub use posting::{RETURN_POSTED, post_delivery, post_new, release_delivery, withdraw_delivery};
pub use reversal::reverse_delivery;
pub use settlement::{
    EnterOpening, NewCharge, NewOpening, Opened, append_settlement_line, create_charge, create_opening,
    enter_opening,
};

use base::Refusal;

use crate::refusals;

/// A document is changed by whoever looked at its newest version; `None` skips the comparison.
fn same_version(stored: i64, seen: Option<i64>) -> Result<(), Refusal> {
    match seen {
        Some(seen) if seen != stored => Err(refusals::changed_meanwhile(stored)),
        _ => Ok(()),
    }
}
