//! A random walk over the acts, on both databases at once: after every act no invariant is broken, and both
//! databases tell the same story. `SETTLEBOOK_SEED=17` plays one seed again.

use base::Quantity;
use catalog::ProductId;
use db::p;
use db::testing::Place;
use ledger::{AllocationId, OrderId};
use receivables::{
    AllocateCredits, BadDebtId, BadDebtReason, ProcessBadDebt, ReceiptId, RecoverBadDebt, Target,
};
use sales::{DeliveryId, DeliveryKind, LineInput};
use statements::StatementId;
use testkit::{Buyer, BuyerTerms, Chance, World};

mod claims;

/// `SETTLEBOOK_ACTS=2000` walks further.
const ACTS: usize = 150;
const SEEDS: [u64; 2] = [1, 2];

const CYCLES: [&str; 10] = [
    "monthly:-1",
    "monthly:25",
    "monthly:10,20,-1",
    "weekly:5",
    "every_n_days:10@2026-01-01",
    "per_document",
    "threshold:500.00/30",
    "manual:45",
    "per_batch:60",
    "monthly:-3,15",
];

#[test]
fn a_random_walk_keeps_the_books_in_order() {
    let seeds = match std::env::var("SETTLEBOOK_SEED") {
        Ok(seed) => vec![seed.parse().expect("SETTLEBOOK_SEED is a number")],
        Err(_) => SEEDS.to_vec(),
    };
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime starts");
    runtime.block_on(async {
        for seed in seeds {
            walk_twins(seed).await;
        }
    });
}

/// The same seed walks on SQLite and on PostgreSQL, in step.
async fn walk_twins(seed: u64) {
    let (sqlite, postgres) = (Place::sqlite(), Place::postgres());
    let mut twins = [
        Walker::new(&sqlite, seed).await,
        Walker::new(&postgres, seed).await,
    ];
    let acts = std::env::var("SETTLEBOOK_ACTS")
        .map_or(ACTS, |acts| acts.parse().expect("SETTLEBOOK_ACTS is a number"));
    for step in 0..acts {
        let [a, b] = &mut twins;
        let (one, other) = tokio::join!(a.step(), b.step());
        let place = format!("seed {seed}, act {step}");
        assert_eq!(one, other, "{place}: the databases disagree about the act");
        println!("{place}: {one}");
        for twin in &twins {
            let broken = twin.world.broken().await;
            assert!(broken.is_empty(), "{place}: {one}\nbroken: {}", broken.join("\n"));
        }
        if step % 10 == 9 || step + 1 == acts {
            let (one, other) = (twins[0].views().await, twins[1].views().await);
            assert_eq!(one, other, "{place}: the databases show different books");
        }
    }
    for twin in twins {
        twin.world.db.close().await;
    }
}

/// Who walks: a world and what was made in it so far.
pub(super) struct Walker {
    pub(super) world: World,
    chance: Chance,
    buyers: Vec<Buyer>,
    products: Vec<ProductId>,
    orders: Vec<OrderId>,
    drafts: Vec<DeliveryId>,
    deliveries: Vec<DeliveryId>,
    receipts: Vec<ReceiptId>,
    bad_debts: Vec<BadDebtId>,
}

type Done = Result<String, db::Error>;

impl Walker {
    pub(super) async fn new(place: &Place, seed: u64) -> Walker {
        let world = World::new(place.open().await).await;
        let mut walker = Walker {
            world,
            chance: Chance::new(seed),
            buyers: Vec::new(),
            products: Vec::new(),
            orders: Vec::new(),
            drafts: Vec::new(),
            deliveries: Vec::new(),
            receipts: Vec::new(),
            bad_debts: Vec::new(),
        };
        for (number, cycle) in CYCLES.iter().enumerate().skip(3).take(6) {
            let terms = BuyerTerms::named(&format!("Customer {number}")).cycle(cycle);
            let terms = if number % 2 == 0 {
                let policy = if number == 2 {
                    credit::Policy::Hold
                } else {
                    credit::Policy::Block
                };
                terms.limit("3000.00").policy(policy)
            } else {
                terms
            };
            walker.buyers.push(walker.world.buyer(terms).await);
        }
        walker.settling_rules().await;
        for (number, price) in ["0.335", "12.50", "99.99", "0"].iter().enumerate() {
            walker
                .products
                .push(walker.world.product(&format!("P{number}"), price).await);
        }
        walker
    }

