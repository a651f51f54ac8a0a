//! From a signer's certificate to an anchor (RFC 5280 §6, without name constraints and policies).

use crate::asn1::InvalidDer;
use crate::env::UnixSecond;

use super::parse::{BasicConstraints, Certificate, KeyUsage};

// No official hierarchy is deeper than four; the budget bounds what a crafted set of cross
// certificates can cost.
const MAX_DEPTH: usize = 8;
const MAX_SIGNATURE_CHECKS: usize = 64;

/// Why no chain leads from a certificate to an anchor. `subject` names the certificate at fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// Nobody that we know of issued it.
    #[error("no trusted issuer of {subject} is known")]
    UnknownIssuer {
        /// Whose certificate.
        subject: String,
    },
    /// Not valid yet at that time.
    #[error("the certificate of {subject} was not valid before {not_before}")]
    NotYetValid {
        /// Whose certificate.
        subject: String,
        /// Its first second.
        not_before: UnixSecond,
    },
    /// Not valid any more at that time.
    #[error("the certificate of {subject} was not valid after {not_after}")]
    Expired {
        /// Whose certificate.
        subject: String,
        /// Its last second.
        not_after: UnixSecond,
    },
    /// Its signature does not verify under the named issuer's key.
    #[error("the certificate of {subject} was not signed by its issuer")]
    WrongSignature {
        /// Whose certificate.
        subject: String,
    },
    /// Certifies others without being an authority.
    #[error("{subject} is not a certification authority")]
    NotAnAuthority {
        /// Whose certificate.
        subject: String,
    },
    /// Certifies further authorities than it may.
    #[error("{subject} certifies more authorities than it may")]
    PathTooLong {
        /// Whose certificate.
        subject: String,
    },
    /// The key may not be used for signatures on documents.
    #[error("the key of {subject} is not for signing documents")]
    WrongKeyUsage {
        /// Whose certificate.
        subject: String,
    },
    /// Signed in a way that this product does not compute: the chain cannot be judged.
    #[error("the certificate of {subject} is signed with an algorithm that is not supported")]
    UnsupportedAlgorithm {
        /// Whose certificate.
        subject: String,
    },
    /// Limits itself in a way that this product does not process: the chain cannot be judged.
    #[error("the certificate of {subject} has the critical extension {extension}")]
    UnknownCriticalExtension {
        /// Whose certificate.
        subject: String,
        /// Dotted object identifier.
        extension: String,
    },
    /// An extension cannot be read.
    #[error("the certificate of {subject} has a damaged extension")]
    Malformed {
        /// Whose certificate.
        subject: String,
    },
    /// Too many candidates.
    #[error("too many certificates to try")]
    TooComplex,
}

impl ChainError {
    /// Whether somebody who knows more might still find a chain.
    #[must_use]
    pub fn is_undetermined(&self) -> bool {
        match self {
            Self::UnknownIssuer { .. }
            | Self::UnsupportedAlgorithm { .. }
            | Self::UnknownCriticalExtension { .. }
            | Self::TooComplex => true,
            Self::NotYetValid { .. }
            | Self::Expired { .. }
            | Self::WrongSignature { .. }
            | Self::NotAnAuthority { .. }
            | Self::PathTooLong { .. }
            | Self::WrongKeyUsage { .. }
            | Self::Malformed { .. } => false,
        }
    }
}

/// Finds a chain from `leaf` over `intermediates` to one of `anchors`, all valid at `at`, and gives
/// it from leaf to anchor. The leaf's key must be for digital signatures or non-repudiation.
pub fn verify_chain<'a>(
    leaf: &'a Certificate,
    intermediates: &'a [Certificate],
    anchors: &'a [Certificate],
    at: UnixSecond,
) -> Result<Vec<&'a Certificate>, ChainError> {
    check_leaf(leaf)?;
    let mut search = Search { intermediates, anchors, at, checks_left: MAX_SIGNATURE_CHECKS };
    let mut path = vec![leaf];
    search.extend(&mut path)?;
    Ok(path)
}

