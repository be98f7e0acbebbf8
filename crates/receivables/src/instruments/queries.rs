use base::{Currency, Day, Money};
use db::{FromRow, Row, Tx};
use kit::list::{Column, Filter, ListQuery, ListSpec, Page, Sort};
use parties::CustomerId;
use serde::Serialize;

use super::store;
use crate::types::ReceiptId;

/// A bill or cheque in the list of maturities.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct InstrumentItem {
    #[schema(value_type = String)]
    pub receipt_id: ReceiptId,
    pub receipt_no: String,
    /// `acceptance_bill` or `cheque`.
    pub method: String,
    pub no: String,
    /// Who promises to pay.
    pub drawer: String,
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    pub customer_code: String,
    pub customer_name: String,
    #[schema(value_type = String)]
    pub currency: Currency,
    #[schema(value_type = String)]
    pub amount: Money,
    #[schema(value_type = String)]
    pub receipt_date: Day,
    #[schema(value_type = String)]
    pub due_date: Day,
    /// `held`, `cleared`, `bounced` or `reversed`.
    pub state: String,
    #[schema(value_type = Option<String>)]
    pub settled_on: Option<Day>,
    /// Held although its day is over; 0 when not.
    pub days_past: i64,
}

impl FromRow for InstrumentItem {
    fn from_row(row: &Row<'_>) -> db::Result<InstrumentItem> {
        let currency: Currency = row.get(8)?;
        Ok(InstrumentItem {
            receipt_id: row.get(0)?,
            receipt_no: row.get(1)?,
            method: row.get(2)?,
            no: row.get(3)?,
            drawer: row.get(4)?,
            customer_id: row.get(5)?,
            customer_code: row.get(6)?,
            customer_name: row.get(7)?,
            currency,
            amount: Money::new(row.get(9)?, currency),
            receipt_date: row.get(10)?,
            due_date: row.get(11)?,
            state: row.get(12)?,
            settled_on: row.get(13)?,
            days_past: 0,
        })
    }
}

pub(crate) const INSTRUMENTS: ListSpec = ListSpec {
    columns: &[
        "i.receipt_id",
        "r.no",
        "r.method",
        "i.no",
        "i.drawer",
        "r.customer_id",
        "c.code",
        "c.name",
        "r.currency",
        "r.amount_minor",
        "r.receipt_date",
        "i.due_date",
        "i.state",
        "i.settled_on",
    ],
    from: "receivables_instrument i \
        JOIN receivables_receipt r ON r.company_id = i.company_id AND r.id = i.receipt_id \
        JOIN parties_v_customer c ON c.company_id = r.company_id AND c.id = r.customer_id",
    condition: "i.company_id = $1",
    id: "i.receipt_id",
    sorts: &[Sort {
        name: "due",
        expression: "i.due_date",
        column: Column::Day,
    }],
    default_sort: "due",
    filters: &[
        Filter {
            name: "customer_id",
            condition: "r.customer_id = {}",
            column: Column::Int,
        },
        Filter {
            name: "state",
            condition: "i.state = {}",
            column: Column::Text,
        },
        Filter {
            name: "method",
            condition: "r.method = {}",
            column: Column::Text,
        },
        Filter {
            name: "from",
            condition: "i.due_date >= {}",
            column: Column::Day,
        },
        Filter {
            name: "to",
            condition: "i.due_date <= {}",
            column: Column::Day,
        },
        Filter {
            name: "no",
            condition: "i.no = {}",
            column: Column::Text,
        },
    ],
    search: Some(("parties_v_search", "r.customer_id")),
};

pub fn instruments(tx: &mut Tx<'_>, query: &ListQuery, today: Day) -> db::Result<Page<InstrumentItem>> {
    let mut page: Page<InstrumentItem> = INSTRUMENTS.page(tx, query)?;
    for row in page.items.iter_mut().filter(|row| row.state == "held") {
        row.days_past = crate::rules::days_overdue(row.due_date, today);
    }
    Ok(page)
}

/// The bill or cheque behind a receipt.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct InstrumentView {
    pub no: String,
    pub drawer: String,
    #[schema(value_type = String)]
    pub due_date: Day,
    /// `held`, `cleared`, `bounced` or `reversed`.
    pub state: String,
    #[schema(value_type = Option<String>)]
    pub settled_on: Option<Day>,
}

pub fn instrument(tx: &mut Tx<'_>, receipt: ReceiptId) -> db::Result<Option<InstrumentView>> {
    let found = store::get(tx, receipt)?;
    Ok(found.map(|row| InstrumentView {
        no: row.no,
        drawer: row.drawer,
        due_date: row.due,
        state: row.state,
        settled_on: row.settled_on,
    }))
}
