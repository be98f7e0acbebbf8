//! Credit: what holds an order back, what lets it go, and who may say so.

use access::Role;
use credit::overrides::Approval;
use credit::settings::{self, NewGroup, NewIncrease, Setting};
use credit::{Action, Policy, Rule, RuleKind, Scope};
use db::testing::both;
use kit::Meta;
use receivables::Target;
use sales::{OrderId, OrderState};
use testkit::{Buyer, BuyerTerms, World, delivery, delivery_of, line, of_order, order, receipt};

async fn shop(world: &World, limit: &str, policy: Policy) -> (Buyer, catalog::ProductId) {
    let tea = world.product("TEA", "10").await;
    let terms = BuyerTerms::named("Corner Shop").limit(limit).policy(policy);
    (world.buyer(terms).await, tea)
}

async fn state(world: &World, id: OrderId) -> OrderState {
    world.read(move |tx| Ok(sales::order(tx, id)?.state)).await
}

/// What the server does after every commit.
async fn queue(world: &World) -> usize {
    sales::release_waiting(&world.db, &world.meta())
        .await
        .expect("the queue is tested")
}

async fn exposure(world: &World, buyer: Buyer) -> credit::Exposure {
    let today = world.today();
    world
        .read(move |tx| {
            let account = ledger::find_account(tx, buyer.account)?;
            Ok(credit::exposure_on(tx, &account, today)?.0)
        })
        .await
}

async fn set_limit(world: &World, buyer: Buyer, limit: i64, policy: Policy) {
    world
        .done(move |tx, meta| {
            let account = credit::lock_account(tx, buyer.account)?;
            credit::set_limit(tx, meta, &account, Some(limit), policy)
        })
        .await;
}

fn rule(kind: RuleKind, amount: i64, days: i64) -> Rule {
    Rule {
        kind,
        scope: Scope::Account,
        percent: 100,
        amount,
        days,
        at_order: Action::Hold,
        at_shipment: Action::Block,
    }
}

async fn set_rules(world: &World, buyer: Buyer, rules: Vec<Rule>) {
    world
        .done(move |tx, _| settings::set_rules(tx, Scope::Account, buyer.account.raw(), &rules))
        .await;
}

#[test]
fn a_held_order_goes_by_itself_once_money_has_come() {
    both(|db| async move {
        let world = World::new(db).await;
        let (buyer, tea) = shop(&world, "100.00", Policy::Hold).await;
        world.posted(delivery(buyer, vec![line(tea, "8")])).await;
        let first = world.confirmed(order(buyer, vec![line(tea, "5")])).await;
        let small = world.confirmed(order(buyer, vec![line(tea, "2")])).await;
        let second = world.confirmed(order(buyer, vec![line(tea, "4")])).await;
        assert_eq!(state(&world, first).await, OrderState::Held);
        assert_eq!(state(&world, small).await, OrderState::Confirmed);
        assert_eq!(state(&world, second).await, OrderState::Held);
        assert_eq!(
            exposure(&world, buyer).await.total(),
            100_00,
            "what waits reserves nothing"
        );
        assert_eq!(queue(&world).await, 0);
        world.check_all().await;

        // Money stays on account: it counts at once, and nothing is written off.
        world
            .received(receipt(buyer, world.today(), "50.00", Target::None))
            .await;
        assert_eq!(queue(&world).await, 1);
        assert_eq!(state(&world, first).await, OrderState::Confirmed);
        assert_eq!(state(&world, second).await, OrderState::Held);
        assert_eq!(queue(&world).await, 0, "the same queue is not tested again");
        world
            .received(receipt(buyer, world.today(), "40.00", Target::None))
            .await;
        assert_eq!(queue(&world).await, 1);
        assert_eq!(state(&world, second).await, OrderState::Confirmed);
        world.check_all().await;
    });
}

