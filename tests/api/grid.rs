//! Who may use which route: every route, every kind of caller. A route without a row fails.

use std::collections::BTreeSet;

use axum::body::Body;
use http::{Method, Request, StatusCode};
use trien_core::digest::Sha256;
use trien_core::id::RequestId;
use trien_server::flow::access;
use trien_server::flow::account::Role;
use trien_server::flow::key::{self, Scope};

use crate::admin_grid;
use crate::office::{
    AUTHORITY, Call, Office, Part, Phone, SAMPLE, clean_copy_of, random_key, submission,
};
use crate::tokens::admin;

/// What a route asks of its caller.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Asks {
    /// Nothing.
    Nothing,
    /// The secret of an invitation, in the message.
    Invitation,
    /// An attempt that was begun with one.
    Attempt,
    /// A slip that somebody holds.
    Slip,
    /// An active device.
    ActiveDevice,
    /// A device in any standing: where it stands.
    AnyDevice,
    /// A device whose decision is worth recording, even as refused.
    DecidingDevice,
    /// A key that may submit.
    Submit,
    /// A key that may submit, of the unit that has the request.
    SubmitOwn,
    /// A key of any unit that may submit.
    SubmitAny,
    /// A key that may read, of the unit that has the request.
    ReadOwn,
    /// A key that may read; others see their own.
    Read,
    /// Any key.
    AnyKey,
    /// A key, in the message.
    Client,
}

const GRID: [(&str, &str, Asks); 65] = [
    ("get", "/", Asks::Nothing),
    ("get", "/e", Asks::Nothing),
    ("get", "/r/{id}", Asks::Nothing),
    ("get", "/.well-known/apple-app-site-association", Asks::Nothing),
    ("get", "/.well-known/assetlinks.json", Asks::Nothing),
    ("get", "/healthz", Asks::Nothing),
    ("get", "/readyz", Asks::Nothing),
    ("get", "/metrics", Asks::Nothing),
    ("get", "/version", Asks::Nothing),
    ("get", "/api/v1/openapi.json", Asks::Nothing),
    ("get", "/api/v1/docs", Asks::Nothing),
    ("get", "/api/v1/docs/{file}", Asks::Nothing),
    ("post", "/api/v1/oauth/token", Asks::Client),
    ("get", "/api/v1/crl/{file}", Asks::Nothing),
    ("post", "/api/v1/ocsp", Asks::Nothing),
    ("get", "/api/v1/ocsp/{request}", Asks::Nothing),
    ("get", "/api/v1/log/checkpoint", Asks::Nothing),
    ("post", "/api/v1/enrollments", Asks::Invitation),
    ("post", "/api/v1/enrollments/{attempt}/keys", Asks::Attempt),
    ("post", "/api/v1/enrollments/slips", Asks::Slip),
    ("post", "/api/v1/enrollments/short-codes", Asks::Slip),
    ("get", "/api/v1/device", Asks::AnyDevice),
    ("get", "/api/v1/device/others", Asks::ActiveDevice),
    ("post", "/api/v1/device/others/{id}/suspend", Asks::ActiveDevice),
    ("post", "/api/v1/device/replacement", Asks::ActiveDevice),
    ("get", "/api/v1/device/delegations", Asks::ActiveDevice),
    ("post", "/api/v1/device/delegations", Asks::ActiveDevice),
    ("post", "/api/v1/device/delegations/{delegation}/end", Asks::ActiveDevice),
    ("get", "/api/v1/device/delegates", Asks::ActiveDevice),
    ("get", "/api/v1/device/push", Asks::ActiveDevice),
    ("put", "/api/v1/device/push", Asks::ActiveDevice),
    ("post", "/api/v1/device/push/test", Asks::ActiveDevice),
    ("delete", "/api/v1/device/push", Asks::ActiveDevice),
    ("get", "/api/v1/events", Asks::ActiveDevice),
    ("get", "/api/v1/sync", Asks::ActiveDevice),
    ("get", "/api/v1/documents/{sha256}", Asks::ActiveDevice),
    ("get", "/api/v1/device/requests/{id}/evidence/{decision}", Asks::ActiveDevice),
    ("get", "/api/v1/device/requests/{id}/comments", Asks::ActiveDevice),
    ("post", "/api/v1/device/requests/{id}/comments", Asks::ActiveDevice),
    ("post", "/api/v1/device/requests/{id}/comments/{comment}/withdraw", Asks::ActiveDevice),
    ("get", "/api/v1/images/{colour}", Asks::ActiveDevice),
    ("put", "/api/v1/requests/{id}/steps/{step}/decision", Asks::DecidingDevice),
    ("get", "/api/v1/document-signatures", Asks::ActiveDevice),
    ("put", "/api/v1/document-signatures/{decision}", Asks::ActiveDevice),
    ("post", "/api/v1/requests", Asks::Submit),
    ("post", "/api/v1/clean-copies", Asks::SubmitAny),
    ("get", "/api/v1/requests", Asks::Read),
    ("get", "/api/v1/changes", Asks::Read),
    ("get", "/api/v1/numbers", Asks::Read),
    ("post", "/api/v1/numbers", Asks::SubmitAny),
    ("get", "/api/v1/templates", Asks::AnyKey),
    ("get", "/api/v1/webhooks", Asks::Read),
    ("get", "/api/v1/webhooks/{id}/deliveries", Asks::Read),
    ("post", "/api/v1/webhooks/{id}/deliveries/{change}/replay", Asks::Read),
    ("get", "/api/v1/requests/{id}", Asks::ReadOwn),
    ("post", "/api/v1/requests/{id}/remind", Asks::SubmitOwn),
    ("post", "/api/v1/requests/{id}/recall", Asks::SubmitOwn),
    ("get", "/api/v1/requests/{id}/comments", Asks::ReadOwn),
    ("get", "/api/v1/requests/{id}/document", Asks::ReadOwn),
    ("get", "/api/v1/requests/{id}/decisions", Asks::ReadOwn),
    ("get", "/api/v1/requests/{id}/evidence/{decision}", Asks::ReadOwn),
    ("get", "/api/v1/requests/{id}/delegations/{delegation}", Asks::ReadOwn),
    ("get", "/api/v1/units", Asks::AnyKey),
    ("get", "/api/v1/people", Asks::AnyKey),
    ("get", "/api/v1/certificates", Asks::Read),
];

