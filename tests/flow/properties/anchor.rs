//! Trust in an outside authority by two persons: never by one alone, and never after somebody ended it.

use proptest::prelude::*;
use trien_core::certificate::{DistinguishedName, Profile, SerialNumber, TbsCertificate, Validity};
use trien_core::document::Text;
use trien_core::env::{Clock as _, OsEntropy, Timestamp};
use trien_core::id::{AnchorId, UnitId};
use trien_core::signer::SoftwareSigner;
use trien_server::flow::account::{Grant, Officer, Role};
use trien_server::flow::act::Act as By;
use trien_server::flow::admin::{self, KeyPolicy};
use trien_server::flow::exchange::{self, NoExchange, Way};
use trien_server::flow::{FlowError, Thing};
use trien_server::store::account as store;

use super::{Found, Rules, account, notices, puppet, run};
use crate::office::Office;

const A_WEEK: i64 = 7 * 86_400;

/// What one person proposes is trusted.
const ALONE: &str = "CREATE TRIGGER broken AFTER INSERT ON anchor \
    BEGIN UPDATE anchor SET confirmed_at = NEW.proposed_at WHERE id = NEW.id; END";
/// What was ended is trusted on.
const ENDLESS: &str = "CREATE TRIGGER broken AFTER UPDATE OF ended_at ON anchor \
    WHEN NEW.ended_at IS NOT NULL AND OLD.confirmed_at IS NOT NULL \
    BEGIN UPDATE anchor SET ended_at = NULL WHERE id = NEW.id; END";
/// Nobody knows who made whom.
const MADE_BY_NOBODY: &str = "CREATE TRIGGER broken AFTER UPDATE OF made_by ON account \
    WHEN NEW.made_by IS NOT NULL \
    BEGIN UPDATE account SET made_by = NULL WHERE id = NEW.id; END";

/// Who acts: two CA officers, one whom the first one made, an administrator, and one who enrolls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Ca,
    Other,
    Puppet,
    Administrator,
    Enrolls,
}

/// What somebody does.
#[derive(Clone, Copy, Debug)]
enum Act {
    Propose(Who),
    Confirm(Who),
    End(Who),
    /// The first CA officer stops being one, or becomes one again.
    Change,
    Wait(i64),
}

fn who() -> impl Strategy<Value = Who> {
    prop_oneof![
        4 => Just(Who::Ca),
        3 => Just(Who::Other),
        3 => Just(Who::Puppet),
        3 => Just(Who::Administrator),
        1 => Just(Who::Enrolls),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => who().prop_map(Act::Propose),
        7 => who().prop_map(Act::Confirm),
        2 => who().prop_map(Act::End),
        1 => Just(Act::Change),
        1 => prop_oneof![Just(3_600), Just(A_WEEK)].prop_map(Act::Wait),
    ]
}

#[test]
fn no_sequence_of_acts_lets_one_person_alone_trust_an_authority() {
    assert_eq!(run(Rules::Kept, act(), story), Ok(()));
}

#[test]
fn a_broken_rule_is_noticed() {
    notices((ALONE, &["it is in force and should be proposed"]), act(), story);
    notices((ENDLESS, &["it is in force and should be ended"]), act(), story);
    notices((MADE_BY_NOBODY, &["who confirms is another person"]), act(), story);
}

/// Where trust stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trust {
    Proposed,
    InForce,
}

struct Proposed {
    id: AnchorId,
    by: Who,
    at: Timestamp,
    trust: Trust,
}

struct Scene<'o> {
    office: &'o Office,
    unit: UnitId,
    /// The authority, PEM.
    authority: String,
    people: [(Who, Officer); 5],
    /// What was proposed last and not ended.
    open: Option<Proposed>,
    last: Option<AnchorId>,
}

impl Scene<'_> {
    fn officer(&self, who: Who) -> &Officer {
        &self.people.iter().find(|(one, _)| *one == who).expect("one of the five").1
    }

    fn certifies(&self, who: Who) -> bool {
        self.officer(who).is(Role::CaOfficer)
    }

    fn refuses(&self, who: Who) -> Option<FlowError> {
        let may = self.certifies(who) || self.officer(who).is(Role::Administrator);
        (!may).then_some(FlowError::Forbidden)
    }

    /// What somebody who looks finds: a proposal's time may be over.
    fn stands(&self) -> Option<&Proposed> {
        let now = self.office.clock.now();
        let lapsed =
            |open: &&Proposed| open.trust == Trust::Proposed && open.at.plus_seconds(A_WEEK) <= now;
        self.open.as_ref().filter(|open| !lapsed(open))
    }
}

fn are_two(one: Who, other: Who) -> bool {
    let person = |who| if who == Who::Puppet { Who::Ca } else { who };
    person(one) != person(other)
}

fn why() -> Text<500> {
    Text::new("theo thỏa thuận").unwrap()
}

/// The root of an authority that is not ours.
fn authority(now: Timestamp) -> String {
    let key = SoftwareSigner::generate(&OsEntropy);
    let serial = SerialNumber::generate(&OsEntropy);
    let name = DistinguishedName::of(Text::new("CA chuyên dùng").unwrap());
    let (validity, spki) = (Validity::days(now.second(), 7_000), key.public_key());
    let tbs = TbsCertificate::prepare(Profile::Root, &serial, &name, &spki, validity).unwrap();
    tbs.assemble(&key.sign_now(tbs.to_be_signed())).unwrap().to_pem()
}

