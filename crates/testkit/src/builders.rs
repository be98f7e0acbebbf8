//! Short ways to say what a story needs.

use base::{Currency, Day, Price, Quantity};
use catalog::{NewProduct, ProductId};
use credit::Policy;
use i18n::Lang;
use ledger::AccountId;
use parties::CustomerId;
use receivables::{Method, Purpose, RecordReceipt, Recorded, Target};
use sales::{DeliveryId, DeliveryKind, LineInput, OrderId, Posted, SaveDelivery, SaveOrder};
use statements::{NewCustomer, NewCycle};

use crate::World;

/// A customer of a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Buyer {
    pub id: CustomerId,
    pub account: AccountId,
}

/// A customer about to be made: no limit, closing at the end of the month, 30 days to pay.
#[derive(Clone, Debug)]
pub struct BuyerTerms {
    pub name: String,
    pub limit: Option<String>,
    pub policy: Policy,
    pub cycle: String,
    pub terms: String,
    pub lag_days: i64,
}

impl BuyerTerms {
    pub fn named(name: &str) -> BuyerTerms {
        BuyerTerms {
            name: name.into(),
            limit: None,
            policy: Policy::Block,
            cycle: "monthly:-1".into(),
            terms: "cutoff+30".into(),
            lag_days: 0,
        }
    }

    pub fn limit(mut self, limit: &str) -> BuyerTerms {
        self.limit = Some(limit.into());
        self
    }

    pub fn policy(mut self, policy: Policy) -> BuyerTerms {
        self.policy = policy;
        self
    }

    pub fn cycle(mut self, cycle: &str) -> BuyerTerms {
        self.cycle = cycle.into();
        self
    }

    pub fn terms(mut self, terms: &str) -> BuyerTerms {
        self.terms = terms.into();
        self
    }

    /// Days from the cut-off to the issue deadline.
    pub fn lag_days(mut self, days: i64) -> BuyerTerms {
        self.lag_days = days;
        self
    }

    /// What the act that makes or changes a customer takes.
    pub fn input(&self, currency: Currency) -> NewCustomer {
        NewCustomer {
            party: parties::NewCustomer::named(self.name.clone(), currency, Lang::En),
            cycle: NewCycle::plain(
                self.cycle
                    .parse()
                    .unwrap_or_else(|_| panic!("{} is no cycle", self.cycle)),
                self.terms
                    .parse()
                    .unwrap_or_else(|_| panic!("{} are no terms", self.terms)),
                self.lag_days,
            ),
            credit_limit: self.limit.clone(),
            credit_policy: self.policy,
            started_on: None,
        }
    }
}

/// A line by product and quantity, at the product's price.
pub fn line(product: ProductId, quantity: &str) -> LineInput {
    LineInput {
        product: Some(product),
        quantity: decimal(quantity),
        price: None,
        order_line: None,
        source_line: None,
    }
}

/// A line that delivers a line of an order.
pub fn of_order(order_line: i64, quantity: &str) -> LineInput {
    LineInput {
        product: None,
        quantity: decimal(quantity),
        price: None,
        order_line: Some(order_line),
        source_line: None,
    }
}

/// A line that takes back a line of a delivery; the quantity as it came back, positive.
pub fn of_delivery(source_line: i64, quantity: &str) -> LineInput {
    LineInput {
        product: None,
        quantity: decimal(&format!("-{quantity}")),
        price: None,
        order_line: None,
        source_line: Some(source_line),
    }
}

fn decimal(text: &str) -> Quantity {
    text.parse().unwrap_or_else(|_| panic!("{text} is no quantity"))
}

/// A delivery without an order, today.
pub fn delivery(buyer: Buyer, lines: Vec<LineInput>) -> SaveDelivery {
    SaveDelivery {
        id: None,
        version: 0,
        kind: DeliveryKind::Delivery,
        customer: Some(buyer.id),
        order: None,
        source: None,
        delivery_date: None,
        salesperson: None,
        remark: String::new(),
        reason: String::new(),
        lines,
    }
}

/// A delivery of an order, today.
pub fn delivery_of(order: OrderId, lines: Vec<LineInput>) -> SaveDelivery {
    SaveDelivery {
        id: None,
        version: 0,
        kind: DeliveryKind::Delivery,
        customer: None,
        order: Some(order),
        source: None,
        delivery_date: None,
        salesperson: None,
        remark: String::new(),
        reason: String::new(),
        lines,
    }
}

/// A return of a delivery, today.
pub fn return_of(source: DeliveryId, lines: Vec<LineInput>) -> SaveDelivery {
    SaveDelivery {
        id: None,
        version: 0,
        kind: DeliveryKind::Return,
        customer: None,
        order: None,
        source: Some(source),
        delivery_date: None,
        salesperson: None,
        remark: String::new(),
        reason: "damaged".into(),
        lines,
    }
}

/// An order, today.
pub fn order(buyer: Buyer, lines: Vec<LineInput>) -> SaveOrder {
    SaveOrder {
        id: None,
        version: 0,
        customer: buyer.id,
        order_date: None,
        salesperson: None,
        remark: String::new(),
        lines,
    }
}

/// Money by bank.
pub fn receipt(buyer: Buyer, date: Day, amount: &str, target: Target) -> RecordReceipt {
    RecordReceipt {
        customer: buyer.id,
        currency: None,
        date,
        method: Method::Bank,
        purpose: Purpose::Payment,
        instrument: None,
        amount: amount.into(),
        reference: String::new(),
        remark: String::new(),
        target,
        credits: Vec::new(),
        imported_key: None,
    }
}

impl World {
    pub async fn buyer(&self, terms: BuyerTerms) -> Buyer {
        let currency = self.currency();
        let made = self
            .done(move |tx, meta| statements::create_customer(tx, meta, terms.input(currency)))
            .await;
        Buyer {
            id: made.id,
            account: made.account,
        }
    }

    pub async fn product(&self, code: &str, price: &str) -> ProductId {
        let price: Price = price.parse().unwrap_or_else(|_| panic!("{price} is no price"));
        let new = NewProduct {
            code: code.into(),
            name: format!("Product {code}"),
            unit: "pcs".into(),
            price,
            barcode: String::new(),
            active: true,
        };
        self.done(move |tx, meta| catalog::create_product(tx, meta, new.clone()))
            .await
    }

    /// Writes and confirms an order.
    pub async fn confirmed(&self, input: SaveOrder) -> OrderId {
        self.done(move |tx, meta| {
            let id = sales::save_order(tx, meta, &input)?;
            sales::confirm_order(tx, meta, id, None)?;
            Ok(id)
        })
        .await
    }

    pub async fn posted(&self, input: SaveDelivery) -> Posted {
        self.done(move |tx, meta| sales::post_new(tx, meta, &input)).await
    }

    pub async fn received(&self, input: RecordReceipt) -> Recorded {
        self.done(move |tx, meta| receivables::record_receipt(tx, meta, &input))
            .await
    }

    /// Runs the statements of everything that is over; answers how many were issued.
    pub async fn run_statements(&self) -> statements::Tally {
        let (db, meta) = (self.db.clone(), self.meta());
        let run = tokio::task::spawn_blocking(move || statements::run_blocking(&db, &meta, None, |_| {}));
        let outcome = run.await.expect("the run ends").expect("the run works");
        assert!(
            outcome.failed.is_empty(),
            "a statement run failed: {:?}",
            outcome.failed
        );
        outcome.tally
    }
}
