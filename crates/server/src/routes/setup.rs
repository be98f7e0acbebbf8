use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use base::{Kind, Refusal};
use db::SystemTx;
use kit::{AppState, JsonBody, ProblemBody};
use serde::Deserialize;

use super::session::{count, open, problem};
use super::{Outcome, heavy};
use crate::caller::Caller;
use crate::site::Site;

/// The first company and its owner.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetupInput {
    company_name: String,
    /// Letters, digits, `-` and `_`, at most 20.
    company_code: String,
    /// ISO 4217.
    currency: String,
    /// IANA name.
    timezone: String,
    /// `zh-Hans`, `zh-Hant` or `en`.
    language: String,
    owner_name: String,
    login: String,
    /// At least 8 characters.
    password: String,
    /// The one-time code that the console shows; not asked for at the machine itself.
    #[serde(default)]
    code: String,
}

/// Sets up the first company and signs its owner in. Once there is a company, this is not found.
#[utoipa::path(
    post, path = "/setup", tag = "session", operation_id = "set_up", request_body = SetupInput,
    extensions(("x-permission" = json!("public"))),
    responses((status = 204), (status = "default", body = ProblemBody))
)]
pub async fn set_up(
    State(app): State<AppState>,
    Extension(site): Extension<Arc<Site>>,
    caller: Caller,
    JsonBody(input): JsonBody<SetupInput>,
) -> Outcome<Response> {
    let refused = |error| problem(error, caller.lang);
    if app.db.system_read(access::installed).await.map_err(refused)? {
        return Err(refused(Refusal::not_found("kit.not_found").into()));
    }
    let keys = vec!["setup:code".to_owned()];
    if !caller.is_local {
        count(&app, keys.clone(), &caller).await?;
        if !access::token::same(&input.code.trim().to_uppercase(), &site.setup_code) {
            let refusal = Refusal::new(Kind::Forbidden, "access.setup_code_wrong").on("code");
            return Err(refused(refusal.into()));
        }
    }
    let company = company_of(&input).map_err(|refusal| refused(refusal.into()))?;
    let owner = owner_of(input, company.language).await.map_err(refused)?;
    let now = caller.now;
    let installed = app
        .db
        .system_write(move |tx: &mut SystemTx<'_>| access::install(tx, now, &company, &owner));
    let (company_id, user) = installed.await.map_err(refused)?;
    tracing::info!(company = %company_id, "the first company is set up");
    open(&app, &caller, user, keys, None).await
}

fn company_of(input: &SetupInput) -> Result<access::NewCompany, Refusal> {
    let SetupInput {
        company_name,
        company_code,
        currency,
        timezone,
        language,
        ..
    } = input;
    access::checked_company(company_code, company_name, currency, timezone, language).map_err(|refusal| {
        let field = match refusal.field.as_deref() {
            Some("code") => "company_code".to_owned(),
            Some("name") => "company_name".to_owned(),
            other => other.unwrap_or_default().to_owned(),
        };
        refusal.on(field)
    })
}

async fn owner_of(input: SetupInput, language: i18n::Lang) -> db::Result<access::NewUser> {
    let login = access::checked_login(&input.login)?;
    let name = access::checked_name(&input.owner_name, "owner_name")?;
    access::checked_password(&input.password)?;
    let password_hash = heavy(move || access::password::hash(&input.password)).await??;
    Ok(access::NewUser {
        login,
        name,
        password_hash,
        language,
    })
}
