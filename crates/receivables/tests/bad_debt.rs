//! Bad debt on both databases: approval, reasons, several orders at once, instalments, the report.

use base::UserId;
use db::Tx;
use kit::Meta;
use kit::list::ListQuery;
use ledger::{EntryKind, OrderId, Side};
use receivables::{
    AgreePlan, BadDebtReason, BreachRule, Group, Named, ProcessBadDebt, ProcessMany, RecoverBadDebt,
    RowInput, SaveReason, Setting, Target, queries,
};
use testkit::{Buyer, BuyerTerms, World, delivery, line, receipt};

async fn shop(db: db::Db) -> (World, Buyer, catalog::ProductId) {
    let world = World::new(db).await;
    let buyer = world.buyer(BuyerTerms::named("Gone")).await;
    let product = world.product("PIN", "1").await;
    (world, buyer, product)
}

fn given_up(order: OrderId, outstanding: &str) -> ProcessBadDebt {
    ProcessBadDebt {
        order,
        amount: None,
        expected_outstanding: outstanding.into(),
        reason: BadDebtReason::Insolvent,
        note: String::new(),
        date: None,
        despite_credit: false,
        disclose: false,
    }
}

/// The same moment, another person.
fn other(meta: &Meta) -> Meta {
    Meta {
        user: UserId::new(meta.user.raw() + 1),
        ..meta.clone()
    }
}

async fn runs(world: &World) {
    let mut handlers = kit::job::Handlers::default();
    receivables::jobs(&mut handlers);
    let now = world.now();
    let clock: kit::Clock = std::sync::Arc::new(move || now);
    kit::job::run_until_idle(&world.db, &handlers, &clock)
        .await
        .expect("the jobs run");
}

async fn outstanding(world: &World, order: OrderId) -> String {
    let seen = world.read(move |tx| queries::settlement(tx, order)).await;
    seen.outstanding.to_string()
}

#[test]
fn above_the_threshold_another_person_approves_and_nothing_is_booked_before() {
    db::testing::both(|db| async move {
        let (world, buyer, pin) = shop(db).await;
        let order = world.posted(delivery(buyer, vec![line(pin, "100")])).await.order;
        let setting = Setting {
            approval_from: Some(5_000),
            finance_mode: false,
        };
        world
            .done(move |tx, _| receivables::save_setting(tx, setting))
            .await;
        let act = given_up(order, "100.00");
        let direct = act.clone();
        let refused = world.refused(move |tx, meta| receivables::process_bad_debt(tx, meta, &direct));
        assert_eq!(refused.await, "receivables.approval_required");
        let small = ProcessBadDebt {
            amount: Some("49.99".into()),
            ..act.clone()
        };
        let id = world
            .done(move |tx, meta| receivables::process_bad_debt(tx, meta, &small))
            .await
            .id;
        world
            .done(move |tx, meta| receivables::undo_bad_debt(tx, meta, id, "try").map(drop))
            .await;
        let ask = act.clone();
        let request = world
            .done(move |tx, meta| receivables::request_bad_debt(tx, meta, &ask))
            .await;
        assert_eq!(outstanding(&world, order).await, "100.00");
        let again = world.refused(move |tx, meta| receivables::request_bad_debt(tx, meta, &act));
        assert_eq!(again.await, "receivables.request_pending");
        let own = world.refused(move |tx, meta| receivables::approve_bad_debt(tx, meta, request, ""));
        assert_eq!(own.await, "receivables.own_request");
        // Somebody pays meanwhile: what was asked for is not what would happen now.
        let paid = world
            .received(receipt(buyer, world.today(), "10", Target::Oldest))
            .await
            .id;
        let approve = move |tx: &mut Tx<'_>, meta: &Meta| {
            receivables::approve_bad_debt(tx, &other(meta), request, "seen")
        };
        assert_eq!(world.refused(approve).await, "receivables.outstanding_changed");
        world
            .done(move |tx, meta| receivables::reverse_receipt(tx, meta, paid, "bounced", None).map(drop))
            .await;
        let done = world.done(approve).await;
        assert_eq!(done.outstanding.to_string(), "0.00");
        assert_eq!(world.refused(approve).await, "receivables.request_decided");
        world.check_all().await;
    });
}

#[test]
fn a_request_is_turned_down_by_an_approver_and_taken_back_by_who_asked() {
    db::testing::both(|db| async move {
        let (world, buyer, pin) = shop(db).await;
        let order = world.posted(delivery(buyer, vec![line(pin, "100")])).await.order;
        let ask = move |tx: &mut Tx<'_>, meta: &Meta| {
            receivables::request_bad_debt(tx, meta, &given_up(order, "100.00"))
        };
        let first = world.done(ask).await;
        let stranger = move |tx: &mut Tx<'_>, meta: &Meta| {
            receivables::reject_bad_debt(tx, &other(meta), first, "", false)
        };
        assert_eq!(world.refused(stranger).await, "receivables.not_approver");
        world
            .done(move |tx, meta| receivables::reject_bad_debt(tx, &other(meta), first, "no", true))
            .await;
        let second = world.done(ask).await;
        world
            .done(move |tx, meta| receivables::reject_bad_debt(tx, meta, second, "", false))
            .await;
        let page = world
            .read(|tx| receivables::requests(tx, &ListQuery::default()))
            .await;
        let mut states: Vec<String> = page.items.into_iter().map(|row| row.state).collect();
        states.sort();
        assert_eq!(states, ["rejected", "withdrawn"]);
        assert_eq!(outstanding(&world, order).await, "100.00");
        world.check_all().await;
    });
}

