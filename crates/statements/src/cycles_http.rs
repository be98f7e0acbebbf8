//! Routes of settlement cycles: preview, history, holiday calendars, base credit, decisions on periods.

use axum::Json;
use axum::extract::Query;
use base::{Day, Instant, Money, Price, Refusal, UserId};
use cycle::{CycleSpec, Schedule, Shift};
use kit::{Act, Answer, AppState, Ctx, HttpResult, JsonBody, PathId, ProblemBody};
use ledger::{Holiday, HolidayCalendar, HolidayCalendarId, HolidayCalendarItem, HolidayCalendarMark};
use parties::{Customer, CustomerId};
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::customers;
use crate::cycles::{self, Foreseen};
use crate::issue;
use crate::types::{
    DEFAULT_CARRY_MONTHS, DEFAULT_CYCLE, DEFAULT_LAG_DAYS, DEFAULT_TERMS, NewCycle, PeriodMark,
};

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(preview_cycle))
        .routes(routes!(cycle_history))
        .routes(routes!(list_holiday_calendars, create_holiday_calendar))
        .routes(routes!(get_holiday_calendar, update_holiday_calendar))
        .routes(routes!(get_base_credit, set_base_credit))
        .routes(routes!(skip_period))
        .routes(routes!(reopen_period))
}

/// What a person says of a settlement cycle, in text forms.
pub struct CycleInput<'a> {
    pub cycle: Option<&'a str>,
    pub terms: Option<&'a str>,
    pub lag_days: i64,
    pub pay_run: Option<&'a str>,
    pub lead_days: i64,
    pub shift: Option<&'a str>,
    pub holidays: Option<HolidayCalendarId>,
    pub send_empty: bool,
    pub minimum: Option<&'a str>,
    pub carry_months: i64,
}

fn on(field: &'static str) -> impl Fn(Refusal) -> Refusal {
    move |refusal| refusal.on(field)
}

fn given(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

impl CycleInput<'_> {
    /// Reads the text forms.
    pub fn read(&self) -> Result<NewCycle, Refusal> {
        let spec = self.cycle.unwrap_or(DEFAULT_CYCLE);
        let terms = self.terms.unwrap_or(DEFAULT_TERMS);
        let pay_run = given(self.pay_run).map(|days| days.parse::<CycleSpec>().map_err(on("pay_run")));
        let shift = given(self.shift).map(|shift| shift.parse::<Shift>().map_err(on("shift")));
        let minimum = given(self.minimum).map(|amount| {
            amount.parse::<Price>().map_err(|_| {
                Refusal::invalid("statements.minimum_amount")
                    .on("minimum")
                    .with("amount", amount)
            })
        });
        Ok(NewCycle {
            schedule: Schedule {
                spec: spec.parse().map_err(on("cycle"))?,
                terms: terms.parse().map_err(on("terms"))?,
                lag_days: self.lag_days,
                pay_run: pay_run.transpose()?,
                lead_days: self.lead_days,
                shift: shift.transpose()?.unwrap_or_default(),
            },
            holidays: self.holidays,
            send_empty: self.send_empty,
            minimum: minimum.transpose()?.unwrap_or(Price::ZERO),
            carry_months: self.carry_months,
        })
    }
}

#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct PreviewQuery {
    /// Text form of a cycle: `per_document`, `every_n_days:10@2026-01-01`, `weekly:5`,
    /// `weekly:1,4/2@2026-01-05`, `monthly:25`, `monthly:15,-1`, `monthly:-1/3@2026-01-31`,
    /// `calendar:2026-01-31,2026-02-28`, `per_batch:60`, `threshold:5000.00/30`, `manual:45`.
    cycle: String,
    terms: Option<String>,
    lag_days: Option<i64>,
    /// The days on which the customer pays, in the text form of a cycle.
    pay_run: Option<String>,
    lead_days: Option<i64>,
    shift: Option<String>,
    #[param(value_type = Option<String>)]
    holiday_calendar_id: Option<HolidayCalendarId>,
    /// First day of the first period; today if absent.
    #[param(value_type = Option<String>)]
    from: Option<Day>,
    /// The customer whose cycle is to change: what is running is closed first.
    #[param(value_type = Option<String>)]
    customer_id: Option<CustomerId>,
}

