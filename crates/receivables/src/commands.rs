use std::collections::{HashMap, HashSet};

use base::{Currency, Day, Id, Money, Refusal};
use db::Tx;
use kit::{Meta, number};
use ledger::{
    AccountId, AccountRow, ActRef, Allocate, AllocationId, DocRef, EntryId, EntryKind, NewEntry, OrderId,
    Undo,
};
use parties::CustomerId;

use crate::rules::{self, Pair, Share};
use crate::store::{self, Item, NewReceipt};
use crate::types::{AllocateCredits, Named, ReceiptId, ReceiptRow, RecordReceipt, Target};
use crate::{Method, instruments, refusals, reservations};

/// What an allocation does to one open item.
#[derive(Clone, Debug)]
pub struct Closing {
    pub entry: EntryId,
    pub document_kind: String,
    pub document_no: String,
    pub due: Day,
    pub before: i64,
    pub allocated: i64,
}

impl Closing {
    pub fn left(&self) -> i64 {
        self.before - self.allocated
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

/// Stands for the entry of the receipt that is about to be made.
const NEW_MONEY: EntryId = Id::new(0);

/// What is to be joined, and everything that is to be said about it.
pub(crate) struct Plan {
    pairs: Vec<Pair>,
    items: HashMap<EntryId, Item>,
    /// Debits in the order they are shown.
    order: Vec<EntryId>,
    /// So much of the new money waits for an order.
    reserves: Option<(OrderId, i64)>,
}

/// Records money in and closes what it is for, in one act.
pub fn record_receipt(tx: &mut Tx<'_>, meta: &Meta, cmd: &RecordReceipt) -> db::Result<Recorded> {
    let account = account_for(tx, cmd.customer, cmd.currency)?;
    let mut account = ledger::lock_account(tx, account)?;
    if let Some(key) = &cmd.imported_key
        && let Some(id) = store::imported_receipt(tx, key)?
    {
        return already_recorded(tx, &account, id);
    }
    let amount = receipt_amount(meta, cmd, account.currency)?;
    instruments::admissible(cmd)?;
    let plan = decide(tx, &account, Some(amount), &cmd.target, &cmd.credits)?;
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
    ledger::allocate(tx, meta, &mut account, act, &plan.allocations(entry), "")?;
    if let Some((order, part)) = plan.reserves {
        ledger::reserve(tx, meta, &mut account, entry, order, part)?;
    }
    let outcome = plan.outcome(&account, amount);
    Ok(Recorded { id, no, outcome })
}

/// What [`record_receipt`] would do, without writing: the figures as one types.
pub fn preview_receipt(tx: &mut Tx<'_>, meta: &Meta, cmd: &RecordReceipt) -> db::Result<Outcome> {
    let account = account_for(tx, cmd.customer, cmd.currency)?;
    let mut account = ledger::find_account(tx, account)?;
    let amount = receipt_amount(meta, cmd, account.currency)?;
    let plan = decide(tx, &account, Some(amount), &cmd.target, &cmd.credits)?;
    account.balance -= amount;
    account.open_debit -= plan.allocated();
    Ok(plan.outcome(&account, amount))
}

/// Uses credits that are on account already: receipts, credit notes.
pub fn allocate_credits(tx: &mut Tx<'_>, meta: &Meta, cmd: &AllocateCredits) -> db::Result<Outcome> {
    let mut account = ledger::lock_account(tx, cmd.account)?;
    let plan = decide(tx, &account, None, &cmd.target, &cmd.credits)?;
    let act = ActRef {
        kind: "manual",
        id: tx.next_id::<()>().raw(),
    };
    ledger::allocate(
        tx,
        meta,
        &mut account,
        act,
        &plan.allocations(NEW_MONEY),
        within(&cmd.reason, "reason")?,
    )?;
    Ok(plan.outcome(&account, 0))
}

/// What [`allocate_credits`] would do, without writing.
pub fn preview_allocation(tx: &mut Tx<'_>, cmd: &AllocateCredits) -> db::Result<Outcome> {
    let mut account = ledger::find_account(tx, cmd.account)?;
    let plan = decide(tx, &account, None, &cmd.target, &cmd.credits)?;
    account.open_debit -= plan.allocated();
    Ok(plan.outcome(&account, 0))
}

/// Takes back one allocation, in any order. Those made by another act go with that act only.
pub fn undo_allocation(
    tx: &mut Tx<'_>,
    meta: &Meta,
    id: AllocationId,
    reason: &str,
) -> db::Result<AccountId> {
    let reason = required(reason, "reason")?;
    let account = store::account_of_allocation(tx, id)?.ok_or_else(refusals::allocation_not_found)?;
    let mut account = ledger::lock_account(tx, account)?;
    ledger::undo_allocation(tx, meta, &mut account, id, reason)?;
    Ok(account.id)
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
        open_debit: account.open_debit,
        balance: account.balance,
    };
    Ok(Recorded {
        id,
        no: receipt.no,
        outcome,
    })
}

pub(crate) fn account_for(
    tx: &mut Tx<'_>,
    customer: CustomerId,
    currency: Option<Currency>,
) -> db::Result<AccountId> {
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

fn joined(pair: &Pair, new_money: EntryId) -> Allocate {
    let credit = if pair.credit == NEW_MONEY {
        new_money
    } else {
        pair.credit
    };
    Allocate {
        debit: pair.debit,
        credit,
        amount: pair.amount,
        effective: None,
    }
}

/// What is joined with what. Reads only; the caller holds the account's lock when it writes.
pub(crate) fn decide(
    tx: &mut Tx<'_>,
    account: &AccountRow,
    new_money: Option<i64>,
    target: &Target,
    named_credits: &[Named],
) -> db::Result<Plan> {
    let mut seen = HashSet::new();
    let mut credits = load_named(tx, account, named_credits, "credits", &mut seen)?;
    check_side(&credits, -1, "credits")?;
    if let Some(held) = credits.iter().find(|wanted| wanted.item.held) {
        return Err(refusals::held_apart(&held.item.document_no).into());
    }
    let debits = match target {
        Target::None | Target::Order(_) => Vec::new(),
        Target::Oldest => store::open_debits(tx, account.id)?
            .into_iter()
            .map(Wanted::all)
            .collect(),
        Target::Entries(named) => {
            let (debits, more): (Vec<_>, Vec<_>) = load_named(tx, account, named, "entries", &mut seen)?
                .into_iter()
                .partition(|wanted| wanted.item.side == 1);
            // A deposit on the statement stays what it is.
            credits.extend(more.into_iter().filter(|wanted| !wanted.item.held));
            debits
        }
        Target::Items(named) => {
            let debits = load_named(tx, account, named, "items", &mut seen)?;
            check_side(&debits, 1, "items")?;
            debits
        }
    };
    if new_money.is_none() && credits.is_empty() {
        return Err(refusals::no_credit_named().into());
    }
    let reserves = match target {
        Target::Order(_) if new_money.is_none() || !credits.is_empty() => {
            return Err(refusals::only_new_money().into());
        }
        Target::Order(order) => Some((*order, reservations::room_of(tx, account, *order)?)),
        _ => None,
    };
    let mut plan = joined_in_order(
        new_money,
        credits,
        debits,
        matches!(target, Target::Items(_)),
        account,
    )?;
    if new_money.is_none() && plan.pairs.is_empty() {
        return Err(refusals::nothing_to_allocate().into());
    }
    let amount = new_money.unwrap_or(0);
    plan.reserves = reserves.map(|(order, room)| (order, room.min(amount)));
    Ok(plan)
}

fn joined_in_order(
    new_money: Option<i64>,
    credits: Vec<Wanted>,
    debits: Vec<Wanted>,
    is_exact: bool,
    account: &AccountRow,
) -> Result<Plan, Refusal> {
    let mut from: Vec<Share> = credits.iter().map(Wanted::share).collect();
    from.extend(new_money.map(|amount| Share {
        entry: NEW_MONEY,
        amount,
    }));
    let to: Vec<Share> = debits.iter().map(Wanted::share).collect();
    if is_exact && rules::total(&to) > rules::total(&from) {
        let money = |sum: i128| Money::new(i64::try_from(sum).unwrap_or(i64::MAX), account.currency);
        return Err(refusals::more_than_received(
            money(rules::total(&to)),
            money(rules::total(&from)),
        ));
    }
    let pairs = rules::pair(&from, &to);
    let order = debits.iter().map(|wanted| wanted.item.entry).collect();
    let all = credits.into_iter().chain(debits);
    let items = all.map(|wanted| (wanted.item.entry, wanted.item)).collect();
    Ok(Plan {
        pairs,
        items,
        order,
        reserves: None,
    })
}

/// An open item and how much of it is meant.
pub(crate) struct Wanted {
    item: Item,
    amount: i64,
    position: usize,
}

impl Wanted {
    fn all(item: Item) -> Wanted {
        Wanted {
            amount: item.free(),
            item,
            position: 0,
        }
    }

    pub(crate) fn share(&self) -> Share {
        Share {
            entry: self.item.entry,
            amount: self.amount,
        }
    }
}

pub(crate) fn check_side(wanted: &[Wanted], side: i64, list: &str) -> Result<(), Refusal> {
    match wanted.iter().find(|one| one.item.side != side) {
        Some(other) => Err(refusals::wrong_side(
            format!("{list}[{}]", other.position),
            &other.item.document_no,
        )),
        None => Ok(()),
    }
}

/// The named items as they are now, oldest first. What somebody named with an amount or with what
/// they saw must still be so; what was named as a whole and is settled by now is passed over.
pub(crate) fn load_named(
    tx: &mut Tx<'_>,
    account: &AccountRow,
    named: &[Named],
    list: &str,
    seen: &mut HashSet<EntryId>,
) -> db::Result<Vec<Wanted>> {
    let entries: Vec<EntryId> = named.iter().map(|one| one.entry).collect();
    let found = store::open_among(tx, account.id, &entries)?;
    let mut open: HashMap<EntryId, Item> = found.into_iter().map(|item| (item.entry, item)).collect();
    let mut wanted = Vec::with_capacity(named.len());
    for (position, one) in named.iter().enumerate() {
        let field = format!("{list}[{position}]");
        if !seen.insert(one.entry) {
            return Err(refusals::named_twice(field).into());
        }
        let item = open.remove(&one.entry);
        if let Some(amount) = agreed(tx, account, one, item.as_ref(), &field)?
            && let Some(item) = item
        {
            wanted.push(Wanted {
                item,
                amount,
                position,
            });
        }
    }
    wanted.sort_by_key(|one| (one.item.due, one.item.basis, one.item.entry));
    Ok(wanted)
}

/// How much of a named item is used; `None`: it is settled and nobody insisted.
fn agreed(
    tx: &mut Tx<'_>,
    account: &AccountRow,
    named: &Named,
    item: Option<&Item>,
    field: &str,
) -> db::Result<Option<i64>> {
    let money = |minor| Money::new(minor, account.currency);
    let open = item.map_or(0, |item| item.open);
    let no = match item {
        Some(item) => item.document_no.clone(),
        None => {
            store::entry_no(tx, account.id, named.entry)?.ok_or_else(|| refusals::item_not_found(field))?
        }
    };
    if let Some(text) = &named.expected_open {
        let field = format!("{field}.expected_open");
        let expected =
            Money::parse(text, account.currency).map_err(|_| refusals::amount_unreadable(&field, text))?;
        if expected.minor != open {
            return Err(refusals::open_changed(field, &no, expected, money(open)).into());
        }
    }
    let Some(text) = &named.amount else {
        let free = item.map_or(0, Item::free);
        return Ok((free > 0).then_some(free));
    };
    let field = format!("{field}.amount");
    let amount = positive(text, account.currency, &field)?;
    if open == 0 {
        return Err(refusals::not_open(field, &no).into());
    }
    let free = item.map_or(0, Item::free);
    if amount > free {
        return Err(refusals::more_than_open(field, &no, money(free)).into());
    }
    Ok(Some(amount))
}

impl Plan {
    /// What is to be allocated once the new money is the entry `new_money`.
    pub(crate) fn allocations(&self, new_money: EntryId) -> Vec<Allocate> {
        self.pairs.iter().map(|pair| joined(pair, new_money)).collect()
    }

    pub(crate) fn allocated(&self) -> i64 {
        self.pairs.iter().map(|pair| pair.amount).sum()
    }

    /// `account` as it is afterwards.
    pub(crate) fn outcome(&self, account: &AccountRow, received: i64) -> Outcome {
        let mut used: HashMap<EntryId, i64> = HashMap::new();
        for pair in &self.pairs {
            *used.entry(pair.debit).or_default() += pair.amount;
            *used.entry(pair.credit).or_default() += pair.amount;
        }
        let closing = |item: &Item| Closing {
            entry: item.entry,
            document_kind: item.document_kind.clone(),
            document_no: item.document_no.clone(),
            due: item.due,
            before: item.open,
            allocated: used.get(&item.entry).copied().unwrap_or(0),
        };
        let items = self.order.iter().filter(|entry| used.contains_key(*entry));
        let items = items
            .filter_map(|entry| self.items.get(entry))
            .map(closing)
            .collect();
        let mut credits: Vec<Closing> = self
            .items
            .values()
            .filter(|item| item.side == -1 && used.contains_key(&item.entry))
            .map(closing)
            .collect();
        credits.sort_by_key(|credit| (credit.due, credit.entry));
        Outcome {
            account: account.id,
            currency: account.currency,
            received,
            items,
            credits,
            on_account: received - used.get(&NEW_MONEY).copied().unwrap_or(0),
            reserved: self.reserves.map_or(0, |(_, part)| part),
            open_debit: account.open_debit,
            balance: account.balance,
        }
    }
}

/// The method a text names.
pub(crate) fn method(text: &str) -> Result<Method, Refusal> {
    Method::parse(text).ok_or_else(|| refusals::unknown_method(text))
}
