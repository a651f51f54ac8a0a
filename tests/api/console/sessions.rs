//! Where one is signed in: the list, ending one, and what a page hears that listens.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use futures_util::StreamExt as _;
use http::header::{CONTENT_TYPE, COOKIE};
use http::{Request, StatusCode};
use trien_server::flow::account::Role;

use crate::office::Office;

use super::browser::{Browser, Page, sign_in, signed_in};

/// The form that ends the session of the browser that calls itself so.
fn end_of(page: &Page, client: &str) -> String {
    let row = page.text.split("<tr>").find(|row| row.contains(&format!("<span>{client}"))).unwrap();
    let (_, action) = row.split_once("action=\"").unwrap();
    action.split('"').next().unwrap().to_owned()
}

fn called(client: &str) -> Browser {
    Browser { agent: Some(client.to_owned()), ..Browser::default() }
}

#[tokio::test]
async fn one_session_is_chosen_and_ended_with_forms_alone() {
    let office = Office::open().await;
    let mut other = signed_in(&office, "khac", office.unit, Role::Auditor).await;
    signed_in(&office, "kiem-tra", office.unit, Role::Auditor).await;
    let mut own = sign_in(&office, "kiem-tra", called("Firefox")).await;
    let mut second = sign_in(&office, "kiem-tra", called("Chromium")).await;
    let mut strange = sign_in(&office, "kiem-tra", called("May la")).await;
    let here = "/console/sessions";
    let page = own.get(&office, here).await;
    let end = end_of(&page, "May la");
    let refused = other.submit(&office, here, &end, &[]).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND, "another one's");
    assert_eq!(strange.get(&office, here).await.status, StatusCode::OK);
    let page = own.submit(&office, here, &end, &[]).await;
    assert_eq!(page.leads_to(), "/console/sessions?news=session-ended");
    assert_eq!(strange.get(&office, here).await.leads_to(), "/console/sign-in");
    let page = own.get(&office, here).await;
    assert!(!page.text.contains("May la") && page.text.contains("Chromium"));
    assert_eq!(second.get(&office, here).await.status, StatusCode::OK, "the others stay");
    let again = own.submit(&office, here, &end, &[]).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND, "once");
}

/// What a page hears.
struct Heard(BodyDataStream);

impl Heard {
    /// The connection that the page opens.
    async fn of(office: &Office, browser: &Browser, page: &Page) -> Self {
        let (_, address) = page.text.split_once("hx-sse:connect=\"").expect("a connection");
        let address = address.split('"').next().unwrap();
        let request = Request::get(address).header(COOKIE, browser.cookie.clone().unwrap());
        let answer = office.ask(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()[CONTENT_TYPE], "text/event-stream");
        Self(answer.into_body().into_data_stream())
    }

    /// The next event; none when the connection ended.
    async fn next(&mut self) -> Option<String> {
        let next = tokio::time::timeout(Duration::from_secs(10), self.0.next());
        let bytes = next.await.expect("an event or an end in time")?.unwrap();
        Some(String::from_utf8(bytes.to_vec()).unwrap())
    }
}

#[tokio::test]
async fn a_page_hears_what_happens_and_nothing_after_its_session_ended() {
    const CHANGED: &str = "event: changed\n\n";
    let office = Office::open().await;
    let mut own = signed_in(&office, "dang-ky", office.unit, Role::EnrollmentOfficer).await;
    let mut stays = sign_in(&office, "dang-ky", Browser::default()).await;
    let page = own.get(&office, "/console").await;
    let mut heard = Heard::of(&office, &own, &page).await;
    let other = stays.get(&office, "/console").await;
    let mut also = Heard::of(&office, &stays, &other).await;
    office.pending_phone().await;
    assert_eq!(heard.next().await.as_deref(), Some(CHANGED));
    assert_eq!(also.next().await.as_deref(), Some(CHANGED));
    let page = own.submit(&office, "/console", "/console/sign-out", &[]).await;
    assert_eq!(page.leads_to(), "/console/sign-in");
    assert_eq!(heard.next().await, None, "whoever signed out hears nothing");
    assert_eq!(also.next().await.as_deref(), Some(CHANGED), "the others go on");
}
