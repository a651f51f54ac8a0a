//! Enrolling devices.

use trien_core::certificate::Assurance;
use trien_core::document::Text;
use trien_core::env::OsEntropy;
use trien_core::signer::SoftwareSigner;
use trien_core::wire::{Base64, DeviceStatus, KeyEvidence};
use trien_server::flow::act::Act;
use trien_server::flow::admin::KeyPolicy;
use trien_server::flow::device::Standing;
use trien_server::flow::invite::InvitationEnd;
use trien_server::flow::{FlowError, device, devices, enroll, invite, policy};

use crate::office::Office;
use crate::on_both;
use crate::phone::{Enrolling, Phone, authenticated};

on_both! {
    the_right_digits_make_a_device_and_use_the_invitation_up,
    five_wrong_codes_spend_an_invitation,
    identical_keys_get_the_same_answer_and_others_end_the_attempt,
    a_new_attempt_ends_the_one_before,
    an_invitation_runs_out,
    keys_that_come_after_the_invitation_ran_out_make_no_device,
    keys_wait_a_day_for_their_officer,
    a_refused_device_stays_refused,
    a_cancelled_invitation_leads_nowhere_and_turns_its_waiting_phone_away,
    an_invitation_sent_again_ends_the_one_before,
    a_key_in_a_token_is_taken_once_an_officer_typed_the_tokens_serial_number,
}

async fn invited(office: &Office) -> trien_core::enrollment::Invitation {
    let person = office.person("Nguyễn Văn An").await;
    invite::create(&office.app, &Act::COMMAND_LINE, person, 1800).await.unwrap().invitation
}

async fn the_right_digits_make_a_device_and_use_the_invitation_up(office: Office) {
    let app = &office.app;
    let invitation = invited(&office).await;
    let enrolling = Enrolling::begin(app, invitation.clone()).await.unwrap();
    let reveal = enrolling.send(app).await.unwrap();
    let pending = authenticated(app, reveal.device, "a").await;
    assert!(matches!(device::status(app, &pending).await.unwrap(), DeviceStatus::Pending));
    assert_eq!(pending.require_active(), Err(FlowError::DevicePending));
    enroll::approve(app, &Act::COMMAND_LINE, reveal.device, &enrolling.code(&reveal).grouped())
        .await
        .unwrap();
    let active = authenticated(app, reveal.device, "b").await;
    active.require_active().unwrap();
    let DeviceStatus::Active { profile } = device::status(app, &active).await.unwrap() else {
        panic!("active");
    };
    let parse = |der: &Base64| trien_core::certificate::Certificate::parse(&der.0).unwrap();
    let (leaf, chain) = (parse(&profile.certificate), profile.chain.iter().map(parse));
    let now = trien_core::env::Clock::now(&*office.clock).second();
    let (chain, anchors) = (chain.collect::<Vec<_>>(), [parse(&profile.anchors[0])]);
    trien_core::certificate::verify_chain(&leaf, &chain, &anchors, now).unwrap();
    assert_eq!(leaf.public_key(), enrolling.approval.public_key());
    assert!(leaf.is_for_approvals());

    let again =
        enroll::approve(app, &Act::COMMAND_LINE, reveal.device, &enrolling.code(&reveal).grouped())
            .await;
    assert_eq!(again, Err(FlowError::EnrollmentEnded));
    let again = Enrolling::begin(app, invitation).await;
    assert_eq!(
        again.err(),
        Some(FlowError::InvitationEnded(InvitationEnd::Used)),
        "the person is told so"
    );
}

