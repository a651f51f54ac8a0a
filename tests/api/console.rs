//! The console's pages as a browser gets them: who sees what, and which forms are taken.

use axum::body::Body;
use http::header::{CONTENT_TYPE, COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use http::{HeaderMap, Request, StatusCode};
use trien_core::document::Text;
use trien_core::id::{AccountId, UnitId};
use trien_server::flow;
use trien_server::flow::account::{self, Grant, Login, NewAccount, Password, Role};

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
        if let Some(set) = parts.headers.get(SET_COOKIE) {
            let pair = set.to_str().unwrap().split(';').next().unwrap();
            self.cookie = (!pair.ends_with('=')).then(|| pair.to_owned());
        }
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

    /// Posts a table as the form of the import does.
    async fn upload(&mut self, office: &Office, path: &str, token: &str, file: &[u8]) -> Page {
        let request = Request::post(path)
            .header(CONTENT_TYPE, "multipart/form-data; boundary=limit")
            .header(ORIGIN, format!("https://{AUTHORITY}"));
        let head = "--limit\r\nContent-Disposition: form-data; name=";
        let named = "\"file\"; filename=\"a.csv\"\r\nContent-Type: text/csv\r\n\r\n";
        let token = format!("{head}\"token\"\r\n\r\n{token}\r\n{head}{named}");
        let body = [token.as_bytes(), file, b"\r\n--limit--\r\n"].concat();
        self.send(office, request, body.into()).await
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
        name: String::new(),
        grants: units.map(|unit| Grant { unit, role: Role::Administrator }).to_vec(),
    };
    let made = account::list(&office.app, &first).await.unwrap();
    let grants = vec![Grant { unit, role }];
    let password = Password::choose(SENTENCE, login).unwrap();
    let name = Text::new(format!("Cán bộ {login}").as_str()).unwrap();
    let new = NewAccount { login: Login::parse(login).unwrap(), name, password, grants };
    if let Some(made) = made.first() {
        first.account = made.id;
        account::create(&office.app, &first, new).await.unwrap();
    } else {
        let code = account::begin_setup(&office.app).await.unwrap().unwrap();
        account::set_up(&office.app, &code, new, "test").await.unwrap();
    }
    let mut browser = Browser::default();
    let form = [("login", login), ("password", SENTENCE)];
    let page = browser.post(office, "/console/sign-in", &form).await;
    assert_eq!((page.status, page.leads_to()), (StatusCode::SEE_OTHER, "/console"));
    browser
}

