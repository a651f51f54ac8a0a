use std::sync::Arc;

use tokio::sync::Notify;

use crate::enrollment::Slip;
use crate::id::{PersonId, SlipId, UnitId};
use crate::testing::office::ISSUED_AT;
use crate::wire::{PersonView, SlipView, UnitView};

use super::super::error::ClientError;
use super::super::records::PhoneState;
use super::Scene;
use super::fake::Reply;

const SLIPS: &str = "/api/v1/enrollments/slips";

fn link(scene: &Scene) -> String {
    let (id, expires) = (SlipId::from_bytes([5; 16]), ISSUED_AT.plus(30 * 86_400));
    Slip { version: 1, id, pins: Vec::new(), expires }.to_link(&scene.fake.address)
}

fn view() -> SlipView {
    let unit = UnitView { id: UnitId::from_bytes([6; 16]), name: "UBND xã Minh Tân".to_owned() };
    SlipView {
        person: PersonView {
            id: PersonId::from_bytes([4; 16]),
            name: "Nguyễn Thị Hạnh".to_owned(),
            position: "Chủ tịch".to_owned(),
        },
        office: unit.clone(),
        unit,
        expires: ISSUED_AT.plus(30 * 86_400),
        started: None,
    }
}

#[tokio::test]
async fn a_slip_is_held_until_another_link_comes() {
    let scene = Scene::new().await;
    scene.fake.twist(|asked, reply| {
        if asked.path == SLIPS {
            *reply = Reply::json(200, &view());
        }
    });
    let held = scene.phone.slip_take(link(&scene)).await.unwrap();
    assert_eq!(held.view, view());
    let scene = scene.restarted().await;
    assert!(matches!(scene.phone.state(), PhoneState::HoldsSlip(_)));
    scene.phone.enroll_begin(scene.fake.link()).await.unwrap();
    assert!(matches!(scene.phone.state(), PhoneState::Invited(_)));
}

#[tokio::test]
async fn a_link_is_opened_for_what_it_is() {
    let scene = Scene::new().await;
    scene.fake.twist(|asked, reply| {
        if asked.path == SLIPS {
            *reply = Reply::json(200, &view());
        }
    });
    let held = scene.phone.open_link(link(&scene)).await.unwrap();
    assert!(matches!(held, PhoneState::HoldsSlip(_)));
    let invited = scene.phone.open_link(scene.fake.link()).await.unwrap();
    assert!(matches!(invited, PhoneState::Invited(_)));
    let other = scene.phone.open_link("https://example.vn/e".to_owned()).await;
    assert!(matches!(other, Err(ClientError::Invitation(_))));
}

#[tokio::test]
async fn a_slip_that_is_answered_after_the_phone_was_enrolled_is_not_kept() {
    let scene = Scene::new().await;
    scene.phone.enroll_begin(scene.fake.link()).await.unwrap();
    scene.phone.enroll_keys().await.unwrap();
    scene.fake.change(|desk| desk.approved = true);
    let held = Arc::new(Notify::new());
    let until = Arc::clone(&held);
    scene.fake.twist(move |asked, reply| {
        if asked.path == SLIPS {
            *reply = Reply { held: Some(Arc::clone(&until)), ..Reply::json(200, &view()) };
        }
    });
    let enroll = async {
        while scene.fake.count(SLIPS) == 0 {
            tokio::task::yield_now().await;
        }
        scene.phone.enroll_status().await.unwrap();
        held.notify_one();
    };
    let (taken, ()) = tokio::join!(scene.phone.slip_take(link(&scene)), enroll);
    assert!(matches!(taken, Err(ClientError::AlreadyEnrolled)));
    assert!(matches!(scene.phone.state(), PhoneState::Enrolled(_)));
    let scene = scene.restarted().await;
    assert!(matches!(scene.phone.state(), PhoneState::Enrolled(_)));
    assert!(!scene.folder.path().join("enrollment.json").exists());
}
