use base::{Currency, Day, Id, Instant, Price, Quantity, UserId};
use catalog::ProductId;
use db::{Cell, FromValue, Misfit, Value};
use ledger::{AccountId, EntryId, OrderId};
use parties::CustomerId;
use serde::{Deserialize, Serialize};

/// Marker of [`DeliveryId`]. Returns and reversals are rows of the same table.
pub enum Delivery {}
pub type DeliveryId = Id<Delivery>;

/// Names of a state's values in the database and in JSON.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$case_doc:meta])* $case:ident = $text:tt),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        pub enum $name { $($(#[$case_doc])* #[serde(rename = $text)] $case),+ }

        impl $name {
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
    /// Where an order comes from.
    Origin {
        /// Entered as an order.
        Order = "order",
        /// Made by a delivery or return that had none.
        Direct = "direct",
        /// A document that was open when the books began.
        Opening = "opening",
        /// A receivable without goods.
        Charge = "charge",
    }
}
named! {
    OrderState {
        /// Free to change; counts for nothing.
        Draft = "draft",
        /// Numbered, but held back by credit: it reserves nothing and goes by itself when it may.
        Held = "held",
        /// Numbered, committed, open for deliveries.
        Confirmed = "confirmed",
        /// Delivered, or the rest was cancelled.
        Closed = "closed",
        /// Cancelled before anything was delivered.
        Cancelled = "cancelled",
    }
}
named! {
    DeliveryKind {
        Delivery = "delivery",
        /// Goods come back; quantities and amounts are negative.
        Return = "return",
    }
}
impl DeliveryKind {
    /// The number series of its documents.
    pub const fn series(self) -> &'static str {
        match self {
            DeliveryKind::Delivery => "DN",
            DeliveryKind::Return => "RT",
        }
    }
}
named! {
    DeliveryState {
        /// Free to change; counts for nothing.
        Draft = "draft",
        /// May leave the house; counts as shipped.
        Released = "released",
        /// In the ledger. Never changes again; a reversal is a document of its own.
        Posted = "posted",
    }
}
named! {
    LineKind {
        Goods = "goods",
        BadDebt = "bad_debt",
        BadDebtRecovery = "bad_debt_recovery",
    }
}

/// A line as a person enters it.
#[derive(Clone, Debug, PartialEq)]
pub struct LineInput {
    /// Not needed where the line comes from an order or delivery line.
    pub product: Option<ProductId>,
    /// Signed: negative in a return.
    pub quantity: Quantity,
    /// `None`: the product's price, or that of the line it comes from.
    pub price: Option<Price>,
    /// The line of the order that it delivers.
    pub order_line: Option<i64>,
    /// The line of the delivery that it takes back.
    pub source_line: Option<i64>,
}

/// An order to be written as a draft.
#[derive(Clone, Debug)]
pub struct SaveOrder {
    /// `None`: a new one.
    pub id: Option<OrderId>,
    /// What the person looked at; not read for a new one.
    pub version: i64,
    pub customer: CustomerId,
    /// `None`: today.
    pub order_date: Option<Day>,
    /// `None`: the customer's.
    pub salesperson: Option<UserId>,
    pub remark: String,
    pub lines: Vec<LineInput>,
}

/// A delivery or return to be written as a draft, or posted at once.
#[derive(Clone, Debug)]
pub struct SaveDelivery {
    /// `None`: a new one.
    pub id: Option<DeliveryId>,
    pub version: i64,
    pub kind: DeliveryKind,
    /// Not needed with an order or a source.
    pub customer: Option<CustomerId>,
    /// The order that is delivered, whole or in part.
    pub order: Option<OrderId>,
    /// The delivery that a return takes back.
    pub source: Option<DeliveryId>,
    /// `None`: today.
    pub delivery_date: Option<Day>,
    pub salesperson: Option<UserId>,
    pub remark: String,
    /// Why goods come back.
    pub reason: String,
    pub lines: Vec<LineInput>,
}

