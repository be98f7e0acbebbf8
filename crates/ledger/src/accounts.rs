use base::{Currency, Day, Refusal};
use cycle::Schedule;
use db::{Tx, Value, p};
use kit::Meta;
use parties::CustomerId;

use crate::types::{AccountId, AccountRow, HolidayCalendarId};

db::statements! {
    INSERT = "INSERT INTO ledger_account (company_id, id, customer_id, currency, started_on, balance_minor, \
        open_debit_minor, open_credit_minor, unbilled_minor, closing_trigger, closing_threshold_minor, \
        closing_count, cycle, terms, lag_days, version, pay_run, lead_days, shift, holiday_calendar_id) \
        VALUES ($1, $2, $3, $4, $5, 0, 0, 0, 0, 'none', NULL, 0, $6, $7, $8, 1, $9, $10, $11, $12)";
    GET = "SELECT id, customer_id, currency, started_on, balance_minor, open_debit_minor, open_credit_minor, \
        unbilled_minor, closing_trigger, closing_threshold_minor, closing_count, cycle, terms, lag_days, version, \
        reserved_credit_minor, pay_run, lead_days, shift, holiday_calendar_id, held_credit_minor \
        FROM ledger_account WHERE company_id = $1 AND id = $2";
    OF_CUSTOMER = "SELECT id FROM ledger_account WHERE company_id = $1 AND customer_id = $2 AND currency = $3";
    SAVE = "UPDATE ledger_account SET balance_minor = $3, open_debit_minor = $4, open_credit_minor = $5, \
        unbilled_minor = $6, closing_count = $7, version = $8, reserved_credit_minor = $9, held_credit_minor = $10 \
        WHERE company_id = $1 AND id = $2";
    SET_SCHEDULE = "UPDATE ledger_account SET cycle = $3, terms = $4, lag_days = $5, pay_run = $6, \
        lead_days = $7, shift = $8, holiday_calendar_id = $9, version = version + 1 \
        WHERE company_id = $1 AND id = $2";
    SET_TRIGGER = "UPDATE ledger_account SET closing_trigger = $3, closing_threshold_minor = $4 \
        WHERE company_id = $1 AND id = $2";
    SET_START = "UPDATE ledger_account SET started_on = $3 WHERE company_id = $1 AND id = $2";
}

db::from_row! { AccountRow {
    id, customer, currency, started_on, balance, open_debit, open_credit, unbilled, closing_trigger,
    closing_threshold, closing_count, cycle, terms, lag_days, version, reserved_credit, pay_run, lead_days,
    shift, holiday_calendar, held_credit
} }

impl AccountRow {
    /// The schedule in force: cycle, terms and what else provisional due dates follow from.
    pub fn schedule(&self) -> db::Result<Schedule> {
        let parts = || -> Result<Schedule, Refusal> {
            Ok(Schedule {
                spec: self.cycle.parse()?,
                terms: self.terms.parse()?,
                lag_days: self.lag_days,
                pay_run: match self.pay_run.as_str() {
                    "" => None,
                    days => Some(days.parse()?),
                },
                lead_days: self.lead_days,
                shift: self.shift.parse()?,
            })
        };
        parts().map_err(|_| db::Error::fault("unreadable settlement cycle"))
    }
}

/// A schedule as the columns of an account.
fn columns(schedule: &Schedule, calendar: Option<HolidayCalendarId>) -> Vec<Value> {
    let pay_run = schedule.pay_run.as_ref().map(ToString::to_string);
    p![
        schedule.spec.to_string(),
        schedule.terms.to_string(),
        schedule.lag_days,
        pay_run.unwrap_or_default(),
        schedule.lead_days,
        schedule.shift.as_str(),
        calendar
    ]
}

/// Opens the account of a customer in a currency, with the schedule of its statements.
pub fn open_account(
    tx: &mut Tx<'_>,
    customer: CustomerId,
    currency: Currency,
    started_on: Day,
    schedule: &Schedule,
    calendar: Option<HolidayCalendarId>,
) -> db::Result<AccountId> {
    let id = tx.next_id();
    let mut params = p![id, customer, currency.code(), started_on];
    params.extend(columns(schedule, calendar));
    tx.push(INSERT, params)?;
    Ok(id)
}

/// Locks the account until the unit ends: the first thing in every money act.
pub fn lock_account(tx: &mut Tx<'_>, account: AccountId) -> db::Result<AccountRow> {
    tx.lock(GET, p![account])?
        .ok_or_else(|| Refusal::not_found("ledger.account_not_found").into())
}

/// Reads the account without locking it; for reading only.
pub fn find_account(tx: &mut Tx<'_>, account: AccountId) -> db::Result<AccountRow> {
    tx.opt(GET, p![account])?
        .ok_or_else(|| Refusal::not_found("ledger.account_not_found").into())
}

pub fn account_of_customer(
    tx: &mut Tx<'_>,
    customer: CustomerId,
    currency: Currency,
) -> db::Result<Option<AccountId>> {
    tx.opt(OF_CUSTOMER, p![customer, currency.code()])
}

/// Tells the ledger the schedule in force; provisional due dates follow it.
pub fn set_schedule(
    tx: &mut Tx<'_>,
    account: AccountId,
    schedule: &Schedule,
    calendar: Option<HolidayCalendarId>,
) -> db::Result<()> {
    let mut params = p![account];
    params.extend(columns(schedule, calendar));
    tx.push(SET_SCHEDULE, params)
}

/// Tells the ledger which events close a period: `none`, `document`, `batch`, or `threshold` with its
/// amount.
pub fn set_closing_trigger(
    tx: &mut Tx<'_>,
    account: AccountId,
    trigger: &str,
    threshold: Option<i64>,
) -> db::Result<()> {
    tx.push(SET_TRIGGER, p![account, trigger, threshold])
}

/// Moves the start of the account back, for entries from before it was opened here.
pub fn set_start(tx: &mut Tx<'_>, account: AccountId, started_on: Day) -> db::Result<()> {
    tx.push(SET_START, p![account, started_on])
}

/// Writes the account's caches back.
pub(crate) fn save(tx: &mut Tx<'_>, account: &mut AccountRow) -> db::Result<()> {
    account.version += 1;
    let a = &*account;
    let (balance, debit, credit) = (a.balance, a.open_debit, a.open_credit);
    tx.push(
        SAVE,
        p![
            a.id,
            balance,
            debit,
            credit,
            a.unbilled,
            a.closing_count,
            a.version,
            a.reserved_credit,
            a.held_credit
        ],
    )
}

/// Nothing may be dated in a locked period.
pub(crate) fn not_locked(meta: &Meta, day: Day) -> Result<(), Refusal> {
    match meta.company.lock_date {
        Some(lock) if day <= lock => Err(Refusal::rule("ledger.period_locked").with("lock_date", lock)),
        _ => Ok(()),
    }
}
