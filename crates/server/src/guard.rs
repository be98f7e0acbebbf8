//! The one way into the API: who is it, may they, and only then what do they send.

use std::net::SocketAddr;
use std::sync::Arc;

use access::Session;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base::{Kind, Refusal};
use i18n::Lang;
use kit::{AppState, Ctx, Problem};
use sha2::{Digest, Sha256};

use crate::caller::{Caller, Stop, lang_of, refused, refused_as, signed_out, token_in};
use crate::policy::{Need, Policy, Rule};
use crate::site::{Site, is_local};

/// What the guard knows.
pub struct Guard {
    pub app: AppState,
    pub site: Arc<Site>,
    pub policy: Policy,
}

/// A session's last use is noted at most this often: a click need not cost a write.
const TOUCH_SECONDS: i64 = 300;
const KEY_LONGEST: usize = 200;
const REASON_LONGEST: usize = 4096;

pub async fn guard(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    let mut response = match guard.pass(request).await {
        Ok(request) => {
            let lang = request.extensions().get::<Caller>().map(|caller| caller.lang);
            as_problem(next.run(request).await, lang.unwrap_or_default()).await
        }
        Err(stop) => stop.into_response(),
    };
    let headers = response.headers_mut();
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// What a reader of paths and queries refuses in plain text becomes a problem like any other.
async fn as_problem(response: Response, lang: Lang) -> Response {
    let kind = response.headers().get(header::CONTENT_TYPE);
    let is_plain = kind.is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if !response.status().is_client_error() || !is_plain {
        return response;
    }
    let status = response.status();
    let text = axum::body::to_bytes(response.into_body(), REASON_LONGEST)
        .await
        .unwrap_or_default();
    let detail = String::from_utf8_lossy(&text);
    let refusal = Refusal::invalid("kit.unreadable_body").with("detail", detail);
    refused_as(status, &refusal, lang).into_response()
}

impl Guard {
    /// Leaves the context in the request, or answers what is wrong with it.
    async fn pass(&self, request: Request) -> Result<Request, Stop> {
        let (mut parts, body) = request.into_parts();
        let stranger = lang_of(&parts.headers);
        let unknown = || refused(&Refusal::not_found("kit.not_found"), stranger);
        let path = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str);
        let rule = path
            .and_then(|path| self.policy.rule(&parts.method, path))
            .ok_or_else(unknown)?;
        let caller = self
            .identify(&parts)
            .await
            .map_err(|error| Problem::new(error, stranger).into_response())?;
        let session = caller.session.clone();
        if rule.need != Need::Public && session.is_none() {
            return Err(signed_out(caller.lang));
        }
        if !is_safe(&parts.method) {
            let trusted = if rule.need == Need::Public {
                None
            } else {
                session.as_deref()
            };
            check_origin(&parts.headers, trusted, caller.lang)?;
        }
        check_right(rule.need, session.as_deref(), caller.lang)?;
        let (body, fingerprint) = read_body(&parts, body, rule, caller.lang).await?;
        if let Some(ctx) = session.and_then(|session| self.context(&session, &caller, &parts, fingerprint)) {
            parts.extensions.insert(ctx);
        }
        parts.extensions.insert(caller);
        Ok(Request::from_parts(parts, body))
    }

    async fn identify(&self, parts: &Parts) -> db::Result<Caller> {
        let headers = &parts.headers;
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map(|info| info.0.ip());
        let address = self.site.address(peer, headers);
        let (is_secure, is_local) = (self.site.is_secure(headers), is_local(address, headers));
        let now = (self.app.clock)();
        let mut session = None;
        if let Some(token) = token_in(headers, is_secure) {
            let digest = access::token::digest(token);
            session = self
                .app
                .db
                .system_read(move |tx| access::session(tx, &digest, now))
                .await?
                .map(Arc::new);
        }
        if let Some(session) = &session
            && session.seen_at.plus_seconds(TOUCH_SECONDS) <= now
        {
            let token_hash = session.token_hash.clone();
            let noted = self
                .app
                .db
                .system_write(move |tx| access::touch_session(tx, &token_hash, now));
            tokio::spawn(async move {
                if let Err(error) = noted.await {
                    tracing::warn!(%error, "the use of a session was not noted");
                }
            });
        }
        let lang = session
            .as_ref()
            .map_or_else(|| lang_of(headers), |session| session.language);
        Ok(Caller {
            session,
            lang,
            now,
            address,
            is_secure,
            is_local,
        })
    }

    fn context(&self, session: &Session, caller: &Caller, parts: &Parts, fingerprint: String) -> Option<Ctx> {
        let (company, role) = session.member_of.clone()?;
        let key = parts
            .headers
            .get("idempotency-key")
            .and_then(|key| key.to_str().ok());
        let key = key.filter(|key| !key.is_empty() && key.len() <= KEY_LONGEST);
        Some(Ctx {
            app: self.app.clone(),
            db: self.app.db.clone(),
            company: Arc::new(company),
            user: session.user,
            user_name: session.name.clone(),
            role,
            lang: caller.lang,
            now: caller.now,
            idempotency_key: key.map(str::to_owned),
            fingerprint,
        })
    }
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

/// What changes something must come from our own pages, and, where a session speaks, carry its CSRF token.
fn check_origin(headers: &HeaderMap, session: Option<&Session>, lang: Lang) -> Result<(), Stop> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let is_own = match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => origin.split_once("://").map(|(_, host)| host) == text("host"),
        // No browser, no cookies of somebody else.
        (None, None) => true,
    };
    if !is_own {
        return Err(refused(&Refusal::new(Kind::Forbidden, "access.cross_site"), lang));
    }
    let sent = text("x-settlebook-csrf").unwrap_or_default();
    if session.is_some_and(|session| !access::token::same(sent, &session.csrf_token)) {
        return Err(refused(&Refusal::new(Kind::Forbidden, "access.csrf"), lang));
    }
    Ok(())
}

fn check_right(need: Need, session: Option<&Session>, lang: Lang) -> Result<(), Stop> {
    let Need::Permission(permission) = need else {
        return Ok(());
    };
    let role = session
        .and_then(|session| session.member_of.as_ref())
        .map(|(_, role)| *role);
    if role.is_some_and(|role| role.may(permission)) {
        return Ok(());
    }
    Err(refused(&Refusal::new(Kind::Forbidden, "kit.forbidden"), lang))
}

/// Reads the body of what changes something, so that a kept answer can be told from a new request: the digest
/// of method, path and body.
async fn read_body(parts: &Parts, body: Body, rule: Rule, lang: Lang) -> Result<(Body, String), Stop> {
    if is_safe(&parts.method) {
        return Ok((body, String::new()));
    }
    let bytes: Bytes = axum::body::to_bytes(body, rule.body_limit).await.map_err(|_| {
        let refusal = Refusal::invalid("kit.body_too_large").with("megabytes", rule.body_limit >> 20);
        refused_as(StatusCode::PAYLOAD_TOO_LARGE, &refusal, lang)
    })?;
    let target = parts.uri.path_and_query().map_or("", |target| target.as_str());
    let mut digest = Sha256::new();
    for part in [parts.method.as_str(), " ", target, "\n"] {
        digest.update(part.as_bytes());
    }
    digest.update(&bytes);
    let fingerprint = digest
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok((Body::from(bytes), fingerprint))
}
