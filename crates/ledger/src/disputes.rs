//! Disputes: a customer says that a part of an entry is not owed. While a dispute is open, its part is
//! out of the overdue test, of reminders and of automatic allocation; it stays in the balance and in
//! exposure. Every step is a row that is never changed, so what was disputed on any day is one sum.

use base::{Day, Instant, Money, Refusal, UserId};
use db::{Cell, FromValue, Misfit, Tx, p};
use kit::Meta;
use serde::{Deserialize, Serialize};

use crate::types::{AccountId, AccountRow, EntryId};

/// See [`crate::Account`].
pub enum Dispute {}
pub type DisputeId = base::Id<Dispute>;

macro_rules! names {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($variant),+ }

        impl $name {
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text),+ }
            }
        }

        impl FromValue for $name {
            fn from_cell(cell: Cell<'_>) -> Result<$name, Misfit> {
                let text = String::from_cell(cell)?;
                match text.as_str() {
                    $($text => Ok($name::$variant),)+
                    _ => Err(Misfit::new(format!("unknown {}: {text}", stringify!($name)))),
                }
            }
        }
    };
}

names! {
    /// What is said to be wrong.
    DisputeReason {
        Quantity = "quantity",
        Price = "price",
        NotReceived = "not_received",
        Returned = "returned",
        Duplicate = "duplicate",
        AlreadyPaid = "already_paid",
        Other = "other",
    }
}

names! {
    /// How a dispute stands. `paid`: the item was paid in full although it was disputed, under
    /// reservation; should the payment fall away, the dispute is open again.
    DisputeState {
        Open = "open",
        Accepted = "accepted",
        Rejected = "rejected",
        Partly = "partly",
        Withdrawn = "withdrawn",
        Paid = "paid",
    }
}

names! {
    /// What happened to a dispute.
    DisputeStepKind {
        Opened = "opened",
        Accepted = "accepted",
        Rejected = "rejected",
        Withdrawn = "withdrawn",
        Paid = "paid",
        Reopened = "reopened",
    }
}

db::statements! {
    INSERT = "INSERT INTO ledger_dispute (company_id, id, account_id, entry_id, amount_minor, reason, opened_on, \
        state, left_minor) VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $5)";
    INSERT_STEP = "INSERT INTO ledger_dispute_step (company_id, dispute_id, seq, kind, amount_minor, on_day, \
        credit_entry_id, recorded_at, recorded_by, text) \
        SELECT $1, $2, COALESCE(MAX(seq), 0) + 1, $3, $4, $5, $6, $7, $8, $9 FROM ledger_dispute_step \
        WHERE company_id = $1 AND dispute_id = $2";
    SET_STATE = "UPDATE ledger_dispute SET state = $3, left_minor = $4 WHERE company_id = $1 AND id = $2";
    GET = "SELECT id, account_id, entry_id, amount_minor, reason, opened_on, state, left_minor \
        FROM ledger_dispute WHERE company_id = $1 AND id = $2";
    STEPS = "SELECT kind, amount_minor, on_day, credit_entry_id, recorded_at, recorded_by, text \
        FROM ledger_dispute_step WHERE company_id = $1 AND dispute_id = $2 ORDER BY seq";
    ROOM = "SELECT e.amount_minor - COALESCE((SELECT CAST(SUM(d.left_minor) AS BIGINT) FROM ledger_dispute d \
        WHERE d.company_id = e.company_id AND d.entry_id = e.id AND d.state = 'open'), 0) \
        FROM ledger_entry e WHERE e.company_id = $1 AND e.id = $2";
    CREDIT = "SELECT account_id, amount_minor FROM ledger_entry WHERE company_id = $1 AND id = $2";
    IN_STATE = "SELECT id, entry_id, left_minor FROM ledger_dispute \
        WHERE company_id = $1 AND account_id = $2 AND state = $3 ORDER BY id";
    LAST_PAID = "SELECT amount_minor FROM ledger_dispute_step WHERE company_id = $1 AND dispute_id = $2 \
        AND kind = 'paid' ORDER BY seq DESC LIMIT 1";
}

/// A dispute as it stands.
#[derive(Clone, Debug)]
pub struct DisputeRow {
    pub id: DisputeId,
    pub account: AccountId,
    pub entry: EntryId,
    pub amount: i64,
    pub reason: DisputeReason,
    pub opened_on: Day,
    pub state: DisputeState,
    /// What is still disputed; 0 unless it is open.
    pub left: i64,
}

