//! The import of a real wholesaler's sales lines against a bare loop that inserts the same rows with the same
//! commits.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use db::record::{self, Statement};
use db::{Db, Synchronous, Target};
use imports::Options;
use imports::columns::{FileKind, Mapping};
use tokio::runtime::Runtime;

use crate::bare::Bare;
use crate::books::{self, Books};
use crate::measure::{self, Report};
use crate::settings::Settings;

pub fn run(
    report: &mut Report,
    home: &Path,
    settings: &Settings,
    postgres: bool,
    runtime: &Runtime,
) -> Result<()> {
    let name = books::name(postgres);
    println!("\nImport of the sample file, {name}");
    let Some(csv) = sample(home, settings.lines)? else {
        println!("  SKIPPED: no sample file; SAMPLES names the folder of the samples");
        return Ok(());
    };
    let base = books::fresh(postgres, home, "import");
    let db = Db::open_blocking(&base, books::options(Synchronous::Off))?;
    let books = books::make(&db, 1, 1, None)?;
    db.close_blocking();

    let place = books::copy(&base, home, "import_contest")?;
    record::start();
    let (lines, _) = import(&place, &books, &csv, runtime)?;
    let units = inserts(record::take());
    record::stop();
    let statements: usize = units.iter().map(Vec::len).sum();
    println!(
        "  {lines} lines; bare: {statements} INSERT statements in {} commits",
        units.len()
    );

    let mut ratios = Vec::new();
    for round in 1..=settings.rounds {
        let place = books::copy(&base, home, "import_contest")?;
        let (lines, ours) = import(&place, &books, &csv, runtime)?;
        let place = books::copy(&base, home, "import_contest")?;
        let bare = Bare::open(&place)?.play(&units)?;
        ratios.push(ours.as_secs_f64() / bare.as_secs_f64());
        println!(
            "  round {round}: {:.1} s ({:.0} lines/s), bare {:.1} s, fsync {} µs",
            ours.as_secs_f64(),
            measure::per_second(lines, ours),
            bare.as_secs_f64(),
            measure::fsync_time(home)?.as_micros(),
        );
        books::remove(&place)?;
    }
    report.at_most(
        &format!("{name}, import / bare"),
        measure::median(&ratios),
        4.0,
        "",
    );
    books::remove(&base)
}

/// The flat file; `None` where the samples are not at hand.
fn sample(home: &Path, most: usize) -> Result<Option<Vec<u8>>> {
    let samples = std::env::var_os("SAMPLES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/samples"),
        PathBuf::from,
    );
    let script = samples.join("sales/flatten.py");
    if !script.is_file() {
        return Ok(None);
    }
    let file = home.join("sales.csv");
    let done = Command::new("python3")
        .arg(&script)
        .arg(&file)
        .status()
        .context("python3 does not run")?;
    ensure!(done.success(), "{} failed", script.display());
    let bytes = std::fs::read(&file)?;
    let end = bytes
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'\n')
        .nth(most)
        .map(|(at, _)| at + 1);
    Ok(Some(bytes[..end.unwrap_or(bytes.len())].to_vec()))
}

/// Everything from the file's bytes to the last commit; answers the lines that were posted.
fn import(place: &Target, books: &Books, csv: &[u8], runtime: &Runtime) -> Result<(usize, Duration)> {
    let db = Db::open_blocking(place, books::options(Synchronous::Full))?;
    let (company, meta) = (books.company.id, books.meta());
    let options = Options {
        default_customer: Some("Cash sales".into()),
        cycle: Some("monthly:-1".into()),
        ..Options::default()
    };
    let work = || -> db::Result<i64> {
        let zone = &books.company.zone;
        let prepared = imports::prepare(
            FileKind::Deliveries,
            "sales.csv",
            csv,
            &Mapping::default(),
            options,
            zone,
        )?;
        let prepared = Arc::new(prepared);
        let (shared, asking) = (prepared.clone(), meta.clone());
        let classified = db.read_blocking(company, move |tx| imports::classify(tx, &asking, &shared))?;
        let file = runtime.block_on(imports::stage(&db, &meta, &prepared, &classified))?;
        db.write_blocking(company, move |tx| imports::confirm(tx, file))?;
        let mut lines = 0;
        loop {
            let meta = meta.clone();
            let chunk = db.write_blocking(company, move |tx| imports::post_chunk(tx, &meta, file))?;
            lines += chunk.posted_rows;
            if !chunk.more {
                return Ok(lines);
            }
        }
    };
    let (lines, time) = measure::timed(|| Ok(work()?))?;
    db.close_blocking();
    Ok((usize::try_from(lines)?, time))
}

/// What a log inserts, commit by commit.
fn inserts(log: Vec<Statement>) -> Vec<Vec<Statement>> {
    let mut units = vec![Vec::new()];
    for statement in log {
        if statement.sql == record::COMMIT {
            units.push(Vec::new());
        } else if statement.sql.starts_with("INSERT")
            && let Some(unit) = units.last_mut()
        {
            unit.push(statement);
        }
    }
    units.retain(|unit| !unit.is_empty());
    units
}
