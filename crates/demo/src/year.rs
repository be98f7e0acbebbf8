use std::collections::BTreeMap;

use base::{Day, Instant, Money, Price, Quantity, UserId};
use catalog::{NewProduct, ProductId};
use db::{Db, Tx};
use kit::Meta;
use ledger::{OpenItem, Side};
use receivables::{
    AllocateCredits, BadDebtId, BadDebtReason, Method, Named, NewInstrument, ProcessBadDebt, Purpose,
    ReceiptId, RecordReceipt, RecoverBadDebt, Target, instruments,
};
use sales::{DeliveryId, DeliveryKind, LineInput, OrderId, SaveDelivery, SaveOrder};
use statements::{Opened, StatementId};

use crate::buyers::{self, Buyer, Habit};
use crate::{DAYS, Made, Plan, names};
use base::Chance;

/// Statements issued that recently are not shared yet: the guard page shows them.
const UNSHARED_DAYS: i64 = 4;
/// The last days wait for their run, so that something is due to be issued.
const UNISSUED_DAYS: i64 = 2;

/// Something that happens on a later day.
#[derive(Clone, Debug)]
enum Later {
    Deliver {
        order: OrderId,
        lines: Vec<(i64, i64)>,
        by: UserId,
    },
    Return {
        delivery: DeliveryId,
        quantity: i64,
    },
    /// The bank pays a bill or cheque, or returns it.
    Bank {
        receipt: ReceiptId,
    },
}

/// A purchase as chance decided it, before it is written.
#[derive(Clone, Debug)]
enum Purchase {
    Direct(SaveDelivery),
    Order(SaveOrder, Vec<i64>),
}

pub struct Year<'p> {
    db: &'p Db,
    plan: &'p Plan,
    chance: Chance,
    start: Day,
    today: Day,
    products: Vec<ProductId>,
    buyers: Vec<Buyer>,
    later: BTreeMap<Day, Vec<Later>>,
    bad_debts: Vec<(BadDebtId, usize)>,
    shared_to: i64,
    made: Made,
}

