//! Taking apart the CMS of a signature or a timestamp, whoever made it.

use crate::algorithm::{Digest, Scheme, Verified, VerifyError};
use crate::asn1::{
    self, Element, INTEGER, InvalidDer, OCTET_STRING, OID, Reader, SEQUENCE, SET, context,
    context_constructed,
};
use crate::certificate::{Certificate, SerialNumber};
use crate::decision::DecisionHash;
use crate::digest::Sha256;
use crate::env::UnixSecond;
use crate::oid;

/// The largest CMS that is read, in bytes. Long-term signatures with embedded revocation lists
/// reach some hundred kilobytes.
pub const MAX_CMS_BYTES: usize = 4 * 1024 * 1024;

// A chain of four with as many cross certificates again; more is an attack on the path search.
const MAX_CERTIFICATES: usize = 32;
const MAX_ATTRIBUTES: usize = 64;
// One per certificate, from the signer's side and from the timestamp's.
const MAX_REVOCATION_VALUES: usize = 64;
// One is usual, a second by another authority happens.
const MAX_TIMESTAMPS: usize = 4;

/// Why a CMS cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Too large.
    #[error("the signature has {0} bytes, the limit is {MAX_CMS_BYTES}")]
    TooLarge(usize),
    /// Not DER, or not the structure of RFC 5652.
    #[error("the signature is not a CMS SignedData in DER (RFC 5652)")]
    Malformed(#[from] InvalidDer),
    /// Another kind of CMS.
    #[error("not a CMS SignedData")]
    NotSignedData,
    /// What is signed stands inside where it should not, or does not where it should.
    #[error("the content of the signature is not where it should be")]
    Content,
    /// None or several.
    #[error("the signature has {0} signers, exactly one is expected")]
    Signers(usize),
    /// More certificates or attributes than any real signature has.
    #[error("the signature has too many certificates or attributes")]
    TooMany,
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SigningCertificate {
    /// Its digest (RFC 5035; in the first version, RFC 2634, always SHA-1).
    Hash {
        /// With which digest. SHA-1 may be: nobody can make a second certificate for a given one.
        digest: Digest,
        /// The digest.
        value: Vec<u8>,
    },
    /// By a digest that this product does not compute.
    OtherDigest,
    /// The attribute is missing.
    Missing,
}

impl SigningCertificate {
    fn is(&self, certificate: &Certificate) -> bool {
        match self {
            Self::Hash { digest, value } => digest.of_parts(&[certificate.der()]) == *value,
            Self::OtherDigest | Self::Missing => false,
        }
    }
}

/// What is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// It stands elsewhere: in a document.
    Detached,
    /// It stands inside.
    Inside(Vec<u8>),
}

/// A signature as read; nothing in it is verified yet.
#[derive(Clone, Debug)]
pub struct SignedData {
    signed_attributes: Option<Vec<u8>>,
    signature: Vec<u8>,

    content_type: Vec<u8>,
    /// What is signed.
    pub content: Content,
    /// The certificates inside that can be read, in their order.
    pub certificates: Vec<Certificate>,
    /// How many certificates inside cannot be read.
    pub unreadable_certificates: usize,
    /// Revocation lists inside, in DER, as they stand there.
    pub crls: Vec<Vec<u8>>,
    /// Answers of OCSP responders inside, in DER.
    pub ocsp: Vec<Vec<u8>>,
    /// Which of the certificates signed.
    pub signer: SignerId,
    /// How the content was hashed; `None`: in a way that this product does not compute.
    pub digest: Option<Digest>,
    /// How it was signed.
    pub scheme: Scheme,
    /// The digest of the content, from the signed attributes; `None` where there are none.
    pub message_digest: Option<Vec<u8>>,
    /// What the signed attributes say of the signer's certificate.
    pub signing_certificate: SigningCertificate,
    /// The hash of the decision, in signatures made by this product.
    pub decision: Option<DecisionHash>,
    /// The signing time that the signer claims, if it stands among the signed attributes.
    pub signing_time: Option<UnixSecond>,
    /// Timestamps on the signature (RFC 3161), in DER.
    pub timestamps: Vec<Vec<u8>>,
}

impl SignedData {
    /// The signed attributes as they were signed: a SET OF with tag 0x31 (RFC 5652 §5.4). `None`
    /// where the content itself was signed.
    #[must_use]
    pub fn signed_attributes(&self) -> Option<&[u8]> {
        self.signed_attributes.as_deref()
    }

    /// The signature value as it stands in the CMS.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// Whether the content is a timestamp's (RFC 3161 §2.4.2).
    #[must_use]
    pub fn is_timestamp(&self) -> bool {
        self.content_type == oid::TST_INFO
    }

