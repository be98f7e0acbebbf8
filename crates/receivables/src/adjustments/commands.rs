use std::collections::HashSet;

use base::{Currency, Money};
use db::Tx;
use kit::{Meta, number};
use ledger::{AccountRow, ActRef, Allocate, DocRef, EntryId, NewEntry};
use sales::NewCharge;

use super::types::{AdjustmentId, AdjustmentKind, AdjustmentRow, EnterAdjustment};
use super::{rules, store};
use crate::commands::{Outcome, account_for, positive, required, within};
use crate::rules::Share;
use crate::types::Target;
use crate::{deciding, refusals};

/// A document that was entered.
#[derive(Clone, Debug)]
pub struct Entered {
    pub id: AdjustmentId,
    pub no: String,
    /// `posted`, or `waiting` for approval.
    pub state: String,
    pub amount: Money,
    /// What a posted expense closed.
    pub outcome: Option<Outcome>,
}

/// Enters a charge, an expense, a refund or a difference. What is above the threshold waits for approval
/// and touches nothing yet.
pub fn enter(tx: &mut Tx<'_>, meta: &Meta, cmd: &EnterAdjustment) -> db::Result<Entered> {
    let account = account_for(tx, cmd.customer, cmd.currency)?;
    let mut account = ledger::lock_account(tx, account)?;
    let (mut row, items) = checked(tx, meta, &account, cmd)?;
    let threshold = store::threshold(tx, cmd.kind, account.currency)?;
    let waits = rules::needs_approval(cmd.kind, row.amount, threshold);
    let plan = match cmd.kind {
        AdjustmentKind::Expense if !waits => {
            let plan =
                deciding::decide_as_named(tx, meta, &account, row.amount, (&cmd.target, &cmd.credits))?;
            Some(plan)
        }
        _ => None,
    };
    let series = cmd.kind.series();
    let seq = number::take(tx, series)?;
    row.no = number::written(series, seq);
    row.state = if waits { "waiting" } else { "posted" }.to_owned();
    if !waits {
        post(tx, meta, &mut account, &mut row, &items)?;
    }
    store::insert(tx, meta, &row, seq, &items)?;
    let outcome = match (plan, row.entry) {
        (Some(plan), Some(entry)) => {
            let act = ActRef {
                kind: "manual",
                id: row.id.raw(),
            };
            ledger::allocate(tx, meta, &mut account, act, &plan.wanted(entry), "")?;
            Some(plan.outcome(&account, row.amount))
        }
        _ => None,
    };
    Ok(Entered {
        id: row.id,
        no: row.no,
        state: row.state,
        amount: Money::new(row.amount, row.currency),
        outcome,
    })
}

/// What an expense would close, without writing.
pub fn preview_expense(tx: &mut Tx<'_>, meta: &Meta, cmd: &EnterAdjustment) -> db::Result<Outcome> {
    if cmd.kind != AdjustmentKind::Expense {
        return Err(refusals::unknown_adjustment(cmd.kind.as_str()).into());
    }
    let account = account_for(tx, cmd.customer, cmd.currency)?;
    let mut account = ledger::find_account(tx, account)?;
    not_in_future(meta, cmd)?;
    let text = cmd.amount.as_deref().unwrap_or_default();
    let amount = positive(text, account.currency, "amount")?;
    let threshold = store::threshold(tx, cmd.kind, account.currency)?;
    let waits = rules::needs_approval(cmd.kind, amount, threshold);
    let target = if waits { &Target::None } else { &cmd.target };
    let credits = if waits { [].as_slice() } else { &cmd.credits };
    let plan = deciding::decide_as_named(tx, meta, &account, amount, (target, credits))?;
    account.balance -= amount;
    account.open_debit -= plan.allocated();
    Ok(plan.outcome(&account, amount))
}

fn not_in_future(meta: &Meta, cmd: &EnterAdjustment) -> db::Result<()> {
    if cmd.date > meta.today {
        return Err(refusals::date_in_future("date").into());
    }
    Ok(())
}

