use std::path::Path;
use std::sync::atomic::Ordering;

use crate::certificate::{Profile, Validity};
use crate::log::checkpoint::LogKey;
use crate::testing::office::{ISSUED_AT, Office, issue, person_name};
use crate::testing::software_key;
use crate::wire::{Base64, DeviceStatus, EnrollmentChallenge, EnrollmentReveal};

use super::super::error::{ClientError, Impostor, InvalidAddress, ProfileFault};
use super::super::records::{EnrollmentStatus, PhoneState};
use super::fake::REQUEST;
use super::{Scene, files_below};

#[tokio::test]
async fn both_sides_have_the_same_code_and_the_profile_is_kept() {
    let scene = Scene::new().await;
    assert_eq!(scene.phone.state(), PhoneState::NotEnrolled);
    let preview = scene.phone.enroll_begin(scene.fake.link()).await.unwrap();
    assert_eq!(preview.person.name, "Nguyễn Thị Hạnh");
    let code = scene.phone.enroll_keys().await.unwrap();
    assert!(scene.fake.change(|desk| desk.code.clone().unwrap()) == code);
    assert_eq!(scene.phone.enroll_status().await.unwrap(), EnrollmentStatus::Pending);
    scene.fake.change(|desk| desk.approved = true);
    assert!(matches!(scene.phone.enroll_status().await, Ok(EnrollmentStatus::Active(_))));
    let scene = scene.restarted().await;
    assert!(matches!(scene.phone.state(), PhoneState::Enrolled(_)));
    assert!(!scene.folder.path().join("enrollment.json").exists());
}

#[tokio::test]
async fn the_invitations_secret_is_in_the_secret_store_alone_and_only_until_the_end() {
    let scene = Scene::new().await;
    scene.phone.enroll_begin(scene.fake.link()).await.unwrap();
    assert!(!holds_the_secret(&scene, scene.folder.path()));
    assert!(holds_the_secret(&scene, scene.secrets.path()));
    scene.phone.enroll_keys().await.unwrap();
    assert!(!holds_the_secret(&scene, scene.folder.path()));
    let scene = scene.restarted().await;
    scene.fake.change(|desk| desk.approved = true);
    assert!(matches!(scene.phone.enroll_status().await, Ok(EnrollmentStatus::Active(_))));
    assert!(!holds_the_secret(&scene, scene.folder.path()));
    let left = std::fs::read_dir(scene.secrets.path()).unwrap().map(|it| it.unwrap().file_name());
    assert_eq!(left.collect::<Vec<_>>(), ["data-key"]);
}

// As the link has it, and as the secret's bytes in the spellings that JSON could take.
fn holds_the_secret(scene: &Scene, folder: &Path) -> bool {
    use base64ct::{Base64, Base64UrlUnpadded, Encoding as _};
    let link = scene.fake.link();
    let secret = scene.fake.change(|desk| desk.invitation.secret.0);
    let spellings = [
        link.split_once('#').unwrap().1.as_bytes().to_vec(),
        secret.to_vec(),
        Base64::encode_string(&secret).into_bytes(),
        Base64UrlUnpadded::encode_string(&secret).into_bytes(),
        hex::encode(secret).into_bytes(),
        serde_json::to_vec(&secret.to_vec()).unwrap(),
    ];
    files_below(folder).iter().any(|file| {
        let bytes = std::fs::read(file).unwrap();
        spellings.iter().any(|spelling| memchr::memmem::find(&bytes, spelling).is_some())
    })
}

#[tokio::test]
async fn who_is_not_the_person_meant_gives_the_invitation_up() {
    let scene = Scene::new().await;
    let link = scene.fake.link();
    scene.phone.enroll_begin(link.clone()).await.unwrap();
    scene.phone.enroll_abandon().await.unwrap();
    assert_eq!(scene.phone.state(), PhoneState::NotEnrolled);
    assert!(!holds_the_secret(&scene, scene.secrets.path()));
    scene.phone.enroll_begin(link).await.unwrap();
}

