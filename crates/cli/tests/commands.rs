//! The program as somebody without a browser runs it, on SQLite and PostgreSQL: set-up, import,
//! statements, reports, check; what it refuses, and what a killed import leaves.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use db::testing::Place;
use db::{Options, Target};

struct Shop {
    place: Vec<String>,
    target: Target,
    folder: tempfile::TempDir,
}

impl Shop {
    /// A company SHOP in pounds, in data of its own.
    fn new(place: &Place) -> Shop {
        let folder = tempfile::tempdir().unwrap();
        let (place, target) = match place.target() {
            Target::Postgres { url } => (
                vec!["--database".to_owned(), url.clone()],
                Target::Postgres { url: url.clone() },
            ),
            Target::Sqlite { .. } => {
                let dir = folder.path().join("data");
                (
                    vec!["--data".to_owned(), dir.display().to_string()],
                    Target::Sqlite { dir },
                )
            }
        };
        let shop = Shop {
            place,
            target,
            folder,
        };
        std::fs::write(shop.file("password"), "a long enough password\n").unwrap();
        let password = shop.file("password").display().to_string();
        let answer = shop.run(&[
            "init",
            "--company",
            "SHOP",
            "--name",
            "Corner Shop",
            "--currency",
            "GBP",
            "--timezone",
            "Europe/London",
            "--language",
            "en",
            "--owner",
            "Olive Owner",
            "--password-file",
            &password,
        ]);
        assert!(answer.status.success(), "{}", told(&answer));
        shop
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) -> String {
        std::fs::write(self.file(name), text).unwrap();
        self.file(name).display().to_string()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_settlebook"));
        command.args(arguments).args(&self.place).stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Standard output of a command that must work.
    fn done(&self, arguments: &[&str]) -> String {
        let answer = self.run(arguments);
        assert!(answer.status.success(), "{arguments:?}: {}", told(&answer));
        String::from_utf8(answer.stdout).unwrap()
    }

    fn import(&self, file: &str, more: &[&str]) -> String {
        let arguments = [&["import", "deliveries", file, "--company", "SHOP"], more].concat();
        self.done(&arguments)
    }
}

fn told(answer: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&answer.stdout),
        String::from_utf8_lossy(&answer.stderr)
    )
}

fn both(story: impl Fn(&Place)) {
    for (name, place) in db::testing::places() {
        eprintln!("on {name}");
        story(&place);
    }
}

const SALES: &str = "InvoiceNo,InvoiceDate,CustomerID,StockCode,Description,Quantity,UnitPrice\n\
    1,2026-01-10,A,P1,Cup,3,0.335\n1,2026-01-10,A,P2,Bowl,2,5\nC1,2026-01-20,A,P1,Cup,-1,0.335\n\
    2,2026-02-27,B,P1,Cup,1,0.335\n3,2026-02-10,,P1,Cup,4,1\n4,2026-02-30,B,P1,Cup,4,1\n";

#[test]
fn from_a_file_to_statements_and_a_clean_check() {
    both(|place| {
        let shop = Shop::new(place);
        let file = shop.write("sales.csv", SALES);
        let summary = shop.import(&file, &["--dry-run", "--default-customer", "Cash sales"]);
        assert!(summary.contains("5 documents in 6 rows"), "{summary}");
        assert!(summary.contains("rejected: 1 documents, 1 rows"), "{summary}");
        assert!(!summary.contains("posted"), "{summary}");
        assert_eq!(
            shop.done(&["report", "balances", "--company", "SHOP", "--csv"])
                .lines()
                .count(),
            1
        );

        let more = [
            "--default-customer",
            "Cash sales",
            "--cycle",
            "monthly:-1",
            "--terms",
            "cutoff+15",
        ];
        assert!(shop.import(&file, &more).contains("posted 4 documents"));
        let rejected = std::fs::read_to_string(shop.file("sales.csv.rejected.csv")).unwrap();
        assert!(
            rejected.contains("4,2026-02-30,B,P1,Cup,4,1,InvoiceDate: 2026-02-30 is no date."),
            "{rejected}"
        );
        assert!(shop.import(&file, &more).contains("imported before: 4 documents"));

        let run = shop.done(&["statements", "run", "--company", "SHOP", "--until", "2026-01-31"]);
        assert!(run.contains("in the open period: 2 documents, 4.34 GBP"), "{run}");
        let listed = shop.done(&["statements", "list", "--company", "SHOP", "--csv"]);
        let header = "number,customer,currency,from,to,opening,closing,lines,issued_at,hash";
        assert_eq!(listed.lines().next(), Some(header));
        assert!(
            listed.contains("ST-000001,A,GBP,2026-01-10,2026-01-31,0.00,10.67,2,"),
            "{listed}"
        );
        assert_eq!(listed.lines().count(), 2);

        let balances = shop.done(&[
            "report",
            "balances",
            "--company",
            "SHOP",
            "--as-of",
            "2026-02-28",
            "--csv",
        ]);
        let expected = "customer,name,currency,balance,open_debits,open_credits\n\
            A,A,GBP,10.67,11.01,0.34\nB,B,GBP,0.34,0.34,0.00\nCash-sales,Cash sales,GBP,4.00,4.00,0.00\n";
        assert_eq!(balances, expected);

        let receipts =
            "date,customer code,amount,method,reference\n2026-02-03,A,10,bank,R1\n2026-02-03,B,1,cash,\n";
        let receipts = shop.write("receipts.csv", receipts);
        let arguments = [
            "import",
            "receipts",
            &receipts,
            "--company",
            "SHOP",
            "--allocate",
            "oldest",
        ];
        assert!(shop.done(&arguments).contains("posted 2 documents"));
        assert!(shop.done(&arguments).contains("nothing to do"));
        let balances = shop.done(&[
            "report",
            "balances",
            "--company",
            "SHOP",
            "--as-of",
            "2026-02-28",
            "--csv",
        ]);
        assert!(balances.contains("A,A,GBP,0.67,"), "{balances}");
        let check = shop.done(&["check"]);
        assert!(
            check.lines().count() > 30 && check.lines().all(|line| line.ends_with("  0")),
            "{check}"
        );
    });
}

