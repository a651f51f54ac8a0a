//! The list of acts as a sheet.

use super::{Filter, Reader, list, words};
use crate::app::App;
use crate::flow::FlowError;
use crate::sheet::{self, Format};
use crate::text::{Language, local_time, text};

/// Acts of one sheet: more are asked for by a period.
pub const MOST_EXPORTED: usize = 10_000;
/// Acts that are read at once.
const AT_ONCE: u32 = 200;

/// The acts that fit a filter, the newest first, at most [`MOST_EXPORTED`], as CSV.
pub async fn export(
    app: &App,
    reader: Reader<'_>,
    filter: &Filter,
    language: Language,
) -> Result<Vec<u8>, FlowError> {
    let heads = [
        "act-leaf",
        "act-at",
        "act-by",
        "act-what",
        "act-concerns",
        "console-why",
        "act-changes",
        "act-identifier",
    ];
    let mut rows = vec![heads.map(|key| text(language, key)).to_vec()];
    let mut before = None;
    while rows.len() <= MOST_EXPORTED {
        let page = list(app, reader, filter, before, AT_ONCE).await?;
        rows.extend(page.acts.iter().map(|act| {
            vec![
                act.leaf.to_string(),
                local_time(act.at),
                words::author(&act.by, language),
                words::kind(act.kind, language),
                words::concerns(act),
                words::why(act, language),
                words::changes(act, language),
                act.subject.clone().unwrap_or_default(),
            ]
        }));
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    rows.truncate(MOST_EXPORTED + 1);
    sheet::write(Format::Csv, &rows).map_err(|error| FlowError::Internal(error.to_string()))
}
