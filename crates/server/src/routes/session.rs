use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use base::{CompanyId, Kind, Refusal, UserId};
use db::SystemTx;
use i18n::Lang;
use kit::{App, AppState, JsonBody, Problem, ProblemBody};
use serde::{Deserialize, Serialize};

use super::{Outcome, heavy};
use crate::caller::{Caller, Stop, cookie, refused_as, token_in};
use crate::site::Site;

/// Who is signed in and what they may do; for a stranger, what the first page must show.
#[derive(Serialize, utoipa::ToSchema)]
pub struct SessionView {
    user: Option<UserView>,
    company: Option<CompanyView>,
    /// The companies that the user may choose.
    companies: Vec<CompanyChoice>,
    /// The role in the chosen company.
    role: Option<String>,
    /// What the role allows.
    permissions: Vec<String>,
    /// To be sent as `X-Settlebook-CSRF` with whatever changes something.
    csrf: Option<String>,
    language: String,
    /// Logins of a demo company; empty elsewhere.
    demo_logins: Vec<DemoLoginView>,
    setup_needed: bool,
    setup_code_needed: bool,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct UserView {
    #[schema(value_type = String)]
    id: UserId,
    login: String,
    name: String,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct CompanyView {
    #[schema(value_type = String)]
    id: CompanyId,
    code: String,
    name: String,
    currency: String,
    /// Digits after the point of the currency.
    currency_digits: u32,
    timezone: String,
    /// Today in the company's time zone.
    today: String,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct CompanyChoice {
    #[schema(value_type = String)]
    id: CompanyId,
    code: String,
    name: String,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct DemoLoginView {
    login: String,
    password: String,
    name: String,
    role: String,
}

/// The session, or what a stranger needs to know.
#[utoipa::path(
    get, path = "/session", tag = "session", operation_id = "read_session",
    extensions(("x-permission" = json!("public"))),
    responses((status = 200, body = SessionView), (status = "default", body = ProblemBody))
)]
pub async fn read_session(State(app): State<AppState>, caller: Caller) -> Outcome<Json<SessionView>> {
    let user = caller.session.as_ref().map(|session| session.user);
    let is_demo = app.demo && user.is_none();
    let read = move |tx: &mut SystemTx<'_>| {
        let companies = user
            .map(|user| access::memberships(tx, user))
            .transpose()?
            .unwrap_or_default();
        let demo = if is_demo {
            access::demo_logins(tx)?
        } else {
            Vec::new()
        };
        Ok((companies, demo, user.is_some() || access::installed(tx)?))
    };
    let answer = app.db.system_read(read).await;
    let (companies, demo, installed) = answer.map_err(|error| problem(error, caller.lang))?;
    let mut view = SessionView {
        user: None,
        company: None,
        companies: companies
            .into_iter()
            .map(|company| CompanyChoice {
                id: company.id,
                code: company.code,
                name: company.name,
            })
            .collect(),
        role: None,
        permissions: Vec::new(),
        csrf: None,
        language: caller.lang.code().to_owned(),
        demo_logins: demo.into_iter().map(demo_view).collect(),
        setup_needed: !installed,
        setup_code_needed: !installed && !caller.is_local,
    };
    if let Some(session) = &caller.session {
        view.user = Some(UserView {
            id: session.user,
            login: session.login.clone(),
            name: session.name.clone(),
        });
        view.csrf = Some(session.csrf_token.clone());
        if let Some((company, role)) = &session.member_of {
            view.company = Some(company_view(company, caller.now));
            view.role = Some(role.to_string());
            view.permissions = role
                .permissions()
                .map(|permission| permission.to_string())
                .collect();
        }
    }
    Ok(Json(view))
}

fn demo_view(demo: access::DemoLogin) -> DemoLoginView {
    let password = access::DEMO_PASSWORD.to_owned();
    DemoLoginView {
        login: demo.login,
        password,
        name: demo.name,
        role: demo.role.to_string(),
    }
}

fn company_view(company: &access::Company, now: base::Instant) -> CompanyView {
    CompanyView {
        id: company.id,
        code: company.code.clone(),
        name: company.name.clone(),
        currency: company.currency.to_string(),
        currency_digits: company.currency.exponent(),
        timezone: company.zone.name().to_owned(),
        today: now.day_in(&company.zone).to_string(),
    }
}

pub(super) fn problem(error: db::Error, lang: Lang) -> Stop {
    Problem::new(error, lang).into_response().into()
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginInput {
    login: String,
    password: String,
}

/// Signs in. An unknown login and a wrong password get the same answer (401); after a few tries in a row they
/// get 429 for a growing while.
#[utoipa::path(
    post, path = "/session", tag = "session", operation_id = "log_in", request_body = LoginInput,
    extensions(("x-permission" = json!("public"))),
    responses((status = 204), (status = "default", body = ProblemBody))
)]
pub async fn log_in(
    State(app): State<AppState>,
    Extension(site): Extension<Arc<Site>>,
    caller: Caller,
    headers: HeaderMap,
    JsonBody(input): JsonBody<LoginInput>,
) -> Outcome<Response> {
    let login = access::fold_login(&input.login);
    let keys = attempt_keys(&login, &caller);
    count(&app, keys.clone(), &caller).await?;
    let known = app
        .db
        .system_read(move |tx| access::credentials(tx, &login))
        .await;
    let known = known.map_err(|error| problem(error, caller.lang))?;
    let user = check_password(known, input.password)
        .await
        .map_err(|error| problem(error, caller.lang))?;
    let Some(user) = user else {
        let refusal = Refusal::new(Kind::Forbidden, "access.login_failed");
        return Err(refused_as(StatusCode::UNAUTHORIZED, &refusal, caller.lang));
    };
    let old = token_in(&headers, site.is_secure(&headers)).map(access::token::digest);
    open(&app, &caller, user, keys, old).await
}

