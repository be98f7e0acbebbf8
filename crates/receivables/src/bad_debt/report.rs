//! What was given up and what came back, by reason, salesperson, customer or year.

use std::str::FromStr;

use base::{Currency, Day, Money, Refusal};
use db::{Tx, p};
use serde::Serialize;

use crate::refusals;

macro_rules! report {
    ($group:literal, $label:literal, $join:literal) => {
        concat!(
            "SELECT ",
            $group,
            ", ",
            $label,
            ", b.currency, COUNT(CASE WHEN b.kind = 'processed' THEN 1 END), \
            CAST(SUM(CASE WHEN b.kind = 'processed' THEN b.amount_minor ELSE 0 END) AS BIGINT), \
            CAST(SUM(CASE WHEN b.kind = 'recovered' THEN b.amount_minor ELSE 0 END) AS BIGINT), \
            CAST(SUM(CASE WHEN b.kind = 'undone' THEN b.amount_minor ELSE 0 END) AS BIGINT) \
            FROM receivables_bad_debt b \
            JOIN receivables_bad_debt f ON f.company_id = b.company_id AND f.id = COALESCE(b.of_id, b.id) ",
            $join,
            " WHERE b.company_id = $1 AND b.processed_on >= $2 AND b.processed_on <= $3 \
            GROUP BY 1, 2, b.currency ORDER BY b.currency, 5 DESC, 1"
        )
    };
}

db::statements! {
    BY_REASON = report!("f.reason_code", "''", "");
    BY_SALESPERSON = report!("COALESCE(CAST(b.salesperson_id AS TEXT), '')", "''", "");
    BY_CUSTOMER = report!("CAST(b.customer_id AS TEXT)", "c.name",
        "JOIN parties_v_customer c ON c.company_id = b.company_id AND c.id = b.customer_id");
    // The day is text on one database and a date on the other; both begin with the year as text.
    BY_YEAR = report!("SUBSTR(CAST(b.processed_on AS TEXT), 1, 4)", "''", "");
}

/// What the report is grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// The reason of the bad debt, also for what came back of it.
    Reason,
    Salesperson,
    Customer,
    /// The year of each act.
    Year,
}

impl FromStr for Group {
    type Err = Refusal;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "reason" => Ok(Group::Reason),
            "salesperson" => Ok(Group::Salesperson),
            "customer" => Ok(Group::Customer),
            "year" => Ok(Group::Year),
            _ => Err(refusals::unknown_group(text)),
        }
    }
}

/// One group in one currency.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = BadDebtReportRow)]
pub struct ReportRow {
    /// A reason's code, an identity, or a year; empty: nobody.
    pub key: String,
    /// A customer's name; empty for other groups.
    pub name: String,
    #[schema(value_type = String)]
    pub currency: Currency,
    /// Bad debts processed.
    pub count: i64,
    #[schema(value_type = String)]
    pub processed: Money,
    #[schema(value_type = String)]
    pub recovered: Money,
    #[schema(value_type = String)]
    pub undone: Money,
    #[schema(value_type = String)]
    pub net: Money,
}

/// The acts of the register from one day to another, grouped.
pub fn report(tx: &mut Tx<'_>, group: Group, from: Day, to: Day) -> db::Result<Vec<ReportRow>> {
    let sql = match group {
        Group::Reason => BY_REASON,
        Group::Salesperson => BY_SALESPERSON,
        Group::Customer => BY_CUSTOMER,
        Group::Year => BY_YEAR,
    };
    tx.each(sql, p![from, to], |row| {
        let currency: Currency = row.get(2)?;
        let money = |minor| Money::new(minor, currency);
        let (processed, recovered, undone): (i64, i64, i64) = (row.get(4)?, row.get(5)?, row.get(6)?);
        Ok(ReportRow {
            key: row.get(0)?,
            name: row.get(1)?,
            currency,
            count: row.get(3)?,
            processed: money(processed),
            recovered: money(recovered),
            undone: money(undone),
            net: money(processed - recovered - undone),
        })
    })
}
