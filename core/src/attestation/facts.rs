//! What a list of authorizations says, in lines that a person or a script can read.

use super::key_description::{ApplicationId, AuthorizationList, RootOfTrust};

/// One line: a name as in Android's schema, and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// Its name.
    pub name: &'static str,
    /// Its value: numbers and names as they stand, octets in hexadecimal.
    pub value: String,
}

impl AuthorizationList {
    /// All that it says, in the order of the tags.
    #[must_use]
    pub fn facts(&self) -> Vec<Fact> {
        let mut facts = Vec::new();
        let mut say = |name, value: Option<String>| {
            facts.extend(value.map(|value| Fact { name, value }));
        };
        let number = |value: Option<u64>| value.map(|value| value.to_string());
        let flag = |holds: bool| holds.then(|| "true".to_owned());
        let text = |value: &Option<Vec<u8>>| value.as_deref().map(printable);
        say("purpose", self.purposes.as_deref().map(listed));
        say("algorithm", number(self.algorithm));
        say("keySize", number(self.key_size));
        say("digest", self.digests.as_deref().map(listed));
        say("padding", self.paddings.as_deref().map(listed));
        say("ecCurve", number(self.ec_curve));
        say("rsaPublicExponent", number(self.rsa_public_exponent));
        say("noAuthRequired", flag(self.no_auth_required));
        say("userAuthType", number(self.user_auth_type));
        say("authTimeout", number(self.auth_timeout));
        say("allowWhileOnBody", flag(self.allow_while_on_body));
        say("trustedUserPresenceRequired", flag(self.trusted_user_presence_required));
        say("unlockedDeviceRequired", flag(self.unlocked_device_required));
        say("creationDateTime", number(self.creation_date_time));
        say("origin", self.origin.map(|origin| format!("{origin:?}")));
        say("rollbackResistant", flag(self.rollback_resistant));
        say("rootOfTrust", self.root_of_trust.as_ref().map(RootOfTrust::line));
        say("osVersion", number(self.os_version));
        say("osPatchLevel", number(self.os_patch_level));
        say("attestationApplicationId", self.application_id.as_ref().map(ApplicationId::line));
        say("attestationIdBrand", text(&self.brand));
        say("attestationIdDevice", text(&self.device));
        say("attestationIdProduct", text(&self.product));
        say("attestationIdSerial", text(&self.serial));
        say("attestationIdImei", text(&self.imei));
        say("attestationIdMeid", text(&self.meid));
        say("attestationIdManufacturer", text(&self.manufacturer));
        say("attestationIdModel", text(&self.model));
        say("vendorPatchLevel", number(self.vendor_patch_level));
        say("bootPatchLevel", number(self.boot_patch_level));
        say("attestationIdSecondImei", text(&self.second_imei));
        say("moduleHash", self.module_hash.as_deref().map(hex::encode));
        let others: Vec<u64> = self.others.iter().map(|tag| u64::from(*tag)).collect();
        say("otherTags", (!others.is_empty()).then(|| listed(&others)));
        facts
    }
}

impl RootOfTrust {
    fn line(&self) -> String {
        let hash = self.verified_boot_hash.as_deref().map(hex::encode).unwrap_or_default();
        format!(
            "verifiedBootState={:?} deviceLocked={} verifiedBootKey={} verifiedBootHash={hash}",
            self.verified_boot_state,
            self.device_locked,
            hex::encode(&self.verified_boot_key),
        )
    }
}

impl ApplicationId {
    fn line(&self) -> String {
        let packages = self.packages.iter().map(|package| {
            format!("package={} version={}", printable(&package.name), package.version)
        });
        let signatures =
            self.signatures.iter().map(|digest| format!("signer={}", hex::encode(digest)));
        packages.chain(signatures).collect::<Vec<_>>().join(" ")
    }
}

fn listed(numbers: &[u64]) -> String {
    numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(",")
}

/// Foreign text for a terminal: what is no plain character is written as its code.
fn printable(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string()
}
