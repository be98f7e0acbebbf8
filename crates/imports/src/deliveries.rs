//! Flat sales lines, grouped into documents by their number.

use std::collections::HashMap;

use base::{Currency, Day, Money, NotRepresentable, Price, Quantity, Refusal, Zone, line_amount};

use crate::columns::Field;
use crate::drafts::{Cells, CustomerKey, Layout, Problem};
use crate::table::Table;

/// One document of the file. Exact duplicate lines are real and stay.
#[derive(Clone, Debug)]
pub struct DeliveryDraft {
    pub number: String,
    /// The earliest date among its rows.
    pub date: Day,
    /// `None`: nobody is named; the import's default customer takes it.
    pub customer: Option<CustomerKey>,
    pub currency: Option<Currency>,
    pub lines: Vec<DraftLine>,
    /// Indexes into the table, good and bad rows alike.
    pub rows: Vec<u32>,
    pub problems: Vec<Problem>,
}

/// One sales line. Code and name are in the table, at `row`.
#[derive(Clone, Copy, Debug)]
pub struct DraftLine {
    pub row: u32,
    pub quantity: Quantity,
    pub price: Price,
}

impl DeliveryDraft {
    /// The sum of the lines, each rounded by itself.
    pub fn total(&self, currency: Currency) -> Result<Money, NotRepresentable> {
        let mut amounts = Vec::with_capacity(self.lines.len());
        for line in &self.lines {
            amounts.push(line_amount(line.quantity, line.price, currency)?.minor);
        }
        Money::sum(currency, amounts)
    }
}

/// Groups the rows from `first` on; rows of one number need not stand together. Documents come in
/// the order of their dates, then of their first rows.
pub fn group(
    table: &Table,
    first: usize,
    layout: &Layout,
    zone: &Zone,
    default_customer: bool,
) -> Vec<DeliveryDraft> {
    let mut drafts: Vec<DeliveryDraft> = Vec::new();
    let mut by_number: HashMap<&str, usize> = HashMap::new();
    for index in first..table.len() {
        let row = table.row(index);
        if row.is_empty() {
            continue;
        }
        let cells = Cells { row, layout, zone };
        let number = cells.text(Field::Number);
        let at = match by_number.get(number).filter(|_| !number.is_empty()) {
            Some(at) => *at,
            None => {
                by_number.insert(number, drafts.len());
                drafts.push(empty(number));
                drafts.len() - 1
            }
        };
        drafts[at].rows.push(index as u32);
        if let Err(problem) = add(&mut drafts[at], index as u32, &cells, default_customer) {
            drafts[at].problems.push(problem);
        }
    }
    drafts.sort_by_key(|draft| (draft.date, draft.rows[0]));
    drafts
}

fn empty(number: &str) -> DeliveryDraft {
    DeliveryDraft {
        number: number.to_owned(),
        date: Day::MAX,
        customer: None,
        currency: None,
        lines: Vec::new(),
        rows: Vec::new(),
        problems: Vec::new(),
    }
}

fn add(
    draft: &mut DeliveryDraft,
    row: u32,
    cells: &Cells<'_, '_>,
    default_customer: bool,
) -> Result<(), Problem> {
    if cells.kept(Field::Number)?.is_empty() {
        return Err(cells.problem(Field::Number, "imports.number_missing"));
    }
    draft.date = draft.date.min(cells.date()?);
    let customer = cells.customer()?;
    if customer.is_none() && !default_customer {
        return Err(cells.problem(Field::Customer, "imports.customer_missing"));
    }
    let currency = cells.currency()?;
    if draft.lines.is_empty() {
        draft.customer = customer;
        draft.currency = currency;
    } else if !same_customer(&draft.customer, &customer) {
        return Err(cells.problem(Field::Customer, "imports.customer_differs"));
    } else if draft.currency != currency {
        return Err(cells.problem(Field::Currency, "imports.currency_differs"));
    }
    cells.kept(Field::Unit)?;
    let (code, name) = (cells.kept(Field::Product)?, cells.kept(Field::ProductName)?);
    if code.is_empty() && name.is_empty() {
        return Err(cells.problem(Field::Product, "imports.product_missing"));
    }
    if catalog::is_reserved(code) {
        return Err(cells.problem(Field::Product, "imports.product_reserved"));
    }
    draft.lines.push(DraftLine {
        row,
        quantity: cells.quantity()?,
        price: cells.price()?,
    });
    Ok(())
}

