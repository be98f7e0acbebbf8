//! The rows of a payment plan: proposed, admitted, breached, accelerated. Pure.

use std::str::FromStr;

use base::{Day, Money, Refusal};

use crate::refusals;

/// What follows when a row stays unpaid too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreachRule {
    /// It is shown as work to do.
    Remind,
    /// New credit is held back.
    Hold,
    /// The whole rest is due at once.
    Accelerate,
}

impl BreachRule {
    pub const ALL: [BreachRule; 3] = [BreachRule::Remind, BreachRule::Hold, BreachRule::Accelerate];

    pub const fn as_str(self) -> &'static str {
        match self {
            BreachRule::Remind => "remind",
            BreachRule::Hold => "hold",
            BreachRule::Accelerate => "accelerate",
        }
    }
}

impl FromStr for BreachRule {
    type Err = Refusal;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = BreachRule::ALL.into_iter().find(|rule| rule.as_str() == text);
        found.ok_or_else(|| refusals::unknown_breach_rule(text))
    }
}

/// The time from one row to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Week,
    TwoWeeks,
    /// The same day of the next month, or its last one.
    Month,
}

impl FromStr for Step {
    type Err = Refusal;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "week" => Ok(Step::Week),
            "two_weeks" => Ok(Step::TwoWeeks),
            "month" => Ok(Step::Month),
            _ => Err(refusals::unknown_step(text)),
        }
    }
}

impl Step {
    fn after(self, first: Day, rows: i64) -> Day {
        match self {
            Step::Week => first.plus(7 * rows),
            Step::TwoWeeks => first.plus(14 * rows),
            Step::Month => first.month_start(rows).on_day(first.day()),
        }
    }
}

/// A row of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlanRow {
    pub due: Day,
    pub amount: i64,
}

/// More rows than this are no plan.
pub const MOST_ROWS: usize = 120;
/// A breach waits at most so long.
pub const MOST_BREACH_DAYS: i64 = 365;

/// `count` equal rows; what does not divide is on the last one.
///
/// # Errors
/// `receivables.plan_row_count` unless every row gets something and there are not too many.
pub fn proposal(total: Money, first: Day, step: Step, count: usize) -> Result<Vec<PlanRow>, Refusal> {
    let rows = i64::try_from(count).unwrap_or(i64::MAX);
    let most = i64::try_from(MOST_ROWS).unwrap_or(i64::MAX).min(total.minor);
    if rows < 1 || rows > most {
        return Err(refusals::plan_row_count(most));
    }
    let each = total.minor / rows;
    Ok((0..rows)
        .map(|n| PlanRow {
            due: step.after(first, n),
            amount: if n == rows - 1 {
                total.minor - each * (rows - 1)
            } else {
                each
            },
        })
        .collect())
}

/// Whether people may agree these rows over what is open.
///
/// # Errors
/// `receivables.plan_row_count`, `receivables.plan_row_order`, `receivables.plan_row_past`,
/// `receivables.plan_sum`.
pub fn admit(rows: &[PlanRow], open: Money, today: Day) -> Result<(), Refusal> {
    if rows.is_empty() || rows.len() > MOST_ROWS {
        return Err(refusals::plan_row_count(
            i64::try_from(MOST_ROWS).unwrap_or(i64::MAX),
        ));
    }
    if rows[0].due < today {
        return Err(refusals::plan_row_past(0));
    }
    if let Some(at) = rows.windows(2).position(|pair| pair[0].due >= pair[1].due) {
        return Err(refusals::plan_row_order(at + 1));
    }
    let sum: i128 = rows.iter().map(|row| i128::from(row.amount)).sum();
    if sum != i128::from(open.minor) {
        let sum = Money::new(i64::try_from(sum).unwrap_or(i64::MAX), open.currency);
        return Err(refusals::plan_sum(sum, open));
    }
    Ok(())
}

/// The first day on which a row, still unpaid, is a breach.
pub fn breach_on(due: Day, breach_days: i64) -> Day {
    due.plus(breach_days + 1)
}

/// The whole rest falls due: rows that are late keep their day, all others are due on `day`.
pub fn accelerated(left: &[PlanRow], day: Day) -> Vec<PlanRow> {
    let mut rows: Vec<PlanRow> = Vec::new();
    let mut sorted: Vec<PlanRow> = left.iter().filter(|row| row.amount > 0).copied().collect();
    sorted.sort_by_key(|row| row.due);
    for row in sorted {
        let due = row.due.min(day);
        match rows.last_mut() {
            Some(last) if last.due == due => last.amount += row.amount,
            _ => rows.push(PlanRow { due, ..row }),
        }
    }
    rows
}

