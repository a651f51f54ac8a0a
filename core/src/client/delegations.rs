//! Deciding in another's place, and letting others do so.
//!
//! A server cannot make a phone sign in another's name: the phone verifies the delegation itself, its giver's signature
//! and its place in the log included, each time before it signs. Which unit a request is of, and what stands above that
//! unit, it is told.

use std::collections::BTreeMap;

use crate::certificate::{Certificate, Crl, Reason, Revocation};
use crate::cose::{Content, assemble_as, sig_structure_as};
use crate::decision::{Authority, SeenCheckpoint};
use crate::delegation::evidence::{DelegationEvidence, MAX_EVIDENCE_BYTES, Shown, Unproved};
use crate::delegation::wire::{Delegate, DelegationEnd, DelegationSubmission, DelegationView};
use crate::delegation::{Asked, Delegation, Form, Holder, NotCovered, UnitScope};
use crate::digest::Sha256;
use crate::document::Text;
use crate::env::UnixSecond;
use crate::log::checkpoint::Checkpoint;
use crate::problem::ProblemKind;
use crate::request::Assignment;
use crate::signer::{self, ToSign};
use crate::verify::Trust;
use crate::wire::{Base64, RequestView, SyncAnswer, TaskView};

use super::error::{ClientError, DelegationFault};
use super::keys::KeyRole;
use super::records::InPlace;
use super::transport::{Call, Connection};
use super::{Companion, Language, off_thread};

/// What is kept of delegations, by their hashes: the evidence of each, a text.
const DELEGATIONS: &str = "delegations.json";

/// How long a delegation stays here after its end, in seconds: documents signed by it may be kept so long.
const KEPT_SECONDS: i64 = 366 * 86_400;

type Known = BTreeMap<Sha256, String>;

/// What somebody delegates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DelegationDraft {
    /// KT., TL. or TUQ.
    pub form: Form,
    /// To whom, with the post that signs.
    pub to: Delegate,
    /// Whose requests.
    pub units: Vec<UnitScope>,
    /// About which kinds of documents; none: about all.
    pub kinds: Vec<Text<100>>,
    /// From when; now when absent.
    pub starts: Option<UnixSecond>,
    /// Until when.
    pub ends: UnixSecond,
    /// Why, or by which written act.
    pub reason: Text<2000>,
}

/// In whose name this person decides.
pub(super) struct InName {
    pub authority: Authority,
    /// Whose place it is, where it is another's.
    pub place: Option<InPlace>,
}

impl Companion {
    /// To whom this person may delegate: everybody with a post in the own unit or below it, at most 200.
    pub async fn delegates(&self) -> Result<Vec<Delegate>, ClientError> {
        self.connect().await?.json(&Call::get("/api/v1/device/delegates")).await
    }

    /// What this person delegated, and what was delegated to this person; the newest first.
    pub async fn delegations(&self) -> Result<Vec<DelegationView>, ClientError> {
        self.connect().await?.json(&Call::get("/api/v1/device/delegations")).await
    }

    /// The first line above what somebody signs in this person's place, such as "KT. CHỦ TỊCH".
    pub fn title_in_place(&self, form: Form) -> Result<String, ClientError> {
        Ok(form.in_place_of(&self.profile()?.person.position))
    }

    /// Lets somebody decide in this person's place: one prompt, one signature. It counts once the log has it, which
    /// this phone verifies; gives its hash. [`ClientError::DelegationUnknown`] where it was sent and may count all the
    /// same: [`Self::delegations`] says whether it does.
    pub async fn delegate(&self, draft: DelegationDraft) -> Result<Sha256, ClientError> {
        self.room_for_receipt()?;
        let (seen, checkpoint) = self.seen()?;
        let seen = SeenCheckpoint { size: seen.size, root: seen.root };
        let to = draft.to.person.name.clone();
        let delegation = self.drafted(draft, seen)?;
        let statement = self.sign_delegation(&delegation, &to).await?;
        let body = DelegationSubmission { statement: Base64(statement), checkpoint };
        let call = Call::post("/api/v1/device/delegations", &body);
        let connection = self.connect().await?;
        let counts = self.send_delegation(&connection, &call, delegation.hash()).await;
        counts.map_err(|why| {
            if may_count(&why) { ClientError::DelegationUnknown(Box::new(why)) } else { why }
        })?;
        Ok(delegation.hash())
    }

    /// Ends a delegation by this person before its time, or lays down one that was given to them. Asking again is safe.
    pub async fn end_delegation(
        &self,
        delegation: Sha256,
        why: Text<500>,
    ) -> Result<(), ClientError> {
        let path = format!("/api/v1/device/delegations/{delegation}/end");
        self.connect().await?.raw(&Call::post(path, &DelegationEnd { why })).await.map(drop)
    }

