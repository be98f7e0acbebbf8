//! Every operation of the API description as a stranger and under each role.

use access::{Permission, Role};
use axum::http::{Method, StatusCode};
use db::testing::both;
use serde_json::{Value, json};

use crate::harness::{Client, Server};

struct Operation {
    method: Method,
    path: String,
    name: String,
    permission: String,
}

/// The operations with an identity that belongs to nobody in their paths.
fn operations() -> Vec<Operation> {
    let description = server::openapi();
    let mut found = Vec::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let text = |name: &str| operation[name].as_str().unwrap_or_default().to_owned();
            found.push(Operation {
                method: Method::from_bytes(method.to_uppercase().as_bytes()).unwrap(),
                path: filled(path, "4611686018427387904"),
                name: text("operationId"),
                permission: text("x-permission"),
            });
        }
    }
    found
}

/// A path's template with every `{part}` replaced.
fn filled(template: &str, with: &str) -> String {
    let parts = template
        .split('/')
        .map(|part| if part.starts_with('{') { with } else { part });
    parts.collect::<Vec<_>>().join("/")
}

fn body_of(method: &Method) -> Option<Value> {
    (*method != Method::GET).then(|| json!({}))
}

/// Signing out would end the session that the other operations need.
fn ends_the_session(operation: &Operation) -> bool {
    operation.name == "log_out"
}

#[test]
fn a_stranger_reaches_only_what_is_public() {
    both(|db| async move {
        let server = Server::new(db);
        server.set_up().await;
        let public = ["read_session", "log_in", "set_up", "texts"];
        for operation in operations() {
            let mut stranger = server.client_at("192.0.2.1");
            let reply = stranger
                .call(
                    operation.method.clone(),
                    &operation.path,
                    body_of(&operation.method),
                )
                .await;
            let is_public = public.contains(&operation.name.as_str());
            assert_eq!(operation.permission == "public", is_public, "{}", operation.name);
            let is_shut =
                reply.status == StatusCode::UNAUTHORIZED && reply.code() == "access.session_required";
            assert_eq!(
                is_shut, !is_public,
                "{}: {} {}",
                operation.name, reply.status, reply.text
            );
        }
    });
}

#[test]
fn each_role_reaches_exactly_what_the_matrix_says() {
    both(|db| async move {
        let server = Server::new(db);
        let mut owner = server.set_up().await;
        for role in Role::ALL {
            let login = role.as_str();
            assert_eq!(
                owner.add_user(login, role.as_str()).await.status,
                StatusCode::CREATED
            );
            let mut client = server.signed_in(login).await;
            for operation in operations()
                .iter()
                .filter(|operation| !ends_the_session(operation))
            {
                check_right(&mut client, role, operation).await;
            }
        }
    });
}

async fn check_right(client: &mut Client, role: Role, operation: &Operation) {
    let may = match operation.permission.parse::<Permission>() {
        Ok(permission) => role.may(permission),
        Err(_) => true,
    };
    let reply = client
        .call(
            operation.method.clone(),
            &operation.path,
            body_of(&operation.method),
        )
        .await;
    let is_refused = reply.status == StatusCode::FORBIDDEN && reply.code() == "kit.forbidden";
    let what = format!("{} as {role}: {} {}", operation.name, reply.status, reply.text);
    assert_eq!(is_refused, !may, "{what}");
    // Nothing was sent that could work, and nothing may break on it.
    assert_ne!(reply.status, StatusCode::UNAUTHORIZED, "{what}");
    assert!(!reply.status.is_server_error(), "{what}");
    let is_problem = reply
        .headers
        .get("content-type")
        .is_some_and(|kind| kind == "application/problem+json");
    assert!(is_problem || reply.status.is_success(), "{what}");
}

#[test]
fn a_user_without_a_company_has_no_rights() {
    both(|db| async move {
        let server = Server::new(db);
        let mut owner = server.set_up().await;
        owner.add_user("bob", "owner").await;
        let mut bob = server.signed_in("bob").await;
        let digest = access::token::digest(bob.cookie.as_ref().unwrap().split_once('=').unwrap().1);
        let leave = move |tx: &mut db::SystemTx<'_>| {
            tx.exec(
                "UPDATE access_session SET company_id = NULL WHERE token_hash = $1",
                db::p![&digest],
            )
        };
        server.db.system_write(leave).await.unwrap();
        let session = bob.read_session().await;
        assert_eq!(
            (&session["company"], &session["role"]),
            (&Value::Null, &Value::Null)
        );
        assert_eq!(bob.get("/api/v1/users").await.code(), "kit.forbidden");
        let reply = bob.get("/api/v1/company").await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND);
    });
}
