//! Ageing as of a past date over many entries, against one bare statement that sums the same ages by account.

use std::path::Path;

use anyhow::{Result, ensure};
use base::{Day, Instant, Zone};
use db::{Db, Synchronous, p};

use crate::bare::Bare;
use crate::books;
use crate::measure::{self, Report};
use crate::rows;
use crate::settings::Settings;

/// Half of every second entry is written off on its own day, so that the past differs from the amounts.
const ALLOCATIONS: &str = "INSERT INTO ledger_allocation (company_id, id, account_id, debit_entry_id, \
    credit_entry_id, amount_minor, effective_date, reversal_of, act_kind, act_id, recorded_at, recorded_by, reason) \
    SELECT company_id, id, account_id, id, id + 1, amount_minor / 2, basis_date, NULL, 'manual', 1, recorded_at, 1, \
    '' FROM ledger_entry WHERE id % 2 = 0";

/// What a person at the database would write: open amounts as of $6 by account and age of the due date.
const BARE: &str = "SELECT i.account_id, SUM(CASE WHEN i.due_date >= $2 THEN i.open ELSE 0 END), \
    SUM(CASE WHEN i.due_date < $2 AND i.due_date >= $3 THEN i.open ELSE 0 END), \
    SUM(CASE WHEN i.due_date < $3 AND i.due_date >= $4 THEN i.open ELSE 0 END), \
    SUM(CASE WHEN i.due_date < $4 AND i.due_date >= $5 THEN i.open ELSE 0 END), \
    SUM(CASE WHEN i.due_date < $5 THEN i.open ELSE 0 END) FROM (SELECT e.account_id, \
        COALESCE((SELECT d.due_date FROM ledger_due d WHERE d.company_id = e.company_id AND d.entry_id = e.id \
            AND d.valid_from <= $6 ORDER BY d.seq DESC LIMIT 1), e.due_date) AS due_date, \
        e.amount_minor - COALESCE(t.taken, 0) AS open FROM ledger_entry e \
        LEFT JOIN (SELECT u.id, SUM(u.amount_minor) AS taken FROM (SELECT debit_entry_id AS id, amount_minor \
            FROM ledger_allocation WHERE company_id = $1 AND effective_date <= $6 UNION ALL \
            SELECT credit_entry_id, amount_minor FROM ledger_allocation \
            WHERE company_id = $1 AND effective_date <= $6) u GROUP BY u.id) t ON t.id = e.id \
        WHERE e.company_id = $1 AND e.basis_date <= $6) i WHERE i.open <> 0 GROUP BY i.account_id";

pub fn run(report: &mut Report, home: &Path, settings: &Settings, postgres: bool) -> Result<()> {
    let (name, customers) = (books::name(postgres), settings.customers);
    println!(
        "\nAgeing, {name}: {customers} customers, {} entries",
        settings.entries
    );
    let today = Instant::now().day_in(&Zone::utc());
    let from = today.month_start(-3);
    let place = books::fresh(postgres, home, "ageing");
    let db = Db::open_blocking(&place, books::options(Synchronous::Off))?;
    let books = books::make(&db, customers, 1, Some(from))?;
    db.close_blocking();
    let mut sql = rows::entries(&books, postgres, from, settings.entries / customers);
    sql.push(ALLOCATIONS.into());
    books::bulk(&place, &sql)?;

    // Some entries lie after the day.
    let day = from.plus(20);
    let db = Db::open_blocking(&place, books::options(Synchronous::Full))?;
    let mut bare = Bare::open(&place)?;
    let company = books.company.id;
    let mut ratios = Vec::new();
    for round in 1..=settings.rounds {
        let (page, ours) = measure::timed(|| {
            let read =
                move |tx: &mut db::Tx<'_>| receivables::queries::ageing(tx, today, Some(day), None, (0, 50));
            Ok(db.read_blocking(company, read)?)
        })?;
        ensure!(page.items.len() == customers.min(50), "a page of another length");
        let ends: Vec<Day> = [0_i64, 30, 60, 90].iter().map(|days| day.plus(-days)).collect();
        let (found, bare) =
            measure::timed(|| bare.rows(BARE, &p![company, ends[0], ends[1], ends[2], ends[3], day]))?;
        ensure!(found.len() == customers, "{} accounts", found.len());
        ratios.push(ours.as_secs_f64() / bare.as_secs_f64());
        println!(
            "  round {round}: {:.2} s, bare {:.2} s",
            ours.as_secs_f64(),
            bare.as_secs_f64()
        );
    }
    report.at_most(
        &format!("{name}, ageing as of a past date / bare"),
        measure::median(&ratios),
        3.0,
        "",
    );
    drop(bare);
    db.close_blocking();
    books::remove(&place)
}
