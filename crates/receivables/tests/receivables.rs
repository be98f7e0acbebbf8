//! Receivables on both databases: money in and what it closes, undone and reversed; bad debts given
//! up, undone and recovered; with the invariants of every slice after each story.

use catalog::ProductId;
use kit::list::ListQuery;
use ledger::{AllocationId, EntryId, Side};
use receivables::{
    AllocateCredits, BadDebtReason, Named, ProcessBadDebt, RecordReceipt, Recorded, RecoverBadDebt, Target,
    queries,
};
use sales::{OrderId, Posted};
use testkit::{Buyer, BuyerTerms, Chance, World, delivery, line, receipt, return_of};

async fn shop(db: db::Db) -> (World, Buyer, ProductId) {
    let world = World::new(db).await;
    let buyer = world.buyer(BuyerTerms::named("Lucky")).await;
    // One currency unit a piece: quantities are amounts.
    let product = world.product("PIN", "1").await;
    (world, buyer, product)
}

async fn sold(world: &World, buyer: Buyer, product: ProductId, amount: &str) -> Posted {
    world.posted(delivery(buyer, vec![line(product, amount)])).await
}

async fn paid(world: &World, buyer: Buyer, amount: &str, target: Target) -> Recorded {
    world
        .received(receipt(buyer, world.today(), amount, target))
        .await
}

/// What is open on one side, oldest first.
async fn open(world: &World, buyer: Buyer, side: Side) -> Vec<i64> {
    let items = world
        .read(move |tx| ledger::open_items(tx, buyer.account, side))
        .await;
    items.into_iter().map(|item| item.open).collect()
}

async fn entry_of(world: &World, recorded: &Recorded) -> EntryId {
    let id = recorded.id;
    world.read(move |tx| queries::receipt(tx, id)).await.entry_id
}

async fn allocations(world: &World, entry: EntryId) -> Vec<AllocationId> {
    let lines = world.read(move |tx| queries::entry_allocations(tx, entry)).await;
    lines
        .into_iter()
        .filter(|line| line.undone_on.is_none())
        .map(|line| line.id)
        .collect()
}

fn seen(entry: EntryId, amount: &str, expected: &str) -> Named {
    Named {
        entry,
        amount: Some(amount.into()),
        expected_open: Some(expected.into()),
    }
}

fn given_up(order: OrderId, expected: &str) -> ProcessBadDebt {
    ProcessBadDebt {
        order,
        amount: None,
        expected_outstanding: expected.into(),
        reason: BadDebtReason::Insolvent,
        note: String::new(),
        date: None,
        despite_credit: false,
        disclose: false,
    }
}

async fn unsettled(world: &World) -> Vec<(OrderId, String)> {
    let today = world.today();
    let page = world
        .read(move |tx| queries::unsettled(tx, &ListQuery::default(), today))
        .await;
    page.items
        .into_iter()
        .map(|row| (row.order_id, row.outstanding.to_string()))
        .collect()
}

#[test]
fn money_closes_the_oldest_first_and_the_rest_stays_on_account() {
    db::testing::both(|db| async move {
        let (world, buyer, pin) = shop(db).await;
        sold(&world, buyer, pin, "100").await;
        world.pass(1);
        sold(&world, buyer, pin, "80").await;
        let first = paid(&world, buyer, "150", Target::Oldest).await;
        assert_eq!(first.no, "RC-000001");
        assert_eq!(
            (
                first.outcome.closed(),
                first.outcome.part_paid(),
                first.outcome.on_account
            ),
            (1, 1, 0)
        );
        assert_eq!(open(&world, buyer, Side::Debit).await, [3000]);
        let second = paid(&world, buyer, "50", Target::Oldest).await;
        assert_eq!(
            (
                second.outcome.closed(),
                second.outcome.on_account,
                second.outcome.open_debit
            ),
            (1, 2000, 0)
        );
        assert_eq!(second.outcome.balance, -2000);
        assert_eq!(open(&world, buyer, Side::Credit).await, [2000]);
        assert!(unsettled(&world).await.is_empty());
        // One allocation is undone, out of order; its item is owed again.
        let entry = entry_of(&world, &first).await;
        let id = allocations(&world, entry).await[0];
        let undone = world
            .refused(move |tx, meta| receivables::undo_allocation(tx, meta, id, " "))
            .await;
        assert_eq!(undone, "receivables.reason_required");
        world
            .done(move |tx, meta| receivables::undo_allocation(tx, meta, id, "wrong order"))
            .await;
        assert_eq!(open(&world, buyer, Side::Debit).await, [10000]);
        let again = world
            .refused(move |tx, meta| receivables::undo_allocation(tx, meta, id, "twice"))
            .await;
        assert_eq!(again, "ledger.allocation_undone");
        world.check_all().await;
    });
}

