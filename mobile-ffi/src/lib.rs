//! Trien's core for Kotlin and Swift: one object, plain records, and the phone's keys and
//! secrets as foreign traits. Nothing is decided here.

mod error;
mod foreign;
mod phone;
mod records;
mod verification;

pub use error::{PhoneError, StorageError};
pub use foreign::{
    Key, KeyEvidence, KeyRole, KeySigner, KeySignerError, KeyStore, KeyStoreError, KeyTerms,
    PromptPolicy, SecretStore, SecretStoreError, SigningRequest,
};
pub use phone::{Language, Phone, Setup};
pub use records::{
    Authority, Decided, EnrollmentPreview, EnrollmentStatus, InboxItem, Metadata, OutboxEntry,
    PhoneState, Profile, PushAddress, PushStatus, Receipt, RequestDetails, RouteSigner, RouteStep,
    Sheet, SheetSigning, StampPlace,
};
pub use verification::{Verification, VerifiedSignature};

uniffi::setup_scaffolding!();
