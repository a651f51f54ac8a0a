//! Every kind of act that the log states, and whether it says why: one table.

use trien_core::anchor::{CONFIRMED, ENDED};
use trien_core::delegation::GIVEN;
use trien_core::log::leaf::StatementKind as Leaf;

pub use crate::store::act::Subject;

/// Whether an act of an account gives a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It does, its own or that of the act that it follows from; without one it is refused.
    Required,
    /// It may: such an act is routine.
    Optional,
    /// There is nothing to say: somebody signs in, a phone answers, or time has run out.
    None,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident: $leaf:ident $subject:ident $name:expr, $slug:literal, $why:ident;)+) => {
        /// A kind of act. What an older release has stated keeps its name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Kind {$($(#[$doc])* $variant,)+}

        impl Kind {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            const fn row(self) -> (Leaf, Subject, &'static str, &'static str, Reason) {
                match self {$(
                    Self::$variant =>
                        (Leaf::$leaf, Subject::$subject, $name, $slug, Reason::$why),
                )+}
            }
        }
    };
}

kinds! {
    /// The first account was made with the setup code.
    SetUp: Policy Account "set-up", "set-up", None;
    /// A unit was made.
    UnitCreated: Policy Unit "unit-created", "unit-created", Optional;
    /// A unit has another name.
    UnitRenamed: Policy Unit "unit-renamed", "unit-renamed", Required;
    /// A unit stands below another one.
    UnitMoved: Policy Unit "unit-moved", "unit-moved", Required;
    /// A unit ended.
    UnitEnded: Policy Unit "unit-ended", "unit-ended", Required;
    /// Units were read from a table.
    UnitsImported: Policy Office "units-imported", "units-imported", Required;
    /// Units may have one level more.
    LevelAdded: Policy Office "level-added", "level-added", Optional;
    /// A level of units has another name.
    LevelRenamed: Policy Office "level-renamed", "level-renamed", Optional;
    /// A person was added.
    PersonAdded: Policy Person "person-added", "person-added", Optional;
    /// People were read from a table.
    PeopleImported: Policy Office "people-imported", "people-imported", Required;
    /// Somebody's post ended.
    PositionEnded: Policy Person "position-ended", "position-ended", Required;
    /// Somebody took a post.
    PositionTaken: Policy Person "position-taken", "position-taken", Required;
    /// Somebody lets another one decide in their place.
    DelegationGiven: Policy Person GIVEN, "delegation-given", Optional;
    /// They do so no longer, before its time.
    DelegationEnded: Policy Person "delegation-ended", "delegation-ended", Required;
    /// A post or a unit changed, and a report tells of each thing.
    PostOrUnitChanged: Policy Office "post-or-unit-changed", "post-or-unit-changed", Required;
    /// The lowest assurance level that a unit states.
    LowestAssurance: Policy Unit "lowest-assurance", "lowest-assurance", Required;
    /// How often a unit has keys ask for the person.
    PromptPolicy: Policy Unit "prompt-policy", "prompt-policy", Required;
    /// Where a unit's certificates come from.
    CertifiedBy: Policy Unit "certified-by", "certified-by", Required;
    /// The roles in a unit that ended.
    RolesEnded: Policy Unit "roles-ended", "roles-ended", Required;
    /// Somebody is away for some days.
    AbsenceNoted: Policy Person "absence-noted", "absence-noted", Optional;
    /// Somebody is back, or was never away.
    AbsenceEnded: Policy Person "absence-ended", "absence-ended", Optional;
    /// A wave was planned.
    WavePlanned: Policy Wave "wave-planned", "wave-planned", Optional;
    /// A wave was closed.
    WaveClosed: Policy Wave "wave-closed", "wave-closed", Required;
    /// An account was made.
    AccountCreated: Policy Account "account-created", "account-created", Optional;
    /// An account was ended.
    AccountEnded: Policy Account "account-ended", "account-ended", Required;
    /// The sessions and tokens of an account were ended by somebody else.
    SessionsEnded: Policy Account "sessions-ended", "sessions-ended", Required;
    /// A role waits for a second person.
    RoleProposed: Policy Account "role-proposed", "role-proposed", Required;
    /// A role was given.
    RoleGranted: Policy Account "role-granted", "role-granted", Required;
    /// A role was not given, against what was asked for.
    RoleDeclined: Policy Account "role-declined", "role-declined", Required;
    /// A role was taken away.
    RoleWithdrawn: Policy Account "role-withdrawn", "role-withdrawn", Required;
    /// Somebody signed in with a password.
    SignedIn: Policy Account "signed-in", "signed-in", None;
    /// Somebody signed in with a passkey.
    SignedInByPasskey: Policy Account "signed-in-by-passkey", "signed-in-by-passkey", None;
    /// Somebody signed in by the office's provider.
    SignedInByProvider: Policy Account "signed-in-by-provider", "signed-in-by-provider", None;
    /// The provider told anew who somebody is.
    ProvedByProvider: Policy Account "proved-by-provider", "proved-by-provider", None;
    /// An account is somebody at the provider.
    IdentityLinked: Policy Account "identity-linked", "identity-linked", None;
    /// It is no longer.
    IdentityRemoved: Policy Account "identity-removed", "identity-removed", None;
    /// Somebody has another password.
    PasswordChanged: Policy Account "password-changed", "password-changed", None;
    /// Somebody has a passkey more.
    PasskeyAdded: Policy Account "passkey-added", "passkey-added", None;
    /// Somebody has a passkey less.
    PasskeyRemoved: Policy Account "passkey-removed", "passkey-removed", None;
    /// A token of an account was made.
    AdminTokenCreated: Policy AdminToken "admin-token-created", "admin-token-created", None;
    /// A token of an account was ended.
    AdminTokenEnded: Policy AdminToken "admin-token-ended", "admin-token-ended", None;
    /// A document system got a key.
    ApiKeyCreated: Policy ApiKey "api-key-created", "api-key-created", Optional;
    /// The key of a document system is of another unit.
    ApiKeyMoved: Policy ApiKey "api-key-moved", "api-key-moved", Required;
    /// The key of a document system ended.
    ApiKeyRevoked: Policy ApiKey "api-key-revoked", "api-key-revoked", Required;
    /// A document system is told what becomes of its requests.
    WebhookAdded: Policy ApiKey "webhook-added", "webhook-added", Optional;
    /// What it is told is signed by another secret.
    WebhookSecretRenewed: Policy ApiKey "webhook-secret-renewed", "webhook-secret-renewed", Optional;
    /// It is told nothing for a while.
    WebhookPaused: Policy ApiKey "webhook-paused", "webhook-paused", Optional;
    /// It is told what was held back, and what comes.
    WebhookResumed: Policy ApiKey "webhook-resumed", "webhook-resumed", Optional;
    /// It is told nothing more.
    WebhookEnded: Policy ApiKey "webhook-ended", "webhook-ended", Required;
    /// An authority to trust waits for a second person.
    AnchorProposed: Policy Anchor "anchor-proposed", "anchor-proposed", Required;
    /// An authority is trusted.
    AnchorConfirmed: Policy Anchor CONFIRMED, "anchor-confirmed", Required;
    /// An authority is not trusted, against what was asked for.
    AnchorDeclined: Policy Anchor "anchor-declined", "anchor-declined", Required;
    /// An authority is no longer trusted.
    AnchorEnded: Policy Anchor ENDED, "anchor-ended", Required;
    /// The own authority has a new key that issues.
    IssuingAuthority: Certificate Office "issuing-authority", "issuing-authority", Optional;
    /// The root's key is no longer on the server.
    RootKeyTakenAway: Certificate Office "root-key-taken-away", "root-key-taken-away", Optional;
    /// An own authority that issued was revoked.
    AuthorityRevoked: Policy Office "authority-revoked", "authority-revoked", Required;
    /// Somebody was invited.
    Invited: Device Invitation "invited", "invited", Optional;
    /// Another invitation came in its place.
    InvitationReplaced: Device Invitation "invitation-replaced", "invitation-replaced", Optional;
    /// An invitation was taken back.
    InvitationCancelled: Device Invitation "invitation-cancelled", "invitation-cancelled", Optional;
    /// An invitation ended with a post or a unit.
    InvitationEnded: Device Invitation "invitation-ended", "invitation-ended", Required;
    /// A slip was made.
    SlipMade: Device Slip "slip-made", "slip-made", Optional;
    /// A slip was taken back.
    SlipCancelled: Device Slip "slip-cancelled", "slip-cancelled", Optional;
    /// Somebody who came with a slip begins, with a short code.
    SessionStarted: Device Invitation "session-started", "session-started", Optional;
    /// The tries of a short code are over.
    ShortCodeSpent: Device Slip "short-code-spent", "short-code-spent", None;
    /// A phone sent its keys.
    KeysReceived: Device Device "keys-received", "keys-received", None;
    /// A phone was approved, and waits for its certificate.
    DeviceReviewed: Device Device "reviewed", "device-reviewed", Optional;
    /// A phone was approved, and may act.
    DeviceEnrolled: Device Device "enrolled", "device-enrolled", Optional;
    /// An officer read the serial number off the token that holds a device's approval key.
    TokenConfirmed: Device Device "token-confirmed", "token-confirmed", Optional;
    /// A phone was turned away.
    DeviceRefused: Device Device "refused", "device-refused", Required;
    /// A phone was stopped for a while.
    DeviceSuspended: Device Device "suspended", "device-suspended", Required;
    /// A stopped phone waits for a second person.
    ResumeProposed: Device Device "resume-proposed", "resume-proposed", Required;
    /// It stays stopped, against what was asked for.
    ResumeDeclined: Device Device "resume-declined", "resume-declined", Required;
    /// A stopped phone may act again.
    DeviceResumed: Device Device "resumed", "device-resumed", Required;
    /// A phone was stopped for good.
    DeviceRevoked: Device Device "revoked", "device-revoked", Required;
    /// A phone is of another unit.
    DeviceMoved: Device Device "moved", "device-moved", Required;
    /// Another phone came in its place.
    DeviceReplaced: Device Device "replaced", "device-replaced", Optional;
    /// A phone asks to be replaced.
    ReplacementAsked: Device Device "replacement-asked", "replacement-asked", None;
    /// It stays as it is, against what it asked for.
    ReplacementSettled: Device Device "replacement-settled", "replacement-settled", Required;
    /// What a phone showed for its keys is doubted.
    EvidenceDoubted: Device Device "evidence-doubted", "evidence-doubted", None;
    /// It is trusted again.
    EvidenceTrusted: Device Device "evidence-trusted", "evidence-trusted", None;
    /// A certificate was issued.
    CertificateIssued: Certificate Certificate "issued", "certificate-issued", Optional;
    /// A certificate from elsewhere was recorded.
    CertificateRecorded: Certificate Certificate "recorded", "certificate-recorded", Optional;
    /// A key outside phones signs documents, or no longer.
    DocumentSignerChosen: Certificate Certificate "document-signer-chosen", "document-signer-chosen", Optional;
    /// A phone has its certificate.
    CertificateHandedOver: Certificate Certificate "handed-over", "certificate-handed-over", None;
    /// A certificate was revoked.
    CertificateRevoked: Certificate Certificate "revoked", "certificate-revoked", Required;
    /// Another certificate came in the place of one that ends.
    CertificateRenewed: Certificate Certificate "renewed", "certificate-renewed", Optional;
    /// A certificate's validity is over.
    CertificateExpired: Certificate Certificate "expired", "certificate-expired", None;
    /// An entry of the register is of another unit.
    EntryMoved: Policy Entry "entry-moved", "entry-moved", Required;
    /// Requests for certificates were handed out.
    RequestsExported: Certificate Office "requests-exported", "requests-exported", Optional;
    /// Certificates of an outside authority were taken.
    CertificatesImported: Certificate Office "certificates-imported", "certificates-imported", Required;
    /// An outside authority was told what ended.
    RevocationsExported: Certificate Office "revocations-exported", "revocations-exported", Optional;
    /// A unit has a template of routes more.
    TemplateAdded: Policy Template "template-added", "template-added", Optional;
    /// A template of routes has a new version.
    TemplateChanged: Policy Template "template-changed", "template-changed", Required;
    /// A template of routes is offered no more.
    TemplateEnded: Policy Template "template-ended", "template-ended", Required;
    /// A document waits for signatures.
    RequestQueued: Submission Request "queued", "request-queued", None;
    /// A unit's register reserved a number for a document.
    NumberReserved: Submission Unit "number-reserved", "number-reserved", None;
    /// A unit's register gave a document its number and date.
    NumberGiven: Submission Request "number-given", "number-given", None;
    /// Copies of a finished document were delivered.
    CopiesDelivered: Submission Request "copies-delivered", "copies-delivered", None;
    /// Somebody opened a copy, the first time.
    CopyOpened: Submission Request "copy-opened", "copy-opened", None;
    /// Somebody wrote a comment beside a page.
    CommentWritten: Submission Request "comment-written", "comment-written", None;
    /// Somebody withdrew a comment of their own.
    CommentWithdrawn: Submission Request "comment-withdrawn", "comment-withdrawn", None;
    /// Nobody signed in time.
    RequestExpired: Submission Request "expired", "request-expired", None;
    /// Those who have to decide on a document were reminded by hand.
    RequestReminded: Submission Request "reminded", "request-reminded", None;
    /// A document waits too long, and somebody above was told.
    RequestEscalated: Submission Request "escalated", "request-escalated", None;
    /// Its submitter took a document back.
    RequestRecalled: Submission Request "recalled", "request-recalled", Required;
    /// A new version took a document's place.
    RequestSuperseded: Submission Request "superseded", "request-superseded", None;
    /// A document was sent back because somebody's post or a unit changed.
    RequestReturned: Submission Request "returned", "request-returned", Required;
    /// A document is of another unit.
    RequestMoved: Submission Request "moved", "request-moved", Required;
    /// Somebody else signs a document.
    RequestReassigned: Submission Request "reassigned", "request-reassigned", Required;
    /// What a stamp on a document says changed with its signer's post.
    RecipeChanged: Submission Request "recipe-changed", "recipe-changed", Required;
}

