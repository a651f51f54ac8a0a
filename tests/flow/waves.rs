//! Waves of enrollment: everybody is counted once, at the furthest step; who is stuck; and who may plan.

use trien_core::document::Text;
use trien_core::env::Clock as _;
use trien_core::id::{PersonId, UnitId, WaveId};
use trien_core::wave::{Plan, Stage};
use trien_core::wire::SyncQuery;
use trien_server::flow::account::{Grant, Officer, Role};
use trien_server::flow::act::Act;
use trien_server::flow::admin::{self, KeyPolicy};
use trien_server::flow::device::{self, RevocationReason};
use trien_server::flow::exchange::{self, Asked, Encoding, Exchanger, Source};
use trien_server::flow::import::{self, Kind, Reach};
use trien_server::flow::waves::{self, Follower, NewWave, PAGE, Person, Place, Standing, Who};
use trien_server::flow::{FlowError, Thing, invite, overview};
use trien_server::paging::Turn;
use trien_server::sheet::{self, Format};
use trien_server::text::Language;

use crate::exchange::officer;
use crate::office::Office;
use crate::on_both;
use crate::outside::requests;
use crate::phone::{Approved, Enrolling, Phone};

on_both! {
    everybody_is_counted_once_at_the_furthest_step,
    leaders_are_those_in_a_position_with_authority,
    home_tells_of_waves_that_are_behind_and_of_people_who_are_stuck,
    a_wave_is_planned_and_closed_where_one_may,
    whom_to_remind_is_paged_within_reach,
    requests_of_a_wave_go_out_together,
}

const EVERYTHING: Follower<'static> = Follower::CommandLine;
const DAY: i64 = 86_400;

fn why() -> Text<500> {
    Text::new("kế hoạch 220").unwrap()
}

async fn unit(office: &Office, name: &str, above: UnitId) -> UnitId {
    let (act, keys) = (&Act::COMMAND_LINE, KeyPolicy::SoftwareAllowed);
    let name = Text::new(name).unwrap();
    admin::create_unit(&office.app, act, &name, Some(above), keys).await.unwrap().id
}

async fn person(office: &Office, unit: UnitId, name: &str) -> PersonId {
    let (name, chair) = (Text::new(name).unwrap(), Text::new("Giám đốc").unwrap());
    let act = &Act::COMMAND_LINE;
    admin::create_person(&office.app, act, &name, unit, &chair).await.unwrap().id
}

fn new(office: &Office, units: &[UnitId], days: i64, target: Option<u64>) -> NewWave {
    let starts = office.clock.now().second();
    NewWave {
        name: Text::new("Đợt I").unwrap(),
        who: Who::Everybody,
        plan: Plan { starts, ends: starts.plus(days * DAY), target },
        units: units.to_vec(),
    }
}

async fn planned(office: &Office, units: &[UnitId], days: i64, target: Option<u64>) -> WaveId {
    let new = new(office, units, days, target);
    waves::plan(&office.app, EVERYTHING, new, Some(why())).await.unwrap()
}

async fn standing(office: &Office, wave: WaveId) -> Standing {
    waves::standing(&office.app, EVERYTHING, wave).await.unwrap()
}

fn counts(standing: &Standing) -> [u64; 6] {
    Stage::ALL.map(|stage| standing.whole.at(stage))
}

