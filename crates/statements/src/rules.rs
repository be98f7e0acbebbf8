//! Decisions of periods and statements, pure.

use std::collections::HashSet;

use base::{Currency, Day, Money, Refusal, Zone};
use cycle::{CycleSpec, Version, due, open_period};
use ledger::{AccountRow, EntryId, EntryKind, Unbilled};

use crate::types::{Cause, CycleVersion, LineRow, NewCycle, Period, Series, SettlementState};

/// The versions that count, in ascending order of the day from which they do: a later version takes
/// the place of earlier ones that would begin on its day or after it.
pub fn effective(mut versions: Vec<CycleVersion>) -> Vec<CycleVersion> {
    versions.sort_by_key(|version| version.number);
    let mut kept: Vec<CycleVersion> = Vec::with_capacity(versions.len());
    for version in versions {
        kept.retain(|earlier| earlier.valid_from < version.valid_from);
        kept.push(version);
    }
    kept
}

fn plain(versions: &[CycleVersion]) -> Vec<Version> {
    versions
        .iter()
        .map(|v| Version {
            valid_from: v.valid_from,
            spec: v.spec.clone(),
        })
        .collect()
}

/// First day of the open period.
pub fn open_from(series: &Series, started_on: Day, unbilled: &[Unbilled]) -> Day {
    match series.planned_to {
        Some(planned) => planned.plus(1),
        None => unbilled
            .iter()
            .map(|entry| entry.statement_date)
            .fold(started_on, Day::min),
    }
}

/// The open period: the version it lies under, and its cut-off where the calendar knows it.
pub fn running(versions: &[CycleVersion], from: Day) -> (&CycleVersion, Option<Day>) {
    let open = open_period(&plain(versions), from);
    (&versions[open.version], open.cutoff)
}

/// A period that is to become a row; its identity comes later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPeriod {
    pub from: Day,
    pub to: Day,
    pub cause: Cause,
    pub cycle_version: i64,
    pub issue_by: Day,
    pub due: Day,
    pub closed_by: Option<EntryId>,
}

fn period(version: &CycleVersion, from: Day, to: Day, cause: Cause, closed_by: Option<EntryId>) -> NewPeriod {
    let issue_by = to.plus(version.lag_days);
    NewPeriod {
        from: from.min(to),
        to,
        cause,
        cycle_version: version.number,
        issue_by,
        due: due(version.terms, to, issue_by),
        closed_by,
    }
}

/// Everything the planner looks at.
pub struct Ground<'a> {
    pub versions: &'a [CycleVersion],
    /// Periods that are rows already and have no statement yet, in order.
    pub planned: &'a [Period],
    pub unbilled: &'a [Unbilled],
    pub currency: Currency,
    pub zone: &'a Zone,
}

/// The periods that follow `from`, in order, up to and including cut-offs on `until`; and the first
/// day of the open period after them. Asking again from there adds nothing.
pub fn plan(ground: &Ground<'_>, from: Day, until: Day) -> (Vec<NewPeriod>, Day) {
    let versions = plain(ground.versions);
    let mut planned = Vec::new();
    let mut at = from;
    let mut events_done = false;
    loop {
        let version = &ground.versions[open_period(&versions, at).version];
        if !version.spec.is_dated() && !events_done {
            at = plan_events(ground, version, &mut planned, at, until);
            events_done = true;
        }
        // The version again: events may have led past a change.
        let open = open_period(&versions, at);
        let version = &ground.versions[open.version];
        let Some(to) = open.cutoff.filter(|to| *to <= until) else {
            return (planned, at);
        };
        let natural = version.spec.next_cutoff(at.plus(-1)) == Some(to);
        let cause = if natural { Cause::Calendar } else { Cause::Change };
        planned.push(period(version, at, to, cause, None));
        at = to.plus(1);
    }
}

