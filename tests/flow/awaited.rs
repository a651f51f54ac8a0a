//! What ends the waiting for a document signature before its time, and whom it holds up meanwhile.

use trien_core::certificate::{Assurance, Crl};
use trien_core::decision::{Authority, Decision, DecisionHash, Verb};
use trien_core::delegation::evidence::DelegationEvidence;
use trien_core::digest::Sha256;
use trien_core::document::Text;
use trien_core::document_signature::{AWAITED_SECONDS, DocumentSignature, End};
use trien_core::evidence::Evidence;
use trien_core::id::RequestId;
use trien_core::register::CertificateKind;
use trien_core::request::{Assignment, RouteState};
use trien_core::verify::{Outcome, Reason, Recording, Report, SecondLeaf};
use trien_core::wire::{SubmittedAppearance, SyncQuery};
use trien_server::flow::act::Act;
use trien_server::flow::acts::{self, Kept};
use trien_server::flow::document_signature::choose::{Signs, choose};
use trien_server::flow::policy::{self, Falling};
use trien_server::flow::register::{self, Elsewhere, Found};
use trien_server::flow::{FlowError, delegate, read};
use trien_server::jobs::run_due;

use crate::delegate::{draft, give, moved, two};
use crate::document_signer::{awaiting, judged, now, part, recorded, seen, send, signed, signer};
use crate::foreign_key::Token;
use crate::office::Office;
use crate::on_both;
use crate::phone::Phone;

on_both! {
    whoever_else_may_decide_refuses_while_a_signature_is_awaited,
    whoever_let_a_signature_run_out_gives_way_to_the_others,
    a_delegates_token_signs_in_the_leaders_place,
    with_a_delegation_ends_what_was_decided_by_it,
    with_a_post_ends_what_was_decided_in_it,
    with_a_raised_floor_ends_what_was_decided_below_it,
    a_certificate_that_is_not_valid_yet_locks_nobody_out,
    with_the_lists_at_hand_the_whole_is_recorded,
    a_signature_and_the_end_of_its_time_at_once_leave_one_of_them,
}

const DAY: i64 = 86_400;
/// Races in each case: either may win.
const ROUNDS: usize = 6;

fn text<const MAX: usize>(text: &str) -> Text<MAX> {
    Text::new(text).unwrap()
}

fn why() -> Act {
    Act { why: Some(text("QĐ 7")), ..Act::COMMAND_LINE }
}

/// What the second leaf of a decision says; none while its signature is awaited.
async fn ended(office: &Office, request: RequestId, decision: DecisionHash) -> Option<End> {
    let evidence = read::evidence(&office.app, &office.caller, request, decision).await.unwrap();
    let evidence: Evidence = evidence.parse().unwrap();
    evidence.document.map(|of| DocumentSignature::from_cbor(&of.statement).unwrap().end)
}

/// Has the token sign the one thing that awaits it.
async fn finish(office: &Office, phone: &Phone, token: &Token) -> String {
    let of = awaiting(office, phone).await.remove(0);
    let submission = signed(office, phone, &of, token).await;
    send(office, phone, &of, submission).await.unwrap().evidence
}

/// Approves what awaits the person's token then.
async fn approve(office: &Office, phone: &Phone, request: RequestId) -> DecisionHash {
    phone.decide(office, request, Verb::Approve).await.unwrap().decision
}

/// Lets the time of all that is awaited run out.
async fn run_out(office: &Office) {
    office.clock.forward(AWAITED_SECONDS + 2);
    run_due(&office.app).await.unwrap();
}

/// The revocation lists of the office's own authorities.
async fn lists(office: &Office) -> Vec<Crl> {
    let mut lists = Vec::new();
    for list in office.app.revocation_lists() {
        let der = read::crl(&office.app, &list.name).await.unwrap();
        lists.push(Crl::parse(&der).unwrap());
    }
    lists
}

fn is_recorded_whole(report: &Report) {
    let Recording::Shown { document_signature, finding, .. } = &report.recordings[0] else {
        panic!("{report:#?}")
    };
    assert_eq!((finding.outcome, finding.reason), (Outcome::Ok, Reason::Recorded), "{report:#?}");
    assert!(matches!(document_signature.as_deref(), Some(SecondLeaf::Signed { .. })));
    assert_eq!(report.signatures[0].integrity.outcome, Outcome::Ok);
}

