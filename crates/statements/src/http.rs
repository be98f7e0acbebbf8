//! Routes; JSON in and out.

use axum::Json;
use axum::extract::{Path, Query};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use base::{Currency, Day, Instant, Money, Refusal, UserId};
use credit::Policy;
use i18n::Lang;
use kit::list::{ListParams, ListQuery, Page};
use kit::run::{Run, RunView};
use kit::{Act, Answer, AppState, Ctx, HttpResult, JsonBody, PathId, ProblemBody};
use ledger::{EntryId, EntryKind, HolidayCalendarId};
use parties::{Customer, CustomerId};
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::customers::{self, Created, NewCustomer, Updated};
use crate::cycles_http::{self, CycleInput};
use crate::guard::{self, GuardCase, NothingForgotten};
use crate::issue::{self, Issued};
use crate::link::{self, LinkRow};
use crate::queries::{self, CycleView, LineNow, PeriodItem, StatementItem, StatementView};
use crate::run;
use crate::supersede;
use crate::types::{
    DEFAULT_CARRY_MONTHS, DEFAULT_LAG_DAYS, LinkId, LinkMark, PeriodMark, StatementId, StatementMark,
};

pub fn router() -> OpenApiRouter<AppState> {
    cycles_http::router()
        .routes(routes!(create_customer))
        .routes(routes!(add_currency))
        .routes(routes!(get_customer, update_customer))
        .routes(routes!(close_period))
        .routes(routes!(list_statements))
        .routes(routes!(get_statement))
        .routes(routes!(statement_lines))
        .routes(routes!(void_statement))
        .routes(routes!(list_periods))
        .routes(routes!(issue_period))
        .routes(routes!(start_run, list_runs))
        .routes(routes!(get_run))
        .routes(routes!(create_link, list_links))
        .routes(routes!(revoke_link))
        .routes(routes!(link_qr))
        .routes(routes!(nothing_forgotten))
        .routes(routes!(guard_cases))
        .merge(crate::dispute_http::router())
        .merge(crate::facet_http::router())
        .merge(crate::simulate_http::router())
}

/// A customer as entered.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct CustomerInput {
    /// The version that was changed; needed for a change.
    #[serde(default)]
    version: i64,
    /// Empty: the next free code.
    #[serde(default)]
    code: String,
    name: String,
    #[serde(default)]
    contact: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    address: String,
    /// The language of what the customer gets to read; the company's if absent.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    language: Option<Lang>,
    /// The company's if absent; it never changes afterwards.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    currency: Option<Currency>,
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    salesperson_id: Option<UserId>,
    #[serde(default)]
    remark: String,
    #[serde(default = "yes")]
    active: bool,
    /// Another customer that pays for this one: what is delivered here is owed there.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    payer_id: Option<CustomerId>,
    /// Text form, for example `monthly:25` or `weekly:5`; see `GET /cycles/preview`.
    #[serde(default)]
    cycle: Option<String>,
    /// `cutoff+30`, `issue+10`, `day25+1`, `payrun` or `confirm+10/30`.
    #[serde(default)]
    terms: Option<String>,
    /// Days from the cut-off to the issue deadline.
    #[serde(default = "default_lag")]
    lag_days: i64,
    /// The days on which the customer pays, in the text form of a cycle; absent while unknown.
    #[serde(default)]
    pay_run: Option<String>,
    /// The statement must be out so many days before the customer pays.
    #[serde(default)]
    lead_days: i64,
    /// Where deadlines and due dates on a day off go: `none`, `following`, `preceding`,
    /// `modified_following`.
    #[serde(default)]
    shift: Option<String>,
    /// The calendar of days off; needed where they move a day.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    holiday_calendar_id: Option<HolidayCalendarId>,
    #[serde(default)]
    send_empty: bool,
    /// A closing below it makes no statement: its entries go to the next one.
    #[serde(default)]
    minimum: Option<String>,
    /// For so many months at most.
    #[serde(default = "default_carry")]
    carry_months: i64,
    /// `null`: unlimited; `"0"`: cash only. Needs the right to manage credit; without it a new customer
    /// has no credit.
    #[serde(default)]
    credit_limit: Option<String>,
    #[serde(default = "default_policy")]
    credit_policy: Policy,
}

