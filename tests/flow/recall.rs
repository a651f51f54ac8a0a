//! Taking requests back, and what is told of whatever happens to a request.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sqlx::Row as _;
use trien_core::change::Outcome;
use trien_core::decision::Verb;
use trien_core::document::Text;
use trien_core::env::Timestamp;
use trien_core::id::RequestId;
use trien_core::problem::ProblemKind;
use trien_core::request::{Role, RouteState};
use trien_server::flow::account::Role as OfficeRole;
use trien_server::flow::key::{self, Scope};
use trien_server::flow::{FlowError, Thing, changes, read, recall, remind};

use crate::exchange::officer;
use crate::office::{Office, step};
use crate::on_both;
use crate::phone::Phone;

on_both!(
    a_request_is_taken_back_once_and_nobody_decides_on_it_any_more,
    only_a_clerk_of_the_unit_takes_a_request_back_and_says_why,
    a_key_that_was_revoked_meanwhile_neither_recalls_nor_reminds,
    each_change_is_one_row_with_the_number_of_the_request,
    a_reader_who_asks_all_the_while_sees_each_change_once,
);

fn why() -> Text<500> {
    Text::new("sai số liệu").unwrap()
}

async fn state(office: &Office, request: RequestId) -> RouteState {
    read::request(&office.app, &office.caller, request).await.unwrap().state
}

async fn outcomes(office: &Office) -> Vec<(RequestId, Outcome)> {
    let page = changes::read(&office.app, &office.caller, 0, 200).await.unwrap();
    page.changes.iter().map(|change| (change.request, change.outcome)).collect()
}

pub async fn a_request_is_taken_back_once_and_nobody_decides_on_it_any_more(office: Office) {
    let (an, binh) = (office.person("Nguyễn Văn An").await, office.person("Trần Thị Bình").await);
    let (first, second) = (Phone::enroll(&office, an).await, Phone::enroll(&office, binh).await);
    let mut package = office.package(&[an]);
    package.submission.steps = vec![step(Role::Review, &[an]), step(Role::Approve, &[binh])];
    let request = office.queue_package(package).await;
    first.decide(&office, request, Verb::Approve).await.unwrap();
    let draft = second.draft(&office, request, Verb::Approve).await;
    recall::by_key(&office.app, &office.caller, request, Some(why())).await.unwrap();
    assert_eq!(state(&office, request).await, RouteState::Recalled);
    let late = second.send(&office.app, &draft, second.sign(&draft)).await;
    let Err(FlowError::Refused { why: refused, .. }) = late else { panic!("{late:?}") };
    assert_eq!(refused, ProblemKind::RequestEnded, "and that it was refused is recorded");
    // Whoever lost the answer asks again.
    recall::by_key(&office.app, &office.caller, request, Some(why())).await.unwrap();
    let told = outcomes(&office).await;
    let expected = [Outcome::Queued, Outcome::Approved, Outcome::Recalled];
    assert_eq!(told, expected.map(|outcome| (request, outcome)));
    let (seen, _) = first.see(&office.app, request).await;
    assert_eq!(seen.state, RouteState::Recalled, "whoever has signed sees it");
}

pub async fn only_a_clerk_of_the_unit_takes_a_request_back_and_says_why(office: Office) {
    let an = office.person("Nguyễn Văn An").await;
    let phone = Phone::enroll(&office, an).await;
    let (request, signed) = (office.queue(&[an]).await, office.queue(&[an]).await);
    phone.decide(&office, signed, Verb::Approve).await.unwrap();
    let clerk = officer(&office, "van-thu", OfficeRole::Clerk).await;
    let auditor = officer(&office, "kiem-tra", OfficeRole::Auditor).await;
    let by_auditor = recall::by_clerk(&office.app, &auditor, request, why()).await;
    assert_eq!(by_auditor, Err(FlowError::Forbidden));
    let reader = key::create(&office.app, office.unit.id, &[Scope::Read], "reader").await.unwrap();
    let reader = key::authenticate(&office.app, &reader.token).await.unwrap();
    let by_reader = recall::by_key(&office.app, &reader, request, None).await;
    assert_eq!(by_reader, Err(FlowError::Forbidden));
    let nobody = RequestId::from_bytes([7; 16]);
    let unknown = recall::by_clerk(&office.app, &clerk, nobody, why()).await;
    assert_eq!(unknown, Err(FlowError::NotFound(Thing::Request)));
    let done = recall::by_clerk(&office.app, &clerk, signed, why()).await;
    assert_eq!(done, Err(FlowError::RequestEnded), "what all have signed is not taken back so");
    recall::by_clerk(&office.app, &clerk, request, why()).await.unwrap();
    assert_eq!(state(&office, request).await, RouteState::Recalled);
}

