//! People who administer over the API: accounts with tokens, and what they ask.

use axum::body::Body;
use http::{Request, Response, StatusCode};
use serde_json::Value;
use trien_core::document::Text;
use trien_core::id::UnitId;
use trien_server::flow::account::{
    self, Grant, Login, NewAccount, NewAdminToken, Officer, Password, Role, SignIn, Verbs,
};

use crate::described;
use crate::office::{AUTHORITY, Office};

pub const SENTENCE: &str = "trời xanh mây trắng nắng vàng";

/// An answer, read.
pub struct Answer {
    pub status: StatusCode,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub async fn of(answer: Response<Body>) -> Self {
        let status = answer.status();
        let bytes = axum::body::to_bytes(answer.into_body(), 1 << 24).await.unwrap();
        Self { status, bytes: bytes.to_vec() }
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    /// Which problem it is, if it is one.
    pub fn problem(&self) -> Option<String> {
        let problem = self.json();
        let kind = problem["type"].as_str()?.strip_prefix("urn:trien:problem:")?;
        Some(kind.to_owned())
    }
}

/// Somebody with a token.
#[derive(Clone)]
pub struct Admin {
    pub officer: Officer,
    pub token: String,
}

impl Admin {
    pub async fn get(&self, office: &Office, path: &str) -> Value {
        let answer = self.ask(office, "GET", path, "", Vec::new()).await;
        assert_eq!(answer.status, 200, "{path}: {}", String::from_utf8_lossy(&answer.bytes));
        answer.json()
    }

    /// Posts JSON; the answer must have this status.
    pub async fn post(&self, office: &Office, path: &str, body: &Value, status: u16) -> Value {
        let answer = self.try_post(office, path, body).await;
        assert_eq!(answer.status, status, "{path}: {}", String::from_utf8_lossy(&answer.bytes));
        answer.json()
    }

    pub async fn try_post(&self, office: &Office, path: &str, body: &Value) -> Answer {
        let bytes = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        self.ask(office, "POST", path, "application/json", bytes).await
    }

    pub async fn upload(&self, office: &Office, path: &str, file: &[u8]) -> Answer {
        self.ask(office, "POST", path, "application/octet-stream", file.to_vec()).await
    }

    pub async fn ask(
        &self,
        office: &Office,
        method: &str,
        path: &str,
        kind: &str,
        body: Vec<u8>,
    ) -> Answer {
        let path = format!("/api/v1/admin/{path}");
        let request = request(method, &path, kind, body, Some(&self.token));
        let answer = Answer::of(office.ask(request).await).await;
        if answer.status.is_success() {
            described::check(method, &path, answer.status.as_u16(), &answer.json());
        }
        answer
    }
}

/// A request, with a token or without.
pub fn request(
    method: &str,
    path: &str,
    kind: &str,
    body: Vec<u8>,
    token: Option<&str>,
) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path).header("host", AUTHORITY);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    if !kind.is_empty() {
        request = request.header("content-type", kind);
    }
    request.header("accept-language", "en").body(Body::from(body)).unwrap()
}

/// Somebody who signed in, with these roles, made by the office's first account.
pub async fn officer(office: &Office, login: &str, grants: Vec<Grant>) -> Officer {
    let app = &office.app;
    let units = [office.unit, office.other_unit];
    let all = units.map(|unit| Grant { unit, role: Role::Administrator }).to_vec();
    if let Some(code) = account::begin_setup(app).await.unwrap() {
        drop(account::set_up(app, &code, new("goc", all), "test").await.unwrap());
    }
    let first = signed_in(office, "goc").await;
    account::create(app, &first, new(login, grants)).await.unwrap();
    signed_in(office, login).await
}

fn new(login: &str, grants: Vec<Grant>) -> NewAccount {
    NewAccount {
        login: Login::parse(login).unwrap(),
        name: Text::new(format!("Cán bộ {login}").as_str()).unwrap(),
        password: Password::choose(SENTENCE, login).unwrap(),
        grants,
    }
}

async fn signed_in(office: &Office, login: &str) -> Officer {
    let (login, password) = (login.to_owned(), Password::typed(SENTENCE));
    let asked = SignIn { login, password, client: "test".to_owned() };
    let session = account::sign_in(&office.app, asked).await.unwrap();
    account::officer(&office.app, &session, account::Use::Acts).await.unwrap()
}

/// A token of somebody, for all roles.
pub async fn token(office: &Office, officer: &Officer, verbs: Verbs) -> Admin {
    let new = NewAdminToken { label: Text::new("thử").unwrap(), verbs, roles: None, days: 1 };
    let password = Password::typed(SENTENCE);
    let made = account::make_token(&office.app, officer, password, new).await.unwrap();
    Admin { officer: officer.clone(), token: made.text }
}

/// Somebody with these roles in one unit, and a token for everything.
pub async fn admin(office: &Office, login: &str, unit: UnitId, roles: &[Role]) -> Admin {
    let grants = roles.iter().map(|role| Grant { unit, role: *role }).collect();
    token(office, &officer(office, login, grants).await, Verbs::Sensitive).await
}
