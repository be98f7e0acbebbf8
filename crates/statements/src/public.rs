//! The customer's page: who owes whom, how much, by when, and every line. Server-rendered, without
//! script, small, in the customer's language. A link's token is exchanged for a half-hour ticket and a
//! clean address, so the token stays out of histories and referrers; the page opens the one statement
//! of its link and nothing else.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use askama::Template;
use axum::extract::{Extension, Path, Query, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Router, middleware};
use base::{Day, Instant, Money, Price, Quantity};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use db::{Tx, p};
use i18n::Lang;
use kit::AppState;
use ledger::EntryKind;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::facets;
use crate::link::{self, Opened};
use crate::queries::{self, LineNow, Now};
use crate::store;
use crate::types::{Header, StatementRow, StatementState};

db::statements! {
    GOODS = "SELECT l.code, l.name, l.unit, l.quantity_micro, l.price_micro, l.amount_minor \
        FROM sales_v_delivery_line l WHERE l.company_id = $1 AND l.delivery_id = $2 ORDER BY l.line_no";
}

/// Who knocks, as the server sees it.
#[derive(Clone, Copy, Debug)]
pub struct Visitor {
    pub address: Option<IpAddr>,
    /// The browser speaks HTTPS.
    pub secure: bool,
}

/// How the server tells a [`Visitor`] from a request.
pub type Doorman = Arc<dyn Fn(&Parts) -> Visitor + Send + Sync>;

const CSS: &str = include_str!("../templates/bill.css");
const LINES_A_PAGE: usize = 70;
const GOODS_A_PAGE: usize = 90;
/// Visits of one address in a minute; more are asked to wait.
const VISITS_A_MINUTE: u32 = 60;
const ADDRESSES_KEPT: usize = 10_000;
const LONGEST_TOKEN: usize = 200;
const TAG_LETTERS: usize = 12;

static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let digest = STANDARD.encode(Sha256::digest(CSS.as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; \
        frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"))
});

/// The public routes, mounted at the root and not under the API.
pub fn router(doorman: Doorman) -> Router<AppState> {
    Router::new()
        .route("/s/{token}", get(exchange))
        .route("/bill/{tag}", get(bill))
        .route("/bill/{tag}/deliveries/{line}", get(delivery))
        .layer(Extension(Arc::new(Throttle::default())))
        .layer(middleware::map_request(move |request: Request| {
            let doorman = doorman.clone();
            async move {
                let (mut parts, body) = request.into_parts();
                let visitor = doorman(&parts);
                parts.extensions.insert(visitor);
                Request::from_parts(parts, body)
            }
        }))
        .layer(middleware::map_response(sealed))
}

