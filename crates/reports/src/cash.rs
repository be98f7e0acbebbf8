//! Days sales outstanding, collection effectiveness and expected cash by week. The formulas are in
//! [`crate::rules`].

use std::collections::{BTreeMap, HashMap};

use base::{Currency, Day, Money, Refusal};
use db::{Tx, p};
use kit::Meta;
use ledger::{AccountId, EntryId};
use parties::CustomerId;
use receivables::queries::age_totals;
use serde::Serialize;

use crate::rules::{self, Expected, Month, Paid};

db::statements! {
    // By day: all entries, and those of goods and charges.
    BY_DAY = "SELECT a.currency, e.basis_date, CAST(SUM(e.amount_minor) AS BIGINT), \
        CAST(SUM(CASE WHEN e.kind IN ('sale', 'return', 'charge') THEN e.amount_minor ELSE 0 END) AS BIGINT) \
        FROM ledger_v_entry e JOIN ledger_v_account a ON a.company_id = e.company_id AND a.id = e.account_id \
        WHERE e.company_id = $1 AND e.basis_date <= $2 GROUP BY a.currency, e.basis_date \
        ORDER BY a.currency, e.basis_date";
    // What receipts closed since a day, undone write-offs left out, with the due date in force.
    PAID = "SELECT s.account_id, s.due_date, s.paid_on, CAST(SUM(s.amount_minor) AS BIGINT) FROM \
        (SELECT x.account_id, x.amount_minor, \
            COALESCE((SELECT d.due_date FROM ledger_v_due d WHERE d.company_id = x.company_id \
                AND d.entry_id = x.debit_entry_id ORDER BY d.seq DESC LIMIT 1), o.due_date) AS due_date, \
            CASE WHEN c.basis_date < o.basis_date THEN o.basis_date ELSE c.basis_date END AS paid_on \
            FROM ledger_v_allocation x \
            JOIN ledger_v_entry c ON c.company_id = x.company_id AND c.id = x.credit_entry_id AND c.kind = 'receipt' \
            JOIN ledger_v_entry o ON o.company_id = x.company_id AND o.id = x.debit_entry_id \
                AND o.kind IN ('sale', 'charge', 'opening') \
            WHERE x.company_id = $1 AND x.reversal_of IS NULL AND c.basis_date >= $2 \
                AND NOT EXISTS (SELECT 1 FROM ledger_v_allocation r WHERE r.company_id = x.company_id \
                    AND r.reversal_of = x.id)) s \
        GROUP BY s.account_id, s.due_date, s.paid_on";
    // Part by part, so that what is on a plan comes in by its rows; what is disputed is not expected.
    OWED = "SELECT q.account_id, q.due_date, CAST(SUM(q.open_minor - q.disputed_minor) AS BIGINT), \
        CAST(SUM(q.disputed_minor) AS BIGINT) FROM ledger_v_owed_part q \
        WHERE q.company_id = $1 GROUP BY q.account_id, q.due_date";
    OWED_ROWS = "SELECT q.entry_id, a.customer_id, c.code, c.name, e.document_kind, e.document_id, e.document_no, \
        q.due_date, q.open_minor - q.disputed_minor FROM ledger_v_owed_part q \
        JOIN ledger_v_entry e ON e.company_id = q.company_id AND e.id = q.entry_id \
        JOIN ledger_v_account a ON a.company_id = q.company_id AND a.id = q.account_id \
        JOIN parties_v_customer c ON c.company_id = a.company_id AND c.id = a.customer_id \
        WHERE q.company_id = $1 AND q.account_id = $2 AND q.due_date = $3 AND q.open_minor > q.disputed_minor \
        ORDER BY q.basis_date, q.entry_id, q.row_no";
    CURRENCIES = "SELECT id, currency FROM ledger_v_account WHERE company_id = $1";
}

const MONTHS_SHOWN: i64 = 12;
const WEEKS_SHOWN: i64 = 13;
const HABIT_DAYS: i64 = 365;
const ROWS_SHOWN: usize = 500;

