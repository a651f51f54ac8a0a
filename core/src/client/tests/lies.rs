//! A lying server: the core signs none of it.

use crate::id::RequestId;
use crate::log::checkpoint::LogKey;
use crate::log::tree::TreeHead;
use crate::pdf::recipe::{Appearance, Recipe};
use crate::receipt::Receipt;
use crate::testing::office::Office;
use crate::wire::{Base64, DeviceStatus, ImageView, RequestView, SyncAnswer};

use super::super::error::{ClientError, DocumentFault, LogFault, RecipeFault, Waiting};
use super::super::records::{Decided, EnrollmentStatus};
use super::Scene;
use super::fake::{REQUEST, recipe, seal};

/// Nothing was signed, and nothing is on its way.
fn assert_nothing_signed(scene: &Scene) {
    assert!(scene.phone.outbox().is_empty());
    assert!(scene.fake.change(|desk| desk.submissions.is_empty()));
}

fn with_recipe(view: &mut RequestView, change: impl FnOnce(&mut Recipe)) {
    let mut recipe = recipe("trien-1-1");
    change(&mut recipe);
    view.task.as_mut().unwrap().recipe = Some(Base64(recipe.to_cbor()));
}

#[tokio::test]
async fn another_file_is_not_signed() {
    let scene = Scene::enrolled().await;
    scene.phone.sync().await.unwrap();
    scene.fake.twist(|asked, reply| {
        if asked.path.contains("/documents/") {
            let at = reply.body.len() / 2;
            reply.body[at] ^= 1;
        }
    });
    let refused = scene.phone.open(REQUEST).await;
    assert!(matches!(refused, Err(ClientError::Document(DocumentFault::WrongDigest))));
    let refused = scene.phone.sheet(REQUEST).await;
    assert!(matches!(refused, Err(ClientError::NotOpened(_))));
    assert_nothing_signed(&scene);
}

#[tokio::test]
async fn another_page_or_rectangle_after_the_sheet_was_opened_is_not_signed() {
    let changes: [fn(&mut Recipe); 4] = [
        |recipe| match &mut recipe.appearance {
            Appearance::Stamp { page, .. } => *page = 1,
            Appearance::Invisible => unreachable!(),
        },
        |recipe| match &mut recipe.appearance {
            Appearance::Stamp { rect, .. } => rect.left += 100,
            Appearance::Invisible => unreachable!(),
        },
        |recipe| recipe.appearance = Appearance::Invisible,
        |recipe| recipe.field = "other".into(),
    ];
    for change in changes {
        let scene = Scene::opened().await;
        let sheet = scene.phone.sheet(REQUEST).await.unwrap();
        scene.fake.change(|desk| with_recipe(&mut desk.requests[0], change));
        scene.phone.sync().await.unwrap();
        let refused = scene.phone.approve(sheet.id).await;
        assert!(matches!(refused, Err(ClientError::Changed(_))), "{refused:?}");
        let refused = scene.phone.sheet(REQUEST).await;
        assert!(matches!(refused, Err(ClientError::Changed(_))), "{refused:?}");
        assert_nothing_signed(&scene);
    }
}

#[tokio::test]
async fn another_description_after_the_sheet_was_opened_is_not_signed() {
    let scene = Scene::opened().await;
    let sheet = scene.phone.sheet(REQUEST).await.unwrap();
    scene.fake.change(|desk| {
        desk.requests[0].metadata.subject = crate::document::Text::new("Việc khác").unwrap();
    });
    scene.phone.sync().await.unwrap();
    assert!(matches!(scene.phone.approve(sheet.id).await, Err(ClientError::Changed(_))));
    assert_nothing_signed(&scene);
}