#[test]
fn a_preview_is_the_act() {
    db::testing::both(|db| async move {
        let (world, buyer, pin) = shop(db).await;
        sold(&world, buyer, pin, "100").await;
        sold(&world, buyer, pin, "80").await;
        let cmd = receipt(buyer, world.today(), "130.50", Target::Oldest);
        let (meta, asked) = (world.meta(), cmd.clone());
        let before = world
            .read(move |tx| receivables::preview_receipt(tx, &meta, &asked))
            .await;
        assert_eq!(open(&world, buyer, Side::Debit).await, [10000, 8000]);
        let done = world.received(cmd).await.outcome;
        assert_eq!(format!("{before:?}"), format!("{done:?}"));
        world.check_all().await;
    });
}

#[test]
fn named_items_must_still_be_as_they_were_seen() {
    db::testing::both(|db| async move {
        let (world, buyer, pin) = shop(db).await;
        let a = sold(&world, buyer, pin, "100").await.entry;
        let b = sold(&world, buyer, pin, "80").await.entry;
        let today = world.today();
        let try_items = |amount: &str, items: Vec<Named>| {
            let cmd = receipt(buyer, today, amount, Target::Items(items));
            world.refused(move |tx, meta| receivables::record_receipt(tx, meta, &cmd))
        };
        let code = try_items("100", vec![seen(a, "60", "100.00"), seen(b, "50", "80")]).await;
        assert_eq!(code, "receivables.more_than_received");
        assert_eq!(
            try_items("500", vec![seen(a, "100.01", "100")]).await,
            "receivables.more_than_open"
        );
        assert_eq!(
            try_items("500", vec![seen(a, "1", "99")]).await,
            "receivables.open_changed"
        );
        assert_eq!(
            try_items("500", vec![seen(a, "1", "100"), Named::all_of(a)]).await,
            "receivables.named_twice"
        );
        let stranger = Named::all_of(ledger::EntryId::new(7));
        assert_eq!(try_items("5", vec![stranger]).await, "receivables.item_not_found");
        let wordy = RecordReceipt {
            remark: "x".repeat(2_001),
            ..receipt(buyer, today, "5", Target::Oldest)
        };
        let refused = world.refused(move |tx, meta| receivables::record_receipt(tx, meta, &wordy));
        assert_eq!(refused.await, "receivables.text_too_long");
        assert_eq!(try_items("0", vec![]).await, "receivables.amount_not_positive");
        assert_eq!(try_items("1.005", vec![]).await, "receivables.amount_unreadable");
        let items = vec![seen(b, "80", "80"), seen(a, "20", "100")];
        let done = paid(&world, buyer, "110", Target::Items(items)).await.outcome;
        assert_eq!((done.closed(), done.part_paid(), done.on_account), (1, 1, 1000));
        assert_eq!(open(&world, buyer, Side::Debit).await, [8000]);
        assert_eq!(
            try_items("5", vec![seen(b, "5", "80")]).await,
            "receivables.open_changed"
        );
        world.check_all().await;
    });
}

