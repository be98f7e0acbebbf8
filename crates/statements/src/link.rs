//! Share links. The token is the HMAC-SHA-256 of a random nonce under a key that lives outside the
//! database; the database keeps the nonce and the token's SHA-256. So a link can be shown and printed
//! again, while a stolen database opens nothing. A visit exchanges the token for a ticket: a cookie
//! that holds for half an hour and names the link by the same digest, sealed under the same key.

use base::{CompanyId, Instant, Refusal};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use db::{Db, Tx, p};
use hmac::{Hmac, KeyInit, Mac};
use kit::Meta;
use sha2::{Digest, Sha256};

use crate::facets;
use crate::store;
use crate::types::{LinkId, StatementId, StatementState};

db::statements! {
    INSERT = "INSERT INTO statements_link (company_id, id, statement_id, nonce, token_hash, created_at, \
        created_by, \
        expires_at, revoked_at, views, last_viewed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL, 0, \
        NULL)";
    GET = "SELECT id, nonce, created_at, expires_at, revoked_at, views, last_viewed_at \
        FROM statements_link WHERE company_id = $1 AND id = $2";
    // A link opens the versions of one number.
    OF_STATEMENT = "SELECT k.id, k.nonce, k.created_at, k.expires_at, k.revoked_at, k.views, k.last_viewed_at \
        FROM statements_statement s JOIN statements_statement v ON v.company_id = s.company_id AND v.seq = s.seq \
        JOIN statements_link k ON k.company_id = v.company_id AND k.statement_id = v.id \
        WHERE s.company_id = $1 AND s.id = $2 ORDER BY k.id";
    REVOKE = "UPDATE statements_link SET revoked_at = $3 WHERE company_id = $1 AND id = $2 AND revoked_at \
        IS NULL";
    INSERT_VIEW = "INSERT INTO statements_view (company_id, id, link_id, statement_id, at, address, agent) \
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    COUNT_VIEW = "UPDATE statements_link SET views = views + 1, last_viewed_at = $3 \
        WHERE company_id = $1 AND id = $2";
    VIEWS = "SELECT w.link_id, w.at, w.address, w.agent \
        FROM statements_statement s JOIN statements_statement v ON v.company_id = s.company_id AND v.seq = s.seq \
        JOIN statements_view w ON w.company_id = v.company_id AND w.statement_id = v.id \
        WHERE s.company_id = $1 AND s.id = $2 ORDER BY w.id DESC LIMIT 200";
}

mod system {
    db::statements! {
        pub FIND = "SELECT company_id, id, statement_id, expires_at, revoked_at FROM statements_link \
            WHERE token_hash = $1";
    }
}
/// The look-up of a link belongs to no company: who opens it has none.
pub const SYSTEM_STATEMENTS: &[db::Sql] = system::STATEMENTS;

/// How long a link works unless said otherwise, and at most.
pub const DEFAULT_DAYS: i64 = 90;
pub const MOST_DAYS: i64 = 400;
/// How long a visit lasts.
pub const TICKET_SECONDS: i64 = 30 * 60;

/// A link as stored.
#[derive(Clone, Debug)]
pub struct LinkRow {
    pub id: LinkId,
    pub nonce: String,
    pub created_at: Instant,
    pub expires_at: Instant,
    pub revoked_at: Option<Instant>,
    pub views: i64,
    pub last_viewed_at: Option<Instant>,
}

db::from_row! { LinkRow {
    id, nonce, created_at, expires_at, revoked_at, views, last_viewed_at
} }

/// One visit.
#[derive(Clone, Debug)]
pub struct ViewRow {
    pub link: LinkId,
    pub at: Instant,
    pub address: String,
    pub agent: String,
}

db::from_row! { ViewRow { link, at, address, agent } }

type Seal = Hmac<Sha256>;

fn seal(key: &[u8; 32], parts: &[&[u8]]) -> Seal {
    let mut seal =
        <Seal as KeyInit>::new_from_slice(key).unwrap_or_else(|_| unreachable!("HMAC takes any key"));
    for part in parts {
        seal.update(part);
    }
    seal
}

/// The token of a nonce: 43 letters that only the holder of the key can make.
pub fn token(key: &[u8; 32], nonce: &str) -> String {
    URL_SAFE_NO_PAD.encode(seal(key, &[b"link", nonce.as_bytes()]).finalize().into_bytes())
}

/// What the database knows of a token.
pub fn digest(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes()))
}

/// A new nonce; the only chance in this slice, drawn outside of any transaction.
pub fn nonce() -> Result<String, getrandom::Error> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// A ticket for the link with this digest, good until `expires`.
pub fn ticket(key: &[u8; 32], digest: &str, expires: Instant) -> String {
    let until = expires.micros().to_string();
    let mac = seal(key, &[b"visit", digest.as_bytes(), b"/", until.as_bytes()])
        .finalize()
        .into_bytes();
    format!("{digest}.{until}.{}", URL_SAFE_NO_PAD.encode(mac))
}

/// The digest of the link that a ticket was made for, while it is good.
pub fn read_ticket<'t>(key: &[u8; 32], ticket: &'t str, now: Instant) -> Option<&'t str> {
    let mut parts = ticket.split('.');
    let (digest, until, mac) = (parts.next()?, parts.next()?, parts.next()?);
    let expires = Instant::from_micros(until.parse().ok()?);
    let mac = URL_SAFE_NO_PAD.decode(mac).ok()?;
    let expected = seal(key, &[b"visit", digest.as_bytes(), b"/", until.as_bytes()]);
    let genuine = expected.verify_slice(&mac).is_ok() && parts.next().is_none();
    (genuine && now < expires).then_some(digest)
}

