//! Lists of devices: what is found, in which order, a page at a time, and by whom.

use trien_core::certificate::Assurance;
use trien_core::document::Text;
use trien_core::id::{DeviceId, PersonId, UnitId};
use trien_server::flow::account::Officer;
use trien_server::flow::act::Act;
use trien_server::flow::admin::{self, KeyPolicy};
use trien_server::flow::device::{self, RevocationReason, Standing};
use trien_server::flow::devices::{self, Filter, Listed, PAGE, Place};
use trien_server::flow::import::{self, Kind, Reach};
use trien_server::flow::people::search;
use trien_server::flow::{FlowError, Thing, invite, overview};
use trien_server::paging::Turn;
use trien_server::store::devices::{self as store, Wanted, Way};
use trien_server::store::{directory, people};
use trien_server::text::{Language, text};

use crate::office::Office;
use crate::on_both;
use crate::people::{officer, store_of};
use crate::phone::{Enrolling, Phone};

on_both! {
    pages_lead_to_every_device_once_and_back,
    filters_leave_what_they_say,
    no_device_is_seen_beyond_the_officers_reach,
    every_way_leads_to_the_same_devices,
    a_phone_is_found_by_the_name_that_its_person_has_now,
    who_has_no_phone_is_told_by_what_happens_to_phones,
}

async fn unit(office: &Office, parent: UnitId, name: &str) -> UnitId {
    let (act, keys) = (&Act::COMMAND_LINE, KeyPolicy::SoftwareAllowed);
    let name = Text::new(name).unwrap();
    admin::create_unit(&office.app, act, &name, Some(parent), keys).await.unwrap().id
}

async fn person(office: &Office, unit: UnitId, name: &str) -> PersonId {
    let (name, chair) = (Text::new(name).unwrap(), Text::new("Giám đốc").unwrap());
    let act = &Act::COMMAND_LINE;
    admin::create_person(&office.app, act, &name, unit, &chair).await.unwrap().id
}

/// A phone that has sent its keys and waits for its officer.
async fn sent(office: &Office, person: PersonId) -> DeviceId {
    let app = &office.app;
    let invited = invite::create(app, &Act::COMMAND_LINE, person, 1800).await.unwrap();
    Enrolling::begin(app, invited.invitation).await.unwrap().send(app).await.unwrap().device
}

async fn names(office: &Office, officer: &Officer, filter: Filter) -> Vec<String> {
    let page = devices::list(&office.app, officer, &filter, Turn::First).await.unwrap();
    page.devices.into_iter().map(|one| one.device.person.name).collect()
}

fn named(name: &str) -> Filter {
    Filter { name: name.to_owned(), ..Filter::default() }
}

async fn pages_lead_to_every_device_once_and_back(office: Office) {
    let top = officer(&office, &[office.unit.id]);
    let count = 2 * PAGE + 3;
    for number in 0..count {
        let given = ["An", "Bình", "Chi"][number % 3];
        let who = person(&office, office.unit.id, &format!("Nguyễn Thứ{number} {given}")).await;
        sent(&office, who).await;
        office.clock.forward(1);
    }
    let pending = Filter { standing: Some(Standing::Pending), ..Filter::default() };
    for filter in [Filter::default(), named("nguyen"), pending] {
        let list = async |turn| devices::list(&office.app, &top, &filter, turn).await.unwrap();
        let mut pages = vec![list(Turn::First).await];
        while let Some(next) = pages.last().unwrap().next.clone() {
            let place = Place::from_token(&next.to_token()).unwrap();
            pages.push(list(Turn::After(place)).await);
        }
        let sizes: Vec<usize> = pages.iter().map(|page| page.devices.len()).collect();
        assert_eq!(sizes, [PAGE, PAGE, 3]);
        let all: Vec<&Listed> = pages.iter().flat_map(|page| &page.devices).collect();
        assert!(all.iter().map(|one| one.place()).is_sorted());
        let mut ids: Vec<DeviceId> = all.iter().map(|one| one.device.id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), count);
        for back in (1..pages.len()).rev() {
            let page = list(Turn::Before(pages[back].previous.clone().unwrap())).await;
            assert_eq!(page.devices, pages[back - 1].devices);
            assert_eq!((page.previous.is_some(), page.next.is_some()), (back > 1, true));
        }
    }
    let waiting = devices::waiting(&office.app, &top, 20).await.unwrap();
    assert_eq!((waiting.count as usize, waiting.newest.len()), (count, 20));
    let last = format!("Nguyễn Thứ{} ", count - 1);
    assert!(waiting.newest[0].device.person.name.starts_with(&last), "the newest first");
    let mut before = None;
    let mut newest = Vec::new();
    loop {
        let some = devices::newest(&office.app, before, 50).await.unwrap();
        let Some(last) = some.last() else { break };
        before = Some(last.id);
        newest.extend(some);
    }
    assert_eq!(newest.len(), count);
    assert!(newest.iter().is_sorted_by(|one, other| one.id > other.id));
}

