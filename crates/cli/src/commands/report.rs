//! `settlebook report`: figures of the books at a day.

use std::process::ExitCode;

use base::{Day, Refusal};
use parties::CustomerId;
use receivables::queries::BalanceRow;
use reports::download::{self, Part};

use crate::books::{Books, Door, print_csv, print_table};
use crate::place::Place;

/// Figures of the books
#[derive(clap::Subcommand)]
pub enum Report {
    /// What every customer owed at the end of a day
    Balances(At),
    /// What was owed at the end of a day, by age
    Ageing(At),
    /// What was open at the end of a day, item by item
    OpenItems(At),
    /// Every entry up to a day, with the balance after it
    Ledger(At),
}

#[derive(clap::Args)]
pub struct At {
    /// Short name of the company
    #[arg(long, value_name = "CODE")]
    company: String,
    /// The day [default: today]
    #[arg(long, value_name = "DATE")]
    as_of: Option<Day>,
    /// Code of one customer [default: all]
    #[arg(long, value_name = "CODE")]
    customer: Option<String>,
    /// A header and plain rows
    #[arg(long)]
    csv: bool,
}

const BALANCE_COLUMNS: [&str; 6] = [
    "customer",
    "name",
    "currency",
    "balance",
    "open_debits",
    "open_credits",
];

pub fn run(place: &Place, report: Report) -> anyhow::Result<ExitCode> {
    let (at, part) = match report {
        Report::Balances(at) => (at, None),
        Report::Ageing(at) => (at, Some(Part::Ageing)),
        Report::OpenItems(at) => (at, Some(Part::OpenItems)),
        Report::Ledger(at) => (at, Some(Part::Ledger)),
    };
    let books = Books::open(place, &at.company, Door::ReadOnly)?;
    let day = at.as_of.unwrap_or(books.meta.today);
    let (meta, code) = (books.meta.clone(), at.customer.clone());
    let rows = books.db.read_blocking(books.company(), move |tx| {
        let customer = code.as_deref().map(|code| customer(tx, code)).transpose()?;
        match part {
            Some(part) => download::rows(tx, &meta, part, day, customer.map(|(id, _)| id)),
            None => {
                let mut balances = receivables::queries::balances(tx, day)?;
                balances.retain(|row| {
                    customer
                        .as_ref()
                        .is_none_or(|(_, code)| row.customer_code == *code)
                });
                Ok(balances.iter().map(cells).collect())
            }
        }
    })?;
    books.db.close_blocking();
    let columns = part.map_or(BALANCE_COLUMNS.as_slice(), Part::columns);
    if at.csv {
        print_csv(columns, rows.iter())?
    } else {
        let right: Vec<bool> = columns.iter().map(|column| Part::is_figure(column)).collect();
        print_table(columns, &right, rows.iter())
    }
    Ok(ExitCode::SUCCESS)
}

fn customer(tx: &mut db::Tx<'_>, code: &str) -> db::Result<(CustomerId, String)> {
    let found = parties::find_by_code(tx, code)?;
    let found = found.ok_or_else(|| Refusal::not_found("parties.customer_not_found"))?;
    Ok((found, code.to_owned()))
}

fn cells(row: &BalanceRow) -> Vec<String> {
    vec![
        row.customer_code.clone(),
        row.customer_name.clone(),
        row.currency.to_string(),
        row.balance.to_string(),
        row.open_debit.to_string(),
        row.open_credit.to_string(),
    ]
}
