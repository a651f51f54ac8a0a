//! An outside authority, played by the openssl command: a root on RSA-2048, an issuing authority on
//! P-384 below it, and whatever certificates a case asks for. A third one uses a curve that is not
//! computed here.

#![allow(dead_code, reason = "flows and stories each use a part")]

use std::fmt::Write as _;
use std::io::{Cursor, Read as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// What `openssl ca` works by. Whoever asks says the rest.
const CONFIG: &str = "\
[ca]
default_ca = d
[d]
database = index.txt
crlnumber = crlnumber
new_certs_dir = .
rand_serial = yes
default_md = sha256
default_crl_days = 7
unique_subject = no
policy = p
preserve = yes
[p]
countryName = optional
organizationName = optional
organizationalUnitName = optional
title = optional
commonName = optional
[req]
distinguished_name = n
[n]
";

/// The extensions of a signer's certificate.
pub const SIGNER: &str = "basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature, nonRepudiation
authorityKeyIdentifier = keyid
subjectKeyIdentifier = hash
";
/// The extensions of an authority's certificate.
pub const AUTHORITY: &str = "basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
";

/// How a key on this curve is made.
const P384: [&str; 4] = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"];

/// The authority.
pub struct Outside {
    folder: TempDir,
    now: i64,
}

/// A certificate to ask for.
pub struct Asked<'a> {
    /// The request in PEM.
    pub csr: &'a str,
    /// `/CN=…` as openssl takes it.
    pub subject: &'a str,
    /// Extensions.
    pub extensions: &'a str,
    /// From when, in days from now.
    pub from: i64,
    /// For how many days.
    pub days: i64,
    /// More options.
    pub more: &'a [&'a str],
}

impl<'a> Asked<'a> {
    /// A signer's for three years.
    pub fn of(csr: &'a str, subject: &'a str) -> Self {
        Self { csr, subject, extensions: SIGNER, from: 0, days: 1_095, more: &[] }
    }
}

impl Outside {
    /// Makes both authorities, valid at `now` (seconds since 1970).
    pub fn new(now: i64) -> Self {
        let outside = Self { folder: TempDir::new().unwrap(), now };
        outside.write("openssl.cnf", CONFIG);
        outside.write("index.txt", "");
        outside.write("crlnumber", "01\n");
        let rsa = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"];
        let brainpool = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:brainpoolP256r1"];
        for (name, algorithm) in [("root", rsa), ("issuing", P384), ("odd", brainpool)] {
            outside.key(name, algorithm);
        }
        outside.ca("root", &["-selfsign", "-keyfile", "root.key"], "/C=VN/CN=Gốc công vụ", 3_650);
        let by_root = ["-cert", "root.pem", "-keyfile", "root.key"];
        outside.ca("issuing", &by_root, "/C=VN/CN=Cấp chứng thư công vụ", 1_825);
        outside.ca("odd", &by_root, "/C=VN/CN=Đường cong lạ", 1_825);
        outside
    }

    /// Makes a key and a request for its certificate.
    fn key(&self, name: &str, algorithm: [&str; 4]) {
        let key = format!("{name}.key");
        self.run(&[&["genpkey", "-out", &key][..], &algorithm].concat());
        let csr = format!("{name}.csr");
        let subject = ["-subj", "/CN=x", "-config", "openssl.cnf"];
        self.run(&[&["req", "-new", "-key", &key, "-out", &csr][..], &subject].concat());
    }

    /// Makes one more authority below another, with these extensions, valid from so many days on for so many.
    pub fn authority(&self, name: &str, above: &str, extensions: &str, time: (i64, i64)) {
        self.key(name, P384);
        let csr = std::fs::read_to_string(self.path(&format!("{name}.csr"))).unwrap();
        let subject = format!("/C=VN/CN={name}");
        let (from, days) = time;
        let asked = Asked { extensions, from, days, ..Asked::of(&csr, &subject) };
        let certificate = self.sign(&asked, &signer(above).each_ref().map(String::as_str));
        self.write(&format!("{name}.pem"), &certificate);
    }

    /// Issues a certificate below one of those; gives it in PEM.
    pub fn issue_below(&self, name: &str, asked: &Asked<'_>) -> String {
        self.sign(asked, &signer(name).each_ref().map(String::as_str))
    }

