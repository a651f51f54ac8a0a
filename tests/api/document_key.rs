//! Keys in PKCS#11 tokens that sign documents: found, used, and what is said where they are not.
//!
//! A module reads its environment when it is loaded, so whatever asks one is a process of its own.

use std::process::Command;
use std::{env, fs};

use trien_core::algorithm::{Digest, Scheme};
use trien_core::certificate::Certificate;
use trien_core::signer::DocumentSigner as _;
use trien_server::token::{
    Access, DocumentKey, KeyThere, Pin, PinSource, RefusedPin, Token, TokenError, Wanted,
};

use crate::token::{MODULE, PIN, make_token};

const MESSAGE: &[u8] = "Quyết định về việc thử nghiệm".as_bytes();

/// A folder with a token, and what is done to it.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        make_token(&folder, "Văn thư");
        Self(folder)
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let mut command = Command::new(program);
        command
            .current_dir(self.0.path())
            .env("SOFTHSM2_CONF", self.0.path().join("softhsm2.conf"));
        let output = command.args(arguments).output().unwrap();
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// Makes a key with a certificate in files, and puts the key into the token.
    fn key(&self, name: &str, id: &str, kind: &[&str]) {
        let (key, file) = (format!("{name}.key"), format!("{name}.der"));
        let subject = format!("/CN={name}");
        self.run("openssl", &[&["genpkey", "-out", &key][..], kind].concat());
        let request = ["req", "-x509", "-new", "-key", &key, "-subj", &subject, "-days", "9"];
        self.run("openssl", &[&request[..], &["-outform", "DER", "-out", &file]].concat());
        self.run("openssl", &["pkey", "-in", &key, "-pubout", "-out", &format!("{name}.pub")]);
        let import = ["--import", &key, "--token", "Văn thư", "--pin", PIN];
        self.run("softhsm2-util", &[&import[..], &["--label", name, "--id", id]].concat());
    }

    fn certificate(&self, name: &str, id: &str) {
        let write = ["--module", MODULE, "--login", "--pin", PIN, "--write-object"];
        let what = [&format!("{name}.der"), "--type", "cert", "--label", name, "--id", id];
        self.run("pkcs11-tool", &[&write[..], &what].concat());
    }

    /// Runs a case of this file beside, where the module finds this token.
    fn beside(&self, case: &str) {
        let mut command = Command::new(env::current_exe().unwrap());
        command
            .current_dir(self.0.path())
            .env("SOFTHSM2_CONF", self.0.path().join("softhsm2.conf"));
        let words = ["--exact", "--ignored", "--nocapture"];
        let output = command.args(words).arg(format!("document_key::{case}")).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("1 passed"), "{said}");
    }
}

const RSA_2048: [&str; 4] = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"];
const RSA_3072: [&str; 4] = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:3072"];
const P_256: [&str; 4] = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
const P_384: [&str; 4] = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"];

#[test]
fn each_kind_of_key_signs_what_its_certificate_verifies() {
    let place = Place::new();
    for (name, id, kind) in
        [("rsa-2048", "01", &RSA_2048), ("rsa-3072", "02", &RSA_3072), ("p-256", "03", &P_256)]
    {
        place.key(name, id, kind);
        place.certificate(name, id);
    }
    place.beside("keys_sign_beside");
    fs::write(place.0.path().join("message"), MESSAGE).unwrap();
    for name in ["rsa-2048", "rsa-3072", "p-256"] {
        let (public, signature) = (format!("{name}.pub"), format!("{name}.sig"));
        let verify = ["dgst", "-sha256", "-verify", &public, "-signature", &signature, "message"];
        place.run("openssl", &verify);
    }
}

fn access(pin: &str) -> Access {
    Access {
        module: MODULE.into(),
        token: "Văn thư".to_owned(),
        pin: PinSource::Given(Pin::new(pin)),
        refused: RefusedPin::nowhere(),
    }
}

fn find(wanted: &Wanted, files: &[Certificate]) -> Result<DocumentKey, TokenError> {
    DocumentKey::find(access(PIN), wanted, files)
}

fn labelled(label: &str) -> Wanted {
    Wanted::Label(label.to_owned())
}

