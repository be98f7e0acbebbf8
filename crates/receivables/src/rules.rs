//! What money closes, and how much of a bad debt comes back. Pure: items and amounts in, pairs out.

use base::Day;
use ledger::EntryId;

/// Something open and how much of it is to be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    pub entry: EntryId,
    pub amount: i64,
}

/// One allocation to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    pub debit: EntryId,
    pub credit: EntryId,
    pub amount: i64,
}

/// Joins credits and debits in the order given, each as far as it goes. At most one allocation more
/// than there are items; shares of nothing are passed over.
pub fn pair(credits: &[Share], debits: &[Share]) -> Vec<Pair> {
    let mut pairs = Vec::with_capacity(credits.len() + debits.len());
    let mut credits = credits.iter().filter(|share| share.amount > 0);
    let mut debits = debits.iter().filter(|share| share.amount > 0);
    let (mut credit, mut debit) = (credits.next().copied(), debits.next().copied());
    while let (Some(from), Some(to)) = (&mut credit, &mut debit) {
        let amount = from.amount.min(to.amount);
        pairs.push(Pair {
            debit: to.entry,
            credit: from.entry,
            amount,
        });
        from.amount -= amount;
        to.amount -= amount;
        if from.amount == 0 {
            credit = credits.next().copied();
        }
        if to.amount == 0 {
            debit = debits.next().copied();
        }
    }
    pairs
}

/// The sum of shares, in 128 bits: only comparisons are made with it.
pub fn total(shares: &[Share]) -> i128 {
    shares.iter().map(|share| i128::from(share.amount)).sum()
}

/// The first `amount` of the shares, in their order.
pub fn first(shares: &[Share], amount: i64) -> Vec<Share> {
    let mut left = amount;
    let mut taken = Vec::new();
    for share in shares.iter().filter(|share| share.amount > 0) {
        let part = share.amount.min(left);
        if part <= 0 {
            break;
        }
        taken.push(Share {
            entry: share.entry,
            amount: part,
        });
        left -= part;
    }
    taken
}

/// What is left of the shares once `taken`, a prefix made by [`first`], is gone.
pub fn without(shares: &[Share], taken: &[Share]) -> Vec<Share> {
    let taken_of = |entry: EntryId| {
        taken
            .iter()
            .find(|share| share.entry == entry)
            .map_or(0, |share| share.amount)
    };
    shares
        .iter()
        .map(|share| Share {
            entry: share.entry,
            amount: share.amount - taken_of(share.entry),
        })
        .filter(|share| share.amount > 0)
        .collect()
}

/// The age of an item that is due on `due`, seen on `day`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Age {
    NotDue,
    /// 1 to 30 days late.
    To30,
    To60,
    To90,
    Over90,
}

impl Age {
    pub const ALL: [Age; 5] = [Age::NotDue, Age::To30, Age::To60, Age::To90, Age::Over90];

    pub fn of(due: Day, day: Day) -> Age {
        match day.since(due) {
            ..=0 => Age::NotDue,
            1..=30 => Age::To30,
            31..=60 => Age::To60,
            61..=90 => Age::To90,
            _ => Age::Over90,
        }
    }

    /// The due dates of this age seen on `day`: from (exclusive of nothing) first to last.
    pub fn due_between(self, day: Day) -> (Day, Day) {
        match self {
            Age::NotDue => (day, Day::MAX),
            Age::To30 => (day.plus(-30), day.plus(-1)),
            Age::To60 => (day.plus(-60), day.plus(-31)),
            Age::To90 => (day.plus(-90), day.plus(-61)),
            Age::Over90 => (Day::MIN, day.plus(-91)),
        }
    }
}

/// Days late on `day`; 0 when not late.
pub fn days_overdue(due: Day, day: Day) -> i64 {
    day.since(due).max(0)
}

#[cfg(test)]
mod tests {
    use base::Id;
    use proptest::prelude::*;

    use super::*;

    fn share(entry: i64, amount: i64) -> Share {
        Share {
            entry: Id::new(entry),
            amount,
        }
    }

