use std::collections::HashMap;

use base::{Currency, Day, Money, UserId};
use db::{Tx, p};
use kit::Meta;
use ledger::AccountId;
use parties::CustomerId;
use serde::Serialize;

use crate::commands::PromiseId;
use crate::rules::{self, Overdue, Promise};

db::statements! {
    // What should have been paid by now, part by part; disputed parts do not count.
    OVERDUE = "SELECT q.account_id, q.due_date, CAST(SUM(q.open_minor - q.disputed_minor) AS BIGINT) \
        FROM ledger_v_owed_part q WHERE q.company_id = $1 AND q.due_date < $2 AND q.open_minor > q.disputed_minor \
        GROUP BY q.account_id, q.due_date";
    OVERDUE_OF = "SELECT q.account_id, q.due_date, CAST(SUM(q.open_minor - q.disputed_minor) AS BIGINT) \
        FROM ledger_v_owed_part q WHERE q.company_id = $1 AND q.due_date < $2 AND q.open_minor > q.disputed_minor \
            AND q.account_id = $3 GROUP BY q.account_id, q.due_date";
    NAMES = "SELECT a.id, a.customer_id, c.code, c.name, c.phone, a.currency, a.open_credit_minor - a.held_credit_minor - a.reserved_credit_minor, k.owner_id, m.name, \
        k.next_action, k.next_on FROM ledger_v_account a \
        JOIN parties_v_customer c ON c.company_id = a.company_id AND c.id = a.customer_id \
        LEFT JOIN collection_case k ON k.company_id = a.company_id AND k.account_id = a.id \
        LEFT JOIN access_v_member m ON m.company_id = a.company_id AND m.user_id = k.owner_id \
        WHERE a.company_id = $1 AND (a.open_debit_minor > 0 OR k.account_id IS NOT NULL)";
    LAST_CONTACTS = "SELECT t.account_id, t.on_day, t.kind FROM collection_contact t \
        JOIN (SELECT account_id, MAX(id) AS id FROM collection_contact WHERE company_id = $1 AND kind <> 'note' \
            GROUP BY account_id) n ON n.id = t.id \
        WHERE t.company_id = $1";
    PROMISES = "SELECT w.id, w.account_id, w.amount_minor, w.promised_on, w.made_on, w.person, w.withdrawn_reason, \
        COALESCE(m.name, '') FROM collection_promise w \
        LEFT JOIN access_v_member m ON m.company_id = w.company_id AND m.user_id = w.recorded_by \
        WHERE w.company_id = $1 ORDER BY w.promised_on, w.id";
    // Receipts less those that bounced.
    RECEIPTS = "SELECT e.account_id, e.basis_date, -e.amount_minor FROM ledger_v_entry e \
        WHERE e.company_id = $1 AND e.kind = 'receipt' AND e.account_id IN \
            (SELECT w.account_id FROM collection_promise w WHERE w.company_id = $1 AND w.withdrawn_reason = '') \
            AND NOT EXISTS (SELECT 1 FROM ledger_v_entry r WHERE r.company_id = e.company_id \
                AND r.reversal_of = e.id)";
    CONTACTS = "SELECT t.on_day, t.kind, t.text, t.recorded_at, COALESCE(m.name, '') FROM collection_contact t \
        LEFT JOIN access_v_member m ON m.company_id = t.company_id AND m.user_id = t.recorded_by \
        WHERE t.company_id = $1 AND t.account_id = $2 ORDER BY t.id DESC LIMIT 100";
    MEMBERS = "SELECT user_id, name FROM access_v_member WHERE company_id = $1 AND active = 1 ORDER BY name";
}

/// A promise to pay, and how it stands.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct PromiseView {
    #[schema(value_type = String)]
    pub id: PromiseId,
    #[schema(value_type = String)]
    pub amount: Money,
    /// What receipts brought in for it.
    #[schema(value_type = String)]
    pub received: Money,
    #[schema(value_type = String)]
    pub promised_on: Day,
    #[schema(value_type = String)]
    pub made_on: Day,
    pub person: String,
    /// `open`, `kept`, `broken` or `withdrawn`.
    pub standing: String,
    pub withdrawn_reason: String,
    pub recorded_by_name: String,
}

