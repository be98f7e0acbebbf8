//! How credits meet debits to the last unit: early-payment discount on the way, small differences at the end.

use base::Day;
use ledger::EntryId;

use crate::rules::{Pair, Share};

/// A credit that is used. `paid_on` is the day the money came in; only money earns a discount.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    pub entry: EntryId,
    pub amount: i64,
    pub paid_on: Option<Day>,
}

/// What an item may still earn for being paid early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Discount {
    /// Millionths of the amount.
    pub rate: i64,
    /// The last day on which a payment earns it, grace included; `None`: granted whatever the day.
    pub until: Option<Day>,
    /// Part payments earn their part.
    pub partial: bool,
    /// What may still be given: the rate of the item less what was given.
    pub cap: i64,
    /// Every payment so far earned its part, so the last one absorbs the rest of the cap.
    pub unbroken: bool,
}

/// An item to be closed, or the part of one.
#[derive(Clone, Copy, Debug)]
pub struct Aim {
    pub entry: EntryId,
    /// At most so much money is used.
    pub amount: i64,
    /// What would close it.
    pub open: i64,
    pub discount: Option<Discount>,
}

impl Aim {
    pub fn is_whole(&self) -> bool {
        self.amount >= self.open
    }

    /// The money that closes it on a day, or what is to be used of it.
    pub fn needs(&self, paid_on: Option<Day>) -> i64 {
        let closing = self.open - self.allowance(self.open, paid_on);
        if self.amount >= closing {
            closing
        } else {
            self.amount
        }
    }

    /// The discount that closes the item when `rest` of it is left.
    fn allowance(&self, rest: i64, paid_on: Option<Day>) -> i64 {
        let Some(discount) = self.discount.filter(|discount| discount.is_earned(paid_on)) else {
            return 0;
        };
        let most = if discount.unbroken {
            discount.cap
        } else {
            discount.cap.min(part(rest, discount.rate, MILLION))
        };
        most.min(rest - 1).max(0)
    }
}

impl Discount {
    fn is_earned(&self, paid_on: Option<Day>) -> bool {
        paid_on.is_some_and(|day| self.until.is_none_or(|until| day <= until))
    }
}

const MILLION: i64 = 1_000_000;

/// amount × numerator / denominator, half away from zero; 128 bits in between.
fn part(amount: i64, numerator: i64, denominator: i64) -> i64 {
    let (product, whole) = (
        i128::from(amount) * i128::from(numerator),
        i128::from(denominator),
    );
    i64::try_from((2 * product + whole) / (2 * whole)).unwrap_or(i64::MAX)
}

/// The whole discount of an item: rate × base, rounded.
pub fn discount_of(base: i64, rate: i64) -> i64 {
    part(base, rate, MILLION)
}

/// What a part payment earns: round(p × d / (1 − d)).
pub fn discount_of_part(paid: i64, rate: i64) -> i64 {
    part(paid, rate, MILLION - rate)
}

/// What came of meeting.
#[derive(Clone, Debug, Default)]
pub struct Met {
    pub pairs: Vec<Pair>,
    /// Items and what they were discounted by.
    pub discounts: Vec<Share>,
    /// What is left open of each aim, in their order.
    pub rests: Vec<i64>,
    /// What is left of each source, in their order.
    pub left: Vec<i64>,
}

/// Joins sources and aims in the order given, each as far as it goes.
pub fn meet(sources: &[Source], aims: &[Aim]) -> Met {
    let mut met = Met {
        left: sources.iter().map(|source| source.amount).collect(),
        ..Met::default()
    };
    let mut at = 0;
    for aim in aims {
        let (mut rest, mut money, mut given) = (aim.open, aim.amount, 0);
        let mut aim = *aim;
        while rest > 0 && money > 0 && at < sources.len() {
            let have = met.left[at].min(money);
            if have <= 0 {
                at += 1;
                continue;
            }
            let (used, discount) = pay(&aim, rest, have, sources[at].paid_on);
            met.pairs.push(Pair {
                debit: aim.entry,
                credit: sources[at].entry,
                amount: used,
            });
            met.left[at] -= used;
            money -= used;
            rest -= used + discount;
            given += discount;
            if let Some(terms) = &mut aim.discount {
                terms.cap -= discount;
                terms.unbroken &= discount > 0;
            }
        }
        if given > 0 {
            met.discounts.push(Share {
                entry: aim.entry,
                amount: given,
            });
        }
        met.rests.push(rest);
    }
    met
}

/// How much of `have` an item with `rest` left takes, and the discount that goes with it.
fn pay(aim: &Aim, rest: i64, have: i64, paid_on: Option<Day>) -> (i64, i64) {
    let closing = aim.allowance(rest, paid_on);
    if have >= rest - closing {
        return (rest - closing, closing);
    }
    let used = have.min(rest);
    match aim
        .discount
        .filter(|terms| terms.partial && terms.is_earned(paid_on))
    {
        Some(terms) => {
            let earned = discount_of_part(used, terms.rate);
            (used, earned.min(terms.cap).min(rest - used).max(0))
        }
        None => (used, 0),
    }
}

/// Small differences that are settled without asking, in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tolerance {
    /// At most so much.
    pub absolute: i64,
    /// And at most so many millionths of what was to be paid.
    pub percent: Option<i64>,
    /// At most so much a clerk in a month.
    pub monthly: Option<i64>,
}

/// What becomes of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    Settled,
    /// It is too large: it stays open, or on account.
    TooLarge,
    /// The clerk has used up what may be settled in a month.
    OverCap,
}

