//! A phone made by hand: keys in memory, every message built from the core's own parts.

use std::sync::atomic::{AtomicU64, Ordering};

use trien_core::certificate::{Csr, DistinguishedName};
use trien_core::cms;
use trien_core::cose;
use trien_core::decision::{
    Authority, DecidedDocument, Decision, SeenCheckpoint, Signing, Summary, Verb,
};
use trien_core::delegation::evidence::DelegationEvidence;
use trien_core::digest::Sha256;
use trien_core::document::Text;
use trien_core::enrollment::{BEGIN, ComparisonCode, Invitation, KEYS, Transcript, proof};
use trien_core::env::{Clock as _, OsEntropy, UnixSecond, random};
use trien_core::id::{DeviceId, PersonId, RequestId};
use trien_core::log::checkpoint::VerifierKey;
use trien_core::pdf::check::{CHECK, check};
use trien_core::pdf::image::Images;
use trien_core::pdf::read;
use trien_core::pdf::recipe::{BUILDER, Recipe};
use trien_core::pdf::revise::build_revision;
use trien_core::receipt::Receipt;
use trien_core::signer::SoftwareSigner;
use trien_core::wire::{
    Base64, Binding, DecisionSubmission, DeviceStatus, EnrollmentBegin, EnrollmentKeys,
    EnrollmentReveal, KeyEvidence, Profile, RequestView, SyncAnswer, SyncQuery,
};
use trien_server::app::App;
use trien_server::flow::act::Act;
use trien_server::flow::device::{self, AuthenticatedDevice};
use trien_server::flow::sync::{Knows, Parts, Signers};
use trien_server::flow::{FlowError, decide, enroll, invite, read as reads, sync};

use crate::office::Office;

/// What a phone of this release says that it knows.
pub const KNOWS_ALL: Knows = Knows { parts: Parts::OfOthersToo, signers: Signers::Foreign };

/// What one of the first release knows.
pub const KNOWS_NOTHING: Knows = Knows { parts: Parts::Own, signers: Signers::PhonesOnly };

pub struct Phone {
    pub device: DeviceId,
    pub person: PersonId,
    pub profile: Profile,
    approval: SoftwareSigner,
    nonces: AtomicU64,
}

/// Keys on their way through an enrollment.
pub struct Enrolling {
    pub auth: SoftwareSigner,
    pub approval: SoftwareSigner,
    pub message: EnrollmentKeys,
    pub attempt: trien_core::id::AttemptId,
    pub invitation: Invitation,
    pub c1: [u8; 32],
    commitment: Sha256,
    nonce: [u8; 32],
}

impl Enrolling {
    /// The first two messages: the invitation is proven, the keys are made.
    pub async fn begin(app: &App, invitation: Invitation) -> Result<Self, FlowError> {
        let begin = proof(&invitation.secret, BEGIN, &[invitation.id.as_bytes()]);
        let begin = EnrollmentBegin { invitation: invitation.id, proof: Base64(begin.to_vec()) };
        let challenge = enroll::begin(app, begin).await?;
        let auth = SoftwareSigner::generate(&OsEntropy);
        let approval = SoftwareSigner::generate(&OsEntropy);
        let name = DistinguishedName::of(Text::new("phone").unwrap());
        let csr = Csr::prepare(&approval.public_key(), &name);
        let csr = csr.assemble(&approval.sign_now(csr.to_be_signed())).unwrap();
        let nonce = random::<32>(&OsEntropy);
        let auth_key = auth.public_key();
        let parts: [&[u8]; 4] = [challenge.attempt.as_bytes(), &auth_key, &csr, &nonce];
        let keys = proof(&invitation.secret, KEYS, &parts);
        let message = EnrollmentKeys {
            auth_key: Base64(auth_key),
            csr: Base64(csr),
            nonce: Base64(nonce.to_vec()),
            evidence: KeyEvidence::None,
            app: Text::new("test 1").unwrap(),
            model: Text::new("none").unwrap(),
            proof: Base64(keys.to_vec()),
        };
        Ok(Self {
            auth,
            approval,
            message,
            attempt: challenge.attempt,
            invitation,
            c1: challenge.c1.0.try_into().unwrap(),
            commitment: challenge.commitment,
            nonce,
        })
    }

    pub async fn send(&self, app: &App) -> Result<EnrollmentReveal, FlowError> {
        enroll::keys(app, self.attempt, self.message.clone()).await
    }

    pub fn code(&self, reveal: &EnrollmentReveal) -> ComparisonCode {
        let c2: [u8; 32] = reveal.c2.0.as_slice().try_into().unwrap();
        assert_eq!(Sha256::of(&c2), self.commitment);
        ComparisonCode::of(&Transcript {
            invitation: &self.invitation,
            c1: &self.c1,
            commitment: &self.commitment,
            auth_key: &self.message.auth_key.0,
            csr: &self.message.csr.0,
            nonce: &self.nonce,
            c2: &c2,
        })
    }
}

