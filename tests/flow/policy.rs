//! The lowest assurance level: inherited, raised and lowered as a logged act, and asked under the lock.

use trien_core::certificate::Assurance;
use trien_core::decision::Verb;
use trien_core::document::Text;
use trien_core::id::{PersonId, UnitId};
use trien_core::problem::ProblemKind;
use trien_server::flow::account::Role;
use trien_server::flow::act::Act;
use trien_server::flow::admin::{self, KeyPolicy};
use trien_server::flow::device::Standing;
use trien_server::flow::policy::{self, Falling};
use trien_server::flow::{FlowError, devices, enroll, invite};

use crate::exchange::officer;
use crate::office::Office;
use crate::on_both;
use crate::phone::{Enrolling, Phone};

on_both! {
    a_level_is_a_floor_for_all_units_below,
    a_look_lists_the_phones_that_the_floor_of_a_unit_above_cuts_off,
    raising_lists_the_phones_that_fall_below_and_suspends_them_only_when_told,
    a_level_raised_after_the_keys_came_stops_their_approval,
    a_level_raised_between_preparing_and_recording_refuses_the_decision,
    two_administrators_at_once_change_it_once,
}

const ACT: Act = Act::COMMAND_LINE;

async fn below(office: &Office, parent: UnitId, name: &str) -> UnitId {
    let name = Text::new(name).unwrap();
    let made = admin::create_unit(&office.app, &ACT, &name, Some(parent), KeyPolicy::Hardware);
    made.await.unwrap().id
}

async fn person(office: &Office, unit: UnitId, name: &str) -> PersonId {
    let (name, title) = (Text::new(name).unwrap(), Text::new("Trưởng phòng").unwrap());
    admin::create_person(&office.app, &ACT, &name, unit, &title).await.unwrap().id
}

fn why() -> Text<500> {
    Text::new("QĐ 15").unwrap()
}

async fn set(office: &Office, unit: UnitId, to: Option<Assurance>, falling: Falling) {
    let plan = policy::look(&office.app, unit, to).await.unwrap();
    policy::set(&office.app, &ACT, plan, falling, why()).await.unwrap();
}

pub async fn a_level_is_a_floor_for_all_units_below(office: Office) {
    let app = &office.app;
    let top = office.unit.id;
    let middle = below(&office, top, "Sở Nội vụ").await;
    let bottom = below(&office, middle, "Phòng Cải cách").await;
    let lowest = async |unit| policy::level(app, unit).await.unwrap();
    assert_eq!(lowest(bottom).await.lowest, Assurance::D, "the test's office states D");
    set(&office, middle, Some(Assurance::B), Falling::Stay).await;
    let level = lowest(bottom).await;
    assert_eq!(
        (level.lowest, level.stated, level.said_by.unwrap().id),
        (Assurance::B, None, middle)
    );
    assert_eq!(lowest(top).await.lowest, Assurance::D);

    // Keys are refused by what is inherited.
    let leader = person(&office, bottom, "Lê Văn Cường").await;
    let invited = invite::create(app, &ACT, leader, 1800).await.unwrap().invitation;
    let sent = Enrolling::begin(app, invited).await.unwrap().send(app).await;
    assert_eq!(sent.err(), Some(FlowError::AssuranceTooLow));

    // A laxer statement below has no effect, and is told so; a stricter one has.
    let plan = policy::look(app, bottom, Some(Assurance::D)).await.unwrap();
    assert_eq!((plan.after.lowest, plan.after.is_overruled()), (Assurance::B, true));
    policy::set(app, &ACT, plan, Falling::Stay, why()).await.unwrap();
    let level = lowest(bottom).await;
    assert_eq!((level.lowest, level.stated), (Assurance::B, Some(Assurance::D)));
    assert!(level.is_overruled());
    assert_eq!(level.said_by.unwrap().id, middle);
    let invited = invite::create(app, &ACT, leader, 1800).await.unwrap().invitation;
    let sent = Enrolling::begin(app, invited).await.unwrap().send(app).await;
    assert_eq!(sent.err(), Some(FlowError::AssuranceTooLow));
    set(&office, bottom, Some(Assurance::A), Falling::Stay).await;
    assert_eq!(lowest(bottom).await.lowest, Assurance::A);
    assert_eq!(lowest(middle).await.lowest, Assurance::B);

    // Once nobody above asks for more, the unit's own holds.
    set(&office, bottom, Some(Assurance::D), Falling::Stay).await;
    set(&office, middle, None, Falling::Stay).await;
    let invited = invite::create(app, &ACT, leader, 1800).await.unwrap().invitation;
    Enrolling::begin(app, invited).await.unwrap().send(app).await.unwrap();
    set(&office, top, None, Falling::Stay).await;
    assert_eq!(lowest(top).await.lowest, Assurance::C, "where nobody states one");
    let level = lowest(bottom).await;
    assert_eq!((level.lowest, level.is_overruled()), (Assurance::D, false));
}

async fn a_look_lists_the_phones_that_the_floor_of_a_unit_above_cuts_off(office: Office) {
    let app = &office.app;
    let bottom = below(&office, office.unit.id, "Phòng Cải cách").await;
    set(&office, bottom, Some(Assurance::D), Falling::Stay).await;
    let leader = person(&office, bottom, "Lê Văn Cường").await;
    let phone = Phone::enroll(&office, leader).await;
    let plan = policy::look(app, office.unit.id, Some(Assurance::A)).await.unwrap();
    let falling: Vec<_> = plan.falling.iter().map(|device| device.id).collect();
    assert_eq!(falling, [phone.device], "though its own unit states D");
    policy::set(app, &ACT, plan, Falling::Stay, why()).await.unwrap();
    let request = office.queue(&[phone.person]).await;
    let draft = phone.draft(&office, request, Verb::Approve).await;
    let refused = phone.send(app, &draft, phone.sign(&draft)).await;
    let Err(FlowError::Refused { why, .. }) = refused else { panic!("recorded as refused") };
    assert_eq!(why, ProblemKind::AssuranceTooLow);
}

