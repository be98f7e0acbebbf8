use axum::Json;
use base::{Currency, Day, Id};
use kit::list::{ListParams, ListQuery, Page};
use kit::{Act, Answer, AppState, Ctx, HttpResult, JsonBody, PathId, ProblemBody};
use ledger::EntryId;
use parties::CustomerId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::allowance::{
    self, AllowanceRun, AllowanceRunId, ChangeLine, ProposeAllowance, RunDetail, RunItem, SingleItem,
};
use super::rules;
use super::write_offs::{self, BookWriteOff, ReconciliationRow, WriteOff, WriteOffId, WriteOffItem};
use crate::types::BadDebtId;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(get_rates, save_rates))
        .routes(routes!(list_runs, propose))
        .routes(routes!(get_run))
        .routes(routes!(change_line))
        .routes(routes!(add_single))
        .routes(routes!(post_run))
        .routes(routes!(drop_run))
        .routes(routes!(list_write_offs, book_write_off))
        .routes(routes!(reverse_write_off))
        .routes(routes!(get_reconciliation))
}

/// How much of an age is set aside.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AllowanceRate {
    /// `not_due`, `days_1_30`, `days_31_60`, `days_61_90` or `days_over_90`.
    bucket: String,
    /// A percentage with at most two digits after the point.
    percent: String,
}

/// The rates of all ages.
#[utoipa::path(
    get, path = "/allowance-rates", tag = "receivables", operation_id = "list_allowance_rates",
    extensions(("x-permission" = json!("receivables.read"))),
    responses((status = 200, body = Vec<AllowanceRate>), (status = "default", body = ProblemBody))
)]
async fn get_rates(ctx: Ctx) -> HttpResult<Json<Vec<AllowanceRate>>> {
    let rates = ctx.read(allowance::rates).await?;
    let view = |(bucket, rate): (rules::Bucket, i64)| AllowanceRate {
        bucket: bucket.as_str().to_owned(),
        percent: rules::percent(rate),
    };
    Ok(Json(rates.into_iter().map(view).collect()))
}

/// The rates to be set.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AllowanceRates {
    rates: Vec<AllowanceRate>,
}

/// Nothing but that it was done.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct AllowanceDone {
    done: bool,
}

/// Sets rates; ages that are not named keep theirs.
#[utoipa::path(
    put, path = "/allowance-rates", tag = "receivables", operation_id = "save_allowance_rates",
    request_body = AllowanceRates,
    extensions(("x-permission" = json!("receivables.bad_debt_approve"))),
    responses((status = 200, body = AllowanceDone), (status = "default", body = ProblemBody))
)]
async fn save_rates(ctx: Ctx, JsonBody(body): JsonBody<AllowanceRates>) -> HttpResult<Answer> {
    let wanted: Vec<(String, String)> = body
        .rates
        .into_iter()
        .map(|rate| (rate.bucket, rate.percent))
        .collect();
    let act = Act::new("receivables.save_allowance_rates");
    let run = move |tx: &mut db::Tx<'_>, _: &kit::Meta| {
        allowance::save_rates(tx, &wanted).map(|()| AllowanceDone { done: true })
    };
    ctx.command(act, run).await
}

/// The latest runs, newest first.
#[utoipa::path(
    get, path = "/allowance-runs", tag = "receivables", operation_id = "list_allowance_runs",
    extensions(("x-permission" = json!("receivables.read"))),
    responses((status = 200, body = Vec<RunItem>), (status = "default", body = ProblemBody))
)]
async fn list_runs(ctx: Ctx) -> HttpResult<Json<Vec<RunItem>>> {
    ctx.read(allowance::allowance_runs).await.map(Json)
}

/// A proposal to be made.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AllowanceBody {
    #[schema(value_type = String)]
    as_of: Day,
    /// Absent: the company's.
    #[schema(value_type = Option<String>)]
    currency: Option<Currency>,
    #[serde(default)]
    note: String,
}

/// Proposes an allowance by the ages of a day; nothing is posted.
#[utoipa::path(
    post, path = "/allowance-runs", tag = "receivables", operation_id = "propose_allowance",
    request_body = AllowanceBody,
    extensions(("x-permission" = json!("receivables.bad_debt")), ("x-money-act" = json!(true))),
    responses((status = 201, body = RunDetail), (status = "default", body = ProblemBody))
)]
async fn propose(ctx: Ctx, JsonBody(body): JsonBody<AllowanceBody>) -> HttpResult<Answer> {
    let cmd = ProposeAllowance {
        as_of: body.as_of,
        currency: body.currency,
        note: body.note,
    };
    let act = Act::money("receivables.propose_allowance").created();
    let run = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
        let id = allowance::propose_allowance(tx, meta, &cmd)?;
        allowance::allowance_run(tx, id)
    };
    ctx.command(act, run).await
}

