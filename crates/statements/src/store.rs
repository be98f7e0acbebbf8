use base::{Day, Instant, Price, Refusal, UserId};
use cycle::{CycleSpec, Holidays, Schedule, Shift, Terms};
use db::{FromRow, Row, Tx, p};
use kit::Meta;
use ledger::{AccountId, Unbilled};

use crate::rules::NewPeriod;
use crate::types::{
    CycleVersion, LineRow, NewCycle, Period, PeriodId, PeriodState, Series, StatementId, StatementRow,
    StatementState,
};

macro_rules! statement {
    ($condition:literal) => {
        concat!(
            "SELECT id, no, seq, version, state, account_id, customer_id, customer_code, customer_name, currency, \
            period_id, from_day, to_day, due_date, opening_minor, closing_minor, line_count, header, hash, \
            issued_at, delivery, answer, sent_at, previous_id, reason FROM statements_statement WHERE company_id \
            = $1 AND ",
            $condition
        )
    };
}

db::statements! {
    INSERT_VERSION = "INSERT INTO statements_cycle (company_id, account_id, version, valid_from, spec, \
        terms, \
        lag_days, send_empty, created_at, created_by, pay_run, lead_days, shift, holiday_calendar_id, \
        minimum_micro, carry_months) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    VERSIONS = "SELECT version, valid_from, spec, terms, lag_days, send_empty, pay_run, lead_days, shift, \
        holiday_calendar_id, minimum_micro, carry_months FROM statements_cycle \
        WHERE company_id = $1 AND account_id = $2 ORDER BY version";
    VERSIONS_MADE = "SELECT created_at, created_by FROM statements_cycle \
        WHERE company_id = $1 AND account_id = $2 ORDER BY version";
    LAST_VERSION = "SELECT MAX(version) FROM statements_cycle WHERE company_id = $1 AND account_id = $2";
    INSERT_SERIES = "INSERT INTO statements_series (company_id, account_id, planned_to, next_cutoff, \
        next_issue, \
        dated, max_days, last_seq, last_statement_id, closing_minor) \
        VALUES ($1, $2, NULL, $3, NULL, $4, $5, 0, NULL, 0)";
    SERIES = "SELECT account_id, planned_to, next_cutoff, next_issue, dated, max_days, last_seq, \
        last_statement_id, closing_minor FROM statements_series WHERE company_id = $1 AND account_id = $2";
    SAVE_SERIES = "UPDATE statements_series SET planned_to = $3, next_cutoff = $4, next_issue = $5, dated \
        = $6, \
        max_days = $7, last_seq = $8, last_statement_id = $9, closing_minor = $10 \
        WHERE company_id = $1 AND account_id = $2";
    PLANNED = "SELECT id, seq, from_day, to_day, issue_by, due_date, cause, cycle_version, \
        closed_by_entry_id \
        FROM statements_period WHERE company_id = $1 AND account_id = $2 AND seq >= $3 AND state = 'planned' \
        ORDER BY seq";
    PERIOD_ACCOUNT = "SELECT account_id, seq, to_day, state FROM statements_period \
        WHERE company_id = $1 AND id = $2";
    INSERT_PERIOD = "INSERT INTO statements_period (company_id, id, account_id, seq, from_day, to_day, \
        issue_by, \
        due_date, state, cause, cycle_version, dated, closed_by_entry_id, statement_id, reason) VALUES";
    // Who decided that there is no statement, and why.
    DECIDE_PERIOD = "UPDATE statements_period SET state = $3, statement_id = NULL, reason = $4, \
        decided_by = $5, decided_at = $6 WHERE company_id = $1 AND id = $2";
    LATER_ISSUED = "SELECT COUNT(*) FROM statements_period WHERE company_id = $1 AND account_id = $2 \
        AND seq > $3 AND state = 'issued'";
    NEXT_PLANNED = "SELECT MIN(to_day) FROM statements_period WHERE company_id = $1 AND account_id = $2 \
        AND state = 'planned'";
    PERIOD_VERSION = "SELECT cycle_version FROM statements_period WHERE company_id = $1 AND id = $2";
    PERIOD_DATED = "SELECT dated FROM statements_period WHERE company_id = $1 AND id = $2";
    SET_PERIOD = "UPDATE statements_period SET state = $3, statement_id = $4, reason = $5 \
        WHERE company_id = $1 AND id = $2";
    // The due date in force: the latest fact, else the provisional one.
    UNBILLED = "SELECT u.entry_id, u.statement_date, e.kind, e.amount_minor, e.basis_date, \
        COALESCE((SELECT d.due_date FROM ledger_v_due d WHERE d.company_id = u.company_id \
            AND d.entry_id = u.entry_id ORDER BY d.seq DESC LIMIT 1), e.due_date), \
        e.document_kind, e.document_id, e.document_no, e.recorded_at, \
        COALESCE((SELECT c.name FROM parties_v_customer c WHERE c.company_id = e.company_id \
            AND c.id = e.ship_to_id), '') \
        FROM ledger_v_unbilled u JOIN ledger_v_entry e ON e.company_id = u.company_id AND e.id = u.entry_id \
        WHERE u.company_id = $1 AND u.account_id = $2 AND u.statement_date <= $3 \
        ORDER BY u.statement_date, u.entry_id";
    // What no statement may hold yet: entries after a day, internal ones, and those without a date. The
    // sign before the account and the bound on the date lead to the small index of the last.
    UNCOVERED = "SELECT COALESCE((SELECT CAST(SUM(e.amount_minor) AS BIGINT) FROM ledger_v_unbilled u \
            JOIN ledger_v_entry e ON e.company_id = u.company_id AND e.id = u.entry_id \
            WHERE u.company_id = $1 AND u.account_id = $2 AND u.statement_date > $3), 0) \
        + COALESCE((SELECT CAST(SUM(i.amount_minor) AS BIGINT) FROM ledger_v_entry i \
            WHERE i.company_id = $1 AND i.account_id = $2 AND i.internal = 1), 0) \
        + COALESCE((SELECT CAST(SUM(n.amount_minor) AS BIGINT) FROM ledger_v_entry n \
            WHERE n.company_id = $1 AND n.statement_date IS NULL AND n.basis_date <= $4 \
            AND +n.account_id = $2 AND n.internal = 0), 0)";
    INSERT_STATEMENT = "INSERT INTO statements_statement (company_id, id, no, seq, version, state, \
        account_id, \
        customer_id, customer_code, customer_name, name_key, currency, period_id, from_day, to_day, \
        due_date, \
        opening_minor, closing_minor, line_count, header, hash, issued_at, issued_by, delivery, answer, \
        previous_id, reason) VALUES";
    INSERT_LINE = "INSERT INTO statements_line (company_id, statement_id, line_no, entry_id, live, late, \
        kind, \
        basis_date, document_kind, document_id, document_no, amount_minor, ship_to) VALUES";
    GET = statement!("id = $2");
    LOCK_STATEMENT = statement!("id = $2");
    PREVIOUS_CLOSING = "SELECT closing_minor FROM statements_statement WHERE company_id = $1 AND id = $2";
    LINES = "SELECT line_no, entry_id, late, kind, basis_date, document_kind, document_id, document_no, \
        amount_minor, ship_to FROM statements_line WHERE company_id = $1 AND statement_id = $2 ORDER BY line_no";
    RETIRE = "UPDATE statements_statement SET state = $3, reason = $4, deem_on = NULL \
        WHERE company_id = $1 AND id = $2";
    RETIRE_LINES = "UPDATE statements_line SET live = 0 WHERE company_id = $1 AND statement_id = $2";
}

