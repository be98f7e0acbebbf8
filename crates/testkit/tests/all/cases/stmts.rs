//! Statements and what customers say of them.

use db::testing::both;
use ledger::{ActRef, Allocate, DisputeReason, DisputeState, EntryId, EntryKind, Side};
use receivables::Target;
use statements::{
    AnswerState, Channel, DeliveryChannel, DeliveryState, GiveAnswer, RaiseDispute, StatementId,
    StatementState,
};
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

async fn view(world: &World, id: StatementId) -> statements::StatementView {
    world.read(move |tx| statements::view(tx, id)).await
}

/// What a customer says of the version with this digest.
fn says(statement: StatementId, kind: AnswerState, hash: &str) -> GiveAnswer {
    GiveAnswer {
        statement,
        kind,
        hash: hash.to_owned(),
        channel: Channel::Paper,
        person: "Ms Lin".into(),
        text: "signed and stamped".into(),
    }
}

/// Not in the closing; shown under "received since".
#[test]
fn payment_arrives_after_cutoff_before_issue() {
    both(|db| async move {
        let world = World::new(db).await;
        let tea = world.product("TEA", "10").await;
        let buyer = world.buyer(BuyerTerms::named("Harbour Tea House")).await;
        world.posted(delivery(buyer, vec![line(tea, "10")])).await;
        world.go_to(day("2026-02-02"));
        world
            .received(receipt(buyer, world.today(), "40", Target::Oldest))
            .await;
        world.run_statements().await;
        let view = view(&world, newest(&world, buyer).await).await;
        let now = view.now.expect("a live statement");
        assert_eq!(
            (view.closing.minor, now.received_since.minor, now.to_pay.minor),
            (100_00, -40_00, 60_00)
        );
        world.check_all().await;
    });
}

/// The entry is on the next statement; the confirmed one stays as it is.
#[test]
fn return_of_goods_from_a_settled_confirmed_statement() {
    both(|db| async move {
        let world = World::new(db).await;
        let (buyer, statement, sale) = billed(&world).await;
        world
            .received(receipt(buyer, world.today(), "100", Target::Oldest))
            .await;
        let hash = view(&world, statement).await.hash;
        let given = says(statement, AnswerState::Confirmed, &hash);
        world
            .done(move |tx, meta| statements::answer(tx, meta, &given))
            .await;
        // Confirmed: neither void nor replaced.
        for act in [false, true] {
            let code = world
                .refused(move |tx, meta| match act {
                    true => statements::supersede(tx, meta, statement, "goods came back").map(|_| ()),
                    false => statements::void(tx, meta, statement, "goods came back"),
                })
                .await;
            assert_eq!(code, "statements.is_confirmed");
        }
        let source = world.read(move |tx| ledger::entry(tx, sale)).await.document_id;
        let source = sales::DeliveryId::new(source);
        world
            .posted(testkit::return_of(source, vec![testkit::of_delivery(1, "2")]))
            .await;
        world.go_to(day("2026-03-02"));
        world.run_statements().await;
        let next = newest(&world, buyer).await;
        let lines = world.read(move |tx| statements::lines(tx, next)).await;
        let back = lines
            .iter()
            .find(|line| line.kind == EntryKind::Return)
            .expect("the return");
        assert_eq!(back.amount, -20_00);
        let entry = back.entry;
        let refers: Option<EntryId> = world
            .read(move |tx| {
                let sql = "SELECT refers_to FROM ledger_v_entry WHERE company_id = $1 AND id = $2";
                tx.one(sql, db::p![entry])
            })
            .await;
        assert_eq!(refers, Some(sale));
        let first = view(&world, statement).await;
        assert_eq!((first.closing.minor, first.hash), (100_00, hash));
        world.check_all().await;
    });
}

/// Refused, and the version that counts is offered.
#[test]
fn confirmation_of_a_superseded_version() {
    both(|db| async move {
        let world = World::new(db).await;
        let (buyer, first, _) = billed(&world).await;
        let tea = world.read(|tx| catalog::by_codes(tx, &["TEA"])).await[0].1;
        let mut late = delivery(buyer, vec![line(tea, "3")]);
        late.delivery_date = Some(day("2026-01-30"));
        world.posted(late).await;
        let second = world
            .done(move |tx, meta| statements::supersede(tx, meta, first, "a delivery was missing"))
            .await;
        let (old, new) = (view(&world, first).await, view(&world, second).await);
        assert_eq!(
            (old.no.as_str(), old.state, new.no.as_str(), new.state),
            (
                "ST-000001",
                StatementState::Superseded,
                "ST-000001-2",
                StatementState::Issued
            )
        );
        assert_eq!((new.closing.minor, new.line_count), (130_00, 2));
        world.check_all().await;
        let given = says(first, AnswerState::Confirmed, &old.hash);
        let refused = world
            .act(move |tx, meta| statements::answer(tx, meta, &given))
            .await
            .expect_err("the old version is not confirmed");
        let db::Error::Refused(refused) = refused else {
            panic!("{refused}")
        };
        assert_eq!(refused.refusal.code, "statements.superseded");
        assert!(
            refused
                .refusal
                .params
                .contains(&("newer", "ST-000001-2".to_owned()))
        );
        // The digest of the old one does not confirm the new one.
        let given = says(second, AnswerState::Confirmed, &old.hash);
        let code = world
            .refused(move |tx, meta| statements::answer(tx, meta, &given))
            .await;
        assert_eq!(code, "statements.hash_differs");
        let given = says(second, AnswerState::Confirmed, &new.hash);
        world
            .done(move |tx, meta| statements::answer(tx, meta, &given))
            .await;
        assert_eq!(view(&world, second).await.answer, AnswerState::Confirmed);
        world.check_all().await;
    });
}

