use base::Day;
use credit::CommitKind;
use db::Tx;
use kit::Meta;
use ledger::AccountRow;

use super::store;
use crate::adjustments::{self, AdjustmentKind, EnterAdjustment};
use crate::commands::{Ended, end_receipt, within};
use crate::types::{ReceiptId, ReceiptRow, RecordReceipt, Target};
use crate::{refusals, store as receipts};

/// What a receipt by bill or cheque must say of its instrument, and no other may.
pub(crate) fn admissible(cmd: &RecordReceipt) -> db::Result<()> {
    let Some(instrument) = &cmd.instrument else {
        // A file of past payments knows no instruments: those have cleared long ago.
        if cmd.method.has_instrument() && cmd.imported_key.is_none() {
            return Err(refusals::instrument_missing().into());
        }
        return Ok(());
    };
    if !cmd.method.has_instrument() {
        return Err(refusals::instrument_not_expected(cmd.method.as_str()).into());
    }
    if within(&instrument.no, "instrument.no")?.is_empty() {
        return Err(refusals::instrument_missing().into());
    }
    within(&instrument.drawer, "instrument.drawer")?;
    if instrument.due < cmd.date {
        return Err(refusals::due_before_receipt(cmd.date).into());
    }
    Ok(())
}

/// Keeps the instrument of a receipt that was just recorded; its amount counts against the limit.
pub(crate) fn hold(
    tx: &mut Tx<'_>,
    account: &AccountRow,
    receipt: ReceiptId,
    amount: i64,
    cmd: &RecordReceipt,
) -> db::Result<()> {
    let Some(instrument) = &cmd.instrument else {
        return Ok(());
    };
    store::insert(tx, receipt, instrument)?;
    credit::commit(tx, account, CommitKind::Instrument, receipt.raw(), amount)
}

/// The instrument of a receipt that comes to nothing.
pub(crate) fn end(
    tx: &mut Tx<'_>,
    account: &AccountRow,
    receipt: ReceiptId,
    how: Ended,
    day: Day,
) -> db::Result<()> {
    if store::get(tx, receipt)?.is_none() {
        return Ok(());
    }
    store::settle(tx, receipt, how.as_str(), day)?;
    credit::commit(tx, account, CommitKind::Instrument, receipt.raw(), 0)
}

/// The bank has paid: the instrument counts no longer against the limit. `day`: today unless said.
pub fn clear(tx: &mut Tx<'_>, meta: &Meta, id: ReceiptId, day: Option<Day>) -> db::Result<ReceiptRow> {
    let found = receipts::receipt(tx, id)?.ok_or_else(refusals::receipt_not_found)?;
    let account = ledger::lock_account(tx, found.account)?;
    let instrument = store::get(tx, id)?.ok_or_else(refusals::no_instrument)?;
    if instrument.state != "held" {
        return Err(refusals::instrument_settled(&found.no).into());
    }
    let day = day.unwrap_or(meta.today);
    if day > meta.today {
        return Err(refusals::date_in_future("date").into());
    }
    if day < found.date {
        return Err(refusals::date_before_receipt(found.date).into());
    }
    store::settle(tx, id, "cleared", day)?;
    credit::commit(tx, &account, CommitKind::Instrument, id.raw(), 0)?;
    Ok(found)
}

/// What the customer is charged for a returned payment.
#[derive(Clone, Debug)]
pub struct Fee {
    /// A positive decimal.
    pub amount: String,
    pub note: String,
}

/// A payment that did not come true.
#[derive(Clone, Debug)]
pub struct Bounce {
    pub receipt: ReceiptId,
    pub reason: String,
    /// `None`: today.
    pub date: Option<Day>,
    pub fee: Option<Fee>,
}

/// Reverses a receipt whose payment was returned. Never refused for credit: the goods have left; what is
/// owed again counts at the next check.
pub fn bounce(tx: &mut Tx<'_>, meta: &Meta, cmd: &Bounce) -> db::Result<ReceiptRow> {
    let receipt = end_receipt(tx, meta, cmd.receipt, &cmd.reason, cmd.date, Ended::Bounced)?;
    if let Some(fee) = &cmd.fee {
        let charge = EnterAdjustment {
            kind: AdjustmentKind::Charge,
            customer: receipt.customer,
            currency: Some(receipt.currency),
            date: cmd.date.unwrap_or(meta.today),
            due: None,
            amount: Some(fee.amount.clone()),
            reason_code: "bank_fee".to_owned(),
            note: if fee.note.trim().is_empty() {
                receipt.no.clone()
            } else {
                fee.note.clone()
            },
            method: None,
            reference: String::new(),
            target: Target::None,
            credits: Vec::new(),
            items: Vec::new(),
        };
        adjustments::enter(tx, meta, &charge)?;
    }
    Ok(receipt)
}
