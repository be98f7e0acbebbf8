use base::{Money, Refusal};
use db::{Refused, Tx, p};
use kit::Meta;
use ledger::{AccountId, AccountRow, DocRef};

use crate::rules;
use crate::types::{CommitKind, Decision, DecisionId, Event, Exposure, Policy, Verdict};

db::statements! {
    OPEN = "INSERT INTO credit_account (company_id, account_id, limit_minor, policy, ord_minor, shp_minor, version) \
        VALUES ($1, $2, $3, $4, 0, 0, 1)";
    SET_LIMIT = "UPDATE credit_account SET limit_minor = $3, policy = $4, version = version + 1 \
        WHERE company_id = $1 AND account_id = $2";
    GET = "SELECT ord_minor, shp_minor, pdc_minor, limit_minor, policy FROM credit_account \
        WHERE company_id = $1 AND account_id = $2";
    COMMITTED = "SELECT amount_minor FROM credit_commitment WHERE company_id = $1 AND kind = $2 AND document_id = $3";
    COMMIT = "INSERT INTO credit_commitment (company_id, kind, document_id, account_id, amount_minor) \
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (company_id, kind, document_id) \
        DO UPDATE SET amount_minor = excluded.amount_minor";
    UNCOMMIT = "DELETE FROM credit_commitment WHERE company_id = $1 AND kind = $2 AND document_id = $3";
    ADD = "UPDATE credit_account SET ord_minor = ord_minor + $3, shp_minor = shp_minor + $4, \
        pdc_minor = pdc_minor + $5 WHERE company_id = $1 AND account_id = $2";
    DECISION = "INSERT INTO credit_decision (company_id, id, account_id, at, actor, event, document_kind, \
        document_id, document_version, amount_minor, ord_minor, shp_minor, ar_minor, pdc_minor, cr_minor, \
        exposure_minor, limit_minor, policy, result, reasons, account_version) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)";
}

/// Makes the credit row of a new account.
pub fn open(tx: &mut Tx<'_>, account: AccountId, limit: Option<i64>, policy: Policy) -> db::Result<()> {
    not_negative(limit)?;
    tx.push(OPEN, p![account, limit, policy.as_str()])
}

/// Sets limit and policy. Lowering the limit below the exposure is allowed and holds nothing back
/// that was already let through.
///
/// # Errors
/// `credit.limit_negative`.
pub fn set_limit(tx: &mut Tx<'_>, account: AccountId, limit: Option<i64>, policy: Policy) -> db::Result<()> {
    not_negative(limit)?;
    tx.push(SET_LIMIT, p![account, limit, policy.as_str()])
}

fn not_negative(limit: Option<i64>) -> Result<(), Refusal> {
    if limit.is_some_and(|limit| limit < 0) {
        return Err(Refusal::invalid("credit.limit_negative").on("credit_limit"));
    }
    Ok(())
}

/// The exposure of a locked account as it stands in this unit.
pub fn exposure(tx: &mut Tx<'_>, account: &AccountRow) -> db::Result<Exposure> {
    let (ord, shp, pdc, limit, policy) = tx.one(GET, p![account.id])?;
    Ok(Exposure {
        ord,
        shp,
        ar: account.open_debit,
        pdc,
        cr: account.open_credit - account.held_credit,
        limit,
        policy,
    })
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
    pub document: DocRef,
    pub document_version: i64,
    /// By how much the act raises the exposure.
    pub amount: i64,
    /// Goods that already left, and imports, are never held back: the record and a warning remain.
    pub blockable: bool,
}

/// Checks the exposure after an act: call it when commitments and entries of the act are written.
/// Stores the decision record, also with a refusal.
///
/// # Errors
/// `credit.over_limit` with limit, exposure before, the act's amount, and by how much it is over.
pub fn check(tx: &mut Tx<'_>, meta: &Meta, account: &AccountRow, act: &Checked) -> db::Result<Decision> {
    let after = exposure(tx, account)?;
    let mut verdict = rules::decide(&after, act.amount);
    if verdict == Verdict::Block && !act.blockable {
        verdict = Verdict::Warn;
    }
    let id: DecisionId = tx.next_id();
    let reasons = if verdict == Verdict::Allow {
        "[]"
    } else {
        r#"["limit_usage"]"#
    };
    let record = p![
        id,
        account.id,
        meta.now,
        meta.user,
        act.event.as_str(),
        act.document.kind,
        act.document.id,
        act.document_version,
        act.amount,
        after.ord,
        after.shp,
        after.ar,
        after.pdc,
        after.cr,
        after.total(),
        after.limit,
        after.policy.as_str(),
        verdict.as_str(),
        reasons,
        account.version
    ];
    if verdict == Verdict::Block {
        let refusal = over_limit(account, &after, act.amount);
        return Err(Refused::new(refusal).with_evidence(DECISION, record).into());
    }
    tx.push(DECISION, record)?;
    Ok(Decision {
        id,
        exposure: after,
        verdict,
    })
}

/// The refusal that names the figures.
fn over_limit(account: &AccountRow, after: &Exposure, amount: i64) -> Refusal {
    let money = |minor: i64| Money::new(minor, account.currency);
    let limit = after.limit.unwrap_or_default();
    Refusal::rule("credit.over_limit")
        .with("currency", account.currency)
        .with("limit", money(limit))
        .with("exposure", money(after.total() - amount))
        .with("amount", money(amount))
        .with("over", money(after.total() - limit))
        .with("customer", account.customer)
}
