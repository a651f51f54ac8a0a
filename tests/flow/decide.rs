//! Recording decisions.

use trien_core::certificate::Certificate;
use trien_core::decision::Verb;
use trien_core::document::Text;
use trien_core::env::Clock as _;
use trien_core::evidence::Evidence;
use trien_core::log::leaf::Outcome;
use trien_core::problem::ProblemKind;
use trien_core::request::{Assignment, Role, RouteState};
use trien_core::wire::Binding;
use trien_server::flow::act::Act;
use trien_server::flow::device::{self, RevocationReason};
use trien_server::flow::{FlowError, Mismatch, Thing, decide as flow, read};

use crate::office::{Office, step};
use crate::on_both;
use crate::phone::Phone;

on_both! {
    an_approval_is_signed_recorded_and_proved,
    a_second_signer_signs_after_the_first,
    those_of_its_route_get_the_evidence_of_a_request_once_it_has_ended,
    a_rejection_ends_the_request_with_its_reason,
    the_same_decision_again_gets_the_same_receipt,
    a_nonce_is_spent_once,
    a_decision_that_differs_from_what_was_queued_is_refused_without_a_leaf,
    a_suspended_device_gets_a_recorded_refusal,
    a_revoked_certificate_gets_a_recorded_refusal,
    a_late_or_early_decision_gets_a_recorded_refusal,
    software_keys_decide_nothing_once_their_unit_takes_hardware_alone,
    a_decision_does_not_outlive_its_request,
    a_decision_does_not_outlive_its_certificate,
    work_that_recurs_is_done_when_it_is_due,
    a_decision_on_a_document_that_others_have_signed_since_is_stale,
    two_hundred_decisions_at_once_record_one,
    two_phones_race_for_one_part_of_a_step,
}

async fn leader(office: &Office) -> Phone {
    let person = office.person("Nguyễn Văn An").await;
    Phone::enroll(office, person).await
}

fn refused(
    result: Result<trien_core::receipt::Receipt, FlowError>,
) -> (ProblemKind, trien_core::receipt::Receipt) {
    match result {
        Err(FlowError::Refused { why, receipt }) => (why, *receipt),
        other => panic!("expected a recorded refusal: {other:?}"),
    }
}

async fn an_approval_is_signed_recorded_and_proved(office: Office) {
    let phone = leader(&office).await;
    let request = office.queue(&[phone.person]).await;
    let receipt = phone.decide(&office, request, Verb::Approve).await.unwrap();
    assert_eq!(receipt.outcome, Outcome::Recorded);
    receipt.verify(&phone.log_key()).unwrap();

    let view = read::request(&office.app, &office.caller, request).await.unwrap();
    assert_eq!(view.state, RouteState::Completed);
    assert_eq!(view.documents[0].earlier.len(), 1);
    let signed = read::document(&office.app, &office.caller, request).await.unwrap();
    let bytes = signed.read(0..signed.document.size).await.unwrap();
    let document = trien_core::pdf::read::open(&bytes).unwrap();
    assert_eq!(document.signatures().len(), 1);

    let decisions = read::decisions(&office.app, &office.caller, request).await.unwrap();
    assert_eq!(decisions.len(), 1);
    let text = read::evidence(&office.app, &office.caller, request, receipt.decision);
    let evidence: Evidence = text.await.unwrap().parse().unwrap();
    assert_eq!(evidence.decision_hash(), receipt.decision);

    // The tail moves from its row to a file, and reads the same.
    trien_server::jobs::run_due(&office.app).await.unwrap();
    let signed = read::document(&office.app, &office.caller, request).await.unwrap();
    assert_eq!(signed.read(0..signed.document.size).await.unwrap(), bytes);
    let middle = signed.read(100..signed.document.size - 100).await.unwrap();
    assert_eq!(middle, bytes.slice(100..bytes.len() - 100));
}

async fn a_second_signer_signs_after_the_first(office: Office) {
    let first = leader(&office).await;
    let clerk = office.person("Trần Thị Bình").await;
    let clerk = Phone::enroll(&office, clerk).await;
    let mut package = office.package(&[first.person]);
    package.submission.steps.push(step(Role::Approve, &[clerk.person]));
    let request = office.queue_package(package).await;
    assert!(clerk.see(&office.app, request).await.0.task.is_none());
    first.decide(&office, request, Verb::Approve).await.unwrap();
    clerk.decide(&office, request, Verb::Approve).await.unwrap();
    let view = read::request(&office.app, &office.caller, request).await.unwrap();
    assert_eq!(view.state, RouteState::Completed);
    let bytes = first.download(&office.app, view.documents[0].current.sha256).await;
    let document = trien_core::pdf::read::open(&bytes).unwrap();
    assert_eq!(document.signatures().len(), 2);
}

