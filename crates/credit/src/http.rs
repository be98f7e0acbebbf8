use axum::Json;
use axum::extract::Query;
use base::{Currency, Day, Money, Refusal};
use db::Tx;
use kit::list::{ListParams, ListQuery, Page};
use kit::{Act, Answer, AppState, Ctx, HttpResult, JsonBody, Meta, PathId, ProblemBody};
use ledger::AccountRow;
use parties::{Customer, CustomerId};
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::overrides::{self, Approval};
use crate::queries::{
    self, CreditView, DecisionDetail, DecisionView, ExposureView, GroupView, HoldItem, OverrideItem,
};
use crate::settings::{self, NewGroup, NewIncrease, Setting};
use crate::types::{
    Action, DecisionMark, GroupId, GroupMark, HoldMark, IncreaseMark, OverrideMark, Rule, RuleKind, Scope,
};
use crate::{holds, refusals, store};

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(exposure))
        .routes(routes!(credit))
        .routes(routes!(decisions))
        .routes(routes!(list_decisions))
        .routes(routes!(decision))
        .routes(routes!(set_terms))
        .routes(routes!(set_hold))
        .routes(routes!(clear_bad_debt))
        .routes(routes!(add_increase))
        .routes(routes!(end_increase))
        .routes(routes!(get_settings, put_settings))
        .routes(routes!(get_rules, put_rules))
        .routes(routes!(list_groups, create_group))
        .routes(routes!(update_group))
        .routes(routes!(list_holds))
        .routes(routes!(set_priority))
        .routes(routes!(approve_hold))
        .routes(routes!(list_overrides))
        .routes(routes!(approve_override))
        .routes(routes!(reject_override))
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = CreditDone)]
struct Done {
    done: bool,
}

const DONE: Done = Done { done: true };

/// The locked account of a customer in its own currency.
fn locked(tx: &mut Tx<'_>, customer: CustomerId) -> db::Result<AccountRow> {
    let currency = parties::get(tx, customer)?.currency;
    let account = ledger::account_of_customer(tx, customer, currency)?.ok_or_else(refusals::not_found)?;
    store::lock_account(tx, account)
}

/// What counts against a customer's limit, one row per account.
#[utoipa::path(
    get, path = "/customers/{id}/exposure", tag = "credit", operation_id = "customer_exposure",
    params(("id" = String, Path)),
    extensions(("x-permission" = json!("credit.read"))),
    responses((status = 200, body = Vec<ExposureView>), (status = "default", body = ProblemBody))
)]
async fn exposure(ctx: Ctx, PathId(customer): PathId<Customer>) -> HttpResult<Json<Vec<ExposureView>>> {
    let meta = ctx.meta();
    ctx.read(move |tx| queries::exposure_of_customer(tx, &meta, customer))
        .await
        .map(Json)
}

/// Where a customer stands, one row per account: limit, exposure and where it comes from, rules.
#[utoipa::path(
    get, path = "/customers/{id}/credit", tag = "credit", operation_id = "customer_credit",
    params(("id" = String, Path)),
    extensions(("x-permission" = json!("credit.read"))),
    responses((status = 200, body = Vec<CreditView>), (status = "default", body = ProblemBody))
)]
async fn credit(ctx: Ctx, PathId(customer): PathId<Customer>) -> HttpResult<Json<Vec<CreditView>>> {
    let meta = ctx.meta();
    ctx.read(move |tx| queries::credit_of_customer(tx, &meta, customer))
        .await
        .map(Json)
}

/// The latest hundred credit checks of a customer, newest first, refused ones included.
#[utoipa::path(
    get, path = "/customers/{id}/credit-decisions", tag = "credit", operation_id = "customer_credit_decisions",
    params(("id" = String, Path)),
    extensions(("x-permission" = json!("credit.read"))),
    responses((status = 200, body = Vec<DecisionView>), (status = "default", body = ProblemBody))
)]
async fn decisions(ctx: Ctx, PathId(customer): PathId<Customer>) -> HttpResult<Json<Vec<DecisionView>>> {
    ctx.read(move |tx| queries::decisions_of_customer(tx, customer))
        .await
        .map(Json)
}

