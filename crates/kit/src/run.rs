//! Long work that a person started: its progress and result stay findable.

use base::{Id, Instant};
use db::{Tx, p};
use serde::Serialize;

use crate::Meta;

/// Marker of [`RunId`].
pub enum Run {}
pub type RunId = Id<Run>;

db::statements! {
    INSERT = "INSERT INTO kit_run \
        (company_id, id, kind, state, total, done, failed, detail, started_by, started_at, finished_at) \
        VALUES ($1, $2, $3, 'running', $4, 0, 0, $5, $6, $7, NULL)";
    PROGRESS = "UPDATE kit_run SET done = done + $3, failed = failed + $4, detail = $5 \
        WHERE company_id = $1 AND id = $2";
    FINISH = "UPDATE kit_run SET state = $3, detail = $4, finished_at = $5 WHERE company_id = $1 AND id = $2";
    GET = "SELECT id, kind, state, total, done, failed, detail, started_at, finished_at FROM kit_run \
        WHERE company_id = $1 AND id = $2";
    // What a process left behind that ended in the middle.
    ABANDON = "UPDATE kit_run SET state = 'failed', finished_at = $4 \
        WHERE company_id = $1 AND kind = $2 AND state = 'running' AND started_at < $3";
    FORGET = "DELETE FROM kit_run WHERE company_id = $1 AND kind = $2 AND state <> 'running' AND id NOT IN \
        (SELECT r.id FROM kit_run r WHERE r.company_id = $1 AND r.kind = $2 ORDER BY r.id DESC LIMIT $3)";
    LATEST = "SELECT id, kind, state, total, done, failed, detail, started_at, finished_at FROM kit_run \
        WHERE company_id = $1 AND kind = $2 ORDER BY id DESC LIMIT 20";
}

/// A run as people see it. `detail` is JSON of the run's own kind.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct RunView {
    #[schema(value_type = String)]
    pub id: RunId,
    pub kind: String,
    /// `running`, `done` or `failed`.
    pub state: String,
    pub total: i64,
    pub done: i64,
    pub failed: i64,
    pub detail: String,
    #[schema(value_type = String)]
    pub started_at: Instant,
    #[schema(value_type = Option<String>)]
    pub finished_at: Option<Instant>,
}

db::from_row! { RunView { id, kind, state, total, done, failed, detail, started_at, finished_at } }

pub fn start(tx: &mut Tx<'_>, meta: &Meta, kind: &str, total: i64, detail: &str) -> db::Result<RunId> {
    let id = tx.next_id();
    tx.push(INSERT, p![id, kind, total, detail, meta.user, meta.now])?;
    Ok(id)
}

/// Adds to the counts and replaces the detail.
pub fn progress(tx: &mut Tx<'_>, run: RunId, done: i64, failed: i64, detail: &str) -> db::Result<()> {
    tx.push(PROGRESS, p![run, done, failed, detail])
}

/// `state`: `done` or `failed`.
pub fn finish(tx: &mut Tx<'_>, meta: &Meta, run: RunId, state: &str, detail: &str) -> db::Result<()> {
    tx.push(FINISH, p![run, state, detail, meta.now])
}

pub fn get(tx: &mut Tx<'_>, run: RunId) -> db::Result<RunView> {
    let found = tx.opt(GET, p![run])?;
    found.ok_or_else(|| base::Refusal::not_found("kit.not_found").into())
}

/// Gives up the runs of a kind that were started before a moment and never ended.
pub fn abandon(tx: &mut Tx<'_>, kind: &str, before: Instant, now: Instant) -> db::Result<()> {
    tx.push(ABANDON, p![kind, before, now])
}

/// Keeps the latest `keep` runs of a kind.
pub fn forget(tx: &mut Tx<'_>, kind: &str, keep: i64) -> db::Result<()> {
    tx.push(FORGET, p![kind, keep])
}

/// The latest runs of a kind, newest first.
pub fn latest(tx: &mut Tx<'_>, kind: &str) -> db::Result<Vec<RunView>> {
    tx.all(LATEST, p![kind])
}
