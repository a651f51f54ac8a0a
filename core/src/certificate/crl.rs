//! Revocation lists (RFC 5280 §5): making, reading, asking.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::algorithm::{Scheme, VerifyError, Weakness};
use crate::asn1::{
    self, BIT_STRING, BOOLEAN, ENUMERATED, GENERALIZED_TIME, INTEGER, InvalidDer, OCTET_STRING,
    OID, Reader, SEQUENCE, UTC_TIME, context, context_constructed, write, write_bits, write_time,
    write_unsigned,
};
use crate::digest::Sha256;
use crate::env::UnixSecond;
use crate::oid;
use crate::signer;

use super::extensions::{full_names, members};
use super::issue::{IssueError, authority_key_identifier, ecdsa_sha256, pem, plain};
use super::parse::{BasicConstraints, Certificate, KeyUsage, SerialNumber};
use super::status::{State, Statement};

/// The largest list that is read, in bytes.
pub const MAX_CRL_BYTES: usize = 16 * 1024 * 1024;

/// Why a list cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CrlError {
    /// Too large.
    #[error("the revocation list has {0} bytes, the limit is {MAX_CRL_BYTES}")]
    TooLarge(usize),
    /// Not DER, or not the structure of RFC 5280 §5.
    #[error("not a certificate revocation list in DER (RFC 5280)")]
    Malformed(#[from] InvalidDer),
    /// Lists for some reasons only, indirect or delta lists, which this product does not process.
    #[error("the revocation list has the critical extension {0}, which is not supported")]
    UnknownCriticalExtension(String),
    /// Signed in a way that this product does not compute.
    #[error("the revocation list is signed in a way that is not computed: {0}")]
    UnsupportedAlgorithm(String),
    /// Signed with what can be forged.
    #[error("the revocation list is signed weakly: {0}")]
    Weak(Weakness),
    /// About other certificates of the same authority.
    #[error("the revocation list is not about this certificate")]
    NotAbout,
    /// Made by another authority, or changed.
    #[error("the revocation list is not signed by the certificate's issuer")]
    NotByIssuer,
}

/// Why a certificate was revoked (RFC 5280 §5.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// No reason given.
    Unspecified,
    /// The key may be in other hands.
    KeyCompromise,
    /// The authority's key may be in other hands.
    AuthorityCompromise,
    /// The person changed post or name.
    AffiliationChanged,
    /// Replaced by another.
    Superseded,
    /// Not needed any more.
    CessationOfOperation,
    /// Suspended; it may come back.
    Hold,
    /// The authority takes back what it stated.
    PrivilegeWithdrawn,
}

impl Reason {
    const CODES: [(Self, u8); 8] = [
        (Self::Unspecified, 0),
        (Self::KeyCompromise, 1),
        (Self::AuthorityCompromise, 2),
        (Self::AffiliationChanged, 3),
        (Self::Superseded, 4),
        (Self::CessationOfOperation, 5),
        (Self::Hold, 6),
        (Self::PrivilegeWithdrawn, 9),
    ];

    /// Its code (RFC 5280 §5.3.1).
    #[must_use]
    pub fn code(self) -> u8 {
        Self::CODES.iter().find(|(reason, _)| *reason == self).map_or(0, |(_, code)| *code)
    }

    /// The one of this code; unknown ones are unspecified.
    #[must_use]
    pub fn from_code(code: u32) -> Self {
        Self::CODES
            .iter()
            .find(|(_, known)| u32::from(*known) == code)
            .map_or(Self::Unspecified, |(reason, _)| *reason)
    }
}

/// That a certificate was revoked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// Which certificate of the list's issuer.
    pub serial: SerialNumber,
    /// Since when.
    pub at: UnixSecond,
    /// Why.
    pub reason: Reason,
}

/// A list that waits for its issuer's signature.
#[derive(Clone, Debug)]
pub struct TbsCrl {
    der: Vec<u8>,
    issuer_key: Vec<u8>,
}

