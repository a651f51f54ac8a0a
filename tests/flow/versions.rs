//! New versions: what was returned comes back, and the earlier one keeps its history.

use trien_core::change::Outcome;
use trien_core::decision::Verb;
use trien_core::document::Text;
use trien_core::id::{PersonId, RequestId};
use trien_core::problem::ProblemKind;
use trien_core::request::{Assignment, Role, RouteState, StepNumber};
use trien_core::wire::RequestView;
use trien_server::flow::account::Role as OfficeRole;
use trien_server::flow::change::{Reassignment, instead_of, reassign};
use trien_server::flow::submit::{Package, submit};
use trien_server::flow::{FlowError, Thing, changes, read};

use crate::exchange::officer;
use crate::office::{Office, step};
use crate::on_both;
use crate::phone::Phone;

on_both!(
    a_returned_request_comes_back_as_a_new_version,
    one_that_still_waits_is_taken_back_with_its_new_version,
    what_all_have_signed_and_what_is_not_there_has_no_new_version,
    of_many_new_versions_at_once_one_is_taken,
    a_decision_and_a_new_version_at_once_leave_one_of_them,
    a_clerk_gives_what_waits_to_somebody_else_and_both_see_it,
    what_is_given_to_nobody_who_may_sign_stays,
);

fn in_place_of(office: &Office, earlier: RequestId, signers: &[PersonId]) -> Package {
    let mut package = office.package(signers);
    package.submission.supersedes = Some(earlier);
    package
}

async fn view(office: &Office, request: RequestId) -> RequestView {
    read::request(&office.app, &office.caller, request).await.unwrap()
}

async fn outcomes(office: &Office) -> Vec<(RequestId, Outcome)> {
    let page = changes::read(&office.app, &office.caller, 0, 200).await.unwrap();
    page.changes.iter().map(|change| (change.request, change.outcome)).collect()
}

pub async fn a_returned_request_comes_back_as_a_new_version(office: Office) {
    let an = office.person("Nguyễn Văn An").await;
    let phone = Phone::enroll(&office, an).await;
    let first = office.queue(&[an]).await;
    phone.decide(&office, first, Verb::Return).await.unwrap();
    let second = office.queue_package(in_place_of(&office, first, &[an])).await;
    let (old, new) = (view(&office, first).await, view(&office, second).await);
    assert_eq!((old.state, old.superseded_by), (RouteState::Returned, Some(second)));
    assert_eq!((new.supersedes, new.revision, old.revision), (Some(first), 2, 1));
    let kept = read::decisions(&office.app, &office.caller, first).await.unwrap();
    assert_eq!(kept.len(), 1, "what was decided stays");
    phone.decide(&office, second, Verb::Approve).await.unwrap();
    assert_eq!(view(&office, second).await.state, RouteState::Completed);
    let (seen, _) = phone.see(&office.app, second).await;
    assert_eq!((seen.revision, seen.supersedes), (2, Some(first)));
    assert_eq!(
        outcomes(&office).await,
        [
            (first, Outcome::Queued),
            (first, Outcome::Returned),
            (second, Outcome::Queued),
            (first, Outcome::Superseded),
            (second, Outcome::Completed),
        ]
    );
}

async fn one_that_still_waits_is_taken_back_with_its_new_version(office: Office) {
    let (an, binh) = (office.person("Nguyễn Văn An").await, office.person("Trần Thị Bình").await);
    let (first, second) = (Phone::enroll(&office, an).await, Phone::enroll(&office, binh).await);
    let mut package = office.package(&[an]);
    package.submission.steps = vec![step(Role::Review, &[an]), step(Role::Approve, &[binh])];
    let earlier = office.queue_package(package).await;
    first.decide(&office, earlier, Verb::Approve).await.unwrap();
    let draft = second.draft(&office, earlier, Verb::Approve).await;
    let later = office.queue_package(in_place_of(&office, earlier, &[binh])).await;
    let late = second.send(&office.app, &draft, second.sign(&draft)).await;
    let Err(FlowError::Refused { why, .. }) = late else { panic!("{late:?}") };
    assert_eq!(why, ProblemKind::RequestEnded);
    let (seen, _) = first.see(&office.app, earlier).await;
    assert_eq!((seen.state, seen.superseded_by), (RouteState::Recalled, Some(later)));
    second.decide(&office, later, Verb::Approve).await.unwrap();
}

async fn what_all_have_signed_and_what_is_not_there_has_no_new_version(office: Office) {
    let an = office.person("Nguyễn Văn An").await;
    let phone = Phone::enroll(&office, an).await;
    let signed = office.queue(&[an]).await;
    phone.decide(&office, signed, Verb::Approve).await.unwrap();
    let followed = office.queue(&[an]).await;
    office.queue_package(in_place_of(&office, followed, &[an])).await;
    let before = outcomes(&office).await;
    for earlier in [signed, followed] {
        let package = in_place_of(&office, earlier, &[an]);
        let refused = submit(&office.app, &office.caller, package).await;
        assert!(matches!(refused, Err(FlowError::InvalidSubmission(_))), "{refused:?}");
    }
    let unknown = RequestId::from_bytes([7; 16]);
    let refused = submit(&office.app, &office.caller, in_place_of(&office, unknown, &[an])).await;
    assert!(matches!(refused, Err(FlowError::NotFound(Thing::Request))), "{refused:?}");
    assert_eq!(outcomes(&office).await, before, "nothing of these was queued");
}

