//! Sessions: none outlives its fifteen idle minutes, its eight hours, its end, or a change of what its account may do.

use std::collections::BTreeSet;

use proptest::prelude::*;
use trien_core::digest::Sha256;
use trien_core::document::Text;
use trien_core::env::{Clock as _, Timestamp};
use trien_server::flow::account::{
    self as accounts, Grant, Login, MAX_AGE_SECONDS, MAX_IDLE_SECONDS, NewAccount, NewPassword,
    Officer, Password, Role, SessionToken, Use,
};
use trien_server::flow::{FlowError, Thing};

use super::{Found, Rules, account, notices, run};
use crate::account::{SENTENCE, sign_in};
use crate::office::Office;

/// A use is noted when it is so much later than the last note, in seconds.
const NOTED_AFTER: i64 = 60;

/// Whoever sits idle for an hour is still signed in.
const NEVER_IDLE: &str = "CREATE TRIGGER broken AFTER INSERT ON session \
    BEGIN UPDATE session SET used_at = used_at + 3600000 WHERE hash = NEW.hash; END";
/// A session is a day younger than it is.
const NEVER_OLD: &str = "CREATE TRIGGER broken AFTER INSERT ON session \
    BEGIN UPDATE session SET created_at = created_at + 86400000 WHERE hash = NEW.hash; END";
/// Who was signed in when a role came stays so.
const KEEPS_ITS_COOKIE: &str = "CREATE TRIGGER broken BEFORE DELETE ON session \
    WHEN EXISTS (SELECT 1 FROM role_grant g WHERE g.account = OLD.account AND g.role = 'clerk' \
        AND g.until IS NULL AND g.since >= OLD.created_at) \
    BEGIN SELECT RAISE(IGNORE); END";

/// What somebody does. A number chooses among the sessions there were.
#[derive(Clone, Copy, Debug)]
enum Act {
    SignIn,
    Click(usize),
    /// A page asks on its own.
    Follow(usize),
    /// Somebody works for four hours in the newest session.
    Work,
    SignOut(usize),
    /// Ends another session of the own account from a list.
    EndOther(usize, usize),
    ChangePassword(usize),
    /// An administrator gives a role, or takes it away.
    ChangeRole,
    /// An administrator ends all of them.
    EndAll,
    Wait(i64),
}

fn act() -> impl Strategy<Value = Act> {
    let any = any::<usize>;
    let waits =
        prop_oneof![Just(59), Just(MAX_IDLE_SECONDS / 2), Just(MAX_IDLE_SECONDS - 2), Just(1_200)];
    prop_oneof![
        4 => Just(Act::SignIn),
        6 => any().prop_map(Act::Click),
        3 => any().prop_map(Act::Follow),
        3 => Just(Act::Work),
        1 => any().prop_map(Act::SignOut),
        1 => (any(), any()).prop_map(|(by, of)| Act::EndOther(by, of)),
        1 => any().prop_map(Act::ChangePassword),
        2 => Just(Act::ChangeRole),
        1 => Just(Act::EndAll),
        5 => waits.prop_map(Act::Wait),
    ]
}

#[test]
fn no_session_outlives_its_times_its_end_or_a_change_of_roles() {
    assert_eq!(run(Rules::Kept, act(), story), Ok(()));
}

#[test]
fn a_broken_rule_is_noticed() {
    notices((NEVER_IDLE, &["a session goes on: Idle"]), act(), story);
    notices((NEVER_OLD, &["a session goes on: Old"]), act(), story);
    notices((KEEPS_ITS_COOKIE, &["a session goes on: RoleChanged"]), act(), story);
}

/// Why a session is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Idle,
    Old,
    SignedOut,
    EndedFromAnother,
    PasswordChanged,
    RoleChanged,
    EndedByAdministrator,
}

struct Session {
    token: SessionToken,
    created_at: Timestamp,
    used_at: Timestamp,
    ended: Option<End>,
}

impl Session {
    fn id(&self) -> Sha256 {
        Sha256::of(self.token.reveal().as_bytes())
    }

    fn end(&self, now: Timestamp) -> Option<End> {
        let idle = self.used_at.plus_seconds(MAX_IDLE_SECONDS) <= now;
        let old = self.created_at.plus_seconds(MAX_AGE_SECONDS) <= now;
        let by_time = if old { Some(End::Old) } else { idle.then_some(End::Idle) };
        self.ended.or(by_time)
    }

    fn click(&mut self, now: Timestamp) {
        if self.end(now).is_none() && self.used_at.plus_seconds(NOTED_AFTER) <= now {
            self.used_at = now;
        }
    }
}

struct Scene<'o> {
    office: &'o Office,
    administrator: Officer,
    /// Whose sessions these are.
    own: Officer,
    has_role: bool,
    sessions: Vec<Session>,
}

impl Scene<'_> {
    fn now(&self) -> Timestamp {
        self.office.clock.now()
    }

    fn end_where(&mut self, why: End, ends: impl Fn(&Session) -> bool) {
        for session in self.sessions.iter_mut().filter(|session| ends(session)) {
            session.ended.get_or_insert(why);
        }
    }

    /// Whoever holds a session, as a click or a page that asks on its own finds it.
    async fn found(&mut self, at: usize, used: Use) -> Result<Officer, FlowError> {
        let now = self.now();
        let found = accounts::officer(&self.office.app, &self.sessions[at].token, used).await;
        if used == Use::Acts {
            self.sessions[at].click(now);
        }
        found
    }
}

fn why() -> Text<500> {
    Text::new("phân công lại").unwrap()
}