/// Who calls.
enum Caller {
    Anonymous,
    WrongKey,
    SubmitKey(String),
    ReadKey(String),
    ReadToken(String),
    OtherUnit(String),
    Administrator(String),
    Pending(Phone),
    Active(Phone),
    Suspended(Phone),
    Revoked(Phone),
}

impl Caller {
    fn name(&self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::WrongKey => "a wrong key",
            Self::SubmitKey(_) => "a key that submits",
            Self::ReadKey(_) => "a key that reads",
            Self::ReadToken(_) => "an access token of a key that reads",
            Self::OtherUnit(_) => "another unit's key",
            Self::Administrator(_) => "an administrator's token",
            Self::Pending(_) => "a pending device",
            Self::Active(_) => "an active device",
            Self::Suspended(_) => "a suspended device",
            Self::Revoked(_) => "a revoked device",
        }
    }

    fn phone(&self) -> Option<&Phone> {
        match self {
            Self::Pending(phone)
            | Self::Active(phone)
            | Self::Suspended(phone)
            | Self::Revoked(phone) => Some(phone),
            _ => None,
        }
    }

    fn key(&self) -> Option<&str> {
        match self {
            Self::WrongKey => Some("trien_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
            Self::SubmitKey(key)
            | Self::ReadKey(key)
            | Self::ReadToken(key)
            | Self::OtherUnit(key)
            | Self::Administrator(key) => Some(key),
            _ => None,
        }
    }
}

/// What the caller must see.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Expected {
    /// The route does its work; its own message may still be wrong, but not the caller.
    Admitted,
    /// Exactly this.
    Status(u16),
}