#[tokio::test]
async fn a_place_that_does_not_fit_the_document_is_not_signed() {
    let changes: [fn(&mut Recipe); 2] = [
        |recipe| match &mut recipe.appearance {
            Appearance::Stamp { page, .. } => *page = 40,
            Appearance::Invisible => unreachable!(),
        },
        |recipe| match &mut recipe.appearance {
            Appearance::Stamp { rect, .. } => rect.right = 9_000_000,
            Appearance::Invisible => unreachable!(),
        },
    ];
    for change in changes {
        let scene = Scene::enrolled().await;
        scene.fake.change(|desk| with_recipe(&mut desk.requests[0], change));
        scene.phone.sync().await.unwrap();
        scene.phone.open(REQUEST).await.unwrap();
        let refused = scene.phone.sheet(REQUEST).await;
        let build = matches!(refused, Err(ClientError::Recipe(RecipeFault::Build(_))));
        assert!(build, "{refused:?}");
        assert_nothing_signed(&scene);
    }
}

#[tokio::test]
async fn an_unknown_builder_means_update_the_app() {
    let scene = Scene::enrolled().await;
    scene.fake.change(|desk| {
        with_recipe(&mut desk.requests[0], |recipe| recipe.builder = "pdfrev/9".into());
    });
    scene.phone.sync().await.unwrap();
    scene.phone.open(REQUEST).await.unwrap();
    let refused = scene.phone.sheet(REQUEST).await;
    assert!(matches!(refused, Err(ClientError::Recipe(RecipeFault::Invalid(_)))));
    assert_nothing_signed(&scene);
}

#[tokio::test]
async fn another_picture_than_the_recipe_names_is_not_signed() {
    let sealed = |recipe: &mut Recipe| match &mut recipe.appearance {
        Appearance::Stamp { image, .. } => *image = Some(seal().name()),
        Appearance::Invisible => unreachable!(),
    };
    let scene = Scene::enrolled().await;
    scene.fake.change(|desk| with_recipe(&mut desk.requests[0], sealed));
    scene.phone.sync().await.unwrap();
    scene.phone.open(REQUEST).await.unwrap();
    scene.fake.twist(|asked, reply| {
        if asked.path.contains("/images/") {
            reply.edit::<ImageView>(|view| view.colour.0[4] ^= 1);
        }
    });
    let refused = scene.phone.sheet(REQUEST).await;
    assert!(matches!(refused, Err(ClientError::Recipe(RecipeFault::Image(_)))), "{refused:?}");
    scene.fake.twist(|asked, reply| {
        if asked.path.contains("/images/") {
            reply.edit::<ImageView>(|view| view.image.width += 1);
        }
    });
    let refused = scene.phone.sheet(REQUEST).await;
    assert!(matches!(refused, Err(ClientError::Recipe(RecipeFault::OtherImage))));
    assert_nothing_signed(&scene);
    scene.fake.honest();
    let sheet = scene.phone.sheet(REQUEST).await.unwrap();
    let decided = scene.phone.approve(sheet.id).await.unwrap();
    assert!(matches!(decided, Decided::Recorded(_)));
}

#[tokio::test]
async fn another_certificate_never_replaces_the_enrolled_one() {
    let scene = Scene::opened().await;
    let enrolled = scene.phone.profile().unwrap();
    let other = Office::new().person.der().to_vec();
    scene.fake.twist(move |asked, reply| {
        if asked.path.ends_with("/device") {
            reply.edit::<DeviceStatus>(|status| {
                if let DeviceStatus::Active { profile } = status {
                    profile.certificate = Base64(other.clone());
                }
            });
        }
    });
    let status = scene.phone.enroll_status().await.unwrap();
    assert_eq!(status, EnrollmentStatus::Active(Box::new(enrolled.clone())));
    let sheet = scene.phone.sheet(REQUEST).await.unwrap();
    assert_eq!(sheet.certificate, crate::digest::Sha256::of(&enrolled.certificate.0));
}

