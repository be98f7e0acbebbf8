//! The SQLite side: one connection, its settings, binding by number, errors.

use std::cell::{Cell as StdCell, RefCell};
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, ErrorCode, OpenFlags};

use crate::error::{Error, Fault, FaultKind, Result, went_on};
use crate::value::{Cell, Misfit, Row, Source, Value};
use crate::{STATEMENT_CACHE, Synchronous};

/// Pages in the write-ahead log (64 MB) after which the writer moves them into the file.
const CHECKPOINT_PAGES: i32 = 16_000;

pub(crate) struct SqliteSession {
    conn: Connection,
    /// A statement of the unit that is running has failed.
    failed: StdCell<bool>,
    /// The parameters of each text in SQLite's order, by their number.
    orders: RefCell<HashMap<String, Arc<[usize]>>>,
    wal_pages: Arc<AtomicI32>,
    checkpoint_at: i32,
}

impl SqliteSession {
    /// Opens the file for the one writer, making it when it is not there.
    pub fn writer(path: &Path, synchronous: Synchronous) -> Result<SqliteSession> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut session = SqliteSession::open(path, flags, 16_000)?;
        let level = match synchronous {
            Synchronous::Full => "FULL",
            Synchronous::Normal => "NORMAL",
            Synchronous::Off => "OFF",
        };
        // The checkpoint is run by hand after a commit, because the automatic one hides a failed fsync.
        let settings =
            format!("PRAGMA journal_mode=WAL; PRAGMA synchronous={level}; PRAGMA wal_autocheckpoint=0;");
        session.conn.execute_batch(&settings).map_err(fault)?;
        let pages = Arc::clone(&session.wal_pages);
        let hook = move |_: &mut rusqlite::hooks::Wal, count: std::ffi::c_int| {
            pages.store(count, Ordering::Relaxed);
            Ok(())
        };
        session.conn.wal_hook(Some(hook)).map_err(fault)?;
        Ok(session)
    }

    /// Opens the file of a database that is there for reading.
    pub fn reader(path: &Path, read_only: bool) -> Result<SqliteSession> {
        let access = if read_only {
            OpenFlags::SQLITE_OPEN_READ_ONLY
        } else {
            OpenFlags::SQLITE_OPEN_READ_WRITE
        };
        let session = SqliteSession::open(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX, 4_000)?;
        session
            .conn
            .execute_batch("PRAGMA query_only=ON; PRAGMA temp_store=MEMORY;")
            .map_err(fault)?;
        Ok(session)
    }

    /// The writer keeps SQLite's default for temporary storage: with `temp_store=MEMORY` each release of
    /// a savepoint walks the whole sub-journal of the open unit.
    fn open(path: &Path, flags: OpenFlags, cache_kib: u32) -> Result<SqliteSession> {
        let conn = Connection::open_with_flags(path, flags).map_err(fault)?;
        conn.busy_timeout(Duration::from_secs(5)).map_err(fault)?;
        conn.set_prepared_statement_cache_capacity(STATEMENT_CACHE);
        let settings = format!("PRAGMA foreign_keys=ON; PRAGMA cache_size=-{cache_kib};");
        conn.execute_batch(&settings).map_err(fault)?;
        let wal_pages = Arc::new(AtomicI32::new(0));
        Ok(SqliteSession {
            conn,
            failed: StdCell::new(false),
            orders: RefCell::default(),
            wal_pages,
            checkpoint_at: CHECKPOINT_PAGES,
        })
    }

    pub fn query(
        &self,
        sql: &str,
        company: Option<i64>,
        params: &[Value],
        each: &mut dyn FnMut(&Row<'_>) -> Result<()>,
    ) -> Result<()> {
        let mut statement = self.bound(sql, company, params)?;
        let mut rows = statement.raw_query();
        loop {
            match rows.next() {
                Ok(Some(row)) => each(&Row::new(Source::Sqlite(row)))?,
                Ok(None) => return Ok(()),
                Err(error) => {
                    self.failed.set(true);
                    return Err(fault(error));
                }
            }
        }
    }

    pub fn exec(&mut self, sql: &str, company: Option<i64>, params: &[Value]) -> Result<u64> {
        self.query(sql, company, params, &mut |_| Ok(()))?;
        Ok(self.conn.changes())
    }

    fn bound(&self, sql: &str, company: Option<i64>, params: &[Value]) -> Result<CachedStatement<'_>> {
        // Set until the statement is ready, so that no early return forgets it.
        let before = self.failed.replace(true);
        let mut statement = self.conn.prepare_cached(sql).map_err(fault)?;
        let order = self.order(sql, &statement)?;
        bind(&mut statement, &order, company, params)?;
        self.failed.set(before);
        Ok(statement)
    }

    /// SQLite finds the name of a parameter by a walk over all names, so each text is asked once.
    fn order(&self, sql: &str, statement: &CachedStatement<'_>) -> Result<Arc<[usize]>> {
        let mut orders = self.orders.borrow_mut();
        if let Some(order) = orders.get(sql) {
            return Ok(Arc::clone(order));
        }
        let order: Arc<[usize]> = order_of(statement)?.into();
        if orders.len() >= STATEMENT_CACHE {
            orders.clear();
        }
        orders.insert(sql.to_owned(), Arc::clone(&order));
        Ok(order)
    }

    pub fn prepare(&self, sql: &str) -> Result<()> {
        self.conn.prepare(sql).map(drop).map_err(fault)
    }

    /// Runs statements that stand in no unit and have no parameters.
    pub fn batch(&mut self, sql: &str) -> Result<()> {
        self.conn.execute_batch(sql).map_err(fault)
    }

    fn control(&mut self, sql: &str) -> Result<()> {
        self.conn
            .prepare_cached(sql)
            .and_then(|mut statement| statement.raw_execute())
            .map_err(fault)?;
        Ok(())
    }

    pub fn begin(&mut self) -> Result<()> {
        self.failed.set(false);
        self.control("BEGIN IMMEDIATE")
    }

    pub fn begin_read(&mut self) -> Result<()> {
        self.failed.set(false);
        self.control("BEGIN")
    }

    pub fn savepoint(&mut self) -> Result<()> {
        self.failed.set(false);
        self.control("SAVEPOINT unit")
    }

    pub fn begin_part(&mut self) -> Result<()> {
        if self.failed.get() {
            return Err(went_on());
        }
        self.control("SAVEPOINT part")
    }

    pub fn keep_part(&mut self) -> Result<()> {
        self.control("RELEASE part")
    }

    pub fn undo_part(&mut self) -> Result<()> {
        self.failed.set(false);
        self.control("ROLLBACK TO part")?;
        self.control("RELEASE part")
    }

    /// Keeps what the unit wrote, unless one of its statements failed.
    pub fn release(&mut self) -> Result<()> {
        if self.failed.get() {
            return Err(went_on());
        }
        self.control("RELEASE unit")
    }

    pub fn undo(&mut self) -> Result<()> {
        self.control("ROLLBACK TO unit")?;
        self.control("RELEASE unit")
    }

    /// Whether the transaction is still there; some errors end it as a whole.
    pub fn in_transaction(&self) -> bool {
        !self.conn.is_autocommit()
    }

    pub fn rollback(&mut self) {
        if self.in_transaction()
            && let Err(error) = self.control("ROLLBACK")
        {
            tracing::error!(%error, "rolling back failed");
        }
    }

    /// Commits. A full disk or a broken constraint undoes the batch and is a fault; after any other
    /// failure nobody knows what is on the disk, so the process ends.
    pub fn commit(&mut self) -> Result<()> {
        let Err(error) = self.control("COMMIT") else {
            return Ok(());
        };
        match error.as_fault().map(Fault::kind) {
            Some(FaultKind::Full | FaultKind::Constraint | FaultKind::Unique { .. }) => {
                self.rollback();
                // The log itself may be what fills the disk: moved into the file, it starts over.
                self.checkpoint_at = 0;
                Err(error)
            }
            _ => stop("commit", &error),
        }
    }

    /// Moves the write-ahead log into the file when it has grown large.
    pub fn tidy(&mut self) {
        let pages = self.wal_pages.load(Ordering::Relaxed);
        if pages < CHECKPOINT_PAGES && self.checkpoint_at > 0 {
            self.checkpoint_at = CHECKPOINT_PAGES;
            return;
        }
        if pages < self.checkpoint_at {
            return;
        }
        let after_full = self.checkpoint_at == 0;
        let counts = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(1)?, row.get::<_, i64>(2)?));
        let moved = self.conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], counts);
        // A reader may hold the log: try again when it has grown by another quarter; at once where
        // space is short.
        self.checkpoint_at = match moved {
            Ok((log, done)) if after_full && done < log => 0,
            _ => CHECKPOINT_PAGES.max(pages + CHECKPOINT_PAGES / 4),
        };
        if let Err(error) = moved.map_err(fault) {
            match error.as_fault().map(Fault::kind) {
                // Tried again after every batch, so that freed space is used at once.
                Some(FaultKind::Full) => self.checkpoint_at = 0,
                Some(FaultKind::Busy) => tracing::warn!(%error, "checkpoint put off"),
                _ => stop("checkpoint", &error),
            }
        }
    }
}

