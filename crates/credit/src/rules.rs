//! The decision, pure: which rules are broken and what follows.

use base::Day;

use crate::types::{Action, Exposure, Figures, Finding, Rule, RuleKind, Scope, Step, Unpaid};

/// The percentage that the customer's own policy is about.
const WHOLE_LIMIT: i64 = 100;

/// A part that is owed, in the order in which the oldest is paid first.
#[derive(Clone, Debug)]
pub struct Owed {
    pub part: Unpaid,
    /// So much of it is disputed, or base credit covers it: no credit is applied to it, and no rule counts it.
    pub apart: i64,
}

/// Applies free credits to what is owed, oldest first, on paper only: paid but not written off never
/// holds a customer back. Answers the parts with what is left, and how much was applied.
pub fn virtually_paid(owed: Vec<Owed>, free: i64) -> (Vec<Unpaid>, i64) {
    let mut rest = free.max(0);
    let parts = owed.into_iter().map(|one| {
        let mut part = one.part;
        let counts = (part.open - one.apart).max(0);
        let paid = counts.min(rest);
        rest -= paid;
        part.left = counts - paid;
        part
    });
    let parts = parts.collect();
    (parts, free.max(0) - rest)
}

/// One rule of each kind: the narrowest scope decides. What nobody laid down is as it begins: the
/// customer's policy at the whole limit, a bad debt holds new credit, a person's hold holds everything,
/// a limit that ran out holds.
pub fn in_force(policy: Action, laid_down: &[Rule]) -> Vec<Rule> {
    let begins = |kind, at_order, at_shipment| Rule {
        kind,
        scope: Scope::Company,
        percent: WHOLE_LIMIT,
        amount: 0,
        days: 0,
        at_order,
        at_shipment,
    };
    let mut rules = vec![begins(RuleKind::Usage, policy, policy)];
    let beginnings = [
        begins(RuleKind::GroupUsage, policy, policy),
        begins(RuleKind::LimitExpired, Action::Hold, Action::Hold),
        begins(RuleKind::BadDebtHistory, Action::Hold, Action::Allow),
        begins(RuleKind::Instalment, Action::Hold, Action::Allow),
        begins(RuleKind::ManualHold, Action::Hold, Action::Hold),
    ];
    for kind in RuleKind::ALL {
        let own = laid_down.iter().filter(|rule| rule.kind == *kind);
        let narrowest = own.max_by_key(|rule| rule.scope);
        let begun = beginnings.iter().find(|rule| rule.kind == *kind);
        rules.extend(narrowest.or(begun));
    }
    rules
}

/// Whether a rule reads the parts that are owed. `any_missed`: some row of a payment plan may be missed.
pub fn needs_parts(rules: &[Rule], step: Step, any_missed: bool) -> bool {
    let reads = |kind| match kind {
        RuleKind::Overdue | RuleKind::Oldest | RuleKind::PreviousBatch => true,
        RuleKind::Instalment => any_missed,
        _ => false,
    };
    rules
        .iter()
        .any(|rule| reads(rule.kind) && rule.at(step) > Action::Allow)
}

/// An act that is checked.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub step: Step,
    /// What the document comes to. An act that commits nothing is never held back.
    pub amount: i64,
    /// Money was kept for the whole document.
    pub is_prepaid: bool,
    /// The document itself is no earlier batch.
    pub document: (&'a str, i64),
}

/// Every rule that is broken, the strictest first. The exposure is the one after the act. A document that
/// is paid in full passes all but a person's hold: by money kept for it, or because the customer is
/// not in debt even after it.
pub fn findings(after: &Exposure, figures: &Figures, rules: &[Rule], asked: &Asked<'_>) -> Vec<Finding> {
    if asked.amount <= 0 {
        return Vec::new();
    }
    let is_paid = asked.is_prepaid || after.total() <= 0;
    let mut found: Vec<Finding> = Vec::new();
    for rule in rules {
        let action = rule.at(asked.step);
        if action == Action::Allow || (is_paid && rule.kind != RuleKind::ManualHold) {
            continue;
        }
        if let Some((measured, allowed)) = broken(rule, after, figures, asked) {
            found.push(Finding {
                rule: rule.kind,
                action,
                found: measured,
                allowed,
            });
        }
    }
    found.sort_by_key(|finding| std::cmp::Reverse(finding.action));
    // The policy's rule and a rule about a part of the limit may both be broken: the strictest tells.
    let mut kinds = Vec::new();
    found.retain(|finding| {
        let is_new = !kinds.contains(&finding.rule);
        kinds.push(finding.rule);
        is_new
    });
    found
}

