use std::fmt;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::Day;

/// A moment in UTC with microseconds. Written fixed-width, so text sorts as time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(Timestamp);

impl Instant {
    /// The wall clock. Called at the edges only (server, command line, job runner).
    pub fn now() -> Instant {
        Instant::from_micros(Timestamp::now().as_microsecond())
    }

    /// From microseconds since 1970; a value outside the calendar is clamped to its ends.
    pub fn from_micros(micros: i64) -> Instant {
        let fallback = if micros < 0 {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        };
        Instant(Timestamp::from_microsecond(micros).unwrap_or(fallback))
    }

    pub fn micros(self) -> i64 {
        self.0.as_microsecond()
    }

    pub fn parse(text: &str) -> Option<Instant> {
        text.parse::<Timestamp>()
            .ok()
            .map(|stamp| Instant::from_micros(stamp.as_microsecond()))
    }

    pub fn plus_seconds(self, seconds: i64) -> Instant {
        Instant::from_micros(self.micros().saturating_add(seconds.saturating_mul(1_000_000)))
    }

    /// The civil date and time `YYYY-MM-DD HH:MM` in a zone, for people.
    pub fn minute_in(self, zone: &Zone) -> String {
        self.0
            .to_zoned(zone.0.clone())
            .strftime("%Y-%m-%d %H:%M")
            .to_string()
    }

    /// The civil day of this moment in a zone.
    pub fn day_in(self, zone: &Zone) -> Day {
        Day::from_civil(self.0.to_zoned(zone.0.clone()).date())
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.6}", self.0)
    }
}
impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl serde::Serialize for Instant {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The time zone of a company, by its IANA name; it decides which day a moment belongs to.
#[derive(Clone, Debug, PartialEq)]
pub struct Zone(TimeZone);

impl Zone {
    /// `None` for a name the time zone database does not know.
    pub fn named(name: &str) -> Option<Zone> {
        TimeZone::get(name).ok().map(Zone)
    }

    pub fn utc() -> Zone {
        Zone(TimeZone::UTC)
    }

    /// The name that [`Zone::named`] takes.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_fixed_width_and_round_trips() {
        for micros in [0, 1, 1_700_000_000_123_456, 1_700_000_000_000_000] {
            let instant = Instant::from_micros(micros);
            assert_eq!(instant.to_string().len(), 27, "{instant}");
            assert_eq!(Instant::parse(&instant.to_string()), Some(instant));
        }
    }

    #[test]
    fn the_zone_decides_the_day() {
        let late = Instant::parse("2026-03-25T16:30:00Z").unwrap();
        assert_eq!(
            late.day_in(&Zone::named("Asia/Shanghai").unwrap()).to_string(),
            "2026-03-26"
        );
        assert_eq!(
            late.day_in(&Zone::named("Europe/London").unwrap()).to_string(),
            "2026-03-25"
        );
    }
}
