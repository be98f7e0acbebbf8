use base::{Currency, Day, Id, Instant, UserId};
use ledger::{AccountId, EntryId, EntryKind, OrderId};
use parties::CustomerId;

use crate::types::{Method, Named, Target};

/// Marks the identity of an adjustment.
pub enum Adjustment {}
pub type AdjustmentId = Id<Adjustment>;

/// What a document without goods is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdjustmentKind {
    /// A receivable without goods.
    Charge,
    /// Borne by us: a credit.
    Expense,
    /// Money back to the customer.
    Refund,
    /// A small rest of one item, written off by hand.
    Difference,
}

impl AdjustmentKind {
    pub const ALL: [AdjustmentKind; 4] = [
        AdjustmentKind::Charge,
        AdjustmentKind::Expense,
        AdjustmentKind::Refund,
        AdjustmentKind::Difference,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            AdjustmentKind::Charge => "charge",
            AdjustmentKind::Expense => "expense",
            AdjustmentKind::Refund => "refund",
            AdjustmentKind::Difference => "difference",
        }
    }

    pub fn parse(text: &str) -> Option<AdjustmentKind> {
        AdjustmentKind::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// The number series of its documents.
    pub const fn series(self) -> &'static str {
        match self {
            AdjustmentKind::Charge => "CH",
            AdjustmentKind::Expense => "EX",
            AdjustmentKind::Refund => "RF",
            AdjustmentKind::Difference => "SD",
        }
    }

    pub const fn entry_kind(self) -> EntryKind {
        match self {
            AdjustmentKind::Charge => EntryKind::Charge,
            AdjustmentKind::Expense => EntryKind::Expense,
            AdjustmentKind::Refund => EntryKind::Refund,
            AdjustmentKind::Difference => EntryKind::Tolerance,
        }
    }

    /// Why it may be made; `other` needs a note.
    pub const fn reasons(self) -> &'static [&'static str] {
        match self {
            AdjustmentKind::Charge => &[
                "freight",
                "packaging",
                "service",
                "interest",
                "penalty",
                "bank_fee",
                "other",
            ],
            AdjustmentKind::Expense => &["rebate", "freight", "promotion", "quality", "price", "other"],
            AdjustmentKind::Refund => &["overpaid", "returned_goods", "deposit", "closing", "other"],
            AdjustmentKind::Difference => &["rounding", "bank_fee", "agreed", "other"],
        }
    }

    /// Whether it may have to be approved. A charge asks for money and gives none away.
    pub const fn may_wait(self) -> bool {
        !matches!(self, AdjustmentKind::Charge)
    }
}

/// A document as a person enters it.
#[derive(Clone, Debug)]
pub struct EnterAdjustment {
    pub kind: AdjustmentKind,
    pub customer: CustomerId,
    /// `None`: the customer's own currency.
    pub currency: Option<Currency>,
    pub date: Day,
    /// Of a charge; `None`: by the account's terms.
    pub due: Option<Day>,
    /// A positive decimal. Not needed where items are named: their sum.
    pub amount: Option<String>,
    pub reason_code: String,
    pub note: String,
    /// How a refund goes out.
    pub method: Option<Method>,
    pub reference: String,
    /// What an expense closes at once. Where it has to be approved first, it closes nothing yet.
    pub target: Target,
    /// Credits that an expense uses up before itself.
    pub credits: Vec<Named>,
    /// The credits that a refund pays out, or the one item whose rest a difference closes.
    pub items: Vec<Named>,
}

/// An adjustment as stored.
#[derive(Clone, Debug)]
pub struct AdjustmentRow {
    pub id: AdjustmentId,
    pub kind: String,
    pub state: String,
    pub no: String,
    pub customer: CustomerId,
    pub account: AccountId,
    pub currency: Currency,
    pub date: Day,
    pub due: Option<Day>,
    pub amount: i64,
    pub reason_code: String,
    pub note: String,
    pub method: String,
    pub reference: String,
    pub order: Option<OrderId>,
    pub entry: Option<EntryId>,
    pub reversal_entry: Option<EntryId>,
    pub decision: String,
    pub decided_at: Option<Instant>,
    pub decided_by: Option<UserId>,
    pub created_at: Instant,
    pub created_by: UserId,
}
db::from_row! { struct AdjustmentRow {
    id, kind, state, no, customer, account, currency, date, due, amount, reason_code, note, method,
    reference, order, entry, reversal_entry, decision, decided_at, decided_by, created_at, created_by
} }

impl AdjustmentRow {
    pub fn kind(&self) -> db::Result<AdjustmentKind> {
        AdjustmentKind::parse(&self.kind).ok_or_else(|| db::Error::fault("no such kind of adjustment"))
    }
}
