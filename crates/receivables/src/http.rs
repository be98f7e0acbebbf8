use axum::extract::Query;
use axum::{Extension, Json};
use base::{Currency, Day, Id, Money};
use kit::list::{ListParams, ListQuery, Page};
use kit::{Act, Answer, AppState, Ctx, HttpResult, JsonBody, PathId, ProblemBody};
use ledger::{AccountId, AllocationId, EntryId, OrderId};
use parties::CustomerId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::allocation_rules::{Found, Proposal};
use crate::commands::{self, Closing, Outcome, Recorded};
use crate::queries::{self, *};
use crate::types::*;
use crate::{BadDebtDone, bad_debt, refusals, reservations};

/// `statements`: how issued statements are read; they are the business of the slice above.
pub fn router(statements: StatementsOf) -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_receipts, record_receipt))
        .routes(routes!(preview_receipt))
        .routes(routes!(get_receipt))
        .routes(routes!(reverse_receipt))
        .routes(routes!(undo_write_off))
        .routes(routes!(reserve_receipt))
        .routes(routes!(lift_reservation))
        .routes(routes!(list_on_account))
        .routes(routes!(allocate))
        .routes(routes!(preview_allocation))
        .routes(routes!(undo_allocation))
        .routes(routes!(entry_allocations))
        .routes(routes!(list_unsettled))
        .routes(routes!(order_settlement))
        .routes(routes!(process_bad_debt))
        .routes(routes!(list_bad_debts))
        .routes(routes!(undo_bad_debt))
        .routes(routes!(recover_bad_debt))
        .routes(routes!(customer_open_items))
        .routes(routes!(customer_ledger))
        .routes(routes!(get_ageing))
        .routes(routes!(get_start))
        .merge(bad_debt::http::router())
        .merge(crate::plans::router())
        .merge(crate::settling_http::router())
        .merge(crate::adjustments::http::router())
        .merge(crate::instruments::http::router())
        .merge(crate::transfers::http::router())
        .merge(crate::offsets::http::router())
        .routes(routes!(use_deposit))
        .routes(routes!(preview_deposit))
        .layer(Extension(statements))
}

/// An open item that is named, and what the person saw of it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NamedBody {
    #[schema(value_type = String)]
    entry_id: EntryId,
    /// A decimal; absent: all that is open.
    amount: Option<String>,
    /// What was shown as open. If it is another amount by now, the act is refused as a conflict.
    expected_open: Option<String>,
}

impl From<NamedBody> for Named {
    fn from(body: NamedBody) -> Named {
        Named {
            entry: body.entry_id,
            amount: body.amount,
            expected_open: body.expected_open,
        }
    }
}

pub(crate) fn named(bodies: Vec<NamedBody>) -> Vec<Named> {
    bodies.into_iter().map(Named::from).collect()
}

/// Which open items the money closes.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Mode {
    /// Nothing yet.
    #[default]
    None,
    /// By due date.
    Oldest,
    /// The `items`, oldest first, as far as the money goes; credits among them are used first.
    Statement,
    /// The `items` with their amounts; more than there is money for is refused.
    Items,
    /// Nothing yet: the money waits for what `order_id` will owe.
    Order,
    /// What is found step by step: numbers in the text, an item or a statement of this amount. What no step
    /// finds stays on account.
    Auto,
}

impl Mode {
    /// Of money; anything else has no mode of finding and pays the oldest.
    fn target_of_money(
        self,
        items: Vec<NamedBody>,
        order: Option<OrderId>,
        statements: StatementsOf,
    ) -> Target {
        match self {
            Mode::Auto => Target::Found(statements),
            mode => mode.target(items, order),
        }
    }

    pub(crate) fn target(self, items: Vec<NamedBody>, order: Option<OrderId>) -> Target {
        match self {
            Mode::Order => order.map_or(Target::None, Target::Order),
            Mode::None => Target::None,
            Mode::Oldest | Mode::Auto => Target::Oldest,
            Mode::Statement => Target::Entries(named(items)),
            Mode::Items => Target::Items(named(items)),
        }
    }
}

/// Money in, and what it closes.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReceiptBody {
    #[schema(value_type = String)]
    customer_id: CustomerId,
    /// Absent: the customer's own.
    #[schema(value_type = Option<String>)]
    currency: Option<Currency>,
    #[schema(value_type = String)]
    date: Day,
    /// `cash`, `bank`, `wechat`, `alipay`, `acceptance_bill` or `cheque`.
    method: String,
    amount: String,
    #[serde(default)]
    reference: String,
    #[serde(default)]
    remark: String,
    #[serde(default)]
    mode: Mode,
    /// For the modes `statement` and `items`.
    #[serde(default)]
    items: Vec<NamedBody>,
    /// Credits on account that are used up before the money.
    #[serde(default)]
    credits: Vec<NamedBody>,
    /// For the mode `order`.
    #[schema(value_type = Option<String>)]
    order_id: Option<OrderId>,
    /// `payment` (if absent), or `deposit` or `guarantee`, which is held apart and closes nothing yet.
    purpose: Option<String>,
    /// Needed with the methods `acceptance_bill` and `cheque`.
    instrument: Option<InstrumentBody>,
    #[serde(default)]
    discount: DiscountWish,
    /// A small difference stays open, or on account.
    #[serde(default)]
    leave_differences: bool,
    /// Why a discount is granted or a difference settled.
    #[serde(default)]
    note: String,
}

