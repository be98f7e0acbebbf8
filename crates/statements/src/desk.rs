//! One account on the desk: its periods planned, its statements written, in one transaction.
//!
//! Everything that can be refused is decided before the first write of an account, so a refused
//! account is left as it was while the others of the same transaction go on.

use base::Day;
use cycle::Holidays;
use db::{Tx, p};
use kit::{Meta, number, search};
use ledger::{AccountId, AccountRow, EntryId, Unbilled};
use parties::CustomerRow;
use sha2::{Digest, Sha256};

use crate::ageing;
use crate::rules::{self, Ground};
use crate::settings::{self, Settings};
use crate::store;
use crate::types::{
    Ageing, Cause, CycleVersion, Header, LineRow, NewCycle, Period, PeriodState, Series, StatementId,
    StatementRow,
};

/// The series of statement numbers.
pub const NUMBERS: &str = "ST";

/// How far a piece of work goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Periods become rows; statements only where an event closed the period.
    Plan,
    /// Every period gets its statement, unless a minimum balance holds it back.
    Issue,
    /// As `Issue`, and no minimum holds anything back: a person asked for this statement.
    Request,
}

/// An account with everything that its periods depend on.
pub struct Desk {
    pub account: AccountRow,
    pub series: Series,
    pub versions: Vec<CycleVersion>,
    /// Periods without a statement, in order; those from `first_new` on are no rows yet.
    pub periods: Vec<Period>,
    first_new: usize,
    pub unbilled: Vec<Unbilled>,
    closings: i64,
    releases: Vec<(EntryId, Day)>,
    /// Up to this day `unbilled` is complete.
    up_to: Day,
}

/// A statement that is to be issued.
struct Draft {
    id: StatementId,
    period: usize,
    opening: i64,
    closing: i64,
    due: Day,
    lines: Vec<LineRow>,
    ageing: Option<Ageing>,
}

/// What an account's work came to, before it is written.
pub struct Work {
    desk: Desk,
    customer: CustomerRow,
    drafts: Vec<Draft>,
    billed: Vec<Unbilled>,
    dues: Vec<(EntryId, Day)>,
    /// What became of the desk's periods, counted from the first; the others wait.
    states: Vec<PeriodState>,
    /// Number and version of the statement whose place its one statement takes.
    replaces: Option<(i64, i64)>,
}

/// Loads and locks an account.
pub fn open(tx: &mut Tx<'_>, account: AccountId, until: Day) -> db::Result<Desk> {
    let account = ledger::lock_account(tx, account)?;
    let series = store::series(tx, account.id)?;
    let versions = rules::effective(store::versions(tx, account.id)?);
    let periods = match series.next_issue {
        Some(_) => store::planned(tx, account.id, 0)?,
        None => Vec::new(),
    };
    // Where an event kind takes over, the deliveries after its first day close periods as well.
    let dated = series.dated && versions.iter().all(|version| version.spec().is_dated());
    let calendar = dated && series.planned_to.is_some();
    let up_to = if calendar { until } else { Day::MAX };
    let unbilled = store::unbilled(tx, account.id, up_to)?;
    let closings = if series.dated {
        Vec::new()
    } else {
        ledger::closings(tx, account.id)?
    };
    let first_new = periods.len();
    let batches = closings.iter().filter(|closing| closing.cause == "batch");
    let releases = batches
        .map(|closing| (closing.trigger, closing.statement_date))
        .collect();
    let closings = closings.last().map_or(0, |closing| closing.seq);
    Ok(Desk {
        account,
        series,
        versions,
        periods,
        first_new,
        unbilled,
        closings,
        releases,
        up_to,
    })
}

impl Desk {
    /// First day of the open period.
    pub fn open_from(&self) -> Day {
        rules::open_from(&self.series, self.account.started_on, &self.unbilled)
    }

    /// Plans every period up to `until` and moves the watermark.
    pub fn plan(&mut self, tx: &mut Tx<'_>, meta: &Meta, until: Day) {
        let from = self.open_from();
        let ground = Ground {
            versions: &self.versions,
            planned: &self.periods,
            unbilled: &self.unbilled,
            releases: &self.releases,
            currency: self.account.currency,
            zone: &meta.company.zone,
        };
        let (new, _) = rules::plan(&ground, from, until);
        for period in new {
            self.add(tx, period);
        }
        self.look_ahead();
    }

    fn add(&mut self, tx: &mut Tx<'_>, period: rules::NewPeriod) {
        self.series.last_seq += 1;
        self.series.planned_to = Some(period.to);
        self.periods
            .push(store::with_id(tx.next_id(), self.series.last_seq, period));
    }

