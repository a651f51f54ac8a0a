//! The server as a process: what it prints, how it ends, what stays out of its log.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use trien_core::certificate::{DistinguishedName, Profile, SerialNumber, TbsCertificate, Validity};
use trien_core::document::Text;
use trien_core::env::{Clock as _, OsEntropy, SystemClock, random};

use crate::office::binary;

/// A running `trien serve`.
pub struct Running {
    process: Child,
    pub address: String,
    log: Arc<Mutex<String>>,
}

impl Running {
    pub fn start(data: &Path, options: &[&str]) -> Self {
        Self::until("serving", data, options)
    }

    /// Starts a server at this address, which finds these in its environment.
    pub fn at(listen: &str, data: &Path, options: &[&str], environment: &[(&str, &Path)]) -> Self {
        Self::begin("serving", listen, data, options, environment)
    }

    /// Starts a server, and waits until it says so.
    fn until(said: &str, data: &Path, options: &[&str]) -> Self {
        Self::begin(said, "127.0.0.1:0", data, options, &[])
    }

    fn begin(
        said: &str,
        listen: &str,
        data: &Path,
        options: &[&str],
        environment: &[(&str, &Path)],
    ) -> Self {
        let mut command = Command::new(binary());
        command
            .args(["serve", "--listen", listen, "--data"])
            .arg(data)
            .args(options)
            .env_clear()
            .envs(environment.iter().copied());
        Self::of(command, said)
    }

    /// Starts a command that serves, and waits until it says so.
    fn of(mut command: Command, said: &str) -> Self {
        let mut process = command
            .env("TRIEN_LOG", "debug")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap());
        let log = Arc::new(Mutex::new(String::new()));
        let address = loop {
            let mut line = String::new();
            assert!(lines.read_line(&mut line).unwrap() > 0, "{}", log.lock().unwrap());
            log.lock().unwrap().push_str(&line);
            let value: serde_json::Value = serde_json::from_str(&line).unwrap();
            if value["message"] == said {
                break value["address"].as_str().unwrap().to_owned();
            }
        };
        let rest = Arc::clone(&log);
        thread::spawn(move || {
            for line in lines.lines().map_while(Result::ok) {
                rest.lock().unwrap().push_str(&line);
            }
        });
        Self { process, address, log }
    }

    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// What it has logged so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    fn get(&self, path: &str, headers: &str) -> String {
        self.ask("GET", path, headers, "")
    }

    /// Sends a form as one of our own pages does.
    fn post(&self, path: &str, form: &str) -> String {
        let (address, length) = (&self.address, form.len());
        let headers = format!(
            "Origin: http://{address}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {length}\r\n"
        );
        self.ask("POST", path, &headers, form)
    }

    fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let host = &self.address;
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\n{headers}Connection: close\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Asks it to end, and gives its exit code and log.
    pub fn stop(mut self) -> (Option<i32>, String) {
        let pid = Pid::from_child(&self.process);
        kill_process(pid, Signal::TERM).unwrap();
        let code = self.process.wait().unwrap().code();
        let log = self.log.lock().unwrap().clone();
        (code, log)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
    }
}

pub fn trien(data: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(binary());
    command.env_clear().env("TRIEN_DATA", data).args(arguments);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

pub fn first_word(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout);
    text.split_whitespace().next().unwrap().to_owned()
}

