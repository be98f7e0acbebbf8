//! Documents per second through the door, beside bare rusqlite on the same disk.
//!
//! `cargo run --release -p db --features testing --example speed`, for PostgreSQL too under
//! `SETTLEBOOK_TEST_POSTGRES_FSYNC=on scripts/with-postgres`.

use std::time::{Duration, Instant};

use base::{CompanyId, Id};
use db::{Db, Migration, Migrations, Options, Result, Target, Tx, p};

const TABLES: &str = "
CREATE TABLE doc (company_id {int} NOT NULL, id {int} NOT NULL, number {int} NOT NULL, note {text} NOT NULL,
    PRIMARY KEY (company_id, id)){rowless};
CREATE UNIQUE INDEX doc_number ON doc (company_id, number);
CREATE TABLE doc_line (company_id {int} NOT NULL, id {int} NOT NULL, doc_id {int} NOT NULL,
    amount {int} NOT NULL, PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, doc_id) REFERENCES doc (company_id, id)){rowless};
CREATE TABLE account (company_id {int} NOT NULL, id {int} NOT NULL, balance {int} NOT NULL,
    PRIMARY KEY (company_id, id)){rowless};
CREATE TABLE series (company_id {int} NOT NULL, name {text} NOT NULL, last {int} NOT NULL,
    PRIMARY KEY (company_id, name)){rowless};
";
const ACCOUNT: &str = "SELECT balance FROM account WHERE company_id = $1 AND id = $2";
const NUMBER: &str =
    "UPDATE series SET last = last + 1 WHERE company_id = $1 AND name = 'doc' RETURNING last";
const DOC: &str = "INSERT INTO doc (company_id, id, number, note) VALUES ($1, $2, $3, $4)";
const LINE: &str = "INSERT INTO doc_line (company_id, id, doc_id, amount) VALUES ($1, $2, $3, $4)";
const BALANCE: &str = "UPDATE account SET balance = balance + 36 WHERE company_id = $1 AND id = $2";
const COMPANY: CompanyId = Id::new(1);
const ACCOUNTS: i64 = 1000;
const SPAN: Duration = Duration::from_secs(3);

fn post(tx: &mut Tx<'_>, account: i64) -> Result<i64> {
    tx.lock::<i64>(ACCOUNT, p![account])?;
    let number: i64 = tx.one(NUMBER, p![])?;
    let doc: Id<()> = tx.next_id();
    tx.push(DOC, p![doc, number, "a delivery of goods"])?;
    for amount in 1..=8_i64 {
        let line: Id<()> = tx.next_id();
        tx.push(LINE, p![line, doc, amount])?;
    }
    tx.push(BALANCE, p![account])?;
    Ok(number)
}

fn fill(tx: &mut Tx<'_>) -> Result<()> {
    let accounts = (0..ACCOUNTS).map(|id| p![id, 0]).collect();
    tx.push_rows("INSERT INTO account (company_id, id, balance) VALUES", accounts)?;
    tx.push(
        "INSERT INTO series (company_id, name, last) VALUES ($1, 'doc', 0)",
        p![],
    )
}

async fn through_the_door(target: &Target, clients: i64) -> u128 {
    let mut migrations = Migrations::embedded();
    migrations.steps.retain(|step| step.version == 1);
    migrations.steps.push(Migration {
        version: 9001,
        name: "speed".into(),
        text: TABLES.into(),
    });
    migrations.views.clear();
    let options = Options {
        migrations: Some(migrations),
        ..Options::default()
    };
    let db = Db::open(target, options).await.expect("opens");
    db.write(COMPANY, fill).await.expect("fills");
    let began = Instant::now();
    let mut tasks = Vec::new();
    for client in 0..clients {
        let db = db.clone();
        tasks.push(tokio::spawn(async move {
            let mut done = 0;
            while began.elapsed() < SPAN {
                let account = (client * 7919 + done * 31) % ACCOUNTS;
                db.write(COMPANY, move |tx| post(tx, account))
                    .await
                    .expect("posts");
                done += 1;
            }
            done
        }));
    }
    let mut done = 0;
    for task in tasks {
        done += task.await.expect("ends");
    }
    let rate = done as u128 * 1000 / began.elapsed().as_millis();
    db.close().await;
    rate
}

/// The same statements by hand, one thread, one commit a document.
fn bare(target: &Target) -> u128 {
    let Target::Sqlite { dir } = target else { return 0 };
    let conn = rusqlite::Connection::open(dir.join("settlebook.db")).expect("opens");
    let clean = "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; DELETE FROM doc_line; DELETE FROM doc";
    conn.execute_batch(clean).expect("is cleaned");
    let run = |sql: &str, values: &[&dyn rusqlite::ToSql]| {
        conn.prepare_cached(sql)
            .and_then(|mut statement| statement.execute(values))
            .expect("runs");
    };
    let one = |sql: &str, values: &[&dyn rusqlite::ToSql]| -> i64 {
        let mut statement = conn.prepare_cached(sql).expect("is read");
        statement.query_row(values, |row| row.get(0)).expect("runs")
    };
    let began = Instant::now();
    let (mut done, mut id) = (0_i64, 1_i64 << 50);
    while began.elapsed() < SPAN {
        let account = done * 31 % ACCOUNTS;
        run("BEGIN IMMEDIATE", &[]);
        one(ACCOUNT, &[&1, &account]);
        let number = one(NUMBER, &[&1]);
        let doc = id;
        run(DOC, &[&1, &doc, &number, &"a delivery of goods"]);
        for amount in 1..=8_i64 {
            id += 1;
            run(LINE, &[&1, &id, &doc, &amount]);
        }
        id += 1;
        run(BALANCE, &[&1, &account]);
        run("COMMIT", &[]);
        done += 1;
    }
    done as u128 * 1000 / began.elapsed().as_millis()
}

#[tokio::main]
async fn main() {
    let dir = tempfile::tempdir_in(".").expect("a folder can be made");
    for clients in [1, 8, 64] {
        let target = Target::Sqlite {
            dir: dir.path().join(format!("data-{clients}")),
        };
        let rate = through_the_door(&target, clients).await;
        let bare = bare(&target);
        println!("SQLite, {clients} clients: {rate} documents/s; bare, one thread: {bare}");
    }
    if std::env::var("SETTLEBOOK_TEST_POSTGRES").is_ok() {
        for clients in [1, 8, 64] {
            let url = db::testing::Cluster::shared().empty_database();
            let rate = through_the_door(&Target::Postgres { url }, clients).await;
            println!("PostgreSQL, {clients} clients: {rate} documents/s");
        }
    }
}
