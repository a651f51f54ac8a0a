//! Requests for an outside authority: what waits, and the file that goes out.

use std::io::{Cursor, Write as _};

use async_trait::async_trait;
use serde_json::json;
use trien_core::certificate::csr_to_pem;
use trien_core::digest::Sha256;
use trien_core::document::Text;
use trien_core::id::{ExportId, UnitId, WaveId};
use trien_core::register::Event;
use zip::write::SimpleFileOptions;

use super::{Exchanger, Layout, NoExchange};
use crate::app::App;
use crate::flow::act::kind::Kind;
use crate::flow::act::{Act, Acted, Actor};
use crate::flow::forms::Form as _;
use crate::flow::register::record;
use crate::flow::{FlowError, Thing};
use crate::sheet::{self, Format};
use crate::store::register::{self, Author, Exported, Head, Waiting, Within};
use crate::writer::{Commit, CommitError, Tx};

/// Which requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Asked {
    /// All that the exchanger reaches.
    #[default]
    All,
    /// Those of a unit and the ones below it.
    Unit(UnitId),
    /// Those of a wave's units and the ones below them.
    Wave(WaveId),
}

/// How a request is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// As text (RFC 7468).
    #[default]
    Pem,
    /// As bytes.
    Der,
}

/// A file of requests, handed out.
#[derive(Debug)]
pub struct Packed {
    /// A ZIP: requests, the list as XLSX and CSV, and `SHA256SUMS`.
    pub zip: Vec<u8>,
    /// What the log says of it.
    pub export: Exported,
}

/// What waits for an outside authority within reach, the oldest first.
pub async fn waiting(
    app: &App,
    who: Exchanger<'_>,
    asked: Asked,
) -> Result<Vec<Waiting>, FlowError> {
    let reach = who.reach(app).await?;
    let within = match asked {
        Asked::All => who.within(),
        Asked::Unit(unit) => {
            if reach.as_ref().is_some_and(|reach| !reach.contains(&unit)) {
                return Err(FlowError::NotFound(Thing::Unit));
            }
            Within::Branch(unit)
        }
        Asked::Wave(wave) => Within::Wave(wave),
    };
    let mut connection = app.store().reader().await?;
    let mut found = register::waiting(&mut connection, within).await?;
    found.retain(|one| reach.as_ref().is_none_or(|reach| reach.contains(&one.unit.id)));
    Ok(found)
}

/// Files that this exchanger handed out, or on the command line anybody; the newest first.
pub async fn exports(app: &App, who: Exchanger<'_>, most: u32) -> Result<Vec<Exported>, FlowError> {
    let account = match who {
        Exchanger::CommandLine => None,
        Exchanger::Officer(officer) => Some(officer.account),
    };
    let mut connection = app.store().reader().await?;
    Ok(register::exports(&mut connection, account, most).await?)
}

/// Hands requests out: a file for the authority, an event for each entry, and a statement in the log.
pub async fn pack(
    app: &App,
    who: Exchanger<'_>,
    asked: Asked,
    encoding: Encoding,
    why: Option<Text<500>>,
) -> Result<Packed, FlowError> {
    if app.is_made_up() {
        return Err(NoExchange::Demo.into());
    }
    let waiting = waiting(app, who, asked).await?;
    if waiting.is_empty() {
        return Err(NoExchange::NothingWaits.into());
    }
    let layout = Layout::of(app.data())?;
    let heads = waiting.iter().map(|one| Head {
        id: one.entry,
        state: trien_core::register::State::Reviewed,
        events: one.events,
    });
    let heads: Vec<Head> = heads.collect();
    let zip = tokio::task::spawn_blocking(move || write(&layout, &waiting, encoding)).await;
    let zip = zip.map_err(|error| FlowError::Internal(error.to_string()))??;
    let export = Exported {
        id: ExportId::generate(app.clock(), app.entropy()),
        at: app.clock().now(),
        sha256: Sha256::of(&zip),
        entries: u32::try_from(heads.len()).unwrap_or(u32::MAX),
        by: None,
    };
    let act = who.act(why);
    let commit = Pack { export: export.clone(), heads, act: act.clone() };
    app.writer().commit(Acted(act, commit)).await?;
    Ok(Packed { zip, export })
}

/// The ZIP. Equal entries give equal bytes.
fn write(layout: &Layout, waiting: &[Waiting], encoding: Encoding) -> Result<Vec<u8>, FlowError> {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    let mut rows = vec![layout.list.headings()];
    for (number, one) in (1..).zip(waiting) {
        // By the entry's identifier: the same in every file that it goes out in.
        let name = format!("requests/{}.csr", one.entry);
        rows.push(layout.list.row(number, one, &name));
        let request = match encoding {
            Encoding::Pem => csr_to_pem(&one.csr).into_bytes(),
            Encoding::Der => one.csr.clone(),
        };
        files.push((name, request));
    }
    for (ending, format) in [("csv", Format::Csv), ("xlsx", Format::Xlsx)] {
        let table = sheet::write(format, &rows);
        let table = table.map_err(|error| FlowError::Internal(error.to_string()))?;
        files.push((format!("{}.{ending}", layout.list.name), table));
    }
    // As `sha256sum --check` reads it.
    let sums = files.iter().map(|(name, bytes)| format!("{}  {name}\n", Sha256::of(bytes)));
    let sums: String = sums.collect();
    files.push(("SHA256SUMS".to_owned(), sums.into_bytes()));
    let failed = |error: zip::result::ZipError| FlowError::Internal(error.to_string());
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name, SimpleFileOptions::default()).map_err(failed)?;
        zip.write_all(&bytes).map_err(|error| FlowError::Internal(error.to_string()))?;
    }
    Ok(zip.finish().map_err(failed)?.into_inner())
}

struct Pack {
    export: Exported,
    heads: Vec<Head>,
    act: Act,
}

#[async_trait]
impl Commit for Pack {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let account = match self.act.by {
            Actor::CommandLine => None,
            Actor::Account(account) => Some(account),
        };
        for head in &self.heads {
            // Issued, refused or handed out by somebody else since it was read.
            if register::head(tx.connection(), head.id).await? != Some(*head) {
                return Err(FlowError::from(NoExchange::Moved).into());
            }
            record::note(tx, *head, Event::Exported, Author::Server).await?;
        }
        self.export.at = tx.now();
        register::insert_export(tx.connection(), &self.export, account).await?;
        let statement = json!({
            "export": self.export.id,
            "file": self.export.sha256,
            "entries": self.export.entries,
            "before": null,
            "after": { "entries": self.export.entries, "file": self.export.sha256 },
        });
        tx.state(Kind::RequestsExported, self.export.id.as_bytes(), &statement).await?;
        Ok(())
    }
}
