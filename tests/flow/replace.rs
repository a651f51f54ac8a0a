//! Two phones of one person, and one that replaces another.

use trien_core::decision::Verb;
use trien_core::document::Text;
use trien_core::enrollment::Invitation;
use trien_core::id::{DeviceId, PersonId};
use trien_core::problem::ProblemKind;
use trien_core::register::Event;
use trien_core::wire::{DeviceStatus, SyncQuery};
use trien_server::flow::account::Role;
use trien_server::flow::act::Act;
use trien_server::flow::device::{self, RevocationReason, Standing};
use trien_server::flow::exchange::{self, Asked, Encoding, Exchanger, Source};
use trien_server::flow::invite::InvitationEnd;
use trien_server::flow::{FlowError, Thing, enroll, invite, replace};

use crate::exchange::officer;
use crate::office::Office;
use crate::on_both;
use crate::outside::{Asked as AskedOutside, Outside, requests};
use crate::phone::{Approved, Enrolling, Phone};
use crate::register::entry_of;

on_both! {
    of_two_phones_of_one_person_either_decides_and_the_other_sees_it,
    a_phone_works_until_its_replacement_is_active_and_ends_in_the_same_act,
    a_replacement_that_is_turned_away_leaves_the_old_phone_as_it_is,
    a_replacement_that_waits_for_an_outside_certificate_ends_nothing_yet,
    what_has_ended_or_waits_is_not_replaced,
    a_phone_that_was_stolen_meanwhile_keeps_its_reason,
    a_replacement_sent_again_still_names_the_old_phone,
    a_phone_whose_approval_key_is_gone_asks_for_a_replacement_itself,
}

const ACT: Act = Act::COMMAND_LINE;

async fn standing(office: &Office, device: DeviceId) -> Standing {
    device::lookup(&office.app, device).await.unwrap().standing
}

async fn invited(office: &Office, old: DeviceId) -> Invitation {
    replace::invite(&office.app, &ACT, old).await.unwrap().invitation
}

async fn enrolled(office: &Office, person: PersonId) -> Phone {
    Phone::enroll(office, person).await
}

async fn of_two_phones_of_one_person_either_decides_and_the_other_sees_it(office: Office) {
    let app = &office.app;
    let person = office.person("Nguyễn Văn An").await;
    let (one, other) = (enrolled(&office, person).await, enrolled(&office, person).await);
    for (decides, sees) in [(&one, &other), (&other, &one)] {
        let request = office.queue(&[person]).await;
        assert!(decides.see(app, request).await.0.task.is_some());
        let late = sees.draft(&office, request, Verb::Approve).await;
        decides.decide(&office, request, Verb::Approve).await.unwrap();
        assert_eq!(sees.see(app, request).await.0.task, None, "it was handled elsewhere");
        let refused = sees.send(app, &late, sees.sign(&late)).await;
        let Err(FlowError::Refused { why, .. }) = refused else { panic!("recorded as refused") };
        assert_eq!(why, ProblemKind::Overtaken);
    }
}

pub async fn a_phone_works_until_its_replacement_is_active_and_ends_in_the_same_act(
    office: Office,
) {
    let app = &office.app;
    let old = enrolled(&office, office.person("Nguyễn Văn An").await).await;
    let other = enrolled(&office, old.person).await;
    let enrolling = Enrolling::begin(app, invited(&office, old.device).await).await.unwrap();
    let reveal = enrolling.send(app).await.unwrap();
    let request = office.queue(&[old.person]).await;
    old.decide(&office, request, Verb::Approve).await.unwrap();
    let told = replace::relations(app, reveal.device).await.unwrap();
    assert_eq!(told.replaces.unwrap().id, old.device, "before it is approved too");

    let digits = enrolling.code(&reveal).grouped();
    enroll::approve(app, &ACT, reveal.device, &digits).await.unwrap();
    assert_eq!(standing(&office, reveal.device).await, Standing::Active);
    assert_eq!(standing(&office, old.device).await, Standing::Revoked);
    assert_eq!(standing(&office, other.device).await, Standing::Active, "nobody named that one");
    assert_eq!(old.sync(app, SyncQuery::default()).await.err(), Some(FlowError::DeviceRevoked));
    let told = replace::relations(app, old.device).await.unwrap();
    let successors: Vec<_> = told.successors.iter().map(|one| one.id).collect();
    assert_eq!(successors, [reveal.device]);
    let story = entry_of(&office, old.device).await;
    let last = story.events.last().unwrap();
    assert_eq!((last.event, last.reason), (Event::Revoked, Some(4)), "superseded");
    let new = entry_of(&office, reveal.device).await;
    assert_eq!(new.entry.predecessor, Some(story.entry.id));
    let acts = acts(&office).await;
    let ours: Vec<&str> = acts.iter().rev().take(5).rev().map(String::as_str).collect();
    assert_eq!(ours, ["enrolled", "issued", "replaced", "revoked", "revoked"]);
}

