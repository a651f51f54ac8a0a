//! An office: the server, its people, and a document system that submits over HTTP.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use reqwest::multipart::{Form, Part};
use reqwest::{RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;
use tempfile::TempDir;
use trien_core::classification::Claimed;
use trien_core::decision::DecisionHash;
use trien_core::digest::Sha256;
use trien_core::document::{Metadata, Text, Urgency};
use trien_core::env::OsEntropy;
use trien_core::id::RequestId;
use trien_core::problem::Problem;
use trien_core::request::{Quorum, Role};
use trien_core::wire::{
    PersonView, RecordedDecision, RequestView, Submission, Submitted, SubmittedAppearance,
    SubmittedSigner, SubmittedStep, UnitView,
};
use trien_server::app::{App, InitOptions};
use trien_server::config::{Config, Origin, Secret};
use trien_server::flow::act::Act;
use trien_server::flow::admin::{self, KeyPolicy};
use trien_server::flow::key::{self, Scope};
use trien_server::serve::Server;

use super::{Database, Proxy, TestClock};

/// How an office begins.
pub struct Options {
    /// Which keys it takes.
    pub keys: KeyPolicy,
    /// Where phones think the server is; itself when absent.
    pub address: Option<String>,
    /// The server's data folder; a fresh one when absent.
    pub folder: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self { keys: KeyPolicy::SoftwareAllowed, address: None, folder: None }
    }
}

/// A problem that the server answered, or what it gave.
pub type Outcome<T> = Result<T, Problem>;

/// A running office.
pub struct Office {
    server: Option<Server>,
    /// Its clock, and the phones'.
    pub clock: TestClock,
    /// Its unit.
    pub unit: UnitView,
    /// Everything that the office and its phones write.
    pub folder: TempDir,
    /// The configuration, to start the server again.
    pub config: Config,
    token: String,
    http: reqwest::Client,
}

impl Office {
    /// An office that takes software keys.
    pub async fn open() -> Self {
        Self::with(Options::default()).await
    }

    /// An office whose phones reach it through `proxy`.
    pub async fn behind(proxy: &Proxy) -> Self {
        let office =
            Self::with(Options { address: Some(proxy.origin()), ..Options::default() }).await;
        proxy.leads_to(office.address());
        office
    }

    /// An office.
    pub async fn with(options: Options) -> Self {
        let folder = TempDir::new().unwrap();
        let clock = TestClock::default();
        let database = Database::fresh().await;
        let listen = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let data = options.folder.unwrap_or_else(|| folder.path().join("server"));
        let mut config = Config::loopback(data, listen);
        config.binary = Some(env!("CARGO_BIN_EXE_trien").into());
        config.database_url = database.url().map(|url| Secret::new(url.to_owned()));
        if let Some(address) = &options.address {
            let own = Origin::parse(&format!("http://{listen}")).unwrap();
            config.origins = vec![Origin::parse(address).unwrap(), own];
        }
        let init = InitOptions {
            unit: text("UBND xã Mây Ngàn"),
            keys: options.keys,
            log_origin: "trien.test/log".to_owned(),
        };
        let settings = config.settings().unwrap();
        let unit = App::init(&settings, init, Arc::new(clock.clone()), Arc::new(OsEntropy));
        let unit = unit.await.expect("a new office");
        let server = start(config.clone(), &clock).await;
        let scopes = [Scope::Submit, Scope::Read];
        let token = key::create(server.app(), unit.id, &scopes, "stories").await.unwrap().token;
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::new();
        Self { server: Some(server), clock, unit, folder, config, token, http }
    }

    /// Stops the server; its data and the document system stay.
    pub async fn halt(&mut self) {
        self.server.take().expect("it runs").stop().await.unwrap();
    }

    /// Starts the server again on the same data and address.
    pub async fn resume(&mut self) {
        self.server = Some(start(self.config.clone(), &self.clock).await);
    }

    /// The application behind the server.
    pub fn app(&self) -> &App {
        self.server.as_ref().expect("it runs").app()
    }

    /// Where the server listens.
    pub fn address(&self) -> SocketAddr {
        self.config.listen
    }

    /// Adds a person.
    pub async fn person(&self, name: &str, position: &str) -> PersonView {
        let (name, position) = (text(name), text(position));
        admin::create_person(self.app(), &Act::COMMAND_LINE, &name, self.unit.id, &position)
            .await
            .unwrap()
    }

    /// A submission of one approval step for `signers`.
    pub fn submission(&self, signers: &[&PersonView]) -> Submission {
        self.route(vec![(Role::Approve, Quorum::All, signers.to_vec())])
    }

