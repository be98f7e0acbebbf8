use axum::Json;
use axum::extract::Query;
use base::{Currency, Day, Money};
use kit::list::{ListParams, ListQuery, Page};
use kit::{Act, Answer, AppState, Ctx, HttpResult, JsonBody, PathId, ProblemBody};
use ledger::{AccountId, EntryId, PlanId, PlanMark};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::commands::{self, AgreePlan, ChangePlan, Propose, RowInput};
use super::queries::{self, DueRow, PlanDetail, PlanItem};
use crate::types::Named;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_plans, agree_plan))
        .routes(routes!(propose_plan))
        .routes(routes!(preview_plan))
        .routes(routes!(due_rows))
        .routes(routes!(get_plan))
        .routes(routes!(change_plan))
        .routes(routes!(end_plan))
}

/// A row of a payment plan.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PlanRowBody {
    #[schema(value_type = String)]
    due_date: Day,
    amount: String,
}

fn rows(bodies: Vec<PlanRowBody>) -> Vec<RowInput> {
    let row = |body: PlanRowBody| RowInput {
        due: body.due_date,
        amount: body.amount,
    };
    bodies.into_iter().map(row).collect()
}

/// An item that goes on a plan as a whole.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PlanItemBody {
    #[schema(value_type = String)]
    entry_id: EntryId,
    /// What was shown as open. If it is another amount by now, the act is refused as a conflict.
    expected_open: Option<String>,
}

/// What is open on items of an account, to be paid in rows that come to exactly that.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AgreePlanBody {
    #[schema(value_type = String)]
    account_id: AccountId,
    items: Vec<PlanItemBody>,
    rows: Vec<PlanRowBody>,
    /// A row is breached when it is unpaid for more than so many days.
    breach_days: i64,
    /// `remind`, `hold` or `accelerate`.
    breach_rule: String,
    #[serde(default)]
    note: String,
}

/// Other rows over what is still open of a plan.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangePlanBody {
    rows: Vec<PlanRowBody>,
    breach_days: i64,
    breach_rule: String,
    reason: String,
}

/// Equal rows are asked for.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProposalBody {
    #[schema(value_type = String)]
    account_id: AccountId,
    /// Items for a new plan.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    entry_ids: Vec<EntryId>,
    /// The plan to be changed, instead of items.
    #[schema(value_type = Option<String>)]
    plan_id: Option<PlanId>,
    /// How many rows.
    count: usize,
    #[schema(value_type = String)]
    first_due: Day,
    /// `week`, `two_weeks` or `month`.
    step: String,
}

/// A proposed row.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct ProposedRow {
    #[schema(value_type = String)]
    due_date: Day,
    #[schema(value_type = String)]
    amount: Money,
}

/// Rows that come to exactly what is open.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct ProposalView {
    #[schema(value_type = String)]
    currency: Currency,
    #[schema(value_type = String)]
    total: Money,
    rows: Vec<ProposedRow>,
}

/// Payment plans. Filters: customer_id, state, late, breached. Sorts: date.
#[utoipa::path(
    get, path = "/payment-plans", tag = "receivables", operation_id = "list_payment_plans", params(ListParams),
    extensions(("x-permission" = json!("receivables.read"))),
    responses((status = 200, body = Page<PlanItem>), (status = "default", body = ProblemBody))
)]
async fn list_plans(ctx: Ctx, query: ListQuery) -> HttpResult<Json<Page<PlanItem>>> {
    let today = ctx.today();
    ctx.read(move |tx| queries::plans(tx, &query, today))
        .await
        .map(Json)
}

/// Agrees a plan: the items fall due by its rows from now on.
#[utoipa::path(
    post, path = "/payment-plans", tag = "receivables", operation_id = "agree_payment_plan",
    request_body = AgreePlanBody,
    extensions(("x-permission" = json!("receivables.write")), ("x-money-act" = json!(true))),
    responses((status = 201, body = PlanDetail), (status = "default", body = ProblemBody))
)]
async fn agree_plan(ctx: Ctx, JsonBody(body): JsonBody<AgreePlanBody>) -> HttpResult<Answer> {
    let rule = body.breach_rule.parse();
    let item = |body: PlanItemBody| Named {
        entry: body.entry_id,
        amount: None,
        expected_open: body.expected_open,
    };
    let cmd = AgreePlan {
        account: body.account_id,
        items: body.items.into_iter().map(item).collect(),
        rows: rows(body.rows),
        breach_days: body.breach_days,
        breach_rule: rule.map_err(|refusal: base::Refusal| ctx.problem(refusal.into()))?,
        note: body.note,
    };
    let act = Act::money("receivables.agree_plan")
        .on("account", cmd.account.raw())
        .created();
    let run = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
        let id = commands::agree_plan(tx, meta, &cmd)?;
        queries::plan(tx, id, meta.today)
    };
    ctx.command(act, run).await
}

/// Equal rows over what is open. Nothing is written.
#[utoipa::path(
    post, path = "/payment-plans/proposal", tag = "receivables", operation_id = "propose_payment_plan",
    request_body = ProposalBody,
    extensions(("x-permission" = json!("receivables.write"))),
    responses((status = 200, body = ProposalView), (status = "default", body = ProblemBody))
)]
async fn propose_plan(ctx: Ctx, JsonBody(body): JsonBody<ProposalBody>) -> HttpResult<Json<ProposalView>> {
    let step = body.step.parse();
    let cmd = Propose {
        account: body.account_id,
        entries: body.entry_ids,
        plan: body.plan_id,
        count: body.count,
        first: body.first_due,
        step: step.map_err(|refusal: base::Refusal| ctx.problem(refusal.into()))?,
    };
    let run = move |tx: &mut db::Tx<'_>| {
        let (currency, rows) = commands::propose(tx, &cmd)?;
        let money = |minor| Money::new(minor, currency);
        Ok(ProposalView {
            currency,
            total: money(rows.iter().map(|row| row.amount).sum()),
            rows: rows
                .iter()
                .map(|row| ProposedRow {
                    due_date: row.due,
                    amount: money(row.amount),
                })
                .collect(),
        })
    };
    ctx.read(run).await.map(Json)
}

