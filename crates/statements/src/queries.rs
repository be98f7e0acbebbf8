//! What lists, details and reports read.

use std::collections::HashMap;

use base::{Currency, Day, Instant, Money, Price, UserId};
use db::{FromRow, Row, Tx, p, placeholders};
use kit::list::{Column, Filter, ListQuery, ListSpec, Page, Sort};
use ledger::{AccountId, EntryId, EntryKind, HolidayCalendarId};
use parties::CustomerId;
use receivables::{IssuedStatement, StatementsOf};
use serde::Serialize;

use crate::facets::{self, AnswerEvent, DeliveryEvent};
use crate::rules;
use crate::store;
use crate::types::{
    AnswerState, Cause, DeliveryState, Header, PeriodId, PeriodState, SettlementState, StatementId,
    StatementRow, StatementState,
};

db::statements! {
    // Everything received, credited or adjusted that is on no statement yet. The reversal of a delivery
    // counts only where the statement, or one before it, has the delivery: a later one is not asked for.
    SINCE_UNBILLED = "SELECT e.kind, CAST(SUM(e.amount_minor) AS BIGINT) FROM ledger_v_unbilled u \
        JOIN ledger_v_entry e ON e.company_id = u.company_id AND e.id = u.entry_id \
        WHERE u.company_id = $1 AND u.account_id = $2 \
            AND (e.kind NOT IN ('sale', 'charge', 'opening') OR EXISTS (SELECT 1 FROM statements_line o \
                JOIN statements_statement b ON b.company_id = o.company_id AND b.id = o.statement_id \
                WHERE o.company_id = e.company_id AND o.entry_id = e.reversal_of AND o.live = 1 \
                    AND b.seq <= $3)) GROUP BY e.kind";
    SINCE_LATER = "SELECT l.kind, CAST(SUM(l.amount_minor) AS BIGINT) FROM statements_statement s \
        JOIN statements_line l ON l.company_id = s.company_id AND l.statement_id = s.id \
        JOIN ledger_v_entry e ON e.company_id = l.company_id AND e.id = l.entry_id \
        WHERE s.company_id = $1 AND s.account_id = $2 AND s.seq > $3 AND s.state = 'issued' \
            AND (l.kind NOT IN ('sale', 'charge', 'opening') OR EXISTS (SELECT 1 FROM statements_line o \
                JOIN statements_statement b ON b.company_id = o.company_id AND b.id = o.statement_id \
                WHERE o.company_id = e.company_id AND o.entry_id = e.reversal_of AND o.live = 1 \
                    AND b.seq <= $3)) GROUP BY l.kind";
    OPEN_LINES = "SELECT s.id, s.no, l.entry_id FROM ledger_v_open_item i \
        JOIN statements_line l ON l.company_id = i.company_id AND l.entry_id = i.entry_id AND l.live = 1 \
        JOIN statements_statement s ON s.company_id = l.company_id AND s.id = l.statement_id \
        WHERE i.company_id = $1 AND i.account_id = $2 AND s.state = 'issued' \
        ORDER BY s.seq DESC, l.line_no";
    // What undisclosed bad debts close of the lines of this statement and those before it.
    IN_RECOVERY = "SELECT COALESCE(CAST(SUM(a.amount_minor) AS BIGINT), 0) FROM ledger_v_entry e \
        JOIN ledger_v_allocation a ON a.company_id = e.company_id AND a.credit_entry_id = e.id \
        JOIN statements_line l ON l.company_id = a.company_id AND l.entry_id = a.debit_entry_id \
            AND l.live = 1 \
        JOIN statements_statement s ON s.company_id = l.company_id AND s.id = l.statement_id \
        WHERE e.company_id = $1 AND e.account_id = $2 AND e.internal = 1 AND e.kind = 'bad_debt' \
            AND s.seq <= $3";
    NEWER = "SELECT no FROM statements_statement WHERE company_id = $1 AND account_id = $2 AND seq > $3 \
        AND state = 'issued' ORDER BY seq DESC LIMIT 1";
    LINES_NOW = "SELECT l.line_no, l.entry_id, l.late, l.kind, l.basis_date, l.document_kind, l.document_id, \
        l.document_no, l.amount_minor, COALESCE(o.open_minor, 0), o.due_date, \
        COALESCE((SELECT CAST(SUM(d.left_minor) AS BIGINT) FROM ledger_v_dispute d \
            WHERE d.company_id = l.company_id AND d.entry_id = l.entry_id AND d.state = 'open'), 0), l.ship_to \
        FROM statements_line l LEFT JOIN ledger_v_open_item o ON o.company_id = l.company_id \
            AND o.entry_id = l.entry_id \
        WHERE l.company_id = $1 AND l.statement_id = $2 AND l.line_no > $3 ORDER BY l.line_no LIMIT $4";
    // Allocations to internal entries are invisible to the customer: what they closed still shows as open.
    HIDDEN = "SELECT l.line_no, CAST(SUM(a.amount_minor) AS BIGINT) FROM statements_line l \
        JOIN ledger_v_allocation a ON a.company_id = l.company_id AND a.debit_entry_id = l.entry_id \
        JOIN ledger_v_entry e ON e.company_id = a.company_id AND e.id = a.credit_entry_id AND e.internal = 1 \
        WHERE l.company_id = $1 AND l.statement_id = $2 GROUP BY l.line_no";
    VERSIONS = "SELECT id, no, state, issued_at FROM statements_statement WHERE company_id = $1 AND seq = $2 \
        ORDER BY version";
    DEEM_ON = "SELECT deem_on FROM statements_statement WHERE company_id = $1 AND id = $2";
    LISTED = "SELECT no, customer_code, currency, from_day, to_day, opening_minor, closing_minor, \
        line_count, \
        issued_at, hash FROM statements_statement WHERE company_id = $1 AND state = 'issued' ORDER BY seq";
    CUSTOMER_STATEMENTS = "SELECT no FROM statements_statement WHERE company_id = $1 AND account_id = $2 \
        AND state = 'issued' ORDER BY seq DESC LIMIT 1";
}

