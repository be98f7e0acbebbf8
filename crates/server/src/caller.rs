use std::net::IpAddr;
use std::sync::Arc;

use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::{Instant, Refusal};
use i18n::Lang;
use kit::Problem;

/// An answer that ends the handling of a request before its handler does.
pub struct Stop(Box<Response>);

impl IntoResponse for Stop {
    fn into_response(self) -> Response {
        *self.0
    }
}
impl From<Response> for Stop {
    fn from(response: Response) -> Stop {
        Stop(Box::new(response))
    }
}

/// Who calls, as far as it is known; every API handler finds one.
#[derive(Clone)]
pub struct Caller {
    pub session: Option<Arc<access::Session>>,
    pub lang: Lang,
    pub now: Instant,
    pub address: Option<IpAddr>,
    /// The browser speaks HTTPS.
    pub is_secure: bool,
    /// The person sits at this machine.
    pub is_local: bool,
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Stop;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Caller, Stop> {
        let caller = parts.extensions.get::<Caller>().cloned();
        caller.ok_or_else(|| refused(&Refusal::not_found("kit.not_found"), lang_of(&parts.headers)))
    }
}

impl Caller {
    /// The session behind a route that demands one.
    pub fn signed_in(&self) -> Result<Arc<access::Session>, Stop> {
        self.session.clone().ok_or_else(|| signed_out(self.lang))
    }
}

/// The language that a stranger asks for.
pub fn lang_of(headers: &HeaderMap) -> Lang {
    let asked = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    Lang::from_accept_language(asked.unwrap_or_default())
}

pub fn refused(refusal: &Refusal, lang: Lang) -> Stop {
    Problem::refused(refusal, lang).into_response().into()
}

/// A refusal with a status of its own: who somebody is (401), how large a body is (413).
pub fn refused_as(status: StatusCode, refusal: &Refusal, lang: Lang) -> Stop {
    let mut body = Problem::refused(refusal, lang).body().clone();
    body.status = status.as_u16();
    let mut response = (status, Json(body)).into_response();
    let kind = HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response.into()
}

/// 401: nobody is signed in.
pub fn signed_out(lang: Lang) -> Stop {
    let refusal = Refusal::new(base::Kind::Forbidden, "access.session_required");
    refused_as(StatusCode::UNAUTHORIZED, &refusal, lang)
}

pub const PLAIN_COOKIE: &str = "settlebook_session";
pub const SECURE_COOKIE: &str = "__Host-settlebook_session";

/// The session's token in the cookie that fits the connection.
pub fn token_in(headers: &HeaderMap, is_secure: bool) -> Option<&str> {
    let wanted = if is_secure { SECURE_COOKIE } else { PLAIN_COOKIE };
    let lines = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok());
    let mut pairs = lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == wanted).map(|(_, token)| token)
}

/// The header that gives the browser its token, or takes it away where `token` is empty.
pub fn cookie(token: &str, is_secure: bool) -> HeaderValue {
    let (name, secure) = if is_secure {
        (SECURE_COOKIE, "; Secure")
    } else {
        (PLAIN_COOKIE, "")
    };
    let age = if token.is_empty() {
        0
    } else {
        access::SESSION_SECONDS
    };
    let text = format!("{name}={token}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_fits_the_connection() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::COOKIE,
            "a=b; settlebook_session=plain; __Host-settlebook_session=tls"
                .parse()
                .unwrap(),
        );
        assert_eq!(token_in(&headers, false), Some("plain"));
        assert_eq!(token_in(&headers, true), Some("tls"));
        assert_eq!(
            cookie("t", true),
            "__Host-settlebook_session=t; Path=/; Max-Age=43200; HttpOnly; SameSite=Lax; Secure"
        );
        assert_eq!(
            cookie("", false),
            "settlebook_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"
        );
    }
}
