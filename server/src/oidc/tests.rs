use trien_core::jose::Algorithm;

use super::claims::{Expected, check};
use super::*;

fn settings() -> ProviderSettings {
    ProviderSettings {
        issuer: Issuer::parse("https://id.example.vn").unwrap(),
        client: "trien".to_owned(),
        secret: ClientSecret("bí mật".to_owned()),
        name: "VNeID".to_owned(),
        acr: Vec::new(),
        amr: Vec::new(),
        algorithms: vec![Algorithm::Es256],
    }
}

#[test]
fn a_provider_is_named_by_an_address_with_tls_or_is_on_this_machine() {
    for right in
        ["https://id.example.vn", "https://id.example.vn/realms/so-y/", "http://127.0.0.1:1"]
    {
        assert_eq!(Issuer::parse(right).unwrap().as_str(), right);
    }
    for wrong in [
        "http://id.example.vn",
        "http://127.0.0.1.example.vn",
        "https://an@id.example.vn",
        "https://id.example.vn/?realm=x",
        "https://id.example.vn/#x",
        "id.example.vn",
        "ftp://id.example.vn",
        "",
    ] {
        assert_eq!(Issuer::parse(wrong), None, "{wrong}");
    }
    let nested = Issuer::parse("https://id.example.vn/realms/x").unwrap();
    let at = "https://id.example.vn/realms/x/.well-known/openid-configuration";
    assert_eq!(nested.discovery().as_str(), at);
}

#[test]
fn what_a_provider_says_of_itself_has_its_name_and_addresses_with_tls() {
    let issuer = settings().issuer;
    let written = r#"{"issuer":"https://id.example.vn","authorization_endpoint":"https://id.example.vn/a",
        "token_endpoint":"https://id.example.vn/t","jwks_uri":"https://id.example.vn/k"}"#;
    let read = Metadata::read(written.as_bytes(), &issuer).unwrap();
    assert!(read.takes_basic && !read.names_itself);
    for (from, to) in [
        ("https://id.example.vn\"", "https://id.example.vn/\""),
        ("https://id.example.vn/t", "http://id.example.vn/t"),
        ("https://id.example.vn/k", "http://127.0.0.1/k"),
        ("https://id.example.vn/a", "javascript:alert(1)"),
        ("jwks_uri", "jwks"),
    ] {
        let wrong = written.replacen(from, to, 1);
        assert!(Metadata::read(wrong.as_bytes(), &issuer).is_err(), "{to}");
    }
    for cut in 0..written.len() {
        assert!(Metadata::read(&written.as_bytes()[..cut], &issuer).is_err());
    }
}

#[test]
fn an_address_counts_only_when_it_was_verified() {
    let settings = settings();
    let now = Timestamp::from_millis(1_795_305_600_000);
    let content = |more: &str| {
        format!(
            r#"{{"iss":"https://id.example.vn","sub":"s","aud":"trien","nonce":"n",
            "iat":1795305600.5,"exp":1795305900{more}}}"#
        )
    };
    let email = |more: &str| {
        let freshness = Freshness::Any;
        let expected = Expected { settings: &settings, nonce: "n", freshness, now };
        check(content(more).as_bytes(), &expected).unwrap().email
    };
    let verified = r#","email":"An@So.Gov.VN","email_verified":true"#;
    assert_eq!(email(verified).as_deref(), Some("an@so.gov.vn"));
    for unverified in [
        r#","email":"an@so.gov.vn""#,
        r#","email":"an@so.gov.vn","email_verified":false"#,
        r#","email":"an@so.gov.vn","email_verified":"true""#,
        r#","email":"an@so.gov.vn@x","email_verified":true"#,
        r#","email_verified":true"#,
    ] {
        assert_eq!(email(unverified), None, "{unverified}");
    }
}

#[test]
fn secrets_are_not_printed_and_forms_are_escaped() {
    assert!(!format!("{:?}", settings()).contains("bí mật"));
    assert_eq!(form(&[("a b", "c&d=é~")]), "a%20b=c%26d%3D%C3%A9%7E");
}