impl Tolerance {
    /// `of`: what was to be paid; `used`: what this clerk settled this month.
    pub fn judge(&self, difference: i64, of: i64, used: i64) -> Difference {
        let share = self.percent.map(|percent| part(of, percent, MILLION));
        if difference > self.absolute || share.is_some_and(|share| difference > share) {
            return Difference::TooLarge;
        }
        if self
            .monthly
            .is_some_and(|most| used.saturating_add(difference) > most)
        {
            return Difference::OverCap;
        }
        Difference::Settled
    }
}

#[cfg(test)]
mod tests {
    use base::Id;
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn money(amount: i64) -> Source {
        Source {
            entry: Id::new(1),
            amount,
            paid_on: Some(day("2026-03-10")),
        }
    }

    fn two_percent(open: i64, until: &str) -> Aim {
        Aim {
            entry: Id::new(10),
            amount: open,
            open,
            discount: Some(Discount {
                rate: 20_000,
                until: Some(day(until)),
                partial: true,
                cap: discount_of(open, 20_000),
                unbroken: true,
            }),
        }
    }

    #[test]
    fn paid_in_time_the_discount_closes_the_item() {
        let met = meet(&[money(98_00)], &[two_percent(100_00, "2026-03-10")]);
        assert_eq!((met.pairs[0].amount, met.discounts[0].amount), (98_00, 2_00));
        assert_eq!((met.rests[0], met.left[0]), (0, 0));
    }

    #[test]
    fn a_day_late_nothing_is_given() {
        let met = meet(&[money(98_00)], &[two_percent(100_00, "2026-03-09")]);
        assert!(met.discounts.is_empty());
        assert_eq!(met.rests[0], 2_00);
    }

    #[test]
    fn part_payments_earn_their_part_and_the_last_absorbs_the_rest() {
        // 33.33 × 0.02 / 0.98 = 0.68; three times leaves the last one 0.64 of 2.00.
        let mut aim = two_percent(100_00, "2026-03-31");
        let mut given = Vec::new();
        for paid in [33_33, 33_33, 31_34] {
            let met = meet(&[money(paid)], &[aim]);
            let discount = met.discounts[0].amount;
            given.push(discount);
            aim.open -= paid + discount;
            aim.amount = aim.open;
            if let Some(terms) = &mut aim.discount {
                terms.cap -= discount;
            }
        }
        assert_eq!((given, aim.open), (vec![68, 68, 64], 0));
    }

    #[test]
    fn a_late_part_never_earns_its_discount_afterwards() {
        let mut aim = two_percent(100_00, "2026-03-31");
        aim.open = 50_00;
        aim.amount = 50_00;
        if let Some(terms) = &mut aim.discount {
            terms.unbroken = false;
        }
        let met = meet(&[money(49_00)], &[aim]);
        assert_eq!((met.discounts[0].amount, met.rests[0]), (1_00, 0));
    }

    #[test]
    fn differences_are_bound_by_amount_share_and_month() {
        let rule = Tolerance {
            absolute: 5_00,
            percent: Some(10_000),
            monthly: Some(6_00),
        };
        assert_eq!(rule.judge(1, 100_00, 0), Difference::Settled);
        assert_eq!(rule.judge(1_01, 100_00, 0), Difference::TooLarge);
        assert_eq!(rule.judge(5_01, 9_000_00, 0), Difference::TooLarge);
        assert_eq!(rule.judge(5_00, 9_000_00, 1_01), Difference::OverCap);
    }

    proptest! {
        #[test]
        fn discounts_stay_within_the_rate_and_nothing_is_lost(
            opens in prop::collection::vec(1_i64..100_000, 1..8),
            rate in 0_i64..300_000,
            payments in prop::collection::vec(1_i64..100_000, 1..8),
            partial in any::<bool>(),
        ) {
            let mut aims: Vec<Aim> = opens.iter().zip(10..).map(|(open, id)| Aim {
                entry: Id::new(id),
                amount: *open,
                open: *open,
                discount: Some(Discount { rate, until: None, partial, cap: discount_of(*open, rate), unbroken: true }),
            }).collect();
            let mut given = vec![0; aims.len()];
            let mut paid = vec![0; aims.len()];
            for payment in payments {
                let live: Vec<Aim> = aims.iter().copied().filter(|aim| aim.open > 0).collect();
                let met = meet(&[money(payment)], &live);
                prop_assert_eq!(met.pairs.iter().map(|pair| pair.amount).sum::<i64>() + met.left[0], payment);
                for (n, aim) in aims.iter_mut().enumerate() {
                    let got: i64 = met.pairs.iter().filter(|p| p.debit == aim.entry).map(|p| p.amount).sum();
                    let off: i64 = met.discounts.iter().filter(|s| s.entry == aim.entry).map(|s| s.amount).sum();
                    aim.open -= got + off;
                    aim.amount = aim.open;
                    paid[n] += got;
                    given[n] += off;
                    if let Some(terms) = &mut aim.discount {
                        terms.cap -= off;
                        terms.unbroken &= got == 0 || off > 0;
                    }
                }
            }
            for (n, aim) in aims.iter().enumerate() {
                prop_assert!(aim.open >= 0);
                prop_assert_eq!(aim.open + paid[n] + given[n], opens[n]);
                prop_assert!(given[n] <= discount_of(opens[n], rate));
            }
        }

        #[test]
        fn what_an_item_needs_closes_it(open in 1_i64..1_000_000, rate in 0_i64..500_000) {
            let aim = Aim { entry: Id::new(10), amount: open, open, discount: Some(Discount {
                rate, until: None, partial: false, cap: discount_of(open, rate), unbroken: true }) };
            let needs = aim.needs(Some(day("2026-01-01")));
            let met = meet(&[money(needs)], &[aim]);
            prop_assert_eq!((met.rests[0], met.left[0]), (0, 0));
        }
    }
}
