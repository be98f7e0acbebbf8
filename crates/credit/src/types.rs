use base::{Day, Id};
use db::{Cell, FromValue, Misfit, Value};
use serde::{Deserialize, Serialize};

/// Names of a type's values in the database and in JSON.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$case_doc:meta])* $case:ident = $text:tt),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        pub enum $name { $($(#[$case_doc])* #[serde(rename = $text)] $case),+ }

        impl $name {
            pub const ALL: &[$name] = &[$($name::$case),+];

            pub const fn as_str(self) -> &'static str {
                match self { $($name::$case => $text),+ }
            }

            pub fn parse(text: &str) -> Option<$name> {
                match text { $($text => Some($name::$case),)+ _ => None }
            }
        }
        impl FromValue for $name {
            fn from_cell(cell: Cell<'_>) -> Result<Self, Misfit> {
                let text = String::from_cell(cell)?;
                $name::parse(&text).ok_or_else(|| Misfit::new(format!("no {}: {text}", stringify!($name))))
            }
        }
        impl From<$name> for Value {
            fn from(value: $name) -> Value {
                Value::Text(value.as_str().to_owned())
            }
        }
    };
}

named! {
    /// What happens when an act would put a customer over the limit.
    Policy {
        /// Nothing.
        Off = "off",
        /// The act goes through and the caller is told.
        Warn = "warn",
        /// The document is kept and waits until there is room.
        Hold = "hold",
        /// The act is refused.
        Block = "block",
    }
}
named! {
    /// What a rule asks for when it is broken, from the mildest to the strictest.
    Action {
        Allow = "allow",
        Warn = "warn",
        Hold = "hold",
        Block = "block",
    }
}
impl Policy {
    pub const fn action(self) -> Action {
        match self {
            Policy::Off => Action::Allow,
            Policy::Warn => Action::Warn,
            Policy::Hold => Action::Hold,
            Policy::Block => Action::Block,
        }
    }
}
named! {
    RuleKind {
        /// The exposure is over so many percent of the limit.
        Usage = "usage",
        /// The same for the limit that a group of customers shares.
        GroupUsage = "group_usage",
        /// More than an amount is overdue by more than so many days.
        Overdue = "overdue",
        /// The oldest unpaid item is older than so many days.
        Oldest = "oldest",
        /// A row of a payment plan was missed for longer than the plan allows.
        Instalment = "instalment",
        /// More than so many earlier documents are unpaid.
        PreviousBatch = "previous_batch",
        /// A statement waits for the customer's answer for more than so many days.
        Unanswered = "unanswered",
        /// The limit was granted until a day that is over.
        LimitExpired = "limit_expired",
        /// Something was given up as a bad debt and no approver has cleared it.
        BadDebtHistory = "bad_debt_history",
        /// A person holds everything back.
        ManualHold = "manual_hold",
    }
}
named! {
    /// Which of a rule's actions count. A delivery without an order is its own order.
    Step {
        Order = "order",
        Shipment = "shipment",
        Both = "both",
    }
}
named! {
    /// For whom a rule was laid down; the narrowest scope that has one of a kind decides.
    Scope {
        Company = "company",
        Group = "group",
        Account = "account",
    }
}

/// A rule with what it measures by. Amounts in minor units of the account's currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    pub kind: RuleKind,
    pub scope: Scope,
    /// Of the limit; usage only.
    pub percent: i64,
    /// Broken above it: what is overdue.
    pub amount: i64,
    /// Broken above it: days overdue, of age, without answer; unpaid documents for `previous_batch`.
    pub days: i64,
    pub at_order: Action,
    pub at_shipment: Action,
}

impl Rule {
    pub const fn at(&self, step: Step) -> Action {
        let (order, shipment) = (self.at_order, self.at_shipment);
        match step {
            Step::Order => order,
            Step::Shipment => shipment,
            Step::Both if (order as u8) > (shipment as u8) => order,
            Step::Both => shipment,
        }
    }
}

/// What the customer already uses, in minor units of the account's currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Exposure {
    /// Confirmed orders, not yet shipped or cancelled.
    pub ord: i64,
    /// Released, not yet in the ledger.
    pub shp: i64,
    /// Open debit items.
    pub ar: i64,
    /// Instruments received, not cleared, that already closed items.
    pub pdc: i64,
    /// Open credit items: receipts on account, credit notes.
    pub cr: i64,
    /// Open credit items that do not count: deposits, receipts kept for an order.
    pub apart: i64,
    /// What was granted for good. `None`: unlimited. `Some(0)`: cash only.
    pub base_limit: Option<i64>,
    /// Temporary increases in force.
    pub increases: i64,
}

