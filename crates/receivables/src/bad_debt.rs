//! Management bad debt: an order's outstanding amount is given up, taken back, or recovered.
//!
//! One act is one settlement line on the order, one ledger entry (one for each instalment of what is on
//! a payment plan), its allocations and one row of the register. The bad debt's allocations are undone and made anew as one unit, so a part that comes
//! back never leaves half an act behind.

pub(crate) mod batch;
pub(crate) mod finance;
pub(crate) mod http;
pub(crate) mod reasons;
pub(crate) mod report;
pub(crate) mod requests;

use std::collections::HashSet;

use base::{Day, Money};
use db::Tx;
use kit::Meta;
use kit::job::{Handlers, Step};
use ledger::{AccountRow, ActRef, Allocate, DocRef, EntryId, EntryKind, NewEntry, PlanId};
use requests::RequestId;
use sales::LineKind;

use crate::commands::{positive, required, within};
use crate::rules::{self, Pair, Share};
use crate::store::{self, NewBadDebt, OrderRow};
use crate::types::{BadDebtId, BadDebtKind, BadDebtRow, ProcessBadDebt, ReceiptRow, RecoverBadDebt};
use crate::{refusals, reservations};

/// What one act of the register did.
#[derive(Clone, Debug)]
pub struct BadDebtDone {
    pub id: BadDebtId,
    pub order_no: String,
    pub amount: Money,
    /// What the order still owes afterwards.
    pub outstanding: Money,
    /// What of the bad debt is still given up.
    pub net: Money,
}

/// Gives up what an order owes, wholly or in part. Nothing but `receivables.approval_required` happens
/// when the amount needs approval: [`request_bad_debt`] asks for it.
pub fn process_bad_debt(tx: &mut Tx<'_>, meta: &Meta, cmd: &ProcessBadDebt) -> db::Result<BadDebtDone> {
    let (mut account, order, amount) = considered(tx, meta, cmd)?;
    if let Some(threshold) = requests::threshold(tx, meta, Money::new(amount, order.currency))? {
        return Err(refusals::approval_required(Money::new(amount, order.currency), threshold).into());
    }
    give_up(tx, meta, cmd, &mut account, &order, amount)
}

/// Asks for what [`process_bad_debt`] would do. Every guard holds already; nothing is booked.
pub fn request_bad_debt(tx: &mut Tx<'_>, meta: &Meta, cmd: &ProcessBadDebt) -> db::Result<RequestId> {
    let (_, order, amount) = considered(tx, meta, cmd)?;
    let new = requests::New {
        order: &order,
        amount,
        act: cmd,
    };
    requests::insert(tx, meta, &new)
}

/// Approves a request and does what was asked for, under the guards of this moment. Who asked may not
/// approve.
pub fn approve_bad_debt(tx: &mut Tx<'_>, meta: &Meta, id: RequestId, note: &str) -> db::Result<BadDebtDone> {
    let note = within(note, "note")?;
    let request = requests::pending(tx, id)?;
    if request.requested_by == meta.user {
        return Err(refusals::own_request().into());
    }
    let cmd = request.act()?;
    let (mut account, order, amount) = considered(tx, meta, &cmd)?;
    let done = give_up(tx, meta, &cmd, &mut account, &order, amount)?;
    requests::decide(tx, meta, request.id, ("approved", note, Some(done.id)))?;
    Ok(done)
}

/// The order under its account's lock, and how much of it is given up, if the guards let it pass.
fn considered(tx: &mut Tx<'_>, meta: &Meta, cmd: &ProcessBadDebt) -> db::Result<(AccountRow, OrderRow, i64)> {
    let found = store::order(tx, cmd.order)?.ok_or_else(refusals::order_not_found)?;
    let account = ledger::lock_account(tx, found.account)?;
    // Read again now that nobody else may change it.
    let order = store::order(tx, cmd.order)?.ok_or_else(refusals::order_not_found)?;
    let needs_note = requests::reason(tx, meta, &cmd.reason)?;
    let amount = admissible(cmd, &order, &account, needs_note)?;
    Ok((account, order, amount))
}

