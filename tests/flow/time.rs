//! Deadlines in working hours, reminders, telling somebody above, and nights.

use std::collections::BTreeMap;

use sqlx::Row as _;
use trien_core::change::Outcome;
use trien_core::decision::Verb;
use trien_core::document::{Text, Urgency};
use trien_core::env::Timestamp;
use trien_core::id::{PersonId, RequestId};
use trien_core::request::{Role, StepNumber};
use trien_core::wire::{Absence, SyncQuery};
use trien_server::flow::absence::{self, Days};
use trien_server::flow::account::{Grant, Officer, Role as OfficeRole};
use trien_server::flow::act::Act;
use trien_server::flow::admin::{self, KeyPolicy};
use trien_server::flow::change::{self, Changer, NewPost, PostChange, Reassignment, reassign};
use trien_server::flow::submit::submit;
use trien_server::flow::{FlowError, Thing, changes, push as wakes, read, remind, requests};
use trien_server::jobs;
use trien_server::store::directory::Authority;

use crate::delegate::{draft, give, two};
use crate::exchange::officer;
use crate::office::{Office, step};
use crate::on_both;
use crate::phone::Phone;
use crate::push::{pass, register, with_push};

on_both!(
    a_deadline_counts_working_hours_and_lies_before_the_end,
    whoever_has_not_decided_is_reminded_once_a_working_day,
    what_waits_too_long_is_told_above_once_and_gives_nobody_a_part,
    a_clerk_reminds_by_hand_once_an_hour_and_the_rules_say_no_more_that_day,
    a_decision_that_comes_first_leaves_nothing_to_tell,
    an_absence_stands_beside_its_person_until_it_is_over,
    at_night_no_phone_rings_but_for_what_is_flash_and_for_who_asks,
    at_night_a_delegates_phone_rings_as_the_leaders_does,
    whoever_takes_a_part_over_has_the_whole_time_for_it,
);

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// A Sunday, 07:00 in Việt Nam: when each office begins.
const SUNDAY: i64 = 1_795_305_600;

/// A clock time of the week that begins with that Sunday, in milliseconds.
pub fn at(day: i64, hour: i64) -> Timestamp {
    Timestamp::from_millis((SUNDAY + day * DAY + (hour - 7) * HOUR) * 1000)
}

/// Lets the time come, and what is due be done.
pub async fn come(office: &Office, then: Timestamp) {
    let now = office.app.clock().now();
    office.clock.forward((then.as_millis() - now.as_millis()) / 1000);
    jobs::run_due(&office.app).await.unwrap();
}

async fn count(office: &Office, sql: &'static str) -> i64 {
    sqlx::query(sql).fetch_one(&mut office.database().await).await.unwrap().get(0)
}

/// Somebody who is the chief of the unit.
pub async fn chief(office: &Office, name: &str) -> PersonId {
    let person = office.person(name).await;
    let title = Text::new("Chủ tịch UBND").unwrap();
    let post = NewPost { unit: office.unit.id, title, authority: Some(Authority::Chief) };
    let (by, adds) = (Changer::CommandLine, PostChange::Adds(post));
    let plan = change::look(&office.app, by, person, adds).await.unwrap();
    let act = Act { why: Some(Text::new("QĐ 7").unwrap()), ..Act::COMMAND_LINE };
    change::carry_out(&office.app, by, &act, plan, &BTreeMap::new()).await.unwrap();
    person
}

async fn told(office: &Office) -> Vec<(RequestId, Option<PersonId>)> {
    let page = changes::read(&office.app, &office.caller, 0, 200).await.unwrap();
    let told = page.changes.iter().filter(|change| change.outcome == Outcome::Escalated);
    told.map(|change| (change.request, change.person)).collect()
}

async fn a_deadline_counts_working_hours_and_lies_before_the_end(office: Office) {
    let an = office.person("Nguyễn Văn An").await;
    let mut package = office.package(&[an]);
    package.submission.within_hours = Some(8);
    let request = office.queue_package(package).await;
    let view = read::request(&office.app, &office.caller, request).await.unwrap();
    assert_eq!(view.due_at, Some(at(1, 17)), "the Sunday does not count, the Monday does");
    let plain = office.queue(&[an]).await;
    let view = read::request(&office.app, &office.caller, plain).await.unwrap();
    assert_eq!(view.due_at, None);
    for (hours, ends) in [(0, None), (2001, None), (8, Some(at(1, 16)))] {
        let mut package = office.package(&[an]);
        package.submission.within_hours = Some(hours);
        package.submission.expires_at = ends;
        let refused = submit(&office.app, &office.caller, package).await;
        assert!(matches!(refused, Err(FlowError::InvalidSubmission(_))), "{hours}: {refused:?}");
    }
}

