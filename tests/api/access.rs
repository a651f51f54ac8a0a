//! Access tokens: what a key is exchanged for, and what ends them.

use axum::body::Body;
use base64ct::{Base64, Encoding as _};
use http::{Request, Response};
use serde_json::Value;
use trien_core::id::ApiKeyId;
use trien_server::flow::key::{self, NewKey, Scope};

use crate::office::{AUTHORITY, Office};

const BOTH: [Scope; 2] = [Scope::Submit, Scope::Read];

async fn new_key(office: &Office, scopes: &[Scope]) -> NewKey {
    key::create(&office.app, office.unit, scopes, "qlvb").await.unwrap()
}

async fn ask(office: &Office, form: &str, basic: Option<(ApiKeyId, &str)>) -> (u16, Value) {
    let mut request = Request::post("/api/v1/oauth/token")
        .header("host", AUTHORITY)
        .header("content-type", "application/x-www-form-urlencoded");
    if let Some((id, secret)) = basic {
        let pair = Base64::encode_string(format!("{id}:{secret}").as_bytes());
        request = request.header("authorization", format!("Basic {pair}"));
    }
    read(office.ask(request.body(Body::from(form.to_owned())).unwrap()).await).await
}

async fn read(answer: Response<Body>) -> (u16, Value) {
    let status = answer.status().as_u16();
    assert_eq!(answer.headers()["content-type"], "application/json");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let challenge = answer.headers().get("www-authenticate").is_some();
    assert_eq!(challenge, status == 401);
    let body = axum::body::to_bytes(answer.into_body(), 1 << 16).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap())
}

async fn granted(office: &Office, form: &str, key: &NewKey) -> String {
    let (status, answer) = ask(office, form, Some((key.key, &key.token))).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!((&answer["token_type"], &answer["expires_in"]), (&"Bearer".into(), &900.into()));
    answer["access_token"].as_str().unwrap().to_owned()
}

async fn status_of(office: &Office, path: &str, token: &str) -> u16 {
    let request = Request::get(path)
        .header("host", AUTHORITY)
        .header("authorization", format!("Bearer {token}"));
    office.ask(request.body(Body::empty()).unwrap()).await.status().as_u16()
}

#[tokio::test]
async fn a_key_is_exchanged_for_a_token_by_either_way_of_showing_it() {
    let office = Office::open().await;
    let key = new_key(&office, &BOTH).await;
    let token = granted(&office, "grant_type=client_credentials", &key).await;
    assert!(!token.contains(&key.token["trien_".len()..]));
    assert_eq!(status_of(&office, "/api/v1/requests", &token).await, 200);
    let NewKey { key: id, token: secret } = &key;
    let form = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}&new=1");
    let (status, answer) = ask(&office, &form, None).await;
    assert_eq!((status, &answer["scope"]), (200, &"submit read".into()));
    // What has no value is as if it were not there.
    let empty = "grant_type=client_credentials&scope=&client_id=&client_secret=";
    let (status, answer) = ask(&office, empty, Some((key.key, &key.token))).await;
    assert_eq!((status, &answer["scope"]), (200, &"submit read".into()));
}

#[tokio::test]
async fn a_token_reaches_as_far_as_was_asked_and_no_further_than_its_key() {
    let office = Office::open().await;
    let key = new_key(&office, &BOTH).await;
    let submits = granted(&office, "grant_type=client_credentials&scope=submit", &key).await;
    assert_eq!(status_of(&office, "/api/v1/requests", &submits).await, 403);
    assert_eq!(status_of(&office, "/api/v1/units", &submits).await, 200);
    let reads = new_key(&office, &[Scope::Read]).await;
    for scope in ["submit", "read+submit", "admin", "read++read"] {
        let form = format!("grant_type=client_credentials&scope={scope}");
        let (status, answer) = ask(&office, &form, Some((reads.key, &reads.token))).await;
        assert_eq!((status, &answer["error"]), (400, &"invalid_scope".into()), "{scope}");
    }
}

#[tokio::test]
async fn a_token_ends_with_its_key() {
    let office = Office::open().await;
    let key = new_key(&office, &BOTH).await;
    let token = granted(&office, "grant_type=client_credentials", &key).await;
    key::revoke(&office.app, key.key).await.unwrap();
    assert_eq!(status_of(&office, "/api/v1/requests", &token).await, 401);
    let (status, answer) =
        ask(&office, "grant_type=client_credentials", Some((key.key, &key.token))).await;
    assert_eq!((status, &answer["error"]), (401, &"invalid_client".into()));
}

#[tokio::test]
async fn a_changed_token_is_no_token() {
    let office = Office::open().await;
    let (key, other) = (new_key(&office, &BOTH).await, new_key(&office, &BOTH).await);
    let token = granted(&office, "grant_type=client_credentials&scope=read", &key).await;
    let theirs = granted(&office, "grant_type=client_credentials", &other).await;
    // Another key's identifier before what was sealed for this one.
    let head = "trien_access_".len() + 21;
    let mut wrong = vec![format!("{}{}", &theirs[..head], &token[head..]), "trien_access_".into()];
    for at in "trien_access_".len()..token.len() {
        let mut bytes = token.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        wrong.push(String::from_utf8(bytes).unwrap());
    }
    wrong.push(token[..token.len() - 1].to_owned());
    wrong.push(format!("trien_access_{}", "A".repeat(4000)));
    for changed in wrong {
        assert_eq!(status_of(&office, "/api/v1/requests", &changed).await, 401, "{changed}");
    }
}

#[tokio::test]
async fn whatever_else_is_asked_is_refused_as_the_standard_says() {
    let office = Office::open().await;
    let key = new_key(&office, &BOTH).await;
    let other = new_key(&office, &BOTH).await;
    let good = Some((key.key, key.token.as_str()));
    let right = "grant_type=client_credentials";
    let twice = format!("{right}&{right}");
    let both = format!("{right}&client_secret={}", key.token);
    let two = format!("{right}&client_id={}", other.key);
    for (form, shown, status, error) in [
        ("", good, 400, "invalid_request"),
        ("grant_type=password", good, 400, "unsupported_grant_type"),
        (&twice, good, 400, "invalid_request"),
        (&both, good, 400, "invalid_request"),
        (&two, good, 400, "invalid_request"),
        (right, None, 401, "invalid_client"),
        (right, Some((other.key, key.token.as_str())), 401, "invalid_client"),
        (right, Some((key.key, "trien_")), 401, "invalid_client"),
    ] {
        let (got, answer) = ask(&office, form, shown).await;
        assert_eq!((got, answer["error"].as_str()), (status, Some(error)), "{form}");
    }
    let json = Request::post("/api/v1/oauth/token").header("content-type", "application/json");
    let json = json.body(Body::from("{\"grant_type\":\"client_credentials\"}")).unwrap();
    let (status, answer) = read(office.ask(json).await).await;
    assert_eq!((status, &answer["error"]), (400, &"invalid_request".into()));
}
