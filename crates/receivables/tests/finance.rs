//! The finance side of bad debt on both databases: allowance by age and by item, booked write-offs, and
//! what one side has and the other has not.

use ledger::Side;
use receivables::{
    AllowanceRunId, BadDebtReason, BookWriteOff, ChangeLine, ProcessBadDebt, ProposeAllowance, RunDetail,
    SingleItem,
};
use testkit::{Buyer, BuyerTerms, World, delivery, line};

async fn shop(db: db::Db) -> (World, Buyer, catalog::ProductId) {
    let world = World::new(db).await;
    let buyer = world.buyer(BuyerTerms::named("Slow").terms("cutoff+0")).await;
    let product = world.product("PIN", "1").await;
    (world, buyer, product)
}

async fn proposed(world: &World) -> AllowanceRunId {
    let cmd = ProposeAllowance {
        as_of: world.today(),
        currency: None,
        note: String::new(),
    };
    world
        .done(move |tx, meta| receivables::propose_allowance(tx, meta, &cmd))
        .await
}

async fn seen(world: &World, run: AllowanceRunId) -> RunDetail {
    world.read(move |tx| receivables::allowance_run(tx, run)).await
}

async fn balance(world: &World, buyer: Buyer) -> i64 {
    let today = world.today();
    let all = world.read(move |tx| ledger::balances_as_of(tx, today)).await;
    all.iter()
        .find(|row| row.account == buyer.account)
        .unwrap()
        .balance
}

#[test]
fn an_allowance_is_proposed_changed_by_hand_and_posted_apart_from_what_is_owed() {
    db::testing::both(|db| async move {
        let (world, buyer, pin) = shop(db).await;
        world.posted(delivery(buyer, vec![line(pin, "100")])).await;
        world.posted(delivery(buyer, vec![line(pin, "60")])).await;
        // Both are due at the end of January.
        world.go_to("2026-02-20".parse().unwrap());
        let rates = vec![("days_1_30".to_owned(), "2.5".to_owned())];
        let bad = vec![("days_1_30".to_owned(), "101".to_owned())];
        let refused = world.refused(move |tx, _| receivables::save_rates(tx, &bad));
        assert_eq!(refused.await, "receivables.rate_invalid");
        world.done(move |tx, _| receivables::save_rates(tx, &rates)).await;
        let before = balance(&world, buyer).await;
        let run = proposed(&world).await;
        let draft = seen(&world, run).await;
        let line = &draft.lines[0];
        assert_eq!(
            (
                line.bucket.as_str(),
                line.base.to_string(),
                line.proposed.to_string()
            ),
            ("days_1_30", "160.00".into(), "4.00".into())
        );
        let again = ProposeAllowance {
            as_of: world.today(),
            currency: None,
            note: String::new(),
        };
        let second = world.refused(move |tx, meta| receivables::propose_allowance(tx, meta, &again));
        assert_eq!(second.await, "receivables.allowance_draft_exists");
        // One item is judged by itself and leaves its age.
        let items = world
            .read(move |tx| ledger::open_items(tx, buyer.account, Side::Debit))
            .await;
        let entry = items.iter().find(|item| item.open == 10_000).unwrap().entry;
        let single = move |amount: &str| SingleItem {
            run,
            entry,
            amount: amount.into(),
            reason: "in liquidation".into(),
        };
        let (too_much, half) = (single("100.01"), single("50"));
        let refused = world.refused(move |tx, _| receivables::add_single(tx, &too_much));
        assert_eq!(refused.await, "receivables.more_than_base");
        let twice = half.clone();
        world.done(move |tx, _| receivables::add_single(tx, &half)).await;
        let refused = world.refused(move |tx, _| receivables::add_single(tx, &twice));
        assert_eq!(refused.await, "receivables.item_judged_twice");
        let draft = seen(&world, run).await;
        let shown: Vec<(String, String)> = draft
            .lines
            .iter()
            .map(|line| (line.base.to_string(), line.amount.to_string()))
            .collect();
        assert_eq!(
            shown,
            [("60.00".into(), "1.50".into()), ("100.00".into(), "50.00".into())]
        );
        let change = move |amount: &str, reason: &str| ChangeLine {
            run,
            line_no: 1,
            amount: amount.into(),
            reason: reason.into(),
        };
        let (silent, said) = (change("2", " "), change("2", "rounded"));
        let refused = world.refused(move |tx, _| receivables::change_line(tx, &silent));
        assert_eq!(refused.await, "receivables.reason_required");
        world.done(move |tx, _| receivables::change_line(tx, &said)).await;
        world
            .done(move |tx, meta| receivables::post_allowance(tx, meta, run))
            .await;
        assert_eq!(seen(&world, run).await.standing.to_string(), "52.00");
        assert_eq!(balance(&world, buyer).await, before);
        let refused = world.refused(move |tx, meta| receivables::drop_allowance(tx, meta, run));
        assert_eq!(refused.await, "receivables.allowance_decided");
        world.check_all().await;
        // The next run takes the place of the first: only the change is posted.
        world.pass(1);
        let next = proposed(&world).await;
        world
            .done(move |tx, meta| receivables::post_allowance(tx, meta, next))
            .await;
        assert_eq!(seen(&world, next).await.standing.to_string(), "4.00");
        let runs = world.read(receivables::allowance_runs).await;
        assert_eq!(runs[0].change.to_string(), "-48.00");
        world.check_all().await;
    });
}

