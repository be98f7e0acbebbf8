//! What a person entered, made into lines with amounts. Reads only: previews use it too.

use std::collections::HashMap;

use base::{Currency, Money, Price, Quantity, Refusal, UserId};
use catalog::{ProductId, ProductKind, ProductRow};
use db::Tx;
use ledger::{AccountId, OrderId};
use parties::CustomerId;

use crate::queries::{PreviewLine, Previewed};
use crate::refusals;
use crate::rules::{self, Stock};
use crate::store;
use crate::types::{
    DeliveryId, DeliveryKind, DeliveryLine, DeliveryRow, DeliveryState, LineInput, LineKind, OrderLine,
    OrderRow, OrderState, SaveDelivery, SaveOrder,
};

/// Who buys, and the account that will owe: the payer's, where another customer pays.
#[derive(Clone, Debug)]
pub(crate) struct Party {
    pub customer: CustomerId,
    pub account: AccountId,
    pub currency: Currency,
    pub salesperson: Option<UserId>,
}

fn party(tx: &mut Tx<'_>, customer: CustomerId) -> db::Result<Party> {
    let row = parties::get(tx, customer)?;
    if !row.active {
        return Err(refusals::customer_inactive(&row.name).into());
    }
    let payer = parties::payer_of(tx, &row)?;
    let account = ledger::account_of_customer(tx, payer.id, row.currency)?
        .ok_or_else(|| refusals::account_missing(&payer.name, row.currency))?;
    Ok(Party {
        customer,
        account,
        currency: row.currency,
        salesperson: row.salesperson,
    })
}

/// The products that lines name, loaded at once.
fn products(tx: &mut Tx<'_>, lines: &[LineInput]) -> db::Result<HashMap<ProductId, ProductRow>> {
    let ids: Vec<ProductId> = lines.iter().filter_map(|line| line.product).collect();
    Ok(catalog::load(tx, &ids)?
        .into_iter()
        .map(|row| (row.id, row))
        .collect())
}

fn sold(at: usize, line: &LineInput, known: &HashMap<ProductId, ProductRow>) -> Result<ProductRow, Refusal> {
    let id = line.product.ok_or_else(|| refusals::product_missing(at))?;
    let row = known.get(&id).ok_or_else(|| refusals::product_missing(at))?;
    if row.kind == ProductKind::Virtual || !row.active {
        return Err(refusals::product_not_sold(at, &row.code));
    }
    Ok(row.clone())
}

/// Quantity, price and amount of a line that stands for itself.
fn priced(
    at: usize,
    line: &LineInput,
    product: &ProductRow,
    currency: Currency,
    returned: bool,
) -> Result<(Price, i64), Refusal> {
    rules::quantity_sign(at, line.quantity, returned)?;
    let price = line.price.unwrap_or(product.price);
    rules::price_sign(at, price)?;
    Ok((price, rules::amount(at, line.quantity, price, currency)?))
}

pub(crate) struct PreparedOrder {
    pub party: Party,
    pub lines: Vec<OrderLine>,
    pub total: i64,
}

pub(crate) fn order(tx: &mut Tx<'_>, input: &SaveOrder) -> db::Result<PreparedOrder> {
    rules::line_count(input.lines.len())?;
    let party = party(tx, input.customer)?;
    let known = products(tx, &input.lines)?;
    let mut lines = Vec::with_capacity(input.lines.len());
    for (at, line) in input.lines.iter().enumerate() {
        let product = sold(at, line, &known)?;
        let (price, amount) = priced(at, line, &product, party.currency, false)?;
        lines.push(new_line(at as i64 + 1, product, line.quantity, price, amount));
    }
    let total = rules::total(party.currency, lines.iter().map(|line| line.amount))?;
    Ok(PreparedOrder { party, lines, total })
}

/// The goods lines of an order as amended: those that name a line keep its product and what was delivered,
/// new ones are numbered from `next`.
pub(crate) fn amended(
    tx: &mut Tx<'_>,
    before: &[OrderLine],
    input: &[LineInput],
    (currency, next): (Currency, i64),
) -> db::Result<Vec<OrderLine>> {
    rules::line_count(input.len())?;
    let known = products(tx, input)?;
    let mut lines: Vec<OrderLine> = Vec::with_capacity(input.len());
    let mut number = next;
    for (at, line) in input.iter().enumerate() {
        let amended = match line.order_line {
            Some(no) => {
                let old = before.iter().find(|old| old.line_no == no);
                let old = old.filter(|_| lines.iter().all(|done| done.line_no != no));
                changed(
                    at,
                    line,
                    old.ok_or_else(|| refusals::line_of_other_order(at))?,
                    currency,
                )?
            }
            None => {
                let product = sold(at, line, &known)?;
                let (price, amount) = priced(at, line, &product, currency, false)?;
                number += 1;
                new_line(number - 1, product, line.quantity, price, amount)
            }
        };
        lines.push(amended);
    }
    let is_kept = |no: i64| lines.iter().any(|line| line.line_no == no);
    let gone = before
        .iter()
        .find(|old| old.delivered_quantity > Quantity::ZERO && !is_kept(old.line_no));
    if let Some(gone) = gone {
        return Err(refusals::line_delivered(input.len(), &gone.code, gone.delivered_quantity).into());
    }
    Ok(lines)
}