    /// A period closed by hand.
    pub fn close(&mut self, tx: &mut Tx<'_>, cutoff: Day) {
        let from = self.open_from();
        let (version, _) = rules::running(&self.versions, from);
        let period = rules::closed_by_hand(version, from, cutoff);
        self.add(tx, period);
        self.look_ahead();
    }

    /// The period with this number alone, a row already. Events wait for the planner.
    pub fn only(&mut self, seq: i64) {
        self.periods.retain(|planned| planned.seq == seq);
        self.first_new = self.periods.len();
        self.closings = 0;
    }

    /// A new version of the cycle counts.
    pub fn take_version(&mut self, number: i64, valid_from: Day, new: &NewCycle, holidays: Holidays) {
        self.versions.push(CycleVersion {
            number,
            valid_from,
            cycle: new.clone(),
            holidays,
        });
        self.versions = rules::effective(std::mem::take(&mut self.versions));
    }

    /// Where the open period will end, as far as the calendar knows.
    pub fn look_ahead(&mut self) {
        let from = self.open_from();
        let (version, cutoff) = rules::running(&self.versions, from);
        self.series.next_cutoff = cutoff;
        self.series.dated = version.spec().is_dated();
        self.series.max_days = rules::longest_wait(version.spec());
    }

    /// Decides the statements of the planned periods, strictly in order.
    ///
    /// # Errors
    /// `statements.amount_too_large`; `statements.closing_differs` when the books do not add up.
    pub fn decide(self, tx: &mut Tx<'_>, meta: &Meta, until: Day, extent: Extent) -> db::Result<Work> {
        let customer = parties::get(tx, self.account.customer)?;
        let (mut drafts, mut billed, mut dues) = (Vec::new(), Vec::new(), Vec::new());
        let mut desk = self;
        let waiting = rules::sum(&desk.unbilled);
        let mut left = std::mem::take(&mut desk.unbilled);
        let mut closing = desk.series.closing;
        let mut states = Vec::new();
        for (index, period) in desk.periods.iter().enumerate() {
            let version = rules::version_of(&desk.versions, period.cycle_version);
            let send_empty = version.is_some_and(|version| version.cycle.send_empty);
            if period.cause.is_dated() {
                let state = desk.without_statement(version, period, (closing, &left), extent);
                // Nothing came until its deadline: no run is needed to say that there is no statement.
                let over = extent == Extent::Plan && period.issue_by < meta.today && state.is_some();
                let wanted = extent != Extent::Plan && period.to <= until;
                if !over && !wanted {
                    break;
                }
                if let Some(state) = state {
                    states.push(state);
                    continue;
                }
            }
            let taken = rules::take(&mut left, period.cause, period.to, period.closed_by);
            if !taken.is_empty() || send_empty {
                let due = version.map_or(period.due, |version| version.due(period.to, meta.today, None));
                let lines = rules::lines(&taken, period.from);
                let opening = closing;
                closing = rules::closing(opening, &lines)?;
                let later = taken
                    .iter()
                    .filter(|entry| rules::fixes_due(entry) && entry.due_date != due);
                dues.extend(later.map(|entry| (entry.entry, due)));
                let id = tx.next_id();
                drafts.push(Draft {
                    id,
                    period: index,
                    opening,
                    closing,
                    due,
                    lines,
                    ageing: None,
                });
                billed.extend(taken);
                states.push(PeriodState::Issued);
            } else {
                states.push(PeriodState::Empty);
            }
        }
        if !drafts.is_empty() {
            let uncovered = waiting + i128::from(store::uncovered(tx, desk.account.id, desk.up_to)?);
            rules::closing_fits(&desk.account, desk.series.closing, uncovered)?;
            desk.age(tx, &mut drafts, &dues)?;
        }
        desk.unbilled = left;
        desk.series.closing = closing;
        desk.series.next_issue = desk.periods.get(states.len()).map(|period| period.to);
        Ok(Work {
            desk,
            customer,
            drafts,
            billed,
            dues,
            states,
            replaces: None,
        })
    }

    /// How old what each statement carries is on its cut-off day.
    fn age(&self, tx: &mut Tx<'_>, drafts: &mut [Draft], dues: &[(EntryId, Day)]) -> db::Result<()> {
        let seen: Vec<ageing::Draft<'_>> = drafts
            .iter()
            .map(|draft| ageing::Draft {
                cutoff: self.periods[draft.period].to,
                lines: &draft.lines,
            })
            .collect();
        let ages = ageing::of_drafts(tx, self.account.id, &seen, dues)?;
        for (draft, age) in drafts.iter_mut().zip(ages) {
            draft.ageing = Some(age);
        }
        Ok(())
    }

