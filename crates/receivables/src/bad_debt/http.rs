use axum::Json;
use axum::extract::Query;
use base::{Day, Money};
use kit::list::{ListParams, ListQuery, Page};
use kit::run::{Run, RunView};
use kit::{Act, Answer, AppState, Ctx, HttpResult, JsonBody, PathId, ProblemBody};
use ledger::OrderId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::batch::{self, NotProcessed, ProcessMany};
use super::reasons::{self, ReasonItem, SaveReason, Setting};
use super::report::{self, ReportRow};
use super::requests::{self, BadDebtRequest, RequestId, RequestItem};
use crate::http::{BadDebtBody, BadDebtView};
use crate::refusals;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_reasons, save_reason))
        .routes(routes!(get_setting, save_setting))
        .routes(routes!(get_report))
        .routes(routes!(list_requests))
        .routes(routes!(request_bad_debt))
        .routes(routes!(approve_request))
        .routes(routes!(reject_request))
        .routes(routes!(process_many))
        .routes(routes!(get_bad_debt_run))
        .merge(super::finance::router())
}

/// The reasons for a bad debt, also those that are not offered any more.
#[utoipa::path(
    get, path = "/bad-debt-reasons", tag = "receivables", operation_id = "list_bad_debt_reasons",
    extensions(("x-permission" = json!("receivables.read"))),
    responses((status = 200, body = Vec<ReasonItem>), (status = "default", body = ProblemBody))
)]
async fn list_reasons(ctx: Ctx) -> HttpResult<Json<Vec<ReasonItem>>> {
    let lang = ctx.lang;
    ctx.read(move |tx| reasons::reasons(tx, lang)).await.map(Json)
}

/// A reason of the company's own list; texts may be left empty for one that comes with the program.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BadDebtReasonInput {
    /// Small letters, digits and `_`, at most 30.
    code: String,
    #[serde(default)]
    name_en: String,
    #[serde(default)]
    name_hans: String,
    #[serde(default)]
    name_hant: String,
    /// The act must say more.
    needs_note: bool,
    /// Offered for new bad debts.
    active: bool,
}

/// Adds or changes a reason.
#[utoipa::path(
    put, path = "/bad-debt-reasons", tag = "receivables", operation_id = "save_bad_debt_reason",
    request_body = BadDebtReasonInput,
    extensions(("x-permission" = json!("access.manage"))),
    responses((status = 200, body = ReasonItem), (status = "default", body = ProblemBody))
)]
async fn save_reason(ctx: Ctx, JsonBody(body): JsonBody<BadDebtReasonInput>) -> HttpResult<Answer> {
    let cmd = SaveReason {
        code: body.code,
        name_en: body.name_en,
        name_hans: body.name_hans,
        name_hant: body.name_hant,
        needs_note: body.needs_note,
        active: body.active,
    };
    let act = Act::new("receivables.save_bad_debt_reason");
    ctx.command(act, move |tx, meta| reasons::save_reason(tx, meta, &cmd))
        .await
}

/// How the company deals with bad debt.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct BadDebtSetting {
    /// Amounts from this one on, in the company's currency, need approval by another person; absent: none.
    #[schema(value_type = Option<String>)]
    approval_from: Option<Money>,
    /// The finance side (allowance, booked write-offs) is in use.
    finance_mode: bool,
}

/// See `BadDebtSetting`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BadDebtSettingInput {
    approval_from: Option<String>,
    finance_mode: bool,
}

fn shown(ctx: &Ctx, setting: Setting) -> BadDebtSetting {
    let currency = ctx.company.currency;
    BadDebtSetting {
        approval_from: setting.approval_from.map(|minor| Money::new(minor, currency)),
        finance_mode: setting.finance_mode,
    }
}

/// How the company deals with bad debt.
#[utoipa::path(
    get, path = "/bad-debt-setting", tag = "receivables", operation_id = "get_bad_debt_setting",
    extensions(("x-permission" = json!("receivables.read"))),
    responses((status = 200, body = BadDebtSetting), (status = "default", body = ProblemBody))
)]
async fn get_setting(ctx: Ctx) -> HttpResult<Json<BadDebtSetting>> {
    let setting = ctx.read(reasons::setting).await?;
    Ok(Json(shown(&ctx, setting)))
}