impl Exposure {
    /// May be negative: the customer is in credit, and that adds headroom.
    pub fn total(&self) -> i64 {
        self.ord + self.shp + self.ar + self.pdc - self.cr
    }

    /// The limit in force. `None`: unlimited.
    pub fn limit(&self) -> Option<i64> {
        self.base_limit.map(|limit| limit.saturating_add(self.increases))
    }

    /// `None`: unlimited.
    pub fn available(&self) -> Option<i64> {
        self.limit().map(|limit| limit - self.total())
    }
}

/// What is left to pay of a part after every free credit was applied to the oldest, on paper only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unpaid {
    pub entry: i64,
    pub document_kind: String,
    pub document_id: i64,
    pub document_no: String,
    pub due_date: Day,
    pub basis_date: Day,
    /// Before the free credits.
    pub open: i64,
    /// After them; 0: paid, only not yet written off.
    pub left: i64,
    /// A row of a payment plan that was missed for longer than the plan allows.
    pub is_missed: bool,
}

/// What the rules look at besides the exposure. Stored with the decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    pub today: Day,
    /// Free credits that were applied to the parts.
    pub applied: i64,
    /// Filled only where a rule needs them.
    pub parts: Vec<Unpaid>,
    /// The oldest statement without answer.
    pub unanswered_since: Option<Day>,
    pub limit_until: Option<Day>,
    /// Net bad debt that no approver has cleared.
    pub bad_debt: i64,
    /// Why a person holds everything back; empty: nobody does.
    pub manual_hold: String,
    pub tolerance: i64,
    /// Exposure and limit of the customers that share a limit.
    pub group: Option<(i64, Option<i64>)>,
}

/// A rule that is broken: what was found, what would have been allowed, and what follows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Finding {
    pub rule: RuleKind,
    pub action: Action,
    /// An amount in minor units, days, or a number of documents, as the rule measures.
    pub found: i64,
    pub allowed: i64,
}

/// What is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    OrderConfirm,
    /// A confirmed order comes to more than before.
    OrderAmend,
    /// A closed or cancelled order promises its rest again.
    OrderReopen,
    Release,
    Post,
    DepositUse,
    /// Money that had come is gone again; never held back.
    ReceiptReversal,
    /// The limit was lowered; never held back.
    LimitChange,
}

impl Event {
    pub fn as_str(self) -> &'static str {
        match self {
            Event::OrderConfirm => "order_confirm",
            Event::OrderAmend => "order_amend",
            Event::OrderReopen => "order_reopen",
            Event::Release => "release",
            Event::Post => "post",
            Event::DepositUse => "deposit_use",
            Event::ReceiptReversal => "receipt_reversal",
            Event::LimitChange => "limit_change",
        }
    }
}

/// A commitment that is not yet in the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommitKind {
    Order,
    Shipment,
    /// An instrument that closed items and has not cleared: an acceptance bill, a post-dated cheque.
    Instrument,
}

impl CommitKind {
    pub fn as_str(self) -> &'static str {
        match self {
            CommitKind::Order => "order",
            CommitKind::Shipment => "shipment",
            CommitKind::Instrument => "instrument",
        }
    }
}

/// Marker of [`DecisionId`].
pub enum DecisionMark {}
pub type DecisionId = Id<DecisionMark>;
/// Marker of [`HoldId`].
pub enum HoldMark {}
pub type HoldId = Id<HoldMark>;
/// Marker of [`OverrideId`].
pub enum OverrideMark {}
pub type OverrideId = Id<OverrideMark>;
/// Marker of [`GroupId`].
pub enum GroupMark {}
pub type GroupId = Id<GroupMark>;
/// Marker of [`IncreaseId`].
pub enum IncreaseMark {}
pub type IncreaseId = Id<IncreaseMark>;

/// What a check came to: its record, the exposure after the act, and what follows. Never
/// [`Action::Block`]: that is a refusal.
#[derive(Clone, Debug)]
pub struct Decision {
    pub id: DecisionId,
    pub exposure: Exposure,
    pub action: Action,
    /// Every rule that is broken, the strictest first.
    pub findings: Vec<Finding>,
}
