use base::{Currency, Day, Id};
use db::{Cell, FromValue, Misfit};
use parties::CustomerId;
use serde::{Deserialize, Serialize};

/// Markers of the identities below.
pub enum Account {}
/// See [`Account`].
pub enum Entry {}
/// See [`Account`].
pub enum Allocation {}
/// See [`Account`]. Orders themselves are the business of `sales`.
pub enum Order {}

/// See [`Account`].
pub enum HolidayCalendarMark {}

pub type HolidayCalendarId = Id<HolidayCalendarMark>;
pub type AccountId = Id<Account>;
pub type EntryId = Id<Entry>;
pub type AllocationId = Id<Allocation>;
pub type OrderId = Id<Order>;

/// What an entry stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// What was owed when the books began, one entry per open document.
    Opening,
    Sale,
    Return,
    /// A receivable without goods.
    Charge,
    /// A rebate, freight or promotion borne by us: a credit.
    Expense,
    Receipt,
    Refund,
    ReceiptReversal,
    Discount,
    Tolerance,
    BadDebt,
    BadDebtRecovery,
    FxDiff,
    Offset,
    Transfer,
}

const KINDS: [(EntryKind, &str); 15] = [
    (EntryKind::Opening, "opening"),
    (EntryKind::Sale, "sale"),
    (EntryKind::Return, "return"),
    (EntryKind::Charge, "charge"),
    (EntryKind::Expense, "expense"),
    (EntryKind::Receipt, "receipt"),
    (EntryKind::Refund, "refund"),
    (EntryKind::ReceiptReversal, "receipt_reversal"),
    (EntryKind::Discount, "discount"),
    (EntryKind::Tolerance, "tolerance"),
    (EntryKind::BadDebt, "bad_debt"),
    (EntryKind::BadDebtRecovery, "bad_debt_recovery"),
    (EntryKind::FxDiff, "fx_diff"),
    (EntryKind::Offset, "offset"),
    (EntryKind::Transfer, "transfer"),
];

impl EntryKind {
    pub fn as_str(self) -> &'static str {
        KINDS
            .iter()
            .find(|(kind, _)| *kind == self)
            .map_or("", |(_, name)| name)
    }

    pub fn parse(name: &str) -> Option<EntryKind> {
        KINDS
            .iter()
            .find(|(_, known)| *known == name)
            .map(|(kind, _)| *kind)
    }

    /// Goods and charges: what a threshold cycle counts and an order is billed with.
    pub fn is_billing(self) -> bool {
        matches!(self, EntryKind::Sale | EntryKind::Return | EntryKind::Charge)
    }
}

impl FromValue for EntryKind {
    fn from_cell(cell: Cell<'_>) -> Result<EntryKind, Misfit> {
        let name = String::from_cell(cell)?;
        EntryKind::parse(&name).ok_or_else(|| Misfit::new(format!("no kind of entry: {name}")))
    }
}

/// The two sides of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// The customer owes.
    Debit,
    /// The customer is owed: receipts on account, credit notes.
    Credit,
}

impl Side {
    pub fn sign(self) -> i64 {
        match self {
            Side::Debit => 1,
            Side::Credit => -1,
        }
    }

    pub fn of(amount: i64) -> Side {
        if amount < 0 { Side::Credit } else { Side::Debit }
    }
}

/// The document behind an entry: which slice's table (`kind`), which row, and its number for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocRef {
    pub kind: &'static str,
    pub id: i64,
    pub no: String,
}

/// The act that made an allocation. `manual` and `receipt` allocations are undone one by one;
/// those of any other act only with that act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActRef {
    pub kind: &'static str,
    pub id: i64,
}

