//! When statements close.

use std::collections::BTreeMap;

use base::Day;
use db::testing::both;
use kit::list::ListQuery;
use receivables::Target;
use statements::{NewCycle, StatementListed, Tally};
use testkit::{Buyer, BuyerTerms, World, delivery, line, receipt};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

async fn sell_on(world: &World, buyer: Buyer, amount: &str, on: Day) {
    let known = world.read(|tx| catalog::by_codes(tx, &["UNIT"])).await;
    let product = match known.first() {
        Some((_, product)) => *product,
        None => world.product("UNIT", "1").await,
    };
    let mut goods = delivery(buyer, vec![line(product, amount)]);
    goods.delivery_date = Some(on);
    world.posted(goods).await;
}

async fn plan(world: &World) -> Tally {
    let (db, meta) = (world.db.clone(), world.meta());
    let planned = tokio::task::spawn_blocking(move || statements::plan_blocking(&db, &meta));
    planned.await.unwrap().unwrap().tally
}

async fn told(world: &World) -> Vec<String> {
    let listed: Vec<StatementListed> = world.read(statements::all_statements).await;
    let tell = |s: StatementListed| format!("{}..{} {} {}", s.from, s.to, s.closing, s.lines);
    listed.into_iter().map(tell).collect()
}

/// `state from..to` of every period, in order of the cut-off.
async fn periods(world: &World) -> Vec<String> {
    let query = ListQuery {
        sort: "to".into(),
        ..ListQuery::default()
    };
    let page = world.read(move |tx| statements::periods(tx, &query)).await;
    let tell = |p: statements::PeriodItem| format!("{} {}..{}", p.state.as_str(), p.from, p.to);
    page.items.into_iter().map(tell).collect()
}

async fn change(world: &World, buyer: Buyer, cycle: &str) {
    let new = NewCycle::plain(cycle.parse().unwrap(), "cutoff+30".parse().unwrap(), 0);
    world
        .done(move |tx, meta| statements::set_cycle(tx, meta, buyer.account, &new))
        .await;
}

async fn check(world: &World) {
    world.check_all().await;
    let periods = world.read(statements::verify_periods).await;
    assert!(periods.is_empty(), "{periods:?}");
}

#[test]
fn a_delivery_in_the_afternoon_of_the_cutoff_day_is_in_that_period() {
    both(|db| async move {
        let world = World::new(db).await;
        let buyer = world.buyer(BuyerTerms::named("Lucky").cycle("monthly:25")).await;
        world.go_to(day("2026-01-25"));
        // The day is not over: nothing is planned while goods may still leave.
        assert_eq!(plan(&world).await, Tally::default());
        sell_on(&world, buyer, "10", world.today()).await;
        world.pass(1);
        world.run_statements().await;
        assert_eq!(told(&world).await, ["2026-01-05..2026-01-25 10.00 1"]);
        check(&world).await;
    });
}

#[test]
fn delivered_on_the_25th_and_posted_on_the_26th() {
    both(|db| async move {
        let world = World::new(db).await;
        let terms = BuyerTerms::named("Lucky").cycle("monthly:25").lag_days(3);
        let buyer = world.buyer(terms).await;
        world.go_to(day("2026-01-26"));
        plan(&world).await;
        sell_on(&world, buyer, "10", day("2026-01-25")).await;
        world.run_statements().await;
        assert_eq!(told(&world).await, ["2026-01-05..2026-01-25 10.00 1"]);
        // Issued already: a late item of the next one.
        sell_on(&world, buyer, "7", day("2026-01-25")).await;
        world.go_to(day("2026-02-26"));
        world.run_statements().await;
        assert_eq!(told(&world).await[1], "2026-01-26..2026-02-25 17.00 1");
        let listed = world.read(|tx| statements::list(tx, &ListQuery::default())).await;
        let newest = listed.items.iter().max_by_key(|item| item.to).unwrap().id;
        let lines = world.read(move |tx| statements::lines(tx, newest)).await;
        assert!(lines[0].late);
        check(&world).await;
    });
}