/// What an attempt is counted under: the login, and the address where it is known.
fn attempt_keys(login: &str, caller: &Caller) -> Vec<String> {
    let login: String = login.chars().take(64).collect();
    let address = caller.address.map(|address| format!("address:{address}"));
    [Some(format!("login:{login}")), address]
        .into_iter()
        .flatten()
        .collect()
}

/// Counts an attempt before anything is looked at; 429 with `Retry-After` while the door is shut.
pub(super) async fn count(app: &App, keys: Vec<String>, caller: &Caller) -> Outcome<()> {
    let now = caller.now;
    let counted = app
        .db
        .system_write(move |tx| access::attempt(tx, now, &keys))
        .await;
    counted.map_err(|error| {
        let wait = error
            .refusal()
            .and_then(|refusal| refusal.params.first())
            .map(|(_, seconds)| seconds.clone());
        let mut response = problem(error, caller.lang).into_response();
        if let Some(seconds) = wait.and_then(|seconds| HeaderValue::from_str(&seconds).ok()) {
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        response.into()
    })
}

/// The user, if active and the password is theirs. Takes as long when there is no such user.
async fn check_password(known: Option<access::Credentials>, password: String) -> db::Result<Option<UserId>> {
    let known = known.filter(|known| known.active);
    let user = known.as_ref().map(|known| known.user);
    let hash = known.map(|known| known.password_hash);
    let fits = heavy(move || access::password::verify(&password, hash.as_deref())).await?;
    Ok(user.filter(|_| fits))
}

/// Opens a session, ends the one whose cookie came along, and answers 204 with the new cookie.
pub(super) async fn open(
    app: &App,
    caller: &Caller,
    user: UserId,
    keys: Vec<String>,
    old: Option<String>,
) -> Outcome<Response> {
    let (token, now) = (access::token::draw(), caller.now);
    let new = access::NewSession {
        token_hash: access::token::digest(&token),
        csrf_token: access::token::draw(),
        user,
    };
    let unit = move |tx: &mut SystemTx<'_>| {
        access::succeed(tx, &keys)?;
        if let Some(old) = &old {
            access::close_session(tx, old)?;
        }
        access::open_session(tx, now, &new)
    };
    app.db
        .system_write(unit)
        .await
        .map_err(|error| problem(error, caller.lang))?;
    Ok((
        StatusCode::NO_CONTENT,
        [(header::SET_COOKIE, cookie(&token, caller.is_secure))],
    )
        .into_response())
}

