//! Forms as data: a file in the data folder takes the place of the one that comes with the program,
//! because lists and forms differ between authorities and years.

use std::io::Read as _;
use std::path::Path;

use serde::de::DeserializeOwned;

use super::calendar::Calendar;
use super::notices::Notices;
use super::{FlowError, exchange, register};

/// Longest file of forms, in bytes.
const MAX_BYTES: u64 = 256 * 1024;
/// Most columns of a list.
const MAX_COLUMNS: usize = 64;

/// A form that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {why}")]
pub struct FormFault {
    file: String,
    why: String,
}

impl From<FormFault> for FlowError {
    fn from(fault: FormFault) -> Self {
        Self::BadRequest(fault.to_string())
    }
}

/// A kind of form, read from TOML.
pub(super) trait Form: DeserializeOwned {
    /// The file's name in the data folder.
    const FILE: &'static str;
    /// The one that comes with the program.
    const BUILT_IN: &'static str;

    /// What is wrong with it beyond its grammar.
    fn check(&self) -> Result<(), String>;

    /// The data folder's own, or the one that comes with the program.
    fn of(data: &Path) -> Result<Self, FormFault> {
        let fault = |why: String| FormFault { file: Self::FILE.to_owned(), why };
        let text = match std::fs::File::open(data.join(Self::FILE)) {
            Ok(file) => {
                let mut text = String::new();
                let read = file.take(MAX_BYTES + 1).read_to_string(&mut text);
                read.map_err(|error| fault(error.to_string()))?;
                if text.len() as u64 > MAX_BYTES {
                    return Err(fault(format!("more than {MAX_BYTES} bytes")));
                }
                text
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Self::BUILT_IN.to_owned(),
            Err(error) => return Err(fault(error.to_string())),
        };
        Self::read(&text).map_err(fault)
    }

    /// Reads one; what is wrong with it names the line.
    fn read(text: &str) -> Result<Self, String> {
        let form: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        form.check().map(|()| form)
    }
}

/// Refuses a data folder with a form that cannot be used: better when the server starts than on the day
/// on which somebody needs the list.
pub fn check(data: &Path) -> Result<(), FormFault> {
    exchange::check_forms(data)?;
    register::check_forms(data)?;
    Calendar::of(data)?;
    Notices::of(data).map(drop)
}

/// Refuses a name that does not fit into addresses and names of files.
pub(super) fn check_name(name: &str) -> Result<(), String> {
    let safe = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if (1..=64).contains(&name.len()) && safe {
        return Ok(());
    }
    Err(format!("the name {name:?} of a list has 1 to 64 letters, digits and hyphens"))
}

/// Refuses a list without columns, or with too many.
pub(super) fn check_columns(columns: usize) -> Result<(), String> {
    if (1..=MAX_COLUMNS).contains(&columns) {
        return Ok(());
    }
    Err(format!("a list has 1 to {MAX_COLUMNS} columns"))
}