async fn a_key_that_was_revoked_meanwhile_neither_recalls_nor_reminds(office: Office) {
    let app = &office.app;
    let an = office.person("Nguyễn Văn An").await;
    let request = office.queue(&[an]).await;
    office.clock.forward(2 * 3600);
    let made = key::create(app, office.unit.id, &[Scope::Submit], "QLVB").await.unwrap();
    let caller = key::authenticate(app, &made.token).await.unwrap();
    key::revoke(app, made.key).await.unwrap();
    let recalled = recall::by_key(app, &caller, request, Some(why())).await;
    assert_eq!(recalled, Err(FlowError::Unauthenticated));
    assert!(matches!(state(&office, request).await, RouteState::Open { .. }));
    let reminded = remind::by_key(app, &caller, request).await;
    assert_eq!(reminded, Err(FlowError::Unauthenticated));
    // A key that stands does both, and the log names it.
    let standing = office.caller.key.to_string();
    remind::by_key(app, &office.caller, request).await.unwrap();
    recall::by_key(app, &office.caller, request, Some(why())).await.unwrap();
    let rows = sqlx::query("SELECT body FROM statement ORDER BY leaf DESC LIMIT 2");
    let rows = rows.fetch_all(&mut office.database().await).await.unwrap();
    for (row, act) in rows.iter().zip(["recalled", "reminded"]) {
        let said: Value = serde_json::from_str(&row.get::<String, _>(0)).unwrap();
        assert_eq!((&said["act"], &said["key"]), (&json!(act), &json!(standing)));
    }
}

async fn each_change_is_one_row_with_the_number_of_the_request(office: Office) {
    let an = office.person("Nguyễn Văn An").await;
    let phone = Phone::enroll(&office, an).await;
    let verbs = [Verb::Approve, Verb::Reject, Verb::Return];
    for verb in verbs {
        let request = office.queue(&[an]).await;
        phone.decide(&office, request, verb).await.unwrap();
    }
    let open = office.queue(&[an]).await;
    recall::by_key(&office.app, &office.caller, open, None).await.unwrap();
    let page = changes::read(&office.app, &office.caller, 0, 200).await.unwrap();
    let numbers: Vec<u64> = page.changes.iter().map(|change| change.number).collect();
    assert!(numbers.is_sorted_by(|one, next| one < next), "{numbers:?}");
    let seen: BTreeSet<Outcome> = page.changes.iter().map(|change| change.outcome).collect();
    let expected = [
        Outcome::Queued,
        Outcome::Completed,
        Outcome::Rejected,
        Outcome::Returned,
        Outcome::Recalled,
    ];
    assert_eq!(seen, expected.into_iter().collect());
    let requests = read::requests(&office.app, &office.caller, 0, 200).await.unwrap();
    for request in &requests.requests {
        let last = page.changes.iter().rfind(|change| change.request == request.id).unwrap();
        assert_eq!(last.state, request.state);
        assert!(last.at > Timestamp::from_millis(0) && last.revision == request.revision);
    }
    assert_eq!(requests.cursor, page.cursor, "one cursor for both");
    let rest = changes::read(&office.app, &office.caller, numbers[2], 1).await.unwrap();
    assert_eq!((rest.changes[0].number, rest.more), (numbers[3], true));
}

async fn a_reader_who_asks_all_the_while_sees_each_change_once(office: Office) {
    let an = office.person("Nguyễn Văn An").await;
    let (app, caller) = (office.app.clone(), office.caller.clone());
    let reading = tokio::spawn(async move {
        let (mut cursor, mut seen) = (0, Vec::new());
        while seen.len() < 40 {
            let page = changes::read(&app, &caller, cursor, 3).await.unwrap();
            seen.extend(page.changes.iter().map(|change| change.request));
            cursor = page.cursor;
            tokio::task::yield_now().await;
        }
        seen
    });
    let mut queued = Vec::new();
    for _ in 0..5 {
        let signers = [an];
        let eight = futures_util::future::join_all((0..8).map(|_| office.queue(&signers)));
        queued.extend(eight.await);
    }
    let seen = tokio::time::timeout(std::time::Duration::from_secs(60), reading).await;
    let seen = seen.expect("a change was skipped").unwrap();
    let once: BTreeSet<RequestId> = seen.iter().copied().collect();
    assert_eq!(once.len(), seen.len());
    assert_eq!(once, queued.into_iter().collect());
}