/// Periods closed by events. They follow from the entries that wait and not from when somebody looks,
/// so planning late gives the periods that planning in time would have given.
fn plan_events(
    ground: &Ground<'_>,
    version: &CycleVersion,
    planned: &mut Vec<NewPeriod>,
    mut at: Day,
    until: Day,
) -> Day {
    let closings = match &version.spec {
        CycleSpec::PerDocument => deliveries(ground, planned),
        CycleSpec::Threshold { max_days, .. } => thresholds(ground, version, planned, *max_days, until),
        _ => Vec::new(),
    };
    for closing in closings {
        let to = closing.on.max(at.plus(-1));
        planned.push(period(version, at, to, closing.cause, closing.trigger));
        at = to.plus(1);
    }
    at
}

/// An event that closes a period.
struct Closing {
    on: Day,
    cause: Cause,
    trigger: Option<EntryId>,
}

/// Each delivery is one, unless a period has it already or a dated period will take it.
fn deliveries(ground: &Ground<'_>, planned: &[NewPeriod]) -> Vec<Closing> {
    let taken: HashSet<EntryId> = ground
        .planned
        .iter()
        .filter_map(|period| period.closed_by)
        .collect();
    let rows = ground
        .planned
        .iter()
        .filter(|period| period.cause.is_dated())
        .map(|period| period.to);
    let new = planned
        .iter()
        .filter(|period| period.cause.is_dated())
        .map(|period| period.to);
    let covered = rows.chain(new).max();
    let free = |entry: &&Unbilled| {
        is_delivery(entry)
            && !taken.contains(&entry.entry)
            && covered.is_none_or(|covered| entry.statement_date > covered)
    };
    let mut free: Vec<&Unbilled> = ground.unbilled.iter().filter(free).collect();
    free.sort_by_key(|entry| (entry.recorded_at, entry.entry));
    let closing = |entry: &Unbilled| Closing {
        on: entry.statement_date,
        cause: Cause::Document,
        trigger: Some(entry.entry),
    };
    free.into_iter().map(closing).collect()
}

/// Goes through the waiting entries in the order of recording: the one with which goods and charges
/// reach the amount closes a period, and so does the longest wait, on its own day.
fn thresholds(
    ground: &Ground<'_>,
    version: &CycleVersion,
    planned: &[NewPeriod],
    max_days: i64,
    until: Day,
) -> Vec<Closing> {
    let Ok((_, Some(amount))) = trigger(&version.spec, ground.currency) else {
        return Vec::new();
    };
    let mut left = ground.unbilled.to_vec();
    let rows = ground
        .planned
        .iter()
        .map(|period| (period.cause, period.to, period.closed_by));
    let new = planned
        .iter()
        .map(|period| (period.cause, period.to, period.closed_by));
    for (cause, to, closed_by) in rows.chain(new) {
        take(&mut left, cause, to, closed_by);
    }
    left.sort_by_key(|entry| (entry.recorded_at, entry.entry));
    let mut closings = Vec::new();
    let mut waiting: Vec<Unbilled> = Vec::new();
    // What a longest wait closes also covers entries of its time that were recorded later.
    let mut closed_to: Option<Day> = None;
    for entry in left {
        let recorded = entry.recorded_at.day_in(ground.zone);
        while let Some(to) = longest(&waiting, max_days).filter(|to| *to <= until && *to < recorded) {
            waiting.retain(|entry| entry.statement_date > to);
            closings.push(Closing {
                on: to,
                cause: Cause::MaxDays,
                trigger: None,
            });
            closed_to = Some(to);
        }
        if closed_to.is_some_and(|to| entry.statement_date <= to) {
            continue;
        }
        let (on, id) = (entry.statement_date, entry.entry);
        let counts = entry.kind.is_billing();
        waiting.push(entry);
        let sum: i128 = waiting
            .iter()
            .filter(|e| e.kind.is_billing())
            .map(|e| i128::from(e.amount))
            .sum();
        if counts && sum >= i128::from(amount) {
            waiting.clear();
            closings.push(Closing {
                on,
                cause: Cause::Threshold,
                trigger: Some(id),
            });
        }
    }
    while let Some(to) = longest(&waiting, max_days).filter(|to| *to <= until) {
        waiting.retain(|entry| entry.statement_date > to);
        closings.push(Closing {
            on: to,
            cause: Cause::MaxDays,
            trigger: None,
        });
    }
    closings
}