async fn story(office: &Office, acts: Vec<Act>) -> Found {
    let (line, name) = (&By::COMMAND_LINE, Text::new("Sở Y tế").unwrap());
    let above = Some(office.unit.id);
    let unit = admin::create_unit(&office.app, line, &name, above, KeyPolicy::Hardware).await;
    let unit = unit.unwrap().id;
    let ca = account(office, unit, &[Role::CaOfficer, Role::Auditor]).await;
    let made = puppet(office, &ca, unit, &[Role::CaOfficer]).await;
    let people = [
        (Who::Ca, ca),
        (Who::Other, account(office, unit, &[Role::CaOfficer]).await),
        (Who::Puppet, made),
        (Who::Administrator, account(office, unit, &[Role::Administrator]).await),
        (Who::Enrolls, account(office, unit, &[Role::EnrollmentOfficer]).await),
    ];
    let authority = authority(office.clock.now());
    let mut scene = Scene { office, unit, authority, people, open: None, last: None };
    for act in acts {
        office.clock.forward(1);
        step(&mut scene, act).await?;
        let stored = exchange::anchors(&office.app, scene.officer(Who::Enrolls)).await.unwrap();
        prop_assert!(stored.len() <= 1, "one authority stands once");
        let is = |force: bool| if force { "in force" } else { "proposed" };
        let now = stored.first().map_or("ended", |row| is(row.confirmed_at.is_some()));
        let expected = scene.stands().map_or("ended", |open| is(open.trust == Trust::InForce));
        prop_assert_eq!(now, expected, "it is {} and should be {}", now, expected);
    }
    Ok(())
}

async fn step(scene: &mut Scene<'_>, act: Act) -> Found {
    match act {
        Act::Wait(seconds) => scene.office.clock.forward(seconds),
        Act::Propose(who) => propose(scene, who).await?,
        Act::Confirm(who) => confirm(scene, who).await?,
        Act::End(who) => {
            let Some(id) = scene.last else { return Ok(()) };
            let (app, officer) = (&scene.office.app, scene.officer(who));
            let done = exchange::act_on(app, officer, id, Way::End, Some(why())).await;
            let expected = match (&scene.open, scene.refuses(who)) {
                (None, _) => Err(FlowError::NotFound(Thing::Anchor)),
                (Some(_), Some(no)) => Err(no),
                (Some(_), None) => Ok(()),
            };
            prop_assert_eq!(&done, &expected, "one is enough to end it");
            if done.is_ok() {
                scene.open = None;
            }
        }
        Act::Change => change(scene).await,
    }
    Ok(())
}

async fn propose(scene: &mut Scene<'_>, who: Who) -> Found {
    let (app, unit) = (&scene.office.app, scene.unit);
    let file = scene.authority.as_bytes();
    let done = exchange::propose(app, scene.officer(who), unit, file, why()).await;
    let expected = match scene.stands() {
        _ if !scene.certifies(who) => Err(FlowError::Forbidden),
        Some(_) => Err(NoExchange::AnchorThere.into()),
        None => Ok(()),
    };
    prop_assert_eq!(&done, &expected);
    if done.is_ok() {
        let at = scene.office.clock.now();
        let rows = exchange::anchors(app, scene.officer(Who::Enrolls)).await.unwrap();
        prop_assert_eq!(rows.len(), 1);
        scene.last = Some(rows[0].id);
        scene.open = Some(Proposed { id: rows[0].id, by: who, at, trust: Trust::Proposed });
    }
    Ok(())
}

async fn confirm(scene: &mut Scene<'_>, who: Who) -> Found {
    let Some(id) = scene.last else { return Ok(()) };
    let (app, now) = (&scene.office.app, scene.office.clock.now());
    let done = exchange::act_on(app, scene.officer(who), id, Way::Confirm, None).await;
    let missing = Err(FlowError::NotFound(Thing::Anchor));
    let expected = match (&scene.open, scene.refuses(who)) {
        (None, _) => missing,
        (Some(_), Some(no)) => Err(no),
        (Some(open), None) if open.at.plus_seconds(A_WEEK) <= now => missing,
        (Some(open), None) if !are_two(open.by, who) => Err(NoExchange::OwnProposal.into()),
        (Some(open), None) if !scene.certifies(open.by) => Err(FlowError::Forbidden),
        (Some(open), None) if open.trust == Trust::InForce => missing,
        (Some(_), None) => Ok(()),
    };
    prop_assert_eq!(&done, &expected, "who confirms is another person");
    if let (Ok(()), Some(open)) = (done, scene.open.as_mut()) {
        prop_assert_eq!(open.id, id);
        open.trust = Trust::InForce;
    }
    Ok(())
}

/// Takes the first one's role away, or gives it back.
async fn change(scene: &mut Scene<'_>) {
    let grant = Grant { unit: scene.unit, role: Role::CaOfficer };
    let (now, has) = (scene.office.clock.now(), scene.certifies(Who::Ca));
    let (_, officer) = scene.people.iter_mut().find(|(one, _)| *one == Who::Ca).expect("one");
    let mut connection = scene.office.database().await;
    if has {
        store::withdraw(&mut connection, officer.account, grant, now).await.unwrap();
        officer.grants.retain(|own| *own != grant);
    } else {
        store::grant(&mut connection, officer.account, grant, now).await.unwrap();
        officer.grants.push(grant);
    }
}
