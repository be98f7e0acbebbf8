//! A statement as it would be: issued for a look, and rolled back by whoever asked for it.

use base::{Currency, Day, Money};
use db::{FromRow, Row, Tx, p};
use kit::Meta;
use ledger::AccountId;
use parties::CustomerId;
use serde::Serialize;

use crate::desk::Extent;
use crate::due;
use crate::issue;
use crate::run::{self, Failed};
use crate::store;
use crate::types::{PeriodId, StatementId};

db::statements! {
    ISSUED_SINCE = "SELECT id, customer_id, customer_code, customer_name, currency, from_day, to_day, due_date, \
        line_count, opening_minor, closing_minor, period_id FROM statements_statement \
        WHERE company_id = $1 AND seq > $2 ORDER BY name_key, to_day, id";
    LAST_SEQ = "SELECT COALESCE(MAX(seq), 0) FROM statements_statement WHERE company_id = $1";
}

/// How many accounts a simulation of everything looks at.
const MOST_ACCOUNTS: usize = 200;

/// A statement that a run would issue.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct SimulatedStatement {
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    pub customer_code: String,
    pub customer_name: String,
    #[schema(value_type = String)]
    pub currency: Currency,
    #[schema(value_type = String)]
    pub from: Day,
    #[schema(value_type = String)]
    pub to: Day,
    #[schema(value_type = String)]
    pub due: Day,
    pub line_count: i64,
    #[schema(value_type = String)]
    pub opening: Money,
    #[schema(value_type = String)]
    pub closing: Money,
    #[schema(value_type = String)]
    pub period_id: PeriodId,
}

impl FromRow for SimulatedStatement {
    fn from_row(row: &Row<'_>) -> db::Result<SimulatedStatement> {
        let currency: Currency = row.get(4)?;
        let money = |index: usize| row.get::<i64>(index).map(|minor| Money::new(minor, currency));
        Ok(SimulatedStatement {
            customer_id: row.get(1)?,
            customer_code: row.get(2)?,
            customer_name: row.get(3)?,
            currency,
            from: row.get(5)?,
            to: row.get(6)?,
            due: row.get(7)?,
            line_count: row.get(8)?,
            opening: money(9)?,
            closing: money(10)?,
            period_id: row.get(11)?,
        })
    }
}

/// What a run would come to.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct RunSimulation {
    pub statements: Vec<SimulatedStatement>,
    /// Periods that would be noted as empty.
    pub empty: i64,
    /// What it could not do, and why.
    pub failed: Vec<Failed>,
    /// There are more accounts than were looked at.
    pub more: bool,
}

/// Issues everything that is over, for the accounts that come first. To be rolled back.
///
/// # Errors
/// `statements.until_in_future`.
pub fn run(tx: &mut Tx<'_>, meta: &Meta, until: Option<Day>) -> db::Result<RunSimulation> {
    let until = issue::until_day(meta, until)?;
    let last: i64 = tx.one(LAST_SEQ, p![])?;
    let batch = due::batch(tx, AccountId::new(0), until, Extent::Issue, MOST_ACCOUNTS)?;
    let (tally, failures) = issue::work(tx, meta, &batch.accounts, until, Extent::Issue)?;
    let mut failed = Vec::with_capacity(failures.len());
    for failure in failures {
        failed.push(run::failed(tx, failure)?);
    }
    Ok(RunSimulation {
        statements: tx.all(ISSUED_SINCE, p![last])?,
        empty: tally.empty,
        failed,
        more: batch.next.is_some(),
    })
}

/// Issues a planned period and those before it. To be rolled back. `None`: nothing moved.
///
/// # Errors
/// Those of [`issue::issue_period`].
pub fn period(tx: &mut Tx<'_>, meta: &Meta, id: PeriodId) -> db::Result<Option<StatementId>> {
    let (account, seq, ..) = store::period(tx, id)?;
    for earlier in store::planned(tx, account, 0)? {
        if earlier.seq < seq {
            issue::issue_period(tx, meta, earlier.id)?;
        }
    }
    Ok(issue::issue_period(tx, meta, id)?.statement)
}
