use std::collections::HashSet;

use base::Money;
use db::Tx;
use kit::{Meta, number};
use ledger::{AccountRow, ActRef, Allocate, DocRef, EntryKind, NewEntry};

use super::store;
use super::types::{BillRow, EnterBill, EnterOffset, OffsetId, OffsetRow, PayableId};
use crate::commands::{positive, required, within};
use crate::deciding::{Wanted, check_side, load_named};
use crate::refusals;
use crate::rules::{Share, total};

/// The number series of offsets.
const SERIES: &str = "OF";
const ACT: &str = "offset";

/// Enters a bill of a customer who also supplies us.
pub fn enter_bill(tx: &mut Tx<'_>, meta: &Meta, cmd: &EnterBill) -> db::Result<PayableId> {
    let customer = parties::get(tx, cmd.customer)?;
    let no = required(&cmd.no, "no")?;
    if cmd.date > meta.today {
        return Err(refusals::date_in_future("date").into());
    }
    if cmd.due < cmd.date {
        return Err(refusals::due_before_bill(cmd.date).into());
    }
    if store::bill_no_taken(tx, customer.id, no)? {
        return Err(refusals::bill_taken(no).into());
    }
    let row = BillRow {
        id: tx.next_id(),
        customer: customer.id,
        currency: cmd.currency,
        no: no.to_owned(),
        date: cmd.date,
        due: cmd.due,
        amount: positive(&cmd.amount, cmd.currency, "amount")?,
        remark: within(&cmd.remark, "remark")?.to_owned(),
        open: 0,
    };
    store::insert_bill(tx, meta, &row, None)?;
    Ok(row.id)
}

/// Takes a bill back of which nothing was offset.
pub fn reverse_bill(tx: &mut Tx<'_>, meta: &Meta, id: PayableId, reason: &str) -> db::Result<()> {
    let reason = required(reason, "reason")?;
    let bill = store::bill(tx, id)?.ok_or_else(refusals::bill_not_found)?;
    if bill.open != bill.amount {
        let used = Money::new(bill.amount - bill.open, bill.currency);
        return Err(refusals::allocated_cannot_reverse(&bill.no, used).into());
    }
    let counter = BillRow {
        id: tx.next_id(),
        amount: -bill.amount,
        date: meta.today.max(bill.date),
        remark: reason.to_owned(),
        ..bill
    };
    store::insert_bill(tx, meta, &counter, Some(id))
}

/// Sets what a customer owes against what we owe them: one amount, two legs.
pub fn offset(tx: &mut Tx<'_>, meta: &Meta, cmd: &EnterOffset) -> db::Result<OffsetRow> {
    if cmd.date > meta.today {
        return Err(refusals::date_in_future("date").into());
    }
    // The account's lock covers the bills too: whoever offsets them holds it.
    let mut account = ledger::lock_account(tx, cmd.account)?;
    let wanted = load_named(tx, &account, &cmd.items, "items", &mut HashSet::new())?;
    check_side(&wanted, 1, "items")?;
    let items: Vec<Share> = wanted.iter().map(Wanted::share).collect();
    let lines = paid_bills(tx, &account, cmd)?;
    let owed = total(&items);
    let due: i128 = lines.iter().map(|(_, amount)| i128::from(*amount)).sum();
    if owed != due || owed == 0 {
        let money = |sum: i128| Money::new(i64::try_from(sum).unwrap_or(i64::MAX), account.currency);
        return Err(refusals::offset_unequal(money(owed), money(due)).into());
    }
    let amount = i64::try_from(owed)?;
    let id: OffsetId = tx.next_id();
    let seq = number::take(tx, SERIES)?;
    let no = number::written(SERIES, seq);
    let note = within(&cmd.note, "note")?;
    let new = NewEntry {
        reason: note.to_owned(),
        ..NewEntry::new(EntryKind::Offset, -amount, cmd.date, document(id, &no))
    };
    let entry = ledger::append(tx, meta, &mut account, new)?;
    let pairs: Vec<Allocate> = items
        .iter()
        .map(|item| Allocate {
            debit: item.entry,
            credit: entry,
            amount: item.amount,
            effective: None,
        })
        .collect();
    ledger::allocate(tx, meta, &mut account, act(id), &pairs, "")?;
    let row = OffsetRow {
        id,
        no,
        state: "posted".to_owned(),
        customer: account.customer,
        account: account.id,
        currency: account.currency,
        date: cmd.date,
        amount,
        note: note.to_owned(),
        entry,
        reason: String::new(),
    };
    store::insert_offset(tx, meta, &row, seq, &lines)?;
    Ok(row)
}

/// The named bills with the amounts that are paid of them.
fn paid_bills(tx: &mut Tx<'_>, account: &AccountRow, cmd: &EnterOffset) -> db::Result<Vec<(PayableId, i64)>> {
    let mut lines: Vec<(PayableId, i64)> = Vec::with_capacity(cmd.bills.len());
    for (at, named) in cmd.bills.iter().enumerate() {
        let field = format!("bills[{at}]");
        let bill = store::bill(tx, named.bill)?
            .filter(|bill| bill.customer == account.customer && bill.currency == account.currency)
            .ok_or_else(|| refusals::bill_not_found().on(field.clone()))?;
        if lines.iter().any(|(id, _)| *id == bill.id) {
            return Err(refusals::named_twice(field).into());
        }
        let amount = match &named.amount {
            Some(text) => positive(text, account.currency, &format!("{field}.amount"))?,
            None => bill.open,
        };
        if amount > bill.open || amount <= 0 {
            let open = Money::new(bill.open, bill.currency);
            return Err(refusals::more_than_open(field, &bill.no, open).into());
        }
        lines.push((bill.id, amount));
    }
    Ok(lines)
}

fn document(id: OffsetId, no: &str) -> DocRef {
    DocRef {
        kind: "offset",
        id: id.raw(),
        no: no.to_owned(),
    }
}

fn act(id: OffsetId) -> ActRef {
    ActRef {
        kind: ACT,
        id: id.raw(),
    }
}

/// Takes both legs back: what it closed is owed again, and its bills are open again.
pub fn reverse_offset(tx: &mut Tx<'_>, meta: &Meta, id: OffsetId, reason: &str) -> db::Result<()> {
    let reason = required(reason, "reason")?;
    let found = store::offset(tx, id)?.ok_or_else(refusals::offset_not_found)?;
    let mut account = ledger::lock_account(tx, found.account)?;
    let row = store::offset(tx, id)?.ok_or_else(refusals::offset_not_found)?;
    if row.state != "posted" {
        return Err(refusals::already_reversed(&row.no).into());
    }
    ledger::undo_act(tx, meta, &mut account, act(id), reason)?;
    let day = meta.today.max(row.date);
    let new = NewEntry {
        due_date: Some(day),
        reversal_of: Some(row.entry),
        reason: reason.to_owned(),
        ..NewEntry::new(EntryKind::Offset, row.amount, day, document(id, &row.no))
    };
    let counter = ledger::append(tx, meta, &mut account, new)?;
    let both = Allocate {
        debit: counter,
        credit: row.entry,
        amount: row.amount,
        effective: None,
    };
    let act = ActRef {
        kind: "offset_reversal",
        id: id.raw(),
    };
    ledger::allocate(tx, meta, &mut account, act, &[both], reason)?;
    store::mark_reversed(tx, id, counter, reason)
}
