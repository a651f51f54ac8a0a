//! What can be wrong with a row.

use super::Column;
use crate::sheet::SheetError;

/// A problem of a table, with where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line of the file, from 1; 0 for the file as a whole.
    pub line: u64,
    /// The column, if it is one.
    pub column: Option<Column>,
    /// What is wrong.
    pub fault: Fault,
    /// What stands there, or which line is meant.
    pub value: String,
}

impl Problem {
    pub(super) fn of_file(error: SheetError) -> Self {
        let line = if let SheetError::LongCell { line } = error { line } else { 0 };
        Self { line, column: None, fault: Fault::of_file(error), value: String::new() }
    }
}

macro_rules! faults {
    ($($(#[$doc:meta])* $name:ident = $key:literal,)+) => {
        /// What is wrong; each has a text that says what to do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Fault {
            $($(#[$doc])* $name,)+
        }

        impl Fault {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The key of its text.
            #[must_use]
            pub fn key(self) -> &'static str {
                match self {$(Self::$name => $key,)+}
            }
        }
    };
}

faults! {
    /// The file is larger than what is read.
    FileTooLarge = "import-file-too-large",
    /// The file has more rows than what is read.
    TooManyRows = "import-too-many-rows",
    /// A cell is longer than any of ours.
    LongCell = "import-long-cell",
    /// A CSV file in another encoding.
    NotUtf8 = "import-not-utf8",
    /// A damaged XLSX file.
    Broken = "import-broken",
    /// Nothing in it.
    Empty = "import-empty",
    /// A column that is needed is not there.
    NoColumn = "import-no-column",
    /// A heading that means nothing to us.
    UnknownColumn = "import-unknown-column",
    /// A heading that stands twice.
    ColumnTwice = "import-column-twice",
    /// A cell that is needed is blank.
    Blank = "import-blank",
    /// A text that is too long, or holds what cannot be shown.
    BadText = "import-bad-text",
    /// No identifier of QCVN 102.
    BadOrganId = "import-bad-organ-id",
    /// No identifier of ours, or of nothing here.
    UnknownId = "import-unknown-id",
    /// No level of this server.
    UnknownLevel = "import-unknown-level",
    /// No authority.
    UnknownAuthority = "import-unknown-authority",
    /// No e-mail address.
    BadEmail = "import-bad-email",
    /// No telephone number.
    BadPhone = "import-bad-phone",
    /// No staff number.
    BadStaffNumber = "import-bad-staff-number",
    /// No such unit.
    UnknownUnit = "import-unknown-unit",
    /// Several units have this name.
    AmbiguousUnit = "import-ambiguous-unit",
    /// The unit is not the officer's to change.
    OutOfReach = "import-out-of-reach",
    /// Units that stand below each other.
    Circle = "import-circle",
    /// A unit that stands below another one than before.
    Moved = "import-moved",
    /// The same in an earlier line.
    Twice = "import-twice",
    /// There already, with nothing to tell that it is meant.
    ThereAlready = "import-there-already",
    /// Somebody else has this.
    Taken = "import-taken",
    /// A change of post of somebody who holds a device, a certificate or steps that wait.
    HoldsThings = "import-holds-things",
}

impl Fault {
    fn of_file(error: SheetError) -> Self {
        match error {
            SheetError::TooLarge | SheetError::Bomb => Self::FileTooLarge,
            SheetError::TooManyRows => Self::TooManyRows,
            SheetError::LongCell { .. } => Self::LongCell,
            SheetError::NotUtf8 => Self::NotUtf8,
            SheetError::Broken => Self::Broken,
            SheetError::Empty => Self::Empty,
        }
    }
}
