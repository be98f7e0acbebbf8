use base::{Currency, Day, Money, Price, Quantity};
use catalog::Virtual;
use db::Tx;
use kit::{Meta, number};
use ledger::{AccountRow, DocRef, EntryId, EntryKind, NewEntry, OrderId};
use parties::CustomerId;

use crate::refusals;
use crate::rules;
use crate::store;
use crate::types::{LineKind, OrderLine, OrderRow, OrderState, Origin};

const OPENING_SERIES: &str = "OB";

/// Adds a settlement line to an order: the virtual product, quantity = `amount` in currency units,
/// price -1 for a bad debt and +1 for its recovery. This is no edit of a posted document: goods
/// lines, totals and commitments stay. The caller holds the account's lock and has written `entry`.
pub fn append_settlement_line(
    tx: &mut Tx<'_>,
    meta: &Meta,
    order: OrderId,
    kind: LineKind,
    amount: Money,
    entry: EntryId,
) -> db::Result<i64> {
    let (which, sign) = match kind {
        LineKind::BadDebt => (Virtual::BadDebt, -1),
        LineKind::BadDebtRecovery => (Virtual::BadDebtRecovery, 1),
        LineKind::Goods => return Err(db::Error::fault("goods are no settlement line")),
    };
    store::order(tx, order)?;
    let product = catalog::virtual_product(tx, meta, which)?;
    let product = catalog::get(tx, product)?;
    let line = OrderLine {
        line_no: store::last_order_line(tx, order)? + 1,
        kind,
        product: product.id,
        code: product.code,
        name: product.name,
        unit: amount.currency.code().to_owned(),
        quantity: rules::amount_as_quantity(amount).ok_or_else(refusals::total_too_large)?,
        price: Price::from_millionths(sign * 1_000_000),
        amount: sign * amount.minor,
        delivered_quantity: Quantity::ZERO,
        delivered: 0,
    };
    store::insert_settlement_line(tx, order, &line, entry, meta)?;
    Ok(line.line_no)
}

/// A document that was open when the books began.
#[derive(Clone, Debug)]
pub struct NewOpening {
    /// Its number where it comes from; empty: the next `OB-000001`.
    pub no: String,
    pub date: Day,
    /// `None`: by the account's terms.
    pub due: Option<Day>,
    /// Minor units, negative for a credit.
    pub amount: i64,
    pub remark: String,
}

/// An opening document as a person enters it.
#[derive(Clone, Debug)]
pub struct EnterOpening {
    pub customer: CustomerId,
    /// Empty: the next of the series.
    pub no: String,
    pub date: Day,
    /// `None`: by the customer's terms.
    pub due: Option<Day>,
    /// A decimal string in the customer's currency, negative where the customer is owed.
    pub amount: String,
    pub remark: String,
}

/// An opening document that was written.
#[derive(Clone, Debug)]
pub struct Opened {
    pub order: OrderId,
    pub no: String,
    pub entry: EntryId,
    pub currency: Currency,
    pub amount: i64,
}

/// Enters a document that was open when the books began. An inactive customer may still owe one.
/// Refuses: `sales.account_missing`, `sales.amount_unreadable` and what [`create_opening`] refuses.
pub fn enter_opening(tx: &mut Tx<'_>, meta: &Meta, entered: &EnterOpening) -> db::Result<Opened> {
    let customer = parties::get(tx, entered.customer)?;
    let account = ledger::account_of_customer(tx, customer.id, customer.currency)?
        .ok_or_else(|| refusals::account_missing(&customer.name, customer.currency))?;
    let mut account = ledger::lock_account(tx, account)?;
    let amount = Money::parse(entered.amount.trim(), account.currency)
        .map_err(|_| refusals::amount_unreadable(&entered.amount))?;
    let opening = NewOpening {
        no: entered.no.clone(),
        date: entered.date,
        due: entered.due,
        amount: amount.minor,
        remark: entered.remark.clone(),
    };
    create_opening(tx, meta, &mut account, &opening)
}

