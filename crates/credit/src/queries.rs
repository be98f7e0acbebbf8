use base::{Currency, Day, Instant, Money, UserId};
use db::{Row, Tx, p};
use kit::Meta;
use kit::list::{Column, Filter, ListQuery, ListSpec, Page, Sort};
use ledger::{AccountId, AccountRow};
use parties::CustomerId;
use serde::Serialize;

use crate::refusals;
use crate::rules::{self, Asked};
use crate::store;
use crate::types::{
    Action, DecisionId, Exposure, Figures, Finding, GroupId, HoldId, IncreaseId, OverrideId, Policy, Rule,
    RuleKind, Scope, Step, Unpaid,
};

db::statements! {
    OF_CUSTOMER = "SELECT id FROM ledger_v_account WHERE company_id = $1 AND customer_id = $2 ORDER BY id";
    DECISIONS = "SELECT d.id, l.currency, d.at, d.event, d.document_kind, d.document_id, d.amount_minor, \
        d.ord_minor, d.shp_minor, d.ar_minor, d.pdc_minor, d.cr_minor, d.exposure_minor, d.limit_minor, \
        d.policy, d.result, d.reasons, d.override_id, c.id, c.name FROM credit_decision d \
        JOIN ledger_v_account l ON l.company_id = d.company_id AND l.id = d.account_id \
        JOIN parties_v_customer c ON c.company_id = l.company_id AND c.id = l.customer_id \
        WHERE d.company_id = $1 AND l.customer_id = $2 ORDER BY d.id DESC LIMIT 100";
    DECISION = "SELECT d.id, l.currency, d.at, d.event, d.document_kind, d.document_id, d.amount_minor, \
        d.ord_minor, d.shp_minor, d.ar_minor, d.pdc_minor, d.cr_minor, d.exposure_minor, d.limit_minor, \
        d.policy, d.result, d.reasons, d.override_id, c.id, c.name FROM credit_decision d \
        JOIN ledger_v_account l ON l.company_id = d.company_id AND l.id = d.account_id \
        JOIN parties_v_customer c ON c.company_id = l.company_id AND c.id = l.customer_id \
        WHERE d.company_id = $1 AND d.id = $2";
    RECORD = "SELECT account_id, account_version, actor, figures, ar_minor, cr_minor + apart_minor, stands \
        FROM credit_decision WHERE company_id = $1 AND id = $2";
    ENTRIES_AT = "SELECT CAST(COALESCE(SUM(CASE WHEN amount_minor > 0 THEN amount_minor ELSE 0 END), 0) AS BIGINT), \
        CAST(COALESCE(SUM(CASE WHEN amount_minor < 0 THEN -amount_minor ELSE 0 END), 0) AS BIGINT) \
        FROM ledger_v_entry WHERE company_id = $1 AND account_id = $2 AND account_version <= $3";
    ALLOCATED_AT = "SELECT CAST(COALESCE(SUM(amount_minor), 0) AS BIGINT) FROM ledger_v_allocation \
        WHERE company_id = $1 AND account_id = $2 AND account_version <= $3";
    COMMITMENTS = "SELECT kind, document_id, amount_minor FROM credit_commitment \
        WHERE company_id = $1 AND account_id = $2 ORDER BY kind, document_id LIMIT 200";
    INCREASES = "SELECT id, amount_minor, from_day, until_day, reason, granted_by, granted_at FROM credit_increase \
        WHERE company_id = $1 AND account_id = $2 AND until_day >= $3 AND ended_at IS NULL ORDER BY from_day, id";
    GROUPS = "SELECT g.id, g.name, g.currency, g.limit_minor, g.version, \
        CAST(COALESCE(SUM(c.ord_minor + c.shp_minor + c.pdc_minor + l.open_debit_minor - l.open_credit_minor \
            + l.held_credit_minor), 0) \
            AS BIGINT), COUNT(c.account_id) FROM credit_group g \
        LEFT JOIN credit_account c ON c.company_id = g.company_id AND c.group_id = g.id \
        LEFT JOIN ledger_v_account l ON l.company_id = c.company_id AND l.id = c.account_id \
        WHERE g.company_id = $1 GROUP BY g.id, g.name, g.currency, g.limit_minor, g.version ORDER BY g.name";
    HOLD_OF = "SELECT h.id, h.priority, h.held_at, d.id, d.reasons, l.currency FROM credit_hold h \
        JOIN credit_decision d ON d.company_id = h.company_id AND d.id = h.decision_id \
        JOIN ledger_v_account l ON l.company_id = h.company_id AND l.id = h.account_id \
        WHERE h.company_id = $1 AND h.document_kind = $2 AND h.document_id = $3 AND h.state = 'waiting'";
    CURRENCY = "SELECT l.currency FROM credit_hold h \
        JOIN ledger_v_account l ON l.company_id = h.company_id AND l.id = h.account_id \
        WHERE h.company_id = $1 AND h.id = $2";
    OVERRIDE_CURRENCY = "SELECT l.currency FROM credit_override o \
        JOIN ledger_v_account l ON l.company_id = o.company_id AND l.id = o.account_id \
        WHERE o.company_id = $1 AND o.id = $2";
}

