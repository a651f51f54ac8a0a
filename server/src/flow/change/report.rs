//! Reports of changes: found again by those who have a role in one of the units.

use trien_core::document::Text;
use trien_core::id::{ChangeId, PersonId};

use super::carry::digest;
use crate::app::App;
use crate::flow::account::{Officer, Reach};
use crate::flow::people::branches;
use crate::flow::{FlowError, Thing};
use crate::sheet::{self, Format};
use crate::store::change;
pub use crate::store::change::{By, Line, ReportRow as Filed};
use crate::text::{Language, local_minute, text};

/// Reports on a page.
pub const PAGE: u32 = 50;

/// Who reads reports.
#[derive(Clone, Copy, Debug)]
pub enum Reports<'a> {
    /// Whoever can run the program on the server's data folder: all.
    CommandLine,
    /// Somebody who signed in: those about units in which the account has any role.
    Officer(&'a Officer),
}

/// A report with its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What it is about.
    pub filed: Filed,
    /// What was done to each thing.
    pub lines: Vec<Line>,
    /// Whether the lines are those whose digest stands in the log.
    pub intact: bool,
}

/// The reports that somebody may read, the newest first, those before `before`; [`PAGE`] at most.
pub async fn list(
    app: &App,
    reader: Reports<'_>,
    before: Option<ChangeId>,
) -> Result<Vec<Filed>, FlowError> {
    let mut connection = app.store().reader().await?;
    let ranges = match reader {
        // A path begins with a hexadecimal digit.
        Reports::CommandLine => vec![(String::new(), "~".to_owned())],
        Reports::Officer(officer) => {
            let branches = branches(&mut connection, officer).await?;
            branches.iter().map(|branch| (branch.path().to_owned(), branch.end())).collect()
        }
    };
    let mut found = Vec::new();
    for (from, to) in &ranges {
        found.extend(change::newest(&mut connection, from, to, before, PAGE).await?);
    }
    found.sort_by_key(|filed| std::cmp::Reverse(filed.id));
    found.dedup_by_key(|filed| filed.id);
    found.truncate(PAGE as usize);
    Ok(found)
}

/// The reports in which somebody stands, as far as the officer may read them.
pub async fn of_person(
    app: &App,
    officer: &Officer,
    person: PersonId,
) -> Result<Vec<Filed>, FlowError> {
    let mut reach = Reach::of(officer);
    let mut connection = app.store().reader().await?;
    let mut mine = Vec::new();
    for filed in change::of_person(&mut connection, person).await? {
        let units = change::units(&mut connection, filed.id).await?;
        if reach.holds_any(&mut connection, units).await? {
            mine.push(filed);
        }
    }
    Ok(mine)
}

/// One report.
pub async fn show(app: &App, reader: Reports<'_>, id: ChangeId) -> Result<Report, FlowError> {
    let missing = || FlowError::NotFound(Thing::Report);
    let mut connection = app.store().reader().await?;
    if let Reports::Officer(officer) = reader {
        let units = change::units(&mut connection, id).await?;
        if !Reach::of(officer).holds_any(&mut connection, units).await? {
            return Err(missing());
        }
    }
    let filed = change::one(&mut connection, id).await?.ok_or_else(missing)?;
    let lines = change::lines(&mut connection, id).await?;
    let intact = digest(&lines) == filed.lines;
    Ok(Report { filed, lines, intact })
}

/// A report as CSV that spreadsheets read and in which nothing computes.
pub fn export(report: &Report, language: Language) -> Result<Vec<u8>, FlowError> {
    let word = |key: &str| text(language, key);
    let heads = [
        "change-when",
        "change-kind",
        "change-subject",
        "change-place",
        "console-why",
        "change-by",
        "change-leaf",
        "console-name",
        "change-thing",
        "change-what",
        "change-deed",
        "change-detail",
    ];
    let mut rows = vec![heads.iter().map(|head| word(head)).collect::<Vec<_>>()];
    let filed = &report.filed;
    let by = match &filed.by {
        By::CommandLine => word("console-author-command-line"),
        By::Account(_, name) => name.clone(),
    };
    for line in &report.lines {
        rows.push(vec![
            local_minute(filed.at.second()),
            word(words::kind(&filed.kind)),
            filed.subject.clone(),
            filed.place.clone(),
            filed.why.clone().unwrap_or_default(),
            by.clone(),
            filed.leaf.to_string(),
            line.name.clone(),
            word(words::thing(&line.thing)),
            line.what.clone(),
            word(words::deed(&line.deed)),
            words::detail(line, language),
        ]);
    }
    sheet::write(Format::Csv, &rows).map_err(|error| FlowError::Internal(error.to_string()))
}

/// The keys of a report's words.
pub mod words {
    use super::Line;
    use crate::text::{Language, text};

    /// What a kind of change is called.
    #[must_use]
    pub fn kind(name: &str) -> &'static str {
        match name {
            "moves" => "change-kind-moves",
            "adds" => "change-kind-adds",
            "ends" => "change-kind-ends",
            "retires" => "change-kind-retires",
            "leaves" => "change-kind-leaves",
            "dies" => "change-kind-dies",
            "rename" => "change-kind-rename",
            "merge" => "change-kind-merge",
            "split" => "change-kind-split",
            _ => "change-kind-dissolve",
        }
    }

    /// What a kind of thing is called.
    #[must_use]
    pub fn thing(name: &str) -> &'static str {
        match name {
            "device" => "change-thing-device",
            "certificate" => "change-thing-certificate",
            "step" => "change-thing-step",
            "request" => "change-thing-request",
            "invitation" => "change-thing-invitation",
            "post" => "change-thing-post",
            "key" => "change-thing-key",
            "grant" => "change-thing-grant",
            _ => "change-thing-unit",
        }
    }

    /// What was done.
    #[must_use]
    pub fn deed(name: &str) -> &'static str {
        match name {
            "revoked" => "change-deed-revoked",
            "kept" => "change-deed-kept",
            "refused" => "change-deed-refused",
            "handed-over" => "change-deed-handed-over",
            "reassigned" => "change-deed-reassigned",
            "returned" => "change-deed-returned",
            "moved" => "change-deed-moved",
            "taken" => "change-deed-taken",
            "changed" => "change-deed-changed",
            "renamed" => "change-deed-renamed",
            "founded" => "change-deed-founded",
            _ => "change-deed-ended",
        }
    }

    /// To whom, where to, or why.
    #[must_use]
    pub fn detail(line: &Line, language: Language) -> String {
        match line.detail.as_str() {
            "affiliation-changed" => text(language, "console-reason-affiliation-changed"),
            "cessation-of-operation" => text(language, "console-reason-cessation"),
            "key-compromise" => text(language, "console-reason-key-compromise"),
            "superseded" => text(language, "console-reason-superseded"),
            other => other.to_owned(),
        }
    }
}

/// The words of an act, from what somebody typed.
pub fn why(typed: &str) -> Result<Text<500>, FlowError> {
    let unclear = |_| FlowError::BadRequest("say why, in at most 500 characters".to_owned());
    Text::new(typed.trim()).map_err(unclear)
}
