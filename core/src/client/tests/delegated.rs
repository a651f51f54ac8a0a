//! In whose name a phone signs: in another's only by a delegation that it has verified itself.

use serde_json::json;

use crate::cose::{Content, assemble_as, sig_structure_as};
use crate::decision::{Authority, Decision, SeenCheckpoint};
use crate::delegation::evidence::{DelegationEvidence, Unproved};
use crate::delegation::wire::{Delegate, DelegationSubmission};
use crate::delegation::{Delegation, Form, GIVEN, Holder, NotCovered, Reach, UnitScope};
use crate::digest::Sha256;
use crate::document::Text;
use crate::env::{Clock as _, UnixSecond};
use crate::id::{PersonId, UnitId};
use crate::log::leaf::{Leaf, Salt, StatementKind};
use crate::log::proof::InclusionProof;
use crate::log::tree::empty_root;
use crate::problem::ProblemKind;
use crate::request::{Assignment, Role};
use crate::signer::SignerError;
use crate::testing::software_key;
use crate::wire::{DecisionSubmission, InPlaceOf, PersonView, SignerView, UnitView};

use super::super::DelegationDraft;
use super::super::error::{ClientError, DelegationFault};
use super::super::records::Decided;
use super::Scene;
use super::fake::{ABOVE, Desk, PERSON, REQUEST, Reply, UNIT};

const LEADER: PersonId = PersonId::from_bytes([24; 16]);

fn text<const MAX: usize>(text: &str) -> Text<MAX> {
    Text::new(text).unwrap()
}

/// What the leader lets this phone's person do, for an hour.
fn given(scene: &Scene) -> Delegation {
    let profile = scene.phone.profile().unwrap();
    let now = scene.fake.clock.now().second();
    let Authority::Own { position } = profile.authority else { panic!("an own post") };
    Delegation {
        version: 1,
        form: Form::Kt,
        from: Holder { person: LEADER, unit: UNIT, position: text("Chủ tịch") },
        to: Holder { person: PERSON, unit: UNIT, position },
        units: vec![UnitScope { unit: UNIT, reach: Reach::AndBelow }],
        kinds: vec![text("Quyết định")],
        starts: now.plus(-60),
        ends: now.plus(3600),
        reason: text("Đi công tác"),
        certificate: scene.fake.change(|desk| desk.office.person.sha256()),
        device: super::fake::DEVICE,
        checkpoint: SeenCheckpoint { size: 0, root: empty_root() },
        signed_at: now.plus(-120),
        app: text("test 1"),
    }
}

fn signed(given: &Delegation, seed: u64) -> Vec<u8> {
    let (cbor, key) = (given.to_cbor(), software_key(seed));
    let message = sig_structure_as(Content::Delegation, &cbor, given.certificate);
    let signature = key.sign_now(&message);
    let spki = key.public_key();
    assemble_as(Content::Delegation, &cbor, given.certificate, &signature, &spki).unwrap()
}

/// The key of the office's leader.
const LEADERS_KEY: u64 = 103;

impl Desk {
    /// Has the log state a delegation, and the leader's part wait for the phone's person.
    fn delegate(&mut self, given: &Delegation, cose: Vec<u8>) {
        let statement = json!({ "act": GIVEN, "delegation": given.hash() }).to_string();
        let (recorded_at, salt) = (given.signed_at.plus(1), Salt([5; 32]));
        let said = Sha256::of(statement.as_bytes());
        let leaf = Leaf::new(StatementKind::Policy, recorded_at, &salt, &said);
        let index = self.append(&leaf.to_cbor());
        let proof = InclusionProof { index, hashes: Vec::new(), checkpoint: String::new() };
        let certificates =
            [&self.office.person, &self.office.issuing].map(|it| it.der().to_vec()).to_vec();
        let evidence =
            DelegationEvidence { statement, recorded_at, salt, cose, certificates, proof };
        self.delegations = vec![evidence];
        self.stand_in(given);
    }

