//! Finding people: what is found, in which order, a page at a time, and by whom.

use proptest::prelude::{Strategy, any, prop};
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use trien_core::document::Text;
use trien_core::id::{AccountId, UnitId};
use trien_server::flow::account::{Grant, Officer, Role};
use trien_server::flow::act::Act;
use trien_server::flow::admin::{self, KeyPolicy};
use trien_server::flow::people::{self, Listed, PAGE, Place};
use trien_server::flow::units;
use trien_server::flow::{FlowError, overview};
use trien_server::fold;
use trien_server::paging::Turn;
use trien_server::store::people::Way;
use trien_server::store::{self, Store, directory};

use crate::office::Office;
use crate::on_both;
use crate::phone::Phone;

on_both! {
    people_are_found_with_and_without_marks,
    pages_lead_to_everybody_once_and_back,
    nobody_is_found_beyond_the_officers_reach,
    a_search_finds_what_a_plain_filter_finds,
    units_are_found_and_paged_within_the_officers_reach,
    today_names_people_without_a_phone_within_reach,
}

/// Somebody who administers these units.
pub fn officer(office: &Office, units: &[UnitId]) -> Officer {
    let grant = |unit: &UnitId| Grant { unit: *unit, role: Role::Administrator };
    Officer {
        account: AccountId::generate(office.app.clock(), office.app.entropy()),
        login: String::new(),
        name: "Nguyễn Văn An".to_owned(),
        grants: units.iter().map(grant).collect(),
        token: None,
    }
}

async fn add(office: &Office, unit: UnitId, name: &str, position: &str) {
    let (name, position) = (Text::new(name).unwrap(), Text::new(position).unwrap());
    let act = &Act::COMMAND_LINE;
    admin::create_person(&office.app, act, &name, unit, &position).await.unwrap();
}

async fn unit(office: &Office, parent: UnitId, name: &str) -> UnitId {
    let name = Text::new(name).unwrap();
    let (act, keys) = (&Act::COMMAND_LINE, KeyPolicy::Hardware);
    admin::create_unit(&office.app, act, &name, Some(parent), keys).await.unwrap().id
}

async fn names(office: &Office, officer: &Officer, query: &str) -> Vec<String> {
    let page = people::search(&office.app, officer, query, Turn::First).await.unwrap();
    page.people.into_iter().map(|one| one.person.name).collect()
}

async fn people_are_found_with_and_without_marks(office: Office) {
    let top = officer(&office, &[office.unit.id]);
    assert_eq!(names(&office, &top, "").await, Vec::<String>::new());
    let health = unit(&office, office.unit.id, "Sở Y tế").await;
    add(&office, office.unit.id, "Nguyễn Văn Ân", "Chủ tịch").await;
    add(&office, office.unit.id, "Đặng Quốc Thỏa", "Văn thư").await;
    add(&office, health, "Lê Thị Khuê", "Giám đốc").await;
    let expected: [(&str, &[&str]); 9] = [
        ("", &["Nguyễn Văn Ân", "Lê Thị Khuê", "Đặng Quốc Thỏa"]),
        ("nguyen", &["Nguyễn Văn Ân"]),
        ("NGUYỄN", &["Nguyễn Văn Ân"]),
        ("an nguy", &["Nguyễn Văn Ân"]),
        ("dang", &["Đặng Quốc Thỏa"]),
        ("van", &["Nguyễn Văn Ân", "Đặng Quốc Thỏa"]),
        ("khue y te", &["Lê Thị Khuê"]),
        ("guyen", &[]),
        ("nguyen khue", &[]),
    ];
    for (query, found) in expected {
        assert_eq!(names(&office, &top, query).await, found, "{query}");
    }
    for query in ["%", "_", "' OR 1=1 --", "\u{0}", "\\"] {
        let page = people::search(&office.app, &top, query, Turn::First).await;
        assert!(page.is_ok(), "{query:?}");
    }
}