db::from_row! { Series {
    account, planned_to, next_cutoff, next_issue, dated, max_days, last_seq, last_statement, closing
} }
db::from_row! { Period { id, seq, from, to, issue_by, due, cause, cycle_version, closed_by } }
db::from_row! { StatementRow {
    id, no, seq, version, state, account, customer, customer_code, customer_name, currency, period, from, to, due,
    opening,     closing, line_count, header, hash, issued_at, delivery, answer, sent_at, previous,
    reason
} }
db::from_row! { LineRow {
    line_no, entry, late, kind, basis_date, document_kind, document_id, document_no, amount, ship_to
} }

impl FromRow for CycleVersion {
    fn from_row(row: &Row<'_>) -> db::Result<CycleVersion> {
        let (spec, terms): (String, String) = (row.get(2)?, row.get(3)?);
        let (pay_run, shift): (String, String) = (row.get(6)?, row.get(8)?);
        let unreadable = |_| db::Error::fault(format!("unreadable settlement cycle {spec} {terms}"));
        let pay_run = (!pay_run.is_empty()).then(|| pay_run.parse::<CycleSpec>().map_err(unreadable));
        let schedule = Schedule {
            spec: spec.parse::<CycleSpec>().map_err(unreadable)?,
            terms: terms.parse::<Terms>().map_err(unreadable)?,
            lag_days: row.get(4)?,
            pay_run: pay_run.transpose()?,
            lead_days: row.get(7)?,
            shift: shift.parse::<Shift>().map_err(unreadable)?,
        };
        let cycle = NewCycle {
            schedule,
            holidays: row.get(9)?,
            send_empty: row.get(5)?,
            minimum: Price::from_millionths(row.get(10)?),
            carry_months: row.get(11)?,
        };
        Ok(CycleVersion {
            number: row.get(0)?,
            valid_from: row.get(1)?,
            cycle,
            holidays: Holidays::default(),
        })
    }
}

