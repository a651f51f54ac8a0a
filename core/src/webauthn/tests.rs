use minicbor::Encoder;
use serde_json::json;

use super::*;
use crate::env::OsEntropy;
use crate::signer::SoftwareSigner;

const HERE: &str = "https://ky.example.vn";
const NAME: &str = "ky.example.vn";
const CHALLENGE: [u8; 32] = [7; 32];

/// An authenticator with one key, that says what a test wants it to say.
struct Authenticator {
    key: SoftwareSigner,
    relying_party: &'static str,
    flags: u8,
    counter: u32,
    extensions: Vec<u8>,
}

impl Authenticator {
    fn new() -> Self {
        Self {
            key: SoftwareSigner::generate(&OsEntropy),
            relying_party: NAME,
            flags: 0x05,
            counter: 1,
            extensions: Vec::new(),
        }
    }

    fn head(&self, more: u8) -> Vec<u8> {
        let flags = self.flags | more | if self.extensions.is_empty() { 0 } else { 0x80 };
        let party = Sha256::of(self.relying_party.as_bytes());
        [party.as_bytes().as_slice(), &[flags], &self.counter.to_be_bytes()].concat()
    }

    fn cose_key(&self) -> Vec<u8> {
        let spki = self.key.public_key();
        let point = &spki[spki.len() - 64..];
        let mut e = Encoder::new(Vec::new());
        e.map(5).unwrap();
        for (label, value) in [(1, 2), (3, -7), (-1, 1)] {
            e.i64(label).unwrap().i64(value).unwrap();
        }
        e.i64(-2).unwrap().bytes(&point[..32]).unwrap();
        e.i64(-3).unwrap().bytes(&point[32..]).unwrap();
        e.into_writer()
    }

    fn new_key(&self) -> Vec<u8> {
        let id = [0xA5; 16];
        let length = 16_u16.to_be_bytes();
        let head = self.head(0x40);
        [&head[..], &[0; 16], &length, &id, &self.cose_key(), &self.extensions].concat()
    }

    fn attestation_object(&self) -> Vec<u8> {
        let mut e = Encoder::new(Vec::new());
        e.map(3).unwrap().str("fmt").unwrap().str("none").unwrap();
        e.str("attStmt").unwrap().map(0).unwrap();
        e.str("authData").unwrap().bytes(&self.new_key()).unwrap();
        e.into_writer()
    }

    fn registered(&self) -> Credential {
        let client_data = client_data("webauthn.create", HERE);
        let attestation_object = self.attestation_object();
        let answer =
            Registration { client_data: &client_data, attestation_object: &attestation_object };
        register(answer, expected(&here())).unwrap()
    }

    fn answers(&self, client_data: &[u8]) -> (Vec<u8>, Vec<u8>) {
        let data = [self.head(0), self.extensions.clone()].concat();
        let signed = [&data[..], Sha256::of(client_data).as_bytes()].concat();
        (data, self.key.sign_now(&signed))
    }

    fn signs_in(&self, known: &Credential, client_data: &[u8]) -> Result<u32, Refused> {
        let (data, signature) = self.answers(client_data);
        let answer = Assertion { client_data, authenticator_data: &data, signature: &signature };
        authenticate(answer, known, expected(&here()))
    }
}

fn here() -> Vec<String> {
    vec![HERE.to_owned()]
}

fn expected(origins: &[String]) -> Expected<'_> {
    Expected { relying_party: NAME, origins, challenge: &CHALLENGE }
}

fn client_data(ceremony: &str, origin: &str) -> Vec<u8> {
    let challenge = Base64UrlUnpadded::encode_string(&CHALLENGE);
    json!({ "type": ceremony, "challenge": challenge, "origin": origin, "crossOrigin": false, "new": 1 })
        .to_string()
        .into_bytes()
}

fn get() -> Vec<u8> {
    client_data("webauthn.get", HERE)
}

#[test]
fn the_key_that_was_registered_signs_in() {
    let authenticator = Authenticator::new();
    let known = authenticator.registered();
    assert_eq!(known.id, [0xA5; 16]);
    assert_eq!(known.public_key, authenticator.key.public_key());
    assert_eq!(known.counter, 1);
    let later = Authenticator { counter: 2, ..authenticator };
    assert_eq!(later.signs_in(&known, &get()), Ok(2));
}

#[test]
fn another_key_does_not_sign_in() {
    let known = Authenticator::new().registered();
    let other = Authenticator { counter: 9, ..Authenticator::new() };
    assert_eq!(other.signs_in(&known, &get()), Err(Refused::Signature));
}

#[test]
fn extensions_are_stepped_over_and_nothing_may_follow() {
    let mut authenticator = Authenticator::new();
    authenticator.extensions =
        minicbor::to_vec([("x", 1)].into_iter().collect::<std::collections::BTreeMap<_, _>>())
            .unwrap();
    let known = authenticator.registered();
    authenticator.counter = 2;
    assert_eq!(authenticator.signs_in(&known, &get()), Ok(2));
    authenticator.extensions.push(0);
    assert_eq!(authenticator.signs_in(&known, &get()), Err(Refused::AuthenticatorData));
}

