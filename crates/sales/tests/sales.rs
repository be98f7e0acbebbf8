//! Sales on both databases: the life of orders, deliveries, returns and reversals, with what the
//! credit check and the ledger make of them, and the invariants of the slice after every story.

use base::{Day, Money, Price, Quantity};
use catalog::{NewProduct, ProductId};
use credit::Policy;
use db::Tx;
use kit::Meta;
use ledger::{AccountId, ActRef, Allocate, DocRef, EntryKind, NewEntry, Side};
use parties::{CustomerId, NewCustomer};
use sales::{
    DeliveryId, DeliveryKind, DeliveryState, EnterOpening, ImportedDocument, ImportedLine, LineInput,
    LineKind, NewOpening, OrderId, OrderState, SaveDelivery, SaveOrder,
};
use testkit::World;

/// A customer, two products, and the acts in short words.
#[derive(Clone, Copy)]
struct Shop {
    customer: CustomerId,
    account: AccountId,
    tea: ProductId,
    /// 0.335 a piece.
    pin: ProductId,
}

fn q(text: &str) -> Quantity {
    text.parse().unwrap()
}

async fn shop(world: &World, limit: Option<i64>, policy: Policy) -> Shop {
    world
        .done(move |tx, meta| {
            let currency = meta.company.currency;
            let customer =
                parties::insert(tx, meta, NewCustomer::named("好运来 Lucky", currency, meta.lang))?;
            let schedule = ledger::Schedule::read("monthly:-1", "cutoff+30", 0)?;
            let account = ledger::open_account(tx, customer, currency, meta.today, &schedule, None)?;
            credit::open(tx, account, limit, policy)?;
            let tea = product(tx, meta, "TEA", "红茶 Black tea", "100")?;
            let pin = product(tx, meta, "PIN", "别针 Pin", "0.335")?;
            Ok(Shop {
                customer,
                account,
                tea,
                pin,
            })
        })
        .await
}

fn product(tx: &mut Tx<'_>, meta: &Meta, code: &str, name: &str, price: &str) -> db::Result<ProductId> {
    let new = NewProduct {
        code: code.into(),
        name: name.into(),
        unit: "pc".into(),
        price: price.parse().unwrap(),
        barcode: String::new(),
        active: true,
    };
    catalog::create_product(tx, meta, new)
}

fn goods(product: ProductId, quantity: &str) -> LineInput {
    LineInput {
        product: Some(product),
        quantity: q(quantity),
        price: None,
        order_line: None,
        source_line: None,
    }
}

fn of_order(line: i64, quantity: &str) -> LineInput {
    LineInput {
        product: None,
        quantity: q(quantity),
        price: None,
        order_line: Some(line),
        source_line: None,
    }
}

fn of_source(line: i64, quantity: &str) -> LineInput {
    LineInput {
        product: None,
        quantity: q(quantity),
        price: None,
        order_line: None,
        source_line: Some(line),
    }
}

impl Shop {
    fn order(&self, lines: Vec<LineInput>) -> SaveOrder {
        SaveOrder {
            id: None,
            version: 0,
            customer: self.customer,
            order_date: None,
            salesperson: None,
            remark: String::new(),
            lines,
        }
    }

    fn delivery(&self, lines: Vec<LineInput>) -> SaveDelivery {
        SaveDelivery {
            id: None,
            version: 0,
            kind: DeliveryKind::Delivery,
            customer: Some(self.customer),
            order: None,
            source: None,
            delivery_date: None,
            salesperson: None,
            remark: String::new(),
            reason: String::new(),
            lines,
        }
    }

    fn part(&self, order: OrderId, lines: Vec<LineInput>) -> SaveDelivery {
        SaveDelivery {
            order: Some(order),
            ..self.delivery(lines)
        }
    }

    fn back(&self, source: Option<DeliveryId>, lines: Vec<LineInput>) -> SaveDelivery {
        SaveDelivery {
            kind: DeliveryKind::Return,
            source,
            reason: "broken".into(),
            ..self.delivery(lines)
        }
    }

