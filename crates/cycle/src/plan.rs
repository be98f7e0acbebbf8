use base::Day;

use crate::CycleSpec;

/// A cycle in force from a day on; among several with the same day the last one in the list counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    pub valid_from: Day,
    pub spec: CycleSpec,
}

/// The period that begins on a given day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenPeriod {
    /// Index of the version it lies under.
    pub version: usize,
    /// Its cut-off, when the calendar knows it: a cut-off of the cycle, or the day before a change.
    pub cutoff: Option<Day>,
}

/// The open period of a series whose periods before `from` are all rows. `versions` is not empty and
/// is in ascending order of `valid_from`.
///
/// A change of cycle cuts the running period on the day before it takes effect; for a change placed
/// on a boundary of the running cycle that is the cut-off itself.
pub fn open_period(versions: &[Version], from: Day) -> OpenPeriod {
    let version = versions
        .iter()
        .rposition(|version| version.valid_from <= from)
        .unwrap_or(0);
    let cutoff = versions[version].spec.next_cutoff(from.plus(-1));
    let change = versions[version + 1..]
        .iter()
        .map(|next| next.valid_from.plus(-1))
        .min();
    OpenPeriod {
        version,
        cutoff: cutoff.into_iter().chain(change).min(),
    }
}
