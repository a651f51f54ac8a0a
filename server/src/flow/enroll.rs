//! Enrolling a device (architecture §4): invitation, commitment, keys, code, certificate.

use async_trait::async_trait;
use p256::pkcs8::DecodePublicKey as _;
use serde_json::{Value, json};
use sqlx::AnyConnection;
use trien_core::certificate::{DistinguishedName, ProvenCsr, parse_csr};
use trien_core::digest::Sha256;
use trien_core::enrollment::{
    BEGIN, CHALLENGE, ComparisonCode, KEYS, MAX_ATTEMPTS, Transcript, proof, same_proof,
};
use trien_core::env::{Timestamp, random};
use trien_core::id::{AttemptId, DeviceId, EntryId, InvitationId, PersonId, UnitId};
use trien_core::register::{CertificateKind, Event, KeyHome, State, Term};
use trien_core::wire::{
    Base64, EnrollmentBegin, EnrollmentChallenge, EnrollmentKeys, EnrollmentReveal,
};

use super::act::{Act, Acted};
use super::authority::require_in_force;
use super::device::state_standing;
use super::exchange::{NoExchange, Source, source_of};
use super::invite::{Instead, InvitationEnd, Purpose, restore};
use super::register::record;
use super::token_seen::TokenSeen;
use super::{FlowError, Thing, attest, replace};
use crate::app::App;
use crate::ca::short;
use crate::flow::act::kind::Kind;
use crate::store::certificate::{self, CertificateRow};
use crate::store::device::{self, DeviceRow, Standing};
use crate::store::directory::{self, PersonRow, UnitRow};
use crate::store::enrollment::{
    self, AttemptRow, AttemptState, InvitationRow, InvitationState, count_failure, end_attempts,
    insert_attempt, move_attempt, take_keys, use_invitation,
};
use crate::store::register::{self, Author, Certified, NewEntry};
use crate::store::slip;
use crate::writer::{Commit, CommitError, Tx};

/// How long after its keys came a device may still be approved, in seconds.
const APPROVAL_SECONDS: i64 = 86_400;

/// The phone shows that it holds the invitation; the server commits to its second value.
pub async fn begin(app: &App, message: EnrollmentBegin) -> Result<EnrollmentChallenge, FlowError> {
    let (invitation, person, unit) = {
        let mut connection = app.store().reader().await?;
        let row = enrollment::invitation(&mut connection, message.invitation).await?;
        // An invitation that does not exist looks like a wrong proof.
        let row = row.ok_or(FlowError::Unauthenticated)?;
        let secret = app.invitation_secret(row.id);
        let expected = proof(&secret, BEGIN, &[row.id.as_bytes()]);
        if !same_proof(&expected, &message.proof.0) {
            return Err(FlowError::Unauthenticated);
        }
        let person = directory::person_in_unit(&mut connection, row.person, row.unit).await?;
        let unit = directory::unit(&mut connection, row.unit).await?;
        (
            row,
            person.ok_or(FlowError::NotFound(Thing::Person))?,
            unit.ok_or(FlowError::NotFound(Thing::Unit))?,
        )
    };
    let attempt = AttemptRow {
        id: AttemptId::generate(app.clock(), app.entropy()),
        invitation: invitation.id,
        state: AttemptState::Challenged,
        c1: random::<32>(app.entropy()).to_vec(),
        c2: random::<32>(app.entropy()).to_vec(),
        message: None,
        device: None,
        prompt_policy: unit.prompt_policy,
    };
    let answer = challenge(app, &invitation, &attempt, &person, &unit);
    match app.writer().commit(Begin(attempt)).await?.value {
        Begun::Challenged => Ok(answer),
        Begun::Ended(end) => Err(FlowError::InvitationEnded(end)),
    }
}

fn challenge(
    app: &App,
    invitation: &InvitationRow,
    attempt: &AttemptRow,
    person: &PersonRow,
    unit: &UnitRow,
) -> EnrollmentChallenge {
    let commitment = Sha256::of(&attempt.c2);
    let log_key = app.log_key();
    let parts: [&[u8]; 5] = [
        invitation.id.as_bytes(),
        attempt.id.as_bytes(),
        &attempt.c1,
        commitment.as_bytes(),
        log_key.as_bytes(),
    ];
    let proof = proof(&app.invitation_secret(invitation.id), CHALLENGE, &parts);
    EnrollmentChallenge {
        attempt: attempt.id,
        c1: Base64(attempt.c1.clone()),
        commitment,
        log_key,
        person: person.view.clone(),
        unit: unit.view.clone(),
        prompt_policy: attempt.prompt_policy,
        server_time: app.clock().now(),
        proof: Base64(proof.to_vec()),
    }
}

