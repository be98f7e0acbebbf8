//! Decisions of the ledger, pure.

use base::Day;

/// The day from which an allocation counts: never before either item is free (its basis date, or the
/// day from which an earlier allocation of it is undone), never in a locked period.
pub fn effective_date(debit_from: Day, credit_from: Day, lock: Option<Day>, wanted: Option<Day>) -> Day {
    let mut day = debit_from.max(credit_from);
    if let Some(lock) = lock {
        day = day.max(lock.plus(1));
    }
    wanted.map_or(day, |wanted| day.max(wanted))
}

/// The day from which an undo counts.
pub fn reversed_on(today: Day, effective: Day, lock: Option<Day>) -> Day {
    let day = today.max(effective);
    lock.map_or(day, |lock| day.max(lock.plus(1)))
}

/// What is left of an entry at a day: nothing before its basis date, else its amount less the
/// allocations (reversals are negative ones) that count by then.
pub fn open_at(amount: i64, basis: Day, allocations: &[(Day, i64)], at: Day) -> i64 {
    if at < basis {
        return 0;
    }
    let taken: i64 = allocations
        .iter()
        .filter(|(from, _)| *from <= at)
        .map(|(_, taken)| taken)
        .sum();
    amount.abs() - taken
}

/// Oldest first: takes from `items` (already in order; what is left of each) until `amount` is used
/// up. Answers what to take of which, by position.
pub fn oldest_first(items: &[i64], amount: i64) -> Vec<(usize, i64)> {
    let mut left = amount;
    let mut taken = Vec::new();
    for (position, open) in items.iter().enumerate() {
        if left <= 0 {
            break;
        }
        let part = left.min(*open);
        if part > 0 {
            taken.push((position, part));
            left -= part;
        }
    }
    taken
}

/// Pairs debits with credits in their order until one side is used up: positions and amount.
pub fn pair(debits: &[i64], credits: &[i64]) -> Vec<(usize, usize, i64)> {
    let mut pairs = Vec::new();
    let (mut d, mut c) = (0, 0);
    let mut debit = debits.first().copied().unwrap_or_default();
    let mut credit = credits.first().copied().unwrap_or_default();
    while d < debits.len() && c < credits.len() {
        let part = debit.min(credit);
        if part > 0 {
            pairs.push((d, c, part));
        }
        debit -= part;
        credit -= part;
        if debit <= 0 {
            d += 1;
            debit = debits.get(d).copied().unwrap_or_default();
        }
        if credit <= 0 {
            c += 1;
            credit = credits.get(c).copied().unwrap_or_default();
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn an_allocation_never_counts_before_its_items_or_in_a_locked_period() {
        let (sale, receipt) = (day("2026-03-10"), day("2026-03-05"));
        assert_eq!(effective_date(sale, receipt, None, None), sale);
        assert_eq!(
            effective_date(sale, receipt, Some(day("2026-03-31")), None),
            day("2026-04-01")
        );
        assert_eq!(effective_date(sale, receipt, None, Some(day("2026-01-01"))), sale);
        assert_eq!(
            effective_date(sale, receipt, None, Some(day("2026-05-01"))),
            day("2026-05-01")
        );
        assert_eq!(reversed_on(day("2026-03-01"), sale, None), sale);
    }

    proptest! {
        #[test]
        fn oldest_first_takes_what_it_can(items in prop::collection::vec(0_i64..1000, 0..30), amount in 0_i64..20_000) {
            let taken = oldest_first(&items, amount);
            let sum: i64 = taken.iter().map(|(_, part)| part).sum();
            prop_assert_eq!(sum, amount.min(items.iter().sum()));
            // Every item but the last touched one is used up.
            for (position, part) in taken.iter().rev().skip(1) {
                prop_assert_eq!(*part, items[*position]);
            }
        }

        #[test]
        fn pairing_uses_up_one_side(
            debits in prop::collection::vec(0_i64..1000, 0..12),
            credits in prop::collection::vec(0_i64..1000, 0..12),
        ) {
            let pairs = pair(&debits, &credits);
            let paired: i64 = pairs.iter().map(|(_, _, part)| part).sum();
            prop_assert_eq!(paired, debits.iter().sum::<i64>().min(credits.iter().sum()));
            for (position, debit) in debits.iter().enumerate() {
                let used: i64 = pairs.iter().filter(|(d, ..)| *d == position).map(|(_, _, part)| part).sum();
                prop_assert!(used <= *debit);
            }
        }

        #[test]
        fn open_stays_within_the_amount_and_undo_gives_it_back(
            amount in 1_i64..10_000,
            parts in prop::collection::vec((0_i64..60, 1_i64..500, prop::option::of(0_i64..60)), 0..10),
        ) {
            let basis = day("2026-01-01");
            let mut allocations = Vec::new();
            let mut left = amount;
            for (from, part, undone) in parts {
                let part = part.min(left);
                if part == 0 { break }
                left -= part;
                allocations.push((basis.plus(from), part));
                if let Some(later) = undone {
                    allocations.push((basis.plus(from + later), -part));
                }
            }
            for offset in -3..130 {
                let open = open_at(amount, basis, &allocations, basis.plus(offset));
                prop_assert!((0..=amount).contains(&open));
            }
        }
    }
}