    async fn confirmed(&self, world: &World, lines: Vec<LineInput>) -> OrderId {
        let input = self.order(lines);
        world
            .done(move |tx, meta| {
                let id = sales::save_order(tx, meta, &input)?;
                sales::confirm_order(tx, meta, id, None)?;
                Ok(id)
            })
            .await
    }

    async fn posted(&self, world: &World, input: SaveDelivery) -> DeliveryId {
        world
            .done(move |tx, meta| Ok(sales::post_new(tx, meta, &input)?.delivery))
            .await
    }

    /// (ordered, shipped, receivable - credits)
    async fn exposure(&self, world: &World) -> (i64, i64, i64) {
        let (account, today) = (self.account, world.today());
        world
            .read(move |tx| {
                let row = ledger::find_account(tx, account)?;
                let (e, _) = credit::exposure_on(tx, &row, today)?;
                Ok((e.ord, e.shp, e.ar - e.cr))
            })
            .await
    }

    /// Money arrives and stays on account.
    async fn pay(&self, world: &World, amount: i64) {
        let account = self.account;
        world
            .done(move |tx, meta| {
                let mut row = ledger::lock_account(tx, account)?;
                let document = DocRef {
                    kind: "receipt",
                    id: 1,
                    no: "RC-1".into(),
                };
                let entry = NewEntry::new(EntryKind::Receipt, -amount, meta.today, document);
                ledger::append(tx, meta, &mut row, entry)
            })
            .await;
    }
}

/// The invariants of this slice and those below; the stories' receipts have no slice behind them.
async fn nothing_broken(world: &World) {
    let checks = [ledger::CHECKS, credit::CHECKS, sales::CHECKS].concat();
    let found = world.read(move |tx| kit::check::run(tx, &checks)).await;
    let broken: Vec<_> = found.into_iter().filter(|finding| finding.count > 0).collect();
    assert!(broken.is_empty(), "{broken:?}");
}

async fn delivery(world: &World, id: DeliveryId) -> sales::DeliveryRow {
    world.read(move |tx| sales::delivery(tx, id)).await
}

async fn order(world: &World, id: OrderId) -> sales::OrderRow {
    world.read(move |tx| sales::order(tx, id)).await
}

#[test]
fn an_order_is_delivered_in_parts() {
    db::testing::both(|db| async move {
        let world = World::new(db).await;
        let shop = shop(&world, Some(1_000_000), Policy::Block).await;
        let id = shop
            .confirmed(&world, vec![goods(shop.pin, "3"), goods(shop.tea, "2")])
            .await;
        assert_eq!(order(&world, id).await.no.as_deref(), Some("SO-000001"));
        assert_eq!(shop.exposure(&world).await, (20101, 0, 0));

        // Released: moved on from the order to the shipment, the sum stays.
        let draft = shop.part(id, vec![of_order(1, "1")]);
        let first = world
            .done(move |tx, meta| {
                let id = sales::save_delivery(tx, meta, &draft)?;
                let outcome = sales::release_delivery(tx, meta, id, Some(1))?;
                assert_eq!(outcome.exposure, 20101);
                Ok(id)
            })
            .await;
        assert_eq!(shop.exposure(&world).await, (20067, 34, 0));
        nothing_broken(&world).await;
        let posted = world
            .done(move |tx, meta| sales::post_delivery(tx, meta, first, None))
            .await;
        assert_eq!((posted.no.as_str(), posted.total), ("DN-000001", 34));
        assert_eq!(shop.exposure(&world).await, (20067, 0, 34));

        // 3 x 0.335 delivered singly: 0.34, 0.33, 0.34.
        let second = shop.posted(&world, shop.part(id, vec![of_order(1, "1")])).await;
        assert_eq!(delivery(&world, second).await.total, 33);
        let too_much = shop.part(id, vec![of_order(1, "2")]);
        let code = world
            .refused(move |tx, meta| sales::post_new(tx, meta, &too_much))
            .await;
        assert_eq!(code, "sales.over_delivered");
        assert_eq!(order(&world, id).await.state, OrderState::Confirmed);
        let last = shop
            .posted(&world, shop.part(id, vec![of_order(1, "1"), of_order(2, "2")]))
            .await;
        assert_eq!(delivery(&world, last).await.total, 20034);

        // Everything is delivered: the order is closed, and all of it is receivable.
        let row = order(&world, id).await;
        assert_eq!(
            (row.state, row.delivered, row.total),
            (OrderState::Closed, 20101, 20101)
        );
        assert_eq!(shop.exposure(&world).await, (0, 0, 20101));
        let more = shop.part(id, vec![of_order(1, "1")]);
        let code = world
            .refused(move |tx, meta| sales::save_delivery(tx, meta, &more))
            .await;
        assert_eq!(code, "sales.order_not_open");
        nothing_broken(&world).await;
    });
}

