//! Lists: keyset paging over an allow list of sorts and filters. No name that a caller sends ever
//! becomes SQL.

use std::collections::BTreeMap;

use axum::extract::{FromRequestParts, RawQuery};
use axum::http::request::Parts;
use base::{Day, Instant, Refusal};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use db::{FromRow, Row, Tx, Value};
use serde::{Deserialize, Serialize};

use crate::{Ctx, Problem, search};

/// Counting stops here: "10,000+" is enough for a person, and cheap.
pub const COUNT_CAP: i64 = 10_000;
const LARGEST_PAGE: i64 = 200;
const DEFAULT_PAGE: i64 = 50;

/// What a caller asks of a list: `?q=&filter[state]=posted&sort=-date&after=CURSOR&limit=50`.
#[derive(Clone, Debug, Default)]
pub struct ListQuery {
    pub q: String,
    pub sort: String,
    pub after: Option<String>,
    pub limit: Option<i64>,
    pub filter: BTreeMap<String, String>,
}

/// Documents the parameters of [`ListQuery`] in the API description.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read by ListQuery; this type only describes it")]
pub struct ListParams {
    /// Words, Chinese characters or pinyin initials.
    q: Option<String>,
    /// A field name, with `-` in front for descending.
    sort: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// Rows a page, at most 200.
    limit: Option<i64>,
    /// `filter[field]=value`, any of the list's fields.
    #[param(style = DeepObject, explode)]
    filter: Option<BTreeMap<String, String>>,
}

/// One page. `count` stops at [`COUNT_CAP`].
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Give it back as `after` for the next page; absent on the last.
    pub next: Option<String>,
    pub count: i64,
    pub count_is_capped: bool,
}

/// How a column is bound and read back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Int,
    Text,
    Day,
    Instant,
    /// Text that is compared folded (see [`search::fold`]).
    Folded,
}

/// A sort that is offered. Its index begins with company_id and `expression`.
#[derive(Clone, Copy, Debug)]
pub struct Sort {
    pub name: &'static str,
    pub expression: &'static str,
    pub column: Column,
}

/// A filter that is offered: a condition with `{}` where the value is bound, for example
/// `o.state = {}` or `o.order_date >= {}`.
#[derive(Clone, Copy, Debug)]
pub struct Filter {
    pub name: &'static str,
    pub condition: &'static str,
    pub column: Column,
}

/// A list: what it shows and everything a caller may ask of it.
#[derive(Clone, Copy, Debug)]
pub struct ListSpec {
    /// The columns of an item, in the order its `FromRow` reads them.
    pub columns: &'static [&'static str],
    /// `sales_order o JOIN …`
    pub from: &'static str,
    /// Begins with the company: `o.company_id = $1`.
    pub condition: &'static str,
    /// The column that makes every sort unique: `o.id`.
    pub id: &'static str,
    /// The first is the default; a leading `-` in `default_sort` means descending.
    pub sorts: &'static [Sort],
    pub default_sort: &'static str,
    pub filters: &'static [Filter],
    /// Table of search tokens (company_id, token, id) and the column it is matched with.
    pub search: Option<(&'static str, &'static str)>,
}

struct Built {
    sql: String,
    count_sql: String,
    params: Vec<Value>,
    count_params: usize,
    sort: Sort,
    limit: i64,
}

impl ListSpec {
    /// Reads one page.
    pub fn page<T: FromRow>(&self, tx: &mut Tx<'_>, query: &ListQuery) -> db::Result<Page<T>> {
        let built = self.build(query)?;
        let count_params = built.params[..built.count_params].to_vec();
        let counted: i64 = tx.one(&built.count_sql, count_params)?;
        let width = self.columns.len();
        let mut rows: Vec<Keyed<T>> = KeyedReader {
            width,
            column: built.sort.column,
        }
        .read(tx, &built.sql, built.params)?;
        let more = rows.len() as i64 > built.limit;
        rows.truncate(usize::try_from(built.limit).unwrap_or_default());
        let next = match rows.last() {
            Some(last) if more => Some(last.cursor.encode()),
            _ => None,
        };
        Ok(Page {
            items: rows.into_iter().map(|row| row.item).collect(),
            next,
            count: counted.min(COUNT_CAP),
            count_is_capped: counted > COUNT_CAP,
        })
    }

