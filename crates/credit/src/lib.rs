//! Credit: what counts against a customer's limit, and the decision whether goods may go.
//!
//! Exposure = ordered + shipped + receivable + uncleared instruments - open credits. Ordered, shipped and
//! uncleared are commitments that the slices above tell; receivable and credits are the ledger's.
//! Unallocated receipts therefore count at once. A limit of NULL is unlimited, a limit of 0 is cash only.
//!
//! - Every check happens under the account's lock (the group's first), on the exposure after the event, and
//!   leaves a decision record, also when it refuses. Entries carry the account's version, so the record can be
//!   computed again from the ledger.
//! - Rules are laid down for the company, a group or an account; the narrowest decides, all are evaluated, the
//!   strictest action counts. Rules about what is overdue look at it after every free credit was applied to
//!   the oldest on paper: paid but not written off never holds anybody back.
//! - What is held waits in a queue per account ([`holds`]); whoever releases a document is above.
//! - An approval ([`overrides`]) covers one version of one document, up to an amount, once.

mod checks;
mod commands;
pub mod holds;
pub mod http;
pub mod overrides;
mod queries;
mod refusals;
pub mod rules;
pub mod settings;
mod store;
mod types;

pub use checks::CHECKS;
pub use commands::{
    Checked, Judged, alert, check, commit, conclude, judge, keep, open, preview, set_limit,
    statement_answered, statement_waits,
};
pub use queries::{FindingView, HoldView, hold_of};
pub use refusals::on_hold;
pub use store::{Standing, exposure, exposure_on, lock_account, standing};
pub use types::*;

/// Every statement of this crate, for the test that prepares them on both databases.
pub const STATEMENTS: &[&[db::Sql]] = &[
    checks::STATEMENTS,
    commands::STATEMENTS,
    holds::STATEMENTS,
    overrides::STATEMENTS,
    queries::STATEMENTS,
    settings::STATEMENTS,
    store::STATEMENTS,
];

/// Every statement that the lists of this crate can make.
pub fn list_statements() -> Vec<String> {
    queries::list_statements()
}
