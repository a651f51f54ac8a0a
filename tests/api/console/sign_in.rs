//! Signing in by a provider, and roles that take two persons.

use axum::body::Body;
use http::header::SET_COOKIE;
use http::{Request, StatusCode};
use trien_server::flow::account::Role;

use crate::fake::{Fake, Fault};
use crate::office::{AUTHORITY, Office};

use super::browser::{Browser, Page, SENTENCE, signed_in};

/// The value of a cookie that a page sets, and what else is said of it.
fn set_cookie<'p>(page: &'p Page, name: &str) -> Option<(&'p str, &'p str)> {
    let lines = page.headers.get_all(SET_COOKIE).iter();
    let lines = lines.filter_map(|line| line.to_str().unwrap().strip_prefix(name));
    lines.filter_map(|line| line.strip_prefix('=')?.split_once("; ")).next()
}

#[tokio::test]
async fn a_provider_signs_in_over_a_page_that_goes_on_by_itself() {
    use serde_json::json;
    let mut office = Office::open().await;
    let fake = Fake::start(office.app.clock().now().second().get()).await;
    office.take_provider(fake.provider());
    let mut known = signed_in(&office, "quan-tri", office.unit, Role::Administrator).await;
    let form = [
        ("name", "Trần Văn Bình"),
        ("login", "binh"),
        ("password", SENTENCE),
        ("awaited", "Binh@X.gov.vn"),
        ("role", "auditor"),
        ("unit", &office.unit.to_string()),
    ];
    let page = known.submit(&office, "/console/accounts", "/console/accounts", &form).await;
    assert_eq!(page.leads_to(), "/console/accounts?news=added");
    let mut wrong = form;
    (wrong[1].1, wrong[3].1) = ("khac", "không đúng");
    let page = known.submit(&office, "/console/accounts", "/console/accounts", &wrong).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);

    let mut browser = Browser::default();
    let page = browser.get(&office, "/console/sign-in").await;
    assert!(
        page.text.contains("href=\"/console/sign-in/provider\"")
            && page.text.contains("Cổng định danh")
    );
    // Comes back with what `claims` say.
    let come = async |browser: &mut Browser, claims: serde_json::Value| {
        let request = Request::get("/console/sign-in/provider").header("host", AUTHORITY);
        let page = browser.send(&office, request, Body::empty()).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER);
        let (_, said) = set_cookie(&page, "__Host-trien-provider").expect("a cookie");
        assert_eq!(said, "Path=/; HttpOnly; SameSite=Lax; Max-Age=300; Secure");
        let (asked, code) = fake.sign_in(page.leads_to(), claims);
        let back = format!("https://{AUTHORITY}/console/sign-in/provider/back");
        assert_eq!(asked.redirect, back);
        let query = format!("?state={}&code={code}", asked.state);
        let page = browser.get(&office, &format!("/console/sign-in/provider/back{query}")).await;
        let (value, said) = set_cookie(&page, "__Host-trien-provider").expect("it is forgotten");
        assert!(value.is_empty() && said.contains("Max-Age=0"));
        (query, page)
    };
    // Another site's page cannot send anybody there.
    let request = Request::get("/console/sign-in/provider").header("sec-fetch-site", "cross-site");
    let page = browser.send(&office, request, Body::empty()).await;
    assert_eq!(page.leads_to(), "/console/sign-in");
    let stranger =
        json!({ "sub": "<script>alert(1)</script>", "email": "a@x.vn", "email_verified": true });
    let (_, page) = come(&mut browser, stranger).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert!(
        page.text.contains("a@x.vn") && page.text.contains("&#60;script&#62;"),
        "{}",
        page.text
    );
    assert!(set_cookie(&page, "__Host-trien-session").is_none());

    let binh = json!({ "sub": "b1", "email": "binh@x.gov.vn", "email_verified": true });
    let (query, page) = come(&mut browser, binh).await;
    assert_eq!(page.status, StatusCode::OK, "no redirect: it would bring no strict cookie");
    assert!(
        page.text.contains("http-equiv=\"refresh\" content=\"0; url=/console\""),
        "{}",
        page.text
    );
    let (session, said) = set_cookie(&page, "__Host-trien-session").expect("a session");
    assert_eq!(said, "Path=/; HttpOnly; SameSite=Strict; Secure");
    browser.cookie = Some(format!("__Host-trien-session={session}"));
    assert_eq!(browser.get(&office, "/console").await.status, StatusCode::OK);
    let again = browser.get(&office, &format!("/console/sign-in/provider/back{query}")).await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED, "once");

    let page = browser.get(&office, "/console/sessions").await;
    assert!(page.text.contains("b1") && page.text.contains("value=\"prove\""));
    let act = [("act", "prove")];
    let page =
        browser.submit(&office, "/console/sessions", "/console/sessions/provider", &act).await;
    assert!(page.status == StatusCode::OK && page.text.contains("prompt=login"), "{}", page.text);
    browser.cookie = Some(format!("__Host-trien-session={session}"));
    let act = [("act", "remove")];
    let page =
        browser.submit(&office, "/console/sessions", "/console/sessions/provider", &act).await;
    assert_eq!(page.leads_to(), "/console/sessions?news=unlinked");
    let act = [("act", "link"), ("password", "sai")];
    let page =
        browser.submit(&office, "/console/sessions", "/console/sessions/provider", &act).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = browser.submit(&office, "/console", "/console/sign-out", &[]).await;
    assert_eq!(page.leads_to(), "/console/sign-in?news=out");
    let page = browser.get(&office, page.leads_to()).await;
    assert!(page.text.contains("có thể vẫn còn"), "{}", page.text);

    fake.tell(|script| script.discovery = Fault::Fails);
    office.take_provider(fake.provider());
    let page = browser.get(&office, "/console/sign-in/provider").await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(
        page.text.contains("không liên lạc được")
            && page.text.contains("href=\"/console/sign-in\"")
    );
    let page = browser.get(&office, "/console/sign-in").await;
    assert!(page.text.contains("name=\"password\""), "the other ways are there");
}

