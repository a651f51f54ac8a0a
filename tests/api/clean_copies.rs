//! Clean copies over HTTP and on the command line.

use std::fs;
use std::process::{Command, Output};

use axum::body::Body;
use http::{HeaderMap, Response};
use serde_json::Value;
use trien_core::digest::Sha256;
use trien_core::pdf::check::{Finding, check};
use trien_core::pdf::read;
use trien_server::flow::key::Scope;

use crate::office::{
    Office, Part, SAMPLE, binary, clean_copy_of, description, random_key, submission_of,
};

const OWNERS: &[u8] = include_bytes!("../vectors/clean-copy/owner-aes-256.pdf");
const USERS: &[u8] = include_bytes!("../vectors/clean-copy/user-aes-256.pdf");

async fn parts_of(answer: Response<Body>) -> (u16, HeaderMap, Vec<u8>) {
    let (head, body) = answer.into_parts();
    let body = axum::body::to_bytes(body, 60 << 20).await.unwrap().to_vec();
    (head.status.as_u16(), head.headers, body)
}

async fn refusal(answer: Response<Body>) -> (u16, String, String) {
    let (status, _, body) = parts_of(answer).await;
    let problem: Value = serde_json::from_slice(&body).unwrap();
    let text = |key: &str| problem[key].as_str().unwrap_or_default().to_owned();
    (status, text("code"), text("detail"))
}

fn with_script() -> Vec<u8> {
    let sample = include_bytes!("../vectors/clean-copy/base.pdf");
    let at = memchr::memmem::find(sample, b"/Lang(vi-VN)").unwrap();
    let script = b"/OpenAction<</S/JavaScript/JS(1)>>";
    [&sample[..at], script, &sample[at..]].concat()
}

#[tokio::test]
async fn a_protected_scan_is_refused_copied_and_then_queued() {
    let office = Office::open().await;
    let key = office.key(office.unit, &[Scope::Submit]).await;
    let mut description = description(&office);
    description.as_object_mut().unwrap().remove("sha256");
    let description = description.to_string();
    let submit = |document: &[u8]| {
        let parts = [Part::json("request", &description), Part::pdf(document)];
        office.ask(submission_of(Some(&key), &random_key(), &parts))
    };
    let (status, code, cure) = refusal(submit(OWNERS).await).await;
    assert_eq!((status, code.as_str()), (422, "encrypted"));
    assert!(cure.contains("bản sạch"), "{cure}");

    let answer = office.ask(clean_copy_of(Some(&key), &[Part::pdf(OWNERS)])).await;
    let (status, headers, copy) = parts_of(answer).await;
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&copy));
    assert_eq!(headers["content-type"], "application/pdf");
    assert_eq!(headers["cache-control"], "no-store");
    assert_eq!(headers["trien-original"], Sha256::of(OWNERS).to_string().as_str());
    assert_eq!(headers["trien-reason"], "encrypted");
    assert_eq!(headers["trien-missing"], "0");
    assert!(!headers.contains_key("trien-removed"));
    assert_eq!(check(&read::open(&copy).unwrap()), [Finding::CleanCopy]);
    assert_eq!(submit(&copy).await.status(), 201);
}

#[tokio::test]
async fn what_gets_no_copy_is_told_why_and_what_to_do() {
    let office = Office::open().await;
    let key = office.key(office.unit, &[Scope::Submit]).await;
    let signed = [SAMPLE, b"/ByteRange"].concat();
    for (file, code, cure) in [
        (USERS, "password", "lưu lại không bảo vệ"),
        (&signed, "signed", "xin người ký"),
        (SAMPLE, "not-needed", "không cần bản sạch"),
        (&with_script(), "active-content", "active-content=remove"),
        (b"not a pdf", "not-pdf", "xuất văn bản ra PDF"),
    ] {
        let answer = office.ask(clean_copy_of(Some(&key), &[Part::pdf(file)])).await;
        let (status, told, detail) = refusal(answer).await;
        assert_eq!((status, told.as_str()), (422, code));
        assert!(detail.contains(cure), "{code}: {detail}");
    }
}