fn expected(asks: Asks, caller: &Caller) -> Expected {
    use Expected::{Admitted, Status};
    if let Caller::ReadToken(token) = caller {
        return expected(asks, &Caller::ReadKey(token.clone()));
    }
    match (asks, caller) {
        (Asks::Nothing, _) => Admitted,
        (Asks::Invitation, _) => Status(401),
        (Asks::Attempt | Asks::Slip, _) => Status(404),
        (Asks::AnyDevice, caller) if caller.phone().is_some() => Admitted,
        (Asks::ActiveDevice, Caller::Active(_)) => Admitted,
        (Asks::ActiveDevice, caller) if caller.phone().is_some() => Status(403),
        // A decision that verifies is recorded as refused, so its content is looked at first.
        (Asks::DecidingDevice, Caller::Active(_) | Caller::Suspended(_) | Caller::Revoked(_)) => {
            Admitted
        }
        (Asks::DecidingDevice, Caller::Pending(_)) => Status(403),
        (Asks::AnyDevice | Asks::ActiveDevice | Asks::DecidingDevice, _) => Status(401),
        (Asks::Submit | Asks::SubmitOwn, Caller::SubmitKey(_)) => Admitted,
        (Asks::SubmitOwn, Caller::OtherUnit(_)) => Status(404),
        (Asks::SubmitOwn, Caller::ReadKey(_)) => Status(403),
        // A copy is of no unit's.
        (Asks::SubmitAny, Caller::SubmitKey(_) | Caller::OtherUnit(_)) => Admitted,
        (Asks::Submit, Caller::ReadKey(_) | Caller::OtherUnit(_)) => Status(403),
        (Asks::SubmitAny, Caller::ReadKey(_)) => Status(403),
        (Asks::Read, Caller::ReadKey(_) | Caller::OtherUnit(_)) => Admitted,
        (Asks::ReadOwn, Caller::ReadKey(_)) => Admitted,
        (Asks::ReadOwn, Caller::OtherUnit(_)) => Status(404),
        (Asks::Read | Asks::ReadOwn, Caller::SubmitKey(_)) => Status(403),
        (Asks::AnyKey, Caller::SubmitKey(_) | Caller::ReadKey(_) | Caller::OtherUnit(_)) => {
            Admitted
        }
        (
            Asks::Submit
            | Asks::SubmitOwn
            | Asks::SubmitAny
            | Asks::Read
            | Asks::ReadOwn
            | Asks::AnyKey
            | Asks::Client,
            _,
        ) => Status(401),
    }
}

#[test]
fn every_route_has_a_row() {
    let description: serde_json::Value =
        serde_json::from_str(&trien_server::api::description()).unwrap();
    let routes: BTreeSet<(String, String)> = description["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| {
            methods.as_object().unwrap().keys().map(move |method| (method.clone(), path.clone()))
        })
        .collect();
    let rows = GRID.iter().map(|(method, path, _)| (*method, *path));
    let administration = admin_grid::GRID.iter().map(|row| (row.0, row.1));
    let rows = rows.chain(administration).map(|(method, path)| (method.into(), path.into()));
    let rows: BTreeSet<(String, String)> = rows.collect();
    assert_eq!(routes, rows);
}

