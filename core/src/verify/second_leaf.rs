//! Document signatures by another key than the one that decided: signature → decision → its signer, and what the log's
//! second leaf says became of the signature.

use serde::{Deserialize, Serialize};

use crate::certificate::{Certificate, Purpose};
use crate::cose::Statement;
use crate::decision::Decision;
use crate::digest::Sha256;
use crate::document_signature::{End, Shown};
use crate::env::UnixSecond;
use crate::evidence::Evidence;
use crate::log::checkpoint::VerifierKey;

use super::material::Material;
use super::party::Party;
use super::revocation::Moment;
use super::signature::Judged;
use super::{Finding, Outcome, Reason, Recording};

/// What the log says became of a document signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "end")]
pub enum SecondLeaf {
    /// The evidence has nothing of it, or nothing that holds.
    NotShown,
    /// It was made.
    Signed {
        /// The place of its leaf, from 0.
        index: u64,
        /// When the log recorded it.
        at: UnixSecond,
    },
    /// None came in time.
    Expired {
        /// The place of its leaf, from 0.
        index: u64,
        /// When the log recorded it.
        at: UnixSecond,
    },
    /// It was not awaited any more.
    Withdrawn {
        /// The place of its leaf, from 0.
        index: u64,
        /// When the log recorded it.
        at: UnixSecond,
    },
}

impl SecondLeaf {
    fn of(shown: &Shown) -> Self {
        let (index, at) = (shown.index, shown.recorded_at);
        match shown.signature.end {
            End::Signed => Self::Signed { index, at },
            End::Expired => Self::Expired { index, at },
            End::Withdrawn => Self::Withdrawn { index, at },
        }
    }

    /// Since when the log proves that the signature exists.
    pub(super) fn proves(self) -> Option<UnixSecond> {
        match self {
            Self::Signed { at, .. } => Some(at),
            Self::NotShown | Self::Expired { .. } | Self::Withdrawn { .. } => None,
        }
    }
}

/// Certificates that come with a decision may lead from its signer to an anchor.
pub(super) fn give_to(evidence: &Evidence, material: &mut Material<'_>) {
    let certificates = evidence.certificates.iter();
    for certificate in certificates.filter_map(|der| Certificate::parse(der).ok()) {
        material.add_certificate(&certificate);
    }
}

impl Recording {
    /// The same, judged by its signer and its second leaf where the decision names a foreign certificate. What was
    /// refused or is broken stays so.
    pub(super) fn with_document_signature(
        self,
        bytes: &[u8],
        signatures: &[Judged],
        evidence: &Evidence,
        key: &VerifierKey,
        material: &Material<'_>,
    ) -> Self {
        let mut of = self;
        let Ok(decision) = Decision::from_cbor(&evidence.decision) else { return of };
        let Self::Shown { index, at, signature, decided_by, document_signature, finding, .. } =
            &mut of
        else {
            return of;
        };
        if decision.document_signer.is_none() {
            return of;
        }
        let signed = signature.and_then(|place| signatures.get(place));
        let (leaf, judged) = second(bytes, signed, evidence, *index, key);
        *document_signature = Some(Box::new(leaf));
        let known = material.certificates().iter();
        let certificate = known.clone().find(|one| one.sha256() == decision.certificate);
        *decided_by = certificate.map(Certificate::subject_text);
        let decided = decider(&decision, evidence, certificate, *at, material);
        let is_fine = finding.outcome == Outcome::Ok || finding.reason == Reason::SignerUnknown;
        if is_fine {
            let mut wrong: Vec<Finding> =
                [judged, decided].into_iter().filter_map(Result::err).collect();
            // What failed says more than what is open.
            wrong.sort_by_key(|finding| finding.outcome != Outcome::Failed);
            *finding = wrong.into_iter().next().unwrap_or(Finding::ok(Reason::Recorded));
        }
        of
    }
}

/// Whether the approval key of a trusted certificate signed the decision.
fn decider(
    decision: &Decision,
    evidence: &Evidence,
    certificate: Option<&Certificate>,
    at: UnixSecond,
    material: &Material<'_>,
) -> Result<(), Finding> {
    let failed = |detail: &str| Finding::failed(Reason::DecisionMismatch).because(detail);
    let cose = evidence.cose.as_deref().ok_or_else(|| failed("nobody signed the decision"))?;
    let statement = Statement::parse(cose).map_err(|error| failed(&error.to_string()))?;
    if statement.payload != evidence.decision || statement.certificate != decision.certificate {
        return Err(failed("what was signed is another decision"));
    }
    let certificate = certificate.ok_or_else(|| Finding::open(Reason::SignerUnknown))?;
    let verified = statement.verify(certificate.public_key());
    verified.map_err(|error| failed(&error.to_string()))?;
    if !certificate.may_be_of(decision.person) {
        return Err(failed("the certificate that signed the decision is another person's"));
    }
    let party = Party::judge(certificate, Purpose::Documents, Moment::Proven(at), material);
    let answers = [&party.validity, &party.key_usage, &party.chain, &party.revocation];
    let why = |finding: &Finding| format!("{}: {}", finding.reason.slug(), finding.detail);
    if let Some(wrong) = answers.iter().find(|it| it.outcome == Outcome::Failed) {
        return Err(Finding::failed(Reason::DeciderUntrusted).because(why(wrong)));
    }
    match answers.iter().find(|it| it.outcome == Outcome::CannotBeDetermined) {
        Some(open) => Err(Finding::open(Reason::DeciderUntrusted).because(why(open))),
        None => Ok(()),
    }
}

/// The second leaf, and what is wrong with the signature by it. `index` is the place of the first.
fn second(
    bytes: &[u8],
    signature: Option<&Judged>,
    evidence: &Evidence,
    index: u64,
    key: &VerifierKey,
) -> (SecondLeaf, Result<(), Finding>) {
    let Some(recorded) = &evidence.document else {
        return (SecondLeaf::NotShown, Err(Finding::open(Reason::DocumentSignatureNotShown)));
    };
    let broken = |detail: String| {
        let finding = Finding::failed(Reason::DocumentSignatureBroken).because(detail);
        (SecondLeaf::NotShown, Err(finding))
    };
    let about = evidence.decision_hash();
    let shown = match recorded.verify(about, key) {
        Ok(shown) => shown,
        Err(error) => return broken(error.to_string()),
    };
    if shown.index <= index {
        return broken("the log recorded the signature before the decision".to_owned());
    }
    let leaf = SecondLeaf::of(&shown);
    let Some(document) = shown.signature.document else {
        return (leaf, Err(Finding::failed(Reason::DocumentSignatureMissing)));
    };
    let Some(signature) = signature else {
        let detail = "no signature of this document carries the decision of the evidence";
        return (leaf, Err(Finding::failed(Reason::EvidenceSwapped).because(detail)));
    };
    // The document as it was with the signature as its last: later revisions only append.
    let signed = bytes.get(..signature.place.end).map(Sha256::of);
    if signed == Some(document) { (leaf, Ok(())) } else { broken(OTHER_SIGNATURE.to_owned()) }
}

const OTHER_SIGNATURE: &str = "the log recorded another signature for this decision";
