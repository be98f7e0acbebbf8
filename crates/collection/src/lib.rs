//! Collection: whom to call today, what was said, what was promised.
//!
//! - The **work list** is every account with something overdue, the greatest amount × age first. Overdue is read
//!   from `ledger_v_owed_part`: instalments by their rows, disputed parts left out. Free credits are taken off
//!   the oldest first, so nobody is called who has paid and is only not written off yet.
//! - A **contact** is a line of the record; it may set what comes next and when.
//! - A **promise to pay** is kept when receipts dated from the day it was made to the day it names come to its
//!   amount; one receipt counts for one promise. Nothing is stored about that: it follows from the ledger.
//!
//! Not here: reminders to customers, payment plans (`receivables`).

mod checks;
mod commands;
mod http;
pub mod queries;
pub mod rules;

pub use checks::CHECKS;
pub use commands::{Contact, NewPromise, change_case, promise, record_contact, withdraw_promise};
pub use http::router;

/// Every statement of this crate, for the test that prepares them on both databases.
pub const STATEMENTS: &[&[db::Sql]] = &[checks::STATEMENTS, commands::STATEMENTS, queries::STATEMENTS];
