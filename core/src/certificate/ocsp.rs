//! Answers of OCSP responders (RFC 6960 §4.2): reading, and whether a responder may give them.

use std::fmt;

use crate::algorithm::{Digest, Scheme, Verified, VerifyError, Weakness};
use crate::asn1::{
    self, BIT_STRING, BOOLEAN, ENUMERATED, Element, INTEGER, InvalidDer, OCTET_STRING, OID, Reader,
    SEQUENCE, context, context_constructed,
};
use crate::env::UnixSecond;
use crate::oid;

use super::chain::{ChainError, Purpose};
use super::crl::Reason;
use super::extensions::members;
use super::parse::{Certificate, SerialNumber};
use super::status::{State, Statement};

/// The largest answer that is read, in bytes.
pub const MAX_OCSP_BYTES: usize = 256 * 1024;

// A responder sends its own certificate and at most its chain.
const MAX_CERTIFICATES: usize = 8;

/// Why an answer cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OcspError {
    /// Too large.
    #[error("the OCSP response has {0} bytes, the limit is {MAX_OCSP_BYTES}")]
    TooLarge(usize),
    /// Not DER, or not the structure of RFC 6960.
    #[error("not an OCSP response in DER (RFC 6960)")]
    Malformed(#[from] InvalidDer),
    /// The responder refused to answer.
    #[error("the OCSP responder gave no answer (status {0})")]
    NoAnswer(u8),
    /// About other certificates, or it says that it does not know.
    #[error("the OCSP response does not know the certificate")]
    NotAbout,
    /// Signed by nobody whom the certificate's issuer appointed, or changed.
    #[error("the OCSP response is not signed by the issuer or a responder that it appointed")]
    NotAuthorised,
    /// Signed in a way that this product does not compute.
    #[error("the OCSP response is signed in a way that is not computed: {0}")]
    UnsupportedAlgorithm(String),
    /// Signed with what can be forged.
    #[error("the OCSP response is signed weakly: {0}")]
    Weak(Weakness),
    /// The responder was appointed, but not for this time.
    #[error("the certificate of the OCSP responder was not valid when it answered")]
    ResponderExpired,
}

/// An answer as it was given. Use it only through [`OcspResponse::about`].
#[derive(Clone)]
pub struct OcspResponse {
    signed_part: Vec<u8>,
    scheme: Scheme,
    signature: Vec<u8>,
    produced_at: UnixSecond,
    answers: Vec<Answer>,
    certificates: Vec<Certificate>,
}

#[derive(Clone)]
struct Answer {
    digest: Option<Digest>,
    issuer_name: Vec<u8>,
    issuer_key: Vec<u8>,
    serial: SerialNumber,
    state: Option<State>,
    this_update: UnixSecond,
    next_update: Option<UnixSecond>,
    remembers_since: Option<UnixSecond>,
}

/// A statement, and by whom it was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered<'a> {
    /// What is stated.
    pub statement: Statement,
    /// The responder whose own revocation is a question too; `None`: the issuer itself, or one
    /// that needs no check.
    pub responder: Option<&'a Certificate>,
}

impl OcspResponse {
    /// Reads DER: an `OCSPResponse`, or the `BasicOCSPResponse` inside alone, as CMS attributes
    /// hold it.
    pub fn parse(der: &[u8]) -> Result<Self, OcspError> {
        if der.len() > MAX_OCSP_BYTES {
            return Err(OcspError::TooLarge(der.len()));
        }
        let outer = asn1::single(der, SEQUENCE)?;
        let mut fields = outer.inside();
        let Some(status) = fields.optional(ENUMERATED)? else {
            return Ok(Self::parse_basic(outer)?);
        };
        match status.value {
            [0] => {}
            [status, ..] => return Err(OcspError::NoAnswer(*status)),
            [] => return Err(InvalidDer.into()),
        }
        let wrapped = fields.expect(context_constructed(0))?;
        fields.finish()?;
        let mut bytes = asn1::single(wrapped.value, SEQUENCE)?.inside();
        if bytes.expect(OID)?.value != oid::OCSP_BASIC {
            return Err(InvalidDer.into());
        }
        let basic = bytes.expect(OCTET_STRING)?.value;
        bytes.finish()?;
        Ok(Self::parse_basic(asn1::single(basic, SEQUENCE)?)?)
    }

