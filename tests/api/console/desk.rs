//! Webhooks, the register of numbers and reminders, with forms alone.

use http::StatusCode;
use trien_server::flow::account::Role;
use trien_server::flow::key::{self, Scope};

use super::browser::signed_in;
use crate::office::Office;

#[tokio::test]
async fn a_webhook_is_made_paused_and_ended_and_its_secret_shown_once() {
    const PAGE: &str = "/console/webhooks";
    let office = Office::open().await;
    let mut administrator = signed_in(&office, "hanh", office.unit, Role::Administrator).await;
    let page = administrator.get(&office, PAGE).await;
    assert!(page.text.contains("Chưa hệ thống nào được báo"), "{}", page.text);
    assert!(page.text.contains("trien api-key create"), "the next step is said: {}", page.text);
    let both = [Scope::Submit, Scope::Read];
    let made = key::create(&office.app, office.unit, &both, "QLVB <b>").await.unwrap();
    let key = made.key.to_string();
    for url in ["http://qlvb.example.vn/", "https://10.0.0.1/", ""] {
        let form = [("key", &*key), ("url", url)];
        let page = administrator.submit(&office, PAGE, PAGE, &form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{url}");
        assert!(page.text.contains("ghi một địa chỉ https"), "{}", page.text);
    }
    let form = [("key", &*key), ("url", "https://qlvb.example.vn/bao?khoa=1")];
    let page = administrator.submit(&office, PAGE, PAGE, &form).await;
    let (_, secret) = page.text.split_once("<code class=\"secret\">").expect("the secret");
    let secret = secret.split('<').next().unwrap().to_owned();
    let (_, here) = page.text.split_once("href=\"/console/webhooks/").expect("its page");
    let here = format!("{PAGE}/{}", here.split('"').next().unwrap());
    let page = administrator.get(&office, &here).await;
    assert!(!page.text.contains(&secret) && page.text.contains("Chưa có gì để báo"));
    let paused = administrator.submit(&office, &here, &format!("{here}/pause"), &[]).await;
    assert_eq!(paused.leads_to(), format!("{here}?news=paused"));
    office.queue(&made.token).await;
    let page = administrator.get(&office, &here).await;
    for told in ["tạm dừng", "đã trình", "chờ gửi", "QLVB &#60;b&#62;", "Báo trở lại"]
    {
        assert!(page.text.contains(told), "{told}: {}", page.text);
    }
    let list = administrator.get(&office, PAGE).await;
    assert!(list.text.contains("qlvb.example.vn</a>") && !list.text.contains("khoa=1"));
    let (_, again) = page.text.split_once("/deliveries/").expect("a message");
    let again = format!("{here}/deliveries/{}/replay", again.split('/').next().unwrap());
    let page = administrator.submit(&office, &here, &again, &[]).await;
    assert_eq!(page.leads_to(), format!("{here}?news=again"));
    let page = administrator.submit(&office, &here, &format!("{here}/end"), &[]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "an end says why");
    let why = [("why", "thay hệ thống")];
    let page = administrator.submit(&office, &here, &format!("{here}/end"), &why).await;
    assert_eq!(page.leads_to(), format!("{PAGE}?news=ended"));
    let page = administrator.get(&office, &here).await;
    assert!(page.text.contains("đã chấm dứt") && !page.text.contains("/end\""), "{}", page.text);
}

#[tokio::test]
async fn a_clerk_reserves_a_number_and_reminds_the_signers() {
    const PAGE: &str = "/console/numbers";
    let office = Office::open().await;
    let mut clerk = signed_in(&office, "van-thu", office.unit, Role::Clerk).await;
    let mut auditor = signed_in(&office, "kiem-tra", office.unit, Role::Auditor).await;
    let page = clerk.get(&office, PAGE).await;
    assert!(page.text.contains("chưa cấp số nào") && page.text.contains("giữ số ở dưới"));
    let page = auditor.get(&office, PAGE).await;
    assert!(!page.text.contains("giữ số ở dưới"), "who audits reserves nothing");
    let unit = office.unit.to_string();
    let form =
        [("unit", &*unit), ("kind", "Quyết định"), ("notation", "QĐ-UBND"), ("reference", "<i>")];
    let page = clerk.submit(&office, PAGE, PAGE, &form).await;
    let found = page.leads_to().to_owned();
    let page = clerk.get(&office, &found).await;
    for told in ["Đã giữ số", "01/QĐ-UBND", "&#60;i&#62;", "đã giữ, chưa dùng"] {
        assert!(page.text.contains(told), "{told}: {}", page.text);
    }
    let other = [form[0], ("kind", "Công văn"), ("notation", "CV"), form[3]];
    let page = clerk.submit(&office, PAGE, PAGE, &other).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("Tên gọi này đã dùng"), "{}", page.text);
    let list = auditor.get(&office, PAGE).await;
    let (_, series) = list.text.split_once("href=\"/console/numbers?").expect("a series");
    let series = series.split('"').next().unwrap().replace("&#38;", "&");
    let page = auditor.get(&office, &format!("{PAGE}?{series}")).await;
    assert!(page.text.contains("01/QĐ-UBND"), "{}", page.text);

    let key = office.key(office.unit, &[Scope::Submit]).await;
    let here = format!("/console/requests/{}", office.queue(&key).await);
    let page = clerk.submit(&office, &here, &format!("{here}/remind"), &[]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("trong vòng một giờ qua"), "{}", page.text);
    assert!(!auditor.get(&office, &here).await.text.contains("/remind"));
}