/// An overdue account in the order in which to call.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct WorkItem {
    #[schema(value_type = String)]
    pub account_id: AccountId,
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    pub customer_code: String,
    pub customer_name: String,
    pub phone: String,
    #[schema(value_type = String)]
    pub currency: Currency,
    /// Undisputed and overdue, less what is free on account.
    #[schema(value_type = String)]
    pub overdue: Money,
    /// Free: neither a deposit nor reserved for an order.
    #[schema(value_type = String)]
    pub on_account: Money,
    #[schema(value_type = Option<String>)]
    pub oldest_due: Option<Day>,
    pub days_overdue: i64,
    #[schema(value_type = Option<String>)]
    pub owner_id: Option<UserId>,
    pub owner_name: Option<String>,
    pub next_action: String,
    #[schema(value_type = Option<String>)]
    pub next_on: Option<Day>,
    #[schema(value_type = Option<String>)]
    pub last_contact_on: Option<Day>,
    pub last_contact_kind: Option<String>,
    /// The promise that matters: broken before open, the earliest first.
    pub promise: Option<PromiseView>,
}

/// What of the work list is asked for.
#[derive(Clone, Debug, Default)]
pub struct WorkFilter {
    /// Words of a customer's code or name.
    pub q: String,
    pub owner: Option<UserId>,
    /// `broken` or `open`: accounts with such a promise.
    pub promise: Option<String>,
    /// Whose next action is due today or earlier, or has none.
    pub due: bool,
}

/// The work list, with how many rows there are in all.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct WorkList {
    pub items: Vec<WorkItem>,
    pub next: Option<String>,
    pub count: i64,
    pub count_is_capped: bool,
    /// Accounts with a broken promise, whatever is filtered.
    pub broken_promises: i64,
}

struct Row {
    id: PromiseId,
    account: AccountId,
    amount: i64,
    promised_on: Day,
    made_on: Day,
    person: String,
    withdrawn_reason: String,
    recorded_by_name: String,
}

db::from_row! { Row {
    id, account, amount, promised_on, made_on, person, withdrawn_reason, recorded_by_name
} }

/// Every promise by account, with how it stands.
fn promises(
    tx: &mut Tx<'_>,
    today: Day,
    currencies: &HashMap<AccountId, Currency>,
) -> db::Result<HashMap<AccountId, Vec<PromiseView>>> {
    let rows: Vec<Row> = tx.all(PROMISES, p![])?;
    if rows.is_empty() {
        return Ok(HashMap::new());
    }
    let mut receipts: HashMap<AccountId, Vec<(Day, i64)>> = HashMap::new();
    for (account, day, amount) in tx.all::<(AccountId, Day, i64)>(RECEIPTS, p![])? {
        receipts.entry(account).or_default().push((day, amount));
    }
    let mut by_account: HashMap<AccountId, Vec<Row>> = HashMap::new();
    for row in rows {
        by_account.entry(row.account).or_default().push(row);
    }
    let mut views = HashMap::new();
    for (account, rows) in by_account {
        let Some(currency) = currencies.get(&account) else {
            continue;
        };
        let received = receipts.remove(&account).unwrap_or_default();
        views.insert(account, standing_of(rows, &received, today, *currency));
    }
    Ok(views)
}

fn standing_of(rows: Vec<Row>, receipts: &[(Day, i64)], today: Day, currency: Currency) -> Vec<PromiseView> {
    let live: Vec<Promise> = rows
        .iter()
        .filter(|row| row.withdrawn_reason.is_empty())
        .map(|row| Promise {
            made_on: row.made_on,
            promised_on: row.promised_on,
            amount: row.amount,
        })
        .collect();
    let mut found = rules::standings(&live, receipts, today).into_iter();
    let view = |row: Row| {
        let (received, standing) = match row.withdrawn_reason.is_empty() {
            true => found
                .next()
                .map_or((0, "open"), |(sum, standing)| (sum, standing.as_str())),
            false => (0, "withdrawn"),
        };
        PromiseView {
            id: row.id,
            amount: Money::new(row.amount, currency),
            received: Money::new(received, currency),
            promised_on: row.promised_on,
            made_on: row.made_on,
            person: row.person,
            standing: standing.to_owned(),
            withdrawn_reason: row.withdrawn_reason,
            recorded_by_name: row.recorded_by_name,
        }
    };
    rows.into_iter().map(view).collect()
}

