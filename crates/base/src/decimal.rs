use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;

use crate::{Currency, Money, NotRepresentable};

/// Digits after the point of quantities and unit prices.
pub const SCALE_DIGITS: u32 = 6;
const SCALE: i128 = 1_000_000;

/// Reads a plain decimal into an integer of `digits` digits after the point; refuses what would be lost.
pub(crate) fn parse_scaled(text: &str, digits: u32) -> Result<i64, NotRepresentable> {
    let text = text.trim();
    let body = text.strip_prefix(['-', '+']).unwrap_or(text);
    if body.is_empty() || !body.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return Err(NotRepresentable::NotANumber);
    }
    let decimal = Decimal::from_str_exact(text).map_err(|error| match error {
        rust_decimal::Error::Underflow => NotRepresentable::TooFine,
        rust_decimal::Error::ExceedsMaximumPossibleValue => NotRepresentable::TooLarge,
        _ => NotRepresentable::NotANumber,
    })?;
    let decimal = decimal.normalize();
    if decimal.scale() > digits {
        return Err(NotRepresentable::TooFine);
    }
    let factor = 10_i128.pow(digits - decimal.scale());
    let scaled = decimal
        .mantissa()
        .checked_mul(factor)
        .ok_or(NotRepresentable::TooLarge)?;
    i64::try_from(scaled).map_err(|_| NotRepresentable::TooLarge)
}

macro_rules! scaled {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(i64);

        impl $name {
            pub const ZERO: $name = $name(0);

            /// From millionths.
            pub const fn from_millionths(raw: i64) -> Self {
                $name(raw)
            }

            pub const fn millionths(self) -> i64 {
                self.0
            }

            pub fn checked_add(self, other: Self) -> Option<Self> {
                self.0.checked_add(other.0).map($name)
            }

            pub fn checked_neg(self) -> Option<Self> {
                self.0.checked_neg().map($name)
            }
        }
        impl FromStr for $name {
            type Err = NotRepresentable;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                parse_scaled(text, SCALE_DIGITS).map($name)
            }
        }
        impl fmt::Display for $name {
            /// The shortest exact decimal: `2.5`, `-3`.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let decimal = Decimal::from_i128_with_scale(i128::from(self.0), SCALE_DIGITS);
                fmt::Display::fmt(&decimal.normalize(), f)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

scaled!(
    /// A quantity in its unit, in millionths.
    Quantity
);
scaled!(
    /// A price of one unit in currency units (not minor units), in millionths.
    Price
);

/// quantity × price, rounded half-up (half away from zero) to the currency's smallest unit.
pub fn line_amount(quantity: Quantity, price: Price, currency: Currency) -> Result<Money, NotRepresentable> {
    let product = i128::from(quantity.millionths()) * i128::from(price.millionths());
    let per_unit = 10_i128.pow(currency.exponent());
    // product carries 12 digits; SCALE² / 10^exponent of it make one minor unit.
    let divisor = SCALE * SCALE / per_unit;
    let half = if product < 0 { -divisor / 2 } else { divisor / 2 };
    let minor = i64::try_from((product + half) / divisor).map_err(|_| NotRepresentable::TooLarge)?;
    Ok(Money::new(minor, currency))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn amount(quantity: &str, price: &str) -> String {
        let gbp = Currency::named("GBP").unwrap();
        line_amount(quantity.parse().unwrap(), price.parse().unwrap(), gbp)
            .unwrap()
            .to_string()
    }

    #[test]
    fn half_goes_away_from_zero() {
        assert_eq!(amount("1", "0.335"), "0.34");
        assert_eq!(amount("-1", "0.335"), "-0.34");
        assert_eq!(amount("3", "0.335"), "1.01");
        assert_eq!(amount("1", "0.0049"), "0.00");
        assert_eq!(amount("1000000", "99999.999"), "99999999000.00");
    }

    #[test]
    fn quantities_read_and_write_exactly() {
        for text in ["0.000001", "2.5", "-3", "0", "1234567.891"] {
            assert_eq!(text.parse::<Quantity>().unwrap().to_string(), text);
        }
        assert_eq!("0.0000001".parse::<Price>(), Err(NotRepresentable::TooFine));
        assert_eq!("1e5".parse::<Price>(), Err(NotRepresentable::NotANumber));
    }

    proptest! {
        #[test]
        fn sign_is_symmetric(q in -9_000_000_000_i64..9_000_000_000, p in 0_i64..9_000_000_000) {
            let cny = Currency::named("CNY").unwrap();
            let plus = line_amount(Quantity::from_millionths(q), Price::from_millionths(p), cny).unwrap();
            let minus = line_amount(Quantity::from_millionths(-q), Price::from_millionths(p), cny).unwrap();
            prop_assert_eq!(plus.minor, -minus.minor);
        }
    }
}
