//! What is known of a statement beside its content: its way to the customer, and the customer's answer.
//! Both are events that are only added; the statement's row keeps the latest as a cache.

use base::{Day, Instant, Refusal, UserId};
use db::{Tx, p};
use kit::Meta;
use ledger::AccountId;
use serde::Serialize;

use crate::issue;
use crate::rules;
use crate::store;
use crate::types::{
    AnswerState, Channel, DeliveryChannel, DeliveryState, Header, LinkId, StatementId, StatementRow,
    StatementState,
};

db::statements! {
    INSERT_DELIVERY = "INSERT INTO statements_delivery (company_id, id, statement_id, kind, channel, link_id, at, \
        by_user, text) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    SET_DELIVERY = "UPDATE statements_statement SET delivery = $3, sent_at = COALESCE(sent_at, $4), \
        deem_on = COALESCE(deem_on, $5) WHERE company_id = $1 AND id = $2";
    DELIVERIES = "SELECT kind, channel, at, by_user, text FROM statements_delivery \
        WHERE company_id = $1 AND statement_id = $2 ORDER BY id DESC LIMIT 200";
    INSERT_ANSWER = "INSERT INTO statements_answer (company_id, id, statement_id, kind, channel, person, hash, at, \
        by_user, text) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    SET_ANSWER = "UPDATE statements_statement SET answer = $3, deem_on = NULL WHERE company_id = $1 AND id = $2";
    ANSWERS = "SELECT kind, channel, person, at, by_user, text FROM statements_answer \
        WHERE company_id = $1 AND statement_id = $2 ORDER BY id DESC";
    // What is owed on the lines, and what of it is disputed.
    DISPUTED = "SELECT COALESCE(CAST(SUM(CASE WHEN l.amount_minor > 0 THEN l.amount_minor ELSE 0 END) AS BIGINT), 0), \
        COALESCE(CAST(SUM((SELECT CAST(SUM(d.left_minor) AS BIGINT) FROM ledger_v_dispute d \
            WHERE d.company_id = l.company_id AND d.entry_id = l.entry_id AND d.state = 'open')) AS BIGINT), 0) \
        FROM statements_line l WHERE l.company_id = $1 AND l.statement_id = $2";
    CURRENT = "SELECT id, no FROM statements_statement WHERE company_id = $1 AND seq = $2 \
        ORDER BY version DESC LIMIT 1";
    TO_DEEM = "SELECT id, account_id FROM statements_statement WHERE company_id = $1 AND deem_on < $2 \
        AND state = 'issued' ORDER BY deem_on, id LIMIT $3";
}

/// A step of a statement's way to the customer.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct DeliveryEvent {
    pub kind: DeliveryState,
    pub channel: DeliveryChannel,
    #[schema(value_type = String)]
    pub at: Instant,
    /// Absent where the customer opened a link.
    #[schema(value_type = Option<String>)]
    pub by: Option<UserId>,
    pub text: String,
}

db::from_row! { DeliveryEvent { kind, channel, at, by, text } }

/// What the customer said.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct AnswerEvent {
    pub kind: AnswerState,
    pub channel: Channel,
    pub person: String,
    #[schema(value_type = String)]
    pub at: Instant,
    #[schema(value_type = String)]
    pub by: UserId,
    pub text: String,
}

db::from_row! { AnswerEvent { kind, channel, person, at, by, text } }

pub fn deliveries(tx: &mut Tx<'_>, id: StatementId) -> db::Result<Vec<DeliveryEvent>> {
    tx.all(DELIVERIES, p![id])
}

pub fn answers(tx: &mut Tx<'_>, id: StatementId) -> db::Result<Vec<AnswerEvent>> {
    tx.all(ANSWERS, p![id])
}

/// What is disputed of the lines of a statement.
pub fn disputed(tx: &mut Tx<'_>, id: StatementId) -> db::Result<i64> {
    let (_, disputed): (i64, i64) = tx.one(DISPUTED, p![id])?;
    Ok(disputed)
}

/// The version of a statement, by its identity, that counts.
pub fn current_of(tx: &mut Tx<'_>, id: StatementId) -> db::Result<StatementId> {
    let statement = store::statement(tx, id)?;
    Ok(current(tx, &statement)?.0)
}

