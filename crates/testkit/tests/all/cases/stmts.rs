//! Statements and what customers say of them.

use db::testing::both;
use ledger::{ActRef, Allocate, DisputeReason, DisputeState, EntryId, EntryKind, Side};
use receivables::Target;
use statements::{Channel, RaiseDispute, StatementId};
use testkit::{Buyer, BuyerTerms, World, delivery, line, receipt};

fn day(text: &str) -> base::Day {
    text.parse().expect("a day")
}

async fn newest(world: &World, buyer: Buyer) -> StatementId {
    let query = kit::list::ListQuery {
        filter: [("customer_id".to_owned(), buyer.id.to_string())].into(),
        ..Default::default()
    };
    let page = world.read(move |tx| statements::list(tx, &query)).await;
    page.items.first().expect("a statement").id
}

/// What a customer disputes by phone.
fn dispute(statement: StatementId, line_no: i64, amount: Option<&str>) -> RaiseDispute {
    RaiseDispute {
        statement,
        line_no,
        amount: amount.map(str::to_owned),
        reason: DisputeReason::Quantity,
        text: "two cases were missing".into(),
        channel: Channel::Phone,
        person: "Ms Lin".into(),
        owner: None,
    }
}

/// A customer with one delivery of 100.00, on a statement issued on 1 February.
async fn billed(world: &World) -> (Buyer, StatementId, EntryId) {
    let tea = world.product("TEA", "10").await;
    let buyer = world.buyer(BuyerTerms::named("Harbour Tea House")).await;
    world.posted(delivery(buyer, vec![line(tea, "10")])).await;
    world.go_to(day("2026-02-01"));
    world.run_statements().await;
    let account = buyer.account;
    let open = world
        .read(move |tx| ledger::open_items(tx, account, Side::Debit))
        .await;
    (buyer, newest(world, buyer).await, open[0].entry)
}

#[test]
fn a_disputed_part_is_not_overdue_and_stays_in_exposure() {
    both(|db| async move {
        let world = World::new(db).await;
        let (buyer, statement, _) = billed(&world).await;
        let too_much = dispute(statement, 1, Some("100.01"));
        let code = world
            .refused(move |tx, meta| statements::raise_dispute(tx, meta, &too_much))
            .await;
        assert_eq!(code, "ledger.dispute_amount");
        let input = dispute(statement, 1, Some("30"));
        let id = world
            .done(move |tx, meta| statements::raise_dispute(tx, meta, &input))
            .await;
        // No more than the line in all.
        let rest = dispute(statement, 1, Some("70.01"));
        let code = world
            .refused(move |tx, meta| statements::raise_dispute(tx, meta, &rest))
            .await;
        assert_eq!(code, "ledger.dispute_amount");
        world.go_to(day("2026-04-01"));
        let (account, today) = (buyer.account, world.today());
        let part = world
            .read(move |tx| ledger::owed_parts(tx, account, today))
            .await
            .remove(0);
        assert_eq!(
            (part.open, part.disputed, part.overdue(today)),
            (100_00, 30_00, 70_00)
        );
        let exposure = world
            .read(move |tx| {
                let row = ledger::find_account(tx, account)?;
                credit::exposure(tx, &row)
            })
            .await;
        assert_eq!(exposure.ar, 100_00);
        world.check_all().await;
        // Rejected without a reason is not an answer; nothing is accepted without a credit.
        let code = world
            .refused(move |tx, meta| statements::resolve_dispute(tx, meta, id, "0", None, " "))
            .await;
        assert_eq!(code, "ledger.dispute_text");
        let code = world
            .refused(move |tx, meta| statements::resolve_dispute(tx, meta, id, "10", None, "half"))
            .await;
        assert_eq!(code, "ledger.dispute_credit");
        let state = world
            .done(move |tx, meta| statements::resolve_dispute(tx, meta, id, "0", None, "the note is signed"))
            .await;
        assert_eq!(state, DisputeState::Rejected);
        let part = world
            .read(move |tx| ledger::owed_parts(tx, account, today))
            .await
            .remove(0);
        assert_eq!((part.disputed, part.overdue(today)), (0, 100_00));
        world.check_all().await;
    });
}

