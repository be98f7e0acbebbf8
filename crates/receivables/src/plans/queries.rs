use base::{Currency, Day, Money};
use db::{FromRow, Row, Tx, p};
use kit::list::{Column, Filter, ListQuery, ListSpec, Page, Sort};
use ledger::{AccountId, EntryId, PlanId};
use parties::CustomerId;
use serde::Serialize;

use super::rules::{self, PlanRow, Standing};
use super::store;
use crate::refusals;

db::statements! {
    NAMES = "SELECT c.code, c.name FROM parties_v_customer c WHERE c.company_id = $1 AND c.id = $2";
    VERSIONS = "SELECT id, version, state, cause, agreed_on, total_minor, reason FROM receivables_plan \
        WHERE company_id = $1 AND no = $2 ORDER BY version DESC";
    // Row 0 holds the due date without the plan and, as what comes after it, the agreed sum.
    ITEMS = "SELECT n.entry_id, e.document_kind, e.document_no, e.order_id, n.due_date, n.after_minor, \
        COALESCE(i.open_minor, 0) FROM ledger_v_instalment n \
        JOIN ledger_v_entry e ON e.company_id = n.company_id AND e.id = n.entry_id \
        LEFT JOIN ledger_v_open_item i ON i.company_id = n.company_id AND i.entry_id = n.entry_id \
        WHERE n.company_id = $1 AND n.plan_id = $2 AND n.row_no = 0 ORDER BY n.due_date, n.entry_id";
    DUE_ROWS = "SELECT p.id, p.no, p.customer_id, c.code, c.name, p.currency, o.row_no, o.due_date, \
        CAST(SUM(o.open_minor) AS BIGINT), p.breach_days, p.breach_rule \
        FROM receivables_plan p JOIN ledger_v_owed_part o ON o.company_id = p.company_id AND o.plan_id = p.id \
        JOIN parties_v_customer c ON c.company_id = p.company_id AND c.id = p.customer_id \
        WHERE p.company_id = $1 AND p.state = 'active' AND o.due_date <= $2 \
        GROUP BY p.id, p.no, p.customer_id, c.code, c.name, p.currency, o.row_no, o.due_date, p.breach_days, \
        p.breach_rule ORDER BY o.due_date, p.id, o.row_no LIMIT 100";
}

/// A payment plan in the list.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct PlanItem {
    #[schema(value_type = String)]
    pub id: PlanId,
    pub no: String,
    pub version: i64,
    /// `active`, `replaced` by a later version, or `ended`.
    pub state: String,
    /// Of an active plan: `running`, `late`, `breached` or `kept`; else as `state`.
    pub standing: String,
    /// Why this version was made: `agreed`, `changed` or `accelerated`.
    pub cause: String,
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    pub customer_code: String,
    pub customer_name: String,
    #[schema(value_type = String)]
    pub account_id: AccountId,
    #[schema(value_type = String)]
    pub currency: Currency,
    #[schema(value_type = String)]
    pub agreed_on: Day,
    #[schema(value_type = String)]
    pub total: Money,
    /// Still to be paid; of a plan that is not active: zero.
    #[schema(value_type = String)]
    pub left: Money,
    /// Of `left`, what should have been paid by now.
    #[schema(value_type = String)]
    pub late: Money,
    /// The first row with something left.
    #[schema(value_type = Option<String>)]
    pub next_due: Option<Day>,
    #[schema(value_type = Option<String>)]
    pub next_amount: Option<Money>,
    /// A row is breached when it is unpaid for more than so many days.
    pub breach_days: i64,
    /// `remind`, `hold` or `accelerate`.
    pub breach_rule: String,
}

impl FromRow for PlanItem {
    fn from_row(row: &Row<'_>) -> db::Result<PlanItem> {
        let currency: Currency = row.get(9)?;
        let state: String = row.get(3)?;
        Ok(PlanItem {
            id: row.get(0)?,
            no: row.get(1)?,
            version: row.get(2)?,
            standing: state.clone(),
            state,
            cause: row.get(4)?,
            customer_id: row.get(5)?,
            customer_code: row.get(6)?,
            customer_name: row.get(7)?,
            account_id: row.get(8)?,
            currency,
            agreed_on: row.get(10)?,
            total: Money::new(row.get(11)?, currency),
            left: Money::new(0, currency),
            late: Money::new(0, currency),
            next_due: None,
            next_amount: None,
            breach_days: row.get(12)?,
            breach_rule: row.get(13)?,
        })
    }
}