#[test]
fn a_relay_is_run_asked_and_stopped_from_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let made =
        Command::new(binary()).args(["push-relay", "new-key", "UBND xã X"]).output().unwrap();
    let said = String::from_utf8(made.stdout).unwrap();
    let lines: Vec<&str> = said.lines().collect();
    let (key, office) = (lines[1], lines[3]);
    std::fs::write(path("offices.txt"), office).unwrap();
    let ec = ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out"];
    let generated = Command::new("openssl").args(ec).arg(path("apns.p8")).output().unwrap();
    assert!(generated.status.success());
    let (offices, apns) = (path("offices.txt"), path("apns.p8"));
    let options = ["push-relay", "serve", "--offices", &offices, "--listen", "127.0.0.1:0"];
    let services = ["--push-apns-key-file", &apns, "--push-apns-key-id", "ABCDE12345"];
    let more = ["--push-apns-team", "TEAM123456", "--push-apns-topic", "vn.example.trien"];
    let mut command = Command::new(binary());
    command.env_clear().args(options).args(services).args(more);
    let relay = Running::of(command, "relaying");
    assert!(relay.get("/healthz", "").starts_with("HTTP/1.1 200"));
    let wake = |headers: &str, body: &str| {
        let headers = format!("{headers}Content-Length: {}\r\n", body.len());
        relay.ask("POST", "/v1/wake-ups", &headers, body)
    };
    let own = format!("Authorization: Bearer {key}\r\n");
    assert!(wake("", "{}").starts_with("HTTP/1.1 401"));
    assert!(wake("Authorization: Bearer trien_relay_none\r\n", "{}").starts_with("HTTP/1.1 401"));
    // Nothing but a wake-up is passed on, whoever asks.
    let words = "{\"title\":\"V\u{103}n b\u{1ea3}n m\u{1ead}t\"}";
    assert!(wake(&own, words).starts_with("HTTP/1.1 400"));
    let (code, log) = relay.stop();
    assert_eq!(code, Some(0), "{log}");
    assert!(!log.contains(key) && !log.contains("title"), "{log}");
    let neither = Command::new(binary()).args(options).output().unwrap();
    assert_eq!(neither.status.code(), Some(64));
}

#[test]
fn a_server_is_set_up_asked_and_stopped_from_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let said = trien(&data, &["init", "--unit", "UBND tỉnh X", "--allow-software-keys"]);
    let said = String::from_utf8(said.stdout).unwrap();
    let unit = said.lines().find(|line| line.starts_with("unit")).unwrap();
    let unit = unit.split_whitespace().nth(1).unwrap();
    for file in ["root.pem", "log.pub"] {
        assert!(data.join(file).exists(), "{file}");
    }
    let name = ["--name", "Nguyễn Văn An", "--position", "Chủ tịch"];
    let person =
        first_word(&trien(&data, &[["person", "add", "--unit", unit].as_slice(), &name].concat()));
    let listed = trien(&data, &["person", "list"]);
    assert!(String::from_utf8(listed.stdout).unwrap().contains("Nguyễn Văn An, Chủ tịch"));
    let link = first_word(&trien(&data, &["invite", &person]));
    assert!(link.contains("/e#"), "{link}");
    let create = ["api-key", "create", "--unit", unit, "--scope", "submit,read"];
    let token = first_word(&trien(&data, &create));

    let server = Running::start(&data, &[]);
    assert!(server.get("/healthz", "").starts_with("HTTP/1.1 200"));
    assert!(server.get("/readyz", "").starts_with("HTTP/1.1 200"));
    let bearer = format!("Authorization: Bearer {token}\r\n");
    let answer = server.get("/api/v1/people?unit=not-a-unit-anywhere", &bearer);
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert!(server.get("/api/v1/people", &bearer).contains("Nguyễn Văn An"));
    let figures = server.get("/metrics", "");
    assert!(figures.contains("trien_http_requests_total{route=\"/healthz\",status=\"200\"} 1"));

    let (code, log) = server.stop();
    assert_eq!(code, Some(0));
    for secret in [token.as_str(), "not-a-unit", "Nguyễn"] {
        assert!(!log.contains(secret), "the log holds {secret}");
    }
    assert!(log.contains("\"route\":\"/api/v1/people\""), "{log}");
}

