//! Base credit: an amount of an account that may stay owed for the whole relation.
//!
//! On a day, the first B of the undisputed open debits by (basis date, identity) is base: it stays in
//! the balance and in the exposure, but it is neither overdue nor reminded of, and automatic allocation
//! takes it last. B is versioned by date; which items are base is computed and stored nowhere.

use base::{Day, Instant, Money, Refusal, UserId};
use db::{Tx, p};
use kit::Meta;

use crate::parts::OwedPart;
use crate::types::{AccountId, AccountRow, EntryId};

db::statements! {
    INSERT = "INSERT INTO ledger_base_credit (company_id, account_id, version, valid_from, amount_minor, \
        reason, created_at, created_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    VERSIONS = "SELECT version, valid_from, amount_minor, reason, created_at, created_by \
        FROM ledger_base_credit WHERE company_id = $1 AND account_id = $2 ORDER BY version";
    AMOUNT_ON = "SELECT amount_minor FROM ledger_base_credit \
        WHERE company_id = $1 AND account_id = $2 AND valid_from <= $3 ORDER BY version DESC LIMIT 1";
    WITH_BASE = "SELECT b.account_id, b.amount_minor FROM ledger_base_credit b \
        WHERE b.company_id = $1 AND b.valid_from <= $2 AND b.amount_minor > 0 AND NOT EXISTS \
        (SELECT 1 FROM ledger_base_credit n WHERE n.company_id = b.company_id \
            AND n.account_id = b.account_id AND n.version > b.version AND n.valid_from <= $2) \
        ORDER BY b.account_id";
}

/// The base credit of an account from a day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseCredit {
    pub version: i64,
    pub valid_from: Day,
    /// 0 or more.
    pub amount: i64,
    pub reason: String,
    pub created_at: Instant,
    pub created_by: UserId,
}

db::from_row! { BaseCredit { version, valid_from, amount, reason, created_at, created_by } }

