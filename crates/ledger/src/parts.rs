//! What a customer owes, part by part, as it stands: the one reading that credit rules, automatic
//! allocation, reminders and collection share, so that they never disagree on what is due.

use base::Day;
use db::{Tx, p};

use crate::instalments::PlanId;
use crate::types::{AccountId, EntryId, EntryKind, OrderId};

db::statements! {
    PARTS = "SELECT i.entry_id, e.kind, i.due_date, i.basis_date, i.order_id, i.open_minor, \
        e.document_kind, e.document_id, e.document_no, i.plan_id, i.row_no, i.missed_from, \
        i.disputed_minor \
        FROM ledger_v_owed_part i JOIN ledger_entry e ON e.company_id = i.company_id AND e.id = i.entry_id \
        WHERE i.company_id = $1 AND i.account_id = $2 \
        ORDER BY i.due_date, i.basis_date, i.entry_id, i.row_no";
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
    /// What of it is disputed: owed, and in exposure, but neither overdue nor reminded nor allocated by
    /// itself.
    pub disputed: i64,
    pub document_kind: String,
    pub document_id: i64,
    pub document_no: String,
    /// The payment plan that the item is on.
    pub plan: Option<PlanId>,
    /// The row of the plan; 0: the item itself.
    pub row: i64,
    /// From this day on the part is a missed instalment and holds new credit.
    pub missed_from: Option<Day>,
}

db::from_row! { OwedPart {
    entry, kind, due_date, basis_date, order, open, document_kind, document_id, document_no, plan, row,
    missed_from, disputed
} }

impl OwedPart {
    /// What nobody disputes.
    pub fn undisputed(&self) -> i64 {
        self.open - self.disputed
    }

    /// What should have been paid before `day`: nothing of it while all of it is disputed.
    pub fn overdue(&self, day: Day) -> i64 {
        if self.due_date < day { self.undisputed() } else { 0 }
    }

    /// Whether something of it should have been paid before `day`.
    pub fn is_overdue(&self, day: Day) -> bool {
        self.overdue(day) > 0
    }

    /// Whether it is an instalment that was missed for so long that new credit is held back.
    pub fn is_missed(&self, day: Day) -> bool {
        self.missed_from.is_some_and(|from| from <= day)
    }
}

/// Everything owed on an account, in the order in which the oldest is paid first.
pub fn owed_parts(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Vec<OwedPart>> {
    tx.all(PARTS, p![account])
}
