//! The document signature of a decision that is recorded: made by a key outside phones, embedded here, and only then does
//! the step advance.
//!
//! Nothing of the CMS comes from outside but the signature and the certificate's issuers: the server assembles it around
//! the decision's hash, the digest of the revision that it builds itself, and the certificate that the decision names.

use async_trait::async_trait;
use sqlx::AnyConnection;
use trien_core::certificate::{BasicConstraints, Certificate};
use trien_core::cms;
use trien_core::decision::{Decision, DecisionHash};
use trien_core::digest::Sha256;
use trien_core::document_signature::{DocumentSignature, End, MAX_ISSUERS};
use trien_core::log::leaf;
use trien_core::pdf::revise::CMS_ROOM;
use trien_core::request::TransitionError;
use trien_core::signer::document::scheme_of;
use trien_core::wire::{DocumentSignatureSubmission, DocumentSigned};

use super::super::device::{AuthenticatedDevice, Standing};
use super::super::document_signature::{end, require_valid};
use super::super::receipts;
use super::super::{FlowError, Mismatch, Thing};
use super::compare::{self, Base, Proof, Queued};
use super::rebuild::Rebuild;
use super::record::{Record, overtaken};
use crate::app::App;
use crate::store::decision::{self, Logged};
use crate::store::document_signature::{self, SignatureRow, Standing as Stands};
use crate::store::log::Mode;
use crate::store::register;
use crate::store::{device, document, request};
use crate::writer::{Commit, CommitError, Tx};

/// Verifies, embeds and records the document signature of a decision of the device's person. Sending again gives the
/// same answer: the first signature stays, whatever the second one's bytes are.
pub async fn sign(
    app: &App,
    device: &AuthenticatedDevice,
    decision: DecisionHash,
    submission: DocumentSignatureSubmission,
) -> Result<DocumentSigned, FlowError> {
    device.require_active()?;
    let of = own(app, device, &decision).await?;
    match of.standing {
        Stands::Signed => return answer(app, &decision).await,
        Stands::Expired | Stands::Withdrawn => return Err(FlowError::NotAwaited),
        Stands::Awaited => {}
    }
    let work = prepare(app, device, of, submission).await?;
    app.writer().commit(work).await?;
    answer(app, &decision).await
}

/// What a person decided; for everybody else it does not exist.
async fn own(
    app: &App,
    device: &AuthenticatedDevice,
    decision: &DecisionHash,
) -> Result<SignatureRow, FlowError> {
    let mut connection = app.store().reader().await?;
    let of = document_signature::one(&mut connection, decision).await?;
    of.filter(|of| of.of.decider == device.person).ok_or(FlowError::NotFound(Thing::Decision))
}

async fn answer(app: &App, decision: &DecisionHash) -> Result<DocumentSigned, FlowError> {
    let mut connection = app.store().reader().await?;
    let lost = || FlowError::Internal("a signed document without its signature".to_owned());
    let logged = decision::logged(&mut connection, decision).await?.ok_or_else(lost)?;
    let of = document_signature::one(&mut connection, decision).await?.ok_or_else(lost)?;
    let ended = of.ended.ok_or_else(lost)?;
    let said = DocumentSignature::from_cbor(&ended.statement).map_err(|_| lost())?;
    let documents = document::views(&mut connection, logged.request).await?;
    let mut all = documents.into_iter().flat_map(|of| of.earlier.into_iter().chain([of.current]));
    let document = all.find(|it| Some(it.sha256) == said.document).ok_or_else(lost)?;
    let evidence = receipts::evidence(app, &mut connection, logged).await?.to_string();
    Ok(DocumentSigned { document, evidence })
}

