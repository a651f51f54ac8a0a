//! The findings on one signature.

use crate::algorithm::{Digest, Verified, VerifyError, Weakness};
use crate::certificate::{Certificate, Purpose};
use crate::cms::{self, Content, SignedData, SigningCertificate};
use crate::env::UnixSecond;

use super::material::Material;
use super::party::Party;
use super::raw::Place;
use super::recording::{self, Recording};
use super::timestamp::Stamp;
use super::{Coverage, Finding, Outcome, Reason, SignatureKind, SignatureReport, SigningTime};

/// What a signature is over, by its `/SubFilter` (ISO 32000-2 table 255).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// The document; `PAdES` demands that the certificate is bound (ETSI EN 319 142-1 §6.3).
    Pades,
    /// The document.
    Detached,
    /// The SHA-1 of the document, which stands inside: out of use since PDF 2.0.
    Sha1Inside,
    /// The document, by a timestamp.
    DocumentTimestamp,
}

impl Form {
    fn of(sub_filter: &str) -> Option<Self> {
        Some(match sub_filter {
            "ETSI.CAdES.detached" => Self::Pades,
            "adbe.pkcs7.detached" => Self::Detached,
            "adbe.pkcs7.sha1" => Self::Sha1Inside,
            "ETSI.RFC3161" => Self::DocumentTimestamp,
            _ => return None,
        })
    }

    /// In a file that no reader agreed on the form is not known, but what is signed tells it.
    fn guess(cms: &SignedData) -> Self {
        match cms.content {
            Content::Detached => Self::Detached,
            Content::Inside(_) if cms.is_timestamp() => Self::DocumentTimestamp,
            Content::Inside(_) => Self::Sha1Inside,
        }
    }
}

/// Whether the signed attributes must name the certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Binding {
    Demanded,
    Optional,
}

/// A signature taken apart, which needs nothing but the file.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) place: Place,
    form: Form,
    hole: Vec<u8>,
    pub(super) cms: Option<SignedData>,
    /// Why there is no CMS.
    unreadable: Option<Finding>,
}

impl Judged {
    pub(super) fn of(bytes: &[u8], place: &Place) -> Self {
        let place = place.clone();
        let form = place.sub_filter.as_deref().map_or(Some(Form::Detached), Form::of);
        let nothing = |place, form, unreadable| Self {
            place,
            form,
            hole: Vec::new(),
            cms: None,
            unreadable: Some(unreadable),
        };
        let Some(form) = form else {
            let other = place.sub_filter.clone().unwrap_or_default();
            let unreadable = Finding::open(Reason::FormatUnsupported).because(other);
            return nothing(place, Form::Detached, unreadable);
        };
        let Some(hole) = place.cms(bytes) else {
            return nothing(place, form, Finding::failed(Reason::SignatureUnreadable));
        };
        match cms::read(&hole) {
            Ok(cms) => {
                let form = if place.sub_filter.is_some() { form } else { Form::guess(&cms) };
                Self { place, form, hole, cms: Some(cms), unreadable: None }
            }
            // Other encodings of CMS than DER exist; PDF forbids them, readers accept them.
            Err(error) => {
                let unreadable =
                    Finding::open(Reason::SignatureUnreadable).because(error.to_string());
                Self { hole, ..nothing(place, form, unreadable) }
            }
        }
    }

    /// Adds what it carries to what all may use.
    pub(super) fn give_to(&self, material: &mut Material<'_>) {
        let Some(cms) = &self.cms else { return };
        let stamps: Vec<SignedData> =
            cms.timestamps.iter().filter_map(|token| cms::read(token).ok()).collect();
        for cms in [cms].into_iter().chain(&stamps) {
            cms.certificates.iter().for_each(|certificate| material.add_certificate(certificate));
            material.add_revocation(&cms.crls, &cms.ocsp);
        }
    }

    /// The signer's certificate, if the signature has it inside.
    pub(super) fn signer(&self) -> Option<&Certificate> {
        self.cms.as_ref()?.signer_certificate()
    }

    /// The judged timestamp, if it is one on the document.
    pub(super) fn document_stamp(&self, bytes: &[u8], material: &Material<'_>) -> Option<Stamp> {
        (self.form == Form::DocumentTimestamp && !self.hole.is_empty())
            .then(|| Stamp::judge_document(&self.hole, &self.place, bytes, material))
    }

    /// The time that the signature itself states.
    fn claimed(&self) -> Option<UnixSecond> {
        self.cms.as_ref().and_then(|cms| cms.signing_time).or(self.place.claimed)
    }

