//! `settlebook statements`: the run over all customers, and what it issued.

use std::process::ExitCode;

use base::Day;
use statements::StatementListed;

use super::import::{end_progress, progress};
use crate::books::{Books, Door, print_csv, print_table};
use crate::place::Place;

/// Statements by settlement cycle
#[derive(clap::Subcommand)]
pub enum Statements {
    Run(Run),
    List(List),
}

/// Issue every statement whose cut-off has passed; may be repeated at any time
#[derive(clap::Args)]
pub struct Run {
    /// Short name of the company
    #[arg(long, value_name = "CODE")]
    company: String,
    /// Last cut-off [default: yesterday]
    #[arg(long, value_name = "DATE")]
    until: Option<Day>,
}

/// Every statement that was issued
#[derive(clap::Args)]
pub struct List {
    /// Short name of the company
    #[arg(long, value_name = "CODE")]
    company: String,
    /// A header and plain rows
    #[arg(long)]
    csv: bool,
}

pub fn run(place: &Place, command: Statements) -> anyhow::Result<ExitCode> {
    match command {
        Statements::Run(args) => issue(place, &args),
        Statements::List(args) => list(place, &args),
    }
}

fn issue(place: &Place, args: &Run) -> anyhow::Result<ExitCode> {
    let books = Books::open(place, &args.company, Door::ReadWrite)?;
    let mut seen = 0;
    let outcome = statements::run_blocking(&books.db, &books.meta, args.until, |done| {
        seen = done;
        progress(done, done, "accounts");
    })?;
    if seen > 0 {
        end_progress();
    }
    let meta = books.meta.clone();
    let guard = books.db.read_blocking(books.company(), move |tx| {
        statements::nothing_forgotten(tx, &meta)
    })?;
    books.db.close_blocking();
    let tally = outcome.tally;
    let (planned, issued, empty) = (tally.planned, tally.issued, tally.empty);
    println!(
        "accounts {}, periods {planned}, statements {issued}, empty periods {empty}",
        outcome.accounts
    );
    if let Some(open) = guard.lines.iter().find(|line| line.name == "open_period") {
        let amounts: Vec<String> = open
            .amounts
            .iter()
            .map(|sum| format!(", {} {}", sum.amount, sum.currency))
            .collect();
        println!("in the open period: {} documents{}", open.count, amounts.concat());
    }
    let proof = guard.proof;
    println!(
        "entries {}: {} on statements, {} waiting, {} undated, {} missing",
        proof.entries, proof.on_statements, proof.waiting, proof.undated, proof.missing
    );
    for failed in &outcome.failed {
        let params: Vec<(&str, String)> = failed
            .params
            .iter()
            .map(|(name, value)| (name.as_str(), value.clone()))
            .collect();
        let text = i18n::format(i18n::Lang::En, &format!("refusal.{}", failed.code), &params);
        eprintln!("settlebook: {}: {text}", failed.customer_code);
    }
    Ok(if outcome.failed.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

const COLUMNS: [&str; 10] = [
    "number",
    "customer",
    "currency",
    "from",
    "to",
    "opening",
    "closing",
    "lines",
    "issued_at",
    "hash",
];
const RIGHT: [bool; 10] = [false, false, false, false, false, true, true, true, false, false];

fn list(place: &Place, args: &List) -> anyhow::Result<ExitCode> {
    let books = Books::open(place, &args.company, Door::ReadOnly)?;
    let listed = books
        .db
        .read_blocking(books.company(), statements::all_statements)?;
    books.db.close_blocking();
    let rows = listed.iter().map(cells);
    if args.csv {
        print_csv(&COLUMNS, rows)?
    } else {
        print_table(&COLUMNS, &RIGHT, rows)
    }
    Ok(ExitCode::SUCCESS)
}

fn cells(row: &StatementListed) -> [String; 10] {
    [
        row.no.clone(),
        row.customer_code.clone(),
        row.currency.to_string(),
        row.from.to_string(),
        row.to.to_string(),
        row.opening.to_string(),
        row.closing.to_string(),
        row.lines.to_string(),
        row.issued_at.to_string(),
        row.hash.clone(),
    ]
}
