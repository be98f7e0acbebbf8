use base::{CompanyId, Day, Instant, Refusal, UserId};
use db::{Result, SystemTx, p};
use i18n::Lang;

use crate::rules::{self, Throttle};
use crate::types::{CompanyChange, NewCompany, NewSession, NewUser, Role, UserChange};
use crate::{queries, store};

/// The first company with its owner. Once there is a company, the act does not exist any more.
pub fn install(
    tx: &mut SystemTx<'_>,
    now: Instant,
    company: &NewCompany,
    owner: &NewUser,
) -> Result<(CompanyId, UserId)> {
    if queries::installed(tx)? {
        return Err(Refusal::not_found("kit.not_found").into());
    }
    let user = new_user(tx, now, owner)?;
    Ok((add_company(tx, now, company, user)?, user))
}

/// One more set of books; `owner` becomes its owner.
pub fn add_company(
    tx: &mut SystemTx<'_>,
    now: Instant,
    new: &NewCompany,
    owner: UserId,
) -> Result<CompanyId> {
    if queries::company_by_code(tx, &new.code)?.is_some() {
        return Err(Refusal::conflict("access.code_taken")
            .on("code")
            .with("code", &new.code)
            .into());
    }
    let id: CompanyId = tx.next_id();
    let language = new.language.code();
    let (currency, zone) = (new.currency, new.zone.name());
    tx.push(
        store::INSERT_COMPANY,
        p![id, &new.code, &new.name, currency, zone, language, now],
    )?;
    tx.push(store::INSERT_MEMBERSHIP, p![id, owner, Role::Owner.as_str()])?;
    Ok(id)
}

pub fn change_company(tx: &mut SystemTx<'_>, id: CompanyId, change: &CompanyChange) -> Result<()> {
    let (zone, language) = (change.zone.name(), change.language.code());
    tx.push(store::UPDATE_COMPANY, p![id, &change.name, zone, language])
}

/// Sets the day up to which nothing may be posted any more, and records who did it and why. Takes the
/// company's turn to write first, so that every money act is decided either before it or under it.
///
/// # Errors
/// `access.lock_date_in_future`; `access.lock_reason_required` when what was locked is opened again.
pub fn set_lock_date(
    tx: &mut SystemTx<'_>,
    id: CompanyId,
    by: UserId,
    (now, today): (Instant, Day),
    lock_date: Option<Day>,
    reason: &str,
) -> Result<()> {
    tx.in_company(id)?;
    let before = queries::company(tx, id)?.lock_date;
    let reason = rules::lock_change(before, lock_date, today, reason)?;
    if lock_date == before {
        return Ok(());
    }
    tx.push(store::SET_LOCK_DATE, p![id, lock_date])?;
    tx.push(store::INSERT_LOCK, p![id, lock_date, before, reason, now, by])
}

/// A user who belongs to no company yet. A login that exists is a fault: ask before.
pub fn new_user(tx: &mut SystemTx<'_>, now: Instant, new: &NewUser) -> Result<UserId> {
    let id: UserId = tx.next_id();
    let (hash, language) = (&new.password_hash, new.language.code());
    tx.push(
        store::INSERT_USER,
        p![id, &new.login, &new.name, hash, language, now],
    )?;
    Ok(id)
}

/// A new user with a role in a company, or, where `actor` owns every company of the user with that login,
/// that user with a role in one more.
pub fn add_user(
    tx: &mut SystemTx<'_>,
    now: Instant,
    company: CompanyId,
    actor: UserId,
    new: &NewUser,
    role: Role,
) -> Result<UserId> {
    let user = match queries::credentials(tx, &new.login)? {
        None => new_user(tx, now, new)?,
        Some(known) => {
            let member = tx
                .opt::<UserId>(store::MEMBER, p![company, known.user])?
                .is_some();
            if member || !owns_all_of(tx, actor, known.user)? {
                return Err(Refusal::conflict("access.login_taken")
                    .on("login")
                    .with("login", &new.login)
                    .into());
            }
            known.user
        }
    };
    tx.push(store::INSERT_MEMBERSHIP, p![company, user, role.as_str()])?;
    Ok(user)
}

/// Whether `actor` owns every company that `user` belongs to.
fn owns_all_of(tx: &mut SystemTx<'_>, actor: UserId, user: UserId) -> Result<bool> {
    Ok(tx.one::<i64>(store::NOT_OWNED_BY, p![user, actor])? == 0)
}

