use axum::http::StatusCode;
use db::testing::both;
use serde_json::json;
use server::Site;

use crate::harness::{PASSWORD, Server};

const WRONG: &str = "wrong password";

#[test]
fn unknown_login_and_wrong_password_look_alike() {
    both(|db| async move {
        let server = Server::new(db);
        server.set_up().await;
        let mut client = server.client();
        let wrong = client.log_in("ann", WRONG).await;
        let unknown = client.log_in("nobody", WRONG).await;
        assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
        assert_eq!((unknown.status, &unknown.text), (wrong.status, &wrong.text));
        assert_eq!(wrong.code(), "access.login_failed");
        assert!(client.cookie.is_none());
        assert_eq!(
            client.log_in(" ANN ", PASSWORD).await.status,
            StatusCode::NO_CONTENT
        );
    });
}

#[test]
fn guessing_a_login_is_slowed_down() {
    both(|db| async move {
        let server = Server::new(db);
        let mut owner = server.set_up().await;
        assert_eq!(
            owner.add_user("bob", "accountant").await.status,
            StatusCode::CREATED
        );
        let mut client = server.client_at("192.0.2.1");
        for _ in 0..10 {
            assert_eq!(client.log_in("ann", WRONG).await.status, StatusCode::UNAUTHORIZED);
        }
        let shut = client.log_in("ann", PASSWORD).await;
        assert_eq!(
            (shut.status, shut.code()),
            (StatusCode::TOO_MANY_REQUESTS, "access.throttled")
        );
        assert_eq!(shut.headers["retry-after"], "30");
        assert_eq!(
            server.client_at("192.0.2.2").log_in("ann", PASSWORD).await.status,
            shut.status
        );
        assert_eq!(
            client.log_in("bob", PASSWORD).await.status,
            StatusCode::NO_CONTENT
        );
        server.pass(30);
        assert_eq!(client.log_in("ann", WRONG).await.status, StatusCode::UNAUTHORIZED);
        server.pass(30);
        assert_eq!(
            client.log_in("ann", PASSWORD).await.status,
            StatusCode::TOO_MANY_REQUESTS
        );
        server.pass(30);
        assert_eq!(
            client.log_in("ann", PASSWORD).await.status,
            StatusCode::NO_CONTENT
        );
        // Success starts the count afresh.
        for _ in 0..10 {
            assert_eq!(client.log_in("ann", WRONG).await.status, StatusCode::UNAUTHORIZED);
        }
    });
}

#[test]
fn many_guesses_at_once_are_counted_one_by_one() {
    both(|db| async move {
        let server = Server::new(db);
        server.set_up().await;
        let guesses: Vec<_> = (0..16)
            .map(|_| {
                let mut client = server.client();
                tokio::spawn(async move { client.log_in("ann", WRONG).await.status })
            })
            .collect();
        let mut looked_at = 0;
        for guess in guesses {
            looked_at += usize::from(guess.await.unwrap() == StatusCode::UNAUTHORIZED);
        }
        assert_eq!(looked_at, 10);
    });
}

#[test]
fn an_address_that_tries_many_logins_is_slowed_down() {
    both(|db| async move {
        let server = Server::new(db);
        server.set_up().await;
        let now = base::Instant::parse("2026-03-02T09:00:00Z").unwrap();
        for number in 0..50 {
            let keys = vec![format!("login:user{number}"), "address:192.0.2.9".to_owned()];
            server
                .db
                .system_write(move |tx| access::attempt(tx, now, &keys))
                .await
                .unwrap();
        }
        let refused = server.client_at("192.0.2.9").log_in("ann", PASSWORD).await;
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(
            server.client_at("192.0.2.8").log_in("ann", PASSWORD).await.status,
            StatusCode::NO_CONTENT
        );
    });
}

#[test]
fn a_session_ends_when_idle_and_in_any_case() {
    both(|db| async move {
        let server = Server::new(db);
        let mut owner = server.set_up().await;
        server.pass(8 * 3600 - 1);
        assert_eq!(owner.get("/api/v1/company").await.status, StatusCode::OK);
        // That use is noted beside the answer; the next write stands behind it in the queue.
        server.db.system_write(|_| Ok(())).await.unwrap();
        server.pass(4 * 3600);
        assert_eq!(owner.get("/api/v1/company").await.status, StatusCode::OK);
        server.pass(1);
        let ended = owner.get("/api/v1/company").await;
        assert_eq!(
            (ended.status, ended.code()),
            (StatusCode::UNAUTHORIZED, "access.session_required")
        );

        let mut idle = server.signed_in("ann").await;
        server.pass(8 * 3600);
        assert_eq!(idle.get("/api/v1/company").await.status, StatusCode::UNAUTHORIZED);
    });
}

