//! Sales: orders, deliveries, returns.
//!
//! An **order** is a commitment; it makes no receivable. Draft → confirmed (numbered, committed,
//! checked against the credit limit) or held → closed or cancelled; a cancelled rest can be promised again. A **delivery** makes the receivable: draft
//! → released (goods may leave) → posted. Whole or in part from an order, or without one: then it
//! makes its own (`origin` direct), so every receivable belongs to exactly one order.
//!
//! - Posted documents never change. A reversal is a counter-document with a reason; both close each
//!   other in the ledger. A **return** takes back what was delivered, never more.
//! - A line taken from another takes round(cumulative quantity × price) less what earlier documents
//!   took: the parts sum to the whole to the last unit.
//! - Along the chain the exposure stays: what a delivery takes leaves the order's commitment, becomes
//!   shipped at release and receivable at posting. Goods already released are never held back.
//! - Quantities and amounts of deliveries are signed as they count for the customer's debt.
//! - An opening document (`origin` opening) is an order without goods: what was owed, or a credit, when
//!   the books began. One per document, so that each is settled, dunned or given up by itself.
//! - Settlement lines (bad debt) stand beside the goods of an order and never change its total.
//!
//! - What credit holds back waits: an order as `held`, numbered and uncommitted, a delivery as the draft it is.
//!   Both go by themselves, in order, as soon as the rules let them ([`release_waiting`]).
//!
//! Deliberately absent: stock, taxes beside the price.

mod checks;
mod commands;
mod http;
#[cfg(test)]
mod list_tests;
mod queries;
mod queue;
mod refusals;
mod rules;
mod store;
mod types;

pub use checks::CHECKS;
pub use commands::{
    EnterOpening, ImportedDocument, ImportedLine, NewCharge, NewOpening, Opened, RETURN_POSTED, amend_order,
    append_settlement_line, cancel_order, confirm_order, create_charge, create_opening, delete_delivery,
    delete_order, enter_opening, post_delivery, post_imported, post_new, release_delivery, reopen_order,
    request_delivery_override, request_order_override, reverse_delivery, save_delivery, save_order,
    withdraw_delivery,
};
pub use http::router;
pub use ledger::OrderId;
pub use queue::{release_some, release_waiting};
pub use store::{delivery, delivery_lines, order, order_lines};
pub use types::*;

/// Every statement of this crate, for the test that prepares them on both databases.
pub const STATEMENTS: &[&[db::Sql]] = &[store::STATEMENTS, queries::STATEMENTS, checks::STATEMENTS];

/// Every statement that the lists of this crate can make.
pub fn list_statements() -> Vec<String> {
    queries::list_statements()
}
