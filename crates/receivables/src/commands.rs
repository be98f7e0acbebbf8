use base::{Currency, Day, Money, Refusal};
use db::Tx;
use kit::{Meta, number};
use ledger::{
    AccountId, AccountRow, ActRef, Allocate, AllocationId, DocRef, EntryId, EntryKind, NewEntry, Undo,
};
use parties::CustomerId;

use crate::allocation_rules::Proposal;
use crate::deciding::{NEW_MONEY, NewMoney, Plan, Question, decide};
use crate::store::{self, NewReceipt};
use crate::types::{AllocateCredits, ReceiptId, ReceiptRow, RecordReceipt, Settling, Target};
use crate::{Method, concessions, instruments, refusals};

/// What an allocation does to one open item.
#[derive(Clone, Debug)]
pub struct Closing {
    pub entry: EntryId,
    pub document_kind: String,
    pub document_no: String,
    pub due: Day,
    pub before: i64,
    pub allocated: i64,
    /// Early-payment discount that closes a part of it.
    pub discount: i64,
    /// A small difference that closes the rest.
    pub tolerance: i64,
}

impl Closing {
    pub fn left(&self) -> i64 {
        self.before - self.allocated - self.discount - self.tolerance
    }
}

/// What an act of writing off does, or would do: the answer of the act and of its preview.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub account: AccountId,
    pub currency: Currency,
    /// New money in this act.
    pub received: i64,
    /// Debit items, oldest first.
    pub items: Vec<Closing>,
    /// Credits that were on account before, as used.
    pub credits: Vec<Closing>,
    /// What stays on account of the new money.
    pub on_account: i64,
    /// What of that waits for an order.
    pub reserved: i64,
    /// Paid a little too much: taken as a small difference.
    pub over: i64,
    /// A difference that would be settled if this clerk had not used up the month's.
    pub over_cap: i64,
    /// What was found for the money, with what speaks for it.
    pub proposal: Option<Proposal>,
    /// What the customer still owes on open items afterwards, and the balance.
    pub open_debit: i64,
    pub balance: i64,
}

impl Outcome {
    pub fn closed(&self) -> usize {
        self.items.iter().filter(|item| item.left() == 0).count()
    }

    pub fn part_paid(&self) -> usize {
        self.items.len() - self.closed()
    }
}

/// A recorded receipt.
#[derive(Clone, Debug)]
pub struct Recorded {
    pub id: ReceiptId,
    pub no: String,
    pub outcome: Outcome,
}

/// Characters of a remark, a reference or a reason.
const LONGEST_TEXT: usize = 2_000;

/// Records money in and closes what it is for, in one act, discounts and small differences by the rules.
pub fn record_receipt(tx: &mut Tx<'_>, meta: &Meta, cmd: &RecordReceipt) -> db::Result<Recorded> {
    record_receipt_with(tx, meta, cmd, &Settling::default())
}

/// As [`record_receipt`], with a word on discount and differences.
pub fn record_receipt_with(
    tx: &mut Tx<'_>,
    meta: &Meta,
    cmd: &RecordReceipt,
    settling: &Settling,
) -> db::Result<Recorded> {
    let account = account_for(tx, cmd.customer, cmd.currency)?;
    let mut account = ledger::lock_account(tx, account)?;
    if let Some(key) = &cmd.imported_key
        && let Some(id) = store::imported_receipt(tx, key)?
    {
        return already_recorded(tx, &account, id);
    }
    let amount = receipt_amount(meta, cmd, account.currency)?;
    instruments::admissible(cmd)?;
    let text = cmd.text();
    let plan = decide(tx, meta, &account, &question(cmd, amount, &text, settling))?;
    let id: ReceiptId = tx.next_id();
    let seq = number::take(tx, "RC")?;
    let no = number::written("RC", seq);
    let document = DocRef {
        kind: "receipt",
        id: id.raw(),
        no: no.clone(),
    };
    let new = NewEntry {
        held: cmd.purpose.is_held(),
        ..NewEntry::new(EntryKind::Receipt, -amount, cmd.date, document)
    };
    let entry = ledger::append(tx, meta, &mut account, new)?;
    let row = NewReceipt {
        id,
        no: &no,
        seq,
        customer: cmd.customer,
        account: account.id,
        currency: account.currency,
        date: cmd.date,
        method: cmd.method.as_str(),
        amount,
        reference: within(&cmd.reference, "reference")?,
        remark: within(&cmd.remark, "remark")?,
        entry,
        imported_key: cmd.imported_key.as_deref(),
        purpose: cmd.purpose.as_str(),
    };
    store::insert_receipt(tx, meta, &row)?;
    instruments::hold(tx, &account, id, amount, cmd)?;
    let act = ActRef {
        kind: "receipt",
        id: id.raw(),
    };
    post(
        tx,
        meta,
        &mut account,
        act,
        (&plan, entry),
        (&no, within(&settling.note, "note")?),
    )?;
    if let Some((order, part)) = plan.reserves {
        ledger::reserve(tx, meta, &mut account, entry, order, part)?;
    }
    let outcome = plan.outcome(&account, amount);
    Ok(Recorded { id, no, outcome })
}

