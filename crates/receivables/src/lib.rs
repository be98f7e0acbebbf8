//! Receivables: money in, what it closes, and what is given up.
//!
//! - A **receipt** is one ledger entry of minus its amount. It is recorded and allocated in one act;
//!   what it does not close stays on account and counts at once against the credit exposure. It is
//!   never changed: a bounced one is reversed, and the items it closed are owed again.
//! - **Allocation** joins credits with debits of one account: named items, the lines of a statement,
//!   or oldest first. Whoever names an item says what they saw as open; if it is no longer so, the
//!   act is a conflict that carries the fresh figures.
//! - A **bad debt** is management's: a settlement line on the order, an entry (internal unless it is
//!   disclosed) that closes the order's items, a row of the register. Undo and recovery are new acts.
//!   Goods that come back later first take back as much of it (a job of the return's posting).
//!   Or what the money is for is found step by step (`allocation_rules`), each answer with its evidence;
//!   where more than one fits, it is proposed and not posted.
//! - Early-payment **discount** and small **differences** are entries of their own that go with the write-off
//!   they belong to, and come back with it.
//! - Money that came in ahead may be **reserved** for an order: nothing else uses it, and what the order comes
//!   to owe closes with it at posting.
//! - A bill or cheque behind a receipt clears later ([`instruments`]); a deposit or guarantee is held apart.
//! - [`transfers`] move a debt or a credit to another account; [`offsets`] set it against what we owe.
//! - Charges, expense notes, refunds and small differences are **adjustments** ([`adjustments`]).
//! - An order is **unsettled** while its open items are more than nothing; ageing, the start page and
//!   the balances report are functions of entries and allocations.
//!
//! - A **payment plan** lets items fall due in rows; a row that stays unpaid too long is a breach.
//!
//! Not here: statements (they hand over entry identities), reminders, bank files,
//! the finance side of bad debt.

pub mod adjustments;
pub mod allocation_rules;
mod bad_debt;
mod checks;
mod commands;
mod concessions;
mod deciding;
mod deposits;
mod http;
pub mod instruments;
pub mod offsets;
mod plans;
pub mod queries;
pub mod refusals;
mod reservations;
pub mod rules;
mod settling_http;
pub mod settling_rules;
mod store;
mod terms;
pub mod transfers;
mod types;

pub use bad_debt::batch::{NotProcessed, ProcessMany, process_many};
pub use bad_debt::finance::{
    AllowanceRun, AllowanceRunId, BookWriteOff, Bucket, ChangeLine, ProposeAllowance, ReconciliationRow,
    RunDetail, SingleItem, WriteOff, WriteOffId, add_single, allowance_run, allowance_runs, book_write_off,
    change_line, drop_allowance, post_allowance, propose_allowance, rates, reconciliation, reverse_write_off,
    save_rates, write_offs,
};
pub use bad_debt::reasons::{ReasonItem, SaveReason, Setting, reasons, save_reason, save_setting, setting};
pub use bad_debt::report::{Group, ReportRow, report};
pub use bad_debt::requests::{BadDebtRequest, RequestId, RequestItem, reject_bad_debt, requests};
pub use bad_debt::{
    BadDebtDone, absorb_return, approve_bad_debt, process_bad_debt, recover_bad_debt, request_bad_debt,
    undo_bad_debt,
};
pub use checks::CHECKS;
pub use commands::{
    Closing, Outcome, Recorded, allocate_credits, allocate_credits_with, preview_allocation, preview_receipt,
    preview_receipt_with, record_receipt, record_receipt_with, reverse_receipt, undo_allocation,
    undo_write_off,
};
pub use deposits::{UseDeposit, preview_deposit, use_deposit};
pub use http::router;
pub use plans::{
    AgreePlan, BreachRule, ChangePlan, PlanDetail, PlanId, PlanItem, PlanRow, Propose, RowInput, Standing,
    Step, accelerate_breached, agree_plan, change_plan, end_plan, propose, wake,
};
pub use reservations::{lift_reservation, reserve_receipt};
pub use store::imported_receipt;
pub use terms::{set_terms, set_tolerance};
pub use types::*;

/// Every statement of this crate, for the test that prepares them on both databases.
pub const STATEMENTS: &[&[db::Sql]] = &[
    adjustments::STATEMENTS,
    bad_debt::reasons::STATEMENTS,
    bad_debt::finance::STATEMENTS[0],
    bad_debt::finance::STATEMENTS[1],
    bad_debt::report::STATEMENTS,
    bad_debt::requests::STATEMENTS,
    checks::STATEMENTS,
    concessions::STATEMENTS,
    instruments::store::STATEMENTS,
    offsets::STATEMENTS,
    queries::STATEMENTS,
    reservations::STATEMENTS,
    plans::STATEMENTS[0],
    plans::STATEMENTS[1],
    store::STATEMENTS,
    terms::STATEMENTS,
    transfers::STATEMENTS,
];

/// Every statement that is put together at run time.
pub fn list_statements() -> Vec<String> {
    let lists = [
        &queries::RECEIPTS,
        &queries::UNSETTLED,
        &queries::UNSETTLED_BY_CUSTOMER,
        &queries::CREDITS,
        &queries::REGISTER,
        &bad_debt::finance::WRITE_OFFS,
        &plans::PLANS,
        &adjustments::queries::ADJUSTMENTS,
        &instruments::queries::INSTRUMENTS,
        &transfers::queries::TRANSFERS,
        &bad_debt::requests::REQUESTS,
    ];
    let mut all: Vec<String> = lists.iter().flat_map(|list| list.statements()).collect();
    all.extend(store::built_statements());
    all
}

/// The handlers of this slice's jobs.
pub fn jobs(handlers: &mut kit::job::Handlers) {
    bad_debt::jobs(handlers);
    plans::jobs(handlers);
}
