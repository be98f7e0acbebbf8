//! `settlebook report`: figures of the books at a day.

use std::process::ExitCode;

use base::Day;
use receivables::queries::BalanceRow;

use crate::books::{Books, Door, print_csv, print_table};
use crate::place::Place;

/// Figures of the books
#[derive(clap::Subcommand)]
pub enum Report {
    Balances(Balances),
}

/// What every customer owed at the end of a day
#[derive(clap::Args)]
pub struct Balances {
    /// Short name of the company
    #[arg(long, value_name = "CODE")]
    company: String,
    /// The day [default: today]
    #[arg(long, value_name = "DATE")]
    as_of: Option<Day>,
    /// A header and plain rows
    #[arg(long)]
    csv: bool,
}

const COLUMNS: [&str; 6] = [
    "customer",
    "name",
    "currency",
    "balance",
    "open_debits",
    "open_credits",
];
const RIGHT: [bool; 6] = [false, false, false, true, true, true];

pub fn run(place: &Place, Report::Balances(args): Report) -> anyhow::Result<ExitCode> {
    let books = Books::open(place, &args.company, Door::ReadOnly)?;
    let day = args.as_of.unwrap_or(books.meta.today);
    let balances = books
        .db
        .read_blocking(books.company(), move |tx| receivables::queries::balances(tx, day))?;
    books.db.close_blocking();
    let rows = balances.iter().map(cells);
    if args.csv {
        print_csv(COLUMNS, rows)?
    } else {
        print_table(COLUMNS, RIGHT, rows)
    }
    Ok(ExitCode::SUCCESS)
}

fn cells(row: &BalanceRow) -> [String; 6] {
    [
        row.customer_code.clone(),
        row.customer_name.clone(),
        row.currency.to_string(),
        row.balance.to_string(),
        row.open_debit.to_string(),
        row.open_credit.to_string(),
    ]
}