fn same_customer(one: &Option<CustomerKey>, other: &Option<CustomerKey>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.same(other),
        (None, None) => true,
        _ => false,
    }
}

/// The total, or why there is none.
pub fn checked_total(draft: &DeliveryDraft, currency: Currency) -> Result<Money, Problem> {
    let too_large = || Problem::new(0, Refusal::invalid("imports.total_too_large"));
    draft.total(currency).map_err(|_| too_large())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::{FileKind, Mapping, find};
    use crate::drafts::layout;
    use crate::table::{Reading, read};

    fn grouped(text: &str, default_customer: bool) -> Vec<DeliveryDraft> {
        let table = read(text.as_bytes(), &Reading::default()).unwrap();
        let mapping = Mapping::default();
        let (columns, first) = find(FileKind::Deliveries, &table, &mapping).unwrap();
        let layout = layout(
            FileKind::Deliveries,
            &table,
            columns,
            first,
            &mapping,
            &Zone::utc(),
        )
        .unwrap();
        group(&table, first, &layout, &Zone::utc(), default_customer)
    }

    const HEAD: &str = "InvoiceNo,InvoiceDate,CustomerID,StockCode,Description,Quantity,UnitPrice\n";

    fn total(draft: &DeliveryDraft) -> String {
        draft.total(Currency::named("GBP").unwrap()).unwrap().to_string()
    }

    #[test]
    fn rows_need_not_stand_together() {
        let text = format!(
            "{HEAD}2,2026-01-02 10:00:00,A,P1,Cup,3,0.335\n1,2026-01-01,B,P2,Bowl,-2,5\n\
             2,2026-01-01 09:00:00,A,P1,Cup,3,0.335\n"
        );
        let drafts = grouped(&text, false);
        assert_eq!(
            drafts
                .iter()
                .map(|draft| draft.number.as_str())
                .collect::<Vec<_>>(),
            ["2", "1"]
        );
        assert_eq!(drafts[0].date.to_string(), "2026-01-01");
        assert_eq!(total(&drafts[0]), "2.02");
        assert_eq!(total(&drafts[1]), "-10.00");
    }

    #[test]
    fn one_bad_row_marks_its_document_only() {
        let text = format!(
            "{HEAD}1,2026-01-01,A,P1,Cup,3,x\n1,2026-01-01,A,P1,Cup,3,1\n2,2026-01-01,A,P1,Cup,1,1\n"
        );
        let drafts = grouped(&text, false);
        assert_eq!(drafts[0].problems.len(), 1);
        assert_eq!(drafts[0].problems[0].line, 2);
        assert_eq!(drafts[0].rows.len(), 2);
        assert!(drafts[1].problems.is_empty());
    }

    #[test]
    fn what_is_wrong_is_said_by_row() {
        let text = format!(
            "{HEAD}1,2026-01-01,A,P1,Cup,1,1\n1,2026-01-01,B,P1,Cup,1,1\n2,2026-02-30,A,P1,Cup,1,1\n\
             ,2026-01-01,A,P1,Cup,1,1\n,2026-01-01,A,P1,Cup,1,1\n3,2026-01-01,A,,,1,1\n\
             4,2026-01-01,,P1,Cup,1,1\n5,2026-01-01,A,P1,Cup,1,0.1234567\n"
        );
        let problems = |default| -> Vec<String> {
            let drafts = grouped(&text, default);
            drafts
                .iter()
                .flat_map(|draft| draft.problems.iter().map(|found| found.code.to_string()))
                .collect()
        };
        let mut codes = problems(false);
        codes.sort();
        assert_eq!(
            codes,
            [
                "imports.bad_date",
                "imports.customer_differs",
                "imports.customer_missing",
                "imports.number_missing",
                "imports.number_missing",
                "imports.product_missing",
                "imports.too_fine",
            ]
        );
        assert!(
            !problems(true)
                .iter()
                .any(|code| code == "imports.customer_missing")
        );
    }

    #[test]
    fn duplicates_are_kept() {
        let line = "1,2026-01-01,A,P1,Cup,1,0.10\n";
        assert_eq!(
            total(&grouped(&format!("{HEAD}{line}{line}{line}"), false)[0]),
            "0.30"
        );
    }
}
