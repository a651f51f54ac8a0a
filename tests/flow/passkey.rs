//! Passkeys and own passwords: what an authenticator's answer begins, and what it does not.

use trien_core::document::Text;
use trien_server::config::Origin;
use trien_server::flow::FlowError;
use trien_server::flow::account::{
    self, NewPassword, Officer, Passkeys, Password, Question, SessionToken, Use,
};

use crate::account::{SENTENCE, set_up, sign_in};
use crate::authenticator::{Authenticator, ORIGIN};
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
    let (authenticator, answer) = Authenticator::create(1, &question.options);
    account::add_passkey(&office.app, passkeys, own, &question.id, &answer).await.unwrap();
    authenticator
}

async fn sign_in_with(
    office: &Office,
    passkeys: &Passkeys,
    authenticator: &mut Authenticator,
) -> Result<SessionToken, FlowError> {
    let question = account::ask_who(&office.app, passkeys).unwrap();
    let answer = authenticator.answer(&question.options);
    account::sign_in_with(&office.app, passkeys, &question.id, &answer, "test").await
}

pub async fn a_passkey_signs_in_until_it_is_removed(office: Office) {
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
    let answer = authenticator.answer(&question.options);
    assert!(send(&question, &answer).await.is_ok());
    assert_eq!(send(&question, &answer).await, Err(FlowError::NoPasskey), "again");
    let other = account::ask_who(&office.app, &passkeys).unwrap();
    assert_eq!(send(&other, &answer).await, Err(FlowError::NoPasskey), "another question");
    let late = account::ask_who(&office.app, &passkeys).unwrap();
    let answer = authenticator.answer(&late.options);
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
    let (_, answer) = Authenticator::create(2, &question.options);
    let add = account::add_passkey(&office.app, &passkeys, &own, &question.id, &answer);
    add.await.unwrap();
    // The same key again, as from a second account.
    let question = asked(&office, &passkeys, &own).await;
    let (_, answer) = Authenticator::create(2, &question.options);
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
