//! Taking a statement back: void, so that its period waits again, or superseded by a version that takes
//! what it had and what came since, up to the same cut-off.

use base::Refusal;
use db::Tx;
use kit::Meta;

use crate::desk::{self, Extent};
use crate::store;
use crate::types::{PeriodState, Series, StatementId, StatementRow, StatementState};

/// A statement that may be taken back, its account locked, and its series.
fn retirable(tx: &mut Tx<'_>, id: StatementId, reason: &str) -> db::Result<(StatementRow, Series)> {
    if reason.is_empty() {
        return Err(Refusal::invalid("statements.reason_missing").on("reason").into());
    }
    let account = store::statement(tx, id)?.account;
    ledger::lock_account(tx, account)?;
    let statement = store::lock_statement(tx, id)?;
    let no = &statement.no;
    match statement.state {
        StatementState::Issued => {}
        StatementState::Void => {
            return Err(Refusal::conflict("statements.already_void").with("no", no).into());
        }
        StatementState::Superseded => {
            let (newer_id, newer) = crate::facets::current(tx, &statement)?;
            return Err(Refusal::conflict("statements.superseded")
                .with("no", no)
                .with("newer", newer)
                .with("newer_id", newer_id)
                .into());
        }
    }
    let series = store::series(tx, account)?;
    if series.last_statement != Some(id) {
        return Err(Refusal::rule("statements.not_newest").with("no", no).into());
    }
    if statement.answer.is_confirmed() {
        return Err(Refusal::rule("statements.is_confirmed").with("no", no).into());
    }
    Ok((statement, series))
}

/// The statement is no longer live: its entries are free, its period is planned, the one before it is
/// the newest.
fn retire(
    tx: &mut Tx<'_>,
    statement: &StatementRow,
    mut series: Series,
    state: StatementState,
    reason: &str,
) -> db::Result<()> {
    let lines = store::lines(tx, statement.id)?;
    let entries: Vec<_> = lines.iter().map(|line| line.entry).collect();
    store::retire(tx, statement.id, state, reason)?;
    ledger::unbill(tx, &entries)?;
    store::set_period(tx, statement.period, PeriodState::Planned, None, reason)?;
    series.last_statement = statement.previous;
    series.closing = match statement.previous {
        Some(previous) => store::closing_of(tx, previous)?,
        None => 0,
    };
    let next = series
        .next_issue
        .map_or(statement.to, |next| next.min(statement.to));
    series.next_issue = Some(next);
    store::save_series(tx, &series)
}

/// Takes a statement back: its entries are free for the next one and its period waits again. Its
/// number stays used, and its links say that it is void.
///
/// # Errors
/// `statements.statement_not_found`, `statements.already_void`, `statements.superseded`,
/// `statements.not_newest`, `statements.is_confirmed`, `statements.reason_missing`.
pub fn void(tx: &mut Tx<'_>, meta: &Meta, id: StatementId, reason: &str) -> db::Result<()> {
    let reason = reason.trim();
    let (statement, series) = retirable(tx, id, reason)?;
    retire(tx, &statement, series, StatementState::Void, reason)?;
    kit::audit::record(tx, meta, "statements.voided", ("statement", id.raw()), reason)
}

/// Replaces a statement by a version under the same number: it takes what the old one had and
/// everything that came since up to the same cut-off. Links of the old one say so and lead to it.
///
/// # Errors
/// As [`void`]; those of issuing.
pub fn supersede(tx: &mut Tx<'_>, meta: &Meta, id: StatementId, reason: &str) -> db::Result<StatementId> {
    let reason = reason.trim();
    let (statement, series) = retirable(tx, id, reason)?;
    retire(tx, &statement, series, StatementState::Superseded, reason)?;
    let (_, seq, cutoff, _) = store::period(tx, statement.period)?;
    let mut desk = desk::open(tx, statement.account, meta.today)?;
    desk.only(seq);
    let mut work = desk.decide(tx, meta, cutoff, Extent::Request)?;
    work.replaces(statement.seq, statement.version);
    work.next_issue(tx, statement.account, seq)?;
    let (_, ids) = desk::write(tx, meta, vec![work])?;
    let new = ids
        .first()
        .copied()
        .ok_or_else(|| Refusal::rule("statements.nothing_to_replace").with("no", &statement.no))?;
    kit::audit::record(tx, meta, "statements.superseded", ("statement", id.raw()), reason)?;
    Ok(new)
}