fn give_up(
    tx: &mut Tx<'_>,
    meta: &Meta,
    cmd: &ProcessBadDebt,
    account: &mut AccountRow,
    order: &OrderRow,
    amount: i64,
) -> db::Result<BadDebtDone> {
    let day = day_of(meta, cmd.date)?;
    let id: BadDebtId = tx.next_id();
    let note = within(&cmd.note, "note")?;
    let mut first = None;
    // One entry for what is not on a plan, and one for each instalment.
    for shares in by_instalment(tx, meta, account, order, amount)? {
        let part: i64 = shares.iter().map(|share| share.amount).sum();
        let new = NewEntry {
            due_date: Some(day),
            internal: !cmd.disclose,
            order: Some(order.id),
            reason: note.to_owned(),
            ..NewEntry::new(EntryKind::BadDebt, -part, day, document(id, order))
        };
        let entry = ledger::append(tx, meta, account, new)?;
        first = first.or(Some(entry));
        let credit = [Share { entry, amount: part }];
        join(
            tx,
            meta,
            account,
            ("bad_debt", id),
            &rules::pair(&credit, &shares),
        )?;
    }
    let entry = first.ok_or_else(|| db::Error::fault("nothing open on an unsettled order"))?;
    sales::append_settlement_line(
        tx,
        meta,
        order.id,
        LineKind::BadDebt,
        Money::new(amount, order.currency),
        entry,
    )?;
    store::insert_bad_debt(
        tx,
        meta,
        &NewBadDebt {
            id,
            kind: BadDebtKind::Processed,
            order: order.id,
            account: account.id,
            customer: order.customer,
            currency: order.currency,
            amount,
            reason_code: cmd.reason.as_str(),
            note,
            disclose: cmd.disclose,
            entry,
            day,
            of: None,
            salesperson: order.salesperson,
        },
    )?;
    let money = |minor| Money::new(minor, order.currency);
    Ok(BadDebtDone {
        id,
        order_no: order.no().to_owned(),
        amount: money(amount),
        outstanding: money(order.outstanding - amount),
        net: money(amount),
    })
}

/// The oldest `amount` of what an order owes: what is not on a plan together, each instalment by itself.
fn by_instalment(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &AccountRow,
    order: &OrderRow,
    amount: i64,
) -> db::Result<Vec<Vec<Share>>> {
    let open: HashSet<EntryId> = store::open_debits_of_order(tx, account.id, order.id)?
        .iter()
        .map(|item| item.entry)
        .collect();
    type Row = Option<(PlanId, i64)>;
    let mut groups: Vec<(Row, Vec<Share>)> = Vec::new();
    let mut left = amount;
    for part in ledger::owed_parts(tx, account.id, meta.today)? {
        let share = Share {
            entry: part.entry,
            amount: part.open.min(left),
        };
        if share.amount == 0 || !open.contains(&part.entry) {
            continue;
        }
        left -= share.amount;
        let row = part.plan.map(|plan| (plan, part.row));
        match groups.iter_mut().find(|(of, _)| *of == row) {
            Some((_, shares)) => shares.push(share),
            None => groups.push((row, vec![share])),
        }
    }
    Ok(groups.into_iter().map(|(_, shares)| shares).collect())
}

/// How much is given up, if the guards let it pass.
fn admissible(
    cmd: &ProcessBadDebt,
    order: &OrderRow,
    account: &AccountRow,
    needs_note: bool,
) -> db::Result<i64> {
    let money = |minor| Money::new(minor, order.currency);
    let expected = Money::parse(&cmd.expected_outstanding, order.currency)
        .map_err(|_| refusals::amount_unreadable("expected_outstanding", &cmd.expected_outstanding))?;
    if expected.minor != order.outstanding {
        return Err(refusals::outstanding_changed(expected, money(order.outstanding)).into());
    }
    if order.outstanding <= 0 {
        return Err(refusals::order_settled(order.no()).into());
    }
    let amount = match &cmd.amount {
        Some(text) => positive(text, order.currency, "amount")?,
        None => order.outstanding,
    };
    if amount > order.outstanding {
        return Err(refusals::more_than_outstanding(money(order.outstanding)).into());
    }
    if order.undelivered() > 0 {
        return Err(refusals::undelivered(money(order.undelivered())).into());
    }
    let free = account.open_credit - account.held_credit;
    if free > 0 && !cmd.despite_credit {
        return Err(refusals::credit_on_account(money(free)).into());
    }
    if needs_note || (cmd.despite_credit && free > 0) {
        required(&cmd.note, "note")?;
    }
    Ok(amount)
}

/// The day of the act: never in the future; a locked day becomes today.
fn day_of(meta: &Meta, wanted: Option<Day>) -> db::Result<Day> {
    let day = wanted.unwrap_or(meta.today);
    if day > meta.today {
        return Err(refusals::date_in_future("date").into());
    }
    Ok(if meta.company.lock_date.is_some_and(|lock| day <= lock) {
        meta.today
    } else {
        day
    })
}

fn document(id: BadDebtId, order: &OrderRow) -> DocRef {
    DocRef {
        kind: "bad_debt",
        id: id.raw(),
        no: order.no().to_owned(),
    }
}

