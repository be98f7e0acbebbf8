//! `settlebook import`: files of sales lines and receipts into the books, as the page does it.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant as Clock;

use anyhow::Context;
use imports::columns::{FileKind, Mapping};
use imports::{Classified, FileId, Options, Prepared, Summary};

use super::runtime;
use crate::books::{Books, Door, print_table, read_file};
use crate::place::Place;

/// Import a file (CSV or XLSX)
#[derive(clap::Subcommand)]
pub enum Import {
    Deliveries(Deliveries),
    Receipts(Receipts),
    Openings(Openings),
}

/// Sales lines, grouped into posted documents by their number
#[derive(clap::Args)]
pub struct Deliveries {
    #[command(flatten)]
    common: Common,
    /// Who takes documents that name no customer; without it they are rejected
    #[arg(long, value_name = "NAME")]
    default_customer: Option<String>,
    /// Settlement cycle of new customers, for example monthly:25 [default: monthly:-1]
    #[arg(long, value_name = "SPEC", allow_hyphen_values = true)]
    cycle: Option<String>,
    /// Payment terms of new customers, for example issue+10 [default: cutoff+30]
    #[arg(long, value_name = "SPEC")]
    terms: Option<String>,
}

/// Receipts, one a row: date, customer code, amount, method, reference
#[derive(clap::Args)]
pub struct Receipts {
    #[command(flatten)]
    common: Common,
    /// What the money closes
    #[arg(long, value_enum, default_value = "none")]
    allocate: Allocate,
}