#[test]
fn a_company_has_reasons_of_its_own() {
    db::testing::both(|db| async move {
        let (world, buyer, pin) = shop(db).await;
        let order = world.posted(delivery(buyer, vec![line(pin, "100")])).await.order;
        let moved = move || ProcessBadDebt {
            reason: BadDebtReason::Own("moved_away".into()),
            ..given_up(order, "100.00")
        };
        let try_it = move |tx: &mut Tx<'_>, meta: &Meta| receivables::process_bad_debt(tx, meta, &moved());
        assert_eq!(world.refused(try_it).await, "receivables.unknown_reason");
        let save = |code: &str, name: &str, active| SaveReason {
            code: code.into(),
            name_en: String::new(),
            name_hans: name.into(),
            name_hant: String::new(),
            needs_note: true,
            active,
        };
        for (bad, code) in [
            (save("Moved", "迁走", true), "receivables.reason_code_invalid"),
            (save("moved_away", " ", true), "receivables.reason_name_required"),
        ] {
            let refused = world.refused(move |tx, meta| receivables::save_reason(tx, meta, &bad));
            assert_eq!(refused.await, code);
        }
        let good = save("moved_away", "迁走", true);
        let item = world
            .done(move |tx, meta| receivables::save_reason(tx, meta, &good))
            .await;
        assert_eq!((item.name.as_str(), item.built_in), ("迁走", false));
        assert_eq!(world.refused(try_it).await, "receivables.reason_required");
        let off = save("insolvent", "", false);
        world
            .done(move |tx, meta| receivables::save_reason(tx, meta, &off).map(drop))
            .await;
        let gone = world
            .refused(move |tx, meta| receivables::process_bad_debt(tx, meta, &given_up(order, "100.00")));
        assert_eq!(gone.await, "receivables.unknown_reason");
        let with_note = ProcessBadDebt {
            note: "no address".into(),
            ..moved()
        };
        world
            .done(move |tx, meta| receivables::process_bad_debt(tx, meta, &with_note).map(drop))
            .await;
        let (from, to) = (world.today().plus(-1), world.today());
        let rows = world
            .read(move |tx| receivables::report(tx, Group::Reason, from, to))
            .await;
        assert_eq!(
            (rows[0].key.as_str(), rows[0].net.to_string()),
            ("moved_away", "100.00".into())
        );
    });
}

#[test]
fn several_orders_are_one_run_and_each_its_own_line() {
    db::testing::both(|db| async move {
        let (world, buyer, pin) = shop(db).await;
        let second = world.buyer(BuyerTerms::named("Also gone")).await;
        let mut orders = Vec::new();
        for (who, amount) in [(buyer, "100"), (buyer, "20"), (second, "7")] {
            orders.push(world.posted(delivery(who, vec![line(pin, amount)])).await.order);
        }
        let many = ProcessMany {
            // The second one was seen with another amount.
            orders: vec![
                (orders[0], "100.00".into()),
                (orders[1], "21.00".into()),
                (orders[2], "7.00".into()),
            ],
            reason: BadDebtReason::Fraud,
            note: String::new(),
            despite_credit: false,
            disclose: false,
        };
        let run = world
            .done(move |tx, meta| receivables::process_many(tx, meta, &many))
            .await;
        runs(&world).await;
        let run = world.read(move |tx| kit::run::get(tx, run)).await;
        assert_eq!((run.state.as_str(), run.done, run.failed), ("done", 2, 1));
        assert!(
            run.detail.contains("receivables.outstanding_changed"),
            "{}",
            run.detail
        );
        assert_eq!(outstanding(&world, orders[0]).await, "0.00");
        assert_eq!(outstanding(&world, orders[1]).await, "20.00");
        let seen = world.read(move |tx| queries::settlement(tx, orders[2])).await;
        assert_eq!(
            (seen.acts.len(), seen.acts[0].quantity.to_string()),
            (1, "7".into())
        );
        world.check_all().await;
    });
}

