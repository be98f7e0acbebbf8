//! Holiday calendars of a company: named lists of days off that move issue deadlines and due dates, never
//! cut-offs. They stand here because provisional due dates follow them.

use std::collections::HashSet;

use base::{Day, Refusal};
use cycle::{Holidays, Shift};
use db::{Tx, p};
use kit::Meta;

use crate::types::{AccountRow, HolidayCalendarId};

const LONGEST_NAME: usize = 100;
const MOST_DAYS: usize = 2000;

db::statements! {
    LIST = "SELECT c.id, c.name, c.weekend, c.version, (SELECT COUNT(*) FROM ledger_holiday h \
            WHERE h.company_id = c.company_id AND h.calendar_id = c.id), \
        (SELECT COUNT(*) FROM ledger_account a WHERE a.company_id = c.company_id \
            AND a.holiday_calendar_id = c.id) \
        FROM ledger_holiday_calendar c WHERE c.company_id = $1 ORDER BY c.name, c.id";
    GET = "SELECT name, weekend, version FROM ledger_holiday_calendar WHERE company_id = $1 AND id = $2";
    LOCK = "SELECT version FROM ledger_holiday_calendar WHERE company_id = $1 AND id = $2";
    SAME_NAME = "SELECT id FROM ledger_holiday_calendar WHERE company_id = $1 AND name = $2 AND id <> $3";
    DAYS = "SELECT day, working, name FROM ledger_holiday WHERE company_id = $1 AND calendar_id = $2 \
        ORDER BY day";
    INSERT = "INSERT INTO ledger_holiday_calendar (company_id, id, name, weekend, version, created_at, \
        created_by) VALUES ($1, $2, $3, $4, 1, $5, $6)";
    UPDATE = "UPDATE ledger_holiday_calendar SET name = $3, weekend = $4, version = version + 1 \
        WHERE company_id = $1 AND id = $2";
    DROP_DAYS = "DELETE FROM ledger_holiday WHERE company_id = $1 AND calendar_id = $2";
    ADD_DAYS = "INSERT INTO ledger_holiday (company_id, calendar_id, day, working, name) VALUES";
}

/// A day that is off, or worked although it lies on the weekend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holiday {
    pub day: Day,
    pub working: bool,
    pub name: String,
}

db::from_row! { Holiday { day, working, name } }

/// What a person says of a calendar.
#[derive(Clone, Debug)]
pub struct HolidayCalendar {
    pub name: String,
    /// Weekdays off every week (1 = Monday … 7 = Sunday).
    pub weekend: Vec<i8>,
    pub days: Vec<Holiday>,
}

/// A calendar in the list.
#[derive(Clone, Debug)]
pub struct HolidayCalendarItem {
    pub id: HolidayCalendarId,
    pub name: String,
    pub weekend: String,
    pub version: i64,
    pub days: i64,
    /// Accounts whose deadlines and due dates it moves.
    pub accounts: i64,
}

db::from_row! { HolidayCalendarItem { id, name, weekend, version, days, accounts } }

/// The calendars of the company by name.
pub fn holiday_calendars(tx: &mut Tx<'_>) -> db::Result<Vec<HolidayCalendarItem>> {
    tx.all(LIST, p![])
}

/// The weekdays of a weekend in its text form, `6,7`.
pub fn weekdays(text: &str) -> Vec<i8> {
    text.split(',').filter_map(|day| day.parse().ok()).collect()
}

/// A calendar with its days, and its version.
///
/// # Errors
/// `ledger.holiday_calendar_not_found`.
pub fn holiday_calendar(tx: &mut Tx<'_>, id: HolidayCalendarId) -> db::Result<(HolidayCalendar, i64)> {
    let found: Option<(String, String, i64)> = tx.opt(GET, p![id])?;
    let (name, weekend, version) = found.ok_or_else(missing)?;
    let days = tx.all(DAYS, p![id])?;
    let calendar = HolidayCalendar {
        name,
        weekend: weekdays(&weekend),
        days,
    };
    Ok((calendar, version))
}

fn missing() -> db::Error {
    Refusal::not_found("ledger.holiday_calendar_not_found")
        .on("holiday_calendar_id")
        .into()
}

