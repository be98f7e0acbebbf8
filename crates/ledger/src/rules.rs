//! Decisions of the ledger, pure.

use base::Day;

use crate::instalments::Instalment;
use crate::types::EntryId;

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

/// The first day that a change made today counts on: never in a locked period.
pub fn counts_from(today: Day, lock: Option<Day>) -> Day {
    lock.map_or(today, |lock| today.max(lock.plus(1)))
}

/// An item, what is open on it, and its share of each row, by the number of the row.
pub type Spread = (EntryId, i64, Vec<(i64, Instalment)>);

/// Gives the rows of a plan to its items, in the order of both. Rows are numbered from 1; together they
/// are exactly what is open on the items.
pub fn spread(items: &[(EntryId, i64)], rows: &[Instalment]) -> Vec<Spread> {
    let mut rows = (1_i64..).zip(rows.iter().copied());
    let mut row = rows.next();
    let mut made = Vec::with_capacity(items.len());
    for (entry, open) in items {
        let (mut left, mut shares) = (*open, Vec::new());
        while left > 0 {
            let Some((number, part)) = &mut row else { break };
            let amount = part.amount.min(left);
            if amount > 0 {
                shares.push((*number, Instalment { amount, ..*part }));
            }
            part.amount -= amount;
            left -= amount;
            if part.amount <= 0 {
                row = rows.next();
            }
        }
        made.push((*entry, *open, shares));
    }
    made
}

#[cfg(test)]
mod tests {
    use base::Id;
    use proptest::prelude::*;

    use super::*;

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
        fn every_row_is_given_out_in_order(
            opens in prop::collection::vec(1_i64..1000, 1..6),
            cuts in prop::collection::vec(1_i64..1000, 0..6),
        ) {
            let total: i64 = opens.iter().sum();
            let mut rows = Vec::new();
            let mut left = total;
            for (n, cut) in cuts.iter().enumerate() {
                let amount = (*cut).min(left - 1);
                if amount > 0 {
                    rows.push(Instalment { due_date: day("2026-03-01").plus(n as i64), amount, missed_from: None });
                    left -= amount;
                }
            }
            rows.push(Instalment { due_date: day("2026-06-01"), amount: left, missed_from: None });
            let items: Vec<(EntryId, i64)> = (1..).map(Id::new).zip(opens.iter().copied()).collect();
            let made = spread(&items, &rows);
            for (entry, open, shares) in &made {
                prop_assert_eq!(*open, items[(entry.raw() - 1) as usize].1);
                prop_assert_eq!(shares.iter().map(|(_, row)| row.amount).sum::<i64>(), *open);
                prop_assert!(shares.windows(2).all(|pair| pair[0].0 < pair[1].0));
            }
            for (number, row) in (1_i64..).zip(&rows) {
                let given: i64 = made.iter().flat_map(|(_, _, shares)| shares)
                    .filter(|(of, _)| *of == number).map(|(_, share)| share.amount).sum();
                prop_assert_eq!(given, row.amount);
            }
        }
    }
}