/// Credit checks, refused ones included. Filters: result, customer_id. Sort: id.
#[utoipa::path(
    get, path = "/credit-decisions", tag = "credit", operation_id = "list_credit_decisions", params(ListParams),
    extensions(("x-permission" = json!("credit.read"))),
    responses((status = 200, body = Page<DecisionView>), (status = "default", body = ProblemBody))
)]
async fn list_decisions(ctx: Ctx, query: ListQuery) -> HttpResult<Json<Page<DecisionView>>> {
    ctx.read(move |tx| queries::decisions(tx, &query)).await.map(Json)
}

/// One credit check with all it looked at, and the ledger's figures of that moment computed again.
#[utoipa::path(
    get, path = "/credit-decisions/{id}", tag = "credit", operation_id = "get_credit_decision",
    params(("id" = String, Path)),
    extensions(("x-permission" = json!("credit.read"))),
    responses((status = 200, body = DecisionDetail), (status = "default", body = ProblemBody))
)]
async fn decision(ctx: Ctx, PathId(id): PathId<DecisionMark>) -> HttpResult<Json<DecisionDetail>> {
    ctx.read(move |tx| queries::decision(tx, id)).await.map(Json)
}

/// Until when a limit is granted, and with whom it is shared.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct CreditTermsInput {
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    limit_until: Option<Day>,
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    group_id: Option<GroupId>,
}

/// Sets until when the limit is granted, and the group that shares one.
#[utoipa::path(
    put, path = "/customers/{id}/credit-terms", tag = "credit", operation_id = "set_credit_terms",
    params(("id" = String, Path)), request_body = CreditTermsInput,
    extensions(("x-permission" = json!("credit.manage"))),
    responses((status = 200, body = Done), (status = "default", body = ProblemBody))
)]
async fn set_terms(
    ctx: Ctx,
    PathId(id): PathId<Customer>,
    JsonBody(input): JsonBody<CreditTermsInput>,
) -> HttpResult<Answer> {
    ctx.command(
        Act::new("credit.set_terms").on("customer", id.raw()),
        move |tx, _| {
            let account = locked(tx, id)?;
            settings::set_terms(tx, &account, input.limit_until, input.group_id)?;
            Ok(DONE)
        },
    )
    .await
}

/// An act with a reason.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct CreditReasonInput {
    #[serde(default)]
    reason: String,
}

/// Holds everything of a customer back, with a reason; an empty reason lets go.
#[utoipa::path(
    put, path = "/customers/{id}/credit-hold", tag = "credit", operation_id = "set_credit_hold",
    params(("id" = String, Path)), request_body = CreditReasonInput,
    extensions(("x-permission" = json!("credit.manage"))),
    responses((status = 200, body = Done), (status = "default", body = ProblemBody))
)]
async fn set_hold(
    ctx: Ctx,
    PathId(id): PathId<Customer>,
    JsonBody(input): JsonBody<CreditReasonInput>,
) -> HttpResult<Answer> {
    ctx.command(
        Act::new("credit.set_hold").on("customer", id.raw()),
        move |tx, _| {
            let account = locked(tx, id)?;
            settings::set_manual_hold(tx, &account, &input.reason)?;
            Ok(DONE)
        },
    )
    .await
}

/// Clears a customer's bad debt, as it stands, for new credit.
#[utoipa::path(
    post, path = "/customers/{id}/clear-bad-debt", tag = "credit", operation_id = "clear_bad_debt",
    params(("id" = String, Path)), request_body = CreditReasonInput,
    extensions(("x-permission" = json!("credit.manage"))),
    responses((status = 200, body = Done), (status = "default", body = ProblemBody))
)]
async fn clear_bad_debt(
    ctx: Ctx,
    PathId(id): PathId<Customer>,
    JsonBody(input): JsonBody<CreditReasonInput>,
) -> HttpResult<Answer> {
    ctx.command(
        Act::new("credit.clear_bad_debt").on("customer", id.raw()),
        move |tx, meta| {
            let account = locked(tx, id)?;
            settings::clear_bad_debt(tx, meta, &account, &input.reason)?;
            Ok(DONE)
        },
    )
    .await
}

/// A temporary increase of a limit, both days included.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct IncreaseInput {
    amount: String,
    /// Today if absent.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    from_day: Option<Day>,
    #[schema(value_type = String)]
    until_day: Day,
    #[serde(default)]
    reason: String,
}