async fn whoever_has_not_decided_is_reminded_once_a_working_day(mut office: Office) {
    const REMINDED: &str = "SELECT COUNT(*) FROM reminder";
    let fake = with_push(&mut office).await;
    office.keep_time(trien_rules()).await;
    let (an, binh) = (office.person("Nguyễn Văn An").await, office.person("Trần Thị Bình").await);
    let (first, second) = (Phone::enroll(&office, an).await, Phone::enroll(&office, binh).await);
    let (of_first, of_second) =
        (register(&office, &fake, &first).await, register(&office, &fake, &second).await);
    let request = office.queue(&[an, binh]).await;
    pass(&office, 2).await;
    assert_eq!((fake.loud(&of_first), fake.loud(&of_second)), (1, 1), "it came");
    second.decide(&office, request, Verb::Approve).await.unwrap();
    // An urgent one: after four hours of work, which end with the morning.
    come(&office, at(1, 12)).await;
    assert_eq!(count(&office, REMINDED).await, 0);
    come(&office, at(1, 13)).await;
    pass(&office, 2).await;
    assert_eq!((fake.loud(&of_first), fake.loud(&of_second)), (2, 1), "who has not decided");
    come(&office, at(1, 16)).await;
    pass(&office, 2).await;
    assert_eq!(fake.loud(&of_first), 2, "once a day");
    come(&office, at(2, 7)).await;
    assert_eq!(count(&office, REMINDED).await, 1, "nobody works yet");
    come(&office, at(2, 8)).await;
    pass(&office, 2).await;
    assert_eq!((fake.loud(&of_first), count(&office, REMINDED).await), (3, 2));
    first.decide(&office, request, Verb::Approve).await.unwrap();
    come(&office, at(3, 8)).await;
    pass(&office, 2).await;
    assert_eq!((fake.loud(&of_first), count(&office, REMINDED).await), (3, 2));
}

pub async fn what_waits_too_long_is_told_above_once_and_gives_nobody_a_part(mut office: Office) {
    let fake = with_push(&mut office).await;
    office.keep_time(trien_rules()).await;
    let (an, binh) = (office.person("Nguyễn Văn An").await, office.person("Trần Thị Bình").await);
    let cuong = chief(&office, "Lê Văn Cường").await;
    let first = Phone::enroll(&office, an).await;
    let above = Phone::enroll(&office, cuong).await;
    let of_above = register(&office, &fake, &above).await;
    let mut package = office.package(&[an]);
    package.submission.steps = vec![step(Role::Review, &[an]), step(Role::Approve, &[binh])];
    let request = office.queue_package(package).await;
    let of_the_chief = office.queue(&[cuong]).await;
    pass(&office, 2).await;
    let rung = fake.loud(&of_above);
    // Urgent ones: eight hours, the whole Monday.
    come(&office, at(1, 17)).await;
    assert_eq!(told(&office).await, []);
    come(&office, at(2, 8)).await;
    let mut expected = vec![(request, Some(cuong)), (of_the_chief, None)];
    let mut found = told(&office).await;
    expected.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, expected, "nobody is told of their own delay");
    come(&office, at(2, 16)).await;
    assert_eq!(told(&office).await.len(), 2, "once for each step");
    pass(&office, 2).await;
    assert!(fake.loud(&of_above) <= rung + 2, "reminded of the own one, and of no other");
    let answer = above.sync(&office.app, SyncQuery::default()).await.unwrap();
    let seen: Vec<_> = answer.requests.iter().map(|request| request.id).collect();
    assert_eq!(seen, [of_the_chief], "who was told has no part in it");
    // The next step counts anew.
    first.decide(&office, request, Verb::Approve).await.unwrap();
    come(&office, at(3, 15)).await;
    assert_eq!(told(&office).await.len(), 2);
    come(&office, at(3, 17)).await;
    come(&office, at(4, 8)).await;
    let of_second = told(&office).await.into_iter().filter(|told| told.0 == request);
    assert_eq!(of_second.count(), 2);
}