    fn drafted(
        &self,
        draft: DelegationDraft,
        checkpoint: SeenCheckpoint,
    ) -> Result<Delegation, ClientError> {
        let profile = self.profile()?;
        let now = self.server_now().second();
        let position = |text: &str| Text::new(text).map_err(ClientError::Reason);
        let DelegationDraft { form, to, mut units, mut kinds, starts, ends, reason } = draft;
        units.sort_by_key(|scope| scope.unit);
        kinds.sort();
        let delegation = Delegation {
            version: 1,
            form,
            from: Holder {
                person: profile.person.id,
                unit: profile.unit.id,
                position: position(&profile.person.position)?,
            },
            to: Holder {
                person: to.person.id,
                unit: to.unit.id,
                position: position(&to.person.position)?,
            },
            units,
            kinds,
            starts: starts.unwrap_or(now),
            ends,
            reason,
            certificate: Sha256::of(&profile.certificate.0),
            device: profile.device,
            checkpoint,
            signed_at: now,
            app: self.setup.app.clone(),
        };
        delegation.check().map_err(DelegationFault::Invalid)?;
        Ok(delegation)
    }

    async fn sign_delegation(
        &self,
        delegation: &Delegation,
        to: &str,
    ) -> Result<Vec<u8>, ClientError> {
        let profile = self.profile()?;
        let certificate = Certificate::parse(&profile.certificate.0)
            .map_err(|_| ClientError::Defect("reading this device's certificate"))?;
        let (cbor, sha256) = (delegation.to_cbor(), certificate.sha256());
        let message = sig_structure_as(Content::Delegation, &cbor, sha256);
        let act = match self.setup.language {
            Language::Vietnamese => "Ủy quyền",
            Language::English => "Delegate",
        };
        let prompt = format!("{act}: {} {to}", delegation.form.abbreviation());
        let key = self.setup.keys.load(KeyRole::Approval).await?;
        let signature = key.sign(ToSign::new(message.clone(), prompt)).await?;
        let spki = certificate.public_key();
        let signature = signer::normalise(&signature, &message, spki)?;
        Ok(assemble_as(Content::Delegation, &cbor, sha256, &signature, spki)?)
    }

    /// Sends what was signed, and keeps what proves that it counts.
    async fn send_delegation(
        &self,
        connection: &Connection,
        call: &Call,
        delegation: Sha256,
    ) -> Result<(), ClientError> {
        let text = connection.text(call, MAX_EVIDENCE_BYTES as u64).await?;
        let shown = self.proved(delegation, text.clone()).await?;
        let evidence: DelegationEvidence = text.parse().map_err(DelegationFault::Unreadable)?;
        self.note_receipt(&shown.checkpoint, evidence.proof.checkpoint).await?;
        self.keep_delegations([(delegation, text)].into()).await
    }

    /// Keeps the delegations of an answer whose proofs lead to its own checkpoint, which was verified. What does not
    /// hold is left out: nothing is signed by it.
    pub(super) async fn take_delegations(
        &self,
        answer: &SyncAnswer,
        checkpoint: &Checkpoint,
    ) -> Result<(), ClientError> {
        if answer.delegations.is_empty() {
            return Ok(());
        }
        let (texts, key) = (answer.delegations.clone(), self.log_key()?);
        let head = checkpoint.head();
        let sound = off_thread("verifying delegations", move || {
            let proved = texts.into_iter().filter_map(|text| {
                let read: DelegationEvidence = text.parse().ok()?;
                let shown = read.verify(&key).ok()?;
                (shown.checkpoint.head() == head).then(|| (shown.delegation.hash(), text))
            });
            proved.collect::<Known>()
        })
        .await?;
        self.keep_delegations(sound).await
    }

    async fn keep_delegations(&self, new: Known) -> Result<(), ClientError> {
        let over = self.server_now().second().plus(-KEPT_SECONDS);
        self.on_disk(move |folder| {
            let mut known: Known = folder.load_if_sound(DELEGATIONS)?.unwrap_or_default();
            known.extend(new);
            known.retain(|_, text| ends(text).is_some_and(|ends| ends > over));
            folder.save(DELEGATIONS, &known)
        })
        .await
    }

    /// Delegations that are known here, of those that are asked for.
    pub(super) async fn known_delegations(
        &self,
        of: Vec<Sha256>,
    ) -> Result<Vec<DelegationEvidence>, ClientError> {
        if of.is_empty() {
            return Ok(Vec::new());
        }
        let known: Option<Known> = self.on_disk(|folder| folder.load_if_sound(DELEGATIONS)).await?;
        let known = known.unwrap_or_default();
        Ok(of.iter().filter_map(|hash| known.get(hash)?.parse().ok()).collect())
    }

