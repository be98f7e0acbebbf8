//! Statements: settlement cycles, periods, statements, share links and the customer's page.
//!
//! An account has one **series**: periods that follow each other without gap or overlap, planned from
//! a watermark. A **period** is a row from the moment it is over; nothing asks whether today is the
//! day. A **statement** takes every entry that is on no live statement and belongs to its period, opens
//! with the closing of the one before, and is frozen when it is issued: lines, names, terms, and a
//! digest of them. Statements of a series are issued strictly in order.
//!
//! - *Live* is issued, and neither void nor superseded by a later version. An entry is on at most one live statement.
//! - Periods of date kinds are planned by the planner and issued by a run; periods of event kinds (a
//!   delivery per document, a threshold) are planned and issued by the planner, moments after the event.
//! - A **share link** opens exactly one statement to whoever has it, until it expires or is revoked.
//! - Four facets stand beside each other: document, delivery, answer, settlement. Delivery and answer are
//!   events that are only added; settlement is computed from what is open.
//! - The **guard** lists what is owed and not on its way: nothing is forgotten silently.
//!
//! Creating a customer lives here as well: this is the topmost slice that knows account, limit and cycle.
//!
//! Deliberately absent: sending (mail, messages); the customer answers by phone or on paper.

mod ageing;
mod checks;
mod customers;
mod cycles;
mod cycles_http;
mod desk;
mod dispute_http;
mod disputes;
mod due;
mod facet_http;
mod facets;
mod guard;
mod http;
mod issue;
mod link;
mod public;
mod queries;
pub mod rules;
mod run;
mod settings;
mod simulate;
mod simulate_http;
mod store;
mod supersede;
mod types;

pub use checks::{CHECKS, issued_after, verify_hashes, verify_periods};
pub use customers::{
    Created, NewCustomer, Updated, account_of, add_currency, create_customer, set_base_credit,
    update_customer,
};
pub use cycles::{Foreseen, Foresight, history as cycle_history, preview as preview_cycle, set_cycle};
pub use desk::Tally;
pub use disputes::{
    DisputeItem, DisputeView, RaiseDispute, assign as assign_dispute, dispute, disputes,
    raise as raise_dispute, resolve as resolve_dispute, withdraw as withdraw_dispute,
};
pub use facets::{AnswerEvent, DeliveryEvent, GiveAnswer, answer, answers, deem, deliver, deliveries};
pub use guard::{GuardCase, GuardLine, NothingForgotten, cases as guard_cases, nothing_forgotten};
pub use http::router;
pub use issue::{Issued, close_period, due_when_confirmed, issue_period, reopen_period, skip_period};
pub use link::{LinkRow, Opened, of_statement as links, record_view, revoke, share, token as link_token};
pub use public::{Doorman, Visitor, router as public_router};
pub use queries::{
    ISSUED, LineNow, Now as StatementNow, PeriodItem, StatementItem, StatementListed, StatementView,
    all_statements, lines_now, periods, statement as view, statements as list,
};
pub use run::{Failed, Outcome, jobs, plan_blocking, planner_has_work, run_blocking, start, wake};
pub use settings::{Settings, get as settings, set as set_settings};
pub use store::lines;
pub use supersede::{supersede, void};
pub use types::*;

/// Every statement of this crate, for the test that prepares them on both databases.
pub const STATEMENTS: &[&[db::Sql]] = &[
    ageing::STATEMENTS,
    checks::STATEMENTS,
    disputes::STATEMENTS,
    due::STATEMENTS,
    facets::STATEMENTS,
    guard::STATEMENTS,
    link::STATEMENTS,
    public::STATEMENTS,
    queries::STATEMENTS,
    settings::STATEMENTS,
    simulate::STATEMENTS,
    store::STATEMENTS,
];

/// Statements without a company: the look-up of a share link.
pub const SYSTEM_STATEMENTS: &[db::Sql] = link::SYSTEM_STATEMENTS;

/// Every statement that the lists of this crate can make.
pub fn list_statements() -> Vec<String> {
    let mut all = queries::list_statements();
    all.extend(disputes::list_statements());
    all
}
