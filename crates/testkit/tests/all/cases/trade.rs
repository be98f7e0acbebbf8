//! Trade is messy: returned payments, customers in credit, the same message twice.

use credit::Policy;
use db::testing::both;
use ledger::{EntryId, Side};
use receivables::adjustments::{self, AdjustmentKind, EnterAdjustment};
use receivables::instruments::{self, Bounce};
use receivables::offsets::{self, EnterBill, EnterOffset, NamedBill};
use receivables::transfers::{self, EnterTransfer};
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

async fn open_entries(world: &World, buyer: Buyer, side: Side) -> Vec<EntryId> {
    let items = world
        .read(move |tx| ledger::open_items(tx, buyer.account, side))
        .await;
    items.into_iter().map(|item| item.entry).collect()
}

/// Receivable, payable, net.
async fn figures(world: &World, buyer: Buyer) -> (i64, i64, i64) {
    let side = world
        .read(move |tx| offsets::queries::supplier_side(tx, buyer.id))
        .await;
    let sums = &side.balances[0];
    (sums.receivable.minor, sums.payable.minor, sums.net.minor)
}

/// Customer is also supplier: two balances, net view, offset only by document.
#[test]
fn a_customer_who_also_supplies_is_offset_by_a_document() {
    both(|db| async move {
        let world = World::new(db).await;
        let tea = world.product("TEA", "10").await;
        let buyer = world.buyer(BuyerTerms::named("Both Ways")).await;
        world.posted(delivery(buyer, vec![line(tea, "10")])).await;
        let bill = EnterBill {
            customer: buyer.id,
            currency: world.currency(),
            no: "S-77".into(),
            date: world.today(),
            due: world.today().plus(30),
            amount: "60.00".into(),
            remark: String::new(),
        };
        let again = bill.clone();
        let bill = world
            .done(move |tx, meta| offsets::enter_bill(tx, meta, &bill))
            .await;
        let code = world.refused(move |tx, meta| offsets::enter_bill(tx, meta, &again));
        assert_eq!(code.await, "receivables.bill_taken");
        assert_eq!(
            figures(&world, buyer).await,
            (100_00, 60_00, 40_00),
            "nothing is netted by itself"
        );
        world.check_all().await;

        let owed = open_entries(&world, buyer, Side::Debit).await[0];
        let mut set = EnterOffset {
            account: buyer.account,
            items: vec![Named::all_of(owed)],
            bills: vec![NamedBill { bill, amount: None }],
            date: world.today(),
            note: "agreed by phone".into(),
        };
        let unequal = set.clone();
        let code = world.refused(move |tx, meta| offsets::offset(tx, meta, &unequal));
        assert_eq!(code.await, "receivables.offset_unequal");
        set.items[0].amount = Some("60.00".into());
        let made = world.done(move |tx, meta| offsets::offset(tx, meta, &set)).await;
        assert_eq!(figures(&world, buyer).await, (40_00, 0, 40_00));
        assert_eq!(open(&world, buyer, Side::Debit).await, [40_00]);
        let code = world.refused(move |tx, meta| offsets::reverse_bill(tx, meta, bill, "wrong"));
        assert_eq!(code.await, "receivables.allocated_cannot_reverse");
        world.check_all().await;

        // One undo takes both legs back.
        let id = made.id;
        world
            .done(move |tx, meta| offsets::reverse_offset(tx, meta, id, "wrong party"))
            .await;
        assert_eq!(figures(&world, buyer).await, (100_00, 60_00, 40_00));
        world
            .done(move |tx, meta| offsets::reverse_bill(tx, meta, bill, "wrong"))
            .await;
        assert_eq!(figures(&world, buyer).await, (100_00, 0, 100_00));
        world.check_all().await;
    });
}