impl PreviewQuery {
    fn input(&self) -> CycleInput<'_> {
        CycleInput {
            cycle: Some(&self.cycle),
            terms: self.terms.as_deref(),
            lag_days: self.lag_days.unwrap_or(DEFAULT_LAG_DAYS),
            pay_run: self.pay_run.as_deref(),
            lead_days: self.lead_days.unwrap_or(0),
            shift: self.shift.as_deref(),
            holidays: self.holiday_calendar_id,
            send_empty: false,
            minimum: None,
            carry_months: DEFAULT_CARRY_MONTHS,
        }
    }
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
struct PreviewedPeriod {
    #[schema(value_type = String)]
    from: Day,
    #[schema(value_type = String)]
    to: Day,
    #[schema(value_type = String)]
    issue_by: Day,
    #[schema(value_type = String)]
    due: Day,
    /// Made by the cycle that runs until the change.
    before_change: bool,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
struct CyclePreview {
    /// `monthly`, `weekly` and so on.
    kind: String,
    /// The cycle in its text form.
    cycle: String,
    /// From when it would count, where a customer is named and something changes.
    #[schema(value_type = Option<String>)]
    valid_from: Option<Day>,
    /// The next twelve; none where an event closes the period.
    periods: Vec<PreviewedPeriod>,
    /// Where an event closes the period: the days that follow if it were today.
    example: Option<PreviewedPeriod>,
    /// Days off between the first and the last of these days.
    #[schema(value_type = Vec<String>)]
    days_off: Vec<Day>,
}

fn previewed(row: &Foreseen) -> PreviewedPeriod {
    PreviewedPeriod {
        from: row.planned.period.from,
        to: row.planned.period.to,
        issue_by: row.planned.issue_by,
        due: row.planned.due,
        before_change: row.before_change,
    }
}

/// What a cycle and terms mean: the next twelve periods.
#[utoipa::path(
    get, path = "/cycles/preview", tag = "statements", operation_id = "preview_cycle", params(PreviewQuery),
    extensions(("x-permission" = json!("parties.read"))),
    responses((status = 200, body = CyclePreview), (status = "default", body = ProblemBody))
)]
async fn preview_cycle(ctx: Ctx, Query(query): Query<PreviewQuery>) -> HttpResult<Json<CyclePreview>> {
    let new = query
        .input()
        .read()
        .map_err(|refusal| ctx.problem(refusal.into()))?;
    let today = ctx.today();
    let from = query.from.unwrap_or(today);
    let customer = query.customer_id;
    ctx.read(move |tx| {
        let seen = cycles::preview(tx, &new, customer, from, today)?;
        Ok(CyclePreview {
            kind: new.schedule.spec.kind().to_owned(),
            cycle: new.schedule.spec.to_string(),
            valid_from: seen.valid_from,
            periods: seen.periods.iter().map(previewed).collect(),
            example: seen.example.as_ref().map(previewed),
            days_off: seen.days_off,
        })
    })
    .await
    .map(Json)
}

/// A version of a customer's cycle.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
struct CycleVersionView {
    version: i64,
    #[schema(value_type = String)]
    valid_from: Day,
    cycle: String,
    terms: String,
    /// Another version took its place before it counted, or from its first day on.
    replaced: bool,
    #[schema(value_type = String)]
    created_at: Instant,
    #[schema(value_type = String)]
    created_by: UserId,
}

/// Every version of a customer's settlement cycle, newest first.
#[utoipa::path(
    get, path = "/customers/{id}/cycles", tag = "statements", operation_id = "cycle_history",
    params(("id" = String, Path)), extensions(("x-permission" = json!("parties.read"))),
    responses((status = 200, body = Vec<CycleVersionView>), (status = "default", body = ProblemBody))
)]
async fn cycle_history(ctx: Ctx, PathId(id): PathId<Customer>) -> HttpResult<Json<Vec<CycleVersionView>>> {
    ctx.read(move |tx| {
        let account = customers::account_of(tx, id)?;
        let versions = cycles::history(tx, account)?;
        let shown = versions
            .into_iter()
            .map(|(version, replaced, at, by)| CycleVersionView {
                version: version.number,
                valid_from: version.valid_from,
                cycle: version.spec().to_string(),
                terms: version.cycle.schedule.terms.to_string(),
                replaced,
                created_at: at,
                created_by: by,
            });
        Ok(shown.collect())
    })
    .await
    .map(Json)
}

/// A day that is off, or worked although it lies on the weekend.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct HolidayDay {
    #[schema(value_type = String)]
    day: Day,
    /// Worked although it lies on the weekend.
    #[serde(default)]
    working: bool,
    #[serde(default)]
    name: String,
}

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct HolidayCalendarInput {
    /// The version that was changed; needed for a change.
    #[serde(default)]
    version: i64,
    name: String,
    /// Weekdays off every week, 1 = Monday.
    weekend: Vec<i8>,
    days: Vec<HolidayDay>,
}