/// What counts against a customer's limit, part by part, in the account's currency.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ExposureView {
    #[schema(value_type = String)]
    pub account_id: AccountId,
    #[schema(value_type = String)]
    pub currency: Currency,
    /// Confirmed orders, not yet shipped.
    #[schema(value_type = String)]
    pub ordered: Money,
    /// Released, not yet in the ledger.
    #[schema(value_type = String)]
    pub shipped: Money,
    /// Open debit items.
    #[schema(value_type = String)]
    pub receivable: Money,
    /// Instruments received and not cleared.
    #[schema(value_type = String)]
    pub uncleared: Money,
    /// Receipts on account and credit notes; they lower the exposure.
    #[schema(value_type = String)]
    pub credits: Money,
    /// Everything before the credits are taken off.
    #[schema(value_type = String)]
    pub gross: Money,
    #[schema(value_type = String)]
    pub exposure: Money,
    /// In force, with temporary increases. Absent: unlimited. 0: cash only.
    #[schema(value_type = Option<String>)]
    pub limit: Option<Money>,
    #[schema(value_type = Option<String>)]
    pub available: Option<Money>,
    pub policy: Policy,
}

impl ExposureView {
    fn of(account: &AccountRow, exposure: &Exposure, policy: Policy) -> ExposureView {
        let money = |minor: i64| Money::new(minor, account.currency);
        ExposureView {
            account_id: account.id,
            currency: account.currency,
            ordered: money(exposure.ord),
            shipped: money(exposure.shp),
            receivable: money(exposure.ar),
            uncleared: money(exposure.pdc),
            credits: money(exposure.cr),
            gross: money(exposure.total().saturating_add(exposure.cr)),
            exposure: money(exposure.total()),
            limit: exposure.limit().map(money),
            available: exposure.available().map(money),
            policy,
        }
    }
}

/// A rule that is broken: what was found and what would have been allowed.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct FindingView {
    pub rule: RuleKind,
    pub action: Action,
    /// How `found` and `allowed` are measured: `amount`, `days`, `documents`, or `none`.
    pub unit: String,
    pub found: String,
    pub allowed: String,
}

impl FindingView {
    pub fn of(finding: &Finding, currency: Currency) -> FindingView {
        let unit = match finding.rule {
            RuleKind::Usage
            | RuleKind::GroupUsage
            | RuleKind::Overdue
            | RuleKind::BadDebtHistory
            | RuleKind::Instalment => "amount",
            RuleKind::Oldest | RuleKind::Unanswered | RuleKind::LimitExpired => "days",
            RuleKind::PreviousBatch => "documents",
            RuleKind::ManualHold => "none",
        };
        let written = |figure: i64| {
            if unit == "amount" {
                Money::new(figure, currency).to_string()
            } else {
                figure.to_string()
            }
        };
        FindingView {
            rule: finding.rule,
            action: finding.action,
            unit: unit.to_owned(),
            found: written(finding.found),
            allowed: written(finding.allowed),
        }
    }
}

