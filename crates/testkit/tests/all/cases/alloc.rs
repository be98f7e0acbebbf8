//! What money closes.

use db::testing::both;
use ledger::{OrderId, Side};
use receivables::{ReserveReceipt, Target};
use testkit::{Buyer, BuyerTerms, World, delivery_of, line, of_order, order, receipt};

async fn outstanding(world: &World, order: OrderId) -> i64 {
    let sql = "SELECT outstanding_minor FROM ledger_order WHERE company_id = $1 AND order_id = $2";
    world
        .read(move |tx| Ok(tx.opt(sql, db::p![order])?.unwrap_or(0)))
        .await
}

async fn reserved(world: &World, buyer: Buyer) -> i64 {
    world
        .read(move |tx| Ok(ledger::find_account(tx, buyer.account)?.reserved_credit))
        .await
}

#[test]
fn a_deposit_waits_for_its_order_and_is_used_in_proportion_to_what_is_delivered() {
    both(|db| async move {
        let world = World::new(db).await;
        let tea = world.product("TEA", "10").await;
        let buyer = world.buyer(BuyerTerms::named("Depositor")).await;
        let ordered = world.confirmed(order(buyer, vec![line(tea, "100")])).await;
        world
            .received(receipt(buyer, world.today(), "300", Target::Order(ordered)))
            .await;
        assert_eq!(
            (reserved(&world, buyer).await, outstanding(&world, ordered).await),
            (300_00, 0)
        );
        world.check_all().await;

        // 600 of 1,000 is delivered: 180 of the 300 close it, 120 wait on, 300 are outstanding.
        let first = world.posted(delivery_of(ordered, vec![of_order(1, "60")])).await;
        assert_eq!(
            (reserved(&world, buyer).await, outstanding(&world, ordered).await),
            (120_00, 300_00)
        );
        world.check_all().await;

        // Oldest first takes nothing that waits for an order.
        let account = buyer.account;
        let credits = world
            .read(move |tx| ledger::open_items(tx, account, Side::Credit))
            .await;
        let act = receivables::AllocateCredits {
            account,
            credits: credits
                .iter()
                .map(|item| receivables::Named::all_of(item.entry))
                .collect(),
            target: Target::Oldest,
            reason: String::new(),
        };
        let code = world
            .refused(move |tx, meta| receivables::allocate_credits(tx, meta, &act))
            .await;
        assert_eq!(code, "receivables.no_credit_named");

        // The delivery is taken back: what it used waits again.
        let id = first.delivery;
        world
            .done(move |tx, meta| sales::reverse_delivery(tx, meta, id, None, None, "wrong goods"))
            .await;
        assert_eq!(reserved(&world, buyer).await, 300_00);
        world.check_all().await;

        // The last delivery takes the rest.
        world
            .posted(delivery_of(ordered, vec![of_order(1, "33.333333")]))
            .await;
        world
            .posted(delivery_of(ordered, vec![of_order(1, "66.666667")]))
            .await;
        assert_eq!(
            (reserved(&world, buyer).await, outstanding(&world, ordered).await),
            (0, 700_00)
        );
        world.check_all().await;
    });
}

#[test]
fn a_cancelled_order_lifts_its_reservation_and_the_credit_stays() {
    both(|db| async move {
        let world = World::new(db).await;
        let tea = world.product("TEA", "10").await;
        let buyer = world.buyer(BuyerTerms::named("Depositor")).await;
        let ordered = world.confirmed(order(buyer, vec![line(tea, "10")])).await;
        let paid = world
            .received(receipt(buyer, world.today(), "150", Target::None))
            .await;
        let reserve = ReserveReceipt {
            receipt: paid.id,
            order: ordered,
            amount: Some("150".into()),
        };
        let too_much = reserve.clone();
        let code = world
            .refused(move |tx, meta| receivables::reserve_receipt(tx, meta, &too_much))
            .await;
        assert_eq!(code, "receivables.more_than_reservable");
        let all = ReserveReceipt {
            amount: None,
            ..reserve
        };
        world
            .done(move |tx, meta| receivables::reserve_receipt(tx, meta, &all))
            .await;
        assert_eq!(reserved(&world, buyer).await, 100_00);
        world.check_all().await;
        world
            .done(move |tx, meta| sales::cancel_order(tx, meta, ordered, None, "not wanted"))
            .await;
        let account = world
            .read(move |tx| ledger::find_account(tx, buyer.account))
            .await;
        assert_eq!((account.reserved_credit, account.open_credit), (0, 150_00));
        world.check_all().await;
    });
}

#[test]
fn a_bounced_deposit_frees_its_order() {
    both(|db| async move {
        let world = World::new(db).await;
        let tea = world.product("TEA", "10").await;
        let buyer = world.buyer(BuyerTerms::named("Depositor")).await;
        let ordered = world.confirmed(order(buyer, vec![line(tea, "10")])).await;
        let paid = world
            .received(receipt(buyer, world.today(), "50", Target::Order(ordered)))
            .await;
        world.posted(delivery_of(ordered, vec![of_order(1, "5")])).await;
        let id = paid.id;
        world
            .done(move |tx, meta| receivables::reverse_receipt(tx, meta, id, "bounced", None))
            .await;
        assert_eq!(
            (reserved(&world, buyer).await, outstanding(&world, ordered).await),
            (0, 50_00)
        );
        world.check_all().await;
    });
}
