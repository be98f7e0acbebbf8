use axum::Json;
use axum::extract::{Path, Query};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use base::{Currency, Day, Refusal};
use kit::{AppState, Ctx, HttpResult, PathId, Problem, ProblemBody};
use parties::CustomerId;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::cash::{self, CashForecast, CollectionFigures, ExpectedItem, Slot};
use crate::closing::{self, ClosingLine};
use crate::download::{self, Part};
use crate::figures::{self, CustomerAt, Figures};

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(figures_at))
        .routes(routes!(customer_at))
        .routes(routes!(download_table))
        .routes(routes!(collection_figures))
        .routes(routes!(expected_cash))
        .routes(routes!(expected_items))
        .routes(routes!(closing_list))
}

fn unreadable(ctx: &Ctx, name: &'static str, value: &str) -> Problem {
    let refusal = Refusal::invalid("kit.unreadable_filter")
        .on(name)
        .with("value", value);
    ctx.problem(refusal.into())
}

/// A value of the query; absent or empty is none.
fn read<T: std::str::FromStr>(ctx: &Ctx, name: &'static str, text: Option<&str>) -> HttpResult<Option<T>> {
    let text = text.filter(|text| !text.is_empty());
    text.map(|text| text.parse().map_err(|_| unreadable(ctx, name, text)))
        .transpose()
}

/// The day of a report, today where none is said.
fn day_of(ctx: &Ctx, text: Option<&str>) -> HttpResult<Day> {
    let day = read(ctx, "as_of", text)?;
    figures::past_or_today(&ctx.meta(), day).map_err(|refusal| ctx.problem(refusal.into()))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct DayParams {
    /// A day, not after today; absent: today.
    as_of: Option<String>,
}

/// Ageing, open items, ledger and statements at the end of a day, each from its own source, and whether they tie.
#[utoipa::path(
    get, path = "/reports/figures", tag = "reports", operation_id = "figures_at", params(DayParams),
    extensions(("x-permission" = json!("reports.read"))),
    responses((status = 200, body = Figures), (status = "default", body = ProblemBody))
)]
async fn figures_at(ctx: Ctx, Query(params): Query<DayParams>) -> HttpResult<Json<Figures>> {
    let (day, meta) = (day_of(&ctx, params.as_of.as_deref())?, ctx.meta());
    ctx.read(move |tx| figures::figures(tx, &meta, day))
        .await
        .map(Json)
}

/// A customer's open items, balance, exposure and statements at the end of a day.
#[utoipa::path(
    get, path = "/reports/customers/{id}", tag = "reports", operation_id = "customer_at",
    params(("id" = String, Path), DayParams),
    extensions(("x-permission" = json!("reports.read"))),
    responses((status = 200, body = CustomerAt), (status = "default", body = ProblemBody))
)]
async fn customer_at(
    ctx: Ctx,
    PathId(id): PathId<parties::Customer>,
    Query(params): Query<DayParams>,
) -> HttpResult<Json<CustomerAt>> {
    let (day, meta) = (day_of(&ctx, params.as_of.as_deref())?, ctx.meta());
    ctx.read(move |tx| figures::customer_at(tx, &meta, id, day))
        .await
        .map(Json)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct DownloadParams {
    /// A day, not after today; absent: today.
    as_of: Option<String>,
    /// Required for `ledger`: one customer's.
    customer_id: Option<String>,
}

/// A table of figures at a date as CSV: `ageing`, `open-items` or `ledger`. What a spreadsheet program would run
/// as a formula begins with an apostrophe.
#[utoipa::path(
    get, path = "/reports/csv/{part}", tag = "reports", operation_id = "download_figures",
    params(("part" = String, Path), DownloadParams),
    extensions(("x-permission" = json!("reports.read"))),
    responses((status = 200, body = String, content_type = "text/csv"), (status = "default", body = ProblemBody))
)]
async fn download_table(
    ctx: Ctx,
    Path(part): Path<String>,
    Query(params): Query<DownloadParams>,
) -> HttpResult<Response> {
    let missing = || ctx.problem(Refusal::not_found("kit.not_found").into());
    let part = Part::parse(&part).ok_or_else(missing)?;
    let (day, meta) = (day_of(&ctx, params.as_of.as_deref())?, ctx.meta());
    let customer: Option<CustomerId> = read(&ctx, "customer_id", params.customer_id.as_deref())?;
    if part == Part::Ledger && customer.is_none() {
        let refusal = Refusal::invalid("reports.customer_required").on("customer_id");
        return Err(ctx.problem(refusal.into()));
    }
    let rows = ctx
        .read(move |tx| download::rows(tx, &meta, part, day, customer))
        .await?;
    let text = written(&ctx, part, &rows).map_err(|error| ctx.problem(db::Error::fault(error)))?;
    let name = format!("attachment; filename=\"{}-{day}.csv\"", part.name());
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/csv; charset=utf-8"),
    );
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// With a mark at the beginning, so that spreadsheet programs read Chinese as it is.
fn written(ctx: &Ctx, part: Part, rows: &[Vec<String>]) -> csv::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    let title = |column: &&str| i18n::format(ctx.lang, &format!("reports.csv.{column}"), &[]);
    writer.write_record(part.columns().iter().map(title))?;
    for row in rows {
        let cells = row.iter().map(|cell| kit::spreadsheet::guarded(cell));
        writer.write_record(cells.map(|cell| cell.into_owned()))?;
    }
    writer
        .into_inner()
        .map_err(|error| csv::Error::from(error.into_error()))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct CollectionParams {
    /// A day, not after today; absent: today.
    as_of: Option<String>,
    /// First day of the period of the collection effectiveness; absent: the first of the month of `as_of`.
    from: Option<String>,
}

