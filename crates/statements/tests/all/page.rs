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

    /// `/bill…` stands for the address that the cookie's link leads to.
    async fn get(&self, path: &str, cookie: Option<&str>) -> Answer {
        let tag = cookie.and_then(|cookie| cookie.strip_prefix("bill-")?.split('=').next());
        let path = path.replacen("/bill", &format!("/bill/{}", tag.unwrap_or("x")), 1);
        self.ask(Request::get(path), cookie).await
    }

    async fn head(&self, path: &str) -> Answer {
        self.ask(Request::head(path), None).await
    }

    async fn ask(&self, request: axum::http::request::Builder, cookie: Option<&str>) -> Answer {
        let mut request = request.header(header::USER_AGENT, "phone");
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
        let location = answer.headers[header::LOCATION].to_str().unwrap();
        assert!(location.starts_with("/bill/"), "{location}");
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
            ("/bill", Some("bill-abc=abc.123.def")),
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
        // A look at the head alone is no visit.
        let head = phone.head(&format!("/s/{token}")).await;
        assert!(head.status.is_redirection() && !head.headers.contains_key(header::SET_COOKIE));
        let views = world.read(move |tx| statements::links(tx, id)).await;
        assert_eq!(views[0].views, 2);
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
        assert_eq!(again, "statements.not_live");
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
fn two_links_open_side_by_side_and_a_replaced_version_leads_to_the_new_one() {
    both(|db| async move {
        let world = World::new(db).await;
        let tea = world.product("TEA", "1").await;
        let buyer = world.buyer(BuyerTerms::named("Lucky")).await;
        let other = world.buyer(BuyerTerms::named("Other")).await;
        world.posted(delivery(buyer, vec![line(tea, "8")])).await;
        world.posted(delivery(other, vec![line(tea, "9")])).await;
        world.go_to(day("2026-02-02"));
        world.run_statements().await;
        let listed = world.read(|tx| statements::list(tx, &Default::default())).await;
        let of = |name: &str| {
            let found = listed.items.iter().find(|item| item.customer_name == name);
            found.expect("a statement").id
        };
        let (mine, theirs) = (of("Lucky"), of("Other"));
        let nonces = [(mine, "one nonce"), (theirs, "another nonce")];
        let phone = Phone::new(&world);
        let mut cookies = Vec::new();
        for (id, nonce) in nonces {
            world
                .done(move |tx, meta| statements::share(tx, meta, id, &KEY, nonce, 90))
                .await;
            cookies.push(phone.visit(&statements::link_token(&KEY, nonce)).await);
        }
        // One browser sends both; each address opens its own.
        let both = format!("{}; {}", cookies[0], cookies[1]);
        let path = |cookie: &str| {
            let tag = cookie
                .strip_prefix("bill-")
                .and_then(|rest| rest.split('=').next());
            format!("/bill/{}", tag.expect("a tag"))
        };
        for (cookie, name) in cookies.iter().zip(["Lucky", "Other"]) {
            let request = Request::get(path(cookie));
            let page = phone.ask(request, Some(&both)).await;
            assert!(page.text.contains(name), "{}", page.text);
        }
        // A cookie opens no other link's address.
        let request = Request::get(path(&cookies[1]));
        assert_eq!(
            phone.ask(request, Some(&cookies[0])).await.status,
            StatusCode::NOT_FOUND
        );
        // Late goods, and a version that takes them.
        let mut late = delivery(buyer, vec![line(tea, "2")]);
        late.delivery_date = Some(day("2026-01-20"));
        world.posted(late).await;
        world
            .done(move |tx, meta| statements::supersede(tx, meta, mine, "goods were missing"))
            .await;
        let page = phone.get("/bill", Some(&cookies[0])).await;
        assert!(
            page.text.contains("Replaced") && page.text.contains("version=current"),
            "{}",
            page.text
        );
        let newer = phone.get("/bill?version=current", Some(&cookies[0])).await;
        assert!(
            newer.text.contains("ST-000001-2") && newer.text.contains("10.00"),
            "{}",
            newer.text
        );
        check(&world).await;
    });
}

/// A customer in credit: printed as a credit, nothing asked for.
#[test]
fn negative_closing() {
    both(|db| async move {
        let world = World::new(db).await;
        let buyer = world.buyer(BuyerTerms::named("Lucky")).await;
        let date = world.today();
        world.received(receipt(buyer, date, "40", Target::None)).await;
        world.go_to(day("2026-02-02"));
        world.run_statements().await;
        let listed = world.read(|tx| statements::list(tx, &Default::default())).await;
        let statement = &listed.items[0];
        assert_eq!(statement.closing.minor, -40_00);
        let (_, token) = share(&world, statement.id).await;
        let phone = Phone::new(&world);
        let cookie = phone.visit(&token).await;
        let page = phone.get("/bill", Some(&cookie)).await;
        assert!(
            page.text.contains("In your favour") && !page.text.contains("Please pay"),
            "{}",
            page.text
        );
        check(&world).await;
    });
}

/// Whoever has the link sees one statement; the log shows it, and the link can be revoked.
#[test]
fn link_forwarded_to_a_stranger() {
    both(|db| async move {
        let world = World::new(db).await;
        let tea = world.product("TEA", "1").await;
        let buyer = world.buyer(BuyerTerms::named("Lucky")).await;
        world.posted(delivery(buyer, vec![line(tea, "8")])).await;
        world.go_to(day("2026-02-02"));
        world.run_statements().await;
        world.posted(delivery(buyer, vec![line(tea, "5")])).await;
        world.go_to(day("2026-03-02"));
        world.run_statements().await;
        let listed = world.read(|tx| statements::list(tx, &Default::default())).await;
        let first = listed.items.last().expect("two statements").id;
        let (link, token) = share(&world, first).await;
        let phone = Phone::new(&world);
        let (_, stranger) = (phone.visit(&token).await, phone.visit(&token).await);
        let page = phone.get("/bill", Some(&stranger)).await;
        assert!(page.text.contains("ST-000001") && !page.text.contains("DN-000002"));
        let links = world.read(move |tx| statements::links(tx, first)).await;
        assert_eq!(links[0].views, 2);
        world
            .done(move |tx, meta| statements::revoke(tx, meta, link))
            .await;
        assert_eq!(
            phone.get("/bill", Some(&stranger)).await.status,
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
