use axum::Json;
use kit::list::{ListParams, ListQuery, Page};
use kit::{AppState, Ctx, HttpResult, ProblemBody};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::queries::{self, CustomerItem, Salesperson};

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_customers))
        .routes(routes!(list_salespersons))
}

/// Customers. Filters: active (0 or 1), salesperson_id, currency. Sorts: code, name, created.
#[utoipa::path(
    get, path = "/customers", tag = "parties", operation_id = "list_customers", params(ListParams),
    extensions(("x-permission" = json!("parties.read"))),
    responses((status = 200, body = Page<CustomerItem>), (status = "default", body = ProblemBody))
)]
async fn list_customers(ctx: Ctx, query: ListQuery) -> HttpResult<Json<Page<CustomerItem>>> {
    Ok(Json(ctx.read(move |tx| queries::customers(tx, &query)).await?))
}

/// Everybody who may be named as salesperson.
#[utoipa::path(
    get, path = "/salespersons", tag = "parties", operation_id = "list_salespersons",
    extensions(("x-permission" = json!("parties.read"))),
    responses((status = 200, body = Vec<Salesperson>), (status = "default", body = ProblemBody))
)]
async fn list_salespersons(ctx: Ctx) -> HttpResult<Json<Vec<Salesperson>>> {
    let found = queries::salespersons(&ctx.db, ctx.company.id).await;
    found.map(Json).map_err(|error| ctx.problem(error))
}
