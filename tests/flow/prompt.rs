//! How often keys ask for the person: stated by units, fixed when a key is made, and in the register.

use trien_core::certificate::{PromptPolicy, Prompts};
use trien_core::document::Text;
use trien_core::id::{EntryId, UnitId};
use trien_server::flow::act::Act;
use trien_server::flow::admin::{self, KeyPolicy};
use trien_server::flow::change::{self, Changer, UnitChange, UnitChoices};
use trien_server::flow::register::{self, Elsewhere, Filter, Found, Reader};
use trien_server::flow::{FlowError, devices, invite, prompt};

use crate::office::Office;
use crate::on_both;
use crate::phone::{Enrolling, Phone};

on_both! {
    a_key_is_made_as_its_unit_states_and_phones_of_before_keep_theirs,
    an_enrollment_under_way_keeps_what_its_phone_was_told,
    of_several_statements_the_strictest_of_each_bound_holds,
    a_passcode_answers_where_the_unit_and_all_above_it_allow_it,
    a_session_beyond_the_bounds_is_not_stated,
    two_administrators_at_once_state_it_once,
    a_unit_that_moves_asks_no_less_often_than_before,
    a_unit_that_is_split_off_states_what_it_came_from_states,
    the_register_tells_how_often_each_key_asks,
}

const ACT: Act = Act::COMMAND_LINE;
const PER_USE: PromptPolicy = PromptPolicy::PER_USE;

fn session(seconds: u16, signatures: u16) -> PromptPolicy {
    PromptPolicy::session(seconds, signatures).unwrap()
}

pub async fn state(office: &Office, unit: UnitId, to: Option<PromptPolicy>) {
    let plan = prompt::look(&office.app, unit, to).await.unwrap();
    prompt::set(&office.app, &ACT, plan, Text::new("QĐ 15").unwrap()).await.unwrap();
}

async fn policy(office: &Office, unit: UnitId) -> PromptPolicy {
    prompt::of_unit(&office.app, unit).await.unwrap().policy
}

async fn below(office: &Office, parent: UnitId, name: &str) -> UnitId {
    let name = Text::new(name).unwrap();
    let made = admin::create_unit(&office.app, &ACT, &name, Some(parent), KeyPolicy::Hardware);
    made.await.unwrap().id
}

async fn a_key_is_made_as_its_unit_states_and_phones_of_before_keep_theirs(office: Office) {
    let person = office.person("Nguyễn Văn An").await;
    let old = Phone::enroll(&office, person).await;
    assert_eq!(old.profile.prompt_policy, PER_USE, "where nobody states anything");
    state(&office, office.unit.id, Some(session(60, 20))).await;
    office.clock.forward(1);
    let new = Phone::enroll(&office, person).await;
    assert_eq!(new.profile.prompt_policy, session(60, 20));
    state(&office, office.unit.id, None).await;
    let listed = devices::newest(&office.app, None, 10).await.unwrap();
    let policies: Vec<_> = listed.iter().map(|one| (one.id, one.prompt_policy)).collect();
    assert_eq!(policies, [(new.device, session(60, 20)), (old.device, PER_USE)]);
    let statement = logged(&office).await;
    assert_eq!(statement["before"]["prompt_policy"]["kind"], "session");
    assert_eq!(
        (&statement["after"]["prompt_policy"], &statement["why"]),
        (&serde_json::Value::Null, &"QĐ 15".into())
    );
}

async fn logged(office: &Office) -> serde_json::Value {
    use sqlx::Row as _;
    let mut database = office.database().await;
    let rows = sqlx::query("SELECT body FROM statement ORDER BY leaf DESC");
    let rows = rows.fetch_all(&mut database).await.unwrap();
    let bodies = rows.iter().map(|row| row.get::<String, _>(0));
    let mut bodies = bodies.map(|body| serde_json::from_str::<serde_json::Value>(&body).unwrap());
    bodies.find(|body| body["act"] == "prompt-policy").unwrap()
}

