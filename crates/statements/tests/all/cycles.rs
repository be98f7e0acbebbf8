use db::testing::both;
use receivables::Target;
use statements::{NewCycle, Tally};
use testkit::{Buyer, BuyerTerms, World, receipt};

use crate::{check, day, plan, sell, told};

async fn change(world: &World, buyer: Buyer, cycle: &str) -> Option<String> {
    let new = NewCycle::plain(cycle.parse().unwrap(), "cutoff+30".parse().unwrap(), 0);
    let from = world
        .done(move |tx, meta| statements::set_cycle(tx, meta, buyer.account, &new))
        .await;
    from.map(|day| day.to_string())
}

#[test]
fn two_deliveries_on_one_day_make_two_bills() {
    both(|db| async move {
        let world = World::new(db).await;
        let buyer = world
            .buyer(BuyerTerms::named("Cash").cycle("per_document").terms("cutoff+7"))
            .await;
        sell(&world, buyer, "100").await;
        let date = world.today();
        world.received(receipt(buyer, date, "30", Target::None)).await;
        sell(&world, buyer, "50").await;
        // At once, and without a run: the event closed the period.
        assert_eq!(
            plan(&world).await,
            Tally {
                planned: 2,
                issued: 2,
                empty: 0,
                ..Tally::default()
            }
        );
        assert_eq!(plan(&world).await, Tally::default());
        assert_eq!(
            told(&world).await,
            [
                "ST-000001 01-05..01-05 0.00→100.00 1",
                "ST-000002 01-05..01-05 100.00→120.00 2"
            ]
        );
        // A receipt alone closes nothing.
        world.pass(3);
        let date = world.today();
        world.received(receipt(buyer, date, "20", Target::None)).await;
        assert_eq!(plan(&world).await, Tally::default());
        check(&world).await;
    });
}

#[test]
fn a_threshold_closes_by_amount_or_by_its_longest_wait() {
    both(|db| async move {
        let world = World::new(db).await;
        let buyer = world
            .buyer(BuyerTerms::named("Small").cycle("threshold:100.00/30"))
            .await;
        sell(&world, buyer, "60").await;
        let date = world.today();
        world.received(receipt(buyer, date, "60", Target::Oldest)).await;
        assert_eq!(plan(&world).await, Tally::default());
        world.pass(1);
        sell(&world, buyer, "40").await;
        assert_eq!(plan(&world).await.issued, 1);
        assert_eq!(told(&world).await, ["ST-000001 01-05..01-06 0.00→40.00 3"]);
        world.pass(1);
        sell(&world, buyer, "10").await;
        // Dated by the rule, however late somebody looks.
        world.go_to(day("2026-03-20"));
        sell(&world, buyer, "95").await;
        assert_eq!(plan(&world).await.issued, 1);
        assert_eq!(told(&world).await[1], "ST-000002 01-07..02-06 40.00→50.00 1");
        sell(&world, buyer, "5").await;
        assert_eq!(plan(&world).await.issued, 1);
        assert_eq!(told(&world).await[2], "ST-000003 02-07..03-20 50.00→150.00 2");
        // Planned late or in time: the entry of the old wait does not count for the new amount.
        world.pass(1);
        sell(&world, buyer, "99").await;
        assert_eq!(plan(&world).await, Tally::default());
        check(&world).await;
    });
}

#[test]
fn by_hand_closes_when_somebody_says_so() {
    both(|db| async move {
        let world = World::new(db).await;
        let buyer = world.buyer(BuyerTerms::named("Hand").cycle("manual:20")).await;
        let monthly = world.buyer(BuyerTerms::named("Month").cycle("monthly:-1")).await;
        sell(&world, buyer, "60").await;
        world.go_to(day("2026-01-30"));
        assert_eq!(plan(&world).await, Tally::default());
        let meta = world.meta();
        let cases = world
            .read(move |tx| statements::guard_cases(tx, &meta, "by_hand_overdue"))
            .await;
        assert_eq!(cases.len(), 1);
        let close = |account, cutoff: Option<&str>| {
            let cutoff = cutoff.map(day);
            move |tx: &mut db::Tx<'_>, meta: &kit::Meta| statements::close_period(tx, meta, account, cutoff)
        };
        assert_eq!(
            world.refused(close(monthly.account, None)).await,
            "statements.cycle_is_dated"
        );
        assert_eq!(
            world.refused(close(buyer.account, Some("2026-01-31"))).await,
            "statements.cutoff_not_over"
        );
        let issued = world.done(close(buyer.account, Some("2026-01-20"))).await;
        assert!(issued.statement.is_some() && !issued.early);
        assert_eq!(
            world.refused(close(buyer.account, Some("2026-01-10"))).await,
            "statements.cutoff_before_period"
        );
        sell(&world, buyer, "5").await;
        assert!(world.done(close(buyer.account, None)).await.early);
        assert_eq!(told(&world).await[1], "ST-000002 01-21..01-30 60.00→65.00 1");
        check(&world).await;
    });
}

