//! The policy table: what each operation demands, read from the API description itself.

use std::collections::HashMap;

use access::Permission;
use axum::http::Method;
use serde_json::Value;

/// Most bytes of a body.
const BODY_LIMIT: usize = 2 << 20;
/// Most bytes of a body with files in it.
const UPLOAD_LIMIT: usize = 64 << 20;

/// What a caller must be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Need {
    /// Anybody.
    Public,
    /// Somebody who is signed in.
    Session,
    /// A member of the chosen company whose role has the permission.
    Permission(Permission),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rule {
    pub need: Need,
    pub body_limit: usize,
}

/// The rule of every operation; what is not in it is not there.
#[derive(Debug)]
pub struct Policy(HashMap<(Method, String), Rule>);

/// The operations of an API description: method, path, operation.
pub fn operations(doc: &Value) -> impl Iterator<Item = (Method, &str, &Value)> {
    let paths = doc["paths"].as_object().into_iter().flatten();
    paths.flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flatten();
        methods.filter_map(move |(name, operation)| {
            let method = Method::from_bytes(name.to_ascii_uppercase().as_bytes()).ok()?;
            let known = matches!(method.as_str(), "GET" | "POST" | "PUT" | "PATCH" | "DELETE");
            known.then_some((method, path.as_str(), operation))
        })
    })
}

impl Policy {
    /// Fails, naming the operation, when one lacks its permission or names one that does not exist.
    pub fn of(doc: &Value) -> Result<Policy, String> {
        let mut table = HashMap::new();
        for (method, path, operation) in operations(doc) {
            let need = match operation["x-permission"].as_str() {
                None => return Err(format!("{method} {path} names no permission")),
                Some("public") => Need::Public,
                Some("session") => Need::Session,
                Some(name) => Need::Permission(
                    name.parse()
                        .map_err(|error| format!("{method} {path}: {error}"))?,
                ),
            };
            let has_files = !operation["requestBody"]["content"]["multipart/form-data"].is_null();
            let body_limit = if has_files { UPLOAD_LIMIT } else { BODY_LIMIT };
            table.insert((method, path.to_owned()), Rule { need, body_limit });
        }
        Ok(Policy(table))
    }

    /// The rule of an operation by its path's template; HEAD is what GET is.
    pub fn rule(&self, method: &Method, path: &str) -> Option<Rule> {
        let method = if method == Method::HEAD {
            Method::GET
        } else {
            method.clone()
        };
        self.0.get(&(method, path.to_owned())).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_operation_without_permission_is_an_error() {
        let doc = |operation: Value| json!({"paths": {"/api/v1/things/{id}": {"put": operation}}});
        assert!(
            Policy::of(&doc(json!({})))
                .unwrap_err()
                .contains("PUT /api/v1/things/{id}")
        );
        assert!(Policy::of(&doc(json!({"x-permission": "things.break"}))).is_err());
        let policy = Policy::of(&doc(json!({"x-permission": "sales.write"}))).unwrap();
        let rule = policy.rule(&Method::PUT, "/api/v1/things/{id}").unwrap();
        assert_eq!(
            rule,
            Rule {
                need: Need::Permission(Permission::SalesWrite),
                body_limit: BODY_LIMIT
            }
        );
        assert_eq!(policy.rule(&Method::DELETE, "/api/v1/things/{id}"), None);
    }

    #[test]
    fn uploads_may_be_larger_and_head_is_get() {
        let upload =
            json!({"x-permission": "session", "requestBody": {"content": {"multipart/form-data": {}}}});
        let doc = json!({"paths": {"/a": {"post": upload, "get": {"x-permission": "public"}}}});
        let policy = Policy::of(&doc).unwrap();
        assert_eq!(policy.rule(&Method::POST, "/a").unwrap().body_limit, UPLOAD_LIMIT);
        assert_eq!(policy.rule(&Method::HEAD, "/a").unwrap().need, Need::Public);
    }
}