#[tokio::test]
async fn an_enrollment_whose_secret_is_lost_starts_anew() {
    let scene = Scene::new().await;
    scene.phone.enroll_begin(scene.fake.link()).await.unwrap();
    std::fs::remove_file(scene.secrets.path().join("invitation")).unwrap();
    assert!(matches!(scene.phone.enroll_keys().await, Err(ClientError::NoEnrollment)));
    assert_eq!(scene.phone.state(), PhoneState::NotEnrolled);
    assert!(!scene.folder.path().join("enrollment.json").exists());
    scene.phone.enroll_begin(scene.fake.link()).await.unwrap();
    scene.phone.enroll_keys().await.unwrap();
}

#[tokio::test]
async fn the_secret_of_another_invitation_is_not_used() {
    let scene = Scene::new().await;
    scene.phone.enroll_begin(scene.fake.link()).await.unwrap();
    let mut other = scene.fake.change(|desk| desk.invitation.clone());
    other.id = crate::id::InvitationId::from_bytes([77; 16]);
    let link = other.to_link(&scene.fake.address);
    std::fs::write(scene.secrets.path().join("invitation"), link).unwrap();
    assert!(matches!(scene.phone.enroll_keys().await, Err(ClientError::NoEnrollment)));
    assert_eq!(scene.keys.made.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn an_enrollment_that_was_cut_off_at_its_end_is_cleared_at_the_next_start() {
    let scene = Scene::new().await;
    scene.phone.enroll_begin(scene.fake.link()).await.unwrap();
    scene.phone.enroll_keys().await.unwrap();
    scene.fake.change(|desk| desk.approved = true);
    let enrollment = scene.folder.path().join("enrollment.json");
    let secret = scene.secrets.path().join("invitation");
    let left = [&enrollment, &secret].map(|file| std::fs::read(file).unwrap());
    scene.phone.enroll_status().await.unwrap();
    std::fs::write(&enrollment, &left[0]).unwrap();
    std::fs::write(&secret, &left[1]).unwrap();
    let scene = scene.restarted().await;
    assert!(matches!(scene.phone.state(), PhoneState::Enrolled(_)));
    assert!(!enrollment.exists() && !secret.exists());
}

#[tokio::test]
async fn the_keys_message_is_the_same_after_a_lost_answer_and_a_restart() {
    let scene = Scene::new().await;
    scene.phone.enroll_begin(scene.fake.link()).await.unwrap();
    scene.fake.twist(|_, reply| reply.cut = Some(0));
    assert!(matches!(scene.phone.enroll_keys().await, Err(ClientError::Unreachable { .. })));
    scene.fake.honest();
    let scene = scene.restarted().await;
    scene.phone.enroll_keys().await.unwrap();
    let bodies = scene.fake.change(|desk| {
        let keys = desk.asked.iter().filter(|asked| asked.path.ends_with("/keys"));
        keys.map(|asked| asked.body.clone()).collect::<Vec<_>>()
    });
    assert_eq!(bodies.len(), 2);
    assert_eq!(bodies[0], bodies[1]);
}

#[tokio::test]
async fn a_server_that_does_not_know_the_secret_is_an_impostor() {
    let scene = Scene::new().await;
    scene.fake.twist(|_, reply| {
        reply.edit::<EnrollmentChallenge>(|challenge| challenge.proof.0[0] ^= 1);
    });
    let refused = scene.phone.enroll_begin(scene.fake.link()).await;
    assert!(matches!(refused, Err(ClientError::Impostor(Impostor::Proof))));
    assert_eq!(scene.phone.state(), PhoneState::NotEnrolled);
}

#[tokio::test]
async fn a_log_key_that_the_invitation_does_not_name_is_refused() {
    let scene = Scene::new().await;
    let other = LogKey::from_seed("other.example/log", &[1; 32]).unwrap().verifier();
    let link = scene.fake.change(|desk| {
        desk.invitation.log_key = other.fingerprint();
        desk.invitation.clone()
    });
    let link = link.to_link(&scene.fake.address);
    let refused = scene.phone.enroll_begin(link).await;
    assert!(matches!(refused, Err(ClientError::Impostor(Impostor::LogKey))));
}

#[tokio::test]
async fn a_broken_commitment_ends_the_enrollment() {
    let scene = Scene::new().await;
    scene.phone.enroll_begin(scene.fake.link()).await.unwrap();
    scene.fake.twist(|_, reply| {
        reply.edit::<EnrollmentReveal>(|reveal| reveal.c2 = Base64(vec![99; 32]));
    });
    let refused = scene.phone.enroll_keys().await;
    assert!(matches!(refused, Err(ClientError::Impostor(Impostor::Commitment))));
    assert_eq!(scene.phone.state(), PhoneState::NotEnrolled);
}

#[tokio::test]
async fn a_profile_that_does_not_fit_the_keys_is_not_kept() {
    let scene = Scene::new().await;
    scene.phone.enroll_begin(scene.fake.link()).await.unwrap();
    scene.phone.enroll_keys().await.unwrap();
    scene.fake.change(|desk| desk.approved = true);
    let other = Office::new().person.der().to_vec();
    scene.fake.twist(move |_, reply| edit(reply, |p| p.certificate = Base64(other.clone())));
    let refused = scene.phone.enroll_status().await;
    assert!(matches!(refused, Err(ClientError::Profile(ProfileFault::OtherKey))));

    let stranger = software_key(9);
    let validity = Validity::days(ISSUED_AT, 365);
    let root = issue(Profile::Root, 9, &person_name(), &stranger.public_key(), validity, &stranger);
    let root = root.der().to_vec();
    scene.fake.twist(move |_, reply| edit(reply, |p| p.anchors = vec![Base64(root.clone())]));
    let refused = scene.phone.enroll_status().await;
    assert!(matches!(refused, Err(ClientError::Profile(ProfileFault::Chain(_)))));

    scene.fake.twist(|_, reply| {
        edit(reply, |p| p.device = crate::id::DeviceId::from_bytes([9; 16]));
    });
    let refused = scene.phone.enroll_status().await;
    assert!(matches!(refused, Err(ClientError::Profile(ProfileFault::OtherDevice))));
    assert!(matches!(scene.phone.state(), PhoneState::WaitingForOfficer { .. }));
}

fn edit(reply: &mut super::fake::Reply, change: impl FnOnce(&mut crate::wire::Profile)) {
    reply.edit::<DeviceStatus>(|status| {
        if let DeviceStatus::Active { profile } = status {
            change(profile);
        }
    });
}

#[tokio::test]
async fn nothing_is_sent_without_encryption_to_another_machine() {
    let scene = Scene::new().await;
    let invitation = scene.fake.change(|desk| desk.invitation.clone());
    let refused = scene.phone.enroll_begin(invitation.to_link("http://trien.example.vn")).await;
    assert!(matches!(refused, Err(ClientError::Address(InvalidAddress::Plain(_)))));
    let refused = scene.phone.enroll_begin(invitation.to_link("https://trien.example.vn")).await;
    assert!(matches!(refused, Err(ClientError::Address(InvalidAddress::NoPins(_)))));
    assert!(scene.fake.change(|desk| desk.asked.is_empty()));
}

#[tokio::test]
async fn an_enrolled_phone_refuses_another_invitation() {
    let scene = Scene::enrolled().await;
    let refused = scene.phone.enroll_begin(scene.fake.link()).await;
    assert!(matches!(refused, Err(ClientError::AlreadyEnrolled)));
}

#[tokio::test]
async fn a_device_that_is_replaced_leaves_its_receipts_to_the_next_one() {
    let scene = Scene::opened().await;
    let sheet = scene.phone.sheet(REQUEST).await.unwrap();
    scene.phone.approve(sheet.id).await.unwrap();
    scene.phone.ask_replacement().await.unwrap();
    scene.phone.enroll_begin(scene.fake.link()).await.unwrap();
    assert!(matches!(scene.phone.state(), PhoneState::Invited(_)));
    scene.phone.enroll_keys().await.unwrap();
    assert!(matches!(scene.phone.enroll_status().await, Ok(EnrollmentStatus::Active(_))));
    let scene = scene.restarted().await;
    assert!(matches!(scene.phone.state(), PhoneState::Enrolled(_)));
    assert!(scene.phone.requests().is_empty());
    assert_eq!(scene.phone.outbox().len(), 1);
    scene.phone.sync().await.unwrap();
    assert_eq!(scene.phone.requests().len(), 1);
}