/// An issued statement in a list.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct StatementItem {
    #[schema(value_type = String)]
    pub id: StatementId,
    pub no: String,
    pub state: StatementState,
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    pub customer_code: String,
    pub customer_name: String,
    #[schema(value_type = String)]
    pub currency: Currency,
    #[schema(value_type = String)]
    pub from: Day,
    #[schema(value_type = String)]
    pub to: Day,
    #[schema(value_type = String)]
    pub due: Day,
    #[schema(value_type = String)]
    pub opening: Money,
    #[schema(value_type = String)]
    pub closing: Money,
    pub line_count: i64,
    #[schema(value_type = String)]
    pub issued_at: Instant,
    pub delivery: DeliveryState,
    pub answer: AnswerState,
    pub settlement: SettlementState,
    /// What is open on its own lines now, credits deducted.
    #[schema(value_type = String)]
    pub open: Money,
}

impl FromRow for StatementItem {
    fn from_row(row: &Row<'_>) -> db::Result<StatementItem> {
        let currency: Currency = row.get(6)?;
        let money = |index: usize| row.get::<i64>(index).map(|minor| Money::new(minor, currency));
        Ok(StatementItem {
            id: row.get(0)?,
            no: row.get(1)?,
            state: row.get(2)?,
            customer_id: row.get(3)?,
            customer_code: row.get(4)?,
            customer_name: row.get(5)?,
            currency,
            from: row.get(7)?,
            to: row.get(8)?,
            due: row.get(9)?,
            opening: money(10)?,
            closing: money(11)?,
            line_count: row.get(12)?,
            issued_at: row.get(13)?,
            delivery: row.get(14)?,
            answer: row.get(15)?,
            settlement: SettlementState::Settled,
            open: Money::zero(currency),
        })
    }
}