impl Kind {
    /// The kind of leaf that it has in the log.
    #[must_use]
    pub const fn leaf(self) -> Leaf {
        self.row().0
    }

    /// What it is done to.
    #[must_use]
    pub const fn subject(self) -> Subject {
        self.row().1
    }

    /// Its name in statements: two kinds of leaf may use the same one.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().2
    }

    /// Its name in addresses and texts, which no other one has.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        self.row().3
    }

    /// Whether it gives a reason.
    #[must_use]
    pub const fn reason(self) -> Reason {
        self.row().4
    }

    /// The one of this name in addresses and texts.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.slug() == slug)
    }

    /// The one that a leaf's statement is of.
    #[must_use]
    pub fn stated(leaf: Leaf, name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.leaf() == leaf && kind.name() == name)
    }

    /// Whether the list of acts shows it: what is submitted has a list of its own, and would bury the rest.
    #[must_use]
    pub const fn is_listed(self) -> bool {
        !matches!(
            self,
            Self::RequestQueued
                | Self::RequestExpired
                | Self::CopiesDelivered
                | Self::CommentWritten
                | Self::CommentWithdrawn
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_two_kinds_have_one_name() {
        let slugs: BTreeSet<_> = Kind::ALL.iter().map(|kind| kind.slug()).collect();
        assert_eq!(slugs.len(), Kind::ALL.len());
        for kind in Kind::ALL {
            assert_eq!(Kind::from_slug(kind.slug()), Some(*kind));
            assert_eq!(Kind::stated(kind.leaf(), kind.name()), Some(*kind));
        }
    }
}
