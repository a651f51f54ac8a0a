//! Decisions that come too late or from a phone that may not: refused, and provably so.

use trien_core::client::{Decided, Sheet};
use trien_core::evidence::Evidence;
use trien_core::id::RequestId;
use trien_core::log::leaf::Outcome;
use trien_core::problem::ProblemKind;
use trien_core::receipt::Receipt;
use trien_core::request::{Quorum, Role};
use trien_server::flow::act::Act;
use trien_server::flow::device;

use crate::support::{Office, Phone, enroll, sample, try_approve};
use crate::verify::stranger;

/// A leader's phone with the sheet open.
async fn about_to_sign(office: &Office) -> (Phone, RequestId, Sheet) {
    let leader = office.person("Trần Minh Khuê", "Chủ tịch").await;
    let phone = enroll(office, &leader).await;
    let request = office.submit(&office.submission(&[&leader]), sample()).await;
    phone.companion.sync().await.unwrap();
    phone.companion.open(request).await.unwrap();
    let sheet = phone.companion.sheet(request).await.unwrap();
    (phone, request, sheet)
}

fn refusal(decided: Decided) -> (ProblemKind, Receipt) {
    match decided {
        Decided::Refused { why, receipt } => (why, *receipt),
        other => panic!("expected a refusal, found {other:?}"),
    }
}

#[tokio::test]
async fn a_device_suspended_between_reading_and_signing_is_refused_with_a_receipt() {
    let office = Office::open().await;
    let (phone, request, sheet) = about_to_sign(&office).await;

    device::suspend(office.app(), &Act::COMMAND_LINE, phone.device).await.unwrap();
    let (why, receipt) = refusal(phone.companion.approve(sheet.id).await.unwrap());
    assert_eq!(why, ProblemKind::DeviceSuspended);
    assert_eq!(receipt.outcome, Outcome::Refused { why });
    receipt.verify(&office.app().log_key().parse().unwrap()).unwrap();
    assert!(office.decisions(request).await.is_empty());
    assert_eq!(office.document(request).await, sample());
}

#[tokio::test]
async fn of_two_phones_racing_for_one_step_one_wins_and_the_other_holds_a_refusal() {
    let office = Office::open().await;
    let first = office.person("Trần Minh Khuê", "Chủ tịch").await;
    let second = office.person("Lý A Sử", "Phó Chủ tịch").await;
    let phones =
        [enroll(&office, &first).await.companion, enroll(&office, &second).await.companion];
    let route = vec![(Role::Approve, Quorum::AtLeast(1), vec![&first, &second])];
    let request = office.submit(&office.route(route), sample()).await;
    let (a, b) = tokio::join!(try_approve(&phones[0], request), try_approve(&phones[1], request));
    let decided = [a.unwrap(), b.unwrap()];
    let won = decided.iter().filter(|d| matches!(d, Decided::Recorded(_))).count();
    assert_eq!(won, 1, "{decided:?}");
    assert_eq!(office.decisions(request).await.len(), 1);
    for lost in decided.into_iter().filter(|d| !matches!(d, Decided::Recorded(_))) {
        let (why, receipt) = refusal(lost);
        assert!(matches!(why, ProblemKind::Overtaken | ProblemKind::RequestEnded), "{why:?}");
        receipt.verify(&office.app().log_key().parse().unwrap()).unwrap();
    }
}

#[tokio::test]
async fn a_revoked_device_gets_a_refusal_that_proves_itself() {
    let office = Office::open().await;
    let (phone, _, sheet) = about_to_sign(&office).await;
    device::revoke(
        office.app(),
        &Act::COMMAND_LINE,
        phone.device,
        device::RevocationReason::KeyCompromise,
    )
    .await
    .unwrap();
    let (why, receipt) = refusal(phone.companion.approve(sheet.id).await.unwrap());
    assert!(
        matches!(why, ProblemKind::DeviceRevoked | ProblemKind::CertificateNotValid),
        "{why:?}"
    );
    let proof = receipt.verify(&office.app().log_key().parse().unwrap()).unwrap();
    assert!(proof.size > 0);
}

#[tokio::test]
async fn a_signature_that_was_refused_never_reaches_the_document() {
    let office = Office::open().await;
    let (phone, request, sheet) = about_to_sign(&office).await;
    device::suspend(office.app(), &Act::COMMAND_LINE, phone.device).await.unwrap();
    refusal(phone.companion.approve(sheet.id).await.unwrap());
    let report = stranger(&office, &office.document(request).await).await;
    assert!(report.signatures.is_empty());
}

#[tokio::test]
async fn evidence_of_a_refusal_is_not_evidence_of_a_signature() {
    let office = Office::open().await;
    let (phone, request, sheet) = about_to_sign(&office).await;
    device::suspend(office.app(), &Act::COMMAND_LINE, phone.device).await.unwrap();
    let (_, receipt) = refusal(phone.companion.approve(sheet.id).await.unwrap());
    let evidence: Evidence =
        office.evidence(request, receipt.decision).await.parse().expect("refusals have evidence");
    let finding = evidence.verify(None, &office.app().log_key().parse().unwrap()).unwrap();
    assert!(matches!(finding.outcome, Outcome::Refused { .. }));
}
