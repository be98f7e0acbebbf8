use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use base::Instant;
use db::testing::both;
use kit::job::{Handlers, run_until_idle};
use testkit::{BuyerTerms, World};

use crate::{check, day, sell, told};

fn workers() -> Handlers {
    let mut handlers = Handlers::default();
    statements::jobs(&mut handlers);
    handlers
}

/// Runs every job that is due, until none is, however long the pauses between tries are.
async fn work(world: &World, handlers: &Handlers) {
    let micros = Arc::new(AtomicI64::new(world.now().micros()));
    for _ in 0..20 {
        let now = micros.clone();
        let clock: kit::Clock = Arc::new(move || Instant::from_micros(now.load(Ordering::Relaxed)));
        run_until_idle(&world.db, handlers, &clock).await.unwrap();
        micros.fetch_add(30_000_000, Ordering::Relaxed);
    }
}

#[test]
fn a_run_goes_through_all_customers_in_chunks() {
    both(|db| async move {
        let world = World::new(db).await;
        for number in 0..120 {
            let buyer = world
                .buyer(BuyerTerms::named(&format!("Buyer {number}")).cycle("monthly:-1"))
                .await;
            if number % 3 == 0 {
                sell(&world, buyer, "10").await;
            }
        }
        world.go_to(day("2026-02-02"));
        let run = world.done(|tx, meta| statements::start(tx, meta, None)).await;
        work(&world, &workers()).await;
        let seen = world.read(move |tx| kit::run::get(tx, run)).await;
        assert_eq!(
            (seen.state.as_str(), seen.total, seen.done, seen.failed),
            ("done", 120, 120, 0)
        );
        assert!(
            seen.detail.contains("\"issued\":40") && seen.detail.contains("\"empty\":80"),
            "{}",
            seen.detail
        );
        assert_eq!(told(&world).await.len(), 40);
        check(&world).await;
    });
}

#[test]
fn one_broken_customer_stops_no_other() {
    both(|db| async move {
        let world = World::new(db).await;
        let mut buyers = Vec::new();
        for number in 0..5 {
            let buyer = world
                .buyer(BuyerTerms::named(&format!("Buyer {number}")).cycle("monthly:-1"))
                .await;
            sell(&world, buyer, "10").await;
            buyers.push(buyer);
        }
        let broken = buyers[2].account;
        let spec = |text: &'static str| {
            let sql = "UPDATE statements_cycle SET spec = $3 WHERE company_id = $1 AND account_id = $2";
            move |tx: &mut db::Tx<'_>, _: &kit::Meta| tx.exec(sql, db::p![broken, text]).map(|_| ())
        };
        world.done(spec("whenever")).await;
        world.go_to(day("2026-02-02"));
        let run = world.done(|tx, meta| statements::start(tx, meta, None)).await;
        work(&world, &workers()).await;
        let seen = world.read(move |tx| kit::run::get(tx, run)).await;
        assert_eq!(
            (seen.state.as_str(), seen.done, seen.failed),
            ("done", 4, 1),
            "{}",
            seen.detail
        );
        assert_eq!(told(&world).await.len(), 4);
        // The same outside the server.
        let (db, meta) = (world.db.clone(), world.meta());
        let again = tokio::task::spawn_blocking(move || statements::run_blocking(&db, &meta, None, |_| {}));
        let outcome = again.await.unwrap().unwrap();
        assert_eq!((outcome.tally.issued, outcome.failed.len()), (0, 1));
        world.done(spec("monthly:-1")).await;
        assert_eq!(world.run_statements().await.issued, 1);
        check(&world).await;
    });
}

#[test]
fn the_planner_wakes_only_when_there_is_work() {
    both(|db| async move {
        let world = World::new(db).await;
        let buyer = world.buyer(BuyerTerms::named("Cash").cycle("per_document")).await;
        let handlers = workers();
        statements::wake(&world.db, &world.meta()).await.unwrap();
        let idle = world
            .read(|tx| tx.one::<i64>("SELECT COUNT(*) FROM kit_job WHERE company_id = $1", db::p![]))
            .await;
        assert_eq!(idle, 0);
        sell(&world, buyer, "10").await;
        statements::wake(&world.db, &world.meta()).await.unwrap();
        statements::wake(&world.db, &world.meta()).await.unwrap();
        work(&world, &handlers).await;
        assert_eq!(told(&world).await, ["ST-000001 01-05..01-05 0.00→10.00 1"]);
        check(&world).await;
    });
}

#[test]
fn nothing_is_issued_on_books_that_do_not_add_up() {
    both(|db| async move {
        let world = World::new(db).await;
        let broken = world.buyer(BuyerTerms::named("Broken").cycle("monthly:-1")).await;
        let sound = world.buyer(BuyerTerms::named("Sound").cycle("monthly:-1")).await;
        sell(&world, broken, "10").await;
        sell(&world, sound, "20").await;
        let by = |minor: i64| {
            move |tx: &mut db::Tx<'_>, _: &kit::Meta| {
                let sql = "UPDATE statements_series SET closing_minor = closing_minor + $3 \
                    WHERE company_id = $1 AND account_id = $2";
                tx.push(sql, db::p![broken.account, minor])
            }
        };
        world.done(by(1)).await;
        world.go_to(day("2026-02-02"));
        let (db, meta) = (world.db.clone(), world.meta());
        let run = tokio::task::spawn_blocking(move || statements::run_blocking(&db, &meta, None, |_| {}));
        let outcome = run.await.unwrap().unwrap();
        assert_eq!(outcome.tally.issued, 1);
        assert_eq!(outcome.failed[0].code, "statements.closing_differs");
        world.done(by(-1)).await;
        assert_eq!(world.run_statements().await.issued, 1);
        check(&world).await;
    });
}
