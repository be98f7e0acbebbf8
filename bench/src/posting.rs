//! Posting deliveries of 3 lines under the credit check: 16 clients against a replay of the same statements.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant as Clock};

use access::Role;
use anyhow::{Context, Result, ensure};
use base::{Instant, Quantity};
use db::record::{self, Statement};
use db::testing::Cluster;
use db::{Db, Synchronous, Target};
use i18n::Lang;
use kit::{Act, App, Ctx};
use sales::{LineInput, SaveDelivery};
use serde_json::{Value, json};
use testkit::Chance;

use crate::bare::Bare;
use crate::books::{self, Books};
use crate::http::Connection;
use crate::measure::{self, Report};
use crate::replay;
use crate::settings::Settings;

const CLIENTS: usize = 16;
const CUSTOMERS: usize = 2_000;
const PRODUCTS: usize = 500;
/// Distinct units that pgbench plays.
const UNITS: usize = 100;

/// The delivery of this number: the same in every contest.
fn delivery(books: &Books, number: usize) -> SaveDelivery {
    let mut chance = Chance::new(number as u64);
    let buyer = books.buyers[chance.below(books.buyers.len() as u64) as usize];
    let lines = (0..3)
        .map(|_| {
            let product = books.products[chance.below(books.products.len() as u64) as usize];
            let quantity = Quantity::from_millionths(chance.between(1, 40) * 500_000);
            LineInput {
                quantity,
                ..testkit::line(product, "1")
            }
        })
        .collect();
    testkit::delivery(buyer, lines)
}

fn context(db: &Db, books: &Books, key: String) -> Ctx {
    let app = App {
        db: db.clone(),
        clock: Arc::new(Instant::now),
        link_key: [0; 32],
        public_url: None,
        demo: false,
        data_dir: PathBuf::new(),
    };
    Ctx {
        app: Arc::new(app),
        db: db.clone(),
        company: books.company.clone(),
        user: books.user,
        user_name: "Bench".into(),
        role: Role::Owner,
        lang: Lang::En,
        now: Instant::now(),
        fingerprint: key.clone(),
        idempotency_key: Some(key),
    }
}

/// The whole command pipeline, as a request runs it.
async fn post(db: &Db, books: &Books, number: usize, run: &str) -> Result<()> {
    let ctx = context(db, books, format!("bench-key-{run}-{number}"));
    let input = delivery(books, number);
    let posted = ctx.command(Act::money("sales.post_delivery").created(), move |tx, meta| {
        let posted = sales::post_new(tx, meta, &input)?;
        Ok(json!({ "id": posted.delivery.to_string(), "no": posted.no, "total": posted.total.to_string() }))
    });
    posted
        .await
        .map_err(|problem| anyhow::anyhow!("a delivery was not posted: {problem:?}"))?;
    Ok(())
}

/// Posts from 16 tasks at once until the count or the time is up; answers how many and how long it took.
async fn post_many(db: &Db, books: &Arc<Books>, count: usize, limit: Duration) -> Result<(usize, Duration)> {
    let next = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let from = Clock::now();
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let (db, books, next) = (db.clone(), books.clone(), next.clone());
            tokio::spawn(async move {
                let mut done = 0;
                while from.elapsed() < limit {
                    let number = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    if number >= count {
                        break;
                    }
                    post(&db, &books, number, "many").await?;
                    done += 1;
                }
                Ok::<usize, anyhow::Error>(done)
            })
        })
        .collect();
    let mut done = 0;
    for client in clients {
        done += client.await??;
    }
    Ok((done, from.elapsed()))
}

/// Records what each delivery says to the database, one after the other.
async fn record_units(db: &Db, books: &Books, count: usize) -> Result<Vec<Vec<Statement>>> {
    record::start();
    let mut units = Vec::with_capacity(count);
    for number in 0..count {
        post(db, books, number, "recorded").await?;
        let mut unit = record::take();
        unit.retain(|statement| statement.sql != record::COMMIT);
        units.push(unit);
    }
    record::stop();
    Ok(units)
}

