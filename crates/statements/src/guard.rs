//! Nothing forgotten: every line has a count, an amount per currency, the age of its oldest case, and
//! the cases themselves.

use base::{Currency, Day, Money, Refusal};
use db::{Tx, Value, p};
use kit::Meta;
use ledger::AccountId;
use parties::CustomerId;
use serde::Serialize;

use crate::rules;
use crate::settings::{self, Settings};

/// Days after which an entry without a statement date, or a shared link never opened, is a case.
const WAIT_DAYS: i64 = 7;
const SHOWN: i64 = 200;

/// An amount in a currency; amounts of two currencies are never added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = CurrencyAmount)]
pub struct Amount {
    #[schema(value_type = String)]
    pub currency: Currency,
    #[schema(value_type = String)]
    pub amount: Money,
}

/// One line of the guard page.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct GuardLine {
    pub name: String,
    /// An alarm when there are cases; otherwise it only informs.
    pub alarm: bool,
    pub count: i64,
    pub amounts: Vec<Amount>,
    #[schema(value_type = Option<String>)]
    pub oldest: Option<Day>,
    pub oldest_days: Option<i64>,
}

/// A case of a line.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct GuardCase {
    /// `delivery`, `entry`, `period`, `statement`, `dispute` or `customer`.
    pub kind: String,
    pub id: String,
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    pub customer_code: String,
    pub customer_name: String,
    /// The document's number, where there is one.
    pub no: String,
    #[schema(value_type = String)]
    pub day: Day,
    #[schema(value_type = String)]
    pub currency: Currency,
    #[schema(value_type = String)]
    pub amount: Money,
}

/// The proof that nothing is lost: every entry that customers may see is on exactly one live
/// statement, or in the list of those that wait, or has no statement date yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Proof {
    pub entries: i64,
    pub on_statements: i64,
    pub waiting: i64,
    pub undated: i64,
    /// Entries that are nowhere: 0, or something is broken.
    pub missing: i64,
}

/// The guard page.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct NothingForgotten {
    pub lines: Vec<GuardLine>,
    pub proof: Proof,
}

// Columns of a case: kind, id, customer, code, name, number, day, currency, amount.
macro_rules! customer_of {
    ($select:literal, $from:literal, $account:literal, $where:literal) => {
        concat!(
            "SELECT ",
            $select,
            " FROM ",
            $from,
            " JOIN ledger_v_account a ON a.company_id = x.company_id AND a.id = ",
            $account,
            " JOIN parties_v_customer c ON c.company_id = a.company_id AND c.id = a.customer_id \
            WHERE x.company_id = $1 AND ",
            $where
        )
    };
}

