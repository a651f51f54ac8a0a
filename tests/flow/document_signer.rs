//! Documents that a key outside phones signs after its holder has decided on the phone.

use trien_core::certificate::{Certificate, Crl};
use trien_core::cms;
use trien_core::decision::{Decision, Verb};
use trien_core::delegation::evidence::DelegationEvidence;
use trien_core::digest::Sha256;
use trien_core::document::Text;
use trien_core::document_signature::AWAITED_SECONDS;
use trien_core::env::{Clock as _, UnixSecond};
use trien_core::evidence::Evidence;
use trien_core::id::{EntryId, PersonId, RequestId};
use trien_core::pdf::image::Images;
use trien_core::pdf::read as pdf;
use trien_core::pdf::recipe::Recipe;
use trien_core::pdf::revise::build_revision;
use trien_core::problem::ProblemKind;
use trien_core::register::CertificateKind;
use trien_core::request::{Assignment, RouteState};
use trien_core::signer::DocumentSigner as _;
use trien_core::verify::{
    Outcome, Proof, Reason, Recording, Report, SecondLeaf, Trust, verify_pdf,
};
use trien_core::wire::{
    AwaitedSignature, Base64, DocumentSignatureSubmission, DocumentSigned, RequestView, SyncQuery,
};
use trien_server::flow::act::Act;
use trien_server::flow::acts::{self, Kept};
use trien_server::flow::device::{self, RevocationReason};
use trien_server::flow::document_signature::awaited;
use trien_server::flow::document_signature::choose::{Signs, choose};
use trien_server::flow::register::{self, Elsewhere, Found, Reader};
use trien_server::flow::{FlowError, Mismatch, Thing, decide, read, recall, sync};
use trien_server::jobs::run_due;

use crate::foreign_key::Token;
use crate::office::Office;
use crate::on_both;
use crate::phone::{KNOWS_NOTHING, Phone};

on_both! {
    tokens_sign_what_was_decided_on_the_phone_and_only_then_the_request_goes_on,
    nobody_else_approves_while_a_signature_is_awaited,
    a_signature_that_does_not_come_ends_with_a_leaf_and_the_part_is_decided_again,
    whatever_is_not_the_signature_of_the_decision_changes_nothing,
    what_ends_meanwhile_is_not_awaited_any_more,
    a_certificate_signs_documents_only_once_an_officer_says_so,
}

/// A token's certificate stands in the register as its holder's.
pub async fn recorded(office: &Office, token: &Token, person: PersonId) -> EntryId {
    let found = Found {
        file: token.chain[0].clone(),
        person,
        unit: office.unit.id,
        kind: CertificateKind::Personal,
        home: Elsewhere::Token,
        prompt_policy: None,
        renews: None,
    };
    register::add(&office.app, &Act::COMMAND_LINE, found).await.unwrap()
}

pub fn now(office: &Office) -> UnixSecond {
    office.clock.now().second()
}

/// Somebody whose token signs the documents.
pub async fn signer(office: &Office, name: &str, token: &Token) -> (Phone, EntryId) {
    let person = office.person(name).await;
    let entry = recorded(office, token, person).await;
    let why = Act { why: Some(Text::new("QĐ 7").unwrap()), ..Act::COMMAND_LINE };
    choose(&office.app, &why, entry, Signs::Documents).await.unwrap();
    (Phone::enroll(office, person).await, entry)
}

/// What waits for this person's token.
pub async fn awaiting(office: &Office, phone: &Phone) -> Vec<AwaitedSignature> {
    let device = phone.authenticated(&office.app).await;
    awaited(&office.app, &device).await.unwrap()
}

