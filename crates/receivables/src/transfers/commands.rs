use std::collections::HashSet;

use base::{Currency, Day, Money, Price};
use db::Tx;
use kit::{Meta, number};
use ledger::{AccountId, AccountRow, ActRef, Allocate, DocRef, EntryId, EntryKind, NewEntry, Undo};
use parties::CustomerId;

use super::queries::TransferId;
use super::rules;
use super::store::{self, NewTransfer, TransferRow};
use crate::commands::{required, within};
use crate::deciding::load_named;
use crate::refusals;
use crate::types::Named;

/// The number series of transfers.
const SERIES: &str = "TF";
const ACT: &str = "transfer";
const REVERSAL_ACT: &str = "transfer_reversal";

/// What of whom becomes whose.
#[derive(Clone, Debug)]
pub struct EnterTransfer {
    pub account: AccountId,
    /// A debt or a free credit of the account.
    pub item: Named,
    pub to_customer: CustomerId,
    /// `None`: the same currency.
    pub to_currency: Option<Currency>,
    /// Units of the other currency for one of this; needed with another currency.
    pub rate: Option<Price>,
    pub date: Day,
    /// Who agreed, and how; needed between two customers.
    pub note: String,
}

/// A transfer that was made.
#[derive(Clone, Debug)]
pub struct Transferred {
    pub id: TransferId,
    pub no: String,
    pub out: Money,
    pub received: Money,
    /// The entry in the other account: a debt or a credit, with nothing written off yet.
    pub entry: EntryId,
}

/// Moves a debt or a credit to another account.
pub fn transfer(tx: &mut Tx<'_>, meta: &Meta, cmd: &EnterTransfer) -> db::Result<Transferred> {
    if cmd.date > meta.today {
        return Err(refusals::date_in_future("date").into());
    }
    let found = ledger::find_account(tx, cmd.account)?;
    let currency = cmd.to_currency.unwrap_or(found.currency);
    let to = ledger::account_of_customer(tx, cmd.to_customer, currency)?
        .ok_or_else(|| refusals::account_not_found().on("to_currency"))?;
    if to == cmd.account {
        return Err(refusals::transfer_to_itself().into());
    }
    if found.customer != cmd.to_customer {
        required(&cmd.note, "note")?;
    }
    let (mut from, mut to) = both(tx, cmd.account, to)?;
    let rate = rate_of(&from, &to, cmd.rate)?;
    let items = std::slice::from_ref(&cmd.item);
    let wanted = load_named(tx, &from, items, "items", &mut HashSet::new())?;
    let wanted = wanted.first().ok_or_else(refusals::nothing_to_allocate)?;
    if wanted.is_held() {
        return Err(refusals::held_apart(wanted.document_no()).into());
    }
    let (share, side) = (wanted.share(), wanted.side());
    let due = wanted.due();
    let received = rules::converted(share.amount, from.currency, to.currency, rate)
        .ok_or_else(refusals::transfer_too_small)?;
    let id: TransferId = tx.next_id();
    let seq = number::take(tx, SERIES)?;
    let no = number::written(SERIES, seq);
    let note = within(&cmd.note, "note")?;
    let entry = |amount: i64, due: Day| NewEntry {
        due_date: Some(due),
        reason: note.to_owned(),
        ..NewEntry::new(EntryKind::Transfer, amount, cmd.date, document(id, &no))
    };
    let out = ledger::append(tx, meta, &mut from, entry(-side * share.amount, cmd.date))?;
    let due = if side > 0 { due } else { cmd.date };
    let back = ledger::append(tx, meta, &mut to, entry(side * received, due))?;
    join(
        tx,
        meta,
        &mut from,
        (ACT, id),
        (out, share.entry),
        side,
        share.amount,
    )?;
    store::insert(
        tx,
        meta,
        &NewTransfer {
            id,
            no: &no,
            seq,
            side,
            from: from.id,
            to: to.id,
            item: share.entry,
            from_minor: share.amount,
            to_minor: received,
            rate,
            date: cmd.date,
            note,
            out_entry: out,
            in_entry: back,
        },
    )?;
    Ok(Transferred {
        id,
        no,
        out: Money::new(share.amount, from.currency),
        received: Money::new(received, to.currency),
        entry: back,
    })
}

