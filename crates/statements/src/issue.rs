//! Issuing statements.

use base::{Day, Refusal};
use db::Tx;
use kit::Meta;
use ledger::AccountId;
use serde::Serialize;

use crate::desk::{self, Extent, Tally};
use crate::store;
use crate::types::{PeriodId, PeriodState, StatementId};

/// An account whose work was refused, and why.
#[derive(Clone, Debug)]
pub struct Failure {
    pub account: AccountId,
    pub refusal: Refusal,
}

/// Plans and, as far as `extent` says, issues everything that is over on `until` for these accounts,
/// in one transaction. An account that is refused is reported and holds up no other.
pub fn work(
    tx: &mut Tx<'_>,
    meta: &Meta,
    accounts: &[AccountId],
    until: Day,
    extent: Extent,
) -> db::Result<(Tally, Vec<Failure>)> {
    let mut works = Vec::with_capacity(accounts.len());
    let mut failures = Vec::new();
    for account in accounts {
        match decided(tx, meta, *account, until, extent) {
            Ok(work) => works.push(work),
            Err(db::Error::Refused(refused)) => {
                failures.push(Failure {
                    account: *account,
                    refusal: refused.refusal,
                });
            }
            Err(fault) => return Err(fault.context(format!("account {account}"))),
        }
    }
    let (tally, _) = desk::write(tx, meta, works)?;
    Ok((tally, failures))
}

fn decided(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: AccountId,
    until: Day,
    extent: Extent,
) -> db::Result<desk::Work> {
    let mut desk = desk::open(tx, account, until)?;
    desk.plan(tx, meta, until);
    desk.decide(tx, meta, until, extent)
}

/// The last day whose periods may be issued on request: today only because a person asks for it,
/// since its day is not over.
///
/// # Errors
/// `statements.until_in_future`.
pub fn until_day(meta: &Meta, wanted: Option<Day>) -> Result<Day, Refusal> {
    match wanted {
        None => Ok(meta.today.plus(-1)),
        Some(day) if day > meta.today => Err(Refusal::invalid("statements.until_in_future")
            .on("until")
            .with("today", meta.today)),
        Some(day) => Ok(day),
    }
}

/// What issuing a single period came to.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = PeriodIssued)]
pub struct Issued {
    /// `None`: nothing moved, and the account wants no empty statements.
    #[schema(value_type = Option<String>)]
    pub statement: Option<StatementId>,
    /// The cut-off day was not over: what is still recorded for it comes late on the next statement.
    pub early: bool,
}

/// Issues the oldest planned period of an account, also below its minimum balance; one that was held
/// back or skipped, as long as no later one has a statement.
///
/// # Errors
/// `statements.period_not_found`, `statements.period_done`, `statements.earlier_period`,
/// `statements.later_issued`, `statements.cutoff_not_over`, `statements.closing_differs`.
pub fn issue_period(tx: &mut Tx<'_>, meta: &Meta, period: PeriodId) -> db::Result<Issued> {
    let (account, ..) = store::period(tx, period)?;
    ledger::lock_account(tx, account)?;
    let (_, seq, cutoff, state) = store::period(tx, period)?;
    if matches!(state, PeriodState::Carried | PeriodState::Skipped) {
        wait_again(tx, meta, account, (period, seq))?;
    } else if state != PeriodState::Planned {
        return Err(Refusal::conflict("statements.period_done").into());
    }
    let mut desk = desk::open(tx, account, meta.today)?;
    if let Some(first) = desk.periods.first().filter(|first| first.seq < seq) {
        return Err(Refusal::rule("statements.earlier_period")
            .with("cutoff", first.to)
            .into());
    }
    if cutoff > meta.today {
        return Err(Refusal::rule("statements.cutoff_not_over")
            .with("cutoff", cutoff)
            .into());
    }
    desk.only(seq);
    let mut work = desk.decide(tx, meta, cutoff, Extent::Request)?;
    work.next_issue(tx, account, seq)?;
    let (_, ids) = desk::write(tx, meta, vec![work])?;
    Ok(Issued {
        statement: ids.first().copied(),
        early: cutoff == meta.today,
    })
}

