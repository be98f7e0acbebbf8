//! A file as rows of text cells, whatever it was: CSV in any promised encoding, or XLSX.

use std::io::{Cursor, Read};

use base::Refusal;
use calamine::{DataRef, Reader, Xlsx};

use crate::decode::{decode, guess_delimiter};

/// The largest file that is read; positions inside the table are 32 bits wide.
pub const LARGEST_FILE: usize = 1 << 30;
/// What an XLSX may unpack to in all, and how much of it one stored byte may become.
const LARGEST_UNPACKED: u64 = 1 << 30;
const STEEPEST_RATIO: u64 = 200;
const MOST_PARTS: usize = 2_000;
const MOST_COLUMNS: usize = 512;

/// Rows of cells, kept in one text: a file of a million rows stays a few blocks of memory.
#[derive(Debug, Default)]
pub struct Table {
    text: String,
    ends: Vec<u32>,
    rows: Vec<Place>,
    /// The delimiter of the source; a comma for XLSX.
    pub delimiter: u8,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    line: u32,
    first: u32,
    cells: u32,
}

/// One row: its line (or sheet row) number in the file, and its cells.
#[derive(Clone, Copy)]
pub struct Row<'t> {
    table: &'t Table,
    place: Place,
}

impl<'t> Row<'t> {
    pub fn line(&self) -> u32 {
        self.place.line
    }

    pub fn len(&self) -> usize {
        self.place.cells as usize
    }

    pub fn is_empty(&self) -> bool {
        self.cells().all(str::is_empty)
    }

    /// The cell without surrounding blanks; empty where the row is too short.
    pub fn cell(&self, column: usize) -> &'t str {
        if column >= self.len() {
            return "";
        }
        let at = self.place.first as usize + column;
        let start = if at == 0 {
            0
        } else {
            self.table.ends[at - 1] as usize
        };
        self.table.text[start..self.table.ends[at] as usize].trim()
    }

    pub fn cells(&self) -> impl Iterator<Item = &'t str> {
        let row = *self;
        (0..row.len()).map(move |column| row.cell(column))
    }
}

impl Table {
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub fn row(&self, index: usize) -> Row<'_> {
        Row {
            table: self,
            place: self.rows[index],
        }
    }

    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|place| Row {
            table: self,
            place: *place,
        })
    }

    pub(crate) fn push<'c>(
        &mut self,
        line: u32,
        cells: impl Iterator<Item = &'c str>,
    ) -> Result<(), Refusal> {
        let first = self.ends.len() as u32;
        for cell in cells.take(MOST_COLUMNS) {
            self.text.push_str(cell);
            let end = u32::try_from(self.text.len()).map_err(|_| Refusal::invalid("imports.too_large"))?;
            self.ends.push(end);
        }
        self.rows.push(Place {
            line,
            first,
            cells: self.ends.len() as u32 - first,
        });
        Ok(())
    }
}

/// How to read a text file where the guess would be wrong.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    pub encoding: Option<String>,
    pub delimiter: Option<u8>,
}

/// Reads a whole file; what it is, its content says, not its name.
pub fn read(bytes: &[u8], reading: &Reading) -> Result<Table, Refusal> {
    if bytes.len() > LARGEST_FILE {
        return Err(Refusal::invalid("imports.too_large").on("file"));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return read_xlsx(bytes);
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        return Err(Refusal::invalid("imports.old_excel").on("file"));
    }
    let text = decode(bytes, reading.encoding.as_deref())?;
    if text.contains('\0') {
        return Err(Refusal::invalid("imports.encoding").on("file"));
    }
    read_csv(&text, reading.delimiter.unwrap_or_else(|| guess_delimiter(&text)))
}

fn read_csv(text: &str, delimiter: u8) -> Result<Table, Refusal> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut table = Table {
        delimiter,
        ..Table::default()
    };
    let mut record = csv::StringRecord::new();
    let mut newlines = Newlines::new(text);
    while reader.read_record(&mut record).map_err(|_| unreadable())? {
        let start = record.position().map_or(0, |at| at.byte() as usize);
        table.push(newlines.line_at(start), record.iter())?;
    }
    Ok(table)
}

/// Line numbers by position. The reader's own count takes a quoted line end for one line or none,
/// depending on its sign; a person counts what the editor shows.
struct Newlines<'t> {
    bytes: &'t [u8],
    at: usize,
    line: u32,
}

impl<'t> Newlines<'t> {
    fn new(text: &'t str) -> Self {
        Newlines {
            bytes: text.as_bytes(),
            at: 0,
            line: 1,
        }
    }

    fn line_at(&mut self, position: usize) -> u32 {
        // The record may begin after the line end that closed the one before, or before blank lines.
        let position = position.min(self.bytes.len());
        let passed = self.bytes[self.at.min(position)..position]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count();
        self.line += passed as u32;
        self.at = position;
        let blank = self.bytes[position..]
            .iter()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'));
        self.line + blank.filter(|byte| **byte == b'\n').count() as u32
    }
}

fn unreadable() -> Refusal {
    Refusal::invalid("imports.unreadable").on("file")
}