/// An account, locked for the unit that holds this value. Changed by [`crate::append`] and
/// [`crate::allocate`], which write it back.
#[derive(Clone, Debug)]
pub struct AccountRow {
    pub id: AccountId,
    pub customer: CustomerId,
    pub currency: Currency,
    pub started_on: Day,
    pub balance: i64,
    pub open_debit: i64,
    pub open_credit: i64,
    pub(crate) unbilled: i64,
    pub(crate) closing_trigger: String,
    pub(crate) closing_threshold: Option<i64>,
    pub(crate) closing_count: i64,
    /// The settlement cycle, terms and issue lag in force, in their text form; see [`AccountRow::schedule`].
    pub cycle: String,
    pub terms: String,
    pub lag_days: i64,
    pub version: i64,
    /// What of the open credits waits for orders; see [`crate::reserve`].
    pub reserved_credit: i64,
    /// The days on which the customer pays, in the text form of a cycle; empty while unknown.
    pub pay_run: String,
    pub lead_days: i64,
    /// The rule for days off, as [`cycle::Shift`] writes it.
    pub shift: String,
    pub holiday_calendar: Option<HolidayCalendarId>,
    /// The open deposits and guarantees: part of `open_credit`, but free for nothing.
    pub held_credit: i64,
}

/// An entry to be added. `amount` is signed: positive means that the customer owes more.
#[derive(Clone, Debug)]
pub struct NewEntry {
    pub kind: EntryKind,
    pub amount: i64,
    pub basis_date: Day,
    /// `None`: by the account's cycle and terms.
    pub due_date: Option<Day>,
    /// The date the settlement cycle counts by; `None` until the event that sets it.
    pub statement_date: Option<Day>,
    /// In no customer-facing page, file or figure.
    pub internal: bool,
    pub order: Option<OrderId>,
    pub document: DocRef,
    pub refers_to: Option<EntryId>,
    pub reversal_of: Option<EntryId>,
    /// A deposit or guarantee: a credit that only its own acts use.
    pub held: bool,
    pub reason: String,
    /// The customer that got the goods, where another one pays.
    pub ship_to: Option<CustomerId>,
}

impl NewEntry {
    /// An ordinary entry: on the statement by its own date, due by the account's terms.
    pub fn new(kind: EntryKind, amount: i64, basis_date: Day, document: DocRef) -> NewEntry {
        NewEntry {
            kind,
            amount,
            basis_date,
            due_date: None,
            statement_date: Some(basis_date),
            internal: false,
            order: None,
            document,
            refers_to: None,
            reversal_of: None,
            held: false,
            reason: String::new(),
            ship_to: None,
        }
    }
}

/// An entry as stored.
#[derive(Clone, Debug)]
pub struct EntryRow {
    pub id: EntryId,
    pub account: AccountId,
    pub kind: EntryKind,
    pub amount: i64,
    pub basis_date: Day,
    /// As provisional when written; see [`OpenItem::due_date`] for the one in force.
    pub due_date: Day,
    pub statement_date: Option<Day>,
    pub internal: bool,
    pub order: Option<OrderId>,
    pub document_kind: String,
    pub document_id: i64,
    pub document_no: String,
    pub reversal_of: Option<EntryId>,
}

db::from_row! { EntryRow {
    id, account, kind, amount, basis_date, due_date, statement_date, internal, order,
    document_kind, document_id, document_no, reversal_of
} }

/// An entry with something left of it.
#[derive(Clone, Debug)]
pub struct OpenItem {
    pub entry: EntryId,
    /// 1 debit, -1 credit.
    pub side: i64,
    pub due_date: Day,
    pub basis_date: Day,
    pub order: Option<OrderId>,
    /// What is left, positive on both sides.
    pub open: i64,
    pub kind: EntryKind,
    /// Signed, as the entry's.
    pub amount: i64,
    pub internal: bool,
    pub document_kind: String,
    pub document_id: i64,
    pub document_no: String,
    /// A deposit or guarantee.
    pub held: bool,
}

db::from_row! { OpenItem {
    entry, side, due_date, basis_date, order, open, kind, amount, internal,
    document_kind, document_id, document_no, held
} }

/// One allocation to be made.
#[derive(Clone, Copy, Debug)]
pub struct Allocate {
    pub debit: EntryId,
    pub credit: EntryId,
    /// Positive.
    pub amount: i64,
    /// Later than the rule's date if the clerk says so, never earlier.
    pub effective: Option<Day>,
}
