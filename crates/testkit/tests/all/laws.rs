//! The laws of the house, read from the sources: a rule that nothing checks is a wish.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Bottom to top; crates on one line are neighbours and do not know each other.
const ORDER: &[&[&str]] = &[
    &["base"],
    &["db", "cycle", "i18n"],
    &["access"],
    &["kit"],
    &["parties", "catalog"],
    &["ledger"],
    &["credit"],
    &["sales"],
    &["receivables"],
    &["statements"],
    &["imports", "demo", "reports", "collection"],
    &["server"],
    &["settlebook"],
];

/// Not part of the program.
const TOOLS: &[&str] = &["testkit", "crashtest", "bench"];

fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize().expect("the workspace is two folders up")
}

fn height(name: &str) -> Option<usize> {
    ORDER.iter().position(|level| level.contains(&name))
}

fn packages() -> Vec<Value> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo writes JSON");
    metadata["packages"]
        .as_array()
        .expect("a list of packages")
        .clone()
}

/// Every Rust file of the program with its slice, its path in the slice's `src`, and its text without tests.
fn sources() -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    for slice in ORDER.iter().flat_map(|level| level.iter()) {
        // The binary's package has the program's name.
        let folder = if *slice == "settlebook" { "cli" } else { slice };
        let src = root().join("crates").join(folder).join("src");
        collect(&src, &mut |path, text| {
            let name = path
                .strip_prefix(&src)
                .expect("below src")
                .to_string_lossy()
                .into_owned();
            let program = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
            found.push(((*slice).to_owned(), name, program.to_owned()));
        });
    }
    assert!(found.len() > 40, "the sources were not found");
    found
}

fn collect(folder: &Path, take: &mut impl FnMut(&Path, String)) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            collect(&path, take);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("a readable file");
            take(&path, text);
        }
    }
}