/// An order as stored.
#[derive(Clone, Debug)]
pub struct OrderRow {
    pub id: OrderId,
    pub origin: Origin,
    pub state: OrderState,
    pub no: Option<String>,
    pub seq: Option<i64>,
    pub customer: CustomerId,
    pub account: AccountId,
    pub currency: Currency,
    pub order_date: Day,
    pub salesperson: Option<UserId>,
    pub remark: String,
    /// Goods lines; settlement lines never change it.
    pub total: i64,
    /// On released or posted deliveries.
    pub delivered: i64,
    /// At confirmation, in minor units.
    pub exposure: Option<i64>,
    pub limit: Option<i64>,
    /// Why the rest was cancelled.
    pub reason: String,
    pub version: i64,
    pub created_at: Instant,
    pub created_by: UserId,
}
db::from_row! { OrderRow {
    id, origin, state, no, seq, customer, account, currency, order_date, salesperson, remark, total,
    delivered, exposure, limit, reason, version, created_at, created_by,
} }

/// A line of an order as stored.
#[derive(Clone, Debug)]
pub struct OrderLine {
    pub line_no: i64,
    pub kind: LineKind,
    pub product: ProductId,
    pub code: String,
    pub name: String,
    pub unit: String,
    pub quantity: Quantity,
    pub price: Price,
    pub amount: i64,
    pub delivered_quantity: Quantity,
    pub delivered: i64,
}
db::from_row! { OrderLine {
    line_no, kind, product, code, name, unit, quantity, price, amount, delivered_quantity, delivered,
} }

/// A delivery, return or reversal as stored.
#[derive(Clone, Debug)]
pub struct DeliveryRow {
    pub id: DeliveryId,
    pub kind: DeliveryKind,
    pub state: DeliveryState,
    pub no: Option<String>,
    pub seq: Option<i64>,
    pub order: Option<OrderId>,
    pub customer: CustomerId,
    pub account: AccountId,
    pub currency: Currency,
    pub delivery_date: Day,
    pub salesperson: Option<UserId>,
    pub remark: String,
    /// As it counts for the customer's debt: negative in a return.
    pub total: i64,
    pub line_count: i64,
    pub entry: Option<EntryId>,
    pub source: Option<DeliveryId>,
    pub reversal_of: Option<DeliveryId>,
    pub reversed_by: Option<DeliveryId>,
    pub reason: String,
    /// After release, in minor units.
    pub exposure: Option<i64>,
    pub limit: Option<i64>,
    pub imported: bool,
    pub version: i64,
    pub created_at: Instant,
    pub created_by: UserId,
    pub posted_at: Option<Instant>,
}
db::from_row! { DeliveryRow {
    id, kind, state, no, seq, order, customer, account, currency, delivery_date, salesperson, remark,
    total, line_count, entry, source, reversal_of, reversed_by, reason, exposure, limit, imported,
    version, created_at, created_by, posted_at,
} }

/// A line of a delivery or return.
#[derive(Clone, Debug, PartialEq)]
pub struct DeliveryLine {
    pub line_no: i64,
    pub order_line: Option<i64>,
    pub source_line: Option<i64>,
    pub product: ProductId,
    pub code: String,
    pub name: String,
    pub unit: String,
    pub quantity: Quantity,
    pub price: Price,
    pub amount: i64,
}
db::from_row! { DeliveryLine {
    line_no, order_line, source_line, product, code, name, unit, quantity, price, amount,
} }

/// What posting came to.
#[derive(Clone, Debug)]
pub struct Posted {
    pub delivery: DeliveryId,
    pub no: String,
    pub order: OrderId,
    pub entry: EntryId,
    pub currency: Currency,
    pub total: i64,
    /// What the credit check found; none where none is made (returns, reversals).
    pub credit: Option<CreditOutcome>,
}

/// The exposure after an act and the limit it was measured against, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CreditOutcome {
    pub exposure: i64,
    pub limit: Option<i64>,
    /// Whether a rule is broken and only warns.
    pub warned: bool,
    /// Whether the document waits for credit instead of going its way.
    pub held: bool,
}

impl CreditOutcome {
    pub(crate) fn of(decision: &credit::Decision) -> CreditOutcome {
        CreditOutcome {
            exposure: decision.exposure.total(),
            limit: decision.exposure.limit(),
            warned: decision.action == credit::Action::Warn,
            held: decision.action == credit::Action::Hold,
        }
    }
}
