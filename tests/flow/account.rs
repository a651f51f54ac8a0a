//! Accounts of those who administer: setting up, signing in, and what each may do where.

use std::collections::BTreeSet;

use trien_core::document::Text;
use trien_core::env::{Clock as _, OsEntropy};
use trien_core::id::{AccountId, UnitId};
use trien_server::flow::account::{
    self, Grant, Login, MAX_AGE_SECONDS, MAX_IDLE_SECONDS, NewAccount, Officer, Password, Place,
    Role, SessionToken, SetupCode, SignIn,
};
use trien_server::flow::act::Act;
use trien_server::flow::admin::{self, KeyPolicy};
use trien_server::flow::{FlowError, Thing, units};
use trien_server::jobs::Jobs;
use trien_server::store::account::{self as store, AccountRow};
use trien_server::store::session;

use crate::office::Office;
use crate::on_both;

on_both! {
    the_first_account_is_made_once_with_the_newest_code,
    a_session_ends_by_itself_and_at_once_with_its_account,
    an_account_waits_after_wrong_passwords,
    sessions_that_ended_are_forgotten,
    a_chosen_session_ends_and_the_others_stay,
    a_role_reaches_down_and_not_sideways,
    nobody_ends_the_own_account,
    an_administrator_is_never_a_ca_officer_too,
    an_account_has_each_of_its_roles_once_and_one_at_least,
    a_hundred_thousand_logins_from_one_address_hold_up_nobody_elsewhere,
}

pub const SENTENCE: &str = "trời xanh mây trắng nắng vàng";

fn new(login: &str, grants: Vec<Grant>) -> NewAccount {
    NewAccount {
        login: Login::parse(login).unwrap(),
        name: Text::new("Nguyễn Văn An").unwrap(),
        password: Password::choose(SENTENCE, login).unwrap(),
        grants,
    }
}

fn grant(unit: UnitId, role: Role) -> Grant {
    Grant { unit, role }
}

pub async fn set_up(office: &Office) -> SessionToken {
    let code = account::begin_setup(&office.app).await.unwrap().unwrap();
    let grants = [Role::Administrator, Role::EnrollmentOfficer];
    let grants = grants.map(|role| grant(office.unit.id, role)).to_vec();
    account::set_up(&office.app, &code, new("an", grants), "test").await.unwrap()
}

pub async fn sign_in(
    office: &Office,
    login: &str,
    password: &str,
) -> Result<SessionToken, FlowError> {
    let (login, password) = (login.to_owned(), Password::typed(password));
    let asked = SignIn { login, password, client: "test".to_owned() };
    account::sign_in(&office.app, asked).await
}

/// An administrator of the office's unit whom nobody made.
pub async fn administrator(office: &Office) -> Officer {
    let account = AccountId::generate(&*office.clock, &OsEntropy);
    let (login, name) = (account.to_string(), "Quản trị".to_owned());
    let row = AccountRow {
        id: account,
        login: login.clone(),
        name: name.clone(),
        password: String::new(),
        failures: 0,
        locked_until: office.clock.now(),
        created_at: office.clock.now(),
        ended_at: None,
    };
    let administers = grant(office.unit.id, Role::Administrator);
    let mut connection = office.database().await;
    assert_eq!(store::insert(&mut connection, &row).await.unwrap(), 1);
    store::grant(&mut connection, account, administers, row.created_at).await.unwrap();
    Officer { account, login, name, grants: vec![administers], token: None }
}

/// A second account, of an auditor.
pub async fn second(office: &Office, admin: &Officer) -> AccountId {
    let second = new("binh", vec![grant(office.unit.id, Role::Auditor)]);
    account::create(&office.app, admin, second).await.unwrap()
}

async fn officer(office: &Office, token: &SessionToken) -> Officer {
    account::officer(&office.app, token, account::Use::Acts).await.unwrap()
}

/// The first page of accounts.
async fn listed(office: &Office, officer: &Officer) -> Vec<account::AccountView> {
    let filter = account::AccountFilter::default();
    let page =
        account::list(&office.app, officer, &filter, &trien_server::paging::Turn::First).await;
    page.unwrap().accounts
}

