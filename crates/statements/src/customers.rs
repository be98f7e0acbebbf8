//! Customers as a whole: the row in `parties`, the account in the ledger, the limit in `credit`, and
//! the settlement cycle. This is the topmost slice that knows them all.

use base::{Currency, Day, Money, Refusal};
use credit::Policy;
use db::Tx;
use kit::Meta;
use ledger::AccountId;
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
/// Those of `parties::insert`, `cycle.*`, `statements.lag_days`, `statements.threshold_amount`,
/// `statements.credit_limit`.
pub fn create_customer(tx: &mut Tx<'_>, meta: &Meta, new: NewCustomer) -> db::Result<Created> {
    let currency = new.party.currency;
    let credit_limit = limit(new.credit_limit.as_deref(), currency)?;
    let started_on = new.started_on.unwrap_or(meta.today);
    let id = parties::insert(tx, meta, new.party)?;
    let (spec, terms) = (new.cycle.spec.to_string(), new.cycle.terms.to_string());
    let told = (spec.as_str(), terms.as_str(), new.cycle.lag_days);
    let account = ledger::open_account(tx, id, currency, started_on, told)?;
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
    let row = ledger::lock_account(tx, account)?;
    let credit_limit = limit(new.credit_limit.as_deref(), row.currency)?;
    parties::update(tx, meta, id, version, new.party)?;
    if limit_too {
        credit::set_limit(tx, account, credit_limit, new.credit_policy)?;
    }
    let cycle_from = cycles::set_cycle(tx, meta, account, &new.cycle)?;
    Ok(Updated { cycle_from })
}
