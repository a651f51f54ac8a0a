//! Every act and kind that an address names, on real things: who does it, who may not, and for whom the thing
//! is not there.

use trien_core::document::Text;
use trien_core::id::{AccountId, DeviceId};
use trien_server::flow::account::{self, Given, Grant, Login, NewAccount, Officer, Password, Role};
use trien_server::flow::{exchange, read, resume};

use crate::authority::Outside;
use crate::office::{Call, Office, Phone};
use crate::tokens::officer;

use super::browser::{Browser, Page, SENTENCE};
use super::grid::{Who, everybody};
use super::push;

use Role::{Administrator, Auditor, CaOfficer, Clerk, EnrollmentOfficer};

/// Who asks for what another person confirms.
struct Others {
    enrolling: Officer,
    administrator: Officer,
    certifying: Officer,
}

/// A thing, and what the form of an act on it says.
struct Subject {
    id: String,
    form: Vec<(&'static str, String)>,
    /// Where the act leads.
    to: String,
}

#[tokio::test]
async fn every_act_is_done_by_those_whose_it_is_and_by_nobody_else() {
    let office = push::open().await;
    // Accounts come before phones: later ones are no second persons.
    let others = others(&office).await;
    let mut people = everybody(&office).await;
    office.active_phone().await;
    let mut wrong = Vec::new();
    let acts = named().into_iter().filter(|path| !path.starts_with("/console/import/"));
    for act in acts {
        let mut subject = subject(&office, &others, &act).await;
        // Those who may come last: what others were refused is still to be done.
        people.sort_by_key(|(who, _)| may(&act, *who));
        for (who, browser) in &mut people {
            let page = send(&office, browser, &act, &subject, *who).await;
            let expected = expected(&act, *who);
            let found = match (page.status.as_u16(), page.leads_to()) {
                (303, "/console/sign-in") => "sign in",
                (303, to) if to == subject.to => "done",
                (403, _) => "no",
                (404, _) => "not there",
                _ => "something else",
            };
            if found != expected {
                let (status, text) = (page.status, &page.text);
                wrong.push(format!("{act} by {who:?}: {found} ({status}), not {expected}: {text}"));
            }
            if found == "done" {
                subject = self::subject(&office, &others, &act).await;
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The routes that stand for an act or a kind.
fn named() -> Vec<String> {
    let whole = trien_server::console::routes();
    let is_whole = |path: &String| whole.iter().any(|(_, known)| known == path);
    let posts = trien_server::console::routes_by_act().into_iter();
    let posts = posts.filter(|(method, _)| *method == "post").map(|(_, path)| path);
    let named: Vec<String> = posts.filter(|path| !is_whole(path)).collect();
    assert!(named.len() > 20, "{named:?}");
    named
}

/// Whether somebody's role is the act's, in the unit of the thing.
fn may(act: &str, who: Who) -> bool {
    let roles: &[Role] = match act.split('/').nth(2).unwrap() {
        "devices" => &[EnrollmentOfficer],
        "accounts" => &[Administrator],
        "exchange" => &[Administrator, CaOfficer],
        _ => panic!("{act} has no row"),
    };
    matches!(who, Who::Here(role) if roles.contains(&role))
}

fn expected(act: &str, who: Who) -> &'static str {
    match who {
        Who::Nobody => "sign in",
        _ if may(act, who) => "done",
        // Whoever administers nothing is not told which accounts there are.
        Who::There(role) if act.starts_with("/console/accounts/") && role != Administrator => "no",
        Who::There(_) => "not there",
        Who::Here(_) => "no",
    }
}

async fn send(
    office: &Office,
    browser: &mut Browser,
    act: &str,
    subject: &Subject,
    who: Who,
) -> Page {
    let token = match who {
        Who::Nobody => String::new(),
        _ => browser.get(office, "/console/sessions").await.token(),
    };
    let mut form: Vec<(&str, &str)> = vec![("token", &token)];
    form.extend(subject.form.iter().map(|(name, value)| (*name, value.as_str())));
    browser.post(office, &act.replace("{id}", &subject.id), &form).await
}

async fn others(office: &Office) -> Others {
    let in_unit = |role| vec![Grant { unit: office.unit, role }];
    Others {
        enrolling: officer(office, "de-nghi-1", in_unit(EnrollmentOfficer)).await,
        administrator: officer(office, "de-nghi-2", in_unit(Administrator)).await,
        certifying: officer(office, "de-nghi-3", in_unit(CaOfficer)).await,
    }
}

fn why() -> Text<500> {
    Text::new("thử").unwrap()
}

/// A thing with which the act can be done, in the office's unit.
async fn subject(office: &Office, others: &Others, act: &str) -> Subject {
    let (rest, name) = act.rsplit_once('/').unwrap();
    match rest {
        "/console/devices/{id}" => a_device(office, others, name).await,
        "/console/accounts/{id}" => an_account(office, others, name).await,
        "/console/exchange/anchors/{id}" => an_anchor(office, others, name).await,
        _ => panic!("{act} has no row"),
    }
}

async fn a_device(office: &Office, others: &Others, act: &str) -> Subject {
    let id = |phone: Phone| phone.id;
    let resumed = async || {
        let id = office.suspended_phone().await.id;
        resume::propose(&office.app, &others.enrolling, id, why()).await.unwrap();
        id
    };
    let mut form = vec![("why", "thử".to_owned())];
    let id: DeviceId = match act {
        "approve" => {
            let phone = office.pending_phone().await;
            form = vec![("code", phone.code.grouped())];
            phone.id
        }
        "refuse" => id(office.pending_phone().await),
        "suspend" => id(office.active_phone().await),
        "revoke" => {
            form.push(("reason", "superseded".to_owned()));
            id(office.active_phone().await)
        }
        "resume" => id(office.suspended_phone().await),
        "confirm" | "decline" => resumed().await,
        "settle" => {
            let phone = office.active_phone().await;
            let ask = phone.sign(&Call::post("/api/v1/device/replacement"));
            assert_eq!(office.ask(ask).await.status(), 204);
            phone.id
        }
        "wake" => {
            let phone = office.active_phone().await;
            push::woken_by_unified_push(office, phone.id).await;
            phone.id
        }
        _ => panic!("{act} has no row"),
    };
    Subject { id: id.to_string(), form, to: format!("/console/devices/{id}?news={act}") }
}

async fn an_account(office: &Office, others: &Others, act: &str) -> Subject {
    let (app, unit) = (&office.app, office.unit);
    let grant = |role| Grant { unit, role };
    let login = AccountId::generate(app.clock(), app.entropy()).to_string();
    let new = NewAccount {
        login: Login::parse(&login).unwrap(),
        name: Text::new("Cán bộ").unwrap(),
        password: Password::choose(SENTENCE, &login).unwrap(),
        grants: vec![grant(Auditor), grant(Clerk)],
    };
    let id = account::create(app, &others.administrator, new).await.unwrap();
    let role = match act {
        "end" | "sign-out" => None,
        "give" => Some(EnrollmentOfficer),
        "withdraw" => Some(Clerk),
        "confirm" | "decline" => {
            let by = &others.administrator;
            let given = account::give(app, by, id, grant(CaOfficer), why()).await.unwrap();
            assert_eq!(given, Given::Proposed);
            Some(CaOfficer)
        }
        _ => panic!("{act} has no row"),
    };
    let mut form = vec![("why", "thử".to_owned()), ("unit", unit.to_string())];
    form.extend(role.map(|role| ("role", role.name().to_owned())));
    let to = match act {
        "end" => "/console/accounts?news=end".to_owned(),
        act => format!("/console/accounts/{id}?news={act}"),
    };
    Subject { id: id.to_string(), form, to }
}

async fn an_anchor(office: &Office, others: &Others, act: &str) -> Subject {
    let now = office.app.clock().now().second().get();
    let root = Outside::new(now).root();
    let by = &others.certifying;
    exchange::propose(&office.app, by, office.unit, root.as_bytes(), why()).await.unwrap();
    let anchors = exchange::anchors(&office.app, by).await.unwrap();
    let newest = anchors.iter().max_by_key(|anchor| anchor.proposed_at).unwrap();
    let to = format!("/console/exchange?news={act}");
    Subject { id: newest.id.to_string(), form: vec![("why", "thử".to_owned())], to }
}

#[tokio::test]
async fn every_kind_of_table_is_read_by_administrators_for_what_they_reach() {
    let office = Office::open().await;
    let mut people = everybody(&office).await;
    let listed = read::units(&office.app).await.unwrap();
    let unit = &listed.iter().find(|it| it.unit.id == office.unit).unwrap().unit.name;
    let kinds: Vec<String> = named()
        .into_iter()
        .filter(|path| path.starts_with("/console/import/") && !path.ends_with("/carry-out"))
        .collect();
    assert!(!kinds.is_empty());
    for here in kinds {
        let kind = here.trim_start_matches("/console/import/");
        let table = match kind {
            "units" => format!("Tên đơn vị;Trực thuộc\nPhòng Một cửa;{unit}\n"),
            "people" => format!("Họ và tên;Chức vụ;Đơn vị\nLê Thị Khuê;Văn thư;{unit}\n"),
            kind => panic!("{kind} has no row"),
        };
        for (who, browser) in &mut people {
            let is_theirs = matches!(who, Who::Here(Administrator) | Who::There(Administrator));
            let token = match who {
                Who::Nobody => String::new(),
                _ => browser.get(&office, "/console/sessions").await.token(),
            };
            let asked = browser.get(&office, &here).await.status.as_u16();
            let looked =
                browser.upload(&office, &here, &[("token", &token)], table.as_bytes()).await;
            let digest = looked.text.split_once("name=\"digest\" value=\"");
            let digest = digest.map(|(_, after)| after.split('"').next().unwrap().to_owned());
            let digest = digest.unwrap_or_else(|| "0".repeat(64));
            let form = [("token", &*token), ("digest", &*digest), ("why", "thử")];
            let done = browser.post(&office, &format!("{here}/carry-out"), &form).await;
            let found = (asked, looked.status.as_u16(), done.status.as_u16());
            let expected = match who {
                Who::Nobody => (303, 303, 303),
                Who::Here(Administrator) => (200, 200, 303),
                // The unit is another office's: it can be looked at, and is told so.
                Who::There(Administrator) => (200, 422, 404),
                _ => (403, 403, 403),
            };
            assert_eq!(found, expected, "{here} by {who:?}: {} {}", looked.text, done.text);
            if *who == Who::Here(Administrator) {
                assert_eq!(done.leads_to(), format!("/console/{kind}?news=imported"));
            }
            assert!(is_theirs || !looked.text.contains("name=\"digest\""));
        }
    }
}
