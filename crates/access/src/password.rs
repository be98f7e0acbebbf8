//! Hashing and checking passwords with argon2id. Takes tens of milliseconds and some 19 MB: never inside a
//! transaction, never on an async thread.

use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};

/// The hash to store, with its salt and parameters (PHC form).
pub fn hash(password: &str) -> db::Result<String> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string())
        .map_err(|error| db::Error::fault(format!("hashing a password: {error}")))
}

/// Whether the password is the one behind `hash`. Without a hash (no such user) it takes as long and says no.
pub fn verify(password: &str, hash: Option<&str>) -> bool {
    static NOBODY: LazyLock<String> = LazyLock::new(|| self::hash("nobody").unwrap_or_default());
    let known = hash.unwrap_or(&NOBODY);
    let matches = PasswordHash::new(known).is_ok_and(|known| {
        Argon2::default()
            .verify_password(password.as_bytes(), &known)
            .is_ok()
    });
    matches && hash.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_password_of_a_user_fits() {
        let stored = hash("correct horse").unwrap();
        assert!(stored.starts_with("$argon2id$"));
        assert!(verify("correct horse", Some(&stored)));
        assert!(!verify("wrong horse", Some(&stored)));
        assert!(!verify("nobody", None));
        assert!(!verify("nobody", Some("not a hash")));
    }
}
