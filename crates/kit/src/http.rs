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
        let request = Request::from_parts(parts, body);
        let bytes = axum::body::Bytes::from_request(request, state)
            .await
            .map_err(|error| Problem::new(unreadable(&error.to_string()).into(), lang))?;
        read_json(&bytes)
            .map(JsonBody)
            .map_err(|refusal| Problem::new(refusal.into(), lang))
    }
}

/// `T` from JSON. A refusal names the field, as `lines[2].quantity`, where the reader knows it.
fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let field = error.path().to_string();
        let refusal = unreadable(&error.inner().to_string());
        if field == "." { refusal } else { refusal.on(field) }
    })?;
    reader.end().map_err(|error| unreadable(&error.to_string()))?;
    Ok(value)
}

/// What a person types wrongly has its own words; the rest says what the reader said.
fn unreadable(detail: &str) -> Refusal {
    let said = detail.split(" at line ").next().unwrap_or(detail);
    let code = match said {
        "not a number" => "kit.not_a_number",
        "too many digits after the point" => "kit.too_many_digits",
        "too large" => "kit.number_too_large",
        _ if said.starts_with("invalid date") || said.starts_with("not a date") => "kit.not_a_date",
        _ => return Refusal::invalid("kit.unreadable_body").with("detail", detail),
    };
    Refusal::invalid(code)
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

#[cfg(test)]
mod tests {
    use base::{Day, Quantity};

    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Line {
        quantity: Quantity,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Document {
        date: Day,
        lines: Vec<Line>,
    }

    fn refused(text: &str) -> (&'static str, Option<String>) {
        let refusal = read_json::<Document>(text.as_bytes()).unwrap_err();
        (refusal.code, refusal.field)
    }

    #[test]
    fn a_refused_body_names_the_field() {
        let quantity = Some("lines[1].quantity".to_owned());
        let line = |text: &str| {
            format!(r#"{{"date":"2026-02-28","lines":[{{"quantity":"1"}},{{"quantity":"{text}"}}]}}"#)
        };
        assert_eq!(refused(&line("abc")), ("kit.not_a_number", quantity.clone()));
        assert_eq!(
            refused(&line("1.12345678901")),
            ("kit.too_many_digits", quantity.clone())
        );
        assert_eq!(
            refused(&line("99999999999999999999")),
            ("kit.number_too_large", quantity)
        );
        let date = Some("date".to_owned());
        assert_eq!(
            refused(r#"{"date":"2026-02-31","lines":[]}"#),
            ("kit.not_a_date", date.clone())
        );
        assert_eq!(
            refused(r#"{"date":"31/2/26","lines":[]}"#),
            ("kit.not_a_date", date)
        );
        assert_eq!(refused("{} {}").0, "kit.unreadable_body");
        assert_eq!(refused("{bad").0, "kit.unreadable_body");
    }
}
