//! `make bench`: how fast the program is against the bare databases, as ratios within one run.
//!
//! ```text
//! bench [posting|run|lists|ageing|import|process]… [--sqlite|--postgres] [--quick] [--NAME N]…
//! ```
//! Without a part all are run. Sizes: see [`settings::Settings`].

mod ageing;
mod bare;
mod books;
mod http;
mod import;
mod lists;
mod measure;
mod posting;
mod process;
mod replay;
mod rows;
mod run;
mod settings;

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use tokio::runtime::Runtime;

use crate::measure::Report;
use crate::settings::{Part, Settings};

fn main() -> Result<ExitCode> {
    let settings = Settings::parse(std::env::args().skip(1))?;
    let home = tempfile::Builder::new().prefix("settlebook-bench-").tempdir()?;
    let cores = std::thread::available_parallelism()?;
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or("unknown").to_owned();
    let fsync = measure::fsync_time(home.path())?;
    println!(
        "{cores} cores, load before {load}, fsync {} µs, {} rounds",
        fsync.as_micros(),
        settings.rounds
    );
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let mut report = Report::default();
    for part in &settings.parts {
        let from = Instant::now();
        one(*part, &mut report, home.path(), &settings, &runtime)?;
        println!("  ({} s)", from.elapsed().as_secs());
    }
    Ok(if report.finish() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn one(part: Part, report: &mut Report, home: &Path, settings: &Settings, runtime: &Runtime) -> Result<()> {
    if part == Part::Process {
        return runtime.block_on(process::run(report, home, settings));
    }
    for postgres in settings.databases() {
        match part {
            Part::Posting if postgres => runtime.block_on(posting::on_postgres(report, home, settings))?,
            Part::Posting => runtime.block_on(posting::on_sqlite(report, home, settings))?,
            Part::Run => run::run(report, home, settings, postgres)?,
            Part::Lists => lists::run(report, home, settings, postgres, runtime)?,
            Part::Ageing => ageing::run(report, home, settings, postgres)?,
            Part::Import => import::run(report, home, settings, postgres, runtime)?,
            Part::Process => {}
        }
    }
    Ok(())
}
