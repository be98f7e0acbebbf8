//! Work owed after a commit: rows written in the transaction that causes them. A job's effect and
//! its completion are one transaction, which first checks the fence, so a worker that was thought
//! dead writes nothing. Jobs carry what may happen seconds later, never a figure that must be right
//! at commit.

use std::collections::HashMap;
use std::sync::Arc;

use base::{CompanyId, Id, Instant, UserId};
use db::{Db, Tx, p};

use crate::{Clock, Meta};

db::statements! {
    // An equal job that waits already is enough.
    ENQUEUE = "INSERT INTO kit_job (company_id, id, kind, dedupe_key, user_id, payload, run_at, attempts, \
        lease_until, fence, last_error) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, NULL, 0, NULL) \
        ON CONFLICT (company_id, kind, dedupe_key) DO NOTHING";
    HELD = "SELECT fence FROM kit_job WHERE company_id = $1 AND id = $2";
    FINISH = "DELETE FROM kit_job WHERE company_id = $1 AND id = $2";
    AGAIN = "UPDATE kit_job SET payload = $3, run_at = $4, lease_until = NULL, attempts = 0, last_error = NULL \
        WHERE company_id = $1 AND id = $2";
    FAILED = "SELECT id, kind, attempts, last_error FROM kit_job WHERE company_id = $1 AND attempts >= 10 \
        ORDER BY id LIMIT 100";
}

/// Statements of the runner, which looks at all companies.
mod system {
    db::statements! {
        pub DUE = "SELECT company_id, id, kind, user_id, payload, attempts, fence FROM kit_job \
            WHERE run_at <= $1 AND attempts < 10 AND (lease_until IS NULL OR lease_until < $1) \
            ORDER BY run_at, id LIMIT 1";
        pub CLAIM = "UPDATE kit_job SET lease_until = $3, fence = fence + 1, attempts = attempts + 1 \
            WHERE company_id = $1 AND id = $2 AND fence = $4";
        pub FAIL = "UPDATE kit_job SET lease_until = NULL, run_at = $3, last_error = $4 \
            WHERE company_id = $1 AND id = $2 AND fence = $5";
    }
}
/// Statements without a company; see [`crate::STATEMENTS`] for the others.
pub const SYSTEM_STATEMENTS: &[db::Sql] = system::STATEMENTS;

/// How long a worker may be silent before another takes its job over.
const LEASE_SECONDS: i64 = 60;

/// A job as its handler sees it.
#[derive(Clone, Debug)]
pub struct Job {
    pub company: CompanyId,
    pub id: Id<Job>,
    pub kind: String,
    pub user: UserId,
    pub payload: String,
    attempts: i64,
    fence: i64,
}

db::from_row! { Job { company, id, kind, user, payload, attempts, fence } }

impl Job {
    /// How often it was tried since it last got somewhere, this time included.
    pub fn attempts(&self) -> i64 {
        self.attempts
    }
}

/// What a handler says when its chunk is done.
#[derive(Clone, Debug)]
pub enum Step {
    Done,
    /// There is more: called again with this payload in a transaction of its own.
    Again(String),
}