/// The paper behind an acceptance bill or a cheque.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct InstrumentBody {
    no: String,
    /// Who promises to pay.
    #[serde(default)]
    drawer: String,
    #[schema(value_type = String)]
    due_date: Day,
}

/// Which early-payment discount goes with it.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum DiscountWish {
    /// What is earned by the day of the payment.
    #[default]
    Due,
    None,
    /// Also when it is late; needs a note.
    Grant,
}

impl From<DiscountWish> for DiscountMode {
    fn from(wish: DiscountWish) -> DiscountMode {
        match wish {
            DiscountWish::Due => DiscountMode::Due,
            DiscountWish::None => DiscountMode::None,
            DiscountWish::Grant => DiscountMode::Grant,
        }
    }
}

impl ReceiptBody {
    fn settling(&self) -> Settling {
        Settling {
            discount: self.discount.into(),
            leave_differences: self.leave_differences,
            note: self.note.clone(),
        }
    }

    fn command(self, statements: StatementsOf) -> Result<RecordReceipt, base::Refusal> {
        Ok(RecordReceipt {
            customer: self.customer_id,
            currency: self.currency,
            date: self.date,
            method: commands::method(&self.method)?,
            purpose: match self.purpose.as_deref().filter(|text| !text.is_empty()) {
                Some(text) => Purpose::parse(text).ok_or_else(|| refusals::unknown_purpose(text))?,
                None => Purpose::Payment,
            },
            instrument: self.instrument.map(|body| NewInstrument {
                no: body.no,
                drawer: body.drawer,
                due: body.due_date,
            }),
            amount: self.amount,
            reference: self.reference,
            remark: self.remark,
            target: self.mode.target_of_money(self.items, self.order_id, statements),
            credits: named(self.credits),
            imported_key: None,
        })
    }
}

/// What happens to one open item.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct ClosingView {
    #[schema(value_type = String)]
    entry_id: EntryId,
    document_kind: String,
    document_no: String,
    #[schema(value_type = String)]
    due_date: Day,
    #[schema(value_type = String)]
    open_before: Money,
    #[schema(value_type = String)]
    allocated: Money,
    /// Early-payment discount that closes a part of it.
    #[schema(value_type = String)]
    discount: Money,
    /// A small difference that closes the rest.
    #[schema(value_type = String)]
    tolerance: Money,
    #[schema(value_type = String)]
    open_after: Money,
}

/// An answer to what money is for, with what speaks for it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = AllocationAnswer)]
struct FoundView {
    /// `reference`, `exact_item`, `exact_statement`, `subset` or `oldest`.
    step: String,
    /// What speaks for it: `mentioned`, `only_item`, `one_of_several`, `near_item`, `newest_to_pay`,
    /// `near_to_pay`, `own_open`, `only_subset` or `oldest_first`.
    why: String,
    /// Numbers of documents that the reason names.
    numbers: Vec<String>,
    /// Items that it closes, at most 200 of them.
    items: Vec<NamedShare>,
    item_count: usize,
    /// Credits on account that are used with it.
    #[schema(value_type = Vec<String>)]
    credits: Vec<EntryId>,
    /// Money that it takes.
    #[schema(value_type = String)]
    money: Money,
}

/// How much of an item.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct NamedShare {
    #[schema(value_type = String)]
    entry_id: EntryId,
    #[schema(value_type = String)]
    amount: Money,
}

/// What the money is for, found step by step.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = AllocationProposal)]
struct ProposalView {
    /// Posted without asking.
    taken: Vec<FoundView>,
    /// Fits, but so does something else: a person decides.
    proposed: Option<FoundView>,
    /// What else it could be for.
    alternatives: Vec<FoundView>,
}

impl ProposalView {
    fn new(proposal: &Proposal, currency: Currency) -> ProposalView {
        let view = |found: &Found| FoundView {
            step: found.step.as_str().to_owned(),
            why: found.why.as_str().to_owned(),
            numbers: found.numbers.iter().take(MOST_NUMBERS).cloned().collect(),
            items: found
                .debits
                .iter()
                .take(MOST_IN_ANSWER)
                .map(|share| NamedShare {
                    entry_id: share.entry,
                    amount: Money::new(share.amount, currency),
                })
                .collect(),
            item_count: found.debits.len(),
            credits: found.credits.clone(),
            money: Money::new(found.money, currency),
        };
        ProposalView {
            taken: proposal.taken.iter().map(view).collect(),
            proposed: proposal.proposed.as_ref().map(view),
            alternatives: proposal.alternatives.iter().map(view).collect(),
        }
    }
}

/// Items that an answer names one by one; the counts are of all.
const MOST_IN_ANSWER: usize = 200;
const MOST_NUMBERS: usize = 12;
const MOST_ITEMS: usize = 500;

