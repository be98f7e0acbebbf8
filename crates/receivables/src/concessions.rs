//! What is given with a write-off beside the money: early-payment discount, small differences. Each is an
//! entry of its own that closes the item; it goes when the write-off that it belongs to is undone.

use base::{Currency, Day};
use db::{Tx, p};
use kit::Meta;
use ledger::{AccountRow, ActRef, Allocate, AllocationId, DocRef, EntryId, EntryKind, NewEntry};

use crate::store::Item;

db::statements! {
    INSERT = "INSERT INTO receivables_concession (company_id, id, kind, code, account_id, currency, \
        amount_minor, act_kind, act_id, item_entry_id, entry_id, note, made_on, created_at, created_by, \
        undone_entry_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, NULL)";
    EFFECTIVE = "SELECT MAX(effective_date) FROM ledger_v_allocation WHERE company_id = $1 \
        AND act_kind = $2 AND act_id = $3 AND (debit_entry_id = $4 OR credit_entry_id = $4)";
    OF_ALLOCATION = "SELECT DISTINCT d.id, d.kind, d.amount_minor, d.item_entry_id, d.entry_id \
        FROM ledger_v_allocation a JOIN receivables_concession d ON d.company_id = a.company_id \
        AND d.act_kind = a.act_kind AND d.act_id = a.act_id \
        WHERE a.company_id = $1 AND a.id = $2 AND d.undone_entry_id IS NULL \
        AND (d.item_entry_id = a.debit_entry_id OR d.item_entry_id = a.credit_entry_id) ORDER BY d.id";
    OF_CREDIT = "SELECT DISTINCT d.id, d.kind, d.amount_minor, d.item_entry_id, d.entry_id \
        FROM ledger_v_allocation a JOIN receivables_concession d ON d.company_id = a.company_id \
        AND d.act_kind = a.act_kind AND d.act_id = a.act_id \
        WHERE a.company_id = $1 AND a.credit_entry_id = $2 AND d.undone_entry_id IS NULL \
        AND (d.item_entry_id = a.debit_entry_id OR d.item_entry_id = a.credit_entry_id) ORDER BY d.id";
    MARK_UNDONE = "UPDATE receivables_concession SET undone_entry_id = $3 WHERE company_id = $1 AND id = $2";
    SETTLED_BY = "SELECT COALESCE(CAST(SUM(amount_minor) AS BIGINT), 0) FROM receivables_concession \
        WHERE company_id = $1 AND created_by = $2 AND kind = 'tolerance' AND currency = $3 \
        AND made_on >= $4 AND made_on <= $5 AND undone_entry_id IS NULL";
}

/// What is given beside the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// Discount that was due.
    Due,
    /// Discount that a clerk grants although it is late.
    Granted,
    /// A small amount paid too little.
    Short,
    /// A small amount paid too much.
    Over,
}

impl Given {
    pub const fn code(self) -> &'static str {
        match self {
            Given::Due => "due",
            Given::Granted => "granted",
            Given::Short => "short",
            Given::Over => "over",
        }
    }

    pub const fn kind(self) -> EntryKind {
        match self {
            Given::Due | Given::Granted => EntryKind::Discount,
            Given::Short | Given::Over => EntryKind::Tolerance,
        }
    }
}

/// One of them, to be posted.
#[derive(Clone, Copy, Debug)]
pub struct Concession {
    pub given: Given,
    /// The debit that it closes; of [`Given::Over`] the credit whose rest it takes.
    pub item: EntryId,
    pub amount: i64,
}

