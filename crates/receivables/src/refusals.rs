//! Every "no" of this slice: its kind, its code and the figures its text names.

use base::{Money, Refusal};

pub fn receipt_not_found() -> Refusal {
    Refusal::not_found("receivables.receipt_not_found")
}

pub fn bad_debt_not_found() -> Refusal {
    Refusal::not_found("receivables.bad_debt_not_found")
}

pub fn order_not_found() -> Refusal {
    Refusal::not_found("receivables.order_not_found")
}

pub fn account_not_found() -> Refusal {
    Refusal::not_found("receivables.account_not_found")
}

pub fn allocation_not_found() -> Refusal {
    Refusal::not_found("receivables.allocation_not_found")
}

/// Nothing, less than nothing, or no number.
pub fn amount_not_positive(field: impl Into<String>) -> Refusal {
    Refusal::invalid("receivables.amount_not_positive").on(field)
}

pub fn amount_unreadable(field: impl Into<String>, value: &str) -> Refusal {
    Refusal::invalid("receivables.amount_unreadable")
        .on(field)
        .with("value", value)
}

pub fn unknown_method(value: &str) -> Refusal {
    Refusal::invalid("receivables.unknown_method")
        .on("method")
        .with("value", value)
}

pub fn unknown_reason(value: &str) -> Refusal {
    Refusal::invalid("receivables.unknown_reason")
        .on("reason_code")
        .with("value", value)
}

pub fn text_too_long(field: &'static str, most: usize) -> Refusal {
    Refusal::invalid("receivables.text_too_long")
        .on(field)
        .with("most", most)
}

pub fn reason_required(field: &'static str) -> Refusal {
    Refusal::invalid("receivables.reason_required").on(field)
}

pub fn date_in_future(field: &'static str) -> Refusal {
    Refusal::invalid("receivables.date_in_future").on(field)
}

/// The reversal may not stand before what it reverses.
pub fn date_before_receipt(date: base::Day) -> Refusal {
    Refusal::invalid("receivables.date_before_receipt")
        .on("date")
        .with("date", date)
}

/// The named item has nothing open (any more).
pub fn not_open(field: String, document: &str) -> Refusal {
    Refusal::conflict("receivables.item_not_open")
        .on(field)
        .with("document", document)
}

/// There is no such item on this account.
pub fn item_not_found(field: &str) -> Refusal {
    Refusal::not_found("receivables.item_not_found").on(field)
}

/// The item is open with another amount than the person saw.
pub fn open_changed(field: String, document: &str, expected: Money, open: Money) -> Refusal {
    Refusal::conflict("receivables.open_changed")
        .on(field)
        .with("document", document)
        .with("expected", expected)
        .with("open", open)
}

pub fn more_than_open(field: String, document: &str, open: Money) -> Refusal {
    Refusal::invalid("receivables.more_than_open")
        .on(field)
        .with("document", document)
        .with("open", open)
}

/// A credit where an item to be paid was expected, or the other way round.
pub fn wrong_side(field: String, document: &str) -> Refusal {
    Refusal::invalid("receivables.wrong_side")
        .on(field)
        .with("document", document)
}

pub fn named_twice(field: String) -> Refusal {
    Refusal::invalid("receivables.named_twice").on(field)
}

/// The named items need more than there is.
pub fn more_than_received(named: Money, available: Money) -> Refusal {
    Refusal::rule("receivables.more_than_received")
        .on("items")
        .with("named", named)
        .with("available", available)
        .with("over", Money::new(named.minor - available.minor, named.currency))
}

pub fn no_credit_named() -> Refusal {
    Refusal::invalid("receivables.no_credit_named").on("credits")
}

pub fn nothing_to_allocate() -> Refusal {
    Refusal::rule("receivables.nothing_to_allocate")
}

pub fn already_reversed(no: &str) -> Refusal {
    Refusal::conflict("receivables.already_reversed").with("no", no)
}

/// Nothing is outstanding on this order.
pub fn order_settled(no: &str) -> Refusal {
    Refusal::conflict("receivables.order_settled").with("no", no)
}

/// Somebody received, allocated or delivered since the dialog was opened.
pub fn outstanding_changed(expected: Money, outstanding: Money) -> Refusal {
    Refusal::conflict("receivables.outstanding_changed")
        .on("expected_outstanding")
        .with("expected", expected)
        .with("outstanding", outstanding)
}

pub fn more_than_outstanding(outstanding: Money) -> Refusal {
    Refusal::invalid("receivables.more_than_outstanding")
        .on("amount")
        .with("outstanding", outstanding)
}

