//! What must be refused: clearly, with nothing lost and nothing left behind.

use reqwest::multipart::{Form, Part};
use trien_core::classification::Claimed;
use trien_core::digest::Sha256;
use trien_core::problem::{Problem, ProblemKind};
use trien_server::flow::act::Act;
use trien_server::flow::admin::KeyPolicy;

use crate::support::{Office, Options, begin, enroll, sample, with_text};

fn kind(problem: &Problem) -> ProblemKind {
    problem.kind.0
}

#[tokio::test]
async fn files_that_cannot_be_signed_soundly_say_why_and_leave_nothing() {
    let office = Office::open().await;
    let leader = office.person("Trần Minh Khuê", "Chủ tịch").await;
    let submission = office.submission(&[&leader]);
    let cut = sample()[..sample().len() / 2].to_vec();
    let encrypted = String::from_utf8_lossy(&with_text("x", 90, 90))
        .replace("/Root 1 0 R", "/Root 1 0 R /Encrypt 5 0 R")
        .into_bytes();
    let cases =
        [(b"PK\x03\x04 not a pdf".to_vec(), "not-pdf"), (cut, "bad-end"), (encrypted, "encrypted")];
    for (document, slug) in cases {
        let digest = Sha256::of(&document).to_string();
        let problem = office.try_submit(&submission, document).await.unwrap_err();
        assert_eq!(kind(&problem), ProblemKind::UnsignablePdf, "{problem:?}");
        assert_eq!(problem.code.as_deref(), Some(slug));
        assert!(!problem.detail.is_empty());
        assert!(office.files_with(digest.as_bytes()).is_empty());
    }
}

#[tokio::test]
async fn a_wrong_digest_is_refused() {
    let office = Office::open().await;
    let leader = office.person("Trần Minh Khuê", "Chủ tịch").await;
    let mut submission = office.submission(&[&leader]);
    submission.sha256 = Some(Sha256::of(b"another file"));
    let problem = office.try_submit(&submission, sample()).await.unwrap_err();
    assert_eq!(kind(&problem), ProblemKind::WrongDigest);
}

#[tokio::test]
async fn secret_documents_leave_no_trace() {
    let office = Office::open().await;
    let leader = office.person("Trần Minh Khuê", "Chủ tịch").await;
    let mut submission = office.submission(&[&leader]);
    submission.metadata.subject = trien_core::document::Text::new("Zyxqvu planted title").unwrap();
    let planted = "Planted contents 4711";

    let graded = with_text(planted, 90, 400);
    for grade in [Claimed::Confidential, Claimed::Secret, Claimed::TopSecret] {
        submission.classification = grade;
        let problem = office.try_submit(&submission, graded.clone()).await.unwrap_err();
        assert_eq!(kind(&problem), ProblemKind::SecretGrade);
    }
    submission.classification = Claimed::Open;
    for mark in ["MẬT", "TỐI MẬT", "TUYỆT MẬT"] {
        let marked = with_text(mark, 90, 700);
        let problem = office.try_submit(&submission, marked.clone()).await.unwrap_err();
        assert_eq!(kind(&problem), ProblemKind::SecretGrade, "{mark}");
        let digest = Sha256::of(&marked);
        assert!(office.files_with(&digest.0).is_empty());
        assert!(office.files_with(digest.to_string().as_bytes()).is_empty());
        assert!(office.files_with(&marked[..400]).is_empty());
    }
    assert!(office.files_with("Zyxqvu".as_bytes()).is_empty(), "not even a title");
    assert!(office.files_with(&graded[..400]).is_empty());
}

#[tokio::test]
async fn a_document_that_merely_quotes_the_word_is_accepted() {
    let office = Office::open().await;
    let leader = office.person("Trần Minh Khuê", "Chủ tịch").await;
    let quoting = with_text("Không gửi văn bản MẬT qua hệ thống này", 90, 700);
    office.submit(&office.submission(&[&leader]), quoting).await;
}

#[tokio::test]
async fn unknown_fields_are_refused() {
    let office = Office::open().await;
    let leader = office.person("Trần Minh Khuê", "Chủ tịch").await;
    let mut json = serde_json::to_value(office.submission(&[&leader])).unwrap();
    json["priority"] = 1.into();
    let form = Form::new()
        .text("request", json.to_string())
        .part("document", Part::bytes(sample()).file_name("a.pdf"));
    let call = office.post("/api/v1/requests").header("idempotency-key", "k").multipart(form);
    let problem = office.send::<serde_json::Value>(call).await.unwrap_err();
    assert!(
        matches!(kind(&problem), ProblemKind::BadRequest | ProblemKind::InvalidRequest),
        "{problem:?}"
    );
}

#[tokio::test]
async fn the_same_key_gives_the_same_request_and_never_another() {
    let office = Office::open().await;
    let leader = office.person("Trần Minh Khuê", "Chủ tịch").await;
    let submission = office.submission(&[&leader]);
    let first = office.submit_as("k1", &submission, sample()).await.unwrap();
    let again = office.submit_as("k1", &submission, sample()).await.unwrap();
    assert_eq!(first, again);
    let other = with_text("Other", 90, 300);
    let problem = office.submit_as("k1", &submission, other).await.unwrap_err();
    assert_eq!(kind(&problem), ProblemKind::IdempotencyConflict);
}

#[tokio::test]
async fn a_phone_whose_clock_is_off_corrects_itself() {
    let office = Office::open().await;
    let leader = office.person("Trần Minh Khuê", "Chủ tịch").await;
    let phone = enroll(&office, &leader).await;
    let late = phone.with_clock_off_by(&office, 4_000).await;
    let synced = late.companion.sync().await.expect("it re-signs with the server's time");
    assert!(synced.clock_offset_ms < -3_900_000, "{synced:?}");
}

#[tokio::test]
async fn software_keys_enroll_only_where_the_unit_takes_them() {
    let office = Office::with(Options { keys: KeyPolicy::Hardware, ..Options::default() }).await;
    let leader = office.person("Trần Minh Khuê", "Chủ tịch").await;
    let phone = begin(&office, &leader).await;
    let error = phone.companion.enroll_keys().await.expect_err("software keys are refused");
    assert!(error.to_string().contains("assurance") || format!("{error:?}").contains("Assurance"));
}

#[tokio::test]
async fn wrong_digits_count_and_five_end_the_invitation() {
    let office = Office::open().await;
    let leader = office.person("Trần Minh Khuê", "Chủ tịch").await;
    let phone = begin(&office, &leader).await;
    let code = phone.companion.enroll_keys().await.unwrap().grouped();
    let device = crate::support::newest_device(&office).await;
    let wrong = if code == "0000 0000" { "0000 0001" } else { "0000 0000" };
    for _ in 0..5 {
        trien_server::flow::enroll::approve(office.app(), &Act::COMMAND_LINE, device, wrong)
            .await
            .unwrap_err();
    }
    let right =
        trien_server::flow::enroll::approve(office.app(), &Act::COMMAND_LINE, device, &code).await;
    assert!(right.is_err(), "after five wrong codes the right one comes too late");
}
