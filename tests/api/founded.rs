//! An office made, run and administered by the binary alone, each command a process of its own.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;
use trien_core::certificate::{Certificate, Crl};

use crate::office::binary;
use crate::process::Running;

pub struct Founded {
    pub folder: TempDir,
    pub port: u16,
    pub unit: String,
    /// What every command finds in its environment.
    environment: Vec<(&'static str, PathBuf)>,
}

/// A phone whose certificate was issued.
pub struct Enrolled {
    pub device: String,
    /// In the register.
    pub entry: String,
}

impl Founded {
    /// Makes an office with these options.
    pub fn new(folder: TempDir, environment: &[(&'static str, PathBuf)], options: &[&str]) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let environment = environment.to_vec();
        let mut office = Self { folder, port, unit: String::new(), environment };
        let origin = office.origin();
        let init = ["init", "--unit", "UBND xã Mây", "--allow-software-keys", "--origin", &origin];
        let said = office.trien(&[&init[..], options].concat());
        let unit = said.lines().find(|line| line.starts_with("unit")).unwrap();
        unit.split_whitespace().nth(1).unwrap().clone_into(&mut office.unit);
        office
    }

    pub fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn data(&self) -> PathBuf {
        self.path("data")
    }

    fn command(&self, program: &Path, arguments: &[&str]) -> Output {
        let mut command = Command::new(program);
        command.env_clear().env("TRIEN_DATA", self.data()).env("LANG", "C.UTF-8");
        command.env("TRIEN_PHONE_PASSPHRASE", "mật khẩu của máy");
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.current_dir(self.folder.path()).args(arguments).output().unwrap()
    }

    /// Runs `trien`; gives what it printed.
    pub fn trien(&self, arguments: &[&str]) -> String {
        let output = self.command(&binary(), arguments);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {errors}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs `trien`, which must refuse; gives what it said.
    pub fn refused(&self, arguments: &[&str]) -> String {
        let output = self.command(&binary(), arguments);
        assert!(!output.status.success(), "{arguments:?} was done");
        String::from_utf8(output.stderr).unwrap()
    }

    /// Runs another program; gives all that it printed, and whether it was content.
    pub fn other(&self, program: &str, arguments: &[&str]) -> (bool, String) {
        let output = self.command(&Path::new("/usr/bin").join(program), arguments);
        let text = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&text).into_owned())
    }

    /// Starts the server.
    pub fn serve(&self) -> Running {
        let listen = format!("127.0.0.1:{}", self.port);
        let environment: Vec<_> = self.environment.iter().map(|(k, v)| (*k, v.as_path())).collect();
        Running::at(&listen, &self.data(), &[], &environment)
    }

    /// Enrolls a phone as its person and its officer do, while the server runs.
    pub fn enroll(&self, name: &str) -> Enrolled {
        let add = ["person", "add", "--unit", &self.unit, "--name", name, "--position", "Chủ tịch"];
        let person = self.trien(&add).split_whitespace().next().unwrap().to_owned();
        let link = self.trien(&["invite", &person]);
        let link = link.split_whitespace().next().unwrap();
        let phone = format!("phone-{person}");
        let said = self.trien(&["phone", "--folder", &phone, "enroll", link, "--wait", "0"]);
        let digits: String = said.split("code").nth(1).unwrap().chars().take(14).collect();
        let digits: String = digits.chars().filter(char::is_ascii_digit).collect();
        let listed = self.trien(&["device", "list"]);
        let device = listed.split_whitespace().next().unwrap().to_owned();
        self.trien(&["device", "approve", &device, "--code", &digits]);
        let listed = self.trien(&["certificates", "list"]);
        Enrolled { device, entry: listed.split_whitespace().next().unwrap().to_owned() }
    }

    /// Writes the certificate of a phone and its issuers in PEM: `person.pem`, `issuing.pem`, `root.pem`.
    pub fn write_chain(&self, phone: &Enrolled) {
        let pem = self.trien(&["certificates", "show", &phone.entry, "--pem"]);
        let mut parts = pem.split_inclusive("-----END CERTIFICATE-----\n");
        for name in ["person.pem", "issuing.pem", "root.pem"] {
            std::fs::write(self.path(name), parts.next().unwrap()).unwrap();
        }
        let published = std::fs::read_to_string(self.data().join("root.pem")).unwrap();
        assert_eq!(std::fs::read_to_string(self.path("root.pem")).unwrap(), published);
        assert_eq!(parts.next(), None);
    }

    /// What openssl says of the certificate that [`Self::write_chain`] wrote, with both lists.
    pub fn openssl_verifies(&self) -> (bool, String) {
        for name in ["issuing", "root"] {
            let pem = Certificate::parse_pem(
                &std::fs::read_to_string(self.path(&format!("{name}.pem"))).unwrap(),
            );
            let list = self.list_of(&pem.unwrap()[0]);
            let list = Crl::parse(&list).unwrap().to_pem();
            std::fs::write(self.path(&format!("{name}.crl")), list).unwrap();
        }
        let words = ["verify", "-x509_strict", "-crl_check_all", "-CAfile", "root.pem"];
        let files =
            ["-untrusted", "issuing.pem", "-CRLfile", "issuing.crl", "-CRLfile", "root.crl"];
        self.other("openssl", &[&words[..], &files, &["person.pem"]].concat())
    }

    /// The list that the server gives of an authority.
    pub fn list_of(&self, authority: &Certificate) -> Vec<u8> {
        let name = trien_server::ca::issuer_name(authority);
        get(&format!("{}/api/v1/crl/{name}.crl", self.origin()))
    }

    /// What openssl learns by asking the responder: whether it verified the answer, and all that it said.
    pub fn openssl_asks(&self, more: &[&str]) -> (bool, String) {
        let url = format!("{}/api/v1/ocsp", self.origin());
        let words = ["ocsp", "-issuer", "issuing.pem", "-cert", "person.pem", "-url", &url];
        let trust = ["-CAfile", "root.pem", "-verify_other", "issuing.pem"];
        self.other("openssl", &[&words[..], &trust, more].concat())
    }
}

/// Gets a page that must be there.
pub fn get(url: &str) -> Vec<u8> {
    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    answer.split_off(end + 4)
}
