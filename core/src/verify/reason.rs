//! Why a question of the verification was answered as it was: one closed list.

use serde::{Deserialize, Serialize};

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $slug:literal;)+) => {
        /// Why a question was answered as it was.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Reason {$(
            $(#[$doc])*
            #[serde(rename = $slug)]
            $name,
        )+}

        impl Reason {
            /// All of them, for documentation and tests.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The reason's name in reports; its text for people has the key `verify-` and this.
            #[must_use]
            pub fn slug(self) -> &'static str {
                match self {$(Self::$name => $slug,)+}
            }
        }
    };
}

reasons! {
    // The document.
    /// Every reader sees the same document.
    Sound = "sound";
    /// A reader would have to repair or to guess.
    NotSound = "not-sound";
    /// Something unsigned follows the last signature.
    UnsignedChanges = "unsigned-changes";
    /// Nobody signed it.
    NoSignature = "no-signature";

    // Integrity.
    /// The bytes are those that were signed.
    Intact = "intact";
    /// The bytes were changed after signing.
    DocumentChanged = "document-changed";
    /// The signature does not verify under the certificate's key.
    SignatureWrong = "signature-wrong";
    /// The signed attributes name another certificate, or none.
    CertificateNotBound = "certificate-not-bound";
    /// The signer's certificate is not inside.
    CertificateMissing = "certificate-missing";
    /// The signature cannot be read.
    SignatureUnreadable = "signature-unreadable";
    /// An algorithm that this product does not compute.
    AlgorithmUnsupported = "algorithm-unsupported";
    /// SHA-1, MD5 or RSA below 2048 bits: what verifies may have been forged.
    AlgorithmWeak = "algorithm-weak";
    /// The timestamp is over other bytes.
    TimestampMismatch = "timestamp-mismatch";
    /// Another kind of signature than CMS, `CAdES` or a timestamp over the document.
    FormatUnsupported = "format-unsupported";

    // Validity at the time of signing.
    /// Within the certificate's period.
    ValidWhenSigned = "valid-when-signed";
    /// Signed before the certificate's period.
    NotYetValid = "not-yet-valid";
    /// Signed after the certificate's period.
    Expired = "expired";
    /// Signed after it is verified: one of the two clocks is wrong.
    SignedInTheFuture = "signed-in-the-future";

    // Key usage.
    /// The certificate's key is for this.
    KeyForThis = "key-for-this";
    /// The certificate's key is for something else.
    KeyForOther = "key-for-other";

    // Chain.
    /// The certificate leads to an anchor.
    Trusted = "trusted";
    /// No anchor is reached with what is at hand.
    NoTrustedIssuer = "no-trusted-issuer";
    /// The chain breaks a rule.
    ChainBroken = "chain-broken";
    /// The chain has something that this product does not process.
    ChainUnsupported = "chain-unsupported";

    // Revocation.
    /// No certificate of the chain was revoked.
    NotRevoked = "not-revoked";
    /// Revoked before it was signed with.
    Revoked = "revoked";
    /// Revoked after it is proved to have been signed with.
    RevokedLater = "revoked-later";
    /// Revoked after the time that the signature claims, which proves nothing.
    RevokedAfterClaimedTime = "revoked-after-claimed-time";
    /// No list of the issuer and no answer on its behalf is at hand.
    NoRevocationList = "no-revocation-list";
    /// What is at hand says nothing of the time of signing.
    RevocationListOutdated = "revocation-list-outdated";
    /// What is at hand does not verify, or is of an unknown kind.
    RevocationListUnusable = "revocation-list-unusable";
    /// Without a chain there is nothing to ask.
    ChainUnknown = "chain-unknown";
    /// Without the signer's certificate there is nothing to ask.
    SignerUnknown = "signer-unknown";

    // What came after a signature.
    /// What is shown was changed after the signature.
    ShownChanged = "shown-changed";
    /// Something was changed that a signer had forbidden to change.
    PermissionBroken = "permission-broken";
    /// Something was changed of which nobody can say whether it matters.
    ChangeUnclear = "change-unclear";

    // Recording.
    /// The log recorded the decision.
    Recorded = "recorded";
    /// The log recorded that the decision was refused.
    Refused = "refused";
    /// The log recorded that the document was rejected or returned.
    Rejected = "rejected";
    /// The evidence is about another document or signature.
    EvidenceSwapped = "evidence-swapped";
    /// The evidence comes from another log.
    EvidenceForeign = "evidence-foreign";
    /// The evidence does not lead from the decision to the log's checkpoint.
    EvidenceBroken = "evidence-broken";
    /// The decision is not about this document, certificate or time.
    DecisionMismatch = "decision-mismatch";

    // A document signature by another key than the approval key.
    /// What became of the document signature is not at hand.
    DocumentSignatureNotShown = "document-signature-not-shown";
    /// The log recorded that no document signature came, or that it was not awaited any more.
    DocumentSignatureMissing = "document-signature-missing";
    /// What the log says of the document signature does not prove itself, or is of another signature.
    DocumentSignatureBroken = "document-signature-broken";
    /// Whoever decided is not known here by a trusted certificate.
    DeciderUntrusted = "decider-untrusted";

    // Authority.
    /// Decided in another's place, and the delegation is not at hand.
    AuthorityNotShown = "authority-not-shown";
    /// Decided in another's place, by a delegation whose giver nobody here trusts.
    AuthorityUntrusted = "authority-untrusted";
    /// Decided in another's place, by a delegation that does not prove itself.
    AuthorityBroken = "authority-broken";
    /// Decided in another's place, beyond what the delegation covers.
    AuthorityExceeded = "authority-exceeded";
}
