//! Cells for spreadsheet programs.

use std::borrow::Cow;

/// Signs with which a cell would be run as a formula by a spreadsheet program.
fn begins_formula(text: &str) -> bool {
    let text = text.trim_start_matches(|sign: char| sign.is_whitespace() || sign.is_control());
    text.starts_with(['=', '+', '-', '@', '|', '%', '＝', '＋', '－', '＠'])
}

/// A cell for a spreadsheet program: what it could take for a formula gets an apostrophe, which
/// [`unguarded`] takes away again. Numbers stay numbers.
pub fn guarded(text: &str) -> Cow<'_, str> {
    let number = text.trim_start_matches(['-', '+']);
    let plain = !number.is_empty()
        && number
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b' '));
    if plain || !begins_formula(text) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("'{text}"))
}

pub fn unguarded(text: &str) -> &str {
    text.strip_prefix('\'')
        .filter(|rest| begins_formula(rest))
        .unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_disarmed_and_come_back() {
        for text in ["=1+1", " =HYPERLINK(1)", "@SUM(1)", "-2+3", "+1|cmd", "\t=1"] {
            assert!(guarded(text).starts_with('\''), "{text}");
            assert_eq!(unguarded(&guarded(text)), text);
        }
        for text in ["-5", "+1,000.50", "12", "Cup - big", "", "'s-Hertogenbosch"] {
            assert_eq!(guarded(text), text);
            assert_eq!(unguarded(text), text);
        }
    }
}