    /// Why a dated period gets no statement, if it gets none.
    fn without_statement(
        &self,
        version: Option<&CycleVersion>,
        period: &Period,
        (opening, left): (i64, &[Unbilled]),
        extent: Extent,
    ) -> Option<PeriodState> {
        let waiting: Vec<&Unbilled> = left
            .iter()
            .filter(|entry| entry.statement_date <= period.to)
            .collect();
        let Some(version) = version else {
            return waiting.is_empty().then_some(PeriodState::Empty);
        };
        let (currency, asked) = (self.account.currency, extent == Extent::Request);
        rules::without_statement(&version.cycle, currency, (opening, &waiting), period.to, asked)
    }
}

/// What a piece of work came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Tally {
    /// Periods that became rows.
    pub planned: i64,
    pub issued: i64,
    pub empty: i64,
    /// Held back by a minimum balance.
    #[serde(default)]
    pub carried: i64,
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Tally) {
        self.planned += other.planned;
        self.issued += other.issued;
        self.empty += other.empty;
        self.carried += other.carried;
    }
}

/// Writes the work of several accounts: first what all of them insert, in few statements.
pub fn write(tx: &mut Tx<'_>, meta: &Meta, mut works: Vec<Work>) -> db::Result<(Tally, Vec<StatementId>)> {
    let count: usize = works.iter().map(|work| work.drafts.len()).sum();
    let numbered = works.iter().filter(|work| work.replaces.is_none());
    let mut next_number = match i64::try_from(numbered.map(|work| work.drafts.len()).sum::<usize>())? {
        0 => 0,
        count => number::take_many(tx, NUMBERS, count)?,
    };
    let settings = match count {
        0 => Settings::default(),
        _ => settings::get(tx)?,
    };
    let mut tally = Tally::default();
    let (mut periods, mut statements, mut lines) = (Vec::new(), Vec::new(), Vec::new());
    let mut ids = Vec::with_capacity(count);
    for work in &mut works {
        tally += work.period_rows(tx, &mut periods)?;
        for draft in std::mem::take(&mut work.drafts) {
            let place = match work.replaces {
                Some((number, version)) => (number, version + 1),
                None => {
                    next_number += 1;
                    (next_number - 1, 1)
                }
            };
            statements.push(work.statement_row(meta, &settings, &draft, place)?);
            lines.extend(draft.lines.iter().map(|line| store::line_row(draft.id, line)));
            work.desk.series.last_statement = Some(draft.id);
            ids.push(draft.id);
        }
    }
    store::insert_periods(tx, periods)?;
    store::insert_statements(tx, statements)?;
    store::insert_lines(tx, lines)?;
    for work in works {
        work.settle(tx, meta)?;
    }
    Ok((tally, ids))
}

impl Work {
    /// Its one statement is the next version of another.
    pub fn replaces(&mut self, number: i64, version: i64) {
        self.replaces = Some((number, version));
    }

    /// Only one of several planned periods was on the desk: the watermark goes to the one after it.
    pub fn next_issue(&mut self, tx: &mut Tx<'_>, account: AccountId, done: i64) -> db::Result<()> {
        let next = store::planned(tx, account, done + 1)?;
        self.desk.series.next_issue = next.first().map(|period| period.to);
        Ok(())
    }

    /// Rows of new periods; those that were rows already are updated.
    fn period_rows(&self, tx: &mut Tx<'_>, rows: &mut Vec<Vec<db::Value>>) -> db::Result<Tally> {
        let mut tally = Tally::default();
        let mut drafts = self.drafts.iter().peekable();
        for (index, period) in self.desk.periods.iter().enumerate() {
            let draft = drafts.next_if(|draft| draft.period == index);
            let state = self.states.get(index).copied().unwrap_or(PeriodState::Planned);
            tally.issued += i64::from(state == PeriodState::Issued);
            tally.empty += i64::from(state == PeriodState::Empty);
            tally.carried += i64::from(state == PeriodState::Carried);
            let statement = draft.map(|draft| draft.id);
            if index >= self.desk.first_new {
                tally.planned += 1;
                rows.push(store::period_row(self.desk.account.id, period, state, statement));
            } else if state != PeriodState::Planned {
                store::set_period(tx, period.id, state, statement, "")?;
            }
        }
        Ok(tally)
    }

    fn header(
        &self,
        meta: &Meta,
        settings: &Settings,
        version: Option<&CycleVersion>,
        ageing: Option<Ageing>,
    ) -> db::Result<String> {
        let customer = &self.customer;
        let header = Header {
            company_code: meta.company.code.clone(),
            company_name: meta.company.name.clone(),
            customer_code: customer.code.clone(),
            customer_name: customer.name.clone(),
            contact: customer.contact.clone(),
            phone: customer.phone.clone(),
            address: customer.address.clone(),
            language: customer.language.code().to_owned(),
            currency: self.desk.account.currency.code().to_owned(),
            cycle: version
                .map(|version| version.spec().to_string())
                .unwrap_or_default(),
            terms: version
                .map(|version| version.cycle.schedule.terms.to_string())
                .unwrap_or_default(),
            deem_days: settings.deem_days,
            ageing,
        };
        serde_json::to_string(&header).map_err(db::Error::fault)
    }

