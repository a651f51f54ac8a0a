//! Chains of real devices, with what Google's own reader says of them beside each.

use base64ct::{Base64, Encoding as _};
use serde_json::{Map, Value, json};

use super::super::key_description::{AuthorizationList, KeyDescription};
use super::super::*;
use crate::certificate::Certificate;
use crate::env::UnixSecond;
use crate::testing::read_vector;

const FOLDER: &str = "android-keyattestation/testdata";

/// Each chain with a moment at which all its certificates are valid, or why it is never followed: the
/// software's own chains end in no root of Google's, and one is signed with 1,024 bits of RSA.
const CHAINS: [(&str, Result<i64, Refusal>); 14] = [
    ("akita/sdk34/SB_RSA_NONE", Ok(1_727_395_200)),
    ("akita/sdk34/TEE_EC_NONE", Ok(1_727_395_200)),
    ("akita/sdk34/TEE_RSA_BASE+IMEI", Ok(1_727_395_200)),
    ("akita/sdk34/TEE_RSA_NONE", Ok(1_727_395_200)),
    ("akita/sdk34/TEE_RSA_NONE_USERAUTH", Ok(1_727_395_200)),
    ("blueline/sdk28/SB_RSA_NONE", Ok(1_727_395_200)),
    ("blueline/sdk28/SB_RSA_NONE_USERAUTH", Ok(1_727_395_200)),
    ("blueline/sdk28/TEE_EC_NONE", Ok(1_727_395_200)),
    ("blueline/sdk28/TEE_RSA_BASE+IMEI", Ok(1_727_395_200)),
    ("blueline/sdk28/TEE_RSA_NONE", Ok(1_727_395_200)),
    ("caiman/sdk36/TEE_EC_RKP", Ok(1_758_900_681)),
    ("marlin/sdk29/TEE_EC_NONE", Err(Refusal::UnknownRoot)),
    ("marlin/sdk29/TEE_RSA_NONE", Err(Refusal::WeakSignature)),
    ("sony-xperia10-iii/sdk33/TEE_EC", Ok(1_727_395_200)),
];

fn text(name: &str) -> String {
    String::from_utf8(read_vector(&format!("{FOLDER}/{name}"))).unwrap()
}

fn chain(name: &str) -> Vec<Certificate> {
    Certificate::parse_pem(&text(&format!("{name}.pem"))).unwrap()
}

fn roots() -> Vec<Certificate> {
    let json = read_vector("android-keyattestation/roots.json");
    read_roots(&String::from_utf8(json).unwrap()).unwrap()
}

fn described(name: &str) -> Result<KeyDescription, DescriptionError> {
    let leaf = chain(name).swap_remove(0);
    KeyDescription::of(&leaf).unwrap()
}

#[test]
fn every_field_of_real_descriptions_is_read_as_google_reads_it() {
    for (name, _) in CHAINS {
        let mut expected: Value = serde_json::from_str(&text(&format!("{name}.json"))).unwrap();
        for list in ["softwareEnforced", "hardwareEnforced"] {
            // Their reader's own remark; ours refuses tags out of order.
            let remark = expected[list].as_object_mut().unwrap().remove("areTagsOrdered");
            assert!(remark.is_none_or(|ordered| ordered == true), "{name}");
        }
        assert_eq!(to_json(&described(name).unwrap()), expected, "{name}");
    }
}

#[test]
fn real_chains_lead_to_googles_roots_while_they_are_valid() {
    let (roots, status) = (roots(), StatusList::default());
    assert_eq!(roots.len(), 2);
    for (name, at) in CHAINS {
        let chain = chain(name);
        let check = |at| check_chain(&chain, &roots, &status, UnixSecond::new(at));
        match at {
            Ok(at) => {
                assert_eq!(check(at), Ok(()), "{name}");
                assert_eq!(check(at + 40 * 365 * 86_400), Err(Refusal::NotValidNow), "{name}");
            }
            Err(why) => assert_eq!(check(1_700_000_000), Err(why), "{name}"),
        }
    }
}

#[test]
fn googles_two_roots_are_read_and_signed_by_themselves() {
    let algorithms = roots().into_iter().map(|root| {
        let verified = root.verify_signature(root.public_key()).unwrap();
        assert_eq!(verified.weakness, None);
        verified.algorithm
    });
    let expected = ["RSA 4096 with SHA-256", "ECDSA P-384 with SHA-384"];
    assert_eq!(algorithms.collect::<Vec<_>>(), expected);
}

#[test]
fn a_real_chain_is_refused_once_any_of_its_certificates_is_listed() {
    let roots = roots();
    for (name, at) in CHAINS {
        let Ok(at) = at.map(UnixSecond::new) else { continue };
        let chain = chain(name);
        for certificate in &chain {
            let serial = certificate.serial().to_string();
            let serial = serial.trim_start_matches('0');
            let list = json!({ "entries": { serial: { "status": "REVOKED" } } }).to_string();
            let status = StatusList::parse(list.as_bytes(), at).unwrap();
            let judged = check_chain(&chain, &roots, &status, at);
            assert_eq!(judged, Err(Refusal::Revoked), "{name} {serial}");
        }
    }
}

