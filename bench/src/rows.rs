//! Many rows at once, written past the program: books as large as a list or a run is measured on. They are
//! shaped like real ones as far as the measured statements look, and would not pass the check.

use base::Day;

use crate::books::{self, Books};

/// `INSERT … SELECT` of expressions over `n.i`, or over another source.
fn insert(table: &str, source: &str, columns: &[(&str, &str)]) -> String {
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let values: Vec<&str> = columns.iter().map(|(_, value)| *value).collect();
    let (with, from) = source.split_once(" FROM ").unwrap_or(("", source));
    format!(
        "INSERT INTO {table} ({}) {with} SELECT {} FROM {from}",
        names.join(", "),
        values.join(", ")
    )
}

const ENTRY: [(&str, &str); 12] = [
    ("kind", "'sale'"),
    ("internal", "0"),
    ("document_kind", "'delivery'"),
    ("refers_to", "NULL"),
    ("reversal_of", "NULL"),
    ("reason", "''"),
    ("recorded_at", "'2024-01-01T00:00:00.000000Z'"),
    ("document_id", "1"),
    ("document_no", "'DN-000001'"),
    ("recorded_by", "1"),
    ("statement_date", "NULL"),
    ("order_id", "NULL"),
];

/// An entry's columns, the usual ones where nothing else is said.
fn entry<'c>(own: &[(&'c str, &'c str)]) -> Vec<(&'c str, &'c str)> {
    let usual = ENTRY
        .iter()
        .filter(|(name, _)| own.iter().all(|(other, _)| other != name));
    own.iter().chain(usual).copied().collect()
}

/// So many entries of each customer in the month that begins on `from`, on no statement yet.
pub fn entries(books: &Books, postgres: bool, from: Day, each: usize) -> Vec<String> {
    let company = books.company.id.to_string();
    let company = company.as_str();
    let (numbers, date) = (books::numbers(each), books::day(postgres, from, "n.i % 28"));
    let due = books::day(postgres, from.last_of_month(), "30");
    let id = format!("1 + a.k * {each} + n.i");
    let source = format!(
        "{numbers}, a AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS k FROM ledger_account) \
         FROM n CROSS JOIN a"
    );
    // The first FROM of the text must be the one of the SELECT.
    let source =
        source
            .replacen(" FROM n WHERE", "\nFROM n WHERE", 1)
            .replacen(" FROM ledger", "\nFROM ledger", 1);
    let own = [
        ("company_id", company),
        ("id", &id),
        ("account_id", "a.id"),
        ("amount_minor", "1000 + (n.i * 37) % 9000"),
        ("basis_date", &date),
        ("due_date", &due),
        ("statement_date", &date),
        ("document_id", &id),
        ("document_no", "'DN-' || (100000 + n.i)"),
    ];
    vec![
        insert("ledger_entry", &source, &entry(&own)),
        insert(
            "ledger_unbilled",
            " FROM ledger_entry",
            &[
                ("company_id", "company_id"),
                ("account_id", "account_id"),
                ("statement_date", "statement_date"),
                ("entry_id", "id"),
            ],
        ),
        open_items(" FROM ledger_entry"),
        "UPDATE ledger_account SET balance_minor = (SELECT SUM(e.amount_minor) FROM ledger_entry e \
         WHERE e.company_id = ledger_account.company_id AND e.account_id = ledger_account.id)"
            .into(),
        "UPDATE ledger_account SET open_debit_minor = balance_minor, unbilled_minor = balance_minor".into(),
    ]
}

fn open_items(source: &str) -> String {
    insert(
        "ledger_open_item",
        source,
        &[
            ("company_id", "company_id"),
            ("entry_id", "id"),
            ("account_id", "account_id"),
            ("side", "CASE WHEN amount_minor < 0 THEN -1 ELSE 1 END"),
            ("due_date", "due_date"),
            ("basis_date", "basis_date"),
            ("order_id", "order_id"),
            ("open_minor", "ABS(amount_minor)"),
        ],
    )
}