    fn parse_basic(basic: Element<'_>) -> Result<Self, InvalidDer> {
        let mut outer = basic.inside();
        let signed = outer.expect(SEQUENCE)?;
        let scheme = Scheme::read(outer.expect(SEQUENCE)?)?;
        let signature = outer.expect(BIT_STRING)?.octets_of_bits()?.to_vec();
        let certificates = match outer.optional(context_constructed(0))? {
            Some(wrapped) => read_certificates(asn1::single(wrapped.value, SEQUENCE)?.inside())?,
            None => Vec::new(),
        };
        outer.finish()?;

        let mut fields = signed.inside();
        fields.optional(context_constructed(0))?;
        // Who answers, by name or by key: the signature says it better.
        fields.next()?;
        let produced_at = fields.next()?.time()?;
        let answers = members(fields.expect(SEQUENCE)?.inside())?;
        fields.optional(context_constructed(1))?;
        fields.finish()?;
        Ok(Self {
            signed_part: signed.raw.to_vec(),
            scheme,
            signature,
            produced_at,
            answers: answers.into_iter().map(Answer::read).collect::<Result<_, _>>()?,
            certificates,
        })
    }

    /// What it states of `certificate`, once it is shown that its `issuer` or a responder
    /// appointed by it signed the answer (RFC 6960 §4.2.2.2).
    pub fn about(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
    ) -> Result<Answered<'_>, OcspError> {
        let answer = self.answers.iter().find(|answer| answer.is_about(certificate, issuer));
        let answer = answer.ok_or(OcspError::NotAbout)?;
        let state = answer.state.ok_or(OcspError::NotAbout)?;
        let statement = Statement {
            state,
            this_update: answer.this_update,
            // Without a next update newer news is always at hand (§4.2.2.1).
            next_update: answer.next_update,
            remembers_since: answer.remembers_since,
        };
        Ok(Answered { statement, responder: self.authorised(issuer)? })
    }

    fn authorised(&self, issuer: &Certificate) -> Result<Option<&Certificate>, OcspError> {
        match self.verify(issuer.public_key()) {
            Ok(()) => return Ok(None),
            Err(OcspError::NotAuthorised) => {}
            Err(error) => return Err(error),
        }
        let mut failure = OcspError::NotAuthorised;
        for responder in &self.certificates {
            if responder.issuer() != issuer.subject() {
                continue;
            }
            match self.appointed(responder, issuer) {
                Ok(()) if responder.needs_no_revocation_check() => return Ok(None),
                Ok(()) => return Ok(Some(responder)),
                Err(error) => failure = error,
            }
        }
        Err(failure)
    }

    /// That `responder` signed the answer, and `issuer` the responder's certificate.
    fn appointed(&self, responder: &Certificate, issuer: &Certificate) -> Result<(), OcspError> {
        strong(responder.verify_signature(issuer.public_key()))?;
        Purpose::RevocationAnswers.check(responder).map_err(|error| match error {
            ChainError::Malformed { .. } => OcspError::Malformed(InvalidDer),
            _ => OcspError::NotAuthorised,
        })?;
        if self.produced_at < responder.not_before() || self.produced_at > responder.not_after() {
            return Err(OcspError::ResponderExpired);
        }
        self.verify(responder.public_key())
    }

    fn verify(&self, spki: &[u8]) -> Result<(), OcspError> {
        strong(self.scheme.verify(&[&self.signed_part], &self.signature, spki))
    }

    /// The certificates that came with it.
    #[must_use]
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }
}

impl fmt::Debug for OcspResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OcspResponse({} answers, made {})", self.answers.len(), self.produced_at)
    }
}