fn yes() -> bool {
    true
}

fn default_lag() -> i64 {
    DEFAULT_LAG_DAYS
}

fn default_carry() -> i64 {
    DEFAULT_CARRY_MONTHS
}

fn default_policy() -> Policy {
    Policy::Warn
}

impl CustomerInput {
    fn cycle(&self) -> CycleInput<'_> {
        CycleInput {
            cycle: self.cycle.as_deref(),
            terms: self.terms.as_deref(),
            lag_days: self.lag_days,
            pay_run: self.pay_run.as_deref(),
            lead_days: self.lead_days,
            shift: self.shift.as_deref(),
            holidays: self.holiday_calendar_id,
            send_empty: self.send_empty,
            minimum: self.minimum.as_deref(),
            carry_months: self.carry_months,
        }
    }

    fn command(&self, ctx: &Ctx) -> Result<NewCustomer, Refusal> {
        Ok(NewCustomer {
            party: parties::NewCustomer {
                code: self.code.clone(),
                name: self.name.clone(),
                contact: self.contact.clone(),
                phone: self.phone.clone(),
                email: self.email.clone(),
                address: self.address.clone(),
                language: self.language.unwrap_or(ctx.company.language),
                currency: self.currency.unwrap_or(ctx.company.currency),
                salesperson: self.salesperson_id,
                remark: self.remark.clone(),
                active: self.active,
                payer: self.payer_id,
            },
            cycle: self.cycle().read()?,
            credit_limit: self.credit_limit.clone(),
            credit_policy: self.credit_policy,
            started_on: None,
        })
    }
}

/// Creates a customer with its account, credit limit and settlement cycle.
#[utoipa::path(
    post, path = "/customers", tag = "statements", operation_id = "create_customer",
    request_body = CustomerInput,
    extensions(("x-permission" = json!("parties.write"))),
    responses((status = 201, body = Created), (status = "default", body = ProblemBody))
)]
async fn create_customer(ctx: Ctx, JsonBody(input): JsonBody<CustomerInput>) -> HttpResult<Answer> {
    let mut new = input
        .command(&ctx)
        .map_err(|refusal| ctx.problem(refusal.into()))?;
    if !ctx.may(access::Permission::CreditManage) {
        new.credit_limit = Some("0".to_owned());
        new.credit_policy = Policy::Warn;
    }
    let act = Act::new("statements.create_customer").created();
    ctx.command(act, move |tx, meta| {
        customers::create_customer(tx, meta, new.clone())
    })
    .await
}

/// The currency of one more account.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct CurrencyInput {
    #[schema(value_type = String)]
    currency: base::Currency,
}

/// The account of a customer in a currency.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
struct CurrencyAccount {
    #[schema(value_type = String)]
    account_id: ledger::AccountId,
    #[schema(value_type = String)]
    currency: base::Currency,
}

/// Opens an account of a customer in one more currency, cash only until a limit is set.
#[utoipa::path(
    post, path = "/customers/{id}/accounts", tag = "statements", operation_id = "add_currency_account",
    params(("id" = String, Path)), request_body = CurrencyInput,
    extensions(("x-permission" = json!("parties.write"))),
    responses((status = 201, body = CurrencyAccount), (status = "default", body = ProblemBody))
)]
async fn add_currency(
    ctx: Ctx,
    PathId(id): PathId<parties::Customer>,
    JsonBody(input): JsonBody<CurrencyInput>,
) -> HttpResult<Answer> {
    let act = Act::new("statements.add_currency")
        .on("customer", id.raw())
        .created();
    ctx.command(act, move |tx, meta| {
        let account_id = customers::add_currency(tx, meta, id, input.currency)?;
        Ok(CurrencyAccount {
            account_id,
            currency: input.currency,
        })
    })
    .await
}