#[test]
fn paying_what_a_statement_asks_for_uses_its_credits_too() {
    db::testing::both(|db| async move {
        let (world, buyer, pin) = shop(db).await;
        let a = sold(&world, buyer, pin, "100").await;
        paid(&world, buyer, "100", Target::Oldest).await;
        // The goods come back after they were paid: 30 stay on account.
        let back = world
            .posted(return_of(a.delivery, vec![testkit::of_delivery(1, "30")]))
            .await
            .entry;
        let b = sold(&world, buyer, pin, "500").await.entry;
        let c = sold(&world, buyer, pin, "7").await.entry;
        let lines = [a.entry, back, b].map(Named::all_of).to_vec();
        let done = paid(&world, buyer, "470", Target::Entries(lines)).await.outcome;
        assert_eq!((done.closed(), done.part_paid(), done.on_account), (1, 0, 0));
        assert_eq!(done.credits.len(), 1);
        assert_eq!(open(&world, buyer, Side::Debit).await, [700]);
        assert!(open(&world, buyer, Side::Credit).await.is_empty());
        let again = vec![Named::all_of(b), Named::all_of(c)];
        assert_eq!(
            paid(&world, buyer, "7", Target::Entries(again))
                .await
                .outcome
                .closed(),
            1
        );
        world.check_all().await;
    });
}

#[test]
fn credits_on_account_are_written_off_once() {
    db::testing::both(|db| async move {
        let (world, buyer, pin) = shop(db).await;
        let a = sold(&world, buyer, pin, "100").await.entry;
        let b = sold(&world, buyer, pin, "100").await.entry;
        let money = paid(&world, buyer, "100", Target::None).await;
        assert_eq!(money.outcome.on_account, 10000);
        let credit = entry_of(&world, &money).await;
        let use_for = |entry: EntryId| AllocateCredits {
            account: buyer.account,
            credits: vec![Named {
                entry: credit,
                amount: None,
                expected_open: Some("100".into()),
            }],
            target: Target::Items(vec![seen(entry, "100", "100")]),
            reason: String::new(),
        };
        // Two clerks, the same receipt, the same moment: one succeeds, the other sees fresh figures.
        let (one, two) = (use_for(a), use_for(b));
        let first = world.act(move |tx, meta| receivables::allocate_credits(tx, meta, &one));
        let second = world.act(move |tx, meta| receivables::allocate_credits(tx, meta, &two));
        let (first, second) = tokio::join!(first, second);
        let refused = match (first, second) {
            (Ok(_), Err(error)) | (Err(error), Ok(_)) => error,
            both => panic!("exactly one succeeds: {both:?}"),
        };
        let refusal = refused.refusal().expect("a refusal").clone();
        assert_eq!(
            (refusal.kind, refusal.code),
            (base::Kind::Conflict, "receivables.open_changed")
        );
        assert!(refusal.params.contains(&("open", "0.00".to_owned())), "{refusal}");
        assert_eq!(open(&world, buyer, Side::Debit).await, [10000]);
        let nothing = AllocateCredits {
            account: buyer.account,
            credits: Vec::new(),
            target: Target::Oldest,
            reason: String::new(),
        };
        let code = world
            .refused(move |tx, meta| receivables::allocate_credits(tx, meta, &nothing))
            .await;
        assert_eq!(code, "receivables.no_credit_named");
        world.check_all().await;
    });
}

