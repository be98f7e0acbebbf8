use std::fmt;
use std::str::FromStr;

use base::{Day, Price, Refusal};

/// When the statements of an account close. See the crate's page for the text form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CycleSpec {
    /// At each delivery.
    PerDocument,
    /// On anchor + k × n days.
    EveryNDays { n: i64, anchor: Day },
    /// On each listed weekday (1 = Monday … 7 = Sunday) of every `every`-th week, counted from the
    /// week (Monday to Sunday) of the anchor. Without an anchor every week counts.
    Weekly {
        weekdays: Vec<i8>,
        every: i64,
        anchor: Option<Day>,
    },
    /// On each listed day of every `every`-th month, counted from the anchor's month. 1..=31, a day
    /// past the month's end being its last; -1..=-28 counts back from the end, -1 being the last day.
    Monthly {
        days: Vec<i8>,
        every: i64,
        anchor: Option<Day>,
    },
    /// On each of these dates, sorted.
    Calendar { dates: Vec<Day> },
    /// When the next delivery is released: what came before it is one batch. Or `max_days` after the
    /// oldest unbilled entry.
    PerBatch { max_days: i64 },
    /// When the unbilled amount reaches `amount` (currency units), or `max_days` after the oldest
    /// unbilled entry.
    Threshold { amount: Price, max_days: i64 },
    /// By hand; alarmed after `max_days`.
    Manual { max_days: i64 },
}

const MAX_DAYS: i64 = 366;
const MAX_DATES: usize = 400;

impl CycleSpec {
    /// The name of the kind, as in the text form and in `cycle.kind.<name>` of the texts.
    pub fn kind(&self) -> &'static str {
        match self {
            CycleSpec::PerDocument => "per_document",
            CycleSpec::EveryNDays { .. } => "every_n_days",
            CycleSpec::Weekly { .. } => "weekly",
            CycleSpec::Monthly { .. } => "monthly",
            CycleSpec::Calendar { .. } => "calendar",
            CycleSpec::PerBatch { .. } => "per_batch",
            CycleSpec::Threshold { .. } => "threshold",
            CycleSpec::Manual { .. } => "manual",
        }
    }

    /// Whether the calendar decides, and not an event in the ledger.
    pub fn is_dated(&self) -> bool {
        !matches!(self, CycleSpec::PerDocument) && self.longest_wait().is_none()
    }

    /// After how many days the oldest unbilled entry closes the period by itself, or raises an alarm.
    pub fn longest_wait(&self) -> Option<i64> {
        match self {
            CycleSpec::PerBatch { max_days }
            | CycleSpec::Threshold { max_days, .. }
            | CycleSpec::Manual { max_days } => Some(*max_days),
            _ => None,
        }
    }

    /// The first cut-off strictly after a day. `None` for event kinds and after a calendar's last date.
    pub fn next_cutoff(&self, after: Day) -> Option<Day> {
        match self {
            CycleSpec::PerDocument
            | CycleSpec::PerBatch { .. }
            | CycleSpec::Threshold { .. }
            | CycleSpec::Manual { .. } => None,
            CycleSpec::EveryNDays { n, anchor } => {
                let steps = after.since(*anchor).div_euclid(*n) + 1;
                Some(anchor.plus(steps * n)).filter(|cutoff| *cutoff > after)
            }
            CycleSpec::Weekly {
                weekdays,
                every,
                anchor,
            } => next_weekly(weekdays, *every, *anchor, after),
            CycleSpec::Monthly { days, every, anchor } => next_monthly(days, *every, *anchor, after),
            CycleSpec::Calendar { dates } => dates.iter().copied().find(|date| *date > after),
        }
    }

    /// The parameters inside their bounds. Codes `cycle.*`.
    pub fn validate(&self) -> Result<(), Refusal> {
        match self {
            CycleSpec::PerDocument => Ok(()),
            CycleSpec::EveryNDays { n, .. } => within("cycle.bad_interval", *n, 1, MAX_DAYS),
            CycleSpec::Weekly {
                weekdays,
                every,
                anchor,
            } => {
                listed("cycle.bad_weekday", weekdays, |day| (1..=7).contains(&day))?;
                within("cycle.bad_interval", *every, 1, 52)?;
                anchored(*every, *anchor)
            }
            CycleSpec::Monthly { days, every, anchor } => {
                listed("cycle.bad_month_day", days, |day| {
                    (1..=31).contains(&day) || (-28..=-1).contains(&day)
                })?;
                within("cycle.bad_interval", *every, 1, 24)?;
                anchored(*every, *anchor)
            }
            CycleSpec::Calendar { dates } if dates.is_empty() || dates.len() > MAX_DATES => {
                Err(Refusal::invalid("cycle.bad_calendar").with("max", MAX_DATES))
            }
            CycleSpec::Calendar { .. } => Ok(()),
            CycleSpec::Threshold { amount, max_days } => {
                if *amount <= Price::ZERO {
                    return Err(Refusal::invalid("cycle.bad_amount").with("amount", amount));
                }
                within("cycle.bad_max_days", *max_days, 1, MAX_DAYS)
            }
            CycleSpec::PerBatch { max_days } | CycleSpec::Manual { max_days } => {
                within("cycle.bad_max_days", *max_days, 1, MAX_DAYS)
            }
        }
    }
}

