//! Disputes as people handle them: raised from a line of a statement, looked after by an owner, decided
//! with a reason. What they do to the debt is the ledger's business ([`ledger::open_dispute`]).

use base::{Currency, Day, Instant, Money, Refusal, UserId};
use db::{FromRow, Row, Tx, p};
use kit::Meta;
use kit::list::{Column, Filter, ListQuery, ListSpec, Page, Sort};
use ledger::{
    AccountRow, DisputeId, DisputeReason, DisputeState, DisputeStepKind, EntryId, EntryKind, NewDispute,
    Resolution,
};
use parties::CustomerId;
use serde::Serialize;

use crate::facets;
use crate::store;
use crate::types::{Channel, StatementId, StatementState};

db::statements! {
    INSERT = "INSERT INTO statements_dispute (company_id, dispute_id, statement_id, line_no, channel, person, \
        owner_id) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    SET_OWNER = "UPDATE statements_dispute SET owner_id = $3 WHERE company_id = $1 AND dispute_id = $2";
    LINE = "SELECT entry_id FROM statements_line WHERE company_id = $1 AND statement_id = $2 AND line_no = $3";
    CREDITS = "SELECT e.id, e.kind, e.basis_date, e.document_no, e.amount_minor FROM ledger_v_entry e \
        WHERE e.company_id = $1 AND e.account_id = $2 AND e.amount_minor < 0 AND e.internal = 0 \
            AND e.kind IN ('return', 'sale', 'charge', 'expense', 'discount') \
            AND NOT EXISTS (SELECT 1 FROM ledger_v_entry r WHERE r.company_id = e.company_id \
                AND r.reversal_of = e.id) \
        ORDER BY e.id DESC LIMIT 50";
}

/// A dispute in a list.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct DisputeItem {
    #[schema(value_type = String)]
    pub id: DisputeId,
    pub state: DisputeState,
    pub reason: DisputeReason,
    #[schema(value_type = String)]
    pub opened_on: Day,
    /// Days since it was raised, while it is open.
    pub age_days: Option<i64>,
    #[schema(value_type = String)]
    pub amount: Money,
    /// What is still disputed.
    #[schema(value_type = String)]
    pub left: Money,
    #[schema(value_type = String)]
    pub currency: Currency,
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    pub customer_code: String,
    pub customer_name: String,
    #[schema(value_type = String)]
    pub statement_id: StatementId,
    pub statement_no: String,
    pub line_no: i64,
    #[schema(value_type = String)]
    pub entry_id: EntryId,
    pub document_kind: String,
    pub document_id: String,
    pub document_no: String,
    #[schema(value_type = Option<String>)]
    pub owner_id: Option<UserId>,
}

impl FromRow for DisputeItem {
    fn from_row(row: &Row<'_>) -> db::Result<DisputeItem> {
        let currency: Currency = row.get(6)?;
        let money = |index: usize| row.get::<i64>(index).map(|minor| Money::new(minor, currency));
        Ok(DisputeItem {
            id: row.get(0)?,
            state: row.get(1)?,
            reason: row.get(2)?,
            opened_on: row.get(3)?,
            age_days: None,
            amount: money(4)?,
            left: money(5)?,
            currency,
            customer_id: row.get(7)?,
            customer_code: row.get(8)?,
            customer_name: row.get(9)?,
            statement_id: row.get(10)?,
            statement_no: row.get(11)?,
            line_no: row.get(12)?,
            entry_id: row.get(13)?,
            document_kind: row.get(14)?,
            document_id: row.get::<i64>(15)?.to_string(),
            document_no: row.get(16)?,
            owner_id: row.get(17)?,
        })
    }
}