/// The allocations of a plan and what goes with them.
fn post(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &mut AccountRow,
    act: ActRef,
    (plan, new_money): (&Plan, EntryId),
    (no, note): (&str, &str),
) -> db::Result<()> {
    ledger::allocate(tx, meta, account, act, &plan.wanted(new_money), note)?;
    concessions::post(tx, meta, account, act, (no, note), &plan.given(new_money))
}

fn question<'q>(cmd: &'q RecordReceipt, amount: i64, text: &'q str, settling: &'q Settling) -> Question<'q> {
    let new_money = NewMoney {
        amount,
        date: cmd.date,
        text,
    };
    Question {
        new_money: Some(new_money),
        target: &cmd.target,
        credits: &cmd.credits,
        settling,
    }
}

/// What [`record_receipt`] would do, without writing.
pub fn preview_receipt(tx: &mut Tx<'_>, meta: &Meta, cmd: &RecordReceipt) -> db::Result<Outcome> {
    preview_receipt_with(tx, meta, cmd, &Settling::default())
}

/// What [`record_receipt_with`] would do, without writing: the figures as one types.
pub fn preview_receipt_with(
    tx: &mut Tx<'_>,
    meta: &Meta,
    cmd: &RecordReceipt,
    settling: &Settling,
) -> db::Result<Outcome> {
    let account = account_for(tx, cmd.customer, cmd.currency)?;
    let mut account = ledger::find_account(tx, account)?;
    let amount = receipt_amount(meta, cmd, account.currency)?;
    let text = cmd.text();
    let plan = decide(tx, meta, &account, &question(cmd, amount, &text, settling))?;
    account.balance += plan.adjusted() - amount;
    account.open_debit -= plan.allocated();
    Ok(plan.outcome(&account, amount))
}

/// Uses credits that are on account already: receipts, credit notes.
pub fn allocate_credits(tx: &mut Tx<'_>, meta: &Meta, cmd: &AllocateCredits) -> db::Result<Outcome> {
    allocate_credits_with(tx, meta, cmd, &Settling::default())
}

/// As [`allocate_credits`], with a word on discount and differences.
pub fn allocate_credits_with(
    tx: &mut Tx<'_>,
    meta: &Meta,
    cmd: &AllocateCredits,
    settling: &Settling,
) -> db::Result<Outcome> {
    let mut account = ledger::lock_account(tx, cmd.account)?;
    let plan = decide(tx, meta, &account, &question_of_credits(cmd, settling))?;
    let act = ActRef {
        kind: "manual",
        id: tx.next_id::<()>().raw(),
    };
    let no = match cmd.credits.first() {
        Some(first) => store::entry_no(tx, account.id, first.entry)?.unwrap_or_default(),
        None => String::new(),
    };
    let reason = within(&cmd.reason, "reason")?;
    let note = match within(&settling.note, "note")? {
        "" => reason,
        note => note,
    };
    post(tx, meta, &mut account, act, (&plan, NEW_MONEY), (&no, note))?;
    Ok(plan.outcome(&account, 0))
}

fn question_of_credits<'q>(cmd: &'q AllocateCredits, settling: &'q Settling) -> Question<'q> {
    Question {
        new_money: None,
        target: &cmd.target,
        credits: &cmd.credits,
        settling,
    }
}

