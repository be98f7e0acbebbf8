use axum::Json;
use axum::extract::Query;
use base::{Day, Refusal, UserId};
use kit::{Act, Answer, AppState, Ctx, HttpResult, JsonBody, PathId, ProblemBody};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::commands::{self, Contact, NewPromise, PromiseMark};
use crate::queries::{self, Case, WorkFilter, WorkList};

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(work_list))
        .routes(routes!(get_case, change_case))
        .routes(routes!(record_contact))
        .routes(routes!(promise))
        .routes(routes!(withdraw_promise))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct WorkParams {
    /// Part of a customer's code or name.
    q: Option<String>,
    /// `me`: what the caller looks after.
    owner: Option<String>,
    /// `broken` or `open`: accounts with such a promise.
    promise: Option<String>,
    /// `1`: next action due today or earlier, or none set.
    due: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// Rows a page, at most 500.
    limit: Option<usize>,
}

/// Overdue accounts, the greatest amount × age first, with last contact, next action and promise.
#[utoipa::path(
    get, path = "/collection", tag = "collection", operation_id = "collection_work_list", params(WorkParams),
    extensions(("x-permission" = json!("receivables.read"))),
    responses((status = 200, body = WorkList), (status = "default", body = ProblemBody))
)]
async fn work_list(ctx: Ctx, Query(params): Query<WorkParams>) -> HttpResult<Json<WorkList>> {
    let set = |text: Option<String>| text.filter(|text| !text.is_empty() && text != "0");
    let after = params.after.as_deref().unwrap_or("0");
    let unreadable = || {
        let refusal = Refusal::invalid("kit.unreadable_cursor").on("after");
        ctx.problem(refusal.into())
    };
    let after: usize = after.parse().map_err(|_| unreadable())?;
    let filter = WorkFilter {
        q: params.q.unwrap_or_default(),
        owner: set(params.owner).map(|_| ctx.user),
        promise: set(params.promise),
        due: set(params.due).is_some(),
    };
    let place = (after, params.limit.unwrap_or(50).clamp(1, 500));
    let meta = ctx.meta();
    ctx.read(move |tx| queries::work_list(tx, &meta, &filter, place))
        .await
        .map(Json)
}

/// An account as collection sees it, with contacts and promises.
#[utoipa::path(
    get, path = "/accounts/{id}/collection", tag = "collection", operation_id = "get_collection_case",
    params(("id" = String, Path)),
    extensions(("x-permission" = json!("receivables.read"))),
    responses((status = 200, body = Case), (status = "default", body = ProblemBody))
)]
async fn get_case(ctx: Ctx, PathId(id): PathId<ledger::Account>) -> HttpResult<Json<Case>> {
    let meta = ctx.meta();
    ctx.read(move |tx| queries::case(tx, &meta, id)).await.map(Json)
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CaseBody {
    #[schema(value_type = Option<String>)]
    owner_id: Option<UserId>,
    next_action: String,
    #[schema(value_type = Option<String>)]
    next_on: Option<Day>,
}

/// Sets who looks after an account and what comes next.
#[utoipa::path(
    put, path = "/accounts/{id}/collection", tag = "collection", operation_id = "change_collection_case",
    params(("id" = String, Path)), request_body = CaseBody,
    extensions(("x-permission" = json!("receivables.write"))),
    responses((status = 200, body = Case), (status = "default", body = ProblemBody))
)]
async fn change_case(
    ctx: Ctx,
    PathId(id): PathId<ledger::Account>,
    JsonBody(body): JsonBody<CaseBody>,
) -> HttpResult<Answer> {
    let act = Act::new("collection.change_case").on("account", id.raw());
    let run = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
        commands::change_case(tx, meta, id, body.owner_id, &body.next_action, body.next_on)?;
        queries::case(tx, meta, id)
    };
    ctx.command(act, run).await
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ContactBody {
    /// `call`, `message`, `visit` or `note`.
    kind: String,
    text: String,
    #[serde(default)]
    next_action: String,
    #[schema(value_type = Option<String>)]
    next_on: Option<Day>,
}

/// Records what was said, and what comes next.
#[utoipa::path(
    post, path = "/accounts/{id}/contacts", tag = "collection", operation_id = "record_contact",
    params(("id" = String, Path)), request_body = ContactBody,
    extensions(("x-permission" = json!("receivables.write"))),
    responses((status = 200, body = Case), (status = "default", body = ProblemBody))
)]
async fn record_contact(
    ctx: Ctx,
    PathId(id): PathId<ledger::Account>,
    JsonBody(body): JsonBody<ContactBody>,
) -> HttpResult<Answer> {
    let act = Act::new("collection.record_contact").on("account", id.raw());
    let cmd = Contact {
        account: id,
        kind: body.kind,
        text: body.text,
        next_action: body.next_action,
        next_on: body.next_on,
    };
    let run = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
        commands::record_contact(tx, meta, &cmd)?;
        queries::case(tx, meta, id)
    };
    ctx.command(act, run).await
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PromiseBody {
    amount: String,
    #[schema(value_type = String)]
    promised_on: Day,
    /// Who promised it.
    #[serde(default)]
    person: String,
}

/// Records a promise to pay.
#[utoipa::path(
    post, path = "/accounts/{id}/promises", tag = "collection", operation_id = "record_promise",
    params(("id" = String, Path)), request_body = PromiseBody,
    extensions(("x-permission" = json!("receivables.write"))),
    responses((status = 200, body = Case), (status = "default", body = ProblemBody))
)]
async fn promise(
    ctx: Ctx,
    PathId(id): PathId<ledger::Account>,
    JsonBody(body): JsonBody<PromiseBody>,
) -> HttpResult<Answer> {
    let act = Act::new("collection.promise").on("account", id.raw());
    let cmd = NewPromise {
        account: id,
        amount: body.amount,
        promised_on: body.promised_on,
        person: body.person,
    };
    let run = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
        commands::promise(tx, meta, &cmd)?;
        queries::case(tx, meta, id)
    };
    ctx.command(act, run).await
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WithdrawBody {
    reason: String,
}

/// Takes back a promise that was recorded by mistake or replaced.
#[utoipa::path(
    post, path = "/promises/{id}/withdraw", tag = "collection", operation_id = "withdraw_promise",
    params(("id" = String, Path)), request_body = WithdrawBody,
    extensions(("x-permission" = json!("receivables.write"))),
    responses((status = 200, body = Case), (status = "default", body = ProblemBody))
)]
async fn withdraw_promise(
    ctx: Ctx,
    PathId(id): PathId<PromiseMark>,
    JsonBody(body): JsonBody<WithdrawBody>,
) -> HttpResult<Answer> {
    let act = Act::new("collection.withdraw_promise").on("promise", id.raw());
    let run = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
        let account = commands::withdraw_promise(tx, id, &body.reason)?;
        queries::case(tx, meta, account)
    };
    ctx.command(act, run).await
}
