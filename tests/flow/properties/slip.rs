//! Slips and their short codes: never two open slips of a person, never a sixth answer to a guess.

use proptest::prelude::*;
use trien_core::enrollment::short_code::{Asking, MAX_TRIES, ShortCode};
use trien_core::enrollment::{Invitation, Slip};
use trien_core::env::{Clock as _, OsEntropy, UnixSecond};
use trien_core::id::PersonId;
use trien_core::wire::{Base64, ShortCodeQuestion};
use trien_server::flow::act::Act as By;
use trien_server::flow::slip::session::{self, NoShortCode};
use trien_server::flow::slip::{self, Among, SlipEnd};
use trien_server::flow::{FlowError, Thing, enroll};

use super::{Found, Rules, notices, run, texts};
use crate::office::Office;
use crate::phone::Enrolling;

const ACT: By = By::COMMAND_LINE;
const THIRTY_DAYS: i64 = 30 * 86_400;

const OPEN: &str = "SELECT state FROM slip WHERE person = $1 AND state = 'open'";
const TRIES: &str = "SELECT CAST(MAX(c.tries) AS TEXT) FROM short_code c \
    JOIN slip s ON s.id = c.slip WHERE s.person = $1 HAVING COUNT(*) > 0";

/// The fifth try is none.
const BROKEN: &str = "CREATE TRIGGER broken AFTER UPDATE OF tries ON short_code \
    WHEN NEW.tries >= 5 \
    BEGIN UPDATE short_code SET tries = 4, state = 'open' WHERE invitation = NEW.invitation; END";

/// What somebody does.
#[derive(Clone, Copy, Debug)]
enum Act {
    Make,
    Cancel,
    Start,
    TryRight,
    TryWrong,
    /// Goes on with the invitation that a right try brought, up to the approval.
    Enroll,
    Wait(i64),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        2 => Just(Act::Make),
        1 => Just(Act::Cancel),
        4 => Just(Act::Start),
        4 => Just(Act::TryRight),
        8 => Just(Act::TryWrong),
        2 => Just(Act::Enroll),
        1 => prop_oneof![Just(60), Just(601), Just(1_801), Just(THIRTY_DAYS + 1)]
            .prop_map(Act::Wait),
    ]
}

#[test]
fn no_sequence_of_acts_gives_a_sixth_try_or_a_second_open_slip() {
    assert_eq!(run(Rules::Kept, act(), story), Ok(()));
}