/// A customer with everything that was said of it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
struct CustomerView {
    #[schema(value_type = String)]
    id: CustomerId,
    version: i64,
    code: String,
    name: String,
    contact: String,
    phone: String,
    email: String,
    address: String,
    #[schema(value_type = String)]
    language: Lang,
    #[schema(value_type = String)]
    currency: Currency,
    #[schema(value_type = Option<String>)]
    salesperson_id: Option<UserId>,
    remark: String,
    active: bool,
    /// Who pays for this customer, where another one does.
    #[schema(value_type = Option<String>)]
    payer_id: Option<CustomerId>,
    payer_name: Option<String>,
    #[schema(value_type = String)]
    created_at: Instant,
    #[schema(value_type = String)]
    account_id: ledger::AccountId,
    /// What is owed; absent for those who may not read receivables.
    #[schema(value_type = Option<String>)]
    balance: Option<Money>,
    #[schema(value_type = Option<String>)]
    open_debit: Option<Money>,
    #[schema(value_type = Option<String>)]
    open_credit: Option<Money>,
    /// Granted for good; absent: unlimited, or not for the caller to read.
    #[schema(value_type = Option<String>)]
    credit_limit: Option<Money>,
    /// Absent for those who may not read credit.
    credit_policy: Option<Policy>,
    #[serde(flatten)]
    cycle: CycleView,
}

/// A customer with account, limit and cycle.
#[utoipa::path(
    get, path = "/customers/{id}", tag = "statements", operation_id = "get_customer",
    params(("id" = String, Path)), extensions(("x-permission" = json!("parties.read"))),
    responses((status = 200, body = CustomerView), (status = "default", body = ProblemBody))
)]
async fn get_customer(ctx: Ctx, PathId(id): PathId<Customer>) -> HttpResult<Json<CustomerView>> {
    let today = ctx.today();
    let reads_credit = ctx.may(access::Permission::CreditRead);
    let reads_receivables = ctx.may(access::Permission::ReceivablesRead);
    ctx.read(move |tx| {
        let customer = parties::get(tx, id)?;
        let payer_name = match customer.payer {
            Some(payer) => Some(parties::get(tx, payer)?.name),
            None => None,
        };
        let account = customers::account_of(tx, id)?;
        let account = ledger::find_account(tx, account)?;
        let (exposure, policy) = credit::exposure_on(tx, &account, today)?;
        let cycle = queries::cycle(tx, account.id)?;
        let cycle = cycle.ok_or_else(|| Refusal::not_found("statements.no_cycle"))?;
        let money = |minor| Money::new(minor, account.currency);
        let owed = |minor| reads_receivables.then(|| money(minor));
        Ok(CustomerView {
            id,
            version: customer.version,
            code: customer.code,
            name: customer.name,
            contact: customer.contact,
            phone: customer.phone,
            email: customer.email,
            address: customer.address,
            language: customer.language,
            currency: customer.currency,
            salesperson_id: customer.salesperson,
            remark: customer.remark,
            active: customer.active,
            payer_id: customer.payer,
            payer_name,
            created_at: customer.created_at,
            account_id: account.id,
            balance: owed(account.balance),
            open_debit: owed(account.open_debit),
            open_credit: owed(account.open_credit),
            credit_limit: exposure.base_limit.filter(|_| reads_credit).map(money),
            credit_policy: reads_credit.then_some(policy),
            cycle,
        })
    })
    .await
    .map(Json)
}

/// Changes a customer. A new cycle waits for the next boundary; limit and policy need the right to
/// manage credit and stay as they are without it.
#[utoipa::path(
    put, path = "/customers/{id}", tag = "statements", operation_id = "update_customer",
    params(("id" = String, Path)), request_body = CustomerInput,
    extensions(("x-permission" = json!("parties.write"))),
    responses((status = 200, body = Updated), (status = "default", body = ProblemBody))
)]
async fn update_customer(
    ctx: Ctx,
    PathId(id): PathId<Customer>,
    JsonBody(input): JsonBody<CustomerInput>,
) -> HttpResult<Answer> {
    let new = input
        .command(&ctx)
        .map_err(|refusal| ctx.problem(refusal.into()))?;
    let limit_too = ctx.may(access::Permission::CreditManage);
    let version = input.version;
    let act = Act::new("statements.update_customer").on("customer", id.raw());
    ctx.command(act, move |tx, meta| {
        customers::update_customer(tx, meta, id, version, new.clone(), limit_too)
    })
    .await
}

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ClosePeriod {
    /// Today if absent.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    cutoff: Option<Day>,
}

