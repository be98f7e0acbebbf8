//! What every slice's acts share: the context of a call, the one pipeline that commands go
//! through, refusals as answers, lists, document numbers, jobs, long runs, search words, checks.
//!
//! No business word lives here. A command is an ordinary function over a transaction and a
//! [`Meta`]; [`Ctx::command`] gives it idempotency, an audit row and one commit.

pub mod audit;
pub mod check;
mod ctx;
mod http;
pub mod job;
pub mod list;
pub mod number;
mod problem;
pub mod run;
pub mod search;
pub mod spreadsheet;

pub use ctx::{Act, Answer, Ctx, Meta, forget_answers};
pub use http::{App, AppState, Clock, JsonBody, PathId};
pub use problem::{Problem, ProblemBody, Response as HttpResult};

/// Every statement of this crate, for the test that prepares them on both databases.
pub const STATEMENTS: &[&[db::Sql]] = &[
    audit::STATEMENTS,
    ctx::STATEMENTS,
    job::STATEMENTS,
    number::STATEMENTS,
    run::STATEMENTS,
];