impl<'p> Year<'p> {
    /// The catalog, the customers, and what they owed before.
    pub fn begin(db: &'p Db, plan: &'p Plan) -> db::Result<Year<'p>> {
        let today = plan.now.day_in(&plan.company.zone);
        let start = today.plus(-DAYS);
        let mut year = Year {
            db,
            plan,
            chance: Chance::new(plan.seed),
            start,
            today,
            products: Vec::new(),
            buyers: Vec::new(),
            later: BTreeMap::new(),
            bad_debts: Vec::new(),
            shared_to: 0,
            made: Made {
                customers: plan.customers,
                ..Made::default()
            },
        };
        year.products = year.write(start, plan.staff.owner, make_products)?;
        let sketches: Vec<buyers::Sketch> = (0..plan.customers)
            .map(|at| buyers::sketch(&mut year.chance, at, start, &plan.staff.salespersons))
            .collect();
        for chunk in sketches.chunks(50) {
            let chunk = chunk.to_vec();
            let made = year.write(start, plan.staff.accountant, move |tx, meta| {
                chunk
                    .iter()
                    .map(|sketch| buyers::create(tx, meta, sketch))
                    .collect::<db::Result<Vec<_>>>()
            })?;
            year.buyers.extend(made);
        }
        Ok(year)
    }

    pub fn live(mut self, mut progress: impl FnMut(i64)) -> db::Result<Made> {
        for passed in 0..=DAYS {
            let day = self.start.plus(passed);
            if passed > 0 && passed <= DAYS - UNISSUED_DAYS {
                self.issue(day)?;
            }
            self.do_what_was_planned(day)?;
            self.sell(day, passed)?;
            self.collect(day, passed)?;
            self.give_up(day, passed)?;
            progress(passed);
        }
        Ok(self.made)
    }

    /// The moment of an act: mid-morning of its day, and never after the plan's own moment.
    fn moment(&self, day: Day) -> Instant {
        let text = format!("{day}T02:30:00Z");
        Instant::parse(&text).unwrap_or(self.plan.now).min(self.plan.now)
    }

    fn meta(&self, day: Day, user: UserId) -> Meta {
        Meta::new(
            self.plan.company.clone(),
            user,
            self.moment(day),
            self.plan.company.language,
        )
    }

    fn write<T: Send + 'static>(
        &self,
        day: Day,
        user: UserId,
        act: impl Fn(&mut Tx<'_>, &Meta) -> db::Result<T> + Send + 'static,
    ) -> db::Result<T> {
        let meta = self.meta(day, user);
        self.db
            .write_blocking(self.plan.company.id, move |tx| act(tx, &meta))
    }

    // ---- statements

    fn issue(&mut self, day: Day) -> db::Result<()> {
        let meta = self.meta(day, self.plan.staff.accountant);
        let outcome = statements::run_blocking(self.db, &meta, None, |_| {})?;
        self.made.statements += outcome.tally.issued;
        // Accounts closed by hand: now and then somebody thinks of it.
        if day.day() == 3 {
            let manual: Vec<_> = self
                .buyers
                .iter()
                .filter(|buyer| buyer.is_manual)
                .map(|b| b.account)
                .collect();
            let closed = self.write(day, self.plan.staff.accountant, move |tx, meta| {
                let mut closed = 0;
                for account in &manual {
                    closed += i64::from(
                        tx.part(|tx| statements::close_period(tx, meta, *account, None))?
                            .is_ok(),
                    );
                }
                Ok(closed)
            })?;
            self.made.statements += closed;
        }
        if day <= self.today.plus(-UNSHARED_DAYS) {
            self.share(day)?;
        }
        Ok(())
    }

    /// Shares what was issued; a few are forgotten.
    fn share(&mut self, day: Day) -> db::Result<()> {
        let mut issued: Vec<StatementId> = Vec::new();
        loop {
            let after = StatementId::new(self.shared_to);
            let next = self.db.read_blocking(self.plan.company.id, move |tx| {
                statements::issued_after(tx, after)
            })?;
            let Some(last) = next.last() else { break };
            self.shared_to = last.raw();
            issued.extend(next);
        }
        let mut shared = Vec::with_capacity(issued.len());
        for statement in issued {
            if self.chance.in_part(19, 20) {
                // Most customers open the link within some days.
                let seen = self
                    .chance
                    .in_part(5, 6)
                    .then(|| self.chance.between(600, 3 * 86_400));
                shared.push((statement, nonce(&mut self.chance), seen));
            }
        }
        let (key, end) = (self.plan.link_key, self.plan.now);
        self.write(day, self.plan.staff.accountant, move |tx, meta| {
            for (statement, nonce, seen) in &shared {
                let link = statements::share(tx, meta, *statement, &key, nonce, 90)?;
                let sent = (statements::DeliveryState::Sent, statements::DeliveryChannel::Chat);
                statements::deliver(tx, meta, *statement, sent, "")?;
                let moment = seen
                    .map(|seconds| meta.now.plus_seconds(seconds))
                    .filter(|moment| *moment < end);
                if let Some(moment) = moment {
                    let opened = Opened {
                        company: meta.company.id,
                        link,
                        statement: *statement,
                    };
                    statements::record_view(
                        tx,
                        opened,
                        (moment, moment.day_in(&meta.company.zone)),
                        "203.0.113.7",
                        "Mozilla/5.0 (Linux; Android 15)",
                    )?;
                }
            }
            Ok(())
        })
    }

    // ---- sales

    fn sell(&mut self, day: Day, passed: i64) -> db::Result<()> {
        // Sundays are quiet; business grows a little over the year.
        let busy = if day.weekday() == 7 {
            2
        } else {
            10 + passed as u64 / 90
        };
        for at in 0..self.buyers.len() {
            let buyer = self.buyers[at].clone();
            let has_stopped = buyer.habit == Habit::Gone && passed > 150;
            if has_stopped || !self.chance.in_part(buyer.pace * busy, 1_000) {
                continue;
            }
            let purchase = self.purchase(&buyer, day);
            self.buy(&buyer, day, purchase)?;
        }
        Ok(())
    }

    fn purchase(&mut self, buyer: &Buyer, day: Day) -> Purchase {
        let count = self.chance.between(1, 6);
        let quantities: Vec<i64> = (0..count).map(|_| self.chance.between(1, 40)).collect();
        let lines: Vec<LineInput> = quantities
            .iter()
            .map(|quantity| LineInput {
                product: Some(*self.chance.one_of(&self.products)),
                quantity: whole(*quantity),
                price: None,
                order_line: None,
                source_line: None,
            })
            .collect();
        if self.chance.in_part(6, 10) {
            return Purchase::Direct(SaveDelivery {
                lines,
                customer: Some(buyer.id),
                ..blank(day, buyer)
            });
        }
        let order = SaveOrder {
            id: None,
            version: 0,
            customer: buyer.id,
            order_date: Some(day),
            salesperson: Some(buyer.salesperson),
            remark: String::new(),
            lines,
        };
        Purchase::Order(order, quantities)
    }

    /// Writes a purchase. What credit holds back stays as the draft that a clerk would find.
    fn buy(&mut self, buyer: &Buyer, day: Day, purchase: Purchase) -> db::Result<()> {
        match purchase {
            Purchase::Direct(delivery) => {
                let posted = self.write(day, self.plan.staff.warehouse, move |tx, meta| {
                    let id = sales::save_delivery(tx, meta, &delivery)?;
                    let posted = tx.part(|tx| sales::post_delivery(tx, meta, id, None))?;
                    Ok(posted.ok().map(|posted| posted.delivery))
                })?;
                match posted {
                    Some(id) => self.delivered(day, id),
                    None => self.made.held += 1,
                }
            }
            Purchase::Order(order, quantities) => {
                let confirmed = self.write(day, buyer.salesperson, move |tx, meta| {
                    let id = sales::save_order(tx, meta, &order)?;
                    let confirmed = tx.part(|tx| sales::confirm_order(tx, meta, id, None))?;
                    Ok((id, confirmed.is_ok_and(|outcome| !outcome.held)))
                })?;
                self.made.orders += 1;
                match confirmed {
                    (order, true) => self.plan_deliveries(day, order, &quantities),
                    (_, false) => self.made.held += 1,
                }
            }
        }
        Ok(())
    }

    /// In one go, or in two parts of which the second is sometimes still to come.
    fn plan_deliveries(&mut self, day: Day, order: OrderId, quantities: &[i64]) {
        let by = self.plan.staff.warehouse;
        let whole: Vec<(i64, i64)> = (1..).zip(quantities.iter().copied()).collect();
        let first = day.plus(self.chance.between(1, 5));
        if self.chance.in_part(2, 3) {
            self.later.entry(first).or_default().push(Later::Deliver {
                order,
                lines: whole,
                by,
            });
            return;
        }
        let half: Vec<(i64, i64)> = whole
            .iter()
            .map(|(line, quantity)| (*line, (quantity + 1) / 2))
            .collect();
        let rest: Vec<(i64, i64)> = whole
            .iter()
            .zip(&half)
            .map(|((line, all), (_, taken))| (*line, all - taken))
            .filter(|(_, q)| *q > 0)
            .collect();
        self.later.entry(first).or_default().push(Later::Deliver {
            order,
            lines: half,
            by,
        });
        let second = first.plus(self.chance.between(4, 25));
        if !rest.is_empty() {
            self.later.entry(second).or_default().push(Later::Deliver {
                order,
                lines: rest,
                by,
            });
        }
    }

    fn delivered(&mut self, day: Day, delivery: DeliveryId) {
        self.made.deliveries += 1;
        if self.chance.in_part(1, 22) {
            let back = day.plus(self.chance.between(2, 12));
            let quantity = self.chance.between(1, 3);
            self.later
                .entry(back)
                .or_default()
                .push(Later::Return { delivery, quantity });
        }
    }

    fn do_what_was_planned(&mut self, day: Day) -> db::Result<()> {
        for task in self.later.remove(&day).unwrap_or_default() {
            match task {
                Later::Deliver { order, lines, by } => {
                    let posted = self.write(day, by, move |tx, meta| deliver(tx, meta, order, &lines))?;
                    match posted {
                        Some(id) => self.delivered(day, id),
                        None => self.made.held += 1,
                    }
                }
                Later::Return { delivery, quantity } => {
                    let reason =
                        *self
                            .chance
                            .one_of(&["运输破损", "规格不符", "多发退回", "Damaged in transit"]);
                    let by = self.plan.staff.warehouse;
                    let taken = self.write(day, by, move |tx, meta| {
                        take_back(tx, meta, delivery, quantity, reason)
                    })?;
                    self.made.returns += i64::from(taken);
                }
                Later::Bank { receipt } => self.bank(day, receipt)?,
            }
        }
        Ok(())
    }

    // ---- money

    /// Looks at each customer once a week.
    fn collect(&mut self, day: Day, passed: i64) -> db::Result<()> {
        for at in 0..self.buyers.len() {
            let buyer = self.buyers[at].clone();
            let has_stopped = buyer.habit == Habit::Gone && passed > 120;
            if at as i64 % 7 != passed % 7 || has_stopped {
                continue;
            }
            let account = buyer.account;
            let (open, credits) = self.db.read_blocking(self.plan.company.id, move |tx| {
                Ok((
                    ledger::open_items(tx, account, Side::Debit)?,
                    ledger::open_items(tx, account, Side::Credit)?,
                ))
            })?;
            if !credits.is_empty() && !open.is_empty() && self.chance.in_part(2, 3) {
                self.use_credits(&buyer, day, &credits)?;
                continue;
            }
            let due: i64 = open
                .iter()
                .filter(|item| item.due_date.plus(buyer.pays_after) <= day)
                .map(|item| item.open)
                .sum();
            let on_account: i64 = credits.iter().map(|item| item.open).sum();
            if due > on_account {
                self.pay(&buyer, day, due - on_account)?;
            }
        }
        Ok(())
    }

    /// What is on account closes the oldest items.
    fn use_credits(&mut self, buyer: &Buyer, day: Day, credits: &[OpenItem]) -> db::Result<()> {
        let command = AllocateCredits {
            account: buyer.account,
            credits: credits.iter().map(|item| Named::all_of(item.entry)).collect(),
            target: Target::Oldest,
            reason: String::new(),
        };
        self.write(day, self.plan.staff.accountant, move |tx, meta| {
            tx.part(|tx| receivables::allocate_credits(tx, meta, &command))
                .map(drop)
        })
    }

    fn pay(&mut self, buyer: &Buyer, day: Day, due: i64) -> db::Result<()> {
        let amount = match buyer.habit {
            Habit::InParts => (due * self.chance.between(35, 80) / 100).max(1),
            Habit::Rounded => (due + 9_999) / 10_000 * 10_000,
            _ => due,
        };
        // Some money comes without a word about what it is for.
        let target = if self.chance.in_part(1, 25) {
            Target::None
        } else {
            Target::Oldest
        };
        let receipt = self.receipt(buyer, day, amount, target);
        let falls_due = receipt.instrument.as_ref().map(|instrument| instrument.due);
        let recorded = self.write(day, self.plan.staff.accountant, move |tx, meta| {
            receivables::record_receipt(tx, meta, &receipt).map(|recorded| recorded.id)
        })?;
        if let Some(due) = falls_due {
            let task = Later::Bank { receipt: recorded };
            self.later.entry(due).or_default().push(task);
        }
        self.made.receipts += 1;
        Ok(())
    }

    /// Nearly every bill and cheque is paid on its day.
    fn bank(&mut self, day: Day, receipt: ReceiptId) -> db::Result<()> {
        let is_returned = self.chance.in_part(1, 20);
        self.write(day, self.plan.staff.accountant, move |tx, meta| {
            if !is_returned {
                return instruments::clear(tx, meta, receipt, None).map(drop);
            }
            let bounce = instruments::Bounce {
                receipt,
                reason: "存款不足退票".into(),
                date: None,
                fee: None,
            };
            instruments::bounce(tx, meta, &bounce).map(drop)
        })
    }

    fn receipt(&mut self, buyer: &Buyer, day: Day, amount: i64, target: Target) -> RecordReceipt {
        let days = match buyer.method {
            Method::AcceptanceBill => Some(90),
            Method::Cheque => Some(20),
            _ => None,
        };
        let instrument = days.map(|days| NewInstrument {
            no: format!("{:08}", self.chance.between(0, 99_999_999)),
            drawer: String::new(),
            due: day.plus(days),
        });
        RecordReceipt {
            customer: buyer.id,
            currency: None,
            date: day,
            method: buyer.method,
            purpose: Purpose::Payment,
            instrument,
            amount: Money::new(amount, self.plan.company.currency).to_string(),
            reference: format!("{:08}", self.chance.between(0, 99_999_999)),
            remark: String::new(),
            target,
            credits: Vec::new(),
            imported_key: None,
        }
    }

    // ---- bad debt

    /// Late in the year some customers are given up; one pays after all, one was a mistake.
    fn give_up(&mut self, day: Day, passed: i64) -> db::Result<()> {
        if passed >= 250 && passed % 12 == 0 {
            let gone: Vec<usize> = (0..self.buyers.len())
                .filter(|at| self.buyers[*at].habit == Habit::Gone)
                .collect();
            if gone.is_empty() {
                return Ok(());
            }
            let at = *self.chance.one_of(&gone);
            self.write_off(day, at)?;
        }
        if passed == DAYS - 20
            && let Some((id, at)) = self.bad_debts.first().copied()
        {
            self.recover(day, id, at)?;
        }
        if passed == DAYS - 10
            && let Some((id, _)) = self.bad_debts.get(1).copied()
        {
            self.write(day, self.plan.staff.owner, move |tx, meta| {
                receivables::undo_bad_debt(tx, meta, id, "客户已重新联系上").map(drop)
            })?;
        }
        Ok(())
    }

    fn write_off(&mut self, day: Day, at: usize) -> db::Result<()> {
        let account = self.buyers[at].account;
        let reasons = [
            BadDebtReason::Insolvent,
            BadDebtReason::Untraceable,
            BadDebtReason::TimeBarred,
            BadDebtReason::Contested,
        ];
        let reason = self.chance.one_of(&reasons).clone();
        let done = self.write(day, self.plan.staff.accountant, move |tx, meta| {
            let open = ledger::open_items(tx, account, Side::Debit)?;
            let Some(order) = open.iter().find_map(|item| item.order) else {
                return Ok(None);
            };
            let outstanding = outstanding(&open, order);
            let command = ProcessBadDebt {
                order,
                amount: None,
                expected_outstanding: Money::new(outstanding, meta.company.currency).to_string(),
                reason: reason.clone(),
                note: "多次催收无果".to_owned(),
                date: None,
                despite_credit: true,
                disclose: false,
            };
            let done = tx.part(|tx| receivables::process_bad_debt(tx, meta, &command))?;
            Ok(done.ok().map(|done| done.id))
        })?;
        if let Some(id) = done {
            self.bad_debts.push((id, at));
            self.made.bad_debts += 1;
        }
        Ok(())
    }

    fn recover(&mut self, day: Day, bad_debt: BadDebtId, at: usize) -> db::Result<()> {
        let buyer = self.buyers[at].clone();
        let receipt = self.receipt(&buyer, day, 10_000, Target::None);
        self.made.receipts += 1;
        self.write(day, self.plan.staff.accountant, move |tx, meta| {
            let receipt: ReceiptId = receivables::record_receipt(tx, meta, &receipt)?.id;
            let command = RecoverBadDebt {
                bad_debt,
                receipt,
                amount: None,
                note: String::new(),
            };
            tx.part(|tx| receivables::recover_bad_debt(tx, meta, &command))
                .map(drop)
        })
    }
}

