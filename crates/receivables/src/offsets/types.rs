use base::{Currency, Day, Id};
use ledger::{AccountId, EntryId};
use parties::CustomerId;

use crate::types::Named;

/// Marks the identity of a supplier's bill.
pub enum Payable {}
pub type PayableId = Id<Payable>;

/// Marks the identity of an offset.
pub enum Offset {}
pub type OffsetId = Id<Offset>;

/// A bill of a supplier as a person enters it.
#[derive(Clone, Debug)]
pub struct EnterBill {
    pub customer: CustomerId,
    pub currency: Currency,
    /// Their number.
    pub no: String,
    pub date: Day,
    pub due: Day,
    /// A positive decimal.
    pub amount: String,
    pub remark: String,
}

/// A bill, or a part of it, that an offset pays.
#[derive(Clone, Debug)]
pub struct NamedBill {
    pub bill: PayableId,
    /// A decimal; `None`: all that is open.
    pub amount: Option<String>,
}

/// What is set against what. Both sides must come to the same amount.
#[derive(Clone, Debug)]
pub struct EnterOffset {
    pub account: AccountId,
    /// Debts of the customer.
    pub items: Vec<Named>,
    pub bills: Vec<NamedBill>,
    pub date: Day,
    pub note: String,
}

/// A bill as stored, with what is open of it.
#[derive(Clone, Debug)]
pub struct BillRow {
    pub id: PayableId,
    pub customer: CustomerId,
    pub currency: Currency,
    pub no: String,
    pub date: Day,
    pub due: Day,
    pub amount: i64,
    pub remark: String,
    pub open: i64,
}
db::from_row! { struct BillRow { id, customer, currency, no, date, due, amount, remark, open } }

/// An offset as stored.
#[derive(Clone, Debug)]
pub struct OffsetRow {
    pub id: OffsetId,
    pub no: String,
    pub state: String,
    pub customer: CustomerId,
    pub account: AccountId,
    pub currency: Currency,
    pub date: Day,
    pub amount: i64,
    pub note: String,
    pub entry: EntryId,
    pub reason: String,
}
db::from_row! { struct OffsetRow {
    id, no, state, customer, account, currency, date, amount, note, entry, reason
} }
