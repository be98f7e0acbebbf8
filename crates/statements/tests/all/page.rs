//! The customer's page: what a link opens, and what it never opens.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use base::Instant;
use db::testing::both;
use kit::{App, AppState};
use receivables::Target;
use testkit::{BuyerTerms, World, delivery, line, receipt};
use tower::ServiceExt;

use crate::{check, day};

const KEY: [u8; 32] = [42; 32];

struct Phone {
    app: AppState,
    clock: Arc<std::sync::atomic::AtomicI64>,
}

struct Answer {
    status: StatusCode,
    headers: axum::http::HeaderMap,
    text: String,
}

impl Phone {
    fn new(world: &World) -> Phone {
        let clock = Arc::new(std::sync::atomic::AtomicI64::new(world.now().micros()));
        let reading = clock.clone();
        let app = App {
            db: world.db.clone(),
            clock: Arc::new(move || Instant::from_micros(reading.load(std::sync::atomic::Ordering::Relaxed))),
            link_key: KEY,
            public_url: Some("http://books.test".into()),
            demo: false,
            data_dir: std::env::temp_dir(),
        };
        Phone {
            app: Arc::new(app),
            clock,
        }
    }

    fn router(&self) -> axum::Router {
        let doorman: statements::Doorman = Arc::new(|_| statements::Visitor {
            address: None,
            secure: false,
        });
        statements::public_router(doorman).with_state(self.app.clone())
    }

    async fn get(&self, path: &str, cookie: Option<&str>) -> Answer {
        let mut request = Request::get(path).header(header::USER_AGENT, "phone");
        if let Some(cookie) = cookie {
            request = request.header(header::COOKIE, cookie);
        }
        let response = self
            .router()
            .oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 1 << 20).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text,
        }
    }

    /// Follows a link and answers the cookie of the visit.
    async fn visit(&self, token: &str) -> String {
        let answer = self.get(&format!("/s/{token}"), None).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert_eq!(answer.headers[header::LOCATION], "/bill");
        let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
        assert!(
            cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
            "{cookie}"
        );
        cookie.split(';').next().unwrap().to_owned()
    }
}

async fn share(world: &World, id: statements::StatementId) -> (statements::LinkId, String) {
    let nonce = "a nonce that chance would make";
    let token = statements::link_token(&KEY, nonce);
    let link = world
        .done(move |tx, meta| statements::share(tx, meta, id, &KEY, nonce, 90))
        .await;
    (link, token)
}

#[test]
fn a_link_opens_one_statement_and_nothing_else() {
    both(|db| async move {
        let world = World::new(db).await;
        let buyer = world
            .buyer(BuyerTerms::named("<b>Lucky & Sons</b>").cycle("monthly:-1"))
            .await;
        let other = world.buyer(BuyerTerms::named("Other").cycle("monthly:-1")).await;
        let tea = world.product("TEA", "12.50").await;
        world.posted(delivery(buyer, vec![line(tea, "8")])).await;
        world.posted(delivery(other, vec![line(tea, "1")])).await;
        world.go_to(day("2026-02-02"));
        world.run_statements().await;
        let date = world.today();
        world.received(receipt(buyer, date, "40", Target::Oldest)).await;
        let query = kit::list::ListQuery {
            filter: [("customer_id".to_owned(), buyer.id.to_string())].into(),
            ..Default::default()
        };
        let id = world.read(move |tx| statements::list(tx, &query)).await.items[0].id;
        let (link, token) = share(&world, id).await;
        let phone = Phone::new(&world);
        let cookie = phone.visit(&token).await;
        let bill = phone.get("/bill", Some(&cookie)).await;
        assert_eq!(bill.status, StatusCode::OK);
        for name in [
            "cache-control",
            "x-robots-tag",
            "content-security-policy",
            "referrer-policy",
        ] {
            assert!(bill.headers.contains_key(name), "{name}");
        }
        assert_eq!(bill.headers["referrer-policy"], "no-referrer");
        for seen in [
            "ST-000001",
            "60.00",
            "100.00",
            "-40.00",
            "2 Mar 2026",
            "DN-000001",
            "&#60;b&#62;Lucky",
        ] {
            assert!(bill.text.contains(seen), "{seen} is missing in {}", bill.text);
        }
        assert!(
            !bill.text.contains("<b>Lucky") && !bill.text.contains("<script") && bill.text.len() < 40_000
        );
        let goods = phone.get("/bill/deliveries/1", Some(&cookie)).await;
        assert!(
            goods.text.contains("Product TEA") && goods.text.contains("12.5"),
            "{}",
            goods.text
        );
        // Each language, without leaving the visit.
        for (lang, word) in [("zh-Hans", "对账单"), ("zh-Hant", "對帳單")] {
            let page = phone.get(&format!("/bill?lang={lang}"), Some(&cookie)).await;
            assert!(page.text.contains(word) && page.text.contains(&format!("lang={lang}")));
            assert!(!page.text.contains("public."), "a text is missing: {}", page.text);
        }
        // Nothing else: no other line, no other statement, and no page without a ticket.
        for (path, cookie) in [
            ("/bill/deliveries/2", Some(cookie.as_str())),
            ("/bill/deliveries/x", Some(cookie.as_str())),
            ("/bill", None),
            ("/bill", Some("bill=abc.123.def")),
            ("/s/wrong", None),
        ] {
            assert_eq!(
                phone.get(path, cookie).await.status,
                StatusCode::NOT_FOUND,
                "{path}"
            );
        }
        // The visit is over after half an hour, the link is not.
        phone
            .clock
            .fetch_add(31 * 60 * 1_000_000, std::sync::atomic::Ordering::Relaxed);
        assert_eq!(
            phone.get("/bill", Some(&cookie)).await.status,
            StatusCode::NOT_FOUND
        );
        let cookie = phone.visit(&token).await;
        let views = world.read(move |tx| statements::links(tx, id)).await;
        assert_eq!((views[0].views, views.len()), (2, 1));
        // Revoked: at once, also for a visit that goes on; the answer is that of a wrong link.
        world
            .done(move |tx, meta| statements::revoke(tx, meta, link))
            .await;
        let wrong = phone.get("/s/wrong", None).await;
        for gone in [
            phone.get(&format!("/s/{token}"), None).await,
            phone.get("/bill", Some(&cookie)).await,
        ] {
            assert_eq!((gone.status, &gone.text), (wrong.status, &wrong.text));
        }
        check(&world).await;
    });
}

