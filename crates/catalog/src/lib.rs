//! Catalog: the products that are sold.
//!
//! A **product** has a code that is unique in its company, a name, a unit and a price in the
//! company's currency. Documents copy code, name, unit and price into their lines, so that a change
//! here never changes what was sold. Products are never deleted; an inactive one is not offered.
//!
//! A **virtual** product stands for no goods (bad debt and its recovery). It is made when first
//! needed, is on no list, and cannot be sold or added by hand.

mod commands;
mod http;
mod queries;
mod rules;
mod store;
mod types;

pub use commands::{Named, create_product, find_or_create, update_product, virtual_product};
pub use http::router;
pub use rules::reserved as is_reserved;
pub use store::{by_codes, get, load};
pub use types::{NewProduct, Product, ProductId, ProductKind, ProductRow, Virtual};

/// Every statement of this crate, for the test that prepares them on both databases.
pub const STATEMENTS: &[&[db::Sql]] = &[store::STATEMENTS];

/// Every statement that the lists of this crate can make.
pub fn list_statements() -> Vec<String> {
    queries::PRODUCTS.statements()
}
