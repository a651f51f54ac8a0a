//! The register as a sheet (CSV, RFC 4180), for spreadsheets and for the forms of an authority.

use super::layout::{Layouts, Line};
use super::{Filter, Reader, list};
use crate::app::App;
use crate::flow::FlowError;
use crate::flow::forms::Form as _;
use crate::sheet::{self, Format};
use crate::text::Language;

/// Entries fetched at once.
const CHUNK: u32 = 500;

/// The layouts in which the register can be written.
pub fn layouts(app: &App) -> Result<Layouts, FlowError> {
    Ok(Layouts::of(app.data())?)
}

/// Everything that the filter leaves, in the layout of that name or the first one, as CSV that
/// spreadsheets read and in which nothing computes.
pub async fn export(
    app: &App,
    reader: Reader<'_>,
    filter: &Filter,
    layout: Option<&str>,
    language: Language,
) -> Result<Vec<u8>, FlowError> {
    let layouts = layouts(app)?;
    let layout = layouts.named(layout).ok_or_else(|| {
        let known: Vec<&str> = layouts.all().map(super::Layout::name).collect();
        FlowError::BadRequest(format!("there is no such layout; there are: {}", known.join(", ")))
    })?;
    let mut rows = vec![layout.heads(language)];
    let mut after = None;
    loop {
        let page = list(app, reader, filter, after, CHUNK).await?;
        for entry in &page.entries {
            let facts = entry.certificate.as_ref().map(super::Certified::facts).transpose()?;
            rows.push(layout.row(&Line { number: rows.len(), entry, facts, language }));
        }
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    sheet::write(Format::Csv, &rows).map_err(|error| FlowError::Internal(error.to_string()))
}
