//! The settlement cycle of an account: versions, and the series of periods they lead to.

use base::{Day, Refusal};
use db::Tx;
use kit::Meta;
use ledger::AccountId;

use crate::desk::{self, Extent};
use crate::rules;
use crate::store;
use crate::types::NewCycle;

const LONGEST_LAG: i64 = 90;

fn checked(new: &NewCycle) -> Result<(), Refusal> {
    new.spec.validate().map_err(|refusal| refusal.on("cycle"))?;
    new.terms.validate().map_err(|refusal| refusal.on("terms"))?;
    if !(0..=LONGEST_LAG).contains(&new.lag_days) {
        return Err(Refusal::invalid("statements.lag_days")
            .on("lag_days")
            .with("most", LONGEST_LAG));
    }
    Ok(())
}

/// Gives a new account its first cycle and begins its series of statements. The ledger was told the
/// cycle when the account was opened; which events close a period it is told here.
///
/// # Errors
/// `cycle.*`, `statements.lag_days`, `statements.threshold_amount`.
pub fn begin(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: AccountId,
    currency: base::Currency,
    started_on: Day,
    new: &NewCycle,
) -> db::Result<()> {
    checked(new)?;
    let (trigger, threshold) = rules::trigger(&new.spec, currency)?;
    if trigger != "none" {
        ledger::set_closing_trigger(tx, account, trigger, threshold)?;
    }
    store::insert_version(tx, meta, account, 1, started_on, new)?;
    let next_cutoff = new.spec.next_cutoff(started_on.plus(-1));
    store::insert_series(
        tx,
        account,
        next_cutoff,
        new.spec.is_dated(),
        rules::longest_wait(&new.spec),
    )
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
    checked(new)?;
    let yesterday = meta.today.plus(-1);
    let mut desk = desk::open(tx, account, Day::MAX)?;
    rules::trigger(&new.spec, desk.account.currency)?;
    desk.plan(tx, meta, yesterday);
    let from = desk.open_from();
    let untouched = desk.series.last_seq == 0 && desk.unbilled.is_empty();
    let valid_from = rules::effective_from(&desk.versions, new, from, meta.today, untouched);
    if let Some(valid_from) = valid_from {
        let number = 1 + store::last_version(tx, account)?;
        store::insert_version(tx, meta, account, number, valid_from, new)?;
        desk.take_version(number, valid_from, new);
        // Away from an event kind the transition period ends on the day before: it is over already.
        desk.plan(tx, meta, yesterday);
    }
    let work = desk.decide(tx, meta, yesterday, Extent::Plan)?;
    desk::write(tx, meta, vec![work])?;
    Ok(valid_from)
}
