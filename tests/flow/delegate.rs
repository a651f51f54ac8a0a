//! Deciding in another's place: what a delegation allows, and that nothing goes beyond it.

use std::collections::BTreeMap;

use serde_json::Value;
use sqlx::Row as _;
use trien_core::cose::{Content, assemble_as, sig_structure_as};
use trien_core::decision::{Authority, SeenCheckpoint, Verb};
use trien_core::delegation::evidence::DelegationEvidence;
use trien_core::delegation::wire::{DelegationState, DelegationSubmission};
use trien_core::delegation::{Delegation, Form, Holder, Reach, UnitScope};
use trien_core::digest::Sha256;
use trien_core::document::Text;
use trien_core::env::Clock as _;
use trien_core::id::{PersonId, RequestId};
use trien_core::log::leaf::Outcome;
use trien_core::papers::NewComment;
use trien_core::pdf::recipe::{Appearance, Line, Recipe};
use trien_core::problem::ProblemKind;
use trien_core::receipt::Receipt;
use trien_core::request::{Role, RouteState};
use trien_core::wire::{Base64, SyncQuery};
use trien_server::flow::account::Role as OfficeRole;
use trien_server::flow::act::Act;
use trien_server::flow::change::{self as changes, Changer, NewPost, PostChange, PostRef};
use trien_server::flow::delegate::{self, NoDelegation};
use trien_server::flow::device::{self, RevocationReason};
use trien_server::flow::sync;
use trien_server::flow::{FlowError, Mismatch, Thing, comments, read};
use trien_server::jobs::run_due;
use trien_server::store::directory::Authority as PostAuthority;

use crate::acts::unit_below;
use crate::change::{act, person};
use crate::exchange::officer;
use crate::office::{Office, step};
use crate::on_both;
use crate::phone::{Draft, KNOWS_NOTHING, Phone};

on_both! {
    a_delegate_signs_in_the_leaders_place_under_the_own_name,
    what_a_delegation_does_not_cover_is_neither_shown_nor_recorded,
    what_ended_meanwhile_is_refused_with_a_leaf_and_shown_no_more,
    a_delegate_lays_it_down_and_the_leader_decides_alone,
    it_ends_with_either_post_and_does_not_come_back,
    a_leaked_key_delegates_nothing_any_more,
    an_officer_ends_it_where_they_administer,
    nobody_hands_on_what_was_handed_to_them,
    one_of_principal_and_delegate_is_recorded_however_they_race,
    it_is_shown_from_its_start_to_its_end,
    what_is_no_delegation_is_not_taken,
    whom_one_may_delegate_to_is_told_with_the_forms,
    a_delegate_reads_and_writes_beside_the_page_as_long_as_it_counts,
}

fn text<const MAX: usize>(text: &str) -> Text<MAX> {
    Text::new(text).unwrap()
}

/// The leader and a deputy.
pub async fn two(office: &Office) -> (Phone, Phone) {
    let leader = office.person("Nguyễn Văn An").await;
    let deputy = person(office, office.unit.id, "Lê Thị Khuê", "Phó Chủ tịch").await;
    (settled(office, leader).await, settled(office, deputy).await)
}

/// A phone that has its first sync behind it, by which its certificate is handed over: the log grows with that.
pub async fn settled(office: &Office, person: PersonId) -> Phone {
    let phone = Phone::enroll(office, person).await;
    phone.sync(&office.app, SyncQuery::default()).await.unwrap();
    phone
}

fn post(phone: &Phone) -> Holder {
    let Authority::Own { position } = phone.profile.authority.clone() else { panic!("own") };
    Holder { person: phone.person, unit: phone.profile.unit.id, position }
}

