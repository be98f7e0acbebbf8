//! What a customer owes, part by part, as it stands: the one reading that credit rules, automatic
//! allocation, reminders and collection share, so that they never disagree on what is due.

use base::Day;
use db::{Tx, p};

use crate::types::{AccountId, EntryId, EntryKind, OrderId};

db::statements! {
    PARTS = "SELECT i.entry_id, e.kind, i.due_date, i.basis_date, i.order_id, i.open_minor, \
        e.document_kind, e.document_id, e.document_no \
        FROM ledger_open_item i JOIN ledger_entry e ON e.company_id = i.company_id AND e.id = i.entry_id \
        WHERE i.company_id = $1 AND i.account_id = $2 AND i.side = 1 \
        ORDER BY i.due_date, i.basis_date, i.entry_id";
}

/// An open debit item, or the part of one that falls due on a day of its own.
#[derive(Clone, Debug)]
pub struct OwedPart {
    pub entry: EntryId,
    pub kind: EntryKind,
    pub due_date: Day,
    pub basis_date: Day,
    pub order: Option<OrderId>,
    /// What is left of this part; more than 0.
    pub open: i64,
    pub document_kind: String,
    pub document_id: i64,
    pub document_no: String,
}

db::from_row! { OwedPart {
    entry, kind, due_date, basis_date, order, open, document_kind, document_id, document_no
} }

impl OwedPart {
    /// Whether it should have been paid before `day`.
    pub fn is_overdue(&self, day: Day) -> bool {
        self.due_date < day
    }
}

/// Everything owed on an account, in the order in which the oldest is paid first.
pub fn owed_parts(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Vec<OwedPart>> {
    tx.all(PARTS, p![account])
}