/// The day on which the oldest waiting entry has waited long enough.
fn longest(waiting: &[Unbilled], max_days: i64) -> Option<Day> {
    waiting
        .iter()
        .map(|entry| entry.statement_date)
        .min()
        .map(|oldest| oldest.plus(max_days))
}

/// A period that somebody closes by hand on `cutoff`.
pub fn closed_by_hand(version: &CycleVersion, from: Day, cutoff: Day) -> NewPeriod {
    period(version, from, cutoff, Cause::Manual, None)
}

/// The version with a number; a version that another took the place of is not there.
pub fn version_of(versions: &[CycleVersion], number: i64) -> Option<&CycleVersion> {
    versions.iter().find(|version| version.number == number)
}

/// After how many days the oldest unbilled entry closes the period by itself.
pub fn longest_wait(spec: &CycleSpec) -> Option<i64> {
    match spec {
        CycleSpec::Threshold { max_days, .. } => Some(*max_days),
        _ => None,
    }
}

/// Which events of the ledger close a period: the trigger's name and the threshold in minor units.
pub fn trigger(spec: &CycleSpec, currency: Currency) -> Result<(&'static str, Option<i64>), Refusal> {
    match spec {
        CycleSpec::PerDocument => Ok(("document", None)),
        CycleSpec::Threshold { amount, .. } => {
            let refused = || {
                Refusal::invalid("statements.threshold_amount")
                    .on("cycle")
                    .with("amount", amount)
            };
            let money = Money::parse(&amount.to_string(), currency).map_err(|_| refused())?;
            Ok(("threshold", Some(money.minor)))
        }
        _ => Ok(("none", None)),
    }
}

/// Whether an entry is a delivery in the sense of a cycle per document.
pub fn is_delivery(entry: &Unbilled) -> bool {
    entry.kind == EntryKind::Sale && entry.amount >= 0
}

/// Takes from `left` what the statement of a period takes, in order of statement date and entry.
///
/// Per document: the delivery and all that is no delivery and was recorded before it. Threshold:
/// everything recorded up to the entry that reached it. Any other: everything dated up to the cut-off.
pub fn take(
    left: &mut Vec<Unbilled>,
    cause: Cause,
    cutoff: Day,
    closed_by: Option<EntryId>,
) -> Vec<Unbilled> {
    let trigger = closed_by.and_then(|id| left.iter().find(|entry| entry.entry == id));
    let recorded = trigger.map(|entry| (entry.recorded_at, entry.entry));
    let belongs = |entry: &Unbilled| {
        let before = recorded.is_some_and(|recorded| (entry.recorded_at, entry.entry) <= recorded);
        match cause {
            Cause::Document => before && (Some(entry.entry) == closed_by || !is_delivery(entry)),
            Cause::Threshold => before,
            Cause::Calendar | Cause::Change | Cause::MaxDays | Cause::Manual => {
                entry.statement_date <= cutoff
            }
        }
    };
    let (mut taken, rest): (Vec<Unbilled>, Vec<Unbilled>) = left.drain(..).partition(belongs);
    *left = rest;
    taken.sort_by_key(|entry| (entry.statement_date, entry.entry));
    taken
}

/// The lines of a statement, late ones (dated before the period) first.
pub fn lines(taken: &[Unbilled], from: Day) -> Vec<LineRow> {
    let mut ordered: Vec<&Unbilled> = taken.iter().collect();
    ordered.sort_by_key(|entry| (entry.statement_date >= from, entry.statement_date, entry.entry));
    let numbered = ordered.into_iter().zip(1..);
    numbered
        .map(|(entry, line_no)| LineRow {
            line_no,
            entry: entry.entry,
            late: entry.statement_date < from,
            kind: entry.kind,
            basis_date: entry.basis_date,
            document_kind: entry.document_kind.clone(),
            document_id: entry.document_id,
            document_no: entry.document_no.clone(),
            amount: entry.amount,
        })
        .collect()
}

