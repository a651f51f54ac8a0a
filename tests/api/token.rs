//! The issuing key in a PKCS#11 token, which SoftHSM plays: made there, used, replaced, away and back.
//! Each office has its own tokens, so each command is a process of its own.

use std::fs;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

use trien_core::certificate::{Certificate, Crl};

use crate::founded::Founded;

pub const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
pub const PIN: &str = "chim-274316";

/// An office whose issuing key is in a token.
fn office_with_token() -> Founded {
    let folder = tempfile::tempdir().unwrap();
    let environment = [("SOFTHSM2_CONF", folder.path().join("softhsm2.conf"))];
    make_token(&folder, "CA");
    let pin = folder.path().join("pin").display().to_string();
    let options = ["--pkcs11-module", MODULE, "--pkcs11-token", "CA", "--pkcs11-pin-file", &pin];
    Founded::new(folder, &environment, &options)
}

/// Makes a token of this label in a fresh SoftHSM, and a file with its PIN.
pub fn make_token(folder: &tempfile::TempDir, label: &str) {
    let tokens = folder.path().join("tokens");
    fs::create_dir_all(&tokens).unwrap();
    let config = folder.path().join("softhsm2.conf");
    fs::write(&config, format!("directories.tokendir = {}\nlog.level = ERROR\n", tokens.display()))
        .unwrap();
    fs::write(folder.path().join("pin"), format!("{PIN}\n")).unwrap();
    let mut command = std::process::Command::new("softhsm2-util");
    let made = command
        .args(["--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", "90817263"])
        .env("SOFTHSM2_CONF", &config)
        .output()
        .expect("softhsm2-util: install the Debian package softhsm2");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

impl Founded {
    fn pkcs11_tool(&self, arguments: &[&str]) -> (bool, String) {
        let own = ["--module", MODULE, "--token-label", "CA", "--login", "--pin", PIN];
        self.other("pkcs11-tool", &[&own[..], arguments].concat())
    }

    /// Whether the newest list names the certificate.
    fn is_listed(&self) -> bool {
        let pem = fs::read_to_string(self.path("issuing.pem")).unwrap();
        let authority = Certificate::parse_pem(&pem).unwrap().remove(0);
        let list = Crl::parse(&self.list_of(&authority)).unwrap();
        let pem = fs::read_to_string(self.path("person.pem")).unwrap();
        let person = Certificate::parse_pem(&pem).unwrap().remove(0);
        list.lookup(person.serial()).is_some()
    }

    /// Takes the token out, or puts it back.
    fn move_token(&self, from: &str, to: &str) {
        fs::rename(self.path(from), self.path(to)).unwrap();
        if from == "tokens" {
            fs::create_dir(self.path("tokens")).unwrap();
        }
    }
}

#[test]
fn an_office_issues_and_revokes_with_a_key_that_cannot_leave_its_token() {
    let office = office_with_token();
    assert!(!office.data().join("keys/issuing.key.pem").exists());
    let (_, key) = office.pkcs11_tool(&["--list-objects", "--type", "privkey"]);
    for said in
        ["label:      trien-issuing", "sensitive, always sensitive, never extractable, local"]
    {
        assert!(key.contains(said), "{key}");
    }

    let server = office.serve();
    let phone = office.enroll("Nguyễn Văn An");
    office.write_chain(&phone);
    let (good, said) = office.openssl_verifies();
    assert!(good, "{said}");
    let (_, said) = office.openssl_asks(&[]);
    assert!(said.contains("Response verify OK") && said.contains("person.pem: good"), "{said}");

    office.trien(&["device", "revoke", &phone.device, "--reason", "key-compromise"]);
    let (good, said) = office.openssl_verifies();
    assert!(!good && said.contains("certificate revoked"), "{said}");
    let (_, said) = office.openssl_asks(&[]);
    assert!(said.contains("person.pem: revoked") && said.contains("keyCompromise"), "{said}");
    let (code, log) = server.stop();
    assert_eq!(code, Some(0));
    assert!(!log.contains(PIN), "the PIN is in the log");
    for file in fs::read_dir(office.data().join("keys")).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(PIN.len()).any(|part| part == PIN.as_bytes()));
    }
    assert!(!office.trien(&["serve", "--print-config"]).contains(PIN));
}

