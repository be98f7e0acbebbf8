//! The first page of each list, and the open items of a customer who has many, over HTTP: every sort in both
//! directions and every filter that is offered, against the statements of the same request over the bare driver.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use base::Day;
use db::record::{self, Statement};
use db::{Db, Synchronous, Target};
use server::ServeOptions;
use tokio::runtime::Runtime;

use crate::bare::Bare;
use crate::books;
use crate::http::Connection;
use crate::measure::{self, Report};
use crate::posting::sign_in;
use crate::rows::{self, Offered};
use crate::settings::Settings;

/// What a request may cost besides three times its statements.
const ALLOWANCE: Duration = Duration::from_millis(5);

pub fn run(
    report: &mut Report,
    home: &Path,
    settings: &Settings,
    postgres: bool,
    runtime: &Runtime,
) -> Result<()> {
    let name = books::name(postgres);
    println!(
        "\nLists, {name}: {} rows each, {} requests each",
        settings.rows, settings.requests
    );
    let first = Day::new(2024, 1, 1).context("a day")?;
    let base = books::fresh(postgres, home, "lists");
    let db = Db::open_blocking(&base, books::options(Synchronous::Off))?;
    let books = books::make(&db, 1, 1, Some(first))?;
    db.close_blocking();
    let ((), time) = measure::timed(|| {
        books::bulk(
            &base,
            &rows::lists(&books, postgres, first, settings.rows, settings.items),
        )
    })?;
    println!("  rows made in {} s", time.as_secs());
    let visitor = runtime.block_on(Visitor::enter(&base, home))?;
    let mut visit = Visit {
        visitor,
        bare: Bare::open(&base)?,
        runtime,
        requests: settings.requests,
    };
    for offered in rows::offered(first, &books) {
        let mut worst: Option<Figure> = None;
        for path in paths(&offered) {
            let figure = visit.figure(&path)?;
            if figure.share() > 1.0 {
                println!("    {figure}");
            }
            if worst.as_ref().is_none_or(|worst| worst.share() < figure.share()) {
                worst = Some(figure);
            }
        }
        let worst = worst.context("a list without a sort")?;
        println!("  worst of {}: {worst}", offered.path);
        report.at_most(
            &format!("{name}, {}: p99 / (3 × bare + 5 ms)", offered.path),
            worst.share(),
            1.0,
            "",
        );
    }
    let Visit { visitor, bare, .. } = visit;
    drop(bare);
    runtime.block_on(visitor.leave())?;
    books::remove(&base)
}

/// Every sort in both directions, and every filter in the list's own order.
fn paths(offered: &Offered) -> Vec<String> {
    let address = |query: &str| {
        let join = if offered.path.contains('?') { '&' } else { '?' };
        if query.is_empty() {
            offered.path.clone()
        } else {
            format!("{}{join}{query}", offered.path)
        }
    };
    let mut all = vec![address("")];
    for sort in offered.sorts {
        all.extend([
            address(&format!("sort={sort}")),
            address(&format!("sort=-{sort}")),
        ]);
    }
    all.extend(
        offered
            .filters
            .iter()
            .map(|(name, value)| address(&format!("filter[{name}]={value}"))),
    );
    all
}

/// Medians and 99th percentiles of a request and of its statements alone.
struct Figure {
    path: String,
    statements: usize,
    ours: [Duration; 2],
    bare: [Duration; 2],
}

impl Figure {
    fn share(&self) -> f64 {
        self.ours[1].as_secs_f64() / (3 * self.bare[1] + ALLOWANCE).as_secs_f64()
    }
}

impl std::fmt::Display for Figure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ms = |times: [Duration; 2]| {
            times
                .map(|time| format!("{:.2}", time.as_secs_f64() * 1e3))
                .join(" / ")
        };
        let (ours, bare) = (ms(self.ours), ms(self.bare));
        write!(
            f,
            "{}: {ours} ms, bare {bare} ms (median / p99, {} statements)",
            self.path, self.statements
        )
    }
}

struct Visit<'r> {
    visitor: Visitor,
    bare: Bare,
    runtime: &'r Runtime,
    requests: usize,
}

impl Visit<'_> {
    /// Requests and their statements in five alternating rounds.
    fn figure(&mut self, path: &str) -> Result<Figure> {
        record::start();
        self.runtime.block_on(self.visitor.get(path))?;
        let mut statements = record::take();
        record::stop();
        statements.retain(is_of_the_list);
        ensure!(!statements.is_empty(), "{path} asked the database nothing");
        let (mut ours, mut bare) = (Vec::new(), Vec::new());
        for _ in 0..5 {
            for _ in 0..self.requests.div_ceil(5) {
                let from = Instant::now();
                self.runtime.block_on(self.visitor.get(path))?;
                ours.push(from.elapsed());
            }
            for _ in 0..self.requests.div_ceil(5) {
                let from = Instant::now();
                for statement in &statements {
                    self.bare.run(&statement.sql, &statement.params)?;
                }
                bare.push(from.elapsed());
            }
        }
        Ok(Figure {
            path: path.to_owned(),
            statements: statements.len(),
            ours: [50, 99].map(|part| measure::percentile(&ours, part)),
            bare: [50, 99].map(|part| measure::percentile(&bare, part)),
        })
    }
}

/// Neither the look-up of the session nor the background's.
fn is_of_the_list(statement: &Statement) -> bool {
    let sql = &statement.sql;
    sql.starts_with("SELECT")
        && !["access_", "kit_job", "statements_series", "ledger_closing"]
            .iter()
            .any(|table| sql.contains(table))
}

/// A server in this process, so that its statements can be noted, and one connection to it.
struct Visitor {
    connection: Connection,
    stop: tokio::sync::oneshot::Sender<()>,
    serving: tokio::task::JoinHandle<db::Result<()>>,
}

impl Visitor {
    async fn enter(place: &Target, home: &Path) -> Result<Visitor> {
        let data_dir = match place {
            Target::Sqlite { dir } => dir.clone(),
            Target::Postgres { .. } => home.join("lists-keys"),
        };
        let options = ServeOptions {
            listen: "127.0.0.1:0".into(),
            target: place.clone(),
            data_dir,
            public_url: None,
            behind_proxy: false,
        };
        let listening = server::bind(&options).await?;
        let host = Arc::new(listening.address.to_string());
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let serving = tokio::spawn(listening.run(async move {
            let _ = stopped.await;
        }));
        let headers = sign_in(&host).await?;
        let mut connection = Connection::open(&host).await?;
        connection.headers = headers;
        Ok(Visitor {
            connection,
            stop,
            serving,
        })
    }

    async fn get(&mut self, path: &str) -> Result<()> {
        let answer = self
            .connection
            .send("GET", &format!("/api/v1{path}"), "", "")
            .await?;
        let text = || {
            String::from_utf8_lossy(&answer.body)
                .chars()
                .take(300)
                .collect::<String>()
        };
        ensure!(answer.status == 200, "{path}: {} {}", answer.status, text());
        Ok(())
    }

    async fn leave(self) -> Result<()> {
        drop(self.connection);
        let _ = self.stop.send(());
        self.serving.await??;
        Ok(())
    }
}
