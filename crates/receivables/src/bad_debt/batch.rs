//! Several orders given up for one reason: one run, each order its own act and line. What one order is
//! refused for stops no other.

use db::Tx;
use kit::job::{Handlers, Job, Step};
use kit::run::RunId;
use kit::{Meta, job};
use ledger::OrderId;
use serde::{Deserialize, Serialize};

use super::{process_bad_debt, reasons};
use crate::commands::{required, within};
use crate::refusals;
use crate::types::{BadDebtReason, ProcessBadDebt};

/// Kind of the run's row and of its job.
pub const KIND: &str = "receivables.bad_debts";
/// More orders than this are several runs.
pub const MOST_ORDERS: usize = 1_000;

const CHUNK: usize = 20;
const FAILURES_SHOWN: usize = 100;

/// Orders with what was seen as outstanding on each, all given up whole.
#[derive(Clone, Debug)]
pub struct ProcessMany {
    pub orders: Vec<(OrderId, String)>,
    pub reason: BadDebtReason,
    pub note: String,
    pub despite_credit: bool,
    pub disclose: bool,
}

/// An order that was refused.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = BadDebtNotProcessed)]
pub struct NotProcessed {
    pub order_no: String,
    /// The refusal's code.
    pub code: String,
    pub params: Vec<(String, String)>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Payload {
    run: String,
    orders: Vec<(String, String)>,
    reason: String,
    note: String,
    despite_credit: bool,
    disclose: bool,
    failed: Vec<NotProcessed>,
}

fn written<T: Serialize>(value: &T) -> db::Result<String> {
    serde_json::to_string(value).map_err(db::Error::fault)
}

/// Starts the run that a job carries out. Its detail is the list of [`NotProcessed`] as JSON.
///
/// # Errors
/// `receivables.no_orders_named`, `receivables.too_many_orders`, `receivables.unknown_reason`,
/// `receivables.reason_required` for the note.
pub fn process_many(tx: &mut Tx<'_>, meta: &Meta, cmd: &ProcessMany) -> db::Result<RunId> {
    if cmd.orders.is_empty() {
        return Err(refusals::no_orders_named().into());
    }
    if cmd.orders.len() > MOST_ORDERS {
        return Err(refusals::too_many_orders(MOST_ORDERS).into());
    }
    if reasons::admitted(tx, meta.lang, &cmd.reason)? || cmd.despite_credit {
        required(&cmd.note, "note")?;
    }
    let total = i64::try_from(cmd.orders.len())?;
    let run = kit::run::start(tx, meta, KIND, total, "[]")?;
    let payload = Payload {
        run: run.to_string(),
        orders: cmd
            .orders
            .iter()
            .map(|(order, seen)| (order.to_string(), seen.clone()))
            .collect(),
        reason: cmd.reason.as_str().to_owned(),
        note: within(&cmd.note, "note")?.to_owned(),
        despite_credit: cmd.despite_credit,
        disclose: cmd.disclose,
        failed: Vec::new(),
    };
    job::enqueue(tx, meta, KIND, &run.to_string(), &written(&payload)?, meta.now)?;
    Ok(run)
}

pub(super) fn jobs(handlers: &mut Handlers) {
    handlers.add(KIND, step);
}

fn step(tx: &mut Tx<'_>, meta: &Meta, job: &Job) -> db::Result<Step> {
    let mut payload: Payload = serde_json::from_str(&job.payload).map_err(db::Error::fault)?;
    let run: RunId = payload.run.parse().map_err(db::Error::fault)?;
    let rest = payload.orders.split_off(payload.orders.len().min(CHUNK));
    let chunk = std::mem::replace(&mut payload.orders, rest);
    let (mut done, mut failed) = (0, 0);
    for (order, seen) in chunk {
        let act = ProcessBadDebt {
            order: order.parse().map_err(db::Error::fault)?,
            amount: None,
            expected_outstanding: seen,
            reason: payload.reason.parse()?,
            note: payload.note.clone(),
            date: None,
            despite_credit: payload.despite_credit,
            disclose: payload.disclose,
        };
        match tx.part(|tx| process_bad_debt(tx, meta, &act))? {
            Ok(_) => done += 1,
            Err(refused) => {
                failed += 1;
                if payload.failed.len() < FAILURES_SHOWN {
                    payload
                        .failed
                        .push(not_processed(tx, act.order, refused.refusal)?);
                }
            }
        }
    }
    let detail = written(&payload.failed)?;
    kit::run::progress(tx, run, done, failed, &detail)?;
    if payload.orders.is_empty() {
        kit::run::finish(tx, meta, run, "done", &detail)?;
        return Ok(Step::Done);
    }
    Ok(Step::Again(written(&payload)?))
}

fn not_processed(tx: &mut Tx<'_>, order: OrderId, refusal: base::Refusal) -> db::Result<NotProcessed> {
    let row = crate::store::order(tx, order)?;
    Ok(NotProcessed {
        order_no: row.map_or_else(|| order.to_string(), |row| row.no().to_owned()),
        code: refusal.code.to_owned(),
        params: refusal
            .params
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
    })
}
