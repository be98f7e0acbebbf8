use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_settlebook");

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(PROGRAM);
    command
        .current_dir(folder)
        .args(arguments)
        .output()
        .expect("the program starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn folder_with_password(password: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("password"), format!("{password}\n")).unwrap();
    folder
}

fn init(folder: &Path, company: &str, owner: &str) -> Output {
    let arguments = [
        "init",
        "--company",
        company,
        "--name",
        "A Shop",
        "--currency",
        "GBP",
        "--timezone",
        "Europe/London",
        "--language",
        "en",
        "--owner",
        owner,
        "--password-file",
        "password",
    ];
    run(folder, &arguments)
}

#[test]
fn companies_are_made_and_errors_have_their_codes() {
    let folder = folder_with_password("long enough");
    let first = init(folder.path(), "ONE", "Ann Smith");
    assert!(first.status.success(), "{}", text(&first.stderr));
    assert!(text(&first.stdout).contains("ann.smith"));
    let second = init(folder.path(), "TWO", "Ann Smith");
    assert!(second.status.success(), "{}", text(&second.stderr));

    let taken = init(folder.path(), "TWO", "Bob");
    assert_eq!(taken.status.code(), Some(1));
    assert!(
        text(&taken.stderr).contains("The company code TWO is taken"),
        "{}",
        text(&taken.stderr)
    );
    assert!(taken.stdout.is_empty());
    std::fs::write(folder.path().join("password"), "another password").unwrap();
    let wrong = init(folder.path(), "THREE", "Ann Smith");
    assert!(
        text(&wrong.stderr).contains("Login or password is wrong"),
        "{}",
        text(&wrong.stderr)
    );
    let no_currency = ["init", "--company", "X"];
    assert_eq!(run(folder.path(), &no_currency).status.code(), Some(2));
    assert_eq!(run(folder.path(), &["fly"]).status.code(), Some(2));
    assert!(
        !run(folder.path(), &["check", "--data", "nowhere"])
            .status
            .success()
    );
}

#[test]
fn the_description_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    let printed = run(folder.path(), &["openapi"]);
    assert!(printed.status.success());
    assert_eq!(text(&printed.stdout), server::openapi_text());
    assert!(!folder.path().join("data").exists());
}

/// Ends with the test.
struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_first_line_is_the_address_and_a_second_writer_is_refused() {
    let folder = folder_with_password("long enough");
    let mut command = Command::new(PROGRAM);
    command
        .current_dir(folder.path())
        .args(["serve", "--listen", "127.0.0.1:0"]);
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut serving = Serving(child);
    let mut address = String::new();
    BufReader::new(serving.0.stdout.take().unwrap())
        .read_line(&mut address)
        .unwrap();
    assert!(address.starts_with("http://127.0.0.1:"), "{address}");

    let second = init(folder.path(), "ONE", "Ann");
    let said = text(&second.stderr);
    assert_eq!(second.status.code(), Some(1));
    assert!(
        said.contains(address.trim()) && said.contains(&serving.0.id().to_string()),
        "{said}"
    );
    let checked = run(folder.path(), &["check"]);
    assert!(checked.status.success(), "{}", text(&checked.stderr));
}