db::from_row! { DisputeRow { id, account, entry, amount, reason, opened_on, state, left } }

/// A step of a dispute.
#[derive(Clone, Debug)]
pub struct DisputeStep {
    pub kind: DisputeStepKind,
    /// Signed: what it adds to the disputed amount.
    pub amount: i64,
    pub on: Day,
    pub credit: Option<EntryId>,
    pub recorded_at: Instant,
    pub recorded_by: UserId,
    pub text: String,
}

db::from_row! { DisputeStep { kind, amount, on, credit, recorded_at, recorded_by, text } }

/// A dispute to be opened.
#[derive(Clone, Debug)]
pub struct NewDispute {
    pub entry: EntryId,
    /// Positive; not more than the entry, less what is disputed of it already.
    pub amount: i64,
    pub reason: DisputeReason,
    pub text: String,
}

/// How a dispute ends: what of it was accepted, with the credit that this led to; the rest is rejected.
#[derive(Clone, Debug)]
pub struct Resolution {
    pub accepted: i64,
    pub credit: Option<EntryId>,
    /// Shown to the customer.
    pub text: String,
}

/// Opens a dispute on an entry of a locked account.
///
/// # Errors
/// `ledger.entry_not_found`; `ledger.dispute_no_debit` when nothing is owed for the entry;
/// `ledger.dispute_amount` (with what may be disputed) when the amount is not within it.
pub fn open_dispute(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &AccountRow,
    new: &NewDispute,
) -> db::Result<DisputeId> {
    let entry = crate::entry(tx, new.entry)?;
    if entry.account != account.id {
        return Err(Refusal::not_found("ledger.entry_not_found").into());
    }
    if entry.amount <= 0 {
        return Err(Refusal::rule("ledger.dispute_no_debit").into());
    }
    let most = room(tx, new.entry)?;
    if new.amount <= 0 || new.amount > most {
        return Err(Refusal::invalid("ledger.dispute_amount")
            .on("amount")
            .with("most", Money::new(most, account.currency))
            .into());
    }
    let id = tx.next_id();
    tx.push(
        INSERT,
        p![
            id,
            account.id,
            new.entry,
            new.amount,
            new.reason.as_str(),
            meta.today
        ],
    )?;
    step(
        tx,
        meta,
        id,
        (DisputeStepKind::Opened, new.amount),
        None,
        &new.text,
    )?;
    Ok(id)
}

/// What of an entry is not disputed yet.
///
/// # Errors
/// `ledger.entry_not_found`.
pub fn not_disputed(tx: &mut Tx<'_>, entry: EntryId) -> db::Result<i64> {
    crate::entry(tx, entry)?;
    room(tx, entry)
}

fn room(tx: &mut Tx<'_>, entry: EntryId) -> db::Result<i64> {
    tx.one(ROOM, p![entry])
}

fn step(
    tx: &mut Tx<'_>,
    meta: &Meta,
    id: DisputeId,
    (kind, amount): (DisputeStepKind, i64),
    credit: Option<EntryId>,
    text: &str,
) -> db::Result<()> {
    tx.push(
        INSERT_STEP,
        p![
            id,
            kind.as_str(),
            amount,
            meta.today,
            credit,
            meta.now,
            meta.user,
            text.trim()
        ],
    )
}

fn set_state(tx: &mut Tx<'_>, id: DisputeId, state: DisputeState, left: i64) -> db::Result<()> {
    tx.push(SET_STATE, p![id, state.as_str(), left])
}

