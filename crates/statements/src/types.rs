use base::{Currency, Day, Id, Instant, Price};
use cycle::{CycleSpec, Holidays, Schedule, Terms};
use db::{Cell, FromValue, Misfit};
use ledger::{AccountId, EntryId, EntryKind, HolidayCalendarId};
use parties::CustomerId;
use serde::{Deserialize, Serialize};

/// Markers of the identities below.
pub enum StatementMark {}
/// See [`StatementMark`].
pub enum PeriodMark {}
/// See [`StatementMark`].
pub enum LinkMark {}

pub type StatementId = Id<StatementMark>;
pub type PeriodId = Id<PeriodMark>;
pub type LinkId = Id<LinkMark>;

macro_rules! names {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal),+ $(,)? }) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        $(#[$doc])*
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($variant),+ }

        impl $name {
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text),+ }
            }

            fn parse(text: &str) -> Option<$name> {
                match text { $($text => Some($name::$variant),)+ _ => None }
            }
        }

        impl FromValue for $name {
            fn from_cell(cell: Cell<'_>) -> Result<$name, Misfit> {
                let text = String::from_cell(cell)?;
                let unknown = || Misfit::new(format!("unknown {}: {text}", stringify!($name)));
                $name::parse(&text).ok_or_else(unknown)
            }
        }
    };
}

names! {
    /// What became of a period.
    PeriodState {
        Planned = "planned",
        Empty = "empty",
        Carried = "carried",
        Skipped = "skipped",
        Issued = "issued",
    }
}

names! {
    /// What closed a period.
    Cause {
        Calendar = "calendar",
        Change = "change",
        Document = "document",
        Batch = "batch",
        Threshold = "threshold",
        MaxDays = "max_days",
        Manual = "manual",
    }
}

impl Cause {
    /// The calendar planned it: its statement waits for a run. The others are due at once.
    pub fn is_dated(self) -> bool {
        matches!(self, Cause::Calendar | Cause::Change)
    }
}

names! {
    /// The document facet of a statement. `superseded`: a later version has its number.
    StatementState { Issued = "issued", Void = "void", Superseded = "superseded" }
}

names! {
    /// The delivery facet: how far a statement came on its way to the customer.
    #[schema(as = StatementDelivery)]
    DeliveryState {
        None = "none",
        Sent = "sent",
        Failed = "failed",
        Delivered = "delivered",
        Viewed = "viewed",
    }
}

names! {
    /// How a statement went to the customer. `copy`: its link, copied; `link`: what is seen of a link.
    DeliveryChannel {
        Copy = "copy",
        Chat = "chat",
        Print = "print",
        Post = "post",
        Visit = "visit",
        Other = "other",
        Link = "link",
    }
}

names! {
    /// The answer facet. `deemed`: nobody said anything in the time that the statement names.
    AnswerState {
        None = "none",
        Confirmed = "confirmed",
        PartDisputed = "part_disputed",
        Disputed = "disputed",
        Deemed = "deemed",
    }
}

impl AnswerState {
    /// By word or by silence: such a statement is never replaced.
    pub fn is_confirmed(self) -> bool {
        matches!(self, AnswerState::Confirmed | AnswerState::Deemed)
    }
}

names! {
    /// How the customer said something. `deadline`: not at all.
    Channel {
        Phone = "phone",
        Paper = "paper",
        Message = "message",
        Visit = "visit",
        Deadline = "deadline",
    }
}

names! {
    /// The settlement facet, computed from what is open on the statement's own lines.
    SettlementState { Open = "open", Part = "part", Settled = "settled" }
}

/// A version of an account's cycle, with its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CycleVersion {
    pub number: i64,
    pub valid_from: Day,
    pub cycle: NewCycle,
    /// The days off of its calendar.
    pub holidays: Holidays,
}

impl CycleVersion {
    pub fn spec(&self) -> &CycleSpec {
        &self.cycle.schedule.spec
    }

    /// The last day on which the statement of a cut-off must be out.
    pub fn issue_by(&self, cutoff: Day) -> Day {
        self.cycle.schedule.issue_by(cutoff, &self.holidays)
    }

    /// The due date of a statement issued on a day and confirmed or not.
    pub fn due(&self, cutoff: Day, issued: Day, confirmed: Option<Day>) -> Day {
        self.cycle.schedule.due(cutoff, issued, confirmed, &self.holidays)
    }
}

