//! Issuing certificates: fixed profiles after ETSI EN 319 412-2, keys and policy elsewhere.

use base64ct::{Base64, Encoding as _};

use crate::asn1::{
    BIT_STRING, BOOLEAN, INTEGER, NULL, OCTET_STRING, OID, SEQUENCE, context, context_constructed,
    write, write_bits, write_time, write_unsigned,
};
use crate::digest::Sha256;
use crate::env::UnixSecond;
use crate::oid;
use crate::signer::{self, SignerError};

use super::name::DistinguishedName;
use super::parse::{Certificate, CertificateError, KeyUsage, SerialNumber};

/// Certificates start this long before they are issued, so that a phone whose clock is behind can
/// sign at once.
pub const START_MARGIN_SECONDS: i64 = 600;

/// Why a certificate or list was not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IssueError {
    /// Before 1970, after 9999, or ends before it starts.
    #[error("the period of validity cannot be written")]
    Validity,
    /// The authority's certificate names no key, which our own always do.
    #[error("the authority's certificate has no key identifier")]
    IssuerWithoutKeyIdentifier,
    /// The signature does not verify under the authority's key.
    #[error(transparent)]
    Signature(#[from] SignerError),
    /// What was made cannot be read back: a public key that is not DER.
    #[error("the certificate is not well formed: {0}")]
    Malformed(#[from] CertificateError),
}

/// When a certificate is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// From this second on.
    pub not_before: UnixSecond,
    /// Until this second, itself included.
    pub not_after: UnixSecond,
}

impl Validity {
    /// For so many days from `issued_at`, started [`START_MARGIN_SECONDS`] earlier.
    #[must_use]
    pub fn days(issued_at: UnixSecond, days: u32) -> Self {
        Self {
            not_before: issued_at.plus(-START_MARGIN_SECONDS),
            not_after: issued_at.plus(i64::from(days) * 86_400),
        }
    }
}

/// What a certificate is for.
#[derive(Clone, Copy, Debug)]
pub enum Profile<'a> {
    /// The office's own root, signed by itself.
    Root,
    /// The authority that issues to people; it certifies no further authority.
    Issuing {
        /// The root.
        issuer: &'a Certificate,
        /// Where the root's revocation list is.
        crl_url: &'a str,
    },
    /// A person's approval key.
    Person {
        /// The issuing authority.
        issuer: &'a Certificate,
        /// Where its revocation list is.
        crl_url: &'a str,
        /// Where its responder answers, if it has one.
        ocsp_url: Option<&'a str>,
    },
    /// A responder that answers for the issuing authority (RFC 6960 §4.2.2.2). It lives shortly, so
    /// nobody needs to ask whether it was revoked.
    Responder {
        /// The issuing authority.
        issuer: &'a Certificate,
    },
}

/// A certificate that waits for its issuer's signature.
#[derive(Clone, Debug)]
pub struct TbsCertificate {
    der: Vec<u8>,
    issuer_key: Vec<u8>,
}

impl TbsCertificate {
    /// Prepares a certificate of `subject` for the key `spki` (DER `SubjectPublicKeyInfo`).
    pub fn prepare(
        profile: Profile<'_>,
        serial: &SerialNumber,
        subject: &DistinguishedName,
        spki: &[u8],
        validity: Validity,
    ) -> Result<Self, IssueError> {
        if validity.not_after < validity.not_before {
            return Err(IssueError::Validity);
        }
        let subject = subject.to_der();
        let (issuer_name, issuer_key) = match profile {
            Profile::Root => (&*subject, spki),
            Profile::Issuing { issuer, .. }
            | Profile::Person { issuer, .. }
            | Profile::Responder { issuer } => (issuer.subject(), issuer.public_key()),
        };
        let not_before = write_time(validity.not_before).ok_or(IssueError::Validity)?;
        let not_after = write_time(validity.not_after).ok_or(IssueError::Validity)?;
        let der = write(
            SEQUENCE,
            &[
                &write(context_constructed(0), &[&write_unsigned(&[2])]),
                &write(INTEGER, &[serial.as_bytes()]),
                &ecdsa_sha256(),
                issuer_name,
                &write(SEQUENCE, &[&not_before, &not_after]),
                &subject,
                spki,
                &write(context_constructed(3), &[&extensions(profile, spki)?]),
            ],
        );
        Ok(Self { der, issuer_key: issuer_key.to_vec() })
    }

    /// What the issuer's key signs.
    #[must_use]
    pub fn to_be_signed(&self) -> &[u8] {
        &self.der
    }

    /// Takes the issuer's signature, DER or raw.
    pub fn assemble(&self, signature: &[u8]) -> Result<Certificate, IssueError> {
        let signature = signer::normalise(signature, &self.der, &self.issuer_key)?;
        let der = write(SEQUENCE, &[&self.der, &ecdsa_sha256(), &write_bits(&signature)]);
        Ok(Certificate::parse(&der)?)
    }
}

/// The algorithm of everything this product issues; parameters absent (RFC 5758 §3.2).
pub(super) fn ecdsa_sha256() -> Vec<u8> {
    write(SEQUENCE, &[&write(OID, &[oid::ECDSA_WITH_SHA_256])])
}

/// The authorityKeyIdentifier extension that points to `issuer`.
pub(super) fn authority_key_identifier(issuer: &Certificate) -> Result<Vec<u8>, IssueError> {
    let id = issuer.key_identifier().ok_or(IssueError::IssuerWithoutKeyIdentifier)?;
    let value = write(SEQUENCE, &[&write(context(0), &[id])]);
    Ok(plain(oid::AUTHORITY_KEY_IDENTIFIER, &value))
}

