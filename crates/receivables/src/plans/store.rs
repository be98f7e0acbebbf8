use base::{Currency, Day};
use db::{Tx, p};
use kit::Meta;
use ledger::{AccountId, PlanId};
use parties::CustomerId;

use super::rules::{self, PlanRow};

db::statements! {
    INSERT = "INSERT INTO receivables_plan (company_id, id, no, version, seq, state, cause, customer_id, \
        account_id, currency, total_minor, breach_days, breach_rule, agreed_on, previous_id, note, reason, \
        created_at, created_by) \
        VALUES ($1, $2, $3, $4, $5, 'active', $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, '', $16, $17)";
    INSERT_ROW = "INSERT INTO receivables_plan_row (company_id, plan_id, row_no, due_date, breach_on, \
        amount_minor) VALUES";
    GET = "SELECT id, no, version, state, cause, customer_id, account_id, currency, total_minor, breach_days, \
        breach_rule, agreed_on, note, reason FROM receivables_plan WHERE company_id = $1 AND id = $2";
    SET_STATE = "UPDATE receivables_plan SET state = $3, reason = $4 WHERE company_id = $1 AND id = $2";
    // What is left, by the day it falls due.
    LEFT = "SELECT o.due_date, CAST(SUM(o.open_minor) AS BIGINT) FROM ledger_v_owed_part o \
        WHERE o.company_id = $1 AND o.plan_id = $2 GROUP BY o.due_date ORDER BY o.due_date";
    // Row 0 is what was never agreed: it breaks no plan.
    LEFT_OF_ROWS = "SELECT o.row_no, CAST(SUM(o.open_minor) AS BIGINT) FROM ledger_v_owed_part o \
        WHERE o.company_id = $1 AND o.plan_id = $2 GROUP BY o.row_no ORDER BY o.row_no";
    ROWS = "SELECT row_no, due_date, amount_minor FROM receivables_plan_row \
        WHERE company_id = $1 AND plan_id = $2 ORDER BY row_no";
    TO_ACCELERATE = "SELECT p.id FROM receivables_plan p \
        WHERE p.company_id = $1 AND p.state = 'active' AND p.breach_rule = 'accelerate' \
        AND p.cause <> 'accelerated' AND EXISTS (SELECT 1 FROM receivables_plan_row r \
            JOIN ledger_v_owed_part o ON o.company_id = r.company_id AND o.plan_id = r.plan_id \
                AND o.row_no = r.row_no \
            WHERE r.company_id = p.company_id AND r.plan_id = p.id AND r.breach_on <= $2) \
        ORDER BY p.id LIMIT 20";
}

/// A version of a plan as it is kept.
#[derive(Clone, Debug)]
pub struct PlanRecord {
    pub id: PlanId,
    pub no: String,
    pub version: i64,
    pub state: String,
    pub cause: String,
    pub customer: CustomerId,
    pub account: AccountId,
    pub currency: Currency,
    pub total: i64,
    pub breach_days: i64,
    pub breach_rule: String,
    pub agreed_on: Day,
    pub note: String,
    pub reason: String,
}

db::from_row! { struct PlanRecord {
    id, no, version, state, cause, customer, account, currency, total, breach_days, breach_rule, agreed_on,
    note, reason
} }

/// What a new version holds besides what it takes from the call.
pub struct NewPlan<'a> {
    pub plan: &'a PlanRecord,
    pub seq: Option<i64>,
    pub previous: Option<PlanId>,
    pub rows: &'a [PlanRow],
}

pub fn insert(tx: &mut Tx<'_>, meta: &Meta, new: &NewPlan<'_>) -> db::Result<()> {
    let plan = new.plan;
    tx.push(
        INSERT,
        p![
            plan.id,
            &plan.no,
            plan.version,
            new.seq,
            &plan.cause,
            plan.customer,
            plan.account,
            plan.currency,
            plan.total,
            plan.breach_days,
            &plan.breach_rule,
            plan.agreed_on,
            new.previous,
            &plan.note,
            meta.now,
            meta.user
        ],
    )?;
    let rows = (1_i64..).zip(new.rows).map(|(number, row)| {
        let breach = rules::breach_on(row.due, plan.breach_days);
        p![plan.id, number, row.due, breach, row.amount]
    });
    tx.push_rows(INSERT_ROW, rows.collect())
}

pub fn get(tx: &mut Tx<'_>, id: PlanId) -> db::Result<Option<PlanRecord>> {
    tx.opt(GET, p![id])
}

pub fn set_state(tx: &mut Tx<'_>, id: PlanId, state: &str, reason: &str) -> db::Result<()> {
    tx.push(SET_STATE, p![id, state, reason])
}

/// What is left of a live plan, by due date.
pub fn left(tx: &mut Tx<'_>, id: PlanId) -> db::Result<Vec<PlanRow>> {
    let rows: Vec<(Day, i64)> = tx.all(LEFT, p![id])?;
    Ok(rows
        .into_iter()
        .map(|(due, amount)| PlanRow { due, amount })
        .collect())
}

/// What is left of each row of a live plan; row 0: beyond what was agreed.
pub fn left_of_rows(tx: &mut Tx<'_>, id: PlanId) -> db::Result<Vec<(i64, i64)>> {
    tx.all(LEFT_OF_ROWS, p![id])
}

pub fn rows(tx: &mut Tx<'_>, id: PlanId) -> db::Result<Vec<(i64, Day, i64)>> {
    tx.all(ROWS, p![id])
}

/// Plans whose rest falls due by a breach, as of a day.
pub fn to_accelerate(tx: &mut Tx<'_>, day: Day) -> db::Result<Vec<PlanId>> {
    tx.all(TO_ACCELERATE, p![day])
}