#[test]
fn paid_but_not_written_off_never_blocks() {
    both(|db| async move {
        let world = World::new(db).await;
        let (buyer, tea) = shop(&world, "10000.00", Policy::Block).await;
        let rules = vec![
            rule(RuleKind::Overdue, 0, 0),
            rule(RuleKind::Oldest, 0, 30),
            rule(RuleKind::PreviousBatch, 0, 0),
        ];
        set_rules(&world, buyer, rules).await;
        world.posted(delivery(buyer, vec![line(tea, "10")])).await;
        world.pass(120);
        let late = world.confirmed(order(buyer, vec![line(tea, "1")])).await;
        assert_eq!(state(&world, late).await, OrderState::Held);
        let refused = delivery(buyer, vec![line(tea, "1")]);
        let code = world
            .refused(move |tx, meta| sales::post_new(tx, meta, &refused))
            .await;
        assert_eq!(code, "credit.overdue");

        // The money is here; that nobody wrote it off is no reason to hold anybody back.
        world
            .received(receipt(buyer, world.today(), "100.00", Target::None))
            .await;
        assert_eq!(queue(&world).await, 1);
        assert_eq!(state(&world, late).await, OrderState::Confirmed);
        world.posted(delivery(buyer, vec![line(tea, "1")])).await;
        let open = world
            .read(move |tx| ledger::open_items(tx, buyer.account, ledger::Side::Debit))
            .await;
        assert_eq!(open.len(), 2, "applied on paper only");
        world.check_all().await;
    });
}

#[test]
fn a_receipt_bounces_after_goods_left_on_the_credit_it_gave() {
    both(|db| async move {
        let world = World::new(db).await;
        let (buyer, tea) = shop(&world, "100.00", Policy::Hold).await;
        world.posted(delivery(buyer, vec![line(tea, "10")])).await;
        let paid = world
            .received(receipt(buyer, world.today(), "100.00", Target::Oldest))
            .await;
        let input = delivery(buyer, vec![line(tea, "10")]);
        let shipped = world
            .done(move |tx, meta| {
                let id = sales::save_delivery(tx, meta, &input)?;
                let outcome = sales::release_delivery(tx, meta, id, None)?;
                assert!(!outcome.held);
                Ok(id)
            })
            .await;
        let id = paid.id;
        world
            .done(move |tx, meta| receivables::reverse_receipt(tx, meta, id, "returned unpaid", None))
            .await;
        assert_eq!(
            exposure(&world, buyer).await.total(),
            200_00,
            "the exposure rises"
        );
        let alerts: i64 = world
            .read(|tx| {
                let sql = "SELECT COUNT(*) FROM credit_decision WHERE company_id = $1 \
                    AND event = 'receipt_reversal' AND result = 'warn'";
                tx.one(sql, db::p![])
            })
            .await;
        assert_eq!(alerts, 1);
        let further = world.confirmed(order(buyer, vec![line(tea, "1")])).await;
        assert_eq!(
            state(&world, further).await,
            OrderState::Held,
            "nothing further goes"
        );
        // Goods that left are billed in any case.
        world
            .done(move |tx, meta| sales::post_delivery(tx, meta, shipped, None))
            .await;
        world.check_all().await;
    });
}

#[test]
fn an_order_closed_in_part_keeps_what_was_delivered_and_not_billed() {
    both(|db| async move {
        let world = World::new(db).await;
        let (buyer, tea) = shop(&world, "100.00", Policy::Block).await;
        let ordered = world.confirmed(order(buyer, vec![line(tea, "10")])).await;
        let input = delivery_of(ordered, vec![of_order(1, "4")]);
        world
            .done(move |tx, meta| {
                let id = sales::save_delivery(tx, meta, &input)?;
                sales::release_delivery(tx, meta, id, None)?;
                sales::cancel_order(tx, meta, ordered, None, "the rest is not wanted")
            })
            .await;
        assert_eq!(state(&world, ordered).await, OrderState::Closed);
        let left = exposure(&world, buyer).await;
        assert_eq!((left.ord, left.shp, left.total()), (0, 40_00, 40_00));
        world.check_all().await;
    });
}

#[test]
fn reopening_is_checked() {
    both(|db| async move {
        let world = World::new(db).await;
        let (buyer, tea) = shop(&world, "100.00", Policy::Block).await;
        let old = world.confirmed(order(buyer, vec![line(tea, "10")])).await;
        world
            .done(move |tx, meta| sales::cancel_order(tx, meta, old, None, "later"))
            .await;
        let new = world.confirmed(order(buyer, vec![line(tea, "6")])).await;
        let code = world
            .refused(move |tx, meta| sales::reopen_order(tx, meta, old, None))
            .await;
        assert_eq!(code, "credit.over_limit");
        world
            .done(move |tx, meta| sales::cancel_order(tx, meta, new, None, "not wanted"))
            .await;
        world
            .done(move |tx, meta| sales::reopen_order(tx, meta, old, None))
            .await;
        assert_eq!(state(&world, old).await, OrderState::Confirmed);
        assert_eq!(exposure(&world, buyer).await.ord, 100_00);
        world.check_all().await;
    });
}