async fn five_wrong_codes_spend_an_invitation(office: Office) {
    let app = &office.app;
    let invitation = invited(&office).await;
    let enrolling = Enrolling::begin(app, invitation.clone()).await.unwrap();
    let reveal = enrolling.send(app).await.unwrap();
    for left in (0..5).rev() {
        let refused =
            enroll::approve(app, &Act::COMMAND_LINE, reveal.device, "not the digits").await;
        assert_eq!(refused, Err(FlowError::WrongCode { left }));
    }
    let code = enrolling.code(&reveal).grouped();
    let right = enroll::approve(app, &Act::COMMAND_LINE, reveal.device, &code).await;
    assert_eq!(right, Err(FlowError::EnrollmentEnded), "the right digits come too late");
    let again = Enrolling::begin(app, invitation).await;
    assert_eq!(again.err(), Some(FlowError::InvitationEnded(InvitationEnd::Spent)));
}

async fn identical_keys_get_the_same_answer_and_others_end_the_attempt(office: Office) {
    let app = &office.app;
    let mut enrolling = Enrolling::begin(app, invited(&office).await).await.unwrap();
    let first = enrolling.send(app).await.unwrap();
    let second = enrolling.send(app).await.unwrap();
    assert_eq!((first.device, &first.c2), (second.device, &second.c2));

    let mut forged = enrolling.message.clone();
    forged.nonce.0[0] ^= 1;
    let unproven = enroll::keys(app, enrolling.attempt, forged).await;
    assert_eq!(unproven.err(), Some(FlowError::Unauthenticated));

    enrolling.auth = SoftwareSigner::generate(&OsEntropy);
    enrolling.sign_again();
    let other = enrolling.send(app).await;
    assert_eq!(other.err(), Some(FlowError::EnrollmentEnded));
    let code = enrolling.code(&first).grouped();
    let ended = enroll::approve(app, &Act::COMMAND_LINE, first.device, &code).await;
    assert_eq!(ended, Err(FlowError::EnrollmentEnded));
}

async fn a_new_attempt_ends_the_one_before(office: Office) {
    let app = &office.app;
    let invitation = invited(&office).await;
    let first = Enrolling::begin(app, invitation.clone()).await.unwrap();
    for _ in 0..4 {
        Enrolling::begin(app, invitation.clone()).await.unwrap();
    }
    assert_eq!(first.send(app).await.err(), Some(FlowError::EnrollmentEnded));
    // Five attempts that ended count like five wrong codes.
    let sixth = Enrolling::begin(app, invitation).await;
    assert_eq!(sixth.err(), Some(FlowError::InvitationEnded(InvitationEnd::Spent)));
}

async fn an_invitation_runs_out(office: Office) {
    let invitation = invited(&office).await;
    office.clock.forward(1801);
    let late = Enrolling::begin(&office.app, invitation.clone()).await;
    assert_eq!(late.err(), Some(FlowError::InvitationEnded(InvitationEnd::Expired)));
    let mut guessed = invitation;
    guessed.secret.0[0] ^= 1;
    let guessed = Enrolling::begin(&office.app, guessed).await;
    assert_eq!(guessed.err(), Some(FlowError::Unauthenticated));
}

async fn keys_that_come_after_the_invitation_ran_out_make_no_device(office: Office) {
    let enrolling = Enrolling::begin(&office.app, invited(&office).await).await.unwrap();
    office.clock.forward(1801);
    let late = enrolling.send(&office.app).await;
    assert_eq!(late.err(), Some(FlowError::InvitationEnded(InvitationEnd::Expired)));
    assert!(devices::newest(&office.app, None, 50).await.unwrap().is_empty());
}

async fn keys_wait_a_day_for_their_officer(office: Office) {
    let app = &office.app;
    for (seconds, expected) in
        [(86_400, Ok(())), (86_401, Err(FlowError::InvitationEnded(InvitationEnd::Expired)))]
    {
        let enrolling = Enrolling::begin(app, invited(&office).await).await.unwrap();
        let reveal = enrolling.send(app).await.unwrap();
        office.clock.forward(seconds);
        let code = enrolling.code(&reveal).grouped();
        assert_eq!(enroll::approve(app, &Act::COMMAND_LINE, reveal.device, &code).await, expected);
    }
}

