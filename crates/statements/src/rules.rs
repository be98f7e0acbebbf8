//! Decisions of periods and statements, pure.

use std::collections::HashSet;

use base::{Currency, Day, Money, Price, Refusal, Zone};
use cycle::{CycleSpec, PlannedPeriod, Version, open_period};
use ledger::{AccountRow, EntryId, EntryKind, Unbilled};

use crate::types::{
    Ageing, AnswerState, Cause, CycleVersion, DeliveryState, LineRow, NewCycle, Period, PeriodState, Series,
    SettlementState,
};

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
            spec: v.spec().clone(),
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

/// At most `count` periods that follow `from` with the number of the version that makes each, as far
/// as the calendar knows them.
pub fn foresee(versions: &[CycleVersion], from: Day, count: usize) -> Vec<(i64, PlannedPeriod)> {
    let mut foreseen = Vec::new();
    let mut at = from;
    while foreseen.len() < count {
        let (version, Some(cutoff)) = running(versions, at) else {
            break;
        };
        let planned = version.cycle.schedule.planned(at, cutoff, &version.holidays);
        foreseen.push((version.number, planned));
        at = cutoff.plus(1);
    }
    foreseen
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
    let issue_by = version.issue_by(to);
    NewPeriod {
        from: from.min(to),
        to,
        cause,
        cycle_version: version.number,
        issue_by,
        due: version.due(to, issue_by, None),
        closed_by,
    }
}

/// Everything the planner looks at.
pub struct Ground<'a> {
    pub versions: &'a [CycleVersion],
    /// Periods that are rows already and have no statement yet, in order.
    pub planned: &'a [Period],
    pub unbilled: &'a [Unbilled],
    /// Releases that closed a batch: the last entry of the batch, and the day.
    pub releases: &'a [(EntryId, Day)],
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
        if !version.spec().is_dated() && !events_done {
            at = plan_events(ground, version, &mut planned, at, until);
            events_done = true;
        }
        // The version again: events may have led past a change.
        let open = open_period(&versions, at);
        let version = &ground.versions[open.version];
        let Some(to) = open.cutoff.filter(|to| *to <= until) else {
            return (planned, at);
        };
        let natural = version.spec().next_cutoff(at.plus(-1)) == Some(to);
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
    let closings = match version.spec() {
        CycleSpec::PerDocument => deliveries(ground, planned),
        CycleSpec::Threshold { max_days, .. } => match trigger(version.spec(), ground.currency) {
            Ok((_, Some(amount))) => accumulated(ground, planned, *max_days, until, reaches(amount)),
            _ => Vec::new(),
        },
        CycleSpec::PerBatch { max_days } => accumulated(ground, planned, *max_days, until, |_, entry| {
            let release = ground.releases.iter().find(|(last, _)| *last == entry.entry);
            release.map(|(_, day)| (*day, Cause::Batch))
        }),
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

/// A threshold: the goods or charge with which what waits comes to the amount.
fn reaches(amount: i64) -> impl Fn(&[Unbilled], &Unbilled) -> Option<(Day, Cause)> {
    move |waiting, entry| {
        let billing = waiting.iter().filter(|e| e.kind.is_billing());
        let sum: i128 = billing.map(|e| i128::from(e.amount)).sum();
        let closes = entry.kind.is_billing() && sum >= i128::from(amount);
        closes.then_some((entry.statement_date, Cause::Threshold))
    }
}

/// Goes through the waiting entries in the order of recording. `closes` says whether one, with those
/// that wait, closes a period, and on which day; the longest wait closes one as well, on its own day.
fn accumulated(
    ground: &Ground<'_>,
    planned: &[NewPeriod],
    max_days: i64,
    until: Day,
    closes: impl Fn(&[Unbilled], &Unbilled) -> Option<(Day, Cause)>,
) -> Vec<Closing> {
    let mut closings = Vec::new();
    let mut waiting: Vec<Unbilled> = Vec::new();
    // What a longest wait closes also covers entries of its time that were recorded later.
    let mut closed_to: Option<Day> = None;
    let waited = |waiting: &mut Vec<Unbilled>, closings: &mut Vec<Closing>, before: Day| {
        let mut closed = None;
        while let Some(to) = longest(waiting, max_days).filter(|to| *to <= until && *to < before) {
            waiting.retain(|entry| entry.statement_date > to);
            closings.push(Closing {
                on: to,
                cause: Cause::MaxDays,
                trigger: None,
            });
            closed = Some(to);
        }
        closed
    };
    for entry in still_free(ground, planned) {
        let recorded = entry.recorded_at.day_in(ground.zone);
        closed_to = waited(&mut waiting, &mut closings, recorded).or(closed_to);
        if closed_to.is_some_and(|to| entry.statement_date <= to) {
            continue;
        }
        waiting.push(entry.clone());
        let Some((on, cause)) = closes(&waiting, &entry) else {
            continue;
        };
        if cause == Cause::Batch {
            // A release comes later than the last entry of its batch.
            closed_to = waited(&mut waiting, &mut closings, on).or(closed_to);
        }
        if waiting.is_empty() {
            continue;
        }
        waiting.clear();
        closings.push(Closing {
            on,
            cause,
            trigger: Some(entry.entry),
        });
    }
    waited(&mut waiting, &mut closings, Day::MAX);
    closings
}

/// The waiting entries that no planned period will take, in the order of recording.
fn still_free(ground: &Ground<'_>, planned: &[NewPeriod]) -> Vec<Unbilled> {
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
    left
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
        CycleSpec::Threshold { max_days, .. } | CycleSpec::PerBatch { max_days } => Some(*max_days),
        _ => None,
    }
}