pub async fn on_sqlite(report: &mut Report, home: &Path, settings: &Settings) -> Result<()> {
    println!("\nPosting deliveries of 3 lines, SQLite");
    let base = home.join("posting");
    let db = Db::open(&books::sqlite(&base), books::options(Synchronous::Off)).await?;
    let made = db.clone();
    let books = tokio::task::spawn_blocking(move || books::make(&made, CUSTOMERS, PRODUCTS, None)).await??;
    let books = Arc::new(books);
    db.close().await;
    let contest = home.join("posting-contest");

    measure::copy_folder(&base, &contest)?;
    let db = Db::open(&books::sqlite(&contest), books::options(Synchronous::Off)).await?;
    let count = settings.deliveries;
    let units = record_units(&db, &books, count).await?;
    db.close().await;
    let statements: usize = units.iter().map(Vec::len).sum();
    println!("  {} statements a delivery", statements / units.len());

    let fsync = measure::fsync_time(home)?;
    let slow_disk = fsync >= Duration::from_micros(300);
    let (level, target) = if slow_disk { ("FULL", 1.2) } else { ("OFF", 0.6) };
    println!(
        "  fsync {} µs: compared with a replay with synchronous={level}",
        fsync.as_micros()
    );
    let (mut ratios, mut http_ratios) = (Vec::new(), Vec::new());
    for round in 1..=settings.rounds {
        measure::copy_folder(&base, &contest)?;
        let db = Db::open(&books::sqlite(&contest), books::options(Synchronous::Full)).await?;
        let before = measure::own_ticks();
        let (done, time) = post_many(&db, &books, count, Duration::from_secs(60)).await?;
        let after = measure::own_ticks();
        let ours = measure::per_second(done, time);
        db.close().await;

        measure::copy_folder(&base, &contest)?;
        let (folder, recorded) = (contest.clone(), units.clone());
        let bare =
            tokio::task::spawn_blocking(move || Bare::sqlite(&folder, level)?.play(&recorded)).await??;
        let bare = measure::per_second(count, bare);

        measure::copy_folder(&base, &contest)?;
        let (http, share) = over_http(&contest, &books, count).await?;
        ratios.push(ours / bare);
        http_ratios.push(http / ours);
        let generator = measure::share(after.1.saturating_sub(before.1), after.0.saturating_sub(before.0));
        println!(
            "  round {round}: in process {ours:.0}/s (clients use {generator} % of the CPU), bare {bare:.0}/s, \
             HTTP {http:.0}/s (load generator {share} %)"
        );
    }
    report.at_least(
        &format!("SQLite, in process / replay {level}"),
        measure::median(&ratios),
        target,
    );
    report.at_least("SQLite, HTTP / in process", measure::median(&http_ratios), 0.5);
    Ok(())
}

pub async fn on_postgres(report: &mut Report, home: &Path, settings: &Settings) -> Result<()> {
    println!("\nPosting deliveries of 3 lines, PostgreSQL");
    let base = Cluster::shared().database();
    let target = Target::Postgres { url: base.clone() };
    let db = Db::open(&target, books::options(Synchronous::Full)).await?;
    let made = db.clone();
    let books = tokio::task::spawn_blocking(move || books::make(&made, CUSTOMERS, PRODUCTS, None)).await??;
    let books = Arc::new(books);
    post(&db, &books, 0, "first").await?;
    db.close().await;
    // No other number of a unit is as large, so the document's number is known among them.
    books::psql(&base, "UPDATE kit_number SET last = 654321")?;
    books::psql(&base, "VACUUM ANALYZE")?;

    let contest = books::copy_database(&base, "bench_contest")?;
    let db = Db::open(
        &Target::Postgres { url: contest },
        books::options(Synchronous::Full),
    )
    .await?;
    let units = record_units(&db, &books, UNITS + 1).await?;
    db.close().await;
    let scripts = replay::pgbench_scripts(&units)?;
    let seconds = settings.seconds as u64;

    let mut ratios = Vec::new();
    for round in 1..=settings.rounds {
        let contest = books::copy_database(&base, "bench_contest")?;
        let db = Db::open(
            &Target::Postgres { url: contest },
            books::options(Synchronous::Full),
        )
        .await?;
        let before = measure::own_ticks();
        let limit = Duration::from_secs(seconds);
        let (done, time) = post_many(&db, &books, usize::MAX, limit).await?;
        let after = measure::own_ticks();
        let ours = measure::per_second(done, time);
        db.close().await;

        let contest = books::copy_database(&base, "bench_contest")?;
        let (folder, scripts) = (home.to_owned(), scripts.clone());
        let bare =
            tokio::task::spawn_blocking(move || replay::on_postgres(&contest, &folder, &scripts, seconds));
        let bare = bare.await??;
        ratios.push(ours / bare);
        let generator = measure::share(after.1.saturating_sub(before.1), after.0.saturating_sub(before.0));
        println!(
            "  round {round}: in process {ours:.0}/s (clients use {generator} % of this process's CPU), \
             pgbench {bare:.0}/s"
        );
    }
    report.at_least("PostgreSQL, in process / pgbench", measure::median(&ratios), 1.0);
    Ok(())
}