#[test]
fn a_reversed_receipt_gives_the_items_back_with_their_due_dates() {
    db::testing::both(|db| async move {
        let (world, buyer, pin) = shop(db).await;
        sold(&world, buyer, pin, "100").await;
        let before = world
            .read(move |tx| ledger::open_items(tx, buyer.account, Side::Debit))
            .await;
        world.pass(3);
        let money = paid(&world, buyer, "130", Target::Oldest).await;
        world.pass(3);
        let id = money.id;
        let early = world.today().plus(-5);
        let code =
            world.refused(move |tx, meta| receivables::reverse_receipt(tx, meta, id, "bounced", Some(early)));
        assert_eq!(code.await, "receivables.date_before_receipt");
        world
            .done(move |tx, meta| receivables::reverse_receipt(tx, meta, id, "bounced", None))
            .await;
        let after = world
            .read(move |tx| ledger::open_items(tx, buyer.account, Side::Debit))
            .await;
        assert_eq!(format!("{before:?}"), format!("{after:?}"));
        assert!(open(&world, buyer, Side::Credit).await.is_empty());
        let detail = world.read(move |tx| queries::receipt(tx, id)).await;
        assert_eq!(
            (detail.state.as_str(), detail.reason.as_str()),
            ("reversed", "bounced")
        );
        let code = world
            .refused(move |tx, meta| receivables::reverse_receipt(tx, meta, id, "again", None))
            .await;
        assert_eq!(code, "receivables.already_reversed");
        // The figures of the days before stay what they were.
        let then = world.today().plus(-2);
        let balances = world.read(move |tx| queries::balances(tx, then)).await;
        assert_eq!(balances[0].balance.to_string(), "-30.00");
        assert_eq!(
            (balances[0].open_debit.minor, balances[0].open_credit.minor),
            (0, 3000)
        );
        world.check_all().await;
    });
}

#[test]
fn nothing_is_dated_in_a_locked_period_or_in_the_future() {
    db::testing::both(|db| async move {
        let (mut world, buyer, pin) = shop(db).await;
        sold(&world, buyer, pin, "100").await;
        world.pass(10);
        let lock = world.today().plus(-3);
        world.lock_until(Some(lock)).await;
        for (date, code) in [
            (lock, "ledger.period_locked"),
            (world.today().plus(1), "receivables.date_in_future"),
        ] {
            let cmd = receipt(buyer, date, "5", Target::Oldest);
            assert_eq!(
                world
                    .refused(move |tx, meta| receivables::record_receipt(tx, meta, &cmd))
                    .await,
                code
            );
        }
        paid(&world, buyer, "5", Target::Oldest).await;
        world.check_all().await;
    });
}

#[test]
fn an_imported_receipt_is_recorded_once() {
    db::testing::both(|db| async move {
        let (world, buyer, pin) = shop(db).await;
        sold(&world, buyer, pin, "100").await;
        let cmd = RecordReceipt {
            imported_key: Some("bank:2026-01-05:1".into()),
            ..receipt(buyer, world.today(), "60", Target::Oldest)
        };
        let first = world.received(cmd.clone()).await;
        let again = world.received(cmd).await;
        assert_eq!(first.id, again.id);
        assert_eq!(open(&world, buyer, Side::Debit).await, [4000]);
        world.check_all().await;
    });
}