// Identities of the rows by number.
const CUSTOMER: usize = 10_000_000;
const ACCOUNT: usize = 20_000_000;
const PRODUCT: usize = 30_000_000;
const ORDER: usize = 40_000_000;
const DELIVERY: usize = 50_000_000;
const DEBIT: usize = 60_000_000;
const CREDIT: usize = 70_000_000;
const RECEIPT: usize = 80_000_000;
const BAD_DEBT: usize = 90_000_000;
const STATEMENT: usize = 100_000_000;
const PERIOD: usize = 110_000_000;
const ITEM: usize = 120_000_000;

/// What most rows of a list have in common, as SQL.
struct Common {
    company: String,
    user: String,
    /// The source of one row a number.
    source: String,
    /// The customer and the account of a row, spread over all.
    customer: String,
    account: String,
    /// A day in the thousand days from the first.
    date: String,
    due: String,
    amount: String,
}

/// Rows of every list, and `items` open items of the first of the customers.
pub fn lists(books: &Books, postgres: bool, first: Day, rows: usize, items: usize) -> Vec<String> {
    let common = Common {
        company: books.company.id.to_string(),
        user: books.user.to_string(),
        source: numbered(rows),
        customer: format!("{CUSTOMER} + (i * 7919) % {rows}"),
        account: format!("{ACCOUNT} + (i * 7919) % {rows}"),
        date: books::day(postgres, first, "i % 1000"),
        due: books::day(postgres, first, "i % 1000 + 30"),
        amount: "1 + (i * 7919) % 1000003".into(),
    };
    let mut all = vec![customers(&common), accounts(&common), products(&common)];
    all.extend([orders(&common), deliveries(&common)]);
    all.extend(entries_of_lists(&common, items));
    all.extend([receipts(&common), bad_debts(&common), periods(&common)]);
    all.extend(statements(&common));
    all
}

fn numbered(count: usize) -> String {
    format!("{} FROM n", books::numbers(count).replace(" FROM n", "\nFROM n"))
}

fn id(base: usize) -> String {
    format!("{base} + i")
}

const MADE: &str = "'2024-01-01T00:00:00.000000Z'";

fn customers(common: &Common) -> String {
    let columns: [(&str, &str); 16] = [
        ("company_id", &common.company),
        ("id", &id(CUSTOMER)),
        ("code", "'C' || (2000000 + i)"),
        ("name", "'Customer ' || (2000000 + (i * 7919) % 1000003)"),
        ("name_key", "'customer ' || (2000000 + (i * 7919) % 1000003)"),
        ("contact", "'Contact'"),
        ("phone", "'13800000000'"),
        ("email", "'a@b.example'"),
        ("address", "'1 Long Road'"),
        ("language", "'en'"),
        ("currency", "'CNY'"),
        (
            "salesperson_id",
            &format!("CASE WHEN i % 10 = 0 THEN {} END", common.user),
        ),
        ("remark", "''"),
        ("active", "CASE WHEN i % 20 = 0 THEN 0 ELSE 1 END"),
        ("version", "1"),
        ("created_at", MADE),
    ];
    insert("parties_customer", &common.source, &columns)
}

fn accounts(common: &Common) -> String {
    let columns: [(&str, &str); 16] = [
        ("company_id", &common.company),
        ("id", &id(ACCOUNT)),
        ("customer_id", &id(CUSTOMER)),
        ("currency", "'CNY'"),
        ("started_on", "'2024-01-01'"),
        ("balance_minor", "0"),
        ("open_debit_minor", "0"),
        ("open_credit_minor", "0"),
        ("unbilled_minor", "0"),
        ("closing_trigger", "'none'"),
        ("closing_count", "0"),
        ("cycle", "'monthly:-1'"),
        ("terms", "'cutoff+30'"),
        ("lag_days", "0"),
        ("version", "1"),
        ("closing_threshold_minor", "NULL"),
    ];
    insert("ledger_account", &common.source, &columns)
}

