//! Every "no" of this slice; the texts stand under `refusal.<code>` in its text file.

use base::{Money, Quantity, Refusal};

use crate::types::{DeliveryState, OrderState};

pub fn order_not_found() -> Refusal {
    Refusal::not_found("sales.order_not_found")
}

pub fn delivery_not_found() -> Refusal {
    Refusal::not_found("sales.delivery_not_found")
}

pub fn no_lines() -> Refusal {
    Refusal::invalid("sales.no_lines").on("lines")
}

pub fn too_many_lines(most: usize) -> Refusal {
    Refusal::invalid("sales.too_many_lines")
        .on("lines")
        .with("most", most)
}

pub fn quantity_not_positive(line: usize) -> Refusal {
    Refusal::invalid("sales.quantity_not_positive").on(format!("lines[{line}].quantity"))
}

pub fn price_negative(line: usize) -> Refusal {
    Refusal::invalid("sales.price_negative").on(format!("lines[{line}].price"))
}

pub fn amount_too_large(line: usize) -> Refusal {
    Refusal::invalid("sales.amount_too_large").on(format!("lines[{line}].quantity"))
}

pub fn total_too_large() -> Refusal {
    Refusal::invalid("sales.amount_too_large").on("lines")
}

pub fn amount_unreadable(value: &str) -> Refusal {
    Refusal::invalid("sales.amount_unreadable")
        .on("amount")
        .with("value", value)
}

pub fn amount_zero() -> Refusal {
    Refusal::invalid("sales.amount_zero").on("amount")
}

pub fn product_missing(line: usize) -> Refusal {
    Refusal::invalid("sales.product_missing").on(format!("lines[{line}].product_id"))
}

pub fn product_not_sold(line: usize, code: &str) -> Refusal {
    Refusal::rule("sales.product_not_sold")
        .on(format!("lines[{line}].product_id"))
        .with("code", code)
}

pub fn customer_missing() -> Refusal {
    Refusal::invalid("sales.customer_missing").on("customer_id")
}

pub fn customer_inactive(name: &str) -> Refusal {
    Refusal::rule("sales.customer_inactive")
        .on("customer_id")
        .with("customer", name)
}

pub fn account_missing(name: &str, currency: base::Currency) -> Refusal {
    let refusal = Refusal::rule("sales.account_missing").on("customer_id");
    refusal.with("customer", name).with("currency", currency)
}

pub fn date_in_future(field: &'static str, today: base::Day) -> Refusal {
    Refusal::invalid("sales.date_in_future")
        .on(field)
        .with("today", today)
}

pub fn date_before_document(day: base::Day) -> Refusal {
    Refusal::invalid("sales.date_before_document")
        .on("date")
        .with("date", day)
}

pub fn reason_missing() -> Refusal {
    Refusal::invalid("sales.reason_missing").on("reason")
}

pub fn text_too_long(field: &'static str, most: usize) -> Refusal {
    Refusal::invalid("sales.text_too_long")
        .on(field)
        .with("most", most)
}

/// Somebody else changed the document since it was looked at.
pub fn changed_meanwhile(version: i64) -> Refusal {
    Refusal::conflict("sales.changed_meanwhile").with("version", version)
}

pub fn order_not_draft(state: OrderState) -> Refusal {
    Refusal::conflict("sales.order_not_draft").with("state", state.as_str())
}

pub fn order_not_open(state: OrderState) -> Refusal {
    Refusal::rule("sales.order_not_open")
        .on("order_id")
        .with("state", state.as_str())
}

pub fn order_not_cancellable(state: OrderState) -> Refusal {
    Refusal::conflict("sales.order_not_cancellable").with("state", state.as_str())
}

/// Nothing of it was cancelled, or it never was an order.
pub fn order_not_reopenable(state: OrderState) -> Refusal {
    Refusal::conflict("sales.order_not_reopenable").with("state", state.as_str())
}

/// What was given up is taken back first.
pub fn order_given_up() -> Refusal {
    Refusal::rule("sales.order_given_up")
}

pub fn line_delivered(line: usize, code: &str, delivered: Quantity) -> Refusal {
    let refusal = Refusal::rule("sales.line_delivered").on(format!("lines[{line}].quantity"));
    refusal.with("code", code).with("delivered", delivered)
}

pub fn not_draft(state: DeliveryState) -> Refusal {
    Refusal::conflict("sales.not_draft").with("state", state.as_str())
}

pub fn not_posted(state: DeliveryState) -> Refusal {
    Refusal::conflict("sales.not_posted").with("state", state.as_str())
}

pub fn line_of_other_order(line: usize) -> Refusal {
    Refusal::invalid("sales.line_of_other_order").on(format!("lines[{line}]"))
}

pub fn over_delivered(line: usize, code: &str, available: Quantity) -> Refusal {
    let refusal = Refusal::rule("sales.over_delivered").on(format!("lines[{line}].quantity"));
    refusal.with("code", code).with("available", available)
}

pub fn over_returned(line: usize, code: &str, available: Quantity) -> Refusal {
    let refusal = Refusal::rule("sales.over_returned").on(format!("lines[{line}].quantity"));
    refusal.with("code", code).with("available", available)
}

pub fn return_is_not_released() -> Refusal {
    Refusal::rule("sales.return_is_not_released")
}

pub fn source_not_posted() -> Refusal {
    Refusal::rule("sales.source_not_posted").on("source_id")
}

pub fn already_reversed() -> Refusal {
    Refusal::conflict("sales.already_reversed")
}

pub fn is_reversal() -> Refusal {
    Refusal::rule("sales.is_reversal")
}

pub fn has_returns(no: &str) -> Refusal {
    Refusal::rule("sales.has_returns").with("no", no)
}

/// The clerk undoes the write-off first; nothing is undone silently.
pub fn allocated_cannot_reverse(amount: Money) -> Refusal {
    let refusal = Refusal::rule("sales.allocated_cannot_reverse");
    refusal.with("amount", amount).with("currency", amount.currency)
}

pub fn number_taken(no: &str) -> Refusal {
    Refusal::conflict("sales.number_taken").with("no", no)
}