const LIST: ListSpec = ListSpec {
    columns: &[
        "d.id",
        "d.state",
        "d.reason",
        "d.opened_on",
        "d.amount_minor",
        "d.left_minor",
        "s.currency",
        "s.customer_id",
        "s.customer_code",
        "s.customer_name",
        "x.statement_id",
        "s.no",
        "x.line_no",
        "d.entry_id",
        "e.document_kind",
        "e.document_id",
        "e.document_no",
        "x.owner_id",
    ],
    from: "ledger_v_dispute d JOIN statements_dispute x ON x.company_id = d.company_id AND x.dispute_id = d.id \
        JOIN statements_statement s ON s.company_id = x.company_id AND s.id = x.statement_id \
        JOIN ledger_v_entry e ON e.company_id = d.company_id AND e.id = d.entry_id",
    condition: "d.company_id = $1",
    id: "d.id",
    sorts: &[
        Sort {
            name: "opened_on",
            expression: "d.opened_on",
            column: Column::Day,
        },
        Sort {
            name: "left",
            expression: "d.left_minor",
            column: Column::Int,
        },
    ],
    default_sort: "opened_on",
    filters: &[
        Filter {
            name: "state",
            condition: "d.state = {}",
            column: Column::Text,
        },
        Filter {
            name: "reason",
            condition: "d.reason = {}",
            column: Column::Text,
        },
        Filter {
            name: "customer_id",
            condition: "s.customer_id = {}",
            column: Column::Int,
        },
        Filter {
            name: "statement_id",
            condition: "x.statement_id = {}",
            column: Column::Int,
        },
        Filter {
            name: "owner_id",
            condition: "x.owner_id = {}",
            column: Column::Int,
        },
        Filter {
            name: "no_owner",
            condition: "x.owner_id IS NULL",
            column: Column::Int,
        },
    ],
    search: Some(("parties_v_search", "s.customer_id")),
};

/// Disputes, oldest first, unless the caller sorts.
pub fn disputes(tx: &mut Tx<'_>, today: Day, query: &ListQuery) -> db::Result<Page<DisputeItem>> {
    let mut page = LIST.page::<DisputeItem>(tx, query)?;
    for item in &mut page.items {
        item.age_days = age(item, today);
    }
    Ok(page)
}

fn age(item: &DisputeItem, today: Day) -> Option<i64> {
    (item.state == DisputeState::Open).then(|| today.since(item.opened_on))
}

/// Every statement that this list can make.
pub fn list_statements() -> Vec<String> {
    let mut all = LIST.statements();
    all.push(one_sql());
    all
}

fn one_sql() -> String {
    format!(
        "SELECT {} FROM {} WHERE {} AND d.id = $2",
        LIST.columns.join(", "),
        LIST.from,
        LIST.condition
    )
}

/// A step of a dispute.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = DisputeStep)]
pub struct StepView {
    pub kind: DisputeStepKind,
    /// Signed: what it adds to the disputed amount.
    #[schema(value_type = String)]
    pub amount: Money,
    #[schema(value_type = String)]
    pub at: Instant,
    #[schema(value_type = String)]
    pub by: UserId,
    /// Number of the credit that an acceptance led to.
    pub credit_no: Option<String>,
    pub text: String,
}

/// A credit that an accepted dispute may point to.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct DisputeCredit {
    #[schema(value_type = String)]
    pub entry_id: EntryId,
    pub kind: EntryKind,
    #[schema(value_type = String)]
    pub date: Day,
    pub no: String,
    /// What was credited, positive.
    #[schema(value_type = String)]
    pub amount: Money,
}

/// A dispute with its history.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct DisputeView {
    #[serde(flatten)]
    pub item: DisputeItem,
    pub steps: Vec<StepView>,
    /// The account's latest credits, newest first: what an acceptance may point to.
    pub credits: Vec<DisputeCredit>,
}

/// # Errors
/// `ledger.dispute_not_found`.
pub fn dispute(tx: &mut Tx<'_>, today: Day, id: DisputeId) -> db::Result<DisputeView> {
    let account = ledger::dispute(tx, id)?.account;
    let mut item: DisputeItem = tx
        .opt(one_sql(), p![id])?
        .ok_or_else(|| Refusal::not_found("ledger.dispute_not_found"))?;
    item.age_days = age(&item, today);
    let money = |minor| Money::new(minor, item.currency);
    let mut steps = Vec::new();
    for step in ledger::dispute_steps(tx, id)? {
        let credit_no = match step.credit {
            Some(credit) => Some(ledger::entry(tx, credit)?.document_no),
            None => None,
        };
        steps.push(StepView {
            kind: step.kind,
            amount: money(step.amount),
            at: step.recorded_at,
            by: step.recorded_by,
            credit_no,
            text: step.text,
        });
    }
    type Credit = (EntryId, EntryKind, Day, String, i64);
    let credits = tx.all::<Credit>(CREDITS, p![account])?.into_iter();
    let credits = credits.map(|(entry_id, kind, date, no, amount)| DisputeCredit {
        entry_id,
        kind,
        date,
        no,
        amount: money(-amount),
    });
    Ok(DisputeView {
        steps,
        credits: credits.collect(),
        item,
    })
}

