//! Somebody at a browser: what they get, and what their forms send.

use axum::body::Body;
use http::header::{CONTENT_TYPE, COOKIE, LOCATION, ORIGIN, SET_COOKIE, USER_AGENT};
use http::{HeaderMap, Request, StatusCode};
use trien_core::document::Text;
use trien_core::id::{AccountId, DeviceId, EntryId, UnitId};
use trien_server::flow::account::{self, AccountFilter, Grant, Login, NewAccount, Password, Role};
use trien_server::flow::register::{self, Filter, Reader};
use trien_server::paging::Turn;

use crate::office::{AUTHORITY, Office};

pub(super) const SENTENCE: &str = "trời xanh mây trắng nắng vàng";

/// A browser with its one cookie.
#[derive(Default)]
pub(super) struct Browser {
    pub(super) cookie: Option<String>,
    /// What it calls itself.
    pub(super) agent: Option<String>,
}

pub(super) struct Page {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

impl Page {
    pub(super) fn leads_to(&self) -> &str {
        self.headers.get(LOCATION).map_or("", |value| value.to_str().unwrap())
    }

    /// What the forms of the page carry.
    pub(super) fn token(&self) -> String {
        let (_, after) = self.text.split_once("name=\"token\" value=\"").expect("a form");
        after.split('"').next().unwrap().to_owned()
    }
}

impl Browser {
    pub(super) async fn send(
        &mut self,
        office: &Office,
        request: http::request::Builder,
        body: Body,
    ) -> Page {
        let request = match &self.cookie {
            Some(cookie) => request.header(COOKIE, cookie),
            None => request,
        };
        let request = match &self.agent {
            Some(agent) => request.header(USER_AGENT, agent),
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
        // A document is not text; nobody looks into it here.
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Page { status: parts.status, headers: parts.headers, text }
    }

    pub(super) async fn get(&mut self, office: &Office, path: &str) -> Page {
        self.send(office, Request::get(path), Body::empty()).await
    }

    pub(super) async fn post(
        &mut self,
        office: &Office,
        path: &str,
        form: &[(&str, &str)],
    ) -> Page {
        self.post_from(office, &format!("https://{AUTHORITY}"), path, form).await
    }

    pub(super) async fn post_from(
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
    pub(super) async fn upload(
        &mut self,
        office: &Office,
        path: &str,
        form: &[(&str, &str)],
        file: &[u8],
    ) -> Page {
        self.upload_named(office, path, form, ("a.pem", file)).await
    }

    /// The same for a file of this name.
    pub(super) async fn upload_named(
        &mut self,
        office: &Office,
        path: &str,
        form: &[(&str, &str)],
        (name, bytes): (&str, &[u8]),
    ) -> Page {
        let request = Request::post(path)
            .header(CONTENT_TYPE, MULTIPART)
            .header(ORIGIN, format!("https://{AUTHORITY}"));
        self.send(office, request, multipart(form, name, bytes).into()).await
    }

    /// What a form of a page gives, as bytes.
    pub(super) async fn download(
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
    pub(super) async fn submit(
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

/// The type of a form with a file.
pub(super) const MULTIPART: &str = "multipart/form-data; boundary=frontier";

/// A form with a file, as browsers write it (HTML, multipart form data).
pub(super) fn multipart(form: &[(&str, &str)], name: &str, file: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in form {
        let head = format!("--frontier\r\nContent-Disposition: form-data; name=\"{name}\"");
        body.extend_from_slice(format!("{head}\r\n\r\n{value}\r\n").as_bytes());
    }
    let name = name.replace('"', "%22");
    let head = format!("form-data; name=\"file\"; filename=\"{name}\"");
    body.extend_from_slice(format!("--frontier\r\nContent-Disposition: {head}\r\n\r\n").as_bytes());
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--frontier--\r\n");
    body
}

pub(super) fn escaped(value: &str) -> String {
    value.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// A browser of somebody with this role in that unit.
pub(super) async fn signed_in(office: &Office, login: &str, unit: UnitId, role: Role) -> Browser {
    // Whoever administers both units gives the roles.
    let units = [office.unit, office.other_unit];
    let mut first = account::Officer {
        account: AccountId::generate(office.app.clock(), office.app.entropy()),
        login: String::new(),
        name: String::new(),
        grants: units.map(|unit| Grant { unit, role: Role::Administrator }).to_vec(),
        token: None,
    };
    let (all, turn) = (AccountFilter::default(), Turn::First);
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
    sign_in(office, login, Browser::default()).await
}

/// That browser, after somebody typed login and password into it.
pub(super) async fn sign_in(office: &Office, login: &str, mut browser: Browser) -> Browser {
    let form = [("login", login), ("password", SENTENCE)];
    let page = browser.post(office, "/console/sign-in", &form).await;
    assert_eq!((page.status, page.leads_to()), (StatusCode::SEE_OTHER, "/console"));
    browser
}

/// The register's entry of a device.
pub(super) async fn entry_of(office: &Office, device: DeviceId) -> EntryId {
    let filter = Filter::default();
    let page = register::list(&office.app, Reader::CommandLine, &filter, None, 1000).await.unwrap();
    let mut entries = page.entries.iter();
    entries.find(|entry| entry.device.as_ref().is_some_and(|it| it.0 == device)).unwrap().id
}