pub async fn a_refused_device_stays_refused(office: Office) {
    let app = &office.app;
    let enrolling = Enrolling::begin(app, invited(&office).await).await.unwrap();
    let reveal = enrolling.send(app).await.unwrap();
    enroll::refuse(app, &Act::COMMAND_LINE, reveal.device).await.unwrap();
    let refused = authenticated(app, reveal.device, "a").await;
    assert!(matches!(device::status(app, &refused).await.unwrap(), DeviceStatus::Refused));
    assert_eq!(refused.require_active(), Err(FlowError::DeviceRevoked));
    let code = enrolling.code(&reveal).grouped();
    let late = enroll::approve(app, &Act::COMMAND_LINE, reveal.device, &code).await;
    assert_eq!(late, Err(FlowError::EnrollmentEnded));
}

pub async fn a_cancelled_invitation_leads_nowhere_and_turns_its_waiting_phone_away(office: Office) {
    let app = &office.app;
    let act = Act::COMMAND_LINE;
    let invitation = invited(&office).await;
    let enrolling = Enrolling::begin(app, invitation.clone()).await.unwrap();
    let reveal = enrolling.send(app).await.unwrap();
    invite::cancel(app, &act, invitation.id).await.unwrap();
    let standing = device::lookup(app, reveal.device).await.unwrap().standing;
    assert_eq!(standing, Standing::Refused);
    let code = enrolling.code(&reveal).grouped();
    let approved = enroll::approve(app, &act, reveal.device, &code).await;
    assert_eq!(approved, Err(FlowError::EnrollmentEnded));
    let ended = FlowError::InvitationEnded(InvitationEnd::Cancelled);
    let again = Enrolling::begin(app, invitation.clone()).await;
    assert_eq!(again.err(), Some(ended.clone()), "the person is told so");
    assert_eq!(invite::cancel(app, &act, invitation.id).await, Err(ended.clone()));
    assert_eq!(invite::resend(app, &act, invitation.id).await.err(), Some(ended));

    // What was used is cancelled by nobody: the device itself is revoked.
    let other = office.person("Trần Thị Bình").await;
    let used = Phone::enroll(&office, other).await;
    let listed = invite::of_person(app, used.person).await.unwrap();
    assert_eq!(listed[0].end, Some(InvitationEnd::Used));
    let late = invite::cancel(app, &act, listed[0].row.id).await;
    assert_eq!(late, Err(FlowError::InvitationEnded(InvitationEnd::Used)));
}

pub async fn an_invitation_sent_again_ends_the_one_before(office: Office) {
    let app = &office.app;
    let act = Act::COMMAND_LINE;
    let first = invited(&office).await;
    // Also one that has expired, as those do that nobody opened in time.
    office.clock.forward(1801);
    let second = invite::resend(app, &act, first.id).await.unwrap().invitation;
    let early = Enrolling::begin(app, first.clone()).await;
    assert_eq!(early.err(), Some(FlowError::InvitationEnded(InvitationEnd::Replaced)));
    let enrolling = Enrolling::begin(app, second.clone()).await.unwrap();
    let reveal = enrolling.send(app).await.unwrap();
    enroll::approve(app, &act, reveal.device, &enrolling.code(&reveal).grouped()).await.unwrap();
    let listed = invite::of_person(app, enrolled_person(app, reveal.device).await).await.unwrap();
    let ends: Vec<_> = listed.iter().map(|one| (one.row.id, one.end)).collect();
    let (used, replaced) = (Some(InvitationEnd::Used), Some(InvitationEnd::Replaced));
    assert_eq!(ends, [(second.id, used), (first.id, replaced)]);
}

