use db::testing::both;
use receivables::Target;
use statements::StatementId;
use testkit::{BuyerTerms, World, delivery, line, receipt};

use crate::{check, day, plan, sell, sell_on, told};

async fn newest(world: &World, buyer: testkit::Buyer) -> StatementId {
    let query = kit::list::ListQuery {
        filter: [("customer_id".to_owned(), buyer.id.to_string())].into(),
        ..Default::default()
    };
    let page = world.read(move |tx| statements::list(tx, &query)).await;
    page.items.first().expect("a statement").id
}

#[test]
fn a_month_is_issued_once_and_carries_on() {
    both(|db| async move {
        let world = World::new(db).await;
        let buyer = world.buyer(BuyerTerms::named("Lucky").cycle("monthly:25")).await;
        sell(&world, buyer, "100").await;
        world.go_to(day("2026-01-25"));
        // The afternoon of the cut-off day is in the period; the day after is not.
        sell(&world, buyer, "50").await;
        assert_eq!(world.run_statements().await.issued, 0);
        world.go_to(day("2026-01-26"));
        sell(&world, buyer, "7").await;
        assert_eq!(world.run_statements().await.issued, 1);
        assert_eq!(told(&world).await, ["ST-000001 01-05..01-25 0.00→150.00 2"]);
        // Again: nothing.
        assert_eq!(world.run_statements().await, statements::Tally::default());
        // Back-dated after issue: a late item of the next.
        sell_on(&world, buyer, "30", day("2026-01-20")).await;
        world.go_to(day("2026-02-26"));
        world.run_statements().await;
        assert_eq!(told(&world).await[1], "ST-000002 01-26..02-25 150.00→187.00 2");
        let id = newest(&world, buyer).await;
        let lines = world.read(move |tx| statements::lines(tx, id)).await;
        assert!(lines[0].late && !lines[1].late, "{lines:?}");
        check(&world).await;
    });
}

#[test]
fn after_a_long_pause_every_period_comes_in_order() {
    both(|db| async move {
        let world = World::new(db).await;
        let buyer = world.buyer(BuyerTerms::named("Lucky").cycle("monthly:-1")).await;
        sell(&world, buyer, "100").await;
        world.go_to(day("2026-03-10"));
        sell(&world, buyer, "20").await;
        world.go_to(day("2026-06-10"));
        // The planner alone makes the rows; a run issues them.
        assert_eq!(plan(&world).await.planned, 5);
        assert_eq!(plan(&world).await, statements::Tally::default());
        let tally = world.run_statements().await;
        assert_eq!((tally.issued, tally.empty), (2, 3));
        assert_eq!(
            told(&world).await,
            [
                "ST-000001 01-05..01-31 0.00→100.00 1",
                "ST-000002 03-01..03-31 100.00→120.00 1"
            ]
        );
        check(&world).await;
    });
}

#[test]
fn a_quiet_period_is_empty_once_its_deadline_is_over() {
    both(|db| async move {
        let world = World::new(db).await;
        let mut terms = BuyerTerms::named("Quiet")
            .cycle("monthly:-1")
            .input(world.currency());
        terms.cycle.schedule.lag_days = 3;
        let made = world
            .done(move |tx, meta| statements::create_customer(tx, meta, terms.clone()))
            .await;
        let buyer = testkit::Buyer {
            id: made.id,
            account: made.account,
        };
        world.go_to(day("2026-02-02"));
        assert_eq!(
            plan(&world).await,
            statements::Tally {
                planned: 1,
                issued: 0,
                empty: 0,
                ..statements::Tally::default()
            }
        );
        // Posted late, and still before anything was issued: it belongs to the period.
        sell_on(&world, buyer, "9", day("2026-01-31")).await;
        world.run_statements().await;
        assert_eq!(told(&world).await, ["ST-000001 01-05..01-31 0.00→9.00 1"]);
        world.go_to(day("2026-05-02"));
        assert_eq!(
            plan(&world).await,
            statements::Tally {
                planned: 3,
                issued: 0,
                empty: 2,
                ..statements::Tally::default()
            }
        );
        check(&world).await;
    });
}

#[test]
fn entries_from_before_the_account_move_its_first_period() {
    both(|db| async move {
        let world = World::new(db).await;
        let buyer = world.buyer(BuyerTerms::named("Lucky").cycle("monthly:-1")).await;
        sell_on(&world, buyer, "100", day("2025-11-20")).await;
        assert_eq!(plan(&world).await.planned, 2);
        world.run_statements().await;
        assert_eq!(told(&world).await, ["ST-000001 11-20..11-30 0.00→100.00 1"]);
        check(&world).await;
    });
}

