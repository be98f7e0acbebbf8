use std::fmt;
use std::str::FromStr;

use base::Refusal;

/// When a statement falls due. See the crate's page for the text form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Terms {
    /// Days after the cut-off.
    CutoffPlus { days: i64 },
    /// Days after the day of issue.
    IssuePlus { days: i64 },
    /// A day (1..=31, past the month's end its last day) of the cut-off's month moved by `months`.
    DayOfMonth { day: i8, months: i64 },
    /// The customer's next payment day for which the statement is out early enough.
    PayRun,
    /// Days after the customer has confirmed, at the latest `cap` days after the day of issue: silence
    /// does not postpone the debt.
    ConfirmationPlus { days: i64, cap: i64 },
}

const MAX_TERM_DAYS: i64 = 730;

impl Terms {
    pub fn counts_from_confirmation(self) -> bool {
        matches!(self, Terms::ConfirmationPlus { .. })
    }

    /// The parameters inside their bounds. Code `cycle.bad_terms`.
    pub fn validate(self) -> Result<(), Refusal> {
        let fine = match self {
            Terms::CutoffPlus { days } | Terms::IssuePlus { days } => (0..=MAX_TERM_DAYS).contains(&days),
            Terms::DayOfMonth { day, months } => (1..=31).contains(&day) && (0..=24).contains(&months),
            Terms::PayRun => true,
            Terms::ConfirmationPlus { days, cap } => {
                (0..=MAX_TERM_DAYS).contains(&days) && (days..=MAX_TERM_DAYS).contains(&cap)
            }
        };
        if fine {
            Ok(())
        } else {
            Err(Refusal::invalid("cycle.bad_terms").with("text", self))
        }
    }
}

impl fmt::Display for Terms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Terms::CutoffPlus { days } => write!(f, "cutoff+{days}"),
            Terms::IssuePlus { days } => write!(f, "issue+{days}"),
            Terms::DayOfMonth { day, months } => write!(f, "day{day}+{months}"),
            Terms::PayRun => f.write_str("payrun"),
            Terms::ConfirmationPlus { days, cap } => write!(f, "confirm+{days}/{cap}"),
        }
    }
}

impl FromStr for Terms {
    type Err = Refusal;

    /// Reads and validates the text form.
    fn from_str(text: &str) -> Result<Terms, Refusal> {
        let unreadable = || Refusal::invalid("cycle.terms_unreadable").with("text", text);
        let text = text.trim();
        let terms = if text == "payrun" {
            Terms::PayRun
        } else {
            let (head, numbers) = text.split_once('+').ok_or_else(unreadable)?;
            let whole = |text: &str| text.parse::<i64>().map_err(|_| unreadable());
            match (head, numbers.split_once('/')) {
                ("cutoff", None) => Terms::CutoffPlus {
                    days: whole(numbers)?,
                },
                ("issue", None) => Terms::IssuePlus {
                    days: whole(numbers)?,
                },
                ("confirm", Some((days, cap))) => Terms::ConfirmationPlus {
                    days: whole(days)?,
                    cap: whole(cap)?,
                },
                (_, None) => {
                    let day = head.strip_prefix("day").and_then(|day| day.parse().ok());
                    Terms::DayOfMonth {
                        day: day.ok_or_else(unreadable)?,
                        months: whole(numbers)?,
                    }
                }
                _ => return Err(unreadable()),
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
