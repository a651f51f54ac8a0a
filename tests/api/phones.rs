//! The life of phones over HTTP and on the pages: slips of whoever holds two posts, invitations cancelled and sent
//! again, prompts, a phone that is lost, and one that replaces another.

use serde_json::{Value, json};
use trien_core::document::Text;
use trien_core::enrollment::Invitation;
use trien_core::id::UnitId;
use trien_server::flow::account::{Grant, Role, Verbs};
use trien_server::flow::act::Act;
use trien_server::flow::change::{self, Changer, NewPost, PostChange};
use trien_server::flow::slip;

use crate::office::{Call, Office, Phone};
use crate::tokens::{Admin, admin, officer, token};

/// One officer over both units of the office.
async fn over_both(office: &Office) -> Admin {
    let units = [office.unit, office.other_unit];
    let grants = units.map(|unit| Grant { unit, role: Role::EnrollmentOfficer }).to_vec();
    token(office, &officer(office, "dang-ky", grants).await, Verbs::Act).await
}

/// Gives the leader a post in the other unit as well.
async fn second_post(office: &Office) {
    let title = Text::new("Ủy viên").unwrap();
    let post = NewPost { unit: office.other_unit, title, authority: None };
    let (app, who) = (&office.app, Changer::CommandLine);
    let plan = change::look(app, who, office.leader, PostChange::Adds(post)).await.unwrap();
    let act = Act { why: Some(Text::new("QĐ 45").unwrap()), ..Act::COMMAND_LINE };
    let nothing = std::collections::BTreeMap::new();
    change::carry_out(app, who, &act, plan, &nothing).await.unwrap();
}

async fn slip_in(office: &Office, unit: UnitId) {
    slip::make(&office.app, &Act::COMMAND_LINE, office.leader, unit).await.unwrap();
}

#[tokio::test]
async fn the_slip_of_a_second_post_is_started_and_cancelled_by_whoever_enrolls_there() {
    let office = Office::open().await;
    let both = over_both(&office).await;
    second_post(&office).await;
    let path = format!("people/{}/slip", office.leader);
    for unit in [office.other_unit, office.unit] {
        slip_in(&office, unit).await;
        let listed = both.get(&office, &path).await;
        assert_eq!(listed["slips"][0]["unit"], json!(unit));
        let started = both.post(&office, &format!("{path}/session"), &Value::Null, 201).await;
        assert_eq!(started["code"].as_str().unwrap().len(), 9, "eight digits in two groups");
        both.post(&office, &format!("{path}/cancel"), &Value::Null, 204).await;
        let held = slip::of_person(&office.app, office.leader).await.unwrap().unwrap();
        assert_eq!((held.slip.unit, held.end), (unit, Some(slip::SlipEnd::Cancelled)));
    }
}

#[tokio::test]
async fn whoever_enrolls_in_the_first_unit_alone_does_not_reach_the_slip_of_the_second() {
    let office = Office::open().await;
    let here = admin(&office, "dang-ky", office.unit, &[Role::EnrollmentOfficer]).await;
    second_post(&office).await;
    slip_in(&office, office.other_unit).await;
    let path = format!("people/{}/slip", office.leader);
    for act in ["session", "cancel"] {
        let answer = here.try_post(&office, &format!("{path}/{act}"), &Value::Null).await;
        assert_eq!(answer.status, 404, "{act}");
    }
    let held = slip::of_person(&office.app, office.leader).await.unwrap().unwrap();
    assert_eq!(held.end, None);
}

async fn invited(office: &Office, who: &Admin, path: &str) -> (String, Invitation) {
    let made = who.post(office, path, &Value::Null, 201).await;
    let (_, invitation) = Invitation::from_link(made["link"].as_str().unwrap()).unwrap();
    (made["id"].as_str().unwrap().to_owned(), invitation)
}

async fn approved(office: &Office, who: &Admin, invitation: &Invitation) -> Phone {
    let phone = office.enroll(invitation).await;
    let code = json!({ "code": phone.code.grouped() });
    who.post(office, &format!("devices/{}/approve", phone.id), &code, 204).await;
    phone
}

