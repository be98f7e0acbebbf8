//! Every "no" of the finance side, beside those of the slice.

use base::{Money, Refusal};

pub use crate::refusals::*;

pub fn rate_invalid(field: &str, value: &str) -> Refusal {
    Refusal::invalid("receivables.rate_invalid")
        .on(field)
        .with("value", value)
}

pub fn unknown_bucket(value: &str) -> Refusal {
    Refusal::invalid("receivables.unknown_bucket")
        .on("rates")
        .with("value", value)
}

/// One proposal at a time: the draft is posted or dropped first.
pub fn allowance_draft_exists() -> Refusal {
    Refusal::conflict("receivables.allowance_draft_exists")
}

pub fn allowance_not_found() -> Refusal {
    Refusal::not_found("receivables.allowance_not_found")
}

pub fn allowance_decided() -> Refusal {
    Refusal::conflict("receivables.allowance_decided")
}

pub fn allowance_line_not_found() -> Refusal {
    Refusal::not_found("receivables.allowance_line_not_found").on("line_no")
}

pub fn more_than_base(base: Money) -> Refusal {
    Refusal::invalid("receivables.more_than_base")
        .on("amount")
        .with("base", base)
}

pub fn item_judged_twice(document: &str) -> Refusal {
    Refusal::conflict("receivables.item_judged_twice")
        .on("entry_id")
        .with("document", document)
}

pub fn item_after_day(document: &str, day: base::Day) -> Refusal {
    Refusal::rule("receivables.item_after_day")
        .on("entry_id")
        .with("document", document)
        .with("day", day)
}

pub fn write_off_of_nobody() -> Refusal {
    Refusal::invalid("receivables.write_off_of_nobody").on("customer_id")
}

pub fn write_off_not_found() -> Refusal {
    Refusal::not_found("receivables.write_off_not_found")
}

pub fn write_off_reversed() -> Refusal {
    Refusal::conflict("receivables.write_off_reversed")
}

pub fn tax_relief_too_large(amount: Money) -> Refusal {
    Refusal::invalid("receivables.tax_relief_too_large")
        .on("tax_relief")
        .with("amount", amount)
}
