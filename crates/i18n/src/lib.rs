//! One set of texts for server and browser, and the writing of money and days in a language.
//!
//! Texts live in `locales/<lang>/<slice>.json`: flat keys `<slice>.<name>`, `{placeholder}`s, and the two
//! forms `<key>.one` / `<key>.other` where a text depends on the parameter `n`. Chinese needs only `.other`.
//! A key that does not exist reads as itself: visible on a page, never a panic.

mod catalog;
mod format;
mod lang;

pub use catalog::{catalog, catalog_hash, format, text};
pub use format::{day, grouped, money, money_with_currency};
pub use lang::Lang;
