//! The apps that open this server's links, as Apple and Google are told.

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};
use trien_core::digest::Sha256;
use trien_server::attestation::{AppAttestSettings, AttestationSettings};

use crate::office::Office;

const APPLE: &str = "/.well-known/apple-app-site-association";
const GOOGLE: &str = "/.well-known/assetlinks.json";

async fn answer(office: &Office, path: &str) -> (u16, String, Value) {
    let answer = office.ask(Request::get(path).body(Body::empty()).unwrap()).await;
    let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
    let status = answer.status().as_u16();
    let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    (status, kind, serde_json::from_slice(&body).unwrap())
}

#[tokio::test]
async fn the_app_that_attestation_names_opens_the_links_and_all_who_may_sign_it_are_named() {
    let office = Office::open_with(|settings| {
        settings.app_attest = Some(AppAttestSettings {
            app: "0352187391.vn.gov.tinhx.kyso".to_owned(),
            root: "apple.pem".into(),
        });
        settings.attestation = Some(AttestationSettings {
            package: "vn.tinhx.kyso".to_owned(),
            signers: vec![Sha256::of(b"ours"), Sha256::of(b"the shop's")],
            roots: "roots.json".into(),
            status_list: "status.json".into(),
            minimum_patch_level: None,
        });
    })
    .await;
    let (status, kind, apple) = answer(&office, APPLE).await;
    assert_eq!((status, &*kind), (200, "application/json"));
    let paths = [json!({ "/": "/e" }), json!({ "/": "/r/????????-????-????-????-????????????" })];
    let app = json!({ "appIDs": ["0352187391.vn.gov.tinhx.kyso"], "components": paths });
    assert_eq!(apple, json!({ "applinks": { "details": [app] } }));
    let (status, kind, google) = answer(&office, GOOGLE).await;
    assert_eq!((status, &*kind), (200, "application/json"));
    let target = &google[0]["target"];
    assert_eq!(target["package_name"], "vn.tinhx.kyso");
    let named = target["sha256_cert_fingerprints"].as_array().unwrap();
    for (named, signer) in named.iter().zip([b"ours".as_slice(), b"the shop's"]) {
        let named = named.as_str().unwrap();
        assert_eq!(named.split(':').count(), 32, "{named}");
        assert_eq!(named.replace(':', "").to_lowercase(), Sha256::of(signer).to_string());
    }
    assert_eq!(named.len(), 2);
}

#[tokio::test]
async fn an_office_that_names_no_app_hands_its_links_to_none() {
    let office = Office::open().await;
    for path in [APPLE, GOOGLE] {
        let (status, _, problem) = answer(&office, path).await;
        assert_eq!((status, &problem["code"]), (404, &json!("app")), "{path}");
    }
}