// What an undisclosed bad debt closed is open as the customer sees it.
const OPEN_NOW: &str = "s.state = 'issued' AND EXISTS (SELECT 1 FROM statements_line l \
    WHERE l.company_id = s.company_id AND l.statement_id = s.id AND l.amount_minor > 0 \
        AND (EXISTS (SELECT 1 FROM ledger_v_open_item o WHERE o.company_id = l.company_id \
                AND o.entry_id = l.entry_id) \
            OR EXISTS (SELECT 1 FROM ledger_v_allocation a JOIN ledger_v_entry e ON e.company_id = a.company_id \
                AND e.id = a.credit_entry_id AND e.internal = 1 \
                WHERE a.company_id = l.company_id AND a.debit_entry_id = l.entry_id \
                GROUP BY a.debit_entry_id HAVING SUM(a.amount_minor) > 0)))";

// As `rules::settlement` says it, of all debit lines at once.
const SETTLEMENT: &str = "s.state = 'issued' AND {} = (SELECT CASE WHEN COALESCE(SUM(t.open_minor), 0) = 0 \
        THEN 'settled' WHEN SUM(t.open_minor) >= SUM(t.amount_minor) THEN 'open' ELSE 'part' END \
    FROM (SELECT l.amount_minor, COALESCE((SELECT o.open_minor FROM ledger_v_open_item o \
            WHERE o.company_id = l.company_id AND o.entry_id = l.entry_id), 0) \
        + COALESCE((SELECT SUM(a.amount_minor) FROM ledger_v_allocation a JOIN ledger_v_entry e \
            ON e.company_id = a.company_id AND e.id = a.credit_entry_id AND e.internal = 1 \
            WHERE a.company_id = l.company_id AND a.debit_entry_id = l.entry_id), 0) AS open_minor \
        FROM statements_line l WHERE l.company_id = s.company_id AND l.statement_id = s.id \
            AND l.amount_minor > 0) t)";

const STATEMENTS_LIST: ListSpec = ListSpec {
    columns: &[
        "s.id",
        "s.no",
        "s.state",
        "s.customer_id",
        "s.customer_code",
        "s.customer_name",
        "s.currency",
        "s.from_day",
        "s.to_day",
        "s.due_date",
        "s.opening_minor",
        "s.closing_minor",
        "s.line_count",
        "s.issued_at",
        "s.delivery",
        "s.answer",
    ],
    from: "statements_statement s",
    condition: "s.company_id = $1",
    id: "s.id",
    sorts: &[
        Sort {
            name: "to",
            expression: "s.to_day",
            column: Column::Day,
        },
        Sort {
            name: "due",
            expression: "s.due_date",
            column: Column::Day,
        },
        Sort {
            name: "issued_at",
            expression: "s.issued_at",
            column: Column::Instant,
        },
        Sort {
            name: "customer",
            expression: "s.name_key",
            column: Column::Text,
        },
        Sort {
            name: "closing",
            expression: "s.closing_minor",
            column: Column::Int,
        },
    ],
    default_sort: "-to",
    filters: &[
        Filter {
            name: "state",
            condition: "s.state = {}",
            column: Column::Text,
        },
        Filter {
            name: "delivery",
            condition: "s.delivery = {}",
            column: Column::Text,
        },
        Filter {
            name: "customer_id",
            condition: "s.customer_id = {}",
            column: Column::Int,
        },
        Filter {
            name: "from",
            condition: "s.to_day >= {}",
            column: Column::Day,
        },
        Filter {
            name: "to",
            condition: "s.to_day <= {}",
            column: Column::Day,
        },
        Filter {
            name: "due_by",
            condition: "s.due_date <= {}",
            column: Column::Day,
        },
        Filter {
            name: "no",
            condition: "s.no = {}",
            column: Column::Text,
        },
        Filter {
            name: "answer",
            condition: "s.answer = {}",
            column: Column::Text,
        },
        Filter {
            name: "settlement",
            condition: SETTLEMENT,
            column: Column::Text,
        },
        Filter {
            name: "currency",
            condition: "s.currency = {}",
            column: Column::Text,
        },
        Filter {
            name: "open",
            condition: OPEN_NOW,
            column: Column::Int,
        },
    ],
    search: Some(("parties_v_search", "s.customer_id")),
};

