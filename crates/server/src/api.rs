//! The composition root: which slices there are, in one place each for routes, jobs and checks.

use std::any::Any;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, DefaultBodyLimit};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router, middleware};
use kit::check::{Check, Computed, Line};
use kit::{AppState, Problem};
use serde_json::{Value, json};
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa_axum::router::OpenApiRouter;

use crate::guard::{Guard, guard};
use crate::policy::Policy;
use crate::site::Site;
use crate::{routes, web};

const PREFIX: &str = "/api/v1";

/// The routes of every slice, without the prefix.
fn slices() -> OpenApiRouter<AppState> {
    routes::router()
        .merge(parties::router())
        .merge(catalog::router())
        .merge(credit::http::router())
        .merge(sales::router())
        .merge(receivables::router(statements::ISSUED))
        .merge(statements::router())
        .merge(reports::router())
        .merge(collection::router())
        .merge(imports::router())
}

/// The invariants of every slice.
pub fn checks() -> Vec<Check> {
    [
        ledger::CHECKS,
        credit::CHECKS,
        sales::CHECKS,
        receivables::CHECKS,
        statements::CHECKS,
        collection::CHECKS,
        imports::CHECKS,
    ]
    .concat()
}

/// What SQL cannot tell: digests made again from what they cover, and the count of days.
const COMPUTED: [Computed; 2] = [
    Computed {
        name: "statements.hashes_fit_their_content",
        run: statements::verify_hashes,
    },
    Computed {
        name: "statements.periods_follow_their_cycle",
        run: statements::verify_periods,
    },
];

/// Every line of the check, in the order of the slices: what the product shows and `settlebook check` prints.
pub fn all_checks() -> Vec<Line> {
    let by_sql = checks().into_iter().map(Line::Sql);
    by_sql.chain(COMPUTED.map(Line::Computed)).collect()
}

/// The handlers of every slice's jobs.
pub fn handlers() -> kit::job::Handlers {
    let mut handlers = kit::job::Handlers::default();
    receivables::jobs(&mut handlers);
    statements::jobs(&mut handlers);
    imports::handlers(&mut handlers);
    handlers
}

fn api() -> (Router<AppState>, Value) {
    let mut described = OpenApiRouter::new().nest(PREFIX, slices());
    let info = &mut described.get_openapi_mut().info;
    info.title = "Settlebook".to_owned();
    info.version = env!("CARGO_PKG_VERSION").to_owned();
    info.description = Some(
        "Receivables and sales. Errors are `application/problem+json`. What changes something needs the \
         session's CSRF token in `X-Settlebook-CSRF`; an operation with `x-money-act` needs an \
         `Idempotency-Key`, others accept one. `x-permission` names what the caller's role must allow."
            .to_owned(),
    );
    info.license = None;
    let (router, description) = described.split_for_parts();
    // A description that cannot be written is a mistake in the program, found by every start and test.
    let mut description = serde_json::to_value(description).expect("the API description is JSON");
    describe_keys(&mut description);
    (router, sorted(description))
}

/// Tells of the header that makes a repeated request safe: money acts demand it, other commands take it.
fn describe_keys(description: &mut Value) {
    let paths = description["paths"].as_object_mut().into_iter().flatten();
    let items = paths.filter_map(|(_, item)| item.as_object_mut()).flatten();
    for (_, operation) in items.filter(|(method, operation)| *method != "get" && operation.is_object()) {
        let is_money = operation["x-money-act"] == true;
        let permission = operation["x-permission"].as_str();
        if !is_money
            && matches!(
                permission,
                Some("public" | "session" | "access.manage" | "access.lock")
            )
        {
            continue;
        }
        let header = json!({
            "name": "Idempotency-Key", "in": "header", "required": is_money, "schema": {"type": "string"},
            "description": "The same key and request again get the same answer, and nothing is done twice."
        });
        match operation["parameters"].as_array_mut() {
            Some(parameters) => parameters.push(header),
            None => operation["parameters"] = json!([header]),
        }
    }
}

/// The same document with the keys of every object in order, so that it is the same text every time.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut pairs: Vec<(String, Value)> = map.into_iter().collect();
            pairs.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(
                pairs
                    .into_iter()
                    .map(|(key, value)| (key, sorted(value)))
                    .collect(),
            )
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}

/// The API description (OpenAPI 3.1).
pub fn openapi() -> Value {
    api().1
}

/// [`openapi`] as text: what `settlebook openapi` prints.
pub fn openapi_text() -> String {
    let mut text = serde_json::to_string_pretty(&openapi()).unwrap_or_default();
    text.push('\n');
    text
}

/// The whole server as one service.
///
/// # Panics
/// When an operation of the description lacks its permission: such a program must not serve.
pub fn router(app: AppState, site: Site) -> Router {
    let (api, description) = api();
    let policy =
        Policy::of(&description).unwrap_or_else(|gap| panic!("the API description has a gap: {gap}"));
    let site = Arc::new(site);
    let guarding = Arc::new(Guard {
        app: app.clone(),
        site: site.clone(),
        policy,
    });
    let text: Arc<str> = openapi_text().into();
    api.layer(middleware::from_fn_with_state(guarding, guard))
        .layer(DefaultBodyLimit::disable())
        .merge(statements::public_router(doorman(site.clone())))
        .with_state(app)
        .route("/api/openapi.json", get(move || describe(text.clone())))
        .route("/health", get(|| async { "ok\n" }))
        .fallback_service(web::pages())
        .layer(Extension(site))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(header_unless_set(
            header::CONTENT_SECURITY_POLICY,
            CONTENT_SECURITY_POLICY,
        ))
        .layer(header_unless_set(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header_unless_set(header::X_FRAME_OPTIONS, "DENY"))
        .layer(header_unless_set(header::REFERRER_POLICY, "same-origin"))
        .layer(header_unless_set(
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ))
}

/// Tells the customer's pages who knocks.
fn doorman(site: Arc<Site>) -> statements::Doorman {
    Arc::new(move |parts| {
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map(|info| info.0.ip());
        let address = site.address(peer, &parts.headers);
        statements::Visitor {
            address,
            secure: site.is_secure(&parts.headers),
        }
    })
}

/// Ant Design writes styles into the page as it runs; nothing else may come from elsewhere than our files.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data: blob:; font-src 'self' data:; object-src 'none'; base-uri 'none'; \
    form-action 'self'; frame-ancestors 'none'";

fn header_unless_set(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}

async fn describe(text: Arc<str>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], text.to_string()).into_response()
}

/// A panic in a handler is a fault like any other: logged once, answered with its id. What was being written
/// is rolled back by `db`.
fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or(panic.downcast_ref::<&str>().copied());
    let fault = db::Error::fault(format!("a handler panicked: {}", text.unwrap_or("no message")));
    Problem::new(fault, i18n::Lang::default()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::http::{Request, StatusCode};
    use tower::ServiceExt;

    async fn broken() -> &'static str {
        panic!("on purpose")
    }

    #[tokio::test]
    async fn a_panic_is_a_fault_with_an_id() {
        let router: Router = Router::new()
            .route("/", get(broken))
            .layer(CatchPanicLayer::custom(panicked));
        let answer = router
            .oneshot(Request::get("/").body(Body::empty()).unwrap())
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = axum::body::to_bytes(answer.into_body(), usize::MAX)
            .await
            .unwrap();
        let problem: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(problem["code"], "kit.fault");
        let title = problem["title"].as_str().unwrap();
        assert!(title.contains(problem["params"]["id"].as_str().unwrap()) && !title.contains("on purpose"));
    }
}
