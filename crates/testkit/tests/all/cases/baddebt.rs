//! Bad debt and payment plans.

use base::{Chance, Money};
use db::testing::both;
use ledger::{EntryKind, OrderId, Side};
use receivables::{
    AgreePlan, BadDebtReason, BreachRule, Named, ProcessBadDebt, Propose, RecoverBadDebt, RowInput, Step,
    Target, queries,
};
use testkit::{Buyer, BuyerTerms, World, delivery, line, receipt};

fn given_up(order: OrderId, outstanding: &str) -> ProcessBadDebt {
    ProcessBadDebt {
        order,
        amount: None,
        expected_outstanding: outstanding.into(),
        reason: BadDebtReason::Insolvent,
        note: "closed down".into(),
        date: None,
        despite_credit: false,
        disclose: false,
    }
}

async fn done(world: &World, act: ProcessBadDebt) -> receivables::BadDebtDone {
    world
        .done(move |tx, meta| receivables::process_bad_debt(tx, meta, &act))
        .await
}

/// What is open on either side: due date and amount.
async fn open(world: &World, buyer: Buyer) -> Vec<(i64, base::Day, i64)> {
    world
        .read(move |tx| {
            let mut all = Vec::new();
            for side in [Side::Debit, Side::Credit] {
                let items = ledger::open_items(tx, buyer.account, side)?;
                all.extend(items.iter().map(|item| (item.side, item.due_date, item.open)));
            }
            Ok(all)
        })
        .await
}

async fn plan_of_all(world: &World, buyer: Buyer, count: usize) {
    let rows_of = move |tx: &mut db::Tx<'_>, first: base::Day| -> db::Result<(Vec<Named>, Vec<RowInput>)> {
        let items = ledger::open_items(tx, buyer.account, Side::Debit)?;
        let named: Vec<Named> = items.iter().map(|item| Named::all_of(item.entry)).collect();
        let ask = Propose {
            account: buyer.account,
            entries: named.iter().map(|item| item.entry).collect(),
            plan: None,
            count,
            first,
            step: Step::Month,
        };
        let (currency, rows) = receivables::propose(tx, &ask)?;
        let row = |row: &receivables::PlanRow| RowInput {
            due: row.due,
            amount: Money::new(row.amount, currency).to_string(),
        };
        Ok((named, rows.iter().map(row).collect()))
    };
    world
        .done(move |tx, meta| {
            let (items, rows) = rows_of(tx, meta.today)?;
            let plan = AgreePlan {
                account: buyer.account,
                items,
                rows,
                breach_days: 5,
                breach_rule: BreachRule::Remind,
                note: String::new(),
            };
            receivables::agree_plan(tx, meta, &plan).map(drop)
        })
        .await;
}

#[test]
fn a_bad_debt_on_an_order_with_instalments_is_one_line_and_an_entry_per_instalment() {
    both(|db| async move {
        let world = World::new(db).await;
        let tea = world.product("TEA", "1").await;
        let buyer = world.buyer(BuyerTerms::named("Gone")).await;
        let order = world.posted(delivery(buyer, vec![line(tea, "90")])).await.order;
        plan_of_all(&world, buyer, 3).await;
        done(&world, given_up(order, "90.00")).await;
        let seen = world.read(move |tx| queries::settlement(tx, order)).await;
        let lines: Vec<(String, String)> = seen
            .acts
            .iter()
            .map(|act| (act.quantity.to_string(), act.line_amount.to_string()))
            .collect();
        assert_eq!(lines, [("90".into(), "-90.00".into())]);
        let entries = world
            .read(move |tx| ledger::customer_ledger(tx, buyer.account, None, None, 10))
            .await;
        let given: Vec<i64> = entries
            .iter()
            .filter(|line| line.kind == EntryKind::BadDebt)
            .map(|line| line.amount)
            .collect();
        assert_eq!(given, [-3_000, -3_000, -3_000]);
        assert!(open(&world, buyer).await.is_empty());
        world.check_all().await;
    });
}

#[test]
fn after_a_bad_debt_the_customer_pays_half_and_the_other_half_stays_in_the_register() {
    both(|db| async move {
        let world = World::new(db).await;
        let tea = world.product("TEA", "1").await;
        let buyer = world.buyer(BuyerTerms::named("Gone")).await;
        let order = world.posted(delivery(buyer, vec![line(tea, "100")])).await.order;
        let bad_debt = done(&world, given_up(order, "100.00")).await.id;
        world.pass(30);
        // Oldest first does not take it silently: nothing is owed.
        let money = world
            .received(receipt(buyer, world.today(), "50", Target::Oldest))
            .await;
        assert_eq!(money.outcome.on_account, 5_000);
        let recover = RecoverBadDebt {
            bad_debt,
            receipt: money.id,
            amount: None,
            note: String::new(),
        };
        let recovered = world
            .done(move |tx, meta| receivables::recover_bad_debt(tx, meta, &recover))
            .await;
        assert_eq!(
            (
                recovered.amount.to_string(),
                recovered.net.to_string(),
                recovered.outstanding.to_string()
            ),
            ("50.00".into(), "50.00".into(), "0.00".into())
        );
        let register = world.read(|tx| queries::register(tx, &Default::default())).await;
        let row = &register.items[0];
        assert_eq!(
            [row.processed, row.recovered, row.net].map(|money| money.to_string()),
            ["100.00", "50.00", "50.00"]
        );
        assert!(open(&world, buyer).await.is_empty());
        world.check_all().await;
    });
}

