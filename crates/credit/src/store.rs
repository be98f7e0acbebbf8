use base::{Currency, Day};
use db::{Tx, p};
use kit::Meta;
use ledger::{AccountId, AccountRow};

use crate::rules::{self, Owed};
use crate::types::{Exposure, Figures, GroupId, Policy, Rule, Scope, Step, Unpaid};

db::statements! {
    STANDING = "SELECT a.ord_minor, a.shp_minor, a.pdc_minor, a.limit_minor, a.policy, a.limit_until, a.group_id, \
        a.manual_hold, a.cleared_minor, \
        COALESCE((SELECT s.tolerance_minor FROM credit_setting s WHERE s.company_id = $1), 0), \
        CAST(COALESCE((SELECT SUM(i.amount_minor) FROM credit_increase i WHERE i.company_id = $1 \
            AND i.account_id = $2 AND i.until_day >= $3 AND i.from_day <= $3 AND i.ended_at IS NULL), 0) AS BIGINT), \
        CAST(COALESCE((SELECT SUM(e.amount_minor) FROM ledger_v_entry e WHERE e.company_id = $1 \
            AND e.account_id = $2 AND e.kind IN ('bad_debt', 'bad_debt_recovery')), 0) AS BIGINT), \
        (SELECT MIN(u.since) FROM credit_unanswered u WHERE u.company_id = $1 AND u.account_id = $2), \
        (SELECT COUNT(*) FROM credit_rule r WHERE r.company_id = $1), \
        (SELECT COUNT(*) FROM ledger_v_instalment n WHERE n.company_id = $1 AND n.account_id = $2 \
            AND n.valid_to IS NULL AND n.missed_from <= $3) \
        FROM credit_account a WHERE a.company_id = $1 AND a.account_id = $2";
    RULES = "SELECT kind, scope, percent, amount_minor, days, at_order, at_shipment FROM credit_rule \
        WHERE company_id = $1 AND ((scope = 'account' AND scope_id = $2) OR (scope = 'group' AND scope_id = $3) \
            OR scope = 'company') ORDER BY kind, scope";
    GROUP = "SELECT g.limit_minor, CAST(COALESCE(SUM(c.ord_minor + c.shp_minor + c.pdc_minor + l.open_debit_minor \
            - l.open_credit_minor + l.held_credit_minor), 0) AS BIGINT) FROM credit_group g \
        JOIN credit_account c ON c.company_id = g.company_id AND c.group_id = g.id \
        JOIN ledger_v_account l ON l.company_id = c.company_id AND l.id = c.account_id \
        WHERE g.company_id = $1 AND g.id = $2 GROUP BY g.limit_minor";
    GROUP_OF = "SELECT group_id FROM credit_account WHERE company_id = $1 AND account_id = $2";
    LOCK_GROUP = "SELECT id FROM credit_group WHERE company_id = $1 AND id = $2";
}

/// Where a customer stands: the exposure, the rules in force, and what they look at.
#[derive(Clone, Debug)]
pub struct Standing {
    pub exposure: Exposure,
    pub policy: Policy,
    pub group: Option<GroupId>,
    pub rules: Vec<Rule>,
    pub figures: Figures,
    /// Net bad debt, cleared or not.
    pub bad_debt: i64,
}

/// What is stored about an account.
struct Found {
    ord: i64,
    shp: i64,
    pdc: i64,
    limit: Option<i64>,
    policy: Policy,
    limit_until: Option<Day>,
    group: Option<GroupId>,
    manual_hold: String,
    cleared: i64,
    tolerance: i64,
    increases: i64,
    bad_debt_entries: i64,
    unanswered_since: Option<Day>,
    rules: i64,
    missed: i64,
}

db::from_row! { Found {
    ord, shp, pdc, limit, policy, limit_until, group, manual_hold, cleared, tolerance, increases,
    bad_debt_entries, unanswered_since, rules, missed,
} }

impl Found {
    fn exposure(&self, account: &AccountRow) -> Exposure {
        Exposure {
            ord: self.ord,
            shp: self.shp,
            ar: account.open_debit,
            pdc: self.pdc,
            cr: account.open_credit - account.held_credit,
            apart: account.held_credit,
            base_limit: self.limit,
            increases: self.increases,
        }
    }
}

