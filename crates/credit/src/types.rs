use base::Id;
use db::{Cell, FromValue, Misfit};
use serde::{Deserialize, Serialize};

/// What happens when an act would put a customer over the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// Nothing.
    Off,
    /// The act goes through and the caller is told.
    Warn,
    /// The act is refused.
    Block,
}

impl Policy {
    pub fn as_str(self) -> &'static str {
        match self {
            Policy::Off => "off",
            Policy::Warn => "warn",
            Policy::Block => "block",
        }
    }

    pub fn parse(text: &str) -> Option<Policy> {
        [Policy::Off, Policy::Warn, Policy::Block]
            .into_iter()
            .find(|policy| policy.as_str() == text)
    }
}

impl FromValue for Policy {
    fn from_cell(cell: Cell<'_>) -> Result<Policy, Misfit> {
        let text = String::from_cell(cell)?;
        Policy::parse(&text).ok_or_else(|| Misfit::new(format!("no credit policy: {text}")))
    }
}

/// What the customer already uses, in minor units of the account's currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// `None`: unlimited. `Some(0)`: cash only.
    pub limit: Option<i64>,
    pub policy: Policy,
}

impl Exposure {
    /// May be negative: the customer is in credit, and that adds headroom.
    pub fn total(&self) -> i64 {
        self.ord + self.shp + self.ar + self.pdc - self.cr
    }

    /// `None`: unlimited.
    pub fn available(&self) -> Option<i64> {
        self.limit.map(|limit| limit - self.total())
    }
}

/// What is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    OrderConfirm,
    Release,
    Post,
    DepositUse,
}

impl Event {
    pub fn as_str(self) -> &'static str {
        match self {
            Event::OrderConfirm => "order_confirm",
            Event::Release => "release",
            Event::Post => "post",
            Event::DepositUse => "deposit_use",
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

/// What a check came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Allow,
    Warn,
    Block,
}

impl Verdict {
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Allow => "allow",
            Verdict::Warn => "warn",
            Verdict::Block => "block",
        }
    }
}

/// Marker of [`DecisionId`].
pub enum DecisionMark {}
pub type DecisionId = Id<DecisionMark>;

/// A check that let the act through: its record, the exposure after the act, and whether to warn.
#[derive(Clone, Copy, Debug)]
pub struct Decision {
    pub id: DecisionId,
    pub exposure: Exposure,
    pub verdict: Verdict,
}