    /// Small differences are settled without asking, and half of the customers earn a discount.
    async fn settling_rules(&self) {
        let tolerance = receivables::SetTolerance {
            currency: self.world.currency(),
            absolute: "20.00".into(),
            percent: Some("10".into()),
            monthly: Some("500.00".into()),
        };
        self.world
            .done(move |tx, _| receivables::set_tolerance(tx, &tolerance))
            .await;
        for (number, buyer) in self.buyers.iter().enumerate() {
            let terms = receivables::SetTerms {
                account: buyer.account,
                oldest_without_asking: number % 3 == 0,
                discount: (number % 2 == 0).then(|| receivables::SetDiscount {
                    valid_from: None,
                    percent: "2.5".into(),
                    days: 20,
                    grace_days: 3,
                    partial: number % 4 == 0,
                }),
            };
            self.world
                .done(move |tx, meta| receivables::set_terms(tx, meta, &terms))
                .await;
        }
    }

    /// One act, done or refused; a fault ends the walk.
    pub(super) async fn step(&mut self) -> String {
        let act = self.chance.below(45);
        let (name, done) = match act {
            0..=3 => ("order", self.order().await),
            4..=6 => ("deliver an order", self.deliver_order().await),
            7..=10 => ("deliver", self.deliver().await),
            11 => ("draft", self.draft().await),
            12 => ("post or withdraw a draft", self.move_draft().await),
            13 => ("return", self.take_back().await),
            14 => ("reverse a delivery", self.reverse_delivery().await),
            15 => ("cancel an order", self.cancel().await),
            16..=18 => ("receive", self.receive().await),
            19 => ("write off", self.write_off().await),
            20 => ("undo a write-off", self.undo_write_off().await),
            21 => ("reverse a receipt", self.reverse_receipt().await),
            22 => ("bad debt", self.bad_debt().await),
            23 => ("undo a bad debt", self.undo_bad_debt().await),
            24 => ("recover a bad debt", self.recover().await),
            25 => ("change a customer", self.change_customer().await),
            26 => ("statements", self.run_statements().await),
            27 => ("void a statement", self.void().await),
            28 => ("close by hand", self.close_by_hand().await),
            29 | 30 => ("reserve", self.reserve().await),
            31 | 32 => ("payment plan", self.plan().await),
            33 => ("breached plans", self.breaches().await),
            34 | 35 => ("dispute", self.dispute().await),
            36 | 37 => ("adjustment", self.adjust().await),
            38 => ("base credit", self.base_credit().await),
            39 => ("amend an order", self.amend().await),
            40 => ("reopen an order", self.reopen().await),
            41 | 42 => ("what waits for credit", self.release_waiting().await),
            _ => ("time", self.pass().await),
        };
        match done {
            Ok(what) => format!("{name}: {what}"),
            Err(db::Error::Refused(refused)) => format!("{name}: refused {}", refused.refusal.code),
            Err(fault) => panic!("{name} broke: {fault}"),
        }
    }

    fn buyer(&mut self) -> Buyer {
        *self.chance.pick(&self.buyers).expect("there are buyers")
    }

    fn lines(&mut self, sign: i64) -> Vec<LineInput> {
        let count = self.chance.between(1, 3);
        (0..count)
            .map(|_| {
                let product = *self.chance.pick(&self.products).expect("there are products");
                let millionths = self.chance.between(1, 40) * 500_000 * sign;
                LineInput {
                    quantity: Quantity::from_millionths(millionths),
                    ..testkit::line(product, "1")
                }
            })
            .collect()
    }

    async fn order(&mut self) -> Done {
        let buyer = self.buyer();
        let input = testkit::order(buyer, self.lines(1));
        let draft = input.clone();
        let id = self
            .world
            .act(move |tx, meta| sales::save_order(tx, meta, &draft))
            .await?;
        self.orders.push(id);
        self.world
            .act(move |tx, meta| sales::confirm_order(tx, meta, id, None))
            .await?;
        Ok("confirmed".into())
    }

