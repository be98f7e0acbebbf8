//! A member of another company reaches nothing, by no operation and with no identity.

use axum::http::{Method, StatusCode};
use db::testing::both;
use serde_json::{Value, json};

use crate::harness::{Client, PASSWORD, Server};
use crate::story::{Books, business, check, delivery_of, receipt_of};

/// The company SECOND and Bob, who owns it and belongs to no other.
async fn second_company(server: &Server, ann: &mut Client) -> Client {
    let new =
        json!({"code": "SECOND", "name": "Second", "currency": "GBP", "timezone": "UTC", "language": "en"});
    let company = ann.post("/api/v1/companies", new).await.done()["id"].clone();
    let mut visitor = server.signed_in("ann").await;
    visitor
        .post("/api/v1/session/company", json!({"company_id": company}))
        .await
        .done();
    assert_eq!(visitor.add_user("bob", "owner").await.status, StatusCode::CREATED);
    server.signed_in("bob").await
}

/// The identities that a path's `{id}` may mean.
fn identities<'b>(path: &str, books: &'b Books) -> Vec<&'b str> {
    let of = [
        ("/customers/", &books.customer),
        ("/accounts/", &books.account),
        ("/products/", &books.product),
        ("/orders/", &books.order),
        ("/deliveries/", &books.delivery),
        ("/receipts/", &books.receipt),
        ("/statements/", &books.statement),
        ("/links/", &books.link),
        ("/bad-debts/", &books.bad_debt),
        ("/adjustments/", &books.adjustment),
        ("/entries/", &books.entry),
        ("/allocations/", &books.allocation),
        ("/periods/", &books.period),
    ];
    of.iter()
        .filter(|(part, _)| path.contains(part))
        .map(|(_, id)| id.as_str())
        .collect()
}

/// Bodies that some operation or other takes.
fn bodies(method: &Method) -> Vec<Option<Value>> {
    if *method == Method::GET {
        return vec![None];
    }
    let lines = json!([{"product_id": "1", "quantity": "1", "price": "1"}]);
    let some = [
        json!({"kind": "delivery", "customer_id": "1", "lines": lines, "version": 1}),
        json!({"customer_id": "1", "lines": lines, "version": 1}),
        json!({}),
        json!({"reason": "no reason"}),
        json!({"reason": "no reason", "version": 1}),
        json!({"version": 1}),
        json!({"oldest_without_asking": true}),
        json!({"name": "Taken", "price": "1", "version": 1}),
        json!({"name": "Taken", "version": 1}),
        json!({"expected_outstanding": "50.00", "reason_code": "fraud"}),
        json!({"credits": [], "mode": "oldest"}),
        json!({"mode": "oldest"}),
        json!({"currency": "USD"}),
        json!({"item": {"entry_id": "1"}, "to_customer_id": "1", "date": "2026-03-01"}),
        json!({"items": [], "bills": [], "date": "2026-03-01"}),
        json!({"no": "1", "date": "2026-03-01", "amount": "1"}),
        json!({"receipt_id": "1"}),
        json!({"date": "2026-03-01", "amount": "1.00"}),
        json!({"date": "2026-01-15", "amount": "1"}),
        json!({"amount": "1", "until_day": "2030-01-01", "reason": "no reason"}),
        json!({"priority": 1}),
        json!({"lines": lines, "version": 1}),
        json!({"order_id": "1", "amount": "1.00"}),
        json!({"order_id": "1"}),
        json!({"line_no": 1, "reason": "price", "channel": "phone"}),
        json!({"next_action": "call again"}),
        json!({"kind": "call", "text": "no answer"}),
        json!({"amount": "1.00", "promised_on": "2026-12-31"}),
        json!({"kind": "confirmed", "hash": "x", "channel": "phone"}),
        json!({"kind": "sent", "channel": "print"}),
        json!({"from": "2026-03-01", "amount": "1.00", "reason": "agreed"}),
    ];
    some.into_iter().map(Some).collect()
}

/// What the owner of the books sees: everything that a trespass might have changed.
async fn picture(owner: &mut Client, books: &Books) -> Vec<String> {
    let mut seen = Vec::new();
    let paths = [
        format!("/api/v1/customers/{}", books.customer),
        format!("/api/v1/customers/{}/ledger", books.customer),
        format!("/api/v1/customers/{}/open-items", books.customer),
        format!("/api/v1/products/{}", books.product),
        format!("/api/v1/orders/{}", books.order),
        format!("/api/v1/deliveries/{}", books.delivery),
        format!("/api/v1/receipts/{}", books.receipt),
        format!("/api/v1/statements/{}", books.statement),
        format!("/api/v1/statements/{}/links", books.statement),
        "/api/v1/bad-debts".to_owned(),
        "/api/v1/adjustments".to_owned(),
        "/api/v1/periods".to_owned(),
        "/api/v1/users".to_owned(),
    ];
    for path in paths {
        let reply = owner.get(&path).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}: {}", reply.text);
        seen.push(reply.text);
    }
    seen
}

