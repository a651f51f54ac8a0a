//! What is kept of a finished request.

use crate::decision::DecisionHash;
use crate::digest::Sha256;
use crate::env::{Clock as _, UnixSecond};
use crate::evidence::Evidence;
use crate::id::RequestId;
use crate::pdf::append::{Update, with_entries};
use crate::pdf::read::{Document, open_to_judge};
use crate::request::Role;
use crate::verify::Verdict;

use super::super::error::{ClientError, KeptFault, LogFault};
use super::super::records::Decided;
use super::Scene;
use super::fake::{PAPER, REQUEST};

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

/// A request that this phone only reviewed: it signs no document.
async fn reviewed() -> (Scene, DecisionHash) {
    let scene = Scene::enrolled().await;
    scene.fake.change(|desk| {
        let request = &mut desk.requests[0];
        request.steps[0].role = Role::Review;
        let task = request.task.as_mut().unwrap();
        (task.role, task.recipe) = (Role::Review, None);
    });
    scene.phone.sync().await.unwrap();
    scene.phone.open(REQUEST).await.unwrap();
    let sheet = scene.phone.sheet(REQUEST).await.unwrap();
    let Decided::Recorded(receipt) = scene.phone.approve(sheet.id).await.unwrap() else {
        panic!("not recorded")
    };
    (scene, receipt.decision)
}

/// What the phone hands on when its server says that the request ended with this file and these approvals.
async fn ended_with(
    scene: &Scene,
    approvals: &[DecisionHash],
    file: &[u8],
) -> Result<Verdict, ClientError> {
    let at = now(scene);
    scene.fake.change(|desk| desk.finish_with(at, approvals, file));
    scene.phone.sync().await.unwrap();
    let kept = scene.phone.kept(REQUEST).await?;
    assert_eq!(kept.document, file);
    Ok(kept.verdict)
}

fn now(scene: &Scene) -> UnixSecond {
    scene.fake.clock.now().second()
}