/// Closes the open period of a customer by hand and issues its statement; for cycles that no calendar
/// closes.
#[utoipa::path(
    post, path = "/customers/{id}/close-period", tag = "statements", operation_id = "close_period",
    params(("id" = String, Path)), request_body = ClosePeriod,
    extensions(("x-permission" = json!("statements.issue")), ("x-money-act" = json!(true))),
    responses((status = 200, body = Issued), (status = "default", body = ProblemBody))
)]
async fn close_period(
    ctx: Ctx,
    PathId(id): PathId<Customer>,
    JsonBody(input): JsonBody<ClosePeriod>,
) -> HttpResult<Answer> {
    let act = Act::money("statements.close_period").on("customer", id.raw());
    ctx.command(act, move |tx, meta| {
        let account = customers::account_of(tx, id)?;
        issue::close_period(tx, meta, account, input.cutoff)
    })
    .await
}

/// Issued statements. Filters: state, delivery, answer, settlement, currency, customer_id, from, to,
/// due_by, no, open. Sorts: to, due, issued_at, customer, closing.
#[utoipa::path(
    get, path = "/statements", tag = "statements", operation_id = "list_statements", params(ListParams),
    extensions(("x-permission" = json!("statements.read"))),
    responses((status = 200, body = Page<StatementItem>), (status = "default", body = ProblemBody))
)]
async fn list_statements(ctx: Ctx, query: ListQuery) -> HttpResult<Json<Page<StatementItem>>> {
    ctx.read(move |tx| queries::statements(tx, &query))
        .await
        .map(Json)
}

/// A statement: as issued, and how it stands now.
#[utoipa::path(
    get, path = "/statements/{id}", tag = "statements", operation_id = "get_statement",
    params(("id" = String, Path)), extensions(("x-permission" = json!("statements.read"))),
    responses((status = 200, body = StatementView), (status = "default", body = ProblemBody))
)]
async fn get_statement(ctx: Ctx, PathId(id): PathId<StatementMark>) -> HttpResult<Json<StatementView>> {
    ctx.read(move |tx| queries::statement(tx, id)).await.map(Json)
}

#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct LinesQuery {
    /// The last line number of the page before.
    after: Option<i64>,
    /// At most 1000.
    limit: Option<i64>,
}

/// A line: as issued, and what is open of it now.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct StatementLine {
    line_no: i64,
    #[schema(value_type = String)]
    entry_id: EntryId,
    /// Dated before the period.
    late: bool,
    kind: EntryKind,
    #[schema(value_type = String)]
    basis_date: Day,
    document_kind: String,
    document_id: String,
    document_no: String,
    /// Positive: owed by the customer.
    #[schema(value_type = String)]
    amount: Money,
    /// What is left of it, positive on both sides.
    #[schema(value_type = String)]
    open: Money,
    /// As the customer sees it: what was processed as bad debt still shows as open.
    #[schema(value_type = String)]
    shown_open: Money,
    /// What of the line the customer disputes.
    #[schema(value_type = String)]
    disputed: Money,
    /// The customer that got the goods, where another one pays; empty otherwise.
    ship_to: String,
    #[schema(value_type = Option<String>)]
    due_date: Option<Day>,
}

/// The lines of a statement in order.
#[utoipa::path(
    get, path = "/statements/{id}/lines", tag = "statements", operation_id = "statement_lines",
    params(("id" = String, Path), LinesQuery), extensions(("x-permission" = json!("statements.read"))),
    responses((status = 200, body = Vec<StatementLine>), (status = "default", body = ProblemBody))
)]
async fn statement_lines(
    ctx: Ctx,
    PathId(id): PathId<StatementMark>,
    Query(query): Query<LinesQuery>,
) -> HttpResult<Json<Vec<StatementLine>>> {
    let (after, limit) = (
        query.after.unwrap_or(0),
        query.limit.unwrap_or(500).clamp(1, 1000),
    );
    ctx.read(move |tx| shown_lines(tx, id, after, limit))
        .await
        .map(Json)
}