/// Days sales outstanding at the end of a month, or at the day that is asked for.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct DsoPoint {
    #[schema(value_type = String)]
    pub day: Day,
    #[schema(value_type = String)]
    pub balance: Money,
    /// Billed in the month up to the day.
    #[schema(value_type = String)]
    pub billed: Money,
    /// Days with one decimal, such as `41.3`. Absent: more is owed than was ever billed.
    pub days: Option<String>,
}

/// Collection effectiveness of a period with what it is computed from.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Effectiveness {
    #[schema(value_type = String)]
    pub from: Day,
    #[schema(value_type = String)]
    pub to: Day,
    /// Balance at the end of the day before.
    #[schema(value_type = String)]
    pub opening: Money,
    #[schema(value_type = String)]
    pub billed: Money,
    #[schema(value_type = String)]
    pub closing: Money,
    /// Of the closing: what was not due yet.
    #[schema(value_type = String)]
    pub closing_not_due: Money,
    /// Per cent with one decimal. Absent: nothing was due.
    pub percent: Option<String>,
}

/// How a currency's receivables turn into money.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct CollectionFigures {
    #[schema(value_type = String)]
    pub currency: Currency,
    /// The last twelve months, the oldest first; the last one ends on the day itself.
    pub dso: Vec<DsoPoint>,
    pub effectiveness: Effectiveness,
}

struct Daily {
    day: Day,
    all: i64,
    billed: i64,
}

/// Sums of one currency between days.
struct History<'d>(&'d [Daily]);

impl History<'_> {
    fn balance(&self, day: Day) -> i64 {
        self.0
            .iter()
            .filter(|one| one.day <= day)
            .map(|one| one.all)
            .sum()
    }

    fn billed(&self, from: Day, to: Day) -> i64 {
        let within = |one: &&Daily| one.day >= from && one.day <= to;
        self.0.iter().filter(within).map(|one| one.billed).sum()
    }

    /// The months up to a day, the latest first, as far as there is history.
    fn months(&self, day: Day) -> Vec<Month> {
        let Some(first) = self.0.first() else {
            return Vec::new();
        };
        let mut months = Vec::new();
        let mut to = day;
        while to >= first.day {
            let from = to.month_start(0);
            months.push(Month {
                days: to.since(from) + 1,
                billed: self.billed(from, to),
            });
            to = from.plus(-1);
        }
        months
    }
}

/// A count of tenths with its decimal.
fn tenths(value: i64) -> String {
    let sign = if value < 0 { "-" } else { "" };
    format!("{sign}{}.{}", value.abs() / 10, value.abs() % 10)
}

/// Days sales outstanding of the last twelve months and the effectiveness of `from` to `day`, by currency.
pub fn collection(tx: &mut Tx<'_>, meta: &Meta, day: Day, from: Day) -> db::Result<Vec<CollectionFigures>> {
    if from > day {
        return Err(Refusal::invalid("reports.from_after_to")
            .on("from")
            .with("to", day)
            .into());
    }
    let rows: Vec<(Currency, Day, i64, i64)> = tx.all(BY_DAY, p![day])?;
    let ages = age_totals(tx, meta.today, Some(day))?;
    let mut by_currency: Vec<(Currency, Vec<Daily>)> = Vec::new();
    for (currency, day, all, billed) in rows {
        let daily = Daily { day, all, billed };
        match by_currency.last_mut().filter(|last| last.0 == currency) {
            Some((_, days)) => days.push(daily),
            None => by_currency.push((currency, vec![daily])),
        }
    }
    let figures = |(currency, days): (Currency, Vec<Daily>)| {
        let history = History(&days);
        let money = |minor| Money::new(minor, currency);
        let point = |end: Day| {
            let balance = history.balance(end);
            let days = rules::days_sales_outstanding(balance, &history.months(end));
            DsoPoint {
                day: end,
                balance: money(balance),
                billed: money(history.billed(end.month_start(0), end)),
                days: days.map(tenths),
            }
        };
        let ends = (0..MONTHS_SHOWN).rev().map(|back| match back {
            0 => day,
            back => day.month_start(1 - back).plus(-1),
        });
        let not_due = ages
            .iter()
            .find(|age| age.currency == currency)
            .map_or(0, |age| age.ages.not_due.minor);
        let (opening, closing) = (history.balance(from.plus(-1)), history.balance(day));
        let billed = history.billed(from, day);
        let percent = rules::collection_effectiveness(opening, billed, closing, not_due);
        CollectionFigures {
            currency,
            dso: ends.map(point).collect(),
            effectiveness: Effectiveness {
                from,
                to: day,
                opening: money(opening),
                billed: money(billed),
                closing: money(closing),
                closing_not_due: money(not_due),
                percent: percent.map(tenths),
            },
        }
    };
    Ok(by_currency.into_iter().map(figures).collect())
}