    /// The certificate of the signer among `certificates`. Of several by that name, which anybody can make, the one
    /// that the signed attributes name.
    #[must_use]
    pub fn find_signer<'a>(
        &self,
        certificates: impl IntoIterator<Item = &'a Certificate>,
    ) -> Option<&'a Certificate> {
        let named = |certificate: &&Certificate| match &self.signer {
            SignerId::IssuerAndSerial { issuer, serial } => {
                certificate.issuer() == issuer && certificate.serial() == serial
            }
            SignerId::KeyIdentifier(id) => certificate.key_identifier() == Some(id),
        };
        let mut first = None;
        for certificate in certificates.into_iter().filter(named) {
            if self.signing_certificate.is(certificate) {
                return Some(certificate);
            }
            first = first.or(Some(certificate));
        }
        first
    }

    /// The signer's certificate, if it is inside.
    #[must_use]
    pub fn signer_certificate(&self) -> Option<&Certificate> {
        self.find_signer(&self.certificates)
    }

    /// Whether the signed attributes name these bytes, one part after the other, as the content;
    /// `None` if the digest is not computed here. Without attributes only the signature tells.
    #[must_use]
    pub fn is_over(&self, parts: &[&[u8]]) -> Option<bool> {
        match &self.message_digest {
            Some(named) => Some(self.digest?.of_parts(parts) == *named),
            None => Some(true),
        }
    }

    /// Verifies the signature under `spki`: over the attributes or, without them, over the content.
    pub fn verify(&self, content: &[&[u8]], spki: &[u8]) -> Result<Verified, VerifyError> {
        match &self.signed_attributes {
            Some(attributes) => self.scheme.verify(&[attributes], &self.signature, spki),
            None => self.scheme.verify(content, &self.signature, spki),
        }
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
        return Err(ReadError::NotSignedData);
    }
    let content = content_info.expect(context_constructed(0))?;
    content_info.finish()?;
    read_signed_data(asn1::single(content.value, SEQUENCE)?.inside())
}