#[test]
fn a_bad_debt_leaves_the_unsettled_list_and_comes_back_when_undone() {
    db::testing::both(|db| async move {
        let (world, buyer, pin) = shop(db).await;
        let sale = sold(&world, buyer, pin, "1234.56").await;
        let order = sale.order;
        world.pass(100);
        let code = |cmd: ProcessBadDebt| {
            world.refused(move |tx, meta| receivables::process_bad_debt(tx, meta, &cmd))
        };
        assert_eq!(
            code(given_up(order, "1000")).await,
            "receivables.outstanding_changed"
        );
        let more = ProcessBadDebt {
            amount: Some("1234.57".into()),
            ..given_up(order, "1234.56")
        };
        assert_eq!(code(more).await, "receivables.more_than_outstanding");
        let other = ProcessBadDebt {
            reason: BadDebtReason::Other,
            ..given_up(order, "1234.56")
        };
        assert_eq!(code(other).await, "receivables.reason_required");
        let open_before = world
            .read(move |tx| ledger::open_items(tx, buyer.account, Side::Debit))
            .await;

        let cmd = given_up(order, "1234.56");
        let done = world
            .done(move |tx, meta| receivables::process_bad_debt(tx, meta, &cmd))
            .await;
        assert_eq!(
            (done.outstanding.minor, done.net.to_string().as_str()),
            (0, "1234.56")
        );
        assert!(unsettled(&world).await.is_empty());
        let settlement = world.read(move |tx| queries::settlement(tx, order)).await;
        assert_eq!(settlement.bad_debt.to_string(), "1234.56");
        assert_eq!(
            settlement.order_total.minor - settlement.settlement_total.minor,
            123456
        );
        let register = world
            .read(move |tx| queries::register(tx, &ListQuery::default()))
            .await;
        assert_eq!(register.items[0].net.to_string(), "1234.56");
        assert_eq!(register.totals[0].net.to_string(), "1234.56");
        let lines = world.read(move |tx| sales::order_lines(tx, order)).await;
        let line = lines.last().expect("a settlement line");
        assert_eq!(
            (
                line.quantity.to_string().as_str(),
                line.price.to_string().as_str()
            ),
            ("1234.56", "-1")
        );
        assert_eq!(line.amount, -123456);
        world.check_all().await;

        world.pass(7);
        let id = done.id;
        let undone = world
            .done(move |tx, meta| receivables::undo_bad_debt(tx, meta, id, "he paid"))
            .await;
        assert_eq!(
            (undone.outstanding.to_string().as_str(), undone.net.minor),
            ("1234.56", 0)
        );
        assert_eq!(unsettled(&world).await, [(order, "1234.56".to_owned())]);
        let open_after = world
            .read(move |tx| ledger::open_items(tx, buyer.account, Side::Debit))
            .await;
        assert_eq!(format!("{open_before:?}"), format!("{open_after:?}"));
        let again = world
            .refused(move |tx, meta| receivables::undo_bad_debt(tx, meta, id, "again"))
            .await;
        assert_eq!(again, "receivables.bad_debt_closed");
        world.check_all().await;
    });
}

#[test]
fn a_bad_debt_waits_for_money_on_account_and_for_goods_still_to_go() {
    db::testing::both(|db| async move {
        let (world, buyer, pin) = shop(db).await;
        let order = world
            .confirmed(testkit::order(buyer, vec![line(pin, "10")]))
            .await;
        world
            .posted(testkit::delivery_of(order, vec![testkit::of_order(1, "6")]))
            .await;
        let code = |cmd: ProcessBadDebt| {
            world.refused(move |tx, meta| receivables::process_bad_debt(tx, meta, &cmd))
        };
        assert_eq!(code(given_up(order, "6")).await, "receivables.undelivered");
        world
            .done(move |tx, meta| sales::cancel_order(tx, meta, order, None, "rest not wanted"))
            .await;
        paid(&world, buyer, "2", Target::None).await;
        assert_eq!(code(given_up(order, "6")).await, "receivables.credit_on_account");
        let silent = ProcessBadDebt {
            despite_credit: true,
            ..given_up(order, "6")
        };
        assert_eq!(code(silent).await, "receivables.reason_required");
        let cmd = ProcessBadDebt {
            despite_credit: true,
            note: "the money is for another order".into(),
            amount: Some("4".into()),
            ..given_up(order, "6")
        };
        let done = world
            .done(move |tx, meta| receivables::process_bad_debt(tx, meta, &cmd))
            .await;
        assert_eq!((done.outstanding.minor, done.net.minor), (200, 400));
        world.check_all().await;
    });
}

/// What anybody can see of an account: balance, open items with due dates, ageing, unsettled orders.
async fn seen_of(world: &World, buyer: Buyer) -> String {
    let (today, customer) = (world.today(), buyer.id);

    world
        .read(move |tx| {
            let row = ledger::find_account(tx, buyer.account)?;
            let debits = ledger::open_items(tx, buyer.account, Side::Debit)?;
            let debits: Vec<_> = debits
                .iter()
                .map(|item| (item.due_date, item.amount, item.open))
                .collect();
            let credits = ledger::open_items(tx, buyer.account, Side::Credit)?;
            let credits: Vec<_> = credits
                .iter()
                .map(|item| (item.due_date, item.amount, item.open))
                .collect();
            let ages = queries::ageing(tx, today, Some(today), Some(customer), (0, 10))?;
            let ages: Vec<_> = ages
                .totals
                .iter()
                .map(|total| format!("{:?}", total.ages))
                .collect();
            let mut query = ListQuery::default();
            query.filter.insert("customer_id".into(), customer.to_string());
            let orders = queries::unsettled(tx, &query, today)?.items;
            let orders: Vec<_> = orders
                .iter()
                .map(|row| (row.outstanding, row.received, row.bad_debt))
                .collect();
            let figures = (row.balance, row.open_debit, row.open_credit);
            Ok(format!("{figures:?} {debits:?} {credits:?} {ages:?} {orders:?}"))
        })
        .await
}