#[tokio::test]
async fn every_page_admits_its_people_and_nobody_else() {
    use Role::{Administrator, Auditor, EnrollmentOfficer};
    let office = Office::open().await;
    let device = office.pending_phone().await.id.to_string();
    let person = office.leader.to_string();
    let mut people = vec![
        ("nobody", Browser::default()),
        ("administrator", signed_in(&office, "quan-tri", office.unit, Administrator).await),
        ("officer", signed_in(&office, "dang-ky", office.unit, EnrollmentOfficer).await),
        ("auditor", signed_in(&office, "kiem-tra", office.unit, Auditor).await),
        ("elsewhere", signed_in(&office, "so-y", office.other_unit, Administrator).await),
    ];
    let unit = office.unit.to_string();
    let mut wrong = Vec::new();
    for (method, path) in trien_server::console::routes() {
        let filled = path
            .replace("devices/{id}", &format!("devices/{device}"))
            .replace("people/{id}", &format!("people/{person}"))
            .replace("{id}", "01890a5d-ac96-774b-bcce-b302099a8057")
            .replace("{act}", "approve")
            .replace("{tag}", "vi")
            .replace("{kind}", "people")
            .replace("export/{file}", "export/people.csv")
            .replace("{file}", "none.css");
        for (who, browser) in &mut people {
            // These end the session, which the other pages are asked in.
            let ends = matches!((method, path), ("post", "/console/sign-in" | "/console/sign-out"));
            if ends && *who != "nobody" {
                continue;
            }
            let page = if method == "get" {
                browser.get(&office, &filled).await
            } else {
                let token = browser.get(&office, "/console/sessions").await;
                let token = if *who == "nobody" { String::new() } else { token.token() };
                if path == "/console/import/{kind}" {
                    let page = browser.upload(&office, &filled, &token, b"Sai\n").await;
                    judge(method, path, who, &page, &mut wrong);
                    continue;
                }
                let form = [
                    ("token", &*token),
                    ("name", "X"),
                    ("position", "Y"),
                    ("parent", &unit),
                    ("unit", &unit),
                    ("why", "thử"),
                    ("digest", "00"),
                    ("code", "00000000"),
                    ("login", "<sai>"),
                    ("password", ""),
                    ("again", ""),
                    ("role", "auditor"),
                ];
                browser.post(&office, &filled, &form).await
            };
            judge(method, path, who, &page, &mut wrong);
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
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
        ("get", "/console/accounts/{id}/end" | "/console/sessions/{id}/end", _) => "yes",
        ("get", "/console/sign-in", _) => "yes",
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
        (_, "/console/devices/{id}" | "/console/devices/{id}/{act}", "elsewhere") => "not there",
        ("post", "/console/people/{id}/invite", "elsewhere") => "not there",
        // The officer's digits are wrong; whoever is no officer does not get that far.
        ("post", "/console/devices/{id}/{act}", "officer") => "wrong form",
        ("post", "/console/people/{id}/invite", "officer") => "yes",
        ("post", "/console/devices/{id}/{act}" | "/console/people/{id}/invite", _) => "no",
        ("post", "/console/people" | "/console/units", "administrator") => "yes",
        ("post", "/console/people" | "/console/units", _) => "no",
        ("get", "/console/accounts", "administrator" | "elsewhere") => "yes",
        ("post", "/console/accounts", "administrator" | "elsewhere") => "wrong form",
        ("post", "/console/accounts/{id}/end", "administrator" | "elsewhere") => "not there",
        (_, "/console/accounts" | "/console/accounts/{id}/end", _) => "no",
        ("post", "/console/sessions/{id}/end", _) => "not there",
        ("get", _, _) => "yes",
        _ => "?",
    }
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
    assert!(units.iter().all(|unit| unit.name != "Sở lạ"));
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

const TABLE: &str = "Họ và tên;Chức vụ;Đơn vị;Số hiệu\n";

#[tokio::test]
async fn a_table_is_looked_at_carried_out_and_written_with_forms_alone() {
    let office = Office::open().await;
    let mut browser = signed_in(&office, "quan-tri", office.unit, Role::Administrator).await;
    let here = "/console/import/people";
    let token = browser.get(&office, here).await.token();
    let unit = flow::read::units(&office.app).await.unwrap();
    let unit = &unit.iter().find(|it| it.id == office.unit).unwrap().name;
    let wrong = format!("{TABLE}<b>Ân</b>;Văn thư;Sở Lạ;\n;Văn thư;{unit};\n");
    let page = browser.upload(&office, here, &token, wrong.as_bytes()).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("Sở Lạ") && page.text.contains("role=\"alert\""));
    assert!(!page.text.contains("name=\"digest\""), "nothing to carry out");
    let page = browser.upload(&office, here, "0000", wrong.as_bytes()).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN, "of another page");
    let huge = vec![b'a'; trien_server::sheet::MAX_BYTES + 1];
    let page = browser.upload(&office, here, &token, &huge).await;
    assert!(page.text.contains("quá lớn"), "{}", page.status);

    let table = format!("{TABLE}<b>Ân</b>;Văn thư;{unit};CB-1\n");
    let page = browser.upload(&office, here, &token, table.as_bytes()).await;
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
    let again = browser.upload(&office, here, &token, page.text.as_bytes()).await;
    assert_eq!(again.status, StatusCode::OK);
    assert!(!again.text.contains("name=\"digest\""), "nothing changed");
    for file in ["people.pdf", "devices.csv", "people"] {
        let page = browser.get(&office, &format!("/console/export/{file}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{file}");
    }
}