/// A phone whose keys were approved, and that may wait for its certificate.
pub struct Approved {
    pub device: DeviceId,
    person: PersonId,
    approval: SoftwareSigner,
}

impl Approved {
    pub async fn by(office: &Office, person: PersonId, act: &Act) -> Self {
        let invited = invite::create(&office.app, act, person, 1800).await.unwrap();
        Self::with(office, person, act, invited.invitation).await
    }

    /// With an invitation that an officer made.
    pub async fn with(
        office: &Office,
        person: PersonId,
        act: &Act,
        invitation: Invitation,
    ) -> Self {
        let app = &office.app;
        let enrolling = Enrolling::begin(app, invitation).await.unwrap();
        let reveal = enrolling.send(app).await.unwrap();
        let digits = enrolling.code(&reveal).grouped();
        enroll::approve(app, act, reveal.device, &digits).await.unwrap();
        Self { device: reveal.device, person, approval: enrolling.approval }
    }

    pub async fn status(&self, app: &App) -> DeviceStatus {
        let authenticated = authenticated(app, self.device, "status").await;
        device::status(app, &authenticated).await.unwrap()
    }

    pub async fn activated(self, app: &App) -> Phone {
        let DeviceStatus::Active { profile } = self.status(app).await else {
            panic!("a device with a certificate is active");
        };
        let Self { device, person, approval } = self;
        Phone { device, person, profile: *profile, approval, nonces: AtomicU64::new(0) }
    }
}

impl Phone {
    pub async fn enroll(office: &Office, person: PersonId) -> Self {
        let approved = Approved::by(office, person, &Act::COMMAND_LINE).await;
        approved.activated(&office.app).await
    }

    /// What the API makes of a request that this phone signed.
    pub async fn authenticated(&self, app: &App) -> AuthenticatedDevice {
        let number = self.nonces.fetch_add(1, Ordering::Relaxed);
        authenticated(app, self.device, &format!("nonce-{number}")).await
    }

    pub async fn sync(&self, app: &App, query: SyncQuery) -> Result<SyncAnswer, FlowError> {
        sync::sync(app, &self.authenticated(app).await, query, KNOWS_ALL).await
    }

    pub async fn see(&self, app: &App, request: RequestId) -> (RequestView, String) {
        let answer = self.sync(app, SyncQuery::default()).await.unwrap();
        let view = answer.requests.into_iter().find(|view| view.id == request);
        (view.expect("the request is for this phone"), answer.checkpoint)
    }

    pub async fn download(&self, app: &App, sha256: Sha256) -> Vec<u8> {
        let device = self.authenticated(app).await;
        let content = reads::document_for_device(app, &device, sha256).await.unwrap();
        let bytes = content.read(0..content.document.size).await.unwrap();
        assert_eq!(Sha256::of(&bytes), sha256);
        bytes.to_vec()
    }

    /// A decision as the request stands, nothing signed yet.
    pub async fn draft(&self, office: &Office, request: RequestId, verb: Verb) -> Draft {
        let app = &office.app;
        let (view, checkpoint) = self.see(app, request).await;
        let task = view.task.clone().expect("there is something to decide");
        let base = self.download(app, view.documents[0].current.sha256).await;
        let recipe = task.recipe.map(|recipe| Recipe::from_cbor(&recipe.0).unwrap());
        let recipe = recipe.filter(|_| verb == Verb::Approve);
        let signing = recipe
            .as_ref()
            .map(|recipe| Signing { builder: BUILDER.to_owned(), recipe: recipe.hash() });
        let mut documents: Vec<DecidedDocument> = view
            .documents
            .iter()
            .map(|of| DecidedDocument { document: of.current.clone(), signing: None })
            .collect();
        documents[0].signing = signing;
        let seen = self.log_key().open(&checkpoint).unwrap();
        let (authority, valid_until) = self.in_name(app, &view).await;
        let signed_at = office.clock.now().second();
        let signer = task.document_signer.filter(|_| recipe.is_some());
        let document_signer = signer.map(|signer| Sha256::of(&signer.certificate.0));
        let decision = Decision {
            version: Decision::version_for(document_signer),
            verb,
            request,
            step: task.step,
            revision: view.revision,
            documents,
            certificate: Sha256::of(&self.profile.certificate.0),
            authority,
            summary: Summary {
                metadata: view.metadata.clone(),
                check: CHECK.to_owned(),
                findings: check(&read::open(&base).unwrap()),
            },
            reason: (verb != Verb::Approve).then(|| Text::new("Cần sửa lại").unwrap()),
            signed_at,
            valid_until,
            checkpoint: SeenCheckpoint { size: seen.size, root: seen.root },
            app: Text::new("test 1").unwrap(),
            person: self.person,
            device: self.device,
            document_signer,
        };
        Draft { decision, base, recipe, checkpoint }
    }

