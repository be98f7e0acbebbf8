use axum::Json;
use kit::{AppState, Ctx, HttpResult, PathId, ProblemBody};
use parties::Customer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::queries::{self, DecisionView, ExposureView};

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(exposure))
        .routes(routes!(decisions))
}

/// What counts against a customer's limit, one row per account.
#[utoipa::path(
    get, path = "/customers/{id}/exposure", tag = "credit", operation_id = "customer_exposure",
    params(("id" = String, Path)),
    extensions(("x-permission" = json!("credit.read"))),
    responses((status = 200, body = Vec<ExposureView>), (status = "default", body = ProblemBody))
)]
async fn exposure(ctx: Ctx, PathId(customer): PathId<Customer>) -> HttpResult<Json<Vec<ExposureView>>> {
    ctx.read(move |tx| queries::exposure_of_customer(tx, customer))
        .await
        .map(Json)
}

/// The latest hundred credit checks of a customer, newest first, refused ones included.
#[utoipa::path(
    get, path = "/customers/{id}/credit-decisions", tag = "credit", operation_id = "customer_credit_decisions",
    params(("id" = String, Path)),
    extensions(("x-permission" = json!("credit.read"))),
    responses((status = 200, body = Vec<DecisionView>), (status = "default", body = ProblemBody))
)]
async fn decisions(ctx: Ctx, PathId(customer): PathId<Customer>) -> HttpResult<Json<Vec<DecisionView>>> {
    ctx.read(move |tx| queries::decisions_of_customer(tx, customer))
        .await
        .map(Json)
}