fn updated(base: &[u8], change: impl FnOnce(&Document<'_>, &mut Update)) -> Vec<u8> {
    let document = open_to_judge(base).unwrap();
    let mut update = Update::of(&document);
    change(&document, &mut update);
    [base, &update.finish().bytes].concat()
}

/// The file with its first page replaced.
fn planted(base: &[u8]) -> Vec<u8> {
    updated(base, |document, update| {
        let page = &document.pages()[0];
        let text = update.add_stream("", b"0 0 1 rg 0 0 300 300 re f");
        let text = crate::pdf::append::reference(text);
        let dict = document.page_dict(page).unwrap();
        update.put(page.id, with_entries(dict, &[("Contents", text.as_bytes())])).unwrap();
    })
}

fn with_catalog(base: &[u8], entry: (&str, &[u8])) -> Vec<u8> {
    updated(base, |document, update| {
        let dict = with_entries(document.catalog_dict(), &[entry]);
        update.put(document.catalog().id, dict).unwrap();
    })
}

/// The file and a revision that says that there are more objects than anybody compares.
fn oversized(base: &[u8]) -> Vec<u8> {
    let file = with_catalog(base, ("Lang", b"(vi)"));
    let at = file.windows(6).rposition(|bytes| bytes == b"/Size ").unwrap();
    let end = at + 6 + file[at + 6..].iter().position(|byte| *byte == b' ').unwrap();
    [&file[..at], b"/Size 6400001", &file[end..]].concat()
}

/// The file and a revision that no reader can follow.
fn unreadable(base: &[u8]) -> Vec<u8> {
    let at = base.len();
    let rest = format!("1 0 obj\n<< /Type /Catalog >>\nendobj\nstartxref\n{at}\n%%EOF\n");
    [base, rest.as_bytes()].concat()
}

fn is_another(refused: &Result<Verdict, ClientError>) -> bool {
    let fault =
        |fault: &KeptFault| matches!(fault, KeptFault::NotTheirs { .. } | KeptFault::NotValid);
    matches!(refused, Err(ClientError::Kept(kept)) if fault(kept))
}

#[tokio::test]
async fn what_was_reviewed_is_handed_on_as_it_was_or_signed_by_those_who_approved_it() {
    let (scene, mine) = reviewed().await;
    assert_eq!(ended_with(&scene, &[mine], PAPER).await.unwrap(), Verdict::Undetermined);
    let at = now(&scene);
    let one = scene.fake.change(|desk| desk.signed_beside(PAPER, "one", at));
    let both = [mine, one.decision];
    assert_eq!(ended_with(&scene, &both, &one.file).await.unwrap(), Verdict::Valid);
}

#[tokio::test]
async fn what_was_planted_behind_a_review_is_not_handed_on() {
    let (scene, mine) = reviewed().await;
    let at = now(&scene);
    let signed = scene.fake.change(|desk| desk.signed_beside(&planted(PAPER), "one", at));
    for (what, file) in [
        ("a page", planted(PAPER)),
        ("an entry", with_catalog(PAPER, ("Lang", b"(vi)"))),
        ("too much to compare", oversized(PAPER)),
        ("a revision that is refused", unreadable(PAPER)),
        ("a page, and a signature", signed.file),
    ] {
        let refused = ended_with(&scene, &[mine], &file).await;
        assert!(is_another(&refused), "{what}: {refused:?}");
    }
    // The signature is of a recorded approval, of the document with the page in it.
    let file = scene.fake.change(|desk| desk.requests[0].documents[0].current.sha256);
    let file = scene.fake.change(|desk| desk.documents[&file].clone());
    let refused = ended_with(&scene, &[mine, signed.decision], &file).await;
    assert!(is_another(&refused), "{refused:?}");
}

#[tokio::test]
async fn what_was_planted_behind_a_signature_is_not_handed_on() {
    let (scene, mine) = finished().await;
    let file = scene.fake.change(|desk| desk.signed.last().cloned().unwrap());
    assert_eq!(ended_with(&scene, &[mine], &file).await.unwrap(), Verdict::Valid);
    for (what, file) in [
        ("a page", planted(&file)),
        ("an entry", with_catalog(&file, ("Lang", b"(vi)"))),
        (
            "a revision that is not signed",
            updated(&file, |_, update| {
                update.add(b"<< >>".to_vec());
            }),
        ),
        ("too much to compare", oversized(&file)),
        ("a revision that is refused", unreadable(&file)),
        ("a signature cut off", PAPER.to_vec()),
    ] {
        let refused = ended_with(&scene, &[mine], &file).await;
        assert!(is_another(&refused), "{what}: {refused:?}");
    }
}

#[tokio::test]
async fn a_signature_behind_ones_own_is_handed_on_only_with_its_approval_in_the_log() {
    let (scene, mine) = finished().await;
    let at = now(&scene);
    let base = scene.fake.change(|desk| desk.signed.last().cloned().unwrap());
    let other = scene.fake.change(|desk| desk.signed_beside(&base, "other", at));
    let refused = ended_with(&scene, &[mine], &other.file).await;
    assert!(is_another(&refused), "{refused:?}");
    let both = [mine, other.decision];
    assert_eq!(ended_with(&scene, &both, &other.file).await.unwrap(), Verdict::Valid);
    // The approval of another file proves nothing of this one.
    let strange = scene.fake.change(|desk| desk.signed_beside(PAPER, "strange", at));
    let refused = ended_with(&scene, &[mine, strange.decision], &other.file).await;
    assert!(is_another(&refused), "{refused:?}");
    let refused = ended_with(&scene, &[strange.decision], &strange.file).await;
    assert!(matches!(refused, Err(ClientError::Kept(KeptFault::NotYours))), "{refused:?}");
}

#[tokio::test]
async fn a_document_that_was_only_an_attachment_does_not_stand_for_the_one_decided() {
    const FORM: &[u8] = include_bytes!("../../../../tests/vectors/pdfrev-1/form.pdf");
    let scene = Scene::enrolled().await;
    scene.fake.change(|desk| {
        let mut attached = desk.requests[0].documents[0].clone();
        attached.current = desk.store(FORM);
        let request = &mut desk.requests[0];
        request.documents.push(attached);
        request.steps[0].role = Role::Review;
        let task = request.task.as_mut().unwrap();
        (task.role, task.recipe) = (Role::Review, None);
    });
    scene.phone.sync().await.unwrap();
    scene.phone.open(REQUEST).await.unwrap();
    let sheet = scene.phone.sheet(REQUEST).await.unwrap();
    let Decided::Recorded(receipt) = scene.phone.approve(sheet.id).await.unwrap() else {
        panic!("not recorded")
    };
    let refused = ended_with(&scene, &[receipt.decision], FORM).await;
    assert!(is_another(&refused), "{refused:?}");
}

#[tokio::test]
async fn a_standing_contradiction_of_the_log_stops_it() {
    let (scene, mine) = finished().await;
    let file = scene.fake.change(|desk| desk.signed.last().cloned().unwrap());
    ended_with(&scene, &[mine], &file).await.unwrap();
    scene.fake.change(|desk| desk.fork(0));
    scene.phone.sync().await.unwrap_err();
    let refused = scene.phone.kept(REQUEST).await;
    let stands = matches!(refused, Err(ClientError::Log(LogFault::Standing { .. })));
    assert!(stands, "{refused:?}");
}