impl TbsCrl {
    /// Prepares the list number `number` of `issuer`, complete for all its certificates.
    pub fn prepare(
        issuer: &Certificate,
        number: u64,
        this_update: UnixSecond,
        next_update: UnixSecond,
        revoked: &[Revocation],
    ) -> Result<Self, IssueError> {
        if next_update < this_update {
            return Err(IssueError::Validity);
        }
        let mut entries = Vec::new();
        for revocation in revoked {
            entries.extend(entry(revocation)?);
        }
        // An empty list is left out (RFC 5280 §5.1.2.6).
        let entries = if entries.is_empty() { Vec::new() } else { write(SEQUENCE, &[&entries]) };
        let number = plain(oid::CRL_NUMBER, &write_unsigned(&number.to_be_bytes()));
        let extensions = write(SEQUENCE, &[&authority_key_identifier(issuer)?, &number]);
        let der = write(
            SEQUENCE,
            &[
                &write_unsigned(&[1]),
                &ecdsa_sha256(),
                issuer.subject(),
                &write_time(this_update).ok_or(IssueError::Validity)?,
                &write_time(next_update).ok_or(IssueError::Validity)?,
                &entries,
                &write(context_constructed(0), &[&extensions]),
            ],
        );
        Ok(Self { der, issuer_key: issuer.public_key().to_vec() })
    }

    /// What the issuer's key signs.
    #[must_use]
    pub fn to_be_signed(&self) -> &[u8] {
        &self.der
    }

    /// Takes the issuer's signature, DER or raw, and gives the list in DER.
    pub fn assemble(&self, signature: &[u8]) -> Result<Vec<u8>, IssueError> {
        let signature = signer::normalise(signature, &self.der, &self.issuer_key)?;
        Ok(write(SEQUENCE, &[&self.der, &ecdsa_sha256(), &write_bits(&signature)]))
    }
}

fn entry(revocation: &Revocation) -> Result<Vec<u8>, IssueError> {
    // "Unspecified" is left out (RFC 5280 §5.3.1).
    let extensions = match revocation.reason {
        Reason::Unspecified => Vec::new(),
        reason => {
            let code = write(ENUMERATED, &[&[reason.code()]]);
            write(SEQUENCE, &[&plain(oid::REASON_CODE, &code)])
        }
    };
    let at = write_time(revocation.at).ok_or(IssueError::Validity)?;
    let serial = write(INTEGER, &[revocation.serial.as_bytes()]);
    Ok(write(SEQUENCE, &[&serial, &at, &extensions]))
}

/// A list as it was published. Use it only after [`Crl::verify`].
#[derive(Clone)]
pub struct Crl {
    der: Vec<u8>,
    signed_part: Vec<u8>,
    signature: Vec<u8>,
    scheme: Scheme,
    issuer: Vec<u8>,
    this_update: UnixSecond,
    next_update: Option<UnixSecond>,
    revoked: Vec<Revocation>,
    limits: Limits,
}

/// What the extensions of a list say of its scope.
#[derive(Clone, Default)]
struct Limits {
    unknown_critical: Option<String>,
    about: About,
    /// The encodings of the names of the place where it is published.
    published_at: Vec<Vec<u8>>,
    /// Certificates that expired before this second may be missing.
    remembers_since: Option<UnixSecond>,
}

/// Which certificates of its issuer a list is about.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum About {
    #[default]
    All,
    EndEntities,
    Authorities,
}