#[tokio::test]
async fn active_content_goes_only_when_it_is_asked_for() {
    let office = Office::open().await;
    let key = office.key(office.unit, &[Scope::Submit]).await;
    let script = with_script();
    let choice = |choice: &'static str| Part {
        head: "form-data; name=\"active-content\"".to_owned(),
        bytes: choice.as_bytes(),
    };
    let ask = |choice: Part<'static>| {
        office.ask(clean_copy_of(Some(&key), &[Part::pdf(&script), choice]))
    };
    let (status, code, _) = refusal(ask(choice("refuse")).await).await;
    assert_eq!((status, code.as_str()), (422, "active-content"));
    let (status, headers, _) = parts_of(ask(choice("remove")).await).await;
    assert_eq!(status, 200);
    assert_eq!(headers["trien-removed"], "automatic-actions");
    for wrong in ["", "yes", "removed"] {
        assert_eq!(ask(choice(wrong)).await.status(), 400, "{wrong}");
    }
    let nothing = office.ask(clean_copy_of(Some(&key), &[choice("remove")])).await;
    assert_eq!(nothing.status(), 400);
}

#[tokio::test]
async fn a_secret_document_gets_no_copy() {
    let office = Office::open().await;
    let key = office.key(office.unit, &[Scope::Submit]).await;
    // Where Decree 30/2020 puts the grade, in the letters of a font from before Unicode.
    let base = include_bytes!("../vectors/clean-copy/base.pdf");
    let title = b"Clean copy, page 1";
    let at = memchr::memmem::find(base, title).unwrap();
    let secret = [&base[..at], b"M\xCBT", &base[at + title.len()..]].concat();
    let answer = office.ask(clean_copy_of(Some(&key), &[Part::pdf(&secret)])).await;
    let (status, _, body) = parts_of(answer).await;
    let problem: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!((status, &problem["type"]), (422, &"urn:trien:problem:secret-grade".into()));
}

fn clean_copy(arguments: &[&str]) -> Output {
    let mut command = Command::new(binary());
    command.env_clear().arg("clean-copy").args(arguments).output().unwrap()
}

#[test]
fn the_command_writes_a_new_file_and_says_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (original, copy) = (path("a.pdf"), path("b.pdf"));
    fs::write(&original, OWNERS).unwrap();
    let done = clean_copy(&[&original, "-o", &copy]);
    let said = String::from_utf8(done.stdout).unwrap();
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    assert!(said.contains(&Sha256::of(OWNERS).to_string()), "{said}");
    assert!(said.contains("Compare it with the original"), "{said}");
    assert!(read::open(&fs::read(&copy).unwrap()).is_ok());

    let again = clean_copy(&[&original, "-o", &copy]);
    assert_eq!(again.status.code(), Some(66), "an existing file stays");

    let root = path("root.pem");
    fs::copy("../tests/vectors/signatures/root.pem", &root).unwrap();
    let mut verify = Command::new(binary());
    let verify = verify.env_clear().args(["verify", &copy, "--trust", &root]).output().unwrap();
    let report = String::from_utf8(verify.stdout).unwrap();
    assert!(report.contains("says of itself that it is a clean copy"), "{report}");
    assert!(report.contains(&Sha256::of(OWNERS).to_string()), "{report}");
}

#[test]
fn the_command_refuses_with_a_sentence_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (original, copy) = (path("a.pdf"), path("b.pdf"));
    for (file, sentence) in [
        (USERS.to_vec(), "opens only with a password"),
        (with_script(), "--without-active-content"),
        (SAMPLE.to_vec(), "can be signed as it is"),
    ] {
        fs::write(&original, file).unwrap();
        let done = clean_copy(&[&original, "-o", &copy]);
        let said = String::from_utf8(done.stderr).unwrap();
        assert_eq!(done.status.code(), Some(1), "{said}");
        assert!(said.contains(sentence), "{said}");
        assert!(!fs::exists(&copy).unwrap());
    }
    fs::write(&original, with_script()).unwrap();
    let done = clean_copy(&[&original, "-o", &copy, "--without-active-content", "--lang", "vi"]);
    let said = String::from_utf8(done.stdout).unwrap();
    assert!(said.contains("đã bỏ theo yêu cầu: automatic-actions"), "{said}");
}