fn strong(verified: Result<Verified, VerifyError>) -> Result<(), OcspError> {
    match verified {
        Ok(Verified { weakness: None, .. }) => Ok(()),
        Ok(Verified { weakness: Some(weakness), .. }) => Err(OcspError::Weak(weakness)),
        Err(VerifyError::Wrong) => Err(OcspError::NotAuthorised),
        Err(VerifyError::Unsupported(name)) => Err(OcspError::UnsupportedAlgorithm(name)),
    }
}

impl Answer {
    fn read(single: Element<'_>) -> Result<Self, InvalidDer> {
        let mut fields = single.inside();
        let mut id = fields.expect(SEQUENCE)?.inside();
        let digest = Digest::read(id.expect(SEQUENCE)?)?;
        let issuer_name = id.expect(OCTET_STRING)?.value.to_vec();
        let issuer_key = id.expect(OCTET_STRING)?.value.to_vec();
        let serial = SerialNumber::from_integer(id.expect(INTEGER)?.value)?;
        id.finish()?;
        let state = read_state(fields.next()?)?;
        let this_update = fields.next()?.time()?;
        let next_update = match fields.optional(context_constructed(0))? {
            Some(wrapped) => Some(wrapped.inside().next()?.time()?),
            None => None,
        };
        let remembers_since = match fields.optional(context_constructed(1))? {
            Some(wrapped) => archive_cutoff(asn1::single(wrapped.value, SEQUENCE)?.inside())?,
            None => None,
        };
        fields.finish()?;
        Ok(Self {
            digest,
            issuer_name,
            issuer_key,
            serial,
            state,
            this_update,
            next_update,
            remembers_since,
        })
    }

    // SHA-1 only names the issuer here; who answers for it is shown by the signature.
    fn is_about(&self, certificate: &Certificate, issuer: &Certificate) -> bool {
        let Some(digest) = self.digest else { return false };
        self.serial == *certificate.serial()
            && self.issuer_name == digest.of_parts(&[certificate.issuer()])
            && issuer
                .public_key_bits()
                .is_some_and(|key| self.issuer_key == digest.of_parts(&[key]))
    }
}

/// `None`: the responder does not know the certificate.
fn read_state(choice: Element<'_>) -> Result<Option<State>, InvalidDer> {
    const GOOD: u8 = context(0);
    const REVOKED: u8 = context_constructed(1);
    const UNKNOWN: u8 = context(2);
    match choice.tag {
        GOOD => Ok(Some(State::Good)),
        REVOKED => {
            let mut fields = choice.inside();
            let at = fields.next()?.time()?;
            let reason = match fields.optional(context_constructed(0))? {
                Some(wrapped) => match wrapped.inside().expect(ENUMERATED)?.value {
                    [code, ..] => Reason::from_code(u32::from(*code)),
                    [] => return Err(InvalidDer),
                },
                None => Reason::Unspecified,
            };
            fields.finish()?;
            Ok(Some(State::Revoked { at, reason }))
        }
        UNKNOWN => Ok(None),
        _ => Err(InvalidDer),
    }
}

fn archive_cutoff(extensions: Reader<'_>) -> Result<Option<UnixSecond>, InvalidDer> {
    for extension in members(extensions)? {
        let mut fields = extension.inside();
        let kind = fields.expect(OID)?.value;
        fields.optional(BOOLEAN)?;
        let value = fields.expect(OCTET_STRING)?.value;
        if kind == oid::OCSP_ARCHIVE_CUTOFF {
            return Reader(value).next()?.time().map(Some);
        }
    }
    Ok(None)
}

fn read_certificates(mut list: Reader<'_>) -> Result<Vec<Certificate>, InvalidDer> {
    let mut certificates = Vec::new();
    while !list.is_empty() && certificates.len() < MAX_CERTIFICATES {
        certificates.extend(Certificate::parse(list.next()?.raw));
    }
    Ok(certificates)
}