/// The promise that a list shows: a broken one before an open one, the earliest first.
fn foremost(promises: &[PromiseView]) -> Option<PromiseView> {
    let of = |standing: &str| promises.iter().find(|one| one.standing == standing);
    of("broken").or_else(|| of("open")).cloned()
}

type Names = (
    AccountId,
    CustomerId,
    String,
    String,
    String,
    Currency,
    i64,
    Option<UserId>,
    Option<String>,
    Option<String>,
    Option<Day>,
);

fn item(names: Names, overdue: Vec<Overdue>, today: Day) -> (WorkItem, i128) {
    let (
        account_id,
        customer_id,
        customer_code,
        customer_name,
        phone,
        currency,
        credit,
        owner_id,
        owner_name,
        ..,
    ) = names;
    let left = rules::after_credits(overdue, credit);
    let oldest = left.first().map(|one| one.due);
    let item = WorkItem {
        account_id,
        customer_id,
        customer_code,
        customer_name,
        phone,
        currency,
        overdue: Money::new(left.iter().map(|one| one.amount).sum(), currency),
        on_account: Money::new(credit, currency),
        oldest_due: oldest,
        days_overdue: oldest.map_or(0, |due| today.since(due)),
        owner_id,
        owner_name,
        next_action: names.9.unwrap_or_default(),
        next_on: names.10,
        last_contact_on: None,
        last_contact_kind: None,
        promise: None,
    };
    (item, rules::weight(&left, today))
}

fn overdue_by_account(rows: Vec<(AccountId, Day, i64)>) -> HashMap<AccountId, Vec<Overdue>> {
    let mut by_account: HashMap<AccountId, Vec<Overdue>> = HashMap::new();
    for (account, due, amount) in rows {
        by_account
            .entry(account)
            .or_default()
            .push(Overdue { due, amount });
    }
    by_account
}

/// Everything in the work list, by currency and weight: accounts with something overdue, and those whose promise
/// was broken or whose next action is set.
fn all(tx: &mut Tx<'_>, today: Day) -> db::Result<Vec<WorkItem>> {
    let mut overdue = overdue_by_account(tx.all(OVERDUE, p![today])?);
    let names: Vec<Names> = tx.all(NAMES, p![])?;
    let currencies = names.iter().map(|row| (row.0, row.5)).collect();
    let mut promised = promises(tx, today, &currencies)?;
    let contacts: Vec<(AccountId, Day, String)> = tx.all(LAST_CONTACTS, p![])?;
    let mut contacts: HashMap<AccountId, (Day, String)> = contacts
        .into_iter()
        .map(|(account, on, kind)| (account, (on, kind)))
        .collect();
    let mut ranked = Vec::new();
    for row in names {
        let account = row.0;
        let (mut item, weight) = item(row, overdue.remove(&account).unwrap_or_default(), today);
        item.promise = promised.remove(&account).as_deref().and_then(foremost);
        if let Some((on, kind)) = contacts.remove(&account) {
            (item.last_contact_on, item.last_contact_kind) = (Some(on), Some(kind));
        }
        if item.overdue.minor > 0 || item.promise.is_some() || item.next_on.is_some() {
            ranked.push((weight, item));
        }
    }
    ranked.sort_by(|(a, one), (b, other)| {
        let codes = one.customer_code.cmp(&other.customer_code);
        one.currency.cmp(&other.currency).then(b.cmp(a)).then(codes)
    });
    Ok(ranked.into_iter().map(|(_, item)| item).collect())
}

