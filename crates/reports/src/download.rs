//! Figures at a date as tables: what the browser downloads and the command line prints.

use base::Day;
use db::Tx;
use kit::Meta;
use ledger::EntryKind;
use parties::CustomerId;

use crate::figures::{self, Named, item_at};

/// Which table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Ageing,
    OpenItems,
    Ledger,
}

const NAMES: [(Part, &str); 3] = [
    (Part::Ageing, "ageing"),
    (Part::OpenItems, "open-items"),
    (Part::Ledger, "ledger"),
];

impl Part {
    pub fn parse(name: &str) -> Option<Part> {
        NAMES
            .iter()
            .find(|(_, known)| *known == name)
            .map(|(part, _)| *part)
    }

    pub fn name(self) -> &'static str {
        NAMES
            .iter()
            .find(|(part, _)| *part == self)
            .map_or("", |(_, name)| name)
    }

    /// Column names for programs; `reports.csv.<name>` says them to people.
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            Part::Ageing => &[
                "customer",
                "name",
                "currency",
                "not_due",
                "days_1_30",
                "days_31_60",
                "days_61_90",
                "days_over_90",
                "overdue",
                "on_account",
                "balance",
            ],
            Part::OpenItems => &[
                "customer",
                "name",
                "currency",
                "side",
                "kind",
                "document",
                "date",
                "due_date",
                "days_overdue",
                "amount",
                "open",
            ],
            Part::Ledger => &[
                "customer", "name", "currency", "date", "kind", "document", "due_date", "amount", "balance",
                "open", "internal",
            ],
        }
    }

    /// Columns of figures, for a table that people read.
    pub fn is_figure(column: &str) -> bool {
        !matches!(
            column,
            "customer"
                | "name"
                | "currency"
                | "side"
                | "kind"
                | "document"
                | "date"
                | "due_date"
                | "internal"
        )
    }
}

/// The rows of a table at the end of a day, of one customer or of all, by customer code.
pub fn rows(
    tx: &mut Tx<'_>,
    meta: &Meta,
    part: Part,
    day: Day,
    customer: Option<CustomerId>,
) -> db::Result<Vec<Vec<String>>> {
    if part == Part::Ageing {
        return ageing(tx, meta, day, customer);
    }
    let mut rows = Vec::new();
    for named in figures::accounts(tx, customer)? {
        match part {
            Part::OpenItems => open_items(tx, &named, day, &mut rows)?,
            _ => ledger_lines(tx, &named, day, &mut rows)?,
        }
    }
    Ok(rows)
}

fn ageing(
    tx: &mut Tx<'_>,
    meta: &Meta,
    day: Day,
    customer: Option<CustomerId>,
) -> db::Result<Vec<Vec<String>>> {
    let all = (0, i32::MAX as usize);
    let mut page = receivables::queries::ageing(tx, meta.today, Some(day), customer, all)?;
    page.items
        .sort_by(|a, b| (&a.customer_code, a.currency).cmp(&(&b.customer_code, b.currency)));
    let row = |row: receivables::queries::Ageing| {
        let ages = row.ages;
        let mut cells = vec![row.customer_code, row.customer_name, row.currency.to_string()];
        let figures = [
            ages.not_due,
            ages.days_1_30,
            ages.days_31_60,
            ages.days_61_90,
            ages.days_over_90,
            ages.overdue,
            ages.on_account,
            ages.balance,
        ];
        cells.extend(figures.map(|figure| figure.to_string()));
        cells
    };
    Ok(page.items.into_iter().map(row).collect())
}

fn begun(named: &Named) -> Vec<String> {
    vec![named.code.clone(), named.name.clone(), named.currency.to_string()]
}

fn open_items(tx: &mut Tx<'_>, named: &Named, day: Day, rows: &mut Vec<Vec<String>>) -> db::Result<()> {
    for item in ledger::open_items_at(tx, named.account, day)? {
        let item = item_at(item, named.currency, day);
        let mut cells = begun(named);
        cells.extend([
            item.side,
            EntryKind::as_str(item.kind).to_owned(),
            item.document_no,
            item.date.to_string(),
            item.due_date.to_string(),
            item.days_overdue.to_string(),
            item.amount.to_string(),
            item.open.to_string(),
        ]);
        rows.push(cells);
    }
    Ok(())
}

/// Every line of an account, the earliest first.
fn ledger_lines(tx: &mut Tx<'_>, named: &Named, day: Day, rows: &mut Vec<Vec<String>>) -> db::Result<()> {
    let lines = ledger::customer_ledger(tx, named.account, Some(day), None, i64::from(i32::MAX))?;
    for line in lines.into_iter().rev() {
        let money = |minor| base::Money::new(minor, named.currency).to_string();
        let mut cells = begun(named);
        cells.extend([
            line.basis_date.to_string(),
            line.kind.as_str().to_owned(),
            line.document_no,
            line.due_date.to_string(),
            money(line.amount),
            money(line.running),
            money(line.open),
            i64::from(line.internal).to_string(),
        ]);
        rows.push(cells);
    }
    Ok(())
}
