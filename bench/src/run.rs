//! A statement run over all customers, generation and issue together, against a bare program that selects the
//! entries of each customer and inserts the same rows.

use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};
use base::{Day, Instant, Zone};
use db::{Db, Synchronous, Target, Value, p};

use crate::bare::Bare;
use crate::books::{self, Books};
use crate::measure::{self, Report};
use crate::rows;
use crate::settings::Settings;

/// Accounts of one commit, as in the run.
const CHUNK: usize = 50;

pub fn run(report: &mut Report, home: &Path, settings: &Settings, postgres: bool) -> Result<()> {
    let (name, customers) = (books::name(postgres), settings.customers);
    println!(
        "\nStatement run, {name}: {customers} customers, {} entries",
        settings.entries
    );
    let from = Instant::now().day_in(&Zone::utc()).month_start(-1);
    let until = from.last_of_month();
    let base = books::fresh(postgres, home, "run");
    let db = Db::open_blocking(&base, books::options(Synchronous::Off))?;
    let books = books::make(&db, customers, 1, Some(from))?;
    db.close_blocking();
    books::bulk(
        &base,
        &rows::entries(&books, postgres, from, settings.entries / customers),
    )?;

    let mut ratios = Vec::new();
    for round in 1..=settings.rounds {
        let place = books::copy(&base, home, "run_contest")?;
        let ours = ours(&place, &books, until)?;
        let place = books::copy(&base, home, "run_contest")?;
        let bare = bare(&place, &books, from, until)?;
        books::remove(&place)?;
        ratios.push(ours.as_secs_f64() / bare.as_secs_f64());
        println!(
            "  round {round}: {:.1} s ({:.0} entries/s), bare {:.1} s, fsync {} µs",
            ours.as_secs_f64(),
            measure::per_second(settings.entries, ours),
            bare.as_secs_f64(),
            measure::fsync_time(home)?.as_micros(),
        );
    }
    report.at_most(
        &format!("{name}, statement run / bare"),
        measure::median(&ratios),
        3.0,
        "",
    );
    books::remove(&base)
}

fn ours(place: &Target, books: &Books, until: Day) -> Result<Duration> {
    let db = Db::open_blocking(place, books::options(Synchronous::Full))?;
    let (outcome, time) =
        measure::timed(|| Ok(statements::run_blocking(&db, &books.meta(), Some(until), |_| {})?))?;
    let issued = usize::try_from(outcome.tally.issued)?;
    ensure!(
        outcome.failed.is_empty(),
        "accounts failed: {:?}",
        outcome.failed.first()
    );
    ensure!(issued == books.buyers.len(), "{issued} statements were issued");
    db.close_blocking();
    Ok(time)
}

const ENTRIES: &str = "SELECT u.entry_id, e.kind, e.basis_date, e.document_kind, e.document_id, e.document_no, \
    e.amount_minor FROM ledger_unbilled u JOIN ledger_entry e ON e.company_id = u.company_id AND e.id = u.entry_id \
    WHERE u.company_id = $1 AND u.account_id = $2 AND u.statement_date <= $3 ORDER BY u.statement_date, u.entry_id";
const PERIOD: &str = "INSERT INTO statements_period (company_id, id, account_id, seq, from_day, to_day, issue_by, \
    due_date, state, cause, cycle_version, dated, closed_by_entry_id, statement_id, reason) VALUES";
const STATEMENT: &str = "INSERT INTO statements_statement (company_id, id, no, seq, version, state, account_id, \
    customer_id, customer_code, customer_name, name_key, currency, period_id, from_day, to_day, due_date, \
    opening_minor, closing_minor, line_count, header, hash, issued_at, issued_by, delivery, answer, previous_id, \
    reason) VALUES";
const LINE: &str = "INSERT INTO statements_line (company_id, statement_id, line_no, entry_id, live, late, kind, \
    basis_date, document_kind, document_id, document_no, amount_minor) VALUES";

fn bare(place: &Target, books: &Books, from: Day, until: Day) -> Result<Duration> {
    let mut bare = Bare::open(place)?;
    let company = books.company.id;
    let now = Instant::now();
    // As long as a real header and digest.
    let (header, hash) = ("h".repeat(330), "0".repeat(64));
    let none: Option<i64> = None;
    let work = || {
        let mut number = 0_i64;
        for chunk in books.buyers.chunks(CHUNK) {
            let (mut periods, mut statements, mut lines) = (Vec::new(), Vec::new(), Vec::new());
            bare.begin()?;
            for buyer in chunk {
                number += 1;
                let mut closing = 0;
                let entries = bare.rows(ENTRIES, &p![company, buyer.account, until])?;
                let (period, statement, count) = (2 * number, 2 * number + 1, entries.len());
                for (index, entry) in entries.into_iter().enumerate() {
                    let Ok([id, kind, date, document, document_id, no, amount]) =
                        <[Value; 7]>::try_from(entry)
                    else {
                        anyhow::bail!("an entry of another shape");
                    };
                    if let Value::Int(amount) = amount {
                        closing += amount;
                    }
                    let mut line = p![company, statement, index + 1];
                    line.extend([
                        id,
                        Value::Int(1),
                        Value::Int(0),
                        kind,
                        date,
                        document,
                        document_id,
                        no,
                        amount,
                    ]);
                    lines.push(line);
                }
                let due = until.plus(30);
                periods.push(p![
                    company,
                    period,
                    buyer.account,
                    1_i64,
                    from,
                    until,
                    until,
                    due,
                    "issued",
                    "calendar",
                    1_i64,
                    1_i64,
                    none,
                    statement,
                    ""
                ]);
                statements.push(p![
                    company,
                    statement,
                    format!("ST-{number:06}"),
                    number,
                    1_i64,
                    "issued",
                    buyer.account,
                    buyer.id,
                    format!("C{number:05}"),
                    format!("Customer {number:05}"),
                    format!("customer {number:05}"),
                    "CNY",
                    period,
                    from,
                    until,
                    due,
                    0_i64,
                    closing,
                    count,
                    &header,
                    &hash,
                    now,
                    books.user,
                    "none",
                    "none",
                    none,
                    ""
                ]);
            }
            bare.insert(PERIOD, &periods)?;
            bare.insert(STATEMENT, &statements)?;
            bare.insert(LINE, &lines)?;
            bare.commit()?;
        }
        Ok(())
    };
    let ((), time) = measure::timed(work)?;
    Ok(time)
}