#[test]
#[ignore = "run beside another one, in a process of its own"]
fn keys_sign_beside() {
    let schemes = [
        ("rsa-2048", Scheme::RsaPkcs1(Digest::Sha256)),
        ("rsa-3072", Scheme::RsaPkcs1(Digest::Sha256)),
        ("p-256", Scheme::Ecdsa(Digest::Sha256)),
    ];
    for (name, scheme) in schemes {
        let key = find(&labelled(name), &[]).unwrap();
        let certificate = key.certificate().clone();
        assert_eq!(key.certificates(), [certificate.der()]);
        assert_eq!(key.scheme(), scheme);
        let signature = key.sign(MESSAGE).unwrap();
        scheme.verify(&[MESSAGE], &signature, certificate.public_key()).unwrap();
        let same = find(&Wanted::Certificate(certificate.sha256()), &[]).unwrap();
        assert_eq!(same.certificate().sha256(), certificate.sha256());
        fs::write(format!("{name}.sig"), signature).unwrap();
    }
    let several = find(&Wanted::Only, &[]).err().unwrap();
    assert!(matches!(&several, TokenError::SeveralPairs { found, .. } if found.len() == 3));
    let items = access(PIN).contents().unwrap();
    assert_eq!(items.iter().filter(|it| it.key == KeyThere::Yes).count(), 3);
}

#[test]
fn what_keeps_a_key_from_signing_is_named() {
    let place = Place::new();
    place.key("no-certificate", "01", &P_256);
    place.key("p-384", "02", &P_384);
    place.certificate("p-384", "02");
    // A certificate of one key beside another one.
    place.key("mixed-up", "03", &P_256);
    fs::copy(place.0.path().join("no-certificate.der"), place.0.path().join("stray.der")).unwrap();
    place.certificate("stray", "03");
    fs::copy(place.0.path().join("no-certificate.der"), place.0.path().join("lone.der")).unwrap();
    place.certificate("lone", "04");
    place.beside("refusals_beside");
}

#[test]
#[ignore = "run beside another one, in a process of its own"]
fn refusals_beside() {
    let refused = |wanted: &str| find(&labelled(wanted), &[]).err().unwrap();
    assert!(matches!(refused("no-certificate"), TokenError::NoCertificate { .. }));
    assert!(matches!(refused("p-384"), TokenError::OtherKind(_)));
    assert!(matches!(refused("lone"), TokenError::NoKey { .. }));
    assert!(matches!(refused("nothing"), TokenError::NoPair { .. }));
    let key = find(&labelled("mixed-up"), &[]).unwrap();
    assert!(matches!(key.sign(MESSAGE), Err(TokenError::OtherKey { .. })));

    // Its certificate may come in a file, among others.
    let files = ["p-384.der", "no-certificate.der"];
    let files = files.map(|name| Certificate::parse(&fs::read(name).unwrap()).unwrap());
    let key = find(&labelled("no-certificate"), &files).unwrap();
    assert_eq!(key.certificate(), &files[1]);
    key.sign(MESSAGE).unwrap();

    let missing = Token::choose(MODULE.as_ref(), Some("other")).unwrap_err();
    assert_eq!(missing, TokenError::TokenMissing("other".to_owned()));
    let only = Token::choose(MODULE.as_ref(), None).unwrap();
    assert_eq!(only.name, "Văn thư");
    assert_eq!(Token::choose(MODULE.as_ref(), Some(&only.serial)), Ok(only));
}

#[test]
fn a_wrong_pin_is_refused_by_the_token() {
    let place = Place::new();
    place.beside("wrong_pin_beside");
}

#[test]
#[ignore = "run beside another one, in a process of its own"]
fn wrong_pin_beside() {
    let refused = DocumentKey::find(access("000000"), &Wanted::Only, &[]).err();
    assert_eq!(refused, Some(TokenError::WrongPin("Văn thư".to_owned())));
    let nobody = Access { pin: PinSource::AtToken, ..access(PIN) };
    let refused = DocumentKey::find(nobody, &Wanted::Only, &[]).err();
    assert_eq!(refused, Some(TokenError::NoPin("Văn thư".to_owned())));
}