    /// Every statement this list can make, for the test that prepares them all.
    pub fn statements(&self) -> Vec<String> {
        let mut all = Vec::new();
        for sort in self.sorts {
            for descending in ["", "-"] {
                let mut query = ListQuery {
                    sort: format!("{descending}{}", sort.name),
                    ..Default::default()
                };
                all.extend(self.texts(&query));
                query.after = Some(Cursor::example(sort.column).encode());
                all.extend(self.texts(&query));
                for filter in self.filters {
                    query.filter = BTreeMap::from([(filter.name.to_owned(), example(filter.column))]);
                    all.extend(self.texts(&query));
                }
            }
        }
        if self.search.is_some() {
            all.extend(self.texts(&ListQuery {
                q: "ab cd".to_owned(),
                ..Default::default()
            }));
        }
        all
    }

    fn texts(&self, query: &ListQuery) -> Vec<String> {
        self.build(query)
            .map(|built| vec![built.sql, built.count_sql])
            .unwrap_or_default()
    }

    fn build(&self, query: &ListQuery) -> db::Result<Built> {
        let asked = if query.sort.is_empty() {
            self.default_sort
        } else {
            query.sort.as_str()
        };
        let (descending, name) = match asked.strip_prefix('-') {
            Some(name) => (true, name),
            None => (false, asked),
        };
        let unknown = || Refusal::invalid("kit.unknown_sort").on("sort").with("name", name);
        let sort = *self
            .sorts
            .iter()
            .find(|sort| sort.name == name)
            .ok_or_else(unknown)?;
        let (mut conditions, mut params) = self.conditions(query)?;
        let counted = conditions.join(" AND ");
        let count_params = params.len();
        if let Some(after) = &query.after {
            let cursor = Cursor::decode(after, sort.column)?;
            let sign = if descending { "<" } else { ">" };
            let first = params.len() + 2;
            let (key, id) = (sort.expression, self.id);
            conditions.push(format!("({key}, {id}) {sign} (${first}, ${})", first + 1));
            params.extend([cursor.value, Value::Int(cursor.id)]);
        }
        let limit = query.limit.unwrap_or(DEFAULT_PAGE).clamp(1, LARGEST_PAGE);
        let direction = if descending { "DESC" } else { "ASC" };
        let sql = format!(
            "SELECT {}, {key}, {id} FROM {} WHERE {} ORDER BY {key} {direction}, {id} {direction} LIMIT ${}",
            self.columns.join(", "),
            self.from,
            conditions.join(" AND "),
            params.len() + 2,
            key = sort.expression,
            id = self.id,
        );
        params.push(Value::Int(limit + 1));
        let count_sql = format!(
            "SELECT COUNT(*) FROM (SELECT 1 AS one FROM {} WHERE {counted} LIMIT {}) AS counted",
            self.from,
            COUNT_CAP + 1,
        );
        Ok(Built {
            sql,
            count_sql,
            params,
            count_params,
            sort,
            limit,
        })
    }

    fn conditions(&self, query: &ListQuery) -> db::Result<(Vec<String>, Vec<Value>)> {
        let mut conditions = vec![self.condition.to_owned()];
        let mut params = Vec::new();
        for (name, text) in &query.filter {
            let unknown = || {
                Refusal::invalid("kit.unknown_filter")
                    .on("filter")
                    .with("name", name)
            };
            let filter = self
                .filters
                .iter()
                .find(|filter| filter.name == name)
                .ok_or_else(unknown)?;
            let field = format!("filter[{name}]");
            if filter.condition.contains("{}") {
                params.push(value(filter.column, text, &field)?);
                conditions.push(filter.condition.replace("{}", &format!("${}", params.len() + 1)));
            } else if text != "false" && text != "0" {
                conditions.push(filter.condition.to_owned());
            }
        }
        if let (Some((table, column)), false) = (self.search, query.q.trim().is_empty()) {
            let tokens = search::tokens_for_query(&query.q);
            // A query of signs alone has no word to look for and finds nothing.
            if tokens.is_empty() {
                conditions.push("1 = 0".to_owned());
            }
            for token in tokens.into_iter().take(6) {
                params.push(Value::Text(token));
                conditions.push(format!(
                    "{column} IN (SELECT id FROM {table} WHERE company_id = $1 AND token = ${})",
                    params.len() + 1
                ));
            }
        }
        Ok((conditions, params))
    }
}

