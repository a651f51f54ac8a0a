//! The commit of a decision: what may have moved is read again, then everything is written.

use async_trait::async_trait;
use trien_core::change;
use trien_core::decision::{Authority, Decision, DecisionHash, Verb};
use trien_core::digest::Sha256;
use trien_core::document_signature::End;
use trien_core::env::{Timestamp, UnixSecond};
use trien_core::log::leaf::{self, Leaf};
use trien_core::request::{Role, Route, RouteState, TransitionError};

use super::super::changes::{self, News};
use super::super::delegate::right::Right;
use super::super::device::Standing;
use super::super::document_signature::{begin, end, require_valid, signer};
use super::super::{FlowError, Mismatch, Thing, copies, numbers, push};
use super::compare::{Base, Queued};
use super::rebuild::Signed;
use crate::store::certificate::CertificateState;
use crate::store::decision::{self, Logged, NewDecision};
use crate::store::device::{self, DeviceNow};
use crate::store::document::{self, NewRevision};
use crate::store::document_signature::{self, NewAwaited, SignatureRow, SignerRow};
use crate::store::job::JobKind;
use crate::store::log::Mode;
use crate::store::request::{self, Decided};
use crate::store::reshape::Part;
use crate::store::stand_in::{self, part};
use crate::writer::{Commit, CommitError, Tx};

/// How far the phone's clock may be from ours (architecture §3a), in seconds.
const SKEW_SECONDS: i64 = 300;

/// A verified decision on its way to the log.
pub(super) struct Record {
    pub nonce: String,
    pub base: Base,
    pub signed: Option<Signed>,
    /// The recipe by which it was built; none where it signs no document.
    pub recipe: Option<Sha256>,
    pub queued_at: Timestamp,
    pub valid_until: UnixSecond,
    pub certificate: Sha256,
    pub authority: Authority,
    pub right: Right,
    /// What the step asks.
    pub role: Role,
    /// Whose key signs the document afterwards, as the decision says.
    pub document_signer: Option<Sha256>,
    pub decision: NewDecision,
}

impl Record {
    /// What a decision says, without the request's nonce and what was built.
    pub(super) fn of(
        (decision, hash, cbor): (Decision, DecisionHash, Vec<u8>),
        cose: Option<Vec<u8>>,
        queued: &Queued,
    ) -> Self {
        let recipe = queued.recipe.as_ref().filter(|_| decision.signs_document());
        Self {
            nonce: String::new(),
            base: Base::Stale,
            signed: None,
            recipe: recipe.map(|recipe| Sha256::of(recipe)),
            queued_at: queued.head.queued_at,
            valid_until: decision.valid_until,
            certificate: decision.certificate,
            authority: decision.authority,
            right: queued.right.clone(),
            role: queued.role,
            document_signer: decision.document_signer,
            decision: NewDecision {
                hash,
                request: decision.request,
                step: decision.step,
                person: decision.person,
                device: decision.device,
                verb: decision.verb,
                reason: decision.reason.map(|reason| reason.as_str().to_owned()),
                cbor,
                cose,
                signed_at: decision.signed_at,
            },
        }
    }
}

/// What became of it.
pub(super) enum Outcome {
    /// It is logged, as recorded or as refused.
    Logged(Logged),
    /// The same decision was logged before.
    LoggedBefore,
}