/// A page of the work list. Paged by position.
pub fn work_list(
    tx: &mut Tx<'_>,
    meta: &Meta,
    filter: &WorkFilter,
    (after, limit): (usize, usize),
) -> db::Result<WorkList> {
    let mut items = all(tx, meta.today)?;
    let is_broken = |item: &WorkItem| item.promise.as_ref().is_some_and(|one| one.standing == "broken");
    let broken_promises = i64::try_from(items.iter().filter(|item| is_broken(item)).count())?;
    let words = filter.q.trim().to_lowercase();
    items.retain(|item| {
        let named = item.customer_name.to_lowercase().contains(&words)
            || item.customer_code.to_lowercase().contains(&words);
        let promised = match &filter.promise {
            Some(wanted) => item.promise.as_ref().is_some_and(|one| one.standing == *wanted),
            None => true,
        };
        let owned = filter.owner.is_none_or(|owner| item.owner_id == Some(owner));
        let due = !filter.due || item.next_on.is_none_or(|day| day <= meta.today);
        named && promised && owned && due
    });
    let count = items.len();
    let items: Vec<WorkItem> = items.into_iter().skip(after).take(limit).collect();
    let shown = after + items.len();
    Ok(WorkList {
        items,
        next: (shown < count).then(|| shown.to_string()),
        count: i64::try_from(count)?,
        count_is_capped: false,
        broken_promises,
    })
}

/// A line of the record.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ContactView {
    #[schema(value_type = String)]
    pub on: Day,
    /// `call`, `message`, `visit` or `note`.
    pub kind: String,
    pub text: String,
    #[schema(value_type = String)]
    pub recorded_at: base::Instant,
    pub recorded_by_name: String,
}

/// Who may look after an account.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Colleague {
    #[schema(value_type = String)]
    pub id: UserId,
    pub name: String,
}

/// An account as collection sees it: the latest hundred contacts, newest first, and every promise.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Case {
    pub item: WorkItem,
    pub contacts: Vec<ContactView>,
    pub promises: Vec<PromiseView>,
    pub colleagues: Vec<Colleague>,
}

/// # Errors
/// `ledger.account_not_found`.
pub fn case(tx: &mut Tx<'_>, meta: &Meta, account: AccountId) -> db::Result<Case> {
    let row = ledger::find_account(tx, account)?;
    let names: Vec<Names> = tx.all(NAMES, p![])?;
    let overdue = overdue_by_account(tx.all(OVERDUE_OF, p![meta.today, account])?);
    let currencies = HashMap::from([(account, row.currency)]);
    let mut promises = promises(tx, meta.today, &currencies)?
        .remove(&account)
        .unwrap_or_default();
    let found = match names.into_iter().find(|names| names.0 == account) {
        Some(names) => names,
        None => {
            let customer = parties::get(tx, row.customer)?;
            let (code, name) = (customer.code, customer.name);
            (
                account,
                row.customer,
                code,
                name,
                String::new(),
                row.currency,
                row.open_credit,
                None,
                None,
                None,
                None,
            )
        }
    };
    let overdue = overdue.into_values().next().unwrap_or_default();
    let (mut item, _) = item(found, overdue, meta.today);
    item.promise = foremost(&promises);
    promises.reverse();
    let contacts = tx.each(CONTACTS, p![account], |row| {
        Ok(ContactView {
            on: row.get(0)?,
            kind: row.get(1)?,
            text: row.get(2)?,
            recorded_at: row.get(3)?,
            recorded_by_name: row.get(4)?,
        })
    })?;
    let colleagues: Vec<(UserId, String)> = tx.all(MEMBERS, p![])?;
    let last = contacts
        .iter()
        .find(|contact: &&ContactView| contact.kind != "note");
    item.last_contact_on = last.map(|contact| contact.on);
    item.last_contact_kind = last.map(|contact| contact.kind.clone());
    Ok(Case {
        item,
        contacts,
        promises,
        colleagues: colleagues
            .into_iter()
            .map(|(id, name)| Colleague { id, name })
            .collect(),
    })
}