/// Issued statements with what is open on them now.
pub fn statements(tx: &mut Tx<'_>, query: &ListQuery) -> db::Result<Page<StatementItem>> {
    let mut page = STATEMENTS_LIST.page::<StatementItem>(tx, query)?;
    let ids: Vec<StatementId> = page.items.iter().map(|item| item.id).collect();
    let opens = opens(tx, &ids)?;
    for item in &mut page.items {
        let open = opens.get(&item.id).copied().unwrap_or_default();
        item.settlement = rules::settlement(open.debit_open, open.debit);
        item.open = Money::new(open.debit_open - open.credit_open, item.currency);
    }
    Ok(page)
}

/// Sums over the lines of a statement.
#[derive(Clone, Copy, Debug, Default)]
struct Open {
    debit: i64,
    debit_open: i64,
    credit_open: i64,
}

fn opens_sql(count: usize) -> (String, String) {
    let ids = placeholders(2, count);
    let open = format!(
        "SELECT l.statement_id, \
         CAST(SUM(CASE WHEN l.amount_minor > 0 THEN l.amount_minor ELSE 0 END) AS BIGINT), \
         CAST(SUM(CASE WHEN o.side = 1 THEN o.open_minor ELSE 0 END) AS BIGINT), \
         CAST(SUM(CASE WHEN o.side = -1 THEN o.open_minor ELSE 0 END) AS BIGINT) \
         FROM statements_line l LEFT JOIN ledger_v_open_item o ON o.company_id = l.company_id \
         AND o.entry_id = l.entry_id WHERE l.company_id = $1 AND l.statement_id IN ({ids}) GROUP BY \
         l.statement_id"
    );
    let hidden = format!(
        "SELECT l.statement_id, CAST(SUM(a.amount_minor) AS BIGINT) FROM statements_line l \
         JOIN ledger_v_allocation a ON a.company_id = l.company_id AND a.debit_entry_id = l.entry_id \
         JOIN ledger_v_entry e ON e.company_id = a.company_id AND e.id = a.credit_entry_id AND e.internal \
         = 1 \
         WHERE l.company_id = $1 AND l.statement_id IN ({ids}) GROUP BY l.statement_id"
    );
    (open, hidden)
}

fn opens(tx: &mut Tx<'_>, ids: &[StatementId]) -> db::Result<HashMap<StatementId, Open>> {
    let mut sums = HashMap::with_capacity(ids.len());
    if ids.is_empty() {
        return Ok(sums);
    }
    let (open, hidden) = opens_sql(ids.len());
    let params: Vec<db::Value> = ids.iter().map(|id| (*id).into()).collect();
    for (id, debit, debit_open, credit_open) in
        tx.all::<(StatementId, i64, i64, i64)>(open, params.clone())?
    {
        sums.insert(
            id,
            Open {
                debit,
                debit_open,
                credit_open,
            },
        );
    }
    for (id, hidden) in tx.all::<(StatementId, i64)>(hidden, params)? {
        if let Some(sum) = sums.get_mut(&id) {
            sum.debit_open += hidden;
        }
    }
    Ok(sums)
}

/// A settlement period in a list.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct PeriodItem {
    #[schema(value_type = String)]
    pub id: PeriodId,
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    pub customer_code: String,
    pub customer_name: String,
    #[schema(value_type = String)]
    pub currency: Currency,
    pub seq: i64,
    #[schema(value_type = String)]
    pub from: Day,
    #[schema(value_type = String)]
    pub to: Day,
    #[schema(value_type = String)]
    pub issue_by: Day,
    #[schema(value_type = String)]
    pub due: Day,
    pub state: PeriodState,
    pub cause: Cause,
    #[schema(value_type = Option<String>)]
    pub statement_id: Option<StatementId>,
    pub statement_no: Option<String>,
    pub reason: String,
    /// Who skipped it, and when.
    #[schema(value_type = Option<String>)]
    pub decided_by: Option<UserId>,
    #[schema(value_type = Option<String>)]
    pub decided_at: Option<Instant>,
}

