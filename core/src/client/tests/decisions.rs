use crate::decision::{Authority, Verb};
use crate::digest::Sha256;
use crate::document::Text;
use crate::env::Clock as _;
use crate::id::PersonId;
use crate::pdf::read;
use crate::problem::ProblemKind;
use crate::signer::SignerError;
use crate::wire::{PersonView, Post, UnitView};

use super::super::error::{ClientError, Waiting};
use super::super::records::Decided;
use super::super::store::StorageError;
use super::fake::{Desk, REQUEST, Reply};
use super::{Companion, Scene, setup, start};

#[tokio::test]
async fn an_approval_is_built_here_signed_once_and_closed_by_its_receipt() {
    let scene = Scene::opened().await;
    assert_eq!(scene.phone.inbox().len(), 1);
    let before = scene.prompts();
    let sheet = scene.phone.sheet(REQUEST).await.unwrap();
    let decided = scene.phone.approve(sheet.id).await.unwrap();
    assert!(matches!(decided, Decided::Recorded(_)));
    assert_eq!(scene.prompts(), before + 1);
    let signed = scene.fake.change(|desk| desk.signed.clone());
    let document = read::open(&signed[0]).unwrap();
    assert_eq!(document.signatures().len(), 1);
    assert!(scene.phone.inbox()[0].decision.is_some());
    let again = scene.phone.sheet(REQUEST).await;
    assert!(matches!(again, Err(ClientError::AlreadyDecided(_))));
    let scene = scene.restarted().await;
    assert!(matches!(scene.phone.outbox()[0].state, Decided::Recorded(_)));
}

#[tokio::test]
async fn a_phone_takes_the_post_that_the_office_gives_and_nobody_elses() {
    let scene = Scene::opened().await;
    let before = scene.phone.profile().unwrap();
    let mut post = Post {
        person: PersonView { position: "Giám đốc".into(), ..before.person.clone() },
        unit: UnitView { id: before.unit.id, name: "Sở Nội vụ".into() },
        authority: Authority::Own { position: Text::new("Giám đốc").unwrap() },
    };
    scene.fake.change(|desk| desk.post = Some(post.clone()));
    scene.phone.sync().await.unwrap();
    let sheet = scene.phone.sheet(REQUEST).await.unwrap();
    assert!(matches!(scene.phone.approve(sheet.id).await.unwrap(), Decided::Recorded(_)));
    let scene = scene.restarted().await;
    let profile = scene.phone.profile().unwrap();
    assert_eq!((&profile.person, &profile.unit), (&post.person, &post.unit));
    assert_eq!(profile.authority, post.authority);
    assert_eq!(profile.certificate, before.certificate, "and nothing else");

    // A server that lies has nobody sign in another's name, or in a position that is not shown.
    let position = Text::new("Bộ trưởng").unwrap();
    let statement = Sha256::of(b"a delegation that never was");
    let delegated = Authority::Delegated { position: position.clone(), statement };
    for authority in [delegated, Authority::Own { position }] {
        let person = PersonView { position: "Chuyên viên".into(), ..post.person.clone() };
        let lie = Post { authority, person, ..post.clone() };
        scene.fake.change(|desk| desk.post = Some(lie));
        let refused = scene.phone.sync().await;
        assert!(matches!(refused, Err(ClientError::UnexpectedAnswer(_))), "{refused:?}");
        assert_eq!(scene.phone.profile().unwrap(), profile);
    }

    post.person.id = PersonId::from_bytes([9; 16]);
    post.person.position = "Bộ trưởng".into();
    scene.fake.change(|desk| desk.post = Some(post));
    scene.phone.sync().await.unwrap();
    assert_eq!(scene.phone.profile().unwrap(), profile);
}

#[tokio::test]
async fn rejecting_and_returning_need_a_reason_and_sign_no_document() {
    for verb in [Verb::Reject, Verb::Return] {
        let scene = Scene::opened().await;
        let empty = scene.phone.reject(REQUEST, "  ".into()).await;
        assert!(matches!(empty, Err(ClientError::Reason(_))));
        let decided = match verb {
            Verb::Return => scene.phone.return_for_changes(REQUEST, "Thiếu phụ lục".into()).await,
            _ => scene.phone.reject(REQUEST, "Sai thẩm quyền".into()).await,
        };
        assert!(matches!(decided, Ok(Decided::Recorded(_))));
        assert_eq!(scene.phone.outbox()[0].verb, verb);
        assert!(scene.fake.change(|desk| desk.signed.is_empty()));
    }
}

