//! What importing a file would do, and its rows put aside to do it: no book changes here.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use base::{Currency, Money, Refusal};
use db::{Db, Tx};
use kit::Meta;

use crate::columns::{Field, FileKind};
use crate::deliveries::{DeliveryDraft, checked_total};
use crate::drafts::{CustomerKey, Problem, unguarded};
use crate::prepare::packed;
use crate::store::{self, NewFile, Staged};
use crate::types::{Body, Fate, FileId, FileRow, Item, Options, Prepared, Reason, Summary, Tally};

/// Documents staged in one transaction: at most as many, or as long.
const CHUNK_DOCUMENTS: usize = 500;
const CHUNK_BYTES: usize = 1 << 20;

/// What each document of a file will become, in the order of its items.
#[derive(Debug)]
pub struct Classified {
    pub fates: Vec<Fate>,
    pub summary: Summary,
}

/// Compares a file with the books: what is known, what is new, what cannot be taken.
pub fn classify(tx: &mut Tx<'_>, meta: &Meta, prepared: &Prepared) -> db::Result<Classified> {
    let numbers: Vec<&str> = prepared
        .items
        .iter()
        .filter(|item| item.problems.is_empty())
        .map(|item| item.number.as_str())
        .collect();
    let known: HashMap<String, (i64, i64)> = store::known_keys(tx, prepared.kind, &numbers)?
        .into_iter()
        .map(|(number, rows, total)| (number, (rows, total)))
        .collect();
    let mut customers = Customers::default();
    let mut summary = Summary {
        documents: prepared.items.len() as i64,
        ..Summary::default()
    };
    let mut tally = Tally::default();
    let mut fates = Vec::with_capacity(prepared.items.len());
    let mut products = HashSet::new();
    for item in &prepared.items {
        summary.rows += item.rows.len() as i64;
        let currency = customers.currency(tx, meta, &prepared.options, item)?;
        let mut fate = fate(meta, item, currency, known.get(&item.number))?;
        if fate == Fate::Fresh && prepared.kind == FileKind::Receipts && customers.is_new(item) {
            fate = Fate::Rejected(vec![Problem::new(0, unknown_customer(&prepared.options, item))]);
        }
        match &fate {
            Fate::Fresh => {
                count_fresh(&mut summary, &mut tally, item, currency)?;
                customers.count(&prepared.options, item);
                collect_products(prepared, item, &mut products);
            }
            Fate::Known => summary.known += 1,
            Fate::Rejected(problems) => count_rejected(&mut summary, &mut tally, meta, item, problems),
        }
        fates.push(fate);
    }
    summary.new_customers = customers.fresh.len() as i64;
    let products: Vec<&str> = products.into_iter().collect();
    summary.new_products = products.len() as i64 - catalog::by_codes(tx, &products)?.len() as i64;
    finish(&mut summary, tally);
    Ok(Classified { fates, summary })
}

/// Who is in the books already, asked once each: the customer's currency, or that it will be new.
#[derive(Default)]
struct Customers {
    asked: HashMap<Option<CustomerKey>, Option<Currency>>,
    fresh: HashSet<CustomerKey>,
}

impl Customers {
    /// The currency of a document: its own, else its customer's, else the company's.
    fn currency(
        &mut self,
        tx: &mut Tx<'_>,
        meta: &Meta,
        options: &Options,
        item: &Item,
    ) -> db::Result<Currency> {
        if item.problems.is_empty() && !self.asked.contains_key(&item.customer) {
            let found = match customer_key(options, item) {
                Some(key) => find_customer(tx, &key)?,
                None => None,
            };
            let currency = match found {
                Some(id) => Some(parties::get(tx, id)?.currency),
                None => None,
            };
            self.asked.insert(item.customer.clone(), currency);
        }
        let of_customer = self.asked.get(&item.customer).copied().flatten();
        Ok(item.currency.or(of_customer).unwrap_or(meta.company.currency))
    }

    fn is_new(&self, item: &Item) -> bool {
        self.asked.get(&item.customer) == Some(&None)
    }

    /// Notes the customer of a document that will be posted, if it has to be made.
    fn count(&mut self, options: &Options, item: &Item) {
        if self.is_new(item)
            && let Some(mut key) = customer_key(options, item)
        {
            // One code is one customer, whatever name stands beside it.
            if !key.code.is_empty() {
                key.name.clear();
            }
            self.fresh.insert(key);
        }
    }
}

/// Whom a document belongs to, the default customer where it names nobody.
pub(crate) fn customer_key(options: &Options, item: &Item) -> Option<CustomerKey> {
    let default = options.default_customer.as_ref();
    let default = default.map(|name| CustomerKey {
        code: String::new(),
        name: name.clone(),
    });
    item.customer.clone().or(default)
}

