//! Receipts: that a statement stands in the log.

use serde::{Deserialize, Serialize};

use crate::decision::DecisionHash;
use crate::env::UnixSecond;
use crate::log::leaf::{Outcome, Salt};

/// What the server answers when a decision is on disk, recorded or refused.
///
/// [`Receipt::verify`](crate::log::proof) recomputes leaf and root; a phone keeps its decision
/// until that succeeds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Which decision.
    pub decision: DecisionHash,
    /// Recorded, or refused and why.
    pub outcome: Outcome,
    /// When the server recorded it.
    pub recorded_at: UnixSecond,
    /// Hides the statement from those who see only the log.
    pub salt: Salt,
    /// Inclusion proof and signed checkpoint, in C2SP `tlog-proof` text.
    pub proof: String,
}
