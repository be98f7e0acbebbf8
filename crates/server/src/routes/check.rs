use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use base::Instant;
use kit::check::Finding;
use kit::run::{self, Run, RunId, RunView};
use kit::{Ctx, HttpResult, PathId, ProblemBody};
use reports::offenders::{Offender, offenders};
use serde::Serialize;

use crate::checker::{self, CheckLine};

/// The invariants of the company's books, each with the number of rows that break it.
#[utoipa::path(
    get, path = "/check", tag = "check", operation_id = "run_check",
    extensions(("x-permission" = json!("reports.read"))),
    responses((status = 200, body = Vec<Finding>), (status = "default", body = ProblemBody))
)]
pub async fn run_check(ctx: Ctx) -> HttpResult<Json<Vec<Finding>>> {
    ctx.read(|tx| kit::check::run(tx, &crate::checks()))
        .await
        .map(Json)
}

/// One run of the check, by itself or asked for.
#[derive(Serialize, utoipa::ToSchema)]
pub struct CheckRun {
    #[schema(value_type = String)]
    id: RunId,
    /// `running`, `done` or `failed` (it could not be carried out).
    state: String,
    total: i64,
    /// Lines looked at so far.
    done: i64,
    /// Lines that are broken.
    broken: i64,
    #[schema(value_type = String)]
    started_at: Instant,
    #[schema(value_type = Option<String>)]
    finished_at: Option<Instant>,
    /// Milliseconds from start to end.
    took: Option<i64>,
    lines: Vec<CheckLine>,
}

impl From<RunView> for CheckRun {
    fn from(view: RunView) -> CheckRun {
        let micros = |end: Instant| end.micros() - view.started_at.micros();
        CheckRun {
            lines: checker::lines(&view),
            took: view.finished_at.map(|end| micros(end) / 1000),
            id: view.id,
            state: view.state,
            total: view.total,
            done: view.done + view.failed,
            broken: view.failed,
            started_at: view.started_at,
            finished_at: view.finished_at,
        }
    }
}

/// The latest runs of the check, newest first.
#[utoipa::path(
    get, path = "/check-runs", tag = "check", operation_id = "list_check_runs",
    extensions(("x-permission" = json!("reports.read"))),
    responses((status = 200, body = Vec<CheckRun>), (status = "default", body = ProblemBody))
)]
pub async fn list_check_runs(ctx: Ctx) -> HttpResult<Json<Vec<CheckRun>>> {
    let runs = ctx.read(|tx| run::latest(tx, checker::KIND)).await?;
    Ok(Json(runs.into_iter().map(CheckRun::from).collect()))
}

/// How far a run is, or what it found.
#[utoipa::path(
    get, path = "/check-runs/{id}", tag = "check", operation_id = "get_check_run",
    params(("id" = String, Path)),
    extensions(("x-permission" = json!("reports.read"))),
    responses((status = 200, body = CheckRun), (status = "default", body = ProblemBody))
)]
pub async fn get_check_run(ctx: Ctx, PathId(id): PathId<Run>) -> HttpResult<Json<CheckRun>> {
    let found = ctx.read(move |tx| run::get(tx, id)).await?;
    if found.kind != checker::KIND {
        return Err(ctx.problem(base::Refusal::not_found("kit.not_found").into()));
    }
    Ok(Json(found.into()))
}

/// Starts a run beside all other work; the one that is under way is answered instead of a second.
#[utoipa::path(
    post, path = "/check-runs", tag = "check", operation_id = "start_check_run",
    extensions(("x-permission" = json!("reports.read"))),
    responses((status = 202, body = CheckRun), (status = "default", body = ProblemBody))
)]
pub async fn start_check_run(ctx: Ctx) -> HttpResult<(StatusCode, Json<CheckRun>)> {
    let (app, meta) = (ctx.app.clone(), ctx.meta());
    let begun = checker::begin(&app, &meta).await;
    let (id, is_new) = begun.map_err(|error| ctx.problem(error))?;
    if is_new {
        tokio::spawn(async move {
            if let Err(error) = checker::perform(&app, &meta, id).await {
                tracing::error!(%error, "a check that was asked for could not be carried out");
            }
        });
    }
    let view = ctx.read(move |tx| run::get(tx, id)).await?;
    Ok((StatusCode::ACCEPTED, Json(view.into())))
}

/// Rows of one line that are shown.
const ROWS: usize = 200;

/// The rows that break a line of the check now, with the record that each means; at most 200.
#[utoipa::path(
    get, path = "/check-rows/{name}", tag = "check", operation_id = "check_rows",
    params(("name" = String, Path)),
    extensions(("x-permission" = json!("reports.read"))),
    responses((status = 200, body = Vec<Offender>), (status = "default", body = ProblemBody))
)]
pub async fn check_rows(ctx: Ctx, Path(name): Path<String>) -> HttpResult<Json<Vec<Offender>>> {
    let line = crate::all_checks().into_iter().find(|line| line.name() == name);
    let Some(line) = line else {
        return Err(ctx.problem(base::Refusal::not_found("kit.not_found").into()));
    };
    let rows = ctx.read(move |tx| {
        let texts = line.rows(tx, ROWS)?;
        offenders(tx, texts)
    });
    rows.await.map(Json)
}