impl PlanItem {
    /// What is left of an active plan, and how it stands.
    fn stands(&mut self, left: &[PlanRow], today: Day) {
        let money = |minor| Money::new(minor, self.currency);
        let sum = |rows: &mut dyn Iterator<Item = &PlanRow>| rows.map(|row| row.amount).sum();
        self.left = money(sum(&mut left.iter()));
        self.late = money(sum(&mut left.iter().filter(|row| row.due < today)));
        self.next_due = left.first().map(|row| row.due);
        self.next_amount = left.first().map(|row| money(row.amount));
        self.standing = Standing::of(left, self.breach_days, today).as_str().to_owned();
    }
}

pub const PLANS: ListSpec = ListSpec {
    columns: &[
        "p.id",
        "p.no",
        "p.version",
        "p.state",
        "p.cause",
        "p.customer_id",
        "c.code",
        "c.name",
        "p.account_id",
        "p.currency",
        "p.agreed_on",
        "p.total_minor",
        "p.breach_days",
        "p.breach_rule",
    ],
    from: "receivables_plan p JOIN parties_v_customer c ON c.company_id = p.company_id AND c.id = p.customer_id",
    condition: "p.company_id = $1",
    id: "p.id",
    sorts: &[Sort {
        name: "date",
        expression: "p.agreed_on",
        column: Column::Day,
    }],
    default_sort: "-date",
    filters: &[
        Filter {
            name: "customer_id",
            condition: "p.customer_id = {}",
            column: Column::Int,
        },
        Filter {
            name: "state",
            condition: "p.state = {}",
            column: Column::Text,
        },
        Filter {
            name: "late_on",
            condition: "p.state = 'active' AND EXISTS (SELECT 1 FROM ledger_v_owed_part o \
                WHERE o.company_id = $1 AND o.plan_id = p.id AND o.due_date < {})",
            column: Column::Day,
        },
        Filter {
            name: "breached_on",
            condition: "p.state = 'active' AND EXISTS (SELECT 1 FROM ledger_v_owed_part o \
                JOIN receivables_plan_row r ON r.company_id = $1 AND r.plan_id = o.plan_id AND r.row_no = o.row_no \
                WHERE o.company_id = $1 AND o.plan_id = p.id AND r.breach_on <= {})",
            column: Column::Day,
        },
    ],
    search: Some(("parties_v_search", "p.customer_id")),
};

/// Payment plans. `filter[late]` and `filter[breached]` are meant as of `today`.
pub fn plans(tx: &mut Tx<'_>, query: &ListQuery, today: Day) -> db::Result<Page<PlanItem>> {
    let mut query = query.clone();
    for (asked, bound) in [("late", "late_on"), ("breached", "breached_on")] {
        if let Some(value) = query.filter.remove(asked)
            && value != "false"
            && value != "0"
        {
            query.filter.insert(bound.to_owned(), today.to_string());
        }
    }
    let mut page: Page<PlanItem> = PLANS.page(tx, &query)?;
    for plan in page.items.iter_mut().filter(|plan| plan.state == "active") {
        let left = store::left(tx, plan.id)?;
        plan.stands(&left, today);
    }
    Ok(page)
}

/// A row of a plan and what is left of it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct PlanRowView {
    pub row_no: i64,
    #[schema(value_type = String)]
    pub due_date: Day,
    #[schema(value_type = String)]
    pub amount: Money,
    /// Absent for a plan that is not active.
    #[schema(value_type = Option<String>)]
    pub left: Option<Money>,
    /// 0 when nothing of it is late.
    pub days_overdue: i64,
    pub breached: bool,
}

/// An item that is on a plan.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct PlanEntry {
    #[schema(value_type = String)]
    pub entry_id: EntryId,
    pub document_kind: String,
    pub document_no: String,
    #[schema(value_type = Option<String>)]
    pub order_id: Option<ledger::OrderId>,
    /// Due without the plan.
    #[schema(value_type = String)]
    pub due_before: Day,
    /// What was open when the plan was agreed.
    #[schema(value_type = String)]
    pub agreed: Money,
    #[schema(value_type = String)]
    pub open: Money,
}

/// A version of a plan.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct PlanVersion {
    #[schema(value_type = String)]
    pub id: PlanId,
    pub version: i64,
    pub state: String,
    pub cause: String,
    #[schema(value_type = String)]
    pub agreed_on: Day,
    #[schema(value_type = String)]
    pub total: Money,
    /// Why it was replaced or ended.
    pub reason: String,
}

