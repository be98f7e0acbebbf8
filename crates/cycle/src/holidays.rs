use std::fmt;
use std::str::FromStr;

use base::{Day, Refusal};

/// The days on which nobody works: the weekend, listed holidays, and weekend days that are worked all
/// the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holidays {
    weekend: Vec<i8>,
    off: Vec<Day>,
    worked: Vec<Day>,
}

/// The longest run of days off that is looked through; beyond it a day stays where it is.
const LONGEST_BREAK: i64 = 60;

impl Holidays {
    /// `weekend` are weekdays (1 = Monday … 7 = Sunday). A day both listed and worked is worked.
    pub fn new(weekend: &[i8], mut off: Vec<Day>, mut worked: Vec<Day>) -> Holidays {
        off.sort_unstable();
        worked.sort_unstable();
        Holidays {
            weekend: weekend.to_vec(),
            off,
            worked,
        }
    }

    pub fn is_working(&self, day: Day) -> bool {
        let listed = |days: &[Day]| days.binary_search(&day).is_ok();
        listed(&self.worked) || !(self.weekend.contains(&day.weekday()) || listed(&self.off))
    }

    /// The day itself where it is worked; else where the rule moves it.
    pub fn moved(&self, day: Day, shift: Shift) -> Day {
        if shift == Shift::None || self.is_working(day) {
            return day;
        }
        let towards = |step: i64| {
            (1..=LONGEST_BREAK)
                .map(|days| day.plus(step * days))
                .find(|day| self.is_working(*day))
        };
        let found = match shift {
            Shift::None => None,
            Shift::Following => towards(1),
            Shift::Preceding => towards(-1),
            Shift::ModifiedFollowing => towards(1)
                .filter(|next| next.month_start(0) == day.month_start(0))
                .or_else(|| towards(-1)),
        };
        found.unwrap_or(day)
    }
}

/// Where an issue deadline or due date goes that falls on a day off. Cut-offs are never moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shift {
    /// It stays.
    #[default]
    None,
    /// The next working day.
    Following,
    /// The working day before.
    Preceding,
    /// The next working day, or the one before where the next is in another month.
    ModifiedFollowing,
}

const SHIFTS: [(Shift, &str); 4] = [
    (Shift::None, "none"),
    (Shift::Following, "following"),
    (Shift::Preceding, "preceding"),
    (Shift::ModifiedFollowing, "modified_following"),
];

impl Shift {
    pub fn as_str(self) -> &'static str {
        SHIFTS
            .iter()
            .find(|(shift, _)| *shift == self)
            .map_or("none", |(_, name)| name)
    }
}

impl fmt::Display for Shift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Shift {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Shift, Refusal> {
        let known = SHIFTS.iter().find(|(_, name)| *name == text.trim());
        known
            .map(|(shift, _)| *shift)
            .ok_or_else(|| Refusal::invalid("cycle.bad_shift").with("text", text))
    }
}