impl HolidayCalendarInput {
    fn calendar(self) -> HolidayCalendar {
        let days = self.days.into_iter().map(|holiday| Holiday {
            day: holiday.day,
            working: holiday.working,
            name: holiday.name,
        });
        HolidayCalendar {
            name: self.name,
            weekend: self.weekend,
            days: days.collect(),
        }
    }
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
struct HolidayCalendarView {
    #[schema(value_type = String)]
    id: HolidayCalendarId,
    version: i64,
    name: String,
    weekend: Vec<i8>,
    days: Vec<HolidayDay>,
}

/// A holiday calendar in the list.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
struct HolidayCalendarListed {
    #[schema(value_type = String)]
    id: HolidayCalendarId,
    version: i64,
    name: String,
    weekend: Vec<i8>,
    /// How many days it lists.
    days: i64,
    /// How many customer accounts follow it.
    accounts: i64,
}

#[derive(Clone, Copy, Debug, Serialize, utoipa::ToSchema)]
struct HolidayCalendarSaved {
    #[schema(value_type = String)]
    id: HolidayCalendarId,
}

/// The holiday calendars of the company by name.
#[utoipa::path(
    get, path = "/holiday-calendars", tag = "statements", operation_id = "list_holiday_calendars",
    extensions(("x-permission" = json!("parties.read"))),
    responses((status = 200, body = Vec<HolidayCalendarListed>), (status = "default", body = ProblemBody))
)]
async fn list_holiday_calendars(ctx: Ctx) -> HttpResult<Json<Vec<HolidayCalendarListed>>> {
    let listed = |item: HolidayCalendarItem| HolidayCalendarListed {
        id: item.id,
        version: item.version,
        name: item.name,
        weekend: ledger::weekdays(&item.weekend),
        days: item.days,
        accounts: item.accounts,
    };
    ctx.read(move |tx| Ok(ledger::holiday_calendars(tx)?.into_iter().map(listed).collect()))
        .await
        .map(Json)
}

/// A holiday calendar with its days.
#[utoipa::path(
    get, path = "/holiday-calendars/{id}", tag = "statements", operation_id = "get_holiday_calendar",
    params(("id" = String, Path)), extensions(("x-permission" = json!("parties.read"))),
    responses((status = 200, body = HolidayCalendarView), (status = "default", body = ProblemBody))
)]
async fn get_holiday_calendar(
    ctx: Ctx,
    PathId(id): PathId<HolidayCalendarMark>,
) -> HttpResult<Json<HolidayCalendarView>> {
    ctx.read(move |tx| {
        let (calendar, version) = ledger::holiday_calendar(tx, id)?;
        let days = calendar.days.into_iter().map(|holiday| HolidayDay {
            day: holiday.day,
            working: holiday.working,
            name: holiday.name,
        });
        Ok(HolidayCalendarView {
            id,
            version,
            name: calendar.name,
            weekend: calendar.weekend,
            days: days.collect(),
        })
    })
    .await
    .map(Json)
}

/// Makes a holiday calendar.
#[utoipa::path(
    post, path = "/holiday-calendars", tag = "statements", operation_id = "create_holiday_calendar",
    request_body = HolidayCalendarInput, extensions(("x-permission" = json!("parties.write"))),
    responses((status = 201, body = HolidayCalendarSaved), (status = "default", body = ProblemBody))
)]
async fn create_holiday_calendar(
    ctx: Ctx,
    JsonBody(input): JsonBody<HolidayCalendarInput>,
) -> HttpResult<Answer> {
    let calendar = input.calendar();
    let act = Act::new("statements.create_holiday_calendar").created();
    ctx.command(act, move |tx, meta| {
        let id = ledger::save_holiday_calendar(tx, meta, None, &calendar)?;
        Ok(HolidayCalendarSaved { id })
    })
    .await
}

/// Replaces a holiday calendar. What is planned already keeps its days.
#[utoipa::path(
    put, path = "/holiday-calendars/{id}", tag = "statements", operation_id = "update_holiday_calendar",
    params(("id" = String, Path)), request_body = HolidayCalendarInput,
    extensions(("x-permission" = json!("parties.write"))),
    responses((status = 200, body = HolidayCalendarSaved), (status = "default", body = ProblemBody))
)]
async fn update_holiday_calendar(
    ctx: Ctx,
    PathId(id): PathId<HolidayCalendarMark>,
    JsonBody(input): JsonBody<HolidayCalendarInput>,
) -> HttpResult<Answer> {
    let version = input.version;
    let calendar = input.calendar();
    let act = Act::new("statements.update_holiday_calendar").on("holiday_calendar", id.raw());
    ctx.command(act, move |tx, meta| {
        let id = ledger::save_holiday_calendar(tx, meta, Some((id, version)), &calendar)?;
        Ok(HolidayCalendarSaved { id })
    })
    .await
}

/// The base credit of a customer from a day on.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
struct BaseCreditVersion {
    version: i64,
    #[schema(value_type = String)]
    valid_from: Day,
    #[schema(value_type = String)]
    amount: Money,
    reason: String,
    /// A later version took its place.
    replaced: bool,
    #[schema(value_type = String)]
    created_at: Instant,
    #[schema(value_type = String)]
    created_by: UserId,
}