pub async fn whoever_else_may_decide_refuses_while_a_signature_is_awaited(office: Office) {
    let app = &office.app;
    let token = Token::p256(now(&office));
    let (an, _) = signer(&office, "Nguyễn Văn An", &token).await;
    let khue = Phone::enroll(&office, office.person("Lê Thị Khuê").await).await;
    for (verb, end) in [(Verb::Reject, RouteState::Rejected), (Verb::Return, RouteState::Returned)]
    {
        let request = office.queue(&[an.person, khue.person]).await;
        let approval = approve(&office, &an, request).await;
        let of = awaiting(&office, &an).await.remove(0);
        let submission = signed(&office, &an, &of, &token).await;
        khue.decide(&office, request, verb).await.unwrap();
        let view = seen(&office, request).await;
        assert_eq!((view.state, part(&view)), (end, (Assignment::Released, false)));
        assert_eq!(ended(&office, request, approval).await, Some(End::Withdrawn));
        let late = send(&office, &an, &of, submission).await;
        assert_eq!(late, Err(FlowError::NotAwaited));
    }

    // A refusal of the same person was on its way from another of their phones.
    let second = Phone::enroll(&office, an.person).await;
    let request = office.queue(&[an.person]).await;
    let objection = second.draft(&office, request, Verb::Reject).await;
    let approval = approve(&office, &an, request).await;
    for phone in [&an, &second] {
        assert_eq!(phone.see(app, request).await.0.task, None, "they have decided");
    }
    second.send(app, &objection, second.sign(&objection)).await.unwrap();
    assert_eq!(seen(&office, request).await.state, RouteState::Rejected);
    assert_eq!(ended(&office, request, approval).await, Some(End::Withdrawn));
}

pub async fn whoever_let_a_signature_run_out_gives_way_to_the_others(office: Office) {
    let token = Token::p256(now(&office));
    let (an, _) = signer(&office, "Nguyễn Văn An", &token).await;
    let khue = Phone::enroll(&office, office.person("Lê Thị Khuê").await).await;
    let request = office.queue(&[an.person, khue.person]).await;
    let first = approve(&office, &an, request).await;
    let held_up = khue.decide(&office, request, Verb::Approve).await;
    assert_eq!(held_up.unwrap_err(), FlowError::AwaitsDocumentSignature);
    run_out(&office).await;
    assert_eq!(ended(&office, request, first).await, Some(End::Expired));

    let again = approve(&office, &an, request).await;
    let of = awaiting(&office, &an).await.remove(0);
    let submission = signed(&office, &an, &of, &token).await;
    let mine = khue.decide(&office, request, Verb::Approve).await;
    mine.expect("the first one did not come in time");
    assert_eq!(ended(&office, request, again).await, Some(End::Withdrawn));
    assert_eq!(send(&office, &an, &of, submission).await, Err(FlowError::NotAwaited));
    let (view, _) = an.see(&office.app, request).await;
    assert_eq!(part(&view), (Assignment::Open, false));
    assert_eq!(view.task.unwrap().undone, [first, again]);
    approve(&office, &an, request).await;
    finish(&office, &an, &token).await;
    assert_eq!(seen(&office, request).await.state, RouteState::Completed);

    // Where the other one signs by a token, too, that one is awaited instead, and is not overtaken in its turn.
    let other = Token::rsa(now(&office), 2048);
    let (binh, _) = signer(&office, "Trần Thị Bình", &other).await;
    let request = office.queue(&[an.person, binh.person]).await;
    approve(&office, &an, request).await;
    run_out(&office).await;
    let again = approve(&office, &an, request).await;
    let late = an.see(&office.app, request).await.0.task;
    assert_eq!(late, None, "what they decided once more is awaited");
    approve(&office, &binh, request).await;
    assert_eq!(ended(&office, request, again).await, Some(End::Withdrawn));
    let held_up = an.decide(&office, request, Verb::Approve).await;
    assert_eq!(held_up.unwrap_err(), FlowError::AwaitsDocumentSignature);
    finish(&office, &binh, &other).await;
    approve(&office, &an, request).await;
    finish(&office, &an, &token).await;
    assert_eq!(seen(&office, request).await.state, RouteState::Completed);
    let log = acts::verify(&office.app, &Kept::default()).await.unwrap();
    assert_eq!(log.misfits, [], "each leaf has what it stands for");
}

/// A leader, and a deputy who stands in and whose token signs; with the delegation.
async fn delegated(office: &Office, token: &Token) -> (Phone, Phone, Sha256) {
    let (leader, deputy) = two(office).await;
    let entry = recorded(office, token, deputy.person).await;
    choose(&office.app, &why(), entry, Signs::Documents).await.unwrap();
    let given = give(office, &leader, &draft(office, &leader, &deputy).await).await;
    (leader, deputy, given)
}

