//! How much is set aside. Pure.

use base::Refusal;

use super::refusals;
use crate::rules::Age;

/// What an allowance is proposed for: an age, or one item by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bucket {
    Age(Age),
    Single,
}

impl Bucket {
    pub const fn as_str(self) -> &'static str {
        match self {
            Bucket::Age(Age::NotDue) => "not_due",
            Bucket::Age(Age::To30) => "days_1_30",
            Bucket::Age(Age::To60) => "days_31_60",
            Bucket::Age(Age::To90) => "days_61_90",
            Bucket::Age(Age::Over90) => "days_over_90",
            Bucket::Single => "single",
        }
    }

    pub fn age(text: &str) -> Option<Age> {
        Age::ALL
            .into_iter()
            .find(|age| Bucket::Age(*age).as_str() == text)
    }
}

/// Hundredths of a percent in a whole.
pub const WHOLE: i64 = 10_000;

/// `base` × `rate`, half away from zero. `base` is not negative.
pub fn share(base: i64, rate_bp: i64) -> i64 {
    let exact = i128::from(base) * i128::from(rate_bp);
    let rounded = (exact + i128::from(WHOLE / 2)) / i128::from(WHOLE);
    i64::try_from(rounded).unwrap_or(i64::MAX)
}

/// A rate in hundredths of a percent from a decimal percentage with at most two digits: `2.5` is 250.
///
/// # Errors
/// `receivables.rate_invalid` unless it is between 0 and 100.
pub fn rate(percent: &str, field: &str) -> Result<i64, Refusal> {
    let bad = || refusals::rate_invalid(field, percent);
    let (whole, part) = percent.trim().split_once('.').unwrap_or((percent.trim(), ""));
    let is_digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || part.len() > 2 || !is_digits(whole) || !is_digits(part) {
        return Err(bad());
    }
    let hundredths = format!("{whole}{part:0<2}");
    let rate: i64 = hundredths.parse().map_err(|_| bad())?;
    if rate > WHOLE { Err(bad()) } else { Ok(rate) }
}

/// A rate as a percentage: 250 is `2.5`.
pub fn percent(rate_bp: i64) -> String {
    let text = format!("{}.{:02}", rate_bp / 100, rate_bp % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn percentages_are_read_to_the_hundredth() {
        for (text, bp) in [
            ("0", 0),
            ("2.5", 250),
            ("0.05", 5),
            ("100", 10_000),
            (" 33.33 ", 3_333),
        ] {
            assert_eq!(rate(text, "rate").unwrap(), bp, "{text}");
        }
        for text in ["", "-1", "100.01", "1.005", "a", "1e2", "."] {
            assert!(rate(text, "rate").is_err(), "{text}");
        }
    }

    #[test]
    fn half_a_cent_is_set_aside_as_one() {
        assert_eq!(share(101, 5_000), 51);
        assert_eq!(share(100, 250), 3);
        assert_eq!(share(100, 249), 2);
    }

    proptest! {
        #[test]
        fn never_more_than_there_is(base in 0_i64..1_000_000_000_000_000, rate in 0_i64..=10_000) {
            let set_aside = share(base, rate);
            prop_assert!((0..=base).contains(&set_aside));
            prop_assert_eq!(super::rate(&percent(rate), "rate").unwrap(), rate);
        }
    }
}
