//! A lost phone, reported from another phone of the same person.

use trien_core::id::DeviceId;
use trien_core::wire::{OtherDeviceState, SyncQuery};
use trien_server::flow::act::Act;
use trien_server::flow::device::{self, RevocationReason, Standing};
use trien_server::flow::register::{self, Author, Filter, Reader};
use trien_server::flow::{FlowError, Thing, lost};

use crate::office::Office;
use crate::on_both;
use crate::phone::Phone;

on_both! {
    a_phone_reports_another_one_of_its_person_which_stops_at_once,
    nobody_reports_their_own_phone_or_somebody_elses,
    a_phone_that_may_not_act_reports_nothing,
    the_same_signed_report_is_taken_once,
}

const ACT: Act = Act::COMMAND_LINE;

async fn two_of_one(office: &Office) -> (Phone, Phone) {
    let person = office.person("Nguyễn Văn An").await;
    (Phone::enroll(office, person).await, Phone::enroll(office, person).await)
}

async fn standing(office: &Office, device: DeviceId) -> Standing {
    device::lookup(&office.app, device).await.unwrap().standing
}

async fn report(office: &Office, by: &Phone, lost: DeviceId) -> Result<(), FlowError> {
    lost::report(&office.app, &by.authenticated(&office.app).await, lost).await
}

pub async fn a_phone_reports_another_one_of_its_person_which_stops_at_once(office: Office) {
    let app = &office.app;
    let (kept, gone) = two_of_one(&office).await;
    let others = lost::others(app, &kept.authenticated(app).await).await.unwrap();
    let seen: Vec<_> = others.iter().map(|other| (other.id, other.state)).collect();
    assert_eq!(seen, [(gone.device, OtherDeviceState::Active)]);

    report(&office, &kept, gone.device).await.unwrap();
    assert_eq!(gone.sync(app, SyncQuery::default()).await.err(), Some(FlowError::DeviceSuspended));
    kept.sync(app, SyncQuery::default()).await.unwrap();
    let statement = newest_statement(&office, "suspended").await;
    assert_eq!(statement["by"]["device"], serde_json::json!(kept.device));
    assert_eq!(statement["device"], serde_json::json!(gone.device));
    let page =
        register::list(app, Reader::CommandLine, &Filter::default(), None, 10).await.unwrap();
    let entry = page
        .entries
        .iter()
        .find(|entry| entry.device.as_ref().is_some_and(|(device, _)| *device == gone.device));
    let story = register::show(app, Reader::CommandLine, entry.unwrap().id).await.unwrap();
    let last = story.events.last().unwrap();
    assert_eq!((last.event.name(), last.author), ("suspended", Author::Phone));

    // After a lost answer the phone asks again, and nothing more happens.
    let leaves = leaves(&office).await;
    report(&office, &kept, gone.device).await.unwrap();
    assert_eq!(leaves, self::leaves(&office).await);
    let others = lost::others(app, &kept.authenticated(app).await).await.unwrap();
    assert_eq!(others[0].state, OtherDeviceState::Suspended);
}

async fn nobody_reports_their_own_phone_or_somebody_elses(office: Office) {
    let (mine, other) = two_of_one(&office).await;
    let stranger = Phone::enroll(&office, office.person("Trần Thị Bình").await).await;
    let revoked = Phone::enroll(&office, mine.person).await;
    let reason = RevocationReason::KeyCompromise;
    device::revoke(&office.app, &ACT, revoked.device, reason).await.unwrap();
    let missing = Err(FlowError::NotFound(Thing::Device));
    let nothing = DeviceId::from_bytes([7; 16]);
    for device in [mine.device, stranger.device, revoked.device, nothing] {
        assert_eq!(report(&office, &mine, device).await, missing, "as if there were none");
    }
    for phone in [&mine, &other, &stranger] {
        assert_eq!(standing(&office, phone.device).await, Standing::Active);
    }
    assert_eq!(standing(&office, revoked.device).await, Standing::Revoked);
}

async fn a_phone_that_may_not_act_reports_nothing(office: Office) {
    let app = &office.app;
    let (thief, owner) = two_of_one(&office).await;
    let early = thief.authenticated(app).await;
    report(&office, &owner, thief.device).await.unwrap();
    // What was checked before the suspension is looked at again in the transaction.
    let late = lost::report(app, &early, owner.device).await;
    assert_eq!(late, Err(FlowError::DeviceSuspended));
    let late = report(&office, &thief, owner.device).await;
    assert_eq!(late, Err(FlowError::DeviceSuspended));
    assert_eq!(standing(&office, owner.device).await, Standing::Active);
    let listed = lost::others(app, &thief.authenticated(app).await).await;
    assert_eq!(listed.err(), Some(FlowError::DeviceSuspended));
}

async fn the_same_signed_report_is_taken_once(office: Office) {
    let app = &office.app;
    let (kept, gone) = two_of_one(&office).await;
    let signed = kept.authenticated(app).await;
    lost::report(app, &signed, gone.device).await.unwrap();
    device::resume(app, &ACT, gone.device).await.unwrap();
    assert_eq!(lost::report(app, &signed, gone.device).await, Err(FlowError::Replayed));
    assert_eq!(standing(&office, gone.device).await, Standing::Active);
}

async fn leaves(office: &Office) -> i64 {
    use sqlx::Row as _;
    let mut database = office.database().await;
    let row = sqlx::query("SELECT size FROM log_head").fetch_one(&mut database).await.unwrap();
    row.get(0)
}

async fn newest_statement(office: &Office, act: &str) -> serde_json::Value {
    use sqlx::Row as _;
    let mut database = office.database().await;
    let rows = sqlx::query("SELECT body FROM statement ORDER BY leaf DESC");
    let rows = rows.fetch_all(&mut database).await.unwrap();
    let bodies = rows.iter().map(|row| row.get::<String, _>(0));
    let mut bodies = bodies.map(|body| serde_json::from_str::<serde_json::Value>(&body).unwrap());
    bodies.find(|body| body["act"] == act).unwrap()
}
