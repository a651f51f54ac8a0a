//! Receipts, checkpoints and proofs from what is on disk.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use sqlx::AnyConnection;
use trien_core::decision::{Decision, DecisionHash};
use trien_core::digest::Sha256;
use trien_core::document_signature::Recorded;
use trien_core::evidence::Evidence;
use trien_core::log::checkpoint::Checkpoint;
use trien_core::log::leaf::Outcome;
use trien_core::log::proof::InclusionProof;
use trien_core::log::tree::{Frontier, TreeHead, consistency_plan, inclusion_plan};
use trien_core::receipt::Receipt;

use super::FlowError;
use super::document_signature::decided_with;
use crate::app::App;
use crate::store::decision::{Logged, LoggedDecision};
use crate::store::{document_signature, log};

/// The log as it stands, signed.
pub(super) struct Present {
    pub head: TreeHead,
    pub checkpoint: String,
}

/// Reads and signs the present head: signing one state again gives the same note.
pub(super) async fn present(
    app: &App,
    connection: &mut AnyConnection,
) -> Result<Present, FlowError> {
    let head = log::head(connection).await?.tree();
    Ok(Present { head, checkpoint: app.signing_log_key().sign(head) })
}

/// What the outcome of a logged decision is answered with.
pub(super) fn answer(
    decision: DecisionHash,
    logged: &Logged,
    proof: &InclusionProof,
) -> Result<Receipt, FlowError> {
    let receipt = Receipt::new(decision, logged.outcome, logged.recorded_at, logged.salt, proof);
    match logged.outcome {
        Outcome::Recorded => Ok(receipt),
        Outcome::Refused { why } => Err(FlowError::Refused { why, receipt: Box::new(receipt) }),
    }
}

/// That a leaf stands in the log, against its present head.
pub(super) async fn inclusion(
    app: &App,
    connection: &mut AnyConnection,
    leaf: u64,
) -> Result<InclusionProof, FlowError> {
    let present = present(app, connection).await?;
    let hashes = inclusion_hashes(connection, leaf, present.head).await?;
    Ok(InclusionProof { index: leaf, hashes, checkpoint: present.checkpoint })
}

/// The hashes from a leaf up to the root of a head (RFC 9162 §2.1.3).
pub(super) async fn inclusion_hashes(
    connection: &mut AnyConnection,
    leaf: u64,
    head: TreeHead,
) -> Result<Vec<Sha256>, FlowError> {
    let defect = |error: &dyn std::fmt::Display| FlowError::Internal(error.to_string());
    let plan = inclusion_plan(leaf, head.size).map_err(|error| defect(&error))?;
    let nodes = log::nodes(connection, plan.nodes()).await?;
    plan.fold(|id| nodes.get(&id).copied()).map_err(|error| defect(&error))
}

/// The evidence of a logged decision.
pub(super) async fn evidence(
    app: &App,
    connection: &mut AnyConnection,
    of: LoggedDecision,
) -> Result<Evidence, FlowError> {
    let proof = inclusion(app, connection, of.logged.leaf).await?;
    let leaf = log::leaf(connection, of.logged.leaf).await?;
    let leaf = leaf.ok_or_else(|| FlowError::Internal("a decision without its leaf".into()))?;
    let (certificates, document) = second(app, connection, &of).await?;
    Ok(Evidence {
        decision: of.cbor,
        outcome: of.logged.outcome,
        recorded_at: of.logged.recorded_at,
        salt: of.logged.salt,
        leaf,
        cose: of.cose,
        certificates,
        document,
        proof,
    })
}

/// Where a foreign key signs the document: with what was decided, and what became of the signature.
async fn second(
    app: &App,
    connection: &mut AnyConnection,
    of: &LoggedDecision,
) -> Result<(Vec<Vec<u8>>, Option<Recorded>), FlowError> {
    let hash = DecisionHash(Sha256::of(&of.cbor));
    let Some(row) = document_signature::one(connection, &hash).await? else {
        return Ok((Vec::new(), None));
    };
    let lost = |_| FlowError::Internal("a decision that cannot be read".to_owned());
    let decision = Decision::from_cbor(&of.cbor).map_err(lost)?;
    let certificates = decided_with(app, connection, &decision).await?;
    let certificates = certificates.into_iter().map(|der| der.0).collect();
    let Some(ended) = row.ended else { return Ok((certificates, None)) };
    let proof = inclusion(app, connection, ended.leaf).await?;
    let (recorded_at, salt) = (ended.recorded_at, ended.salt);
    let recorded = Recorded { statement: ended.statement, recorded_at, salt, proof };
    Ok((certificates, Some(recorded)))
}

/// Checkpoints known to be states of this log, so that the ones that phones have just been given
/// cost neither a signature check nor a proof.
#[derive(Debug, Default)]
pub struct Heads(Mutex<VecDeque<(String, TreeHead)>>);

impl Heads {
    const REMEMBERED: usize = 256;

    /// Whether this very note is known, and about this head.
    pub(crate) fn holds(&self, note: &str, head: TreeHead) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.iter().any(|(of, at)| *at == head && of == note)
    }

    /// Remembers a note whose signature and place in this log were checked.
    pub(crate) fn remember(&self, note: &str, head: TreeHead) {
        if self.holds(note, head) {
            return;
        }
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.truncate(Self::REMEMBERED - 1);
        known.push_front((note.to_owned(), head));
    }
}

/// How a checkpoint of our own key fits our log.
pub(super) enum Fit {
    /// It is an earlier state of it, or this one.
    Earlier,
    /// It is not: this log has lost what a phone has seen.
    Foreign,
}

/// Compares a checkpoint that our key signed with the log.
pub(super) async fn fit(
    connection: &mut AnyConnection,
    ours: TreeHead,
    theirs: &Checkpoint,
) -> Result<Fit, FlowError> {
    if theirs.size > ours.size {
        return Ok(Fit::Foreign);
    }
    let root = if theirs.size == ours.size {
        ours.root
    } else {
        let ids = Frontier::peak_ids(theirs.size);
        let nodes = log::nodes(connection, ids.iter().copied()).await?;
        let peaks: Option<Vec<Sha256>> = ids.iter().map(|id| nodes.get(id).copied()).collect();
        let lost = || FlowError::Internal("the log has lost a node".to_owned());
        let frontier = Frontier::restore(theirs.size, peaks.ok_or_else(lost)?);
        frontier.map_err(|error| FlowError::Internal(error.to_string()))?.root()
    };
    Ok(if root == theirs.root { Fit::Earlier } else { Fit::Foreign })
}

/// The consistency proof from an earlier size to the present one.
pub(super) async fn consistency(
    connection: &mut AnyConnection,
    from: u64,
    to: u64,
) -> Result<Vec<Sha256>, FlowError> {
    let defect = |error: &dyn std::fmt::Display| FlowError::Internal(error.to_string());
    let plan = consistency_plan(from, to).map_err(|error| defect(&error))?;
    let nodes = log::nodes(connection, plan.nodes()).await?;
    plan.fold(|id| nodes.get(&id).copied()).map_err(|error| defect(&error))
}