fn whole(quantity: i64) -> Quantity {
    Quantity::from_millionths(quantity * 1_000_000)
}

/// 32 hexadecimal digits: as much as a nonce needs.
fn nonce(chance: &mut Chance) -> String {
    format!("{:016x}{:016x}", chance.draw(), chance.draw())
}

fn blank(day: Day, buyer: &Buyer) -> SaveDelivery {
    SaveDelivery {
        id: None,
        version: 0,
        kind: DeliveryKind::Delivery,
        customer: None,
        order: None,
        source: None,
        delivery_date: Some(day),
        salesperson: Some(buyer.salesperson),
        remark: String::new(),
        reason: String::new(),
        lines: Vec::new(),
    }
}

fn make_products(tx: &mut Tx<'_>, meta: &Meta) -> db::Result<Vec<ProductId>> {
    let mut made = Vec::with_capacity(names::PRODUCTS.len());
    for (code, name, unit, price) in names::PRODUCTS {
        let price: Price = price.parse().map_err(db::Error::fault)?;
        let new = NewProduct {
            code: code.to_owned(),
            name: name.to_owned(),
            unit: unit.to_owned(),
            price,
            barcode: String::new(),
            active: true,
        };
        made.push(catalog::create_product(tx, meta, new)?);
    }
    Ok(made)
}

