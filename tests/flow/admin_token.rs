//! Tokens with which somebody administers over the API: as the account, and never more.

use sqlx::Row as _;
use trien_core::document::Text;
use trien_core::id::UnitId;
use trien_server::flow::account::{
    self, Bearer, Grant, Login, NewAccount, NewAdminToken, NewPassword, Officer, Password, Role,
    Verbs,
};
use trien_server::flow::act::Act;
use trien_server::flow::admin::{self, KeyPolicy};
use trien_server::flow::change::{self, Changer, UnitChange, UnitChoices};
use trien_server::flow::register::{self, Filter, Reader};
use trien_server::flow::{FlowError, desk, key};

use crate::account::{SENTENCE, set_up, sign_in};
use crate::office::Office;
use crate::on_both;
use crate::phone::Phone;

on_both! {
    a_token_acts_as_its_account_and_the_log_names_both,
    a_token_asks_for_the_password_and_makes_no_other,
    a_token_is_narrowed_to_roles_and_verbs,
    a_narrowed_token_sees_the_register_of_its_roles_only,
    a_token_ends_with_its_time_by_hand_and_with_its_account,
    what_was_under_way_when_a_token_ended_is_not_done,
    a_new_password_ends_the_tokens,
    a_token_of_somebody_who_lost_the_role_is_refused,
    a_token_is_no_key_and_a_key_no_token,
}

fn new(verbs: Verbs, roles: Option<Vec<Role>>, days: u32) -> NewAdminToken {
    NewAdminToken { label: Text::new("nhập cán bộ").unwrap(), verbs, roles, days }
}

async fn first(office: &Office) -> Officer {
    let session = set_up(office).await;
    account::officer(&office.app, &session, account::Use::Acts).await.unwrap()
}

async fn another(office: &Office, first: &Officer, login: &str, grants: Vec<Grant>) -> Officer {
    let new = NewAccount {
        login: Login::parse(login).unwrap(),
        name: Text::new(login).unwrap(),
        password: Password::choose(SENTENCE, login).unwrap(),
        grants,
    };
    account::create(&office.app, first, new).await.unwrap();
    let session = sign_in(office, login, SENTENCE).await.unwrap();
    account::officer(&office.app, &session, account::Use::Acts).await.unwrap()
}

async fn make(office: &Office, officer: &Officer, new: NewAdminToken) -> Result<String, FlowError> {
    let password = Password::typed(SENTENCE);
    Ok(account::make_token(&office.app, officer, password, new).await?.text)
}

async fn shown(office: &Office, text: &str) -> Result<Bearer, FlowError> {
    account::bearer(&office.app, text).await
}

async fn unit_below(office: &Office, name: &str) -> UnitId {
    let (name, keys) = (Text::new(name).unwrap(), KeyPolicy::SoftwareAllowed);
    let above = Some(office.unit.id);
    admin::create_unit(&office.app, &Act::COMMAND_LINE, &name, above, keys).await.unwrap().id
}

async fn last_statement(office: &Office) -> serde_json::Value {
    let mut database = office.database().await;
    let query = sqlx::query("SELECT body FROM statement ORDER BY leaf DESC LIMIT 1");
    let body: String = query.fetch_one(&mut database).await.unwrap().get(0);
    serde_json::from_str(&body).unwrap()
}

async fn a_token_acts_as_its_account_and_the_log_names_both(office: Office) {
    let officer = first(&office).await;
    let token = make(&office, &officer, new(Verbs::Act, None, 30)).await.unwrap();
    assert!(token.starts_with("trien_admin_"), "scanners of repositories know it");
    let bearer = shown(&office, &token).await.unwrap();
    assert_eq!(
        (bearer.officer.account, &bearer.officer.grants),
        (officer.account, &officer.grants)
    );
    let name = Text::new("Phòng Nội vụ").unwrap();
    desk::add_unit(&office.app, &bearer.officer, &name, office.unit.id, None).await.unwrap();
    let statement = last_statement(&office).await;
    assert_eq!(statement["act"], "unit-created");
    assert_eq!(statement["by"], serde_json::json!(officer.account));
    assert_eq!(statement["token"], serde_json::json!(bearer.token));
    // The page's acts name none.
    desk::add_unit(&office.app, &officer, &name, office.unit.id, None).await.unwrap();
    assert_eq!(last_statement(&office).await.get("token"), None);
    let mut database = office.database().await;
    let query = sqlx::query("SELECT body FROM statement ORDER BY leaf");
    for row in query.fetch_all(&mut database).await.unwrap() {
        assert!(!row.get::<String, _>(0).contains(&token), "the token stands in the log");
    }
}