fn value(column: Column, text: &str, field: &str) -> db::Result<Value> {
    let bad = || {
        Refusal::invalid("kit.unreadable_filter")
            .on(field)
            .with("value", text)
    };
    Ok(match column {
        Column::Int => Value::Int(text.parse().map_err(|_| bad())?),
        Column::Text => Value::Text(text.to_owned()),
        Column::Folded => Value::Text(search::fold(text)),
        Column::Day => Value::Day(text.parse().map_err(|_| bad())?),
        Column::Instant => Value::Instant(Instant::parse(text).ok_or_else(bad)?),
    })
}

fn example(column: Column) -> String {
    match column {
        Column::Int => "1".to_owned(),
        Column::Text | Column::Folded => "a".to_owned(),
        Column::Day => "2026-01-01".to_owned(),
        Column::Instant => "2026-01-01T00:00:00.000000Z".to_owned(),
    }
}

struct Cursor {
    value: Value,
    id: i64,
}

impl Cursor {
    fn example(column: Column) -> Cursor {
        Cursor {
            value: value(column, &example(column), "").unwrap_or(Value::Int(1)),
            id: 1,
        }
    }

    fn encode(&self) -> String {
        let text = match &self.value {
            Value::Int(number) => number.to_string(),
            Value::Text(text) => text.clone(),
            Value::Day(day) => day.to_string(),
            Value::Instant(instant) => instant.to_string(),
            Value::Null | Value::Bytes(_) => String::new(),
        };
        URL_SAFE_NO_PAD.encode(format!("{}\u{1f}{text}", self.id))
    }

    fn decode(text: &str, column: Column) -> db::Result<Cursor> {
        let bad = || Refusal::invalid("kit.unreadable_cursor").on("after");
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| bad())?;
        let text = String::from_utf8(bytes).map_err(|_| bad())?;
        let (id, key) = text.split_once('\u{1f}').ok_or_else(bad)?;
        let column = if column == Column::Folded {
            Column::Text
        } else {
            column
        };
        Ok(Cursor {
            value: value(column, key, "after")?,
            id: id.parse().map_err(|_| bad())?,
        })
    }
}

struct Keyed<T> {
    item: T,
    cursor: Cursor,
}

struct KeyedReader {
    width: usize,
    column: Column,
}

impl KeyedReader {
    fn read<T: FromRow>(&self, tx: &mut Tx<'_>, sql: &str, params: Vec<Value>) -> db::Result<Vec<Keyed<T>>> {
        tx.each(sql, params, |row: &Row<'_>| {
            let key = self.width;
            let value = match self.column {
                Column::Int => Value::Int(row.get(key)?),
                Column::Text | Column::Folded => Value::Text(row.get(key)?),
                Column::Day => Value::Day(row.get::<Day>(key)?),
                Column::Instant => Value::Instant(row.get::<Instant>(key)?),
            };
            Ok(Keyed {
                item: T::from_row(row)?,
                cursor: Cursor {
                    value,
                    id: row.get(key + 1)?,
                },
            })
        })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ListQuery {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<ListQuery, Problem> {
        let RawQuery(raw) = RawQuery::from_request_parts(parts, state)
            .await
            .unwrap_or(RawQuery(None));
        let pairs = form_pairs(raw.as_deref().unwrap_or_default());
        let parsed = ListQuery::from_pairs(pairs);
        parsed.map_err(|refusal| {
            let lang = parts
                .extensions
                .get::<Ctx>()
                .map(|ctx| ctx.lang)
                .unwrap_or_default();
            Problem::new(refusal.into(), lang)
        })
    }
}

impl ListQuery {
    fn from_pairs(pairs: Vec<(String, String)>) -> Result<ListQuery, Refusal> {
        let mut query = ListQuery::default();
        for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
            match name.as_str() {
                "q" => query.q = value,
                "sort" => query.sort = value,
                "after" => query.after = Some(value),
                "limit" => {
                    let bad = || {
                        Refusal::invalid("kit.unreadable_filter")
                            .on("limit")
                            .with("value", &value)
                    };
                    query.limit = Some(value.parse().map_err(|_| bad())?);
                }
                other => {
                    let field = other
                        .strip_prefix("filter[")
                        .and_then(|rest| rest.strip_suffix(']'));
                    let unknown = || {
                        Refusal::invalid("kit.unknown_filter")
                            .on("filter")
                            .with("name", other)
                    };
                    query.filter.insert(field.ok_or_else(unknown)?.to_owned(), value);
                }
            }
        }
        Ok(query)
    }
}

fn form_pairs(raw: &str) -> Vec<(String, String)> {
    let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(
        &format!("/?{raw}").parse().unwrap_or_default(),
    );
    pairs.map(|query| query.0).unwrap_or_default()
}
