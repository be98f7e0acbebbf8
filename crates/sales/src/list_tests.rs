//! The lists answer every sort and filter, alone and together with search, the same way whichever
//! way they are read.

use base::Quantity;
use catalog::ProductId;
use db::Tx;
use kit::Meta;
use kit::list::ListQuery;
use parties::CustomerId;
use testkit::World;

use crate::queries::{self, DeliveryItem};
use crate::types::{DeliveryKind, LineInput, SaveDelivery, SaveOrder};

fn query(q: &str, sort: &str, filters: &[(&str, String)]) -> ListQuery {
    ListQuery {
        q: q.to_owned(),
        sort: sort.to_owned(),
        filter: filters
            .iter()
            .map(|(name, value)| (name.to_string(), value.clone()))
            .collect(),
        ..ListQuery::default()
    }
}

/// Two customers; ten deliveries of 1 to 10 pieces, every third a draft, the fourth reversed, the
/// fifth returned in part; one order, delivered in part.
fn fill(tx: &mut Tx<'_>, meta: &Meta) -> db::Result<(String, String, String)> {
    let customers = [
        customer(tx, meta, "好运来")?,
        customer(tx, meta, "Lucky Trading")?,
    ];
    let product = tea(tx, meta)?;
    for pieces in 1..=10 {
        let customer = customers[usize::from(pieces % 2 == 0)];
        let new = input(DeliveryKind::Delivery, customer, line(Some(product), pieces));
        if pieces % 3 == 0 {
            crate::save_delivery(tx, meta, &new)?;
            continue;
        }
        let posted = crate::post_new(tx, meta, &new)?;
        if pieces == 4 {
            crate::reverse_delivery(tx, meta, posted.delivery, None, None, "wrong")?;
        }
        if pieces == 5 {
            let back = LineInput {
                source_line: Some(1),
                ..line(None, -2)
            };
            let source = Some(posted.delivery);
            let new = SaveDelivery {
                source,
                ..input(DeliveryKind::Return, customer, back)
            };
            crate::post_new(tx, meta, &new)?;
        }
    }
    let order = SaveOrder {
        id: None,
        version: 0,
        customer: customers[0],
        order_date: None,
        salesperson: None,
        remark: String::new(),
        lines: vec![line(Some(product), 50)],
    };
    let order = crate::save_order(tx, meta, &order)?;
    crate::confirm_order(tx, meta, order, None)?;
    let part = LineInput {
        order_line: Some(1),
        ..line(None, 20)
    };
    let part = SaveDelivery {
        order: Some(order),
        ..input(DeliveryKind::Delivery, customers[0], part)
    };
    crate::post_new(tx, meta, &part)?;
    Ok((
        customers[0].to_string(),
        customers[1].to_string(),
        order.to_string(),
    ))
}

fn customer(tx: &mut Tx<'_>, meta: &Meta, name: &str) -> db::Result<CustomerId> {
    let currency = meta.company.currency;
    let customer = parties::insert(tx, meta, parties::NewCustomer::named(name, currency, meta.lang))?;
    let schedule = ledger::Schedule::read("monthly:-1", "cutoff+30", 0)?;
    let account = ledger::open_account(tx, customer, currency, meta.today, &schedule, None)?;
    credit::open(tx, account, None, credit::Policy::Off)?;
    Ok(customer)
}

fn tea(tx: &mut Tx<'_>, meta: &Meta) -> db::Result<ProductId> {
    let product = catalog::NewProduct {
        code: "TEA".into(),
        name: "Tea".into(),
        unit: "box".into(),
        price: "10".parse()?,
        barcode: String::new(),
        active: true,
    };
    catalog::create_product(tx, meta, product)
}

fn line(product: Option<ProductId>, pieces: i64) -> LineInput {
    LineInput {
        product,
        quantity: Quantity::from_millionths(pieces * 1_000_000),
        price: None,
        order_line: None,
        source_line: None,
    }
}