fn products(common: &Common) -> String {
    let columns: [(&str, &str); 12] = [
        ("company_id", &common.company),
        ("id", &id(PRODUCT)),
        ("code", "'P' || (2000000 + i)"),
        ("name", "'Product ' || (2000000 + (i * 7919) % 1000003)"),
        ("name_key", "'product ' || (2000000 + (i * 7919) % 1000003)"),
        ("unit", "'pcs'"),
        ("price_micro", "1000000 + (i * 7919) % 1000003"),
        ("barcode", "'690' || (2000000 + i)"),
        ("kind", "'goods'"),
        ("active", "CASE WHEN i % 20 = 0 THEN 0 ELSE 1 END"),
        ("version", "1"),
        ("created_at", MADE),
    ];
    insert("catalog_product", &common.source, &columns)
}

fn orders(common: &Common) -> String {
    let columns: [(&str, &str); 18] = [
        ("company_id", &common.company),
        ("id", &id(ORDER)),
        ("origin", "'order'"),
        ("state", "CASE WHEN i % 50 = 0 THEN 'draft' ELSE 'confirmed' END"),
        ("no", "'SO-' || (2000000 + i)"),
        ("seq", "i"),
        ("customer_id", &common.customer),
        ("account_id", &common.account),
        ("currency", "'CNY'"),
        ("order_date", &common.date),
        (
            "salesperson_id",
            &format!("CASE WHEN i % 10 = 0 THEN {} END", common.user),
        ),
        ("remark", "''"),
        ("total_minor", &common.amount),
        (
            "delivered_minor",
            &format!("CASE WHEN i % 30 = 0 THEN 0 ELSE {} END", common.amount),
        ),
        ("reason", "''"),
        ("version", "1"),
        ("created_at", MADE),
        ("created_by", &common.user),
    ];
    insert("sales_order", &common.source, &columns)
}

/// One in twenty is a return, one in fifty a draft.
fn deliveries(common: &Common) -> String {
    let columns: [(&str, &str); 18] = [
        ("company_id", &common.company),
        ("id", &id(DELIVERY)),
        ("kind", "CASE WHEN i % 20 = 7 THEN 'return' ELSE 'delivery' END"),
        ("state", "CASE WHEN i % 50 = 0 THEN 'draft' ELSE 'posted' END"),
        ("no", "'DN-' || (2000000 + i)"),
        ("order_id", &id(ORDER)),
        ("customer_id", &common.customer),
        ("account_id", &common.account),
        ("currency", "'CNY'"),
        ("delivery_date", &common.date),
        ("remark", "''"),
        ("total_minor", &common.amount),
        ("line_count", "3"),
        ("reason", "''"),
        ("imported", "0"),
        ("version", "1"),
        ("created_at", MADE),
        ("created_by", &common.user),
    ];
    insert("sales_delivery", &common.source, &columns)
}

/// Debits of all orders, credits of all receipts, and many debits of one customer; all of them open.
fn entries_of_lists(common: &Common, items: usize) -> Vec<String> {
    let (company, order) = (common.company.as_str(), id(ORDER));
    let one = |base: usize, account: &str, kind: &str, amount: &str, order: &str, source: &str| {
        let id = id(base);
        let own = [
            ("company_id", company),
            ("id", id.as_str()),
            ("account_id", account),
            ("kind", kind),
            ("amount_minor", amount),
            ("basis_date", common.date.as_str()),
            ("due_date", common.due.as_str()),
            ("order_id", order),
        ];
        insert("ledger_entry", source, &entry(&own))
    };
    let credit = format!("-({})", common.amount);
    let heavy = ACCOUNT.to_string();
    vec![
        one(
            DEBIT,
            &common.account,
            "'sale'",
            &common.amount,
            &order,
            &common.source,
        ),
        one(
            CREDIT,
            &common.account,
            "'receipt'",
            &credit,
            "NULL",
            &common.source,
        ),
        one(ITEM, &heavy, "'sale'", &common.amount, "NULL", &numbered(items)),
        open_items(" FROM ledger_entry"),
        insert(
            "ledger_order",
            &common.source,
            &[
                ("company_id", company),
                ("order_id", &order),
                ("account_id", &common.account),
                ("billed_minor", &common.amount),
                ("outstanding_minor", &common.amount),
                ("due_date", &common.due),
            ],
        ),
    ]
}