#[test]
fn the_limit_blocks_until_money_arrives() {
    db::testing::both(|db| async move {
        let world = World::new(db).await;
        let shop = shop(&world, Some(50_000), Policy::Block).await;
        shop.posted(&world, shop.delivery(vec![goods(shop.tea, "4")]))
            .await;
        let input = shop.order(vec![goods(shop.tea, "2")]);
        let id = world
            .done(move |tx, meta| sales::save_order(tx, meta, &input))
            .await;
        let code = world
            .refused(move |tx, meta| sales::confirm_order(tx, meta, id, None))
            .await;
        assert_eq!(code, "credit.over_limit");
        // The draft stays, unnumbered; nothing counts.
        let row = order(&world, id).await;
        assert_eq!((row.state, row.no), (OrderState::Draft, None));
        assert_eq!(shop.exposure(&world).await, (0, 0, 40_000));

        shop.pay(&world, 10_000).await;
        let outcome = world
            .done(move |tx, meta| sales::confirm_order(tx, meta, id, None))
            .await;
        assert_eq!(
            (outcome.exposure, outcome.limit, outcome.warned),
            (50_000, Some(50_000), false)
        );
        let row = order(&world, id).await;
        // A refusal takes no number.
        assert_eq!(row.no.as_deref(), Some("SO-000001"));
        assert_eq!((row.exposure, row.limit), (Some(50_000), Some(50_000)));

        // Lowered: what is confirmed stays, an unreleased shipment is held.
        let account = shop.account;
        world
            .done(move |tx, meta| {
                let row = credit::lock_account(tx, account)?;
                credit::set_limit(tx, meta, &row, Some(45_000), Policy::Block)
            })
            .await;
        let part = shop.part(id, vec![of_order(1, "1")]);
        let draft = world
            .done(move |tx, meta| sales::save_delivery(tx, meta, &part))
            .await;
        let code = world
            .refused(move |tx, meta| sales::release_delivery(tx, meta, draft, None))
            .await;
        assert_eq!(code, "credit.over_limit");
        assert_eq!(delivery(&world, draft).await.state, DeliveryState::Draft);
        assert_eq!(shop.exposure(&world).await, (20_000, 0, 30_000));
        nothing_broken(&world).await;
    });
}

#[test]
fn released_goods_are_posted_whatever_the_limit_says() {
    db::testing::both(|db| async move {
        let world = World::new(db).await;
        let shop = shop(&world, Some(10_000), Policy::Block).await;
        let input = shop.delivery(vec![goods(shop.tea, "1")]);
        let id = world
            .done(move |tx, meta| {
                let id = sales::save_delivery(tx, meta, &input)?;
                sales::release_delivery(tx, meta, id, None)?;
                Ok(id)
            })
            .await;
        assert_eq!(shop.exposure(&world).await, (0, 10_000, 0));
        let account = shop.account;
        world
            .done(move |tx, meta| {
                let row = credit::lock_account(tx, account)?;
                credit::set_limit(tx, meta, &row, Some(0), Policy::Block)
            })
            .await;
        let posted = world
            .done(move |tx, meta| sales::post_delivery(tx, meta, id, None))
            .await;
        assert!(posted.credit.unwrap().warned);
        let row = delivery(&world, id).await;
        assert_eq!(
            (row.exposure, row.limit),
            (Some(10_000), Some(10_000)),
            "as at release"
        );
        nothing_broken(&world).await;
        // Cash only: the next one is refused, whole.
        let next = shop.delivery(vec![goods(shop.pin, "1")]);
        let code = world
            .refused(move |tx, meta| sales::post_new(tx, meta, &next))
            .await;
        assert_eq!(code, "credit.over_limit");
        nothing_broken(&world).await;
    });
}

