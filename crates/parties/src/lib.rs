//! Parties: the customers who buy.
//!
//! A **customer** has a code that is unique in its company, a name, one contact, a language (of
//! what is sent to it), a currency and possibly a salesperson. What it owes is no property of the
//! customer: that is its account in the ledger.
//!
//! This crate knows the row and how it is found. Creating a customer also opens an account, sets a
//! limit and a settlement cycle: the act that does all of it lives in the topmost slice that needs
//! it and calls [`insert`]. Customers are never deleted; an inactive one takes no new document.

mod commands;
mod http;
mod queries;
mod rules;
mod store;
mod types;

pub use commands::{check_salesperson, insert, update};
pub use http::router;
pub use queries::{CustomerItem, Salesperson};
pub use store::{find_by_code, find_by_name, get, payer_of};
pub use types::{Customer, CustomerId, CustomerRow, NewCustomer};

/// Every statement of this crate, for the test that prepares them on both databases.
pub const STATEMENTS: &[&[db::Sql]] = &[store::STATEMENTS];

/// Every statement that the lists of this crate can make.
pub fn list_statements() -> Vec<String> {
    queries::CUSTOMERS.statements()
}