    /// In whose name this person decides on a task now. In another's only if the delegation proves itself, is to this
    /// person in this post, and covers it.
    pub(super) async fn in_name(
        &self,
        view: &RequestView,
        task: &TaskView,
        at: UnixSecond,
    ) -> Result<InName, ClientError> {
        let own = self.profile()?.authority;
        let Some(place) = &task.in_place_of else {
            return Ok(InName { authority: own, place: None });
        };
        let known: Option<Known> = self.on_disk(|folder| folder.load_if_sound(DELEGATIONS)).await?;
        let text = known.and_then(|mut known| known.remove(&place.delegation));
        let text = text.ok_or(DelegationFault::Missing)?;
        let shown = self.proved(place.delegation, text).await?;
        let given = &shown.delegation;
        let profile = self.profile()?;
        if shown.certificate.der() == profile.certificate.0 {
            return Err(DelegationFault::Unproved(Unproved::OtherPerson).into());
        }
        let holds = Authority::Own { position: given.to.position.clone() } == own;
        if (given.to.person, given.to.unit) != (profile.person.id, profile.unit.id) || !holds {
            return Err(DelegationFault::NotToYou.into());
        }
        let step = view.steps.iter().find(|step| step.number == task.step);
        let part = step.filter(|step| step.role == task.role).and_then(|step| {
            step.signers.iter().find(|signer| signer.person.id == given.from.person)
        });
        let is_open = part.is_some_and(|part| part.assignment == Assignment::Open);
        if !is_open || place.person.id != given.from.person {
            return Err(DelegationFault::OtherPart.into());
        }
        if place.line.first() != Some(&view.unit.id) {
            return Err(DelegationFault::NotCovered(NotCovered::Unit).into());
        }
        let kind = view.metadata.kind.as_str();
        let asked = Asked { line: &place.line, kind, role: task.role, at };
        given.covers(&asked).map_err(DelegationFault::NotCovered)?;
        let authority = Authority::Delegated {
            position: given.to.position.clone(),
            statement: place.delegation,
        };
        let person = place.person.clone();
        let place = InPlace { person, title: given.in_place_of(), until: given.ends };
        Ok(InName { authority, place: Some(place) })
    }

    /// What the evidence of this delegation shows, its giver's certificate included.
    async fn proved(&self, hash: Sha256, text: String) -> Result<Shown, ClientError> {
        let (trust, key) = (self.trust().await?, self.log_key()?);
        let shown = off_thread("verifying a delegation", move || {
            let read: DelegationEvidence = text.parse().map_err(DelegationFault::Unreadable)?;
            let shown = read.verify(&key).map_err(DelegationFault::Unproved)?;
            if shown.delegation.hash() != hash {
                return Err(DelegationFault::Missing);
            }
            key.open(&read.proof.checkpoint).map_err(|_| DelegationFault::Missing)?;
            given_by_trusted(&shown, &trust)?;
            Ok(shown)
        })
        .await?;
        Ok(shown?)
    }
}

/// Whether a delegation may count although this came of sending it: all but a clear no, and what kept it from leaving.
fn may_count(why: &ClientError) -> bool {
    match why {
        // What came twice was taken once; where the server failed, it may have failed afterwards.
        ClientError::Problem(problem) => {
            problem.status >= 500 || problem.kind.0 == ProblemKind::Replayed
        }
        ClientError::Signer(_) | ClientError::WrongServerKey { .. } => false,
        _ => true,
    }
}

fn given_by_trusted(shown: &Shown, trust: &Trust) -> Result<(), DelegationFault> {
    let untrusted = |why: &dyn ToString| DelegationFault::Untrusted(why.to_string());
    shown.is_by_trusted(&trust.anchors, &trust.intermediates).map_err(|why| untrusted(&why))?;
    let issuers = shown.above.iter().chain(&trust.intermediates).chain(&trust.anchors);
    match revoked(&shown.certificate, issuers, trust, shown.recorded_at) {
        Some(at) => Err(untrusted(&format!("its giver's certificate was revoked at {at}"))),
        None => Ok(()),
    }
}

/// When a certificate was revoked that signed something then, by a list that is at hand. What was signed before a
/// phone was replaced stands; what a thief of its key may have signed does not.
pub(super) fn revoked<'a>(
    certificate: &Certificate,
    issuers: impl Iterator<Item = &'a Certificate>,
    trust: &Trust,
    then: UnixSecond,
) -> Option<UnixSecond> {
    let issuers = issuers.filter(|issuer| issuer.subject() == certificate.issuer());
    let lists = issuers.flat_map(|issuer| {
        let of_issuer = |list: &&Crl| list.issuer() == issuer.subject();
        trust.crls.iter().filter(of_issuer).filter(|list| list.verify(issuer).is_ok())
    });
    let mut found = lists.filter_map(|list| list.lookup(certificate.serial()));
    let counts = |it: &&Revocation| it.reason == Reason::KeyCompromise || it.at <= then;
    found.find(counts).map(|revocation| revocation.at)
}

/// When a delegation ends, as far as it can be read.
fn ends(text: &str) -> Option<UnixSecond> {
    let read: DelegationEvidence = text.parse().ok()?;
    read.delegation().map(|delegation| delegation.ends)
}
