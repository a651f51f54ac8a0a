//! An office of its own for each case.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::str::FromStr as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use bytes::Bytes;
use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, ConnectOptions as _};
use tempfile::TempDir;
use trien_core::classification::Claimed;
use trien_core::document::{Metadata, Text, Urgency};
use trien_core::env::{Clock, OsEntropy, Timestamp};
use trien_core::id::{PersonId, RequestId};
use trien_core::request::{Quorum, Role};
use trien_core::wire::{Submission, SubmittedSigner, SubmittedStep, UnitView};
use trien_server::app::{App, InitOptions, Settings};
use trien_server::attestation::{AppAttestSettings, AttestationSettings};
use trien_server::ca::Life;
use trien_server::deliver::DeliverSettings;
use trien_server::flow::act::Act;
use trien_server::flow::admin::{self, KeyPolicy};
use trien_server::flow::change::{self, Changer, NewPost, PostChange};
use trien_server::flow::key::{self, ApiCaller, Scope};
use trien_server::flow::submit::{Package, Upload, submit};
use trien_server::push::PushSettings;
use trien_server::store::directory::Authority;
use trien_server::worker::CheckerSettings;

/// A clock that the case moves.
#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl TestClock {
    pub fn forward(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1000, Ordering::Relaxed);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed))
    }
}

/// A unit with a document system, on a database of its own.
pub struct Office {
    pub app: App,
    pub clock: Arc<TestClock>,
    pub unit: UnitView,
    pub caller: ApiCaller,
    pub data: TempDir,
    submissions: AtomicU32,
}

impl Office {
    pub async fn on_sqlite() -> Self {
        Self::open(None, KeyPolicy::SoftwareAllowed).await
    }

    pub async fn on_postgres() -> Self {
        Self::open(Some(fresh_database().await), KeyPolicy::SoftwareAllowed).await
    }

    pub async fn open(database_url: Option<String>, keys: KeyPolicy) -> Self {
        let data = tempfile::tempdir().unwrap();
        let settings = settings(data.path().join("office"), database_url);
        let clock = Arc::new(TestClock(AtomicI64::new(1_795_305_600_000)));
        let options = InitOptions {
            unit: Text::new("UBND xã Thử Nghiệm").unwrap(),
            keys,
            log_origin: "test.example/log".to_owned(),
        };
        let unit = App::init(&settings, options, clock.clone(), Arc::new(OsEntropy)).await.unwrap();
        let app = App::open(settings, clock.clone(), Arc::new(OsEntropy)).await.unwrap();
        let scopes = [Scope::Submit, Scope::Read];
        let token = key::create(&app, unit.id, &scopes, "test").await.unwrap().token;
        let caller = key::authenticate(&app, &token).await.unwrap();
        Self { app, clock, unit, caller, data, submissions: AtomicU32::new(0) }
    }

    /// A connection beside the server's own.
    pub async fn database(&self) -> AnyConnection {
        let settings = self.app.settings();
        let own = format!("sqlite://{}", settings.data.join("trien.db").display());
        connect(settings.database_url.as_ref().unwrap_or(&own)).await
    }

    /// Opens the same data folder again, as a restarted server does.
    pub async fn reopen(&mut self) {
        self.app.shut_down().await;
        let settings = self.app.settings().clone();
        self.app = App::open(settings, self.clock.clone(), Arc::new(OsEntropy)).await.unwrap();
    }

    /// Opens it again with these rules of reminders, quiet hours and mail.
    pub async fn keep_time(&mut self, notices: &str) {
        std::fs::write(self.app.settings().data.join("notices.toml"), notices).unwrap();
        self.reopen().await;
    }

    /// Opens it again, judging phones' keys by these settings.
    pub async fn judge_keys(&mut self, attestation: AttestationSettings) {
        self.app.shut_down().await;
        let settings = Settings { attestation: Some(attestation), ..self.app.settings().clone() };
        self.app = App::open(settings, self.clock.clone(), Arc::new(OsEntropy)).await.unwrap();
    }

    /// Opens it again, judging iPhones' apps by these settings.
    pub async fn judge_apps(&mut self, app_attest: AppAttestSettings) {
        self.app.shut_down().await;
        let settings = Settings { app_attest: Some(app_attest), ..self.app.settings().clone() };
        self.app = App::open(settings, self.clock.clone(), Arc::new(OsEntropy)).await.unwrap();
    }

    pub async fn person(&self, name: &str) -> PersonId {
        let name = Text::new(name).unwrap();
        let position = Text::new("Chủ tịch").unwrap();
        admin::create_person(&self.app, &Act::COMMAND_LINE, &name, self.unit.id, &position)
            .await
            .unwrap()
            .id
    }