    fn stand_in(&mut self, given: &Delegation) {
        let leader =
            PersonView { id: LEADER, name: "Lê A".into(), position: "Chủ tịch".into() };
        let view = &mut self.requests[0];
        view.steps[0].signers = vec![SignerView {
            person: leader.clone(),
            assignment: Assignment::Open,
            reason: None,
            by: None,
            absent: None,
            awaits: None,
        }];
        let line = vec![UNIT, ABOVE];
        let place = InPlaceOf { person: leader, delegation: given.hash(), line };
        view.task.as_mut().unwrap().in_place_of = Some(place);
    }
}

/// What becomes of the sheet where the leader's statement and the server's claims are so.
async fn sheet(
    bend: impl FnOnce(&mut Delegation),
    key: u64,
    claim: impl FnOnce(&mut Desk),
) -> Result<Authority, ClientError> {
    let scene = Scene::enrolled().await;
    let mut given = given(&scene);
    bend(&mut given);
    scene.fake.change(|desk| {
        desk.delegate(&given, signed(&given, key));
        claim(desk);
    });
    scene.phone.sync().await.unwrap();
    scene.phone.open(REQUEST).await?;
    let before = scene.prompts();
    let sheet = scene.phone.sheet(REQUEST).await;
    let refused = sheet.is_err();
    if refused {
        let rejected = scene.phone.reject(REQUEST, "Không đúng".into()).await;
        assert!(rejected.is_err(), "nor is it rejected in another's name");
        assert_eq!(scene.prompts(), before, "nobody was asked to sign");
    }
    sheet.map(|sheet| sheet.authority)
}

fn fault(result: Result<Authority, ClientError>) -> DelegationFault {
    match result {
        Err(ClientError::Delegation(fault)) => fault,
        other => panic!("a delegation that does not hold: {other:?}"),
    }
}

#[tokio::test]
async fn a_delegate_signs_in_the_leaders_place_and_says_so_to_the_end_of_the_delegation() {
    let scene = Scene::enrolled().await;
    let given = given(&scene);
    scene.fake.change(|desk| desk.delegate(&given, signed(&given, LEADERS_KEY)));
    scene.phone.sync().await.unwrap();
    let asked = scene.fake.change(|desk| desk.asked.clone());
    let sync = asked.iter().rfind(|asked| asked.path == "/api/v1/sync").unwrap();
    assert_eq!(sync.header("trien-knows"), Some("delegations, document-signers"));
    let scene = scene.restarted().await;
    scene.phone.open(REQUEST).await.unwrap();
    let sheet = scene.phone.sheet(REQUEST).await.unwrap();
    let position = given.to.position.clone();
    let authority = Authority::Delegated { position, statement: given.hash() };
    assert_eq!((&sheet.authority, sheet.valid_until), (&authority, given.ends));
    let place = sheet.in_place_of.unwrap();
    assert_eq!(
        (place.title.as_str(), place.person.id, place.until),
        ("KT. CHỦ TỊCH", LEADER, given.ends)
    );
    let decided = scene.phone.approve(sheet.id).await.unwrap();
    assert!(matches!(decided, Decided::Recorded(_)), "{decided:?}");
    let sent = scene.fake.change(|desk| desk.submissions.clone());
    let sent: DecisionSubmission = serde_json::from_slice(&sent[0]).unwrap();
    let decision = Decision::from_cbor(&sent.decision.0).unwrap();
    assert_eq!((decision.authority, decision.person), (authority, PERSON));
}

