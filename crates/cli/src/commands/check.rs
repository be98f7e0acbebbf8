//! `settlebook check`: the invariants of the books, one line each with the number of rows that break it.

use std::process::ExitCode;

use access::Company;
use db::Db;
use kit::check::Finding;

use crate::books::{Door, open_db};
use crate::place::Place;

/// Verify the books; exit code 1 when an invariant is broken
#[derive(clap::Args)]
pub struct Args {
    /// Short name of one company [default: all]
    #[arg(long, value_name = "CODE")]
    company: Option<String>,
}

pub fn run(place: &Place, args: Args) -> anyhow::Result<ExitCode> {
    let db = open_db(place, Door::ReadOnly)?;
    let mut broken = 0;
    for company in companies(&db, args.company)? {
        let findings = findings(&db, &company)?;
        for finding in &findings {
            println!("{}  {}  {}", company.code, finding.name, finding.count);
            for example in &finding.examples {
                eprintln!("settlebook: {}  {}: {example}", company.code, finding.name);
            }
        }
        broken += findings.iter().filter(|finding| finding.count > 0).count();
    }
    db.close_blocking();
    if broken == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("settlebook: {broken} invariants are broken");
    Ok(ExitCode::FAILURE)
}

fn companies(db: &Db, code: Option<String>) -> db::Result<Vec<Company>> {
    match code {
        Some(code) => {
            Ok(vec![db.system_read_blocking(move |tx| {
                access::company_named(tx, &code)
            })?])
        }
        None => db.system_read_blocking(access::companies),
    }
}

fn findings(db: &Db, company: &Company) -> db::Result<Vec<Finding>> {
    db.read_blocking(company.id, |tx| {
        server::all_checks().iter().map(|line| line.run(tx)).collect()
    })
}
