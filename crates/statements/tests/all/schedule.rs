//! Days off, payment days, batches, minimum balance, skipped periods, base credit.

use base::Day;
use cycle::{Schedule, Shift};
use db::testing::both;
use ledger::{Holiday, HolidayCalendar};
use receivables::Target;
use statements::{NewCycle, Tally};
use testkit::{Buyer, BuyerTerms, World, delivery, line, receipt};

use crate::{check, day, plan, sell, sell_on, told};

/// A buyer with a cycle as it is said here.
async fn buyer(world: &World, name: &str, cycle: NewCycle) -> Buyer {
    let mut new = BuyerTerms::named(name).input(world.currency());
    new.cycle = cycle;
    let made = world
        .done(move |tx, meta| statements::create_customer(tx, meta, new.clone()))
        .await;
    Buyer {
        id: made.id,
        account: made.account,
    }
}

fn plain(cycle: &str, terms: &str, lag_days: i64) -> NewCycle {
    NewCycle::plain(cycle.parse().unwrap(), terms.parse().unwrap(), lag_days)
}

/// The open debits: what is open of each and when it is due.
async fn owed(world: &World, buyer: Buyer) -> Vec<(i64, i64, String)> {
    let today = world.today();
    let parts = world
        .read(move |tx| ledger::owed_parts(tx, buyer.account, today))
        .await;
    let tell = |part: ledger::OwedPart| (part.open, part.base, part.due_date.to_string());
    parts.into_iter().map(tell).collect()
}

/// State, cut-off, deadline and due date of every period, in order.
async fn periods(world: &World) -> Vec<String> {
    let query = kit::list::ListQuery {
        sort: "to".into(),
        ..kit::list::ListQuery::default()
    };
    let page = world.read(move |tx| statements::periods(tx, &query)).await;
    let tell =
        |p: statements::PeriodItem| format!("{} {} by {} due {}", p.state.as_str(), p.to, p.issue_by, p.due);
    page.items.into_iter().map(tell).collect()
}

#[test]
fn days_off_move_deadlines_and_due_dates() {
    both(|db| async move {
        let world = World::new(db).await;
        let calendar = HolidayCalendar {
            name: "Works".into(),
            weekend: vec![6, 7],
            days: vec![Holiday {
                day: day("2026-02-02"),
                working: false,
                name: "Candlemas".into(),
            }],
        };
        let saved = calendar.clone();
        let id = world
            .done(move |tx, meta| ledger::save_holiday_calendar(tx, meta, None, &saved))
            .await;
        // Saturday 2026-01-31 is the cut-off and stays; the day after is Sunday, Monday is listed.
        let cycle = NewCycle {
            schedule: Schedule {
                shift: Shift::Following,
                ..Schedule::read("monthly:-1", "cutoff+1", 1).unwrap()
            },
            holidays: Some(id),
            ..plain("monthly:-1", "cutoff+1", 1)
        };
        let buyer = buyer(&world, "Works", cycle.clone()).await;
        sell(&world, buyer, "10").await;
        assert_eq!(owed(&world, buyer).await, [(10_00, 0, "2026-02-03".into())]);
        world.go_to(day("2026-02-03"));
        plan(&world).await;
        assert_eq!(
            periods(&world).await,
            ["planned 2026-01-31 by 2026-02-03 due 2026-02-03"]
        );
        world.run_statements().await;
        assert_eq!(told(&world).await, ["ST-000001 01-05..01-31 0.00→10.00 1"]);
        // Without a calendar nothing can be moved; the same name twice is refused.
        let code = world
            .refused(move |tx, meta| {
                let cycle = NewCycle {
                    holidays: None,
                    ..cycle.clone()
                };
                statements::set_cycle(tx, meta, buyer.account, &cycle)
            })
            .await;
        assert_eq!(code, "statements.holidays_needed");
        let code = world
            .refused(move |tx, meta| ledger::save_holiday_calendar(tx, meta, None, &calendar))
            .await;
        assert_eq!(code, "ledger.holiday_calendar_exists");
        check(&world).await;
    });
}

#[test]
fn due_on_the_customers_payment_day_and_out_before_it() {
    both(|db| async move {
        let world = World::new(db).await;
        let schedule = Schedule {
            pay_run: Some("monthly:10".parse().unwrap()),
            lead_days: 5,
            ..Schedule::read("monthly:-1", "payrun", 20).unwrap()
        };
        let cycle = NewCycle {
            schedule,
            ..plain("monthly:-1", "payrun", 20)
        };
        let buyer = buyer(&world, "Mill", cycle).await;
        sell(&world, buyer, "10").await;
        assert_eq!(owed(&world, buyer).await, [(10_00, 0, "2026-02-10".into())]);
        world.go_to(day("2026-02-06"));
        plan(&world).await;
        // The deadline has passed: a line of the guard, and the payment day is missed.
        assert_eq!(
            periods(&world).await,
            ["planned 2026-01-31 by 2026-02-05 due 2026-02-10"]
        );
        let meta = world.meta();
        let guard = world
            .read(move |tx| statements::nothing_forgotten(tx, &meta))
            .await;
        let line = guard
            .lines
            .iter()
            .find(|line| line.name == "issue_overdue")
            .unwrap();
        assert_eq!(line.count, 1);
        world.run_statements().await;
        assert_eq!(owed(&world, buyer).await, [(10_00, 0, "2026-03-10".into())]);
        check(&world).await;
    });
}

