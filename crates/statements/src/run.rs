//! A statement run over all customers: plans and issues everything that is over, a chunk of accounts
//! a transaction, so that a clerk's click comes in between. It may be repeated at any time, killed and
//! begun again, and after any pause it catches up; what is done already is not found any more.

use base::{CompanyId, Day, Refusal};
use db::{Db, Tx};
use kit::job::{Handlers, Job, Step};
use kit::run::RunId;
use kit::{Meta, job};
use ledger::AccountId;
use serde::{Deserialize, Serialize};

use crate::desk::{Extent, Tally};
use crate::due::{self, Batch};
use crate::facets;
use crate::issue::{self, Failure};

/// Kind of the run's row and of its job.
pub const KIND: &str = "statements.run";
/// Kind of the planner's job.
const PLAN: &str = "statements.plan";
/// Kind of the job that counts silence as consent.
const DEEM: &str = "statements.deem";

const CHUNK: usize = 50;
const FAILURES_SHOWN: usize = 100;

/// An account that a run could not do.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Failed {
    pub customer_code: String,
    /// The refusal's code, or `kit.fault`.
    pub code: String,
    pub params: Vec<(String, String)>,
}

/// The `detail` of a run's row.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Detail {
    pub until: Option<String>,
    pub tally: Tally,
    pub failed: Vec<Failed>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Payload {
    run: String,
    until: String,
    after: i64,
    detail: Detail,
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> db::Result<T> {
    serde_json::from_str(text).map_err(db::Error::fault)
}

fn written<T: Serialize>(value: &T) -> db::Result<String> {
    serde_json::to_string(value).map_err(db::Error::fault)
}

fn day(text: &str) -> db::Result<Day> {
    text.parse().map_err(db::Error::fault)
}

/// Starts a run up to a day (yesterday unless said) that a job carries out.
///
/// # Errors
/// `statements.until_in_future`.
pub fn start(tx: &mut Tx<'_>, meta: &Meta, until: Option<Day>) -> db::Result<RunId> {
    let until = issue::until_day(meta, until)?;
    let total = due::count(tx, until)?;
    let detail = Detail {
        until: Some(until.to_string()),
        ..Detail::default()
    };
    let run = kit::run::start(tx, meta, KIND, total, &written(&detail)?)?;
    let payload = Payload {
        run: run.to_string(),
        until: until.to_string(),
        after: 0,
        detail,
    };
    job::enqueue(tx, meta, KIND, &run.to_string(), &written(&payload)?, meta.now)?;
    Ok(run)
}

/// The handlers of this slice's jobs.
pub fn jobs(handlers: &mut Handlers) {
    handlers.add(KIND, run_step);
    handlers.add(PLAN, plan_step);
    handlers.add(DEEM, deem_step);
}

fn run_step(tx: &mut Tx<'_>, meta: &Meta, job: &Job) -> db::Result<Step> {
    let mut payload: Payload = read(&job.payload)?;
    let run: RunId = payload.run.parse().map_err(db::Error::fault)?;
    let until = day(&payload.until)?;
    // After a fault the chunk is one account, so that the fault stops no other; one that fails again
    // and again is noted and passed by.
    let size = if job.attempts() > 1 { 1 } else { CHUNK };
    let batch = due::batch(tx, AccountId::new(payload.after), until, Extent::Issue, size)?;
    let given_up = job.attempts() > 3 && !batch.accounts.is_empty();
    let (tally, failures) = if given_up {
        let refusal = Refusal::rule("kit.fault");
        let failed = batch.accounts.iter().map(|account| Failure {
            account: *account,
            refusal: refusal.clone(),
        });
        (Tally::default(), failed.collect())
    } else {
        issue::work(tx, meta, &batch.accounts, until, Extent::Issue)?
    };
    let failed = i64::try_from(failures.len())?;
    let done = i64::try_from(batch.accounts.len())? - failed;
    payload.detail.tally += tally;
    note(tx, &mut payload.detail, failures)?;
    let detail = written(&payload.detail)?;
    kit::run::progress(tx, run, done, failed, &detail)?;
    match batch.next {
        Some(next) => {
            payload.after = next.raw();
            Ok(Step::Again(written(&payload)?))
        }
        None => {
            kit::run::finish(tx, meta, run, "done", &detail)?;
            Ok(Step::Done)
        }
    }
}

fn note(tx: &mut Tx<'_>, detail: &mut Detail, failures: Vec<Failure>) -> db::Result<()> {
    for failure in failures
        .into_iter()
        .take(FAILURES_SHOWN.saturating_sub(detail.failed.len()))
    {
        let failed = failed(tx, failure)?;
        detail.failed.push(failed);
    }
    Ok(())
}

pub fn failed(tx: &mut Tx<'_>, failure: Failure) -> db::Result<Failed> {
    let account = ledger::find_account(tx, failure.account)?;
    let customer = parties::get(tx, account.customer)?;
    let params = failure
        .refusal
        .params
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    Ok(Failed {
        customer_code: customer.code,
        code: failure.refusal.code.to_owned(),
        params,
    })
}

/// Whether the planner has anything to do in this company; a few look-ups.
pub fn planner_has_work(tx: &mut Tx<'_>, meta: &Meta) -> db::Result<bool> {
    let mut at = Some(AccountId::new(0));
    while let Some(after) = at {
        let batch = due::batch(tx, after, meta.today.plus(-1), Extent::Plan, 1)?;
        if !batch.accounts.is_empty() {
            return Ok(true);
        }
        at = batch.next;
    }
    Ok(false)
}

/// Looks whether a period is over or an event has closed one, and owes the planner's job if so. Safe
/// to call at any time and any number of times.
pub async fn wake(db: &Db, meta: &Meta) -> db::Result<()> {
    let look = meta.clone();
    let company = meta.company.id;
    let look =
        move |tx: &mut Tx<'_>| Ok((planner_has_work(tx, &look)?, facets::any_to_deem(tx, look.today)?));
    let (plans, deems) = db.read(company, look).await?;
    if !plans && !deems {
        return Ok(());
    }
    let meta = meta.clone();
    db.write(company, move |tx| {
        if plans {
            job::enqueue(tx, &meta, PLAN, "planner", "0", meta.now)?;
        }
        if deems {
            job::enqueue(tx, &meta, DEEM, "silence", "", meta.now)?;
        }
        Ok(())
    })
    .await
}

fn deem_step(tx: &mut Tx<'_>, meta: &Meta, job: &Job) -> db::Result<Step> {
    if facets::deem(tx, meta, CHUNK.try_into()?)? {
        Ok(Step::Again(job.payload.clone()))
    } else {
        Ok(Step::Done)
    }
}

fn plan_step(tx: &mut Tx<'_>, meta: &Meta, job: &Job) -> db::Result<Step> {
    let after: i64 = read(&job.payload)?;
    let until = meta.today.plus(-1);
    let size = if job.attempts() > 1 { 1 } else { CHUNK };
    let batch = due::batch(tx, AccountId::new(after), until, Extent::Plan, size)?;
    // Given up for now: the guard page shows what is not planned, and the next wake tries again.
    if job.attempts() <= 3 {
        let (_, failures) = issue::work(tx, meta, &batch.accounts, until, Extent::Plan)?;
        for failure in failures {
            let (account, refusal) = (failure.account, failure.refusal);
            tracing::warn!(%account, %refusal, "an account could not be planned");
        }
    }
    match batch.next {
        Some(next) => Ok(Step::Again(next.raw().to_string())),
        None => Ok(Step::Done),
    }
}

/// What a run came to.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    pub tally: Tally,
    pub accounts: i64,
    pub failed: Vec<Failed>,
}

