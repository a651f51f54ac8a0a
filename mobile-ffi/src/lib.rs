//! Trien's core for Kotlin and Swift: one object, plain records, and the phone's keys and
//! secrets as foreign traits. Nothing is decided here.

mod delegations;
mod enrollment;
mod error;
mod foreign;
mod keeping;
mod looking;
mod papers;
mod phone;
mod practice;
mod push;
mod records;
mod route;
mod verification;

pub use delegations::{
    Delegate, Delegation, DelegationDraft, DelegationForm, DelegationReach, DelegationState,
    DelegationUnit,
};
pub use enrollment::{EnrollmentPreview, EnrollmentStatus, Erasure, PhoneState, Profile};
pub use error::{PhoneError, StorageError};
pub use foreign::{
    Key, KeyEvidence, KeyRole, KeySigner, KeySignerError, KeyStore, KeyStoreError, KeyTerms,
    PromptPolicy, SecretStore, SecretStoreError, SigningRequest,
};
pub use keeping::{Evidenced, Kept};
pub use looking::{Attachment, BeforeAndAfter, ChangedPage, Reading, StampedPage};
pub use papers::{Comment, CopyReceipt, OnPaper, ReceivedCopy};
pub use phone::{Language, Phone, Setup};
pub use practice::{Practice, PracticeDocument};
pub use push::{PushAddress, PushStatus};
pub use records::{
    Authority, Decided, InPlace, InboxItem, Metadata, OutboxEntry, Receipt, Sheet, SheetSigning,
    StampPlace,
};
pub use route::{Absence, DecidedBy, RequestDetails, RouteSigner, RouteStep};
pub use verification::{Verification, VerifiedSignature};

uniffi::setup_scaffolding!();
