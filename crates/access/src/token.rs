//! Random tokens, drawn at the edge, and their digests, which are what the database keeps.

use sha2::{Digest, Sha256};

/// A token of 256 random bits as 64 hexadecimal digits.
///
/// # Panics
/// When the operating system gives no randomness: nothing may go on without.
pub fn draw() -> String {
    hex(&random::<32>())
}

/// A code for people: eight characters that cannot be mistaken for one another, `XXXX-XXXX`.
pub fn draw_code() -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let letters: Vec<char> = random::<8>()
        .iter()
        .map(|byte| LETTERS[usize::from(byte & 31)] as char)
        .collect();
    let (head, tail) = letters.split_at(4);
    format!(
        "{}-{}",
        head.iter().collect::<String>(),
        tail.iter().collect::<String>()
    )
}

/// SHA-256 of a text in hexadecimal digits.
pub fn digest(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// Equality of two secrets whose time does not depend on where they differ.
pub fn same(a: &str, b: &str) -> bool {
    let (a, b) = (Sha256::digest(a.as_bytes()), Sha256::digest(b.as_bytes()));
    a.iter()
        .zip(b.iter())
        .fold(0, |difference, (x, y)| difference | (x ^ y))
        == 0
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives no randomness");
    bytes
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_and_have_their_form() {
        assert_ne!(draw(), draw());
        assert_eq!(draw().len(), 64);
        assert_eq!(draw_code().len(), 9);
        assert_eq!(
            digest("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert!(same("abc", "abc") && !same("abc", "abd"));
    }
}
