//! What is kept of a finished request.

use crate::decision::DecisionHash;
use crate::digest::Sha256;
use crate::evidence::Evidence;
use crate::id::RequestId;
use crate::verify::Verdict;

use super::super::error::{ClientError, KeptFault};
use super::super::records::Decided;
use super::Scene;
use super::fake::REQUEST;

/// A request that this phone approved, and that its server calls done.
async fn finished() -> (Scene, DecisionHash) {
    let scene = Scene::opened().await;
    let sheet = scene.phone.sheet(REQUEST).await.unwrap();
    let Decided::Recorded(receipt) = scene.phone.approve(sheet.id).await.unwrap() else {
        panic!("not recorded")
    };
    let clock = scene.fake.clock.clone();
    scene.fake.change(|desk| desk.finish(&clock));
    scene.phone.sync().await.unwrap();
    (scene, receipt.decision)
}

#[tokio::test]
async fn a_finished_request_is_kept_with_a_proof_for_each_approval() {
    let (scene, mine) = finished().await;
    let kept = scene.phone.kept(REQUEST).await.unwrap();
    assert_eq!(kept.name, "van-ban.signed.pdf");
    assert_eq!(kept.verdict, Verdict::Valid);
    let held = scene.fake.change(|desk| desk.requests[0].documents[0].current.sha256);
    assert_eq!(Sha256::of(&kept.document), held);
    let [reviewed, approved] = kept.evidence.as_slice() else { panic!("{:?}", kept.evidence) };
    assert_eq!((approved.decision, approved.name.as_str()), (mine, "van-ban.2.evidence"));
    let key = scene.fake.change(|desk| desk.log_key.verifier());
    for proof in [reviewed, approved] {
        let read: Evidence = proof.text.parse().unwrap();
        assert_eq!(read.verify(Some(proof.decision), &key).unwrap().recorded_at, proof.recorded_at);
    }
    // The checkpoint that came with it joins the log at the next sync.
    scene.phone.sync().await.unwrap();
}

#[tokio::test]
async fn an_open_request_and_one_of_others_are_not_kept() {
    let scene = Scene::opened().await;
    let open = scene.phone.kept(REQUEST).await;
    assert!(matches!(open, Err(ClientError::NotFinished(_))), "{open:?}");
    let unknown = scene.phone.kept(RequestId::from_bytes([1; 16])).await;
    assert!(matches!(unknown, Err(ClientError::UnknownRequest(_))), "{unknown:?}");
    let clock = scene.fake.clock.clone();
    scene.fake.change(|desk| desk.finish(&clock));
    scene.phone.sync().await.unwrap();
    let others = scene.phone.kept(REQUEST).await;
    assert!(matches!(others, Err(ClientError::Kept(KeptFault::NotYours))), "{others:?}");
}

#[tokio::test]
async fn evidence_that_proves_something_else_is_not_handed_on() {
    let (scene, _) = finished().await;
    for (bend, name) in [
        ("recorded-at 1", "time"),
        ("outcome refused overtaken", "outcome"),
        ("trien.evidence/2", "format"),
    ] {
        scene.fake.twist(move |asked, reply| {
            if asked.path.contains("/evidence/") {
                let text = String::from_utf8(reply.body.clone()).unwrap();
                let word = bend.split(['/', ' ']).next().unwrap();
                let line = text.lines().find(|line| line.starts_with(word)).unwrap().to_owned();
                reply.body = text.replacen(&line, bend, 1).into_bytes();
            }
        });
        let refused = scene.phone.kept(REQUEST).await;
        assert!(matches!(refused, Err(ClientError::Kept(_))), "{name}: {refused:?}");
    }
    scene.fake.honest();
    scene.phone.kept(REQUEST).await.unwrap();
}

#[tokio::test]
async fn another_file_than_the_one_that_was_signed_is_not_handed_on() {
    let (scene, _) = finished().await;
    // The server now names a file that it made itself, with the honest proofs beside it.
    scene.fake.change(|desk| {
        let current = desk.store(super::fake::PAPER);
        desk.requests[0].documents[0].current = current;
    });
    scene.phone.sync().await.unwrap();
    let refused = scene.phone.kept(REQUEST).await;
    assert!(matches!(refused, Err(ClientError::Kept(KeptFault::NotTheirs { .. }))), "{refused:?}");
}