pub async fn a_clerk_reminds_by_hand_once_an_hour_and_the_rules_say_no_more_that_day(
    mut office: Office,
) {
    const LATELY: Result<(), FlowError> = Err(FlowError::RemindedLately);
    let fake = with_push(&mut office).await;
    office.keep_time(trien_rules()).await;
    let (an, binh) = (office.person("Nguyễn Văn An").await, office.person("Trần Thị Bình").await);
    let (first, second) = (Phone::enroll(&office, an).await, Phone::enroll(&office, binh).await);
    let (of_first, of_second) =
        (register(&office, &fake, &first).await, register(&office, &fake, &second).await);
    let clerk = officer(&office, "van-thu", OfficeRole::Clerk).await;
    let auditor = officer(&office, "kiem-tra", OfficeRole::Auditor).await;
    let request = office.queue(&[an, binh]).await;
    let (app, caller) = (&office.app, &office.caller);
    pass(&office, 2).await;
    second.decide(&office, request, Verb::Approve).await.unwrap();
    assert_eq!(remind::by_clerk(app, &clerk, request).await, LATELY, "told when it came");
    come(&office, at(0, 9)).await;
    assert_eq!(remind::by_clerk(app, &auditor, request).await, Err(FlowError::Forbidden));
    let stale = Officer { account: auditor.account, ..clerk.clone() };
    assert_eq!(remind::by_clerk(app, &stale, request).await, Err(FlowError::Forbidden));
    let name = Text::new("Sở Y tế").unwrap();
    let other = admin::create_unit(app, &Act::COMMAND_LINE, &name, None, KeyPolicy::Hardware).await;
    let grant = Grant { unit: other.unwrap().id, role: OfficeRole::Clerk };
    let elsewhere = Officer { grants: vec![grant], ..clerk.clone() };
    let hidden = remind::by_clerk(app, &elsewhere, request).await;
    assert_eq!(hidden, Err(FlowError::NotFound(Thing::Request)));
    remind::by_clerk(app, &clerk, request).await.unwrap();
    assert_eq!(remind::by_clerk(app, &clerk, request).await, LATELY);
    assert_eq!(remind::by_key(app, caller, request).await, LATELY);
    pass(&office, 2).await;
    assert_eq!((fake.loud(&of_first), fake.loud(&of_second)), (2, 1), "who has not decided");
    come(&office, at(1, 9)).await;
    remind::by_key(app, caller, request).await.unwrap();
    pass(&office, 2).await;
    come(&office, at(1, 16)).await;
    pass(&office, 2).await;
    assert_eq!(fake.loud(&of_first), 3, "the rules would have at one o'clock");
    let story = requests::one(app, &clerk, request).await.unwrap();
    assert_eq!(story.reminded_at.map(|at| at.second()), Some(at(1, 9).second()));
    come(&office, at(2, 8)).await;
    pass(&office, 2).await;
    assert_eq!(fake.loud(&of_first), 4, "and do so on the next day");
    first.decide(&office, request, Verb::Approve).await.unwrap();
    let ended = remind::by_clerk(app, &clerk, request).await;
    assert_eq!(ended, Err(FlowError::RequestEnded));
}

async fn a_decision_that_comes_first_leaves_nothing_to_tell(mut office: Office) {
    office.keep_time(trien_rules()).await;
    let an = office.person("Nguyễn Văn An").await;
    let phone = Phone::enroll(&office, an).await;
    let request = office.queue(&[an]).await;
    let now = office.app.clock().now();
    office.clock.forward((at(2, 8).as_millis() - now.as_millis()) / 1000);
    let draft = phone.draft(&office, request, Verb::Approve).await;
    let sent = phone.send(&office.app, &draft, phone.sign(&draft));
    let (sent, done) = tokio::join!(sent, jobs::run_due(&office.app));
    sent.unwrap();
    done.unwrap();
    jobs::run_due(&office.app).await.unwrap();
    let page = changes::read(&office.app, &office.caller, 0, 200).await.unwrap();
    let last = page.changes.last().unwrap();
    assert_eq!(last.outcome, Outcome::Completed, "nothing is told of what is done");
    come(&office, at(4, 8)).await;
    assert_eq!(changes::read(&office.app, &office.caller, 0, 200).await.unwrap(), page);
}

async fn at_night_no_phone_rings_but_for_what_is_flash_and_for_who_asks(mut office: Office) {
    let fake = with_push(&mut office).await;
    office.keep_time(trien_rules()).await;
    let an = office.person("Nguyễn Văn An").await;
    let phone = Phone::enroll(&office, an).await;
    let token = register(&office, &fake, &phone).await;
    let flash = |office: &Office| {
        let mut package = office.package(&[an]);
        package.submission.metadata.urgency = Urgency::Flash;
        package
    };
    come(&office, at(0, 22)).await;
    office.queue(&[an]).await;
    pass(&office, 2).await;
    pass(&office, HOUR).await;
    assert_eq!(fake.taken(&token), None, "nothing was sent at all");
    office.queue_package(flash(&office)).await;
    pass(&office, 2).await;
    assert_eq!(fake.loud(&token), 1, "at once, with what was held");
    office.queue(&[an]).await;
    pass(&office, 2).await;
    let device = phone.authenticated(&office.app).await;
    wakes::test(&office.app, &device).await.unwrap();
    pass(&office, 60).await;
    assert_eq!(fake.loud(&token), 2, "whoever asks waits for it");
    office.queue(&[an]).await;
    pass(&office, HOUR).await;
    assert_eq!(fake.loud(&token), 2);
    let now = office.app.clock().now();
    let morning = at(1, 6).plus_seconds(HOUR / 2 + 256);
    pass(&office, (morning.as_millis() - now.as_millis()) / 1000).await;
    assert_eq!(fake.loud(&token), 3, "what was held comes in the morning");
    assert_eq!(count(&office, "SELECT COUNT(*) FROM push_wake").await, 0);
    assert_eq!(count(&office, "SELECT COUNT(*) FROM push_target WHERE held = 1").await, 0);
}

