use axum::Json;
use axum::extract::{FromRequest, Multipart, Query, Request};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use base::Refusal;
use bytes::Bytes;
use kit::{Act, Answer, AppState, Ctx, HttpResult, PathId, Problem, ProblemBody};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::columns::{Field, FileKind, Mapping, likeliest};
use crate::formats::{DateOrder, DecimalSign};
use crate::post::{self, JOB};
use crate::prepare::prepare;
use crate::queries::{self, FieldView, ImportView};
use crate::stage::{self, Classified};
use crate::table::{Reading, Table, read};
use crate::template;
use crate::types::{File, Options, Prepared, Summary};

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_imports, stage_import))
        .routes(routes!(preview_import))
        .routes(routes!(get_import))
        .routes(routes!(confirm_import))
        .routes(routes!(rejected_rows))
        .routes(routes!(import_template))
}

/// How to read the file: what is left out is guessed.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
struct ImportRequest {
    /// `deliveries`, `receipts` or `openings`.
    kind: String,
    /// Header by field; an empty header means that the file has no such column.
    columns: std::collections::BTreeMap<String, String>,
    /// `day_first`, `month_first` or `year_first`.
    date_order: Option<String>,
    /// `point` or `comma`.
    decimal: Option<String>,
    /// Such as `gb18030`.
    encoding: Option<String>,
    options: Options,
}

/// The two parts of an upload.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "read part by part; this type only describes it")]
struct ImportUpload {
    /// A CSV or XLSX file.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    request: ImportRequest,
}

/// A file as it would be read, and what importing it would do.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ImportPreview {
    fields: Vec<FieldView>,
    /// The headers that the file has.
    header: Vec<String>,
    /// `day_first`, `month_first` or `year_first`.
    date_order: Option<String>,
    /// `point` or `comma`.
    decimal: Option<String>,
    /// The first rows below the header.
    sample: Vec<Vec<String>>,
    summary: Option<Summary>,
    /// Why the file cannot be read this way.
    problem: Option<ProblemBody>,
}

struct Upload {
    name: String,
    bytes: Bytes,
    kind: FileKind,
    mapping: Mapping,
    options: Options,
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Upload, Problem> {
        let lang = request
            .extensions()
            .get::<Ctx>()
            .map(|ctx| ctx.lang)
            .unwrap_or_default();
        let refused = |refusal: Refusal| Problem::refused(&refusal, lang);
        let unreadable = || refused(Refusal::invalid("imports.upload").on("file"));
        let mut parts = Multipart::from_request(request, state)
            .await
            .map_err(|_| unreadable())?;
        let (mut file, mut wish) = (None, ImportRequest::default());
        while let Some(part) = parts.next_field().await.map_err(|_| unreadable())? {
            match part.name() {
                Some("file") => {
                    let name = part
                        .file_name()
                        .unwrap_or("file")
                        .chars()
                        .take(200)
                        .collect::<String>();
                    file = Some((name, part.bytes().await.map_err(|_| unreadable())?));
                }
                Some("request") => {
                    let text = part.text().await.map_err(|_| unreadable())?;
                    let detail = |error: serde_json::Error| {
                        refused(Refusal::invalid("kit.unreadable_body").with("detail", error))
                    };
                    wish = serde_json::from_str(&text).map_err(detail)?;
                }
                _ => {}
            }
        }
        let (name, bytes) = file.ok_or_else(unreadable)?;
        let unknown = || {
            refused(
                Refusal::invalid("imports.kind")
                    .on("kind")
                    .with("kind", &wish.kind),
            )
        };
        let kind = FileKind::parse(&wish.kind).ok_or_else(unknown)?;
        let mapping = mapping(&wish).map_err(refused)?;
        post::check_options(&wish.options).map_err(refused)?;
        Ok(Upload {
            name,
            bytes,
            kind,
            mapping,
            options: wish.options,
        })
    }
}

fn mapping(wish: &ImportRequest) -> Result<Mapping, Refusal> {
    let unknown = |value: &str| {
        Refusal::invalid("imports.mapping_value")
            .on("mapping")
            .with("value", value)
    };
    let mut mapping = Mapping {
        encoding: wish.encoding.clone(),
        ..Mapping::default()
    };
    for (name, header) in &wish.columns {
        let field = Field::ALL
            .into_iter()
            .find(|field| field.name() == name)
            .ok_or_else(|| unknown(name))?;
        mapping.columns.push((field, header.clone()));
    }
    mapping.date_order = match wish.date_order.as_deref() {
        None | Some("") => None,
        Some("day_first") => Some(DateOrder::DayFirst),
        Some("month_first") => Some(DateOrder::MonthFirst),
        Some("year_first") => Some(DateOrder::YearFirst),
        Some(other) => return Err(unknown(other)),
    };
    mapping.decimal = match wish.decimal.as_deref() {
        None | Some("") => None,
        Some("point") => Some(DecimalSign::Point),
        Some("comma") => Some(DecimalSign::Comma),
        Some(other) => return Err(unknown(other)),
    };
    Ok(mapping)
}