/// A line of an order with another quantity; its price changes only while nothing of it was delivered.
fn changed(at: usize, line: &LineInput, old: &OrderLine, currency: Currency) -> Result<OrderLine, Refusal> {
    rules::quantity_sign(at, line.quantity, false)?;
    if line.quantity < old.delivered_quantity {
        return Err(refusals::line_delivered(at, &old.code, old.delivered_quantity));
    }
    let price = line.price.unwrap_or(old.price);
    rules::price_sign(at, price)?;
    if price != old.price && old.delivered_quantity > Quantity::ZERO {
        return Err(refusals::line_delivered(at, &old.code, old.delivered_quantity));
    }
    Ok(OrderLine {
        quantity: line.quantity,
        price,
        amount: rules::amount(at, line.quantity, price, currency)?,
        ..old.clone()
    })
}

fn new_line(line_no: i64, product: ProductRow, quantity: Quantity, price: Price, amount: i64) -> OrderLine {
    OrderLine {
        line_no,
        kind: LineKind::Goods,
        product: product.id,
        code: product.code,
        name: product.name,
        unit: product.unit,
        quantity,
        price,
        amount,
        delivered_quantity: Quantity::ZERO,
        delivered: 0,
    }
}

/// What the lines of a delivery are taken from, with what is left of it.
pub(crate) enum Basis {
    Order(Box<OrderRow>, Vec<Stock>),
    /// The delivery that a return takes back.
    Source(Box<DeliveryRow>, Vec<Stock>),
    /// Its lines stand for themselves.
    Alone,
}

impl Basis {
    pub fn load(
        tx: &mut Tx<'_>,
        kind: DeliveryKind,
        order: Option<OrderId>,
        source: Option<DeliveryId>,
    ) -> db::Result<Basis> {
        match (kind, order, source) {
            (DeliveryKind::Return, _, Some(source)) => {
                let row = store::delivery(tx, source)?;
                returnable(&row)?;
                let lines = store::delivery_lines(tx, source)?;
                let stock = store::delivery_stock(tx, source, &lines)?;
                Ok(Basis::Source(Box::new(row), stock))
            }
            (DeliveryKind::Delivery, Some(order), _) => {
                let row = store::order(tx, order)?;
                if row.state != OrderState::Confirmed {
                    return Err(refusals::order_not_open(row.state).into());
                }
                let stock = store::order_stock(&store::order_lines(tx, order)?);
                Ok(Basis::Order(Box::new(row), stock))
            }
            _ => Ok(Basis::Alone),
        }
    }

    /// Gives each line its amount as part of what it is taken from, and notes it as taken there.
    pub fn take(&mut self, lines: &mut [DeliveryLine], currency: Currency) -> Result<(), Refusal> {
        let (stock, returned) = match self {
            Basis::Order(_, stock) => (stock, false),
            Basis::Source(_, stock) => (stock, true),
            Basis::Alone => return Ok(()),
        };
        for (at, line) in lines.iter_mut().enumerate() {
            let from = if returned {
                line.source_line
            } else {
                line.order_line
            };
            let part = stock.iter_mut().find(|part| Some(part.line_no) == from);
            let part = part.ok_or_else(|| refusals::line_of_other_order(at))?;
            let sign = if returned { -1 } else { 1 };
            let quantity = Quantity::from_millionths(line.quantity.millionths().saturating_mul(sign));
            let refused = if returned {
                refusals::over_returned
            } else {
                refusals::over_delivered
            };
            let too_much = |left| refused(at, &line.code, left);
            let left = part.left();
            line.amount = sign * part.take(quantity, currency).ok_or_else(|| too_much(left))?;
        }
        Ok(())
    }
}

/// Goods come back of a posted delivery that still stands.
fn returnable(source: &DeliveryRow) -> Result<(), Refusal> {
    let stands = source.state == DeliveryState::Posted
        && source.kind == DeliveryKind::Delivery
        && source.reversal_of.is_none()
        && source.reversed_by.is_none();
    if stands {
        Ok(())
    } else {
        Err(refusals::source_not_posted())
    }
}

pub(crate) struct PreparedDelivery {
    pub party: Party,
    pub basis: Basis,
    pub lines: Vec<DeliveryLine>,
    pub total: i64,
}

pub(crate) fn delivery(tx: &mut Tx<'_>, input: &SaveDelivery) -> db::Result<PreparedDelivery> {
    rules::line_count(input.lines.len())?;
    let mut basis = Basis::load(tx, input.kind, input.order, input.source)?;
    let (party, mut lines) = match &basis {
        Basis::Order(row, _) => (of_order(row), taken_lines(tx, input, Some(row.id), None)?),
        Basis::Source(row, _) => (of_source(row), taken_lines(tx, input, None, Some(row.id))?),
        Basis::Alone => {
            let party = party(tx, input.customer.ok_or_else(refusals::customer_missing)?)?;
            let lines = own_lines(tx, input, party.currency)?;
            (party, lines)
        }
    };
    basis.take(&mut lines, party.currency)?;
    let total = rules::total(party.currency, lines.iter().map(|line| line.amount))?;
    Ok(PreparedDelivery {
        party,
        basis,
        lines,
        total,
    })
}