#[test]
fn a_confirmation_brings_the_due_date_forward() {
    both(|db| async move {
        let world = World::new(db).await;
        let buyer = buyer(&world, "Slow", plain("monthly:-1", "confirm+5/30", 0)).await;
        sell(&world, buyer, "10").await;
        world.go_to(day("2026-02-01"));
        world.run_statements().await;
        assert_eq!(owed(&world, buyer).await, [(10_00, 0, "2026-03-03".into())]);
        world.go_to(day("2026-02-10"));
        let listed = world
            .read(|tx| statements::list(tx, &kit::list::ListQuery::default()))
            .await;
        let id = listed.items[0].id;
        world
            .done(move |tx, meta| statements::due_when_confirmed(tx, meta, id))
            .await;
        assert_eq!(owed(&world, buyer).await, [(10_00, 0, "2026-02-15".into())]);
        check(&world).await;
    });
}

#[test]
fn the_next_release_closes_a_batch() {
    both(|db| async move {
        let world = World::new(db).await;
        let buyer = buyer(&world, "Batches", plain("per_batch:60", "cutoff+7", 0)).await;
        sell(&world, buyer, "100").await;
        world.pass(1);
        let date = world.today();
        world.received(receipt(buyer, date, "40", Target::Oldest)).await;
        assert_eq!(plan(&world).await, Tally::default());
        // Released, not posted: the batch before it is closed by that.
        world.go_to(day("2026-01-20"));
        let product = world.read(|tx| catalog::by_codes(tx, &["UNIT"])).await[0].1;
        let goods = delivery(buyer, vec![line(product, "30")]);
        let id = world
            .done(move |tx, meta| {
                let id = sales::save_delivery(tx, meta, &goods)?;
                sales::release_delivery(tx, meta, id, None)?;
                Ok(id)
            })
            .await;
        assert_eq!(plan(&world).await.issued, 1);
        assert_eq!(told(&world).await, ["ST-000001 01-05..01-20 0.00→60.00 2"]);
        world.pass(1);
        world
            .done(move |tx, meta| sales::post_delivery(tx, meta, id, None))
            .await;
        assert_eq!(plan(&world).await, Tally::default());
        // Nobody releases anything more: the longest wait closes it, however late somebody looks.
        world.go_to(day("2026-06-01"));
        assert_eq!(plan(&world).await.issued, 1);
        assert_eq!(told(&world).await[1], "ST-000002 01-21..03-21 60.00→90.00 1");
        // And a release after that finds nothing to close.
        sell(&world, buyer, "5").await;
        assert_eq!(plan(&world).await, Tally::default());
        check(&world).await;
    });
}

#[test]
fn a_small_balance_is_carried_until_it_is_large_or_old() {
    both(|db| async move {
        let world = World::new(db).await;
        let cycle = NewCycle {
            minimum: "100".parse().unwrap(),
            carry_months: 3,
            ..plain("monthly:-1", "cutoff+30", 3)
        };
        let buyer = buyer(&world, "Small", cycle).await;
        sell(&world, buyer, "60").await;
        world.go_to(day("2026-02-01"));
        assert_eq!(world.run_statements().await.carried, 1);
        sell(&world, buyer, "30").await;
        world.go_to(day("2026-03-01"));
        assert_eq!(world.run_statements().await.carried, 1);
        // Not forgotten, and not an alarm.
        let meta = world.meta();
        let guard = world
            .read(move |tx| statements::nothing_forgotten(tx, &meta))
            .await;
        let count = |name: &str| guard.lines.iter().find(|line| line.name == name).unwrap().count;
        assert_eq!((count("past_cutoff"), count("carried_too_long")), (0, 0));
        world.go_to(day("2026-04-01"));
        assert_eq!(world.run_statements().await.carried, 1);
        // The oldest has waited three months by the next cut-off: out, though still small.
        world.go_to(day("2026-04-10"));
        let meta = world.meta();
        let cases = world
            .read(move |tx| statements::guard_cases(tx, &meta, "carried_too_long"))
            .await;
        assert_eq!(cases.len(), 1);
        world.go_to(day("2026-05-01"));
        assert_eq!(world.run_statements().await.issued, 1);
        assert_eq!(told(&world).await, ["ST-000001 04-01..04-30 0.00→90.00 2"]);
        // Large at once.
        sell(&world, buyer, "20").await;
        world.go_to(day("2026-06-01"));
        assert_eq!(world.run_statements().await.issued, 1);
        check(&world).await;
    });
}

