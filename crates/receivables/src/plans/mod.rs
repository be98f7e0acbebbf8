//! Payment plans: what is open on some items, agreed to be paid in rows.
//!
//! The ledger splits the items by the rows ([`ledger::agree_instalments`]); what is left of a row is
//! never kept twice. A change is a new version over what is still open; the old rows stay for reading.

mod commands;
mod http;
mod queries;
mod rules;
mod store;

pub use commands::{
    AgreePlan, ChangePlan, Propose, RowInput, accelerate_breached, agree_plan, change_plan, end_plan,
    propose, wake,
};
pub use http::router;
pub use ledger::PlanId;
pub use queries::{PLANS, PlanDetail, PlanItem};
pub use queries::{due_rows, plan, plans};
pub use rules::{BreachRule, PlanRow, Standing, Step};

pub(crate) use commands::jobs;

/// Every statement of payment plans.
pub(crate) const STATEMENTS: [&[db::Sql]; 2] = [queries::STATEMENTS, store::STATEMENTS];
