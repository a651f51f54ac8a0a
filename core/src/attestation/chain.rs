//! The path from an attested key to a trusted root.
//!
//! Web rules (RFC 5280 §6) do not fit: devices exist whose attestation certificate is no authority,
//! whose leaf is valid from 1970 on because the hardware has no clock, and whose copy of the root is
//! an older one of the same key. So the leaf's period is not asked (nor by Google's own verifier,
//! which names clocks and tampering as reasons), the certificate that signed it need not be an
//! authority, and a root is known by its name and key. All else holds.

use crate::algorithm::VerifyError;
use crate::certificate::{BasicConstraints, Certificate, CertificateError, KeyUsage};
use crate::env::UnixSecond;
use crate::oid;

use super::refusal::Refusal;
use super::status_list::{Standing, StatusList};

/// Most certificates of a chain; remotely provisioned devices have five.
pub const MAX_CHAIN: usize = 8;
/// Fewest: the key's, the attesting key's, and what is above.
const MIN_CHAIN: usize = 3;

/// Reads a chain, leaf first, DER.
pub fn read_chain(chain: &[&[u8]]) -> Result<Vec<Certificate>, Refusal> {
    if !(MIN_CHAIN..=MAX_CHAIN).contains(&chain.len()) {
        return Err(Refusal::ChainLength);
    }
    let certificates = chain.iter().map(|der| Certificate::parse(der));
    certificates.collect::<Result<_, _>>().map_err(|_| Refusal::CertificateUnreadable)
}

/// Reads trusted roots: PEM, or a JSON array of PEM texts as Google publishes them.
pub fn read_roots(text: &str) -> Result<Vec<Certificate>, CertificateError> {
    match serde_json::from_str::<Vec<String>>(text) {
        Ok(texts) => Certificate::parse_pem(&texts.join("\n")),
        Err(_) => Certificate::parse_pem(text),
    }
}

/// That a chain, leaf first, leads to one of `roots`, and that no certificate of it stands on the list.
pub fn check_chain(
    chain: &[Certificate],
    roots: &[Certificate],
    status: &StatusList,
    now: UnixSecond,
) -> Result<(), Refusal> {
    let last = chain.last().ok_or(Refusal::ChainLength)?;
    for (certificate, issuer) in chain.iter().zip(&chain[1..]) {
        check_link(certificate, issuer)?;
    }
    let root = find_root(last, roots)?;
    if !is_valid(root, now) {
        return Err(Refusal::NotValidNow);
    }
    for (position, certificate) in chain.iter().enumerate() {
        let is_copy_of_root = certificate.public_key() == root.public_key();
        if position > 0 && !is_copy_of_root && !is_valid(certificate, now) {
            return Err(Refusal::NotValidNow);
        }
        if position > 1 {
            check_authority(certificate, position - 1)?;
        }
        // A key that an app may use can sign anything, certificates too; but what attests it says
        // so in this extension, which no authority has.
        if position > 0 && certificate.extension(oid::ANDROID_KEY_DESCRIPTION).is_some() {
            return Err(Refusal::ExtendedChain);
        }
        if certificate.unknown_critical_extension().is_some() {
            return Err(Refusal::CriticalExtension);
        }
        check_status(certificate, status)?;
    }
    check_status(root, status)
}

fn check_link(certificate: &Certificate, issuer: &Certificate) -> Result<(), Refusal> {
    if certificate.issuer() != issuer.subject() {
        return Err(Refusal::NotLinked);
    }
    check_signature(certificate, issuer)
}

fn check_signature(certificate: &Certificate, issuer: &Certificate) -> Result<(), Refusal> {
    match certificate.verify_signature(issuer.public_key()) {
        Ok(verified) if verified.weakness.is_none() => Ok(()),
        Ok(_) | Err(VerifyError::Unsupported(_)) => Err(Refusal::WeakSignature),
        Err(VerifyError::Wrong) => Err(Refusal::WrongSignature),
    }
}

/// The root that issued the last certificate, be that the root's own copy or what is below it. Either
/// way its signature covers it, so that not one byte of a chain is free.
fn find_root<'a>(last: &Certificate, roots: &'a [Certificate]) -> Result<&'a Certificate, Refusal> {
    let mut failure = Refusal::UnknownRoot;
    for root in roots.iter().filter(|root| root.subject() == last.issuer()) {
        match check_signature(last, root) {
            Ok(()) => return Ok(root),
            // Another key under the same name: somebody else's root, or a damaged copy.
            Err(Refusal::WrongSignature) if last.public_key() != root.public_key() => {}
            Err(why) => failure = why,
        }
    }
    Err(failure)
}

pub(super) fn is_valid(certificate: &Certificate, now: UnixSecond) -> bool {
    (certificate.not_before()..=certificate.not_after()).contains(&now)
}

/// `below`: how many certificates of authorities stand between this one and the leaf.
pub(super) fn check_authority(certificate: &Certificate, below: usize) -> Result<(), Refusal> {
    let may_certify = match certificate.basic_constraints() {
        Ok(BasicConstraints::Authority { path_length }) => {
            path_length.is_none_or(|limit| below as u64 <= limit)
        }
        Ok(BasicConstraints::EndEntity) | Err(_) => false,
    };
    let usage = certificate.key_usage().map_err(|_| Refusal::NotAnAuthority)?;
    if may_certify && usage.is_none_or(|usage| usage.allows_any(KeyUsage::KEY_CERT_SIGN)) {
        Ok(())
    } else {
        Err(Refusal::NotAnAuthority)
    }
}

fn check_status(certificate: &Certificate, status: &StatusList) -> Result<(), Refusal> {
    match status.standing(certificate.serial()) {
        None => Ok(()),
        Some(Standing::Suspended) => Err(Refusal::Suspended),
        Some(Standing::Revoked) => Err(Refusal::Revoked),
    }
}
