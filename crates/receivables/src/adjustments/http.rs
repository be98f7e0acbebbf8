use axum::Json;
use base::{Currency, Day, Money};
use kit::list::{ListParams, ListQuery, Page};
use kit::{Act, Answer, AppState, Ctx, HttpResult, JsonBody, PathId, ProblemBody};
use parties::CustomerId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::commands::{self, Entered};
use super::queries::{self, AdjustmentDetail, AdjustmentItem, ApprovalThreshold};
use super::types::{Adjustment, AdjustmentId, AdjustmentKind, EnterAdjustment};
use crate::http::{Mode, NamedBody, OutcomeView, ReasonBody, named};
use crate::refusals;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_adjustments, enter_adjustment))
        .routes(routes!(preview_expense))
        .routes(routes!(get_adjustment))
        .routes(routes!(approve_adjustment))
        .routes(routes!(reject_adjustment))
        .routes(routes!(reverse_adjustment))
        .routes(routes!(list_thresholds, set_threshold))
}

/// A document without goods.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AdjustmentBody {
    /// `charge`, `expense`, `refund` or `difference`.
    kind: String,
    #[schema(value_type = String)]
    customer_id: CustomerId,
    /// Absent: the customer's own.
    #[schema(value_type = Option<String>)]
    currency: Option<Currency>,
    #[schema(value_type = String)]
    date: Day,
    /// Of a charge; absent: by the customer's terms.
    #[schema(value_type = Option<String>)]
    due_date: Option<Day>,
    /// Positive. Absent for a refund or a difference: the sum of the items.
    amount: Option<String>,
    /// One of the kind's own reasons; `other` needs a note.
    reason_code: String,
    #[serde(default)]
    note: String,
    /// How a refund goes out: `cash`, `bank`, `wechat`, `alipay` or `acceptance_bill`.
    method: Option<String>,
    #[serde(default)]
    reference: String,
    /// What an expense closes, as for a receipt.
    #[serde(default)]
    mode: Mode,
    /// What an expense closes in the modes `statement` and `items`; the credits that a refund pays out; the
    /// one item whose rest a difference closes.
    #[serde(default)]
    items: Vec<NamedBody>,
    /// Credits on account that are used up before an expense.
    #[serde(default)]
    credits: Vec<NamedBody>,
}

impl AdjustmentBody {
    fn command(self) -> Result<EnterAdjustment, base::Refusal> {
        let unknown = || refusals::unknown_adjustment(&self.kind);
        let kind = AdjustmentKind::parse(&self.kind).ok_or_else(unknown)?;
        let method = self.method.as_deref().map(crate::commands::method).transpose()?;
        let (target, items) = if kind == AdjustmentKind::Expense {
            (self.mode.target(self.items, None), Vec::new())
        } else {
            (crate::Target::None, named(self.items))
        };
        Ok(EnterAdjustment {
            kind,
            customer: self.customer_id,
            currency: self.currency,
            date: self.date,
            due: self.due_date,
            amount: self.amount,
            reason_code: self.reason_code,
            note: self.note,
            method,
            reference: self.reference,
            target,
            credits: named(self.credits),
            items,
        })
    }
}

/// A document that was entered.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct EnteredView {
    #[schema(value_type = String)]
    id: AdjustmentId,
    no: String,
    /// `posted`, or `waiting` for approval.
    state: String,
    #[schema(value_type = String)]
    currency: Currency,
    #[schema(value_type = String)]
    amount: Money,
    /// What a posted expense closed.
    outcome: Option<OutcomeView>,
}

impl From<Entered> for EnteredView {
    fn from(entered: Entered) -> EnteredView {
        EnteredView {
            id: entered.id,
            no: entered.no,
            state: entered.state,
            currency: entered.amount.currency,
            amount: entered.amount,
            outcome: entered.outcome.map(|outcome| OutcomeView::new(&outcome, &[])),
        }
    }
}

/// Charges, expense notes, refunds and small differences. Filters: customer_id, kind, state, reason_code,
/// from, to, no. Sorts: date, amount.
#[utoipa::path(
    get, path = "/adjustments", tag = "receivables", operation_id = "list_adjustments", params(ListParams),
    extensions(("x-permission" = json!("receivables.read"))),
    responses((status = 200, body = Page<AdjustmentItem>), (status = "default", body = ProblemBody))
)]
async fn list_adjustments(ctx: Ctx, query: ListQuery) -> HttpResult<Json<Page<AdjustmentItem>>> {
    ctx.read(move |tx| queries::adjustments(tx, &query))
        .await
        .map(Json)
}

/// Enters a charge, an expense note, a refund or a small difference; above the threshold it waits for
/// approval.
#[utoipa::path(
    post, path = "/adjustments", tag = "receivables", operation_id = "enter_adjustment",
    request_body = AdjustmentBody,
    extensions(("x-permission" = json!("receivables.write")), ("x-money-act" = json!(true))),
    responses((status = 201, body = EnteredView), (status = "default", body = ProblemBody))
)]
async fn enter_adjustment(ctx: Ctx, JsonBody(body): JsonBody<AdjustmentBody>) -> HttpResult<Answer> {
    let cmd = body.command().map_err(|refusal| ctx.problem(refusal.into()))?;
    let act = Act::money("receivables.enter_adjustment")
        .on("customer", cmd.customer.raw())
        .created();
    let run =
        move |tx: &mut db::Tx<'_>, meta: &kit::Meta| commands::enter(tx, meta, &cmd).map(EnteredView::from);
    ctx.command(act, run).await
}

