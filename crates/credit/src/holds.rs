//! The queue of documents that wait for credit. A waiting row is the owed work: as long as the account is not
//! as it was when its queue was tested last, testing it is owed.

use base::{Instant, UserId};
use db::{Tx, p};
use kit::Meta;
use ledger::{AccountId, AccountRow, DocRef};

use crate::overrides;
use crate::refusals;
use crate::rules::{self, Asked, Waiting};
use crate::store;
use crate::types::{DecisionId, HoldId, Step};

db::statements! {
    INSERT = "INSERT INTO credit_hold (company_id, id, account_id, document_kind, document_id, document_no, \
        document_version, step, amount_minor, rise_minor, priority, state, held_at, held_by, decision_id, \
        ended_at, ended_by, note) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'waiting', $12, $13, $14, NULL, NULL, '')";
    // Greater priority comes first, then who waits longest.
    WAITING = "SELECT id, account_id, document_kind, document_id, document_version, step, amount_minor, rise_minor, \
        priority, held_at, held_by FROM credit_hold \
        WHERE company_id = $1 AND account_id = $2 AND state = 'waiting' ORDER BY priority DESC, held_at, id";
    ONE = "SELECT id, account_id, document_kind, document_id, document_version, step, amount_minor, rise_minor, \
        priority, held_at, held_by FROM credit_hold WHERE company_id = $1 AND id = $2 AND state = 'waiting'";
    OF_DOCUMENT = "SELECT id, account_id, document_kind, document_id, document_version, step, amount_minor, \
        rise_minor, priority, held_at, held_by FROM credit_hold \
        WHERE company_id = $1 AND document_kind = $2 AND document_id = $3 AND state = 'waiting'";
    END = "UPDATE credit_hold SET state = $3, ended_at = $4, ended_by = $5, note = $6 \
        WHERE company_id = $1 AND id = $2 AND state = 'waiting'";
    PRIORITY = "UPDATE credit_hold SET priority = $3 WHERE company_id = $1 AND id = $2 AND state = 'waiting'";
    STAMP = "SELECT CAST(a.version + l.version + COALESCE(g.version, 0) \
        + COALESCE((SELECT s.version FROM credit_setting s WHERE s.company_id = $1), 0) \
        + COALESCE((SELECT SUM(c.version + m.version) FROM credit_account c \
            JOIN ledger_v_account m ON m.company_id = c.company_id AND m.id = c.account_id \
            WHERE c.company_id = $1 AND c.group_id = a.group_id), 0) AS BIGINT) \
        FROM credit_account a JOIN ledger_v_account l ON l.company_id = a.company_id AND l.id = a.account_id \
        LEFT JOIN credit_group g ON g.company_id = a.company_id AND g.id = a.group_id \
        WHERE a.company_id = $1 AND a.account_id = $2";
    QUEUES = "SELECT w.account_id, COALESCE(q.tested, '') FROM \
        (SELECT DISTINCT account_id FROM credit_hold WHERE company_id = $1 AND state = 'waiting') w \
        LEFT JOIN credit_queue q ON q.company_id = $1 AND q.account_id = w.account_id ORDER BY w.account_id";
    TESTED = "INSERT INTO credit_queue (company_id, account_id, tested) VALUES ($1, $2, $3) \
        ON CONFLICT (company_id, account_id) DO UPDATE SET tested = excluded.tested";
}

/// A document that waits.
#[derive(Clone, Debug)]
pub struct HoldRow {
    pub id: HoldId,
    pub account: AccountId,
    pub document_kind: String,
    pub document_id: i64,
    pub document_version: i64,
    pub step: Step,
    pub amount: i64,
    pub rise: i64,
    pub priority: i64,
    pub held_at: Instant,
    pub held_by: UserId,
}
db::from_row! { HoldRow {
    id, account, document_kind, document_id, document_version, step, amount, rise, priority, held_at, held_by,
} }

/// A document that is to wait.
#[derive(Clone, Debug)]
pub struct NewHold {
    pub document: DocRef,
    /// As it is stored while it waits.
    pub document_version: i64,
    pub step: Step,
    pub amount: i64,
    /// By how much the exposure rises once it goes; 0 where it is in it already.
    pub rise: i64,
    pub decision: DecisionId,
}