fn input(kind: DeliveryKind, customer: CustomerId, line: LineInput) -> SaveDelivery {
    SaveDelivery {
        id: None,
        version: 0,
        kind,
        customer: Some(customer),
        order: None,
        source: None,
        delivery_date: None,
        salesperson: None,
        remark: String::new(),
        reason: "x".into(),
        lines: vec![line],
    }
}

#[test]
fn lists_answer_every_sort_and_filter() {
    db::testing::both(|db| async move {
        let world = World::new(db).await;
        let (first, second, order) = world.done(fill).await;
        let totals = |asked: ListQuery| {
            let page = world.read(move |tx| queries::deliveries(tx, &asked));
            async move {
                let mut totals: Vec<i64> = page.await.items.iter().map(major).collect();
                totals.sort_unstable();
                totals
            }
        };
        for sort in ["", "date", "-date", "total", "-total"] {
            let asked = |q: &str, filters: &[(&str, String)]| query(q, sort, filters);
            let state = |state: &str| ("state", state.to_owned());
            let all = vec![-40, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 200];
            assert_eq!(totals(asked("", &[])).await, all);
            assert_eq!(totals(asked("", &[state("draft")])).await, [30, 60, 90]);
            assert_eq!(totals(asked("", &[state("released")])).await, [0_i64; 0]);
            assert_eq!(totals(asked("", &[state("reversed")])).await, [40]);
            let posted = totals(asked("", &[state("posted")])).await;
            assert_eq!(posted, [-40, 10, 20, 40, 50, 70, 80, 100, 200]);
            let of_first = totals(asked("", &[("customer_id", first.clone())])).await;
            assert_eq!(of_first, [10, 30, 50, 70, 90, 200]);
            assert_eq!(totals(asked("好运", &[])).await, of_first);
            assert_eq!(totals(asked("lucky", &[state("draft")])).await, [60]);
            assert_eq!(totals(asked("lucky trading", &[state("draft")])).await, [60]);
            assert_eq!(totals(asked("lucky nobody", &[])).await, [0_i64; 0]);
            assert_eq!(totals(asked("nobody", &[])).await, [0_i64; 0]);
            assert_eq!(totals(asked("dn-000002", &[])).await, [20]);
            assert_eq!(totals(asked("", &[("order_id", order.clone())])).await, [200]);
            assert_eq!(totals(asked("", &[("kind", "return".to_owned())])).await, [-20]);
            let tomorrow = ("from", world.today().plus(1).to_string());
            assert_eq!(totals(asked("", &[tomorrow])).await, [0_i64; 0]);
            let both = [("customer_id", second.clone()), state("posted")];
            assert_eq!(totals(asked("", &both)).await, [-40, 20, 40, 80, 100]);
        }
        // Page by page, in order, nothing twice and nothing left out.
        let mut asked = ListQuery {
            limit: Some(5),
            ..query("", "-total", &[])
        };
        let mut seen = Vec::new();
        loop {
            let now = asked.clone();
            let page = world.read(move |tx| queries::deliveries(tx, &now)).await;
            seen.extend(page.items.iter().map(major));
            assert_eq!((page.count, page.count_is_capped), (12, false));
            asked.after = page.next;
            if asked.after.is_none() {
                break;
            }
        }
        assert_eq!(seen, [200, 100, 90, 80, 70, 60, 50, 40, 30, 20, 10, -40]);
        for (q, filters) in [
            ("so-0", vec![]),
            ("好运", vec![]),
            ("", vec![("customer_id", first.clone())]),
        ] {
            for sort in ["-date", "total"] {
                let asked = query(q, sort, &filters);
                let page = world.read(move |tx| queries::orders(tx, &asked)).await;
                assert_eq!(page.items.len(), 1, "{q} {sort}");
            }
        }
    });
}

fn major(item: &DeliveryItem) -> i64 {
    item.total.minor / 100
}
