//! A small office whose keys the fuzzer does not have: what verifies under them was signed here.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use trien_core::certificate::{
    Certificate, DistinguishedName, Profile, SerialNumber, TbsCertificate, TbsCrl, Validity,
};
use trien_core::cms;
use trien_core::decision::{
    Authority, DecidedDocument, Decision, DecisionHash, SeenCheckpoint, Signing, Summary, Verb,
};
use trien_core::digest::Sha256;
use trien_core::document::{DocumentRef, Metadata, PDF, Text, Urgency};
use trien_core::env::{Entropy, UnixSecond};
use trien_core::id::{DeviceId, PersonId, RequestId};
use trien_core::log::checkpoint::LogKey;
use trien_core::log::tree::empty_root;
use trien_core::pdf::image::Images;
use trien_core::pdf::read;
use trien_core::pdf::recipe::{Appearance, BUILDER, Recipe, Target};
use trien_core::pdf::revise::build_revision;
use trien_core::request::StepNumber;
use trien_core::signer::SoftwareSigner;

/// 2026-01-05T02:00:00Z, when the certificates were issued.
const ISSUED_AT: UnixSecond = UnixSecond::new(1_767_578_400);

/// When documents are signed: a day later.
pub const SIGNED_AT: UnixSecond = ISSUED_AT.plus(86_400);

const CRL_URL: &str = "http://127.0.0.1:8080/api/v1/crl/issuing.crl";

/// Keys, certificates and the log of one office, the same in every run.
pub struct Office {
    pub key: SoftwareSigner,
    pub root: Certificate,
    pub issuing: Certificate,
    pub person: Certificate,
    pub crls: [Vec<u8>; 2],
    pub log: LogKey,
}

/// The office.
pub fn office() -> &'static Office {
    static OFFICE: OnceLock<Office> = OnceLock::new();
    OFFICE.get_or_init(Office::found)
}

impl Office {
    fn found() -> Self {
        let (root_key, issuing_key, key) = (software_key(1), software_key(2), software_key(3));
        let ten_years = Validity::days(ISSUED_AT, 3650);
        let root = Profile::Root;
        let root = issue(root, 1, &name("Gốc"), &root_key.public_key(), ten_years, &root_key);
        let issuing = Profile::Issuing { issuer: &root, crl_url: CRL_URL };
        let spki = issuing_key.public_key();
        let issuing = issue(issuing, 2, &name("Cấp chứng thư"), &spki, ten_years, &root_key);
        let person = Profile::Person { issuer: &issuing, crl_url: CRL_URL, ocsp_url: None };
        let spki = key.public_key();
        let person = issue(person, 3, &name("Hạnh"), &spki, ten_years, &issuing_key);
        let crls = [list(&issuing, &issuing_key), list(&root, &root_key)];
        let log = LogKey::from_seed("trien.example/log", &[7; 32]).expect("a name without blanks");
        Self { key, root, issuing, person, crls, log }
    }

    /// The CMS of a signature over bytes of this digest.
    pub fn cms(&self, digest: Sha256, decision: DecisionHash) -> Vec<u8> {
        let attributes = cms::signed_attributes(digest, self.person.der(), decision);
        let chain = [self.person.der(), self.issuing.der()];
        cms::assemble(&attributes, &self.key.sign_now(&attributes), &chain).expect("our own parts")
    }

    /// A document with one more signature, by a field of this name.
    pub fn sign_pdf(&self, base: &[u8], field: &str) -> Option<Vec<u8>> {
        let recipe = recipe(field, Appearance::Invisible);
        let document = read::open(base).ok()?;
        let delta = build_revision(&document, &recipe, &Images::none(), SIGNED_AT).ok()?;
        let cms = self.cms(delta.digests(base).signed, DecisionHash(Sha256::of(field.as_bytes())));
        Some([base, &delta.embed(&cms).expect("a short chain")].concat())
    }

    /// A decision of the person.
    pub fn decision(&self) -> Decision {
        let document =
            DocumentRef { sha256: Sha256::of(b"%PDF"), size: 4, media_type: PDF.to_owned() };
        let signing = Signing { builder: BUILDER.to_owned(), recipe: Sha256::of(b"recipe") };
        let metadata = Metadata {
            number: None,
            subject: text("Về việc thử"),
            kind: text("Quyết định"),
            issuer: text("Ủy ban nhân dân xã Minh Tân"),
            urgency: Urgency::Normal,
        };
        Decision {
            version: 1,
            verb: Verb::Approve,
            request: RequestId::from_bytes([1; 16]),
            step: StepNumber(1),
            revision: 1,
            documents: vec![DecidedDocument { document, signing: Some(signing) }],
            certificate: self.person.sha256(),
            authority: Authority::Own { position: text("Chủ tịch") },
            summary: Summary { metadata, check: "check/1".to_owned(), findings: Vec::new() },
            reason: None,
            signed_at: SIGNED_AT,
            valid_until: SIGNED_AT.plus(3600),
            checkpoint: SeenCheckpoint { size: 0, root: empty_root() },
            app: text("trien fuzz"),
            person: PersonId::from_bytes([2; 16]),
            device: DeviceId::from_bytes([3; 16]),
            document_signer: None,
        }
    }
}

/// A recipe for a signature in this field.
pub fn recipe(field: &str, appearance: Appearance) -> Recipe {
    Recipe {
        builder: BUILDER.to_owned(),
        field: field.to_owned(),
        name: text("Nguyễn Thị Hạnh"),
        reason: None,
        location: None,
        offset_minutes: 420,
        appearance,
        target: Target::New,
        fill: Vec::new(),
    }
}

/// A text of ours.
pub fn text<const MAX: usize>(text: &str) -> Text<MAX> {
    Text::new(text).expect("a short line")
}

/// The key number `seed`.
pub fn software_key(seed: u64) -> SoftwareSigner {
    SoftwareSigner::generate(&Counting { seed, drawn: AtomicU64::new(0) })
}

fn name(common_name: &str) -> DistinguishedName {
    DistinguishedName::of(text(common_name))
}

fn issue(
    profile: Profile<'_>,
    serial: u64,
    subject: &DistinguishedName,
    spki: &[u8],
    validity: Validity,
    key: &SoftwareSigner,
) -> Certificate {
    let entropy = Counting { seed: 100 + serial, drawn: AtomicU64::new(0) };
    let serial = SerialNumber::generate(&entropy);
    let certificate = TbsCertificate::prepare(profile, &serial, subject, spki, validity);
    let certificate = certificate.expect("a name and a key");
    certificate.assemble(&key.sign_now(certificate.to_be_signed())).expect("the issuer's key")
}

fn list(issuer: &Certificate, key: &SoftwareSigner) -> Vec<u8> {
    let next = ISSUED_AT.plus(365 * 86_400);
    let list = TbsCrl::prepare(issuer, 7, ISSUED_AT, next, &[]).expect("an empty list");
    list.assemble(&key.sign_now(list.to_be_signed())).expect("the issuer's key")
}

/// Entropy that repeats.
struct Counting {
    seed: u64,
    drawn: AtomicU64,
}

impl Entropy for Counting {
    fn fill(&self, buffer: &mut [u8]) {
        for part in buffer.chunks_mut(32) {
            let block = self.drawn.fetch_add(1, Ordering::Relaxed);
            let bytes = Sha256::of_parts(&[&self.seed.to_be_bytes(), &block.to_be_bytes()]);
            part.copy_from_slice(&bytes.as_bytes()[..part.len()]);
        }
    }
}