/// The first sheet that holds anything.
fn read_xlsx(bytes: &[u8]) -> Result<Table, Refusal> {
    weigh(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| unreadable())?;
    for sheet in book.sheet_names() {
        let mut table = Table {
            delimiter: b',',
            ..Table::default()
        };
        // Cells one by one: a sheet that claims a far corner must not be laid out in memory.
        let mut reader = book.worksheet_cells_reader(&sheet).map_err(|_| unreadable())?;
        let mut current: Option<u32> = None;
        let mut cells: Vec<String> = Vec::new();
        while let Some(cell) = reader.next_cell().map_err(|_| unreadable())? {
            let (row, column) = cell.get_position();
            if current != Some(row) {
                if let Some(done) = current.filter(|_| !cells.is_empty()) {
                    table.push(done + 1, cells.iter().map(String::as_str))?;
                }
                cells.clear();
                current = Some(row);
            }
            let column = column as usize;
            if column >= MOST_COLUMNS {
                continue;
            }
            if cells.len() <= column {
                cells.resize(column + 1, String::new());
            }
            cells[column] = cell_text(cell.get_value());
        }
        if let Some(done) = current.filter(|_| !cells.is_empty()) {
            table.push(done + 1, cells.iter().map(String::as_str))?;
        }
        if table.rows().any(|row| !row.is_empty()) {
            return Ok(table);
        }
    }
    Err(Refusal::invalid("imports.empty").on("file"))
}

/// Unpacks every part once, counting, so that a small file cannot become a large one later.
/// Sizes in the archive's own headers are not believed.
fn weigh(bytes: &[u8]) -> Result<(), Refusal> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| unreadable())?;
    if archive.len() > MOST_PARTS {
        return Err(Refusal::invalid("imports.too_large").on("file"));
    }
    let allowed = LARGEST_UNPACKED.min((bytes.len() as u64).saturating_mul(STEEPEST_RATIO).max(1 << 20));
    let mut left = allowed;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|_| unreadable())?;
        let size = std::io::copy(&mut part.take(left + 1), &mut std::io::sink()).map_err(|_| unreadable())?;
        left = left
            .checked_sub(size)
            .ok_or_else(|| Refusal::invalid("imports.too_large").on("file"))?;
    }
    Ok(())
}

fn cell_text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => sheet_number(&format!("{number:.14e}")),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(flag) => flag.to_string(),
        DataRef::DateTime(moment) if moment.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
            if (hour, minute, second) == (0, 0, 0) {
                format!("{year:04}-{month:02}-{day:02}")
            } else {
                format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
            }
        }
        DataRef::DateTime(moment) => sheet_number(&format!("{:.14e}", moment.as_f64())),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => format!("#{error:?}"),
        DataRef::Empty => String::new(),
    }
}

/// A sheet stores 0.1 + 0.2 as 0.30000000000000004 and shows 15 digits; those 15 are what was meant.
/// `written` is the number in scientific notation with them.
fn sheet_number(written: &str) -> String {
    let Some((mantissa, exponent)) = written.split_once('e') else {
        return written.to_owned();
    };
    let Ok(exponent) = exponent.parse::<i32>() else {
        return written.to_owned();
    };
    let (sign, mantissa) = mantissa
        .strip_prefix('-')
        .map_or(("", mantissa), |rest| ("-", rest));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_end_matches('0');
    if digits.is_empty() {
        return "0".to_owned();
    }
    if !(-30..=30).contains(&exponent) {
        return written.to_owned();
    }
    let point = exponent + 1;
    if point <= 0 {
        return format!("{sign}0.{}{digits}", "0".repeat(point.unsigned_abs() as usize));
    }
    let point = point as usize;
    if digits.len() <= point {
        return format!("{sign}{digits}{}", "0".repeat(point - digits.len()));
    }
    format!("{sign}{}.{}", &digits[..point], &digits[point..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<(u32, Vec<String>)> {
        let table = read(text.as_bytes(), &Reading::default()).unwrap();
        table
            .rows()
            .map(|row| (row.line(), row.cells().map(str::to_owned).collect()))
            .collect()
    }

    #[test]
    fn rows_know_their_line() {
        let rows = lines("a,b\n1,\"two\nlines\"\n\n3, 4 \r\n5,6");
        assert_eq!(rows.iter().map(|row| row.0).collect::<Vec<_>>(), [1, 2, 5, 6]);
        assert_eq!(rows[1].1, ["1", "two\nlines"]);
        assert_eq!(rows[2].1, ["3", "4"]);
    }

    #[test]
    fn short_rows_have_empty_cells() {
        let table = read(b"a,b,c\n1\n", &Reading::default()).unwrap();
        assert_eq!(table.row(1).cell(2), "");
    }

    #[test]
    fn sheet_numbers_are_what_the_sheet_shows() {
        for (number, text) in [
            (0.1 + 0.2, "0.3"),
            (2.55, "2.55"),
            (-7.0, "-7"),
            (0.0, "0"),
            (123_456_789.123, "123456789.123"),
            (0.001, "0.001"),
            (1e10, "10000000000"),
            (1.005, "1.005"),
        ] {
            assert_eq!(sheet_number(&format!("{number:.14e}")), text);
        }
    }

    #[test]
    fn other_things_are_refused_by_name() {
        let refused = |bytes: &[u8]| read(bytes, &Reading::default()).unwrap_err().code;
        assert_eq!(refused(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), "imports.old_excel");
        assert_eq!(refused(b"PK\x03\x04nonsense"), "imports.unreadable");
        assert_eq!(refused(b"a,b\n\0,1\n"), "imports.encoding");
    }
}
