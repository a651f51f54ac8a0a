//! A cookie that somebody else put into a browser never becomes a session, by whichever door its person
//! comes in; and what somebody may do never grows in a session that was there before.

use axum::body::Body;
use http::{Request, StatusCode};
use serde_json::json;
use trien_server::flow::account::Role;

use crate::authenticator::Authenticator;
use crate::fake::Fake;
use crate::office::{AUTHORITY, Office};

use super::browser::{Browser, Page, SENTENCE, sign_in, signed_in};
use super::markup::question_of;

const SESSION: &str = "__Host-trien-session=";

/// A cookie of the right form that no server gave out.
fn planted() -> String {
    format!("{SESSION}{}", "A".repeat(43))
}

fn holding(cookie: &str) -> Browser {
    Browser { cookie: Some(cookie.to_owned()), ..Browser::default() }
}

async fn is_signed_in(office: &Office, cookie: &str) -> bool {
    holding(cookie).get(office, "/console/sessions").await.status == StatusCode::OK
}

/// Who signed in has a session of a new name, and the cookie from before opens nothing.
async fn require_new(office: &Office, browser: &Browser, before: &str) {
    let now = browser.cookie.clone().unwrap();
    assert!(now.starts_with(SESSION) && now != before, "{now}");
    assert!(is_signed_in(office, &now).await);
    assert!(!is_signed_in(office, before).await, "the cookie from before");
}

#[tokio::test]
async fn a_password_opens_a_session_of_a_new_name() {
    let office = Office::open().await;
    let first = signed_in(&office, "quan-tri", office.unit, Role::Administrator).await;
    let browser = sign_in(&office, "quan-tri", holding(&planted())).await;
    require_new(&office, &browser, &planted()).await;
    // A session that is somebody's: the one before ends with a new one in the same browser.
    let before = first.cookie.clone().unwrap();
    let browser = sign_in(&office, "quan-tri", first).await;
    require_new(&office, &browser, &before).await;
    // An attacker's own session is not made the victim's.
    let attacker = signed_in(&office, "ke-gian", office.unit, Role::Auditor).await;
    let before = attacker.cookie.clone().unwrap();
    let browser = sign_in(&office, "quan-tri", attacker).await;
    require_new(&office, &browser, &before).await;
    // A wrong password opens none.
    let mut guessing = holding(&planted());
    let form = [("login", "quan-tri"), ("password", "sai")];
    let page = guessing.post(&office, "/console/sign-in", &form).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert!(!is_signed_in(&office, &planted()).await);
}

#[tokio::test]
async fn a_passkey_opens_a_session_of_a_new_name() {
    let office = Office::open().await;
    let mut own = signed_in(&office, "quan-tri", office.unit, Role::Administrator).await;
    let here = "/console/sessions";
    let form = [("label", "máy"), ("password", SENTENCE)];
    let page = own.submit(&office, here, "/console/sessions/passkeys", &form).await;
    let (question, options) = question_of(&page);
    let (mut authenticator, answer) = Authenticator::create(1, &options);
    let form = [("question", &*question), ("answer", &*answer)];
    let page = own.submit(&office, here, "/console/sessions/passkeys/answer", &form).await;
    assert_eq!(page.leads_to(), "/console/sessions?news=passkey");
    let attacker = signed_in(&office, "ke-gian", office.unit, Role::Auditor).await;
    for before in [planted(), attacker.cookie.clone().unwrap()] {
        let mut browser = holding(&before);
        let page = browser.post(&office, "/console/sign-in/passkey", &[]).await;
        let (question, options) = question_of(&page);
        let answer = authenticator.answer(&options);
        let form = [("question", &*question), ("answer", &*answer)];
        let page = browser.post(&office, "/console/sign-in/passkey/answer", &form).await;
        assert_eq!((page.status, page.leads_to()), (StatusCode::SEE_OTHER, "/console"));
        require_new(&office, &browser, &before).await;
        assert!(browser.get(&office, "/console").await.text.contains("Cán bộ quan-tri"));
    }
}