#[test]
fn each_instalment_has_its_entry_and_comes_back_with_it() {
    db::testing::both(|db| async move {
        let (world, buyer, pin) = shop(db).await;
        let sold = world.posted(delivery(buyer, vec![line(pin, "100")])).await;
        let today = world.today();
        let rows = [("33.33", 10), ("33.33", 20), ("33.34", 30)].map(|(amount, days)| RowInput {
            due: today.plus(days),
            amount: amount.into(),
        });
        let plan = AgreePlan {
            account: buyer.account,
            items: vec![Named::all_of(sold.entry)],
            rows: rows.to_vec(),
            breach_days: 5,
            breach_rule: BreachRule::Remind,
            note: String::new(),
        };
        world
            .done(move |tx, meta| receivables::agree_plan(tx, meta, &plan).map(drop))
            .await;
        let part = ProcessBadDebt {
            amount: Some("50".into()),
            ..given_up(sold.order, "100.00")
        };
        let bad = world
            .done(move |tx, meta| receivables::process_bad_debt(tx, meta, &part))
            .await
            .id;
        let entries = world
            .read(move |tx| {
                let lines = ledger::customer_ledger(tx, buyer.account, None, None, 10)?;
                Ok(lines
                    .into_iter()
                    .filter(|line| line.kind == EntryKind::BadDebt)
                    .map(|line| line.amount)
                    .collect::<Vec<i64>>())
            })
            .await;
        assert_eq!(entries, [-1_667, -3_333]);
        let parts = world
            .read(move |tx| ledger::owed_parts(tx, buyer.account, today))
            .await;
        let open: Vec<(i64, i64)> = parts.iter().map(|part| (part.row, part.open)).collect();
        assert_eq!(open, [(2, 1_666), (3, 3_334)]);
        world.check_all().await;
        // More than the first entry comes back; the rest stays given up.
        let money = world.received(receipt(buyer, today, "40", Target::None)).await.id;
        let recover = RecoverBadDebt {
            bad_debt: bad,
            receipt: money,
            amount: None,
            note: String::new(),
        };
        let done = world
            .done(move |tx, meta| receivables::recover_bad_debt(tx, meta, &recover))
            .await;
        assert_eq!(
            (done.net.to_string(), done.outstanding.to_string()),
            ("10.00".into(), "50.00".into())
        );
        world.check_all().await;
        world
            .done(move |tx, meta| receivables::undo_bad_debt(tx, meta, bad, "found them").map(drop))
            .await;
        assert_eq!(outstanding(&world, sold.order).await, "60.00");
        world.check_all().await;
    });
}

#[test]
fn the_report_ties_to_the_register_and_sales_do_not_move() {
    db::testing::both(|db| async move {
        let (world, buyer, pin) = shop(db).await;
        let order = world.posted(delivery(buyer, vec![line(pin, "100")])).await.order;
        let sales = |tx: &mut Tx<'_>| {
            let order: (i64, i64, String) = tx.one(
                "SELECT COALESCE(CAST(SUM(total_minor) AS BIGINT), 0), COALESCE(CAST(SUM(delivered_minor) AS BIGINT), 0), MIN(state) FROM sales_order WHERE company_id = $1",
                db::p![],
            )?;
            let lines: (i64, i64, i64) = tx.one(
                "SELECT COUNT(*), COALESCE(CAST(SUM(amount_minor) AS BIGINT), 0), COALESCE(CAST(SUM(quantity_micro) AS BIGINT), 0) FROM sales_order_line \
                 WHERE company_id = $1 AND kind = 'goods'",
                db::p![],
            )?;
            let goods: (i64, i64) = tx.one(
                "SELECT COUNT(*), COALESCE(CAST(SUM(amount_minor) AS BIGINT), 0) FROM sales_delivery_line WHERE company_id = $1",
                db::p![],
            )?;
            Ok((order, lines, goods))
        };
        let before = world.read(sales).await;
        let bad = world
            .done(move |tx, meta| receivables::process_bad_debt(tx, meta, &given_up(order, "100.00")))
            .await
            .id;
        assert_eq!(world.read(sales).await, before);
        let money = world
            .received(receipt(buyer, world.today(), "30", Target::None))
            .await
            .id;
        let recover = RecoverBadDebt {
            bad_debt: bad,
            receipt: money,
            amount: None,
            note: String::new(),
        };
        world
            .done(move |tx, meta| receivables::recover_bad_debt(tx, meta, &recover).map(drop))
            .await;
        assert_eq!(world.read(sales).await, before);
        let (from, to) = (world.today().plus(-1), world.today());
        let register = world
            .read(|tx| queries::register(tx, &ListQuery::default()))
            .await;
        for by in [Group::Reason, Group::Salesperson, Group::Customer, Group::Year] {
            let rows = world.read(move |tx| receivables::report(tx, by, from, to)).await;
            assert_eq!(rows.len(), 1, "{by:?}");
            let row = &rows[0];
            let sums = [row.processed, row.recovered, row.undone, row.net].map(|money| money.to_string());
            assert_eq!(sums, ["100.00", "30.00", "0.00", "70.00"], "{by:?}");
            assert_eq!(row.net, register.totals[0].net);
        }
        let year = world
            .read(move |tx| receivables::report(tx, Group::Year, from, to))
            .await;
        assert_eq!(year[0].key, "2026");
        let open = world
            .read(move |tx| ledger::open_items(tx, buyer.account, Side::Debit))
            .await;
        assert!(open.is_empty());
        world.check_all().await;
    });
}
