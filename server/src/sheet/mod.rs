//! Tables that people fill in: CSV and XLSX, read within limits and written so that they can be read
//! again.
//!
//! What is read is foreign: a file has at most [`MAX_BYTES`], [`MAX_ROWS`] and [`MAX_UNPACKED`], and
//! nothing of it is trusted to be what it says of itself.

mod csv;
mod xlsx;

/// Largest file, in bytes.
pub const MAX_BYTES: usize = 8 * 1024 * 1024;
/// Most rows, the first one included.
pub const MAX_ROWS: usize = 20_001;
/// Columns that are looked at; what stands further right is no table for us.
pub const MAX_COLUMNS: usize = 32;
/// Most characters of a cell.
pub const MAX_CELL: usize = 1_000;
/// Most bytes that all parts of an XLSX file unpack to.
pub const MAX_UNPACKED: u64 = 64 * 1024 * 1024;

/// What kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values (RFC 4180), UTF-8 with a byte order mark, as Excel wants it.
    Csv,
    /// Office Open XML (ISO/IEC 29500).
    Xlsx,
}

impl Format {
    /// The one that the ending of a file's name means.
    #[must_use]
    pub fn of_ending(ending: &str) -> Option<Self> {
        match ending {
            "csv" => Some(Self::Csv),
            "xlsx" => Some(Self::Xlsx),
            _ => None,
        }
    }

    /// Its media type.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// A table as it was read: the rows that have anything in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// In the order of the file.
    pub rows: Vec<Row>,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number in the file, from 1, as spreadsheets and editors show it.
    pub line: u64,
    /// Its cells from the left, without blanks around them.
    pub cells: Vec<String>,
}

/// A file is no table that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// More than [`MAX_BYTES`].
    #[error("the file has more than {} bytes", MAX_BYTES)]
    TooLarge,
    /// More than [`MAX_ROWS`].
    #[error("the file has more than {} rows", MAX_ROWS)]
    TooManyRows,
    /// A cell has more than [`MAX_CELL`] characters.
    #[error("a cell in line {line} has more than {} characters", MAX_CELL)]
    LongCell {
        /// In which line.
        line: u64,
    },
    /// A CSV file in another encoding.
    #[error("the file is not in UTF-8")]
    NotUtf8,
    /// No XLSX file, or a damaged one.
    #[error("the XLSX file is damaged")]
    Broken,
    /// It unpacks to more than [`MAX_UNPACKED`].
    #[error("the XLSX file unpacks to more than {} bytes", MAX_UNPACKED)]
    Bomb,
    /// Nothing in it.
    #[error("the file has no rows")]
    Empty,
}

/// Reads a CSV or XLSX file; which of them, its first bytes say.
pub fn read(bytes: &[u8]) -> Result<Sheet, SheetError> {
    if bytes.len() > MAX_BYTES {
        return Err(SheetError::TooLarge);
    }
    let sheet = if bytes.starts_with(b"PK") { xlsx::read(bytes)? } else { csv::read(bytes)? };
    if sheet.rows.is_empty() { Err(SheetError::Empty) } else { Ok(sheet) }
}

/// Writes rows of equal length, the first one the headings.
pub fn write(format: Format, rows: &[Vec<String>]) -> Result<Vec<u8>, WriteError> {
    match format {
        Format::Csv => csv::write(rows),
        Format::Xlsx => xlsx::write(rows),
    }
}

/// A table cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("the table cannot be written: {0}")]
pub struct WriteError(String);

/// What spreadsheets take for a formula begins with one of these (OWASP, CSV injection).
fn is_formula(text: &str) -> bool {
    let beyond = text.trim_start_matches('\'');
    beyond.starts_with(['=', '+', '-', '@', '\t', '\r', '\n'])
}

/// A text that no spreadsheet computes: an apostrophe before what looks like a formula.
fn harmless(text: &str) -> String {
    if is_formula(text) { format!("'{text}") } else { text.to_owned() }
}

/// The text that [`harmless`] was given.
fn plain(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(text)
}

/// Adds a row, unless it is blank or one too many.
fn push(rows: &mut Vec<Row>, line: u64, mut cells: Vec<String>) -> Result<(), SheetError> {
    while cells.last().is_some_and(String::is_empty) {
        cells.pop();
    }
    if cells.is_empty() {
        return Ok(());
    }
    if rows.len() == MAX_ROWS {
        return Err(SheetError::TooManyRows);
    }
    rows.push(Row { line, cells });
    Ok(())
}

