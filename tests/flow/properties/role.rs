//! The role of a CA officer by two administrators: never by the word of one, or of one and what that one made.

use proptest::prelude::*;
use trien_core::document::Text;
use trien_core::env::{Clock as _, Timestamp};
use trien_server::flow::account::{self as accounts, Given, Grant, Officer, Role, RoleAct};
use trien_server::flow::{FlowError, Thing};

use super::{Found, Rules, account, notices, puppet, run};
use crate::office::Office;
use crate::phone::Phone;

const A_WEEK: i64 = 7 * 86_400;

/// What one person asks for is there at once.
const ALONE: &str = "CREATE TRIGGER broken AFTER INSERT ON role_proposal \
    BEGIN INSERT INTO role_grant (account, unit, role, since) \
    VALUES (NEW.account, NEW.unit, NEW.role, NEW.proposed_at); END";
/// What was declined can be confirmed.
const DECLINED: &str = "CREATE TRIGGER broken AFTER UPDATE OF outcome ON role_proposal \
    WHEN NEW.outcome = 'declined' \
    BEGIN UPDATE role_proposal SET ended_at = NULL, outcome = NULL WHERE account = NEW.account \
    AND unit = NEW.unit AND role = NEW.role AND proposed_at = NEW.proposed_at; END";
/// Nobody knows who made whom.
const MADE_BY_NOBODY: &str = "CREATE TRIGGER broken AFTER UPDATE OF made_by ON account \
    WHEN NEW.made_by IS NOT NULL \
    BEGIN UPDATE account SET made_by = NULL WHERE id = NEW.id; END";

/// Who acts: two administrators, an account that the first one made, whoever is to have the role, and one who only
/// looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    An,
    Binh,
    Puppet,
    Own,
    Auditor,
}

/// What somebody does.
#[derive(Clone, Copy, Debug)]
enum Act {
    Give(Who),
    Confirm(Who),
    Decline(Who),
    Withdraw(Who),
    /// Somebody stops being administrator, or becomes one again.
    Change(Who),
    Wait(i64),
}

fn who() -> impl Strategy<Value = Who> {
    prop_oneof![
        5 => Just(Who::An),
        4 => Just(Who::Binh),
        3 => Just(Who::Puppet),
        1 => Just(Who::Own),
        1 => Just(Who::Auditor),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    let changes = prop_oneof![Just(Who::An), Just(Who::Binh)];
    prop_oneof![
        6 => who().prop_map(Act::Give),
        7 => who().prop_map(Act::Confirm),
        2 => who().prop_map(Act::Decline),
        3 => who().prop_map(Act::Withdraw),
        2 => changes.prop_map(Act::Change),
        1 => prop_oneof![Just(3_600), Just(A_WEEK)].prop_map(Act::Wait),
    ]
}

#[test]
fn no_sequence_of_acts_lets_one_person_alone_make_a_ca_officer() {
    assert_eq!(run(Rules::Kept, act(), story), Ok(()));
}

#[test]
fn a_broken_rule_is_noticed() {
    notices((ALONE, &["the role is held and should not be"]), act(), story);
    notices((DECLINED, &["what ended waits for nobody"]), act(), story);
    notices((MADE_BY_NOBODY, &["who confirms is another person"]), act(), story);
}

/// What was asked for.
struct Proposed {
    by: Who,
    ends: Timestamp,
}

struct Scene<'o> {
    office: &'o Office,
    /// Whoever looks after the others' roles, and proposes nothing.
    chief: Officer,
    people: [(Who, Officer); 5],
    proposed: Option<Proposed>,
    has: bool,
}

impl Scene<'_> {
    fn officer(&self, who: Who) -> &Officer {
        &self.people.iter().find(|(one, _)| *one == who).expect("one of the five").1
    }

    fn administers(&self, who: Who) -> bool {
        self.officer(who).is(Role::Administrator)
    }

    fn ca(&self) -> Grant {
        Grant { unit: self.office.unit.id, role: Role::CaOfficer }
    }

    /// What somebody is told before anything is looked at.
    fn refuses(&self, who: Who) -> Option<FlowError> {
        (!self.administers(who)).then_some(FlowError::Forbidden)
    }

    fn open(&self) -> Option<&Proposed> {
        self.proposed.as_ref().filter(|open| self.office.clock.now() < open.ends)
    }
}

/// Whether the two are two persons.
fn are_two(one: Who, other: Who) -> bool {
    let person = |who| if who == Who::Puppet { Who::An } else { who };
    person(one) != person(other)
}

fn why() -> Text<500> {
    Text::new("thay đồng chí nghỉ hưu").unwrap()
}

