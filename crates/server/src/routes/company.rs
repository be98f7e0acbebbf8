use axum::Json;
use axum::http::StatusCode;
use base::{CompanyId, Day, Instant, Refusal, Zone};
use i18n::Lang;
use kit::{Ctx, HttpResult, JsonBody, ProblemBody};
use serde::{Deserialize, Serialize};

use super::administer;

/// A set of books.
#[derive(Serialize, utoipa::ToSchema)]
pub struct CompanyDetail {
    #[schema(value_type = String)]
    id: CompanyId,
    code: String,
    name: String,
    currency: String,
    timezone: String,
    language: String,
    /// Nothing may be posted on or before this day.
    #[schema(value_type = Option<String>)]
    lock_date: Option<Day>,
}

impl From<&access::Company> for CompanyDetail {
    fn from(company: &access::Company) -> CompanyDetail {
        CompanyDetail {
            id: company.id,
            code: company.code.clone(),
            name: company.name.clone(),
            currency: company.currency.to_string(),
            timezone: company.zone.name().to_owned(),
            language: company.language.code().to_owned(),
            lock_date: company.lock_date,
        }
    }
}

/// The chosen company.
#[utoipa::path(
    get, path = "/company", tag = "access", operation_id = "read_company",
    extensions(("x-permission" = json!("session"))),
    responses((status = 200, body = CompanyDetail), (status = "default", body = ProblemBody))
)]
pub async fn read_company(ctx: Ctx) -> Json<CompanyDetail> {
    Json(ctx.company.as_ref().into())
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompanyInput {
    name: String,
    timezone: String,
    /// `zh-Hans`, `zh-Hant` or `en`.
    #[schema(value_type = String)]
    language: Lang,
}

/// Changes the chosen company. Code and currency stay.
#[utoipa::path(
    put, path = "/company", tag = "access", operation_id = "change_company", request_body = CompanyInput,
    extensions(("x-permission" = json!("access.manage"))),
    responses((status = 200, body = CompanyDetail), (status = "default", body = ProblemBody))
)]
pub async fn change_company(
    ctx: Ctx,
    JsonBody(input): JsonBody<CompanyInput>,
) -> HttpResult<Json<CompanyDetail>> {
    let change = change_of(&input).map_err(|refusal| ctx.problem(refusal.into()))?;
    let company = administer(&ctx, "access.change_company", move |tx, meta| {
        access::change_company(tx, meta.company.id, &change)?;
        Ok((
            access::company(tx, meta.company.id)?,
            ("company", meta.company.id.raw()),
        ))
    })
    .await?;
    Ok(Json((&company).into()))
}

fn change_of(input: &CompanyInput) -> Result<access::CompanyChange, Refusal> {
    let name = access::checked_name(&input.name, "name")?;
    let unknown = || {
        Refusal::invalid("access.unknown_timezone")
            .on("timezone")
            .with("value", &input.timezone)
    };
    let zone = Zone::named(&input.timezone).ok_or_else(unknown)?;
    Ok(access::CompanyChange {
        name,
        zone,
        language: input.language,
    })
}

/// A change of the lock date.
#[derive(Serialize, utoipa::ToSchema)]
pub struct LockChangeView {
    /// Absent: nothing is locked from then on.
    #[schema(value_type = Option<String>)]
    lock_date: Option<Day>,
    #[schema(value_type = Option<String>)]
    before: Option<Day>,
    reason: String,
    #[schema(value_type = String)]
    set_at: Instant,
    set_by_name: String,
}

/// The lock date in force and the latest hundred changes of it, newest first.
#[derive(Serialize, utoipa::ToSchema)]
pub struct PeriodLock {
    /// Nothing may be posted on or before this day.
    #[schema(value_type = Option<String>)]
    lock_date: Option<Day>,
    changes: Vec<LockChangeView>,
}

fn period_lock(tx: &mut db::SystemTx<'_>, id: CompanyId) -> db::Result<PeriodLock> {
    let changes = access::lock_changes(tx, id)?;
    Ok(PeriodLock {
        lock_date: access::company(tx, id)?.lock_date,
        changes: changes
            .into_iter()
            .map(|change| LockChangeView {
                lock_date: change.lock_date,
                before: change.before,
                reason: change.reason,
                set_at: change.set_at,
                set_by_name: change.set_by_name,
            })
            .collect(),
    })
}

/// Up to which day the books are locked, and who locked or opened them when and why.
#[utoipa::path(
    get, path = "/lock-date", tag = "access", operation_id = "read_lock_date",
    extensions(("x-permission" = json!("access.lock"))),
    responses((status = 200, body = PeriodLock), (status = "default", body = ProblemBody))
)]
pub async fn read_lock_date(ctx: Ctx) -> HttpResult<Json<PeriodLock>> {
    let id = ctx.company.id;
    let read = ctx.db.system_read(move |tx| period_lock(tx, id)).await;
    read.map(Json).map_err(|error| ctx.problem(error))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LockDateInput {
    /// Absent: nothing is locked any more.
    #[schema(value_type = Option<String>)]
    lock_date: Option<Day>,
    /// Required when what was locked is opened again.
    #[serde(default)]
    reason: String,
}

/// Locks the books up to a day, or opens them again. Nothing is posted on or before it from the next act on;
/// write-offs and undos count from the day after it at the earliest.
#[utoipa::path(
    put, path = "/lock-date", tag = "access", operation_id = "set_lock_date", request_body = LockDateInput,
    extensions(("x-permission" = json!("access.lock"))),
    responses((status = 200, body = PeriodLock), (status = "default", body = ProblemBody))
)]
pub async fn set_lock_date(
    ctx: Ctx,
    JsonBody(input): JsonBody<LockDateInput>,
) -> HttpResult<Json<PeriodLock>> {
    let set = move |tx: &mut db::SystemTx<'_>, meta: &kit::Meta| {
        let (id, moment) = (meta.company.id, (meta.now, meta.today));
        access::set_lock_date(tx, id, meta.user, moment, input.lock_date, &input.reason)?;
        Ok((period_lock(tx, id)?, ("company", id.raw())))
    };
    administer(&ctx, "access.set_lock_date", set).await.map(Json)
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCompanyInput {
    name: String,
    /// Letters, digits, `-` and `_`, at most 20.
    code: String,
    /// ISO 4217.
    currency: String,
    /// IANA name.
    timezone: String,
    /// `zh-Hans`, `zh-Hant` or `en`.
    language: String,
}

/// One more set of books; the caller owns it.
#[utoipa::path(
    post, path = "/companies", tag = "access", operation_id = "add_company", request_body = NewCompanyInput,
    extensions(("x-permission" = json!("access.manage"))),
    responses((status = 201, body = CompanyDetail), (status = "default", body = ProblemBody))
)]
pub async fn add_company(
    ctx: Ctx,
    JsonBody(input): JsonBody<NewCompanyInput>,
) -> HttpResult<(StatusCode, Json<CompanyDetail>)> {
    let NewCompanyInput {
        name,
        code,
        currency,
        timezone,
        language,
    } = &input;
    let new = access::checked_company(code, name, currency, timezone, language);
    let new = new.map_err(|refusal| ctx.problem(refusal.into()))?;
    let company = administer(&ctx, "access.add_company", move |tx, meta| {
        let id = access::add_company(tx, meta.now, &new, meta.user)?;
        Ok((access::company(tx, id)?, ("company", id.raw())))
    })
    .await?;
    Ok((StatusCode::CREATED, Json((&company).into())))
}