/// Lines of a statement after a line number.
pub fn shown_lines(
    tx: &mut db::Tx<'_>,
    id: StatementId,
    after: i64,
    limit: i64,
) -> db::Result<Vec<StatementLine>> {
    let currency = crate::store::statement(tx, id)?.currency;
    let money = |minor| Money::new(minor, currency);
    let lines = queries::lines_now(tx, id, after, limit)?;
    let shown = lines.into_iter().map(|line: LineNow| StatementLine {
        line_no: line.line_no,
        entry_id: line.entry,
        late: line.late,
        kind: line.kind,
        basis_date: line.basis_date,
        document_kind: line.document_kind,
        document_id: line.document_id.to_string(),
        document_no: line.document_no,
        amount: money(line.amount),
        open: money(line.open),
        shown_open: money(line.shown_open),
        disputed: money(line.disputed),
        ship_to: line.ship_to,
        due_date: line.due_date,
    });
    Ok(shown.collect())
}

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct VoidInput {
    reason: String,
}

#[derive(Clone, Copy, Debug, Serialize, utoipa::ToSchema)]
struct StatementActDone {
    done: bool,
}

const DONE: StatementActDone = StatementActDone { done: true };

/// Takes the newest statement of an account back; its entries are free for the next one.
#[utoipa::path(
    post, path = "/statements/{id}/void", tag = "statements", operation_id = "void_statement",
    params(("id" = String, Path)), request_body = VoidInput,
    extensions(("x-permission" = json!("statements.issue")), ("x-money-act" = json!(true))),
    responses((status = 200, body = StatementActDone), (status = "default", body = ProblemBody))
)]
async fn void_statement(
    ctx: Ctx,
    PathId(id): PathId<StatementMark>,
    JsonBody(input): JsonBody<VoidInput>,
) -> HttpResult<Answer> {
    let act = Act::money("statements.void").on("statement", id.raw());
    ctx.command(act, move |tx, meta| {
        supersede::void(tx, meta, id, &input.reason).map(|()| DONE)
    })
    .await
}

/// Settlement periods. Filters: state, customer_id, from, to, issue_by. Sort: to.
#[utoipa::path(
    get, path = "/periods", tag = "statements", operation_id = "list_periods", params(ListParams),
    extensions(("x-permission" = json!("statements.read"))),
    responses((status = 200, body = Page<PeriodItem>), (status = "default", body = ProblemBody))
)]
async fn list_periods(ctx: Ctx, query: ListQuery) -> HttpResult<Json<Page<PeriodItem>>> {
    ctx.read(move |tx| queries::periods(tx, &query)).await.map(Json)
}

/// Issues the oldest planned period of an account.
#[utoipa::path(
    post, path = "/periods/{id}/issue", tag = "statements", operation_id = "issue_period",
    params(("id" = String, Path)),
    extensions(("x-permission" = json!("statements.issue")), ("x-money-act" = json!(true))),
    responses((status = 200, body = Issued), (status = "default", body = ProblemBody))
)]
async fn issue_period(ctx: Ctx, PathId(id): PathId<PeriodMark>) -> HttpResult<Answer> {
    let act = Act::money("statements.issue_period").on("period", id.raw());
    ctx.command(act, move |tx, meta| issue::issue_period(tx, meta, id))
        .await
}

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct StartRun {
    /// The last cut-off to be issued; yesterday if absent. Today issues a day that is not over.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    until: Option<Day>,
}

#[derive(Clone, Copy, Debug, Serialize, utoipa::ToSchema)]
struct RunStarted {
    #[schema(value_type = String)]
    id: kit::run::RunId,
}

/// Starts a run over all customers; it goes on by itself, `GET` shows how far it is.
#[utoipa::path(
    post, path = "/statement-runs", tag = "statements", operation_id = "start_statement_run",
    request_body = StartRun,
    extensions(("x-permission" = json!("statements.issue")), ("x-money-act" = json!(true))),
    responses((status = 201, body = RunStarted), (status = "default", body = ProblemBody))
)]
async fn start_run(ctx: Ctx, JsonBody(input): JsonBody<StartRun>) -> HttpResult<Answer> {
    let act = Act::money("statements.run").created();
    ctx.command(act, move |tx, meta| {
        run::start(tx, meta, input.until).map(|id| RunStarted { id })
    })
    .await
}