/// Reads the upload off the async threads: a large file takes seconds.
async fn prepared(ctx: &Ctx, upload: Upload) -> Result<Arc<Prepared>, Problem> {
    let zone = ctx.company.zone.clone();
    let reading = move || {
        let Upload {
            name,
            bytes,
            kind,
            mapping,
            options,
        } = upload;
        prepare(kind, &name, &bytes, &mapping, options, &zone)
    };
    match tokio::task::spawn_blocking(reading).await {
        Ok(read) => read.map(Arc::new).map_err(|refusal| ctx.problem(refusal.into())),
        Err(error) => Err(ctx.problem(db::Error::fault(error))),
    }
}

async fn classified(ctx: &Ctx, prepared: &Arc<Prepared>) -> HttpResult<Classified> {
    let (prepared, meta) = (prepared.clone(), ctx.meta());
    ctx.read(move |tx| stage::classify(tx, &meta, &prepared)).await
}

/// How a file would be read, its first rows, and what importing it would do. Writes nothing.
#[utoipa::path(
    post, path = "/imports/preview", tag = "imports", operation_id = "preview_import",
    request_body(content = ImportUpload, content_type = "multipart/form-data"),
    extensions(("x-permission" = json!("imports.run"))),
    responses((status = 200, body = ImportPreview), (status = "default", body = ProblemBody))
)]
async fn preview_import(ctx: Ctx, upload: Upload) -> HttpResult<Json<ImportPreview>> {
    let (kind, mapping, bytes) = (upload.kind, upload.mapping.clone(), upload.bytes.clone());
    let read = prepared(&ctx, upload).await;
    let refusal = match read {
        Ok(prepared) => {
            let summary = classified(&ctx, &prepared).await?.summary;
            return Ok(Json(readable(&prepared, summary)));
        }
        Err(problem) => problem,
    };
    let delimiter = mapping.delimiter.and_then(|sign| u8::try_from(sign).ok());
    let reading = Reading {
        encoding: mapping.encoding.clone(),
        delimiter,
    };
    let problem = refusal.body().clone();
    let table = tokio::task::spawn_blocking(move || read_table(&bytes, &reading)).await;
    Ok(Json(unreadable(kind, table.ok().flatten(), &mapping, problem)))
}

fn read_table(bytes: &[u8], reading: &Reading) -> Option<Table> {
    read(bytes, reading).ok()
}

const SAMPLE: usize = 8;

fn readable(prepared: &Prepared, summary: Summary) -> ImportPreview {
    let layout = &prepared.layout;
    let columns = &layout.columns;
    let below = prepared
        .items
        .iter()
        .flat_map(|item| item.rows.iter())
        .min()
        .copied()
        .unwrap_or(0) as usize;
    let header_of = |field| {
        columns
            .position(field)
            .and_then(|at| columns.header.get(at))
            .cloned()
    };
    ImportPreview {
        fields: queries::fields(prepared.kind, header_of),
        header: columns.header.clone(),
        date_order: word(&layout.date_order),
        decimal: word(&layout.decimal),
        sample: sample(&prepared.table, below),
        summary: Some(summary),
        problem: None,
    }
}

/// A preview of what could not be understood: its likeliest header, for somebody to say which
/// column is what.
fn unreadable(
    kind: FileKind,
    table: Option<Table>,
    mapping: &Mapping,
    problem: ProblemBody,
) -> ImportPreview {
    let table = table.unwrap_or_default();
    let found = likeliest(kind, &table, mapping);
    let (positions, header, first) = found.map_or((Vec::new(), Vec::new(), 0), |(columns, first, _)| {
        (columns.positions, columns.header, first)
    });
    let header_of = |field| {
        let at = positions.iter().find(|(other, _)| *other == field)?.1;
        header.get(at).cloned()
    };
    ImportPreview {
        fields: queries::fields(kind, header_of),
        date_order: mapping.date_order.as_ref().and_then(word),
        decimal: mapping.decimal.as_ref().and_then(word),
        sample: sample(&table, first),
        summary: None,
        problem: Some(problem),
        header,
    }
}

fn sample(table: &Table, first: usize) -> Vec<Vec<String>> {
    let rows = (first..table.len()).take(SAMPLE);
    rows.map(|index| table.row(index).cells().map(str::to_owned).collect())
        .collect()
}

/// The name by which the API calls a notation.
fn word<T: Serialize>(value: &T) -> Option<String> {
    serde_json::to_value(value).ok()?.as_str().map(str::to_owned)
}