#[test]
fn a_release_can_be_withdrawn() {
    db::testing::both(|db| async move {
        let world = World::new(db).await;
        let shop = shop(&world, None, Policy::Block).await;
        let id = shop.confirmed(&world, vec![goods(shop.tea, "2")]).await;
        let part = shop.part(id, vec![of_order(1, "2")]);
        let draft = world
            .done(move |tx, meta| {
                let draft = sales::save_delivery(tx, meta, &part)?;
                sales::release_delivery(tx, meta, draft, None)?;
                Ok(draft)
            })
            .await;
        assert_eq!(order(&world, id).await.state, OrderState::Closed);
        world
            .done(move |tx, meta| sales::withdraw_delivery(tx, meta, draft, None))
            .await;
        assert_eq!(order(&world, id).await.state, OrderState::Confirmed);
        assert_eq!(delivery(&world, draft).await.state, DeliveryState::Draft);
        assert_eq!(shop.exposure(&world).await, (20_000, 0, 0));
        nothing_broken(&world).await;
        world
            .done(move |tx, meta| sales::post_delivery(tx, meta, draft, None))
            .await;
        nothing_broken(&world).await;
    });
}

#[test]
fn goods_come_back() {
    db::testing::both(|db| async move {
        let world = World::new(db).await;
        let shop = shop(&world, None, Policy::Off).await;
        let sold = shop
            .posted(
                &world,
                shop.delivery(vec![goods(shop.pin, "3"), goods(shop.tea, "1")]),
            )
            .await;
        let one = shop
            .posted(&world, shop.back(Some(sold), vec![of_source(1, "-1")]))
            .await;
        let row = delivery(&world, one).await;
        assert_eq!((row.total, row.no.as_deref()), (-34, Some("RT-000001")));
        // It reduced what is open on its own delivery; nothing stays on account.
        let account = shop.account;
        let credits = world
            .read(move |tx| ledger::open_items(tx, account, Side::Credit))
            .await;
        assert!(credits.is_empty());
        let two = shop
            .posted(&world, shop.back(Some(sold), vec![of_source(1, "-2")]))
            .await;
        assert_eq!(delivery(&world, two).await.total, -67);
        let more = shop.back(Some(sold), vec![of_source(1, "-0.5")]);
        let code = world
            .refused(move |tx, meta| sales::post_new(tx, meta, &more))
            .await;
        assert_eq!(code, "sales.over_returned");
        assert_eq!(shop.exposure(&world).await, (0, 0, 10_000));

        // A delivery of which something came back is not reversed before the returns are.
        let code = world
            .refused(move |tx, meta| sales::reverse_delivery(tx, meta, sold, None, None, "wrong"))
            .await;
        assert_eq!(code, "sales.has_returns");
        for id in [one, two] {
            world
                .done(move |tx, meta| sales::reverse_delivery(tx, meta, id, None, None, "not broken"))
                .await;
        }
        assert_eq!(shop.exposure(&world).await, (0, 0, 10_101));
        world
            .done(move |tx, meta| sales::reverse_delivery(tx, meta, sold, None, None, "wrong"))
            .await;
        assert_eq!(shop.exposure(&world).await, (0, 0, 0));
        nothing_broken(&world).await;

        // Without a delivery: the credit stays on account.
        let alone = shop
            .posted(&world, shop.back(None, vec![goods(shop.tea, "-1")]))
            .await;
        assert_eq!(delivery(&world, alone).await.total, -10_000);
        assert_eq!(shop.exposure(&world).await, (0, 0, -10_000));
        let wrong_sign = shop.back(None, vec![goods(shop.tea, "1")]);
        let code = world
            .refused(move |tx, meta| sales::post_new(tx, meta, &wrong_sign))
            .await;
        assert_eq!(code, "sales.quantity_not_positive");
        nothing_broken(&world).await;
    });
}

