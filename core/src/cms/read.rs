//! Taking apart the CMS of a signature, whoever made it.

use crate::asn1::{
    self, INTEGER, InvalidDer, OCTET_STRING, OID, Reader, SEQUENCE, SET, context,
    context_constructed,
};
use crate::certificate::{Certificate, SerialNumber};
use crate::decision::DecisionHash;
use crate::digest::Sha256;
use crate::env::UnixSecond;
use crate::oid;
use crate::signer;

/// The largest CMS that is read, in bytes. Long-term signatures with embedded revocation lists
/// reach some hundred kilobytes.
pub const MAX_CMS_BYTES: usize = 4 * 1024 * 1024;

// A chain of four with as many cross certificates again; more is an attack on the path search.
const MAX_CERTIFICATES: usize = 32;
const MAX_ATTRIBUTES: usize = 64;

/// Why a CMS cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Too large.
    #[error("the signature has {0} bytes, the limit is {MAX_CMS_BYTES}")]
    TooLarge(usize),
    /// Not DER, or not the structure of RFC 5652.
    #[error("the signature is not a CMS SignedData in DER (RFC 5652)")]
    Malformed(#[from] InvalidDer),
    /// Another kind of CMS, or content that is not detached.
    #[error("the signature is not a detached CMS SignedData")]
    NotDetached,
    /// None or several.
    #[error("the signature has {0} signers, exactly one is expected")]
    Signers(usize),
    /// More certificates or attributes than any real signature has.
    #[error("the signature has too many certificates or attributes")]
    TooMany,
}

/// How a document's digest was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DigestAlgorithm {
    /// SHA-256.
    Sha256,
    /// One that this product does not compute.
    Other,
}

/// How a signature was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignatureAlgorithm {
    /// ECDSA with SHA-256.
    EcdsaSha256,
    /// One that this product does not compute, as a dotted object identifier.
    Other(String),
}

/// Which certificate a signature claims to be verified with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignerId {
    /// By issuer (DER of the name) and serial number.
    IssuerAndSerial {
        /// DER of the issuer's name.
        issuer: Vec<u8>,
        /// The certificate's serial number.
        serial: SerialNumber,
    },
    /// By subject key identifier.
    KeyIdentifier(Vec<u8>),
}

/// What the ESS attribute says of the signer's certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SigningCertificate {
    /// signing-certificate-v2 with SHA-256 (RFC 5035).
    Sha256(Sha256),
    /// With another digest, among them the first version with SHA-1.
    OtherDigest,
    /// The attribute is missing.
    Missing,
}

/// A signature as read; nothing in it is verified yet.
#[derive(Clone, Debug)]
pub struct SignedData {
    signed_bytes: Vec<u8>,
    signature: Vec<u8>,
    /// The certificates inside that can be read, in their order.
    pub certificates: Vec<Certificate>,
    /// How many certificates inside cannot be read.
    pub unreadable_certificates: usize,
    /// Which of them signed.
    pub signer: SignerId,
    /// How the document was hashed.
    pub digest_algorithm: DigestAlgorithm,
    /// How the attributes were signed.
    pub signature_algorithm: SignatureAlgorithm,
    /// The digest of the document, from the signed attributes.
    pub message_digest: Vec<u8>,
    /// What the signed attributes say of the signer's certificate.
    pub signing_certificate: SigningCertificate,
    /// The hash of the decision, in signatures made by this product.
    pub decision: Option<DecisionHash>,
    /// The signing time that the signer claims, if it stands among the signed attributes.
    pub signing_time: Option<UnixSecond>,
    /// Whether an RFC 3161 timestamp is attached. It is not verified.
    pub has_timestamp: bool,
}

impl SignedData {
    /// The signed attributes as they were signed: a SET OF with tag 0x31 (RFC 5652 §5.4).
    #[must_use]
    pub fn signed_bytes(&self) -> &[u8] {
        &self.signed_bytes
    }

    /// The signature value as it stands in the CMS.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// The signer's certificate, if it is inside.
    #[must_use]
    pub fn signer_certificate(&self) -> Option<&Certificate> {
        self.certificates.iter().find(|certificate| match &self.signer {
            SignerId::IssuerAndSerial { issuer, serial } => {
                certificate.issuer() == issuer && certificate.serial() == serial
            }
            SignerId::KeyIdentifier(id) => certificate.key_identifier() == Some(id),
        })
    }