async fn prepare(
    app: &App,
    device: &AuthenticatedDevice,
    of: SignatureRow,
    submission: DocumentSignatureSubmission,
) -> Result<Sign, FlowError> {
    let lost = |what: &str| FlowError::Internal(format!("an awaited signature without its {what}"));
    let decision = Decision::from_cbor(&of.of.cbor).map_err(|_| lost("decision"))?;
    let mut connection = app.store().reader().await?;
    let queued = Queued::load(app, &mut connection, &decision).await?;
    let proof = proof(&mut connection, &of, submission).await?;
    let cms = match &proof {
        Proof::Cms { cms, .. } => Sha256::of(cms),
        Proof::Cose(_) => return Err(lost("CMS")),
    };
    let base = compare::base(&mut connection, &decision, &queued).await?;
    let signed = match &base {
        Base::Current(_) => {
            let work = Rebuild::load(app, &mut connection, &decision, &proof, &queued).await?;
            drop(connection);
            work.run(app).await?
        }
        Base::Stale => None,
    };
    let cose = Some(of.of.cose.clone());
    let mut record = Record::of((decision, of.of.decision, of.of.cbor.clone()), cose, &queued);
    (record.base, record.signed) = (base, signed);
    // The nonce of this very request, by whichever device of the person it came.
    let (nonce, sender) = (device.nonce.clone(), device.id);
    Ok(Sign { nonce, sender, of, cms, record })
}

/// The CMS, assembled around what was decided.
async fn proof(
    connection: &mut AnyConnection,
    of: &SignatureRow,
    submission: DocumentSignatureSubmission,
) -> Result<Proof, FlowError> {
    let DocumentSignatureSubmission { revision_digest, signature, issuers } = submission;
    let lost = || FlowError::Internal("an awaited signature without its certificate".to_owned());
    let signer = document_signature::entry(connection, of.of.entry).await?.ok_or_else(lost)?;
    let certificate = Certificate::parse(&signer.der).map_err(|_| lost())?;
    let scheme = scheme_of(certificate.public_key()).ok_or_else(lost)?;
    if issuers.len() > MAX_ISSUERS {
        return Err(FlowError::BadRequest(format!("more than {MAX_ISSUERS} issuers")));
    }
    let mut below = certificate.clone();
    for der in &issuers {
        below = issuer_of(&below, &der.0)?;
    }
    let attributes = cms::signed_attributes(revision_digest, certificate.der(), of.of.decision);
    let mut chain = vec![certificate.der()];
    chain.extend(issuers.iter().map(|der| der.0.as_slice()));
    let cms = cms::assemble_as(&scheme, &attributes, &signature.0, &chain)
        .map_err(|_| Mismatch::Signature)?;
    if cms.len() > CMS_ROOM {
        return Err(FlowError::TooLarge { limit: CMS_ROOM as u64 });
    }
    Ok(Proof::Cms { cms, revision_digest })
}

/// Reads a certificate that signed the one below it: whatever else a document carried would be of nobody.
fn issuer_of(below: &Certificate, der: &[u8]) -> Result<Certificate, FlowError> {
    let refused = || FlowError::BadRequest("an issuer did not issue the one before it".to_owned());
    let issuer = Certificate::parse(der).map_err(|_| refused())?;
    let is_authority = matches!(issuer.basic_constraints(), Ok(BasicConstraints::Authority { .. }));
    let issued = issuer.subject() == below.issuer() && below.is_signed_by(issuer.public_key());
    if !is_authority || !issued {
        return Err(refused());
    }
    Ok(issuer)
}

/// A document signature on its way to the log.
struct Sign {
    nonce: String,
    sender: trien_core::id::DeviceId,
    of: SignatureRow,
    /// SHA-256 of the CMS.
    cms: Sha256,
    /// The decision as if it were recorded now: what counts for it must count still.
    record: Record,
}