async fn those_of_its_route_get_the_evidence_of_a_request_once_it_has_ended(office: Office) {
    let (first, second) = (leader(&office).await, leader(&office).await);
    let stranger = leader(&office).await;
    let mut package = office.package(&[first.person]);
    package.submission.steps.push(step(Role::Approve, &[second.person]));
    let request = office.queue_package(package).await;
    let one = first.decide(&office, request, Verb::Approve).await.unwrap().decision;
    let asked = async |phone: &Phone, decision| {
        let device = phone.authenticated(&office.app).await;
        read::evidence_for_device(&office.app, &device, request, decision).await
    };
    let open = asked(&first, one).await;
    assert!(matches!(open, Err(FlowError::NotFound(Thing::Decision))), "{open:?}");
    let two = second.decide(&office, request, Verb::Approve).await.unwrap().decision;
    for (phone, decision) in [(&first, two), (&second, one), (&first, one)] {
        let evidence: Evidence = asked(phone, decision).await.unwrap().parse().unwrap();
        let shown = evidence.verify(Some(decision), &phone.log_key()).unwrap();
        assert_eq!(shown.decision.request, request);
    }
    let foreign = asked(&stranger, one).await;
    assert!(matches!(foreign, Err(FlowError::NotFound(Thing::Request))), "{foreign:?}");
    // A decision on another request is none of this one.
    let other = office.queue(&[first.person]).await;
    let elsewhere = first.decide(&office, other, Verb::Approve).await.unwrap().decision;
    let elsewhere = asked(&first, elsewhere).await;
    assert!(matches!(elsewhere, Err(FlowError::NotFound(Thing::Decision))), "{elsewhere:?}");
}

async fn a_rejection_ends_the_request_with_its_reason(office: Office) {
    let phone = leader(&office).await;
    let request = office.queue(&[phone.person]).await;
    let receipt = phone.decide(&office, request, Verb::Reject).await.unwrap();
    receipt.verify(&phone.log_key()).unwrap();
    let view = read::request(&office.app, &office.caller, request).await.unwrap();
    assert_eq!(view.state, RouteState::Rejected);
    assert_eq!(view.steps[0].signers[0].reason.as_deref(), Some("Cần sửa lại"));
    assert!(view.documents[0].earlier.is_empty());
    let evidence = read::evidence(&office.app, &office.caller, request, receipt.decision);
    assert!(evidence.await.unwrap().parse::<Evidence>().unwrap().cose.is_some());
}

async fn the_same_decision_again_gets_the_same_receipt(mut office: Office) {
    let phone = leader(&office).await;
    let request = office.queue(&[phone.person]).await;
    let draft = phone.draft(&office, request, Verb::Approve).await;
    let submission = phone.sign(&draft);
    let first = phone.send(&office.app, &draft, submission.clone()).await.unwrap();
    let second = phone.send(&office.app, &draft, submission.clone()).await.unwrap();
    assert_eq!(first, second);
    office.reopen().await;
    office.queue(&[phone.person]).await;
    let third = phone.send(&office.app, &draft, submission).await.unwrap();
    assert_eq!((third.salt, third.recorded_at), (first.salt, first.recorded_at));
    let newer = third.verify(&phone.log_key()).unwrap();
    assert!(newer.size > first.verify(&phone.log_key()).unwrap().size);
    let decisions = read::decisions(&office.app, &office.caller, request).await.unwrap();
    assert_eq!(decisions.len(), 1);
}

async fn a_nonce_is_spent_once(office: Office) {
    let phone = leader(&office).await;
    let (one, two) = (office.queue(&[phone.person]).await, office.queue(&[phone.person]).await);
    let device = phone.authenticated(&office.app).await;
    for (request, expected) in [(one, None), (two, Some(FlowError::Replayed))] {
        let draft = phone.draft(&office, request, Verb::Approve).await;
        let submission = phone.sign(&draft);
        let sent =
            flow::decide(&office.app, &device, request, draft.decision.step, submission).await;
        assert_eq!(sent.err(), expected);
    }
    let view = read::request(&office.app, &office.caller, two).await.unwrap();
    assert_eq!(view.steps[0].signers[0].assignment, Assignment::Open);
}