/// The strictest of what follows.
pub fn action(findings: &[Finding]) -> Action {
    findings
        .iter()
        .map(|finding| finding.action)
        .max()
        .unwrap_or(Action::Allow)
}

/// What is found and what is allowed, where a rule is broken.
fn broken(rule: &Rule, after: &Exposure, figures: &Figures, asked: &Asked<'_>) -> Option<(i64, i64)> {
    let late = |day: Day| figures.today.since(day);
    let unpaid = || figures.parts.iter().filter(|part| part.left > 0);
    match rule.kind {
        RuleKind::Usage => over(after.total(), after.limit(), rule.percent, figures.tolerance),
        RuleKind::GroupUsage => {
            let (exposure, limit) = figures.group?;
            over(exposure, limit, rule.percent, figures.tolerance)
        }
        RuleKind::Overdue => {
            let overdue: i64 = unpaid()
                .filter(|part| late(part.due_date) > rule.days)
                .map(|part| part.left)
                .sum();
            let allowed = rule.amount.saturating_add(figures.tolerance);
            (overdue > allowed).then_some((overdue, rule.amount))
        }
        RuleKind::Oldest => {
            let age = unpaid().map(|part| late(part.basis_date)).max()?;
            (age > rule.days).then_some((age, rule.days))
        }
        RuleKind::Instalment => {
            let missed: i64 = unpaid().filter(|part| part.is_missed).map(|part| part.left).sum();
            (missed > 0).then_some((missed, 0))
        }
        RuleKind::PreviousBatch => {
            let mut documents: Vec<(&str, i64)> = unpaid()
                .map(|part| (part.document_kind.as_str(), part.document_id))
                .filter(|document| *document != asked.document)
                .collect();
            documents.sort_unstable();
            documents.dedup();
            let count = documents.len() as i64;
            (count > rule.days).then_some((count, rule.days))
        }
        RuleKind::Unanswered => {
            let days = late(figures.unanswered_since?);
            (days > rule.days).then_some((days, rule.days))
        }
        RuleKind::LimitExpired => {
            let days = late(figures.limit_until?);
            (days > 0).then_some((days, 0))
        }
        RuleKind::BadDebtHistory => (figures.bad_debt > 0).then_some((figures.bad_debt, 0)),
        RuleKind::ManualHold => (!figures.manual_hold.is_empty()).then_some((1, 0)),
    }
}

/// Whether an exposure is over a part of the limit by more than the tolerance.
fn over(exposure: i64, limit: Option<i64>, percent: i64, tolerance: i64) -> Option<(i64, i64)> {
    let allowed = i128::from(limit?) * i128::from(percent) / i128::from(WHOLE_LIMIT);
    let allowed = i64::try_from(allowed).unwrap_or(i64::MAX);
    (exposure > allowed.saturating_add(tolerance)).then_some((exposure, allowed))
}

/// A document that waits, as far as its test needs it.
#[derive(Clone, Copy, Debug)]
pub struct Waiting<'a> {
    pub asked: Asked<'a>,
    /// By how much the exposure rises with it.
    pub rise: i64,
    /// An approver lets it pass.
    pub is_approved: bool,
}

