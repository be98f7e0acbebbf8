//! Invariants of the record of collection: no row when all is well.

use kit::check::Check;

db::statements! {
    PROMISES = "SELECT 'account ' || CAST(w.account_id AS TEXT) AS offending FROM collection_promise w \
        LEFT JOIN ledger_v_account a ON a.company_id = w.company_id AND a.id = w.account_id \
        WHERE w.company_id = $1 AND (a.id IS NULL OR w.promised_on < w.made_on)";
}

/// What must always hold of promises.
pub const CHECKS: &[Check] = &[Check {
    name: "collection.promises_look_ahead",
    sql: PROMISES,
}];