async fn everybody_is_counted_once_at_the_furthest_step(office: Office) {
    let (app, act) = (&office.app, &Act::COMMAND_LINE);
    let health = unit(&office, "Sở Y tế", office.unit.id).await;
    let room = unit(&office, "Phòng Dược", health).await;
    let traffic = unit(&office, "Sở Giao thông", office.unit.id).await;
    let outside = unit(&office, "Sở Nội vụ", office.unit.id).await;
    let wave = planned(&office, &[health, traffic], 10, None).await;
    let mut people = Vec::new();
    for (number, unit) in [health, room, room, traffic, traffic, traffic].into_iter().enumerate() {
        people.push(person(&office, unit, &format!("Nguyễn Văn {number}")).await);
    }
    person(&office, outside, "Người ngoài đợt").await;
    assert_eq!(counts(&standing(&office, wave).await), [6, 0, 0, 0, 0, 0]);
    invite::create(app, act, people[1], 1800).await.unwrap();
    let invited = invite::create(app, act, people[2], 1800).await.unwrap();
    Enrolling::begin(app, invited.invitation).await.unwrap().send(app).await.unwrap();
    let source = Some(Source::Outside);
    exchange::set_source(app, Exchanger::CommandLine, health, source, why()).await.unwrap();
    Approved::by(&office, people[0], act).await;
    let issued = Phone::enroll(&office, people[3]).await;
    let used = Phone::enroll(&office, people[4]).await;
    used.sync(app, SyncQuery::default()).await.unwrap();
    // Somebody with a second phone on its way is as far as the first one.
    invite::create(app, act, people[4], 1800).await.unwrap();
    let now = standing(&office, wave).await;
    assert_eq!(counts(&now), [1, 1, 1, 1, 1, 1]);
    assert_eq!(now.whole.people(), 6);
    let of: Vec<(&str, u64)> =
        now.units.iter().map(|(unit, progress)| (&*unit.name, progress.people())).collect();
    assert_eq!(of, [("Sở Giao thông", 3), ("Sở Y tế", 3)], "what stands below a unit is its own");
    let parts: u64 = now.units.iter().map(|(_, progress)| progress.at(Stage::Invited)).sum();
    assert_eq!(parts, now.whole.at(Stage::Invited));
    // Whoever is stopped for a while is as far as before.
    for phone in [&issued, &used] {
        device::suspend(app, act, phone.device).await.unwrap();
    }
    assert_eq!(counts(&standing(&office, wave).await), [1, 1, 1, 1, 1, 1]);
    // Whoever lost the certificate begins again from the invitation.
    device::revoke(app, act, used.device, RevocationReason::KeyCompromise).await.unwrap();
    assert_eq!(counts(&standing(&office, wave).await), [1, 2, 1, 1, 1, 0]);
}

async fn leaders_are_those_in_a_position_with_authority(office: Office) {
    let app = &office.app;
    let table = "Họ và tên;Chức vụ;Đơn vị;Thẩm quyền;Điện thoại\n\
        Nguyễn Văn Ân;Chủ tịch;UBND xã Thử Nghiệm;Cấp trưởng;0912 345 678\n\
        Lê Thị Khuê;Phó Chủ tịch;UBND xã Thử Nghiệm;Cấp phó;\n\
        Đặng Quốc Thỏa;Văn thư;UBND xã Thử Nghiệm;Văn thư;\n\
        Trần Bình;Chuyên viên;UBND xã Thử Nghiệm;;\n";
    let table = table.replace("Thẩm quyền", &heading("import-column-authority"));
    let table = table.replace("Điện thoại", &heading("import-column-phone"));
    let plan = import::plan(app, &Reach::EVERYWHERE, Kind::People, table.into_bytes()).await;
    let plan = plan.unwrap();
    assert_eq!(plan.problems, []);
    import::carry_out(app, &Act::COMMAND_LINE, plan).await.unwrap();
    let unit = [office.unit.id];
    let leaders = NewWave { who: Who::Leaders, ..new(&office, &unit, 10, Some(2)) };
    let leaders = waves::plan(app, EVERYTHING, leaders, None).await.unwrap();
    let now = standing(&office, leaders).await;
    assert_eq!((now.whole.people(), now.goal()), (3, 2));
    let everybody = planned(&office, &unit, 10, None).await;
    assert_eq!(standing(&office, everybody).await.whole.people(), 4);
    // After a week without an invitation all of them are to be reminded.
    office.clock.forward(8 * DAY);
    let now = standing(&office, leaders).await;
    let list = waves::reminders(app, &now, Format::Csv, Language::Vietnamese).await.unwrap();
    let list = sheet::read(&list).unwrap();
    assert_eq!(list.rows.len(), 4);
    assert_eq!(list.rows[0].cells[0], "Họ và tên");
    assert!(list.rows.iter().any(|row| row.cells.contains(&"0912 345 678".to_owned())));
}