struct Begin(AttemptRow);

enum Begun {
    Challenged,
    Ended(InvitationEnd),
}

#[async_trait]
impl Commit for Begin {
    type Done = Begun;

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<Begun, CommitError> {
        let now = tx.now();
        // Neither side accepts a second challenge: an attempt that this one replaces has ended.
        if end_all(tx, self.0.invitation, Author::Phone).await? > 0 {
            count_failure(tx.connection(), self.0.invitation, MAX_ATTEMPTS).await?;
        }
        if let Some(end) = end_of(tx, self.0.invitation).await? {
            return Ok(Begun::Ended(end));
        }
        // Whoever knows the secret has it by the short code, if there was one.
        slip::opened(tx.connection(), self.0.invitation).await?;
        insert_attempt(tx.connection(), &self.0, now).await?;
        Ok(Begun::Challenged)
    }
}

/// Why an invitation cannot be used any more, if it cannot.
async fn end_of(tx: &mut Tx<'_>, id: InvitationId) -> Result<Option<InvitationEnd>, CommitError> {
    let now = tx.now().second();
    let row = enrollment::invitation(tx.connection(), id).await?;
    Ok(row.ok_or(FlowError::NotFound(Thing::Invitation))?.end(now))
}

/// The phone's keys. Identical messages get the same answer; another message ends the attempt.
pub async fn keys(
    app: &App,
    attempt: AttemptId,
    message: EnrollmentKeys,
) -> Result<EnrollmentReveal, FlowError> {
    let (attempt, invitation, unit) = {
        let mut connection = app.store().reader().await?;
        let attempt = enrollment::attempt(&mut connection, attempt).await?;
        let attempt = attempt.ok_or(FlowError::NotFound(Thing::Attempt))?;
        let row = enrollment::invitation(&mut connection, attempt.invitation).await?;
        let row = row.ok_or(FlowError::NotFound(Thing::Invitation))?;
        let unit = directory::unit(&mut connection, row.unit).await?;
        (attempt, row, unit.ok_or(FlowError::NotFound(Thing::Unit))?)
    };
    let parts: [&[u8]; 4] =
        [attempt.id.as_bytes(), &message.auth_key.0, &message.csr.0, &message.nonce.0];
    let expected = proof(&app.invitation_secret(invitation.id), KEYS, &parts);
    if !same_proof(&expected, &message.proof.0) {
        return Err(FlowError::Unauthenticated);
    }
    let approval_key = check_keys(&message)?.public_key;
    let proven = attest::prove(app, &message, approval_key, &attempt).await?;
    if !unit.takes(proven.assurance) {
        return Err(proven.refusal);
    }
    let allowed = attempt.prompt_policy;
    let prompt_policy = allowed.with_passcode(allowed.passcode && !proven.fingers_only);
    let device = DeviceRow {
        id: DeviceId::generate(app.clock(), app.entropy()),
        person: invitation.person,
        unit: invitation.unit,
        attempt: attempt.id,
        standing: Standing::Pending,
        auth_key: message.auth_key.0.clone(),
        csr: message.csr.0.clone(),
        nonce: message.nonce.0.clone(),
        assurance: proven.assurance,
        evidence: message.evidence.clone(),
        prompt_policy,
        model: message.model.as_str().to_owned(),
        app: message.app.as_str().to_owned(),
        created_at: app.clock().now(),
        certificate: None,
    };
    let digest = serde_json::to_vec(&message).map(|bytes| Sha256::of(&bytes));
    let message = digest.map_err(|error| FlowError::Internal(error.to_string()))?;
    let c2 = Base64(attempt.c2.clone());
    let entry = EntryId::generate(app.clock(), app.entropy());
    let take = TakeKeys { device, message, entry, attestation: proven.statement };
    match app.writer().commit(take).await?.value {
        Taken::Device(device) => Ok(EnrollmentReveal { c2, device }),
        Taken::Ended => Err(FlowError::EnrollmentEnded),
        Taken::Late(end) => Err(FlowError::InvitationEnded(end)),
    }
}

