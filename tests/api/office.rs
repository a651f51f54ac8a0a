//! An office in a temporary folder: two units, a leader, devices in every standing, API keys.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use http::{Method, Request, Response};
use tempfile::TempDir;
use tower::ServiceExt as _;
use trien_core::certificate::{Csr, DistinguishedName};
use trien_core::digest::Sha256;
use trien_core::document::Text;
use trien_core::enrollment::{self, ComparisonCode, Invitation, Transcript};
use trien_core::env::{Clock as _, OsEntropy, SystemClock, random};
use trien_core::http_signature::{self, Nonce};
use trien_core::id::{DeviceId, PersonId, RequestId, UnitId};
use trien_core::signer::SoftwareSigner;
use trien_core::wire::{
    Base64, EnrollmentBegin, EnrollmentChallenge, EnrollmentKeys, EnrollmentReveal, KeyEvidence,
};
use trien_server::api::{Api, Data};
use trien_server::app::{App, InitOptions, Settings};
use trien_server::ca::Life;
use trien_server::config::Origin;
use trien_server::console::{Console, Demo};
use trien_server::deliver::DeliverSettings;
use trien_server::flow;
use trien_server::flow::account::IdentityProvider;
use trien_server::flow::act::Act;
use trien_server::flow::admin::KeyPolicy;
use trien_server::flow::change::{self, Changer, NewPost, PostChange};
use trien_server::flow::device::RevocationReason;
use trien_server::flow::key::Scope;
use trien_server::push::PushSettings;
use trien_server::store::directory::Authority;
use trien_server::worker::CheckerSettings;

pub const AUTHORITY: &str = "ky.example.vn";
pub const SAMPLE: &[u8] = include_bytes!("../../server/assets/sample/quyet-dinh.pdf");

pub struct Office {
    pub app: App,
    pub router: Router,
    pub unit: UnitId,
    pub other_unit: UnitId,
    pub leader: PersonId,
    _folder: TempDir,
}

/// A phone as far as requests go.
pub struct Phone {
    pub id: DeviceId,
    auth: SoftwareSigner,
    pub code: ComparisonCode,
}

impl Office {
    pub async fn open() -> Self {
        Self::open_with(|_| ()).await
    }

    /// The same with settings of one's own.
    pub async fn open_with(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = settings(folder.path());
        change(&mut settings);
        let options = InitOptions {
            unit: name("UBND tỉnh X"),
            keys: KeyPolicy::SoftwareAllowed,
            log_origin: format!("{AUTHORITY}/log"),
        };
        let unit = App::init(&settings, options, Arc::new(SystemClock), Arc::new(OsEntropy))
            .await
            .unwrap();
        let app = App::open(settings, Arc::new(SystemClock), Arc::new(OsEntropy)).await.unwrap();
        let (other, leader, chair) = (name("Sở Y"), name("Nguyễn Văn An"), name("Chủ tịch"));
        let other =
            flow::admin::create_unit(&app, &Act::COMMAND_LINE, &other, None, KeyPolicy::Hardware);
        let other_unit = other.await.unwrap().id;
        let leader = flow::admin::create_person(&app, &Act::COMMAND_LINE, &leader, unit.id, &chair);
        let leader = leader.await.unwrap().id;
        let origins = [Origin::parse(&format!("https://{AUTHORITY}")).unwrap()];
        let console = Console::new(app.clone(), &origins, Demo::Real);
        let router = Api::new(app.clone(), &origins, Data::Office).router(console.router());
        Self { app, router, unit: unit.id, other_unit, leader, _folder: folder }
    }

    /// Serves it with an identity provider.
    pub fn take_provider(&mut self, provider: IdentityProvider) {
        let origins = [Origin::parse(&format!("https://{AUTHORITY}")).unwrap()];
        let console = Console::new(self.app.clone(), &origins, Demo::Real).with_provider(provider);
        let api = Api::new(self.app.clone(), &origins, Data::Office);
        self.router = api.router(console.router());
    }

