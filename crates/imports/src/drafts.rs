//! What is common to documents read from a file: who the customer is, what is wrong, where it stood.

use std::borrow::Cow;

use base::{Currency, Day, Price, Quantity, Refusal, Zone};
pub(crate) use kit::spreadsheet::{guarded, unguarded};
use serde::{Deserialize, Serialize};

use crate::columns::{Columns, Field, FileKind};
use crate::formats::{DateOrder, DecimalSign, date_order, decimal_sign, parse_date, plain_number};
use crate::table::{Row, Table};

/// Everything needed to read the rows of one file the same way again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Layout {
    pub kind: FileKind,
    pub columns: Columns,
    pub date_order: DateOrder,
    pub decimal: DecimalSign,
    /// The sign between cells, for the file of rejected rows.
    pub delimiter: char,
}

/// Dates and numbers are read by one notation for the whole file.
pub fn layout(
    kind: FileKind,
    table: &Table,
    columns: Columns,
    first: usize,
    mapping: &crate::columns::Mapping,
    zone: &Zone,
) -> Result<Layout, Refusal> {
    let cells = |field: Field| {
        let at = columns.position(field);
        (first..table.len()).filter_map(move |index| at.map(|at| table.row(index).cell(at)))
    };
    let date_order = match mapping.date_order {
        Some(order) => order,
        None => date_order(cells(Field::Date).chain(cells(Field::DueDate)), zone)?,
    };
    let decimal = match mapping.decimal {
        Some(sign) => sign,
        None => {
            let numbers = [Field::Quantity, Field::Price, Field::Amount]
                .into_iter()
                .flat_map(cells);
            decimal_sign(numbers)?
        }
    };
    let delimiter = char::from(table.delimiter);
    Ok(Layout {
        kind,
        columns,
        date_order,
        decimal,
        delimiter,
    })
}

/// Why a row cannot be taken: the code of a refusal and what its text names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Line of the file; 0 speaks of the whole document.
    pub line: u32,
    pub code: Cow<'static, str>,
    pub params: Vec<(Cow<'static, str>, String)>,
}

impl Problem {
    pub fn new(line: u32, refusal: Refusal) -> Problem {
        let params = refusal
            .params
            .into_iter()
            .map(|(name, value)| (Cow::Borrowed(name), value))
            .collect();
        Problem {
            line,
            code: Cow::Borrowed(refusal.code),
            params,
        }
    }

    /// The reason in words.
    pub fn text(&self, lang: i18n::Lang) -> String {
        let params: Vec<(&str, String)> = self
            .params
            .iter()
            .map(|(name, value)| (name.as_ref(), value.clone()))
            .collect();
        i18n::format(lang, &format!("refusal.{}", self.code), &params)
    }
}

/// The customer as the file names it; at least one of the two is filled.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CustomerKey {
    pub code: String,
    pub name: String,
}

impl CustomerKey {
    /// The same customer in two rows: by code, else by name.
    pub fn same(&self, other: &CustomerKey) -> bool {
        if self.code.is_empty() && other.code.is_empty() {
            return self.name == other.name;
        }
        self.code == other.code
    }
}

/// Reads the cells of one row.
pub(crate) struct Cells<'t, 'l> {
    pub row: Row<'t>,
    pub layout: &'l Layout,
    pub zone: &'l Zone,
}

impl<'t> Cells<'t, '_> {
    pub fn text(&self, field: Field) -> &'t str {
        unguarded(self.layout.columns.cell(self.row, field))
    }

    pub fn problem(&self, field: Field, code: &'static str) -> Problem {
        let refusal = Refusal::invalid(code)
            .with("column", self.layout.columns.header_of(field))
            .with("value", shortened(self.text(field)));
        Problem::new(self.row.line(), refusal)
    }

    pub fn date(&self) -> Result<Day, Problem> {
        parse_date(self.text(Field::Date), self.layout.date_order, self.zone)
            .ok_or_else(|| self.problem(Field::Date, "imports.bad_date"))
    }

    /// `None` where the cell is empty.
    pub fn due_date(&self) -> Result<Option<Day>, Problem> {
        let text = self.text(Field::DueDate);
        if text.is_empty() {
            return Ok(None);
        }
        parse_date(text, self.layout.date_order, self.zone)
            .map(Some)
            .ok_or_else(|| self.problem(Field::DueDate, "imports.bad_date"))
    }

    /// A text as the books keep it, in the lengths that they take.
    pub fn kept(&self, field: Field) -> Result<&'t str, Problem> {
        let text = self.text(field);
        let longest = match field {
            Field::Customer | Field::Unit => 32,
            Field::Number | Field::Product => 64,
            _ => 200,
        };
        if text.len() > longest && text.chars().count() > longest {
            return Err(self.problem(field, "imports.too_long"));
        }
        // Blanks inside a customer's code are refused by the books too.
        let blank = field == Field::Customer && text.contains(char::is_whitespace);
        if blank || text.chars().any(char::is_control) {
            return Err(self.problem(field, "imports.bad_text"));
        }
        Ok(text)
    }

    pub fn quantity(&self) -> Result<Quantity, Problem> {
        self.number(Field::Quantity)
    }

    pub fn price(&self) -> Result<Price, Problem> {
        self.number(Field::Price)
    }

    fn number<T: std::str::FromStr<Err = base::NotRepresentable>>(&self, field: Field) -> Result<T, Problem> {
        let plain = plain_number(self.text(field), self.layout.decimal)
            .ok_or_else(|| self.problem(field, "imports.bad_number"))?;
        plain.parse().map_err(|error| self.unfit(field, error))
    }

    pub fn unfit(&self, field: Field, error: base::NotRepresentable) -> Problem {
        self.problem(
            field,
            match error {
                base::NotRepresentable::TooFine => "imports.too_fine",
                base::NotRepresentable::TooLarge => "imports.number_too_large",
                _ => "imports.bad_number",
            },
        )
    }

    pub fn currency(&self) -> Result<Option<Currency>, Problem> {
        let text = self.text(Field::Currency);
        if text.is_empty() {
            return Ok(None);
        }
        let code = match text {
            "人民币" | "人民幣" | "RMB" | "rmb" | "¥" | "￥" => "CNY".to_owned(),
            "港币" | "港幣" => "HKD".to_owned(),
            "美元" | "美金" | "$" | "US$" => "USD".to_owned(),
            "新台币" | "新臺幣" | "新台幣" | "NT$" | "NTD" => "TWD".to_owned(),
            "欧元" | "歐元" | "€" => "EUR".to_owned(),
            "英镑" | "英鎊" | "£" => "GBP".to_owned(),
            other => other.to_ascii_uppercase(),
        };
        let known = Currency::named(&code).map(Some);
        known.ok_or_else(|| self.problem(Field::Currency, "imports.bad_currency"))
    }

    /// `None` when the row names nobody.
    pub fn customer(&self) -> Result<Option<CustomerKey>, Problem> {
        let (code, name) = (self.kept(Field::Customer)?, self.kept(Field::CustomerName)?);
        if code.is_empty() && name.is_empty() {
            return Ok(None);
        }
        Ok(Some(CustomerKey {
            code: code.to_owned(),
            name: name.to_owned(),
        }))
    }
}

/// A value as a message names it.
pub(crate) fn shortened(text: &str) -> String {
    const LONGEST: usize = 40;
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST).chain(['…']).collect()
}