fn within(code: &'static str, value: i64, min: i64, max: i64) -> Result<(), Refusal> {
    if (min..=max).contains(&value) {
        return Ok(());
    }
    Err(Refusal::invalid(code)
        .with("value", value)
        .with("min", min)
        .with("max", max))
}

fn listed(code: &'static str, values: &[i8], allowed: impl Fn(i8) -> bool) -> Result<(), Refusal> {
    if !values.is_empty() && values.iter().all(|value| allowed(*value)) {
        return Ok(());
    }
    let text: Vec<String> = values.iter().map(i8::to_string).collect();
    Err(Refusal::invalid(code).with("value", text.join(",")))
}

/// Without an anchor nobody could say which of every second week or third month is meant.
fn anchored(every: i64, anchor: Option<Day>) -> Result<(), Refusal> {
    if every > 1 && anchor.is_none() {
        return Err(Refusal::invalid("cycle.anchor_needed"));
    }
    Ok(())
}

fn monday_of(day: Day) -> Day {
    day.plus(1 - i64::from(day.weekday()))
}

fn next_weekly(weekdays: &[i8], every: i64, anchor: Option<Day>, after: Day) -> Option<Day> {
    let origin = monday_of(anchor.unwrap_or(after));
    let this_week = monday_of(after);
    let index = this_week.since(origin).div_euclid(7);
    let wait = (-index).rem_euclid(every);
    // The week that counts, now or next, and the one after it when this one's days have passed.
    [wait, wait + every].into_iter().find_map(|weeks| {
        let monday = this_week.plus(weeks * 7);
        weekdays
            .iter()
            .map(|day| monday.plus(i64::from(*day) - 1))
            .filter(|day| *day > after)
            .min()
    })
}

fn month_index(day: Day) -> i64 {
    i64::from(day.year()) * 12 + i64::from(day.month())
}

fn next_monthly(days: &[i8], every: i64, anchor: Option<Day>, after: Day) -> Option<Day> {
    let origin = month_index(anchor.unwrap_or(after));
    let wait = (origin - month_index(after)).rem_euclid(every);
    [wait, wait + every].into_iter().find_map(|months| {
        let first = after.month_start(months);
        days.iter()
            .map(|day| resolve(first, *day))
            .filter(|day| *day > after)
            .min()
    })
}

/// A listed day in the month that begins with `first`.
fn resolve(first: Day, day: i8) -> Day {
    if day > 0 {
        first.on_day(day)
    } else {
        first.last_of_month().plus(i64::from(day) + 1)
    }
}