    /// In whose name it decides on a task, and until when.
    async fn in_name(&self, app: &App, view: &RequestView) -> (Authority, UnixSecond) {
        let (own, until) = (self.profile.authority.clone(), view.expires_at.second());
        let place = view.task.as_ref().and_then(|task| task.in_place_of.clone());
        let Some(place) = place else { return (own, until) };
        let answer = self.sync(app, SyncQuery::default()).await.unwrap();
        let read =
            answer.delegations.iter().map(|text| text.parse::<DelegationEvidence>().unwrap());
        let mut read = read.filter(|it| it.hash() == Some(place.delegation));
        let given = read.next().expect("its proof is there").verify(&self.log_key()).unwrap();
        let given = given.delegation;
        let statement = place.delegation;
        let authority = Authority::Delegated { position: given.to.position, statement };
        (authority, until.min(given.ends))
    }

    /// The approval key's signature over these bytes.
    pub fn approve_bytes(&self, message: &[u8]) -> Vec<u8> {
        self.approval.sign_now(message)
    }

    /// DER of the approval key's public half.
    pub fn approval_key(&self) -> Vec<u8> {
        self.approval.public_key()
    }

    /// Signs a draft with the approval key.
    pub fn sign(&self, draft: &Draft) -> DecisionSubmission {
        let cbor = draft.decision.to_cbor();
        let certificate = &self.profile.certificate.0;
        let recipe = draft.recipe.as_ref().filter(|_| draft.decision.document_signer.is_none());
        let binding = if let Some(recipe) = recipe {
            let base = read::open(&draft.base).unwrap();
            let signed_at = draft.decision.signed_at;
            let delta = build_revision(&base, recipe, &Images::none(), signed_at).unwrap();
            let revision_digest = delta.digests(&draft.base).signed;
            let attributes =
                cms::signed_attributes(revision_digest, certificate, draft.decision.hash());
            let signature = Base64(self.approval.sign_now(&attributes));
            Binding::Cms { revision_digest, signature }
        } else {
            let name = Sha256::of(certificate);
            let signature = self.approval.sign_now(&cose::sig_structure(&cbor, name));
            let key = self.approval.public_key();
            let statement = cose::assemble(&cbor, name, &signature, &key).unwrap();
            Binding::Cose { statement: Base64(statement) }
        };
        DecisionSubmission { decision: Base64(cbor), checkpoint: draft.checkpoint.clone(), binding }
    }

    /// Sends a signed decision.
    pub async fn send(
        &self,
        app: &App,
        draft: &Draft,
        submission: DecisionSubmission,
    ) -> Result<Receipt, FlowError> {
        let device = self.authenticated(app).await;
        let (request, step) = (draft.decision.request, draft.decision.step);
        decide::decide(app, &device, request, step, submission).await
    }

    /// Drafts, signs and sends.
    pub async fn decide(
        &self,
        office: &Office,
        request: RequestId,
        verb: Verb,
    ) -> Result<Receipt, FlowError> {
        let draft = self.draft(office, request, verb).await;
        self.send(&office.app, &draft, self.sign(&draft)).await
    }

    pub fn log_key(&self) -> VerifierKey {
        self.profile.log_key.parse().unwrap()
    }
}

/// An unsigned decision with what it was made of.
#[derive(Clone)]
pub struct Draft {
    pub decision: Decision,
    pub base: Vec<u8>,
    pub recipe: Option<Recipe>,
    pub checkpoint: String,
}

pub async fn authenticated(app: &App, id: DeviceId, nonce: &str) -> AuthenticatedDevice {
    let known = device::lookup(app, id).await.unwrap();
    AuthenticatedDevice {
        id,
        person: known.person,
        standing: known.standing,
        nonce: nonce.to_owned(),
    }
}

impl Phone {
    /// Signs a draft over a revision digest of the case's own.
    pub fn sign_over(&self, draft: &Draft, revision_digest: Sha256) -> DecisionSubmission {
        let certificate = &self.profile.certificate.0;
        let attributes =
            cms::signed_attributes(revision_digest, certificate, draft.decision.hash());
        let signature = Base64(self.approval.sign_now(&attributes));
        DecisionSubmission {
            decision: Base64(draft.decision.to_cbor()),
            checkpoint: draft.checkpoint.clone(),
            binding: Binding::Cms { revision_digest, signature },
        }
    }
}

impl Enrolling {
    /// Makes the key message again, after the auth key was replaced.
    pub fn sign_again(&mut self) {
        self.message.auth_key = Base64(self.auth.public_key());
        let parts: [&[u8]; 4] = [
            self.attempt.as_bytes(),
            &self.message.auth_key.0,
            &self.message.csr.0,
            &self.message.nonce.0,
        ];
        self.message.proof = Base64(proof(&self.invitation.secret, KEYS, &parts).to_vec());
    }
}
