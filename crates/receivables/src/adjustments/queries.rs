use base::{Currency, Day, Instant, Money, UserId};
use db::{FromRow, Row, Tx};
use kit::list::{Column, Filter, ListQuery, ListSpec, Page, Sort};
use ledger::{AccountId, EntryId, EntryKind, OrderId, Side};
use parties::CustomerId;
use serde::Serialize;

use super::store;
use super::types::AdjustmentId;
use crate::queries::AllocationItem;
use crate::refusals;

/// A charge, an expense note, a refund or a small difference in the list.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct AdjustmentItem {
    #[schema(value_type = String)]
    pub id: AdjustmentId,
    /// `charge`, `expense`, `refund` or `difference`.
    pub kind: String,
    /// `waiting`, `posted`, `rejected` or `reversed`.
    pub state: String,
    pub no: String,
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    pub customer_code: String,
    pub customer_name: String,
    #[schema(value_type = String)]
    pub currency: Currency,
    #[schema(value_type = String)]
    pub date: Day,
    #[schema(value_type = String)]
    pub amount: Money,
    /// What of it is not allocated.
    #[schema(value_type = String)]
    pub open: Money,
    pub reason_code: String,
    pub note: String,
    #[schema(value_type = Option<String>)]
    pub entry_id: Option<EntryId>,
    #[schema(value_type = String)]
    pub created_by: UserId,
}

impl FromRow for AdjustmentItem {
    fn from_row(row: &Row<'_>) -> db::Result<AdjustmentItem> {
        let currency: Currency = row.get(7)?;
        Ok(AdjustmentItem {
            id: row.get(0)?,
            kind: row.get(1)?,
            state: row.get(2)?,
            no: row.get(3)?,
            customer_id: row.get(4)?,
            customer_code: row.get(5)?,
            customer_name: row.get(6)?,
            currency,
            date: row.get(8)?,
            amount: Money::new(row.get(9)?, currency),
            open: Money::new(row.get(10)?, currency),
            reason_code: row.get(11)?,
            note: row.get(12)?,
            entry_id: row.get(13)?,
            created_by: row.get(14)?,
        })
    }
}

pub(crate) const ADJUSTMENTS: ListSpec = ListSpec {
    columns: &[
        "r.id",
        "r.kind",
        "r.state",
        "r.no",
        "r.customer_id",
        "c.code",
        "c.name",
        "r.currency",
        "r.document_date",
        "r.amount_minor",
        "COALESCE((SELECT i.open_minor FROM ledger_v_open_item i WHERE i.company_id = r.company_id \
            AND i.entry_id = r.entry_id), 0)",
        "r.reason_code",
        "r.note",
        "r.entry_id",
        "r.created_by",
    ],
    from: "receivables_adjustment r \
        JOIN parties_v_customer c ON c.company_id = r.company_id AND c.id = r.customer_id",
    condition: "r.company_id = $1",
    id: "r.id",
    sorts: &[
        Sort {
            name: "date",
            expression: "r.document_date",
            column: Column::Day,
        },
        Sort {
            name: "amount",
            expression: "r.amount_minor",
            column: Column::Int,
        },
    ],
    default_sort: "-date",
    filters: &[
        Filter {
            name: "customer_id",
            condition: "r.customer_id = {}",
            column: Column::Int,
        },
        Filter {
            name: "kind",
            condition: "r.kind = {}",
            column: Column::Text,
        },
        Filter {
            name: "state",
            condition: "r.state = {}",
            column: Column::Text,
        },
        Filter {
            name: "reason_code",
            condition: "r.reason_code = {}",
            column: Column::Text,
        },
        Filter {
            name: "from",
            condition: "r.document_date >= {}",
            column: Column::Day,
        },
        Filter {
            name: "to",
            condition: "r.document_date <= {}",
            column: Column::Day,
        },
        Filter {
            name: "no",
            condition: "r.no = {}",
            column: Column::Text,
        },
    ],
    search: Some(("parties_v_search", "r.customer_id")),
};