/// One chunk of one kind of job, inside a transaction of the job's company.
pub type Handler = Arc<dyn Fn(&mut Tx<'_>, &Meta, &Job) -> db::Result<Step> + Send + Sync>;

/// The handlers by kind. The composition root collects them from the slices.
#[derive(Clone, Default)]
pub struct Handlers(HashMap<&'static str, Handler>);

impl Handlers {
    pub fn add(
        &mut self,
        kind: &'static str,
        handler: impl Fn(&mut Tx<'_>, &Meta, &Job) -> db::Result<Step> + Send + Sync + 'static,
    ) {
        self.0.insert(kind, Arc::new(handler));
    }
}

/// Owes a job. A second one with the same kind and key, while the first waits, is the same job.
pub fn enqueue(
    tx: &mut Tx<'_>,
    meta: &Meta,
    kind: &str,
    dedupe_key: &str,
    payload: &str,
    run_at: Instant,
) -> db::Result<()> {
    let id = tx.next_id::<Job>();
    tx.push(ENQUEUE, p![id, kind, dedupe_key, meta.user, payload, run_at])
}

/// A job that was given up after ten tries.
#[derive(Clone, Debug)]
pub struct FailedJob {
    pub id: Id<Job>,
    pub kind: String,
    pub attempts: i64,
    pub last_error: Option<String>,
}

db::from_row! { FailedJob { id, kind, attempts, last_error } }

/// Jobs that were given up, oldest first.
pub fn failed(tx: &mut Tx<'_>) -> db::Result<Vec<FailedJob>> {
    tx.all(FAILED, p![])
}

/// Runs what is due until nothing is, and says how many steps were taken.
pub async fn run_until_idle(db: &Db, handlers: &Handlers, clock: &Clock) -> db::Result<usize> {
    let mut steps = 0;
    while let Some(job) = claim(db, clock()).await? {
        steps += 1;
        perform(db, handlers, clock, job).await?;
    }
    Ok(steps)
}

/// The runner of a process: wakes on every commit and every second otherwise, until `stop`.
pub async fn run(db: Db, handlers: Handlers, clock: Clock, mut stop: tokio::sync::watch::Receiver<bool>) {
    let mut commits = db.on_commit();
    loop {
        if let Err(error) = run_until_idle(&db, &handlers, &clock).await {
            tracing::error!(%error, "the job runner could not work; it tries again");
        }
        commits.borrow_and_update();
        tokio::select! {
            _ = stop.changed() => return,
            _ = commits.changed() => {}
            () = tokio::time::sleep(std::time::Duration::from_secs(1)) => {}
        }
    }
}

async fn claim(db: &Db, now: Instant) -> db::Result<Option<Job>> {
    // Looking is cheap and beside the writer; only a job that is there costs a write.
    let due = move |tx: &mut db::SystemTx<'_>| tx.opt::<Job>(system::DUE, p![now]);
    let Some(mut job) = db.system_read(due).await? else {
        return Ok(None);
    };
    let (company, id, fence) = (job.company, job.id, job.fence);
    let lease = now.plus_seconds(LEASE_SECONDS);
    let claimed = db
        .system_write(move |tx| tx.exec(system::CLAIM, p![company, id, lease, fence]))
        .await?;
    if claimed == 0 {
        return Box::pin(claim(db, now)).await;
    }
    job.fence += 1;
    job.attempts += 1;
    Ok(Some(job))
}

async fn perform(db: &Db, handlers: &Handlers, clock: &Clock, job: Job) -> db::Result<()> {
    let outcome = match handlers.0.get(job.kind.as_str()) {
        Some(handler) => step(db, handler.clone(), clock(), job.clone()).await,
        None => Err(db::Error::fault(format!(
            "no handler for jobs of kind {}",
            job.kind
        ))),
    };
    let Err(error) = outcome else { return Ok(()) };
    tracing::warn!(kind = job.kind, attempt = job.attempts, %error, "a job failed");
    let pause = 1_i64 << job.attempts.clamp(0, 12);
    let (again, text) = (clock().plus_seconds(pause), error.to_string());
    db.system_write(move |tx| {
        tx.exec(
            system::FAIL,
            p![job.company, job.id, again, text.as_str(), job.fence],
        )
        .map(|_| ())
    })
    .await
}

async fn step(db: &Db, handler: Handler, now: Instant, job: Job) -> db::Result<()> {
    let company_id = job.company;
    let company = db.system_read(move |tx| access::company(tx, company_id)).await?;
    let lang = company.language;
    let meta = Meta::new(Arc::new(company), job.user, now, lang);
    db.write(company_id, move |tx| {
        let held: Option<i64> = tx.lock(HELD, p![job.id])?;
        if held != Some(job.fence) {
            return Ok(());
        }
        let meta = meta.at(tx)?;
        match handler(tx, &meta, &job)? {
            Step::Done => tx.push(FINISH, p![job.id]),
            Step::Again(payload) => tx.push(AGAIN, p![job.id, payload, now]),
        }
    })
    .await
}