#[tokio::test]
async fn what_the_leader_did_not_sign_or_the_log_does_not_have_moves_nobody_to_sign() {
    let honest = sheet(|_| {}, LEADERS_KEY, |_| {}).await;
    assert!(matches!(honest, Ok(Authority::Delegated { .. })));
    // Another key under the leader's name, a statement that is missing, and one of another log: none is kept.
    let stolen = fault(sheet(|_| {}, 9, |_| {}).await);
    assert_eq!(stolen, DelegationFault::Missing);
    let missing = fault(sheet(|_| {}, LEADERS_KEY, |desk| desk.delegations.clear()).await);
    assert_eq!(missing, DelegationFault::Missing);
    let elsewhere = |desk: &mut Desk| desk.delegations[0].salt = Salt([6; 32]);
    let elsewhere = fault(sheet(|_| {}, LEADERS_KEY, elsewhere).await);
    assert_eq!(elsewhere, DelegationFault::Missing);
    // A genuine one that is about another task.
    let other = |desk: &mut Desk| {
        let place = desk.requests[0].task.as_mut().unwrap().in_place_of.as_mut().unwrap();
        place.delegation = Sha256::of(b"another");
    };
    assert_eq!(fault(sheet(|_| {}, LEADERS_KEY, other).await), DelegationFault::Missing);
    // Another certificate than the one that it names.
    let alone = |desk: &mut Desk| {
        let issuing = desk.office.issuing.der().to_vec();
        desk.delegations[0].certificates = vec![issuing];
    };
    assert_eq!(fault(sheet(|_| {}, LEADERS_KEY, alone).await), DelegationFault::Missing);
}

#[tokio::test]
async fn no_limit_of_a_delegation_is_exceeded_whatever_the_server_shows() {
    let now = |d: &Delegation| d.starts.plus(60);
    let over = fault(sheet(|d| d.ends = now(d), LEADERS_KEY, |_| {}).await);
    assert_eq!(over, DelegationFault::NotCovered(NotCovered::Over));
    let early = fault(sheet(|d| d.starts = now(d).plus(60), LEADERS_KEY, |_| {}).await);
    assert_eq!(early, DelegationFault::NotCovered(NotCovered::Early));
    let kind = fault(sheet(|d| d.kinds = vec![text("Giấy mời")], LEADERS_KEY, |_| {}).await);
    assert_eq!(kind, DelegationFault::NotCovered(NotCovered::Kind));
    let elsewhere = UnitId::from_bytes([99; 16]);
    let unit = fault(sheet(|d| d.units[0].unit = elsewhere, LEADERS_KEY, |_| {}).await);
    assert_eq!(unit, DelegationFault::NotCovered(NotCovered::Unit));
    let seal = |desk: &mut Desk| {
        let view = &mut desk.requests[0];
        view.steps[0].role = Role::Seal;
        view.task.as_mut().unwrap().role = Role::Seal;
    };
    let seal = fault(sheet(|_| {}, LEADERS_KEY, seal).await);
    assert_eq!(seal, DelegationFault::NotCovered(NotCovered::Role));
    let line = |desk: &mut Desk| {
        let task = desk.requests[0].task.as_mut().unwrap();
        task.in_place_of.as_mut().unwrap().line = vec![ABOVE];
    };
    let line = fault(sheet(|_| {}, LEADERS_KEY, line).await);
    assert_eq!(line, DelegationFault::NotCovered(NotCovered::Unit));
    let other = PersonId::from_bytes([55; 16]);
    let other = fault(sheet(|d| d.to.person = other, LEADERS_KEY, |_| {}).await);
    assert_eq!(other, DelegationFault::NotToYou);
    let post = fault(sheet(|d| d.to.position = text("Trưởng phòng"), LEADERS_KEY, |_| {}).await);
    assert_eq!(post, DelegationFault::NotToYou);
    let another = |desk: &mut Desk| {
        desk.requests[0].steps[0].signers[0].person.id = PersonId::from_bytes([56; 16]);
    };
    assert_eq!(fault(sheet(|_| {}, LEADERS_KEY, another).await), DelegationFault::OtherPart);
    let decided = |desk: &mut Desk| {
        desk.requests[0].steps[0].signers[0].assignment = Assignment::Released;
    };
    assert_eq!(fault(sheet(|_| {}, LEADERS_KEY, decided).await), DelegationFault::OtherPart);
}