/// Raises a customer's limit for a time.
#[utoipa::path(
    post, path = "/customers/{id}/credit-increases", tag = "credit", operation_id = "add_credit_increase",
    params(("id" = String, Path)), request_body = IncreaseInput,
    extensions(("x-permission" = json!("credit.manage"))),
    responses((status = 201, body = Done), (status = "default", body = ProblemBody))
)]
async fn add_increase(
    ctx: Ctx,
    PathId(id): PathId<Customer>,
    JsonBody(input): JsonBody<IncreaseInput>,
) -> HttpResult<Answer> {
    let act = Act::new("credit.add_increase").on("customer", id.raw()).created();
    ctx.command(act, move |tx, meta| {
        let account = locked(tx, id)?;
        let new = NewIncrease {
            amount: settings::amount("amount", &input.amount, account.currency)?,
            from: input.from_day.unwrap_or(meta.today),
            until: input.until_day,
            reason: input.reason.clone(),
        };
        settings::add_increase(tx, meta, &account, &new)?;
        Ok(DONE)
    })
    .await
}

/// Ends a temporary increase at once.
#[utoipa::path(
    delete, path = "/credit-increases/{id}", tag = "credit", operation_id = "end_credit_increase",
    params(("id" = String, Path)),
    extensions(("x-permission" = json!("credit.manage"))),
    responses((status = 200, body = Done), (status = "default", body = ProblemBody))
)]
async fn end_increase(ctx: Ctx, PathId(id): PathId<IncreaseMark>) -> HttpResult<Answer> {
    ctx.command(
        Act::new("credit.end_increase").on("credit_increase", id.raw()),
        move |tx, meta| {
            settings::end_increase(tx, meta, id)?;
            Ok(DONE)
        },
    )
    .await
}

/// What the company lays down about credit, in its own currency.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct CreditSettings {
    /// Over a limit by so little holds nothing back.
    tolerance: String,
    /// Up to which amount a person may approve what they asked for themselves.
    self_approval: String,
    /// Up to which amount a role may approve; a role that is not named: any amount.
    ceilings: Vec<CeilingView>,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct CeilingView {
    role: String,
    amount: String,
}

fn settings_view(tx: &mut Tx<'_>, currency: Currency) -> db::Result<CreditSettings> {
    let found = settings::setting(tx)?;
    let text = |minor: i64| Money::new(minor, currency).to_string();
    Ok(CreditSettings {
        tolerance: text(found.tolerance),
        self_approval: text(found.self_approval),
        ceilings: found
            .ceilings
            .into_iter()
            .map(|(role, ceiling)| CeilingView {
                role,
                amount: text(ceiling),
            })
            .collect(),
    })
}

/// What the company lays down about credit.
#[utoipa::path(
    get, path = "/credit-settings", tag = "credit", operation_id = "get_credit_settings",
    extensions(("x-permission" = json!("credit.read"))),
    responses((status = 200, body = CreditSettings), (status = "default", body = ProblemBody))
)]
async fn get_settings(ctx: Ctx) -> HttpResult<Json<CreditSettings>> {
    let currency = ctx.company.currency;
    ctx.read(move |tx| settings_view(tx, currency)).await.map(Json)
}

/// Lays down tolerance, ceilings and up to which amount one may approve for oneself.
#[utoipa::path(
    put, path = "/credit-settings", tag = "credit", operation_id = "set_credit_settings",
    request_body = CreditSettings, extensions(("x-permission" = json!("credit.manage"))),
    responses((status = 200, body = CreditSettings), (status = "default", body = ProblemBody))
)]
async fn put_settings(ctx: Ctx, JsonBody(input): JsonBody<CreditSettings>) -> HttpResult<Answer> {
    ctx.command(Act::new("credit.set_settings"), move |tx, meta: &Meta| {
        let currency = meta.company.currency;
        let ceilings = input.ceilings.iter().map(|one| {
            let amount = settings::amount("ceilings", &one.amount, currency)?;
            Ok((one.role.clone(), amount))
        });
        let new = Setting {
            tolerance: settings::amount("tolerance", &input.tolerance, currency)?,
            self_approval: settings::amount("self_approval", &input.self_approval, currency)?,
            ceilings: ceilings.collect::<Result<_, Refusal>>()?,
        };
        settings::set_setting(tx, &new)?;
        settings_view(tx, currency)
    })
    .await
}

