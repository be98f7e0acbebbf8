//! A server without a socket, a clock that only the test turns, and clients that keep their cookies.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use base::Instant;
use db::Db;
use serde_json::{Value, json};
use server::Site;
use tempfile::TempDir;
use tower::ServiceExt;

pub const PASSWORD: &str = "long enough";

pub struct Server {
    pub router: Router,
    pub db: Db,
    pub setup_code: String,
    clock: kit::Clock,
    micros: Arc<AtomicI64>,
    _folder: TempDir,
}

impl Server {
    pub fn new(db: Db) -> Server {
        Server::of(db, Site::new(false, None), false)
    }

    pub fn of(db: Db, site: Site, demo: bool) -> Server {
        let folder = tempfile::tempdir().unwrap();
        let start = Instant::parse("2026-03-02T09:00:00Z").unwrap();
        let micros = Arc::new(AtomicI64::new(start.micros()));
        let turned = micros.clone();
        let clock: kit::Clock = Arc::new(move || Instant::from_micros(turned.load(Ordering::Relaxed)));
        let app = kit::App {
            db: db.clone(),
            clock: clock.clone(),
            link_key: [7; 32],
            public_url: None,
            demo,
            data_dir: folder.path().to_owned(),
        };
        let setup_code = site.setup_code.clone();
        let router = server::router(Arc::new(app), site);
        Server {
            router,
            db,
            setup_code,
            clock,
            micros,
            _folder: folder,
        }
    }

    pub fn pass(&self, seconds: i64) {
        self.micros.fetch_add(seconds * 1_000_000, Ordering::Relaxed);
    }

    pub async fn run_jobs(&self) {
        kit::job::run_until_idle(&self.db, &server::handlers(), &self.clock)
            .await
            .unwrap();
    }

    /// A browser at this machine.
    pub fn client(&self) -> Client {
        self.client_at("127.0.0.1")
    }

    pub fn client_at(&self, address: &str) -> Client {
        let host = if address == "127.0.0.1" {
            "127.0.0.1:8080"
        } else {
            "books.local:8080"
        };
        Client {
            router: self.router.clone(),
            address: address.parse().unwrap(),
            cookie: None,
            csrf: None,
            headers: vec![("host", host.to_owned())],
        }
    }

    /// Sets up the company MAIN and answers its owner, signed in.
    pub async fn set_up(&self) -> Client {
        let mut owner = self.client();
        let reply = owner.post("/api/v1/setup", setup_input()).await;
        assert_eq!(reply.status, StatusCode::NO_CONTENT, "{}", reply.json);
        owner.read_session().await;
        owner
    }

    pub async fn signed_in(&self, login: &str) -> Client {
        let mut client = self.client();
        let reply = client.log_in(login, PASSWORD).await;
        assert_eq!(reply.status, StatusCode::NO_CONTENT, "{}", reply.json);
        client
    }
}

pub fn setup_input() -> Value {
    json!({
        "company_name": "Main Shop", "company_code": "MAIN", "currency": "GBP", "timezone": "Europe/London",
        "language": "en", "owner_name": "Ann", "login": "ann", "password": PASSWORD,
    })
}

pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
    pub json: Value,
}

impl Reply {
    /// The body of an act that must have worked.
    #[track_caller]
    pub fn done(self) -> Value {
        assert!(self.status.is_success(), "{}: {}", self.status, self.text);
        self.json
    }

    pub fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
    }
}

#[derive(Clone)]
pub struct Client {
    router: Router,
    address: IpAddr,
    pub cookie: Option<String>,
    pub csrf: Option<String>,
    /// Sent with every request.
    pub headers: Vec<(&'static str, String)>,
}

impl Client {
    pub async fn call(&mut self, method: Method, path: &str, body: Option<Value>) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        if let Some(csrf) = &self.csrf {
            request = request.header("x-settlebook-csrf", csrf);
        }
        let body = match body {
            Some(Value::String(text)) => Body::from(text),
            Some(json) => Body::from(json.to_string()),
            None => Body::empty(),
        };
        let request = request
            .header(header::CONTENT_TYPE, "application/json")
            .body(body);
        let mut request = request.unwrap();
        request
            .extensions_mut()
            .insert(ConnectInfo(SocketAddr::new(self.address, 40_000)));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        if let Some(set) = parts.headers.get(header::SET_COOKIE) {
            let pair = set.to_str().unwrap().split(';').next().unwrap().to_owned();
            self.cookie = (!pair.ends_with('=')).then_some(pair);
        }
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Reply {
            status: parts.status,
            headers: parts.headers,
            text,
            json,
        }
    }

    pub async fn get(&mut self, path: &str) -> Reply {
        self.call(Method::GET, path, None).await
    }

    pub async fn post(&mut self, path: &str, body: Value) -> Reply {
        self.call(Method::POST, path, Some(body)).await
    }

    /// A money act under a key of its own.
    pub async fn money(&mut self, path: &str, body: Value) -> Reply {
        static KEYS: AtomicI64 = AtomicI64::new(0);
        let key = format!("key-{}", KEYS.fetch_add(1, Ordering::Relaxed));
        self.keyed(path, &key, body).await
    }

    pub async fn keyed(&mut self, path: &str, key: &str, body: Value) -> Reply {
        self.headers.push(("idempotency-key", key.to_owned()));
        let reply = self.post(path, body).await;
        self.headers.pop();
        reply
    }

    pub async fn put(&mut self, path: &str, body: Value) -> Reply {
        self.call(Method::PUT, path, Some(body)).await
    }

    pub async fn delete(&mut self, path: &str) -> Reply {
        self.call(Method::DELETE, path, None).await
    }

    /// `GET /session`; keeps the CSRF token for what follows.
    pub async fn read_session(&mut self) -> Value {
        let reply = self.get("/api/v1/session").await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
        self.csrf = reply.json["csrf"].as_str().map(str::to_owned);
        reply.json
    }

    pub async fn log_in(&mut self, login: &str, password: &str) -> Reply {
        let reply = self
            .post("/api/v1/session", json!({"login": login, "password": password}))
            .await;
        if reply.status == StatusCode::NO_CONTENT {
            self.read_session().await;
        }
        reply
    }

    pub async fn add_user(&mut self, login: &str, role: &str) -> Reply {
        let user =
            json!({"login": login, "name": login, "password": PASSWORD, "role": role, "language": "en"});
        self.post("/api/v1/users", user).await
    }
}
