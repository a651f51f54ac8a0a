//! The console's pages as a browser gets them: who sees what, and which forms are taken.

use axum::body::Body;
use http::header::{CONTENT_TYPE, COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use http::{HeaderMap, Request, StatusCode};
use trien_core::document::Text;
use trien_core::id::{AccountId, DeviceId, EntryId, UnitId};
use trien_server::flow;
use trien_server::flow::account::{
    self, AccountFilter, AccountTurn, Grant, Login, NewAccount, Password, Role,
};
use trien_server::flow::register::{self, Filter, Reader};

use crate::fake::{Fake, Fault};
use crate::office::{AUTHORITY, Office};

const SENTENCE: &str = "trời xanh mây trắng nắng vàng";

/// A browser with its one cookie.
#[derive(Default)]
struct Browser {
    cookie: Option<String>,
}

struct Page {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Page {
    fn leads_to(&self) -> &str {
        self.headers.get(LOCATION).map_or("", |value| value.to_str().unwrap())
    }

    /// What the forms of the page carry.
    fn token(&self) -> String {
        let (_, after) = self.text.split_once("name=\"token\" value=\"").expect("a form");
        after.split('"').next().unwrap().to_owned()
    }
}

impl Browser {
    async fn send(&mut self, office: &Office, request: http::request::Builder, body: Body) -> Page {
        let request = match &self.cookie {
            Some(cookie) => request.header(COOKIE, cookie),
            None => request,
        };
        let answer = office.ask(request.body(body).unwrap()).await;
        let (parts, body) = answer.into_parts();
        for set in parts.headers.get_all(SET_COOKIE) {
            let pair = set.to_str().unwrap().split(';').next().unwrap();
            if !pair.ends_with('=') {
                self.cookie = Some(pair.to_owned());
            } else if self.cookie.as_ref().is_some_and(|own| own.starts_with(pair)) {
                self.cookie = None;
            }
        }
        // What happens is told for as long as somebody listens.
        let endless = parts.headers.get(CONTENT_TYPE).is_some_and(|it| it == "text/event-stream");
        let body = if endless { Body::empty() } else { body };
        let bytes = axum::body::to_bytes(body, 1 << 20).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        Page { status: parts.status, headers: parts.headers, text }
    }

    async fn get(&mut self, office: &Office, path: &str) -> Page {
        self.send(office, Request::get(path), Body::empty()).await
    }

    async fn post(&mut self, office: &Office, path: &str, form: &[(&str, &str)]) -> Page {
        self.post_from(office, &format!("https://{AUTHORITY}"), path, form).await
    }

    async fn post_from(
        &mut self,
        office: &Office,
        origin: &str,
        path: &str,
        form: &[(&str, &str)],
    ) -> Page {
        let request = Request::post(path)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(ORIGIN, origin);
        let pairs: Vec<String> =
            form.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
        self.send(office, request, pairs.join("&").into()).await
    }

    /// Posts a form with a file.
    async fn upload(
        &mut self,
        office: &Office,
        path: &str,
        form: &[(&str, &str)],
        file: &[u8],
    ) -> Page {
        let mut body = Vec::new();
        for (name, value) in form {
            let head = format!("--frontier\r\nContent-Disposition: form-data; name=\"{name}\"");
            body.extend_from_slice(format!("{head}\r\n\r\n{value}\r\n").as_bytes());
        }
        let head = "form-data; name=\"file\"; filename=\"a.pem\"";
        body.extend_from_slice(
            format!("--frontier\r\nContent-Disposition: {head}\r\n\r\n").as_bytes(),
        );
        body.extend_from_slice(file);
        body.extend_from_slice(b"\r\n--frontier--\r\n");
        let request = Request::post(path)
            .header(CONTENT_TYPE, "multipart/form-data; boundary=frontier")
            .header(ORIGIN, format!("https://{AUTHORITY}"));
        self.send(office, request, body.into()).await
    }

    /// What a form of a page gives, as bytes.
    async fn download(
        &mut self,
        office: &Office,
        page: &str,
        path: &str,
        form: &[(&str, &str)],
    ) -> (StatusCode, Vec<u8>) {
        let token = self.get(office, page).await.token();
        let fields = form.iter().copied().chain([("token", &*token)]);
        let pairs: Vec<String> =
            fields.map(|(name, value)| format!("{name}={}", escaped(value))).collect();
        let request = Request::post(path)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(ORIGIN, format!("https://{AUTHORITY}"))
            .header(COOKIE, self.cookie.clone().unwrap());
        let answer = office.ask(request.body(pairs.join("&").into()).unwrap()).await;
        let status = answer.status();
        let bytes = axum::body::to_bytes(answer.into_body(), 1 << 24).await.unwrap();
        (status, bytes.to_vec())
    }

    /// Posts with the token of the page's own forms.
    async fn submit(
        &mut self,
        office: &Office,
        page: &str,
        path: &str,
        form: &[(&str, &str)],
    ) -> Page {
        let token = self.get(office, page).await.token();
        let form: Vec<(&str, &str)> = form.iter().copied().chain([("token", &*token)]).collect();
        self.post(office, path, &form).await
    }
}

fn escaped(value: &str) -> String {
    value.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// A browser of somebody with this role in that unit.
async fn signed_in(office: &Office, login: &str, unit: UnitId, role: Role) -> Browser {
    // Whoever administers both units gives the roles.
    let units = [office.unit, office.other_unit];
    let mut first = account::Officer {
        account: AccountId::generate(office.app.clock(), office.app.entropy()),
        login: String::new(),
        name: String::new(),
        grants: units.map(|unit| Grant { unit, role: Role::Administrator }).to_vec(),
        token: None,
    };
    let (all, turn) = (AccountFilter::default(), AccountTurn::First);
    let made = account::list(&office.app, &first, &all, &turn).await.unwrap().accounts;
    let new = |login: &str, grants: Vec<Grant>| NewAccount {
        login: Login::parse(login).unwrap(),
        name: Text::new(format!("Cán bộ {login}").as_str()).unwrap(),
        password: Password::choose(SENTENCE, login).unwrap(),
        grants,
    };
    first.account = if let Some(made) = made.iter().min_by_key(|one| one.created_at) {
        made.id
    } else {
        let code = account::begin_setup(&office.app).await.unwrap().unwrap();
        let new = new("goc", first.grants.clone());
        let token = account::set_up(&office.app, &code, new, "test").await.unwrap();
        account::officer(&office.app, &token, account::Use::Acts).await.unwrap().account
    };
    account::create(&office.app, &first, new(login, vec![Grant { unit, role }])).await.unwrap();
    let mut browser = Browser::default();
    let form = [("login", login), ("password", SENTENCE)];
    let page = browser.post(office, "/console/sign-in", &form).await;
    assert_eq!((page.status, page.leads_to()), (StatusCode::SEE_OTHER, "/console"));
    browser
}

/// The register's entry of a device.
async fn entry_of(office: &Office, device: DeviceId) -> EntryId {
    let filter = Filter::default();
    let page = register::list(&office.app, Reader::CommandLine, &filter, None, 1000).await.unwrap();
    let mut entries = page.entries.iter();
    entries.find(|entry| entry.device.as_ref().is_some_and(|it| it.0 == device)).unwrap().id
}

#[tokio::test]
async fn every_page_admits_its_people_and_nobody_else() {
    use Role::{Administrator, Auditor, CaOfficer, EnrollmentOfficer};
    let office = Office::open().await;
    let mut people = vec![
        ("nobody", Browser::default()),
        ("administrator", signed_in(&office, "quan-tri", office.unit, Administrator).await),
        ("officer", signed_in(&office, "dang-ky", office.unit, EnrollmentOfficer).await),
        ("auditor", signed_in(&office, "kiem-tra", office.unit, Auditor).await),
        ("ca officer", signed_in(&office, "chung-thu", office.unit, CaOfficer).await),
        ("elsewhere", signed_in(&office, "so-y", office.other_unit, Administrator).await),
    ];
    // From here on phones are in use, and a CA officer would take two.
    let device = office.pending_phone().await.id.to_string();
    let certificate = entry_of(&office, office.active_phone().await.id).await.to_string();
    let person = office.leader.to_string();
    let unit = office.unit.to_string();
    let wave = a_wave(&office).await.to_string();
    let mut wrong = Vec::new();
    for (method, path) in trien_server::console::routes() {
        let filled = path
            .replace("waves/{id}/{file}", "waves/{id}/remind.csv")
            .replace("waves/{id}", &format!("waves/{wave}"))
            .replace("accounts/{id}/{act}", "accounts/{id}/end")
            .replace("devices/{id}", &format!("devices/{device}"))
            .replace("people/{id}", &format!("people/{person}"))
            .replace("certificates/{id}", &format!("certificates/{certificate}"))
            .replace("units/{id}", &format!("units/{unit}"))
            .replace("{id}", "01890a5d-ac96-774b-bcce-b302099a8057")
            .replace("{act}", "approve")
            .replace("{tag}", "vi")
            .replace("{kind}", "people")
            .replace("export/{file}", "export/people.csv")
            .replace("{file}", "none.css");
        for (who, browser) in &mut people {
            // These end the session, which the other pages are asked in.
            let ends = matches!(
                (method, path),
                (
                    "post",
                    "/console/sign-in" | "/console/sign-in/passkey/answer" | "/console/sign-out"
                )
            );
            if ends && *who != "nobody" {
                continue;
            }
            let page = if method == "get" {
                browser.get(&office, &filled).await
            } else {
                let token = browser.get(&office, "/console/sessions").await;
                let token = if *who == "nobody" { String::new() } else { token.token() };
                if UPLOADS.contains(&path) {
                    let form = [("token", &*token), ("unit", &unit), ("why", "thử")];
                    let page = browser.upload(&office, &filled, &form, b"Sai\n").await;
                    judge(method, path, who, &page, &mut wrong);
                    continue;
                }
                if path == "/console/import/{kind}" {
                    let page =
                        browser.upload(&office, &filled, &[("token", &token)], b"Sai\n").await;
                    judge(method, path, who, &page, &mut wrong);
                    continue;
                }
                let form = [
                    ("token", &*token),
                    ("name", "X"),
                    ("position", "Y"),
                    ("person", &person),
                    ("parent", &unit),
                    ("unit", &unit),
                    ("why", "thử"),
                    ("reason", "unheard-of"),
                    ("digest", "00"),
                    ("code", "00000000"),
                    ("login", "<sai>"),
                    ("password", ""),
                    ("again", ""),
                    ("role", "auditor"),
                    ("current", ""),
                    ("chosen", ""),
                    ("label", "khóa"),
                    ("question", "chưa hỏi"),
                    ("answer", "{}"),
                ];
                if path == "/console/certificates/add" {
                    browser.upload(&office, path, &form[..14], b"").await
                } else {
                    let more =
                        [("source", "unheard-of"), ("starts", ""), ("ends", ""), ("who", "")];
                    browser.post(&office, &filled, &[&form[..], &more].concat()).await
                }
            };
            judge(method, path, who, &page, &mut wrong);
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// Forms with a file of certificates.
const UPLOADS: [&str; 2] = ["/console/exchange/certificates", "/console/exchange/anchors"];

/// A wave in the office's own unit.
async fn a_wave(office: &Office) -> trien_core::id::WaveId {
    use trien_core::wave::Plan;
    use trien_server::flow::waves::{self, Follower, NewWave, Who};
    let starts = office.app.clock().now().second();
    let plan = Plan { starts, ends: starts.plus(86_400), target: None };
    let name = Text::new("Đợt I").unwrap();
    let new = NewWave { name, who: Who::Everybody, plan, units: vec![office.unit] };
    waves::plan(&office.app, Follower::CommandLine, new, None).await.unwrap()
}

fn judge(method: &str, path: &str, who: &str, page: &Page, wrong: &mut Vec<String>) {
    let found = match (page.status.as_u16(), page.leads_to()) {
        (303, "/console/sign-in") => "sign in",
        (200..=399, _) => "yes",
        (401, _) => "wrong password",
        (403, _) => "no",
        (404, _) => "not there",
        (422, _) => "wrong form",
        _ => "?",
    };
    let expected = expected(method, path, who);
    if found != expected {
        wrong.push(format!("{method} {path} by {who}: {found}, not {expected}"));
    }
}

fn expected(method: &str, path: &str, who: &str) -> &'static str {
    match (method, path, who) {
        (_, "/console/assets/{file}", _) => "not there",
        (_, "/console/language/{tag}", _) => "yes",
        ("get", "/console/setup", _) => "sign in",
        // They lead to the page of the form.
        ("get", "/console/devices/{id}/{act}", _) => "yes",
        ("get", "/console/people/{id}/invite", _) => "yes",
        ("get", "/console/people/{id}/slip/cancel" | "/console/people/{id}/session", _) => "yes",
        ("get", "/console/waves/{id}/close", _) => "yes",
        ("get", path, _) if path.starts_with("/console/exchange/") => "yes",
        ("get", "/console/certificates/{id}/revoke", _) => "yes",
        ("get", "/console/accounts/{id}/{act}" | "/console/sessions/{id}/end", _) => "yes",
        // This office has no provider.
        (_, "/console/sign-in/provider", _) => "not there",
        (_, "/console/sign-in/provider/back", _) => "wrong password",
        ("get", "/console/sessions/provider", _) => "yes",
        ("get", "/console/sign-in", _) => "yes",
        ("get", "/console/sign-in/passkey" | "/console/sign-in/passkey/answer", _) => "sign in",
        ("post", "/console/sign-in/passkey", _) => "yes",
        ("post", "/console/sign-in/passkey/answer", _) => "wrong password",
        ("get", "/console/live", "nobody") => "wrong password",
        ("get", "/console/sessions/password" | "/console/sessions/passkeys", _) => "yes",
        ("get", "/console/sessions/passkeys/answer", _) => "yes",
        ("get", "/console/sessions/tokens" | "/console/sessions/tokens/{id}/end", _) => "yes",
        ("get", "/console/sessions/passkeys/{id}/remove", _) => "yes",
        ("post", "/console/sign-in", _) => "wrong password",
        ("post", "/console/setup", _) => "wrong form",
        ("get", "/console/import/{kind}/carry-out", _) => "yes",
        (_, _, "nobody") => "sign in",
        // The table has a column that is none; nobody left one to be carried out.
        ("post", "/console/import/{kind}", "administrator" | "elsewhere") => "wrong form",
        ("post", "/console/import/{kind}/carry-out", "administrator" | "elsewhere") => "not there",
        (_, "/console/import/{kind}" | "/console/import/{kind}/carry-out", who) => {
            if matches!((method, who), ("get", "administrator" | "elsewhere")) {
                "yes"
            } else {
                "no"
            }
        }
        // Nothing waits, the file holds no certificate, or nothing was left to be carried out.
        ("post", "/console/exchange/certificates/carry-out", "ca officer") => "not there",
        ("post", "/console/exchange/anchors/{id}/{act}", _) => "not there",
        // The unit is another office's, before anything else is asked.
        ("post", "/console/exchange/anchors", "elsewhere") => "no",
        ("post", path, "ca officer") if path.starts_with("/console/exchange/") => "wrong form",
        // What is chosen there is none.
        ("post", "/console/exchange/source", _) => "wrong form",
        ("post", path, _) if path.starts_with("/console/exchange/") => "no",
        ("post", "/console/waves", "administrator" | "officer" | "elsewhere") => "wrong form",
        // It was cancelled just before.
        ("post", "/console/people/{id}/session", "officer") => "?",
        (_, path, who) if is_of_slips(path) && who != "nobody" => match who {
            // Made, shown, tried and cancelled, in the order of the routes.
            "officer" => "yes",
            "elsewhere" => "not there",
            _ => "no",
        },
        // It names no level.
        (_, "/console/units/{id}/policy", "administrator") => "?",
        (_, "/console/units/{id}/policy", "elsewhere") => "not there",
        (_, "/console/units/{id}/policy", who) if who != "nobody" => "no",
        ("post", "/console/waves/{id}/close", "administrator") => "yes",
        // Another one was first.
        ("post", "/console/waves/{id}/close", "officer" | "elsewhere") => "not there",
        ("post", "/console/waves" | "/console/waves/{id}/close", _) => "no",
        (_, "/console/waves/{id}" | "/console/waves/{id}/{file}", "elsewhere") => "not there",
        ("get", "/console/changes/{id}" | "/console/changes/{id}/csv", _) => "not there",
        (_, "/console/people/{id}" | "/console/units/{id}", "elsewhere") => "not there",
        (_, "/console/people/{id}/change" | "/console/units/{id}/change", who) => match who {
            // It does not say what changes; whoever does not administer does not get that far.
            "administrator" => "wrong form",
            "elsewhere" => "not there",
            _ => "no",
        },
        (_, "/console/devices/{id}" | "/console/devices/{id}/{act}", "elsewhere") => "not there",
        ("post", "/console/people/{id}/invite", "elsewhere") => "not there",
        ("get", "/console/certificates/add", "ca officer") => "yes",
        ("get", "/console/certificates/add", _) => "no",
        ("post", "/console/certificates/add", "ca officer") => "wrong form",
        ("post", "/console/certificates/add", "elsewhere") => "not there",
        ("post", "/console/certificates/add", _) => "no",
        (_, "/console/certificates/{id}", "elsewhere") => "not there",
        (_, "/console/certificates/{id}/revoke", "elsewhere") => "not there",
        // The reason is none; whoever is no CA officer does not get that far.
        ("post", "/console/certificates/{id}/revoke", "ca officer") => "wrong form",
        ("post", "/console/certificates/{id}/revoke", _) => "no",
        // The officer's digits are wrong; whoever is no officer does not get that far.
        ("post", "/console/devices/{id}/{act}", "officer") => "wrong form",
        ("post", "/console/people/{id}/invite", "officer") => "yes",
        ("post", "/console/devices/{id}/{act}" | "/console/people/{id}/invite", _) => "no",
        ("post", "/console/people" | "/console/units", "administrator") => "yes",
        ("post", "/console/people" | "/console/units", _) => "no",
        ("get", "/console/accounts", "administrator" | "elsewhere") => "yes",
        ("post", "/console/accounts", "administrator" | "elsewhere") => "wrong form",
        (_, "/console/accounts/{id}" | "/console/accounts/{id}/{act}", who) => match who {
            // The account is nobody's; whoever does not administer does not get that far.
            "administrator" | "elsewhere" => "not there",
            _ => "no",
        },
        (_, "/console/accounts", _) => "no",
        ("post", "/console/sessions/provider", _) => "not there",
        // The password is wrong, and nobody was asked.
        ("post", "/console/sessions/password" | "/console/sessions/passkeys", _) => "wrong form",
        ("post", "/console/sessions/passkeys/answer", _) => "wrong form",
        ("post", "/console/sessions/tokens", _) => "wrong form",
        ("post", "/console/sessions/tokens/{id}/end", _) => "not there",
        ("post", "/console/sessions/passkeys/{id}/remove", _) => "not there",
        ("post", "/console/sessions/{id}/end", _) => "not there",
        ("get", _, _) => "yes",
        _ => "?",
    }
}

fn is_of_slips(path: &str) -> bool {
    let ends = ["/slip", "/slip.txt", "/slip/cancel", "/session", "/slips", "/slips.txt"];
    path.starts_with("/console/") && ends.iter().any(|end| path.ends_with(end))
}

#[tokio::test]
async fn an_office_is_set_up_and_a_phone_approved_with_forms_alone() {
    let office = Office::open().await;
    let code = account::begin_setup(&office.app).await.unwrap().unwrap().to_string();
    let mut browser = Browser::default();
    let page = browser.get(&office, "/console").await;
    assert_eq!(page.leads_to(), "/console/sign-in");
    let mut form = vec![
        ("code", "AAAA-AAAA-AAAA-AAAA"),
        ("name", "Nguyễn Thị Hạnh"),
        ("login", "hanh"),
        ("password", SENTENCE),
        ("again", SENTENCE),
    ];
    let page = browser.post(&office, "/console/setup", &form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("Nguyễn Thị Hạnh"), "what was typed is still there");
    assert!(!page.text.contains(SENTENCE), "but the password");
    form[0].1 = &code;
    let page = browser.post(&office, "/console/setup", &form).await;
    assert_eq!(page.leads_to(), "/console/accounts?news=first");
    let cookie = page.headers[SET_COOKIE].to_str().unwrap();
    for part in ["__Host-trien-session=", "Path=/", "HttpOnly", "SameSite=Strict", "Secure"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let second = [
        ("name", "Trần Văn Bình"),
        ("login", "binh"),
        ("password", SENTENCE),
        ("role", "enrollment-officer"),
        ("unit", &office.unit.to_string()),
    ];
    let page = browser.submit(&office, "/console/accounts", "/console/accounts", &second).await;
    assert_eq!(page.leads_to(), "/console/accounts?news=added");

    let phone = office.pending_phone().await;
    let (id, digits) = (phone.id.to_string(), phone.code.grouped());
    let here = format!("/console/devices/{id}");
    let page = browser.get(&office, &here).await;
    assert!(!page.text.contains(&digits), "nobody approves by copying");
    let approve = format!("{here}/approve");
    let page = browser.submit(&office, &here, &approve, &[("code", "0000 0000")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = browser.submit(&office, &here, &approve, &[("code", &digits)]).await;
    assert_eq!(page.leads_to(), format!("{here}?news=approve"));
    let suspend = format!("{here}/suspend");
    let page = browser.submit(&office, &here, &suspend, &[("why", "mất máy")]).await;
    assert_eq!(page.leads_to(), format!("{here}?news=suspend"));
    let (resume, confirm) = (format!("{here}/resume"), format!("{here}/confirm"));
    let page = browser.submit(&office, &here, &resume, &[("why", "tìm lại được máy")]).await;
    assert_eq!(page.leads_to(), format!("{here}?news=resume"));
    assert!(!browser.get(&office, &here).await.text.contains(&confirm), "it takes another person");
    let page = browser.submit(&office, &here, &confirm, &[]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut later = signed_in(&office, "thu-hai", office.unit, Role::EnrollmentOfficer).await;
    let page = later.submit(&office, &here, &confirm, &[]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "made by whoever asks");
    let mut second = Browser::default();
    let form = [("login", "binh"), ("password", SENTENCE)];
    second.post(&office, "/console/sign-in", &form).await;
    assert!(second.get(&office, "/console").await.text.contains(&here));
    let page = second.submit(&office, &here, &confirm, &[]).await;
    assert_eq!(page.leads_to(), format!("{here}?news=confirm"));
    let page = browser.submit(&office, &here, "/console/sign-out", &[]).await;
    assert_eq!(page.leads_to(), "/console/sign-in");
    assert_eq!(browser.get(&office, &here).await.leads_to(), "/console/sign-in");
}

#[tokio::test]
async fn forms_of_other_pages_are_not_taken() {
    let office = Office::open().await;
    let mut browser = signed_in(&office, "quan-tri", office.unit, Role::Administrator).await;
    let token = browser.get(&office, "/console/units").await.token();
    let parent = office.unit.to_string();
    let form = [("name", "Sở lạ"), ("parent", &*parent), ("token", &*token)];
    for origin in ["https://evil.example", "null", &format!("http://{AUTHORITY}")] {
        let page = browser.post_from(&office, origin, "/console/units", &form).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{origin}");
    }
    let forged = [("name", "Sở lạ"), ("parent", &*parent), ("token", "0000")];
    let page = browser.post(&office, "/console/units", &forged).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    let mut other = signed_in(&office, "kiem-tra", office.unit, Role::Administrator).await;
    let page = other.post(&office, "/console/units", &form).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN, "the token of another session");
    let units = flow::read::units(&office.app).await.unwrap();
    assert!(units.iter().all(|listed| listed.unit.name != "Sở lạ"));
}

#[tokio::test]
async fn a_name_cannot_become_markup_and_no_page_loads_from_elsewhere() {
    let office = Office::open().await;
    let mut browser = signed_in(&office, "quan-tri", office.unit, Role::Administrator).await;
    let name = "<img src=x onerror=alert(1)>\"'&";
    let parent = office.unit.to_string();
    let page = browser
        .submit(&office, "/console/units", "/console/units", &[("name", name), ("parent", &parent)])
        .await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let person = [("name", name), ("position", name), ("unit", &*parent)];
    browser.submit(&office, "/console/people", "/console/people", &person).await;
    let query = "/console/people?q=%3Cscript%3E%22";
    for path in ["/console", "/console/people", query, "/console/units", "/console/accounts"] {
        let page = browser.get(&office, path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(!page.text.contains("<img src=x") && !page.text.contains("<script>"), "{path}");
        let mut words = page.text.split(['"', ' ', '\n']);
        assert_eq!(words.find(|word| word.contains("://")), None, "{path}");
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(page.headers["cache-control"], "no-store");
        // Another policy makes browsers send forms without saying where they are from.
        assert_eq!(page.headers["referrer-policy"], "same-origin");
    }
}

#[tokio::test]
async fn pages_speak_the_language_that_was_chosen() {
    let office = Office::open().await;
    let mut browser = Browser::default();
    let page = browser.get(&office, "/console/sign-in").await;
    assert!(page.text.contains("<html lang=\"vi\">") && page.text.contains("Đăng nhập"));
    browser.get(&office, "/console/language/en").await;
    let page = browser.get(&office, "/console/sign-in").await;
    assert!(page.text.contains("<html lang=\"en\">") && page.text.contains("Sign in"));
}

#[tokio::test]
async fn a_ca_officer_ends_a_certificate_and_everybody_sees_why() {
    let office = Office::open().await;
    let mut reader = signed_in(&office, "kiem-tra", office.unit, Role::Auditor).await;
    let mut officer = signed_in(&office, "chung-thu", office.unit, Role::CaOfficer).await;
    let empty = officer.get(&office, "/console/certificates").await;
    assert!(empty.text.contains("Sổ chưa có mục nào"), "an empty register says what comes next");
    let phone = office.active_phone().await;
    let here = format!("/console/certificates/{}", entry_of(&office, phone.id).await);
    let page = reader.get(&office, &here).await;
    assert!(page.text.contains("Đã cấp chứng thư") && !page.text.contains("/revoke\""));
    let page = officer.get(&office, "/console/certificates?state=issued").await;
    assert!(page.text.contains(&here));
    let page = officer.get(&office, "/console/certificates?state=revoked").await;
    assert!(page.text.contains("Không có mục nào khớp") && !page.text.contains(&here));

    let revoke = format!("{here}/revoke");
    let page = officer.submit(&office, &here, &revoke, &[("reason", ""), ("why", "x")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let form = [("reason", "affiliation-changed"), ("why", "chuyển sang Sở Y <b>")];
    let page = officer.submit(&office, &here, &revoke, &form).await;
    assert_eq!(page.leads_to(), format!("{here}?news=revoke"));
    let page = reader.get(&office, &here).await;
    for told in
        ["Thôi giữ chức vụ", "chuyển sang Sở Y &#60;b&#62;", "Cán bộ chung-thu", "đã thu hồi"]
    {
        assert!(page.text.contains(told), "{told}: {}", page.text);
    }
    let figures = reader.get(&office, "/console/certificates/counts?from=2000-01-01").await;
    assert!(figures.text.contains("<td data-label=\"đã thu hồi\">1</td>"), "{}", figures.text);
    let none = reader.get(&office, "/console/certificates/counts?to=2000-01-01").await;
    assert!(none.text.contains("Hãy chọn kỳ khác"));
    for wrong in ["from=x", "to=2026-02-30", "from=-9999-01-01", "to=9999-12-31&from=%00"] {
        let page = reader.get(&office, &format!("/console/certificates/counts?{wrong}")).await;
        let ok = page.status == StatusCode::OK || page.status == StatusCode::BAD_REQUEST;
        assert!(ok, "{wrong}: {}", page.status);
    }
    let again = officer.submit(&office, &here, &revoke, &form).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "once");
}

#[tokio::test]
async fn the_list_of_certificates_shows_fifty_and_what_an_officer_reaches() {
    let office = Office::open().await;
    for _ in 0..51 {
        office.pending_phone().await;
    }
    let mut browser = signed_in(&office, "kiem-tra", office.unit, Role::Auditor).await;
    let links = |page: &Page| page.text.matches("<td data-label=\"Người giữ\">").count();
    let page = browser.get(&office, "/console/certificates?state=requested").await;
    assert_eq!(links(&page), 50);
    let (_, after) = page.text.split_once("href=\"/console/certificates?state=requested&").unwrap();
    let after = after.split('"').next().unwrap().replace("&#38;", "&").replace("amp;", "");
    let next =
        format!("/console/certificates?state=requested&{}", after.trim_start_matches("#38;"));
    let page = browser.get(&office, &next).await;
    assert_eq!(links(&page), 1, "{next}");
    assert!(!page.text.contains("rel=\"next\""));
    let mut elsewhere = signed_in(&office, "so-y", office.other_unit, Role::CaOfficer).await;
    let page = elsewhere.get(&office, "/console/certificates").await;
    assert_eq!(links(&page), 0);
    let foreign = format!("/console/certificates?unit={}", office.unit);
    assert_eq!(elsewhere.get(&office, &foreign).await.status, StatusCode::NOT_FOUND);
    for wrong in ["state=gone", "within=8", "after=x", "unit=x", "state=%00", "after=1.2"] {
        let page = browser.get(&office, &format!("/console/certificates?{wrong}")).await;
        assert!(page.status.is_client_error(), "{wrong}: {}", page.status);
    }
    let all = browser.get(&office, "/console/certificates?state=&unit=&within=&after=").await;
    assert_eq!(links(&all), 50, "blank fields ask for nothing");
}

#[tokio::test]
async fn a_ca_officer_records_a_seal_and_every_misfit_is_told() {
    const SERVER: &[u8] = include_bytes!("../vectors/certificates/tls-server.pem");
    let office = Office::open().await;
    let mut officer = signed_in(&office, "chung-thu", office.unit, Role::CaOfficer).await;
    let page = officer.get(&office, "/console/certificates/add?q=nguyen+van").await;
    let (unit, person) = (office.unit.to_string(), office.leader.to_string());
    let form_page = format!("/console/certificates/add?person={person}&unit={unit}");
    assert!(page.text.contains(&form_page.replace('&', "&amp;")), "{}", page.text);
    let token = officer.get(&office, &form_page).await.token();
    let form = |kind: &'static str| {
        let fields = [("token", &*token), ("person", &*person), ("unit", &*unit), ("kind", kind)];
        fields.into_iter().chain([("home", "token"), ("renews", "")]).collect::<Vec<_>>()
    };
    let phone = office.active_phone().await;
    let story = entry_of(&office, phone.id).await;
    let story = register::show(&office.app, Reader::CommandLine, story).await.unwrap();
    let known = story.entry.certificate.unwrap().der;
    let (root, good) = seal();
    let path = "/console/certificates/add";
    for (file, told) in [
        (&b""[..], "không phải chứng thư PEM hoặc DER"),
        (&known, "đã có trong sổ"),
        (root.as_bytes(), "chứng thư của tổ chức chứng thực"),
        (SERVER, "không dùng để ký văn bản"),
    ] {
        let page = officer.upload(&office, path, &form("agency-seal"), file).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{told}");
        assert!(page.text.contains(told), "{told}: {}", page.text);
    }
    let page = officer.upload(&office, path, &form("unheard-of"), SERVER).await;
    assert!(page.text.contains("Hãy chọn loại chứng thư"));
    let page = officer.upload(&office, path, &form("personal"), &vec![b'x'; 200_000]).await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
    let mut without = form("personal");
    without[0].1 = "0000";
    let page = officer.upload(&office, path, &without, SERVER).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN, "a form of another page");

    let page = officer.upload(&office, path, &form("agency-seal"), good.as_bytes()).await;
    assert!(page.leads_to().ends_with("?news=record"), "{}", page.text);
    let entry = page.leads_to().to_owned();
    let page = officer.get(&office, &entry).await;
    for told in ["Chứng thư cơ quan (con dấu)", "Trong USB token", "Ghi chứng thư có sẵn vào sổ"]
    {
        assert!(page.text.contains(told), "{told}");
    }
    let page = officer.get(&office, &form_page).await;
    assert!(page.text.contains("Không thay chứng thư nào"), "what could be renewed is offered");
}

/// An authority that is not ours and a certificate of it, in PEM.
fn seal() -> (String, String) {
    use trien_core::certificate::{
        DistinguishedName, Profile, SerialNumber, TbsCertificate, Validity,
    };
    use trien_core::env::{Clock as _, OsEntropy, SystemClock};
    let key = trien_core::signer::SoftwareSigner::generate(&OsEntropy);
    let make = |profile: Profile<'_>, name: &str| {
        let serial = SerialNumber::generate(&OsEntropy);
        let subject = DistinguishedName::of(Text::new(name).unwrap());
        let validity = Validity::days(SystemClock.now().second(), 1000);
        let spki = key.public_key();
        let tbs = TbsCertificate::prepare(profile, &serial, &subject, &spki, validity).unwrap();
        tbs.assemble(&key.sign_now(tbs.to_be_signed())).unwrap()
    };
    let root = make(Profile::Root, "CA chuyên dùng");
    let profile =
        Profile::Person { issuer: &root, crl_url: "http://ca.example/x.crl", ocsp_url: None };
    (root.to_pem(), make(profile, "UBND").to_pem())
}

#[tokio::test]
async fn a_change_of_post_is_looked_at_and_carried_out_with_forms_alone() {
    let office = Office::open().await;
    let phone = office.active_phone().await;
    let mut browser = signed_in(&office, "quan-tri", office.unit, Role::Administrator).await;
    let here = format!("/console/people/{}", office.leader);
    let page = browser.get(&office, &here).await;
    assert!(page.text.contains("Đổi chức vụ") && page.text.contains("đang dùng"), "{}", page.text);
    let (_, from) = page.text.split_once("name=\"from\"><option value=\"").unwrap();
    let from = from.split('"').next().unwrap().to_owned();
    let query = format!("{here}/change?kind=ends&from={}", escaped(&from));
    let page = browser.get(&office, &query).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("Nội dung chứng thư không còn đúng"), "{}", page.text);
    let (_, seen) = page.text.split_once("name=\"seen\" value=\"").unwrap();
    let seen = seen.split('"').next().unwrap().to_owned();
    let token = page.token();
    let form = |seen: &str, why: &str, device: &str| {
        let fields = [("token", &*token), ("seen", seen), ("kind", "ends"), ("from", &from)];
        let own = [
            ("why".to_owned(), why.to_owned()),
            (format!("device:{}", phone.id), device.to_owned()),
        ];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
        fields.into_iter().chain(own).collect::<Vec<_>>()
    };
    let mut post = async |form: Vec<(String, String)>| {
        let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        browser.post(&office, &format!("{here}/change"), &form).await
    };
    for (form, told) in [
        (form("0-0-0-0-0-0", "QĐ 45", ""), "chưa làm gì. Hãy xem lại: chức vụ"),
        (form(&seen, " ", ""), "nêu lý do"),
        (form(&seen, "QĐ 45", "keep"), "Một lựa chọn không còn thực hiện được"),
    ] {
        let page = post(form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{told}");
        assert!(page.text.contains(told), "{told}: {}", page.text);
    }
    let page = post(form(&seen, "QĐ 45 <b>", "")).await;
    let report = page.leads_to().to_owned();
    assert!(report.starts_with("/console/changes/"), "{}", page.text);
    let mut reader = signed_in(&office, "kiem-tra", office.unit, Role::Auditor).await;
    let page = reader.get(&office, &report).await;
    for told in
        ["QĐ 45 &#60;b&#62;", "thu hồi", "Thôi giữ chức vụ", "Khớp với nhật ký", "Cán bộ quan-tri"]
    {
        assert!(page.text.contains(told), "{told}: {}", page.text);
    }
    let csv = report.replace("?news=done", "/csv");
    let page = reader.get(&office, &csv).await;
    assert_eq!(page.headers[CONTENT_TYPE], "text/csv; charset=utf-8");
    assert_eq!(page.text.matches("\r\n").count(), 3, "{}", page.text);
    let mut elsewhere = signed_in(&office, "so-y", office.other_unit, Role::Auditor).await;
    assert_eq!(elsewhere.get(&office, &csv).await.status, StatusCode::NOT_FOUND);
    let list = elsewhere.get(&office, "/console/changes").await;
    assert!(list.text.contains("Chưa có biên bản nào"));
    let list = reader.get(&office, "/console/changes").await;
    assert!(list.text.contains(report.trim_end_matches("?news=done")));
}

#[tokio::test]
async fn the_exported_list_is_a_sheet_in_which_nothing_computes() {
    let mut office = Office::open().await;
    let (name, chair) =
        (Text::new("=HYPERLINK(\"x\")").unwrap(), Text::new("Chánh, \"văn\"").unwrap());
    let act = flow::act::Act::COMMAND_LINE;
    let person = flow::admin::create_person(&office.app, &act, &name, office.unit, &chair);
    office.leader = person.await.unwrap().id;
    office.active_phone().await;
    let mut browser = signed_in(&office, "kiem-tra", office.unit, Role::Auditor).await;
    let page = browser.get(&office, "/console/certificates/export").await;
    assert_eq!(page.headers[CONTENT_TYPE], "text/csv; charset=utf-8");
    let lines: Vec<&str> =
        page.text.trim_start_matches('\u{feff}').split_terminator("\r\n").collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].starts_with("Người giữ,Chức vụ,Đơn vị,"), "{}", lines[0]);
    assert!(
        lines[1].starts_with("\"'=HYPERLINK(\"\"x\"\")\",\"Chánh, \"\"văn\"\"\""),
        "{}",
        lines[1]
    );
    assert_eq!(lines[0].matches(',').count(), 15);
    let none = browser.get(&office, "/console/certificates/export?state=expired").await;
    assert_eq!(none.text.matches("\r\n").count(), 1, "the filter holds");
}

#[tokio::test]
async fn a_document_system_reads_the_register_of_its_own_unit() {
    let office = Office::open().await;
    for _ in 0..3 {
        office.active_phone().await;
    }
    let ask = async |key: String, query: &str| {
        let request = Request::get(format!("/api/v1/certificates{query}"));
        let request = request.header("host", AUTHORITY);
        let request = request.header("authorization", format!("Bearer {key}"));
        let answer = office.ask(request.body(Body::empty()).unwrap()).await;
        let status = answer.status();
        let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        (status, serde_json::from_slice::<serde_json::Value>(&bytes).unwrap())
    };
    let scopes = [flow::key::Scope::Read];
    let key = office.key(office.unit, &scopes).await;
    let (_, first) = ask(key.clone(), "?limit=2").await;
    assert_eq!(first["certificates"].as_array().unwrap().len(), 2);
    let next = format!("?limit=2&cursor={}", first["cursor"].as_str().unwrap());
    let (_, last) = ask(key.clone(), &next).await;
    assert_eq!(last["certificates"].as_array().unwrap().len(), 1);
    assert!(last.get("cursor").is_none());
    assert_eq!(last["certificates"][0]["state"], "issued");
    let (_, other) = ask(office.key(office.other_unit, &scopes).await, "").await;
    assert_eq!(other["certificates"].as_array().unwrap().len(), 0);
    for wrong in ["?state=gone", "?within=8", "?cursor=x", "?limit=x"] {
        assert_eq!(ask(key.clone(), wrong).await.0, StatusCode::BAD_REQUEST, "{wrong}");
    }
}

#[tokio::test]
async fn certificates_of_an_outside_authority_are_exchanged_with_forms_alone() {
    use crate::authority::{Asked, Outside, requests};
    let office = Office::open().await;
    let outside = Outside::new(office.app.clock().now().second().get());
    let mut ca = signed_in(&office, "chung-thu", office.unit, Role::CaOfficer).await;
    let mut administrator = signed_in(&office, "quan-tri", office.unit, Role::Administrator).await;
    let (here, unit) = ("/console/exchange", office.unit.to_string());
    let form = [("unit", &*unit), ("source", "outside"), ("why", "công văn 12")];
    let page = ca.submit(&office, here, "/console/exchange/source", &form).await;
    assert_eq!(page.leads_to(), "/console/exchange?news=source");

    let token = ca.get(&office, here).await.token();
    let form = [("token", &*token), ("unit", &*unit), ("why", "gốc <b>công vụ</b>")];
    let anchors = "/console/exchange/anchors";
    let page = ca.upload(&office, anchors, &form, outside.root().as_bytes()).await;
    assert_eq!(page.leads_to(), "/console/exchange?news=proposed");
    let page = ca.get(&office, here).await;
    assert!(page.text.contains("chờ xác nhận") && !page.text.contains("/confirm\""));
    assert!(!page.text.contains("<b>công vụ</b>"));
    let page = administrator.get(&office, here).await;
    assert!(!page.text.contains("/console/exchange/requests"), "who administers does not certify");
    let (_, confirm) = page.text.split_once("action=\"/console/exchange/anchors/").unwrap();
    let confirm = format!("{anchors}/{}", confirm.split('"').next().unwrap());
    assert!(confirm.ends_with("/confirm"), "{confirm}");
    let page = administrator.submit(&office, here, &confirm, &[]).await;
    assert_eq!(page.leads_to(), "/console/exchange?news=confirm");

    let phone = office.pending_phone().await;
    let mut enrolls = signed_in(&office, "dang-ky", office.unit, Role::EnrollmentOfficer).await;
    let device = format!("/console/devices/{}", phone.id);
    let page = enrolls.get(&office, &device).await;
    assert!(page.text.contains("chờ đến khi chứng thư về"), "{}", page.text);
    let code = [("code", &*phone.code.grouped())];
    enrolls.submit(&office, &device, &format!("{device}/approve"), &code).await;
    let page = enrolls.get(&office, &format!("{device}?news=approve")).await;
    assert!(page.text.contains("chờ chứng thư") && page.text.contains("Rút yêu cầu"));
    let home = enrolls.get(&office, "/console").await;
    assert!(home.text.contains("đang chờ cấp chứng thư: 1"), "{}", home.text);

    let chosen = [("unit", ""), ("encoding", "pem")];
    let (status, zip) = ca.download(&office, here, "/console/exchange/requests", &chosen).await;
    assert_eq!(status, StatusCode::OK);
    let csr = requests(&zip).remove(0);
    let subject = "/O=UBND tỉnh X/CN=Nguyễn Văn An";
    let right = outside.issue(&Asked::of(&csr, subject));
    let wrong = outside.issue(&Asked { days: 4_000, ..Asked::of(&csr, "/CN=Người khác") });
    let certificates = "/console/exchange/certificates";
    let token = ca.get(&office, here).await.token();
    let token = [("token", &*token)];
    let page = ca.upload(&office, certificates, &token, wrong.as_bytes()).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for told in ["Người khác", "khác họ tên trong sổ", "nhiều nhất 5 năm", "Không nối được"]
    {
        assert!(page.text.contains(told), "{told}: {}", page.text);
    }
    let p7b = outside.p7b(&[&right, &outside.issuing()], "DER");
    let page = ca.upload(&office, certificates, &token, &p7b).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let (_, digest) = page.text.split_once("name=\"digest\" value=\"").unwrap();
    let digest = digest.split('"').next().unwrap().to_owned();
    let carry = format!("{certificates}/carry-out");
    let mut form = [token[0], ("digest", &*digest), ("why", " ")];
    let page = ca.post(&office, &carry, &form).await;
    assert!(page.text.contains(&digest), "no reason, no act");
    form[2].1 = "công văn trả lời";
    let page = ca.post(&office, &carry, &form).await;
    assert_eq!(page.leads_to(), "/console/exchange?news=taken");
    assert_eq!(ca.post(&office, &carry, &form).await.status, StatusCode::NOT_FOUND, "once");

    let entry = format!("/console/certificates/{}", entry_of(&office, phone.id).await);
    let page = ca.get(&office, &entry).await;
    for told in ["Đã ghi vào tệp yêu cầu", "công văn trả lời", "Cấp chứng thư công vụ"]
    {
        assert!(page.text.contains(told), "{told}: {}", page.text);
    }
    let form = [("reason", "superseded"), ("why", "đổi máy")];
    ca.submit(&office, &entry, &format!("{entry}/revoke"), &form).await;
    let page = ca.get(&office, here).await;
    assert!(page.text.contains("nơi cấp cũng thu hồi"), "{}", page.text);
    let (status, list) = ca.download(&office, here, "/console/exchange/revocations", &[]).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(trien_server::sheet::read(&list).unwrap().rows.len(), 2);
    let page = ca.get(&office, here).await;
    assert!(page.text.contains("Tải lại toàn bộ danh sách"));
}

#[tokio::test]
async fn a_wave_is_planned_followed_and_closed_with_forms_alone() {
    let office = Office::open().await;
    let mut browser = signed_in(&office, "quan-tri", office.unit, Role::Administrator).await;
    let here = "/console/waves";
    let ticked = format!("unit-{}", office.unit);
    let mut form = vec![
        ("name", "Đợt <b>I</b>"),
        ("starts", "2020-01-01"),
        ("ends", "2019-01-01"),
        ("who", "everybody"),
        ("target", ""),
        (&*ticked, "1"),
    ];
    let page = browser.submit(&office, here, here, &form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("Hãy chọn lại hai ngày") && page.text.contains(" checked"));
    form[2].1 = "2020-02-01";
    let page = browser.submit(&office, here, here, &form).await;
    let (wave, _) = page.leads_to().split_once("?news=planned").unwrap();
    let wave = wave.to_owned();
    let page = browser.get(&office, &wave).await;
    for told in ["chậm kế hoạch", "Nguyễn Văn An", "Mời đăng ký điện thoại", "chưa mời"]
    {
        assert!(page.text.contains(told), "{told}: {}", page.text);
    }
    assert!(!page.text.contains("<b>I</b>"));
    let home = browser.get(&office, "/console").await;
    assert!(home.text.contains(&wave) && home.text.contains("người bị kẹt"), "{}", home.text);
    let page = browser.get(&office, &format!("{wave}/remind.csv")).await;
    assert_eq!(page.headers[CONTENT_TYPE], "text/csv; charset=utf-8");
    assert!(page.text.contains("Nguyễn Văn An,Chủ tịch"), "{}", page.text);
    for file in ["remind.pdf", "x"] {
        let page = browser.get(&office, &format!("{wave}/{file}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{file}");
    }
    let mut other = signed_in(&office, "so-y", office.other_unit, Role::Administrator).await;
    assert_eq!(other.get(&office, &wave).await.status, StatusCode::NOT_FOUND);
    let close = format!("{wave}/close");
    let page = browser.submit(&office, &wave, &close, &[("why", "đã xong")]).await;
    assert_eq!(page.leads_to(), format!("{wave}?news=closed"));
    assert!(!browser.get(&office, "/console").await.text.contains(&wave));
}

const TABLE: &str = "Họ và tên;Chức vụ;Đơn vị;Số hiệu\n";

#[tokio::test]
async fn a_table_is_looked_at_carried_out_and_written_with_forms_alone() {
    let office = Office::open().await;
    let mut browser = signed_in(&office, "quan-tri", office.unit, Role::Administrator).await;
    let here = "/console/import/people";
    let token = browser.get(&office, here).await.token();
    let unit = flow::read::units(&office.app).await.unwrap();
    let unit = &unit.iter().find(|it| it.unit.id == office.unit).unwrap().unit.name;
    let wrong = format!("{TABLE}<b>Ân</b>;Văn thư;Sở Lạ;\n;Văn thư;{unit};\n");
    let page = browser.upload(&office, here, &[("token", &token)], wrong.as_bytes()).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("Sở Lạ") && page.text.contains("role=\"alert\""));
    assert!(!page.text.contains("name=\"digest\""), "nothing to carry out");
    let page = browser.upload(&office, here, &[("token", "0000")], wrong.as_bytes()).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN, "of another page");
    let huge = vec![b'a'; trien_server::sheet::MAX_BYTES + 1];
    let page = browser.upload(&office, here, &[("token", &token)], &huge).await;
    assert!(page.text.contains("quá lớn"), "{}", page.status);

    let table = format!("{TABLE}<b>Ân</b>;Văn thư;{unit};CB-1\n");
    let page = browser.upload(&office, here, &[("token", &token)], table.as_bytes()).await;
    assert_eq!(page.status, StatusCode::OK);
    let (_, digest) = page.text.split_once("name=\"digest\" value=\"").unwrap();
    let digest = digest.split('"').next().unwrap().to_owned();
    let carry = format!("{here}/carry-out");
    let mut form = [("token", &*token), ("digest", &*digest), ("why", "")];
    let page = browser.post(&office, &carry, &form).await;
    assert!(page.status == StatusCode::OK && page.text.contains(&digest), "no reason, no act");
    form[2].1 = "nhận bàn giao";
    let page = browser.post(&office, &carry, &form).await;
    assert_eq!(page.leads_to(), "/console/people?news=imported");
    let page = browser.get(&office, "/console/people?q=cb-1").await;
    assert!(page.text.contains("&#60;b&#62;Ân") || page.text.contains("&lt;b&gt;Ân"));
    assert_eq!(browser.post(&office, &carry, &form).await.status, StatusCode::NOT_FOUND, "once");

    let page = browser.get(&office, "/console/export/people.csv").await;
    let disposition = page.headers["content-disposition"].to_str().unwrap();
    assert!(disposition.starts_with("attachment"), "{disposition}");
    assert!(page.text.contains("CB-1,<b>Ân</b>,Văn thư"), "{}", page.text);
    let again = browser.upload(&office, here, &[("token", &token)], page.text.as_bytes()).await;
    assert_eq!(again.status, StatusCode::OK);
    assert!(!again.text.contains("name=\"digest\""), "nothing changed");
    for file in ["people.pdf", "devices.csv", "people"] {
        let page = browser.get(&office, &format!("/console/export/{file}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{file}");
    }
}

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