async fn pages_lead_to_everybody_once_and_back(office: Office) {
    let top = officer(&office, &[office.unit.id]);
    let count = 2 * PAGE + 7;
    for number in 0..count {
        let given = ["An", "Bình", "Chi"][number % 3];
        add(&office, office.unit.id, &format!("Nguyễn Thứ{number} {given}"), "Cán bộ").await;
    }
    for query in ["", "nguyen"] {
        let mut pages = vec![people::search(&office.app, &top, query, Turn::First).await.unwrap()];
        while let Some(next) = pages.last().unwrap().next.clone() {
            let token = Place::from_token(&next.to_token()).unwrap();
            let page = people::search(&office.app, &top, query, Turn::After(token)).await;
            pages.push(page.unwrap());
        }
        let sizes: Vec<usize> = pages.iter().map(|page| page.people.len()).collect();
        assert_eq!(sizes, [PAGE, PAGE, 7]);
        let all: Vec<_> = pages.iter().flat_map(|page| &page.people).collect();
        let places: Vec<Place> = all.iter().map(|one| one.place()).collect();
        assert!(places.is_sorted());
        let mut ids: Vec<_> = all.iter().map(|one| one.person.id).collect();
        ids.dedup();
        assert_eq!(ids.len(), count);
        for back in (1..pages.len()).rev() {
            let from = Turn::Before(pages[back].previous.clone().unwrap());
            let page = people::search(&office.app, &top, query, from).await.unwrap();
            assert_eq!(page.people, pages[back - 1].people);
            assert_eq!(page.previous.is_some(), back > 1);
            assert!(page.next.is_some());
        }
    }
}

async fn nobody_is_found_beyond_the_officers_reach(office: Office) {
    let root = office.unit.id;
    let left = unit(&office, root, "Sở A").await;
    let below = unit(&office, left, "Phòng A1").await;
    let right = unit(&office, root, "Sở B").await;
    for (unit, name) in
        [(root, "Trần Gốc"), (left, "Trần Trái"), (below, "Trần Dưới"), (right, "Trần Phải")]
    {
        add(&office, unit, name, "Cán bộ").await;
    }
    let seen = async |units: &[UnitId]| names(&office, &officer(&office, units), "tran").await;
    assert_eq!(seen(&[left]).await, ["Trần Dưới", "Trần Trái"]);
    assert_eq!(seen(&[right, below]).await, ["Trần Dưới", "Trần Phải"]);
    assert_eq!(seen(&[left, below]).await, ["Trần Dưới", "Trần Trái"]);
    assert_eq!(seen(&[root, right]).await.len(), 4);
    assert_eq!(seen(&[]).await, Vec::<String>::new());
    let all = people::search(&office.app, &officer(&office, &[root]), "goc", Turn::First).await;
    let id = all.unwrap().people[0].person.id;
    let found = people::one(&office.app, &officer(&office, &[left]), id).await;
    assert!(matches!(found, Err(FlowError::NotFound(_))));
    assert!(people::one(&office.app, &officer(&office, &[root]), id).await.is_ok());
}

/// The office's database, opened beside the server.
pub async fn store_of(office: &Office) -> Store {
    match &office.app.settings().database_url {
        Some(url) => Store::open_postgres(url).await.unwrap(),
        None => Store::open_sqlite(&office.app.settings().data.join("trien.db")).await.unwrap(),
    }
}

/// A word of few letters, so that searches hit.
fn word() -> impl Strategy<Value = String> {
    let letters = prop::sample::select(vec!["a", "Á", "ạ", "b", "đ", "D", "ơ", "n", "1"]);
    prop::collection::vec(letters, 1..4).prop_map(|letters| letters.concat())
}

async fn a_search_finds_what_a_plain_filter_finds(office: Office) {
    let top = officer(&office, &[office.unit.id]);
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let text = |most| prop::collection::vec(word(), 1..most).prop_map(|words| words.join(" "));
    let mut everybody = Vec::new();
    let store = store_of(&office).await;
    for _ in 0..45 {
        let made = (text(4), text(3)).new_tree(&mut runner).unwrap().current();
        add(&office, office.unit.id, &made.0, &made.1).await;
        everybody.push(made);
    }
    let query = (text(4), any::<bool>());
    for _ in 0..150 {
        let (query, upper) = query.new_tree(&mut runner).unwrap().current();
        let query = if upper { query.to_uppercase() } else { query };
        let fits = |(name, position): &&(String, String)| {
            let theirs = fold::distinct(&[name, position, &office.unit.name]);
            let begins = |word: &String| theirs.iter().any(|it| it.starts_with(word));
            fold::words(&query).iter().all(begins)
        };
        let mut expected: Vec<String> =
            everybody.iter().filter(fits).map(|(name, _)| name.clone()).collect();
        let mut found = names(&office, &top, &query).await;
        expected.sort();
        found.sort();
        assert_eq!(found, expected, "{query}");
        every_way_leads_there(&office, &store, &query, &expected).await;
    }
}