    /// The same data, as it is served on the server itself before there is TLS.
    pub fn plain(&self) -> Router {
        self.at("http://127.0.0.1:8460")
    }

    /// The same data, served at another address.
    pub fn at(&self, address: &str) -> Router {
        let origins = [Origin::parse(address).unwrap()];
        let console = Console::new(self.app.clone(), &origins, Demo::Real);
        Api::new(self.app.clone(), &origins, Data::Office).router(console.router())
    }

    /// Serves the application that stands here now.
    pub fn serve_again(&mut self) {
        let origins = [Origin::parse(&format!("https://{AUTHORITY}")).unwrap()];
        let console = Console::new(self.app.clone(), &origins, Demo::Real);
        let api = Api::new(self.app.clone(), &origins, Data::Office);
        self.router = api.router(console.router());
    }

    /// The same data, served as a demo.
    pub fn demo(&self) -> Router {
        Api::new(self.app.clone(), &[], Data::Demo).router(Router::new())
    }

    pub async fn ask(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub async fn key(&self, unit: UnitId, scopes: &[Scope]) -> String {
        flow::key::create(&self.app, unit, scopes, "test").await.unwrap().token
    }

    /// Somebody who is a clerk of the office's unit, and may hold its seal.
    pub async fn clerk(&self) -> PersonId {
        let why = Some(Text::new("QĐ 3").unwrap());
        let (app, act) = (&self.app, Act { why, ..Act::COMMAND_LINE });
        let (who, staff) = (name("Lê Thị Khuê"), name("Chuyên viên"));
        let person = flow::admin::create_person(app, &act, &who, self.unit, &staff).await.unwrap();
        let authority = Some(Authority::Clerk);
        let post = NewPost { unit: self.unit, title: name("Văn thư"), authority };
        let (by, adds) = (Changer::CommandLine, PostChange::Adds(post));
        let plan = change::look(app, by, person.id, adds).await.unwrap();
        change::carry_out(app, by, &act, plan, &BTreeMap::new()).await.unwrap();
        person.id
    }

    pub async fn pending_phone(&self) -> Phone {
        let new =
            flow::invite::create(&self.app, &Act::COMMAND_LINE, self.leader, 1800).await.unwrap();
        self.enroll(&new.invitation).await
    }

    /// A phone that has sent its keys, with an invitation's secret.
    pub async fn enroll(&self, invitation: &Invitation) -> Phone {
        self.enroll_as(invitation, "test/1", "test").await
    }

    /// The same for a phone that calls its app and itself so.
    pub async fn enroll_as(&self, invitation: &Invitation, app: &str, model: &str) -> Phone {
        let proof =
            enrollment::proof(&invitation.secret, enrollment::BEGIN, &[invitation.id.as_bytes()]);
        let begin = EnrollmentBegin { invitation: invitation.id, proof: Base64(proof.to_vec()) };
        let challenge: EnrollmentChallenge = self.send("/api/v1/enrollments", &begin).await;
        let auth = SoftwareSigner::generate(&OsEntropy);
        let approval = SoftwareSigner::generate(&OsEntropy);
        let subject = DistinguishedName::of(Text::new("Nguyễn Văn An").unwrap());
        let csr = Csr::prepare(&approval.public_key(), &subject);
        let csr = csr.assemble(&approval.sign_now(csr.to_be_signed())).unwrap();
        let nonce: [u8; 32] = random(&OsEntropy);
        let auth_key = auth.public_key();
        let parts: [&[u8]; 4] = [challenge.attempt.as_bytes(), &auth_key, &csr, &nonce];
        let proof = enrollment::proof(&invitation.secret, enrollment::KEYS, &parts);
        let keys = EnrollmentKeys {
            auth_key: Base64(auth_key.clone()),
            csr: Base64(csr.clone()),
            nonce: Base64(nonce.to_vec()),
            evidence: KeyEvidence::None,
            app: Text::new(app).unwrap(),
            model: Text::new(model).unwrap(),
            proof: Base64(proof.to_vec()),
        };
        let path = format!("/api/v1/enrollments/{}/keys", challenge.attempt);
        let reveal: EnrollmentReveal = self.send(&path, &keys).await;
        let code = ComparisonCode::of(&Transcript {
            invitation,
            c1: &challenge.c1.0.try_into().unwrap(),
            commitment: &challenge.commitment,
            auth_key: &auth_key,
            csr: &csr,
            nonce: &nonce,
            c2: &reveal.c2.0.try_into().unwrap(),
        });
        Phone { id: reveal.device, auth, code }
    }

    /// Posts JSON as a phone that has no key yet does.
    async fn send<T: serde::de::DeserializeOwned>(
        &self,
        path: &str,
        message: &impl serde::Serialize,
    ) -> T {
        let request = Request::post(path)
            .header("host", AUTHORITY)
            .header("content-type", "application/json")
            .body(Body::from(serde_json::to_vec(message).unwrap()))
            .unwrap();
        let answer = self.ask(request).await;
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    pub async fn active_phone(&self) -> Phone {
        let phone = self.pending_phone().await;
        flow::enroll::approve(&self.app, &Act::COMMAND_LINE, phone.id, &phone.code.grouped())
            .await
            .unwrap();
        phone
    }

    pub async fn suspended_phone(&self) -> Phone {
        let phone = self.active_phone().await;
        flow::device::suspend(&self.app, &Act::COMMAND_LINE, phone.id).await.unwrap();
        phone
    }

    pub async fn revoked_phone(&self) -> Phone {
        let phone = self.active_phone().await;
        let reason = RevocationReason::KeyCompromise;
        flow::device::revoke(&self.app, &Act::COMMAND_LINE, phone.id, reason).await.unwrap();
        phone
    }

    /// Queues the sample for the leader, over HTTP.
    pub async fn queue(&self, key: &str) -> RequestId {
        let answer = self.ask(submission(self, Some(key), &random_key())).await;
        assert_eq!(answer.status(), 201);
        let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        let value: serde_json::Value = serde_json::from_slice(&body).unwrap();
        value["request"].as_str().unwrap().parse().unwrap()
    }
}

fn settings(folder: &Path) -> Settings {
    Settings {
        data: folder.join("data"),
        database_url: None,
        origin: format!("https://{AUTHORITY}"),
        pins: Vec::new(),
        passphrase: None,
        checker: CheckerSettings::new(binary()),
        token: None,
        life: Life::default(),
        attestation: None,
        app_attest: None,
        push: PushSettings::default(),
        deliver: DeliverSettings::default(),
        mail: None,
    }
}

fn name(text: &str) -> Text<200> {
    Text::new(text).unwrap()
}

pub fn random_key() -> String {
    hex::encode(random::<16>(&OsEntropy))
}

pub fn binary() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_trien"))
}

/// The description of a submission of the sample.
pub fn description(office: &Office) -> serde_json::Value {
    serde_json::json!({
        "unit": office.unit,
        "metadata": { "subject": "Phê duyệt dự toán", "kind": "Quyết định", "issuer": "UBND tỉnh X" },
        "classification": "open",
        "sha256": Sha256::of(SAMPLE),
        "steps": [{ "role": "approve", "signers": [{ "person": office.leader }] }],
    })
}

pub fn submission(office: &Office, key: Option<&str>, idempotency: &str) -> Request<Body> {
    let description = description(office).to_string();
    submission_of(key, idempotency, &[Part::json("request", &description), Part::pdf(SAMPLE)])
}

/// One part of a multipart body.
pub struct Part<'a> {
    pub head: String,
    pub bytes: &'a [u8],
}

