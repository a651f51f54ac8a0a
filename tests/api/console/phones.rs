//! The life of phones on the pages: how often keys ask, invitations that nobody used, replacements.

use http::StatusCode;
use trien_core::enrollment::Invitation;
use trien_server::flow;
use trien_server::flow::account::Role;

use crate::office::{Call, Office};

use super::browser::{Page, signed_in};

/// The link that a page shows once.
fn invitation(page: &Page) -> Invitation {
    assert_eq!(page.status, StatusCode::OK);
    let (_, link) = page.text.split_once("readonly rows=\"4\">").expect("a link");
    let link = link.split('<').next().unwrap().replace("&#38;", "&").replace("&#35;", "#");
    Invitation::from_link(&link).unwrap().1
}

#[tokio::test]
async fn how_often_keys_ask_is_looked_at_and_stated_with_forms_alone() {
    let office = Office::open().await;
    let mut browser = signed_in(&office, "quan-tri", office.unit, Role::Administrator).await;
    let unit = format!("/console/units/{}", office.unit);
    let policy = format!("{unit}/policy");
    let look = format!("{policy}?prompt=session&seconds=60&signatures=20&passcode=on");
    let page = browser.get(&office, &look).await;
    assert!(page.text.contains("60 giây, nhiều nhất 20 chữ ký"), "{}", page.text);
    let mut form = vec![
        ("prompt", "session"),
        ("seconds", "60"),
        ("signatures", "20"),
        ("passcode", "on"),
        ("seen", "per-use"),
        ("why", "QĐ 15"),
    ];
    let page = browser.submit(&office, &look, &policy, &form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "it was looked at otherwise");
    form[4].1 = "as-above";
    let page = browser.submit(&office, &look, &policy, &form).await;
    assert_eq!(page.leads_to(), format!("{unit}?news=prompt"));
    let page = browser.get(&office, page.leads_to()).await;
    assert!(page.text.contains("60 giây, nhiều nhất 20 chữ ký; mật mã điện thoại cũng được"));
    let phone = office.active_phone().await;
    let page = browser.get(&office, &format!("/console/devices/{}", phone.id)).await;
    assert!(page.text.contains("60 giây, nhiều nhất 20 chữ ký"));
    let beyond = format!("{policy}?prompt=session&seconds=61&signatures=20");
    assert_eq!(browser.get(&office, &beyond).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_invitation_that_nobody_used_is_sent_again_and_cancelled_with_forms_alone() {
    let office = Office::open().await;
    let mut browser = signed_in(&office, "dang-ky", office.unit, Role::EnrollmentOfficer).await;
    let person = format!("/console/people/{}", office.leader);
    let page = browser.submit(&office, &person, &format!("{person}/invite"), &[]).await;
    let first = invitation(&page);
    let resend = format!("{person}/invitations/{}/resend", first.id);
    assert!(browser.get(&office, &person).await.text.contains(&resend));
    let second = invitation(&browser.submit(&office, &person, &resend, &[]).await);
    assert!(!browser.get(&office, &person).await.text.contains(&resend), "it was replaced");
    let cancel = format!("{person}/invitations/{}/cancel", second.id);
    let page = browser.submit(&office, &person, &cancel, &[]).await;
    assert_eq!(page.leads_to(), format!("{person}?news=uninvited"));
    let page = browser.get(&office, &person).await;
    for state in ["đã hủy", "đã có lời mời khác thay"] {
        assert!(page.text.contains(state), "{state}");
    }
}

#[tokio::test]
async fn a_phone_that_asks_for_it_is_replaced_with_forms_alone() {
    let office = Office::open().await;
    let mut browser = signed_in(&office, "dang-ky", office.unit, Role::EnrollmentOfficer).await;
    let old = office.active_phone().await;
    let here = format!("/console/devices/{}", old.id);
    let ask = old.sign(&Call::post("/api/v1/device/replacement"));
    assert_eq!(office.ask(ask).await.status(), StatusCode::NO_CONTENT);
    assert!(browser.get(&office, "/console").await.text.contains(&here), "it waits there");
    let page = browser.submit(&office, &here, &format!("{here}/settle"), &[("why", "nhầm")]).await;
    assert_eq!(page.leads_to(), format!("{here}?news=settle"));
    assert!(!browser.get(&office, "/console").await.text.contains(&here));

    let page = browser.submit(&office, &here, &format!("{here}/replacement"), &[]).await;
    let new = office.enroll(&invitation(&page)).await;
    let there = format!("/console/devices/{}", new.id);
    let page = browser.get(&office, &there).await;
    assert!(page.text.contains(&here), "whoever approves sees what it replaces");
    let page = browser.get(&office, &here).await;
    assert!(page.text.contains(&there));
    let digits = new.code.grouped();
    let approve = format!("{there}/approve");
    browser.submit(&office, &there, &approve, &[("code", &digits)]).await;
    let standing = flow::device::lookup(&office.app, old.id).await.unwrap().standing;
    assert_eq!(standing, flow::device::Standing::Revoked);
}
