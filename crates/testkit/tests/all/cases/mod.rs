//! The corner cases, one test a row, on both databases.

mod alloc;
mod baddebt;
mod credit;
mod cycles;
mod figures;
mod stmts;
mod trade;
