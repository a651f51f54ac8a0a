//! Requests to an OCSP responder (RFC 6960 §4.1): foreign bytes from anybody.

use crate::algorithm::Digest;
use crate::asn1::{
    self, BOOLEAN, Element, INTEGER, InvalidDer, OCTET_STRING, OID, Reader, SEQUENCE,
    context_constructed,
};
use crate::oid;

use super::extensions::members;
use super::parse::{Certificate, SerialNumber};

/// The largest request that is read, in bytes: eight certificates with SHA-512, a long nonce, and a
/// requestor's signature with its certificates.
pub const MAX_OCSP_REQUEST_BYTES: usize = 8 * 1024;
/// Most certificates that one request may ask about.
pub const MAX_OCSP_QUESTIONS: usize = 8;

// RFC 9654 §2.1.
const NONCE: std::ops::RangeInclusive<usize> = 1..=128;

/// Not a request, or more than is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an OCSP request (RFC 6960), or too large")]
pub struct InvalidOcspRequest;

impl From<InvalidDer> for InvalidOcspRequest {
    fn from(_: InvalidDer) -> Self {
        Self
    }
}

/// What somebody asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OcspRequest {
    questions: Vec<CertificateId>,
    nonce: Option<Vec<u8>>,
}

/// Names a certificate by hashes of its issuer and its serial number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateId {
    pub(super) der: Vec<u8>,
    digest: Option<Digest>,
    issuer_name: Vec<u8>,
    issuer_key: Vec<u8>,
    serial: SerialNumber,
}

impl OcspRequest {
    /// Reads DER. A signature of the requestor is not looked at: the answer is for anybody.
    pub fn parse(der: &[u8]) -> Result<Self, InvalidOcspRequest> {
        if der.len() > MAX_OCSP_REQUEST_BYTES {
            return Err(InvalidOcspRequest);
        }
        let mut outer = asn1::single(der, SEQUENCE)?.inside();
        let mut fields = outer.expect(SEQUENCE)?.inside();
        outer.optional(context_constructed(0))?;
        outer.finish()?;

        fields.optional(context_constructed(0))?;
        fields.optional(context_constructed(1))?;
        let mut list = fields.expect(SEQUENCE)?.inside();
        let nonce = match fields.optional(context_constructed(2))? {
            Some(wrapped) => nonce(asn1::single(wrapped.value, SEQUENCE)?.inside())?,
            None => None,
        };
        fields.finish()?;
        let mut questions = Vec::new();
        while !list.is_empty() {
            if questions.len() == MAX_OCSP_QUESTIONS {
                return Err(InvalidOcspRequest);
            }
            questions.push(CertificateId::read(list.expect(SEQUENCE)?)?);
        }
        if questions.is_empty() { Err(InvalidOcspRequest) } else { Ok(Self { questions, nonce }) }
    }

    /// What is asked about; at least one.
    #[must_use]
    pub fn questions(&self) -> &[CertificateId] {
        &self.questions
    }

    /// What the answer must repeat, so that it is not an old one.
    #[must_use]
    pub fn nonce(&self) -> Option<&[u8]> {
        self.nonce.as_deref()
    }
}

impl CertificateId {
    fn read(request: Element<'_>) -> Result<Self, InvalidDer> {
        let mut fields = request.inside();
        let id = fields.expect(SEQUENCE)?;
        if let Some(wrapped) = fields.optional(context_constructed(0))? {
            // None is known that would change an answer.
            extensions(asn1::single(wrapped.value, SEQUENCE)?.inside(), |_, _| Ok(false))?;
        }
        fields.finish()?;
        let mut parts = id.inside();
        let digest = Digest::read(parts.expect(SEQUENCE)?)?;
        let issuer_name = parts.expect(OCTET_STRING)?.value.to_vec();
        let issuer_key = parts.expect(OCTET_STRING)?.value.to_vec();
        let serial = SerialNumber::from_integer(parts.expect(INTEGER)?.value)?;
        parts.finish()?;
        Ok(Self { der: id.raw.to_vec(), digest, issuer_name, issuer_key, serial })
    }

    /// Whether it names a certificate of this issuer. SHA-1 only names it.
    #[must_use]
    pub fn is_of(&self, issuer: &Certificate) -> bool {
        let (Some(digest), Some(key)) = (self.digest, issuer.public_key_bits()) else {
            return false;
        };
        self.issuer_name == digest.of_parts(&[issuer.subject()])
            && self.issuer_key == digest.of_parts(&[key])
    }

    /// The serial number.
    #[must_use]
    pub fn serial(&self) -> &SerialNumber {
        &self.serial
    }
}

fn nonce(list: Reader<'_>) -> Result<Option<Vec<u8>>, InvalidDer> {
    let mut found = None;
    extensions(list, |kind, value| {
        if kind != oid::OCSP_NONCE {
            return Ok(false);
        }
        let nonce = asn1::single(value, OCTET_STRING)?.value;
        if found.is_some() || !NONCE.contains(&nonce.len()) {
            return Err(InvalidDer);
        }
        found = Some(nonce.to_vec());
        Ok(true)
    })?;
    Ok(found)
}

/// Goes through extensions; one that is critical and not known is refused (RFC 6960 §4.4).
fn extensions(
    list: Reader<'_>,
    mut take: impl FnMut(&[u8], &[u8]) -> Result<bool, InvalidDer>,
) -> Result<(), InvalidDer> {
    for extension in members(list)? {
        let mut fields = extension.inside();
        let kind = fields.expect(OID)?.value;
        let is_critical = fields.optional(BOOLEAN)?.is_some_and(|flag| flag.value != [0]);
        let value = fields.expect(OCTET_STRING)?.value;
        fields.finish()?;
        if !take(kind, value)? && is_critical {
            return Err(InvalidDer);
        }
    }
    Ok(())
}
