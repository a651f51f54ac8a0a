//! What is said of delegations.

use utoipa::ToSchema;

use super::{PersonView, UnitView};

#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub(in crate::api) enum Form {
    Kt,
    Tl,
    Tuq,
}

/// Who decided in a signer's place, and by what right.
#[derive(ToSchema)]
pub(in crate::api) struct DecidedBy {
    person: PersonView,
    form: Form,
    /// SHA-256 of the delegation.
    delegation: String,
}

/// Whose part a device's person may decide, and by what right.
#[derive(ToSchema)]
pub(in crate::api) struct InPlaceOf {
    person: PersonView,
    /// SHA-256 of the delegation, whose proof is among the answer's `delegations`.
    delegation: String,
    /// The unit whose request it is, and those above it.
    line: Vec<String>,
}

#[derive(ToSchema)]
pub(in crate::api) struct DelegationSubmission {
    /// COSE_Sign1 over the delegation, base64.
    statement: String,
    /// C2SP signed note.
    checkpoint: String,
}

#[derive(ToSchema)]
pub(in crate::api) struct DelegationEnd {
    why: String,
}

#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub(in crate::api) enum DelegationState {
    Planned,
    InForce,
    Ended,
}

#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub(in crate::api) enum UnitReach {
    Alone,
    AndBelow,
}

#[derive(ToSchema)]
pub(in crate::api) struct UnitScope {
    unit: String,
    reach: UnitReach,
}

/// A delegation (KT., TL., TUQ.).
#[derive(ToSchema)]
pub(in crate::api) struct DelegationView {
    /// Its SHA-256.
    delegation: String,
    form: Form,
    from: PersonView,
    from_unit: UnitView,
    to: PersonView,
    to_unit: UnitView,
    units: Vec<UnitScope>,
    /// None: about all.
    kinds: Vec<String>,
    /// Seconds since 1970.
    starts: i64,
    /// Seconds since 1970; not in that second any more.
    ends: i64,
    reason: String,
    state: DelegationState,
    /// When it ended, in milliseconds of Unix time, where it did before its time.
    ended_at: Option<i64>,
}

/// Somebody to whom one may delegate.
#[derive(ToSchema)]
pub(in crate::api) struct Delegate {
    person: PersonView,
    unit: UnitView,
    is_deputy: bool,
    /// At least one.
    forms: Vec<Form>,
}