fn check_leaf(leaf: &Certificate) -> Result<(), ChainError> {
    let wanted = KeyUsage::DIGITAL_SIGNATURE.and(KeyUsage::NON_REPUDIATION);
    match leaf.key_usage() {
        Ok(None) => Ok(()),
        Ok(Some(usage)) if usage.allows_any(wanted) => Ok(()),
        Ok(Some(_)) => Err(ChainError::WrongKeyUsage { subject: leaf.subject_name() }),
        Err(InvalidDer) => Err(ChainError::Malformed { subject: leaf.subject_name() }),
    }
}

struct Search<'a> {
    intermediates: &'a [Certificate],
    anchors: &'a [Certificate],
    at: UnixSecond,
    checks_left: usize,
}

impl<'a> Search<'a> {
    /// Extends `path` until it ends in an anchor.
    fn extend(&mut self, path: &mut Vec<&'a Certificate>) -> Result<(), ChainError> {
        let last = *path.last().expect("a path starts with its leaf");
        check_by_itself(last, self.at)?;
        if self.anchors.contains(last) {
            return Ok(());
        }
        let subject = last.subject_name();
        // The first failure of the deepest branch says most: begin with the least.
        let mut failure = ChainError::UnknownIssuer { subject };
        for issuer in self.anchors.iter().chain(self.intermediates) {
            if issuer.subject() != last.issuer() || path.contains(&issuer) {
                continue;
            }
            match self.try_issuer(path, last, issuer) {
                Ok(()) => return Ok(()),
                Err(ChainError::TooComplex) => return Err(ChainError::TooComplex),
                Err(error) => failure = error,
            }
        }
        Err(failure)
    }

    fn try_issuer(
        &mut self,
        path: &mut Vec<&'a Certificate>,
        last: &Certificate,
        issuer: &'a Certificate,
    ) -> Result<(), ChainError> {
        if path.len() == MAX_DEPTH || self.checks_left == 0 {
            return Err(ChainError::TooComplex);
        }
        self.checks_left -= 1;
        if !last.signed_with_p256() {
            return Err(ChainError::UnsupportedAlgorithm { subject: last.subject_name() });
        }
        if !last.is_signed_by(issuer.public_key()) {
            return Err(ChainError::WrongSignature { subject: last.subject_name() });
        }
        check_authority(issuer, path.len() - 1)?;
        path.push(issuer);
        let found = self.extend(path);
        if found.is_err() {
            path.pop();
        }
        found
    }
}

fn check_by_itself(certificate: &Certificate, at: UnixSecond) -> Result<(), ChainError> {
    let subject = || certificate.subject_name();
    if at < certificate.not_before() {
        let not_before = certificate.not_before();
        return Err(ChainError::NotYetValid { subject: subject(), not_before });
    }
    if at > certificate.not_after() {
        let not_after = certificate.not_after();
        return Err(ChainError::Expired { subject: subject(), not_after });
    }
    match certificate.unknown_critical_extension() {
        Some(extension) => {
            Err(ChainError::UnknownCriticalExtension { subject: subject(), extension })
        }
        None => Ok(()),
    }
}

/// `authorities_below`: how many authorities stand between `issuer` and the leaf.
fn check_authority(issuer: &Certificate, authorities_below: usize) -> Result<(), ChainError> {
    let subject = || issuer.subject_name();
    let malformed = |_: InvalidDer| ChainError::Malformed { subject: subject() };
    match issuer.basic_constraints().map_err(malformed)? {
        BasicConstraints::EndEntity => {
            return Err(ChainError::NotAnAuthority { subject: subject() });
        }
        BasicConstraints::Authority { path_length: Some(limit) }
            if authorities_below as u64 > limit =>
        {
            return Err(ChainError::PathTooLong { subject: subject() });
        }
        BasicConstraints::Authority { .. } => {}
    }
    match issuer.key_usage().map_err(malformed)? {
        Some(usage) if !usage.allows_any(KeyUsage::KEY_CERT_SIGN) => {
            Err(ChainError::NotAnAuthority { subject: subject() })
        }
        _ => Ok(()),
    }
}