/// Money from somebody unknown is more likely a slip of the pen than a new customer.
pub(crate) fn unknown_customer(options: &Options, item: &Item) -> Refusal {
    let key = customer_key(options, item);
    let name = key.map(|key| if key.code.is_empty() { key.name } else { key.code });
    Refusal::rule("imports.customer_unknown").with("customer", name.unwrap_or_default())
}

/// By code; by name where the file has no code.
pub(crate) fn find_customer(tx: &mut Tx<'_>, key: &CustomerKey) -> db::Result<Option<parties::CustomerId>> {
    if key.code.is_empty() {
        parties::find_by_name(tx, &key.name)
    } else {
        parties::find_by_code(tx, &key.code)
    }
}

/// The signed total of a document that can be read, in minor units.
pub(crate) fn total(item: &Item, currency: Currency) -> Result<i64, Problem> {
    match &item.body {
        Body::Delivery(lines) => {
            let draft = DeliveryDraft {
                number: String::new(),
                date: item.date,
                customer: None,
                currency: None,
                lines: lines.clone(),
                rows: Vec::new(),
                problems: Vec::new(),
            };
            checked_total(&draft, currency).map(|total| total.minor)
        }
        Body::Receipt { amount, .. } | Body::Opening { amount, .. } => Money::parse(amount, currency)
            .map(|amount| amount.minor)
            .map_err(|_| crate::receipts::too_fine(0, amount, currency)),
        Body::Unreadable => Ok(0),
    }
}

fn fate(meta: &Meta, item: &Item, currency: Currency, known: Option<&(i64, i64)>) -> db::Result<Fate> {
    if !item.problems.is_empty() {
        return Ok(Fate::Rejected(item.problems.clone()));
    }
    let total = match total(item, currency) {
        Ok(total) => total,
        Err(problem) => return Ok(Fate::Rejected(vec![problem])),
    };
    if let Some((rows, imported)) = known {
        if (*rows, *imported) == (item.rows.len() as i64, total) {
            return Ok(Fate::Known);
        }
        // The same number with other figures: the books stay, and somebody must look.
        let before = Money::new(*imported, currency);
        let refusal = Refusal::rule("imports.differs")
            .with("before", before)
            .with("now", Money::new(total, currency));
        return Ok(Fate::Rejected(vec![Problem::new(0, refusal)]));
    }
    if let Some(lock) = meta.company.lock_date.filter(|lock| item.date <= *lock) {
        let refusal = Refusal::rule("ledger.period_locked").with("lock_date", lock);
        return Ok(Fate::Rejected(vec![Problem::new(0, refusal)]));
    }
    if item.date > meta.today {
        let refusal = Refusal::rule("imports.in_the_future").with("date", item.date);
        return Ok(Fate::Rejected(vec![Problem::new(0, refusal)]));
    }
    Ok(Fate::Fresh)
}

fn count_fresh(summary: &mut Summary, tally: &mut Tally, item: &Item, currency: Currency) -> db::Result<()> {
    let total = total(item, currency).unwrap_or_default();
    let kind = match (&item.body, total) {
        (Body::Receipt { .. }, _) => "receipt",
        (Body::Opening { .. }, _) => "opening",
        (_, 0) => "zero",
        (_, ..0) => "return",
        _ => "delivery",
    };
    let sums = tally.totals.entry((kind, currency)).or_default();
    sums.0 += 1;
    sums.1 += item.rows.len() as i64;
    sums.2 += i128::from(total);
    summary.from = Some(summary.from.map_or(item.date, |day| day.min(item.date)));
    summary.to = Some(summary.to.map_or(item.date, |day| day.max(item.date)));
    Ok(())
}

fn collect_products<'p>(prepared: &'p Prepared, item: &'p Item, products: &mut HashSet<&'p str>) {
    if let Body::Delivery(lines) = &item.body {
        products.extend(lines.iter().map(|line| {
            let row = prepared.table.row(line.row as usize);
            product_code(&prepared.layout, row)
        }));
    }
}

/// What identifies the product of a row: its code, else its name.
pub(crate) fn product_code<'t>(layout: &crate::drafts::Layout, row: crate::table::Row<'t>) -> &'t str {
    let code = unguarded(layout.columns.cell(row, Field::Product));
    if code.is_empty() {
        unguarded(layout.columns.cell(row, Field::ProductName))
    } else {
        code
    }
}

