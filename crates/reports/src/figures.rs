//! What the books came to at the end of a day, from four sources that must agree.

use std::collections::HashMap;

use base::{Currency, Day, Money, Refusal};
use db::{Tx, p};
use kit::Meta;
use ledger::{AccountId, EntryId, EntryKind, OrderId};
use parties::CustomerId;
use receivables::queries::{AgeTotal, age_totals};
use serde::Serialize;

/// The parts of the statement side by account, of all accounts or of one ($3). Each alias needs its condition.
macro_rules! statement_sources {
    ($s:literal, $u:literal, $e:literal) => {
        db::statements! {
            // The newest live statement of each series that closed by the day.
            pub CLOSINGS = concat!("SELECT s.account_id, s.closing_minor FROM statements_v_statement s \
                JOIN (SELECT s.account_id, MAX(s.seq) AS seq FROM statements_v_statement s \
                    WHERE s.company_id = $1 AND s.state = 'issued' AND s.to_day <= $2", $s, " \
                    GROUP BY s.account_id) n ON n.account_id = s.account_id AND n.seq = s.seq \
                WHERE s.company_id = $1", $s);
            // What is dated by the day and not on one of those statements, by the reason why.
            pub LATER_STATEMENTS = concat!("SELECT s.account_id, CAST(SUM(l.amount_minor) AS BIGINT) \
                FROM statements_v_statement s JOIN statements_v_line l ON l.company_id = s.company_id \
                    AND l.statement_id = s.id AND l.live = 1 \
                WHERE s.company_id = $1 AND s.state = 'issued' AND s.to_day > $2 AND l.basis_date <= $2", $s, " \
                GROUP BY s.account_id");
            pub WAITING = concat!("SELECT u.account_id, CAST(SUM(e.amount_minor) AS BIGINT) FROM ledger_v_unbilled u \
                JOIN ledger_v_entry e ON e.company_id = u.company_id AND e.id = u.entry_id \
                WHERE u.company_id = $1 AND e.basis_date <= $2", $u, " GROUP BY u.account_id");
            pub UNDATED = concat!("SELECT e.account_id, CAST(SUM(e.amount_minor) AS BIGINT) FROM ledger_v_entry e \
                WHERE e.company_id = $1 AND e.statement_date IS NULL AND e.internal = 0 AND e.basis_date <= $2", $e, " \
                GROUP BY e.account_id");
            pub INTERNAL = concat!("SELECT e.account_id, CAST(SUM(e.amount_minor) AS BIGINT) FROM ledger_v_entry e \
                WHERE e.company_id = $1 AND e.internal = 1 AND e.basis_date <= $2", $e, " GROUP BY e.account_id");
            // On one of those statements, but dated after the day: in the closing and not yet in the balance.
            pub AHEAD = concat!("SELECT s.account_id, CAST(SUM(l.amount_minor) AS BIGINT) FROM statements_v_statement s \
                JOIN statements_v_line l ON l.company_id = s.company_id AND l.statement_id = s.id AND l.live = 1 \
                WHERE s.company_id = $1 AND s.state = 'issued' AND s.to_day <= $2 AND l.basis_date > $2", $s, " \
                GROUP BY s.account_id");
        }
        pub const SOURCES: [(db::Sql, i64); 6] = [
            (CLOSINGS, 1), (LATER_STATEMENTS, 1), (WAITING, 1), (UNDATED, 1), (INTERNAL, 1), (AHEAD, -1),
        ];
    };
}

pub(crate) mod of_all {
    statement_sources!("", "", "");
}

pub(crate) mod of_one {
    statement_sources!(
        " AND s.account_id = $3",
        " AND u.account_id = $3",
        " AND e.account_id = $3"
    );
}