pub fn insert_version(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: AccountId,
    number: i64,
    valid_from: Day,
    new: &NewCycle,
) -> db::Result<()> {
    let schedule = &new.schedule;
    let pay_run = schedule.pay_run.as_ref().map(ToString::to_string);
    tx.push(
        INSERT_VERSION,
        p![
            account,
            number,
            valid_from,
            schedule.spec.to_string(),
            schedule.terms.to_string(),
            schedule.lag_days,
            new.send_empty,
            meta.now,
            meta.user,
            pay_run.unwrap_or_default(),
            schedule.lead_days,
            schedule.shift.as_str(),
            new.holidays,
            new.minimum.millionths(),
            new.carry_months
        ],
    )
}

pub fn versions(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Vec<CycleVersion>> {
    let mut versions: Vec<CycleVersion> = tx.all(VERSIONS, p![account])?;
    for version in &mut versions {
        version.holidays = holidays(tx, &version.cycle)?;
    }
    Ok(versions)
}

/// When each version was set, and by whom, in the order of [`versions`].
pub fn versions_made(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Vec<(Instant, UserId)>> {
    tx.all(VERSIONS_MADE, p![account])
}

/// The days off that move the days of a cycle; read only where they do.
pub fn holidays(tx: &mut Tx<'_>, cycle: &NewCycle) -> db::Result<Holidays> {
    match cycle.schedule.shift {
        Shift::None => Ok(Holidays::default()),
        _ => ledger::holidays(tx, cycle.holidays),
    }
}

/// The highest version number of an account, also of versions that never counted.
pub fn last_version(tx: &mut Tx<'_>, account: AccountId) -> db::Result<i64> {
    let last: Option<i64> = tx.one(LAST_VERSION, p![account])?;
    Ok(last.unwrap_or_default())
}

pub fn insert_series(
    tx: &mut Tx<'_>,
    account: AccountId,
    next_cutoff: Option<Day>,
    dated: bool,
    max_days: Option<i64>,
) -> db::Result<()> {
    tx.push(INSERT_SERIES, p![account, next_cutoff, dated, max_days])
}

pub fn series(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Series> {
    tx.opt(SERIES, p![account])?
        .ok_or_else(|| Refusal::not_found("statements.no_cycle").into())
}

pub fn save_series(tx: &mut Tx<'_>, s: &Series) -> db::Result<()> {
    tx.push(
        SAVE_SERIES,
        p![
            s.account,
            s.planned_to,
            s.next_cutoff,
            s.next_issue,
            s.dated,
            s.max_days,
            s.last_seq,
            s.last_statement,
            s.closing
        ],
    )
}

/// Periods from a sequence number on that wait for their statement, in order.
pub fn planned(tx: &mut Tx<'_>, account: AccountId, from_seq: i64) -> db::Result<Vec<Period>> {
    tx.all(PLANNED, p![account, from_seq])
}

/// Account, sequence number, cut-off and state of a period.
pub fn period(tx: &mut Tx<'_>, id: PeriodId) -> db::Result<(AccountId, i64, Day, PeriodState)> {
    let found = tx.opt(PERIOD_ACCOUNT, p![id])?;
    found.ok_or_else(|| Refusal::not_found("statements.period_not_found").into())
}

/// Parameters of a period's row, for [`insert_periods`].
pub fn period_row(
    account: AccountId,
    period: &Period,
    state: PeriodState,
    statement: Option<StatementId>,
) -> Vec<db::Value> {
    p![
        period.id,
        account,
        period.seq,
        period.from,
        period.to,
        period.issue_by,
        period.due,
        state.as_str(),
        period.cause.as_str(),
        period.cycle_version,
        period.cause.is_dated(),
        period.closed_by,
        statement,
        ""
    ]
}

pub fn insert_periods(tx: &mut Tx<'_>, rows: Vec<Vec<db::Value>>) -> db::Result<()> {
    tx.push_rows(INSERT_PERIOD, rows)
}

pub fn set_period(
    tx: &mut Tx<'_>,
    id: PeriodId,
    state: PeriodState,
    statement: Option<StatementId>,
    reason: &str,
) -> db::Result<()> {
    tx.push(SET_PERIOD, p![id, state.as_str(), statement, reason])
}

/// A person decides on a period: skipped, or waiting again.
pub fn decide_period(
    tx: &mut Tx<'_>,
    meta: &Meta,
    id: PeriodId,
    state: PeriodState,
    reason: &str,
) -> db::Result<()> {
    let by = (state == PeriodState::Skipped).then_some(meta.user);
    let at = (state == PeriodState::Skipped).then_some(meta.now);
    tx.push(DECIDE_PERIOD, p![id, state.as_str(), reason, by, at])
}

/// Whether a period after this one has its statement.
pub fn later_issued(tx: &mut Tx<'_>, account: AccountId, seq: i64) -> db::Result<bool> {
    let later: i64 = tx.one(LATER_ISSUED, p![account, seq])?;
    Ok(later > 0)
}

/// Cut-off of the oldest period that waits for its statement.
pub fn next_planned(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Option<Day>> {
    tx.one(NEXT_PLANNED, p![account])
}

/// The version of the cycle that made a period.
pub fn version_of_period(
    tx: &mut Tx<'_>,
    account: AccountId,
    period: PeriodId,
) -> db::Result<Option<CycleVersion>> {
    let number: Option<i64> = tx.opt(PERIOD_VERSION, p![period])?;
    let versions = versions(tx, account)?;
    Ok(versions
        .into_iter()
        .find(|version| Some(version.number) == number))
}

/// Whether the calendar made a period, and not an event.
pub fn is_dated(tx: &mut Tx<'_>, id: PeriodId) -> db::Result<bool> {
    tx.one(PERIOD_DATED, p![id])
}

pub fn with_id(id: PeriodId, seq: i64, new: NewPeriod) -> Period {
    let NewPeriod {
        from,
        to,
        cause,
        cycle_version,
        issue_by,
        due,
        closed_by,
    } = new;
    Period {
        id,
        seq,
        from,
        to,
        issue_by,
        due,
        cause,
        cycle_version,
        closed_by,
    }
}

/// Entries of an account on no live statement, by statement date.
pub fn unbilled(tx: &mut Tx<'_>, account: AccountId, up_to: Day) -> db::Result<Vec<Unbilled>> {
    tx.all(UNBILLED, p![account, up_to])
}

/// The sum of an account's entries that belong on no statement up to `up_to`: later ones, internal ones,
/// and those without a statement date.
pub fn uncovered(tx: &mut Tx<'_>, account: AccountId, up_to: Day) -> db::Result<i64> {
    tx.one(UNCOVERED, p![account, up_to, Day::MAX])
}

pub fn insert_statements(tx: &mut Tx<'_>, rows: Vec<Vec<db::Value>>) -> db::Result<()> {
    tx.push_rows(INSERT_STATEMENT, rows)
}

pub fn insert_lines(tx: &mut Tx<'_>, rows: Vec<Vec<db::Value>>) -> db::Result<()> {
    tx.push_rows(INSERT_LINE, rows)
}

/// Parameters of a line's row, for [`insert_lines`].
pub fn line_row(statement: StatementId, line: &LineRow) -> Vec<db::Value> {
    p![
        statement,
        line.line_no,
        line.entry,
        true,
        line.late,
        line.kind.as_str(),
        line.basis_date,
        &line.document_kind,
        line.document_id,
        &line.document_no,
        line.amount,
        &line.ship_to
    ]
}

fn missing() -> db::Error {
    Refusal::not_found("statements.statement_not_found").into()
}

pub fn statement(tx: &mut Tx<'_>, id: StatementId) -> db::Result<StatementRow> {
    tx.opt(GET, p![id])?.ok_or_else(missing)
}

pub fn lock_statement(tx: &mut Tx<'_>, id: StatementId) -> db::Result<StatementRow> {
    tx.lock(LOCK_STATEMENT, p![id])?.ok_or_else(missing)
}

pub fn closing_of(tx: &mut Tx<'_>, id: StatementId) -> db::Result<i64> {
    tx.one(PREVIOUS_CLOSING, p![id])
}

pub fn lines(tx: &mut Tx<'_>, id: StatementId) -> db::Result<Vec<LineRow>> {
    tx.all(LINES, p![id])
}

/// The statement is no longer live: void or superseded. Its row and lines stay.
pub fn retire(tx: &mut Tx<'_>, id: StatementId, state: StatementState, reason: &str) -> db::Result<()> {
    tx.push(RETIRE, p![id, state.as_str(), reason])?;
    tx.push(RETIRE_LINES, p![id])
}
