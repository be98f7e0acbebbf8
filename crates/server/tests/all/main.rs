//! HTTP stories on both databases: set-up, login, sessions, users, and every operation as everybody.

mod description;
mod every_operation;
mod harness;
mod login;
mod other_company;
mod serving;
mod setup;
mod story;
mod users;
