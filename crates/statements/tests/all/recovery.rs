use db::testing::both;
use receivables::{BadDebtReason, ProcessBadDebt, RecoverBadDebt, Target};
use statements::{SettlementState, StatementId, StatementNow};
use testkit::{BuyerTerms, World, delivery, line, receipt};

use crate::{check, day, told};

async fn seen(world: &World, id: StatementId) -> StatementNow {
    world
        .read(move |tx| statements::view(tx, id))
        .await
        .now
        .expect("a live statement")
}

/// Management bad debt is no waiver: no customer-facing figure shows it, and it is not asked for.
#[test]
fn an_undisclosed_bad_debt_stays_invisible() {
    both(|db| async move {
        let world = World::new(db).await;
        let buyer = world.buyer(BuyerTerms::named("Gone").cycle("monthly:-1")).await;
        let tea = world.product("TEA", "1").await;
        let goods = world.posted(delivery(buyer, vec![line(tea, "100")])).await;
        world.go_to(day("2026-02-02"));
        world.run_statements().await;
        let id = world
            .read(|tx| statements::list(tx, &Default::default()))
            .await
            .items[0]
            .id;
        let give_up = ProcessBadDebt {
            order: goods.order,
            amount: None,
            expected_outstanding: "100.00".into(),
            reason: BadDebtReason::Untraceable,
            note: String::new(),
            date: None,
            despite_credit: false,
            disclose: false,
        };
        let bad = world
            .done(move |tx, meta| receivables::process_bad_debt(tx, meta, &give_up))
            .await;
        let now = seen(&world, id).await;
        assert_eq!(
            (now.settlement, now.open.to_string()),
            (SettlementState::Open, "100.00".into())
        );
        assert_eq!(
            (now.to_pay.to_string(), now.in_recovery.to_string()),
            ("0.00".into(), "100.00".into())
        );
        let lines = world.read(move |tx| statements::lines_now(tx, id, 0, 10)).await;
        assert_eq!((lines[0].open, lines[0].shown_open), (0, 10_000));
        check(&world).await;
        // Half is paid after all.
        let date = world.today();
        let money = world.received(receipt(buyer, date, "50", Target::None)).await;
        let recover = RecoverBadDebt {
            bad_debt: bad.id,
            receipt: money.id,
            amount: None,
            note: "they called".into(),
        };
        world
            .done(move |tx, meta| receivables::recover_bad_debt(tx, meta, &recover))
            .await;
        let now = seen(&world, id).await;
        assert_eq!(
            (now.settlement, now.open.to_string()),
            (SettlementState::Part, "50.00".into())
        );
        assert_eq!(
            (now.to_pay.to_string(), now.in_recovery.to_string()),
            ("0.00".into(), "50.00".into())
        );
        world.go_to(day("2026-03-02"));
        world.run_statements().await;
        // The receipt is on the next statement, the bad debt and its recovery on none.
        assert_eq!(told(&world).await[1], "ST-000002 02-01..02-28 100.00→50.00 1");
        check(&world).await;
    });
}

/// What is not on the statement is not taken out of what it asks for.
#[test]
fn a_later_claim_that_is_given_up_is_not_deducted() {
    both(|db| async move {
        let world = World::new(db).await;
        let buyer = world.buyer(BuyerTerms::named("Gone").cycle("monthly:-1")).await;
        let tea = world.product("TEA", "1").await;
        world.posted(delivery(buyer, vec![line(tea, "100")])).await;
        world.go_to(day("2026-02-02"));
        world.run_statements().await;
        let statements = world.read(|tx| statements::list(tx, &Default::default())).await;
        let later = world.posted(delivery(buyer, vec![line(tea, "30")])).await;
        let give_up = ProcessBadDebt {
            order: later.order,
            amount: None,
            expected_outstanding: "30.00".into(),
            reason: BadDebtReason::Untraceable,
            note: String::new(),
            date: None,
            despite_credit: false,
            disclose: false,
        };
        world
            .done(move |tx, meta| receivables::process_bad_debt(tx, meta, &give_up))
            .await;
        let now = seen(&world, statements.items[0].id).await;
        assert_eq!(
            (now.to_pay.to_string(), now.in_recovery.to_string()),
            ("100.00".into(), "0.00".into())
        );
        // The next statement carries the claim and does not ask for it.
        world.go_to(day("2026-03-02"));
        world.run_statements().await;
        assert_eq!(told(&world).await[1], "ST-000002 02-01..02-28 100.00→130.00 1");
        let statements = world.read(|tx| statements::list(tx, &Default::default())).await;
        let now = seen(&world, statements.items[0].id).await;
        assert_eq!(
            (now.to_pay.to_string(), now.in_recovery.to_string()),
            ("100.00".into(), "30.00".into())
        );
        check(&world).await;
    });
}
