//! The settlement cycle of an account: versions, and the series of periods they lead to.

use base::{Currency, Day, Instant, Refusal, UserId};
use cycle::{PlannedPeriod, Shift};
use db::Tx;
use kit::Meta;
use ledger::AccountId;
use parties::CustomerId;

use crate::desk::{self, Extent};
use crate::rules;
use crate::store;
use crate::types::{CycleVersion, NewCycle};

const LONGEST_CARRY: i64 = 24;

/// Everything in its bounds; what a calendar of days off is needed for is there.
fn checked(tx: &mut Tx<'_>, currency: Currency, new: &NewCycle) -> db::Result<()> {
    new.schedule.validate()?;
    if let Some(calendar) = new.holidays {
        ledger::holiday_calendar(tx, calendar)?;
    } else if new.schedule.shift != Shift::None {
        return Err(Refusal::invalid("statements.holidays_needed")
            .on("holiday_calendar_id")
            .into());
    }
    let minimum = rules::in_minor_units(new.minimum, currency);
    if minimum.is_none_or(|minor| minor < 0) {
        return Err(Refusal::invalid("statements.minimum_amount")
            .on("minimum")
            .with("amount", new.minimum)
            .into());
    }
    if !(1..=LONGEST_CARRY).contains(&new.carry_months) {
        return Err(Refusal::invalid("statements.carry_months")
            .on("carry_months")
            .with("most", LONGEST_CARRY)
            .into());
    }
    Ok(())
}

/// Gives a new account its first cycle and begins its series of statements. The ledger was told the
/// cycle when the account was opened; which events close a period it is told here.
///
/// # Errors
/// `cycle.*`, `statements.threshold_amount`, `statements.holidays_needed`, `statements.minimum_amount`,
/// `statements.carry_months`, `ledger.holiday_calendar_not_found`.
pub fn begin(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: AccountId,
    currency: Currency,
    started_on: Day,
    new: &NewCycle,
) -> db::Result<()> {
    checked(tx, currency, new)?;
    let spec = &new.schedule.spec;
    let (trigger, threshold) = rules::trigger(spec, currency)?;
    if trigger != "none" {
        ledger::set_closing_trigger(tx, account, trigger, threshold)?;
    }
    store::insert_version(tx, meta, account, 1, started_on, new)?;
    let next_cutoff = spec.next_cutoff(started_on.plus(-1));
    let longest_wait = rules::longest_wait(spec);
    store::insert_series(tx, account, next_cutoff, spec.is_dated(), longest_wait)
}

/// Changes the cycle of an account from the next boundary on and answers the day from which it
/// counts; `None` when nothing changes. Periods that are over by then are planned first.
///
/// # Errors
/// As [`begin`], and `statements.no_cycle`.
pub fn set_cycle(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: AccountId,
    new: &NewCycle,
) -> db::Result<Option<Day>> {
    let yesterday = meta.today.plus(-1);
    let mut desk = desk::open(tx, account, Day::MAX)?;
    checked(tx, desk.account.currency, new)?;
    rules::trigger(&new.schedule.spec, desk.account.currency)?;
    desk.plan(tx, meta, yesterday);
    let from = desk.open_from();
    let untouched = desk.series.last_seq == 0 && desk.unbilled.is_empty();
    let valid_from = rules::effective_from(&desk.versions, new, from, meta.today, untouched);
    if let Some(valid_from) = valid_from {
        let number = 1 + store::last_version(tx, account)?;
        store::insert_version(tx, meta, account, number, valid_from, new)?;
        let holidays = store::holidays(tx, new)?;
        desk.take_version(number, valid_from, new, holidays);
        // Away from an event kind the transition period ends on the day before: it is over already.
        desk.plan(tx, meta, yesterday);
    }
    let work = desk.decide(tx, meta, yesterday, Extent::Plan)?;
    desk::write(tx, meta, vec![work])?;
    Ok(valid_from)
}

/// A version of an account's cycle, whether another took its place, and who set it when.
pub type Past = (CycleVersion, bool, Instant, UserId);

/// Every version ever set, newest first.
pub fn history(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Vec<Past>> {
    let versions = store::versions(tx, account)?;
    let made = store::versions_made(tx, account)?;
    let counts = rules::effective(versions.clone());
    let told = versions.into_iter().zip(made).map(|(version, (at, by))| {
        let replaced = !counts.iter().any(|one| one.number == version.number);
        (version, replaced, at, by)
    });
    let mut told: Vec<Past> = told.collect();
    told.reverse();
    Ok(told)
}

/// A period that is to come.
#[derive(Clone, Copy, Debug)]
pub struct Foreseen {
    pub planned: PlannedPeriod,
    /// Made by the cycle that runs until the change.
    pub before_change: bool,
}

/// What a cycle would lead to.
#[derive(Clone, Debug, Default)]
pub struct Foresight {
    /// From when it would count, where an account is named and something changes.
    pub valid_from: Option<Day>,
    pub periods: Vec<Foreseen>,
    /// Where an event closes the period: the days that follow if it were today.
    pub example: Option<Foreseen>,
    pub days_off: Vec<Day>,
}

const FORESEEN: usize = 12;

/// The next twelve periods under a cycle, from a day on or, where a customer is named, from the open
/// period of its account on: with the transition that the change would make.
///
/// # Errors
/// As [`begin`].
pub fn preview(
    tx: &mut Tx<'_>,
    new: &NewCycle,
    customer: Option<CustomerId>,
    from: Day,
    today: Day,
) -> db::Result<Foresight> {
    new.schedule.validate()?;
    let fresh = CycleVersion {
        number: i64::MAX,
        valid_from: from,
        cycle: new.clone(),
        holidays: store::holidays(tx, new)?,
    };
    let mut seen = Foresight::default();
    let (mut versions, mut at) = (vec![fresh.clone()], from);
    if let Some(customer) = customer {
        let account = crate::customers::account_of(tx, customer)?;
        let series = store::series(tx, account)?;
        let current = rules::effective(store::versions(tx, account)?);
        let unbilled = store::unbilled(tx, account, Day::MAX)?;
        let started_on = ledger::find_account(tx, account)?.started_on;
        at = rules::open_from(&series, started_on, &unbilled);
        let untouched = series.last_seq == 0 && unbilled.is_empty();
        seen.valid_from = rules::effective_from(&current, new, at, today, untouched);
        versions = current;
        if let Some(valid_from) = seen.valid_from {
            versions.push(CycleVersion {
                valid_from,
                ..fresh.clone()
            });
            versions = rules::effective(versions);
        }
    }
    seen.periods = rules::foresee(&versions, at, FORESEEN)
        .into_iter()
        .map(|(number, planned)| Foreseen {
            planned,
            before_change: seen.valid_from.is_some() && number != fresh.number,
        })
        .collect();
    if !new.schedule.spec.is_dated() {
        seen.example = Some(Foreseen {
            planned: new.schedule.planned(today, today, &fresh.holidays),
            before_change: false,
        });
    }
    let rows = || seen.periods.iter().chain(&seen.example).map(|row| row.planned);
    let first = rows().map(|row| row.period.from).min();
    let last = rows()
        .map(|row| row.period.to.max(row.due).max(row.issue_by))
        .max();
    if let (Some(first), Some(last), true) = (first, last, new.schedule.shift != Shift::None) {
        let days = (0..=last.since(first).min(LONGEST_VIEW)).map(|days| first.plus(days));
        seen.days_off = days.filter(|day| !fresh.holidays.is_working(*day)).collect();
    }
    Ok(seen)
}

/// Days off are told for so many days at most.
const LONGEST_VIEW: i64 = 800;