/// What the signing computer makes of a decision: the revision built again, and the token's signature.
pub async fn signed(
    office: &Office,
    phone: &Phone,
    of: &AwaitedSignature,
    token: &Token,
) -> DocumentSignatureSubmission {
    let decision = Decision::from_cbor(&of.decision.0).unwrap();
    let base = phone.download(&office.app, decision.documents[0].document.sha256).await;
    let recipe = Recipe::from_cbor(&of.recipe.0).unwrap();
    let document = pdf::open(&base).unwrap();
    let delta = build_revision(&document, &recipe, &Images::none(), decision.signed_at).unwrap();
    let revision_digest = delta.digests(&base).signed;
    let attributes = cms::signed_attributes(revision_digest, &token.chain[0], decision.hash());
    let signature = Base64(token.sign(&attributes).unwrap());
    DocumentSignatureSubmission { revision_digest, signature, issuers: Vec::new() }
}

pub async fn send(
    office: &Office,
    phone: &Phone,
    of: &AwaitedSignature,
    submission: DocumentSignatureSubmission,
) -> Result<DocumentSigned, FlowError> {
    let device = phone.authenticated(&office.app).await;
    let decision = Decision::from_cbor(&of.decision.0).unwrap().hash();
    decide::sign_document(&office.app, &device, decision, submission).await
}

pub async fn seen(office: &Office, request: RequestId) -> RequestView {
    read::request(&office.app, &office.caller, request).await.unwrap()
}

pub fn part(view: &RequestView) -> (Assignment, bool) {
    let signer = &view.steps[0].signers[0];
    (signer.assignment, signer.awaits.is_some())
}

/// What a stranger finds who trusts both authorities.
async fn verified(
    office: &Office,
    request: RequestId,
    tokens: &[&Token],
    evidence: &str,
) -> Report {
    judged(office, request, tokens, evidence, (Vec::new(), &[])).await
}

/// The same with revocation lists and delegations at hand.
pub async fn judged(
    office: &Office,
    request: RequestId,
    tokens: &[&Token],
    evidence: &str,
    (crls, delegations): (Vec<Crl>, &[DelegationEvidence]),
) -> Report {
    let app = &office.app;
    let content = read::document(app, &office.caller, request).await.unwrap();
    let file = content.read(0..content.document.size).await.unwrap();
    let evidence: Evidence = evidence.parse().unwrap();
    let mut anchors = Certificate::parse_pem(&app.root_pem()).unwrap();
    anchors.extend(tokens.iter().map(|token| token.root()));
    let at = office.clock.now().second();
    let trust = Trust { anchors, intermediates: Vec::new(), crls, ocsp: Vec::new(), at };
    let key = app.log_key().parse().unwrap();
    let proof = Proof { evidence: &[evidence], delegations, key: &key };
    verify_pdf(&file, &trust, Some(proof))
}

