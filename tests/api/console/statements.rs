//! The page of acts.

use http::StatusCode;
use trien_server::flow::account::Role;

use crate::office::Office;

use super::browser::signed_in;

#[tokio::test]
async fn an_auditor_sees_who_did_what_and_what_was_before() {
    let office = Office::open().await;
    let phone = office.active_phone().await;
    let mut officer = signed_in(&office, "can-bo", office.unit, Role::EnrollmentOfficer).await;
    let mut auditor = signed_in(&office, "kiem-tra", office.unit, Role::Auditor).await;
    let device = format!("/console/devices/{}", phone.id);
    let form = [("why", "<b>mất máy</b>")];
    let page = officer.submit(&office, &device, &format!("{device}/suspend"), &form).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let page = officer.get(&office, "/console/acts").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(!officer.get(&office, "/console").await.text.contains("/console/acts"));

    let home = auditor.get(&office, "/console").await;
    assert!(home.text.contains("href=\"/console/acts\""), "the menu leads there");
    let page = auditor.get(&office, "/console/acts?kind=device-suspended").await;
    assert_eq!(page.status, StatusCode::OK);
    let text = &page.text;
    assert!(text.contains("Tạm dừng thiết bị") && text.contains(&format!("href=\"{device}\"")));
    assert!(text.contains("đang hoạt động → tạm dừng"), "{text}");
    assert!(text.contains("mất máy") && !text.contains("<b>mất máy"), "a reason is no markup");
    let page = auditor.get(&office, "/console/acts?kind=wave-closed").await;
    assert!(page.text.contains("Không có việc nào."));
    for wrong in ["kind=unheard-of", "from=22/11/2026", "unit=khong-co", "person=x"] {
        let page = auditor.get(&office, &format!("/console/acts?{wrong}")).await;
        assert!(page.status.is_client_error(), "{wrong}: {}", page.status);
    }
    let sheet = auditor.get(&office, "/console/acts/export?kind=device-suspended").await;
    assert_eq!(sheet.text.lines().count(), 2, "{}", sheet.text);
}