    async fn deliver_order(&mut self) -> Done {
        let Some(&order) = self.chance.pick(&self.orders) else {
            return Ok("none".into());
        };
        let stored = self.world.read(move |tx| sales::order_lines(tx, order)).await;
        let mut lines = Vec::new();
        for line in stored.iter().filter(|line| line.kind == sales::LineKind::Goods) {
            let left = line.quantity.millionths() - line.delivered_quantity.millionths();
            // Sometimes more than is left: that is refused.
            let quantity = if self.chance.once_in(2) {
                left
            } else {
                left / 2 + 1
            };
            if quantity > 0 && !self.chance.once_in(4) {
                let quantity = Quantity::from_millionths(quantity);
                lines.push(LineInput {
                    quantity,
                    ..testkit::of_order(line.line_no, "1")
                });
            }
        }
        self.post(testkit::delivery_of(order, lines)).await
    }

    async fn deliver(&mut self) -> Done {
        let buyer = self.buyer();
        let lines = self.lines(1);
        let mut input = testkit::delivery(buyer, lines);
        if self.chance.once_in(4) {
            let days = self.chance.between(0, 40);
            input.delivery_date = Some(self.world.today().plus(-days));
        }
        self.post(input).await
    }

    async fn post(&mut self, input: sales::SaveDelivery) -> Done {
        let posted = self
            .world
            .act(move |tx, meta| sales::post_new(tx, meta, &input))
            .await?;
        self.deliveries.push(posted.delivery);
        Ok(format!("{} {}", posted.no, posted.total))
    }

    async fn draft(&mut self) -> Done {
        let buyer = self.buyer();
        let input = testkit::delivery(buyer, self.lines(1));
        let id = self
            .world
            .act(move |tx, meta| sales::save_delivery(tx, meta, &input))
            .await?;
        self.drafts.push(id);
        self.world
            .act(move |tx, meta| sales::release_delivery(tx, meta, id, None))
            .await?;
        Ok("released".into())
    }

    async fn move_draft(&mut self) -> Done {
        let Some(&id) = self.chance.pick(&self.drafts) else {
            return Ok("none".into());
        };
        if self.chance.once_in(3) {
            self.world
                .act(move |tx, meta| sales::withdraw_delivery(tx, meta, id, None))
                .await?;
            return Ok("withdrawn".into());
        }
        let posted = self
            .world
            .act(move |tx, meta| sales::post_delivery(tx, meta, id, None))
            .await?;
        self.deliveries.push(id);
        Ok(posted.no)
    }

    async fn take_back(&mut self) -> Done {
        if self.chance.once_in(4) {
            let buyer = self.buyer();
            let lines = self.lines(-1);
            let mut input = testkit::delivery(buyer, lines);
            (input.kind, input.reason) = (DeliveryKind::Return, "too many".into());
            return self.post(input).await;
        }
        let Some(&source) = self.chance.pick(&self.deliveries) else {
            return Ok("none".into());
        };
        let stored = self.world.read(move |tx| sales::delivery_lines(tx, source)).await;
        let lines = stored
            .iter()
            .map(|line| LineInput {
                quantity: Quantity::from_millionths(-(line.quantity.millionths() / 2).max(1)),
                ..testkit::of_delivery(line.line_no, "1")
            })
            .collect();
        self.post(testkit::return_of(source, lines)).await
    }

    async fn reverse_delivery(&mut self) -> Done {
        let Some(&id) = self.chance.pick(&self.deliveries) else {
            return Ok("none".into());
        };
        let reversed = self
            .world
            .act(move |tx, meta| sales::reverse_delivery(tx, meta, id, None, None, "wrong"));
        Ok(reversed.await?.no)
    }

    async fn cancel(&mut self) -> Done {
        let Some(&id) = self.chance.pick(&self.orders) else {
            return Ok("none".into());
        };
        self.world
            .act(move |tx, meta| sales::cancel_order(tx, meta, id, None, "not wanted"))
            .await?;
        Ok("cancelled".into())
    }

