//! What stands beside a document, as forms and pages have it: who gets a copy, one a line, and why it also goes on paper.

use trien_core::document::Text;
use trien_core::id::UnitId;
use trien_core::papers::{CopyHolder, CopyTo, OnPaper};

use super::page::Texts;
use crate::app::App;
use crate::flow::on_paper::PaperReason;
use crate::flow::{FlowError, copies};

/// Most lines that are read.
const MOST: usize = 100;

/// Who gets a copy, by names or identifiers, one a line; none where a line names nobody, or more than one.
pub(super) async fn read_copies(app: &App, typed: &str) -> Result<Option<Vec<CopyTo>>, FlowError> {
    let lines: Vec<&str> =
        typed.lines().map(str::trim).filter(|line| !line.is_empty()).take(MOST + 1).collect();
    let mut read = Vec::with_capacity(lines.len());
    for line in lines {
        match copies::meant(app, identifier(line)).await {
            Ok(to) if read.contains(&to) => {}
            Ok(to) => read.push(to),
            Err(FlowError::NotFound(_)) => return Ok(None),
            Err(other) => return Err(other),
        }
    }
    Ok(Some(read))
}

/// A holder as a form writes it, so that it is read again.
pub(super) fn named(holder: &CopyHolder) -> String {
    match holder {
        CopyHolder::Unit { unit } => format!("{} ({})", unit.name, unit.id),
        CopyHolder::Person { person } => format!("{} ({})", person.name, person.id),
    }
}

/// The identifier in brackets at the end, as forms write names; else all of it.
pub(super) fn identifier(typed: &str) -> &str {
    let inside = typed.strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
    match inside {
        // All identifiers look alike, whatever they are of.
        Some((_, id)) if id.parse::<UnitId>().is_ok() => id,
        _ => typed,
    }
}

/// Why it also goes on paper, or the key of what is wrong with that.
pub(super) fn read_paper(name: &str, words: &str) -> Result<Option<OnPaper>, &'static str> {
    if name == "other" {
        let words = Text::new(words).map_err(|_| "request-fault-paper")?;
        return Ok(Some(OnPaper::Other(words)));
    }
    Ok(OnPaper::NAMED.into_iter().find(|(known, _)| *known == name).map(|(_, why)| why))
}

/// The same as a form writes it: what is chosen, and the words.
pub(super) fn typed(why: Option<&OnPaper>) -> (&'static str, String) {
    let named = OnPaper::NAMED.into_iter().find(|(_, known)| Some(known) == why);
    match (named, why) {
        (Some((name, _)), _) => (name, String::new()),
        (None, Some(OnPaper::Other(words))) => ("other", words.to_string()),
        (None, _) => ("", String::new()),
    }
}

#[expect(
    clippy::unused_self,
    clippy::trivially_copy_pass_by_ref,
    reason = "templates ask the texts for all words, and hand references to them"
)]
impl Texts {
    /// Whose a copy is.
    pub(super) fn copy_holder(self, holder: &CopyHolder) -> String {
        match holder {
            CopyHolder::Unit { unit } => unit.name.clone(),
            CopyHolder::Person { person } => format!("{}, {}", person.name, person.position),
        }
    }

    /// Why a document also goes on paper.
    pub(super) fn on_paper(self, why: &OnPaper) -> String {
        self.of(match why {
            OnPaper::Legislation => "request-paper-legislation",
            OnPaper::Finance => "request-paper-finance",
            OnPaper::Personnel => "request-paper-personnel",
            OnPaper::Complaints => "request-paper-complaints",
            OnPaper::Other(words) => return words.to_string(),
        })
    }

    /// The same of several, which have a name in common or none.
    pub(super) fn paper_reason(self, why: &PaperReason) -> String {
        self.of(match why {
            PaperReason::Legislation => "request-paper-legislation",
            PaperReason::Finance => "request-paper-finance",
            PaperReason::Personnel => "request-paper-personnel",
            PaperReason::Complaints => "request-paper-complaints",
            PaperReason::Other => "on-paper-other",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_again_as_it_was_written() {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        assert_eq!(identifier(&format!("Sở Nội vụ (Hà Nội) ({id})")), id);
        assert_eq!(identifier("Sở Nội vụ (Hà Nội)"), "Sở Nội vụ (Hà Nội)");
        let other = OnPaper::Other(Text::new("sổ gốc").unwrap());
        for why in [None, Some(OnPaper::Finance), Some(other)] {
            let (name, words) = typed(why.as_ref());
            assert_eq!(read_paper(name, &words), Ok(why));
        }
        assert!(read_paper("other", "").is_err(), "a reason of one's own has words");
    }
}