/// The cycle of a new customer where nobody says otherwise: month end …
pub const DEFAULT_CYCLE: &str = "monthly:-1";
/// … thirty days from there …
pub const DEFAULT_TERMS: &str = "cutoff+30";
/// … and three days to get the statement out.
pub const DEFAULT_LAG_DAYS: i64 = 3;

/// How many months at most a minimum balance holds a statement back, where nobody says otherwise.
pub const DEFAULT_CARRY_MONTHS: i64 = 3;

/// What a person says of a cycle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCycle {
    /// When periods close, until when statements must be out, when they fall due.
    pub schedule: Schedule,
    /// The days off by which deadlines and due dates are moved.
    pub holidays: Option<HolidayCalendarId>,
    /// Whether a period without movement gets a statement all the same.
    pub send_empty: bool,
    /// A closing balance below it makes no statement: its entries go to the next one. In currency units;
    /// 0: every movement makes a statement.
    pub minimum: Price,
    /// After so many months what was held back gets a statement, whatever it comes to.
    pub carry_months: i64,
}

impl NewCycle {
    /// Cycle, terms and days to the deadline; everything else as most customers have it.
    pub fn plain(spec: CycleSpec, terms: Terms, lag_days: i64) -> NewCycle {
        NewCycle {
            schedule: Schedule::plain(spec, terms, lag_days),
            holidays: None,
            send_empty: false,
            minimum: Price::ZERO,
            carry_months: DEFAULT_CARRY_MONTHS,
        }
    }
}

/// The watermark of an account's statements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    pub account: AccountId,
    pub planned_to: Option<Day>,
    pub next_cutoff: Option<Day>,
    pub next_issue: Option<Day>,
    pub dated: bool,
    pub max_days: Option<i64>,
    pub last_seq: i64,
    pub last_statement: Option<StatementId>,
    pub closing: i64,
}

/// A settlement period of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    pub id: PeriodId,
    pub seq: i64,
    pub from: Day,
    pub to: Day,
    pub issue_by: Day,
    pub due: Day,
    pub cause: Cause,
    pub cycle_version: i64,
    pub closed_by: Option<EntryId>,
}

/// What a statement freezes about the two parties, as JSON in `header`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    pub company_code: String,
    pub company_name: String,
    pub customer_code: String,
    pub customer_name: String,
    pub contact: String,
    pub phone: String,
    pub address: String,
    pub language: String,
    pub currency: String,
    pub cycle: String,
    pub terms: String,
    /// So many days after it was given to the customer, silence counts as consent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deem_days: Option<i64>,
    /// How old what it carries is on the cut-off day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ageing: Option<Ageing>,
}

/// What is open on a day by how long it is overdue, in minor units. The debits less the credit are the
/// closing balance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ageing {
    pub not_due: i64,
    pub days_30: i64,
    pub days_60: i64,
    pub days_90: i64,
    pub older: i64,
    /// Received or credited and not used yet, positive.
    pub credit: i64,
}

impl Ageing {
    pub fn debit(&self) -> i64 {
        self.not_due + self.days_30 + self.days_60 + self.days_90 + self.older
    }
}

/// An issued statement as stored.
#[derive(Clone, Debug)]
pub struct StatementRow {
    pub id: StatementId,
    pub no: String,
    pub seq: i64,
    pub version: i64,
    pub state: StatementState,
    pub account: AccountId,
    pub customer: CustomerId,
    pub customer_code: String,
    pub customer_name: String,
    pub currency: Currency,
    pub period: PeriodId,
    pub from: Day,
    pub to: Day,
    pub due: Day,
    pub opening: i64,
    pub closing: i64,
    pub line_count: i64,
    pub header: String,
    pub hash: String,
    pub issued_at: Instant,
    pub delivery: DeliveryState,
    pub answer: AnswerState,
    pub sent_at: Option<Instant>,
    pub previous: Option<StatementId>,
    pub reason: String,
}

/// A line of a statement as issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineRow {
    pub line_no: i64,
    pub entry: EntryId,
    pub late: bool,
    pub kind: EntryKind,
    pub basis_date: Day,
    pub document_kind: String,
    pub document_id: i64,
    pub document_no: String,
    pub amount: i64,
    /// The customer that got the goods, where another one pays; empty otherwise.
    pub ship_to: String,
}
