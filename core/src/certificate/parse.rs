//! Reading certificates (RFC 5280 §4) without changing a byte.

use std::fmt;

use base64ct::{Base64, Encoding as _};
use der::Decode as _;

use crate::algorithm::{Scheme, Verified, VerifyError};
use crate::asn1::{
    self, BIT_STRING, BOOLEAN, Element, INTEGER, InvalidDer, OCTET_STRING, OID, Reader, SEQUENCE,
    context, context_constructed,
};
use crate::digest::Sha256;
use crate::env::{Entropy, UnixSecond, random};
use crate::id::PersonId;
use crate::oid;

/// The largest certificate that is read, in bytes.
pub const MAX_CERTIFICATE_BYTES: usize = 64 * 1024;

/// Why a certificate cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// Too large.
    #[error("the certificate has {0} bytes, the limit is {MAX_CERTIFICATE_BYTES}")]
    TooLarge(usize),
    /// Not DER, or not the structure of RFC 5280 §4.1.
    #[error("not an X.509 certificate in DER (RFC 5280)")]
    Malformed(#[from] InvalidDer),
    /// The same extension twice.
    #[error("the certificate has an extension twice (RFC 5280 section 4.2)")]
    RepeatedExtension,
    /// No certificate in PEM.
    #[error("no certificate in PEM (RFC 7468)")]
    NotPem,
}

/// A certificate's serial number, unique per issuer; written in hexadecimal.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SerialNumber(Vec<u8>);

impl SerialNumber {
    /// A fresh one: 128 random bits, so that nobody can prepare a collision.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut bytes: [u8; 16] = random(entropy);
        // Positive, and always of the same length (RFC 5280 §4.1.2.2).
        bytes[0] = (bytes[0] & 0x7f) | 0x40;
        Self(bytes.to_vec())
    }

    /// From the contents of a DER INTEGER; negative ones exist in the wild.
    pub fn from_integer(contents: &[u8]) -> Result<Self, InvalidDer> {
        // 20 octets (RFC 5280 §4.1.2.2) and a sign.
        if contents.is_empty() || contents.len() > 21 {
            return Err(InvalidDer);
        }
        Ok(Self(contents.to_vec()))
    }

    /// The contents of the DER INTEGER.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for SerialNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(&self.0))
    }
}

impl fmt::Debug for SerialNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Whether a key may certify others (RFC 5280 §4.2.1.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BasicConstraints {
    /// It may not.
    EndEntity,
    /// It may, over at most so many further authorities.
    Authority {
        /// `None`: without limit.
        path_length: Option<u64>,
    },
}

/// What a key may do (RFC 5280 §4.2.1.3): bit 0 is the highest of the first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyUsage(u8);

impl KeyUsage {
    /// Sign anything but certificates and lists.
    pub const DIGITAL_SIGNATURE: Self = Self(0x80);
    /// Sign what the signer answers for (contentCommitment).
    pub const NON_REPUDIATION: Self = Self(0x40);
    /// Sign certificates.
    pub const KEY_CERT_SIGN: Self = Self(0x04);
    /// Sign revocation lists.
    pub const CRL_SIGN: Self = Self(0x02);

    /// Both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether one of `wanted` is allowed.
    #[must_use]
    pub const fn allows_any(self, wanted: Self) -> bool {
        self.0 & wanted.0 != 0
    }

    pub(super) fn bits(self) -> u8 {
        self.0
    }
}

/// A certificate as it was issued. Nothing is verified by reading it.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
    sha256: Sha256,
    signed_part: Vec<u8>,
    issuer: Vec<u8>,
    subject: Vec<u8>,
    public_key: Vec<u8>,
    serial: SerialNumber,
    not_before: UnixSecond,
    not_after: UnixSecond,
    scheme: Scheme,
    signature: Vec<u8>,
    extensions: Vec<Extension>,
}

#[derive(Clone, PartialEq, Eq)]
struct Extension {
    kind: Vec<u8>,
    is_critical: bool,
    value: Vec<u8>,
}

