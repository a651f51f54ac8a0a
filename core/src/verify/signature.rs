//! The four findings on one signature.

use crate::certificate::{Certificate, ChainError, verify_chain};
use crate::cms::{self, DigestAlgorithm, SignatureAlgorithm, SignedData, SigningCertificate};
use crate::digest::Sha256;
use crate::env::UnixSecond;
use crate::signer::{self, SignerError};

use super::raw::Place;
use super::recording::Recording;
use super::{Coverage, Finding, Outcome, Reason, SignatureReport, SigningTime, Trust, revocation};

// Signatures over the document; the other registered ones are timestamps or use SHA-1.
const SUB_FILTERS: [&str; 2] = ["ETSI.CAdES.detached", "adbe.pkcs7.detached"];
// PAdES demands the ESS attribute (ETSI EN 319 142-1 §6.3), the older form does not.
const PADES: &str = "ETSI.CAdES.detached";
// As far as clocks may be apart.
const FUTURE_MARGIN_SECONDS: i64 = 300;

/// A signature with its integrity judged, which needs nothing but the file.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) place: Place,
    pub(super) cms: Option<SignedData>,
    pub(super) integrity: Finding,
}

impl Judged {
    pub(super) fn of(bytes: &[u8], place: &Place) -> Self {
        let place = place.clone();
        if let Some(other) = place.sub_filter.as_deref().filter(|name| !SUB_FILTERS.contains(name))
        {
            let integrity = Finding::open(Reason::FormatUnsupported).because(other);
            return Self { place, cms: None, integrity };
        }
        let Some(hole) = place.cms(bytes) else {
            let integrity = Finding::failed(Reason::SignatureUnreadable);
            return Self { place, cms: None, integrity };
        };
        match cms::read(&hole) {
            Ok(cms) => {
                let integrity = integrity(bytes, &place, &cms);
                Self { place, cms: Some(cms), integrity }
            }
            // Other encodings of CMS than DER exist; PDF forbids them, readers accept them.
            Err(error) => {
                let integrity =
                    Finding::open(Reason::SignatureUnreadable).because(error.to_string());
                Self { place, cms: None, integrity }
            }
        }
    }

    /// The signer's certificate.
    pub(super) fn signer(&self) -> Option<&Certificate> {
        self.cms.as_ref()?.signer_certificate()
    }

    /// The time that the signature itself states.
    pub(super) fn claimed(&self) -> Option<UnixSecond> {
        self.cms.as_ref().and_then(|cms| cms.signing_time).or(self.place.claimed)
    }

    pub(super) fn report(
        &self,
        trust: &Trust,
        recording: &Recording,
        coverage: Coverage,
    ) -> SignatureReport {
        let decision = self.cms.as_ref().and_then(|cms| cms.decision);
        let recorded_at = decision.and_then(|decision| recording.time_of(decision));
        let time = match (recorded_at, self.claimed()) {
            (Some(at), _) => SigningTime::LogReceipt { at },
            (None, Some(at)) => SigningTime::Claimed { at },
            (None, None) => SigningTime::Verification { at: trust.at },
        };
        let signer = self.signer();
        let (validity, chain, revocation) = if let (Some(signer), Some(cms)) = (signer, &self.cms) {
            judge_certificate(signer, cms, trust, time)
        } else {
            let open = || Finding::open(Reason::SignerUnknown);
            (open(), open(), open())
        };
        SignatureReport {
            field: self.place.field.clone(),
            signer: signer.map(Certificate::subject_text),
            certificate: signer.map(Certificate::sha256),
            time,
            integrity: self.integrity.clone(),
            validity,
            chain,
            revocation,
            coverage,
            decision,
        }
    }
}

fn integrity(bytes: &[u8], place: &Place, cms: &SignedData) -> Finding {
    if cms.digest_algorithm != DigestAlgorithm::Sha256 {
        return Finding::open(Reason::AlgorithmUnsupported).because("the digest is not SHA-256");
    }
    let before = bytes.get(..place.hole_start).unwrap_or_default();
    let behind = bytes.get(place.hole_end..place.end).unwrap_or_default();
    if *Sha256::of_parts(&[before, behind]).as_bytes() != *cms.message_digest {
        return Finding::failed(Reason::DocumentChanged);
    }
    let Some(signer) = cms.signer_certificate() else {
        let unreadable = cms.unreadable_certificates;
        return Finding::open(Reason::CertificateMissing)
            .because(format!("{unreadable} certificates inside cannot be read"));
    };
    match cms.signing_certificate {
        SigningCertificate::Sha256(hash) if hash == signer.sha256() => {}
        SigningCertificate::Sha256(_) => return Finding::failed(Reason::CertificateNotBound),
        SigningCertificate::OtherDigest => {
            return Finding::open(Reason::AlgorithmUnsupported)
                .because("the certificate is bound by another digest than SHA-256");
        }
        SigningCertificate::Missing if place.sub_filter.as_deref() == Some(PADES) => {
            return Finding::failed(Reason::CertificateNotBound);
        }
        SigningCertificate::Missing => {}
    }
    if let SignatureAlgorithm::Other(algorithm) = &cms.signature_algorithm {
        return Finding::open(Reason::AlgorithmUnsupported).because(algorithm.as_str());
    }
    match signer::verify(cms.signature(), cms.signed_bytes(), signer.public_key()) {
        Ok(()) => Finding::ok(Reason::Intact),
        Err(SignerError::NotP256) => {
            Finding::open(Reason::AlgorithmUnsupported).because("the key is not on P-256")
        }
        Err(_) => Finding::failed(Reason::SignatureWrong),
    }
}

fn judge_certificate(
    signer: &Certificate,
    cms: &SignedData,
    trust: &Trust,
    time: SigningTime,
) -> (Finding, Finding, Finding) {
    let validity = validity(signer, trust.at, time.at());
    let intermediates = [cms.certificates.as_slice(), &trust.intermediates].concat();
    // Whether the leaf had expired is the finding before; the chain is asked within its period.
    let at = time.at().clamp(signer.not_before(), signer.not_after());
    match verify_chain(signer, &intermediates, &trust.anchors, at) {
        Ok(path) => {
            let revocation = revocation::check(&path, &trust.crls, trust.at, time);
            (validity, Finding::ok(Reason::Trusted), revocation)
        }
        Err(error) => (validity, broken_chain(&error), Finding::open(Reason::ChainUnknown)),
    }
}

fn broken_chain(error: &ChainError) -> Finding {
    let finding = match error {
        ChainError::UnknownIssuer { .. } => Finding::open(Reason::NoTrustedIssuer),
        error if error.is_undetermined() => Finding::open(Reason::ChainUnsupported),
        _ => Finding::failed(Reason::ChainBroken),
    };
    finding.because(error.to_string())
}

fn validity(signer: &Certificate, now: UnixSecond, signed_at: UnixSecond) -> Finding {
    let finding = if signed_at < signer.not_before() {
        Finding::failed(Reason::NotYetValid)
    } else if signed_at > signer.not_after() {
        Finding::failed(Reason::Expired)
    } else if signed_at > now.plus(FUTURE_MARGIN_SECONDS) {
        Finding::open(Reason::SignedInTheFuture)
    } else {
        Finding::ok(Reason::ValidWhenSigned)
    };
    match finding.outcome {
        Outcome::Ok => finding,
        _ => finding.because(format!(
            "signed {signed_at}, valid {} to {}",
            signer.not_before(),
            signer.not_after()
        )),
    }
}