/// Reads a file and puts its rows aside; the books do not change until it is confirmed.
#[utoipa::path(
    post, path = "/imports", tag = "imports", operation_id = "stage_import",
    request_body(content = ImportUpload, content_type = "multipart/form-data"),
    extensions(("x-permission" = json!("imports.run"))),
    responses((status = 201, body = ImportView), (status = "default", body = ProblemBody))
)]
async fn stage_import(ctx: Ctx, upload: Upload) -> HttpResult<Answer> {
    let prepared = prepared(&ctx, upload).await?;
    let classified = classified(&ctx, &prepared).await?;
    let staged = stage::stage(&ctx.db, &ctx.meta(), &prepared, &classified).await;
    let file = staged.map_err(|error| ctx.problem(error))?;
    let act = Act::new("imports.stage").created().on("import", file.raw());
    ctx.command(act, move |tx, _| queries::import(tx, file)).await
}

/// The latest imports, newest first.
#[utoipa::path(
    get, path = "/imports", tag = "imports", operation_id = "list_imports",
    extensions(("x-permission" = json!("imports.run"))),
    responses((status = 200, body = Vec<ImportView>), (status = "default", body = ProblemBody))
)]
async fn list_imports(ctx: Ctx) -> HttpResult<Json<Vec<ImportView>>> {
    ctx.read(queries::imports).await.map(Json)
}

/// One import and where it stands.
#[utoipa::path(
    get, path = "/imports/{id}", tag = "imports", operation_id = "get_import", params(("id" = String, Path)),
    extensions(("x-permission" = json!("imports.run"))),
    responses((status = 200, body = ImportView), (status = "default", body = ProblemBody))
)]
async fn get_import(ctx: Ctx, PathId(id): PathId<File>) -> HttpResult<Json<ImportView>> {
    ctx.read(move |tx| queries::import(tx, id)).await.map(Json)
}

/// Posts what was staged, document by document, as a job. A second confirmation changes nothing.
#[utoipa::path(
    post, path = "/imports/{id}/confirm", tag = "imports", operation_id = "confirm_import",
    params(("id" = String, Path)),
    extensions(("x-permission" = json!("imports.run")), ("x-money-act" = json!(true))),
    responses((status = 200, body = ImportView), (status = "default", body = ProblemBody))
)]
async fn confirm_import(ctx: Ctx, PathId(id): PathId<File>) -> HttpResult<Answer> {
    let act = Act::money("imports.confirm").on("import", id.raw());
    ctx.command(act, move |tx, meta| {
        post::confirm(tx, id)?;
        let key = id.to_string();
        kit::job::enqueue(tx, meta, JOB, &key, &key, meta.now)?;
        queries::import(tx, id)
    })
    .await
}

/// The rejected rows: a CSV of the file's own layout with a column that says why. What a spreadsheet
/// program would run as a formula begins with an apostrophe, which an import takes away again.
#[utoipa::path(
    get, path = "/imports/{id}/rejected.csv", tag = "imports", operation_id = "rejected_rows",
    params(("id" = String, Path)),
    extensions(("x-permission" = json!("imports.run"))),
    responses((status = 200, body = String, content_type = "text/csv"), (status = "default", body = ProblemBody))
)]
async fn rejected_rows(ctx: Ctx, PathId(id): PathId<File>) -> HttpResult<Response> {
    let lang = ctx.lang;
    let file = ctx.read(move |tx| queries::rejected(tx, id, lang, true)).await?;
    let mut response = file.into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/csv; charset=utf-8"),
    );
    let attachment = HeaderValue::from_static("attachment; filename=\"rejected.csv\"");
    headers.insert(header::CONTENT_DISPOSITION, attachment);
    Ok(response)
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct TemplateParams {
    /// `deliveries`, `receipts` or `openings`.
    kind: Option<String>,
    /// `csv` (if absent) or `xlsx`.
    format: Option<String>,
}

/// An empty file to fill in, with the headers of a kind in the reader's language.
#[utoipa::path(
    get, path = "/import-template", tag = "imports", operation_id = "import_template", params(TemplateParams),
    extensions(("x-permission" = json!("imports.run"))),
    responses((status = 200, body = String, content_type = "application/octet-stream"),
        (status = "default", body = ProblemBody))
)]
async fn import_template(ctx: Ctx, Query(params): Query<TemplateParams>) -> HttpResult<Response> {
    let name = params.kind.unwrap_or_default();
    let unknown = || Refusal::invalid("imports.kind").on("kind").with("kind", &name);
    let kind = FileKind::parse(&name).ok_or_else(|| ctx.problem(unknown().into()))?;
    let is_workbook = params.format.as_deref() == Some("xlsx");
    let (bytes, media, ending) = if is_workbook {
        let bytes = template::xlsx_template(kind, ctx.lang).map_err(|error| ctx.problem(error))?;
        let media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        (bytes, media, "xlsx")
    } else {
        (
            template::csv_template(kind, ctx.lang),
            "text/csv; charset=utf-8",
            "csv",
        )
    };
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    let attachment = format!("attachment; filename=\"{}.{ending}\"", kind.as_str());
    let attachment =
        HeaderValue::from_str(&attachment).map_err(|error| ctx.problem(db::Error::fault(error)))?;
    headers.insert(header::CONTENT_DISPOSITION, attachment);
    Ok(response)
}
