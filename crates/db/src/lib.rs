//! The one door to the data: SQLite or PostgreSQL, one text of SQL for both.
//!
//! A **unit of work** is an ordinary synchronous closure over a [`Tx`]. It may be run more than once
//! (the database may ask for it), so it touches nothing but the database, and it does not hash,
//! render or wait. One writer per process runs the units in the order they arrive, each in its own
//! savepoint, and commits them in groups; **no answer leaves before its commit is on the disk**.
//! Readers see one snapshot and run beside the writer.
//!
//! * [`Db::write`] / [`Db::read`] work in one company: `$1` of every statement is the company, bound
//!   by the layer, and a statement that does not name it fails.
//! * [`Db::system_write`] / [`Db::system_read`] belong to no company; only access, jobs and the
//!   look-up of share links use them.
//! * A refusal ([`Error::Refused`]) undoes the unit and keeps its evidence; a fault undoes the unit.
//! * A unit whose statement failed cannot be kept, even if it ignores the failure.
//!
//! Deliberately absent: an ORM, connection pools in the hands of callers, deferred constraints,
//! transactions that outlive a closure.

mod error;
mod migrate;
mod postgres;
mod reader;
#[cfg(feature = "record")]
pub mod record;
mod schema;
mod session;
mod sql;
mod sqlite;
mod statistics;
mod tx;
mod value;
mod wire;
mod writer;

mod handle;
#[cfg(feature = "testing")]
pub mod testing;

pub use error::{Error, Fault, FaultKind, Refused, Result};
pub use handle::{Answer, Db, Options, Synchronous, Target};
pub use migrate::{Migration, Migrations};
pub use schema::{Column, ForeignKey, Index, Kind, Schema, Table};
pub use sql::{AsSql, Sql, placeholders};
pub use tx::{SystemTx, Tx};
pub use value::{Cell, Cells, FromRow, FromValue, Misfit, Row, Value};

/// Prepared statements kept by each connection.
const STATEMENT_CACHE: usize = 500;
