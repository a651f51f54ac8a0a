//! Passkeys and own passwords: what an authenticator's answer begins, and what it does not.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use minicbor::Encoder;
use serde_json::{Value, json};
use trien_core::digest::Sha256;
use trien_core::document::Text;
use trien_core::env::OsEntropy;
use trien_core::signer::SoftwareSigner;
use trien_server::config::Origin;
use trien_server::flow::FlowError;
use trien_server::flow::account::{
    self, NewPassword, Officer, Passkeys, Password, Question, SessionToken, Use,
};

use crate::account::{SENTENCE, set_up, sign_in};
use crate::office::Office;
use crate::on_both;

on_both! {
    a_passkey_signs_in_until_it_is_removed,
    an_answer_counts_once_in_time_and_for_its_own_question,
    a_copied_authenticator_is_found_by_its_counter,
    a_passkey_is_added_with_the_password_only,
    an_account_that_ended_has_no_passkey,
    a_changed_password_ends_the_other_sessions,
}

const ORIGIN: &str = "https://ky.example.vn";

/// An authenticator with one key; cloned, as nobody should be able to.
struct Authenticator {
    key: SoftwareSigner,
    id: [u8; 16],
    user: String,
    counter: u32,
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
    fn create(id: u8, question: &Question) -> (Self, String) {
        let options: Value = serde_json::from_str(&question.options).unwrap();
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

    fn answer(&mut self, question: &Question) -> String {
        self.counter += 1;
        let options: Value = serde_json::from_str(&question.options).unwrap();
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

fn passkeys() -> Passkeys {
    Passkeys::new(&[Origin::parse(ORIGIN).unwrap()])
}

async fn officer(office: &Office, token: &SessionToken) -> Officer {
    account::officer(&office.app, token, Use::Acts).await.unwrap()
}

async fn asked(office: &Office, passkeys: &Passkeys, own: &Officer) -> Question {
    let (password, label) = (Password::typed(SENTENCE), Text::new("máy ở cơ quan").unwrap());
    account::ask_new(&office.app, passkeys, own, password, label).await.unwrap()
}

async fn added(office: &Office, passkeys: &Passkeys, own: &Officer) -> Authenticator {
    let question = asked(office, passkeys, own).await;
    let (authenticator, answer) = Authenticator::create(1, &question);
    account::add_passkey(&office.app, passkeys, own, &question.id, &answer).await.unwrap();
    authenticator
}

async fn sign_in_with(
    office: &Office,
    passkeys: &Passkeys,
    authenticator: &mut Authenticator,
) -> Result<SessionToken, FlowError> {
    let question = account::ask_who(&office.app, passkeys).unwrap();
    let answer = authenticator.answer(&question);
    account::sign_in_with(&office.app, passkeys, &question.id, &answer, "test").await
}

async fn a_passkey_signs_in_until_it_is_removed(office: Office) {
    let (own, passkeys) = (officer(&office, &set_up(&office).await).await, passkeys());
    let mut authenticator = added(&office, &passkeys, &own).await;
    let token = sign_in_with(&office, &passkeys, &mut authenticator).await.unwrap();
    assert_eq!(officer(&office, &token).await.account, own.account);
    let listed = account::passkeys_of(&office.app, &own).await.unwrap();
    assert_eq!((listed.len(), listed[0].label.as_str()), (1, "máy ở cơ quan"));
    assert!(listed[0].used_at.is_some());
    account::remove_passkey(&office.app, &own, &listed[0].id).await.unwrap();
    let refused = sign_in_with(&office, &passkeys, &mut authenticator).await;
    assert_eq!(refused, Err(FlowError::NoPasskey));
}

async fn an_answer_counts_once_in_time_and_for_its_own_question(office: Office) {
    let (own, passkeys) = (officer(&office, &set_up(&office).await).await, passkeys());
    let mut authenticator = added(&office, &passkeys, &own).await;
    let send = async |question: &Question, answer: &str| {
        account::sign_in_with(&office.app, &passkeys, &question.id, answer, "test").await
    };
    let question = account::ask_who(&office.app, &passkeys).unwrap();
    let answer = authenticator.answer(&question);
    assert!(send(&question, &answer).await.is_ok());
    assert_eq!(send(&question, &answer).await, Err(FlowError::NoPasskey), "again");
    let other = account::ask_who(&office.app, &passkeys).unwrap();
    assert_eq!(send(&other, &answer).await, Err(FlowError::NoPasskey), "another question");
    let late = account::ask_who(&office.app, &passkeys).unwrap();
    let answer = authenticator.answer(&late);
    office.clock.forward(300);
    assert_eq!(send(&late, &answer).await, Err(FlowError::NoPasskey), "late");
    let new = asked(&office, &passkeys, &own).await;
    assert_eq!(send(&new, &answer).await, Err(FlowError::NoPasskey), "of another kind");
    assert_eq!(send(&new, "{").await, Err(FlowError::NoPasskey), "no answer");
}

async fn a_copied_authenticator_is_found_by_its_counter(office: Office) {
    let (own, passkeys) = (officer(&office, &set_up(&office).await).await, passkeys());
    let mut authenticator = added(&office, &passkeys, &own).await;
    for _ in 0..3 {
        sign_in_with(&office, &passkeys, &mut authenticator).await.unwrap();
    }
    authenticator.counter = 1;
    let copied = sign_in_with(&office, &passkeys, &mut authenticator).await;
    assert_eq!(copied, Err(FlowError::NoPasskey));
}

async fn a_passkey_is_added_with_the_password_only(office: Office) {
    let (own, passkeys) = (officer(&office, &set_up(&office).await).await, passkeys());
    let label = Text::new("máy lạ").unwrap();
    let wrong = Password::typed("không phải mật khẩu này");
    let asked_wrongly = account::ask_new(&office.app, &passkeys, &own, wrong, label).await;
    assert_eq!(asked_wrongly, Err(FlowError::WrongPassword));
    let question = asked(&office, &passkeys, &own).await;
    let (_, answer) = Authenticator::create(2, &question);
    let add = account::add_passkey(&office.app, &passkeys, &own, &question.id, &answer);
    add.await.unwrap();
    // The same key again, as from a second account.
    let question = asked(&office, &passkeys, &own).await;
    let (_, answer) = Authenticator::create(2, &question);
    let again = account::add_passkey(&office.app, &passkeys, &own, &question.id, &answer).await;
    assert_eq!(again, Err(FlowError::NoPasskey));
    let nameless = Passkeys::new(&[Origin::parse("https://10.0.0.5").unwrap()]);
    assert!(account::ask_who(&office.app, &nameless).is_err());
}

async fn an_account_that_ended_has_no_passkey(office: Office) {
    let (own, passkeys) = (officer(&office, &set_up(&office).await).await, passkeys());
    let second = crate::account::second(&office, &own).await;
    let their = officer(&office, &sign_in(&office, "binh", SENTENCE).await.unwrap()).await;
    let mut authenticator = added(&office, &passkeys, &their).await;
    account::end(&office.app, &own, second, Text::new("nghỉ hưu").unwrap()).await.unwrap();
    let refused = sign_in_with(&office, &passkeys, &mut authenticator).await;
    assert_eq!(refused, Err(FlowError::NoPasskey));
}

async fn a_changed_password_ends_the_other_sessions(office: Office) {
    let other = set_up(&office).await;
    let token = sign_in(&office, "an", SENTENCE).await.unwrap();
    let own = officer(&office, &token).await;
    const NEW: &str = "sông dài biển rộng núi cao";
    let change = |current: &str| NewPassword {
        current: Password::typed(current),
        chosen: Password::choose(NEW, "an").unwrap(),
    };
    let change_from = async |current: &str| {
        account::change_password(&office.app, &own, &token, change(current)).await
    };
    assert_eq!(change_from("không phải mật khẩu này").await, Err(FlowError::WrongPassword));
    change_from(SENTENCE).await.unwrap();
    officer(&office, &token).await;
    let ended = account::officer(&office.app, &other, Use::Acts).await;
    assert_eq!(ended, Err(FlowError::Unauthenticated));
    assert_eq!(sign_in(&office, "an", SENTENCE).await, Err(FlowError::Unauthenticated));
    assert!(sign_in(&office, "an", NEW).await.is_ok());
}