fn check_keys(message: &EnrollmentKeys) -> Result<ProvenCsr, FlowError> {
    let bad = |what: &str| FlowError::BadRequest(what.to_owned());
    if message.nonce.0.len() != 32 {
        return Err(bad("the nonce has 32 bytes"));
    }
    let csr = proven(&message.csr.0)?;
    p256::PublicKey::from_public_key_der(&message.auth_key.0)
        .map_err(|_| bad("the auth key is not a P-256 public key"))?;
    // One key for both would make silent requests and approvals indistinguishable.
    if csr.public_key == message.auth_key.0 {
        return Err(bad("the auth key and the approval key are the same"));
    }
    Ok(csr)
}

fn proven(csr: &[u8]) -> Result<ProvenCsr, FlowError> {
    parse_csr(csr).map_err(|error| FlowError::BadRequest(error.to_string()))
}

struct TakeKeys {
    device: DeviceRow,
    message: Sha256,
    entry: EntryId,
    /// How the level was found, where evidence was judged.
    attestation: Option<Value>,
}

impl TakeKeys {
    fn entry(&self) -> NewEntry {
        NewEntry {
            id: self.entry,
            unit: self.device.unit,
            person: self.device.person,
            device: Some(self.device.id),
            kind: CertificateKind::Personal,
            home: KeyHome::Phone,
            assurance: Some(self.device.assurance),
            prompt_policy: Some(self.device.prompt_policy),
            predecessor: None,
            renews: false,
        }
    }
}

enum Taken {
    Device(DeviceId),
    Ended,
    Late(InvitationEnd),
}

#[async_trait]
impl Commit for TakeKeys {
    type Done = Taken;

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<Taken, CommitError> {
        let id = self.device.attempt;
        let attempt = enrollment::attempt(tx.connection(), id).await?;
        let attempt = attempt.ok_or(FlowError::NotFound(Thing::Attempt))?;
        match (attempt.state, attempt.message, attempt.device) {
            (AttemptState::Challenged, ..) => {}
            (AttemptState::Keyed | AttemptState::Approved, Some(first), Some(device))
                if first == self.message =>
            {
                return Ok(Taken::Device(device));
            }
            (AttemptState::Keyed, ..) => {
                end_all(tx, attempt.invitation, Author::Phone).await?;
                count_failure(tx.connection(), attempt.invitation, MAX_ATTEMPTS).await?;
                return Ok(Taken::Ended);
            }
            _ => return Ok(Taken::Ended),
        }
        if let Some(end) = end_of(tx, attempt.invitation).await? {
            return Ok(Taken::Late(end));
        }
        device::insert(tx.connection(), &self.device).await?;
        take_keys(tx.connection(), id, &self.message, self.device.id).await?;
        let mut entry = self.entry();
        let replaces = replace::meant_by(tx, attempt.invitation).await?;
        if let Some(Instead { device: old, purpose }) = replaces {
            let head = register::of_device(tx.connection(), old).await?;
            entry.predecessor = head.map(|head| head.id);
            entry.renews = purpose == Purpose::Renewal;
        }
        record::begin(tx, &entry, Event::Requested, Author::Phone).await?;
        let mut statement = json!({
            "by": { "device": self.device.id },
            "device": self.device.id,
            "person": self.device.person,
            "unit": self.device.unit,
            "assurance": self.device.assurance,
            "before": null,
            "after": { "state": self.device.standing.name() },
        });
        if let Some(Instead { device: old, purpose }) = replaces {
            statement["replaces"] = json!(old);
            statement["renews"] = json!(purpose == Purpose::Renewal);
        }
        if let Some(attestation) = &self.attestation {
            statement["attestation"] = attestation.clone();
        }
        tx.state(Kind::KeysReceived, self.device.id.as_bytes(), &statement).await?;
        Ok(Taken::Device(self.device.id))
    }
}

/// The officer types the digits that the person reads out. Right ones issue the certificate, or let the
/// device wait for an outside authority's.
pub async fn approve(app: &App, act: &Act, device: DeviceId, typed: &str) -> Result<(), FlowError> {
    approve_as(app, act, device, typed, None).await
}

