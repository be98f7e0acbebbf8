use axum::Json;
use base::{Currency, Day};
use kit::{Act, Answer, AppState, Ctx, HttpResult, JsonBody, PathId, ProblemBody};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::commands;
use super::queries::{self, SupplierSide};
use super::types::{EnterBill, EnterOffset, NamedBill, Offset, Payable, PayableId};
use crate::http::{NamedBody, ReasonBody, named};
use crate::refusals;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(supplier_side))
        .routes(routes!(enter_bill))
        .routes(routes!(reverse_bill))
        .routes(routes!(enter_offset))
        .routes(routes!(reverse_offset))
}

/// What we owe a customer who also supplies us, beside what the customer owes: both balances, the bills and
/// the offsets with both their legs.
#[utoipa::path(
    get, path = "/customers/{id}/supplier-side", tag = "receivables", operation_id = "supplier_side",
    params(("id" = String, Path)),
    extensions(("x-permission" = json!("receivables.read"))),
    responses((status = 200, body = SupplierSide), (status = "default", body = ProblemBody))
)]
async fn supplier_side(ctx: Ctx, PathId(id): PathId<parties::Customer>) -> HttpResult<Json<SupplierSide>> {
    ctx.read(move |tx| {
        parties::get(tx, id)?;
        queries::supplier_side(tx, id)
    })
    .await
    .map(Json)
}

/// A bill of a supplier.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BillBody {
    /// Their number.
    no: String,
    /// Absent: the company's own.
    #[schema(value_type = Option<String>)]
    currency: Option<Currency>,
    #[schema(value_type = String)]
    date: Day,
    /// Absent: the day of the bill.
    #[schema(value_type = Option<String>)]
    due_date: Option<Day>,
    amount: String,
    #[serde(default)]
    remark: String,
}

/// Enters a bill of a customer who also supplies us.
#[utoipa::path(
    post, path = "/customers/{id}/bills", tag = "receivables", operation_id = "enter_supplier_bill",
    params(("id" = String, Path)), request_body = BillBody,
    extensions(("x-permission" = json!("receivables.write")), ("x-money-act" = json!(true))),
    responses((status = 201, body = SupplierSide), (status = "default", body = ProblemBody))
)]
async fn enter_bill(
    ctx: Ctx,
    PathId(id): PathId<parties::Customer>,
    JsonBody(body): JsonBody<BillBody>,
) -> HttpResult<Answer> {
    let cmd = EnterBill {
        customer: id,
        currency: body.currency.unwrap_or(ctx.company.currency),
        no: body.no,
        date: body.date,
        due: body.due_date.unwrap_or(body.date),
        amount: body.amount,
        remark: body.remark,
    };
    let act = Act::money("receivables.enter_supplier_bill")
        .on("customer", id.raw())
        .created();
    let run = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
        commands::enter_bill(tx, meta, &cmd)?;
        queries::supplier_side(tx, id)
    };
    ctx.command(act, run).await
}

/// Takes back a bill of which nothing was offset.
#[utoipa::path(
    post, path = "/supplier-bills/{id}/reverse", tag = "receivables", operation_id = "reverse_supplier_bill",
    params(("id" = String, Path)), request_body = ReasonBody,
    extensions(("x-permission" = json!("receivables.write")), ("x-money-act" = json!(true))),
    responses((status = 200, body = SupplierSide), (status = "default", body = ProblemBody))
)]
async fn reverse_bill(
    ctx: Ctx,
    PathId(id): PathId<Payable>,
    JsonBody(body): JsonBody<ReasonBody>,
) -> HttpResult<Answer> {
    let act = Act::money("receivables.reverse_supplier_bill").on("bill", id.raw());
    let run = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
        commands::reverse_bill(tx, meta, id, &body.reason)?;
        let bill = super::store::bill(tx, id)?.ok_or_else(refusals::bill_not_found)?;
        queries::supplier_side(tx, bill.customer)
    };
    ctx.command(act, run).await
}

/// A bill, or a part of it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NamedBillBody {
    #[schema(value_type = String)]
    bill_id: PayableId,
    /// A decimal; absent: all that is open.
    amount: Option<String>,
}

/// What is set against what; both sides must come to the same amount.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OffsetBody {
    /// Debts of the customer.
    items: Vec<NamedBody>,
    bills: Vec<NamedBillBody>,
    #[schema(value_type = String)]
    date: Day,
    #[serde(default)]
    note: String,
}

/// Sets what a customer owes against what we owe them, in one act with two legs.
#[utoipa::path(
    post, path = "/accounts/{id}/offsets", tag = "receivables", operation_id = "enter_offset",
    params(("id" = String, Path)), request_body = OffsetBody,
    extensions(("x-permission" = json!("receivables.write")), ("x-money-act" = json!(true))),
    responses((status = 201, body = SupplierSide), (status = "default", body = ProblemBody))
)]
async fn enter_offset(
    ctx: Ctx,
    PathId(id): PathId<ledger::Account>,
    JsonBody(body): JsonBody<OffsetBody>,
) -> HttpResult<Answer> {
    let bills = body.bills.into_iter().map(|bill| NamedBill {
        bill: bill.bill_id,
        amount: bill.amount,
    });
    let cmd = EnterOffset {
        account: id,
        items: named(body.items),
        bills: bills.collect(),
        date: body.date,
        note: body.note,
    };
    let act = Act::money("receivables.enter_offset")
        .on("account", id.raw())
        .created();
    let run = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
        let done = commands::offset(tx, meta, &cmd)?;
        queries::supplier_side(tx, done.customer)
    };
    ctx.command(act, run).await
}

/// Takes both legs of an offset back.
#[utoipa::path(
    post, path = "/offsets/{id}/reverse", tag = "receivables", operation_id = "reverse_offset",
    params(("id" = String, Path)), request_body = ReasonBody,
    extensions(("x-permission" = json!("receivables.write")), ("x-money-act" = json!(true))),
    responses((status = 200, body = SupplierSide), (status = "default", body = ProblemBody))
)]
async fn reverse_offset(
    ctx: Ctx,
    PathId(id): PathId<Offset>,
    JsonBody(body): JsonBody<ReasonBody>,
) -> HttpResult<Answer> {
    let act = Act::money("receivables.reverse_offset").on("offset", id.raw());
    let run = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
        commands::reverse_offset(tx, meta, id, &body.reason)?;
        let row = super::store::offset(tx, id)?.ok_or_else(refusals::offset_not_found)?;
        queries::supplier_side(tx, row.customer)
    };
    ctx.command(act, run).await
}