/// Shares a statement: a new link under a nonce that the caller drew.
///
/// # Errors
/// `statements.statement_not_found`, `statements.not_live`, `statements.link_days`.
pub fn create(
    tx: &mut Tx<'_>,
    meta: &Meta,
    statement: StatementId,
    (nonce, digest): (&str, &str),
    days: i64,
) -> db::Result<LinkRow> {
    if !(1..=MOST_DAYS).contains(&days) {
        return Err(Refusal::invalid("statements.link_days")
            .on("days")
            .with("most", MOST_DAYS)
            .into());
    }
    let row = store::lock_statement(tx, statement)?;
    if row.state != StatementState::Issued {
        return Err(Refusal::rule("statements.not_live").with("no", row.no).into());
    }
    let id = tx.next_id();
    let expires_at = meta.now.plus_seconds(days * 86_400);
    tx.push(
        INSERT,
        p![id, statement, nonce, digest, meta.now, meta.user, expires_at],
    )?;
    let nonce = nonce.to_owned();
    let (revoked_at, last_viewed_at) = (None, None);
    Ok(LinkRow {
        id,
        nonce,
        created_at: meta.now,
        expires_at,
        revoked_at,
        views: 0,
        last_viewed_at,
    })
}

/// As [`create`], from a nonce alone; answers the link.
pub fn share(
    tx: &mut Tx<'_>,
    meta: &Meta,
    statement: StatementId,
    key: &[u8; 32],
    nonce: &str,
    days: i64,
) -> db::Result<LinkId> {
    let digest = digest(&token(key, nonce));
    create(tx, meta, statement, (nonce, &digest), days).map(|row| row.id)
}

/// # Errors
/// `statements.link_not_found`.
pub fn get(tx: &mut Tx<'_>, id: LinkId) -> db::Result<LinkRow> {
    tx.opt(GET, p![id])?
        .ok_or_else(|| Refusal::not_found("statements.link_not_found").into())
}

pub fn of_statement(tx: &mut Tx<'_>, statement: StatementId) -> db::Result<Vec<LinkRow>> {
    tx.all(OF_STATEMENT, p![statement])
}

/// The link opens nothing from now on. Revoking twice is the same as once.
pub fn revoke(tx: &mut Tx<'_>, meta: &Meta, id: LinkId) -> db::Result<()> {
    get(tx, id)?;
    tx.push(REVOKE, p![id, meta.now])
}

pub fn views(tx: &mut Tx<'_>, statement: StatementId) -> db::Result<Vec<ViewRow>> {
    tx.all(VIEWS, p![statement])
}

/// What a digest opens.
#[derive(Clone, Copy, Debug)]
pub struct Opened {
    pub company: CompanyId,
    pub link: LinkId,
    pub statement: StatementId,
}

/// Looks a link up by its token's digest: nothing if it is unknown, expired or revoked, and the caller
/// cannot tell which.
pub async fn find(db: &Db, digest: &str, now: Instant) -> db::Result<Option<Opened>> {
    let digest = digest.to_owned();
    type Found = (CompanyId, LinkId, StatementId, Instant, Option<Instant>);
    let found: Option<Found> = db
        .system_read(move |tx| tx.opt(system::FIND, p![&digest]))
        .await?;
    Ok(found.and_then(|(company, link, statement, expires, revoked)| {
        let open = now < expires && revoked.is_none();
        open.then_some(Opened {
            company,
            link,
            statement,
        })
    }))
}

/// The company of an opened link: its name, zone and language are on the page.
pub async fn company(db: &Db, id: CompanyId) -> db::Result<access::Company> {
    db.system_read(move |tx| access::company(tx, id)).await
}

/// Notes a visit: who came from where, and that the statement was seen.
pub fn record_view(
    tx: &mut Tx<'_>,
    opened: Opened,
    (at, today): (Instant, base::Day),
    address: &str,
    agent: &str,
) -> db::Result<()> {
    let id = tx.next_id::<ViewRow>();
    tx.push(
        INSERT_VIEW,
        p![id, opened.link, opened.statement, at, address, agent],
    )?;
    tx.push(COUNT_VIEW, p![opened.link, at])?;
    facets::seen(tx, opened.statement, opened.link, at, today)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_need_the_key_and_tickets_end() {
        let (key, other) = ([7_u8; 32], [8_u8; 32]);
        let made = token(&key, "nonce");
        assert_eq!(made.len(), 43);
        assert_eq!(made, token(&key, "nonce"));
        assert_ne!(made, token(&other, "nonce"));
        let digest = digest(&made);
        let now = Instant::from_micros(1_000_000);
        let good = ticket(&key, &digest, now.plus_seconds(60));
        assert_eq!(read_ticket(&key, &good, now), Some(digest.as_str()));
        assert_eq!(read_ticket(&other, &good, now), None);
        assert_eq!(read_ticket(&key, &good, now.plus_seconds(60)), None);
        let longer = good.replacen(&now.plus_seconds(60).micros().to_string(), "99999999999999", 1);
        assert_eq!(read_ticket(&key, &longer, now), None);
        assert_eq!(read_ticket(&key, "a.b", now), None);
    }
}