impl Certificate {
    /// Reads DER.
    pub fn parse(der: &[u8]) -> Result<Self, CertificateError> {
        if der.len() > MAX_CERTIFICATE_BYTES {
            return Err(CertificateError::TooLarge(der.len()));
        }
        let mut outer = asn1::single(der, SEQUENCE)?.inside();
        let tbs = outer.expect(SEQUENCE)?;
        let algorithm = outer.expect(SEQUENCE)?;
        let signature = outer.expect(BIT_STRING)?.octets_of_bits()?;
        outer.finish()?;

        let mut fields = tbs.inside();
        // Old roots and home-made certificates are of version 1: nobody but themselves.
        let is_version_3 = match fields.optional(context_constructed(0))? {
            Some(version) => version.inside().expect(INTEGER)?.value == [2],
            None => false,
        };
        let serial = SerialNumber::from_integer(fields.expect(INTEGER)?.value)?;
        // Both places must name one algorithm (RFC 5280 §4.1.1.2): else it could be exchanged.
        if fields.expect(SEQUENCE)?.raw != algorithm.raw {
            return Err(InvalidDer.into());
        }
        let issuer = fields.expect(SEQUENCE)?;
        let mut validity = fields.expect(SEQUENCE)?.inside();
        let not_before = validity.next()?.time()?;
        let not_after = validity.next()?.time()?;
        validity.finish()?;
        let subject = fields.expect(SEQUENCE)?;
        let public_key = fields.expect(SEQUENCE)?;
        fields.optional(context(1))?;
        fields.optional(context(2))?;
        let extensions = match fields.optional(context_constructed(3))? {
            Some(_) if !is_version_3 => return Err(InvalidDer.into()),
            Some(wrapped) => read_extensions(asn1::single(wrapped.value, SEQUENCE)?.inside())?,
            None => Vec::new(),
        };
        fields.finish()?;

        Ok(Self {
            sha256: Sha256::of(der),
            signed_part: tbs.raw.to_vec(),
            issuer: issuer.raw.to_vec(),
            subject: subject.raw.to_vec(),
            public_key: public_key.raw.to_vec(),
            der: der.to_vec(),
            serial,
            not_before,
            not_after,
            scheme: Scheme::read(algorithm)?,
            signature: signature.to_vec(),
            extensions,
        })
    }

    /// Reads all certificates of a PEM file (RFC 7468), text between them ignored.
    pub fn parse_pem(pem: &str) -> Result<Vec<Self>, CertificateError> {
        const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
        const END: &str = "-----END CERTIFICATE-----";
        let mut certificates = Vec::new();
        for block in pem.split(BEGIN).skip(1) {
            let (body, _) = block.split_once(END).ok_or(CertificateError::NotPem)?;
            let body: String = body.chars().filter(|c| !c.is_whitespace()).collect();
            let der = Base64::decode_vec(&body).map_err(|_| CertificateError::NotPem)?;
            certificates.push(Self::parse(&der)?);
        }
        if certificates.is_empty() { Err(CertificateError::NotPem) } else { Ok(certificates) }
    }

    /// The certificate in PEM.
    #[must_use]
    pub fn to_pem(&self) -> String {
        super::issue::pem("CERTIFICATE", &self.der)
    }

    /// All bytes.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// SHA-256 of all bytes.
    #[must_use]
    pub fn sha256(&self) -> Sha256 {
        self.sha256
    }

    /// DER of the issuer's name.
    #[must_use]
    pub fn issuer(&self) -> &[u8] {
        &self.issuer
    }

    /// DER of the subject's name.
    #[must_use]
    pub fn subject(&self) -> &[u8] {
        &self.subject
    }

    /// DER `SubjectPublicKeyInfo`.
    #[must_use]
    pub fn public_key(&self) -> &[u8] {
        &self.public_key
    }

    /// The octets of the public key alone, without its algorithm.
    pub(super) fn public_key_bits(&self) -> Option<&[u8]> {
        let mut fields = asn1::single(&self.public_key, SEQUENCE).ok()?.inside();
        fields.expect(SEQUENCE).ok()?;
        fields.expect(BIT_STRING).ok()?.octets_of_bits().ok()
    }

    /// The serial number.
    #[must_use]
    pub fn serial(&self) -> &SerialNumber {
        &self.serial
    }

    /// Valid from this second on.
    #[must_use]
    pub fn not_before(&self) -> UnixSecond {
        self.not_before
    }

    /// Valid until this second, itself included.
    #[must_use]
    pub fn not_after(&self) -> UnixSecond {
        self.not_after
    }

    /// The common name of the subject, or the whole name where there is none.
    #[must_use]
    pub fn subject_name(&self) -> String {
        common_name(self.subject()).unwrap_or_else(|| readable_name(self.subject()))
    }

    /// The texts of one kind in the subject's name, in their order.
    #[must_use]
    pub fn subject_parts(&self, part: super::NamePart) -> Vec<String> {
        super::name::parts(self.subject(), part)
    }

    /// Whether it can be a person's. Our own authority writes the identifier of its holder into the subject; of
    /// others' certificates the name is all that tells, and it is shown.
    #[must_use]
    pub fn may_be_of(&self, person: PersonId) -> bool {
        let serials = self.subject_parts(super::NamePart::SubjectSerial);
        serials.iter().filter_map(|serial| serial.parse::<PersonId>().ok()).all(|id| id == person)
    }

    /// The whole name of the subject as RFC 4514 writes it.
    #[must_use]
    pub fn subject_text(&self) -> String {
        readable_name(self.subject())
    }

    /// The whole name of the issuer as RFC 4514 writes it.
    #[must_use]
    pub fn issuer_text(&self) -> String {
        readable_name(self.issuer())
    }

    /// The subject key identifier.
    #[must_use]
    pub fn key_identifier(&self) -> Option<&[u8]> {
        let value = self.extension(oid::SUBJECT_KEY_IDENTIFIER)?;
        asn1::single(value, OCTET_STRING).ok().map(|id| id.value)
    }