#[test]
fn a_booked_write_off_is_linked_and_the_difference_is_listed() {
    db::testing::both(|db| async move {
        let (world, buyer, pin) = shop(db).await;
        let order = world.posted(delivery(buyer, vec![line(pin, "100")])).await.order;
        let act = ProcessBadDebt {
            order,
            amount: None,
            expected_outstanding: "100.00".into(),
            reason: BadDebtReason::Insolvent,
            note: String::new(),
            date: None,
            despite_credit: false,
            disclose: false,
        };
        let bad_debt = world
            .done(move |tx, meta| receivables::process_bad_debt(tx, meta, &act))
            .await
            .id;
        let differences = || async {
            let rows = world.read(receivables::reconciliation).await;
            let row = |row: &receivables::ReconciliationRow| (row.side.clone(), row.difference.to_string());
            rows.iter().map(row).collect::<Vec<(String, String)>>()
        };
        assert_eq!(
            differences().await,
            [("processed_not_booked".into(), "100.00".into())]
        );
        let today = world.today();
        let book = move |amount: &str, relief: &str, of: Option<receivables::BadDebtId>| BookWriteOff {
            bad_debt: of,
            customer: Some(buyer.id),
            amount: amount.into(),
            booked_on: today,
            voucher: "V-1".into(),
            tax_relief: relief.into(),
            tax_document: String::new(),
            note: String::new(),
        };
        let greedy = book("60", "60.01", Some(bad_debt));
        let refused = world.refused(move |tx, meta| receivables::book_write_off(tx, meta, &greedy));
        assert_eq!(refused.await, "receivables.tax_relief_too_large");
        let before = balance(&world, buyer).await;
        let part = book("60", "10", Some(bad_debt));
        let first = world
            .done(move |tx, meta| receivables::book_write_off(tx, meta, &part))
            .await;
        assert_eq!(
            differences().await,
            [("processed_not_booked".into(), "40.00".into())]
        );
        let rest = book("45", "", Some(bad_debt));
        world
            .done(move |tx, meta| receivables::book_write_off(tx, meta, &rest))
            .await;
        let alone = book("7", "", None);
        world
            .done(move |tx, meta| receivables::book_write_off(tx, meta, &alone))
            .await;
        let mut sides = differences().await;
        sides.sort();
        assert_eq!(
            sides,
            [
                ("booked_not_processed".into(), "5.00".into()),
                ("booked_not_processed".into(), "7.00".into())
            ]
        );
        assert_eq!(balance(&world, buyer).await, before);
        world
            .done(move |tx, meta| receivables::reverse_write_off(tx, meta, first, "wrong year").map(drop))
            .await;
        let refused = world.refused(move |tx, meta| receivables::reverse_write_off(tx, meta, first, "again"));
        assert_eq!(refused.await, "receivables.write_off_reversed");
        let mut sides = differences().await;
        sides.sort();
        assert_eq!(
            sides,
            [
                ("booked_not_processed".into(), "7.00".into()),
                ("processed_not_booked".into(), "55.00".into())
            ]
        );
        world.check_all().await;
    });
}