fn checked(calendar: &HolidayCalendar) -> Result<(), Refusal> {
    let name = calendar.name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(Refusal::invalid("ledger.holiday_calendar_name")
            .on("name")
            .with("most", LONGEST_NAME));
    }
    let weekend: HashSet<i8> = calendar.weekend.iter().copied().collect();
    if weekend.iter().any(|day| !(1..=7).contains(day)) || weekend.len() > 6 {
        return Err(Refusal::invalid("ledger.holiday_weekend").on("weekend"));
    }
    let days: HashSet<Day> = calendar.days.iter().map(|holiday| holiday.day).collect();
    if days.len() != calendar.days.len() || days.len() > MOST_DAYS {
        return Err(Refusal::invalid("ledger.holiday_days")
            .on("days")
            .with("most", MOST_DAYS));
    }
    if calendar
        .days
        .iter()
        .any(|holiday| holiday.name.chars().count() > LONGEST_NAME)
    {
        return Err(Refusal::invalid("ledger.holiday_calendar_name")
            .on("days")
            .with("most", LONGEST_NAME));
    }
    Ok(())
}

/// Makes a calendar, or replaces one. What is planned already keeps its days; what is planned from now
/// on follows the new ones.
///
/// # Errors
/// `ledger.holiday_calendar_not_found`, `ledger.holiday_calendar_changed`, `ledger.holiday_calendar_name`,
/// `ledger.holiday_calendar_exists`, `ledger.holiday_weekend`, `ledger.holiday_days`.
pub fn save_holiday_calendar(
    tx: &mut Tx<'_>,
    meta: &Meta,
    id: Option<(HolidayCalendarId, i64)>,
    calendar: &HolidayCalendar,
) -> db::Result<HolidayCalendarId> {
    checked(calendar)?;
    let name = calendar.name.trim();
    let mut weekend = calendar.weekend.clone();
    weekend.sort_unstable();
    weekend.dedup();
    let weekend: Vec<String> = weekend.iter().map(i8::to_string).collect();
    let weekend = weekend.join(",");
    let own = id.map_or(HolidayCalendarId::new(0), |(id, _)| id);
    let same: Option<HolidayCalendarId> = tx.opt(SAME_NAME, p![name, own])?;
    if same.is_some() {
        return Err(Refusal::invalid("ledger.holiday_calendar_exists")
            .on("name")
            .with("name", name)
            .into());
    }
    let id = match id {
        None => {
            let id = tx.next_id();
            tx.push(INSERT, p![id, name, weekend, meta.now, meta.user])?;
            id
        }
        Some((id, version)) => {
            let stored: i64 = tx.lock(LOCK, p![id])?.ok_or_else(missing)?;
            if stored != version {
                return Err(Refusal::conflict("ledger.holiday_calendar_changed").into());
            }
            tx.push(UPDATE, p![id, name, weekend])?;
            tx.push(DROP_DAYS, p![id])?;
            id
        }
    };
    let rows = calendar
        .days
        .iter()
        .map(|holiday| p![id, holiday.day, holiday.working, holiday.name.trim()]);
    tx.push_rows(ADD_DAYS, rows.collect())?;
    Ok(id)
}

/// The days off of a calendar; without one every day is worked.
pub fn holidays(tx: &mut Tx<'_>, calendar: Option<HolidayCalendarId>) -> db::Result<Holidays> {
    let Some(id) = calendar else {
        return Ok(Holidays::default());
    };
    let (calendar, _) = holiday_calendar(tx, id)?;
    let days = |working: bool| {
        let listed = calendar.days.iter().filter(|holiday| holiday.working == working);
        listed.map(|holiday| holiday.day).collect()
    };
    Ok(Holidays::new(&calendar.weekend, days(false), days(true)))
}

/// Read only where a day may be moved.
pub(crate) fn of_account(tx: &mut Tx<'_>, account: &AccountRow) -> db::Result<Holidays> {
    if account.shift == Shift::None.as_str() {
        return Ok(Holidays::default());
    }
    holidays(tx, account.holiday_calendar)
}