#[test]
fn a_credit_larger_than_the_open_amount_stays_on_account() {
    db::testing::both(|db| async move {
        let world = World::new(db).await;
        let shop = shop(&world, None, Policy::Off).await;
        let sold = shop
            .posted(&world, shop.delivery(vec![goods(shop.tea, "2")]))
            .await;
        shop.pay(&world, 15_000).await;
        let account = shop.account;
        world
            .done(move |tx, meta| {
                let mut row = ledger::lock_account(tx, account)?;
                let debit = ledger::open_items(tx, account, Side::Debit)?[0].entry;
                let credit = ledger::open_items(tx, account, Side::Credit)?[0].entry;
                let pair = Allocate {
                    debit,
                    credit,
                    amount: 15_000,
                    effective: None,
                };
                ledger::allocate(
                    tx,
                    meta,
                    &mut row,
                    ActRef {
                        kind: "manual",
                        id: 1,
                    },
                    &[pair],
                    "",
                )
            })
            .await;
        let code = world
            .refused(move |tx, meta| sales::reverse_delivery(tx, meta, sold, None, None, "x"))
            .await;
        assert_eq!(code, "sales.allocated_cannot_reverse");
        // 200 sold, 150 paid, 100 come back: 50 close the item, 50 stay on account.
        shop.posted(&world, shop.back(Some(sold), vec![of_source(1, "-1")]))
            .await;
        let credits = world
            .read(move |tx| ledger::open_items(tx, account, Side::Credit))
            .await;
        assert_eq!(credits.iter().map(|item| item.open).collect::<Vec<_>>(), [5_000]);
        let debits = world
            .read(move |tx| ledger::open_items(tx, account, Side::Debit))
            .await;
        assert!(debits.is_empty());
        nothing_broken(&world).await;
    });
}

#[test]
fn a_reversal_opens_the_order_again() {
    db::testing::both(|db| async move {
        let world = World::new(db).await;
        let shop = shop(&world, Some(20_000), Policy::Block).await;
        let id = shop.confirmed(&world, vec![goods(shop.tea, "2")]).await;
        let sold = shop.posted(&world, shop.part(id, vec![of_order(1, "2")])).await;
        world.pass(3);
        let before = world.today().plus(-10);
        let code = world
            .refused(move |tx, meta| sales::reverse_delivery(tx, meta, sold, None, Some(before), "wrong"))
            .await;
        assert_eq!(code, "sales.date_before_document");
        let reversed = world
            .done(move |tx, meta| sales::reverse_delivery(tx, meta, sold, None, None, "wrong"))
            .await;
        assert_eq!((reversed.no.as_str(), reversed.total), ("DN-000002", -20_000));
        assert_eq!(order(&world, id).await.state, OrderState::Confirmed);
        assert_eq!(shop.exposure(&world).await, (20_000, 0, 0));
        for again in [sold, reversed.delivery] {
            let refused =
                world.refused(move |tx, meta| sales::reverse_delivery(tx, meta, again, None, None, "x"));
            let code = refused.await;
            assert!(
                ["sales.already_reversed", "sales.is_reversal"].contains(&code.as_str()),
                "{code}"
            );
        }
        nothing_broken(&world).await;
        // Half is delivered, the rest cancelled: a reversal does not bring the rest back.
        let half = shop.posted(&world, shop.part(id, vec![of_order(1, "1")])).await;
        world
            .done(move |tx, meta| sales::cancel_order(tx, meta, id, None, "customer left"))
            .await;
        assert_eq!(shop.exposure(&world).await, (0, 0, 10_000));
        world
            .done(move |tx, meta| sales::reverse_delivery(tx, meta, half, None, None, "wrong"))
            .await;
        assert_eq!(order(&world, id).await.state, OrderState::Closed);
        assert_eq!(shop.exposure(&world).await, (0, 0, 0));
        nothing_broken(&world).await;
    });
}

