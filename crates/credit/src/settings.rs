//! What a person lays down: rules, limits with an end, increases, groups, holds by hand, who may approve.

use access::Role;
use base::{Currency, Day, Money, Refusal};
use db::{Tx, p};
use kit::Meta;
use ledger::{AccountId, AccountRow};

use crate::refusals;
use crate::types::{GroupId, IncreaseId, Rule, Scope};

db::statements! {
    SETTING = "SELECT tolerance_minor, self_approval_minor, version FROM credit_setting WHERE company_id = $1";
    SET_SETTING = "INSERT INTO credit_setting (company_id, tolerance_minor, self_approval_minor, version) \
        VALUES ($1, $2, $3, 1) ON CONFLICT (company_id) DO UPDATE SET tolerance_minor = excluded.tolerance_minor, \
        self_approval_minor = excluded.self_approval_minor, version = credit_setting.version + 1";
    TOUCH_SETTING = "INSERT INTO credit_setting (company_id, tolerance_minor, self_approval_minor, version) \
        VALUES ($1, 0, 0, 1) ON CONFLICT (company_id) DO UPDATE SET version = credit_setting.version + 1";
    CEILINGS = "SELECT role, ceiling_minor FROM credit_ceiling WHERE company_id = $1 ORDER BY role";
    DROP_CEILINGS = "DELETE FROM credit_ceiling WHERE company_id = $1";
    ADD_CEILING = "INSERT INTO credit_ceiling (company_id, role, ceiling_minor) VALUES ($1, $2, $3)";
    RULES_OF = "SELECT kind, scope, percent, amount_minor, days, at_order, at_shipment FROM credit_rule \
        WHERE company_id = $1 AND scope = $2 AND scope_id = $3 ORDER BY kind";
    DROP_RULES = "DELETE FROM credit_rule WHERE company_id = $1 AND scope = $2 AND scope_id = $3";
    ADD_RULE = "INSERT INTO credit_rule (company_id, scope, scope_id, kind, percent, amount_minor, days, at_order, \
        at_shipment) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    TOUCH = "UPDATE credit_account SET version = version + 1 WHERE company_id = $1 AND account_id = $2";
    TOUCH_GROUP = "UPDATE credit_group SET version = version + 1 WHERE company_id = $1 AND id = $2";
    SET_TERMS = "UPDATE credit_account SET limit_until = $3, group_id = $4, version = version + 1 \
        WHERE company_id = $1 AND account_id = $2";
    SET_HOLD = "UPDATE credit_account SET manual_hold = $3, version = version + 1 \
        WHERE company_id = $1 AND account_id = $2";
    SET_CLEARED = "UPDATE credit_account SET cleared_minor = $3, version = version + 1 \
        WHERE company_id = $1 AND account_id = $2";
    ADD_INCREASE = "INSERT INTO credit_increase (company_id, id, account_id, amount_minor, from_day, until_day, reason, \
        granted_by, granted_at, ended_at, ended_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL, NULL)";
    INCREASE = "SELECT account_id FROM credit_increase WHERE company_id = $1 AND id = $2 AND ended_at IS NULL";
    END_INCREASE = "UPDATE credit_increase SET ended_at = $3, ended_by = $4 WHERE company_id = $1 AND id = $2";
    ADD_GROUP = "INSERT INTO credit_group (company_id, id, name, currency, limit_minor, version) \
        VALUES ($1, $2, $3, $4, $5, 1)";
    GROUP = "SELECT currency, version FROM credit_group WHERE company_id = $1 AND id = $2";
    GROUP_NAMED = "SELECT id FROM credit_group WHERE company_id = $1 AND name = $2";
    SET_GROUP = "UPDATE credit_group SET name = $3, limit_minor = $4, version = version + 1 \
        WHERE company_id = $1 AND id = $2";
    pub WAITS = "INSERT INTO credit_unanswered (company_id, account_id, statement_id, since) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (company_id, account_id, statement_id) DO UPDATE SET since = excluded.since";
    pub ANSWERED = "DELETE FROM credit_unanswered WHERE company_id = $1 AND account_id = $2 AND statement_id = $3";
}

