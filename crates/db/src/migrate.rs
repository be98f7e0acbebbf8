//! One sequence of files, each run once, in a transaction of its own, and never changed afterwards.

use base::Instant;

use crate::error::{Error, FaultKind, Result};
use crate::session::Session;
use crate::value::Value;

include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

/// One step of the schema.
#[derive(Clone, Debug)]
pub struct Migration {
    /// The number its name begins with.
    pub version: i64,
    /// `NNNN_<slice>_<what>`.
    pub name: String,
    /// SQL with the tokens `{int}` `{text}` `{day}` `{instant}` `{bytes}` `{strict}` `{rowless}`.
    pub text: String,
}

/// The whole schema that this program needs: steps in order, then views.
#[derive(Clone, Debug)]
pub struct Migrations {
    pub steps: Vec<Migration>,
    /// Made anew when one of them changed or a step was run: `CREATE VIEW` statements, in order.
    pub views: Vec<String>,
}

impl Migrations {
    /// Those in `migrations/` when the program was built.
    pub fn embedded() -> Migrations {
        let steps = FILES.iter().map(|(name, text)| {
            let digits: String = name.chars().take_while(char::is_ascii_digit).collect();
            let version = digits.parse().unwrap_or(0);
            Migration {
                version,
                name: (*name).to_owned(),
                text: text.replace("\r\n", "\n"),
            }
        });
        let views = VIEWS.iter().map(|(_, text)| text.replace("\r\n", "\n"));
        Migrations {
            steps: steps.collect(),
            views: views.collect(),
        }
    }

    /// A number for the whole, for naming template databases.
    pub fn checksum(&self) -> String {
        let steps = self.steps.iter().map(|step| step.text.as_str());
        checksum(steps.chain(self.views.iter().map(String::as_str)))
    }

    fn views_checksum(&self) -> String {
        checksum(self.views.iter().map(String::as_str))
    }
}

/// FNV-1a: it shall notice an edit, not an attack.
fn checksum<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let bytes = texts.flat_map(|text| text.bytes().chain([0]));
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("{hash:016x}")
}

fn translate(text: &str, postgres: bool) -> String {
    let words: [(&str, &str, &str); 7] = [
        ("{int}", "INTEGER", "BIGINT"),
        ("{text}", "TEXT", "TEXT COLLATE \"C\""),
        ("{day}", "TEXT", "DATE"),
        ("{instant}", "TEXT", "TIMESTAMPTZ"),
        ("{bytes}", "BLOB", "BYTEA"),
        ("{strict}", " STRICT", ""),
        ("{rowless}", " STRICT, WITHOUT ROWID", ""),
    ];
    words.iter().fold(text.to_owned(), |text, (token, sqlite, pg)| {
        text.replace(token, if postgres { pg } else { sqlite })
    })
}

const CREATE: &str = "CREATE TABLE IF NOT EXISTS db_migration (version {int} NOT NULL, name {text} NOT NULL, \
     checksum {text} NOT NULL, applied_at {instant} NOT NULL, PRIMARY KEY (version)){rowless}";
const APPLIED: &str = "SELECT version, name, checksum FROM db_migration ORDER BY version";
const RECORD: &str = "INSERT INTO db_migration (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)";
const FORGET: &str = "DELETE FROM db_migration WHERE version = $1";
const VIEWS_ON_SQLITE: &str = "SELECT name FROM sqlite_schema WHERE type = 'view'";
const VIEWS_ON_POSTGRES: &str =
    "SELECT viewname FROM pg_catalog.pg_views WHERE schemaname = current_schema()";

/// The row of `db_migration` that stands for all views.
const VIEWS_VERSION: i64 = 0;

fn schema_error(message: String) -> Error {
    Error::of(FaultKind::Schema, message)
}

type Applied = (i64, String, String);

fn applied(session: &mut Session) -> Result<Vec<Applied>> {
    let mut rows: Vec<Applied> = Vec::new();
    session.query(APPLIED, None, &[], &mut |row| {
        rows.push((row.get(0)?, row.get(1)?, row.get(2)?));
        Ok(())
    })?;
    Ok(rows)
}

