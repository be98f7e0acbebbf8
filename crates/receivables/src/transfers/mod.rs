//! Amounts that move from one account to another: a debt or a credit of one customer becomes another's,
//! with a note of consent; or a credit in one currency pays in another, at a rate. Two entries of kind
//! `transfer`, each in its own account and currency; both accounts are locked in the order of their
//! identities. No value is converted twice: the second amount is computed once and stored with its rate.

mod commands;
pub(crate) mod http;
pub mod queries;
pub mod rules;
mod store;

pub use commands::{EnterTransfer, Transferred, reverse_transfer, transfer};
pub use queries::{Transfer, TransferId};
pub(crate) use store::STATEMENTS;