pub async fn the_first_account_is_made_once_with_the_newest_code(office: Office) {
    let first = account::begin_setup(&office.app).await.unwrap().unwrap();
    let code = account::begin_setup(&office.app).await.unwrap().unwrap();
    let unit = office.unit.id;
    let with = async |code: &SetupCode, login: &str| {
        let new = new(login, vec![grant(unit, Role::Administrator)]);
        account::set_up(&office.app, code, new, "test").await
    };
    assert_eq!(with(&first, "an").await, Err(FlowError::SetupCode), "an older code");
    assert_eq!(with(&SetupCode::typed("AAAA"), "an").await, Err(FlowError::SetupCode));
    let (left, right) = tokio::join!(with(&code, "an"), with(&code, "binh"));
    let made = [left, right];
    assert_eq!(made.iter().filter(|made| made.is_ok()).count(), 1, "{made:?}");
    assert_eq!(with(&code, "cuong").await, Err(FlowError::SetupCode), "used");
    assert!(account::begin_setup(&office.app).await.unwrap().is_none());
    assert!(account::is_set_up(&office.app).await.unwrap());
    let made = made.into_iter().find_map(Result::ok).unwrap();
    let made = officer(&office, &made).await;
    assert_eq!(listed(&office, &made).await.len(), 1);
}

pub async fn a_session_ends_by_itself_and_at_once_with_its_account(office: Office) {
    let token = set_up(&office).await;
    let ended = Err(FlowError::Unauthenticated);
    office.clock.forward(MAX_IDLE_SECONDS - 1);
    let admin = officer(&office, &token).await;
    office.clock.forward(MAX_IDLE_SECONDS - 1);
    account::officer(&office.app, &token, account::Use::Follows).await.unwrap();
    office.clock.forward(1);
    assert_eq!(account::officer(&office.app, &token, account::Use::Acts).await, ended, "idle");
    let long = sign_in(&office, "an", SENTENCE).await.unwrap();
    for _ in 0..=MAX_AGE_SECONDS / 600 {
        let _ = account::officer(&office.app, &long, account::Use::Acts).await;
        office.clock.forward(600);
    }
    assert_eq!(
        account::officer(&office.app, &long, account::Use::Acts).await,
        ended,
        "eight hours"
    );

    let second = second(&office, &admin).await;
    let theirs = sign_in(&office, "BINH", SENTENCE).await.unwrap();
    let one = officer(&office, &theirs).await;
    assert_eq!(account::sessions_of(&office.app, &one).await.unwrap().len(), 1);
    let why = Text::new("chuyển công tác").unwrap();
    account::end(&office.app, &admin, second, why).await.unwrap();
    assert_eq!(account::officer(&office.app, &theirs, account::Use::Acts).await, ended);
    assert_eq!(sign_in(&office, "binh", SENTENCE).await, Err(FlowError::Unauthenticated));
    let own = sign_in(&office, "an", SENTENCE).await.unwrap();
    account::sign_out(&office.app, &own).await.unwrap();
    assert_eq!(account::officer(&office.app, &own, account::Use::Acts).await, ended);
}

async fn an_account_waits_after_wrong_passwords(office: Office) {
    set_up(&office).await;
    let refused = Err(FlowError::Unauthenticated);
    assert_eq!(sign_in(&office, "nobody", SENTENCE).await, refused);
    for _ in 0..5 {
        assert_eq!(sign_in(&office, "an", "sai").await, refused);
    }
    assert_eq!(sign_in(&office, "an", SENTENCE).await, refused, "it waits");
    office.clock.forward(16 * 60);
    sign_in(&office, "an", SENTENCE).await.unwrap();
    // A right password starts the count again.
    for _ in 0..4 {
        assert_eq!(sign_in(&office, "an", "sai").await, refused);
    }
    sign_in(&office, "an", SENTENCE).await.unwrap();
}

async fn sessions_that_ended_are_forgotten(office: Office) {
    let token = set_up(&office).await;
    let own = officer(&office, &token).await.account;
    office.clock.forward(MAX_IDLE_SECONDS);
    let next = sign_in(&office, "an", SENTENCE).await.unwrap();
    let kept = async || {
        let mut connection = office.database().await;
        session::of_account(&mut connection, own).await.unwrap().len()
    };
    assert_eq!(kept().await, 2);
    Jobs::start(office.app.clone()).stop().await;
    assert_eq!(kept().await, 1);
    officer(&office, &next).await;
}

