//! A bad debt that needs approval: asked for, decided by another person; nothing is booked before.

use base::{Currency, Id, Instant, Money, UserId};
use db::{FromRow, Row, Tx, p};
use kit::Meta;
use kit::list::{Column, Filter, ListQuery, ListSpec, Page, Sort};
use ledger::OrderId;
use parties::CustomerId;
use serde::Serialize;

use super::reasons;
use crate::commands::within;
use crate::refusals;
use crate::types::{BadDebtId, BadDebtReason, ProcessBadDebt};

/// Marks the identity of a request.
pub enum BadDebtRequest {}
pub type RequestId = Id<BadDebtRequest>;

db::statements! {
    INSERT = "INSERT INTO receivables_bad_debt_request (company_id, id, state, order_id, account_id, customer_id, \
        currency, amount_minor, outstanding_minor, reason_code, note, disclose, despite_credit, requested_at, \
        requested_by, decided_at, decided_by, decision_note, bad_debt_id) \
        VALUES ($1, $2, 'pending', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, NULL, NULL, '', NULL)";
    PENDING_OF_ORDER = "SELECT id FROM receivables_bad_debt_request \
        WHERE company_id = $1 AND order_id = $2 AND state = 'pending'";
    GET = "SELECT id, state, order_id, currency, amount_minor, outstanding_minor, reason_code, note, disclose, \
        despite_credit, requested_by FROM receivables_bad_debt_request WHERE company_id = $1 AND id = $2";
    DECIDE = "UPDATE receivables_bad_debt_request SET state = $3, decided_at = $4, decided_by = $5, \
        decision_note = $6, bad_debt_id = $7 WHERE company_id = $1 AND id = $2";
}

/// A request as it is kept.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub id: RequestId,
    pub state: String,
    pub order: OrderId,
    pub currency: Currency,
    pub amount: i64,
    pub outstanding: i64,
    pub reason: String,
    pub note: String,
    pub disclose: bool,
    pub despite_credit: bool,
    pub requested_by: UserId,
}

db::from_row! { struct Request {
    id, state, order, currency, amount, outstanding, reason, note, disclose, despite_credit, requested_by
} }

impl Request {
    /// The act that was asked for; what is outstanding must still be what it was.
    pub fn act(&self) -> db::Result<ProcessBadDebt> {
        let money = |minor| Money::new(minor, self.currency).to_string();
        Ok(ProcessBadDebt {
            order: self.order,
            amount: Some(money(self.amount)),
            expected_outstanding: money(self.outstanding),
            reason: self.reason.parse()?,
            note: self.note.clone(),
            date: None,
            despite_credit: self.despite_credit,
            disclose: self.disclose,
        })
    }
}

/// Whether an amount needs approval, and from which on. A currency that the threshold is not in cannot
/// be compared with it, so there every amount does.
pub(super) fn threshold(tx: &mut Tx<'_>, meta: &Meta, amount: Money) -> db::Result<Option<Money>> {
    let own = meta.company.currency;
    let from = reasons::setting(tx)?
        .approval_from
        .map(|minor| Money::new(minor, own));
    Ok(from.filter(|from| amount.currency != own || amount.minor >= from.minor))
}

/// What a new request holds besides the act.
pub(super) struct New<'a> {
    pub order: &'a crate::store::OrderRow,
    pub amount: i64,
    pub act: &'a ProcessBadDebt,
}

pub(super) fn insert(tx: &mut Tx<'_>, meta: &Meta, new: &New<'_>) -> db::Result<RequestId> {
    let (order, act) = (new.order, new.act);
    if tx.opt::<RequestId>(PENDING_OF_ORDER, p![order.id])?.is_some() {
        return Err(refusals::request_pending(order.no()).into());
    }
    let id: RequestId = tx.next_id();
    tx.push(
        INSERT,
        p![
            id,
            order.id,
            order.account,
            order.customer,
            order.currency,
            new.amount,
            order.outstanding,
            act.reason.as_str(),
            act.note.trim(),
            act.disclose,
            act.despite_credit,
            meta.now,
            meta.user
        ],
    )?;
    Ok(id)
}

/// A request that waits, by identity.
pub(super) fn pending(tx: &mut Tx<'_>, id: RequestId) -> db::Result<Request> {
    let found: Option<Request> = tx.lock(GET, p![id])?;
    let request = found.ok_or_else(refusals::request_not_found)?;
    if request.state != "pending" {
        return Err(refusals::request_decided().into());
    }
    Ok(request)
}

