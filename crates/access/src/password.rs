//! Hashing and checking passwords with argon2id. Takes tens of milliseconds and some 19 MB: never inside a
//! transaction, never on an async thread.

use std::sync::LazyLock;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};

/// The common allocator gives memory back to the system at once from 32 MB on; smaller pieces stay with the
/// program, 19 MB for each login until it settles. What is asked for and never touched costs nothing.
const GIVEN_BACK_BLOCKS: usize = 33 * 1024;

/// The hash to store, with its salt and parameters (PHC form).
pub fn hash(password: &str) -> db::Result<String> {
    let hash = new_hash(password);
    hash.ok_or_else(|| db::Error::fault("a password could not be hashed"))
}

fn new_hash(password: &str) -> Option<String> {
    let (params, salt) = (Params::default(), Salt::generate());
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params).ok()?,
        salt: Some(salt),
        hash: Some(derive(password, &salt, params)?),
    };
    Some(hash.to_string())
}

/// Whether the password is the one behind `hash`. Without a hash (no such user) it takes as long and says no.
pub fn verify(password: &str, hash: Option<&str>) -> bool {
    static NOBODY: LazyLock<String> = LazyLock::new(|| new_hash("nobody").unwrap_or_default());
    let matches = fits(password, hash.unwrap_or(&NOBODY)).unwrap_or(false);
    matches && hash.is_some()
}

fn fits(password: &str, known: &str) -> Option<bool> {
    let known = PasswordHash::new(known).ok()?;
    if known.algorithm != Algorithm::Argon2id.ident() || known.version != Some(Version::V0x13.into()) {
        return None;
    }
    let (salt, hash) = (known.salt?, known.hash?);
    // Comparing two outputs takes the same time wherever they differ.
    Some(derive(password, &salt, Params::try_from(&known).ok()?)? == hash)
}

fn derive(password: &str, salt: &Salt, params: Params) -> Option<Output> {
    let blocks = params.block_count();
    let length = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
    let mut memory: Vec<Block> = Vec::with_capacity(blocks.max(GIVEN_BACK_BLOCKS));
    memory.resize(blocks, Block::default());
    let mut out = vec![0; length];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2
        .hash_password_into_with_memory(password.as_bytes(), salt, &mut out, &mut memory)
        .ok()?;
    Output::new(&out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_password_of_a_user_fits() {
        let stored = hash("correct horse").unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(verify("correct horse", Some(&stored)));
        assert!(!verify("wrong horse", Some(&stored)));
        assert!(!verify("nobody", None));
        assert!(!verify("nobody", Some("not a hash")));
    }

    /// A hash made by another program (the argon2 command line tool).
    #[test]
    fn hashes_of_others_can_be_read() {
        let known = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        assert!(verify("password", Some(known)));
    }
}
