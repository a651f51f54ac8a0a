//! Several signers: in one step, in order, on one PDF.

use trien_core::request::{Quorum, Role, RouteState};

use trien_core::verify::Verdict;

use crate::support::{Office, approve, enroll, sample, try_approve};
use crate::verify::{stranger, stranger_with_evidence};

#[tokio::test]
async fn a_second_signature_keeps_the_first_valid() {
    let office = Office::open().await;
    let first = office.person("Trần Minh Khuê", "Chủ tịch").await;
    let second = office.person("Lý A Sử", "Phó Chủ tịch").await;
    let phones = [enroll(&office, &first).await, enroll(&office, &second).await];
    let request = office.submit(&office.submission(&[&first, &second]), sample()).await;

    let first = approve(&phones[0].companion, request).await;
    let once = office.document(request).await;
    assert!(matches!(office.view(request).await.state, RouteState::Open { .. }));
    let second = approve(&phones[1].companion, request).await;
    let twice = office.document(request).await;
    assert!(twice.starts_with(&once), "the second signature only appends");
    assert_eq!(office.view(request).await.state, RouteState::Completed);

    let report = stranger(&office, &twice).await;
    assert_eq!(report.signatures.len(), 2);
    assert_eq!(report.verdict, Verdict::Valid, "{report:#?}");

    let one = office.evidence(request, first.decision).await;
    let other = office.evidence(request, second.decision).await;
    let half = stranger_with_evidence(&office, &twice, &[&other]).await;
    assert_eq!(half.requiring_evidence().verdict, Verdict::Undetermined);
    let whole = stranger_with_evidence(&office, &twice, &[&other, &one]).await;
    assert_eq!(whole.requiring_evidence().verdict, Verdict::Valid);
}

#[tokio::test]
async fn the_later_signer_fetches_only_the_tail() {
    let office = Office::open().await;
    let first = office.person("Trần Minh Khuê", "Chủ tịch").await;
    let second = office.person("Lý A Sử", "Phó Chủ tịch").await;
    let phones = [enroll(&office, &first).await, enroll(&office, &second).await];
    let request = office.submit(&office.submission(&[&first, &second]), sample()).await;
    phones[1].companion.sync().await.unwrap();
    phones[1].companion.open(request).await.unwrap();

    approve(&phones[0].companion, request).await;
    phones[1].companion.sync().await.unwrap();
    let opened = phones[1].companion.open(request).await.unwrap();
    assert_eq!(opened.signed_meanwhile, 1, "the sheet can say who signed meanwhile");
    let [earlier] = &*opened.signatures else { panic!("one signature") };
    assert_eq!(earlier.judgement.verdict, Verdict::Valid, "{:#?}", earlier.judgement);
    assert_eq!(earlier.judgement.name.as_deref(), Some("Trần Minh Khuê"));
    let sheet = phones[1].companion.sheet(request).await.unwrap();
    let decided = phones[1].companion.approve(sheet.id).await.unwrap();
    assert!(matches!(decided, trien_core::client::Decided::Recorded(_)), "{decided:?}");
}

#[tokio::test]
async fn steps_are_decided_in_order() {
    let office = Office::open().await;
    let clerk = office.person("Lê Thu Hà", "Văn phòng").await;
    let leader = office.person("Trần Minh Khuê", "Chủ tịch").await;
    let reviewer = enroll(&office, &clerk).await.companion;
    let signer = enroll(&office, &leader).await.companion;
    let route = vec![
        (Role::Review, Quorum::All, vec![&clerk]),
        (Role::Approve, Quorum::All, vec![&leader]),
    ];
    let request = office.submit(&office.route(route), sample()).await;
    signer.sync().await.unwrap();
    assert!(signer.inbox().is_empty(), "the second step does not wait for anybody yet");
    assert!(try_approve(&signer, request).await.is_err());
    approve(&reviewer, request).await;
    approve(&signer, request).await;
    let verbs = office.decisions(request).await;
    assert_eq!(verbs.len(), 2);
    assert_eq!(office.view(request).await.state, RouteState::Completed);
}
