//! Texts that try to be more than text, in every place that people, phones and other systems can write
//! into; then every page, read as a browser reads it.
//!
//! What a page is made of must not depend on what is written in it: an office full of hostile texts gets
//! pages of the same elements with the same attributes as one full of harmless texts.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use axum::body::Body;
use http::header::{CONTENT_TYPE, SET_COOKIE};
use http::{Request, StatusCode};
use scraper::{Html, Node};
use serde_json::json;
use trien_core::document::Text;
use trien_core::id::{PersonId, RequestId, TemplateId};
use trien_core::register::CertificateKind;
use trien_core::request::Quorum;
use trien_core::template::{
    PostName, TemplateBody, TemplateSigner, TemplateStep, Who as TemplateWho,
};
use trien_core::wave::Plan;
use trien_server::flow;
use trien_server::flow::account::Role;
use trien_server::flow::act::Act;
use trien_server::flow::admin::KeyPolicy;
use trien_server::flow::change::{self, Changer, UnitChange, UnitChoices};
use trien_server::flow::key::{self, Scope};
use trien_server::flow::register::{self, Elsewhere, Filter, Found, Reader};
use trien_server::flow::templates::{self, Changer as TemplateChanger, Draft};
use trien_server::flow::waves::{self, Follower, NewWave, Who};
use trien_server::flow::webhook::{self, Keeper};

use crate::authenticator::Authenticator;
use crate::fake::Fake;
use crate::office::{AUTHORITY, Office, Part, SAMPLE, description, random_key, submission_of};

use super::browser::{Browser, Page, SENTENCE, escaped, sign_in, signed_in};
use super::certificates::certified;

/// One of each family: elements, attributes, SVG and MathML, ends of elements whose content is text,
/// addresses, htmx, templates, entities, look-alikes, comments, formulas of spreadsheets.
const HOSTILE: [&str; 38] = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mi xlink:href=\"javascript:alert(1)\">x</mi></math>",
    "<iframe srcdoc=\"&lt;script&gt;alert(1)&lt;/script&gt;\">",
    "<object data=//evil.example/x></object>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content=\"0;url=//evil.example\">",
    "<style>@import \"//evil.example/a\"</style>",
    "<form action=//evil.example><button>x",
    "<template><script>alert(1)</script></template>",
    "</title><script>alert(1)</script>",
    "</textarea><img src=x onerror=alert(1)>",
    "</option></select><img src=x onerror=alert(1)>",
    "</table><script>alert(1)</script>",
    "\"><script>alert(1)</script>",
    "'><script>alert(1)</script>",
    "\" onfocus=\"alert(1)\" autofocus=\"",
    "' onmouseover='alert(1)",
    "x onmouseover=alert(1) y",
    "\" hx-get=\"/console/sign-out\" hx-trigger=\"load",
    "<p hx-post=/console/units hx-trigger=load>",
    "javascript:alert(1)",
    "JaVa&Tab;ScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "{{7*7}} {% raw %} ${7*7} #{7*7} <%= 7*7 %>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;img src=x onerror=alert(1)&#62;",
    "＜script＞alert(1)＜/script＞",
    "<ſcript>alert(1)</ſcript>",
    "<!--><img src=x onerror=alert(1)-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "=HYPERLINK(\"//evil.example\",\"x\")",
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
];