/// Which way is taken depends on how many fit, and a case has too few people for some of them.
async fn every_way_leads_there(office: &Office, store: &Store, query: &str, expected: &[String]) {
    let words = store::people::wanted(query);
    let mut connection = store.reader().await.unwrap();
    let branch = directory::branch(&mut connection, office.unit.id).await.unwrap().unwrap();
    let exact = store::people::words_that_begin(&mut connection, &words[0], 99).await;
    let along = exact.unwrap().unwrap().into_iter().map(Way::AlongWord).collect();
    let by_word = Way::ByWord(words[0].clone());
    let mut ways = vec![vec![Way::InOrder], vec![Way::ByUnit], vec![by_word], along];
    if let [one, other, ..] = &words[..] {
        let mut both = Vec::new();
        for one in store::people::words_that_begin(&mut connection, one, 99).await.unwrap().unwrap()
        {
            let second = store::people::words_that_begin(&mut connection, other, 99).await;
            let pair = |other| Way::AlongTwo(one.clone(), other);
            both.extend(second.unwrap().unwrap().into_iter().map(pair));
        }
        ways.push(both);
    }
    for way in ways {
        let mut ask = async |turn: &Turn<Place>| {
            let mut all = Vec::new();
            for way in &way {
                let list = store::people::list(&mut connection, way, &branch, &words, turn, 99);
                all.extend(list.await.unwrap());
            }
            all.sort_by_key(Listed::place);
            all.dedup();
            all
        };
        let forward = ask(&Turn::First).await;
        let mut names: Vec<_> = forward.iter().map(|one| one.person.name.clone()).collect();
        names.sort();
        assert_eq!(names, expected, "{query} {way:?}");
        if let Some(last) = forward.last() {
            let back = ask(&Turn::Before(last.place())).await;
            assert_eq!(back, forward[..forward.len() - 1], "{query} {way:?}");
        }
    }
}

async fn units_are_found_and_paged_within_the_officers_reach(office: Office) {
    let root = office.unit.id;
    let left = unit(&office, root, "Sở Tài chính").await;
    for number in 0..units::PAGE + 5 {
        unit(&office, left, &format!("Phòng Số {number}")).await;
    }
    unit(&office, root, "Sở Đường bộ").await;
    let top = officer(&office, &[root]);
    let page = units::search(&office.app, &top, "", &Turn::First).await.unwrap();
    assert_eq!(page.units.len(), units::PAGE);
    assert_eq!((&page.units[0].0.view, &page.units[0].1), (&office.unit, &None));
    let next = Turn::After(page.next.clone().unwrap());
    let rest = units::search(&office.app, &top, "", &next).await.unwrap();
    assert_eq!((rest.units.len(), rest.next), (8, None));
    let back = Turn::Before(rest.previous.unwrap());
    assert_eq!(units::search(&office.app, &top, "", &back).await.unwrap(), page);
    let found = units::search(&office.app, &top, "duong so", &Turn::First).await.unwrap();
    assert_eq!(found.units.len(), 1);
    assert_eq!(found.units[0].1.as_ref(), Some(&office.unit.name));
    let below = officer(&office, &[left]);
    let found = units::search(&office.app, &below, "so", &Turn::First).await.unwrap();
    assert_eq!(found.units[0].0.view.name, "Sở Tài chính");
    assert_eq!(found.units[0].1, None, "what stands above is not theirs to see");
    assert_eq!(units::if_few(&office.app, &below, 10).await.unwrap(), None);
    assert_eq!(units::meant(&office.app, &top, "so tai chinh").await, Ok(left));
    let beyond = units::meant(&office.app, &below, "Sở Đường bộ").await;
    assert!(matches!(beyond, Err(FlowError::NotFound(_))));
}

async fn today_names_people_without_a_phone_within_reach(office: Office) {
    let left = unit(&office, office.unit.id, "Sở A").await;
    add(&office, left, "Trần Trái", "Cán bộ").await;
    let an = office.person("Nguyễn Văn An").await;
    let named = async |unit| {
        let today = overview::today(&office.app, &officer(&office, &[unit])).await.unwrap();
        today.without.into_iter().map(|person| person.name).collect::<Vec<_>>()
    };
    assert_eq!(named(office.unit.id).await, ["Nguyễn Văn An", "Trần Trái"]);
    assert_eq!(named(left).await, ["Trần Trái"]);
    Phone::enroll(&office, an).await;
    assert_eq!(named(office.unit.id).await, ["Trần Trái"]);
}
