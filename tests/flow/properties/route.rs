//! Decisions on routes of several steps: whoever sends what, in which order, a step is decided by those it asks, in its
//! turn, each once, and a refusal ends it all.

use proptest::prelude::*;
use tokio::sync::OnceCell;
use trien_core::decision::Verb;
use trien_core::id::RequestId;
use trien_core::problem::ProblemKind;
use trien_core::request::{Assignment, Quorum, Role, RouteState, StepNumber};
use trien_core::wire::DecisionSubmission;
use trien_server::flow::{FlowError, Thing, read, recall};

use super::{Found, Rules, notices, run_some};
use crate::office::{Office, step};
use crate::phone::{Draft, Phone};

/// A submission's PDF is looked at by a worker, and each decision is signed.
const CASES: u32 = 24;
const PEOPLE: usize = 5;

/// Who is asked in each step, and how many must agree.
const ROUTES: [&[(Quorum, &[usize])]; 4] = [
    &[(Quorum::All, &[0])],
    &[(Quorum::All, &[0, 1]), (Quorum::AtLeast(1), &[2, 3])],
    &[(Quorum::AtLeast(2), &[0, 1, 2]), (Quorum::All, &[1]), (Quorum::All, &[3, 4])],
    &[(Quorum::AtLeast(1), &[0, 4]), (Quorum::AtLeast(2), &[0, 1, 2]), (Quorum::All, &[0])],
];

/// What waits for an earlier step is open from the beginning.
const EARLY: &str = "CREATE TRIGGER broken AFTER INSERT ON assignment WHEN NEW.state = 'waiting' \
    BEGIN UPDATE assignment SET state = 'open' \
    WHERE request = NEW.request AND step = NEW.step AND person = NEW.person; END";
/// What was rejected goes on.
const REJECTED: &str = "CREATE TRIGGER broken AFTER UPDATE OF state ON request \
    WHEN NEW.state = 'rejected' BEGIN UPDATE request SET state = 'open', open_step = 1 WHERE id = NEW.id; END";
/// Whoever is not needed any more still is.
const RELEASED: &str = "CREATE TRIGGER broken AFTER UPDATE OF state ON assignment \
    WHEN NEW.state = 'released' BEGIN UPDATE assignment SET state = 'open' \
    WHERE request = NEW.request AND step = NEW.step AND person = NEW.person; END";

#[derive(Clone, Copy, Debug)]
enum Act {
    /// Somebody decides in some step, whether it asks them or not.
    Decide {
        who: usize,
        step: u16,
        verb: Verb,
    },
    /// One of those who are asked now does.
    Proper {
        which: usize,
        verb: Verb,
    },
    /// What was sent last is sent once more.
    Again,
    Recall,
}

fn act() -> impl Strategy<Value = (usize, Act)> {
    let verb =
        || prop_oneof![9 => Just(Verb::Approve), 1 => Just(Verb::Reject), 1 => Just(Verb::Return)];
    let any = (0..PEOPLE, 1..=4_u16, verb());
    let does = prop_oneof![
        8 => any.prop_map(|(who, step, verb)| Act::Decide { who, step, verb }),
        8 => (0..PEOPLE, verb()).prop_map(|(which, verb)| Act::Proper { which, verb }),
        3 => Just(Act::Again),
        1 => Just(Act::Recall),
    ];
    (0..ROUTES.len(), does)
}

#[test]
fn no_step_is_decided_out_of_its_turn_and_no_refusal_is_lost() {
    let cast = OnceCell::new();
    let story = async |office: &Office, acts| story(office, &cast, acts).await;
    assert_eq!(run_some(CASES, Rules::Kept, act(), story), Ok(()));
}

#[test]
fn a_broken_rule_is_noticed() {
    let broken = |rule| {
        let cast = OnceCell::new();
        notices(rule, act(), async |office: &Office, acts| story(office, &cast, acts).await);
    };
    broken((EARLY, &["nobody is asked before their step"]));
    broken((REJECTED, &["what has ended stays so"]));
    broken((RELEASED, &["nobody is asked who is not needed"]));
}

/// The route as it must stand: what was accepted, and whether that ended it.
struct Model {
    route: &'static [(Quorum, &'static [usize])],
    accepted: Vec<(usize, usize, Verb)>,
    ended: Option<RouteState>,
}