/// What an act of writing off does, or would do.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct OutcomeView {
    #[schema(value_type = String)]
    account_id: AccountId,
    #[schema(value_type = String)]
    currency: Currency,
    #[schema(value_type = String)]
    received: Money,
    /// Items closed entirely.
    closed: usize,
    /// Items paid in part.
    part_paid: usize,
    /// What stays on account of the new money.
    #[schema(value_type = String)]
    on_account: Money,
    /// What of that waits for an order.
    #[schema(value_type = String)]
    reserved: Money,
    #[schema(value_type = String)]
    allocated: Money,
    /// What the customer owes on open items afterwards.
    #[schema(value_type = String)]
    open_debit: Money,
    #[schema(value_type = String)]
    balance: Money,
    /// Discounts given with it.
    #[schema(value_type = String)]
    discount: Money,
    /// Paid a little too much: taken as a small difference.
    #[schema(value_type = String)]
    over: Money,
    /// A difference that would be settled if you had not used up what you may settle in a month.
    #[schema(value_type = String)]
    over_cap: Money,
    /// At most 500 of them.
    items: Vec<ClosingView>,
    /// Credits that were on account before, as used.
    credits: Vec<ClosingView>,
    /// In the mode `auto`: what was found.
    proposal: Option<ProposalView>,
    /// Given up of this customer as bad debt: new money may recover it.
    #[schema(value_type = String)]
    bad_debt: Money,
}

impl OutcomeView {
    pub(crate) fn new(outcome: &Outcome, bad_debt: &[Money]) -> OutcomeView {
        let money = |minor| Money::new(minor, outcome.currency);
        let view = |closing: &Closing| ClosingView {
            entry_id: closing.entry,
            document_kind: closing.document_kind.clone(),
            document_no: closing.document_no.clone(),
            due_date: closing.due,
            open_before: money(closing.before),
            allocated: money(closing.allocated),
            discount: money(closing.discount),
            tolerance: money(closing.tolerance),
            open_after: money(closing.left()),
        };
        let given_up = bad_debt.iter().find(|sum| sum.currency == outcome.currency);
        OutcomeView {
            account_id: outcome.account,
            currency: outcome.currency,
            received: money(outcome.received),
            closed: outcome.closed(),
            part_paid: outcome.part_paid(),
            on_account: money(outcome.on_account),
            reserved: money(outcome.reserved),
            allocated: money(outcome.items.iter().map(|item| item.allocated).sum()),
            open_debit: money(outcome.open_debit),
            balance: money(outcome.balance),
            discount: money(outcome.items.iter().map(|item| item.discount).sum()),
            over: money(outcome.over),
            over_cap: money(outcome.over_cap),
            items: outcome.items.iter().take(MOST_ITEMS).map(view).collect(),
            proposal: outcome
                .proposal
                .as_ref()
                .map(|proposal| ProposalView::new(proposal, outcome.currency)),
            credits: outcome.credits.iter().map(view).collect(),
            bad_debt: given_up.copied().unwrap_or(money(0)),
        }
    }
}

/// A recorded receipt and what it closed.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct RecordedView {
    #[schema(value_type = String)]
    id: ReceiptId,
    no: String,
    outcome: OutcomeView,
}

/// Receipts. Filters: customer_id, method, state, from, to, no. Sorts: date, amount, no.
#[utoipa::path(
    get, path = "/receipts", tag = "receivables", operation_id = "list_receipts", params(ListParams),
    extensions(("x-permission" = json!("receivables.read"))),
    responses((status = 200, body = Page<ReceiptItem>), (status = "default", body = ProblemBody))
)]
async fn list_receipts(ctx: Ctx, query: ListQuery) -> HttpResult<Json<Page<ReceiptItem>>> {
    ctx.read(move |tx| queries::receipts(tx, &query)).await.map(Json)
}

/// Records a receipt and allocates it in the same transaction.
#[utoipa::path(
    post, path = "/receipts", tag = "receivables", operation_id = "record_receipt", request_body = ReceiptBody,
    extensions(("x-permission" = json!("receivables.write")), ("x-money-act" = json!(true))),
    responses((status = 201, body = RecordedView), (status = "default", body = ProblemBody))
)]
async fn record_receipt(
    ctx: Ctx,
    Extension(statements): Extension<StatementsOf>,
    JsonBody(body): JsonBody<ReceiptBody>,
) -> HttpResult<Answer> {
    let settling = body.settling();
    let cmd = body
        .command(statements)
        .map_err(|refusal| ctx.problem(refusal.into()))?;
    let act = Act::money("receivables.record_receipt")
        .on("customer", cmd.customer.raw())
        .created();
    let run = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
        let Recorded { id, no, outcome } = commands::record_receipt_with(tx, meta, &cmd, &settling)?;
        let bad_debt = queries::bad_debt_of_customer(tx, cmd.customer)?;
        Ok(RecordedView {
            id,
            no,
            outcome: OutcomeView::new(&outcome, &bad_debt),
        })
    };
    ctx.command(act, run).await
}

