//! What should be done before the books are locked up to a day.

use base::{Day, Money};
use db::{Tx, p};
use serde::Serialize;

db::statements! {
    DRAFTS = "SELECT COUNT(*), MIN(d.delivery_date) FROM sales_v_delivery d \
        WHERE d.company_id = $1 AND d.state <> 'posted' AND d.delivery_date <= $2";
    PERIODS = "SELECT COUNT(*), MIN(q.to_day) FROM statements_v_period q \
        WHERE q.company_id = $1 AND q.state = 'planned' AND q.to_day <= $2";
    UNDATED = "SELECT COUNT(*), MIN(e.basis_date) FROM ledger_v_entry e \
        WHERE e.company_id = $1 AND e.statement_date IS NULL AND e.internal = 0 AND e.basis_date <= $2";
    CREDITS = "SELECT COUNT(*), MIN(i.basis_date) FROM ledger_v_open_item i \
        WHERE i.company_id = $1 AND i.side = -1 AND i.basis_date <= $2";
    CREDIT_SUMS = "SELECT a.currency, CAST(SUM(i.open_minor) AS BIGINT) FROM ledger_v_open_item i \
        JOIN ledger_v_account a ON a.company_id = i.company_id AND a.id = i.account_id \
        WHERE i.company_id = $1 AND i.side = -1 AND i.basis_date <= $2 GROUP BY a.currency ORDER BY a.currency";
}

/// One line of the list before a lock.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ClosingLine {
    /// `unposted`, `unissued`, `undated`, `unallocated` or `check`.
    pub name: String,
    /// 0 is well.
    pub count: i64,
    #[schema(value_type = Option<String>)]
    pub oldest: Option<Day>,
    #[schema(value_type = Vec<String>)]
    pub amounts: Vec<String>,
}

/// What is not done yet of everything dated up to a day.
pub fn closing_list(tx: &mut Tx<'_>, day: Day) -> db::Result<Vec<ClosingLine>> {
    let mut lines = Vec::new();
    let sources = [
        ("unposted", DRAFTS),
        ("unissued", PERIODS),
        ("undated", UNDATED),
        ("unallocated", CREDITS),
    ];
    for (name, sql) in sources {
        let (count, oldest): (i64, Option<Day>) = tx.one(sql, p![day])?;
        let amounts = match name {
            "unallocated" => tx
                .all::<(base::Currency, i64)>(CREDIT_SUMS, p![day])?
                .into_iter()
                .map(|(currency, minor)| format!("{currency} {}", Money::new(minor, currency)))
                .collect(),
            _ => Vec::new(),
        };
        lines.push(ClosingLine {
            name: name.to_owned(),
            count,
            oldest,
            amounts,
        });
    }
    Ok(lines)
}