#[tokio::test]
async fn a_lost_answer_leaves_the_decision_in_the_outbox_and_the_same_bytes_go_again() {
    let scene = Scene::opened().await;
    scene.fake.twist(|asked, reply| {
        if asked.method == "PUT" {
            reply.cut = Some(0);
        }
    });
    let sheet = scene.phone.sheet(REQUEST).await.unwrap();
    let decided = scene.phone.approve(sheet.id).await.unwrap();
    assert!(matches!(decided, Decided::Waiting(Waiting::Unreachable(_))));
    let prompts = scene.prompts();
    scene.fake.honest();
    let scene = scene.restarted().await;
    let flushed = scene.phone.flush().await.unwrap();
    assert!(matches!(flushed[0].state, Decided::Recorded(_)));
    assert_eq!(scene.prompts(), prompts);
    let (submissions, recorded) =
        scene.fake.change(|desk| (desk.submissions.clone(), desk.decided.len()));
    assert_eq!(submissions.len(), 2);
    assert_eq!(submissions[0], submissions[1]);
    assert_eq!(recorded, 1);
    assert!(scene.phone.flush().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_refusal_with_a_receipt_closes_the_row_as_refused() {
    let scene = Scene::opened().await;
    scene.fake.change(|desk| desk.refuse_decisions = Some(ProblemKind::Overtaken));
    let sheet = scene.phone.sheet(REQUEST).await.unwrap();
    let decided = scene.phone.approve(sheet.id).await.unwrap();
    assert!(matches!(decided, Decided::Refused { why: ProblemKind::Overtaken, .. }));
    assert!(scene.phone.flush().await.unwrap().is_empty());
}

#[tokio::test]
async fn any_other_answer_leaves_the_row_open_and_needing_attention() {
    let scene = Scene::opened().await;
    scene.fake.twist(|asked, reply| {
        if asked.method == "PUT" {
            *reply = Reply::problem(ProblemKind::DecisionMismatch);
        }
    });
    let sheet = scene.phone.sheet(REQUEST).await.unwrap();
    let decided = scene.phone.approve(sheet.id).await.unwrap();
    assert!(matches!(decided, Decided::Waiting(Waiting::Problem(_))));
    scene.fake.twist(|asked, reply| {
        if asked.method == "PUT" {
            *reply = Reply::problem(ProblemKind::Unavailable);
        }
    });
    let flushed = scene.phone.flush().await.unwrap();
    assert!(matches!(flushed[0].state, Decided::Waiting(_)));
    scene.fake.honest();
    let flushed = scene.phone.flush().await.unwrap();
    assert!(matches!(flushed[0].state, Decided::Recorded(_)));
}

#[tokio::test]
async fn somebody_signing_first_costs_one_more_prompt_and_no_second_reading() {
    let scene = Scene::opened().await;
    let sheet = scene.phone.sheet(REQUEST).await.unwrap();
    scene.fake.twist(|asked, reply| {
        if asked.method == "PUT" {
            *reply = Reply::problem(ProblemKind::StaleRevision);
        }
    });
    let decided = scene.phone.approve(sheet.id).await.unwrap();
    assert!(matches!(decided, Decided::Waiting(Waiting::Problem(_))));
    scene.fake.honest();
    scene.fake.change(Desk::somebody_signs);
    scene.phone.sync().await.unwrap();
    let sheet = scene.phone.sheet(REQUEST).await.unwrap();
    assert_eq!(sheet.signed_meanwhile, 1);
    let before = scene.prompts();
    let decided = scene.phone.approve(sheet.id).await.unwrap();
    assert!(matches!(decided, Decided::Recorded(_)));
    assert_eq!(scene.prompts(), before + 1);
    let signed = scene.fake.change(|desk| desk.signed.last().cloned().unwrap());
    assert_eq!(read::open(&signed).unwrap().signatures().len(), 2);
}

#[tokio::test]
async fn a_sheet_is_renewed_after_five_minutes() {
    let scene = Scene::opened().await;
    let sheet = scene.phone.sheet(REQUEST).await.unwrap();
    scene.fake.clock.advance(299);
    let scene_time = scene.phone.server_now().second();
    assert!(scene_time < sheet.renew_at);
    scene.fake.clock.advance(1);
    let refused = scene.phone.approve(sheet.id).await;
    assert!(matches!(refused, Err(ClientError::SheetExpired)));
    let renewed = scene.phone.sheet(REQUEST).await.unwrap();
    assert_eq!(renewed.signed_at, sheet.signed_at.plus(300));
    assert!(matches!(scene.phone.approve(renewed.id).await, Ok(Decided::Recorded(_))));
    assert!(matches!(scene.phone.approve(renewed.id).await, Err(ClientError::UnknownSheet)));
}

#[tokio::test]
async fn a_dismissed_prompt_changes_nothing() {
    let scene = Scene::opened().await;
    let sheet = scene.phone.sheet(REQUEST).await.unwrap();
    *scene.keys.fail.lock().unwrap() = Some(SignerError::Cancelled);
    let refused = scene.phone.approve(sheet.id).await;
    assert!(matches!(refused, Err(ClientError::Signer(SignerError::Cancelled))));
    assert!(scene.phone.outbox().is_empty());
    assert!(matches!(scene.phone.approve(sheet.id).await, Ok(Decided::Recorded(_))));
}

#[tokio::test]
async fn two_decisions_at_once_leave_one() {
    let scene = Scene::opened().await;
    let sheet = scene.phone.sheet(REQUEST).await.unwrap();
    let (one, other) = tokio::join!(
        scene.phone.approve(sheet.id),
        scene.phone.reject(REQUEST, "Không đồng ý".into())
    );
    assert_ne!(one.is_ok(), other.is_ok());
    assert_eq!(scene.phone.outbox().len(), 1);
}

#[tokio::test]
async fn nothing_is_decided_that_was_not_opened() {
    let scene = Scene::enrolled().await;
    let refused = scene.phone.sheet(REQUEST).await;
    assert!(matches!(refused, Err(ClientError::UnknownRequest(_))));
    scene.phone.sync().await.unwrap();
    let refused = scene.phone.sheet(REQUEST).await;
    assert!(matches!(refused, Err(ClientError::NotOpened(_))));
    let refused = scene.phone.reject(REQUEST, "Không".into()).await;
    assert!(matches!(refused, Err(ClientError::NotOpened(_))));
}

#[tokio::test]
async fn an_expired_request_is_not_signed() {
    let scene = Scene::opened().await;
    scene.fake.clock.advance(31 * 86_400);
    let refused = scene.phone.sheet(REQUEST).await;
    assert!(matches!(refused, Err(ClientError::TooLate(_))));
}

#[tokio::test]
async fn a_certificate_that_has_ended_is_named_instead_of_the_request() {
    let scene = Scene::enrolled().await;
    scene.fake.clock.advance(365 * 86_400);
    let now = scene.fake.clock.now().second();
    scene.fake.change(|desk| desk.requests[0].expires_at = now.plus(86_400).timestamp());
    scene.phone.sync().await.unwrap();
    scene.phone.open(REQUEST).await.unwrap();
    let refused = scene.phone.sheet(REQUEST).await;
    assert!(matches!(refused, Err(ClientError::CertificateEnded(ended)) if ended < now));
    let refused = scene.phone.reject(REQUEST, "Không".into()).await;
    assert!(matches!(refused, Err(ClientError::CertificateEnded(_))));
}

#[tokio::test]
async fn the_phones_clock_is_corrected_by_the_servers() {
    let scene = Scene::enrolled().await;
    scene.fake.change(|desk| desk.skew = 5000);
    let asked = scene.fake.count("/api/v1/sync");
    let synced = scene.phone.sync().await.unwrap();
    assert_eq!(synced.clock_offset_ms, 5_000_000);
    // Once refused, once signed again with the server's time.
    assert_eq!(scene.fake.count("/api/v1/sync"), asked + 2);
    scene.phone.open(REQUEST).await.unwrap();
    assert_eq!(scene.fake.count("/api/v1/documents/"), 1);
    let sheet = scene.phone.sheet(REQUEST).await.unwrap();
    assert_eq!(sheet.signed_at, scene.phone.server_now().second());
    scene.fake.twist(|_, reply| {
        *reply = Reply::problem(ProblemKind::ClockSkew);
        reply.edit::<crate::problem::Problem>(|problem| {
            problem.server_time = Some(crate::env::Timestamp::from_millis(0));
        });
    });
    let before = scene.fake.count("/api/v1/sync");
    assert!(matches!(scene.phone.sync().await, Err(ClientError::Problem(_))));
    assert_eq!(scene.fake.count("/api/v1/sync"), before + 2);
}

#[tokio::test]
async fn damaged_files_are_named() {
    let scene = Scene::opened().await;
    let Scene { fake, keys, folder, secrets, phone } = scene;
    drop(phone);
    std::fs::write(folder.path().join("sync.json"), b"{").unwrap();
    let refused =
        Companion::start(setup(&fake, &keys, folder.path(), secrets.path())).await.map(drop);
    assert!(matches!(refused, Err(ClientError::Storage(StorageError::Damaged { .. }))));
    std::fs::remove_file(folder.path().join("sync.json")).unwrap();
    start(&fake, &keys, folder.path(), secrets.path()).await.sync().await.unwrap();
}