#[test]
fn drafts_change_and_posted_documents_do_not() {
    db::testing::both(|db| async move {
        let mut world = World::new(db).await;
        let shop = shop(&world, None, Policy::Off).await;
        let input = shop.delivery(vec![goods(shop.tea, "1")]);
        let id = world
            .done(move |tx, meta| sales::save_delivery(tx, meta, &input))
            .await;
        let change = SaveDelivery {
            id: Some(id),
            version: 1,
            ..shop.delivery(vec![goods(shop.tea, "2")])
        };
        let again = change.clone();
        world
            .done(move |tx, meta| sales::save_delivery(tx, meta, &change))
            .await;
        assert_eq!(delivery(&world, id).await.total, 20_000);
        let code = world
            .refused(move |tx, meta| sales::save_delivery(tx, meta, &again))
            .await;
        assert_eq!(code, "sales.changed_meanwhile");
        let code = world
            .refused(move |tx, meta| sales::post_delivery(tx, meta, id, Some(1)))
            .await;
        assert_eq!(code, "sales.changed_meanwhile");

        let tomorrow = world.today().plus(1);
        let later = SaveDelivery {
            id: Some(id),
            version: 2,
            delivery_date: Some(tomorrow),
            ..shop.delivery(vec![goods(shop.tea, "2")])
        };
        world
            .done(move |tx, meta| sales::save_delivery(tx, meta, &later))
            .await;
        let code = world
            .refused(move |tx, meta| sales::post_delivery(tx, meta, id, None))
            .await;
        assert_eq!(code, "sales.date_in_future");
        world.pass(1);
        world
            .done(move |tx, meta| sales::post_delivery(tx, meta, id, None))
            .await;
        for code in [
            world
                .refused(move |tx, meta| sales::post_delivery(tx, meta, id, None))
                .await,
            world
                .refused(move |tx, meta| sales::delete_delivery(tx, meta, id, None))
                .await,
        ] {
            assert_eq!(code, "sales.not_draft");
        }
        let today = world.today();
        world.lock_until(Some(today)).await;
        let locked = shop.delivery(vec![goods(shop.tea, "1")]);
        let code = world
            .refused(move |tx, meta| sales::post_new(tx, meta, &locked))
            .await;
        assert_eq!(code, "ledger.period_locked");
        nothing_broken(&world).await;
    });
}

#[test]
fn a_price_of_zero_posts_a_zero_entry() {
    db::testing::both(|db| async move {
        let world = World::new(db).await;
        let shop = shop(&world, Some(0), Policy::Block).await;
        let gift = LineInput {
            price: Some(Price::ZERO),
            ..goods(shop.tea, "1")
        };
        let id = shop.posted(&world, shop.delivery(vec![gift])).await;
        let row = delivery(&world, id).await;
        let entry = row.entry.unwrap();
        let entry = world.read(move |tx| ledger::entry(tx, entry)).await;
        assert_eq!(entry.amount, 0);
        world
            .done(move |tx, meta| sales::reverse_delivery(tx, meta, id, None, None, "not a gift"))
            .await;
        nothing_broken(&world).await;
    });
}

