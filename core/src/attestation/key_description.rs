//! What Android says of a key: the `KeyDescription` of its attestation (Android Open Source Project,
//! *Key and ID attestation*, schema versions 1 to 400).
//!
//! Reading is strict DER, and judges nothing. Tags ascend, so that none can stand twice and be read
//! in two ways; tags that later versions add are kept by their numbers.

use crate::asn1::{
    self, BOOLEAN, ENUMERATED, Element, INTEGER, InvalidDer, NULL, OCTET_STRING, Reader, SEQUENCE,
    SET,
};
use crate::certificate::Certificate;
use crate::oid;

/// Most members of any set in a description. Real ones have a handful.
const MAX_MEMBERS: usize = 64;

/// Why a description cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DescriptionError {
    /// Not DER, or not the structure of the schema.
    #[error("the key description is not well formed")]
    Malformed(#[from] InvalidDer),
    /// A tag of an authorization list stands twice, or after a higher one.
    #[error("the tags of the key description do not ascend")]
    TagOrder,
}

/// Where something lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SecurityLevel {
    /// The operating system.
    Software,
    /// The processor's trusted environment.
    TrustedEnvironment,
    /// A security chip of its own.
    StrongBox,
}

/// Where a key comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// Made in the hardware.
    Generated,
    /// Derived in the hardware.
    Derived,
    /// Brought from outside in the clear.
    Imported,
    /// Not in use.
    Reserved,
    /// Brought from outside, wrapped.
    SecurelyImported,
}

/// What the boot loader found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BootState {
    /// A chain of trust from the maker's key to the running system.
    Verified,
    /// One to a key that the owner installed.
    SelfSigned,
    /// Nothing was verified.
    Unverified,
    /// Verification failed.
    Failed,
}

/// How the device was started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootOfTrust {
    /// The key that verified the system, or its digest.
    pub verified_boot_key: Vec<u8>,
    /// Whether the boot loader is locked.
    pub device_locked: bool,
    /// What the boot loader found.
    pub verified_boot_state: BootState,
    /// Digest of all that was verified; since version 3.
    pub verified_boot_hash: Option<Vec<u8>>,
}

/// One package of the app that owns the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Its name, such as `vn.trien.app`.
    pub name: Vec<u8>,
    /// Its version code.
    pub version: u64,
}

/// The app that owns the key, as the operating system says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplicationId {
    /// Its packages; several when they share a user.
    pub packages: Vec<Package>,
    /// SHA-256 of the certificates that signed it.
    pub signatures: Vec<Vec<u8>>,
}

/// What holds for a key, by whoever enforces it.
///
/// Numbers are those of KeyMint's tags and their values (`Tag.aidl` and its neighbours).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a tag that is there or not")]
pub struct AuthorizationList {
    /// Tag 1: what it may be used for; 2 is signing.
    pub purposes: Option<Vec<u64>>,
    /// Tag 2: 1 is RSA, 3 elliptic curves.
    pub algorithm: Option<u64>,
    /// Tag 3, in bits.
    pub key_size: Option<u64>,
    /// Tag 5: digests it may be used with; 4 is SHA-256.
    pub digests: Option<Vec<u64>>,
    /// Tag 6.
    pub paddings: Option<Vec<u64>>,
    /// Tag 10: 1 is P-256.
    pub ec_curve: Option<u64>,
    /// Tag 200.
    pub rsa_public_exponent: Option<u64>,
    /// Tag 503: usable without the person.
    pub no_auth_required: bool,
    /// Tag 504, a mask: 1 is the device's PIN or pattern, 2 biometrics.
    pub user_auth_type: Option<u64>,
    /// Tag 505: seconds for which one authentication opens the key; without it, one use.
    pub auth_timeout: Option<u64>,
    /// Tag 506: stays open while the device is worn.
    pub allow_while_on_body: bool,
    /// Tag 507.
    pub trusted_user_presence_required: bool,
    /// Tag 509.
    pub unlocked_device_required: bool,
    /// Tag 701, milliseconds since 1970.
    pub creation_date_time: Option<u64>,
    /// Tag 702.
    pub origin: Option<Origin>,
    /// Tag 703.
    pub rollback_resistant: bool,
    /// Tag 704.
    pub root_of_trust: Option<RootOfTrust>,
    /// Tag 705, such as 160000.
    pub os_version: Option<u64>,
    /// Tag 706: year and month of the system's patches, such as 202511.
    pub os_patch_level: Option<u64>,
    /// Tag 709.
    pub application_id: Option<ApplicationId>,
    /// Tag 710.
    pub brand: Option<Vec<u8>>,
    /// Tag 711.
    pub device: Option<Vec<u8>>,
    /// Tag 712.
    pub product: Option<Vec<u8>>,
    /// Tag 713.
    pub serial: Option<Vec<u8>>,
    /// Tag 714.
    pub imei: Option<Vec<u8>>,
    /// Tag 715.
    pub meid: Option<Vec<u8>>,
    /// Tag 716.
    pub manufacturer: Option<Vec<u8>>,
    /// Tag 717.
    pub model: Option<Vec<u8>>,
    /// Tag 718: year, month and mostly day.
    pub vendor_patch_level: Option<u64>,
    /// Tag 719: year, month and mostly day.
    pub boot_patch_level: Option<u64>,
    /// Tag 723.
    pub second_imei: Option<Vec<u8>>,
    /// Tag 724: digest over the system's modules.
    pub module_hash: Option<Vec<u8>>,
    /// Tags that are not read here, by number.
    pub others: Vec<u32>,
}