#[test]
fn a_change_waits_for_the_boundary() {
    both(|db| async move {
        let world = World::new(db).await;
        let buyer = world.buyer(BuyerTerms::named("Lucky").cycle("monthly:25")).await;
        sell(&world, buyer, "100").await;
        world.go_to(day("2026-01-10"));
        assert_eq!(
            change(&world, buyer, "weekly:5").await.as_deref(),
            Some("2026-01-26")
        );
        // The same again changes nothing; back to what is running takes the change away.
        assert_eq!(change(&world, buyer, "weekly:5").await, None);
        assert_eq!(
            change(&world, buyer, "monthly:25").await.as_deref(),
            Some("2026-01-05")
        );
        assert_eq!(
            change(&world, buyer, "weekly:5").await.as_deref(),
            Some("2026-01-26")
        );
        world.go_to(day("2026-02-07"));
        sell(&world, buyer, "10").await;
        world.go_to(day("2026-02-14"));
        world.run_statements().await;
        assert_eq!(
            told(&world).await,
            [
                "ST-000001 01-05..01-25 0.00→100.00 1",
                "ST-000002 02-07..02-13 100.00→110.00 1"
            ]
        );
        check(&world).await;
    });
}

#[test]
fn away_from_an_event_kind_the_period_ends_the_day_before() {
    both(|db| async move {
        let world = World::new(db).await;
        let buyer = world.buyer(BuyerTerms::named("Lucky").cycle("manual:45")).await;
        sell(&world, buyer, "100").await;
        world.go_to(day("2026-01-12"));
        assert_eq!(
            change(&world, buyer, "per_document").await.as_deref(),
            Some("2026-01-12")
        );
        sell(&world, buyer, "7").await;
        // The transition period waits for its run, and the bill of the delivery behind it.
        assert_eq!(plan(&world).await.issued, 0);
        world.run_statements().await;
        assert_eq!(
            told(&world).await,
            [
                "ST-000001 01-05..01-11 0.00→100.00 1",
                "ST-000002 01-12..01-12 100.00→107.00 1"
            ]
        );
        sell(&world, buyer, "3").await;
        assert_eq!(plan(&world).await.issued, 1);
        world.go_to(day("2026-01-20"));
        assert_eq!(
            change(&world, buyer, "monthly:-1").await.as_deref(),
            Some("2026-01-20")
        );
        sell(&world, buyer, "2").await;
        world.go_to(day("2026-02-02"));
        world.run_statements().await;
        assert_eq!(told(&world).await[3], "ST-000004 01-20..01-31 110.00→112.00 1");
        check(&world).await;
    });
}

#[test]
fn deliveries_from_before_the_ledger_knew_are_billed_too() {
    both(|db| async move {
        let world = World::new(db).await;
        let buyer = world.buyer(BuyerTerms::named("Lucky").cycle("monthly:-1")).await;
        sell(&world, buyer, "100").await;
        assert_eq!(
            change(&world, buyer, "per_document").await.as_deref(),
            Some("2026-02-01")
        );
        // Nobody planned at the boundary: these are recorded under the old cycle.
        world.go_to(day("2026-02-03"));
        sell(&world, buyer, "10").await;
        sell(&world, buyer, "20").await;
        world.run_statements().await;
        assert_eq!(
            told(&world).await,
            [
                "ST-000001 01-05..01-31 0.00→100.00 1",
                "ST-000002 02-01..02-03 100.00→110.00 1",
                "ST-000003 02-03..02-03 110.00→130.00 1",
            ]
        );
        check(&world).await;
    });
}

#[test]
fn a_delivery_on_the_day_of_the_run_is_not_left_behind_by_a_change() {
    both(|db| async move {
        let world = World::new(db).await;
        let buyer = world.buyer(BuyerTerms::named("Lucky").cycle("monthly:-1")).await;
        sell(&world, buyer, "100").await;
        world.go_to(day("2026-02-02"));
        world.run_statements().await;
        assert_eq!(
            change(&world, buyer, "per_document").await.as_deref(),
            Some("2026-03-01")
        );
        world.go_to(day("2026-03-03"));
        sell(&world, buyer, "10").await;
        world.run_statements().await;
        assert_eq!(told(&world).await[1], "ST-000002 03-01..03-03 100.00→110.00 1");
        check(&world).await;
    });
}

#[test]
fn a_period_issued_by_hand_leaves_the_event_behind_it_to_the_planner() {
    both(|db| async move {
        let world = World::new(db).await;
        let buyer = world.buyer(BuyerTerms::named("Lucky").cycle("manual:45")).await;
        sell(&world, buyer, "100").await;
        world.go_to(day("2026-01-12"));
        change(&world, buyer, "per_document").await;
        sell(&world, buyer, "7").await;
        let periods = world
            .read(|tx| statements::periods(tx, &kit::list::ListQuery::default()))
            .await;
        let waiting = periods.items[0].id;
        world
            .done(move |tx, meta| statements::issue_period(tx, meta, waiting))
            .await;
        assert_eq!(plan(&world).await.issued, 1);
        assert_eq!(told(&world).await[1], "ST-000002 01-12..01-12 100.00→107.00 1");
        check(&world).await;
    });
}

#[test]
fn a_period_without_movement_is_a_row_and_a_statement_only_if_wanted() {
    both(|db| async move {
        let world = World::new(db).await;
        let mut terms = BuyerTerms::named("Quiet")
            .cycle("monthly:-1")
            .input(world.currency());
        terms.cycle.send_empty = true;
        world
            .done(move |tx, meta| statements::create_customer(tx, meta, terms.clone()))
            .await;
        world.buyer(BuyerTerms::named("Silent").cycle("monthly:-1")).await;
        world.go_to(day("2026-02-02"));
        let tally = world.run_statements().await;
        assert_eq!((tally.issued, tally.empty), (1, 1));
        assert_eq!(told(&world).await, ["ST-000001 01-05..01-31 0.00→0.00 0"]);
        check(&world).await;
    });
}
