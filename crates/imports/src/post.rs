//! Staged documents into the books: some hundred a transaction, each whole or not at all.

use std::collections::{HashMap, HashSet};

use base::{Currency, Refusal};
use cycle::{CycleSpec, Terms};
use db::Tx;
use kit::Meta;
use kit::job::Step;
use ledger::AccountId;
use parties::CustomerId;
use receivables::{Purpose, RecordReceipt, Target};

use crate::columns::{Field, FileKind};
use crate::deliveries::DraftLine;
use crate::drafts::{CustomerKey, Layout, Problem, unguarded};
use crate::prepare::{reread, unpacked};
use crate::stage::{customer_key, find_customer, product_code, total, unknown_customer};
use crate::store;
use crate::table::Table;
use crate::types::{Body, FileId, Item, Options};

/// Documents and rows of one transaction: a clerk's click waits behind it for a tenth of a second.
const MOST_DOCUMENTS: i64 = 200;
const MOST_ROWS: i64 = 2_000;

/// One chunk of an import: documents and rows that were dealt with, and whether there is more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chunk {
    pub posted: i64,
    pub posted_rows: i64,
    pub rejected: i64,
    pub known: i64,
    pub more: bool,
}

/// The kind of the job that posts a confirmed import; its payload is the import's identity.
pub const JOB: &str = "imports.post";

/// Adds the job of this slice.
pub fn handlers(handlers: &mut kit::job::Handlers) {
    handlers.add(JOB, |tx, meta, job| {
        let file: FileId = job.payload.parse().map_err(db::Error::fault)?;
        let chunk = post_chunk(tx, meta, file)?;
        Ok(if chunk.more {
            Step::Again(job.payload.clone())
        } else {
            Step::Done
        })
    });
}

/// Whether cycle and terms for new customers can be read and make sense.
pub fn check_options(options: &Options) -> Result<(), Refusal> {
    if let Some(cycle) = &options.cycle {
        cycle.parse::<CycleSpec>()?.validate()?;
    }
    if let Some(terms) = &options.terms {
        terms.parse::<Terms>()?.validate()?;
    }
    Ok(())
}

/// Lets the posting of a staged import begin, now or after a restart; again changes nothing.
/// Refuses: `imports.not_found`, `imports.not_staged`.
pub fn confirm(tx: &mut Tx<'_>, file: FileId) -> db::Result<()> {
    let row = store::file(tx, file)?;
    match row.state.as_str() {
        "staged" => store::set_state(tx, file, "posting"),
        "posting" | "done" => Ok(()),
        _ => Err(Refusal::rule("imports.not_staged").with("name", row.name).into()),
    }
}

/// Posts the next documents of an import; the last call finishes it. A document that is refused is
/// rejected by itself; the others of the chunk are posted.
pub fn post_chunk(tx: &mut Tx<'_>, meta: &Meta, file: FileId) -> db::Result<Chunk> {
    let row = store::file(tx, file)?;
    let kind = FileKind::parse(&row.kind)
        .ok_or_else(|| db::Error::fault(format!("no kind of import: {}", row.kind)))?;
    let next = store::next(tx, file, MOST_DOCUMENTS, MOST_ROWS)?;
    let Some(last) = next.last().map(|(position, _, _)| *position) else {
        store::finish(tx, file, meta.now)?;
        return Ok(Chunk::default());
    };
    let mut posting = Posting {
        kind,
        layout: row.layout()?,
        options: row.options()?,
        customers: HashMap::new(),
        accounts: HashMap::new(),
        products: HashMap::new(),
        keys: Vec::new(),
    };
    let numbers: Vec<&str> = next.iter().map(|(_, number, _)| number.as_str()).collect();
    let known: HashSet<String> = store::known_keys(tx, kind, &numbers)?
        .into_iter()
        .map(|(number, ..)| number)
        .collect();
    let mut documents = Vec::with_capacity(next.len());
    for (position, number, cells) in &next {
        let table = unpacked(cells)?;
        let mut item = reread(&table, &posting.layout, &posting.options, &meta.company.zone).pop();
        if let Some(item) = &mut item {
            // A receipt by itself cannot know how many equal ones stood above it.
            item.number.clone_from(number);
        }
        documents.push((*position, number, table, item));
    }
    posting.load_products(
        tx,
        meta,
        documents
            .iter()
            .filter_map(|(_, _, table, item)| Some((table, item.as_ref()?))),
    )?;
    let mut chunk = Chunk {
        more: true,
        ..Chunk::default()
    };
    for (position, number, table, item) in &documents {
        if known.contains(*number) {
            store::mark_known(tx, file, *position)?;
            chunk.known += 1;
            continue;
        }
        match posting.post(tx, meta, table, item.as_ref())? {
            Ok(()) => {
                chunk.posted += 1;
                chunk.posted_rows += table.len() as i64;
            }
            Err(problem) => {
                store::mark_rejected(tx, file, *position, &[problem])?;
                chunk.rejected += 1;
            }
        }
    }
    store::add_keys(tx, kind, &posting.keys)?;
    store::mark_posted(tx, file, last)?;
    Ok(chunk)
}