/// Locks an account for an act that is checked: the row of the group first that shares its limit.
pub fn lock_account(tx: &mut Tx<'_>, account: AccountId) -> db::Result<AccountRow> {
    let group: Option<Option<GroupId>> = tx.opt(GROUP_OF, p![account])?;
    if let Some(Some(group)) = group {
        let _locked: Option<i64> = tx.lock(LOCK_GROUP, p![group])?;
    }
    ledger::lock_account(tx, account)
}

/// What counts against the limit of an account as it stands in this unit, temporary increases left out.
pub fn exposure(tx: &mut Tx<'_>, account: &AccountRow) -> db::Result<Exposure> {
    exposure_on(tx, account, Day::EPOCH).map(|(exposure, _)| exposure)
}

/// The exposure as it stands in this unit, with the limit in force on a day, and the policy.
pub fn exposure_on(tx: &mut Tx<'_>, account: &AccountRow, day: Day) -> db::Result<(Exposure, Policy)> {
    let found: Found = tx.one(STANDING, p![account.id, day])?;
    Ok((found.exposure(account), found.policy))
}

/// Everything a check looks at. The parts that are owed are read only where a rule needs them, or all of
/// them with `step` `None`, for a page that shows where the customer stands.
pub fn standing(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &AccountRow,
    step: Option<Step>,
) -> db::Result<Standing> {
    let found: Found = tx.one(STANDING, p![account.id, meta.today])?;
    let exposure = found.exposure(account);
    let laid_down = if found.rules > 0 {
        laid_down(tx, account.id, found.group)?
    } else {
        Vec::new()
    };
    let rules = rules::in_force(found.policy.action(), &laid_down);
    let needs_parts = step.is_none_or(|step| rules::needs_parts(&rules, step, found.missed > 0));
    let (parts, applied) = if needs_parts {
        // What is kept for an order pays nothing else.
        let free = exposure.cr - account.reserved_credit;
        rules::virtually_paid(owed(tx, account.id, meta.today)?, free)
    } else {
        (Vec::new(), 0)
    };
    let group = match found.group {
        Some(group) => tx
            .opt::<(Option<i64>, i64)>(GROUP, p![group])?
            .map(|(limit, exposure)| (exposure, limit)),
        None => None,
    };
    let bad_debt = found.bad_debt_entries.saturating_neg();
    let figures = Figures {
        today: meta.today,
        applied,
        parts,
        unanswered_since: found.unanswered_since,
        limit_until: found.limit_until,
        bad_debt: (bad_debt - found.cleared).max(0),
        manual_hold: found.manual_hold,
        tolerance: tolerance(meta, account.currency, found.tolerance),
        group,
    };
    Ok(Standing {
        exposure,
        policy: found.policy,
        group: found.group,
        rules,
        figures,
        bad_debt,
    })
}

/// The tolerance is an amount of the company's currency and says nothing about others.
fn tolerance(meta: &Meta, currency: Currency, laid_down: i64) -> i64 {
    if currency == meta.company.currency {
        laid_down
    } else {
        0
    }
}

fn owed(tx: &mut Tx<'_>, account: AccountId, today: Day) -> db::Result<Vec<Owed>> {
    let parts = ledger::owed_parts(tx, account, today)?.into_iter().map(|part| {
        let is_missed = part.is_missed(today);
        Owed {
            apart: part.open - part.payable(),
            part: Unpaid {
                entry: part.entry.raw(),
                document_kind: part.document_kind,
                document_id: part.document_id,
                document_no: part.document_no,
                due_date: part.due_date,
                basis_date: part.basis_date,
                open: part.open,
                left: part.open,
                is_missed,
            },
        }
    });
    Ok(parts.collect())
}

fn laid_down(tx: &mut Tx<'_>, account: AccountId, group: Option<GroupId>) -> db::Result<Vec<Rule>> {
    tx.all(RULES, p![account, group.map_or(0, GroupId::raw)])
}

impl db::FromRow for Rule {
    fn from_row(row: &db::Row<'_>) -> db::Result<Rule> {
        Ok(Rule {
            kind: row.get(0)?,
            scope: row.get::<Scope>(1)?,
            percent: row.get(2)?,
            amount: row.get(3)?,
            days: row.get(4)?,
            at_order: row.get(5)?,
            at_shipment: row.get(6)?,
        })
    }
}