#[test]
fn files_keep_their_numbers_and_are_never_held_back() {
    db::testing::both(|db| async move {
        let world = World::new(db).await;
        let shop = shop(&world, Some(0), Policy::Block).await;
        let line = |code: &str, quantity: &str, price: &str| ImportedLine {
            product: None,
            code: code.into(),
            name: String::new(),
            unit: String::new(),
            quantity: q(quantity),
            price: price.parse().unwrap(),
        };
        let document = |no: &str, lines| ImportedDocument {
            account: shop.account,
            no: no.into(),
            date: "2011-07-01".parse::<Day>().unwrap(),
            remark: String::new(),
            lines,
        };
        let lines = (0..40)
            .map(|n| line(&format!("X{}", n % 30), "3", "0.335"))
            .collect();
        let big = document("536365", lines);
        let again = big.clone();
        let posted = world
            .done(move |tx, meta| sales::post_imported(tx, meta, &big))
            .await;
        assert_eq!((posted.no.as_str(), posted.total), ("536365", 4040));
        assert!(posted.credit.unwrap().warned);
        let code = world
            .refused(move |tx, meta| sales::post_imported(tx, meta, &again))
            .await;
        assert_eq!(code, "sales.number_taken");
        let mixed = document("C536366", vec![line("X1", "-2", "5"), line("NEW", "1", "0.004")]);
        let posted = world
            .done(move |tx, meta| sales::post_imported(tx, meta, &mixed))
            .await;
        assert_eq!(posted.total, -1000);
        assert_eq!(delivery(&world, posted.delivery).await.kind, DeliveryKind::Return);
        let zero = document("536367", vec![line("X1", "5", "0")]);
        let posted = world
            .done(move |tx, meta| sales::post_imported(tx, meta, &zero))
            .await;
        assert_eq!(
            delivery(&world, posted.delivery).await.kind,
            DeliveryKind::Delivery
        );
        nothing_broken(&world).await;
    });
}

#[test]
fn settlement_lines_and_openings_stand_beside_goods() {
    db::testing::both(|db| async move {
        let world = World::new(db).await;
        let shop = shop(&world, None, Policy::Off).await;
        let account = shop.account;
        let order_id = world
            .done(move |tx, meta| {
                let mut row = ledger::lock_account(tx, account)?;
                let opening = NewOpening {
                    no: "2025-17".into(),
                    date: meta.today,
                    due: None,
                    amount: 123_456,
                    remark: String::new(),
                };
                let opened = sales::create_opening(tx, meta, &mut row, &opening)?;
                let (order, debit) = (opened.order, opened.entry);
                let document = DocRef {
                    kind: "bad_debt",
                    id: 1,
                    no: "2025-17".into(),
                };
                let new = NewEntry {
                    order: Some(order),
                    internal: true,
                    ..NewEntry::new(EntryKind::BadDebt, -123_456, meta.today, document)
                };
                let credit = ledger::append(tx, meta, &mut row, new)?;
                let pair = Allocate {
                    debit,
                    credit,
                    amount: 123_456,
                    effective: None,
                };
                ledger::allocate(
                    tx,
                    meta,
                    &mut row,
                    ActRef {
                        kind: "bad_debt",
                        id: 1,
                    },
                    &[pair],
                    "gone",
                )?;
                let amount = Money::new(123_456, meta.company.currency);
                sales::append_settlement_line(tx, meta, order, LineKind::BadDebt, amount, credit)?;
                Ok(order)
            })
            .await;
        let lines = world.read(move |tx| sales::order_lines(tx, order_id)).await;
        assert_eq!(lines.len(), 1);
        assert_eq!(
            (lines[0].code.as_str(), lines[0].quantity, lines[0].amount),
            ("BAD-DEBT", q("1234.56"), -123_456)
        );
        assert_eq!(order(&world, order_id).await.total, 123_456);
        // The virtual product is not for sale.
        let virtual_one = lines[0].product;
        let sold = shop.delivery(vec![goods(virtual_one, "1")]);
        let code = world
            .refused(move |tx, meta| sales::save_delivery(tx, meta, &sold))
            .await;
        assert_eq!(code, "sales.product_not_sold");
        nothing_broken(&world).await;
    });
}