/// A run with its lines.
#[utoipa::path(
    get, path = "/allowance-runs/{id}", tag = "receivables", operation_id = "get_allowance_run",
    params(("id" = String, Path)),
    extensions(("x-permission" = json!("receivables.read"))),
    responses((status = 200, body = RunDetail), (status = "default", body = ProblemBody))
)]
async fn get_run(ctx: Ctx, PathId(id): PathId<AllowanceRun>) -> HttpResult<Json<RunDetail>> {
    ctx.read(move |tx| allowance::allowance_run(tx, id))
        .await
        .map(Json)
}

/// An amount set by hand.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AllowanceLineBody {
    line_no: i64,
    amount: String,
    /// Required unless it is the proposed amount.
    #[serde(default)]
    reason: String,
}

/// Sets the amount of a line by hand.
#[utoipa::path(
    post, path = "/allowance-runs/{id}/lines", tag = "receivables", operation_id = "change_allowance_line",
    params(("id" = String, Path)), request_body = AllowanceLineBody,
    extensions(("x-permission" = json!("receivables.bad_debt")), ("x-money-act" = json!(true))),
    responses((status = 200, body = RunDetail), (status = "default", body = ProblemBody))
)]
async fn change_line(
    ctx: Ctx,
    PathId(id): PathId<AllowanceRun>,
    JsonBody(body): JsonBody<AllowanceLineBody>,
) -> HttpResult<Answer> {
    let cmd = ChangeLine {
        run: id,
        line_no: body.line_no,
        amount: body.amount,
        reason: body.reason,
    };
    let act = Act::money("receivables.change_allowance_line").on("allowance_run", id.raw());
    let run = move |tx: &mut db::Tx<'_>, _: &kit::Meta| {
        allowance::change_line(tx, &cmd)?;
        allowance::allowance_run(tx, id)
    };
    ctx.command(act, run).await
}

/// One open item that is judged by itself.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SingleItemBody {
    #[schema(value_type = String)]
    entry_id: EntryId,
    amount: String,
    reason: String,
}

/// Takes an item out of its age and sets its amount by hand.
#[utoipa::path(
    post, path = "/allowance-runs/{id}/items", tag = "receivables", operation_id = "add_allowance_item",
    params(("id" = String, Path)), request_body = SingleItemBody,
    extensions(("x-permission" = json!("receivables.bad_debt")), ("x-money-act" = json!(true))),
    responses((status = 200, body = RunDetail), (status = "default", body = ProblemBody))
)]
async fn add_single(
    ctx: Ctx,
    PathId(id): PathId<AllowanceRun>,
    JsonBody(body): JsonBody<SingleItemBody>,
) -> HttpResult<Answer> {
    let cmd = SingleItem {
        run: id,
        entry: body.entry_id,
        amount: body.amount,
        reason: body.reason,
    };
    let act = Act::money("receivables.add_allowance_item").on("allowance_run", id.raw());
    let run = move |tx: &mut db::Tx<'_>, _: &kit::Meta| {
        allowance::add_single(tx, &cmd)?;
        allowance::allowance_run(tx, id)
    };
    ctx.command(act, run).await
}

/// Posts a run: the allowance becomes what it says.
#[utoipa::path(
    post, path = "/allowance-runs/{id}/post", tag = "receivables", operation_id = "post_allowance",
    params(("id" = String, Path)),
    extensions(("x-permission" = json!("receivables.bad_debt_approve")), ("x-money-act" = json!(true))),
    responses((status = 200, body = RunDetail), (status = "default", body = ProblemBody))
)]
async fn post_run(ctx: Ctx, PathId(id): PathId<AllowanceRun>) -> HttpResult<Answer> {
    decide(ctx, id, "receivables.post_allowance", allowance::post_allowance).await
}

/// Gives a draft up.
#[utoipa::path(
    post, path = "/allowance-runs/{id}/drop", tag = "receivables", operation_id = "drop_allowance",
    params(("id" = String, Path)),
    extensions(("x-permission" = json!("receivables.bad_debt")), ("x-money-act" = json!(true))),
    responses((status = 200, body = RunDetail), (status = "default", body = ProblemBody))
)]
async fn drop_run(ctx: Ctx, PathId(id): PathId<AllowanceRun>) -> HttpResult<Answer> {
    decide(ctx, id, "receivables.drop_allowance", allowance::drop_allowance).await
}

