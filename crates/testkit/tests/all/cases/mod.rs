//! The corner cases, one test a row, on both databases.

mod alloc;
mod stmts;
mod trade;