#[test]
fn a_limit_below_the_exposure_holds_only_what_has_not_left() {
    both(|db| async move {
        let world = World::new(db).await;
        let (buyer, tea) = shop(&world, "100.00", Policy::Block).await;
        let ordered = world.confirmed(order(buyer, vec![line(tea, "5")])).await;
        let input = delivery(buyer, vec![line(tea, "4")]);
        let released = world
            .done(move |tx, meta| {
                let id = sales::save_delivery(tx, meta, &input)?;
                sales::release_delivery(tx, meta, id, None)?;
                Ok(id)
            })
            .await;
        set_limit(&world, buyer, 50_00, Policy::Block).await;
        let warned: i64 = world
            .read(|tx| {
                let sql = "SELECT COUNT(*) FROM credit_decision WHERE company_id = $1 \
                    AND event = 'limit_change' AND result = 'warn'";
                tx.one(sql, db::p![])
            })
            .await;
        assert_eq!(warned, 1);
        assert_eq!(
            state(&world, ordered).await,
            OrderState::Confirmed,
            "nothing is held after the fact"
        );
        world
            .done(move |tx, meta| sales::post_delivery(tx, meta, released, None))
            .await;
        let unreleased = delivery_of(ordered, vec![of_order(1, "5")]);
        let code = world
            .refused(move |tx, meta| sales::post_new(tx, meta, &unreleased))
            .await;
        assert_eq!(code, "credit.over_limit");
        world.check_all().await;
    });
}

#[test]
fn an_approval_lets_one_version_of_one_document_pass_once() {
    both(|db| async move {
        let world = World::new(db).await;
        let (buyer, tea) = shop(&world, "100.00", Policy::Block).await;
        let input = order(buyer, vec![line(tea, "12")]);
        let draft = world
            .done(move |tx, meta| {
                let id = sales::save_order(tx, meta, &input)?;
                sales::request_order_override(tx, meta, id, "good customer")?;
                Ok(id)
            })
            .await;
        let request: i64 = world
            .read(|tx| {
                tx.one(
                    "SELECT MAX(id) FROM credit_override WHERE company_id = $1",
                    db::p![],
                )
            })
            .await;
        let request = credit::OverrideId::new(request);
        let approve = move |role: Role| {
            move |tx: &mut db::Tx<'_>, meta: &Meta| {
                credit::overrides::approve(tx, meta, role, request, &Approval::default())
            }
        };
        assert_eq!(world.refused(approve(Role::Owner)).await, "credit.own_request");
        world
            .done(|tx, _| {
                let setting = Setting {
                    tolerance: 0,
                    self_approval: 500_00,
                    ceilings: vec![("accountant".into(), 100_00)],
                };
                settings::set_setting(tx, &setting)
            })
            .await;
        assert_eq!(
            world.refused(approve(Role::Accountant)).await,
            "credit.over_ceiling"
        );
        world.done(approve(Role::Owner)).await;
        assert_eq!(
            world.refused(approve(Role::Owner)).await,
            "credit.already_decided"
        );

        // Raised meanwhile: what was approved is another document.
        let more = sales::SaveOrder {
            id: Some(draft),
            version: 1,
            ..order(buyer, vec![line(tea, "13")])
        };
        world
            .done(move |tx, meta| sales::save_order(tx, meta, &more))
            .await;
        let code = world
            .refused(move |tx, meta| sales::confirm_order(tx, meta, draft, None))
            .await;
        assert_eq!(code, "credit.over_limit");
        world
            .done(move |tx, meta| {
                sales::request_order_override(tx, meta, draft, "still a good customer")?;
                let id: i64 = tx.one(
                    "SELECT MAX(id) FROM credit_override WHERE company_id = $1",
                    db::p![],
                )?;
                let id = credit::OverrideId::new(id);
                credit::overrides::approve(tx, meta, Role::Owner, id, &Approval::default())
            })
            .await;
        world
            .done(move |tx, meta| sales::confirm_order(tx, meta, draft, None))
            .await;
        assert_eq!(state(&world, draft).await, OrderState::Confirmed);
        // Used: the next one is held back again.
        let next = delivery(buyer, vec![line(tea, "1")]);
        let code = world
            .refused(move |tx, meta| sales::post_new(tx, meta, &next))
            .await;
        assert_eq!(code, "credit.over_limit");
        let states: Vec<String> = world
            .read(|tx| {
                let sql = "SELECT state FROM credit_override WHERE company_id = $1 ORDER BY id";
                tx.all(sql, db::p![])
            })
            .await;
        assert_eq!(states, ["void", "used"]);
        world.check_all().await;
    });
}