/// What Android says of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyDescription {
    /// Version of this schema.
    pub attestation_version: u64,
    /// Who attests.
    pub attestation_level: SecurityLevel,
    /// Version of the key store's interface.
    pub keymint_version: u64,
    /// Who holds the key.
    pub keymint_level: SecurityLevel,
    /// What the server asked to be attested.
    pub challenge: Vec<u8>,
    /// Empty in apps.
    pub unique_id: Vec<u8>,
    /// What the operating system enforces.
    pub software: AuthorizationList,
    /// What the hardware enforces.
    pub hardware: AuthorizationList,
}

impl KeyDescription {
    /// Reads the value of the extension 1.3.6.1.4.1.11129.2.1.17.
    pub fn parse(der: &[u8]) -> Result<Self, DescriptionError> {
        let mut fields = asn1::single(der, SEQUENCE)?.inside();
        let description = Self {
            attestation_version: integer(fields.next()?)?,
            attestation_level: level(fields.next()?)?,
            keymint_version: integer(fields.next()?)?,
            keymint_level: level(fields.next()?)?,
            challenge: fields.expect(OCTET_STRING)?.value.to_vec(),
            unique_id: fields.expect(OCTET_STRING)?.value.to_vec(),
            software: AuthorizationList::read(fields.expect(SEQUENCE)?)?,
            hardware: AuthorizationList::read(fields.expect(SEQUENCE)?)?,
        };
        fields.finish()?;
        Ok(description)
    }

    /// What a certificate says of its key, if it says anything.
    #[must_use]
    pub fn of(certificate: &Certificate) -> Option<Result<Self, DescriptionError>> {
        certificate.extension(oid::ANDROID_KEY_DESCRIPTION).map(Self::parse)
    }

    /// The weaker of who attests and who holds the key.
    #[must_use]
    pub fn level(&self) -> SecurityLevel {
        self.attestation_level.min(self.keymint_level)
    }
}

impl AuthorizationList {
    fn read(list: Element<'_>) -> Result<Self, DescriptionError> {
        let mut found = Self::default();
        let mut reader = list.inside();
        let mut before = 0;
        while !reader.is_empty() {
            let (tag, wrapped) = reader.next_numbered()?;
            if tag <= before {
                return Err(DescriptionError::TagOrder);
            }
            before = tag;
            found.take(tag, wrapped)?;
        }
        Ok(found)
    }

    fn take(&mut self, tag: u32, wrapped: Element<'_>) -> Result<(), InvalidDer> {
        let mut inside = wrapped.inside();
        let value = inside.next()?;
        inside.finish()?;
        match tag {
            1 => self.purposes = Some(integers(value)?),
            2 => self.algorithm = Some(integer(value)?),
            3 => self.key_size = Some(integer(value)?),
            5 => self.digests = Some(integers(value)?),
            6 => self.paddings = Some(integers(value)?),
            10 => self.ec_curve = Some(integer(value)?),
            200 => self.rsa_public_exponent = Some(integer(value)?),
            503 => self.no_auth_required = flag(value)?,
            504 => self.user_auth_type = Some(integer(value)?),
            505 => self.auth_timeout = Some(integer(value)?),
            506 => self.allow_while_on_body = flag(value)?,
            507 => self.trusted_user_presence_required = flag(value)?,
            509 => self.unlocked_device_required = flag(value)?,
            701 => self.creation_date_time = Some(integer(value)?),
            702 => self.origin = Some(origin(value)?),
            703 => self.rollback_resistant = flag(value)?,
            704 => self.root_of_trust = Some(RootOfTrust::read(value)?),
            705 => self.os_version = Some(integer(value)?),
            706 => self.os_patch_level = Some(integer(value)?),
            709 => self.application_id = Some(ApplicationId::read(value)?),
            710 => self.brand = Some(octets(value)?),
            711 => self.device = Some(octets(value)?),
            712 => self.product = Some(octets(value)?),
            713 => self.serial = Some(octets(value)?),
            714 => self.imei = Some(octets(value)?),
            715 => self.meid = Some(octets(value)?),
            716 => self.manufacturer = Some(octets(value)?),
            717 => self.model = Some(octets(value)?),
            718 => self.vendor_patch_level = Some(integer(value)?),
            719 => self.boot_patch_level = Some(integer(value)?),
            723 => self.second_imei = Some(octets(value)?),
            724 => self.module_hash = Some(octets(value)?),
            other => self.others.push(other),
        }
        Ok(())
    }
}