#[test]
fn an_empty_folder_becomes_an_office_in_the_browser() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut server = Running::until("waiting for an office", &data, &[]);
    let mut printed = BufReader::new(server.process.stdout.take().unwrap());
    let mut line = String::new();
    printed.read_line(&mut line).unwrap();
    let code = line.trim().rsplit('#').next().unwrap().to_owned();
    assert!(line.contains(&format!("http://{}/console/setup#", server.address)), "{line}");

    assert!(server.get("/console/people", "").contains("location: /console/setup"));
    let page = server.get("/console/setup", "Accept-Language: en\r\n");
    assert!(page.contains("Name of the office"), "{page}");
    assert!(server.get("/api/v1/people", "").starts_with("HTTP/1.1 404"));
    let password = "tr%E1%BB%9Di+xanh+m%C3%A2y+tr%E1%BA%AFng";
    let form = |code: &str, unit: &str, again: &str| {
        let name = "Nguy%E1%BB%85n+V%C4%83n+An";
        format!("code={code}&unit={unit}&name={name}&login=an&password={password}&again={again}")
    };
    let wrong = [
        form("AAAA-AAAA-AAAA-AAAA", "UBND", password),
        form(&code, "+", password),
        form(&code, "UBND", "khac"),
    ];
    for wrong in wrong {
        assert!(server.post("/console/setup", &wrong).starts_with("HTTP/1.1 422"));
        assert!(!data.join("keys").exists(), "nothing is made of a wrong form");
    }
    let page = server.post("/console/setup", &form(&code, "UBND+x%C3%A3+M%C3%A2y", password));
    assert!(page.contains("location: /console/accounts?news=first"), "{page}");
    let cookie = page.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    let cookie = format!("Cookie: {}\r\n", cookie.split(';').next().unwrap());
    assert!(server.get("/console/accounts", &cookie).contains("Nguyễn Văn An"));
    assert!(server.get("/console/units", &cookie).contains("UBND xã Mây"));
    assert!(server.get("/readyz", "").starts_with("HTTP/1.1 200"));
    let token = token_of(&server, &cookie, password);
    let bearer = format!("Authorization: Bearer {token}\r\n");
    let answer = server.get("/api/v1/admin/units", &bearer);
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("UBND xã Mây"), "{answer}");
    assert!(!server.get("/console/sessions", &cookie).contains(&token), "shown once");
    let mut remote = Command::new(binary());
    remote.env_clear().env("TRIEN_TOKEN", &token).args(["administer", "token", "--server"]);
    let said = remote.arg(format!("http://{}", server.address)).output().unwrap();
    let said = String::from_utf8(said.stdout).unwrap();
    assert!(said.starts_with("Nguyễn Văn An  an  read\nadministrator  "), "{said}");
    assert!(server.get("/console/setup", "").contains("location: /console/sign-in"));
    for file in ["root.pem", "log.pub"] {
        assert!(data.join(file).exists(), "{file}");
    }
    let (stopped, log) = server.stop();
    assert_eq!(stopped, Some(0));
    assert!(!log.contains(&code), "the code is in no log");
    assert!(!log.contains(&token), "the token is in no log");
}

/// Makes a token for the API with the form of the page.
fn token_of(server: &Running, cookie: &str, password: &str) -> String {
    let page = server.get("/console/sessions", cookie);
    let (_, after) = page.split_once("name=\"token\" value=\"").unwrap();
    let guard = after.split('"').next().unwrap();
    let form = format!(
        "token={guard}&label=nhap&verbs=read&role-administrator=yes&days=7&password={password}"
    );
    let (address, length) = (&server.address, form.len());
    let headers = format!(
        "{cookie}Origin: http://{address}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {length}\r\n"
    );
    let page = server.ask("POST", "/console/sessions/tokens", &headers, &form);
    let (_, after) = page.split_once("trien_admin_").unwrap_or_else(|| panic!("{page}"));
    format!("trien_admin_{}", after.split('<').next().unwrap())
}