/// Closes the open period of an account by hand and issues it.
///
/// # Errors
/// `statements.cycle_is_dated`: the calendar closes it; `statements.cutoff_not_over`,
/// `statements.cutoff_before_period`; `statements.earlier_period` while an older one waits.
pub fn close_period(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: AccountId,
    cutoff: Option<Day>,
) -> db::Result<Issued> {
    let cutoff = cutoff.unwrap_or(meta.today);
    if cutoff > meta.today {
        return Err(Refusal::invalid("statements.cutoff_not_over")
            .on("cutoff")
            .with("cutoff", cutoff)
            .into());
    }
    let mut desk = desk::open(tx, account, meta.today)?;
    desk.plan(tx, meta, meta.today.plus(-1));
    if desk.series.dated {
        return Err(Refusal::rule("statements.cycle_is_dated").into());
    }
    if let Some(waiting) = desk.periods.iter().find(|period| period.cause.is_dated()) {
        return Err(Refusal::rule("statements.earlier_period")
            .with("cutoff", waiting.to)
            .into());
    }
    let from = desk.open_from();
    if cutoff < from.plus(-1) {
        return Err(Refusal::invalid("statements.cutoff_before_period")
            .on("cutoff")
            .with("from", from)
            .into());
    }
    // Closed on that day already, and nothing came since: another period would say nothing.
    let nothing_new = desk.unbilled.iter().all(|entry| entry.statement_date > cutoff);
    if desk.series.planned_to == Some(cutoff) && nothing_new {
        return Ok(Issued {
            statement: None,
            early: cutoff == meta.today,
        });
    }
    desk.close(tx, cutoff);
    let work = desk.decide(tx, meta, cutoff, Extent::Request)?;
    let (_, ids) = desk::write(tx, meta, vec![work])?;
    Ok(Issued {
        statement: ids.last().copied(),
        early: cutoff == meta.today,
    })
}

/// A period that got no statement waits for one again.
fn wait_again(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: AccountId,
    (period, seq): (PeriodId, i64),
) -> db::Result<()> {
    if store::later_issued(tx, account, seq)? {
        return Err(Refusal::rule("statements.later_issued").into());
    }
    store::decide_period(tx, meta, period, PeriodState::Planned, "")?;
    move_watermark(tx, account)
}

fn move_watermark(tx: &mut Tx<'_>, account: AccountId) -> db::Result<()> {
    let mut series = store::series(tx, account)?;
    series.next_issue = store::next_planned(tx, account)?;
    store::save_series(tx, &series)
}

/// Decides that a planned period gets no statement of its own: its entries go to the next one.
///
/// # Errors
/// `statements.period_not_found`, `statements.period_done`, `statements.reason_missing`;
/// `statements.skip_of_event`: what an event closed is one bill and cannot go into another.
pub fn skip_period(tx: &mut Tx<'_>, meta: &Meta, period: PeriodId, reason: &str) -> db::Result<()> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refusal::invalid("statements.reason_missing").on("reason").into());
    }
    let (account, ..) = store::period(tx, period)?;
    ledger::lock_account(tx, account)?;
    let (.., state) = store::period(tx, period)?;
    if state != PeriodState::Planned {
        return Err(Refusal::conflict("statements.period_done").into());
    }
    if !store::is_dated(tx, period)? {
        return Err(Refusal::rule("statements.skip_of_event").into());
    }
    store::decide_period(tx, meta, period, PeriodState::Skipped, reason)?;
    move_watermark(tx, account)
}

/// Takes the skipping of a period back.
///
/// # Errors
/// `statements.period_not_found`; `statements.period_done` when it is not skipped;
/// `statements.later_issued`.
pub fn reopen_period(tx: &mut Tx<'_>, meta: &Meta, period: PeriodId) -> db::Result<()> {
    let (account, ..) = store::period(tx, period)?;
    ledger::lock_account(tx, account)?;
    let (_, seq, _, state) = store::period(tx, period)?;
    if state != PeriodState::Skipped {
        return Err(Refusal::conflict("statements.period_done").into());
    }
    wait_again(tx, meta, account, (period, seq))
}

/// The customer confirmed a statement today: where the terms count from there, its items fall due
/// earlier from now on, as facts in the ledger. The statement itself stays as issued.
///
/// # Errors
/// `statements.statement_not_found`, `statements.period_not_found`.
pub fn due_when_confirmed(tx: &mut Tx<'_>, meta: &Meta, id: StatementId) -> db::Result<()> {
    let statement = store::statement(tx, id)?;
    let version = store::version_of_period(tx, statement.account, statement.period)?;
    let Some(version) = version.filter(|version| version.cycle.schedule.terms.counts_from_confirmation())
    else {
        return Ok(());
    };
    let issued = statement.issued_at.day_in(&meta.company.zone);
    let due = version.due(statement.to, issued, Some(meta.today));
    let lines = store::lines(tx, id)?;
    let owed = lines
        .iter()
        .filter(|line| line.kind.is_billing() && line.amount > 0);
    let dues: Vec<_> = owed.map(|line| (line.entry, due)).collect();
    if due < statement.due {
        ledger::set_due(tx, meta, &dues)?;
    }
    Ok(())
}
