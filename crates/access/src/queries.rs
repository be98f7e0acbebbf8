use base::{CompanyId, Currency, Day, Instant, Refusal, UserId, Zone};
use db::{Result, SystemTx, p};
use i18n::Lang;

use crate::types::{Company, Credentials, DemoLogin, LockChange, Member, Membership, Role, Session};
use crate::{rules, store};

type CompanyRow = (CompanyId, String, String, String, String, String, Option<Day>);

fn read_company(row: CompanyRow) -> Result<Company> {
    let (id, code, name, currency, zone, language, lock_date) = row;
    let known = Currency::named(&currency)
        .zip(Zone::named(&zone))
        .zip(Lang::parse(&language));
    let Some(((currency, zone), language)) = known else {
        let message =
            format!("company {code}: unknown currency {currency}, zone {zone} or language {language}");
        return Err(db::Error::fault(message));
    };
    Ok(Company {
        id,
        code,
        name,
        currency,
        zone,
        language,
        lock_date,
    })
}

fn read_role(role: &str) -> Result<Role> {
    Role::parse(role).ok_or_else(|| db::Error::fault(format!("unknown role {role:?}")))
}

fn read_lang(code: &str) -> Result<Lang> {
    Lang::parse(code).ok_or_else(|| db::Error::fault(format!("unknown language {code:?}")))
}

/// Whether there is any company yet.
pub fn installed(tx: &mut SystemTx<'_>) -> Result<bool> {
    Ok(tx.one::<i64>(store::COUNT_COMPANIES, p![])? > 0)
}

/// Refused when there is no such company.
pub fn company(tx: &mut SystemTx<'_>, id: CompanyId) -> Result<Company> {
    let row = tx.opt(store::COMPANY, p![id])?;
    read_company(row.ok_or_else(|| Refusal::not_found("access.company_not_found").with("code", id))?)
}

/// The latest hundred changes of a company's lock date, newest first.
pub fn lock_changes(tx: &mut SystemTx<'_>, id: CompanyId) -> Result<Vec<LockChange>> {
    tx.each(store::LOCKS, p![id], |row| {
        Ok(LockChange {
            lock_date: row.get(0)?,
            before: row.get(1)?,
            reason: row.get(2)?,
            set_at: row.get(3)?,
            set_by: row.get(4)?,
            set_by_name: row.get(5)?,
        })
    })
}

pub fn company_by_code(tx: &mut SystemTx<'_>, code: &str) -> Result<Option<Company>> {
    tx.opt(store::COMPANY_BY_CODE, p![code])?
        .map(read_company)
        .transpose()
}

/// As [`company_by_code`]; refused when there is none.
pub fn company_named(tx: &mut SystemTx<'_>, code: &str) -> Result<Company> {
    let found = company_by_code(tx, code)?;
    found.ok_or_else(|| {
        Refusal::not_found("access.company_not_found")
            .with("code", code)
            .into()
    })
}

/// Every company by code.
pub fn companies(tx: &mut SystemTx<'_>) -> Result<Vec<Company>> {
    tx.all(store::COMPANIES, p![])?
        .into_iter()
        .map(read_company)
        .collect()
}

type CredentialsRow = (UserId, String, String, bool);

fn read_credentials((user, login, password_hash, active): CredentialsRow) -> Credentials {
    Credentials {
        user,
        login,
        password_hash,
        active,
    }
}

/// What login needs of the user with this login, if there is one.
pub fn credentials(tx: &mut SystemTx<'_>, login: &str) -> Result<Option<Credentials>> {
    let row = tx.opt(store::CREDENTIALS, p![rules::fold_login(login)])?;
    Ok(row.map(read_credentials))
}

pub fn credentials_of(tx: &mut SystemTx<'_>, user: UserId) -> Result<Credentials> {
    tx.one(store::CREDENTIALS_OF, p![user]).map(read_credentials)
}

type MemberRow = (UserId, String, String, String, bool, String);

fn read_member((id, login, name, language, active, role): MemberRow) -> Result<Member> {
    Ok(Member {
        id,
        login,
        name,
        language: read_lang(&language)?,
        active,
        role: read_role(&role)?,
    })
}

/// The users of a company, disabled ones too.
pub fn members(tx: &mut SystemTx<'_>, company: CompanyId) -> Result<Vec<Member>> {
    tx.all(store::MEMBERS, p![company])?
        .into_iter()
        .map(read_member)
        .collect()
}

/// [`members`], for a slice that holds no system transaction.
pub async fn members_of(db: &db::Db, company: CompanyId) -> Result<Vec<Member>> {
    db.system_read(move |tx| members(tx, company)).await
}

/// Refused when the user does not belong to the company.
pub fn member(tx: &mut SystemTx<'_>, company: CompanyId, user: UserId) -> Result<Member> {
    let row = tx.opt(store::MEMBER, p![company, user])?;
    read_member(row.ok_or_else(|| Refusal::not_found("access.user_not_found"))?)
}

/// Refused, on `field`, when the user does not belong to the transaction's company.
pub fn require_member(tx: &mut db::Tx<'_>, user: UserId, field: &str) -> Result<()> {
    let row: Option<MemberRow> = tx.opt(store::MEMBER, p![user])?;
    row.map(|_| ())
        .ok_or_else(|| Refusal::invalid("access.not_a_member").on(field).into())
}

/// The companies that a user may choose.
pub fn memberships(tx: &mut SystemTx<'_>, user: UserId) -> Result<Vec<Membership>> {
    let rows: Vec<(CompanyId, String, String, String)> = tx.all(store::MEMBERSHIPS, p![user])?;
    let read = |(id, code, name, role): (_, _, _, String)| {
        Ok(Membership {
            id,
            code,
            name,
            role: read_role(&role)?,
        })
    };
    rows.into_iter().map(read).collect()
}

/// Every active login with its role, for the login page of a demo.
pub fn demo_logins(tx: &mut SystemTx<'_>) -> Result<Vec<DemoLogin>> {
    let rows: Vec<(String, String, String)> = tx.all(store::DEMO_LOGINS, p![])?;
    rows.into_iter()
        .map(|(login, name, role)| {
            Ok(DemoLogin {
                login,
                name,
                role: read_role(&role)?,
            })
        })
        .collect()
}

/// The live session behind a token's digest: neither idle for too long nor over, its user active.
pub fn session(tx: &mut SystemTx<'_>, token_hash: &str, now: Instant) -> Result<Option<Session>> {
    let read = |row: &db::Row<'_>| {
        let language: String = row.get(5)?;
        let role: Option<String> = row.get(8)?;
        let member_of = match role {
            Some(role) => {
                let company = (
                    row.get(9)?,
                    row.get(10)?,
                    row.get(11)?,
                    row.get(12)?,
                    row.get(13)?,
                );
                let (id, code, name, currency, zone) = company;
                let company = read_company((id, code, name, currency, zone, row.get(14)?, row.get(15)?))?;
                Some((company, read_role(&role)?))
            }
            None => None,
        };
        let session = Session {
            token_hash: row.get(0)?,
            csrf_token: row.get(1)?,
            user: row.get(2)?,
            login: row.get(3)?,
            name: row.get(4)?,
            language: read_lang(&language)?,
            seen_at: row.get(6)?,
            member_of,
        };
        Ok((session, row.get::<Instant>(7)?))
    };
    let found = tx.each(store::SESSION, p![token_hash], read)?.pop();
    Ok(found
        .filter(|(session, ends)| rules::is_live(session.seen_at, *ends, now))
        .map(|(session, _)| session))
}