/// What is expected in one week.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct CashWeek {
    /// Its Monday.
    #[schema(value_type = String)]
    pub from: Day,
    #[schema(value_type = String)]
    pub to: Day,
    /// By due date alone.
    #[schema(value_type = String)]
    pub due: Money,
    /// By due date and each customer's habit.
    #[schema(value_type = String)]
    pub expected: Money,
}

/// Expected cash of a currency.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct CashForecast {
    #[schema(value_type = String)]
    pub currency: Currency,
    pub weeks: Vec<CashWeek>,
    /// After the last week.
    #[schema(value_type = String)]
    pub later: Money,
    /// Should have come by now, even by the customer's habit.
    #[schema(value_type = String)]
    pub late: Money,
    /// Disputed, and not expected until it is settled.
    #[schema(value_type = String)]
    pub disputed: Money,
    /// All of it: what is owed.
    #[schema(value_type = String)]
    pub total: Money,
}

/// What is owed on one account and falls due on one day.
struct Owed {
    account: AccountId,
    due: Day,
    amount: i64,
    disputed: i64,
}

db::from_row! { Owed { account, due, amount, disputed } }

/// What should come in and when.
struct Outlook {
    today: Day,
    owed: Vec<Owed>,
    habits: HashMap<AccountId, Option<i64>>,
    currencies: HashMap<AccountId, Currency>,
}

impl Outlook {
    fn load(tx: &mut Tx<'_>, meta: &Meta) -> db::Result<Outlook> {
        let paid: Vec<(AccountId, Day, Day, i64)> = tx.all(PAID, p![meta.today.plus(-HABIT_DAYS)])?;
        let mut by_account: HashMap<AccountId, Vec<Paid>> = HashMap::new();
        for (account, due, on, amount) in paid {
            by_account
                .entry(account)
                .or_default()
                .push(Paid { due, on, amount });
        }
        let habits = by_account
            .into_iter()
            .map(|(account, paid)| (account, rules::habit(paid)));
        Ok(Outlook {
            today: meta.today,
            owed: tx.all(OWED, p![])?,
            habits: habits.collect(),
            currencies: tx
                .all::<(AccountId, Currency)>(CURRENCIES, p![])?
                .into_iter()
                .collect(),
        })
    }

    fn habit(&self, account: AccountId) -> Option<i64> {
        self.habits.get(&account).copied().flatten()
    }

    fn expected(&self, owed: &Owed) -> Expected {
        rules::expected(owed.due, self.habit(owed.account).unwrap_or(0), self.today)
    }
}

/// Sums of one currency while what is owed is put into its weeks.
#[derive(Default)]
struct Slots {
    /// By due date, and expected.
    weeks: Vec<(i64, i64)>,
    later: i64,
    late: i64,
    disputed: i64,
    total: i64,
}

impl Slots {
    fn add(&mut self, weeks: &[Day], owed: &Owed, expected: Expected) {
        self.weeks.resize(weeks.len(), (0, 0));
        self.total += owed.amount + owed.disputed;
        self.disputed += owed.disputed;
        if let Some(index) = week_of(weeks, owed.due) {
            self.weeks[index].0 += owed.amount;
        }
        match expected {
            Expected::Late => self.late += owed.amount,
            Expected::On(day) => match week_of(weeks, day) {
                Some(index) => self.weeks[index].1 += owed.amount,
                None => self.later += owed.amount,
            },
        }
    }

