//! Where devices of one person stand: what was revoked never comes back, and a replacement ends exactly the one that
//! it names.

use proptest::prelude::*;
use trien_core::id::{DeviceId, PersonId};
use trien_core::wire::SyncQuery;
use trien_server::flow::act::Act as By;
use trien_server::flow::device::{self, RevocationReason, Standing};
use trien_server::flow::{FlowError, Thing, lost, replace};

use super::{Found, Rules, notices, run, texts};
use crate::office::Office;
use crate::phone::{Approved, Phone};

const ACT: By = By::COMMAND_LINE;

const REVOKED: &str = "SELECT c.state || ' ' || e.state FROM device d \
    JOIN certificate c ON c.device = d.id JOIN register_entry e ON e.device = d.id \
    WHERE d.person = $1 ORDER BY d.created_at, d.id";

/// What was revoked while it acted goes on.
const BROKEN: &str = "CREATE TRIGGER broken AFTER UPDATE OF state ON device \
    WHEN NEW.state = 'revoked' AND OLD.state = 'active' \
    BEGIN UPDATE device SET state = 'active' WHERE id = NEW.id; END";

/// What somebody does. A number chooses among the phones there are.
#[derive(Clone, Copy, Debug)]
enum Act {
    Enroll,
    Replace(usize),
    Suspend(usize),
    Resume(usize),
    Revoke(usize),
    ReportLost(usize, usize),
    AskReplacement(usize),
    Sync(usize),
}

fn act() -> impl Strategy<Value = Act> {
    let any = any::<usize>;
    prop_oneof![
        2 => Just(Act::Enroll),
        2 => any().prop_map(Act::Replace),
        4 => any().prop_map(Act::Suspend),
        4 => any().prop_map(Act::Resume),
        1 => any().prop_map(Act::Revoke),
        4 => (any(), any()).prop_map(|(by, of)| Act::ReportLost(by, of)),
        1 => any().prop_map(Act::AskReplacement),
        4 => any().prop_map(Act::Sync),
    ]
}

#[test]
fn no_sequence_of_acts_brings_back_a_phone_that_was_revoked() {
    assert_eq!(run(Rules::Kept, act(), story), Ok(()));
}

#[test]
fn a_broken_rule_is_noticed() {
    notices((BROKEN, &["a phone is Active and should be Revoked"]), act(), story);
}

