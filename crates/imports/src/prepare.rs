//! From the bytes of a file to its documents; pure.

use base::{Refusal, Zone};
use sha2::{Digest, Sha256};

use crate::columns::{FileKind, Mapping, find};
use crate::deliveries::{DeliveryDraft, group};
use crate::drafts::{Layout, Problem, guarded, layout};
use crate::openings::{self, OpeningDraft};
use crate::receipts::{ReceiptDraft, collect};
use crate::table::{Reading, Row, Table, read};
use crate::types::{Body, Item, Options, Prepared};

/// Reads a file. A refusal speaks of the file as a whole; what is wrong with a row is kept with it.
pub fn prepare(
    kind: FileKind,
    name: &str,
    bytes: &[u8],
    mapping: &Mapping,
    options: Options,
    zone: &Zone,
) -> Result<Prepared, Refusal> {
    let delimiter = mapping.delimiter.and_then(|sign| u8::try_from(sign).ok());
    let table = read(
        bytes,
        &Reading {
            encoding: mapping.encoding.clone(),
            delimiter,
        },
    )?;
    let (columns, first) = find(kind, &table, mapping)?;
    let layout = layout(kind, &table, columns, first, mapping, zone)?;
    let items = items(&table, first, &layout, &options, zone);
    if items.is_empty() {
        return Err(Refusal::invalid("imports.empty").on("file"));
    }
    let digest = digest(kind, bytes, &layout, &options);
    Ok(Prepared {
        kind,
        name: name.to_owned(),
        digest,
        table,
        layout,
        options,
        items,
    })
}

fn items(table: &Table, first: usize, layout: &Layout, options: &Options, zone: &Zone) -> Vec<Item> {
    let default = options.default_customer.is_some();
    match layout.kind {
        FileKind::Deliveries => group(table, first, layout, zone, default)
            .into_iter()
            .map(delivery_item)
            .collect(),
        FileKind::Receipts => collect(table, first, layout, zone)
            .into_iter()
            .map(receipt_item)
            .collect(),
        FileKind::Openings => openings::collect(table, first, layout, zone)
            .into_iter()
            .map(opening_item)
            .collect(),
    }
}

fn delivery_item(draft: DeliveryDraft) -> Item {
    Item {
        number: draft.number,
        date: draft.date,
        customer: draft.customer,
        currency: draft.currency,
        body: Body::Delivery(draft.lines),
        rows: draft.rows,
        problems: draft.problems,
    }
}

fn receipt_item(draft: Result<ReceiptDraft, (u32, Problem)>) -> Item {
    match draft {
        Ok(draft) => Item {
            number: draft.key(),
            date: draft.date,
            customer: Some(draft.customer),
            currency: draft.currency,
            body: Body::Receipt {
                amount: draft.amount,
                method: draft.method,
                reference: draft.reference,
            },
            rows: vec![draft.row],
            problems: Vec::new(),
        },
        Err((row, problem)) => unreadable_item(row, problem),
    }
}

fn opening_item(draft: Result<OpeningDraft, (u32, Problem)>) -> Item {
    match draft {
        Ok(draft) => Item {
            number: draft.number,
            date: draft.date,
            customer: Some(draft.customer),
            currency: draft.currency,
            body: Body::Opening {
                amount: draft.amount,
                due: draft.due,
                remark: draft.remark,
            },
            rows: vec![draft.row],
            problems: Vec::new(),
        },
        Err((row, problem)) => unreadable_item(row, problem),
    }
}

fn unreadable_item(row: u32, problem: Problem) -> Item {
    Item {
        number: String::new(),
        date: base::Day::MAX,
        customer: None,
        currency: None,
        body: Body::Unreadable,
        rows: vec![row],
        problems: vec![problem],
    }
}

fn digest(kind: FileKind, bytes: &[u8], layout: &Layout, options: &Options) -> String {
    let mut hash = Sha256::new();
    hash.update(kind.as_str());
    // The layout is plain data: writing it cannot fail, and an empty text would only be less exact.
    hash.update(serde_json::to_vec(layout).unwrap_or_default());
    // Who takes what names nobody decides which documents can be taken at all.
    hash.update(options.default_customer.as_deref().unwrap_or_default());
    hash.update([0]);
    hash.update(bytes);
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The rows of one document as the staging table keeps them: CSV of line number and cells.
pub fn packed(table: &Table, rows: &[u32]) -> String {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for index in rows {
        let row = table.row(*index as usize);
        let line = row.line().to_string();
        // Writing into memory does not fail.
        let _ = writer.write_record(std::iter::once(line.as_str()).chain(row.cells()));
    }
    writer
        .into_inner()
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .unwrap_or_default()
}

/// The reverse of [`packed`].
pub fn unpacked(text: &str) -> db::Result<Table> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut table = Table::default();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(db::Error::fault)? {
        let line = record.get(0).and_then(|line| line.parse().ok()).unwrap_or(0);
        table.push(line, record.iter().skip(1))?;
    }
    Ok(table)
}