#[test]
fn what_is_under_way_is_answered_before_the_server_ends() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    trien(&data, &["init", "--unit", "X"]);
    let server = Running::start(&data, &[]);
    let mut stream = TcpStream::connect(&server.address).unwrap();
    let head = "POST /api/v1/enrollments HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
                Content-Length: 18\r\nConnection: close\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(b"{\"invi").unwrap();
    // The server has read what is there before it is told to end.
    thread::sleep(Duration::from_millis(300));
    kill_process(Pid::from_child(&server.process), Signal::TERM).unwrap();
    thread::sleep(Duration::from_millis(300));
    stream.write_all(b"tation\": 1 }").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert_eq!(server.stop().0, Some(0));
}

#[test]
fn a_folder_is_made_once() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    trien(&data, &["init", "--unit", "X"]);
    let mut again = Command::new(binary());
    again.env_clear().env("TRIEN_DATA", &data).args(["init", "--unit", "X"]);
    assert_eq!(again.output().unwrap().status.code(), Some(1));
}

#[test]
fn tls_is_ended_by_the_server_with_the_key_that_invitations_pin() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    trien(&data, &["init", "--unit", "X", "--allow-software-keys"]);
    let (certificate, key) = self_signed(folder.path());
    let options = ["--tls-cert", &certificate, "--tls-key", &key];
    let server = Running::start(&data, &options);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let _ = rustls::crypto::ring::default_provider().install_default();
    let answer = runtime.block_on(async {
        // The name of the certificate is not the point here; that its key is used is.
        let client = reqwest::Client::builder().tls_danger_accept_invalid_certs(true);
        let client = client.tls_info(true).build().unwrap();
        client.get(format!("https://{}/version", server.address)).send().await.unwrap()
    });
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.version(), reqwest::Version::HTTP_2);
    let shown = answer.extensions().get::<reqwest::tls::TlsInfo>().unwrap();
    let shown = trien_core::certificate::Certificate::parse(shown.peer_certificate().unwrap());
    let pin = trien_server::tls::pin(Path::new(&certificate)).unwrap();
    assert_eq!(trien_core::digest::Sha256::of(shown.unwrap().public_key()), pin);
    // A plain request gets no answer, and holds up nobody.
    let mut plain = TcpStream::connect(&server.address).unwrap();
    plain.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    let mut nothing = Vec::new();
    let _ = plain.read_to_end(&mut nothing);
    assert!(!nothing.starts_with(b"HTTP"));
    // The client's idle connection would be waited for.
    drop(runtime);
    let (code, log) = server.stop();
    assert_eq!(code, Some(0), "{log}");
}

fn self_signed(folder: &Path) -> (String, String) {
    use p256::ecdsa::signature::Signer as _;
    use p256::ecdsa::{Signature, SigningKey};
    use p256::pkcs8::{EncodePrivateKey as _, EncodePublicKey as _, LineEnding};
    let key = SigningKey::from_slice(&random::<32>(&OsEntropy)).unwrap();
    let spki = key.verifying_key().to_public_key_der().unwrap();
    let subject = DistinguishedName::of(Text::new("ky.example.vn").unwrap());
    let validity = Validity::days(SystemClock.now().second(), 2);
    let serial = SerialNumber::generate(&OsEntropy);
    let tbs = TbsCertificate::prepare(Profile::Root, &serial, &subject, spki.as_bytes(), validity);
    let tbs = tbs.unwrap();
    let signature: Signature = key.sign(tbs.to_be_signed());
    let certificate = tbs.assemble(signature.to_der().as_bytes()).unwrap();
    let paths = (folder.join("chain.pem"), folder.join("key.pem"));
    std::fs::write(&paths.0, certificate.to_pem()).unwrap();
    std::fs::write(&paths.1, key.to_pkcs8_pem(LineEnding::LF).unwrap().as_bytes()).unwrap();
    (paths.0.display().to_string(), paths.1.display().to_string())
}

