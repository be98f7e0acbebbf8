//! Leave to let one document pass that credit holds back: asked for, then given by somebody whose role goes
//! so far. It holds for one version of one document, up to an amount, until a day, and once.

use access::Role;
use base::{Day, Money, UserId};
use db::{Tx, p};
use kit::Meta;
use ledger::{AccountId, DocRef};

use crate::commands::Checked;
use crate::holds::{HoldRow, waiting_hold};
use crate::refusals;
use crate::rules::{self, Forbidden, Leave};
use crate::settings;
use crate::types::{HoldId, OverrideId};

db::statements! {
    INSERT = "INSERT INTO credit_override (company_id, id, account_id, document_kind, document_id, document_no, \
        document_version, amount_minor, state, reason, requested_at, requested_by, cap_minor, until_day, note, \
        decided_at, decided_by, used_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'requested', $9, $10, $11, NULL, NULL, '', NULL, NULL, NULL)";
    ONE = "SELECT o.id, o.account_id, o.state, o.document_version, o.amount_minor, o.requested_by, l.currency \
        FROM credit_override o JOIN ledger_v_account l ON l.company_id = o.company_id AND l.id = o.account_id \
        WHERE o.company_id = $1 AND o.id = $2";
    DECIDE = "UPDATE credit_override SET state = $3, cap_minor = $4, until_day = $5, note = $6, decided_at = $7, \
        decided_by = $8 WHERE company_id = $1 AND id = $2";
    VOID_OLDER = "UPDATE credit_override SET state = 'void' WHERE company_id = $1 AND document_kind = $2 \
        AND document_id = $3 AND state IN ('requested', 'approved') AND document_version <> $4";
    LIVE = "SELECT id FROM credit_override WHERE company_id = $1 AND document_kind = $2 AND document_id = $3 \
        AND document_version = $4 AND state IN ('requested', 'approved') ORDER BY id LIMIT 1";
    LEAVE = "SELECT id, document_version, cap_minor, until_day FROM credit_override WHERE company_id = $1 \
        AND document_kind = $2 AND document_id = $3 AND state = 'approved' ORDER BY id";
    APPROVED = "SELECT document_kind, document_id, document_version, cap_minor, until_day FROM credit_override \
        WHERE company_id = $1 AND account_id = $2 AND state = 'approved' ORDER BY id";
    USED = "UPDATE credit_override SET state = 'used', used_at = $3 WHERE company_id = $1 AND id = $2";
}

struct Row {
    id: OverrideId,
    account: AccountId,
    state: String,
    version: i64,
    amount: i64,
    requested_by: UserId,
    currency: base::Currency,
}
db::from_row! { Row { id, account, state, version, amount, requested_by, currency } }

/// Asks for leave for a document as it is now. Asking again for a later version voids what was asked before.
///
/// # Errors
/// `credit.reason_missing`, `credit.already_requested`.
pub fn request(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: AccountId,
    document: &DocRef,
    (version, amount): (i64, i64),
    reason: &str,
) -> db::Result<OverrideId> {
    let reason = settings::reason(reason)?;
    insert(
        tx,
        meta,
        account,
        document,
        (version, amount),
        (&reason, meta.user),
    )
}

fn insert(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: AccountId,
    document: &DocRef,
    (version, amount): (i64, i64),
    (reason, by): (&str, UserId),
) -> db::Result<OverrideId> {
    tx.push(VOID_OLDER, p![document.kind, document.id, version])?;
    let live: Option<OverrideId> = tx.opt(LIVE, p![document.kind, document.id, version])?;
    if live.is_some() {
        return Err(refusals::already_requested().into());
    }
    let id: OverrideId = tx.next_id();
    tx.push(
        INSERT,
        p![
            id,
            account,
            document.kind,
            document.id,
            &document.no,
            version,
            amount,
            reason,
            meta.now,
            by
        ],
    )?;
    Ok(id)
}

/// What an approver says.
#[derive(Clone, Debug, Default)]
pub struct Approval {
    /// In minor units; `None`: what the document comes to.
    pub cap: Option<i64>,
    /// The last day; `None`: no end.
    pub until: Option<Day>,
    pub note: String,
}