async fn a_chosen_session_ends_and_the_others_stay(office: Office) {
    let token = set_up(&office).await;
    let own = officer(&office, &token).await;
    let lost = sign_in(&office, "an", SENTENCE).await.unwrap();
    let other = officer_of_another(&office, &own).await;
    let listed = account::sessions_of(&office.app, &own).await.unwrap();
    assert_eq!(listed.len(), 2);
    let id = trien_core::digest::Sha256::of(lost.reveal().as_bytes());
    assert!(listed.iter().any(|session| session.id == id));
    let missing = Err(FlowError::NotFound(Thing::Session));
    assert_eq!(account::end_session(&office.app, &other, id).await, missing, "another one's");
    officer(&office, &lost).await;
    account::end_session(&office.app, &own, id).await.unwrap();
    let ended = account::officer(&office.app, &lost, account::Use::Acts).await;
    assert_eq!(ended, Err(FlowError::Unauthenticated), "at its next click");
    officer(&office, &token).await;
    assert_eq!(account::sessions_of(&office.app, &own).await.unwrap().len(), 1);
    assert_eq!(account::end_session(&office.app, &own, id).await, missing, "once");
}

async fn officer_of_another(office: &Office, admin: &Officer) -> Officer {
    second(office, admin).await;
    let session = sign_in(office, "binh", SENTENCE).await.unwrap();
    officer(office, &session).await
}

async fn a_role_reaches_down_and_not_sideways(office: Office) {
    let token = set_up(&office).await;
    let top = officer(&office, &token).await;
    let act = &Act::COMMAND_LINE;
    let named = |name: &str| Text::new(name).unwrap();
    let (root, keys) = (office.unit.id, KeyPolicy::Hardware);
    let left = admin::create_unit(&office.app, act, &named("Sở A"), Some(root), keys).await;
    let right = admin::create_unit(&office.app, act, &named("Sở B"), Some(root), keys).await;
    let (left, right) = (left.unwrap().id, right.unwrap().id);
    let below = admin::create_unit(&office.app, act, &named("Phòng C"), Some(left), keys).await;
    let below = below.unwrap().id;
    let only_left = new("binh", vec![grant(left, Role::Administrator)]);
    account::create(&office.app, &top, only_left).await.unwrap();
    let binh = sign_in(&office, "binh", SENTENCE).await.unwrap();
    let binh = officer(&office, &binh).await;
    let may = async |unit, role| binh.require(&office.app, unit, &[role]).await;
    assert_eq!(may(left, Role::Administrator).await, Ok(()));
    assert_eq!(may(below, Role::Administrator).await, Ok(()));
    for unit in [root, right] {
        assert_eq!(may(unit, Role::Administrator).await, Err(FlowError::Forbidden));
    }
    assert_eq!(may(left, Role::EnrollmentOfficer).await, Err(FlowError::Forbidden));
    let seen = units::if_few(&office.app, &binh, 10).await.unwrap().unwrap();
    // Made at one moment, they come in no certain order.
    let seen: BTreeSet<UnitId> = seen.into_iter().map(|unit| unit.id).collect();
    assert_eq!(seen, BTreeSet::from([left, below]));
    // Nobody gives what reaches further than the own role.
    let further = new("cuong", vec![grant(right, Role::Auditor)]);
    assert_eq!(account::create(&office.app, &binh, further).await, Err(FlowError::Forbidden));
    // Who administers beside or above is not theirs to see.
    let seen = listed(&office, &binh).await;
    assert_eq!(seen.iter().map(|account| account.login.as_str()).collect::<Vec<_>>(), ["binh"]);
    assert_eq!(listed(&office, &top).await.len(), 2);
    let taken = new("an", vec![grant(left, Role::Auditor)]);
    assert_eq!(account::create(&office.app, &binh, taken).await, Err(FlowError::LoginTaken));
}

