use axum::Json;
use axum::http::StatusCode;
use base::{CompanyId, Day, Refusal, Zone};
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
    #[schema(value_type = Option<String>)]
    lock_date: Option<Day>,
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
    let change = change_of(&input, ctx.today()).map_err(|refusal| ctx.problem(refusal.into()))?;
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

fn change_of(input: &CompanyInput, today: Day) -> Result<access::CompanyChange, Refusal> {
    let name = access::checked_name(&input.name, "name")?;
    let unknown = || {
        Refusal::invalid("access.unknown_timezone")
            .on("timezone")
            .with("value", &input.timezone)
    };
    let zone = Zone::named(&input.timezone).ok_or_else(unknown)?;
    // Nothing at all could be posted until that day.
    if input.lock_date.is_some_and(|day| day > today) {
        return Err(Refusal::invalid("access.lock_date_in_future")
            .on("lock_date")
            .with("today", today));
    }
    Ok(access::CompanyChange {
        name,
        zone,
        language: input.language,
        lock_date: input.lock_date,
    })
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
