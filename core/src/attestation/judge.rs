//! What an office demands of a phone's two keys, and whether their attestations show it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::certificate::{Assurance, Certificate, PromptPolicy, Prompts};
use crate::digest::Sha256;
use crate::env::UnixSecond;

use super::KeyUse;
use super::chain;
use super::key_description::{
    ApplicationId, AuthorizationList, BootState, DescriptionError, KeyDescription, Origin,
    SecurityLevel,
};
use super::refusal::Refusal;
use super::status_list::StatusList;

// KeyMint's values (hardware/interfaces/security/keymint).
const SIGN: u64 = 2;
const EC: u64 = 3;
const P_256: u64 = 1;
const SHA_256: u64 = 4;
const BIOMETRIC: u64 = 2;
const PASSWORD_OR_BIOMETRIC: u64 = 3;

/// A year and a month of security patches, such as `2025-11`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PatchLevel(u64);

/// Not a year and a month.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a year and a month such as 2025-11")]
pub struct InvalidPatchLevel(String);

impl FromStr for PatchLevel {
    type Err = InvalidPatchLevel;

    fn from_str(text: &str) -> Result<Self, InvalidPatchLevel> {
        let invalid = || InvalidPatchLevel(text.to_owned());
        let (year, month) = text.split_once('-').ok_or_else(invalid)?;
        let is_written = year.len() == 4 && month.len() == 2;
        let digits = year.bytes().chain(month.bytes()).all(|digit| digit.is_ascii_digit());
        if !is_written || !digits {
            return Err(invalid());
        }
        let number = |digits: &str| digits.parse::<u64>().map_err(|_| invalid());
        let month = number(month)?;
        if !(1..=12).contains(&month) {
            return Err(invalid());
        }
        Ok(Self(number(year)? * 100 + month))
    }
}

impl TryFrom<String> for PatchLevel {
    type Error = InvalidPatchLevel;

    fn try_from(text: String) -> Result<Self, InvalidPatchLevel> {
        text.parse()
    }
}

impl From<PatchLevel> for String {
    fn from(level: PatchLevel) -> Self {
        level.to_string()
    }
}

impl fmt::Display for PatchLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0 / 100, self.0 % 100)
    }
}

/// What an office takes from every phone.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The app's package, such as `vn.trien.app`.
    pub package: String,
    /// SHA-256 of the certificates that may sign the app.
    pub signing_digests: Vec<Sha256>,
    /// The roots: Google's, or a test's.
    pub roots: Vec<Certificate>,
    /// The oldest patches of the system; any where absent.
    pub minimum_patch_level: Option<PatchLevel>,
}

/// What the keys of one enrollment must be.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The server's challenge (`c1`).
    pub challenge: &'a [u8],
    /// DER `SubjectPublicKeyInfo` that the phone sent as its auth key.
    pub auth_key: &'a [u8],
    /// The one in its certificate request.
    pub approval_key: &'a [u8],
    /// How often the approval key asks for the person.
    pub prompt_policy: PromptPolicy,
    /// Now.
    pub now: UnixSecond,
}

/// The attestations of a phone's keys, each leaf first, DER.
#[derive(Clone, Copy, Debug)]
pub struct Chains<'a> {
    /// Of the auth key.
    pub auth: &'a [&'a [u8]],
    /// Of the approval key.
    pub approval: &'a [&'a [u8]],
}

/// Which attestation is refused, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the attestation of the {} key is refused: {why}", .key.name())]
pub struct Refused {
    /// Of which key.
    pub key: KeyUse,
    /// Why.
    pub why: Refusal,
}

impl KeyUse {
    fn name(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::Approval => "approval",
        }
    }
}

/// Judges both attestations. Both keys are in hardware, or it is refused; the level is that of the
/// approval key: A in a security chip of its own, B in the processor's trusted environment.
pub fn judge(
    chains: Chains<'_>,
    policy: &Policy,
    status: &StatusList,
    expected: Expected<'_>,
) -> Result<Assurance, Refused> {
    let one = |key: KeyUse, chain: &[&[u8]], public_key: &[u8]| {
        judge_one(key, chain, public_key, policy, status, expected)
            .map_err(|why| Refused { key, why })
    };
    one(KeyUse::Auth, chains.auth, expected.auth_key)?;
    match one(KeyUse::Approval, chains.approval, expected.approval_key)? {
        Hardware::StrongBox => Ok(Assurance::A),
        Hardware::TrustedEnvironment => Ok(Assurance::B),
    }
}

#[derive(Clone, Copy)]
enum Hardware {
    TrustedEnvironment,
    StrongBox,
}