#[async_trait]
impl Commit for Record {
    type Done = Outcome;

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<Outcome, CommitError> {
        if tx.mode() == Mode::Recovery {
            return Err(FlowError::LogRecovery.into());
        }
        self.spend_nonce(tx).await?;
        let device = device::now(tx.connection(), self.decision.device).await?;
        let now = tx.now();
        self.check_device(&device.ok_or(FlowError::Unauthenticated)?, now.second())?;
        self.check_times(now.second())?;
        self.check_right(tx).await?;
        let request = request::route(tx.connection(), self.decision.request).await?;
        let request = request.ok_or(FlowError::NotFound(Thing::Request))?;
        // The job that ends it may still be waiting.
        if now > request.expires_at {
            return Err(FlowError::DecisionExpired("request-expired").into());
        }
        let before = document_signature::one(tx.connection(), &self.decision.hash).await?;
        if before.is_some() {
            return Ok(Outcome::LoggedBefore);
        }
        let gives_way = self.gives_way(tx).await?;
        let next = match self.decide(request.route, now) {
            Ok(next) => next,
            Err(TransitionError::AlreadyDecided { decision }) if decision == self.decision.hash => {
                return Ok(Outcome::LoggedBefore);
            }
            Err(error) => return Err(overtaken(error).into()),
        };
        let base = self.check_base(tx).await?;
        self.check_recipe(tx).await?;
        let signer = self.check_document_signer(tx).await?;
        if let Some(of) = gives_way {
            end::give_up(tx, &of, End::Withdrawn).await?;
        }
        let logged = self.log(tx, leaf::Outcome::Recorded).await?;
        if let Some(signer) = signer {
            self.await_signature(tx, &signer, &logged).await?;
            return Ok(Outcome::Logged(logged));
        }
        decision::insert(tx.connection(), &self.decision, &logged).await?;
        self.write_route(tx, next.state()).await?;
        self.write_revision(tx, base + 1).await?;
        Ok(Outcome::Logged(logged))
    }

    async fn refuse(
        &mut self,
        tx: &mut Tx<'_>,
        why: &FlowError,
    ) -> Result<Option<Outcome>, CommitError> {
        if !is_recorded(why) {
            return Ok(None);
        }
        if decision::logged(tx.connection(), &self.decision.hash).await?.is_some() {
            return Ok(Some(Outcome::LoggedBefore));
        }
        self.spend_nonce(tx).await?;
        let why = why.problem();
        let logged = self.log(tx, leaf::Outcome::Refused { why }).await?;
        decision::refuse(tx.connection(), &self.decision, why, &logged).await?;
        Ok(Some(Outcome::Logged(logged)))
    }
}

/// Refusals of a decision that verifies: it came too late, or from a device that may no longer act.
fn is_recorded(why: &FlowError) -> bool {
    matches!(
        why,
        FlowError::DeviceSuspended
            | FlowError::DeviceRevoked
            | FlowError::CertificateNotValid
            | FlowError::AssuranceTooLow
            | FlowError::DecisionExpired(_)
            | FlowError::Overtaken
            | FlowError::PostChanged
            | FlowError::AuthorityEnded
            | FlowError::RequestEnded
            | FlowError::StaleRevision
    )
}

pub(super) fn overtaken(error: TransitionError) -> FlowError {
    match error {
        TransitionError::Ended => FlowError::RequestEnded,
        TransitionError::NotSigner => FlowError::NotFound(Thing::Step),
        TransitionError::NotOpen { .. }
        | TransitionError::AlreadyDecided { .. }
        | TransitionError::AlreadySigner
        | TransitionError::Released => FlowError::Overtaken,
    }
}

impl Record {
    /// What is awaited of the document, where this approval takes its place. Else nobody approves meanwhile: the document
    /// is about to change. But whoever let a signature run out holds nobody else up a second time. Whoever refuses waits
    /// for nothing: with the request, the waiting ends.
    async fn gives_way(&self, tx: &mut Tx<'_>) -> Result<Option<SignatureRow>, CommitError> {
        if self.decision.verb != Verb::Approve {
            return Ok(None);
        }
        let of = document_signature::awaited(tx.connection(), self.decision.request).await?;
        let Some(of) = of else { return Ok(None) };
        let (part, decider) = (of.of.part, of.of.decider);
        let may = decider != self.decision.person
            && document_signature::ran_out(tx.connection(), part, decider).await?;
        if may { Ok(Some(of)) } else { Err(FlowError::AwaitsDocumentSignature.into()) }
    }

    /// Whose key signs the document afterwards. The register may say another one since the phone was told.
    async fn check_document_signer(
        &self,
        tx: &mut Tx<'_>,
    ) -> Result<Option<SignerRow>, CommitError> {
        if self.decision.verb != Verb::Approve {
            return Ok(None);
        }
        let signer = signer(tx, self.decision.device, self.role).await?;
        if signer.as_ref().map(|signer| signer.sha256) != self.document_signer {
            return Err(FlowError::StaleRevision.into());
        }
        if let Some(signer) = &signer {
            require_valid(signer, self.decision.signed_at)?;
            require_valid(signer, tx.now().second())?;
        }
        Ok(signer)
    }

