use std::path::PathBuf;
use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use base::{Id, Instant, Refusal};
use db::Db;
use i18n::Lang;
use serde::de::DeserializeOwned;

use crate::{Ctx, Problem};

/// The clock as an argument: tests turn it.
pub type Clock = Arc<dyn Fn() -> Instant + Send + Sync>;

/// What one running program holds.
pub struct App {
    pub db: Db,
    pub clock: Clock,
    /// Key of share links; it lives outside the database.
    pub link_key: [u8; 32],
    /// How customers reach this program, for links; `None`: from the request's own address.
    pub public_url: Option<String>,
    /// A demo company offers its logins on the login page.
    pub demo: bool,
    /// Where uploads and rejected rows are kept.
    pub data_dir: PathBuf,
}

/// [`App`], shared by every handler.
pub type AppState = Arc<App>;

impl<S: Send + Sync> FromRequestParts<S> for Ctx {
    type Rejection = Problem;

    /// The server's policy has authenticated and authorised the call and left the context here.
    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Ctx, Problem> {
        let missing = || Problem::new(Refusal::not_found("kit.not_found").into(), lang_of(parts));
        parts.extensions.get::<Ctx>().cloned().ok_or_else(missing)
    }
}

fn lang_of(parts: &Parts) -> Lang {
    if let Some(ctx) = parts.extensions.get::<Ctx>() {
        return ctx.lang;
    }
    let header = parts.headers.get(axum::http::header::ACCEPT_LANGUAGE);
    Lang::from_accept_language(header.and_then(|value| value.to_str().ok()).unwrap_or_default())
}

/// A JSON body read into `T`; what does not fit is refused in the caller's language, naming the
/// place and what the reader said.
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<JsonBody<T>, Problem> {
        let (parts, body) = request.into_parts();
        let lang = lang_of(&parts);
        let unreadable = |detail: String| {
            Problem::new(
                Refusal::invalid("kit.unreadable_body")
                    .with("detail", detail)
                    .into(),
                lang,
            )
        };
        let request = Request::from_parts(parts, body);
        let bytes = axum::body::Bytes::from_request(request, state)
            .await
            .map_err(|error| unreadable(error.to_string()))?;
        serde_json::from_slice(&bytes)
            .map(JsonBody)
            .map_err(|error| unreadable(error.to_string()))
    }
}

/// The `{id}` of a path. What is no identity is answered as any identity that does not exist.
pub struct PathId<T>(pub Id<T>);

impl<T: 'static, S: Send + Sync> FromRequestParts<S> for PathId<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<PathId<T>, Problem> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        let id = path.ok().and_then(|Path(text)| text.parse().ok());
        let missing = || Problem::new(Refusal::not_found("kit.not_found").into(), lang_of(parts));
        id.map(PathId).ok_or_else(missing)
    }
}
