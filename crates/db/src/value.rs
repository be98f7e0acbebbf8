use std::fmt;

use base::{Currency, Day, Id, Instant, Price, Quantity};

use crate::error::{Error, FaultKind, Result};

/// A parameter of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Null,
    Int(i64),
    Text(String),
    Day(Day),
    Instant(Instant),
    Bytes(Vec<u8>),
}

/// The parameters of a statement: `p![customer, day, "text"]`.
#[macro_export]
macro_rules! p {
    ($($value:expr),* $(,)?) => {{
        let params: Vec<$crate::Value> = vec![$($crate::Value::from($value)),*];
        params
    }};
}

macro_rules! value_from {
    ($($source:ty, $value:ident => $made:expr;)*) => {
        $(impl From<$source> for Value {
            fn from($value: $source) -> Value {
                $made
            }
        })*
    };
}
value_from! {
    i64, v => Value::Int(v);
    i32, v => Value::Int(v.into());
    i16, v => Value::Int(v.into());
    i8, v => Value::Int(v.into());
    u32, v => Value::Int(v.into());
    u16, v => Value::Int(v.into());
    u8, v => Value::Int(v.into());
    usize, v => Value::Int(i64::try_from(v).unwrap_or(i64::MAX));
    bool, v => Value::Int(v.into());
    &str, v => Value::Text(v.to_owned());
    String, v => Value::Text(v);
    Day, v => Value::Day(v);
    Instant, v => Value::Instant(v);
    Vec<u8>, v => Value::Bytes(v);
    &[u8], v => Value::Bytes(v.to_vec());
    Currency, v => Value::Text(v.code().to_owned());
    Quantity, v => Value::Int(v.millionths());
    Price, v => Value::Int(v.millionths());
}
impl<T> From<Id<T>> for Value {
    fn from(id: Id<T>) -> Value {
        Value::Int(id.raw())
    }
}
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}
impl<T: Clone + Into<Value>> From<&T> for Value {
    fn from(value: &T) -> Value {
        value.clone().into()
    }
}

/// One field of a result as the database gave it; on SQLite days and instants arrive as text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'r> {
    Null,
    Int(i64),
    Text(&'r str),
    Day(Day),
    Instant(Instant),
    Bytes(&'r [u8]),
    /// A type the layer does not carry (REAL, NUMERIC …), by name.
    Foreign(&'static str),
}

impl Cell<'_> {
    fn name(&self) -> &'static str {
        match self {
            Cell::Null => "NULL",
            Cell::Int(_) => "an integer",
            Cell::Text(_) => "text",
            Cell::Day(_) => "a day",
            Cell::Instant(_) => "an instant",
            Cell::Bytes(_) => "bytes",
            Cell::Foreign(name) => name,
        }
    }
}

/// Why a field could not be read as what was asked for.
#[derive(Debug)]
pub struct Misfit(String);

impl Misfit {
    pub fn new(reason: impl fmt::Display) -> Misfit {
        Misfit(reason.to_string())
    }

    /// `wanted` was expected, the cell holds something else.
    pub fn wanted(wanted: &str, cell: Cell<'_>) -> Misfit {
        Misfit(format!("{wanted} expected, found {}", cell.name()))
    }
}

