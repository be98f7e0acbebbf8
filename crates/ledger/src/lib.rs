//! The receivables ledger: entries that are only ever added, and dated allocations between them.
//! Balance, open amount, ageing and exposure are functions of these two.
//!
//! - An [`AccountRow`] is what one paying customer owes in one currency. Every money act begins by
//!   locking it ([`lock_account`]), so two acts on one account never interleave.
//! - [`append`] adds an entry and keeps the caches: balance, open item, order, owed statement work.
//! - [`allocate`] joins debit and credit items; [`undo_allocation`] adds a row that takes it back.
//!   The effective date is never before either item's date, so for every day D the open debits less
//!   the open credits are the sum of the entries up to D.
//! - An item on a payment plan falls due by instalments ([`agree_instalments`]); [`owed_parts`] is the
//!   one reading of what is owed, part by part.
//! - A credit may be [`reserve`]d for an order: then only what that order comes to owe uses it.
//! - [`open_dispute`] says that a part of an entry is not owed; while it is open, that part is not overdue.
//! - Base credit ([`set_base_credit`]) takes the oldest of what is owed out of what is due.
//! - What is owed to statements is rows: `ledger_unbilled` (entries on no live statement) and
//!   `ledger_closing` (events that close a period).
//!
//! Not here: what the entry stands for (the slices above say it with a [`DocRef`]), and tax.

mod accounts;
mod allocations;
mod base_credit;
mod billing;
mod checks;
mod disputes;
mod entries;
mod holidays;
mod instalments;
mod parts;
mod queries;
mod reservations;
mod rules;
mod types;

pub use accounts::{
    account_of_customer, find_account, lock_account, open_account, set_closing_trigger, set_schedule,
    set_start,
};
pub use allocations::{Undo, allocate, undo_act, undo_allocation, undo_of_entry, undone_singly};
pub use base_credit::{
    BaseCredit, accounts_with_base_credit, base_credit_on, base_credits, base_shares, effective_base_credits,
    set_base_credit,
};
pub use billing::{Closing, Unbilled, bill, closings, drop_closings, note_release, recount_unbilled, unbill};
pub use checks::CHECKS;
pub use cycle::Schedule;
pub use disputes::{
    Dispute, DisputeId, DisputeReason, DisputeRow, DisputeState, DisputeStep, DisputeStepKind, NewDispute,
    Resolution, dispute, dispute_steps, not_disputed, open_dispute, resolve_dispute, withdraw_dispute,
};
pub use entries::{EARLIEST, LARGEST, append, entry, set_due};
pub use holidays::{
    Holiday, HolidayCalendar, HolidayCalendarItem, holiday_calendar, holiday_calendars, holidays,
    save_holiday_calendar, weekdays,
};
pub use instalments::{Instalment, PlanId, PlanMark, agree_instalments, end_instalments, instalment_items};
pub use parts::{OwedPart, owed_parts};
pub use queries::{
    AccountBalance, AllocationLine, LedgerLine, allocations_of, balance_at, balances_as_of, customer_ledger,
    open_items, open_items_at, open_items_where,
};
pub use reservations::{
    RESERVATION_ACT, Reservation, consume_reserved, give_back_reserved, lift_credit, lift_one, lift_order,
    reservations_of_credit, reservations_of_order, reserve, reserved_by_credit,
};
pub use types::*;

/// Every statement of this crate, for the test that prepares them on both databases.
pub const STATEMENTS: &[&[db::Sql]] = &[
    accounts::STATEMENTS,
    allocations::STATEMENTS,
    base_credit::STATEMENTS,
    billing::STATEMENTS,
    checks::STATEMENTS,
    disputes::STATEMENTS,
    entries::STATEMENTS,
    instalments::STATEMENTS,
    holidays::STATEMENTS,
    parts::STATEMENTS,
    queries::STATEMENTS,
    reservations::STATEMENTS,
];