async fn filters_leave_what_they_say(office: Office) {
    let (app, act, root) = (&office.app, &Act::COMMAND_LINE, office.unit.id);
    let top = officer(&office, &[root]);
    let health = unit(&office, root, "Sở Y tế").await;
    let room = unit(&office, health, "Phòng Dược").await;
    let an = person(&office, root, "Nguyễn Văn Ân").await;
    let khue = person(&office, health, "Lê Thị Khuê").await;
    let thoa = person(&office, room, "Đặng Quốc Thỏa").await;
    Phone::enroll(&office, an).await;
    let stopped = Phone::enroll(&office, khue).await;
    device::suspend(app, act, stopped.device).await.unwrap();
    sent(&office, thoa).await;
    let standing = |standing| Filter { standing: Some(standing), ..Filter::default() };
    let within = |unit| Filter { unit: Some(unit), ..Filter::default() };
    let level = |level| Filter { assurance: Some(level), ..Filter::default() };
    let everybody = ["Nguyễn Văn Ân", "Lê Thị Khuê", "Đặng Quốc Thỏa"];
    let cases: [(Filter, &[&str]); 14] = [
        (Filter::default(), &everybody),
        (standing(Standing::Active), &everybody[..1]),
        (standing(Standing::Suspended), &everybody[1..2]),
        (standing(Standing::Pending), &everybody[2..]),
        (standing(Standing::Revoked), &[]),
        (within(health), &everybody[1..]),
        (within(room), &everybody[2..]),
        (level(Assurance::D), &everybody),
        (level(Assurance::A), &[]),
        (named("nguyen an"), &everybody[..1]),
        (named("KHUÊ"), &everybody[1..2]),
        (named("giam doc"), &[]),
        (
            Filter { standing: Some(Standing::Pending), unit: Some(health), ..named("th") },
            &everybody[2..],
        ),
        (Filter { standing: Some(Standing::Active), ..named("khue") }, &[]),
    ];
    for (filter, expected) in cases {
        assert_eq!(names(&office, &top, filter.clone()).await, expected, "{filter:?}");
    }
    for hostile in ["%", "_", "' OR 1=1 --", "\u{0}", "\\"] {
        assert!(devices::list(app, &top, &named(hostile), Turn::First).await.is_ok());
    }
    for token in ["", "x", "eyJ4Ijox", "AAAA"] {
        assert_eq!(Place::from_token(token), None);
    }
}

async fn no_device_is_seen_beyond_the_officers_reach(office: Office) {
    let (app, root) = (&office.app, office.unit.id);
    let left = unit(&office, root, "Sở A").await;
    let below = unit(&office, left, "Phòng A1").await;
    let right = unit(&office, root, "Sở B").await;
    let mut ids = Vec::new();
    for (unit, name) in [(left, "Trần Trái"), (below, "Trần Dưới"), (right, "Trần Phải")]
    {
        ids.push(sent(&office, person(&office, unit, name).await).await);
    }
    let seen = async |units: &[UnitId]| {
        let who = officer(&office, units);
        let count = devices::waiting(app, &who, 9).await.unwrap();
        let found = names(&office, &who, named("tran")).await;
        assert_eq!((count.count as usize, count.newest.len()), (found.len(), found.len()));
        assert_eq!(overview::today(app, &who).await.unwrap().waiting, count.count);
        found
    };
    assert_eq!(seen(&[left]).await, ["Trần Dưới", "Trần Trái"]);
    assert_eq!(seen(&[right, below]).await, ["Trần Dưới", "Trần Phải"]);
    assert_eq!(seen(&[left, below]).await, ["Trần Dưới", "Trần Trái"]);
    assert_eq!(seen(&[]).await, Vec::<String>::new());
    let (there, elsewhere) = (officer(&office, &[left]), officer(&office, &[right]));
    assert_eq!(devices::one(app, &there, ids[1]).await.unwrap().id, ids[1]);
    let missing = FlowError::NotFound(Thing::Device);
    assert_eq!(devices::one(app, &elsewhere, ids[1]).await, Err(missing));
    let foreign = Filter { unit: Some(left), ..Filter::default() };
    let refused = devices::list(app, &elsewhere, &foreign, Turn::First).await;
    assert_eq!(refused, Err(FlowError::NotFound(Thing::Unit)));
}