    async fn await_signature(
        &self,
        tx: &mut Tx<'_>,
        signer: &SignerRow,
        logged: &Logged,
    ) -> Result<(), CommitError> {
        let of = &self.decision;
        let missing = |what: &str| FlowError::Internal(format!("a decision without its {what}"));
        let until = begin::until(logged.recorded_at, self.valid_until.min(signer.not_after));
        let principal = self.right.principal(of.person);
        let awaited = NewAwaited {
            decision: of.hash,
            part: Part { request: of.request, step: of.step, person: principal },
            decider: of.person,
            device: of.device,
            entry: signer.entry,
            recipe: self.recipe.ok_or_else(|| missing("recipe"))?,
            cbor: of.cbor.clone(),
            cose: of.cose.clone().ok_or_else(|| missing("signature"))?,
            recorded_at: logged.recorded_at,
            salt: logged.salt,
            leaf: logged.leaf,
            until: until.timestamp(),
        };
        begin::begin(tx, &awaited).await
    }

    async fn spend_nonce(&self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let (device, now) = (self.decision.device, tx.now());
        match device::spend_nonce(tx.connection(), device, &self.nonce, now).await? {
            0 => Err(FlowError::Replayed.into()),
            _ => Ok(()),
        }
    }

    pub(super) fn check_device(
        &self,
        device: &DeviceNow,
        now: UnixSecond,
    ) -> Result<(), FlowError> {
        match device.standing {
            Standing::Active => {}
            Standing::Suspended => return Err(FlowError::DeviceSuspended),
            Standing::Revoked | Standing::Refused => return Err(FlowError::DeviceRevoked),
            Standing::Pending | Standing::WaitingForCertificate => {
                return Err(FlowError::DevicePending);
            }
        }
        if device.person != self.decision.person {
            return Err(Mismatch::Authority.into());
        }
        // Signed in a post that ended before it arrived.
        let (Authority::Own { position } | Authority::Delegated { position, .. }) = &self.authority;
        if device.position.as_deref() != Some(position.as_str()) {
            return Err(FlowError::PostChanged);
        }
        if !device.takes() {
            return Err(FlowError::AssuranceTooLow);
        }
        self.check_certificate(device, now)
    }

    /// Whoever decides in another's place does so by a delegation that counts now.
    pub(super) async fn check_right(&self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        match &self.right {
            Right::Own => Ok(()),
            Right::Delegated(by) => {
                let of = &self.decision;
                by.require(tx, of.request, self.role, of.signed_at).await
            }
        }
    }

    fn check_certificate(&self, device: &DeviceNow, now: UnixSecond) -> Result<(), FlowError> {
        let signed_at = self.decision.signed_at;
        match device.certificate {
            Some(certificate)
                if certificate.sha256 == self.certificate
                    && certificate.state == CertificateState::Valid
                    && certificate.not_before <= signed_at
                    && signed_at <= certificate.not_after
                    && now <= certificate.not_after =>
            {
                Ok(())
            }
            _ => Err(FlowError::CertificateNotValid),
        }
    }

    fn check_times(&self, now: UnixSecond) -> Result<(), FlowError> {
        let signed_at = self.decision.signed_at;
        if signed_at < self.queued_at.second().plus(-SKEW_SECONDS) {
            return Err(FlowError::DecisionExpired("signed-before-queued"));
        }
        if signed_at > now.plus(SKEW_SECONDS) {
            return Err(FlowError::DecisionExpired("signed-in-the-future"));
        }
        if now > self.valid_until {
            return Err(FlowError::DecisionExpired("no-longer-valid"));
        }
        Ok(())
    }

    pub(super) fn decide(&self, route: Route, now: Timestamp) -> Result<Route, TransitionError> {
        let of = &self.decision;
        let principal = self.right.principal(of.person);
        route.decide_for(of.step, principal, of.person, of.verb, of.hash, now)
    }

