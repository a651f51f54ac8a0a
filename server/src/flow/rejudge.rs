//! Every standing device's evidence against a new status list (ADR 0021): a vendor's key may be known to
//! have leaked long after a phone was enrolled.
//!
//! A device whose chain holds a listed certificate is taken as level D from then on. What that means is
//! the unit's policy: where D is too low its decisions are refused, in the same order as everything else.

use async_trait::async_trait;
use serde_json::json;
use trien_core::attestation::Standing as Listed;
use trien_core::certificate::{Assurance, Certificate};
use trien_core::digest::Sha256;
use trien_core::id::DeviceId;
use trien_core::wire::KeyEvidence;

use super::FlowError;
use super::account::Officer;
use super::act::{Act, Acted};
use super::document_signature::counts;
use super::people::branches;
use crate::app::App;
use crate::attestation::StatusListFile;
use crate::flow::act::kind::Kind;
use crate::store::directory;
pub use crate::store::evidence::Doubted;
use crate::store::evidence::{self, Shown};
use crate::writer::{Commit, CommitError, Tx};

/// The setting that names the list by which all devices were judged last.
const JUDGED_BY: &str = "attestation-status-list";
/// The setting that holds of which second the newest list ever applied is.
const NEWEST: &str = "attestation-status-list-as-of";
/// Devices looked at in one commit.
const BATCH: u32 = 200;

/// What became of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejudged {
    /// Keys are not judged here, or this list was applied before.
    Nothing,
    /// All standing devices were compared with it.
    Applied {
        /// Those taken as level D since.
        doubted: usize,
        /// Those taken as before again.
        trusted: usize,
    },
}

/// Compares all standing devices with the status list, if it is another one than last time.
pub async fn run(app: &App) -> Result<Rejudged, FlowError> {
    let Some(settings) = app.settings().attestation.clone() else { return Ok(Rejudged::Nothing) };
    let read = tokio::task::spawn_blocking(move || settings.status_list_file()).await;
    let read = read.map_err(|error| FlowError::Internal(error.to_string()))?;
    let file = read.map_err(|error| FlowError::Unavailable(error.to_string()))?;
    let by = file.sha256.to_string();
    let newest = {
        let mut connection = app.store().reader().await?;
        if directory::setting(&mut connection, JUDGED_BY).await?.as_ref() == Some(&by) {
            return Ok(Rejudged::Nothing);
        }
        let newest = directory::setting(&mut connection, NEWEST).await?;
        newest.and_then(|newest| newest.parse().ok()).unwrap_or(i64::MIN)
    };
    // A file from the future would make all that follow it old.
    let as_of = file.as_of.min(app.clock().now().second());
    let age = if as_of.get() < newest { Age::Older } else { Age::Newest };
    let (mut after, mut doubted, mut trusted) = (DeviceId::from_bytes([0; 16]), 0, 0);
    loop {
        let shown = {
            let mut connection = app.store().reader().await?;
            evidence::standing(&mut connection, after, BATCH).await?
        };
        let Some(last) = shown.last() else { break };
        after = last.device;
        let changes: Vec<Change> = shown.iter().filter_map(|one| change(one, &file, age)).collect();
        if changes.is_empty() {
            continue;
        }
        let apply = Apply { changes, list: file.sha256 };
        let done = app.writer().commit(Acted(Act::COMMAND_LINE, apply)).await?.value;
        (doubted, trusted) = (doubted + done.0, trusted + done.1);
    }
    app.writer().commit(Note { by, newest: as_of.get().max(newest) }).await?;
    Ok(Rejudged::Applied { doubted, trusted })
}

/// Doubted devices that are listed: a maker's certificate that leaks dooms those of a whole province.
pub const MOST_DOUBTED: u32 = 200;