/// The latest runs, newest first.
#[utoipa::path(
    get, path = "/statement-runs", tag = "statements", operation_id = "list_statement_runs",
    extensions(("x-permission" = json!("statements.read"))),
    responses((status = 200, body = Vec<RunView>), (status = "default", body = ProblemBody))
)]
async fn list_runs(ctx: Ctx) -> HttpResult<Json<Vec<RunView>>> {
    ctx.read(|tx| kit::run::latest(tx, run::KIND)).await.map(Json)
}

/// How far a run is, and what it could not do.
#[utoipa::path(
    get, path = "/statement-runs/{id}", tag = "statements", operation_id = "get_statement_run",
    params(("id" = String, Path)), extensions(("x-permission" = json!("statements.read"))),
    responses((status = 200, body = RunView), (status = "default", body = ProblemBody))
)]
async fn get_run(ctx: Ctx, PathId(id): PathId<Run>) -> HttpResult<Json<RunView>> {
    ctx.read(move |tx| kit::run::get(tx, id)).await.map(Json)
}

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ShareInput {
    /// Days until it expires; 90 if absent.
    #[serde(default)]
    days: Option<i64>,
}

/// A share link; its address opens the statement to whoever has it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
struct LinkView {
    #[schema(value_type = String)]
    id: LinkId,
    url: String,
    #[schema(value_type = String)]
    created_at: Instant,
    #[schema(value_type = String)]
    expires_at: Instant,
    #[schema(value_type = Option<String>)]
    revoked_at: Option<Instant>,
    expired: bool,
    views: i64,
    #[schema(value_type = Option<String>)]
    last_viewed_at: Option<Instant>,
}

/// The address under which customers reach this program: configured, or the one that the clerk uses.
fn base_url(ctx: &Ctx, headers: &HeaderMap) -> String {
    if let Some(url) = &ctx.app.public_url {
        return url.trim_end_matches('/').to_owned();
    }
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or("localhost");
    let scheme = headers
        .get("x-forwarded-proto")
        .and_then(|value| value.to_str().ok());
    format!(
        "{}://{host}",
        if scheme == Some("https") { "https" } else { "http" }
    )
}

/// The address that a nonce stands for.
fn address(ctx: &Ctx, base: &str, nonce: &str) -> String {
    format!("{base}/s/{}", link::token(&ctx.app.link_key, nonce))
}

fn link_view(now: Instant, url: String, row: LinkRow) -> LinkView {
    LinkView {
        id: row.id,
        url,
        created_at: row.created_at,
        expires_at: row.expires_at,
        revoked_at: row.revoked_at,
        expired: row.expires_at <= now,
        views: row.views,
        last_viewed_at: row.last_viewed_at,
    }
}

/// Shares a statement: a new link.
#[utoipa::path(
    post, path = "/statements/{id}/links", tag = "statements", operation_id = "share_statement",
    params(("id" = String, Path)), request_body = ShareInput,
    extensions(("x-permission" = json!("statements.share"))),
    responses((status = 201, body = LinkView), (status = "default", body = ProblemBody))
)]
async fn create_link(
    ctx: Ctx,
    PathId(id): PathId<StatementMark>,
    headers: HeaderMap,
    JsonBody(input): JsonBody<ShareInput>,
) -> HttpResult<Answer> {
    let nonce = link::nonce().map_err(|error| ctx.problem(db::Error::fault(error)))?;
    let digest = link::digest(&link::token(&ctx.app.link_key, &nonce));
    let url = address(&ctx, &base_url(&ctx, &headers), &nonce);
    let days = input.days.unwrap_or(link::DEFAULT_DAYS);
    let act = Act::new("statements.share").created().on("statement", id.raw());
    ctx.command(act, move |tx, meta| {
        let row = link::create(tx, meta, id, (&nonce, &digest), days)?;
        Ok(link_view(meta.now, url.clone(), row))
    })
    .await
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
struct LinkVisit {
    #[schema(value_type = String)]
    link_id: LinkId,
    #[schema(value_type = String)]
    at: Instant,
    address: String,
    agent: String,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
struct StatementLinks {
    links: Vec<LinkView>,
    /// The latest visits, newest first.
    views: Vec<LinkVisit>,
}

/// The links of a statement and who opened them.
#[utoipa::path(
    get, path = "/statements/{id}/links", tag = "statements", operation_id = "statement_links",
    params(("id" = String, Path)), extensions(("x-permission" = json!("statements.share"))),
    responses((status = 200, body = StatementLinks), (status = "default", body = ProblemBody))
)]
async fn list_links(
    ctx: Ctx,
    PathId(id): PathId<StatementMark>,
    headers: HeaderMap,
) -> HttpResult<Json<StatementLinks>> {
    let base = base_url(&ctx, &headers);
    let (links, views) = ctx
        .read(move |tx| {
            crate::store::statement(tx, id)?;
            Ok((link::of_statement(tx, id)?, link::views(tx, id)?))
        })
        .await?;
    let view = |row: LinkRow| link_view(ctx.now, address(&ctx, &base, &row.nonce), row);
    let links = links.into_iter().map(view).collect();
    let views = views.into_iter().map(|view| LinkVisit {
        link_id: view.link,
        at: view.at,
        address: view.address,
        agent: view.agent,
    });
    Ok(Json(StatementLinks {
        links,
        views: views.collect(),
    }))
}