pub async fn a_key_in_a_token_is_taken_once_an_officer_typed_the_tokens_serial_number(
    office: Office,
) {
    let (app, act) = (&office.app, &Act::COMMAND_LINE);
    let lowest = async |level| {
        let plan = policy::look(app, office.unit.id, Some(level)).await.unwrap();
        let why = Text::new("QĐ 15").unwrap();
        policy::set(app, act, plan, policy::Falling::Stay, why).await.unwrap();
    };
    let serial = Text::new("0a1b2c3d").unwrap();
    let told = KeyEvidence::Token { serial, model: Text::new("Maker Model").unwrap() };
    let invitation = invited(&office).await;

    // An app that speaks for its keys is worth more, and is what holds where nobody states a level.
    lowest(Assurance::C).await;
    let mut enrolling = Enrolling::begin(app, invitation).await.unwrap();
    enrolling.message.evidence = told.clone();
    assert_eq!(enrolling.send(app).await.err(), Some(FlowError::AssuranceTooLow));

    lowest(Assurance::T).await;
    let device = enrolling.send(app).await.unwrap();
    let digits = enrolling.code(&device).grouped();
    let device = device.device;
    let approved = enroll::approve(app, act, device, &digits).await;
    assert_eq!(approved, Err(FlowError::TokenNotConfirmed), "nobody looked at the token");
    for other in ["0a1b2c3e", "", " "] {
        let typed = enroll::approve_with_token(app, act, device, &digits, other).await;
        assert_eq!(typed, Err(FlowError::TokenNotConfirmed));
    }
    let wrong = enroll::approve_with_token(app, act, device, "00000000", "0A1B-2C3D").await;
    assert!(matches!(wrong, Err(FlowError::WrongCode { .. })), "{wrong:?}");
    enroll::approve_with_token(app, act, device, &digits, "0A1B-2C3D").await.unwrap();
    let listed = devices::newest(app, None, 9).await.unwrap();
    let level = listed.iter().find(|one| one.id == device).unwrap().assurance;
    assert_eq!(level, Assurance::T);

    // Software stays below it, and no token makes it more.
    let invitation = invited(&office).await;
    let software = Enrolling::begin(app, invitation).await.unwrap();
    assert_eq!(software.send(app).await.err(), Some(FlowError::AssuranceTooLow));
    lowest(Assurance::D).await;
    let device = software.send(app).await.unwrap();
    let digits = software.code(&device).grouped();
    let typed = enroll::approve_with_token(app, act, device.device, &digits, "0a1b2c3d").await;
    assert_eq!(typed, Err(FlowError::TokenNotConfirmed), "it has none");
}

async fn enrolled_person(
    app: &trien_server::app::App,
    device: trien_core::id::DeviceId,
) -> trien_core::id::PersonId {
    device::lookup(app, device).await.unwrap().person
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn software_keys_enroll_only_where_the_unit_allows_them() {
    let office = Office::open(None, KeyPolicy::Hardware).await;
    let enrolling = Enrolling::begin(&office.app, invited(&office).await).await.unwrap();
    let refused = enrolling.send(&office.app).await;
    assert_eq!(refused.err(), Some(FlowError::AssuranceTooLow));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn suspending_takes_an_active_device_and_resuming_a_suspended_one() {
    let office = Office::on_sqlite().await;
    let person = office.person("Nguyễn Văn An").await;
    let phone = Phone::enroll(&office, person).await;
    let app = &office.app;
    assert!(device::resume(app, &Act::COMMAND_LINE, phone.device).await.is_err());
    device::suspend(app, &Act::COMMAND_LINE, phone.device).await.unwrap();
    let again = device::suspend(app, &Act::COMMAND_LINE, phone.device).await;
    assert_eq!(again, Err(FlowError::DeviceSuspended));
    let synced = phone.sync(app, trien_core::wire::SyncQuery::default()).await;
    assert_eq!(synced.unwrap_err(), FlowError::DeviceSuspended);
    device::resume(app, &Act::COMMAND_LINE, phone.device).await.unwrap();
    let superseded = device::RevocationReason::Superseded;
    device::revoke(app, &Act::COMMAND_LINE, phone.device, superseded).await.unwrap();
    assert_eq!(
        device::resume(app, &Act::COMMAND_LINE, phone.device).await,
        Err(FlowError::DeviceRevoked)
    );
}