/// Ends the process: going on could acknowledge what is not on the disk.
fn stop(what: &str, error: &Error) -> ! {
    tracing::error!(%error, "{what} failed; the process ends so that nothing unsafe is acknowledged");
    eprintln!("settlebook: {what} failed ({error}); the process ends so that nothing unsafe is acknowledged");
    std::process::abort()
}

/// The number in `$n` of each parameter. SQLite numbers such parameters by first appearance, so the
/// position of a value in the list says nothing.
fn order_of(statement: &CachedStatement<'_>) -> Result<Vec<usize>> {
    let number = |index| {
        let name = statement.parameter_name(index).unwrap_or("?");
        let digits = name.strip_prefix('$').and_then(|digits| digits.parse().ok());
        digits.ok_or_else(|| Error::of(FaultKind::Mismatch, format!("parameter {name} has no number")))
    };
    (1..=statement.parameter_count()).map(number).collect()
}

fn bind(
    statement: &mut CachedStatement<'_>,
    order: &[usize],
    company: Option<i64>,
    params: &[Value],
) -> Result<()> {
    let mismatch = |message: String| Error::of(FaultKind::Mismatch, message);
    let head = usize::from(company.is_some());
    let (count, given) = (order.len(), head + params.len());
    if count != given {
        let whose = if company.is_some() {
            " ($1 is the company)"
        } else {
            ""
        };
        return Err(mismatch(format!(
            "the statement names {count} parameters, {given} are given{whose}"
        )));
    }
    for (index, number) in (1..).zip(order) {
        let bound = match (*number, company) {
            (1, Some(company)) => statement.raw_bind_parameter(index, company),
            (number, _) if number > head && number <= given => {
                statement.raw_bind_parameter(index, &params[number - head - 1])
            }
            _ => return Err(mismatch(format!("parameter ${number} among {given}"))),
        };
        bound.map_err(fault)?;
    }
    Ok(())
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Value::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Value::Int(value) => ToSqlOutput::Borrowed(ValueRef::Integer(*value)),
            Value::Text(value) => ToSqlOutput::Borrowed(ValueRef::Text(value.as_bytes())),
            Value::Day(value) => value.to_string().into(),
            Value::Instant(value) => value.to_string().into(),
            Value::Bytes(value) => ToSqlOutput::Borrowed(ValueRef::Blob(value)),
        })
    }
}

