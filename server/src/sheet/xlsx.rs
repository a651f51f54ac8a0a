//! Spreadsheets: the first sheet of a workbook.
//!
//! Every part is unpacked once, counted, before the reader of spreadsheets sees it: what a file says
//! of its own sizes may be a lie. Cells are taken one after the other, because a table from the first
//! to the last of them could have sixteen thousand million.

use std::io::{Cursor, Read as _};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Reader as _, Xlsx};
use rust_xlsxwriter::{Format as Look, Workbook};
use zip::ZipArchive;

use super::{MAX_COLUMNS, MAX_UNPACKED, Row, Sheet, SheetError, WriteError, cell, push};

/// Most parts of a workbook.
const MAX_PARTS: usize = 1_000;

pub(super) fn read(bytes: &[u8]) -> Result<Sheet, SheetError> {
    // The readers are not ours, and a file that breaks them is a broken file.
    let read = catch_unwind(AssertUnwindSafe(|| {
        check_size(bytes)?;
        first_sheet(bytes)
    }));
    read.unwrap_or(Err(SheetError::Broken))
}

fn check_size(bytes: &[u8]) -> Result<(), SheetError> {
    let mut parts = ZipArchive::new(Cursor::new(bytes)).map_err(|_| SheetError::Broken)?;
    if parts.len() > MAX_PARTS {
        return Err(SheetError::Bomb);
    }
    let mut left = MAX_UNPACKED;
    for index in 0..parts.len() {
        let part = parts.by_index(index).map_err(|_| SheetError::Broken)?;
        let mut counted = part.take(left + 1);
        let size = std::io::copy(&mut counted, &mut std::io::sink());
        let size = size.map_err(|_| SheetError::Broken)?;
        left = left.checked_sub(size).ok_or(SheetError::Bomb)?;
    }
    Ok(())
}

fn first_sheet(bytes: &[u8]) -> Result<Sheet, SheetError> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| SheetError::Broken)?;
    let name = book.sheet_names().into_iter().next().ok_or(SheetError::Empty)?;
    let mut reader = book.worksheet_cells_reader(&name).map_err(|_| SheetError::Broken)?;
    let mut rows: Vec<Row> = Vec::new();
    let (mut line, mut cells) = (0_u64, Vec::new());
    while let Some(found) = reader.next_cell().map_err(|_| SheetError::Broken)? {
        let (row, column) = found.get_position();
        let number = u64::from(row) + 1;
        if number != line {
            push(&mut rows, line, std::mem::take(&mut cells))?;
            // Rows that go back are two tables, or a trick.
            if number < line {
                return Err(SheetError::Broken);
            }
            line = number;
        }
        let column = column as usize;
        if column < MAX_COLUMNS {
            if cells.len() <= column {
                cells.resize(column + 1, String::new());
            }
            cells[column] = text(found.get_value(), line)?;
        }
    }
    push(&mut rows, line, cells)?;
    Ok(Sheet { rows })
}

fn text(value: &DataRef<'_>, line: u64) -> Result<String, SheetError> {
    match value {
        DataRef::SharedString(text) => cell(text, line),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            cell(text, line)
        }
        // A number typed as one: a staff number, say, without the point that it never had.
        DataRef::Int(number) => Ok(number.to_string()),
        DataRef::Float(number) => Ok(number.to_string()),
        DataRef::Bool(_) | DataRef::DateTime(_) | DataRef::Error(_) | DataRef::Empty => {
            Ok(String::new())
        }
    }
}

pub(super) fn write(rows: &[Vec<String>]) -> Result<Vec<u8>, WriteError> {
    let failed = |error: rust_xlsxwriter::XlsxError| WriteError(error.to_string());
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let headings = Look::new().set_bold();
    // Cells of the type text are never computed; the apostrophe is for whoever saves them as CSV.
    for (number, row) in (0_u32..).zip(rows) {
        for (column, text) in (0_u16..).zip(row) {
            let text = super::harmless(text);
            if number == 0 {
                sheet.write_string_with_format(number, column, text, &headings).map_err(failed)?;
            } else {
                sheet.write_string(number, column, text).map_err(failed)?;
            }
        }
    }
    sheet.set_freeze_panes(1, 0).map_err(failed)?;
    book.save_to_buffer().map_err(failed)
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::Write as _;

    use zip::write::SimpleFileOptions;

    use super::*;

    fn workbook(sheet: &[u8]) -> Vec<u8> {
        let whole = write(&[vec!["a".to_owned()]]).unwrap();
        let mut parts = ZipArchive::new(Cursor::new(whole)).unwrap();
        let mut made = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for index in 0..parts.len() {
            let mut part = parts.by_index(index).unwrap();
            let name = part.name().unwrap().into_owned();
            made.start_file(&name, SimpleFileOptions::default()).unwrap();
            if name.ends_with("sheet1.xml") {
                made.write_all(sheet).unwrap();
            } else {
                std::io::copy(&mut part, &mut made).unwrap();
            }
        }
        made.finish().unwrap().into_inner()
    }

    pub fn bomb() -> Vec<u8> {
        let blanks = vec![b' '; usize::try_from(MAX_UNPACKED).unwrap() + 1];
        workbook(&blanks)
    }

    pub fn far_cell() -> Vec<u8> {
        workbook(
            br#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>"#,
        )
    }
}
