//! Bills, cheques and deposits on both databases, with the invariants of every slice after each story.

use ledger::Side;
use receivables::adjustments::{self, AdjustmentKind, EnterAdjustment};
use receivables::instruments::{self, Bounce, Fee};
use receivables::{Method, Named, NewInstrument, Purpose, RecordReceipt, Target, UseDeposit, queries};
use testkit::{Buyer, BuyerTerms, World, delivery, line, receipt};

async fn shop(db: db::Db) -> (World, Buyer) {
    let world = World::new(db).await;
    let buyer = world.buyer(BuyerTerms::named("Lucky").limit("1000.00")).await;
    // One currency unit a piece: quantities are amounts.
    let pin = world.product("PIN", "1").await;
    world.posted(delivery(buyer, vec![line(pin, "100")])).await;
    (world, buyer)
}

fn by_bill(world: &World, buyer: Buyer, amount: &str) -> RecordReceipt {
    RecordReceipt {
        method: Method::AcceptanceBill,
        instrument: Some(NewInstrument {
            no: "B-1".into(),
            drawer: "Big Bank".into(),
            due: world.today().plus(90),
        }),
        ..receipt(buyer, world.today(), amount, Target::Oldest)
    }
}

/// Receivable, uncleared, credits, together.
async fn exposure(world: &World, buyer: Buyer) -> (i64, i64, i64, i64) {
    let found = world
        .done(move |tx, _| {
            let account = ledger::lock_account(tx, buyer.account)?;
            credit::exposure(tx, &account)
        })
        .await;
    (found.ar, found.pdc, found.cr, found.total())
}

async fn open(world: &World, buyer: Buyer, side: Side) -> Vec<i64> {
    let items = world
        .read(move |tx| ledger::open_items(tx, buyer.account, side))
        .await;
    items.into_iter().map(|item| item.open).collect()
}

#[test]
fn a_bill_closes_items_at_once_and_counts_until_it_clears() {
    db::testing::both(|db| async move {
        let (world, buyer) = shop(db).await;
        let mut cmd = by_bill(&world, buyer, "100.00");
        cmd.instrument = None;
        let bare = cmd.clone();
        let code = world.refused(move |tx, meta| receivables::record_receipt(tx, meta, &bare));
        assert_eq!(code.await, "receivables.instrument_missing");
        let mut early = by_bill(&world, buyer, "100.00");
        if let Some(instrument) = &mut early.instrument {
            instrument.due = world.today().plus(-1);
        }
        let code = world.refused(move |tx, meta| receivables::record_receipt(tx, meta, &early));
        assert_eq!(code.await, "receivables.due_before_receipt");

        let made = world.received(by_bill(&world, buyer, "100.00")).await;
        assert_eq!(exposure(&world, buyer).await, (0, 100_00, 0, 100_00));
        let (id, today) = (made.id, world.today());
        let listed = world
            .read(move |tx| instruments::queries::instruments(tx, &Default::default(), today))
            .await;
        assert_eq!((listed.items.len(), listed.items[0].state.as_str()), (1, "held"));
        world.check_all().await;

        world
            .done(move |tx, meta| instruments::clear(tx, meta, id, None))
            .await;
        assert_eq!(exposure(&world, buyer).await, (0, 0, 0, 0));
        let code = world.refused(move |tx, meta| instruments::clear(tx, meta, id, None));
        assert_eq!(code.await, "receivables.instrument_settled");
        world.check_all().await;
    });
}

#[test]
fn a_returned_payment_brings_back_what_it_closed_and_may_cost_a_fee() {
    db::testing::both(|db| async move {
        let (world, buyer) = shop(db).await;
        let due = world
            .read(move |tx| ledger::open_items(tx, buyer.account, Side::Debit))
            .await[0]
            .due_date;
        let made = world.received(by_bill(&world, buyer, "130.00")).await;
        // 100 closed, 30 on account: together they are no headroom until the bill clears.
        assert_eq!(exposure(&world, buyer).await, (0, 130_00, 30_00, 100_00));
        world.pass(90);
        let cmd = Bounce {
            receipt: made.id,
            reason: "drawer cannot pay".into(),
            date: None,
            fee: Some(Fee {
                amount: "15.00".into(),
                note: String::new(),
            }),
        };
        let again = cmd.clone();
        let bounced = world
            .done(move |tx, meta| instruments::bounce(tx, meta, &cmd))
            .await;
        assert_eq!(bounced.state, "bounced");
        let items = world
            .read(move |tx| ledger::open_items(tx, buyer.account, Side::Debit))
            .await;
        let goods = items
            .iter()
            .find(|item| item.document_kind != "charge")
            .expect("goods");
        assert_eq!(
            (goods.open, goods.due_date),
            (100_00, due),
            "with its own due date"
        );
        assert_eq!(items.iter().map(|item| item.open).sum::<i64>(), 115_00);
        assert_eq!(open(&world, buyer, Side::Credit).await, [] as [i64; 0]);
        assert_eq!(exposure(&world, buyer).await, (115_00, 0, 0, 115_00));
        let code = world.refused(move |tx, meta| instruments::bounce(tx, meta, &again));
        assert_eq!(code.await, "receivables.already_reversed");
        world.check_all().await;
    });
}