pub async fn a_delegates_token_signs_in_the_leaders_place(office: Office) {
    let token = Token::rsa(now(&office), 3072);
    let (leader, deputy, given) = delegated(&office, &token).await;
    let request = office.queue(&[leader.person]).await;
    let draft = deputy.draft(&office, request, Verb::Approve).await;
    assert_eq!(draft.decision.version, 2);
    assert!(matches!(draft.decision.authority, Authority::Delegated { .. }));
    deputy.send(&office.app, &draft, deputy.sign(&draft)).await.unwrap();
    assert_eq!(part(&seen(&office, request).await), (Assignment::Open, true));
    assert_eq!(awaiting(&office, &leader).await, [], "it is the deputy's to sign");
    let evidence = finish(&office, &deputy, &token).await;
    let view = seen(&office, request).await;
    assert_eq!(view.state, RouteState::Completed);
    let by = view.steps[0].signers[0].by.as_ref().map(|by| (by.person.id, by.delegation));
    assert_eq!(by, Some((deputy.person, given)));
    let delegation = delegate::evidence(&office.app, &office.caller, request, given).await;
    let delegation: DelegationEvidence = delegation.unwrap().parse().unwrap();
    let at_hand = (lists(&office).await, &[delegation][..]);
    let report = judged(&office, request, &[&token], &evidence, at_hand).await;
    is_recorded_whole(&report);
    assert!(matches!(&report.recordings[0], Recording::Shown { in_place: Some(_), .. }));
}

pub async fn with_a_delegation_ends_what_was_decided_by_it(office: Office) {
    let app = &office.app;
    let token = Token::p256(now(&office));
    let (leader, deputy, given) = delegated(&office, &token).await;
    let request = office.queue(&[leader.person]).await;
    let approval = approve(&office, &deputy, request).await;
    let of = awaiting(&office, &deputy).await.remove(0);
    let submission = signed(&office, &deputy, &of, &token).await;
    let device = leader.authenticated(app).await;
    delegate::by_party(app, &device, given, text("Về sớm")).await.unwrap();
    assert_eq!(awaiting(&office, &deputy).await, []);
    assert_eq!(part(&seen(&office, request).await), (Assignment::Open, false));
    assert_eq!(ended(&office, request, approval).await, Some(End::Withdrawn));
    let late = send(&office, &deputy, &of, submission).await;
    assert_eq!(late, Err(FlowError::NotAwaited));
    leader.decide(&office, request, Verb::Approve).await.unwrap();
    assert_eq!(seen(&office, request).await.state, RouteState::Completed);
}

pub async fn with_a_post_ends_what_was_decided_in_it(office: Office) {
    let token = Token::p256(now(&office));
    let (mut an, _) = signer(&office, "Nguyễn Văn An", &token).await;
    let mut package = office.package(&[an.person]);
    // Without a stamp the recipe says nothing of the post.
    package.submission.steps[0].signers[0].appearance = Some(SubmittedAppearance::Invisible);
    let request = office.queue_package(package).await;
    let approval = approve(&office, &an, request).await;
    let recipe = awaiting(&office, &an).await.remove(0).recipe;
    moved(&office, an.person, "Chủ tịch", "Bí thư").await;
    assert_eq!(part(&seen(&office, request).await), (Assignment::Open, false));
    assert_eq!(ended(&office, request, approval).await, Some(End::Withdrawn));
    let post = an.sync(&office.app, SyncQuery::default()).await.unwrap().post.unwrap();
    (an.profile.person, an.profile.authority) = (post.person, post.authority);
    approve(&office, &an, request).await;
    assert_eq!(awaiting(&office, &an).await[0].recipe, recipe);
    finish(&office, &an, &token).await;
    assert_eq!(seen(&office, request).await.state, RouteState::Completed);
}

pub async fn with_a_raised_floor_ends_what_was_decided_below_it(office: Office) {
    let (app, unit) = (&office.app, office.unit.id);
    let token = Token::p256(now(&office));
    let (an, _) = signer(&office, "Nguyễn Văn An", &token).await;
    let request = office.queue(&[an.person]).await;
    let approval = approve(&office, &an, request).await;
    assert_eq!(part(&seen(&office, request).await), (Assignment::Open, true));
    let plan = policy::look(app, unit, Some(Assurance::C)).await.unwrap();
    policy::set(app, &Act::COMMAND_LINE, plan, Falling::Stay, text("QĐ 15")).await.unwrap();
    assert_eq!(part(&seen(&office, request).await), (Assignment::Open, false));
    assert_eq!(ended(&office, request, approval).await, Some(End::Withdrawn));
}