/// Reasons as stored; records from before there were rules name them without figures.
fn reasons(stored: &str, currency: Currency) -> Vec<FindingView> {
    let findings: Vec<Finding> = serde_json::from_str(stored).unwrap_or_default();
    findings
        .iter()
        .map(|finding| FindingView::of(finding, currency))
        .collect()
}

/// The record of one credit check.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct DecisionView {
    #[schema(value_type = String)]
    pub id: DecisionId,
    #[schema(value_type = String)]
    pub at: Instant,
    /// `order_confirm`, `order_amend`, `order_reopen`, `release`, `post`, `receipt_reversal` or `limit_change`.
    pub event: String,
    pub document_kind: String,
    pub document_id: String,
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    pub customer_name: String,
    #[schema(value_type = String)]
    pub currency: Currency,
    #[schema(value_type = String)]
    pub amount: Money,
    #[schema(value_type = String)]
    pub ordered: Money,
    #[schema(value_type = String)]
    pub shipped: Money,
    #[schema(value_type = String)]
    pub receivable: Money,
    #[schema(value_type = String)]
    pub uncleared: Money,
    #[schema(value_type = String)]
    pub credits: Money,
    #[schema(value_type = String)]
    pub exposure: Money,
    #[schema(value_type = Option<String>)]
    pub limit: Option<Money>,
    pub policy: Policy,
    /// `allow`, `warn`, `hold` or `block`.
    pub result: String,
    /// Every rule that was broken, the strictest first.
    pub reasons: Vec<FindingView>,
    /// The approval that let it pass.
    #[schema(value_type = Option<String>)]
    pub override_id: Option<OverrideId>,
}

impl db::FromRow for DecisionView {
    fn from_row(row: &Row<'_>) -> db::Result<DecisionView> {
        let currency: Currency = row.get(1)?;
        let money = |index: usize| row.get::<i64>(index).map(|minor| Money::new(minor, currency));
        Ok(DecisionView {
            id: row.get(0)?,
            currency,
            at: row.get(2)?,
            event: row.get(3)?,
            document_kind: row.get(4)?,
            document_id: row.get::<i64>(5)?.to_string(),
            amount: money(6)?,
            ordered: money(7)?,
            shipped: money(8)?,
            receivable: money(9)?,
            uncleared: money(10)?,
            credits: money(11)?,
            exposure: money(12)?,
            limit: row
                .get::<Option<i64>>(13)?
                .map(|minor| Money::new(minor, currency)),
            policy: row.get(14)?,
            result: row.get(15)?,
            reasons: reasons(&row.get::<String>(16)?, currency),
            override_id: row.get(17)?,
            customer_id: row.get(18)?,
            customer_name: row.get(19)?,
        })
    }
}

/// The record of a check with all it looked at, and what the ledger says of that moment today.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct DecisionDetail {
    #[serde(flatten)]
    pub decision: DecisionView,
    #[schema(value_type = String)]
    pub actor: UserId,
    /// Free credits that were applied to the oldest items on paper; absent where no rule needed it.
    #[schema(value_type = Option<String>)]
    pub applied: Option<Money>,
    /// What was unpaid after that, the oldest first; at most 50.
    pub unpaid: Vec<PartView>,
    pub replay: ReplayView,
}

/// The ledger's figures of the moment of a check, computed again from entries and allocations.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ReplayView {
    #[schema(value_type = String)]
    pub receivable: Money,
    #[schema(value_type = String)]
    pub credits: Money,
    /// Whether the record says the same; absent where the writes of the act were undone, or the record is from
    /// before there were rules.
    pub agrees: Option<bool>,
}