/// Which of the waiting documents may go, in the order of the queue, at most `most`: each is tested on top
/// of those before it. One that does not fit keeps its place and does not stop a smaller one behind it.
pub fn releasable(
    now: &Exposure,
    figures: &Figures,
    rules: &[Rule],
    queue: &[Waiting<'_>],
    most: usize,
) -> Vec<usize> {
    let (mut after, mut figures) = (*now, figures.clone());
    let mut chosen = Vec::new();
    for (at, waiting) in queue.iter().enumerate() {
        let tried = Exposure {
            ord: after.ord.saturating_add(waiting.rise),
            ..after
        };
        let group = figures.group;
        figures.group = group.map(|(exposure, limit)| (exposure.saturating_add(waiting.rise), limit));
        let strictest = action(&findings(&tried, &figures, rules, &waiting.asked));
        if waiting.is_approved || strictest < Action::Hold {
            after = tried;
            chosen.push(at);
            if chosen.len() == most {
                break;
            }
        } else {
            figures.group = group;
        }
    }
    chosen
}

/// What an approver may do: within the ceiling of the role, and not for oneself above a threshold.
/// `None` for the ceiling: any amount.
pub fn may_approve(amount: i64, ceiling: Option<i64>, is_own: bool, own_up_to: i64) -> Result<(), Forbidden> {
    if ceiling.is_some_and(|ceiling| amount > ceiling) {
        return Err(Forbidden::OverCeiling);
    }
    if is_own && amount > own_up_to {
        return Err(Forbidden::OwnRequest);
    }
    Ok(())
}

/// Why somebody may not approve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forbidden {
    OverCeiling,
    OwnRequest,
}

/// What an approval holds for.
#[derive(Clone, Copy, Debug)]
pub struct Leave {
    pub version: i64,
    pub cap: i64,
    pub until: Option<Day>,
}