#[test]
fn a_returned_payment_was_refunded_in_part() {
    db::testing::both(|db| async move {
        let (world, buyer) = shop(db).await;
        let made = world
            .received(receipt(buyer, world.today(), "150.00", Target::Oldest))
            .await;
        let refund = refund_of(&world, buyer, None).await;
        world
            .done(move |tx, meta| adjustments::enter(tx, meta, &refund))
            .await;
        assert_eq!(open(&world, buyer, Side::Credit).await, [] as [i64; 0]);
        let id = made.id;
        let cmd = Bounce {
            receipt: id,
            reason: "returned".into(),
            date: None,
            fee: None,
        };
        world
            .done(move |tx, meta| instruments::bounce(tx, meta, &cmd))
            .await;
        // The goods and the money that was paid out are both owed.
        let mut owed = open(&world, buyer, Side::Debit).await;
        owed.sort_unstable();
        assert_eq!(owed, [50_00, 100_00]);
        world.check_all().await;
    });
}

/// All that is on account, or so much of it.
async fn refund_of(world: &World, buyer: Buyer, amount: Option<&str>) -> EnterAdjustment {
    let credits = world
        .read(move |tx| ledger::open_items(tx, buyer.account, Side::Credit))
        .await;
    EnterAdjustment {
        kind: AdjustmentKind::Refund,
        customer: buyer.id,
        currency: None,
        date: world.today(),
        due: None,
        amount: None,
        reason_code: "deposit".into(),
        note: String::new(),
        method: Some(Method::Bank),
        reference: String::new(),
        target: Target::None,
        credits: Vec::new(),
        items: vec![Named {
            entry: credits[0].entry,
            amount: amount.map(str::to_owned),
            expected_open: None,
        }],
    }
}

#[test]
fn a_deposit_is_held_apart_until_it_is_used_or_returned() {
    db::testing::both(|db| async move {
        let (world, buyer) = shop(db).await;
        let mut cmd = receipt(buyer, world.today(), "80.00", Target::Oldest);
        cmd.purpose = Purpose::Deposit;
        let wrong = cmd.clone();
        let code = world.refused(move |tx, meta| receivables::record_receipt(tx, meta, &wrong));
        assert_eq!(code.await, "receivables.deposit_closes_nothing");
        cmd.target = Target::None;
        let made = world.received(cmd).await;
        assert_eq!(
            exposure(&world, buyer).await,
            (100_00, 0, 0, 100_00),
            "it is no headroom"
        );
        world.check_all().await;

        // Nobody takes it by naming it, and nothing by itself.
        let credits = world
            .read(move |tx| ledger::open_items(tx, buyer.account, Side::Credit))
            .await;
        let entry = credits[0].entry;
        let mut money = receipt(buyer, world.today(), "1.00", Target::Oldest);
        money.credits = vec![Named::all_of(entry)];
        let code = world.refused(move |tx, meta| receivables::record_receipt(tx, meta, &money));
        assert_eq!(code.await, "receivables.held_apart");

        let use_it = UseDeposit {
            receipt: made.id,
            amount: Some("30.00".into()),
            target: Target::Oldest,
        };
        world
            .done(move |tx, meta| receivables::use_deposit(tx, meta, &use_it))
            .await;
        assert_eq!(open(&world, buyer, Side::Debit).await, [70_00]);
        assert_eq!(exposure(&world, buyer).await, (70_00, 0, 0, 70_00));
        world.check_all().await;

        let allocation = world.read(move |tx| queries::entry_allocations(tx, entry)).await[0].id;
        world
            .done(move |tx, meta| receivables::undo_allocation(tx, meta, allocation, "not yet"))
            .await;
        assert_eq!(exposure(&world, buyer).await, (100_00, 0, 0, 100_00));
        world.check_all().await;

        let refund = refund_of(&world, buyer, Some("50.00")).await;
        world
            .done(move |tx, meta| adjustments::enter(tx, meta, &refund))
            .await;
        assert_eq!(open(&world, buyer, Side::Credit).await, [30_00]);
        world.check_all().await;
    });
}