/// Version of a statement that counts: itself, or what took its place.
pub fn current(tx: &mut Tx<'_>, statement: &StatementRow) -> db::Result<(StatementId, String)> {
    tx.one(CURRENT, p![statement.seq])
}

fn live(tx: &mut Tx<'_>, statement: &StatementRow) -> db::Result<()> {
    match statement.state {
        StatementState::Issued => Ok(()),
        StatementState::Void => Err(Refusal::conflict("statements.already_void")
            .with("no", &statement.no)
            .into()),
        StatementState::Superseded => {
            let (id, newer) = current(tx, statement)?;
            Err(Refusal::conflict("statements.superseded")
                .with("no", &statement.no)
                .with("newer", newer)
                .with("newer_id", id)
                .into())
        }
    }
}

/// An event on a statement's way, as it is to be written.
struct Step<'a> {
    kind: DeliveryState,
    channel: DeliveryChannel,
    link: Option<LinkId>,
    at: Instant,
    today: Day,
    by: Option<UserId>,
    text: &'a str,
}

fn step(tx: &mut Tx<'_>, statement: &StatementRow, step: &Step<'_>) -> db::Result<()> {
    let id = tx.next_id::<DeliveryEvent>();
    let (kind, channel) = (step.kind.as_str(), step.channel.as_str());
    tx.push(
        INSERT_DELIVERY,
        p![
            id,
            statement.id,
            kind,
            channel,
            step.link,
            step.at,
            step.by,
            step.text
        ],
    )?;
    let state = rules::delivery_after(statement.delivery, step.kind);
    let reached = step.kind != DeliveryState::Failed;
    let sent_at = reached.then_some(step.at);
    let deem_on = match (statement.answer, reached) {
        (AnswerState::None, true) => deem_on(statement, step.today)?,
        _ => None,
    };
    tx.push(SET_DELIVERY, p![statement.id, state.as_str(), sent_at, deem_on])
}

/// Silence counts as consent on the day after this one, where the statement says so.
fn deem_on(statement: &StatementRow, sent: Day) -> db::Result<Option<Day>> {
    let header: Header = serde_json::from_str(&statement.header).map_err(db::Error::fault)?;
    Ok(header.deem_days.map(|days| sent.plus(days)))
}

/// Notes by hand how a statement went to the customer.
///
/// # Errors
/// `statements.statement_not_found`, `statements.already_void`, `statements.superseded`;
/// `statements.reason_missing` where it could not be delivered and nobody says why.
pub fn deliver(
    tx: &mut Tx<'_>,
    meta: &Meta,
    id: StatementId,
    (kind, channel): (DeliveryState, DeliveryChannel),
    text: &str,
) -> db::Result<()> {
    let statement = store::lock_statement(tx, id)?;
    live(tx, &statement)?;
    if !matches!(
        kind,
        DeliveryState::Sent | DeliveryState::Delivered | DeliveryState::Failed
    ) {
        return Err(Refusal::invalid("statements.delivery_kind").on("kind").into());
    }
    let text = text.trim();
    if kind == DeliveryState::Failed && text.is_empty() {
        return Err(Refusal::invalid("statements.reason_missing").on("text").into());
    }
    let sent = Step {
        kind,
        channel,
        link: None,
        at: meta.now,
        today: meta.today,
        by: Some(meta.user),
        text,
    };
    step(tx, &statement, &sent)
}

/// The customer opened a link.
pub fn seen(tx: &mut Tx<'_>, id: StatementId, link: LinkId, at: Instant, today: Day) -> db::Result<()> {
    let statement = store::lock_statement(tx, id)?;
    // Every visit is in the log of its link; here the first counts.
    if statement.delivery == DeliveryState::Viewed {
        return Ok(());
    }
    let viewed = Step {
        kind: DeliveryState::Viewed,
        channel: DeliveryChannel::Link,
        link: Some(link),
        at,
        today,
        by: None,
        text: "",
    };
    step(tx, &statement, &viewed)
}

/// What a customer says of a version of a statement.
#[derive(Clone, Debug)]
pub struct GiveAnswer {
    pub statement: StatementId,
    /// `confirmed` or `disputed`; disputes of single lines are raised on the lines.
    pub kind: AnswerState,
    /// The digest of the version that the customer speaks of.
    pub hash: String,
    pub channel: Channel,
    /// Who at the customer said so.
    pub person: String,
    pub text: String,
}

