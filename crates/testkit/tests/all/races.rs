//! Many clerks do the same money act at the same moment, on both databases: nothing happens twice, nothing goes
//! over the limit, nothing is lost. `SETTLEBOOK_ROUNDS=100` repeats each race so often.

use std::future::Future;

use db::testing::both;
use db::{Error, p};
use receivables::{AllocateCredits, BadDebtReason, Named, ProcessBadDebt, Target};
use testkit::{Buyer, BuyerTerms, World, delivery, line, order, receipt};

const CLERKS: usize = 50;

fn rounds() -> usize {
    let asked = std::env::var("SETTLEBOOK_ROUNDS").ok();
    asked.map_or(3, |rounds| rounds.parse().expect("SETTLEBOOK_ROUNDS is a number"))
}

/// Does an act as all clerks at once; answers how many did it and the codes of those who were refused.
async fn race<T, F>(act: impl Fn(usize) -> F) -> (Vec<T>, Vec<&'static str>)
where
    F: Future<Output = db::Result<T>> + Send + 'static,
    T: Send + 'static,
{
    let clerks: Vec<_> = (0..CLERKS).map(|clerk| tokio::spawn(act(clerk))).collect();
    let (mut done, mut refused) = (Vec::new(), Vec::new());
    for clerk in clerks {
        match clerk.await.expect("a clerk comes back") {
            Ok(did) => done.push(did),
            Err(Error::Refused(no)) => refused.push(no.refusal.code),
            Err(fault) => panic!("an act broke: {fault}"),
        }
    }
    (done, refused)
}

/// The act as a unit of its own, able to be sent to another task.
fn unit<T: Send + 'static>(
    world: &World,
    act: impl Fn(&mut db::Tx<'_>, &kit::Meta) -> db::Result<T> + Send + 'static,
) -> impl Future<Output = db::Result<T>> + Send + 'static {
    let (db, company, meta) = (world.db.clone(), world.company.id, world.meta());
    async move { db.write(company, move |tx| act(tx, &meta)).await }
}

async fn number(world: &World, sql: &'static str) -> i64 {
    world.read(move |tx| tx.one(sql, p![])).await
}

async fn owes(world: &World, buyer: Buyer, quantity: &str) -> sales::Posted {
    let product = world
        .product(&format!("P{quantity}-{}", buyer.account), "1.00")
        .await;
    world.posted(delivery(buyer, vec![line(product, quantity)])).await
}

#[test]
fn confirmations_never_pass_the_limit_together() {
    both(|db| async move {
        let world = World::new(db).await;
        let product = world.product("P", "10.00").await;
        for round in 0..rounds() {
            let terms = BuyerTerms::named(&format!("Buyer {round}")).limit("100.00");
            let buyer = world.buyer(terms).await;
            let mut drafts = Vec::new();
            for _ in 0..CLERKS {
                let input = order(buyer, vec![line(product, "3")]);
                drafts.push(
                    world
                        .done(move |tx, meta| sales::save_order(tx, meta, &input))
                        .await,
                );
            }
            let (done, refused) = race(|clerk| {
                let id = drafts[clerk];
                unit(&world, move |tx, meta| sales::confirm_order(tx, meta, id, None))
            })
            .await;
            assert_eq!(done.len(), 3, "30.00 fits three times under 100.00");
            assert!(refused.iter().all(|code| *code == "credit.over_limit"));
            let refusals = number(
                &world,
                "SELECT COUNT(*) FROM credit_decision WHERE company_id = $1 AND result = 'block'",
            );
            assert_eq!(
                refusals.await as usize,
                (round + 1) * (CLERKS - 3),
                "each refusal left its record"
            );
        }
        world.check_all().await;
    });
}

#[test]
fn a_document_is_posted_once_and_numbers_have_no_gap() {
    both(|db| async move {
        let world = World::new(db).await;
        let product = world.product("P", "10.00").await;
        let buyer = world.buyer(BuyerTerms::named("Buyer")).await;
        for round in 0..rounds() {
            let input = delivery(buyer, vec![line(product, "1")]);
            let draft = world
                .done(move |tx, meta| sales::save_delivery(tx, meta, &input))
                .await;
            let (done, _) = race(|_| {
                unit(&world, move |tx, meta| {
                    sales::post_delivery(tx, meta, draft, None)
                })
            })
            .await;
            assert_eq!(done.len(), 1, "one document, one posting");

            let (done, _) = race(|_| {
                let input = delivery(buyer, vec![line(product, "1")]);
                unit(&world, move |tx, meta| sales::post_new(tx, meta, &input))
            })
            .await;
            let mut numbers: Vec<String> = done.into_iter().map(|posted| posted.no).collect();
            numbers.sort();
            numbers.dedup();
            assert_eq!(numbers.len(), CLERKS, "everyone has a number of their own");
            let last = (round + 1) * (CLERKS + 1);
            assert_eq!(
                numbers[CLERKS - 1],
                format!("DN-{last:06}"),
                "and none is left out"
            );
        }
        world.check_all().await;
    });
}

