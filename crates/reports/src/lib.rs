//! Reports: figures of the books at any date, tied to each other, and what is read from them.
//!
//! - **Figures at a date**: ageing, open items, ledger and statements as they were at the end of a day, each
//!   from its own source, and the line that says whether they agree ([`figures`]).
//! - **Closing a period**: what should be done before the lock date is moved ([`closing`]).
//! - **Collection figures**: days sales outstanding, collection effectiveness, expected cash by week
//!   ([`cash`]); the formulas are in [`rules`].
//! - **Disagreement**: the rows behind a red line of the check, with where they open ([`offenders`]).
//!
//! This slice has no table: everything is a function of what the slices below publish.

pub mod cash;
pub mod closing;
pub mod download;
pub mod figures;
mod http;
pub mod offenders;
pub mod rules;

pub use http::router;

/// Every statement of this crate, for the test that prepares them on both databases.
pub const STATEMENTS: &[&[db::Sql]] = &[
    cash::STATEMENTS,
    closing::STATEMENTS,
    figures::STATEMENTS,
    figures::of_all::STATEMENTS,
    figures::of_one::STATEMENTS,
    offenders::STATEMENTS,
];