#[tokio::test]
async fn a_rewritten_log_stops_decisions_until_it_is_explained() {
    let scene = Scene::opened().await;
    let sheet = scene.phone.sheet(REQUEST).await.unwrap();
    scene.fake.change(|desk| desk.fork(0));
    let refused = scene.phone.sync().await;
    assert!(matches!(refused, Err(ClientError::Log(LogFault::Inconsistent(_)))));
    let refused = scene.phone.approve(sheet.id).await;
    assert!(matches!(refused, Err(ClientError::Log(LogFault::Standing { .. }))));
    let scene = scene.restarted().await;
    scene.phone.open(REQUEST).await.unwrap();
    let refused = scene.phone.sheet(REQUEST).await;
    assert!(matches!(refused, Err(ClientError::Log(LogFault::Standing { .. }))));
    assert_nothing_signed(&scene);
}

#[tokio::test]
async fn a_log_that_shrank_or_is_signed_by_another_key_stops_decisions() {
    let scene = Scene::opened().await;
    scene.fake.change(|desk| desk.append(b"second"));
    scene.phone.sync().await.unwrap();
    let shrunk = scene.fake.change(|desk| {
        desk.log_key.sign(TreeHead { size: 1, root: crate::log::tree::leaf_hash(b"first") })
    });
    scene.fake.twist(move |_, reply| {
        reply.edit::<SyncAnswer>(|answer| answer.checkpoint = shrunk.clone());
    });
    let refused = scene.phone.sync().await;
    assert!(matches!(refused, Err(ClientError::Log(LogFault::Inconsistent(_)))));

    let scene = Scene::opened().await;
    let other = LogKey::from_seed("trien.example/log", &[8; 32]).unwrap();
    let forged = other.sign(TreeHead { size: 9, root: crate::log::tree::leaf_hash(b"x") });
    scene.fake.twist(move |_, reply| {
        reply.edit::<SyncAnswer>(|answer| answer.checkpoint = forged.clone());
    });
    let refused = scene.phone.sync().await;
    assert!(matches!(refused, Err(ClientError::Log(LogFault::Checkpoint(_)))));
    assert_nothing_signed(&scene);
}

#[tokio::test]
async fn a_log_with_one_history_in_receipts_and_another_in_syncs_is_caught() {
    let scene = Scene::opened().await;
    let sheet = scene.phone.sheet(REQUEST).await.unwrap();
    let decided = scene.phone.approve(sheet.id).await.unwrap();
    assert!(matches!(decided, Decided::Recorded(_)));
    // The history that the sync shows continues the first entry, but not the decision's.
    scene.fake.change(|desk| desk.fork(1));
    let refused = scene.phone.sync().await;
    assert!(matches!(refused, Err(ClientError::Log(LogFault::Inconsistent(_)))), "{refused:?}");
}

/// A scene with a second request like the first, both opened.
async fn two_opened() -> (Scene, RequestId) {
    let scene = Scene::enrolled().await;
    let other = RequestId::from_bytes([17; 16]);
    scene.fake.change(|desk| {
        let request = desk.requests[0].clone();
        desk.requests.push(RequestView { id: other, ..request });
    });
    scene.phone.sync().await.unwrap();
    scene.phone.open(REQUEST).await.unwrap();
    scene.phone.open(other).await.unwrap();
    (scene, other)
}

#[tokio::test]
async fn a_later_receipt_does_not_hide_the_fork_of_an_earlier_one() {
    let (scene, other) = two_opened().await;
    let sheet = scene.phone.sheet(REQUEST).await.unwrap();
    assert!(matches!(scene.phone.approve(sheet.id).await, Ok(Decided::Recorded(_))));
    // From here on the server shows another history, in receipts and in syncs.
    scene.fake.change(|desk| desk.fork(1));
    let sheet = scene.phone.sheet(other).await.unwrap();
    assert!(matches!(scene.phone.approve(sheet.id).await, Ok(Decided::Recorded(_))));
    let scene = scene.restarted().await;
    let refused = scene.phone.sync().await;
    assert!(matches!(refused, Err(ClientError::Log(LogFault::Inconsistent(_)))), "{refused:?}");
    scene.phone.open(other).await.unwrap();
    let refused = scene.phone.sheet(other).await;
    assert!(refused.is_err(), "{refused:?}");
}

