//! Routes of statements as they would be; nothing is written.

use axum::Json;
use axum::extract::Query;
use base::Day;
use kit::{AppState, Ctx, HttpResult, PathId, ProblemBody};
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::{StatementLine, shown_lines};
use crate::queries::{self, StatementView};
use crate::simulate::{self, RunSimulation};
use crate::types::PeriodMark;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(simulate_period))
        .routes(routes!(simulate_run))
}

/// A statement as it would be.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
struct StatementSimulation {
    /// Absent: nothing moved, and the account wants no empty statements.
    statement: Option<StatementView>,
    /// The first thousand.
    lines: Vec<StatementLine>,
}

const LINES: i64 = 1000;

/// The statement of a planned period as it would be if it were issued now. Nothing is written.
#[utoipa::path(
    get, path = "/periods/{id}/simulation", tag = "statements", operation_id = "simulate_period",
    params(("id" = String, Path)), extensions(("x-permission" = json!("statements.issue"))),
    responses((status = 200, body = StatementSimulation), (status = "default", body = ProblemBody))
)]
async fn simulate_period(ctx: Ctx, PathId(id): PathId<PeriodMark>) -> HttpResult<Json<StatementSimulation>> {
    ctx.preview(move |tx, meta| {
        let Some(id) = simulate::period(tx, meta, id)? else {
            return Ok(StatementSimulation {
                statement: None,
                lines: Vec::new(),
            });
        };
        let statement = queries::statement(tx, id)?;
        let lines = shown_lines(tx, id, 0, LINES)?;
        Ok(StatementSimulation {
            statement: Some(statement),
            lines,
        })
    })
    .await
    .map(Json)
}

#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct SimulationQuery {
    /// The last cut-off; yesterday if absent.
    #[param(value_type = Option<String>)]
    until: Option<Day>,
}

/// What a run would issue now, for the first two hundred accounts. Nothing is written.
#[utoipa::path(
    get, path = "/statement-simulation", tag = "statements", operation_id = "simulate_statement_run",
    params(SimulationQuery), extensions(("x-permission" = json!("statements.issue"))),
    responses((status = 200, body = RunSimulation), (status = "default", body = ProblemBody))
)]
async fn simulate_run(ctx: Ctx, Query(query): Query<SimulationQuery>) -> HttpResult<Json<RunSimulation>> {
    ctx.preview(move |tx, meta| simulate::run(tx, meta, query.until))
        .await
        .map(Json)
}
