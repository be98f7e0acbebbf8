//! Who did what: one row per command, refusals included. Rows are only ever added.

use db::{Tx, p};

use crate::Meta;

db::statements! {
    pub(crate) INSERT = "INSERT INTO kit_audit \
        (company_id, id, at, user_id, act, subject_kind, subject_id, outcome, detail) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
}

/// Parameters of [`INSERT`], so that a refusal can carry the row as evidence.
pub(crate) fn row(
    tx: &mut Tx<'_>,
    meta: &Meta,
    act: &str,
    subject: (&str, i64),
    outcome: &str,
    detail: &str,
) -> Vec<db::Value> {
    let id = tx.next_id::<()>();
    p![
        id, meta.now, meta.user, act, subject.0, subject.1, outcome, detail
    ]
}

/// Notes an act that does not come through [`crate::Ctx::command`]: a job, the command line.
pub fn record(tx: &mut Tx<'_>, meta: &Meta, act: &str, subject: (&str, i64), detail: &str) -> db::Result<()> {
    let row = row(tx, meta, act, subject, "done", detail);
    tx.push(INSERT, row)
}