/// A type that a field can be read as. Slices implement it for their states.
pub trait FromValue: Sized {
    fn from_cell(cell: Cell<'_>) -> std::result::Result<Self, Misfit>;
}

macro_rules! from_int {
    ($($target:ty),*) => {$(
        impl FromValue for $target {
            fn from_cell(cell: Cell<'_>) -> std::result::Result<Self, Misfit> {
                let raw = i64::from_cell(cell)?;
                <$target>::try_from(raw).map_err(|_| Misfit(format!("{raw} is out of range")))
            }
        }
    )*};
}
from_int!(i32, i16, i8, u32, u16, u8, usize);

impl FromValue for i64 {
    fn from_cell(cell: Cell<'_>) -> std::result::Result<Self, Misfit> {
        match cell {
            Cell::Int(value) => Ok(value),
            other => Err(Misfit::wanted("an integer", other)),
        }
    }
}
impl FromValue for bool {
    fn from_cell(cell: Cell<'_>) -> std::result::Result<Self, Misfit> {
        match cell {
            Cell::Int(0) => Ok(false),
            Cell::Int(1) => Ok(true),
            other => Err(Misfit::wanted("0 or 1", other)),
        }
    }
}
impl FromValue for String {
    fn from_cell(cell: Cell<'_>) -> std::result::Result<Self, Misfit> {
        match cell {
            Cell::Text(value) => Ok(value.to_owned()),
            other => Err(Misfit::wanted("text", other)),
        }
    }
}
impl FromValue for Vec<u8> {
    fn from_cell(cell: Cell<'_>) -> std::result::Result<Self, Misfit> {
        match cell {
            Cell::Bytes(value) => Ok(value.to_vec()),
            other => Err(Misfit::wanted("bytes", other)),
        }
    }
}
impl FromValue for Day {
    fn from_cell(cell: Cell<'_>) -> std::result::Result<Self, Misfit> {
        match cell {
            Cell::Day(value) => Ok(value),
            Cell::Text(text) => day_of(text).ok_or_else(|| Misfit(format!("not a day: {text}"))),
            other => Err(Misfit::wanted("a day", other)),
        }
    }
}
impl FromValue for Instant {
    fn from_cell(cell: Cell<'_>) -> std::result::Result<Self, Misfit> {
        match cell {
            Cell::Instant(value) => Ok(value),
            Cell::Text(text) => Instant::parse(text).ok_or_else(|| Misfit(format!("not an instant: {text}"))),
            other => Err(Misfit::wanted("an instant", other)),
        }
    }
}
impl FromValue for Currency {
    fn from_cell(cell: Cell<'_>) -> std::result::Result<Self, Misfit> {
        match cell {
            Cell::Text(code) => {
                Currency::named(code).ok_or_else(|| Misfit(format!("unknown currency {code}")))
            }
            other => Err(Misfit::wanted("a currency", other)),
        }
    }
}
impl FromValue for Quantity {
    fn from_cell(cell: Cell<'_>) -> std::result::Result<Self, Misfit> {
        i64::from_cell(cell).map(Quantity::from_millionths)
    }
}
impl FromValue for Price {
    fn from_cell(cell: Cell<'_>) -> std::result::Result<Self, Misfit> {
        i64::from_cell(cell).map(Price::from_millionths)
    }
}
impl<T> FromValue for Id<T> {
    fn from_cell(cell: Cell<'_>) -> std::result::Result<Self, Misfit> {
        i64::from_cell(cell).map(Id::new)
    }
}
impl<T: FromValue> FromValue for Option<T> {
    fn from_cell(cell: Cell<'_>) -> std::result::Result<Self, Misfit> {
        match cell {
            Cell::Null => Ok(None),
            other => T::from_cell(other).map(Some),
        }
    }
}

/// `YYYY-MM-DD` without the detour of a format string: lists read thousands of these.
fn day_of(text: &str) -> Option<Day> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let number = |range: std::ops::Range<usize>| {
        bytes[range].iter().try_fold(0_i16, |sum, byte| {
            byte.is_ascii_digit().then(|| sum * 10 + i16::from(byte - b'0'))
        })
    };
    Day::new(number(0..4)?, number(5..7)? as i8, number(8..10)? as i8)
}

/// One row of a result; fields are taken by position, counted from 0.
pub struct Row<'r> {
    source: Source<'r>,
}

pub(crate) enum Source<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r tokio_postgres::Row),
}

impl<'r> Row<'r> {
    pub(crate) fn new(source: Source<'r>) -> Row<'r> {
        Row { source }
    }

    pub fn get<T: FromValue>(&self, index: usize) -> Result<T> {
        let misfit = |misfit: Misfit| {
            let name = self.column(index).unwrap_or("?");
            Error::of(
                FaultKind::Mismatch,
                format!("column {index} ({name}): {}", misfit.0),
            )
        };
        let cell = match self.source {
            Source::Sqlite(row) => crate::sqlite::cell(row, index),
            Source::Postgres(row) => row.try_get(index).map_err(Misfit::new),
        };
        cell.and_then(T::from_cell).map_err(misfit)
    }

    fn column(&self, index: usize) -> Option<&str> {
        match self.source {
            Source::Sqlite(row) => row.as_ref().column_name(index).ok(),
            Source::Postgres(row) => row.columns().get(index).map(|column| column.name()),
        }
    }

    /// The fields one after the other.
    pub fn cells(&self) -> Cells<'_> {
        Cells { row: self, next: 0 }
    }
}

/// Reads a row from left to right.
pub struct Cells<'r> {
    row: &'r Row<'r>,
    next: usize,
}

impl Cells<'_> {
    pub fn take<T: FromValue>(&mut self) -> Result<T> {
        let value = self.row.get(self.next)?;
        self.next += 1;
        Ok(value)
    }
}

/// A type that a whole row can be read as: a tuple, a single value, or a struct of a slice.
pub trait FromRow: Sized {
    fn from_row(row: &Row<'_>) -> Result<Self>;
}

impl<T: FromValue> FromRow for T {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        row.get(0)
    }
}

macro_rules! from_tuples {
    ($head:ident $($tail:ident)*) => {
        impl<$head: FromValue, $($tail: FromValue),*> FromRow for ($head, $($tail,)*) {
            fn from_row(row: &Row<'_>) -> Result<Self> {
                let mut cells = row.cells();
                Ok((cells.take::<$head>()?, $(cells.take::<$tail>()?,)*))
            }
        }
        from_tuples!($($tail)*);
    };
    () => {};
}
from_tuples!(A B C D E F G H I J K L M N O P Q R S T U V W X);

/// Reads a struct from a row by position: `from_row! { Customer { id, name, limit } }` takes column
/// 0 for `id`, column 1 for `name` and so on.
#[macro_export]
macro_rules! from_row {
    (struct $name:ident { $($field:ident),* $(,)? }) => {
        $crate::from_row! { $name { $($field),* } }
    };
    ($name:ident { $($field:ident),* $(,)? }) => {
        impl $crate::FromRow for $name {
            fn from_row(row: &$crate::Row<'_>) -> $crate::Result<Self> {
                let mut cells = row.cells();
                Ok($name { $($field: cells.take()?),* })
            }
        }
    };
}
