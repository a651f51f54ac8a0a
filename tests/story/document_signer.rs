//! A token beside the phone: the leader decides on the one, the other signs, and a stranger sees both.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use trien_core::certificate::{Certificate, Crl};
use trien_core::client::ClientError;
use trien_core::env::Clock as _;
use trien_core::evidence::Evidence;
use trien_core::register::{CertificateKind, KeyHome};
use trien_core::request::RouteState;
use trien_core::verify::{Outcome, Proof, Reason, Recording, SecondLeaf, Trust, verify_pdf};
use trien_core::wire::PersonView;
use trien_server::flow::act::Act;
use trien_server::flow::document_signature::choose::{Signs, choose};
use trien_server::flow::register::{self, Elsewhere, Found};
use trien_server::flow::{enroll as officer, invite};

use crate::foreign_key::Token;
use crate::support::{Office, approve, enroll, newest_device, sample, try_approve};

/// Has somebody's documents signed by this token.
async fn signs(office: &Office, leader: &PersonView, token: &Token) {
    let found = Found {
        file: token.chain[0].clone(),
        person: leader.id,
        unit: office.unit.id,
        kind: CertificateKind::Personal,
        home: Elsewhere::Token,
        prompt_policy: None,
        renews: None,
    };
    let entry = register::add(office.app(), &Act::COMMAND_LINE, found).await.unwrap();
    choose(office.app(), &Act::COMMAND_LINE, entry, Signs::Documents).await.unwrap();
}

#[tokio::test]
async fn a_leader_decides_on_the_phone_and_the_token_signs_on_a_computer() {
    let office = Office::open().await;
    let leader = office.person("Trần Minh Khuê", "Chủ tịch").await;
    let token = Arc::new(Token::rsa(office.clock.now().second(), 2048));
    signs(&office, &leader, &token).await;
    let (phone, computer) = (enroll(&office, &leader).await, enroll(&office, &leader).await);
    let (phone, computer) = (phone.companion, computer.companion);
    let request = office.submit(&office.submission(&[&leader]), sample()).await;

    phone.sync().await.unwrap();
    phone.open(request).await.unwrap();
    let sheet = phone.sheet(request).await.unwrap();
    assert_eq!(sheet.document_signer.unwrap().home, KeyHome::Token, "the sheet says so");
    let receipt = approve(&phone, request).await;
    assert!(matches!(office.view(request).await.state, RouteState::Open { .. }));
    let again = try_approve(&phone, request).await;
    assert!(matches!(again, Err(ClientError::NothingToDecide(_))), "{again:?}");

    computer.sync().await.unwrap();
    let awaited = computer.awaited_documents().await.unwrap().remove(0).unwrap();
    assert_eq!(awaited.decision.hash(), receipt.decision);
    let document = computer.document_to_sign(awaited).await.unwrap();
    let another = Arc::new(Token::p256(office.clock.now().second()));
    let refused = computer.sign_document(document.clone(), another).await;
    assert!(matches!(refused, Err(ClientError::Signer(_))), "{refused:?}");
    let signed = computer.sign_document(document.clone(), token.clone()).await.unwrap();
    let repeated = computer.sign_document(document, token.clone()).await.unwrap();
    assert!(signed.is_ours);
    assert_eq!(repeated.signed.document, signed.signed.document, "the first signature stays");
    assert_eq!(office.view(request).await.state, RouteState::Completed);

    let (file, text) =
        (office.document(request).await, office.evidence(request, receipt.decision).await);
    let evidence: Evidence = text.parse().unwrap();
    let crls = office.crls().await.iter().map(|der| Crl::parse(der).unwrap()).collect();
    let mut anchors = Certificate::parse_pem(&office.app().root_pem()).unwrap();
    anchors.push(token.root());
    let at = office.clock.now().second();
    let trust = Trust { anchors, intermediates: Vec::new(), crls, ocsp: Vec::new(), at };
    let key = office.app().log_key().parse().unwrap();
    let proof = Proof { evidence: &[evidence], delegations: &[], key: &key };
    let report = verify_pdf(&file, &trust, Some(proof));
    let Recording::Shown { document_signature, finding, .. } = &report.recordings[0] else {
        panic!("{report:#?}")
    };
    assert_eq!((finding.outcome, finding.reason), (Outcome::Ok, Reason::Recorded), "{report:#?}");
    assert!(matches!(document_signature.as_deref(), Some(SecondLeaf::Signed { .. })));
    assert_eq!(report.signatures[0].integrity.outcome, Outcome::Ok);
}

