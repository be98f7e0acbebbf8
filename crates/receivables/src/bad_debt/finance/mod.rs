//! The finance side of bad debt, where a company uses it: what is set aside for debts that may not be
//! paid (the allowance), and write-offs as they are booked.
//!
//! Nothing here is an entry of the ledger: what customers owe is management's and does not change. A
//! write-off is an event of its own that may be linked to a bad debt; day and amount may differ, and the
//! reconciliation shows what one side has and the other has not.

mod allowance;
mod http;
mod refusals;
mod rules;
mod write_offs;

pub use allowance::{
    AllowanceRun, AllowanceRunId, ChangeLine, ProposeAllowance, RunDetail, SingleItem, add_single,
    allowance_run, allowance_runs, change_line, drop_allowance, post_allowance, propose_allowance, rates,
    save_rates,
};
pub use http::router;
pub use rules::Bucket;
pub use write_offs::{
    BookWriteOff, ReconciliationRow, WRITE_OFFS, WriteOff, WriteOffId, book_write_off, reconciliation,
    reverse_write_off, write_offs,
};

/// Every statement of the finance side.
pub(crate) const STATEMENTS: [&[db::Sql]; 2] = [allowance::STATEMENTS, write_offs::STATEMENTS];