impl fmt::Display for CycleSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())?;
        match self {
            CycleSpec::PerDocument => Ok(()),
            CycleSpec::EveryNDays { n, anchor } => write!(f, ":{n}@{anchor}"),
            CycleSpec::Weekly {
                weekdays: days,
                every,
                anchor,
            }
            | CycleSpec::Monthly { days, every, anchor } => {
                write!(f, ":{}", joined(days))?;
                if *every > 1 {
                    write!(f, "/{every}")?;
                }
                anchor.map_or(Ok(()), |anchor| write!(f, "@{anchor}"))
            }
            CycleSpec::Calendar { dates } => write!(f, ":{}", joined(dates)),
            CycleSpec::Threshold { amount, max_days } => write!(f, ":{amount}/{max_days}"),
            CycleSpec::PerBatch { max_days } | CycleSpec::Manual { max_days } => write!(f, ":{max_days}"),
        }
    }
}

fn joined<T: fmt::Display>(values: &[T]) -> String {
    let texts: Vec<String> = values.iter().map(T::to_string).collect();
    texts.join(",")
}

impl FromStr for CycleSpec {
    type Err = Refusal;

    /// Reads and validates the text form.
    fn from_str(text: &str) -> Result<CycleSpec, Refusal> {
        let unreadable = || Refusal::invalid("cycle.unreadable").with("text", text);
        let (kind, rest) = text.trim().split_once(':').unwrap_or((text.trim(), ""));
        let (body, anchor) = match rest.split_once('@') {
            Some((body, anchor)) => (body, Some(anchor.parse::<Day>().map_err(|_| unreadable())?)),
            None => (rest, None),
        };
        let (list, every) = match body.split_once('/') {
            Some((list, every)) => (list, Some(every.parse::<i64>().map_err(|_| unreadable())?)),
            None => (body, None),
        };
        let spec = match (kind, every, anchor) {
            ("per_document", None, None) if rest.is_empty() => CycleSpec::PerDocument,
            ("every_n_days", None, Some(anchor)) => CycleSpec::EveryNDays {
                n: list.parse().map_err(|_| unreadable())?,
                anchor,
            },
            ("weekly", every, anchor) => {
                let weekdays = numbers(list).ok_or_else(unreadable)?;
                CycleSpec::Weekly {
                    weekdays,
                    every: every.unwrap_or(1),
                    anchor,
                }
            }
            ("monthly", every, anchor) => {
                let days = numbers(list).ok_or_else(unreadable)?;
                CycleSpec::Monthly {
                    days,
                    every: every.unwrap_or(1),
                    anchor,
                }
            }
            ("calendar", None, None) => CycleSpec::Calendar {
                dates: dates(list).ok_or_else(unreadable)?,
            },
            ("threshold", Some(max_days), None) => CycleSpec::Threshold {
                amount: list.parse().map_err(|_| unreadable())?,
                max_days,
            },
            ("per_batch", None, None) => CycleSpec::PerBatch {
                max_days: list.parse().map_err(|_| unreadable())?,
            },
            ("manual", None, None) => CycleSpec::Manual {
                max_days: list.parse().map_err(|_| unreadable())?,
            },
            _ => return Err(unreadable()),
        };
        spec.validate()?;
        Ok(spec)
    }
}

/// Comma-separated days without repetitions, in the order given.
fn numbers(text: &str) -> Option<Vec<i8>> {
    let mut days = Vec::new();
    for part in text.split(',') {
        let day = part.trim().parse().ok()?;
        if !days.contains(&day) {
            days.push(day);
        }
    }
    Some(days)
}

fn dates(text: &str) -> Option<Vec<Day>> {
    let mut dates = Vec::new();
    for part in text.split(',') {
        dates.push(part.trim().parse().ok()?);
    }
    dates.sort_unstable();
    dates.dedup();
    Some(dates)
}

impl serde::Serialize for CycleSpec {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de> serde::Deserialize<'de> for CycleSpec {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