#[tokio::test]
async fn a_provider_opens_a_session_of_a_new_name() {
    let mut office = Office::open().await;
    let fake = Fake::start(office.app.clock().now().second().get()).await;
    office.take_provider(fake.provider());
    let mut known = signed_in(&office, "quan-tri", office.unit, Role::Administrator).await;
    let unit = office.unit.to_string();
    let form = [
        ("name", "Trần Văn Bình"),
        ("login", "binh"),
        ("password", SENTENCE),
        ("awaited", "binh@x.gov.vn"),
        ("role", "auditor"),
        ("unit", &*unit),
    ];
    known.submit(&office, "/console/accounts", "/console/accounts", &form).await;
    let attacker = signed_in(&office, "ke-gian", office.unit, Role::Auditor).await;
    for before in [planted(), attacker.cookie.clone().unwrap()] {
        let mut browser = holding(&before);
        let (state, journey) = set_out(&office, &fake, &mut browser).await;
        // Without the cookie of its journey nobody comes back.
        let stranger = holding(&before).get(&office, &state).await;
        assert_eq!(stranger.status, StatusCode::UNAUTHORIZED);
        let (state, own) = set_out(&office, &fake, &mut browser).await;
        assert_ne!(journey, own);
        browser.cookie = Some(format!("{own}; {before}"));
        let page = browser.get(&office, &state).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        browser.cookie = Some(session_of(&page));
        require_new(&office, &browser, &before).await;
    }
}

/// Signs in at the provider: the address that leads back, and the cookie of the journey.
async fn set_out(office: &Office, fake: &Fake, browser: &mut Browser) -> (String, String) {
    let before = browser.cookie.clone();
    let request = Request::get("/console/sign-in/provider").header("host", AUTHORITY);
    let page = browser.send(office, request, Body::empty()).await;
    let binh = json!({ "sub": "b1", "email": "binh@x.gov.vn", "email_verified": true });
    let (asked, code) = fake.sign_in(page.leads_to(), binh);
    let journey = std::mem::replace(&mut browser.cookie, before).unwrap();
    (format!("/console/sign-in/provider/back?state={}&code={code}", asked.state), journey)
}

fn session_of(page: &Page) -> String {
    let lines = page.headers.get_all(http::header::SET_COOKIE).iter();
    let mut lines = lines.map(|line| line.to_str().unwrap());
    let line = lines.find(|line| line.starts_with(SESSION)).expect("a session");
    line.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn whoever_gets_another_role_signs_in_anew() {
    let office = Office::open().await;
    let unit = office.unit.to_string();
    let mut one = signed_in(&office, "mot", office.unit, Role::Administrator).await;
    let mut other = signed_in(&office, "hai", office.unit, Role::Administrator).await;
    let theirs = signed_in(&office, "ba", office.unit, Role::Auditor).await;
    office.active_phone().await;
    let page = one.get(&office, "/console/accounts?q=ba").await;
    let (_, after) = page.text.split_once("<td data-label=\"Họ và tên\"><a href=\"").unwrap();
    let here = after.split('"').next().unwrap().to_owned();
    let form = |role: &'static str| [("unit", &*unit), ("role", role), ("why", "thay người")];
    let mut session = theirs.cookie.clone().unwrap();
    for (act, role, who, news) in [
        ("give", "enrollment-officer", 1, "give"),
        ("withdraw", "enrollment-officer", 1, "withdraw"),
        ("give", "ca-officer", 1, "proposed"),
        ("confirm", "ca-officer", 2, "confirm"),
    ] {
        let by = if who == 1 { &mut one } else { &mut other };
        let page = by.submit(&office, &here, &format!("{here}/{act}"), &form(role)).await;
        assert_eq!(page.leads_to(), format!("{here}?news={news}"), "{}", page.text);
        // What is only proposed changes nothing yet.
        let stays = news == "proposed";
        assert_eq!(is_signed_in(&office, &session).await, stays, "{act} {role}");
        let again = sign_in(&office, "ba", Browser::default()).await;
        session = again.cookie.unwrap();
    }
}