/// What is left to pay of an item after the free credits were applied to the oldest on paper.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct PartView {
    #[schema(value_type = String)]
    pub entry_id: ledger::EntryId,
    pub document_kind: String,
    pub document_id: String,
    pub document_no: String,
    #[schema(value_type = String)]
    pub due_date: Day,
    /// Days after the due date; 0 while it is not overdue.
    pub overdue_days: i64,
    #[schema(value_type = String)]
    pub open: Money,
    /// 0: paid, only not yet written off.
    #[schema(value_type = String)]
    pub left: Money,
}

impl PartView {
    fn of(part: &Unpaid, today: Day, currency: Currency) -> PartView {
        PartView {
            entry_id: ledger::EntryId::new(part.entry),
            document_kind: part.document_kind.clone(),
            document_id: part.document_id.to_string(),
            document_no: part.document_no.clone(),
            due_date: part.due_date,
            overdue_days: today.since(part.due_date).max(0),
            open: Money::new(part.open, currency),
            left: Money::new(part.left, currency),
        }
    }
}

/// A rule in force for a customer, and whether it is broken as things stand.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct RuleView {
    pub kind: RuleKind,
    /// Where it was laid down.
    pub scope: Scope,
    pub percent: i64,
    #[schema(value_type = String)]
    pub amount: Money,
    pub days: i64,
    pub at_order: Action,
    pub at_shipment: Action,
    pub broken: Option<FindingView>,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct IncreaseView {
    #[schema(value_type = String)]
    pub id: IncreaseId,
    #[schema(value_type = String)]
    pub amount: Money,
    #[schema(value_type = String)]
    pub from_day: Day,
    #[schema(value_type = String)]
    pub until_day: Day,
    pub reason: String,
    #[schema(value_type = String)]
    pub granted_by: UserId,
    #[schema(value_type = String)]
    pub granted_at: Instant,
    /// Whether it counts today.
    pub in_force: bool,
}

/// Customers that share a limit, with what they use together.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct GroupView {
    #[schema(value_type = String)]
    pub id: GroupId,
    pub name: String,
    #[schema(value_type = String)]
    pub currency: Currency,
    #[schema(value_type = Option<String>)]
    pub limit: Option<Money>,
    #[schema(value_type = String)]
    pub exposure: Money,
    #[schema(value_type = Option<String>)]
    pub available: Option<Money>,
    pub members: i64,
    pub version: i64,
}

impl db::FromRow for GroupView {
    fn from_row(row: &Row<'_>) -> db::Result<GroupView> {
        let currency: Currency = row.get(2)?;
        let limit: Option<i64> = row.get(3)?;
        let exposure: i64 = row.get(5)?;
        let money = |minor: i64| Money::new(minor, currency);
        Ok(GroupView {
            id: row.get(0)?,
            name: row.get(1)?,
            currency,
            limit: limit.map(money),
            exposure: money(exposure),
            available: limit.map(|limit| money(limit - exposure)),
            members: row.get(6)?,
            version: row.get(4)?,
        })
    }
}

/// What a document commits.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct CommitmentView {
    /// `order`, `shipment` or `instrument`.
    pub kind: String,
    pub document_id: String,
    #[schema(value_type = String)]
    pub amount: Money,
}

/// Where a customer stands with one account: limit, exposure and where it comes from, rules.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct CreditView {
    pub exposure: ExposureView,
    /// Granted for good; absent: unlimited.
    #[schema(value_type = Option<String>)]
    pub base_limit: Option<Money>,
    #[schema(value_type = Option<String>)]
    pub limit_until: Option<Day>,
    pub increases: Vec<IncreaseView>,
    pub group: Option<GroupView>,
    /// Why a person holds everything back; empty: nobody does.
    pub manual_hold: String,
    #[schema(value_type = String)]
    pub bad_debt: Money,
    /// Of it, what no approver has cleared for new credit.
    #[schema(value_type = String)]
    pub bad_debt_uncleared: Money,
    /// Free credits that count as paid on the oldest items although nothing was written off.
    #[schema(value_type = String)]
    pub applied: Money,
    /// The oldest first, at most 200.
    pub parts: Vec<PartView>,
    pub part_count: i64,
    pub commitments: Vec<CommitmentView>,
    pub rules: Vec<RuleView>,
}