#[test]
fn a_revocation_holds_while_the_token_is_away_and_its_list_follows() {
    let office = office_with_token();
    let server = office.serve();
    let phone = office.enroll("Nguyễn Văn An");
    office.write_chain(&phone);
    // The responder has its certificate from here on.
    assert!(office.openssl_asks(&[]).1.contains("person.pem: good"));

    office.move_token("tokens", "drawer");
    let said = office.trien(&["authority", "show"]);
    assert!(said.contains("no token \"CA\" is plugged in"), "{said}");
    office.trien(&["device", "revoke", &phone.device, "--reason", "key-compromise"]);
    assert!(office.openssl_asks(&[]).1.contains("person.pem: revoked"), "known at once");
    assert!(!office.is_listed(), "nothing could sign a list");
    eventually(30, "nothing about the token in the log", || server.log().contains("no token"));

    fs::remove_dir(office.path("tokens")).unwrap();
    office.move_token("drawer", "tokens");
    eventually(90, "the running server does not find it again", || office.is_listed());
}

/// Waits as many seconds at most, as far as sleeping keeps time.
fn eventually(seconds: u32, otherwise: &str, holds: impl Fn() -> bool) {
    for _ in 0..seconds * 5 {
        if holds() {
            return;
        }
        sleep(Duration::from_millis(200));
    }
    panic!("{otherwise}");
}

#[test]
fn a_lost_token_holds_up_no_list_of_another_authority() {
    let office = office_with_token();
    office.move_token("tokens", "lost");
    let said = office.trien(&["authority", "new-issuing", "--in-file"]);
    assert!(said.contains("does not sign: no token") && said.contains("file, signs"), "{said}");
    let _server = office.serve();
    let phone = office.enroll("Nguyễn Văn An");
    office.write_chain(&phone);
    assert_eq!(office.openssl_verifies(), (true, "person.pem: OK\n".to_owned()));
    office.trien(&["device", "revoke", &phone.device, "--reason", "key-compromise"]);
    assert!(office.is_listed(), "at once");
}

#[test]
fn a_wrong_pin_is_tried_once_whatever_starts_again() {
    let office = office_with_token();
    let refused = "the token \"CA\" refused the PIN";
    fs::write(office.path("pin"), "111111").unwrap();
    assert!(office.trien(&["authority", "show"]).contains(refused));
    // From now on the PIN would be right, so that a second try would show.
    let (changed, said) = office.pkcs11_tool(&["--change-pin", "--new-pin", "111111"]);
    assert!(changed, "{said}");
    for _ in 0..2 {
        assert!(office.trien(&["authority", "show"]).contains(refused), "it was tried again");
    }
    let server = office.serve();
    eventually(30, "nothing of the PIN in the log", || server.log().contains("refused the PIN"));
    drop(server);
    let marks = fs::read_dir(office.data().join("keys")).unwrap().map(|it| it.unwrap().path());
    let marks = marks.filter(|it| it.display().to_string().contains("refused-pin-"));
    let [mark] = &marks.collect::<Vec<_>>()[..] else { panic!("one mark of one token") };
    fs::remove_file(mark).unwrap();
    assert!(office.trien(&["authority", "show"]).contains("signs"));
}