/// What is written into the places of an office.
struct Texts {
    made: fn(usize) -> String,
    next: usize,
    /// Each text with the place that it went to.
    written: Vec<(&'static str, String)>,
}

impl Texts {
    /// The text of a place, which no other place has.
    fn of(&mut self, place: &'static str) -> String {
        let number = self.next;
        self.next += 1;
        let text = format!("{} n{number:03}", (self.made)(number));
        self.written.push((place, text.clone()));
        text
    }
}

fn text<const MAX: usize>(text: &str) -> Text<MAX> {
    Text::new(text).unwrap()
}

/// What no page here repeats letter by letter: reports show it, names in certificates escape signs, a good table is
/// only counted, and an address of a provider is told in small letters.
const ELSEWHERE: [&str; 9] = [
    "a unit's new name",
    "a reason for a change",
    "a subject's name",
    "an anchor's name",
    "a misfit's name",
    "a file's name",
    "a name in a table",
    "a position in a table",
    "the provider's address of somebody",
];

/// Pages by what they show, and the texts that were written.
struct Looked {
    pages: Vec<(String, String)>,
    tables: Vec<(String, String)>,
    written: Vec<(&'static str, String)>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_text_in_any_place_becomes_a_part_of_a_page() {
    let harmless = look_around(|number| format!("lanh{number:03}")).await;
    let hostile = look_around(|number| HOSTILE[number % HOSTILE.len()].to_owned()).await;
    let mut problems = Vec::new();
    let mut shown = String::new();
    let names =
        |looked: &Looked| looked.pages.iter().map(|page| page.0.clone()).collect::<Vec<_>>();
    assert_eq!(names(&harmless), names(&hostile));
    for ((name, plain), (_, html)) in harmless.pages.iter().zip(&hostile.pages) {
        let (plain, found) = (Html::parse_document(plain), Html::parse_document(html));
        let (expected, parts) = (shape(&plain), shape(&found));
        for part in expected.keys().chain(parts.keys()).collect::<BTreeSet<_>>() {
            let (wanted, count) = (expected.get(part), parts.get(part));
            if wanted != count {
                problems.push(format!("{name}: {part}: {wanted:?} in a harmless one, {count:?}"));
            }
        }
        check_attributes(name, &found, &mut problems);
        shown.push_str(&texts_of(&found));
    }
    for (place, text) in &hostile.written {
        if shown.contains(text.as_str()) == ELSEWHERE.contains(place) {
            problems.push(format!("whether a page shows what was written as {place}: {text}"));
        }
    }
    for (name, table) in &hostile.tables {
        let mut lines = csv::Reader::from_reader(table.trim_start_matches('\u{feff}').as_bytes());
        for line in lines.records() {
            for cell in line.unwrap().iter().filter(|cell| cell.starts_with(['=', '+', '-', '@'])) {
                problems.push(format!("{name} computes {cell}"));
            }
        }
    }
    assert!(hostile.tables.len() >= 4, "tables are looked at: {}", hostile.tables.len());
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// How often each element is there, with which attributes.
fn shape(page: &Html) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for node in page.tree.values() {
        let part = match node {
            Node::Element(element) => {
                let mut names: Vec<&str> = element.attrs().map(|(name, _)| name).collect();
                names.sort_unstable();
                format!("{} [{}]", element.name(), names.join(" "))
            }
            Node::Comment(_) => "a comment".to_owned(),
            _ => continue,
        };
        *found.entry(part).or_default() += 1;
    }
    found
}

/// Attributes whose value a browser follows.
const FOLLOWED: [&str; 12] = [
    "href",
    "src",
    "action",
    "formaction",
    "data",
    "poster",
    "background",
    "xlink:href",
    "hx-get",
    "hx-post",
    "hx-sse:connect",
    "cite",
];
/// Attributes in which a text is only a text.
const SPOKEN: [&str; 6] = ["value", "title", "aria-label", "data-label", "data-options", "alt"];

fn check_attributes(page: &str, html: &Html, problems: &mut Vec<String>) {
    for (name, value) in html.tree.values().filter_map(Node::as_element).flat_map(|it| it.attrs()) {
        let own = value.starts_with('/') && !value.starts_with("//");
        let within = own || value.starts_with(['#', '?']) || value.starts_with("trien:");
        if FOLLOWED.contains(&name) && !within {
            problems.push(format!("{page}: {name} leads to {value}"));
        }
        let foreign = value.contains("alert(") || value.contains("evil.example");
        if (foreign && !SPOKEN.contains(&name)) || name.starts_with("on") || name == "style" {
            problems.push(format!("{page}: {name} holds {value}"));
        }
    }
}

/// What people read and what stands in fields.
fn texts_of(html: &Html) -> String {
    let mut texts = String::new();
    for node in html.tree.values() {
        match node {
            Node::Text(text) => texts.push_str(text),
            Node::Element(element) => texts.push_str(element.attr("value").unwrap_or_default()),
            _ => continue,
        }
        texts.push('\n');
    }
    texts
}

async fn look_around(made: fn(usize) -> String) -> Looked {
    let mut office = Office::open().await;
    let mut texts = Texts { made, next: 0, written: Vec::new() };
    let mut pages = before_setup(&office, &mut texts).await;
    let fake = Fake::start(office.app.clock().now().second().get()).await;
    let mut settings = fake.settings();
    settings.name = texts.of("the provider's name");
    office.take_provider(fake.with(settings));
    let mut people = accounts(&office, &mut texts, &mut pages).await;
    let names = directory(&office, &mut texts).await;
    devices(&office, &mut texts, &names, &mut people[1].1).await;
    plans(&office, &mut texts).await;
    certificates(&office, &mut texts, &names, &mut people[2].1, &mut pages).await;
    own(&office, &mut texts, &mut people[0].1, &mut pages).await;
    echoes(&office, &mut texts, &mut people[0].1, &mut pages).await;
    by_provider(&office, &fake, &mut texts, &mut pages).await;
    let request = a_request(&office, &mut texts).await;
    let template = a_template(&office, &mut texts).await;
    a_webhook(&office, &mut texts).await;
    let clerk = people.iter_mut().find(|(who, _)| *who == Role::Clerk.name());
    a_comment(&office, &mut texts, request, &mut clerk.unwrap().1).await;
    let mut tables = Vec::new();
    let addresses = addresses(&office, &mut people[0].1, &names, (request, template)).await;
    for (who, browser) in &mut people {
        for path in addresses.clone() {
            let page = browser.get(&office, &path.1).await;
            let kind = page.headers.get(CONTENT_TYPE).map(|kind| kind.to_str().unwrap());
            match kind {
                Some(kind) if kind.starts_with("text/html") && page.status == 200 => {
                    pages.push((format!("{} for {who}", path.0), page.text));
                }
                Some(kind) if kind.starts_with("text/csv") => tables.push((path.1, page.text)),
                _ => {}
            }
        }
    }
    Looked { pages, tables, written: texts.written }
}

type Pages = Vec<(String, String)>;

fn keep(pages: &mut Pages, name: &str, page: Page, status: u16) {
    assert_eq!(page.status, status, "{name}: {}", page.text);
    pages.push((name.to_owned(), page.text));
}

/// The form of the first account gives back what was typed.
async fn before_setup(office: &Office, texts: &mut Texts) -> Pages {
    let (name, code) = (texts.of("the first person's name"), texts.of("the setup code"));
    let form = [
        ("code", &*code),
        ("name", &name),
        ("login", "a b"),
        ("password", SENTENCE),
        ("again", SENTENCE),
    ];
    let page = Browser::default().post(office, "/console/setup", &form).await;
    let mut pages = Vec::new();
    keep(&mut pages, "setup", page, 422);
    pages
}

/// One account of each role, made with a form, in a browser that calls itself something.
async fn accounts(
    office: &Office,
    texts: &mut Texts,
    pages: &mut Pages,
) -> Vec<(&'static str, Browser)> {
    let mut administrator = signed_in(office, "quan-tri", office.unit, Role::Administrator).await;
    let (here, unit) = ("/console/accounts", office.unit.to_string());
    let mut people = Vec::new();
    for role in Role::ALL {
        let (name, login) = (texts.of("an account's name"), format!("a-{}", role.name()));
        let mut form = [
            ("name", &*name),
            ("login", &*login),
            ("password", "ngắn"),
            ("role", role.name()),
            ("unit", &*unit),
        ];
        let page = administrator.submit(office, here, here, &form).await;
        keep(pages, &format!("a short password for a {}", role.name()), page, 422);
        form[2].1 = SENTENCE;
        let page = administrator.submit(office, here, here, &form).await;
        assert_eq!(page.leads_to(), "/console/accounts?news=added", "{}", page.text);
        // Headers hold ASCII.
        let mut agent = texts.of("a browser's name");
        agent.retain(|letter| letter.is_ascii());
        texts.written.last_mut().unwrap().1.clone_from(&agent);
        let browser = Browser { agent: Some(agent), ..Browser::default() };
        people.push((role.name(), sign_in(office, &login, browser).await));
    }
    people
}

/// Units and people with every text; the people.
async fn directory(office: &Office, texts: &mut Texts) -> Vec<PersonId> {
    let (app, act) = (&office.app, Act::COMMAND_LINE);
    let mut people = Vec::new();
    for _ in 0..HOSTILE.len() {
        let name = text(&texts.of("a unit's name"));
        let created =
            flow::admin::create_unit(app, &act, &name, Some(office.unit), KeyPolicy::Hardware);
        created.await.unwrap();
        let name = text(&texts.of("a person's name"));
        let position = text(&texts.of("a position"));
        let person = flow::admin::create_person(app, &act, &name, office.unit, &position).await;
        people.push(person.unwrap().id);
    }
    people
}

/// Phones in every standing, with reasons.
async fn devices(office: &Office, texts: &mut Texts, people: &[PersonId], officer: &mut Browser) {
    let app = &office.app;
    for (number, acts) in [
        &[][..],
        &["refuse"],
        &["approve"],
        &["approve", "suspend", "resume"],
        &["approve", "revoke"],
    ]
    .into_iter()
    .enumerate()
    {
        let new =
            flow::invite::create(app, &Act::COMMAND_LINE, people[number], 1800).await.unwrap();
        let (name, model) = (texts.of("an app's name"), texts.of("a device's model"));
        let phone = office.enroll_as(&new.invitation, &name, &model).await;
        let here = format!("/console/devices/{}", phone.id);
        for act in acts {
            let why = texts.of("a reason for an act on a device");
            let code = phone.code.grouped();
            let form = [("code", &*code), ("why", &why), ("reason", "superseded")];
            let page = officer.submit(office, &here, &format!("{here}/{act}"), &form).await;
            assert_eq!(page.leads_to(), format!("{here}?news={act}"), "{}", page.text);
            if matches!(*act, "approve" | "refuse" | "suspend") {
                // Nobody is asked why, or the log alone keeps it.
                texts.written.pop();
            }
        }
    }
}

/// A wave, and a unit with another name.
async fn plans(office: &Office, texts: &mut Texts) {
    let app = &office.app;
    let starts = app.clock().now().second();
    let plan = Plan { starts, ends: starts.plus(86_400), target: None };
    let name = text(&texts.of("a wave's name"));
    let new = NewWave { name, who: Who::Everybody, plan, units: vec![office.unit] };
    waves::plan(app, Follower::CommandLine, new, None).await.unwrap();
    let (by, choices) = (Changer::CommandLine, UnitChoices::default());
    let choices = UnitChoices { certificates: change::Certificates::Keep, ..choices };
    let rename = UnitChange::Rename(text(&texts.of("a unit's new name")));
    let plan = change::look_unit(app, by, office.other_unit, rename, choices).await.unwrap();
    let why = Some(text(&texts.of("a reason for a change")));
    change::carry_out_unit(app, by, &Act { why, ..Act::COMMAND_LINE }, plan).await.unwrap();
    let rename = UnitChange::Rename(text(&texts.of("the office's new name")));
    let plan = change::look_unit(app, by, office.unit, rename, choices).await.unwrap();
    let why = Some(text(&texts.of("a reason for the office's change")));
    change::carry_out_unit(app, by, &Act { why, ..Act::COMMAND_LINE }, plan).await.unwrap();
}

/// A certificate from elsewhere, an anchor that is proposed, a file that holds what nobody asked for.
async fn certificates(
    office: &Office,
    texts: &mut Texts,
    people: &[PersonId],
    officer: &mut Browser,
    pages: &mut Pages,
) {
    let (authority, name) = (texts.of("an issuer's name"), texts.of("a subject's name"));
    let (_, certificate) = certified(&authority, &name);
    let found = Found {
        file: certificate.into_bytes(),
        person: people[0],
        unit: office.unit,
        kind: CertificateKind::Personal,
        home: Elsewhere::Token,
        prompt_policy: None,
        renews: None,
    };
    register::add(&office.app, &Act::COMMAND_LINE, found).await.unwrap();
    let here = "/console/exchange";
    let (anchor, why) = (texts.of("an anchor's name"), texts.of("a reason for an anchor"));
    let (root, leaf) = certified(&anchor, &texts.of("a misfit's name"));
    let token = officer.get(office, here).await.token();
    let unit = office.unit.to_string();
    let form = [("token", &*token), ("unit", &*unit), ("why", &why)];
    let anchors = "/console/exchange/anchors";
    let page = officer.upload(office, anchors, &form, root.as_bytes()).await;
    assert_eq!(page.leads_to(), "/console/exchange?news=proposed", "{}", page.text);
    let file = (&*texts.of("a file's name"), leaf.as_bytes());
    // What a browser writes in its place (HTML, multipart form data).
    let last = texts.written.last_mut().unwrap();
    last.1 = last.1.replace('"', "%22");
    let certificates = "/console/exchange/certificates";
    let page = officer.upload_named(office, certificates, &form[..1], file).await;
    keep(pages, "a file of misfits", page, 422);
}

/// What an account has of its own.
async fn own(office: &Office, texts: &mut Texts, browser: &mut Browser, pages: &mut Pages) {
    let here = "/console/sessions";
    let label = texts.of("a token's label");
    let days = [("label", &*label), ("verbs", "read"), ("days", "1"), ("password", SENTENCE)];
    let page = browser.submit(office, here, "/console/sessions/tokens", &days).await;
    keep(pages, "a new token", page, 200);
    let label = texts.of("a passkey's label");
    let form = [("label", &*label), ("password", SENTENCE)];
    let page = browser.submit(office, here, "/console/sessions/passkeys", &form).await;
    let (question, options) = question_of(&page);
    keep(pages, "a new passkey", page, 200);
    let (_, answer) = Authenticator::create(1, &options);
    let form = [("question", &*question), ("answer", &*answer)];
    let page = browser.submit(office, here, "/console/sessions/passkeys/answer", &form).await;
    assert_eq!(page.leads_to(), "/console/sessions?news=passkey", "{}", page.text);
    let long = format!("{} {}", texts.of("a long label"), "dài".repeat(64));
    let form = [("label", &*long), ("password", SENTENCE)];
    let page = browser.submit(office, here, "/console/sessions/passkeys", &form).await;
    keep(pages, "a long label", page, 422);
}

/// The question for an authenticator: its number and what it says.
pub(super) fn question_of(page: &Page) -> (String, String) {
    let html = Html::parse_document(&page.text);
    let value = |selector: &str, attribute: &str| {
        let selector = scraper::Selector::parse(selector).unwrap();
        let found = html.select(&selector).next().expect("a question");
        found.attr(attribute).unwrap().to_owned()
    };
    (value("input[name=question]", "value"), value("form[data-options]", "data-options"))
}

/// Forms that are refused give back what was typed; searches too; tables show their cells.
async fn echoes(office: &Office, texts: &mut Texts, browser: &mut Browser, pages: &mut Pages) {
    let unit = office.unit.to_string();
    let login = texts.of("a login");
    let form = [("login", &*login), ("password", "sai")];
    let page = Browser::default().post(office, "/console/sign-in", &form).await;
    keep(pages, "a wrong login", page, 401);
    let name = texts.of("a name of a faulty wave");
    let form = [("name", &*name), ("starts", ""), ("ends", ""), ("who", "everybody")];
    let page = browser.submit(office, "/console/waves", "/console/waves", &form).await;
    keep(pages, "a faulty wave", page, 422);
    for list in ["people", "devices", "units", "accounts"] {
        let query = texts.of("what is searched for");
        let path = format!("/console/{list}?q={}", escaped(&format!("{query} không có")));
        keep(pages, &path[..12], browser.get(office, &path).await, 200);
    }
    let here = "/console/import/people";
    let token = browser.get(office, here).await.token();
    let quoted = |text: String| format!("\"{}\"", text.replace('"', "\"\""));
    let faulty = format!(
        "Họ và tên,Chức vụ,Đơn vị,Thư điện tử\n{},{},{},{}\n",
        quoted(texts.of("a name in a faulty table")),
        quoted("Văn thư".to_owned()),
        quoted(texts.of("a unit in a faulty table")),
        quoted(texts.of("an address in a faulty table")),
    );
    // Only what is wrong is shown.
    texts.written.retain(|(place, _)| *place != "a name in a faulty table");
    let page = browser.upload(office, here, &[("token", &token)], faulty.as_bytes()).await;
    keep(pages, "a faulty table", page, 422);
    let head = texts.of("a heading that is none");
    let faulty = format!("Họ và tên,{}\nx,y\n", quoted(head));
    let page = browser.upload(office, here, &[("token", &token)], faulty.as_bytes()).await;
    keep(pages, "a faulty heading", page, 422);
    let id = flow::read::units(&office.app).await.unwrap();
    let unit_name = &id.iter().find(|it| it.unit.id.to_string() == unit).unwrap().unit.name;
    let good = format!(
        "Họ và tên,Chức vụ,Đơn vị\n{},{},{}\n",
        quoted(texts.of("a name in a table")),
        quoted(texts.of("a position in a table")),
        quoted(unit_name.clone()),
    );
    let page = browser.upload(office, here, &[("token", &token)], good.as_bytes()).await;
    keep(pages, "a table", page, 200);
}

/// Somebody whom no account knows, and what the provider calls them.
async fn by_provider(office: &Office, fake: &Fake, texts: &mut Texts, pages: &mut Pages) {
    let mut browser = Browser::default();
    let request = Request::get("/console/sign-in/provider").header("host", AUTHORITY);
    let page = browser.send(office, request, Body::empty()).await;
    assert!(page.headers.contains_key(SET_COOKIE));
    let claims = json!({
        "sub": texts.of("the provider's number of somebody"),
        "email": texts.of("the provider's address of somebody"),
        "email_verified": true,
    });
    let (asked, code) = fake.sign_in(page.leads_to(), claims);
    let back = format!("/console/sign-in/provider/back?state={}&code={code}", asked.state);
    let page = browser.get(office, &back).await;
    keep(pages, "a stranger at the provider", page, 401);
    let mut stranger = Browser::default();
    keep(pages, "the door", stranger.get(office, "/console/sign-in").await, 200);
}

/// A document with texts in all its fields.
async fn a_request(office: &Office, texts: &mut Texts) -> RequestId {
    let key = office.key(office.unit, &[Scope::Submit]).await;
    let mut described = description(office);
    described["metadata"] = json!({
        "subject": texts.of("an abstract"),
        "kind": texts.of("a kind of document"),
        "issuer": texts.of("an issuer of a document"),
    });
    described["on_paper"] = json!({ "other": texts.of("a reason for paper") });
    let (described, name) = (described.to_string(), "qd.pdf");
    let document = Part::file("document", name, "application/pdf", SAMPLE);
    let parts = [Part::json("request", &described), document];
    let answer = office.ask(submission_of(Some(&key), &random_key(), &parts)).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    let value: serde_json::Value = serde_json::from_slice(&body).unwrap();
    value["request"].as_str().unwrap().parse().unwrap()
}

/// A comment beside a page.
async fn a_comment(office: &Office, texts: &mut Texts, request: RequestId, clerk: &mut Browser) {
    let here = format!("/console/requests/{request}");
    let said = texts.of("a comment");
    let form = [("page", "1"), ("text", &*said)];
    let page = clerk.submit(office, &here, &format!("{here}/comments"), &form).await;
    assert_eq!(page.leads_to(), format!("{here}?news=commented"), "{}", page.text);
}

/// A template with texts in its name and kind, in two versions.
async fn a_template(office: &Office, texts: &mut Texts) -> TemplateId {
    let who = TemplateWho::Post { post: PostName::Chief, unit: None };
    let signer = TemplateSigner { who, appearance: None, fill: Vec::new() };
    let (role, quorum) = (trien_core::request::Role::Approve, Quorum::All);
    let steps = vec![TemplateStep { role, quorum, signers: vec![signer] }];
    let (fields, copies) = (Vec::new(), Vec::new());
    let body = TemplateBody { steps, fields, numbering: None, copies };
    let mut draft = Draft { name: text(&texts.of("a template's name")), body };
    let kind = text(&texts.of("a template's kind"));
    let (app, by) = (&office.app, TemplateChanger::CommandLine);
    let id = templates::add(app, by, office.unit, kind, draft.clone(), None).await.unwrap();
    draft.name = text(&texts.of("a template's next name"));
    let why = Some(text(&texts.of("a reason for a version")));
    templates::edit(app, by, id, 1, draft, why).await.unwrap();
    id
}

/// A webhook of a key with such a name; what happened to the request is kept for it.
async fn a_webhook(office: &Office, texts: &mut Texts) {
    let (app, label) = (&office.app, texts.of("a key's name"));
    let made = key::create(app, office.unit, &[Scope::Read], &label).await.unwrap();
    let url = "https://qlvb.example.vn/bao";
    webhook::add(app, Keeper::CommandLine, made.key, url).await.unwrap();
}

/// Every page that can be asked for, with a name that is the same in every office.
async fn addresses(
    office: &Office,
    browser: &mut Browser,
    people: &[PersonId],
    (request, template): (RequestId, TemplateId),
) -> Vec<(String, String)> {
    let app = &office.app;
    let all = Filter::default();
    let entries = register::list(app, Reader::CommandLine, &all, None, 1000).await;
    let entries = entries.unwrap().entries;
    let devices = entries.iter().rev().filter_map(|entry| entry.device.as_ref());
    let mut ids: HashMap<&str, Vec<String>> = HashMap::new();
    ids.insert("devices", devices.map(|device| device.0.to_string()).collect());
    ids.insert("people", people.iter().take(6).map(ToString::to_string).collect());
    ids.insert("units", vec![office.unit.to_string()]);
    ids.insert("requests", vec![request.to_string()]);
    ids.insert("templates", vec![template.to_string()]);
    for list in ["certificates", "waves", "changes", "accounts", "webhooks"] {
        ids.insert(list, listed(office, browser, list).await);
    }
    let mut paths = Vec::new();
    for (method, route) in trien_server::console::routes() {
        // Streams, pictures and the choice of a language are no pages.
        let skipped = ["/live", "/{tag}", "assets/{file}", "/back", "sign-in/provider"];
        if method != "get" || skipped.iter().any(|end| route.ends_with(end)) {
            continue;
        }
        let route_name = route.to_owned();
        let route = route
            .replace("import/{kind}", "import/people")
            .replace("export/{file}", "export/people.csv")
            .replace("{id}/{file}", "{id}/remind.csv")
            .replace("{code}", "district")
            .replace("{act}", "approve");
        if !route.contains("{id}") {
            paths.push((route_name, route));
            continue;
        }
        let thing = route.split('/').nth(2).unwrap_or_default();
        for (number, id) in ids.get(thing).into_iter().flatten().enumerate() {
            paths.push((format!("{route_name} {number}"), route.replace("{id}", id)));
        }
    }
    paths
}

/// What a list leads to, the oldest first.
async fn listed(office: &Office, browser: &mut Browser, list: &str) -> Vec<String> {
    let page = browser.get(office, &format!("/console/{list}")).await;
    let begin = format!("href=\"/console/{list}/");
    let ids = page.text.split(&begin).skip(1).filter_map(|after| after.get(..36));
    // Numbers grow with time; what is none is another page.
    let ids: BTreeSet<&str> =
        ids.filter(|id| id.bytes().filter(|b| *b == b'-').count() == 4).collect();
    assert!(!ids.is_empty(), "{list} are listed: {}", page.text);
    ids.into_iter().map(ToOwned::to_owned).collect()
}