/// Writes an opening document: an order without goods and its entry. One per open document, never
/// one lump per customer. The caller holds the account's lock.
/// Refuses: `sales.amount_zero`, `sales.date_in_future`, `sales.date_before_document`,
/// `sales.number_taken`, `ledger.period_locked`.
pub fn create_opening(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &mut AccountRow,
    opening: &NewOpening,
) -> db::Result<Opened> {
    rules::opening(opening.date, opening.due, opening.amount, meta.today)?;
    let remark = rules::limited("remark", &opening.remark)?;
    let no = opening_number(tx, &opening.no)?;
    let order = OrderRow {
        order_date: opening.date,
        remark,
        ..without_goods(tx, meta, account, (Origin::Opening, &no, opening.amount))
    };
    store::insert_order(tx, &order)?;
    let document = DocRef {
        kind: "opening",
        id: order.id.raw(),
        no: no.clone(),
    };
    let entry = NewEntry {
        order: Some(order.id),
        due_date: opening.due,
        // Before the account began there are no periods: the first one takes it.
        statement_date: Some(opening.date.max(account.started_on)),
        ..NewEntry::new(EntryKind::Opening, opening.amount, opening.date, document)
    };
    let entry = ledger::append(tx, meta, account, entry)?;
    Ok(Opened {
        order: order.id,
        no,
        entry,
        currency: account.currency,
        amount: opening.amount,
    })
}

/// An order that is nothing but an amount.
fn without_goods(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &AccountRow,
    (origin, no, amount): (Origin, &str, i64),
) -> OrderRow {
    OrderRow {
        id: tx.next_id(),
        origin,
        state: OrderState::Closed,
        no: Some(no.to_owned()),
        seq: None,
        customer: account.customer,
        account: account.id,
        currency: account.currency,
        order_date: meta.today,
        salesperson: None,
        remark: String::new(),
        total: amount,
        delivered: amount,
        exposure: None,
        limit: None,
        reason: String::new(),
        version: 1,
        created_at: meta.now,
        created_by: meta.user,
    }
}

/// A receivable without goods. The document is the business of the slice that asks for it.
#[derive(Clone, Debug)]
pub struct NewCharge {
    pub document: DocRef,
    pub date: Day,
    /// `None`: by the account's terms.
    pub due: Option<Day>,
    /// Minor units, more than 0.
    pub amount: i64,
    pub remark: String,
}

/// Writes a charge: an order without goods, under the number of its document, and its entry. The caller
/// holds the account's lock and keeps the numbers of its series.
/// Refuses: `sales.amount_zero`, `sales.date_in_future`, `sales.date_before_document`,
/// `ledger.period_locked`.
pub fn create_charge(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &mut AccountRow,
    charge: NewCharge,
) -> db::Result<Opened> {
    rules::opening(charge.date, charge.due, charge.amount, meta.today)?;
    let no = charge.document.no.clone();
    let order = OrderRow {
        order_date: charge.date,
        remark: rules::limited("remark", &charge.remark)?,
        ..without_goods(tx, meta, account, (Origin::Charge, &no, charge.amount))
    };
    store::insert_order(tx, &order)?;
    let entry = NewEntry {
        order: Some(order.id),
        due_date: charge.due,
        reason: order.remark,
        ..NewEntry::new(EntryKind::Charge, charge.amount, charge.date, charge.document)
    };
    let entry = ledger::append(tx, meta, account, entry)?;
    Ok(Opened {
        order: order.id,
        no,
        entry,
        currency: account.currency,
        amount: charge.amount,
    })
}

/// The number given, or the next of the series that nobody gave by hand.
fn opening_number(tx: &mut Tx<'_>, given: &str) -> db::Result<String> {
    let given = rules::limited("no", given)?;
    if given.is_empty() {
        loop {
            let no = number::written(OPENING_SERIES, number::take(tx, OPENING_SERIES)?);
            if !store::opening_number_taken(tx, &no)? {
                return Ok(no);
            }
        }
    }
    if store::opening_number_taken(tx, &given)? {
        return Err(refusals::number_taken(&given).on("no").into());
    }
    Ok(given)
}