const MOST_PARTS: usize = 200;

pub(crate) fn accounts_of(tx: &mut Tx<'_>, customer: CustomerId) -> db::Result<Vec<AccountRow>> {
    let mut accounts = Vec::new();
    for id in tx.all::<AccountId>(OF_CUSTOMER, p![customer])? {
        accounts.push(ledger::find_account(tx, id)?);
    }
    Ok(accounts)
}

/// The exposure of each of a customer's accounts.
pub fn exposure_of_customer(
    tx: &mut Tx<'_>,
    meta: &Meta,
    customer: CustomerId,
) -> db::Result<Vec<ExposureView>> {
    let mut views = Vec::new();
    for account in accounts_of(tx, customer)? {
        let (exposure, policy) = store::exposure_on(tx, &account, meta.today)?;
        views.push(ExposureView::of(&account, &exposure, policy));
    }
    Ok(views)
}

/// Where each of a customer's accounts stands.
pub fn credit_of_customer(tx: &mut Tx<'_>, meta: &Meta, customer: CustomerId) -> db::Result<Vec<CreditView>> {
    let mut views = Vec::new();
    for account in accounts_of(tx, customer)? {
        views.push(credit_view(tx, meta, &account)?);
    }
    Ok(views)
}

fn credit_view(tx: &mut Tx<'_>, meta: &Meta, account: &AccountRow) -> db::Result<CreditView> {
    let standing = store::standing(tx, meta, account, None)?;
    let currency = account.currency;
    let money = |minor: i64| Money::new(minor, currency);
    let figures = &standing.figures;
    let increases = tx.each(INCREASES, p![account.id, meta.today], |row| {
        let from_day: Day = row.get(2)?;
        Ok(IncreaseView {
            id: row.get(0)?,
            amount: money(row.get(1)?),
            from_day,
            until_day: row.get(3)?,
            reason: row.get(4)?,
            granted_by: row.get(5)?,
            granted_at: row.get(6)?,
            in_force: from_day <= meta.today,
        })
    })?;
    let group = match standing.group {
        Some(group) => groups(tx)?.into_iter().find(|one| one.id == group),
        None => None,
    };
    let commitments = tx.each(COMMITMENTS, p![account.id], |row| {
        Ok(CommitmentView {
            kind: row.get(0)?,
            document_id: row.get::<i64>(1)?.to_string(),
            amount: money(row.get(2)?),
        })
    })?;
    let rules = standing
        .rules
        .iter()
        .map(|rule| rule_view(rule, &standing.exposure, figures, currency));
    Ok(CreditView {
        exposure: ExposureView::of(account, &standing.exposure, standing.policy),
        base_limit: standing.exposure.base_limit.map(money),
        limit_until: figures.limit_until,
        increases,
        group,
        manual_hold: figures.manual_hold.clone(),
        bad_debt: money(standing.bad_debt.max(0)),
        bad_debt_uncleared: money(figures.bad_debt),
        applied: money(figures.applied),
        parts: figures
            .parts
            .iter()
            .take(MOST_PARTS)
            .map(|part| PartView::of(part, meta.today, currency))
            .collect(),
        part_count: figures.parts.len() as i64,
        commitments,
        rules: rules.collect(),
    })
}

/// A rule as it stands for the next document, however small.
fn rule_view(rule: &Rule, exposure: &Exposure, figures: &Figures, currency: Currency) -> RuleView {
    let next = Asked {
        step: Step::Both,
        amount: 1,
        is_prepaid: false,
        document: ("", 0),
    };
    let found = rules::findings(exposure, figures, std::slice::from_ref(rule), &next);
    RuleView {
        kind: rule.kind,
        scope: rule.scope,
        percent: rule.percent,
        amount: Money::new(rule.amount, currency),
        days: rule.days,
        at_order: rule.at_order,
        at_shipment: rule.at_shipment,
        broken: found.first().map(|finding| FindingView::of(finding, currency)),
    }
}