/// Registers the answer of a customer to exactly the version it speaks of.
///
/// # Errors
/// `statements.superseded` (with the version that counts), `statements.already_void`,
/// `statements.hash_differs` when the digest is that of another version, `statements.answer_kind`,
/// `statements.disputes_open` when it is to be confirmed while lines are disputed,
/// `statements.already_confirmed`, `statements.dispute_text` when a dispute has no words.
pub fn answer(tx: &mut Tx<'_>, meta: &Meta, given: &GiveAnswer) -> db::Result<()> {
    let account = store::statement(tx, given.statement)?.account;
    ledger::lock_account(tx, account)?;
    let statement = store::lock_statement(tx, given.statement)?;
    live(tx, &statement)?;
    if given.hash != statement.hash {
        return Err(Refusal::conflict("statements.hash_differs")
            .on("hash")
            .with("no", statement.no)
            .into());
    }
    if !matches!(given.kind, AnswerState::Confirmed | AnswerState::Disputed) {
        return Err(Refusal::invalid("statements.answer_kind").on("kind").into());
    }
    if statement.answer.is_confirmed() {
        return Err(Refusal::conflict("statements.already_confirmed")
            .with("no", statement.no)
            .into());
    }
    let (_, disputed): (i64, i64) = tx.one(DISPUTED, p![statement.id])?;
    if given.kind == AnswerState::Confirmed && disputed > 0 {
        return Err(Refusal::rule("statements.disputes_open")
            .with("amount", base::Money::new(disputed, statement.currency))
            .into());
    }
    if given.kind == AnswerState::Disputed && given.text.trim().is_empty() {
        return Err(Refusal::invalid("statements.dispute_text").on("text").into());
    }
    let said = (given.channel, given.person.as_str());
    note(tx, meta, &statement, given.kind, said, &given.text)
}

fn note(
    tx: &mut Tx<'_>,
    meta: &Meta,
    statement: &StatementRow,
    kind: AnswerState,
    (channel, person): (Channel, &str),
    text: &str,
) -> db::Result<()> {
    let id = tx.next_id::<AnswerEvent>();
    tx.push(
        INSERT_ANSWER,
        p![
            id,
            statement.id,
            kind.as_str(),
            channel.as_str(),
            person.trim(),
            &statement.hash,
            meta.now,
            meta.user,
            text.trim()
        ],
    )?;
    tx.push(SET_ANSWER, p![statement.id, kind.as_str()])?;
    match kind.is_confirmed() {
        true => issue::due_when_confirmed(tx, meta, statement.id),
        false => Ok(()),
    }
}

/// A line was disputed: so the statement is, in part or as a whole. One that was confirmed stays so:
/// what was said later is a matter of the line.
pub fn note_dispute(
    tx: &mut Tx<'_>,
    meta: &Meta,
    statement: &StatementRow,
    said: (Channel, &str),
    text: &str,
) -> db::Result<()> {
    if statement.answer.is_confirmed() {
        return Ok(());
    }
    let (owed, disputed): (i64, i64) = tx.one(DISPUTED, p![statement.id])?;
    let kind = rules::disputed(owed, disputed);
    note(tx, meta, statement, kind, said, text)
}

/// Whether silence on some statement counts as consent by now.
pub fn any_to_deem(tx: &mut Tx<'_>, today: Day) -> db::Result<bool> {
    Ok(!tx
        .all::<(StatementId, AccountId)>(TO_DEEM, p![today, 1_i64])?
        .is_empty())
}

/// Statements of which nobody said anything in the time that they name count as confirmed; answers
/// whether there may be more.
pub fn deem(tx: &mut Tx<'_>, meta: &Meta, limit: i64) -> db::Result<bool> {
    let due: Vec<(StatementId, AccountId)> = tx.all(TO_DEEM, p![meta.today, limit])?;
    for (id, account) in &due {
        ledger::lock_account(tx, *account)?;
        let statement = store::lock_statement(tx, *id)?;
        if statement.answer == AnswerState::None && statement.state == StatementState::Issued {
            let said = (Channel::Deadline, "");
            note(tx, meta, &statement, AnswerState::Deemed, said, "")?;
        }
    }
    Ok(i64::try_from(due.len())? == limit)
}
