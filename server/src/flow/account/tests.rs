use trien_core::env::OsEntropy;

use super::*;

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
    let passwords = Passwords::new(std::sync::Arc::new(OsEntropy)).unwrap();
    let composed = Password::choose("trời xanh mây trắng", "an").unwrap();
    let hash = passwords.hash(composed).await.unwrap();
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    let decomposed = "tro\u{31B}\u{300}i xanh ma\u{302}y tra\u{306}\u{301}ng";
    assert!(passwords.is(Password::typed(decomposed), Some(hash.clone())).await.unwrap());
    assert!(!passwords.is(Password::typed("trời xanh"), Some(hash)).await.unwrap());
    assert!(!passwords.is(Password::typed("trời xanh mây trắng"), None).await.unwrap());
}

#[test]
fn a_setup_code_is_read_as_people_type_it() {
    let code = SetupCode::typed("abcd efgh-JKLM nPQr");
    assert_eq!(code.to_string(), "ABCD-EFGH-JKLM-NPQR");
    assert!(code == SetupCode::typed("ABCDEFGHJKLMNPQR"));
}
