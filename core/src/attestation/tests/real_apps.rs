//! App Attest as a real iPhone made it, under Apple's root, with the app's own challenge.
//!
//! What these objects speak for is the SHA-256 of a challenge, as Apple's guide has it, and not our keys: they try
//! the reading and every rule but the binding, which look-alikes try.

use base64ct::{Base64, Encoding as _};
use serde_json::Value;

use super::super::app_attest::judge_bound;
use super::super::*;
use crate::digest::Sha256;
use crate::env::UnixSecond;
use crate::testing::read_vector;

/// Team and bundle of the app that asked.
const APP: &str = "V8H6LQ9448.io.uebelacker.AppAttestExample";
/// The day after the store's app asked: Apple's certificates live for months, not for good.
const THEN: UnixSecond = UnixSecond::new(1_707_350_400);

struct Real {
    object: Vec<u8>,
    bound: Sha256,
}

impl Real {
    fn read(name: &str) -> Self {
        let json = read_vector(&format!("app-attest/{name}.json"));
        let json: Value = serde_json::from_slice(&json).unwrap();
        let bytes = |field: &str| Base64::decode_vec(json[field].as_str().unwrap()).unwrap();
        Self { object: bytes("attestation"), bound: Sha256::of(&bytes("challenge")) }
    }

    fn judge(&self, policy: &AppPolicy) -> Result<(), Refusal> {
        judge_bound(&self.object, policy, &self.bound, THEN)
    }
}

fn policy() -> AppPolicy {
    let root = String::from_utf8(read_vector("app-attest/root.pem")).unwrap();
    AppPolicy { app: APP.to_owned(), roots: read_roots(&root).unwrap() }
}

#[test]
fn an_app_from_the_store_on_a_real_iphone_is_read_under_apples_root() {
    assert_eq!(Real::read("production").judge(&policy()), Ok(()));
}

#[test]
fn an_app_in_development_is_told_from_one_of_the_store() {
    assert_eq!(Real::read("development").judge(&policy()), Err(Refusal::DevelopmentApp));
}

#[test]
fn what_a_real_object_does_not_say_is_refused_by_its_name() {
    let real = Real::read("production");
    let other = AppPolicy { app: "V8H6LQ9448.vn.trien.app".to_owned(), ..policy() };
    assert_eq!(real.judge(&other), Err(Refusal::WrongApp));
    let bound = Sha256::of(b"another challenge");
    let judged = judge_bound(&real.object, &policy(), &bound, THEN);
    assert_eq!(judged, Err(Refusal::WrongChallenge));
    for late in [THEN.plus(-2 * 86_400), THEN.plus(365 * 86_400)] {
        let judged = judge_bound(&real.object, &policy(), &real.bound, late);
        assert_eq!(judged, Err(Refusal::NotValidNow));
    }
    let google = read_vector("android-keyattestation/roots.json");
    let roots = read_roots(&String::from_utf8(google).unwrap()).unwrap();
    let judged = real.judge(&AppPolicy { roots, ..policy() });
    assert_eq!(judged, Err(Refusal::UnknownRoot));
}
