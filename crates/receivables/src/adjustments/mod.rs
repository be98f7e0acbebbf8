//! Documents without goods that change what a customer owes.
//!
//! - A **charge** is a receivable with a reason. It is an order of its own (`origin` charge), so it stands
//!   in the list of unsettled orders and is settled or given up like any other.
//! - An **expense** note (rebate, freight or promotion borne by us) is a credit, used like a receipt.
//! - A **refund** is money back to the customer, out of named credits.
//! - A **difference** is a small rest of one item, of either side, that is written off by hand.
//!
//! Above the company's threshold an expense, a refund or a difference waits until somebody else approves
//! it; only then does it touch the ledger.

mod commands;
pub(crate) mod http;
pub mod queries;
pub mod rules;
mod store;
mod types;

pub use commands::{Entered, approve, enter, preview_expense, reject, reverse, set_threshold};
pub(crate) use store::STATEMENTS;
pub use types::*;