/// What the phone's person gives by a written act.
fn draft(kinds: &[&str], ends: UnixSecond) -> DelegationDraft {
    DelegationDraft {
        form: Form::Tuq,
        to: Delegate {
            person: PersonView { id: LEADER, name: "Lê A".into(), position: "Phó".into() },
            unit: UnitView { id: UNIT, name: "X".into() },
            is_deputy: true,
            forms: Form::ALL.to_vec(),
        },
        units: vec![UnitScope { unit: UNIT, reach: Reach::Alone }],
        kinds: kinds.iter().map(|kind| text(kind)).collect(),
        starts: None,
        ends,
        reason: text("Theo Quyết định 12"),
    }
}

const DELEGATIONS: &str = "/api/v1/device/delegations";

#[tokio::test]
async fn a_delegation_counts_for_its_giver_once_the_log_has_it() {
    let scene = Scene::enrolled().await;
    scene.phone.sync().await.unwrap();
    let now = scene.fake.clock.now().second();
    let prompts = scene.prompts();
    let endless = scene.phone.delegate(draft(&[], now.plus(60))).await;
    assert!(matches!(endless, Err(ClientError::Delegation(DelegationFault::Invalid(_)))));
    assert_eq!(scene.prompts(), prompts, "nobody was asked to sign what cannot be");
    let given = scene.phone.delegate(draft(&["Giấy mời"], now.plus(60))).await.unwrap();
    assert_eq!(scene.prompts(), prompts + 1);
    assert_eq!(scene.phone.known_delegations(vec![given]).await.unwrap().len(), 1);
    // A server that says yes and proves nothing is not believed.
    scene.fake.twist(|asked, reply| {
        if asked.path == DELEGATIONS {
            let submission: DelegationSubmission = serde_json::from_slice(&asked.body).unwrap();
            let text = String::from_utf8(reply.body.clone()).unwrap();
            let mut evidence: DelegationEvidence = text.parse().unwrap();
            assert_eq!(evidence.cose, submission.statement.0);
            evidence.recorded_at = evidence.recorded_at.plus(1);
            reply.body = evidence.to_string().into_bytes();
        }
    });
    let unproved = scene.phone.delegate(draft(&["Công văn"], now.plus(60))).await;
    let Err(ClientError::DelegationUnknown(why)) = unproved else { panic!("{unproved:?}") };
    let inclusion =
        matches!(*why, ClientError::Delegation(DelegationFault::Unproved(Unproved::Inclusion(_))));
    assert!(inclusion, "{why:?}");
}

type Bend = fn(&mut Reply);

/// What becomes of a delegation where the server's answer to it is bent.
async fn answered(
    scene: &Scene,
    mut bend: impl FnMut(&mut Reply) + Send + 'static,
) -> Result<Sha256, ClientError> {
    scene.fake.twist(move |asked, reply| {
        if asked.path == DELEGATIONS {
            bend(reply);
        }
    });
    let now = scene.fake.clock.now().second();
    let answered = scene.phone.delegate(draft(&["Giấy mời"], now.plus(60))).await;
    scene.fake.honest();
    answered
}