async fn a_token_asks_for_the_password_and_makes_no_other(office: Office) {
    let (app, officer) = (&office.app, first(&office).await);
    let made = account::make_token(app, &officer, Password::typed("sai"), new(Verbs::Act, None, 1));
    assert_eq!(made.await.err(), Some(FlowError::WrongPassword));
    for days in [0, 91] {
        let made = make(&office, &officer, new(Verbs::Act, None, days)).await;
        assert!(matches!(made, Err(FlowError::BadRequest(_))), "{days} days");
    }
    let token = make(&office, &officer, new(Verbs::Sensitive, None, 90)).await.unwrap();
    let bearer = shown(&office, &token).await.unwrap();
    let made = make(&office, &bearer.officer, new(Verbs::Read, None, 1)).await;
    assert_eq!(made, Err(FlowError::Forbidden));
    for _ in 1..20 {
        make(&office, &officer, new(Verbs::Read, None, 1)).await.unwrap();
    }
    let made = make(&office, &officer, new(Verbs::Read, None, 1)).await;
    assert!(matches!(made, Err(FlowError::BadRequest(_))), "more than anybody keeps in view");
}

async fn a_token_is_narrowed_to_roles_and_verbs(office: Office) {
    let officer = first(&office).await;
    for (roles, why) in [(vec![Role::CaOfficer], "not its own"), (vec![], "none at all")] {
        let made = make(&office, &officer, new(Verbs::Act, Some(roles), 1)).await;
        assert!(matches!(made, Err(FlowError::BadRequest(_))), "{why}");
    }
    let narrow = new(Verbs::Act, Some(vec![Role::EnrollmentOfficer]), 1);
    let bearer = shown(&office, &make(&office, &officer, narrow).await.unwrap()).await.unwrap();
    let name = Text::new("X").unwrap();
    let added = desk::add_unit(&office.app, &bearer.officer, &name, office.unit.id, None).await;
    assert_eq!(added, Err(FlowError::Forbidden), "the account administers, the token does not");
    let person = office.person("Bình").await;
    desk::invite(&office.app, &bearer.officer, person).await.unwrap();
    assert_eq!(bearer.require(Verbs::Read), Ok(()));
    assert_eq!(bearer.require(Verbs::Act), Ok(()));
    assert_eq!(bearer.require(Verbs::Sensitive), Err(FlowError::Forbidden));
}

async fn a_narrowed_token_sees_the_register_of_its_roles_only(office: Office) {
    let administrator = first(&office).await;
    let commune = unit_below(&office, "Xã").await;
    Phone::enroll(&office, office.person("An").await).await;
    let grants = vec![
        Grant { unit: office.unit.id, role: Role::Auditor },
        Grant { unit: commune, role: Role::EnrollmentOfficer },
    ];
    let officer = another(&office, &administrator, "binh", grants).await;
    let seen = async |officer: &Officer| {
        let reader = Reader::Officer(officer);
        let filter = Filter::default();
        let page = register::list(&office.app, reader, &filter, None, 50);
        page.await.unwrap().entries.len()
    };
    assert_eq!(seen(&officer).await, 1);
    let narrow = new(Verbs::Read, Some(vec![Role::EnrollmentOfficer]), 1);
    let narrow = shown(&office, &make(&office, &officer, narrow).await.unwrap()).await.unwrap();
    assert_eq!(seen(&narrow.officer).await, 0, "that is the auditor's to see");
    let whole = make(&office, &officer, new(Verbs::Read, None, 1)).await.unwrap();
    assert_eq!(seen(&shown(&office, &whole).await.unwrap().officer).await, 1);
}