    /// A submission with a route.
    pub fn route(&self, steps: Vec<(Role, Quorum, Vec<&PersonView>)>) -> Submission {
        let steps = steps.into_iter().map(|(role, quorum, people)| SubmittedStep {
            role,
            quorum,
            signers: people
                .into_iter()
                .map(|person| SubmittedSigner {
                    person: person.id,
                    appearance: None,
                    fill: Vec::new(),
                })
                .collect(),
        });
        Submission {
            unit: self.unit.id,
            metadata: Metadata {
                number: Some(text("15/QĐ-UBND")),
                subject: text("Về việc thí điểm ký số trên thiết bị di động"),
                kind: text("Quyết định"),
                issuer: text("UBND xã Mây Ngàn"),
                urgency: Urgency::Normal,
            },
            classification: Claimed::Open,
            sha256: None,
            steps: steps.collect(),
            expires_at: None,
            within_hours: None,
            supersedes: None,
            template: None,
            copies: Vec::new(),
            on_paper: None,
            fields: Vec::new(),
            numbering: None,
        }
    }

    /// Submits, and expects to be answered.
    pub async fn submit(&self, submission: &Submission, document: Vec<u8>) -> RequestId {
        self.try_submit(submission, document).await.expect("accepted").request
    }

    /// Submits.
    pub async fn try_submit(
        &self,
        submission: &Submission,
        document: Vec<u8>,
    ) -> Outcome<Submitted> {
        let key = Sha256::of_parts(&[&serde_json::to_vec(submission).unwrap(), &document]);
        self.submit_as(&key.to_string(), submission, document).await
    }

    /// Submits under an idempotency key.
    pub async fn submit_as(
        &self,
        key: &str,
        submission: &Submission,
        document: Vec<u8>,
    ) -> Outcome<Submitted> {
        let form = Form::new()
            .text("request", serde_json::to_string(submission).unwrap())
            .part("document", Part::bytes(document).file_name("van-ban.pdf"));
        self.send(self.post("/api/v1/requests").header("idempotency-key", key).multipart(form))
            .await
    }

    /// The request as the document system sees it.
    pub async fn view(&self, request: RequestId) -> RequestView {
        self.send(self.get(&format!("/api/v1/requests/{request}"))).await.unwrap()
    }

    /// What was recorded.
    pub async fn decisions(&self, request: RequestId) -> Vec<RecordedDecision> {
        self.send(self.get(&format!("/api/v1/requests/{request}/decisions"))).await.unwrap()
    }

    /// The document as it is now.
    pub async fn document(&self, request: RequestId) -> Vec<u8> {
        self.bytes(&format!("/api/v1/requests/{request}/document")).await
    }

    /// The evidence of a decision.
    pub async fn evidence(&self, request: RequestId, decision: DecisionHash) -> String {
        let path = format!("/api/v1/requests/{request}/evidence/{decision}");
        String::from_utf8(self.bytes(&path).await).unwrap()
    }

    /// The evidence of a delegation by which something of a request was decided.
    pub async fn delegation(&self, request: RequestId, delegation: Sha256) -> String {
        let path = format!("/api/v1/requests/{request}/delegations/{delegation}");
        String::from_utf8(self.bytes(&path).await).unwrap()
    }

    /// The current revocation lists, DER.
    pub async fn crls(&self) -> Vec<Vec<u8>> {
        let mut lists = Vec::new();
        for list in self.app().revocation_lists() {
            lists.push(self.bytes(&list.path()).await);
        }
        lists
    }

    /// The document system's key.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// A GET by the document system.
    pub fn get(&self, path: &str) -> RequestBuilder {
        self.http.get(format!("http://{}{path}", self.address())).bearer_auth(&self.token)
    }

    /// A POST by the document system.
    pub fn post(&self, path: &str) -> RequestBuilder {
        self.http.post(format!("http://{}{path}", self.address())).bearer_auth(&self.token)
    }

    /// Sends, and reads an answer or a problem.
    pub async fn send<T: DeserializeOwned>(&self, call: RequestBuilder) -> Outcome<T> {
        let answer = call.header("accept-language", "en").send().await.expect("the server answers");
        if answer.status().is_success() {
            Ok(answer.json().await.expect("the answer is as described"))
        } else {
            Err(answer.json().await.expect("refusals are problem documents"))
        }
    }

    async fn bytes(&self, path: &str) -> Vec<u8> {
        let answer = self.get(path).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.bytes().await.unwrap().to_vec()
    }

    /// Files under the server's folder that contain `needle`.
    pub fn files_with(&self, needle: &[u8]) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![self.folder.path().join("server")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if memchr::memmem::find(&std::fs::read(&path).unwrap(), needle).is_some() {
                    found.push(path);
                }
            }
        }
        found
    }
}

/// Starts the server of a configuration.
async fn start(config: Config, clock: &TestClock) -> Server {
    Server::start(config, Arc::new(clock.clone()), Arc::new(OsEntropy)).await.expect("it serves")
}

/// A stamp on a page, in points.
pub fn stamp(page: i32, left: i32, bottom: i32, right: i32, top: i32) -> SubmittedAppearance {
    let rect = trien_core::pdf::recipe::Rect {
        left: left * 100,
        bottom: bottom * 100,
        right: right * 100,
        top: top * 100,
    };
    SubmittedAppearance::Stamp { page, rect, lines: None, image: None }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn text<const MAX: usize>(value: &str) -> Text<MAX> {
    Text::new(value).unwrap()
}
