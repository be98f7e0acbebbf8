//! Every decision of this slice, pure.

use base::{Currency, Day, Money, Price, Quantity, Refusal, line_amount};

use crate::refusals;

/// Lines a person may enter in one document; files may bring more.
pub const MOST_LINES: usize = 500;
const LONGEST_TEXT: usize = 2_000;

/// A line of an order (or delivery) of which later documents take parts. All figures positive for
/// goods that were sold; what is taken is summed over the earlier documents.
#[derive(Clone, Debug)]
pub struct Stock {
    pub line_no: i64,
    pub code: String,
    pub quantity: Quantity,
    pub price: Price,
    pub amount: i64,
    pub taken_quantity: Quantity,
    pub taken_amount: i64,
}

impl Stock {
    /// What is left to take; never below 0.
    pub fn left(&self) -> Quantity {
        let left = self
            .quantity
            .millionths()
            .saturating_sub(self.taken_quantity.millionths());
        Quantity::from_millionths(left.max(0))
    }

    /// Takes a part and answers its amount: the rounded amount of everything taken so far less what
    /// the earlier parts took, so that all parts together are the line's amount to the last unit.
    /// `None` when there is not so much left.
    pub fn take(&mut self, quantity: Quantity, currency: Currency) -> Option<i64> {
        if quantity > self.left() {
            return None;
        }
        let taken = self.taken_quantity.checked_add(quantity)?;
        let cumulative = if taken == self.quantity {
            self.amount
        } else {
            line_amount(taken, self.price, currency).ok()?.minor
        };
        let amount = cumulative.checked_sub(self.taken_amount)?;
        self.taken_quantity = taken;
        self.taken_amount = cumulative;
        Some(amount)
    }

    /// What the line still promises.
    pub fn amount_left(&self) -> i64 {
        self.amount.saturating_sub(self.taken_amount).max(0)
    }
}

/// What an order still commits: the amounts of its lines that no delivery has taken.
pub fn commitment<'a>(lines: impl IntoIterator<Item = &'a Stock>) -> i64 {
    lines
        .into_iter()
        .fold(0, |sum, line| sum.saturating_add(line.amount_left()))
}

/// How much of what is reserved for an order a delivery uses up: its share of `rest`, the amount not yet
/// posted before it, rounded half up; the last delivery takes all. Never more than the delivery.
pub fn reserved_share(reserved: i64, delivery: i64, rest: i64) -> i64 {
    if rest <= delivery {
        return reserved.min(delivery).max(0);
    }
    let (part, whole) = (i128::from(reserved) * i128::from(delivery), i128::from(rest));
    let share = (2 * part + whole) / (2 * whole);
    i64::try_from(share)
        .unwrap_or(reserved)
        .min(reserved)
        .min(delivery)
}

/// Whether nothing is left to deliver.
pub fn is_delivered<'a>(lines: impl IntoIterator<Item = &'a Stock>) -> bool {
    lines.into_iter().all(|line| line.left() == Quantity::ZERO)
}

/// The document's total: the sum of its lines, in 128 bits until it is known to fit.
pub fn total(currency: Currency, amounts: impl IntoIterator<Item = i64>) -> Result<i64, Refusal> {
    Money::sum(currency, amounts)
        .map(|money| money.minor)
        .map_err(|_| refusals::total_too_large())
}

pub fn amount(line: usize, quantity: Quantity, price: Price, currency: Currency) -> Result<i64, Refusal> {
    line_amount(quantity, price, currency)
        .map(|money| money.minor)
        .map_err(|_| refusals::amount_too_large(line))
}

/// A person's document has lines, but not without end.
pub fn line_count(lines: usize) -> Result<(), Refusal> {
    match lines {
        0 => Err(refusals::no_lines()),
        1..=MOST_LINES => Ok(()),
        _ => Err(refusals::too_many_lines(MOST_LINES)),
    }
}

/// Goods that leave have a positive quantity, goods that come back a negative one.
pub fn quantity_sign(line: usize, quantity: Quantity, returned: bool) -> Result<(), Refusal> {
    let good = if returned {
        quantity < Quantity::ZERO
    } else {
        quantity > Quantity::ZERO
    };
    if good {
        Ok(())
    } else {
        Err(refusals::quantity_not_positive(line))
    }
}

pub fn price_sign(line: usize, price: Price) -> Result<(), Refusal> {
    if price < Price::ZERO {
        Err(refusals::price_negative(line))
    } else {
        Ok(())
    }
}

pub fn not_in_future(field: &'static str, day: Day, today: Day) -> Result<(), Refusal> {
    if day > today {
        Err(refusals::date_in_future(field, today))
    } else {
        Ok(())
    }
}

/// An opening document is for some amount, not of the future, and not due before its own day.
pub fn opening(date: Day, due: Option<Day>, amount: i64, today: Day) -> Result<(), Refusal> {
    if amount == 0 {
        return Err(refusals::amount_zero());
    }
    not_in_future("date", date, today)?;
    match due {
        Some(due) if due < date => Err(refusals::date_before_document(date).on("due_date")),
        _ => Ok(()),
    }
}