pub async fn tokens_sign_what_was_decided_on_the_phone_and_only_then_the_request_goes_on(
    office: Office,
) {
    let app = &office.app;
    let tokens =
        [Token::rsa(now(&office), 2048), Token::rsa(now(&office), 3072), Token::p256(now(&office))];
    for (number, token) in tokens.iter().enumerate() {
        let (phone, _) = signer(&office, &format!("Người {number}"), token).await;
        let request = office.queue(&[phone.person]).await;
        let old = phone.authenticated(app).await;
        let old = sync::sync(app, &old, SyncQuery::default(), KNOWS_NOTHING).await.unwrap();
        assert!(old.requests.iter().all(|view| view.task.is_none()), "it would sign itself");

        let draft = phone.draft(&office, request, Verb::Approve).await;
        assert_eq!(draft.decision.version, 2);
        let submission = phone.sign(&draft);
        let receipt = phone.send(app, &draft, submission.clone()).await.unwrap();
        let again = phone.send(app, &draft, submission).await.unwrap();
        assert_eq!(again.salt, receipt.salt, "it is recorded once");
        let view = seen(&office, request).await;
        assert!(matches!(view.state, RouteState::Open { .. }));
        assert_eq!(part(&view), (Assignment::Open, true));
        assert_eq!(phone.see(app, request).await.0.task, None);

        let of = awaiting(&office, &phone).await.remove(0);
        assert_eq!(of.decision.0, draft.decision.to_cbor());
        let mut submission = signed(&office, &phone, &of, token).await;
        submission.issuers = vec![Base64(token.chain[1].clone())];
        let done = send(&office, &phone, &of, submission.clone()).await.unwrap();
        // Another device of the same person, and another signature of the same: one is recorded.
        let second = Phone::enroll(&office, phone.person).await;
        let repeated = signed(&office, &second, &of, token).await;
        assert_eq!(send(&office, &second, &of, repeated).await.unwrap().document, done.document);
        let stranger = Phone::enroll(&office, office.person("Người lạ").await).await;
        let refused = send(&office, &stranger, &of, submission).await;
        assert_eq!(refused, Err(FlowError::NotFound(Thing::Decision)));

        let view = seen(&office, request).await;
        assert_eq!(view.state, RouteState::Completed);
        assert_eq!(view.documents[0].current, done.document);
        assert!(matches!(part(&view), (Assignment::Decided { verb: Verb::Approve, .. }, false)));
        assert_eq!(awaiting(&office, &phone).await, []);
        let report = verified(&office, request, &[token], &done.evidence).await;
        let signature = &report.signatures[0];
        assert_eq!(signature.integrity.outcome, Outcome::Ok, "{:?}", signature.integrity);
        assert_eq!(signature.chain.outcome, Outcome::Ok, "{:?}", signature.chain);
        assert_eq!(signature.decision, Some(draft.decision.hash()));
        let Recording::Shown { document_signature, finding, .. } = &report.recordings[0] else {
            panic!("{:?}", report.recordings)
        };
        assert!(matches!(document_signature.as_deref(), Some(SecondLeaf::Signed { .. })));
        // No list says that the phone's certificate is not revoked: that alone stays open.
        assert_eq!(finding.reason, Reason::DeciderUntrusted, "{finding:?}");
        assert_eq!(finding.outcome, Outcome::CannotBeDetermined);
        assert!(finding.detail.starts_with("no-revocation-list"), "{finding:?}");
        let mut half: Evidence = done.evidence.parse().unwrap();
        half.document = None;
        let half = verified(&office, request, &[token], &half.to_string()).await;
        assert!(
            matches!(&half.recordings[0], Recording::Shown { document_signature: Some(second), .. }
            if **second == SecondLeaf::NotShown)
        );
    }
}

pub async fn nobody_else_approves_while_a_signature_is_awaited(office: Office) {
    let app = &office.app;
    let token = Token::p256(now(&office));
    let (an, _) = signer(&office, "Nguyễn Văn An", &token).await;
    let khue = Phone::enroll(&office, office.person("Lê Thị Khuê").await).await;
    let request = office.queue(&[an.person, khue.person]).await;
    let early = khue.draft(&office, request, Verb::Approve).await;
    an.decide(&office, request, Verb::Approve).await.unwrap();
    let refused = khue.send(app, &early, khue.sign(&early)).await.unwrap_err();
    assert_eq!(refused, FlowError::AwaitsDocumentSignature, "and no leaf says so");
    assert_eq!(refused.problem(), ProblemKind::AwaitsDocumentSignature);
    let of = awaiting(&office, &an).await.remove(0);
    let submission = signed(&office, &an, &of, &token).await;
    send(&office, &an, &of, submission).await.unwrap();
    let late = khue.send(app, &early, khue.sign(&early)).await.unwrap_err();
    assert_eq!(late.problem(), ProblemKind::StaleRevision, "the document has a new signature");
    khue.decide(&office, request, Verb::Approve).await.unwrap();
    assert_eq!(seen(&office, request).await.state, RouteState::Completed);
}