db::statements! {
    RELEASED = customer_of!(
        "'delivery' AS kind, x.id AS id, c.id AS customer_id, c.code AS code, c.name AS name, \
            COALESCE(x.no, '') AS no, x.delivery_date AS day, a.currency AS currency, x.total_minor AS \
            amount",
        "sales_v_delivery x", "x.account_id",
        "x.kind IN ('delivery', 'return') AND x.state = 'released'");
    PAST_CUTOFF = customer_of!(
        "'entry' AS kind, x.entry_id AS id, c.id AS customer_id, c.code AS code, c.name AS name, \
            e.document_no AS no, x.statement_date AS day, a.currency AS currency, e.amount_minor AS amount",
        "statements_series s JOIN ledger_v_unbilled x ON x.company_id = s.company_id \
            AND x.account_id = s.account_id AND x.statement_date <= s.planned_to \
            JOIN ledger_v_entry e ON e.company_id = x.company_id AND e.id = x.entry_id",
        // What a minimum balance holds back, or somebody skipped, is not forgotten.
        "x.account_id", "s.company_id = $1 AND s.dated = 1 AND NOT EXISTS (SELECT 1 FROM statements_period h \
            WHERE h.company_id = s.company_id AND h.account_id = s.account_id \
                AND h.state IN ('carried', 'skipped') AND h.to_day >= x.statement_date AND NOT EXISTS \
                (SELECT 1 FROM statements_period i WHERE i.company_id = h.company_id \
                    AND i.account_id = h.account_id AND i.seq > h.seq AND i.state = 'issued'))");
    HELD_BACK = "SELECT h.account_id, MAX(v.carry_months), MIN(u.statement_date) FROM statements_period h \
        JOIN statements_cycle v ON v.company_id = h.company_id AND v.account_id = h.account_id \
            AND v.version = h.cycle_version \
        JOIN ledger_v_unbilled u ON u.company_id = h.company_id AND u.account_id = h.account_id \
            AND u.statement_date <= h.to_day \
        WHERE h.company_id = $1 AND h.state = 'carried' AND NOT EXISTS (SELECT 1 FROM statements_period i \
            WHERE i.company_id = h.company_id AND i.account_id = h.account_id AND i.seq > h.seq \
                AND i.state = 'issued') GROUP BY h.account_id";
    EVENTS = customer_of!(
        "'entry' AS kind, x.trigger_entry_id AS id, c.id AS customer_id, c.code AS code, c.name AS name, \
            e.document_no AS no, x.statement_date AS day, a.currency AS currency, e.amount_minor AS amount",
        "ledger_v_closing x JOIN ledger_v_entry e ON e.company_id = x.company_id AND e.id = \
        x.trigger_entry_id",
        "x.account_id", "x.statement_date < $2");
    ISSUE_OVERDUE = customer_of!(
        "'period' AS kind, x.id AS id, c.id AS customer_id, c.code AS code, c.name AS name, '' AS no, \
            x.issue_by AS day, a.currency AS currency, \
            COALESCE((SELECT CAST(SUM(e.amount_minor) AS BIGINT) FROM ledger_v_unbilled u \
                JOIN ledger_v_entry e ON e.company_id = u.company_id AND e.id = u.entry_id \
                WHERE u.company_id = x.company_id AND u.account_id = x.account_id \
                    AND u.statement_date BETWEEN x.from_day AND x.to_day), 0) AS amount",
        "statements_period x", "x.account_id", "x.state = 'planned' AND x.issue_by < $2 AND (EXISTS \
        (SELECT 1 FROM ledger_v_unbilled u \
            WHERE u.company_id = x.company_id AND u.account_id = x.account_id \
                AND u.statement_date BETWEEN x.from_day AND x.to_day) \
            OR EXISTS (SELECT 1 FROM statements_cycle v WHERE v.company_id = x.company_id \
                AND v.account_id = x.account_id AND v.version = x.cycle_version AND v.send_empty = 1))");
    NOT_SENT = customer_of!(
        "'statement' AS kind, x.id AS id, c.id AS customer_id, c.code AS code, c.name AS name, x.no AS no, \
            x.to_day AS day, a.currency AS currency, x.closing_minor AS amount",
        "statements_series s JOIN statements_statement x ON x.company_id = s.company_id \
            AND x.id = s.last_statement_id",
        "x.account_id", "s.company_id = $1 AND x.delivery = 'none' AND x.closing_minor <> 0");
    NOT_VIEWED = customer_of!(
        "'statement' AS kind, x.id AS id, c.id AS customer_id, c.code AS code, c.name AS name, x.no AS no, \
            x.to_day AS day, a.currency AS currency, x.closing_minor AS amount",
        "statements_series s JOIN statements_statement x ON x.company_id = s.company_id \
            AND x.id = s.last_statement_id",
        "x.account_id", "s.company_id = $1 AND x.delivery IN ('sent', 'delivered') \
            AND COALESCE(x.sent_at, x.issued_at) < $2 AND x.answer = 'none'");
    NOT_DELIVERED = customer_of!(
        "'statement' AS kind, x.id AS id, c.id AS customer_id, c.code AS code, c.name AS name, x.no AS no, \
            x.to_day AS day, a.currency AS currency, x.closing_minor AS amount",
        "statements_series s JOIN statements_statement x ON x.company_id = s.company_id \
            AND x.id = s.last_statement_id",
        "x.account_id", "s.company_id = $1 AND x.delivery = 'failed'");
    // Who owes nothing has answered.
    NOT_ANSWERED = customer_of!(
        "'statement' AS kind, x.id AS id, c.id AS customer_id, c.code AS code, c.name AS name, x.no AS no, \
            x.to_day AS day, a.currency AS currency, x.closing_minor AS amount",
        "statements_series s JOIN statements_statement x ON x.company_id = s.company_id \
            AND x.id = s.last_statement_id",
        "x.account_id", "s.company_id = $1 AND x.delivery IN ('sent', 'delivered', 'viewed') \
            AND x.answer = 'none' AND COALESCE(x.sent_at, x.issued_at) < $2 AND a.open_debit_minor > 0");
    DISPUTE_NO_OWNER = customer_of!(
        "'dispute' AS kind, x.id AS id, c.id AS customer_id, c.code AS code, c.name AS name, \
            e.document_no AS no, x.opened_on AS day, a.currency AS currency, x.left_minor AS amount",
        "ledger_v_dispute x JOIN statements_dispute t ON t.company_id = x.company_id AND t.dispute_id = x.id \
            JOIN ledger_v_entry e ON e.company_id = x.company_id AND e.id = x.entry_id",
        "x.account_id", "x.state = 'open' AND t.owner_id IS NULL");
    DISPUTE_UNDECIDED = customer_of!(
        "'dispute' AS kind, x.id AS id, c.id AS customer_id, c.code AS code, c.name AS name, \
            e.document_no AS no, x.opened_on AS day, a.currency AS currency, x.left_minor AS amount",
        "ledger_v_dispute x JOIN ledger_v_entry e ON e.company_id = x.company_id AND e.id = x.entry_id",
        "x.account_id", "x.state = 'open' AND x.opened_on < $2");
    UNDATED = customer_of!(
        "'entry' AS kind, x.id AS id, c.id AS customer_id, c.code AS code, c.name AS name, \
            x.document_no AS no, x.basis_date AS day, a.currency AS currency, x.amount_minor AS amount",
        "ledger_v_entry x", "x.account_id",
        "x.statement_date IS NULL AND x.internal = 0 AND x.basis_date < $2");
    NO_CYCLE = customer_of!(
        "'customer' AS kind, c.id AS id, c.id AS customer_id, c.code AS code, c.name AS name, '' AS no, \
            a.started_on AS day, a.currency AS currency, a.balance_minor AS amount",
        "ledger_v_account x LEFT JOIN statements_series s ON s.company_id = x.company_id AND s.account_id \
        = x.id",
        "x.id", "s.account_id IS NULL");
    INACTIVE = customer_of!(
        "'customer' AS kind, c.id AS id, c.id AS customer_id, c.code AS code, c.name AS name, '' AS no, \
            a.started_on AS day, a.currency AS currency, a.balance_minor AS amount",
        "ledger_v_account x", "x.id", "x.balance_minor <> 0 AND c.active = 0");
    BY_HAND = "SELECT a.id, a.cycle, MIN(u.statement_date) FROM ledger_v_account a \
        JOIN ledger_v_unbilled u ON u.company_id = a.company_id AND u.account_id = a.id \
        WHERE a.company_id = $1 AND SUBSTR(a.cycle, 1, 7) = 'manual:' GROUP BY a.id, a.cycle";
    BY_HAND_CASE = "SELECT 'customer', c.id, c.id, c.code, c.name, '', \
        (SELECT MIN(u.statement_date) FROM ledger_v_unbilled u WHERE u.company_id = a.company_id \
            AND u.account_id = a.id), a.currency, \
        COALESCE((SELECT CAST(SUM(e.amount_minor) AS BIGINT) FROM ledger_v_unbilled u \
            JOIN ledger_v_entry e ON e.company_id = u.company_id AND e.id = u.entry_id \
            WHERE u.company_id = a.company_id AND u.account_id = a.id), 0) \
        FROM ledger_v_account a JOIN parties_v_customer c ON c.company_id = a.company_id AND c.id = \
        a.customer_id \
        WHERE a.company_id = $1 AND a.id = $2";
    OPEN_PERIOD = customer_of!(
        "'entry' AS kind, x.entry_id AS id, c.id AS customer_id, c.code AS code, c.name AS name, \
            e.document_no AS no, x.statement_date AS day, a.currency AS currency, e.amount_minor AS amount",
        "statements_series s JOIN ledger_v_unbilled x ON x.company_id = s.company_id \
            AND x.account_id = s.account_id \
            JOIN ledger_v_entry e ON e.company_id = x.company_id AND e.id = x.entry_id",
        "x.account_id", "s.company_id = $1 AND (s.dated = 0 OR s.planned_to IS NULL \
            OR x.statement_date > s.planned_to)");
    // Documents and amount in the open period, without the names.
    OPEN_TOTALS = "SELECT a.currency, COUNT(*), CAST(SUM(e.amount_minor) AS BIGINT), MIN(u.statement_date) \
        FROM ledger_v_unbilled u JOIN ledger_v_entry e ON e.company_id = u.company_id AND e.id = u.entry_id \
        JOIN statements_series s ON s.company_id = u.company_id AND s.account_id = u.account_id \
        JOIN ledger_v_account a ON a.company_id = u.company_id AND a.id = u.account_id \
        WHERE u.company_id = $1 AND (s.dated = 0 OR s.planned_to IS NULL OR u.statement_date > s.planned_to) \
        GROUP BY a.currency ORDER BY a.currency";
    PROOF = "SELECT (SELECT COUNT(*) FROM ledger_v_entry WHERE company_id = $1 AND internal = 0), \
        (SELECT COUNT(*) FROM statements_line WHERE company_id = $1 AND live = 1), \
        (SELECT COUNT(*) FROM ledger_v_unbilled WHERE company_id = $1), \
        (SELECT COUNT(*) FROM ledger_v_entry WHERE company_id = $1 AND statement_date IS NULL AND \
        internal = 0)";
}