/// Approves what was asked for.
///
/// # Errors
/// `credit.over_ceiling`, `credit.own_request`, `credit.already_decided`, `credit.cap_too_low`.
pub fn approve(
    tx: &mut Tx<'_>,
    meta: &Meta,
    role: Role,
    id: OverrideId,
    approval: &Approval,
) -> db::Result<()> {
    let row = requested(tx, id)?;
    let cap = approval.cap.unwrap_or(row.amount);
    let money = |minor| Money::new(minor, row.currency);
    if cap < row.amount {
        return Err(refusals::cap_too_low(money(row.amount)).into());
    }
    let laid_down = settings::setting(tx)?;
    let is_home = row.currency == meta.company.currency;
    // Ceilings are amounts of the company's currency: in another one only a role without a ceiling approves.
    let ceiling = laid_down
        .ceiling(role)
        .map(|ceiling| if is_home { ceiling } else { 0 });
    let own_up_to = if is_home { laid_down.self_approval } else { 0 };
    match rules::may_approve(cap, ceiling, row.requested_by == meta.user, own_up_to) {
        Ok(()) => {}
        Err(Forbidden::OverCeiling) => {
            return Err(refusals::over_ceiling(money(cap), money(ceiling.unwrap_or_default())).into());
        }
        Err(Forbidden::OwnRequest) => return Err(refusals::own_request(money(cap), money(own_up_to)).into()),
    }
    let note = settings::limited("note", &approval.note)?;
    tx.push(
        DECIDE,
        p![row.id, "approved", cap, approval.until, note, meta.now, meta.user],
    )?;
    settings::touch(tx, row.account)
}

/// Approves a waiting document that nobody asked for: whoever put it there counts as asking.
pub fn approve_hold(
    tx: &mut Tx<'_>,
    meta: &Meta,
    role: Role,
    hold: HoldId,
    approval: &Approval,
) -> db::Result<OverrideId> {
    let hold = waiting_hold(tx, hold)?;
    let live: Option<OverrideId> = tx.opt(
        LIVE,
        p![&hold.document_kind, hold.document_id, hold.document_version],
    )?;
    let id = match live {
        Some(id) => id,
        None => {
            let document = DocRef {
                kind: if hold.document_kind == "order" {
                    "order"
                } else {
                    "delivery"
                },
                id: hold.document_id,
                no: String::new(),
            };
            let of = (hold.document_version, hold.amount);
            insert(tx, meta, hold.account, &document, of, ("", hold.held_by))?
        }
    };
    approve(tx, meta, role, id, approval)?;
    Ok(id)
}

/// Says no to what was asked for.
///
/// # Errors
/// `credit.reason_missing`, `credit.already_decided`.
pub fn reject(tx: &mut Tx<'_>, meta: &Meta, id: OverrideId, note: &str) -> db::Result<()> {
    let row = requested(tx, id)?;
    let note = settings::reason(note)?;
    tx.push(
        DECIDE,
        p![
            row.id,
            "rejected",
            None::<i64>,
            None::<Day>,
            note,
            meta.now,
            meta.user
        ],
    )
}

fn requested(tx: &mut Tx<'_>, id: OverrideId) -> db::Result<Row> {
    let row: Row = tx.opt(ONE, p![id])?.ok_or_else(refusals::not_found)?;
    if row.state != "requested" {
        return Err(refusals::already_decided(&row.state).into());
    }
    debug_assert!(row.version >= 0);
    Ok(row)
}

/// The approval that covers an act, if there is one.
pub(crate) fn leave(tx: &mut Tx<'_>, meta: &Meta, act: &Checked) -> db::Result<Option<OverrideId>> {
    let found: Vec<(OverrideId, i64, i64, Option<Day>)> =
        tx.all(LEAVE, p![act.document.kind, act.document.id])?;
    let fits = found.into_iter().find(|(_, version, cap, until)| {
        let leave = Leave {
            version: *version,
            cap: *cap,
            until: *until,
        };
        rules::covers(&leave, act.seen_version, act.amount, meta.today)
    });
    Ok(fits.map(|(id, ..)| id))
}

pub(crate) fn mark_used(tx: &mut Tx<'_>, meta: &Meta, id: OverrideId) -> db::Result<()> {
    tx.push(USED, p![id, meta.now])
}

/// An approval as the queue looks at it.
pub(crate) struct Approved {
    kind: String,
    document: i64,
    leave: Leave,
}

impl Approved {
    pub(crate) fn covers(&self, row: &HoldRow, today: Day) -> bool {
        self.kind == row.document_kind
            && self.document == row.document_id
            && rules::covers(&self.leave, row.document_version, row.amount, today)
    }
}

/// The approvals of an account that were not used yet.
pub(crate) fn approved(tx: &mut Tx<'_>, _meta: &Meta, account: AccountId) -> db::Result<Vec<Approved>> {
    let rows: Vec<(String, i64, i64, i64, Option<Day>)> = tx.all(APPROVED, p![account])?;
    let approved = rows
        .into_iter()
        .map(|(kind, document, version, cap, until)| Approved {
            kind,
            document,
            leave: Leave { version, cap, until },
        });
    Ok(approved.collect())
}
