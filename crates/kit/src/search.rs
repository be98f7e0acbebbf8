//! Search words: lower-cased words, two-character grams of Chinese, and pinyin (initials and full),
//! the same on both databases because the program makes them.

use pinyin::ToPinyinMulti;

/// Longest word that is kept; longer ones are found by their beginning.
const LONGEST: usize = 24;
/// How many characters are spelled in pinyin from the beginning of a name, and from within it.
const FROM_START: usize = 12;
const FROM_WITHIN: usize = 4;

/// Lower case, full-width signs as half-width: the form in which texts are compared and sorted.
pub fn fold(text: &str) -> String {
    text.trim()
        .chars()
        .map(|c| match c {
            '\u{3000}' => ' ',
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            other => other,
        })
        .flat_map(char::to_lowercase)
        .collect()
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// What the index keeps for the texts of one row.
pub fn tokens_for_index<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut tokens = Vec::new();
    for text in texts {
        let folded = fold(text);
        for word in words(&folded) {
            // Every beginning of a word from two letters on, so that typing finds it early.
            let letters: Vec<char> = word.chars().take(LONGEST).collect();
            for end in 2.min(letters.len())..=letters.len() {
                tokens.push(letters[..end].iter().collect());
            }
        }
        for run in han_runs(&folded) {
            tokens.extend(run.iter().map(|c| c.to_string()));
            tokens.extend(run.windows(2).map(|pair| pair.iter().collect::<String>()));
            // A name is often called by its middle: 上海宏达 is typed as hd.
            for start in 0..run.len() {
                let depth = if start == 0 { FROM_START } else { FROM_WITHIN };
                tokens.extend(pinyin_tokens(&run[start..], depth));
            }
        }
    }
    tokens.sort_unstable();
    tokens.dedup();
    tokens
}

/// What must all be found for a row to match.
pub fn tokens_for_query(text: &str) -> Vec<String> {
    let folded = fold(text);
    let mut tokens: Vec<String> = words(&folded)
        .map(|word| word.chars().take(LONGEST).collect())
        .collect();
    for run in han_runs(&folded) {
        match run.len() {
            1 => tokens.push(run[0].to_string()),
            _ => tokens.extend(run.windows(2).map(|pair| pair.iter().collect::<String>())),
        }
    }
    tokens.sort_unstable();
    tokens.dedup();
    tokens
}

fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded
        .split(|c: char| !c.is_alphanumeric() || is_han(c))
        .filter(|word| !word.is_empty())
}

fn han_runs(folded: &str) -> Vec<Vec<char>> {
    let parts = folded.split(|c| !is_han(c)).filter(|part| !part.is_empty());
    parts.map(|part| part.chars().collect()).collect()
}

/// Initials and full spelling of the beginnings of `run`, up to `depth` characters, every reading of
/// a character taken in turn.
fn pinyin_tokens(run: &[char], depth: usize) -> Vec<String> {
    const MOST: usize = 8;
    let mut initials = vec![String::new()];
    let mut full = vec![String::new()];
    let mut tokens = Vec::new();
    for c in run.iter().take(depth) {
        let Some(readings) = c.to_pinyin_multi() else {
            break;
        };
        let plain: Vec<&str> = readings.into_iter().map(|reading| reading.plain()).collect();
        initials = extended(&initials, plain.iter().map(|reading| &reading[..1]), MOST);
        full = extended(&full, plain.iter().copied(), MOST);
        tokens.extend(initials.iter().cloned());
        tokens.extend(
            full.iter()
                .map(|text| text.chars().take(LONGEST).collect::<String>()),
        );
    }
    tokens
}

fn extended<'a>(heads: &[String], tails: impl Iterator<Item = &'a str> + Clone, most: usize) -> Vec<String> {
    let mut made: Vec<String> = heads
        .iter()
        .flat_map(|head| tails.clone().map(move |tail| format!("{head}{tail}")))
        .collect();
    made.sort_unstable();
    made.dedup();
    made.truncate(most);
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(query: &str, text: &str) -> bool {
        let index = tokens_for_index([text]);
        tokens_for_query(query).iter().all(|token| index.contains(token))
    }

    #[test]
    fn words_grams_and_pinyin_find_a_row() {
        let name = "深圳市好运来贸易 Lucky Trading";
        for query in [
            "好运",
            "深",
            "运来",
            "lucky",
            "luc",
            "sz",
            "szshyl",
            "shenzhen",
            "LUCKY 贸易",
        ] {
            assert!(finds(query, name), "{query}");
        }
        for query in ["好来", "unlucky", "szmy", "hao yun lai x"] {
            assert!(!finds(query, name), "{query}");
        }
    }

    #[test]
    fn both_readings_of_a_character_find_it() {
        assert!(finds("cq", "重庆钢材"));
        assert!(finds("zq", "重庆钢材"));
        assert!(finds("chongqing", "重庆钢材"));
    }

    #[test]
    fn full_width_letters_are_plain_letters() {
        assert_eq!(fold("ＡＢ　c"), "ab c");
    }
}
