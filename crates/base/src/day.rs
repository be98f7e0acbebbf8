use std::fmt;
use std::str::FromStr;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

/// A civil date in the company's calendar; `YYYY-MM-DD` wherever it is text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

impl Day {
    pub const MIN: Day = Day(Date::constant(1, 1, 1));
    pub const EPOCH: Day = Day(Date::constant(1970, 1, 1));
    pub const MAX: Day = Day(Date::constant(9999, 12, 31));

    /// `None` when there is no such day.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Day> {
        Date::new(year, month, day).ok().map(Day)
    }

    pub fn from_civil(date: Date) -> Day {
        Day(date)
    }

    pub fn civil(self) -> Date {
        self.0
    }

    pub fn year(self) -> i16 {
        self.0.year()
    }

    pub fn month(self) -> i8 {
        self.0.month()
    }

    pub fn day(self) -> i8 {
        self.0.day()
    }

    /// 1 = Monday … 7 = Sunday.
    pub fn weekday(self) -> i8 {
        self.0.weekday().to_monday_one_offset()
    }

    /// The day `days` later (earlier when negative), clamped to the calendar's ends.
    pub fn plus(self, days: i64) -> Day {
        let days = days.clamp(-4_000_000, 4_000_000);
        Day(self.0.saturating_add(days.days())).clamp(Day::MIN, Day::MAX)
    }

    /// Days from `earlier` to this day; negative when this day is before it.
    pub fn since(self, earlier: Day) -> i64 {
        i64::from(
            earlier
                .0
                .until(self.0)
                .map(|span| span.get_days())
                .unwrap_or_default(),
        )
    }

    /// First day of this day's month moved by `months`.
    pub fn month_start(self, months: i64) -> Day {
        let first = self.0.first_of_month();
        Day(first.saturating_add(months.clamp(-100_000, 100_000).months())).clamp(Day::MIN, Day::MAX)
    }

    pub fn last_of_month(self) -> Day {
        Day(self.0.last_of_month())
    }

    /// Day `number` (1..=31) of this day's month; a day past the month's end is its last day.
    pub fn on_day(self, number: i8) -> Day {
        Day::new(self.year(), self.month(), number.max(1)).unwrap_or_else(|| self.last_of_month())
    }

    /// The first such weekday (1 = Monday) on or after this day.
    pub fn next_or_same_weekday(self, weekday: i8) -> Day {
        let wanted = Weekday::from_monday_one_offset(weekday.clamp(1, 7)).unwrap_or(Weekday::Monday);
        self.plus(i64::from(wanted.to_monday_one_offset() - self.weekday()).rem_euclid(7))
    }
}

impl FromStr for Day {
    type Err = jiff::Error;
    /// Strict `YYYY-MM-DD`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() != 10 {
            return Err(jiff::Error::from_args(format_args!("not a date: {text}")));
        }
        Date::strptime("%Y-%m-%d", text).map(Day)
    }
}
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl serde::Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de> serde::Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A stretch of days, both ends included.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct Period {
    pub from: Day,
    pub to: Day,
}

impl Period {
    pub fn contains(&self, day: Day) -> bool {
        self.from <= day && day <= self.to
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn days_past_month_end_are_its_last_day() {
        assert_eq!(day("2026-02-10").on_day(31), day("2026-02-28"));
        assert_eq!(day("2028-02-10").on_day(30), day("2028-02-29"));
        assert_eq!(day("2026-01-31").month_start(1).on_day(31), day("2026-02-28"));
    }

    #[test]
    fn counting_days() {
        assert_eq!(day("2026-03-01").since(day("2026-02-01")), 28);
        assert_eq!(day("2026-02-01").since(day("2026-03-01")), -28);
        assert_eq!(day("2026-02-01").plus(28), day("2026-03-01"));
        assert_eq!(day("2025-01-01").since(day("2020-01-01")), 1827);
    }

    #[test]
    fn weekdays() {
        // 2026-11-20 is a Friday.
        assert_eq!(day("2026-11-20").weekday(), 5);
        assert_eq!(day("2026-11-21").next_or_same_weekday(5), day("2026-11-27"));
        assert_eq!(day("2026-11-20").next_or_same_weekday(5), day("2026-11-20"));
    }

    #[test]
    fn text_is_strict() {
        assert!("2026-2-1".parse::<Day>().is_err());
        assert!("2026-02-30".parse::<Day>().is_err());
        assert_eq!(day("2026-02-01").to_string(), "2026-02-01");
    }
}
