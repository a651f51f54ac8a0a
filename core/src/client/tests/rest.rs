//! What the phone keeps is sealed, bounded, and goes when the device is revoked.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use base64ct::{Base64, Encoding as _};
use tokio::sync::Notify;

use crate::digest::Sha256;
use crate::id::{DeviceId, PersonId, RequestId};
use crate::problem::ProblemKind;
use crate::wire::{DeviceStatus, EnrollmentChallenge};

use super::super::error::{ClientError, LogFault};
use super::super::records::{Decided, EnrollmentStatus, Erasure, PageView, PhoneState};
use super::super::store::StorageError;
use super::fake::{PAPER, REQUEST, Reply};
use super::{Companion, Scene, setup};

const FORM: &[u8] = include_bytes!("../../../../tests/vectors/pdfrev-1/form.pdf");
const OTHER: RequestId = RequestId::from_bytes([8; 16]);
const REASON: &str = "Sai thẩm quyền, chuyển đơn vị khác";

/// What documents, requests and decisions of these tests say.
fn planted() -> Vec<Vec<u8>> {
    let texts = [
        "Về việc phê duyệt kế hoạch",
        "Ủy ban nhân dân xã Minh Tân",
        "UBND xã Minh Tân",
        "Nguyễn Thị Hạnh",
        "Chủ tịch",
        "van-ban.pdf",
        REASON,
    ];
    let digests = [PAPER, FORM].map(|document| Sha256::of(document).to_string().into_bytes());
    let documents = [PAPER, FORM].into_iter().flat_map(|document| document.chunks_exact(24));
    let texts = texts.into_iter().map(|text| text.as_bytes().to_vec());
    texts.chain(digests).chain(documents.step_by(2).map(<[u8]>::to_vec)).collect()
}

/// Whether bytes say any of it, as it is or in Base64 wherever that began.
fn tells(bytes: &[u8], planted: &[Vec<u8>]) -> bool {
    planted.iter().any(|text| {
        let has = |spelling: &[u8]| memchr::memmem::find(bytes, spelling).is_some();
        has(text)
            || (0..3).any(|before| {
                let encoded = Base64::encode_string(&[&vec![0; before][..], text].concat());
                // The letters that depend on nothing beside the text.
                has(&encoded.as_bytes()[4..encoded.len() - 4])
            })
    })
}

fn assert_nothing_told(scene: &Scene) {
    for file in scene.files("") {
        let bytes = std::fs::read(&file).unwrap();
        assert!(!tells(&bytes, &planted()), "{}", file.display());
        let name = file.to_str().unwrap().as_bytes();
        assert!(!tells(name, &planted()), "{}", file.display());
    }
}

fn data_key(scene: &Scene) -> PathBuf {
    scene.secrets.path().join("data-key")
}

/// A phone that has everything: a decision with a receipt, one without, a request that waits with
/// its document, and lists.
async fn full() -> Scene {
    let scene = Scene::enrolled().await;
    scene.fake.change(|desk| desk.queue_beside(OTHER, FORM));
    scene.phone.sync().await.unwrap();
    for request in [REQUEST, OTHER] {
        scene.phone.open(request).await.unwrap();
    }
    let sheet = scene.phone.sheet(REQUEST).await.unwrap();
    scene.phone.approve(sheet.id).await.unwrap();
    unanswered(&scene);
    scene.phone.reject(OTHER, REASON.into()).await.unwrap();
    scene.fake.honest();
    scene
}

fn unanswered(scene: &Scene) {
    scene.fake.twist(|asked, reply| {
        if asked.method == "PUT" {
            *reply = Reply::problem(ProblemKind::Unavailable);
        }
    });
}

