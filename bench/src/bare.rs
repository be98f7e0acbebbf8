//! The bare drivers, as a careful program without any layer would use them: one connection, prepared statements.

use std::collections::HashMap;
use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use base::Day;
use db::record::Statement;
use db::{Target, Value};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection};
use tokio::runtime::Runtime;
use tokio_postgres::types::{FromSql, ToSql, Type};
use tokio_postgres::{Client, NoTls};

/// Rows of one INSERT.
const ROWS_A_STATEMENT: usize = 100;

pub enum Bare {
    Sqlite {
        connection: Connection,
        orders: HashMap<String, Vec<usize>>,
    },
    Postgres {
        runtime: Runtime,
        client: Client,
        prepared: HashMap<String, tokio_postgres::Statement>,
    },
}

impl Bare {
    /// Commits wait for the disk.
    pub fn open(target: &Target) -> Result<Bare> {
        match target {
            Target::Sqlite { dir } => Bare::sqlite(dir, "FULL"),
            Target::Postgres { url } => Bare::postgres(url),
        }
    }

    pub fn sqlite(folder: &Path, synchronous: &str) -> Result<Bare> {
        let connection = Connection::open(folder.join("settlebook.db"))?;
        connection.set_prepared_statement_cache_capacity(500);
        connection.execute_batch(&format!(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; PRAGMA foreign_keys=ON; \
             PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16000; PRAGMA wal_autocheckpoint=16000;"
        ))?;
        Ok(Bare::Sqlite {
            connection,
            orders: HashMap::new(),
        })
    }

    fn postgres(url: &str) -> Result<Bare> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let client = runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
            tokio::spawn(connection);
            Ok::<_, tokio_postgres::Error>(client)
        })?;
        Ok(Bare::Postgres {
            runtime,
            client,
            prepared: HashMap::new(),
        })
    }

    pub fn begin(&mut self) -> Result<()> {
        let text = if matches!(self, Bare::Sqlite { .. }) {
            "BEGIN IMMEDIATE"
        } else {
            "BEGIN"
        };
        self.run(text, &[])
    }

    pub fn commit(&mut self) -> Result<()> {
        self.run("COMMIT", &[])
    }

    /// Runs a statement and reads what it answers.
    pub fn run(&mut self, sql: &str, params: &[Value]) -> Result<()> {
        match self {
            Bare::Sqlite { connection, orders } => {
                let mut prepared = bound(connection, orders, sql, params)?;
                let mut rows = prepared.raw_query();
                while let Some(row) = rows.next()? {
                    for column in 0..row.as_ref().column_count() {
                        std::hint::black_box(row.get_ref(column)?);
                    }
                }
            }
            Bare::Postgres {
                runtime,
                client,
                prepared,
            } => {
                std::hint::black_box(runtime.block_on(answer(client, prepared, sql, params))?);
            }
        }
        Ok(())
    }

    /// The rows of a query.
    pub fn rows(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Vec<Value>>> {
        match self {
            Bare::Sqlite { connection, orders } => {
                let mut prepared = bound(connection, orders, sql, params)?;
                let width = prepared.column_count();
                let mut rows = prepared.raw_query();
                let mut all = Vec::new();
                while let Some(row) = rows.next()? {
                    all.push(
                        (0..width)
                            .map(|column| Ok(value(row.get_ref(column)?)))
                            .collect::<Result<_>>()?,
                    );
                }
                Ok(all)
            }
            Bare::Postgres {
                runtime,
                client,
                prepared,
            } => {
                let rows = runtime.block_on(answer(client, prepared, sql, params))?;
                let read = |row: &tokio_postgres::Row| {
                    (0..row.len())
                        .map(|column| Ok(row.try_get::<_, Cell>(column)?.0))
                        .collect()
                };
                rows.iter().map(read).collect()
            }
        }
    }

    /// Inserts rows with statements of many rows. The text ends with `VALUES`.
    pub fn insert(&mut self, head: &str, rows: &[Vec<Value>]) -> Result<()> {
        for rows in rows.chunks(ROWS_A_STATEMENT) {
            let mut number = 0;
            let mut group = |row: &Vec<Value>| {
                let first = number + 1;
                number += row.len();
                let marks: Vec<String> = (first..=number).map(|number| format!("${number}")).collect();
                format!("({})", marks.join(","))
            };
            let groups: Vec<String> = rows.iter().map(&mut group).collect();
            self.run(&format!("{head} {}", groups.join(",")), &rows.concat())?;
        }
        Ok(())
    }

    /// Plays units one after the other, one commit each.
    pub fn play(&mut self, units: &[Vec<Statement>]) -> Result<Duration> {
        let from = Instant::now();
        for unit in units {
            self.begin()?;
            for statement in unit {
                self.run(&statement.sql, &statement.params)?;
            }
            self.commit()?;
        }
        Ok(from.elapsed())
    }
}