    fn statement_row(
        &self,
        meta: &Meta,
        settings: &Settings,
        draft: &Draft,
        (number, version): (i64, i64),
    ) -> db::Result<Vec<db::Value>> {
        let period = &self.desk.periods[draft.period];
        let version_of_cycle = rules::version_of(&self.desk.versions, period.cycle_version);
        let header = self.header(meta, settings, version_of_cycle, draft.ageing)?;
        let no = rules::version_no(number::written(NUMBERS, number), version);
        let hash = digest(
            &rules::Canonical {
                no: &no,
                header: &header,
                from: period.from,
                to: period.to,
                due: draft.due,
                opening: draft.opening,
                closing: draft.closing,
            },
            &draft.lines,
        );
        let customer = &self.customer;
        Ok(p![
            draft.id,
            no,
            number,
            version,
            "issued",
            self.desk.account.id,
            customer.id,
            &customer.code,
            &customer.name,
            search::fold(&customer.name),
            self.desk.account.currency,
            period.id,
            period.from,
            period.to,
            draft.due,
            draft.opening,
            draft.closing,
            draft.lines.len(),
            header,
            hash,
            meta.now,
            meta.user,
            "none",
            "none",
            self.desk.series.last_statement,
            ""
        ])
    }

    /// What follows from the statements: entries off the owed list, due dates, the watermark, and what
    /// the ledger is told of the cycle in force.
    fn settle(self, tx: &mut Tx<'_>, meta: &Meta) -> db::Result<()> {
        let desk = self.desk;
        let account = &desk.account;
        if !self.billed.is_empty() {
            let last = self
                .billed
                .iter()
                .map(|entry| entry.statement_date)
                .max()
                .unwrap_or(Day::MIN);
            let whole = last <= desk.up_to && desk.unbilled.iter().all(|entry| entry.statement_date > last);
            ledger::bill(tx, account.id, &self.billed, whole.then_some(last))?;
        }
        ledger::set_due(tx, meta, &self.dues)?;
        if desk.closings > 0 {
            ledger::drop_closings(tx, account.id, desk.closings)?;
        }
        let started = desk.open_started();
        if started < account.started_on {
            ledger::set_start(tx, account.id, started)?;
        }
        let by_hand = desk.periods[..self.states.len()]
            .iter()
            .any(|p| p.cause != Cause::Threshold);
        let told = tell_ledger(tx, &desk)?;
        if desk.series.max_days.is_some() && (told || (by_hand && !self.billed.is_empty())) {
            ledger::recount_unbilled(tx, account.id)?;
        }
        store::save_series(tx, &desk.series)
    }
}

impl Desk {
    /// The account's start, or the day of an entry from before it.
    fn open_started(&self) -> Day {
        match (self.series.planned_to, self.periods.get(self.first_new)) {
            (_, Some(first)) if first.seq == 1 => first.from,
            (None, _) => self.open_from(),
            _ => self.account.started_on,
        }
    }
}

/// Tells the ledger the version that the open period lies under, if it does not know it yet.
fn tell_ledger(tx: &mut Tx<'_>, desk: &Desk) -> db::Result<bool> {
    let (version, _) = rules::running(&desk.versions, desk.open_from());
    let (schedule, calendar) = (&version.cycle.schedule, version.cycle.holidays);
    let account = &desk.account;
    if account.schedule()? == *schedule && account.holiday_calendar == calendar {
        return Ok(false);
    }
    ledger::set_schedule(tx, account.id, schedule, calendar)?;
    let (trigger, threshold) = rules::trigger(version.spec(), account.currency)?;
    ledger::set_closing_trigger(tx, account.id, trigger, threshold)?;
    Ok(true)
}

/// The digest of a statement's content. Made inside the unit: only there is the content known, and it
/// is a few kilobytes.
fn digest(statement: &rules::Canonical<'_>, lines: &[LineRow]) -> String {
    let bytes = Sha256::digest(rules::canonical(statement, lines).as_bytes());
    bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        use std::fmt::Write;
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The digest of a statement as it is stored now.
pub fn digest_of(statement: &StatementRow, lines: &[LineRow]) -> String {
    let canonical = rules::Canonical {
        no: &statement.no,
        header: &statement.header,
        from: statement.from,
        to: statement.to,
        due: statement.due,
        opening: statement.opening,
        closing: statement.closing,
    };
    digest(&canonical, lines)
}
