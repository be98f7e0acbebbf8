use axum::Json;
use axum::http::StatusCode;
use base::{Refusal, User, UserId};
use i18n::Lang;
use kit::{Ctx, HttpResult, JsonBody, PathId, ProblemBody};
use serde::{Deserialize, Serialize};

use super::{administer, heavy};

/// A user of the company.
#[derive(Serialize, utoipa::ToSchema)]
pub struct MemberView {
    #[schema(value_type = String)]
    id: UserId,
    login: String,
    name: String,
    /// `owner`, `accountant`, `salesperson`, `warehouse` or `read_only`.
    role: String,
    language: String,
    active: bool,
}

impl From<access::Member> for MemberView {
    fn from(member: access::Member) -> MemberView {
        MemberView {
            id: member.id,
            login: member.login,
            name: member.name,
            role: member.role.to_string(),
            language: member.language.code().to_owned(),
            active: member.active,
        }
    }
}

/// The users of the company, disabled ones too.
#[utoipa::path(
    get, path = "/users", tag = "access", operation_id = "list_users",
    extensions(("x-permission" = json!("access.manage"))),
    responses((status = 200, body = Vec<MemberView>), (status = "default", body = ProblemBody))
)]
pub async fn list_users(ctx: Ctx) -> HttpResult<Json<Vec<MemberView>>> {
    let company = ctx.company.id;
    let members = ctx.db.system_read(move |tx| access::members(tx, company)).await;
    let members = members.map_err(|error| ctx.problem(error))?;
    Ok(Json(members.into_iter().map(MemberView::from).collect()))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUserInput {
    login: String,
    name: String,
    /// At least 8 characters.
    password: String,
    /// `owner`, `accountant`, `salesperson`, `warehouse` or `read_only`.
    role: String,
    /// `zh-Hans`, `zh-Hant` or `en`.
    #[schema(value_type = String)]
    language: Lang,
}

fn role_named(name: &str) -> Result<access::Role, Refusal> {
    let unknown = || {
        Refusal::invalid("access.unknown_role")
            .on("role")
            .with("value", name)
    };
    access::Role::parse(name).ok_or_else(unknown)
}

/// Adds a user. A login that exists is taken, unless the caller owns every company of that user: then the
/// user joins this company as well, and keeps name and password.
#[utoipa::path(
    post, path = "/users", tag = "access", operation_id = "add_user", request_body = NewUserInput,
    extensions(("x-permission" = json!("access.manage"))),
    responses((status = 201, body = MemberView), (status = "default", body = ProblemBody))
)]
pub async fn add_user(
    ctx: Ctx,
    JsonBody(input): JsonBody<NewUserInput>,
) -> HttpResult<(StatusCode, Json<MemberView>)> {
    let (user, role) = new_user(input).await.map_err(|error| ctx.problem(error))?;
    let member = administer(&ctx, "access.add_user", move |tx, meta| {
        let id = access::add_user(tx, meta.now, meta.company.id, meta.user, &user, role)?;
        Ok((access::member(tx, meta.company.id, id)?, ("user", id.raw())))
    })
    .await?;
    Ok((StatusCode::CREATED, Json(member.into())))
}

async fn new_user(input: NewUserInput) -> db::Result<(access::NewUser, access::Role)> {
    let role = role_named(&input.role)?;
    let login = access::checked_login(&input.login)?;
    let name = access::checked_name(&input.name, "name")?;
    access::checked_password(&input.password)?;
    let password_hash = heavy(move || access::password::hash(&input.password)).await??;
    Ok((
        access::NewUser {
            login,
            name,
            password_hash,
            language: input.language,
        },
        role,
    ))
}

/// What is left out stays as it is.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserInput {
    name: Option<String>,
    role: Option<String>,
    #[schema(value_type = Option<String>)]
    language: Option<Lang>,
    /// A disabled user cannot sign in; sessions end at once.
    active: Option<bool>,
    /// A new password ends every session of the user.
    password: Option<String>,
}

/// Changes a user of the company.
#[utoipa::path(
    put, path = "/users/{id}", tag = "access", operation_id = "change_user", request_body = UserInput,
    params(("id" = String, Path)), extensions(("x-permission" = json!("access.manage"))),
    responses((status = 200, body = MemberView), (status = "default", body = ProblemBody))
)]
pub async fn change_user(
    ctx: Ctx,
    PathId(user): PathId<User>,
    JsonBody(input): JsonBody<UserInput>,
) -> HttpResult<Json<MemberView>> {
    let change = change_of(input).await.map_err(|error| ctx.problem(error))?;
    let member = administer(&ctx, "access.change_user", move |tx, meta| {
        access::change_user(tx, meta.company.id, meta.user, user, &change)?;
        Ok((access::member(tx, meta.company.id, user)?, ("user", user.raw())))
    })
    .await?;
    Ok(Json(member.into()))
}

async fn change_of(input: UserInput) -> db::Result<access::UserChange> {
    let role = input.role.as_deref().map(role_named).transpose()?;
    let name = input
        .name
        .as_deref()
        .map(|name| access::checked_name(name, "name"))
        .transpose()?;
    let password_hash = match input.password {
        Some(password) => {
            access::checked_password(&password)?;
            Some(heavy(move || access::password::hash(&password)).await??)
        }
        None => None,
    };
    Ok(access::UserChange {
        name,
        language: input.language,
        active: input.active,
        password_hash,
        role,
    })
}