#[test]
fn a_run_until_a_day_leaves_the_rest() {
    both(|db| async move {
        let world = World::new(db).await;
        let buyer = world.buyer(BuyerTerms::named("Lucky").cycle("monthly:-1")).await;
        sell(&world, buyer, "100").await;
        world.go_to(day("2026-02-28"));
        sell(&world, buyer, "20").await;
        let run = |until: &str| {
            let (db, meta, until) = (world.db.clone(), world.meta(), day(until));
            let run = move || statements::run_blocking(&db, &meta, Some(until), |_| {});
            tokio::task::spawn_blocking(run)
        };
        assert_eq!(run("2026-01-31").await.unwrap().unwrap().tally.issued, 1);
        // On the cut-off day itself, because somebody asks for it.
        assert_eq!(run("2026-02-28").await.unwrap().unwrap().tally.issued, 1);
        assert_eq!(told(&world).await.len(), 2);
        let refused = run("2026-03-01").await.unwrap().unwrap_err();
        assert_eq!(refused.refusal().unwrap().code, "statements.until_in_future");
        check(&world).await;
    });
}

#[test]
fn a_void_statement_gives_its_entries_back() {
    both(|db| async move {
        let world = World::new(db).await;
        let buyer = world.buyer(BuyerTerms::named("Lucky").cycle("monthly:-1")).await;
        sell(&world, buyer, "100").await;
        world.go_to(day("2026-02-03"));
        world.run_statements().await;
        let first = newest(&world, buyer).await;
        sell(&world, buyer, "40").await;
        world.go_to(day("2026-03-03"));
        world.run_statements().await;
        let second = newest(&world, buyer).await;
        let void = |id: StatementId, reason: &'static str| {
            world.refused(move |tx, meta| statements::void(tx, meta, id, reason))
        };
        assert_eq!(void(first, "wrong price").await, "statements.not_newest");
        assert_eq!(void(second, " ").await, "statements.reason_missing");
        for id in [second, first] {
            world
                .done(move |tx, meta| statements::void(tx, meta, id, "wrong price"))
                .await;
            check(&world).await;
        }
        assert_eq!(void(first, "again").await, "statements.already_void");
        assert!(told(&world).await.is_empty());
        // Back-dated meanwhile: it belongs to the period that is issued anew.
        sell_on(&world, buyer, "5", day("2026-01-30")).await;
        world.run_statements().await;
        assert_eq!(
            told(&world).await,
            [
                "ST-000003 01-05..01-31 0.00→105.00 2",
                "ST-000004 02-01..02-28 105.00→145.00 1"
            ]
        );
        check(&world).await;
    });
}

#[test]
fn the_newest_statement_asks_for_what_is_left_of_all() {
    both(|db| async move {
        let world = World::new(db).await;
        let buyer = world.buyer(BuyerTerms::named("Lucky").cycle("monthly:-1")).await;
        sell(&world, buyer, "1000").await;
        world.go_to(day("2026-02-01"));
        world.run_statements().await;
        let first = newest(&world, buyer).await;
        sell(&world, buyer, "500").await;
        // Before issue of the second, after the cut-off of the first.
        let date = world.today();
        world.received(receipt(buyer, date, "200", Target::Oldest)).await;
        let seen = world
            .read(move |tx| statements::view(tx, first))
            .await
            .now
            .unwrap();
        assert_eq!(
            (seen.to_pay.to_string(), seen.open.to_string()),
            ("800.00".into(), "800.00".into())
        );
        assert_eq!(seen.received_since.to_string(), "-200.00");
        world.go_to(day("2026-03-01"));
        world.run_statements().await;
        let second = newest(&world, buyer).await;
        let seen = world
            .read(move |tx| statements::view(tx, second))
            .await
            .now
            .unwrap();
        assert_eq!(
            (seen.to_pay.to_string(), seen.open.to_string()),
            ("1300.00".into(), "500.00".into())
        );
        let seen = world
            .read(move |tx| statements::view(tx, first))
            .await
            .now
            .unwrap();
        assert_eq!(seen.newer.as_deref(), Some("ST-000002"));
        assert_eq!(seen.settlement, statements::SettlementState::Part);
        let date = world.today();
        world.received(receipt(buyer, date, "1300", Target::Oldest)).await;
        for id in [first, second] {
            let seen = world.read(move |tx| statements::view(tx, id)).await.now.unwrap();
            assert_eq!(
                (seen.settlement, seen.open.to_string()),
                (statements::SettlementState::Settled, "0.00".into())
            );
        }
        let seen = world
            .read(move |tx| statements::view(tx, second))
            .await
            .now
            .unwrap();
        assert_eq!(seen.to_pay.to_string(), "0.00");
        check(&world).await;
    });
}

