use base::{Id, Price};
use db::{Cell, FromValue, Misfit, Value};

/// Marker of [`ProductId`].
pub enum Product {}
pub type ProductId = Id<Product>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProductKind {
    Goods,
    /// Stands for no goods; only the program adds it to a document.
    Virtual,
}

impl ProductKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            ProductKind::Goods => "goods",
            ProductKind::Virtual => "virtual",
        }
    }
}

impl FromValue for ProductKind {
    fn from_cell(cell: Cell<'_>) -> Result<Self, Misfit> {
        match String::from_cell(cell)?.as_str() {
            "goods" => Ok(ProductKind::Goods),
            "virtual" => Ok(ProductKind::Virtual),
            other => Err(Misfit::new(format!("unknown product kind {other}"))),
        }
    }
}
impl From<ProductKind> for Value {
    fn from(kind: ProductKind) -> Value {
        Value::Text(kind.as_str().to_owned())
    }
}

/// The virtual products.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Virtual {
    BadDebt,
    BadDebtRecovery,
}

impl Virtual {
    pub const fn code(self) -> &'static str {
        match self {
            Virtual::BadDebt => "BAD-DEBT",
            Virtual::BadDebtRecovery => "BAD-DEBT-RECOVERY",
        }
    }
}

/// What a person says of a product, new or changed.
#[derive(Clone, Debug, PartialEq)]
pub struct NewProduct {
    /// Empty: the next number of the series `P`.
    pub code: String,
    pub name: String,
    pub unit: String,
    pub price: Price,
    pub barcode: String,
    pub active: bool,
}

/// A product as stored.
#[derive(Clone, Debug)]
pub struct ProductRow {
    pub id: ProductId,
    pub code: String,
    pub name: String,
    pub unit: String,
    pub price: Price,
    pub barcode: String,
    pub kind: ProductKind,
    pub active: bool,
    pub version: i64,
}
db::from_row! { ProductRow { id, code, name, unit, price, barcode, kind, active, version } }