#[test]
fn a_cutoff_on_the_31st_is_the_last_of_february() {
    both(|db| async move {
        let world = World::new(db).await;
        let one = world.buyer(BuyerTerms::named("One").cycle("monthly:31")).await;
        sell_on(&world, one, "1", world.today()).await;
        world.go_to(day("2026-03-01"));
        plan(&world).await;
        assert_eq!(
            periods(&world).await,
            ["planned 2026-01-05..2026-01-31", "planned 2026-02-01..2026-02-28"]
        );
        check(&world).await;
    });
    both(|db| async move {
        // Two cut-offs that fall together make one period.
        let world = World::new(db).await;
        let two = world.buyer(BuyerTerms::named("Two").cycle("monthly:30,31")).await;
        sell_on(&world, two, "1", world.today()).await;
        world.go_to(day("2026-03-01"));
        plan(&world).await;
        let told = periods(&world).await;
        assert_eq!(told.last().unwrap(), "planned 2026-02-01..2026-02-28");
        assert_eq!(told.len(), 3);
        check(&world).await;
    });
}

#[test]
fn a_backdated_delivery_after_issue_comes_late_or_is_refused_where_it_is_locked() {
    both(|db| async move {
        let mut world = World::new(db).await;
        let buyer = world.buyer(BuyerTerms::named("Lucky").cycle("monthly:-1")).await;
        sell_on(&world, buyer, "10", world.today()).await;
        world.go_to(day("2026-02-01"));
        world.run_statements().await;
        sell_on(&world, buyer, "3", day("2026-01-20")).await;
        world.lock_until(Some(day("2026-01-31"))).await;
        let product = world.read(|tx| catalog::by_codes(tx, &["UNIT"])).await[0].1;
        let mut goods = delivery(buyer, vec![line(product, "4")]);
        goods.delivery_date = Some(day("2026-01-20"));
        let code = world
            .refused(move |tx, meta| sales::post_new(tx, meta, &goods))
            .await;
        assert_eq!(code, "ledger.period_locked");
        world.go_to(day("2026-03-01"));
        world.run_statements().await;
        assert_eq!(told(&world).await[1], "2026-02-01..2026-02-28 13.00 1");
        check(&world).await;
    });
}

#[test]
fn a_scheduler_that_was_down_plans_every_period_in_order() {
    both(|db| async move {
        let world = World::new(db).await;
        let buyer = world.buyer(BuyerTerms::named("Lucky").cycle("monthly:-1")).await;
        sell_on(&world, buyer, "10", world.today()).await;
        world.go_to(day("2026-04-10"));
        assert_eq!(plan(&world).await.planned, 3);
        let first = periods(&world).await;
        assert_eq!(plan(&world).await.planned, 0);
        assert_eq!(periods(&world).await, first);
        assert_eq!(
            first
                .iter()
                .map(|told| &told[told.len() - 10..])
                .collect::<Vec<_>>(),
            ["2026-01-31", "2026-02-28", "2026-03-31"]
        );
        check(&world).await;
    });
}

#[test]
fn a_period_without_movement_is_a_row_and_a_statement_only_where_it_is_wanted() {
    both(|db| async move {
        let world = World::new(db).await;
        let quiet = world.buyer(BuyerTerms::named("Quiet").cycle("monthly:-1")).await;
        world.go_to(day("2026-02-02"));
        plan(&world).await;
        assert_eq!(periods(&world).await, ["empty 2026-01-05..2026-01-31"]);
        let wanted = NewCycle {
            send_empty: true,
            ..NewCycle::plain("monthly:-1".parse().unwrap(), "cutoff+30".parse().unwrap(), 0)
        };
        world
            .done(move |tx, meta| statements::set_cycle(tx, meta, quiet.account, &wanted))
            .await;
        world.go_to(day("2026-03-02"));
        world.run_statements().await;
        assert_eq!(told(&world).await, ["2026-02-01..2026-02-28 0.00 0"]);
        check(&world).await;
    });
}

