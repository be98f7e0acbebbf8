//! The door on both databases: values, units, groups, failures, migrations.

mod batches;
mod failures;
mod files;
mod migrations;
mod values;

use base::{CompanyId, Id};
use db::{Migration, Migrations, Options};

/// Tables of these tests, after the layer's own.
const TABLES: &str = "
CREATE TABLE note (
    company_id {int} NOT NULL,
    id {int} NOT NULL,
    title {text} NOT NULL,
    body {text},
    day {day},
    at {instant},
    data {bytes},
    flag {int} NOT NULL DEFAULT 0,
    PRIMARY KEY (company_id, id)
){rowless};
CREATE UNIQUE INDEX note_title ON note (company_id, title);
CREATE TABLE counter (
    company_id {int} NOT NULL,
    name {text} NOT NULL,
    value {int} NOT NULL,
    PRIMARY KEY (company_id, name)
){rowless};
CREATE TABLE line (
    company_id {int} NOT NULL,
    id {int} NOT NULL,
    note_id {int} NOT NULL,
    amount {int} NOT NULL CHECK (amount <> 0),
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, note_id) REFERENCES note (company_id, id)
){strict};
";

db::statements! {
    INSERT_NOTE = "INSERT INTO note (company_id, id, title) VALUES ($1, $2, $3)";
    COUNT_NOTES = "SELECT COUNT(*) FROM note WHERE company_id = $1";
    INSERT_LINE = "INSERT INTO line (company_id, id, note_id, amount) VALUES ($1, $2, $3, $4)";
    TITLES = "SELECT title FROM note WHERE company_id = $1 ORDER BY title";
}

fn company(number: i64) -> CompanyId {
    Id::new(number)
}

fn schema() -> Migrations {
    let mut migrations = Migrations::embedded();
    migrations.steps.retain(|step| step.version == 1);
    migrations.steps.push(step(9001, TABLES));
    migrations.views =
        vec!["CREATE VIEW note_v_titles AS SELECT company_id, id, title FROM note;".to_owned()];
    migrations
}

fn step(version: i64, text: &str) -> Migration {
    Migration {
        version,
        name: format!("{version}_test"),
        text: text.to_owned(),
    }
}

fn options() -> Options {
    Options {
        migrations: Some(schema()),
        ..Options::default()
    }
}