#[test]
fn an_opening_is_entered_once_and_for_an_amount() {
    db::testing::both(|db| async move {
        let mut world = World::new(db).await;
        let shop = shop(&world, None, Policy::Off).await;
        let posted = world
            .done(move |tx, meta| {
                let goods = shop.delivery(vec![goods(shop.tea, "1")]);
                sales::post_new(tx, meta, &goods)
            })
            .await;
        let today = world.today();
        let good = EnterOpening {
            customer: shop.customer,
            no: "OB-000001".into(),
            date: today.plus(-20),
            due: None,
            amount: "12.30".into(),
            remark: String::new(),
        };
        let enter = |entered: EnterOpening| {
            let world = &world;
            async move {
                world
                    .act(move |tx, meta| sales::enter_opening(tx, meta, &entered))
                    .await
            }
        };
        let opened = enter(good.clone()).await.unwrap();
        assert_eq!((opened.no.as_str(), opened.amount), ("OB-000001", 1230));
        // A number given by hand is passed over by the series.
        let next = EnterOpening {
            no: " ".into(),
            ..good.clone()
        };
        assert_eq!(enter(next).await.unwrap().no, "OB-000002");
        let other = EnterOpening {
            no: "A-1".into(),
            ..good.clone()
        };
        let cases = [
            (good.clone(), "sales.number_taken", "no"),
            (
                EnterOpening {
                    no: posted.no,
                    ..good.clone()
                },
                "sales.number_taken",
                "no",
            ),
            (
                EnterOpening {
                    amount: "0.00".into(),
                    ..other.clone()
                },
                "sales.amount_zero",
                "amount",
            ),
            (
                EnterOpening {
                    amount: "1.005".into(),
                    ..other.clone()
                },
                "sales.amount_unreadable",
                "amount",
            ),
            (
                EnterOpening {
                    amount: "--5".into(),
                    ..other.clone()
                },
                "sales.amount_unreadable",
                "amount",
            ),
            (
                EnterOpening {
                    date: today.plus(1),
                    ..other.clone()
                },
                "sales.date_in_future",
                "date",
            ),
            (
                EnterOpening {
                    due: Some(today.plus(-21)),
                    ..other.clone()
                },
                "sales.date_before_document",
                "due_date",
            ),
            (
                EnterOpening {
                    remark: "x".repeat(2_001),
                    ..other.clone()
                },
                "sales.text_too_long",
                "remark",
            ),
        ];
        for (entered, code, field) in cases {
            let refused = enter(entered).await.expect_err(code);
            let refusal = refused.refusal().expect("a refusal");
            assert_eq!((refusal.code, refusal.field.as_deref()), (code, Some(field)));
        }
        world.lock_until(Some(today.plus(-20))).await;
        let code = world
            .refused(move |tx, meta| sales::enter_opening(tx, meta, &other))
            .await;
        assert_eq!(code, "ledger.period_locked");
        nothing_broken(&world).await;
    });
}

#[test]
fn what_cannot_be_entered() {
    db::testing::both(|db| async move {
        let world = World::new(db).await;
        let shop = shop(&world, None, Policy::Off).await;
        let cases: Vec<(SaveDelivery, &str)> = vec![
            (shop.delivery(vec![]), "sales.no_lines"),
            (
                shop.delivery(vec![goods(shop.tea, "0")]),
                "sales.quantity_not_positive",
            ),
            (
                shop.delivery(vec![LineInput {
                    price: Some("-1".parse().unwrap()),
                    ..goods(shop.tea, "1")
                }]),
                "sales.price_negative",
            ),
            (
                shop.delivery(vec![LineInput {
                    product: None,
                    ..goods(shop.tea, "1")
                }]),
                "sales.product_missing",
            ),
            (
                shop.delivery(vec![LineInput {
                    price: Some("9000000000".parse().unwrap()),
                    ..goods(shop.tea, "9000000000")
                }]),
                "sales.amount_too_large",
            ),
            (
                SaveDelivery {
                    customer: None,
                    ..shop.delivery(vec![goods(shop.tea, "1")])
                },
                "sales.customer_missing",
            ),
            (
                SaveDelivery {
                    reason: " ".into(),
                    ..shop.back(None, vec![goods(shop.tea, "-1")])
                },
                "sales.reason_missing",
            ),
            (
                shop.part(OrderId::new(1), vec![of_order(1, "1")]),
                "sales.order_not_found",
            ),
            (
                shop.back(Some(DeliveryId::new(1)), vec![of_source(1, "-1")]),
                "sales.delivery_not_found",
            ),
        ];
        for (input, expected) in cases {
            let code = world
                .refused(move |tx, meta| sales::save_delivery(tx, meta, &input))
                .await;
            assert_eq!(code, expected);
        }
        nothing_broken(&world).await;
    });
}
