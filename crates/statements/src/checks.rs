//! Invariants of periods and statements: no row when all is well.

use cycle::open_period;
use db::{Tx, p};
use kit::check::Check;
use ledger::AccountId;

use crate::desk;
use crate::rules;
use crate::store;
use crate::types::StatementId;

db::statements! {
    ENTRY_ONCE = "SELECT 'entry ' || CAST(l.entry_id AS TEXT) AS offending FROM statements_line l \
        WHERE l.company_id = $1 AND l.live = 1 GROUP BY l.entry_id HAVING COUNT(*) > 1";
    ENTRY_SOMEWHERE = "SELECT 'entry ' || CAST(e.id AS TEXT) AS offending FROM ledger_v_entry e \
        LEFT JOIN statements_line l ON l.company_id = e.company_id AND l.entry_id = e.id AND l.live = 1 \
        LEFT JOIN ledger_v_unbilled u ON u.company_id = e.company_id AND u.account_id = e.account_id \
            AND u.statement_date = e.statement_date AND u.entry_id = e.id \
        WHERE e.company_id = $1 AND e.internal = 0 AND e.statement_date IS NOT NULL \
            AND ((l.entry_id IS NULL AND u.entry_id IS NULL) OR (l.entry_id IS NOT NULL AND u.entry_id IS \
            NOT NULL))";
    INTERNAL_HIDDEN = "SELECT 'entry ' || CAST(e.id AS TEXT) AS offending FROM statements_line l \
        JOIN ledger_v_entry e ON e.company_id = l.company_id AND e.id = l.entry_id \
        WHERE l.company_id = $1 AND e.internal = 1";
    // Not late: it was there when a statement that covers its date was issued. A clock may have jumped
    // back in between, so the order of identities must say so too.
    FORGOTTEN = "SELECT 'entry ' || CAST(e.id AS TEXT) AS offending FROM ledger_v_unbilled u \
        JOIN ledger_v_entry e ON e.company_id = u.company_id AND e.id = u.entry_id \
        WHERE u.company_id = $1 AND EXISTS (SELECT 1 FROM statements_statement s \
            JOIN statements_period p ON p.company_id = s.company_id AND p.id = s.period_id AND p.dated = 1 \
            WHERE s.company_id = u.company_id AND s.account_id = u.account_id AND s.state = 'issued' \
                AND s.to_day >= u.statement_date AND s.issued_at > e.recorded_at AND s.id > e.id)";
    LINE_COPIES_ENTRY = "SELECT 'entry ' || CAST(l.entry_id AS TEXT) AS offending FROM statements_line l \
        JOIN statements_statement s ON s.company_id = l.company_id AND s.id = l.statement_id \
        LEFT JOIN ledger_v_entry e ON e.company_id = l.company_id AND e.id = l.entry_id \
        WHERE l.company_id = $1 AND (e.id IS NULL OR e.amount_minor <> l.amount_minor \
            OR e.account_id <> s.account_id OR e.basis_date <> l.basis_date \
            OR l.live <> CASE WHEN s.state = 'issued' THEN 1 ELSE 0 END)";
    CLOSING = "SELECT s.no AS offending FROM statements_statement s \
        LEFT JOIN (SELECT statement_id, SUM(amount_minor) AS total, COUNT(*) AS n FROM statements_line \
            WHERE company_id = $1 GROUP BY statement_id) l ON l.statement_id = s.id \
        WHERE s.company_id = $1 AND (s.closing_minor <> s.opening_minor + COALESCE(l.total, 0) \
            OR s.line_count <> COALESCE(l.n, 0))";
    OPENING = "SELECT s.no AS offending FROM statements_statement s \
        LEFT JOIN statements_statement b ON b.company_id = s.company_id AND b.id = s.previous_id \
        WHERE s.company_id = $1 AND s.state = 'issued' AND (s.opening_minor <> COALESCE(b.closing_minor, 0) \
            OR (s.previous_id IS NOT NULL AND (b.id IS NULL OR b.state <> 'issued' OR b.account_id <> \
            s.account_id \
                OR b.seq >= s.seq)))";
    SERIES_CLOSING = "SELECT 'account ' || CAST(r.account_id AS TEXT) AS offending FROM statements_series r \
        LEFT JOIN (SELECT s.account_id, SUM(l.amount_minor) AS total FROM statements_line l \
            JOIN statements_statement s ON s.company_id = l.company_id AND s.id = l.statement_id \
            WHERE l.company_id = $1 AND l.live = 1 GROUP BY s.account_id) t ON t.account_id = r.account_id \
        LEFT JOIN (SELECT account_id, MAX(seq) AS seq FROM statements_statement \
            WHERE company_id = $1 AND state = 'issued' GROUP BY account_id) n ON n.account_id = r.account_id \
        LEFT JOIN statements_statement s ON s.company_id = r.company_id AND s.id = r.last_statement_id \
        WHERE r.company_id = $1 AND (r.closing_minor <> COALESCE(t.total, 0) \
            OR COALESCE(s.closing_minor, 0) <> r.closing_minor OR COALESCE(s.seq, 0) <> COALESCE(n.seq, 0))";
    BALANCE = "SELECT 'account ' || CAST(a.id AS TEXT) AS offending FROM ledger_v_account a \
        LEFT JOIN statements_series r ON r.company_id = a.company_id AND r.account_id = a.id \
        LEFT JOIN (SELECT u.account_id, SUM(e.amount_minor) AS total FROM ledger_v_unbilled u \
            JOIN ledger_v_entry e ON e.company_id = u.company_id AND e.id = u.entry_id \
            WHERE u.company_id = $1 GROUP BY u.account_id) o ON o.account_id = a.id \
        LEFT JOIN (SELECT account_id, SUM(amount_minor) AS total FROM ledger_v_entry \
            WHERE company_id = $1 AND (internal = 1 OR statement_date IS NULL) GROUP BY account_id) h \
            ON h.account_id = a.id \
        WHERE a.company_id = $1 AND a.balance_minor <> \
            COALESCE(r.closing_minor, 0) + COALESCE(o.total, 0) + COALESCE(h.total, 0)";
    PERIOD_STATE = "SELECT 'period ' || CAST(p.id AS TEXT) AS offending FROM statements_period p \
        LEFT JOIN (SELECT period_id, MAX(id) AS id FROM statements_statement WHERE company_id = $1 \
            AND state = 'issued' GROUP BY period_id) s ON s.period_id = p.id \
        WHERE p.company_id = $1 AND ((p.state = 'issued' AND (s.id IS NULL OR s.id <> p.statement_id)) \
            OR (p.state <> 'issued' AND s.id IS NOT NULL) OR p.from_day > p.to_day)";
    PERIOD_ORDER = "SELECT 'period ' || CAST(p.id AS TEXT) AS offending FROM statements_period p \
        LEFT JOIN statements_period b ON b.company_id = p.company_id AND b.account_id = p.account_id \
            AND b.seq = p.seq - 1 \
        WHERE p.company_id = $1 AND ((p.seq > 1 AND b.id IS NULL) OR p.to_day < b.to_day \
            OR (p.state = 'issued' AND b.state = 'planned') \
            OR (p.from_day <= b.to_day AND p.to_day > b.to_day))";
    WATERMARK = "SELECT 'account ' || CAST(r.account_id AS TEXT) AS offending FROM statements_series r \
        LEFT JOIN (SELECT account_id, MAX(seq) AS seq, MAX(to_day) AS to_day, \
            MIN(CASE WHEN state = 'planned' THEN to_day END) AS waiting FROM statements_period \
            WHERE company_id = $1 GROUP BY account_id) p ON p.account_id = r.account_id \
        WHERE r.company_id = $1 AND (r.last_seq <> COALESCE(p.seq, 0) \
            OR (r.planned_to IS NULL) <> (p.to_day IS NULL) OR r.planned_to <> p.to_day \
            OR (r.next_issue IS NULL) <> (p.waiting IS NULL) OR r.next_issue <> p.waiting)";
    SERIES_EXISTS = "SELECT 'account ' || CAST(a.id AS TEXT) AS offending FROM ledger_v_account a \
        LEFT JOIN statements_series r ON r.company_id = a.company_id AND r.account_id = a.id \
        WHERE a.company_id = $1 AND r.account_id IS NULL";
    NUMBERS = "SELECT s.no AS offending FROM statements_statement s WHERE s.company_id = $1 AND s.seq > 1 \
        AND NOT EXISTS (SELECT 1 FROM statements_statement b WHERE b.company_id = s.company_id AND b.seq \
        = s.seq - 1)";
    VIEWS_COUNTED = "SELECT 'link ' || CAST(k.id AS TEXT) AS offending FROM statements_link k \
        LEFT JOIN (SELECT link_id, COUNT(*) AS n FROM statements_view WHERE company_id = $1 GROUP BY \
        link_id) v \
            ON v.link_id = k.id \
        WHERE k.company_id = $1 AND k.views <> COALESCE(v.n, 0)";
    SUPERSEDED = "SELECT s.no AS offending FROM statements_statement s \
        LEFT JOIN (SELECT seq, MAX(version) AS version, SUM(CASE WHEN state = 'issued' THEN 1 ELSE 0 END) AS live \
            FROM statements_statement WHERE company_id = $1 GROUP BY seq) n ON n.seq = s.seq \
        WHERE s.company_id = $1 AND (n.live > 1 OR (s.state = 'superseded') <> (s.version < n.version))";
    ANSWERS = "SELECT s.no AS offending FROM statements_statement s \
        LEFT JOIN (SELECT statement_id, MAX(id) AS id FROM statements_answer WHERE company_id = $1 \
            GROUP BY statement_id) n ON n.statement_id = s.id \
        LEFT JOIN statements_answer a ON a.company_id = s.company_id AND a.id = n.id \
        WHERE s.company_id = $1 AND (s.answer <> COALESCE(a.kind, 'none') OR s.hash <> COALESCE(a.hash, s.hash))";
    DELIVERIES = "SELECT s.no AS offending FROM statements_statement s \
        WHERE s.company_id = $1 AND EXISTS (SELECT 1 FROM statements_delivery d WHERE d.company_id = s.company_id \
            AND d.statement_id = s.id) AND NOT EXISTS (SELECT 1 FROM statements_delivery d \
            WHERE d.company_id = s.company_id AND d.statement_id = s.id AND d.kind = s.delivery)";
    ISSUED_AFTER = "SELECT id FROM statements_statement WHERE company_id = $1 AND id > $2 ORDER BY id \
        LIMIT 500";
    ALL_PERIODS = "SELECT p.account_id, p.seq, p.from_day, p.to_day, p.cause FROM statements_period p \
        WHERE p.company_id = $1 AND p.account_id > $2 AND p.account_id <= $3 ORDER BY p.account_id, p.seq";
    ACCOUNTS_AFTER = "SELECT account_id FROM statements_series WHERE company_id = $1 AND account_id > $2 \
        ORDER BY account_id LIMIT 500";
}