/// Base credit: what may stay owed for the whole relation.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
struct BaseCreditView {
    /// In force today.
    #[schema(value_type = String)]
    amount: Money,
    /// How much of what is owed it covers today.
    #[schema(value_type = String)]
    used: Money,
    /// Newest first.
    versions: Vec<BaseCreditVersion>,
}

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct BaseCreditInput {
    /// `"0"`: none any more; what it covered falls due.
    amount: String,
    /// Today if absent.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    from: Option<Day>,
    /// The day on which it falls due, where that is agreed.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    until: Option<Day>,
    #[serde(default)]
    reason: String,
}

#[derive(Clone, Copy, Debug, Serialize, utoipa::ToSchema)]
struct CycleActDone {
    done: bool,
}

const DONE: CycleActDone = CycleActDone { done: true };

/// The base credit of a customer, what it covers, and how it changed.
#[utoipa::path(
    get, path = "/customers/{id}/base-credit", tag = "statements", operation_id = "get_base_credit",
    params(("id" = String, Path)), extensions(("x-permission" = json!("credit.read"))),
    responses((status = 200, body = BaseCreditView), (status = "default", body = ProblemBody))
)]
async fn get_base_credit(ctx: Ctx, PathId(id): PathId<Customer>) -> HttpResult<Json<BaseCreditView>> {
    let today = ctx.today();
    ctx.read(move |tx| {
        let account = customers::account_of(tx, id)?;
        let currency = ledger::find_account(tx, account)?.currency;
        let money = |minor| Money::new(minor, currency);
        let parts = ledger::owed_parts(tx, account, today)?;
        let used = parts.iter().map(|part| part.base).sum();
        let versions = ledger::base_credits(tx, account)?;
        let counts = ledger::effective_base_credits(versions.clone());
        let shown = versions.into_iter().rev().map(|version| BaseCreditVersion {
            replaced: !counts.contains(&version),
            version: version.version,
            valid_from: version.valid_from,
            amount: money(version.amount),
            reason: version.reason,
            created_at: version.created_at,
            created_by: version.created_by,
        });
        Ok(BaseCreditView {
            amount: money(ledger::base_credit_on(tx, account, today)?),
            used: money(used),
            versions: shown.collect(),
        })
    })
    .await
    .map(Json)
}

/// Sets the base credit of a customer from a day on, and the day on which it falls due if that is agreed.
#[utoipa::path(
    post, path = "/customers/{id}/base-credit", tag = "statements", operation_id = "set_base_credit",
    params(("id" = String, Path)), request_body = BaseCreditInput,
    extensions(("x-permission" = json!("credit.manage"))),
    responses((status = 200, body = CycleActDone), (status = "default", body = ProblemBody))
)]
async fn set_base_credit(
    ctx: Ctx,
    PathId(id): PathId<Customer>,
    JsonBody(input): JsonBody<BaseCreditInput>,
) -> HttpResult<Answer> {
    let act = Act::new("statements.set_base_credit").on("customer", id.raw());
    ctx.command(act, move |tx, meta| {
        let (amount, reason) = (input.amount.as_str(), input.reason.trim());
        customers::set_base_credit(tx, meta, id, amount, (input.from, input.until), reason).map(|()| DONE)
    })
    .await
}

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct SkipInput {
    reason: String,
}

/// Decides that a period gets no statement of its own: its entries go to the next one.
#[utoipa::path(
    post, path = "/periods/{id}/skip", tag = "statements", operation_id = "skip_period",
    params(("id" = String, Path)), request_body = SkipInput,
    extensions(("x-permission" = json!("statements.issue"))),
    responses((status = 200, body = CycleActDone), (status = "default", body = ProblemBody))
)]
async fn skip_period(
    ctx: Ctx,
    PathId(id): PathId<PeriodMark>,
    JsonBody(input): JsonBody<SkipInput>,
) -> HttpResult<Answer> {
    let act = Act::new("statements.skip_period").on("period", id.raw());
    ctx.command(act, move |tx, meta| {
        issue::skip_period(tx, meta, id, &input.reason).map(|()| DONE)
    })
    .await
}

/// Takes the skipping of a period back: it waits for its statement again.
#[utoipa::path(
    post, path = "/periods/{id}/reopen", tag = "statements", operation_id = "reopen_period",
    params(("id" = String, Path)), extensions(("x-permission" = json!("statements.issue"))),
    responses((status = 200, body = CycleActDone), (status = "default", body = ProblemBody))
)]
async fn reopen_period(ctx: Ctx, PathId(id): PathId<PeriodMark>) -> HttpResult<Answer> {
    let act = Act::new("statements.reopen_period").on("period", id.raw());
    ctx.command(act, move |tx, meta| {
        issue::reopen_period(tx, meta, id).map(|()| DONE)
    })
    .await
}
