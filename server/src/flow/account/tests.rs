use std::sync::Arc;

use trien_core::env::{OsEntropy, SystemClock};

use super::*;
use crate::config::Config;
use crate::flow::admin::KeyPolicy;
use crate::founding::{NewOffice, found};

#[test]
fn a_login_is_plain_and_in_lower_case() {
    assert_eq!(Login::parse(" An.Nguyen ").unwrap().as_str(), "an.nguyen");
    for wrong in ["", "  ", "an nguyễn", "a b", "<b>", &"x".repeat(65)] {
        assert_eq!(Login::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn a_password_is_a_sentence_that_nobody_guesses() {
    let choose = |typed: &str| Password::choose(typed, "an.nguyen").map(|_| ());
    assert_eq!(choose("mười bốn chữ ạ"), Err(InvalidPassword::TooShort));
    assert_eq!(choose(&"dài ".repeat(40)), Err(InvalidPassword::TooLong));
    assert_eq!(choose("aaaaaaaaaaaaaaaaaaaa"), Err(InvalidPassword::Guessable));
    assert_eq!(choose("an.nguyenan.nguyen12"), Err(InvalidPassword::Guessable));
    assert_eq!(choose("trời xanh mây trắng nắng vàng"), Ok(()));
    assert_eq!(format!("{:?}", Password::typed("bí mật")), "Password(…)");
}

#[tokio::test]
async fn a_password_is_the_same_however_its_marks_are_typed() {
    let passwords = Passwords::new(Arc::new(OsEntropy)).unwrap();
    let composed = Password::choose("trời xanh mây trắng", "an").unwrap();
    let hash = passwords.hash(composed).await.unwrap();
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    let decomposed = "tro\u{31B}\u{300}i xanh ma\u{302}y tra\u{306}\u{301}ng";
    assert!(passwords.is(Password::typed(decomposed), Some(hash.clone())).await.unwrap());
    assert!(!passwords.is(Password::typed("trời xanh"), Some(hash)).await.unwrap());
    assert!(!passwords.is(Password::typed("trời xanh mây trắng"), None).await.unwrap());
}

const SENTENCE: &str = "trời xanh mây trắng nắng vàng";

#[tokio::test]
async fn a_right_password_does_not_outrun_wrong_ones_that_came_meanwhile() {
    let folder = tempfile::tempdir().unwrap();
    let listen = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    let config = Config::loopback(folder.path().join("office"), listen);
    let unit = Text::new("UBND xã Mây").unwrap();
    let office = NewOffice { unit, keys: KeyPolicy::Hardware, log_name: None };
    let founded = found(&config, office, Arc::new(SystemClock), Arc::new(OsEntropy)).await.unwrap();
    let (app, unit) = (founded.app, founded.unit.id);
    let code = begin_setup(&app).await.unwrap().unwrap();
    let new = NewAccount {
        login: Login::parse("an").unwrap(),
        name: Text::new("Nguyễn Văn An").unwrap(),
        password: Password::choose(SENTENCE, "an").unwrap(),
        grants: vec![Grant { unit, role: Role::Auditor }],
    };
    set_up(&app, &code, new, "test").await.unwrap();
    let read = {
        let mut connection = app.store().reader().await.unwrap();
        account::by_login(&mut connection, "an").await.unwrap().unwrap()
    };
    for _ in 0..5 {
        let (login, password) = ("an".to_owned(), Password::typed("sai"));
        let wrong = sign_in(&app, SignIn { login, password, client: "test".to_owned() }).await;
        assert_eq!(wrong, Err(FlowError::Unauthenticated));
    }
    // What was read before says nothing of a wait.
    assert_eq!(session::begin(&app, &read, "test").await, Err(FlowError::Unauthenticated));
    app.shut_down().await;
}

#[test]
fn a_setup_code_is_read_as_people_type_it() {
    let code = SetupCode::typed("abcd efgh-JKLM nPQr");
    assert_eq!(code.to_string(), "ABCD-EFGH-JKLM-NPQR");
    assert!(code == SetupCode::typed("ABCDEFGHJKLMNPQR"));
}
