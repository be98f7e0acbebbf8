//! Opening balances from a file: one entry per open document, on both databases; and a real sample of
//! invoices whose ageing at every month's end is compared with figures that a script computes from the file.

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use base::{Day, Zone};
use db::p;
use imports::columns::{FileKind, Mapping};
use imports::{Classified, ImportView, Options, Prepared};
use ledger::{EntryId, Side};
use parties::CustomerId;
use receivables::{Method, Named, Purpose, RecordReceipt, Target};
use testkit::World;

fn prepared(text: &str) -> Arc<Prepared> {
    let zone = Zone::named("Asia/Shanghai").unwrap();
    let read = imports::prepare(
        FileKind::Openings,
        "openings.csv",
        text.as_bytes(),
        &Mapping::default(),
        Options::default(),
        &zone,
    );
    Arc::new(read.unwrap_or_else(|refusal| panic!("{refusal}")))
}

async fn imported(world: &World, prepared: &Arc<Prepared>) -> (Classified, ImportView) {
    let (shared, meta) = (prepared.clone(), world.meta());
    let classified = world.read(move |tx| imports::classify(tx, &meta, &shared)).await;
    let staged = imports::stage(&world.db, &world.meta(), prepared, &classified).await;
    let file = staged.expect("staged");
    world.done(move |tx, _| imports::confirm(tx, file)).await;
    while world
        .done(move |tx, meta| imports::post_chunk(tx, meta, file))
        .await
        .more
    {}
    let view = world.read(move |tx| imports::import(tx, file)).await;
    (classified, view)
}

async fn check(world: &World) {
    world.check_all().await;
    let findings = world.read(|tx| kit::check::run(tx, imports::CHECKS)).await;
    assert!(findings.iter().all(|finding| finding.count == 0), "{findings:?}");
}

/// Number, signed open amount and due date of everything open, by number.
async fn open(world: &World) -> Vec<(String, i64, Day)> {
    world
        .read(|tx| {
            let sql = "SELECT e.document_no, i.side * i.open_minor, i.due_date FROM ledger_open_item i \
                JOIN ledger_entry e ON e.company_id = i.company_id AND e.id = i.entry_id \
                WHERE i.company_id = $1 ORDER BY e.document_no";
            tx.all(sql, p![])
        })
        .await
}

#[test]
fn opening_balances_are_one_entry_per_open_document() {
    db::testing::both(|db| async move {
        let world = World::new(db).await;
        let text = "Document number,Date,Due date,Customer code,Customer name,Amount,Currency,Remark\n\
            INV-1,2025-11-03,2025-12-03,C1,Cloth House,120.50,CNY,winter\n\
            INV-2,2025-12-10,2026-01-09,C1,Cloth House,80.00,CNY,\n\
            CN-1,2025-12-12,,C1,Cloth House,-30.00,CNY,credit note\n\
            INV-3,2025-12-20,,C2,Button Shop,9.99,CNY,\n\
            INV-4,2025-12-20,,C2,Button Shop,0,CNY,\n";
        let file = prepared(text);
        let (classified, view) = imported(&world, &file).await;
        assert_eq!(
            (
                classified.summary.new_customers,
                classified.summary.rejected_documents
            ),
            (2, 1)
        );
        assert_eq!((view.counts.posted, view.counts.rejected), (4, 1));
        let items = open(&world).await;
        let figures: Vec<(&str, i64)> = items.iter().map(|(no, open, _)| (no.as_str(), *open)).collect();
        assert_eq!(
            figures,
            [
                ("CN-1", -30_00),
                ("INV-1", 120_50),
                ("INV-2", 80_00),
                ("INV-3", 9_99)
            ]
        );
        assert_eq!(items[1].2, "2025-12-03".parse().unwrap());
        check(&world).await;

        // Again: nothing new. With another figure: the books stay, and somebody must look.
        let (again, _) = imported(&world, &file).await;
        assert_eq!(again.summary.known, 4);
        let changed = prepared(&text.replace("80.00", "81.00"));
        let (differs, _) = imported(&world, &changed).await;
        assert_eq!(
            differs
                .summary
                .reasons
                .iter()
                .filter(|r| r.code == "imports.differs")
                .count(),
            1
        );
        assert_eq!(open(&world).await, items);
        check(&world).await;
    });
}

/// A row of the sample.
struct Invoice {
    customer: String,
    number: String,
    settled: Day,
    amount: String,
}

/// `3/31/2012` as `2012-03-31`.
fn iso(american: &str) -> String {
    let parts: Vec<&str> = american.split('/').collect();
    format!("{}-{:0>2}-{:0>2}", parts[2], parts[0], parts[1])
}