/// Whose rules: those of the company, of a group (`id`), or of a customer (`id`).
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct RulesOf {
    scope: Option<Scope>,
    /// The group's or customer's identity.
    id: Option<String>,
}

/// A rule as laid down. What its kind does not measure is 0.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct CreditRule {
    kind: RuleKind,
    /// Of the limit; usage only.
    #[serde(default)]
    percent: i64,
    /// Overdue only, in the account's currency; in the company's where it is laid down for the company.
    #[serde(default)]
    amount: String,
    /// Days, or documents for `previous_batch`.
    #[serde(default)]
    days: i64,
    at_order: Action,
    at_shipment: Action,
}

/// Scope, its row, and the currency of its amounts.
fn scope_of(tx: &mut Tx<'_>, meta: &Meta, of: &RulesOf) -> db::Result<(Scope, i64, Currency)> {
    let id = || -> Result<i64, Refusal> {
        let text = of.id.as_deref().unwrap_or_default();
        text.parse().map_err(|_| refusals::not_found())
    };
    match of.scope.unwrap_or(Scope::Company) {
        Scope::Company => Ok((Scope::Company, 0, meta.company.currency)),
        Scope::Group => {
            let id = id()?;
            let group = queries::groups(tx)?.into_iter().find(|one| one.id.raw() == id);
            let group = group.ok_or_else(refusals::not_found)?;
            Ok((Scope::Group, id, group.currency))
        }
        Scope::Account => {
            let customer = parties::get(tx, CustomerId::new(id()?))?;
            let account = ledger::account_of_customer(tx, customer.id, customer.currency)?;
            let account = account.ok_or_else(refusals::not_found)?;
            Ok((Scope::Account, account.raw(), customer.currency))
        }
    }
}

fn rules_view(tx: &mut Tx<'_>, meta: &Meta, of: &RulesOf) -> db::Result<Vec<CreditRule>> {
    let (scope, id, currency) = scope_of(tx, meta, of)?;
    let rules = settings::rules(tx, scope, id)?
        .into_iter()
        .map(|rule| CreditRule {
            kind: rule.kind,
            percent: rule.percent,
            amount: Money::new(rule.amount, currency).to_string(),
            days: rule.days,
            at_order: rule.at_order,
            at_shipment: rule.at_shipment,
        });
    Ok(rules.collect())
}

/// The rules laid down for a scope. What is not laid down is as it begins.
#[utoipa::path(
    get, path = "/credit-rules", tag = "credit", operation_id = "get_credit_rules", params(RulesOf),
    extensions(("x-permission" = json!("credit.read"))),
    responses((status = 200, body = Vec<CreditRule>), (status = "default", body = ProblemBody))
)]
async fn get_rules(ctx: Ctx, Query(of): Query<RulesOf>) -> HttpResult<Json<Vec<CreditRule>>> {
    let meta = ctx.meta();
    ctx.read(move |tx| rules_view(tx, &meta, &of)).await.map(Json)
}

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct CreditRulesInput {
    rules: Vec<CreditRule>,
}

/// Replaces the rules of a scope.
#[utoipa::path(
    put, path = "/credit-rules", tag = "credit", operation_id = "set_credit_rules", params(RulesOf),
    request_body = CreditRulesInput, extensions(("x-permission" = json!("credit.manage"))),
    responses((status = 200, body = Vec<CreditRule>), (status = "default", body = ProblemBody))
)]
async fn put_rules(
    ctx: Ctx,
    Query(of): Query<RulesOf>,
    JsonBody(input): JsonBody<CreditRulesInput>,
) -> HttpResult<Answer> {
    ctx.command(Act::new("credit.set_rules"), move |tx, meta| {
        let (scope, id, currency) = scope_of(tx, meta, &of)?;
        let rules = input.rules.iter().map(|rule| {
            let amount = rule.amount.trim();
            let amount = if amount.is_empty() { "0" } else { amount };
            Ok(Rule {
                kind: rule.kind,
                scope,
                percent: rule.percent,
                amount: settings::amount("rules", amount, currency)?,
                days: rule.days,
                at_order: rule.at_order,
                at_shipment: rule.at_shipment,
            })
        });
        let rules = rules.collect::<Result<Vec<Rule>, Refusal>>()?;
        settings::set_rules(tx, scope, id, &rules)?;
        rules_view(tx, meta, &of)
    })
    .await
}

