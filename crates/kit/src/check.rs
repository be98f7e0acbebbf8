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
    let mut findings = Vec::with_capacity(checks.len());
    for check in checks {
        let counted = format!("SELECT COUNT(*) FROM ({}) AS offending", check.sql.text());
        let count: i64 = tx.one(counted, p![])?;
        let mut examples = Vec::new();
        if count > 0 {
            let first = format!("{} LIMIT {EXAMPLES}", check.sql.text());
            examples = tx.all::<String>(first, p![])?;
        }
        findings.push(Finding {
            name: check.name.to_owned(),
            count,
            examples,
        });
    }
    Ok(findings)
}
