//! Invitations and the attempts to use them: never a device that acts without its digits, never one too many.

use proptest::prelude::*;
use trien_core::enrollment::{Invitation, MAX_ATTEMPTS};
use trien_core::env::{Clock as _, OsEntropy, UnixSecond};
use trien_core::id::{DeviceId, PersonId};
use trien_core::signer::SoftwareSigner;
use trien_core::wire::EnrollmentReveal;
use trien_server::flow::act::Act as By;
use trien_server::flow::device::Standing;
use trien_server::flow::invite::InvitationEnd;
use trien_server::flow::{FlowError, device, enroll, invite};

use super::{Found, Rules, notices, run, texts};
use crate::office::Office;
use crate::phone::Enrolling;

const ACT: By = By::COMMAND_LINE;
/// Keys wait so long for their officer, in seconds.
const A_DAY: i64 = 86_400;

const FAILURES: &str = "SELECT state || ' ' || CAST(failures AS TEXT) FROM invitation \
    WHERE person = $1 ORDER BY created_at, id";
const CERTIFIED: &str = "SELECT d.state FROM device d JOIN certificate c ON c.device = d.id \
    WHERE d.person = $1 ORDER BY d.id";

/// A device that was turned away waits on.
const BROKEN: &str = "CREATE TRIGGER broken AFTER UPDATE OF state ON device \
    WHEN NEW.state = 'refused' \
    BEGIN UPDATE device SET state = 'pending' WHERE id = NEW.id; END";

/// What somebody does. A number chooses among what there is.
#[derive(Clone, Copy, Debug)]
enum Act {
    Invite,
    Cancel(usize),
    Resend(usize),
    Begin(usize),
    SendKeys(usize),
    SendOtherKeys(usize),
    TypeRight(usize),
    TypeWrong(usize),
    Refuse(usize),
    Wait(i64),
}

fn act() -> impl Strategy<Value = Act> {
    let any = any::<usize>;
    prop_oneof![
        2 => Just(Act::Invite),
        1 => any().prop_map(Act::Cancel),
        1 => any().prop_map(Act::Resend),
        4 => any().prop_map(Act::Begin),
        5 => any().prop_map(Act::SendKeys),
        1 => any().prop_map(Act::SendOtherKeys),
        4 => any().prop_map(Act::TypeRight),
        4 => any().prop_map(Act::TypeWrong),
        1 => any().prop_map(Act::Refuse),
        1 => prop_oneof![Just(60), Just(1_801), Just(A_DAY + 1)].prop_map(Act::Wait),
    ]
}

#[test]
fn no_sequence_of_acts_makes_a_device_that_its_officer_did_not_approve() {
    assert_eq!(run(Rules::Kept, act(), story), Ok(()));
}

