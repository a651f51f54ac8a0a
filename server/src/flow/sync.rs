//! What changed since a phone last asked.

use std::collections::BTreeSet;

use async_trait::async_trait;
use base64ct::{Base64UrlUnpadded, Encoding as _};
use sqlx::AnyConnection;
use trien_core::digest::Sha256;
use trien_core::log::checkpoint::Checkpoint;
use trien_core::wire::{Base64, Post, RequestView, SyncAnswer, SyncQuery};

use super::account::MAX_LEVELS;
use super::delegate::evidence_at;
use super::device::{AuthenticatedDevice, authority};
use super::exchange::acts;
use super::receipts::{Fit, Present, consistency, fit, present};
use super::view::{self, Phone, Viewer};
use super::{FlowError, register};
use crate::app::App;
use crate::store::certificate::newest_crl;
use crate::store::device::post as post_of;
use crate::store::directory;
pub use crate::store::follow::Parts;
use crate::store::follow::changed_for_person;
use crate::writer::{Commit, CommitError, Tx};

/// Requests of one answer.
const PAGE: u32 = 50;

/// What a phone knows beyond the first release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Knows {
    /// Whose parts it may be shown.
    pub parts: Parts,
    /// By whose keys documents may be signed.
    pub signers: Signers,
}

/// By whose keys the documents of the tasks that a phone is shown are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signers {
    /// Its own.
    PhonesOnly,
    /// Keys in tokens, SIMs and remote services too.
    Foreign,
}

/// The requests of the device's person that changed since the cursor, the newest checkpoint with
/// its consistency proof, and the current revocation lists.
pub async fn sync(
    app: &App,
    device: &AuthenticatedDevice,
    query: SyncQuery,
    knows: Knows,
) -> Result<SyncAnswer, FlowError> {
    device.require_active()?;
    let theirs = query.checkpoint.as_deref().map(|note| open(app, note)).transpose()?;
    let mut connection = app.store().reader().await?;
    let present = present(app, &mut connection).await?;
    app.heads().remember(&present.checkpoint, present.head);
    let mut consistency_proof = Vec::new();
    if let Some(theirs) = theirs {
        if let Fit::Foreign = fit(&mut connection, present.head, &theirs).await? {
            drop(connection);
            return Err(enter_recovery(app).await);
        }
        consistency_proof = consistency(&mut connection, theirs.size, present.head.size).await?;
    }
    let whose = (device.person, knows.parts);
    let changed = changed_for_person(&mut connection, whose, query.cursor, PAGE).await?;
    let mut requests = Vec::with_capacity(changed.len());
    let (id, person, now) = (device.id, device.person, app.clock().now().second());
    let viewer = Viewer::Signer(Phone { device: id, person, knows, now });
    for of in &changed {
        requests.extend(view::request(&mut connection, of.id, viewer).await?);
    }
    let delegations = delegations(app, &mut connection, &requests, &present).await?;
    register::hand_over(app, &mut connection, device).await?;
    let post = match post_of(&mut connection, device.id).await? {
        None => None,
        Some((person, unit)) => {
            Some(Post { authority: authority(&person.position)?, person, unit })
        }
    };
    let mut crls = Vec::with_capacity(2);
    for issuer in app.revocation_lists().iter().rev() {
        let list = newest_crl(&mut connection, &issuer.name).await?;
        crls.extend(list.map(|list| Base64(list.der)));
    }
    // Where the person acts now decides which authorities count.
    let (anchor_line, anchor_acts) = match &post {
        Some(Post { unit, .. }) => (
            directory::line(&mut connection, unit.id, MAX_LEVELS).await?,
            acts(&mut connection, unit.id, query.anchors, present.head).await?,
        ),
        None => (Vec::new(), Vec::new()),
    };
    Ok(SyncAnswer {
        cursor: changed.last().map_or(query.cursor, |last| last.change),
        more: changed.len() == PAGE as usize,
        server_time: app.clock().now(),
        requests,
        checkpoint: present.checkpoint,
        consistency: consistency_proof,
        crls,
        anchor_line,
        anchor_acts,
        post,
        delegations,
    })
}

/// What proves the delegations by which something of these may be decided.
async fn delegations(
    app: &App,
    connection: &mut AnyConnection,
    requests: &[RequestView],
    present: &Present,
) -> Result<Vec<String>, FlowError> {
    let tasks = requests.iter().filter_map(|view| view.task.as_ref()?.in_place_of.as_ref());
    let named: BTreeSet<Sha256> = tasks.map(|place| place.delegation).collect();
    let mut texts = Vec::with_capacity(named.len());
    for hash in &named {
        texts.push(evidence_at(app, connection, hash, present).await?);
    }
    Ok(texts)
}

fn open(app: &App, encoded: &str) -> Result<Checkpoint, FlowError> {
    let bad = || FlowError::BadRequest("the checkpoint is not a note of this log".to_owned());
    let note = Base64UrlUnpadded::decode_vec(encoded).map_err(|_| bad())?;
    let note = String::from_utf8(note).map_err(|_| bad())?;
    app.signing_log_key().verifier().open(&note).map_err(|_| bad())
}

/// Stops decisions for good: this server has lost what a phone has seen. Gives the refusal.
pub(super) async fn enter_recovery(app: &App) -> FlowError {
    tracing::error!("a phone has shown more of the log than this server holds: decisions stop");
    match app.writer().commit(EnterRecovery).await {
        Ok(_) => FlowError::LogRecovery,
        Err(error) => error,
    }
}

struct EnterRecovery;

#[async_trait]
impl Commit for EnterRecovery {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        tx.enter_recovery().await
    }
}
