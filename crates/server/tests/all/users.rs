use axum::http::StatusCode;
use db::testing::both;
use serde_json::{Value, json};

use crate::harness::{Client, PASSWORD, Server};

async fn id_of(client: &mut Client, login: &str) -> String {
    let users = client.get("/api/v1/users").await.json;
    let user = users
        .as_array()
        .unwrap()
        .iter()
        .find(|user| user["login"] == login);
    user.unwrap()["id"].as_str().unwrap().to_owned()
}

async fn add_company(client: &mut Client, code: &str) -> String {
    let new =
        json!({"code": code, "name": code, "currency": "CNY", "timezone": "Asia/Shanghai", "language": "en"});
    let reply = client.post("/api/v1/companies", new).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text);
    reply.json["id"].as_str().unwrap().to_owned()
}

async fn choose(client: &mut Client, company: &str) {
    let reply = client
        .post("/api/v1/session/company", json!({"company_id": company}))
        .await;
    assert_eq!(reply.status, StatusCode::NO_CONTENT, "{}", reply.text);
}

#[test]
fn users_are_added_changed_and_disabled_at_once() {
    both(|db| async move {
        let server = Server::new(db);
        let mut owner = server.set_up().await;
        assert_eq!(
            owner.add_user("bob", "accountant").await.status,
            StatusCode::CREATED
        );
        let taken = owner.add_user("BOB", "warehouse").await;
        assert_eq!(
            (taken.status, taken.code()),
            (StatusCode::CONFLICT, "access.login_taken")
        );
        let unknown = owner.add_user("eve", "emperor").await;
        assert_eq!(
            (unknown.code(), unknown.json["field"].as_str()),
            ("access.unknown_role", Some("role"))
        );

        let mut bob = server.signed_in("bob").await;
        assert_eq!(bob.read_session().await["role"], "accountant");
        assert_eq!(bob.get("/api/v1/users").await.status, StatusCode::FORBIDDEN);
        let path = format!("/api/v1/users/{}", id_of(&mut owner, "bob").await);
        let changed = owner
            .put(&path, json!({"role": "warehouse", "name": "Bob B"}))
            .await;
        assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);
        let session = bob.read_session().await;
        assert_eq!(
            (&session["role"], &session["user"]["name"]),
            (&json!("warehouse"), &json!("Bob B"))
        );

        assert_eq!(
            owner.put(&path, json!({"active": false})).await.status,
            StatusCode::OK
        );
        assert_eq!(bob.get("/api/v1/company").await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(
            server.client().log_in("bob", PASSWORD).await.status,
            StatusCode::UNAUTHORIZED
        );
        let back = json!({"active": true, "password": "a new password"});
        assert_eq!(owner.put(&path, back).await.status, StatusCode::OK);
        assert_eq!(
            server.client().log_in("bob", "a new password").await.status,
            StatusCode::NO_CONTENT
        );
        let extra = owner.put(&path, json!({"company_id": "1"})).await;
        assert_eq!(extra.code(), "kit.unreadable_body");
    });
}

#[test]
fn a_company_keeps_an_owner() {
    both(|db| async move {
        let server = Server::new(db);
        let mut ann = server.set_up().await;
        let path = format!("/api/v1/users/{}", id_of(&mut ann, "ann").await);
        assert_eq!(
            ann.put(&path, json!({"role": "read_only"})).await.code(),
            "access.last_owner"
        );
        assert_eq!(
            ann.put(&path, json!({"active": false})).await.code(),
            "access.not_yourself"
        );
        assert_eq!(ann.read_session().await["role"], "owner");
        ann.add_user("bob", "owner").await;
        assert_eq!(
            ann.put(&path, json!({"role": "read_only"})).await.status,
            StatusCode::OK
        );
        assert_eq!(ann.get("/api/v1/users").await.status, StatusCode::FORBIDDEN);
    });
}

