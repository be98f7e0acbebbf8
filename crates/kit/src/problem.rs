use std::collections::BTreeMap;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use base::{Kind, Refusal};
use i18n::Lang;
use serde::{Deserialize, Serialize};

/// What a handler answers.
pub type Response<T> = Result<T, Problem>;

/// The body of every answer that is not a success (RFC 9457, `application/problem+json`).
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProblemBody {
    /// The HTTP status.
    pub status: u16,
    /// `<slice>.<reason>`: stable, for programs.
    pub code: String,
    /// What happened and what to do, in the caller's language.
    pub title: String,
    /// The input field it speaks of, as a path such as `lines[2].quantity`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The figures that the title names, exact.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, String>,
}

/// An answer that is not a success.
#[derive(Debug)]
pub struct Problem(ProblemBody);

impl Problem {
    /// A refusal keeps its code and figures; a fault is logged once, here, and answered with a
    /// constant text and an id to find it by.
    pub fn new(error: db::Error, lang: Lang) -> Problem {
        match error {
            db::Error::Refused(refused) => Problem::refused(&refused.refusal, lang),
            db::Error::Fault(fault) => Problem::fault(&fault, lang),
        }
    }

    pub fn refused(refusal: &Refusal, lang: Lang) -> Problem {
        let shown: Vec<(&str, String)> = refusal
            .params
            .iter()
            .map(|(name, value)| (*name, i18n::grouped(value)))
            .collect();
        let params = refusal
            .params
            .iter()
            .map(|(name, value)| (name.to_string(), value.clone()))
            .collect();
        Problem(ProblemBody {
            status: status_of(refusal.kind).as_u16(),
            code: refusal.code.to_owned(),
            title: i18n::format(lang, &format!("refusal.{}", refusal.code), &shown),
            field: refusal.field.clone(),
            params,
        })
    }

    fn fault(fault: &db::Fault, lang: Lang) -> Problem {
        let (status, code) = match fault.kind() {
            db::FaultKind::Full => (StatusCode::INSUFFICIENT_STORAGE, "kit.disk_full"),
            db::FaultKind::Busy | db::FaultKind::Lost => (StatusCode::SERVICE_UNAVAILABLE, "kit.busy"),
            _ => (StatusCode::INTERNAL_SERVER_ERROR, "kit.fault"),
        };
        let id = format!("{:08x}", base::Instant::now().micros() & 0xffff_ffff);
        tracing::error!(id, error = %chain(fault), "a request failed");
        let title = i18n::format(lang, &format!("refusal.{code}"), &[("id", id.clone())]);
        let params = BTreeMap::from([("id".to_owned(), id)]);
        Problem(ProblemBody {
            status: status.as_u16(),
            code: code.to_owned(),
            title,
            field: None,
            params,
        })
    }

    pub fn body(&self) -> &ProblemBody {
        &self.0
    }
}

fn chain(fault: &db::Fault) -> String {
    let mut text = fault.to_string();
    let mut source = std::error::Error::source(fault);
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

fn status_of(kind: Kind) -> StatusCode {
    match kind {
        Kind::Invalid | Kind::Rule => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::Throttled => StatusCode::TOO_MANY_REQUESTS,
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> axum::response::Response {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, axum::Json(self.0)).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        response
    }
}
