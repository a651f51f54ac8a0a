//! What a person keeps of a finished request, as the other language sees it.

use trien_core::client;
use trien_core::decision::DecisionHash;
use trien_core::env::UnixSecond;
use trien_core::id::RequestId;
use trien_core::verify::Verdict;

use crate::error::PhoneError;
use crate::phone::Phone;

/// A finished request's signed file and its proofs. The core has verified them.
#[derive(Clone, Debug, uniffi::Record)]
pub struct Kept {
    /// Which request.
    pub request: RequestId,
    /// A name for the signed file, without anything that a file system could misread.
    pub name: String,
    /// The signed file.
    pub document: Vec<u8>,
    /// One proof for each approval, in the order of the route.
    pub evidence: Vec<Evidenced>,
    /// How the signatures on the file were judged with these proofs; never `NotValid`.
    pub verdict: Verdict,
}

/// The proof of one decision.
#[derive(Clone, Debug, uniffi::Record)]
pub struct Evidenced {
    /// Which decision.
    pub decision: DecisionHash,
    /// When the log recorded it.
    pub recorded_at: UnixSecond,
    /// A name for the file.
    pub name: String,
    /// The file, for `trien verify`.
    pub text: String,
}

#[uniffi::export(async_runtime = "tokio")]
impl Phone {
    /// Fetches what is to be kept of a request that is done, and verifies all of it.
    pub async fn kept(&self, request: RequestId) -> Result<Kept, PhoneError> {
        Ok(self.0.kept(request).await?.into())
    }
}

impl From<client::Kept> for Kept {
    fn from(kept: client::Kept) -> Self {
        let client::Kept { request, name, document, evidence, verdict } = kept;
        let evidence = evidence.into_iter().map(Evidenced::from).collect();
        Self { request, name, document, evidence, verdict }
    }
}

impl From<client::Evidenced> for Evidenced {
    fn from(proof: client::Evidenced) -> Self {
        let client::Evidenced { decision, recorded_at, name, text } = proof;
        Self { decision, recorded_at, name, text }
    }
}
