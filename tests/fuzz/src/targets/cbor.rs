//! Deterministic CBOR: what is read is written as the same bytes, survives its JSON form, and a
//! statement verifies only if the office's key made it.

use trien_core::cose::{Content, Statement};
use trien_core::decision::Decision;
use trien_core::delegation::Delegation;
use trien_core::delegation::evidence::DelegationEvidence;
use trien_core::enrollment::Invitation;
use trien_core::pdf::recipe::Recipe;
use trien_core::webauthn::{AuthenticatorData, Expected, Registration, register};

use crate::office::office;
use crate::seeds;

pub fn run(data: &[u8]) {
    if let Ok(decision) = Decision::from_cbor(data) {
        assert_eq!(decision.to_cbor(), data);
        decision.check().expect("what is read is checked");
        let json = serde_json::to_vec(&decision).expect("a decision is JSON");
        let read: Decision = serde_json::from_slice(&json).expect("and is read again");
        assert_eq!(read, decision);
    }
    if let Ok(recipe) = Recipe::from_cbor(data) {
        assert_eq!(recipe.to_cbor(), data);
        let json = serde_json::to_vec(&recipe).expect("a recipe is JSON");
        let read: Recipe = serde_json::from_slice(&json).expect("and is read again");
        assert_eq!(read, recipe);
    }
    if let Ok(statement) = Statement::parse(data) {
        let _ = Decision::from_cbor(&statement.payload);
        if statement.verify(office().person.public_key()).is_ok() {
            assert_eq!(data, seeds::statement(), "a statement that nobody made");
        }
    }
    delegation(data);
    invitation(data);
    passkey(data);
}

fn delegation(data: &[u8]) {
    if let Ok(delegation) = Delegation::from_cbor(data) {
        assert_eq!(delegation.to_cbor(), data);
        delegation.check().expect("what is read is checked");
    }
    if let Ok(statement) = Statement::parse_as(Content::Delegation, data) {
        let _ = Delegation::from_cbor(&statement.payload);
        let verified = statement.verify(office().person.public_key());
        assert!(verified.is_err(), "a delegation that nobody gave");
    }
    let text = std::str::from_utf8(data).ok().and_then(|text| text.parse().ok());
    if let Some(read) = text {
        let read: DelegationEvidence = read;
        assert_eq!(read.to_string().parse().as_ref(), Ok(&read));
    }
}

fn invitation(data: &[u8]) {
    let Ok(link) = std::str::from_utf8(data) else { return };
    if let Ok((origin, invitation)) = Invitation::from_link(link) {
        let again = Invitation::from_link(&invitation.to_link(&origin)).expect("our own link");
        assert_eq!(again.1, invitation);
    }
}

/// The client data is what a browser of ours would send, so that what is fuzzed is behind it.
fn passkey(data: &[u8]) {
    const CLIENT_DATA: &str = r#"{"type":"webauthn.create","challenge":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","origin":"https://a.example"}"#;
    if let Ok(read) = AuthenticatorData::read(data) {
        assert_eq!(read.relying_party[..], data[..32]);
    }
    let origins = ["https://a.example".to_owned()];
    let expected = Expected { relying_party: "a.example", origins: &origins, challenge: &[0; 32] };
    let answer = Registration { client_data: CLIENT_DATA.as_bytes(), attestation_object: data };
    if let Ok(made) = register(answer, expected) {
        assert!(!made.id.is_empty() && !made.public_key.is_empty());
    }
}