/// What [`allocate_credits_with`] would do, without writing.
pub fn preview_allocation(
    tx: &mut Tx<'_>,
    meta: &Meta,
    cmd: &AllocateCredits,
    settling: &Settling,
) -> db::Result<Outcome> {
    let mut account = ledger::find_account(tx, cmd.account)?;
    let plan = decide(tx, meta, &account, &question_of_credits(cmd, settling))?;
    account.balance += plan.adjusted();
    account.open_debit -= plan.allocated();
    Ok(plan.outcome(&account, 0))
}

/// Takes back one allocation, in any order, and the discount or difference that went with it. Those made by
/// another act go with that act only.
pub fn undo_allocation(
    tx: &mut Tx<'_>,
    meta: &Meta,
    id: AllocationId,
    reason: &str,
) -> db::Result<AccountId> {
    let reason = required(reason, "reason")?;
    let account = store::account_of_allocation(tx, id)?.ok_or_else(refusals::allocation_not_found)?;
    let mut account = ledger::lock_account(tx, account)?;
    let given = concessions::of_allocation(tx, id)?;
    ledger::undo_allocation(tx, meta, &mut account, id, reason)?;
    concessions::undo(tx, meta, &mut account, &given, reason)?;
    Ok(account.id)
}

/// Takes back everything that a receipt closed: it is on account again, wholly.
pub fn undo_write_off(tx: &mut Tx<'_>, meta: &Meta, id: ReceiptId, reason: &str) -> db::Result<ReceiptRow> {
    let reason = required(reason, "reason")?;
    let found = store::receipt(tx, id)?.ok_or_else(refusals::receipt_not_found)?;
    let mut account = ledger::lock_account(tx, found.account)?;
    let receipt = store::receipt(tx, id)?.ok_or_else(refusals::receipt_not_found)?;
    if receipt.state != "posted" {
        return Err(refusals::already_reversed(&receipt.no).into());
    }
    let given = concessions::of_credit(tx, receipt.entry)?;
    concessions::undo(tx, meta, &mut account, &given, reason)?;
    if ledger::undo_of_entry(tx, meta, &mut account, receipt.entry, Undo::Singly, reason)? == 0 {
        return Err(refusals::nothing_to_undo(&receipt.no).into());
    }
    Ok(receipt)
}

/// Reverses a receipt: its allocations are undone, so the items come back with their due dates, and
/// the freed money is joined with the reversing entry. `date`: today unless said otherwise.
pub fn reverse_receipt(
    tx: &mut Tx<'_>,
    meta: &Meta,
    id: ReceiptId,
    reason: &str,
    date: Option<Day>,
) -> db::Result<ReceiptRow> {
    end_receipt(tx, meta, id, reason, date, Ended::Reversed)
}

/// How a receipt came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// It was a mistake.
    Reversed,
    /// The payment was returned.
    Bounced,
}

impl Ended {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Ended::Reversed => "reversed",
            Ended::Bounced => "bounced",
        }
    }
}

/// Ends a receipt as one unit, whatever its money was used for.
pub(crate) fn end_receipt(
    tx: &mut Tx<'_>,
    meta: &Meta,
    id: ReceiptId,
    reason: &str,
    date: Option<Day>,
    how: Ended,
) -> db::Result<ReceiptRow> {
    let reason = required(reason, "reason")?;
    let found = store::receipt(tx, id)?.ok_or_else(refusals::receipt_not_found)?;
    let mut account = ledger::lock_account(tx, found.account)?;
    let receipt = store::receipt(tx, id)?.ok_or_else(refusals::receipt_not_found)?;
    if receipt.state != "posted" {
        return Err(refusals::already_reversed(&receipt.no).into());
    }
    let date = date.unwrap_or(meta.today);
    if date > meta.today {
        return Err(refusals::date_in_future("date").into());
    }
    if date < receipt.date {
        return Err(refusals::date_before_receipt(receipt.date).into());
    }
    ledger::lift_credit(tx, &mut account, receipt.entry)?;
    let given = concessions::of_credit(tx, receipt.entry)?;
    concessions::undo(tx, meta, &mut account, &given, reason)?;
    ledger::undo_of_entry(tx, meta, &mut account, receipt.entry, Undo::Every, reason)?;
    let document = DocRef {
        kind: "receipt",
        id: id.raw(),
        no: receipt.no.clone(),
    };
    let bounced = document.clone();
    let new = NewEntry {
        due_date: Some(date),
        reversal_of: Some(receipt.entry),
        reason: reason.to_owned(),
        ..NewEntry::new(EntryKind::ReceiptReversal, receipt.amount, date, document)
    };
    let entry = ledger::append(tx, meta, &mut account, new)?;
    let both = Allocate {
        debit: entry,
        credit: receipt.entry,
        amount: receipt.amount,
        effective: None,
    };
    let act = ActRef {
        kind: "receipt_reversal",
        id: id.raw(),
    };
    ledger::allocate(tx, meta, &mut account, act, &[both], reason)?;
    instruments::end(tx, &account, id, how, date)?;
    store::mark_ended(tx, id, entry, reason, how.as_str())?;
    credit::alert(
        tx,
        meta,
        &account,
        credit::Event::ReceiptReversal,
        bounced,
        receipt.amount,
    )?;
    let (state, reason) = (how.as_str().to_owned(), reason.to_owned());
    Ok(ReceiptRow {
        state,
        reason,
        reversal_entry: Some(entry),
        ..receipt
    })
}

