//! Where a phone stands, and its person's other ones, as the other language sees them.

use trien_core::client;
pub use trien_core::client::Erasure;
use trien_core::env::{Timestamp, UnixSecond};
use trien_core::id::DeviceId;
use trien_core::wire::{self, PersonView, UnitView};

use crate::foreign::PromptPolicy;
use crate::records::Authority;

/// Where this phone stands.
#[derive(Clone, Debug, uniffi::Enum)]
pub enum PhoneState {
    /// Nothing was begun, or what was begun has ended.
    NotEnrolled,
    /// What was kept here is erased, and nothing was begun since.
    Erased {
        /// Why.
        why: Erasure,
    },
    /// A slip was taken: the officer has to begin.
    HoldsSlip {
        /// Whose it is.
        slip: HeldSlip,
    },
    /// An invitation was opened and the server proved itself: the keys come next.
    Invited {
        /// Whom it is for.
        preview: EnrollmentPreview,
    },
    /// The keys are with the server. The code is read out to the officer.
    WaitingForOfficer {
        /// Eight digits in two groups.
        code: String,
    },
    /// Ready.
    Enrolled {
        /// What the device keeps.
        profile: Profile,
    },
}

/// Why everything that a phone had kept was erased.
#[uniffi::remote(Enum)]
pub enum Erasure {
    /// The server says that the device is revoked.
    Revoked {
        /// Decisions to which the server had given no answer that proves anything.
        unanswered: u32,
    },
    /// The key was lost that opened it, and the person chose to begin anew.
    KeyLost,
}

/// Whom an invitation is for, once the server has proved to be its sender.
#[derive(Clone, Debug, uniffi::Record)]
pub struct EnrollmentPreview {
    /// The server's address.
    pub server: String,
    /// Whom the device will belong to.
    pub person: PersonView,
    /// The office.
    pub unit: UnitView,
    /// How often the approval key will ask for the person.
    pub prompt_policy: PromptPolicy,
    /// Whether the phone's passcode will answer as well as a finger or a face.
    #[uniffi(default = false)]
    pub passcode: bool,
}

/// A slip that the server knew: it only says whose it is.
#[derive(Clone, Debug, uniffi::Record)]
pub struct HeldSlip {
    /// The server's address.
    pub server: String,
    /// Whom the device will belong to.
    pub person: PersonView,
    /// The unit of the position.
    pub unit: UnitView,
    /// The topmost unit: the office as a whole.
    pub office: UnitView,
    /// The slip is useless after this.
    pub expires: UnixSecond,
    /// How often the short code can be tried, once the officer has started one.
    pub tries_left: Option<u32>,
}

/// How far the enrollment is.
#[expect(clippy::large_enum_variant, reason = "uniffi has no boxes, and one crosses at a time")]
#[derive(Clone, Debug, uniffi::Enum)]
pub enum EnrollmentStatus {
    /// The officer has not typed the code yet.
    Pending,
    /// An outside CA has not answered yet.
    WaitingForCertificate,
    /// Ready: the certificate is for this device's key and leads to an anchor.
    Active {
        /// What the device keeps.
        profile: Profile,
    },
    /// Refused; begin again with a new invitation.
    Refused,
    /// Suspended by an officer.
    Suspended,
    /// Revoked for good.
    Revoked,
}

/// An enrolled device.
#[derive(Clone, Debug, uniffi::Record)]
pub struct Profile {
    /// Itself.
    pub device: DeviceId,
    /// Its person.
    pub person: PersonView,
    /// The office.
    pub unit: UnitView,
    /// In whose name the person acts.
    pub authority: Authority,
    /// DER of the approval key's certificate.
    pub certificate: Vec<u8>,
    /// How often the approval key asks for the person.
    pub prompt_policy: PromptPolicy,
    /// Whether the phone's passcode answers as well as a finger or a face.
    #[uniffi(default = false)]
    pub passcode: bool,
}

/// Another device of the same person.
#[derive(Clone, Debug, uniffi::Record)]
pub struct OtherDevice {
    /// Which.
    pub id: DeviceId,
    /// Its model.
    pub model: String,
    /// Its app and build.
    pub app: String,
    /// Whether it may act.
    pub state: OtherDeviceState,
    /// When it sent its keys.
    pub enrolled_at: Timestamp,
}

/// Whether another device may act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum OtherDeviceState {
    /// Not yet: its certificate is awaited.
    Waiting,
    /// It may.
    Active,
    /// It was reported as lost, or an officer suspended it.
    Suspended,
}

impl From<wire::OtherDevice> for OtherDevice {
    fn from(device: wire::OtherDevice) -> Self {
        let state = match device.state {
            wire::OtherDeviceState::Waiting => OtherDeviceState::Waiting,
            wire::OtherDeviceState::Active => OtherDeviceState::Active,
            wire::OtherDeviceState::Suspended => OtherDeviceState::Suspended,
        };
        Self {
            id: device.id,
            model: device.model,
            app: device.app,
            state,
            enrolled_at: device.enrolled_at,
        }
    }
}

impl From<client::EnrollmentPreview> for EnrollmentPreview {
    fn from(preview: client::EnrollmentPreview) -> Self {
        Self {
            server: preview.server,
            person: preview.person,
            unit: preview.unit,
            prompt_policy: preview.prompt_policy.prompts.into(),
            passcode: preview.prompt_policy.passcode,
        }
    }
}

impl From<client::HeldSlip> for HeldSlip {
    fn from(slip: client::HeldSlip) -> Self {
        let view = slip.view;
        Self {
            server: slip.server,
            person: view.person,
            unit: view.unit,
            office: view.office,
            expires: view.expires,
            tries_left: view.started.map(|started| started.left),
        }
    }
}

impl From<wire::Profile> for Profile {
    fn from(profile: wire::Profile) -> Self {
        Self {
            device: profile.device,
            person: profile.person,
            unit: profile.unit,
            authority: profile.authority.into(),
            certificate: profile.certificate.0,
            prompt_policy: profile.prompt_policy.prompts.into(),
            passcode: profile.prompt_policy.passcode,
        }
    }
}

impl From<client::PhoneState> for PhoneState {
    fn from(state: client::PhoneState) -> Self {
        match state {
            client::PhoneState::NotEnrolled => Self::NotEnrolled,
            client::PhoneState::Erased(why) => Self::Erased { why },
            client::PhoneState::HoldsSlip(slip) => Self::HoldsSlip { slip: (*slip).into() },
            client::PhoneState::Invited(preview) => Self::Invited { preview: preview.into() },
            client::PhoneState::WaitingForOfficer { code } => Self::WaitingForOfficer { code },
            client::PhoneState::Enrolled(profile) => Self::Enrolled { profile: (*profile).into() },
        }
    }
}

impl From<client::EnrollmentStatus> for EnrollmentStatus {
    fn from(status: client::EnrollmentStatus) -> Self {
        match status {
            client::EnrollmentStatus::Pending => Self::Pending,
            client::EnrollmentStatus::WaitingForCertificate => Self::WaitingForCertificate,
            client::EnrollmentStatus::Active(profile) => {
                Self::Active { profile: (*profile).into() }
            }
            client::EnrollmentStatus::Refused => Self::Refused,
            client::EnrollmentStatus::Suspended => Self::Suspended,
            client::EnrollmentStatus::Revoked => Self::Revoked,
        }
    }
}
