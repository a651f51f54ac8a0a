//! A document of the small office, its decision, its signature and its evidence.

use crate::cms;
use crate::decision::{
    Authority, DecidedDocument, Decision, DecisionHash, SeenCheckpoint, Signing, Summary, Verb,
};
use crate::digest::Sha256;
use crate::document::{DocumentRef, Metadata, PDF, Text, Urgency};
use crate::env::UnixSecond;
use crate::evidence::Evidence;
use crate::id::{DeviceId, PersonId, RequestId};
use crate::log::checkpoint::LogKey;
use crate::log::leaf::{Leaf, Outcome, Salt};
use crate::log::proof::InclusionProof;
use crate::log::tree::{Frontier, TreeHead, empty_root, inclusion_plan, leaf_hash};
use crate::pdf::image::Images;
use crate::pdf::read;
use crate::pdf::recipe::{Appearance, Recipe, Target};
use crate::pdf::revise::build_revision;
use crate::receipt::Receipt;
use crate::request::StepNumber;

use super::office::{ISSUED_AT, Office};

/// When the leader signs: 2026-01-06T08:00:00Z.
pub(crate) const SIGNED_AT: UnixSecond = UnixSecond::new(1_767_686_400);

/// Where the log has the decision ten seconds later.
pub(crate) const RECORDED_AT: UnixSecond = UnixSecond::new(SIGNED_AT.get() + 10);

const _: () = assert!(SIGNED_AT.get() > ISSUED_AT.get());

/// The decision to approve `base`, which makes its signature.
pub(crate) fn decision(office: &Office, base: &[u8]) -> Decision {
    Decision {
        version: 1,
        verb: Verb::Approve,
        request: RequestId::from_bytes([1; 16]),
        step: StepNumber(1),
        revision: 1,
        documents: vec![DecidedDocument {
            document: DocumentRef {
                sha256: Sha256::of(base),
                size: base.len() as u64,
                media_type: PDF.to_owned(),
            },
            signing: Some(Signing {
                builder: "pdfrev/1".to_owned(),
                recipe: Sha256::of(b"recipe"),
            }),
        }],
        certificate: office.person.sha256(),
        authority: Authority::Own { position: Text::new("Chủ tịch").unwrap() },
        summary: Summary {
            metadata: Metadata {
                number: None,
                subject: Text::new("Về việc thử kiểm tra chữ ký").unwrap(),
                kind: Text::new("Quyết định").unwrap(),
                issuer: Text::new("Ủy ban nhân dân xã Minh Tân").unwrap(),
                urgency: Urgency::Normal,
            },
            check: "check/1".to_owned(),
            findings: Vec::new(),
        },
        reason: None,
        signed_at: SIGNED_AT,
        valid_until: SIGNED_AT.plus(3600),
        checkpoint: SeenCheckpoint { size: 0, root: empty_root() },
        app: Text::new("trien test").unwrap(),
        person: PersonId::from_bytes([2; 16]),
        device: DeviceId::from_bytes([3; 16]),
        document_signer: None,
    }
}

/// `base` and after it a byte range with a signature in its hole: what a signing revision comes
/// down to for whoever checks signatures.
pub(crate) fn sign(office: &Office, base: &[u8], decision: DecisionHash) -> Vec<u8> {
    const HOLE: usize = 8192;
    let mut head = base.to_vec();
    head.extend_from_slice(b"/Type/Sig/ByteRange [0 ");
    let hole_start = head.len() + 40;
    let hole_end = hole_start + HOLE + 2;
    let tail = b">>endobj %%EOF\n";
    head.extend_from_slice(format!("{hole_start} {hole_end} {}]", tail.len()).as_bytes());
    head.resize(hole_start, b' ');
    let digest = Sha256::of_parts(&[&head, tail]);
    let attributes = cms::signed_attributes(digest, office.person.der(), decision);
    let certificates = [office.person.der(), office.issuing.der()];
    let signature = office.person_key.sign_now(&attributes);
    let cms = cms::assemble(&attributes, &signature, &certificates).unwrap();
    let mut hole = hex::encode(cms).into_bytes();
    hole.resize(HOLE, b'0');
    [&head, b"<".as_slice(), &hole, b">", tail].concat()
}

/// `base`, a real PDF, with one more signing revision by the leader, which is not seen.
pub(crate) fn sign_pdf(
    office: &Office,
    base: &[u8],
    field: &str,
    decision: DecisionHash,
) -> Vec<u8> {
    sign_pdf_as(office, base, &recipe(field, Appearance::Invisible), decision)
}

/// A recipe for a new field, and the least of all else.
pub(crate) fn recipe(field: &str, appearance: Appearance) -> Recipe {
    Recipe {
        builder: "pdfrev/1".to_owned(),
        field: field.to_owned(),
        name: Text::new("Nguyễn Thị Hạnh").unwrap(),
        reason: None,
        location: None,
        offset_minutes: 420,
        appearance,
        target: Target::New,
        fill: Vec::new(),
    }
}

/// The same as a recipe says.
pub(crate) fn sign_pdf_as(
    office: &Office,
    base: &[u8],
    recipe: &Recipe,
    decision: DecisionHash,
) -> Vec<u8> {
    let document = read::open(base).unwrap();
    let delta = build_revision(&document, recipe, &Images::none(), SIGNED_AT).unwrap();
    let digest = delta.digests(base).signed;
    let attributes = cms::signed_attributes(digest, office.person.der(), decision);
    let certificates = [office.person.der(), office.issuing.der()];
    let signature = office.person_key.sign_now(&attributes);
    let cms = cms::assemble(&attributes, &signature, &certificates).unwrap();
    [base, &delta.embed(&cms).unwrap()].concat()
}

/// The log's key.
pub(crate) fn log_key() -> LogKey {
    LogKey::from_seed("log.minhtan.example", &[5; 32]).unwrap()
}

/// Evidence of leaf 2 of 5 in the log of `key`.
pub(crate) fn evidence(decision: &Decision, outcome: Outcome, key: &LogKey) -> Evidence {
    let salt = Salt([4; 32]);
    let leaf = Leaf::of_decision(outcome, RECORDED_AT, &salt, &decision.hash());
    let mut frontier = Frontier::new();
    let mut nodes = std::collections::HashMap::new();
    for index in 0..5_u8 {
        let data = if index == 2 { leaf.to_cbor() } else { vec![index] };
        for node in frontier.append(leaf_hash(&data)) {
            nodes.insert(node.id, node.hash);
        }
    }
    let hashes = inclusion_plan(2, 5).unwrap().fold(|id| nodes.get(&id).copied()).unwrap();
    let checkpoint = key.sign(TreeHead { size: 5, root: frontier.root() });
    let proof = InclusionProof { index: 2, hashes, checkpoint };
    let receipt = Receipt::new(decision.hash(), outcome, RECORDED_AT, salt, &proof);
    Evidence::new(decision.to_cbor(), None, &receipt).unwrap()
}
