//! Document numbers without gaps: a counter row, locked by the update that takes a number. The
//! number is taken in the transaction that makes the document, so a refusal gives it back.

use db::{Tx, p};

db::statements! {
    TAKE = "INSERT INTO kit_number (company_id, series, last) VALUES ($1, $2, 1) \
        ON CONFLICT (company_id, series) DO UPDATE SET last = kit_number.last + 1 RETURNING last";
    TAKE_MANY = "INSERT INTO kit_number (company_id, series, last) VALUES ($1, $2, $3) \
        ON CONFLICT (company_id, series) DO UPDATE SET last = kit_number.last + excluded.last RETURNING last";
}

/// The next number of a series, from 1.
pub fn take(tx: &mut Tx<'_>, series: &str) -> db::Result<i64> {
    tx.one(TAKE, p![series])
}

/// The first of `count` consecutive numbers.
pub fn take_many(tx: &mut Tx<'_>, series: &str, count: i64) -> db::Result<i64> {
    let last: i64 = tx.one(TAKE_MANY, p![series, count])?;
    Ok(last - count + 1)
}

/// How a number is written on a document: `DN-000042`.
pub fn written(series: &str, number: i64) -> String {
    format!("{series}-{number:06}")
}