impl db::FromRow for GuardCase {
    fn from_row(row: &db::Row<'_>) -> db::Result<GuardCase> {
        let currency: Currency = row.get(7)?;
        Ok(GuardCase {
            kind: row.get(0)?,
            id: row.get::<i64>(1)?.to_string(),
            customer_id: row.get(2)?,
            customer_code: row.get(3)?,
            customer_name: row.get(4)?,
            no: row.get(5)?,
            day: row.get(6)?,
            currency,
            amount: Money::new(row.get(8)?, currency),
        })
    }
}

/// The second parameter of a guard's statement.
#[derive(Clone, Copy)]
enum Bound {
    None,
    Today,
    DaysAgo,
    InstantAgo,
    /// The moment after which an answer may still come.
    Answer,
    /// The day from which on disputes may still be undecided.
    Dispute,
}

struct Guard {
    name: &'static str,
    sql: db::Sql,
    bound: Bound,
}

const BY_HAND_NAME: &str = "by_hand_overdue";
const HELD_BACK_NAME: &str = "carried_too_long";
const OPEN_NAME: &str = "open_period";

const GUARDS: &[Guard] = &[
    Guard {
        name: "released_not_posted",
        sql: RELEASED,
        bound: Bound::None,
    },
    Guard {
        name: "past_cutoff",
        sql: PAST_CUTOFF,
        bound: Bound::None,
    },
    Guard {
        name: "event_without_statement",
        sql: EVENTS,
        bound: Bound::Today,
    },
    Guard {
        name: "issue_overdue",
        sql: ISSUE_OVERDUE,
        bound: Bound::Today,
    },
    Guard {
        name: "not_sent",
        sql: NOT_SENT,
        bound: Bound::None,
    },
    Guard {
        name: "not_viewed",
        sql: NOT_VIEWED,
        bound: Bound::InstantAgo,
    },
    Guard {
        name: "not_delivered",
        sql: NOT_DELIVERED,
        bound: Bound::None,
    },
    Guard {
        name: "not_answered",
        sql: NOT_ANSWERED,
        bound: Bound::Answer,
    },
    Guard {
        name: "dispute_no_owner",
        sql: DISPUTE_NO_OWNER,
        bound: Bound::None,
    },
    Guard {
        name: "dispute_undecided",
        sql: DISPUTE_UNDECIDED,
        bound: Bound::Dispute,
    },
    Guard {
        name: "undated",
        sql: UNDATED,
        bound: Bound::DaysAgo,
    },
    Guard {
        name: "no_cycle",
        sql: NO_CYCLE,
        bound: Bound::None,
    },
    Guard {
        name: "inactive_with_balance",
        sql: INACTIVE,
        bound: Bound::None,
    },
];

