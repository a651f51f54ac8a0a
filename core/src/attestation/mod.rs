//! Android Key Attestation: whether a phone's two keys are in its hardware, under the terms that the
//! office asked for. And App Attest: whether a genuine app on an iPhone speaks for them.
//!
//! The chain of each key leads to a root that the caller trusts, and its first certificate says what
//! holds for the key ([`KeyDescription`]). Everything is an argument: roots, status list, time. The
//! chains come from a phone that nobody trusts yet, so every certificate and every list is bounded
//! before it is read.

mod app_attest;
mod chain;
mod facts;
mod judge;
mod key_description;
mod refusal;
mod status_list;

pub use app_attest::{AppPolicy, MAX_OBJECT_BYTES, Spoken, binding, judge_app};
pub use chain::{MAX_CHAIN, check_chain, read_chain, read_roots};
pub use facts::Fact;
pub use judge::{
    Chains, Expected, InvalidPatchLevel, PatchLevel, Policy, Refused, judge, takes_passcode,
};
pub use key_description::{
    ApplicationId, AuthorizationList, BootState, DescriptionError, KeyDescription, Origin, Package,
    RootOfTrust, SecurityLevel,
};
pub use refusal::Refusal;
pub use status_list::{MAX_STATUS_LIST_BYTES, Standing, StatusList, StatusListError};

use serde::{Deserialize, Serialize};

/// Which of a device's two keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyUse {
    /// Signs the device's requests, silently.
    Auth,
    /// Signs decisions; asks for the person.
    Approval,
}

#[cfg(all(test, feature = "software-signer"))]
mod tests;