/// What the company lays down.
#[derive(Clone, Debug, Default)]
pub struct Setting {
    /// Minor units of the company's currency.
    pub tolerance: i64,
    /// Up to which amount one may approve what one asked for oneself.
    pub self_approval: i64,
    /// Up to which amount a role may approve; a role that is not named: any amount.
    pub ceilings: Vec<(String, i64)>,
}

impl Setting {
    pub fn ceiling(&self, role: Role) -> Option<i64> {
        let found = self.ceilings.iter().find(|(name, _)| name == role.as_str());
        found.map(|(_, ceiling)| *ceiling)
    }
}

pub fn setting(tx: &mut Tx<'_>) -> db::Result<Setting> {
    let found: Option<(i64, i64, i64)> = tx.opt(SETTING, p![])?;
    let (tolerance, self_approval, _) = found.unwrap_or_default();
    Ok(Setting {
        tolerance,
        self_approval,
        ceilings: tx.all(CEILINGS, p![])?,
    })
}

pub fn set_setting(tx: &mut Tx<'_>, new: &Setting) -> db::Result<()> {
    let amounts = [new.tolerance, new.self_approval];
    if amounts
        .iter()
        .chain(new.ceilings.iter().map(|(_, amount)| amount))
        .any(|amount| *amount < 0)
    {
        return Err(refusals::number_out_of_range("amount").into());
    }
    tx.push(SET_SETTING, p![new.tolerance, new.self_approval])?;
    tx.push(DROP_CEILINGS, p![])?;
    for (role, ceiling) in &new.ceilings {
        if Role::parse(role).is_none() {
            return Err(refusals::number_out_of_range("role").into());
        }
        tx.push(ADD_CEILING, p![role, *ceiling])?;
    }
    Ok(())
}

/// The rules of one scope.
pub fn rules(tx: &mut Tx<'_>, scope: Scope, id: i64) -> db::Result<Vec<Rule>> {
    tx.all(RULES_OF, p![scope, id])
}

/// Replaces the rules of one scope. `id`: of the group or account, 0 for the company.
///
/// # Errors
/// `credit.rule_twice`, `credit.number_out_of_range`.
pub fn set_rules(tx: &mut Tx<'_>, scope: Scope, id: i64, rules: &[Rule]) -> db::Result<()> {
    for (at, rule) in rules.iter().enumerate() {
        if rules[..at].iter().any(|other| other.kind == rule.kind) {
            return Err(refusals::rule_twice().into());
        }
        let fits = (0..=1000).contains(&rule.percent) && (0..=3660).contains(&rule.days) && rule.amount >= 0;
        if !fits {
            return Err(refusals::number_out_of_range("rules").into());
        }
    }
    tx.push(DROP_RULES, p![scope, id])?;
    for rule in rules {
        tx.push(
            ADD_RULE,
            p![
                scope,
                id,
                rule.kind,
                rule.percent,
                rule.amount,
                rule.days,
                rule.at_order,
                rule.at_shipment
            ],
        )?;
    }
    match scope {
        Scope::Company => tx.push(TOUCH_SETTING, p![]),
        Scope::Group => tx.push(TOUCH_GROUP, p![id]),
        Scope::Account => tx.push(TOUCH, p![id]),
    }
}

/// Something that the queue's test looks at has changed.
pub(crate) fn touch(tx: &mut Tx<'_>, account: AccountId) -> db::Result<()> {
    tx.push(TOUCH, p![account])
}

/// Until when the limit was granted, and the group that shares a limit. The caller holds the lock.
///
/// # Errors
/// `credit.not_found`, `credit.group_of_other_currency`.
pub fn set_terms(
    tx: &mut Tx<'_>,
    account: &AccountRow,
    until: Option<Day>,
    group: Option<GroupId>,
) -> db::Result<()> {
    if let Some(group) = group {
        let (currency, _): (Currency, i64) = tx.opt(GROUP, p![group])?.ok_or_else(refusals::not_found)?;
        if currency != account.currency {
            return Err(refusals::group_of_other_currency(currency).into());
        }
    }
    tx.push(SET_TERMS, p![account.id, until, group])
}

/// Holds everything of a customer back, with a reason; an empty one lets go.
pub fn set_manual_hold(tx: &mut Tx<'_>, account: &AccountRow, why: &str) -> db::Result<()> {
    let why = limited("reason", why)?;
    tx.push(SET_HOLD, p![account.id, why])
}

