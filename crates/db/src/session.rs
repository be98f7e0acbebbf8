//! One connection of either kind, and the steps of a transaction on it.

use crate::error::Result;
use crate::postgres::PostgresSession;
use crate::sqlite::SqliteSession;
use crate::value::{Row, Value};

pub(crate) enum Session {
    Sqlite(SqliteSession),
    Postgres(Box<PostgresSession>),
}

/// What ended a batch from outside the units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    /// In conflict with another transaction; undone by the database; worth another try.
    Conflict,
    /// The connection is gone.
    Lost,
    /// A unit of this batch that was released without waiting has failed; by its place in the batch.
    Earlier(usize),
}

/// How a batch began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Begun {
    Open,
    /// A batch of this number is there already: it was committed before the connection broke.
    Committed,
}

impl Session {
    pub fn is_postgres(&self) -> bool {
        match self {
            Session::Sqlite(_) => false,
            Session::Postgres(_) => true,
        }
    }

    pub fn query(
        &mut self,
        sql: &str,
        company: Option<i64>,
        params: &[Value],
        each: &mut dyn FnMut(&Row<'_>) -> Result<()>,
    ) -> Result<()> {
        #[cfg(feature = "record")]
        crate::record::note(sql, company, params);
        match self {
            Session::Sqlite(session) => session.query(sql, company, params, each),
            Session::Postgres(session) => session.query(sql, company, params, each),
        }
    }

    pub fn exec(&mut self, sql: &str, company: Option<i64>, params: &[Value]) -> Result<u64> {
        #[cfg(feature = "record")]
        crate::record::note(sql, company, params);
        match self {
            Session::Sqlite(session) => session.exec(sql, company, params),
            Session::Postgres(session) => session.exec(sql, company, params),
        }
    }

    pub fn push(&mut self, sql: &str, label: &str, company: Option<i64>, params: Vec<Value>) -> Result<()> {
        #[cfg(feature = "record")]
        crate::record::note(sql, company, &params);
        match self {
            Session::Sqlite(session) => session
                .exec(sql, company, &params)
                .map(drop)
                .map_err(|error| error.context(label)),
            Session::Postgres(session) => session.push(sql, label, company, params),
        }
    }

    /// Has the statement read without running it.
    pub fn prepare(&mut self, sql: &str) -> Result<()> {
        match self {
            Session::Sqlite(session) => session.prepare(sql),
            Session::Postgres(session) => session.prepare(sql),
        }
    }

    /// Statements without parameters, outside any unit.
    pub fn batch(&mut self, sql: &str) -> Result<()> {
        match self {
            Session::Sqlite(session) => session.batch(sql),
            Session::Postgres(session) => session.batch(sql),
        }
    }

    /// Keeps other nodes from changing the schema at the same time; the lock file does it on SQLite.
    pub fn migration_lock(&mut self, taken: bool) -> Result<()> {
        match self {
            Session::Sqlite(_) => Ok(()),
            Session::Postgres(session) => session.migration_lock(taken),
        }
    }

    /// Takes a company's turn to write; on SQLite there is one writer anyway.
    pub fn lock_company(&mut self, company: i64) -> Result<()> {
        match self {
            Session::Sqlite(_) => Ok(()),
            Session::Postgres(session) => session.lock_company(company),
        }
    }

    /// Begins a batch of one company (0: of none). `certain` waits for the answer, so that an
    /// earlier commit under the same number is noticed.
    pub fn begin(&mut self, company: i64, number: i64, certain: bool) -> Result<Begun> {
        match self {
            Session::Sqlite(session) => session.begin().map(|()| Begun::Open),
            Session::Postgres(session) => session.begin(company, number, certain),
        }
    }

    /// Begins a transaction of the layer's own.
    pub fn begin_plain(&mut self) -> Result<()> {
        match self {
            Session::Sqlite(session) => session.begin(),
            Session::Postgres(session) => session.begin_plain(),
        }
    }

    pub fn begin_read(&mut self) -> Result<()> {
        match self {
            Session::Sqlite(session) => session.begin_read(),
            Session::Postgres(session) => session.begin_read(),
        }
    }

    /// Begins the unit at `place` of the batch.
    pub fn savepoint(&mut self, place: usize) -> Result<()> {
        match self {
            Session::Sqlite(session) => session.savepoint(),
            Session::Postgres(session) => session.savepoint(place),
        }
    }

    /// Begins a part of a unit that can be undone by itself.
    pub fn begin_part(&mut self) -> Result<()> {
        match self {
            Session::Sqlite(session) => session.begin_part(),
            Session::Postgres(session) => session.begin_part(),
        }
    }

    /// Keeps what the part wrote, as far as the unit is kept.
    pub fn keep_part(&mut self) -> Result<()> {
        match self {
            Session::Sqlite(session) => session.keep_part(),
            Session::Postgres(session) => session.keep_part(),
        }
    }

    /// Undoes what the part wrote and nothing else.
    pub fn undo_part(&mut self) -> Result<()> {
        match self {
            Session::Sqlite(session) => session.undo_part(),
            Session::Postgres(session) => session.undo_part(),
        }
    }

    /// Makes sure that everything sent in this unit has worked.
    pub fn settle(&mut self) -> Result<()> {
        match self {
            Session::Sqlite(_) => Ok(()),
            Session::Postgres(session) => session.settle(),
        }
    }

    /// Keeps what the unit wrote. With `wait` a failed statement in it surfaces here; without, perhaps
    /// later, as `Broken::Earlier`.
    pub fn release(&mut self, wait: bool) -> Result<()> {
        match self {
            Session::Sqlite(session) => session.release(),
            Session::Postgres(session) => session.release(wait),
        }
    }

    /// Keeps what the unit wrote and commits the batch in one go. Whether that is one step on this
    /// database is `commits_in_one_step`.
    pub fn release_and_commit(&mut self) -> Result<()> {
        #[cfg(feature = "record")]
        crate::record::note(crate::record::COMMIT, None, &[]);
        match self {
            Session::Sqlite(session) => {
                session.release()?;
                session.commit()
            }
            Session::Postgres(session) => session.release_and_commit(),
        }
    }

    /// Whether the last unit of a batch is released and committed without waiting in between; then a
    /// failed statement of that unit takes the batch with it.
    pub fn commits_in_one_step(&self) -> bool {
        self.is_postgres()
    }

    /// Undoes the unit.
    pub fn undo(&mut self) -> Result<()> {
        match self {
            Session::Sqlite(session) => session.undo(),
            Session::Postgres(session) => session.undo(),
        }
    }

    pub fn commit(&mut self) -> Result<()> {
        #[cfg(feature = "record")]
        crate::record::note(crate::record::COMMIT, None, &[]);
        match self {
            Session::Sqlite(session) => session.commit(),
            Session::Postgres(session) => session.commit(),
        }
    }

    pub fn rollback(&mut self) {
        match self {
            Session::Sqlite(session) => session.rollback(),
            Session::Postgres(session) => session.rollback(),
        }
    }

    /// Whether the transaction is still there after a failed unit.
    pub fn in_transaction(&self) -> bool {
        match self {
            Session::Sqlite(session) => session.in_transaction(),
            Session::Postgres(session) => session.in_transaction(),
        }
    }

    /// What broke the transaction from outside since it began.
    pub fn broken(&self) -> Option<Broken> {
        match self {
            Session::Sqlite(_) => None,
            Session::Postgres(session) => session.broken(),
        }
    }

    /// Connects anew after the connection was lost.
    pub fn reconnect(&mut self) -> Result<()> {
        match self {
            Session::Sqlite(_) => Ok(()),
            Session::Postgres(session) => session.reconnect(),
        }
    }

    /// Housekeeping between batches.
    pub fn tidy(&mut self) {
        match self {
            Session::Sqlite(session) => session.tidy(),
            Session::Postgres(session) => session.tidy(),
        }
    }
}