fn params(meta: &Meta, settings: &Settings, bound: Bound) -> Vec<Value> {
    match bound {
        Bound::None => p![],
        Bound::Today => p![meta.today],
        Bound::DaysAgo => p![meta.today.plus(-WAIT_DAYS)],
        Bound::InstantAgo => p![meta.now.plus_seconds(-WAIT_DAYS * 86_400)],
        Bound::Answer => p![meta.now.plus_seconds(-settings.answer_days * 86_400)],
        Bound::Dispute => p![meta.today.plus(-settings.dispute_days)],
    }
}

fn totals(sql: db::Sql) -> String {
    format!(
        "SELECT g.currency, COUNT(*), CAST(SUM(g.amount) AS BIGINT), MIN(g.day) FROM ({}) g \
         GROUP BY g.currency ORDER BY g.currency",
        sql.text()
    )
}

type Total = (Currency, i64, Option<i64>, Option<Day>);

fn line(meta: &Meta, name: &str, alarm: bool, totals: &[Total]) -> GuardLine {
    let oldest = totals.iter().filter_map(|total| total.3).min();
    let amounts = totals.iter().map(|(currency, _, minor, _)| Amount {
        currency: *currency,
        amount: Money::new(minor.unwrap_or_default(), *currency),
    });
    GuardLine {
        name: name.to_owned(),
        alarm,
        count: totals.iter().map(|total| total.1).sum(),
        amounts: amounts.collect(),
        oldest,
        oldest_days: oldest.map(|day| meta.today.since(day)),
    }
}