#[test]
fn signing_out_and_a_new_password_end_sessions() {
    both(|db| async move {
        let server = Server::new(db);
        let mut owner = server.set_up().await;
        let mut other = server.signed_in("ann").await;
        let mut gone = server.signed_in("ann").await;
        let cookie = gone.cookie.clone();
        assert_eq!(
            gone.delete("/api/v1/session").await.status,
            StatusCode::NO_CONTENT
        );
        assert!(gone.cookie.is_none());
        gone.cookie = cookie;
        assert_eq!(gone.get("/api/v1/company").await.status, StatusCode::UNAUTHORIZED);

        let new = |old: &str, new: &str| json!({"old_password": old, "password": new});
        let wrong = other
            .put("/api/v1/session/password", new(WRONG, "another one"))
            .await;
        assert_eq!(
            (wrong.status, wrong.code()),
            (StatusCode::UNPROCESSABLE_ENTITY, "access.wrong_password")
        );
        let done = other
            .put("/api/v1/session/password", new(PASSWORD, "another one"))
            .await;
        assert_eq!(done.status, StatusCode::NO_CONTENT, "{}", done.text);
        assert_eq!(other.get("/api/v1/company").await.status, StatusCode::OK);
        assert_eq!(
            owner.get("/api/v1/company").await.status,
            StatusCode::UNAUTHORIZED
        );
        assert_eq!(
            owner.log_in("ann", PASSWORD).await.status,
            StatusCode::UNAUTHORIZED
        );
        assert_eq!(
            owner.log_in("ann", "another one").await.status,
            StatusCode::NO_CONTENT
        );
    });
}

#[test]
fn what_changes_something_needs_our_own_page_and_token() {
    both(|db| async move {
        let server = Server::new(db);
        let mut owner = server.set_up().await;
        let language = json!({"language": "zh-Hant"});
        for csrf in [None, Some("0".repeat(64))] {
            let mut forged = owner.clone();
            forged.csrf = csrf;
            let reply = forged.put("/api/v1/session/language", language.clone()).await;
            assert_eq!(
                (reply.status, reply.code()),
                (StatusCode::FORBIDDEN, "access.csrf")
            );
        }
        let foreign = [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example"),
        ];
        for (name, value) in foreign {
            let mut forged = owner.clone();
            forged.headers.push((name, value.to_owned()));
            let reply = forged.put("/api/v1/session/language", language.clone()).await;
            assert_eq!(
                (reply.status, reply.code()),
                (StatusCode::FORBIDDEN, "access.cross_site")
            );
            let mut stranger = server.client();
            stranger.headers.push((name, value.to_owned()));
            assert_eq!(stranger.log_in("ann", PASSWORD).await.code(), "access.cross_site");
        }
        assert_eq!(owner.read_session().await["language"], "en");
        owner.headers.push(("origin", "http://127.0.0.1:8080".to_owned()));
        let own = owner.put("/api/v1/session/language", language).await;
        assert_eq!(own.status, StatusCode::NO_CONTENT);
        assert_eq!(owner.read_session().await["language"], "zh-Hant");
    });
}

#[test]
fn cookies_are_kept_to_https_where_there_is_https() {
    both(|db| async move {
        let server = Server::of(db, Site::new(true, Some("https://books.example")), false);
        let mut client = server.client_at("10.0.0.2");
        client.headers.push(("x-forwarded-for", "203.0.113.4".to_owned()));
        let mut input = crate::harness::setup_input();
        input["code"] = json!(server.setup_code);
        let reply = client.post("/api/v1/setup", input).await;
        assert_eq!(reply.status, StatusCode::NO_CONTENT, "{}", reply.text);
        let set = reply.headers["set-cookie"].to_str().unwrap();
        assert!(set.starts_with("__Host-settlebook_session="), "{set}");
        for part in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure"] {
            assert!(set.contains(part), "{set}");
        }
        assert_eq!(client.read_session().await["user"]["login"], "ann");
    });
}

#[test]
fn a_demo_offers_its_logins_to_strangers_only() {
    both(|db| async move {
        let server = Server::of(db, Site::new(false, None), true);
        let mut owner = server.set_up().await;
        assert_eq!(owner.read_session().await["demo_logins"], json!([]));
        let offered = server.client().read_session().await["demo_logins"].clone();
        let ann =
            json!([{"login": "ann", "password": access::DEMO_PASSWORD, "name": "Ann", "role": "owner"}]);
        assert_eq!(offered, ann);
    });
}

#[test]
fn a_body_over_the_limit_is_not_read() {
    both(|db| async move {
        let server = Server::new(db);
        let mut client = server.client();
        let reply = client
            .post("/api/v1/session", json!("x".repeat((2 << 20) + 1)))
            .await;
        assert_eq!(
            (reply.status, reply.code()),
            (StatusCode::PAYLOAD_TOO_LARGE, "kit.body_too_large")
        );
    });
}