db::statements! {
    COMMITTED = "SELECT ord_minor, shp_minor, pdc_minor, limit_minor FROM credit_v_account \
        WHERE company_id = $1 AND account_id = $2";
    // Deposits and guarantees: on account, but no free credit.
    HELD = "SELECT a.currency, CAST(SUM(-e.amount_minor - COALESCE((SELECT SUM(x.amount_minor) \
            FROM ledger_v_allocation x WHERE x.company_id = e.company_id AND x.credit_entry_id = e.id \
            AND x.effective_date <= $2), 0)) AS BIGINT) \
        FROM ledger_v_entry e JOIN ledger_v_account a ON a.company_id = e.company_id AND a.id = e.account_id \
        WHERE e.company_id = $1 AND e.held = 1 AND e.amount_minor < 0 AND e.basis_date <= $2 GROUP BY a.currency";
    COMMITTED_SUMS = "SELECT a.currency, CAST(SUM(k.ord_minor) AS BIGINT), CAST(SUM(k.shp_minor) AS BIGINT), \
        CAST(SUM(k.pdc_minor) AS BIGINT) \
        FROM credit_v_account k JOIN ledger_v_account a ON a.company_id = k.company_id AND a.id = k.account_id \
        WHERE k.company_id = $1 GROUP BY a.currency";
    ACCOUNTS = "SELECT a.id, a.customer_id, c.code, c.name, a.currency FROM ledger_v_account a \
        JOIN parties_v_customer c ON c.company_id = a.company_id AND c.id = a.customer_id \
        WHERE a.company_id = $1 ORDER BY c.code, a.id";
    ACCOUNTS_OF_CUSTOMER = "SELECT a.id, a.customer_id, c.code, c.name, a.currency FROM ledger_v_account a \
        JOIN parties_v_customer c ON c.company_id = a.company_id AND c.id = a.customer_id \
        WHERE a.company_id = $1 AND a.customer_id = $2 ORDER BY a.id";
}

/// How the closings of statements lead to the balance of the ledger. What is left over is unexplained.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct StatementSide {
    /// Closings of the newest statements that closed by the day.
    #[schema(value_type = String)]
    pub closing: Money,
    /// Dated by the day, on a statement that closed after it.
    #[schema(value_type = String)]
    pub on_later_statements: Money,
    /// Dated by the day, waiting for a statement.
    #[schema(value_type = String)]
    pub waiting: Money,
    /// Without a statement date yet.
    #[schema(value_type = String)]
    pub undated: Money,
    /// On no statement ever, such as undisclosed bad debt.
    #[schema(value_type = String)]
    pub internal: Money,
    /// On those statements, but dated after the day; taken off.
    #[schema(value_type = String)]
    pub ahead: Money,
    /// Ledger less all of these: 0, or something is wrong.
    #[schema(value_type = String)]
    pub unexplained: Money,
}

/// What counted against limits. Receivable and credits are as of the day; what is ordered, shipped and not
/// cleared is known as of now only.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ExposureAt {
    #[schema(value_type = String)]
    pub receivable: Money,
    /// Without deposits and guarantees.
    #[schema(value_type = String)]
    pub credits: Money,
    /// As of now.
    #[schema(value_type = String)]
    pub ordered: Money,
    /// As of now.
    #[schema(value_type = String)]
    pub shipped: Money,
    /// Instruments that have not cleared, as of now.
    #[schema(value_type = String)]
    pub uncleared: Money,
    #[schema(value_type = String)]
    pub exposure: Money,
    /// Whether all parts are of the day itself: it is today.
    pub is_whole: bool,
}

/// The figures of one currency.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct CurrencyFigures {
    #[schema(value_type = String)]
    pub currency: Currency,
    /// From each item's amount less what was allocated to it, by the due date valid then.
    pub ages: AgeTotal,
    /// From the sums of entries and allocations of each account.
    #[schema(value_type = String)]
    pub open_debits: Money,
    #[schema(value_type = String)]
    pub open_credits: Money,
    /// The sum of all entries dated by the day.
    #[schema(value_type = String)]
    pub ledger: Money,
    pub statements: StatementSide,
    pub exposure: ExposureAt,
    /// Ageing less credits is the ledger.
    pub ageing_ties: bool,
    /// Open debits less open credits are the ledger.
    pub items_tie: bool,
    /// Statements and what is named beside them are the ledger, account by account.
    pub statements_tie: bool,
    /// Accounts where they are not, at most 20.
    pub untied: Vec<UntiedAccount>,
}

