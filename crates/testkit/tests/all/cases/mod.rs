//! The corner cases, one test a row, on both databases.

mod alloc;
mod baddebt;
mod credit;
mod figures;
mod cycles;
mod stmts;
mod trade;