db::from_row! { PeriodItem {
    id, customer_id, customer_code, customer_name, currency, seq, from, to, issue_by, due, state, cause,
    statement_id, statement_no, reason, decided_by, decided_at
} }

const PERIODS_LIST: ListSpec = ListSpec {
    columns: &[
        "p.id",
        "c.id",
        "c.code",
        "c.name",
        "a.currency",
        "p.seq",
        "p.from_day",
        "p.to_day",
        "p.issue_by",
        "p.due_date",
        "p.state",
        "p.cause",
        "p.statement_id",
        "(SELECT t.no FROM statements_statement t WHERE t.company_id = p.company_id AND t.id = \
        p.statement_id)",
        "p.reason",
        "p.decided_by",
        "p.decided_at",
    ],
    from: "statements_period p JOIN ledger_v_account a ON a.company_id = p.company_id AND a.id = \
    p.account_id \
        JOIN parties_v_customer c ON c.company_id = a.company_id AND c.id = a.customer_id",
    condition: "p.company_id = $1",
    id: "p.id",
    sorts: &[Sort {
        name: "to",
        expression: "p.to_day",
        column: Column::Day,
    }],
    default_sort: "-to",
    filters: &[
        Filter {
            name: "state",
            condition: "p.state = {}",
            column: Column::Text,
        },
        Filter {
            name: "customer_id",
            condition: "a.customer_id = {}",
            column: Column::Int,
        },
        Filter {
            name: "from",
            condition: "p.to_day >= {}",
            column: Column::Day,
        },
        Filter {
            name: "to",
            condition: "p.to_day <= {}",
            column: Column::Day,
        },
        Filter {
            name: "issue_by",
            condition: "p.issue_by <= {}",
            column: Column::Day,
        },
    ],
    search: Some(("parties_v_search", "a.customer_id")),
};

pub fn periods(tx: &mut Tx<'_>, query: &ListQuery) -> db::Result<Page<PeriodItem>> {
    PERIODS_LIST.page(tx, query)
}

/// Every statement that is put together at run time.
pub fn list_statements() -> Vec<String> {
    let mut all = STATEMENTS_LIST.statements();
    all.extend(PERIODS_LIST.statements());
    let (open, hidden) = opens_sql(2);
    all.extend([open, hidden]);
    all.extend(crate::guard::built());
    all
}

/// How a statement stands now, beside how it was issued.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = StatementNow)]
pub struct Now {
    pub settlement: SettlementState,
    /// What is open on its own lines, credits deducted.
    #[schema(value_type = String)]
    pub open: Money,
    /// Closing plus everything received, credited and adjusted since.
    #[schema(value_type = String)]
    pub to_pay: Money,
    #[schema(value_type = String)]
    pub received_since: Money,
    #[schema(value_type = String)]
    pub adjusted_since: Money,
    /// Claims in recovery: part of the closing, not asked for.
    #[schema(value_type = String)]
    pub in_recovery: Money,
    /// What of its own lines the customer disputes.
    #[schema(value_type = String)]
    pub disputed: Money,
    /// The newest statement of the account, when this is not it.
    pub newer: Option<String>,
}

/// Computes how a statement stands.
pub fn now(tx: &mut Tx<'_>, statement: &StatementRow) -> db::Result<Now> {
    let money = |minor| Money::new(minor, statement.currency);
    let open = opens(tx, &[statement.id])?
        .get(&statement.id)
        .copied()
        .unwrap_or_default();
    let mut since: Vec<(EntryKind, i64)> = tx.all(SINCE_UNBILLED, p![statement.account, statement.seq])?;
    since.extend(tx.all::<(EntryKind, i64)>(SINCE_LATER, p![statement.account, statement.seq])?);
    let (mut received, mut adjusted) = (0, 0);
    for (kind, amount) in since {
        match kind {
            EntryKind::Receipt | EntryKind::ReceiptReversal | EntryKind::Refund => received += amount,
            _ => adjusted += amount,
        }
    }
    let in_recovery: i64 = tx.one(IN_RECOVERY, p![statement.account, statement.seq])?;
    Ok(Now {
        settlement: rules::settlement(open.debit_open, open.debit),
        open: money(open.debit_open - open.credit_open),
        to_pay: money(statement.closing + received + adjusted - in_recovery),
        received_since: money(received),
        adjusted_since: money(adjusted),
        in_recovery: money(in_recovery),
        disputed: money(facets::disputed(tx, statement.id)?),
        newer: tx.opt(NEWER, p![statement.account, statement.seq])?,
    })
}