#[tokio::test]
async fn two_receipts_of_one_size_and_two_roots_stop_decisions_at_once() {
    let (scene, other) = two_opened().await;
    let sheet = scene.phone.sheet(REQUEST).await.unwrap();
    assert!(matches!(scene.phone.approve(sheet.id).await, Ok(Decided::Recorded(_))));
    scene.fake.change(|desk| desk.forget_after(1));
    let sheet = scene.phone.sheet(other).await.unwrap();
    let refused = scene.phone.approve(sheet.id).await;
    assert!(matches!(refused, Err(ClientError::Log(LogFault::Forked { .. }))), "{refused:?}");
}

#[tokio::test]
async fn all_receipts_are_joined_by_one_sync() {
    let (scene, other) = two_opened().await;
    for request in [REQUEST, other] {
        let sheet = scene.phone.sheet(request).await.unwrap();
        assert!(matches!(scene.phone.approve(sheet.id).await, Ok(Decided::Recorded(_))));
    }
    let before = scene.fake.count("/api/v1/sync");
    scene.phone.sync().await.unwrap();
    assert_eq!(scene.fake.count("/api/v1/sync"), before + 3);
    scene.phone.sync().await.unwrap();
    assert_eq!(scene.fake.count("/api/v1/sync"), before + 4);
}

#[tokio::test]
async fn a_receipt_is_joined_to_the_log_once() {
    let scene = Scene::opened().await;
    let sheet = scene.phone.sheet(REQUEST).await.unwrap();
    scene.phone.approve(sheet.id).await.unwrap();
    let before = scene.fake.count("/api/v1/sync");
    scene.phone.sync().await.unwrap();
    assert_eq!(scene.fake.count("/api/v1/sync"), before + 2);
    scene.phone.sync().await.unwrap();
    assert_eq!(scene.fake.count("/api/v1/sync"), before + 3);
}

#[tokio::test]
async fn a_receipt_that_does_not_hold_closes_nothing() {
    let changes: [fn(&mut Receipt); 4] = [
        |receipt| receipt.recorded_at = receipt.recorded_at.plus(1),
        |receipt| receipt.salt.0[0] ^= 1,
        |receipt| receipt.decision = crate::decision::DecisionHash(crate::digest::Sha256::of(b"")),
        |receipt| receipt.proof = receipt.proof.replacen("index 1", "index 0", 1),
    ];
    for change in changes {
        let scene = Scene::opened().await;
        scene.fake.twist(move |asked, reply| {
            if asked.method == "PUT" {
                reply.edit::<Receipt>(change);
            }
        });
        let sheet = scene.phone.sheet(REQUEST).await.unwrap();
        let decided = scene.phone.approve(sheet.id).await.unwrap();
        let waits = Decided::Waiting(Waiting::OtherDecision) == decided
            || matches!(decided, Decided::Waiting(Waiting::Receipt(_)));
        assert!(waits, "{decided:?}");
        scene.fake.honest();
        let flushed = scene.phone.flush().await.unwrap();
        assert!(matches!(flushed[0].state, Decided::Recorded(_)));
    }
}

#[tokio::test]
async fn a_refusal_without_its_receipt_closes_nothing() {
    let scene = Scene::opened().await;
    scene.fake.change(|desk| {
        desk.refuse_decisions = Some(crate::problem::ProblemKind::Overtaken);
    });
    scene.fake.twist(|asked, reply| {
        if asked.method == "PUT" {
            reply.edit::<crate::problem::Problem>(|problem| problem.receipt = None);
        }
    });
    let sheet = scene.phone.sheet(REQUEST).await.unwrap();
    let decided = scene.phone.approve(sheet.id).await.unwrap();
    assert!(matches!(decided, Decided::Waiting(Waiting::Problem(_))));
}