fn receipts(common: &Common) -> String {
    let columns: [(&str, &str); 16] = [
        ("company_id", &common.company),
        ("id", &id(RECEIPT)),
        ("no", "'RC-' || (2000000 + i)"),
        ("seq", "i"),
        ("state", "CASE WHEN i % 50 = 0 THEN 'reversed' ELSE 'posted' END"),
        ("customer_id", &common.customer),
        ("account_id", &common.account),
        ("currency", "'CNY'"),
        ("receipt_date", &common.date),
        ("method", "CASE WHEN i % 3 = 0 THEN 'cash' ELSE 'bank' END"),
        ("amount_minor", &common.amount),
        ("reference", "''"),
        ("remark", "''"),
        ("entry_id", &id(CREDIT)),
        ("reason", "''"),
        ("created_at", MADE),
    ];
    let mut columns = columns.to_vec();
    columns.push(("created_by", &common.user));
    insert("receivables_receipt", &common.source, &columns)
}

fn bad_debts(common: &Common) -> String {
    let columns: [(&str, &str); 16] = [
        ("company_id", &common.company),
        ("id", &id(BAD_DEBT)),
        ("kind", "'processed'"),
        ("order_id", &id(ORDER)),
        ("account_id", &common.account),
        ("customer_id", &common.customer),
        ("currency", "'CNY'"),
        ("amount_minor", &common.amount),
        (
            "reason_code",
            "CASE WHEN i % 3 = 0 THEN 'dispute' ELSE 'insolvent' END",
        ),
        ("note", "''"),
        ("disclose", "0"),
        ("entry_id", &id(DEBIT)),
        ("processed_on", &common.date),
        (
            "salesperson_id",
            &format!("CASE WHEN i % 10 = 0 THEN {} END", common.user),
        ),
        ("created_at", MADE),
        ("created_by", &common.user),
    ];
    insert("receivables_bad_debt", &common.source, &columns)
}

fn periods(common: &Common) -> String {
    let columns: [(&str, &str); 14] = [
        ("company_id", &common.company),
        ("id", &id(PERIOD)),
        ("account_id", &id(ACCOUNT)),
        ("seq", "1"),
        ("from_day", "'2024-01-01'"),
        ("to_day", &common.date),
        ("issue_by", &common.date),
        ("due_date", &common.due),
        ("state", "CASE WHEN i % 50 = 0 THEN 'planned' ELSE 'issued' END"),
        ("cause", "'calendar'"),
        ("cycle_version", "1"),
        ("dated", "1"),
        ("statement_id", &id(STATEMENT)),
        ("reason", "''"),
    ];
    insert("statements_period", &common.source, &columns)
}

/// A statement of each account with one line.
fn statements(common: &Common) -> [String; 2] {
    let columns: [(&str, &str); 26] = [
        ("company_id", &common.company),
        ("id", &id(STATEMENT)),
        ("no", "'ST-' || (2000000 + i)"),
        ("seq", "2000000 + i"),
        ("version", "1"),
        ("state", "CASE WHEN i % 50 = 0 THEN 'void' ELSE 'issued' END"),
        ("account_id", &id(ACCOUNT)),
        ("customer_id", &id(CUSTOMER)),
        ("customer_code", "'C' || (2000000 + i)"),
        ("customer_name", "'Customer ' || (2000000 + (i * 7919) % 1000003)"),
        ("name_key", "'customer ' || (2000000 + (i * 7919) % 1000003)"),
        ("currency", "'CNY'"),
        ("period_id", &id(PERIOD)),
        ("from_day", "'2024-01-01'"),
        ("to_day", &common.date),
        ("due_date", &common.due),
        ("opening_minor", "0"),
        ("closing_minor", &common.amount),
        ("line_count", "1"),
        ("header", "'{}'"),
        ("hash", "''"),
        ("issued_at", MADE),
        ("issued_by", &common.user),
        ("delivery", "CASE WHEN i % 4 = 0 THEN 'sent' ELSE 'none' END"),
        ("answer", "'none'"),
        ("reason", "''"),
    ];
    let line: [(&str, &str); 12] = [
        ("company_id", &common.company),
        ("statement_id", &id(STATEMENT)),
        ("line_no", "1"),
        ("entry_id", &id(DEBIT)),
        ("live", "1"),
        ("late", "0"),
        ("kind", "'sale'"),
        ("basis_date", &common.date),
        ("document_kind", "'delivery'"),
        ("document_id", "1"),
        ("document_no", "'DN-000001'"),
        ("amount_minor", &common.amount),
    ];
    [
        insert("statements_statement", &common.source, &columns),
        insert("statements_line", &common.source, &line),
    ]
}