/// Revokes a link: it opens nothing from now on.
#[utoipa::path(
    post, path = "/links/{id}/revoke", tag = "statements", operation_id = "revoke_link",
    params(("id" = String, Path)), extensions(("x-permission" = json!("statements.share"))),
    responses((status = 200, body = StatementActDone), (status = "default", body = ProblemBody))
)]
async fn revoke_link(ctx: Ctx, PathId(id): PathId<LinkMark>) -> HttpResult<Answer> {
    let act = Act::new("statements.revoke_link").on("link", id.raw());
    ctx.command(act, move |tx, meta| link::revoke(tx, meta, id).map(|()| DONE))
        .await
}

/// The link as a QR code.
#[utoipa::path(
    get, path = "/links/{id}/qr.svg", tag = "statements", operation_id = "link_qr",
    params(("id" = String, Path)), extensions(("x-permission" = json!("statements.share"))),
    responses(
        (status = 200, content_type = "image/svg+xml", body = String),
        (status = "default", body = ProblemBody)
    )
)]
async fn link_qr(ctx: Ctx, PathId(id): PathId<LinkMark>, headers: HeaderMap) -> HttpResult<Response> {
    let row = ctx.read(move |tx| link::get(tx, id)).await?;
    let url = address(&ctx, &base_url(&ctx, &headers), &row.nonce);
    let code = qrcode::QrCode::new(url.as_bytes()).map_err(|error| ctx.problem(db::Error::fault(error)))?;
    let svg = code
        .render::<qrcode::render::svg::Color<'_>>()
        .min_dimensions(240, 240)
        .build();
    Ok(([(header::CONTENT_TYPE, "image/svg+xml")], svg).into_response())
}

/// Everything that is owed and not on its way, and the proof that nothing is lost.
#[utoipa::path(
    get, path = "/nothing-forgotten", tag = "statements", operation_id = "nothing_forgotten",
    extensions(("x-permission" = json!("statements.read"))),
    responses((status = 200, body = NothingForgotten), (status = "default", body = ProblemBody))
)]
async fn nothing_forgotten(ctx: Ctx) -> HttpResult<Json<NothingForgotten>> {
    let meta = ctx.meta();
    ctx.read(move |tx| guard::nothing_forgotten(tx, &meta))
        .await
        .map(Json)
}

/// The cases of a line of the guard page, oldest first, at most 200.
#[utoipa::path(
    get, path = "/nothing-forgotten/{guard}", tag = "statements", operation_id = "guard_cases",
    params(("guard" = String, Path)), extensions(("x-permission" = json!("statements.read"))),
    responses((status = 200, body = Vec<GuardCase>), (status = "default", body = ProblemBody))
)]
async fn guard_cases(ctx: Ctx, Path(name): Path<String>) -> HttpResult<Json<Vec<GuardCase>>> {
    let meta = ctx.meta();
    ctx.read(move |tx| guard::cases(tx, &meta, &name)).await.map(Json)
}
