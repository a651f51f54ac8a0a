//! A phone's certificate is renewed: by new keys, before or after its time is over.

use trien_core::env::Clock as _;
use trien_core::register::{Event, State};
use trien_core::wire::SyncQuery;
use trien_server::flow::account::Role;
use trien_server::flow::act::Act;
use trien_server::flow::device::{self, RevocationReason, Standing};
use trien_server::flow::register::{self, Asked, Period, Reader};
use trien_server::flow::{FlowError, desk, invite, replace};

use crate::exchange::officer;
use crate::office::Office;
use crate::on_both;
use crate::phone::{Approved, Phone};
use crate::register::entry_of;

on_both! {
    a_renewed_phone_certificate_says_which_renewed_it_and_the_new_one_which_it_renews,
    a_renewal_counts_as_one_and_not_as_a_revocation,
    what_has_expired_is_renewed_without_being_revoked,
    only_what_a_phone_uses_is_renewed,
    a_phone_that_was_stopped_meanwhile_is_replaced_and_not_renewed,
    a_renewal_sent_again_is_still_one,
    an_officer_invites_to_renew_from_the_register,
}

const ACT: Act = Act::COMMAND_LINE;

async fn used(office: &Office, name: &str) -> Phone {
    let phone = Phone::enroll(office, office.person(name).await).await;
    phone.sync(&office.app, SyncQuery::default()).await.unwrap();
    phone
}

async fn renewed(office: &Office, old: &Phone) -> Phone {
    let invited = replace::renew(&office.app, &ACT, old.device).await.unwrap();
    let new = Approved::with(office, old.person, &ACT, invited.invitation).await;
    new.activated(&office.app).await
}

pub async fn a_renewed_phone_certificate_says_which_renewed_it_and_the_new_one_which_it_renews(
    office: Office,
) {
    let app = &office.app;
    let old = used(&office, "Nguyễn Văn An").await;
    office.clock.forward((3 * 365 - 20) * 86_400);
    let invited = replace::renew(app, &ACT, old.device).await.unwrap().invitation;
    old.sync(app, SyncQuery::default()).await.unwrap();
    let new = Approved::with(&office, old.person, &ACT, invited).await.activated(app).await;
    assert_eq!(device::lookup(app, old.device).await.unwrap().standing, Standing::Revoked);
    let serial =
        |story: &register::Story| story.entry.certificate.as_ref().unwrap().facts().unwrap().serial;
    let (before, after) =
        (entry_of(&office, old.device).await, entry_of(&office, new.device).await);
    assert_eq!(before.entry.state, State::Renewed);
    let events: Vec<Event> = before.events.iter().map(|event| event.event).collect();
    assert_eq!(events.last(), Some(&Event::Renewed));
    assert_eq!(State::after_all(&events), Ok(Some(State::Renewed)));
    assert_eq!(before.relations.other_serial(Event::Renewed), Some(&*serial(&after)));
    assert_eq!(after.relations.other_serial(Event::Issued), Some(&*serial(&before)));
    let earlier = after.relations.before.unwrap();
    assert!(earlier.renews && earlier.entry == before.entry.id);
    // Its key may be anywhere: whoever asks is told that it is superseded.
    let der = before.entry.certificate.unwrap().der;
    assert_eq!(revoked_for(&office, &der).await, Some(4));
    // Its own time ends as any other's.
    office.clock.forward(40 * 86_400);
    register::expire(app).await.unwrap();
    assert_eq!(entry_of(&office, old.device).await.entry.state, State::Expired);
}

/// The reason in the revocation list of a certificate, if it is there.
async fn revoked_for(office: &Office, der: &[u8]) -> Option<i64> {
    use sqlx::Row as _;
    let sha256 = trien_core::digest::Sha256::of(der);
    let sql = "SELECT reason FROM certificate WHERE sha256 = $1 AND state = 'revoked'";
    let mut database = office.database().await;
    let row = sqlx::query(sql).bind(sha256.0.to_vec()).fetch_optional(&mut database).await;
    row.unwrap().map(|row| row.get(0))
}

async fn a_renewal_counts_as_one_and_not_as_a_revocation(office: Office) {
    let old = used(&office, "Nguyễn Văn An").await;
    renewed(&office, &old).await;
    let period = Period::asked("", "", None, office.clock.now()).unwrap();
    let asked = Asked { unit: Some(office.unit.id), period };
    let report = register::figures(&office.app, Reader::CommandLine, &asked).await.unwrap();
    assert_eq!(report.whole.all(), [0, 2, 0, 0, 1, 0, 0, 0, 1]);
}