/// Changes how the company deals with bad debt.
#[utoipa::path(
    put, path = "/bad-debt-setting", tag = "receivables", operation_id = "save_bad_debt_setting",
    request_body = BadDebtSettingInput,
    extensions(("x-permission" = json!("access.manage"))),
    responses((status = 200, body = BadDebtSetting), (status = "default", body = ProblemBody))
)]
async fn save_setting(ctx: Ctx, JsonBody(body): JsonBody<BadDebtSettingInput>) -> HttpResult<Answer> {
    let text = body
        .approval_from
        .as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty());
    let read = |text: &str| {
        let money = Money::parse(text, ctx.company.currency);
        money.map_err(|_| ctx.problem(refusals::amount_unreadable("approval_from", text).into()))
    };
    let setting = Setting {
        approval_from: text.map(read).transpose()?.map(|money| money.minor),
        finance_mode: body.finance_mode,
    };
    let view = shown(&ctx, setting);
    let act = Act::new("receivables.save_bad_debt_setting");
    let run = move |tx: &mut db::Tx<'_>, _: &kit::Meta| {
        reasons::save_setting(tx, setting)?;
        Ok(view.clone())
    };
    ctx.command(act, run).await
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ReportParams {
    /// `reason`, `salesperson`, `customer` or `year`; absent: by reason.
    by: Option<String>,
    /// Absent: from the beginning.
    from: Option<String>,
    /// Absent: today.
    to: Option<String>,
}

/// What was given up and what came back of it, grouped.
#[utoipa::path(
    get, path = "/bad-debt-report", tag = "receivables", operation_id = "bad_debt_report", params(ReportParams),
    extensions(("x-permission" = json!("receivables.read"))),
    responses((status = 200, body = Vec<ReportRow>), (status = "default", body = ProblemBody))
)]
async fn get_report(ctx: Ctx, Query(params): Query<ReportParams>) -> HttpResult<Json<Vec<ReportRow>>> {
    let by = params.by.as_deref().unwrap_or("reason").parse();
    let by = by.map_err(|refusal: base::Refusal| ctx.problem(refusal.into()))?;
    let day = |name: &'static str, text: Option<&str>, absent: Day| match text.filter(|text| !text.is_empty())
    {
        None => Ok(absent),
        Some(text) => text.parse::<Day>().map_err(|_| {
            let refusal = base::Refusal::invalid("kit.unreadable_filter")
                .on(name)
                .with("value", text);
            ctx.problem(refusal.into())
        }),
    };
    let from = day("from", params.from.as_deref(), ledger::EARLIEST)?;
    let to = day("to", params.to.as_deref(), ctx.today())?;
    ctx.read(move |tx| report::report(tx, by, from, to))
        .await
        .map(Json)
}

/// Requests to approve a bad debt. Filters: state, customer_id. Sorts: date.
#[utoipa::path(
    get, path = "/bad-debt-requests", tag = "receivables", operation_id = "list_bad_debt_requests",
    params(ListParams),
    extensions(("x-permission" = json!("receivables.read"))),
    responses((status = 200, body = Page<RequestItem>), (status = "default", body = ProblemBody))
)]
async fn list_requests(ctx: Ctx, query: ListQuery) -> HttpResult<Json<Page<RequestItem>>> {
    ctx.read(move |tx| requests::requests(tx, &query)).await.map(Json)
}

/// A request that was made.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Requested {
    #[schema(value_type = String)]
    id: RequestId,
}

/// Asks for a bad debt to be approved. Nothing is booked.
#[utoipa::path(
    post, path = "/orders/{id}/bad-debt-request", tag = "receivables", operation_id = "request_bad_debt",
    params(("id" = String, Path)), request_body = BadDebtBody,
    extensions(("x-permission" = json!("receivables.bad_debt")), ("x-money-act" = json!(true))),
    responses((status = 201, body = Requested), (status = "default", body = ProblemBody))
)]
async fn request_bad_debt(
    ctx: Ctx,
    PathId(id): PathId<ledger::Order>,
    JsonBody(body): JsonBody<BadDebtBody>,
) -> HttpResult<Answer> {
    let cmd = body.command(id).map_err(|refusal| ctx.problem(refusal.into()))?;
    let act = Act::money("receivables.request_bad_debt")
        .on("order", id.raw())
        .created();
    let run = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
        super::request_bad_debt(tx, meta, &cmd).map(|id| Requested { id })
    };
    ctx.command(act, run).await
}

/// What the decision says.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DecisionBody {
    #[serde(default)]
    note: String,
}

