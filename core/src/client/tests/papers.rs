//! What stands beside documents: copies that came, and comments.

use crate::env::Timestamp;
use crate::id::{CommentId, PersonId};
use crate::papers::{CommentAuthor, CommentView, CopyHolder, CopyView, NewComment};
use crate::request::RouteState;
use crate::wire::PersonView;

use super::super::error::ClientError;
use super::Scene;
use super::fake::{PERSON, REQUEST};
use crate::document::Text;
use crate::testing::office::ISSUED_AT;

fn copy(person: PersonId, delivered_at: Option<Timestamp>) -> CopyView {
    let person = PersonView { id: person, name: "Ai đó".into(), position: "Văn thư".into() };
    CopyView { holder: CopyHolder::Person { person }, delivered_at, opened_at: None }
}

#[tokio::test]
async fn a_copy_is_shown_once_it_was_delivered_and_stays_opened() {
    let scene = Scene::enrolled().await;
    let delivered = ISSUED_AT.timestamp();
    scene.fake.change(|desk| desk.requests[0].copies = vec![copy(PERSON, None)]);
    scene.phone.sync().await.unwrap();
    assert_eq!(scene.phone.copies(), []);
    scene.fake.change(|desk| {
        let request = &mut desk.requests[0];
        let others = copy(PersonId::from_bytes([99; 16]), Some(delivered));
        (request.state, request.task) = (RouteState::Completed, None);
        request.copies = vec![others, copy(PERSON, Some(delivered))];
    });
    scene.phone.sync().await.unwrap();
    let [unopened] = scene.phone.copies().try_into().unwrap();
    assert_eq!((unopened.receipt.delivered_at, unopened.receipt.opened_at), (delivered, None));
    scene.phone.open(REQUEST).await.unwrap();
    let scene = scene.restarted().await;
    let [opened] = scene.phone.copies().try_into().unwrap();
    assert!(opened.receipt.opened_at.is_some());
}

#[tokio::test]
async fn what_is_opened_while_a_sync_writes_stands_in_memory_alone() {
    let scene = Scene::enrolled().await;
    scene.fake.change(|desk| {
        let request = &mut desk.requests[0];
        (request.state, request.task) = (RouteState::Completed, None);
        request.copies = vec![copy(PERSON, Some(ISSUED_AT.timestamp()))];
    });
    scene.phone.sync().await.unwrap();
    let file = scene.folder.path().join(format!("requests/{REQUEST}.json"));
    let before = std::fs::read(&file).unwrap();
    let syncs = scene.phone.syncing.lock().await;
    scene.phone.open(REQUEST).await.unwrap();
    assert!(scene.phone.copies()[0].receipt.opened_at.is_some());
    assert_eq!(std::fs::read(&file).unwrap(), before);
    drop(syncs);
    let scene = scene.restarted().await;
    assert!(scene.phone.copies()[0].receipt.opened_at.is_none());
    scene.phone.open(REQUEST).await.unwrap();
    assert_ne!(std::fs::read(&file).unwrap(), before, "and is noted when it is opened again");
}

#[tokio::test]
async fn comments_are_written_and_withdrawn_without_a_prompt() {
    let scene = Scene::enrolled().await;
    scene.phone.sync().await.unwrap();
    let comment = NewComment { document: 0, page: 2, text: Text::new("Nguồn nào?").unwrap() };
    let id = scene.phone.comment(REQUEST, &comment).await.unwrap();
    let me = scene.phone.profile().unwrap().person;
    let written = CommentView {
        id,
        document: 0,
        page: 2,
        by: CommentAuthor { name: me.name, position: me.position },
        text: Some("Nguồn nào?".into()),
        written_at: ISSUED_AT.timestamp(),
        withdrawn_at: None,
        mine: true,
    };
    assert_eq!(scene.phone.comments(REQUEST).await.unwrap(), [written]);
    scene.phone.withdraw_comment(REQUEST, id).await.unwrap();
    assert_eq!(scene.phone.comments(REQUEST).await.unwrap()[0].text, None);
    let other = scene.phone.withdraw_comment(REQUEST, CommentId::from_bytes([9; 16])).await;
    assert!(matches!(other, Err(ClientError::Problem(_))));
    assert_eq!(scene.prompts(), 1, "only the enrollment asked for the person");
}
