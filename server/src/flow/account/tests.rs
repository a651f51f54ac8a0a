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

fn new(login: &str, unit: UnitId, role: Role) -> NewAccount {
    NewAccount {
        login: Login::parse(login).unwrap(),
        name: Text::new("Nguyễn Văn An").unwrap(),
        password: Password::choose(SENTENCE, login).unwrap(),
        grants: vec![Grant { unit, role }],
    }
}

/// An office whose first account is called `an`.
async fn office(folder: &std::path::Path, role: Role) -> (App, UnitId, SessionToken) {
    let listen = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    let config = Config::loopback(folder.join("office"), listen);
    let unit = Text::new("UBND xã Mây").unwrap();
    let office = NewOffice { unit, keys: KeyPolicy::Hardware, log_name: None };
    let founded = found(&config, office, Arc::new(SystemClock), Arc::new(OsEntropy)).await.unwrap();
    let (app, unit) = (founded.app, founded.unit.id);
    let code = begin_setup(&app).await.unwrap().unwrap();
    let session = set_up(&app, &code, new("an", unit, role), "test").await.unwrap();
    (app, unit, session)
}

/// What a sign-in came to, and how many hashes it cost.
async fn tried(app: &App, login: &str, password: &str) -> (Result<(), FlowError>, u64) {
    let before = app.passwords().computed();
    let (login, password) = (login.to_owned(), Password::typed(password));
    let came = sign_in(app, SignIn { login, password, client: "test".to_owned() }).await;
    (came.map(|_| ()), app.passwords().computed() - before)
}

#[tokio::test]
async fn every_sign_in_costs_one_hash_whoever_it_is_for() {
    let folder = tempfile::tempdir().unwrap();
    let (app, unit, session) = office(folder.path(), Role::Administrator).await;
    let first = officer(&app, &session, Use::Acts).await.unwrap();
    for login in ["binh", "cuong"] {
        create(&app, &first, new(login, unit, Role::Auditor)).await.unwrap();
    }
    let filter = AccountFilter { query: "binh".to_owned(), ..AccountFilter::default() };
    let found = list(&app, &first, &filter, &crate::paging::Turn::First).await.unwrap();
    end(&app, &first, found.accounts[0].id, Text::new("nghỉ hưu").unwrap()).await.unwrap();
    for _ in 0..6 {
        assert!(tried(&app, "cuong", "sai").await.0.is_err());
    }
    let refused = Err(FlowError::Unauthenticated);
    for (login, password, expected, whose) in [
        ("an", SENTENCE, Ok(()), "the right password"),
        ("an", "sai", refused.clone(), "a wrong one"),
        ("dung", SENTENCE, refused.clone(), "nobody's login"),
        ("<không phải>", SENTENCE, refused.clone(), "what is no login"),
        ("", "", refused.clone(), "nothing"),
        ("binh", SENTENCE, refused.clone(), "an account that ended"),
        ("cuong", SENTENCE, refused, "an account that waits"),
    ] {
        assert_eq!(tried(&app, login, password).await, (expected, 1), "{whose}");
    }
    app.shut_down().await;
}

#[tokio::test]
async fn a_right_password_does_not_outrun_wrong_ones_that_came_meanwhile() {
    let folder = tempfile::tempdir().unwrap();
    let (app, ..) = office(folder.path(), Role::Auditor).await;
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