fn count_rejected(summary: &mut Summary, tally: &mut Tally, meta: &Meta, item: &Item, problems: &[Problem]) {
    summary.rejected_documents += 1;
    summary.rejected_rows += item.rows.len() as i64;
    for problem in problems {
        let reason = tally.reasons.entry(problem.code.to_string());
        let (rows, _) = reason.or_insert_with(|| (0, problem.text(meta.lang)));
        // A problem of the whole document speaks of all its rows.
        *rows += if problem.line == 0 {
            item.rows.len() as i64
        } else {
            1
        };
    }
}

fn finish(summary: &mut Summary, tally: Tally) {
    for ((kind, currency), (documents, rows, amount)) in tally.totals {
        let amount = i64::try_from(amount).map_or_else(
            |_| amount.to_string(),
            |minor| Money::new(minor, currency).to_string(),
        );
        summary.totals.push(crate::types::KindTotal {
            kind: kind.to_owned(),
            currency,
            documents,
            rows,
            amount,
        });
    }
    for (code, (rows, example)) in tally.reasons {
        summary.reasons.push(Reason { code, rows, example });
    }
    summary
        .reasons
        .sort_by_key(|reason| std::cmp::Reverse(reason.rows));
}

/// Puts the documents of a file aside, in chunks. One that was confirmed and killed goes on; one that
/// was not gives way to this one, which has looked at the books as they are now. Answers the import,
/// ready to be confirmed.
pub async fn stage(db: &Db, meta: &Meta, prepared: &Prepared, classified: &Classified) -> db::Result<FileId> {
    let (kind, digest) = (prepared.kind, prepared.digest.clone());
    let company = meta.company.id;
    let found = db
        .read(company, move |tx| store::unfinished(tx, kind, &digest))
        .await?;
    if let Some(begun) = found {
        if begun.state == "posting" {
            return resume(db, meta, begun, prepared).await;
        }
        while !db
            .write(company, move |tx| store::drop_some(tx, begun.id, 2_000))
            .await?
        {}
    }
    let file = insert(db, meta, prepared, &classified.summary).await?;
    let mut chunk = Vec::new();
    let mut bytes = 0;
    let last = prepared.items.len().saturating_sub(1);
    for (at, (item, fate)) in prepared.items.iter().zip(&classified.fates).enumerate() {
        if let Some(staged) = staged(prepared, item, fate, at as i64)? {
            bytes += staged.cells.len();
            chunk.push(staged);
        }
        if chunk.len() >= CHUNK_DOCUMENTS || bytes >= CHUNK_BYTES || at == last {
            let documents = Arc::new(std::mem::take(&mut chunk));
            bytes = 0;
            db.write(company, move |tx| store::add_documents(tx, file, &documents))
                .await?;
        }
    }
    db.write(company, move |tx| store::set_state(tx, file, "staged"))
        .await?;
    Ok(file)
}

/// An import that was killed while posting.
async fn resume(db: &Db, meta: &Meta, begun: FileRow, prepared: &Prepared) -> db::Result<FileId> {
    let options = serde_json::to_string(&prepared.options).map_err(db::Error::fault)?;
    db.write(meta.company.id, move |tx| {
        store::set_options(tx, begun.id, &options)
    })
    .await?;
    Ok(begun.id)
}

async fn insert(db: &Db, meta: &Meta, prepared: &Prepared, summary: &Summary) -> db::Result<FileId> {
    let layout = text_of(&prepared.layout)?;
    let options = text_of(&prepared.options)?;
    let summary = text_of(summary)?;
    let (kind, name, digest) = (prepared.kind, prepared.name.clone(), prepared.digest.clone());
    let meta = meta.clone();
    let company = meta.company.id;
    let unit = move |tx: &mut Tx<'_>| {
        let (layout, options, summary) = (layout.clone(), options.clone(), summary.clone());
        store::insert_file(
            tx,
            &meta,
            &NewFile {
                kind,
                name: &name,
                digest: &digest,
                layout,
                options,
                summary,
            },
        )
    };
    db.write(company, unit).await
}

fn text_of<T: serde::Serialize>(value: &T) -> db::Result<String> {
    serde_json::to_string(value).map_err(db::Error::fault)
}

/// `None` for a document that is known: there is nothing to do for it.
fn staged(prepared: &Prepared, item: &Item, fate: &Fate, position: i64) -> db::Result<Option<Staged>> {
    let (state, problems) = match fate {
        Fate::Known => return Ok(None),
        Fate::Fresh => ("staged", String::new()),
        Fate::Rejected(problems) => ("rejected", text_of(problems)?),
    };
    Ok(Some(Staged {
        position,
        number: item.number.clone(),
        state,
        row_count: item.rows.len() as i64,
        cells: packed(&prepared.table, &item.rows),
        problems,
    }))
}