/// A credit of one customer pays for another, and a debt is taken over; both sides are undone together.
#[test]
fn a_transfer_moves_a_credit_or_a_debt_with_consent() {
    both(|db| async move {
        let world = World::new(db).await;
        let tea = world.product("TEA", "10").await;
        let one = world.buyer(BuyerTerms::named("Mother")).await;
        let other = world.buyer(BuyerTerms::named("Daughter")).await;
        world.posted(delivery(other, vec![line(tea, "10")])).await;
        world
            .received(receipt(one, world.today(), "80.00", Target::None))
            .await;
        let credit = open_entries(&world, one, Side::Credit).await[0];
        let mut cmd = EnterTransfer {
            account: one.account,
            item: Named::all_of(credit),
            to_customer: other.id,
            to_currency: None,
            rate: None,
            date: world.today(),
            note: String::new(),
        };
        let silent = cmd.clone();
        let code = world.refused(move |tx, meta| transfers::transfer(tx, meta, &silent));
        assert_eq!(code.await, "receivables.reason_required");
        cmd.note = "mother pays for daughter, letter of 3 January".into();
        let mut itself = cmd.clone();
        itself.to_customer = one.id;
        let code = world.refused(move |tx, meta| transfers::transfer(tx, meta, &itself));
        assert_eq!(code.await, "receivables.transfer_to_itself");
        let made = world
            .done(move |tx, meta| transfers::transfer(tx, meta, &cmd))
            .await;
        assert_eq!(open(&world, one, Side::Credit).await, [] as [i64; 0]);
        assert_eq!(open(&world, other, Side::Credit).await, [80_00]);
        world.check_all().await;
        let id = made.id;
        world
            .done(move |tx, meta| transfers::reverse_transfer(tx, meta, id, "she pays herself"))
            .await;
        assert_eq!(open(&world, one, Side::Credit).await, [80_00]);
        assert_eq!(open(&world, other, Side::Credit).await, [] as [i64; 0]);
        world.check_all().await;

        // A part of the debt moves the other way, with its own due date.
        let owed = open_entries(&world, other, Side::Debit).await[0];
        let due = world
            .read(move |tx| ledger::open_items(tx, other.account, Side::Debit))
            .await[0]
            .due_date;
        let cmd = EnterTransfer {
            account: other.account,
            item: Named {
                entry: owed,
                amount: Some("25.00".into()),
                expected_open: None,
            },
            to_customer: one.id,
            to_currency: None,
            rate: None,
            date: world.today(),
            note: "taken over".into(),
        };
        world
            .done(move |tx, meta| transfers::transfer(tx, meta, &cmd))
            .await;
        assert_eq!(open(&world, other, Side::Debit).await, [75_00]);
        let taken = world
            .read(move |tx| ledger::open_items(tx, one.account, Side::Debit))
            .await;
        assert_eq!((taken[0].open, taken[0].due_date), (25_00, due));
        world.check_all().await;
    });
}

/// Across currencies: one act, a pair of entries with the stored rate, each allocated in its own currency.
#[test]
fn a_credit_in_one_currency_pays_in_another_at_a_rate() {
    both(|db| async move {
        let world = World::new(db).await;
        let tea = world.product("TEA", "10").await;
        let buyer = world.buyer(BuyerTerms::named("Two Currencies")).await;
        let usd = base::Currency::named("USD").expect("a currency");
        let abroad = world
            .done(move |tx, meta| statements::add_currency(tx, meta, buyer.id, usd))
            .await;
        world.posted(delivery(buyer, vec![line(tea, "80")])).await;
        let mut paid = receipt(buyer, world.today(), "100.00", Target::None);
        paid.currency = Some(usd);
        world.received(paid).await;
        let credit = world
            .read(move |tx| ledger::open_items(tx, abroad, Side::Credit))
            .await[0]
            .entry;
        let mut cmd = EnterTransfer {
            account: abroad,
            item: Named::all_of(credit),
            to_customer: buyer.id,
            to_currency: Some(world.currency()),
            rate: None,
            date: world.today(),
            note: String::new(),
        };
        let rateless = cmd.clone();
        let code = world.refused(move |tx, meta| transfers::transfer(tx, meta, &rateless));
        assert_eq!(code.await, "receivables.rate_missing");
        cmd.rate = Some("7.2".parse().expect("a rate"));
        let made = world
            .done(move |tx, meta| transfers::transfer(tx, meta, &cmd))
            .await;
        assert_eq!((made.out.minor, made.received.minor), (100_00, 720_00));
        let use_it = receivables::AllocateCredits {
            account: buyer.account,
            credits: vec![Named::all_of(made.entry)],
            target: Target::Oldest,
            reason: String::new(),
        };
        world
            .done(move |tx, meta| receivables::allocate_credits(tx, meta, &use_it))
            .await;
        assert_eq!(open(&world, buyer, Side::Debit).await, [80_00]);
        let left = world
            .read(move |tx| ledger::open_items(tx, abroad, Side::Credit))
            .await;
        assert!(left.is_empty());
        world.check_all().await;

        // Taken back: the goods are owed again in yuan, the dollars are on account again.
        let id = made.id;
        world
            .done(move |tx, meta| transfers::reverse_transfer(tx, meta, id, "wrong rate"))
            .await;
        assert_eq!(open(&world, buyer, Side::Debit).await, [800_00]);
        world.check_all().await;
    });
}
