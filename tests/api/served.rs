//! A server as a process of its own, with a leader and an API key, asked over HTTP.

use std::fs;
use std::path::Path;

use reqwest::multipart::{Form, Part};
use reqwest::{Client, Response};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::office::random_key;
use crate::process::{Running, first_word, trien};

pub struct Served {
    pub server: Running,
    client: Client,
    token: String,
    unit: String,
    person: String,
    _folder: TempDir,
}

impl Served {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let said = trien(&data, &["init", "--unit", "UBND tỉnh X", "--allow-software-keys"]);
        let said = String::from_utf8(said.stdout).unwrap();
        let unit = said.lines().find(|line| line.starts_with("unit")).unwrap();
        let unit = unit.split_whitespace().nth(1).unwrap().to_owned();
        let name = ["--name", "Nguyễn Văn An", "--position", "Chủ tịch"];
        let person = ["person", "add", "--unit", &unit];
        let person = first_word(&trien(&data, &[person.as_slice(), &name].concat()));
        let key = ["api-key", "create", "--unit", &unit, "--scope", "submit,read"];
        let token = first_word(&trien(&data, &key));
        let server = Running::start(&data, &[]);
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self { server, client: Client::new(), token, unit, person, _folder: folder }
    }

    pub async fn submit(&self, document: &[u8]) -> Response {
        let description = json!({
            "unit": self.unit,
            "metadata": { "subject": "x", "kind": "Quyết định", "issuer": "X" },
            "classification": "open",
            "steps": [{ "role": "approve", "signers": [{ "person": self.person }] }],
        });
        let description = Part::text(description.to_string()).mime_str("application/json");
        let form = Form::new().part("request", description.unwrap());
        self.post("requests", form.part("document", file(document))).await
    }

    pub async fn clean_copy(&self, document: &[u8]) -> Response {
        self.post("clean-copies", Form::new().part("document", file(document))).await
    }

    async fn post(&self, route: &str, form: Form) -> Response {
        let request = self.client.post(format!("http://{}/api/v1/{route}", self.server.address));
        let request = request.bearer_auth(&self.token).header("idempotency-key", random_key());
        request.multipart(form).send().await.unwrap()
    }

    /// KiB of memory, by name in `/proc/PID/status`.
    pub fn memory(&self, name: &str) -> u64 {
        memory(self.server.id(), name).unwrap()
    }

    /// Forgets how large the server has been.
    pub fn forget_peak(&self) {
        fs::write(format!("/proc/{}/clear_refs", self.server.id()), "5").unwrap();
    }

    /// The greatest size in KiB of any worker that lives.
    pub fn workers_peak(&self) -> u64 {
        let tasks = fs::read_dir(format!("/proc/{}/task", self.server.id())).unwrap();
        let children =
            tasks.filter_map(|task| fs::read_to_string(task.ok()?.path().join("children")).ok());
        let children: String = children.collect::<Vec<_>>().join(" ");
        let ids = children.split_whitespace().filter_map(|id| id.parse().ok());
        ids.filter_map(|id| memory(id, "VmHWM")).max().unwrap_or(0)
    }
}

fn file(bytes: &[u8]) -> Part {
    Part::bytes(bytes.to_vec()).file_name("a.pdf").mime_str("application/pdf").unwrap()
}

fn memory(id: u32, name: &str) -> Option<u64> {
    let status = fs::read_to_string(Path::new("/proc").join(id.to_string()).join("status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

/// Status and the particular of a problem document.
pub async fn outcome(answer: Response) -> (u16, String) {
    let status = answer.status().as_u16();
    let body = answer.bytes().await.unwrap();
    let problem: Value = serde_json::from_slice(&body).unwrap_or_default();
    (status, problem["code"].as_str().unwrap_or_default().to_owned())
}