#[async_trait]
impl Commit for Sign {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        if tx.mode() == Mode::Recovery {
            return Err(FlowError::LogRecovery.into());
        }
        self.spend_nonce(tx).await?;
        self.check_sender(tx).await?;
        let of = document_signature::one(tx.connection(), &self.of.of.decision).await?;
        let of = of.ok_or(FlowError::NotFound(Thing::Decision))?;
        match of.standing {
            // The same came twice at once.
            Stands::Signed => return Ok(()),
            Stands::Expired | Stands::Withdrawn => return Err(FlowError::NotAwaited.into()),
            Stands::Awaited => {}
        }
        if tx.now() > of.of.until {
            return Err(FlowError::NotAwaited.into());
        }
        self.check_still(tx).await?;
        self.advance(tx, of).await
    }

    /// What can never be signed any more is not awaited any longer.
    async fn refuse(
        &mut self,
        tx: &mut Tx<'_>,
        why: &FlowError,
    ) -> Result<Option<()>, CommitError> {
        if is_for_good(why) {
            let of = document_signature::one(tx.connection(), &self.of.of.decision).await?;
            if let Some(of) = of.filter(|of| of.standing == Stands::Awaited) {
                self.spend_nonce(tx).await?;
                end::give_up(tx, &of, End::Withdrawn).await?;
            }
        }
        Ok(None)
    }
}

/// Refusals after which the same decision would be refused each time.
fn is_for_good(why: &FlowError) -> bool {
    matches!(
        why,
        FlowError::DeviceSuspended
            | FlowError::DeviceRevoked
            | FlowError::CertificateNotValid
            | FlowError::AssuranceTooLow
            | FlowError::PostChanged
            | FlowError::AuthorityEnded
            | FlowError::StaleRevision
    )
}

impl Sign {
    async fn spend_nonce(&self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        match device::spend_nonce(tx.connection(), self.sender, &self.nonce, now).await? {
            0 => Err(FlowError::Replayed.into()),
            _ => Ok(()),
        }
    }

    /// Whichever device brings it: its own standing ends nothing.
    async fn check_sender(&self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let sender = device::now(tx.connection(), self.sender).await?;
        match sender.ok_or(FlowError::Unauthenticated)? {
            sender if sender.person != self.of.of.decider => Err(FlowError::Forbidden.into()),
            sender if sender.standing != Standing::Active => Err(FlowError::Forbidden.into()),
            _ => Ok(()),
        }
    }

    /// What the decision depended on when it was recorded must hold until it is signed.
    async fn check_still(&self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now().second();
        let decided_on = device::now(tx.connection(), self.of.of.device).await?;
        self.record.check_device(&decided_on.ok_or(FlowError::DeviceRevoked)?, now)?;
        self.record.check_right(tx).await?;
        let signer = document_signature::entry(tx.connection(), self.of.of.entry).await?;
        let signer = signer.ok_or(FlowError::CertificateNotValid)?;
        let head = register::head(tx.connection(), self.of.of.entry).await?;
        if head.is_none_or(|head| head.state != trien_core::register::State::InUse) {
            return Err(FlowError::CertificateNotValid.into());
        }
        Ok(require_valid(&signer, now)?)
    }

    async fn advance(&mut self, tx: &mut Tx<'_>, of: SignatureRow) -> Result<(), CommitError> {
        let now = tx.now();
        let route = request::route(tx.connection(), of.of.part.request).await?;
        let route = route.ok_or(FlowError::NotFound(Thing::Request))?;
        if now > route.expires_at {
            return Err(FlowError::RequestEnded.into());
        }
        let next = self.record.decide(route.route, now);
        let next = next.map_err(|error: TransitionError| overtaken(error))?;
        let base = self.record.check_base(tx).await?;
        self.record.check_recipe(tx).await?;
        let signed = self.record.signed.as_ref().map(|signed| signed.sha256);
        let signed = signed.ok_or(FlowError::StaleRevision)?;
        let statement = DocumentSignature::signed(of.of.decision, self.cms, signed);
        end::record(tx, &of, &statement).await?;
        let logged = Logged {
            outcome: leaf::Outcome::Recorded,
            recorded_at: of.of.recorded_at,
            salt: of.of.salt,
            leaf: of.of.leaf,
        };
        decision::insert(tx.connection(), &self.record.decision, &logged).await?;
        self.record.write_route(tx, next.state()).await?;
        self.record.write_revision(tx, base + 1).await
    }
}