#[test]
fn a_waiting_document_goes_once_it_is_approved() {
    both(|db| async move {
        let world = World::new(db).await;
        let (buyer, tea) = shop(&world, "100.00", Policy::Hold).await;
        let held = world.confirmed(order(buyer, vec![line(tea, "12")])).await;
        let input = delivery(buyer, vec![line(tea, "11")]);
        let draft = world
            .done(move |tx, meta| {
                let id = sales::save_delivery(tx, meta, &input)?;
                assert!(sales::release_delivery(tx, meta, id, None)?.held);
                Ok(id)
            })
            .await;
        let delivered = move |tx: &mut db::Tx<'_>| Ok(sales::delivery(tx, draft)?.state);
        assert_eq!(world.read(delivered).await, sales::DeliveryState::Draft);
        world.check_all().await;
        world
            .done(|tx, meta| {
                let setting = Setting {
                    self_approval: 500_00,
                    ..Setting::default()
                };
                settings::set_setting(tx, &setting)?;
                let sql = "SELECT id FROM credit_hold WHERE company_id = $1 ORDER BY id";
                for hold in tx.all::<credit::HoldId>(sql, db::p![])? {
                    credit::overrides::approve_hold(tx, meta, Role::Owner, hold, &Approval::default())?;
                }
                Ok(())
            })
            .await;
        assert_eq!(queue(&world).await, 2);
        assert_eq!(state(&world, held).await, OrderState::Confirmed);
        assert_eq!(world.read(delivered).await, sales::DeliveryState::Released);
        world.check_all().await;
    });
}

#[test]
fn amending_upward_is_checked_and_downward_never() {
    both(|db| async move {
        let world = World::new(db).await;
        let (buyer, tea) = shop(&world, "100.00", Policy::Hold).await;
        let ordered = world.confirmed(order(buyer, vec![line(tea, "8")])).await;
        world.posted(delivery_of(ordered, vec![of_order(1, "3")])).await;
        let amend = move |quantity: &'static str| {
            move |tx: &mut db::Tx<'_>, meta: &Meta| {
                sales::amend_order(tx, meta, ordered, None, &[of_order(1, quantity)])
            }
        };
        assert_eq!(world.refused(amend("2")).await, "sales.line_delivered");
        assert!(!world.done(amend("10")).await.held);
        assert_eq!(exposure(&world, buyer).await.total(), 100_00);
        world.check_all().await;
        assert!(world.done(amend("11")).await.held, "more than the limit waits");
        assert_eq!(
            exposure(&world, buyer).await.total(),
            30_00,
            "and reserves nothing"
        );
        world.check_all().await;
        assert!(!world.done(amend("9")).await.held);
        assert_eq!(exposure(&world, buyer).await.total(), 90_00);
        world.done(amend("3")).await;
        assert_eq!(state(&world, ordered).await, OrderState::Closed);
        world.check_all().await;
    });
}

#[test]
fn limits_end_grow_for_a_while_and_are_shared() {
    both(|db| async move {
        let world = World::new(db).await;
        let (buyer, tea) = shop(&world, "100.00", Policy::Block).await;
        let sister = world
            .buyer(
                BuyerTerms::named("Sister Shop")
                    .limit("100.00")
                    .policy(Policy::Block),
            )
            .await;
        let today = world.today();
        world
            .done(move |tx, meta| {
                let account = credit::lock_account(tx, buyer.account)?;
                let new = NewIncrease {
                    amount: 50_00,
                    from: today,
                    until: today.plus(10),
                    reason: "new year".into(),
                };
                settings::add_increase(tx, meta, &account, &new).map(drop)
            })
            .await;
        world.posted(delivery(buyer, vec![line(tea, "14")])).await;
        world.pass(11);
        let one = delivery(buyer, vec![line(tea, "1")]);
        let again = one.clone();
        let code = world
            .refused(move |tx, meta| sales::post_new(tx, meta, &one))
            .await;
        assert_eq!(code, "credit.over_limit", "the increase is over");

        // A limit for both: 200.00 together.
        world
            .done(move |tx, meta| {
                let group = NewGroup {
                    name: "Shops".into(),
                    currency: meta.company.currency,
                    limit: Some(200_00),
                };
                let group = settings::save_group(tx, None, &group)?;
                for account in [buyer.account, sister.account] {
                    let account = credit::lock_account(tx, account)?;
                    settings::set_terms(tx, &account, None, Some(group))?;
                }
                Ok(())
            })
            .await;
        let seven = delivery(sister, vec![line(tea, "7")]);
        let code = world
            .refused(move |tx, meta| sales::post_new(tx, meta, &seven))
            .await;
        assert_eq!(code, "credit.group_over_limit");
        world.posted(delivery(sister, vec![line(tea, "6")])).await;

        // Granted until yesterday: whatever is new waits.
        world
            .received(receipt(buyer, world.today(), "100.00", Target::None))
            .await;
        let until = world.today().plus(-1);
        world
            .done(move |tx, _| {
                let account = credit::lock_account(tx, buyer.account)?;
                settings::set_terms(tx, &account, Some(until), None)
            })
            .await;
        let code = world
            .refused(move |tx, meta| sales::post_new(tx, meta, &again))
            .await;
        assert_eq!(code, "credit.limit_expired");
        world.check_all().await;
    });
}

