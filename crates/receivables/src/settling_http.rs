//! Routes of how an account is settled.

use axum::Json;
use base::{Currency, Day, Money};
use kit::{Act, Answer, AppState, Ctx, HttpResult, JsonBody, PathId, ProblemBody};
use ledger::AccountId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::refusals;
use crate::terms::{self, DiscountTerms};
use crate::types::{SetDiscount, SetTerms, SetTolerance};

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(get_settling, set_settling))
        .routes(routes!(list_tolerances, set_tolerance))
}

/// An early-payment discount: a version counts for the items dated from `valid_from` on.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct DiscountView {
    #[schema(value_type = String)]
    valid_from: Day,
    /// A decimal percentage; 0: none.
    percent: String,
    /// After the item's own date.
    days: i64,
    grace_days: i64,
    /// Part payments earn their part.
    partial: bool,
}

impl DiscountView {
    fn new(terms: &DiscountTerms) -> DiscountView {
        DiscountView {
            valid_from: terms.valid_from,
            percent: terms::percent_text(terms.rate),
            days: terms.days,
            grace_days: terms.grace,
            partial: terms.partial,
        }
    }
}

/// How an account is settled.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct SettlingView {
    #[schema(value_type = String)]
    account_id: AccountId,
    #[schema(value_type = String)]
    currency: Currency,
    /// Money that no step finds pays the oldest without asking.
    oldest_without_asking: bool,
    /// The latest version first.
    discounts: Vec<DiscountView>,
}

fn view(tx: &mut db::Tx<'_>, account: AccountId) -> db::Result<SettlingView> {
    let found = ledger::find_account(tx, account)?;
    let discounts = terms::discount_terms(tx, account)?;
    Ok(SettlingView {
        account_id: account,
        currency: found.currency,
        oldest_without_asking: terms::oldest_without_asking(tx, account)?,
        discounts: discounts.iter().map(DiscountView::new).collect(),
    })
}

/// The early-payment discount of an account and what becomes of money that no step finds.
#[utoipa::path(
    get, path = "/accounts/{id}/settling", tag = "receivables", operation_id = "get_settling",
    params(("id" = String, Path)),
    extensions(("x-permission" = json!("receivables.read"))),
    responses((status = 200, body = SettlingView), (status = "default", body = ProblemBody))
)]
async fn get_settling(ctx: Ctx, PathId(id): PathId<ledger::Account>) -> HttpResult<Json<SettlingView>> {
    ctx.read(move |tx| view(tx, id)).await.map(Json)
}

/// An early-payment discount to be set.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DiscountBody {
    /// Absent: today.
    #[schema(value_type = Option<String>)]
    valid_from: Option<Day>,
    /// A decimal percentage below 100; 0: none.
    percent: String,
    days: i64,
    #[serde(default)]
    grace_days: i64,
    #[serde(default)]
    partial: bool,
}

/// How an account is to be settled.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SettlingBody {
    oldest_without_asking: bool,
    /// Absent: stays as it is.
    discount: Option<DiscountBody>,
}

/// Changes how an account is settled.
#[utoipa::path(
    put, path = "/accounts/{id}/settling", tag = "receivables", operation_id = "set_settling",
    params(("id" = String, Path)), request_body = SettlingBody,
    extensions(("x-permission" = json!("credit.manage"))),
    responses((status = 200, body = SettlingView), (status = "default", body = ProblemBody))
)]
async fn set_settling(
    ctx: Ctx,
    PathId(id): PathId<ledger::Account>,
    JsonBody(body): JsonBody<SettlingBody>,
) -> HttpResult<Answer> {
    let act = Act::new("receivables.set_settling").on("account", id.raw());
    let cmd = SetTerms {
        account: id,
        oldest_without_asking: body.oldest_without_asking,
        discount: body.discount.map(|discount| SetDiscount {
            valid_from: discount.valid_from,
            percent: discount.percent,
            days: discount.days,
            grace_days: discount.grace_days,
            partial: discount.partial,
        }),
    };
    let run = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
        terms::set_terms(tx, meta, &cmd)?;
        view(tx, id)
    };
    ctx.command(act, run).await
}

/// The differences of a currency that are settled without asking.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct ToleranceView {
    #[schema(value_type = String)]
    currency: Currency,
    /// At most so much; 0: none.
    #[schema(value_type = String)]
    absolute: Money,
    /// At most this decimal percentage of what was to be paid.
    percent: Option<String>,
    /// At most so much a clerk in a month.
    #[schema(value_type = Option<String>)]
    monthly: Option<Money>,
}

fn tolerances(tx: &mut db::Tx<'_>) -> db::Result<Vec<ToleranceView>> {
    let rules = terms::tolerances(tx)?;
    let view = |(currency, rule): (Currency, crate::settling_rules::Tolerance)| ToleranceView {
        currency,
        absolute: Money::new(rule.absolute, currency),
        percent: rule.percent.map(terms::percent_text),
        monthly: rule.monthly.map(|minor| Money::new(minor, currency)),
    };
    Ok(rules.into_iter().map(view).collect())
}

/// Small differences that are settled without asking, by currency.
#[utoipa::path(
    get, path = "/tolerances", tag = "receivables", operation_id = "list_tolerances",
    extensions(("x-permission" = json!("receivables.read"))),
    responses((status = 200, body = Vec<ToleranceView>), (status = "default", body = ProblemBody))
)]
async fn list_tolerances(ctx: Ctx) -> HttpResult<Json<Vec<ToleranceView>>> {
    ctx.read(tolerances).await.map(Json)
}

/// The differences of a currency that are to be settled without asking.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ToleranceBody {
    currency: String,
    /// A decimal; 0: none.
    absolute: String,
    /// A decimal percentage of what was to be paid; absent: no such bound.
    percent: Option<String>,
    /// A clerk's in a month; absent: no such bound.
    monthly: Option<String>,
}

/// Sets what differences of a currency are settled without asking.
#[utoipa::path(
    put, path = "/tolerances", tag = "receivables", operation_id = "set_tolerance",
    request_body = ToleranceBody,
    extensions(("x-permission" = json!("credit.manage"))),
    responses((status = 200, body = Vec<ToleranceView>), (status = "default", body = ProblemBody))
)]
async fn set_tolerance(ctx: Ctx, JsonBody(body): JsonBody<ToleranceBody>) -> HttpResult<Answer> {
    let currency = Currency::named(&body.currency)
        .ok_or_else(|| ctx.problem(refusals::unknown_currency(&body.currency).into()))?;
    let filled = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let cmd = SetTolerance {
        currency,
        absolute: body.absolute,
        percent: filled(body.percent),
        monthly: filled(body.monthly),
    };
    let run = move |tx: &mut db::Tx<'_>, _: &kit::Meta| {
        terms::set_tolerance(tx, &cmd)?;
        tolerances(tx)
    };
    ctx.command(Act::new("receivables.set_tolerance"), run).await
}