/// Puts a document into the queue of its account. It reserves nothing.
pub fn hold(tx: &mut Tx<'_>, meta: &Meta, account: &AccountRow, new: &NewHold) -> db::Result<HoldId> {
    let before = waiting(tx, new.document.kind, new.document.id)?;
    if let Some(before) = &before {
        end(tx, meta, before.id, "ended", Some(meta.user), "changed")?;
    }
    let id: HoldId = tx.next_id();
    // Who waits already keeps the place in the queue.
    let (priority, since) = before.map_or((0, meta.now), |before| (before.priority, before.held_at));
    tx.push(
        INSERT,
        p![
            id,
            account.id,
            new.document.kind,
            new.document.id,
            &new.document.no,
            new.document_version,
            new.step,
            new.amount,
            new.rise,
            priority,
            since,
            meta.user,
            new.decision
        ],
    )?;
    Ok(id)
}

/// The place of a document in the queue, if it waits.
pub fn waiting(tx: &mut Tx<'_>, kind: &str, document: i64) -> db::Result<Option<HoldRow>> {
    tx.opt(OF_DOCUMENT, p![kind, document])
}

/// A document waits no longer: it was changed, cancelled, deleted, or goes another way.
pub fn stop_waiting(tx: &mut Tx<'_>, meta: &Meta, kind: &str, document: i64, why: &str) -> db::Result<()> {
    match waiting(tx, kind, document)? {
        Some(row) => end(tx, meta, row.id, "ended", Some(meta.user), why),
        None => Ok(()),
    }
}

/// A document was released: by a person, or by itself.
pub fn released(tx: &mut Tx<'_>, meta: &Meta, hold: HoldId, by: Option<UserId>) -> db::Result<()> {
    end(tx, meta, hold, "released", by, "")
}

/// A document can no longer go by itself: somebody has to look at it.
pub fn gave_up(tx: &mut Tx<'_>, meta: &Meta, hold: HoldId, why: &str) -> db::Result<()> {
    end(tx, meta, hold, "ended", None, why)
}

fn end(
    tx: &mut Tx<'_>,
    meta: &Meta,
    hold: HoldId,
    state: &str,
    by: Option<UserId>,
    note: &str,
) -> db::Result<()> {
    tx.push(END, p![hold, state, meta.now, by, note])
}

pub fn waiting_hold(tx: &mut Tx<'_>, id: HoldId) -> db::Result<HoldRow> {
    tx.opt(ONE, p![id])?.ok_or_else(|| refusals::not_waiting().into())
}

/// Moves a document in the queue of its account. Greater comes first.
pub fn set_priority(tx: &mut Tx<'_>, id: HoldId, priority: i64) -> db::Result<()> {
    if !(-1000..=1000).contains(&priority) {
        return Err(refusals::number_out_of_range("priority").into());
    }
    let row = waiting_hold(tx, id)?;
    tx.push(PRIORITY, p![id, priority])?;
    crate::settings::touch(tx, row.account)
}

/// As of what a queue is tested: the day, and the versions of all that the rules look at.
fn stamp(tx: &mut Tx<'_>, meta: &Meta, account: AccountId) -> db::Result<String> {
    let versions: i64 = tx.one(STAMP, p![account])?;
    Ok(format!("{} {versions}", meta.today))
}

/// The accounts whose queue is to be tested.
pub fn owed_queues(tx: &mut Tx<'_>, meta: &Meta) -> db::Result<Vec<AccountId>> {
    let mut owed = Vec::new();
    for (account, tested) in tx.all::<(AccountId, String)>(QUEUES, p![])? {
        if stamp(tx, meta, account)? != tested {
            owed.push(account);
        }
    }
    Ok(owed)
}

/// The next of a locked account's queue that may go now, in order, at most `most`. The caller tries to
/// release them and comes again until there are none.
pub fn releasable(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &AccountRow,
    most: usize,
) -> db::Result<Vec<HoldRow>> {
    let queue: Vec<HoldRow> = tx.all(WAITING, p![account.id])?;
    // The widest step reads the parts for any of them.
    let now = store::standing(tx, meta, account, Some(Step::Both))?;
    let approved = overrides::approved(tx, meta, account.id)?;
    let waiting: Vec<Waiting<'_>> = queue
        .iter()
        .map(|row| Waiting {
            asked: Asked {
                step: row.step,
                amount: row.amount,
                is_prepaid: false,
                document: (&row.document_kind, row.document_id),
            },
            rise: row.rise,
            is_approved: approved.iter().any(|leave| leave.covers(row, meta.today)),
        })
        .collect();
    let chosen = rules::releasable(&now.exposure, &now.figures, &now.rules, &waiting, most);
    Ok(chosen.into_iter().map(|at| queue[at].clone()).collect())
}

/// The queue of an account was tested as it stands now.
pub fn tested(tx: &mut Tx<'_>, meta: &Meta, account: AccountId) -> db::Result<()> {
    let stamp = stamp(tx, meta, account)?;
    tx.push(TESTED, p![account, stamp])
}
