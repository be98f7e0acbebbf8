//! Acts about what is owed: reservations, payment plans, disputes, and documents without goods.

use base::{Day, Money};
use ledger::{DisputeId, EntryId, OrderId, PlanId, Side};
use receivables::adjustments::{self, AdjustmentId, AdjustmentKind, EnterAdjustment};
use receivables::{AgreePlan, BreachRule, Named, ReceiptId, ReserveReceipt, RowInput, Step, Target};
use statements::{RaiseDispute, StatementId};

use super::{Done, Walker};

impl Walker {
    pub(super) async fn reserve(&mut self) -> Done {
        let receipts =
            "SELECT id FROM receivables_receipt WHERE company_id = $1 AND state <> 'reversed' ORDER BY id";
        let orders = "SELECT id FROM sales_order WHERE company_id = $1 AND state = 'confirmed' ORDER BY id";
        let (Some(receipt), Some(order)) = (self.any_row(receipts).await, self.any_row(orders).await) else {
            return Ok("none".into());
        };
        let (receipt, order) = (ReceiptId::new(receipt), OrderId::new(order));
        if self.chance.once_in(4) {
            self.world
                .act(move |tx, _| receivables::lift_reservation(tx, receipt, order))
                .await?;
            return Ok("lifted".into());
        }
        let act = ReserveReceipt {
            receipt,
            order,
            amount: None,
        };
        self.world
            .act(move |tx, meta| receivables::reserve_receipt(tx, meta, &act))
            .await?;
        Ok("reserved".into())
    }

    pub(super) async fn plan(&mut self) -> Done {
        let plans = "SELECT id FROM receivables_plan WHERE company_id = $1 ORDER BY id";
        if self.chance.once_in(4)
            && let Some(plan) = self.any_row(plans).await
        {
            let plan = PlanId::new(plan);
            self.world
                .act(move |tx, meta| receivables::end_plan(tx, meta, plan, "agreed otherwise"))
                .await?;
            return Ok("ended".into());
        }
        let account = self.buyer().account;
        let open = self
            .world
            .read(move |tx| ledger::open_items(tx, account, Side::Debit))
            .await;
        let count = self.chance.between(1, 3) as usize;
        let entries: Vec<EntryId> = open.iter().take(count).map(|item| item.entry).collect();
        let first: Day = self.world.today().plus(self.chance.between(0, 20));
        let propose = receivables::Propose {
            account,
            entries: entries.clone(),
            plan: None,
            count: 3,
            first,
            step: Step::Month,
        };
        let (currency, rows) = self
            .world
            .act(move |tx, _| receivables::propose(tx, &propose))
            .await?;
        let rows = rows.iter().map(|row| RowInput {
            due: row.due,
            amount: Money::new(row.amount, currency).to_string(),
        });
        let act = AgreePlan {
            account,
            items: entries.into_iter().map(Named::all_of).collect(),
            rows: rows.collect(),
            breach_days: 5,
            breach_rule: *self.chance.pick(&BreachRule::ALL).expect("there are rules"),
            note: String::new(),
        };
        self.world
            .act(move |tx, meta| receivables::agree_plan(tx, meta, &act))
            .await?;
        Ok("agreed".into())
    }

    pub(super) async fn dispute(&mut self) -> Done {
        let open = "SELECT id FROM ledger_dispute WHERE company_id = $1 ORDER BY id";
        if self.chance.once_in(2)
            && let Some(id) = self.any_row(open).await
        {
            let id = DisputeId::new(id);
            if self.chance.once_in(3) {
                self.world
                    .act(move |tx, meta| statements::withdraw_dispute(tx, meta, id, "they saw it"))
                    .await?;
                return Ok("withdrawn".into());
            }
            self.world
                .act(move |tx, meta| {
                    statements::resolve_dispute(tx, meta, id, "0.00", None, "it was as billed")
                })
                .await?;
            return Ok("rejected".into());
        }
        let lines = "SELECT statement_id * 1000 + line_no FROM statements_line WHERE company_id = $1 AND live = 1 \
            AND amount_minor > 0 ORDER BY statement_id, line_no";
        let Some(line) = self.any_row(lines).await else {
            return Ok("none".into());
        };
        let act = RaiseDispute {
            statement: StatementId::new(line / 1000),
            line_no: line % 1000,
            amount: self.chance.once_in(2).then(|| "0.01".into()),
            reason: ledger::DisputeReason::Quantity,
            text: String::new(),
            channel: statements::Channel::Phone,
            person: "Mr Li".into(),
            owner: None,
        };
        self.world
            .act(move |tx, meta| statements::raise_dispute(tx, meta, &act))
            .await?;
        Ok("raised".into())
    }

    /// A charge, an expense, a refund or a small difference; or one of them reversed.
    pub(super) async fn adjust(&mut self) -> Done {
        let all = "SELECT id FROM receivables_adjustment WHERE company_id = $1 ORDER BY id";
        if self.chance.once_in(4)
            && let Some(id) = self.any_row(all).await
        {
            let id = AdjustmentId::new(id);
            self.world
                .act(move |tx, meta| adjustments::reverse(tx, meta, id, "not so"))
                .await?;
            return Ok("reversed".into());
        }
        let kind = *self.chance.pick(&AdjustmentKind::ALL).expect("there are kinds");
        let buyer = self.buyer();
        let side = match kind {
            AdjustmentKind::Refund => Side::Credit,
            _ => Side::Debit,
        };
        let open = self
            .world
            .read(move |tx| ledger::open_items(tx, buyer.account, side))
            .await;
        let takes_items = matches!(kind, AdjustmentKind::Refund | AdjustmentKind::Difference);
        let items = open.first().filter(|_| takes_items);
        let act = EnterAdjustment {
            kind,
            customer: buyer.id,
            currency: None,
            date: self.world.today(),
            due: None,
            amount: if takes_items {
                None
            } else {
                Some(self.amount(20_000))
            },
            reason_code: kind.reasons()[0].into(),
            note: String::new(),
            method: (kind == AdjustmentKind::Refund).then_some(receivables::Method::Bank),
            reference: String::new(),
            target: if kind == AdjustmentKind::Expense {
                Target::Oldest
            } else {
                Target::None
            },
            credits: Vec::new(),
            items: items.into_iter().map(|item| Named::all_of(item.entry)).collect(),
        };
        let entered = self
            .world
            .act(move |tx, meta| adjustments::enter(tx, meta, &act))
            .await?;
        Ok(format!("{} {}", entered.no, entered.amount))
    }

    /// What was made ready by a look at the books: nothing of it may break them.
    pub(super) async fn breaches(&mut self) -> Done {
        let done = self.world.act(receivables::accelerate_breached).await?;
        Ok(format!("{done} accelerated"))
    }

    pub(super) async fn base_credit(&mut self) -> Done {
        let (customer, amount) = (self.buyer().id, self.amount(50_000));
        let until = self.world.today().plus(self.chance.between(1, 60));
        self.world
            .act(move |tx, meta| {
                let days = (None, Some(until));
                statements::set_base_credit(tx, meta, customer, &amount, days, "a new shop")
            })
            .await?;
        Ok(format!("until {until}"))
    }
}
