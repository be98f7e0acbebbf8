//! Who may do what: companies (sets of books), users, their roles, sessions, set-up and login.

mod rules;
mod types;

pub use types::{Company, Permission, Role};