#[test]
fn a_recovered_bad_debt_is_the_receipt_without_one() {
    db::testing::both(|db| async move {
        let (world, _, pin) = shop(db).await;
        let mut chance = Chance::new(11);
        for round in 0..6 {
            let with = world.buyer(BuyerTerms::named(&format!("With {round}"))).await;
            let without = world.buyer(BuyerTerms::named(&format!("Without {round}"))).await;
            let mut orders = Vec::new();
            for buyer in [with, without] {
                let order = world
                    .confirmed(testkit::order(buyer, vec![line(pin, "90")]))
                    .await;
                orders.push(order);
            }
            for part in ["30", "40", "20"] {
                for order in &orders {
                    world
                        .posted(testkit::delivery_of(*order, vec![testkit::of_order(1, part)]))
                        .await;
                }
                world.pass(1 + chance.below(20) as i64);
            }
            let untouched = seen_of(&world, without).await;
            assert_eq!(seen_of(&world, with).await, untouched);
            // Given up in one or two parts, then partly undone, then recovered in parts.
            let order = orders[0];
            let first = 1 + chance.below(90);
            let cmd = ProcessBadDebt {
                amount: Some(first.to_string()),
                ..given_up(order, "90")
            };
            let first_id = world
                .done(move |tx, meta| receivables::process_bad_debt(tx, meta, &cmd))
                .await
                .id;
            world.check_all().await;
            world.pass(chance.below(40) as i64);
            world
                .done(move |tx, meta| receivables::undo_bad_debt(tx, meta, first_id, "too early"))
                .await;
            assert_eq!(
                seen_of(&world, with).await,
                seen_of(&world, without).await,
                "after undo, round {round}"
            );
            let cmd = given_up(order, "90");
            let id = world
                .done(move |tx, meta| receivables::process_bad_debt(tx, meta, &cmd))
                .await
                .id;
            world.pass(chance.below(40) as i64);
            let mut left = 90;
            while left > 0 {
                let part = 1 + chance.below(left) as i64;
                left -= part as u64;
                let amount = part.to_string();
                let money = paid(&world, with, &amount, Target::None).await.id;
                paid(&world, without, &amount, Target::Oldest).await;
                let cmd = RecoverBadDebt {
                    bad_debt: id,
                    receipt: money,
                    amount: None,
                    note: String::new(),
                };
                world
                    .done(move |tx, meta| receivables::recover_bad_debt(tx, meta, &cmd))
                    .await;
                world.check_all().await;
                world.pass(chance.below(5) as i64);
            }
            assert_eq!(
                seen_of(&world, with).await,
                seen_of(&world, without).await,
                "recovered, round {round}"
            );
        }
    });
}