async fn what_has_expired_is_renewed_without_being_revoked(office: Office) {
    let app = &office.app;
    let old = used(&office, "Nguyễn Văn An").await;
    office.clock.forward((3 * 365 + 2) * 86_400);
    register::expire(app).await.unwrap();
    let new = renewed(&office, &old).await;
    let before = entry_of(&office, old.device).await;
    assert_eq!(before.entry.state, State::Expired);
    assert_eq!(revoked_for(&office, &before.entry.certificate.unwrap().der).await, None);
    assert!(entry_of(&office, new.device).await.relations.before.unwrap().renews);
    assert_eq!(old.sync(app, SyncQuery::default()).await.err(), Some(FlowError::DeviceRevoked));
}

async fn only_what_a_phone_uses_is_renewed(office: Office) {
    let app = &office.app;
    let unused = Phone::enroll(&office, office.person("Nguyễn Văn An").await).await;
    let refused = replace::renew(app, &ACT, unused.device).await;
    assert!(matches!(refused, Err(FlowError::BadRequest(_))));
    let suspended = used(&office, "Trần Thị Bình").await;
    device::suspend(app, &ACT, suspended.device).await.unwrap();
    let refused = replace::renew(app, &ACT, suspended.device).await;
    assert!(matches!(refused, Err(FlowError::BadRequest(_))));
    let revoked = used(&office, "Lê Văn Cường").await;
    let reason = RevocationReason::KeyCompromise;
    device::revoke(app, &ACT, revoked.device, reason).await.unwrap();
    let refused = replace::renew(app, &ACT, revoked.device).await;
    assert_eq!(refused.err(), Some(FlowError::DeviceRevoked));
}

async fn a_phone_that_was_stopped_meanwhile_is_replaced_and_not_renewed(office: Office) {
    let app = &office.app;
    for revoke in [false, true] {
        let old = used(&office, "Nguyễn Văn An").await;
        let invited = replace::renew(app, &ACT, old.device).await.unwrap().invitation;
        if revoke {
            let reason = RevocationReason::KeyCompromise;
            device::revoke(app, &ACT, old.device, reason).await.unwrap();
        } else {
            device::suspend(app, &ACT, old.device).await.unwrap();
        }
        let new = Approved::with(&office, old.person, &ACT, invited).await;
        let before = entry_of(&office, old.device).await;
        assert_eq!(
            (before.entry.state, before.events.last().unwrap().reason),
            (State::Revoked, Some(1))
        );
        let after = entry_of(&office, new.device).await;
        assert!(!after.relations.before.unwrap().renews, "it only takes its place");
    }
}

async fn a_renewal_sent_again_is_still_one(office: Office) {
    let old = used(&office, "Nguyễn Văn An").await;
    let first = replace::renew(&office.app, &ACT, old.device).await.unwrap().invitation;
    let again = invite::resend(&office.app, &ACT, first.id).await.unwrap().invitation;
    Approved::with(&office, old.person, &ACT, again).await;
    assert_eq!(entry_of(&office, old.device).await.entry.state, State::Renewed);
}

async fn an_officer_invites_to_renew_from_the_register(office: Office) {
    let app = &office.app;
    let old = used(&office, "Nguyễn Văn An").await;
    let entry = entry_of(&office, old.device).await.entry.id;
    let certifies = officer(&office, "chung-thu", Role::CaOfficer).await;
    let refused = desk::renew_certificate(app, &certifies, entry).await;
    assert_eq!(refused.err(), Some(FlowError::Forbidden));
    let enrolls = officer(&office, "dang-ky", Role::EnrollmentOfficer).await;
    let (person, new) = desk::renew_certificate(app, &enrolls, entry).await.unwrap();
    assert_eq!(person.id, old.person);
    Approved::with(&office, old.person, &ACT, new.invitation).await;
    assert_eq!(entry_of(&office, old.device).await.entry.state, State::Renewed);
    let clerk = office.clerk("Lê Thị Khuê").await;
    let seal = crate::figures::renewed_token(&office, (office.unit.id, clerk), 90, None).await;
    let elsewhere = desk::renew_certificate(app, &enrolls, seal.unwrap()).await;
    assert!(matches!(elsewhere, Err(FlowError::BadRequest(_))));
}
