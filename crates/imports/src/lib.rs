//! Files of others as documents of ours: flat sales lines and receipts, CSV or XLSX.
//!
//! A file is read into a [`table::Table`], its columns are found ([`columns`]), the notation of its
//! dates and numbers is decided over whole columns ([`formats`]), and its rows become drafts
//! ([`deliveries`], [`receipts`]). All of that is pure.

pub mod columns;
pub mod decode;
pub mod deliveries;
pub mod drafts;
pub mod formats;
pub mod receipts;
pub mod table;