impl Crl {
    /// Reads DER.
    pub fn parse(der: &[u8]) -> Result<Self, CrlError> {
        if der.len() > MAX_CRL_BYTES {
            return Err(CrlError::TooLarge(der.len()));
        }
        let mut outer = asn1::single(der, SEQUENCE)?.inside();
        let signed = outer.expect(SEQUENCE)?;
        let algorithm = outer.expect(SEQUENCE)?;
        let signature = outer.expect(BIT_STRING)?.octets_of_bits()?;
        outer.finish()?;

        let mut fields = signed.inside();
        fields.optional(INTEGER)?;
        if fields.expect(SEQUENCE)?.raw != algorithm.raw {
            return Err(InvalidDer.into());
        }
        let issuer = fields.expect(SEQUENCE)?.raw;
        let this_update = fields.next()?.time()?;
        let next_update = match fields.optional(UTC_TIME)? {
            Some(time) => Some(time.time()?),
            None => fields.optional(GENERALIZED_TIME)?.map(asn1::Element::time).transpose()?,
        };
        let mut limits = Limits::default();
        let revoked = match fields.optional(SEQUENCE)? {
            Some(entries) => read_entries(entries.inside(), &mut limits)?,
            None => Vec::new(),
        };
        if let Some(wrapped) = fields.optional(context_constructed(0))? {
            let extensions = asn1::single(wrapped.value, SEQUENCE)?.inside();
            read_extensions(extensions, &mut limits)?;
        }
        fields.finish()?;
        Ok(Self {
            der: der.to_vec(),
            signed_part: signed.raw.to_vec(),
            signature: signature.to_vec(),
            scheme: Scheme::read(algorithm)?,
            issuer: issuer.to_vec(),
            this_update,
            next_update,
            revoked,
            limits,
        })
    }

    /// Reads PEM (RFC 7468) or DER, as files come.
    pub fn parse_file(bytes: &[u8]) -> Result<Self, CrlError> {
        let Some(text) = std::str::from_utf8(bytes).ok().filter(|t| t.contains("-----BEGIN"))
        else {
            return Self::parse(bytes);
        };
        let (label, document) = der::Document::from_pem(text.trim()).map_err(|_| InvalidDer)?;
        if label != "X509 CRL" {
            return Err(InvalidDer.into());
        }
        Self::parse(document.as_bytes())
    }

    /// That `issuer` signed this list and may sign lists, and that all of it is understood.
    pub fn verify(&self, issuer: &Certificate) -> Result<(), CrlError> {
        if let Some(extension) = &self.limits.unknown_critical {
            return Err(CrlError::UnknownCriticalExtension(extension.clone()));
        }
        if self.issuer != issuer.subject() {
            return Err(CrlError::NotByIssuer);
        }
        if issuer.key_usage()?.is_some_and(|usage| !usage.allows_any(KeyUsage::CRL_SIGN)) {
            return Err(CrlError::NotByIssuer);
        }
        match self.scheme.verify(&[&self.signed_part], &self.signature, issuer.public_key()) {
            Ok(verified) => {
                verified.weakness.map_or(Ok(()), |weakness| Err(CrlError::Weak(weakness)))
            }
            Err(VerifyError::Wrong) => Err(CrlError::NotByIssuer),
            Err(VerifyError::Unsupported(name)) => Err(CrlError::UnsupportedAlgorithm(name)),
        }
    }

    /// What it states of `certificate`, once it is shown that its `issuer` signed the list.
    pub fn about(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
    ) -> Result<Statement, CrlError> {
        if !self.limits.concern(certificate)? {
            return Err(CrlError::NotAbout);
        }
        self.verify(issuer)?;
        let state = match self.lookup(certificate.serial()) {
            Some(revocation) => State::Revoked { at: revocation.at, reason: revocation.reason },
            None => State::Good,
        };
        Ok(Statement {
            state,
            this_update: self.this_update,
            // Without a next update the list is the last one (RFC 5280 §5.1.2.5 demands it).
            next_update: Some(self.next_update.unwrap_or(UnixSecond::new(i64::MAX))),
            remembers_since: self.limits.remembers_since,
        })
    }

    /// The entry of a certificate of this list's issuer.
    #[must_use]
    pub fn lookup(&self, serial: &SerialNumber) -> Option<&Revocation> {
        self.revoked.iter().find(|revocation| revocation.serial == *serial)
    }

    /// DER of the name of the authority that made the list.
    #[must_use]
    pub fn issuer(&self) -> &[u8] {
        &self.issuer
    }

    /// When it was made.
    #[must_use]
    pub fn this_update(&self) -> UnixSecond {
        self.this_update
    }

    /// When the next one is due.
    #[must_use]
    pub fn next_update(&self) -> Option<UnixSecond> {
        self.next_update
    }

    /// All bytes.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// SHA-256 of all bytes.
    #[must_use]
    pub fn sha256(&self) -> Sha256 {
        Sha256::of(&self.der)
    }

