//! Deposits and guarantees: money of the customer that is held apart. It is on the account and in the
//! balance, but it is no free credit: nothing takes it by itself, and it gives no headroom. It is used for
//! what is owed, or returned as a refund, by an act of its own.

use base::Money;
use credit::{Checked, Event};
use db::Tx;
use kit::Meta;
use ledger::{AccountRow, ActRef, DocRef};

use crate::commands::{Outcome, positive};
use crate::deciding::{Plan, decide_as_named};
use crate::types::{ReceiptId, ReceiptRow, Target};
use crate::{refusals, store};

/// A deposit that is used for what is owed.
#[derive(Clone, Debug)]
pub struct UseDeposit {
    pub receipt: ReceiptId,
    /// A decimal; `None`: as much as the items take.
    pub amount: Option<String>,
    pub target: Target,
}

/// Uses a deposit or guarantee for open items. Checked against credit, because a security grows smaller.
pub fn use_deposit(tx: &mut Tx<'_>, meta: &Meta, cmd: &UseDeposit) -> db::Result<Outcome> {
    let found = store::receipt(tx, cmd.receipt)?.ok_or_else(refusals::receipt_not_found)?;
    let mut account = ledger::lock_account(tx, found.account)?;
    let (receipt, plan, amount) = planned(tx, meta, &account, cmd)?;
    let act = ActRef {
        kind: "deposit_use",
        id: tx.next_id::<()>().raw(),
    };
    ledger::allocate(tx, meta, &mut account, act, &plan.wanted(receipt.entry), "")?;
    let check = Checked {
        event: Event::DepositUse,
        step: credit::Step::Shipment,
        document: DocRef {
            kind: "receipt",
            id: cmd.receipt.raw(),
            no: receipt.no,
        },
        document_version: 1,
        seen_version: 1,
        amount: -plan.allocated(),
        is_prepaid: false,
        blockable: true,
        may_wait: false,
    };
    credit::check(tx, meta, &account, &check)?;
    Ok(plan.outcome(&account, amount))
}

/// What [`use_deposit`] would do, without writing.
pub fn preview_deposit(tx: &mut Tx<'_>, meta: &Meta, cmd: &UseDeposit) -> db::Result<Outcome> {
    let found = store::receipt(tx, cmd.receipt)?.ok_or_else(refusals::receipt_not_found)?;
    let mut account = ledger::find_account(tx, found.account)?;
    let (_, plan, amount) = planned(tx, meta, &account, cmd)?;
    account.open_debit -= plan.allocated();
    Ok(plan.outcome(&account, amount))
}

fn planned(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &AccountRow,
    cmd: &UseDeposit,
) -> db::Result<(ReceiptRow, Plan, i64)> {
    let receipt = store::receipt(tx, cmd.receipt)?.ok_or_else(refusals::receipt_not_found)?;
    if receipt.purpose == "payment" {
        return Err(refusals::not_a_deposit(&receipt.no).into());
    }
    let open = store::open_of_entry(tx, receipt.entry)?;
    if open == 0 {
        return Err(refusals::receipt_not_on_account(&receipt.no).into());
    }
    let amount = match &cmd.amount {
        Some(text) => positive(text, account.currency, "amount")?,
        None => open,
    };
    if amount > open {
        let open = Money::new(open, account.currency);
        return Err(refusals::more_than_open("amount".to_owned(), &receipt.no, open).into());
    }
    let plan = decide_as_named(tx, meta, account, amount, (&cmd.target, &[]))?;
    if plan.allocated() == 0 {
        return Err(refusals::nothing_to_allocate().into());
    }
    Ok((receipt, plan, amount))
}