/// An account whose statements do not lead to its balance.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct UntiedAccount {
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    pub customer_code: String,
    pub customer_name: String,
    #[schema(value_type = String)]
    pub unexplained: Money,
}

/// The books at the end of a day.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Figures {
    #[schema(value_type = String)]
    pub as_of: Day,
    /// Every line of every currency ties.
    pub ties: bool,
    pub currencies: Vec<CurrencyFigures>,
}

/// An account with the names of its customer.
#[derive(Clone, Debug)]
pub struct Named {
    pub account: AccountId,
    pub customer: CustomerId,
    pub code: String,
    pub name: String,
    pub currency: Currency,
}

db::from_row! { Named { account, customer, code, name, currency } }

/// The accounts of a customer, or of all, by customer code.
pub fn accounts(tx: &mut Tx<'_>, customer: Option<CustomerId>) -> db::Result<Vec<Named>> {
    match customer {
        Some(customer) => tx.all(ACCOUNTS_OF_CUSTOMER, p![customer]),
        None => tx.all(ACCOUNTS, p![]),
    }
}

/// A day that a report may be asked for.
pub fn past_or_today(meta: &Meta, day: Option<Day>) -> Result<Day, Refusal> {
    let day = day.unwrap_or(meta.today);
    if day > meta.today {
        return Err(Refusal::invalid("reports.date_in_future")
            .on("as_of")
            .with("today", meta.today));
    }
    Ok(day)
}

/// What is owed on the side of statements, by account: each of [`StatementSide`]'s parts but the last.
type Parts = HashMap<AccountId, [i64; 6]>;

fn statement_parts(tx: &mut Tx<'_>, day: Day, account: Option<AccountId>) -> db::Result<Parts> {
    let mut parts = Parts::new();
    let sources = match account {
        None => of_all::SOURCES,
        Some(_) => of_one::SOURCES,
    };
    for (index, (sql, sign)) in sources.into_iter().enumerate() {
        let mut params = p![day];
        params.extend(account.map(db::Value::from));
        for (account, amount) in tx.all::<(AccountId, i64)>(sql, params)? {
            parts.entry(account).or_default()[index] += sign * amount;
        }
    }
    Ok(parts)
}

/// Sums of one currency while accounts are added to it.
struct Sums {
    currency: Currency,
    open_debits: i64,
    open_credits: i64,
    ledger: i64,
    parts: [i64; 6],
    untied: Vec<UntiedAccount>,
    is_tied: bool,
}

/// Everything at the end of a day. Four readings: items, accounts, entries, statements.
pub fn figures(tx: &mut Tx<'_>, meta: &Meta, day: Day) -> db::Result<Figures> {
    let ages = age_totals(tx, meta.today, Some(day))?;
    let names: HashMap<AccountId, Named> = accounts(tx, None)?
        .into_iter()
        .map(|named| (named.account, named))
        .collect();
    let mut parts = statement_parts(tx, day, None)?;
    let mut sums: Vec<Sums> = Vec::new();
    for row in ledger::balances_as_of(tx, day)? {
        let own = parts.remove(&row.account).unwrap_or_default();
        if row.balance == 0 && row.open_debit == 0 && row.open_credit == 0 && own == [0; 6] {
            continue;
        }
        let index = match sums.iter().position(|sum| sum.currency == row.currency) {
            Some(index) => index,
            None => {
                sums.push(Sums::new(row.currency));
                sums.len() - 1
            }
        };
        sums[index].add(&row, own, &names);
    }
    sums.sort_by_key(|sum| sum.currency);
    let committed: Vec<(Currency, i64, i64, i64)> = tx.all(COMMITTED_SUMS, p![])?;
    let held: Vec<(Currency, i64)> = tx.all(HELD, p![day])?;
    let is_whole = day == meta.today;
    let mut currencies = Vec::with_capacity(sums.len());
    for sum in sums {
        let age = ages.iter().find(|age| age.currency == sum.currency).cloned();
        let now = committed
            .iter()
            .find(|row| row.0 == sum.currency)
            .map_or((0, 0, 0), |row| (row.1, row.2, row.3));
        let held = held
            .iter()
            .find(|row| row.0 == sum.currency)
            .map_or(0, |row| row.1);
        currencies.push(sum.finish(age, held, now, is_whole));
    }
    let ties = currencies
        .iter()
        .all(|one: &CurrencyFigures| one.ageing_ties && one.items_tie && one.statements_tie);
    Ok(Figures {
        as_of: day,
        ties,
        currencies,
    })
}