pub fn groups(tx: &mut Tx<'_>) -> db::Result<Vec<GroupView>> {
    tx.all(GROUPS, p![])
}

/// The latest hundred checks of a customer, newest first.
pub fn decisions_of_customer(tx: &mut Tx<'_>, customer: CustomerId) -> db::Result<Vec<DecisionView>> {
    tx.all(DECISIONS, p![customer])
}

/// One record, with the ledger's figures of its moment computed again.
pub fn decision(tx: &mut Tx<'_>, id: DecisionId) -> db::Result<DecisionDetail> {
    let decision: DecisionView = tx.opt(DECISION, p![id])?.ok_or_else(refusals::not_found)?;
    let (account, version, actor, figures, ar, cr, stands): (AccountId, i64, UserId, String, i64, i64, bool) =
        tx.one(RECORD, p![id])?;
    let (debits, credits): (i64, i64) = tx.one(ENTRIES_AT, p![account, version])?;
    let allocated: i64 = tx.one(ALLOCATED_AT, p![account, version])?;
    let figures: Option<Figures> = serde_json::from_str(&figures).ok();
    let money = |minor: i64| Money::new(minor, decision.currency);
    let unpaid = figures.as_ref().map(|figures| {
        let parts = figures.parts.iter();
        parts
            .map(|part| PartView::of(part, figures.today, decision.currency))
            .collect()
    });
    let (debits, credits) = (debits - allocated, credits - allocated);
    Ok(DecisionDetail {
        actor,
        applied: figures.as_ref().map(|figures| money(figures.applied)),
        unpaid: unpaid.unwrap_or_default(),
        replay: ReplayView {
            receivable: money(debits),
            credits: money(credits),
            agrees: (stands && figures.is_some()).then_some((debits, credits) == (ar, cr)),
        },
        decision,
    })
}

/// That a document waits for credit, and why.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct HoldView {
    #[schema(value_type = String)]
    pub id: HoldId,
    pub priority: i64,
    #[schema(value_type = String)]
    pub held_at: Instant,
    #[schema(value_type = String)]
    pub decision_id: DecisionId,
    pub reasons: Vec<FindingView>,
}

/// The place of a document in the queue, for its page.
pub fn hold_of(tx: &mut Tx<'_>, kind: &str, document: i64) -> db::Result<Option<HoldView>> {
    let rows = tx.each(HOLD_OF, p![kind, document], |row| {
        Ok(HoldView {
            id: row.get(0)?,
            priority: row.get(1)?,
            held_at: row.get(2)?,
            decision_id: row.get(3)?,
            reasons: reasons(&row.get::<String>(4)?, row.get(5)?),
        })
    })?;
    Ok(rows.into_iter().next())
}

/// The currency in which a waiting document or a request is.
pub(crate) fn currency_of_hold(tx: &mut Tx<'_>, id: HoldId) -> db::Result<Currency> {
    tx.opt(CURRENCY, p![id])?
        .ok_or_else(|| refusals::not_found().into())
}

pub(crate) fn currency_of_override(tx: &mut Tx<'_>, id: OverrideId) -> db::Result<Currency> {
    tx.opt(OVERRIDE_CURRENCY, p![id])?
        .ok_or_else(|| refusals::not_found().into())
}

/// A document that waits, or waited, for credit.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = CreditHoldItem)]
pub struct HoldItem {
    #[schema(value_type = String)]
    pub id: HoldId,
    /// `order` or `delivery`.
    pub document_kind: String,
    pub document_id: String,
    /// Empty for a delivery that is a draft.
    pub document_no: String,
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    pub customer_name: String,
    #[schema(value_type = String)]
    pub currency: Currency,
    #[schema(value_type = String)]
    pub amount: Money,
    pub priority: i64,
    /// `waiting`, `released` or `ended`.
    pub state: String,
    #[schema(value_type = String)]
    pub held_at: Instant,
    #[schema(value_type = Option<String>)]
    pub ended_at: Option<Instant>,
    /// Absent: it went by itself.
    #[schema(value_type = Option<String>)]
    pub ended_by: Option<UserId>,
    /// Why it waits no longer, where it was not released.
    pub note: String,
    #[schema(value_type = String)]
    pub decision_id: DecisionId,
    pub reasons: Vec<FindingView>,
}