/// An import that is repeated finds its receipt as it stands.
fn already_recorded(tx: &mut Tx<'_>, account: &AccountRow, id: ReceiptId) -> db::Result<Recorded> {
    let receipt = store::receipt(tx, id)?.ok_or_else(refusals::receipt_not_found)?;
    let outcome = Outcome {
        account: account.id,
        currency: account.currency,
        received: receipt.amount,
        items: Vec::new(),
        credits: Vec::new(),
        on_account: store::open_of_entry(tx, receipt.entry)?,
        reserved: 0,
        over: 0,
        over_cap: 0,
        proposal: None,
        open_debit: account.open_debit,
        balance: account.balance,
    };
    Ok(Recorded {
        id,
        no: receipt.no,
        outcome,
    })
}

/// The account that money of a customer comes to: its payer's, as long as nothing is open on its own.
pub(crate) fn account_for(
    tx: &mut Tx<'_>,
    customer: CustomerId,
    currency: Option<Currency>,
) -> db::Result<AccountId> {
    let own = own_account(tx, customer, currency)?;
    let Some(payer) = parties::get(tx, customer)?.payer else {
        return Ok(own);
    };
    let account = ledger::find_account(tx, own)?;
    match (account.open_debit, account.open_credit) {
        (0, 0) => own_account(tx, payer, currency),
        _ => Ok(own),
    }
}

fn own_account(tx: &mut Tx<'_>, customer: CustomerId, currency: Option<Currency>) -> db::Result<AccountId> {
    let found = match currency {
        Some(currency) => ledger::account_of_customer(tx, customer, currency)?,
        None => store::account_of_customer(tx, customer)?,
    };
    found.ok_or_else(|| refusals::account_not_found().on("customer_id").into())
}

fn receipt_amount(meta: &Meta, cmd: &RecordReceipt, currency: Currency) -> db::Result<i64> {
    let closes_something = cmd.target != Target::None || !cmd.credits.is_empty();
    if cmd.purpose.is_held() && closes_something {
        return Err(refusals::deposit_closes_nothing().into());
    }
    if cmd.date > meta.today {
        return Err(refusals::date_in_future("date").into());
    }
    Ok(positive(&cmd.amount, currency, "amount")?)
}

/// A positive amount of a field.
pub(crate) fn positive(text: &str, currency: Currency, field: &str) -> Result<i64, Refusal> {
    let money = Money::parse(text, currency).map_err(|_| refusals::amount_unreadable(field, text))?;
    if money.minor <= 0 {
        return Err(refusals::amount_not_positive(field));
    }
    Ok(money.minor)
}

/// A reason that a person gave; spaces are none.
pub(crate) fn required<'r>(reason: &'r str, field: &'static str) -> Result<&'r str, Refusal> {
    match within(reason, field)? {
        "" => Err(refusals::reason_required(field)),
        reason => Ok(reason),
    }
}

/// What a person wrote, without blanks around it.
pub(crate) fn within<'r>(text: &'r str, field: &'static str) -> Result<&'r str, Refusal> {
    let text = text.trim();
    if text.chars().count() > LONGEST_TEXT {
        return Err(refusals::text_too_long(field, LONGEST_TEXT));
    }
    Ok(text)
}

/// The method a text names.
pub(crate) fn method(text: &str) -> Result<Method, Refusal> {
    Method::parse(text).ok_or_else(|| refusals::unknown_method(text))
}