/// Bad debt while money of the customer waits on account.
pub fn credit_on_account(amount: Money) -> Refusal {
    Refusal::rule("receivables.credit_on_account").with("amount", amount)
}

/// A bad debt exists for delivered goods only; the rest is cancelled first.
pub fn undelivered(amount: Money) -> Refusal {
    Refusal::rule("receivables.undelivered").with("amount", amount)
}

/// The whole of it was recovered or undone already.
pub fn bad_debt_closed() -> Refusal {
    Refusal::conflict("receivables.bad_debt_closed")
}

pub fn receipt_not_on_account(no: &str) -> Refusal {
    Refusal::rule("receivables.receipt_not_on_account").with("no", no)
}

pub fn percent_unreadable(field: &'static str, value: &str) -> Refusal {
    Refusal::invalid("receivables.percent_unreadable")
        .on(field)
        .with("value", value)
}

pub fn unknown_currency(value: &str) -> Refusal {
    Refusal::invalid("receivables.unknown_currency")
        .on("currency")
        .with("value", value)
}

pub fn days_out_of_range(field: &'static str) -> Refusal {
    Refusal::invalid("receivables.days_out_of_range").on(field)
}

/// The receipt closes nothing that can be undone by itself.
pub fn nothing_to_undo(no: &str) -> Refusal {
    Refusal::conflict("receivables.nothing_to_undo").with("no", no)
}

/// Only a confirmed order that is not wholly delivered waits for money.
pub fn order_not_waiting(no: &str) -> Refusal {
    Refusal::rule("receivables.order_not_waiting")
        .on("order_id")
        .with("no", no)
}

pub fn order_of_another_account(no: &str) -> Refusal {
    Refusal::rule("receivables.order_of_another_account")
        .on("order_id")
        .with("no", no)
}

pub fn more_than_reservable(most: Money) -> Refusal {
    Refusal::invalid("receivables.more_than_reservable")
        .on("amount")
        .with("most", most)
}

pub fn not_reserved() -> Refusal {
    Refusal::conflict("receivables.not_reserved")
}

/// Money that waits for an order is the new money, not what is on account.
pub fn only_new_money() -> Refusal {
    Refusal::invalid("receivables.only_new_money").on("mode")
}

pub fn receipt_of_another_account(no: &str) -> Refusal {
    Refusal::rule("receivables.receipt_of_another_account").with("no", no)
}

pub fn more_than_recoverable(available: Money) -> Refusal {
    Refusal::invalid("receivables.more_than_recoverable")
        .on("amount")
        .with("available", available)
}

pub fn plan_not_found() -> Refusal {
    Refusal::not_found("receivables.plan_not_found")
}

/// Replaced by a later version, or ended.
pub fn plan_not_active(no: &str) -> Refusal {
    Refusal::conflict("receivables.plan_not_active").with("no", no)
}

pub fn plan_kept(no: &str) -> Refusal {
    Refusal::conflict("receivables.plan_kept").with("no", no)
}

pub fn plan_without_items() -> Refusal {
    Refusal::invalid("receivables.plan_without_items").on("items")
}

/// What is disputed is settled before it is agreed to be paid in rows.
pub fn item_disputed(document: &str) -> Refusal {
    Refusal::rule("receivables.item_disputed").with("document", document)
}

pub fn plan_row_count(most: i64) -> Refusal {
    Refusal::invalid("receivables.plan_row_count")
        .on("rows")
        .with("most", most)
}

pub fn plan_row_past(row: usize) -> Refusal {
    Refusal::invalid("receivables.plan_row_past").on(format!("rows[{row}].due_date"))
}

pub fn plan_row_order(row: usize) -> Refusal {
    Refusal::invalid("receivables.plan_row_order").on(format!("rows[{row}].due_date"))
}

/// The rows must come to exactly what is open.
pub fn plan_sum(sum: Money, open: Money) -> Refusal {
    Refusal::rule("receivables.plan_sum")
        .on("rows")
        .with("sum", sum)
        .with("open", open)
        .with("difference", Money::new(open.minor - sum.minor, open.currency))
}

pub fn breach_days(most: i64) -> Refusal {
    Refusal::invalid("receivables.breach_days")
        .on("breach_days")
        .with("most", most)
}

pub fn unknown_breach_rule(value: &str) -> Refusal {
    Refusal::invalid("receivables.unknown_breach_rule")
        .on("breach_rule")
        .with("value", value)
}

