//! Every "no" of this slice; the texts stand under `refusal.<code>` in its text file.

use base::{Currency, Money, Refusal};
use ledger::AccountRow;

use crate::types::{DecisionId, Exposure, Figures, Finding, RuleKind};

/// What the strictest of the broken rules says, with its figures. `decision` opens the record with all.
pub fn held_back(
    account: &AccountRow,
    after: &Exposure,
    figures: &Figures,
    finding: &Finding,
    amount: i64,
    decision: DecisionId,
) -> Refusal {
    let money = |minor: i64| Money::new(minor, account.currency);
    let refusal = match finding.rule {
        RuleKind::Usage => {
            let limit = after.limit().unwrap_or_default();
            Refusal::rule("credit.over_limit")
                .with("limit", money(limit))
                .with("exposure", money(after.total() - amount))
                .with("over", money(after.total() - limit))
        }
        RuleKind::GroupUsage => {
            let (exposure, limit) = figures.group.unwrap_or_default();
            let limit = limit.unwrap_or_default();
            Refusal::rule("credit.group_over_limit")
                .with("limit", money(limit))
                .with("exposure", money(exposure - amount))
                .with("over", money(exposure - limit))
        }
        RuleKind::Overdue => Refusal::rule("credit.overdue")
            .with("overdue", money(finding.found))
            .with("allowed", money(finding.allowed)),
        RuleKind::Oldest => Refusal::rule("credit.oldest")
            .with("days", finding.found)
            .with("allowed", finding.allowed),
        RuleKind::Instalment => Refusal::rule("credit.instalment").with("missed", money(finding.found)),
        RuleKind::PreviousBatch => Refusal::rule("credit.previous_batch")
            .with("count", finding.found)
            .with("allowed", finding.allowed),
        RuleKind::Unanswered => Refusal::rule("credit.unanswered")
            .with("days", finding.found)
            .with("allowed", finding.allowed),
        RuleKind::LimitExpired => Refusal::rule("credit.limit_expired").with(
            "until",
            figures.limit_until.map(|day| day.to_string()).unwrap_or_default(),
        ),
        RuleKind::BadDebtHistory => {
            Refusal::rule("credit.bad_debt_history").with("bad_debt", money(finding.found))
        }
        RuleKind::ManualHold => Refusal::rule("credit.manual_hold").with("reason", &figures.manual_hold),
    };
    refusal
        .with("currency", account.currency)
        .with("amount", money(amount))
        .with("customer", account.customer)
        .with("decision", decision)
}

pub fn limit_negative() -> Refusal {
    Refusal::invalid("credit.limit_negative").on("credit_limit")
}

pub fn amount_unreadable(field: &'static str, text: &str) -> Refusal {
    Refusal::invalid("credit.amount_unreadable")
        .on(field)
        .with("value", text)
}

pub fn days_in_wrong_order() -> Refusal {
    Refusal::invalid("credit.days_in_wrong_order").on("until_day")
}

pub fn reason_missing() -> Refusal {
    Refusal::invalid("credit.reason_missing").on("reason")
}

pub fn text_too_long(field: &'static str) -> Refusal {
    Refusal::invalid("credit.text_too_long")
        .on(field)
        .with("most", 2000)
}

pub fn number_out_of_range(field: &'static str) -> Refusal {
    Refusal::invalid("credit.number_out_of_range").on(field)
}

pub fn rule_twice() -> Refusal {
    Refusal::invalid("credit.rule_twice").on("rules")
}

pub fn not_found() -> Refusal {
    Refusal::not_found("credit.not_found")
}

pub fn name_taken(name: &str) -> Refusal {
    Refusal::conflict("credit.name_taken")
        .on("name")
        .with("name", name)
}

pub fn group_of_other_currency(currency: Currency) -> Refusal {
    Refusal::rule("credit.group_of_other_currency")
        .on("group_id")
        .with("currency", currency)
}

pub fn changed_meanwhile() -> Refusal {
    Refusal::conflict("credit.changed_meanwhile")
}

pub fn already_decided(state: &str) -> Refusal {
    Refusal::conflict("credit.already_decided").with("state", state)
}

pub fn already_requested() -> Refusal {
    Refusal::conflict("credit.already_requested")
}

pub fn over_ceiling(amount: Money, ceiling: Money) -> Refusal {
    Refusal::rule("credit.over_ceiling")
        .with("amount", amount)
        .with("ceiling", ceiling)
        .with("currency", amount.currency)
}

pub fn own_request(amount: Money, up_to: Money) -> Refusal {
    Refusal::rule("credit.own_request")
        .with("amount", amount)
        .with("up_to", up_to)
        .with("currency", amount.currency)
}

pub fn cap_too_low(amount: Money) -> Refusal {
    Refusal::invalid("credit.cap_too_low")
        .on("cap")
        .with("amount", amount)
        .with("currency", amount.currency)
}

pub fn not_waiting() -> Refusal {
    Refusal::conflict("credit.not_waiting")
}

/// The document waits in the queue.
pub fn on_hold() -> Refusal {
    Refusal::rule("credit.on_hold")
}