const UNTIED_SHOWN: usize = 20;

impl Sums {
    fn new(currency: Currency) -> Sums {
        Sums {
            currency,
            open_debits: 0,
            open_credits: 0,
            ledger: 0,
            parts: [0; 6],
            untied: Vec::new(),
            is_tied: true,
        }
    }

    fn add(&mut self, row: &ledger::AccountBalance, own: [i64; 6], names: &HashMap<AccountId, Named>) {
        self.open_debits += row.open_debit;
        self.open_credits += row.open_credit;
        self.ledger += row.balance;
        for (sum, part) in self.parts.iter_mut().zip(own) {
            *sum += part;
        }
        let unexplained = row.balance - own.iter().sum::<i64>();
        if unexplained == 0 {
            return;
        }
        self.is_tied = false;
        if let Some(named) = names.get(&row.account)
            && self.untied.len() < UNTIED_SHOWN
        {
            self.untied.push(UntiedAccount {
                customer_id: named.customer,
                customer_code: named.code.clone(),
                customer_name: named.name.clone(),
                unexplained: Money::new(unexplained, self.currency),
            });
        }
    }

    fn finish(
        self,
        age: Option<AgeTotal>,
        held: i64,
        (ordered, shipped, uncleared): (i64, i64, i64),
        is_whole: bool,
    ) -> CurrencyFigures {
        let money = |minor| Money::new(minor, self.currency);
        let ages = age.unwrap_or_else(|| AgeTotal::nothing(self.currency));
        let [closing, on_later, waiting, undated, internal, ahead] = self.parts;
        let free = self.open_credits - held;
        CurrencyFigures {
            currency: self.currency,
            ageing_ties: ages.ages.balance.minor == self.ledger,
            items_tie: self.open_debits - self.open_credits == self.ledger,
            statements_tie: self.is_tied,
            open_debits: money(self.open_debits),
            open_credits: money(self.open_credits),
            ledger: money(self.ledger),
            statements: StatementSide {
                closing: money(closing),
                on_later_statements: money(on_later),
                waiting: money(waiting),
                undated: money(undated),
                internal: money(internal),
                ahead: money(ahead),
                unexplained: money(self.ledger - self.parts.iter().sum::<i64>()),
            },
            exposure: ExposureAt {
                receivable: money(self.open_debits),
                credits: money(free),
                ordered: money(ordered),
                shipped: money(shipped),
                uncleared: money(uncleared),
                exposure: money(self.open_debits - free + ordered + shipped + uncleared),
                is_whole,
            },
            ages,
            untied: self.untied,
        }
    }
}

/// An open item as it was.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ItemAt {
    #[schema(value_type = String)]
    pub entry_id: EntryId,
    /// `debit` or `credit`.
    pub side: String,
    pub kind: EntryKind,
    pub document_kind: String,
    pub document_id: String,
    pub document_no: String,
    #[schema(value_type = Option<String>)]
    pub order_id: Option<OrderId>,
    #[schema(value_type = String)]
    pub date: Day,
    /// As it was valid then.
    #[schema(value_type = String)]
    pub due_date: Day,
    /// 0 when not overdue, or a credit.
    pub days_overdue: i64,
    #[schema(value_type = String)]
    pub amount: Money,
    #[schema(value_type = String)]
    pub open: Money,
}

