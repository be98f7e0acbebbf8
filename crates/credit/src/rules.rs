//! The decision, pure.

use crate::types::{Exposure, Policy, Verdict};

/// What an exposure after an act means under the account's limit and policy. The act's own amount
/// is already in it. An act that does not raise the exposure is never held back.
pub fn decide(after: &Exposure, raises_by: i64) -> Verdict {
    let over = after.limit.is_some_and(|limit| after.total() > limit);
    if !over || raises_by <= 0 {
        return Verdict::Allow;
    }
    match after.policy {
        Policy::Off => Verdict::Allow,
        Policy::Warn => Verdict::Warn,
        Policy::Block => Verdict::Block,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn exposure(ar: i64, cr: i64, limit: Option<i64>, policy: Policy) -> Exposure {
        Exposure {
            ord: 0,
            shp: 0,
            ar,
            pdc: 0,
            cr,
            limit,
            policy,
        }
    }

    #[test]
    fn no_limit_and_limit_zero_are_different_things() {
        assert_eq!(decide(&exposure(1, 0, None, Policy::Block), 1), Verdict::Allow);
        assert_eq!(decide(&exposure(1, 0, Some(0), Policy::Block), 1), Verdict::Block);
        assert_eq!(decide(&exposure(1, 1, Some(0), Policy::Block), 1), Verdict::Allow);
    }

    #[test]
    fn the_limit_itself_may_be_used_up() {
        assert_eq!(
            decide(&exposure(100, 0, Some(100), Policy::Block), 1),
            Verdict::Allow
        );
        assert_eq!(
            decide(&exposure(101, 0, Some(100), Policy::Block), 1),
            Verdict::Block
        );
        assert_eq!(
            decide(&exposure(101, 0, Some(100), Policy::Warn), 1),
            Verdict::Warn
        );
        assert_eq!(
            decide(&exposure(101, 0, Some(100), Policy::Off), 1),
            Verdict::Allow
        );
    }

    proptest! {
        #[test]
        fn a_credit_counts_at_once(ar in 0_i64..1_000_000, cr in 0_i64..1_000_000, limit in 0_i64..1_000_000) {
            let after = exposure(ar, cr, Some(limit), Policy::Block);
            let passes = decide(&after, 1) == Verdict::Allow;
            prop_assert_eq!(passes, ar - cr <= limit);
            prop_assert_eq!(after.available().unwrap() >= 0, passes);
        }
    }
}