pub(crate) fn cell<'r>(row: &'r rusqlite::Row<'r>, index: usize) -> Result<Cell<'r>, Misfit> {
    Ok(match row.get_ref(index).map_err(Misfit::new)? {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(value) => Cell::Int(value),
        ValueRef::Real(_) => Cell::Foreign("REAL"),
        ValueRef::Text(bytes) => Cell::Text(std::str::from_utf8(bytes).map_err(Misfit::new)?),
        ValueRef::Blob(bytes) => Cell::Bytes(bytes),
    })
}

pub(crate) fn fault(error: rusqlite::Error) -> Error {
    let kind = match &error {
        rusqlite::Error::SqliteFailure(code, message) => kind_of(*code, message.as_deref()),
        _ => FaultKind::Other,
    };
    Fault::new(kind, error.to_string()).because(error).into()
}

fn kind_of(code: rusqlite::ffi::Error, message: Option<&str>) -> FaultKind {
    use rusqlite::ffi::{SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_ROWID, SQLITE_CONSTRAINT_UNIQUE};
    match code.code {
        ErrorCode::ConstraintViolation => match code.extended_code {
            SQLITE_CONSTRAINT_PRIMARYKEY | SQLITE_CONSTRAINT_UNIQUE | SQLITE_CONSTRAINT_ROWID => {
                FaultKind::Unique {
                    table: table_in(message.unwrap_or_default()),
                }
            }
            _ => FaultKind::Constraint,
        },
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => FaultKind::Busy,
        ErrorCode::DiskFull => FaultKind::Full,
        _ => FaultKind::Other,
    }
}

/// The table in `UNIQUE constraint failed: receipt.company_id, receipt.number`.
fn table_in(message: &str) -> String {
    let columns = message.rsplit(": ").next().unwrap_or_default();
    columns.split('.').next().unwrap_or_default().to_owned()
}