/// What recording a receipt would do. Nothing is written.
#[utoipa::path(
    post, path = "/receipts/preview", tag = "receivables", operation_id = "preview_receipt",
    request_body = ReceiptBody,
    extensions(("x-permission" = json!("receivables.write"))),
    responses((status = 200, body = OutcomeView), (status = "default", body = ProblemBody))
)]
async fn preview_receipt(
    ctx: Ctx,
    Extension(statements): Extension<StatementsOf>,
    JsonBody(body): JsonBody<ReceiptBody>,
) -> HttpResult<Json<OutcomeView>> {
    let settling = body.settling();
    let cmd = body
        .command(statements)
        .map_err(|refusal| ctx.problem(refusal.into()))?;
    let meta = ctx.meta();
    let run = move |tx: &mut db::Tx<'_>| {
        let outcome = commands::preview_receipt_with(tx, &meta, &cmd, &settling)?;
        let bad_debt = queries::bad_debt_of_customer(tx, cmd.customer)?;
        Ok(OutcomeView::new(&outcome, &bad_debt))
    };
    ctx.read(run).await.map(Json)
}

/// A receipt with its allocations, undone ones included.
#[utoipa::path(
    get, path = "/receipts/{id}", tag = "receivables", operation_id = "get_receipt",
    params(("id" = String, Path)),
    extensions(("x-permission" = json!("receivables.read"))),
    responses((status = 200, body = ReceiptDetail), (status = "default", body = ProblemBody))
)]
async fn get_receipt(ctx: Ctx, PathId(id): PathId<Receipt>) -> HttpResult<Json<ReceiptDetail>> {
    ctx.read(move |tx| queries::receipt(tx, id)).await.map(Json)
}

/// Why something is taken back.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReasonBody {
    pub(crate) reason: String,
}

/// Why, and as of which day, a receipt is reversed.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReversalBody {
    reason: String,
    /// Absent: today.
    #[schema(value_type = Option<String>)]
    date: Option<Day>,
}

/// Reverses a receipt: what it closed is owed again.
#[utoipa::path(
    post, path = "/receipts/{id}/reverse", tag = "receivables", operation_id = "reverse_receipt",
    params(("id" = String, Path)), request_body = ReversalBody,
    extensions(("x-permission" = json!("receivables.write")), ("x-money-act" = json!(true))),
    responses((status = 200, body = ReceiptDetail), (status = "default", body = ProblemBody))
)]
async fn reverse_receipt(
    ctx: Ctx,
    PathId(id): PathId<Receipt>,
    JsonBody(body): JsonBody<ReversalBody>,
) -> HttpResult<Answer> {
    let act = Act::money("receivables.reverse_receipt").on("receipt", id.raw());
    let run = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
        commands::reverse_receipt(tx, meta, id, &body.reason, body.date)?;
        queries::receipt(tx, id)
    };
    ctx.command(act, run).await
}

/// Takes back everything that a receipt closed: it is on account again, wholly.
#[utoipa::path(
    post, path = "/receipts/{id}/undo-write-off", tag = "receivables", operation_id = "undo_write_off",
    params(("id" = String, Path)), request_body = ReasonBody,
    extensions(("x-permission" = json!("receivables.write")), ("x-money-act" = json!(true))),
    responses((status = 200, body = ReceiptDetail), (status = "default", body = ProblemBody))
)]
async fn undo_write_off(
    ctx: Ctx,
    PathId(id): PathId<Receipt>,
    JsonBody(body): JsonBody<ReasonBody>,
) -> HttpResult<Answer> {
    let act = Act::money("receivables.undo_write_off").on("receipt", id.raw());
    let run = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
        commands::undo_write_off(tx, meta, id, &body.reason)?;
        queries::receipt(tx, id)
    };
    ctx.command(act, run).await
}

/// Which order money on account waits for.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReservationBody {
    #[schema(value_type = String)]
    order_id: OrderId,
    /// A decimal; absent: as much as is free and the order will owe.
    amount: Option<String>,
}

/// Reserves money on account for an order: what the order comes to owe uses it at posting.
#[utoipa::path(
    post, path = "/receipts/{id}/reservations", tag = "receivables", operation_id = "reserve_receipt",
    params(("id" = String, Path)), request_body = ReservationBody,
    extensions(("x-permission" = json!("receivables.write")), ("x-money-act" = json!(true))),
    responses((status = 200, body = ReceiptDetail), (status = "default", body = ProblemBody))
)]
async fn reserve_receipt(
    ctx: Ctx,
    PathId(id): PathId<Receipt>,
    JsonBody(body): JsonBody<ReservationBody>,
) -> HttpResult<Answer> {
    let act = Act::money("receivables.reserve_receipt").on("receipt", id.raw());
    let cmd = ReserveReceipt {
        receipt: id,
        order: body.order_id,
        amount: body.amount,
    };
    let run = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
        reservations::reserve_receipt(tx, meta, &cmd)?;
        queries::receipt(tx, id)
    };
    ctx.command(act, run).await
}

/// Which reservation is lifted.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LiftBody {
    #[schema(value_type = String)]
    order_id: OrderId,
}

