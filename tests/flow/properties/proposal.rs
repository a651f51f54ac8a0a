//! Resuming a device by two persons: never by one alone, and never as something else was asked for.

use proptest::prelude::*;
use trien_core::document::Text;
use trien_core::env::{Clock as _, Timestamp};
use trien_server::flow::account::{Officer, Role};
use trien_server::flow::act::Act as By;
use trien_server::flow::device::{self, RevocationReason, Standing};
use trien_server::flow::{FlowError, Thing, resume};

use super::{Found, Rules, account, notices, run};
use crate::office::Office;
use crate::phone::Phone;

const ACT: By = By::COMMAND_LINE;
const A_WEEK: i64 = 7 * 86_400;

/// Who acts: two who enroll here, and one who only looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    An,
    Binh,
    Auditor,
}

/// What was declined can be confirmed.
const BROKEN: &str = "CREATE TRIGGER broken AFTER UPDATE OF outcome ON proposal \
    WHEN NEW.outcome = 'declined' \
    BEGIN UPDATE proposal SET ended_at = NULL, outcome = NULL WHERE device = NEW.device; END";

/// What somebody does.
#[derive(Clone, Copy, Debug)]
enum Act {
    Suspend,
    Revoke,
    Propose(Who),
    Confirm(Who),
    Decline(Who),
    Wait(i64),
}

fn who() -> impl Strategy<Value = Who> {
    prop_oneof![4 => Just(Who::An), 4 => Just(Who::Binh), 1 => Just(Who::Auditor)]
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => Just(Act::Suspend),
        1 => Just(Act::Revoke),
        6 => who().prop_map(Act::Propose),
        6 => who().prop_map(Act::Confirm),
        2 => who().prop_map(Act::Decline),
        1 => prop_oneof![Just(3_600), Just(A_WEEK)].prop_map(Act::Wait),
    ]
}

#[test]
fn no_sequence_of_acts_lets_one_person_alone_resume_a_device() {
    assert_eq!(run(Rules::Kept, act(), story), Ok(()));
}

#[test]
fn a_broken_rule_is_noticed() {
    let claims = ["what ended waits for nobody", "UNIQUE constraint failed: proposal.device"];
    notices((BROKEN, &claims), act(), story);
}

/// What was asked for.
struct Proposed {
    by: Who,
    ends: Timestamp,
}

struct Scene<'o> {
    office: &'o Office,
    people: [(Who, Officer); 3],
    phone: Phone,
    standing: Standing,
    proposed: Option<Proposed>,
}

impl Scene<'_> {
    fn officer(&self, who: Who) -> &Officer {
        &self.people.iter().find(|(one, _)| *one == who).expect("one of the three").1
    }

    /// Whoever only looks is told no, before anything else.
    fn refuses(who: Who) -> Option<FlowError> {
        (who == Who::Auditor).then_some(FlowError::Forbidden)
    }
}

async fn story(office: &Office, acts: Vec<Act>) -> Found {
    let unit = office.unit.id;
    let people = [
        (Who::An, account(office, unit, &[Role::EnrollmentOfficer]).await),
        (Who::Binh, account(office, unit, &[Role::EnrollmentOfficer]).await),
        (Who::Auditor, account(office, unit, &[Role::Auditor]).await),
    ];
    let phone = Phone::enroll(office, office.person("Nguyễn Văn An").await).await;
    let standing = Standing::Active;
    let mut scene = Scene { office, people, phone, standing, proposed: None };
    for act in acts {
        office.clock.forward(1);
        step(&mut scene, act).await?;
        let known = device::lookup(&office.app, scene.phone.device).await.unwrap();
        prop_assert_eq!(known.standing, scene.standing);
        let now = office.clock.now();
        let open = scene.proposed.as_ref().filter(|open| now < open.ends);
        let stored = resume::waiting_on(&office.app, scene.phone.device).await.unwrap();
        let by = open.map(|open| scene.officer(open.by).account);
        let stored = stored.map(|stored| stored.account);
        prop_assert!(by.is_some() || stored.is_none(), "what ended waits for nobody");
        prop_assert_eq!(stored, by);
    }
    Ok(())
}

async fn step(scene: &mut Scene<'_>, act: Act) -> Found {
    let (app, device) = (&scene.office.app, scene.phone.device);
    let now = scene.office.clock.now();
    let why = || Text::new("tìm lại được máy").unwrap();
    if scene.proposed.as_ref().is_some_and(|open| open.ends <= now) {
        scene.proposed = None;
    }
    match act {
        Act::Wait(seconds) => scene.office.clock.forward(seconds),
        Act::Suspend => {
            let done = device::suspend(app, &ACT, device).await;
            prop_assert_eq!(done.is_ok(), scene.standing == Standing::Active);
            if done.is_ok() {
                (scene.standing, scene.proposed) = (Standing::Suspended, None);
            }
        }
        Act::Revoke => {
            let reason = RevocationReason::KeyCompromise;
            let done = device::revoke(app, &ACT, device, reason).await;
            prop_assert_eq!(done.is_ok(), scene.standing != Standing::Revoked);
            (scene.standing, scene.proposed) = (Standing::Revoked, None);
        }
        Act::Propose(who) => {
            let done = resume::propose(app, scene.officer(who), device, why()).await;
            let open = scene.standing == Standing::Suspended && scene.proposed.is_none();
            let may = Scene::refuses(who);
            prop_assert_eq!(done.is_ok(), open && may.is_none());
            if let Some(no) = may {
                prop_assert_eq!(done, Err(no));
            } else if done.is_ok() {
                scene.proposed = Some(Proposed { by: who, ends: now.plus_seconds(A_WEEK) });
            }
        }
        Act::Confirm(who) => {
            let done = resume::confirm(app, scene.officer(who), device).await;
            let expected = match (Scene::refuses(who), &scene.proposed) {
                (Some(no), _) => Err(no),
                (None, None) => Err(FlowError::NotFound(Thing::Proposal)),
                (None, Some(open)) if open.by == who => Err(FlowError::Forbidden),
                (None, Some(_)) => Ok(()),
            };
            prop_assert_eq!(&done, &expected, "nobody confirms what they asked for");
            if done.is_ok() {
                (scene.standing, scene.proposed) = (Standing::Active, None);
            }
        }
        Act::Decline(who) => {
            let done = resume::decline(app, scene.officer(who), device, why()).await;
            let expected = match (Scene::refuses(who), &scene.proposed) {
                (Some(no), _) => Err(no),
                (None, None) => Err(FlowError::NotFound(Thing::Proposal)),
                (None, Some(_)) => Ok(()),
            };
            prop_assert_eq!(&done, &expected);
            if done.is_ok() {
                scene.proposed = None;
            }
        }
    }
    Ok(())
}
