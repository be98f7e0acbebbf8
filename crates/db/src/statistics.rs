//! What SQLite's planner should believe about the tables, instead of measuring.
//!
//! Every index begins with the company, and in most installations all rows have the same one. Without
//! figures SQLite takes such a first column for a good one and walks a whole company where it could
//! seek. Measured figures would be missing in a new file and would change plans as data grow; these are
//! the same everywhere: a large company, identities that tell rows apart, states that do not.

use crate::error::Result;
use crate::session::Session;

const KNOWN: &str = "SELECT COUNT(*) FROM sqlite_schema WHERE name = 'sqlite_stat1'";
const INDEXES: &str = "SELECT t.name, i.name, i.\"unique\", i.origin = 'pk' FROM sqlite_schema t \
     JOIN pragma_index_list(t.name) i WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' \
     ORDER BY t.name, i.seq";
const COLUMNS: &str = "SELECT name FROM pragma_index_xinfo($1) WHERE key = 1 ORDER BY seqno";
const FIGURES: &str = "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ($1, $2, $3)";

/// Rows of a table.
const ROWS: i64 = 1_000_000;

/// Columns with a handful of values.
const FEW: [&str; 20] = [
    "active", "answer", "cause", "currency", "dated", "delivery", "event", "imported", "internal", "kind",
    "language", "live", "method", "origin", "policy", "result", "role", "series", "side", "state",
];

/// Writes the figures once the schema has changed, or where there are none.
pub(crate) fn assume(session: &mut Session, schema_changed: bool) -> Result<()> {
    let mut known = 0_i64;
    session.query(KNOWN, None, &[], &mut |row| {
        known = row.get(0)?;
        Ok(())
    })?;
    if known > 0 && !schema_changed {
        return Ok(());
    }
    // Makes the table, which no other statement may.
    session.batch("ANALYZE")?;
    session.begin_plain()?;
    session.batch("DELETE FROM sqlite_stat1")?;
    for (table, index, unique, primary) in indexes(session)? {
        let columns = columns(session, &index)?;
        let params = [
            table.into(),
            index.into(),
            figures(&columns, unique, primary).into(),
        ];
        session.exec(FIGURES, None, &params)?;
    }
    session.commit()?;
    // Takes the figures into use without measuring anything.
    session.batch("ANALYZE sqlite_schema")
}

type Index = (String, String, bool, bool);

fn indexes(session: &mut Session) -> Result<Vec<Index>> {
    let mut found = Vec::new();
    session.query(INDEXES, None, &[], &mut |row| {
        found.push((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?));
        Ok(())
    })?;
    Ok(found)
}

fn columns(session: &mut Session, index: &str) -> Result<Vec<String>> {
    let mut found = Vec::new();
    session.query(COLUMNS, None, &[index.into()], &mut |row| {
        // An expression has no name.
        found.push(row.get::<Option<String>>(0)?.unwrap_or_default());
        Ok(())
    })?;
    Ok(found)
}

/// Rows of the index, then rows that share the first column, the first two, and so on.
fn figures(columns: &[String], unique: bool, primary: bool) -> String {
    // A little less for the primary key, so that a whole walk takes the table itself.
    let rows = if primary { ROWS / 10 * 9 } else { ROWS };
    let mut text = rows.to_string();
    let mut sharing = rows;
    for (position, column) in columns.iter().enumerate() {
        let is_last = position + 1 == columns.len();
        sharing = match column.as_str() {
            _ if unique && is_last => 1,
            "company_id" => sharing,
            few if FEW.contains(&few) => (sharing / 4).max(2),
            day if day.ends_with("_date") || day.ends_with("_day") || day.ends_with("_on") => {
                (sharing / 300).max(2)
            }
            _ => (sharing / 5_000).max(2),
        };
        text.push(' ');
        text.push_str(&sharing.to_string());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(columns: &[&str], unique: bool) -> String {
        let columns: Vec<String> = columns.iter().map(|name| (*name).to_owned()).collect();
        figures(&columns, unique, false)
    }

    #[test]
    fn the_company_tells_nothing_and_an_identity_much() {
        assert_eq!(of(&["company_id", "id"], true), "1000000 1000000 1");
        assert_eq!(
            of(&["company_id", "account_id", "side"], false),
            "1000000 1000000 200 50"
        );
        assert_eq!(
            of(&["company_id", "kind", "delivery_date", "id"], false),
            "1000000 1000000 250000 833 2"
        );
    }
}
