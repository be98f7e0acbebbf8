//! Formulas of collection, pure. Days and percentages are integers of tenths; rounding is half away from zero.
//!
//! - **Days sales outstanding**, count-back: the balance at a day is used up by the sales of the months before
//!   it, the latest first. A month whose sales it swallows counts with all its days (the month of the day with
//!   the days up to it), the first that it does not with `balance / sales` of its days. A month without sales
//!   counts with all its days. Sales are what was billed: deliveries, returns, charges.
//! - **Collection effectiveness** of a period: what came off the receivables as a share of what was due to come
//!   off: `(opening + billed - closing) / (opening + billed - closing not yet due)`. 100 % means that nothing
//!   overdue was left.
//! - **Habit of paying**: days between due date and receipt, weighted by amount, over what receipts closed in the
//!   last 365 days. Negative: the customer pays early. Without such history the due date itself is expected.
//! - **Expected cash**: what is open comes in on its due date moved by the customer's habit. What should have
//!   come by now even so stands apart, without a week.

use base::Day;

/// A month, or the part of it up to the day that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Month {
    pub days: i64,
    pub billed: i64,
}

/// `part / whole * scale`, half away from zero. `whole` is not 0.
fn ratio(part: i128, whole: i128, scale: i128) -> i64 {
    let (top, bottom) = (part * scale * 2, whole * 2);
    let half = bottom.abs() / 2;
    let rounded = (top.abs() + half) / bottom.abs();
    let sign = if (top < 0) == (bottom < 0) { 1 } else { -1 };
    i64::try_from(sign * rounded).unwrap_or(i64::MAX)
}

/// Days sales outstanding in tenths of a day, from the latest month back. `None` when the balance is more than
/// all sales there were: older than the books can tell.
pub fn days_sales_outstanding(balance: i64, months: &[Month]) -> Option<i64> {
    let mut left = i128::from(balance);
    let mut tenths = 0;
    if left <= 0 {
        return Some(0);
    }
    for month in months {
        let billed = i128::from(month.billed);
        if billed > left {
            return Some(tenths + ratio(left * i128::from(month.days), billed, 10));
        }
        left -= billed.max(0);
        tenths += month.days * 10;
        if left == 0 {
            return Some(tenths);
        }
    }
    None
}

/// Collection effectiveness in tenths of a percent; `None` when nothing was due to come off.
pub fn collection_effectiveness(
    opening: i64,
    billed: i64,
    closing: i64,
    closing_not_due: i64,
) -> Option<i64> {
    let all = i128::from(opening) + i128::from(billed);
    let due = all - i128::from(closing_not_due);
    (due > 0).then(|| ratio(all - i128::from(closing), due, 1000))
}

/// What a receipt closed of an item: when it was due, when it was paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paid {
    pub due: Day,
    pub on: Day,
    pub amount: i64,
}

/// Days a customer pays after the due date, weighted by amount; `None` without history.
pub fn habit(paid: impl IntoIterator<Item = Paid>) -> Option<i64> {
    let (mut weighted, mut total) = (0_i128, 0_i128);
    for one in paid {
        weighted += i128::from(one.amount) * i128::from(one.on.since(one.due));
        total += i128::from(one.amount);
    }
    (total > 0).then(|| ratio(weighted, total, 1))
}

/// When an item is expected to come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    On(Day),
    /// It should have come by now, even for this customer.
    Late,
}

pub fn expected(due: Day, habit: i64, today: Day) -> Expected {
    let day = due.plus(habit);
    // An item due in the future is never late yet, however early the customer usually pays.
    if day >= today {
        Expected::On(day)
    } else if due >= today {
        Expected::On(today)
    } else {
        Expected::Late
    }
}

/// The Mondays of `count` weeks, beginning with the week of a day.
pub fn weeks(today: Day, count: i64) -> Vec<Day> {
    let monday = today.plus(1 - i64::from(today.weekday()));
    (0..count).map(|week| monday.plus(7 * week)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn month(days: i64, billed: i64) -> Month {
        Month { days, billed }
    }

    #[test]
    fn days_are_counted_back_through_the_months() {
        let months = [month(31, 1000), month(28, 800), month(31, 900)];
        assert_eq!(days_sales_outstanding(0, &months), Some(0));
        assert_eq!(days_sales_outstanding(-5, &months), Some(0));
        assert_eq!(days_sales_outstanding(500, &months), Some(155));
        assert_eq!(days_sales_outstanding(1000, &months), Some(310));
        // All of the latest month, and half of the one before.
        assert_eq!(days_sales_outstanding(1400, &months), Some(450));
        assert_eq!(days_sales_outstanding(2700, &months), Some(900));
        assert_eq!(days_sales_outstanding(2701, &months), None);
        // A month of returns only counts with its days and takes nothing off.
        assert_eq!(
            days_sales_outstanding(500, &[month(10, -50), month(20, 1000)]),
            Some(200)
        );
    }

    #[test]
    fn effectiveness_is_what_came_of_what_was_due() {
        assert_eq!(collection_effectiveness(1000, 500, 400, 400), Some(1000));
        assert_eq!(collection_effectiveness(1000, 500, 700, 400), Some(727));
        assert_eq!(collection_effectiveness(0, 500, 500, 500), None);
    }

    #[test]
    fn a_habit_is_weighted_by_amount() {
        let paid = |due: &str, on: &str, amount| Paid {
            due: day(due),
            on: day(on),
            amount,
        };
        assert_eq!(habit([]), None);
        let late = [
            paid("2026-01-10", "2026-01-20", 900),
            paid("2026-01-10", "2026-01-10", 100),
        ];
        assert_eq!(habit(late), Some(9));
        assert_eq!(habit([paid("2026-01-10", "2026-01-05", 5)]), Some(-5));
    }

    #[test]
    fn what_should_have_come_stands_apart() {
        let today = day("2026-03-11");
        assert_eq!(expected(day("2026-03-01"), 10, today), Expected::On(today));
        assert_eq!(expected(day("2026-03-01"), 9, today), Expected::Late);
        assert_eq!(expected(day("2026-03-12"), -5, today), Expected::On(today));
        assert_eq!(
            expected(day("2026-04-01"), 3, today),
            Expected::On(day("2026-04-04"))
        );
        assert_eq!(weeks(today, 2), [day("2026-03-09"), day("2026-03-16")]);
    }

    proptest! {
        #[test]
        fn more_owed_is_never_fewer_days(a in 0_i64..5000, more in 0_i64..5000, sales in proptest::collection::vec(-100_i64..2000, 1..12)) {
            let months: Vec<Month> = sales.into_iter().map(|billed| month(30, billed)).collect();
            let far = i64::MAX;
            let (one, other) = (days_sales_outstanding(a, &months), days_sales_outstanding(a + more, &months));
            prop_assert!(one.unwrap_or(far) <= other.unwrap_or(far));
        }

        #[test]
        fn a_habit_lies_between_the_earliest_and_the_latest(days in proptest::collection::vec((-30_i64..90, 1_i64..100_000), 1..20)) {
            let due = day("2026-01-01");
            let habit = habit(days.iter().map(|(late, amount)| Paid { due, on: due.plus(*late), amount: *amount }));
            let (min, max) = (days.iter().map(|d| d.0).min(), days.iter().map(|d| d.0).max());
            prop_assert!(habit >= min && habit <= max);
        }
    }
}
