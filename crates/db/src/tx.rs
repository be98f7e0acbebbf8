use base::{CompanyId, Id};

use crate::error::{Error, FaultKind, Refused, Result};
use crate::session::Session;
use crate::sql::AsSql;
use crate::value::{FromRow, Value};

/// Identities that were reserved and not yet given out.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Ids {
    pub next: i64,
    pub end: i64,
}

/// A transaction with what it may use; `Tx` and `SystemTx` say whether a company is bound.
pub(crate) struct Raw<'t> {
    pub session: &'t mut Session,
    /// `None` where nothing is written.
    pub ids: Option<&'t mut Ids>,
}

impl Raw<'_> {
    fn all<T: FromRow>(
        &mut self,
        company: Option<i64>,
        sql: &impl AsSql,
        params: &[Value],
        lock: bool,
    ) -> Result<Vec<T>> {
        let mut rows = Vec::new();
        let mut each = |row: &crate::Row<'_>| {
            rows.push(T::from_row(row)?);
            Ok(())
        };
        let done = if lock && self.session.is_postgres() {
            let locking = format!("{} FOR UPDATE", sql.text());
            self.session.query(&locking, company, params, &mut each)
        } else {
            self.session.query(sql.text(), company, params, &mut each)
        };
        done.map_err(|error| error.context(sql.label()))?;
        Ok(rows)
    }

    fn opt<T: FromRow>(
        &mut self,
        company: Option<i64>,
        sql: &impl AsSql,
        params: &[Value],
        lock: bool,
    ) -> Result<Option<T>> {
        let mut rows = self.all(company, sql, params, lock)?;
        if rows.len() > 1 {
            let message = format!("{}: one row expected, {} found", sql.label(), rows.len());
            return Err(Error::of(FaultKind::Mismatch, message));
        }
        Ok(rows.pop())
    }

    fn one<T: FromRow>(&mut self, company: Option<i64>, sql: &impl AsSql, params: &[Value]) -> Result<T> {
        let row = self.opt(company, sql, params, false)?;
        row.ok_or_else(|| Error::of(FaultKind::NoRow, format!("{}: no row", sql.label())))
    }

    fn exec(&mut self, company: Option<i64>, sql: &impl AsSql, params: &[Value]) -> Result<u64> {
        self.session
            .exec(sql.text(), company, params)
            .map_err(|error| error.context(sql.label()))
    }

    fn push(&mut self, company: Option<i64>, sql: &impl AsSql, params: Vec<Value>) -> Result<()> {
        self.session.push(sql.text(), sql.label(), company, params)
    }

    fn push_rows(&mut self, company: Option<i64>, insert: &impl AsSql, rows: Vec<Vec<Value>>) -> Result<()> {
        let Some(width) = rows.first().map(Vec::len) else {
            return Ok(());
        };
        if rows.iter().any(|row| row.len() != width) {
            return Err(Error::of(
                FaultKind::Mismatch,
                format!("{}: rows of different widths", insert.label()),
            ));
        }
        let mut rows = rows.into_iter();
        while rows.len() > 0 {
            // Few sizes, so that few distinct statements are prepared.
            let size = [64, 8, 1]
                .into_iter()
                .find(|size| *size <= rows.len())
                .unwrap_or(1);
            let text = values_text(insert.text(), company.is_some(), width, size);
            let params = rows.by_ref().take(size).flatten().collect();
            self.session.push(&text, insert.label(), company, params)?;
        }
        Ok(())
    }

    fn next_id<T>(&mut self) -> Id<T> {
        // Caught by the layer and answered as a fault: both are mistakes in the program.
        let Some(ids) = self.ids.as_deref_mut() else {
            panic!("an identity was asked for where nothing is written")
        };
        assert!(
            ids.next < ids.end,
            "more identities used in one batch than a block holds"
        );
        ids.next += 1;
        Id::new(ids.next - 1)
    }
}

/// `… VALUES` followed by `size` groups of parameters; what follows `VALUES` in the text stays behind.
fn values_text(insert: &str, company: bool, width: usize, size: usize) -> String {
    let at = insert
        .rfind("VALUES")
        .map_or(insert.len(), |at| at + "VALUES".len());
    let (head, tail) = insert.split_at(at);
    let mut text = String::with_capacity(insert.len() + size * width * 5);
    text.push_str(head);
    let mut number = usize::from(company);
    for group in 0..size {
        text.push_str(if group == 0 { " (" } else { ",(" });
        if company {
            text.push_str("$1");
        }
        for column in 0..width {
            number += 1;
            text.push_str(if column == 0 && !company { "$" } else { ",$" });
            text.push_str(&number.to_string());
        }
        text.push(')');
    }
    text.push_str(tail);
    text
}

/// A unit of work, or a snapshot, in one company. `$1` of every statement is the company and is
/// bound here; the parameters that are passed begin at `$2`.
pub struct Tx<'t> {
    raw: Raw<'t>,
    company: CompanyId,
}

/// A unit of work, or a snapshot, that belongs to no company: users, sessions, companies, leases.
/// The parameters that are passed begin at `$1`.
pub struct SystemTx<'t> {
    raw: Raw<'t>,
}

