//! Money that has not come true yet, and money that did not.
//!
//! An **instrument** is the acceptance bill or post-dated cheque behind a receipt: held, then cleared or
//! bounced. The receipt closes items at once; until the instrument clears its amount counts against the
//! credit limit. A receipt of any method may **bounce**: it is reversed, what it closed is owed again with
//! the old due dates, and a fee may be charged in the same act.

mod commands;
pub(crate) mod http;
pub mod queries;
pub(crate) mod store;

pub use commands::{Bounce, Fee, bounce, clear};
pub(crate) use commands::{admissible, end, hold};