/// Lifts a reservation: the money is on account for anything.
#[utoipa::path(
    post, path = "/receipts/{id}/reservations/lift", tag = "receivables", operation_id = "lift_reservation",
    params(("id" = String, Path)), request_body = LiftBody,
    extensions(("x-permission" = json!("receivables.write")), ("x-money-act" = json!(true))),
    responses((status = 200, body = ReceiptDetail), (status = "default", body = ProblemBody))
)]
async fn lift_reservation(
    ctx: Ctx,
    PathId(id): PathId<Receipt>,
    JsonBody(body): JsonBody<LiftBody>,
) -> HttpResult<Answer> {
    let act = Act::money("receivables.lift_reservation").on("receipt", id.raw());
    let run = move |tx: &mut db::Tx<'_>, _: &kit::Meta| {
        reservations::lift_reservation(tx, id, body.order_id)?;
        queries::receipt(tx, id)
    };
    ctx.command(act, run).await
}

/// Money and credit notes that close nothing yet. Filters: customer_id, kind. Sorts: date.
#[utoipa::path(
    get, path = "/receipts-on-account", tag = "receivables", operation_id = "list_receipts_on_account",
    params(ListParams),
    extensions(("x-permission" = json!("receivables.read"))),
    responses((status = 200, body = Page<CreditOnAccount>), (status = "default", body = ProblemBody))
)]
async fn list_on_account(ctx: Ctx, query: ListQuery) -> HttpResult<Json<Page<CreditOnAccount>>> {
    ctx.read(move |tx| queries::on_account(tx, &query))
        .await
        .map(Json)
}

/// Which credits close which items.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AllocationBody {
    credits: Vec<NamedBody>,
    #[serde(default)]
    mode: Mode,
    /// For the modes `statement` and `items`.
    #[serde(default)]
    items: Vec<NamedBody>,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    discount: DiscountWish,
    /// A small difference stays open, or on account.
    #[serde(default)]
    leave_differences: bool,
    /// Why a discount is granted or a difference settled.
    #[serde(default)]
    note: String,
}

impl AllocationBody {
    fn settling(&self) -> Settling {
        Settling {
            discount: self.discount.into(),
            leave_differences: self.leave_differences,
            note: self.note.clone(),
        }
    }

    fn command(self, account: AccountId, statements: StatementsOf) -> AllocateCredits {
        AllocateCredits {
            account,
            credits: named(self.credits),
            target: self.mode.target_of_money(self.items, None, statements),
            reason: self.reason,
        }
    }
}

/// Writes off credits that are on account already.
#[utoipa::path(
    post, path = "/accounts/{id}/allocations", tag = "receivables", operation_id = "allocate_credits",
    params(("id" = String, Path)), request_body = AllocationBody,
    extensions(("x-permission" = json!("receivables.write")), ("x-money-act" = json!(true))),
    responses((status = 201, body = OutcomeView), (status = "default", body = ProblemBody))
)]
async fn allocate(
    ctx: Ctx,
    PathId(id): PathId<ledger::Account>,
    Extension(statements): Extension<StatementsOf>,
    JsonBody(body): JsonBody<AllocationBody>,
) -> HttpResult<Answer> {
    let settling = body.settling();
    let cmd = body.command(id, statements);
    let act = Act::money("receivables.allocate")
        .on("account", id.raw())
        .created();
    let run = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
        Ok(OutcomeView::new(
            &commands::allocate_credits_with(tx, meta, &cmd, &settling)?,
            &[],
        ))
    };
    ctx.command(act, run).await
}

/// What writing off credits would do. Nothing is written.
#[utoipa::path(
    post, path = "/accounts/{id}/allocations/preview", tag = "receivables",
    operation_id = "preview_allocation", params(("id" = String, Path)), request_body = AllocationBody,
    extensions(("x-permission" = json!("receivables.write"))),
    responses((status = 200, body = OutcomeView), (status = "default", body = ProblemBody))
)]
async fn preview_allocation(
    ctx: Ctx,
    PathId(id): PathId<ledger::Account>,
    Extension(statements): Extension<StatementsOf>,
    JsonBody(body): JsonBody<AllocationBody>,
) -> HttpResult<Json<OutcomeView>> {
    let settling = body.settling();
    let cmd = body.command(id, statements);
    let meta = ctx.meta();
    let run = move |tx: &mut db::Tx<'_>| {
        let outcome = commands::preview_allocation(tx, &meta, &cmd, &settling)?;
        Ok(OutcomeView::new(&outcome, &[]))
    };
    ctx.read(run).await.map(Json)
}

/// Which items a deposit is used for.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DepositBody {
    /// A decimal; absent: as much as the items take.
    amount: Option<String>,
    mode: Mode,
    /// For the modes `statement` and `items`.
    #[serde(default)]
    items: Vec<NamedBody>,
}

impl DepositBody {
    fn command(self, receipt: ReceiptId) -> crate::UseDeposit {
        crate::UseDeposit {
            receipt,
            amount: self.amount,
            target: self.mode.target(self.items, None),
        }
    }
}