/// The same for a device whose approval key is in a PKCS#11 token: the officer also types the serial number that
/// stands on it.
pub async fn approve_with_token(
    app: &App,
    act: &Act,
    device: DeviceId,
    typed: &str,
    serial: &str,
) -> Result<(), FlowError> {
    approve_as(app, act, device, typed, Some(serial)).await
}

async fn approve_as(
    app: &App,
    act: &Act,
    device: DeviceId,
    typed: &str,
    serial: Option<&str>,
) -> Result<(), FlowError> {
    let pending = load_pending(app, device).await?;
    if !pending.code(app)?.matches(typed) {
        let counted = app.writer().commit(WrongCode(pending.invitation.id)).await?.value;
        return Err(FlowError::WrongCode { left: counted });
    }
    let token = TokenSeen::judge(&pending.device, serial)?;
    let csr = proven(&pending.device.csr)?;
    let source = {
        let mut connection = app.store().reader().await?;
        source_of(&mut connection, pending.device.unit).await?.source
    };
    let approval = Approval {
        device,
        unit: pending.device.unit,
        attempt: pending.attempt.id,
        invitation: pending.invitation.id,
        until: pending.device.created_at.plus_seconds(APPROVAL_SECONDS),
        source,
        token,
    };
    if source == Source::Outside {
        app.writer().commit(Acted(act.clone(), Review(approval))).await?;
        return Ok(());
    }
    let subject = subject(&pending)?;
    let now = app.clock().now().second();
    let term = {
        let mut connection = app.store().reader().await?;
        require_in_force(&mut connection, app.ca().issuing().name()).await?;
        term_of(&mut connection, pending.device.person).await?
    };
    let key = &csr.public_key;
    let certificate = app.ca().issue(key, &subject, term, now, app.entropy()).await?;
    let row = CertificateRow {
        sha256: certificate.sha256(),
        device,
        issuer: app.ca().issuing().name().to_owned(),
        serial: certificate.serial().as_bytes().to_vec(),
        der: certificate.der().to_vec(),
        not_before: certificate.not_before(),
        not_after: certificate.not_after(),
        path: None,
    };
    let ended =
        app.writer().commit(Acted(act.clone(), Approve { row, approval, term })).await?.value;
    if ended {
        super::crl::renew_now(app).await;
    }
    Ok(())
}

/// For how long a person's next certificate may be valid (R14): whoever had one is no new subscriber.
async fn term_of(connection: &mut AnyConnection, person: PersonId) -> Result<Term, FlowError> {
    let known = register::was_certified(connection, person).await?;
    Ok(if known { Term::Renewal } else { Term::First })
}

/// The officer turns a device away that waits for its code or, meanwhile, for its certificate.
pub async fn refuse(app: &App, act: &Act, device: DeviceId) -> Result<(), FlowError> {
    let Enrolling { device, attempt, invitation } = {
        let mut connection = app.store().reader().await?;
        enrolling(&mut connection, device).await?
    };
    let (id, from) = (device.id, device.standing);
    if !matches!(from, Standing::Pending | Standing::WaitingForCertificate) {
        return Err(FlowError::EnrollmentEnded);
    }
    let refuse = Refuse { device: id, from, attempt: attempt.id, invitation: invitation.id };
    app.writer().commit(Acted(act.clone(), refuse)).await?;
    Ok(())
}

struct Pending {
    device: DeviceRow,
    attempt: AttemptRow,
    invitation: InvitationRow,
    person: PersonRow,
}

impl Pending {
    fn code(&self, app: &App) -> Result<ComparisonCode, FlowError> {
        let damaged = |_| FlowError::Internal("an enrollment's random values are damaged".into());
        Ok(ComparisonCode::of(&Transcript {
            invitation: &restore(app, &self.invitation),
            c1: self.attempt.c1.as_slice().try_into().map_err(damaged)?,
            commitment: &Sha256::of(&self.attempt.c2),
            auth_key: &self.device.auth_key,
            csr: &self.device.csr,
            nonce: self.device.nonce.as_slice().try_into().map_err(damaged)?,
            c2: self.attempt.c2.as_slice().try_into().map_err(damaged)?,
        }))
    }
}

async fn load_pending(app: &App, id: DeviceId) -> Result<Pending, FlowError> {
    let pending = load(app, id).await?;
    if pending.device.standing == Standing::Pending {
        Ok(pending)
    } else {
        Err(FlowError::EnrollmentEnded)
    }
}

