//! What the traced program does, and what must be found afterwards.

use std::collections::HashSet;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use catalog::ProductId;
use db::{Db, Options, Synchronous, Target, Tx, p};
use kit::Meta;
use receivables::Target as Closes;
use testkit::{Buyer, BuyerTerms, Chance, World};

const CLIENTS: u64 = 4;
const ACTS: usize = 80;
const CUSTOMERS: usize = 6;

db::statements! {
    BUYERS = "SELECT customer_id, id FROM ledger_account WHERE company_id = $1 ORDER BY id";
    PRODUCTS = "SELECT id FROM catalog_product WHERE company_id = $1 ORDER BY id";
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
        for number in 0..CUSTOMERS {
            world
                .buyer(BuyerTerms::named(&format!("Customer {number}")).limit("900000000.00"))
                .await;
        }
        for (number, price) in ["0.335", "12.50", "99.99"].iter().enumerate() {
            world.product(&format!("P{number}"), price).await;
        }
        world.db.close().await;
        Ok(())
    })
}

/// What there is to act on.
#[derive(Clone)]
struct Things {
    buyers: Vec<Buyer>,
    products: Vec<ProductId>,
}

fn things(tx: &mut Tx<'_>) -> db::Result<Things> {
    let rows = tx.all(BUYERS, p![])?;
    let buyers = rows
        .into_iter()
        .map(|(id, account)| Buyer { id, account })
        .collect();
    Ok(Things {
        buyers,
        products: tx.all(PRODUCTS, p![])?,
    })
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
            let things = world.read(things).await;
            let clients = (0..CLIENTS).map(|client| {
                let (db, meta) = (world.db.clone(), world.meta());
                tokio::spawn(client_acts(
                    db,
                    meta,
                    things.clone(),
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

async fn client_acts(db: Db, meta: Meta, things: Things, mut chance: Chance) -> Result<()> {
    for _ in 0..ACTS / 2 {
        let buyer = *chance.pick(&things.buyers).context("there are customers")?;
        let is_receipt = chance.once_in(3);
        let (no, amount) = if is_receipt {
            receive(&db, &meta, buyer, chance.between(1, 500_000)).await?
        } else {
            let products = (0..3).filter_map(|_| chance.pick(&things.products).copied());
            sell(&db, &meta, buyer, products.collect()).await?
        };
        // One line, one write: its place in the log is the moment of the acknowledgement.
        println!("{no} {amount}");
    }
    Ok(())
}

async fn sell(db: &Db, meta: &Meta, buyer: Buyer, products: Vec<ProductId>) -> Result<(String, i64)> {
    let lines = products
        .into_iter()
        .map(|product| testkit::line(product, "2.5"))
        .collect();
    let (input, meta) = (testkit::delivery(buyer, lines), meta.clone());
    let posted = db
        .write(meta.company.id, move |tx| sales::post_new(tx, &meta, &input))
        .await?;
    Ok((posted.no, posted.total))
}

async fn receive(db: &Db, meta: &Meta, buyer: Buyer, minor: i64) -> Result<(String, i64)> {
    let amount = base::Money::new(minor, meta.company.currency).to_string();
    let (input, meta) = (
        testkit::receipt(buyer, meta.today, &amount, Closes::Oldest),
        meta.clone(),
    );
    let recorded = db
        .write(meta.company.id, move |tx| {
            receivables::record_receipt(tx, &meta, &input)
        })
        .await?;
    Ok((recorded.no, -minor))
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
        let found = world.db.read(world.company.id, |tx| {
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