pub async fn a_signature_that_does_not_come_ends_with_a_leaf_and_the_part_is_decided_again(
    office: Office,
) {
    let app = &office.app;
    let token = Token::rsa(now(&office), 2048);
    let (phone, _) = signer(&office, "Nguyễn Văn An", &token).await;
    let request = office.queue(&[phone.person]).await;
    let first = phone.draft(&office, request, Verb::Approve).await;
    phone.send(app, &first, phone.sign(&first)).await.unwrap();
    let of = awaiting(&office, &phone).await.remove(0);
    office.clock.forward(AWAITED_SECONDS);
    run_due(app).await.unwrap();
    assert_eq!(awaiting(&office, &phone).await.len(), 1, "it may come to the last second");
    let submission = signed(&office, &phone, &of, &token).await;
    office.clock.forward(1);
    // Whichever comes first, the job or the signature: it is too late.
    let late = send(&office, &phone, &of, submission.clone()).await;
    assert_eq!(late, Err(FlowError::NotAwaited));
    office.clock.forward(1);
    run_due(app).await.unwrap();
    let late = send(&office, &phone, &of, submission).await;
    assert_eq!(late, Err(FlowError::NotAwaited));
    let (view, _) = phone.see(app, request).await;
    assert_eq!(part(&view), (Assignment::Open, false));
    assert_eq!(view.task.unwrap().undone, [first.decision.hash()]);
    let evidence = read::evidence(app, &office.caller, request, first.decision.hash()).await;
    let evidence = evidence.unwrap();

    phone.decide(&office, request, Verb::Approve).await.unwrap();
    let of = awaiting(&office, &phone).await.remove(0);
    let submission = signed(&office, &phone, &of, &token).await;
    send(&office, &phone, &of, submission).await.unwrap();
    assert_eq!(seen(&office, request).await.state, RouteState::Completed);
    let report = verified(&office, request, &[&token], &evidence).await;
    let finding = report.recordings[0].finding();
    assert_ne!(finding.outcome, Outcome::Ok, "the first approval signed nothing: {finding:?}");
    assert!(
        matches!(&report.recordings[0], Recording::Shown { document_signature: Some(second), .. }
        if matches!(**second, SecondLeaf::Expired { .. }))
    );
    let log = acts::verify(app, &Kept::default()).await.unwrap();
    assert_eq!(log.misfits, [], "each leaf has what it stands for");
}

pub async fn whatever_is_not_the_signature_of_the_decision_changes_nothing(office: Office) {
    let token = Token::p256(now(&office));
    let (phone, _) = signer(&office, "Nguyễn Văn An", &token).await;
    let request = office.queue(&[phone.person]).await;
    phone.decide(&office, request, Verb::Approve).await.unwrap();
    let of = awaiting(&office, &phone).await.remove(0);
    let good = signed(&office, &phone, &of, &token).await;
    let wrong = FlowError::from(Mismatch::Signature);

    let other = Token::p256(now(&office));
    let by_another = signed(&office, &phone, &of, &other).await;
    assert_eq!(send(&office, &phone, &of, by_another).await, Err(wrong.clone()));
    let mut of_another = Decision::from_cbor(&of.decision.0).unwrap();
    of_another.valid_until = of_another.valid_until.plus(-1);
    let (digest, hash) = (good.revision_digest, of_another.hash());
    let attributes = cms::signed_attributes(digest, &token.chain[0], hash);
    let signature = Base64(token.sign(&attributes).unwrap());
    let of_another = DocumentSignatureSubmission { signature, ..good.clone() };
    assert_eq!(send(&office, &phone, &of, of_another).await, Err(wrong.clone()));
    let digest = Sha256::of(b"another document");
    let hash = Decision::from_cbor(&of.decision.0).unwrap().hash();
    let attributes = cms::signed_attributes(digest, &token.chain[0], hash);
    let signature = Base64(token.sign(&attributes).unwrap());
    let elsewhere =
        DocumentSignatureSubmission { revision_digest: digest, signature, issuers: Vec::new() };
    let refused = send(&office, &phone, &of, elsewhere).await;
    assert_eq!(refused, Err(Mismatch::Revision.into()));
    let issuers = vec![Base64(other.chain[1].clone())];
    let refused =
        send(&office, &phone, &of, DocumentSignatureSubmission { issuers, ..good.clone() }).await;
    assert!(matches!(refused, Err(FlowError::BadRequest(_))), "{refused:?}");

    let view = seen(&office, request).await;
    assert_eq!(part(&view), (Assignment::Open, true), "it is awaited still");
    assert_eq!(view.documents[0].earlier, []);
    send(&office, &phone, &of, good).await.unwrap();
}