impl<'a> Part<'a> {
    pub fn json(name: &str, text: &'a str) -> Self {
        let head = format!("form-data; name=\"{name}\"\r\nContent-Type: application/json");
        Self { head, bytes: text.as_bytes() }
    }

    pub fn pdf(bytes: &'a [u8]) -> Self {
        Self::file("document", "qd.pdf", "application/pdf", bytes)
    }

    pub fn file(part: &str, name: &str, media_type: &str, bytes: &'a [u8]) -> Self {
        let head = format!(
            "form-data; name=\"{part}\"; filename=\"{name}\"\r\nContent-Type: {media_type}"
        );
        Self { head, bytes }
    }
}

pub fn submission_of(key: Option<&str>, idempotency: &str, parts: &[Part<'_>]) -> Request<Body> {
    multipart("/api/v1/requests", key, &[("idempotency-key", idempotency)], parts)
}

/// A submission of the sample by somebody with a token.
pub fn submission_by(office: &Office, token: Option<&str>, idempotency: &str) -> Request<Body> {
    let description = description(office).to_string();
    let parts = [Part::json("request", &description), Part::pdf(SAMPLE)];
    let headers = [("idempotency-key", idempotency), ("accept-language", "en")];
    multipart("/api/v1/admin/requests", token, &headers, &parts)
}

/// A request for a clean copy.
pub fn clean_copy_of(key: Option<&str>, parts: &[Part<'_>]) -> Request<Body> {
    multipart("/api/v1/clean-copies", key, &[], parts)
}

fn multipart(
    path: &str,
    key: Option<&str>,
    headers: &[(&str, &str)],
    parts: &[Part<'_>],
) -> Request<Body> {
    let mut body = Vec::new();
    for part in parts {
        let head = format!("--frontier\r\nContent-Disposition: {}\r\n\r\n", part.head);
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(part.bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--frontier--\r\n");
    let mut request = Request::post(path)
        .header("host", AUTHORITY)
        .header("content-type", "multipart/form-data; boundary=frontier");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if let Some(key) = key {
        request = request.header("authorization", format!("Bearer {key}"));
    }
    request.body(Body::from(body)).unwrap()
}

/// How a signed request is made, so that tests can spoil one thing.
pub struct Call<'a> {
    pub method: Method,
    pub path: &'a str,
    pub query: &'a str,
    pub body: Option<&'a [u8]>,
    pub authority: &'a str,
    pub skew_seconds: i64,
}

impl<'a> Call<'a> {
    pub fn get(path: &'a str) -> Self {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        Self { method: Method::GET, path, query, body: None, authority: AUTHORITY, skew_seconds: 0 }
    }

    pub fn post(path: &'a str) -> Self {
        Self { method: Method::POST, ..Self::get(path) }
    }

    pub fn put(path: &'a str, body: &'a [u8]) -> Self {
        Self { method: Method::PUT, body: Some(body), ..Self::get(path) }
    }
}

impl Phone {
    pub fn sign(&self, call: &Call<'_>) -> Request<Body> {
        let body =
            call.body.map(|bytes| http_signature::Body { content_type: "application/json", bytes });
        let request = http_signature::Request {
            method: call.method.as_str(),
            authority: call.authority,
            path: call.path,
            query: call.query,
            body,
        };
        let created = SystemClock.now().second().plus(call.skew_seconds);
        let nonce = Nonce::generate(&OsEntropy);
        let prepared = http_signature::prepare(&request, created, nonce, self.id);
        let signature = self.auth.sign_now(prepared.to_be_signed());
        let headers = prepared.assemble(&signature, &self.auth.public_key()).unwrap();
        let uri = match call.query {
            "" => call.path.to_owned(),
            query => format!("{}?{query}", call.path),
        };
        let mut built = Request::builder()
            .method(call.method.clone())
            .uri(uri)
            .header("host", call.authority)
            .header("signature-input", headers.signature_input)
            .header("signature", headers.signature);
        if let Some(digest) = headers.content_digest {
            built =
                built.header("content-digest", digest).header("content-type", "application/json");
        }
        built.body(Body::from(call.body.unwrap_or_default().to_vec())).unwrap()
    }
}