async fn an_enrollment_under_way_keeps_what_its_phone_was_told(office: Office) {
    let app = &office.app;
    state(&office, office.unit.id, Some(session(60, 20))).await;
    let person = office.person("Nguyễn Văn An").await;
    let invited = invite::create(app, &ACT, person, 1800).await.unwrap().invitation;
    let enrolling = Enrolling::begin(app, invited).await.unwrap();
    // The key may be made by now, with what the challenge said.
    state(&office, office.unit.id, Some(PER_USE)).await;
    let device = enrolling.send(app).await.unwrap().device;
    let listed = devices::newest(app, None, 10).await.unwrap();
    assert_eq!((listed[0].id, listed[0].prompt_policy), (device, session(60, 20)));
}

async fn of_several_statements_the_strictest_of_each_bound_holds(office: Office) {
    let top = office.unit.id;
    let middle = below(&office, top, "Sở Nội vụ").await;
    let bottom = below(&office, middle, "Phòng Cải cách").await;
    state(&office, top, Some(session(60, 10))).await;
    assert_eq!(policy(&office, bottom).await, session(60, 10), "as the units above");
    state(&office, middle, Some(session(30, 50))).await;
    assert_eq!(policy(&office, bottom).await, session(30, 10));
    let plan = prompt::look(&office.app, bottom, Some(session(60, 50))).await.unwrap();
    assert_eq!(plan.after.policy, session(30, 10));
    assert!(plan.after.is_overruled());
    assert_eq!(plan.after.above.len(), 2);
    state(&office, bottom, Some(session(20, 5))).await;
    assert_eq!(policy(&office, bottom).await, session(20, 5));
    state(&office, top, Some(PER_USE)).await;
    assert_eq!(policy(&office, bottom).await, PER_USE);
    assert_eq!(policy(&office, middle).await, PER_USE);
}

async fn a_passcode_answers_where_the_unit_and_all_above_it_allow_it(office: Office) {
    let top = office.unit.id;
    let bottom = below(&office, top, "Sở Nội vụ").await;
    let allowed = PER_USE.with_passcode(true);
    state(&office, bottom, Some(allowed)).await;
    assert_eq!(policy(&office, bottom).await, allowed, "where nobody above states anything");
    state(&office, top, Some(PER_USE)).await;
    assert_eq!(policy(&office, bottom).await, PER_USE);
    state(&office, top, Some(session(60, 10).with_passcode(true))).await;
    assert_eq!(policy(&office, bottom).await, allowed);
    let person = office.person("Nguyễn Văn An").await;
    let phone = Phone::enroll(&office, person).await;
    assert_eq!(phone.profile.prompt_policy, session(60, 10).with_passcode(true));
    state(&office, top, Some(session(60, 10))).await;
    let listed = devices::newest(&office.app, None, 10).await.unwrap();
    assert!(listed[0].prompt_policy.passcode, "a phone that is enrolled keeps its own");
    assert!(!listed[0].prompt_policy.is_within(policy(&office, top).await));
}

async fn a_session_beyond_the_bounds_is_not_stated(office: Office) {
    for (seconds, signatures) in [(61, 20), (60, 51), (0, 1), (1, 0)] {
        let to = Some(Prompts::Session { seconds, signatures }.into());
        let refused = prompt::look(&office.app, office.unit.id, to).await;
        assert!(matches!(refused, Err(FlowError::BadRequest(_))), "{seconds} {signatures}");
    }
}

async fn two_administrators_at_once_state_it_once(office: Office) {
    let (app, unit) = (&office.app, office.unit.id);
    let why = || Text::new("QĐ 15").unwrap();
    let one = prompt::look(app, unit, Some(session(60, 20))).await.unwrap();
    let other = prompt::look(app, unit, Some(session(30, 20))).await.unwrap();
    prompt::set(app, &ACT, one, why()).await.unwrap();
    let late = prompt::set(app, &ACT, other, why()).await;
    assert!(matches!(late, Err(FlowError::PlanMoved(_))));
    assert_eq!(policy(&office, unit).await, session(60, 20));
}

