//! Certificates: who may sign with which key, and until when.
//!
//! Requests ([`Csr`]), certificates ([`TbsCertificate`]), revocation lists ([`TbsCrl`]) and answers of a
//! responder ([`TbsOcspResponse`]) are made in two pure steps, prepare → bytes, assemble ← signature,
//! because the key may be in a phone or in a token.

mod bundle;
mod chain;
mod crl;
mod csr;
mod extensions;
mod issue;
mod name;
mod names;
mod ocsp;
mod ocsp_answer;
mod ocsp_request;
mod parse;
mod policy;
mod prompt;
mod status;

pub use bundle::{BundleError, MAX_BUNDLE_BYTES, MAX_BUNDLE_CERTIFICATES, read_bundle};
pub(crate) use chain::find_chain_within;
pub use chain::{Chain, ChainError, Purpose, find_chain, verify_chain};
pub use crl::{Crl, CrlError, Reason, Revocation, TbsCrl};
pub use csr::{Csr, CsrError, ProvenCsr, csr_to_pem, key_of_csr, parse_csr};
pub use issue::{IssueError, Profile, START_MARGIN_SECONDS, TbsCertificate, Validity};
pub use name::{DistinguishedName, NamePart};
pub use ocsp::{OcspError, OcspResponse};
pub use ocsp_answer::{OcspRefusal, OcspTimes, TbsOcspResponse};
pub use ocsp_request::{
    CertificateId, InvalidOcspRequest, MAX_OCSP_QUESTIONS, MAX_OCSP_REQUEST_BYTES, OcspRequest,
};
pub use parse::{BasicConstraints, Certificate, CertificateError, KeyUsage, SerialNumber};
pub use prompt::{InvalidSession, PromptPolicy, Prompts};
pub use status::{State, Statement};

use serde::{Deserialize, Serialize};

/// How well a device's keys are known to be in hardware.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Assurance {
    /// Keys in software: demos, tests, the headless companion.
    D,
    /// The approval key in a PKCS#11 token that an officer has seen; no machine shows where it was made.
    T,
    /// iOS, bound by App Attest.
    C,
    /// Android, attested by its trusted environment.
    B,
    /// Android, attested by `StrongBox`.
    A,
}

impl Assurance {
    /// All levels, the best first.
    pub const ALL: [Self; 5] = [Self::A, Self::B, Self::C, Self::T, Self::D];

    /// Its letter, as forms and reports have it.
    #[must_use]
    pub fn letter(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::T => "T",
            Self::D => "D",
        }
    }
}

#[cfg(all(test, feature = "software-signer"))]
mod tests;