    /// The number of the revision that the decision is about, if it is still the newest.
    pub(super) async fn check_base(&self, tx: &mut Tx<'_>) -> Result<u32, CommitError> {
        let Base::Current(base) = &self.base else { return Err(FlowError::StaleRevision.into()) };
        let newest = document::current_main(tx.connection(), self.decision.request).await?;
        match newest {
            Some((number, sha256)) if sha256 == base.document.sha256 => Ok(number),
            _ => Err(FlowError::StaleRevision.into()),
        }
    }

    /// A change of post may have written another stamp since the revision was built.
    pub(super) async fn check_recipe(&self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let Some(built_by) = &self.recipe else { return Ok(()) };
        let of = &self.decision;
        let now = match &self.right {
            Right::Own => request::recipe(tx.connection(), of.request, of.step, of.person).await?,
            Right::Delegated(by) => {
                let asked = part(of.request, of.step, of.person);
                let hash = &by.stands_in.delegation;
                let now = stand_in::one_stand_in(tx.connection(), asked, hash).await?;
                now.and_then(|now| now.recipe)
            }
        };
        if now.is_some_and(|now| Sha256::of(&now) == *built_by) {
            Ok(())
        } else {
            Err(FlowError::StaleRevision.into())
        }
    }

    async fn log(&self, tx: &mut Tx<'_>, outcome: leaf::Outcome) -> Result<Logged, CommitError> {
        let recorded_at = tx.now().second();
        let salt = tx.salt();
        let leaf = Leaf::of_decision(outcome, recorded_at, &salt, &self.decision.hash);
        let leaf = tx.append(&leaf).await?;
        Ok(Logged { outcome, recorded_at, salt, leaf })
    }

    pub(super) async fn write_route(
        &self,
        tx: &mut Tx<'_>,
        to: RouteState,
    ) -> Result<(), CommitError> {
        let of = &self.decision;
        let decided = Decided {
            verb: of.verb,
            decision: of.hash,
            at: tx.now(),
            reason: of.reason.clone(),
            by: self.right.by(),
        };
        let principal = self.right.principal(of.person);
        let change = tx.next_change();
        if !matches!(to, RouteState::Open { .. } | RouteState::Completed) {
            push::tell_all(tx, of.request, change).await?;
        }
        let now = tx.now();
        let connection = tx.connection();
        let decided = request::decide(connection, of.request, of.step, principal, &decided).await?;
        let moved = request::advance(connection, of.request, of.step, to, change, now).await?;
        if decided * moved != 1 {
            return Err(FlowError::Overtaken.into());
        }
        let opened = match to {
            RouteState::Open { step } => Some(step).filter(|step| *step != of.step),
            _ => None,
        };
        if let Some(step) = opened {
            numbers::give(tx, of.request, step).await?;
        }
        if to == RouteState::Completed {
            copies::deliver(tx, of.request, change).await?;
        }
        let news = News::of(change::Outcome::of_decision(to)).at(of.step, of.person);
        let news = News { decision: Some(of.hash), ..news };
        changes::note(tx, of.request, change, news).await?;
        if opened.is_some() {
            // With the change stands who may decide in others' places: they are woken, too.
            push::wake(tx, of.request, change).await?;
            // The job looks when it is to remind of this step.
            tx.schedule(JobKind::Remind, of.request.as_bytes(), now).await?;
        }
        Ok(())
    }

    pub(super) async fn write_revision(
        &mut self,
        tx: &mut Tx<'_>,
        number: u32,
    ) -> Result<(), CommitError> {
        let Some(signed) = self.signed.take() else { return Ok(()) };
        let now = tx.now();
        let revision = NewRevision {
            request: self.decision.request,
            place: 0,
            number,
            sha256: signed.sha256,
            size: signed.size,
            part: Sha256::of(&signed.tail),
            tail: Some(signed.tail),
            decision: Some(self.decision.hash),
        };
        match document::insert_revision(tx.connection(), &revision, now).await? {
            1 => Ok(()),
            _ => Err(FlowError::StaleRevision.into()),
        }
    }
}
