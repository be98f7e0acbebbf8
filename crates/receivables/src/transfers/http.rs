use axum::Json;
use base::{Currency, Day, Money, Price};
use kit::list::{ListParams, ListQuery, Page};
use kit::{Act, Answer, AppState, Ctx, HttpResult, JsonBody, PathId, ProblemBody};
use ledger::EntryId;
use parties::CustomerId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::commands::{self, EnterTransfer, Transferred};
use super::queries::{self, Transfer, TransferId, TransferItem};
use crate::http::{NamedBody, ReasonBody};

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_transfers))
        .routes(routes!(enter_transfer))
        .routes(routes!(reverse_transfer))
}

/// Amounts that moved between accounts. Filters: customer_id (either side), state. Sorts: date.
#[utoipa::path(
    get, path = "/transfers", tag = "receivables", operation_id = "list_transfers", params(ListParams),
    extensions(("x-permission" = json!("receivables.read"))),
    responses((status = 200, body = Page<TransferItem>), (status = "default", body = ProblemBody))
)]
async fn list_transfers(ctx: Ctx, query: ListQuery) -> HttpResult<Json<Page<TransferItem>>> {
    ctx.read(move |tx| queries::transfers(tx, &query)).await.map(Json)
}

/// What of an account moves, and to whom.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TransferBody {
    item: NamedBody,
    #[schema(value_type = String)]
    to_customer_id: CustomerId,
    /// Absent: the same currency.
    #[schema(value_type = Option<String>)]
    to_currency: Option<Currency>,
    /// Units of the other currency for one of this, at most six digits after the point; needed with another
    /// currency.
    #[schema(value_type = Option<String>)]
    rate: Option<Price>,
    #[schema(value_type = String)]
    date: Day,
    /// Who agreed, and how; needed between two customers.
    #[serde(default)]
    note: String,
}

/// A transfer that was made.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct TransferredView {
    #[schema(value_type = String)]
    id: TransferId,
    no: String,
    #[schema(value_type = String)]
    out: Money,
    #[schema(value_type = String)]
    received: Money,
    #[schema(value_type = String)]
    received_currency: Currency,
    /// The entry in the other account, with nothing written off yet.
    #[schema(value_type = String)]
    entry_id: EntryId,
}

impl From<Transferred> for TransferredView {
    fn from(done: Transferred) -> TransferredView {
        TransferredView {
            id: done.id,
            no: done.no,
            out: done.out,
            received: done.received,
            received_currency: done.received.currency,
            entry_id: done.entry,
        }
    }
}

/// Moves a debt or a credit of an account to another customer, or into another currency at a rate.
#[utoipa::path(
    post, path = "/accounts/{id}/transfers", tag = "receivables", operation_id = "enter_transfer",
    params(("id" = String, Path)), request_body = TransferBody,
    extensions(("x-permission" = json!("receivables.write")), ("x-money-act" = json!(true))),
    responses((status = 201, body = TransferredView), (status = "default", body = ProblemBody))
)]
async fn enter_transfer(
    ctx: Ctx,
    PathId(id): PathId<ledger::Account>,
    JsonBody(body): JsonBody<TransferBody>,
) -> HttpResult<Answer> {
    let cmd = EnterTransfer {
        account: id,
        item: body.item.into(),
        to_customer: body.to_customer_id,
        to_currency: body.to_currency,
        rate: body.rate,
        date: body.date,
        note: body.note,
    };
    let act = Act::money("receivables.enter_transfer")
        .on("account", id.raw())
        .created();
    let run = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
        commands::transfer(tx, meta, &cmd).map(TransferredView::from)
    };
    ctx.command(act, run).await
}

/// A transfer that was taken back.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct ReversedTransfer {
    #[schema(value_type = String)]
    id: TransferId,
}

/// Takes a transfer back on both sides.
#[utoipa::path(
    post, path = "/transfers/{id}/reverse", tag = "receivables", operation_id = "reverse_transfer",
    params(("id" = String, Path)), request_body = ReasonBody,
    extensions(("x-permission" = json!("receivables.write")), ("x-money-act" = json!(true))),
    responses((status = 200, body = ReversedTransfer), (status = "default", body = ProblemBody))
)]
async fn reverse_transfer(
    ctx: Ctx,
    PathId(id): PathId<Transfer>,
    JsonBody(body): JsonBody<ReasonBody>,
) -> HttpResult<Answer> {
    let act = Act::money("receivables.reverse_transfer").on("transfer", id.raw());
    let run = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
        commands::reverse_transfer(tx, meta, id, &body.reason)?;
        Ok(ReversedTransfer { id })
    };
    ctx.command(act, run).await
}