#[test]
fn nothing_of_another_company_is_reached() {
    both(|db| async move {
        let server = Server::new(db);
        let mut ann = server.set_up().await;
        let books = business(&server, &mut ann).await;
        let mut bob = second_company(&server, &mut ann).await;
        let before = picture(&mut ann, &books).await;
        let description = server::openapi();
        let mut unfit = Vec::new();
        for (path, item) in description["paths"].as_object().unwrap() {
            for method in item.as_object().unwrap().keys() {
                let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
                if path.contains('{') {
                    for id in identities(path, &books) {
                        if !trespass(&mut bob, &method, &path.replace("{id}", id)).await {
                            unfit.push(format!("{method} {path}"));
                        }
                    }
                } else if method == Method::GET {
                    let reply = bob.get(path).await;
                    assert!(!shows(&reply.text, &books), "{path}: {}", reply.text);
                }
            }
        }
        assert!(unfit.is_empty(), "no body fits {}", unfit.join(", "));
        assert_eq!(picture(&mut ann, &books).await, before);
        check(&mut ann).await;
        check(&mut bob).await;
    });
}

/// Whether one of the bodies was good enough to come as far as the identity.
async fn trespass(bob: &mut Client, method: &Method, path: &str) -> bool {
    let mut looked_up = false;
    for (number, body) in bodies(method).into_iter().enumerate() {
        bob.headers
            .push(("idempotency-key", format!("trespass {method} {path} {number}")));
        let reply = bob.call(method.clone(), path, body).await;
        bob.headers.pop();
        let is_shut = reply.status == StatusCode::NOT_FOUND
            || (*method == Method::GET && reply.text == "[]")
            || (*method != Method::GET && reply.status == StatusCode::UNPROCESSABLE_ENTITY);
        assert!(is_shut, "{method} {path}: {} {}", reply.status, reply.text);
        looked_up |= reply.status != StatusCode::UNPROCESSABLE_ENTITY;
    }
    looked_up || *method == Method::GET
}

fn shows(text: &str, books: &Books) -> bool {
    let ids = [
        &books.customer,
        &books.order,
        &books.delivery,
        &books.statement,
        &books.receipt,
    ];
    text.contains("Zebra") || ids.iter().any(|id| text.contains(&format!("\"{id}\"")))
}

/// An identity of another company inside a body is unknown, whatever else is right.
#[test]
fn a_document_cannot_name_what_belongs_to_others() {
    both(|db| async move {
        let server = Server::new(db);
        let mut ann = server.set_up().await;
        let books = business(&server, &mut ann).await;
        let mut bob = second_company(&server, &mut ann).await;
        let own = json!({"name": "Own", "credit_limit": null});
        let customer = bob.post("/api/v1/customers", own).await.done()["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let product = bob
            .post("/api/v1/products", json!({"name": "Own", "price": "1"}))
            .await
            .done();
        let product = product["id"].as_str().unwrap().to_owned();
        let mut payment = receipt_of(&customer, "10.00", "items");
        payment["items"] = json!([{"entry_id": books.entry}]);
        let of_order = json!({"kind": "delivery", "order_id": books.order,
            "lines": [{"order_line_no": 1, "quantity": "1"}]});
        let returned = json!({"kind": "return", "source_id": books.delivery, "reason": "broken",
            "lines": [{"source_line_no": 1, "quantity": "-1"}]});
        let order =
            json!({"customer_id": books.customer, "lines": [{"product_id": product, "quantity": "1"}]});
        let attempts = [
            (
                "/api/v1/deliveries/post",
                delivery_of(&books.customer, &product, "1"),
            ),
            (
                "/api/v1/deliveries/post",
                delivery_of(&customer, &books.product, "1"),
            ),
            ("/api/v1/deliveries/post", of_order),
            ("/api/v1/deliveries/post", returned),
            ("/api/v1/orders", order),
            ("/api/v1/receipts", receipt_of(&books.customer, "10.00", "oldest")),
            ("/api/v1/receipts", payment),
        ];
        for (path, body) in attempts {
            let reply = bob.money(path, body.clone()).await;
            let is_shut = matches!(
                reply.status,
                StatusCode::NOT_FOUND | StatusCode::UNPROCESSABLE_ENTITY | StatusCode::CONFLICT
            );
            assert!(is_shut, "{path} {body}: {} {}", reply.status, reply.text);
            assert!(!reply.text.contains("Zebra"), "{}", reply.text);
        }
        let works = bob
            .money("/api/v1/deliveries/post", delivery_of(&customer, &product, "1"))
            .await;
        assert_eq!(works.status, StatusCode::CREATED, "{}", works.text);
        let login = bob.log_in("ann", PASSWORD).await;
        assert_eq!(login.status, StatusCode::NO_CONTENT);
    });
}