/// Groups of customers that share a limit, with what they use together.
#[utoipa::path(
    get, path = "/credit-groups", tag = "credit", operation_id = "list_credit_groups",
    extensions(("x-permission" = json!("credit.read"))),
    responses((status = 200, body = Vec<GroupView>), (status = "default", body = ProblemBody))
)]
async fn list_groups(ctx: Ctx) -> HttpResult<Json<Vec<GroupView>>> {
    ctx.read(queries::groups).await.map(Json)
}

/// A group of customers that share a limit.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct GroupInput {
    name: String,
    /// The company's if absent; never changes.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    currency: Option<String>,
    /// Absent: unlimited. 0: cash only.
    #[serde(default)]
    limit: Option<String>,
    /// The version that was looked at; needed to change a group.
    #[serde(default)]
    version: i64,
}

fn save_group(
    tx: &mut Tx<'_>,
    meta: &Meta,
    id: Option<GroupId>,
    input: &GroupInput,
) -> db::Result<Vec<GroupView>> {
    let currency = match (&id, &input.currency) {
        (Some(id), _) => {
            queries::groups(tx)?
                .into_iter()
                .find(|one| one.id == *id)
                .ok_or_else(refusals::not_found)?
                .currency
        }
        (None, Some(code)) => {
            Currency::named(code).ok_or_else(|| refusals::amount_unreadable("currency", code))?
        }
        (None, None) => meta.company.currency,
    };
    let limit = match input.limit.as_deref().map(str::trim) {
        None | Some("") => None,
        Some(text) => Some(settings::amount("limit", text, currency)?),
    };
    let new = NewGroup {
        name: input.name.clone(),
        currency,
        limit,
    };
    settings::save_group(tx, id.map(|id| (id, input.version)), &new)?;
    queries::groups(tx)
}

/// Makes a group.
#[utoipa::path(
    post, path = "/credit-groups", tag = "credit", operation_id = "create_credit_group", request_body = GroupInput,
    extensions(("x-permission" = json!("credit.manage"))),
    responses((status = 201, body = Vec<GroupView>), (status = "default", body = ProblemBody))
)]
async fn create_group(ctx: Ctx, JsonBody(input): JsonBody<GroupInput>) -> HttpResult<Answer> {
    ctx.command(Act::new("credit.save_group").created(), move |tx, meta| {
        save_group(tx, meta, None, &input)
    })
    .await
}

/// Changes name and limit of a group.
#[utoipa::path(
    put, path = "/credit-groups/{id}", tag = "credit", operation_id = "update_credit_group",
    params(("id" = String, Path)), request_body = GroupInput,
    extensions(("x-permission" = json!("credit.manage"))),
    responses((status = 200, body = Vec<GroupView>), (status = "default", body = ProblemBody))
)]
async fn update_group(
    ctx: Ctx,
    PathId(id): PathId<GroupMark>,
    JsonBody(input): JsonBody<GroupInput>,
) -> HttpResult<Answer> {
    ctx.command(
        Act::new("credit.save_group").on("credit_group", id.raw()),
        move |tx, meta| save_group(tx, meta, Some(id), &input),
    )
    .await
}

/// Documents that wait, or waited, for credit. Filters: state, customer_id. Sorts: held_at, priority, amount.
#[utoipa::path(
    get, path = "/credit-holds", tag = "credit", operation_id = "list_credit_holds", params(ListParams),
    extensions(("x-permission" = json!("credit.read"))),
    responses((status = 200, body = Page<HoldItem>), (status = "default", body = ProblemBody))
)]
async fn list_holds(ctx: Ctx, query: ListQuery) -> HttpResult<Json<Page<HoldItem>>> {
    ctx.read(move |tx| queries::holds(tx, &query)).await.map(Json)
}

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct PriorityInput {
    /// Greater comes first; -1000 to 1000.
    priority: i64,
}

/// Moves a waiting document in the queue.
#[utoipa::path(
    put, path = "/credit-holds/{id}/priority", tag = "credit", operation_id = "set_hold_priority",
    params(("id" = String, Path)), request_body = PriorityInput,
    extensions(("x-permission" = json!("credit.manage"))),
    responses((status = 200, body = Done), (status = "default", body = ProblemBody))
)]
async fn set_priority(
    ctx: Ctx,
    PathId(id): PathId<HoldMark>,
    JsonBody(input): JsonBody<PriorityInput>,
) -> HttpResult<Answer> {
    ctx.command(
        Act::new("credit.set_priority").on("credit_hold", id.raw()),
        move |tx, _| {
            holds::set_priority(tx, id, input.priority)?;
            Ok(DONE)
        },
    )
    .await
}

