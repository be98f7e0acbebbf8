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

#[cfg(test)]
mod tests {
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
}
