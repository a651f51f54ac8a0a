//! Other devices of the same person, and a replacement of this one.

use crate::env::Timestamp;
use crate::id::DeviceId;
use crate::wire::{OtherDevice, OtherDeviceState};

use super::super::error::ClientError;
use super::super::records::{EnrollmentStatus, PhoneState};
use super::Scene;
use super::fake::REQUEST;

fn other(id: u8) -> OtherDevice {
    OtherDevice {
        id: DeviceId::from_bytes([id; 16]),
        model: "Galaxy A54".to_owned(),
        app: "Triện 1".to_owned(),
        state: OtherDeviceState::Active,
        enrolled_at: Timestamp::from_millis(1_795_305_600_000),
    }
}

#[tokio::test]
async fn a_lost_phone_is_reported_by_a_signed_request_without_a_body() {
    let scene = Scene::enrolled().await;
    scene.fake.change(|desk| desk.others = vec![other(1), other(2)]);
    assert_eq!(scene.phone.other_devices().await.unwrap(), [other(1), other(2)]);
    scene.phone.report_lost(other(2).id).await.unwrap();
    let states: Vec<_> = scene.phone.other_devices().await.unwrap();
    let states: Vec<_> = states.iter().map(|other| other.state).collect();
    assert_eq!(states, [OtherDeviceState::Active, OtherDeviceState::Suspended]);
    let nothing = scene.phone.report_lost(other(9).id).await;
    assert!(matches!(nothing, Err(ClientError::Problem(_))));
    assert_eq!(scene.prompts(), 1, "only the enrollment asked for the person");
}

#[tokio::test]
async fn a_phone_that_asked_for_its_replacement_opens_another_invitation() {
    let scene = Scene::enrolled().await;
    let early = scene.phone.enroll_begin(scene.fake.link()).await;
    assert!(matches!(early, Err(ClientError::AlreadyEnrolled)));
    scene.phone.ask_replacement().await.unwrap();
    let scene = scene.restarted().await;
    assert!(matches!(scene.phone.state(), PhoneState::Enrolled(_)), "it still syncs");
    scene.phone.sync().await.unwrap();
    scene.phone.enroll_begin(scene.fake.link()).await.unwrap();
    scene.phone.enroll_keys().await.unwrap();
    assert!(matches!(scene.phone.enroll_status().await, Ok(EnrollmentStatus::Active(_))));
    let again = scene.phone.enroll_begin(scene.fake.link()).await;
    assert!(matches!(again, Err(ClientError::AlreadyEnrolled)), "the new one asked for nothing");
}

#[tokio::test]
async fn a_replacement_waits_until_what_was_signed_is_answered() {
    let scene = Scene::opened().await;
    let sheet = scene.phone.sheet(REQUEST).await.unwrap();
    scene.fake.twist(|asked, reply| {
        if asked.method == "PUT" {
            *reply = super::fake::Reply::problem(crate::problem::ProblemKind::Unavailable);
        }
    });
    scene.phone.approve(sheet.id).await.unwrap();
    scene.phone.ask_replacement().await.unwrap();
    let early = scene.phone.enroll_begin(scene.fake.link()).await;
    assert!(matches!(early, Err(ClientError::AlreadyEnrolled)));
    scene.fake.honest();
    scene.phone.flush().await.unwrap();
    scene.phone.enroll_begin(scene.fake.link()).await.unwrap();
}