impl RootOfTrust {
    fn read(value: Element<'_>) -> Result<Self, InvalidDer> {
        let mut fields = expect(value, SEQUENCE)?;
        let verified_boot_key = fields.expect(OCTET_STRING)?.value.to_vec();
        let device_locked = match fields.expect(BOOLEAN)?.value {
            [0x00] => false,
            [0xff] => true,
            _ => return Err(InvalidDer),
        };
        let verified_boot_state = match number(fields.expect(ENUMERATED)?)? {
            0 => BootState::Verified,
            1 => BootState::SelfSigned,
            2 => BootState::Unverified,
            3 => BootState::Failed,
            _ => return Err(InvalidDer),
        };
        let hash = fields.optional(OCTET_STRING)?;
        let verified_boot_hash = hash.map(|hash| hash.value.to_vec());
        fields.finish()?;
        Ok(Self { verified_boot_key, device_locked, verified_boot_state, verified_boot_hash })
    }
}

impl ApplicationId {
    /// DER inside an octet string, because the hardware does not look into it.
    fn read(value: Element<'_>) -> Result<Self, InvalidDer> {
        let der = octets(value)?;
        let mut fields = asn1::single(&der, SEQUENCE)?.inside();
        let packages = members(fields.expect(SET)?)?.into_iter().map(|package| {
            let mut fields = expect(package, SEQUENCE)?;
            let name = fields.expect(OCTET_STRING)?.value.to_vec();
            let version = integer(fields.next()?)?;
            fields.finish()?;
            Ok(Package { name, version })
        });
        let packages = packages.collect::<Result<_, InvalidDer>>()?;
        let signatures = members(fields.expect(SET)?)?.into_iter().map(octets);
        let signatures = signatures.collect::<Result<_, _>>()?;
        fields.finish()?;
        Ok(Self { packages, signatures })
    }
}

fn expect(value: Element<'_>, tag: u8) -> Result<Reader<'_>, InvalidDer> {
    if value.tag == tag { Ok(value.inside()) } else { Err(InvalidDer) }
}

fn members(set: Element<'_>) -> Result<Vec<Element<'_>>, InvalidDer> {
    let mut reader = set.inside();
    let mut members = Vec::new();
    while !reader.is_empty() {
        if members.len() == MAX_MEMBERS {
            return Err(InvalidDer);
        }
        members.push(reader.next()?);
    }
    Ok(members)
}

/// A set of numbers, none of them twice; hardware does not always sort them.
fn integers(value: Element<'_>) -> Result<Vec<u64>, InvalidDer> {
    expect(value, SET)?;
    let mut numbers = Vec::new();
    for member in members(value)? {
        let number = integer(member)?;
        if numbers.contains(&number) {
            return Err(InvalidDer);
        }
        numbers.push(number);
    }
    Ok(numbers)
}

fn integer(value: Element<'_>) -> Result<u64, InvalidDer> {
    if value.tag == INTEGER { number(value) } else { Err(InvalidDer) }
}

/// A number in its shortest form (X.690 §8.3.2).
fn number(value: Element<'_>) -> Result<u64, InvalidDer> {
    match value.value {
        [0, next, ..] if next & 0x80 == 0 => Err(InvalidDer),
        _ => value.small(),
    }
}

fn octets(value: Element<'_>) -> Result<Vec<u8>, InvalidDer> {
    if value.tag == OCTET_STRING { Ok(value.value.to_vec()) } else { Err(InvalidDer) }
}

/// What holds when it is there.
fn flag(value: Element<'_>) -> Result<bool, InvalidDer> {
    if value.tag == NULL && value.value.is_empty() { Ok(true) } else { Err(InvalidDer) }
}

fn level(value: Element<'_>) -> Result<SecurityLevel, InvalidDer> {
    match (value.tag, number(value)?) {
        (ENUMERATED, 0) => Ok(SecurityLevel::Software),
        (ENUMERATED, 1) => Ok(SecurityLevel::TrustedEnvironment),
        (ENUMERATED, 2) => Ok(SecurityLevel::StrongBox),
        _ => Err(InvalidDer),
    }
}

fn origin(value: Element<'_>) -> Result<Origin, InvalidDer> {
    match integer(value)? {
        0 => Ok(Origin::Generated),
        1 => Ok(Origin::Derived),
        2 => Ok(Origin::Imported),
        3 => Ok(Origin::Reserved),
        4 => Ok(Origin::SecurelyImported),
        _ => Err(InvalidDer),
    }
}