#[tokio::test]
async fn invitations_are_listed_cancelled_and_sent_again_over_http() {
    let office = Office::open().await;
    let who = admin(&office, "dang-ky", office.unit, &[Role::EnrollmentOfficer]).await;
    let of = format!("people/{}/invitations", office.leader);
    let (first, _) = invited(&office, &who, &of).await;
    let again = format!("invitations/{first}/resend");
    let (second, invitation) = invited(&office, &who, &again).await;
    office.enroll(&invitation).await;
    who.post(&office, &format!("invitations/{second}/cancel"), &Value::Null, 204).await;
    let late = who.try_post(&office, &format!("invitations/{second}/cancel"), &Value::Null).await;
    assert_eq!(late.problem().as_deref(), Some("invitation-spent"));
    assert_eq!(late.json()["code"], "invitation-cancelled");
    let late = who.try_post(&office, &again, &Value::Null).await;
    assert_eq!(late.json()["code"], "invitation-replaced");
    let listed = who.get(&office, &of).await;
    let mut ends: Vec<_> =
        listed.as_array().unwrap().iter().map(|one| one["end"].as_str().unwrap()).collect();
    ends.sort_unstable();
    assert_eq!(ends, ["invitation-cancelled", "invitation-replaced"]);
    let waiting = who.get(&office, "devices?standing=pending").await;
    assert_eq!(waiting["devices"], json!([]), "the phone that waited was turned away");
}

#[tokio::test]
async fn prompts_are_stated_over_http_within_their_bounds() {
    let office = Office::open().await;
    let who = admin(&office, "quan-tri", office.unit, &[Role::Administrator]).await;
    let path = format!("units/{}/prompt", office.unit);
    let session = json!({ "kind": "session", "seconds": 60, "signatures": 50, "passcode": true });
    who.post(&office, &path, &json!({ "prompt": session, "why": "QĐ 15" }), 204).await;
    let told = who.get(&office, &path).await;
    assert_eq!((&told["prompt"], &told["stated"]), (&session, &session));
    let longer = json!({ "kind": "session", "seconds": 61, "signatures": 50 });
    let asked = json!({ "prompt": longer, "seen": session, "why": "QĐ 16" });
    assert_eq!(
        who.try_post(&office, &path, &asked).await.problem().as_deref(),
        Some("bad-request")
    );
    let moved = json!({ "prompt": { "kind": "per-use" }, "why": "QĐ 16" });
    assert_eq!(
        who.try_post(&office, &path, &moved).await.problem().as_deref(),
        Some("bad-request")
    );
    let phone = office.active_phone().await;
    let device = who.get(&office, &format!("devices/{}", phone.id)).await;
    assert_eq!(device["device"]["prompt_policy"], session);
    let listed = who.get(&office, "certificates").await;
    assert_eq!(listed["certificates"][0]["prompt_policy"], session);
}

#[tokio::test]
async fn a_lost_phone_is_stopped_by_another_ones_signature_over_http() {
    let office = Office::open().await;
    let (kept, lost) = (office.active_phone().await, office.active_phone().await);
    let others = office.ask(kept.sign(&Call::get("/api/v1/device/others"))).await;
    assert_eq!(others.status(), 200);
    let path = format!("/api/v1/device/others/{}/suspend", lost.id);
    let unsigned = http::Request::post(&path).header("host", crate::office::AUTHORITY);
    let unsigned = office.ask(unsigned.body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!(unsigned.status(), 401);
    assert_eq!(office.ask(kept.sign(&Call::post(&path))).await.status(), 204);
    let stopped = office.ask(lost.sign(&Call::get("/api/v1/sync?cursor=0"))).await;
    assert_eq!(stopped.status(), 403);
    let own = format!("/api/v1/device/others/{}/suspend", kept.id);
    assert_eq!(office.ask(kept.sign(&Call::post(&own))).await.status(), 404);
}

#[tokio::test]
async fn a_phone_that_lost_its_key_is_replaced_over_http() {
    let office = Office::open().await;
    let who = admin(&office, "dang-ky", office.unit, &[Role::EnrollmentOfficer]).await;
    let old = office.active_phone().await;
    let asked = office.ask(old.sign(&Call::post("/api/v1/device/replacement"))).await;
    assert_eq!(asked.status(), 204);
    let path = format!("devices/{}", old.id);
    let seen = who.get(&office, &path).await;
    assert!(seen["replacement_asked_at"].is_i64());
    let (_, invitation) = invited(&office, &who, &format!("{path}/replacement")).await;
    let new = approved(&office, &who, &invitation).await;
    let seen = who.get(&office, &path).await;
    assert_eq!(seen["device"]["standing"], "revoked");
    assert_eq!(seen["successors"][0]["id"], json!(new.id));
    let seen = who.get(&office, &format!("devices/{}", new.id)).await;
    assert_eq!(seen["replaces"]["id"], json!(old.id));
    let status = office.ask(new.sign(&Call::get("/api/v1/sync?cursor=0"))).await;
    assert_eq!(status.status(), 200);
}
