//! An identity provider that says what it is told to say, over HTTP on this machine.

#![allow(dead_code, reason = "flows and pages each use a part")]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64ct::{Base64, Base64UrlUnpadded, Encoding as _};
use serde_json::{Value, json};
use trien_core::digest::Sha256;
use trien_core::env::{OsEntropy, random};
use trien_core::jose::Algorithm;
use trien_core::signer::{SoftwareSigner, to_raw};
use trien_server::flow::account::IdentityProvider;
use trien_server::oidc::{ClientSecret, Issuer, Network, Provider, ProviderSettings};

pub const CLIENT: &str = "trien";
pub const SECRET: &str = "bí mật:của máy chủ";

/// What stands in the place of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    None,
    Redirects,
    TooLarge,
    Fails,
    Hangs,
    OtherIssuer,
    PlainToken,
}

pub struct Script {
    pub now: i64,
    pub discovery: Fault,
    pub keys: Fault,
    pub token: Fault,
    /// What the token's content and its whole become.
    pub alter: fn(&mut Value),
    pub forge: fn(&Script, String) -> String,
    pub signer: SoftwareSigner,
    pub kid: &'static str,
    pub names_itself: bool,
    /// How often each address was asked.
    pub asked: HashMap<&'static str, u32>,
    subject: Value,
    codes: HashMap<String, Asked>,
}

/// What a browser brought.
#[derive(Clone)]
pub struct Asked {
    pub state: String,
    pub redirect: String,
    pub fresh: bool,
    nonce: String,
    challenge: String,
}

#[derive(Clone)]
pub struct Fake {
    pub issuer: String,
    script: Arc<Mutex<Script>>,
}