/// Posts what goes with the allocations of `act`, which are made already.
pub(crate) fn post(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &mut AccountRow,
    act: ActRef,
    (no, note): (&str, &str),
    concessions: &[(Concession, Option<&Item>)],
) -> db::Result<()> {
    for (one, item) in concessions {
        let id: crate::ConcessionId = tx.next_id();
        let day: Option<Day> = tx.one(EFFECTIVE, p![act.kind, act.id, one.item])?;
        let day = day.unwrap_or_else(|| open_day(meta, meta.today));
        let kind = one.given.kind();
        let is_over = one.given == Given::Over;
        let new = NewEntry {
            due_date: Some(day),
            order: item.and_then(|item| item.order),
            refers_to: Some(one.item),
            reason: note.to_owned(),
            ..NewEntry::new(
                kind,
                if is_over { one.amount } else { -one.amount },
                day,
                document(kind, id, no),
            )
        };
        let entry = ledger::append(tx, meta, account, new)?;
        let (debit, credit) = if is_over {
            (entry, one.item)
        } else {
            (one.item, entry)
        };
        join(
            tx,
            meta,
            account,
            (kind.as_str(), id),
            (debit, credit, one.amount),
            note,
        )?;
        tx.push(
            INSERT,
            p![
                id,
                kind.as_str(),
                one.given.code(),
                account.id,
                account.currency.code(),
                one.amount,
                act.kind,
                act.id,
                one.item,
                entry,
                note,
                meta.today,
                meta.now,
                meta.user
            ],
        )?;
    }
    Ok(())
}

fn document(kind: EntryKind, id: crate::ConcessionId, no: &str) -> DocRef {
    DocRef {
        kind: kind.as_str(),
        id: id.raw(),
        no: no.to_owned(),
    }
}

/// The first day on which something may be posted.
fn open_day(meta: &Meta, day: Day) -> Day {
    meta.company.lock_date.map_or(day, |lock| day.max(lock.plus(1)))
}

fn join(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &mut AccountRow,
    (kind, id): (&'static str, crate::ConcessionId),
    (debit, credit, amount): (EntryId, EntryId, i64),
    reason: &str,
) -> db::Result<()> {
    let pair = Allocate {
        debit,
        credit,
        amount,
        effective: None,
    };
    ledger::allocate(tx, meta, account, ActRef { kind, id: id.raw() }, &[pair], reason)?;
    Ok(())
}

/// An concession that stands.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    id: crate::ConcessionId,
    kind: EntryKind,
    amount: i64,
    item: EntryId,
    entry: EntryId,
}
db::from_row! { struct Standing { id, kind, amount, item, entry } }

/// Those that go with one allocation.
pub(crate) fn of_allocation(tx: &mut Tx<'_>, id: AllocationId) -> db::Result<Vec<Standing>> {
    tx.all(OF_ALLOCATION, p![id])
}

/// Those that go with any allocation of a credit.
pub(crate) fn of_credit(tx: &mut Tx<'_>, credit: EntryId) -> db::Result<Vec<Standing>> {
    tx.all(OF_CREDIT, p![credit])
}

/// Takes concessions back: their allocations are undone, and each entry is joined with its reversal.
pub(crate) fn undo(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &mut AccountRow,
    standing: &[Standing],
    reason: &str,
) -> db::Result<()> {
    for one in standing {
        let (kind, back) = match one.kind {
            EntryKind::Discount => ("discount", "discount_reversal"),
            _ => ("tolerance", "tolerance_reversal"),
        };
        ledger::undo_act(
            tx,
            meta,
            account,
            ActRef {
                kind,
                id: one.id.raw(),
            },
            reason,
        )?;
        let entry = ledger::entry(tx, one.entry)?;
        let day = open_day(meta, meta.today.max(entry.basis_date));
        let new = NewEntry {
            due_date: Some(day),
            order: entry.order,
            refers_to: Some(one.item),
            reversal_of: Some(entry.id),
            reason: reason.to_owned(),
            ..NewEntry::new(
                one.kind,
                -entry.amount,
                day,
                document(one.kind, one.id, &entry.document_no),
            )
        };
        let reversal = ledger::append(tx, meta, account, new)?;
        let (debit, credit) = if entry.amount < 0 {
            (reversal, entry.id)
        } else {
            (entry.id, reversal)
        };
        join(
            tx,
            meta,
            account,
            (back, one.id),
            (debit, credit, one.amount),
            reason,
        )?;
        tx.push(MARK_UNDONE, p![one.id, reversal])?;
    }
    Ok(())
}

/// What a clerk settled of small differences in the month of a day.
pub(crate) fn settled_this_month(tx: &mut Tx<'_>, meta: &Meta, currency: Currency) -> db::Result<i64> {
    let first = meta.today.month_start(0);
    tx.one(
        SETTLED_BY,
        p![meta.user, currency.code(), first, first.last_of_month()],
    )
}
