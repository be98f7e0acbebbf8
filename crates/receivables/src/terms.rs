//! How an account is settled: its early-payment discount, what happens to money that no step finds, and the
//! differences that the company settles without asking.

use base::{Currency, Day, Money, Quantity};
use db::{Tx, p};
use kit::Meta;
use ledger::{AccountId, EntryKind};

use crate::commands::positive;
use crate::refusals;
use crate::settling_rules::{self, Discount, Tolerance};
use crate::store::Item;
use crate::types::{SetTerms, SetTolerance};

db::statements! {
    TERMS = "SELECT valid_from, rate_ppm, days, grace_days, partial FROM receivables_terms \
        WHERE company_id = $1 AND account_id = $2 ORDER BY valid_from DESC";
    SET_TERMS = "INSERT INTO receivables_terms (company_id, account_id, valid_from, rate_ppm, days, grace_days, \
        partial, created_at, created_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
        ON CONFLICT (company_id, account_id, valid_from) DO UPDATE SET rate_ppm = excluded.rate_ppm, \
        days = excluded.days, grace_days = excluded.grace_days, partial = excluded.partial, \
        created_at = excluded.created_at, created_by = excluded.created_by";
    OLDEST = "SELECT oldest_without_asking FROM receivables_account WHERE company_id = $1 AND account_id = $2";
    SET_OLDEST = "INSERT INTO receivables_account (company_id, account_id, oldest_without_asking) \
        VALUES ($1, $2, $3) ON CONFLICT (company_id, account_id) DO UPDATE SET \
        oldest_without_asking = excluded.oldest_without_asking";
    TOLERANCE = "SELECT absolute_minor, percent_ppm, monthly_minor FROM receivables_tolerance \
        WHERE company_id = $1 AND currency = $2";
    TOLERANCES = "SELECT currency, absolute_minor, percent_ppm, monthly_minor FROM receivables_tolerance \
        WHERE company_id = $1 ORDER BY currency";
    SET_TOLERANCE = "INSERT INTO receivables_tolerance (company_id, currency, absolute_minor, percent_ppm, \
        monthly_minor) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (company_id, currency) DO UPDATE SET \
        absolute_minor = excluded.absolute_minor, percent_ppm = excluded.percent_ppm, \
        monthly_minor = excluded.monthly_minor";
    TAKEN = "SELECT e.kind, CAST(SUM(a.amount_minor) AS BIGINT), \
        CAST(SUM(CASE WHEN a.amount_minor > 0 THEN 1 ELSE 0 END) AS BIGINT) FROM ledger_v_allocation a \
        JOIN ledger_v_entry e ON e.company_id = a.company_id AND e.id = a.credit_entry_id \
        WHERE a.company_id = $1 AND a.debit_entry_id = $2 GROUP BY e.kind";
}

/// The discount of an account's items from a day on.
#[derive(Clone, Copy, Debug)]
pub struct DiscountTerms {
    pub valid_from: Day,
    /// Millionths of the amount; 0: none.
    pub rate: i64,
    /// After the item's own date.
    pub days: i64,
    pub grace: i64,
    pub partial: bool,
}
db::from_row! { struct DiscountTerms { valid_from, rate, days, grace, partial } }

