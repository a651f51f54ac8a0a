//! Listening: a phone whose app is open learns at once that something happened, and no longer than it
//! may.

use std::time::Duration;

use tokio::time::timeout;
use trien_core::client::{ClientError, News};
use trien_core::problem::ProblemKind;
use trien_core::push::{PushAddress, PushHealth, PushKind};
use trien_server::flow::act::Act;
use trien_server::flow::device;

use crate::support::{Office, Phone, enroll, sample, try_approve};

const SOON: Duration = Duration::from_secs(20);

async fn news(phone: &Phone) -> Result<News, ClientError> {
    timeout(SOON, phone.companion.await_news()).await.expect("something is heard")
}

/// Joins, which says to sync at once.
async fn join(phone: &Phone) {
    assert!(matches!(news(phone).await.unwrap(), News::Synced(_)));
}

async fn assert_quiet(phone: &Phone) {
    let heard = timeout(Duration::from_millis(1500), phone.companion.await_news()).await;
    assert!(heard.is_err(), "{heard:?}");
}

#[tokio::test]
async fn a_phone_that_listens_has_the_request_before_anybody_asks() {
    let office = Office::open().await;
    let leader = office.person("Trần Minh Khuê", "Chủ tịch").await;
    let deputy = office.person("Lý A Sử", "Phó Chủ tịch").await;
    let (phone, other) = (enroll(&office, &leader).await, enroll(&office, &deputy).await);
    join(&phone).await;
    join(&other).await;
    assert_quiet(&phone).await;
    let request = office.submit(&office.submission(&[&leader]), sample()).await;
    let heard = news(&phone).await.unwrap();
    assert!(matches!(heard, News::Synced(synced) if synced.changed == 1), "{heard:?}");
    assert_eq!(phone.companion.inbox().len(), 1);
    assert_eq!(phone.companion.inbox()[0].request, request);
    assert_quiet(&other).await;
    // What happens between two waits is heard by the next.
    let request = office.submit(&office.submission(&[&leader, &deputy]), sample()).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(matches!(news(&other).await.unwrap(), News::Synced(synced) if synced.changed == 1));
    try_approve(&other.companion, request).await.unwrap();
    assert!(matches!(news(&phone).await.unwrap(), News::Synced(_)));
}

#[tokio::test]
async fn a_suspended_phone_is_cut_off_at_once() {
    let office = Office::open().await;
    let leader = office.person("Trần Minh Khuê", "Chủ tịch").await;
    let (phone, other) = (enroll(&office, &leader).await, enroll(&office, &leader).await);
    join(&phone).await;
    join(&other).await;
    device::suspend(office.app(), &Act::COMMAND_LINE, phone.device).await.unwrap();
    assert_eq!(news(&phone).await.unwrap(), News::Ended);
    match news(&phone).await {
        Err(ClientError::Problem(problem)) => {
            assert_eq!(problem.kind.0, ProblemKind::DeviceSuspended);
        }
        heard => panic!("{heard:?}"),
    }
    office.submit(&office.submission(&[&leader]), sample()).await;
    assert!(matches!(news(&other).await.unwrap(), News::Synced(_)), "the other one listens on");
}

#[tokio::test]
async fn lines_end_with_the_server_and_begin_again_with_it() {
    let mut office = Office::open().await;
    let leader = office.person("Trần Minh Khuê", "Chủ tịch").await;
    let phone = enroll(&office, &leader).await;
    join(&phone).await;
    office.halt().await;
    assert!(matches!(news(&phone).await, Ok(News::Ended) | Err(ClientError::Unreachable { .. })));
    office.resume().await;
    join(&phone).await;
    office.submit(&office.submission(&[&leader]), sample()).await;
    assert!(matches!(news(&phone).await.unwrap(), News::Synced(synced) if synced.changed == 1));
}

#[tokio::test]
async fn a_phone_says_how_it_is_woken_and_its_office_says_what_it_offers() {
    let office = Office::open().await;
    let leader = office.person("Trần Minh Khuê", "Chủ tịch").await;
    let phone = enroll(&office, &leader).await.companion;
    let status = phone.push_status().await.unwrap();
    assert_eq!((status.kind, status.health), (PushKind::None, PushHealth::None));
    assert_eq!(status.offers, [PushKind::None], "an office that configures nothing wakes nobody");
    assert_eq!(status.vapid.0.len(), 65);
    let status = phone.push_register(&PushAddress::None).await.unwrap();
    assert!(status.since.is_some());
    let token = PushAddress::Fcm { token: "abc".to_owned() };
    let refused = phone.push_register(&token).await;
    assert!(
        matches!(&refused, Err(ClientError::Problem(it)) if it.kind.0 == ProblemKind::BadRequest),
        "{refused:?}"
    );
    assert!(phone.push_test().await.is_err(), "there is no address");
    phone.push_remove().await.unwrap();
    assert_eq!(phone.push_status().await.unwrap().since, None);
}