async fn load(app: &App, id: DeviceId) -> Result<Pending, FlowError> {
    let mut connection = app.store().reader().await?;
    let Enrolling { device, attempt, invitation } = enrolling(&mut connection, id).await?;
    let person = directory::person_in_unit(&mut connection, device.person, device.unit).await?;
    let person = person.ok_or(FlowError::NotFound(Thing::Person))?;
    Ok(Pending { device, attempt, invitation, person })
}

/// A device with its enrollment, whether or not its person still has the post.
struct Enrolling {
    device: DeviceRow,
    attempt: AttemptRow,
    invitation: InvitationRow,
}

async fn enrolling(connection: &mut AnyConnection, id: DeviceId) -> Result<Enrolling, FlowError> {
    let device = device::by_id(connection, id).await?;
    let device = device.ok_or(FlowError::NotFound(Thing::Device))?;
    let attempt = enrollment::attempt(connection, device.attempt).await?;
    let attempt = attempt.ok_or(FlowError::NotFound(Thing::Attempt))?;
    let invitation = enrollment::invitation(connection, attempt.invitation).await?;
    let invitation = invitation.ok_or(FlowError::NotFound(Thing::Invitation))?;
    Ok(Enrolling { device, attempt, invitation })
}

fn subject(pending: &Pending) -> Result<DistinguishedName, FlowError> {
    let view = &pending.person.view;
    let unnamed = || FlowError::Internal("a person without a name".to_owned());
    Ok(DistinguishedName {
        common_name: short(&view.name).ok_or_else(unnamed)?,
        organization: short(&pending.invitation.unit_name),
        title: short(&view.position),
        subject_serial: short(&view.id.to_string()),
    })
}

/// Ends every unfinished attempt of an invitation, and what the register knows of them.
pub(super) async fn end_all(
    tx: &mut Tx<'_>,
    invitation: InvitationId,
    author: Author,
) -> Result<u64, CommitError> {
    record::refuse_requested(tx, invitation, author).await?;
    Ok(end_attempts(tx.connection(), invitation).await?)
}

struct WrongCode(InvitationId);

#[async_trait]
impl Commit for WrongCode {
    type Done = u32;

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<u32, CommitError> {
        count_failure(tx.connection(), self.0, MAX_ATTEMPTS).await?;
        let row = enrollment::invitation(tx.connection(), self.0).await?;
        let row = row.ok_or(FlowError::NotFound(Thing::Invitation))?;
        if row.state == InvitationState::Spent {
            end_all(tx, self.0, Author::Server).await?;
        }
        Ok(MAX_ATTEMPTS.saturating_sub(row.failures))
    }
}

/// An enrollment that an officer agreed to.
struct Approval {
    device: DeviceId,
    unit: UnitId,
    attempt: AttemptId,
    invitation: InvitationId,
    until: Timestamp,
    source: Source,
    /// What the officer saw, where the key is in a token.
    token: Option<TokenSeen>,
}

impl Approval {
    /// Ends the enrollment and notes the review. The device's own standing must have moved.
    async fn write(&self, tx: &mut Tx<'_>, moved: u64) -> Result<(), CommitError> {
        // The policy may have been raised since the keys came.
        let now = device::now(tx.connection(), self.device).await?;
        let now = now.ok_or(FlowError::NotFound(Thing::Device))?;
        if !now.takes() {
            return Err(FlowError::AssuranceTooLow.into());
        }
        let unit = directory::unit(tx.connection(), self.unit).await?;
        let unit = unit.ok_or(FlowError::NotFound(Thing::Unit))?;
        let row = device::by_id(tx.connection(), self.device).await?;
        let row = row.ok_or(FlowError::NotFound(Thing::Device))?;
        if !row.prompt_policy.is_within(unit.prompt_policy) {
            let why =
                "the unit has keys ask more often since this phone made its own: invite it anew";
            return Err(FlowError::BadRequest(why.to_owned()).into());
        }
        if tx.now() > self.until {
            return Err(FlowError::InvitationEnded(InvitationEnd::Expired).into());
        }
        if source_of(tx.connection(), self.unit).await?.source != self.source {
            return Err(FlowError::from(NoExchange::Moved).into());
        }
        let (keyed, approved) = (AttemptState::Keyed, AttemptState::Approved);
        let moved = moved
            * move_attempt(tx.connection(), self.attempt, keyed, approved).await?
            * use_invitation(tx.connection(), self.invitation).await?;
        if moved != 1 {
            return Err(FlowError::EnrollmentEnded.into());
        }
        super::slip::use_up(tx, now.person).await?;
        if let Some(token) = &self.token {
            token.state(tx, self.device).await?;
        }
        record::follow(tx, self.device, Event::Reviewed).await
    }
}