async fn of_many_new_versions_at_once_one_is_taken(office: Office) {
    let an = office.person("Nguyễn Văn An").await;
    let earlier = office.queue(&[an]).await;
    let mut tasks = Vec::new();
    for _ in 0..8 {
        let package = in_place_of(&office, earlier, &[an]);
        let (app, caller) = (office.app.clone(), office.caller.clone());
        tasks.push(tokio::spawn(async move { submit(&app, &caller, package).await }));
    }
    let mut taken = Vec::new();
    for task in tasks {
        match task.await.unwrap() {
            Ok(submitted) => taken.push(submitted.request),
            Err(FlowError::InvalidSubmission(_)) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    let [later] = taken[..] else { panic!("{taken:?}") };
    assert_eq!(view(&office, earlier).await.superseded_by, Some(later));
    let queued = outcomes(&office).await;
    assert_eq!(queued.len(), 3, "{queued:?}");
}

async fn a_decision_and_a_new_version_at_once_leave_one_of_them(office: Office) {
    let an = office.person("Nguyễn Văn An").await;
    let phone = Phone::enroll(&office, an).await;
    for _ in 0..4 {
        let earlier = office.queue(&[an]).await;
        let draft = phone.draft(&office, earlier, Verb::Approve).await;
        let package = in_place_of(&office, earlier, &[an]);
        let (decided, later) = tokio::join!(
            phone.send(&office.app, &draft, phone.sign(&draft)),
            submit(&office.app, &office.caller, package)
        );
        assert!(decided.is_ok() != later.is_ok(), "{decided:?} {later:?}");
        let now = view(&office, earlier).await;
        let expected = if decided.is_ok() { RouteState::Completed } else { RouteState::Recalled };
        assert_eq!((now.state, now.superseded_by), (expected, later.ok().map(|it| it.request)));
    }
}

fn why() -> Text<500> {
    Text::new("Chủ tịch đi công tác").unwrap()
}

async fn a_clerk_gives_what_waits_to_somebody_else_and_both_see_it(office: Office) {
    let (an, binh) = (office.person("Nguyễn Văn An").await, office.person("Trần Thị Bình").await);
    let (away, deputy) = (Phone::enroll(&office, an).await, Phone::enroll(&office, binh).await);
    let request = office.queue(&[an]).await;
    let draft = away.draft(&office, request, Verb::Approve).await;
    let clerk = officer(&office, "van-thu", OfficeRole::Clerk).await;
    let step = StepNumber(1);
    let others = instead_of(&office.app, &clerk, request, step, an).await.unwrap();
    assert_eq!(others.iter().map(|one| one.id).collect::<Vec<_>>(), [binh]);
    let of = Reassignment { request, step, from: an, to: binh };
    reassign(&office.app, &clerk, of, why()).await.unwrap();
    let late = away.send(&office.app, &draft, away.sign(&draft)).await;
    assert!(matches!(late, Err(FlowError::Refused { .. })), "{late:?}");
    let (seen, _) = away.see(&office.app, request).await;
    let states: Vec<_> = seen.steps[0].signers.iter().map(|one| one.assignment).collect();
    assert_eq!(states, [Assignment::Released, Assignment::Open]);
    deputy.decide(&office, request, Verb::Approve).await.unwrap();
    let signed = read::document(&office.app, &office.caller, request).await.unwrap();
    let bytes = signed.read(0..signed.document.size).await.unwrap();
    let document = trien_core::pdf::read::open(&bytes).unwrap();
    assert_eq!(document.signatures().len(), 1);
    let told: Vec<_> = outcomes(&office).await.into_iter().map(|(_, outcome)| outcome).collect();
    assert_eq!(told, [Outcome::Queued, Outcome::Reassigned, Outcome::Completed]);
    let again = reassign(&office.app, &clerk, of, why()).await;
    assert!(matches!(again, Err(FlowError::Overtaken)), "{again:?}");
}

async fn what_is_given_to_nobody_who_may_sign_stays(office: Office) {
    let (an, binh) = (office.person("Nguyễn Văn An").await, office.person("Trần Thị Bình").await);
    let phone = Phone::enroll(&office, an).await;
    let request = office.queue(&[an]).await;
    let clerk = officer(&office, "van-thu", OfficeRole::Clerk).await;
    let auditor = officer(&office, "kiem-tra", OfficeRole::Auditor).await;
    let of = Reassignment { request, step: StepNumber(1), from: an, to: binh };
    let without_phone = reassign(&office.app, &clerk, of, why()).await;
    assert!(matches!(without_phone, Err(FlowError::InvalidSubmission(_))), "{without_phone:?}");
    let second = Phone::enroll(&office, binh).await;
    let by_auditor = reassign(&office.app, &auditor, of, why()).await;
    assert!(matches!(by_auditor, Err(FlowError::Forbidden)), "{by_auditor:?}");
    let to_itself = reassign(&office.app, &clerk, Reassignment { to: an, ..of }, why()).await;
    assert!(matches!(to_itself, Err(FlowError::InvalidSubmission(_))), "{to_itself:?}");
    let nowhere = Reassignment { step: StepNumber(2), ..of };
    let nowhere = reassign(&office.app, &clerk, nowhere, why()).await;
    assert!(matches!(nowhere, Err(FlowError::Overtaken)), "{nowhere:?}");
    phone.decide(&office, request, Verb::Approve).await.unwrap();
    let decided = reassign(&office.app, &clerk, of, why()).await;
    assert!(matches!(decided, Err(FlowError::Overtaken)), "{decided:?}");
    drop(second);
}