    fn shares(of: i64, amounts: &[i64]) -> Vec<Share> {
        amounts
            .iter()
            .enumerate()
            .map(|(n, amount)| share(of + n as i64, *amount))
            .collect()
    }

    #[test]
    fn money_closes_the_first_items_and_part_of_the_next() {
        let made = pair(&[share(1, 150)], &shares(10, &[100, 80, 30]));
        let pairs: Vec<(i64, i64)> = made.iter().map(|pair| (pair.debit.raw(), pair.amount)).collect();
        assert_eq!(pairs, [(10, 100), (11, 50)]);
    }

    #[test]
    fn several_credits_are_used_in_their_order() {
        let made = pair(&shares(1, &[30, 100]), &shares(10, &[50, 60]));
        let pairs: Vec<_> = made
            .iter()
            .map(|pair| (pair.credit.raw(), pair.debit.raw(), pair.amount))
            .collect();
        assert_eq!(pairs, [(1, 10, 30), (2, 10, 20), (2, 11, 60)]);
    }

    #[test]
    fn nothing_is_paired_with_nothing() {
        assert!(pair(&[], &shares(10, &[50])).is_empty());
        assert!(pair(&shares(1, &[0]), &shares(10, &[50])).is_empty());
        assert!(pair(&shares(1, &[50]), &shares(10, &[0])).is_empty());
    }

    #[test]
    fn ages_meet_without_gap() {
        let day: Day = "2026-03-31".parse().unwrap();
        assert_eq!(Age::of(day, day), Age::NotDue);
        assert_eq!(Age::of(day.plus(-1), day), Age::To30);
        assert_eq!(Age::of(day.plus(-30), day), Age::To30);
        assert_eq!(Age::of(day.plus(-31), day), Age::To60);
        assert_eq!(Age::of(day.plus(-60), day), Age::To60);
        assert_eq!(Age::of(day.plus(-61), day), Age::To90);
        assert_eq!(Age::of(day.plus(-91), day), Age::Over90);
    }

    proptest! {
        #[test]
        fn an_age_covers_exactly_its_due_dates(late in -400_i64..400) {
            let day: Day = "2026-03-31".parse().unwrap();
            let due = day.plus(-late);
            for age in Age::ALL {
                let (from, to) = age.due_between(day);
                prop_assert_eq!(from <= due && due <= to, Age::of(due, day) == age);
            }
        }

        #[test]
        fn pairs_use_no_item_beyond_itself_and_leave_one_side_empty(
            credits in prop::collection::vec(0_i64..1000, 0..8),
            debits in prop::collection::vec(0_i64..1000, 0..8),
        ) {
            let (credits, debits) = (shares(1, &credits), shares(100, &debits));
            let made = pair(&credits, &debits);
            let used = |of: &Share, side: fn(&Pair) -> EntryId| -> i64 {
                made.iter().filter(|pair| side(pair) == of.entry).map(|pair| pair.amount).sum()
            };
            prop_assert!(made.iter().all(|pair| pair.amount > 0));
            prop_assert!(credits.iter().all(|share| used(share, |pair| pair.credit) <= share.amount));
            prop_assert!(debits.iter().all(|share| used(share, |pair| pair.debit) <= share.amount));
            let sum: i128 = made.iter().map(|pair| i128::from(pair.amount)).sum();
            prop_assert_eq!(sum, total(&credits).min(total(&debits)));
            // In order: nothing is touched behind an item that is not used up.
            let open = debits.iter().position(|share| used(share, |pair| pair.debit) < share.amount);
            if let Some(at) = open {
                prop_assert!(debits[at + 1..].iter().all(|share| used(share, |pair| pair.debit) == 0));
            }
        }

        #[test]
        fn the_first_part_is_a_prefix(
            amounts in prop::collection::vec(0_i64..1000, 0..8),
            wanted in 0_i64..5000,
        ) {
            let all = shares(1, &amounts);
            let taken = first(&all, wanted);
            prop_assert_eq!(total(&taken), total(&all).min(i128::from(wanted)));
            prop_assert_eq!(total(&without(&all, &taken)), total(&all) - total(&taken));
        }
    }
}