#[test]
fn an_outside_authority_certifies_a_phone_from_the_command_line() {
    use crate::authority::{Asked, Outside, requests};
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let said = trien(&data, &["init", "--unit", "UBND tỉnh X", "--allow-software-keys"]);
    let said = String::from_utf8(said.stdout).unwrap();
    let unit = said.lines().find(|line| line.starts_with("unit")).unwrap();
    let unit = unit.split_whitespace().nth(1).unwrap();
    let outside = Outside::new(SystemClock.now().second().get());
    let file = |name: &str| folder.path().join(name).display().to_string();
    std::fs::write(file("root.pem"), outside.root()).unwrap();
    trien(&data, &["certificates", "source", unit, "outside", "--why", "công văn 12"]);
    let root = file("root.pem");
    trien(&data, &["certificates", "trust", &root, "--unit", unit, "--why", "công văn 12"]);
    let name = ["--name", "Nguyễn Văn An", "--position", "Chủ tịch"];
    let person =
        first_word(&trien(&data, &[["person", "add", "--unit", unit].as_slice(), &name].concat()));
    let plan = ["wave", "plan", "--name", "Đợt I", "--unit", unit, "--who", "everybody"];
    let time = ["--from", "2020-01-01", "--to", "2020-02-01"];
    let wave = first_word(&trien(&data, &[&plan[..], &time].concat()));

    let server = Running::start(&data, &[]);
    let link = first_word(&trien(&data, &["invite", &person]));
    let link = link.replace("http://127.0.0.1:8420", &format!("http://{}", server.address));
    let phone = |words: &[&str]| {
        let mut command = Command::new(binary());
        command.env_clear().env("TRIEN_PHONE_PASSPHRASE", "thử").env("TRIEN_DATA", &data);
        command.args(["phone", "--folder", &file("phone")]).args(words);
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    let said = phone(&["enroll", &link, "--wait", "0"]);
    let code = said.lines().find(|line| line.starts_with("code")).expect(&said);
    let code: String = code.chars().filter(char::is_ascii_digit).collect();
    let device = first_word(&trien(&data, &["device", "list"]));
    let said = trien(&data, &["device", "approve", &device, "--code", &code]);
    assert!(String::from_utf8_lossy(&said.stdout).contains("waits for an outside"));
    assert!(phone(&["status"]).contains("waiting for the certificate"));

    let zip = file("out.zip");
    trien(&data, &["certificates", "export-requests", &zip, "--wave", &wave]);
    let csr = requests(&std::fs::read(&zip).unwrap()).remove(0);
    let certificate = outside.issue(&Asked::of(&csr, "/O=UBND tỉnh X/CN=Nguyễn Văn An"));
    std::fs::write(file("in.p7b"), outside.p7b(&[&certificate, &outside.issuing()], "DER"))
        .unwrap();
    std::fs::write(file("wrong.pem"), outside.issuing()).unwrap();
    let import = ["certificates", "import", &file("in.p7b"), &file("wrong.pem")].map(str::to_owned);
    let import: Vec<&str> = import.iter().map(String::as_str).collect();
    let said = trien(&data, &[&import[..], &["--dry-run"]].concat());
    assert!(String::from_utf8_lossy(&said.stdout).contains("nothing written: 1 fit, 0 do not"));
    trien(&data, &import);
    assert!(phone(&["status"]).starts_with("enrolled"));
    assert!(phone(&["sync"]).contains("the log has"));
    let said = trien(&data, &["wave", "show", &wave, "--lang", "en"]);
    let said = String::from_utf8(said.stdout).unwrap();
    assert!(said.contains("1 of 1 in use") && said.contains("in use 1"), "{said}");
    trien(&data, &["wave", "remind", &wave, &file("remind.csv")]);
    trien(&data, &["wave", "close", &wave, "--why", "đã xong"]);
    let said = trien(&data, &["wave", "list"]);
    assert!(String::from_utf8_lossy(&said.stdout).contains("closed"));
    let (stopped, log) = server.stop();
    assert_eq!(stopped, Some(0));
    assert!(!log.contains("Nguyễn"), "{log}");
}
