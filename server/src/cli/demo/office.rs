//! The office of the demo: a real server with one unit, a leader and a clerk, in a fresh folder.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use reqwest::multipart::{Form, Part};
use trien_core::classification::Claimed;
use trien_core::client::{
    Companion, EnrollmentStatus, KeyFiles, Language as PhoneLanguage, SecretFiles, Setup,
};
use trien_core::decision::DecisionHash;
use trien_core::digest::Sha256;
use trien_core::document::Text;
use trien_core::env::{OsEntropy, SystemClock, random};
use trien_core::id::RequestId;
use trien_core::request::{Quorum, Role};
use trien_core::wire::{
    PersonView, Submission, Submitted, SubmittedSigner, SubmittedStep, UnitView,
};

use super::paper::Paper;
use super::tell::Teller;
use super::{CliError, phone_failed, write};
use crate::api::Data;
use crate::app::{App, InitOptions};
use crate::cli::remote::Remote;
use crate::config::Config;
use crate::flow::act::Act;
use crate::flow::admin::{self, KeyPolicy};
use crate::flow::key::{self, Scope};
use crate::flow::{device, devices, enroll, invite};
use crate::serve::Server;

/// A running office.
pub struct Office {
    /// The server.
    pub server: Server,
    folder: PathBuf,
    unit: UnitView,
    leader: PersonView,
    documents: Remote,
}

impl Office {
    /// Starts the server in a fresh folder and names the people.
    pub async fn open(port: u16, paper: &Paper, teller: &mut Teller) -> Result<Self, CliError> {
        let folder = fresh_folder()?;
        let data = folder.join("server");
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut config = Config::loopback(data.clone(), listen);
        let options = InitOptions {
            unit: text(paper.metadata.issuer.as_str())?,
            keys: KeyPolicy::SoftwareAllowed,
            log_origin: "trien.demo/log".to_owned(),
        };
        let settings =
            config.settings().map_err(|error| CliError::failed("the settings", error))?;
        let unit =
            App::init(&settings, options, Arc::new(SystemClock), Arc::new(OsEntropy)).await?;
        Data::mark_demo(&data).map_err(|error| CliError::file(&data, error))?;
        config.data = data;
        let server = Server::start(config, Arc::new(SystemClock), Arc::new(OsEntropy)).await?;
        teller.step("demo-step-server", &[("folder", &folder.display().to_string())]);
        let app = server.app();
        let person = async |role: &super::paper::Role| {
            admin::create_person(app, &Act::COMMAND_LINE, &role.name, unit.id, &role.position).await
        };
        let leader = person(&paper.leader).await?;
        let clerk = person(&paper.clerk).await?;
        let scopes = [Scope::Submit, Scope::Read];
        let token = key::create(app, unit.id, &scopes, "demo").await?.token;
        let documents = Remote::with_key(server.origin().clone(), token)?;
        let names = [("unit", &*unit.name), ("leader", &*leader.name), ("clerk", &*clerk.name)];
        teller.step("demo-step-office", &names);
        Ok(Self { server, folder, unit, leader, documents })
    }

    /// Enrolls a simulated phone of the leader: what the person reads out, the officer types.
    pub async fn enroll(&self, teller: &mut Teller) -> Result<Companion, CliError> {
        let app = self.server.app();
        let invitation =
            invite::create(app, &Act::COMMAND_LINE, self.leader.id, invite::DEFAULT_TTL_SECONDS)
                .await?;
        let phone = Companion::start(self.phone()?).await.map_err(phone_failed)?;
        phone.enroll_begin(invitation.link).await.map_err(phone_failed)?;
        let code = phone.enroll_keys().await.map_err(phone_failed)?.grouped();
        let waiting = devices::newest(app, None, 50).await?;
        let waiting = waiting.iter().find(|d| d.standing == device::Standing::Pending);
        let waiting = waiting.ok_or_else(|| CliError::Refused("no device waits".to_owned()))?;
        enroll::approve(app, &Act::COMMAND_LINE, waiting.id, &code).await?;
        match phone.enroll_status().await.map_err(phone_failed)? {
            EnrollmentStatus::Active(_) => {}
            other => return Err(CliError::Refused(format!("the phone is not active: {other:?}"))),
        }
        teller.step("demo-step-enrolled", &[("leader", &self.leader.name), ("code", &code)]);
        Ok(phone)
    }

    fn phone(&self) -> Result<Setup, CliError> {
        let folder = self.folder.join("phone");
        Ok(Setup {
            keys: Arc::new(KeyFiles::new(&folder.join("keys"), passphrase(), Arc::new(OsEntropy))),
            secrets: Arc::new(SecretFiles::new(&folder.join("secrets"))),
            folder,
            clock: Arc::new(SystemClock),
            entropy: Arc::new(OsEntropy),
            app: text(concat!("trien-demo/", env!("CARGO_PKG_VERSION")))?,
            model: text("Simulated phone")?,
            language: PhoneLanguage::Vietnamese,
        })
    }