/// The row that follows from what was entered, without number and entry, and the items it is joined with.
fn checked(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &AccountRow,
    cmd: &EnterAdjustment,
) -> db::Result<(AdjustmentRow, Vec<Share>)> {
    not_in_future(meta, cmd)?;
    rules::reason(cmd.kind, &cmd.reason_code, &cmd.note)?;
    let items = joined_items(tx, account, cmd)?;
    let named = i64::try_from(crate::rules::total(&items))?;
    let amount = match &cmd.amount {
        Some(text) => positive(text, account.currency, "amount")?,
        None if !items.is_empty() => named,
        None => return Err(refusals::amount_not_positive("amount").into()),
    };
    if !items.is_empty() && amount != named {
        let money = |minor| Money::new(minor, account.currency);
        return Err(refusals::not_the_sum(money(amount), money(named)).into());
    }
    let method = match (cmd.kind, cmd.method) {
        (AdjustmentKind::Refund, Some(method)) => method.as_str(),
        (AdjustmentKind::Refund, None) => return Err(refusals::unknown_method("").into()),
        _ => "",
    };
    let row = AdjustmentRow {
        id: tx.next_id(),
        kind: cmd.kind.as_str().to_owned(),
        state: String::new(),
        no: String::new(),
        customer: account.customer,
        account: account.id,
        currency: account.currency,
        date: cmd.date,
        due: cmd.due.filter(|_| cmd.kind == AdjustmentKind::Charge),
        amount,
        reason_code: cmd.reason_code.clone(),
        note: within(&cmd.note, "note")?.to_owned(),
        method: method.to_owned(),
        reference: within(&cmd.reference, "reference")?.to_owned(),
        order: None,
        entry: None,
        reversal_entry: None,
        decision: String::new(),
        decided_at: None,
        decided_by: None,
        created_at: meta.now,
        created_by: meta.user,
    };
    Ok((row, items))
}

/// The credits that a refund pays out, or the one item whose rest a difference closes.
fn joined_items(tx: &mut Tx<'_>, account: &AccountRow, cmd: &EnterAdjustment) -> db::Result<Vec<Share>> {
    if !matches!(cmd.kind, AdjustmentKind::Refund | AdjustmentKind::Difference) {
        return Ok(Vec::new());
    }
    let wanted = deciding::load_named(tx, account, &cmd.items, "items", &mut HashSet::new())?;
    if cmd.kind == AdjustmentKind::Refund {
        deciding::check_side(&wanted, -1, "items")?;
    }
    match (cmd.kind, wanted.len()) {
        (_, 0) => Err(refusals::nothing_to_allocate().into()),
        (AdjustmentKind::Difference, 2..) => Err(refusals::one_item_only().into()),
        _ => Ok(wanted.iter().map(deciding::Wanted::share).collect()),
    }
}

/// Adds the entry of a document and joins it with its items.
fn post(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &mut AccountRow,
    row: &mut AdjustmentRow,
    items: &[Share],
) -> db::Result<()> {
    let kind = row.kind()?;
    let document = document(row, kind);
    let entry = if kind == AdjustmentKind::Charge {
        let charge = NewCharge {
            document,
            date: row.date,
            due: row.due,
            amount: row.amount,
            remark: row.note.clone(),
        };
        let made = sales::create_charge(tx, meta, account, charge)?;
        row.order = Some(made.order);
        made.entry
    } else {
        let side = match items.first() {
            Some(item) => ledger::entry(tx, item.entry)?.amount,
            None => 0,
        };
        let new = NewEntry {
            due_date: Some(row.date),
            reason: row.note.clone(),
            ..NewEntry::new(
                kind.entry_kind(),
                rules::signed(kind, row.amount, side),
                row.date,
                document,
            )
        };
        ledger::append(tx, meta, account, new)?
    };
    row.entry = Some(entry);
    join(tx, meta, account, row, entry, items)
}

fn document(row: &AdjustmentRow, kind: AdjustmentKind) -> DocRef {
    DocRef {
        kind: kind.as_str(),
        id: row.id.raw(),
        no: row.no.clone(),
    }
}

fn act_of(row: &AdjustmentRow, kind: AdjustmentKind) -> ActRef {
    ActRef {
        kind: kind.as_str(),
        id: row.id.raw(),
    }
}

fn join(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &mut AccountRow,
    row: &AdjustmentRow,
    entry: EntryId,
    items: &[Share],
) -> db::Result<()> {
    if items.is_empty() {
        return Ok(());
    }
    let is_debit = ledger::entry(tx, entry)?.amount > 0;
    let wanted: Vec<Allocate> = items
        .iter()
        .map(|item| {
            let (debit, credit) = if is_debit {
                (entry, item.entry)
            } else {
                (item.entry, entry)
            };
            Allocate {
                debit,
                credit,
                amount: item.amount,
                effective: None,
            }
        })
        .collect();
    let act = act_of(row, row.kind()?);
    ledger::allocate(tx, meta, account, act, &wanted, "")?;
    Ok(())
}