/// Signs out.
#[utoipa::path(
    delete, path = "/session", tag = "session", operation_id = "log_out",
    extensions(("x-permission" = json!("session"))),
    responses((status = 204), (status = "default", body = ProblemBody))
)]
pub async fn log_out(State(app): State<AppState>, caller: Caller) -> Outcome<Response> {
    let token_hash = caller.signed_in()?.token_hash.clone();
    let closed = app
        .db
        .system_write(move |tx| access::close_session(tx, &token_hash))
        .await;
    closed.map_err(|error| problem(error, caller.lang))?;
    Ok((
        StatusCode::NO_CONTENT,
        [(header::SET_COOKIE, cookie("", caller.is_secure))],
    )
        .into_response())
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompanyChoiceInput {
    #[schema(value_type = String)]
    company_id: CompanyId,
}

/// Moves to another company of the user's.
#[utoipa::path(
    post, path = "/session/company", tag = "session", operation_id = "choose_company",
    request_body = CompanyChoiceInput, extensions(("x-permission" = json!("session"))),
    responses((status = 204), (status = "default", body = ProblemBody))
)]
pub async fn choose_company(
    State(app): State<AppState>,
    caller: Caller,
    JsonBody(input): JsonBody<CompanyChoiceInput>,
) -> Outcome<StatusCode> {
    let session = caller.signed_in()?;
    let unit = move |tx: &mut SystemTx<'_>| {
        access::choose_company(tx, &session.token_hash, session.user, input.company_id)
    };
    app.db
        .system_write(unit)
        .await
        .map_err(|error| problem(error, caller.lang))?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LanguageInput {
    /// `zh-Hans`, `zh-Hant` or `en`.
    #[schema(value_type = String)]
    language: Lang,
}

/// The user's language from now on.
#[utoipa::path(
    put, path = "/session/language", tag = "session", operation_id = "set_language",
    request_body = LanguageInput, extensions(("x-permission" = json!("session"))),
    responses((status = 204), (status = "default", body = ProblemBody))
)]
pub async fn set_language(
    State(app): State<AppState>,
    caller: Caller,
    JsonBody(input): JsonBody<LanguageInput>,
) -> Outcome<StatusCode> {
    let user = caller.signed_in()?.user;
    let set = app
        .db
        .system_write(move |tx| access::set_language(tx, user, input.language))
        .await;
    set.map_err(|error| problem(error, caller.lang))?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordInput {
    old_password: String,
    /// At least 8 characters.
    password: String,
}

/// The user's own new password. Every other session of the user ends.
#[utoipa::path(
    put, path = "/session/password", tag = "session", operation_id = "change_password",
    request_body = PasswordInput, extensions(("x-permission" = json!("session"))),
    responses((status = 204), (status = "default", body = ProblemBody))
)]
pub async fn change_password(
    State(app): State<AppState>,
    caller: Caller,
    JsonBody(input): JsonBody<PasswordInput>,
) -> Outcome<StatusCode> {
    let session = caller.signed_in()?;
    access::checked_password(&input.password).map_err(|refusal| problem(refusal.into(), caller.lang))?;
    let keys = attempt_keys(&session.login, &caller);
    count(&app, keys.clone(), &caller).await?;
    let user = session.user;
    let known = app
        .db
        .system_read(move |tx| access::credentials_of(tx, user))
        .await;
    let known = known.map_err(|error| problem(error, caller.lang))?;
    let fits = check_password(Some(known), input.old_password).await;
    if fits.map_err(|error| problem(error, caller.lang))?.is_none() {
        let refusal = Refusal::invalid("access.wrong_password").on("old_password");
        return Err(problem(refusal.into(), caller.lang));
    }
    let hash = heavy(move || access::password::hash(&input.password))
        .await
        .and_then(|hash| hash);
    let hash = hash.map_err(|error| problem(error, caller.lang))?;
    let unit = move |tx: &mut SystemTx<'_>| {
        access::succeed(tx, &keys)?;
        access::change_password(tx, user, &hash, &session.token_hash)
    };
    app.db
        .system_write(unit)
        .await
        .map_err(|error| problem(error, caller.lang))?;
    Ok(StatusCode::NO_CONTENT)
}