#[tokio::test]
async fn nothing_that_is_kept_says_what_it_is_about() {
    let scene = Scene::new().await;
    assert_nothing_told(&scene);
    scene.phone.enroll_begin(scene.fake.link()).await.unwrap();
    assert_nothing_told(&scene);
    scene.phone.enroll_keys().await.unwrap();
    assert_nothing_told(&scene);
    scene.fake.change(|desk| desk.approved = true);
    scene.phone.enroll_status().await.unwrap();
    scene.fake.change(|desk| desk.queue_beside(OTHER, FORM));
    scene.phone.sync().await.unwrap();
    assert_nothing_told(&scene);
    let mut tries = 0;
    scene.fake.twist(move |asked, reply| {
        if asked.path.contains("/documents/") {
            reply.cut = Some(if tries == 0 { 700 } else { 0 });
            tries += 1;
        }
    });
    scene.phone.open(REQUEST).await.unwrap_err();
    assert_eq!(scene.files("documents").len(), 1, "part of it is here");
    assert_nothing_told(&scene);
    scene.fake.honest();
    scene.phone.open(REQUEST).await.unwrap();
    scene.phone.open(OTHER).await.unwrap();
    let sheet = scene.phone.sheet(REQUEST).await.unwrap();
    unanswered(&scene);
    scene.phone.approve(sheet.id).await.unwrap();
    scene.phone.reject(OTHER, REASON.into()).await.unwrap();
    assert_nothing_told(&scene);
    scene.fake.honest();
    scene.phone.flush().await.unwrap();
    scene.phone.sync().await.unwrap();
    assert_nothing_told(&scene);
    let outbox = scene.phone.outbox();
    assert!(outbox.iter().all(|entry| matches!(entry.state, Decided::Recorded(_))));
    let scene = scene.restarted().await;
    assert_eq!(scene.phone.outbox(), outbox);
    scene.fake.change(|desk| desk.stopped = Some(DeviceStatus::Revoked));
    scene.phone.sync().await.unwrap_err();
    assert_nothing_told(&scene);
}

#[tokio::test]
async fn what_was_planted_is_found_where_it_is_not_sealed() {
    let scene = full().await;
    let planted = planted();
    let requests = scene.phone.requests();
    assert!(requests.iter().all(|view| tells(&serde_json::to_vec(view).unwrap(), &planted)));
    let submission = scene.fake.change(|desk| desk.submissions[0].clone());
    assert!(tells(&submission, &planted), "in Base64 within the body");
    assert!(tells(PAPER, &planted) && tells(FORM, &planted));
}

#[tokio::test]
async fn a_record_that_was_changed_cut_or_exchanged_is_named_or_fetched_again() {
    let scene = full().await;
    let mut all = scene.files("");
    all.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    assert!(all.len() >= 8, "{all:?}");
    let Scene { fake, keys, folder, secrets, phone } = scene;
    drop(phone);
    let again = || setup(&fake, &keys, folder.path(), secrets.path());
    for file in &all {
        let name = file.strip_prefix(folder.path()).unwrap().to_str().unwrap();
        let sound = std::fs::read(file).unwrap();
        let another = all.iter().find(|other| *other != file).unwrap();
        let mut faults: Vec<Vec<u8>> = vec![std::fs::read(another).unwrap(), Vec::new()];
        for at in (0..sound.len()).step_by(sound.len() / 5 + 1).chain([1, sound.len() - 1]) {
            let mut changed = sound.clone();
            changed[at] ^= 0x40;
            faults.extend([changed, sound[..at].to_vec()]);
        }
        faults.push([&sound[..], b"\0"].concat());
        for fault in faults {
            std::fs::write(file, &fault).unwrap();
            match Companion::start(again()).await {
                Err(ClientError::Storage(StorageError::Damaged { file: named, .. })) => {
                    assert_eq!(&named, file);
                    std::fs::write(file, &sound).unwrap();
                }
                Err(other) => panic!("{name}: {other}"),
                Ok(phone) => {
                    let can_be_had_again =
                        ["requests/", "crls.json", "anchors.json", "key.json", "images/"];
                    assert!(can_be_had_again.iter().any(|it| name.starts_with(it)), "{name}");
                    phone.sync().await.unwrap();
                    assert_eq!(phone.requests().len(), 2, "{name}");
                }
            }
            let phone = Companion::start(again()).await.unwrap();
            assert_eq!((phone.outbox().len(), phone.requests().len()), (2, 2), "{name}");
        }
    }
}

#[tokio::test]
async fn where_a_request_was_damaged_all_are_asked_for_again() {
    let scene = full().await;
    let [file, _] = &scene.files("requests")[..] else { panic!("two requests") };
    std::fs::write(file, b"damaged").unwrap();
    let scene = scene.restarted().await;
    assert_eq!(scene.phone.requests().len(), 1);
    // Even if it is only asked after another start.
    let scene = scene.restarted().await;
    scene.fake.change(|desk| desk.asked.clear());
    scene.phone.sync().await.unwrap();
    let query = scene.fake.change(|desk| {
        let synced = desk.asked.iter().find(|asked| asked.path.ends_with("/sync"));
        synced.unwrap().query.clone()
    });
    assert!(query.starts_with("cursor=0&"), "{query}");
    assert_eq!(scene.phone.requests().len(), 2);
}