/// A payment plan with its rows, its items and its versions.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct PlanDetail {
    #[serde(flatten)]
    pub plan: PlanItem,
    pub note: String,
    /// Why it was replaced or ended.
    pub reason: String,
    /// Open beyond what was agreed: a payment from before the plan was undone. Due as without the plan.
    #[schema(value_type = String)]
    pub beyond: Money,
    pub rows: Vec<PlanRowView>,
    pub items: Vec<PlanEntry>,
    pub versions: Vec<PlanVersion>,
}

pub fn plan(tx: &mut Tx<'_>, id: PlanId, today: Day) -> db::Result<PlanDetail> {
    let record = store::get(tx, id)?.ok_or_else(refusals::plan_not_found)?;
    let (customer_code, customer_name) = tx.one::<(String, String)>(NAMES, p![record.customer])?;
    let currency = record.currency;
    let money = |minor| Money::new(minor, currency);
    let is_live = record.state == "active";
    let mut plan = PlanItem {
        id,
        no: record.no,
        version: record.version,
        standing: record.state.clone(),
        state: record.state,
        cause: record.cause,
        customer_id: record.customer,
        customer_code,
        customer_name,
        account_id: record.account,
        currency,
        agreed_on: record.agreed_on,
        total: money(record.total),
        left: money(0),
        late: money(0),
        next_due: None,
        next_amount: None,
        breach_days: record.breach_days,
        breach_rule: record.breach_rule,
    };
    let left = store::left_of_rows(tx, id)?;
    let left_of = |row: i64| {
        left.iter()
            .find(|(of, _)| *of == row)
            .map_or(0, |(_, left)| *left)
    };
    if is_live {
        let by_day = store::left(tx, id)?;
        plan.stands(&by_day, today);
    }
    let rows = store::rows(tx, id)?.into_iter().map(|(row_no, due, amount)| {
        let open = left_of(row_no);
        PlanRowView {
            row_no,
            due_date: due,
            amount: money(amount),
            left: is_live.then(|| money(open)),
            days_overdue: if open > 0 { today.since(due).max(0) } else { 0 },
            breached: open > 0 && rules::breach_on(due, record.breach_days) <= today,
        }
    });
    let rows = rows.collect();
    let items = tx.each(ITEMS, p![id], |row| {
        Ok(PlanEntry {
            entry_id: row.get(0)?,
            document_kind: row.get(1)?,
            document_no: row.get(2)?,
            order_id: row.get(3)?,
            due_before: row.get(4)?,
            agreed: money(row.get(5)?),
            open: money(row.get(6)?),
        })
    })?;
    let versions = tx.each(VERSIONS, p![&plan.no], |row| {
        Ok(PlanVersion {
            id: row.get(0)?,
            version: row.get(1)?,
            state: row.get(2)?,
            cause: row.get(3)?,
            agreed_on: row.get(4)?,
            total: money(row.get(5)?),
            reason: row.get(6)?,
        })
    })?;
    Ok(PlanDetail {
        plan,
        note: record.note,
        reason: record.reason,
        beyond: money(left_of(0)),
        rows,
        items,
        versions,
    })
}

/// A row of a plan that is due soon, or late.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct DueRow {
    #[schema(value_type = String)]
    pub plan_id: PlanId,
    pub plan_no: String,
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    pub customer_code: String,
    pub customer_name: String,
    #[schema(value_type = String)]
    pub currency: Currency,
    pub row_no: i64,
    #[schema(value_type = String)]
    pub due_date: Day,
    #[schema(value_type = String)]
    pub left: Money,
    /// 0 when not late.
    pub days_overdue: i64,
    pub breached: bool,
    /// What follows a breach: `remind`, `hold` or `accelerate`.
    pub breach_rule: String,
}

/// Rows of active plans with something left that are due by a day, the oldest first, at most a hundred.
pub fn due_rows(tx: &mut Tx<'_>, until: Day, today: Day) -> db::Result<Vec<DueRow>> {
    tx.each(DUE_ROWS, p![until], |row| {
        let currency: Currency = row.get(5)?;
        let (due, breach_days): (Day, i64) = (row.get(7)?, row.get(9)?);
        Ok(DueRow {
            plan_id: row.get(0)?,
            plan_no: row.get(1)?,
            customer_id: row.get(2)?,
            customer_code: row.get(3)?,
            customer_name: row.get(4)?,
            currency,
            row_no: row.get(6)?,
            due_date: due,
            left: Money::new(row.get(8)?, currency),
            days_overdue: today.since(due).max(0),
            breached: rules::breach_on(due, breach_days) <= today,
            breach_rule: row.get(10)?,
        })
    })
}
