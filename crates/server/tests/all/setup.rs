use axum::http::StatusCode;
use db::testing::both;
use serde_json::json;

use crate::harness::{Server, setup_input};

#[test]
fn set_up_works_once_and_signs_the_owner_in() {
    both(|db| async move {
        let server = Server::new(db);
        let mut client = server.client();
        let session = client.read_session().await;
        assert_eq!(session["setup_needed"], true);
        assert_eq!(session["setup_code_needed"], false);

        let mut owner = server.set_up().await;
        let session = owner.read_session().await;
        assert_eq!(session["user"]["login"], "ann");
        assert_eq!(session["company"]["code"], "MAIN");
        assert_eq!(session["company"]["timezone"], "Europe/London");
        assert_eq!(session["role"], "owner");
        assert_eq!(session["setup_needed"], false);

        let again = client.post("/api/v1/setup", setup_input()).await;
        assert_eq!(again.status, StatusCode::NOT_FOUND);
        assert_eq!(client.read_session().await["setup_needed"], false);
    });
}

#[test]
fn of_two_set_ups_at_once_one_counts() {
    both(|db| async move {
        let server = Server::new(db);
        let (mut a, mut b) = (server.client(), server.client());
        let mut other = setup_input();
        other["login"] = json!("bob");
        let (a, b) = tokio::join!(
            a.post("/api/v1/setup", setup_input()),
            b.post("/api/v1/setup", other)
        );
        let mut answers = [a.status, b.status];
        answers.sort();
        assert_eq!(answers, [StatusCode::NO_CONTENT, StatusCode::NOT_FOUND]);
    });
}

#[test]
fn another_machine_needs_the_code_of_the_console() {
    both(|db| async move {
        let server = Server::new(db);
        let mut far = server.client_at("192.0.2.7");
        assert_eq!(far.read_session().await["setup_code_needed"], true);
        let mut input = setup_input();
        let without = far.post("/api/v1/setup", input.clone()).await;
        assert_eq!(
            (without.status, without.code()),
            (StatusCode::FORBIDDEN, "access.setup_code_wrong")
        );
        input["code"] = json!("AAAA-AAAA");
        for _ in 0..9 {
            assert_eq!(
                far.post("/api/v1/setup", input.clone()).await.status,
                StatusCode::FORBIDDEN
            );
        }
        input["code"] = json!(server.setup_code.to_lowercase());
        let shut = far.post("/api/v1/setup", input.clone()).await;
        assert_eq!(shut.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(shut.headers["retry-after"], "30");
        server.pass(30);
        let open = far.post("/api/v1/setup", input).await;
        assert_eq!(open.status, StatusCode::NO_CONTENT, "{}", open.text);
    });
}

#[test]
fn a_foreign_name_that_points_here_is_another_machine() {
    both(|db| async move {
        let server = Server::new(db);
        let mut rebound = server.client();
        rebound.headers = vec![("host", "evil.example:8080".to_owned())];
        assert_eq!(rebound.read_session().await["setup_code_needed"], true);
        let reply = rebound.post("/api/v1/setup", setup_input()).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN);
    });
}

#[test]
fn wrong_input_is_refused_at_its_field() {
    both(|db| async move {
        let server = Server::new(db);
        let mut client = server.client();
        let cases = [
            ("company_code", "a b", "access.code_invalid"),
            ("company_name", " ", "access.name_invalid"),
            ("currency", "XXZ", "access.unknown_currency"),
            ("timezone", "Nowhere", "access.unknown_timezone"),
            ("language", "fr", "access.unknown_language"),
            ("owner_name", "", "access.name_invalid"),
            ("login", "a b", "access.login_invalid"),
            ("password", "short", "access.password_unfit"),
        ];
        for (field, value, code) in cases {
            let mut input = setup_input();
            input[field] = json!(value);
            let reply = client.post("/api/v1/setup", input).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
            assert_eq!((reply.code(), reply.json["field"].as_str()), (code, Some(field)));
        }
        let mut input = setup_input();
        input["is_admin"] = json!(true);
        let reply = client.post("/api/v1/setup", input).await;
        assert_eq!(
            (reply.status, reply.code()),
            (StatusCode::UNPROCESSABLE_ENTITY, "kit.unreadable_body")
        );
        assert_eq!(client.read_session().await["setup_needed"], true);
    });
}
