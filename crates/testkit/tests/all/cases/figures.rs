//! Locked periods and figures at a date.

use std::collections::BTreeMap;

use base::{Chance, Day};
use db::testing::both;
use ledger::Side;
use receivables::{ProcessBadDebt, Target};
use testkit::{Buyer, BuyerTerms, World, delivery, line, receipt};

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

async fn shop(world: &World) -> (Buyer, catalog::ProductId) {
    let tea = world.product("TEA", "1").await;
    (world.buyer(BuyerTerms::named("Harbour Tea House")).await, tea)
}

#[test]
fn a_back_dated_delivery_is_late_and_one_in_a_locked_period_is_dated_later() {
    both(|db| async move {
        let mut world = World::new(db).await;
        let (buyer, tea) = shop(&world).await;
        world.posted(delivery(buyer, vec![line(tea, "100")])).await;
        world.go_to(day("2026-02-03"));
        world.run_statements().await;
        let mut forgotten = delivery(buyer, vec![line(tea, "50")]);
        forgotten.delivery_date = Some(day("2026-01-20"));
        world.posted(forgotten.clone()).await;
        world.lock_until(Some(day("2026-01-31"))).await;
        let locked = forgotten.clone();
        let code = world
            .refused(move |tx, meta| sales::post_new(tx, meta, &locked))
            .await;
        assert_eq!(code, "ledger.period_locked");
        forgotten.delivery_date = None;
        world.posted(forgotten).await;
        world.go_to(day("2026-03-02"));
        world.run_statements().await;
        let lines: Vec<(bool, Day)> = world
            .read(move |tx| {
                tx.all::<(i64, Day)>(
                    "SELECT l.late, l.basis_date FROM statements_line l JOIN statements_statement s \
                     ON s.company_id = l.company_id AND s.id = l.statement_id \
                     WHERE l.company_id = $1 AND s.to_day > $2 ORDER BY l.line_no",
                    db::p![day("2026-01-31")],
                )
            })
            .await
            .into_iter()
            .map(|(late, date)| (late == 1, date))
            .collect();
        assert_eq!(lines, [(true, day("2026-01-20")), (false, day("2026-02-03"))]);
        world.check_all().await;
    });
}

#[test]
fn a_bad_debt_dated_in_a_locked_period_counts_from_today() {
    both(|db| async move {
        let mut world = World::new(db).await;
        let (buyer, tea) = shop(&world).await;
        let sale = world.posted(delivery(buyer, vec![line(tea, "100")])).await;
        world.go_to(day("2026-02-10"));
        world.lock_until(Some(day("2026-01-31"))).await;
        let cmd = ProcessBadDebt {
            order: sale.order,
            amount: None,
            expected_outstanding: "100.00".into(),
            reason: receivables::BadDebtReason::Insolvent,
            note: String::new(),
            disclose: false,
            date: Some(day("2026-01-20")),
            despite_credit: false,
        };
        world
            .done(move |tx, meta| receivables::process_bad_debt(tx, meta, &cmd))
            .await;
        let dates: Vec<Day> = world
            .read(|tx| {
                let sql = "SELECT basis_date FROM ledger_entry WHERE company_id = $1 AND kind = 'bad_debt'";
                tx.all(sql, db::p![])
            })
            .await;
        assert_eq!(dates, [day("2026-02-10")]);
        world.check_all().await;
    });
}

#[test]
fn a_lock_set_while_a_request_is_under_way_counts_for_it() {
    both(|db| async move {
        let mut world = World::new(db).await;
        let (buyer, tea) = shop(&world).await;
        // The request was let in before the lock; its unit runs after it.
        let early = world.meta();
        world.go_to(day("2026-02-10"));
        world.lock_until(Some(day("2026-01-31"))).await;
        let input = delivery(buyer, vec![line(tea, "1")]);
        let unit = move |tx: &mut db::Tx<'_>| {
            let meta = early.at(tx)?;
            sales::post_new(tx, &meta, &input)
        };
        let refused = world.db.write(world.company.id, unit).await.unwrap_err();
        assert_eq!(refused.refusal().unwrap().code, "ledger.period_locked");
    });
}

