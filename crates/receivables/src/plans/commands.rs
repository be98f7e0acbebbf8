use base::{Currency, Day, Money};
use db::{Db, Tx};
use kit::job::{Handlers, Step as JobStep};
use kit::{Meta, job, number};
use ledger::{AccountId, AccountRow, EntryId, Instalment, OpenItem, PlanId};

use super::rules::{self, BreachRule, MOST_BREACH_DAYS, PlanRow, Step};
use super::store::{self, NewPlan, PlanRecord};
use crate::commands::{positive, required, within};
use crate::refusals;
use crate::types::Named;

const SERIES: &str = "PP";
const ACCELERATE: &str = "receivables.accelerate_plans";

/// A row as a person typed it.
#[derive(Clone, Debug)]
pub struct RowInput {
    pub due: Day,
    /// A positive decimal.
    pub amount: String,
}

/// What is open on items of one account, to be paid in rows.
#[derive(Clone, Debug)]
pub struct AgreePlan {
    pub account: AccountId,
    /// Whole items; `amount` of a named item is not used.
    pub items: Vec<Named>,
    pub rows: Vec<RowInput>,
    /// A row is breached when it is unpaid for more than so many days.
    pub breach_days: i64,
    pub breach_rule: BreachRule,
    pub note: String,
}

/// Other rows over what is still open of a plan.
#[derive(Clone, Debug)]
pub struct ChangePlan {
    pub plan: PlanId,
    pub rows: Vec<RowInput>,
    pub breach_days: i64,
    pub breach_rule: BreachRule,
    /// Why; required.
    pub reason: String,
}

/// Equal rows over what is open, before anything is agreed.
#[derive(Clone, Debug)]
pub struct Propose {
    pub account: AccountId,
    /// Items to be put on a new plan; empty with `plan`.
    pub entries: Vec<EntryId>,
    /// The plan to be changed.
    pub plan: Option<PlanId>,
    pub count: usize,
    pub first: Day,
    pub step: Step,
}

/// What rows are over: items for a new plan, or the plan that is to be changed.
fn open_of(
    tx: &mut Tx<'_>,
    account: AccountId,
    plan: Option<PlanId>,
    entries: &[EntryId],
) -> db::Result<Money> {
    let account = ledger::find_account(tx, account)?;
    let entries = match plan {
        Some(plan) => ledger::instalment_items(tx, plan)?,
        None => entries.to_vec(),
    };
    let items = ledger::open_items_where(tx, &entries)?;
    let open: i64 = items
        .iter()
        .filter(|item| item.side == 1 && !item.internal)
        .map(|item| item.open)
        .sum();
    if open == 0 {
        return Err(refusals::plan_without_items().into());
    }
    Ok(Money::new(open, account.currency))
}

/// Proposes equal rows; what does not divide is on the last one. Nothing is written.
pub fn propose(tx: &mut Tx<'_>, cmd: &Propose) -> db::Result<(Currency, Vec<PlanRow>)> {
    let total = open_of(tx, cmd.account, cmd.plan, &cmd.entries)?;
    Ok((
        total.currency,
        rules::proposal(total, cmd.first, cmd.step, cmd.count)?,
    ))
}

/// What is open, and what rows as typed come to.
pub fn preview_rows(
    tx: &mut Tx<'_>,
    account: AccountId,
    (plan, entries): (Option<PlanId>, &[EntryId]),
    rows: &[RowInput],
) -> db::Result<(Money, Money)> {
    let open = open_of(tx, account, plan, entries)?;
    let mut agreed: i64 = 0;
    for row in read_rows(rows, open.currency)? {
        agreed = agreed.saturating_add(row.amount);
    }
    Ok((open, Money::new(agreed, open.currency)))
}

