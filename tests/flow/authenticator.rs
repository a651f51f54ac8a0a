//! An authenticator in software, with one passkey.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use minicbor::Encoder;
use serde_json::{Value, json};
use trien_core::digest::Sha256;
use trien_core::env::OsEntropy;
use trien_core::signer::SoftwareSigner;

/// Where its person signs in.
pub const ORIGIN: &str = "https://ky.example.vn";

/// An authenticator with one key; cloned, as nobody should be able to.
pub struct Authenticator {
    key: SoftwareSigner,
    id: [u8; 16],
    user: String,
    pub counter: u32,
}

fn code(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

fn client_data(ceremony: &str, options: &Value) -> Vec<u8> {
    json!({ "type": ceremony, "challenge": options["challenge"], "origin": ORIGIN })
        .to_string()
        .into_bytes()
}

impl Authenticator {
    /// Makes a key as the question asks, and the answer that says so.
    pub fn create(id: u8, options: &str) -> (Self, String) {
        let options: Value = serde_json::from_str(options).unwrap();
        assert_eq!(options["rp"]["id"], "ky.example.vn");
        let user = options["user"]["id"].as_str().unwrap().to_owned();
        let new =
            Self { key: SoftwareSigner::generate(&OsEntropy), id: [id; 16], user, counter: 0 };
        let spki = new.key.public_key();
        let mut key = Encoder::new(Vec::new());
        key.map(5).unwrap().i8(1).unwrap().i8(2).unwrap().i8(3).unwrap().i8(-7).unwrap();
        key.i8(-1).unwrap().i8(1).unwrap();
        key.i8(-2).unwrap().bytes(&spki[spki.len() - 64..spki.len() - 32]).unwrap();
        key.i8(-3).unwrap().bytes(&spki[spki.len() - 32..]).unwrap();
        let attested = [&[0; 16][..], &[0, 16], &new.id, &key.into_writer()].concat();
        let mut object = Encoder::new(Vec::new());
        object.map(3).unwrap().str("fmt").unwrap().str("none").unwrap();
        object.str("attStmt").unwrap().map(0).unwrap();
        object.str("authData").unwrap().bytes(&[new.data(0x45), attested].concat()).unwrap();
        let answer = json!({ "id": code(&new.id), "type": "public-key", "response": {
            "clientDataJSON": code(&client_data("webauthn.create", &options)),
            "attestationObject": code(&object.into_writer()),
        }});
        (new, answer.to_string())
    }

    fn data(&self, flags: u8) -> Vec<u8> {
        let party = Sha256::of(b"ky.example.vn");
        [party.as_bytes().as_slice(), &[flags], &self.counter.to_be_bytes()].concat()
    }

    /// Answers a question at the door.
    pub fn answer(&mut self, options: &str) -> String {
        self.counter += 1;
        let options: Value = serde_json::from_str(options).unwrap();
        let client_data = client_data("webauthn.get", &options);
        let data = self.data(0x05);
        let signed = [&data[..], Sha256::of(&client_data).as_bytes()].concat();
        let answer = json!({ "id": code(&self.id), "type": "public-key", "response": {
            "clientDataJSON": code(&client_data),
            "authenticatorData": code(&data),
            "signature": code(&self.key.sign_now(&signed)),
            "userHandle": self.user,
        }});
        answer.to_string()
    }
}
