//! Deciding in another's place: whatever is given, ended, waited for and sent in whatever order, nothing is recorded that no
//! delegation allows at that moment, and nothing else is shown.

use proptest::prelude::*;
use trien_core::decision::{Authority, Verb};
use trien_core::delegation::Delegation;
use trien_core::digest::Sha256;
use trien_core::document::Text;
use trien_core::env::{Clock as _, UnixSecond};
use trien_core::id::RequestId;
use trien_core::request::Role;
use trien_core::wire::SyncQuery;
use trien_server::flow::delegate;

use super::{Found, Rules, notices, run_some};
use crate::change::person;
use crate::delegate::{draft, give, settled};
use crate::office::{Office, step as one_step};
use crate::phone::{Draft, Phone};

/// Sequences in an ordinary run: each enrolls three phones and decides on documents.
const FEW: u32 = 8;

/// What was ended goes on.
const BROKEN: &str = "CREATE TRIGGER broken AFTER UPDATE OF ended_at ON delegation \
    WHEN NEW.ended_at IS NOT NULL \
    BEGIN UPDATE delegation SET ended_at = NULL WHERE hash = NEW.hash; END";

const KINDS: [&str; 2] = ["Công văn", "Quyết định"];

/// What somebody does; deputies and kinds by number.
#[derive(Clone, Copy, Debug)]
enum Act {
    Give {
        to: usize,
        kind: Option<usize>,
        seconds: i64,
    },
    End,
    Queue(usize),
    /// A deputy looks, and signs what waits for them.
    Sign(usize),
    /// What was signed arrives.
    Send(usize),
    LeaderDecides,
    Wait(i64),
}

fn act() -> impl Strategy<Value = Act> {
    let kind = prop::option::of(0..KINDS.len());
    let seconds = prop_oneof![Just(600_i64), Just(5_000)];
    prop_oneof![
        4 => (0..2_usize, kind, seconds)
            .prop_map(|(to, kind, seconds)| Act::Give { to, kind, seconds }),
        2 => Just(Act::End),
        3 => (0..KINDS.len()).prop_map(Act::Queue),
        6 => (0..2_usize).prop_map(Act::Sign),
        6 => (0..2_usize).prop_map(Act::Send),
        1 => Just(Act::LeaderDecides),
        2 => prop_oneof![Just(300_i64), Just(700)].prop_map(Act::Wait),
    ]
}

#[test]
fn no_sequence_of_acts_exceeds_an_authority() {
    assert_eq!(run_some(FEW, Rules::Kept, act(), story), Ok(()));
}

#[test]
fn a_broken_rule_is_noticed() {
    let claims = ["shown what is allowed", "recorded only by a delegation"];
    notices((BROKEN, &claims), act(), story);
}

/// What the leader gave.
struct Given {
    hash: Sha256,
    to: usize,
    kind: Option<usize>,
    ends: UnixSecond,
    ended: bool,
}

struct Asked {
    id: RequestId,
    kind: usize,
    decided: bool,
}

struct Scene<'o> {
    office: &'o Office,
    leader: Phone,
    deputies: [Phone; 2],
    given: Vec<Given>,
    asked: Vec<Asked>,
    signed: [Option<(Draft, usize)>; 2],
}

impl Scene<'_> {
    fn counts(&self, given: &Given) -> bool {
        !given.ended && self.office.clock.now().second() < given.ends
    }

    fn may(&self, who: usize, asked: &Asked) -> bool {
        !asked.decided
            && self.given.iter().any(|given| {
                let covers = given.kind.is_none_or(|kind| kind == asked.kind);
                given.to == who && covers && self.counts(given)
            })
    }
}