    async fn amend(&mut self) -> Done {
        let Some(&id) = self.chance.pick(&self.orders) else {
            return Ok("none".into());
        };
        let stored = self.world.read(move |tx| sales::order_lines(tx, id)).await;
        let mut lines = Vec::new();
        for line in stored.iter().filter(|line| line.kind == sales::LineKind::Goods) {
            let quantity = line.quantity.millionths() + self.chance.between(-8, 8) * 500_000;
            lines.push(LineInput {
                quantity: Quantity::from_millionths(quantity),
                ..testkit::of_order(line.line_no, "1")
            });
        }
        let amended = self
            .world
            .act(move |tx, meta| sales::amend_order(tx, meta, id, None, &lines))
            .await?;
        Ok(format!("held {}", amended.held))
    }

    async fn reopen(&mut self) -> Done {
        let Some(&id) = self.chance.pick(&self.orders) else {
            return Ok("none".into());
        };
        let reopened = self
            .world
            .act(move |tx, meta| sales::reopen_order(tx, meta, id, None))
            .await?;
        Ok(format!("held {}", reopened.held))
    }

    async fn release_waiting(&mut self) -> Done {
        let released = sales::release_waiting(&self.world.db, &self.world.meta()).await?;
        Ok(format!("{released} released"))
    }

    fn amount(&mut self, most: i64) -> String {
        let minor = self.chance.between(1, most);
        base::Money::new(minor, self.world.currency()).to_string()
    }

    async fn receive(&mut self) -> Done {
        let buyer = self.buyer();
        let amount = self.amount(200_000);
        let target = match self.chance.below(4) {
            0 => Target::None,
            1 => Target::Found(statements::ISSUED),
            _ => Target::Oldest,
        };
        let input = testkit::receipt(buyer, self.world.today(), &amount, target);
        let recorded = self
            .world
            .act(move |tx, meta| receivables::record_receipt(tx, meta, &input))
            .await?;
        self.receipts.push(recorded.id);
        Ok(format!("{} {amount}", recorded.no))
    }

    async fn write_off(&mut self) -> Done {
        let account = self.buyer().account;
        let act = AllocateCredits {
            account,
            credits: Vec::new(),
            target: Target::Oldest,
            reason: String::new(),
        };
        let open = self
            .world
            .read(move |tx| ledger::open_items(tx, account, ledger::Side::Credit))
            .await;
        let credits = open
            .iter()
            .map(|item| receivables::Named::all_of(item.entry))
            .collect();
        let act = AllocateCredits { credits, ..act };
        let outcome = self
            .world
            .act(move |tx, meta| receivables::allocate_credits(tx, meta, &act))
            .await?;
        Ok(format!("{} closed", outcome.closed()))
    }

    /// One row's identity by chance; both databases list them in the same order.
    async fn any_row(&mut self, sql: &'static str) -> Option<i64> {
        let ids: Vec<i64> = self.world.read(move |tx| tx.all(sql, p![])).await;
        self.chance.pick(&ids).copied()
    }

    async fn undo_write_off(&mut self) -> Done {
        if self.chance.once_in(2)
            && let Some(&id) = self.chance.pick(&self.receipts)
        {
            let undone = self
                .world
                .act(move |tx, meta| receivables::undo_write_off(tx, meta, id, "mistake"));
            return Ok(undone.await?.no);
        }
        let sql =
            "SELECT id FROM ledger_allocation WHERE company_id = $1 AND reversal_of IS NULL ORDER BY id";
        let Some(id) = self.any_row(sql).await else {
            return Ok("none".into());
        };
        let id = AllocationId::new(id);
        self.world
            .act(move |tx, meta| receivables::undo_allocation(tx, meta, id, "mistake"))
            .await?;
        Ok("undone".into())
    }

    async fn reverse_receipt(&mut self) -> Done {
        let Some(&id) = self.chance.pick(&self.receipts) else {
            return Ok("none".into());
        };
        let reversed = self
            .world
            .act(move |tx, meta| receivables::reverse_receipt(tx, meta, id, "bounced", None));
        Ok(reversed.await?.no)
    }