/// What a customer says against a line.
#[derive(Clone, Debug)]
pub struct RaiseDispute {
    pub statement: StatementId,
    pub line_no: i64,
    /// Absent: all of the line that is not disputed yet.
    pub amount: Option<String>,
    pub reason: DisputeReason,
    pub text: String,
    pub channel: Channel,
    /// Who at the customer said so.
    pub person: String,
    /// Absent: the customer's salesperson.
    pub owner: Option<UserId>,
}

fn locked(tx: &mut Tx<'_>, id: DisputeId) -> db::Result<AccountRow> {
    let account = ledger::dispute(tx, id)?.account;
    ledger::lock_account(tx, account)
}

/// Raises a dispute on a line of a live statement.
///
/// # Errors
/// `statements.statement_not_found`, `statements.not_live`, `statements.line_not_found`,
/// `statements.dispute_text` when the reason is `other` and no words say what,
/// `statements.dispute_amount`, and those of [`ledger::open_dispute`].
pub fn raise(tx: &mut Tx<'_>, meta: &Meta, new: &RaiseDispute) -> db::Result<DisputeId> {
    let account = store::statement(tx, new.statement)?.account;
    let account = ledger::lock_account(tx, account)?;
    let statement = store::statement(tx, new.statement)?;
    if statement.state != StatementState::Issued {
        return Err(Refusal::rule("statements.not_live")
            .with("no", statement.no)
            .into());
    }
    let entry: Option<EntryId> = tx.opt(LINE, p![new.statement, new.line_no])?;
    let entry = entry.ok_or_else(|| Refusal::not_found("statements.line_not_found"))?;
    if new.reason == DisputeReason::Other && new.text.trim().is_empty() {
        return Err(Refusal::invalid("statements.dispute_text").on("text").into());
    }
    let amount = match new.amount.as_deref().filter(|text| !text.trim().is_empty()) {
        Some(text) => parsed(text, account.currency, "amount")?,
        None => ledger::not_disputed(tx, entry)?,
    };
    let new_dispute = NewDispute {
        entry,
        amount,
        reason: new.reason,
        text: new.text.clone(),
    };
    let id = ledger::open_dispute(tx, meta, &account, &new_dispute)?;
    let owner = match new.owner {
        Some(owner) => Some(owner),
        None => parties::get(tx, account.customer)?.salesperson,
    };
    let (channel, person) = (new.channel.as_str(), new.person.trim());
    tx.push(INSERT, p![id, new.statement, new.line_no, channel, person, owner])?;
    let said = (new.channel, person);
    facets::note_dispute(tx, meta, &statement, said, &new.text)?;
    Ok(id)
}

fn parsed(text: &str, currency: Currency, field: &'static str) -> Result<i64, Refusal> {
    let unreadable = |_| {
        Refusal::invalid("statements.dispute_amount")
            .on(field)
            .with("text", text)
    };
    Money::parse(text.trim(), currency)
        .map(|money| money.minor)
        .map_err(unreadable)
}

/// Decides a dispute: what is accepted points to the credit it led to, what is rejected says why.
///
/// # Errors
/// `statements.dispute_amount`, and those of [`ledger::resolve_dispute`].
pub fn resolve(
    tx: &mut Tx<'_>,
    meta: &Meta,
    id: DisputeId,
    accepted: &str,
    credit: Option<EntryId>,
    text: &str,
) -> db::Result<DisputeState> {
    let account = locked(tx, id)?;
    let accepted = parsed(accepted, account.currency, "accepted")?;
    let resolution = Resolution {
        accepted,
        credit,
        text: text.to_owned(),
    };
    ledger::resolve_dispute(tx, meta, &account, id, &resolution)
}

/// The customer gives it up, or gave it up by paying.
///
/// # Errors
/// Those of [`ledger::withdraw_dispute`].
pub fn withdraw(tx: &mut Tx<'_>, meta: &Meta, id: DisputeId, text: &str) -> db::Result<()> {
    let account = locked(tx, id)?;
    ledger::withdraw_dispute(tx, meta, &account, id, text)
}

/// Says who looks after a dispute.
///
/// # Errors
/// `ledger.dispute_not_found`.
pub fn assign(tx: &mut Tx<'_>, id: DisputeId, owner: Option<UserId>) -> db::Result<()> {
    locked(tx, id)?;
    tx.push(SET_OWNER, p![id, owner])
}