pub async fn what_ends_meanwhile_is_not_awaited_any_more(office: Office) {
    let app = &office.app;
    let why = Act { why: Some(Text::new("mất máy").unwrap()), ..Act::COMMAND_LINE };

    let token = Token::p256(now(&office));
    let (phone, entry) = signer(&office, "Nguyễn Văn An", &token).await;
    let request = office.queue(&[phone.person]).await;
    phone.decide(&office, request, Verb::Approve).await.unwrap();
    let of = awaiting(&office, &phone).await.remove(0);
    let submission = signed(&office, &phone, &of, &token).await;
    let reason = RevocationReason::KeyCompromise;
    let story = register::show(app, Reader::CommandLine, entry).await.unwrap();
    register::revoke(app, &why, &story.entry, reason).await.unwrap();
    let late = send(&office, &phone, &of, submission).await;
    assert_eq!(late, Err(FlowError::NotAwaited), "its certificate was revoked");
    let (view, _) = phone.see(app, request).await;
    assert_eq!(view.task.unwrap().document_signer, None, "the phone signs again");
    phone.decide(&office, request, Verb::Approve).await.unwrap();
    assert_eq!(seen(&office, request).await.state, RouteState::Completed);

    let token = Token::p256(now(&office));
    let (lost, _) = signer(&office, "Lê Thị Khuê", &token).await;
    let computer = Phone::enroll(&office, lost.person).await;
    let request = office.queue(&[lost.person]).await;
    lost.decide(&office, request, Verb::Approve).await.unwrap();
    let of = awaiting(&office, &computer).await.remove(0);
    let submission = signed(&office, &computer, &of, &token).await;
    device::suspend(app, &why, lost.device).await.unwrap();
    let late = send(&office, &computer, &of, submission).await;
    assert_eq!(late, Err(FlowError::NotAwaited), "the phone that decided was lost");
    assert!(computer.see(app, request).await.0.task.is_some());

    computer.decide(&office, request, Verb::Approve).await.unwrap();
    let of = awaiting(&office, &computer).await.remove(0);
    let submission = signed(&office, &computer, &of, &token).await;
    recall::by_key(app, &office.caller, request, None).await.unwrap();
    let late = send(&office, &computer, &of, submission).await;
    assert_eq!(late, Err(FlowError::NotAwaited), "it was taken back");
    let view = seen(&office, request).await;
    assert_eq!((view.state, part(&view)), (RouteState::Recalled, (Assignment::Released, false)));
}

pub async fn a_certificate_signs_documents_only_once_an_officer_says_so(office: Office) {
    let app = &office.app;
    let token = Token::p256(now(&office));
    let person = office.person("Nguyễn Văn An").await;
    let entry = recorded(&office, &token, person).await;
    let phone = Phone::enroll(&office, person).await;
    let request = office.queue(&[person]).await;
    let own = phone.draft(&office, request, Verb::Approve).await;
    assert_eq!(own.decision.version, 1);
    choose(app, &Act::COMMAND_LINE, entry, Signs::Documents).await.unwrap();
    let refused = phone.send(app, &own, phone.sign(&own)).await.unwrap_err();
    assert_eq!(refused.problem(), ProblemKind::StaleRevision, "another key signs by now");
    let answer = phone.sync(app, SyncQuery::default()).await.unwrap();
    let (cursor, anchors) = (answer.cursor, 0);
    let foreign = phone.draft(&office, request, Verb::Approve).await;
    choose(app, &Act::COMMAND_LINE, entry, Signs::Nothing).await.unwrap();
    let query = SyncQuery { cursor, checkpoint: None, anchors };
    let told = phone.sync(app, query).await.unwrap().requests;
    assert_eq!(told.len(), 1, "phones are told whose key signs");
    let refused = phone.send(app, &foreign, phone.sign(&foreign)).await.unwrap_err();
    assert_eq!(refused.problem(), ProblemKind::StaleRevision);
    phone.decide(&office, request, Verb::Approve).await.unwrap();
    assert_eq!(seen(&office, request).await.state, RouteState::Completed);
}