/// What was open on the cut-off day, by how long it was overdue.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = StatementAgeing)]
pub struct AgeingView {
    #[schema(value_type = String)]
    pub not_due: Money,
    /// 1 to 30 days.
    #[schema(value_type = String)]
    pub days_30: Money,
    /// 31 to 60 days.
    #[schema(value_type = String)]
    pub days_60: Money,
    /// 61 to 90 days.
    #[schema(value_type = String)]
    pub days_90: Money,
    #[schema(value_type = String)]
    pub older: Money,
    /// Received or credited and not used yet; less than zero.
    #[schema(value_type = String)]
    pub credit: Money,
}

/// A version of a statement.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct StatementVersion {
    #[schema(value_type = String)]
    pub id: StatementId,
    pub no: String,
    pub state: StatementState,
    #[schema(value_type = String)]
    pub issued_at: Instant,
}

db::from_row! { StatementVersion { id, no, state, issued_at } }

/// A statement: as issued, and now.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct StatementView {
    #[schema(value_type = String)]
    pub id: StatementId,
    pub no: String,
    pub state: StatementState,
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    #[schema(value_type = String)]
    pub account_id: AccountId,
    #[schema(value_type = String)]
    pub period_id: PeriodId,
    pub customer_code: String,
    pub customer_name: String,
    #[schema(value_type = String)]
    pub currency: Currency,
    #[schema(value_type = String)]
    pub from: Day,
    #[schema(value_type = String)]
    pub to: Day,
    #[schema(value_type = String)]
    pub due: Day,
    #[schema(value_type = String)]
    pub opening: Money,
    #[schema(value_type = String)]
    pub closing: Money,
    pub line_count: i64,
    #[schema(value_type = String)]
    pub issued_at: Instant,
    pub delivery: DeliveryState,
    pub answer: AnswerState,
    /// How it went to the customer, newest first.
    pub deliveries: Vec<DeliveryEvent>,
    /// What the customer said, newest first.
    pub answers: Vec<AnswerEvent>,
    /// The versions of its number, oldest first, when there are several.
    pub versions: Vec<StatementVersion>,
    /// So many days after it was given to the customer, silence counts as consent.
    pub deem_days: Option<i64>,
    /// How old what it carries was on the cut-off day.
    pub ageing: Option<AgeingView>,
    /// When it will be.
    #[schema(value_type = Option<String>)]
    pub deem_on: Option<Day>,
    pub hash: String,
    pub company_name: String,
    pub terms: String,
    pub reason: String,
    /// Whether it is the newest of its series, so that it may be voided.
    pub newest: bool,
    /// Absent once it is void.
    pub now: Option<Now>,
}

