use std::path::Path;

use axum::http::StatusCode;
use db::testing::both;
use serde_json::Value;

use crate::harness::Server;

#[test]
fn the_kept_description_is_what_the_program_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/src/api/openapi.json");
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let is_same = kept == server::openapi_text();
    assert!(
        is_same,
        "run: settlebook openapi > web/src/api/openapi.json, then npm run api in web/"
    );
}

#[test]
fn every_operation_is_described_for_a_client() {
    let description = server::openapi();
    assert!(description["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut names = std::collections::BTreeSet::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        assert!(path.starts_with("/api/v1/"), "{path}");
        for (method, operation) in item.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap_or_default();
            assert!(
                names.insert(name.to_owned()),
                "{method} {path}: the name {name:?} is not unique"
            );
            let default = &operation["responses"]["default"];
            assert!(
                default.is_object(),
                "{name}: without a default answer the client's error has no type"
            );
            assert!(operation["tags"][0].is_string(), "{name} has no tag");
        }
    }
}

#[test]
fn texts_come_with_a_tag_and_in_all_languages() {
    both(|db| async move {
        let server = Server::new(db);
        let mut client = server.client();
        for lang in ["zh-Hans", "zh-Hant", "en"] {
            let path = format!("/api/v1/texts/{lang}");
            let full = client.get(&path).await;
            assert_eq!(full.status, StatusCode::OK);
            assert!(full.json["refusal.kit.not_found"].is_string());
            let tag = full.headers["etag"].to_str().unwrap().to_owned();
            let mut returning = client.clone();
            returning.headers.push(("if-none-match", tag));
            let known = returning.get(&path).await;
            assert_eq!(
                (known.status, known.text.as_str()),
                (StatusCode::NOT_MODIFIED, "")
            );
        }
        assert_eq!(client.get("/api/v1/texts/fr").await.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn problems_speak_the_language_of_the_caller() {
    both(|db| async move {
        let server = Server::new(db);
        server.set_up().await;
        let mut client = server.client();
        let mut titles = Vec::new();
        for lang in ["zh-CN", "zh-TW", "en-GB"] {
            client.headers.push(("accept-language", lang.to_owned()));
            titles.push(client.get("/api/v1/company").await.json["title"].clone());
            client.headers.pop();
        }
        assert_eq!(titles, ["请先登录。", "請先登入。", "Sign in first."]);
    });
}

#[test]
fn pages_and_strangers_to_the_api() {
    both(|db| async move {
        let server = Server::new(db);
        let mut client = server.client();
        for path in ["/", "/statements/12"] {
            let page = client.get(path).await;
            assert_eq!(page.status, StatusCode::OK);
            assert!(
                page.headers["content-type"]
                    .to_str()
                    .unwrap()
                    .starts_with("text/html")
            );
            let csp = page.headers["content-security-policy"].to_str().unwrap();
            assert!(
                csp.contains("frame-ancestors 'none'") && csp.contains("default-src 'self'"),
                "{csp}"
            );
            assert_eq!(page.headers["x-content-type-options"], "nosniff");
        }
        for path in ["/api/v1/nothing", "/api", "/api/v2/session"] {
            let reply = client.get(path).await;
            assert_eq!(
                (reply.status, reply.code()),
                (StatusCode::NOT_FOUND, "kit.not_found"),
                "{path}"
            );
        }
        assert_eq!(client.get("/assets/gone.js").await.status, StatusCode::NOT_FOUND);
        assert_eq!(client.get("/health").await.text, "ok\n");
        assert_eq!(
            client.get("/api/openapi.json").await.json["info"]["title"],
            "Settlebook"
        );
        let reply = client.get("/api/v1/session").await;
        assert_eq!(reply.headers["cache-control"], "no-store");
        assert!(matches!(reply.json["user"], Value::Null));
    });
}