    /// The basic constraints; an end entity where the extension is missing.
    pub fn basic_constraints(&self) -> Result<BasicConstraints, InvalidDer> {
        let Some(value) = self.extension(oid::BASIC_CONSTRAINTS) else {
            return Ok(BasicConstraints::EndEntity);
        };
        let mut fields = asn1::single(value, SEQUENCE)?.inside();
        let is_authority = match fields.optional(BOOLEAN)? {
            Some(flag) => flag.value == [0xff],
            None => false,
        };
        let path_length = fields.optional(INTEGER)?.map(Element::small).transpose()?;
        fields.finish()?;
        match (is_authority, path_length) {
            (true, path_length) => Ok(BasicConstraints::Authority { path_length }),
            (false, None) => Ok(BasicConstraints::EndEntity),
            (false, Some(_)) => Err(InvalidDer),
        }
    }

    /// The key usage, `None` where the extension is missing.
    pub fn key_usage(&self) -> Result<Option<KeyUsage>, InvalidDer> {
        let Some(value) = self.extension(oid::KEY_USAGE) else { return Ok(None) };
        match asn1::single(value, BIT_STRING)?.value {
            [unused, first, ..] if *unused < 8 => Ok(Some(KeyUsage(*first))),
            _ => Err(InvalidDer),
        }
    }

    /// Whether the approval-key policy of this product stands in the certificate policies.
    #[must_use]
    pub fn is_for_approvals(&self) -> bool {
        let wanted = |policies: Vec<&[u8]>| policies.contains(&oid::APPROVAL_KEY_POLICY);
        self.policies().is_ok_and(|policies| policies.is_some_and(wanted))
    }

    /// The first critical extension that this product does not process, as a dotted identifier.
    pub(crate) fn unknown_critical_extension(&self) -> Option<String> {
        const PROCESSED: [&[u8]; 13] = [
            oid::BASIC_CONSTRAINTS,
            oid::KEY_USAGE,
            oid::SUBJECT_KEY_IDENTIFIER,
            oid::AUTHORITY_KEY_IDENTIFIER,
            oid::SUBJECT_ALT_NAME,
            oid::CERTIFICATE_POLICIES,
            oid::EXTENDED_KEY_USAGE,
            oid::CRL_DISTRIBUTION_POINTS,
            oid::NAME_CONSTRAINTS,
            oid::POLICY_MAPPINGS,
            oid::POLICY_CONSTRAINTS,
            oid::INHIBIT_ANY_POLICY,
            oid::OCSP_NO_CHECK,
        ];
        self.extensions
            .iter()
            .find(|extension| extension.is_critical && !PROCESSED.contains(&&*extension.kind))
            .map(|extension| oid::dotted(&extension.kind))
    }

    /// Verifies its signature under the issuer's key.
    pub fn verify_signature(&self, issuer_spki: &[u8]) -> Result<Verified, VerifyError> {
        self.scheme.verify(&[&self.signed_part], &self.signature, issuer_spki)
    }

    /// Whether its signature verifies under the issuer's key.
    #[must_use]
    pub fn is_signed_by(&self, issuer_spki: &[u8]) -> bool {
        self.verify_signature(issuer_spki).is_ok()
    }

    /// Whether issuer and subject are one name.
    pub(super) fn is_self_issued(&self) -> bool {
        self.issuer == self.subject
    }

    pub(crate) fn extension(&self, kind: &[u8]) -> Option<&[u8]> {
        self.extensions.iter().find(|extension| extension.kind == kind).map(|found| &*found.value)
    }

    pub(super) fn is_critical(&self, kind: &[u8]) -> bool {
        self.extensions.iter().any(|extension| extension.kind == kind && extension.is_critical)
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({}, serial {})", self.subject_text(), self.serial)
    }
}

fn read_extensions(mut reader: Reader<'_>) -> Result<Vec<Extension>, CertificateError> {
    let mut extensions: Vec<Extension> = Vec::new();
    while !reader.is_empty() {
        let mut fields = reader.expect(SEQUENCE)?.inside();
        let kind = fields.expect(OID)?.value.to_vec();
        // The default (false) written out is not DER, but common.
        let is_critical = fields.optional(BOOLEAN)?.is_some_and(|flag| flag.value != [0x00]);
        let value = fields.expect(OCTET_STRING)?.value.to_vec();
        fields.finish()?;
        if extensions.iter().any(|known| known.kind == kind) {
            return Err(CertificateError::RepeatedExtension);
        }
        extensions.push(Extension { kind, is_critical, value });
    }
    Ok(extensions)
}

fn common_name(name: &[u8]) -> Option<String> {
    use x509_cert::ext::pkix::name::DirectoryString;
    let name = x509_cert::name::Name::from_der(name).ok()?;
    match name.common_name().ok()?? {
        DirectoryString::Utf8String(text) => Some(text),
        DirectoryString::PrintableString(text) => Some(text.to_string()),
        DirectoryString::TeletexString(text) => Some(text.to_string()),
        DirectoryString::BmpString(text) => Some(text.to_string()),
    }
}

/// A DER name as RFC 4514 writes it; hexadecimal where it cannot be read.
pub(super) fn readable_name(name: &[u8]) -> String {
    x509_cert::name::Name::from_der(name)
        .map_or_else(|_| format!("#{}", hex::encode(name)), |name| name.to_string())
}
