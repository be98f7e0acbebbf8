use base::{Day, Price};
use db::{Tx, p};
use kit::Meta;
use ledger::{AccountId, EntryId};

use super::queries::TransferId;

db::statements! {
    INSERT = "INSERT INTO receivables_transfer (company_id, id, no, seq, state, side, from_account_id, \
        to_account_id, item_entry_id, from_minor, to_minor, rate_micro, transfer_date, note, out_entry_id, \
        in_entry_id, out_reversal_id, in_reversal_id, reason, created_at, created_by) \
        VALUES ($1, $2, $3, $4, 'posted', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, NULL, NULL, '', $16, $17)";
    GET = "SELECT id, no, state, side, from_account_id, to_account_id, from_minor, to_minor, out_entry_id, \
        in_entry_id FROM receivables_transfer WHERE company_id = $1 AND id = $2";
    REVERSED = "UPDATE receivables_transfer SET state = 'reversed', out_reversal_id = $3, in_reversal_id = $4, \
        reason = $5 WHERE company_id = $1 AND id = $2";
}

/// A transfer as stored, as far as taking it back needs it.
#[derive(Clone, Debug)]
pub struct TransferRow {
    pub id: TransferId,
    pub no: String,
    pub state: String,
    pub side: i64,
    pub from: AccountId,
    pub to: AccountId,
    pub from_minor: i64,
    pub to_minor: i64,
    pub out_entry: EntryId,
    pub in_entry: EntryId,
}
db::from_row! { struct TransferRow {
    id, no, state, side, from, to, from_minor, to_minor, out_entry, in_entry
} }

pub struct NewTransfer<'a> {
    pub id: TransferId,
    pub no: &'a str,
    pub seq: i64,
    pub side: i64,
    pub from: AccountId,
    pub to: AccountId,
    pub item: EntryId,
    pub from_minor: i64,
    pub to_minor: i64,
    pub rate: Price,
    pub date: Day,
    pub note: &'a str,
    pub out_entry: EntryId,
    pub in_entry: EntryId,
}

pub fn insert(tx: &mut Tx<'_>, meta: &Meta, new: &NewTransfer<'_>) -> db::Result<()> {
    tx.push(
        INSERT,
        p![
            new.id,
            new.no,
            new.seq,
            new.side,
            new.from,
            new.to,
            new.item,
            new.from_minor,
            new.to_minor,
            new.rate.millionths(),
            new.date,
            new.note,
            new.out_entry,
            new.in_entry,
            meta.now,
            meta.user
        ],
    )
}

pub fn get(tx: &mut Tx<'_>, id: TransferId) -> db::Result<Option<TransferRow>> {
    tx.opt(GET, p![id])
}

pub fn mark_reversed(
    tx: &mut Tx<'_>,
    id: TransferId,
    (out, back): (EntryId, EntryId),
    reason: &str,
) -> db::Result<()> {
    tx.push(REVERSED, p![id, out, back, reason])
}
