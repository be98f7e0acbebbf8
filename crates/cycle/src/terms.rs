use std::fmt;
use std::str::FromStr;

use base::{Day, Refusal};

use crate::CycleSpec;

/// When a statement falls due. See the crate's page for the text form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Terms {
    /// Days after the cut-off.
    CutoffPlus { days: i64 },
    /// Days after the day of issue.
    IssuePlus { days: i64 },
    /// A day (1..=31, past the month's end its last day) of the cut-off's month moved by `months`.
    DayOfMonth { day: i8, months: i64 },
}

const MAX_TERM_DAYS: i64 = 730;

impl Terms {
    /// The parameters inside their bounds. Code `cycle.bad_terms`.
    pub fn validate(self) -> Result<(), Refusal> {
        let fine = match self {
            Terms::CutoffPlus { days } | Terms::IssuePlus { days } => (0..=MAX_TERM_DAYS).contains(&days),
            Terms::DayOfMonth { day, months } => (1..=31).contains(&day) && (0..=24).contains(&months),
        };
        if fine {
            Ok(())
        } else {
            Err(Refusal::invalid("cycle.bad_terms").with("text", self))
        }
    }
}

/// The due date of a statement with this cut-off, issued on `issue_day`. Never before the cut-off: a
/// day of the month that has passed by then means that day of the following month.
pub fn due(terms: Terms, cutoff: Day, issue_day: Day) -> Day {
    match terms {
        Terms::CutoffPlus { days } => cutoff.plus(days),
        Terms::IssuePlus { days } => issue_day.max(cutoff).plus(days),
        Terms::DayOfMonth { day, months } => {
            let date = cutoff.month_start(months).on_day(day);
            if date >= cutoff {
                date
            } else {
                cutoff.month_start(months + 1).on_day(day)
            }
        }
    }
}

/// The due date of an entry until an issued statement fixes it: the terms applied to the planned
/// cut-off of its statement date and to the issue deadline (cut-off + `lag_days`).
pub fn provisional_due(spec: &CycleSpec, terms: &Terms, lag_days: i64, statement_date: Day) -> Day {
    let cutoff = match spec {
        // The latest day on which the threshold or the alarm closes the period.
        CycleSpec::Threshold { max_days, .. } | CycleSpec::Manual { max_days } => {
            statement_date.plus(*max_days)
        }
        _ => spec
            .next_cutoff(statement_date.plus(-1))
            .unwrap_or(statement_date),
    };
    due(*terms, cutoff, cutoff.plus(lag_days))
}

impl fmt::Display for Terms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Terms::CutoffPlus { days } => write!(f, "cutoff+{days}"),
            Terms::IssuePlus { days } => write!(f, "issue+{days}"),
            Terms::DayOfMonth { day, months } => write!(f, "day{day}+{months}"),
        }
    }
}

impl FromStr for Terms {
    type Err = Refusal;

    /// Reads and validates the text form.
    fn from_str(text: &str) -> Result<Terms, Refusal> {
        let unreadable = || Refusal::invalid("cycle.terms_unreadable").with("text", text);
        let (head, number) = text.trim().split_once('+').ok_or_else(unreadable)?;
        let number: i64 = number.parse().map_err(|_| unreadable())?;
        let terms = match head {
            "cutoff" => Terms::CutoffPlus { days: number },
            "issue" => Terms::IssuePlus { days: number },
            _ => {
                let day = head.strip_prefix("day").and_then(|day| day.parse().ok());
                Terms::DayOfMonth {
                    day: day.ok_or_else(unreadable)?,
                    months: number,
                }
            }
        };
        terms.validate()?;
        Ok(terms)
    }
}

impl serde::Serialize for Terms {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de> serde::Deserialize<'de> for Terms {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