/// What a chunk remembers from document to document.
struct Posting {
    kind: FileKind,
    layout: Layout,
    options: Options,
    customers: HashMap<Option<CustomerKey>, (CustomerId, Currency)>,
    accounts: HashMap<(CustomerId, Currency), AccountId>,
    products: HashMap<String, catalog::ProductId>,
    /// number, document, rows, total
    keys: Vec<(String, i64, i64, i64)>,
}

impl Posting {
    /// The products of all documents at once; new ones take name, unit and price of their first row.
    fn load_products<'d>(
        &mut self,
        tx: &mut Tx<'_>,
        meta: &Meta,
        documents: impl Iterator<Item = (&'d Table, &'d Item)>,
    ) -> db::Result<()> {
        if self.kind != FileKind::Deliveries {
            return Ok(());
        }
        let mut seen = HashSet::new();
        let mut named = Vec::new();
        for (table, item) in documents {
            let Body::Delivery(lines) = &item.body else {
                continue;
            };
            for line in lines {
                let row = table.row(line.row as usize);
                let code = product_code(&self.layout, row);
                if seen.insert(code) {
                    named.push(catalog::Named {
                        code,
                        name: unguarded(self.layout.columns.cell(row, Field::ProductName)),
                        unit: unguarded(self.layout.columns.cell(row, Field::Unit)),
                        price: line.price,
                    });
                }
            }
        }
        let ids = catalog::find_or_create(tx, meta, &named)?;
        self.products = named
            .iter()
            .map(|product| product.code.to_owned())
            .zip(ids)
            .collect();
        Ok(())
    }

    /// Posts one document, or says why not; then nothing of it is left.
    fn post(
        &mut self,
        tx: &mut Tx<'_>,
        meta: &Meta,
        table: &Table,
        item: Option<&Item>,
    ) -> db::Result<Result<(), Problem>> {
        let Some(item) = item else {
            return Ok(Err(Problem::new(0, Refusal::invalid("imports.empty"))));
        };
        if let Some(problem) = item.problems.first() {
            return Ok(Err(problem.clone()));
        }
        let (customer, own) = match self.customers.get(&item.customer) {
            Some(known) => *known,
            None => match tx.part(|tx| self.customer(tx, meta, item))? {
                Ok(found) => found,
                Err(refused) => return Ok(Err(Problem::new(0, refused.refusal))),
            },
        };
        self.customers.insert(item.customer.clone(), (customer, own));
        let currency = item.currency.unwrap_or(own);
        let total = match total(item, currency) {
            Ok(total) => total,
            Err(problem) => return Ok(Err(problem)),
        };
        let account = match self.account(tx, customer, currency)? {
            Ok(account) => account,
            Err(problem) => return Ok(Err(problem)),
        };
        let done = tx.part(|tx| self.write(tx, meta, (customer, currency, account), table, item))?;
        match done {
            Ok(document) => {
                self.keys
                    .push((item.number.clone(), document, item.rows.len() as i64, total));
                Ok(Ok(()))
            }
            Err(refused) => Ok(Err(Problem::new(0, refused.refusal))),
        }
    }

    /// The document in the books; answers its identity there.
    fn write(
        &self,
        tx: &mut Tx<'_>,
        meta: &Meta,
        (customer, currency, account): (CustomerId, Currency, AccountId),
        table: &Table,
        item: &Item,
    ) -> db::Result<i64> {
        match &item.body {
            Body::Delivery(lines) => {
                let lines = lines.iter().map(|line| self.line(table, line)).collect();
                let (no, remark) = (item.number.clone(), String::new());
                let document = sales::ImportedDocument {
                    account,
                    no,
                    date: item.date,
                    remark,
                    lines,
                };
                Ok(sales::post_imported(tx, meta, &document)?.delivery.raw())
            }
            Body::Receipt {
                amount,
                method,
                reference,
            } => {
                let target = if self.options.allocate_oldest {
                    Target::Oldest
                } else {
                    Target::None
                };
                let command = RecordReceipt {
                    customer,
                    currency: Some(currency),
                    date: item.date,
                    method: *method,
                    purpose: Purpose::Payment,
                    instrument: None,
                    amount: amount.clone(),
                    reference: reference.clone(),
                    remark: String::new(),
                    target,
                    credits: Vec::new(),
                    imported_key: Some(item.number.clone()),
                };
                Ok(receivables::record_receipt(tx, meta, &command)?.id.raw())
            }
            Body::Opening { amount, due, remark } => {
                let mut account = ledger::lock_account(tx, account)?;
                let unreadable = || Refusal::invalid("imports.empty");
                let opening = sales::NewOpening {
                    no: item.number.clone(),
                    date: item.date,
                    due: *due,
                    amount: base::Money::parse(amount, currency)
                        .map_err(|_| unreadable())?
                        .minor,
                    remark: remark.clone(),
                };
                Ok(sales::create_opening(tx, meta, &mut account, &opening)?
                    .order
                    .raw())
            }
            Body::Unreadable => Err(Refusal::invalid("imports.empty").into()),
        }
    }

    fn line(&self, table: &Table, line: &DraftLine) -> sales::ImportedLine {
        let row = table.row(line.row as usize);
        let columns = &self.layout.columns;
        let code = product_code(&self.layout, row);
        sales::ImportedLine {
            product: self.products.get(code).copied(),
            code: code.to_owned(),
            name: unguarded(columns.cell(row, Field::ProductName)).to_owned(),
            unit: unguarded(columns.cell(row, Field::Unit)).to_owned(),
            quantity: line.quantity,
            price: line.price,
        }
    }

    /// The customer and its currency; made when the books have none.
    fn customer(&self, tx: &mut Tx<'_>, meta: &Meta, item: &Item) -> db::Result<(CustomerId, Currency)> {
        if let Some(known) = self.customers.get(&item.customer) {
            return Ok(*known);
        }
        let missing = || {
            Refusal::invalid("imports.customer_missing")
                .with("column", "")
                .with("value", "")
        };
        let key = customer_key(&self.options, item).ok_or_else(missing)?;
        if let Some(id) = find_customer(tx, &key)? {
            return Ok((id, parties::get(tx, id)?.currency));
        }
        if self.kind == FileKind::Receipts {
            return Err(unknown_customer(&self.options, item).into());
        }
        let currency = item.currency.unwrap_or(meta.company.currency);
        let name = if key.name.is_empty() { &key.code } else { &key.name };
        let mut party = parties::NewCustomer::named(name, currency, meta.company.language);
        party.code = if key.code.is_empty() {
            code_of_name(tx, &key.name)?
        } else {
            key.code
        };
        let id = self.create_customer(tx, meta, party, item.date)?;
        Ok((id, currency))
    }

    /// The account of a customer in a currency, asked for once.
    fn account(
        &mut self,
        tx: &mut Tx<'_>,
        customer: CustomerId,
        currency: Currency,
    ) -> db::Result<Result<AccountId, Problem>> {
        if let Some(known) = self.accounts.get(&(customer, currency)) {
            return Ok(Ok(*known));
        }
        let row = parties::get(tx, customer)?;
        let payer = parties::payer_of(tx, &row)?.id;
        let Some(found) = ledger::account_of_customer(tx, payer, currency)? else {
            let refusal = Refusal::rule("imports.no_account").with("currency", currency);
            return Ok(Err(Problem::new(0, refusal)));
        };
        self.accounts.insert((customer, currency), found);
        Ok(Ok(found))
    }

    fn create_customer(
        &self,
        tx: &mut Tx<'_>,
        meta: &Meta,
        party: parties::NewCustomer,
        started_on: base::Day,
    ) -> db::Result<CustomerId> {
        let cycle = statements::NewCycle::plain(
            self.options
                .cycle
                .as_deref()
                .unwrap_or(statements::DEFAULT_CYCLE)
                .parse()?,
            self.options
                .terms
                .as_deref()
                .unwrap_or(statements::DEFAULT_TERMS)
                .parse()?,
            statements::DEFAULT_LAG_DAYS,
        );
        let new = statements::NewCustomer {
            party,
            cycle,
            credit_limit: None,
            credit_policy: credit::Policy::Off,
            started_on: Some(started_on),
        };
        Ok(statements::create_customer(tx, meta, new)?.id)
    }
}

/// A code for a customer of whom the file knows the name alone: made of the name, so that it never
/// meets a code that the file uses for somebody else. Empty (the next number) when that is taken.
fn code_of_name(tx: &mut Tx<'_>, name: &str) -> db::Result<String> {
    let code = name.split_whitespace().collect::<Vec<_>>().join("-");
    let fits = code.chars().count() <= 32 && !code.chars().any(char::is_control);
    if !fits || parties::find_by_code(tx, &code)?.is_some() {
        return Ok(String::new());
    }
    Ok(code)
}
