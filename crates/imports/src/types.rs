use std::collections::BTreeMap;

use base::{Currency, Day, Id, Instant};
use serde::{Deserialize, Serialize};

use crate::columns::FileKind;
use crate::deliveries::DraftLine;
use crate::drafts::{CustomerKey, Layout, Problem};
use crate::table::Table;

/// Marker of [`FileId`].
pub enum File {}
/// An import: one file that was read once.
pub type FileId = Id<File>;

/// What a person decides beside the file itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = ImportOptions)]
pub struct Options {
    /// Who takes the documents that name nobody; made when first needed. `None`: they are rejected.
    pub default_customer: Option<String>,
    /// Settlement cycle of new customers, such as `monthly:-1`; `None`: the company's usual one.
    pub cycle: Option<String>,
    /// Payment terms of new customers, such as `cutoff+30`.
    pub terms: Option<String>,
    /// Receipts are allocated to the oldest open items; otherwise they stay on account.
    pub allocate_oldest: bool,
}

/// A file as it was read: nothing of it is in the database yet.
#[derive(Debug)]
pub struct Prepared {
    pub kind: FileKind,
    pub name: String,
    /// Digest of content and layout: the same file read the same way.
    pub digest: String,
    pub table: Table,
    pub layout: Layout,
    pub options: Options,
    pub items: Vec<Item>,
}

/// One document of a file.
#[derive(Clone, Debug)]
pub struct Item {
    /// The document's number; of a receipt, what makes it this one.
    pub number: String,
    pub date: Day,
    pub customer: Option<CustomerKey>,
    pub currency: Option<Currency>,
    pub body: Body,
    /// Indexes into the table.
    pub rows: Vec<u32>,
    pub problems: Vec<Problem>,
}

#[derive(Clone, Debug)]
pub enum Body {
    Delivery(Vec<DraftLine>),
    Receipt {
        amount: String,
        method: receivables::Method,
        reference: String,
    },
    Opening {
        amount: String,
        due: Option<Day>,
        remark: String,
    },
    /// Too broken to be more than its rows.
    Unreadable,
}

/// What will become of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    Fresh,
    Known,
    Rejected(Vec<Problem>),
}

/// What a file holds and what importing it would do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = ImportSummary)]
pub struct Summary {
    pub rows: i64,
    pub documents: i64,
    /// First and last date of the documents that will be posted.
    #[schema(value_type = Option<String>)]
    pub from: Option<Day>,
    #[schema(value_type = Option<String>)]
    pub to: Option<Day>,
    /// What will be posted, by kind and currency.
    pub totals: Vec<KindTotal>,
    pub new_customers: i64,
    pub new_products: i64,
    /// Documents that were imported before.
    pub known: i64,
    pub rejected_documents: i64,
    pub rejected_rows: i64,
    /// Why, and how often.
    pub reasons: Vec<Reason>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = ImportTotal)]
pub struct KindTotal {
    /// `delivery`, `return`, `zero` (a total of nothing), `receipt` or `opening`.
    pub kind: String,
    #[schema(value_type = String)]
    pub currency: Currency,
    pub documents: i64,
    pub rows: i64,
    /// Signed, as a plain decimal.
    pub amount: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = ImportReason)]
pub struct Reason {
    /// The code of the refusal.
    pub code: String,
    pub rows: i64,
    /// The first row it was found in: what it names, in words.
    pub example: String,
}

/// Documents of a file by state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = ImportCounts)]
pub struct Counts {
    pub waiting: i64,
    pub posted: i64,
    /// Imported before, or by another import meanwhile.
    pub known: i64,
    pub rejected: i64,
    pub rejected_rows: i64,
}

/// A staged file as stored.
#[derive(Clone, Debug)]
pub struct FileRow {
    pub id: FileId,
    pub kind: String,
    pub name: String,
    pub state: String,
    pub layout: String,
    pub options: String,
    pub summary: String,
    pub created_at: Instant,
    pub finished_at: Option<Instant>,
}
db::from_row! { FileRow { id, kind, name, state, layout, options, summary, created_at, finished_at } }

impl FileRow {
    pub fn layout(&self) -> db::Result<Layout> {
        serde_json::from_str(&self.layout).map_err(db::Error::fault)
    }

    pub fn options(&self) -> db::Result<Options> {
        serde_json::from_str(&self.options).map_err(db::Error::fault)
    }

    pub fn summary(&self) -> db::Result<Summary> {
        serde_json::from_str(&self.summary).map_err(db::Error::fault)
    }
}

/// Adds up a summary.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub totals: BTreeMap<(&'static str, Currency), (i64, i64, i128)>,
    pub reasons: BTreeMap<String, (i64, String)>,
}