/// A cell's text, trimmed and of bearable length.
fn cell(text: &str, line: u64) -> Result<String, SheetError> {
    let text = plain(text.trim());
    // No character has more than four bytes.
    if text.len() > MAX_CELL && (text.len() > 4 * MAX_CELL || text.chars().count() > MAX_CELL) {
        return Err(SheetError::LongCell { line });
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(sheet: &Sheet) -> Vec<Vec<String>> {
        sheet.rows.iter().map(|row| row.cells.clone()).collect()
    }

    #[test]
    fn a_csv_file_is_read_with_commas_or_semicolons_and_with_or_without_its_mark() {
        for text in [
            "Tên,Cấp\nSở A,\n\n\"Phòng \"\"B\"\"\",Xã\n",
            "\u{feff}Tên;Cấp\r\nSở A\r\n;\r\n\"Phòng \"\"B\"\"\";Xã",
        ] {
            let sheet = read(text.as_bytes()).unwrap();
            // The second has a row of blank cells where the first has a blank line.
            assert_eq!(
                texts(&sheet),
                [vec!["Tên", "Cấp"], vec!["Sở A"], vec!["Phòng \"B\"", "Xã"]]
            );
            assert_eq!(sheet.rows[2].line, 4);
        }
    }

    #[test]
    fn what_looks_like_a_formula_is_made_harmless_and_read_as_it_was() {
        let odd = ["=1+2", "+84 91", "-x", "@a", "'=1", "''@", "'quoted", "a=b"];
        let rows = vec![odd.map(str::to_owned).to_vec()];
        for format in [Format::Csv, Format::Xlsx] {
            let bytes = write(format, &rows).unwrap();
            assert_eq!(texts(&read(&bytes).unwrap()), rows, "{format:?}");
        }
        let csv = String::from_utf8(write(Format::Csv, &rows).unwrap()).unwrap();
        let mut cells = csv.trim_start_matches('\u{feff}').trim().split(',');
        assert!(cells.all(|cell| !cell.starts_with(['=', '+', '-', '@'])), "{csv}");
    }

    #[test]
    fn files_that_are_too_much_are_refused() {
        assert_eq!(read(&vec![b'a'; MAX_BYTES + 1]), Err(SheetError::TooLarge));
        assert_eq!(read("a\n".repeat(MAX_ROWS + 1).as_bytes()), Err(SheetError::TooManyRows));
        let long = format!("a\n{}\n", "ă".repeat(MAX_CELL + 1));
        assert_eq!(read(long.as_bytes()), Err(SheetError::LongCell { line: 2 }));
        assert_eq!(read(b""), Err(SheetError::Empty));
        assert_eq!(read(b"\n;;\n"), Err(SheetError::Empty));
        assert_eq!(read(&[0xff, 0xfe, b'a', 0]), Err(SheetError::NotUtf8));
        assert_eq!(read(b"T\xean"), Err(SheetError::NotUtf8));
    }

    #[test]
    fn a_damaged_xlsx_file_is_refused() {
        let whole = write(Format::Xlsx, &[vec!["Tên".to_owned()]]).unwrap();
        assert_eq!(read(b"PK\x03\x04"), Err(SheetError::Broken));
        for length in (4..whole.len()).step_by(97) {
            assert!(read(&whole[..length]).is_err(), "{length}");
        }
        // Flipped bytes may leave a sound file; what counts is that nothing breaks.
        for at in (0..whole.len()).step_by(13) {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x55;
            let _ = read(&bytes);
        }
    }

    #[test]
    fn an_xlsx_file_that_unpacks_to_too_much_is_refused() {
        assert_eq!(read(&xlsx::tests::bomb()), Err(SheetError::Bomb));
    }

    #[test]
    fn a_cell_far_away_costs_nothing() {
        let sheet = read(&xlsx::tests::far_cell()).unwrap();
        assert_eq!(texts(&sheet), [["a"]]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn no_bytes_break_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = read(&bytes);
            let _ = read(&[b"PK\x03\x04", &bytes[..]].concat());
        }

        #[test]
        fn a_table_that_is_written_is_read_again(
            rows in proptest::collection::vec(proptest::collection::vec("[a-zĐđ=+'\",;@\n-]{1,9}", 3), 1..5)
        ) {
            let rows: Vec<Vec<String>> = rows.into_iter().map(|row| {
                row.into_iter().map(|cell| format!("{}x", cell.trim())).collect()
            }).collect();
            let rows = [vec![["a", "b", "c"].map(str::to_owned).to_vec()], rows].concat();
            for format in [Format::Csv, Format::Xlsx] {
                let bytes = write(format, &rows).unwrap();
                prop_assert_eq!(texts(&read(&bytes).unwrap()), rows.clone());
            }
        }
    }
}