#[test]
fn a_broken_rule_is_noticed() {
    notices((BROKEN, &["a device is Pending and should be Refused"]), act(), story);
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Attempt {
    Challenged,
    Keyed,
    Approved,
    Ended,
}

struct Invited {
    invitation: Invitation,
    /// How it ended, its time apart.
    ended: Option<InvitationEnd>,
    failures: u32,
}

struct Tried {
    of: usize,
    enrolling: Enrolling,
    state: Attempt,
}

struct Made {
    attempt: usize,
    reveal: EnrollmentReveal,
    digits: String,
    keyed_at: UnixSecond,
    standing: Standing,
}

/// What there should be.
#[derive(Default)]
struct Model {
    invited: Vec<Invited>,
    tried: Vec<Tried>,
    made: Vec<Made>,
}

impl Model {
    fn end(&self, invitation: usize, now: UnixSecond) -> Option<InvitationEnd> {
        let invited = &self.invited[invitation];
        let expired = (invited.invitation.expires < now).then_some(InvitationEnd::Expired);
        invited.ended.or(expired)
    }

    /// Ends what goes on by an invitation; says whether something did.
    fn end_attempts(&mut self, invitation: usize) -> bool {
        let mut ended = false;
        for (at, tried) in self.tried.iter_mut().enumerate() {
            let open = matches!(tried.state, Attempt::Challenged | Attempt::Keyed);
            if tried.of == invitation && open {
                tried.state = Attempt::Ended;
                ended = true;
                for made in self.made.iter_mut().filter(|made| made.attempt == at) {
                    made.standing = Standing::Refused;
                }
            }
        }
        ended
    }

    fn count(&mut self, invitation: usize) {
        let invited = &mut self.invited[invitation];
        if invited.ended.is_none() {
            invited.failures += 1;
            if invited.failures >= MAX_ATTEMPTS {
                invited.ended = Some(InvitationEnd::Spent);
            }
        }
    }

    /// What becomes of it when an officer ends an invitation.
    fn officer_ends(&mut self, invitation: usize, end: InvitationEnd) -> Result<(), FlowError> {
        if let Some(ended) = self.invited[invitation].ended {
            return Err(FlowError::InvitationEnded(ended));
        }
        self.end_attempts(invitation);
        self.invited[invitation].ended = Some(end);
        Ok(())
    }
}

fn chosen<T>(list: &[T], by: usize) -> Option<usize> {
    (!list.is_empty()).then(|| by % list.len())
}

async fn story(office: &Office, acts: Vec<Act>) -> Found {
    let person = office.person("Nguyễn Văn An").await;
    let mut database = office.database().await;
    let mut model = Model::default();
    for act in acts {
        office.clock.forward(1);
        step(office, person, &mut model, act).await?;
        for made in &model.made {
            let known = device::lookup(&office.app, made.reveal.device).await.unwrap();
            let (now, expected) = (known.standing, made.standing);
            prop_assert_eq!(now, expected, "a device is {:?} and should be {:?}", now, expected);
        }
        let stored = texts(&mut database, FAILURES, person).await;
        let expected = model.invited.iter().map(|one| format!("{} {}", state(one), one.failures));
        prop_assert_eq!(stored, expected.collect::<Vec<_>>());
        // Whoever may act has a certificate, and nobody else does.
        let certified = texts(&mut database, CERTIFIED, person).await;
        let active = model.made.iter().filter(|made| made.standing == Standing::Active).count();
        prop_assert_eq!(certified, vec!["active".to_owned(); active]);
        for invitation in 0..model.invited.len() {
            let of = |made: &&Made| model.tried[made.attempt].of == invitation;
            let acting = model.made.iter().filter(of);
            let acting = acting.filter(|made| made.standing == Standing::Active).count();
            prop_assert!(acting <= 1, "an invitation makes one device");
        }
    }
    Ok(())
}

fn state(invited: &Invited) -> &'static str {
    match invited.ended {
        None | Some(InvitationEnd::Expired) => "open",
        Some(InvitationEnd::Used) => "used",
        Some(InvitationEnd::Spent) => "spent",
        Some(InvitationEnd::Cancelled) => "cancelled",
        Some(InvitationEnd::Replaced) => "replaced",
    }
}

