//! The texts themselves: complete in three languages, with the same parameters.

use std::collections::{BTreeMap, BTreeSet};

use i18n::{Lang, catalog};

fn base(key: &str) -> &str {
    key.strip_suffix(".one")
        .or_else(|| key.strip_suffix(".other"))
        .unwrap_or(key)
}

fn placeholders(text: &str) -> BTreeSet<&str> {
    let opened = text.split('{').skip(1);
    opened
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
        .collect()
}

/// Key without its plural form -> every parameter that any form names.
fn parameters(lang: Lang) -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let mut found: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (key, text) in catalog(lang) {
        found.entry(base(key)).or_default().extend(placeholders(text));
    }
    found
}

#[test]
fn every_text_is_there_in_every_language_with_the_same_parameters() {
    let english = parameters(Lang::En);
    assert!(english.len() > 100, "the texts were not found");
    let mut wrong = Vec::new();
    for lang in [Lang::ZhHans, Lang::ZhHant] {
        let other = parameters(lang);
        let keys: BTreeSet<&&str> = english.keys().chain(other.keys()).collect();
        for key in keys {
            if english.get(*key) != other.get(*key) {
                wrong.push(format!(
                    "{lang} {key}: {:?} but en {:?}",
                    other.get(*key),
                    english.get(*key)
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_text_is_empty_and_plurals_are_whole() {
    let mut wrong = Vec::new();
    for lang in Lang::ALL {
        let texts = catalog(lang);
        for (key, text) in texts {
            if text.trim().is_empty() {
                wrong.push(format!("{lang} {key} is empty"));
            }
            let lonely = key
                .strip_suffix(".one")
                .is_some_and(|base| !texts.contains_key(&*format!("{base}.other")));
            let doubled = base(key) != *key && texts.contains_key(base(key));
            if lonely || doubled {
                wrong.push(format!(
                    "{lang} {key}: `.one` needs `.other`, and neither stands beside the plain key"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_number_chooses_the_form() {
    let n = |n: &str| [("n", n.to_owned())];
    assert_eq!(
        i18n::format(Lang::En, "web.grid.pasted", &n("1")),
        "1 line pasted"
    );
    assert_eq!(
        i18n::format(Lang::En, "web.grid.pasted", &n("12")),
        "12 lines pasted"
    );
    assert_ne!(i18n::catalog_hash(Lang::ZhHans), i18n::catalog_hash(Lang::ZhHant));
}