/// Decides an open dispute as a whole.
///
/// # Errors
/// `ledger.dispute_not_found`, `ledger.dispute_closed`; `ledger.dispute_accepted` (with what is
/// disputed) when more is accepted than that; `ledger.dispute_credit` when something is accepted without
/// a credit of this account; `ledger.dispute_text` when something is rejected without a reason.
pub fn resolve_dispute(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &AccountRow,
    id: DisputeId,
    resolution: &Resolution,
) -> db::Result<DisputeState> {
    let row = of_account(tx, account, id)?;
    if row.state != DisputeState::Open {
        return Err(Refusal::conflict("ledger.dispute_closed").into());
    }
    let Resolution {
        accepted,
        credit,
        text,
    } = resolution;
    if !(0..=row.left).contains(accepted) {
        return Err(Refusal::invalid("ledger.dispute_accepted")
            .on("accepted")
            .with("disputed", Money::new(row.left, account.currency))
            .into());
    }
    let rejected = row.left - accepted;
    if rejected > 0 && text.trim().is_empty() {
        return Err(Refusal::invalid("ledger.dispute_text").on("text").into());
    }
    if *accepted > 0 {
        is_credit(tx, account, *credit)?;
        step(
            tx,
            meta,
            id,
            (DisputeStepKind::Accepted, -accepted),
            *credit,
            text,
        )?;
    }
    if rejected > 0 {
        step(tx, meta, id, (DisputeStepKind::Rejected, -rejected), None, text)?;
    }
    let state = match (*accepted, rejected) {
        (_, 0) => DisputeState::Accepted,
        (0, _) => DisputeState::Rejected,
        _ => DisputeState::Partly,
    };
    set_state(tx, id, state, 0)?;
    Ok(state)
}

fn is_credit(tx: &mut Tx<'_>, account: &AccountRow, credit: Option<EntryId>) -> db::Result<()> {
    let missing = || Refusal::invalid("ledger.dispute_credit").on("credit_entry_id");
    let found: Option<(AccountId, i64)> = tx.opt(CREDIT, p![credit.ok_or_else(missing)?])?;
    match found {
        Some((of, amount)) if of == account.id && amount < 0 => Ok(()),
        _ => Err(missing().into()),
    }
}

/// The customer does not uphold it any more; also a dispute that was closed by payment.
///
/// # Errors
/// `ledger.dispute_not_found`, `ledger.dispute_closed`.
pub fn withdraw_dispute(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &AccountRow,
    id: DisputeId,
    text: &str,
) -> db::Result<()> {
    let row = of_account(tx, account, id)?;
    if !matches!(row.state, DisputeState::Open | DisputeState::Paid) {
        return Err(Refusal::conflict("ledger.dispute_closed").into());
    }
    step(tx, meta, id, (DisputeStepKind::Withdrawn, -row.left), None, text)?;
    set_state(tx, id, DisputeState::Withdrawn, 0)
}

fn of_account(tx: &mut Tx<'_>, account: &AccountRow, id: DisputeId) -> db::Result<DisputeRow> {
    let row = dispute(tx, id)?;
    if row.account != account.id {
        return Err(missing().into());
    }
    Ok(row)
}

fn missing() -> Refusal {
    Refusal::not_found("ledger.dispute_not_found")
}

/// # Errors
/// `ledger.dispute_not_found`.
pub fn dispute(tx: &mut Tx<'_>, id: DisputeId) -> db::Result<DisputeRow> {
    tx.opt(GET, p![id])?.ok_or_else(|| missing().into())
}

pub fn dispute_steps(tx: &mut Tx<'_>, id: DisputeId) -> db::Result<Vec<DisputeStep>> {
    tx.all(STEPS, p![id])
}

fn in_state(
    tx: &mut Tx<'_>,
    account: AccountId,
    state: DisputeState,
) -> db::Result<Vec<(DisputeId, EntryId, i64)>> {
    tx.all(IN_STATE, p![account, state.as_str()])
}

/// Entries were paid in full: what is disputed of them was paid under reservation.
pub(crate) fn note_paid(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: AccountId,
    closed: &[EntryId],
) -> db::Result<()> {
    if closed.is_empty() {
        return Ok(());
    }
    for (id, entry, left) in in_state(tx, account, DisputeState::Open)? {
        if closed.contains(&entry) {
            step(tx, meta, id, (DisputeStepKind::Paid, -left), None, "")?;
            set_state(tx, id, DisputeState::Paid, 0)?;
        }
    }
    Ok(())
}

/// Payments of entries fell away: what was paid under reservation is disputed again.
pub(crate) fn note_reopened(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: AccountId,
    reopened: &[EntryId],
) -> db::Result<()> {
    for (id, entry, _) in in_state(tx, account, DisputeState::Paid)? {
        if reopened.contains(&entry) {
            let paid: i64 = tx.one(LAST_PAID, p![id])?;
            // A younger dispute may hold a part of the entry by now.
            let again = (-paid).min(room(tx, entry)?);
            if again > 0 {
                step(tx, meta, id, (DisputeStepKind::Reopened, again), None, "")?;
                set_state(tx, id, DisputeState::Open, again)?;
            }
        }
    }
    Ok(())
}
