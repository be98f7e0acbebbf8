//! Charges, expense notes, refunds and small differences on both databases, with the invariants of every
//! slice after each story.

use std::sync::Arc;

use access::NewUser;
use base::UserId;
use i18n::Lang;
use kit::Meta;
use ledger::{EntryId, Side};
use receivables::adjustments::{self, AdjustmentId, AdjustmentKind, EnterAdjustment, Entered};
use receivables::{Method, Named, Target, queries};
use testkit::{Buyer, BuyerTerms, World, delivery, line, receipt};

async fn shop(db: db::Db) -> (World, Buyer) {
    let world = World::new(db).await;
    let buyer = world.buyer(BuyerTerms::named("Lucky")).await;
    (world, buyer)
}

async fn sold(world: &World, buyer: Buyer, amount: &str) -> EntryId {
    // One currency unit a piece: quantities are amounts.
    let product = match world
        .act(|tx, meta| {
            let named = catalog::Named {
                code: "PIN",
                name: "Pin",
                unit: "pcs",
                price: "1".parse().expect("a price"),
            };
            Ok(catalog::find_or_create(tx, meta, &[named])?[0])
        })
        .await
    {
        Ok(product) => product,
        Err(error) => panic!("no product: {error}"),
    };
    world
        .posted(delivery(buyer, vec![line(product, amount)]))
        .await
        .entry
}

fn of(kind: AdjustmentKind, buyer: Buyer, world: &World, amount: &str, reason: &str) -> EnterAdjustment {
    EnterAdjustment {
        kind,
        customer: buyer.id,
        currency: None,
        date: world.today(),
        due: None,
        amount: Some(amount.into()),
        reason_code: reason.into(),
        note: String::new(),
        method: None,
        reference: String::new(),
        target: Target::None,
        credits: Vec::new(),
        items: Vec::new(),
    }
}

async fn entered(world: &World, cmd: EnterAdjustment) -> Entered {
    world
        .done(move |tx, meta| adjustments::enter(tx, meta, &cmd))
        .await
}

async fn refused(world: &World, cmd: EnterAdjustment) -> String {
    world
        .refused(move |tx, meta| adjustments::enter(tx, meta, &cmd))
        .await
}

async fn open(world: &World, buyer: Buyer, side: Side) -> Vec<i64> {
    let items = world
        .read(move |tx| ledger::open_items(tx, buyer.account, side))
        .await;
    items.into_iter().map(|item| item.open).collect()
}

async fn reversed(world: &World, id: AdjustmentId) {
    world
        .done(move |tx, meta| adjustments::reverse(tx, meta, id, "typed wrong"))
        .await;
    world.check_all().await;
}

/// Somebody else in the same company.
async fn colleague(world: &World) -> UserId {
    let (company, owner, now) = (world.company.id, world.owner, world.now());
    let new = NewUser {
        login: "bob".into(),
        name: "Bob".into(),
        password_hash: String::new(),
        language: Lang::En,
    };
    let made = world
        .db
        .system_write(move |tx| access::add_user(tx, now, company, owner, &new, access::Role::Accountant));
    made.await.expect("a colleague")
}

async fn approved(world: &World, by: UserId, id: AdjustmentId) -> db::Result<()> {
    let meta = Meta::new(Arc::clone(&world.company), by, world.now(), Lang::En);
    world
        .db
        .write(world.company.id, move |tx| adjustments::approve(tx, &meta, id))
        .await
}