fn of_order(row: &OrderRow) -> Party {
    Party {
        customer: row.customer,
        account: row.account,
        currency: row.currency,
        salesperson: row.salesperson,
    }
}

fn of_source(row: &DeliveryRow) -> Party {
    Party {
        customer: row.customer,
        account: row.account,
        currency: row.currency,
        salesperson: row.salesperson,
    }
}

fn own_lines(tx: &mut Tx<'_>, input: &SaveDelivery, currency: Currency) -> db::Result<Vec<DeliveryLine>> {
    let known = products(tx, &input.lines)?;
    let returned = input.kind == DeliveryKind::Return;
    let mut lines = Vec::with_capacity(input.lines.len());
    for (at, line) in input.lines.iter().enumerate() {
        if line.order_line.is_some() || line.source_line.is_some() {
            return Err(refusals::line_of_other_order(at).into());
        }
        let product = sold(at, line, &known)?;
        let (price, amount) = priced(at, line, &product, currency, returned)?;
        lines.push(DeliveryLine {
            line_no: at as i64 + 1,
            order_line: None,
            source_line: None,
            product: product.id,
            code: product.code,
            name: product.name,
            unit: product.unit,
            quantity: line.quantity,
            price,
            amount,
        });
    }
    Ok(lines)
}

/// Lines that copy product and price from the line they are taken from; amounts follow in
/// [`Basis::take`].
fn taken_lines(
    tx: &mut Tx<'_>,
    input: &SaveDelivery,
    order: Option<OrderId>,
    source: Option<DeliveryId>,
) -> db::Result<Vec<DeliveryLine>> {
    let mut lines = Vec::with_capacity(input.lines.len());
    let origins = origins(tx, order, source)?;
    for (at, line) in input.lines.iter().enumerate() {
        rules::quantity_sign(at, line.quantity, source.is_some())?;
        let from = if source.is_some() {
            line.source_line
        } else {
            line.order_line
        };
        let origin = origins.iter().find(|origin| Some(origin.line_no) == from);
        let origin = origin.ok_or_else(|| refusals::line_of_other_order(at))?;
        lines.push(DeliveryLine {
            line_no: at as i64 + 1,
            source_line: source.map(|_| origin.line_no),
            quantity: line.quantity,
            amount: 0,
            ..origin.clone()
        });
    }
    Ok(lines)
}

/// The lines that may be taken from, in the shape of the lines they become.
fn origins(
    tx: &mut Tx<'_>,
    order: Option<OrderId>,
    source: Option<DeliveryId>,
) -> db::Result<Vec<DeliveryLine>> {
    if let Some(source) = source {
        return store::delivery_lines(tx, source);
    }
    let Some(order) = order else { return Ok(Vec::new()) };
    let goods = store::order_lines(tx, order)?
        .into_iter()
        .filter(|line| line.kind == LineKind::Goods);
    let lines = goods.map(|line| DeliveryLine {
        line_no: line.line_no,
        order_line: Some(line.line_no),
        source_line: None,
        product: line.product,
        code: line.code,
        name: line.name,
        unit: line.unit,
        quantity: line.quantity,
        price: line.price,
        amount: line.amount,
    });
    Ok(lines.collect())
}

/// What an order being entered would come to.
pub(crate) fn preview_order(tx: &mut Tx<'_>, input: &SaveOrder) -> db::Result<Previewed> {
    let prepared = order(tx, input)?;
    let currency = prepared.party.currency;
    let lines = prepared.lines.into_iter().map(|line| PreviewLine {
        code: line.code,
        name: line.name,
        unit: line.unit,
        price: line.price,
        amount: Money::new(line.amount, currency),
    });
    Ok(Previewed {
        account: prepared.party.account,
        currency,
        lines: lines.collect(),
        total: prepared.total,
        step: credit::Step::Order,
        rise: prepared.total,
        checked: prepared.total,
    })
}

/// What a delivery or return being entered would come to. What is taken from a confirmed order is
/// in the exposure already.
pub(crate) fn preview_delivery(tx: &mut Tx<'_>, input: &SaveDelivery) -> db::Result<Previewed> {
    let prepared = delivery(tx, input)?;
    let currency = prepared.party.currency;
    let (rise, step) = match &prepared.basis {
        Basis::Order(..) => (0, credit::Step::Shipment),
        Basis::Source(..) | Basis::Alone => (prepared.total, credit::Step::Both),
    };
    let lines = prepared.lines.into_iter().map(|line| PreviewLine {
        code: line.code,
        name: line.name,
        unit: line.unit,
        price: line.price,
        amount: Money::new(line.amount, currency),
    });
    Ok(Previewed {
        account: prepared.party.account,
        currency,
        lines: lines.collect(),
        total: prepared.total,
        step,
        rise,
        checked: prepared.total,
    })
}
