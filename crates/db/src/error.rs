use std::fmt;

use base::Refusal;

use crate::sql::Sql;
use crate::value::Value;

/// How a unit of work ends when it is not done.
#[derive(Debug)]
pub enum Error {
    /// The business says no. The unit's writes are undone; the evidence is written in their place.
    Refused(Box<Refused>),
    /// Something broke. The unit's writes are undone.
    Fault(Fault),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A refusal and the writes that must stay although the unit is undone: the decision record.
#[derive(Debug)]
pub struct Refused {
    pub refusal: Refusal,
    pub evidence: Vec<(Sql, Vec<Value>)>,
}

impl Refused {
    pub fn new(refusal: Refusal) -> Refused {
        Refused {
            refusal,
            evidence: Vec::new(),
        }
    }

    /// Adds a statement to run once the unit is undone; its parameters are numbered as in the unit
    /// (in a company `$1` is bound by the layer and `params` start at `$2`).
    pub fn with_evidence(mut self, sql: Sql, params: Vec<Value>) -> Refused {
        self.evidence.push((sql, params));
        self
    }
}

impl Error {
    /// A fault of a kind that nobody tells apart.
    pub fn fault(message: impl fmt::Display) -> Error {
        Error::Fault(Fault::new(FaultKind::Other, message.to_string()))
    }

    pub(crate) fn of(kind: FaultKind, message: impl fmt::Display) -> Error {
        Error::Fault(Fault::new(kind, message.to_string()))
    }

    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Error::Refused(refused) => Some(&refused.refusal),
            Error::Fault(_) => None,
        }
    }

    pub fn as_fault(&self) -> Option<&Fault> {
        match self {
            Error::Refused(_) => None,
            Error::Fault(fault) => Some(fault),
        }
    }

    /// Whether a row with the same key was there already.
    pub fn is_unique(&self) -> bool {
        matches!(self.as_fault(), Some(fault) if matches!(fault.kind, FaultKind::Unique { .. }))
    }

    /// As [`Error::is_unique`], in this table.
    pub fn is_unique_in(&self, name: &str) -> bool {
        matches!(self.as_fault(), Some(fault) if matches!(&fault.kind, FaultKind::Unique { table } if table == name))
    }

    /// Whether the disk is full: the write is refused, reading goes on.
    pub fn is_full(&self) -> bool {
        matches!(self.as_fault(), Some(fault) if fault.kind == FaultKind::Full)
    }

    /// Adds evidence to a refusal; a fault stays as it is.
    pub fn with_evidence(self, sql: Sql, params: Vec<Value>) -> Error {
        match self {
            Error::Refused(refused) => Error::Refused(Box::new(refused.with_evidence(sql, params))),
            fault => fault,
        }
    }

    /// Says what was being done when a fault came up.
    pub fn context(self, context: impl fmt::Display) -> Error {
        match self {
            Error::Fault(mut fault) => {
                fault.message = format!("{context}: {}", fault.message);
                Error::Fault(fault)
            }
            refused => refused,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Refused(refused) => write!(f, "refused: {}", refused.refusal),
            Error::Fault(fault) => fmt::Display::fmt(fault, f),
        }
    }
}
impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Refused(_) => None,
            Error::Fault(fault) => std::error::Error::source(fault),
        }
    }
}
impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Error {
        Error::Refused(Box::new(Refused::new(refusal)))
    }
}
impl From<Refused> for Error {
    fn from(refused: Refused) -> Error {
        Error::Refused(Box::new(refused))
    }
}
impl From<Fault> for Error {
    fn from(fault: Fault) -> Error {
        Error::Fault(fault)
    }
}

pub(crate) fn went_on() -> Error {
    Error::of(FaultKind::Other, "the unit went on after a failed statement")
}

/// What kind of failure it was, as far as somebody acts on the difference.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// A row with the same key exists; the table that said so.
    Unique {
        table: String,
    },
    /// Another constraint: foreign key, NOT NULL, CHECK.
    Constraint,
    /// Exactly one row was expected and there was none.
    NoRow,
    /// A value or the number of parameters does not fit; a mistake in the program.
    Mismatch,
    /// Locked by others for too long, or in conflict with them again and again.
    Busy,
    /// The connection broke. Whether the last batch was committed is unknown.
    Lost,
    /// No room on the disk.
    Full,
    /// The schema and the program do not fit together.
    Schema,
    /// The unit panicked.
    Panic,
    /// The database was closed.
    Closed,
    Other,
}

/// Something broke; what, where, and why.
#[derive(Debug)]
pub struct Fault {
    kind: FaultKind,
    message: String,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Fault {
    pub(crate) fn new(kind: FaultKind, message: impl Into<String>) -> Fault {
        Fault {
            kind,
            message: message.into(),
            source: None,
        }
    }

    pub(crate) fn because(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Fault {
        self.source = Some(Box::new(source));
        self
    }

    pub fn kind(&self) -> &FaultKind {
        &self.kind
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
impl std::error::Error for Fault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

macro_rules! fault_from {
    ($($source:ty),*) => {$(
        impl From<$source> for Error {
            fn from(source: $source) -> Error {
                Error::Fault(Fault::new(FaultKind::Mismatch, source.to_string()).because(source))
            }
        }
    )*};
}
// A stored value that does not fit its type is a fault, never a refusal.
fault_from!(
    base::NotRepresentable,
    std::num::TryFromIntError,
    std::num::ParseIntError
);
