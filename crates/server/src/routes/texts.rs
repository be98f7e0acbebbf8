use axum::Json;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::Refusal;
use i18n::Lang;
use kit::ProblemBody;

use crate::caller::{lang_of, refused};

/// Every text of a language by its key. The answer changes with its `ETag` alone.
#[utoipa::path(
    get, path = "/texts/{lang}", tag = "texts", operation_id = "texts",
    params(("lang" = String, Path, description = "`zh-Hans`, `zh-Hant` or `en`")),
    extensions(("x-permission" = json!("public"))),
    responses((status = 200, body = std::collections::BTreeMap<String, String>), (status = 304),
        (status = "default", body = ProblemBody))
)]
pub async fn texts(Path(lang): Path<String>, headers: HeaderMap) -> Response {
    let Some(lang) = Lang::parse(&lang) else {
        return refused(&Refusal::not_found("kit.not_found"), lang_of(&headers)).into_response();
    };
    let tag = format!("\"{}\"", i18n::catalog_hash(lang));
    let is_known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|known| {
            // A compressing proxy marks the tag as weak.
            known
                .split(',')
                .any(|known| known.trim().trim_start_matches("W/") == tag)
        });
    let mut response = match is_known {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => Json(i18n::catalog(lang)).into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}