/// Uses a deposit or guarantee for open items. Undone one by one like any write-off.
#[utoipa::path(
    post, path = "/receipts/{id}/use-deposit", tag = "receivables", operation_id = "use_deposit",
    params(("id" = String, Path)), request_body = DepositBody,
    extensions(("x-permission" = json!("receivables.write")), ("x-money-act" = json!(true))),
    responses((status = 200, body = OutcomeView), (status = "default", body = ProblemBody))
)]
async fn use_deposit(
    ctx: Ctx,
    PathId(id): PathId<Receipt>,
    JsonBody(body): JsonBody<DepositBody>,
) -> HttpResult<Answer> {
    let cmd = body.command(id);
    let act = Act::money("receivables.use_deposit").on("receipt", id.raw());
    let run = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
        Ok(OutcomeView::new(&crate::use_deposit(tx, meta, &cmd)?, &[]))
    };
    ctx.command(act, run).await
}

/// What using a deposit would do. Nothing is written.
#[utoipa::path(
    post, path = "/receipts/{id}/use-deposit/preview", tag = "receivables", operation_id = "preview_deposit",
    params(("id" = String, Path)), request_body = DepositBody,
    extensions(("x-permission" = json!("receivables.write"))),
    responses((status = 200, body = OutcomeView), (status = "default", body = ProblemBody))
)]
async fn preview_deposit(
    ctx: Ctx,
    PathId(id): PathId<Receipt>,
    JsonBody(body): JsonBody<DepositBody>,
) -> HttpResult<Json<OutcomeView>> {
    let cmd = body.command(id);
    let meta = ctx.meta();
    let run = move |tx: &mut db::Tx<'_>| Ok(OutcomeView::new(&crate::preview_deposit(tx, &meta, &cmd)?, &[]));
    ctx.read(run).await.map(Json)
}

/// An undone allocation.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct UndoneView {
    #[schema(value_type = String)]
    id: AllocationId,
    #[schema(value_type = String)]
    account_id: AccountId,
}

/// Undoes one allocation; one that another act made is undone only with that act.
#[utoipa::path(
    post, path = "/allocations/{id}/undo", tag = "receivables", operation_id = "undo_allocation",
    params(("id" = String, Path)), request_body = ReasonBody,
    extensions(("x-permission" = json!("receivables.write")), ("x-money-act" = json!(true))),
    responses((status = 200, body = UndoneView), (status = "default", body = ProblemBody))
)]
async fn undo_allocation(
    ctx: Ctx,
    PathId(id): PathId<ledger::Allocation>,
    JsonBody(body): JsonBody<ReasonBody>,
) -> HttpResult<Answer> {
    let act = Act::money("receivables.undo_allocation").on("allocation", id.raw());
    let run = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
        let account_id = commands::undo_allocation(tx, meta, id, &body.reason)?;
        Ok(UndoneView { id, account_id })
    };
    ctx.command(act, run).await
}

/// Every allocation an entry of the ledger ever had.
#[utoipa::path(
    get, path = "/entries/{id}/allocations", tag = "receivables", operation_id = "entry_allocations",
    params(("id" = String, Path)),
    extensions(("x-permission" = json!("receivables.read"))),
    responses((status = 200, body = Vec<AllocationItem>), (status = "default", body = ProblemBody))
)]
async fn entry_allocations(
    ctx: Ctx,
    PathId(id): PathId<ledger::Entry>,
) -> HttpResult<Json<Vec<AllocationItem>>> {
    ctx.read(move |tx| queries::entry_allocations(tx, id))
        .await
        .map(Json)
}

/// Orders on which something is owed. Filters: customer_id, overdue, due_before, due_from, origin,
/// undelivered, salesperson_id, no. Sorts: due, outstanding, customer.
#[utoipa::path(
    get, path = "/unsettled-orders", tag = "receivables", operation_id = "list_unsettled_orders",
    params(ListParams),
    extensions(("x-permission" = json!("receivables.read"))),
    responses((status = 200, body = Page<UnsettledOrder>), (status = "default", body = ProblemBody))
)]
async fn list_unsettled(ctx: Ctx, query: ListQuery) -> HttpResult<Json<Page<UnsettledOrder>>> {
    let today = ctx.today();
    ctx.read(move |tx| queries::unsettled(tx, &query, today))
        .await
        .map(Json)
}

/// How an order stands: billed, received, given up, outstanding, and the acts of the register.
#[utoipa::path(
    get, path = "/orders/{id}/settlement", tag = "receivables", operation_id = "order_settlement",
    params(("id" = String, Path)),
    extensions(("x-permission" = json!("receivables.read"))),
    responses((status = 200, body = Settlement), (status = "default", body = ProblemBody))
)]
async fn order_settlement(ctx: Ctx, PathId(id): PathId<ledger::Order>) -> HttpResult<Json<Settlement>> {
    ctx.read(move |tx| queries::settlement(tx, id)).await.map(Json)
}