#[test]
fn an_accepted_dispute_points_to_its_credit() {
    both(|db| async move {
        let world = World::new(db).await;
        let (buyer, statement, entry) = billed(&world).await;
        let input = dispute(statement, 1, Some("30"));
        let id = world
            .done(move |tx, meta| statements::raise_dispute(tx, meta, &input))
            .await;
        let tea = world.read(|tx| catalog::by_codes(tx, &["TEA"])).await[0].1;
        let mut back = delivery(buyer, vec![line(tea, "-2")]);
        (back.kind, back.reason) = (sales::DeliveryKind::Return, "missing".into());
        let returned = world.posted(back).await;
        let (account, kind) = (buyer.account, EntryKind::Return);
        let credit = world
            .read(move |tx| ledger::customer_ledger(tx, account, None, None, 10))
            .await
            .iter()
            .find(|line| line.kind == kind)
            .map(|line| line.entry)
            .expect("a return");
        // The debit is no credit.
        let code = world
            .refused(move |tx, meta| {
                statements::resolve_dispute(tx, meta, id, "20", Some(entry), "rest is due")
            })
            .await;
        assert_eq!(code, "ledger.dispute_credit");
        let state = world
            .done(move |tx, meta| {
                statements::resolve_dispute(tx, meta, id, "20", Some(credit), "rest is due")
            })
            .await;
        assert_eq!(state, DisputeState::Partly);
        let today = world.today();
        let view = world.read(move |tx| statements::dispute(tx, today, id)).await;
        let told: Vec<_> = view
            .steps
            .iter()
            .map(|step| (step.amount.minor, step.credit_no.clone()))
            .collect();
        assert_eq!(told, [(30_00, None), (-20_00, Some(returned.no)), (-10_00, None)]);
        world.check_all().await;
    });
}

async fn state(world: &World, id: ledger::DisputeId) -> DisputeState {
    world.read(move |tx| ledger::dispute(tx, id)).await.state
}

/// Payment closes the item; the dispute is closed as paid under reservation, or withdrawn.
#[test]
fn dispute_then_payment_in_full() {
    both(|db| async move {
        let world = World::new(db).await;
        let (buyer, statement, entry) = billed(&world).await;
        let input = dispute(statement, 1, Some("30"));
        let id = world
            .done(move |tx, meta| statements::raise_dispute(tx, meta, &input))
            .await;
        let account = buyer.account;
        let paid = world
            .received(receipt(buyer, world.today(), "100", Target::None))
            .await;
        let pay = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
            let mut row = ledger::lock_account(tx, account)?;
            let credit = ledger::open_items(tx, account, Side::Credit)?[0].entry;
            let all = Allocate {
                debit: entry,
                credit,
                amount: 100_00,
                effective: None,
            };
            let act = ActRef {
                kind: "manual",
                id: 0,
            };
            ledger::allocate(tx, meta, &mut row, act, &[all], "")
        };
        let made = world.done(pay).await[0];
        assert_eq!(state(&world, id).await, DisputeState::Paid);
        world.check_all().await;
        // The payment falls away: the dispute stands as before.
        world
            .done(move |tx, meta| receivables::undo_allocation(tx, meta, made, "bounced"))
            .await;
        assert_eq!(state(&world, id).await, DisputeState::Open);
        world.check_all().await;
        // Paid again, and this time the customer gives it up.
        world.done(pay).await;
        world
            .done(move |tx, meta| statements::withdraw_dispute(tx, meta, id, "never mind"))
            .await;
        assert_eq!(state(&world, id).await, DisputeState::Withdrawn);
        let code = world
            .refused(move |tx, meta| statements::withdraw_dispute(tx, meta, id, ""))
            .await;
        assert_eq!(code, "ledger.dispute_closed");
        assert!(paid.id.raw() > 0);
        world.check_all().await;
    });
}