async fn story(office: &Office, acts: Vec<Act>) -> Found {
    let unit = office.unit.id;
    let administers = [Role::Administrator, Role::Auditor];
    // From here on phones are in use.
    Phone::enroll(office, office.person("Nguyễn Văn An").await).await;
    let an = account(office, unit, &administers).await;
    let made = puppet(office, &an, unit, &administers).await;
    let people = [
        (Who::An, an),
        (Who::Binh, account(office, unit, &administers).await),
        (Who::Puppet, made),
        (Who::Own, account(office, unit, &[Role::Auditor]).await),
        (Who::Auditor, account(office, unit, &[Role::Auditor]).await),
    ];
    let chief = account(office, unit, &administers).await;
    let mut scene = Scene { office, chief, people, proposed: None, has: false };
    let own = scene.officer(Who::Own).account;
    for act in acts {
        office.clock.forward(1);
        step(&mut scene, act).await?;
        let stands = accounts::one(&office.app, &scene.chief, own).await.unwrap();
        let has = stands.grants.contains(&scene.ca());
        prop_assert!(scene.has || !has, "the role is held and should not be");
        prop_assert_eq!(has, scene.has);
        let waiting = accounts::roles_waiting(&office.app, &scene.chief).await.unwrap();
        let stored = waiting.iter().find(|one| one.account == own).map(|one| one.by);
        let by = scene.open().map(|open| scene.officer(open.by).account);
        prop_assert!(by.is_some() || stored.is_none(), "what ended waits for nobody");
        prop_assert_eq!(stored, by);
    }
    Ok(())
}

async fn step(scene: &mut Scene<'_>, act: Act) -> Found {
    match act {
        Act::Wait(seconds) => scene.office.clock.forward(seconds),
        Act::Give(who) => give(scene, who).await?,
        Act::Confirm(who) => confirm(scene, who).await?,
        Act::Decline(who) => {
            let done = on_role(scene, who, RoleAct::Decline, Some(why())).await;
            let expected = match (scene.refuses(who), scene.open()) {
                (Some(no), _) => Err(no),
                (None, None) => Err(FlowError::NotFound(Thing::Proposal)),
                (None, Some(_)) => Ok(()),
            };
            prop_assert_eq!(&done, &expected);
            if done.is_ok() {
                scene.proposed = None;
            }
        }
        Act::Withdraw(who) => {
            let (app, own) = (&scene.office.app, scene.officer(Who::Own).account);
            let done = accounts::withdraw(app, scene.officer(who), own, scene.ca(), why()).await;
            let expected = match (scene.refuses(who), scene.has) {
                (Some(no), _) => Err(no),
                (None, false) => Err(FlowError::NotFound(Thing::Account)),
                (None, true) => Ok(()),
            };
            prop_assert_eq!(&done, &expected, "one is enough to take it away");
            scene.has &= done.is_err();
        }
        Act::Change(who) => change(scene, who).await,
    }
    Ok(())
}

async fn on_role(
    scene: &Scene<'_>,
    who: Who,
    act: RoleAct,
    why: Option<Text<500>>,
) -> Result<(), FlowError> {
    let (app, own) = (&scene.office.app, scene.officer(Who::Own).account);
    accounts::on_role(app, scene.officer(who), own, scene.ca(), act, why).await
}

async fn give(scene: &mut Scene<'_>, who: Who) -> Found {
    let (app, own) = (&scene.office.app, scene.officer(Who::Own).account);
    let given = accounts::give(app, scene.officer(who), own, scene.ca(), why()).await;
    if let Some(no) = scene.refuses(who) {
        prop_assert_eq!(given, Err(no));
        return Ok(());
    }
    let asked = scene.open().is_some_and(|open| scene.administers(open.by));
    if scene.has || asked {
        prop_assert!(matches!(given, Err(FlowError::BadRequest(_))), "{:?}", given);
        return Ok(());
    }
    prop_assert_eq!(given, Ok(Given::Proposed));
    let ends = scene.office.clock.now().plus_seconds(A_WEEK);
    scene.proposed = Some(Proposed { by: who, ends });
    Ok(())
}

async fn confirm(scene: &mut Scene<'_>, who: Who) -> Found {
    let done = on_role(scene, who, RoleAct::Confirm, None).await;
    let expected = match (scene.refuses(who), scene.open()) {
        (Some(no), _) => Err(no),
        (None, None) => Err(FlowError::NotFound(Thing::Proposal)),
        (None, Some(open)) if !are_two(open.by, who) => Err(FlowError::Forbidden),
        (None, Some(open)) if !scene.administers(open.by) => Err(FlowError::Forbidden),
        (None, Some(_)) => Ok(()),
    };
    prop_assert_eq!(&done, &expected, "who confirms is another person");
    if done.is_ok() {
        (scene.has, scene.proposed) = (true, None);
    }
    Ok(())
}

/// Takes the role of an administrator from somebody, or gives it back.
async fn change(scene: &mut Scene<'_>, who: Who) {
    let (app, grant) =
        (&scene.office.app, Grant { unit: scene.office.unit.id, role: Role::Administrator });
    let (id, administers) = (scene.officer(who).account, scene.administers(who));
    if administers {
        accounts::withdraw(app, &scene.chief, id, grant, why()).await.unwrap();
    } else {
        accounts::give(app, &scene.chief, id, grant, why()).await.unwrap();
    }
    let (_, officer) = scene.people.iter_mut().find(|(one, _)| *one == who).expect("one of them");
    if administers {
        officer.grants.retain(|own| *own != grant);
    } else {
        officer.grants.push(grant);
    }
}