/// What an expense note would close. Nothing is written.
#[utoipa::path(
    post, path = "/adjustments/preview", tag = "receivables", operation_id = "preview_expense",
    request_body = AdjustmentBody,
    extensions(("x-permission" = json!("receivables.write"))),
    responses((status = 200, body = OutcomeView), (status = "default", body = ProblemBody))
)]
async fn preview_expense(
    ctx: Ctx,
    JsonBody(body): JsonBody<AdjustmentBody>,
) -> HttpResult<Json<OutcomeView>> {
    let cmd = body.command().map_err(|refusal| ctx.problem(refusal.into()))?;
    let meta = ctx.meta();
    let run = move |tx: &mut db::Tx<'_>| {
        Ok(OutcomeView::new(
            &commands::preview_expense(tx, &meta, &cmd)?,
            &[],
        ))
    };
    ctx.read(run).await.map(Json)
}

/// A charge, an expense note, a refund or a small difference with its allocations.
#[utoipa::path(
    get, path = "/adjustments/{id}", tag = "receivables", operation_id = "get_adjustment",
    params(("id" = String, Path)),
    extensions(("x-permission" = json!("receivables.read"))),
    responses((status = 200, body = AdjustmentDetail), (status = "default", body = ProblemBody))
)]
async fn get_adjustment(ctx: Ctx, PathId(id): PathId<Adjustment>) -> HttpResult<Json<AdjustmentDetail>> {
    ctx.read(move |tx| queries::adjustment(tx, id)).await.map(Json)
}

/// Approves what waits for approval. Nobody approves their own.
#[utoipa::path(
    post, path = "/adjustments/{id}/approve", tag = "receivables", operation_id = "approve_adjustment",
    params(("id" = String, Path)),
    extensions(("x-permission" = json!("receivables.approve")), ("x-money-act" = json!(true))),
    responses((status = 200, body = AdjustmentDetail), (status = "default", body = ProblemBody))
)]
async fn approve_adjustment(ctx: Ctx, PathId(id): PathId<Adjustment>) -> HttpResult<Answer> {
    let act = Act::money("receivables.approve_adjustment").on("adjustment", id.raw());
    let run = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
        commands::approve(tx, meta, id)?;
        queries::adjustment(tx, id)
    };
    ctx.command(act, run).await
}

/// Turns down what waits for approval, or withdraws one's own.
#[utoipa::path(
    post, path = "/adjustments/{id}/reject", tag = "receivables", operation_id = "reject_adjustment",
    params(("id" = String, Path)), request_body = ReasonBody,
    extensions(("x-permission" = json!("receivables.write")), ("x-money-act" = json!(true))),
    responses((status = 200, body = AdjustmentDetail), (status = "default", body = ProblemBody))
)]
async fn reject_adjustment(
    ctx: Ctx,
    PathId(id): PathId<Adjustment>,
    JsonBody(body): JsonBody<ReasonBody>,
) -> HttpResult<Answer> {
    let act = Act::money("receivables.reject_adjustment").on("adjustment", id.raw());
    let run = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
        commands::reject(tx, meta, id, &body.reason)?;
        queries::adjustment(tx, id)
    };
    ctx.command(act, run).await
}

/// Reverses a posted document by a counter-entry; what it closed is open again.
#[utoipa::path(
    post, path = "/adjustments/{id}/reverse", tag = "receivables", operation_id = "reverse_adjustment",
    params(("id" = String, Path)), request_body = ReasonBody,
    extensions(("x-permission" = json!("receivables.write")), ("x-money-act" = json!(true))),
    responses((status = 200, body = AdjustmentDetail), (status = "default", body = ProblemBody))
)]
async fn reverse_adjustment(
    ctx: Ctx,
    PathId(id): PathId<Adjustment>,
    JsonBody(body): JsonBody<ReasonBody>,
) -> HttpResult<Answer> {
    let act = Act::money("receivables.reverse_adjustment").on("adjustment", id.raw());
    let run = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
        commands::reverse(tx, meta, id, &body.reason)?;
        queries::adjustment(tx, id)
    };
    ctx.command(act, run).await
}

/// The amounts above which somebody else approves.
#[utoipa::path(
    get, path = "/approval-thresholds", tag = "receivables", operation_id = "list_approval_thresholds",
    extensions(("x-permission" = json!("receivables.read"))),
    responses((status = 200, body = Vec<ApprovalThreshold>), (status = "default", body = ProblemBody))
)]
async fn list_thresholds(ctx: Ctx) -> HttpResult<Json<Vec<ApprovalThreshold>>> {
    ctx.read(queries::thresholds).await.map(Json)
}

/// A threshold to be set.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ThresholdBody {
    /// `expense`, `refund` or `difference`.
    kind: String,
    /// Absent: the company's own.
    #[schema(value_type = Option<String>)]
    currency: Option<Currency>,
    /// Absent: nobody has to approve. 0: always.
    amount: Option<String>,
}

/// Sets the amount above which somebody else approves documents of a kind.
#[utoipa::path(
    put, path = "/approval-thresholds", tag = "receivables", operation_id = "set_approval_threshold",
    request_body = ThresholdBody,
    extensions(("x-permission" = json!("access.manage"))),
    responses((status = 200, body = Vec<ApprovalThreshold>), (status = "default", body = ProblemBody))
)]
async fn set_threshold(ctx: Ctx, JsonBody(body): JsonBody<ThresholdBody>) -> HttpResult<Answer> {
    let unknown = || ctx.problem(refusals::unknown_adjustment(&body.kind).into());
    let kind = AdjustmentKind::parse(&body.kind).ok_or_else(unknown)?;
    let run = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
        let currency = body.currency.unwrap_or(meta.company.currency);
        commands::set_threshold(tx, kind, currency, body.amount.as_deref())?;
        queries::thresholds(tx)
    };
    ctx.command(Act::new("receivables.set_approval_threshold"), run)
        .await
}
