use std::fmt;

use rust_decimal::Decimal;

use crate::Currency;

/// An amount: an integer of the currency's smallest unit. Positive means that the customer owes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    pub minor: i64,
    pub currency: Currency,
}

/// An amount that does not fit: too many digits after the point, too large, or another currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotRepresentable {
    #[error("not a number")]
    NotANumber,
    #[error("too many digits after the point")]
    TooFine,
    #[error("too large")]
    TooLarge,
    #[error("two currencies")]
    CurrencyMismatch,
}

impl Money {
    pub const fn new(minor: i64, currency: Currency) -> Money {
        Money { minor, currency }
    }

    pub const fn zero(currency: Currency) -> Money {
        Money { minor: 0, currency }
    }

    /// Reads `1234.5`; refuses more digits than the currency has. No grouping signs.
    pub fn parse(text: &str, currency: Currency) -> Result<Money, NotRepresentable> {
        let scaled = crate::decimal::parse_scaled(text, currency.exponent())?;
        Ok(Money::new(scaled, currency))
    }

    pub fn checked_add(self, other: Money) -> Result<Money, NotRepresentable> {
        if self.currency != other.currency {
            return Err(NotRepresentable::CurrencyMismatch);
        }
        let minor = self
            .minor
            .checked_add(other.minor)
            .ok_or(NotRepresentable::TooLarge)?;
        Ok(Money::new(minor, self.currency))
    }

    /// Sum in 128 bits, so that only the result has to fit.
    pub fn sum(
        currency: Currency,
        amounts: impl IntoIterator<Item = i64>,
    ) -> Result<Money, NotRepresentable> {
        let total: i128 = amounts.into_iter().map(i128::from).sum();
        let minor = i64::try_from(total).map_err(|_| NotRepresentable::TooLarge)?;
        Ok(Money::new(minor, currency))
    }
}

impl fmt::Display for Money {
    /// The exact decimal, `-1234.50`, without the currency and without grouping.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimal = Decimal::from_i128_with_scale(i128::from(self.minor), self.currency.exponent());
        fmt::Display::fmt(&decimal, f)
    }
}
impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} {}", self.currency)
    }
}
impl serde::Serialize for Money {
    /// The decimal string alone; the currency stands once beside it in the document.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_exactly() {
        let gbp = Currency::named("GBP").unwrap();
        let jpy = Currency::named("JPY").unwrap();
        assert_eq!(Money::parse("1234.5", gbp).unwrap().minor, 123450);
        assert_eq!(Money::parse("-0.01", gbp).unwrap().to_string(), "-0.01");
        assert_eq!(Money::parse("7", jpy).unwrap().to_string(), "7");
        assert_eq!(Money::parse("1.005", gbp), Err(NotRepresentable::TooFine));
        assert_eq!(Money::parse("1.500", gbp).unwrap().minor, 150);
        assert_eq!(
            Money::parse("99999999999999999999", gbp),
            Err(NotRepresentable::TooLarge)
        );
        assert_eq!(Money::parse("", gbp), Err(NotRepresentable::NotANumber));
        assert_eq!(Money::parse("1,000", gbp), Err(NotRepresentable::NotANumber));
    }
}