/// Code lines (no comments) of the files that `within` picks which contain one of `words`.
fn uses(within: impl Fn(&str, &str) -> bool, words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (slice, name, text) in sources() {
        if !within(&slice, &name) {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            if words.iter().any(|word| code.contains(word)) {
                found.push(format!("{slice}/src/{name}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    found
}

fn none(found: &[String], law: &str) {
    assert!(found.is_empty(), "{law}\n{}", found.join("\n"));
}

#[test]
fn a_crate_knows_only_crates_below_it() {
    let mut wrong = Vec::new();
    for package in packages() {
        let name = package["name"].as_str().unwrap_or_default();
        let Some(own) = height(name) else {
            assert!(
                TOOLS.contains(&name),
                "{name} has no place in the order of crates"
            );
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let other = dependency["name"].as_str().unwrap_or_default();
            let in_program = dependency["kind"].as_str() != Some("dev");
            if in_program && (TOOLS.contains(&other) || height(other).is_some_and(|other| other >= own)) {
                wrong.push(format!("{name} -> {other}"));
            }
        }
    }
    none(&wrong, "arrows point downward only");
}

#[test]
fn rules_are_pure() {
    let words = [
        "db::",
        "kit::",
        "serde",
        "async ",
        "axum",
        "Instant::now",
        "getrandom",
        "std::fs",
        "std::env",
    ];
    let found = uses(|_, name| name.ends_with("rules.rs"), &words);
    none(&found, "rules know no database, clock, format or runtime");
}

#[test]
fn time_and_chance_are_arguments() {
    let edges = |slice: &str, name: &str| {
        // The number of a fault, for the log, is drawn from the clock.
        let speaks_http = name.ends_with("http.rs") || (slice == "kit" && name == "problem.rs");
        !speaks_http && !["base", "db", "server", "settlebook"].contains(&slice)
    };
    let found = uses(
        edges,
        &["Instant::now(", "SystemTime", "Timestamp::now(", "Zoned::now("],
    );
    none(&found, "only the edges of the program read a clock");
}

#[test]
fn no_floating_point() {
    let found = uses(
        |_, _| true,
        &[": f64", ": f32", "as f64", "as f32", "<f64>", "<f32>"],
    );
    none(&found, "no floating point near money");
}

#[test]
fn the_door_without_a_company_is_for_few() {
    let few = |slice: &str, name: &str| {
        let allowed = ["db", "access", "server", "settlebook"].contains(&slice)
            || (slice == "kit" && name == "job.rs")
            || (slice == "statements" && name.contains("link"));
        !allowed
    };
    let found = uses(few, &["system_read", "system_write", "SystemTx"]);
    none(&found, "business code reaches rows through its company");
}

#[test]
fn status_codes_live_in_kit() {
    let inside = |slice: &str, name: &str| {
        !["kit", "server", "settlebook"].contains(&slice)
            && !name.contains("http")
            && !name.contains("public")
    };
    none(
        &uses(inside, &["StatusCode"]),
        "status codes are the business of kit and of http.rs",
    );
}

#[test]
fn every_refusal_has_its_text_in_every_language() {
    let mut codes: BTreeMap<String, String> = BTreeMap::new();
    for (slice, name, text) in sources() {
        for maker in [
            "Refusal::rule(",
            "Refusal::invalid(",
            "Refusal::conflict(",
            "Refusal::not_found(",
        ] {
            for (at, _) in text.match_indices(maker) {
                let rest = text[at + maker.len()..].trim_start();
                let code = rest.strip_prefix('"').and_then(|rest| rest.split('"').next());
                if let Some(code) = code {
                    codes.insert(code.to_owned(), format!("{slice}/src/{name}"));
                }
            }
        }
    }
    assert!(codes.len() > 20, "the refusals were not found");
    let mut missing = Vec::new();
    for lang in ["zh-Hans", "zh-Hant", "en"] {
        for (code, place) in &codes {
            let file = root()
                .join("locales")
                .join(lang)
                .join(format!("{}.json", code.split('.').next().unwrap_or_default()));
            let texts = fs::read_to_string(&file).unwrap_or_default();
            let texts: BTreeMap<String, String> = serde_json::from_str(&texts).unwrap_or_default();
            if !texts.contains_key(&format!("refusal.{code}")) {
                missing.push(format!("{lang}: refusal.{code} ({place})"));
            }
        }
    }
    none(&missing, "a refusal speaks the reader's language");
}

#[test]
fn a_slice_writes_only_its_own_tables() {
    let mut wrong = Vec::new();
    for (slice, name, text) in sources() {
        // Several lines make one statement; a backslash at the end of a line joins them.
        let flat = text.replace("\\\n", " ");
        let words = words_of(&flat);
        for window in words.windows(3) {
            let table = match window {
                ["INSERT", "INTO", table] | ["DELETE", "FROM", table] => table,
                ["UPDATE", table, "SET"] if *table != "DO" => table,
                _ => continue,
            };
            let owner = table.split('_').next().unwrap_or_default();
            let owned = owner == slice || (slice == "db" && ["id", "company"].contains(&owner));
            if height(owner).is_some() && !owned {
                wrong.push(format!("{slice}/src/{name} writes {table}"));
            }
        }
    }
    none(&wrong, "what a slice must know it is told");
}

#[test]
fn a_slice_reads_others_below_it_through_their_views() {
    let mut wrong = Vec::new();
    for (slice, name, text) in sources() {
        let flat = text.replace("\\\n", " ");
        let words = words_of(&flat);
        for pair in words.windows(2) {
            let ["FROM" | "JOIN", table] = pair else { continue };
            let Some((owner, rest)) = table.split_once('_') else {
                continue;
            };
            let (Some(theirs), Some(own)) = (height(owner), height(&slice)) else {
                continue;
            };
            if owner != slice && (theirs > own || !rest.starts_with("v_")) {
                wrong.push(format!("{slice}/src/{name} reads {table}"));
            }
        }
    }
    none(
        &wrong,
        "a slice reads its own tables, and the views of those below it",
    );
}

fn words_of(text: &str) -> Vec<&str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .filter(|word| !word.is_empty())
        .collect()
}
