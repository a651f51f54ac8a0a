//! What document systems are told, and the tokens that they may show.

use utoipa::ToSchema;

use super::RouteState;

/// Some of what happened to a unit's requests.
#[derive(ToSchema)]
pub(in crate::api) struct ChangeList {
    changes: Vec<ChangeView>,
    /// Ask from here next time.
    cursor: u64,
    more: bool,
}

/// One change of a request; it names nobody by name, and no document.
#[derive(ToSchema)]
pub(in crate::api) struct ChangeView {
    /// Numbers grow; a request's own is that of its last change.
    number: u64,
    outcome: Outcome,
    request: String,
    /// The unit whose it is now.
    unit: String,
    /// The request's version, from 1.
    revision: u32,
    /// Where it stood afterwards.
    state: RouteState,
    step: Option<u16>,
    /// By, or for, whom.
    person: Option<String>,
    /// SHA-256 of the decision, hexadecimal.
    decision: Option<String>,
    /// Milliseconds since 1970.
    at: i64,
}

/// What happened to a request. The list may grow: take a name that you do not know for a change that you do not act on.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub(in crate::api) enum Outcome {
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
    /// Its time ran out.
    Superseded,
    Expired,
    /// Somebody else is to decide.
    Reassigned,
    /// It is of another unit.
    Moved,
    /// What a stamp on it will say changed with its signer's post.
    Restamped,
    /// Somebody may decide in a signer's place, or no longer.
    Delegated,
}

/// A webhook (Standard Webhooks 1.0): a POST of `{"type": "request.…", "timestamp": …, "data": ChangeView}`, signed.
#[derive(ToSchema)]
pub(in crate::api) struct Webhook {
    id: String,
    url: String,
    created_at: i64,
    /// When the other end said that it wants nothing more (410).
    gone_at: Option<i64>,
    /// Since when an administrator holds back what it is told; nothing is lost.
    paused_at: Option<i64>,
    /// Messages that are still to be taken.
    waiting: u64,
}

/// One message to a webhook.
#[derive(ToSchema)]
pub(in crate::api) struct Delivery {
    /// The change's number.
    change: u64,
    request: String,
    outcome: Outcome,
    /// waiting, taken or given-up
    state: String,
    attempts: u32,
    /// What the other end last said.
    answer: Option<String>,
    next_at: Option<i64>,
}

/// What is asked for an access token (RFC 6749 §4.4.2).
#[derive(ToSchema)]
pub(in crate::api) struct TokenRequest {
    /// `client_credentials`.
    #[schema(example = "client_credentials")]
    grant_type: String,
    /// `submit`, `read`, or both with a blank between; all that the key allows where it is missing.
    scope: Option<String>,
    /// The key's id, where it is not in HTTP Basic.
    client_id: Option<String>,
    /// The key, where it is not in HTTP Basic.
    client_secret: Option<String>,
}

/// An access token (RFC 6749 §5.1).
#[derive(ToSchema)]
#[expect(clippy::struct_field_names, reason = "the standard names them")]
pub(in crate::api) struct AccessToken {
    /// The value after `Bearer`.
    access_token: String,
    /// `Bearer`.
    token_type: String,
    /// Seconds.
    expires_in: i64,
    /// What it allows.
    scope: String,
}

/// Why there is no token (RFC 6749 §5.2).
#[derive(ToSchema)]
pub(in crate::api) struct TokenRefusal {
    /// `invalid_request`, `invalid_client`, `invalid_scope` or `unsupported_grant_type`.
    error: String,
    /// For whoever writes the client.
    error_description: String,
}