/// # Errors
/// `statements.statement_not_found`.
pub fn statement(tx: &mut Tx<'_>, id: StatementId) -> db::Result<StatementView> {
    let row = store::statement(tx, id)?;
    let header: Header = serde_json::from_str(&row.header).map_err(db::Error::fault)?;
    let live = row.state == StatementState::Issued;
    let now = if live { Some(now(tx, &row)?) } else { None };
    let newest = live && store::series(tx, row.account)?.last_statement == Some(id);
    let versions: Vec<StatementVersion> = tx.all(VERSIONS, p![row.seq])?;
    let money = |minor| Money::new(minor, row.currency);
    Ok(StatementView {
        answer: row.answer,
        deliveries: facets::deliveries(tx, id)?,
        answers: facets::answers(tx, id)?,
        versions: if versions.len() > 1 { versions } else { Vec::new() },
        deem_days: header.deem_days,
        ageing: header.ageing.map(|ageing| AgeingView {
            not_due: money(ageing.not_due),
            days_30: money(ageing.days_30),
            days_60: money(ageing.days_60),
            days_90: money(ageing.days_90),
            older: money(ageing.older),
            credit: money(-ageing.credit),
        }),
        deem_on: tx.one(DEEM_ON, p![id])?,
        id,
        state: row.state,
        customer_id: row.customer,
        account_id: row.account,
        period_id: row.period,
        currency: row.currency,
        from: row.from,
        to: row.to,
        due: row.due,
        opening: money(row.opening),
        closing: money(row.closing),
        line_count: row.line_count,
        issued_at: row.issued_at,
        delivery: row.delivery,
        company_name: header.company_name,
        terms: header.terms,
        newest,
        now,
        no: row.no,
        customer_code: row.customer_code,
        customer_name: row.customer_name,
        hash: row.hash,
        reason: row.reason,
    })
}

/// A line of a statement as issued, with what is open of it now.
#[derive(Clone, Debug)]
pub struct LineNow {
    pub line_no: i64,
    pub entry: EntryId,
    pub late: bool,
    pub kind: EntryKind,
    pub basis_date: Day,
    pub document_kind: String,
    pub document_id: i64,
    pub document_no: String,
    pub amount: i64,
    /// What is left of it in the ledger, positive on both sides.
    pub open: i64,
    pub due_date: Option<Day>,
    /// What the customer sees as open: allocations to internal entries do not count.
    pub shown_open: i64,
    /// What of the line is disputed, also where it was paid already.
    pub disputed: i64,
    /// The customer that got the goods, where another one pays; empty otherwise.
    pub ship_to: String,
}

impl FromRow for LineNow {
    fn from_row(row: &Row<'_>) -> db::Result<LineNow> {
        let open = row.get(9)?;
        Ok(LineNow {
            line_no: row.get(0)?,
            entry: row.get(1)?,
            late: row.get(2)?,
            kind: row.get(3)?,
            basis_date: row.get(4)?,
            document_kind: row.get(5)?,
            document_id: row.get(6)?,
            document_no: row.get(7)?,
            amount: row.get(8)?,
            open,
            due_date: row.get(10)?,
            shown_open: open,
            disputed: row.get(11)?,
            ship_to: row.get(12)?,
        })
    }
}

/// Lines after a line number.
pub fn lines_now(tx: &mut Tx<'_>, id: StatementId, after: i64, limit: i64) -> db::Result<Vec<LineNow>> {
    let mut lines: Vec<LineNow> = tx.all(LINES_NOW, p![id, after, limit])?;
    let hidden: HashMap<i64, i64> = tx.all::<(i64, i64)>(HIDDEN, p![id])?.into_iter().collect();
    for line in &mut lines {
        line.shown_open += hidden.get(&line.line_no).copied().unwrap_or_default();
    }
    Ok(lines)
}

/// A live statement as the command line lists it.
#[derive(Clone, Debug)]
pub struct StatementListed {
    pub no: String,
    pub customer_code: String,
    pub currency: Currency,
    pub from: Day,
    pub to: Day,
    pub opening: Money,
    pub closing: Money,
    pub lines: i64,
    pub issued_at: Instant,
    pub hash: String,
}

impl FromRow for StatementListed {
    fn from_row(row: &Row<'_>) -> db::Result<StatementListed> {
        let currency: Currency = row.get(2)?;
        let money = |index: usize| row.get::<i64>(index).map(|minor| Money::new(minor, currency));
        Ok(StatementListed {
            no: row.get(0)?,
            customer_code: row.get(1)?,
            currency,
            from: row.get(3)?,
            to: row.get(4)?,
            opening: money(5)?,
            closing: money(6)?,
            lines: row.get(7)?,
            issued_at: row.get(8)?,
            hash: row.get(9)?,
        })
    }
}