#[test]
fn a_broken_rule_is_noticed() {
    notices((BROKEN, &["1 tries are left and should be 0"]), act(), story);
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Code {
    Open,
    Spent,
    /// A phone has begun with its invitation.
    Opened,
}

struct Session {
    code: ShortCode,
    until: UnixSecond,
    tries: u32,
    state: Code,
    /// What a right try brought.
    invitation: Option<Invitation>,
    /// The invitation is useless after this.
    expires: UnixSecond,
}

struct Held {
    slip: Slip,
    ended: Option<SlipEnd>,
    session: Option<Session>,
}

impl Held {
    fn end(&self, now: UnixSecond) -> Option<SlipEnd> {
        self.ended.or((self.slip.expires < now).then_some(SlipEnd::Expired))
    }

    /// Why no code can be tried.
    fn no_code(&self, now: UnixSecond) -> Option<FlowError> {
        if let Some(end) = self.end(now) {
            return Some(FlowError::SlipEnded(end));
        }
        let why = match &self.session {
            None => NoShortCode::NotStarted,
            Some(session) if session.state == Code::Spent => NoShortCode::TooOften,
            Some(session) if session.state == Code::Opened || session.until < now => {
                NoShortCode::Over
            }
            Some(_) => return None,
        };
        Some(FlowError::NoShortCode(why))
    }
}

async fn story(office: &Office, acts: Vec<Act>) -> Found {
    let person = office.person("Nguyễn Văn An").await;
    let mut database = office.database().await;
    let mut held: Option<Held> = None;
    for act in acts {
        office.clock.forward(1);
        step(office, person, &mut held, act).await?;
        let open = texts(&mut database, OPEN, person).await.len();
        prop_assert!(open <= 1, "{} open slips", open);
        let most = texts(&mut database, TRIES, person).await;
        prop_assert!(most.iter().all(|most| most.parse::<u32>().unwrap() <= MAX_TRIES));
        let stored = slip::of_person(&office.app, person).await.unwrap();
        let now = office.clock.now().second();
        let expected = held.as_ref().map(|held| (held.slip.id, held.end(now)));
        prop_assert_eq!(stored.map(|stored| (stored.slip.id, stored.end)), expected);
    }
    Ok(())
}

async fn step(office: &Office, person: PersonId, held: &mut Option<Held>, act: Act) -> Found {
    let (app, unit) = (&office.app, office.unit.id);
    let now = office.clock.now().second();
    match (act, held.as_mut()) {
        (Act::Wait(seconds), _) => office.clock.forward(seconds),
        (Act::Make, _) => {
            slip::make(app, &ACT, person, unit).await.unwrap();
            let listed = slip::open(app, Among::Person(person), 0, 10).await.unwrap();
            prop_assert_eq!(listed.len(), 1);
            let slip = Slip::from_link(&listed[0].link(app)).unwrap().1;
            *held = Some(Held { slip, ended: None, session: None });
        }
        (Act::Cancel, before) => {
            let cancelled = slip::cancel(app, &ACT, person, unit).await;
            match before.filter(|held| held.ended.is_none()) {
                None => prop_assert_eq!(cancelled, Err(FlowError::NotFound(Thing::Slip))),
                Some(held) => {
                    prop_assert_eq!(cancelled, Ok(()));
                    held.ended = Some(SlipEnd::Cancelled);
                    held.session = None;
                }
            }
        }
        (Act::Start, None) => {
            let started = session::start(app, &ACT, person, unit).await;
            prop_assert_eq!(started.err(), Some(FlowError::NotFound(Thing::Slip)));
        }
        (Act::Start, Some(held)) => {
            let started = session::start(app, &ACT, person, unit).await;
            let end = held.end(now).map(FlowError::SlipEnded);
            prop_assert_eq!(started.as_ref().err(), end.as_ref());
            if let Ok(started) = started {
                held.session = Some(Session {
                    code: started.code,
                    until: started.until,
                    tries: 0,
                    state: Code::Open,
                    invitation: None,
                    expires: now.plus(1_800),
                });
            }
        }
        (Act::TryRight | Act::TryWrong | Act::Enroll, None) => {}
        (Act::TryRight, Some(held)) => {
            let right = held.session.as_ref().map(|session| session.code.clone());
            let code = right.unwrap_or_else(|| other_than(None));
            try_code(office, held, &code).await?;
        }
        (Act::TryWrong, Some(held)) => {
            let code = other_than(held.session.as_ref().map(|session| &session.code));
            try_code(office, held, &code).await?;
        }
        (Act::Enroll, Some(held)) => enroll_with(office, held).await?,
    }
    Ok(())
}

fn other_than(code: Option<&ShortCode>) -> ShortCode {
    let others = ["00000000", "11111111"].map(|digits| ShortCode::parse(digits).unwrap());
    others.into_iter().find(|other| Some(other) != code).unwrap()
}

async fn try_code(office: &Office, held: &mut Held, code: &ShortCode) -> Found {
    let now = office.clock.now().second();
    let asking = Asking::begin(code, &held.slip, &OsEntropy);
    let question = ShortCodeQuestion { slip: held.slip.id, share: Base64(asking.share().to_vec()) };
    let answered = session::answer(&office.app, question).await;
    if let Some(why) = held.no_code(now) {
        prop_assert_eq!(answered.err(), Some(why));
        return Ok(());
    }
    let session = held.session.as_mut().expect("a code that can be tried is of a session");
    session.tries += 1;
    if session.tries >= MAX_TRIES {
        session.state = Code::Spent;
    }
    let answer = answered.unwrap();
    let (left, expected) = (answer.left, MAX_TRIES - session.tries);
    prop_assert_eq!(left, expected, "{} tries are left and should be {}", left, expected);
    let opened = asking.open(&answer);
    prop_assert_eq!(opened.is_ok(), session.code == *code, "right digits open it, and no others");
    if let Ok(invitation) = opened {
        session.invitation = Some(invitation);
    }
    Ok(())
}

async fn enroll_with(office: &Office, held: &mut Held) -> Found {
    let now = office.clock.now().second();
    let Some(session) = held.session.as_mut() else { return Ok(()) };
    let Some(invitation) = session.invitation.clone() else { return Ok(()) };
    let begun = Enrolling::begin(&office.app, invitation).await;
    let over = session.expires < now || held.ended.is_some();
    prop_assert_eq!(begun.is_err(), over);
    let Ok(enrolling) = begun else { return Ok(()) };
    session.state = Code::Opened;
    let reveal = enrolling.send(&office.app).await.unwrap();
    let digits = enrolling.code(&reveal).grouped();
    enroll::approve(&office.app, &ACT, reveal.device, &digits).await.unwrap();
    held.ended = Some(SlipEnd::Used);
    Ok(())
}
