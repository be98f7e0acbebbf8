//! A small demo company on both databases: the same figures, and clean books.

use base::Instant;
use db::Db;
use demo::{Made, Plan, Staff};
use testkit::World;

async fn filled(db: Db) -> (World, Made) {
    let world = World::new(db).await;
    let staff = Staff {
        owner: world.owner,
        accountant: world.owner,
        warehouse: world.owner,
        salespersons: vec![world.owner],
    };
    let now = Instant::parse("2026-11-21T08:00:00Z").unwrap();
    let plan = Plan {
        company: world.company.clone(),
        staff,
        customers: 26,
        seed: 7,
        now,
        link_key: [7; 32],
    };
    let db = world.db.clone();
    let made = tokio::task::spawn_blocking(move || demo::fill(&db, &plan, |_| {}))
        .await
        .unwrap()
        .unwrap();
    (world, made)
}

#[test]
fn a_year_leaves_clean_books() {
    let seen = std::sync::Mutex::new(Vec::new());
    db::testing::both(|db| {
        let seen = &seen;
        async move {
            let (world, made) = filled(db).await;
            world.check_all().await;
            let broken = world.read(statements::verify_hashes).await;
            assert!(broken.is_empty(), "{broken:?}");
            assert!(
                made.deliveries > 100 && made.receipts > 50 && made.statements > 50,
                "{made:?}"
            );
            assert!(
                made.returns > 0 && made.bad_debts > 0 && made.held > 0,
                "{made:?}"
            );
            let day = "2026-11-21".parse().unwrap();
            let balances = world
                .read(move |tx| receivables::queries::balances(tx, day))
                .await;
            let balances: Vec<String> = balances
                .iter()
                .map(|row| format!("{} {} {}", row.customer_name, row.balance, row.open_debit))
                .collect();
            seen.lock().unwrap().push((made, balances));
        }
    });
    let seen = seen.into_inner().unwrap();
    assert_eq!(seen[0], seen[1], "one seed gives one company, on both databases");
}
