//! I3, I4 and I5 on random lives of a few accounts: whatever happens in whatever order, every entry is
//! on exactly one live statement or waits for one, closings add up, and planning at other moments
//! gives the same periods.

use base::Day;
use db::testing::Place;
use proptest::prelude::*;
use receivables::Target;
use testkit::{Buyer, BuyerTerms, World, receipt};

use crate::{check, plan, sell_on, told};

#[derive(Clone, Debug)]
enum Step {
    Sell { buyer: usize, amount: u8, back: i64 },
    Pay { buyer: usize, amount: u8 },
    Pass { days: i64 },
    Plan,
    Run,
    Void,
    Cycle { buyer: usize, spec: usize },
}

const SPECS: [&str; 8] = [
    "monthly:25",
    "monthly:10,20,-1",
    "weekly:5",
    "weekly:1/2@2026-01-05",
    "every_n_days:9@2026-01-01",
    "per_document",
    "threshold:150.00/12",
    "manual:20",
];

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..3_usize, 1..90_u8, 0..20_i64)
            .prop_map(|(buyer, amount, back)| Step::Sell { buyer, amount, back }),
        3 => (0..3_usize, 1..90_u8).prop_map(|(buyer, amount)| Step::Pay { buyer, amount }),
        4 => (1..25_i64).prop_map(|days| Step::Pass { days }),
        3 => Just(Step::Plan),
        2 => Just(Step::Run),
        1 => Just(Step::Void),
        1 => (0..3_usize, 0..SPECS.len()).prop_map(|(buyer, spec)| Step::Cycle { buyer, spec }),
    ]
}

async fn take(world: &World, buyers: &[Buyer], step: &Step) {
    match *step {
        Step::Sell { buyer, amount, back } => {
            let on = world.today().plus(-back);
            sell_on(world, buyers[buyer], &amount.to_string(), on).await;
        }
        Step::Pay { buyer, amount } => {
            let date = world.today();
            world
                .received(receipt(buyers[buyer], date, &amount.to_string(), Target::Oldest))
                .await;
        }
        Step::Pass { days } => world.pass(days),
        Step::Plan => drop(plan(world).await),
        Step::Run => drop(world.run_statements().await),
        Step::Void => {
            let newest = world.read(|tx| statements::list(tx, &Default::default())).await;
            let Some(item) = newest.items.iter().find(|item| item.state.as_str() == "issued") else {
                return;
            };
            let id = item.id;
            // Only the newest of an account may be voided; a refusal is fine.
            drop(
                world
                    .act(move |tx, meta| statements::void(tx, meta, id, "walk"))
                    .await,
            );
        }
        Step::Cycle { buyer, spec } => {
            let account = buyers[buyer].account;
            let cycle = statements::NewCycle {
                send_empty: spec == 0,
                ..statements::NewCycle::plain(SPECS[spec].parse().unwrap(), "cutoff+30".parse().unwrap(), 2)
            };
            world
                .done(move |tx, meta| statements::set_cycle(tx, meta, account, &cycle))
                .await;
        }
    }
}

async fn world_of(place: &Place, specs: &[usize]) -> (World, Vec<Buyer>) {
    let world = World::new(place.open().await).await;
    let mut buyers = Vec::new();
    for (index, spec) in specs.iter().enumerate() {
        buyers.push(
            world
                .buyer(BuyerTerms::named(&format!("Buyer {index}")).cycle(SPECS[*spec]))
                .await,
        );
    }
    (world, buyers)
}

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

/// Periods of every account: first and last day.
async fn periods(world: &World) -> Vec<(i64, Day, Day)> {
    let query = kit::list::ListQuery {
        limit: Some(200),
        sort: "to".into(),
        ..Default::default()
    };
    let page = world.read(move |tx| statements::periods(tx, &query)).await;
    let mut rows: Vec<_> = page
        .items
        .iter()
        .map(|p| (p.customer_id.raw(), p.from, p.to))
        .collect();
    rows.sort();
    rows
}

/// Without the numbers, which follow the order of issue.
fn unnumbered(told: Vec<String>) -> Vec<String> {
    let mut rest: Vec<String> = told
        .iter()
        .filter_map(|line| line.split_once(' '))
        .map(|(_, rest)| rest.to_owned())
        .collect();
    rest.sort();
    rest
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 60, ..ProptestConfig::default() })]

    #[test]
    fn any_life_keeps_the_books(
        specs in prop::collection::vec(0..SPECS.len(), 3), steps in prop::collection::vec(step(), 10..40),
    ) {
        let place = Place::sqlite();
        block_on(async {
            let (world, buyers) = world_of(&place, &specs).await;
            for step in &steps {
                take(&world, &buyers, step).await;
            }
            check(&world).await;
            world.pass(40);
            world.run_statements().await;
            check(&world).await;
            assert_eq!(world.run_statements().await, statements::Tally::default());
        });
    }

    /// The planner may be called at any moments and as often as one likes.
    #[test]
    fn planning_more_often_changes_nothing(
        specs in prop::collection::vec(0..SPECS.len(), 3), steps in prop::collection::vec(step(), 10..30),
    ) {
        let quiet = steps.into_iter().filter(|s| !matches!(s, Step::Void | Step::Cycle { .. } | Step::Run));
        // Nothing back-dated: what is recorded after its period was issued comes late, and should.
        let quiet: Vec<Step> = quiet
            .map(|step| match step {
                Step::Sell { buyer, amount, .. } => Step::Sell { buyer, amount, back: 0 },
                other => other,
            })
            .collect();
        let (once, often) = (Place::sqlite(), Place::sqlite());
        block_on(async {
            let (a, buyers_a) = world_of(&once, &specs).await;
            let (b, buyers_b) = world_of(&often, &specs).await;
            for step in &quiet {
                if !matches!(step, Step::Plan) {
                    take(&a, &buyers_a, step).await;
                }
                take(&b, &buyers_b, step).await;
                plan(&b).await;
            }
            plan(&a).await;
            type Rows = Vec<(i64, Day, Day)>;
            let strip = |rows: Rows| rows.into_iter().map(|row| (row.1, row.2)).collect::<Vec<_>>();
            assert_eq!(strip(periods(&a).await), strip(periods(&b).await));
            a.run_statements().await;
            b.run_statements().await;
            assert_eq!(unnumbered(told(&a).await), unnumbered(told(&b).await));
            check(&a).await;
            check(&b).await;
        });
    }
}
