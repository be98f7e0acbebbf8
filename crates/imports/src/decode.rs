//! From the bytes of a text file to text, and the guess of its delimiter.

use std::borrow::Cow;

use base::Refusal;
use encoding_rs::{Encoding, GB18030, UTF_8};

/// Text of a file: UTF-8 and UTF-16 by their mark, else UTF-8 if it is valid, else GB18030.
/// An encoding given by name is taken as it is. What cannot be read is refused, never replaced.
pub fn decode<'b>(bytes: &'b [u8], encoding: Option<&str>) -> Result<Cow<'b, str>, Refusal> {
    let refused = || Refusal::invalid("imports.encoding").on("file");
    if let Some((marked, length)) = Encoding::for_bom(bytes) {
        return strict(marked, &bytes[length..]).ok_or_else(refused);
    }
    if let Some(name) = encoding {
        let named = Encoding::for_label(name.as_bytes()).ok_or_else(|| {
            Refusal::invalid("imports.encoding_name")
                .on("encoding")
                .with("name", name)
        })?;
        return strict(named, bytes).ok_or_else(refused);
    }
    strict(UTF_8, bytes)
        .or_else(|| strict(GB18030, bytes))
        .ok_or_else(refused)
}

fn strict<'b>(encoding: &'static Encoding, bytes: &'b [u8]) -> Option<Cow<'b, str>> {
    encoding.decode_without_bom_handling_and_without_replacement(bytes)
}

/// The sign that splits the first lines most evenly; a comma when nothing does.
pub fn guess_delimiter(text: &str) -> u8 {
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .take(30)
        .collect();
    let evenness = |sign: u8| {
        let counts: Vec<usize> = lines.iter().map(|line| outside_quotes(line, sign)).collect();
        let widest = counts.iter().copied().max().unwrap_or(0);
        (
            counts
                .iter()
                .filter(|count| **count == widest && widest > 0)
                .count(),
            widest,
        )
    };
    // A sign in every line beats one in a few; between equals, the one that makes more columns.
    [b',', b';', b'\t', b'|']
        .into_iter()
        .rev()
        .max_by_key(|sign| evenness(*sign))
        .unwrap_or(b',')
}

fn outside_quotes(line: &str, sign: u8) -> usize {
    let mut quoted = false;
    let mut count = 0;
    for byte in line.bytes() {
        if byte == b'"' {
            quoted = !quoted;
        } else if byte == sign && !quoted {
            count += 1;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_promised_encoding_reads_the_same() {
        let text = "单号,客户\nXS-1,深圳好运来\n";
        let (gb, _, _) = GB18030.encode(text);
        let utf16: Vec<u8> = [0xFEFF]
            .into_iter()
            .chain(text.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        let utf16_be: Vec<u8> = [0xFEFF]
            .into_iter()
            .chain(text.encode_utf16())
            .flat_map(u16::to_be_bytes)
            .collect();
        let marked = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
        for bytes in [text.as_bytes(), &gb, &utf16, &utf16_be, &marked] {
            assert_eq!(decode(bytes, None).unwrap(), text);
        }
    }

    #[test]
    fn a_character_of_four_bytes_survives_gb18030() {
        let text = "𠮷野家,1";
        let (gb, _, _) = GB18030.encode(text);
        assert_eq!(decode(&gb, None).unwrap(), text);
    }

    #[test]
    fn what_is_no_text_is_refused() {
        assert_eq!(
            decode(&[0xFF, 0x00, 0x80, 0xFF], None).unwrap_err().code,
            "imports.encoding"
        );
        assert_eq!(
            decode(b"a", Some("klingon")).unwrap_err().code,
            "imports.encoding_name"
        );
        assert_eq!(decode(b"caf\xE9", Some("latin1")).unwrap(), "café");
    }

    #[test]
    fn delimiters() {
        assert_eq!(guess_delimiter("a,b,c\n1,\"x;y;z;w\",3\n"), b',');
        assert_eq!(guess_delimiter("a;b;c\n1;2,5;3\n2;3,5;4\n"), b';');
        assert_eq!(guess_delimiter("a\tb\n1,5\t2\n"), b'\t');
        assert_eq!(guess_delimiter("one"), b',');
    }
}
