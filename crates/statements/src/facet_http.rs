//! Routes of versions, delivery, answers and settings of statements; JSON in and out.

use axum::Json;
use kit::{Act, Answer, AppState, Ctx, HttpResult, JsonBody, PathId, ProblemBody};
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::facets::{self, GiveAnswer};
use crate::settings::{self, Settings};
use crate::supersede;
use crate::types::{AnswerState, Channel, DeliveryChannel, DeliveryState, StatementId, StatementMark};

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(supersede_statement))
        .routes(routes!(deliver_statement))
        .routes(routes!(answer_statement))
        .routes(routes!(read_statement_settings, set_statement_settings))
}

#[derive(Clone, Copy, Debug, Serialize, utoipa::ToSchema)]
struct FacetDone {
    done: bool,
}

const DONE: FacetDone = FacetDone { done: true };

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct SupersedeInput {
    reason: String,
}

#[derive(Clone, Copy, Debug, Serialize, utoipa::ToSchema)]
struct StatementReplaced {
    #[schema(value_type = String)]
    id: StatementId,
}

/// Replaces the newest statement of an account by a version under the same number, which takes what it
/// had and everything that came since up to the same cut-off.
#[utoipa::path(
    post, path = "/statements/{id}/supersede", tag = "statements", operation_id = "supersede_statement",
    params(("id" = String, Path)), request_body = SupersedeInput,
    extensions(("x-permission" = json!("statements.issue")), ("x-money-act" = json!(true))),
    responses((status = 201, body = StatementReplaced), (status = "default", body = ProblemBody))
)]
async fn supersede_statement(
    ctx: Ctx,
    PathId(id): PathId<StatementMark>,
    JsonBody(input): JsonBody<SupersedeInput>,
) -> HttpResult<Answer> {
    let act = Act::money("statements.supersede")
        .created()
        .on("statement", id.raw());
    ctx.command(act, move |tx, meta| {
        supersede::supersede(tx, meta, id, &input.reason).map(|id| StatementReplaced { id })
    })
    .await
}

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct DeliverInput {
    /// `sent`, `delivered` or `failed`.
    kind: DeliveryState,
    channel: DeliveryChannel,
    /// Needed where it failed.
    #[serde(default)]
    text: String,
}

/// Notes by hand how a statement went to the customer: its link copied or sent by chat, printed, handed
/// over; or that it could not be delivered.
#[utoipa::path(
    post, path = "/statements/{id}/deliveries", tag = "statements", operation_id = "deliver_statement",
    params(("id" = String, Path)), request_body = DeliverInput,
    extensions(("x-permission" = json!("statements.share"))),
    responses((status = 200, body = FacetDone), (status = "default", body = ProblemBody))
)]
async fn deliver_statement(
    ctx: Ctx,
    PathId(id): PathId<StatementMark>,
    JsonBody(input): JsonBody<DeliverInput>,
) -> HttpResult<Answer> {
    let act = Act::new("statements.deliver").on("statement", id.raw());
    ctx.command(act, move |tx, meta| {
        facets::deliver(tx, meta, id, (input.kind, input.channel), &input.text).map(|()| DONE)
    })
    .await
}

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct AnswerInput {
    /// `confirmed` or `disputed`.
    kind: AnswerState,
    /// The digest of the version that the customer speaks of.
    hash: String,
    channel: Channel,
    /// Who at the customer said so.
    #[serde(default)]
    person: String,
    /// Needed for a dispute.
    #[serde(default)]
    text: String,
}

/// Registers what the customer answered by phone or on paper, to exactly the version it speaks of.
#[utoipa::path(
    post, path = "/statements/{id}/answers", tag = "statements", operation_id = "answer_statement",
    params(("id" = String, Path)), request_body = AnswerInput,
    extensions(("x-permission" = json!("statements.share")), ("x-money-act" = json!(true))),
    responses((status = 200, body = FacetDone), (status = "default", body = ProblemBody))
)]
async fn answer_statement(
    ctx: Ctx,
    PathId(id): PathId<StatementMark>,
    JsonBody(input): JsonBody<AnswerInput>,
) -> HttpResult<Answer> {
    let given = GiveAnswer {
        statement: id,
        kind: input.kind,
        hash: input.hash,
        channel: input.channel,
        person: input.person,
        text: input.text,
    };
    let act = Act::money("statements.answer").on("statement", id.raw());
    ctx.command(act, move |tx, meta| {
        facets::answer(tx, meta, &given).map(|()| DONE)
    })
    .await
}

/// What the company decided on its statements.
#[utoipa::path(
    get, path = "/statement-settings", tag = "statements", operation_id = "read_statement_settings",
    extensions(("x-permission" = json!("statements.read"))),
    responses((status = 200, body = Settings), (status = "default", body = ProblemBody))
)]
async fn read_statement_settings(ctx: Ctx) -> HttpResult<Json<Settings>> {
    ctx.read(settings::get).await.map(Json)
}

/// Decides it; statements issued from now on follow.
#[utoipa::path(
    put, path = "/statement-settings", tag = "statements", operation_id = "set_statement_settings",
    request_body = Settings,
    extensions(("x-permission" = json!("access.manage"))),
    responses((status = 200, body = FacetDone), (status = "default", body = ProblemBody))
)]
async fn set_statement_settings(ctx: Ctx, JsonBody(input): JsonBody<Settings>) -> HttpResult<Answer> {
    let act = Act::new("statements.settings");
    ctx.command(act, move |tx, _| settings::set(tx, &input).map(|()| DONE))
        .await
}