/// An account at the end of a day.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct AccountAt {
    #[schema(value_type = String)]
    pub account_id: AccountId,
    #[schema(value_type = String)]
    pub currency: Currency,
    #[schema(value_type = String)]
    pub balance: Money,
    pub statements: StatementSide,
    pub exposure: ExposureAt,
    /// Absent: unlimited. As of now.
    #[schema(value_type = Option<String>)]
    pub limit: Option<Money>,
    /// Open items less open credits are the balance, and statements lead to it.
    pub ties: bool,
    /// The oldest first.
    pub items: Vec<ItemAt>,
}

/// A customer at the end of a day.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct CustomerAt {
    #[schema(value_type = String)]
    pub as_of: Day,
    #[schema(value_type = String)]
    pub customer_id: CustomerId,
    pub customer_code: String,
    pub customer_name: String,
    pub accounts: Vec<AccountAt>,
}

/// A customer's accounts at the end of a day.
///
/// # Errors
/// `kit.not_found`.
pub fn customer_at(tx: &mut Tx<'_>, meta: &Meta, customer: CustomerId, day: Day) -> db::Result<CustomerAt> {
    let own = accounts(tx, Some(customer))?;
    let Some(first) = own.first() else {
        return Err(Refusal::not_found("kit.not_found").into());
    };
    let (customer_code, customer_name) = (first.code.clone(), first.name.clone());
    let mut answer = Vec::with_capacity(own.len());
    for named in own {
        let items = ledger::open_items_at(tx, named.account, day)?;
        let balance = ledger::balance_at(tx, named.account, day)?;
        let committed: Option<(i64, i64, i64, Option<i64>)> = tx.opt(COMMITTED, p![named.account])?;
        let (ordered, shipped, uncleared, limit) = committed.unwrap_or((0, 0, 0, None));
        let sum = |side: i64| -> i64 { items.iter().filter(|i| i.side == side).map(|i| i.open).sum() };
        let held: i64 = items.iter().filter(|i| i.held).map(|i| i.open).sum();
        let mut sums = Sums::new(named.currency);
        let row = ledger::AccountBalance {
            account: named.account,
            customer,
            currency: named.currency,
            balance,
            open_debit: sum(1),
            open_credit: sum(-1),
        };
        let parts = statement_parts(tx, day, Some(named.account))?;
        let own = parts.get(&named.account).copied().unwrap_or_default();
        sums.add(&row, own, &HashMap::new());
        let figures = sums.finish(None, held, (ordered, shipped, uncleared), day == meta.today);
        answer.push(AccountAt {
            account_id: named.account,
            currency: named.currency,
            balance: figures.ledger,
            ties: figures.items_tie && figures.statements_tie,
            statements: figures.statements,
            exposure: figures.exposure,
            limit: limit.map(|limit| Money::new(limit, named.currency)),
            items: items
                .into_iter()
                .map(|item| item_at(item, named.currency, day))
                .collect(),
        });
    }
    Ok(CustomerAt {
        as_of: day,
        customer_id: customer,
        customer_code,
        customer_name,
        accounts: answer,
    })
}

pub(crate) fn item_at(item: ledger::OpenItem, currency: Currency, day: Day) -> ItemAt {
    let is_debit = item.side == 1;
    ItemAt {
        entry_id: item.entry,
        side: if is_debit { "debit" } else { "credit" }.to_owned(),
        kind: item.kind,
        document_kind: item.document_kind,
        document_id: item.document_id.to_string(),
        document_no: item.document_no,
        order_id: item.order,
        date: item.basis_date,
        due_date: item.due_date,
        days_overdue: if is_debit {
            day.since(item.due_date).max(0)
        } else {
            0
        },
        amount: Money::new(item.amount, currency),
        open: Money::new(item.open, currency),
    }
}