/// Refuses a database that this program did not make, or whose steps were edited after they ran.
fn compare(wanted: &Migrations, rows: &[Applied]) -> Result<()> {
    for (version, name, sum) in rows.iter().filter(|row| row.0 != VIEWS_VERSION) {
        let Some(step) = wanted.steps.iter().find(|step| step.version == *version) else {
            return Err(schema_error(format!(
                "the database is newer than this program: it has {name}, which the program does not know"
            )));
        };
        let own = checksum([step.text.as_str()].into_iter());
        if own != *sum {
            return Err(schema_error(format!(
                "{name} was changed after the database had run it (checksum {sum} there, {own} here)"
            )));
        }
    }
    Ok(())
}

/// Brings the database to the schema of this program.
pub(crate) fn run(session: &mut Session, wanted: &Migrations, now: Instant) -> Result<()> {
    session.migration_lock(true)?;
    let mut done = run_locked(session, wanted, now);
    if let (Ok(changed), false) = (&done, session.is_postgres()) {
        done = crate::statistics::assume(session, *changed).map(|()| *changed);
    }
    if done.is_err() {
        session.rollback();
    }
    session.migration_lock(false)?;
    done.map(drop)
}

/// Answers whether a step was run.
fn run_locked(session: &mut Session, wanted: &Migrations, now: Instant) -> Result<bool> {
    session.batch(&translate(CREATE, session.is_postgres()))?;
    let rows = applied(session)?;
    compare(wanted, &rows)?;
    let last = rows.iter().map(|row| row.0).max().unwrap_or(VIEWS_VERSION);
    let pending: Vec<&Migration> = wanted
        .steps
        .iter()
        .filter(|step| !rows.iter().any(|row| row.0 == step.version))
        .collect();
    if let Some(late) = pending.iter().find(|step| step.version < last) {
        return Err(schema_error(format!(
            "{} comes before a step that was already run",
            late.name
        )));
    }
    let views = wanted.views_checksum();
    let views_stand = rows.iter().any(|row| row.0 == VIEWS_VERSION && row.2 == views);
    if pending.is_empty() && views_stand {
        return Ok(false);
    }
    let changed = !pending.is_empty();
    drop_views(session)?;
    for step in pending {
        session.begin_plain()?;
        let text = translate(&step.text, session.is_postgres());
        session.batch(&text).map_err(|error| error.context(&step.name))?;
        record(
            session,
            step.version,
            &step.name,
            &checksum([step.text.as_str()].into_iter()),
            now,
        )?;
        session.commit()?;
    }
    session.begin_plain()?;
    for text in &wanted.views {
        let text = translate(text, session.is_postgres());
        session.batch(&text).map_err(|error| error.context("views"))?;
    }
    record(session, VIEWS_VERSION, "views", &views, now)?;
    session.commit()?;
    Ok(changed)
}

fn record(session: &mut Session, version: i64, name: &str, sum: &str, now: Instant) -> Result<()> {
    let params = [Value::from(version), name.into(), sum.into(), now.into()];
    session.exec(RECORD, None, &params).map(drop)
}

/// Views go before the tables under them change.
fn drop_views(session: &mut Session) -> Result<()> {
    let list = if session.is_postgres() {
        VIEWS_ON_POSTGRES
    } else {
        VIEWS_ON_SQLITE
    };
    let cascade = if session.is_postgres() { " CASCADE" } else { "" };
    session.begin_plain()?;
    let mut names: Vec<String> = Vec::new();
    session.query(list, None, &[], &mut |row| {
        names.push(row.get(0)?);
        Ok(())
    })?;
    for name in names {
        session.batch(&format!("DROP VIEW IF EXISTS \"{name}\"{cascade}"))?;
    }
    session.exec(FORGET, None, &[Value::from(VIEWS_VERSION)])?;
    session.commit()
}

/// For those who only read: the schema must be the one this program knows.
pub(crate) fn check(session: &mut Session, wanted: &Migrations) -> Result<()> {
    let rows =
        applied(session).map_err(|error| match error.as_fault().map(|fault| fault.kind().clone()) {
            Some(FaultKind::Other) => schema_error(format!("this is no database of this program ({error})")),
            _ => error,
        })?;
    compare(wanted, &rows)?;
    match wanted
        .steps
        .iter()
        .find(|step| !rows.iter().any(|row| row.0 == step.version))
    {
        None => Ok(()),
        Some(step) => Err(schema_error(format!(
            "the database is older than this program: it lacks {}; starting the server brings it up to date",
            step.name
        ))),
    }
}