pub async fn a_unit_that_moves_asks_no_less_often_than_before(office: Office) {
    let app = &office.app;
    let strict = below(&office, office.unit.id, "Sở Nội vụ").await;
    let lax = below(&office, office.unit.id, "Sở Tài chính").await;
    let moved = below(&office, strict, "Phòng Cải cách").await;
    state(&office, lax, Some(session(60, 20))).await;
    let (by, choices) = (Changer::CommandLine, UnitChoices::default());
    let merge = UnitChange::Merge { into: lax };
    let plan = change::look_unit(app, by, strict, merge, choices).await.unwrap();
    change::carry_out_unit(app, by, &ACT, plan).await.unwrap();
    assert_eq!(policy(&office, moved).await, PER_USE);
}

async fn a_unit_that_is_split_off_states_what_it_came_from_states(office: Office) {
    let app = &office.app;
    let whole = below(&office, office.unit.id, "Sở Nội vụ").await;
    state(&office, whole, Some(session(60, 20))).await;
    let (name, title) = (Text::new("Lê Văn Cường").unwrap(), Text::new("Phó phòng").unwrap());
    let person = admin::create_person(app, &ACT, &name, whole, &title).await.unwrap().id;
    let split =
        UnitChange::Split { name: Text::new("Sở Cải cách").unwrap(), people: vec![person] };
    let (by, choices) = (Changer::CommandLine, UnitChoices::default());
    let plan = change::look_unit(app, by, whole, split, choices).await.unwrap();
    change::carry_out_unit(app, by, &ACT, plan).await.unwrap();
    let units = trien_server::flow::read::units(app).await.unwrap();
    let part = units.iter().find(|one| one.unit.name == "Sở Cải cách").unwrap().unit.id;
    let told = prompt::of_unit(app, part).await.unwrap();
    assert_eq!((told.policy, told.stated), (session(60, 20), Some(session(60, 20))));
}

async fn the_register_tells_how_often_each_key_asks(office: Office) {
    let app = &office.app;
    state(&office, office.unit.id, Some(session(45, 9))).await;
    let phone = Phone::enroll(&office, office.person("Nguyễn Văn An").await).await;
    let clerk = office.clerk("Lê Thị Khuê").await;
    let found = |prompt_policy| Found {
        file: crate::record::certificate(&office),
        person: clerk,
        unit: office.unit.id,
        kind: trien_core::register::CertificateKind::AgencySeal,
        home: Elsewhere::Token,
        prompt_policy,
        renews: None,
    };
    // A token's maker set its bounds, not the office.
    let all_day = PromptPolicy::session_elsewhere(28_800, 1000).unwrap();
    let token = register::add(app, &ACT, found(Some(all_day))).await.unwrap();
    let of = async |entry: EntryId| {
        let story = register::show(app, Reader::CommandLine, entry).await.unwrap();
        story.entry.prompt_policy
    };
    assert_eq!(of(token).await, Some(all_day));
    let page =
        register::list(app, Reader::CommandLine, &Filter::default(), None, 10).await.unwrap();
    let of_phone = page
        .entries
        .iter()
        .find(|entry| entry.device.as_ref().is_some_and(|(device, _)| *device == phone.device));
    assert_eq!(of_phone.unwrap().prompt_policy, Some(session(45, 9)));
    let (everything, english) = (Filter::default(), trien_server::text::Language::English);
    let sheet = register::export(app, Reader::CommandLine, &everything, None, english).await;
    let sheet = String::from_utf8(sheet.unwrap()).unwrap();
    assert!(sheet.contains("\"Once for 45 seconds, 9 signatures at most\""), "{sheet}");
}
