use base::Instant;
use db::{Tx, Value, p};

use crate::columns::FileKind;
use crate::drafts::Problem;
use crate::types::{Counts, FileId, FileRow};

db::statements! {
    INSERT_FILE = "INSERT INTO imports_file \
        (company_id, id, kind, name, digest, state, layout, options, summary, created_at, created_by, finished_at) \
        VALUES ($1, $2, $3, $4, $5, 'staging', $6, $7, $8, $9, $10, NULL)";
    GET_FILE = "SELECT id, kind, name, state, layout, options, summary, created_at, finished_at \
        FROM imports_file WHERE company_id = $1 AND id = $2";
    LATEST_FILES = "SELECT id, kind, name, state, layout, options, summary, created_at, finished_at \
        FROM imports_file WHERE company_id = $1 AND state <> 'staging' ORDER BY id DESC LIMIT 50";
    UNFINISHED = "SELECT id, kind, name, state, layout, options, summary, created_at, finished_at \
        FROM imports_file WHERE company_id = $1 AND kind = $2 AND digest = $3 AND state <> 'done' \
        ORDER BY id DESC LIMIT 1";
    SET_STATE = "UPDATE imports_file SET state = $3 WHERE company_id = $1 AND id = $2";
    SET_OPTIONS = "UPDATE imports_file SET options = $3 WHERE company_id = $1 AND id = $2";
    FINISH = "UPDATE imports_file SET state = 'done', finished_at = $3 WHERE company_id = $1 AND id = $2";
    DROP_DOCUMENTS = "DELETE FROM imports_document WHERE company_id = $1 AND file_id = $2 AND position < $3";
    DROP_FILE = "DELETE FROM imports_file WHERE company_id = $1 AND id = $2";
    FIRST_POSITION = "SELECT MIN(position) FROM imports_document WHERE company_id = $1 AND file_id = $2";
    ADD_DOCUMENTS = "INSERT INTO imports_document \
        (company_id, file_id, position, number, state, row_count, cells, problems) VALUES";
    NEXT_SIZES = "SELECT position, row_count FROM imports_document WHERE company_id = $1 AND file_id = $2 \
        AND state = 'staged' ORDER BY position LIMIT $3";
    NEXT = "SELECT position, number, cells FROM imports_document WHERE company_id = $1 AND file_id = $2 \
        AND state = 'staged' AND position <= $3 ORDER BY position";
    // The rows of a posted document are in the books now.
    POSTED = "UPDATE imports_document SET state = 'posted', cells = '' WHERE company_id = $1 AND file_id = $2 \
        AND state = 'staged' AND position <= $3";
    KNOWN = "UPDATE imports_document SET state = 'known', cells = '' WHERE company_id = $1 AND file_id = $2 \
        AND position = $3";
    REJECTED = "UPDATE imports_document SET state = 'rejected', problems = $4 WHERE company_id = $1 \
        AND file_id = $2 AND position = $3";
    COUNTS = "SELECT state, COUNT(*), CAST(COALESCE(SUM(row_count), 0) AS BIGINT) FROM imports_document \
        WHERE company_id = $1 AND file_id = $2 GROUP BY state";
    REJECTED_AFTER = "SELECT position, cells, problems FROM imports_document WHERE company_id = $1 \
        AND file_id = $2 AND state = 'rejected' AND position > $3 ORDER BY position LIMIT 500";
    ADD_KEYS = "INSERT INTO imports_key (company_id, kind, number, document_id, row_count, total_minor) VALUES";
}

/// How many numbers are looked up at once.
const LOOKUP: usize = 64;

/// Looks up which of [`LOOKUP`] numbers are known.
pub(crate) fn known_sql() -> String {
    format!(
        "SELECT number, row_count, total_minor FROM imports_key WHERE company_id = $1 AND kind = $2 \
         AND number IN ({})",
        db::placeholders(3, LOOKUP)
    )
}

/// Of these numbers, the ones that were imported: number, rows, total.
pub(crate) fn known_keys(
    tx: &mut Tx<'_>,
    kind: FileKind,
    numbers: &[&str],
) -> db::Result<Vec<(String, i64, i64)>> {
    let sql = known_sql();
    let mut known = Vec::new();
    for chunk in numbers.chunks(LOOKUP) {
        let mut params = p![kind.as_str()];
        params.extend(chunk.iter().map(|number| Value::from(*number)));
        // The last number again, so that one text serves every length.
        params.resize(LOOKUP + 1, params[params.len() - 1].clone());
        known.extend(tx.all::<(String, i64, i64)>(&sql, params)?);
    }
    Ok(known)
}

pub(crate) struct NewFile<'a> {
    pub kind: FileKind,
    pub name: &'a str,
    pub digest: &'a str,
    pub layout: String,
    pub options: String,
    pub summary: String,
}

pub(crate) fn insert_file(tx: &mut Tx<'_>, meta: &kit::Meta, file: &NewFile<'_>) -> db::Result<FileId> {
    let id = tx.next_id();
    let (layout, options, summary) = (&file.layout, &file.options, &file.summary);
    let row = p![
        id,
        file.kind.as_str(),
        file.name,
        file.digest,
        layout,
        options,
        summary,
        meta.now,
        meta.user
    ];
    tx.push(INSERT_FILE, row)?;
    Ok(id)
}

