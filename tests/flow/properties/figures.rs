//! The register in figures: whatever happens to certificates of several units, levels and times, every part is what the
//! timelines say, and all parts add up.

use std::collections::BTreeSet;

use proptest::prelude::*;
use trien_core::env::Clock as _;
use trien_core::id::{EntryId, PersonId, UnitId};
use trien_core::register::{Event, Figures, State};
use trien_core::wire::SyncQuery;
use trien_server::flow::act::Act as By;
use trien_server::flow::device::{self, RevocationReason};
use trien_server::flow::register::{self, Extent, Report, Step, Story};
use trien_server::flow::replace;
use trien_server::text::{first_second, start_of_local_day};

use super::{Found, Rules, run_some};
use crate::figures::{Tree, figures, person_in, renewed_token, story as told, token_in};
use crate::office::Office;
use crate::phone::{Approved, Phone};
use crate::register::entry_of;

const ACT: By = By::COMMAND_LINE;
/// Trees; each has some fifteen acts.
const CASES: u32 = 10;

/// Revoking takes out of use what was out of use before.
const BROKEN: &str = "CREATE TRIGGER broken AFTER INSERT ON register_event \
    WHEN NEW.event = 'revoked' AND NEW.in_use = 0 \
    BEGIN UPDATE register_event SET in_use = -1 \
    WHERE entry = NEW.entry AND number = NEW.number; END";

/// What happens. A number chooses among the units, the phones or the tokens there are.
#[derive(Clone, Copy, Debug)]
enum Act {
    Enroll(usize),
    Record(usize, u32),
    RenewToken(usize),
    RenewPhone(usize),
    Replace(usize),
    Sync(usize),
    Suspend(usize),
    Resume(usize),
    Revoke(usize),
    RevokeToken(usize),
    Wait(i64),
}

fn act() -> impl Strategy<Value = Act> {
    let any = any::<usize>;
    prop_oneof![
        2 => any().prop_map(Act::Enroll),
        3 => (any(), 1_u32..200).prop_map(|(unit, days)| Act::Record(unit, days)),
        1 => any().prop_map(Act::RenewToken),
        1 => any().prop_map(Act::RenewPhone),
        1 => any().prop_map(Act::Replace),
        2 => any().prop_map(Act::Sync),
        3 => any().prop_map(Act::Suspend),
        2 => any().prop_map(Act::Resume),
        3 => any().prop_map(Act::Revoke),
        1 => any().prop_map(Act::RevokeToken),
        4 => (1_i64..60).prop_map(Act::Wait),
    ]
}

#[test]
fn all_figures_are_what_the_timelines_say_and_add_up() {
    assert_eq!(run_some(CASES, Rules::Kept, act(), story), Ok(()));
}

#[test]
fn a_broken_rule_is_noticed() {
    let broken = run_some(4 * CASES, Rules::Broken(BROKEN), act(), story);
    let told = broken.expect_err("the model looks away");
    assert!(told.contains("the whole"), "{told}");
}

/// What there is in a tree.
#[derive(Default)]
struct Known {
    phones: Vec<Phone>,
    tokens: Vec<(UnitId, PersonId, EntryId)>,
}

async fn story(office: &Office, acts: Vec<Act>) -> Found {
    let units = trien_server::flow::read::units(&office.app).await.unwrap().len();
    let tree = Tree::grow(office, units).await;
    let begin = office.clock.now().second();
    let mut known = Known::default();
    for act in acts {
        office.clock.forward(1);
        step(office, &tree, &mut known, act).await;
    }
    let mut all = BTreeSet::new();
    for phone in &known.phones {
        all.insert(entry_of(office, phone.device).await.entry.id);
    }
    all.extend(known.tokens.iter().map(|token| token.2));
    let mut stories = Vec::new();
    for entry in all {
        stories.push(told(office, entry).await);
    }
    let day = |days: i64| {
        let date = trien_server::text::local_date(begin.plus(days * 86_400));
        date.to_string()
    };
    let periods = [
        (String::new(), String::new(), None),
        (day(0), day(40), Some(Step::Month)),
        (day(30), day(200), Some(Step::Quarter)),
        (day(-10), day(400), Some(Step::Year)),
        (day(20), day(20), None),
    ];
    for (from, to, by) in periods {
        let report = figures(office, tree.province, (&from, &to), by).await.unwrap();
        check(&tree, &stories, &report, (&from, &to))?;
    }
    Ok(())
}