/// A phone, and where it should stand.
struct Known {
    phone: Phone,
    standing: Standing,
    asks: Asks,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Asks {
    Nothing,
    Replacement,
}

impl Known {
    fn new(phone: Phone) -> Self {
        Self { phone, standing: Standing::Active, asks: Asks::Nothing }
    }
}

/// What a device that has to be active is told.
fn active(standing: Standing) -> Result<(), FlowError> {
    match standing {
        Standing::Active => Ok(()),
        Standing::Suspended => Err(FlowError::DeviceSuspended),
        _ => Err(FlowError::DeviceRevoked),
    }
}

/// What an officer is told who wants to do something with a device that stands otherwise.
fn otherwise(standing: Standing) -> FlowError {
    match standing {
        Standing::Active => FlowError::BadRequest("the device is active".to_owned()),
        Standing::Suspended => FlowError::DeviceSuspended,
        _ => FlowError::DeviceRevoked,
    }
}

async fn story(office: &Office, acts: Vec<Act>) -> Found {
    let person = office.person("Nguyễn Văn An").await;
    let stranger = Phone::enroll(office, office.person("Trần Thị Bình").await).await;
    let mut database = office.database().await;
    let mut phones = vec![Known::new(Phone::enroll(office, person).await)];
    let mut revoked: Vec<DeviceId> = Vec::new();
    for act in acts {
        office.clock.forward(1);
        step(office, person, &mut phones, &stranger, act).await?;
        for known in &phones {
            let now = device::lookup(&office.app, known.phone.device).await.unwrap().standing;
            let expected = known.standing;
            prop_assert_eq!(now, expected, "a phone is {:?} and should be {:?}", now, expected);
            if revoked.contains(&known.phone.device) {
                prop_assert_eq!(now, Standing::Revoked, "it stays so");
            } else if now == Standing::Revoked {
                revoked.push(known.phone.device);
            }
        }
        let other = device::lookup(&office.app, stranger.device).await.unwrap().standing;
        prop_assert_eq!(other, Standing::Active, "nobody else's phone is touched");
        // The register and the certificates say the same.
        let stored = texts(&mut database, REVOKED, person).await;
        for (stored, known) in stored.iter().zip(&phones) {
            let ended = stored == "revoked revoked";
            prop_assert_eq!(ended, known.standing == Standing::Revoked, "{}", stored);
            let suspended = stored.contains("suspended");
            prop_assert_eq!(suspended, known.standing == Standing::Suspended, "{}", stored);
        }
        prop_assert_eq!(stored.len(), phones.len());
    }
    Ok(())
}

async fn step(
    office: &Office,
    person: PersonId,
    phones: &mut Vec<Known>,
    stranger: &Phone,
    act: Act,
) -> Found {
    let app = &office.app;
    let count = phones.len();
    let at = |by: usize| by % count;
    match act {
        Act::Enroll => phones.push(Known::new(Phone::enroll(office, person).await)),
        Act::Replace(by) => {
            let at = at(by);
            let invited = replace::invite(app, &ACT, phones[at].phone.device).await;
            if phones[at].standing == Standing::Revoked {
                prop_assert_eq!(invited.err(), Some(FlowError::DeviceRevoked));
                return Ok(());
            }
            let new = Approved::with(office, person, &ACT, invited.unwrap().invitation).await;
            phones[at].standing = Standing::Revoked;
            phones.push(Known::new(new.activated(app).await));
        }
        Act::Suspend(by) => {
            let known = &mut phones[at(by)];
            let done = device::suspend(app, &ACT, known.phone.device).await;
            let expected = active(known.standing);
            prop_assert_eq!(&done, &expected);
            if done.is_ok() {
                known.standing = Standing::Suspended;
            }
        }
        Act::Resume(by) => {
            let known = &mut phones[at(by)];
            let done = device::resume(app, &ACT, known.phone.device).await;
            if known.standing == Standing::Suspended {
                prop_assert_eq!(done, Ok(()));
                known.standing = Standing::Active;
            } else {
                prop_assert_eq!(done, Err(otherwise(known.standing)));
            }
        }
        Act::Revoke(by) => {
            let known = &mut phones[at(by)];
            let reason = RevocationReason::KeyCompromise;
            let done = device::revoke(app, &ACT, known.phone.device, reason).await;
            prop_assert_eq!(done.is_ok(), known.standing != Standing::Revoked);
            known.standing = Standing::Revoked;
        }
        Act::ReportLost(by, of) => {
            let (by, of) = (at(by), of % (phones.len() + 1));
            let device = phones.get(of).map_or(stranger.device, |known| known.phone.device);
            let done = lost::report(app, &phones[by].phone.authenticated(app).await, device).await;
            let gone = match phones.get(of) {
                Some(known) if of != by => known.standing != Standing::Revoked,
                _ => false,
            };
            let missing = FlowError::NotFound(Thing::Device);
            let expected = active(phones[by].standing);
            let expected = expected.and(if gone { Ok(()) } else { Err(missing) });
            prop_assert_eq!(&done, &expected);
            if done.is_ok() {
                phones[of].standing = Standing::Suspended;
            }
        }
        Act::AskReplacement(by) => {
            let known = &mut phones[at(by)];
            let done = replace::ask(app, &known.phone.authenticated(app).await).await;
            prop_assert_eq!(&done, &active(known.standing));
            if done.is_ok() {
                known.asks = Asks::Replacement;
            }
            let told = replace::relations(app, known.phone.device).await.unwrap();
            let asks = known.asks == Asks::Replacement && known.standing != Standing::Revoked;
            prop_assert_eq!(told.asked_at.is_some(), asks);
        }
        Act::Sync(by) => {
            let known = &phones[at(by)];
            let done = known.phone.sync(app, SyncQuery::default()).await;
            prop_assert_eq!(done.err(), active(known.standing).err());
        }
    }
    Ok(())
}