#[tokio::test]
async fn every_route_admits_its_callers_and_nobody_else() {
    let office = Office::open().await;
    let submit_key = office.key(office.unit, &[Scope::Submit]).await;
    let request = office.queue(&submit_key).await;
    let callers = [
        Caller::Anonymous,
        Caller::WrongKey,
        Caller::SubmitKey(submit_key),
        Caller::ReadKey(office.key(office.unit, &[Scope::Read]).await),
        Caller::ReadToken(read_token(&office).await),
        Caller::OtherUnit(office.key(office.other_unit, &[Scope::Submit, Scope::Read]).await),
        Caller::Administrator(
            admin(&office, "quan-tri", office.unit, &[Role::Administrator]).await.token,
        ),
        Caller::Pending(office.pending_phone().await),
        Caller::Active(office.active_phone().await),
        Caller::Suspended(office.suspended_phone().await),
        Caller::Revoked(office.revoked_phone().await),
    ];
    let mut wrong = Vec::new();
    for (method, path, asks) in GRID {
        for caller in &callers {
            let answer = office.ask(call(&office, caller, method, path, request)).await;
            if !matches(expected(asks, caller), answer.status(), (method, path)) {
                wrong.push(format!("{method} {path} by {}: {}", caller.name(), answer.status()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

fn matches(expected: Expected, status: StatusCode, (method, path): (&str, &str)) -> bool {
    match expected {
        Expected::Status(wanted) => status == wanted,
        // Nobody delegates anything here, and what is sent is none.
        Expected::Admitted if path.contains("{delegation}") => status == StatusCode::NOT_FOUND,
        Expected::Admitted if (method, path) == ("post", "/api/v1/device/delegations") => {
            status == StatusCode::UNPROCESSABLE_ENTITY
        }
        // These ask for things that are not there, of callers that may ask.
        Expected::Admitted if path.contains("/evidence/") || path.contains("/images/") => {
            status == StatusCode::NOT_FOUND
        }
        // Nobody decided that.
        Expected::Admitted if path.ends_with("/document-signatures/{decision}") => {
            status == StatusCode::NOT_FOUND
        }
        Expected::Admitted if path.ends_with("/others/{id}/suspend") => {
            status == StatusCode::NOT_FOUND
        }
        Expected::Admitted if path.contains("/crl/") || path == "/metrics" => {
            status == StatusCode::NOT_FOUND
        }
        // It names no app.
        Expected::Admitted if path.starts_with("/.well-known/") => status == StatusCode::NOT_FOUND,
        // Nobody wrote that comment.
        Expected::Admitted if path.ends_with("/{comment}/withdraw") => {
            status == StatusCode::NOT_FOUND
        }
        // It has no webhook.
        Expected::Admitted if path.contains("/webhooks/{id}/") => status == StatusCode::NOT_FOUND,
        // It was queued a moment ago.
        Expected::Admitted if path.ends_with("/remind") => status == StatusCode::TOO_MANY_REQUESTS,
        // The office wakes nobody.
        Expected::Admitted if path.ends_with("/push/test") => status == StatusCode::BAD_REQUEST,
        // The sample needs no copy.
        Expected::Admitted if path.ends_with("/decision") || path.ends_with("/clean-copies") => {
            status == StatusCode::UNPROCESSABLE_ENTITY
        }
        Expected::Admitted => status.is_success(),
    }
}

fn call(
    office: &Office,
    caller: &Caller,
    method: &str,
    path: &str,
    request: RequestId,
) -> Request<Body> {
    let nobody = "01890a5d-ac96-774b-bcce-b302099a8057";
    let path = path
        .replace("{id}", &request.to_string())
        .replace("{step}", "1")
        .replace("{change}", "1")
        .replace("{sha256}", &Sha256::of(SAMPLE).to_string())
        .replace("{colour}", &Sha256::of(b"none").to_string())
        .replace("{decision}", &Sha256::of(b"none").to_string())
        .replace("{delegation}", &Sha256::of(b"none").to_string())
        .replace("{attempt}", nobody)
        .replace("{comment}", nobody)
        .replace("{request}", "AAAA")
        .replace("/docs/{file}", "/docs/explorer.js")
        .replace("{file}", "none.crl");
    let path = match (method, path.as_str()) {
        ("get", "/api/v1/numbers") => format!("{path}?kind=x&year=2026"),
        _ => path,
    };
    let message = match path.as_str() {
        "/api/v1/enrollments" => {
            format!("{{\"invitation\":\"{nobody}\",\"proof\":\"AAAA\"}}")
        }
        "/api/v1/enrollments/slips" => format!("{{\"slip\":\"{nobody}\"}}"),
        "/api/v1/enrollments/short-codes" => {
            format!("{{\"slip\":\"{nobody}\",\"share\":\"AAAA\"}}")
        }
        path if path.ends_with("/keys") => keys_message(),
        "/api/v1/oauth/token" => "grant_type=client_credentials".to_owned(),
        "/api/v1/numbers" => {
            "{\"kind\":\"Quyết định\",\"notation\":\"QĐ\",\"reference\":\"1\"}".to_owned()
        }
        path if path.ends_with("/comments") => "{\"page\":1,\"text\":\"sai số\"}".to_owned(),
        path if path.ends_with("/recall") => "{\"why\":\"sai số\"}".to_owned(),
        "/api/v1/device/push" => "{\"kind\":\"none\"}".to_owned(),
        "/api/v1/device/delegations" => "{\"statement\":\"AAAA\",\"checkpoint\":\"\"}".to_owned(),
        path if path.ends_with("/end") => "{\"why\":\"về sớm\"}".to_owned(),
        path if path.starts_with("/api/v1/document-signatures/") => {
            format!("{{\"revision_digest\":\"{}\",\"signature\":\"AAAA\"}}", Sha256::of(b""))
        }
        // Right in form, so that only the caller can be what is wrong.
        _ => "{\"decision\":\"AAAA\",\"checkpoint\":\"\",\"binding\":{\"kind\":\"cose\",\
              \"statement\":\"AAAA\"}}"
            .to_owned(),
    };
    if let Some(phone) = caller.phone() {
        return match method {
            "get" => phone.sign(&Call::get(&path)),
            "put" => phone.sign(&Call::put(&path, message.as_bytes())),
            "delete" => phone.sign(&Call { method: Method::DELETE, ..Call::get(&path) }),
            "post" if path.ends_with("/comments") => {
                let call = Call::put(&path, message.as_bytes());
                phone.sign(&Call { method: Method::POST, ..call })
            }
            "post" if path.starts_with("/api/v1/device/delegations") => {
                phone.sign(&Call { method: Method::POST, ..Call::put(&path, message.as_bytes()) })
            }
            "post" if path.starts_with("/api/v1/device/") => phone.sign(&Call::post(&path)),
            _ if path == "/api/v1/requests" => submission(office, None, &random_key()),
            _ if path == "/api/v1/clean-copies" => clean_copy_of(None, &[Part::pdf(SAMPLE)]),
            _ => unsigned(method, &path, &message, None),
        };
    }
    match (method, path.as_str()) {
        ("post", "/api/v1/requests") => submission(office, caller.key(), &random_key()),
        ("post", "/api/v1/clean-copies") => clean_copy_of(caller.key(), &[Part::pdf(SAMPLE)]),
        _ => unsigned(method, &path, &message, caller.key()),
    }
}

async fn read_token(office: &Office) -> String {
    let both = [Scope::Submit, Scope::Read];
    let key = key::create(&office.app, office.unit, &both, "exchanged").await.unwrap();
    let (id, only) = (key.key.to_string(), Some("read"));
    access::grant(&office.app, &id, &key.token, only).await.unwrap().token
}

fn keys_message() -> String {
    serde_json::json!({
        "auth_key": "AAAA", "csr": "AAAA", "nonce": "AAAA", "evidence": { "kind": "none" },
        "app": "test/1", "model": "test", "proof": "AAAA",
    })
    .to_string()
}

fn unsigned(method: &str, path: &str, message: &str, key: Option<&str>) -> Request<Body> {
    let mut request = Request::builder()
        .method(method.to_uppercase().as_str())
        .uri(path)
        .header("host", AUTHORITY);
    if let Some(key) = key {
        request = request.header("authorization", format!("Bearer {key}"));
    }
    let says = method == "put"
        || path.starts_with("/api/v1/device/delegations")
        || path.ends_with("/comments");
    if method == "get" || (!says && path.starts_with("/api/v1/device/")) {
        return request.body(Body::empty()).unwrap();
    }
    let kind = match path {
        "/api/v1/oauth/token" => "application/x-www-form-urlencoded",
        _ => "application/json",
    };
    let request = request.header("content-type", kind);
    request.body(Body::from(message.to_owned())).unwrap()
}