fn read_signed_data(mut fields: Reader<'_>) -> Result<SignedData, ReadError> {
    fields.expect(INTEGER)?;
    fields.expect(SET)?;
    let mut inside = fields.expect(SEQUENCE)?.inside();
    let content_type = inside.expect(OID)?.value;
    let content = match inside.optional(context_constructed(0))? {
        Some(wrapped) => Content::Inside(asn1::single(wrapped.value, OCTET_STRING)?.value.to_vec()),
        None => Content::Detached,
    };
    inside.finish()?;
    let certificates = fields.optional(context_constructed(0))?;
    let revocation = fields.optional(context_constructed(1))?;
    let mut signers = fields.expect(SET)?.inside();
    fields.finish()?;
    let first = signers.expect(SEQUENCE).map_err(|_| ReadError::Signers(0))?;
    if !signers.is_empty() {
        return Err(ReadError::Signers(2));
    }
    let mut signed = read_signer(first.inside(), content_type)?;
    signed.content = content;
    if let Some(set) = certificates {
        (signed.certificates, signed.unreadable_certificates) = read_certificates(set.inside())?;
    }
    if let Some(set) = revocation {
        read_revocation(set.inside(), &mut signed)?;
    }
    Ok(signed)
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

/// `RevocationInfoChoices`: lists, and OCSP responses after RFC 5940.
fn read_revocation(mut set: Reader<'_>, into: &mut SignedData) -> Result<(), ReadError> {
    while !set.is_empty() {
        let value = set.next()?;
        if value.tag == SEQUENCE {
            keep(&mut into.crls, value)?;
        } else if value.tag == context_constructed(1) {
            let mut other = value.inside();
            if other.expect(OID)?.value == oid::OCSP_IN_CMS {
                keep(&mut into.ocsp, other.expect(SEQUENCE)?)?;
            }
        }
    }
    Ok(())
}

/// Adobe's attribute and the one of `CAdES` alike: [0] lists, [1] answers.
fn read_revocation_values(value: &[u8], into: &mut SignedData) -> Result<(), ReadError> {
    let mut fields = Reader(value);
    for (number, kept) in [(0, &mut into.crls), (1, &mut into.ocsp)] {
        let Some(wrapped) = fields.optional(context_constructed(number))? else { continue };
        let mut values = asn1::single(wrapped.value, SEQUENCE)?.inside();
        while !values.is_empty() {
            keep(kept, values.expect(SEQUENCE)?)?;
        }
    }
    Ok(())
}

fn keep(kept: &mut Vec<Vec<u8>>, value: Element<'_>) -> Result<(), ReadError> {
    if kept.len() == MAX_REVOCATION_VALUES {
        return Err(ReadError::TooMany);
    }
    kept.push(value.raw.to_vec());
    Ok(())
}

fn read_signer(mut fields: Reader<'_>, content_type: &[u8]) -> Result<SignedData, ReadError> {
    fields.expect(INTEGER)?;
    let signer = read_signer_id(&mut fields)?;
    let digest_algorithm = fields.expect(SEQUENCE)?;
    let digest = Digest::read(digest_algorithm)?;
    let signed = fields.optional(context_constructed(0))?;
    let signature_algorithm = fields.expect(SEQUENCE)?;
    let scheme = Scheme::read_beside(signature_algorithm, digest)?;
    let signature = fields.expect(OCTET_STRING)?.value.to_vec();
    let unsigned = fields.optional(context_constructed(1))?;
    fields.finish()?;

    let attributes = Attributes::of(signed.map(|set| set.value).unwrap_or_default())?;
    if signed.is_some() {
        attributes.check_content_type(content_type)?;
        attributes.check_protection(digest_algorithm, signature_algorithm)?;
    }
    let message_digest = match signed {
        Some(_) => Some(attributes.required(oid::MESSAGE_DIGEST, OCTET_STRING)?.to_vec()),
        None => None,
    };
    let mut data = SignedData {
        signed_attributes: signed.map(|set| asn1::write(SET, &[set.value])),
        signature,
        content_type: content_type.to_vec(),
        content: Content::Detached,
        certificates: Vec::new(),
        unreadable_certificates: 0,
        crls: Vec::new(),
        ocsp: Vec::new(),
        signer,
        digest,
        scheme,
        message_digest,
        signing_certificate: attributes.signing_certificate(),
        decision: attributes.decision()?,
        signing_time: attributes.signing_time()?,
        timestamps: Vec::new(),
    };
    if attributes.has(oid::ADOBE_REVOCATION) {
        let values = attributes.required(oid::ADOBE_REVOCATION, SEQUENCE)?;
        read_revocation_values(values, &mut data)?;
    }
    if let Some(unsigned) = unsigned {
        let attributes = Attributes::of(unsigned.value)?;
        data.timestamps = attributes.timestamps()?;
        if attributes.has(oid::REVOCATION_VALUES) {
            let values = attributes.required(oid::REVOCATION_VALUES, SEQUENCE)?;
            read_revocation_values(values, &mut data)?;
        }
    }
    Ok(data)
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

    /// That the content is of the kind that was signed (RFC 5652 §11.1).
    fn check_content_type(&self, content_type: &[u8]) -> Result<(), InvalidDer> {
        let named = self.required(oid::CONTENT_TYPE, OID)?;
        if named == content_type { Ok(()) } else { Err(InvalidDer) }
    }

    /// That the algorithms are those that were signed with, where that is protected (RFC 6211).
    fn check_protection(&self, digest: Element<'_>, scheme: Element<'_>) -> Result<(), InvalidDer> {
        if !self.has(oid::ALGORITHM_PROTECTION) {
            return Ok(());
        }
        let mut fields = Reader(self.required(oid::ALGORITHM_PROTECTION, SEQUENCE)?);
        let protected_digest = fields.expect(SEQUENCE)?.inside().expect(OID)?.value;
        let protected_scheme = fields.expect(context_constructed(1))?.value;
        let is_same = protected_digest == digest.inside().expect(OID)?.value
            && protected_scheme == scheme.value;
        if is_same { Ok(()) } else { Err(InvalidDer) }
    }

    fn timestamps(&self) -> Result<Vec<Vec<u8>>, ReadError> {
        let mut tokens = Vec::new();
        let sets = self.0.iter().filter(|(kind, _)| *kind == oid::SIGNATURE_TIMESTAMP);
        for (_, values) in sets {
            let mut values = Reader(values);
            while !values.is_empty() {
                if tokens.len() == MAX_TIMESTAMPS {
                    return Err(ReadError::TooMany);
                }
                tokens.push(values.expect(SEQUENCE)?.raw.to_vec());
            }
        }
        Ok(tokens)
    }

    fn signing_certificate(&self) -> SigningCertificate {
        let (kind, default) = if self.has(oid::SIGNING_CERTIFICATE_V2) {
            (oid::SIGNING_CERTIFICATE_V2, Digest::Sha256)
        } else if self.has(oid::SIGNING_CERTIFICATE) {
            (oid::SIGNING_CERTIFICATE, Digest::Sha1)
        } else {
            return SigningCertificate::Missing;
        };
        match self.certificate_id(kind, default) {
            Ok(Some((digest, value))) => SigningCertificate::Hash { digest, value: value.to_vec() },
            Ok(None) | Err(InvalidDer) => SigningCertificate::OtherDigest,
        }
    }

    /// The first certificate that the attribute names; `None`: by an unknown digest.
    fn certificate_id(
        &self,
        kind: &[u8],
        default: Digest,
    ) -> Result<Option<(Digest, &'a [u8])>, InvalidDer> {
        let value = self.required(kind, SEQUENCE)?;
        let mut ids = Reader(value).expect(SEQUENCE)?.inside();
        let mut first = ids.expect(SEQUENCE)?.inside();
        let digest = match first.optional(SEQUENCE)? {
            Some(algorithm) => Digest::read(algorithm)?,
            None => Some(default),
        };
        let value = first.expect(OCTET_STRING)?.value;
        Ok(digest.map(|digest| (digest, value)))
    }

    /// The hash in signing-certificate-v2, when it is SHA-256.
    pub(super) fn certificate_hash(&self) -> Option<Sha256> {
        let id = self.certificate_id(oid::SIGNING_CERTIFICATE_V2, Digest::Sha256);
        let (digest, value) = id.ok().flatten()?;
        (digest == Digest::Sha256).then_some(())?;
        Sha256::from_slice(value).ok()
    }
}
