//! HTTP stories on both databases: set-up, login, sessions, users, and every operation as everybody.

mod description;
mod every_operation;
mod harness;
mod login;
mod serving;
mod setup;
mod users;