#[tokio::test]
async fn a_download_whose_last_piece_is_torn_goes_on_before_it() {
    let mut scene = Scene::enrolled().await;
    scene.phone.sync().await.unwrap();
    for _ in 0..2 {
        let mut first = true;
        scene.fake.twist(move |asked, reply| {
            if asked.path.contains("/documents/") {
                reply.cut = Some(if first { 300 } else { 0 });
                first = false;
            }
        });
        scene.phone.open(REQUEST).await.unwrap_err();
        scene = scene.restarted().await;
    }
    let [part] = &scene.files("documents")[..] else { panic!("one download") };
    let bytes = std::fs::read(part).unwrap();
    std::fs::write(part, &bytes[..bytes.len() - 5]).unwrap();
    scene.fake.honest();
    scene.phone.open(REQUEST).await.unwrap();
    let range = scene.fake.change(|desk| {
        let last = desk.asked.iter().rfind(|asked| asked.path.contains("/documents/"));
        last.and_then(|asked| asked.header("range").map(str::to_owned))
    });
    assert_eq!(range.as_deref(), Some("bytes=300-"));
}

#[tokio::test]
async fn without_its_key_nothing_opens_and_nothing_is_lost_until_the_person_says_so() {
    let scene = full().await.restarted().await;
    let (outbox, requests) = (scene.phone.outbox(), scene.phone.requests());
    let files = names(scene.folder.path());
    let key = std::fs::read(data_key(&scene)).unwrap();
    let Scene { fake, keys, folder, secrets, phone } = scene;
    drop(phone);
    let again = || setup(&fake, &keys, folder.path(), secrets.path());
    let place = secrets.path().join("data-key");
    for wrong in [None, Some(vec![9; 32]), Some(vec![9; 5])] {
        let _ = std::fs::remove_file(&place);
        if let Some(wrong) = &wrong {
            std::fs::write(&place, wrong).unwrap();
        }
        let refused = Companion::start(again()).await.map(drop);
        assert!(matches!(refused, Err(ClientError::Storage(StorageError::KeyLost(_)))));
    }
    assert_eq!(names(folder.path()), files);
    std::fs::write(&place, &key).unwrap();
    let phone = Companion::start_over(again()).await.unwrap();
    assert_eq!((phone.outbox(), phone.requests()), (outbox, requests), "the key is there");
    drop(phone);

    std::fs::remove_file(&place).unwrap();
    let phone = Companion::start_over(again()).await.unwrap();
    assert_eq!(phone.state(), PhoneState::Erased(Erasure::KeyLost));
    assert!(phone.outbox().is_empty() && phone.requests().is_empty());
    assert_eq!(names(folder.path()), ["erased.json", "format", "lock"]);
    drop(phone);
    let phone = Companion::start(again()).await.unwrap();
    assert_eq!(phone.state(), PhoneState::Erased(Erasure::KeyLost));
    phone.enroll_begin(fake.link()).await.unwrap();
    phone.enroll_keys().await.unwrap();
    assert!(matches!(phone.enroll_status().await, Ok(EnrollmentStatus::Active(_))));
    assert_ne!(std::fs::read(&place).unwrap(), key, "another key");
    phone.sync().await.unwrap();
    assert!(matches!(phone.state(), PhoneState::Enrolled(_)));
}

