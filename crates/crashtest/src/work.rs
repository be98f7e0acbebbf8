//! What the traced program does, and what must be found afterwards.

use std::collections::HashSet;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use db::{Db, Options, Synchronous, Target, Tx, p};
use i18n::Lang;
use kit::Meta;
use ledger::{AccountId, ActRef, Allocate, DocRef, EntryKind, NewEntry, Side};
use testkit::{Chance, World};

const CLIENTS: u64 = 4;
const ACTS: usize = 80;
const CUSTOMERS: usize = 6;

db::statements! {
    ACCOUNTS = "SELECT id FROM ledger_account WHERE company_id = $1 ORDER BY id";
    WRITTEN = "SELECT document_no, amount_minor FROM ledger_entry WHERE company_id = $1";
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    Ok(builder.worker_threads(2).enable_all().build()?)
}

fn target(folder: &Path) -> Target {
    Target::Sqlite {
        dir: folder.to_owned(),
    }
}

/// Books with a few customers, closed again, so that the traced program begins with a quiet disk.
pub fn prepare(folder: &Path) -> Result<()> {
    runtime()?.block_on(async {
        let options = Options {
            synchronous: Synchronous::Off,
            ..Options::default()
        };
        let world = World::new(Db::open(&target(folder), options).await?).await;
        world
            .done(|tx, meta| (0..CUSTOMERS).try_for_each(|number| add_customer(tx, meta, number)))
            .await;
        world.db.close().await;
        Ok(())
    })
}

fn add_customer(tx: &mut Tx<'_>, meta: &Meta, number: usize) -> db::Result<()> {
    let currency = meta.company.currency;
    let new = parties::NewCustomer::named(format!("Customer {number}"), currency, Lang::En);
    let customer = parties::insert(tx, meta, new)?;
    let terms = ("monthly:-1", "cutoff+30", 0);
    let account = ledger::open_account(tx, customer, currency, meta.today, terms)?;
    credit::open(tx, account, None, credit::Policy::Off)
}

/// Acts of several clerks at once, each said aloud once it was answered. Half way the books are closed and
/// opened again, so that the log is moved into the file and removed.
pub fn run(folder: &Path, level: &str) -> Result<()> {
    let synchronous = match level {
        "full" => Synchronous::Full,
        "normal" => Synchronous::Normal,
        other => bail!("unknown level {other}"),
    };
    runtime()?.block_on(async {
        for half in 0..2 {
            let options = Options {
                synchronous,
                ..Options::default()
            };
            let world = World::existing(Db::open(&target(folder), options).await?).await?;
            let accounts: Vec<AccountId> = world.read(|tx| tx.all(ACCOUNTS, p![])).await;
            let clients = (0..CLIENTS).map(|client| {
                let (db, meta) = (world.db.clone(), world.meta());
                tokio::spawn(client_acts(
                    db,
                    meta,
                    accounts.clone(),
                    Chance::new(half * 100 + client),
                ))
            });
            for client in clients.collect::<Vec<_>>() {
                client.await??;
            }
            world.db.close().await;
        }
        Ok(())
    })
}

async fn client_acts(db: Db, meta: Meta, accounts: Vec<AccountId>, mut chance: Chance) -> Result<()> {
    for _ in 0..ACTS / 2 {
        let account = *chance.pick(&accounts).context("there are accounts")?;
        let amount = chance.between(1, 500_000);
        let is_receipt = chance.once_in(3);
        let (company, meta) = (meta.company.id, meta.clone());
        let act = move |tx: &mut Tx<'_>| {
            if is_receipt {
                receive(tx, &meta, account, amount)
            } else {
                sell(tx, &meta, account, amount)
            }
        };
        let (no, amount) = db.write(company, act).await?;
        // One line, one write: its place in the log is the moment of the acknowledgement.
        println!("{no} {amount}");
    }
    Ok(())
}

fn sell(tx: &mut Tx<'_>, meta: &Meta, account: AccountId, amount: i64) -> db::Result<(String, i64)> {
    let mut account = ledger::lock_account(tx, account)?;
    let document = document(tx, "delivery", "DN")?;
    let no = document.no.clone();
    ledger::append(
        tx,
        meta,
        &mut account,
        NewEntry::new(EntryKind::Sale, amount, meta.today, document),
    )?;
    Ok((no, amount))
}

fn receive(tx: &mut Tx<'_>, meta: &Meta, account: AccountId, amount: i64) -> db::Result<(String, i64)> {
    let mut account = ledger::lock_account(tx, account)?;
    let document = document(tx, "receipt", "RC")?;
    let (no, act) = (
        document.no.clone(),
        ActRef {
            kind: "receipt",
            id: document.id,
        },
    );
    let new = NewEntry::new(EntryKind::Receipt, -amount, meta.today, document);
    let credit = ledger::append(tx, meta, &mut account, new)?;
    let items = ledger::open_items(tx, account.id, Side::Debit)?;
    let mut left = amount;
    let mut parts = Vec::new();
    for item in items {
        let amount = item.open.min(left);
        left -= amount;
        parts.extend((amount > 0).then_some(Allocate {
            debit: item.entry,
            credit,
            amount,
            effective: None,
        }));
    }
    ledger::allocate(tx, meta, &mut account, act, &parts, "")?;
    Ok((no, -amount))
}

fn document(tx: &mut Tx<'_>, kind: &'static str, series: &str) -> db::Result<DocRef> {
    let number = kit::number::take(tx, series)?;
    Ok(DocRef {
        kind,
        id: tx.next_id::<()>().raw(),
        no: kit::number::written(series, number),
    })
}

/// Opens rebuilt books as the product does: everything acknowledged is there, and the books are in order.
pub fn look(folder: &Path, acknowledged: &[String]) -> Result<()> {
    runtime()?.block_on(async {
        let options = Options {
            synchronous: Synchronous::Off,
            readers: 1,
            ..Options::default()
        };
        let world = World::existing(Db::open(&target(folder), options).await?).await?;
        let company = world.company.id;
        let found = world.db.read(company, |tx| {
            let written: Vec<(String, i64)> = tx.all(WRITTEN, p![])?;
            Ok((written, testkit::broken(tx)?))
        });
        let (written, broken) = found.await?;
        world.db.close().await;
        let written: HashSet<String> = written
            .iter()
            .map(|(no, amount)| format!("{no} {amount}"))
            .collect();
        let missing: Vec<&String> = acknowledged
            .iter()
            .filter(|act| !written.contains(*act))
            .collect();
        ensure!(
            missing.is_empty(),
            "{} acknowledged acts are missing, first {}",
            missing.len(),
            missing[0]
        );
        ensure!(broken.is_empty(), "invariants are broken: {}", broken.join("; "));
        Ok(())
    })
}
