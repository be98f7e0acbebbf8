//! What a document commits, and the check of an act.

use base::Day;
use db::{Refused, Tx, Value, p};
use kit::Meta;
use ledger::{AccountId, AccountRow, DocRef};

use crate::overrides;
use crate::refusals;
use crate::rules::{self, Asked};
use crate::store::{self, Standing};
use crate::types::{
    Action, CommitKind, Decision, DecisionId, Event, Figures, Finding, OverrideId, Policy, Step,
};

db::statements! {
    OPEN = "INSERT INTO credit_account (company_id, account_id, limit_minor, policy, ord_minor, shp_minor, version) \
        VALUES ($1, $2, $3, $4, 0, 0, 1)";
    SET_LIMIT = "UPDATE credit_account SET limit_minor = $3, policy = $4, version = version + 1 \
        WHERE company_id = $1 AND account_id = $2";
    COMMITTED = "SELECT amount_minor FROM credit_commitment WHERE company_id = $1 AND kind = $2 AND document_id = $3";
    COMMIT = "INSERT INTO credit_commitment (company_id, kind, document_id, account_id, amount_minor) \
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (company_id, kind, document_id) \
        DO UPDATE SET amount_minor = excluded.amount_minor";
    UNCOMMIT = "DELETE FROM credit_commitment WHERE company_id = $1 AND kind = $2 AND document_id = $3";
    ADD = "UPDATE credit_account SET ord_minor = ord_minor + $3, shp_minor = shp_minor + $4, \
        pdc_minor = pdc_minor + $5, version = version + 1 WHERE company_id = $1 AND account_id = $2";
    DECISION = "INSERT INTO credit_decision (company_id, id, account_id, at, actor, event, document_kind, \
        document_id, document_version, amount_minor, ord_minor, shp_minor, ar_minor, pdc_minor, cr_minor, \
        exposure_minor, limit_minor, policy, result, reasons, account_version, apart_minor, figures, override_id, \
        tolerance_minor, prepaid, stands) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, \
        $22, $23, $24, $25, $26, $27)";
}

/// Makes the credit row of a new account.
pub fn open(tx: &mut Tx<'_>, account: AccountId, limit: Option<i64>, policy: Policy) -> db::Result<()> {
    not_negative(limit)?;
    tx.push(OPEN, p![account, limit, policy])
}

/// Sets limit and policy of a locked account. Lowering the limit below the exposure is allowed and holds
/// nothing back that was already let through; the record of the check says what it came to.
///
/// # Errors
/// `credit.limit_negative`.
pub fn set_limit(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &AccountRow,
    limit: Option<i64>,
    policy: Policy,
) -> db::Result<()> {
    not_negative(limit)?;
    let (before, policy_before) = store::exposure_on(tx, account, meta.today)?;
    if (before.base_limit, policy_before) == (limit, policy) {
        return Ok(());
    }
    tx.push(SET_LIMIT, p![account.id, limit, policy])?;
    let lowered = match (before.base_limit, limit) {
        (_, None) => 0,
        (None, Some(_)) => before.total().max(0),
        (Some(before), Some(limit)) => (before - limit).max(0),
    };
    if lowered == 0 {
        return Ok(());
    }
    let document = DocRef {
        kind: "account",
        id: account.id.raw(),
        no: String::new(),
    };
    alert(tx, meta, account, Event::LimitChange, document, lowered)
}

/// Looks at an account after something that is never held back but may bring it over: the record of the
/// check is the alert. Whatever was not let through yet is tested against it.
pub fn alert(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &AccountRow,
    event: Event,
    document: DocRef,
    amount: i64,
) -> db::Result<()> {
    let act = Checked {
        event,
        step: Step::Shipment,
        document,
        document_version: 0,
        seen_version: 0,
        amount,
        is_prepaid: false,
        blockable: false,
        may_wait: false,
    };
    check(tx, meta, account, &act).map(drop)
}

fn not_negative(limit: Option<i64>) -> db::Result<()> {
    if limit.is_some_and(|limit| limit < 0) {
        return Err(refusals::limit_negative().into());
    }
    Ok(())
}

/// Sets what a document commits; 0 removes it.
pub fn commit(
    tx: &mut Tx<'_>,
    account: &AccountRow,
    kind: CommitKind,
    document: i64,
    amount: i64,
) -> db::Result<()> {
    let before: Option<i64> = tx.opt(COMMITTED, p![kind.as_str(), document])?;
    let before = before.unwrap_or_default();
    let amount = amount.max(0);
    if amount == before {
        return Ok(());
    }
    if amount == 0 {
        tx.push(UNCOMMIT, p![kind.as_str(), document])?;
    } else {
        tx.push(COMMIT, p![kind.as_str(), document, account.id, amount])?;
    }
    let change = amount - before;
    let of = |wanted| if kind == wanted { change } else { 0 };
    let (ord, shp) = (of(CommitKind::Order), of(CommitKind::Shipment));
    tx.push(ADD, p![account.id, ord, shp, of(CommitKind::Instrument)])
}

/// What an act is to the credit check.
#[derive(Clone, Debug)]
pub struct Checked {
    pub event: Event,
    pub step: Step,
    pub document: DocRef,
    pub document_version: i64,
    /// The version that an approval was given for.
    pub seen_version: i64,
    /// By how much the act raises the exposure.
    pub amount: i64,
    /// Money was kept for all of the order that is not delivered yet.
    pub is_prepaid: bool,
    /// Goods that already left, and imports, are never held back: the record and a warning remain.
    pub blockable: bool,
    /// The document can wait in the queue; if not, a rule that holds refuses.
    pub may_wait: bool,
}

