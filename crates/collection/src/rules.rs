//! What is overdue after free credits, how it ranks, and which promises were kept; pure.

use base::Day;

/// What fell due on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overdue {
    pub due: Day,
    pub amount: i64,
}

/// What is left of it once free credits are taken off, the oldest first.
pub fn after_credits(mut overdue: Vec<Overdue>, credits: i64) -> Vec<Overdue> {
    overdue.sort_by_key(|one| one.due);
    let mut left = credits.max(0);
    for one in &mut overdue {
        let taken = one.amount.min(left);
        one.amount -= taken;
        left -= taken;
    }
    overdue.retain(|one| one.amount > 0);
    overdue
}

/// Amount × days overdue, summed: what comes first in the work list.
pub fn weight(overdue: &[Overdue], today: Day) -> i128 {
    let each = |one: &Overdue| i128::from(one.amount) * i128::from(today.since(one.due).max(0));
    overdue.iter().map(each).sum()
}

/// A promise as far as its keeping is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promise {
    pub made_on: Day,
    pub promised_on: Day,
    pub amount: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Its day has not passed.
    Open,
    Kept,
    Broken,
}

impl Standing {
    pub fn as_str(self) -> &'static str {
        match self {
            Standing::Open => "open",
            Standing::Kept => "kept",
            Standing::Broken => "broken",
        }
    }
}

/// What came in for each promise, and how it stands. Money counts for the promise that is due first among those
/// whose days it lies in; what is more than its amount goes to the next. Promises in the order of their days.
pub fn standings(promises: &[Promise], receipts: &[(Day, i64)], today: Day) -> Vec<(i64, Standing)> {
    let mut order: Vec<usize> = (0..promises.len()).collect();
    order.sort_by_key(|index| (promises[*index].promised_on, promises[*index].made_on, *index));
    let mut received = vec![0; promises.len()];
    let mut receipts = receipts.to_vec();
    receipts.sort_by_key(|receipt| receipt.0);
    for (day, amount) in receipts {
        let mut left = amount;
        for &index in &order {
            let promise = promises[index];
            if left <= 0 || day < promise.made_on || day > promise.promised_on {
                continue;
            }
            let taken = left.min(promise.amount - received[index]);
            received[index] += taken;
            left -= taken;
        }
    }
    let standing = |(promise, received): (&Promise, i64)| {
        let standing = if received >= promise.amount {
            Standing::Kept
        } else if promise.promised_on < today {
            Standing::Broken
        } else {
            Standing::Open
        };
        (received, standing)
    };
    promises.iter().zip(received).map(standing).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn who_has_paid_is_not_called() {
        let overdue = vec![
            Overdue {
                due: day("2026-02-10"),
                amount: 300,
            },
            Overdue {
                due: day("2026-01-10"),
                amount: 500,
            },
        ];
        assert_eq!(after_credits(overdue.clone(), 800), []);
        let left = after_credits(overdue, 600);
        assert_eq!(
            left,
            [Overdue {
                due: day("2026-02-10"),
                amount: 200
            }]
        );
        assert_eq!(weight(&left, day("2026-02-20")), 2000);
    }

    #[test]
    fn a_promise_is_kept_by_money_of_its_days() {
        let promise = Promise {
            made_on: day("2026-03-01"),
            promised_on: day("2026-03-10"),
            amount: 500,
        };
        let stands = |receipts: &[(Day, i64)], today| standings(&[promise], receipts, day(today))[0];
        assert_eq!(stands(&[], "2026-03-10"), (0, Standing::Open));
        assert_eq!(
            stands(&[(day("2026-02-28"), 500)], "2026-03-11"),
            (0, Standing::Broken)
        );
        assert_eq!(
            stands(&[(day("2026-03-10"), 499)], "2026-03-11"),
            (499, Standing::Broken)
        );
        assert_eq!(
            stands(&[(day("2026-03-10"), 900)], "2026-03-05"),
            (500, Standing::Kept)
        );
        assert_eq!(
            stands(&[(day("2026-03-11"), 500)], "2026-03-12"),
            (0, Standing::Broken)
        );
    }

    #[test]
    fn one_receipt_counts_once() {
        let promise = |on: &str| Promise {
            made_on: day("2026-03-01"),
            promised_on: day(on),
            amount: 500,
        };
        let promises = [promise("2026-03-20"), promise("2026-03-10")];
        let found = standings(&promises, &[(day("2026-03-05"), 700)], day("2026-04-01"));
        assert_eq!(found, [(200, Standing::Broken), (500, Standing::Kept)]);
    }

    proptest! {
        #[test]
        fn promises_never_take_more_than_came_in(
            promises in proptest::collection::vec((0_i64..30, 0_i64..30, 1_i64..1000), 0..6),
            receipts in proptest::collection::vec((0_i64..70, 1_i64..1000), 0..8),
        ) {
            let start = day("2026-01-01");
            let promises: Vec<Promise> = promises
                .into_iter()
                .map(|(made, span, amount)| Promise {
                    made_on: start.plus(made),
                    promised_on: start.plus(made + span),
                    amount,
                })
                .collect();
            let receipts: Vec<(Day, i64)> = receipts.into_iter().map(|(on, sum)| (start.plus(on), sum)).collect();
            let found = standings(&promises, &receipts, start.plus(100));
            let taken: i64 = found.iter().map(|one| one.0).sum();
            prop_assert!(taken <= receipts.iter().map(|one| one.1).sum());
            for (promise, (received, standing)) in promises.iter().zip(found) {
                prop_assert!(received <= promise.amount);
                prop_assert_eq!(standing == Standing::Kept, received == promise.amount);
            }
        }
    }
}
