//! A department is split, merged again and dissolved over HTTP: each looked at whole, done in one act, and told
//! in a report.

use serde_json::{Value, json};
use trien_core::document::Text;
use trien_core::enrollment::Invitation;
use trien_core::id::{PersonId, UnitId};
use trien_core::request::RouteState;
use trien_server::flow;
use trien_server::flow::account::{Role, Verbs};
use trien_server::flow::act::Act;
use trien_server::flow::admin::{self, KeyPolicy};
use trien_server::flow::key::Scope;

use crate::office::{Call, Office, Part, Phone, SAMPLE, description, random_key, submission_of};
use crate::tokens::{Admin, admin, token};

/// A department below the office, with a director who has a phone in use, and somebody else.
pub struct Department {
    pub unit: UnitId,
    pub director: PersonId,
    pub phone: Phone,
    pub other: PersonId,
}

impl Department {
    pub async fn of(office: &Office) -> Self {
        let (app, act) = (&office.app, &Act::COMMAND_LINE);
        let name = |text: &str| Text::new(text).unwrap();
        let keys = KeyPolicy::SoftwareAllowed;
        let unit = admin::create_unit(app, act, &name("Sở A"), Some(office.unit), keys).await;
        let unit = unit.unwrap().id;
        let person = async |who: &str, title: &str| {
            let made = admin::create_person(app, act, &name(who), unit, &name(title)).await;
            made.unwrap().id
        };
        let director = person("Trần Bình", "Giám đốc").await;
        let other = person("Lê Cúc", "Chuyên viên").await;
        let phone = Self::phone_of(office, director).await;
        Self { unit, director, phone, other }
    }

    /// One more phone of somebody, in use.
    pub async fn phone_of(office: &Office, person: PersonId) -> Phone {
        let (app, act) = (&office.app, &Act::COMMAND_LINE);
        let invited = flow::invite::create(app, act, person, 1800).await.unwrap();
        let invitation: Invitation = invited.invitation;
        let phone = office.enroll(&invitation).await;
        flow::enroll::approve(app, act, phone.id, &phone.code.grouped()).await.unwrap();
        let synced = office.ask(phone.sign(&Call::get("/api/v1/sync?cursor=0"))).await;
        assert_eq!(synced.status(), 200);
        phone
    }

    /// A request of the office above that waits for the director.
    pub async fn queue(&self, office: &Office) {
        let key = office.key(office.unit, &[Scope::Submit]).await;
        let mut asked = description(office);
        asked["steps"][0]["signers"][0]["person"] = json!(self.director);
        let asked = asked.to_string();
        let parts = [Part::json("request", &asked), Part::pdf(SAMPLE)];
        let answer = office.ask(submission_of(Some(&key), &random_key(), &parts)).await;
        assert_eq!(answer.status(), 201);
    }
}

/// Where the newest request stands.
pub async fn newest(office: &Office) -> RouteState {
    flow::read::latest_requests(&office.app, 1).await.unwrap()[0].state
}

/// Looks at a change, carries it out, and reads its report: what was planned is what was done.
async fn changed(office: &Office, who: &Admin, unit: UnitId, asked: &Value) -> Value {
    let plan = who.post(office, &format!("units/{unit}/plan"), asked, 200).await;
    let carry = json!({ "asked": asked, "seen": plan["seen"], "why": "Nghị quyết 18" });
    let path = format!("units/{unit}/change");
    let weak = token(office, &who.officer, Verbs::Act).await;
    let refused = weak.try_post(office, &path, &carry).await;
    assert_eq!(refused.problem().as_deref(), Some("forbidden"), "it is a weighty act");
    let filed = who.post(office, &path, &carry, 201).await;
    let report = format!("changes/{}", filed["report"].as_str().unwrap());
    let report = who.get(office, &report).await;
    assert_eq!((&report["intact"], &report["lines"]), (&json!(true), &plan["lines"]));
    assert_eq!(report["report"]["why"], "Nghị quyết 18");
    assert_eq!(report["report"]["account"], json!(who.officer.account));
    let again = who.try_post(office, &path, &carry).await;
    assert_eq!(again.problem().as_deref(), Some("bad-request"), "once");
    report
}

