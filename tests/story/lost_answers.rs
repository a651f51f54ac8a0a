//! Answers that never arrive: retrying is safe and changes nothing.

use trien_core::client::Decided;

use crate::support::{Office, Proxy, enroll, sample, try_approve};

#[tokio::test]
async fn a_decision_whose_answer_was_lost_is_recorded_once() {
    let proxy = Proxy::listen().await;
    let office = Office::behind(&proxy).await;
    let leader = office.person("Trần Minh Khuê", "Chủ tịch").await;
    let phone = enroll(&office, &leader).await;
    let request = office.submit(&office.submission(&[&leader]), sample()).await;

    proxy.lose_next("/decision");
    let before = phone.keys.approvals();
    let decided = try_approve(&phone.companion, request).await.unwrap();
    assert!(matches!(decided, Decided::Waiting(_)), "without a receipt it waits: {decided:?}");
    assert_eq!(office.decisions(request).await.len(), 1, "the server had recorded it");

    let sent = phone.companion.flush().await.unwrap();
    assert!(sent.iter().all(|entry| matches!(entry.state, Decided::Recorded(_))), "{sent:?}");
    assert_eq!(sent.len(), 1);
    assert_eq!(office.decisions(request).await.len(), 1);
    assert_eq!(phone.keys.approvals(), before + 1, "retrying asks nobody again");
}

#[tokio::test]
async fn a_phone_that_dies_after_signing_sends_its_decision_when_it_wakes() {
    let proxy = Proxy::listen().await;
    let office = Office::behind(&proxy).await;
    let leader = office.person("Trần Minh Khuê", "Chủ tịch").await;
    let phone = enroll(&office, &leader).await;
    let request = office.submit(&office.submission(&[&leader]), sample()).await;

    proxy.rule(|path, _| match path.contains("/decision") {
        true => crate::support::Fate::IsLost,
        false => crate::support::Fate::Passes,
    });
    let decided = try_approve(&phone.companion, request).await.unwrap();
    assert!(matches!(decided, Decided::Waiting(_)), "{decided:?}");
    let phone = phone.restart(&office).await;
    proxy.rule(|_, _| crate::support::Fate::Passes);
    let sent = phone.companion.flush().await.unwrap();
    assert!(matches!(sent[0].state, Decided::Recorded(_)), "{sent:?}");
    assert_eq!(office.decisions(request).await.len(), 1);
}

#[tokio::test]
async fn a_document_whose_download_broke_off_is_fetched_again_and_checked() {
    let proxy = Proxy::listen().await;
    let office = Office::behind(&proxy).await;
    let leader = office.person("Trần Minh Khuê", "Chủ tịch").await;
    let phone = enroll(&office, &leader).await.companion;
    let request = office.submit(&office.submission(&[&leader]), sample()).await;
    phone.sync().await.unwrap();
    proxy.lose_next("/documents/");
    if phone.open(request).await.is_err() {
        phone.open(request).await.expect("the second try finds the rest");
    }
}

#[tokio::test]
async fn a_restarted_server_goes_on_with_the_same_log() {
    let mut office = Office::open().await;
    let leader = office.person("Trần Minh Khuê", "Chủ tịch").await;
    let phone = enroll(&office, &leader).await.companion;
    let before = phone.sync().await.unwrap().log_size;
    office.halt().await;
    office.resume().await;
    let after = phone.sync().await.expect("the log is consistent with what was seen").log_size;
    assert!(after >= before);
}