/// What is given up of an order, and why.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BadDebtBody {
    /// A decimal; absent: the whole outstanding amount.
    amount: Option<String>,
    /// What the dialog showed. If it is another amount by now, the act is refused as a conflict.
    expected_outstanding: String,
    /// One of the reasons that `GET /bad-debt-reasons` lists as active.
    reason_code: String,
    /// Required where the reason needs one, and with `despite_credit`.
    #[serde(default)]
    note: String,
    /// Absent: today. A day in a locked period becomes today.
    #[schema(value_type = Option<String>)]
    date: Option<Day>,
    /// Go on although money of the customer is on account.
    #[serde(default)]
    despite_credit: bool,
    /// Tell the customer: a real waiver. Otherwise the customer's papers go on showing the claim.
    #[serde(default)]
    disclose: bool,
}

impl BadDebtBody {
    pub(crate) fn command(self, order: ledger::OrderId) -> Result<ProcessBadDebt, base::Refusal> {
        Ok(ProcessBadDebt {
            order,
            amount: self.amount,
            expected_outstanding: self.expected_outstanding,
            reason: self.reason_code.parse()?,
            note: self.note,
            date: self.date,
            despite_credit: self.despite_credit,
            disclose: self.disclose,
        })
    }
}

/// An act of the register.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct BadDebtView {
    #[schema(value_type = String)]
    id: BadDebtId,
    order_no: String,
    #[schema(value_type = String)]
    currency: Currency,
    #[schema(value_type = String)]
    amount: Money,
    /// What the order still owes.
    #[schema(value_type = String)]
    outstanding: Money,
    /// What of the bad debt is still given up.
    #[schema(value_type = String)]
    net: Money,
}

impl From<BadDebtDone> for BadDebtView {
    fn from(done: BadDebtDone) -> BadDebtView {
        let BadDebtDone {
            id,
            order_no,
            amount,
            outstanding,
            net,
        } = done;
        BadDebtView {
            id,
            order_no,
            currency: amount.currency,
            amount,
            outstanding,
            net,
        }
    }
}

/// Processes what an order owes as bad debt, wholly or in part.
#[utoipa::path(
    post, path = "/orders/{id}/bad-debt", tag = "receivables", operation_id = "process_bad_debt",
    params(("id" = String, Path)), request_body = BadDebtBody,
    extensions(("x-permission" = json!("receivables.bad_debt")), ("x-money-act" = json!(true))),
    responses((status = 201, body = BadDebtView), (status = "default", body = ProblemBody))
)]
async fn process_bad_debt(
    ctx: Ctx,
    PathId(id): PathId<ledger::Order>,
    JsonBody(body): JsonBody<BadDebtBody>,
) -> HttpResult<Answer> {
    let cmd = body.command(id).map_err(|refusal| ctx.problem(refusal.into()))?;
    let act = Act::money("receivables.process_bad_debt")
        .on("order", id.raw())
        .created();
    let run = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
        bad_debt::process_bad_debt(tx, meta, &cmd).map(BadDebtView::from)
    };
    ctx.command(act, run).await
}

/// The bad-debt register. Filters: customer_id, order_id, reason_code, salesperson_id, from, to,
/// open. Sorts: date.
#[utoipa::path(
    get, path = "/bad-debts", tag = "receivables", operation_id = "list_bad_debts", params(ListParams),
    extensions(("x-permission" = json!("receivables.read"))),
    responses((status = 200, body = Register), (status = "default", body = ProblemBody))
)]
async fn list_bad_debts(ctx: Ctx, query: ListQuery) -> HttpResult<Json<Register>> {
    ctx.read(move |tx| queries::register(tx, &query)).await.map(Json)
}

/// Takes back all that is left of a bad debt.
#[utoipa::path(
    post, path = "/bad-debts/{id}/undo", tag = "receivables", operation_id = "undo_bad_debt",
    params(("id" = String, Path)), request_body = ReasonBody,
    extensions(("x-permission" = json!("receivables.bad_debt")), ("x-money-act" = json!(true))),
    responses((status = 200, body = BadDebtView), (status = "default", body = ProblemBody))
)]
async fn undo_bad_debt(
    ctx: Ctx,
    PathId(id): PathId<BadDebt>,
    JsonBody(body): JsonBody<ReasonBody>,
) -> HttpResult<Answer> {
    let act = Act::money("receivables.undo_bad_debt").on("bad_debt", id.raw());
    let run = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
        bad_debt::undo_bad_debt(tx, meta, id, &body.reason).map(BadDebtView::from)
    };
    ctx.command(act, run).await
}

/// Which money recovers a bad debt.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RecoveryBody {
    /// A receipt with something on account.
    #[schema(value_type = String)]
    receipt_id: ReceiptId,
    /// A decimal; absent: as much as both allow.
    amount: Option<String>,
    #[serde(default)]
    note: String,
}

