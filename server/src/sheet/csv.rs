//! Comma-separated values, with commas or semicolons: Excel writes semicolons where the comma is the
//! decimal point, as in Việt Nam.

use csv::{ReaderBuilder, StringRecord, WriterBuilder};

use super::{MAX_COLUMNS, Row, Sheet, SheetError, WriteError, cell, harmless, push};

const MARK: &str = "\u{feff}";

pub(super) fn read(bytes: &[u8]) -> Result<Sheet, SheetError> {
    let text = std::str::from_utf8(bytes).map_err(|_| SheetError::NotUtf8)?;
    let text = text.strip_prefix(MARK).unwrap_or(text);
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let mut rows: Vec<Row> = Vec::new();
    let mut record = StringRecord::new();
    // The text is UTF-8 and rows may differ in length: nothing is left that could be an error.
    while reader.read_record(&mut record).map_err(|_| SheetError::NotUtf8)? {
        let line = record.position().map_or(0, |at| line_of(text, at));
        let cells = record.iter().take(MAX_COLUMNS).map(|text| cell(text, line));
        push(&mut rows, line, cells.collect::<Result<_, _>>()?)?;
    }
    Ok(Sheet { rows })
}

/// The line that a record begins in: the reader's place is before the blank lines that it skips.
fn line_of(text: &str, at: &csv::Position) -> u64 {
    let from = usize::try_from(at.byte()).unwrap_or(usize::MAX);
    let rest = text.as_bytes().get(from..).unwrap_or_default();
    let skipped = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    at.line() + skipped.map(|byte| u64::from(*byte == b'\n')).sum::<u64>()
}

/// What parts the headings; within quotation marks it parts nothing.
fn delimiter(text: &str) -> u8 {
    let (mut commas, mut semicolons, mut quoted) = (0, 0, false);
    for c in text.trim_start().chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => commas += 1,
            ';' if !quoted => semicolons += 1,
            '\n' | '\r' if !quoted => break,
            _ => {}
        }
    }
    if semicolons > commas { b';' } else { b',' }
}

pub(super) fn write(rows: &[Vec<String>]) -> Result<Vec<u8>, WriteError> {
    let failed = |error: &dyn std::fmt::Display| WriteError(error.to_string());
    // Without the mark, Excel takes the file for Windows-1252.
    let start = MARK.as_bytes().to_vec();
    let mut writer = WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(start);
    for row in rows {
        let cells = row.iter().map(|text| harmless(text));
        writer.write_record(cells).map_err(|error| failed(&error))?;
    }
    writer.into_inner().map_err(|error| failed(&error))
}
