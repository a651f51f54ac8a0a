//! The register as a sheet (CSV, RFC 4180), for spreadsheets and for the forms of an authority.

use super::{EntryRow, Facts, Filter, Reader, list, words};
use crate::app::App;
use crate::flow::FlowError;
use crate::sheet::{self, Format};
use crate::text::{Language, local_day, text};

/// Entries fetched at once.
const CHUNK: u32 = 500;

/// What a column is made of.
#[derive(Debug)]
pub struct Line<'a> {
    entry: &'a EntryRow,
    facts: Option<Facts>,
    language: Language,
}

/// A column: the key of its head's text, and its value.
type Column = (&'static str, fn(&Line<'_>) -> String);

/// The layout. Forms differ between authorities and years: another layout is another list.
const COLUMNS: [Column; 17] = [
    ("console-holder", |line| line.entry.person.name.clone()),
    ("console-position", |line| line.entry.person.position.clone()),
    ("console-unit", |line| line.entry.unit.name.clone()),
    ("console-certificate-of", |line| line.word(words::kind(line.entry.kind))),
    ("console-key-is", |line| line.word(words::home(line.entry.home))),
    ("console-device", |line| {
        line.entry.device.as_ref().map_or_else(String::new, |it| it.1.clone())
    }),
    ("console-assurance", |line| {
        line.entry.assurance.map_or_else(String::new, |level| format!("{level:?}"))
    }),
    ("prompt-prompt", |line| {
        line.entry.prompt_policy.map_or_else(String::new, |it| words::prompt(line.language, it))
    }),
    ("console-state", |line| line.word(words::state(line.entry.state))),
    ("console-issued-on", |line| {
        line.certified().map_or_else(String::new, |it| local_day(it.issued_at.second()))
    }),
    ("console-valid-from", |line| {
        line.certified().map_or_else(String::new, |it| local_day(it.not_before))
    }),
    ("console-ends", |line| {
        line.certified().map_or_else(String::new, |it| local_day(it.not_after))
    }),
    ("console-serial", |line| line.facts.as_ref().map_or_else(String::new, |it| it.serial.clone())),
    ("console-issuer", |line| line.facts.as_ref().map_or_else(String::new, |it| it.issuer.clone())),
    ("console-subject", |line| {
        line.facts.as_ref().map_or_else(String::new, |it| it.subject.clone())
    }),
    ("console-fingerprint", |line| {
        line.certified().map_or_else(String::new, |it| it.sha256.to_string())
    }),
    ("console-entry-number", |line| line.entry.id.to_string()),
];

impl Line<'_> {
    fn word(&self, key: &str) -> String {
        text(self.language, key)
    }

    fn certified(&self) -> Option<&super::Certified> {
        self.entry.certificate.as_ref()
    }
}

/// Everything that the filter leaves, as CSV that spreadsheets read and in which nothing computes.
pub async fn export(
    app: &App,
    reader: Reader<'_>,
    filter: &Filter,
    language: Language,
) -> Result<Vec<u8>, FlowError> {
    let mut rows = vec![COLUMNS.iter().map(|(head, _)| text(language, head)).collect()];
    let mut after = None;
    loop {
        let page = list(app, reader, filter, after, CHUNK).await?;
        for entry in &page.entries {
            let facts = entry.certificate.as_ref().map(super::Certified::facts).transpose()?;
            let line = Line { entry, facts, language };
            rows.push(COLUMNS.iter().map(|(_, value)| value(&line)).collect());
        }
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    sheet::write(Format::Csv, &rows).map_err(|error| FlowError::Internal(error.to_string()))
}