fn judge_one(
    key: KeyUse,
    chain: &[&[u8]],
    public_key: &[u8],
    policy: &Policy,
    status: &StatusList,
    expected: Expected<'_>,
) -> Result<Hardware, Refusal> {
    let chain = chain::read_chain(chain)?;
    chain::check_chain(&chain, &policy.roots, status, expected.now)?;
    let leaf = &chain[0];
    let described = KeyDescription::of(leaf).ok_or(Refusal::NoDescription)?;
    let description = described.map_err(|error| match error {
        DescriptionError::Malformed(_) => Refusal::DescriptionUnreadable,
        DescriptionError::TagOrder => Refusal::TagOrder,
    })?;
    if description.challenge != expected.challenge {
        return Err(Refusal::WrongChallenge);
    }
    if leaf.public_key() != public_key {
        return Err(Refusal::WrongKey);
    }
    let level = match description.level() {
        SecurityLevel::Software => return Err(Refusal::NotHardware),
        SecurityLevel::TrustedEnvironment => Hardware::TrustedEnvironment,
        SecurityLevel::StrongBox => Hardware::StrongBox,
    };
    check_key(&description.hardware)?;
    if key == KeyUse::Approval {
        check_person(&description, expected.prompt_policy)?;
    }
    check_device(&description.hardware, policy.minimum_patch_level)?;
    check_app(description.software.application_id.as_ref(), policy)?;
    Ok(level)
}

/// A P-256 key that was made in the hardware, for signing with SHA-256 and nothing else.
fn check_key(hardware: &AuthorizationList) -> Result<(), Refusal> {
    let is_p256 = hardware.algorithm == Some(EC)
        && hardware.key_size == Some(256)
        && hardware.ec_curve == Some(P_256);
    if !is_p256 {
        return Err(Refusal::WrongAlgorithm);
    }
    if hardware.purposes.as_deref() != Some(&[SIGN]) {
        return Err(Refusal::WrongPurpose);
    }
    if hardware.digests.as_deref() != Some(&[SHA_256]) {
        return Err(Refusal::WrongDigest);
    }
    match hardware.origin {
        Some(Origin::Generated) => Ok(()),
        Some(_) | None => Err(Refusal::NotGenerated),
    }
}

/// That the hardware itself asks for the person, as often as agreed. What the operating system says
/// it would enforce counts only against the key.
fn check_person(description: &KeyDescription, policy: PromptPolicy) -> Result<(), Refusal> {
    let KeyDescription { hardware, software, .. } = description;
    if hardware.no_auth_required || software.no_auth_required {
        return Err(Refusal::NoPersonAsked);
    }
    match hardware.user_auth_type {
        Some(BIOMETRIC) => {}
        Some(PASSWORD_OR_BIOMETRIC) if policy.passcode => {}
        _ => return Err(Refusal::NotBiometric),
    }
    if hardware.allow_while_on_body || software.allow_while_on_body {
        return Err(Refusal::OpenOnBody);
    }
    let agreed = match policy.prompts {
        // KeyMint: without the tag, one authentication opens one use.
        Prompts::PerUse => None,
        Prompts::Session { seconds, .. } => Some(u64::from(seconds)),
    };
    if hardware.auth_timeout == agreed && software.auth_timeout.is_none() {
        Ok(())
    } else {
        Err(Refusal::WrongTimeout)
    }
}

/// Whether a passcode opens the key that an attestation is of, as its first certificate says. It is for attestations
/// that were judged: an app of before makes its key for fingers alone, whatever the office allows.
#[must_use]
pub fn takes_passcode(leaf: &[u8]) -> bool {
    let description = Certificate::parse(leaf).ok().and_then(|leaf| KeyDescription::of(&leaf));
    let Some(Ok(description)) = description else { return false };
    description.hardware.user_auth_type == Some(PASSWORD_OR_BIOMETRIC)
}

fn check_device(hardware: &AuthorizationList, minimum: Option<PatchLevel>) -> Result<(), Refusal> {
    let root = hardware.root_of_trust.as_ref().ok_or(Refusal::BootNotVerified)?;
    if !root.device_locked {
        return Err(Refusal::Unlocked);
    }
    if root.verified_boot_state != BootState::Verified {
        return Err(Refusal::BootNotVerified);
    }
    match minimum {
        Some(minimum) if hardware.os_patch_level.is_none_or(|level| level < minimum.0) => {
            Err(Refusal::PatchesTooOld)
        }
        _ => Ok(()),
    }
}

/// One package, ours, signed by us alone: packages that share a user share its keys.
fn check_app(application: Option<&ApplicationId>, policy: &Policy) -> Result<(), Refusal> {
    let application = application.ok_or(Refusal::WrongApp)?;
    match &*application.packages {
        [package] if package.name == policy.package.as_bytes() => {}
        _ => return Err(Refusal::WrongApp),
    }
    let ours = |digest: &Vec<u8>| {
        policy.signing_digests.iter().any(|known| known.as_bytes() == digest.as_slice())
    };
    if !application.signatures.is_empty() && application.signatures.iter().all(ours) {
        Ok(())
    } else {
        Err(Refusal::WrongAppSigner)
    }
}