    /// Somebody who is also a clerk of the unit, and may hold its seal.
    pub async fn clerk(&self, name: &str) -> PersonId {
        let person = self.person(name).await;
        let title = Text::new("Văn thư").unwrap();
        let post = NewPost { unit: self.unit.id, title, authority: Some(Authority::Clerk) };
        let (by, adds) = (Changer::CommandLine, PostChange::Adds(post));
        let plan = change::look(&self.app, by, person, adds).await.unwrap();
        let act = Act { why: Some(Text::new("QĐ 3").unwrap()), ..Act::COMMAND_LINE };
        change::carry_out(&self.app, by, &act, plan, &BTreeMap::new()).await.unwrap();
        person
    }

    /// A package for one approving step with these signers.
    pub fn package(&self, signers: &[PersonId]) -> Package {
        let number = self.submissions.fetch_add(1, Ordering::Relaxed);
        let submission = Submission {
            unit: self.unit.id,
            metadata: metadata(),
            classification: Claimed::Open,
            sha256: None,
            steps: vec![step(Role::Approve, signers)],
            expires_at: None,
            within_hours: None,
            supersedes: None,
            template: None,
            copies: Vec::new(),
            on_paper: None,
            fields: Vec::new(),
            numbering: None,
        };
        Package {
            submission,
            document: upload("quyet-dinh.pdf", sample()),
            attachments: Vec::new(),
            images: Vec::new(),
            idempotency_key: format!("submission-{number}"),
        }
    }

    /// Queues the sample document for signers of one approving step.
    pub async fn queue(&self, signers: &[PersonId]) -> RequestId {
        self.queue_package(self.package(signers)).await
    }

    pub async fn queue_package(&self, package: Package) -> RequestId {
        submit(&self.app, &self.caller, package).await.unwrap().request
    }

    /// Every file of the data folder, with its bytes.
    pub fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut found = Vec::new();
        let mut folders = vec![self.data.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    found.push((path.clone(), std::fs::read(path).unwrap()));
                }
            }
        }
        found
    }
}

pub fn settings(data: PathBuf, database_url: Option<String>) -> Settings {
    Settings {
        data,
        database_url,
        origin: "http://127.0.0.1:8420".to_owned(),
        pins: Vec::new(),
        passphrase: None,
        checker: CheckerSettings::new(env!("CARGO_BIN_EXE_trien").into()),
        token: None,
        life: Life::default(),
        attestation: None,
        app_attest: None,
        push: PushSettings::default(),
        deliver: DeliverSettings::default(),
        mail: None,
    }
}

pub fn step(role: Role, signers: &[PersonId]) -> SubmittedStep {
    let signers = signers.iter().map(|person| SubmittedSigner {
        person: *person,
        appearance: None,
        fill: Vec::new(),
    });
    SubmittedStep { role, quorum: Quorum::All, signers: signers.collect() }
}

pub fn metadata() -> Metadata {
    Metadata {
        number: None,
        subject: Text::new("Về việc thử nghiệm ký số").unwrap(),
        kind: Text::new("Quyết định").unwrap(),
        issuer: Text::new("UBND xã Thử Nghiệm").unwrap(),
        urgency: Urgency::Urgent,
    }
}

pub fn upload(name: &str, bytes: Bytes) -> Upload {
    Upload { name: name.to_owned(), media_type: "application/pdf".to_owned(), bytes }
}

/// The sample Quyết định.
pub fn sample() -> Bytes {
    Bytes::from_static(include_bytes!("../../server/assets/sample/quyet-dinh.pdf"))
}

/// The administrator's address of the PostgreSQL for tests; asking for it without one is a failure.
pub fn postgres() -> String {
    std::env::var("TRIEN_TEST_POSTGRES")
        .expect("TRIEN_TEST_POSTGRES: run through tests/postgres.sh")
}

/// A new, empty database; gives its address.
pub async fn fresh_database() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("flow_{}_{number}", std::process::id());
    let mut admin = connect(&postgres()).await;
    let create = format!("CREATE DATABASE {name}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(create)).execute(&mut admin).await.unwrap();
    let address = postgres();
    let (server, _) = address.rsplit_once('/').expect("an address ends in a database");
    format!("{server}/{name}")
}

pub async fn connect(url: &str) -> AnyConnection {
    sqlx::any::install_default_drivers();
    AnyConnectOptions::from_str(url).unwrap().connect().await.unwrap()
}