    pub(super) fn report(
        &self,
        bytes: &[u8],
        material: &Material<'_>,
        index: usize,
        document_stamps: &[Option<Stamp>],
        recordings: &[Recording],
        coverage: Coverage,
    ) -> SignatureReport {
        let cms = self.cms.as_ref();
        let signer = cms.and_then(|cms| {
            cms.find_signer(cms.certificates.iter().chain(material.certificates()))
        });
        let (integrity, algorithm) = match (cms, &self.unreadable) {
            (Some(cms), _) => self.integrity(bytes, cms, signer),
            (None, Some(unreadable)) => (unreadable.clone(), None),
            (None, None) => (Finding::open(Reason::SignatureUnreadable), None),
        };
        let tokens = cms.map(|cms| cms.timestamps.as_slice()).unwrap_or_default();
        let signature = cms.map(SignedData::signature).unwrap_or_default();
        let stamps: Vec<Stamp> =
            tokens.iter().map(|token| Stamp::judge(token, &[signature], material)).collect();
        let decision = cms.and_then(|cms| cms.decision);
        // Any timestamp over the signature proves that it existed; the earliest says most.
        let later = document_stamps.iter().flatten();
        let covering = later.filter(|stamp| stamp.covers(&self.place));
        let proven = stamps.iter().chain(covering).filter_map(Stamp::proves).min();
        let recorded = recording::time_of(recordings, index);
        let time = match (proven, recorded, self.claimed()) {
            (Some(at), _, _) => SigningTime::Timestamp { at },
            (None, Some(at), _) => SigningTime::LogReceipt { at },
            (None, None, Some(at)) => SigningTime::Claimed { at },
            (None, None, None) => SigningTime::Verification { at: material.now() },
        };
        let party = match signer {
            Some(signer) => Party::judge(signer, Purpose::Documents, time.into(), material),
            None => Party::unknown(),
        };
        SignatureReport {
            field: self.place.field.clone(),
            kind: match self.form {
                Form::DocumentTimestamp => SignatureKind::DocumentTimestamp,
                Form::Pades | Form::Detached | Form::Sha1Inside => SignatureKind::Signature,
            },
            name: signer.map(Certificate::subject_name),
            signer: signer.map(Certificate::subject_text),
            certificate: signer.map(Certificate::sha256),
            algorithm,
            time,
            integrity,
            validity: party.validity,
            key_usage: party.key_usage,
            chain: party.chain,
            policies: party.policies,
            revocation: party.revocation,
            timestamps: stamps.into_iter().map(Stamp::report).collect(),
            coverage,
            changes: Vec::new(),
            decision,
        }
    }

    fn integrity(
        &self,
        bytes: &[u8],
        cms: &SignedData,
        signer: Option<&Certificate>,
    ) -> (Finding, Option<String>) {
        let covered = self.place.covered(bytes);
        let content: Vec<&[u8]> = match (self.form, &cms.content) {
            (Form::Sha1Inside, Content::Inside(sha_1)) => {
                if *sha_1 != Digest::Sha1.of_parts(&covered) {
                    return (Finding::failed(Reason::DocumentChanged), None);
                }
                vec![sha_1]
            }
            (Form::Pades | Form::Detached, Content::Detached) => covered.to_vec(),
            // What was signed is not the document.
            _ => {
                let finding = Finding::failed(Reason::SignatureUnreadable)
                    .because("the signed content is not the document");
                return (finding, None);
            }
        };
        match cms.is_over(&content) {
            Some(true) => {}
            Some(false) => return (Finding::failed(Reason::DocumentChanged), None),
            None => {
                return (Finding::open(Reason::AlgorithmUnsupported).because("the digest"), None);
            }
        }
        let Some(signer) = signer else {
            let unreadable = cms.unreadable_certificates;
            let finding = Finding::open(Reason::CertificateMissing)
                .because(format!("{unreadable} certificates inside cannot be read"));
            return (finding, None);
        };
        let binding = if self.form == Form::Pades { Binding::Demanded } else { Binding::Optional };
        if let Err(finding) = bound(cms, signer, binding) {
            return (finding, None);
        }
        let (finding, algorithm) =
            weak_or_intact(cms.verify(&content, signer.public_key()), cms.digest);
        if self.form == Form::Sha1Inside && finding.outcome == Outcome::Ok {
            let weak = Weakness::Digest(Digest::Sha1).to_string();
            return (Finding::open(Reason::AlgorithmWeak).because(weak), algorithm);
        }
        (finding, algorithm)
    }
}

/// That the signed attributes name the certificate: else another one for the same key could be put
/// in its place.
pub(super) fn bound(
    cms: &SignedData,
    signer: &Certificate,
    binding: Binding,
) -> Result<(), Finding> {
    match &cms.signing_certificate {
        SigningCertificate::Hash { digest, value } => {
            let is_named = digest.of_parts(&[signer.der()]) == *value;
            is_named.then_some(()).ok_or_else(|| Finding::failed(Reason::CertificateNotBound))
        }
        SigningCertificate::OtherDigest => Err(Finding::open(Reason::AlgorithmUnsupported)
            .because("the certificate is bound by another digest")),
        SigningCertificate::Missing if binding == Binding::Demanded => {
            Err(Finding::failed(Reason::CertificateNotBound))
        }
        SigningCertificate::Missing => Ok(()),
    }
}

/// The finding on a signature whose content is right, and its algorithm where it verifies.
pub(super) fn weak_or_intact(
    verified: Result<Verified, VerifyError>,
    content: Option<Digest>,
) -> (Finding, Option<String>) {
    match verified {
        Ok(verified) => {
            let content = content.filter(|digest| digest.is_weak()).map(Weakness::Digest);
            let finding = match verified.weakness.or(content) {
                Some(weakness) => {
                    Finding::open(Reason::AlgorithmWeak).because(weakness.to_string())
                }
                None => Finding::ok(Reason::Intact),
            };
            (finding, Some(verified.algorithm))
        }
        Err(VerifyError::Wrong) => (Finding::failed(Reason::SignatureWrong), None),
        Err(VerifyError::Unsupported(algorithm)) => {
            (Finding::open(Reason::AlgorithmUnsupported).because(algorithm), None)
        }
    }
}