/// All that is asked of the leader in the unit, for an hour.
pub async fn draft(office: &Office, from: &Phone, to: &Phone) -> Delegation {
    let answer = from.sync(&office.app, SyncQuery::default()).await.unwrap();
    let seen = from.log_key().open(&answer.checkpoint).unwrap();
    let now = office.clock.now().second();
    Delegation {
        version: 1,
        form: Form::Kt,
        from: post(from),
        to: post(to),
        units: vec![UnitScope { unit: office.unit.id, reach: Reach::AndBelow }],
        kinds: Vec::new(),
        starts: now,
        ends: now.plus(3600),
        reason: text("Đi công tác"),
        certificate: Sha256::of(&from.profile.certificate.0),
        device: from.device,
        checkpoint: SeenCheckpoint { size: seen.size, root: seen.root },
        signed_at: now,
        app: text("test 1"),
    }
}

async fn send(office: &Office, from: &Phone, given: &Delegation) -> Result<String, FlowError> {
    let answer = from.sync(&office.app, SyncQuery::default()).await.unwrap();
    let (cbor, name) = (given.to_cbor(), given.certificate);
    let message = sig_structure_as(Content::Delegation, &cbor, name);
    let signature = from.approve_bytes(&message);
    let spki = from.approval_key();
    let statement = assemble_as(Content::Delegation, &cbor, name, &signature, &spki).unwrap();
    let submission =
        DelegationSubmission { statement: Base64(statement), checkpoint: answer.checkpoint };
    let device = from.authenticated(&office.app).await;
    delegate::give(&office.app, &device, submission).await
}

/// Gives it; gives its hash.
pub async fn give(office: &Office, from: &Phone, given: &Delegation) -> Sha256 {
    send(office, from, given).await.unwrap();
    given.hash()
}

fn refused(result: Result<Receipt, FlowError>) -> ProblemKind {
    match result {
        Err(FlowError::Refused { why, receipt }) => {
            assert_eq!(receipt.outcome, Outcome::Refused { why });
            why
        }
        other => panic!("expected a recorded refusal: {other:?}"),
    }
}

async fn is_asked(office: &Office, phone: &Phone, request: RequestId) -> bool {
    let answer = phone.sync(&office.app, SyncQuery::default()).await.unwrap();
    answer.requests.iter().any(|view| view.id == request && view.task.is_some())
}

async fn state(office: &Office, phone: &Phone) -> DelegationState {
    let device = phone.authenticated(&office.app).await;
    delegate::of_device(&office.app, &device).await.unwrap()[0].state
}