impl Model {
    fn verb(&self, step: usize, who: usize) -> Option<Verb> {
        let mut accepted = self.accepted.iter();
        accepted.find(|(at, by, _)| (*at, *by) == (step, who)).map(|(_, _, verb)| *verb)
    }

    fn is_done(&self, step: usize) -> bool {
        let (quorum, people) = self.route[step];
        let approvals =
            people.iter().filter(|who| self.verb(step, **who) == Some(Verb::Approve)).count();
        match quorum {
            Quorum::All => approvals == people.len(),
            Quorum::AtLeast(needed) => approvals >= usize::from(needed),
        }
    }

    /// The step whose turn it is, while there is one.
    fn turn(&self) -> Option<usize> {
        if self.ended.is_some() {
            return None;
        }
        (0..self.route.len()).find(|step| !self.is_done(*step))
    }

    fn state(&self) -> RouteState {
        let open = |step| RouteState::Open { step: number(step) };
        self.ended.unwrap_or_else(|| self.turn().map_or(RouteState::Completed, open))
    }

    /// Who is asked now.
    fn asked(&self) -> Vec<(usize, usize)> {
        let Some(step) = self.turn() else { return Vec::new() };
        let people = self.route[step].1.iter().map(|who| (step, *who));
        people.filter(|(step, who)| self.verb(*step, *who).is_none()).collect()
    }

    /// Why a decision is not taken; none where it is.
    fn refuses(&self, step: usize, who: usize) -> Option<Refusal> {
        if !self.route.get(step).is_some_and(|(_, people)| people.contains(&who)) {
            return Some(Refusal::NotAsked);
        }
        match self.state() {
            _ if self.verb(step, who).is_some() => Some(Refusal::Recorded(ProblemKind::Overtaken)),
            RouteState::Open { .. } if self.asked().contains(&(step, who)) => None,
            RouteState::Open { .. } | RouteState::Completed => {
                Some(Refusal::Recorded(ProblemKind::Overtaken))
            }
            _ => Some(Refusal::Recorded(ProblemKind::RequestEnded)),
        }
    }

    fn accept(&mut self, step: usize, who: usize, verb: Verb) {
        self.accepted.push((step, who, verb));
        self.ended = match verb {
            Verb::Approve => None,
            Verb::Reject => Some(RouteState::Rejected),
            Verb::Return => Some(RouteState::Returned),
        };
    }
}

#[derive(Debug, PartialEq)]
enum Refusal {
    /// The step does not ask this person: nothing is recorded.
    NotAsked,
    Recorded(ProblemKind),
}

fn number(step: usize) -> StepNumber {
    StepNumber(u16::try_from(step + 1).unwrap())
}

async fn phones(office: &Office) -> Vec<Phone> {
    let mut phones = Vec::new();
    for number in 0..PEOPLE {
        let person = office.person(&format!("Người ký {number}")).await;
        phones.push(Phone::enroll(office, person).await);
    }
    phones
}

struct Scene<'o> {
    office: &'o Office,
    phones: &'o [Phone],
    request: RequestId,
    /// What the first signer was shown; the others say the same of themselves.
    shown: Draft,
    model: Model,
    last: Option<(usize, usize, Draft, DecisionSubmission, Option<Refusal>)>,
}

async fn story(office: &Office, cast: &OnceCell<Vec<Phone>>, acts: Vec<(usize, Act)>) -> Found {
    let phones = cast.get_or_init(|| phones(office)).await;
    let route = ROUTES[acts[0].0];
    let mut package = office.package(&[]);
    package.submission.steps = route
        .iter()
        .map(|(quorum, people)| {
            let people: Vec<_> = people.iter().map(|who| phones[*who].person).collect();
            let mut step = step(Role::Review, &people);
            step.quorum = *quorum;
            step
        })
        .collect();
    let request = office.queue_package(package).await;
    let shown = phones[0].draft(office, request, Verb::Approve).await;
    let model = Model { route, accepted: Vec::new(), ended: None };
    let mut scene = Scene { office, phones, request, shown, model, last: None };
    stands(&scene).await?;
    for (_, act) in acts {
        office.clock.forward(1);
        match act {
            Act::Decide { who, step, verb } => {
                decide(&mut scene, usize::from(step) - 1, who, verb).await?
            }
            Act::Proper { which, verb } => {
                let asked = scene.model.asked();
                if let Some((step, who)) = asked.get(which % asked.len().max(1)).copied() {
                    decide(&mut scene, step, who, verb).await?;
                }
            }
            Act::Again => again(&mut scene).await?,
            Act::Recall => take_back(&mut scene).await?,
        }
        stands(&scene).await?;
    }
    Ok(())
}

