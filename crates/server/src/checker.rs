//! The always-on check: runs by itself once the books have been quiet for a while after a change, and when
//! somebody asks for it. It only reads; what it writes is how far it is and what it found. Every line is a
//! reading of its own, so that no clerk and no other reader waits for the whole of it.

use std::sync::Arc;
use std::time::Duration;

use access::Role;
use base::Instant;
use kit::check::{Finding, Line};
use kit::run::RunId;
use kit::{AppState, Meta, run};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

/// Kind of the run's row.
pub const KIND: &str = "check";

/// No commit for so long means that the books are quiet.
const QUIET: Duration = Duration::from_secs(30);
/// Busy books are checked all the same after so long.
const PATIENCE: Duration = Duration::from_secs(3600);
/// Between two runs by itself, in seconds.
const REST_SECONDS: i64 = 600;
/// A run that did not end within this many seconds has lost its process.
const LOST_SECONDS: i64 = 900;
/// How often progress is written.
const STRIDE: Duration = Duration::from_millis(500);
const KEPT: i64 = 50;

/// What one line came to, as the run's row keeps it.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CheckLine {
    /// `<slice>.<what must hold>`.
    pub name: String,
    /// Number of offending rows; 0 is well.
    pub count: i64,
    pub examples: Vec<String>,
    /// Milliseconds.
    pub took: i64,
}

/// Runs until `stop`: after quiet, and at least once an hour while there are changes.
pub async fn watch(app: AppState, mut stop: watch::Receiver<bool>) {
    let mut commits = app.db.on_commit();
    if let Err(error) = tidy(&app).await {
        tracing::warn!(%error, "checks that an earlier process began were not given up");
    }
    loop {
        // What was there at the start is checked once, changes later.
        if !settled(&mut commits, &mut stop).await {
            return;
        }
        tokio::select! {
            _ = stop.changed() => return,
            looked = look(&app) => if let Err(error) = looked {
                tracing::error!(%error, "the check could not run; tried again after the next change");
            }
        }
        // What the check itself wrote is no change.
        commits.borrow_and_update();
        tokio::select! {
            _ = stop.changed() => return,
            _ = commits.changed() => {}
        }
    }
}

/// One process has a SQLite file to itself: what is still running there has lost its process.
async fn tidy(app: &AppState) -> db::Result<()> {
    if app.db.is_postgres() {
        return Ok(());
    }
    let now = (app.clock)();
    for company in app.db.system_read(access::companies).await? {
        app.db
            .write(company.id, move |tx| run::abandon(tx, KIND, now, now))
            .await?;
    }
    Ok(())
}

/// Waits for quiet, or for patience to end; false when the program stops.
async fn settled(commits: &mut watch::Receiver<u64>, stop: &mut watch::Receiver<bool>) -> bool {
    let until = tokio::time::Instant::now() + PATIENCE;
    while tokio::time::Instant::now() < until {
        tokio::select! {
            _ = stop.changed() => return false,
            changed = tokio::time::timeout(QUIET, commits.changed()) => match changed {
                Ok(_) => { commits.borrow_and_update(); }
                Err(_) => return true,
            },
        }
    }
    true
}

async fn look(app: &AppState) -> db::Result<()> {
    let now = (app.clock)();
    for company in app.db.system_read(access::companies).await? {
        let id = company.id;
        let latest = app.db.read(id, |tx| run::latest(tx, KIND)).await?;
        let rested = |view: &run::RunView| view.started_at.plus_seconds(REST_SECONDS) <= now;
        if !latest.first().is_none_or(rested) {
            continue;
        }
        let members = app.db.system_read(move |tx| access::members(tx, id)).await?;
        let owner = members
            .into_iter()
            .find(|member| member.active && member.role == Role::Owner);
        if let Some(owner) = owner {
            let lang = company.language;
            let meta = Meta::new(Arc::new(company), owner.id, now, lang);
            let (run, begun) = begin(app, &meta).await?;
            if begun {
                perform(app, &meta, run).await?;
            }
        }
    }
    Ok(())
}

/// Starts a run, or finds the one that is under way; says whether it is a new one.
pub async fn begin(app: &AppState, meta: &Meta) -> db::Result<(RunId, bool)> {
    let total = i64::try_from(crate::all_checks().len())?;
    let company = meta.company.id;
    let meta = meta.clone();
    let start = move |tx: &mut db::Tx<'_>| {
        run::abandon(tx, KIND, meta.now.plus_seconds(-LOST_SECONDS), meta.now)?;
        let latest = run::latest(tx, KIND)?;
        if let Some(view) = latest.iter().find(|view| view.state == "running") {
            return Ok((view.id, false));
        }
        run::forget(tx, KIND, KEPT)?;
        Ok((run::start(tx, &meta, KIND, total, "[]")?, true))
    };
    app.db.write(company, start).await
}

/// Does every line of a run that was begun. A line that cannot be read ends it as failed.
pub async fn perform(app: &AppState, meta: &Meta, run: RunId) -> db::Result<()> {
    let mut found: Vec<CheckLine> = Vec::new();
    let (mut written, mut noted) = (0, std::time::Instant::now());
    for line in crate::all_checks() {
        match one(app, meta, line).await {
            Ok(line) => found.push(line),
            Err(error) => {
                finish(app, meta, run, "failed", &found[written..], &found).await?;
                return Err(error);
            }
        }
        if noted.elapsed() >= STRIDE {
            noted = std::time::Instant::now();
            let (done, failed, detail) = counts(&found[written..], &found)?;
            written = found.len();
            let note = move |tx: &mut db::Tx<'_>| run::progress(tx, run, done, failed, &detail);
            app.db.write(meta.company.id, note).await?;
        }
    }
    finish(app, meta, run, "done", &found[written..], &found).await
}

async fn one(app: &AppState, meta: &Meta, line: Line) -> db::Result<CheckLine> {
    let from = std::time::Instant::now();
    let finding: Finding = app.db.read(meta.company.id, move |tx| line.run(tx)).await?;
    Ok(CheckLine {
        name: finding.name,
        count: finding.count,
        examples: finding.examples,
        took: i64::try_from(from.elapsed().as_millis())?,
    })
}

/// Of the lines that are new: how many hold and how many do not; and all lines as text.
fn counts(new: &[CheckLine], all: &[CheckLine]) -> db::Result<(i64, i64, String)> {
    let failed = i64::try_from(new.iter().filter(|line| line.count > 0).count())?;
    let done = i64::try_from(new.len())? - failed;
    Ok((
        done,
        failed,
        serde_json::to_string(all).map_err(db::Error::fault)?,
    ))
}

async fn finish(
    app: &AppState,
    meta: &Meta,
    run: RunId,
    state: &'static str,
    new: &[CheckLine],
    all: &[CheckLine],
) -> db::Result<()> {
    let (done, failed, detail) = counts(new, all)?;
    let ended: Instant = (app.clock)();
    let meta = Meta::new(meta.company.clone(), meta.user, ended, meta.lang);
    let unit = {
        let meta = meta.clone();
        move |tx: &mut db::Tx<'_>| {
            run::progress(tx, run, done, failed, &detail)?;
            run::finish(tx, &meta, run, state, &detail)
        }
    };
    app.db.write(meta.company.id, unit).await
}

/// The lines of a run's row.
pub fn lines(view: &run::RunView) -> Vec<CheckLine> {
    serde_json::from_str(&view.detail).unwrap_or_default()
}
