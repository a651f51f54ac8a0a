//! What a certificate from an outside authority must be to be taken for a key that waits.

use trien_core::certificate::{
    Certificate, Chain, ChainError, KeyUsage, NamePart, Purpose, find_chain,
};
use trien_core::env::UnixSecond;

use super::layout::{Accept, SubjectPart};
use crate::fold;

macro_rules! objections {
    ($($(#[$doc:meta])* $name:ident = $key:literal,)+) => {
        /// Why a certificate, or a file, is not taken.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Objection {
            $($(#[$doc])* $name,)+
        }

        impl Objection {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The key of its text.
            #[must_use]
            pub fn key(self) -> &'static str {
                match self {$(Self::$name => $key,)+}
            }
        }
    };
}

objections! {
    /// A file without certificates.
    NoCertificate = "objection-no-certificate",
    /// A secret key stands in the file.
    SecretKey = "objection-secret-key",
    /// The file, or what it unpacks to, is too large.
    TooMuch = "objection-too-much",
    /// A certificate that cannot be read.
    Unreadable = "objection-unreadable",
    /// The same certificate, or another one for the same key, stands before it.
    Twice = "objection-twice",
    /// No entry within reach waits for this key.
    NobodyWaits = "objection-nobody-waits",
    /// The key has a certificate.
    HasCertificate = "objection-has-certificate",
    /// An authority's own, for a key that waits.
    Authority = "objection-authority",
    /// No authority is trusted in the unit.
    NoAnchor = "objection-no-anchor",
    /// No chain leads to an authority that is trusted in the unit.
    UnknownIssuer = "objection-unknown-issuer",
    /// The signature is not the named issuer's.
    WrongSignature = "objection-wrong-signature",
    /// Signed with what can be forged.
    WeakAlgorithm = "objection-weak-algorithm",
    /// Signed in a way that is not computed here.
    ForeignAlgorithm = "objection-foreign-algorithm",
    /// The certificate of an authority above is not valid now.
    IssuerOutOfTime = "objection-issuer-out-of-time",
    /// The chain breaks another rule of RFC 5280.
    UnsoundChain = "objection-unsound-chain",
    /// Neither for digital signatures nor for non-repudiation.
    KeyUsage = "objection-key-usage",
    /// For servers, programs or the like.
    ExtendedKeyUsage = "objection-extended-key-usage",
    /// Not valid yet.
    NotYetValid = "objection-not-yet-valid",
    /// Not valid any more.
    Expired = "objection-expired",
    /// Valid for longer than the policy allows.
    TooLong = "objection-too-long",
    /// Another name.
    OtherName = "objection-other-name",
    /// Another organization.
    OtherOrganization = "objection-other-organization",
    /// Another position.
    OtherTitle = "objection-other-title",
    /// Whoever brings it approved the enrollment.
    OwnApproval = "objection-own-approval",
}

/// Whose certificate it must be, and what holds where that person works.
pub(super) struct Expected<'a> {
    pub name: &'a str,
    pub position: &'a str,
    /// The unit and those above it.
    pub units: &'a [String],
    pub anchors: &'a [Certificate],
    pub intermediates: &'a [Certificate],
    pub accept: &'a Accept,
    /// Whether the person had a certificate of this issuer before.
    pub renewed: bool,
    pub now: UnixSecond,
}

/// The authorities above a certificate that fits, the issuer first; or everything that does not fit.
pub(super) fn examine<'a>(
    certificate: &'a Certificate,
    expected: &Expected<'a>,
) -> Result<Vec<&'a Certificate>, Vec<Objection>> {
    let mut objections = Vec::new();
    let path = match chain(certificate, expected) {
        Ok(chain) => {
            objections.extend(chain.weak.map(|_| Objection::WeakAlgorithm));
            chain.path.into_iter().skip(1).collect()
        }
        Err(objection) => {
            objections.push(objection);
            Vec::new()
        }
    };
    let own = validity(certificate, expected);
    // Then the others were looked at in its time, which may not be theirs.
    if own.iter().any(|it| matches!(it, Objection::NotYetValid | Objection::Expired)) {
        objections.retain(|it| *it != Objection::IssuerOutOfTime);
    }
    objections.extend(usage(certificate));
    objections.extend(own);
    objections.extend(subject(certificate, expected));
    if objections.is_empty() { Ok(path) } else { Err(objections) }
}

