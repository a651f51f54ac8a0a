//! A clerk's companion whose approval key is in a PKCS#11 token, from the enrollment to a decision that verifies.

use std::fs;

use crate::founded::{Enrolled, Founded};
use crate::office::SAMPLE;
use crate::token::{MODULE, PIN, make_token};

const CLERK: [&str; 3] = ["phone", "--folder", "clerk"];

fn office() -> Founded {
    let folder = tempfile::tempdir().unwrap();
    make_token(&folder, "Văn thư");
    let environment = [("SOFTHSM2_CONF", folder.path().join("softhsm2.conf"))];
    let office = Founded::new(folder, &environment, &[]);
    fs::write(office.path("qd.pdf"), SAMPLE).unwrap();
    office
}

/// The first word after that text, or of all.
fn word(said: &str, after: &str) -> String {
    let (_, rest) = said.split_once(after).unwrap_or_else(|| panic!("no {after:?} in {said}"));
    rest.split_whitespace().next().unwrap().to_owned()
}

#[test]
fn a_clerks_key_is_made_in_a_token_confirmed_by_its_serial_number_and_decides() {
    let office = office();
    let why = ["--yes", "--why", "QĐ 15"];
    let level = ["unit", "level", &office.unit, "--lowest", "t"];
    assert!(office.trien(&[&level[..], &why].concat()).contains("changed"));
    let _server = office.serve();
    let add = ["person", "add", "--unit", &office.unit, "--name", "Trần Thị Bình"];
    let person = word(&office.trien(&[&add[..], &["--position", "Văn thư"]].concat()), "");
    let link = word(&office.trien(&["invite", &person]), "");

    // Keys in software are below the level.
    let enroll = ["enroll", &link, "--wait", "0"];
    let refused = office.refused(&[&["phone", "--folder", "software"][..], &enroll].concat());
    assert!(refused.contains("not protected enough") || refused.contains("chưa được bảo vệ"));

    let link = word(&office.trien(&["invite", &person]), "");
    let enroll = ["enroll", &link, "--wait", "0"];
    let token = ["--pkcs11", MODULE, "--pkcs11-pin-file", "pin"];
    let said = office.trien(&[&CLERK[..], &token, &enroll].concat());
    let code: String = said.split("code").nth(1).unwrap().chars().take(14).collect();
    let listed =
        office.trien(&["token", "list", "--pkcs11", MODULE, "--keys", "--pkcs11-pin-file", "pin"]);
    assert!(
        listed.contains("trien-approval-") && listed.contains("without a certificate"),
        "{listed}"
    );
    let serial = word(&listed, "serial");
    let (_, key) = office.other(
        "pkcs11-tool",
        &["--module", MODULE, "--login", "--pin", PIN, "--list-objects", "--type", "privkey"],
    );
    let kept_in = "sensitive, always sensitive, never extractable, local";
    assert!(key.contains("trien-approval-") && key.contains(kept_in), "{key}");

    let device = word(&office.trien(&["device", "list"]), "");
    let approve = ["device", "approve", &device, "--code", code.trim()];
    let unseen = office.refused(&approve);
    assert!(unseen.contains("serial number"), "{unseen}");
    let wrong = office.refused(&[&approve[..], &["--token-serial", "00"]].concat());
    assert!(wrong.contains("serial number"), "{wrong}");
    office.trien(&[&approve[..], &["--token-serial", &serial.to_uppercase()]].concat());
    assert!(office.trien(&["device", "list"]).contains("active     T  Trần Thị Bình"));
    let acts = office.trien(&["audit", "list", "--kind", "token-confirmed"]);
    assert!(acts.contains(&serial), "{acts}");

    let entry = word(&office.trien(&["certificates", "list"]), "");
    decides(&office, &Enrolled { device, entry });
}

fn clerk<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&CLERK[..], more].concat()
}

fn decides(office: &Founded, phone: &Enrolled) {
    let create = ["api-key", "create", "--unit", &office.unit, "--scope", "submit,read"];
    fs::write(office.path("key"), word(&office.trien(&create), "")).unwrap();
    let remote = |words: &[&str]| {
        let origin = office.origin();
        office.trien(&[words, &["--server", &origin, "--api-key-file", "key"]].concat())
    };
    let who = ["--signer", "Trần Thị Bình", "--invisible", "--json"];
    let said = remote(&[&["submit", "qd.pdf", "--subject", "Thử"][..], &who].concat());
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    let request = said["request"].as_str().unwrap();

    // The folder remembers its module and key; the PIN it never has.
    office.trien(&clerk(&["status"]));
    office.trien(&clerk(&["sync"]));
    let approve = ["approve", request, "--yes"];
    let said = office.refused(&clerk(&approve));
    assert!(said.contains("no PIN for the token"), "{said}");
    let wrong = ["--pkcs11-pin-file", "wrong"];
    is_tried_once(office, &clerk(&[&wrong[..], &approve].concat()));

    let right = ["--pkcs11-pin-file", "pin"];
    office.trien(&clerk(&[&right[..], &approve].concat()));
    let of_request = |words: &[&str]| {
        let origin = office.origin();
        let asked = ["request", "--server", &origin, "--api-key-file", "key"];
        office.trien(&[&asked[..], words].concat())
    };
    of_request(&["download", request, "--output", "signed.pdf"]);
    of_request(&["evidence", request, "--output", "a.evidence"]);
    office.write_chain(phone);
    let (good, said) = office.openssl_verifies();
    assert!(good, "{said}");
    let log = office.data().join("log.pub").display().to_string();
    let verify =
        ["verify", "signed.pdf", "a.evidence", "--trust", "root.pem", "--require-evidence"];
    let lists = ["--crl", "issuing.crl", "--crl", "root.crl", "--log-key", &log];
    let said = office.trien(&[&verify[..], &lists].concat());
    assert!(said.contains("Trần Thị Bình"), "{said}");
}

/// A wrong PIN is not tried again, though it would be right by then.
fn is_tried_once(office: &Founded, approve: &[&str]) {
    let change = |from, to| {
        let login = ["--module", MODULE, "--login", "--pin", from];
        let change = ["--change-pin", "--new-pin", to];
        let (changed, said) = office.other("pkcs11-tool", &[&login[..], &change].concat());
        assert!(changed, "{said}");
    };
    fs::write(office.path("wrong"), "111111").unwrap();
    assert!(office.refused(approve).contains("refused the PIN"));
    change(PIN, "111111");
    assert!(office.refused(approve).contains("refused the PIN"), "it was tried again");
    change("111111", PIN);
}
