//! What the register looks like as a list: data in a file, because forms differ between authorities and
//! years.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{Certified, EntryRow, Facts, words};
use crate::flow::forms::{self, Form};
use crate::text::{Language, local_day, text};

/// Most layouts.
const MAX_LAYOUTS: usize = 32;

/// All layouts that an office has.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layouts {
    layout: Vec<Layout>,
}

/// One layout.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    name: String,
    vi: String,
    en: String,
    column: Vec<Column>,
}

/// One column, with its heading in each language.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Column {
    value: Value,
    vi: String,
    en: String,
}

/// What stands in a column.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Value {
    Number,
    Holder,
    Position,
    Unit,
    Kind,
    Key,
    Device,
    Assurance,
    Prompt,
    State,
    IssuedOn,
    ValidFrom,
    Ends,
    Serial,
    Issuer,
    Subject,
    Fingerprint,
    Exceeds,
    Entry,
    Empty,
}

/// What a row is made of.
#[derive(Debug)]
pub(super) struct Line<'a> {
    /// From 1.
    pub number: usize,
    pub entry: &'a EntryRow,
    pub facts: Option<Facts>,
    pub language: Language,
}

impl Column {
    fn head(&self, language: Language) -> &str {
        match language {
            Language::Vietnamese => &self.vi,
            Language::English => &self.en,
        }
    }
}

impl Form for Layouts {
    const FILE: &'static str = "register.toml";
    const BUILT_IN: &'static str = include_str!("../../../assets/register/layouts.toml");

    fn check(&self) -> Result<(), String> {
        if !(1..=MAX_LAYOUTS).contains(&self.layout.len()) {
            return Err(format!("there are 1 to {MAX_LAYOUTS} layouts"));
        }
        let mut names = BTreeSet::new();
        for layout in &self.layout {
            forms::check_name(&layout.name)?;
            forms::check_columns(layout.column.len())?;
            if !names.insert(&layout.name) {
                return Err(format!("two layouts have the name {:?}", layout.name));
            }
        }
        Ok(())
    }
}

impl Layouts {
    /// The one of this name; without a name the first.
    #[must_use]
    pub fn named(&self, name: Option<&str>) -> Option<&Layout> {
        self.layout.iter().find(|layout| name.is_none_or(|name| layout.name == name))
    }

    /// All of them, in the order of the file.
    pub fn all(&self) -> impl Iterator<Item = &Layout> {
        self.layout.iter()
    }
}

impl Layout {
    /// Its name in addresses and commands: letters, digits and hyphens.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its title for people.
    #[must_use]
    pub fn title(&self, language: Language) -> &str {
        match language {
            Language::Vietnamese => &self.vi,
            Language::English => &self.en,
        }
    }

    /// The headings.
    pub(super) fn heads(&self, language: Language) -> Vec<String> {
        self.column.iter().map(|column| column.head(language).to_owned()).collect()
    }

    /// The row of an entry.
    pub(super) fn row(&self, line: &Line<'_>) -> Vec<String> {
        self.column.iter().map(|column| line.value(column.value)).collect()
    }
}

impl Line<'_> {
    fn value(&self, value: Value) -> String {
        let word = |key: &str| text(self.language, key);
        let entry = self.entry;
        match value {
            Value::Number => self.number.to_string(),
            Value::Holder => entry.person.name.clone(),
            Value::Position => entry.person.position.clone(),
            Value::Unit => entry.unit.name.clone(),
            Value::Kind => word(words::kind(entry.kind)),
            Value::Key => word(words::home_of(entry)),
            Value::Device => entry.device.as_ref().map(|it| it.1.clone()).unwrap_or_default(),
            Value::Assurance => entry.assurance.map(|it| format!("{it:?}")).unwrap_or_default(),
            Value::Prompt => {
                entry.prompt_policy.map(|it| words::prompt(self.language, it)).unwrap_or_default()
            }
            Value::State => word(words::state(entry.state)),
            Value::IssuedOn => self.certified(|it| local_day(it.issued_at.second())),
            Value::ValidFrom => self.certified(|it| local_day(it.not_before)),
            Value::Ends => self.certified(|it| local_day(it.not_after)),
            Value::Serial => self.fact(|it| &it.serial),
            Value::Issuer => self.fact(|it| &it.issuer),
            Value::Subject => self.fact(|it| &it.subject),
            Value::Fingerprint => self.certified(|it| it.sha256.to_string()),
            Value::Exceeds if entry.exceeds => word("console-exceeds"),
            Value::Exceeds => String::new(),
            Value::Entry => entry.id.to_string(),
            Value::Empty => String::new(),
        }
    }

    fn certified(&self, of: impl Fn(&Certified) -> String) -> String {
        self.entry.certificate.as_ref().map(of).unwrap_or_default()
    }

    fn fact(&self, of: impl Fn(&Facts) -> &String) -> String {
        self.facts.as_ref().map(|facts| of(facts).clone()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layout_that_comes_with_the_program_can_be_read_and_faults_are_told() {
        let built_in = Layouts::BUILT_IN;
        let layouts = Layouts::read(built_in).unwrap();
        let first = layouts.named(None).unwrap();
        assert_eq!((first.name(), first.column.len()), ("register", 18));
        assert_eq!(first.heads(Language::English)[0], "Holder");
        assert!(layouts.named(Some("other")).is_none());
        for (from, to, told) in [
            ("\"holder\"", "\"birthday\"", "birthday"),
            ("name = \"register\"", "name = \"../x\"", "../x"),
            ("name = \"register\"", "", "name"),
            ("en = \"Holder\"", "", "en"),
            ("\n[[layout]]", "\n[[list]]", "layout"),
        ] {
            let fault = Layouts::read(&built_in.replacen(from, to, 1)).unwrap_err();
            assert!(fault.contains(told), "{from}: {fault}");
        }
        let twice = Layouts::read(&[built_in, built_in].concat()).unwrap_err();
        assert!(twice.contains("two layouts"), "{twice}");
        assert!(Layouts::read("layout = []").is_err());
    }
}
