use base::Instant;
use db::Tx;
use serde::Serialize;

use crate::columns::FileKind;
use crate::prepare::{rejected_file, unpacked};
use crate::store;
use crate::types::{Counts, FileId, FileRow, Options, Summary};

/// An import as people see it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ImportView {
    #[schema(value_type = String)]
    pub id: FileId,
    /// `deliveries` or `receipts`.
    pub kind: String,
    /// The file's name.
    pub name: String,
    /// `staged` (waits for its confirmation), `posting` or `done`.
    pub state: String,
    pub options: Options,
    /// What the file held when it was read.
    pub summary: Summary,
    /// Where it stands now.
    pub counts: Counts,
    #[schema(value_type = String)]
    pub created_at: Instant,
    #[schema(value_type = Option<String>)]
    pub finished_at: Option<Instant>,
}

pub fn import(tx: &mut Tx<'_>, id: FileId) -> db::Result<ImportView> {
    let row = store::file(tx, id)?;
    view(tx, row)
}

/// The latest imports, newest first.
pub fn imports(tx: &mut Tx<'_>) -> db::Result<Vec<ImportView>> {
    let rows = store::latest(tx)?;
    rows.into_iter().map(|row| view(tx, row)).collect()
}

fn view(tx: &mut Tx<'_>, row: FileRow) -> db::Result<ImportView> {
    let (options, summary) = (row.options()?, row.summary()?);
    let mut counts = store::counts(tx, row.id)?;
    counts.known += summary.known;
    Ok(ImportView {
        id: row.id,
        kind: row.kind,
        name: row.name,
        state: row.state,
        options,
        summary,
        counts,
        created_at: row.created_at,
        finished_at: row.finished_at,
    })
}

/// The rejected rows as a file of the source's layout with a reason column.
pub fn rejected(tx: &mut Tx<'_>, id: FileId, lang: i18n::Lang, guard: bool) -> db::Result<Vec<u8>> {
    let layout = store::file(tx, id)?.layout()?;
    let mut documents = Vec::new();
    let mut position = -1;
    loop {
        let page = store::rejected_after(tx, id, position)?;
        let Some((last, _, _)) = page.last() else { break };
        position = *last;
        for (_, cells, problems) in &page {
            let problems = serde_json::from_str(problems).map_err(db::Error::fault)?;
            documents.push((unpacked(cells)?, problems));
        }
    }
    // Into the order of the file: rejected documents of one day stood apart in it.
    documents.sort_by_key(|(table, _)| table.rows().next().map_or(0, |row| row.line()));
    Ok(rejected_file(&layout, &documents, lang, guard))
}

/// The fields that a kind of file knows, with what must be there.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ImportField)]
pub struct FieldView {
    pub field: String,
    /// Without it the file cannot be read; of `product` and `product_name`, and of `customer` and
    /// `customer_name` in receipts, one is enough.
    pub needed: bool,
    /// The header of its column; absent when there is none.
    pub header: Option<String>,
}

pub(crate) fn fields(
    kind: FileKind,
    header_of: impl Fn(crate::columns::Field) -> Option<String>,
) -> Vec<FieldView> {
    let needed = |field| kind.needed().iter().any(|set| set.contains(field));
    kind.fields()
        .iter()
        .map(|field| FieldView {
            field: field.name().to_owned(),
            needed: needed(field),
            header: header_of(*field),
        })
        .collect()
}