    /// The list in PEM.
    #[must_use]
    pub fn to_pem(&self) -> String {
        pem("X509 CRL", &self.der)
    }
}

impl fmt::Debug for Crl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Crl({} entries, made {})", self.revoked.len(), self.this_update)
    }
}

impl Limits {
    /// Whether the list is about `certificate` (RFC 5280 §6.3.3 (b) (2)).
    fn concern(&self, certificate: &Certificate) -> Result<bool, InvalidDer> {
        let is_authority =
            matches!(certificate.basic_constraints()?, BasicConstraints::Authority { .. });
        let is_of_the_kind = match self.about {
            About::All => true,
            About::EndEntities => !is_authority,
            About::Authorities => is_authority,
        };
        let is_published_there = self.published_at.is_empty()
            || certificate
                .distribution_points()?
                .iter()
                .any(|point| self.published_at.iter().any(|name| name == point));
        Ok(is_of_the_kind && is_published_there)
    }

    fn not_understood(&mut self, extension: &[u8]) {
        self.unknown_critical.get_or_insert_with(|| oid::dotted(extension));
    }

    /// `IssuingDistributionPoint` (RFC 5280 §5.2.5).
    fn read_distribution_point(&mut self, value: &[u8]) -> Result<(), InvalidDer> {
        const END_ENTITIES: u8 = context(1);
        const AUTHORITIES: u8 = context(2);
        let mut fields = asn1::single(value, SEQUENCE)?.inside();
        if let Some(point) = fields.optional(context_constructed(0))? {
            let names = full_names(point.inside())?;
            self.published_at = names.into_iter().map(<[u8]>::to_vec).collect();
            if self.published_at.is_empty() {
                self.not_understood(oid::ISSUING_DISTRIBUTION_POINT);
            }
        }
        for field in members(fields)? {
            let is_set = field.value != [0];
            match field.tag {
                END_ENTITIES if is_set => self.about = About::EndEntities,
                AUTHORITIES if is_set => self.about = About::Authorities,
                _ if is_set => self.not_understood(oid::ISSUING_DISTRIBUTION_POINT),
                _ => {}
            }
        }
        Ok(())
    }
}

fn read_entries(
    mut entries: Reader<'_>,
    limits: &mut Limits,
) -> Result<Vec<Revocation>, InvalidDer> {
    let mut revoked = Vec::new();
    while !entries.is_empty() {
        let mut entry = entries.expect(SEQUENCE)?.inside();
        let serial = SerialNumber::from_integer(entry.expect(INTEGER)?.value)?;
        let at = entry.next()?.time()?;
        let reason = match entry.optional(SEQUENCE)? {
            Some(extensions) => read_extensions(extensions.inside(), limits)?,
            None => Reason::Unspecified,
        };
        entry.finish()?;
        revoked.push(Revocation { serial, at, reason });
    }
    Ok(revoked)
}

fn read_extensions(mut extensions: Reader<'_>, limits: &mut Limits) -> Result<Reason, InvalidDer> {
    let mut reason = Reason::Unspecified;
    while !extensions.is_empty() {
        let mut extension = extensions.expect(SEQUENCE)?.inside();
        let kind = extension.expect(OID)?.value;
        let is_critical = extension.optional(BOOLEAN)?.is_some_and(|flag| flag.value != [0]);
        let value = extension.expect(OCTET_STRING)?.value;
        extension.finish()?;
        match kind {
            oid::REASON_CODE => {
                let code = asn1::single(value, ENUMERATED)?.value;
                reason = code
                    .first()
                    .map_or(Reason::Unspecified, |code| Reason::from_code(u32::from(*code)));
            }
            oid::CRL_NUMBER | oid::AUTHORITY_KEY_IDENTIFIER => {}
            oid::ISSUING_DISTRIBUTION_POINT => limits.read_distribution_point(value)?,
            oid::EXPIRED_CERTS_ON_CRL => {
                limits.remembers_since = Some(Reader(value).next()?.time()?);
            }
            other if is_critical => limits.not_understood(other),
            _ => {}
        }
    }
    Ok(reason)
}
