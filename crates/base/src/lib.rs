//! Values every slice speaks in: money, quantities, days, instants, identities, refusals.
//!
//! Nothing here does I/O or reads a clock; chance is seeded. Money is an integer of the
//! smallest unit; arithmetic that could overflow or mix currencies is checked.

mod chance;
mod currency;
mod day;
mod decimal;
mod id;
mod instant;
mod money;
mod refusal;

pub use chance::Chance;
pub use currency::Currency;
pub use day::{Day, Period};
pub use decimal::{Price, Quantity, SCALE_DIGITS, line_amount};
pub use id::{CompanyId, Id, User, UserId};
pub use instant::{Instant, Zone};
pub use money::{Money, NotRepresentable};
pub use refusal::{Kind, Refusal};