/// The device waits for an outside authority; nothing is signed until its certificate comes.
struct Review(Approval);

#[async_trait]
impl Commit for Review {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let device = self.0.device;
        let (from, to) = (Standing::Pending, Standing::WaitingForCertificate);
        let moved = device::set_standing(tx.connection(), device, from, to).await?;
        self.0.write(tx, moved).await?;
        state_standing(tx, Kind::DeviceReviewed, device, from, to).await
    }
}

struct Approve {
    row: CertificateRow,
    approval: Approval,
    term: Term,
}

impl Approve {
    fn certified(&self, now: Timestamp) -> Certified {
        Certified {
            sha256: self.row.sha256,
            der: self.row.der.clone(),
            not_before: self.row.not_before,
            not_after: self.row.not_after,
            issued_at: now,
        }
    }
}

#[async_trait]
impl Commit for Approve {
    /// Whether the certificate of a device that was replaced has ended.
    type Done = bool;

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<bool, CommitError> {
        let (now, device) = (tx.now(), self.row.device);
        require_in_force(tx.connection(), &self.row.issuer).await?;
        certificate::insert(tx.connection(), &self.row, now).await?;
        let (from, sha256) = (Standing::Pending, &self.row.sha256);
        let moved = device::activate(tx.connection(), device, from, sha256).await?;
        self.approval.write(tx, moved).await?;
        let row = device::by_id(tx.connection(), device).await?;
        let person = row.ok_or(FlowError::NotFound(Thing::Device))?.person;
        if term_of(tx.connection(), person).await? != self.term {
            let why = "another certificate of this person came meanwhile: approve again";
            return Err(FlowError::Unavailable(why.to_owned()).into());
        }
        record::certify(tx, device, self.certified(now)).await?;
        state_standing(tx, Kind::DeviceEnrolled, device, from, Standing::Active).await?;
        let issued = json!({
            "certificate": self.row.sha256,
            "issuer": self.row.issuer,
            "serial": hex::encode(&self.row.serial),
            "device": device,
            "before": { "state": State::Reviewed.name() },
            "after": { "state": State::Issued.name() },
        });
        tx.state(Kind::CertificateIssued, self.row.sha256.as_bytes(), &issued).await?;
        replace::end_replaced(tx, device).await
    }
}

struct Refuse {
    device: DeviceId,
    from: Standing,
    attempt: AttemptId,
    invitation: InvitationId,
}

#[async_trait]
impl Commit for Refuse {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        self.end(tx).await?;
        // One that was approved is used up, and counts no tries.
        count_failure(tx.connection(), self.invitation, MAX_ATTEMPTS).await?;
        Ok(())
    }
}

impl Refuse {
    async fn end(&self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let refused = Standing::Refused;
        if device::set_standing(tx.connection(), self.device, self.from, refused).await? != 1 {
            return Err(FlowError::EnrollmentEnded.into());
        }
        let (keyed, ended) = (AttemptState::Keyed, AttemptState::Ended);
        move_attempt(tx.connection(), self.attempt, keyed, ended).await?;
        record::follow(tx, self.device, Event::Refused).await?;
        state_standing(tx, Kind::DeviceRefused, self.device, self.from, refused).await
    }
}

/// Turns away a device that waits, within an act that ends its invitation as well.
pub(super) async fn turn_away(tx: &mut Tx<'_>, device: DeviceId) -> Result<(), CommitError> {
    let Enrolling { device, attempt, invitation } = enrolling(tx.connection(), device).await?;
    let (id, from) = (device.id, device.standing);
    if !matches!(from, Standing::Pending | Standing::WaitingForCertificate) {
        return Err(FlowError::EnrollmentEnded.into());
    }
    Refuse { device: id, from, attempt: attempt.id, invitation: invitation.id }.end(tx).await
}