pub async fn a_delegate_signs_in_the_leaders_place_under_the_own_name(office: Office) {
    let app = &office.app;
    let (leader, deputy) = two(&office).await;
    let before = office.queue(&[leader.person]).await;
    let given = draft(&office, &leader, &deputy).await;
    let proof: DelegationEvidence = send(&office, &leader, &given).await.unwrap().parse().unwrap();
    let shown = proof.verify(&leader.log_key()).unwrap();
    assert_eq!(shown.delegation, given);
    let again: DelegationEvidence = send(&office, &leader, &given).await.unwrap().parse().unwrap();
    assert_eq!(again.proof.index, proof.proof.index, "the same one is given once");
    let after = office.queue(&[leader.person]).await;

    // A phone that does not verify delegations is not shown what it would sign in the own name.
    let old = deputy.authenticated(app).await;
    let old = sync::sync(app, &old, SyncQuery::default(), KNOWS_NOTHING).await.unwrap();
    assert!(old.requests.is_empty() && old.delegations.is_empty());
    for request in [before, after] {
        let (view, _) = deputy.see(app, request).await;
        let task = view.task.unwrap();
        assert_eq!(task.in_place_of.unwrap().person.id, leader.person);
        let recipe = Recipe::from_cbor(&task.recipe.unwrap().0).unwrap();
        let Appearance::Stamp { lines, image: None, .. } = recipe.appearance else { panic!() };
        let said: Vec<&str> = lines
            .iter()
            .filter_map(|line| match line {
                Line::Text { text } => Some(text.as_str()),
                Line::SignedAt { .. } => None,
            })
            .collect();
        let unit = office.unit.name.as_str();
        assert_eq!(said, ["Lê Thị Khuê", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", unit]);
    }
    let late = leader.draft(&office, before, Verb::Approve).await;
    let receipt = deputy.decide(&office, before, Verb::Approve).await.unwrap();
    receipt.verify(&deputy.log_key()).unwrap();
    let view = read::request(app, &office.caller, before).await.unwrap();
    assert_eq!(view.state, RouteState::Completed);
    let signer = &view.steps[0].signers[0];
    let by = signer.by.as_ref().unwrap();
    assert_eq!((signer.person.id, by.person.id, by.form), (leader.person, deputy.person, Form::Kt));
    let decided = read::decisions(app, &office.caller, before).await.unwrap();
    assert_eq!(decided[0].person.id, deputy.person);
    assert_eq!(decided[0].in_place_of.as_ref().map(|it| it.id), Some(leader.person));
    let hash = decided[0].delegation.unwrap();
    let proof = delegate::evidence(app, &office.caller, before, hash).await.unwrap();
    proof.parse::<DelegationEvidence>().unwrap().verify(&leader.log_key()).unwrap();
    let elsewhere = delegate::evidence(app, &office.caller, after, hash).await;
    assert_eq!(elsewhere, Err(FlowError::NotFound(Thing::Delegation)));
    assert_eq!(refused(leader.send(app, &late, leader.sign(&late)).await), ProblemKind::Overtaken);
    // The leader may still decide, and the delegate then may not.
    let late = deputy.draft(&office, after, Verb::Reject).await;
    leader.decide(&office, after, Verb::Approve).await.unwrap();
    assert_eq!(refused(deputy.send(app, &late, deputy.sign(&late)).await), ProblemKind::Overtaken);
    assert!(!is_asked(&office, &deputy, after).await);
}

async fn what_a_delegation_does_not_cover_is_neither_shown_nor_recorded(office: Office) {
    let app = &office.app;
    let (leader, deputy) = two(&office).await;
    let clerk = office.clerk("Phạm Văn Dũng").await;
    let given = draft(&office, &leader, &deputy).await;
    let given = Delegation { kinds: vec![text("Công văn")], ..given };
    give(&office, &leader, &given).await;
    let kind = |name: &str| {
        let mut package = office.package(&[leader.person]);
        package.submission.metadata.kind = text(name);
        package
    };
    let covered = office.queue_package(kind("CÔNG VĂN")).await;
    let other = office.queue_package(kind("Quyết định")).await;
    // A step in which the deputy has a part themselves, and one of somebody else.
    let mut package = kind("Công văn");
    package.submission.steps = vec![step(Role::Approve, &[leader.person, deputy.person])];
    let both = office.queue_package(package).await;
    let mut package = kind("Công văn");
    package.submission.steps = vec![step(Role::Seal, &[clerk])];
    let seal = office.queue_package(package).await;
    let shown = deputy.sync(app, SyncQuery::default()).await.unwrap();
    let shown: Vec<(RequestId, bool)> = shown
        .requests
        .iter()
        .map(|view| (view.id, view.task.as_ref().is_some_and(|task| task.in_place_of.is_some())))
        .collect();
    assert_eq!(shown, [(covered, true), (both, false)]);
    // Whoever claims it all the same: the step does not exist for them, and no leaf says that they tried.
    let honest = deputy.draft(&office, covered, Verb::Reject).await;
    for request in [other, seal] {
        let mut forged = honest.clone();
        forged.decision.request = request;
        let sent = deputy.send(app, &forged, deputy.sign(&forged)).await;
        assert_eq!(sent.unwrap_err(), FlowError::NotFound(Thing::Step));
    }
    let mut forged = honest.clone();
    forged.decision.authority =
        Authority::Delegated { position: text("Chủ tịch"), statement: given.hash() };
    let sent = deputy.send(app, &forged, deputy.sign(&forged)).await;
    assert_eq!(sent.unwrap_err(), FlowError::Mismatch(Mismatch::Authority));
    let mut forged = honest.clone();
    forged.decision.authority = deputy.profile.authority.clone();
    let sent = deputy.send(app, &forged, deputy.sign(&forged)).await;
    assert_eq!(sent.unwrap_err(), FlowError::NotFound(Thing::Step), "not in the own name");
    let mut endless = honest.clone();
    endless.decision.valid_until = given.ends.plus(1);
    let sent = deputy.send(app, &endless, deputy.sign(&endless)).await;
    assert_eq!(sent.unwrap_err(), FlowError::Mismatch(Mismatch::Validity));
    deputy.send(app, &honest, deputy.sign(&honest)).await.unwrap();
}

pub async fn what_ended_meanwhile_is_refused_with_a_leaf_and_shown_no_more(office: Office) {
    let app = &office.app;
    let (leader, deputy) = two(&office).await;
    let request = office.queue(&[leader.person]).await;
    let hash = give(&office, &leader, &draft(&office, &leader, &deputy).await).await;
    let signed = deputy.draft(&office, request, Verb::Approve).await;
    let cursor = deputy.sync(app, SyncQuery::default()).await.unwrap().cursor;
    let document = signed.decision.documents[0].document.sha256;
    let device = deputy.authenticated(app).await;
    let nobody = delegate::by_party(app, &device, Sha256::of(b"none"), text("x")).await;
    assert_eq!(nobody, Err(FlowError::NotFound(Thing::Delegation)));
    for _ in 0..2 {
        let device = leader.authenticated(app).await;
        delegate::by_party(app, &device, hash, text("Về sớm")).await.unwrap();
    }
    assert_eq!(
        refused(deputy.send(app, &signed, deputy.sign(&signed)).await),
        ProblemKind::Overtaken
    );
    let told = deputy.sync(app, SyncQuery { cursor, ..SyncQuery::default() }).await.unwrap();
    assert_eq!(told.requests.len(), 1, "that it is over is told");
    assert!(told.requests[0].task.is_none() && told.delegations.is_empty());
    let after = SyncQuery { cursor: told.cursor, ..SyncQuery::default() };
    leader.decide(&office, request, Verb::Approve).await.unwrap();
    assert!(deputy.sync(app, after).await.unwrap().requests.is_empty(), "and nothing after that");
    let device = deputy.authenticated(app).await;
    let read = read::document_for_device(app, &device, document).await;
    assert!(matches!(read, Err(FlowError::NotFound(Thing::Document))));
    assert_eq!(state(&office, &leader).await, DelegationState::Ended);
}

async fn a_delegate_lays_it_down_and_the_leader_decides_alone(office: Office) {
    let app = &office.app;
    let (leader, deputy) = two(&office).await;
    let other = person(&office, office.unit.id, "Phạm Thị Lan", "Phó Chủ tịch").await;
    let other = settled(&office, other).await;
    let request = office.queue(&[leader.person]).await;
    let hash = give(&office, &leader, &draft(&office, &leader, &deputy).await).await;
    let kept = give(&office, &leader, &draft(&office, &leader, &other).await).await;
    let signed = deputy.draft(&office, request, Verb::Approve).await;
    let device = other.authenticated(app).await;
    let by_other = delegate::by_party(app, &device, hash, text("x")).await;
    assert_eq!(
        by_other,
        Err(FlowError::NotFound(Thing::Delegation)),
        "what others delegate is theirs"
    );
    for _ in 0..2 {
        let device = deputy.authenticated(app).await;
        delegate::by_party(app, &device, hash, text("Đi học")).await.unwrap();
    }
    let sent = deputy.send(app, &signed, deputy.sign(&signed)).await;
    assert_eq!(refused(sent), ProblemKind::Overtaken, "what was signed before is too late");
    assert!(!is_asked(&office, &deputy, request).await);
    assert_eq!(state(&office, &deputy).await, DelegationState::Ended);
    assert!(is_asked(&office, &other, request).await, "the other delegate's stays");
    let ended: Vec<Value> = statements(&office, "delegation-ended").await;
    assert_eq!(ended.len(), 1, "asked twice it is one act");
    assert_eq!(ended[0]["after"]["ended_by"], "delegate");
    assert_eq!(ended[0]["by"]["device"], deputy.device.to_string());
    assert_eq!(ended[0]["why"], "Đi học");
    leader.decide(&office, request, Verb::Approve).await.unwrap();
    let device = leader.authenticated(app).await;
    delegate::by_party(app, &device, kept, text("Về sớm")).await.unwrap();
    let ended = statements(&office, "delegation-ended").await;
    assert_eq!(ended[1]["after"]["ended_by"], "giver");
}

/// What the log states of such acts, in its order.
async fn statements(office: &Office, act: &str) -> Vec<Value> {
    let sql = "SELECT body FROM statement ORDER BY leaf";
    let rows = sqlx::query(sql).fetch_all(&mut office.database().await).await.unwrap();
    let bodies = rows.iter().map(|row| row.get::<String, _>(0));
    let said = bodies.filter_map(|body| serde_json::from_str::<Value>(&body).ok());
    said.filter(|said| said["act"] == act).collect()
}

/// A change of title in the unit by which everything is kept.
pub async fn moved(office: &Office, person: PersonId, title: &str, to: &str) {
    let from = PostRef { unit: office.unit.id, title: title.to_owned() };
    let to = NewPost { unit: office.unit.id, title: text(to), authority: None };
    let moves = PostChange::Moves { from, to };
    let plan = changes::look(&office.app, Changer::CommandLine, person, moves).await.unwrap();
    let keep = plan.items.iter().map(|item| (item.about.key(), "keep".to_owned()));
    let chosen: BTreeMap<String, String> = keep.collect();
    let by = Changer::CommandLine;
    changes::carry_out(&office.app, by, &act(), plan, &chosen).await.unwrap();
}

async fn it_ends_with_either_post_and_does_not_come_back(office: Office) {
    let app = &office.app;
    let (mut leader, mut deputy) = two(&office).await;
    let request = office.queue(&[leader.person]).await;
    let give_anew = async |leader: &Phone, deputy: &Phone| {
        give(&office, leader, &draft(&office, leader, deputy).await).await;
        deputy.draft(&office, request, Verb::Reject).await
    };
    let learn = async |phone: &mut Phone| {
        let post = phone.sync(app, SyncQuery::default()).await.unwrap().post.unwrap();
        (phone.profile.person, phone.profile.authority) = (post.person, post.authority);
    };
    let signed = give_anew(&leader, &deputy).await;
    moved(&office, leader.person, "Chủ tịch", "Bí thư").await;
    assert_eq!(
        refused(deputy.send(app, &signed, deputy.sign(&signed)).await),
        ProblemKind::Overtaken
    );
    run_due(app).await.unwrap();
    assert!(!is_asked(&office, &deputy, request).await);
    // In the old post again: it began anew, and so would a delegation.
    moved(&office, leader.person, "Bí thư", "Chủ tịch").await;
    run_due(app).await.unwrap();
    assert!(!is_asked(&office, &deputy, request).await);
    learn(&mut leader).await;
    office.clock.forward(1);
    let signed = give_anew(&leader, &deputy).await;
    moved(&office, deputy.person, "Phó Chủ tịch", "Ủy viên").await;
    assert_eq!(
        refused(deputy.send(app, &signed, deputy.sign(&signed)).await),
        ProblemKind::Overtaken
    );
    assert_eq!(state(&office, &leader).await, DelegationState::Ended);
    run_due(app).await.unwrap();
    learn(&mut deputy).await;
    assert!(!is_asked(&office, &deputy, request).await);
}

async fn a_leaked_key_delegates_nothing_any_more(office: Office) {
    let app = &office.app;
    let (leader, deputy) = two(&office).await;
    let request = office.queue(&[leader.person]).await;
    give(&office, &leader, &draft(&office, &leader, &deputy).await).await;
    let signed = deputy.draft(&office, request, Verb::Approve).await;
    device::revoke(app, &act(), leader.device, RevocationReason::KeyCompromise).await.unwrap();
    assert_eq!(
        refused(deputy.send(app, &signed, deputy.sign(&signed)).await),
        ProblemKind::Overtaken
    );
    assert_eq!(state(&office, &deputy).await, DelegationState::Ended);
}

pub async fn an_officer_ends_it_where_they_administer(office: Office) {
    let app = &office.app;
    let (leader, deputy) = two(&office).await;
    let hash = give(&office, &leader, &draft(&office, &leader, &deputy).await).await;
    let clerk = officer(&office, "van-thu", OfficeRole::Clerk).await;
    assert_eq!(delegate::within_reach(app, &clerk).await.unwrap().len(), 1, "all may see it");
    let by_clerk = delegate::by_officer(app, &clerk, hash, text("x")).await;
    assert_eq!(by_clerk, Err(FlowError::Forbidden));
    let administers = officer(&office, "quan-tri", OfficeRole::Administrator).await;
    delegate::by_officer(app, &administers, hash, text("Theo đề nghị")).await.unwrap();
    let listed = delegate::within_reach(app, &administers).await.unwrap();
    assert_eq!(listed[0].state, DelegationState::Ended);
}

async fn nobody_hands_on_what_was_handed_to_them(office: Office) {
    let app = &office.app;
    let (leader, deputy) = two(&office).await;
    let third = person(&office, office.unit.id, "Trần Thị Bình", "Ủy viên").await;
    let third = settled(&office, third).await;
    let request = office.queue(&[leader.person]).await;
    give(&office, &leader, &draft(&office, &leader, &deputy).await).await;
    // From the leader's post: the deputy does not hold it.
    let mut further = draft(&office, &deputy, &third).await;
    further.from.position = text("Chủ tịch");
    let not_held = send(&office, &deputy, &further).await;
    assert_eq!(not_held, Err(FlowError::NoDelegation(NoDelegation::NotYourPost)));
    further.from.person = leader.person;
    let not_theirs = send(&office, &deputy, &further).await;
    assert_eq!(not_theirs, Err(FlowError::NoDelegation(NoDelegation::NotOne)));
    // From the own post: it hands on nothing of the leader's.
    give(&office, &deputy, &draft(&office, &deputy, &third).await).await;
    assert!(is_asked(&office, &deputy, request).await && !is_asked(&office, &third, request).await);
    let honest = deputy.draft(&office, request, Verb::Reject).await;
    let mut forged = Draft { decision: honest.decision.clone(), ..honest };
    (forged.decision.person, forged.decision.device) = (third.person, third.device);
    forged.decision.certificate = Sha256::of(&third.profile.certificate.0);
    let sent = third.send(app, &forged, third.sign(&forged)).await;
    assert_eq!(sent.unwrap_err(), FlowError::NotFound(Thing::Step));
}

async fn one_of_principal_and_delegate_is_recorded_however_they_race(office: Office) {
    let (leader, deputy) = two(&office).await;
    give(&office, &leader, &draft(&office, &leader, &deputy).await).await;
    for _ in 0..4 {
        let request = office.queue(&[leader.person]).await;
        let (one, other) = (
            leader.draft(&office, request, Verb::Approve).await,
            deputy.draft(&office, request, Verb::Approve).await,
        );
        let sent = tokio::join!(
            leader.send(&office.app, &one, leader.sign(&one)),
            deputy.send(&office.app, &other, deputy.sign(&other)),
        );
        let [first, second] = [sent.0, sent.1];
        let lost = match (first, second) {
            (Ok(_), lost) | (lost, Ok(_)) => refused(lost),
            both => panic!("one is recorded: {both:?}"),
        };
        assert!([ProblemKind::Overtaken, ProblemKind::StaleRevision].contains(&lost));
        let decided = read::decisions(&office.app, &office.caller, request).await.unwrap();
        assert_eq!(decided.len(), 1);
    }
}

async fn it_is_shown_from_its_start_to_its_end(office: Office) {
    let app = &office.app;
    let (leader, deputy) = two(&office).await;
    let request = office.queue(&[leader.person]).await;
    let mut given = draft(&office, &leader, &deputy).await;
    (given.starts, given.ends) = (given.starts.plus(600), given.starts.plus(1200));
    give(&office, &leader, &given).await;
    assert_eq!(state(&office, &deputy).await, DelegationState::Planned);
    run_due(app).await.unwrap();
    assert!(!is_asked(&office, &deputy, request).await);
    office.clock.forward(600);
    run_due(app).await.unwrap();
    assert!(is_asked(&office, &deputy, request).await);
    assert_eq!(state(&office, &deputy).await, DelegationState::InForce);
    let signed = deputy.draft(&office, request, Verb::Approve).await;
    office.clock.forward(600);
    let late = deputy.send(app, &signed, deputy.sign(&signed)).await;
    assert!(matches!(refused(late), ProblemKind::Overtaken | ProblemKind::DecisionExpired));
    let cursor = deputy.sync(app, SyncQuery::default()).await.unwrap().cursor;
    run_due(app).await.unwrap();
    let told = deputy.sync(app, SyncQuery { cursor, ..SyncQuery::default() }).await.unwrap();
    assert!(told.requests.iter().all(|view| view.task.is_none()) && told.requests.len() == 1);
    assert_eq!(state(&office, &deputy).await, DelegationState::Ended);
    run_due(app).await.unwrap();
    let told = SyncQuery { cursor: told.cursor, ..SyncQuery::default() };
    assert!(deputy.sync(app, told).await.unwrap().requests.is_empty(), "told once");
}

async fn a_delegate_reads_and_writes_beside_the_page_as_long_as_it_counts(office: Office) {
    let app = &office.app;
    let (leader, deputy) = two(&office).await;
    let request = office.queue(&[leader.person]).await;
    let said = || NewComment { document: 0, page: 1, text: text("đã xem") };
    let missing = FlowError::NotFound(Thing::Request);
    let device = deputy.authenticated(app).await;
    let early = comments::write_by_device(app, &device, request, said()).await;
    assert_eq!(early, Err(missing.clone()));
    give(&office, &leader, &draft(&office, &leader, &deputy).await).await;
    let device = deputy.authenticated(app).await;
    comments::write_by_device(app, &device, request, said()).await.unwrap();
    let device = leader.authenticated(app).await;
    let seen = comments::list_of_device(app, &device, request).await.unwrap();
    assert_eq!(seen.len(), 1);
    // Its time is over, though nothing has noted that yet.
    office.clock.forward(3600);
    let device = deputy.authenticated(app).await;
    let late = comments::list_of_device(app, &device, request).await;
    assert_eq!(late, Err(missing.clone()));
    let late = comments::write_by_device(app, &device, request, said()).await;
    assert_eq!(late, Err(missing));
}

async fn whom_one_may_delegate_to_is_told_with_the_forms(office: Office) {
    let app = &office.app;
    let (leader, deputy) = two(&office).await;
    let below = unit_below(&office, "Phòng Kinh tế").await;
    let head = person(&office, below, "Lê Thị Hoa", "Trưởng phòng").await;
    let device = leader.authenticated(app).await;
    let told = delegate::delegates(app, &device).await.unwrap();
    let of = |id: PersonId| &told.iter().find(|it| it.person.id == id).unwrap().forms;
    assert_eq!(*of(deputy.person), Form::ALL);
    assert_eq!(*of(head), [Form::Tl, Form::Tuq], "KT. is for the same unit");
    // Who does not head the unit is told why there is nobody, and what they sign all the same is not taken.
    let aside = office.person("Trần Thị Bình").await;
    let from = PostRef { unit: office.unit.id, title: "Chủ tịch".to_owned() };
    let (unit, authority) = (office.unit.id, Some(PostAuthority::Deputy));
    let to = NewPost { unit, title: text("Phó Chủ tịch"), authority };
    let (by, moves) = (Changer::CommandLine, PostChange::Moves { from, to });
    let plan = changes::look(app, by, aside, moves).await.unwrap();
    changes::carry_out(app, by, &act(), plan, &BTreeMap::new()).await.unwrap();
    let aside = settled(&office, aside).await;
    let no = FlowError::NoDelegation(NoDelegation::NotHead);
    let device = aside.authenticated(app).await;
    assert_eq!(delegate::delegates(app, &device).await, Err(no.clone()));
    let given = draft(&office, &aside, &deputy).await;
    assert_eq!(send(&office, &aside, &given).await, Err(no));
}

async fn what_is_no_delegation_is_not_taken(office: Office) {
    let (leader, deputy) = two(&office).await;
    let clerk = settled(&office, office.clerk("Phạm Văn Dũng").await).await;
    let good = draft(&office, &leader, &deputy).await;
    let no = |why: NoDelegation| Err(FlowError::NoDelegation(why));
    let mut seal = good.clone();
    seal.to = Holder { position: text("Văn thư"), ..post(&clerk) };
    assert_eq!(send(&office, &leader, &seal).await, no(NoDelegation::Form), "the clerk's post");
    let mut gone = good.clone();
    gone.to.position = text("Phó Giám đốc");
    assert_eq!(send(&office, &leader, &gone).await, no(NoDelegation::NotTheirPost));
    let mut late = good.clone();
    late.signed_at = late.signed_at.plus(-301);
    assert_eq!(send(&office, &leader, &late).await, no(NoDelegation::Time));
    let mut over = good.clone();
    (over.signed_at, over.starts) = (over.signed_at.plus(-60), over.starts.plus(-60));
    over.ends = office.clock.now().second();
    assert_eq!(send(&office, &leader, &over).await, no(NoDelegation::Over));
    let mut other = good.clone();
    other.certificate = Sha256::of(&deputy.profile.certificate.0);
    let other = send(&office, &leader, &other).await;
    assert_eq!(other, Err(FlowError::Mismatch(Mismatch::Certificate)));
    // Signed by somebody else's key in the leader's name.
    let stolen = {
        let (cbor, name) = (good.to_cbor(), good.certificate);
        let message = sig_structure_as(Content::Delegation, &cbor, name);
        let (signature, spki) = (deputy.approve_bytes(&message), deputy.approval_key());
        let statement = assemble_as(Content::Delegation, &cbor, name, &signature, &spki).unwrap();
        let answer = leader.sync(&office.app, SyncQuery::default()).await.unwrap();
        let checkpoint = answer.checkpoint;
        let submission = DelegationSubmission { statement: Base64(statement), checkpoint };
        let device = leader.authenticated(&office.app).await;
        delegate::give(&office.app, &device, submission).await
    };
    assert_eq!(stolen, no(NoDelegation::Signature));
    device::suspend(
        &office.app,
        &Act { why: Some(text("mất máy")), ..Act::COMMAND_LINE },
        leader.device,
    )
    .await
    .unwrap();
    let device = leader.authenticated(&office.app).await;
    let listed = delegate::of_device(&office.app, &device).await;
    assert_eq!(listed, Err(FlowError::DeviceSuspended));
}