/// The sample as a file of openings, and what became of each invoice.
fn sample(file: &PathBuf) -> (String, Vec<Invoice>) {
    let mut reader = csv::Reader::from_path(file).expect("the sample can be read");
    let mut openings = String::from("number,date,due date,customer,amount\n");
    let mut invoices = Vec::new();
    for row in reader.records() {
        let row = row.expect("a row");
        let (customer, number, amount) = (&row[1], &row[3], &row[6]);
        openings += &format!("{number},{},{},{customer},{amount}\n", iso(&row[4]), iso(&row[5]));
        invoices.push(Invoice {
            customer: customer.to_owned(),
            number: number.to_owned(),
            settled: iso(&row[8]).parse().expect("a day"),
            amount: amount.to_owned(),
        });
    }
    invoices.sort_by_key(|invoice| invoice.settled);
    (openings, invoices)
}

/// Each invoice is paid in full on its own day.
async fn pay(world: &World, invoices: &[Invoice]) {
    let customers: HashMap<String, (CustomerId, ledger::AccountId)> = world
        .read(|tx| {
            let sql = "SELECT c.code, c.id, a.id FROM parties_customer c JOIN ledger_account a \
                ON a.company_id = c.company_id AND a.customer_id = c.id WHERE c.company_id = $1";
            let rows: Vec<(String, CustomerId, ledger::AccountId)> = tx.all(sql, p![])?;
            Ok(rows
                .into_iter()
                .map(|(code, id, account)| (code, (id, account)))
                .collect())
        })
        .await;
    let mut items: HashMap<String, EntryId> = HashMap::new();
    for (_, account) in customers.values().copied() {
        let open = world
            .read(move |tx| ledger::open_items(tx, account, Side::Debit))
            .await;
        items.extend(open.into_iter().map(|item| (item.document_no, item.entry)));
    }
    for chunk in invoices.chunks(100) {
        let receipts: Vec<RecordReceipt> = chunk
            .iter()
            .map(|invoice| RecordReceipt {
                customer: customers[&invoice.customer].0,
                currency: None,
                date: invoice.settled,
                method: Method::Bank,
                purpose: Purpose::Payment,
                instrument: None,
                amount: invoice.amount.clone(),
                reference: invoice.number.clone(),
                remark: String::new(),
                target: Target::Items(vec![Named::all_of(items[&invoice.number])]),
                credits: Vec::new(),
                imported_key: None,
            })
            .collect();
        world
            .done(move |tx, meta| {
                for receipt in &receipts {
                    receivables::record_receipt(tx, meta, receipt)?;
                }
                Ok(())
            })
            .await;
    }
}

/// Day, then not due, 1-30, 31-60, 61-90 and over 90 days late, in minor units.
type Ages = (Day, [i64; 5]);

/// The figures of the script, which knows nothing of these books.
fn expected(script: &PathBuf, file: &PathBuf) -> Vec<Ages> {
    let output = Command::new("node")
        .arg(script)
        .arg(file)
        .output()
        .expect("node runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).expect("text");
    text.lines()
        .map(|line| {
            let (day, figures) = line.split_once(',').expect("a day and figures");
            let figures: Vec<i64> = figures
                .split(',')
                .map(|one| one.parse().expect("cents"))
                .collect();
            (
                day.parse().expect("a day"),
                figures.try_into().expect("five ages"),
            )
        })
        .collect()
}

#[test]
fn ageing_of_a_real_sample_is_what_a_script_computes_from_the_file() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let samples = std::env::var_os("SAMPLES").map_or_else(|| root.join("../shared/samples"), PathBuf::from);
    let file = samples.join("receivables/ibm-ar.csv");
    if !file.exists() {
        eprintln!("SKIPPED: no sample file {}", file.display());
        return;
    }
    let figures = Arc::new(expected(&root.join("scripts/sample-ageing.mjs"), &file));
    assert!(figures.len() >= 24, "two years of month ends: {}", figures.len());
    db::testing::both(move |db| {
        let (figures, file) = (figures.clone(), file.clone());
        async move {
            let world = World::in_currency(db, "USD").await;
            let (openings, invoices) = sample(&file);
            let (_, view) = imported(&world, &prepared(&openings)).await;
            assert_eq!(
                (view.counts.posted, view.counts.rejected),
                (invoices.len() as i64, 0)
            );
            pay(&world, &invoices).await;
            let today = world.today();
            for (day, wanted) in figures.iter().copied() {
                let page = world
                    .read(move |tx| receivables::queries::ageing(tx, today, Some(day), None, (0, 500)))
                    .await;
                let found = page.totals.first().map_or([0; 5], |total| {
                    let ages = &total.ages;
                    [
                        ages.not_due.minor,
                        ages.days_1_30.minor,
                        ages.days_31_60.minor,
                        ages.days_61_90.minor,
                        ages.days_over_90.minor,
                    ]
                });
                assert_eq!(found, wanted, "as of {day}");
            }
            check(&world).await;
        }
    });
}
