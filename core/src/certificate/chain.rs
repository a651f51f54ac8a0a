//! From a signer's certificate to an anchor (RFC 5280 §6).

use crate::algorithm::{VerifyError, Weakness};
use crate::asn1::InvalidDer;
use crate::env::UnixSecond;
use crate::oid;

use super::names::Breach;
use super::parse::{BasicConstraints, Certificate, KeyUsage};
use super::policy::{self, PolicyFault};

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
    /// The key may not be used for this.
    #[error("the key of {subject} is for something else")]
    WrongKeyUsage {
        /// Whose certificate.
        subject: String,
    },
    /// Bears a name that an authority above may not certify.
    #[error("an authority may not certify the names of {subject}")]
    NameNotPermitted {
        /// Whose certificate.
        subject: String,
    },
    /// An authority demands a certificate policy, and none holds along the chain.
    #[error("no certificate policy that is demanded holds for {subject}")]
    NoPolicy {
        /// Whose certificate.
        subject: String,
    },
    /// Signed with what can be forged: the chain proves little.
    #[error("the certificate of {subject} is signed weakly: {weakness}")]
    Weak {
        /// Whose certificate.
        subject: String,
        /// What is weak.
        weakness: Weakness,
    },
    /// Signed in a way that this product does not compute: the chain cannot be judged.
    #[error("the certificate of {subject} is signed in a way that is not computed: {algorithm}")]
    UnsupportedAlgorithm {
        /// Whose certificate.
        subject: String,
        /// Which one.
        algorithm: String,
    },
    /// An authority constrains names of a kind that is not compared: the chain cannot be judged.
    #[error("names of {subject} are constrained in a way that is not processed")]
    UnknownConstraint {
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
            | Self::Weak { .. }
            | Self::UnknownConstraint { .. }
            | Self::UnknownCriticalExtension { .. }
            | Self::TooComplex => true,
            Self::NotYetValid { .. }
            | Self::Expired { .. }
            | Self::WrongSignature { .. }
            | Self::NotAnAuthority { .. }
            | Self::PathTooLong { .. }
            | Self::WrongKeyUsage { .. }
            | Self::NameNotPermitted { .. }
            | Self::NoPolicy { .. }
            | Self::Malformed { .. } => false,
        }
    }
}

/// What a key is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Signing documents.
    Documents,
    /// Signing timestamps (RFC 3161 §2.3).
    Timestamps,
    /// Signing answers about the certificates of its issuer (RFC 6960 §4.2.2.2).
    RevocationAnswers,
}

impl Purpose {
    /// That key usage and extended key usage, where they are present, allow it.
    pub fn check(self, certificate: &Certificate) -> Result<(), ChainError> {
        let subject = || certificate.subject_name();
        let malformed = |_: InvalidDer| ChainError::Malformed { subject: subject() };
        let signs = KeyUsage::DIGITAL_SIGNATURE.and(KeyUsage::NON_REPUDIATION);
        let usage = certificate.key_usage().map_err(malformed)?;
        let extended = certificate.extended_key_usage().map_err(malformed)?;
        let is_allowed = match (self, extended) {
            // Whoever names purposes but none of these signs something else: servers, programs.
            (Self::Documents, Some(purposes)) => {
                purposes.iter().any(|purpose| FOR_DOCUMENTS.contains(purpose))
            }
            (Self::Documents, None) => true,
            // Alone and critical, so that no other key makes timestamps by chance.
            (Self::Timestamps, Some(purposes)) => {
                purposes == [oid::TIME_STAMPING] && certificate.extended_key_usage_is_critical()
            }
            (Self::RevocationAnswers, Some(purposes)) => purposes.contains(&oid::OCSP_SIGNING),
            (Self::Timestamps | Self::RevocationAnswers, None) => false,
        };
        if is_allowed && usage.is_none_or(|usage| usage.allows_any(signs)) {
            Ok(())
        } else {
            Err(ChainError::WrongKeyUsage { subject: subject() })
        }
    }
}

const FOR_DOCUMENTS: [&[u8]; 5] = [
    oid::ANY_EXTENDED_KEY_USAGE,
    oid::EMAIL_PROTECTION,
    oid::DOCUMENT_SIGNING,
    oid::MICROSOFT_DOCUMENT_SIGNING,
    oid::ADOBE_DOCUMENT_SIGNING,
];

/// A chain that keeps to the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain<'a> {
    /// From the leaf to an anchor.
    pub path: Vec<&'a Certificate>,
    /// The policies that hold for the leaf, as dotted object identifiers.
    pub policies: Vec<String>,
    /// The first weak signature on the way: whose certificate, and what is weak.
    pub weak: Option<(String, Weakness)>,
}

/// Finds a chain from `leaf` over `intermediates` to one of `anchors`, all valid at `at`, and gives
/// it from leaf to anchor. The leaf's key must be for signing documents, and no signature weak.
pub fn verify_chain<'a>(
    leaf: &'a Certificate,
    intermediates: &'a [Certificate],
    anchors: &'a [Certificate],
    at: UnixSecond,
) -> Result<Vec<&'a Certificate>, ChainError> {
    Purpose::Documents.check(leaf)?;
    let chain = find_chain(leaf, intermediates, anchors, at)?;
    match chain.weak {
        Some((subject, weakness)) => Err(ChainError::Weak { subject, weakness }),
        None => Ok(chain.path),
    }
}

