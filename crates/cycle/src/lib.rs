//! Settlement cycles and payment terms: when a statement closes and when it falls due.
//!
//! Everything here is a pure function of days; nothing reads a clock. A cut-off belongs to the period
//! it ends: a period is (previous cut-off, cut-off], both ends civil days of the company. Cut-offs are
//! never moved for weekends. *Date kinds* plan by the calendar; *event kinds* (per document, threshold,
//! manual) have no next cut-off: what happens in the ledger closes their periods.
//!
//! Both types have one text form, used on the command line, in the database and in JSON:
//! `per_document`, `every_n_days:10@2026-01-01`, `weekly:5`, `weekly:1,4/2@2026-01-05`, `monthly:25`,
//! `monthly:15,-1`, `monthly:-1/3@2026-01-31`, `calendar:2026-01-31,2026-02-28`, `threshold:5000.00/30`,
//! `manual:45`; terms `cutoff+30`, `issue+10`, `day25+1`.
//!
//! Deliberately absent: closing per batch and per project, holiday calendars.

mod plan;
mod spec;
mod terms;

pub use plan::{OpenPeriod, PlannedPeriod, Version, open_period, preview};
pub use spec::CycleSpec;
pub use terms::{Terms, due, provisional_due};