/// A server of the built program on a copy of the books.
pub struct Server {
    child: Child,
    pub host: String,
}

impl Server {
    pub fn start(folder: &Path) -> Result<Server> {
        use std::io::{BufRead, BufReader};
        let program = std::env::current_exe()?.with_file_name("settlebook");
        let mut child = Command::new(&program)
            .arg("--data")
            .arg(folder)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{} does not start: cargo build --release", program.display()))?;
        let output = child.stdout.take().context("standard output is a pipe")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let host = line
            .trim()
            .trim_start_matches("http://")
            .trim_end_matches('/')
            .to_owned();
        ensure!(!host.is_empty(), "the server said no address");
        Ok(Server { child, host })
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

/// Signs in; the answer's headers go on every connection.
pub async fn sign_in(host: &str) -> Result<String> {
    let mut connection = Connection::open(host).await?;
    let body = json!({ "login": books::LOGIN, "password": books::PASSWORD }).to_string();
    let answer = connection
        .send(
            "POST",
            "/api/v1/session",
            "Sec-Fetch-Site: same-origin\r\n",
            &body,
        )
        .await?;
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    ensure!(answer.status < 300, "signing in: {} {text}", answer.status);
    let cookie = answer.cookie.context("no session cookie")?;
    let answer = connection
        .send("GET", "/api/v1/session", &format!("Cookie: {cookie}\r\n"), "")
        .await?;
    let session: Value = serde_json::from_slice(&answer.body)?;
    let csrf = session["csrf"].as_str().context("no CSRF token")?;
    Ok(format!(
        "Cookie: {cookie}\r\nX-Settlebook-CSRF: {csrf}\r\nSec-Fetch-Site: same-origin\r\n"
    ))
}

/// 16 connections that stay open, one logged-in user; deliveries a second and the load generator's share.
async fn over_http(folder: &Path, books: &Arc<Books>, count: usize) -> Result<(f64, u64)> {
    let server = Server::start(folder)?;
    let headers = sign_in(&server.host).await?;
    let proc = format!("/proc/{}", server.pid());
    let (own, theirs) = (measure::ticks("/proc/self"), measure::ticks(&proc));
    let from = Clock::now();
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let (host, headers, books) = (server.host.clone(), headers.clone(), books.clone());
            tokio::spawn(async move {
                let mut connection = Connection::open(&host).await?;
                connection.headers = headers;
                for number in (client..count).step_by(CLIENTS) {
                    let key = format!("Idempotency-Key: bench-key-http-{number}\r\n");
                    let body = body(&delivery(&books, number));
                    let answer = connection
                        .send("POST", "/api/v1/deliveries/post", &key, &body)
                        .await?;
                    let text = String::from_utf8_lossy(&answer.body);
                    ensure!(answer.status == 201, "posting: {} {text}", answer.status);
                }
                Ok(())
            })
        })
        .collect();
    for client in clients {
        client.await??;
    }
    let rate = measure::per_second(count, from.elapsed());
    let share = measure::share(measure::ticks("/proc/self") - own, measure::ticks(&proc) - theirs);
    Ok((rate, share))
}

fn body(input: &SaveDelivery) -> String {
    let lines: Vec<Value> = input
        .lines
        .iter()
        .map(|line| {
            json!({
                "product_id": line.product.map(|id| id.to_string()),
                "quantity": line.quantity.to_string(),
            })
        })
        .collect();
    let customer = input.customer.map(|id| id.to_string());
    json!({ "kind": "delivery", "customer_id": customer, "lines": lines }).to_string()
}