async fn story(office: &Office, acts: Vec<Act>) -> Found {
    let enroll = async |name, title| {
        let person = person(office, office.unit.id, name, title).await;
        settled(office, person).await
    };
    let leader = enroll("Nguyễn Văn An", "Chủ tịch").await;
    let deputies = [
        enroll("Lê Thị Khuê", "Phó Chủ tịch").await,
        enroll("Trần Thị Bình", "Phó Chủ tịch").await,
    ];
    let (given, asked, signed) = (Vec::new(), Vec::new(), [None, None]);
    let mut scene = Scene { office, leader, deputies, given, asked, signed };
    for act in acts {
        office.clock.forward(1);
        step(&mut scene, act).await?;
    }
    Ok(())
}

async fn step(scene: &mut Scene<'_>, act: Act) -> Found {
    let (office, app) = (scene.office, &scene.office.app);
    match act {
        Act::Wait(seconds) => office.clock.forward(seconds),
        Act::Give { to, kind, seconds } => {
            let whole = draft(office, &scene.leader, &scene.deputies[to]).await;
            let ends = whole.starts.plus(seconds);
            let kinds = kind.map(|kind| Text::new(KINDS[kind]).unwrap()).into_iter().collect();
            let hash = give(office, &scene.leader, &Delegation { kinds, ends, ..whole }).await;
            scene.given.push(Given { hash, to, kind, ends, ended: false });
        }
        Act::End => {
            let Some(last) = scene.given.iter_mut().rfind(|given| !given.ended) else {
                return Ok(());
            };
            last.ended = true;
            let delegate = &scene.deputies[last.to];
            let ends = if scene.asked.len().is_multiple_of(2) { &scene.leader } else { delegate };
            let device = ends.authenticated(app).await;
            let why = Text::new("về sớm").unwrap();
            delegate::by_party(app, &device, last.hash, why).await.unwrap();
        }
        Act::Queue(kind) => {
            let mut package = office.package(&[scene.leader.person]);
            package.submission.metadata.kind = Text::new(KINDS[kind]).unwrap();
            package.submission.steps = vec![one_step(Role::Review, &[scene.leader.person])];
            let id = office.queue_package(package).await;
            scene.asked.push(Asked { id, kind, decided: false });
        }
        Act::LeaderDecides => {
            let Some(last) = scene.asked.last_mut().filter(|asked| !asked.decided) else {
                return Ok(());
            };
            last.decided = true;
            scene.leader.decide(office, last.id, Verb::Approve).await.unwrap();
        }
        Act::Sign(who) => sign(scene, who).await?,
        Act::Send(who) => send(scene, who).await?,
    }
    Ok(())
}

async fn sign(scene: &mut Scene<'_>, who: usize) -> Found {
    let Some(place) = scene.asked.len().checked_sub(1) else { return Ok(()) };
    let (deputy, asked) = (&scene.deputies[who], &scene.asked[place]);
    let answer = deputy.sync(&scene.office.app, SyncQuery::default()).await.unwrap();
    let view = answer.requests.iter().find(|view| view.id == asked.id);
    let shown = view.is_some_and(|view| view.task.is_some());
    prop_assert_eq!(shown, scene.may(who, asked), "shown what is allowed");
    if shown {
        let signed = deputy.draft(scene.office, asked.id, Verb::Approve).await;
        scene.signed[who] = Some((signed, place));
    }
    Ok(())
}

async fn send(scene: &mut Scene<'_>, who: usize) -> Found {
    let Some((signed, place)) = scene.signed[who].take() else { return Ok(()) };
    let Authority::Delegated { statement, .. } = signed.decision.authority else {
        return Err(TestCaseError::fail("a deputy has no part of the own"));
    };
    let given = scene.given.iter().find(|given| given.hash == statement);
    let allowed = given.is_some_and(|given| scene.counts(given)) && !scene.asked[place].decided;
    let deputy = &scene.deputies[who];
    let done = deputy.send(&scene.office.app, &signed, deputy.sign(&signed)).await;
    prop_assert_eq!(done.is_ok(), allowed, "recorded only by a delegation: {:?}", done);
    scene.asked[place].decided |= allowed;
    Ok(())
}