#[test]
fn money_on_account_is_used_once() {
    both(|db| async move {
        let world = World::new(db).await;
        for round in 0..rounds() {
            let buyer = world.buyer(BuyerTerms::named(&format!("Buyer {round}"))).await;
            let debt = owes(&world, buyer, "100").await.entry;
            let today = world.today();
            let paid = world.received(receipt(buyer, today, "60.00", Target::None)).await;
            let credit: i64 = world
                .read(move |tx| {
                    tx.one(
                        "SELECT entry_id FROM receivables_receipt WHERE company_id = $1 AND id = $2",
                        p![paid.id],
                    )
                })
                .await;
            let (done, refused) = race(|_| {
                let act = AllocateCredits {
                    account: buyer.account,
                    credits: vec![Named {
                        expected_open: Some("60.00".into()),
                        ..Named::all_of(ledger::EntryId::new(credit))
                    }],
                    target: Target::Items(vec![Named {
                        amount: Some("60.00".into()),
                        ..Named::all_of(debt)
                    }]),
                    reason: String::new(),
                };
                unit(&world, move |tx, meta| {
                    receivables::allocate_credits(tx, meta, &act)
                })
            })
            .await;
            assert_eq!((done.len(), refused.len()), (1, CLERKS - 1));
            assert!(
                refused.iter().all(|code| *code == "receivables.open_changed"),
                "{refused:?}"
            );
        }
        world.check_all().await;
    });
}

#[test]
fn a_debt_is_given_up_once() {
    both(|db| async move {
        let world = World::new(db).await;
        for round in 0..rounds() {
            let buyer = world.buyer(BuyerTerms::named(&format!("Buyer {round}"))).await;
            let order = owes(&world, buyer, "100").await.order;
            let (done, _) = race(|_| {
                let act = ProcessBadDebt {
                    order,
                    amount: None,
                    expected_outstanding: "100.00".into(),
                    reason: BadDebtReason::Insolvent,
                    note: String::new(),
                    date: None,
                    despite_credit: false,
                    disclose: false,
                };
                unit(&world, move |tx, meta| {
                    receivables::process_bad_debt(tx, meta, &act)
                })
            })
            .await;
            assert_eq!(done.len(), 1);
        }
        world.check_all().await;
    });
}

#[test]
fn a_period_is_issued_once() {
    both(|db| async move {
        let world = World::new(db).await;
        let buyer = world.buyer(BuyerTerms::named("Buyer").cycle("manual:365")).await;
        for round in 0..rounds() {
            owes(&world, buyer, &format!("{}", round + 1)).await;
            let account = buyer.account;
            let (done, _) = race(|_| {
                unit(&world, move |tx, meta| {
                    statements::close_period(tx, meta, account, None)
                })
            })
            .await;
            let issued = done.iter().filter(|closed| closed.statement.is_some()).count();
            assert_eq!(issued, 1, "one period has one statement");
            world.pass(1);
        }
        let statements = number(
            &world,
            "SELECT COUNT(*) FROM statements_statement WHERE company_id = $1",
        );
        assert_eq!(statements.await as usize, rounds());
        world.check_all().await;
    });
}

#[test]
fn a_key_is_done_once() {
    both(|db| async move {
        let world = World::new(db).await;
        let buyer = world.buyer(BuyerTerms::named("Buyer")).await;
        for round in 0..rounds() {
            let today = world.today();
            let (done, _) = race(|_| {
                let mut input = receipt(buyer, today, "10.00", Target::None);
                input.imported_key = Some(format!("same money {round}"));
                unit(&world, move |tx, meta| {
                    receivables::record_receipt(tx, meta, &input)
                })
            })
            .await;
            assert_eq!(done.len(), CLERKS, "everyone is told of the receipt");
            assert!(
                done.iter().all(|recorded| recorded.id == done[0].id),
                "of the same one"
            );
        }
        let receipts = number(
            &world,
            "SELECT COUNT(*) FROM receivables_receipt WHERE company_id = $1",
        );
        assert_eq!(receipts.await as usize, rounds());
        world.check_all().await;
    });
}
