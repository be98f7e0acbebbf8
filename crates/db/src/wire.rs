//! Values on PostgreSQL's wire: what a parameter looks like in the type that the statement wants,
//! and what a field of a result is. Days and instants count from 2000-01-01 there.

use std::error::Error as StdError;

use base::{Day, Instant};
use bytes::{BufMut, BytesMut};
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::value::{Cell, Value};

type Wire<T> = Result<T, Box<dyn StdError + Sync + Send>>;

/// 1970-01-01 to 2000-01-01.
const EPOCH_MICROS: i64 = 946_684_800_000_000;

fn epoch() -> Wire<Day> {
    Day::new(2000, 1, 1).ok_or_else(|| "no such day".into())
}

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Wire<IsNull> {
        match (self, ty) {
            (Value::Null, _) => return Ok(IsNull::Yes),
            (Value::Int(value), &Type::INT8) => out.put_i64(*value),
            (Value::Int(value), &Type::INT4) => out.put_i32(i32::try_from(*value)?),
            (Value::Int(value), &Type::INT2) => out.put_i16(i16::try_from(*value)?),
            (Value::Int(value @ (0 | 1)), &Type::BOOL) => out.put_u8(*value as u8),
            (Value::Int(value), &Type::NUMERIC) => put_numeric(*value, out),
            (
                Value::Text(value),
                &Type::TEXT | &Type::VARCHAR | &Type::BPCHAR | &Type::NAME | &Type::UNKNOWN,
            ) => {
                out.put_slice(value.as_bytes());
            }
            (Value::Day(value), &Type::DATE) => out.put_i32(i32::try_from(value.since(epoch()?))?),
            (Value::Instant(value), &Type::TIMESTAMPTZ) => {
                out.put_i64(
                    value
                        .micros()
                        .checked_sub(EPOCH_MICROS)
                        .ok_or("instant out of range")?,
                );
            }
            (Value::Bytes(value), &Type::BYTEA) => out.put_slice(value),
            (value, wanted) => return Err(format!("{value:?} where the statement wants {wanted}").into()),
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A whole number as NUMERIC: digits in base 10,000, for sums that are compared with a parameter.
fn put_numeric(value: i64, out: &mut BytesMut) {
    let mut rest = value.unsigned_abs();
    let mut digits = Vec::new();
    while rest > 0 {
        digits.push((rest % 10_000) as i16);
        rest /= 10_000;
    }
    out.put_i16(digits.len() as i16);
    out.put_i16(digits.len() as i16 - 1);
    out.put_u16(if value < 0 { 0x4000 } else { 0 });
    out.put_i16(0);
    digits.iter().rev().for_each(|digit| out.put_i16(*digit));
}

impl<'r> FromSql<'r> for Cell<'r> {
    fn from_sql(ty: &Type, raw: &'r [u8]) -> Wire<Cell<'r>> {
        Ok(match *ty {
            Type::INT8 => Cell::Int(i64::from_be_bytes(raw.try_into()?)),
            Type::INT4 => Cell::Int(i32::from_be_bytes(raw.try_into()?).into()),
            Type::INT2 => Cell::Int(i16::from_be_bytes(raw.try_into()?).into()),
            Type::BOOL => Cell::Int(i64::from(raw.first().is_some_and(|byte| *byte != 0))),
            Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN => {
                Cell::Text(std::str::from_utf8(raw)?)
            }
            Type::DATE => Cell::Day(epoch()?.plus(i32::from_be_bytes(raw.try_into()?).into())),
            Type::TIMESTAMPTZ => {
                let micros = i64::from_be_bytes(raw.try_into()?).checked_add(EPOCH_MICROS);
                Cell::Instant(Instant::from_micros(micros.ok_or("instant out of range")?))
            }
            Type::BYTEA => Cell::Bytes(raw),
            Type::NUMERIC => Cell::Foreign("NUMERIC (cast it to BIGINT)"),
            Type::FLOAT4 | Type::FLOAT8 => Cell::Foreign("a floating point number"),
            _ => Cell::Foreign("a type without a counterpart"),
        })
    }

    fn from_sql_null(_: &Type) -> Wire<Cell<'r>> {
        Ok(Cell::Null)
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}
