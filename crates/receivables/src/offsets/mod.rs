//! A customer who also supplies us: what we owe is kept beside the receivables, and the two are set against
//! each other only by a document of its own.
//!
//! - A **payable** is a bill of theirs, entered by hand; a wrong one is taken back by a row of its own.
//! - An **offset** has two legs of one amount in one act: a credit that closes what the customer owes, and
//!   the bills that it pays. Taking it back opens both again.

mod commands;
pub(crate) mod http;
pub mod queries;
mod store;
mod types;

pub use commands::{enter_bill, offset, reverse_bill, reverse_offset};
pub(crate) use store::STATEMENTS;
pub use types::*;
