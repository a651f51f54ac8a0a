//! What happens to requests: one closed list for the API, webhooks, the command line and the console.

use serde::{Deserialize, Serialize};

use crate::decision::DecisionHash;
use crate::env::Timestamp;
use crate::id::{PersonId, RequestId, UnitId};
use crate::request::{RouteState, StepNumber};

/// What happened to a request. What an older release has told keeps its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It waits for signatures.
    Queued,
    /// Somebody approved, and others still have to.
    Approved,
    /// All steps are done.
    Completed,
    /// A signer refused.
    Rejected,
    /// It was sent back for a new version.
    Returned,
    /// Its submitter took it back.
    Recalled,
    /// A new version took its place.
    Superseded,
    /// Its time ran out.
    Expired,
    /// It waits too long, and somebody above was told.
    Escalated,
    /// Somebody else is to decide.
    Reassigned,
    /// It is of another unit.
    Moved,
    /// What a stamp on it will say changed with its signer's post.
    Restamped,
    /// Somebody may decide in a signer's place, or no longer.
    Delegated,
    /// Somebody approved, and a key outside phones has still to sign the document.
    AwaitsDocumentSignature,
    /// No document signature came for an approval: the part is to be decided again.
    DocumentSignatureEnded,
}

impl Outcome {
    /// All of them, in the order of a request's life.
    pub const ALL: &[Self] = &[
        Self::Queued,
        Self::Approved,
        Self::Completed,
        Self::Rejected,
        Self::Returned,
        Self::Recalled,
        Self::Superseded,
        Self::Expired,
        Self::Escalated,
        Self::Reassigned,
        Self::Moved,
        Self::Restamped,
        Self::Delegated,
        Self::AwaitsDocumentSignature,
        Self::DocumentSignatureEnded,
    ];

    /// Its name in addresses, messages and the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Approved => "approved",
            Self::Completed => "completed",
            Self::Rejected => "rejected",
            Self::Returned => "returned",
            Self::Recalled => "recalled",
            Self::Superseded => "superseded",
            Self::Expired => "expired",
            Self::Escalated => "escalated",
            Self::Reassigned => "reassigned",
            Self::Moved => "moved",
            Self::Restamped => "restamped",
            Self::Delegated => "delegated",
            Self::AwaitsDocumentSignature => "awaits-document-signature",
            Self::DocumentSignatureEnded => "document-signature-ended",
        }
    }

    /// The one of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.name() == name)
    }

    /// What a decision did after which the request stands so.
    #[must_use]
    pub fn of_decision(to: RouteState) -> Self {
        match to {
            RouteState::Open { .. } => Self::Approved,
            RouteState::Completed => Self::Completed,
            RouteState::Rejected => Self::Rejected,
            RouteState::Returned => Self::Returned,
            RouteState::Recalled => Self::Recalled,
            RouteState::Expired => Self::Expired,
        }
    }
}

/// One change of a request as document systems read it: it names nobody by name, and no document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeView {
    /// Its number: numbers grow, and a request's own is that of its last change.
    pub number: u64,
    /// What happened.
    pub outcome: Outcome,
    /// Of which request.
    pub request: RequestId,
    /// The unit whose it is now.
    pub unit: UnitId,
    /// Its version, from 1.
    pub revision: u32,
    /// Where it stood afterwards.
    pub state: RouteState,
    /// At which step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<StepNumber>,
    /// By, or for, whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// By which decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<DecisionHash>,
    /// When.
    pub at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_outcome_has_one_name_everywhere() {
        for one in Outcome::ALL {
            assert_eq!(Outcome::from_name(one.name()), Some(*one));
            assert_eq!(serde_json::to_value(one).unwrap(), one.name());
        }
        let last = Outcome::ALL.last().map(|last| *last as usize);
        assert_eq!(last, Some(Outcome::ALL.len() - 1), "one is missing in ALL");
    }
}
