//! Why an attestation proves less than it should: one closed list.

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident = $slug:literal, $text:literal;)+) => {
        /// Why an attestation is refused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
        pub enum Refusal {$(
            $(#[$doc])*
            #[error($text)]
            $name,
        )+}

        impl Refusal {
            /// All of them, for documentation and tests.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// Its name in problems and records; its text has the key `attestation-` and this.
            #[must_use]
            pub fn slug(self) -> &'static str {
                match self {$(Self::$name => $slug,)+}
            }

            /// The refusal with this slug.
            #[must_use]
            pub fn from_slug(slug: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|refusal| refusal.slug() == slug)
            }
        }
    };
}

refusals! {
    // The chain.
    /// Fewer certificates than a chain has, or more than any.
    ChainLength = "chain-length", "the chain has too few or too many certificates";
    /// A certificate that is not DER, or not X.509.
    CertificateUnreadable = "certificate-unreadable", "a certificate of the chain cannot be read";
    /// A certificate names another issuer than the next one.
    NotLinked = "not-linked", "the certificates of the chain do not follow one another";
    /// A signature does not verify under the next certificate's key.
    WrongSignature = "wrong-signature", "a certificate of the chain was not signed by the next one";
    /// A signature of a kind that is not computed, or that can be forged.
    WeakSignature = "weak-signature", "a certificate of the chain is signed weakly or unusually";
    /// The chain does not end at a root that the office trusts.
    UnknownRoot = "unknown-root", "the chain does not lead to a trusted root";
    /// A certificate is not valid yet, or not any more.
    NotValidNow = "not-valid-now", "a certificate of the chain is not valid now";
    /// A certificate above the device's own certifies others without being an authority.
    NotAnAuthority = "not-an-authority", "a certificate of the chain may not certify others";
    /// A certificate limits itself in a way that is not processed.
    CriticalExtension = "critical-extension", "a certificate of the chain has an unknown limit";
    /// A certificate stands on the status list as revoked.
    Revoked = "revoked", "a certificate of the chain was revoked";
    /// A certificate stands on the status list as suspended.
    Suspended = "suspended", "a certificate of the chain is suspended";

    // The description of the key.
    /// The first certificate describes no key.
    NoDescription = "no-description", "the chain does not describe the key";
    /// Another certificate than the first describes a key: an app's key signed the first.
    ExtendedChain = "extended-chain", "the chain was extended by a key of an app";
    /// The description is not as the schema says.
    DescriptionUnreadable = "description-unreadable", "the description of the key cannot be read";
    /// The tags of the description do not ascend.
    TagOrder = "tag-order", "the description of the key is ambiguous";

    // What it says.
    /// Attested for another enrollment.
    WrongChallenge = "wrong-challenge", "the key was made for another enrollment";
    /// About another key than the device sent.
    WrongKey = "wrong-key", "the attestation is about another key";
    /// The operating system holds the key.
    NotHardware = "not-hardware", "the key is not in secure hardware";
    /// Not an elliptic curve key on P-256.
    WrongAlgorithm = "wrong-algorithm", "the key is not for P-256";
    /// For something else than signing, or for more.
    WrongPurpose = "wrong-purpose", "the key may be used for something else than signing";
    /// With another digest than SHA-256, or with more.
    WrongDigest = "wrong-digest", "the key may be used with another digest than SHA-256";
    /// Not made inside the hardware: a copy may exist.
    NotGenerated = "not-generated", "the key was not made inside the hardware";
    /// The approval key works without the person.
    NoPersonAsked = "no-person-asked", "the approval key works without the person";
    /// Something else than biometrics opens the approval key.
    NotBiometric = "not-biometric", "something else than biometrics opens the approval key";
    /// Another time than the office's policy.
    WrongTimeout = "wrong-timeout", "the approval key stays open for another time than agreed";
    /// The approval key stays open while the device is worn.
    OpenOnBody = "open-on-body", "the approval key stays open while the device is worn";
    /// The boot loader is unlocked, or nothing is said of it.
    Unlocked = "unlocked", "the device's boot loader is unlocked";
    /// The system that runs is not the maker's.
    BootNotVerified = "boot-not-verified", "the device does not run its maker's system";
    /// The system's patches are older than the office takes.
    PatchesTooOld = "patches-too-old", "the device's security patches are too old";
    /// The key belongs to another app.
    WrongApp = "wrong-app", "the key belongs to another app";
    /// The app is signed by somebody else.
    WrongAppSigner = "wrong-app-signer", "the app was signed by somebody else";

    // App Attest.
    /// Not the object that App Attest makes.
    ObjectUnreadable = "object-unreadable", "the app's attestation cannot be read";
    /// Attested on a build that its makers try out.
    DevelopmentApp = "development-app", "the app was built for development";
    /// The attested key has already signed something: the attestation is not new.
    UsedBefore = "used-before", "the app's key was used before";
}
