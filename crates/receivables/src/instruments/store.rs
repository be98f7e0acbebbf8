use base::Day;
use db::{Tx, p};

use crate::types::{NewInstrument, ReceiptId};

db::statements! {
    INSERT = "INSERT INTO receivables_instrument (company_id, receipt_id, no, drawer, due_date, state, settled_on) \
        VALUES ($1, $2, $3, $4, $5, 'held', NULL)";
    GET = "SELECT no, drawer, due_date, state, settled_on FROM receivables_instrument \
        WHERE company_id = $1 AND receipt_id = $2";
    SETTLE = "UPDATE receivables_instrument SET state = $3, settled_on = $4 \
        WHERE company_id = $1 AND receipt_id = $2";
}

/// The instrument behind a receipt, as stored.
#[derive(Clone, Debug)]
pub struct InstrumentRow {
    pub no: String,
    pub drawer: String,
    pub due: Day,
    pub state: String,
    pub settled_on: Option<Day>,
}
db::from_row! { struct InstrumentRow { no, drawer, due, state, settled_on } }

pub fn insert(tx: &mut Tx<'_>, receipt: ReceiptId, new: &NewInstrument) -> db::Result<()> {
    tx.push(INSERT, p![receipt, new.no.trim(), new.drawer.trim(), new.due])
}

pub fn get(tx: &mut Tx<'_>, receipt: ReceiptId) -> db::Result<Option<InstrumentRow>> {
    tx.opt(GET, p![receipt])
}

pub fn settle(tx: &mut Tx<'_>, receipt: ReceiptId, state: &str, day: Day) -> db::Result<()> {
    tx.push(SETTLE, p![receipt, state, day])
}