async fn raising_lists_the_phones_that_fall_below_and_suspends_them_only_when_told(office: Office) {
    let app = &office.app;
    let first = Phone::enroll(&office, office.person("Nguyễn Văn An").await).await;
    let unit = office.unit.id;
    let plan = policy::look(app, unit, Some(Assurance::B)).await.unwrap();
    let falling: Vec<_> = plan.falling.iter().map(|device| device.id).collect();
    assert_eq!((falling, plan.before.lowest), (vec![first.device], Assurance::D));
    let request = office.queue(&[first.person]).await;
    let draft = first.draft(&office, request, Verb::Approve).await;
    policy::set(app, &ACT, plan, Falling::Stay, why()).await.unwrap();
    assert_eq!(
        devices::newest(app, None, 50).await.unwrap()[0].standing,
        Standing::Active,
        "listed, not cut off"
    );
    let refused = first.send(app, &draft, first.sign(&draft)).await.unwrap_err();
    let FlowError::Refused { why: told, receipt } = refused else { panic!("recorded as refused") };
    assert_eq!(told, ProblemKind::AssuranceTooLow);
    receipt.verify(&first.log_key()).unwrap();

    set(&office, unit, Some(Assurance::D), Falling::Stay).await;
    set(&office, unit, Some(Assurance::A), Falling::Suspend).await;
    assert_eq!(devices::newest(app, None, 50).await.unwrap()[0].standing, Standing::Suspended);
    let logged = logged(&office).await;
    assert_eq!(
        (&logged["before"]["lowest_assurance"], &logged["after"]["lowest_assurance"]),
        (&"D".into(), &"A".into())
    );
    assert_eq!((&logged["falling"], &logged["suspended"]), (&1.into(), &1.into()));
    assert_eq!(logged["why"], "QĐ 15");
}

async fn logged(office: &Office) -> serde_json::Value {
    use sqlx::Row as _;
    let mut database = office.database().await;
    let rows =
        sqlx::query("SELECT body FROM statement ORDER BY leaf DESC").fetch_all(&mut database);
    let mut bodies =
        rows.await.unwrap().into_iter().map(|row| {
            serde_json::from_str::<serde_json::Value>(&row.get::<String, _>(0)).unwrap()
        });
    bodies.find(|body| body["act"] == "lowest-assurance").unwrap()
}

async fn a_level_raised_after_the_keys_came_stops_their_approval(office: Office) {
    let app = &office.app;
    let person = office.person("Nguyễn Văn An").await;
    let invited = invite::create(app, &ACT, person, 1800).await.unwrap().invitation;
    let enrolling = Enrolling::begin(app, invited).await.unwrap();
    let reveal = enrolling.send(app).await.unwrap();
    set(&office, office.unit.id, Some(Assurance::C), Falling::Stay).await;
    let digits = enrolling.code(&reveal).grouped();
    let approved = enroll::approve(app, &ACT, reveal.device, &digits).await;
    assert_eq!(approved, Err(FlowError::AssuranceTooLow));
    set(&office, office.unit.id, Some(Assurance::D), Falling::Stay).await;
    enroll::approve(app, &ACT, reveal.device, &digits).await.unwrap();
}

async fn a_level_raised_between_preparing_and_recording_refuses_the_decision(office: Office) {
    let phone = Phone::enroll(&office, office.person("Nguyễn Văn An").await).await;
    let request = office.queue(&[phone.person]).await;
    let draft = phone.draft(&office, request, Verb::Approve).await;
    let submission = phone.sign(&draft);
    // Somebody else holds the lock that every batch takes first, so that the decision is prepared and
    // waits; the level is raised before it is let go.
    let mut other = office.database().await;
    let lock = match office.app.settings().database_url {
        None => "BEGIN IMMEDIATE",
        Some(_) => "BEGIN; SELECT size FROM log_head FOR UPDATE",
    };
    sqlx::raw_sql(lock).execute(&mut other).await.unwrap();
    let (sent, ()) = tokio::join!(phone.send(&office.app, &draft, submission), async {
        tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
        let raised = "UPDATE unit SET lowest_assurance = 'B'";
        sqlx::raw_sql(raised).execute(&mut other).await.unwrap();
        sqlx::raw_sql("COMMIT").execute(&mut other).await.unwrap();
    });
    let Err(FlowError::Refused { why, receipt }) = sent else { panic!("recorded as refused") };
    assert_eq!(why, ProblemKind::AssuranceTooLow);
    receipt.verify(&phone.log_key()).unwrap();
}

async fn two_administrators_at_once_change_it_once(office: Office) {
    let (app, unit) = (&office.app, office.unit.id);
    let one = policy::look(app, unit, Some(Assurance::B)).await.unwrap();
    let other = policy::look(app, unit, Some(Assurance::A)).await.unwrap();
    policy::set(app, &ACT, one, Falling::Stay, why()).await.unwrap();
    let late = policy::set(app, &ACT, other, Falling::Stay, why()).await;
    assert!(matches!(late, Err(FlowError::PlanMoved(_))));
    assert_eq!(policy::level(app, unit).await.unwrap().lowest, Assurance::B);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_whoever_administers_the_unit_changes_its_level() {
    let office = Office::on_sqlite().await;
    let clerk = officer(&office, "dang-ky", Role::EnrollmentOfficer).await;
    let refused = policy::require(&office.app, &clerk, office.unit.id).await;
    assert_eq!(refused, Err(FlowError::Forbidden));
}