/// Agrees a plan: from now on the items fall due by its rows.
pub fn agree_plan(tx: &mut Tx<'_>, meta: &Meta, cmd: &AgreePlan) -> db::Result<PlanId> {
    let account = ledger::lock_account(tx, cmd.account)?;
    check_breach_days(cmd.breach_days)?;
    let items = named_items(tx, meta, &account, &cmd.items)?;
    let open = Money::new(items.iter().map(|item| item.open).sum(), account.currency);
    let rows = read_rows(&cmd.rows, account.currency)?;
    rules::admit(&rows, open, meta.today)?;
    let seq = number::take(tx, SERIES)?;
    let plan = PlanRecord {
        id: tx.next_id(),
        no: number::written(SERIES, seq),
        version: 1,
        state: "active".into(),
        cause: "agreed".into(),
        customer: account.customer,
        account: account.id,
        currency: account.currency,
        total: open.minor,
        breach_days: cmd.breach_days,
        breach_rule: cmd.breach_rule.as_str().into(),
        agreed_on: meta.today,
        note: within(&cmd.note, "note")?.to_owned(),
        reason: String::new(),
    };
    let entries: Vec<EntryId> = items.iter().map(|item| item.entry).collect();
    write(tx, meta, &account, &plan, (Some(seq), None), &entries, &rows)?;
    Ok(plan.id)
}

/// Agrees other rows over what is still open: a new version; the old one stays for reading.
pub fn change_plan(tx: &mut Tx<'_>, meta: &Meta, cmd: &ChangePlan) -> db::Result<PlanId> {
    let reason = required(&cmd.reason, "reason")?;
    let (account, old) = live(tx, cmd.plan)?;
    check_breach_days(cmd.breach_days)?;
    let left: i64 = store::left(tx, old.id)?.iter().map(|row| row.amount).sum();
    if left == 0 {
        return Err(refusals::plan_kept(&old.no).into());
    }
    let rows = read_rows(&cmd.rows, account.currency)?;
    rules::admit(&rows, Money::new(left, account.currency), meta.today)?;
    let new = PlanRecord {
        cause: "changed".into(),
        breach_days: cmd.breach_days,
        breach_rule: cmd.breach_rule.as_str().into(),
        note: reason.to_owned(),
        ..old.clone()
    };
    replace(tx, meta, &account, &old, new, &rows)
}

/// Ends a plan: what is left falls due as without it.
pub fn end_plan(tx: &mut Tx<'_>, meta: &Meta, id: PlanId, reason: &str) -> db::Result<()> {
    let reason = required(reason, "reason")?;
    let (account, plan) = live(tx, id)?;
    ledger::end_instalments(tx, meta, &account, plan.id)?;
    store::set_state(tx, plan.id, "ended", reason)
}

/// The whole rest of plans that were breached, and whose rule says so, falls due. A few at a time;
/// answers how many.
pub fn accelerate_breached(tx: &mut Tx<'_>, meta: &Meta) -> db::Result<usize> {
    let found = store::to_accelerate(tx, meta.today)?;
    for id in &found {
        let (account, old) = live(tx, *id)?;
        let rows = rules::accelerated(&store::left(tx, old.id)?, meta.today);
        let new = PlanRecord {
            cause: "accelerated".into(),
            note: String::new(),
            ..old.clone()
        };
        replace(tx, meta, &account, &old, new, &rows)?;
    }
    Ok(found.len())
}

/// The handlers of payment plans.
pub(crate) fn jobs(handlers: &mut Handlers) {
    handlers.add(ACCELERATE, |tx, meta, _| {
        if accelerate_breached(tx, meta)? == 0 {
            Ok(JobStep::Done)
        } else {
            Ok(JobStep::Again(String::new()))
        }
    });
}

/// Looks whether a breach makes the rest of a plan due, and owes the job if so. Safe to call at any time.
pub async fn wake(db: &Db, meta: &Meta) -> db::Result<()> {
    let (company, today) = (meta.company.id, meta.today);
    let due = db
        .read(company, move |tx| store::to_accelerate(tx, today))
        .await?;
    if due.is_empty() {
        return Ok(());
    }
    let meta = meta.clone();
    db.write(company, move |tx| {
        job::enqueue(tx, &meta, ACCELERATE, "plans", "", meta.now)
    })
    .await
}

