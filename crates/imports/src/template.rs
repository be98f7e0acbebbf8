//! Empty files to fill in: the headers of a kind in the reader's language, as CSV or XLSX.

use std::io::{Cursor, Write};

use i18n::Lang;
use zip::write::SimpleFileOptions;

use crate::columns::{Field, FileKind};

/// The headers of a kind; each is one that an import finds by itself.
fn headers(kind: FileKind, lang: Lang) -> Vec<String> {
    let of = |field: &Field| i18n::text(lang, &format!("imports.ui.field.{}", field.name())).to_owned();
    kind.fields().iter().map(of).collect()
}

/// A line of headers, with a mark so that spreadsheet programs read Chinese as it is.
pub fn csv_template(kind: FileKind, lang: Lang) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer("\u{FEFF}".as_bytes().to_vec());
    // Writing into memory does not fail.
    let _ = writer.write_record(headers(kind, lang));
    writer.into_inner().unwrap_or_default()
}

const CONTENT_TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"#;
const RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const WORKBOOK: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const WORKBOOK_RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;

/// The same as a workbook of one sheet.
pub fn xlsx_template(kind: FileKind, lang: Lang) -> db::Result<Vec<u8>> {
    let cells: String = headers(kind, lang)
        .iter()
        .map(|header| format!(r#"<c t="inlineStr"><is><t>{}</t></is></c>"#, escaped(header)))
        .collect();
    let sheet = format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row>{cells}</row></sheetData></worksheet>"#
    );
    let parts = [
        ("[Content_Types].xml", CONTENT_TYPES),
        ("_rels/.rels", RELATIONS),
        ("xl/workbook.xml", WORKBOOK),
        ("xl/_rels/workbook.xml.rels", WORKBOOK_RELATIONS),
        ("xl/worksheets/sheet1.xml", sheet.as_str()),
    ];
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        archive
            .start_file(name, SimpleFileOptions::default())
            .map_err(db::Error::fault)?;
        archive.write_all(text.as_bytes()).map_err(db::Error::fault)?;
    }
    Ok(archive.finish().map_err(db::Error::fault)?.into_inner())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::{Mapping, find};
    use crate::table::{Reading, read};

    #[test]
    fn every_template_is_read_without_a_mapping() {
        for lang in [Lang::En, Lang::ZhHans, Lang::ZhHant] {
            for kind in FileKind::ALL {
                for file in [csv_template(kind, lang), xlsx_template(kind, lang).unwrap()] {
                    let table = read(&file, &Reading::default()).unwrap();
                    let (columns, _) = find(kind, &table, &Mapping::default()).unwrap();
                    let found: Vec<Field> = columns.positions.iter().map(|(field, _)| *field).collect();
                    assert_eq!(found.len(), kind.fields().len(), "{kind:?} {lang:?}: {found:?}");
                    let in_place = columns
                        .positions
                        .iter()
                        .all(|(field, at)| kind.fields()[*at] == *field);
                    assert!(in_place, "{kind:?} {lang:?}: {:?}", columns.positions);
                }
            }
        }
    }
}
