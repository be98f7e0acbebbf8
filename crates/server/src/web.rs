//! The web interface: files of the web build, and its first page for every address that is a page of it.

use axum::Router;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use base::Refusal;
use rust_embed::RustEmbed;
use tower_http::compression::CompressionLayer;

use crate::caller::{lang_of, refused};

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
struct Files;

/// Files whose names carry their hash never change.
const FOREVER: &str = "public, max-age=31536000, immutable";

/// Answers whatever is no route of the API. Files are asked for once and kept, so they are packed harder than
/// answers of the API.
pub fn pages() -> Router {
    Router::new().fallback(page).layer(CompressionLayer::new())
}

async fn page(method: Method, uri: Uri, headers: axum::http::HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    let is_read = matches!(method, Method::GET | Method::HEAD);
    if !is_read || path == "api" || path.starts_with("api/") {
        return refused(&Refusal::not_found("kit.not_found"), lang_of(&headers)).into_response();
    }
    if let Some(response) = file(path) {
        return response;
    }
    if path.starts_with("assets/") {
        return (StatusCode::NOT_FOUND, "no such file\n").into_response();
    }
    file("index.html").unwrap_or_else(|| not_built(&headers))
}

fn file(path: &str) -> Option<Response> {
    let file = Files::get(path)?;
    let age = if path.starts_with("assets/") {
        FOREVER
    } else {
        "no-cache"
    };
    let mut response = file.data.into_owned().into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(age));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind_of(path)));
    Some(response)
}

fn kind_of(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "webmanifest" | "map" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// What a binary without the web build serves.
fn not_built(headers: &axum::http::HeaderMap) -> Response {
    let lang = lang_of(headers);
    let [title, text] = ["server.no_web.title", "server.no_web.text"].map(|key| i18n::text(lang, key));
    let code = lang.code();
    Html(format!(
        "<!doctype html><html lang=\"{code}\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title>\
         <body style=\"font-family:sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem\">\
         <h1>{title}</h1><p>{text}</p><pre>make web</pre>\
         <p><a href=\"/api/openapi.json\">/api/openapi.json</a></p>"
    ))
    .into_response()
}