#[test]
fn wrong_usage_is_2_and_a_refusal_is_1() {
    let place = Place::sqlite();
    let shop = Shop::new(&place);
    assert_eq!(shop.run(&["import", "deliveries"]).status.code(), Some(2));
    assert_eq!(
        shop.run(&["statements", "run", "--company", "SHOP", "--until", "someday"])
            .status
            .code(),
        Some(2)
    );
    let file = shop.write("sales.csv", SALES);
    for (arguments, reason) in [
        (vec!["import", "deliveries", &file, "--company", "NONE"], "NONE"),
        (
            vec!["import", "deliveries", "/nowhere.csv", "--company", "SHOP"],
            "/nowhere.csv",
        ),
        (
            vec![
                "import",
                "deliveries",
                &file,
                "--company",
                "SHOP",
                "--cycle",
                "monthly:77",
            ],
            "77",
        ),
        (vec!["import", "receipts", &file, "--company", "SHOP"], "amount"),
    ] {
        let answer = shop.run(&arguments);
        assert_eq!(answer.status.code(), Some(1), "{arguments:?}: {}", told(&answer));
        let stderr = String::from_utf8_lossy(&answer.stderr).into_owned();
        assert!(stderr.contains(reason), "{arguments:?}: {stderr}");
    }
}

#[test]
fn a_second_writer_is_refused_and_readers_are_not() {
    let place = Place::sqlite();
    let shop = Shop::new(&place);
    let file = shop.write("sales.csv", SALES);
    let held = db::Db::open_blocking(&shop.target, Options::default()).unwrap();
    let refused = shop.run(&["import", "deliveries", &file, "--company", "SHOP"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        told(&refused).contains(&std::process::id().to_string()),
        "{}",
        told(&refused)
    );
    shop.done(&["check"]);
    shop.done(&["report", "balances", "--company", "SHOP"]);
    shop.done(&["statements", "list", "--company", "SHOP"]);
    shop.import(&file, &["--dry-run"]);
    held.close_blocking();
}

/// Documents that an import has posted so far.
fn posted(shop: &Shop) -> i64 {
    let read = || -> db::Result<i64> {
        let db = db::Db::open_read_only_blocking(&shop.target, Options::default())?;
        let company = db
            .system_read_blocking(|tx| access::company_named(tx, "SHOP"))?
            .id;
        let count = "SELECT COUNT(*) FROM sales_delivery WHERE company_id = $1";
        let count = db.read_blocking(company, move |tx| tx.one::<i64>(count, db::p![]));
        db.close_blocking();
        count
    };
    read().unwrap_or(0)
}

fn long_file(path: &Path, documents: usize) {
    let mut text = String::from("InvoiceNo,InvoiceDate,CustomerID,StockCode,Quantity,UnitPrice\n");
    for at in 0..documents {
        let (day, customer) = (at % 28 + 1, at % 40);
        for line in 0..4 {
            text.push_str(&format!(
                "N{at},2026-03-{day:02},C{customer},P{line},{},1.115\n",
                at % 9 + 1
            ));
        }
    }
    std::fs::write(path, text).unwrap();
}

#[test]
fn an_import_that_was_killed_goes_on() {
    both(|place| {
        let shop = Shop::new(place);
        long_file(&shop.file("long.csv"), 3_000);
        let file = shop.file("long.csv").display().to_string();
        let mut running = shop
            .command(&["import", "deliveries", &file, "--company", "SHOP"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Killed as soon as something is in the books; where the machine is faster, it has ended.
        while posted(&shop) == 0 && running.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        let _ = running.kill();
        running.wait().unwrap();
        let check = shop.done(&["check"]);
        assert!(check.lines().all(|line| line.ends_with("  0")), "{check}");
        let again = shop.import(&file, &[]);
        assert!(again.contains("3000 documents in 12000 rows"), "{again}");
        assert_eq!(posted(&shop), 3_000);
        let check = shop.done(&["check"]);
        assert!(check.lines().all(|line| line.ends_with("  0")), "{check}");
        assert!(shop.import(&file, &[]).contains("nothing to do"));
    });
}