async fn step(office: &Office, tree: &Tree, known: &mut Known, act: Act) {
    let app = &office.app;
    let Known { phones, tokens } = known;
    let phone = |by: usize| phones.get(by % phones.len().max(1));
    let token = |by: usize| tokens.get(by % tokens.len().max(1)).copied();
    // What does not fit where something stands is refused; the timeline does not have it then.
    match act {
        Act::Enroll(unit) => {
            let person = person_in(office, tree.unit(unit)).await;
            phones.push(Phone::enroll(office, person).await);
        }
        Act::Record(unit, days) => {
            let unit = tree.unit(unit);
            let entry = token_in(office, unit, days).await;
            let person = told(office, entry).await.entry.person.id;
            tokens.push((unit, person, entry));
        }
        Act::RenewToken(by) => {
            let Some((unit, person, entry)) = token(by) else { return };
            if let Ok(new) = renewed_token(office, (unit, person), 90, Some(entry)).await {
                tokens.push((unit, person, new));
            }
        }
        Act::RenewPhone(by) | Act::Replace(by) => {
            let Some(old) = phone(by) else { return };
            let invited = match act {
                Act::Replace(_) => replace::invite(app, &ACT, old.device).await,
                _ => replace::renew(app, &ACT, old.device).await,
            };
            let Ok(invited) = invited else { return };
            let new = Approved::with(office, old.person, &ACT, invited.invitation).await;
            phones.push(new.activated(app).await);
        }
        Act::Sync(by) => {
            if let Some(phone) = phone(by) {
                let _ = phone.sync(app, SyncQuery::default()).await;
            }
        }
        Act::Suspend(by) => {
            if let Some(phone) = phone(by) {
                let _ = device::suspend(app, &ACT, phone.device).await;
            }
        }
        Act::Resume(by) => {
            if let Some(phone) = phone(by) {
                let _ = device::resume(app, &ACT, phone.device).await;
            }
        }
        Act::Revoke(by) => {
            if let Some(phone) = phone(by) {
                let reason = RevocationReason::KeyCompromise;
                let _ = device::revoke(app, &ACT, phone.device, reason).await;
            }
        }
        Act::RevokeToken(by) => {
            let Some((_, _, entry)) = token(by) else { return };
            let entry = told(office, entry).await.entry;
            let reason = RevocationReason::CessationOfOperation;
            let _ = register::revoke(app, &ACT, &entry, reason).await;
        }
        Act::Wait(days) => {
            office.clock.forward(days * 86_400);
            register::expire(app).await.unwrap();
        }
    }
}

/// The figures that the timelines of these entries give, from a moment until before another one, in milliseconds.
fn expected<'a>(stories: impl Iterator<Item = &'a Story>, (from, until): (i64, i64)) -> [u64; 9] {
    let mut numbers = [0; 9];
    for story in stories {
        let (mut state, mut at_begin) = (None::<State>, false);
        for row in &story.events {
            let at = row.at.unwrap().as_millis();
            if at >= until {
                break;
            }
            let was = state.is_some_and(|it| matches!(it, State::Issued | State::InUse));
            state = Some(match state {
                None => State::first(row.event).unwrap(),
                Some(state) => state.after(row.event).unwrap(),
            });
            if at < from {
                at_begin = matches!(state, Some(State::Issued | State::InUse));
                continue;
            }
            let place = match row.event {
                Event::Issued | Event::Recorded => 1,
                Event::Resumed => 2,
                Event::Suspended => 3,
                Event::Renewed => 4,
                Event::Revoked => 5,
                Event::Expired => 6,
                _ => continue,
            };
            numbers[place] += 1;
            // What a phone resumes before it confirmed its certificate comes into use again as well.
            numbers[7] += u64::from(place >= 4 && !was);
        }
        numbers[0] += u64::from(at_begin);
        numbers[8] += u64::from(matches!(state, Some(State::Issued | State::InUse)));
    }
    numbers
}