/// Rows as typed, over what is open.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PlanPreviewBody {
    #[schema(value_type = String)]
    account_id: AccountId,
    /// Items for a new plan.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    entry_ids: Vec<EntryId>,
    /// The plan to be changed, instead of items.
    #[schema(value_type = Option<String>)]
    plan_id: Option<PlanId>,
    rows: Vec<PlanRowBody>,
}

/// How far the rows are from what is open.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct PlanPreview {
    #[schema(value_type = String)]
    open: Money,
    #[schema(value_type = String)]
    agreed: Money,
    /// Open less agreed; zero when the rows fit.
    #[schema(value_type = String)]
    difference: Money,
}

/// What rows come to, as one types. Nothing is written.
#[utoipa::path(
    post, path = "/payment-plans/preview", tag = "receivables", operation_id = "preview_payment_plan",
    request_body = PlanPreviewBody,
    extensions(("x-permission" = json!("receivables.write"))),
    responses((status = 200, body = PlanPreview), (status = "default", body = ProblemBody))
)]
async fn preview_plan(ctx: Ctx, JsonBody(body): JsonBody<PlanPreviewBody>) -> HttpResult<Json<PlanPreview>> {
    let (account, plan, entries) = (body.account_id, body.plan_id, body.entry_ids);
    let rows = rows(body.rows);
    let run = move |tx: &mut db::Tx<'_>| {
        let (open, agreed) = commands::preview_rows(tx, account, (plan, &entries), &rows)?;
        let difference = Money::new(open.minor.saturating_sub(agreed.minor), open.currency);
        Ok(PlanPreview {
            open,
            agreed,
            difference,
        })
    };
    ctx.read(run).await.map(Json)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct DueParams {
    /// How many days ahead; absent: seven.
    days: Option<i64>,
}

/// Rows of plans that are late or due soon, the oldest first, at most a hundred.
#[utoipa::path(
    get, path = "/payment-plan-rows", tag = "receivables", operation_id = "payment_plan_rows",
    params(DueParams),
    extensions(("x-permission" = json!("receivables.read"))),
    responses((status = 200, body = Vec<DueRow>), (status = "default", body = ProblemBody))
)]
async fn due_rows(ctx: Ctx, Query(params): Query<DueParams>) -> HttpResult<Json<Vec<DueRow>>> {
    let today = ctx.today();
    let until = today.plus(params.days.unwrap_or(7).clamp(0, 366));
    ctx.read(move |tx| queries::due_rows(tx, until, today))
        .await
        .map(Json)
}

/// A plan with its rows, items and versions.
#[utoipa::path(
    get, path = "/payment-plans/{id}", tag = "receivables", operation_id = "get_payment_plan",
    params(("id" = String, Path)),
    extensions(("x-permission" = json!("receivables.read"))),
    responses((status = 200, body = PlanDetail), (status = "default", body = ProblemBody))
)]
async fn get_plan(ctx: Ctx, PathId(id): PathId<PlanMark>) -> HttpResult<Json<PlanDetail>> {
    let today = ctx.today();
    ctx.read(move |tx| queries::plan(tx, id, today)).await.map(Json)
}

/// Agrees other rows over what is still open: a new version of the plan.
#[utoipa::path(
    post, path = "/payment-plans/{id}/change", tag = "receivables", operation_id = "change_payment_plan",
    params(("id" = String, Path)), request_body = ChangePlanBody,
    extensions(("x-permission" = json!("receivables.write")), ("x-money-act" = json!(true))),
    responses((status = 201, body = PlanDetail), (status = "default", body = ProblemBody))
)]
async fn change_plan(
    ctx: Ctx,
    PathId(id): PathId<PlanMark>,
    JsonBody(body): JsonBody<ChangePlanBody>,
) -> HttpResult<Answer> {
    let rule = body.breach_rule.parse();
    let cmd = ChangePlan {
        plan: id,
        rows: rows(body.rows),
        breach_days: body.breach_days,
        breach_rule: rule.map_err(|refusal: base::Refusal| ctx.problem(refusal.into()))?,
        reason: body.reason,
    };
    let act = Act::money("receivables.change_plan")
        .on("plan", id.raw())
        .created();
    let run = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
        let id = commands::change_plan(tx, meta, &cmd)?;
        queries::plan(tx, id, meta.today)
    };
    ctx.command(act, run).await
}

/// Why a plan ends.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EndPlanBody {
    reason: String,
}

/// Ends a plan: what is left falls due as without it.
#[utoipa::path(
    post, path = "/payment-plans/{id}/end", tag = "receivables", operation_id = "end_payment_plan",
    params(("id" = String, Path)), request_body = EndPlanBody,
    extensions(("x-permission" = json!("receivables.write")), ("x-money-act" = json!(true))),
    responses((status = 200, body = PlanDetail), (status = "default", body = ProblemBody))
)]
async fn end_plan(
    ctx: Ctx,
    PathId(id): PathId<PlanMark>,
    JsonBody(body): JsonBody<EndPlanBody>,
) -> HttpResult<Answer> {
    let act = Act::money("receivables.end_plan").on("plan", id.raw());
    let run = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
        commands::end_plan(tx, meta, id, &body.reason)?;
        queries::plan(tx, id, meta.today)
    };
    ctx.command(act, run).await
}
