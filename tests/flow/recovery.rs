//! A server restored from an old backup has lost what phones have seen.

use std::fs;
use std::path::Path;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use trien_core::decision::Verb;
use trien_core::wire::SyncQuery;
use trien_server::flow::{FlowError, read};

use crate::office::Office;
use crate::phone::{Draft, Phone};

/// A phone with a draft that names a checkpoint which the restored server never had.
struct Restored {
    office: Office,
    phone: Phone,
    draft: Draft,
    seen: String,
}

async fn restored() -> Restored {
    let mut office = Office::on_sqlite().await;
    let person = office.person("Nguyễn Văn An").await;
    let phone = Phone::enroll(&office, person).await;
    let request = office.queue(&[person]).await;
    office.app.shut_down().await;
    let folder = office.app.settings().data.clone();
    let backup = office.data.path().join("backup");
    copy(&folder, &backup);
    office.reopen().await;
    office.queue(&[person]).await;
    let draft = phone.draft(&office, request, Verb::Approve).await;
    let seen = read::checkpoint(&office.app).await.unwrap();
    office.app.shut_down().await;
    fs::remove_dir_all(&folder).unwrap();
    copy(&backup, &folder);
    office.reopen().await;
    Restored { office, phone, draft, seen }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(path, target).unwrap();
        }
    }
}

fn query(checkpoint: &str) -> SyncQuery {
    let checkpoint = Some(Base64UrlUnpadded::encode_string(checkpoint.as_bytes()));
    SyncQuery { checkpoint, ..SyncQuery::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_has_stopped_leaves_a_folder_that_can_be_copied() {
    let office = Office::on_sqlite().await;
    office.person("Nguyễn Văn An").await;
    office.app.shut_down().await;
    // SQLite takes these two away when the last connection closes, and until then a copy without them is older.
    for open in fs::read_dir(&office.app.settings().data).unwrap() {
        let name = open.unwrap().file_name().into_string().unwrap();
        assert!(!name.ends_with("-wal") && !name.ends_with("-shm"), "{name} is still there");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_that_has_seen_more_stops_decisions_for_good() {
    let mut restored = restored().await;
    let (phone, draft) = (&restored.phone, &restored.draft);
    let synced = phone.sync(&restored.office.app, query(&restored.seen)).await;
    assert_eq!(synced.unwrap_err(), FlowError::LogRecovery);
    let request = draft.decision.request;
    let other = phone.draft(&restored.office, request, Verb::Approve).await;
    let sent = phone.send(&restored.office.app, &other, phone.sign(&other)).await;
    assert_eq!(sent, Err(FlowError::LogRecovery), "also for phones that have seen less");
    restored.office.reopen().await;
    let sent = phone.send(&restored.office.app, &other, phone.sign(&other)).await;
    assert_eq!(sent, Err(FlowError::LogRecovery), "also after a restart");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_decision_that_has_seen_more_stops_decisions() {
    let restored = restored().await;
    let (phone, draft) = (&restored.phone, &restored.draft);
    let sent = phone.send(&restored.office.app, draft, phone.sign(draft)).await;
    assert_eq!(sent, Err(FlowError::LogRecovery));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_has_regrown_is_found_out_too() {
    let restored = restored().await;
    for number in 0..5 {
        restored.office.person(&format!("Người {number}")).await;
    }
    let synced = restored.phone.sync(&restored.office.app, query(&restored.seen)).await;
    assert_eq!(synced.unwrap_err(), FlowError::LogRecovery);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_earlier_checkpoint_is_answered_with_its_consistency_proof() {
    use trien_core::log::tree::verify_consistency;
    let office = Office::on_sqlite().await;
    let person = office.person("Nguyễn Văn An").await;
    let phone = Phone::enroll(&office, person).await;
    let mut notes = vec![read::checkpoint(&office.app).await.unwrap()];
    for _ in 0..5 {
        office.queue(&[person]).await;
        notes.push(read::checkpoint(&office.app).await.unwrap());
    }
    for note in notes {
        let answer = phone.sync(&office.app, query(&note)).await.unwrap();
        let from = phone.log_key().open(&note).unwrap().head();
        let to = phone.log_key().open(&answer.checkpoint).unwrap().head();
        verify_consistency(from, to, &answer.consistency).unwrap();
    }
    let cursor = phone.sync(&office.app, SyncQuery::default()).await.unwrap().cursor;
    let nothing =
        phone.sync(&office.app, SyncQuery { cursor, ..SyncQuery::default() }).await.unwrap();
    assert!(nothing.requests.is_empty() && !nothing.more && nothing.cursor == cursor);
}