/// No page of this kind is kept, indexed, framed, or tells where it was.
async fn sealed(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY.clone());
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (
            header::HeaderName::from_static("x-robots-tag"),
            "noindex, nofollow",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Visits per address in the running minute. In memory: a restart forgives.
#[derive(Default)]
struct Throttle(Mutex<HashMap<Option<IpAddr>, (i64, u32)>>);

impl Throttle {
    fn admits(&self, address: Option<IpAddr>, now: Instant) -> bool {
        let minute = now.micros() / 60_000_000;
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= ADDRESSES_KEPT {
            seen.retain(|_, (at, _)| *at == minute);
        }
        let entry = seen.entry(address).or_insert((minute, 0));
        if entry.0 != minute {
            *entry = (minute, 0);
        }
        entry.1 = entry.1.saturating_add(1);
        entry.1 <= VISITS_A_MINUTE
    }
}

fn asked_lang(headers: &HeaderMap) -> Lang {
    let asked = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    Lang::from_accept_language(asked.unwrap_or_default())
}

#[derive(Template)]
#[template(path = "closed.html")]
struct ClosedPage {
    lang: &'static str,
    css: &'static str,
    title: String,
    text: String,
}

/// The one answer for a wrong, an expired and a revoked link, and for a visit that is over.
fn closed(lang: Lang, status: StatusCode, key: &str) -> Response {
    let page = ClosedPage {
        lang: lang.code(),
        css: CSS,
        title: i18n::text(lang, &format!("public.{key}.title")).to_owned(),
        text: i18n::text(lang, &format!("public.{key}.text")).to_owned(),
    };
    (status, rendered(&page)).into_response()
}

fn not_found(headers: &HeaderMap) -> Response {
    closed(asked_lang(headers), StatusCode::NOT_FOUND, "closed")
}

fn rendered(page: &impl Template) -> Response {
    match page.render() {
        Ok(text) => Html(text).into_response(),
        Err(error) => {
            tracing::error!(%error, "a public page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn failed(error: &db::Error, headers: &HeaderMap) -> Response {
    tracing::error!(%error, "a public page failed");
    closed(asked_lang(headers), StatusCode::SERVICE_UNAVAILABLE, "later")
}

/// What names a link in the addresses and the cookie of its visit, so that two links open in one browser
/// side by side. A part of the token's digest: it opens nothing.
fn tag_of(digest: &str) -> &str {
    digest.get(..TAG_LETTERS).unwrap_or(digest)
}

fn cookie_name(secure: bool, tag: &str) -> String {
    format!("{}bill-{tag}", if secure { "__Host-" } else { "" })
}

/// `GET /s/{token}`: notes the visit and leads to the clean address with a ticket. A look at the head
/// alone, as programs do that show what a link leads to, is no visit.
async fn exchange(
    method: Method,
    State(app): State<AppState>,
    Extension(throttle): Extension<Arc<Throttle>>,
    Extension(visitor): Extension<Visitor>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Response {
    let now = (app.clock)();
    if !throttle.admits(visitor.address, now) {
        return closed(asked_lang(&headers), StatusCode::TOO_MANY_REQUESTS, "later");
    }
    let token = token.get(..LONGEST_TOKEN).unwrap_or(&token);
    let digest = link::digest(token);
    let opened = match link::find(&app.db, &digest, now).await {
        Ok(Some(opened)) => opened,
        Ok(None) => return not_found(&headers),
        Err(error) => return failed(&error, &headers),
    };
    let address = visitor
        .address
        .map(|address| address.to_string())
        .unwrap_or_default();
    let agent = headers
        .get(header::USER_AGENT)
        .and_then(|agent| agent.to_str().ok())
        .unwrap_or_default();
    let agent: String = agent.chars().filter(|c| !c.is_control()).take(200).collect();
    if method == Method::HEAD {
        return (StatusCode::SEE_OTHER, [(header::LOCATION, bill_path(&digest))]).into_response();
    }
    if let Err(error) = noted(&app, opened, now, (address, agent)).await {
        // The customer may read on while, for example, the disk is full.
        tracing::error!(%error, "a visit could not be noted");
    }
    let ticket = link::ticket(&app.link_key, &digest, now.plus_seconds(link::TICKET_SECONDS));
    let secure = if visitor.secure { "; Secure" } else { "" };
    let cookie = format!(
        "{}={ticket}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{secure}",
        cookie_name(visitor.secure, tag_of(&digest)),
        link::TICKET_SECONDS
    );
    (
        StatusCode::SEE_OTHER,
        [
            (header::SET_COOKIE, cookie),
            (header::LOCATION, bill_path(&digest)),
        ],
    )
        .into_response()
}

fn bill_path(digest: &str) -> String {
    format!("/bill/{}", tag_of(digest))
}

async fn noted(
    app: &AppState,
    opened: Opened,
    now: Instant,
    (address, agent): (String, String),
) -> db::Result<()> {
    let zone = link::company(&app.db, opened.company).await?.zone;
    let today = now.day_in(&zone);
    let note = move |tx: &mut Tx<'_>| link::record_view(tx, opened, (now, today), &address, &agent);
    app.db.write(opened.company, note).await
}

/// What the ticket in the request's cookie opens, checked against the link as it is now.
async fn visit(
    app: &AppState,
    visitor: Visitor,
    tag: &str,
    headers: &HeaderMap,
) -> db::Result<Option<Opened>> {
    let now = (app.clock)();
    let name = cookie_name(visitor.secure, tag);
    let cookies = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let ticket = cookies
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(cookie, _)| *cookie == name)
        .map(|(_, ticket)| ticket);
    let Some(digest) = ticket.and_then(|ticket| link::read_ticket(&app.link_key, ticket, now)) else {
        return Ok(None);
    };
    if tag_of(digest) != tag {
        return Ok(None);
    }
    link::find(&app.db, digest, now).await
}

#[derive(Clone, Debug, Default, Deserialize)]
struct PageQuery {
    #[serde(default)]
    page: Option<usize>,
    #[serde(default)]
    lang: Option<String>,
    /// `current`: the version that counts, when the link is that of an older one.
    #[serde(default)]
    version: Option<String>,
}

/// A statement with everything its page shows.
struct Paper {
    statement: StatementRow,
    header: Header,
    lines: Vec<LineNow>,
    now: Option<Now>,
    company: access::Company,
    today: Day,
    lang: Lang,
    /// `lang=…` when the reader chose one, so that it goes along.
    chosen: Option<Lang>,
    /// The version that counts was asked for.
    current: bool,
    /// The version that took its place.
    newer_version: Option<String>,
    /// The address of the statement.
    path: String,
}

impl Paper {
    async fn open(app: &AppState, opened: Opened, tag: &str, query: &PageQuery) -> db::Result<Paper> {
        let company = link::company(&app.db, opened.company).await?;
        let current = query.version.as_deref() == Some("current");
        let read = move |tx: &mut Tx<'_>| {
            let id = match current {
                true => facets::current_of(tx, opened.statement)?,
                false => opened.statement,
            };
            let statement = store::statement(tx, id)?;
            let newer = facets::current(tx, &statement)?;
            let newer = (newer.0 != id).then_some(newer.1);
            let lines = queries::lines_now(tx, id, 0, i64::MAX)?;
            let live = statement.state == StatementState::Issued;
            let now = if live {
                Some(queries::now(tx, &statement)?)
            } else {
                None
            };
            Ok((statement, lines, now, newer))
        };
        let (statement, lines, now, newer_version) = app.db.read(opened.company, read).await?;
        let header: Header = serde_json::from_str(&statement.header).map_err(db::Error::fault)?;
        let chosen = query.lang.as_deref().and_then(Lang::parse);
        let lang = chosen
            .or(Lang::parse(&header.language))
            .unwrap_or(company.language);
        let today = (app.clock)().day_in(&company.zone);
        Ok(Paper {
            statement,
            header,
            lines,
            now,
            company,
            today,
            lang,
            chosen,
            current,
            newer_version,
            path: format!("/bill/{tag}"),
        })
    }

    fn text(&self, key: &str) -> String {
        i18n::text(self.lang, &format!("public.{key}")).to_owned()
    }

    fn told(&self, key: &str, params: &[(&str, String)]) -> String {
        i18n::format(self.lang, &format!("public.{key}"), params)
    }

    fn money(&self, minor: i64) -> String {
        i18n::money(self.lang, Money::new(minor, self.statement.currency))
    }

    /// A unit price, with at least the digits of the currency.
    fn price(&self, price: Price) -> String {
        let text = price.to_string();
        let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
        let digits = (self.statement.currency.exponent() as usize).max(part.len());
        let dot = if digits == 0 { "" } else { "." };
        i18n::grouped(&format!("{whole}{dot}{part:0<digits$}"))
    }

    fn named_money(&self, minor: i64) -> String {
        i18n::money_with_currency(self.lang, Money::new(minor, self.statement.currency))
    }

    fn day(&self, day: Day) -> String {
        i18n::day(self.lang, day)
    }

    /// An address of this visit with the reader's language and page.
    fn href(&self, path: &str, page: usize, lang: Option<Lang>) -> String {
        let mut parts = Vec::new();
        if page > 1 {
            parts.push(format!("page={page}"));
        }
        if let Some(lang) = lang.or(self.chosen) {
            parts.push(format!("lang={}", lang.code()));
        }
        if self.current {
            parts.push("version=current".to_owned());
        }
        if parts.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{}", parts.join("&"))
        }
    }

    /// The address of the version that counts.
    fn newest_href(&self) -> String {
        let lang = self.chosen.map(|lang| format!("lang={}&", lang.code()));
        format!("{}?{}version=current", self.path, lang.unwrap_or_default())
    }

    fn langs(&self, path: &str, page: usize) -> Vec<LangLink> {
        let names = [(Lang::ZhHans, "简"), (Lang::ZhHant, "繁"), (Lang::En, "En")];
        let links = names.into_iter().map(|(lang, name)| LangLink {
            code: lang.code(),
            name,
            href: self.href(path, page, Some(lang)),
            current: lang == self.lang,
        });
        links.collect()
    }

    /// What is left of a line, in words.
    fn line_state(&self, line: &LineNow) -> (String, &'static str) {
        if self.now.is_none() || line.amount == 0 {
            return (String::new(), "");
        }
        let overdue = line.due_date.is_some_and(|due| due < self.today);
        match (line.amount > 0, line.shown_open) {
            (true, _) if line.disputed > 0 => (
                self.told("line.disputed", &[("amount", self.money(line.disputed))]),
                "warn",
            ),
            (_, 0) => (self.text("line.settled"), "good"),
            (true, open) if open < line.amount => (
                self.told("line.part", &[("open", self.money(open))]),
                if overdue { "bad" } else { "warn" },
            ),
            (true, _) if overdue => (self.text("line.overdue"), "bad"),
            (true, _) => (self.text("line.open"), ""),
            (false, open) => (self.told("line.on_account", &[("open", self.money(open))]), ""),
        }
    }
}

struct LangLink {
    code: &'static str,
    name: &'static str,
    href: String,
    current: bool,
}

struct SumRow {
    label: String,
    issued: String,
    now: String,
    strong: bool,
}

struct LineShown {
    no: String,
    day: String,
    amount: String,
    state: String,
    state_class: &'static str,
    href: String,
}

struct Group {
    label: String,
    sum: String,
    lines: Vec<LineShown>,
}

/// Fixed words of the page.
struct Words {
    statement: String,
    language: String,
    void: String,
    void_text: String,
    ages: String,
    replaced: String,
    sums: String,
    item: String,
    as_issued: String,
    now: String,
    currency: String,
    lines: String,
    no_lines: String,
    pages: String,
    previous: String,
    next: String,
    alone: String,
    digest: String,
}

impl Words {
    fn of(paper: &Paper) -> Words {
        Words {
            statement: paper.text("statement"),
            language: paper.text("language"),
            void: paper.text("void"),
            void_text: paper.text("void_text"),
            ages: paper.text("ages"),
            replaced: paper.text("replaced"),
            sums: paper.text("sums"),
            item: paper.text("item"),
            as_issued: paper.text("as_issued"),
            now: paper.text("now"),
            currency: paper.text("currency"),
            lines: paper.text("lines"),
            no_lines: paper.text("no_lines"),
            pages: paper.text("pages"),
            previous: paper.text("previous"),
            next: paper.text("next"),
            alone: paper.text("alone"),
            digest: paper.text("digest"),
        }
    }
}

#[derive(Template)]
#[template(path = "bill.html")]
struct BillPage {
    lang: &'static str,
    css: &'static str,
    t: Words,
    langs: Vec<LangLink>,
    company: String,
    no: String,
    period: String,
    /// Void or replaced: nothing is asked for.
    void: bool,
    /// What took its place, in words.
    replaced_by: String,
    replaced_href: String,
    /// When silence counts as consent.
    deemed: String,
    /// What was open on the cut-off day by age; nothing while all of it is not due yet.
    ages: Vec<SumRow>,
    who: String,
    to_pay: String,
    state: String,
    state_class: &'static str,
    state_sign: &'static str,
    by_when: String,
    newer: String,
    issued_on: String,
    today: String,
    sums: Vec<SumRow>,
    currency: String,
    groups: Vec<Group>,
    pages: usize,
    page_of: String,
    previous: String,
    next: String,
    issued_line: String,
    hash: String,
}

/// `GET /bill/{tag}`: the statement of the visit.
async fn bill(
    State(app): State<AppState>,
    Extension(visitor): Extension<Visitor>,
    Path(tag): Path<String>,
    Query(query): Query<PageQuery>,
    headers: HeaderMap,
) -> Response {
    let opened = match visit(&app, visitor, &tag, &headers).await {
        Ok(Some(opened)) => opened,
        Ok(None) => return not_found(&headers),
        Err(error) => return failed(&error, &headers),
    };
    match Paper::open(&app, opened, &tag, &query).await {
        Ok(paper) => rendered(&bill_page(&paper, query.page.unwrap_or(1))),
        Err(error) => failed(&error, &headers),
    }
}

/// What the page asks for. Once there is a newer statement, which carries everything, an older one
/// speaks of its own lines alone.
fn asked(paper: &Paper) -> i64 {
    match &paper.now {
        Some(now) if now.newer.is_some() => now.open.minor.max(0),
        Some(now) => now.to_pay.minor,
        None => 0,
    }
}

/// Who pays whom, how it stands, and by when.
struct Hero {
    who: String,
    to_pay: String,
    state: String,
    class: &'static str,
    sign: &'static str,
    by_when: String,
}

fn hero(paper: &Paper) -> Hero {
    let to_pay = asked(paper);
    let parties = [
        ("customer", paper.header.customer_name.clone()),
        ("company", paper.header.company_name.clone()),
    ];
    let due = paper.statement.due;
    let (who, key, class, sign) = match to_pay {
        0 => ("who.settled", "state.settled", "good", "✓"),
        left if left < 0 => ("who.credit", "state.credit", "good", "✓"),
        _ if due < paper.today => ("who.owes", "state.overdue", "bad", "!"),
        left if left < paper.statement.closing => ("who.owes", "state.part", "warn", "◐"),
        _ => ("who.owes", "state.open", "", "○"),
    };
    let by_when = if to_pay > 0 {
        paper.told("by_when", &[("day", paper.day(due))])
    } else {
        String::new()
    };
    Hero {
        who: paper.told(who, &parties),
        to_pay: paper.named_money(to_pay.abs()),
        state: paper.text(key),
        class,
        sign,
        by_when,
    }
}

fn sums(paper: &Paper) -> Vec<SumRow> {
    let s = &paper.statement;
    let row = |key: &str, issued: Option<i64>, now: Option<i64>, strong: bool| SumRow {
        label: paper.text(key),
        issued: issued.map(|minor| paper.money(minor)).unwrap_or_default(),
        now: now.map(|minor| paper.money(minor)).unwrap_or_default(),
        strong,
    };
    let mut rows = vec![
        row("opening", Some(s.opening), Some(s.opening), false),
        row(
            "movement",
            Some(s.closing - s.opening),
            Some(s.closing - s.opening),
            false,
        ),
        row("closing", Some(s.closing), Some(s.closing), true),
    ];
    if let Some(now) = paper.now.as_ref().filter(|now| now.newer.is_some()) {
        rows.push(row("open_here", None, Some(now.open.minor), true));
    } else if let Some(now) = &paper.now {
        rows.push(row("received_since", None, Some(now.received_since.minor), false));
        if now.adjusted_since.minor != 0 {
            rows.push(row("adjusted_since", None, Some(now.adjusted_since.minor), false));
        }
        if now.in_recovery.minor != 0 {
            rows.push(row("in_recovery", None, Some(-now.in_recovery.minor), false));
        }
        rows.push(row("to_pay", Some(s.closing), Some(now.to_pay.minor), true));
    }
    rows
}

/// The age of what was open on the cut-off day, where something was overdue.
fn ages(paper: &Paper) -> Vec<SumRow> {
    let Some(ageing) = paper
        .header
        .ageing
        .filter(|ageing| ageing.debit() > ageing.not_due)
    else {
        return Vec::new();
    };
    let rows = [
        ("age.not_due", ageing.not_due),
        ("age.days_30", ageing.days_30),
        ("age.days_60", ageing.days_60),
        ("age.days_90", ageing.days_90),
        ("age.older", ageing.older),
        ("age.credit", -ageing.credit),
    ];
    let shown = rows.into_iter().filter(|(_, minor)| *minor != 0);
    let row = |(key, minor): (&str, i64)| SumRow {
        label: paper.text(key),
        issued: paper.money(minor),
        now: String::new(),
        strong: false,
    };
    shown.map(row).collect()
}

const GROUPS: [&str; 6] = ["late", "deliveries", "returns", "payments", "charges", "others"];

/// Late items, dated before the period, stand in a block of their own.
fn group_of(line: &LineNow) -> usize {
    match line.kind {
        _ if line.late => 0,
        EntryKind::Sale => 1,
        EntryKind::Return => 2,
        EntryKind::Receipt | EntryKind::ReceiptReversal | EntryKind::Refund => 3,
        EntryKind::Charge | EntryKind::Opening => 4,
        _ => 5,
    }
}

fn has_goods(line: &LineNow) -> bool {
    matches!(line.document_kind.as_str(), "delivery" | "return")
}

fn shown(paper: &Paper, line: &LineNow) -> LineShown {
    let (state, state_class) = paper.line_state(line);
    let path = format!("{}/deliveries/{}", paper.path, line.line_no);
    let no = match line.document_no.as_str() {
        "" => paper.text(&format!("kind.{}", line.kind.as_str())),
        no if line.ship_to.is_empty() => no.to_owned(),
        no => format!("{no} · {}", line.ship_to),
    };
    LineShown {
        no,
        day: paper.day(line.basis_date),
        amount: paper.money(line.amount),
        state,
        state_class,
        href: if has_goods(line) {
            paper.href(&path, 1, None)
        } else {
            String::new()
        },
    }
}

/// The lines of one page in their groups; a group's sum stands where the group begins.
fn groups(paper: &Paper, page: usize) -> Vec<Group> {
    let mut ordered: Vec<&LineNow> = paper.lines.iter().collect();
    ordered.sort_by_key(|line| (group_of(line), line.line_no));
    let mut groups: Vec<(usize, Group)> = Vec::new();
    let first = (page - 1) * LINES_A_PAGE;
    for (index, line) in ordered.iter().enumerate().skip(first).take(LINES_A_PAGE) {
        let number = group_of(line);
        let begins = index == 0 || group_of(ordered[index - 1]) != number;
        if groups.last().is_none_or(|(last, _)| *last != number) {
            let of_group = paper.lines.iter().filter(|other| group_of(other) == number);
            let sum = if begins {
                paper.money(of_group.map(|line| line.amount).sum())
            } else {
                String::new()
            };
            let label = paper.text(&format!("group.{}", GROUPS[number]));
            groups.push((
                number,
                Group {
                    label,
                    sum,
                    lines: Vec::new(),
                },
            ));
        }
        if let Some((_, group)) = groups.last_mut() {
            group.lines.push(shown(paper, line));
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// Pages of a length, the asked one within them, and the neighbours' addresses.
struct Paging {
    page: usize,
    pages: usize,
    page_of: String,
    previous: String,
    next: String,
}

fn paging(paper: &Paper, path: &str, count: usize, size: usize, asked: usize) -> Paging {
    let pages = count.div_ceil(size).max(1);
    let page = asked.clamp(1, pages);
    let page_of = paper.told(
        "page_of",
        &[("page", page.to_string()), ("pages", pages.to_string())],
    );
    let previous = if page > 1 {
        paper.href(path, page - 1, None)
    } else {
        String::new()
    };
    let next = if page < pages {
        paper.href(path, page + 1, None)
    } else {
        String::new()
    };
    Paging {
        page,
        pages,
        page_of,
        previous,
        next,
    }
}

fn bill_page(paper: &Paper, asked: usize) -> BillPage {
    let s = &paper.statement;
    let Paging {
        page,
        pages,
        page_of,
        previous,
        next,
    } = paging(paper, &paper.path, paper.lines.len(), LINES_A_PAGE, asked);
    let hero = hero(paper);
    let issued_at = s.issued_at.minute_in(&paper.company.zone);
    let newer = paper.now.as_ref().and_then(|now| now.newer.clone());
    let (replaced_by, replaced_href) = match &paper.newer_version {
        Some(no) => (
            paper.told("replaced_by", &[("no", no.clone())]),
            paper.newest_href(),
        ),
        None => (String::new(), String::new()),
    };
    let deemed = paper.header.deem_days.map(|days| {
        let days = days.to_string();
        paper.told("deemed", &[("n", days)])
    });
    let deemed = deemed.unwrap_or_default();
    BillPage {
        lang: paper.lang.code(),
        css: CSS,
        t: Words::of(paper),
        langs: paper.langs(&paper.path, page),
        company: paper.header.company_name.clone(),
        no: s.no.clone(),
        period: paper.told(
            "period",
            &[
                ("customer", paper.header.customer_name.clone()),
                ("from", paper.day(s.from)),
                ("to", paper.day(s.to)),
            ],
        ),
        void: s.state != StatementState::Issued,
        replaced_by,
        replaced_href,
        deemed,
        ages: ages(paper),
        who: hero.who,
        to_pay: hero.to_pay,
        state: hero.state,
        state_class: hero.class,
        state_sign: hero.sign,
        by_when: hero.by_when,
        newer: newer
            .map(|no| paper.told("newer", &[("no", no)]))
            .unwrap_or_default(),
        issued_on: paper.day(s.issued_at.day_in(&paper.company.zone)),
        today: paper.day(paper.today),
        sums: sums(paper),
        currency: s.currency.code().to_owned(),
        groups: groups(paper, page),
        pages,
        page_of,
        previous,
        next,
        issued_line: paper.told("issued_line", &[("no", s.no.clone()), ("at", issued_at)]),
        hash: s.hash.clone(),
    }
}

struct GoodsLine {
    code: String,
    name: String,
    unit: String,
    quantity: String,
    price: String,
    amount: String,
}

#[derive(Template)]
#[template(path = "delivery.html")]
struct DeliveryPage {
    lang: &'static str,
    css: &'static str,
    language: String,
    langs: Vec<LangLink>,
    company: String,
    title: String,
    back: String,
    back_label: String,
    day: String,
    amount: String,
    state: String,
    state_class: &'static str,
    goods_label: String,
    quantity_label: String,
    price_label: String,
    amount_label: String,
    total_label: String,
    currency_label: String,
    currency: String,
    lines: Vec<GoodsLine>,
    pages: usize,
    page_of: String,
    previous: String,
    next: String,
    previous_label: String,
    next_label: String,
}

/// `GET /bill/{tag}/deliveries/{n}`: the goods behind line `n` of the statement of the visit.
async fn delivery(
    State(app): State<AppState>,
    Extension(visitor): Extension<Visitor>,
    Path((tag, number)): Path<(String, String)>,
    Query(query): Query<PageQuery>,
    headers: HeaderMap,
) -> Response {
    let opened = match visit(&app, visitor, &tag, &headers).await {
        Ok(Some(opened)) => opened,
        Ok(None) => return not_found(&headers),
        Err(error) => return failed(&error, &headers),
    };
    let paper = match Paper::open(&app, opened, &tag, &query).await {
        Ok(paper) => paper,
        Err(error) => return failed(&error, &headers),
    };
    let wanted = number.parse::<i64>().ok();
    let line = paper
        .lines
        .iter()
        .find(|line| Some(line.line_no) == wanted && has_goods(line));
    let Some(line) = line else {
        return not_found(&headers);
    };
    let document = line.document_id;
    type Goods = (String, String, String, Quantity, Price, i64);
    let read = move |tx: &mut Tx<'_>| tx.all::<Goods>(GOODS, p![document]);
    match app.db.read(opened.company, read).await {
        Ok(goods) => rendered(&delivery_page(&paper, line, &goods, query.page.unwrap_or(1))),
        Err(error) => failed(&error, &headers),
    }
}

fn delivery_page(
    paper: &Paper,
    line: &LineNow,
    goods: &[(String, String, String, Quantity, Price, i64)],
    asked: usize,
) -> DeliveryPage {
    let path = format!("{}/deliveries/{}", paper.path, line.line_no);
    let Paging {
        page,
        pages,
        page_of,
        previous,
        next,
    } = paging(paper, &path, goods.len(), GOODS_A_PAGE, asked);
    // A return takes goods back: its lines carry the sign of what it does to the bill.
    let sum: i64 = goods.iter().map(|goods| goods.5).sum();
    let flip = sum != 0 && sum == -line.amount;
    let shown = goods
        .iter()
        .skip((page - 1) * GOODS_A_PAGE)
        .take(GOODS_A_PAGE)
        .map(|goods| GoodsLine {
            code: goods.0.clone(),
            name: goods.1.clone(),
            unit: goods.2.clone(),
            quantity: goods.3.to_string(),
            price: paper.price(goods.4),
            amount: paper.money(if flip { -goods.5 } else { goods.5 }),
        });
    let (state, state_class) = paper.line_state(line);
    let kind = paper.text(&format!("kind.{}", line.kind.as_str()));
    DeliveryPage {
        lang: paper.lang.code(),
        css: CSS,
        language: paper.text("language"),
        langs: paper.langs(&path, page),
        company: paper.header.company_name.clone(),
        title: format!("{kind} {}", line.document_no),
        back: paper.href(&paper.path, 1, None),
        back_label: format!("{} {}", paper.text("statement"), paper.statement.no),
        day: paper.day(line.basis_date),
        amount: paper.money(line.amount),
        state,
        state_class,
        goods_label: paper.text("goods"),
        quantity_label: paper.text("quantity"),
        price_label: paper.text("price"),
        amount_label: paper.text("amount"),
        total_label: paper.text("total"),
        currency_label: paper.text("currency"),
        currency: paper.statement.currency.code().to_owned(),
        lines: shown.collect(),
        pages,
        page_of,
        previous,
        next,
        previous_label: paper.text("previous"),
        next_label: paper.text("next"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_knocks_too_often_waits_a_minute() {
        let throttle = Throttle::default();
        let (one, other) = (
            Some(IpAddr::from([192, 0, 2, 1])),
            Some(IpAddr::from([192, 0, 2, 2])),
        );
        let now = Instant::from_micros(600_000_000);
        assert!((0..VISITS_A_MINUTE).all(|_| throttle.admits(one, now)));
        assert!(!throttle.admits(one, now));
        assert!(throttle.admits(other, now));
        assert!(throttle.admits(one, now.plus_seconds(60)));
    }
}