fn heading(key: &str) -> String {
    trien_server::text::text(Language::Vietnamese, key)
}

async fn home_tells_of_waves_that_are_behind_and_of_people_who_are_stuck(office: Office) {
    let (app, act) = (&office.app, &Act::COMMAND_LINE);
    let seen = officer(&office, "hanh", Role::Administrator).await;
    let home = async || overview::today(app, &seen).await.unwrap().waves;
    let (one, other) = (office.person("An").await, office.person("Bình").await);
    let wave = planned(&office, &[office.unit.id], 20, None).await;
    assert_eq!(home().await, [], "it has just begun");
    office.clock.forward(5 * DAY);
    assert_eq!(home().await, [], "a quarter of two people is none yet");
    office.clock.forward(5 * DAY);
    let late = home().await;
    assert_eq!((late.len(), late[0].expected, late[0].is_behind()), (1, 1, true));
    assert_eq!(late[0].stuck, 2, "nobody was invited for a week");
    let phone = Phone::enroll(&office, one).await;
    phone.sync(app, SyncQuery::default()).await.unwrap();
    invite::create(app, act, other, 1800).await.unwrap();
    assert_eq!(home().await, [], "as far as planned, and nobody waits for long");
    office.clock.forward(4 * DAY);
    let stuck = home().await;
    assert!(!stuck[0].is_behind());
    let people = waves::stuck(app, &stuck[0], Turn::First).await.unwrap().people;
    assert_eq!((people.len(), people[0].stage), (1, Stage::Invited));
    waves::close(app, Follower::Officer(&seen), wave, why()).await.unwrap();
    office.clock.forward(40 * DAY);
    assert_eq!(home().await, [], "a closed wave asks for nothing");
    let closed = standing(&office, wave).await;
    assert!(closed.wave.closed_at.is_some() && closed.stuck == 0);
    let again = waves::close(app, Follower::Officer(&seen), wave, why()).await;
    assert_eq!(again, Err(FlowError::NotFound(Thing::Wave)), "once");
}

pub async fn a_wave_is_planned_and_closed_where_one_may(office: Office) {
    let app = &office.app;
    let health = unit(&office, "Sở Y tế", office.unit.id).await;
    let traffic = unit(&office, "Sở Giao thông", office.unit.id).await;
    person(&office, health, "An").await;
    person(&office, traffic, "Bình").await;
    let top = officer(&office, "hanh", Role::EnrollmentOfficer).await;
    let in_unit = |unit, role| Officer { grants: vec![Grant { unit, role }], ..top.clone() };
    let below = in_unit(health, Role::EnrollmentOfficer);
    let plan = async |who: &Officer, new| waves::plan(app, Follower::Officer(who), new, None).await;
    let both = [health, traffic];
    let refused = plan(&below, new(&office, &both, 5, None)).await;
    assert_eq!(refused, Err(FlowError::Forbidden));
    let reads = in_unit(office.unit.id, Role::Auditor);
    assert_eq!(plan(&reads, new(&office, &both, 5, None)).await, Err(FlowError::Forbidden));
    for wrong in [
        new(&office, &[], 5, None),
        new(&office, &both, 0, None),
        new(&office, &[office.unit.id, health], 5, None),
        new(&office, &[health, health], 5, None),
    ] {
        let refused = plan(&top, wrong).await;
        assert!(matches!(refused, Err(FlowError::BadRequest(_))), "{refused:?}");
    }
    let wave = plan(&top, new(&office, &both, 5, None)).await.unwrap();
    let part = waves::one(app, &below, wave).await.unwrap();
    assert_eq!((part.units.len(), part.whole.people(), part.is_whole), (1, 1, false));
    office.clock.forward(9 * DAY);
    assert!(!waves::one(app, &below, wave).await.unwrap().is_behind(), "a part has no plan");
    assert!(waves::one(app, &reads, wave).await.unwrap().is_behind());
    let close = async |who: &Officer| waves::close(app, Follower::Officer(who), wave, why()).await;
    assert_eq!(close(&below).await, Err(FlowError::Forbidden));
    let elsewhere = unit(&office, "Sở Nội vụ", office.unit.id).await;
    let stranger = in_unit(elsewhere, Role::Administrator);
    assert_eq!(waves::list(app, Follower::Officer(&stranger)).await.unwrap(), []);
    let missing = FlowError::NotFound(Thing::Wave);
    assert_eq!(waves::one(app, &stranger, wave).await.unwrap_err(), missing);
    assert_eq!(close(&stranger).await, Err(missing));
    close(&top).await.unwrap();
}