#[test]
fn a_bad_debt_waits_while_a_receipt_sits_unallocated_unless_it_is_confirmed() {
    both(|db| async move {
        let world = World::new(db).await;
        let tea = world.product("TEA", "1").await;
        let buyer = world.buyer(BuyerTerms::named("Gone")).await;
        let order = world.posted(delivery(buyer, vec![line(tea, "100")])).await.order;
        world
            .received(receipt(buyer, world.today(), "30", Target::None))
            .await;
        let silent = given_up(order, "100.00");
        let refused = world.refused(move |tx, meta| receivables::process_bad_debt(tx, meta, &silent));
        assert_eq!(refused.await, "receivables.credit_on_account");
        let unexplained = ProcessBadDebt {
            despite_credit: true,
            note: String::new(),
            ..given_up(order, "100.00")
        };
        let refused = world.refused(move |tx, meta| receivables::process_bad_debt(tx, meta, &unexplained));
        assert_eq!(refused.await, "receivables.reason_required");
        let confirmed = ProcessBadDebt {
            despite_credit: true,
            ..given_up(order, "100.00")
        };
        done(&world, confirmed).await;
        assert_eq!(open(&world, buyer).await.len(), 1);
        world.check_all().await;
    });
}

#[test]
fn instalments_of_100_in_3_put_the_rest_on_the_last() {
    both(|db| async move {
        let world = World::new(db).await;
        let tea = world.product("TEA", "1").await;
        let buyer = world.buyer(BuyerTerms::named("Slow")).await;
        world.posted(delivery(buyer, vec![line(tea, "100")])).await;
        plan_of_all(&world, buyer, 3).await;
        let today = world.today();
        let parts = world
            .read(move |tx| ledger::owed_parts(tx, buyer.account, today))
            .await;
        let open: Vec<i64> = parts.iter().map(|part| part.open).collect();
        assert_eq!(open, [3_333, 3_333, 3_334]);
        world.check_all().await;
    });
}

/// I9: bad debt then undo is as if nothing had been; bad debt then full recovery is the receipt without it.
#[test]
fn a_bad_debt_that_is_undone_or_recovered_leaves_what_would_be_without_it() {
    for seed in 1..=4 {
        both(move |db| async move {
            let mut chance = Chance::new(seed);
            let world = World::new(db).await;
            let tea = world.product("TEA", "0.01").await;
            let with = world.buyer(BuyerTerms::named("With")).await;
            let without = world.buyer(BuyerTerms::named("Without")).await;
            let mut orders = Vec::new();
            for _ in 0..3 {
                let amount = (3 + chance.below(9_999)).to_string();
                let mut pair = Vec::new();
                for buyer in [with, without] {
                    pair.push(world.posted(delivery(buyer, vec![line(tea, &amount)])).await);
                }
                orders.push((pair[0].order, pair[1].entry));
                world.pass(1 + chance.below(20) as i64);
            }
            if chance.once_in(2) {
                let rows = 1 + chance.below(3) as usize;
                for buyer in [with, without] {
                    plan_of_all(&world, buyer, rows).await;
                }
            }
            let (order, entry) = orders[chance.below(3) as usize];
            let outstanding = world
                .read(move |tx| queries::settlement(tx, order))
                .await
                .outstanding;
            let part = Money::new(
                1 + chance.below(outstanding.minor as u64) as i64,
                outstanding.currency,
            );
            let partly = ProcessBadDebt {
                amount: Some(part.to_string()),
                ..given_up(order, &outstanding.to_string())
            };
            let bad = done(&world, partly).await.id;
            world.pass(chance.below(40) as i64);
            world
                .done(move |tx, meta| receivables::undo_bad_debt(tx, meta, bad, "they live").map(drop))
                .await;
            assert_eq!(
                open(&world, with).await,
                open(&world, without).await,
                "undone, seed {seed}"
            );
            let bad_debt = done(&world, given_up(order, &outstanding.to_string())).await.id;
            world.pass(chance.below(40) as i64);
            let today = world.today();
            let money = world
                .received(receipt(with, today, &outstanding.to_string(), Target::None))
                .await
                .id;
            let recover = RecoverBadDebt {
                bad_debt,
                receipt: money,
                amount: None,
                note: String::new(),
            };
            world
                .done(move |tx, meta| receivables::recover_bad_debt(tx, meta, &recover).map(drop))
                .await;
            let items = Target::Items(vec![Named::all_of(entry)]);
            world
                .received(receipt(without, today, &outstanding.to_string(), items))
                .await;
            assert_eq!(
                open(&world, with).await,
                open(&world, without).await,
                "recovered, seed {seed}"
            );
            let balances = world.read(move |tx| ledger::balances_as_of(tx, today)).await;
            let sums: Vec<(i64, i64, i64)> = balances
                .iter()
                .map(|row| (row.balance, row.open_debit, row.open_credit))
                .collect();
            assert_eq!(sums[0], sums[1], "seed {seed}");
            world.check_all().await;
        });
    }
}