/// Open amount of every entry on a day, counted from nothing but entries and allocations.
fn brute(entries: &[(i64, i64, Day)], allocations: &[(i64, i64, i64, Day)], on: Day) -> BTreeMap<i64, i64> {
    let mut open: BTreeMap<i64, i64> = entries
        .iter()
        .filter(|(_, _, date)| *date <= on)
        .map(|(id, amount, _)| (*id, *amount))
        .collect();
    for (debit, credit, amount, _) in allocations.iter().filter(|row| row.3 <= on) {
        *open
            .get_mut(debit)
            .expect("an allocation never counts before its items") -= amount;
        *open
            .get_mut(credit)
            .expect("an allocation never counts before its items") += amount;
    }
    open.retain(|_, left| *left != 0);
    open
}

async fn one_act(world: &World, chance: &mut Chance, buyers: &[Buyer], tea: catalog::ProductId) {
    let buyer = *chance.pick(buyers).expect("buyers");
    let amount = chance.between(1, 400).to_string();
    match chance.below(8) {
        0..=2 => {
            let mut input = delivery(buyer, vec![line(tea, &amount)]);
            input.delivery_date = Some(world.today().plus(-chance.between(0, 9)).max(day("2026-01-05")));
            world.posted(input).await;
        }
        3 | 4 => {
            let target = if chance.once_in(3) {
                Target::None
            } else {
                Target::Oldest
            };
            world
                .received(receipt(buyer, world.today(), &amount, target))
                .await;
        }
        5 => {
            let account = buyer.account;
            let made: Option<ledger::AllocationId> = world
                .read(move |tx| {
                    let sql = "SELECT MAX(a.id) FROM ledger_allocation a WHERE a.company_id = $1 \
                        AND a.account_id = $2 AND a.act_kind IN ('receipt', 'manual') AND a.reversal_of IS NULL \
                        AND NOT EXISTS (SELECT 1 FROM ledger_allocation r WHERE r.company_id = a.company_id \
                            AND r.reversal_of = a.id)";
                    tx.one::<Option<ledger::AllocationId>>(sql, db::p![account])
                })
                .await;
            if let Some(id) = made {
                world
                    .done(move |tx, meta| {
                        receivables::undo_allocation(tx, meta, id, "typed wrong").map(|_| ())
                    })
                    .await;
            }
        }
        6 => {
            world.run_statements().await;
        }
        _ => world.pass(chance.between(3, 20)),
    }
}

#[test]
fn figures_of_every_day_tie_and_equal_a_count_from_nothing() {
    both(|db| async move {
        let world = World::new(db).await;
        let tea = world.product("TEA", "1").await;
        let mut buyers = Vec::new();
        for (name, cycle) in [("A", "monthly:-1"), ("B", "weekly:5"), ("C", "per_document")] {
            buyers.push(world.buyer(BuyerTerms::named(name).cycle(cycle)).await);
        }
        let mut chance = Chance::new(7);
        for _ in 0..70 {
            one_act(&world, &mut chance, &buyers, tea).await;
        }
        world.check_all().await;
        let (entries, allocations) = world
            .read(|tx| {
                let entries: Vec<(i64, i64, Day)> = tx.all(
                    "SELECT id, amount_minor, basis_date FROM ledger_entry WHERE company_id = $1",
                    db::p![],
                )?;
                let allocations: Vec<(i64, i64, i64, Day)> = tx.all(
                    "SELECT debit_entry_id, credit_entry_id, amount_minor, effective_date FROM ledger_allocation \
                     WHERE company_id = $1",
                    db::p![],
                )?;
                Ok((entries, allocations))
            })
            .await;
        let mut on = day("2026-01-04");
        while on <= world.today() {
            let (meta, owners) = (world.meta(), buyers.clone());
            let (figures, customers) = world
                .read(move |tx| {
                    let figures = reports::figures::figures(tx, &meta, on)?;
                    let customers: Vec<_> = owners
                        .iter()
                        .map(|buyer| reports::figures::customer_at(tx, &meta, buyer.id, on))
                        .collect::<db::Result<_>>()?;
                    Ok((figures, customers))
                })
                .await;
            assert!(figures.ties, "{on}: {figures:?}");
            let expected = brute(&entries, &allocations, on);
            let mut found = BTreeMap::new();
            for account in customers.iter().flat_map(|customer| &customer.accounts) {
                assert!(account.ties, "{on}: {account:?}");
                for item in &account.items {
                    let sign = if item.side == "debit" { 1 } else { -1 };
                    found.insert(item.entry_id.raw(), sign * item.open.minor);
                }
            }
            assert_eq!(found, expected, "{on}");
            let ledger: i64 = figures.currencies.iter().map(|one| one.ledger.minor).sum();
            assert_eq!(ledger, expected.values().sum::<i64>(), "{on}");
            on = on.plus(1);
        }
    });
}

