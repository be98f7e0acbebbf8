//! Which accounts have statement work waiting. Indexes on the watermarks find them, so looking is
//! cheap when there is nothing to do.

use base::Day;
use db::{Tx, p};
use ledger::AccountId;

use crate::desk::Extent;

// Accounts of inactive customers are planned while they have a balance or an unbilled entry.
macro_rules! calendar {
    ($watermark:literal) => {
        concat!(
            "SELECT s.account_id FROM statements_series s \
            JOIN ledger_v_account a ON a.company_id = s.company_id AND a.id = s.account_id \
            JOIN parties_v_customer c ON c.company_id = a.company_id AND c.id = a.customer_id \
            WHERE s.company_id = $1 AND s.account_id > $2 AND ",
            $watermark,
            " <= $3 AND (c.active = 1 OR a.balance_minor <> 0 OR s.next_issue IS NOT NULL \
            OR EXISTS (SELECT 1 FROM ledger_v_unbilled u WHERE u.company_id = s.company_id \
                AND u.account_id = s.account_id)) \
            ORDER BY s.account_id LIMIT $4"
        )
    };
}

db::statements! {
    TO_PLAN = calendar!("s.next_cutoff");
    TO_ISSUE = calendar!("s.next_issue");
    WITH_EVENTS = "SELECT DISTINCT account_id FROM ledger_v_closing WHERE company_id = $1 AND account_id \
        > $2 \
        ORDER BY account_id LIMIT $3";
    // What a planned period will take waits for its run and not for the planner.
    WAITING = "SELECT s.account_id, s.max_days, (SELECT MIN(u.statement_date) FROM ledger_v_unbilled u \
            WHERE u.company_id = s.company_id AND u.account_id = s.account_id \
                AND (s.next_issue IS NULL OR u.statement_date > s.planned_to)) \
        FROM statements_series s WHERE s.company_id = $1 AND s.account_id > $2 AND s.max_days IS NOT NULL \
        ORDER BY s.account_id LIMIT $3";
    // Entries from before the account's start: its first period begins earlier than was thought.
    EARLIER = "SELECT s.account_id FROM statements_series s \
        JOIN ledger_v_account a ON a.company_id = s.company_id AND a.id = s.account_id \
        WHERE s.company_id = $1 AND s.account_id > $2 AND s.planned_to IS NULL \
            AND EXISTS (SELECT 1 FROM ledger_v_unbilled u WHERE u.company_id = s.company_id \
                AND u.account_id = s.account_id AND u.statement_date < a.started_on) \
        ORDER BY s.account_id LIMIT $3";
    COUNT = "SELECT COUNT(*) FROM statements_series s WHERE s.company_id = $1 \
        AND (s.next_cutoff <= $2 OR s.next_issue <= $2)";
}

/// Accounts that have work, in order, and where to go on; `None` when that was all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    pub accounts: Vec<AccountId>,
    pub next: Option<AccountId>,
}

/// At most `limit` accounts after `after` that have work up to a day.
pub fn batch(
    tx: &mut Tx<'_>,
    after: AccountId,
    until: Day,
    extent: Extent,
    limit: usize,
) -> db::Result<Batch> {
    let mut found = Vec::new();
    // The place up to which every source has been read.
    let mut horizon = AccountId::new(i64::MAX);
    let mut add = |accounts: Vec<AccountId>, last: Option<AccountId>, full: bool| {
        if let (Some(last), true) = (last, full) {
            horizon = horizon.min(last);
        }
        found.extend(accounts);
    };
    let mut calendars = vec![TO_PLAN];
    if extent == Extent::Issue {
        calendars.push(TO_ISSUE);
    }
    for sql in calendars {
        let accounts: Vec<AccountId> = tx.all(sql, p![after, until, limit])?;
        let (last, full) = (accounts.last().copied(), accounts.len() == limit);
        add(accounts, last, full);
    }
    for sql in [WITH_EVENTS, EARLIER] {
        let accounts: Vec<AccountId> = tx.all(sql, p![after, limit])?;
        let (last, full) = (accounts.last().copied(), accounts.len() == limit);
        add(accounts, last, full);
    }
    let rows = limit.max(500);
    let waiting: Vec<(AccountId, i64, Option<Day>)> = tx.all(WAITING, p![after, rows])?;
    let (last, full) = (waiting.last().map(|row| row.0), waiting.len() == rows);
    let over = waiting
        .into_iter()
        .filter(|(_, days, oldest)| oldest.is_some_and(|day| day.plus(*days) <= until));
    add(over.map(|row| row.0).collect(), last, full);
    found.retain(|account| *account <= horizon);
    found.sort_unstable();
    found.dedup();
    let more = horizon < AccountId::new(i64::MAX) || found.len() > limit;
    found.truncate(limit);
    // Nothing found before the horizon: the next batch begins there.
    let next = if more {
        Some(found.last().copied().unwrap_or(horizon))
    } else {
        None
    };
    Ok(Batch {
        accounts: found,
        next,
    })
}

/// How many accounts the calendar has work for; for a progress bar.
pub fn count(tx: &mut Tx<'_>, until: Day) -> db::Result<i64> {
    tx.one(COUNT, p![until])
}