async fn story(office: &Office, acts: Vec<Act>) -> Found {
    let (app, unit) = (&office.app, office.unit.id);
    let administrator = account(office, unit, &[Role::Administrator]).await;
    let login = format!("u{}", administrator.login);
    let new = NewAccount {
        login: Login::parse(&login).unwrap(),
        name: Text::new("Cán bộ").unwrap(),
        password: Password::choose(SENTENCE, &login).unwrap(),
        grants: vec![Grant { unit, role: Role::EnrollmentOfficer }],
    };
    let id = accounts::create(app, &administrator, new).await.unwrap();
    let own = Officer { account: id, login, ..administrator.clone() };
    let mut scene = Scene { office, administrator, own, has_role: false, sessions: Vec::new() };
    for act in acts {
        office.clock.forward(1);
        step(&mut scene, act).await?;
        let (now, mut alive) = (office.clock.now(), BTreeSet::new());
        for session in &scene.sessions {
            let goes_on = accounts::officer(app, &session.token, Use::Follows).await.is_ok();
            match session.end(now) {
                Some(end) => prop_assert!(!goes_on, "a session goes on: {:?}", end),
                None => {
                    prop_assert!(goes_on, "a session ended before its time");
                    alive.insert(session.id());
                }
            }
        }
        let listed = accounts::sessions_of(app, &scene.own).await.unwrap();
        let listed: BTreeSet<Sha256> = listed.iter().map(|one| one.id).collect();
        prop_assert_eq!(listed, alive, "the list is of those that go on");
    }
    Ok(())
}

async fn step(scene: &mut Scene<'_>, act: Act) -> Found {
    let (app, count) = (&scene.office.app, scene.sessions.len());
    match act {
        Act::Wait(seconds) => scene.office.clock.forward(seconds),
        Act::SignIn => {
            let token = sign_in(scene.office, &scene.own.login, SENTENCE).await.unwrap();
            let known = scene.sessions.iter().any(|session| session.token == token);
            prop_assert!(!known, "each login has a cookie of its own");
            let now = scene.now();
            scene.sessions.push(Session { token, created_at: now, used_at: now, ended: None });
        }
        Act::ChangeRole => {
            let grant = Grant { unit: scene.office.unit.id, role: Role::Clerk };
            let (by, of) = (&scene.administrator, scene.own.account);
            let done = if scene.has_role {
                accounts::withdraw(app, by, of, grant, why()).await
            } else {
                accounts::give(app, by, of, grant, why()).await.map(|_| ())
            };
            prop_assert_eq!(done, Ok(()));
            scene.has_role = !scene.has_role;
            scene.end_where(End::RoleChanged, |_| true);
        }
        Act::EndAll => {
            let (by, of) = (&scene.administrator, scene.own.account);
            prop_assert_eq!(accounts::end_sessions_of(app, by, of, why()).await, Ok(()));
            scene.end_where(End::EndedByAdministrator, |_| true);
        }
        _ if count == 0 => {}
        Act::Click(by) | Act::Follow(by) => {
            let used = if matches!(act, Act::Click(_)) { Use::Acts } else { Use::Follows };
            let expected = scene.sessions[by % count].end(scene.now()).is_none();
            let found = scene.found(by % count, used).await;
            prop_assert_eq!(found.is_ok(), expected);
        }
        Act::Work => {
            for _ in 0..24 {
                scene.office.clock.forward(600);
                let _ = scene.found(count - 1, Use::Acts).await;
            }
        }
        Act::SignOut(by) => sign_out(scene, by % count).await?,
        Act::EndOther(by, of) => end_other(scene, by % count, of % count).await?,
        Act::ChangePassword(by) => change_password(scene, by % count).await?,
    }
    Ok(())
}

async fn sign_out(scene: &mut Scene<'_>, at: usize) -> Found {
    let (now, app) = (scene.now(), &scene.office.app);
    let done = accounts::sign_out(app, &scene.sessions[at].token).await;
    let expected = match scene.sessions[at].end(now) {
        Some(_) => Err(FlowError::Unauthenticated),
        None => Ok(()),
    };
    prop_assert_eq!(&done, &expected);
    if done.is_ok() {
        scene.sessions[at].ended = Some(End::SignedOut);
    }
    Ok(())
}

async fn end_other(scene: &mut Scene<'_>, by: usize, of: usize) -> Found {
    let Ok(officer) = scene.found(by, Use::Acts).await else { return Ok(()) };
    let id = scene.sessions[of].id();
    let done = accounts::end_session(&scene.office.app, &officer, id).await;
    // One whose time is over may still be written down.
    let expected = match scene.sessions[of].ended {
        Some(_) => Err(FlowError::NotFound(Thing::Session)),
        None => Ok(()),
    };
    prop_assert_eq!(&done, &expected);
    if done.is_ok() {
        scene.sessions[of].ended = Some(End::EndedFromAnother);
    }
    Ok(())
}

async fn change_password(scene: &mut Scene<'_>, at: usize) -> Found {
    let Ok(officer) = scene.found(at, Use::Acts).await else { return Ok(()) };
    let login = scene.own.login.clone();
    let change = NewPassword {
        current: Password::typed(SENTENCE),
        chosen: Password::choose(SENTENCE, &login).unwrap(),
    };
    let token = scene.sessions[at].token.clone();
    let done = accounts::change_password(&scene.office.app, &officer, &token, change).await;
    prop_assert_eq!(done, Ok(()));
    scene.end_where(End::PasswordChanged, |session| session.token != token);
    Ok(())
}
