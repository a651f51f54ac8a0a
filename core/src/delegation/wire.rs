//! What travels about delegations: JSON bodies of `/api/v1`.

use serde::{Deserialize, Serialize};

use super::{Form, UnitScope};
use crate::digest::Sha256;
use crate::document::Text;
use crate::env::{Timestamp, UnixSecond};
use crate::wire::{Base64, PersonView, UnitView};

/// `POST /api/v1/device/delegations`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DelegationSubmission {
    /// The tagged COSE_Sign1 over the delegation.
    pub statement: Base64,
    /// The newest checkpoint the phone has verified (note); its size and root stand in the delegation.
    pub checkpoint: String,
}

/// `POST /api/v1/device/delegations/{hash}/end`, and the same of an officer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DelegationEnd {
    /// Why.
    pub why: Text<500>,
}

/// Where a delegation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DelegationState {
    /// It has not started.
    Planned,
    /// It counts.
    InForce,
    /// It is over, by its time or before.
    Ended,
}

/// A delegation as others see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DelegationView {
    /// Its identity: SHA-256 of what was signed.
    pub delegation: Sha256,
    /// KT., TL. or TUQ.
    pub form: Form,
    /// Whose place it is, with the position from which it was given.
    pub from: PersonView,
    /// The unit of that position.
    pub from_unit: UnitView,
    /// Who may decide, with the position that signs.
    pub to: PersonView,
    /// The unit of that position.
    pub to_unit: UnitView,
    /// Whose requests.
    pub units: Vec<UnitScope>,
    /// About which kinds of documents; none: about all.
    pub kinds: Vec<Text<100>>,
    /// From when.
    pub starts: UnixSecond,
    /// Until when; not in that second any more.
    pub ends: UnixSecond,
    /// Why, or by which written act.
    pub reason: Text<2000>,
    /// Where it stands.
    pub state: DelegationState,
    /// When it ended, where it did before its time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
}

/// Somebody to whom a device's person may delegate: of the own unit or one below it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delegate {
    /// Who, with the position.
    pub person: PersonView,
    /// In which unit.
    pub unit: UnitView,
    /// Whether the position is one of a deputy.
    pub is_deputy: bool,
    /// In which forms; at least one.
    pub forms: Vec<Form>,
}