    async fn bad_debt(&mut self) -> Done {
        let sql = "SELECT order_id FROM ledger_order WHERE company_id = $1 AND outstanding_minor > 0 \
            ORDER BY due_date, order_id";
        let Some(order) = self.any_row(sql).await else {
            return Ok("none".into());
        };
        let order = OrderId::new(order);
        let outstanding: i64 = self
            .world
            .read(move |tx| {
                let sql =
                    "SELECT outstanding_minor FROM ledger_order WHERE company_id = $1 AND order_id = $2";
                tx.one(sql, p![order])
            })
            .await;
        let money = |minor| base::Money::new(minor, self.world.currency()).to_string();
        let part = if self.chance.once_in(3) {
            Some(money(outstanding / 2 + 1))
        } else {
            None
        };
        let act = ProcessBadDebt {
            order,
            amount: part,
            expected_outstanding: money(outstanding),
            reason: BadDebtReason::Insolvent,
            note: "closed down".into(),
            date: None,
            despite_credit: self.chance.once_in(2),
            disclose: self.chance.once_in(4),
        };
        let done = self
            .world
            .act(move |tx, meta| receivables::process_bad_debt(tx, meta, &act))
            .await?;
        self.bad_debts.push(done.id);
        Ok(format!("{} left {}", done.amount, done.outstanding))
    }

    async fn undo_bad_debt(&mut self) -> Done {
        let Some(&id) = self.chance.pick(&self.bad_debts) else {
            return Ok("none".into());
        };
        let done = self
            .world
            .act(move |tx, meta| receivables::undo_bad_debt(tx, meta, id, "they live"))
            .await?;
        Ok(format!("owed again {}", done.outstanding))
    }

    async fn recover(&mut self) -> Done {
        let Some(&bad_debt) = self.chance.pick(&self.bad_debts) else {
            return Ok("none".into());
        };
        let Some(&receipt) = self.chance.pick(&self.receipts) else {
            return Ok("none".into());
        };
        let act = RecoverBadDebt {
            bad_debt,
            receipt,
            amount: None,
            note: "paid after all".into(),
        };
        let done = self
            .world
            .act(move |tx, meta| receivables::recover_bad_debt(tx, meta, &act))
            .await?;
        Ok(done.amount.to_string())
    }

    async fn change_customer(&mut self) -> Done {
        let number = self.chance.below(self.buyers.len() as u64) as usize;
        let id = self.buyers[number].id;
        let cycle = *self.chance.pick(&CYCLES).expect("there are cycles");
        let limit = self.amount(500_000);
        let terms = BuyerTerms::named(&format!("Customer {number}"))
            .cycle(cycle)
            .limit(&limit);
        let input = terms.input(self.world.currency());
        let version = self.world.read(move |tx| Ok(parties::get(tx, id)?.version)).await;
        let changed = self
            .world
            .act(move |tx, meta| statements::update_customer(tx, meta, id, version, input.clone(), true));
        Ok(format!("{cycle} from {:?}", changed.await?.cycle_from))
    }

    async fn run_statements(&mut self) -> Done {
        let tally = self.world.run_statements().await;
        Ok(format!(
            "{} planned, {} issued, {} empty",
            tally.planned, tally.issued, tally.empty
        ))
    }

    async fn void(&mut self) -> Done {
        let sql =
            "SELECT id FROM statements_statement WHERE company_id = $1 AND state = 'issued' ORDER BY id";
        let Some(id) = self.any_row(sql).await else {
            return Ok("none".into());
        };
        let id = StatementId::new(id);
        match self.chance.below(5) {
            0 => self.answer(id).await,
            1 => {
                self.world
                    .act(move |tx, meta| {
                        let sent = (statements::DeliveryState::Sent, statements::DeliveryChannel::Chat);
                        statements::deliver(tx, meta, id, sent, "")
                    })
                    .await?;
                Ok("sent".into())
            }
            2 | 3 => {
                self.world
                    .act(move |tx, meta| statements::supersede(tx, meta, id, "a delivery was missing"))
                    .await?;
                Ok("replaced".into())
            }
            _ => {
                self.world
                    .act(move |tx, meta| statements::void(tx, meta, id, "wrong address"))
                    .await?;
                Ok("void".into())
            }
        }
    }

