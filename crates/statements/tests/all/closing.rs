//! What a closing balance is made of, over random months.

use base::{Chance, Day};
use db::p;
use db::testing::both;
use receivables::Target;
use statements::StatementId;
use testkit::{BuyerTerms, World, receipt};

use crate::{check, sell_on};

const MONTHS: usize = 5;

/// Closing = opening of the next = sum of what is covered; the ledger at the cut-off is the closing and
/// the entries dated by then that are not covered, each of them named; and the ages add up to it.
#[test]
fn the_ledger_at_the_cutoff_is_the_closing_and_named_entries() {
    both(|db| async move {
        let world = World::new(db).await;
        let mut chance = Chance::new(11);
        let mut buyers = Vec::new();
        for (number, cycle) in ["monthly:-1", "weekly:5", "monthly:10,20,-1"].iter().enumerate() {
            let terms = BuyerTerms::named(&format!("Customer {number}"))
                .cycle(cycle)
                .terms("cutoff+10");
            buyers.push(world.buyer(terms).await);
        }
        for _ in 0..MONTHS {
            for _ in 0..12 {
                let buyer = *chance.pick(&buyers).expect("a buyer");
                let day = world.today().plus(-chance.between(0, 25));
                if chance.once_in(3) {
                    let amount = chance.between(1, 90).to_string();
                    let target = if chance.once_in(2) {
                        Target::Oldest
                    } else {
                        Target::None
                    };
                    world.received(receipt(buyer, day, &amount, target)).await;
                } else {
                    sell_on(&world, buyer, &chance.between(1, 60).to_string(), day).await;
                }
                world.pass(chance.between(0, 4));
                if chance.once_in(4) {
                    world.run_statements().await;
                }
            }
        }
        world.run_statements().await;
        for buyer in buyers {
            explained(&world, buyer.account).await;
        }
        check(&world).await;
    });
}

async fn explained(world: &World, account: ledger::AccountId) {
    let statements: Vec<(StatementId, i64, Day, i64, i64)> = world
        .read(move |tx| {
            let sql = "SELECT id, seq, to_day, opening_minor, closing_minor FROM statements_statement \
                WHERE company_id = $1 AND account_id = $2 AND state = 'issued' ORDER BY seq";
            tx.all(sql, p![account])
        })
        .await;
    assert!(statements.len() >= MONTHS, "{}", statements.len());
    let mut before = 0;
    for (id, seq, cutoff, opening, closing) in statements {
        assert_eq!(opening, before);
        before = closing;
        let (ledger, late, early): (i64, i64, i64) = world
            .read(move |tx| {
                let covered = "EXISTS (SELECT 1 FROM statements_line l JOIN statements_statement s \
                    ON s.company_id = l.company_id AND s.id = l.statement_id \
                    WHERE l.company_id = e.company_id AND l.entry_id = e.id AND l.live = 1 AND s.seq <= $3)";
                let sql = format!(
                    "SELECT CAST(COALESCE(SUM(CASE WHEN e.basis_date <= $4 THEN e.amount_minor ELSE 0 END), 0) \
                        AS BIGINT), \
                     CAST(COALESCE(SUM(CASE WHEN e.basis_date <= $4 AND NOT {covered} THEN e.amount_minor \
                        ELSE 0 END), 0) AS BIGINT), \
                     CAST(COALESCE(SUM(CASE WHEN e.basis_date > $4 AND {covered} THEN e.amount_minor ELSE 0 END), \
                        0) AS BIGINT) \
                     FROM ledger_entry e WHERE e.company_id = $1 AND e.account_id = $2"
                );
                tx.one(sql, p![account, seq, cutoff])
            })
            .await;
        assert_eq!(ledger - late + early, closing, "statement {seq} at {cutoff}");
        let view = world.read(move |tx| statements::view(tx, id)).await;
        let ages = view.ageing.expect("ages are frozen");
        let debit = ages.not_due.minor
            + ages.days_30.minor
            + ages.days_60.minor
            + ages.days_90.minor
            + ages.older.minor;
        assert_eq!(debit + ages.credit.minor, closing, "ages of statement {seq}");
        assert!(ages.credit.minor <= 0 && ages.not_due.minor >= 0 && ages.older.minor >= 0);
    }
}

#[test]
fn closing_by_hand_again_adds_no_period() {
    both(|db| async move {
        let world = World::new(db).await;
        let buyer = world.buyer(BuyerTerms::named("By hand").cycle("manual:45")).await;
        let today = world.today();
        sell_on(&world, buyer, "10", today).await;
        let close = |world: &World| {
            let (db, company, meta) = (world.db.clone(), world.company.id, world.meta());
            async move {
                db.write(company, move |tx| {
                    statements::close_period(tx, &meta, buyer.account, None)
                })
                .await
                .expect("it closes")
            }
        };
        assert!(close(&world).await.statement.is_some());
        for _ in 0..3 {
            assert!(close(&world).await.statement.is_none());
        }
        let periods: i64 = world
            .read(|tx| {
                tx.one(
                    "SELECT COUNT(*) FROM statements_period WHERE company_id = $1",
                    p![],
                )
            })
            .await;
        assert_eq!(periods, 1);
        // Something came: the day is closed once more.
        sell_on(&world, buyer, "5", today).await;
        assert!(close(&world).await.statement.is_some());
        check(&world).await;
    });
}
