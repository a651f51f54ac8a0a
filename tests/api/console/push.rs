//! What the console says of waking a phone.

use http::StatusCode;
use trien_core::id::DeviceId;
use trien_core::push::PushAddress;
use trien_server::app::{App, Settings};
use trien_server::egress::{Filter, Hosts};
use trien_server::flow::account::Role;
use trien_server::flow::device::{AuthenticatedDevice, lookup};
use trien_server::flow::push;
use trien_server::push::PushSettings;

use crate::office::Office;

use super::browser::signed_in;

async fn address(office: &Office, id: DeviceId, address: &PushAddress, nonce: &str) {
    let known = lookup(&office.app, id).await.unwrap();
    let device = AuthenticatedDevice {
        id,
        person: known.person,
        standing: known.standing,
        nonce: nonce.to_owned(),
    };
    push::register(&office.app, &device, address).await.unwrap();
}

/// An office that wakes phones by a service of its own.
pub(super) async fn open() -> Office {
    let mut office = Office::open().await;
    let settings: Settings = office.app.settings().clone();
    let filter = Filter {
        hosts: Hosts::These(vec!["push.example.vn".parse().unwrap()]),
        private: Vec::new(),
    };
    let push = PushSettings { filter, ..PushSettings::default() };
    office.reopen(Settings { push, ..settings }).await;
    office
}

/// The device says how it is woken.
pub(super) async fn woken_by_unified_push(office: &Office, id: DeviceId) {
    let point = trien_core::signer::SoftwareSigner::generate(&trien_core::env::OsEntropy);
    let spki = point.public_key();
    let subscription = trien_core::push::Subscription {
        endpoint: "https://push.example.vn/secret-part".to_owned(),
        p256dh: trien_core::wire::Base64(spki[spki.len() - 65..].to_vec()),
        auth: trien_core::wire::Base64(vec![1; 16]),
    };
    address(office, id, &PushAddress::Unifiedpush(subscription), "two").await;
}

#[tokio::test]
async fn an_officer_sees_whether_a_phone_is_woken_and_sends_a_test() {
    let office = open().await;
    let phone = office.active_phone().await;
    let here = format!("/console/devices/{}", phone.id);
    let mut officer = signed_in(&office, "dang-ky", office.unit, Role::EnrollmentOfficer).await;
    let page = officer.get(&office, &here).await;
    assert!(page.text.contains("chưa cho biết cách đánh thức"), "{}", page.text);
    let wake = format!("{here}/wake");
    assert!(!page.text.contains(&wake), "there is nothing to test");
    let page = officer.submit(&office, &here, &wake, &[]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);

    address(&office, phone.id, &PushAddress::None, "one").await;
    let page = officer.get(&office, &here).await;
    assert!(page.text.contains("điện thoại tự hỏi máy chủ"), "{}", page.text);

    woken_by_unified_push(&office, phone.id).await;
    let page = officer.get(&office, &here).await;
    assert!(page.text.contains("UnifiedPush") && page.text.contains("Hoạt động"), "{}", page.text);
    assert!(!page.text.contains("secret-part"), "nobody needs to see where");
    let page = officer.submit(&office, &here, &wake, &[]).await;
    assert_eq!(page.leads_to(), format!("{here}?news=wake"));
    let page = officer.get(&office, &format!("{here}?news=wake")).await;
    assert!(page.text.contains("Đã gửi thử"), "{}", page.text);
    let list = officer.get(&office, "/console/devices").await;
    assert!(list.text.contains("Báo tin") && list.text.contains("Hoạt động"), "{}", list.text);

    let mut auditor = signed_in(&office, "kiem-tra", office.unit, Role::Auditor).await;
    let page = auditor.get(&office, &here).await;
    assert!(page.text.contains("UnifiedPush") && !page.text.contains(&wake));
}

impl Office {
    /// Opens the same data with other settings.
    async fn reopen(&mut self, settings: Settings) {
        self.app.shut_down().await;
        let (clock, entropy) = (
            std::sync::Arc::new(trien_core::env::SystemClock),
            std::sync::Arc::new(trien_core::env::OsEntropy),
        );
        self.app = App::open(settings, clock, entropy).await.unwrap();
        self.serve_again();
    }
}