/// Approves a request: the bad debt is processed under the guards of this moment. Not by who asked.
#[utoipa::path(
    post, path = "/bad-debt-requests/{id}/approve", tag = "receivables", operation_id = "approve_bad_debt",
    params(("id" = String, Path)), request_body = DecisionBody,
    extensions(("x-permission" = json!("receivables.bad_debt_approve")), ("x-money-act" = json!(true))),
    responses((status = 200, body = BadDebtView), (status = "default", body = ProblemBody))
)]
async fn approve_request(
    ctx: Ctx,
    PathId(id): PathId<BadDebtRequest>,
    JsonBody(body): JsonBody<DecisionBody>,
) -> HttpResult<Answer> {
    let act = Act::money("receivables.approve_bad_debt").on("bad_debt_request", id.raw());
    let run = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
        super::approve_bad_debt(tx, meta, id, &body.note).map(BadDebtView::from)
    };
    ctx.command(act, run).await
}

/// Turns a request down, or takes back one's own.
#[utoipa::path(
    post, path = "/bad-debt-requests/{id}/reject", tag = "receivables", operation_id = "reject_bad_debt",
    params(("id" = String, Path)), request_body = DecisionBody,
    extensions(("x-permission" = json!("receivables.bad_debt")), ("x-money-act" = json!(true))),
    responses((status = 200, body = Requested), (status = "default", body = ProblemBody))
)]
async fn reject_request(
    ctx: Ctx,
    PathId(id): PathId<BadDebtRequest>,
    JsonBody(body): JsonBody<DecisionBody>,
) -> HttpResult<Answer> {
    let act = Act::money("receivables.reject_bad_debt").on("bad_debt_request", id.raw());
    let approves = ctx.may(access::Permission::ReceivablesBadDebtApprove);
    let run = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
        requests::reject_bad_debt(tx, meta, id, &body.note, approves)?;
        Ok(Requested { id })
    };
    ctx.command(act, run).await
}

/// An order and what was seen as outstanding on it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OrderSeen {
    #[schema(value_type = String)]
    order_id: OrderId,
    expected_outstanding: String,
}

/// Orders that are given up whole, for one reason.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProcessManyBody {
    orders: Vec<OrderSeen>,
    reason_code: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    despite_credit: bool,
    #[serde(default)]
    disclose: bool,
}

/// A run that was started.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct BadDebtRunStarted {
    #[schema(value_type = String)]
    id: kit::run::RunId,
}

/// Processes several orders as bad debt; it goes on by itself, `GET` shows how far it is.
#[utoipa::path(
    post, path = "/bad-debt-runs", tag = "receivables", operation_id = "process_bad_debts",
    request_body = ProcessManyBody,
    extensions(("x-permission" = json!("receivables.bad_debt")), ("x-money-act" = json!(true))),
    responses((status = 201, body = BadDebtRunStarted), (status = "default", body = ProblemBody))
)]
async fn process_many(ctx: Ctx, JsonBody(body): JsonBody<ProcessManyBody>) -> HttpResult<Answer> {
    let reason = body.reason_code.parse();
    let cmd = ProcessMany {
        orders: body
            .orders
            .into_iter()
            .map(|seen| (seen.order_id, seen.expected_outstanding))
            .collect(),
        reason: reason.map_err(|refusal: base::Refusal| ctx.problem(refusal.into()))?,
        note: body.note,
        despite_credit: body.despite_credit,
        disclose: body.disclose,
    };
    let act = Act::money("receivables.process_bad_debts").created();
    let run = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
        batch::process_many(tx, meta, &cmd).map(|id| BadDebtRunStarted { id })
    };
    ctx.command(act, run).await
}

/// How far a run over several orders is, and which of them were refused.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct BadDebtRun {
    #[serde(flatten)]
    run: RunView,
    not_processed: Vec<NotProcessed>,
}

/// How far a run is, and which orders it could not process.
#[utoipa::path(
    get, path = "/bad-debt-runs/{id}", tag = "receivables", operation_id = "get_bad_debt_run",
    params(("id" = String, Path)),
    extensions(("x-permission" = json!("receivables.read"))),
    responses((status = 200, body = BadDebtRun), (status = "default", body = ProblemBody))
)]
async fn get_bad_debt_run(ctx: Ctx, PathId(id): PathId<Run>) -> HttpResult<Json<BadDebtRun>> {
    let run = ctx.read(move |tx| kit::run::get(tx, id)).await?;
    let not_processed = serde_json::from_str(&run.detail);
    let not_processed = not_processed.map_err(|error| ctx.problem(db::Error::fault(error)))?;
    Ok(Json(BadDebtRun { run, not_processed }))
}
