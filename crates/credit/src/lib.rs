//! Credit: what counts against a customer's limit, and the decision whether goods may go.
//!
//! Exposure = ordered + shipped + receivable + uncleared instruments - open credits. Ordered and
//! shipped are commitments that `sales` tells; receivable and credits are the ledger's. Unallocated
//! receipts therefore count at once. A limit of NULL is unlimited, a limit of 0 is cash only.
//!
//! Every check happens under the account's lock, on the exposure after the event, and leaves a
//! decision record, also when it refuses.

mod checks;
mod commands;
pub mod http;
mod queries;
pub mod rules;
mod types;

pub use checks::CHECKS;
pub use commands::{Checked, check, commit, exposure, open, set_limit};
pub use types::*;

/// Every statement of this crate, for the test that prepares them on both databases.
pub const STATEMENTS: &[&[db::Sql]] = &[checks::STATEMENTS, commands::STATEMENTS, queries::STATEMENTS];
