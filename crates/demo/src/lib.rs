//! A generated company: a year of business with customers of every settlement cycle, some over
//! their limit, some overdue, some lost. One seed gives one company, on both databases.
//!
//! Everything goes through the same commands as a person's clicks, each at the moment it pretends
//! to happen, so the books pass the same checks.

mod buyers;
mod names;
mod year;

use std::sync::Arc;

use access::Company;
use base::{Instant, UserId};
use db::Db;

/// Who works in the demo company.
#[derive(Clone, Debug)]
pub struct Staff {
    pub owner: UserId,
    pub accountant: UserId,
    pub warehouse: UserId,
    pub salespersons: Vec<UserId>,
}

/// What is to be made.
#[derive(Clone)]
pub struct Plan {
    pub company: Arc<Company>,
    pub staff: Staff,
    pub customers: usize,
    pub seed: u64,
    /// The end of the year.
    pub now: Instant,
    /// Key of the links by which statements are shared.
    pub link_key: [u8; 32],
}

/// What was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Made {
    pub customers: usize,
    pub orders: i64,
    pub deliveries: i64,
    pub returns: i64,
    pub receipts: i64,
    pub statements: i64,
    pub bad_debts: i64,
    /// Documents that credit held back; they wait as drafts.
    pub held: i64,
}

/// Days of business before today.
pub const DAYS: i64 = 365;

/// Fills an empty company. `progress` hears how many of [`DAYS`] are done.
///
/// # Errors
/// Only faults: what the year does is allowed by its own rules.
pub fn fill(db: &Db, plan: &Plan, progress: impl FnMut(i64)) -> db::Result<Made> {
    year::Year::begin(db, plan)?.live(progress)
}
