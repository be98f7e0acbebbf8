use axum::Json;
use base::Day;
use kit::list::{ListParams, ListQuery, Page};
use kit::{Act, Answer, AppState, Ctx, HttpResult, JsonBody, PathId, ProblemBody};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::commands::{self, Bounce, Fee};
use super::queries::{self, InstrumentItem};
use crate::queries::ReceiptDetail;
use crate::types::Receipt;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_instruments))
        .routes(routes!(clear_instrument))
        .routes(routes!(bounce_receipt))
}

/// Acceptance bills and post-dated cheques by the day they fall due. Filters: customer_id, state, method,
/// from, to, no. Sorts: due.
#[utoipa::path(
    get, path = "/instruments", tag = "receivables", operation_id = "list_instruments", params(ListParams),
    extensions(("x-permission" = json!("receivables.read"))),
    responses((status = 200, body = Page<InstrumentItem>), (status = "default", body = ProblemBody))
)]
async fn list_instruments(ctx: Ctx, query: ListQuery) -> HttpResult<Json<Page<InstrumentItem>>> {
    let today = ctx.today();
    ctx.read(move |tx| queries::instruments(tx, &query, today))
        .await
        .map(Json)
}

/// When the bank paid.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ClearingBody {
    /// Absent: today.
    #[schema(value_type = Option<String>)]
    date: Option<Day>,
}

/// The bank has paid a bill or cheque; it counts no longer against the credit limit.
#[utoipa::path(
    post, path = "/receipts/{id}/clear", tag = "receivables", operation_id = "clear_instrument",
    params(("id" = String, Path)), request_body = ClearingBody,
    extensions(("x-permission" = json!("receivables.write")), ("x-money-act" = json!(true))),
    responses((status = 200, body = ReceiptDetail), (status = "default", body = ProblemBody))
)]
async fn clear_instrument(
    ctx: Ctx,
    PathId(id): PathId<Receipt>,
    JsonBody(body): JsonBody<ClearingBody>,
) -> HttpResult<Answer> {
    let act = Act::money("receivables.clear_instrument").on("receipt", id.raw());
    let run = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
        commands::clear(tx, meta, id, body.date)?;
        crate::queries::receipt(tx, id)
    };
    ctx.command(act, run).await
}

/// Why a payment was returned, and what the customer is charged for it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BounceBody {
    reason: String,
    /// Absent: today.
    #[schema(value_type = Option<String>)]
    date: Option<Day>,
    /// A charge for it; absent: none.
    fee: Option<String>,
    #[serde(default)]
    fee_note: String,
}

/// A payment was returned: the receipt is reversed, and what it closed is owed again.
#[utoipa::path(
    post, path = "/receipts/{id}/bounce", tag = "receivables", operation_id = "bounce_receipt",
    params(("id" = String, Path)), request_body = BounceBody,
    extensions(("x-permission" = json!("receivables.write")), ("x-money-act" = json!(true))),
    responses((status = 200, body = ReceiptDetail), (status = "default", body = ProblemBody))
)]
async fn bounce_receipt(
    ctx: Ctx,
    PathId(id): PathId<Receipt>,
    JsonBody(body): JsonBody<BounceBody>,
) -> HttpResult<Answer> {
    let act = Act::money("receivables.bounce_receipt").on("receipt", id.raw());
    let cmd = Bounce {
        receipt: id,
        reason: body.reason,
        date: body.date,
        fee: body.fee.filter(|fee| !fee.trim().is_empty()).map(|amount| Fee {
            amount,
            note: body.fee_note,
        }),
    };
    let run = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
        commands::bounce(tx, meta, &cmd)?;
        crate::queries::receipt(tx, id)
    };
    ctx.command(act, run).await
}