#[test]
fn a_charge_is_an_unsettled_order_and_is_reversed_while_unpaid() {
    db::testing::both(|db| async move {
        let (world, buyer) = shop(db).await;
        let charge = of(AdjustmentKind::Charge, buyer, &world, "80.00", "freight");
        let made = entered(&world, charge.clone()).await;
        assert_eq!((made.no.as_str(), made.state.as_str()), ("CH-000001", "posted"));
        let today = world.today();
        let unsettled = world
            .read(move |tx| queries::unsettled(tx, &Default::default(), today))
            .await;
        let row = &unsettled.items[0];
        assert_eq!(
            (row.no.as_str(), row.origin.as_str(), row.outstanding.minor),
            ("CH-000001", "charge", 80_00)
        );
        world.check_all().await;

        // Paid in part: the reversal would tear the money away.
        let paid = world
            .received(receipt(buyer, world.today(), "30.00", Target::Oldest))
            .await;
        let id = made.id;
        let code = world
            .refused(move |tx, meta| adjustments::reverse(tx, meta, id, "wrong"))
            .await;
        assert_eq!(code, "receivables.allocated_cannot_reverse");
        let receipt_id = paid.id;
        world
            .done(move |tx, meta| receivables::reverse_receipt(tx, meta, receipt_id, "bounced", None))
            .await;
        reversed(&world, made.id).await;
        assert_eq!(open(&world, buyer, Side::Debit).await, [] as [i64; 0]);
        let code = world
            .refused(move |tx, meta| adjustments::reverse(tx, meta, id, "wrong"))
            .await;
        assert_eq!(code, "receivables.adjustment_not_in_state");

        let mut unknown = charge.clone();
        unknown.reason_code = "rebate".into();
        assert_eq!(
            refused(&world, unknown).await,
            "receivables.unknown_adjustment_reason"
        );
        let mut other = charge.clone();
        other.reason_code = "other".into();
        assert_eq!(refused(&world, other).await, "receivables.reason_required");
        let mut late = charge;
        late.date = world.today().plus(1);
        assert_eq!(refused(&world, late).await, "receivables.date_in_future");
        // A refusal took no number.
        let next = of(AdjustmentKind::Charge, buyer, &world, "1.00", "penalty");
        assert_eq!(entered(&world, next).await.no, "CH-000002");
        world.check_all().await;
    });
}

#[test]
fn an_expense_note_is_written_off_like_a_receipt() {
    db::testing::both(|db| async move {
        let (world, buyer) = shop(db).await;
        let owed = sold(&world, buyer, "100").await;
        let mut rebate = of(AdjustmentKind::Expense, buyer, &world, "20.00", "rebate");
        rebate.target = Target::Items(vec![Named::all_of(owed)]);
        // More than there is is refused with both figures, as for a receipt.
        let code = refused(&world, rebate.clone()).await;
        assert_eq!(code, "receivables.more_than_received");
        rebate.target = Target::Entries(vec![Named::all_of(owed)]);
        let (asked, meta) = (rebate.clone(), world.meta());
        let preview = world
            .read(move |tx| adjustments::preview_expense(tx, &meta, &asked))
            .await;
        assert_eq!((preview.part_paid(), preview.on_account), (1, 0));
        let made = entered(&world, rebate).await;
        assert_eq!(made.no, "EX-000001");
        let outcome = made.outcome.expect("it closed something");
        assert_eq!((outcome.part_paid(), outcome.balance), (1, 80_00));
        assert_eq!(open(&world, buyer, Side::Debit).await, [80_00]);
        world.check_all().await;

        // Reversed: what it closed is owed again, and nothing of the note is left.
        reversed(&world, made.id).await;
        assert_eq!(open(&world, buyer, Side::Debit).await, [100_00]);
        assert_eq!(open(&world, buyer, Side::Credit).await, [] as [i64; 0]);
    });
}

