//! Payment plans on both databases: agreed, paid, changed, breached, ended; ageing follows the rows.

use kit::list::ListQuery;
use ledger::{AccountId, Side};
use receivables::{
    AgreePlan, BreachRule, ChangePlan, Named, PlanDetail, PlanId, Propose, RowInput, Step, Target, queries,
};
use testkit::{Buyer, BuyerTerms, World, delivery, line, receipt};

async fn shop(db: db::Db) -> (World, Buyer, catalog::ProductId) {
    let world = World::new(db).await;
    let buyer = world.buyer(BuyerTerms::named("Lucky")).await;
    let product = world.product("PIN", "1").await;
    (world, buyer, product)
}

async fn owed(world: &World, account: AccountId) -> Vec<Named> {
    let items = world
        .read(move |tx| ledger::open_items(tx, account, Side::Debit))
        .await;
    items.iter().map(|item| Named::all_of(item.entry)).collect()
}

async fn proposed(world: &World, account: AccountId, count: usize) -> Vec<RowInput> {
    let entries = owed(world, account).await.iter().map(|item| item.entry).collect();
    let first = world.today().plus(10);
    let ask = Propose {
        account,
        entries,
        plan: None,
        count,
        first,
        step: Step::Week,
    };
    let (currency, rows) = world.read(move |tx| receivables::propose(tx, &ask)).await;
    rows.iter()
        .map(|row| RowInput {
            due: row.due,
            amount: base::Money::new(row.amount, currency).to_string(),
        })
        .collect()
}

async fn agreed(world: &World, buyer: Buyer, count: usize, rule: BreachRule) -> PlanId {
    let plan = AgreePlan {
        account: buyer.account,
        items: owed(world, buyer.account).await,
        rows: proposed(world, buyer.account, count).await,
        breach_days: 5,
        breach_rule: rule,
        note: "agreed by telephone".into(),
    };
    world
        .done(move |tx, meta| receivables::agree_plan(tx, meta, &plan))
        .await
}

async fn paid(world: &World, buyer: Buyer, amount: &str) {
    world
        .received(receipt(buyer, world.today(), amount, Target::Oldest))
        .await;
}

async fn seen(world: &World, plan: PlanId) -> PlanDetail {
    let today = world.today();
    world.read(move |tx| queries::payment_plan(tx, plan, today)).await
}

fn left(plan: &PlanDetail) -> Vec<String> {
    let rows = plan.rows.iter().filter_map(|row| row.left);
    rows.map(|left| left.to_string()).collect()
}

/// Not due, 1 to 30 days, more.
async fn ages(world: &World, as_of: Option<base::Day>) -> [String; 3] {
    let today = world.today();
    let page = world
        .read(move |tx| queries::ageing(tx, today, as_of, None, (0, 10)))
        .await;
    let ages = &page.totals[0].ages;
    [ages.not_due, ages.days_1_30, ages.days_31_60].map(|money| money.to_string())
}

async fn count(world: &World, filter: &str) -> i64 {
    let query = ListQuery {
        filter: [(filter.to_owned(), "1".to_owned())].into(),
        ..ListQuery::default()
    };
    let today = world.today();
    world
        .read(move |tx| queries::payment_plans(tx, &query, today))
        .await
        .count
}

#[test]
fn money_fills_the_rows_in_their_order_and_ageing_follows_them() {
    db::testing::both(|db| async move {
        let (world, buyer, pin) = shop(db).await;
        world.posted(delivery(buyer, vec![line(pin, "60")])).await;
        world.pass(1);
        world.posted(delivery(buyer, vec![line(pin, "40")])).await;
        let plan = agreed(&world, buyer, 3, BreachRule::Remind).await;
        let agreed_on = world.today();
        assert_eq!(left(&seen(&world, plan).await), ["33.33", "33.33", "33.34"]);
        world.check_all().await;
        // More than the first row fills the next.
        paid(&world, buyer, "40").await;
        let now = seen(&world, plan).await;
        assert_eq!(left(&now), ["0.00", "26.66", "33.34"]);
        assert_eq!(now.plan.next_amount.unwrap().to_string(), "26.66");
        world.pass(18);
        assert_eq!(ages(&world, None).await, ["33.34", "26.66", "0.00"]);
        assert_eq!(
            ages(&world, Some(world.today())).await,
            ["33.34", "26.66", "0.00"]
        );
        // As of a day before the plan, the items are due as they were.
        assert_eq!(
            ages(&world, Some(agreed_on.plus(-1))).await,
            ["60.00", "0.00", "0.00"]
        );
        assert_eq!(seen(&world, plan).await.plan.standing, "late");
        assert_eq!(
            (count(&world, "late").await, count(&world, "breached").await),
            (1, 0)
        );
        let today = world.today();
        let due = world
            .read(move |tx| queries::payment_plan_rows(tx, today, today))
            .await;
        assert_eq!((due.len(), due[0].left.to_string()), (1, "26.66".into()));
        paid(&world, buyer, "60").await;
        assert_eq!(seen(&world, plan).await.plan.standing, "kept");
        world.check_all().await;
    });
}