/// Changes a member of a company. A role belongs to the company; all else belongs to the user, and so only to
/// who owns all of the user's companies. The last active owner stays one.
pub fn change_user(
    tx: &mut SystemTx<'_>,
    company: CompanyId,
    actor: UserId,
    user: UserId,
    change: &UserChange,
) -> Result<()> {
    let before = queries::member(tx, company, user)?;
    let is_personal = change.name.as_ref().is_some_and(|name| *name != before.name)
        || change
            .language
            .is_some_and(|language| language != before.language)
        || change.active.is_some_and(|active| active != before.active)
        || change.password_hash.is_some();
    if is_personal && !owns_all_of(tx, actor, user)? {
        return Err(Refusal::rule("access.user_shared").into());
    }
    if change.active == Some(false) && user == actor {
        return Err(Refusal::rule("access.not_yourself").on("active").into());
    }
    if let Some(name) = &change.name {
        tx.exec(store::SET_NAME, p![user, name])?;
    }
    if let Some(language) = change.language {
        tx.exec(store::SET_LANGUAGE, p![user, language.code()])?;
    }
    if let Some(role) = change.role {
        tx.exec(store::SET_ROLE, p![company, user, role.as_str()])?;
    }
    if let Some(active) = change.active {
        tx.exec(store::SET_ACTIVE, p![user, active])?;
    }
    if let Some(hash) = &change.password_hash {
        tx.exec(store::SET_PASSWORD, p![user, hash])?;
    }
    if change.password_hash.is_some() || change.active == Some(false) {
        tx.exec(store::CLOSE_OTHER_SESSIONS, p![user, ""])?;
    }
    if tx.one::<i64>(store::ACTIVE_OWNERS, p![company])? == 0 {
        return Err(Refusal::rule("access.last_owner").on("role").into());
    }
    Ok(())
}

/// The user's own new password. Every other session of the user ends; `token_hash` names the one that stays.
pub fn change_password(tx: &mut SystemTx<'_>, user: UserId, hash: &str, token_hash: &str) -> Result<()> {
    tx.push(store::SET_PASSWORD, p![user, hash])?;
    tx.push(store::CLOSE_OTHER_SESSIONS, p![user, token_hash])
}

pub fn set_language(tx: &mut SystemTx<'_>, user: UserId, language: Lang) -> Result<()> {
    tx.push(store::SET_LANGUAGE, p![user, language.code()])
}

/// Counts an attempt under every key before the password is looked at; refused while one of them is blocked.
/// Keys are `<what>:<whom>`, see [`rules::Throttle`].
pub fn attempt(tx: &mut SystemTx<'_>, now: Instant, keys: &[String]) -> Result<()> {
    tx.exec(
        store::FORGET_THROTTLES,
        p![now.plus_seconds(-rules::THROTTLE_MEMORY_SECONDS)],
    )?;
    let mut counted = Vec::with_capacity(keys.len());
    for key in keys {
        let row: Option<(i64, Instant, Option<Instant>)> = tx.lock(store::THROTTLE, p![key])?;
        let state = row.map(|(failures, since, blocked_until)| Throttle {
            failures,
            since,
            blocked_until,
        });
        counted.push(rules::count_attempt(state, rules::free_attempts(key), now)?);
    }
    for (key, state) in keys.iter().zip(counted) {
        tx.push(
            store::SET_THROTTLE,
            p![key, state.failures, state.since, state.blocked_until],
        )?;
    }
    Ok(())
}

/// The attempt succeeded: the first key (the login) starts afresh, the others get their attempt back.
pub fn succeed(tx: &mut SystemTx<'_>, keys: &[String]) -> Result<()> {
    for (index, key) in keys.iter().enumerate() {
        let statement = if index == 0 {
            store::CLEAR_THROTTLE
        } else {
            store::FORGIVE_THROTTLE
        };
        tx.push(statement, p![key])?;
    }
    Ok(())
}

/// Opens a session in the first of the user's companies.
pub fn open_session(tx: &mut SystemTx<'_>, now: Instant, new: &NewSession) -> Result<()> {
    let company = queries::memberships(tx, new.user)?
        .first()
        .map(|membership| membership.id);
    tx.push(store::CLOSE_EXPIRED, p![now])?;
    let ends = now.plus_seconds(rules::SESSION_SECONDS);
    tx.push(
        store::INSERT_SESSION,
        p![&new.token_hash, new.user, company, &new.csrf_token, now, ends],
    )
}

/// Notes that the session is in use.
pub fn touch_session(tx: &mut SystemTx<'_>, token_hash: &str, now: Instant) -> Result<()> {
    tx.push(store::TOUCH_SESSION, p![token_hash, now])
}

/// Moves the session to another company of its user; one that is not theirs does not exist for them.
pub fn choose_company(
    tx: &mut SystemTx<'_>,
    token_hash: &str,
    user: UserId,
    company: CompanyId,
) -> Result<()> {
    if !queries::memberships(tx, user)?
        .iter()
        .any(|membership| membership.id == company)
    {
        return Err(Refusal::not_found("access.company_not_found")
            .with("code", company)
            .into());
    }
    tx.push(store::CHOOSE_COMPANY, p![token_hash, company])
}

pub fn close_session(tx: &mut SystemTx<'_>, token_hash: &str) -> Result<()> {
    tx.push(store::CLOSE_SESSION, p![token_hash])
}
