//! Saying no: with a reason, for good, and provably.

use trien_core::client::Decided;
use trien_core::request::{Quorum, Role, RouteState};

use crate::support::{Office, enroll, sample, try_approve};

#[tokio::test]
async fn a_rejection_ends_the_request_and_its_reason_reaches_the_clerk() {
    let office = Office::open().await;
    let leader = office.person("Trần Minh Khuê", "Chủ tịch").await;
    let deputy = office.person("Lý A Sử", "Phó Chủ tịch").await;
    let phone = enroll(&office, &leader).await;
    let other = enroll(&office, &deputy).await;
    let request = office.submit(&office.submission(&[&leader, &deputy]), sample()).await;

    phone.companion.sync().await.unwrap();
    phone.companion.open(request).await.unwrap();
    let reason = "Sai thể thức: thiếu căn cứ pháp lý";
    let decided = phone.companion.reject(request, reason.to_owned()).await.unwrap();
    let Decided::Recorded(receipt) = decided else { panic!("{decided:?}") };

    assert_eq!(office.view(request).await.state, RouteState::Rejected);
    let recorded = office.decisions(request).await;
    assert_eq!(recorded.len(), 1);
    assert_eq!(recorded[0].reason.as_deref(), Some(reason));
    assert_eq!(office.document(request).await, sample(), "a rejection signs no document");
    let evidence = office.evidence(request, receipt.decision).await;
    let evidence: trien_core::evidence::Evidence = evidence.parse().unwrap();
    evidence.verify(None, &office.app().log_key().parse().unwrap()).unwrap();
    assert!(try_approve(&other.companion, request).await.is_err(), "nobody can sign it any more");
}

#[tokio::test]
async fn a_returned_document_waits_for_nobody() {
    let office = Office::open().await;
    let reviewer = office.person("Lê Thu Hà", "Văn phòng").await;
    let leader = office.person("Trần Minh Khuê", "Chủ tịch").await;
    let phone = enroll(&office, &reviewer).await.companion;
    let route = vec![
        (Role::Review, Quorum::All, vec![&reviewer]),
        (Role::Approve, Quorum::All, vec![&leader]),
    ];
    let request = office.submit(&office.route(route), sample()).await;
    phone.sync().await.unwrap();
    phone.open(request).await.unwrap();
    let reason = "Đề nghị bổ sung phụ lục".to_owned();
    let decided = phone.return_for_changes(request, reason).await.unwrap();
    assert!(matches!(decided, Decided::Recorded(_)), "{decided:?}");
    assert_eq!(office.view(request).await.state, RouteState::Returned);
}