pub fn unknown_step(value: &str) -> Refusal {
    Refusal::invalid("receivables.unknown_step")
        .on("step")
        .with("value", value)
}

pub fn adjustment_not_found() -> Refusal {
    Refusal::not_found("receivables.adjustment_not_found")
}

pub fn unknown_adjustment(value: &str) -> Refusal {
    Refusal::invalid("receivables.unknown_adjustment")
        .on("kind")
        .with("value", value)
}

pub fn unknown_adjustment_reason(value: &str) -> Refusal {
    Refusal::invalid("receivables.unknown_adjustment_reason")
        .on("reason_code")
        .with("value", value)
}

/// The amount typed is not what the named items come to.
pub fn not_the_sum(amount: Money, named: Money) -> Refusal {
    Refusal::invalid("receivables.not_the_sum")
        .on("amount")
        .with("amount", amount)
        .with("named", named)
}

pub fn one_item_only() -> Refusal {
    Refusal::invalid("receivables.one_item_only").on("items")
}

/// It waits no longer, or was reversed already.
pub fn adjustment_not_in_state(no: &str) -> Refusal {
    Refusal::conflict("receivables.adjustment_not_in_state").with("no", no)
}

/// The amount needs approval; nothing was booked.
pub fn approval_required(amount: Money, threshold: Money) -> Refusal {
    Refusal::rule("receivables.approval_required")
        .with("amount", amount)
        .with("threshold", threshold)
}

pub fn request_not_found() -> Refusal {
    Refusal::not_found("receivables.request_not_found")
}

pub fn request_pending(no: &str) -> Refusal {
    Refusal::conflict("receivables.request_pending").with("no", no)
}

pub fn request_decided() -> Refusal {
    Refusal::conflict("receivables.request_decided")
}

pub fn own_request() -> Refusal {
    Refusal::rule("receivables.own_request")
}

/// Something was written off against it: that is undone first.
pub fn allocated_cannot_reverse(no: &str, allocated: Money) -> Refusal {
    Refusal::rule("receivables.allocated_cannot_reverse")
        .with("no", no)
        .with("allocated", allocated)
}

pub fn instrument_missing() -> Refusal {
    Refusal::invalid("receivables.instrument_missing").on("instrument.no")
}

pub fn instrument_not_expected(method: &str) -> Refusal {
    Refusal::invalid("receivables.instrument_not_expected")
        .on("instrument")
        .with("method", method)
}

pub fn due_before_receipt(date: base::Day) -> Refusal {
    Refusal::invalid("receivables.due_before_receipt")
        .on("instrument.due_date")
        .with("date", date)
}

pub fn no_instrument() -> Refusal {
    Refusal::rule("receivables.no_instrument")
}

/// Cleared or returned already.
pub fn instrument_settled(no: &str) -> Refusal {
    Refusal::conflict("receivables.instrument_settled").with("no", no)
}

pub fn unknown_purpose(value: &str) -> Refusal {
    Refusal::invalid("receivables.unknown_purpose")
        .on("purpose")
        .with("value", value)
}

pub fn deposit_closes_nothing() -> Refusal {
    Refusal::invalid("receivables.deposit_closes_nothing").on("mode")
}

/// A deposit or guarantee is used by an act of its own.
pub fn held_apart(document: &str) -> Refusal {
    Refusal::rule("receivables.held_apart")
        .on("credits")
        .with("document", document)
}

pub fn not_a_deposit(no: &str) -> Refusal {
    Refusal::rule("receivables.not_a_deposit").with("no", no)
}

/// Neither who asked nor somebody who may approve.
pub fn not_approver() -> Refusal {
    Refusal::rule("receivables.not_approver")
}

pub fn no_orders_named() -> Refusal {
    Refusal::invalid("receivables.no_orders_named").on("orders")
}

pub fn too_many_orders(most: usize) -> Refusal {
    Refusal::invalid("receivables.too_many_orders")
        .on("orders")
        .with("most", most)
}

pub fn unknown_group(value: &str) -> Refusal {
    Refusal::invalid("receivables.unknown_group")
        .on("by")
        .with("value", value)
}

pub fn reason_code_invalid(most: usize) -> Refusal {
    Refusal::invalid("receivables.reason_code_invalid")
        .on("code")
        .with("most", most)
}

pub fn reason_name_required() -> Refusal {
    Refusal::invalid("receivables.reason_name_required").on("name_en")
}

pub fn transfer_not_found() -> Refusal {
    Refusal::not_found("receivables.transfer_not_found")
}