/// Joins credits with debits in the name of an act of the register.
fn join(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &mut AccountRow,
    (kind, id): (&'static str, BadDebtId),
    pairs: &[Pair],
) -> db::Result<()> {
    let wanted: Vec<Allocate> = pairs
        .iter()
        .map(|pair| Allocate {
            debit: pair.debit,
            credit: pair.credit,
            amount: pair.amount,
            effective: None,
        })
        .collect();
    ledger::allocate(tx, meta, account, ActRef { kind, id: id.raw() }, &wanted, "")?;
    Ok(())
}

/// Takes back all that is left of a bad debt: it was a mistake.
pub fn undo_bad_debt(tx: &mut Tx<'_>, meta: &Meta, id: BadDebtId, reason: &str) -> db::Result<BadDebtDone> {
    let reason = required(reason, "reason")?;
    let (mut account, bad_debt, order) = locked(tx, id)?;
    let back = Back {
        kind: BadDebtKind::Undone,
        amount: bad_debt.net(),
        note: reason,
    };
    let row = give_back(tx, meta, &mut account, &bad_debt, &order, &back)?;
    done(tx, row.id, &bad_debt, &order, back.amount)
}

/// The customer paid after all: part or all of a bad debt comes back, paid by a receipt on account.
pub fn recover_bad_debt(tx: &mut Tx<'_>, meta: &Meta, cmd: &RecoverBadDebt) -> db::Result<BadDebtDone> {
    let (mut account, bad_debt, order) = locked(tx, cmd.bad_debt)?;
    let receipt = store::receipt(tx, cmd.receipt)?.ok_or_else(refusals::receipt_not_found)?;
    let amount = recoverable(tx, cmd, &account, &bad_debt, &receipt)?;
    let note = within(&cmd.note, "note")?;
    let back = Back {
        kind: BadDebtKind::Recovered,
        amount,
        note,
    };
    let row = give_back(tx, meta, &mut account, &bad_debt, &order, &back)?;
    // If the receipt bounces, the items are simply owed again.
    close_reopened(tx, meta, &mut account, &row, receipt.entry, note)?;
    done(tx, row.id, &bad_debt, &order, amount)
}

fn recoverable(
    tx: &mut Tx<'_>,
    cmd: &RecoverBadDebt,
    account: &AccountRow,
    bad_debt: &BadDebtRow,
    receipt: &ReceiptRow,
) -> db::Result<i64> {
    if receipt.account != bad_debt.account {
        return Err(refusals::receipt_of_another_account(&receipt.no).into());
    }
    let on_account = reservations::free_of_entry(tx, account, receipt.entry)?;
    if receipt.state != "posted" || on_account == 0 {
        return Err(refusals::receipt_not_on_account(&receipt.no).into());
    }
    let most = on_account.min(bad_debt.net());
    let amount = match &cmd.amount {
        Some(text) => positive(text, bad_debt.currency, "amount")?,
        None => most,
    };
    if amount > most {
        return Err(refusals::more_than_recoverable(Money::new(most, bad_debt.currency)).into());
    }
    Ok(amount)
}

/// Goods came back whose debt was given up: as much of the bad debt is taken back as the return left on
/// account, and the return closes the items that reopen. So the order never goes below zero.
pub fn absorb_return(tx: &mut Tx<'_>, meta: &Meta, entry: EntryId) -> db::Result<()> {
    let entry = ledger::entry(tx, entry)?;
    let Some(order) = entry.order else { return Ok(()) };
    let mut account = ledger::lock_account(tx, entry.account)?;
    let order = store::order(tx, order)?.ok_or_else(refusals::order_not_found)?;
    for id in store::bad_debts_of_order(tx, order.id)? {
        let bad_debt = store::bad_debt(tx, id)?.ok_or_else(refusals::bad_debt_not_found)?;
        let amount = store::open_of_entry(tx, entry.id)?.min(bad_debt.net());
        if amount <= 0 {
            continue;
        }
        let back = Back {
            kind: BadDebtKind::Undone,
            amount,
            note: &entry.document_no,
        };
        let row = give_back(tx, meta, &mut account, &bad_debt, &order, &back)?;
        close_reopened(tx, meta, &mut account, &row, entry.id, back.note)?;
    }
    Ok(())
}

/// The handlers of bad debt.
pub(crate) fn jobs(handlers: &mut Handlers) {
    batch::jobs(handlers);
    handlers.add(sales::RETURN_POSTED, |tx, meta, job| {
        absorb_return(tx, meta, job.payload.parse()?)?;
        Ok(Step::Done)
    });
}

/// An ordinary allocation of what came back: if it is undone, the items are simply owed again.
fn close_reopened(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &mut AccountRow,
    row: &Returned,
    credit: EntryId,
    note: &str,
) -> db::Result<()> {
    let wanted: Vec<Allocate> = row
        .reopened
        .iter()
        .map(|item| Allocate {
            debit: item.entry,
            credit,
            amount: item.amount,
            effective: None,
        })
        .collect();
    let act = ActRef {
        kind: "manual",
        id: row.id.raw(),
    };
    ledger::allocate(tx, meta, account, act, &wanted, note)?;
    Ok(())
}

/// The bad debt under its account's lock, with something left of it.
fn locked(tx: &mut Tx<'_>, id: BadDebtId) -> db::Result<(AccountRow, BadDebtRow, OrderRow)> {
    let found = store::bad_debt(tx, id)?.ok_or_else(refusals::bad_debt_not_found)?;
    let account = ledger::lock_account(tx, found.account)?;
    let bad_debt = store::bad_debt(tx, id)?.ok_or_else(refusals::bad_debt_not_found)?;
    if bad_debt.net() <= 0 {
        return Err(refusals::bad_debt_closed().into());
    }
    let order = store::order(tx, bad_debt.order)?.ok_or_else(refusals::order_not_found)?;
    Ok((account, bad_debt, order))
}

/// How much of a bad debt comes back, and why.
struct Back<'a> {
    kind: BadDebtKind,
    amount: i64,
    note: &'a str,
}

