//! Timestamps: on a signature, and on the document as it was.

use crate::certificate::{Certificate, Purpose};
use crate::cms::{ReadError, read_timestamp};
use crate::digest::Sha256;
use crate::env::UnixSecond;

use super::material::Material;
use super::party::Party;
use super::raw::Place;
use super::revocation::Moment;
use super::signature::{Binding, bound, weak_or_intact};
use super::{
    Coverage, Finding, Outcome, Reason, SignatureKind, SignatureReport, SigningTime,
    TimestampReport,
};

/// A timestamp, judged.
#[derive(Debug)]
pub(super) struct Stamp {
    /// The time that it states.
    at: Option<UnixSecond>,
    integrity: Finding,
    algorithm: Option<String>,
    authority: Option<(String, String, Sha256)>,
    party: Party,
    now: UnixSecond,
    /// The first byte that it does not cover for certain; of a timestamp on a signature, none.
    covers_to: usize,
}

impl Stamp {
    /// Judges a token over `parts`; its own certificates are in the material already.
    pub(super) fn judge(token: &[u8], parts: &[&[u8]], material: &Material<'_>) -> Self {
        let token = match read_timestamp(token) {
            Ok(token) => token,
            Err(error) => return Self::unreadable(error, material),
        };
        let certificates = token.cms.certificates.iter().chain(material.certificates());
        let authority = token.cms.find_signer(certificates);
        let (integrity, algorithm) = match token.is_over(parts) {
            Some(false) => (Finding::failed(Reason::TimestampMismatch), None),
            None => (
                Finding::open(Reason::AlgorithmUnsupported).because("the digest of the timestamp"),
                None,
            ),
            Some(true) => match token.cms.is_over(&[&token.info]) {
                Some(true) => signed(&token.cms, &token.info, authority),
                Some(false) => (Finding::failed(Reason::SignatureWrong), None),
                None => (Finding::open(Reason::AlgorithmUnsupported), None),
            },
        };
        let integrity = match (integrity.outcome, token.digest) {
            (Outcome::Ok, Some(digest)) if digest.is_weak() => {
                Finding::open(Reason::AlgorithmWeak).because(format!("stamped with {digest}"))
            }
            _ => integrity,
        };
        let party = match authority {
            Some(authority) => {
                Party::judge(authority, Purpose::Timestamps, Moment::Stamped(token.at), material)
            }
            None => Party::unknown(),
        };
        let names = |authority: &Certificate| {
            (authority.subject_name(), authority.subject_text(), authority.sha256())
        };
        Self {
            at: Some(token.at),
            integrity,
            algorithm,
            authority: authority.map(names),
            party,
            now: material.now(),
            covers_to: 0,
        }
    }

    fn unreadable(error: ReadError, material: &Material<'_>) -> Self {
        Self {
            at: None,
            integrity: Finding::open(Reason::SignatureUnreadable).because(error.to_string()),
            algorithm: None,
            authority: None,
            party: Party::unknown(),
            now: material.now(),
            covers_to: 0,
        }
    }

    /// Judges a token over the document; all that stands before its hole is covered by it.
    pub(super) fn judge_document(
        token: &[u8],
        place: &Place,
        bytes: &[u8],
        material: &Material<'_>,
    ) -> Self {
        Self { covers_to: place.hole_start, ..Self::judge(token, &place.covered(bytes), material) }
    }

    /// Whether a signature on the document was there before it.
    pub(super) fn covers(&self, signature: &Place) -> bool {
        signature.end <= self.covers_to
    }

    /// The time that it proves; none if anything about it is wrong or open.
    pub(super) fn proves(&self) -> Option<UnixSecond> {
        let is_sound = self.integrity.outcome == Outcome::Ok && self.party.is_sound();
        self.at.filter(|_| is_sound)
    }

    /// As a timestamp on a signature.
    pub(super) fn report(self) -> TimestampReport {
        TimestampReport {
            at: self.at,
            name: self.authority.map(|(name, ..)| name),
            algorithm: self.algorithm,
            integrity: self.integrity,
            validity: self.party.validity,
            key_usage: self.party.key_usage,
            chain: self.party.chain,
            revocation: self.party.revocation,
        }
    }

    /// As a timestamp on the document, which stands where signatures stand.
    pub(super) fn document_report(&self, place: &Place, coverage: Coverage) -> SignatureReport {
        let time = match (self.proves(), self.at) {
            (Some(at), _) => SigningTime::Timestamp { at },
            (None, Some(at)) => SigningTime::Claimed { at },
            (None, None) => SigningTime::Verification { at: self.now },
        };
        let (name, signer, certificate) = match &self.authority {
            Some((name, signer, sha256)) => {
                (Some(name.clone()), Some(signer.clone()), Some(*sha256))
            }
            None => (None, None, None),
        };
        let party = self.party.clone();
        SignatureReport {
            field: place.field.clone(),
            kind: SignatureKind::DocumentTimestamp,
            name,
            signer,
            certificate,
            algorithm: self.algorithm.clone(),
            time,
            integrity: self.integrity.clone(),
            validity: party.validity,
            key_usage: party.key_usage,
            chain: party.chain,
            policies: party.policies,
            revocation: party.revocation,
            timestamps: Vec::new(),
            coverage,
            changes: Vec::new(),
            decision: None,
        }
    }
}

fn signed(
    cms: &crate::cms::SignedData,
    info: &[u8],
    authority: Option<&Certificate>,
) -> (Finding, Option<String>) {
    let Some(authority) = authority else {
        return (Finding::open(Reason::CertificateMissing), None);
    };
    // RFC 3161 §2.4.2 demands the attribute.
    match bound(cms, authority, Binding::Demanded) {
        Ok(()) => weak_or_intact(cms.verify(&[info], authority.public_key()), cms.digest),
        Err(finding) => (finding, None),
    }
}
