//! Opening documents: entered once, then settled, billed and given up like any other.

use db::testing::both;
use kit::list::ListQuery;
use receivables::{AllocateCredits, BadDebtReason, Named, ProcessBadDebt, Target, queries};
use sales::{EnterOpening, Opened};
use testkit::{Buyer, BuyerTerms, World};

use crate::{check, day, sell, told};

fn opening(buyer: Buyer, no: &str, amount: &str) -> EnterOpening {
    EnterOpening {
        customer: buyer.id,
        no: no.into(),
        date: day("2025-12-20"),
        due: None,
        amount: amount.into(),
        remark: String::new(),
    }
}

async fn enter(world: &World, entered: EnterOpening) -> Opened {
    world
        .done(move |tx, meta| sales::enter_opening(tx, meta, &entered))
        .await
}

/// `number origin outstanding due` of every order that is owed.
async fn owed(world: &World) -> Vec<String> {
    let today = world.today();
    let page = world
        .read(move |tx| queries::unsettled(tx, &ListQuery::default(), today))
        .await;
    let rows = page.items.into_iter();
    rows.map(|row| format!("{} {} {} {}", row.no, row.origin, row.outstanding, row.due_date))
        .collect()
}

#[test]
fn what_was_owed_before_is_on_the_next_statement_and_can_be_given_up() {
    both(|db| async move {
        let world = World::new(db).await;
        let buyer = world.buyer(BuyerTerms::named("Lucky").cycle("monthly:25")).await;
        let due = EnterOpening {
            due: Some(day("2026-01-10")),
            ..opening(buyer, " 2025-17 ", "120.50")
        };
        let first = enter(&world, due).await;
        assert_eq!((first.no.as_str(), first.amount), ("2025-17", 12050));
        assert_eq!(owed(&world).await, ["2025-17 opening 120.50 2026-01-10"]);
        sell(&world, buyer, "10").await;
        world.go_to(day("2026-01-26"));
        world.run_statements().await;
        assert_eq!(told(&world).await, ["ST-000001 01-05..01-25 0.00→130.50 2"]);
        // The statement does not move the day that was agreed on.
        assert_eq!(owed(&world).await[0], "2025-17 opening 120.50 2026-01-10");
        let given_up = ProcessBadDebt {
            order: first.order,
            amount: None,
            expected_outstanding: "120.50".into(),
            reason: BadDebtReason::TimeBarred,
            note: String::new(),
            date: None,
            despite_credit: false,
            disclose: false,
        };
        let done = world
            .done(move |tx, meta| receivables::process_bad_debt(tx, meta, &given_up))
            .await;
        assert_eq!((done.order_no.as_str(), done.outstanding.minor), ("2025-17", 0));
        let lines = world.read(move |tx| sales::order_lines(tx, first.order)).await;
        assert_eq!((lines.len(), lines[0].amount), (1, -12050));
        assert_eq!(owed(&world).await.len(), 1);
        check(&world).await;
    });
}

#[test]
fn what_the_customer_is_owed_is_a_credit_on_account() {
    both(|db| async move {
        let world = World::new(db).await;
        let buyer = world.buyer(BuyerTerms::named("Lucky")).await;
        let debt = enter(&world, opening(buyer, "", "100")).await;
        let credit = enter(&world, opening(buyer, "", "-30")).await;
        assert_eq!((debt.no.as_str(), credit.no.as_str()), ("OB-000001", "OB-000002"));
        assert_eq!(owed(&world).await.len(), 1);
        let page = world
            .read(|tx| queries::on_account(tx, &ListQuery::default()))
            .await;
        let shown: Vec<String> = page
            .items
            .iter()
            .map(|row| format!("{} {}", row.document_no, row.open))
            .collect();
        assert_eq!(shown, ["OB-000002 30.00"]);
        let used = AllocateCredits {
            account: buyer.account,
            credits: vec![Named::all_of(credit.entry)],
            target: Target::Items(vec![Named {
                amount: Some("30".into()),
                ..Named::all_of(debt.entry)
            }]),
            reason: String::new(),
        };
        let done = world
            .done(move |tx, meta| receivables::allocate_credits(tx, meta, &used))
            .await;
        assert_eq!((done.open_debit, done.balance), (7000, 7000));
        check(&world).await;
    });
}
