//! The program as a process: memory, start, and what a browser loads first.

use std::path::Path;
use std::time::Instant;

use anyhow::{Result, ensure};
use db::{Db, Synchronous};

use crate::books;
use crate::http::Connection;
use crate::measure::{self, Report};
use crate::posting::{Server, sign_in};
use crate::settings::Settings;

pub async fn run(report: &mut Report, home: &Path, settings: &Settings) -> Result<()> {
    println!("\nThe program, SQLite");
    let folder = home.join("process");
    let (empty, empty_start) = start(&home.join("process-empty")).await?;
    println!("  first start, which makes the books: {empty_start:.2} s");
    drop(empty);
    let db = Db::open(&books::sqlite(&folder), books::options(Synchronous::Off)).await?;
    let made = db.clone();
    tokio::task::spawn_blocking(move || books::make(&made, 1_000, 100, None)).await??;
    db.close().await;
    let (mut starts, mut memory) = (Vec::new(), 0);
    for _ in 0..settings.rounds {
        let (server, seconds) = start(&folder).await?;
        starts.push(seconds);
        sign_in(&server.host).await?;
        memory = measure::resident_mb(server.pid()).max(memory);
    }
    report.at_most("start to first answer", measure::median(&starts), 1.0, " s");
    report.at_most("idle memory after signing in", memory as f64, 100.0, " MB");
    let (server, _) = start(&folder).await?;
    match first_load(&server.host).await? {
        Some(bytes) => report.at_most(
            "shell of the interface, compressed",
            bytes as f64 / 1024.0,
            450.0,
            " kB",
        ),
        None => println!("  SKIPPED: the program was built without the web interface"),
    }
    println!("  (every page with its shell is weighed by the web build, which fails above 450 kB)");
    Ok(())
}

/// Seconds from the start of the process to its first answer.
async fn start(folder: &Path) -> Result<(Server, f64)> {
    let from = Instant::now();
    let server = Server::start(folder)?;
    let answer = Connection::open(&server.host)
        .await?
        .send("GET", "/", "", "")
        .await?;
    ensure!(answer.status == 200, "the first answer was {}", answer.status);
    Ok((server, from.elapsed().as_secs_f64()))
}

/// The page and everything that it names.
async fn first_load(host: &str) -> Result<Option<usize>> {
    let mut connection = Connection::open(host).await?;
    let page = connection.send("GET", "/", "", "").await?.body;
    let text = String::from_utf8_lossy(&page).into_owned();
    let assets: Vec<&str> = text
        .split('"')
        .filter(|part| part.starts_with('/') && (part.ends_with(".js") || part.ends_with(".css")))
        .collect();
    if assets.is_empty() {
        return Ok(None);
    }
    let mut bytes = page.len();
    for asset in assets {
        let answer = connection
            .send("GET", asset, "Accept-Encoding: br, gzip\r\n", "")
            .await?;
        ensure!(answer.status == 200, "{asset}: {}", answer.status);
        bytes += answer.body.len();
    }
    Ok(Some(bytes))
}