impl<'t> Tx<'t> {
    pub(crate) fn new(raw: Raw<'t>, company: CompanyId) -> Tx<'t> {
        Tx { raw, company }
    }

    pub fn company(&self) -> CompanyId {
        self.company
    }

    /// Does a part of the unit that may be refused by itself: what it wrote is undone then, and the
    /// refusal handed back so that the unit can go on. A fault ends the unit as ever.
    pub fn part<T>(
        &mut self,
        part: impl FnOnce(&mut Tx<'_>) -> Result<T>,
    ) -> Result<std::result::Result<T, Box<Refused>>> {
        self.raw.session.begin_part()?;
        match part(self) {
            Ok(done) => self.raw.session.keep_part().map(|()| Ok(done)),
            Err(Error::Refused(refused)) => self.raw.session.undo_part().map(|()| Err(refused)),
            Err(fault) => Err(fault),
        }
    }

    fn bound(&self) -> Option<i64> {
        Some(self.company.raw())
    }
}

impl<'t> SystemTx<'t> {
    pub(crate) fn new(raw: Raw<'t>) -> SystemTx<'t> {
        SystemTx { raw }
    }

    fn bound(&self) -> Option<i64> {
        None
    }

    /// Refuses a schema that is not this program's.
    pub(crate) fn check_schema(&mut self, wanted: &crate::Migrations) -> Result<()> {
        crate::migrate::check(self.raw.session, wanted)
    }

    pub(crate) fn describe(&mut self) -> Result<crate::Schema> {
        crate::schema::describe(self.raw.session)
    }

    /// Has the database read a statement without running it; for tests.
    #[doc(hidden)]
    pub fn prepare(&mut self, sql: impl AsSql) -> Result<()> {
        self.raw
            .session
            .prepare(sql.text())
            .map_err(|error| error.context(sql.label()))
    }

    /// The same transaction seen from inside a company, for acts that concern both, such as setting
    /// up a company with its first rows. Takes the company's turn to write.
    pub fn in_company(&mut self, company: CompanyId) -> Result<Tx<'_>> {
        if self.raw.ids.is_some() {
            self.raw.session.lock_company(company.raw())?;
        }
        let raw = Raw {
            session: &mut *self.raw.session,
            ids: self.raw.ids.as_deref_mut(),
        };
        Ok(Tx { raw, company })
    }
}

macro_rules! statements_of {
    ($tx:ident) => {
        impl $tx<'_> {
            /// Exactly one row.
            pub fn one<T: FromRow>(&mut self, sql: impl AsSql, params: Vec<Value>) -> Result<T> {
                self.raw.one(self.bound(), &sql, &params)
            }

            /// One row or none; more are a fault.
            pub fn opt<T: FromRow>(&mut self, sql: impl AsSql, params: Vec<Value>) -> Result<Option<T>> {
                self.raw.opt(self.bound(), &sql, &params, false)
            }

            /// Every row, in the statement's order.
            pub fn all<T: FromRow>(&mut self, sql: impl AsSql, params: Vec<Value>) -> Result<Vec<T>> {
                self.raw.all(self.bound(), &sql, &params, false)
            }

            /// Every row through a reader of the caller's, where the columns are only known at run time.
            pub fn each<T>(
                &mut self,
                sql: impl AsSql,
                params: Vec<Value>,
                mut read: impl FnMut(&crate::Row<'_>) -> Result<T>,
            ) -> Result<Vec<T>> {
                let company = self.bound();
                let mut rows = Vec::new();
                let mut each = |row: &crate::Row<'_>| {
                    rows.push(read(row)?);
                    Ok(())
                };
                let done = self
                    .raw
                    .session
                    .query(sql.text(), company, &params, &mut each);
                done.map_err(|error| error.context(sql.label()))?;
                Ok(rows)
            }

            /// As `opt`; the row stays locked until the unit ends (`FOR UPDATE` is added where the
            /// database has it).
            pub fn lock<T: FromRow>(&mut self, sql: impl AsSql, params: Vec<Value>) -> Result<Option<T>> {
                self.raw.opt(self.bound(), &sql, &params, true)
            }

            /// Runs a write and says how many rows it touched.
            pub fn exec(&mut self, sql: impl AsSql, params: Vec<Value>) -> Result<u64> {
                self.raw.exec(self.bound(), &sql, &params)
            }

            /// A write whose result is not needed. PostgreSQL is not waited for: an error shows at the
            /// next read or at the end of the unit.
            pub fn push(&mut self, sql: impl AsSql, params: Vec<Value>) -> Result<()> {
                self.raw.push(self.bound(), &sql, params)
            }

            /// Inserts many rows, as `push`. The text is an INSERT up to `VALUES`; in a company its
            /// first column is the company, which the rows leave out. An `ON CONFLICT` may follow.
            pub fn push_rows(&mut self, insert: impl AsSql, rows: Vec<Vec<Value>>) -> Result<()> {
                self.raw.push_rows(self.bound(), &insert, rows)
            }

            /// An identity that no other row has. Only where something may be written.
            pub fn next_id<T>(&mut self) -> Id<T> {
                self.raw.next_id()
            }

            /// For the few named differences between the two databases.
            pub fn is_postgres(&self) -> bool {
                self.raw.session.is_postgres()
            }
        }
    };
}
statements_of!(Tx);
statements_of!(SystemTx);