/// The snapshot of an issued statement never changes.
#[test]
fn deleted_user_changed_terms_changed_details() {
    both(|db| async move {
        let world = World::new(db).await;
        let (buyer, statement, _) = billed(&world).await;
        let before = view(&world, statement).await;
        let id = buyer.id;
        let version = world.read(move |tx| Ok(parties::get(tx, id)?.version)).await;
        let terms = BuyerTerms::named("New Name Ltd")
            .cycle("weekly:5")
            .terms("issue+5");
        let input = terms.input(world.currency());
        world
            .done(move |tx, meta| statements::update_customer(tx, meta, id, version, input.clone(), true))
            .await;
        let after = view(&world, statement).await;
        assert_eq!(
            (&after.customer_name, &after.terms, after.due, &after.hash),
            (&before.customer_name, &before.terms, before.due, &before.hash)
        );
        let broken = world.read(statements::verify_hashes).await;
        assert!(broken.is_empty(), "{broken:?}");
        world.check_all().await;
    });
}

#[test]
fn the_way_to_the_customer_is_told_by_events() {
    both(|db| async move {
        let world = World::new(db).await;
        let (_, statement, _) = billed(&world).await;
        assert_eq!(view(&world, statement).await.delivery, DeliveryState::None);
        let code = world
            .refused(move |tx, meta| {
                let failed = (DeliveryState::Failed, DeliveryChannel::Post);
                statements::deliver(tx, meta, statement, failed, "")
            })
            .await;
        assert_eq!(code, "statements.reason_missing");
        for (kind, channel, text, then) in [
            (
                DeliveryState::Failed,
                DeliveryChannel::Post,
                "moved away",
                DeliveryState::Failed,
            ),
            (
                DeliveryState::Sent,
                DeliveryChannel::Chat,
                "",
                DeliveryState::Sent,
            ),
            (
                DeliveryState::Delivered,
                DeliveryChannel::Visit,
                "",
                DeliveryState::Delivered,
            ),
            // What was handed over stays so.
            (
                DeliveryState::Sent,
                DeliveryChannel::Copy,
                "",
                DeliveryState::Delivered,
            ),
        ] {
            world
                .done(move |tx, meta| statements::deliver(tx, meta, statement, (kind, channel), text))
                .await;
            assert_eq!(view(&world, statement).await.delivery, then);
        }
        assert_eq!(view(&world, statement).await.deliveries.len(), 4);
        world.check_all().await;
    });
}

#[test]
fn silence_counts_as_consent_only_where_the_statement_says_so() {
    both(|db| async move {
        let world = World::new(db).await;
        let (buyer, silent, _) = billed(&world).await;
        let sent = (DeliveryState::Sent, DeliveryChannel::Chat);
        world
            .done(move |tx, meta| statements::deliver(tx, meta, silent, sent, ""))
            .await;
        world
            .done(|tx, _| {
                let settings = statements::Settings {
                    deem_days: Some(10),
                    ..Default::default()
                };
                statements::set_settings(tx, &settings)
            })
            .await;
        let tea = world.read(|tx| catalog::by_codes(tx, &["TEA"])).await[0].1;
        world.posted(delivery(buyer, vec![line(tea, "1")])).await;
        world.go_to(day("2026-03-02"));
        world.run_statements().await;
        let speaking = newest(&world, buyer).await;
        let deem = |world: &World| {
            let (db, company, meta) = (world.db.clone(), world.company.id, world.meta());
            async move { db.write(company, move |tx| statements::deem(tx, &meta, 50)).await }
        };
        // Not given to the customer: nothing runs.
        world.go_to(day("2026-04-20"));
        deem(&world).await.expect("nothing to do");
        assert_eq!(view(&world, speaking).await.answer, AnswerState::None);
        world
            .done(move |tx, meta| statements::deliver(tx, meta, speaking, sent, ""))
            .await;
        world.go_to(day("2026-04-30"));
        deem(&world).await.expect("the last day");
        assert_eq!(view(&world, speaking).await.answer, AnswerState::None);
        world.go_to(day("2026-05-01"));
        deem(&world).await.expect("the day is over");
        assert_eq!(view(&world, speaking).await.answer, AnswerState::Deemed);
        assert_eq!(view(&world, silent).await.answer, AnswerState::None);
        let code = world
            .refused(move |tx, meta| statements::void(tx, meta, speaking, "wrong"))
            .await;
        assert_eq!(code, "statements.is_confirmed");
        world.check_all().await;
    });
}