/// Invariants I3, I4, I5 of the receivables reference.
pub const CHECKS: &[Check] = &[
    Check {
        name: "statements.entry_on_at_most_one_live_statement",
        sql: ENTRY_ONCE,
    },
    Check {
        name: "statements.every_entry_is_billed_or_owed",
        sql: ENTRY_SOMEWHERE,
    },
    Check {
        name: "statements.no_internal_entry_is_shown",
        sql: INTERNAL_HIDDEN,
    },
    Check {
        name: "statements.no_entry_of_an_issued_period_was_left_out",
        sql: FORGOTTEN,
    },
    Check {
        name: "statements.lines_copy_their_entries",
        sql: LINE_COPIES_ENTRY,
    },
    Check {
        name: "statements.closing_is_opening_plus_lines",
        sql: CLOSING,
    },
    Check {
        name: "statements.opening_is_closing_before",
        sql: OPENING,
    },
    Check {
        name: "statements.series_closing_is_sum_of_lines",
        sql: SERIES_CLOSING,
    },
    Check {
        name: "statements.balance_is_closing_plus_uncovered",
        sql: BALANCE,
    },
    Check {
        name: "statements.period_state_fits_its_statement",
        sql: PERIOD_STATE,
    },
    Check {
        name: "statements.periods_are_in_order",
        sql: PERIOD_ORDER,
    },
    Check {
        name: "statements.watermarks_fit_the_periods",
        sql: WATERMARK,
    },
    Check {
        name: "statements.every_account_has_a_series",
        sql: SERIES_EXISTS,
    },
    Check {
        name: "statements.numbers_have_no_gap",
        sql: NUMBERS,
    },
    Check {
        name: "statements.views_are_counted",
        sql: VIEWS_COUNTED,
    },
    Check {
        name: "statements.versions_of_a_number_follow_each_other",
        sql: SUPERSEDED,
    },
    Check {
        name: "statements.answer_is_the_last_one_given",
        sql: ANSWERS,
    },
    Check {
        name: "statements.delivery_follows_its_events",
        sql: DELIVERIES,
    },
];

