//! Stories of periods, statements and share links, on both databases, each ending with every check.

mod closing;
mod cycles;
mod issue;
mod openings;
mod page;
mod recovery;
mod run;
mod schedule;
mod walk;

use base::Day;
use statements::{StatementListed, Tally};
use testkit::{Buyer, World, delivery, line};

pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// Goods for `amount` today.
pub async fn sell(world: &World, buyer: Buyer, amount: &str) {
    sell_on(world, buyer, amount, world.today()).await;
}

/// Goods for `amount`, delivered on a day.
pub async fn sell_on(world: &World, buyer: Buyer, amount: &str, on: Day) {
    let known = world.read(|tx| catalog::by_codes(tx, &["UNIT"])).await;
    let product = match known.first() {
        Some((_, product)) => *product,
        None => world.product("UNIT", "1").await,
    };
    let mut goods = delivery(buyer, vec![line(product, amount)]);
    goods.delivery_date = Some(on);
    world.posted(goods).await;
}

/// `number from..to opening→closing lines` of every live statement.
pub async fn told(world: &World) -> Vec<String> {
    let listed: Vec<StatementListed> = world.read(statements::all_statements).await;
    let tell = |s: StatementListed| {
        let period = format!("{}..{}", &s.from.to_string()[5..], &s.to.to_string()[5..]);
        format!("{} {period} {}→{} {}", s.no, s.opening, s.closing, s.lines)
    };
    listed.into_iter().map(tell).collect()
}

/// What the planner's job does, at once.
pub async fn plan(world: &World) -> Tally {
    let (db, meta) = (world.db.clone(), world.meta());
    let planned = tokio::task::spawn_blocking(move || statements::plan_blocking(&db, &meta));
    planned.await.unwrap().unwrap().tally
}

/// Every invariant, the digests and the order of periods.
pub async fn check(world: &World) {
    world.check_all().await;
    let hashes = world.read(statements::verify_hashes).await;
    assert!(hashes.is_empty(), "{hashes:?}");
    let periods = world.read(statements::verify_periods).await;
    assert!(periods.is_empty(), "{periods:?}");
}