async fn a_replacement_that_is_turned_away_leaves_the_old_phone_as_it_is(office: Office) {
    let app = &office.app;
    let old = enrolled(&office, office.person("Nguyễn Văn An").await).await;
    let enrolling = Enrolling::begin(app, invited(&office, old.device).await).await.unwrap();
    let reveal = enrolling.send(app).await.unwrap();
    enroll::refuse(app, &ACT, reveal.device).await.unwrap();
    assert_eq!(standing(&office, old.device).await, Standing::Active);
    assert!(replace::relations(app, old.device).await.unwrap().successors.is_empty());
    let request = office.queue(&[old.person]).await;
    old.decide(&office, request, Verb::Approve).await.unwrap();
}

async fn a_replacement_that_waits_for_an_outside_certificate_ends_nothing_yet(office: Office) {
    const CN: &str = "/C=VN/O=UBND xã Thử Nghiệm/title=Chủ tịch/CN=Nguyễn Văn An";
    const LINE: Exchanger<'static> = Exchanger::CommandLine;
    let app = &office.app;
    let old = enrolled(&office, office.person("Nguyễn Văn An").await).await;
    let outside = Outside::new(trien_core::env::Clock::now(&*office.clock).second().get());
    let why = || Text::new("QĐ 12").unwrap();
    let source = Some(Source::Outside);
    exchange::set_source(app, LINE, office.unit.id, source, why()).await.unwrap();
    exchange::trust(app, office.unit.id, outside.root().as_bytes(), why()).await.unwrap();
    let invitation = invited(&office, old.device).await;
    let new = Approved::with(&office, old.person, &ACT, invitation).await;
    assert!(matches!(new.status(app).await, DeviceStatus::WaitingForCertificate));
    old.sync(app, SyncQuery::default()).await.unwrap();

    let packed = exchange::pack(app, LINE, Asked::All, Encoding::Pem, None).await.unwrap().zip;
    let certificate = outside.issue(&AskedOutside::of(&requests(&packed)[0], CN));
    let file = outside.p7b(&[&certificate, &outside.issuing()], "DER");
    let answer = exchange::plan(app, LINE, file).await.unwrap();
    assert_eq!(exchange::carry_out(app, LINE, answer, Some(why())).await, Ok(1));
    assert_eq!(standing(&office, new.device).await, Standing::Active);
    assert_eq!(standing(&office, old.device).await, Standing::Revoked);
}

async fn what_has_ended_or_waits_is_not_replaced(office: Office) {
    let app = &office.app;
    let person = office.person("Nguyễn Văn An").await;
    let revoked = enrolled(&office, person).await;
    let reason = RevocationReason::CessationOfOperation;
    device::revoke(app, &ACT, revoked.device, reason).await.unwrap();
    let refused = replace::invite(app, &ACT, revoked.device).await;
    assert_eq!(refused.err(), Some(FlowError::DeviceRevoked));
    let invitation = invite::create(app, &ACT, person, 1800).await.unwrap().invitation;
    let waits = Enrolling::begin(app, invitation).await.unwrap().send(app).await.unwrap().device;
    let refused = replace::invite(app, &ACT, waits).await;
    assert_eq!(refused.err(), Some(FlowError::DevicePending));
    // One that is lost is replaced while it is suspended, and never acts again.
    let lost = enrolled(&office, person).await;
    device::suspend(app, &ACT, lost.device).await.unwrap();
    let invitation = invited(&office, lost.device).await;
    let new = Approved::with(&office, person, &ACT, invitation).await;
    assert_eq!(standing(&office, new.device).await, Standing::Active);
    assert_eq!(device::resume(app, &ACT, lost.device).await, Err(FlowError::DeviceRevoked));
}

