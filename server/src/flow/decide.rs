//! Recording a decision: the server accepts only what it queued.
//!
//! Preparing verifies the signature first, then compares everything the decision says with what
//! stands here, and rebuilds the revision that the phone signed. The commit ([`record`]) re-reads
//! what may have moved, in the order of the log, and writes.

mod compare;
mod document;
mod rebuild;
mod record;

use sqlx::AnyConnection;
use trien_core::decision::{Decision, DecisionHash, SeenCheckpoint};
use trien_core::id::RequestId;
use trien_core::log::tree::TreeHead;
use trien_core::receipt::Receipt;
use trien_core::request::StepNumber;
use trien_core::wire::DecisionSubmission;

pub use self::document::sign as sign_document;

use self::compare::{Base, Proof, Queued};
use self::rebuild::Rebuild;
use self::record::{Outcome, Record};
use super::device::{AuthenticatedDevice, Standing};
use super::receipts::{Fit, answer, fit, inclusion};
use super::sync::enter_recovery;
use super::{FlowError, Mismatch};
use crate::app::App;
use crate::store::decision::logged;
use crate::store::log::{self, Mode};

/// Verifies and records a decision; the answer leaves when it is on disk. Sending the same decision
/// again gives the same receipt, its proof perhaps against a newer checkpoint.
///
/// A decision that verifies but comes too late, or from a suspended device, is recorded as refused:
/// [`FlowError::Refused`] carries that receipt.
pub async fn decide(
    app: &App,
    device: &AuthenticatedDevice,
    request: RequestId,
    step: StepNumber,
    submission: DecisionSubmission,
) -> Result<Receipt, FlowError> {
    // A suspended or revoked device is answered too: that its decision was refused is recorded.
    if !matches!(device.standing, Standing::Suspended | Standing::Revoked) {
        device.require_active()?;
    }
    let arrived = Arrived::read(device, request, step, submission)?;
    let hash = arrived.hash;
    if let Some(answer) = answered_before(app, hash).await? {
        return answer;
    }
    let record = prepare(app, device, arrived).await?;
    let committed = app.writer().commit(record).await?;
    match committed.value {
        Outcome::Logged(logged) => answer(hash, &logged, &committed.sealed.proof(logged.leaf)?),
        Outcome::LoggedBefore => answered_before(app, hash)
            .await?
            .ok_or_else(|| FlowError::Internal("a logged decision is not there".to_owned()))?,
    }
}

/// The answer that this decision got when it was logged, proved against the present head.
async fn answered_before(
    app: &App,
    hash: DecisionHash,
) -> Result<Option<Result<Receipt, FlowError>>, FlowError> {
    let mut connection = app.store().reader().await?;
    let Some(before) = logged(&mut connection, &hash).await? else { return Ok(None) };
    let proof = inclusion(app, &mut connection, before.logged.leaf).await?;
    Ok(Some(answer(hash, &before.logged, &proof)))
}

/// A decision that came from the one it names, about what the address names.
struct Arrived {
    decision: Decision,
    hash: DecisionHash,
    cbor: Vec<u8>,
    submission: DecisionSubmission,
}

impl Arrived {
    fn read(
        device: &AuthenticatedDevice,
        request: RequestId,
        step: StepNumber,
        mut submission: DecisionSubmission,
    ) -> Result<Self, FlowError> {
        let cbor = std::mem::take(&mut submission.decision.0);
        let decision = Decision::from_cbor(&cbor).map_err(|_| Mismatch::Encoding)?;
        if decision.request != request || decision.step != step {
            return Err(Mismatch::Address.into());
        }
        if decision.person != device.person || decision.device != device.id {
            return Err(Mismatch::Signer.into());
        }
        let hash = decision.hash();
        Ok(Self { decision, hash, cbor, submission })
    }
}

async fn prepare(
    app: &App,
    device: &AuthenticatedDevice,
    arrived: Arrived,
) -> Result<Record, FlowError> {
    let Arrived { decision, hash, cbor, submission } = arrived;
    let mut connection = app.store().reader().await?;
    let queued = Queued::load(app, &mut connection, &decision).await?;
    let proof = compare::signature(&decision, hash, &cbor, submission.binding, &queued)?;
    if let Fit::Foreign =
        fit_checkpoint(app, &mut connection, decision.checkpoint, &submission.checkpoint).await?
    {
        drop(connection);
        return Err(enter_recovery(app).await);
    }
    // Whoever names a foreign key for the document has signed the decision alone.
    if decision.document_signer.is_some() && matches!(proof, Proof::Cms { .. }) {
        return Err(Mismatch::Binding.into());
    }
    compare::with_queued(&decision, &queued)?;
    let base = compare::base(&mut connection, &decision, &queued).await?;
    let signed = match &base {
        Base::Current(_) => {
            let work = Rebuild::load(app, &mut connection, &decision, &proof, &queued).await?;
            drop(connection);
            work.run(app).await?
        }
        Base::Stale => None,
    };
    let mut record = Record::of((decision, hash, cbor), proof.cose(), &queued);
    record.nonce.clone_from(&device.nonce);
    (record.base, record.signed) = (base, signed);
    Ok(record)
}

/// How the phone's newest checkpoint fits this log. It must be an earlier state of it: otherwise
/// this server was restored from an old backup, and must not record anything.
pub(super) async fn fit_checkpoint(
    app: &App,
    connection: &mut AnyConnection,
    seen: SeenCheckpoint,
    note: &str,
) -> Result<Fit, FlowError> {
    let stated = TreeHead { size: seen.size, root: seen.root };
    if app.heads().holds(note, stated) {
        return Ok(Fit::Earlier);
    }
    let theirs = app.signing_log_key().verifier().open(note).map_err(|_| Mismatch::Checkpoint)?;
    if theirs.head() != stated {
        return Err(Mismatch::Checkpoint.into());
    }
    let head = log::head(connection).await?;
    if head.mode == Mode::Recovery {
        return Err(FlowError::LogRecovery);
    }
    let fit = fit(connection, head.tree(), &theirs).await?;
    if let Fit::Earlier = fit {
        app.heads().remember(note, stated);
    }
    Ok(fit)
}
