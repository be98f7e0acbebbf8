use base::{Refusal, UserId};
use db::Tx;
use kit::{Meta, number};

use crate::rules;
use crate::store;
use crate::types::{CustomerId, NewCustomer};

const SERIES: &str = "customer";

/// Writes a new customer; an empty code becomes the next free `C0001`.
/// Refuses: `parties.name_missing`, `parties.text_too_long`, `parties.code_unreadable`,
/// `parties.email_unreadable`, `parties.code_taken`, `parties.payer`, `access.not_a_member`.
pub fn insert(tx: &mut Tx<'_>, meta: &Meta, new: NewCustomer) -> db::Result<CustomerId> {
    let mut new = rules::tidied(new)?;
    check_salesperson(tx, new.salesperson)?;
    if new.code.is_empty() {
        new.code = next_code(tx)?;
    } else if store::find_by_code(tx, &new.code)?.is_some() {
        return Err(code_taken(&new.code).into());
    }
    let id = tx.next_id();
    check_payer(tx, id, &new)?;
    store::insert(tx, id, &new, meta.now)?;
    Ok(id)
}

/// Replaces what is said of a customer; its currency stays, an empty code keeps the old one.
/// Refuses as [`insert`], and `parties.customer_not_found`, `parties.changed_meanwhile`.
pub fn update(
    tx: &mut Tx<'_>,
    _meta: &Meta,
    id: CustomerId,
    version: i64,
    new: NewCustomer,
) -> db::Result<()> {
    let mut new = rules::tidied(new)?;
    check_salesperson(tx, new.salesperson)?;
    let before = store::get(tx, id)?;
    if new.code.is_empty() {
        new.code = before.code;
    } else if new.code != before.code && store::find_by_code(tx, &new.code)?.is_some() {
        return Err(code_taken(&new.code).into());
    }
    new.currency = before.currency;
    check_payer(tx, id, &new)?;
    if !store::update(tx, id, version, &new)? {
        return Err(Refusal::conflict("parties.changed_meanwhile")
            .with("name", before.name)
            .into());
    }
    Ok(())
}

/// A payer pays for itself, in the same currency, and is active: there is one step, never a chain.
/// Refuses: `parties.payer`, `parties.customer_not_found`.
fn check_payer(tx: &mut Tx<'_>, id: CustomerId, new: &NewCustomer) -> db::Result<()> {
    let Some(payer) = new.payer else { return Ok(()) };
    let row = store::get(tx, payer)?;
    let fits = payer != id && row.payer.is_none() && row.active && row.currency == new.currency;
    if fits && store::pays_for(tx, id)?.is_none() {
        return Ok(());
    }
    Err(Refusal::rule("parties.payer")
        .on("payer_id")
        .with("name", row.name)
        .into())
}

/// Whoever is named as salesperson belongs to the company.
/// Refuses: `access.not_a_member`.
pub fn check_salesperson(tx: &mut Tx<'_>, salesperson: Option<UserId>) -> db::Result<()> {
    match salesperson {
        Some(user) => access::require_member(tx, user, "salesperson_id"),
        None => Ok(()),
    }
}

/// Codes are no documents: a gap is fine, so codes that somebody typed are stepped over.
fn next_code(tx: &mut Tx<'_>) -> db::Result<String> {
    loop {
        let code = format!("C{:04}", number::take(tx, SERIES)?);
        if store::find_by_code(tx, &code)?.is_none() {
            return Ok(code);
        }
    }
}

fn code_taken(code: &str) -> Refusal {
    Refusal::rule("parties.code_taken").on("code").with("code", code)
}