fn plus(sum: [u64; 9], figures: &Figures) -> [u64; 9] {
    let all = figures.all();
    std::array::from_fn(|number| sum[number] + all[number])
}

fn adds_up(numbers: [u64; 9]) -> bool {
    let [begin, issued, resumed, suspended, renewed, revoked, expired, idle, end] = numbers;
    begin + issued + resumed + idle == suspended + renewed + revoked + expired + end
}

fn check(tree: &Tree, stories: &[Story], report: &Report, (from, to): (&str, &str)) -> Found {
    let millis = |day: &str| start_of_local_day(day).map(|second| second.get() * 1000);
    let from = millis(from).unwrap_or(1);
    let until = millis(to).map_or(i64::MAX, |last| last + 86_400_000);
    let whole = report.whole.all();
    prop_assert_eq!(whole, expected(stories.iter(), (from, until)), "the whole");
    prop_assert!(adds_up(whole), "{:?}", whole);

    let mut sum = [0; 9];
    for one in report.units.iter() {
        let within = |unit: UnitId| match one.extent {
            Extent::Alone => unit == tree.province && one.unit.id == unit,
            Extent::Below if one.unit.id == tree.communes[1] => {
                unit == tree.communes[1] || unit == tree.office
            }
            Extent::Below => unit == one.unit.id,
        };
        let own = stories.iter().filter(|story| within(story.entry.unit.id));
        prop_assert_eq!(one.figures.all(), expected(own, (from, until)));
        sum = plus(sum, &one.figures);
    }
    prop_assert_eq!(sum, whole, "by unit");
    let mut sum = [0; 9];
    for one in &report.levels {
        let code = one.level.as_ref().map(|(code, _)| code.as_str());
        let own = stories.iter().filter(|story| tree.level(story.entry.unit.id) == code);
        prop_assert_eq!(one.figures.all(), expected(own, (from, until)));
        sum = plus(sum, &one.figures);
    }
    prop_assert_eq!(sum, whole, "by level");
    let mut sum = [0; 9];
    for (level, figures) in &report.assurances {
        let own = stories.iter().filter(|story| story.entry.assurance == *level);
        prop_assert_eq!(figures.all(), expected(own, (from, until)));
        sum = plus(sum, figures);
    }
    prop_assert_eq!(sum, whole, "by assurance level");
    check_steps(stories, report)
}

/// Each step begins with what the one before ended with, and together they are the period.
fn check_steps(stories: &[Story], report: &Report) -> Found {
    let Some((_, first)) = report.steps.first() else { return Ok(()) };
    let (mut in_use, mut sum) = (first.begin(), [0; 9]);
    for (days, figures) in &report.steps {
        let millis = |day| first_second(day).unwrap().get() * 1000;
        let until = millis(days.last) + 86_400_000;
        let own = expected(stories.iter(), (millis(days.first.unwrap()), until));
        prop_assert_eq!(figures.all(), own);
        prop_assert!(adds_up(own));
        prop_assert_eq!(figures.begin(), in_use);
        in_use = figures.end();
        sum = plus(sum, figures);
    }
    let whole = report.whole.all();
    prop_assert_eq!(sum[1..8].to_vec(), whole[1..8].to_vec(), "by step");
    prop_assert_eq!([first.begin(), in_use], [whole[0], whole[8]]);
    Ok(())
}