/// What came back: the new row of the register and the items that are owed again.
struct Returned {
    id: BadDebtId,
    reopened: Vec<Share>,
}

/// Reopens the oldest `amount` of what a bad debt closes. The whole act is undone and its rest made
/// anew; the freed part of the bad-debt entry is joined with the returning entry.
fn give_back(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &mut AccountRow,
    bad_debt: &BadDebtRow,
    order: &OrderRow,
    back: &Back<'_>,
) -> db::Result<Returned> {
    let closed: Vec<Share> = store::bad_debt_items(tx, bad_debt.id)?
        .into_iter()
        .map(|(entry, amount)| Share { entry, amount })
        .collect();
    let reopened = rules::first(&closed, back.amount);
    let kept = rules::without(&closed, &reopened);
    let act = ActRef {
        kind: "bad_debt",
        id: bad_debt.id.raw(),
    };
    ledger::undo_act(tx, meta, account, act, back.note)?;
    let id: BadDebtId = tx.next_id();
    let new = NewEntry {
        due_date: Some(meta.today),
        internal: !bad_debt.disclose,
        order: Some(order.id),
        refers_to: Some(bad_debt.entry),
        reason: back.note.to_owned(),
        ..NewEntry::new(
            EntryKind::BadDebtRecovery,
            back.amount,
            meta.today,
            document(id, order),
        )
    };
    let entry = ledger::append(tx, meta, account, new)?;
    let returning = [Share {
        entry,
        amount: back.amount,
    }];
    // The freed parts of the bad debt's entries, oldest first: what returns, then what stays given up.
    let freed = store::freed_of_bad_debt(tx, bad_debt.id)?;
    let freed: Vec<Share> = freed
        .into_iter()
        .map(|(entry, amount)| Share { entry, amount })
        .collect();
    let used = rules::first(&freed, back.amount);
    let rest = rules::without(&freed, &used);
    join(
        tx,
        meta,
        account,
        ("bad_debt_recovery", id),
        &rules::pair(&used, &returning),
    )?;
    join(
        tx,
        meta,
        account,
        ("bad_debt", bad_debt.id),
        &rules::pair(&rest, &kept),
    )?;
    let amount = Money::new(back.amount, bad_debt.currency);
    sales::append_settlement_line(tx, meta, order.id, LineKind::BadDebtRecovery, amount, entry)?;
    store::insert_bad_debt(
        tx,
        meta,
        &NewBadDebt {
            id,
            kind: back.kind,
            order: order.id,
            account: account.id,
            customer: bad_debt.customer,
            currency: bad_debt.currency,
            amount: back.amount,
            reason_code: "",
            note: back.note,
            disclose: bad_debt.disclose,
            entry,
            day: meta.today,
            of: Some(bad_debt.id),
            salesperson: bad_debt.salesperson,
        },
    )?;
    Ok(Returned { id, reopened })
}

fn done(
    tx: &mut Tx<'_>,
    id: BadDebtId,
    bad_debt: &BadDebtRow,
    order: &OrderRow,
    amount: i64,
) -> db::Result<BadDebtDone> {
    let money = |minor| Money::new(minor, bad_debt.currency);
    let now = store::order(tx, order.id)?.ok_or_else(refusals::order_not_found)?;
    Ok(BadDebtDone {
        id,
        order_no: order.no().to_owned(),
        amount: money(amount),
        outstanding: money(now.outstanding),
        net: money(bad_debt.net() - amount),
    })
}