const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
const PIN: &str = "chim-274316";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_real_module_signs_on_the_command_line() {
    let office = Office::open().await;
    let leader = office.person("Trần Minh Khuê", "Chủ tịch").await;
    let token = Token::rsa(office.clock.now().second(), 2048);
    signs(&office, &leader, &token).await;
    let phone = enroll(&office, &leader).await.companion;
    let folder = office.folder.path();
    fill(folder, &token);
    enroll_computer(&office, &leader).await;
    let request = office.submit(&office.submission(&[&leader]), sample()).await;
    let receipt = approve(&phone, request).await;

    let listed = computer(folder, &["sign-with"]);
    assert!(listed.starts_with(&receipt.decision.to_string()), "{listed}");
    let pin = folder.join("pin").display().to_string();
    let with = ["sign-with", "--pkcs11", MODULE, "--pkcs11-pin-file", &pin, "--yes"];
    let said = computer(folder, &with);
    assert!(said.contains("subject  ") && said.contains("pages       2"), "{said}");
    assert!(said.contains("signed      "), "{said}");
    assert_eq!(office.view(request).await.state, RouteState::Completed);
    let said = computer(folder, &with);
    assert!(said.starts_with("nothing waits for a key of the token"), "{said}");

    // Another program agrees: poppler's, which uses NSS.
    let file = folder.join("signed.pdf");
    std::fs::write(&file, office.document(request).await).unwrap();
    let judged = Command::new("pdfsig").arg("-nocert").arg(&file).output().unwrap();
    let judged = String::from_utf8_lossy(&judged.stdout).into_owned();
    assert!(judged.contains("Signature Validation: Signature is Valid."), "{judged}");
    assert!(judged.contains("ETSI.CAdES.detached"), "{judged}");
}

/// A token in a fresh SoftHSM, with the key and its certificate.
fn fill(folder: &Path, token: &Token) {
    let tokens = folder.join("tokens");
    std::fs::create_dir_all(&tokens).unwrap();
    let config = format!("directories.tokendir = {}\nlog.level = ERROR\n", tokens.display());
    std::fs::write(folder.join("softhsm2.conf"), config).unwrap();
    std::fs::write(folder.join("pin"), PIN).unwrap();
    std::fs::write(folder.join("own.der"), &token.chain[0]).unwrap();
    std::fs::write(folder.join("own.key"), include_bytes!("../vectors/signers/rsa-2048.key"))
        .unwrap();
    let words = ["--init-token", "--free", "--label", "Lãnh đạo", "--pin", PIN];
    run(folder, "softhsm2-util", &[&words[..], &["--so-pin", "90817263"]].concat());
    let pkcs8 = ["pkcs8", "-topk8", "-nocrypt", "-inform", "DER", "-in", "own.key"];
    run(folder, "openssl", &[&pkcs8[..], &["-out", "own.pem"]].concat());
    let import = ["--import", "own.pem", "--token", "Lãnh đạo", "--pin", PIN];
    run(folder, "softhsm2-util", &[&import[..], &["--label", "own", "--id", "01"]].concat());
    let write = ["--module", MODULE, "--login", "--pin", PIN, "--write-object", "own.der"];
    let what = ["--type", "cert", "--label", "own", "--id", "01"];
    run(folder, "pkcs11-tool", &[&write[..], &what].concat());
}

fn run(folder: &Path, program: &str, words: &[&str]) {
    let mut command = Command::new(program);
    command.current_dir(folder).env("SOFTHSM2_CONF", folder.join("softhsm2.conf"));
    let output = command.args(words).output().unwrap();
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn trien(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trien"));
    command
        .current_dir(folder)
        .env("SOFTHSM2_CONF", folder.join("softhsm2.conf"))
        .env("TRIEN_PHONE_PASSPHRASE", "mở ra");
    command.args(["phone", "--folder", "computer"]).args(words);
    command
}

/// What the computer's companion says.
fn computer(folder: &Path, words: &[&str]) -> String {
    let output = trien(folder, words).output().unwrap();
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Enrolls a computer as one more device, as somebody does who reads the code out.
async fn enroll_computer(office: &Office, leader: &PersonView) {
    let ttl = invite::DEFAULT_TTL_SECONDS;
    let invited = invite::create(office.app(), &Act::COMMAND_LINE, leader.id, ttl).await.unwrap();
    let mut child = trien(office.folder.path(), &["enroll", &invited.link])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let code = tokio::task::spawn_blocking(move || {
        let line = said.find(|line| line.starts_with("code")).unwrap();
        let digits = line.split_whitespace().skip(1).take_while(|word| !word.starts_with('('));
        (digits.collect::<String>(), said)
    });
    let (code, said) = code.await.unwrap();
    let device = newest_device(office).await;
    officer::approve(office.app(), &Act::COMMAND_LINE, device, &code).await.unwrap();
    // It goes on telling until it ends.
    let ended = tokio::task::spawn_blocking(move || (said.count(), child.wait()).1);
    assert!(ended.await.unwrap().unwrap().success());
}
