use base::{Day, Id, Money, Refusal, UserId};
use db::{Tx, p};
use kit::Meta;
use ledger::AccountId;

db::statements! {
    SAVE_CASE = "INSERT INTO collection_case (company_id, account_id, owner_id, next_action, next_on, version) \
        VALUES ($1, $2, $3, $4, $5, 1) ON CONFLICT (company_id, account_id) DO UPDATE SET \
        owner_id = excluded.owner_id, next_action = excluded.next_action, next_on = excluded.next_on, \
        version = collection_case.version + 1";
    SAVE_NEXT = "INSERT INTO collection_case (company_id, account_id, owner_id, next_action, next_on, version) \
        VALUES ($1, $2, $3, $4, $5, 1) ON CONFLICT (company_id, account_id) DO UPDATE SET \
        owner_id = COALESCE(collection_case.owner_id, excluded.owner_id), \
        next_action = excluded.next_action, next_on = excluded.next_on, version = collection_case.version + 1";
    INSERT_CONTACT = "INSERT INTO collection_contact (company_id, id, account_id, on_day, kind, text, recorded_at, \
        recorded_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    INSERT_PROMISE = "INSERT INTO collection_promise (company_id, id, account_id, amount_minor, promised_on, \
        made_on, person, withdrawn_reason, recorded_at, recorded_by) VALUES ($1, $2, $3, $4, $5, $6, $7, '', $8, $9)";
    FIND_PROMISE = "SELECT account_id, withdrawn_reason FROM collection_promise WHERE company_id = $1 AND id = $2";
    WITHDRAW = "UPDATE collection_promise SET withdrawn_reason = $3 WHERE company_id = $1 AND id = $2";
}

/// Marker of [`PromiseId`].
pub enum PromiseMark {}
pub type PromiseId = Id<PromiseMark>;

/// What was said, and what comes next.
#[derive(Clone, Debug)]
pub struct Contact {
    pub account: AccountId,
    /// `call`, `message`, `visit` or `note`.
    pub kind: String,
    pub text: String,
    pub next_action: String,
    pub next_on: Option<Day>,
}

const KINDS: [&str; 4] = ["call", "message", "visit", "note"];
const TEXT_LONGEST: usize = 2000;

fn checked_text(text: &str, field: &'static str) -> Result<String, Refusal> {
    let text = text.trim();
    if text.chars().count() > TEXT_LONGEST {
        return Err(Refusal::invalid("collection.text_too_long")
            .on(field)
            .with("most", TEXT_LONGEST));
    }
    Ok(text.to_owned())
}

/// Adds a line to the record. Whoever speaks with a customer that nobody looks after looks after it from then on.
///
/// # Errors
/// `ledger.account_not_found`, `collection.unknown_kind`, `collection.text_required`, `collection.next_in_past`.
pub fn record_contact(tx: &mut Tx<'_>, meta: &Meta, cmd: &Contact) -> db::Result<()> {
    ledger::find_account(tx, cmd.account)?;
    if !KINDS.contains(&cmd.kind.as_str()) {
        return Err(Refusal::invalid("collection.unknown_kind").on("kind").into());
    }
    let text = checked_text(&cmd.text, "text")?;
    if text.is_empty() {
        return Err(Refusal::invalid("collection.text_required").on("text").into());
    }
    let next = checked_text(&cmd.next_action, "next_action")?;
    not_past(meta, cmd.next_on)?;
    let id = tx.next_id::<Contact>();
    let row = p![id, cmd.account, meta.today, &cmd.kind, text, meta.now, meta.user];
    tx.push(INSERT_CONTACT, row)?;
    tx.push(SAVE_NEXT, p![cmd.account, meta.user, next, cmd.next_on])
}

fn not_past(meta: &Meta, next_on: Option<Day>) -> Result<(), Refusal> {
    if next_on.is_some_and(|day| day < meta.today) {
        return Err(Refusal::invalid("collection.next_in_past")
            .on("next_on")
            .with("today", meta.today));
    }
    Ok(())
}

/// Sets who looks after an account and what comes next.
///
/// # Errors
/// `ledger.account_not_found`, `access.not_a_member`, `collection.next_in_past`.
pub fn change_case(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: AccountId,
    owner: Option<UserId>,
    next_action: &str,
    next_on: Option<Day>,
) -> db::Result<()> {
    ledger::find_account(tx, account)?;
    if let Some(owner) = owner {
        access::require_member(tx, owner, "owner_id")?;
    }
    not_past(meta, next_on)?;
    let next = checked_text(next_action, "next_action")?;
    tx.push(SAVE_CASE, p![account, owner, next, next_on])
}

/// What a customer promises.
#[derive(Clone, Debug)]
pub struct NewPromise {
    pub account: AccountId,
    /// A decimal of the account's currency.
    pub amount: String,
    pub promised_on: Day,
    pub person: String,
}

/// Records a promise to pay.
///
/// # Errors
/// `ledger.account_not_found`, `ledger.amount_not_positive`, `collection.promise_in_past`.
pub fn promise(tx: &mut Tx<'_>, meta: &Meta, cmd: &NewPromise) -> db::Result<PromiseId> {
    let account = ledger::find_account(tx, cmd.account)?;
    let unfit = || Refusal::invalid("ledger.amount_not_positive").on("amount");
    let amount = Money::parse(cmd.amount.trim(), account.currency).map_err(|_| unfit())?;
    if amount.minor <= 0 || amount.minor > ledger::LARGEST {
        return Err(unfit().into());
    }
    if cmd.promised_on < meta.today {
        return Err(Refusal::invalid("collection.promise_in_past")
            .on("promised_on")
            .with("today", meta.today)
            .into());
    }
    let person = checked_text(&cmd.person, "person")?;
    let id: PromiseId = tx.next_id();
    let row = p![
        id,
        cmd.account,
        amount.minor,
        cmd.promised_on,
        meta.today,
        person,
        meta.now,
        meta.user
    ];
    tx.push(INSERT_PROMISE, row)?;
    Ok(id)
}

/// Takes a promise back that was recorded by mistake or replaced; it counts neither as kept nor as broken.
///
/// # Errors
/// `collection.promise_not_found`, `collection.promise_withdrawn`, `collection.text_required`.
pub fn withdraw_promise(tx: &mut Tx<'_>, id: PromiseId, reason: &str) -> db::Result<AccountId> {
    let found: Option<(AccountId, String)> = tx.opt(FIND_PROMISE, p![id])?;
    let Some((account, withdrawn)) = found else {
        return Err(Refusal::not_found("collection.promise_not_found").into());
    };
    if !withdrawn.is_empty() {
        return Err(Refusal::conflict("collection.promise_withdrawn").into());
    }
    let reason = checked_text(reason, "reason")?;
    if reason.is_empty() {
        return Err(Refusal::invalid("collection.text_required").on("reason").into());
    }
    tx.push(WITHDRAW, p![id, reason])?;
    Ok(account)
}