/// A lock is recorded; opening it again needs a reason.
async fn lock_and_open(owner: &mut Client) {
    let mut set = async |lock_date: Option<&str>, reason: &str| {
        let body = json!({"lock_date": lock_date, "reason": reason});
        owner.put("/api/v1/lock-date", body).await
    };
    let slip = set(Some("9026-01-31"), "").await;
    assert_eq!(slip.code(), "access.lock_date_in_future");
    let locked = set(Some("2026-01-31"), "").await;
    assert_eq!(locked.json["lock_date"], "2026-01-31");
    assert_eq!(set(None, " ").await.code(), "access.lock_reason_required");
    let opened = set(None, "the auditor asked").await;
    assert_eq!(opened.json["lock_date"], Value::Null);
    let changes = opened.json["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 2);
    assert_eq!(
        (&changes[0]["reason"], &changes[0]["before"]),
        (&json!("the auditor asked"), &json!("2026-01-31"))
    );
}

#[test]
fn several_companies_and_switching_between_them() {
    both(|db| async move {
        let server = Server::new(db);
        let mut owner = server.set_up().await;
        let second = add_company(&mut owner, "SECOND").await;
        let session = owner.read_session().await;
        let codes: Vec<&Value> = session["companies"]
            .as_array()
            .unwrap()
            .iter()
            .map(|c| &c["code"])
            .collect();
        assert_eq!(codes, ["MAIN", "SECOND"]);
        choose(&mut owner, &second).await;
        assert_eq!(owner.read_session().await["company"]["code"], "SECOND");
        let zone = "Asia/Taipei";
        let changed = json!({"name": "Second", "timezone": zone, "language": "zh-Hant"});
        assert_eq!(
            owner.put("/api/v1/company", changed).await.json["language"],
            "zh-Hant"
        );
        lock_and_open(&mut owner).await;

        owner.add_user("bob", "salesperson").await;
        let mut bob = server.signed_in("bob").await;
        assert_eq!(bob.read_session().await["company"]["code"], "SECOND");
        let foreign = server.signed_in("ann").await.read_session().await["company"]["id"].clone();
        let reply = bob
            .post("/api/v1/session/company", json!({"company_id": foreign}))
            .await;
        assert_eq!(
            (reply.status, reply.code()),
            (StatusCode::NOT_FOUND, "access.company_not_found")
        );
        let taken =
            json!({"code": "MAIN", "name": "x", "currency": "CNY", "timezone": "UTC", "language": "en"});
        assert_eq!(
            owner.post("/api/v1/companies", taken).await.code(),
            "access.code_taken"
        );
    });
}

/// Who owns one company must not get hold of a user of another one.
#[test]
fn owning_one_company_gives_nothing_in_another() {
    both(|db| async move {
        let server = Server::new(db);
        let mut ann = server.set_up().await;
        let second = add_company(&mut ann, "SECOND").await;
        let main_owner = id_of(&mut ann, "ann").await;
        // Bob owns SECOND alone together with Ann, who also owns MAIN.
        choose(&mut ann, &second).await;
        ann.add_user("bob", "owner").await;
        let mut bob = server.signed_in("bob").await;
        let path = format!("/api/v1/users/{main_owner}");
        for change in [
            json!({"password": "taken over!"}),
            json!({"active": false}),
            json!({"name": "X"}),
        ] {
            let reply = bob.put(&path, change).await;
            assert_eq!(
                (reply.status, reply.code()),
                (StatusCode::UNPROCESSABLE_ENTITY, "access.user_shared")
            );
        }
        assert_eq!(
            server.client().log_in("ann", PASSWORD).await.status,
            StatusCode::NO_CONTENT
        );
        // The role in his own company is his to give.
        assert_eq!(
            bob.put(&path, json!({"role": "read_only"})).await.status,
            StatusCode::OK
        );

        // A user of MAIN alone does not exist for Bob, and her login is not his to take in.
        let mut ann = server.signed_in("ann").await;
        ann.add_user("carol", "warehouse").await;
        let carol = id_of(&mut ann, "carol").await;
        let reply = bob
            .put(&format!("/api/v1/users/{carol}"), json!({"name": "X"}))
            .await;
        assert_eq!(
            (reply.status, reply.code()),
            (StatusCode::NOT_FOUND, "access.user_not_found")
        );
        assert_eq!(
            bob.add_user("carol", "warehouse").await.code(),
            "access.login_taken"
        );
        // Ann owns all of Carol's companies, so she may take her into a third one, with her old password.
        let third = add_company(&mut ann, "THIRD").await;
        choose(&mut ann, &third).await;
        assert_eq!(
            ann.add_user("carol", "accountant").await.status,
            StatusCode::CREATED
        );
        let mut carol = server.signed_in("carol").await;
        assert_eq!(
            carol.read_session().await["companies"].as_array().unwrap().len(),
            2
        );
    });
}