/// Every version, the latest first.
pub(crate) fn discount_terms(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Vec<DiscountTerms>> {
    tx.all(TERMS, p![account])
}

pub(crate) fn oldest_without_asking(tx: &mut Tx<'_>, account: AccountId) -> db::Result<bool> {
    Ok(tx.opt::<bool>(OLDEST, p![account])?.unwrap_or(false))
}

db::from_row! { struct Tolerance { absolute, percent, monthly } }

pub(crate) fn tolerance(tx: &mut Tx<'_>, currency: Currency) -> db::Result<Option<Tolerance>> {
    let found: Option<Tolerance> = tx.opt(TOLERANCE, p![currency.code()])?;
    Ok(found.filter(|rule| rule.absolute > 0))
}

/// The differences settled without asking, by currency.
pub fn tolerances(tx: &mut Tx<'_>) -> db::Result<Vec<(Currency, Tolerance)>> {
    let rows: Vec<(Currency, i64, Option<i64>, Option<i64>)> = tx.all(TOLERANCES, p![])?;
    let rule = |(currency, absolute, percent, monthly)| {
        (
            currency,
            Tolerance {
                absolute,
                percent,
                monthly,
            },
        )
    };
    Ok(rows.into_iter().map(rule).collect())
}

/// What an item may still earn when it is paid on `paid_on`; `grant`: whatever the day. Only goods and what
/// was open at the beginning earn one; fees never do.
pub(crate) fn discount(
    tx: &mut Tx<'_>,
    terms: &[DiscountTerms],
    item: &Item,
    paid_on: Option<Day>,
    grant: bool,
) -> db::Result<Option<Discount>> {
    let earns = item.side == 1 && matches!(item.kind, EntryKind::Sale | EntryKind::Opening);
    let version = terms.iter().find(|terms| terms.valid_from <= item.basis);
    let Some(version) = version.filter(|version| earns && version.rate > 0) else {
        return Ok(None);
    };
    let until = item.basis.plus(version.days + version.grace);
    if !grant && paid_on.is_none_or(|day| day > until) {
        return Ok(None);
    }
    let mut base = item.amount;
    let (mut given, mut paid, mut payments) = (0, 0, 0);
    if item.open < item.amount {
        let taken: Vec<(EntryKind, i64, i64)> = tx.all(TAKEN, p![item.entry])?;
        for (kind, amount, count) in taken {
            match kind {
                EntryKind::Return | EntryKind::Expense | EntryKind::BadDebt => base -= amount,
                EntryKind::Discount => given += amount,
                _ => (paid, payments) = (paid + amount, payments + count),
            }
        }
    }
    if paid > 0 && !version.partial && !grant {
        return Ok(None);
    }
    let expected = settling_rules::discount_of_part(paid, version.rate);
    let cap = settling_rules::discount_of(base, version.rate) - given;
    Ok((cap > 0).then_some(Discount {
        rate: version.rate,
        until: (!grant).then_some(until),
        partial: version.partial,
        cap,
        unbroken: given + payments >= expected,
    }))
}

/// Sets an account's discount and what becomes of money that no step finds.
pub fn set_terms(tx: &mut Tx<'_>, meta: &Meta, cmd: &SetTerms) -> db::Result<()> {
    let account = ledger::lock_account(tx, cmd.account)?;
    tx.push(SET_OLDEST, p![account.id, cmd.oldest_without_asking])?;
    let Some(discount) = &cmd.discount else {
        return Ok(());
    };
    let rate = percent(&discount.percent, "discount.percent")?;
    for (days, field) in [
        (discount.days, "discount.days"),
        (discount.grace_days, "discount.grace_days"),
    ] {
        if !(0..=366).contains(&days) {
            return Err(refusals::days_out_of_range(field).into());
        }
    }
    tx.push(
        SET_TERMS,
        p![
            account.id,
            discount.valid_from.unwrap_or(meta.today),
            rate,
            discount.days,
            discount.grace_days,
            discount.partial,
            meta.now,
            meta.user
        ],
    )
}

/// Sets the differences of a currency that are settled without asking; an absolute of 0 settles none.
pub fn set_tolerance(tx: &mut Tx<'_>, cmd: &SetTolerance) -> db::Result<()> {
    let absolute = Money::parse(&cmd.absolute, cmd.currency)
        .map_err(|_| refusals::amount_unreadable("absolute", &cmd.absolute))?;
    if absolute.minor < 0 {
        return Err(refusals::amount_not_positive("absolute").into());
    }
    let share = match &cmd.percent {
        Some(text) => Some(percent(text, "percent")?),
        None => None,
    };
    let monthly = match &cmd.monthly {
        Some(text) => Some(positive(text, cmd.currency, "monthly")?),
        None => None,
    };
    tx.push(
        SET_TOLERANCE,
        p![cmd.currency.code(), absolute.minor, share, monthly],
    )
}

/// A percentage below 100 with at most four digits after the point, in millionths of the whole.
fn percent(text: &str, field: &'static str) -> Result<i64, base::Refusal> {
    let unreadable = || refusals::percent_unreadable(field, text);
    let millionths = text
        .trim()
        .parse::<Quantity>()
        .map_err(|_| unreadable())?
        .millionths();
    if millionths % 100 != 0 || !(0..100_000_000).contains(&millionths) {
        return Err(unreadable());
    }
    Ok(millionths / 100)
}

/// As [`percent`] reads it.
pub(crate) fn percent_text(ppm: i64) -> String {
    Quantity::from_millionths(ppm * 100).to_string()
}
