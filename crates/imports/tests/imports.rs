//! Imports on both databases: the same documents from every kind of file, what happens to bad rows,
//! repeats and interruptions, and the invariants of the books after each story.

use std::sync::Arc;

use base::{Day, Zone};
use db::{Db, p};
use i18n::Lang;
use imports::columns::{FileKind, Mapping};
use imports::{Chunk, Classified, FileId, ImportView, Options, Prepared};
use testkit::World;

fn fixture(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn prepared(kind: FileKind, bytes: &[u8], mapping: &Mapping, options: Options) -> Arc<Prepared> {
    let zone = Zone::named("Asia/Shanghai").unwrap();
    Arc::new(imports::prepare(kind, "file.csv", bytes, mapping, options, &zone).unwrap())
}

fn deliveries(bytes: &[u8]) -> Arc<Prepared> {
    prepared(
        FileKind::Deliveries,
        bytes,
        &Mapping::default(),
        Options::default(),
    )
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

async fn world(db: Db) -> World {
    let world = World::new(db).await;
    world.go_to(day("2026-05-20"));
    world
}

async fn classified(world: &World, prepared: &Arc<Prepared>) -> Classified {
    let (prepared, meta) = (prepared.clone(), world.meta());
    world
        .read(move |tx| imports::classify(tx, &meta, &prepared))
        .await
}

async fn staged(world: &World, prepared: &Arc<Prepared>) -> FileId {
    let classified = classified(world, prepared).await;
    imports::stage(&world.db, &world.meta(), prepared, &classified)
        .await
        .unwrap()
}

async fn chunk(world: &World, file: FileId) -> Chunk {
    world
        .done(move |tx, meta| imports::post_chunk(tx, meta, file))
        .await
}

async fn posted(world: &World, file: FileId) -> ImportView {
    world.done(move |tx, _| imports::confirm(tx, file)).await;
    while chunk(world, file).await.more {}
    world.read(move |tx| imports::import(tx, file)).await
}

async fn imported(world: &World, prepared: &Arc<Prepared>) -> ImportView {
    let file = staged(world, prepared).await;
    posted(world, file).await
}

/// The invariants of every slice below, and of this one.
async fn check(world: &World) {
    world.check_all().await;
    let findings = world.read(|tx| kit::check::run(tx, imports::CHECKS)).await;
    assert!(findings.iter().all(|finding| finding.count == 0), "{findings:?}");
}

/// Code, balance, open debits and open credits of every customer.
async fn balances(world: &World) -> Vec<[String; 4]> {
    let today = world.today();
    let rows = world
        .read(move |tx| receivables::queries::balances(tx, today))
        .await;
    let text = |row: receivables::queries::BalanceRow| {
        [
            row.customer_code,
            row.balance.to_string(),
            row.open_debit.to_string(),
            row.open_credit.to_string(),
        ]
    };
    rows.into_iter().map(text).collect()
}

async fn rejected(world: &World, file: FileId, guard: bool) -> String {
    let bytes = world
        .read(move |tx| imports::rejected(tx, file, Lang::En, guard))
        .await;
    String::from_utf8(bytes).unwrap()
}

#[test]
fn every_kind_of_file_holds_the_same_documents() {
    let seen = |name: &str| -> Vec<String> {
        let prepared = deliveries(&fixture(name));
        let item = |item: &imports::Item| {
            format!(
                "{} {} {:?} {:?} {:?}",
                item.number, item.date, item.customer, item.body, item.problems
            )
        };
        prepared.items.iter().map(item).collect()
    };
    let plain = seen("utf8-bom.csv");
    assert_eq!(plain.len(), 4, "{plain:?}");
    for name in ["gb18030.csv", "utf16.csv", "sheet.xlsx"] {
        assert_eq!(seen(name), plain, "{name}");
    }
}

#[test]
fn a_sheet_that_unpacks_without_end_is_refused() {
    let zone = Zone::utc();
    let read = |bytes: &[u8]| {
        imports::prepare(
            FileKind::Deliveries,
            "x",
            bytes,
            &Mapping::default(),
            Options::default(),
            &zone,
        )
    };
    assert_eq!(read(&fixture("bomb.xlsx")).unwrap_err().code, "imports.too_large");
}

#[test]
fn documents_become_books() {
    db::testing::both(|db| async move {
        let world = world(db).await;
        let prepared = deliveries(&fixture("gb18030.csv"));
        let summary = classified(&world, &prepared).await.summary;
        let totals: Vec<(String, i64, String)> = summary
            .totals
            .iter()
            .map(|t| (t.kind.clone(), t.documents, t.amount.clone()))
            .collect();
        // 3 × 0.335 is 1.01 twice; the lines are rounded alone.
        assert_eq!(
            totals,
            [
                ("delivery".into(), 2, "32.02".into()),
                ("return".into(), 1, "-0.67".into()),
                ("zero".into(), 1, "0.00".into())
            ]
        );
        assert_eq!((summary.new_customers, summary.new_products), (2, 3));
        assert!(balances(&world).await.is_empty(), "a summary writes nothing");

        let view = imported(&world, &prepared).await;
        assert_eq!(
            (view.state.as_str(), view.counts.posted, view.counts.rejected),
            ("done", 4, 0)
        );
        let expected = [
            ["KH01", "1.35", "2.02", "0.67"],
            ["KH02", "30.00", "30.00", "0.00"],
        ];
        assert_eq!(balances(&world).await, expected);
        let name = world
            .read(|tx| {
                let id = catalog::by_codes(tx, &["TEA-1"])?[0].1;
                Ok(catalog::get(tx, id)?.name)
            })
            .await;
        assert_eq!(name, "红茶, 特级", "the catalog keeps the first name");
        check(&world).await;

        let again = classified(&world, &prepared).await.summary;
        assert_eq!((again.known, again.new_customers, again.new_products), (4, 0, 0));
        imported(&world, &prepared).await;
        assert_eq!(balances(&world).await, expected);
        // The same documents in another file are known as well.
        let sheet = classified(&world, &deliveries(&fixture("sheet.xlsx")))
            .await
            .summary;
        assert_eq!((sheet.known, sheet.documents), (4, 4));
        check(&world).await;
    });
}

#[test]
fn bad_rows_come_back_and_can_be_mended() {
    db::testing::both(|db| async move {
        let world = world(db).await;
        let prepared = deliveries(&fixture("bad-rows.csv"));
        let file = staged(&world, &prepared).await;
        let view = posted(&world, file).await;
        assert_eq!(
            (
                view.counts.posted,
                view.counts.rejected,
                view.counts.rejected_rows
            ),
            (1, 8, 10)
        );
        let text = rejected(&world, file, false).await;
        assert_eq!(text.lines().count(), 11, "{text}");
        for (row, reason) in [
            ("B-2,2026-03-02", "Line 4"),
            ("B-2,2026-02-30", "2026-02-30 is no date"),
            ("B-3", "many is no number"),
            ("B-4", "there is no customer"),
            (",2026-03-02", "number is missing"),
            ("B-5,2026-03-02,KH02", "another customer"),
            ("B-6", "in the future"),
            ("B-7", "kept for the program"),
        ] {
            let line = text
                .lines()
                .find(|line| line.trim_start_matches('\u{feff}').starts_with(row));
            assert!(line.is_some_and(|line| line.contains(reason)), "{row}: {line:?}");
        }
        assert!(
            rejected(&world, file, true).await.contains("'=HYPERLINK"),
            "disarmed for a spreadsheet"
        );

        // Mended rows go in; the file's extra column is passed over.
        let mended = rejected(&world, file, true)
            .await
            .replace("2026-02-30", "2026-02-28")
            .replace(",x,10", ",2,10");
        let view = imported(&world, &deliveries(mended.as_bytes())).await;
        assert_eq!((view.counts.posted, view.counts.rejected), (2, 6));
        let line = world
            .read(|tx| {
                let sql =
                    "SELECT name FROM sales_v_delivery_line WHERE company_id = $1 AND quantity_micro = $2";
                tx.one::<String>(sql, p![2_000_000])
            })
            .await;
        assert_eq!(line, "=HYPERLINK(1)", "the apostrophe went again");
        check(&world).await;
    });
}

#[test]
fn the_same_number_with_other_figures_is_not_passed_over() {
    db::testing::both(|db| async move {
        let world = world(db).await;
        let head = "InvoiceNo,InvoiceDate,CustomerID,StockCode,Quantity,UnitPrice\n";
        imported(
            &world,
            &deliveries(format!("{head}1,2026-03-01,A,P,1,10\n").as_bytes()),
        )
        .await;
        let file = staged(
            &world,
            &deliveries(format!("{head}1,2026-03-01,A,P,1,12\n").as_bytes()),
        )
        .await;
        let view = posted(&world, file).await;
        assert_eq!((view.counts.posted, view.counts.rejected), (0, 1));
        assert!(
            rejected(&world, file, false)
                .await
                .contains("imported before with 10.00")
        );
        assert_eq!(balances(&world).await, [["A", "10.00", "10.00", "0.00"]]);
    });
}

fn many(documents: usize) -> String {
    let mut text = String::from("InvoiceNo,InvoiceDate,CustomerID,StockCode,Quantity,UnitPrice\n");
    for at in 0..documents {
        let (day, customer) = (at % 28 + 1, at % 7);
        text.push_str(&format!(
            "N{at},2026-03-{day:02},C{customer},P{},{},1.25\n",
            at % 5,
            at % 9 + 1
        ));
        text.push_str(&format!("N{at},2026-03-{day:02},C{customer},P9,1,0.10\n"));
    }
    text
}

#[test]
fn a_killed_import_goes_on() {
    db::testing::both(|db| async move {
        let world = world(db).await;
        let text = many(450);
        let prepared = deliveries(text.as_bytes());
        let file = staged(&world, &prepared).await;
        world.done(move |tx, _| imports::confirm(tx, file)).await;
        let first = chunk(&world, file).await;
        assert!(first.more && first.posted == 200, "{first:?}");
        check(&world).await;
        // The process is gone; the same file is given again.
        let prepared = deliveries(text.as_bytes());
        assert_eq!(classified(&world, &prepared).await.summary.known, 200);
        assert_eq!(
            staged(&world, &prepared).await,
            file,
            "the import that was begun goes on"
        );
        let view = posted(&world, file).await;
        assert_eq!((view.counts.posted, view.counts.waiting), (450, 0));
        let entries = world
            .read(|tx| tx.one::<i64>("SELECT COUNT(*) FROM ledger_v_entry WHERE company_id = $1", p![]))
            .await;
        assert_eq!(entries, 450);
        check(&world).await;
    });
}

#[test]
fn an_import_killed_while_staging_starts_anew() {
    db::testing::both(|db| async move {
        let world = world(db).await;
        let prepared = deliveries(many(30).as_bytes());
        let file = staged(&world, &prepared).await;
        // What a kill in the middle of staging leaves.
        world
            .done(|tx, _| {
                tx.exec(
                    "UPDATE imports_file SET state = 'staging' WHERE company_id = $1",
                    p![],
                )?;
                tx.exec(
                    "DELETE FROM imports_document WHERE company_id = $1 AND position > $2",
                    p![9],
                )
            })
            .await;
        let refused = world.refused(move |tx, _| imports::confirm(tx, file)).await;
        assert_eq!(refused, "imports.not_staged");
        let again = staged(&world, &prepared).await;
        assert_ne!(again, file);
        assert_eq!(posted(&world, again).await.counts.posted, 30);
        check(&world).await;
    });
}

#[test]
fn a_job_posts_a_confirmed_import() {
    db::testing::both(|db| async move {
        let world = world(db).await;
        let file = staged(&world, &deliveries(many(250).as_bytes())).await;
        world
            .done(move |tx, meta| {
                imports::confirm(tx, file)?;
                kit::job::enqueue(
                    tx,
                    meta,
                    imports::JOB,
                    &file.to_string(),
                    &file.to_string(),
                    meta.now,
                )
            })
            .await;
        let mut handlers = kit::job::Handlers::default();
        imports::handlers(&mut handlers);
        let now = world.now();
        let clock: kit::Clock = Arc::new(move || now);
        let steps = kit::job::run_until_idle(&world.db, &handlers, &clock)
            .await
            .unwrap();
        assert!(steps >= 3, "{steps}");
        let view = world.read(move |tx| imports::import(tx, file)).await;
        assert_eq!((view.state.as_str(), view.counts.posted), ("done", 250));
        check(&world).await;
    });
}

#[test]
fn what_the_books_refuse_is_rejected_alone() {
    db::testing::both(|db| async move {
        let mut world = world(db).await;
        let head = "InvoiceNo,InvoiceDate,CustomerID,StockCode,Quantity,UnitPrice,Currency\n";
        // Its number is taken by a document of the house, which no earlier import knows.
        world
            .done(|tx, meta| {
                let party = parties::NewCustomer {
                    code: "A".into(),
                    ..parties::NewCustomer::named("A", meta.company.currency, meta.lang)
                };
                let cycle = statements::NewCycle::plain("monthly:25".parse()?, "cutoff+30".parse()?, 0);
                let new = statements::NewCustomer {
                    party,
                    cycle,
                    credit_limit: None,
                    credit_policy: credit::Policy::Off,
                    started_on: None,
                };
                let account = statements::create_customer(tx, meta, new)?.account;
                let line = sales::ImportedLine {
                    product: None,
                    code: "P".into(),
                    name: String::new(),
                    unit: String::new(),
                    quantity: "1".parse().unwrap(),
                    price: "5".parse().unwrap(),
                };
                let (no, date, remark) = ("DN-9".to_owned(), meta.today, String::new());
                let document = sales::ImportedDocument {
                    account,
                    no,
                    date,
                    remark,
                    lines: vec![line],
                };
                sales::post_imported(tx, meta, &document)
            })
            .await;
        world.lock_until(Some(day("2026-02-28"))).await;
        let text = format!(
            "{head}DN-9,2026-03-01,A,P,1,7,\nX1,2026-03-01,A,P,1,1,CNY\nX2,2026-02-28,A,P,1,1,\n\
             X3,2026-03-01,A,P,1,1,USD\nX4,2026-03-01,U,P,1,1,USD\nX5,2026-03-01,A,P,1,1,XXY\n"
        );
        let file = staged(&world, &deliveries(text.as_bytes())).await;
        let view = posted(&world, file).await;
        let reasons = rejected(&world, file, false).await;
        assert_eq!((view.counts.posted, view.counts.rejected), (2, 4), "{reasons}");
        for (row, reason) in [
            ("DN-9", "DN-9"),
            ("X2", "2026-02-28"),
            ("X3", "USD"),
            ("X5", "XXY"),
        ] {
            let line = reasons
                .lines()
                .find(|line| line.trim_start_matches('\u{feff}').starts_with(row))
                .unwrap();
            let told = line.rsplit(',').next().unwrap_or_default();
            assert!(!told.is_empty() && line.contains(reason), "{line}");
        }
        let currencies = world
            .read(|tx| {
                tx.all::<String>(
                    "SELECT currency FROM ledger_account WHERE company_id = $1 ORDER BY currency",
                    p![],
                )
            })
            .await;
        assert_eq!(
            currencies,
            ["CNY", "USD"],
            "a new customer takes the currency of its document"
        );
        check(&world).await;
    });
}

#[test]
fn nobody_named_means_the_default_customer() {
    db::testing::both(|db| async move {
        let world = world(db).await;
        let text = "InvoiceNo,InvoiceDate,CustomerName,Description,Quantity,UnitPrice\n\
            1,2026-03-01,,Cup,1,10\n2,2026-03-01,Blue Shop,Cup,2,10\n3,2026-04-01,blue shop,Bowl,1,1\n";
        let options = Options {
            default_customer: Some("Cash sales".into()),
            cycle: Some("weekly:5".into()),
            terms: Some("issue+10".into()),
            ..Options::default()
        };
        let prepared = prepared(
            FileKind::Deliveries,
            text.as_bytes(),
            &Mapping::default(),
            options,
        );
        let view = imported(&world, &prepared).await;
        assert_eq!(view.counts.posted, 3);
        let expected = [
            ["Blue-Shop", "21.00", "21.00", "0.00"],
            ["Cash-sales", "10.00", "10.00", "0.00"],
        ];
        assert_eq!(balances(&world).await, expected);
        let cycles = world
            .read(|tx| {
                tx.all::<(String, String)>(
                    "SELECT DISTINCT cycle, terms FROM ledger_account WHERE company_id = $1",
                    p![],
                )
            })
            .await;
        assert_eq!(cycles, [("weekly:5".to_owned(), "issue+10".to_owned())]);
        assert_eq!(classified(&world, &prepared).await.summary.known, 3);
        check(&world).await;
    });
}

#[test]
fn a_second_look_replaces_what_was_not_confirmed() {
    db::testing::both(|db| async move {
        let world = world(db).await;
        let text = "InvoiceNo,InvoiceDate,CustomerID,StockCode,Quantity,UnitPrice\n1,2026-03-01,,P,1,10\n";
        let first = staged(&world, &deliveries(text.as_bytes())).await;
        let options = Options {
            default_customer: Some("Cash".into()),
            ..Options::default()
        };
        let prepared = prepared(
            FileKind::Deliveries,
            text.as_bytes(),
            &Mapping::default(),
            options,
        );
        let second = staged(&world, &prepared).await;
        let third = staged(&world, &prepared).await;
        assert!(first != second && second != third);
        assert_eq!(posted(&world, third).await.counts.posted, 1);
        let gone = world.refused(move |tx, _| imports::confirm(tx, second)).await;
        assert_eq!(gone, "imports.not_found");
        check(&world).await;
    });
}

#[test]
fn a_mapping_says_what_the_headers_do_not() {
    db::testing::both(|db| async move {
        let world = world(db).await;
        let mapping = Mapping::parse(&String::from_utf8(fixture("german.mapping")).unwrap()).unwrap();
        let bytes = fixture("title-semicolon.csv");
        let prepared = prepared(FileKind::Deliveries, &bytes, &mapping, Options::default());
        let view = imported(&world, &prepared).await;
        assert_eq!(
            (view.summary.from, view.summary.to),
            (Some(day("2026-03-13")), Some(day("2026-04-01")))
        );
        assert_eq!(balances(&world).await, [["C-7", "497.00", "500.00", "3.00"]]);
    });
}

#[test]
fn receipts_are_recorded_once_and_close_the_oldest() {
    db::testing::both(|db| async move {
        let world = world(db).await;
        imported(&world, &deliveries(&fixture("utf8-bom.csv"))).await;
        let options = Options {
            allocate_oldest: true,
            ..Options::default()
        };
        let prepared = prepared(
            FileKind::Receipts,
            &fixture("receipts.csv"),
            &Mapping::default(),
            options,
        );
        let summary = classified(&world, &prepared).await.summary;
        assert_eq!(
            (summary.totals[0].documents, summary.rejected_documents),
            (3, 3),
            "{summary:?}"
        );
        let file = staged(&world, &prepared).await;
        let view = posted(&world, file).await;
        assert_eq!((view.counts.posted, view.counts.rejected), (3, 3));
        // KH01: 2.02 owed, a return of 0.67 and 0.50 of money; KH02: 30.00 owed, two equal receipts of 20.00.
        assert_eq!(
            balances(&world).await,
            [
                ["KH01", "0.85", "1.52", "0.67"],
                ["KH02", "-10.00", "0.00", "10.00"]
            ]
        );
        assert_eq!(classified(&world, &prepared).await.summary.known, 3);
        let file = staged(&world, &prepared).await;
        posted(&world, file).await;
        assert_eq!(balances(&world).await[1], ["KH02", "-10.00", "0.00", "10.00"]);
        check(&world).await;
    });
}

#[test]
fn every_statement_is_understood_by_both_databases() {
    db::testing::both(|db| async move {
        let read = db.system_read(|tx| {
            let whole = imports::STATEMENTS.iter().flat_map(|module| module.iter());
            for sql in whole.filter(|sql| !sql.text().ends_with("VALUES")) {
                assert!(sql.text().contains("company_id = $1") || sql.text().contains("(company_id"));
                tx.prepare(sql.text())
                    .map_err(|error| error.context(sql.name()))?;
            }
            for sql in imports::list_statements() {
                tx.prepare(&sql)?;
            }
            Ok(())
        });
        read.await.unwrap_or_else(|error| panic!("{error}"));
    });
}