/// The documents of staged rows, read again as they were read first.
pub fn reread(table: &Table, layout: &Layout, options: &Options, zone: &Zone) -> Vec<Item> {
    items(table, 0, layout, options, zone)
}

/// The file of rejected rows: the layout of the source and a column with the reason. `guard`
/// disarms what a spreadsheet program would run as a formula; the command line writes plain cells.
pub fn rejected_file(
    layout: &Layout,
    documents: &[(Table, Vec<Problem>)],
    lang: i18n::Lang,
    guard: bool,
) -> Vec<u8> {
    let shown = |text: &str| {
        if guard {
            guarded(text).into_owned()
        } else {
            text.to_owned()
        }
    };
    let delimiter = u8::try_from(layout.delimiter).unwrap_or(b',');
    // A mark, so that spreadsheet programs read Chinese as it is.
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .delimiter(delimiter)
        .from_writer("\u{FEFF}".as_bytes().to_vec());
    let width = layout.columns.header.len();
    let header = layout.columns.header.iter().map(String::as_str);
    let header = header.chain([i18n::text(lang, "imports.reason")]);
    let _ = writer.write_record(header.map(shown));
    for (table, problems) in documents {
        for row in table.rows() {
            let reason = reason(row, problems, lang);
            let cells = (0..width.max(row.len())).map(|at| row.cell(at));
            let _ = writer.write_record(cells.chain([reason.as_str()]).map(shown));
        }
    }
    writer.into_inner().unwrap_or_default()
}

/// The row's own problem, else that of the document, else which other row is to blame.
fn reason(row: Row<'_>, problems: &[Problem], lang: i18n::Lang) -> String {
    let own: Vec<String> = problems
        .iter()
        .filter(|problem| problem.line == row.line() || problem.line == 0)
        .map(|problem| problem.text(lang))
        .collect();
    if !own.is_empty() {
        return own.join("; ");
    }
    let line = problems.first().map_or(0, |problem| problem.line);
    Problem::new(
        row.line(),
        Refusal::invalid("imports.other_row").with("line", line),
    )
    .text(lang)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "InvoiceNo,InvoiceDate,CustomerID,StockCode,Description,Quantity,UnitPrice\n\
        1,2026-01-01,A,P1,\"Cup, \"\"big\"\"\",3,x\n1,2026-01-01,A,P2,Bowl,1,2\n2,2026-01-01,B,P1,Cup,1,1\n";

    fn prepared() -> Prepared {
        let options = Options::default();
        prepare(
            FileKind::Deliveries,
            "f.csv",
            TEXT.as_bytes(),
            &Mapping::default(),
            options,
            &Zone::utc(),
        )
        .unwrap()
    }

    #[test]
    fn packed_rows_read_the_same_again() {
        let prepared = prepared();
        for item in &prepared.items {
            let table = unpacked(&packed(&prepared.table, &item.rows)).unwrap();
            let again = reread(&table, &prepared.layout, &prepared.options, &Zone::utc());
            assert_eq!(again.len(), 1);
            assert_eq!((&again[0].number, again[0].date), (&item.number, item.date));
            assert_eq!(again[0].problems, item.problems);
            assert_eq!(
                table.row(0).line(),
                prepared.table.row(item.rows[0] as usize).line()
            );
        }
    }

    #[test]
    fn rejected_rows_have_the_layout_of_the_source() {
        let prepared = prepared();
        let item = &prepared.items[0];
        let table = unpacked(&packed(&prepared.table, &item.rows)).unwrap();
        let file = rejected_file(
            &prepared.layout,
            &[(table, item.problems.clone())],
            i18n::Lang::En,
            false,
        );
        let again = read(&file, &Reading::default()).unwrap();
        assert_eq!(again.len(), 3);
        assert_eq!(again.row(1).cell(4), "Cup, \"big\"");
        assert!(!again.row(1).cell(7).is_empty() && !again.row(2).cell(7).is_empty());
        // And it can be imported once it is mended.
        assert!(find(FileKind::Deliveries, &again, &Mapping::default()).is_ok());
    }
}