async fn a_decision_that_differs_from_what_was_queued_is_refused_without_a_leaf(office: Office) {
    let phone = leader(&office).await;
    let request = office.queue(&[phone.person]).await;
    let good = phone.draft(&office, request, Verb::Approve).await;
    let before = read::checkpoint(&office.app).await.unwrap();

    let mut cases = Vec::new();
    let mut with = |what: Mismatch, bend: &dyn Fn(&mut crate::phone::Draft)| {
        let mut draft = good.clone();
        bend(&mut draft);
        cases.push((what, draft));
    };
    with(Mismatch::RequestRevision, &|d| d.decision.revision = 2);
    with(Mismatch::Metadata, &|d| {
        d.decision.summary.metadata.subject = Text::new("Khác").unwrap();
    });
    with(Mismatch::Findings, &|d| {
        d.decision.summary.findings = vec![trien_core::pdf::check::Finding::Xfa];
    });
    with(Mismatch::Documents, &|d| d.decision.documents[0].document.size += 1);
    with(Mismatch::Recipe, &|d| d.decision.documents[0].signing = None);
    with(Mismatch::Certificate, &|d| d.decision.certificate.0[0] ^= 1);
    with(Mismatch::Signer, &|d| d.decision.person = PersonIdOf::other());
    with(Mismatch::Checkpoint, &|d| d.decision.checkpoint.size += 1);
    with(Mismatch::Authority, &|d| {
        let position = Text::new("Bộ trưởng").unwrap();
        d.decision.authority = trien_core::decision::Authority::Own { position };
    });
    for (what, draft) in cases {
        let sent = phone.send(&office.app, &draft, phone.sign(&draft)).await;
        assert_eq!(sent, Err(FlowError::Mismatch(what)));
    }

    // Another revision than the one that this server builds.
    let mut other = good.clone();
    other.decision.signed_at = other.decision.signed_at.plus(1);
    let Binding::Cms { revision_digest, .. } = phone.sign(&good).binding else { panic!() };
    let submission = phone.sign_over(&other, revision_digest);
    let sent = phone.send(&office.app, &other, submission).await;
    assert_eq!(sent, Err(FlowError::Mismatch(Mismatch::Revision)));

    // A signature by nobody.
    let mut submission = phone.sign(&good);
    if let Binding::Cms { signature, .. } = &mut submission.binding {
        *signature.0.last_mut().unwrap() ^= 1;
    }
    let sent = phone.send(&office.app, &good, submission).await;
    assert_eq!(sent, Err(FlowError::Mismatch(Mismatch::Signature)));

    assert_eq!(read::checkpoint(&office.app).await.unwrap(), before, "nothing was logged");
    phone.send(&office.app, &good, phone.sign(&good)).await.unwrap();
}

struct PersonIdOf;

impl PersonIdOf {
    fn other() -> trien_core::id::PersonId {
        trien_core::id::PersonId::from_bytes([7; 16])
    }
}

async fn a_suspended_device_gets_a_recorded_refusal(office: Office) {
    let phone = leader(&office).await;
    let request = office.queue(&[phone.person]).await;
    let draft = phone.draft(&office, request, Verb::Approve).await;
    device::suspend(&office.app, &Act::COMMAND_LINE, phone.device).await.unwrap();
    let (why, receipt) = refused(phone.send(&office.app, &draft, phone.sign(&draft)).await);
    assert_eq!(why, ProblemKind::DeviceSuspended);
    assert_eq!(receipt.outcome, Outcome::Refused { why });
    receipt.verify(&phone.log_key()).unwrap();

    // Resumed or not, the same decision keeps its answer; a new one is recorded.
    device::resume(&office.app, &Act::COMMAND_LINE, phone.device).await.unwrap();
    let (_, again) = refused(phone.send(&office.app, &draft, phone.sign(&draft)).await);
    assert_eq!((again.salt, again.outcome), (receipt.salt, receipt.outcome));
    office.clock.forward(1);
    phone.decide(&office, request, Verb::Approve).await.unwrap();
}

async fn a_revoked_certificate_gets_a_recorded_refusal(office: Office) {
    let phone = leader(&office).await;
    let request = office.queue(&[phone.person]).await;
    let draft = phone.draft(&office, request, Verb::Approve).await;
    device::revoke(&office.app, &Act::COMMAND_LINE, phone.device, RevocationReason::KeyCompromise)
        .await
        .unwrap();
    let (why, receipt) = refused(phone.send(&office.app, &draft, phone.sign(&draft)).await);
    assert_eq!(why, ProblemKind::DeviceRevoked);
    receipt.verify(&phone.log_key()).unwrap();

    let issuing = office.app.revocation_lists().pop().unwrap();
    let list = read::crl(&office.app, &issuing.name).await.unwrap();
    let list = trien_core::certificate::Crl::parse(&list).unwrap();
    let certificate = Certificate::parse(&phone.profile.certificate.0).unwrap();
    assert!(list.lookup(certificate.serial()).is_some());
}

