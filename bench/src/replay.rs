//! The statements of units of work as pgbench scripts.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use db::Value;
use db::record::Statement;

/// Identities begin here in a bench, so that no amount or price is taken for one.
pub const FIRST_ID: i64 = 1 << 50;

/// The units as pgbench scripts: what is new in a unit (its identities, its numbers, its key) is drawn again,
/// everything else is as recorded.
pub fn pgbench_scripts(units: &[Vec<Statement>]) -> Result<Vec<String>> {
    let mut seen = FIRST_ID;
    let mut scripts = Vec::new();
    for unit in units {
        let before = seen;
        let newest = unit
            .iter()
            .flat_map(|s| &s.params)
            .filter_map(id_of)
            .max()
            .unwrap_or(seen);
        seen = seen.max(newest);
        scripts.push(script(unit, before)?);
    }
    // The first unit only tells which identities were there before.
    scripts.remove(0);
    Ok(scripts)
}

fn id_of(value: &Value) -> Option<i64> {
    match value {
        Value::Int(value) if *value >= FIRST_ID => Some(*value),
        _ => None,
    }
}

/// The number in a document number such as `DN-000123`.
fn number_in(text: &str) -> Option<(&str, i64)> {
    let (series, digits) = text.split_once('-')?;
    let plain = series.len() == 2 && series.bytes().all(|b| b.is_ascii_uppercase()) && digits.len() == 6;
    plain
        .then(|| digits.parse().ok().map(|number| (series, number)))
        .flatten()
}

fn script(unit: &[Statement], before: i64) -> Result<String> {
    let numbers: Vec<i64> = unit
        .iter()
        .flat_map(|statement| &statement.params)
        .filter_map(|value| match value {
            Value::Text(text) => number_in(text).map(|(_, number)| number),
            _ => None,
        })
        .collect();
    let mut text = String::from("\\set base 72057594037927936 + random(1, 1099511627776) * 256\nBEGIN;\n");
    for statement in unit {
        let takes_number = statement.sql.contains("kit_number") && statement.sql.contains("RETURNING");
        let mut sql = statement.sql.clone();
        // From the last parameter to the first, so that $1 does not match inside $12.
        for (index, value) in statement.params.iter().enumerate().rev() {
            sql = sql.replace(&format!("${}", index + 1), &literal(value, before, &numbers));
        }
        text.push_str(&sql);
        text.push_str(if takes_number { " \\gset n_\n" } else { ";\n" });
    }
    text.push_str("COMMIT;\n");
    Ok(text)
}

fn literal(value: &Value, before: i64, numbers: &[i64]) -> String {
    match value {
        Value::Null => "NULL".into(),
        Value::Int(id) if *id > before => format!("(CAST(:base AS BIGINT) + {})", id - before),
        Value::Int(number) if numbers.contains(number) => "CAST(:n_last AS BIGINT)".into(),
        Value::Int(number) => number.to_string(),
        Value::Text(text) => match number_in(text) {
            Some((series, _)) => format!("('{series}-' || lpad(CAST(:n_last AS TEXT), 6, '0'))"),
            None if text.starts_with("bench-key-") => "('bench-key-' || CAST(:base AS TEXT))".into(),
            None => quoted(text),
        },
        Value::Day(day) => format!("DATE '{day}'"),
        Value::Instant(instant) => format!("CAST({} AS TIMESTAMPTZ)", quoted(&instant.to_string())),
        Value::Bytes(bytes) => {
            let mut hex = String::new();
            for byte in bytes {
                let _ = write!(hex, "{byte:02x}");
            }
            format!("'\\x{hex}'::bytea")
        }
    }
}

/// pgbench takes a colon for the beginning of a variable, also inside quotes.
fn quoted(text: &str) -> String {
    format!(
        "E'{}'",
        text.replace('\\', "\\\\")
            .replace('\'', "''")
            .replace(':', "\\x3a")
    )
}

/// Runs the scripts with pgbench: 8 clients, prepared statements; transactions a second.
pub fn on_postgres(url: &str, folder: &Path, scripts: &[String], seconds: u64) -> Result<f64> {
    let mut command = Command::new("pgbench");
    command.args(["--no-vacuum", "--protocol=prepared", "--client=8", "--jobs=1"]);
    command.arg(format!("--time={seconds}"));
    // More files than this pgbench does not take.
    for (index, script) in scripts.iter().take(100).enumerate() {
        let file = folder.join(format!("unit-{index}.sql"));
        std::fs::write(&file, script)?;
        command.arg(format!("--file={}", file.display()));
    }
    let output = command.arg(url).output().context("pgbench does not run")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    ensure!(
        output.status.success(),
        "pgbench: {text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let line = text
        .lines()
        .find(|line| line.starts_with("tps = "))
        .context("pgbench said no rate")?;
    match line
        .trim_start_matches("tps = ")
        .split(' ')
        .next()
        .map(str::parse)
    {
        Some(Ok(rate)) => Ok(rate),
        _ => bail!("pgbench said {line}"),
    }
}
