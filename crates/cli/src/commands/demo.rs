//! `settlebook demo`: a generated company in a folder of its own, made once, then served.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;

use access::{DEMO_PASSWORD, NewCompany, NewUser, Role};
use anyhow::{Context, bail};
use base::{Currency, Instant, UserId, Zone};
use db::{Db, Options, SystemTx};
use demo::{Plan, Staff};
use i18n::Lang;

use super::serve;
use crate::place::Place;

/// Fill an empty data folder with a generated company, once, then serve it
#[derive(clap::Args)]
pub struct Args {
    /// Address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: String,
    /// How many customers the company has
    #[arg(long, value_name = "N", default_value_t = 300)]
    customers: usize,
    /// The same seed gives the same company
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
}

pub fn run(place: &Place, args: Args) -> anyhow::Result<ExitCode> {
    if !server::is_demo(&place.data) {
        let db = Db::open_blocking(&place.target(), Options::default())?;
        let filled = fill(&db, place, &args);
        db.close_blocking();
        filled?;
        let marker = place.data.join(server::DEMO_MARKER);
        std::fs::write(
            &marker,
            "This folder holds a generated company; its logins are offered to everybody.\n",
        )
        .with_context(|| format!("cannot write {}", marker.display()))?;
    }
    serve::run(
        place,
        serve::Args {
            listen: args.listen,
            public_url: None,
            behind_proxy: false,
        },
    )
}

fn fill(db: &Db, place: &Place, args: &Args) -> anyhow::Result<()> {
    if db.system_read_blocking(access::installed)? {
        bail!(
            "{} holds books that are not a finished demo; choose an empty folder",
            place.data.display()
        );
    }
    let link_key = server::link_key(&place.data).context("cannot make the key of share links")?;
    let now = Instant::now();
    let started = now.plus_seconds(-(demo::DAYS + 1) * 86_400);
    let hash = access::password::hash(DEMO_PASSWORD)?;
    let (company, staff) = db.system_write_blocking(move |tx| people(tx, started, &hash))?;
    let plan = Plan {
        company: Arc::new(company),
        staff,
        customers: args.customers,
        seed: args.seed,
        now,
        link_key,
    };
    let shown = std::io::stderr().is_terminal();
    let made = demo::fill(db, &plan, |done| {
        if shown {
            // Progress that cannot be shown is no reason to stop.
            let _ = write!(
                std::io::stderr(),
                "\rday {done} of {} of the demo year",
                demo::DAYS
            );
        }
    })?;
    if shown {
        eprintln!();
    }
    eprintln!(
        "settlebook: made {} customers, {} orders, {} deliveries, {} returns, {} receipts, {} statements",
        made.customers, made.orders, made.deliveries, made.returns, made.receipts, made.statements
    );
    Ok(())
}

fn people(tx: &mut SystemTx<'_>, started: Instant, hash: &str) -> db::Result<(access::Company, Staff)> {
    let missing = |what: &str| db::Error::fault(format!("{what} is not known here"));
    let new = NewCompany {
        code: "DEMO".to_owned(),
        name: "好运来贸易 Lucky Trading".to_owned(),
        currency: Currency::named("CNY").ok_or_else(|| missing("CNY"))?,
        zone: Zone::named("Asia/Shanghai").ok_or_else(|| missing("Asia/Shanghai"))?,
        language: Lang::ZhHans,
    };
    let person = |login: &str, name: &str, language| NewUser {
        login: login.to_owned(),
        name: name.to_owned(),
        password_hash: hash.to_owned(),
        language,
    };
    let (company, owner) = access::install(tx, started, &new, &person("owner", "林悦", Lang::ZhHans))?;
    let mut hire = |login, name, language, role| -> db::Result<UserId> {
        access::add_user(tx, started, company, owner, &person(login, name, language), role)
    };
    let accountant = hire("accountant", "陳雅婷", Lang::ZhHant, Role::Accountant)?;
    let first = hire("sales", "王强", Lang::ZhHans, Role::Salesperson)?;
    let second = hire("sales.two", "Grace Lowe", Lang::En, Role::Salesperson)?;
    let warehouse = hire("warehouse", "赵磊", Lang::ZhHans, Role::Warehouse)?;
    hire("reader", "Paul Vance", Lang::En, Role::ReadOnly)?;
    let staff = Staff {
        owner,
        accountant,
        warehouse,
        salespersons: vec![first, second],
    };
    Ok((access::company(tx, company)?, staff))
}