async fn a_late_or_early_decision_gets_a_recorded_refusal(office: Office) {
    let phone = leader(&office).await;
    let request = office.queue(&[phone.person]).await;
    let mut early = phone.draft(&office, request, Verb::Approve).await;
    early.decision.signed_at = early.decision.signed_at.plus(-301);
    let (why, _) = refused(phone.send(&office.app, &early, phone.sign(&early)).await);
    assert_eq!(why, ProblemKind::DecisionExpired);

    let mut ahead = phone.draft(&office, request, Verb::Approve).await;
    ahead.decision.signed_at = ahead.decision.signed_at.plus(301);
    let (why, _) = refused(phone.send(&office.app, &ahead, phone.sign(&ahead)).await);
    assert_eq!(why, ProblemKind::DecisionExpired);

    let late = phone.draft(&office, request, Verb::Approve).await;
    office.clock.forward(31 * 86_400);
    let (why, _) = refused(phone.send(&office.app, &late, phone.sign(&late)).await);
    assert_eq!(why, ProblemKind::DecisionExpired);

    // The job that ends the request comes after, and may come twice.
    for _ in 0..2 {
        trien_server::jobs::run_due(&office.app).await.unwrap();
        let view = read::request(&office.app, &office.caller, request).await.unwrap();
        assert_eq!(view.state, RouteState::Expired);
        assert_eq!(view.steps[0].signers[0].assignment, Assignment::Released);
    }
}

async fn software_keys_decide_nothing_once_their_unit_takes_hardware_alone(office: Office) {
    let phone = leader(&office).await;
    let request = office.queue(&[phone.person]).await;
    let draft = phone.draft(&office, request, Verb::Approve).await;
    let mut other = office.database().await;
    let stricter = "UPDATE unit SET lowest_assurance = 'C'";
    sqlx::raw_sql(stricter).execute(&mut other).await.unwrap();
    let (why, receipt) = refused(phone.send(&office.app, &draft, phone.sign(&draft)).await);
    assert_eq!(why, ProblemKind::AssuranceTooLow);
    receipt.verify(&phone.log_key()).unwrap();
}

async fn a_decision_does_not_outlive_its_request(office: Office) {
    let first = leader(&office).await;
    let second = office.person("Trần Thị Bình").await;
    let second = Phone::enroll(&office, second).await;
    let request = office.queue(&[first.person, second.person]).await;
    let good = second.draft(&office, request, Verb::Approve).await;
    let mut longer = good.clone();
    longer.decision.valid_until = longer.decision.valid_until.plus(1);
    let sent = second.send(&office.app, &longer, second.sign(&longer)).await;
    assert_eq!(sent, Err(FlowError::Mismatch(Mismatch::Validity)));

    first.decide(&office, request, Verb::Reject).await.unwrap();
    let (why, _) = refused(second.send(&office.app, &good, second.sign(&good)).await);
    assert_eq!(why, ProblemKind::RequestEnded);
}

async fn a_decision_does_not_outlive_its_certificate(office: Office) {
    let phone = leader(&office).await;
    let ends = Certificate::parse(&phone.profile.certificate.0).unwrap().not_after();
    office.clock.forward(ends.get() - office.clock.now().second().get() - 60);
    let request = office.queue(&[phone.person]).await;
    let mut draft = phone.draft(&office, request, Verb::Approve).await;
    let sent = phone.send(&office.app, &draft, phone.sign(&draft)).await;
    assert_eq!(sent, Err(FlowError::Mismatch(Mismatch::Validity)));

    draft.decision.valid_until = ends;
    let submission = phone.sign(&draft);
    office.clock.forward(61);
    let (why, receipt) = refused(phone.send(&office.app, &draft, submission).await);
    assert_eq!(why, ProblemKind::CertificateNotValid);
    receipt.verify(&phone.log_key()).unwrap();
}