async fn step(office: &Office, person: PersonId, model: &mut Model, act: Act) -> Found {
    let app = &office.app;
    let now = office.clock.now().second();
    match act {
        Act::Wait(seconds) => office.clock.forward(seconds),
        Act::Invite => {
            let invitation = invite::create(app, &ACT, person, 1_800).await.unwrap().invitation;
            model.invited.push(Invited { invitation, ended: None, failures: 0 });
        }
        Act::Cancel(by) => {
            let Some(at) = chosen(&model.invited, by) else { return Ok(()) };
            let cancelled = invite::cancel(app, &ACT, model.invited[at].invitation.id).await;
            prop_assert_eq!(cancelled, model.officer_ends(at, InvitationEnd::Cancelled));
        }
        Act::Resend(by) => {
            let Some(at) = chosen(&model.invited, by) else { return Ok(()) };
            let sent = invite::resend(app, &ACT, model.invited[at].invitation.id).await;
            let expected = model.officer_ends(at, InvitationEnd::Replaced);
            prop_assert_eq!(sent.as_ref().err(), expected.as_ref().err());
            if let Ok(new) = sent {
                let invitation = new.invitation;
                model.invited.push(Invited { invitation, ended: None, failures: 0 });
            }
        }
        Act::Begin(by) => {
            let Some(at) = chosen(&model.invited, by) else { return Ok(()) };
            let begun = Enrolling::begin(app, model.invited[at].invitation.clone()).await;
            if model.end_attempts(at) {
                model.count(at);
            }
            let end = model.end(at, now).map(FlowError::InvitationEnded);
            prop_assert_eq!(begun.as_ref().err(), end.as_ref());
            if let Ok(enrolling) = begun {
                model.tried.push(Tried { of: at, enrolling, state: Attempt::Challenged });
            }
        }
        Act::SendKeys(by) => {
            let Some(at) = chosen(&model.tried, by) else { return Ok(()) };
            send(office, model, at).await?;
        }
        Act::SendOtherKeys(by) => {
            let Some(at) = chosen(&model.tried, by) else { return Ok(()) };
            let tried = &mut model.tried[at];
            tried.enrolling.auth = SoftwareSigner::generate(&OsEntropy);
            tried.enrolling.sign_again();
            send(office, model, at).await?;
        }
        Act::TypeRight(by) => {
            let Some(at) = chosen(&model.made, by) else { return Ok(()) };
            let made = &model.made[at];
            let approved = enroll::approve(app, &ACT, made.reveal.device, &made.digits).await;
            prop_assert_eq!(approved, approve(model, at, now));
        }
        Act::TypeWrong(by) => {
            let Some(at) = chosen(&model.made, by) else { return Ok(()) };
            let made = &model.made[at];
            let typed = enroll::approve(app, &ACT, made.reveal.device, "not the digits").await;
            let expected = if made.standing == Standing::Pending {
                let of = model.tried[made.attempt].of;
                model.count(of);
                if model.invited[of].ended.is_some() {
                    model.end_attempts(of);
                }
                FlowError::WrongCode { left: MAX_ATTEMPTS - model.invited[of].failures }
            } else {
                FlowError::EnrollmentEnded
            };
            prop_assert_eq!(typed, Err(expected));
        }
        Act::Refuse(by) => {
            let Some(at) = chosen(&model.made, by) else { return Ok(()) };
            let refused = enroll::refuse(app, &ACT, model.made[at].reveal.device).await;
            let pending = model.made[at].standing == Standing::Pending;
            prop_assert_eq!(refused.is_ok(), pending);
            if pending {
                let attempt = model.made[at].attempt;
                let of = model.tried[attempt].of;
                model.end_attempts(of);
                model.count(of);
            }
        }
    }
    Ok(())
}

async fn send(office: &Office, model: &mut Model, at: usize) -> Found {
    let now = office.clock.now().second();
    let sent = model.tried[at].enrolling.send(&office.app).await;
    let of = model.tried[at].of;
    let first = model.made.iter().find(|made| made.attempt == at);
    let code = |reveal: &EnrollmentReveal| model.tried[at].enrolling.code(reveal).grouped();
    // The same message makes the same digits; another one does not, whatever was answered.
    let repeats = first.filter(|made| code(&made.reveal) == made.digits);
    let expected: Result<Option<DeviceId>, FlowError> = match (model.tried[at].state, repeats) {
        (Attempt::Challenged, _) => match model.end(of, now) {
            None => Ok(None),
            Some(end) => Err(FlowError::InvitationEnded(end)),
        },
        (Attempt::Keyed | Attempt::Approved, Some(made)) => Ok(Some(made.reveal.device)),
        _ => Err(FlowError::EnrollmentEnded),
    };
    prop_assert_eq!(sent.as_ref().err(), expected.as_ref().err());
    match (sent, expected) {
        (Ok(reveal), Ok(None)) => {
            let digits = model.tried[at].enrolling.code(&reveal).grouped();
            let standing = Standing::Pending;
            model.made.push(Made { attempt: at, reveal, digits, keyed_at: now, standing });
            model.tried[at].state = Attempt::Keyed;
        }
        (Ok(reveal), Ok(Some(device))) => prop_assert_eq!(reveal.device, device),
        _ if model.tried[at].state == Attempt::Keyed => {
            // Other keys on the same challenge: somebody is in between.
            model.end_attempts(of);
            model.count(of);
        }
        _ => {}
    }
    Ok(())
}

fn approve(model: &mut Model, at: usize, now: UnixSecond) -> Result<(), FlowError> {
    let made = &model.made[at];
    if made.standing != Standing::Pending {
        return Err(FlowError::EnrollmentEnded);
    }
    if made.keyed_at.plus(A_DAY) < now {
        return Err(FlowError::InvitationEnded(InvitationEnd::Expired));
    }
    let attempt = made.attempt;
    model.made[at].standing = Standing::Active;
    model.tried[attempt].state = Attempt::Approved;
    let of = model.tried[attempt].of;
    model.invited[of].ended = Some(InvitationEnd::Used);
    Ok(())
}