#[test]
fn expired_links_and_void_statements() {
    both(|db| async move {
        let world = World::new(db).await;
        let buyer = world.buyer(BuyerTerms::named("Lucky").cycle("monthly:-1")).await;
        let tea = world.product("TEA", "1").await;
        world.posted(delivery(buyer, vec![line(tea, "8")])).await;
        world.go_to(day("2026-02-02"));
        world.run_statements().await;
        let id = world
            .read(|tx| statements::list(tx, &Default::default()))
            .await
            .items[0]
            .id;
        let (_, token) = share(&world, id).await;
        let phone = Phone::new(&world);
        let cookie = phone.visit(&token).await;
        world
            .done(move |tx, meta| statements::void(tx, meta, id, "wrong price"))
            .await;
        let page = phone.get("/bill", Some(&cookie)).await;
        assert!(page.text.contains("Void"), "{}", page.text);
        let again = world
            .refused(move |tx, meta| statements::share(tx, meta, id, &KEY, "other", 90))
            .await;
        assert_eq!(again, "statements.already_void");
        phone
            .clock
            .fetch_add(91 * 86_400 * 1_000_000, std::sync::atomic::Ordering::Relaxed);
        assert_eq!(
            phone.get(&format!("/s/{token}"), None).await.status,
            StatusCode::NOT_FOUND
        );
        check(&world).await;
    });
}

#[test]
fn a_long_statement_stays_small() {
    both(|db| async move {
        let world = World::new(db).await;
        let buyer = world.buyer(BuyerTerms::named("Lucky").cycle("monthly:-1")).await;
        let tea = world.product("TEA", "1.25").await;
        for _ in 0..160 {
            world.posted(delivery(buyer, vec![line(tea, "3")])).await;
        }
        world.go_to(day("2026-02-02"));
        world.run_statements().await;
        let id = world
            .read(|tx| statements::list(tx, &Default::default()))
            .await
            .items[0]
            .id;
        let (_, token) = share(&world, id).await;
        let phone = Phone::new(&world);
        let cookie = phone.visit(&token).await;
        let mut seen = 0;
        for page in 1..=3 {
            let answer = phone
                .get(&format!("/bill?page={page}&lang=zh-Hans"), Some(&cookie))
                .await;
            assert!(answer.text.len() < 40_000, "{} bytes", answer.text.len());
            seen += answer.text.matches("DN-000").count();
        }
        assert_eq!(seen, 160);
        check(&world).await;
    });
}