pub fn file(tx: &mut Tx<'_>, id: FileId) -> db::Result<FileRow> {
    let found = tx.opt(GET_FILE, p![id])?;
    found.ok_or_else(|| base::Refusal::not_found("imports.not_found").into())
}

pub fn latest(tx: &mut Tx<'_>) -> db::Result<Vec<FileRow>> {
    tx.all(LATEST_FILES, p![])
}

/// The import of the same file that was begun and not finished.
pub fn unfinished(tx: &mut Tx<'_>, kind: FileKind, digest: &str) -> db::Result<Option<FileRow>> {
    tx.opt(UNFINISHED, p![kind.as_str(), digest])
}

pub(crate) fn set_state(tx: &mut Tx<'_>, id: FileId, state: &str) -> db::Result<()> {
    tx.push(SET_STATE, p![id, state])
}

pub(crate) fn set_options(tx: &mut Tx<'_>, id: FileId, options: &str) -> db::Result<()> {
    tx.push(SET_OPTIONS, p![id, options])
}

pub(crate) fn finish(tx: &mut Tx<'_>, id: FileId, now: Instant) -> db::Result<()> {
    tx.push(FINISH, p![id, now])
}

/// Removes some documents of a file, or at last the file itself; says whether it is gone.
pub(crate) fn drop_some(tx: &mut Tx<'_>, id: FileId, most: i64) -> db::Result<bool> {
    let first: Option<i64> = tx.one(FIRST_POSITION, p![id])?;
    match first {
        Some(first) => tx.push(DROP_DOCUMENTS, p![id, first + most])?,
        None => tx.push(DROP_FILE, p![id])?,
    }
    Ok(first.is_none())
}

/// A document ready to be staged.
#[derive(Clone, Debug)]
pub(crate) struct Staged {
    pub position: i64,
    pub number: String,
    pub state: &'static str,
    pub row_count: i64,
    pub cells: String,
    pub problems: String,
}

pub(crate) fn add_documents(tx: &mut Tx<'_>, id: FileId, documents: &[Staged]) -> db::Result<()> {
    let rows = documents
        .iter()
        .map(|d| {
            p![
                id,
                d.position,
                &d.number,
                d.state,
                d.row_count,
                &d.cells,
                &d.problems
            ]
        })
        .collect();
    tx.push_rows(ADD_DOCUMENTS, rows)
}

/// The next staged documents: some hundred, or as many as make `most_rows` rows, but at least one.
pub(crate) fn next(
    tx: &mut Tx<'_>,
    id: FileId,
    most_documents: i64,
    most_rows: i64,
) -> db::Result<Vec<(i64, String, String)>> {
    let sizes: Vec<(i64, i64)> = tx.all(NEXT_SIZES, p![id, most_documents])?;
    let mut rows = 0;
    let mut last = None;
    for (position, size) in sizes {
        rows += size;
        if last.is_some() && rows > most_rows {
            break;
        }
        last = Some(position);
    }
    match last {
        Some(last) => tx.all(NEXT, p![id, last]),
        None => Ok(Vec::new()),
    }
}

pub(crate) fn mark_posted(tx: &mut Tx<'_>, id: FileId, up_to: i64) -> db::Result<()> {
    tx.push(POSTED, p![id, up_to])
}

pub(crate) fn mark_known(tx: &mut Tx<'_>, id: FileId, position: i64) -> db::Result<()> {
    tx.push(KNOWN, p![id, position])
}

pub(crate) fn mark_rejected(
    tx: &mut Tx<'_>,
    id: FileId,
    position: i64,
    problems: &[Problem],
) -> db::Result<()> {
    tx.push(
        REJECTED,
        p![
            id,
            position,
            serde_json::to_string(problems).map_err(db::Error::fault)?
        ],
    )
}

pub(crate) fn add_keys(tx: &mut Tx<'_>, kind: FileKind, keys: &[(String, i64, i64, i64)]) -> db::Result<()> {
    let rows = keys
        .iter()
        .map(|(number, document, rows, total)| p![kind.as_str(), number, *document, *rows, *total])
        .collect();
    tx.push_rows(ADD_KEYS, rows)
}

pub fn counts(tx: &mut Tx<'_>, id: FileId) -> db::Result<Counts> {
    let mut counts = Counts::default();
    for (state, documents, rows) in tx.all::<(String, i64, i64)>(COUNTS, p![id])? {
        match state.as_str() {
            "staged" => counts.waiting = documents,
            "posted" => counts.posted = documents,
            "known" => counts.known = documents,
            _ => (counts.rejected, counts.rejected_rows) = (documents, rows),
        }
    }
    Ok(counts)
}

/// Rejected documents behind a position: position, rows, problems.
pub(crate) fn rejected_after(
    tx: &mut Tx<'_>,
    id: FileId,
    position: i64,
) -> db::Result<Vec<(i64, String, String)>> {
    tx.all(REJECTED_AFTER, p![id, position])
}