/// Which events of the ledger close a period: the trigger's name and the threshold in minor units.
pub fn trigger(spec: &CycleSpec, currency: Currency) -> Result<(&'static str, Option<i64>), Refusal> {
    match spec {
        CycleSpec::PerDocument => Ok(("document", None)),
        CycleSpec::PerBatch { .. } => Ok(("batch", None)),
        CycleSpec::Threshold { amount, .. } => {
            let refused = || {
                Refusal::invalid("statements.threshold_amount")
                    .on("cycle")
                    .with("amount", amount)
            };
            let minor = in_minor_units(*amount, currency).ok_or_else(refused)?;
            Ok(("threshold", Some(minor)))
        }
        _ => Ok(("none", None)),
    }
}

/// An amount in currency units; `None` where the currency has no such fractions.
pub fn in_minor_units(amount: Price, currency: Currency) -> Option<i64> {
    let money = Money::parse(&amount.to_string(), currency).ok()?;
    Some(money.minor)
}

/// Why a dated period gets no statement: nothing moved, or it comes to less than the minimum and has
/// not been held back long enough. `waiting` is what is dated up to the cut-off; `asked` says that a
/// person wants the statement, so no minimum holds it back.
pub fn without_statement(
    cycle: &NewCycle,
    currency: Currency,
    (opening, waiting): (i64, &[&Unbilled]),
    cutoff: Day,
    asked: bool,
) -> Option<PeriodState> {
    let Some(oldest) = waiting.iter().map(|entry| entry.statement_date).min() else {
        return (!cycle.send_empty).then_some(PeriodState::Empty);
    };
    let minimum = in_minor_units(cycle.minimum, currency).unwrap_or(0);
    if asked || minimum <= 0 || cutoff >= months_after(oldest, cycle.carry_months) {
        return None;
    }
    let moved: i128 = waiting.iter().map(|entry| i128::from(entry.amount)).sum();
    let closing = i128::from(opening) + moved;
    (closing.abs() < i128::from(minimum)).then_some(PeriodState::Carried)
}

/// The same day some months later; past a month's end its last.
pub fn months_after(day: Day, months: i64) -> Day {
    day.month_start(months).on_day(day.day())
}

/// Whether an entry is a delivery in the sense of a cycle per document.
pub fn is_delivery(entry: &Unbilled) -> bool {
    entry.kind == EntryKind::Sale && entry.amount >= 0
}

/// Takes from `left` what the statement of a period takes, in order of statement date and entry.
///
/// Per document: the delivery and all that is no delivery and was recorded before it. Threshold and
/// batch: everything recorded up to the entry that reached it, or that ends the batch. Any other: everything dated up to the cut-off.
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
            Cause::Threshold | Cause::Batch => before,
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
            ship_to: entry.ship_to.clone(),
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

/// Adds what is open of an item to its bucket; a debit is overdue from the day after its due date.
pub fn age(ageing: &mut Ageing, side: i64, days_overdue: i64, open: i64) {
    let bucket = match days_overdue {
        _ if side < 0 => &mut ageing.credit,
        ..=0 => &mut ageing.not_due,
        1..=30 => &mut ageing.days_30,
        31..=60 => &mut ageing.days_60,
        61..=90 => &mut ageing.days_90,
        _ => &mut ageing.older,
    };
    *bucket += open;
}

/// Where a statement is on its way after one more event: what was seen or handed over stays so.
pub fn delivery_after(now: DeliveryState, event: DeliveryState) -> DeliveryState {
    let rank = |state: DeliveryState| match state {
        DeliveryState::None => 0,
        DeliveryState::Sent | DeliveryState::Failed => 1,
        DeliveryState::Delivered => 2,
        DeliveryState::Viewed => 3,
    };
    if rank(event) >= rank(now) { event } else { now }
}

/// The answer that disputes of lines amount to.
pub fn disputed(owed: i64, disputed: i64) -> AnswerState {
    if disputed >= owed {
        AnswerState::Disputed
    } else {
        AnswerState::PartDisputed
    }
}

/// The number of a version: the first has the plain one.
pub fn version_no(plain: String, version: i64) -> String {
    if version == 1 {
        plain
    } else {
        format!("{plain}-{version}")
    }
}

/// When a change of cycle takes effect. `None`: nothing changes.
///
/// A new kind or rhythm waits for the end of the running period; away from an event kind the period
/// closes on the day before the change. Anything else counts from the running period on. Where nothing
/// has moved yet there is no period to respect.
pub fn effective_from(
    versions: &[CycleVersion],
    new: &NewCycle,
    from: Day,
    today: Day,
    untouched: bool,
) -> Option<Day> {
    if versions.last().is_some_and(|version| version.cycle == *new) {
        return None;
    }
    let (current, _) = running(versions, from);
    if *current.spec() == new.schedule.spec || untouched {
        return Some(from);
    }
    let boundary = current
        .spec()
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
        if !line.ship_to.is_empty() {
            let _ = writeln!(text, "ship to {}", line.ship_to);
        }
    }
    text
}
