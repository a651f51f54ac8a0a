//! Recording a decision: the server accepts only what it queued.
//!
//! Preparing verifies the signature first, then compares everything the decision says with what
//! stands here, and rebuilds the revision that the phone signed. The commit ([`record`]) re-reads
//! what may have moved, in the order of the log, and writes.

mod compare;
mod rebuild;
mod record;

use trien_core::decision::{Decision, DecisionHash};
use trien_core::id::RequestId;
use trien_core::receipt::Receipt;
use trien_core::request::StepNumber;
use trien_core::wire::DecisionSubmission;

use self::compare::{Base, Queued};
use self::record::{Outcome, Record};
use super::device::{AuthenticatedDevice, Standing};
use super::receipts::{Fit, answer, fit, inclusion};
use super::sync::enter_recovery;
use super::{FlowError, Mismatch};
use crate::app::App;
use crate::store::decision::{LoggedDecision, NewDecision, logged};
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
    if let Some(before) = logged_before(app, arrived.hash).await? {
        return again(app, arrived.hash, &before).await;
    }
    let hash = arrived.hash;
    let record = prepare(app, device, arrived).await?;
    let committed = app.writer().commit(record).await?;
    match committed.value {
        Outcome::Logged(logged) => answer(hash, &logged, &committed.sealed.proof(logged.leaf)?),
        Outcome::LoggedBefore => {
            let before = logged_before(app, hash).await?;
            let lost = || FlowError::Internal("a logged decision is not there".to_owned());
            again(app, hash, &before.ok_or_else(lost)?).await
        }
    }
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
    let queued = Queued::load(app, &decision).await?;
    let proof = compare::signature(&decision, hash, &cbor, submission.binding, &queued)?;
    check_checkpoint(app, &decision, &submission.checkpoint).await?;
    compare::with_queued(&decision, &queued)?;
    let base = compare::base(&decision, &queued)?;
    let signed = match &base {
        Base::Current(main) => rebuild::rebuild(app, &decision, &proof, &queued, main).await?,
        Base::Stale => None,
    };
    Ok(Record {
        nonce: device.nonce.clone(),
        base,
        signed,
        queued_at: queued.head.queued_at,
        valid_until: decision.valid_until,
        certificate: decision.certificate,
        authority: decision.authority,
        decision: NewDecision {
            hash,
            request: decision.request,
            step: decision.step,
            person: decision.person,
            device: decision.device,
            verb: decision.verb,
            reason: decision.reason.map(|reason| reason.as_str().to_owned()),
            cbor,
            cose: proof.cose(),
            signed_at: decision.signed_at,
        },
    })
}

async fn logged_before(app: &App, hash: DecisionHash) -> Result<Option<LoggedDecision>, FlowError> {
    let mut connection = app.store().reader().await?;
    Ok(logged(&mut connection, &hash).await?)
}

async fn again(
    app: &App,
    hash: DecisionHash,
    before: &LoggedDecision,
) -> Result<Receipt, FlowError> {
    let mut connection = app.store().reader().await?;
    let proof = inclusion(app, &mut connection, before.logged.leaf).await?;
    answer(hash, &before.logged, &proof)
}

/// The phone's newest checkpoint must be an earlier state of this log. If it is not, this server was
/// restored from an old backup, and must not record anything.
async fn check_checkpoint(app: &App, decision: &Decision, note: &str) -> Result<(), FlowError> {
    let verifier = app.signing_log_key().verifier();
    let theirs = verifier.open(note).map_err(|_| Mismatch::Checkpoint)?;
    let stated = decision.checkpoint;
    if theirs.size != stated.size || theirs.root != stated.root {
        return Err(Mismatch::Checkpoint.into());
    }
    let mut connection = app.store().reader().await?;
    let head = log::head(&mut connection).await?;
    if head.mode == Mode::Recovery {
        return Err(FlowError::LogRecovery);
    }
    match fit(&mut connection, head.tree(), &theirs).await? {
        Fit::Earlier => Ok(()),
        Fit::Foreign => {
            drop(connection);
            Err(enter_recovery(app).await)
        }
    }
}