#[test]
fn a_recovery_takes_what_both_sides_allow() {
    db::testing::both(|db| async move {
        let (world, buyer, pin) = shop(db).await;
        let order = sold(&world, buyer, pin, "100").await.order;
        let cmd = given_up(order, "100");
        let bad_debt = world
            .done(move |tx, meta| receivables::process_bad_debt(tx, meta, &cmd))
            .await
            .id;
        let money = paid(&world, buyer, "40", Target::Oldest).await;
        assert_eq!(money.outcome.on_account, 4000, "money does not recover silently");
        let recover = |amount: Option<&str>| RecoverBadDebt {
            bad_debt,
            receipt: money.id,
            amount: amount.map(str::to_owned),
            note: String::new(),
        };
        let cmd = recover(Some("40.01"));
        let code = world
            .refused(move |tx, meta| receivables::recover_bad_debt(tx, meta, &cmd))
            .await;
        assert_eq!(code, "receivables.more_than_recoverable");
        let cmd = recover(None);
        let done = world
            .done(move |tx, meta| receivables::recover_bad_debt(tx, meta, &cmd))
            .await;
        assert_eq!(
            (done.amount.minor, done.net.minor, done.outstanding.minor),
            (4000, 6000, 0)
        );
        let cmd = recover(None);
        let code = world
            .refused(move |tx, meta| receivables::recover_bad_debt(tx, meta, &cmd))
            .await;
        assert_eq!(code, "receivables.receipt_not_on_account");
        // The recovering receipt bounces: that much is simply owed again.
        let id = money.id;
        world
            .done(move |tx, meta| receivables::reverse_receipt(tx, meta, id, "bounced", None))
            .await;
        assert_eq!(unsettled(&world).await, [(order, "40.00".to_owned())]);
        world.check_all().await;
    });
}

#[test]
fn goods_that_come_back_first_take_back_their_bad_debt() {
    db::testing::both(|db| async move {
        let (world, buyer, pin) = shop(db).await;
        let sale = sold(&world, buyer, pin, "100").await;
        paid(&world, buyer, "30", Target::Oldest).await;
        let cmd = given_up(sale.order, "70");
        let process =
            move |tx: &mut db::Tx<'_>, meta: &kit::Meta| receivables::process_bad_debt(tx, meta, &cmd);
        world.done(process).await;
        world.pass(5);
        let mut jobs = kit::job::Handlers::default();
        receivables::jobs(&mut jobs);
        let now = world.now();
        let clock: kit::Clock = std::sync::Arc::new(move || now);
        for (back, net, on_account) in [("25", "45.00", vec![]), ("60", "0.00", vec![1500])] {
            world
                .posted(return_of(sale.delivery, vec![testkit::of_delivery(1, back)]))
                .await;
            kit::job::run_until_idle(&world.db, &jobs, &clock).await.unwrap();
            let order = sale.order;
            let settlement = world.read(move |tx| queries::settlement(tx, order)).await;
            assert_eq!(settlement.bad_debt.to_string(), net);
            assert_eq!(settlement.outstanding.minor, 0);
            assert_eq!(open(&world, buyer, Side::Credit).await, on_account);
            world.check_all().await;
        }
    });
}

#[test]
fn ageing_ties_to_the_balances_of_every_day() {
    db::testing::both(|db| async move {
        let (world, _, pin) = shop(db).await;
        let mut chance = Chance::new(5);
        let mut buyers = Vec::new();
        for n in 0..3 {
            buyers.push(
                world
                    .buyer(BuyerTerms::named(&format!("B{n}")).terms("cutoff+10"))
                    .await,
            );
        }
        let start = world.today();
        for _ in 0..40 {
            let buyer = buyers[chance.below(3) as usize];
            let amount = (1 + chance.below(500)).to_string();
            match chance.below(5) {
                0 | 1 => drop(sold(&world, buyer, pin, &amount).await),
                2 => drop(paid(&world, buyer, &amount, Target::Oldest).await),
                3 => drop(paid(&world, buyer, &amount, Target::None).await),
                _ => world.pass(1 + chance.below(12) as i64),
            }
        }
        let today = world.today();
        let mut day = start.plus(-1);
        while day <= today {
            let (balances, ageing) = world
                .read(move |tx| {
                    let balances = queries::balances(tx, day)?;
                    Ok((balances, queries::ageing(tx, today, Some(day), None, (0, 100))?))
                })
                .await;
            for row in &ageing.items {
                let found = balances
                    .iter()
                    .find(|balance| balance.customer_code == row.customer_code);
                let balance = found.expect("the same accounts");
                assert_eq!(row.ages.balance, balance.balance, "{day}");
                assert_eq!(row.ages.owed, balance.open_debit, "{day}");
                assert_eq!(row.ages.on_account, balance.open_credit, "{day}");
            }
            let aged: i64 = ageing.items.iter().map(|row| row.ages.balance.minor).sum();
            assert_eq!(
                aged,
                balances.iter().map(|row| row.balance.minor).sum::<i64>(),
                "{day}"
            );
            day = day.plus(9);
        }
        // Now, from the caches, and as of today, from the entries.
        let both = world
            .read(move |tx| {
                let now = queries::ageing(tx, today, None, None, (0, 100))?;
                let then = queries::ageing(tx, today, Some(today), None, (0, 100))?;
                Ok((format!("{:?}", now.items), format!("{:?}", then.items)))
            })
            .await;
        assert_eq!(both.0, both.1);
        world.check_all().await;
    });
}

