//! What a look at a foreign file says, as the other language sees it.

use trien_core::client::Judgement;
use trien_core::digest::Sha256;
use trien_core::env::UnixSecond;
use trien_core::pdf::check::Finding;
use trien_core::verify::{Outcome, Report, SignatureReport, Verdict};

/// The answer about a file that somebody handed over.
#[derive(Clone, Debug, uniffi::Record)]
pub struct Verification {
    /// The answer.
    pub verdict: Verdict,
    /// SHA-256 of the file.
    pub sha256: Sha256,
    /// When it was verified, by the server's clock.
    pub verified_at: UnixSecond,
    /// How the file as a whole was judged.
    pub document: Outcome,
    /// Why; its text for people has the key `verify-` and this.
    pub document_reason: String,
    /// What a reader should know of a sound file.
    pub findings: Vec<Finding>,
    /// Its signatures, in the order in which they were made.
    pub signatures: Vec<VerifiedSignature>,
}

/// One signature of such a file.
#[derive(Clone, Debug, uniffi::Record)]
pub struct VerifiedSignature {
    /// What was found about it.
    pub judgement: Judgement,
    /// What was changed after it, as far as it is not known to be harmless: each has a text with the key
    /// `verify-change-` and this.
    pub changes: Vec<String>,
}

impl From<Report> for Verification {
    fn from(report: Report) -> Self {
        Self {
            verdict: report.verdict,
            sha256: report.sha256,
            verified_at: report.verified_at,
            document: report.document.outcome,
            document_reason: report.document.reason.slug().to_owned(),
            findings: report.notes,
            signatures: report.signatures.into_iter().map(VerifiedSignature::from).collect(),
        }
    }
}

impl From<SignatureReport> for VerifiedSignature {
    fn from(signature: SignatureReport) -> Self {
        let changes = signature.changes.iter().map(|it| it.change.kind.slug().to_owned()).collect();
        Self { changes, judgement: signature.into() }
    }
}