/// A plan that is in force, under its account's lock.
fn live(tx: &mut Tx<'_>, id: PlanId) -> db::Result<(AccountRow, PlanRecord)> {
    let found = store::get(tx, id)?.ok_or_else(refusals::plan_not_found)?;
    let account = ledger::lock_account(tx, found.account)?;
    let plan = store::get(tx, id)?.ok_or_else(refusals::plan_not_found)?;
    if plan.state != "active" {
        return Err(refusals::plan_not_active(&plan.no).into());
    }
    Ok((account, plan))
}

/// Puts a new version in the place of a live one.
fn replace(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &AccountRow,
    old: &PlanRecord,
    new: PlanRecord,
    rows: &[PlanRow],
) -> db::Result<PlanId> {
    let entries = ledger::end_instalments(tx, meta, account, old.id)?;
    let open: Vec<EntryId> = ledger::open_items_where(tx, &entries)?
        .iter()
        .map(|item| item.entry)
        .collect();
    store::set_state(tx, old.id, "replaced", &new.note)?;
    let new = PlanRecord {
        id: tx.next_id(),
        version: old.version + 1,
        total: rows.iter().map(|row| row.amount).sum(),
        agreed_on: meta.today,
        ..new
    };
    write(tx, meta, account, &new, (None, Some(old.id)), &open, rows)?;
    Ok(new.id)
}

fn write(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &AccountRow,
    plan: &PlanRecord,
    (seq, previous): (Option<i64>, Option<PlanId>),
    entries: &[EntryId],
    rows: &[PlanRow],
) -> db::Result<()> {
    let new = NewPlan {
        plan,
        seq,
        previous,
        rows,
    };
    store::insert(tx, meta, &new)?;
    let holds = plan.breach_rule == BreachRule::Hold.as_str();
    let instalments: Vec<Instalment> = rows
        .iter()
        .map(|row| Instalment {
            due_date: row.due,
            amount: row.amount,
            missed_from: holds.then(|| rules::breach_on(row.due, plan.breach_days)),
        })
        .collect();
    ledger::agree_instalments(tx, meta, account, plan.id, entries, &instalments)
}

fn check_breach_days(days: i64) -> db::Result<()> {
    if !(0..=MOST_BREACH_DAYS).contains(&days) {
        return Err(refusals::breach_days(MOST_BREACH_DAYS).into());
    }
    Ok(())
}

fn read_rows(rows: &[RowInput], currency: Currency) -> db::Result<Vec<PlanRow>> {
    let mut read = Vec::with_capacity(rows.len());
    for (at, row) in rows.iter().enumerate() {
        let amount = positive(&row.amount, currency, &format!("rows[{at}].amount"))?;
        read.push(PlanRow { due: row.due, amount });
    }
    Ok(read)
}

/// The items as they are now; each must be an open debit of the account and as it was seen.
fn named_items(
    tx: &mut Tx<'_>,
    meta: &Meta,
    account: &AccountRow,
    named: &[Named],
) -> db::Result<Vec<OpenItem>> {
    if named.is_empty() {
        return Err(refusals::plan_without_items().into());
    }
    let entries: Vec<EntryId> = named.iter().map(|one| one.entry).collect();
    let mut found = ledger::open_items(tx, account.id, ledger::Side::Debit)?;
    found.retain(|item| entries.contains(&item.entry) && !item.internal);
    let parts = ledger::owed_parts(tx, account.id, meta.today)?;
    let disputed = parts
        .iter()
        .position(|part| part.disputed > 0 && entries.contains(&part.entry));
    if let Some(at) = disputed {
        return Err(refusals::item_disputed(&parts[at].document_no).into());
    }
    for (at, one) in named.iter().enumerate() {
        let field = format!("items[{at}]");
        if entries[..at].contains(&one.entry) {
            return Err(refusals::named_twice(field).into());
        }
        let item = found.iter().find(|item| item.entry == one.entry);
        let item = item.ok_or_else(|| refusals::item_not_found(&field))?;
        let open = Money::new(item.open, account.currency);
        if let Some(text) = &one.expected_open {
            let field = format!("{field}.expected_open");
            let expected = Money::parse(text, account.currency)
                .map_err(|_| refusals::amount_unreadable(&field, text))?;
            if expected != open {
                return Err(refusals::open_changed(field, &item.document_no, expected, open).into());
            }
        }
    }
    Ok(found)
}