/// How a plan stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing is late.
    Running,
    /// A row is unpaid after its day.
    Late,
    /// A row is unpaid for longer than the plan allows.
    Breached,
    /// Nothing is left.
    Kept,
}

impl Standing {
    pub const fn as_str(self) -> &'static str {
        match self {
            Standing::Running => "running",
            Standing::Late => "late",
            Standing::Breached => "breached",
            Standing::Kept => "kept",
        }
    }

    /// `left`: the rows with something left.
    pub fn of(left: &[PlanRow], breach_days: i64, today: Day) -> Standing {
        let Some(oldest) = left.iter().map(|row| row.due).min() else {
            return Standing::Kept;
        };
        if breach_on(oldest, breach_days) <= today {
            Standing::Breached
        } else if oldest < today {
            Standing::Late
        } else {
            Standing::Running
        }
    }
}

#[cfg(test)]
mod tests {
    use base::Currency;
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn yuan(minor: i64) -> Money {
        Money::new(minor, Currency::named("CNY").unwrap())
    }

    #[test]
    fn the_rest_is_on_the_last_row() {
        let rows = proposal(yuan(10_000), day("2026-01-31"), Step::Month, 3).unwrap();
        let shown: Vec<(String, i64)> = rows.iter().map(|row| (row.due.to_string(), row.amount)).collect();
        assert_eq!(
            shown,
            [
                ("2026-01-31".into(), 3333),
                ("2026-02-28".into(), 3333),
                ("2026-03-31".into(), 3334)
            ]
        );
    }

    #[test]
    fn rows_are_in_order_and_not_in_the_past_and_come_to_what_is_open() {
        let row = |due: &str, amount| PlanRow {
            due: day(due),
            amount,
        };
        let today = day("2026-02-01");
        let code = |rows: &[PlanRow]| admit(rows, yuan(100), today).err().map(|refusal| refusal.code);
        assert_eq!(code(&[row("2026-02-01", 40), row("2026-03-01", 60)]), None);
        assert_eq!(code(&[]), Some("receivables.plan_row_count"));
        assert_eq!(code(&[row("2026-01-31", 100)]), Some("receivables.plan_row_past"));
        assert_eq!(
            code(&[row("2026-03-01", 40), row("2026-03-01", 60)]),
            Some("receivables.plan_row_order")
        );
        assert_eq!(code(&[row("2026-03-01", 99)]), Some("receivables.plan_sum"));
    }

    #[test]
    fn a_plan_is_late_before_it_is_breached() {
        let left = [PlanRow {
            due: day("2026-02-10"),
            amount: 5,
        }];
        let at = |today: &str| Standing::of(&left, 3, day(today));
        assert_eq!(at("2026-02-10"), Standing::Running);
        assert_eq!(at("2026-02-11"), Standing::Late);
        assert_eq!(at("2026-02-13"), Standing::Late);
        assert_eq!(at("2026-02-14"), Standing::Breached);
        assert_eq!(Standing::of(&[], 3, day("2026-02-14")), Standing::Kept);
    }

    proptest! {
        #[test]
        fn a_proposal_is_admitted(total in 1_i64..1_000_000, count in 1_usize..=120, step in 0..3) {
            prop_assume!(count as i64 <= total);
            let step = [Step::Week, Step::TwoWeeks, Step::Month][step as usize];
            let first = day("2026-01-31");
            let rows = proposal(yuan(total), first, step, count).unwrap();
            prop_assert!(admit(&rows, yuan(total), first).is_ok());
            let smallest = rows.iter().map(|row| row.amount).min().unwrap();
            prop_assert!(smallest > 0);
            prop_assert_eq!(rows[..count - 1].iter().filter(|row| row.amount != smallest).count(), 0);
        }

        #[test]
        fn accelerating_moves_days_and_no_amount(
            rows in prop::collection::vec((-40_i64..40, 1_i64..1000), 1..8),
        ) {
            let today = day("2026-03-01");
            let left: Vec<PlanRow> =
                rows.iter().map(|(days, amount)| PlanRow { due: today.plus(*days), amount: *amount }).collect();
            let made = accelerated(&left, today);
            let sum = |rows: &[PlanRow]| rows.iter().map(|row| row.amount).sum::<i64>();
            prop_assert_eq!(sum(&made), sum(&left));
            prop_assert!(made.iter().all(|row| row.due <= today));
            prop_assert!(made.windows(2).all(|pair| pair[0].due < pair[1].due));
        }
    }
}