    /// The certificate of an authority by its name, PEM.
    pub fn certificate_of(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(&format!("{name}.pem"))).unwrap()
    }

    /// The root's secret key, PEM.
    pub fn secret_key(&self) -> String {
        std::fs::read_to_string(self.path("root.key")).unwrap()
    }

    fn ca(&self, name: &str, signer: &[&str], subject: &str, days: i64) {
        let csr = std::fs::read_to_string(self.path(&format!("{name}.csr"))).unwrap();
        let asked = Asked { extensions: AUTHORITY, days, ..Asked::of(&csr, subject) };
        self.write(&format!("{name}.pem"), &self.sign(&asked, signer));
    }

    /// Issues a certificate; gives it in PEM.
    pub fn issue(&self, asked: &Asked<'_>) -> String {
        self.sign(asked, &["-cert", "issuing.pem", "-keyfile", "issuing.key"])
    }

    /// Issues one with the curve that is not computed; gives it in PEM with its issuer.
    pub fn issue_oddly(&self, asked: &Asked<'_>) -> String {
        let issuer = std::fs::read_to_string(self.path("odd.pem")).unwrap();
        self.sign(asked, &["-cert", "odd.pem", "-keyfile", "odd.key"]) + &issuer
    }

    fn sign(&self, asked: &Asked<'_>, signer: &[&str]) -> String {
        self.write("asked.csr", asked.csr);
        self.write("asked.ext", asked.extensions);
        let at = |days: i64| utc(self.now + days * 86_400);
        let (start, end) = (at(asked.from), at(asked.from + asked.days));
        let words = ["ca", "-batch", "-notext", "-utf8", "-config", "openssl.cnf"];
        let files = ["-in", "asked.csr", "-out", "asked.pem", "-extfile", "asked.ext"];
        let times = ["-startdate", &start, "-enddate", &end, "-subj", asked.subject];
        self.run(&[&words[..], &files, &times, signer, asked.more].concat());
        std::fs::read_to_string(self.path("asked.pem")).unwrap()
    }

    /// Certificates, PEM, as a PKCS#7 without signers.
    pub fn p7b(&self, certificates: &[&str], form: &str) -> Vec<u8> {
        self.write("all.pem", &certificates.concat());
        let words = ["crl2pkcs7", "-nocrl", "-certfile", "all.pem", "-out", "all.p7b"];
        self.run(&[&words[..], &["-outform", form]].concat());
        std::fs::read(self.path("all.p7b")).unwrap()
    }

    /// A revocation list of each authority, PEM.
    pub fn crls(&self) -> Vec<Vec<u8>> {
        let [from, until] = [0, 7].map(|days| utc(self.now + days * 86_400));
        let list = |name: &str| {
            let (cert, key) = (format!("{name}.pem"), format!("{name}.key"));
            let words = ["ca", "-gencrl", "-config", "openssl.cnf", "-out", "list.pem"];
            let signer = ["-cert", &cert, "-keyfile", &key];
            let times = ["-crl_lastupdate", &from, "-crl_nextupdate", &until];
            self.run(&[&words[..], &signer, &times].concat());
            std::fs::read(self.path("list.pem")).unwrap()
        };
        ["root", "issuing"].map(list).to_vec()
    }

    /// The root, PEM.
    pub fn root(&self) -> String {
        std::fs::read_to_string(self.path("root.pem")).unwrap()
    }

    /// The issuing authority, PEM.
    pub fn issuing(&self) -> String {
        std::fs::read_to_string(self.path("issuing.pem")).unwrap()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    fn run(&self, words: &[&str]) {
        run(self.folder.path(), words);
    }
}

/// By whose certificate and key `openssl ca` signs.
fn signer(name: &str) -> [String; 4] {
    let [certificate, key] = ["pem", "key"].map(|ending| format!("{name}.{ending}"));
    ["-cert".to_owned(), certificate, "-keyfile".to_owned(), key]
}

fn run(folder: &Path, words: &[&str]) {
    let output = Command::new("openssl").current_dir(folder).args(words).output();
    let output = output.expect("the openssl command is installed");
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// `YYYYMMDDHHMMSSZ`.
fn utc(second: i64) -> String {
    let moment = jiff::Timestamp::from_second(second).unwrap();
    moment.strftime("%Y%m%d%H%M%SZ").to_string()
}

/// The parts of a ZIP, by their names.
pub fn unzip(zip: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
    let mut parts = Vec::new();
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        parts.push((name, bytes));
    }
    parts
}

/// The requests of a ZIP, PEM.
pub fn requests(zip: &[u8]) -> Vec<String> {
    let parts = unzip(zip).into_iter().filter(|(name, _)| name.ends_with(".csr"));
    parts.map(|(_, bytes)| String::from_utf8(bytes).unwrap()).collect()
}

/// `sha256sum` of the parts of a ZIP, as its own manifest says it.
pub fn sums(parts: &[(String, Vec<u8>)]) -> String {
    let mut sums = String::new();
    for (name, bytes) in parts.iter().filter(|(name, _)| name != "SHA256SUMS") {
        writeln!(sums, "{}  {name}", trien_core::digest::Sha256::of(bytes)).unwrap();
    }
    sums
}