/// Finds a chain whatever the leaf's key is for, weak signatures included.
pub fn find_chain<'a>(
    leaf: &'a Certificate,
    intermediates: &'a [Certificate],
    anchors: &'a [Certificate],
    at: UnixSecond,
) -> Result<Chain<'a>, ChainError> {
    let mut checks_left = MAX_SIGNATURE_CHECKS;
    find_chain_within(leaf, intermediates, anchors, at, &mut checks_left)
}

/// The same for a caller who has only so many signature checks left for all that it does.
pub(crate) fn find_chain_within<'a>(
    leaf: &'a Certificate,
    intermediates: &'a [Certificate],
    anchors: &'a [Certificate],
    at: UnixSecond,
    checks_left: &mut usize,
) -> Result<Chain<'a>, ChainError> {
    let budget = MAX_SIGNATURE_CHECKS.min(*checks_left);
    let mut search = Search { intermediates, anchors, at, checks_left: budget };
    let mut links = vec![Link { certificate: leaf, weak: None }];
    let found = search.extend(&mut links);
    *checks_left -= budget - search.checks_left;
    let policies = found?;
    let weak = links.iter().find_map(|link| link.weak.clone());
    let path = links.into_iter().map(|link| link.certificate).collect();
    Ok(Chain { path, policies, weak })
}

/// A certificate of the path, and what was weak in the signature on the one before.
struct Link<'a> {
    certificate: &'a Certificate,
    weak: Option<(String, Weakness)>,
}

struct Search<'a> {
    intermediates: &'a [Certificate],
    anchors: &'a [Certificate],
    at: UnixSecond,
    checks_left: usize,
}

impl<'a> Search<'a> {
    /// Extends `path` until it ends in an anchor; gives the policies that hold.
    fn extend(&mut self, path: &mut Vec<Link<'a>>) -> Result<Vec<String>, ChainError> {
        let last = path.last().expect("a path starts with its leaf").certificate;
        check_by_itself(last, self.at)?;
        if self.anchors.contains(last) {
            let path: Vec<&Certificate> = path.iter().map(|link| link.certificate).collect();
            return check_whole(&path);
        }
        let subject = last.subject_name();
        // The first failure of the deepest branch says most: begin with the least.
        let mut failure = ChainError::UnknownIssuer { subject };
        for issuer in self.anchors.iter().chain(self.intermediates) {
            let is_new = !path.iter().any(|link| link.certificate == issuer);
            if issuer.subject() != last.issuer() || !is_new {
                continue;
            }
            match self.try_issuer(path, last, issuer) {
                Ok(policies) => return Ok(policies),
                Err(ChainError::TooComplex) => return Err(ChainError::TooComplex),
                Err(error) => failure = error,
            }
        }
        Err(failure)
    }

    fn try_issuer(
        &mut self,
        path: &mut Vec<Link<'a>>,
        last: &Certificate,
        issuer: &'a Certificate,
    ) -> Result<Vec<String>, ChainError> {
        if path.len() == MAX_DEPTH || self.checks_left == 0 {
            return Err(ChainError::TooComplex);
        }
        self.checks_left -= 1;
        let subject = || last.subject_name();
        let verified = last.verify_signature(issuer.public_key()).map_err(|error| match error {
            VerifyError::Wrong => ChainError::WrongSignature { subject: subject() },
            VerifyError::Unsupported(algorithm) => {
                ChainError::UnsupportedAlgorithm { subject: subject(), algorithm }
            }
        })?;
        // Those that issue their own next certificate do not count (RFC 5280 §4.2.1.9).
        let below = path.iter().skip(1).filter(|link| !link.certificate.is_self_issued()).count();
        check_authority(issuer, below)?;
        let weak = verified.weakness.map(|weakness| (subject(), weakness));
        path.push(Link { certificate: issuer, weak });
        let found = self.extend(path);
        if found.is_err() {
            path.pop();
        }
        found
    }
}

/// What only a whole path answers: names and policies. `path` goes from leaf to anchor.
fn check_whole(path: &[&Certificate]) -> Result<Vec<String>, ChainError> {
    for (position, authority) in path.iter().enumerate().skip(1) {
        let subject = || authority.subject_name();
        let malformed = |_: InvalidDer| ChainError::Malformed { subject: subject() };
        let Some(constraints) = authority.name_constraints().map_err(malformed)? else { continue };
        for (below, certificate) in path[..position].iter().enumerate() {
            if below > 0 && certificate.is_self_issued() {
                continue;
            }
            let subject = || certificate.subject_name();
            let malformed = |_: InvalidDer| ChainError::Malformed { subject: subject() };
            constraints.check(certificate).map_err(malformed)?.map_err(|breach| match breach {
                Breach::Forbidden => ChainError::NameNotPermitted { subject: subject() },
                Breach::Unknown => ChainError::UnknownConstraint { subject: subject() },
            })?;
        }
    }
    let leaf = || path.first().map(|leaf| leaf.subject_name()).unwrap_or_default();
    let policies = policy::check(path).map_err(|fault| match fault {
        PolicyFault::NoneLeft => ChainError::NoPolicy { subject: leaf() },
        PolicyFault::Malformed => ChainError::Malformed { subject: leaf() },
    })?;
    Ok(policies.into_iter().map(oid::dotted).collect())
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