/// The next statements by identity, at most 500: whoever walks over all of them asks again.
pub fn issued_after(tx: &mut Tx<'_>, after: StatementId) -> db::Result<Vec<StatementId>> {
    tx.all(ISSUED_AFTER, p![after])
}

/// Statements whose content no longer gives the digest they were issued with; empty when all is well.
pub fn verify_hashes(tx: &mut Tx<'_>) -> db::Result<Vec<String>> {
    let mut offending = Vec::new();
    let mut after = StatementId::new(0);
    loop {
        let ids = issued_after(tx, after)?;
        let Some(last) = ids.last() else {
            return Ok(offending);
        };
        after = *last;
        for id in ids {
            let statement = store::statement(tx, id)?;
            let lines = store::lines(tx, id)?;
            if desk::digest_of(&statement, &lines) != statement.hash {
                offending.push(statement.no);
            }
        }
    }
}

/// Accounts whose periods leave a gap, overlap, or do not end where their cycle says; empty when all
/// is well. In Rust because it counts days.
pub fn verify_periods(tx: &mut Tx<'_>) -> db::Result<Vec<String>> {
    let mut offending = Vec::new();
    let mut after = AccountId::new(0);
    loop {
        let accounts: Vec<AccountId> = tx.all(ACCOUNTS_AFTER, p![after])?;
        let Some(last) = accounts.last().copied() else {
            return Ok(offending);
        };
        type Row = (AccountId, i64, base::Day, base::Day, crate::types::Cause);
        let periods: Vec<Row> = tx.all(ALL_PERIODS, p![after, last])?;
        let mut before: Option<&Row> = None;
        for row in &periods {
            let follows = match before.filter(|before| before.0 == row.0) {
                Some(before) => row.2 == before.3.plus(1) || (row.2 == row.3 && row.3 == before.3),
                None => true,
            };
            if !follows {
                offending.push(format!("account {} period {}", row.0, row.1));
            }
            before = Some(row);
        }
        for account in accounts {
            let series = store::series(tx, account)?;
            let versions = rules::effective(store::versions(tx, account)?);
            let Some(planned) = series.planned_to else {
                continue;
            };
            let plain: Vec<_> = versions
                .iter()
                .map(|v| cycle::Version {
                    valid_from: v.valid_from,
                    spec: v.spec().clone(),
                })
                .collect();
            if open_period(&plain, planned.plus(1)).cutoff != series.next_cutoff {
                offending.push(format!("account {account} next cut-off"));
            }
        }
        after = last;
    }
}