/// Days sales outstanding of the last twelve months and the collection effectiveness of a period.
#[utoipa::path(
    get, path = "/reports/collection", tag = "reports", operation_id = "collection_figures",
    params(CollectionParams),
    extensions(("x-permission" = json!("reports.read"))),
    responses((status = 200, body = Vec<CollectionFigures>), (status = "default", body = ProblemBody))
)]
async fn collection_figures(
    ctx: Ctx,
    Query(params): Query<CollectionParams>,
) -> HttpResult<Json<Vec<CollectionFigures>>> {
    let (day, meta) = (day_of(&ctx, params.as_of.as_deref())?, ctx.meta());
    let from = read(&ctx, "from", params.from.as_deref())?.unwrap_or(day.month_start(0));
    ctx.read(move |tx| cash::collection(tx, &meta, day, from))
        .await
        .map(Json)
}

/// What should come in, by week, from due dates and each customer's habit of paying.
#[utoipa::path(
    get, path = "/reports/expected-cash", tag = "reports", operation_id = "expected_cash",
    extensions(("x-permission" = json!("reports.read"))),
    responses((status = 200, body = Vec<CashForecast>), (status = "default", body = ProblemBody))
)]
async fn expected_cash(ctx: Ctx) -> HttpResult<Json<Vec<CashForecast>>> {
    let meta = ctx.meta();
    ctx.read(move |tx| cash::expected_cash(tx, &meta)).await.map(Json)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ExpectedParams {
    /// ISO 4217.
    currency: Option<String>,
    /// The Monday of a week, `later` or `late`.
    slot: Option<String>,
}

/// The items behind one figure of the expected cash, at most 500.
#[utoipa::path(
    get, path = "/reports/expected-cash/items", tag = "reports", operation_id = "expected_cash_items",
    params(ExpectedParams),
    extensions(("x-permission" = json!("reports.read"))),
    responses((status = 200, body = Vec<ExpectedItem>), (status = "default", body = ProblemBody))
)]
async fn expected_items(
    ctx: Ctx,
    Query(params): Query<ExpectedParams>,
) -> HttpResult<Json<Vec<ExpectedItem>>> {
    let currency = match params.currency.as_deref().filter(|code| !code.is_empty()) {
        Some(code) => Currency::named(code).ok_or_else(|| unreadable(&ctx, "currency", code))?,
        None => ctx.company.currency,
    };
    let slot = match params.slot.as_deref().unwrap_or("late") {
        "late" | "" => Slot::Late,
        "later" => Slot::Later,
        day => Slot::Week(day.parse().map_err(|_| unreadable(&ctx, "slot", day))?),
    };
    let meta = ctx.meta();
    ctx.read(move |tx| cash::expected_items(tx, &meta, currency, slot))
        .await
        .map(Json)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ClosingParams {
    /// The day up to which the books would be locked; absent: the last day of the month before.
    until: Option<String>,
}

/// What should be done before the books are locked up to a day.
#[utoipa::path(
    get, path = "/reports/closing", tag = "reports", operation_id = "closing_list", params(ClosingParams),
    extensions(("x-permission" = json!("reports.read"))),
    responses((status = 200, body = Vec<ClosingLine>), (status = "default", body = ProblemBody))
)]
async fn closing_list(ctx: Ctx, Query(params): Query<ClosingParams>) -> HttpResult<Json<Vec<ClosingLine>>> {
    let until = read(&ctx, "until", params.until.as_deref())?;
    let until = until.unwrap_or(ctx.today().month_start(0).plus(-1));
    ctx.read(move |tx| closing::closing_list(tx, until))
        .await
        .map(Json)
}