    /// Whether the signature over the attributes verifies under `spki`; says nothing of the
    /// document or the certificate.
    #[must_use]
    pub fn verifies_under(&self, spki: &[u8]) -> bool {
        self.signature_algorithm == SignatureAlgorithm::EcdsaSha256
            && signer::verify(&self.signature, &self.signed_bytes, spki).is_ok()
    }
}

/// Reads a CMS as it stands in a document; zeros that fill the hole may follow it.
pub fn read(cms: &[u8]) -> Result<SignedData, ReadError> {
    if cms.len() > MAX_CMS_BYTES {
        return Err(ReadError::TooLarge(cms.len()));
    }
    let mut outer = Reader(cms);
    let content_info = outer.expect(SEQUENCE)?;
    if outer.0.iter().any(|byte| *byte != 0) {
        return Err(InvalidDer.into());
    }
    let mut content_info = content_info.inside();
    if content_info.expect(OID)?.value != oid::SIGNED_DATA {
        return Err(ReadError::NotDetached);
    }
    let content = content_info.expect(context_constructed(0))?;
    content_info.finish()?;
    read_signed_data(asn1::single(content.value, SEQUENCE)?.inside())
}

fn read_signed_data(mut fields: Reader<'_>) -> Result<SignedData, ReadError> {
    fields.expect(INTEGER)?;
    fields.expect(SET)?;
    let mut content = fields.expect(SEQUENCE)?.inside();
    content.expect(OID)?;
    if !content.is_empty() {
        return Err(ReadError::NotDetached);
    }
    let (certificates, unreadable_certificates) = match fields.optional(context_constructed(0))? {
        Some(set) => read_certificates(set.inside())?,
        None => (Vec::new(), 0),
    };
    fields.optional(context_constructed(1))?;
    let mut signers = fields.expect(SET)?.inside();
    fields.finish()?;
    let first = signers.expect(SEQUENCE).map_err(|_| ReadError::Signers(0))?;
    if !signers.is_empty() {
        return Err(ReadError::Signers(2));
    }
    read_signer(first.inside(), certificates, unreadable_certificates)
}

fn read_certificates(mut set: Reader<'_>) -> Result<(Vec<Certificate>, usize), ReadError> {
    let mut certificates = Vec::new();
    let mut unreadable = 0;
    while !set.is_empty() {
        if certificates.len() + unreadable == MAX_CERTIFICATES {
            return Err(ReadError::TooMany);
        }
        match Certificate::parse(set.next()?.raw) {
            Ok(certificate) => certificates.push(certificate),
            Err(_) => unreadable += 1,
        }
    }
    Ok((certificates, unreadable))
}

fn read_signer(
    mut fields: Reader<'_>,
    certificates: Vec<Certificate>,
    unreadable_certificates: usize,
) -> Result<SignedData, ReadError> {
    fields.expect(INTEGER)?;
    let signer = read_signer_id(&mut fields)?;
    let digest_algorithm = match fields.expect(SEQUENCE)?.inside().expect(OID)?.value {
        oid::SHA_256 => DigestAlgorithm::Sha256,
        _ => DigestAlgorithm::Other,
    };
    let attributes = fields.expect(context_constructed(0))?;
    let signature_algorithm = match fields.expect(SEQUENCE)?.inside().expect(OID)?.value {
        oid::ECDSA_WITH_SHA_256 => SignatureAlgorithm::EcdsaSha256,
        // Some signers name only the kind of key here; the digest is then the signer's (SHA-256).
        oid::EC_PUBLIC_KEY if digest_algorithm == DigestAlgorithm::Sha256 => {
            SignatureAlgorithm::EcdsaSha256
        }
        other => SignatureAlgorithm::Other(oid::dotted(other)),
    };
    let signature = fields.expect(OCTET_STRING)?.value.to_vec();
    let has_timestamp = match fields.optional(context_constructed(1))? {
        Some(unsigned) => Attributes::of(unsigned.value)?.has(oid::SIGNATURE_TIMESTAMP),
        None => false,
    };
    fields.finish()?;

    let known = Attributes::of(attributes.value)?;
    Ok(SignedData {
        signed_bytes: asn1::write(SET, &[attributes.value]),
        signature,
        certificates,
        unreadable_certificates,
        signer,
        digest_algorithm,
        signature_algorithm,
        message_digest: known.required(oid::MESSAGE_DIGEST, OCTET_STRING)?.to_vec(),
        signing_certificate: known.signing_certificate(),
        decision: known.decision()?,
        signing_time: known.signing_time()?,
        has_timestamp,
    })
}

