//! The columns of a table, by their headings in either language.

use super::{Fault, Kind, Problem};
use crate::fold;
use crate::sheet::Sheet;
use crate::text::{Language, text};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// Our own identifier of a unit or a person, which an export writes.
    Id,
    /// A unit's code (QCVN 102).
    OrganId,
    /// A unit's name.
    UnitName,
    /// A unit's level.
    Level,
    /// The unit above.
    Parent,
    /// A person's full name.
    FullName,
    /// The position's title.
    Position,
    /// The unit of the position.
    Unit,
    /// What the position lets its holder do.
    Authority,
    /// The number that a person has for good.
    StaffNumber,
    /// The e-mail address.
    Email,
    /// The telephone number.
    Phone,
}

impl Column {
    /// The key of its heading.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Id => "import-column-id",
            Self::OrganId => "import-column-organ-id",
            Self::UnitName => "import-column-unit-name",
            Self::Level => "import-column-level",
            Self::Parent => "import-column-parent",
            Self::FullName => "import-column-full-name",
            Self::Position => "import-column-position",
            Self::Unit => "import-column-unit",
            Self::Authority => "import-column-authority",
            Self::StaffNumber => "import-column-staff-number",
            Self::Email => "import-column-email",
            Self::Phone => "import-column-phone",
        }
    }

    /// Whether a table must have it.
    #[must_use]
    pub fn is_needed(self) -> bool {
        matches!(self, Self::UnitName | Self::FullName | Self::Position | Self::Unit)
    }
}

/// The columns of a table in the order of an export.
#[must_use]
pub fn columns(kind: Kind) -> &'static [Column] {
    match kind {
        Kind::Units => {
            &[Column::OrganId, Column::UnitName, Column::Level, Column::Parent, Column::Id]
        }
        Kind::People => &[
            Column::StaffNumber,
            Column::FullName,
            Column::Position,
            Column::Authority,
            Column::Unit,
            Column::Email,
            Column::Phone,
            Column::Id,
        ],
    }
}

/// The headings of a table.
pub(crate) fn headings(kind: Kind, language: Language) -> Vec<String> {
    columns(kind).iter().map(|column| text(language, column.key())).collect()
}

/// A table whose columns are known.
pub(super) struct Table<'s> {
    columns: Vec<Column>,
    pub(super) rows: Vec<Cells<'s>>,
}

/// One row of it.
#[derive(Clone, Copy)]
pub(super) struct Cells<'s> {
    pub(super) line: u64,
    cells: &'s [String],
}

impl<'s> Table<'s> {
    /// Reads the headings; whatever is wrong with them is told at once.
    pub(super) fn of(kind: Kind, sheet: &'s Sheet) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut found = Vec::new();
        let Some((first, rows)) = sheet.rows.split_first() else { return Err(problems) };
        for heading in &first.cells {
            let column = recognised(kind, heading);
            let fault = match column {
                None => Some(Fault::UnknownColumn),
                Some(column) if found.contains(&column) => Some(Fault::ColumnTwice),
                Some(_) => None,
            };
            if let Some(fault) = fault {
                let value = heading.clone();
                problems.push(Problem { line: first.line, column: None, fault, value });
            }
            found.extend(column);
        }
        for column in columns(kind).iter().filter(|column| column.is_needed()) {
            if !found.contains(column) {
                let (line, value) = (first.line, String::new());
                let fault = Fault::NoColumn;
                problems.push(Problem { line, column: Some(*column), fault, value });
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let rows = rows.iter().map(|row| Cells { line: row.line, cells: &row.cells });
        Ok(Self { columns: found, rows: rows.collect() })
    }

    /// What stands in a column of a row; nothing where it is blank.
    pub(super) fn cell(&self, row: Cells<'s>, column: Column) -> Option<&'s str> {
        let at = self.columns.iter().position(|it| *it == column)?;
        row.cells.get(at).map(String::as_str).filter(|text| !text.is_empty())
    }
}

fn recognised(kind: Kind, heading: &str) -> Option<Column> {
    let words = fold::words(heading);
    let is = |column: &&Column| {
        let languages = [Language::Vietnamese, Language::English];
        languages.iter().any(|language| fold::words(&text(*language, column.key())) == words)
    };
    columns(kind).iter().find(is).copied()
}

/// Gathers what is wrong with one row.
pub(super) struct Faults<'p> {
    pub(super) line: u64,
    pub(super) problems: &'p mut Vec<Problem>,
}

impl Faults<'_> {
    /// Notes a fault.
    pub(super) fn note(&mut self, column: Column, fault: Fault, value: &str) {
        let value = value.to_owned();
        self.problems.push(Problem { line: self.line, column: Some(column), fault, value });
    }

    /// What a check gave; its fault is noted.
    pub(super) fn check<T>(
        &mut self,
        column: Column,
        value: &str,
        checked: Result<T, Fault>,
    ) -> Option<T> {
        checked.map_err(|fault| self.note(column, fault, value)).ok()
    }
}