fn chain<'a>(
    certificate: &'a Certificate,
    expected: &Expected<'a>,
) -> Result<Chain<'a>, Objection> {
    if expected.anchors.is_empty() {
        return Err(Objection::NoAnchor);
    }
    // Its own time is an objection of its own.
    let at = expected.now.max(certificate.not_before()).min(certificate.not_after());
    let found = find_chain(certificate, expected.intermediates, expected.anchors, at);
    found.map_err(|error| match error {
        ChainError::UnknownIssuer { .. } => Objection::UnknownIssuer,
        ChainError::WrongSignature { .. } => Objection::WrongSignature,
        ChainError::Weak { .. } => Objection::WeakAlgorithm,
        ChainError::UnsupportedAlgorithm { .. } => Objection::ForeignAlgorithm,
        ChainError::NotYetValid { .. } | ChainError::Expired { .. } => Objection::IssuerOutOfTime,
        ChainError::NotAnAuthority { .. }
        | ChainError::PathTooLong { .. }
        | ChainError::WrongKeyUsage { .. }
        | ChainError::NameNotPermitted { .. }
        | ChainError::NoPolicy { .. }
        | ChainError::UnknownConstraint { .. }
        | ChainError::UnknownCriticalExtension { .. }
        | ChainError::Malformed { .. }
        | ChainError::TooComplex => Objection::UnsoundChain,
    })
}

fn usage(certificate: &Certificate) -> Option<Objection> {
    let signs = KeyUsage::DIGITAL_SIGNATURE.and(KeyUsage::NON_REPUDIATION);
    match certificate.key_usage() {
        Err(_) => return Some(Objection::UnsoundChain),
        Ok(Some(usage)) if !usage.allows_any(signs) => return Some(Objection::KeyUsage),
        Ok(_) => {}
    }
    Purpose::Documents.check(certificate).is_err().then_some(Objection::ExtendedKeyUsage)
}

fn validity(certificate: &Certificate, expected: &Expected<'_>) -> Vec<Objection> {
    let (first, last) = (certificate.not_before(), certificate.not_after());
    let accept = expected.accept;
    let days = if expected.renewed { accept.renewed_days } else { accept.new_days };
    let mut objections = Vec::new();
    // An authority's clock may be ahead of ours.
    if expected.now.plus(CLOCK_SECONDS) < first {
        objections.push(Objection::NotYetValid);
    }
    if last < expected.now {
        objections.push(Objection::Expired);
    }
    if last.get().saturating_sub(first.get()) > i64::from(days) * 86_400 {
        objections.push(Objection::TooLong);
    }
    objections
}

/// How far an authority's clock may be ahead, in seconds.
const CLOCK_SECONDS: i64 = 300;

/// A name as it is compared: composed marks, one case, single blanks.
fn spelled(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    let composed: String = name.nfc().collect::<String>().to_lowercase().nfc().collect();
    composed.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn subject(certificate: &Certificate, expected: &Expected<'_>) -> Vec<Objection> {
    let compared = |part: SubjectPart| expected.accept.subject.contains(&part);
    // Marks make names: who writes "Le Thi Hoa" writes none at all, and may mean either.
    let same = |written: &str, known: &str| {
        if written.is_ascii() {
            fold::words(written) == fold::words(known)
        } else {
            spelled(written) == spelled(known)
        }
    };
    let texts = |part: NamePart| certificate.subject_parts(part);
    let mut objections = Vec::new();
    let names = texts(NamePart::CommonName);
    let named = names.iter().all(|name| same(name, expected.name)) && !names.is_empty();
    if compared(SubjectPart::Name) && !named {
        objections.push(Objection::OtherName);
    }
    let mut offices = texts(NamePart::Organization);
    offices.extend(texts(NamePart::OrganizationalUnit));
    let ours = |office: &String| expected.units.iter().any(|unit| same(office, unit));
    if compared(SubjectPart::Organization) && !offices.iter().all(ours) {
        objections.push(Objection::OtherOrganization);
    }
    let titles = texts(NamePart::Title);
    let held = titles.iter().all(|title| same(title, expected.position));
    if compared(SubjectPart::Title) && !held {
        objections.push(Objection::OtherTitle);
    }
    objections
}