async fn whom_to_remind_is_paged_within_reach(office: Office) {
    let app = &office.app;
    let health = unit(&office, "Sở Y tế", office.unit.id).await;
    let traffic = unit(&office, "Sở Giao thông", office.unit.id).await;
    let wave = planned(&office, &[health, traffic], 20, None).await;
    for number in 0..PAGE + 4 {
        let who = person(&office, health, &format!("Nguyễn Văn Số{number}")).await;
        if number % 2 == 0 {
            office.clock.forward(1);
            invite::create(app, &Act::COMMAND_LINE, who, 1800).await.unwrap();
        }
    }
    person(&office, traffic, "Trần Bình").await;
    office.clock.forward(8 * DAY);
    let everybody = standing(&office, wave).await;
    assert_eq!(everybody.stuck, PAGE as u64 + 5);
    let top = officer(&office, "hanh", Role::EnrollmentOfficer).await;
    let grants = vec![Grant { unit: health, role: Role::EnrollmentOfficer }];
    let below = waves::one(app, &Officer { grants, ..top }, wave).await.unwrap();
    assert_eq!(below.stuck, PAGE as u64 + 4);
    let first = waves::stuck(app, &below, Turn::First).await.unwrap();
    let next = Place::from_token(&first.next.unwrap().to_token()).unwrap();
    let second = waves::stuck(app, &below, Turn::After(next)).await.unwrap();
    assert_eq!((first.people.len(), second.people.len()), (PAGE, 4));
    assert_eq!((first.previous, second.next), (None, None));
    let back = waves::stuck(app, &below, Turn::Before(second.previous.unwrap())).await.unwrap();
    assert_eq!(back.people, first.people);
    let all: Vec<_> = first.people.iter().chain(&second.people).collect();
    assert!(all.iter().is_sorted_by_key(|one| one.since), "the longest first");
    assert!(all.iter().all(|one| one.unit_name == "Sở Y tế"));
    let stuck = |one: &&&Person| one.stage.is_stuck(one.since, office.clock.now().second());
    assert_eq!(all.iter().filter(stuck).count(), PAGE + 4, "the core says the same");
    let table = waves::reminders(app, &below, Format::Csv, Language::Vietnamese).await.unwrap();
    assert_eq!(sheet::read(&table).unwrap().rows.len(), 1 + PAGE + 4);
}

async fn requests_of_a_wave_go_out_together(office: Office) {
    let (app, act, line) = (&office.app, &Act::COMMAND_LINE, Exchanger::CommandLine);
    let source = Some(Source::Outside);
    exchange::set_source(app, line, office.unit.id, source, why()).await.unwrap();
    let health = unit(&office, "Sở Y tế", office.unit.id).await;
    let room = unit(&office, "Phòng Dược", health).await;
    Approved::by(&office, person(&office, room, "An").await, act).await;
    Approved::by(&office, office.person("Bình").await, act).await;
    let wave = planned(&office, &[health], 5, None).await;
    for (asked, expected) in [(Asked::Wave(wave), 1), (Asked::All, 2)] {
        let packed = exchange::pack(app, line, asked, Encoding::Pem, None).await.unwrap();
        assert_eq!(requests(&packed.zip).len(), expected);
    }
}
