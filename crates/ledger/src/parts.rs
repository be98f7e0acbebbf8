//! What a customer owes, part by part, as it stands: the one reading that credit rules, automatic
//! allocation, reminders and collection share, so that they never disagree on what is due.

use base::Day;
use db::{Tx, p};

use crate::base_credit;
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
    /// What of it base credit covers: owed, and in exposure, but neither overdue nor reminded of, and
    /// taken last. Never what is disputed.
    pub base: i64,
}

impl db::FromRow for OwedPart {
    fn from_row(row: &db::Row<'_>) -> db::Result<OwedPart> {
        let mut cells = row.cells();
        Ok(OwedPart {
            entry: cells.take()?,
            kind: cells.take()?,
            due_date: cells.take()?,
            basis_date: cells.take()?,
            order: cells.take()?,
            open: cells.take()?,
            document_kind: cells.take()?,
            document_id: cells.take()?,
            document_no: cells.take()?,
            plan: cells.take()?,
            row: cells.take()?,
            missed_from: cells.take()?,
            disputed: cells.take()?,
            base: 0,
        })
    }
}

impl OwedPart {
    /// What nobody disputes.
    pub fn undisputed(&self) -> i64 {
        self.open - self.disputed
    }

    /// What falls due on its day: neither disputed nor covered by base credit.
    pub fn payable(&self) -> i64 {
        self.undisputed() - self.base
    }

    /// What should have been paid before `day`.
    pub fn overdue(&self, day: Day) -> i64 {
        if self.due_date < day { self.payable() } else { 0 }
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

/// Everything owed on an account as it stands, in the order in which the oldest is paid first, with what
/// base credit covers on a day.
pub fn owed_parts(tx: &mut Tx<'_>, account: AccountId, day: Day) -> db::Result<Vec<OwedPart>> {
    let mut parts = tx.all(PARTS, p![account])?;
    let base = base_credit::base_credit_on(tx, account, day)?;
    base_credit::cover(&mut parts, base);
    Ok(parts)
}