pub fn adjustments(tx: &mut Tx<'_>, query: &ListQuery) -> db::Result<Page<AdjustmentItem>> {
    ADJUSTMENTS.page(tx, query)
}

/// An item that a refund paid out or a difference closed.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct AdjustedItem {
    #[schema(value_type = String)]
    pub entry_id: EntryId,
    pub kind: EntryKind,
    pub document_no: String,
    #[schema(value_type = String)]
    pub amount: Money,
}

/// A document without goods, with everything that was done with it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct AdjustmentDetail {
    #[schema(value_type = String)]
    pub id: AdjustmentId,
    pub kind: String,
    pub state: String,
    pub no: String,
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    pub customer_code: String,
    pub customer_name: String,
    #[schema(value_type = String)]
    pub account_id: AccountId,
    #[schema(value_type = String)]
    pub currency: Currency,
    #[schema(value_type = String)]
    pub date: Day,
    #[schema(value_type = Option<String>)]
    pub due_date: Option<Day>,
    #[schema(value_type = String)]
    pub amount: Money,
    #[schema(value_type = String)]
    pub open: Money,
    pub reason_code: String,
    pub note: String,
    /// How a refund went out.
    pub method: String,
    pub reference: String,
    /// The order that a charge is.
    #[schema(value_type = Option<String>)]
    pub order_id: Option<OrderId>,
    #[schema(value_type = Option<String>)]
    pub entry_id: Option<EntryId>,
    /// Why it was rejected or reversed.
    pub decision: String,
    #[schema(value_type = Option<String>)]
    pub decided_at: Option<Instant>,
    #[schema(value_type = Option<String>)]
    pub decided_by: Option<UserId>,
    #[schema(value_type = String)]
    pub created_at: Instant,
    #[schema(value_type = String)]
    pub created_by: UserId,
    pub items: Vec<AdjustedItem>,
    pub allocations: Vec<AllocationItem>,
}

pub fn adjustment(tx: &mut Tx<'_>, id: AdjustmentId) -> db::Result<AdjustmentDetail> {
    let row = store::get(tx, id)?.ok_or_else(refusals::adjustment_not_found)?;
    let (customer_code, customer_name) = store::names(tx, &row)?;
    let money = |minor| Money::new(minor, row.currency);
    let items = store::items_named(tx, id)?
        .into_iter()
        .map(|(entry_id, kind, document_no, amount)| AdjustedItem {
            entry_id,
            kind,
            document_no,
            amount: money(amount),
        })
        .collect();
    let (open, allocations) = match row.entry {
        Some(entry) => {
            let side = Side::of(ledger::entry(tx, entry)?.amount);
            let made = crate::queries::allocations(tx, entry, side, row.currency)?;
            (crate::store::open_of_entry(tx, entry)?, made)
        }
        None => (0, Vec::new()),
    };
    Ok(AdjustmentDetail {
        id,
        kind: row.kind,
        state: row.state,
        no: row.no,
        customer_id: row.customer,
        customer_code,
        customer_name,
        account_id: row.account,
        currency: row.currency,
        date: row.date,
        due_date: row.due,
        amount: money(row.amount),
        open: money(open),
        reason_code: row.reason_code,
        note: row.note,
        method: row.method,
        reference: row.reference,
        order_id: row.order,
        entry_id: row.entry,
        decision: row.decision,
        decided_at: row.decided_at,
        decided_by: row.decided_by,
        created_at: row.created_at,
        created_by: row.created_by,
        items,
        allocations,
    })
}

/// The amount above which somebody else approves, by kind and currency.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ApprovalThreshold {
    /// `expense`, `refund` or `difference`.
    pub kind: String,
    #[schema(value_type = String)]
    pub currency: Currency,
    #[schema(value_type = String)]
    pub amount: Money,
}

pub fn thresholds(tx: &mut Tx<'_>) -> db::Result<Vec<ApprovalThreshold>> {
    let found = store::thresholds(tx)?;
    Ok(found
        .into_iter()
        .map(|(kind, currency, amount)| ApprovalThreshold {
            kind,
            currency,
            amount: Money::new(amount, currency),
        })
        .collect())
}