pub async fn a_certificate_that_is_not_valid_yet_locks_nobody_out(office: Office) {
    let app = &office.app;
    let begins = now(&office).plus(7 * DAY);
    let of = |phone: &Phone, token: &Token, renews| Found {
        file: token.chain[0].clone(),
        person: phone.person,
        unit: office.unit.id,
        kind: CertificateKind::Personal,
        home: Elsewhere::Token,
        prompt_policy: None,
        renews,
    };
    let names = |decision: &Decision| decision.document_signer;
    let said = |token: &Token| Some(Sha256::of(&token.chain[0]));

    // Beside one that is in use: that one signs until then.
    let (first, next) = (Token::p256(now(&office)), Token::p256(begins));
    let (an, _) = signer(&office, "Nguyễn Văn An", &first).await;
    let entry = register::add(app, &why(), of(&an, &next, None)).await.unwrap();
    choose(app, &why(), entry, Signs::Documents).await.unwrap();
    let request = office.queue(&[an.person]).await;
    let draft = an.draft(&office, request, Verb::Approve).await;
    assert_eq!(names(&draft.decision), said(&first));
    an.send(app, &draft, an.sign(&draft)).await.unwrap();
    finish(&office, &an, &first).await;
    assert_eq!(seen(&office, request).await.state, RouteState::Completed);

    // In the place of one that ended with it: the phone signs until then, and is told when it does not any more.
    let (old, new) = (Token::p256(now(&office)), Token::rsa(begins, 2048));
    let (binh, entry) = signer(&office, "Trần Thị Bình", &old).await;
    register::add(app, &why(), of(&binh, &new, Some(entry))).await.unwrap();
    let request = office.queue(&[binh.person]).await;
    let later = office.queue(&[binh.person]).await;
    let draft = binh.draft(&office, request, Verb::Approve).await;
    assert_eq!(names(&draft.decision), None);
    binh.send(app, &draft, binh.sign(&draft)).await.unwrap();
    assert_eq!(seen(&office, request).await.state, RouteState::Completed);
    let cursor = binh.sync(app, SyncQuery::default()).await.unwrap().cursor;
    office.clock.forward(7 * DAY);
    run_due(app).await.unwrap();
    let query = SyncQuery { cursor, ..SyncQuery::default() };
    let told = binh.sync(app, query).await.unwrap().requests;
    assert!(told.iter().any(|view| view.id == later), "whose key signs now");
    let draft = binh.draft(&office, later, Verb::Approve).await;
    assert_eq!(names(&draft.decision), said(&new));
    binh.send(app, &draft, binh.sign(&draft)).await.unwrap();
    finish(&office, &binh, &new).await;
    assert_eq!(seen(&office, later).await.state, RouteState::Completed);
}

pub async fn with_the_lists_at_hand_the_whole_is_recorded(office: Office) {
    let token = Token::p256(now(&office));
    let (an, _) = signer(&office, "Nguyễn Văn An", &token).await;
    let request = office.queue(&[an.person]).await;
    approve(&office, &an, request).await;
    let evidence = finish(&office, &an, &token).await;
    let at_hand = (lists(&office).await, &[][..]);
    let report = judged(&office, request, &[&token], &evidence, at_hand).await;
    is_recorded_whole(&report);
}

pub async fn a_signature_and_the_end_of_its_time_at_once_leave_one_of_them(office: Office) {
    let app = &office.app;
    let token = Token::p256(now(&office));
    let (an, _) = signer(&office, "Nguyễn Văn An", &token).await;
    for round in 0..ROUNDS {
        let request = office.queue(&[an.person]).await;
        let approval = approve(&office, &an, request).await;
        let of = awaiting(&office, &an).await.remove(0);
        let submission = signed(&office, &an, &of, &token).await;
        // Its last second; the next one begins while it is on its way.
        office.clock.forward(AWAITED_SECONDS);
        let end = async {
            for _ in 0..round * 8 {
                tokio::task::yield_now().await;
            }
            office.clock.forward(2);
            run_due(app).await.unwrap();
        };
        let (sent, ()) = tokio::join!(send(&office, &an, &of, submission), end);
        // Where the job looked first, it comes again.
        office.clock.forward(2);
        run_due(app).await.unwrap();
        let (state, end) = match sent {
            Ok(_) => (RouteState::Completed, End::Signed),
            Err(late) => {
                assert_eq!(late, FlowError::NotAwaited);
                (RouteState::Open { step: of_step(&of.decision.0) }, End::Expired)
            }
        };
        assert_eq!(seen(&office, request).await.state, state);
        assert_eq!(ended(&office, request, approval).await, Some(end));
    }
    let log = acts::verify(app, &Kept::default()).await.unwrap();
    assert_eq!(log.misfits, [], "each leaf has what it stands for");
}

fn of_step(decision: &[u8]) -> trien_core::request::StepNumber {
    Decision::from_cbor(decision).unwrap().step
}
