//! The books that the contestants start from.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use access::{Company, NewCompany, NewUser};
use anyhow::{Context, Result, ensure};
use base::{Currency, Day, Instant, Price, UserId, Zone};
use catalog::{NewProduct, ProductId};
use credit::Policy;
use db::testing::Cluster;
use db::{Db, Options, Synchronous, Target};
use i18n::Lang;
use kit::Meta;
use statements::{NewCustomer, NewCycle};
use testkit::Buyer;

use crate::measure;
use crate::replay::FIRST_ID;

pub const LOGIN: &str = "bench";
pub const PASSWORD: &str = "bench-password";

/// A company with customers and products, and who acts in it.
#[derive(Clone)]
pub struct Books {
    pub company: Arc<Company>,
    pub user: UserId,
    pub buyers: Vec<Buyer>,
    pub products: Vec<ProductId>,
}

impl Books {
    pub fn meta(&self) -> Meta {
        Meta::new(self.company.clone(), self.user, Instant::now(), Lang::En)
    }
}

pub fn options(synchronous: Synchronous) -> Options {
    Options {
        synchronous,
        first_id: FIRST_ID,
        ..Options::default()
    }
}

pub fn sqlite(folder: &Path) -> Target {
    Target::Sqlite {
        dir: folder.to_owned(),
    }
}

/// A place for new books.
pub fn fresh(postgres: bool, home: &Path, name: &str) -> Target {
    if postgres {
        Target::Postgres {
            url: Cluster::shared().database(),
        }
    } else {
        sqlite(&home.join(name))
    }
}

/// A copy of books that nobody has open; the copy of the same name from before is gone.
pub fn copy(base: &Target, home: &Path, name: &str) -> Result<Target> {
    match base {
        Target::Sqlite { dir } => {
            measure::copy_folder(dir, &home.join(name))?;
            Ok(sqlite(&home.join(name)))
        }
        Target::Postgres { url } => Ok(Target::Postgres {
            url: copy_database(url, &format!("bench_{name}"))?,
        }),
    }
}

pub fn remove(target: &Target) -> Result<()> {
    match target {
        Target::Sqlite { dir } => std::fs::remove_dir_all(dir)?,
        Target::Postgres { url } => Cluster::shared().drop_database(url),
    }
    Ok(())
}

/// What the ratios of a database are called.
pub fn name(postgres: bool) -> &'static str {
    if postgres { "PostgreSQL" } else { "SQLite" }
}

/// Makes the books: customers with a limit that blocks, products with a price.
pub fn make(db: &Db, customers: usize, products: usize, started_on: Option<Day>) -> Result<Books> {
    let now = Instant::now();
    let new = NewCompany {
        code: "BENCH".into(),
        name: "Bench".into(),
        currency: Currency::named("CNY").context("a currency")?,
        zone: Zone::utc(),
        language: Lang::En,
    };
    let password_hash = access::password::hash(PASSWORD)?;
    let owner = NewUser {
        login: LOGIN.into(),
        name: "Bench".into(),
        password_hash,
        language: Lang::En,
    };
    let (company, user) = db.system_write_blocking(move |tx| {
        let (company, user) = access::install(tx, now, &new, &owner)?;
        Ok((access::company(tx, company)?, user))
    })?;
    let mut books = Books {
        company: Arc::new(company),
        user,
        buyers: Vec::new(),
        products: Vec::new(),
    };
    let company = books.company.id;
    for from in (0..customers).step_by(500) {
        let meta = books.meta();
        let until = customers.min(from + 500);
        books.buyers.extend(db.write_blocking(company, move |tx| {
            (from..until)
                .map(|number| {
                    let made = statements::create_customer(tx, &meta, customer(&meta, number, started_on))?;
                    Ok(Buyer {
                        id: made.id,
                        account: made.account,
                    })
                })
                .collect::<db::Result<Vec<_>>>()
        })?);
    }
    let meta = books.meta();
    books.products = db.write_blocking(company, move |tx| {
        (0..products)
            .map(|number| catalog::create_product(tx, &meta, product(number)))
            .collect::<db::Result<Vec<_>>>()
    })?;
    Ok(books)
}

fn customer(meta: &Meta, number: usize, started_on: Option<Day>) -> NewCustomer {
    let spec = cycle::CycleSpec::Monthly {
        days: vec![-1],
        every: 1,
        anchor: None,
    };
    NewCustomer {
        party: parties::NewCustomer::named(format!("Customer {number:05}"), meta.company.currency, Lang::En),
        cycle: NewCycle::plain(spec, cycle::Terms::CutoffPlus { days: 30 }, 0),
        credit_limit: Some("1000000000.00".into()),
        credit_policy: Policy::Block,
        started_on,
    }
}

fn product(number: usize) -> NewProduct {
    NewProduct {
        code: format!("B{number:04}"),
        name: format!("Product {number:04}"),
        unit: "pcs".into(),
        price: Price::from_millionths(1_000_000 + number as i64 * 10_000),
        barcode: String::new(),
        active: true,
    }
}

/// A copy of a database of the cluster, to which nobody is connected.
pub fn copy_database(url: &str, name: &str) -> Result<String> {
    let (server, template) = url.rsplit_once('/').context("an address with a database")?;
    Cluster::shared().run(&[
        format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
        format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"),
    ]);
    Ok(format!("{server}/{name}"))
}

/// Runs SQL with psql.
pub fn psql(url: &str, sql: &str) -> Result<()> {
    let output = Command::new("psql")
        .args(["--no-psqlrc", "--quiet", "--command", sql, url])
        .output()?;
    ensure!(
        output.status.success(),
        "psql: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}

/// Runs SQL on books that nobody has open, as fast as the database takes it: nothing waits for the disk and
/// foreign keys are believed.
pub fn bulk(target: &Target, sql: &[String]) -> Result<()> {
    match target {
        Target::Sqlite { dir } => {
            let connection = rusqlite::Connection::open(dir.join("settlebook.db"))?;
            connection.execute_batch(
                "PRAGMA synchronous=OFF; PRAGMA cache_size=-200000; PRAGMA temp_store=MEMORY",
            )?;
            for statement in sql {
                connection
                    .execute_batch(statement)
                    .with_context(|| statement.clone())?;
            }
            connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
        }
        Target::Postgres { url } => {
            let mut all =
                String::from("SET session_replication_role = replica; SET synchronous_commit = off;");
            for statement in sql {
                all.push_str(statement);
                all.push(';');
            }
            psql(url, &all)?;
            psql(url, "VACUUM ANALYZE")?;
        }
    }
    Ok(())
}

/// The first `count` numbers from 0 as a table `n (i)`, on both databases.
pub fn numbers(count: usize) -> String {
    format!(
        "WITH RECURSIVE n(i) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {count})"
    )
}

/// An expression for the day so many days after another one.
pub fn day(postgres: bool, from: Day, days: &str) -> String {
    if postgres {
        format!("(DATE '{from}' + CAST({days} AS INTEGER))")
    } else {
        format!("date('{from}', '+' || ({days}) || ' days')")
    }
}