/// Clears the net bad debt of an account, as it stands, for new credit.
pub fn clear_bad_debt(tx: &mut Tx<'_>, meta: &Meta, account: &AccountRow, why: &str) -> db::Result<()> {
    reason(why)?;
    let standing = crate::store::standing(tx, meta, account, Some(crate::types::Step::Order))?;
    tx.push(SET_CLEARED, p![account.id, standing.bad_debt.max(0)])
}

/// A temporary increase of a limit, both days included.
#[derive(Clone, Debug)]
pub struct NewIncrease {
    /// Minor units of the account's currency, more than 0.
    pub amount: i64,
    pub from: Day,
    pub until: Day,
    pub reason: String,
}

/// # Errors
/// `credit.number_out_of_range`, `credit.days_in_wrong_order`, `credit.reason_missing`.
pub fn add_increase(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &AccountRow,
    new: &NewIncrease,
) -> db::Result<IncreaseId> {
    if new.amount <= 0 {
        return Err(refusals::number_out_of_range("amount").into());
    }
    if new.until < new.from || new.until < meta.today {
        return Err(refusals::days_in_wrong_order().into());
    }
    let why = reason(&new.reason)?;
    let id: IncreaseId = tx.next_id();
    tx.push(
        ADD_INCREASE,
        p![
            id, account.id, new.amount, new.from, new.until, why, meta.user, meta.now
        ],
    )?;
    touch(tx, account.id)?;
    Ok(id)
}

/// Ends an increase at once.
pub fn end_increase(tx: &mut Tx<'_>, meta: &Meta, id: IncreaseId) -> db::Result<AccountId> {
    let account: AccountId = tx.opt(INCREASE, p![id])?.ok_or_else(refusals::not_found)?;
    tx.push(END_INCREASE, p![id, meta.now, meta.user])?;
    touch(tx, account)?;
    Ok(account)
}

/// A group of customers that share a limit.
#[derive(Clone, Debug)]
pub struct NewGroup {
    pub name: String,
    pub currency: Currency,
    pub limit: Option<i64>,
}

/// Makes a group, or changes name and limit of one; its currency stays.
///
/// # Errors
/// `credit.name_taken`, `credit.limit_negative`, `credit.changed_meanwhile`.
pub fn save_group(tx: &mut Tx<'_>, id: Option<(GroupId, i64)>, new: &NewGroup) -> db::Result<GroupId> {
    let name = limited("name", &new.name)?;
    if name.is_empty() {
        return Err(Refusal::invalid("credit.name_missing").on("name").into());
    }
    if new.limit.is_some_and(|limit| limit < 0) {
        return Err(refusals::limit_negative().on("limit").into());
    }
    let named: Option<GroupId> = tx.opt(GROUP_NAMED, p![&name])?;
    if named.is_some() && named != id.map(|(id, _)| id) {
        return Err(refusals::name_taken(&name).into());
    }
    let Some((id, version)) = id else {
        let id: GroupId = tx.next_id();
        tx.push(ADD_GROUP, p![id, name, new.currency, new.limit])?;
        return Ok(id);
    };
    let (_, stored): (Currency, i64) = tx.opt(GROUP, p![id])?.ok_or_else(refusals::not_found)?;
    if stored != version {
        return Err(refusals::changed_meanwhile().into());
    }
    tx.push(SET_GROUP, p![id, name, new.limit])?;
    Ok(id)
}

/// An amount that a person wrote.
pub fn amount(field: &'static str, text: &str, currency: Currency) -> Result<i64, Refusal> {
    Money::parse(text.trim(), currency)
        .map(|money| money.minor)
        .map_err(|_| refusals::amount_unreadable(field, text))
}

pub(crate) fn reason(text: &str) -> Result<String, Refusal> {
    let text = limited("reason", text)?;
    if text.is_empty() {
        return Err(refusals::reason_missing());
    }
    Ok(text)
}

pub(crate) fn limited(field: &'static str, text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    if text.chars().count() > 2000 {
        return Err(refusals::text_too_long(field));
    }
    Ok(text.to_owned())
}
