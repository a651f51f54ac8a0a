//! What a list for an outside authority looks like, and what a certificate must be to be taken: data
//! in a file, because both differ between authorities and years.

use serde::Deserialize;
use trien_core::certificate::key_of_csr;
use trien_core::digest::Sha256;

use crate::flow::forms::{self, Form};
use crate::store::register::Waiting;
use crate::text::local_day;

/// Layout and policy of the exchange with an outside authority.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// The list of subscribers.
    pub list: List,
    /// What is accepted.
    pub accept: Accept,
}

/// The list of subscribers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Its file's name without the ending.
    pub name: String,
    /// Its columns from the left.
    pub column: Vec<Column>,
}

/// One column.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    heading: String,
    value: Value,
}

/// What stands in a column.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Value {
    Number,
    Name,
    Position,
    Unit,
    UnitAbove,
    OrganId,
    StaffNumber,
    Email,
    Phone,
    File,
    KeySha256,
    Entry,
    SentBefore,
    Empty,
}

/// What a certificate must be.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accept {
    /// The parts of the subject that are compared.
    pub subject: Vec<SubjectPart>,
    /// Longest validity of a new subscriber's, in days.
    pub new_days: u32,
    /// Longest validity of a renewal, in days.
    pub renewed_days: u32,
}

/// A part of the subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SubjectPart {
    /// The person's name (CN).
    Name,
    /// The unit, or one above it (O and OU).
    Organization,
    /// The position (title).
    Title,
}

impl Form for Layout {
    const FILE: &'static str = "exchange.toml";
    const BUILT_IN: &'static str = include_str!("../../../assets/exchange/requests.toml");

    fn check(&self) -> Result<(), String> {
        forms::check_name(&self.list.name)?;
        forms::check_columns(self.list.column.len())
    }
}

impl List {
    /// The headings.
    pub(super) fn headings(&self) -> Vec<String> {
        self.column.iter().map(|column| column.heading.clone()).collect()
    }

    /// The row of an entry, whose request is in `file`.
    pub(super) fn row(&self, number: usize, waiting: &Waiting, file: &str) -> Vec<String> {
        let given = |text: &Option<String>| text.clone().unwrap_or_default();
        let value = |column: &Column| match column.value {
            Value::Number => number.to_string(),
            Value::Name => waiting.person.name.clone(),
            Value::Position => waiting.person.position.clone(),
            Value::Unit => waiting.unit.name.clone(),
            Value::UnitAbove => given(&waiting.above),
            Value::OrganId => given(&waiting.organ_id),
            Value::StaffNumber => given(&waiting.staff_number),
            Value::Email => given(&waiting.email),
            Value::Phone => given(&waiting.phone),
            Value::File => file.to_owned(),
            Value::KeySha256 => {
                let key = key_of_csr(&waiting.csr);
                key.map(|key| Sha256::of(key).to_string()).unwrap_or_default()
            }
            Value::Entry => waiting.entry.to_string(),
            Value::SentBefore => {
                waiting.exported_at.map(|at| local_day(at.second())).unwrap_or_default()
            }
            Value::Empty => String::new(),
        };
        self.column.iter().map(value).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layout_that_comes_with_the_program_can_be_read_and_faults_are_told() {
        let layout = Layout::read(Layout::BUILT_IN).unwrap();
        assert_eq!(layout.list.headings()[1], "Họ và tên");
        assert_eq!(layout.accept.subject.len(), 3);
        for (from, to) in [
            ("\"name\"", "\"birthday\""),
            ("new_days = 1828", ""),
            ("danh-sach-thue-bao", "../x"),
            ("[accept]", "[other]"),
        ] {
            assert!(Layout::read(&Layout::BUILT_IN.replace(from, to)).is_err(), "{from}");
        }
    }
}
