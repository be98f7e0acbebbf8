//! Decisions about documents without goods, pure.

use base::Refusal;

use super::types::AdjustmentKind;
use crate::refusals;

/// Whether somebody else has to approve this amount. No threshold: nobody has to; at the threshold: not yet.
pub fn needs_approval(kind: AdjustmentKind, amount: i64, threshold: Option<i64>) -> bool {
    kind.may_wait() && threshold.is_some_and(|most| amount > most)
}

/// The signed amount of the entry. A difference stands against the side of its item.
pub fn signed(kind: AdjustmentKind, amount: i64, item_side: i64) -> i64 {
    match kind {
        AdjustmentKind::Charge | AdjustmentKind::Refund => amount,
        AdjustmentKind::Expense => -amount,
        AdjustmentKind::Difference => -amount * item_side.signum(),
    }
}

/// The reason must be one of the kind's own; `other` says by a note what it is.
pub fn reason(kind: AdjustmentKind, code: &str, note: &str) -> Result<(), Refusal> {
    if !kind.reasons().contains(&code) {
        return Err(refusals::unknown_adjustment_reason(code));
    }
    if code == "other" && note.trim().is_empty() {
        return Err(refusals::reason_required("note"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_kind_has_its_reasons_and_other_needs_a_note() {
        for kind in AdjustmentKind::ALL {
            for code in kind.reasons() {
                assert_eq!(reason(kind, code, "").is_ok(), *code != "other", "{code}");
                assert!(reason(kind, code, "because").is_ok());
            }
            assert!(reason(kind, "nonsense", "because").is_err());
            assert_eq!(AdjustmentKind::parse(kind.as_str()), Some(kind));
        }
    }

    #[test]
    fn a_charge_never_waits() {
        assert!(!needs_approval(AdjustmentKind::Charge, 100, Some(0)));
        assert!(!needs_approval(AdjustmentKind::Expense, 100, None));
        assert!(!needs_approval(AdjustmentKind::Expense, 100, Some(100)));
        assert!(needs_approval(AdjustmentKind::Expense, 101, Some(100)));
        assert!(needs_approval(AdjustmentKind::Refund, 1, Some(0)));
    }

    proptest! {
        #[test]
        fn a_difference_takes_away_from_its_item(amount in 1_i64..1_000_000, debit in any::<bool>()) {
            let side = if debit { 1 } else { -1 };
            let entry = signed(AdjustmentKind::Difference, amount, side);
            prop_assert_eq!(entry * side, -amount);
            prop_assert_eq!(signed(AdjustmentKind::Expense, amount, side), -amount);
        }
    }
}
