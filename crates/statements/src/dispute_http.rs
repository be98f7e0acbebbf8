//! Routes of disputes; JSON in and out.

use axum::Json;
use base::UserId;
use kit::list::{ListParams, ListQuery, Page};
use kit::{Act, Answer, AppState, Ctx, HttpResult, JsonBody, PathId, ProblemBody};
use ledger::{Dispute, DisputeId, DisputeReason, DisputeState, EntryId};
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::disputes::{self, DisputeItem, DisputeView, RaiseDispute};
use crate::types::{Channel, StatementMark};

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_disputes))
        .routes(routes!(get_dispute))
        .routes(routes!(raise_dispute))
        .routes(routes!(resolve_dispute))
        .routes(routes!(withdraw_dispute))
        .routes(routes!(assign_dispute))
}

/// Disputes. Filters: state, reason, customer_id, statement_id, owner_id, no_owner. Sorts: opened_on, left.
#[utoipa::path(
    get, path = "/disputes", tag = "statements", operation_id = "list_disputes", params(ListParams),
    extensions(("x-permission" = json!("statements.read"))),
    responses((status = 200, body = Page<DisputeItem>), (status = "default", body = ProblemBody))
)]
async fn list_disputes(ctx: Ctx, query: ListQuery) -> HttpResult<Json<Page<DisputeItem>>> {
    let today = ctx.today();
    ctx.read(move |tx| disputes::disputes(tx, today, &query))
        .await
        .map(Json)
}

/// A dispute with its history.
#[utoipa::path(
    get, path = "/disputes/{id}", tag = "statements", operation_id = "get_dispute",
    params(("id" = String, Path)), extensions(("x-permission" = json!("statements.read"))),
    responses((status = 200, body = DisputeView), (status = "default", body = ProblemBody))
)]
async fn get_dispute(ctx: Ctx, PathId(id): PathId<Dispute>) -> HttpResult<Json<DisputeView>> {
    let today = ctx.today();
    ctx.read(move |tx| disputes::dispute(tx, today, id))
        .await
        .map(Json)
}

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct RaiseInput {
    line_no: i64,
    /// Absent: all of the line that is not disputed yet.
    #[serde(default)]
    amount: Option<String>,
    reason: DisputeReason,
    #[serde(default)]
    text: String,
    channel: Channel,
    /// Who at the customer said so.
    #[serde(default)]
    person: String,
    /// Absent: the customer's salesperson.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    owner_id: Option<UserId>,
}

#[derive(Clone, Copy, Debug, Serialize, utoipa::ToSchema)]
struct DisputeRaised {
    #[schema(value_type = String)]
    id: DisputeId,
}

#[derive(Clone, Copy, Debug, Serialize, utoipa::ToSchema)]
struct DisputeStands {
    state: DisputeState,
}

/// Raises a dispute on a line of a statement, as the customer said it by phone or on paper.
#[utoipa::path(
    post, path = "/statements/{id}/disputes", tag = "statements", operation_id = "raise_dispute",
    params(("id" = String, Path)), request_body = RaiseInput,
    extensions(("x-permission" = json!("receivables.write")), ("x-money-act" = json!(true))),
    responses((status = 201, body = DisputeRaised), (status = "default", body = ProblemBody))
)]
async fn raise_dispute(
    ctx: Ctx,
    PathId(id): PathId<StatementMark>,
    JsonBody(input): JsonBody<RaiseInput>,
) -> HttpResult<Answer> {
    let new = RaiseDispute {
        statement: id,
        line_no: input.line_no,
        amount: input.amount,
        reason: input.reason,
        text: input.text,
        channel: input.channel,
        person: input.person,
        owner: input.owner_id,
    };
    let act = Act::money("statements.dispute")
        .created()
        .on("statement", id.raw());
    ctx.command(act, move |tx, meta| {
        disputes::raise(tx, meta, &new).map(|id| DisputeRaised { id })
    })
    .await
}

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ResolveInput {
    /// What of it is accepted; the rest is rejected. `"0"`: all of it is rejected.
    accepted: String,
    /// The credit that the acceptance led to; needed where something is accepted.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    credit_entry_id: Option<EntryId>,
    /// Shown to the customer; needed where something is rejected.
    #[serde(default)]
    text: String,
}

/// Decides a dispute: accepted, rejected, or partly.
#[utoipa::path(
    post, path = "/disputes/{id}/resolve", tag = "statements", operation_id = "resolve_dispute",
    params(("id" = String, Path)), request_body = ResolveInput,
    extensions(("x-permission" = json!("receivables.write")), ("x-money-act" = json!(true))),
    responses((status = 200, body = DisputeStands), (status = "default", body = ProblemBody))
)]
async fn resolve_dispute(
    ctx: Ctx,
    PathId(id): PathId<Dispute>,
    JsonBody(input): JsonBody<ResolveInput>,
) -> HttpResult<Answer> {
    let act = Act::money("statements.resolve_dispute").on("dispute", id.raw());
    ctx.command(act, move |tx, meta| {
        let (credit, text) = (input.credit_entry_id, input.text.as_str());
        disputes::resolve(tx, meta, id, &input.accepted, credit, text).map(|state| DisputeStands { state })
    })
    .await
}

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct WithdrawInput {
    #[serde(default)]
    text: String,
}

/// The customer gives a dispute up, also one that was paid under reservation.
#[utoipa::path(
    post, path = "/disputes/{id}/withdraw", tag = "statements", operation_id = "withdraw_dispute",
    params(("id" = String, Path)), request_body = WithdrawInput,
    extensions(("x-permission" = json!("receivables.write")), ("x-money-act" = json!(true))),
    responses((status = 200, body = DisputeStands), (status = "default", body = ProblemBody))
)]
async fn withdraw_dispute(
    ctx: Ctx,
    PathId(id): PathId<Dispute>,
    JsonBody(input): JsonBody<WithdrawInput>,
) -> HttpResult<Answer> {
    let act = Act::money("statements.withdraw_dispute").on("dispute", id.raw());
    ctx.command(act, move |tx, meta| {
        let state = DisputeState::Withdrawn;
        disputes::withdraw(tx, meta, id, &input.text).map(|()| DisputeStands { state })
    })
    .await
}

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct AssignInput {
    /// `null`: nobody.
    #[schema(value_type = Option<String>)]
    owner_id: Option<UserId>,
}

#[derive(Clone, Copy, Debug, Serialize, utoipa::ToSchema)]
struct DisputeAssigned {
    done: bool,
}

/// Says who looks after a dispute.
#[utoipa::path(
    put, path = "/disputes/{id}/owner", tag = "statements", operation_id = "assign_dispute",
    params(("id" = String, Path)), request_body = AssignInput,
    extensions(("x-permission" = json!("receivables.write"))),
    responses((status = 200, body = DisputeAssigned), (status = "default", body = ProblemBody))
)]
async fn assign_dispute(
    ctx: Ctx,
    PathId(id): PathId<Dispute>,
    JsonBody(input): JsonBody<AssignInput>,
) -> HttpResult<Answer> {
    let act = Act::new("statements.assign_dispute").on("dispute", id.raw());
    ctx.command(act, move |tx, _| {
        disputes::assign(tx, id, input.owner_id).map(|()| DisputeAssigned { done: true })
    })
    .await
}