fn read_signer_id(fields: &mut Reader<'_>) -> Result<SignerId, InvalidDer> {
    if let Some(id) = fields.optional(context(0))? {
        return Ok(SignerId::KeyIdentifier(id.value.to_vec()));
    }
    let mut id = fields.expect(SEQUENCE)?.inside();
    let issuer = id.expect(SEQUENCE)?.raw.to_vec();
    let serial = SerialNumber::from_integer(id.expect(INTEGER)?.value)?;
    id.finish()?;
    Ok(SignerId::IssuerAndSerial { issuer, serial })
}

/// A set of attributes: each kind once, as RFC 5652 §11 demands of those that matter here.
pub(super) struct Attributes<'a>(Vec<(&'a [u8], &'a [u8])>);

impl<'a> Attributes<'a> {
    pub(super) fn of(set: &'a [u8]) -> Result<Self, InvalidDer> {
        let mut attributes: Vec<(&[u8], &[u8])> = Vec::new();
        let mut reader = Reader(set);
        while !reader.is_empty() {
            let mut attribute = reader.expect(SEQUENCE)?.inside();
            let kind = attribute.expect(OID)?.value;
            let values = attribute.expect(SET)?.value;
            attribute.finish()?;
            let repeated = attributes.iter().any(|(known, _)| *known == kind);
            let repeatable = kind == oid::SIGNATURE_TIMESTAMP;
            if attributes.len() == MAX_ATTRIBUTES || (repeated && !repeatable) {
                return Err(InvalidDer);
            }
            attributes.push((kind, values));
        }
        Ok(Self(attributes))
    }

    fn has(&self, kind: &[u8]) -> bool {
        self.values(kind).is_some()
    }

    fn values(&self, kind: &[u8]) -> Option<&'a [u8]> {
        self.0.iter().find(|(known, _)| *known == kind).map(|(_, values)| *values)
    }

    fn required(&self, kind: &[u8], tag: u8) -> Result<&'a [u8], InvalidDer> {
        Ok(asn1::single(self.values(kind).ok_or(InvalidDer)?, tag)?.value)
    }

    fn decision(&self) -> Result<Option<DecisionHash>, InvalidDer> {
        if !self.has(oid::DECISION_HASH) {
            return Ok(None);
        }
        let hash = self.required(oid::DECISION_HASH, OCTET_STRING)?;
        Sha256::from_slice(hash).map(|hash| Some(DecisionHash(hash))).map_err(|_| InvalidDer)
    }

    fn signing_time(&self) -> Result<Option<UnixSecond>, InvalidDer> {
        let Some(values) = self.values(oid::SIGNING_TIME) else { return Ok(None) };
        let mut reader = Reader(values);
        let time = reader.next()?.time()?;
        reader.finish()?;
        Ok(Some(time))
    }

    fn signing_certificate(&self) -> SigningCertificate {
        match self.certificate_hash() {
            Some(hash) => SigningCertificate::Sha256(hash),
            None if self.has(oid::SIGNING_CERTIFICATE_V2) || self.has(oid::SIGNING_CERTIFICATE) => {
                SigningCertificate::OtherDigest
            }
            None => SigningCertificate::Missing,
        }
    }

    /// The hash in signing-certificate-v2, when it is SHA-256.
    pub(super) fn certificate_hash(&self) -> Option<Sha256> {
        let value = self.required(oid::SIGNING_CERTIFICATE_V2, SEQUENCE).ok()?;
        let mut ids = Reader(value).expect(SEQUENCE).ok()?.inside();
        let mut first = ids.expect(SEQUENCE).ok()?.inside();
        if let Some(algorithm) = first.optional(SEQUENCE).ok()? {
            let named = algorithm.inside().expect(OID).ok()?.value;
            (named == oid::SHA_256).then_some(())?;
        }
        Sha256::from_slice(first.expect(OCTET_STRING).ok()?.value).ok()
    }
}
