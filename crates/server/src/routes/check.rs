use axum::Json;
use kit::check::Finding;
use kit::{Ctx, HttpResult, ProblemBody};

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
