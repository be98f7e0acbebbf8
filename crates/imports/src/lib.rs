//! Files of others as documents of ours: flat sales lines, receipts, and documents that were open when the
//! books began; CSV or XLSX.
//!
//! A file is read into a [`table::Table`], its columns are found ([`columns`]), the notation of its
//! dates and numbers is decided over whole columns ([`formats`]), and its rows become documents
//! ([`prepare`]). All of that is pure. Then it is compared with the books ([`classify`]), which is
//! what a dry run shows; put aside ([`stage`]), which changes no book; and, once confirmed, posted
//! in chunks ([`post_chunk`]), each document whole or not at all.
//!
//! - A document is known by its number (a receipt by what it says): reading a file again changes
//!   nothing, and a killed import goes on where it was.
//! - No row is passed over in silence: what cannot be taken comes back in a file of the same layout
//!   with its reason, and a document with one bad row is rejected whole.
//!
//! Absent: `.xls`, taking an import back, product and customer lists.

mod checks;
pub mod columns;
pub mod decode;
pub mod deliveries;
pub mod drafts;
pub mod formats;
mod http;
pub mod openings;
mod post;
mod prepare;
mod queries;
pub mod receipts;
mod stage;
mod store;
pub mod table;
mod template;
mod types;

pub use checks::CHECKS;
pub use http::router;
pub use post::{Chunk, JOB, check_options, confirm, handlers, post_chunk};
pub use prepare::prepare;
pub use queries::{FieldView, ImportView, import, imports, rejected};
pub use stage::{Classified, classify, stage};
pub use types::*;

/// Every statement of this crate, for the test that prepares them on both databases.
pub const STATEMENTS: &[&[db::Sql]] = &[checks::STATEMENTS, store::STATEMENTS];

/// Statements that are put together at run time.
pub fn list_statements() -> Vec<String> {
    vec![store::known_sql()]
}