/// Whether an approval covers a document as it is: the same version, not more than approved, not too late.
pub fn covers(leave: &Leave, version: i64, amount: i64, today: Day) -> bool {
    leave.version == version && amount <= leave.cap && leave.until.is_none_or(|until| today <= until)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn exposure(ar: i64, cr: i64, limit: Option<i64>) -> Exposure {
        Exposure {
            ar,
            cr,
            base_limit: limit,
            ..Exposure::default()
        }
    }

    fn figures() -> Figures {
        Figures {
            today: day("2026-03-31"),
            applied: 0,
            parts: Vec::new(),
            unanswered_since: None,
            limit_until: None,
            bad_debt: 0,
            manual_hold: String::new(),
            tolerance: 0,
            group: None,
        }
    }

    fn asked(amount: i64) -> Asked<'static> {
        Asked {
            step: Step::Order,
            amount,
            is_prepaid: false,
            document: ("order", 1),
        }
    }

    fn rule(kind: RuleKind, amount: i64, days: i64) -> Rule {
        Rule {
            kind,
            scope: Scope::Account,
            percent: 100,
            amount,
            days,
            at_order: Action::Block,
            at_shipment: Action::Warn,
        }
    }

    fn owed(id: i64, due: &str, open: i64) -> Owed {
        Owed {
            part: Unpaid {
                entry: id,
                document_kind: "delivery".into(),
                document_id: id,
                document_no: format!("DN-{id}"),
                due_date: day(due),
                basis_date: day("2026-01-31"),
                open,
                left: open,
                is_missed: false,
            },
            apart: 0,
        }
    }

    fn decide(after: &Exposure, policy: Action) -> Action {
        action(&findings(after, &figures(), &in_force(policy, &[]), &asked(1)))
    }

    #[test]
    fn no_limit_and_limit_zero_are_different_things() {
        assert_eq!(decide(&exposure(1, 0, None), Action::Block), Action::Allow);
        assert_eq!(decide(&exposure(1, 0, Some(0)), Action::Block), Action::Block);
        assert_eq!(decide(&exposure(1, 1, Some(0)), Action::Block), Action::Allow);
    }

    #[test]
    fn the_limit_itself_may_be_used_up() {
        assert_eq!(decide(&exposure(100, 0, Some(100)), Action::Block), Action::Allow);
        let over = exposure(101, 0, Some(100));
        for policy in [Action::Block, Action::Hold, Action::Warn, Action::Allow] {
            assert_eq!(decide(&over, policy), policy);
        }
        let mut increased = over;
        increased.increases = 1;
        assert_eq!(decide(&increased, Action::Block), Action::Allow);
    }

    #[test]
    fn paid_but_not_written_off_is_not_overdue() {
        let parts = vec![owed(1, "2026-02-28", 100), owed(2, "2026-03-15", 50)];
        let rules = [rule(RuleKind::Overdue, 0, 0), rule(RuleKind::Oldest, 0, 30)];
        let mut seen = figures();
        (seen.parts, seen.applied) = virtually_paid(parts.clone(), 0);
        let found = findings(&exposure(150, 0, None), &seen, &rules, &asked(10));
        assert_eq!((found[0].found, found[1].found), (150, 59));
        (seen.parts, seen.applied) = virtually_paid(parts.clone(), 150);
        assert_eq!(seen.applied, 150);
        assert!(findings(&exposure(150, 150, None), &seen, &rules, &asked(10)).is_empty());
        (seen.parts, seen.applied) = virtually_paid(parts, 120);
        let found = findings(&exposure(160, 120, None), &seen, &rules, &asked(10));
        assert_eq!(found[0].found, 30);
    }

    #[test]
    fn what_is_disputed_takes_no_credit_and_is_not_overdue() {
        let mut parts = vec![owed(1, "2026-02-28", 100), owed(2, "2026-03-15", 50)];
        parts[0].apart = 100;
        let (left, applied) = virtually_paid(parts, 60);
        assert_eq!((left[0].left, left[1].left, applied), (0, 0, 50));
    }

    #[test]
    fn all_reasons_are_given_and_the_strictest_wins() {
        let mut seen = figures();
        seen.manual_hold = "no more before they pay".into();
        seen.limit_until = Some(day("2026-03-30"));
        seen.bad_debt = 5;
        let found = findings(
            &exposure(101, 0, Some(100)),
            &seen,
            &in_force(Action::Block, &[]),
            &asked(1),
        );
        let kinds: Vec<RuleKind> = found.iter().map(|finding| finding.rule).collect();
        assert_eq!(kinds[0], RuleKind::Usage);
        assert_eq!(found.len(), 4);
        assert_eq!(action(&found), Action::Block);
    }

    #[test]
    fn a_document_that_is_paid_passes_all_but_a_persons_hold() {
        let mut seen = figures();
        seen.bad_debt = 5;
        let rules = in_force(Action::Block, &[]);
        assert!(findings(&exposure(50, 50, Some(0)), &seen, &rules, &asked(50)).is_empty());
        seen.manual_hold = "stop".into();
        let found = findings(&exposure(50, 50, Some(0)), &seen, &rules, &asked(50));
        assert_eq!(found[0].rule, RuleKind::ManualHold);
    }

    #[test]
    fn the_narrowest_scope_decides_for_its_kind() {
        let company = Rule {
            scope: Scope::Company,
            ..rule(RuleKind::Oldest, 0, 10)
        };
        let account = rule(RuleKind::Oldest, 0, 90);
        let rules = in_force(Action::Allow, &[account, company]);
        let oldest: Vec<i64> = rules
            .iter()
            .filter(|rule| rule.kind == RuleKind::Oldest)
            .map(|rule| rule.days)
            .collect();
        assert_eq!(oldest, [90]);
    }

    #[test]
    fn a_batch_waits_for_the_one_before() {
        let (parts, _) = virtually_paid(vec![owed(1, "2026-12-01", 100), owed(2, "2026-12-01", 50)], 0);
        let mut seen = figures();
        seen.parts = parts;
        let own = Asked {
            document: ("delivery", 2),
            ..asked(50)
        };
        let found = |days| {
            findings(
                &exposure(150, 0, None),
                &seen,
                &[rule(RuleKind::PreviousBatch, 0, days)],
                &own,
            )
        };
        assert_eq!(found(0)[0].found, 1);
        assert!(found(1).is_empty());
    }

    #[test]
    fn cents_within_the_tolerance_hold_nothing_back() {
        let mut seen = figures();
        seen.tolerance = 5;
        let rules = in_force(Action::Block, &[]);
        assert!(findings(&exposure(105, 0, Some(100)), &seen, &rules, &asked(1)).is_empty());
        assert!(!findings(&exposure(106, 0, Some(100)), &seen, &rules, &asked(1)).is_empty());
    }

    #[test]
    fn the_queue_goes_in_order_and_a_small_one_passes_a_big_one() {
        let now = exposure(0, 0, Some(100));
        let wait = |rise| Waiting {
            asked: asked(rise),
            rise,
            is_approved: false,
        };
        let queue = [wait(80), wait(50), wait(20), wait(1)];
        let rules = in_force(Action::Hold, &[]);
        assert_eq!(releasable(&now, &figures(), &rules, &queue, 10), [0, 2]);
        assert_eq!(releasable(&now, &figures(), &rules, &queue, 1), [0]);
    }

    #[test]
    fn approvals_have_bounds() {
        assert!(may_approve(100, Some(100), false, 0).is_ok());
        assert_eq!(may_approve(101, Some(100), false, 0), Err(Forbidden::OverCeiling));
        assert_eq!(may_approve(1, None, true, 0), Err(Forbidden::OwnRequest));
        let leave = Leave {
            version: 3,
            cap: 100,
            until: Some(day("2026-03-31")),
        };
        assert!(covers(&leave, 3, 100, day("2026-03-31")));
        assert!(!covers(&leave, 4, 100, day("2026-03-31")));
        assert!(!covers(&leave, 3, 101, day("2026-03-31")));
        assert!(!covers(&leave, 3, 100, day("2026-04-01")));
    }

    proptest! {
        #[test]
        fn a_credit_counts_at_once(ar in 0_i64..1_000_000, cr in 0_i64..1_000_000, limit in 0_i64..1_000_000) {
            let after = exposure(ar, cr, Some(limit));
            let passes = decide(&after, Action::Block) == Action::Allow;
            prop_assert_eq!(passes, ar - cr <= limit);
            prop_assert_eq!(after.available().unwrap() >= 0, passes);
        }

        // Writing off what was applied on paper changes nothing for the rules.
        #[test]
        fn writing_off_changes_no_decision(
            opens in prop::collection::vec(1_i64..1000, 1..8),
            free in 0_i64..4000,
        ) {
            let owed: Vec<Owed> =
                opens.iter().enumerate().map(|(at, open)| owed(at as i64, "2026-03-01", *open)).collect();
            let (on_paper, applied) = virtually_paid(owed.clone(), free);
            let left: i64 = on_paper.iter().map(|part| part.left).sum();
            prop_assert_eq!(left + applied, opens.iter().sum::<i64>());
            prop_assert_eq!(applied, free.min(opens.iter().sum()));
            let written_off = owed.iter().zip(&on_paper).map(|(one, paper)| {
                let mut one = one.clone();
                one.part.open = paper.left;
                one
            });
            let (after, _) = virtually_paid(written_off.collect(), free - applied);
            let lefts = |parts: &[Unpaid]| parts.iter().map(|part| part.left).collect::<Vec<_>>();
            prop_assert_eq!(lefts(&after), lefts(&on_paper));
        }

        // However the queue stands, what is let through together stays within the limit.
        #[test]
        fn a_release_never_goes_over(
            rises in prop::collection::vec(1_i64..100, 0..20),
            ar in 0_i64..100,
            limit in 0_i64..300,
        ) {
            let now = exposure(ar, 0, Some(limit));
            let queue: Vec<Waiting<'_>> = rises
                .iter()
                .map(|rise| Waiting { asked: asked(*rise), rise: *rise, is_approved: false })
                .collect();
            let chosen = releasable(&now, &figures(), &in_force(Action::Hold, &[]), &queue, usize::MAX);
            let sum: i64 = chosen.iter().map(|at| rises[*at]).sum();
            prop_assert!(sum == 0 || ar + sum <= limit);
        }
    }
}