/// Both accounts, locked in the order of their identities, so that two transfers never wait for each other.
fn both(tx: &mut Tx<'_>, from: AccountId, to: AccountId) -> db::Result<(AccountRow, AccountRow)> {
    if from < to {
        let from = ledger::lock_account(tx, from)?;
        Ok((from, ledger::lock_account(tx, to)?))
    } else {
        let to = ledger::lock_account(tx, to)?;
        Ok((ledger::lock_account(tx, from)?, to))
    }
}

fn rate_of(from: &AccountRow, to: &AccountRow, rate: Option<Price>) -> db::Result<Price> {
    let one = Price::from_millionths(1_000_000);
    match rate {
        _ if from.currency == to.currency => Ok(one),
        Some(rate) if rate > Price::ZERO => Ok(rate),
        _ => Err(refusals::rate_missing(from.currency, to.currency).into()),
    }
}

fn document(id: TransferId, no: &str) -> DocRef {
    DocRef {
        kind: "transfer",
        id: id.raw(),
        no: no.to_owned(),
    }
}

/// Joins a counter-entry with what it stands against; `side` is that of the latter.
fn join(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &mut AccountRow,
    (kind, id): (&'static str, TransferId),
    (counter, item): (EntryId, EntryId),
    side: i64,
    amount: i64,
) -> db::Result<()> {
    let (debit, credit) = if side > 0 {
        (item, counter)
    } else {
        (counter, item)
    };
    let pair = Allocate {
        debit,
        credit,
        amount,
        effective: None,
    };
    ledger::allocate(tx, meta, account, ActRef { kind, id: id.raw() }, &[pair], "")?;
    Ok(())
}

/// Takes a transfer back on both sides, today. What the other customer's credit was used for is owed again;
/// a debt that was paid there is not torn away.
pub fn reverse_transfer(tx: &mut Tx<'_>, meta: &Meta, id: TransferId, reason: &str) -> db::Result<()> {
    let reason = required(reason, "reason")?;
    let found = store::get(tx, id)?.ok_or_else(refusals::transfer_not_found)?;
    let (mut from, mut to) = both(tx, found.from, found.to)?;
    let row = store::get(tx, id)?.ok_or_else(refusals::transfer_not_found)?;
    if row.state != "posted" {
        return Err(refusals::already_reversed(&row.no).into());
    }
    if row.side < 0 {
        ledger::undo_of_entry(tx, meta, &mut to, row.in_entry, Undo::Singly, reason)?;
    }
    let open = crate::store::open_of_entry(tx, row.in_entry)?;
    if open != row.to_minor {
        let allocated = Money::new(row.to_minor - open, to.currency);
        return Err(refusals::allocated_cannot_reverse(&row.no, allocated).into());
    }
    let act = ActRef {
        kind: ACT,
        id: id.raw(),
    };
    ledger::undo_act(tx, meta, &mut from, act, reason)?;
    let out = back_to(
        tx,
        meta,
        &mut from,
        &row,
        (row.out_entry, -row.side * row.from_minor),
        reason,
    )?;
    let back = back_to(
        tx,
        meta,
        &mut to,
        &row,
        (row.in_entry, row.side * row.to_minor),
        reason,
    )?;
    store::mark_reversed(tx, id, (out, back), reason)
}

/// The reversal of one leg, joined with it.
fn back_to(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &mut AccountRow,
    row: &TransferRow,
    (original, amount): (EntryId, i64),
    reason: &str,
) -> db::Result<EntryId> {
    let day = ledger::entry(tx, original)?.basis_date.max(meta.today);
    let new = NewEntry {
        due_date: Some(day),
        reversal_of: Some(original),
        reason: reason.to_owned(),
        ..NewEntry::new(EntryKind::Transfer, -amount, day, document(row.id, &row.no))
    };
    let counter = ledger::append(tx, meta, account, new)?;
    let act = (REVERSAL_ACT, row.id);
    join(
        tx,
        meta,
        account,
        act,
        (counter, original),
        amount.signum(),
        amount.abs(),
    )?;
    Ok(counter)
}