/// An extension that others may ignore.
pub(super) fn plain(kind: &[u8], value: &[u8]) -> Vec<u8> {
    write(SEQUENCE, &[&write(OID, &[kind]), &write(OCTET_STRING, &[value])])
}

fn critical(kind: &[u8], value: &[u8]) -> Vec<u8> {
    write(
        SEQUENCE,
        &[&write(OID, &[kind]), &write(BOOLEAN, &[&[0xff]]), &write(OCTET_STRING, &[value])],
    )
}

fn extensions(profile: Profile<'_>, spki: &[u8]) -> Result<Vec<u8>, IssueError> {
    let key_id = write(OCTET_STRING, &[&key_identifier(spki)]);
    let mut list = vec![plain(oid::SUBJECT_KEY_IDENTIFIER, &key_id)];
    let certifies = KeyUsage::KEY_CERT_SIGN.and(KeyUsage::CRL_SIGN);
    match profile {
        Profile::Root => {
            list.push(critical(oid::KEY_USAGE, &key_usage(certifies)));
            list.push(critical(oid::BASIC_CONSTRAINTS, &authority(None)));
        }
        Profile::Issuing { issuer, crl_url } => {
            list.push(authority_key_identifier(issuer)?);
            list.push(critical(oid::KEY_USAGE, &key_usage(certifies)));
            list.push(critical(oid::BASIC_CONSTRAINTS, &authority(Some(0))));
            list.push(plain(oid::CRL_DISTRIBUTION_POINTS, &distribution_point(crl_url)));
        }
        // No extended key usage: validators agree about key usage, but each wants another purpose.
        Profile::Person { issuer, crl_url, ocsp_url } => {
            let signs = KeyUsage::DIGITAL_SIGNATURE.and(KeyUsage::NON_REPUDIATION);
            list.push(authority_key_identifier(issuer)?);
            list.push(critical(oid::KEY_USAGE, &key_usage(signs)));
            let policy = write(SEQUENCE, &[&write(OID, &[oid::APPROVAL_KEY_POLICY])]);
            list.push(plain(oid::CERTIFICATE_POLICIES, &write(SEQUENCE, &[&policy])));
            list.push(plain(oid::CRL_DISTRIBUTION_POINTS, &distribution_point(crl_url)));
            list.extend(ocsp_url.map(|url| plain(oid::AUTHORITY_INFO_ACCESS, &responder_at(url))));
        }
        Profile::Responder { issuer } => {
            list.push(authority_key_identifier(issuer)?);
            list.push(critical(oid::KEY_USAGE, &key_usage(KeyUsage::DIGITAL_SIGNATURE)));
            let purpose = write(SEQUENCE, &[&write(OID, &[oid::OCSP_SIGNING])]);
            list.push(critical(oid::EXTENDED_KEY_USAGE, &purpose));
            list.push(plain(oid::OCSP_NO_CHECK, &write(NULL, &[])));
        }
    }
    let list: Vec<&[u8]> = list.iter().map(Vec::as_slice).collect();
    Ok(write(SEQUENCE, &list))
}

// RFC 7093 §2 method 1: the first 160 bits of SHA-256 over the key, in place of SHA-1.
fn key_identifier(spki: &[u8]) -> [u8; 20] {
    let key = public_key_bits(spki).unwrap_or(spki);
    let hash = Sha256::of(key);
    let mut id = [0; 20];
    id.copy_from_slice(&hash.as_bytes()[..20]);
    id
}

fn public_key_bits(spki: &[u8]) -> Option<&[u8]> {
    let mut fields = crate::asn1::single(spki, SEQUENCE).ok()?.inside();
    fields.expect(SEQUENCE).ok()?;
    fields.expect(BIT_STRING).ok()?.octets_of_bits().ok()
}

// DER of a BIT STRING with named bits drops trailing zeros (X.690 §11.2.2).
fn key_usage(usage: KeyUsage) -> Vec<u8> {
    let unused = u8::try_from(usage.bits().trailing_zeros()).expect("at most 8");
    write(BIT_STRING, &[&[unused, usage.bits()]])
}

fn authority(path_length: Option<u8>) -> Vec<u8> {
    let flag = write(BOOLEAN, &[&[0xff]]);
    let limit = path_length.map(|limit| write_unsigned(&[limit])).unwrap_or_default();
    write(SEQUENCE, &[&flag, &limit])
}

fn distribution_point(url: &str) -> Vec<u8> {
    let uri = write(context(6), &[url.as_bytes()]);
    let full_name = write(context_constructed(0), &[&write(context_constructed(0), &[&uri])]);
    write(SEQUENCE, &[&write(SEQUENCE, &[&full_name])])
}

fn responder_at(url: &str) -> Vec<u8> {
    let place = write(context(6), &[url.as_bytes()]);
    write(SEQUENCE, &[&write(SEQUENCE, &[&write(OID, &[oid::ACCESS_OCSP]), &place])])
}

/// PEM (RFC 7468).
pub(super) fn pem(label: &str, der: &[u8]) -> String {
    let mut text = format!("-----BEGIN {label}-----\n");
    let body = Base64::encode_string(der);
    for line in body.as_bytes().chunks(64) {
        text.extend(line.iter().map(|byte| char::from(*byte)));
        text.push('\n');
    }
    text.push_str("-----END ");
    text.push_str(label);
    text.push_str("-----\n");
    text
}