/// The guard page: every line, also those without a case, and the proof.
pub fn nothing_forgotten(tx: &mut Tx<'_>, meta: &Meta) -> db::Result<NothingForgotten> {
    let mut lines = Vec::with_capacity(GUARDS.len() + 2);
    let settings = settings::get(tx)?;
    for guard in GUARDS {
        let found: Vec<Total> = tx.all(totals(guard.sql), params(meta, &settings, guard.bound))?;
        lines.push(line(meta, guard.name, true, &found));
    }
    for (name, cases) in [
        (BY_HAND_NAME, by_hand_cases(tx, meta)?),
        (HELD_BACK_NAME, held_back_cases(tx, meta)?),
    ] {
        let found: Vec<Total> = cases
            .iter()
            .map(|case| (case.currency, 1, Some(case.amount.minor), Some(case.day)))
            .collect();
        lines.push(line(meta, name, true, &merged(found)));
    }
    let open: Vec<Total> = tx.all(OPEN_TOTALS, p![])?;
    lines.push(line(meta, OPEN_NAME, false, &open));
    let (entries, on_statements, waiting, undated): (i64, i64, i64, i64) = tx.one(PROOF, p![])?;
    let missing = entries - on_statements - waiting - undated;
    Ok(NothingForgotten {
        lines,
        proof: Proof {
            entries,
            on_statements,
            waiting,
            undated,
            missing,
        },
    })
}

fn merged(totals: Vec<Total>) -> Vec<Total> {
    let mut sums: Vec<Total> = Vec::new();
    for (currency, count, minor, day) in totals {
        match sums.iter_mut().find(|sum| sum.0 == currency) {
            Some(sum) => {
                sum.1 += count;
                sum.2 = Some(sum.2.unwrap_or_default() + minor.unwrap_or_default());
                sum.3 = sum.3.into_iter().chain(day).min();
            }
            None => sums.push((currency, count, minor, day)),
        }
    }
    sums
}

/// Accounts closed by hand whose oldest waiting entry is older than their limit.
fn by_hand_cases(tx: &mut Tx<'_>, meta: &Meta) -> db::Result<Vec<GuardCase>> {
    let accounts: Vec<(AccountId, String, Day)> = tx.all(BY_HAND, p![])?;
    let mut cases = Vec::new();
    for (account, cycle, oldest) in accounts {
        let Ok(cycle::CycleSpec::Manual { max_days }) = cycle.parse() else {
            continue;
        };
        if meta.today.since(oldest) > max_days {
            cases.push(tx.one(BY_HAND_CASE, p![account])?);
        }
    }
    cases.sort_by_key(|case: &GuardCase| case.day);
    Ok(cases)
}

/// Accounts whose minimum balance has held their oldest entry back for longer than was agreed.
fn held_back_cases(tx: &mut Tx<'_>, meta: &Meta) -> db::Result<Vec<GuardCase>> {
    let accounts: Vec<(AccountId, i64, Day)> = tx.all(HELD_BACK, p![])?;
    let mut cases = Vec::new();
    for (account, months, oldest) in accounts {
        if rules::months_after(oldest, months) < meta.today {
            cases.push(tx.one(BY_HAND_CASE, p![account])?);
        }
    }
    cases.sort_by_key(|case: &GuardCase| case.day);
    Ok(cases)
}

/// The cases of a line, oldest first, at most 200.
///
/// # Errors
/// `statements.no_such_guard`.
pub fn cases(tx: &mut Tx<'_>, meta: &Meta, name: &str) -> db::Result<Vec<GuardCase>> {
    if name == BY_HAND_NAME {
        return by_hand_cases(tx, meta);
    }
    if name == HELD_BACK_NAME {
        return held_back_cases(tx, meta);
    }
    let (sql, bound) = match GUARDS.iter().find(|guard| guard.name == name) {
        Some(guard) => (guard.sql, guard.bound),
        None if name == OPEN_NAME => (OPEN_PERIOD, Bound::None),
        None => return Err(Refusal::not_found("statements.no_such_guard").into()),
    };
    let settings = settings::get(tx)?;
    tx.all(ordered(sql), params(meta, &settings, bound))
}

fn ordered(sql: db::Sql) -> String {
    format!(
        "SELECT * FROM ({}) g ORDER BY g.day, g.id LIMIT {SHOWN}",
        sql.text()
    )
}

/// Statements put together here, for the test that prepares them all.
pub fn built() -> Vec<String> {
    let guards = GUARDS.iter().map(|guard| guard.sql).chain([OPEN_PERIOD]);
    guards.flat_map(|sql| [totals(sql), ordered(sql)]).collect()
}