#[test]
fn from_monthly_to_weekly_in_the_middle_of_a_period() {
    both(|db| async move {
        let world = World::new(db).await;
        let buyer = world.buyer(BuyerTerms::named("Lucky").cycle("monthly:25")).await;
        sell_on(&world, buyer, "10", world.today()).await;
        world.go_to(day("2026-02-10"));
        plan(&world).await;
        change(&world, buyer, "weekly:5").await;
        world.go_to(day("2026-03-08"));
        plan(&world).await;
        let ends: Vec<String> = periods(&world)
            .await
            .into_iter()
            .map(|told| told[told.len() - 22..].to_owned())
            .collect();
        // The month closes at its cut-off, the weeks start after it.
        assert_eq!(
            ends,
            [
                "2026-01-05..2026-01-25",
                "2026-01-26..2026-02-25",
                "2026-02-26..2026-02-27",
                "2026-02-28..2026-03-06",
            ]
        );
        check(&world).await;
    });
}

#[test]
fn any_sequence_of_changes_leaves_periods_without_gap_or_overlap() {
    const CYCLES: [&str; 8] = [
        "monthly:25",
        "weekly:5",
        "per_document",
        "per_batch:20",
        "manual:30",
        "threshold:50.00/15",
        "monthly:10,-1",
        "every_n_days:9@2026-01-01",
    ];
    both(|db| async move {
        let world = World::new(db).await;
        let mut chance = base::Chance::new(20_260_105);
        let buyer = world.buyer(BuyerTerms::named("Changing").cycle(CYCLES[0])).await;
        for _ in 0..40 {
            let pick = usize::try_from(chance.below(CYCLES.len() as u64)).unwrap();
            match chance.below(4) {
                0 => change(&world, buyer, CYCLES[pick]).await,
                1 => drop(world.run_statements().await),
                2 => drop(plan(&world).await),
                _ => {
                    let (on, amount) = (world.today(), (10 + pick * 10).to_string());
                    sell_on(&world, buyer, &amount, on).await;
                    world.received(receipt(buyer, on, "5", Target::None)).await;
                }
            }
            world.pass(i64::try_from(chance.below(12)).unwrap());
            check(&world).await;
        }
        world.pass(60);
        change(&world, buyer, "monthly:-1").await;
        world.pass(40);
        world.run_statements().await;
        check(&world).await;
    });
}

#[test]
fn what_a_branch_gets_is_owed_by_its_payer_and_named_on_the_statement() {
    both(|db| async move {
        let world = World::new(db).await;
        let head = world
            .buyer(BuyerTerms::named("Head Office").cycle("monthly:-1"))
            .await;
        let mut branch = BuyerTerms::named("Branch").input(world.currency());
        branch.party.payer = Some(head.id);
        let made = world
            .done(move |tx, meta| statements::create_customer(tx, meta, branch.clone()))
            .await;
        let branch = Buyer {
            id: made.id,
            account: made.account,
        };
        sell_on(&world, branch, "10", world.today()).await;
        let balances: BTreeMap<_, _> = world
            .read(|tx| ledger::balances_as_of(tx, Day::MAX))
            .await
            .into_iter()
            .map(|row| (row.account, row.balance))
            .collect();
        assert_eq!((balances[&head.account], balances[&branch.account]), (10_00, 0));
        // Money of the branch is the payer's.
        let date = world.today();
        world.received(receipt(branch, date, "4", Target::Oldest)).await;
        world.go_to(day("2026-02-01"));
        world.run_statements().await;
        let listed = world.read(|tx| statements::list(tx, &ListQuery::default())).await;
        let id = listed.items[0].id;
        assert_eq!((listed.items.len(), listed.items[0].customer_id), (1, head.id));
        let lines = world.read(move |tx| statements::lines(tx, id)).await;
        assert_eq!(lines[0].ship_to, "Branch");
        // One step, never a chain.
        let mut chain = BuyerTerms::named("Kiosk").input(world.currency());
        chain.party.payer = Some(branch.id);
        let code = world
            .refused(move |tx, meta| statements::create_customer(tx, meta, chain.clone()))
            .await;
        assert_eq!(code, "parties.payer");
        let hashes = world.read(statements::verify_hashes).await;
        assert!(hashes.is_empty(), "{hashes:?}");
        check(&world).await;
    });
}