/// A reason is some words.
pub fn reason(text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Err(refusals::reason_missing());
    }
    limited("reason", text)
}

pub fn limited(field: &'static str, text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    if text.chars().count() > LONGEST_TEXT {
        return Err(refusals::text_too_long(field, LONGEST_TEXT));
    }
    Ok(text.to_owned())
}

/// An amount as a quantity of currency units: 1234.56 for 123456 minor units. Settlement lines say
/// by their quantity how much they settle.
pub fn amount_as_quantity(amount: Money) -> Option<Quantity> {
    let digits = base::SCALE_DIGITS.checked_sub(amount.currency.exponent())?;
    let millionths = amount.minor.checked_mul(10_i64.checked_pow(digits)?)?;
    Some(Quantity::from_millionths(millionths))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn gbp() -> Currency {
        Currency::named("GBP").unwrap()
    }

    fn stock(quantity: i64, price: i64) -> Stock {
        let (quantity, price) = (Quantity::from_millionths(quantity), Price::from_millionths(price));
        Stock {
            line_no: 1,
            code: "A".into(),
            quantity,
            price,
            amount: line_amount(quantity, price, gbp()).unwrap().minor,
            taken_quantity: Quantity::ZERO,
            taken_amount: 0,
        }
    }

    #[test]
    fn three_times_a_third_of_a_penny() {
        let mut line = stock(3_000_000, 335_000);
        let one = "1".parse().unwrap();
        let parts: Vec<i64> = (0..3).map(|_| line.take(one, gbp()).unwrap()).collect();
        assert_eq!(parts, [34, 33, 34]);
        assert_eq!(line.take(one, gbp()), None);
    }

    #[test]
    fn signs_and_reasons() {
        let q = |text: &str| text.parse::<Quantity>().unwrap();
        assert!(quantity_sign(0, q("1"), false).is_ok());
        assert!(quantity_sign(0, q("-1"), true).is_ok());
        assert_eq!(
            quantity_sign(2, q("0"), false).unwrap_err().field.unwrap(),
            "lines[2].quantity"
        );
        assert!(quantity_sign(0, q("1"), true).is_err());
        assert_eq!(reason("  ").unwrap_err().code, "sales.reason_missing");
        assert!(line_count(0).is_err() && line_count(500).is_ok() && line_count(501).is_err());
    }

    #[test]
    fn settlement_quantities() {
        let money = |text: &str, code: &str| {
            amount_as_quantity(Money::parse(text, Currency::named(code).unwrap()).unwrap())
        };
        assert_eq!(money("1234.56", "CNY").unwrap().to_string(), "1234.56");
        assert_eq!(money("7", "JPY").unwrap().to_string(), "7");
        assert_eq!(money("0.001", "KWD").unwrap().to_string(), "0.001");
    }

    proptest! {
        // Whatever the parts and their order, together they are the line; no part is more than a
        // minor unit away from its own rounding.
        #[test]
        fn parts_sum_exactly(
            price in 0_i64..90_000_000,
            parts in prop::collection::vec(1_i64..5_000_000, 1..12),
        ) {
            let whole: i64 = parts.iter().sum();
            let mut line = stock(whole, price);
            let mut sum = 0;
            for part in &parts {
                let quantity = Quantity::from_millionths(*part);
                let alone = line_amount(quantity, Price::from_millionths(price), gbp()).unwrap().minor;
                let amount = line.take(quantity, gbp()).unwrap();
                prop_assert!((amount - alone).abs() <= 1);
                sum += amount;
            }
            prop_assert_eq!(sum, line.amount);
            prop_assert!(is_delivered([&line]));
            prop_assert_eq!(commitment([&line]), 0);
        }

        // I6: from order through release to the ledger, ordered + shipped + receivable stays the
        // order's total at every step.
        #[test]
        fn exposure_is_neutral_along_the_chain(
            lines in prop::collection::vec((1_i64..20, 0_i64..9_000_000), 1..5),
            steps in prop::collection::vec((0_usize..5, 1_i64..20, any::<bool>()), 1..30),
        ) {
            let mut order: Vec<Stock> =
                lines.iter().map(|(quantity, price)| stock(quantity * 1_000_000, *price)).collect();
            let promised = commitment(&order);
            let (mut shipped, mut receivable) = (0, 0);
            for (at, quantity, post) in steps {
                let at = at % order.len();
                if let Some(amount) = order[at].take(Quantity::from_millionths(quantity * 1_000_000), gbp()) {
                    shipped += amount;
                }
                prop_assert_eq!(commitment(&order) + shipped + receivable, promised);
                if post {
                    receivable += shipped;
                    shipped = 0;
                }
                prop_assert_eq!(commitment(&order) + shipped + receivable, promised);
            }
        }

        #[test]
        fn more_than_is_left_is_never_taken(whole in 1_i64..1_000_000, over in 1_i64..1_000_000) {
            let mut line = stock(whole, 1_000_000);
            prop_assert_eq!(line.take(Quantity::from_millionths(whole + over), gbp()), None);
            prop_assert_eq!(line.left(), line.quantity);
        }
    }
}