#[test]
fn tags_out_of_order_are_refused() {
    let read = described("invalid/tags_not_in_ascending_order");
    assert_eq!(read.unwrap_err(), DescriptionError::TagOrder);
}

/// A description in the form of the expected readings.
fn to_json(description: &KeyDescription) -> Value {
    json!({
        "attestationVersion": description.attestation_version.to_string(),
        "attestationSecurityLevel": level(description.attestation_level),
        "keyMintVersion": description.keymint_version.to_string(),
        "keyMintSecurityLevel": level(description.keymint_level),
        "attestationChallenge": Base64::encode_string(&description.challenge),
        "uniqueId": Base64::encode_string(&description.unique_id),
        "softwareEnforced": list(&description.software),
        "hardwareEnforced": list(&description.hardware),
    })
}

fn level(level: SecurityLevel) -> &'static str {
    match level {
        SecurityLevel::Software => "SOFTWARE",
        SecurityLevel::TrustedEnvironment => "TRUSTED_ENVIRONMENT",
        SecurityLevel::StrongBox => "STRONG_BOX",
    }
}

fn list(list: &AuthorizationList) -> Value {
    assert!(list.others.is_empty(), "a tag of real devices is not read: {:?}", list.others);
    let mut fields = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        fields.extend(value.map(|value| (name.to_owned(), value)));
    };
    let number = |value: Option<u64>| value.map(|value| json!(value.to_string()));
    let numbers = |values: &Option<Vec<u64>>| {
        let texts = |values: &Vec<u64>| values.iter().map(u64::to_string).collect::<Vec<_>>();
        values.as_ref().map(|values| json!(texts(values)))
    };
    let text = |bytes: &Option<Vec<u8>>| {
        bytes.as_ref().map(|bytes| json!(String::from_utf8(bytes.clone()).unwrap()))
    };
    let flag = |holds: bool| holds.then_some(json!(true));
    put("purposes", numbers(&list.purposes));
    put("algorithms", number(list.algorithm));
    put("keySize", number(list.key_size));
    put("digests", numbers(&list.digests));
    put("paddings", numbers(&list.paddings));
    put("ecCurve", number(list.ec_curve));
    put("rsaPublicExponent", number(list.rsa_public_exponent));
    put("noAuthRequired", flag(list.no_auth_required));
    put("userAuthType", number(list.user_auth_type));
    put("authTimeout", number(list.auth_timeout));
    put("allowWhileOnBody", flag(list.allow_while_on_body));
    put("trustedUserPresenceRequired", flag(list.trusted_user_presence_required));
    put("unlockedDeviceRequired", flag(list.unlocked_device_required));
    put("creationDateTime", number(list.creation_date_time));
    put("origin", list.origin.map(|origin| json!(format!("{origin:?}").to_uppercase())));
    put("rollbackResistant", flag(list.rollback_resistant));
    put("rootOfTrust", list.root_of_trust.as_ref().map(root_of_trust));
    put("osVersion", number(list.os_version));
    put("osPatchLevel", number(list.os_patch_level));
    put("attestationApplicationId", list.application_id.as_ref().map(application));
    put("attestationIdBrand", text(&list.brand));
    put("attestationIdDevice", text(&list.device));
    put("attestationIdProduct", text(&list.product));
    put("attestationIdSerial", text(&list.serial));
    put("attestationIdImei", text(&list.imei));
    put("attestationIdMeid", text(&list.meid));
    put("attestationIdManufacturer", text(&list.manufacturer));
    put("attestationIdModel", text(&list.model));
    put("vendorPatchLevel", number(list.vendor_patch_level));
    put("bootPatchLevel", number(list.boot_patch_level));
    put("attestationIdSecondImei", text(&list.second_imei));
    put("moduleHash", list.module_hash.as_ref().map(|hash| json!(Base64::encode_string(hash))));
    Value::Object(fields)
}

fn root_of_trust(root: &RootOfTrust) -> Value {
    let state = match root.verified_boot_state {
        BootState::Verified => "VERIFIED",
        BootState::SelfSigned => "SELF_SIGNED",
        BootState::Unverified => "UNVERIFIED",
        BootState::Failed => "FAILED",
    };
    let mut value = json!({
        "verifiedBootKey": Base64::encode_string(&root.verified_boot_key),
        "deviceLocked": root.device_locked,
        "verifiedBootState": state,
    });
    if let Some(hash) = &root.verified_boot_hash {
        value["verifiedBootHash"] = json!(Base64::encode_string(hash));
    }
    value
}

fn application(application: &ApplicationId) -> Value {
    let packages = application.packages.iter().map(|package| {
        let name = String::from_utf8(package.name.clone()).unwrap();
        json!({ "name": name, "version": package.version.to_string() })
    });
    let signatures = application.signatures.iter().map(|digest| Base64::encode_string(digest));
    json!({
        "packages": packages.collect::<Vec<_>>(),
        "signatures": signatures.collect::<Vec<_>>(),
    })
}