#[test]
fn every_list_and_figure_can_be_read() {
    db::testing::both(|db| async move {
        let (world, buyer, pin) = shop(db).await;
        for _ in 0..3 {
            sold(&world, buyer, pin, "100").await;
        }
        world.pass(90);
        paid(&world, buyer, "120", Target::None).await;
        let today = world.today();
        let start = world.read(move |tx| queries::start(tx, today)).await;
        assert_eq!(start.ages[0].ages.owed.to_string(), "300.00");
        assert_eq!(start.top_overdue.len(), 1);
        assert_eq!(
            (start.on_account[0].count, start.on_account[0].amount.minor),
            (1, 12000)
        );
        for sort in ["due", "-outstanding", "customer"] {
            let first = world
                .read(move |tx| queries::unsettled(tx, &list(sort, None, 2), today))
                .await;
            assert_eq!((first.items.len(), first.count), (2, 3), "{sort}");
            let next = first.next.clone();
            let rest = world
                .read(move |tx| queries::unsettled(tx, &list(sort, next.clone(), 2), today))
                .await;
            assert_eq!((rest.items.len(), rest.next), (1, None), "{sort}");
        }
        let mut query = ListQuery::default();
        query.filter.insert("overdue".into(), "1".into());
        query.q = "luc".into();
        let late = world.read(move |tx| queries::unsettled(tx, &query, today)).await;
        assert!(late.items.iter().all(|row| row.days_overdue > 0) && late.items.len() == 3);
        let receipts = world
            .read(|tx| queries::receipts(tx, &ListQuery::default()))
            .await;
        assert_eq!(receipts.items[0].on_account.to_string(), "120.00");
        let credits = world
            .read(|tx| queries::on_account(tx, &ListQuery::default()))
            .await;
        assert_eq!(credits.items[0].open.to_string(), "120.00");
        let accounts = world
            .read(move |tx| queries::open_items(tx, buyer.id, today))
            .await;
        assert_eq!((accounts[0].debits.len(), accounts[0].credits.len()), (3, 1));
        let ledger = world
            .read(move |tx| queries::customer_ledger(tx, buyer.id, None, None, None))
            .await;
        assert_eq!(
            (ledger.items.len(), ledger.items[0].balance.to_string().as_str()),
            (4, "180.00")
        );
    });
}

fn list(sort: &str, after: Option<String>, limit: i64) -> ListQuery {
    ListQuery {
        sort: sort.into(),
        after,
        limit: Some(limit),
        ..ListQuery::default()
    }
}

#[test]
fn every_refusal_and_check_has_its_text_in_every_language() {
    for lang in i18n::Lang::ALL {
        let texts = i18n::catalog(lang);
        for code in receivables::refusals::CODES {
            assert!(
                texts.contains_key(format!("refusal.{code}").as_str()),
                "{}: {code}",
                lang.code()
            );
        }
        for check in receivables::CHECKS {
            assert!(
                texts.contains_key(format!("check.{}", check.name).as_str()),
                "{}: {}",
                lang.code(),
                check.name
            );
        }
    }
}
