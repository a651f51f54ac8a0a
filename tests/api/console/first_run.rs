//! The first run by the address that it is made at: what is said of TLS and names, and who is offered a passkey.

use http::StatusCode;
use http::header::SET_COOKIE;
use trien_server::flow::account;

use crate::authenticator::Authenticator;
use crate::office::Office;

use super::browser::{Browser, SENTENCE};
use super::markup::question_of;

#[tokio::test]
async fn a_first_run_without_tls_says_so_and_how_to_get_it() {
    let mut office = Office::open().await;
    let encrypted = Browser::default().get(&office, "/console/setup").await;
    assert!(!encrypted.text.contains("--tls-cert"), "{}", encrypted.text);
    office.router = office.plain();
    let code = account::begin_setup(&office.app).await.unwrap().unwrap().to_string();
    let mut browser = Browser::default();
    let page = browser.get(&office, "/console/setup").await;
    for told in
        ["chưa có TLS", "--tls-cert chain.pem", "--tls-key key.pem", "--behind-proxy", "DNS"]
    {
        assert!(page.text.contains(told), "{told}: {}", page.text);
    }
    assert!(page.text.contains("name=\"password\"") && !page.text.contains("data-passkey"));
    let form = [
        ("code", &*code),
        ("name", "Nguyễn Thị Hạnh"),
        ("login", "hanh"),
        ("password", SENTENCE),
        ("again", SENTENCE),
    ];
    let here = "http://127.0.0.1:8460";
    let page = browser.post_from(&office, here, "/console/setup", &form).await;
    assert_eq!(page.leads_to(), "/console/accounts?news=first", "{}", page.text);
    let cookie = page.headers[SET_COOKIE].to_str().unwrap();
    // A browser would drop a cookie that asks for TLS.
    assert!(cookie.starts_with("trien-session=") && !cookie.contains("Secure"), "{cookie}");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let page = browser.get(&office, "/console/sessions").await;
    assert_eq!(page.status, StatusCode::OK);
    let page = Browser::default().get(&office, "/console/sign-in").await;
    assert!(page.text.contains("name=\"password\"") && !page.text.contains("data-passkey"));
}

#[tokio::test]
async fn a_first_run_at_a_number_says_what_a_name_is_needed_for() {
    let mut office = Office::open().await;
    for (address, told) in [
        ("https://10.0.0.5", "id=\"number\""),
        ("https://[fd00::5]:8443", "id=\"number\""),
        ("https://ky.dongmay.gov.vn", "id=\"named\""),
        ("http://10.0.0.5", "id=\"plain\""),
    ] {
        office.router = office.at(address);
        let page = Browser::default().get(&office, "/console/setup").await;
        for note in ["id=\"number\"", "id=\"named\"", "id=\"plain\""] {
            assert_eq!(page.text.contains(note), note == told, "{address}: {}", page.text);
        }
        let steps = page.text.contains("--origin") && page.text.contains("DNS");
        assert_eq!(steps, told != "id=\"named\"", "{address}: {}", page.text);
    }
}

#[tokio::test]
async fn a_passkey_is_offered_until_there_is_one_where_there_can_be_one() {
    let mut office = Office::open().await;
    let code = account::begin_setup(&office.app).await.unwrap().unwrap().to_string();
    let mut browser = Browser::default();
    let form = [
        ("code", &*code),
        ("name", "Nguyễn Thị Hạnh"),
        ("login", "hanh"),
        ("password", SENTENCE),
        ("again", SENTENCE),
    ];
    let page = browser.post(&office, "/console/setup", &form).await;
    let offer = "data-passkey-name=\"";
    let first = page.leads_to().to_owned();
    for here in [&*first, "/console"] {
        assert!(browser.get(&office, here).await.text.contains(offer), "{here}");
    }
    assert!(
        !browser.get(&office, "/console/accounts").await.text.contains(offer),
        "said once there"
    );
    let here = "/console/sessions";
    let form = [("label", "máy"), ("password", SENTENCE)];
    let page = browser.submit(&office, here, "/console/sessions/passkeys", &form).await;
    let (question, options) = question_of(&page);
    let (_, answer) = Authenticator::create(1, &options);
    let router = office.router.clone();
    office.router = office.at("https://10.0.0.5");
    assert!(!browser.get(&office, "/console").await.text.contains(offer), "none at a number");
    office.router = router;
    let form = [("question", &*question), ("answer", &*answer)];
    let page = browser.submit(&office, here, "/console/sessions/passkeys/answer", &form).await;
    assert_eq!(page.leads_to(), "/console/sessions?news=passkey");
    assert!(!browser.get(&office, "/console").await.text.contains(offer), "there is one");
}