#[test]
fn a_change_is_a_new_version_over_what_is_still_open() {
    db::testing::both(|db| async move {
        let (world, buyer, pin) = shop(db).await;
        world.posted(delivery(buyer, vec![line(pin, "100")])).await;
        let before = world
            .read(move |tx| ledger::open_items(tx, buyer.account, Side::Debit))
            .await[0]
            .due_date;
        let first = agreed(&world, buyer, 2, BreachRule::Remind).await;
        let again = AgreePlan {
            account: buyer.account,
            items: owed(&world, buyer.account).await,
            rows: proposed(&world, buyer.account, 2).await,
            breach_days: 0,
            breach_rule: BreachRule::Remind,
            note: String::new(),
        };
        let refused = world.refused(move |tx, meta| receivables::agree_plan(tx, meta, &again));
        assert_eq!(refused.await, "ledger.item_on_plan");
        paid(&world, buyer, "30").await;
        let due = world.today().plus(3);
        let change = move |amount: &str, reason: &str| ChangePlan {
            plan: first,
            rows: vec![RowInput {
                due,
                amount: amount.into(),
            }],
            breach_days: 9,
            breach_rule: BreachRule::Hold,
            reason: reason.into(),
        };
        for (cmd, code) in [
            (change("70", " "), "receivables.reason_required"),
            (change("69", "wish"), "receivables.plan_sum"),
        ] {
            let refused = world.refused(move |tx, meta| receivables::change_plan(tx, meta, &cmd));
            assert_eq!(refused.await, code);
        }
        let cmd = change("70", "wish");
        let second = world
            .done(move |tx, meta| receivables::change_plan(tx, meta, &cmd))
            .await;
        let old = seen(&world, first).await;
        assert_eq!((old.plan.state.as_str(), old.versions.len()), ("replaced", 2));
        let new = seen(&world, second).await;
        assert_eq!((new.plan.no.as_str(), new.plan.version), ("PP-000001", 2));
        assert_eq!(new.items[0].due_before, before);
        let cmd = change("70", "late");
        let refused = world.refused(move |tx, meta| receivables::change_plan(tx, meta, &cmd));
        assert_eq!(refused.await, "receivables.plan_not_active");
        // A row missed for more than nine days holds new credit.
        let today = world.today();
        let parts = world
            .read(move |tx| ledger::owed_parts(tx, buyer.account, today))
            .await;
        assert!(!parts[0].is_missed(due.plus(9)) && parts[0].is_missed(due.plus(10)));
        world.check_all().await;
        world
            .done(move |tx, meta| receivables::end_plan(tx, meta, second, "paid otherwise"))
            .await;
        let items = world
            .read(move |tx| ledger::open_items(tx, buyer.account, Side::Debit))
            .await;
        assert_eq!((items[0].open, items[0].due_date), (7000, before));
        world.check_all().await;
    });
}

#[test]
fn a_breach_makes_the_whole_rest_due() {
    db::testing::both(|db| async move {
        let (world, buyer, pin) = shop(db).await;
        world.posted(delivery(buyer, vec![line(pin, "90")])).await;
        let plan = agreed(&world, buyer, 3, BreachRule::Accelerate).await;
        let started = world.today();
        world.pass(15);
        let none = world.done(receivables::accelerate_breached).await;
        assert_eq!((none, count(&world, "breached").await), (0, 0));
        world.pass(1);
        assert_eq!(count(&world, "breached").await, 1);
        assert_eq!(world.done(receivables::accelerate_breached).await, 1);
        assert_eq!(world.done(receivables::accelerate_breached).await, 0);
        let today = world.today();
        let parts = world
            .read(move |tx| ledger::owed_parts(tx, buyer.account, today))
            .await;
        let due: Vec<(i64, i64)> = parts
            .iter()
            .map(|part| (part.due_date.since(started), part.open))
            .collect();
        assert_eq!(due, [(10, 3000), (16, 6000)]);
        let old = seen(&world, plan).await;
        assert_eq!(old.plan.state, "replaced");
        assert_eq!(old.versions[0].cause, "accelerated");
        let days: Vec<i64> = old.rows.iter().map(|row| row.due_date.since(started)).collect();
        assert_eq!(days, [10, 17, 24]);
        world.check_all().await;
    });
}

/// A payment from before the plan that is undone reopens more than was agreed.
#[test]
fn what_was_never_agreed_is_due_as_without_the_plan() {
    db::testing::both(|db| async move {
        let (world, buyer, pin) = shop(db).await;
        world.posted(delivery(buyer, vec![line(pin, "100")])).await;
        let bounced = world
            .received(receipt(buyer, world.today(), "40", Target::Oldest))
            .await
            .id;
        let plan = agreed(&world, buyer, 2, BreachRule::Remind).await;
        world
            .done(move |tx, meta| receivables::reverse_receipt(tx, meta, bounced, "bounced", None))
            .await;
        let now = seen(&world, plan).await;
        assert_eq!(
            (now.beyond.to_string(), left(&now)),
            ("40.00".into(), vec!["30.00".into(), "30.00".into()])
        );
        let today = world.today();
        let parts = world
            .read(move |tx| ledger::owed_parts(tx, buyer.account, today))
            .await;
        assert_eq!(parts.iter().map(|part| part.open).sum::<i64>(), 10_000);
        world.check_all().await;
    });
}
