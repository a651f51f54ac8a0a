//! Problem types: every way the server says no (RFC 9457), one closed list for API, phone and
//! console.

use serde::{Deserialize, Serialize};

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident = $slug:literal, $status:literal;)+) => {
        /// Why the server refused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum ProblemKind {$(
            $(#[$doc])*
            #[serde(rename = $slug)]
            $name,
        )+}

        impl ProblemKind {
            /// All kinds, for documentation and tests.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The last part of the problem's `type` URI, and the key of its texts.
            #[must_use]
            pub fn slug(self) -> &'static str {
                match self {$(Self::$name => $slug,)+}
            }

            /// The HTTP status (RFC 9110).
            #[must_use]
            pub fn status(self) -> u16 {
                match self {$(Self::$name => $status,)+}
            }

            /// The kind with this slug.
            #[must_use]
            pub fn from_slug(slug: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.slug() == slug)
            }
        }
    };
}

problems! {
    /// The body or a parameter is not what the API takes.
    BadRequest = "bad-request", 400;
    /// No, a wrong or an expired credential.
    Unauthenticated = "unauthenticated", 401;
    /// The request was signed at a time too far from the server's.
    ClockSkew = "clock-skew", 401;
    /// The same signed request came before.
    Replayed = "replayed", 401;
    /// The device is suspended.
    DeviceSuspended = "device-suspended", 403;
    /// The device was revoked.
    DeviceRevoked = "device-revoked", 403;
    /// The device waits for an officer.
    DevicePending = "device-pending", 403;
    /// The credential does not reach this.
    Forbidden = "forbidden", 403;
    /// Nothing there, or not for this caller.
    NotFound = "not-found", 404;
    /// The method is not for this address.
    MethodNotAllowed = "method-not-allowed", 405;
    /// Somebody else decided first, or the step does not wait for this person.
    Overtaken = "overtaken", 409;
    /// The document has new signatures: look again.
    StaleRevision = "stale-revision", 409;
    /// Another signer has approved, and a foreign key has still to sign the document: no other approval is taken.
    AwaitsDocumentSignature = "awaits-document-signature", 409;
    /// The request has ended.
    RequestEnded = "request-ended", 409;
    /// The enrollment is over.
    EnrollmentEnded = "enrollment-ended", 409;
    /// The invitation is used up or expired.
    InvitationSpent = "invitation-spent", 410;
    /// Larger than the limit.
    TooLarge = "too-large", 413;
    /// Another media type than the API takes.
    UnsupportedMediaType = "unsupported-media-type", 415;
    /// The requested range is not in the document.
    RangeNotSatisfiable = "range-not-satisfiable", 416;
    /// The same key was used for another submission.
    IdempotencyConflict = "idempotency-conflict", 422;
    /// Graded, or marked, as a state secret.
    SecretGrade = "secret-grade", 422;
    /// The PDF cannot be signed soundly.
    UnsignablePdf = "unsignable-pdf", 422;
    /// No clean copy can be made of the PDF.
    NoCleanCopy = "no-clean-copy", 422;
    /// Attached bytes are not those the submission names.
    WrongDigest = "wrong-digest", 422;
    /// The request's description is not valid.
    InvalidRequest = "invalid-request", 422;
    /// The decision is not what the server queued, or its signature does not verify.
    DecisionMismatch = "decision-mismatch", 422;
    /// The decision's own time limits exclude it.
    DecisionExpired = "decision-expired", 422;
    /// The certificate is revoked, suspended or expired.
    CertificateNotValid = "certificate-not-valid", 422;
    /// The unit does not take keys of this assurance level.
    AssuranceTooLow = "assurance-too-low", 422;
    /// A delegation that is not taken, or nobody may be given one.
    NoDelegation = "no-delegation", 422;
    /// The serial number that the officer typed is not that of the device's token, or none was typed.
    TokenNotConfirmed = "token-not-confirmed", 422;
    /// The comparison code is not the one the phone shows.
    WrongCode = "wrong-code", 422;
    /// Too many requests.
    TooManyRequests = "too-many-requests", 429;
    /// A defect of ours.
    Internal = "internal", 500;
    /// Nothing was changed; try again.
    Unavailable = "unavailable", 503;
    /// The disk is full.
    StorageFull = "storage-full", 503;
    /// The log is behind what phones have seen; decisions wait for recovery.
    LogRecovery = "log-recovery", 503;
}

/// A problem document (RFC 9457), `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// `urn:trien:problem:` and the slug.
    #[serde(rename = "type")]
    pub kind: ProblemUri,
    /// What happened, in the reader's language.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What to do about it, in the reader's language, with particulars.
    pub detail: String,
    /// A machine-readable particular, such as the reason a PDF is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The server's time, with `clock-skew`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_time: Option<crate::env::Timestamp>,
    /// The receipt of a refused decision: it is recorded that it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Box<crate::receipt::Receipt>>,
}

/// A problem's `type` URI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProblemUri(pub ProblemKind);

const PREFIX: &str = "urn:trien:problem:";

impl Serialize for ProblemUri {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{PREFIX}{}", self.0.slug()))
    }
}

impl<'de> Deserialize<'de> for ProblemUri {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.strip_prefix(PREFIX)
            .and_then(ProblemKind::from_slug)
            .map(Self)
            .ok_or_else(|| serde::de::Error::custom("not a known problem type"))
    }
}