pub async fn nobody_ends_the_own_account(office: Office) {
    let token = set_up(&office).await;
    let own = officer(&office, &token).await;
    let why = || Text::new("thử").unwrap();
    let refused = account::end(&office.app, &own, own.account, why()).await;
    assert!(matches!(refused, Err(FlowError::BadRequest(_))));
    let below = new("binh", vec![grant(office.unit.id, Role::Auditor)]);
    account::create(&office.app, &own, below).await.unwrap();
    let binh = sign_in(&office, "binh", SENTENCE).await.unwrap();
    let binh = officer(&office, &binh).await;
    let refused = account::end(&office.app, &binh, own.account, why()).await;
    assert_eq!(refused, Err(FlowError::Forbidden));
}

async fn an_administrator_is_never_a_ca_officer_too(office: Office) {
    let token = set_up(&office).await;
    let admin = officer(&office, &token).await;
    let unit = office.unit.id;
    let both = [Role::Administrator, Role::CaOfficer].map(|role| grant(unit, role)).to_vec();
    let refused = account::create(&office.app, &admin, new("binh", both)).await;
    assert!(matches!(refused, Err(FlowError::BadRequest(_))), "{refused:?}");
    let one = vec![grant(unit, Role::CaOfficer)];
    account::create(&office.app, &admin, new("binh", one)).await.unwrap();
}

async fn an_account_has_each_of_its_roles_once_and_one_at_least(office: Office) {
    let token = set_up(&office).await;
    let admin = officer(&office, &token).await;
    let none = account::create(&office.app, &admin, new("binh", Vec::new())).await;
    assert!(matches!(none, Err(FlowError::BadRequest(_))), "{none:?}");
    let twice = vec![grant(office.unit.id, Role::Auditor); 2];
    let made = account::create(&office.app, &admin, new("binh", twice)).await.unwrap();
    let view = account::one(&office.app, &admin, made).await.unwrap();
    assert_eq!(view.grants, [grant(office.unit.id, Role::Auditor)]);
}

async fn a_hundred_thousand_logins_from_one_address_hold_up_nobody_elsewhere(office: Office) {
    set_up(&office).await;
    let guesses = account::Guesses::default();
    let from = async |address: [u8; 4], login: &str, password: &str| {
        let (login, password) = (login.to_owned(), Password::typed(password));
        let asked = SignIn { login, password, client: "test".to_owned() };
        let place = Place { address: Some(address.into()), known: None };
        account::sign_in_from(&office.app, &guesses, &place, asked).await
    };
    let (_, known) = from([10, 0, 0, 8], "an", SENTENCE).await.unwrap();
    let (stuffing, here) = ([203, 0, 113, 7], [10, 0, 0, 7]);
    let mut looked_at = 0;
    for number in 0..100_000 {
        match from(stuffing, &format!("login{number}"), "mật khẩu lộ ở nơi khác").await {
            Err(FlowError::Unauthenticated) => looked_at += 1,
            Err(FlowError::TooManyGuesses) => {}
            other => panic!("{other:?}"),
        }
    }
    assert!(looked_at <= account::GUESSES_AT_ONCE, "{looked_at}");
    let right = from(stuffing, "an", SENTENCE).await;
    assert_eq!(right, Err(FlowError::TooManyGuesses), "nothing more is looked at");
    for _ in 0..40 {
        from(here, "an", SENTENCE).await.unwrap();
    }
    // Who has signed in before in this browser is not kept out by the others at the same address.
    let beside = async |login: &str, password: &str| {
        let (login, password) = (login.to_owned(), Password::typed(password));
        let asked = SignIn { login, password, client: "test".to_owned() };
        let place = Place { address: Some(stuffing.into()), known: known.clone() };
        account::sign_in_from(&office.app, &guesses, &place, asked).await.map(|_| ())
    };
    assert_eq!(beside("an", SENTENCE).await, Ok(()));
    assert_eq!(beside("binh", SENTENCE).await, Err(FlowError::TooManyGuesses), "that one only");
    let mut looked_at = 0;
    while beside("an", "sai").await == Err(FlowError::Unauthenticated) {
        looked_at += 1;
    }
    assert_eq!(looked_at, account::GUESSES_AT_ONCE, "and it has no more");
    office.clock.forward(3600);
    from(stuffing, "an", SENTENCE).await.unwrap();
}
