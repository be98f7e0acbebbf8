//! Trade is messy: returned payments, customers in credit, the same message twice.

use credit::Policy;
use db::testing::both;
use ledger::Side;
use receivables::adjustments::{self, AdjustmentKind, EnterAdjustment};
use receivables::instruments::{self, Bounce};
use receivables::{Method, Named, Target};
use testkit::{Buyer, BuyerTerms, World, delivery, line, receipt};

async fn open(world: &World, buyer: Buyer, side: Side) -> Vec<i64> {
    let items = world
        .read(move |tx| ledger::open_items(tx, buyer.account, side))
        .await;
    items.into_iter().map(|item| item.open).collect()
}

/// Receipt bounces after goods were shipped on released credit: the exposure rises, further releases are
/// held, the shipped goods are still billed.
#[test]
fn a_receipt_bounces_after_goods_were_shipped() {
    both(|db| async move {
        let world = World::new(db).await;
        let tea = world.product("TEA", "10").await;
        let terms = BuyerTerms::named("Bouncer").limit("100.00").policy(Policy::Block);
        let buyer = world.buyer(terms).await;
        world.posted(delivery(buyer, vec![line(tea, "10")])).await;
        let paid = world
            .received(receipt(buyer, world.today(), "100.00", Target::Oldest))
            .await;
        // The paid limit is free again: goods leave.
        let input = delivery(buyer, vec![line(tea, "8")]);
        let shipped = world
            .done(move |tx, meta| {
                let id = sales::save_delivery(tx, meta, &input)?;
                sales::release_delivery(tx, meta, id, None)?;
                Ok(id)
            })
            .await;
        let bounce = Bounce {
            receipt: paid.id,
            reason: "no funds".into(),
            date: None,
            fee: None,
        };
        world
            .done(move |tx, meta| instruments::bounce(tx, meta, &bounce))
            .await;
        let exposure = world
            .done(move |tx, _| {
                let account = ledger::lock_account(tx, buyer.account)?;
                Ok(credit::exposure(tx, &account)?.total())
            })
            .await;
        assert_eq!(exposure, 180_00);
        world.check_all().await;

        let more = delivery(buyer, vec![line(tea, "1")]);
        world
            .refused(move |tx, meta| {
                let id = sales::save_delivery(tx, meta, &more)?;
                sales::release_delivery(tx, meta, id, None)
            })
            .await;
        world
            .done(move |tx, meta| sales::post_delivery(tx, meta, shipped, None))
            .await;
        assert_eq!(open(&world, buyer, Side::Debit).await.iter().sum::<i64>(), 180_00);
        world.check_all().await;
    });
}

/// Of the newest statement.
async fn closing(world: &World, buyer: Buyer) -> i64 {
    let sql = "SELECT closing_minor FROM statements_statement WHERE company_id = $1 \
        AND account_id = $2 ORDER BY id DESC LIMIT 1";
    world
        .read(move |tx| tx.one::<i64>(sql, db::p![buyer.account]))
        .await
}

/// Negative closing (customer in credit): printed as credit, paid back as a refund or left.
#[test]
fn a_customer_in_credit_gets_a_statement_and_may_have_the_money_back() {
    both(|db| async move {
        let world = World::new(db).await;
        let tea = world.product("TEA", "10").await;
        let buyer = world.buyer(BuyerTerms::named("In Credit")).await;
        world.posted(delivery(buyer, vec![line(tea, "3")])).await;
        world
            .received(receipt(buyer, world.today(), "50.00", Target::Oldest))
            .await;
        world.go_to("2026-02-01".parse().expect("a day"));
        assert_eq!(world.run_statements().await.issued, 1);
        assert_eq!(closing(&world, buyer).await, -20_00);
        world.check_all().await;

        let credits = world
            .read(move |tx| ledger::open_items(tx, buyer.account, Side::Credit))
            .await;
        let refund = EnterAdjustment {
            kind: AdjustmentKind::Refund,
            customer: buyer.id,
            currency: None,
            date: world.today(),
            due: None,
            amount: None,
            reason_code: "overpaid".into(),
            note: String::new(),
            method: Some(Method::Bank),
            reference: String::new(),
            target: Target::None,
            credits: Vec::new(),
            items: vec![Named::all_of(credits[0].entry)],
        };
        let refunded = world
            .done(move |tx, meta| adjustments::enter(tx, meta, &refund))
            .await;
        assert_eq!(refunded.amount.minor, 20_00);
        assert_eq!(open(&world, buyer, Side::Credit).await, [] as [i64; 0]);
        world.check_all().await;

        // The next statement carries the credit and takes the refund: nothing is left.
        world.go_to("2026-03-01".parse().expect("a day"));
        assert_eq!(world.run_statements().await.issued, 1);
        assert_eq!(closing(&world, buyer).await, 0);
        world.check_all().await;
    });
}

/// Channel notification twice, or racing the return page: one receipt.
#[test]
fn the_same_payment_told_twice_is_one_receipt() {
    both(|db| async move {
        let world = World::new(db).await;
        let buyer = world.buyer(BuyerTerms::named("Told Twice")).await;
        let mut told = receipt(buyer, world.today(), "30.00", Target::Oldest);
        told.method = Method::Wechat;
        told.imported_key = Some("wechat|1900000109|4200001234".into());
        let tell = |world: &World| {
            let (db, company, meta, told) = (world.db.clone(), world.company.id, world.meta(), told.clone());
            async move {
                db.write(company, move |tx| receivables::record_receipt(tx, &meta, &told))
                    .await
            }
        };
        let (one, other) = tokio::join!(tell(&world), tell(&world));
        let (one, other) = (one.expect("recorded"), other.expect("found"));
        assert_eq!((one.id, &one.no), (other.id, &other.no));
        let later = tell(&world).await.expect("found again");
        assert_eq!(later.id, one.id);
        assert_eq!(open(&world, buyer, Side::Credit).await, [30_00]);
        world.check_all().await;
    });
}