#[test]
fn what_is_wrong_with_a_token_is_named() {
    let office = office_with_token();
    let show = |more: &[&str]| office.trien(&[&["authority", "show"], more].concat());
    assert!(show(&[]).contains("\"trien-issuing\" in the token \"CA\", signs"));
    let said = show(&["--pkcs11-module", "/nowhere/module.so"]);
    assert!(said.contains("/nowhere/module.so: the PKCS#11 module cannot be loaded"), "{said}");
    // No module: a library, but not one of this kind.
    let said = show(&["--pkcs11-module", "/usr/lib/x86_64-linux-gnu/libc.so.6"]);
    assert!(said.contains("the PKCS#11 module cannot be loaded"), "{said}");
    fs::write(office.path("empty.toml"), "").unwrap();
    let said = show(&["--config", &office.path("empty.toml").display().to_string()]);
    assert!(said.contains("give --pkcs11-module and the PIN"), "{said}");

    let make = ["authority", "new-issuing"];
    let said = office.refused(&make);
    assert!(said.contains("holds a key \"trien-issuing\" already"), "{said}");
    let said = office.refused(&[&make[..], &["--pkcs11-token", "other"]].concat());
    assert!(said.contains("no token \"other\" is plugged in"), "{said}");

    let (deleted, said) =
        office.pkcs11_tool(&["--delete-object", "--type", "privkey", "--label", "trien-issuing"]);
    assert!(deleted, "{said}");
    assert!(show(&[]).contains("holds no key \"trien-issuing\""), "{}", show(&[]));
    let generate = ["--keypairgen", "--key-type", "EC:prime256v1", "--label", "trien-issuing"];
    let (made, said) = office.pkcs11_tool(&generate);
    assert!(made, "{said}");
    assert!(show(&[]).contains("is not the one of the authority"), "{}", show(&[]));
    let (made, said) = office.pkcs11_tool(&generate);
    assert!(made, "{said}");
    assert!(show(&[]).contains("holds several keys"), "{}", show(&[]));
}

#[test]
fn an_office_moves_its_issuing_key_into_a_token_with_its_root_kept_away() {
    let folder = tempfile::tempdir().unwrap();
    let environment: [(&str, PathBuf); 1] =
        [("SOFTHSM2_CONF", folder.path().join("softhsm2.conf"))];
    make_token(&folder, "CA");
    let office = Founded::new(folder, &environment, &[]);
    fs::write(office.path("words"), "một cụm từ thật dài\n").unwrap();
    fs::write(office.path("wrong"), "một cụm từ khác hẳn\n").unwrap();
    let first = {
        let _server = office.serve();
        office.enroll("Nguyễn Văn An")
    };

    let words = ["--root-passphrase-file", "words"];
    office.trien(&[&["authority", "export-root", "usb.pem"][..], &words].concat());
    assert!(!office.data().join("keys/root.key.pem").exists());
    let again = office.refused(&[&["authority", "export-root", "usb2.pem"][..], &words].concat());
    assert!(again.contains("kept away from this server"), "{again}");
    assert!(office.trien(&["authority", "show"]).contains("key kept away from this server"));

    let token = ["--pkcs11-module", MODULE, "--pkcs11-token", "CA", "--pkcs11-pin-file", "pin"];
    let make = [&["authority", "new-issuing"][..], &token].concat();
    assert!(office.refused(&make).contains("give --root-key FILE"));
    let root = |words| ["--root-key", "usb.pem", "--root-passphrase-file", words];
    assert!(
        office.refused(&[&make[..], &root("wrong")].concat()).contains("does not open the key")
    );
    let own = fs::read(office.path("pin")).unwrap();
    assert_eq!(own, format!("{PIN}\n").as_bytes());
    let said = office.trien(&[&make[..], &root("words")].concat());
    assert!(said.contains("Trien Issuing CA 2"), "{said}");
    office.trien(&[&["authority", "root-list"][..], &root("words")].concat());

    // What later commands are told by the office's own file.
    let file = fs::read_to_string(office.data().join("trien.toml")).unwrap();
    let pin = office.path("pin").display().to_string();
    let lines = format!("{file}pkcs11-module = {MODULE:?}\npkcs11-pin-file = {pin:?}\n");
    fs::write(office.data().join("trien.toml"), lines).unwrap();
    let _server = office.serve();
    let second = office.enroll("Trần Thị Bình");
    for (phone, authority) in [(&first, "Trien Issuing CA\n"), (&second, "Trien Issuing CA 2\n")] {
        office.write_chain(phone);
        let (_, subject) =
            office.other("openssl", &["x509", "-in", "issuing.pem", "-noout", "-subject"]);
        assert!(subject.ends_with(authority), "{subject}");
        assert_eq!(office.openssl_verifies(), (true, "person.pem: OK\n".to_owned()));
        let (_, said) = office.openssl_asks(&[]);
        assert!(said.contains("Response verify OK") && said.contains("person.pem: good"), "{said}");
        office.trien(&["device", "revoke", &phone.device, "--reason", "superseded"]);
        assert!(!office.openssl_verifies().0);
        assert!(office.openssl_asks(&[]).1.contains("person.pem: revoked"));
    }
}