#[test]
fn expected_cash_is_everything_owed() {
    both(|db| async move {
        let world = World::new(db).await;
        let (buyer, tea) = shop(&world).await;
        world.posted(delivery(buyer, vec![line(tea, "100")])).await;
        world.go_to(day("2026-03-12"));
        // Due on 2 March, paid ten days late.
        world
            .received(receipt(buyer, world.today(), "60", Target::Oldest))
            .await;
        world.posted(delivery(buyer, vec![line(tea, "30")])).await;
        let meta = world.meta();
        let forecasts = world
            .read(move |tx| reports::cash::expected_cash(tx, &meta))
            .await;
        let forecast = &forecasts[0];
        assert_eq!(forecast.total.to_string(), "70.00");
        let weeks: i64 = forecast.weeks.iter().map(|week| week.expected.minor).sum();
        let all = weeks + forecast.later.minor + forecast.late.minor + forecast.disputed.minor;
        assert_eq!(all, forecast.total.minor);
        // The rest of the first item is expected on the day that is ten days after its due date: today.
        assert_eq!(forecast.weeks[0].expected.to_string(), "40.00");
        let account = buyer.account;
        let open = world
            .read(move |tx| ledger::open_items(tx, account, Side::Debit))
            .await;
        assert_eq!(
            open.iter().map(|item| item.open).sum::<i64>(),
            forecast.total.minor
        );
    });
}

#[test]
fn the_work_list_names_who_is_late_and_which_promise_was_broken() {
    both(|db| async move {
        let world = World::new(db).await;
        let (buyer, tea) = shop(&world).await;
        let other = world.buyer(BuyerTerms::named("Paid Already")).await;
        for who in [buyer, other] {
            world.posted(delivery(who, vec![line(tea, "100")])).await;
        }
        world.go_to(day("2026-03-12"));
        // Not written off yet, but paid.
        world
            .received(receipt(other, world.today(), "100", Target::None))
            .await;
        let account = buyer.account;
        let list = async |world: &World| {
            let meta = world.meta();
            let filter = collection::queries::WorkFilter::default();
            let list = world.read(move |tx| collection::queries::work_list(tx, &meta, &filter, (0, 50)));
            list.await
        };
        let found = list(&world).await;
        assert_eq!(found.items.len(), 1);
        assert_eq!(
            (found.items[0].overdue.minor, found.items[0].days_overdue),
            (100_00, 10)
        );
        let promise = collection::NewPromise {
            account,
            amount: "80".into(),
            promised_on: day("2026-03-20"),
            person: "Ms Lin".into(),
        };
        world
            .done(move |tx, meta| collection::promise(tx, meta, &promise))
            .await;
        let said = collection::Contact {
            account,
            kind: "call".into(),
            text: "pays next week".into(),
            next_action: "look at the bank".into(),
            next_on: Some(day("2026-03-21")),
        };
        world
            .done(move |tx, meta| collection::record_contact(tx, meta, &said))
            .await;
        world.go_to(day("2026-03-18"));
        world
            .received(receipt(buyer, world.today(), "50", Target::Oldest))
            .await;
        world.go_to(day("2026-03-21"));
        let found = list(&world).await;
        let item = &found.items[0];
        let promise = item.promise.as_ref().expect("a promise");
        assert_eq!(
            (promise.standing.as_str(), promise.received.minor),
            ("broken", 50_00)
        );
        assert_eq!((found.broken_promises, item.overdue.minor), (1, 50_00));
        assert_eq!(item.last_contact_kind.as_deref(), Some("call"));
        assert_eq!(item.owner_id, Some(world.owner));
        let id = promise.id;
        world
            .done(move |tx, _| collection::withdraw_promise(tx, id, "a new one was made"))
            .await;
        assert_eq!(list(&world).await.broken_promises, 0);
        world.check_all().await;
    });
}