/// `None` when credit holds it back; the draft stays.
fn deliver(
    tx: &mut Tx<'_>,
    meta: &Meta,
    order: OrderId,
    lines: &[(i64, i64)],
) -> db::Result<Option<DeliveryId>> {
    let lines = lines
        .iter()
        .map(|(line, quantity)| LineInput {
            product: None,
            quantity: whole(*quantity),
            price: None,
            order_line: Some(*line),
            source_line: None,
        })
        .collect();
    let input = SaveDelivery {
        id: None,
        version: 0,
        kind: DeliveryKind::Delivery,
        customer: None,
        order: Some(order),
        source: None,
        delivery_date: Some(meta.today),
        salesperson: None,
        remark: String::new(),
        reason: String::new(),
        lines,
    };
    let id = sales::save_delivery(tx, meta, &input)?;
    let posted = tx.part(|tx| sales::post_delivery(tx, meta, id, None))?;
    Ok(posted.ok().map(|posted| posted.delivery))
}

/// Takes back some of the first line, as far as so much was delivered.
fn take_back(
    tx: &mut Tx<'_>,
    meta: &Meta,
    source: DeliveryId,
    quantity: i64,
    reason: &str,
) -> db::Result<bool> {
    let line = LineInput {
        product: None,
        quantity: whole(-quantity),
        price: None,
        order_line: None,
        source_line: Some(1),
    };
    let input = SaveDelivery {
        id: None,
        version: 0,
        kind: DeliveryKind::Return,
        customer: None,
        order: None,
        source: Some(source),
        delivery_date: Some(meta.today),
        salesperson: None,
        remark: String::new(),
        reason: reason.to_owned(),
        lines: vec![line],
    };
    Ok(tx.part(|tx| sales::post_new(tx, meta, &input))?.is_ok())
}

fn outstanding(open: &[OpenItem], order: OrderId) -> i64 {
    open.iter()
        .filter(|item| item.order == Some(order))
        .map(|item| item.open)
        .sum()
}
