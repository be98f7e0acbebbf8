//! The always-on check: invariants as SQL that finds no row when all is well.

use db::{Sql, Tx, p};
use serde::Serialize;

/// One invariant of one slice. `sql` answers one row per violation; its first column says, as
/// text, which row offends. `$1` is the company.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// `<slice>.<what must hold>`; the text key `check.<name>` explains it.
    pub name: &'static str,
    pub sql: Sql,
}

/// An invariant that SQL cannot tell, such as one about digests: answers what offends, as text.
#[derive(Clone, Copy)]
pub struct Computed {
    /// As [`Check::name`].
    pub name: &'static str,
    pub run: fn(&mut Tx<'_>) -> db::Result<Vec<String>>,
}

/// One line of the check, however it is found out.
#[derive(Clone, Copy)]
pub enum Line {
    Sql(Check),
    Computed(Computed),
}

/// What a check found.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Finding {
    pub name: String,
    /// Number of offending rows; 0 is well.
    pub count: i64,
    /// The first few of them.
    pub examples: Vec<String>,
}

const EXAMPLES: usize = 5;

/// Runs the checks in the transaction's company.
pub fn run(tx: &mut Tx<'_>, checks: &[Check]) -> db::Result<Vec<Finding>> {
    checks.iter().map(|check| Line::Sql(*check).run(tx)).collect()
}

impl Line {
    pub fn name(&self) -> &'static str {
        match self {
            Line::Sql(check) => check.name,
            Line::Computed(computed) => computed.name,
        }
    }

    /// Looks whether it holds.
    pub fn run(&self, tx: &mut Tx<'_>) -> db::Result<Finding> {
        let (count, examples) = match self {
            Line::Sql(check) => {
                let counted = format!("SELECT COUNT(*) FROM ({}) AS offending", check.sql.text());
                let count: i64 = tx.one(counted, p![])?;
                let examples = if count > 0 {
                    self.rows(tx, EXAMPLES)?
                } else {
                    Vec::new()
                };
                (count, examples)
            }
            Line::Computed(computed) => {
                let mut offending = (computed.run)(tx)?;
                let count = i64::try_from(offending.len())?;
                offending.truncate(EXAMPLES);
                (count, offending)
            }
        };
        Ok(Finding {
            name: self.name().to_owned(),
            count,
            examples,
        })
    }

    /// The first rows that break it, as text.
    pub fn rows(&self, tx: &mut Tx<'_>, limit: usize) -> db::Result<Vec<String>> {
        match self {
            Line::Sql(check) => tx.all(format!("{} LIMIT {limit}", check.sql.text()), p![]),
            Line::Computed(computed) => {
                let mut offending = (computed.run)(tx)?;
                offending.truncate(limit);
                Ok(offending)
            }
        }
    }
}