impl db::FromRow for HoldItem {
    fn from_row(row: &Row<'_>) -> db::Result<HoldItem> {
        let currency: Currency = row.get(6)?;
        Ok(HoldItem {
            id: row.get(0)?,
            document_kind: row.get(1)?,
            document_id: row.get::<i64>(2)?.to_string(),
            document_no: row.get(3)?,
            customer_id: row.get(4)?,
            customer_name: row.get(5)?,
            currency,
            amount: Money::new(row.get(7)?, currency),
            priority: row.get(8)?,
            state: row.get(9)?,
            held_at: row.get(10)?,
            ended_at: row.get(11)?,
            ended_by: row.get(12)?,
            note: row.get(13)?,
            decision_id: row.get(14)?,
            reasons: reasons(&row.get::<String>(15)?, currency),
        })
    }
}

const HOLDS: ListSpec = ListSpec {
    columns: &[
        "h.id",
        "h.document_kind",
        "h.document_id",
        "h.document_no",
        "c.id",
        "c.name",
        "l.currency",
        "h.amount_minor",
        "h.priority",
        "h.state",
        "h.held_at",
        "h.ended_at",
        "h.ended_by",
        "h.note",
        "h.decision_id",
        "d.reasons",
    ],
    from: "credit_hold h JOIN ledger_v_account l ON l.company_id = h.company_id AND l.id = h.account_id \
        JOIN parties_v_customer c ON c.company_id = l.company_id AND c.id = l.customer_id \
        JOIN credit_decision d ON d.company_id = h.company_id AND d.id = h.decision_id",
    condition: "h.company_id = $1",
    id: "h.id",
    sorts: &[
        Sort {
            name: "held_at",
            expression: "h.held_at",
            column: Column::Instant,
        },
        Sort {
            name: "priority",
            expression: "h.priority",
            column: Column::Int,
        },
        Sort {
            name: "amount",
            expression: "h.amount_minor",
            column: Column::Int,
        },
    ],
    default_sort: "held_at",
    filters: &[
        Filter {
            name: "state",
            condition: "h.state = {}",
            column: Column::Text,
        },
        Filter {
            name: "customer_id",
            condition: "c.id = {}",
            column: Column::Int,
        },
    ],
    search: Some(("parties_v_search", "c.id")),
};

pub(crate) fn holds(tx: &mut Tx<'_>, query: &ListQuery) -> db::Result<Page<HoldItem>> {
    HOLDS.page(tx, query)
}

/// Leave that was asked for.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = CreditOverrideItem)]
pub struct OverrideItem {
    #[schema(value_type = String)]
    pub id: OverrideId,
    pub document_kind: String,
    pub document_id: String,
    pub document_no: String,
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    pub customer_name: String,
    #[schema(value_type = String)]
    pub currency: Currency,
    #[schema(value_type = String)]
    pub amount: Money,
    /// `requested`, `approved`, `rejected`, `used` or `void`.
    pub state: String,
    pub reason: String,
    #[schema(value_type = String)]
    pub requested_at: Instant,
    #[schema(value_type = String)]
    pub requested_by: UserId,
    /// Up to which amount it holds.
    #[schema(value_type = Option<String>)]
    pub cap: Option<Money>,
    #[schema(value_type = Option<String>)]
    pub until_day: Option<Day>,
    pub note: String,
    #[schema(value_type = Option<String>)]
    pub decided_at: Option<Instant>,
    #[schema(value_type = Option<String>)]
    pub used_at: Option<Instant>,
}

