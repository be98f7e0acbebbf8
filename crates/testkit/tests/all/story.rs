//! The main job from a delivery to a settled statement, on both databases.

use credit::Policy;
use db::testing::both;
use ledger::Side;
use receivables::{BadDebtReason, ProcessBadDebt, Target};
use testkit::{BuyerTerms, World, delivery, delivery_of, line, of_order, order, receipt};

fn day(text: &str) -> base::Day {
    text.parse().expect("a day")
}

#[test]
fn from_an_order_to_a_settled_statement() {
    both(|db| async move {
        let world = World::new(db).await;
        let tea = world.product("TEA", "12.50").await;
        let buyer = world
            .buyer(BuyerTerms::named("Harbour Tea House").limit("1000.00"))
            .await;

        // An order, delivered in two parts: only what left the house is owed.
        let ordered = world.confirmed(order(buyer, vec![line(tea, "40")])).await;
        let first = world.posted(delivery_of(ordered, vec![of_order(1, "16")])).await;
        assert_eq!((first.no.as_str(), first.total), ("DN-000001", 200_00));
        let account = buyer.account;
        let balance = world
            .read(move |tx| Ok(ledger::find_account(tx, account)?.balance))
            .await;
        assert_eq!(balance, 200_00);
        world.check_all().await;

        // The month is over: one statement.
        world.go_to(day("2026-02-01"));
        assert_eq!(world.run_statements().await.issued, 1);
        assert_eq!(
            world.run_statements().await.issued,
            0,
            "a run repeated issues nothing"
        );
        world.check_all().await;

        // Too much for the limit: refused with the figures, and the decision stays.
        let second = delivery(buyer, vec![line(tea, "41")]);
        let refused = second.clone();
        let code = world
            .refused(move |tx, meta| sales::post_new(tx, meta, &refused))
            .await;
        assert_eq!(code, "credit.over_limit");
        let blocked: i64 = world
            .read(|tx| {
                let sql = "SELECT COUNT(*) FROM credit_decision WHERE company_id = $1 AND result = 'block'";
                tx.one(sql, db::p![])
            })
            .await;
        assert_eq!(blocked, 1);
        world.check_all().await;

        // Money arrives, the same delivery goes through.
        let paid = world
            .received(receipt(buyer, world.today(), "200.00", Target::Oldest))
            .await;
        assert_eq!((paid.outcome.closed(), paid.outcome.on_account), (1, 0));
        world.posted(second).await;
        world.check_all().await;

        // What is left is given up, and that was a mistake.
        let unsettled: Vec<(i64, i64)> = world
            .read(|tx| {
                let sql = "SELECT order_id, outstanding_minor FROM ledger_order \
                    WHERE company_id = $1 AND outstanding_minor > 0";
                tx.all(sql, db::p![])
            })
            .await;
        let [(order_id, outstanding)] = unsettled[..] else {
            panic!("one order is unsettled: {unsettled:?}")
        };
        assert_eq!(outstanding, 512_50);
        let give_up = ProcessBadDebt {
            order: ledger::OrderId::new(order_id),
            amount: None,
            expected_outstanding: "512.50".into(),
            reason: BadDebtReason::Untraceable,
            note: String::new(),
            date: None,
            despite_credit: false,
            disclose: false,
        };
        let given_up = world
            .done(move |tx, meta| receivables::process_bad_debt(tx, meta, &give_up))
            .await;
        assert_eq!(given_up.outstanding.minor, 0);
        world.check_all().await;
        let id = given_up.id;
        let undone = world
            .done(move |tx, meta| receivables::undo_bad_debt(tx, meta, id, "they called"))
            .await;
        assert_eq!(undone.outstanding.minor, 512_50);
        world.check_all().await;

        world.pass(30);
        world.run_statements().await;
        let open = world
            .read(move |tx| ledger::open_items(tx, account, Side::Debit))
            .await;
        assert_eq!(open.len(), 1);
        world.check_all().await;
    });
}

#[test]
fn two_deliveries_at_once_never_both_pass_a_limit() {
    both(|db| async move {
        let world = World::new(db).await;
        let tea = world.product("TEA", "40").await;
        let terms = BuyerTerms::named("Small Shop")
            .limit("100.00")
            .policy(Policy::Block);
        let buyer = world.buyer(terms).await;
        world.posted(delivery(buyer, vec![line(tea, "1")])).await;
        let another = |world: &World| {
            let input = delivery(buyer, vec![line(tea, "1")]);
            let (db, company, meta) = (world.db.clone(), world.company.id, world.meta());
            async move {
                db.write(company, move |tx| sales::post_new(tx, &meta, &input))
                    .await
            }
        };
        let (one, two) = tokio::join!(another(&world), another(&world));
        assert_eq!([one.is_ok(), two.is_ok()].iter().filter(|done| **done).count(), 1);
        world.check_all().await;
    });
}