#[test]
fn what_was_held_back_is_issued_by_hand() {
    both(|db| async move {
        let world = World::new(db).await;
        let cycle = NewCycle {
            minimum: "100".parse().unwrap(),
            ..plain("monthly:-1", "cutoff+30", 3)
        };
        let buyer = buyer(&world, "Small", cycle).await;
        sell(&world, buyer, "60").await;
        world.go_to(day("2026-02-01"));
        world.run_statements().await;
        let page = world
            .read(|tx| statements::periods(tx, &kit::list::ListQuery::default()))
            .await;
        let id = page.items[0].id;
        let issued = world
            .done(move |tx, meta| statements::issue_period(tx, meta, id))
            .await;
        assert!(issued.statement.is_some());
        assert_eq!(told(&world).await, ["ST-000001 01-05..01-31 0.00→60.00 1"]);
        check(&world).await;
    });
}

#[test]
fn a_skipped_period_says_who_and_why_and_loses_nothing() {
    both(|db| async move {
        let world = World::new(db).await;
        let buyer = buyer(&world, "Quiet", plain("monthly:-1", "cutoff+30", 3)).await;
        sell(&world, buyer, "60").await;
        world.go_to(day("2026-02-01"));
        plan(&world).await;
        let list = || kit::list::ListQuery::default();
        let page = world.read(move |tx| statements::periods(tx, &list())).await;
        let id = page.items[0].id;
        let code = world
            .refused(move |tx, meta| statements::skip_period(tx, meta, id, " "))
            .await;
        assert_eq!(code, "statements.reason_missing");
        world
            .done(move |tx, meta| statements::skip_period(tx, meta, id, "asked for one in March"))
            .await;
        let page = world.read(move |tx| statements::periods(tx, &list())).await;
        let row = &page.items[0];
        assert_eq!(
            (row.state.as_str(), row.reason.as_str()),
            ("skipped", "asked for one in March")
        );
        assert_eq!(
            (row.decided_by, row.decided_at),
            (Some(world.owner), Some(world.now()))
        );
        assert_eq!(world.run_statements().await, Tally::default());
        check(&world).await;
        // Taken back, and skipped again: the next statement has it.
        world
            .done(move |tx, meta| {
                statements::reopen_period(tx, meta, id)?;
                statements::skip_period(tx, meta, id, "still")
            })
            .await;
        world.go_to(day("2026-03-01"));
        world.run_statements().await;
        assert_eq!(told(&world).await, ["ST-000001 02-01..02-28 0.00→60.00 1"]);
        let code = world
            .refused(move |tx, meta| statements::reopen_period(tx, meta, id))
            .await;
        assert_eq!(code, "statements.later_issued");
        check(&world).await;
    });
}

#[test]
fn base_credit_is_never_overdue_and_ends_on_its_day() {
    both(|db| async move {
        let world = World::new(db).await;
        let buyer = buyer(&world, "Shelf", plain("monthly:-1", "cutoff+0", 0)).await;
        sell_on(&world, buyer, "100", day("2026-01-02")).await;
        sell(&world, buyer, "50").await;
        let customer = buyer.id;
        let set = move |amount: &'static str, from: Option<Day>, until: Option<Day>| {
            move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
                statements::set_base_credit(tx, meta, customer, amount, (from, until), "start")
            }
        };
        let past = Some(day("2026-01-04"));
        assert_eq!(
            world.refused(set("120", past, None)).await,
            "ledger.base_credit_in_past"
        );
        let until = Some(day("2026-04-01"));
        world.done(set("120", None, until)).await;
        let overdue = |on: &str| {
            let on = day(on);
            world.read(move |tx| {
                let parts = ledger::owed_parts(tx, buyer.account, on)?;
                Ok(parts.iter().map(|part| part.overdue(on)).sum::<i64>())
            })
        };
        // 100 of the older and 20 of the younger delivery are base.
        assert_eq!(overdue("2026-02-01").await, 30_00);
        assert_eq!(overdue("2026-03-31").await, 30_00);
        assert_eq!(overdue("2026-04-01").await, 150_00);
        let exposure = world
            .read(move |tx| {
                let account = ledger::find_account(tx, buyer.account)?;
                Ok(account.open_debit)
            })
            .await;
        assert_eq!(exposure, 150_00);
        // With the end of the relation it falls due at once.
        world.pass(1);
        let mut closed = BuyerTerms::named("Shelf").input(world.currency());
        closed.party.active = false;
        let today = world.today();
        world
            .done(move |tx, meta| {
                let version = parties::get(tx, customer)?.version;
                statements::update_customer(tx, meta, customer, version, closed.clone(), false)
            })
            .await;
        let base = world
            .read(move |tx| ledger::base_credit_on(tx, buyer.account, today))
            .await;
        assert_eq!(base, 0);
        check(&world).await;
    });
}