#[test]
fn due_dates_are_fixed_by_the_statement() {
    both(|db| async move {
        let world = World::new(db).await;
        let buyer = world
            .buyer(BuyerTerms::named("Lucky").cycle("monthly:-1").terms("issue+10"))
            .await;
        sell(&world, buyer, "100").await;
        let due = |world: &World| {
            let account = buyer.account;
            let items = world.db.read(world.company.id, move |tx| {
                ledger::open_items(tx, account, ledger::Side::Debit)
            });
            async move { items.await.unwrap()[0].due_date.to_string() }
        };
        assert_eq!(due(&world).await, "2026-02-10");
        world.go_to(day("2026-02-05"));
        world.run_statements().await;
        assert_eq!(due(&world).await, "2026-02-15");
        check(&world).await;
    });
}

#[test]
fn nothing_is_forgotten_silently() {
    both(|db| async move {
        let world = World::new(db).await;
        let buyer = world.buyer(BuyerTerms::named("Lucky").cycle("monthly:-1")).await;
        sell(&world, buyer, "100").await;
        world.go_to(day("2026-02-20"));
        sell(&world, buyer, "40").await;
        plan(&world).await;
        let counts = |world: &World| {
            let meta = world.meta();
            let company = world.company.id;
            let page = world
                .db
                .read(company, move |tx| statements::nothing_forgotten(tx, &meta));
            async move {
                let page = page.await.unwrap();
                assert_eq!(page.proof.missing, 0);
                let told = page.lines.iter().filter(|line| line.count > 0);
                told.map(|line| format!("{} {} {}", line.name, line.count, line.amounts[0].amount))
                    .collect::<Vec<_>>()
            }
        };
        assert_eq!(
            counts(&world).await,
            [
                "past_cutoff 1 100.00",
                "issue_overdue 1 100.00",
                "open_period 1 40.00"
            ]
        );
        let meta = world.meta();
        let cases = world
            .read(move |tx| statements::guard_cases(tx, &meta, "past_cutoff"))
            .await;
        assert_eq!(cases.len(), 1);
        world.run_statements().await;
        assert_eq!(counts(&world).await, ["not_sent 1 100.00", "open_period 1 40.00"]);
        check(&world).await;
    });
}

#[test]
fn a_delivery_that_came_later_and_was_reversed_is_not_deducted() {
    both(|db| async move {
        let world = World::new(db).await;
        let buyer = world.buyer(BuyerTerms::named("Lucky").cycle("monthly:-1")).await;
        let product = world.product("UNIT", "1").await;
        let first = world.posted(delivery(buyer, vec![line(product, "100")])).await;
        sell(&world, buyer, "40").await;
        world.go_to(day("2026-02-01"));
        world.run_statements().await;
        let id = newest(&world, buyer).await;
        let second = world.posted(delivery(buyer, vec![line(product, "7")])).await;
        let reverse = |id: sales::DeliveryId| {
            move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
                sales::reverse_delivery(tx, meta, id, None, None, "wrong goods")
            }
        };
        world.done(reverse(second.delivery)).await;
        let seen = world.read(move |tx| statements::view(tx, id)).await.now.unwrap();
        assert_eq!(
            (seen.to_pay.to_string(), seen.adjusted_since.to_string()),
            ("140.00".into(), "0.00".into())
        );
        // That of a delivery on the statement is.
        world.done(reverse(first.delivery)).await;
        let told = |seen: statements::StatementNow| (seen.to_pay.to_string(), seen.open.to_string());
        let seen = world.read(move |tx| statements::view(tx, id)).await.now.unwrap();
        assert_eq!(told(seen), ("40.00".into(), "40.00".into()));
        // On the next statement it is so still.
        world.go_to(day("2026-03-01"));
        world.run_statements().await;
        let seen = world.read(move |tx| statements::view(tx, id)).await.now.unwrap();
        assert_eq!(told(seen), ("40.00".into(), "40.00".into()));
        check(&world).await;
    });
}
