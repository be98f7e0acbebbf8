use base::{Day, Period, Refusal};

use crate::{CycleSpec, Holidays, Shift, Terms};

/// Everything from which the days of a statement follow: when it closes, until when it must be out,
/// when it falls due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    pub spec: CycleSpec,
    pub terms: Terms,
    /// Days from the cut-off to the issue deadline.
    pub lag_days: i64,
    /// The days on which the customer pays, as a cycle of a date kind, where they are known.
    pub pay_run: Option<CycleSpec>,
    /// The statement must be out at least so many days before the customer pays.
    pub lead_days: i64,
    /// Where issue deadlines and due dates go that fall on a day off.
    pub shift: Shift,
}

const LONGEST_LAG: i64 = 90;

/// One row of a preview.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlannedPeriod {
    pub period: Period,
    pub issue_by: Day,
    pub due: Day,
}

impl Schedule {
    /// Cycle, terms and lag; nothing known of the customer's payment days, no day moved.
    pub fn plain(spec: CycleSpec, terms: Terms, lag_days: i64) -> Schedule {
        Schedule {
            spec,
            terms,
            lag_days,
            pay_run: None,
            lead_days: 0,
            shift: Shift::None,
        }
    }

    /// Reads cycle and terms in their text form.
    pub fn read(cycle: &str, terms: &str, lag_days: i64) -> Result<Schedule, Refusal> {
        Ok(Schedule::plain(cycle.parse()?, terms.parse()?, lag_days))
    }

    /// Every part inside its bounds, and what the terms need is there. Codes `cycle.*`.
    pub fn validate(&self) -> Result<(), Refusal> {
        self.spec.validate().map_err(|refusal| refusal.on("cycle"))?;
        self.terms.validate().map_err(|refusal| refusal.on("terms"))?;
        for (field, days) in [("lag_days", self.lag_days), ("lead_days", self.lead_days)] {
            if !(0..=LONGEST_LAG).contains(&days) {
                return Err(Refusal::invalid("cycle.bad_lag")
                    .on(field)
                    .with("most", LONGEST_LAG));
            }
        }
        match &self.pay_run {
            Some(days) if !days.is_dated() => Err(Refusal::invalid("cycle.pay_run_not_dated").on("pay_run")),
            Some(days) => days.validate().map_err(|refusal| refusal.on("pay_run")),
            None if self.terms == Terms::PayRun => {
                Err(Refusal::invalid("cycle.pay_run_needed").on("pay_run"))
            }
            None => Ok(()),
        }
    }

    /// The last day on which the statement of a cut-off must be out: the lag, and early enough for the
    /// customer's next payment day that can still be met.
    pub fn issue_by(&self, cutoff: Day, holidays: &Holidays) -> Day {
        let usual = holidays.moved(cutoff.plus(self.lag_days), self.shift).max(cutoff);
        let run = self
            .pay_run
            .as_ref()
            .and_then(|days| days.next_cutoff(cutoff.plus(self.lead_days)));
        let Some(run) = run else { return usual };
        let latest = run.plus(-self.lead_days);
        // Never later than that, whatever the rule for days off says.
        let latest = match self.shift {
            Shift::None => latest,
            _ => holidays.moved(latest, Shift::Preceding).max(cutoff.plus(1)),
        };
        usual.min(latest)
    }

    /// The due date of a statement with this cut-off, issued on `issue_day` and confirmed or not. Never
    /// before the cut-off.
    pub fn due(&self, cutoff: Day, issue_day: Day, confirmed: Option<Day>, holidays: &Holidays) -> Day {
        let issued = issue_day.max(cutoff);
        let day = match self.terms {
            Terms::CutoffPlus { days } => cutoff.plus(days),
            Terms::IssuePlus { days } => issued.plus(days),
            Terms::DayOfMonth { day, months } => {
                let date = cutoff.month_start(months).on_day(day);
                if date >= cutoff {
                    date
                } else {
                    cutoff.month_start(months + 1).on_day(day)
                }
            }
            Terms::PayRun => self
                .pay_run
                .as_ref()
                .and_then(|days| days.next_cutoff(issued.plus(self.lead_days - 1)))
                .unwrap_or(issued),
            Terms::ConfirmationPlus { days, cap } => {
                let last = issued.plus(cap);
                confirmed.map_or(last, |day| day.max(issued).plus(days).min(last))
            }
        };
        holidays.moved(day, self.shift).max(cutoff)
    }

    /// The due date of an entry until an issued statement fixes it: the terms applied to the planned
    /// cut-off of its statement date and to the issue deadline.
    pub fn provisional_due(&self, statement_date: Day, holidays: &Holidays) -> Day {
        let cutoff = match self.spec.longest_wait() {
            // The latest day on which the period closes by itself, or the alarm sounds.
            Some(max_days) => statement_date.plus(max_days),
            None => self
                .spec
                .next_cutoff(statement_date.plus(-1))
                .unwrap_or(statement_date),
        };
        self.due(cutoff, self.issue_by(cutoff, holidays), None, holidays)
    }

    /// A period with this cut-off.
    pub fn planned(&self, from: Day, cutoff: Day, holidays: &Holidays) -> PlannedPeriod {
        let issue_by = self.issue_by(cutoff, holidays);
        PlannedPeriod {
            period: Period { from, to: cutoff },
            issue_by,
            due: self.due(cutoff, issue_by, None, holidays),
        }
    }

    /// The next `count` periods from a day on; empty for event kinds.
    pub fn preview(&self, from: Day, count: usize, holidays: &Holidays) -> Vec<PlannedPeriod> {
        let mut planned = Vec::new();
        let mut start = from;
        while planned.len() < count
            && let Some(cutoff) = self.spec.next_cutoff(start.plus(-1))
        {
            planned.push(self.planned(start, cutoff, holidays));
            start = cutoff.plus(1);
        }
        planned
    }
}
