//! Customers as a whole: the row in `parties`, the account in the ledger, the limit in `credit`, and
//! the settlement cycle. This is the topmost slice that knows them all.

use base::{Currency, Day, Money, Refusal};
use credit::Policy;
use db::Tx;
use kit::Meta;
use ledger::{AccountId, AccountRow};
use parties::CustomerId;
use serde::Serialize;

use crate::cycles;
use crate::types::NewCycle;

/// What a person says of a customer, new or changed.
#[derive(Clone, Debug)]
pub struct NewCustomer {
    pub party: parties::NewCustomer,
    pub cycle: NewCycle,
    /// In the customer's currency; `None` is unlimited, zero is cash only.
    pub credit_limit: Option<String>,
    pub credit_policy: Policy,
    /// First day of the account; today unless its business began earlier.
    pub started_on: Option<Day>,
}

/// A customer that was made.
#[derive(Clone, Copy, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = CustomerCreated)]
pub struct Created {
    #[schema(value_type = String)]
    pub id: CustomerId,
    #[serde(skip)]
    pub account: AccountId,
}

fn limit(text: Option<&str>, currency: Currency) -> Result<Option<i64>, Refusal> {
    let Some(text) = text else { return Ok(None) };
    let unreadable = || {
        Refusal::invalid("statements.credit_limit")
            .on("credit_limit")
            .with("text", text)
    };
    let money = Money::parse(text, currency).map_err(|_| unreadable())?;
    if money.minor < 0 {
        return Err(unreadable());
    }
    Ok(Some(money.minor))
}

/// Creates a customer with its account, limit and cycle.
///
/// # Errors
/// Those of `parties::insert`, `cycle.*`, `statements.threshold_amount`, `statements.holidays_needed`,
/// `statements.minimum_amount`, `statements.carry_months`, `statements.credit_limit`.
pub fn create_customer(tx: &mut Tx<'_>, meta: &Meta, new: NewCustomer) -> db::Result<Created> {
    let currency = new.party.currency;
    let credit_limit = limit(new.credit_limit.as_deref(), currency)?;
    let started_on = new.started_on.unwrap_or(meta.today);
    let id = parties::insert(tx, meta, new.party)?;
    let (schedule, calendar) = (&new.cycle.schedule, new.cycle.holidays);
    let account = ledger::open_account(tx, id, currency, started_on, schedule, calendar)?;
    credit::open(tx, account, credit_limit, new.credit_policy)?;
    cycles::begin(tx, meta, account, currency, started_on, &new.cycle)?;
    Ok(Created { id, account })
}

/// The account of a customer in its own currency.
///
/// # Errors
/// `parties.customer_not_found`, `ledger.account_not_found`.
pub fn account_of(tx: &mut Tx<'_>, customer: CustomerId) -> db::Result<AccountId> {
    let currency = parties::get(tx, customer)?.currency;
    let account = ledger::account_of_customer(tx, customer, currency)?;
    account.ok_or_else(|| Refusal::not_found("ledger.account_not_found").into())
}

/// Opens an account of a customer in one more currency, on the schedule of its first one and cash only
/// until somebody sets a limit. One that exists is answered as it is.
///
/// # Errors
/// `parties.customer_not_found`, `ledger.account_not_found`.
pub fn add_currency(
    tx: &mut Tx<'_>,
    meta: &Meta,
    customer: CustomerId,
    currency: Currency,
) -> db::Result<AccountId> {
    let own = account_of(tx, customer)?;
    let own = ledger::lock_account(tx, own)?;
    if let Some(found) = ledger::account_of_customer(tx, customer, currency)? {
        return Ok(found);
    }
    let plain = own.schedule()?;
    let mut cycle = NewCycle::plain(plain.spec.clone(), plain.terms, plain.lag_days);
    (cycle.schedule, cycle.holidays) = (plain, own.holiday_calendar);
    let (schedule, calendar) = (&cycle.schedule, cycle.holidays);
    let account = ledger::open_account(tx, customer, currency, own.started_on, schedule, calendar)?;
    credit::open(tx, account, Some(0), Policy::Warn)?;
    cycles::begin(tx, meta, account, currency, own.started_on, &cycle)?;
    Ok(account)
}

/// What changed in the cycle.
#[derive(Clone, Copy, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = CustomerUpdated)]
pub struct Updated {
    /// The day from which a new cycle counts, when it was changed.
    #[schema(value_type = Option<String>)]
    pub cycle_from: Option<Day>,
}

/// Replaces what is said of a customer. A new cycle waits for the next boundary. `limit_too` says
/// whether limit and policy are set as well.
///
/// # Errors
/// Those of `parties::update` and of [`create_customer`].
pub fn update_customer(
    tx: &mut Tx<'_>,
    meta: &Meta,
    id: CustomerId,
    version: i64,
    new: NewCustomer,
    limit_too: bool,
) -> db::Result<Updated> {
    let account = account_of(tx, id)?;
    let row = credit::lock_account(tx, account)?;
    let credit_limit = limit(new.credit_limit.as_deref(), row.currency)?;
    let active = new.party.active;
    parties::update(tx, meta, id, version, new.party)?;
    if limit_too {
        credit::set_limit(tx, meta, &row, credit_limit, new.credit_policy)?;
    }
    if !active {
        end_base_credit(tx, meta, &row)?;
    }
    let cycle_from = cycles::set_cycle(tx, meta, account, &new.cycle)?;
    Ok(Updated { cycle_from })
}

/// Sets the base credit of a customer from a day on (today unless said), and with `until` the day on
/// which it falls due.
///
/// # Errors
/// `statements.base_credit` when the amount cannot be read or `until` is not later;
/// `statements.base_credit_over_limit`; those of `ledger::set_base_credit`.
pub fn set_base_credit(
    tx: &mut Tx<'_>,
    meta: &Meta,
    customer: CustomerId,
    amount: &str,
    (from, until): (Option<Day>, Option<Day>),
    reason: &str,
) -> db::Result<()> {
    let account = account_of(tx, customer)?;
    let row = ledger::lock_account(tx, account)?;
    let money = Money::parse(amount.trim(), row.currency).map_err(|_| {
        Refusal::invalid("statements.base_credit")
            .on("amount")
            .with("text", amount)
    })?;
    let from = from.unwrap_or(meta.today);
    if let Some(until) = until.filter(|until| *until <= from) {
        return Err(Refusal::invalid("statements.base_credit_ends")
            .on("until")
            .with("from", from)
            .with("until", until)
            .into());
    }
    // It is part of the limit, not beside it.
    let limit = credit::exposure(tx, &row)?.limit();
    if let Some(limit) = limit.filter(|limit| money.minor > *limit) {
        return Err(Refusal::rule("statements.base_credit_over_limit")
            .on("amount")
            .with("amount", money)
            .with("limit", Money::new(limit, row.currency))
            .into());
    }
    ledger::set_base_credit(tx, meta, &row, from, money.minor, reason)?;
    if let Some(until) = until {
        ledger::set_base_credit(tx, meta, &row, until, 0, reason)?;
    }
    Ok(())
}

/// With the end of the relation its base credit falls due.
fn end_base_credit(tx: &mut Tx<'_>, meta: &Meta, account: &AccountRow) -> db::Result<()> {
    ledger::set_base_credit(tx, meta, account, meta.today, 0, "")?;
    Ok(())
}