type Decision = fn(&mut db::Tx<'_>, &kit::Meta, AllowanceRunId) -> db::Result<()>;

async fn decide(ctx: Ctx, id: AllowanceRunId, name: &'static str, decision: Decision) -> HttpResult<Answer> {
    let act = Act::money(name).on("allowance_run", id.raw());
    let run = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
        decision(tx, meta, id)?;
        allowance::allowance_run(tx, id)
    };
    ctx.command(act, run).await
}

/// Write-offs as finance booked them. Filters: customer_id. Sorts: date.
#[utoipa::path(
    get, path = "/write-offs", tag = "receivables", operation_id = "list_write_offs", params(ListParams),
    extensions(("x-permission" = json!("receivables.read"))),
    responses((status = 200, body = Page<WriteOffItem>), (status = "default", body = ProblemBody))
)]
async fn list_write_offs(ctx: Ctx, query: ListQuery) -> HttpResult<Json<Page<WriteOffItem>>> {
    ctx.read(move |tx| write_offs::write_offs(tx, &query))
        .await
        .map(Json)
}

/// A write-off to be booked; one of `bad_debt_id` and `customer_id`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WriteOffBody {
    #[schema(value_type = Option<String>)]
    bad_debt_id: Option<BadDebtId>,
    #[schema(value_type = Option<String>)]
    customer_id: Option<CustomerId>,
    amount: String,
    #[schema(value_type = String)]
    booked_on: Day,
    /// Its number in the books of finance.
    voucher: String,
    /// What of it is claimed back as tax.
    #[serde(default)]
    tax_relief: String,
    #[serde(default)]
    tax_document: String,
    #[serde(default)]
    note: String,
}

/// A write-off that was booked.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct WriteOffBooked {
    #[schema(value_type = String)]
    id: WriteOffId,
}

/// Books a write-off on the finance side. What the customer owes does not change.
#[utoipa::path(
    post, path = "/write-offs", tag = "receivables", operation_id = "book_write_off", request_body = WriteOffBody,
    extensions(("x-permission" = json!("receivables.bad_debt")), ("x-money-act" = json!(true))),
    responses((status = 201, body = WriteOffBooked), (status = "default", body = ProblemBody))
)]
async fn book_write_off(ctx: Ctx, JsonBody(body): JsonBody<WriteOffBody>) -> HttpResult<Answer> {
    let cmd = BookWriteOff {
        bad_debt: body.bad_debt_id,
        customer: body.customer_id,
        amount: body.amount,
        booked_on: body.booked_on,
        voucher: body.voucher,
        tax_relief: body.tax_relief,
        tax_document: body.tax_document,
        note: body.note,
    };
    let act = Act::money("receivables.book_write_off")
        .on("bad_debt", cmd.bad_debt.map_or(0, Id::raw))
        .created();
    let run = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
        write_offs::book_write_off(tx, meta, &cmd).map(|id| WriteOffBooked { id })
    };
    ctx.command(act, run).await
}

/// Why a write-off is taken back.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WriteOffReason {
    reason: String,
}

/// Takes a write-off back by a negative row.
#[utoipa::path(
    post, path = "/write-offs/{id}/reverse", tag = "receivables", operation_id = "reverse_write_off",
    params(("id" = String, Path)), request_body = WriteOffReason,
    extensions(("x-permission" = json!("receivables.bad_debt")), ("x-money-act" = json!(true))),
    responses((status = 200, body = WriteOffBooked), (status = "default", body = ProblemBody))
)]
async fn reverse_write_off(
    ctx: Ctx,
    PathId(id): PathId<WriteOff>,
    JsonBody(body): JsonBody<WriteOffReason>,
) -> HttpResult<Answer> {
    let act = Act::money("receivables.reverse_write_off").on("write_off", id.raw());
    let run = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
        write_offs::reverse_write_off(tx, meta, id, &body.reason).map(|id| WriteOffBooked { id })
    };
    ctx.command(act, run).await
}

/// What management gave up and finance did not book, and the other way round.
#[utoipa::path(
    get, path = "/bad-debt-reconciliation", tag = "receivables", operation_id = "bad_debt_reconciliation",
    extensions(("x-permission" = json!("receivables.read"))),
    responses((status = 200, body = Vec<ReconciliationRow>), (status = "default", body = ProblemBody))
)]
async fn get_reconciliation(ctx: Ctx) -> HttpResult<Json<Vec<ReconciliationRow>>> {
    ctx.read(write_offs::reconciliation).await.map(Json)
}