async fn a_phone_that_was_stolen_meanwhile_keeps_its_reason(office: Office) {
    let app = &office.app;
    let old = enrolled(&office, office.person("Nguyễn Văn An").await).await;
    let invitation = invited(&office, old.device).await;
    let reason = RevocationReason::KeyCompromise;
    device::revoke(app, &ACT, old.device, reason).await.unwrap();
    let new = Approved::with(&office, old.person, &ACT, invitation).await;
    assert_eq!(standing(&office, new.device).await, Standing::Active);
    let story = entry_of(&office, old.device).await;
    assert_eq!(story.events.last().unwrap().reason, Some(1));
}

async fn a_replacement_sent_again_still_names_the_old_phone(office: Office) {
    let app = &office.app;
    let old = enrolled(&office, office.person("Nguyễn Văn An").await).await;
    let first = invited(&office, old.device).await;
    let second = invite::resend(app, &ACT, first.id).await.unwrap().invitation;
    let ended = Enrolling::begin(app, first).await.err();
    assert_eq!(ended, Some(FlowError::InvitationEnded(InvitationEnd::Replaced)));
    Approved::with(&office, old.person, &ACT, second).await;
    assert_eq!(standing(&office, old.device).await, Standing::Revoked);
}

pub async fn a_phone_whose_approval_key_is_gone_asks_for_a_replacement_itself(office: Office) {
    let app = &office.app;
    let officer = officer(&office, "dang-ky", Role::EnrollmentOfficer).await;
    let old = enrolled(&office, office.person("Nguyễn Văn An").await).await;
    let signed = old.authenticated(app).await;
    replace::ask(app, &signed).await.unwrap();
    assert_eq!(replace::ask(app, &signed).await, Err(FlowError::Replayed));
    replace::ask(app, &old.authenticated(app).await).await.unwrap();
    let asking = replace::asking(app, &officer).await.unwrap();
    let seen: Vec<_> = asking.iter().map(|one| (one.device, one.person.id)).collect();
    assert_eq!(seen, [(old.device, old.person)]);
    let asked = acts(&office).await.into_iter().filter(|act| act == "replacement-asked").count();
    assert_eq!(asked, 1, "asking again changes nothing");
    old.sync(app, SyncQuery::default()).await.unwrap();

    // The officer may find that nothing is lost; the phone may ask again.
    replace::settle(app, &ACT, old.device).await.unwrap();
    assert!(replace::asking(app, &officer).await.unwrap().is_empty());
    let again = replace::settle(app, &ACT, old.device).await;
    assert_eq!(again, Err(FlowError::NotFound(Thing::Proposal)));
    replace::ask(app, &old.authenticated(app).await).await.unwrap();
    let invitation = invited(&office, old.device).await;
    Approved::with(&office, old.person, &ACT, invitation).await;
    assert!(replace::asking(app, &officer).await.unwrap().is_empty());
    let late = replace::ask(app, &old.authenticated(app).await).await;
    assert_eq!(late, Err(FlowError::DeviceRevoked));
}

async fn acts(office: &Office) -> Vec<String> {
    use sqlx::Row as _;
    let mut database = office.database().await;
    let rows = sqlx::query("SELECT body FROM statement ORDER BY leaf");
    let rows = rows.fetch_all(&mut database).await.unwrap();
    let bodies = rows.iter().map(|row| row.get::<String, _>(0));
    let bodies = bodies.map(|body| serde_json::from_str::<serde_json::Value>(&body).unwrap());
    bodies.filter_map(|body| Some(body["act"].as_str()?.to_owned())).collect()
}