    /// The customer confirms a statement, or disputes it as a whole.
    async fn answer(&mut self, id: StatementId) -> Done {
        let hash = self.world.read(move |tx| statements::view(tx, id)).await.hash;
        let kind = if self.chance.once_in(2) {
            statements::AnswerState::Confirmed
        } else {
            statements::AnswerState::Disputed
        };
        let given = statements::GiveAnswer {
            statement: id,
            kind,
            hash,
            channel: statements::Channel::Phone,
            person: String::new(),
            text: "by phone".into(),
        };
        self.world
            .act(move |tx, meta| statements::answer(tx, meta, &given))
            .await?;
        Ok(format!("{kind:?}"))
    }

    async fn close_by_hand(&mut self) -> Done {
        let account = self.buyer().account;
        let issued = self
            .world
            .act(move |tx, meta| statements::close_period(tx, meta, account, None))
            .await?;
        Ok(format!("issued: {}", issued.statement.is_some()))
    }

    async fn pass(&mut self) -> Done {
        match self.chance.below(20) {
            // A clock that jumps back reorders nothing.
            0 => self.world.pass(-1),
            // A pause of a quarter of a year.
            1 => self.world.pass(90),
            2 => {
                let today = self.world.today();
                self.world.lock_until(Some(today.plus(-20))).await;
            }
            _ => {
                let days = self.chance.between(1, 15);
                self.world.pass(days);
            }
        }
        Ok(self.world.today().to_string())
    }

    /// What people see, without identities.
    async fn views(&self) -> Vec<String> {
        const VIEWS: [&str; 5] = [
            "SELECT 'account ' || c.code || ' ' || CAST(a.balance_minor AS TEXT) || ' ' || \
                CAST(a.open_debit_minor AS TEXT) || ' ' || CAST(a.open_credit_minor AS TEXT) || ' ' || \
                CAST(k.ord_minor AS TEXT) || ' ' || CAST(k.shp_minor AS TEXT) \
             FROM ledger_account a JOIN parties_customer c ON c.company_id = a.company_id AND c.id = a.customer_id \
             JOIN credit_account k ON k.company_id = a.company_id AND k.account_id = a.id \
             WHERE a.company_id = $1 ORDER BY c.code",
            "SELECT 'item ' || e.document_no || ' ' || CAST(i.open_minor AS TEXT) || ' ' || CAST(i.due_date AS TEXT) \
             FROM ledger_open_item i JOIN ledger_entry e ON e.company_id = i.company_id AND e.id = i.entry_id \
             WHERE i.company_id = $1 ORDER BY i.entry_id",
            "SELECT 'entry ' || document_no || ' ' || kind || ' ' || CAST(amount_minor AS TEXT) || ' ' || \
                CAST(basis_date AS TEXT) || ' ' || CAST(internal AS TEXT) \
             FROM ledger_entry WHERE company_id = $1 ORDER BY id",
            "SELECT 'statement ' || no || ' ' || state || ' ' || CAST(from_day AS TEXT) || ' ' || \
                CAST(to_day AS TEXT) || ' ' || CAST(opening_minor AS TEXT) || ' ' || \
                CAST(closing_minor AS TEXT) || ' ' || CAST(line_count AS TEXT) || ' ' || CAST(due_date AS TEXT) \
             FROM statements_statement WHERE company_id = $1 ORDER BY no, version",
            "SELECT 'order ' || COALESCE(no, '-') || ' ' || state || ' ' || CAST(total_minor AS TEXT) || ' ' || \
                CAST(delivered_minor AS TEXT) FROM sales_order WHERE company_id = $1 ORDER BY id",
        ];
        self.world
            .read(|tx| {
                let mut rows = Vec::new();
                for sql in VIEWS {
                    rows.extend(tx.all::<String>(sql, p![])?);
                }
                Ok(rows)
            })
            .await
    }
}