#[test]
fn a_counter_that_does_not_advance_is_refused_unless_there_is_none() {
    let authenticator = Authenticator { counter: 5, ..Authenticator::new() };
    let known = authenticator.registered();
    assert_eq!(authenticator.signs_in(&known, &get()), Err(Refused::Counter));
    let silent = Authenticator { counter: 0, ..Authenticator::new() };
    let known = silent.registered();
    assert_eq!(silent.signs_in(&known, &get()), Ok(0));
}

#[test]
fn nobody_signs_in_without_being_known_to_the_authenticator() {
    for flags in [0x00, 0x01, 0x04] {
        let authenticator = Authenticator::new();
        let known = authenticator.registered();
        let careless = Authenticator { flags, counter: 2, ..authenticator };
        assert_eq!(careless.signs_in(&known, &get()), Err(Refused::NotVerified), "{flags}");
    }
}

#[test]
fn a_backup_that_cannot_be_is_refused() {
    let authenticator = Authenticator::new();
    let known = authenticator.registered();
    let odd = Authenticator { flags: 0x05 | 0x10, counter: 2, ..authenticator };
    assert_eq!(odd.signs_in(&known, &get()), Err(Refused::AuthenticatorData));
}

#[test]
fn an_answer_given_to_another_page_is_refused() {
    let authenticator = Authenticator { counter: 2, ..Authenticator::new() };
    let known = Authenticator { counter: 2, ..Authenticator::new() }.registered();
    for (client_data, why) in [
        (client_data("webauthn.create", HERE), Refused::Ceremony),
        (client_data("webauthn.get", "https://ky.example.vn.evil.example"), Refused::Origin),
        (client_data("webauthn.get", "http://ky.example.vn"), Refused::Origin),
        (client_data("webauthn.get", "https://ky.example.vn:8443"), Refused::Origin),
        (get().replace_first(b"\"crossOrigin\":false", b"\"crossOrigin\":true "), Refused::Origin),
        (get().replace_first(b"BwcH", b"CAgI"), Refused::Challenge),
        (b"{}".to_vec(), Refused::ClientData),
        (vec![b' '; MAX_MESSAGE_BYTES + 1], Refused::TooLarge),
    ] {
        assert_eq!(authenticator.signs_in(&known, &client_data), Err(why));
    }
    let elsewhere = Authenticator { relying_party: "example.vn", ..authenticator };
    assert_eq!(elsewhere.signs_in(&known, &get()), Err(Refused::RelyingParty));
}

trait ReplaceFirst {
    fn replace_first(self, what: &[u8], by: &[u8]) -> Vec<u8>;
}

impl ReplaceFirst for Vec<u8> {
    fn replace_first(mut self, what: &[u8], by: &[u8]) -> Vec<u8> {
        let at = self.windows(what.len()).position(|part| part == what).expect("it is there");
        self.splice(at..at + what.len(), by.iter().copied());
        self
    }
}

#[test]
fn no_changed_bit_of_an_answer_is_accepted() {
    let authenticator = Authenticator::new();
    let known = authenticator.registered();
    let (client_data, later) = (get(), Authenticator { counter: 2, ..authenticator });
    let (data, signature) = later.answers(&client_data);
    for bit in 0..data.len() * 8 {
        let mut data = data.clone();
        data[bit / 8] ^= 1 << (bit % 8);
        let answer = Assertion {
            client_data: &client_data,
            authenticator_data: &data,
            signature: &signature,
        };
        assert!(authenticate(answer, &known, expected(&here())).is_err(), "bit {bit}");
    }
}

#[test]
fn an_attestation_object_cut_anywhere_or_followed_is_refused() {
    let object = Authenticator::new().attestation_object();
    let client_data = client_data("webauthn.create", HERE);
    let attempt = |attestation_object: &[u8]| {
        register(Registration { client_data: &client_data, attestation_object }, expected(&here()))
    };
    assert!(attempt(&object).is_ok());
    for end in 0..object.len() {
        assert!(attempt(&object[..end]).is_err(), "cut at {end}");
    }
    assert_eq!(attempt(&[&object[..], &[0]].concat()), Err(Refused::AttestationObject));
    let nested = [&[0xA1, 0x61, b'x'][..], &vec![0x81; MAX_MESSAGE_BYTES - 3]].concat();
    assert_eq!(attempt(&nested), Err(Refused::AttestationObject));
}

#[test]
fn a_point_off_the_curve_and_a_key_of_another_kind_are_refused() {
    let good = Authenticator::new().cose_key();
    assert!(public_key::read(&good).is_ok());
    let mut off = good.clone();
    *off.last_mut().unwrap() ^= 1;
    assert_eq!(public_key::read(&off), Err(Refused::Key));
    let twice = [&[0xA6][..], &good[1..], &[0x01, 0x02]].concat();
    assert_eq!(public_key::read(&twice), Err(Refused::Key), "one label twice");
    let mut other = good;
    // ES384 with a P-256 key.
    other.splice(4..5, [0x38, 0x22]);
    assert_eq!(public_key::read(&other), Err(Refused::Key));
}