pub(super) fn decide(
    tx: &mut Tx<'_>,
    meta: &Meta,
    id: RequestId,
    (state, note, bad_debt): (&str, &str, Option<BadDebtId>),
) -> db::Result<()> {
    tx.push(DECIDE, p![id, state, meta.now, meta.user, note, bad_debt])
}

/// Turns a request down; who asked takes it back.
///
/// # Errors
/// `receivables.not_approver` from anybody else who may not approve.
pub fn reject_bad_debt(
    tx: &mut Tx<'_>,
    meta: &Meta,
    id: RequestId,
    note: &str,
    approves: bool,
) -> db::Result<()> {
    let request = pending(tx, id)?;
    let note = within(note, "note")?;
    let state = match (request.requested_by == meta.user, approves) {
        (true, _) => "withdrawn",
        (false, true) => "rejected",
        (false, false) => return Err(refusals::not_approver().into()),
    };
    decide(tx, meta, request.id, (state, note, None))
}

/// A request in the list.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = BadDebtRequestItem)]
pub struct RequestItem {
    #[schema(value_type = String)]
    pub id: RequestId,
    /// `pending`, `approved`, `rejected` or `withdrawn`.
    pub state: String,
    #[schema(value_type = String)]
    pub order_id: OrderId,
    pub order_no: String,
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    pub customer_code: String,
    pub customer_name: String,
    #[schema(value_type = String)]
    pub currency: Currency,
    #[schema(value_type = String)]
    pub amount: Money,
    /// Of the order, when it was asked for.
    #[schema(value_type = String)]
    pub outstanding: Money,
    pub reason_code: String,
    pub note: String,
    pub disclose: bool,
    #[schema(value_type = String)]
    pub requested_at: Instant,
    #[schema(value_type = String)]
    pub requested_by: UserId,
    #[schema(value_type = Option<String>)]
    pub decided_at: Option<Instant>,
    pub decision_note: String,
}

impl FromRow for RequestItem {
    fn from_row(row: &Row<'_>) -> db::Result<RequestItem> {
        let currency: Currency = row.get(7)?;
        Ok(RequestItem {
            id: row.get(0)?,
            state: row.get(1)?,
            order_id: row.get(2)?,
            order_no: row.get::<Option<String>>(3)?.unwrap_or_default(),
            customer_id: row.get(4)?,
            customer_code: row.get(5)?,
            customer_name: row.get(6)?,
            currency,
            amount: Money::new(row.get(8)?, currency),
            outstanding: Money::new(row.get(9)?, currency),
            reason_code: row.get(10)?,
            note: row.get(11)?,
            disclose: row.get(12)?,
            requested_at: row.get(13)?,
            requested_by: row.get(14)?,
            decided_at: row.get(15)?,
            decision_note: row.get(16)?,
        })
    }
}

pub const REQUESTS: ListSpec = ListSpec {
    columns: &[
        "q.id",
        "q.state",
        "q.order_id",
        "o.no",
        "q.customer_id",
        "c.code",
        "c.name",
        "q.currency",
        "q.amount_minor",
        "q.outstanding_minor",
        "q.reason_code",
        "q.note",
        "q.disclose",
        "q.requested_at",
        "q.requested_by",
        "q.decided_at",
        "q.decision_note",
    ],
    from: "receivables_bad_debt_request q JOIN sales_v_order o ON o.company_id = q.company_id AND o.id = q.order_id \
        JOIN parties_v_customer c ON c.company_id = q.company_id AND c.id = q.customer_id",
    condition: "q.company_id = $1",
    id: "q.id",
    sorts: &[Sort {
        name: "date",
        expression: "q.requested_at",
        column: Column::Instant,
    }],
    default_sort: "-date",
    filters: &[
        Filter {
            name: "state",
            condition: "q.state = {}",
            column: Column::Text,
        },
        Filter {
            name: "customer_id",
            condition: "q.customer_id = {}",
            column: Column::Int,
        },
    ],
    search: Some(("parties_v_search", "q.customer_id")),
};

pub fn requests(tx: &mut Tx<'_>, query: &ListQuery) -> db::Result<Page<RequestItem>> {
    REQUESTS.page(tx, query)
}

/// Whether the reason that was asked with is still a reason.
pub(super) fn reason(tx: &mut Tx<'_>, meta: &Meta, reason: &BadDebtReason) -> db::Result<bool> {
    reasons::admitted(tx, meta.lang, reason)
}
