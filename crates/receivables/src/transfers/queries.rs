use base::{Currency, Day, Id, Money, Price};
use db::{FromRow, Row, Tx};
use kit::list::{Column, Filter, ListQuery, ListSpec, Page, Sort};
use ledger::EntryId;
use parties::CustomerId;
use serde::Serialize;

/// Marks the identity of a transfer.
pub enum Transfer {}
pub type TransferId = Id<Transfer>;

/// An amount that moved from one account to another.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct TransferItem {
    #[schema(value_type = String)]
    pub id: TransferId,
    pub no: String,
    /// `posted` or `reversed`.
    pub state: String,
    /// `debt` or `credit`: what moved.
    pub what: String,
    #[schema(value_type = String)]
    pub date: Day,
    #[schema(value_type = String)]
    pub from_customer_id: CustomerId,
    pub from_name: String,
    #[schema(value_type = String)]
    pub from_currency: Currency,
    #[schema(value_type = String)]
    pub out: Money,
    #[schema(value_type = String)]
    pub to_customer_id: CustomerId,
    pub to_name: String,
    #[schema(value_type = String)]
    pub to_currency: Currency,
    #[schema(value_type = String)]
    pub received: Money,
    /// Units of the second currency for one of the first.
    #[schema(value_type = String)]
    pub rate: Price,
    /// The document that it was taken from.
    pub document_no: String,
    /// Who agreed, and how.
    pub note: String,
    /// The entry in the second account.
    #[schema(value_type = String)]
    pub entry_id: EntryId,
    /// Why it was taken back.
    pub reason: String,
}

impl FromRow for TransferItem {
    fn from_row(row: &Row<'_>) -> db::Result<TransferItem> {
        let (from_currency, to_currency): (Currency, Currency) = (row.get(7)?, row.get(11)?);
        Ok(TransferItem {
            id: row.get(0)?,
            no: row.get(1)?,
            state: row.get(2)?,
            what: if row.get::<i64>(3)? > 0 { "debt" } else { "credit" }.to_owned(),
            date: row.get(4)?,
            from_customer_id: row.get(5)?,
            from_name: row.get(6)?,
            from_currency,
            out: Money::new(row.get(8)?, from_currency),
            to_customer_id: row.get(9)?,
            to_name: row.get(10)?,
            to_currency,
            received: Money::new(row.get(12)?, to_currency),
            rate: row.get(13)?,
            document_no: row.get(14)?,
            note: row.get(15)?,
            entry_id: row.get(16)?,
            reason: row.get(17)?,
        })
    }
}

pub(crate) const TRANSFERS: ListSpec = ListSpec {
    columns: &[
        "t.id",
        "t.no",
        "t.state",
        "t.side",
        "t.transfer_date",
        "a.customer_id",
        "ca.name",
        "a.currency",
        "t.from_minor",
        "b.customer_id",
        "cb.name",
        "b.currency",
        "t.to_minor",
        "t.rate_micro",
        "e.document_no",
        "t.note",
        "t.in_entry_id",
        "t.reason",
    ],
    from: "receivables_transfer t \
        JOIN ledger_v_account a ON a.company_id = t.company_id AND a.id = t.from_account_id \
        JOIN ledger_v_account b ON b.company_id = t.company_id AND b.id = t.to_account_id \
        JOIN parties_v_customer ca ON ca.company_id = t.company_id AND ca.id = a.customer_id \
        JOIN parties_v_customer cb ON cb.company_id = t.company_id AND cb.id = b.customer_id \
        JOIN ledger_v_entry e ON e.company_id = t.company_id AND e.id = t.item_entry_id",
    condition: "t.company_id = $1",
    id: "t.id",
    sorts: &[Sort {
        name: "date",
        expression: "t.transfer_date",
        column: Column::Day,
    }],
    default_sort: "-date",
    filters: &[
        Filter {
            name: "customer_id",
            condition: "{} IN (a.customer_id, b.customer_id)",
            column: Column::Int,
        },
        Filter {
            name: "state",
            condition: "t.state = {}",
            column: Column::Text,
        },
    ],
    search: Some(("parties_v_search", "a.customer_id")),
};

pub fn transfers(tx: &mut Tx<'_>, query: &ListQuery) -> db::Result<Page<TransferItem>> {
    TRANSFERS.page(tx, query)
}