pub async fn a_token_ends_with_its_time_by_hand_and_with_its_account(office: Office) {
    let administrator = first(&office).await;
    let short = make(&office, &administrator, new(Verbs::Read, None, 1)).await.unwrap();
    let long = make(&office, &administrator, new(Verbs::Read, None, 2)).await.unwrap();
    office.clock.forward(86_400);
    assert_eq!(shown(&office, &short).await, Err(FlowError::Unauthenticated));
    let token = shown(&office, &long).await.unwrap().token;
    let listed = account::tokens_of(&office.app, &administrator).await.unwrap();
    let used = listed.iter().filter(|one| one.used_at.is_some()).map(|one| one.id);
    assert_eq!((listed.len(), used.collect::<Vec<_>>()), (2, vec![token]));
    let grants = vec![Grant { unit: office.unit.id, role: Role::Auditor }];
    let other = another(&office, &administrator, "binh", grants).await;
    let foreign = account::end_token(&office.app, &other, token).await;
    assert!(matches!(foreign, Err(FlowError::NotFound(_))), "another one's token");
    account::end_token(&office.app, &administrator, token).await.unwrap();
    assert_eq!(shown(&office, &long).await, Err(FlowError::Unauthenticated));
    let again = account::end_token(&office.app, &administrator, token).await;
    assert!(matches!(again, Err(FlowError::NotFound(_))));
    let theirs = make(&office, &other, new(Verbs::Read, None, 90)).await.unwrap();
    let why = Text::new("nghỉ việc").unwrap();
    account::end(&office.app, &administrator, other.account, why).await.unwrap();
    assert_eq!(shown(&office, &theirs).await, Err(FlowError::Unauthenticated));
}

async fn what_was_under_way_when_a_token_ended_is_not_done(office: Office) {
    let officer = first(&office).await;
    let name = Text::new("Phòng Nội vụ").unwrap();
    let add = async |bearer: &Bearer| {
        desk::add_unit(&office.app, &bearer.officer, &name, office.unit.id, None).await.map(|_| ())
    };
    let token = make(&office, &officer, new(Verbs::Act, None, 1)).await.unwrap();
    let bearer = shown(&office, &token).await.unwrap();
    assert_eq!(add(&bearer).await, Ok(()));
    account::end_token(&office.app, &officer, bearer.token).await.unwrap();
    assert_eq!(add(&bearer).await, Err(FlowError::Unauthenticated), "ended by hand");
    let token = make(&office, &officer, new(Verbs::Act, None, 1)).await.unwrap();
    let bearer = shown(&office, &token).await.unwrap();
    office.clock.forward(86_400);
    assert_eq!(add(&bearer).await, Err(FlowError::Unauthenticated), "its time is over");
}

pub async fn a_new_password_ends_the_tokens(office: Office) {
    let session = set_up(&office).await;
    let officer = account::officer(&office.app, &session, account::Use::Acts).await.unwrap();
    let token = make(&office, &officer, new(Verbs::Sensitive, None, 90)).await.unwrap();
    let chosen = Password::choose("gió mát trăng thanh đêm rằm", "an").unwrap();
    let change = NewPassword { current: Password::typed(SENTENCE), chosen };
    account::change_password(&office.app, &officer, &session, change).await.unwrap();
    assert_eq!(shown(&office, &token).await, Err(FlowError::Unauthenticated));
    assert!(account::tokens_of(&office.app, &officer).await.unwrap().is_empty());
}

async fn a_token_of_somebody_who_lost_the_role_is_refused(office: Office) {
    let administrator = first(&office).await;
    let commune = unit_below(&office, "Xã").await;
    let grants = vec![Grant { unit: commune, role: Role::Administrator }];
    let officer = another(&office, &administrator, "binh", grants).await;
    let token = make(&office, &officer, new(Verbs::Act, None, 90)).await.unwrap();
    shown(&office, &token).await.unwrap();
    let (by, choices) = (Changer::CommandLine, UnitChoices::default());
    let plan = change::look_unit(&office.app, by, commune, UnitChange::Dissolve, choices);
    let plan = plan.await.unwrap();
    change::carry_out_unit(&office.app, by, &Act::COMMAND_LINE, plan).await.unwrap();
    assert_eq!(shown(&office, &token).await, Err(FlowError::Forbidden));
}

async fn a_token_is_no_key_and_a_key_no_token(office: Office) {
    let officer = first(&office).await;
    let token = make(&office, &officer, new(Verbs::Sensitive, None, 1)).await.unwrap();
    let asked = key::authenticate(&office.app, &token).await;
    assert_eq!(asked.err(), Some(FlowError::Unauthenticated));
    let scopes = [key::Scope::Submit, key::Scope::Read];
    let key = key::create(&office.app, office.unit.id, &scopes, "test").await.unwrap().token;
    let secret = key.strip_prefix("trien_").unwrap();
    for text in [key.clone(), format!("trien_admin_{secret}"), String::new(), format!("{token}A")] {
        assert_eq!(shown(&office, &text).await, Err(FlowError::Unauthenticated));
    }
}
