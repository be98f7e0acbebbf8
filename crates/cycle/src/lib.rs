//! Settlement cycles and payment terms: when a statement closes and when it falls due.
//!
//! Everything here is a pure function of days; nothing reads a clock. A cut-off belongs to the period
//! it ends: a period is (previous cut-off, cut-off], both ends civil days of the company. Cut-offs are
//! never moved for weekends; issue deadlines and due dates are, by [`Holidays`] and a [`Shift`]. *Date
//! kinds* plan by the calendar; *event kinds* (per document, per batch, threshold, manual) have no next
//! cut-off: what happens in the ledger closes their periods. A [`Schedule`] joins cycle, terms, the
//! issue deadline and the customer's payment days; from it every day of a statement follows.
//!
//! [`CycleSpec`] and [`Terms`] have one text form, used on the command line, in the database and in JSON:
//! `per_document`, `every_n_days:10@2026-01-01`, `weekly:5`, `weekly:1,4/2@2026-01-05`, `monthly:25`,
//! `monthly:15,-1`, `monthly:-1/3@2026-01-31`, `calendar:2026-01-31,2026-02-28`, `threshold:5000.00/30`,
//! `per_batch:60`, `manual:45`; terms `cutoff+30`, `issue+10`, `day25+1`, `payrun`, `confirm+10/30`.
//!
//! Deliberately absent: closing per project.

mod holidays;
mod plan;
mod schedule;
mod spec;
mod terms;

pub use holidays::{Holidays, Shift};
pub use plan::{OpenPeriod, Version, open_period};
pub use schedule::{PlannedPeriod, Schedule};
pub use spec::CycleSpec;
pub use terms::Terms;