/// A run outside the server: the same chunks, one after the other. `progress` hears how many accounts
/// are done.
pub fn run_blocking(
    db: &Db,
    meta: &Meta,
    until: Option<Day>,
    progress: impl FnMut(i64),
) -> db::Result<Outcome> {
    let until = issue::until_day(meta, until)?;
    drive(db, meta, until, Extent::Issue, progress)
}

/// The planner alone, as its job does it.
pub fn plan_blocking(db: &Db, meta: &Meta) -> db::Result<Outcome> {
    drive(db, meta, meta.today.plus(-1), Extent::Plan, |_| {})
}

fn drive(
    db: &Db,
    meta: &Meta,
    until: Day,
    extent: Extent,
    mut progress: impl FnMut(i64),
) -> db::Result<Outcome> {
    let company = meta.company.id;
    let mut outcome = Outcome::default();
    let mut after = Some(AccountId::new(0));
    while let Some(at) = after {
        let batch: Batch = db.read_blocking(company, move |tx| due::batch(tx, at, until, extent, CHUNK))?;
        match chunk(db, company, meta, &batch.accounts, until, extent) {
            Ok(done) => outcome.add(done),
            // One by one: a fault in one account must not stop the others.
            Err(_) => {
                for account in &batch.accounts {
                    match chunk(db, company, meta, std::slice::from_ref(account), until, extent) {
                        Ok(done) => outcome.add(done),
                        Err(error) => outcome.add(fault(db, company, *account, &error)?),
                    }
                }
            }
        }
        outcome.accounts += i64::try_from(batch.accounts.len())?;
        progress(outcome.accounts);
        after = batch.next;
    }
    Ok(outcome)
}

impl Outcome {
    fn add(&mut self, (tally, failed): (Tally, Vec<Failed>)) {
        self.tally += tally;
        self.failed.extend(failed);
    }
}

fn chunk(
    db: &Db,
    company: CompanyId,
    meta: &Meta,
    accounts: &[AccountId],
    until: Day,
    extent: Extent,
) -> db::Result<(Tally, Vec<Failed>)> {
    let (meta, accounts) = (meta.clone(), accounts.to_vec());
    db.write_blocking(company, move |tx| {
        let (tally, failures) = issue::work(tx, &meta, &accounts, until, extent)?;
        let failed = failures
            .into_iter()
            .map(|failure| failed(tx, failure))
            .collect::<db::Result<_>>()?;
        Ok((tally, failed))
    })
}

fn fault(
    db: &Db,
    company: CompanyId,
    account: AccountId,
    error: &db::Error,
) -> db::Result<(Tally, Vec<Failed>)> {
    tracing::error!(%account, %error, "an account failed in a statement run");
    let text = error.to_string();
    db.read_blocking(company, move |tx| {
        let refusal = Refusal::rule("kit.fault").with("id", &text);
        Ok((Tally::default(), vec![failed(tx, Failure { account, refusal })?]))
    })
}