/// Documents that were open when the books began, one a row: number, date, due date, customer, amount
#[derive(clap::Args)]
pub struct Openings {
    #[command(flatten)]
    common: Common,
    /// Settlement cycle of new customers, for example monthly:25 [default: monthly:-1]
    #[arg(long, value_name = "SPEC", allow_hyphen_values = true)]
    cycle: Option<String>,
    /// Payment terms of new customers, for example issue+10 [default: cutoff+30]
    #[arg(long, value_name = "SPEC")]
    terms: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Allocate {
    /// The oldest open items first
    Oldest,
    /// Nothing: it stays on account
    None,
}

#[derive(clap::Args)]
struct Common {
    file: PathBuf,
    /// Short name of the company
    #[arg(long, value_name = "CODE")]
    company: String,
    /// Lines of the form `field = Header`, where the guess from the headers is wrong
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Stop after the summary; nothing is written
    #[arg(long)]
    dry_run: bool,
    /// Where rejected rows go [default: FILE.rejected.csv]
    #[arg(long, value_name = "FILE")]
    rejected: Option<PathBuf>,
}

pub fn run(place: &Place, import: Import) -> anyhow::Result<ExitCode> {
    match import {
        Import::Deliveries(args) => {
            let options = Options {
                default_customer: args.default_customer,
                cycle: args.cycle,
                terms: args.terms,
                allocate_oldest: false,
            };
            import_file(place, FileKind::Deliveries, options, &args.common)
        }
        Import::Receipts(args) => {
            let options = Options {
                allocate_oldest: args.allocate == Allocate::Oldest,
                ..Options::default()
            };
            import_file(place, FileKind::Receipts, options, &args.common)
        }
        Import::Openings(args) => {
            let options = Options {
                cycle: args.cycle,
                terms: args.terms,
                ..Options::default()
            };
            import_file(place, FileKind::Openings, options, &args.common)
        }
    }
}

fn import_file(place: &Place, kind: FileKind, options: Options, args: &Common) -> anyhow::Result<ExitCode> {
    imports::check_options(&options).map_err(db::Error::from)?;
    let mapping = match &args.mapping {
        Some(path) => {
            let bytes = read_file(path)?;
            let text = imports::decode::decode(&bytes, None).map_err(db::Error::from)?;
            Mapping::parse(&text).map_err(db::Error::from)?
        }
        None => Mapping::default(),
    };
    let bytes = read_file(&args.file)?;
    let door = if args.dry_run {
        Door::ReadOnly
    } else {
        Door::ReadWrite
    };
    let books = Books::open(place, &args.company, door)?;
    let name = args
        .file
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let prepared = imports::prepare(kind, &name, &bytes, &mapping, options, &books.meta.company.zone);
    drop(bytes);
    let prepared = Arc::new(prepared.map_err(db::Error::from)?);
    let (shared, meta) = (prepared.clone(), books.meta.clone());
    let classified = books
        .db
        .read_blocking(books.company(), move |tx| imports::classify(tx, &meta, &shared))?;
    print_summary(&classified.summary);
    if !args.dry_run {
        write(&books, &prepared, &classified, args)?;
    }
    books.db.close_blocking();
    Ok(ExitCode::SUCCESS)
}

fn print_summary(summary: &Summary) {
    let days = match (summary.from, summary.to) {
        (Some(from), Some(to)) => format!(", {from} to {to}"),
        _ => String::new(),
    };
    println!("{} documents in {} rows{days}", summary.documents, summary.rows);
    let rows = summary.totals.iter().map(|total| {
        let (documents, rows) = (total.documents.to_string(), total.rows.to_string());
        [
            total.kind.clone(),
            documents,
            rows,
            i18n::grouped(&total.amount),
            total.currency.to_string(),
        ]
    });
    print_table(
        &["kind", "documents", "rows", "amount", "currency"],
        &[false, true, true, true, false],
        rows,
    );
    println!(
        "new customers {}, new products {}",
        summary.new_customers, summary.new_products
    );
    println!("imported before: {} documents", summary.known);
    println!(
        "rejected: {} documents, {} rows",
        summary.rejected_documents, summary.rejected_rows
    );
    if !summary.reasons.is_empty() {
        let rows = summary
            .reasons
            .iter()
            .map(|reason| [reason.rows.to_string(), reason.example.clone()]);
        print_table(&["rows", "reason, for example"], &[true, false], rows);
    }
}

fn write(books: &Books, prepared: &Prepared, classified: &Classified, args: &Common) -> anyhow::Result<()> {
    let nothing_to_do = classified.summary.known == classified.summary.documents;
    if nothing_to_do {
        println!("nothing to do: every document is in the books already");
        return Ok(());
    }
    let runtime = runtime()?;
    let started = Clock::now();
    let file = runtime.block_on(imports::stage(&books.db, &books.meta, prepared, classified))?;
    let staged = started.elapsed();
    let (posted, rows) = post(books, file)?;
    let seconds = started.elapsed().as_millis().max(1);
    println!(
        "posted {posted} documents, {rows} rows in {}.{} s ({} rows a second, staging {} ms)",
        seconds / 1_000,
        seconds % 1_000 / 100,
        rows as u128 * 1_000 / seconds,
        staged.as_millis()
    );
    let view = books
        .db
        .read_blocking(books.company(), move |tx| imports::import(tx, file))?;
    if view.counts.rejected > 0 {
        let path = args.rejected.clone().unwrap_or_else(|| beside(&args.file));
        let lang = books.meta.company.language;
        let rejected = books.db.read_blocking(books.company(), move |tx| {
            imports::rejected(tx, file, lang, false)
        })?;
        std::fs::write(&path, rejected).with_context(|| format!("cannot write {}", path.display()))?;
        let (documents, rows) = (view.counts.rejected, view.counts.rejected_rows);
        eprintln!(
            "settlebook: {documents} documents ({rows} rows) were rejected: {}",
            path.display()
        );
    }
    Ok(())
}

/// Posts to the end; a chunk is a transaction, so killing it loses at most the one in hand.
fn post(books: &Books, file: FileId) -> anyhow::Result<(i64, i64)> {
    let meta = books.meta.clone();
    books.db.write_blocking(books.company(), move |tx| {
        imports::confirm(tx, file)?;
        kit::audit::record(tx, &meta, "imports.confirm", ("import", file.raw()), "")
    })?;
    let counts = books
        .db
        .read_blocking(books.company(), move |tx| imports::import(tx, file))?
        .counts;
    let total = counts.waiting;
    let (mut done, mut posted, mut rows) = (0, 0, 0);
    loop {
        let meta = books.meta.clone();
        let chunk = books.db.write_blocking(books.company(), move |tx| {
            let meta = meta.at(tx)?;
            imports::post_chunk(tx, &meta, file)
        })?;
        done += chunk.posted + chunk.rejected + chunk.known;
        posted += chunk.posted;
        rows += chunk.posted_rows;
        progress(done, total, "documents");
        if !chunk.more {
            break;
        }
    }
    end_progress();
    Ok((posted, rows))
}

/// A line on standard error that replaces itself; nothing where nobody looks.
pub fn progress(done: i64, total: i64, what: &str) {
    let mut stderr = std::io::stderr();
    if stderr.is_terminal() {
        // Progress that cannot be shown is no reason to stop.
        let _ = write!(stderr, "\r{done} of {total} {what}");
    }
}

pub fn end_progress() {
    if std::io::stderr().is_terminal() {
        eprintln!();
    }
}

/// `sales.csv` → `sales.csv.rejected.csv`, in the same folder.
fn beside(file: &Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_os_string();
    name.push(".rejected.csv");
    file.with_file_name(name)
}