impl db::FromRow for OverrideItem {
    fn from_row(row: &Row<'_>) -> db::Result<OverrideItem> {
        let currency: Currency = row.get(6)?;
        Ok(OverrideItem {
            id: row.get(0)?,
            document_kind: row.get(1)?,
            document_id: row.get::<i64>(2)?.to_string(),
            document_no: row.get(3)?,
            customer_id: row.get(4)?,
            customer_name: row.get(5)?,
            currency,
            amount: Money::new(row.get(7)?, currency),
            state: row.get(8)?,
            reason: row.get(9)?,
            requested_at: row.get(10)?,
            requested_by: row.get(11)?,
            cap: row
                .get::<Option<i64>>(12)?
                .map(|minor| Money::new(minor, currency)),
            until_day: row.get(13)?,
            note: row.get(14)?,
            decided_at: row.get(15)?,
            used_at: row.get(16)?,
        })
    }
}

const OVERRIDES: ListSpec = ListSpec {
    columns: &[
        "o.id",
        "o.document_kind",
        "o.document_id",
        "o.document_no",
        "c.id",
        "c.name",
        "l.currency",
        "o.amount_minor",
        "o.state",
        "o.reason",
        "o.requested_at",
        "o.requested_by",
        "o.cap_minor",
        "o.until_day",
        "o.note",
        "o.decided_at",
        "o.used_at",
    ],
    from: "credit_override o JOIN ledger_v_account l ON l.company_id = o.company_id AND l.id = o.account_id \
        JOIN parties_v_customer c ON c.company_id = l.company_id AND c.id = l.customer_id",
    condition: "o.company_id = $1",
    id: "o.id",
    sorts: &[
        Sort {
            name: "requested_at",
            expression: "o.requested_at",
            column: Column::Instant,
        },
        Sort {
            name: "amount",
            expression: "o.amount_minor",
            column: Column::Int,
        },
    ],
    default_sort: "-requested_at",
    filters: &[
        Filter {
            name: "state",
            condition: "o.state = {}",
            column: Column::Text,
        },
        Filter {
            name: "customer_id",
            condition: "c.id = {}",
            column: Column::Int,
        },
    ],
    search: Some(("parties_v_search", "c.id")),
};

pub(crate) fn overrides(tx: &mut Tx<'_>, query: &ListQuery) -> db::Result<Page<OverrideItem>> {
    OVERRIDES.page(tx, query)
}

const CHECKS_MADE: ListSpec = ListSpec {
    columns: &[
        "d.id",
        "l.currency",
        "d.at",
        "d.event",
        "d.document_kind",
        "d.document_id",
        "d.amount_minor",
        "d.ord_minor",
        "d.shp_minor",
        "d.ar_minor",
        "d.pdc_minor",
        "d.cr_minor",
        "d.exposure_minor",
        "d.limit_minor",
        "d.policy",
        "d.result",
        "d.reasons",
        "d.override_id",
        "c.id",
        "c.name",
    ],
    from: "credit_decision d JOIN ledger_v_account l ON l.company_id = d.company_id AND l.id = d.account_id \
        JOIN parties_v_customer c ON c.company_id = l.company_id AND c.id = l.customer_id",
    condition: "d.company_id = $1",
    id: "d.id",
    sorts: &[Sort {
        name: "id",
        expression: "d.id",
        column: Column::Int,
    }],
    default_sort: "-id",
    filters: &[
        Filter {
            name: "result",
            condition: "d.result = {}",
            column: Column::Text,
        },
        Filter {
            name: "customer_id",
            condition: "c.id = {}",
            column: Column::Int,
        },
    ],
    search: Some(("parties_v_search", "c.id")),
};

pub(crate) fn decisions(tx: &mut Tx<'_>, query: &ListQuery) -> db::Result<Page<DecisionView>> {
    CHECKS_MADE.page(tx, query)
}

pub(crate) fn list_statements() -> Vec<String> {
    [HOLDS, OVERRIDES, CHECKS_MADE]
        .iter()
        .flat_map(ListSpec::statements)
        .collect()
}
