//! What tests of more than one slice share: a [`World`] with a company, a clock that only the test turns,
//! builders, and the check that must find nothing after every story.
//!
//! ```no_run
//! use testkit::World;
//! db::testing::both(|db| async move {
//!     let world = World::new(db).await;
//!     // ... a story ...
//!     world.check_all().await;
//! });
//! ```

mod builders;
mod world;

pub use base::Chance;
pub use builders::{
    Buyer, BuyerTerms, delivery, delivery_of, line, of_delivery, of_order, order, receipt, return_of,
};
pub use world::{World, broken, checks};
