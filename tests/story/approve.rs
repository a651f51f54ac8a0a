//! The good way: submitted, read, signed, recorded, verified by a stranger.

use trien_core::client::{Decided, PageView};
use trien_core::evidence::Evidence;
use trien_core::request::{Assignment, RouteState};

use trien_core::verify::Verdict;

use crate::support::{Office, approve, enroll, sample};
use crate::verify::{stranger, stranger_with_evidence};

#[tokio::test]
async fn a_document_is_signed_on_the_phone_and_a_stranger_can_verify_it() {
    let office = Office::open().await;
    let leader = office.person("Trần Minh Khuê", "Chủ tịch").await;
    let phone = enroll(&office, &leader).await;
    let request = office.submit(&office.submission(&[&leader]), sample()).await;

    let before = phone.keys.approvals();
    let receipt = approve(&phone.companion, request).await;
    assert_eq!(phone.keys.approvals(), before + 1, "one prompt, one signature");

    let view = office.view(request).await;
    assert_eq!(view.state, RouteState::Completed);
    let signed = office.document(request).await;
    assert!(signed.starts_with(&sample()), "the document itself is untouched");
    let evidence = office.evidence(request, receipt.decision).await;
    let report = stranger_with_evidence(&office, &signed, &[&evidence]).await;
    assert_eq!(report.verdict, Verdict::Valid, "{report:#?}");
}

#[tokio::test]
async fn the_phone_shows_the_very_page_that_it_signs() {
    let office = Office::open().await;
    let leader = office.person("Trần Minh Khuê", "Chủ tịch").await;
    let phone = enroll(&office, &leader).await.companion;
    let request = office.submit(&office.submission(&[&leader]), sample()).await;
    phone.sync().await.unwrap();
    phone.open(request).await.unwrap();
    phone.sheet(request).await.unwrap();
    let plain = phone.page_png(request, 1, 600, PageView::Plain).await.unwrap();
    let stamped = phone.page_png(request, 1, 600, PageView::Stamped).await.unwrap();
    assert_ne!(plain, stamped);
}

#[tokio::test]
async fn without_evidence_the_recording_is_not_shown_and_changes_nothing() {
    let office = Office::open().await;
    let leader = office.person("Trần Minh Khuê", "Chủ tịch").await;
    let phone = enroll(&office, &leader).await;
    let request = office.submit(&office.submission(&[&leader]), sample()).await;
    approve(&phone.companion, request).await;
    let report = stranger(&office, &office.document(request).await).await;
    assert_eq!(report.verdict, Verdict::Valid, "{report:#?}");
}

#[tokio::test]
async fn an_approved_step_leaves_nothing_in_inbox_or_outbox() {
    let office = Office::open().await;
    let leader = office.person("Trần Minh Khuê", "Chủ tịch").await;
    let phone = enroll(&office, &leader).await.companion;
    let request = office.submit(&office.submission(&[&leader]), sample()).await;
    phone.sync().await.unwrap();
    assert_eq!(phone.inbox().len(), 1);
    let receipt = approve(&phone, request).await;
    phone.sync().await.unwrap();
    assert!(phone.inbox().is_empty());
    let open =
        |entry: &&trien_core::client::OutboxEntry| matches!(entry.state, Decided::Waiting(_));
    assert_eq!(phone.outbox().iter().filter(open).count(), 0);
    let view = phone.request(request).unwrap();
    let assignment = view.steps[0].signers[0].assignment;
    assert!(
        matches!(assignment, Assignment::Decided { decision, .. } if decision == receipt.decision)
    );
}

#[tokio::test]
async fn evidence_of_another_decision_or_another_log_is_told_apart() {
    let office = Office::open().await;
    let leader = office.person("Trần Minh Khuê", "Chủ tịch").await;
    let phone = enroll(&office, &leader).await.companion;
    let mut papers = Vec::new();
    for number in 0..2 {
        let mut submission = office.submission(&[&leader]);
        submission.metadata.number = Some(format!("{number}/QĐ").parse_text());
        let request = office.submit(&submission, sample()).await;
        let receipt = approve(&phone, request).await;
        let evidence = office.evidence(request, receipt.decision).await;
        papers.push((office.document(request).await, evidence));
    }
    let swapped = stranger_with_evidence(&office, &papers[0].0, &[&papers[1].1]).await;
    assert_eq!(swapped.verdict, Verdict::NotValid, "{swapped:#?}");

    let other = Office::open().await;
    let key = other.app().log_key().parse().unwrap();
    let evidence: Evidence = papers[0].1.parse().unwrap();
    assert!(evidence.verify(None, &key).is_err(), "a foreign log proves nothing");
    let half = &papers[0].1[..papers[0].1.len() / 2];
    assert!(half.parse::<Evidence>().is_err(), "half a file is no evidence");
}

trait ParseText {
    fn parse_text<const MAX: usize>(&self) -> trien_core::document::Text<MAX>;
}

impl ParseText for String {
    fn parse_text<const MAX: usize>(&self) -> trien_core::document::Text<MAX> {
        trien_core::document::Text::new(self).unwrap()
    }
}