/// Every live statement, in order of number.
pub fn all_statements(tx: &mut Tx<'_>) -> db::Result<Vec<StatementListed>> {
    tx.all(LISTED, p![])
}

/// The cycle of an account as its page shows it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct CycleView {
    /// What was set last, in its text form; see `GET /cycles/preview`.
    pub cycle: String,
    pub terms: String,
    pub lag_days: i64,
    /// The days on which the customer pays, in the text form of a cycle.
    pub pay_run: Option<String>,
    pub lead_days: i64,
    /// Where deadlines and due dates on a day off go.
    pub shift: String,
    #[schema(value_type = Option<String>)]
    pub holiday_calendar_id: Option<HolidayCalendarId>,
    pub send_empty: bool,
    /// A closing below it makes no statement; absent where every movement makes one.
    #[schema(value_type = Option<String>)]
    pub minimum: Option<Price>,
    /// For so many months at most.
    pub carry_months: i64,
    /// From when it counts.
    #[schema(value_type = String)]
    pub valid_from: Day,
    /// The cycle of the running period, when another waits for the boundary.
    pub running: Option<String>,
    /// Cut-off of the running period, where the calendar knows it.
    #[schema(value_type = Option<String>)]
    pub next_cutoff: Option<Day>,
    #[schema(value_type = Option<String>)]
    pub planned_to: Option<Day>,
    pub last_statement_no: Option<String>,
}

pub fn cycle(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Option<CycleView>> {
    let versions = rules::effective(store::versions(tx, account)?);
    let Some(last) = versions.last() else {
        return Ok(None);
    };
    let series = store::series(tx, account)?;
    let started_on = ledger::find_account(tx, account)?.started_on;
    let (running, _) = rules::running(&versions, rules::open_from(&series, started_on, &[]));
    let said = &last.cycle;
    Ok(Some(CycleView {
        cycle: last.spec().to_string(),
        terms: said.schedule.terms.to_string(),
        lag_days: said.schedule.lag_days,
        pay_run: said.schedule.pay_run.as_ref().map(ToString::to_string),
        lead_days: said.schedule.lead_days,
        shift: said.schedule.shift.to_string(),
        holiday_calendar_id: said.holidays,
        send_empty: said.send_empty,
        minimum: (said.minimum > Price::ZERO).then_some(said.minimum),
        carry_months: said.carry_months,
        valid_from: last.valid_from,
        running: (running.number != last.number).then(|| running.spec().to_string()),
        next_cutoff: series.next_cutoff,
        planned_to: series.planned_to,
        last_statement_no: tx.opt(CUSTOMER_STATEMENTS, p![account])?,
    }))
}

/// Issued statements of an account with something left of what is on them, newest first: what money that comes
/// in may be for. Handed to the slice of receipts, which lies below.
pub const ISSUED: StatementsOf = StatementsOf(issued_of);

fn issued_of(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Vec<IssuedStatement>> {
    let newest = store::series(tx, account)?.last_statement;
    let mut found: Vec<(StatementId, IssuedStatement)> = Vec::new();
    for (id, no, entry) in tx.all::<(StatementId, String, EntryId)>(OPEN_LINES, p![account])? {
        match found.last_mut().filter(|(last, _)| *last == id) {
            Some((_, statement)) => statement.entries.push(entry),
            None => {
                let statement = IssuedStatement {
                    no,
                    to_pay: None,
                    entries: vec![entry],
                };
                found.push((id, statement));
            }
        }
    }
    if let Some(newest) = newest {
        let row = store::statement(tx, newest)?;
        let to_pay = Some(now(tx, &row)?.to_pay.minor);
        match found.iter_mut().find(|(id, _)| *id == newest) {
            Some((_, statement)) => statement.to_pay = to_pay,
            // Nothing is left of its own lines, and yet it asks for what is left of earlier ones.
            None => found.insert(
                0,
                (
                    newest,
                    IssuedStatement {
                        no: row.no,
                        to_pay,
                        entries: Vec::new(),
                    },
                ),
            ),
        }
    }
    Ok(found.into_iter().map(|(_, statement)| statement).collect())
}