#[test]
fn a_persons_hold_stops_even_what_is_paid() {
    both(|db| async move {
        let world = World::new(db).await;
        let (buyer, tea) = shop(&world, "100.00", Policy::Block).await;
        world
            .received(receipt(buyer, world.today(), "500.00", Target::None))
            .await;
        world
            .done(move |tx, _| {
                let account = credit::lock_account(tx, buyer.account)?;
                settings::set_manual_hold(tx, &account, "court order")
            })
            .await;
        let held = world.confirmed(order(buyer, vec![line(tea, "1")])).await;
        assert_eq!(state(&world, held).await, OrderState::Held);
        world
            .done(move |tx, _| {
                let account = credit::lock_account(tx, buyer.account)?;
                settings::set_manual_hold(tx, &account, "")
            })
            .await;
        assert_eq!(queue(&world).await, 1);
        assert_eq!(state(&world, held).await, OrderState::Confirmed);
        world.check_all().await;
    });
}

#[test]
fn fifty_confirmations_at_once_never_go_over_the_limit() {
    both(|db| async move {
        let world = World::new(db).await;
        let (buyer, tea) = shop(&world, "100.00", Policy::Block).await;
        let mut drafts = Vec::new();
        for _ in 0..50 {
            let input = order(buyer, vec![line(tea, "3")]);
            drafts.push(
                world
                    .done(move |tx, meta| sales::save_order(tx, meta, &input))
                    .await,
            );
        }
        let mut running = tokio::task::JoinSet::new();
        for draft in drafts {
            let (db, company, meta) = (world.db.clone(), world.company.id, world.meta());
            running.spawn(async move {
                db.write(company, move |tx| sales::confirm_order(tx, &meta, draft, None))
                    .await
                    .is_ok()
            });
        }
        let done = running.join_all().await.into_iter().filter(|done| *done).count();
        assert_eq!(done, 3, "three times 30.00 fit into 100.00");
        assert_eq!(exposure(&world, buyer).await.total(), 90_00);
        world.check_all().await;
    });
}

#[test]
fn the_queue_keeps_its_order_and_its_priorities() {
    both(|db| async move {
        let world = World::new(db).await;
        let (buyer, tea) = shop(&world, "0", Policy::Hold).await;
        let mut held = Vec::new();
        for _ in 0..20 {
            held.push(world.confirmed(order(buyer, vec![line(tea, "1")])).await);
        }
        let (first, last) = (held[0], held[19]);
        world
            .done(move |tx, _| {
                let sql = "SELECT id FROM credit_hold WHERE company_id = $1 AND document_id = $2";
                let hold: credit::HoldId = tx.one(sql, db::p![last])?;
                credit::holds::set_priority(tx, hold, 5)
            })
            .await;
        world
            .received(receipt(buyer, world.today(), "20.00", Target::None))
            .await;
        assert_eq!(queue(&world).await, 2);
        assert_eq!(state(&world, last).await, OrderState::Confirmed);
        assert_eq!(state(&world, first).await, OrderState::Confirmed);
        assert_eq!(state(&world, held[1]).await, OrderState::Held);
        world
            .received(receipt(buyer, world.today(), "180.00", Target::None))
            .await;
        assert_eq!(queue(&world).await, 18, "more than one unit takes");
        world.check_all().await;
    });
}