#[test]
fn above_the_threshold_somebody_else_approves() {
    db::testing::both(|db| async move {
        let (world, buyer) = shop(db).await;
        sold(&world, buyer, "500").await;
        world
            .done(|tx, meta| {
                let currency = meta.company.currency;
                adjustments::set_threshold(tx, AdjustmentKind::Expense, currency, Some("100.00"))
            })
            .await;
        let mut note = of(AdjustmentKind::Expense, buyer, &world, "100.00", "promotion");
        note.target = Target::Oldest;
        assert_eq!(entered(&world, note.clone()).await.state, "posted");
        note.amount = Some("100.01".into());
        let waiting = entered(&world, note.clone()).await;
        assert_eq!(
            (waiting.state.as_str(), waiting.no.as_str()),
            ("waiting", "EX-000002")
        );
        assert_eq!(
            open(&world, buyer, Side::Debit).await,
            [400_00],
            "it touches nothing yet"
        );
        world.check_all().await;

        let own = approved(&world, world.owner, waiting.id).await;
        let Err(db::Error::Refused(own)) = own else {
            panic!("one's own was approved")
        };
        assert_eq!(own.refusal.code, "receivables.own_request");
        let bob = colleague(&world).await;
        approved(&world, bob, waiting.id).await.expect("approved");
        assert_eq!(open(&world, buyer, Side::Credit).await, [100_01]);
        assert!(
            approved(&world, bob, waiting.id).await.is_err(),
            "an approval counts once"
        );
        world.check_all().await;

        let second = entered(&world, note).await;
        let id = second.id;
        world
            .done(move |tx, meta| adjustments::reject(tx, meta, id, "too much"))
            .await;
        assert!(approved(&world, bob, id).await.is_err());
        assert_eq!(open(&world, buyer, Side::Credit).await, [100_01]);
        world.check_all().await;
    });
}

#[test]
fn a_refund_pays_out_named_credits() {
    db::testing::both(|db| async move {
        let (world, buyer) = shop(db).await;
        world
            .received(receipt(buyer, world.today(), "70.00", Target::None))
            .await;
        let credits = world
            .read(move |tx| ledger::open_items(tx, buyer.account, Side::Credit))
            .await;
        let credit = credits[0].entry;
        let part = Named {
            entry: credit,
            amount: Some("50.00".into()),
            expected_open: Some("70.00".into()),
        };
        let mut refund = of(AdjustmentKind::Refund, buyer, &world, "60.00", "overpaid");
        refund.items = vec![part.clone()];
        assert_eq!(refused(&world, refund.clone()).await, "receivables.not_the_sum");
        refund.amount = None;
        assert_eq!(
            refused(&world, refund.clone()).await,
            "receivables.unknown_method"
        );
        refund.method = Some(Method::Bank);
        let made = entered(&world, refund.clone()).await;
        assert_eq!((made.no.as_str(), made.amount.minor), ("RF-000001", 50_00));
        assert_eq!(open(&world, buyer, Side::Credit).await, [20_00]);
        world.check_all().await;
        // Somebody looks at old figures.
        assert_eq!(refused(&world, refund.clone()).await, "receivables.open_changed");
        let owed = sold(&world, buyer, "10").await;
        refund.items = vec![Named::all_of(owed)];
        assert_eq!(refused(&world, refund).await, "receivables.wrong_side");

        reversed(&world, made.id).await;
        assert_eq!(open(&world, buyer, Side::Credit).await, [70_00]);
    });
}

#[test]
fn a_small_rest_is_written_off_on_either_side() {
    db::testing::both(|db| async move {
        let (world, buyer) = shop(db).await;
        let owed = sold(&world, buyer, "10.02").await;
        world
            .received(receipt(buyer, world.today(), "10.00", Target::Oldest))
            .await;
        let mut rest = of(AdjustmentKind::Difference, buyer, &world, "0.02", "rounding");
        rest.items = vec![Named::all_of(owed)];
        let made = entered(&world, rest.clone()).await;
        assert_eq!(made.no, "SD-000001");
        assert_eq!(open(&world, buyer, Side::Debit).await, [] as [i64; 0]);
        world.check_all().await;
        reversed(&world, made.id).await;
        assert_eq!(open(&world, buyer, Side::Debit).await, [2]);

        world
            .received(receipt(buyer, world.today(), "0.05", Target::Oldest))
            .await;
        let credits = world
            .read(move |tx| ledger::open_items(tx, buyer.account, Side::Credit))
            .await;
        rest.amount = None;
        rest.items = vec![Named::all_of(credits[0].entry)];
        let made = entered(&world, rest).await;
        assert_eq!(made.amount.minor, 3);
        assert_eq!(open(&world, buyer, Side::Credit).await, [] as [i64; 0]);
        world.check_all().await;
    });
}