    /// Queues the document as the clerk's document system would.
    pub async fn submit(&self, paper: &Paper, teller: &mut Teller) -> Result<RequestId, CliError> {
        let signer = SubmittedSigner {
            person: self.leader.id,
            appearance: paper.appearance.clone(),
            fill: Vec::new(),
        };
        let submission = Submission {
            unit: self.unit.id,
            metadata: paper.metadata.clone(),
            classification: Claimed::Open,
            sha256: Some(Sha256::of(&paper.bytes)),
            steps: vec![SubmittedStep {
                role: Role::Approve,
                quorum: Quorum::All,
                signers: vec![signer],
            }],
            expires_at: None,
            within_hours: None,
            supersedes: None,
            template: None,
            copies: Vec::new(),
            on_paper: None,
            fields: Vec::new(),
            numbering: None,
        };
        let description = serde_json::to_string(&submission)
            .map_err(|error| CliError::failed("cannot write the description", error))?;
        let file = Part::bytes(paper.bytes.clone()).file_name(paper.file_name());
        let mut form = Form::new().text("request", description).part("document", file);
        if let Some((name, bytes)) = paper.stamp {
            form = form.part("image", Part::bytes(bytes).file_name(name));
        }
        let call = self.documents.post("/api/v1/requests").header("idempotency-key", "demo-1");
        let submitted: Submitted = self.documents.json(call.multipart(form)).await?;
        let number = paper.metadata.number.as_ref().map(Text::as_str).unwrap_or_default();
        let document = format!("{number} {}", paper.metadata.subject);
        teller.step("demo-step-queued", &[("document", document.trim())]);
        Ok(submitted.request)
    }

    /// Fetches what a document system gets back, and what a stranger needs to verify it.
    pub async fn fetch(
        &self,
        request: RequestId,
        decision: DecisionHash,
        paper: &Paper,
    ) -> Result<Files, CliError> {
        let app = self.server.app();
        let get = async |path: String| -> Result<Vec<u8>, CliError> {
            let answer = self.documents.send(self.documents.get(&path)).await?;
            let bytes = answer.bytes().await;
            Ok(bytes.map_err(|error| self.documents.unreachable(error))?.to_vec())
        };
        let lists = app.revocation_lists();
        let files = Files {
            document: paper.result("signed.pdf"),
            evidence: paper.result("evidence"),
            root: paper.beside("root.pem"),
            log_key: paper.beside("log.pub"),
            crls: lists.iter().map(|l| paper.beside(&format!("{}.crl", l.authority))).collect(),
        };
        write(&files.document, &get(format!("/api/v1/requests/{request}/document")).await?)?;
        let evidence = get(format!("/api/v1/requests/{request}/evidence/{decision}")).await?;
        write(&files.evidence, &evidence)?;
        write(&files.root, app.root_pem().as_bytes())?;
        write(&files.log_key, format!("{}\n", app.log_key()).as_bytes())?;
        for (path, list) in files.crls.iter().zip(&lists) {
            write(path, &get(list.path()).await?)?;
        }
        Ok(files)
    }

    /// Stops the server and removes its folder.
    pub async fn close(self) -> Result<(), CliError> {
        self.server.stop().await?;
        std::fs::remove_dir_all(&self.folder).map_err(|error| CliError::file(&self.folder, error))
    }
}

/// What the demo leaves behind.
#[derive(Clone, Debug)]
pub struct Files {
    /// The signed document.
    pub document: PathBuf,
    /// The evidence that its signature was recorded.
    pub evidence: PathBuf,
    /// The trust anchor.
    pub root: PathBuf,
    /// The log's verifier key.
    pub log_key: PathBuf,
    /// Current revocation lists.
    pub crls: Vec<PathBuf>,
}

impl Files {
    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Path> {
        let first = [&self.document, &self.evidence, &self.root, &self.log_key];
        first.into_iter().chain(&self.crls).map(PathBuf::as_path)
    }

    /// The command that verifies them again.
    pub fn verify_command(&self) -> String {
        let quoted = |path: &Path| {
            let text = path.display().to_string();
            let plain = |c: char| c.is_alphanumeric() || "./_-".contains(c);
            if text.chars().all(plain) {
                text
            } else {
                format!("'{}'", text.replace('\'', r"'\''"))
            }
        };
        // After `cargo run` no `trien` is on the search path.
        let trien = std::env::current_exe().unwrap_or_else(|_| "trien".into());
        let (document, root) = (quoted(&self.document), quoted(&self.root));
        let mut command = format!("{} verify {document} --trust {root}", quoted(&trien));
        for crl in &self.crls {
            command.push_str(&format!(" --crl {}", quoted(crl)));
        }
        command.push_str(&format!(
            " {} --log-key {}",
            quoted(&self.evidence),
            quoted(&self.log_key)
        ));
        command
    }
}

/// Nobody needs it again: the phone is gone when the demo ends.
fn passphrase() -> String {
    hex::encode(random::<16>(&OsEntropy))
}

fn fresh_folder() -> Result<PathBuf, CliError> {
    let name = format!("trien-demo-{}", hex::encode(random::<6>(&OsEntropy)));
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir(&folder).map_err(|error| CliError::file(&folder, error))?;
    Ok(folder)
}

fn text<const MAX: usize>(value: &str) -> Result<Text<MAX>, CliError> {
    Text::new(value).map_err(|error| CliError::failed("a name of the demo", error))
}