async fn decide(scene: &mut Scene<'_>, step: usize, who: usize, verb: Verb) -> Found {
    let phone = &scene.phones[who];
    let mut draft = scene.shown.clone();
    let decision = &mut draft.decision;
    (decision.step, decision.verb) = (number(step), verb);
    (decision.person, decision.device) = (phone.person, phone.device);
    decision.certificate = trien_core::digest::Sha256::of(&phone.profile.certificate.0);
    decision.signed_at = trien_core::env::Clock::now(&*scene.office.clock).second();
    decision.reason = scene.shown.decision.reason.clone();
    if verb != Verb::Approve {
        decision.reason = Some(trien_core::document::Text::new("Cần sửa lại").unwrap());
    }
    let submission = phone.sign(&draft);
    let sent = answer(phone.send(&scene.office.app, &draft, submission.clone()).await);
    let expected = scene.model.refuses(step, who);
    prop_assert_eq!(&sent, &expected, "a decision is taken from whom the open step asks");
    if expected.is_none() {
        scene.model.accept(step, who, verb);
    }
    scene.last = Some((step, who, draft, submission, expected));
    Ok(())
}

/// The answer was lost on its way: it is the same again, whatever has happened since.
async fn again(scene: &mut Scene<'_>) -> Found {
    let Some((_, who, draft, submission, expected)) = &scene.last else { return Ok(()) };
    let sent = scene.phones[*who].send(&scene.office.app, draft, submission.clone()).await;
    prop_assert_eq!(&answer(sent), expected, "what is sent twice is answered as at first");
    Ok(())
}

fn answer(sent: Result<trien_core::receipt::Receipt, FlowError>) -> Option<Refusal> {
    match sent {
        Ok(_) => None,
        Err(FlowError::NotFound(Thing::Step)) => Some(Refusal::NotAsked),
        Err(FlowError::Refused { why, .. }) => Some(Refusal::Recorded(why)),
        Err(other) => panic!("{other:?}"),
    }
}

async fn take_back(scene: &mut Scene<'_>) -> Found {
    let Scene { office, request, model, .. } = scene;
    let done = recall::by_key(&office.app, &office.caller, *request, None).await;
    let is_open = matches!(model.state(), RouteState::Open { .. });
    let was_recalled = model.state() == RouteState::Recalled;
    prop_assert_eq!(done.is_ok(), is_open || was_recalled, "only what is open is taken back");
    if is_open {
        model.ended = Some(RouteState::Recalled);
    }
    Ok(())
}

/// What the server holds is what the model says.
async fn stands(scene: &Scene<'_>) -> Found {
    let (office, model) = (scene.office, &scene.model);
    let view = read::request(&office.app, &office.caller, scene.request).await.unwrap();
    if model.ended.is_some() {
        prop_assert_eq!(view.state, model.state(), "what has ended stays so");
    }
    let mut decided = 0;
    for (index, step) in view.steps.iter().enumerate() {
        for signer in &step.signers {
            let who =
                scene.phones.iter().position(|phone| phone.person == signer.person.id).unwrap();
            let is_asked = model.asked().contains(&(index, who));
            match signer.assignment {
                Assignment::Open if !is_asked => {
                    let early = model.turn().is_some_and(|turn| turn < index);
                    prop_assert!(!early, "nobody is asked before their step");
                    prop_assert!(false, "nobody is asked who is not needed");
                }
                Assignment::Decided { verb, .. } => {
                    decided += 1;
                    prop_assert_eq!(Some(verb), model.verb(index, who), "what was decided stands");
                }
                _ => prop_assert!(
                    (signer.assignment == Assignment::Open) == is_asked,
                    "whom the step needs is asked"
                ),
            }
        }
    }
    prop_assert_eq!(decided, model.accepted.len(), "no decision is lost, and none counts twice");
    prop_assert_eq!(view.state, model.state(), "the request stands where its decisions led it");
    Ok(())
}