async fn work_that_recurs_is_done_when_it_is_due(office: Office) {
    let issuing = office.app.revocation_lists().pop().unwrap();
    let mut list = read::crl(&office.app, &issuing.name).await.unwrap();
    office.app.start_jobs();
    // Day after day.
    for _ in 0..2 {
        office.clock.forward(86_400 + 60);
        let before = list.clone();
        for _ in 0..600 {
            list = read::crl(&office.app, &issuing.name).await.unwrap();
            if list != before {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            // A job that ended after the clock was set comes a day after that.
            office.clock.forward(600);
        }
        assert_ne!(list, before);
    }
    office.app.shut_down().await;
}

async fn a_decision_on_a_document_that_others_have_signed_since_is_stale(office: Office) {
    let first = leader(&office).await;
    let second = office.person("Trần Thị Bình").await;
    let second = Phone::enroll(&office, second).await;
    let request = office.queue(&[first.person, second.person]).await;
    let stale = second.draft(&office, request, Verb::Approve).await;
    first.decide(&office, request, Verb::Approve).await.unwrap();
    let (why, receipt) = refused(second.send(&office.app, &stale, second.sign(&stale)).await);
    assert_eq!(why, ProblemKind::StaleRevision);
    receipt.verify(&second.log_key()).unwrap();
    second.decide(&office, request, Verb::Approve).await.unwrap();
    let view = read::request(&office.app, &office.caller, request).await.unwrap();
    assert_eq!(view.state, RouteState::Completed);
    assert_eq!(view.documents[0].earlier.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stamp_that_changed_while_a_decision_came_in_makes_it_stale() {
    let office = Office::on_sqlite().await;
    let phone = leader(&office).await;
    let request = office.queue(&[phone.person]).await;
    let draft = phone.draft(&office, request, Verb::Approve).await;
    let submission = phone.sign(&draft);
    // Between the rebuilding of the document and the commit, which spends the nonce first.
    let between = "CREATE TRIGGER between_both AFTER INSERT ON nonce \
        BEGIN UPDATE assignment SET recipe = x'00'; END";
    sqlx::query(between).execute(&mut office.database().await).await.unwrap();
    let (why, receipt) = refused(phone.send(&office.app, &draft, submission).await);
    assert_eq!(why, ProblemKind::StaleRevision);
    receipt.verify(&phone.log_key()).unwrap();
}

async fn two_hundred_decisions_at_once_record_one(office: Office) {
    let phone = leader(&office).await;
    let request = office.queue(&[phone.person]).await;
    let draft = phone.draft(&office, request, Verb::Approve).await;
    let mut sending = tokio::task::JoinSet::new();
    for number in 0..200_i64 {
        // Half are the same decision again, half are others on the same part.
        let mut draft = draft.clone();
        draft.decision.signed_at = draft.decision.signed_at.plus(number % 2 * (number - 100));
        let submission = phone.sign(&draft);
        let device = phone.authenticated(&office.app).await;
        let app = office.app.clone();
        sending.spawn(async move {
            flow::decide(&app, &device, request, draft.decision.step, submission).await
        });
    }
    let mut recorded = Vec::new();
    while let Some(sent) = sending.join_next().await {
        match sent.unwrap() {
            Ok(receipt) => recorded.push(receipt),
            Err(FlowError::Refused { why, receipt }) => {
                assert!(matches!(why, ProblemKind::Overtaken | ProblemKind::StaleRevision));
                receipt.verify(&phone.log_key()).unwrap();
            }
            Err(other) => panic!("{other}"),
        }
    }
    for receipt in &recorded {
        receipt.verify(&phone.log_key()).unwrap();
        assert_eq!(receipt.decision, recorded[0].decision);
    }
    let decisions = read::decisions(&office.app, &office.caller, request).await.unwrap();
    assert_eq!(decisions.len(), 1);
    let view = read::request(&office.app, &office.caller, request).await.unwrap();
    assert_eq!(view.documents[0].earlier.len(), 1);
}

async fn two_phones_race_for_one_part_of_a_step(office: Office) {
    let person = office.person("Nguyễn Văn An").await;
    let one = Phone::enroll(&office, person).await;
    let other = Phone::enroll(&office, person).await;
    let request = office.queue(&[person]).await;
    let first = one.draft(&office, request, Verb::Approve).await;
    let second = other.draft(&office, request, Verb::Approve).await;
    let (left, right) = tokio::join!(
        one.send(&office.app, &first, one.sign(&first)),
        other.send(&office.app, &second, other.sign(&second)),
    );
    let (winner, loser) = if left.is_ok() { (left, right) } else { (right, left) };
    winner.unwrap().verify(&one.log_key()).unwrap();
    refused(loser).1.verify(&one.log_key()).unwrap();
}