/// Opening plus the lines, exact.
pub fn closing(opening: i64, lines: &[LineRow]) -> Result<i64, Refusal> {
    let sum = lines
        .iter()
        .fold(i128::from(opening), |sum, line| sum + i128::from(line.amount));
    i64::try_from(sum).map_err(|_| Refusal::invalid("statements.amount_too_large"))
}

/// The sum of entries.
pub fn sum(entries: &[Unbilled]) -> i128 {
    entries.iter().map(|entry| i128::from(entry.amount)).sum()
}

/// The closing so far must be what the ledger holds beside the entries that are on no statement:
/// nothing is issued on top of books that do not add up.
pub fn closing_fits(account: &AccountRow, closing: i64, uncovered: i128) -> Result<(), Refusal> {
    let covered = i128::from(account.balance) - uncovered;
    if covered == i128::from(closing) {
        return Ok(());
    }
    let covered = i64::try_from(covered).unwrap_or(i64::MAX);
    Err(Refusal::rule("statements.closing_differs")
        .with("closing", Money::new(closing, account.currency))
        .with("ledger", Money::new(covered, account.currency)))
}

/// Whether a statement fixes the due date of this entry: goods and charges that are owed.
pub fn fixes_due(entry: &Unbilled) -> bool {
    entry.kind.is_billing() && entry.amount > 0
}

/// From what is open on its debit lines and what they came to.
pub fn settlement(open_debit: i64, debit: i64) -> SettlementState {
    match open_debit {
        0 => SettlementState::Settled,
        open if open >= debit => SettlementState::Open,
        _ => SettlementState::Part,
    }
}

/// When a change of cycle takes effect. `None`: nothing changes.
///
/// A new kind or rhythm waits for the end of the running period; away from an event kind the period
/// closes on the day before the change. Terms alone count from the running period on. Where nothing
/// has moved yet there is no period to respect.
pub fn effective_from(
    versions: &[CycleVersion],
    new: &NewCycle,
    from: Day,
    today: Day,
    untouched: bool,
) -> Option<Day> {
    let says = |version: &CycleVersion| {
        version.spec == new.spec
            && (version.terms, version.lag_days, version.send_empty)
                == (new.terms, new.lag_days, new.send_empty)
    };
    if versions.last().is_some_and(says) {
        return None;
    }
    let (current, _) = running(versions, from);
    if current.spec == new.spec || untouched {
        return Some(from);
    }
    let boundary = current
        .spec
        .next_cutoff(from.plus(-1))
        .map(|cutoff| cutoff.plus(1));
    Some(boundary.unwrap_or_else(|| today.max(from)))
}

/// What a statement is made of, as one text: its digest is printed on it, so any later change shows.
pub struct Canonical<'a> {
    pub no: &'a str,
    pub header: &'a str,
    pub from: Day,
    pub to: Day,
    pub due: Day,
    pub opening: i64,
    pub closing: i64,
}

pub fn canonical(statement: &Canonical<'_>, lines: &[LineRow]) -> String {
    use std::fmt::Write;
    let s = statement;
    let mut text = String::with_capacity(200 + s.header.len() + lines.len() * 48);
    let _ = writeln!(text, "statement {}\n{}", s.no, s.header);
    let _ = writeln!(text, "{} {} {} {} {}", s.from, s.to, s.due, s.opening, s.closing);
    for line in lines {
        let _ = writeln!(
            text,
            "{} {} {} {} {} {} {} {}",
            line.line_no,
            i64::from(line.late),
            line.kind.as_str(),
            line.basis_date,
            line.document_kind,
            line.document_no,
            line.entry,
            line.amount
        );
    }
    text
}