/// Recovers a bad debt, wholly or in part, with a receipt on account.
#[utoipa::path(
    post, path = "/bad-debts/{id}/recover", tag = "receivables", operation_id = "recover_bad_debt",
    params(("id" = String, Path)), request_body = RecoveryBody,
    extensions(("x-permission" = json!("receivables.bad_debt")), ("x-money-act" = json!(true))),
    responses((status = 200, body = BadDebtView), (status = "default", body = ProblemBody))
)]
async fn recover_bad_debt(
    ctx: Ctx,
    PathId(id): PathId<BadDebt>,
    JsonBody(body): JsonBody<RecoveryBody>,
) -> HttpResult<Answer> {
    let cmd = RecoverBadDebt {
        bad_debt: id,
        receipt: body.receipt_id,
        amount: body.amount,
        note: body.note,
    };
    let act = Act::money("receivables.recover_bad_debt").on("bad_debt", id.raw());
    let run = move |tx: &mut db::Tx<'_>, meta: &kit::Meta| {
        bad_debt::recover_bad_debt(tx, meta, &cmd).map(BadDebtView::from)
    };
    ctx.command(act, run).await
}

/// Open items of each of a customer's accounts, oldest first.
#[utoipa::path(
    get, path = "/customers/{id}/open-items", tag = "receivables", operation_id = "customer_open_items",
    params(("id" = String, Path)),
    extensions(("x-permission" = json!("receivables.read"))),
    responses((status = 200, body = Vec<OpenAccount>), (status = "default", body = ProblemBody))
)]
async fn customer_open_items(
    ctx: Ctx,
    PathId(id): PathId<parties::Customer>,
) -> HttpResult<Json<Vec<OpenAccount>>> {
    let today = ctx.today();
    ctx.read(move |tx| queries::open_items(tx, id, today))
        .await
        .map(Json)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct LedgerParams {
    /// Absent: the customer's own currency.
    currency: Option<String>,
    /// The ledger as it was at the end of a day; absent: as it stands.
    as_of: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// The customer ledger, newest first, each line with the balance after it.
#[utoipa::path(
    get, path = "/customers/{id}/ledger", tag = "receivables", operation_id = "customer_ledger",
    params(("id" = String, Path), LedgerParams),
    extensions(("x-permission" = json!("receivables.read"))),
    responses((status = 200, body = LedgerPage), (status = "default", body = ProblemBody))
)]
async fn customer_ledger(
    ctx: Ctx,
    PathId(id): PathId<parties::Customer>,
    Query(params): Query<LedgerParams>,
) -> HttpResult<Json<LedgerPage>> {
    let unknown = || ctx.problem(refusals::account_not_found().on("currency").into());
    let currency = match params.currency.as_deref().filter(|code| !code.is_empty()) {
        Some(code) => Some(Currency::named(code).ok_or_else(unknown)?),
        None => None,
    };
    let as_of = day_in(&ctx, "as_of", params.as_of.as_deref())?;
    ctx.read(move |tx| queries::customer_ledger(tx, id, currency, as_of, params.after.as_deref()))
        .await
        .map(Json)
}

fn unreadable(ctx: &Ctx, name: &'static str, value: &str) -> kit::Problem {
    let refusal = base::Refusal::invalid("kit.unreadable_filter")
        .on(name)
        .with("value", value);
    ctx.problem(refusal.into())
}

/// A day of the query; absent or empty is none.
fn day_in(ctx: &Ctx, name: &'static str, text: Option<&str>) -> HttpResult<Option<Day>> {
    let text = text.filter(|text| !text.is_empty());
    text.map(|text| text.parse::<Day>().map_err(|_| unreadable(ctx, name, text)))
        .transpose()
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AgeingParams {
    /// A day; absent: now.
    as_of: Option<String>,
    customer_id: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// Rows a page, at most 500.
    limit: Option<usize>,
}

/// Receivables by age as of a day, most overdue first; it ties to the balances of that day.
#[utoipa::path(
    get, path = "/ageing", tag = "receivables", operation_id = "ageing", params(AgeingParams),
    extensions(("x-permission" = json!("receivables.read"))),
    responses((status = 200, body = AgeingPage), (status = "default", body = ProblemBody))
)]
async fn get_ageing(ctx: Ctx, Query(params): Query<AgeingParams>) -> HttpResult<Json<AgeingPage>> {
    let today = ctx.today();
    let as_of = day_in(&ctx, "as_of", params.as_of.as_deref())?;
    let customer = match params.customer_id.as_deref().filter(|text| !text.is_empty()) {
        Some(text) => Some(
            text.parse::<Id<_>>()
                .map_err(|_| unreadable(&ctx, "customer_id", text))?,
        ),
        None => None,
    };
    let after = params.after.as_deref().unwrap_or("0");
    let after: usize = after.parse().map_err(|_| unreadable(&ctx, "after", after))?;
    let limit = params.limit.unwrap_or(50).clamp(1, 500);
    ctx.read(move |tx| queries::ageing(tx, today, as_of, customer, (after, limit)))
        .await
        .map(Json)
}

/// The receivables figures of the start page.
#[utoipa::path(
    get, path = "/start", tag = "receivables", operation_id = "start",
    extensions(("x-permission" = json!("receivables.read"))),
    responses((status = 200, body = Start), (status = "default", body = ProblemBody))
)]
async fn get_start(ctx: Ctx) -> HttpResult<Json<Start>> {
    let today = ctx.today();
    ctx.read(move |tx| queries::start(tx, today)).await.map(Json)
}