/// The devices within an officer's reach whose evidence is doubted, [`MOST_DOUBTED`] at most, the newest
/// doubts first.
pub async fn doubted(app: &App, officer: &Officer) -> Result<Vec<Doubted>, FlowError> {
    let mut connection = app.store().reader().await?;
    let mut doubted = Vec::new();
    for branch in branches(&mut connection, officer).await? {
        doubted.extend(evidence::doubted(&mut connection, &branch, MOST_DOUBTED).await?);
    }
    doubted.sort_by_key(|one| std::cmp::Reverse(one.found_at));
    doubted.truncate(MOST_DOUBTED as usize);
    Ok(doubted)
}

/// Whether a newer list was applied before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Age {
    /// None was.
    Newest,
    /// One was: this one may raise doubts, and lifts none.
    Older,
}

/// What is to change for one device.
enum Change {
    Doubt { device: DeviceId, from: Assurance, before: Assurance, why: Listed },
    Trust { device: DeviceId, to: Assurance },
}

fn change(shown: &Shown, file: &StatusListFile, age: Age) -> Option<Change> {
    let device = shown.device;
    match (standing(&shown.evidence, file), shown.doubted) {
        (None, None) => None,
        // A list that forgets a revocation is an old one, or somebody's; for a while is for a while.
        (None, Some((to, Listed::Suspended))) => {
            (age == Age::Newest).then_some(Change::Trust { device, to })
        }
        (None, Some((_, Listed::Revoked))) => None,
        (Some(why), Some((_, known))) if known >= why => None,
        (Some(why), known) => {
            let from = shown.assurance;
            Some(Change::Doubt { device, from, before: known.map_or(from, |it| it.0), why })
        }
    }
}

/// The worst that a list says of the certificates that a phone showed.
fn standing(evidence: &KeyEvidence, file: &StatusListFile) -> Option<Listed> {
    let KeyEvidence::Android { auth, approval } = evidence else { return None };
    let shown = auth.iter().chain(approval);
    let certificates: Vec<Certificate> =
        shown.filter_map(|der| Certificate::parse(&der.0).ok()).collect();
    let roots = file.roots.iter().filter(|root| {
        certificates.iter().any(|certificate| certificate.issuer() == root.subject())
    });
    let all = certificates.iter().chain(roots);
    all.filter_map(|certificate| file.list.standing(certificate.serial())).max()
}

struct Apply {
    changes: Vec<Change>,
    list: Sha256,
}

#[async_trait]
impl Commit for Apply {
    type Done = (usize, usize);

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(usize, usize), CommitError> {
        let (mut doubted, mut trusted) = (0, 0);
        let now = tx.now();
        for change in &self.changes {
            let (kind, device, statement) = match *change {
                Change::Doubt { device, from, before, why } => {
                    let lowest = Assurance::D;
                    if evidence::set_level(tx.connection(), device, from, lowest).await? != 1 {
                        continue;
                    }
                    evidence::doubt(tx.connection(), device, before, why, now).await?;
                    counts::follow_device(tx, device).await?;
                    doubted += 1;
                    let why = if why == Listed::Revoked { "revoked" } else { "suspended" };
                    let statement = json!({
                        "device": device, "before": { "assurance": before },
                        "after": { "assurance": lowest }, "listed": why, "status-list": self.list,
                    });
                    (Kind::EvidenceDoubted, device, statement)
                }
                Change::Trust { device, to } => {
                    if evidence::trust(tx.connection(), device).await? != 1 {
                        continue;
                    }
                    evidence::set_level(tx.connection(), device, Assurance::D, to).await?;
                    trusted += 1;
                    let statement = json!({
                        "device": device, "before": { "assurance": Assurance::D },
                        "after": { "assurance": to }, "status-list": self.list,
                    });
                    (Kind::EvidenceTrusted, device, statement)
                }
            };
            tx.state(kind, device.as_bytes(), &statement).await?;
        }
        Ok((doubted, trusted))
    }
}

struct Note {
    by: String,
    newest: i64,
}

#[async_trait]
impl Commit for Note {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        directory::set_setting(tx.connection(), JUDGED_BY, &self.by).await?;
        directory::set_setting(tx.connection(), NEWEST, &self.newest.to_string()).await?;
        Ok(())
    }
}
