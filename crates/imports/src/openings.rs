//! Documents that were open when the books began: one a row.

use base::{Currency, Day, Zone};

use crate::columns::Field;
use crate::drafts::{Cells, CustomerKey, Layout, Problem};
use crate::formats::plain_number;
use crate::table::Table;

/// One opening document of the file.
#[derive(Clone, Debug)]
pub struct OpeningDraft {
    pub number: String,
    pub date: Day,
    /// `None`: by the customer's terms.
    pub due: Option<Day>,
    pub customer: CustomerKey,
    pub currency: Option<Currency>,
    /// A plain decimal, negative where the customer is owed.
    pub amount: String,
    pub remark: String,
    pub row: u32,
}

/// Reads every row, in the order of dates, then of rows. A bad row keeps its index.
pub fn collect(
    table: &Table,
    first: usize,
    layout: &Layout,
    zone: &Zone,
) -> Vec<Result<OpeningDraft, (u32, Problem)>> {
    let mut drafts = Vec::new();
    for index in first..table.len() {
        let row = table.row(index);
        if row.is_empty() {
            continue;
        }
        let cells = Cells { row, layout, zone };
        drafts.push(opening(index as u32, &cells).map_err(|problem| (index as u32, problem)));
    }
    drafts.sort_by_key(|draft| match draft {
        Ok(draft) => (draft.date, draft.row),
        Err((row, _)) => (Day::MAX, *row),
    });
    drafts
}

fn opening(row: u32, cells: &Cells<'_, '_>) -> Result<OpeningDraft, Problem> {
    let number = cells.kept(Field::Number)?;
    if number.is_empty() {
        return Err(cells.problem(Field::Number, "imports.number_missing"));
    }
    let missing = || cells.problem(Field::Customer, "imports.customer_missing");
    let customer = cells.customer()?.ok_or_else(missing)?;
    let bad_number = || cells.problem(Field::Amount, "imports.bad_number");
    let amount = plain_number(cells.text(Field::Amount), cells.layout.decimal).ok_or_else(bad_number)?;
    // Six digits hold every currency; the exact check follows with the account's currency.
    let scaled: base::Price = amount
        .parse()
        .map_err(|error| cells.unfit(Field::Amount, error))?;
    if scaled == base::Price::ZERO {
        return Err(cells.problem(Field::Amount, "imports.nothing_open"));
    }
    Ok(OpeningDraft {
        number: number.to_owned(),
        date: cells.date()?,
        due: cells.due_date()?,
        customer,
        currency: cells.currency()?,
        amount: scaled.to_string(),
        remark: cells.kept(Field::Remark)?.to_owned(),
        row,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::{FileKind, Mapping, find};
    use crate::drafts::layout;
    use crate::table::{Reading, read};

    #[test]
    fn one_document_a_row_and_a_bad_one_is_named() {
        let text = "单号,日期,到期日,客户编号,金额,备注\nA1,2025-12-01,2026-01-15,C1,100.50,old\n\
                    A2,2025-11-01,,C1,-3,\nA3,2025-11-01,,C1,0,\n,2025-11-01,,C1,5,\nA5,2025-11-01,x,C1,5,\n";
        let table = read(text.as_bytes(), &Reading::default()).unwrap();
        let mapping = Mapping::default();
        let (columns, first) = find(FileKind::Openings, &table, &mapping).unwrap();
        let layout = layout(FileKind::Openings, &table, columns, first, &mapping, &Zone::utc()).unwrap();
        let drafts = collect(&table, first, &layout, &Zone::utc());
        let good: Vec<(&str, &str, bool)> = drafts
            .iter()
            .flatten()
            .map(|draft| (draft.number.as_str(), draft.amount.as_str(), draft.due.is_some()))
            .collect();
        assert_eq!(good, [("A2", "-3", false), ("A1", "100.5", true)]);
        let codes: Vec<&str> = drafts
            .iter()
            .filter_map(|draft| draft.as_ref().err())
            .map(|(_, problem)| problem.code.as_ref())
            .collect();
        assert_eq!(
            codes,
            [
                "imports.nothing_open",
                "imports.number_missing",
                "imports.bad_date"
            ]
        );
    }
}
