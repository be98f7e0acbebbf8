//! The books of one company as a command sees them: opened, with the owner as the one who acts.

use std::path::Path;
use std::sync::Arc;

use access::{Company, Role};
use anyhow::Context;
use base::{CompanyId, Instant, Refusal};
use db::{Db, Options};
use kit::Meta;

use crate::place::Place;

pub struct Books {
    pub db: Db,
    pub meta: Meta,
}

/// Whether a command may change the books. Reading works beside a server, writing does not.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Door {
    ReadOnly,
    ReadWrite,
}

pub fn open_db(place: &Place, door: Door) -> db::Result<Db> {
    match door {
        Door::ReadOnly => Db::open_read_only_blocking(&place.target(), Options::default()),
        Door::ReadWrite => Db::open_blocking(&place.target(), Options::default()),
    }
}

impl Books {
    /// Opens a company by its code.
    pub fn open(place: &Place, code: &str, door: Door) -> anyhow::Result<Books> {
        let db = open_db(place, door)?;
        let wanted = code.to_owned();
        let company = db.system_read_blocking(move |tx| access::company_named(tx, &wanted))?;
        let meta = meta(&db, company)?;
        Ok(Books { db, meta })
    }

    pub fn company(&self) -> CompanyId {
        self.meta.company.id
    }
}

/// What is done from the command line is done in the name of the company's owner.
pub fn meta(db: &Db, company: Company) -> db::Result<Meta> {
    let id = company.id;
    let members = db.system_read_blocking(move |tx| access::members(tx, id))?;
    let owner = members
        .iter()
        .find(|member| member.role == Role::Owner && member.active);
    let owner = owner
        .or(members.first())
        .ok_or_else(|| Refusal::not_found("access.user_not_found"))?;
    let lang = company.language;
    Ok(Meta::new(Arc::new(company), owner.id, Instant::now(), lang))
}

pub fn read_file(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Writes CSV to standard output: a header and plain rows, for programs. Cells are not disarmed for
/// spreadsheet programs; what a browser downloads is.
pub fn print_csv<R: AsRef<[String]>>(header: &[&str], rows: impl Iterator<Item = R>) -> anyhow::Result<()> {
    let mut writer = csv::Writer::from_writer(std::io::stdout().lock());
    let write = || -> csv::Result<()> {
        writer.write_record(header)?;
        for row in rows {
            writer.write_record(row.as_ref())?;
        }
        Ok(writer.flush()?)
    };
    match write() {
        // Whoever reads has seen enough (`| head`).
        Err(error) if is_closed_pipe(&error) => Ok(()),
        written => Ok(written?),
    }
}

fn is_closed_pipe(error: &csv::Error) -> bool {
    matches!(error.kind(), csv::ErrorKind::Io(cause) if cause.kind() == std::io::ErrorKind::BrokenPipe)
}

/// The same for people: columns under each other, numbers to the right.
pub fn print_table<R: AsRef<[String]>>(header: &[&str], right: &[bool], rows: impl Iterator<Item = R>) {
    let mut all = vec![header.iter().map(|&title| title.to_owned()).collect::<Vec<_>>()];
    all.extend(rows.map(|row| row.as_ref().to_vec()));
    let mut widths = vec![0; header.len()];
    for row in &all {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(columns(cell));
        }
    }
    for row in &all {
        let mut line = String::new();
        for ((cell, width), right) in row.iter().zip(&widths).zip(right) {
            let blanks = " ".repeat(width - columns(cell));
            if *right {
                line.push_str(&blanks);
            }
            line.push_str(cell);
            if !*right {
                line.push_str(&blanks);
            }
            line.push_str("  ");
        }
        println!("{}", line.trim_end());
    }
}

/// Columns of a terminal: Chinese characters take two.
fn columns(text: &str) -> usize {
    text.chars()
        .map(|sign| {
            if matches!(sign, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{ffdc}' | '\u{20000}'..='\u{3ffff}') {
                2
            } else {
                1
            }
        })
        .sum()
}
