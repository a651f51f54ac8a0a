//! What every page says to browsers of what they may do with it.

use http::StatusCode;
use http::header::CONTENT_TYPE;
use trien_server::flow::account::Role;

use crate::office::Office;

use super::browser::{Browser, Page, signed_in};

/// What is said of every answer, page or not.
const ALWAYS: [(&str, &str); 4] = [
    ("x-content-type-options", "nosniff"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-frame-options", "DENY"),
];

/// What is wrong with the headers of an answer, and with the connections of a page.
pub(super) fn faults(page: &Page) -> Vec<String> {
    let header = |name: &str| page.headers.get(name).map_or("", |value| value.to_str().unwrap());
    let mut faults: Vec<String> = Vec::new();
    for (name, value) in ALWAYS {
        if header(name) != value {
            faults.push(format!("{name}: {}", header(name)));
        }
    }
    let policy = header("content-security-policy");
    let directives: Vec<&str> = policy.split(';').map(str::trim).collect();
    for needed in ["default-src 'none'", "frame-ancestors 'none'"] {
        if !directives.contains(&needed) {
            faults.push(format!("no {needed}: {policy}"));
        }
    }
    if !header(CONTENT_TYPE.as_str()).starts_with("text/html") {
        return faults;
    }
    if !directives.contains(&"base-uri 'none'") || policy.contains("unsafe") || policy.contains('*')
    {
        faults.push(policy.to_owned());
    }
    if header("cache-control") != "no-store" {
        faults.push(format!("cache-control: {}", header("cache-control")));
    }
    let (frames, connections) =
        (page.text.matches("<nav aria-label=").count(), page.text.matches("sse:connect").count());
    if connections != usize::from(frames > 0) {
        faults.push(format!("{connections} connections"));
    }
    faults
}

#[tokio::test]
async fn pages_of_nobody_in_particular_are_guarded_as_well() {
    let office = Office::open().await;
    let mut browser = Browser::default();
    let mut known = signed_in(&office, "kiem-tra", office.unit, Role::Auditor).await;
    for path in ["/", "/e", "/console/sign-in", "/console/setup", "/console/none", "/none"] {
        for browser in [&mut browser, &mut known] {
            let page = browser.get(&office, path).await;
            assert_eq!(faults(&page), Vec::<String>::new(), "{path}");
        }
    }
    let page = browser.post(&office, "/console/sign-in", &[("login", "an")]).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST, "a form that is none");
    assert_eq!(faults(&page), Vec::<String>::new());
}