#[tokio::test]
async fn a_role_that_takes_two_is_proposed_and_confirmed_with_forms_alone() {
    let office = Office::open().await;
    let unit = office.unit;
    let mut one = signed_in(&office, "mot", unit, Role::Administrator).await;
    let mut other = signed_in(&office, "hai", unit, Role::Administrator).await;
    signed_in(&office, "ba", unit, Role::Auditor).await;
    office.active_phone().await;
    let page = one.get(&office, "/console/accounts?q=ba").await;
    let (_, after) = page.text.split_once("<td data-label=\"Họ và tên\"><a href=\"").unwrap();
    let here = after.split('"').next().unwrap().to_owned();
    let unit = unit.to_string();
    let mut form = vec![("unit", &*unit), ("role", "ca-officer"), ("why", " ")];
    let page = one.submit(&office, &here, &format!("{here}/give"), &form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "no reason, no act");
    form[2].1 = "thay <b>đồng chí</b> nghỉ hưu";
    let page = one.submit(&office, &here, &format!("{here}/give"), &form).await;
    assert_eq!(page.leads_to(), format!("{here}?news=proposed"));
    let confirm = format!("{here}/confirm");
    let page = one.get(&office, &here).await;
    assert!(!page.text.contains(&confirm) && !page.text.contains("<b>đồng chí</b>"));
    let page = one.submit(&office, &here, &confirm, &form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "it takes another person");
    for path in ["/console", "/console/accounts"] {
        assert!(other.get(&office, path).await.text.contains(&here), "{path}");
    }
    let page = other.submit(&office, &here, &confirm, &form).await;
    assert_eq!(page.leads_to(), format!("{here}?news=confirm"));
    let page = one.submit(&office, &here, &format!("{here}/withdraw"), &form).await;
    assert_eq!(page.leads_to(), format!("{here}?news=withdraw"));
    let mut three = Browser::default();
    let login = [("login", "ba"), ("password", SENTENCE)];
    three.post(&office, "/console/sign-in", &login).await;
    assert_eq!(three.get(&office, "/console").await.status, StatusCode::OK);
    let page = one.submit(&office, &here, &format!("{here}/sign-out"), &form).await;
    assert_eq!(page.leads_to(), format!("{here}?news=sign-out"));
    assert_eq!(three.get(&office, "/console").await.leads_to(), "/console/sign-in");
    for wrong in ["?role=x&state=x&q=%00", "?after=x", "?after=WyJcdTAwMDAiLCIiXQ", "?q=%25_"] {
        let page = one.get(&office, &format!("/console/accounts{wrong}")).await;
        assert_eq!(page.status, StatusCode::OK, "{wrong}");
    }
}