async fn at_night_a_delegates_phone_rings_as_the_leaders_does(mut office: Office) {
    let fake = with_push(&mut office).await;
    office.keep_time(trien_rules()).await;
    let (leader, deputy) = two(&office).await;
    let (of_leader, of_deputy) =
        (register(&office, &fake, &leader).await, register(&office, &fake, &deputy).await);
    come(&office, at(0, 22)).await;
    give(&office, &leader, &draft(&office, &leader, &deputy).await).await;
    office.queue(&[leader.person]).await;
    pass(&office, 2).await;
    pass(&office, 60).await;
    assert_eq!((fake.loud(&of_leader), fake.loud(&of_deputy)), (0, 0), "it is held");
    let mut package = office.package(&[leader.person]);
    package.submission.metadata.urgency = Urgency::Flash;
    office.queue_package(package).await;
    pass(&office, 2).await;
    assert_eq!((fake.loud(&of_leader), fake.loud(&of_deputy)), (1, 1));
}

async fn whoever_takes_a_part_over_has_the_whole_time_for_it(mut office: Office) {
    office.keep_time(trien_rules()).await;
    let (an, binh) = (office.person("Nguyễn Văn An").await, office.person("Trần Thị Bình").await);
    Phone::enroll(&office, binh).await;
    chief(&office, "Lê Văn Cường").await;
    let clerk = officer(&office, "van-thu", OfficeRole::Clerk).await;
    let request = office.queue(&[an]).await;
    come(&office, at(2, 8)).await;
    assert_eq!(told(&office).await.len(), 1);
    let of = Reassignment { request, step: StepNumber(1), from: an, to: binh };
    reassign(&office.app, &clerk, of, Text::new("nghỉ phép").unwrap()).await.unwrap();
    come(&office, at(2, 16)).await;
    assert_eq!(told(&office).await.len(), 1, "the whole Tuesday is theirs");
    come(&office, at(3, 8)).await;
    assert_eq!(told(&office).await.len(), 2, "and is told of anew");
}

pub async fn an_absence_stands_beside_its_person_until_it_is_over(office: Office) {
    let (an, binh) = (office.person("Nguyễn Văn An").await, office.person("Trần Thị Bình").await);
    let clerk = officer(&office, "van-thu", OfficeRole::Clerk).await;
    let auditor = officer(&office, "kiem-tra", OfficeRole::Auditor).await;
    let days = |first: &str, last: &str| Days::read(first, last).unwrap();
    let app = &office.app;
    for wrong in [
        days("2026-11-25", "2026-11-24"),
        days("2026-11-20", "2026-11-21"),
        days("2026-11-23", "2027-12-24"),
    ] {
        let refused = absence::note(app, &clerk, an, wrong, None).await;
        assert!(matches!(refused, Err(FlowError::BadRequest(_))), "{wrong:?}: {refused:?}");
    }
    let (monday, tuesday) = ("2026-11-23", "2026-11-24");
    let by_auditor = absence::note(app, &auditor, an, days(monday, tuesday), None).await;
    assert_eq!(by_auditor, Err(FlowError::Forbidden));
    absence::note(app, &clerk, an, days(monday, monday), None).await.unwrap();
    absence::note(app, &clerk, an, days(monday, tuesday), None).await.unwrap();
    let submitted = submit(app, &office.caller, office.package(&[an, binh])).await.unwrap();
    let expected = Absence { person: an, since: at(1, 0), until: at(3, 0) };
    assert_eq!(submitted.absent, [expected]);
    let view = read::request(app, &office.caller, submitted.request).await.unwrap();
    let absent: Vec<_> = view.steps[0].signers.iter().map(|signer| signer.absent).collect();
    assert_eq!(absent, [Some(expected), None]);
    absence::end(app, &clerk, an, None).await.unwrap();
    assert!(matches!(absence::end(app, &clerk, an, None).await, Err(FlowError::BadRequest(_))));
    absence::note(app, &clerk, an, days(monday, tuesday), None).await.unwrap();
    office.clock.forward(4 * DAY);
    assert_eq!(absence::one(app, an).await, Ok(None), "it is over");
}

/// The rules that come with the program.
fn trien_rules() -> &'static str {
    include_str!("../../server/assets/time/notices.toml")
}