/// The document under its account's lock, in the state that the act needs.
fn locked(tx: &mut Tx<'_>, id: AdjustmentId, state: &str) -> db::Result<(AccountRow, AdjustmentRow)> {
    let found = store::get(tx, id)?.ok_or_else(refusals::adjustment_not_found)?;
    let account = ledger::lock_account(tx, found.account)?;
    let row = store::get(tx, id)?.ok_or_else(refusals::adjustment_not_found)?;
    if row.state != state {
        return Err(refusals::adjustment_not_in_state(&row.no).into());
    }
    Ok((account, row))
}

/// Approves what waits; nobody approves their own.
pub fn approve(tx: &mut Tx<'_>, meta: &Meta, id: AdjustmentId) -> db::Result<()> {
    let (mut account, mut row) = locked(tx, id, "waiting")?;
    if row.created_by == meta.user {
        return Err(refusals::own_request().into());
    }
    let items = store::items(tx, id)?;
    post(tx, meta, &mut account, &mut row, &items)?;
    let entry = row
        .entry
        .ok_or_else(|| db::Error::fault("posted without an entry"))?;
    store::mark_posted(tx, meta, id, row.order, entry)
}

/// Turns down what waits, or withdraws one's own.
pub fn reject(tx: &mut Tx<'_>, meta: &Meta, id: AdjustmentId, why: &str) -> db::Result<()> {
    let why = required(why, "reason")?;
    locked(tx, id, "waiting")?;
    store::mark_rejected(tx, meta, id, why)
}

/// Reverses a posted document today: the counter-entry closes it. What an expense closed is owed again;
/// a refund's credits and a difference's item are open again. A charge that is paid is not torn away: its
/// write-off is undone by a person first.
pub fn reverse(tx: &mut Tx<'_>, meta: &Meta, id: AdjustmentId, why: &str) -> db::Result<()> {
    let why = required(why, "reason")?;
    let (mut account, row) = locked(tx, id, "posted")?;
    let kind = row.kind()?;
    let original = row
        .entry
        .ok_or_else(|| db::Error::fault("posted without an entry"))?;
    match kind {
        AdjustmentKind::Charge => {}
        AdjustmentKind::Expense => {
            ledger::undo_of_entry(tx, meta, &mut account, original, ledger::Undo::Singly, why)?;
        }
        AdjustmentKind::Refund | AdjustmentKind::Difference => {
            ledger::undo_act(tx, meta, &mut account, act_of(&row, kind), why)?;
        }
    }
    let entry = ledger::entry(tx, original)?;
    let open = crate::store::open_of_entry(tx, original)?;
    if open != row.amount {
        let allocated = Money::new(row.amount - open, row.currency);
        return Err(refusals::allocated_cannot_reverse(&row.no, allocated).into());
    }
    let new = NewEntry {
        due_date: Some(meta.today),
        order: row.order,
        reversal_of: Some(original),
        refers_to: Some(original),
        reason: why.to_owned(),
        ..NewEntry::new(
            entry.kind,
            -entry.amount,
            meta.today.max(row.date),
            document(&row, kind),
        )
    };
    let counter = ledger::append(tx, meta, &mut account, new)?;
    let (debit, credit) = if entry.amount > 0 {
        (original, counter)
    } else {
        (counter, original)
    };
    let both = Allocate {
        debit,
        credit,
        amount: row.amount,
        effective: None,
    };
    let act = ActRef {
        kind: "adjustment_reversal",
        id: id.raw(),
    };
    ledger::allocate(tx, meta, &mut account, act, &[both], why)?;
    store::mark_reversed(tx, id, counter, why)
}

/// Sets the amount above which somebody else approves; `None`: nobody has to.
pub fn set_threshold(
    tx: &mut Tx<'_>,
    kind: AdjustmentKind,
    currency: Currency,
    amount: Option<&str>,
) -> db::Result<()> {
    if !kind.may_wait() {
        return Err(refusals::unknown_adjustment(kind.as_str()).into());
    }
    let amount = match amount {
        Some(text) => {
            let money = Money::parse(text, currency);
            let money = money.map_err(|_| refusals::amount_unreadable("amount", text))?;
            if money.minor < 0 {
                return Err(refusals::amount_not_positive("amount").into());
            }
            Some(money.minor)
        }
        None => None,
    };
    store::set_threshold(tx, kind, currency, amount)
}