pub fn transfer_to_itself() -> Refusal {
    Refusal::invalid("receivables.transfer_to_itself").on("to_customer_id")
}

pub fn transfer_too_small() -> Refusal {
    Refusal::invalid("receivables.transfer_too_small").on("rate")
}

pub fn rate_missing(from: base::Currency, to: base::Currency) -> Refusal {
    Refusal::invalid("receivables.rate_missing")
        .on("rate")
        .with("from", from)
        .with("to", to)
}

pub fn bill_not_found() -> Refusal {
    Refusal::not_found("receivables.bill_not_found")
}

pub fn bill_taken(no: &str) -> Refusal {
    Refusal::conflict("receivables.bill_taken")
        .on("no")
        .with("no", no)
}

pub fn due_before_bill(date: base::Day) -> Refusal {
    Refusal::invalid("receivables.due_before_bill")
        .on("due_date")
        .with("date", date)
}

pub fn offset_not_found() -> Refusal {
    Refusal::not_found("receivables.offset_not_found")
}

/// The two legs come to different amounts, or to nothing.
pub fn offset_unequal(receivable: Money, payable: Money) -> Refusal {
    Refusal::rule("receivables.offset_unequal")
        .on("bills")
        .with("receivable", receivable)
        .with("payable", payable)
}

/// Every code of this slice, for the test that its texts exist in every language.
pub const CODES: &[&str] = &[
    "receivables.receipt_not_found",
    "receivables.bad_debt_not_found",
    "receivables.order_not_found",
    "receivables.account_not_found",
    "receivables.allocation_not_found",
    "receivables.amount_not_positive",
    "receivables.amount_unreadable",
    "receivables.unknown_method",
    "receivables.unknown_reason",
    "receivables.reason_required",
    "receivables.text_too_long",
    "receivables.date_in_future",
    "receivables.date_before_receipt",
    "receivables.item_not_found",
    "receivables.item_not_open",
    "receivables.open_changed",
    "receivables.more_than_open",
    "receivables.wrong_side",
    "receivables.named_twice",
    "receivables.more_than_received",
    "receivables.no_credit_named",
    "receivables.nothing_to_allocate",
    "receivables.already_reversed",
    "receivables.order_settled",
    "receivables.outstanding_changed",
    "receivables.more_than_outstanding",
    "receivables.credit_on_account",
    "receivables.undelivered",
    "receivables.bad_debt_closed",
    "receivables.receipt_not_on_account",
    "receivables.receipt_of_another_account",
    "receivables.more_than_recoverable",
    "receivables.order_not_waiting",
    "receivables.order_of_another_account",
    "receivables.more_than_reservable",
    "receivables.not_reserved",
    "receivables.only_new_money",
    "receivables.unknown_currency",
    "receivables.nothing_to_undo",
    "receivables.percent_unreadable",
    "receivables.days_out_of_range",
    "receivables.plan_not_found",
    "receivables.plan_not_active",
    "receivables.plan_kept",
    "receivables.plan_without_items",
    "receivables.item_disputed",
    "receivables.plan_row_count",
    "receivables.plan_row_past",
    "receivables.plan_row_order",
    "receivables.plan_sum",
    "receivables.breach_days",
    "receivables.unknown_breach_rule",
    "receivables.unknown_step",
    "receivables.transfer_not_found",
    "receivables.transfer_to_itself",
    "receivables.transfer_too_small",
    "receivables.rate_missing",
    "receivables.bill_not_found",
    "receivables.bill_taken",
    "receivables.due_before_bill",
    "receivables.offset_not_found",
    "receivables.offset_unequal",
    "receivables.instrument_missing",
    "receivables.instrument_not_expected",
    "receivables.due_before_receipt",
    "receivables.no_instrument",
    "receivables.instrument_settled",
    "receivables.unknown_purpose",
    "receivables.deposit_closes_nothing",
    "receivables.held_apart",
    "receivables.not_a_deposit",
    "receivables.adjustment_not_found",
    "receivables.unknown_adjustment",
    "receivables.unknown_adjustment_reason",
    "receivables.not_the_sum",
    "receivables.one_item_only",
    "receivables.adjustment_not_in_state",
    "receivables.own_request",
    "receivables.allocated_cannot_reverse",
    "receivables.approval_required",
    "receivables.request_not_found",
    "receivables.request_pending",
    "receivables.request_decided",
    "receivables.not_approver",
    "receivables.no_orders_named",
    "receivables.too_many_orders",
    "receivables.unknown_group",
    "receivables.reason_code_invalid",
    "receivables.reason_name_required",
];