/// Every version ever set, also those that another took the place of.
pub fn base_credits(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Vec<BaseCredit>> {
    tx.all(VERSIONS, p![account])
}

/// The versions that count, in ascending order of the day from which they do.
pub fn effective_base_credits(versions: Vec<BaseCredit>) -> Vec<BaseCredit> {
    let mut kept: Vec<BaseCredit> = Vec::with_capacity(versions.len());
    for version in versions {
        kept.retain(|earlier| earlier.valid_from < version.valid_from);
        kept.push(version);
    }
    kept
}

/// The base credit of an account on a day, in minor units; 0 where there is none.
pub fn base_credit_on(tx: &mut Tx<'_>, account: AccountId, day: Day) -> db::Result<i64> {
    Ok(tx.opt(AMOUNT_ON, p![account, day])?.unwrap_or(0))
}

/// Accounts with a base credit on a day, and how much.
pub fn accounts_with_base_credit(tx: &mut Tx<'_>, day: Day) -> db::Result<Vec<(AccountId, i64)>> {
    tx.all(WITH_BASE, p![day])
}

/// Sets the base credit of a locked account from a day on. Nothing changes where that is in force.
///
/// # Errors
/// `ledger.base_credit_negative`; `ledger.base_credit_in_past`: what was due yesterday stays so.
pub fn set_base_credit(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &AccountRow,
    from: Day,
    amount: i64,
    reason: &str,
) -> db::Result<bool> {
    if amount < 0 {
        return Err(Refusal::invalid("ledger.base_credit_negative")
            .on("amount")
            .with("amount", Money::new(amount, account.currency))
            .into());
    }
    if from < meta.today {
        return Err(Refusal::invalid("ledger.base_credit_in_past")
            .on("from")
            .with("from", from)
            .with("today", meta.today)
            .into());
    }
    let versions = base_credits(tx, account.id)?;
    let number = versions.last().map_or(1, |last| last.version + 1);
    let counts = effective_base_credits(versions);
    let current = counts.iter().rev().find(|version| version.valid_from <= from);
    let later = counts.iter().any(|version| version.valid_from > from);
    if !later && current.map_or(0, |version| version.amount) == amount {
        return Ok(false);
    }
    tx.push(
        INSERT,
        p![account.id, number, from, amount, reason, meta.now, meta.user],
    )?;
    Ok(true)
}

/// How much of each item is base: the first `base` of them by (basis date, identity), the last one split
/// if need be. The amount of an item is what of it nobody disputes; only items with a base part are
/// answered.
pub fn base_shares(items: &[(Day, EntryId, i64)], base: i64) -> Vec<(EntryId, i64)> {
    let mut ordered = items.to_vec();
    ordered.sort_by_key(|(basis, entry, _)| (*basis, *entry));
    let mut left = base;
    let mut shares = Vec::new();
    for (_, entry, open) in ordered {
        let share = open.min(left);
        if share <= 0 {
            continue;
        }
        left -= share;
        shares.push((entry, share));
    }
    shares
}

/// Says of each part how much of it is base: the first `base` of what nobody disputes.
pub(crate) fn cover(parts: &mut [OwedPart], base: i64) {
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|at| {
        let part = &parts[*at];
        (part.basis_date, part.entry, part.row)
    });
    let mut left = base.max(0);
    for at in order {
        let share = parts[at].undisputed().min(left);
        parts[at].base = share;
        left -= share;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::types::EntryKind;

    fn part(entry: i64, basis: i64, due: i64, open: i64, disputed: i64) -> OwedPart {
        OwedPart {
            entry: EntryId::new(entry),
            kind: EntryKind::Sale,
            due_date: Day::EPOCH.plus(due),
            basis_date: Day::EPOCH.plus(basis),
            order: None,
            open,
            disputed,
            document_kind: "delivery".into(),
            document_id: entry,
            document_no: String::new(),
            plan: None,
            row: 0,
            missed_from: None,
            base: 0,
        }
    }

    #[test]
    fn the_oldest_are_base_and_one_is_split() {
        let mut parts = [
            part(1, 5, 10, 100, 0),
            part(2, 1, 20, 30, 10),
            part(3, 5, 15, 50, 0),
        ];
        cover(&mut parts, 80);
        assert_eq!(parts.each_ref().map(|part| part.base), [60, 20, 0]);
        let later = Day::EPOCH.plus(400);
        assert_eq!(parts.each_ref().map(|part| part.overdue(later)), [40, 0, 50]);
    }

    proptest! {
        #[test]
        fn base_is_the_oldest_of_what_nobody_disputes(
            rows in prop::collection::vec((0_i64..30, 0_i64..60, 1_i64..1000, 0_i64..1000), 0..12),
            base in 0_i64..5000,
        ) {
            let made = (1..).zip(&rows);
            let mut parts: Vec<OwedPart> = made
                .map(|(id, (basis, due, open, disputed))| part(id, *basis, *due, *open, *disputed.min(open)))
                .collect();
            cover(&mut parts, base);
            let undisputed: i64 = parts.iter().map(OwedPart::undisputed).sum();
            prop_assert_eq!(parts.iter().map(|p| p.base).sum::<i64>(), base.min(undisputed));
            prop_assert!(parts.iter().all(|p| p.base >= 0 && p.payable() >= 0));
            // Nothing younger is covered while something older is not.
            let newest = parts.iter().filter(|p| p.base > 0).map(|p| (p.basis_date, p.entry)).max();
            let oldest = parts.iter().filter(|p| p.payable() > 0).map(|p| (p.basis_date, p.entry)).min();
            if let (Some(newest), Some(oldest)) = (newest, oldest) {
                prop_assert!(newest <= oldest);
            }
            let items: Vec<_> =
                parts.iter().map(|p| (p.basis_date, p.entry, p.undisputed())).collect();
            let mut shares = base_shares(&items, base);
            shares.sort_unstable();
            let covered = parts.iter().filter(|p| p.base > 0).map(|p| (p.entry, p.base));
            prop_assert_eq!(shares, covered.collect::<Vec<_>>());
        }
    }
}