/// A list with everything that is offered of it.
pub struct Offered {
    pub path: String,
    pub sorts: &'static [&'static str],
    pub filters: Vec<(&'static str, String)>,
}

/// The lists of the interface. A sort or filter that a list does not know is refused, and the bench stops.
pub fn offered(first: Day, books: &Books) -> Vec<Offered> {
    let list = |path: &str, sorts: &'static [&'static str], filters: &[(&'static str, &str)]| Offered {
        path: path.to_owned(),
        sorts,
        filters: filters
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect(),
    };
    let customer = (CUSTOMER + 5).to_string();
    let (customer, heavy) = (("customer_id", customer.as_str()), CUSTOMER.to_string());
    let (order, delivery) = ((ORDER + 5).to_string(), (DELIVERY + 5).to_string());
    let user = books.user.to_string();
    let salesperson = ("salesperson_id", user.as_str());
    let middle = first.plus(500).to_string();
    let (from, to, middle) = (
        ("from", middle.as_str()),
        ("to", middle.as_str()),
        middle.as_str(),
    );
    let document = ["date", "total"].as_slice();
    vec![
        list(&format!("/customers/{heavy}/open-items"), &[], &[]),
        list(
            "/customers",
            &["code", "name", "created"],
            &[("active", "1"), salesperson, ("currency", "CNY")],
        ),
        list(
            "/products",
            &["code", "name", "price"],
            &[("active", "1"), ("code", "P2000005"), ("barcode", "6902000005")],
        ),
        list(
            "/orders",
            &["date", "total"],
            &[
                ("state", "confirmed"),
                ("state", "draft"),
                customer,
                salesperson,
                from,
                to,
                ("no", "SO-2000005"),
            ],
        ),
        list(
            "/deliveries",
            document,
            &[
                ("state", "posted"),
                ("state", "draft"),
                ("state", "reversed"),
                customer,
                ("order_id", &order),
                ("source_id", &delivery),
                from,
                to,
                ("no", "DN-2000005"),
            ],
        ),
        list(
            "/deliveries?filter[kind]=return",
            document,
            &[("state", "posted"), ("state", "draft"), customer],
        ),
        list(
            "/receipts",
            &["date", "amount", "no"],
            &[
                customer,
                ("method", "bank"),
                ("state", "posted"),
                ("state", "reversed"),
                from,
                to,
                ("no", "RC-2000005"),
            ],
        ),
        list(
            "/receipts-on-account",
            &["date"],
            &[customer, ("kind", "receipt")],
        ),
        list(
            "/unsettled-orders",
            &["due", "outstanding", "customer"],
            &[
                customer,
                ("due_before", middle),
                ("due_from", middle),
                ("overdue", "true"),
                ("origin", "order"),
                ("undelivered", "true"),
                salesperson,
                ("no", "SO-2000005"),
            ],
        ),
        list(
            "/bad-debts",
            &["date"],
            &[
                customer,
                ("order_id", &order),
                ("reason_code", "dispute"),
                salesperson,
                from,
                to,
                ("open", "true"),
            ],
        ),
        list(
            "/statements",
            &["to", "due", "issued_at", "customer", "closing"],
            &[
                ("state", "issued"),
                ("state", "void"),
                ("delivery", "none"),
                ("delivery", "sent"),
                customer,
                from,
                to,
                ("due_by", middle),
                ("no", "ST-2000005"),
                ("open", "true"),
            ],
        ),
        list(
            "/periods",
            &["to"],
            &[
                ("state", "planned"),
                ("state", "issued"),
                customer,
                from,
                to,
                ("issue_by", middle),
            ],
        ),
    ]
}