/// Thing, deed and detail of each line about somebody, or about nobody.
fn told(report: &Value, name: &str) -> Vec<String> {
    let lines = report["lines"].as_array().unwrap().iter();
    let lines = lines.filter(|line| line["name"] == name);
    let word = |line: &Value, field: &str| line[field].as_str().unwrap().to_owned();
    lines.map(|line| ["thing", "deed", "detail"].map(|field| word(line, field)).join(" ")).collect()
}

async fn standing(office: &Office, who: &Admin, phone: &Phone) -> Value {
    who.get(office, &format!("devices/{}", phone.id)).await["device"]["standing"].clone()
}

#[tokio::test]
async fn a_department_is_split_merged_and_dissolved_over_http() {
    let office = Office::open().await;
    let roles = [Role::Administrator, Role::EnrollmentOfficer];
    let who = admin(&office, "quan-tri", office.unit, &roles).await;
    let of = Department::of(&office).await;
    of.queue(&office).await;

    let split = json!({
        "change": { "kind": "split", "name": "Sở B", "people": [of.director] },
        "steps": "return",
    });
    let report = changed(&office, &who, of.unit, &split).await;
    assert_eq!(told(&report, ""), ["unit founded "]);
    let of_director =
        ["device revoked affiliation-changed", "step returned ", "post changed Giám đốc"];
    assert_eq!(told(&report, "Trần Bình"), of_director);
    assert_eq!(told(&report, "Lê Cúc"), [""; 0]);
    assert_eq!(standing(&office, &who, &of.phone).await, "revoked");
    let register = who.get(&office, "certificates?state=revoked").await;
    assert_eq!(register["certificates"][0]["device"], json!(of.phone.id));
    assert_eq!(newest(&office).await, RouteState::Returned);
    let found = who.get(&office, "people?q=tran+binh").await;
    let new: UnitId = found["people"][0]["unit"].as_str().unwrap().parse().unwrap();
    assert_ne!(new, of.unit);

    // The new one becomes part of the old one again; what was begun there goes over.
    let phone = Department::phone_of(&office, of.director).await;
    of.queue(&office).await;
    let merge = json!({
        "change": { "kind": "merge", "into": of.unit },
        "certificates": "keep",
        "keys": "move",
    });
    let report = changed(&office, &who, new, &merge).await;
    assert_eq!(told(&report, "Trần Bình"), ["post changed Giám đốc", "device kept Sở A"]);
    assert_eq!(told(&report, ""), ["unit ended Sở A"]);
    assert_eq!(standing(&office, &who, &phone).await, "active");
    let ended = who.get(&office, &format!("units/{new}")).await;
    assert_eq!(ended["successor"], json!(of.unit));
    let found = who.get(&office, "people?q=tran+binh").await;
    assert_eq!(found["people"][0]["unit"], json!(of.unit));
    assert_eq!(
        newest(&office).await,
        RouteState::Open { step: trien_core::request::StepNumber(1) }
    );

    let key = office.key(of.unit, &[Scope::Submit]).await;
    let dissolve = json!({ "change": { "kind": "dissolve" } });
    let report = changed(&office, &who, of.unit, &dissolve).await;
    let of_director = ["device revoked cessation-of-operation", "step returned ", "post ended "];
    assert_eq!(told(&report, "Trần Bình"), of_director);
    assert_eq!(told(&report, "Lê Cúc"), ["post ended "]);
    assert_eq!(told(&report, ""), ["key ended ", "unit ended "]);
    assert_eq!(standing(&office, &who, &phone).await, "revoked");
    assert_eq!(newest(&office).await, RouteState::Returned);
    let late = office.ask(submission_of(Some(&key), &random_key(), &[Part::pdf(SAMPLE)])).await;
    assert_eq!(late.status(), 401, "its document system is out");
    let found = who.get(&office, "people?q=le+cuc").await;
    assert_eq!(found["people"], json!([]));
    let ended = who.get(&office, &format!("units/{}", of.unit)).await;
    assert!(ended["ended_at"].is_i64() && ended["successor"].is_null(), "{ended}");
    let changes = who.get(&office, "changes").await;
    assert_eq!(changes["reports"].as_array().unwrap().len(), 3);
}
