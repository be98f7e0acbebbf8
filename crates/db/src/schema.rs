//! The tables of a database in words that both databases share, so that they can be compared.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::Result;
use crate::session::Session;
use crate::value::{FromRow, Value};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    pub tables: BTreeMap<String, Table>,
    pub views: BTreeMap<String, Vec<String>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub columns: BTreeMap<String, Column>,
    /// In the order of the key.
    pub primary_key: Vec<String>,
    /// By name, without the primary key's own.
    pub indexes: BTreeMap<String, Index>,
    pub foreign_keys: BTreeSet<ForeignKey>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    pub kind: Kind,
    /// True for the columns of a primary key.
    pub not_null: bool,
    pub has_default: bool,
}

/// What a column holds; days and instants are text on SQLite, so they count as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Int,
    Text,
    Bytes,
    Other,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Index {
    /// An expression is an empty name.
    pub columns: Vec<String>,
    pub unique: bool,
    pub partial: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ForeignKey {
    pub table: String,
    /// (column here, column there), in order.
    pub columns: Vec<(String, String)>,
}

fn rows<T: FromRow>(session: &mut Session, sql: &str, params: &[Value]) -> Result<Vec<T>> {
    let mut rows = Vec::new();
    session.query(sql, None, params, &mut |row| {
        rows.push(T::from_row(row)?);
        Ok(())
    })?;
    Ok(rows)
}

fn kind_of(declared: &str) -> Kind {
    match declared.to_ascii_lowercase().as_str() {
        "integer" | "int" | "bigint" | "int8" => Kind::Int,
        "text" | "date" | "timestamptz" => Kind::Text,
        "blob" | "bytea" => Kind::Bytes,
        _ => Kind::Other,
    }
}

pub(crate) fn describe(session: &mut Session) -> Result<Schema> {
    let statements = if session.is_postgres() { POSTGRES } else { SQLITE };
    let mut schema = Schema::default();
    for (name, view) in rows::<(String, bool)>(session, statements.tables, &[])? {
        if view {
            schema.views.insert(name, Vec::new());
        } else {
            schema.tables.insert(name, Table::default());
        }
    }
    for (owner, name, declared, not_null, has_default) in
        rows::<(String, String, String, bool, bool)>(session, statements.columns, &[])?
    {
        if let Some(table) = schema.tables.get_mut(&owner) {
            table.columns.insert(
                name,
                Column {
                    kind: kind_of(&declared),
                    not_null,
                    has_default,
                },
            );
        } else if let Some(columns) = schema.views.get_mut(&owner) {
            columns.push(name);
        }
    }
    for (owner, name) in rows::<(String, String)>(session, statements.keys, &[])? {
        let Some(table) = schema.tables.get_mut(&owner) else {
            continue;
        };
        if let Some(column) = table.columns.get_mut(&name) {
            column.not_null = true;
        }
        table.primary_key.push(name);
    }
    for (owner, name, unique, partial, column) in
        rows::<(String, String, bool, bool, Option<String>)>(session, statements.indexes, &[])?
    {
        let Some(table) = schema.tables.get_mut(&owner) else {
            continue;
        };
        let index = table.indexes.entry(name).or_default();
        (index.unique, index.partial) = (unique, partial);
        index.columns.push(column.unwrap_or_default());
    }
    // Unique constraints have names of the database's own making: known by their columns instead.
    for table in schema.tables.values_mut() {
        let named = std::mem::take(&mut table.indexes);
        table.indexes = named
            .into_iter()
            .map(|(name, index)| (index_name(name, &index), index))
            .collect();
    }
    let mut keys: BTreeMap<(String, i64), ForeignKey> = BTreeMap::new();
    for (owner, number, target, from, to) in
        rows::<(String, i64, String, String, String)>(session, statements.references, &[])?
    {
        let key = keys.entry((owner, number)).or_default();
        key.table = target;
        key.columns.push((from, to));
    }
    for ((owner, _), key) in keys {
        if let Some(table) = schema.tables.get_mut(&owner) {
            table.foreign_keys.insert(key);
        }
    }
    Ok(schema)
}

fn index_name(name: String, index: &Index) -> String {
    let generated = name.starts_with("sqlite_autoindex_") || name.ends_with("_key");
    if generated && index.unique {
        format!("unique ({})", index.columns.join(", "))
    } else {
        name
    }
}

struct Statements {
    /// (name, is a view)
    tables: &'static str,
    /// (table, column, type, not null, has a default), views in the order of their columns
    columns: &'static str,
    /// (table, column) in the order of the key
    keys: &'static str,
    /// (table, index, unique, partial, column) in the order of the index
    indexes: &'static str,
    /// (table, number of the key, table there, column here, column there)
    references: &'static str,
}

const SQLITE: Statements = Statements {
    tables: "SELECT name, type = 'view' FROM sqlite_schema WHERE type IN ('table', 'view') \
         AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
    columns: "SELECT t.name, c.name, c.type, c.\"notnull\", c.dflt_value IS NOT NULL FROM sqlite_schema t \
         JOIN pragma_table_info(t.name) c WHERE t.type IN ('table', 'view') ORDER BY t.name, c.cid",
    keys: "SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c \
         WHERE t.type = 'table' AND c.pk > 0 ORDER BY t.name, c.pk",
    indexes: "SELECT t.name, i.name, i.\"unique\", i.partial, c.name FROM sqlite_schema t \
         JOIN pragma_index_list(t.name) i JOIN pragma_index_info(i.name) c \
         WHERE t.type = 'table' AND i.origin <> 'pk' ORDER BY t.name, i.name, c.seqno",
    references: "SELECT t.name, f.id, f.\"table\", f.\"from\", f.\"to\" FROM sqlite_schema t \
         JOIN pragma_foreign_key_list(t.name) f WHERE t.type = 'table' ORDER BY t.name, f.id, f.seq",
};

const POSTGRES: Statements = Statements {
    tables: "SELECT relname, relkind = 'v' FROM pg_catalog.pg_class \
         WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'v') ORDER BY relname",
    columns: "SELECT c.relname, a.attname, t.typname, a.attnotnull, a.atthasdef FROM pg_catalog.pg_class c \
         JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
         JOIN pg_catalog.pg_type t ON t.oid = a.atttypid \
         WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'v') \
         ORDER BY c.relname, a.attnum",
    keys: "SELECT c.relname, a.attname FROM pg_catalog.pg_index i \
         JOIN pg_catalog.pg_class c ON c.oid = i.indrelid \
         CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, n) \
         JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum \
         WHERE i.indisprimary AND c.relnamespace = current_schema()::regnamespace ORDER BY c.relname, k.n",
    indexes: "SELECT c.relname, x.relname, i.indisunique, i.indpred IS NOT NULL, a.attname \
         FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indrelid \
         JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid \
         CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, n) \
         LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum \
         WHERE NOT i.indisprimary AND c.relnamespace = current_schema()::regnamespace \
         ORDER BY c.relname, x.relname, k.n",
    references: "SELECT c.relname, k.oid::bigint, r.relname, a.attname, b.attname \
         FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid \
         JOIN pg_catalog.pg_class r ON r.oid = k.confrelid \
         CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS p(here, there, n) \
         JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = p.here \
         JOIN pg_catalog.pg_attribute b ON b.attrelid = r.oid AND b.attnum = p.there \
         WHERE k.contype = 'f' AND c.relnamespace = current_schema()::regnamespace \
         ORDER BY c.relname, k.oid, p.n",
};