#[tokio::test]
async fn only_a_clear_no_says_that_a_delegation_which_was_sent_does_not_count() {
    let scene = Scene::enrolled().await;
    scene.phone.sync().await.unwrap();
    for kind in ProblemKind::ALL.iter().copied() {
        // The phone signs such a request once more by itself.
        if kind == ProblemKind::ClockSkew {
            continue;
        }
        let said = answered(&scene, move |reply| *reply = Reply::problem(kind)).await;
        // What came twice was taken once; where the server failed, it may have failed afterwards.
        let may_count = kind.status() >= 500 || kind == ProblemKind::Replayed;
        match said {
            Err(ClientError::DelegationUnknown(_)) => assert!(may_count, "{kind:?}"),
            Err(ClientError::Problem(_)) => assert!(!may_count, "{kind:?}"),
            other => panic!("{kind:?}: {other:?}"),
        }
    }
    let unknown: [(&str, Bend); 4] = [
        ("no answer", |reply| reply.cut = Some(0)),
        ("half an answer", |reply| reply.cut = Some(reply.body.len() / 2)),
        ("no proof", |reply| reply.body = b"taken".to_vec()),
        ("a page of something in between", |reply| {
            (reply.status, reply.body) = (404, b"<html>".to_vec());
        }),
    ];
    for (what, bend) in unknown {
        let said = answered(&scene, bend).await;
        assert!(matches!(said, Err(ClientError::DelegationUnknown(_))), "{what}: {said:?}");
    }
    // Nothing was sent where nobody signed.
    let sent = scene.fake.count(DELEGATIONS);
    *scene.keys.fail.lock().unwrap() = Some(SignerError::Cancelled);
    let dismissed = answered(&scene, |_| {}).await;
    assert!(matches!(dismissed, Err(ClientError::Signer(_))), "{dismissed:?}");
    assert_eq!(scene.fake.count(DELEGATIONS), sent);
}

#[tokio::test]
async fn a_delegation_that_this_phone_cannot_keep_may_count_all_the_same() {
    let scene = Scene::enrolled().await;
    scene.phone.sync().await.unwrap();
    let folder = scene.folder.path().to_owned();
    // What the server has taken is not refused by a disk that is full, or a folder that is gone.
    let kept = answered(&scene, move |_| std::fs::remove_dir_all(&folder).unwrap()).await;
    assert!(matches!(kept, Err(ClientError::DelegationUnknown(_))), "{kept:?}");
}

impl Desk {
    /// What an honest server answers to a delegation.
    pub(super) fn take_delegation(&mut self, body: &[u8]) -> Reply {
        let submission: DelegationSubmission = serde_json::from_slice(body).unwrap();
        let cose = submission.statement.0;
        let signed = crate::cose::Statement::parse_as(Content::Delegation, &cose).unwrap();
        let given = Delegation::from_cbor(&signed.payload).unwrap();
        let statement = json!({ "act": GIVEN, "delegation": given.hash() }).to_string();
        let (recorded_at, salt) = (given.signed_at, Salt([5; 32]));
        let said = Sha256::of(statement.as_bytes());
        let leaf = Leaf::new(StatementKind::Policy, recorded_at, &salt, &said);
        let index = self.append(&leaf.to_cbor());
        let certificates = vec![self.certificate(), self.office.issuing.der().to_vec()];
        let proof = InclusionProof { index, hashes: Vec::new(), checkpoint: String::new() };
        let evidence =
            DelegationEvidence { statement, recorded_at, salt, cose, certificates, proof };
        let text = self.proved(&evidence);
        Reply { body: text.into_bytes(), ..Reply::json(201, &()) }
    }
}

#[tokio::test]
async fn a_phone_that_knew_of_no_delegations_asks_for_everything_once() {
    let scene = Scene::enrolled().await;
    scene.phone.sync().await.unwrap();
    let cursors = |scene: &Scene| {
        let asked = scene.fake.change(|desk| desk.asked.clone());
        let syncs = asked.into_iter().filter(|asked| asked.path == "/api/v1/sync");
        syncs.map(|asked| asked.query.split('&').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    scene.phone.sync().await.unwrap();
    assert_eq!(cursors(&scene).last().unwrap(), "cursor=1");
    // As a release before this one left it.
    scene.phone.forget_delegations().await;
    let before = cursors(&scene).len();
    scene.phone.sync().await.unwrap();
    assert_eq!(cursors(&scene)[before], "cursor=0");
}