/// What a check came to before anything of it is written.
pub struct Judged {
    pub decision: Decision,
    record: Vec<Value>,
    used: Option<OverrideId>,
}

/// Looks at the exposure after an act: call it when commitments and entries of the act are written.
pub fn judge(tx: &mut Tx<'_>, meta: &Meta, account: &AccountRow, act: &Checked) -> db::Result<Judged> {
    let after = store::standing(tx, meta, account, Some(act.step))?;
    let asked = Asked {
        step: act.step,
        amount: act.amount,
        is_prepaid: act.is_prepaid,
        document: (act.document.kind, act.document.id),
    };
    let findings = rules::findings(&after.exposure, &after.figures, &after.rules, &asked);
    let mut action = rules::action(&findings);
    let mut used = None;
    if action >= Action::Hold && act.blockable {
        used = overrides::leave(tx, meta, act)?;
    }
    if used.is_some() {
        action = Action::Allow;
    } else if !act.blockable {
        action = action.min(Action::Warn);
    }
    let id: DecisionId = tx.next_id();
    let record = record(meta, account, act, &after, (id, action, &findings), used)?;
    Ok(Judged {
        decision: Decision {
            id,
            exposure: after.exposure,
            action,
            findings,
        },
        record,
        used,
    })
}

/// Writes the record of a check.
pub fn keep(tx: &mut Tx<'_>, meta: &Meta, judged: Judged) -> db::Result<Decision> {
    if let Some(used) = judged.used {
        overrides::mark_used(tx, meta, used)?;
    }
    tx.push(DECISION, judged.record)?;
    Ok(judged.decision)
}

/// Checks the exposure after an act, and stores the record of the decision, also with a refusal.
///
/// # Errors
/// What the strictest of the broken rules says, with its figures: `credit.over_limit`, `credit.overdue`, …
pub fn check(tx: &mut Tx<'_>, meta: &Meta, account: &AccountRow, act: &Checked) -> db::Result<Decision> {
    let judged = judge(tx, meta, account, act)?;
    conclude(tx, meta, account, act, judged)
}

/// Stores what was judged, or refuses with it as evidence; see [`check`].
pub fn conclude(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &AccountRow,
    act: &Checked,
    judged: Judged,
) -> db::Result<Decision> {
    let refuses = match judged.decision.action {
        Action::Block => true,
        Action::Hold => !act.may_wait,
        Action::Warn | Action::Allow => false,
    };
    if !refuses {
        return keep(tx, meta, judged);
    }
    let figures = store::standing(tx, meta, account, Some(act.step))?.figures;
    let strictest = judged
        .decision
        .findings
        .first()
        .ok_or_else(|| db::Error::fault("held back without a reason"))?;
    let refusal = refusals::held_back(
        account,
        &judged.decision.exposure,
        &figures,
        strictest,
        act.amount,
        judged.decision.id,
    );
    let mut record = judged.record;
    if let Some(stands) = record.last_mut() {
        *stands = false.into();
    }
    Err(Refused::new(refusal).with_evidence(DECISION, record).into())
}

/// How many unpaid parts a record shows; the findings have the sums of all.
const SHOWN_PARTS: usize = 50;

fn record(
    meta: &Meta,
    account: &AccountRow,
    act: &Checked,
    after: &Standing,
    (id, action, findings): (DecisionId, Action, &[Finding]),
    used: Option<OverrideId>,
) -> db::Result<Vec<Value>> {
    let mut shown: Figures = after.figures.clone();
    shown.parts.retain(|part| part.left > 0);
    shown.parts.truncate(SHOWN_PARTS);
    let reasons = serde_json::to_string(findings).map_err(db::Error::fault)?;
    let figures = serde_json::to_string(&shown).map_err(db::Error::fault)?;
    let e = &after.exposure;
    Ok(p![
        id,
        account.id,
        meta.now,
        meta.user,
        act.event.as_str(),
        act.document.kind,
        act.document.id,
        act.document_version,
        act.amount,
        e.ord,
        e.shp,
        e.ar,
        e.pdc,
        e.cr,
        e.total(),
        e.limit(),
        after.policy,
        action,
        reasons,
        account.version,
        e.apart,
        figures,
        used,
        after.figures.tolerance,
        act.is_prepaid,
        true
    ])
}

/// What a check would say of a document being entered, without writing anything: the exposure after it,
/// what follows, and why.
pub fn preview(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &AccountRow,
    step: Step,
    (rise, amount): (i64, i64),
) -> db::Result<(Standing, Vec<Finding>)> {
    let mut after = store::standing(tx, meta, account, Some(step))?;
    after.exposure.ord = after.exposure.ord.saturating_add(rise);
    after.figures.group = after
        .figures
        .group
        .map(|(exposure, limit)| (exposure.saturating_add(rise), limit));
    let asked = Asked {
        step,
        amount,
        is_prepaid: false,
        document: ("", 0),
    };
    let findings = rules::findings(&after.exposure, &after.figures, &after.rules, &asked);
    Ok((after, findings))
}

/// A statement waits for the customer's answer since a day.
pub fn statement_waits(tx: &mut Tx<'_>, account: AccountId, statement: i64, since: Day) -> db::Result<()> {
    tx.push(crate::settings::WAITS, p![account, statement, since])
}

/// A statement was answered, or is no longer live.
pub fn statement_answered(tx: &mut Tx<'_>, account: AccountId, statement: i64) -> db::Result<()> {
    tx.push(crate::settings::ANSWERED, p![account, statement])?;
    crate::settings::touch(tx, account)
}
