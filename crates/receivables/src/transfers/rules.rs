//! Conversion, pure.

use base::{Currency, Price};

/// `amount` minor units of one currency in minor units of another at `rate` (units of the second for one of
/// the first), half away from zero; `None`: too large, or nothing is left of it.
pub fn converted(amount: i64, from: Currency, to: Currency, rate: Price) -> Option<i64> {
    let scale = |currency: Currency| 10_i128.checked_pow(currency.exponent());
    let numerator = i128::from(amount)
        .checked_mul(i128::from(rate.millionths()))?
        .checked_mul(scale(to)?)?;
    let denominator = 1_000_000_i128.checked_mul(scale(from)?)?;
    let rounded = (numerator.abs() + denominator / 2) / denominator * numerator.signum();
    i64::try_from(rounded).ok().filter(|minor| *minor != 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn currency(code: &str) -> Currency {
        Currency::named(code).unwrap()
    }

    fn rate(text: &str) -> Price {
        text.parse().unwrap()
    }

    #[test]
    fn a_rate_converts_between_exponents() {
        let (usd, cny, jpy) = (currency("USD"), currency("CNY"), currency("JPY"));
        assert_eq!(converted(100_00, usd, cny, rate("7.2")), Some(720_00));
        assert_eq!(converted(1, usd, cny, rate("7.25")), Some(7));
        assert_eq!(converted(10_01, usd, jpy, rate("150")), Some(1502));
        assert_eq!(converted(1502, jpy, usd, rate("0.006667")), Some(10_01));
        assert_eq!(converted(1, jpy, usd, rate("0.000001")), None);
    }

    proptest! {
        #[test]
        fn the_same_currency_at_one_is_the_same_amount(amount in 1_i64..1_000_000_000) {
            let cny = currency("CNY");
            prop_assert_eq!(converted(amount, cny, cny, rate("1")), Some(amount));
            prop_assert_eq!(converted(-amount, cny, cny, rate("1")), Some(-amount));
        }
    }
}