    fn forecast(self, currency: Currency, weeks: &[Day]) -> CashForecast {
        let money = |minor| Money::new(minor, currency);
        let week = |(from, (due, expected)): (&Day, (i64, i64))| CashWeek {
            from: *from,
            to: from.plus(6),
            due: money(due),
            expected: money(expected),
        };
        CashForecast {
            currency,
            weeks: weeks.iter().zip(self.weeks).map(week).collect(),
            later: money(self.later),
            late: money(self.late),
            disputed: money(self.disputed),
            total: money(self.total),
        }
    }
}

/// Expected cash of thirteen weeks from this one on, by currency.
pub fn expected_cash(tx: &mut Tx<'_>, meta: &Meta) -> db::Result<Vec<CashForecast>> {
    let outlook = Outlook::load(tx, meta)?;
    let weeks = rules::weeks(meta.today, WEEKS_SHOWN);
    let mut by_currency: BTreeMap<Currency, Slots> = BTreeMap::new();
    for owed in &outlook.owed {
        if let Some(currency) = outlook.currencies.get(&owed.account) {
            let slots = by_currency.entry(*currency).or_default();
            slots.add(&weeks, owed, outlook.expected(owed));
        }
    }
    let forecasts = by_currency
        .into_iter()
        .map(|(currency, slots)| slots.forecast(currency, &weeks));
    Ok(forecasts.collect())
}

fn week_of(weeks: &[Day], day: Day) -> Option<usize> {
    weeks
        .iter()
        .position(|monday| *monday <= day && day < monday.plus(7))
}

/// An open item with the day on which it is expected.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ExpectedItem {
    #[schema(value_type = String)]
    pub entry_id: EntryId,
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    pub customer_code: String,
    pub customer_name: String,
    #[schema(value_type = String)]
    pub currency: Currency,
    pub document_kind: String,
    pub document_id: String,
    pub document_no: String,
    #[schema(value_type = String)]
    pub due_date: Day,
    /// Days after the due date that the customer pays; absent without history.
    pub habit_days: Option<i64>,
    /// Absent: it should have come by now.
    #[schema(value_type = Option<String>)]
    pub expected_on: Option<Day>,
    #[schema(value_type = String)]
    pub open: Money,
}

/// Which items of the forecast are asked for.
#[derive(Clone, Copy, Debug)]
pub enum Slot {
    /// Expected in the seven days from a Monday.
    Week(Day),
    Later,
    Late,
}

/// The items behind one figure of the forecast, at most 500, the earliest first.
pub fn expected_items(
    tx: &mut Tx<'_>,
    meta: &Meta,
    currency: Currency,
    slot: Slot,
) -> db::Result<Vec<ExpectedItem>> {
    let outlook = Outlook::load(tx, meta)?;
    let weeks = rules::weeks(meta.today, WEEKS_SHOWN);
    let is_in = |expected: Expected| match (slot, expected) {
        (Slot::Late, Expected::Late) => true,
        (Slot::Week(monday), Expected::On(day)) => monday <= day && day < monday.plus(7),
        (Slot::Later, Expected::On(day)) => week_of(&weeks, day).is_none(),
        _ => false,
    };
    let mut found: Vec<(&Owed, Expected)> = outlook
        .owed
        .iter()
        .filter(|owed| outlook.currencies.get(&owed.account) == Some(&currency))
        .map(|owed| (owed, outlook.expected(owed)))
        .filter(|(_, expected)| is_in(*expected))
        .collect();
    found.sort_by_key(|(owed, _)| (owed.due, owed.account));
    let mut items = Vec::new();
    for (owed, expected) in found {
        if items.len() >= ROWS_SHOWN {
            break;
        }
        let habit_days = outlook.habit(owed.account);
        items.extend(tx.each(OWED_ROWS, p![owed.account, owed.due], |row| {
            Ok(ExpectedItem {
                entry_id: row.get(0)?,
                customer_id: row.get(1)?,
                customer_code: row.get(2)?,
                customer_name: row.get(3)?,
                currency,
                document_kind: row.get(4)?,
                document_id: row.get::<i64>(5)?.to_string(),
                document_no: row.get(6)?,
                due_date: row.get(7)?,
                habit_days,
                expected_on: match expected {
                    Expected::On(day) => Some(day),
                    Expected::Late => None,
                },
                open: Money::new(row.get(8)?, currency),
            })
        })?);
    }
    items.truncate(ROWS_SHOWN);
    Ok(items)
}