/// What an approver says.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ApprovalInput {
    /// Up to which amount of the document it holds; what the document comes to if absent.
    #[serde(default)]
    cap: Option<String>,
    /// The last day it holds; no end if absent.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    until_day: Option<Day>,
    #[serde(default)]
    note: String,
}

impl ApprovalInput {
    fn read(&self, currency: Currency) -> Result<Approval, Refusal> {
        let cap = match self.cap.as_deref().map(str::trim) {
            None | Some("") => None,
            Some(text) => Some(settings::amount("cap", text, currency)?),
        };
        Ok(Approval {
            cap,
            until: self.until_day,
            note: self.note.clone(),
        })
    }
}

/// Lets a waiting document pass although credit holds it back; it goes within seconds.
#[utoipa::path(
    post, path = "/credit-holds/{id}/approve", tag = "credit", operation_id = "approve_credit_hold",
    params(("id" = String, Path)), request_body = ApprovalInput,
    extensions(("x-permission" = json!("credit.manage"))),
    responses((status = 200, body = Done), (status = "default", body = ProblemBody))
)]
async fn approve_hold(
    ctx: Ctx,
    PathId(id): PathId<HoldMark>,
    JsonBody(input): JsonBody<ApprovalInput>,
) -> HttpResult<Answer> {
    let role = ctx.role;
    ctx.command(
        Act::new("credit.approve_hold").on("credit_hold", id.raw()),
        move |tx, meta| {
            let approval = input.read(queries::currency_of_hold(tx, id)?)?;
            overrides::approve_hold(tx, meta, role, id, &approval)?;
            Ok(DONE)
        },
    )
    .await
}

/// Requests to let a document pass. Filters: state, customer_id. Sorts: requested_at, amount.
#[utoipa::path(
    get, path = "/credit-overrides", tag = "credit", operation_id = "list_credit_overrides", params(ListParams),
    extensions(("x-permission" = json!("credit.read"))),
    responses((status = 200, body = Page<OverrideItem>), (status = "default", body = ProblemBody))
)]
async fn list_overrides(ctx: Ctx, query: ListQuery) -> HttpResult<Json<Page<OverrideItem>>> {
    ctx.read(move |tx| queries::overrides(tx, &query)).await.map(Json)
}

/// Approves a request, up to the ceiling of the caller's role.
#[utoipa::path(
    post, path = "/credit-overrides/{id}/approve", tag = "credit", operation_id = "approve_credit_override",
    params(("id" = String, Path)), request_body = ApprovalInput,
    extensions(("x-permission" = json!("credit.manage"))),
    responses((status = 200, body = Done), (status = "default", body = ProblemBody))
)]
async fn approve_override(
    ctx: Ctx,
    PathId(id): PathId<OverrideMark>,
    JsonBody(input): JsonBody<ApprovalInput>,
) -> HttpResult<Answer> {
    let role = ctx.role;
    ctx.command(
        Act::new("credit.approve_override").on("credit_override", id.raw()),
        move |tx, meta| {
            let approval = input.read(queries::currency_of_override(tx, id)?)?;
            overrides::approve(tx, meta, role, id, &approval)?;
            Ok(DONE)
        },
    )
    .await
}

/// Says no to a request, with a reason.
#[utoipa::path(
    post, path = "/credit-overrides/{id}/reject", tag = "credit", operation_id = "reject_credit_override",
    params(("id" = String, Path)), request_body = CreditReasonInput,
    extensions(("x-permission" = json!("credit.manage"))),
    responses((status = 200, body = Done), (status = "default", body = ProblemBody))
)]
async fn reject_override(
    ctx: Ctx,
    PathId(id): PathId<OverrideMark>,
    JsonBody(input): JsonBody<CreditReasonInput>,
) -> HttpResult<Answer> {
    ctx.command(
        Act::new("credit.reject_override").on("credit_override", id.raw()),
        move |tx, meta| {
            overrides::reject(tx, meta, id, &input.reason)?;
            Ok(DONE)
        },
    )
    .await
}