/// Which way is taken depends on how many fit, and a case has too few devices for some of them.
async fn every_way_leads_to_the_same_devices(office: Office) {
    let root = office.unit.id;
    for name in ["Trần Văn An", "Trần An", "An Văn An", "Lê Vân Anh", "Trần Thị Vân"] {
        sent(&office, person(&office, root, name).await).await;
    }
    let database = store_of(&office).await;
    let mut connection = database.reader().await.unwrap();
    let branch = directory::branch(&mut connection, root).await.unwrap().unwrap();
    for (name, expected) in [("tran", 3), ("an", 4), ("van tran", 2), ("v a", 3), ("an an", 4)] {
        let words = people::wanted(name);
        let wanted =
            Wanted { words: words.clone(), standing: Some(Standing::Pending), assurance: None };
        let exact = store::words_that_begin(&mut connection, &words[0], 99).await;
        let along = exact.unwrap().unwrap().into_iter().map(Way::AlongWord).collect();
        let standing = Way::OfStanding(Standing::Pending, Assurance::D);
        let mut all_ways = vec![
            vec![Way::InOrder],
            vec![Way::ByUnit],
            vec![standing],
            vec![Way::ByWord(words[0].clone())],
            along,
        ];
        if let [one, other] = &words[..] {
            let mut both = Vec::new();
            for one in store::words_that_begin(&mut connection, one, 99).await.unwrap().unwrap() {
                let second = store::words_that_begin(&mut connection, other, 99).await;
                let pair = |other| Way::AlongTwo(one.clone(), other);
                both.extend(second.unwrap().unwrap().into_iter().map(pair));
            }
            all_ways.push(both);
        }
        for ways in all_ways {
            let mut ask = async |turn: Turn<Place>| {
                let mut all = Vec::new();
                for way in &ways {
                    let list = store::list(&mut connection, way, &branch, &wanted, &turn, 99);
                    all.extend(list.await.unwrap());
                }
                all.sort_by_key(Listed::place);
                all.dedup();
                all
            };
            let all = ask(Turn::First).await;
            assert_eq!(all.len(), expected, "{name} {ways:?}");
            let (first, last) = (all[0].place(), all[all.len() - 1].place());
            assert_eq!(ask(Turn::After(first)).await, all[1..], "{name} {ways:?}");
            assert_eq!(ask(Turn::Before(last)).await, all[..all.len() - 1], "{name} {ways:?}");
        }
    }
}

async fn a_phone_is_found_by_the_name_that_its_person_has_now(office: Office) {
    let app = &office.app;
    let top = officer(&office, &[office.unit.id]);
    let heads = ["console-name", "console-position", "console-unit", "import-column-staff-number"]
        .map(|key| text(Language::Vietnamese, key));
    let read = async |name: &str| {
        let unit = &office.unit.name;
        let table = format!("{}\n{name};Giám đốc;{unit};NV-01\n", heads.join(";"));
        let plan = import::plan(app, &Reach::EVERYWHERE, Kind::People, table.into_bytes()).await;
        let plan = plan.unwrap();
        assert_eq!(plan.problems, []);
        import::carry_out(app, &Act::COMMAND_LINE, plan).await.unwrap();
    };
    read("Nguyễn Văn Ân").await;
    let found = search(app, &top, "", Turn::First).await.unwrap();
    sent(&office, found.people[0].person.id).await;
    assert_eq!(names(&office, &top, named("van")).await, ["Nguyễn Văn Ân"]);
    read("Nguyễn Thị Bình").await;
    assert_eq!(names(&office, &top, named("binh")).await, ["Nguyễn Thị Bình"]);
    assert_eq!(names(&office, &top, named("van")).await, Vec::<String>::new());
}

async fn who_has_no_phone_is_told_by_what_happens_to_phones(office: Office) {
    let (app, act) = (&office.app, &Act::COMMAND_LINE);
    let top = officer(&office, &[office.unit.id]);
    let who = office.person("An").await;
    let without = async || overview::today(app, &top).await.unwrap().without.len();
    assert_eq!(without().await, 1);
    sent(&office, who).await;
    assert_eq!(without().await, 1, "it waits");
    let first = Phone::enroll(&office, who).await;
    assert_eq!(without().await, 0);
    device::suspend(app, act, first.device).await.unwrap();
    assert_eq!(without().await, 1);
    device::resume(app, act, first.device).await.unwrap();
    let second = Phone::enroll(&office, who).await;
    let lost = RevocationReason::KeyCompromise;
    device::revoke(app, act, first.device, lost).await.unwrap();
    assert_eq!(without().await, 0, "another one may act");
    device::revoke(app, act, second.device, lost).await.unwrap();
    assert_eq!(without().await, 1);
}
