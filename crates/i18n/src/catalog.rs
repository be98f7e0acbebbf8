use std::collections::BTreeMap;
use std::sync::LazyLock;

use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use crate::Lang;

#[derive(RustEmbed)]
#[folder = "../../locales"]
struct Files;

struct Catalog {
    texts: BTreeMap<&'static str, &'static str>,
    hash: String,
}

static CATALOGS: LazyLock<[Catalog; 3]> = LazyLock::new(|| Lang::ALL.map(load));

/// Reads every file of a language. A file that is no flat object of texts ends the program: it is part of it.
fn load(lang: Lang) -> Catalog {
    let folder = format!("{}/", lang.code());
    let mut texts = BTreeMap::new();
    for path in Files::iter().filter(|path| path.starts_with(&folder) && path.ends_with(".json")) {
        let file = Files::get(&path).unwrap_or_else(|| panic!("locales/{path} cannot be read"));
        let entries: BTreeMap<String, String> = serde_json::from_slice(&file.data)
            .unwrap_or_else(|error| panic!("locales/{path} is no flat object of texts: {error}"));
        for (key, text) in entries {
            texts.insert(&*key.leak(), &*text.leak());
        }
    }
    let mut digest = Sha256::new();
    for (key, text) in &texts {
        digest.update(key.as_bytes());
        digest.update([0]);
        digest.update(text.as_bytes());
        digest.update([0]);
    }
    let hash = digest
        .finalize()
        .iter()
        .take(12)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Catalog { texts, hash }
}

fn of(lang: Lang) -> &'static Catalog {
    &CATALOGS[lang as usize]
}

/// Every text of a language by its key.
pub fn catalog(lang: Lang) -> &'static BTreeMap<&'static str, &'static str> {
    &of(lang).texts
}

/// Changes when any text of the language changes.
pub fn catalog_hash(lang: Lang) -> &'static str {
    &of(lang).hash
}

/// The text of a key without parameters; the key itself when there is none.
pub fn text(lang: Lang, key: &str) -> &str {
    of(lang).texts.get(key).copied().unwrap_or(key)
}

/// The text of a key with its `{placeholders}` filled. The parameter `n` chooses between `.one` and `.other`.
/// A placeholder without its parameter stays as it is.
pub fn format(lang: Lang, key: &str, params: &[(&str, String)]) -> String {
    fill(pattern(lang, key, params), params)
}

fn pattern<'k>(lang: Lang, key: &'k str, params: &[(&str, String)]) -> &'k str {
    let texts = &of(lang).texts;
    if let Some(text) = texts.get(key) {
        return text;
    }
    let one = params.iter().any(|(name, value)| *name == "n" && value == "1");
    let forms: &[&str] = if one { &["one", "other"] } else { &["other"] };
    let found = forms
        .iter()
        .find_map(|form| texts.get(format!("{key}.{form}").as_str()));
    found.copied().unwrap_or(key)
}

fn fill(pattern: &str, params: &[(&str, String)]) -> String {
    let mut filled = String::with_capacity(pattern.len() + 32);
    let mut rest = pattern;
    while let Some(open) = rest.find('{') {
        filled.push_str(&rest[..open]);
        rest = &rest[open..];
        let Some(close) = rest.find('}') else { break };
        match params.iter().find(|(name, _)| *name == &rest[1..close]) {
            Some((_, value)) => filled.push_str(value),
            None => filled.push_str(&rest[..=close]),
        }
        rest = &rest[close + 1..];
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_once() {
        let params = [("a", "{b}".to_owned()), ("b", "2".to_owned())];
        assert_eq!(fill("{a} and {b}, {c} {", &params), "{b} and 2, {c} {");
        assert_eq!(fill("没有", &params), "没有");
    }

    #[test]
    fn an_unknown_key_reads_as_itself() {
        assert_eq!(text(Lang::En, "no.such.key"), "no.such.key");
        assert_eq!(format(Lang::En, "no.such.key", &[]), "no.such.key");
    }
}