/// One value as the bare driver takes it: conversion to text is part of what it costs.
struct Param<'v>(&'v Value);

impl rusqlite::ToSql for Param<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            Value::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Value::Int(value) => ToSqlOutput::Borrowed(ValueRef::Integer(*value)),
            Value::Text(value) => ToSqlOutput::Borrowed(ValueRef::Text(value.as_bytes())),
            Value::Day(value) => value.to_string().into(),
            Value::Instant(value) => value.to_string().into(),
            Value::Bytes(value) => ToSqlOutput::Borrowed(ValueRef::Blob(value)),
        })
    }
}

fn value(cell: ValueRef<'_>) -> Value {
    match cell {
        ValueRef::Integer(value) => Value::Int(value),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
        ValueRef::Null | ValueRef::Real(_) => Value::Null,
    }
}

/// SQLite numbers `$n` by first appearance; a program that knows its statements binds by position.
fn bound<'c>(
    connection: &'c Connection,
    orders: &mut HashMap<String, Vec<usize>>,
    sql: &str,
    params: &[Value],
) -> Result<CachedStatement<'c>> {
    let mut prepared = connection.prepare_cached(sql)?;
    if !orders.contains_key(sql) {
        orders.insert(sql.to_owned(), order_of(&prepared)?);
    }
    for (index, number) in orders[sql].iter().enumerate() {
        prepared.raw_bind_parameter(index + 1, Param(&params[*number]))?;
    }
    Ok(prepared)
}

fn order_of(prepared: &CachedStatement<'_>) -> Result<Vec<usize>> {
    (1..=prepared.parameter_count())
        .map(|index| {
            let name = prepared
                .parameter_name(index)
                .context("a parameter without a name")?;
            Ok(name.trim_start_matches('$').parse::<usize>()? - 1)
        })
        .collect()
}

async fn answer(
    client: &Client,
    known: &mut HashMap<String, tokio_postgres::Statement>,
    sql: &str,
    params: &[Value],
) -> Result<Vec<tokio_postgres::Row>> {
    if !known.contains_key(sql) {
        known.insert(sql.to_owned(), client.prepare(sql).await?);
    }
    let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
    let rows = client.query(&known[sql], &params).await;
    rows.with_context(|| sql.chars().take(200).collect::<String>())
}

/// A field of an answer of PostgreSQL.
struct Cell(Value);

impl<'a> FromSql<'a> for Cell {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Cell, Box<dyn Error + Sync + Send>> {
        Ok(Cell(match *ty {
            Type::INT8 => Value::Int(i64::from_sql(ty, raw)?),
            Type::INT4 => Value::Int(i32::from_sql(ty, raw)?.into()),
            Type::DATE => {
                let days = i32::from_be_bytes(raw.try_into()?);
                Value::Day(Day::new(2000, 1, 1).ok_or("a day")?.plus(days.into()))
            }
            _ => Value::Text(String::from_sql(&Type::TEXT, raw)?),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Cell, Box<dyn Error + Sync + Send>> {
        Ok(Cell(Value::Null))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}
