//! Forms that another page sends in somebody's name: every route that takes one, whatever the other page
//! knows.

use axum::body::Body;
use http::header::{CONTENT_TYPE, ORIGIN};
use http::{Request, StatusCode};
use trien_server::flow::account::Role;
use trien_server::flow::read;

use crate::office::{AUTHORITY, Office};

use super::browser::{Browser, MULTIPART, Page, entry_of, escaped, multipart, signed_in};

/// Forms of nobody yet: there is no session whose token they could carry.
const OPEN: [&str; 4] = [
    "/console/setup",
    "/console/sign-in",
    "/console/sign-in/passkey",
    "/console/sign-in/passkey/answer",
];

/// Forms with a file.
const UPLOADS: [&str; 5] = [
    "/console/requests/new",
    "/console/import/{kind}",
    "/console/certificates/add",
    "/console/exchange/certificates",
    "/console/exchange/anchors",
];

/// What a request says of the page that it comes from.
#[derive(Clone, Copy, Debug)]
struct Sender {
    origin: Option<&'static str>,
    site: Option<&'static str>,
}

const OWN: Sender = Sender { origin: Some("https://ky.example.vn"), site: Some("same-origin") };
const FOREIGN: [Sender; 7] = [
    Sender { origin: Some("https://evil.example"), ..OWN },
    Sender { origin: Some("https://ky.example.vn.evil.example"), site: None },
    Sender { origin: Some("http://ky.example.vn"), site: None },
    Sender { origin: Some("null"), site: None },
    Sender { origin: None, site: None },
    Sender { site: Some("cross-site"), ..OWN },
    Sender { site: Some("same-site"), ..OWN },
];

#[tokio::test]
async fn no_route_takes_a_form_that_is_not_its_own() {
    assert_eq!(OWN.origin, Some(&*format!("https://{AUTHORITY}")));
    let office = Office::open().await;
    let unit = office.unit;
    let mut people = Vec::new();
    for role in Role::ALL {
        people.push(signed_in(&office, role.name(), unit, role).await);
    }
    let mut other = signed_in(&office, "khac", unit, Role::Administrator).await;
    let others_token = other.get(&office, "/console/sessions").await.token();
    let device = office.active_phone().await.id;
    let entry = entry_of(&office, device).await.to_string();
    let (device, person) = (device.to_string(), office.leader.to_string());
    let posts = trien_server::console::routes().into_iter().filter(|(method, _)| *method == "post");
    let mut tried = 0;
    for (_, route) in posts {
        let path = route
            .replace("devices/{id}/{act}", &format!("devices/{device}/suspend"))
            .replace("people/{id}", &format!("people/{person}"))
            .replace("certificates/{id}", &format!("certificates/{entry}"))
            .replace("units/{id}", &format!("units/{unit}"))
            .replace("{decision}", &"0".repeat(64))
            .replace("{id}", "01890a5d-ac96-774b-bcce-b302099a8057")
            .replace("{act}", "end")
            .replace("{code}", "district")
            .replace("{kind}", "people");
        let before = read::checkpoint(&office.app).await.unwrap();
        for browser in &mut people {
            let token = browser.get(&office, "/console/sessions").await.token();
            for from in FOREIGN {
                let page = send(&office, browser, route, &path, Some(&token), from).await;
                require_refused(&page, &format!("{route} from {from:?}"));
                tried += 1;
            }
            if OPEN.contains(&route) {
                continue;
            }
            let mut cut = token.clone();
            cut.pop();
            for wrong in [None, Some(""), Some("0000"), Some(&*cut), Some(&*others_token)] {
                let page = send(&office, browser, route, &path, wrong, OWN).await;
                require_refused(&page, &format!("{route} with {wrong:?}"));
                tried += 1;
            }
        }
        assert_eq!(before, read::checkpoint(&office.app).await.unwrap(), "{route} did something");
        // What is refused above is refused for that alone: with its own token somebody gets further.
        if OPEN.contains(&route) || route == "/console/sign-out" {
            continue;
        }
        let mut taken = Vec::new();
        for browser in &mut people {
            let token = browser.get(&office, "/console/sessions").await.token();
            taken.push(send_nothing(&office, browser, route, &path, &token).await);
        }
        assert!(taken.iter().any(|status| *status != StatusCode::FORBIDDEN), "{route}");
    }
    assert!(tried > 1000, "{tried} forms were tried");
}

fn require_refused(page: &Page, what: &str) {
    assert_eq!(page.status, StatusCode::FORBIDDEN, "{what}: {}", page.leads_to());
}

async fn send(
    office: &Office,
    browser: &mut Browser,
    route: &str,
    path: &str,
    token: Option<&str>,
    from: Sender,
) -> Page {
    let mut form: Vec<(&str, &str)> = token.iter().map(|token| ("token", *token)).collect();
    form.extend([("why", "thử"), ("name", "X"), ("login", "x"), ("password", "x")]);
    let (kind, body) = if UPLOADS.contains(&route) {
        (MULTIPART, multipart(&form, "a.csv", b"x\n"))
    } else {
        let pairs = form.iter().map(|(name, value)| format!("{name}={}", escaped(value)));
        ("application/x-www-form-urlencoded", pairs.collect::<Vec<_>>().join("&").into_bytes())
    };
    let mut request = Request::post(path).header(CONTENT_TYPE, kind);
    if let Some(origin) = from.origin {
        request = request.header(ORIGIN, origin);
    }
    if let Some(site) = from.site {
        request = request.header("sec-fetch-site", site);
    }
    let cookie = browser.cookie.clone();
    let page = browser.send(office, request, Body::from(body)).await;
    browser.cookie = cookie;
    page
}

/// The form with its token and nothing else.
async fn send_nothing(
    office: &Office,
    browser: &mut Browser,
    route: &str,
    path: &str,
    token: &str,
) -> StatusCode {
    if UPLOADS.contains(&route) {
        return browser.upload(office, path, &[("token", token)], b"").await.status;
    }
    browser.post(office, path, &[("token", token)]).await.status
}