pub fn code(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// A token of these parts.
pub fn signed(signer: &SoftwareSigner, head: &Value, content: &Value) -> String {
    let signed =
        format!("{}.{}", code(head.to_string().as_bytes()), code(content.to_string().as_bytes()));
    let signature = to_raw(&signer.sign_now(signed.as_bytes())).unwrap();
    format!("{signed}.{}", code(&signature))
}

impl Fake {
    pub async fn start(now: i64) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let script = Script {
            now,
            discovery: Fault::None,
            keys: Fault::None,
            token: Fault::None,
            alter: |_| {},
            forge: |_, token| token,
            signer: SoftwareSigner::generate(&OsEntropy),
            kid: "a",
            names_itself: false,
            asked: HashMap::new(),
            subject: json!({}),
            codes: HashMap::new(),
        };
        let fake = Self { issuer, script: Arc::new(Mutex::new(script)) };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(fake.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        fake
    }

    pub fn settings(&self) -> ProviderSettings {
        ProviderSettings {
            issuer: Issuer::parse(&self.issuer).unwrap(),
            client: CLIENT.to_owned(),
            secret: ClientSecret(SECRET.to_owned()),
            name: "Cổng định danh".to_owned(),
            acr: Vec::new(),
            amr: Vec::new(),
            algorithms: vec![Algorithm::Rs256, Algorithm::Es256],
        }
    }

    /// An office's view of it, which remembers nothing yet.
    pub fn provider(&self) -> IdentityProvider {
        self.with(self.settings())
    }

    pub fn with(&self, settings: ProviderSettings) -> IdentityProvider {
        let network = Network::new(&settings.issuer, None).unwrap();
        IdentityProvider::new(Provider::new(settings, Arc::new(network)))
    }

    pub fn tell(&self, change: impl FnOnce(&mut Script)) {
        change(&mut self.script.lock().unwrap());
    }

    pub fn asked(&self, what: &str) -> u32 {
        self.script.lock().unwrap().asked.get(what).copied().unwrap_or_default()
    }

    /// Somebody signs in there: the code that the browser takes back.
    pub fn sign_in(&self, address: &str, claims: Value) -> (Asked, String) {
        let address = reqwest::Url::parse(address).unwrap();
        let query: HashMap<_, _> = address.query_pairs().into_owned().collect();
        assert_eq!(query["response_type"], "code");
        assert_eq!(query["client_id"], CLIENT);
        assert_eq!(query["code_challenge_method"], "S256");
        assert!(query["scope"].split(' ').any(|scope| scope == "openid"));
        let asked = Asked {
            state: query["state"].clone(),
            redirect: query["redirect_uri"].clone(),
            fresh: query.get("max_age").is_some_and(|age| age == "0"),
            nonce: query["nonce"].clone(),
            challenge: query["code_challenge"].clone(),
        };
        let new = hex::encode(random::<16>(&OsEntropy));
        let mut script = self.script.lock().unwrap();
        script.subject = claims;
        script.codes.insert(new.clone(), asked.clone());
        (asked, new)
    }

    fn begin(&self, what: &'static str) -> Fault {
        let mut script = self.script.lock().unwrap();
        *script.asked.entry(what).or_default() += 1;
        match what {
            "discovery" => script.discovery,
            "keys" => script.keys,
            _ => script.token,
        }
    }
}

async fn fault(fault: Fault) -> Option<Response> {
    Some(match fault {
        Fault::None | Fault::OtherIssuer | Fault::PlainToken => return None,
        Fault::Redirects => Redirect::to("/keys").into_response(),
        Fault::TooLarge => vec![b' '; 300 * 1024].into_response(),
        Fault::Fails => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Fault::Hangs => {
            tokio::time::sleep(std::time::Duration::from_secs(60)).await;
            StatusCode::OK.into_response()
        }
    })
}

async fn discovery(State(fake): State<Fake>) -> Response {
    let told = fake.begin("discovery");
    if let Some(answer) = fault(told).await {
        return answer;
    }
    let at = &fake.issuer;
    let own = if told == Fault::OtherIssuer { "http://127.0.0.1:1" } else { at };
    let token = if told == Fault::PlainToken { "http://id.example.vn" } else { at };
    let names_itself = fake.script.lock().unwrap().names_itself;
    Json(json!({
        "issuer": own,
        "authorization_endpoint": format!("{at}/authorize?theme=vn"),
        "token_endpoint": format!("{token}/token"),
        "jwks_uri": format!("{at}/keys"),
        "authorization_response_iss_parameter_supported": names_itself,
    }))
    .into_response()
}

async fn keys(State(fake): State<Fake>) -> Response {
    let told = fake.begin("keys");
    if let Some(answer) = fault(told).await {
        return answer;
    }
    let script = fake.script.lock().unwrap();
    let spki = script.signer.public_key();
    let (x, y) = spki[spki.len() - 64..].split_at(32);
    let key = json!({ "kty": "EC", "crv": "P-256", "kid": script.kid, "use": "sig",
        "x": code(x), "y": code(y) });
    Json(json!({ "keys": [key] })).into_response()
}

async fn token(
    State(fake): State<Fake>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    let told = fake.begin("token");
    if let Some(answer) = fault(told).await {
        return answer;
    }
    let mut script = fake.script.lock().unwrap();
    let basic = headers[header::AUTHORIZATION].to_str().unwrap();
    let pair = Base64::decode_vec(basic.strip_prefix("Basic ").unwrap()).unwrap();
    assert_eq!(pair, b"trien:b%C3%AD%20m%E1%BA%ADt%3Ac%E1%BB%A7a%20m%C3%A1y%20ch%E1%BB%A7");
    let challenge = code(Sha256::of(form["code_verifier"].as_bytes()).as_bytes());
    let asked = script.codes.remove(&form["code"]);
    let right =
        |asked: &Asked| asked.challenge == challenge && asked.redirect == form["redirect_uri"];
    let Some(asked) = asked.filter(right) else {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" })))
            .into_response();
    };
    let mut content = json!({ "iss": fake.issuer, "aud": CLIENT, "nonce": asked.nonce,
        "iat": script.now, "exp": script.now + 300, "auth_time": script.now });
    for (name, value) in script.subject.as_object().unwrap() {
        content[name] = value.clone();
    }
    (script.alter)(&mut content);
    let head = json!({ "alg": "ES256", "kid": script.kid });
    let token = signed(&script.signer, &head, &content);
    let token = (script.forge)(&script, token);
    Json(json!({ "id_token": token, "access_token": "x", "token_type": "Bearer" })).into_response()
}