fn names(folder: &std::path::Path) -> Vec<String> {
    let below = super::files_below(folder).into_iter();
    let mut names: Vec<String> =
        below.map(|file| file.strip_prefix(folder).unwrap().display().to_string()).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn a_store_of_secrets_that_does_not_answer_is_not_a_lost_key() {
    let scene = full().await;
    let Scene { fake, keys, folder, secrets, phone } = scene;
    drop(phone);
    std::fs::remove_file(secrets.path().join("data-key")).unwrap();
    // A folder is there, and nothing that could be read.
    std::fs::create_dir(secrets.path().join("data-key")).unwrap();
    let again = setup(&fake, &keys, folder.path(), secrets.path());
    let refused = Companion::start(again.clone()).await.map(drop);
    assert!(matches!(refused, Err(ClientError::Secrets(_))), "{refused:?}");
    let refused = Companion::start_over(again).await.map(drop);
    assert!(matches!(refused, Err(ClientError::Secrets(_))), "{refused:?}");
    assert!(folder.path().join("device.json").exists());
}

#[tokio::test]
async fn a_revoked_phone_destroys_its_key_and_all_it_kept_and_says_so() {
    let scene = full().await;
    scene.fake.change(|desk| {
        desk.stopped = Some(DeviceStatus::Revoked);
        desk.refuse_decisions = Some(ProblemKind::DeviceRevoked);
    });
    let refused = scene.phone.sync().await;
    let Err(ClientError::Problem(problem)) = refused else { panic!("{refused:?}") };
    assert_eq!(problem.kind.0, ProblemKind::DeviceRevoked);
    // The decision that had no answer was offered once more, and its refusal is recorded.
    let erased = PhoneState::Erased(Erasure::Revoked { unanswered: 0 });
    assert_eq!(scene.phone.state(), erased);
    assert!(scene.phone.outbox().is_empty() && scene.phone.requests().is_empty());
    assert!(scene.phone.inbox().is_empty());
    assert!(matches!(scene.phone.open(REQUEST).await, Err(ClientError::UnknownRequest(_))));
    let page = scene.phone.page_png(REQUEST, 0, 300, PageView::Plain).await;
    assert!(matches!(page, Err(ClientError::NotOpened(_))));
    assert_eq!(names(scene.folder.path()), ["erased.json", "format", "lock"]);
    assert!(names(scene.secrets.path()).is_empty());
    let scene = scene.restarted().await;
    assert_eq!(scene.phone.state(), erased);
    assert!(matches!(scene.phone.sync().await, Err(ClientError::NotEnrolled)));
}

#[tokio::test]
async fn a_revoked_phone_says_how_many_decisions_had_no_answer() {
    let scene = full().await;
    scene.fake.change(|desk| desk.stopped = Some(DeviceStatus::Revoked));
    unanswered(&scene);
    assert_eq!(scene.phone.enroll_status().await.unwrap(), EnrollmentStatus::Revoked);
    let erased = PhoneState::Erased(Erasure::Revoked { unanswered: 1 });
    assert_eq!(scene.phone.state(), erased);
    assert_eq!(scene.restarted().await.phone.state(), erased);
}

#[tokio::test]
async fn the_next_device_on_a_revoked_phone_still_knows_the_logs_past() {
    for honest in [true, false] {
        let scene = full().await;
        scene.fake.change(|desk| desk.stopped = Some(DeviceStatus::Revoked));
        scene.phone.sync().await.unwrap_err();
        scene.fake.change(|desk| desk.stopped = None);
        let scene = scene.restarted().await;
        scene.phone.enroll_begin(scene.fake.link()).await.unwrap();
        scene.phone.enroll_keys().await.unwrap();
        scene.phone.enroll_status().await.unwrap();
        assert!(!scene.folder.path().join("erased.json").exists());
        let scene = scene.restarted().await;
        if honest {
            scene.phone.sync().await.unwrap();
            continue;
        }
        scene.fake.change(|desk| desk.fork(0));
        let refused = scene.phone.sync().await;
        assert!(matches!(refused, Err(ClientError::Log(LogFault::Inconsistent(_)))));
    }
}

#[tokio::test]
async fn a_suspended_phone_keeps_all_and_so_does_one_that_is_only_said_to_be_revoked() {
    let scene = full().await;
    scene.fake.change(|desk| desk.stopped = Some(DeviceStatus::Suspended));
    scene.phone.sync().await.unwrap_err();
    assert_eq!(scene.phone.enroll_status().await.unwrap(), EnrollmentStatus::Suspended);
    assert_eq!((scene.phone.outbox().len(), scene.phone.requests().len()), (2, 2));
    scene.fake.change(|desk| desk.stopped = None);
    // What the device itself asks has another answer.
    scene.fake.twist(|asked, reply| {
        if asked.path.ends_with("/sync") {
            *reply = Reply::problem(ProblemKind::DeviceRevoked);
        }
    });
    scene.phone.sync().await.unwrap_err();
    let scene = scene.restarted().await;
    assert_eq!((scene.phone.outbox().len(), scene.phone.requests().len()), (2, 2));
    assert!(data_key(&scene).exists());
}

#[tokio::test]
async fn erasing_that_was_cut_off_is_done_at_the_next_start() {
    let scene = full().await;
    std::fs::write(scene.folder.path().join("erasing"), b"").unwrap();
    let scene = scene.restarted().await;
    assert_eq!(scene.phone.state(), PhoneState::NotEnrolled);
    assert_eq!(names(scene.folder.path()), ["format", "lock"]);
    assert!(names(scene.secrets.path()).is_empty());
}

#[tokio::test]
async fn an_enrollment_that_was_given_up_leaves_no_key_and_no_file() {
    let scene = Scene::new().await;
    scene.phone.enroll_begin(scene.fake.link()).await.unwrap();
    assert!(data_key(&scene).exists());
    scene.phone.enroll_abandon().await.unwrap();
    assert_eq!(names(scene.folder.path()), ["format", "lock"]);
    assert!(names(scene.secrets.path()).is_empty());
    scene.phone.enroll_begin(scene.fake.link()).await.unwrap();
    let scene = scene.restarted().await;
    assert!(matches!(scene.phone.state(), PhoneState::Invited(_)));
}

#[tokio::test]
async fn a_replacement_goes_on_though_the_old_device_was_revoked_meanwhile() {
    let scene = full().await;
    scene.phone.flush().await.unwrap();
    scene.phone.ask_replacement().await.unwrap();
    scene.phone.enroll_begin(scene.fake.link()).await.unwrap();
    scene.phone.enroll_keys().await.unwrap();
    scene.fake.twist(|asked, reply| {
        if asked.path.ends_with("/sync") {
            *reply = Reply::problem(ProblemKind::DeviceRevoked);
        }
    });
    // In the background, before anybody asked whether the officer has approved.
    scene.phone.sync().await.unwrap_err();
    scene.fake.honest();
    assert!(matches!(scene.phone.state(), PhoneState::Enrolled(_)));
    assert_eq!(scene.phone.outbox().len(), 2);
    scene.phone.sync().await.unwrap();
}

#[tokio::test]
async fn what_one_person_keeps_never_goes_on_to_another() {
    let scene = full().await;
    scene.phone.flush().await.unwrap();
    scene.phone.ask_replacement().await.unwrap();
    scene.fake.twist(|asked, reply| {
        if asked.path.ends_with("/enrollments") {
            reply.edit::<EnrollmentChallenge>(|challenge| {
                challenge.person.id = PersonId::from_bytes([9; 16]);
            });
        }
    });
    let refused = scene.phone.enroll_begin(scene.fake.link()).await;
    assert!(matches!(refused, Err(ClientError::AlreadyEnrolled)), "{refused:?}");
    assert!(matches!(scene.phone.state(), PhoneState::Enrolled(_)));
}

#[tokio::test]
async fn documents_of_requests_that_are_done_do_not_stay() {
    let scene = full().await;
    assert_eq!(scene.files("documents").len(), 2);
    let scene = scene.restarted().await;
    scene.phone.sync().await.unwrap();
    // One is recorded; of the other the decision has no answer.
    let left = scene.phone.folder.document(Sha256::of(FORM)).unwrap();
    assert_eq!(scene.files("documents"), [left]);
    scene.phone.flush().await.unwrap();
    scene.phone.sync().await.unwrap();
    assert!(scene.files("documents").is_empty());
}

#[tokio::test]
async fn beyond_the_bound_what_was_opened_longest_ago_goes_first() {
    let scene = Scene::enrolled().await;
    let ids = [1, 2, 3].map(|id| RequestId::from_bytes([id; 16]));
    let papers = [PAPER, FORM, include_bytes!("../../../../tests/vectors/pdfrev-1/stream.pdf")];
    scene.fake.change(|desk| {
        for (id, paper) in ids.into_iter().zip(papers) {
            desk.queue_beside(id, paper);
        }
    });
    scene.phone.sync().await.unwrap();
    for id in [ids[0], ids[1], ids[0], ids[2]] {
        scene.fake.clock.advance(60);
        scene.phone.open(id).await.unwrap();
    }
    let place = |paper: &[u8]| scene.phone.folder.document(Sha256::of(paper)).unwrap();
    let sizes = papers.map(|paper| std::fs::metadata(place(paper)).unwrap().len());
    scene.phone.sweep(None, sizes.iter().sum()).await.unwrap();
    assert_eq!(papers.map(|paper| place(paper).exists()), [true, true, true]);
    scene.phone.sweep(None, sizes[0] + sizes[2]).await.unwrap();
    assert_eq!(papers.map(|paper| place(paper).exists()), [true, false, true]);
    scene.phone.sweep(None, 0).await.unwrap();
    assert_eq!(papers.map(|paper| place(paper).exists()), [false, false, true], "one is open");

    // What had to go is there again when it is needed.
    let fetched = scene.fake.count("/api/v1/documents/");
    scene.phone.sheet(ids[0]).await.unwrap();
    scene.phone.page_png(ids[1], 0, 300, PageView::Plain).await.unwrap();
    assert_eq!(scene.fake.count("/api/v1/documents/"), fetched + 2);
}

#[tokio::test]
async fn what_was_signed_and_not_answered_keeps_its_document_whatever_the_bound() {
    let scene = full().await.restarted().await;
    scene.phone.sweep(None, 0).await.unwrap();
    let left = scene.phone.folder.document(Sha256::of(FORM)).unwrap();
    assert_eq!(scene.files("documents"), [left]);
}

#[tokio::test]
async fn two_who_open_one_document_at_once_fetch_it_once() {
    let scene = Scene::enrolled().await;
    scene.phone.sync().await.unwrap();
    let (one, other) = tokio::join!(scene.phone.open(REQUEST), scene.phone.open(REQUEST));
    assert_eq!(one.unwrap(), other.unwrap());
    assert_eq!(scene.fake.count("/api/v1/documents/"), 1);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_has_its_own_error_and_nothing_is_half_done() {
    use std::os::unix::fs::symlink;
    let scene = Scene::enrolled().await;
    scene.fake.change(|desk| desk.queue_beside(OTHER, FORM));
    scene.phone.sync().await.unwrap();
    scene.phone.open(OTHER).await.unwrap();
    let scene = scene.restarted().await;
    // The kernel's own file without room, in the place of the download and of a record.
    let part = scene.phone.folder.document_part(Sha256::of(PAPER)).unwrap();
    symlink("/dev/full", &part).unwrap();
    let refused = scene.phone.open(REQUEST).await;
    assert!(matches!(refused, Err(ClientError::Storage(StorageError::Full(_)))), "{refused:?}");
    assert_eq!(
        scene.files("documents"),
        std::slice::from_ref(&part),
        "what can be fetched again made room"
    );
    std::fs::remove_file(&part).unwrap();
    scene.phone.open(REQUEST).await.unwrap();

    symlink("/dev/full", scene.folder.path().join("sync.json.new")).unwrap();
    let refused = scene.phone.sync().await;
    assert!(matches!(refused, Err(ClientError::Storage(StorageError::Full(_)))), "{refused:?}");
    let scene = scene.restarted().await;
    scene.phone.sync().await.unwrap();
    assert_eq!(scene.phone.requests().len(), 2);
}

/// Lets held answers go, one by one, until the work is done.
async fn released<T>(held: &Notify, work: impl Future<Output = T>) -> T {
    let release = async {
        loop {
            held.notify_one();
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::select! {
        done = work => done,
        () = release => unreachable!("it goes on for ever"),
    }
}

async fn asked(scene: &Scene, start: &str, count: usize) {
    while scene.fake.count(start) < count {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn enroll_again(scene: &Scene) {
    scene.fake.change(|desk| {
        desk.stopped = None;
        desk.device = DeviceId::from_bytes([33; 16]);
    });
    scene.phone.enroll_begin(scene.fake.link()).await.unwrap();
    scene.phone.enroll_keys().await.unwrap();
    let status = scene.phone.enroll_status().await;
    assert!(matches!(status, Ok(EnrollmentStatus::Active(_))), "{status:?}");
}

fn knows_the_log(scene: &Scene) -> bool {
    let state = scene.phone.lock();
    state.remembered.erased.as_ref().is_some_and(|erased| erased.log.is_some())
}

#[tokio::test]
async fn two_answers_that_a_phone_is_revoked_erase_it_once() {
    let scene = full().await;
    scene.fake.change(|desk| desk.stopped = Some(DeviceStatus::Revoked));
    let held = Arc::new(Notify::new());
    let waits = Arc::clone(&held);
    scene.fake.twist(move |asked, reply| {
        if asked.method == "PUT" {
            *reply = Reply::problem(ProblemKind::Unavailable);
        } else if asked.path.ends_with("/device") {
            reply.held = Some(Arc::clone(&waits));
        }
    });
    let before = scene.fake.count("/api/v1/device");
    let both = async { tokio::join!(scene.phone.enroll_status(), scene.phone.enroll_status()) };
    let release = async {
        asked(&scene, "/api/v1/device", before + 2).await;
        released(&held, std::future::pending::<()>()).await;
    };
    tokio::select! {
        _ = both => {}
        () = release => unreachable!("it goes on for ever"),
    }
    assert_eq!(scene.phone.state(), PhoneState::Erased(Erasure::Revoked { unanswered: 1 }));
    assert!(knows_the_log(&scene));
    let scene = scene.restarted().await;
    assert_eq!(scene.phone.state(), PhoneState::Erased(Erasure::Revoked { unanswered: 1 }));
    assert!(knows_the_log(&scene));
}

#[tokio::test]
async fn a_late_answer_about_an_ended_device_leaves_the_next_one_alone() {
    let scene = full().await;
    scene.fake.change(|desk| desk.stopped = Some(DeviceStatus::Revoked));
    let held = Arc::new(Notify::new());
    let (waits, mut first) = (Arc::clone(&held), true);
    scene.fake.twist(move |asked, reply| {
        if asked.path.ends_with("/device") && std::mem::take(&mut first) {
            reply.held = Some(Arc::clone(&waits));
        }
    });
    let before = scene.fake.count("/api/v1/device");
    let next = async {
        asked(&scene, "/api/v1/device", before + 1).await;
        assert_eq!(scene.phone.enroll_status().await.unwrap(), EnrollmentStatus::Revoked);
        enroll_again(&scene).await;
        released(&held, std::future::pending::<()>()).await;
    };
    tokio::select! {
        late = scene.phone.enroll_status() => drop(late),
        () = next => unreachable!("it goes on for ever"),
    }
    assert!(matches!(scene.phone.state(), PhoneState::Enrolled(_)));
    let scene = scene.restarted().await;
    assert!(matches!(scene.phone.state(), PhoneState::Enrolled(_)));
    scene.phone.sync().await.unwrap();
}

#[tokio::test]
async fn an_erasure_that_failed_is_finished_before_the_next_enrollment_keeps_anything() {
    for left_in_the_folder in [false, true] {
        let scene = full().await;
        scene.fake.change(|desk| desk.stopped = Some(DeviceStatus::Revoked));
        // A folder in its place is nothing that could be removed.
        let stuck = scene.secrets.path().join("invitation");
        std::fs::create_dir(&stuck).unwrap();
        scene.phone.sync().await.unwrap_err();
        assert!(scene.folder.path().join("erasing").exists());
        if left_in_the_folder {
            std::fs::write(scene.folder.path().join("outbox/left.json"), b"left").unwrap();
        }
        scene.fake.change(|desk| desk.stopped = None);
        let refused = scene.phone.enroll_begin(scene.fake.link()).await;
        assert!(matches!(refused, Err(ClientError::Secrets(_))), "{refused:?}");
        assert!(!data_key(&scene).exists(), "no key before the rest is gone");
        std::fs::remove_dir(&stuck).unwrap();
        enroll_again(&scene).await;
        let scene = scene.restarted().await;
        assert!(matches!(scene.phone.state(), PhoneState::Enrolled(_)));
        scene.phone.sync().await.unwrap();
        assert_eq!(scene.phone.requests().len(), 2);
    }
}

#[tokio::test]
async fn an_invitation_stays_though_an_erasure_before_it_had_failed() {
    let scene = full().await;
    scene.fake.change(|desk| desk.stopped = Some(DeviceStatus::Revoked));
    let stuck = scene.secrets.path().join("invitation");
    std::fs::create_dir(&stuck).unwrap();
    scene.phone.sync().await.unwrap_err();
    std::fs::remove_dir(&stuck).unwrap();
    scene.fake.change(|desk| desk.stopped = None);
    scene.phone.enroll_begin(scene.fake.link()).await.unwrap();
    let scene = scene.restarted().await;
    assert!(matches!(scene.phone.state(), PhoneState::Invited(_)));
}

#[tokio::test]
async fn a_download_goes_on_while_a_sync_tidies() {
    let scene = Scene::opened().await;
    let sheet = scene.phone.sheet(REQUEST).await.unwrap();
    scene.phone.approve(sheet.id).await.unwrap();
    let clock = scene.fake.clock.clone();
    scene.fake.change(|desk| desk.finish(&clock));
    let scene = scene.restarted().await;
    scene.phone.sync().await.unwrap();
    assert!(scene.files("documents").is_empty());
    let held = Arc::new(Notify::new());
    let waits = Arc::clone(&held);
    scene.fake.twist(move |asked, reply| {
        if asked.path.contains("/documents/") {
            reply.held = Some(Arc::clone(&waits));
        }
    });
    let before = scene.fake.count("/api/v1/documents/");
    let tidied = async {
        asked(&scene, "/api/v1/documents/", before + 1).await;
        scene.phone.sync().await.unwrap();
        released(&held, std::future::pending::<()>()).await;
    };
    tokio::select! {
        kept = scene.phone.kept(REQUEST) => drop(kept.unwrap()),
        () = tidied => unreachable!("it goes on for ever"),
    }
    scene.fake.honest();
    let scene = scene.restarted().await;
    scene.phone.sync().await.unwrap();
    assert!(scene.files("documents").is_empty(), "what is not on its way any more goes");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_signed_decision_is_kept_though_making_room_failed() {
    use std::os::unix::fs::symlink;
    let scene = Scene::opened().await;
    let sheet = scene.phone.sheet(REQUEST).await.unwrap();
    let decision = scene.phone.lock().sheets[0].plan.decision.hash();
    // The kernel's own file without room; it goes with the write that it made fail.
    let place = format!("outbox/{decision}.json.new");
    symlink("/dev/full", scene.folder.path().join(place)).unwrap();
    // A document whose size nobody can tell.
    let document = scene.phone.folder.document(Sha256::of(PAPER)).unwrap();
    std::fs::remove_file(&document).unwrap();
    symlink("nowhere", &document).unwrap();
    assert!(scene.phone.sweep(None, 0).await.is_err());
    let decided = scene.phone.approve(sheet.id).await.unwrap();
    assert!(matches!(decided, Decided::Recorded(_)), "{decided:?}");
    assert_eq!(scene.restarted().await.phone.outbox().len(), 1);
}

#[tokio::test]
async fn what_comes_late_to_an_erased_phone_is_nobodys() {
    let scene = full().await;
    let late = {
        let state = scene.phone.lock();
        let mut rows = state.remembered.outbox.values();
        rows.find(|row| row.is_open()).cloned().unwrap()
    };
    let view = scene.phone.requests()[0].clone();
    scene.fake.change(|desk| desk.stopped = Some(DeviceStatus::Revoked));
    scene.phone.sync().await.unwrap_err();
    {
        let mut state = scene.phone.lock();
        state.remembered.outbox.insert(late.decision, late);
        state.remembered.requests.insert(view.id, view);
    }
    enroll_again(&scene).await;
    assert!(scene.phone.outbox().is_empty() && scene.phone.requests().is_empty());
}

#[tokio::test]
async fn a_key_lost_after_an_erasure_costs_nothing_that_was_known_of_the_log() {
    let scene = full().await;
    scene.fake.change(|desk| desk.stopped = Some(DeviceStatus::Revoked));
    scene.phone.sync().await.unwrap_err();
    scene.fake.change(|desk| desk.stopped = None);
    scene.phone.enroll_begin(scene.fake.link()).await.unwrap();
    std::fs::remove_file(data_key(&scene)).unwrap();
    let Scene { fake, keys, folder, secrets, phone } = scene;
    drop(phone);
    let again = setup(&fake, &keys, folder.path(), secrets.path());
    let phone = Companion::start_over(again).await.unwrap();
    let scene = Scene { fake, keys, folder, secrets, phone };
    assert_eq!(scene.phone.state(), PhoneState::Erased(Erasure::KeyLost));
    assert!(knows_the_log(&scene));
}

#[tokio::test]
async fn what_does_not_lie_sealed_is_refused_and_never_sealed() {
    let scene = full().await;
    let device = scene.folder.path().join("device.json");
    let plain: serde_json::Value = scene.phone.folder.load("device.json").unwrap().unwrap();
    let plain = serde_json::to_vec(&plain).unwrap();
    std::fs::write(&device, &plain).unwrap();
    let format = scene.folder.path().join("format");
    let Scene { fake, keys, folder, secrets, phone } = scene;
    drop(phone);
    let again = || setup(&fake, &keys, folder.path(), secrets.path());
    let refused = Companion::start(again()).await.map(drop);
    assert!(matches!(refused, Err(ClientError::Storage(StorageError::Damaged { .. }))));
    std::fs::write(&format, "trien.phone/1\n").unwrap();
    let refused = Companion::start(again()).await.map(drop);
    let other = matches!(refused, Err(ClientError::Storage(StorageError::OtherFormat(_))));
    assert!(other, "{refused:?}");
    assert_eq!(std::fs::read(&device).unwrap(), plain);
}

#[tokio::test]
async fn one_answer_that_a_phone_is_revoked_erases_nothing() {
    let scene = full().await;
    let mut first = true;
    scene.fake.twist(move |asked, reply| {
        if asked.path.ends_with("/device") && std::mem::take(&mut first) {
            *reply = Reply::json(200, &DeviceStatus::Revoked);
        }
    });
    let status = scene.phone.enroll_status().await;
    assert!(matches!(status, Ok(EnrollmentStatus::Active(_))), "{status:?}");
    assert_eq!((scene.phone.outbox().len(), scene.phone.requests().len()), (2, 2));
    assert!(data_key(&scene).exists());
}

#[tokio::test]
async fn the_same_revocation_lists_are_not_written_again_and_damaged_ones_are() {
    use std::os::unix::fs::MetadataExt as _;
    let scene = Scene::enrolled().await;
    scene.phone.sync().await.unwrap();
    let lists = scene.files("").into_iter().find(|file| file.ends_with("crls.json")).unwrap();
    // A record that is written is a new file in the old one's place.
    let file = || std::fs::metadata(&lists).unwrap().ino();
    let first = file();
    scene.phone.sync().await.unwrap();
    assert_eq!(file(), first);
    std::fs::write(&lists, b"damaged").unwrap();
    scene.phone.sync().await.unwrap();
    assert_ne!(file(), first);
}
