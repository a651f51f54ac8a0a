//! People who go no further at a step of their enrollment: found in a wave and in none, named on the home page, the
//! longest wait first, and only by those who reach them.

use std::collections::BTreeMap;

use trien_core::document::Text;
use trien_core::id::{PersonId, UnitId};
use trien_core::wave::{Plan, Stage};
use trien_core::wire::SyncQuery;
use trien_server::flow::account::{Grant, Officer, Role};
use trien_server::flow::act::Act;
use trien_server::flow::change::{self, Changer, NewPost, PostChange};
use trien_server::flow::device::{self, RevocationReason};
use trien_server::flow::exchange::{self, Exchanger, Source};
use trien_server::flow::overview::NAMED_STUCK;
use trien_server::flow::waves::{self, Everybody, Follower, NewWave, PAGE, Who};
use trien_server::flow::{enroll, invite, overview};
use trien_server::paging::Turn;
use trien_server::text::{Language, text};

use crate::change::{person, unit};
use crate::exchange::officer;
use crate::office::Office;
use crate::on_both;
use crate::phone::{Approved, Enrolling, Phone};

on_both! {
    whoever_is_at_one_step_for_too_long_is_named_in_a_wave_or_in_none,
    who_came_through_or_was_never_to_come_is_not_stuck,
    everybody_who_is_stuck_is_paged_within_reach,
}

const DAY: i64 = 86_400;
const ACT: Act = Act::COMMAND_LINE;

async fn stuck(office: &Office, who: &Officer) -> Everybody {
    waves::everybody_stuck(&office.app, who, Turn::First, PAGE).await.unwrap()
}

/// Who is named with which step.
fn named(found: &Everybody) -> Vec<(&str, Stage)> {
    found.page.people.iter().map(|one| (&*one.person.name, one.stage)).collect()
}

async fn whoever_is_at_one_step_for_too_long_is_named_in_a_wave_or_in_none(office: Office) {
    let app = &office.app;
    let reader = officer(&office, "kiem", Role::Auditor).await;
    let outside = unit(&office, office.unit.id, "Sở Nội vụ").await;
    let why = Text::new("kế hoạch").unwrap();
    let source = Some(Source::Outside);
    exchange::set_source(app, Exchanger::CommandLine, outside, source, why).await.unwrap();
    // Each is at one step; those of the department wait for an outside authority.
    let waits = person(&office, outside, "Chờ Chứng Thư", "Giám đốc").await;
    Approved::by(&office, waits, &ACT).await;
    office.clock.forward(1);
    let issued = Phone::enroll(&office, office.person("Đã Cấp").await).await;
    office.clock.forward(1);
    invite::create(app, &ACT, office.person("Được Mời").await, 1800).await.unwrap();
    office.clock.forward(1);
    let keys = invite::create(app, &ACT, office.person("Chờ Duyệt").await, 1800).await.unwrap();
    Enrolling::begin(app, keys.invitation).await.unwrap().send(app).await.unwrap();
    office.person("Chưa Mời").await;
    let home = async || overview::today(app, &reader).await.unwrap().stuck;
    let (keys_sent, invited) = (("Chờ Duyệt", Stage::KeysSent), ("Được Mời", Stage::Invited));
    let (issued_one, waiting) =
        (("Đã Cấp", Stage::Issued), ("Chờ Chứng Thư", Stage::WaitingForCertificate));
    let mut gone = 0;
    for (days, expected) in [
        (0, vec![]),
        (1, vec![keys_sent]),
        (3, vec![invited, keys_sent]),
        (7, vec![issued_one, invited, keys_sent]),
        (30, vec![waiting, issued_one, invited, keys_sent]),
    ] {
        office.clock.forward((days - gone) * DAY + 5);
        gone = days;
        let found = home().await;
        assert_eq!(named(&found), expected, "after {days} days");
        assert_eq!(found.count, expected.len());
    }
    // In a wave it is the same people; the wave itself also counts whoever was never invited.
    let now = app.clock().now().second();
    let wave = NewWave {
        name: Text::new("Đợt I").unwrap(),
        who: Who::Everybody,
        plan: Plan { starts: now, ends: now.plus(90 * DAY), target: None },
        units: vec![office.unit.id],
    };
    let wave = waves::plan(app, Follower::CommandLine, wave, None).await.unwrap();
    let of_wave = waves::one(app, &reader, wave).await.unwrap();
    assert_eq!(of_wave.stuck, 4);
    let people = waves::stuck(app, &of_wave, Turn::First).await.unwrap().people;
    assert_eq!(home().await.page.people, people, "both say the same of each");
    // Whoever goes on is stuck no more.
    issued.sync(app, SyncQuery::default()).await.unwrap();
    assert_eq!(named(&home().await), [waiting, invited, keys_sent]);
    // The page says of how many days it speaks.
    for language in [Language::Vietnamese, Language::English] {
        let lead = text(language, "wave-anywhere-lead");
        for stage in Stage::ALL {
            let days = stage.patience_days().map(|days| format!(" {days}")).unwrap_or_default();
            assert!(lead.contains(&days), "{lead}: {days}");
        }
    }
}

async fn who_came_through_or_was_never_to_come_is_not_stuck(office: Office) {
    let app = &office.app;
    let reader = officer(&office, "kiem", Role::Auditor).await;
    let invited = async |name: &str| {
        let who = office.person(name).await;
        (who, invite::create(app, &ACT, who, 1800).await.unwrap().invitation)
    };
    let used = Phone::enroll(&office, office.person("Đang Dùng").await).await;
    used.sync(app, SyncQuery::default()).await.unwrap();
    // A second phone on its way, and one that is suspended for a while.
    invite::create(app, &ACT, used.person, 1800).await.unwrap();
    let stopped = Phone::enroll(&office, office.person("Bị Dừng").await).await;
    stopped.sync(app, SyncQuery::default()).await.unwrap();
    device::suspend(app, &ACT, stopped.device).await.unwrap();
    // Revoked, and nobody invited them again.
    let revoked = Phone::enroll(&office, office.person("Bị Thu Hồi").await).await;
    device::revoke(app, &ACT, revoked.device, RevocationReason::KeyCompromise).await.unwrap();
    let (_, cancelled) = invited("Hủy Mời").await;
    invite::cancel(app, &ACT, cancelled.id).await.unwrap();
    let (left, _) = invited("Thôi Việc").await;
    let mut database = office.database().await;
    let ends = sqlx::query("UPDATE position SET until = 1 WHERE person = $1");
    ends.bind(left.as_bytes().to_vec()).execute(&mut database).await.unwrap();
    office.clock.forward(9 * DAY);
    assert_eq!(named(&stuck(&office, &reader).await), []);
    // Turned away by the officer is stuck: somebody has to say what comes next.
    let (_, refused) = invited("Bị Từ Chối").await;
    let refused = Enrolling::begin(app, refused).await.unwrap().send(app).await.unwrap();
    enroll::refuse(app, &ACT, refused.device).await.unwrap();
    office.clock.forward(4 * DAY);
    let found = stuck(&office, &reader).await;
    assert_eq!(named(&found), [("Bị Từ Chối", Stage::Invited)]);
    // After half a year it is as if nobody had been invited.
    office.clock.forward(180 * DAY);
    assert_eq!(stuck(&office, &reader).await.count, 0);
}

async fn everybody_who_is_stuck_is_paged_within_reach(office: Office) {
    let app = &office.app;
    let health = unit(&office, office.unit.id, "Sở Y tế").await;
    let traffic = unit(&office, office.unit.id, "Sở Giao thông").await;
    let top = officer(&office, "hanh", Role::EnrollmentOfficer).await;
    let of = |units: &[UnitId]| {
        let grant = |unit: &UnitId| Grant { unit: *unit, role: Role::EnrollmentOfficer };
        Officer { grants: units.iter().map(grant).collect(), ..top.clone() }
    };
    let mut both: Option<PersonId> = None;
    for number in 0..PAGE + 4 {
        let who = person(&office, health, &format!("Nguyễn Văn Số{number}"), "Cán bộ").await;
        both.get_or_insert(who);
        office.clock.forward(1);
        invite::create(app, &ACT, who, 1800).await.unwrap();
    }
    let elsewhere = person(&office, traffic, "Trần Bình", "Cán bộ").await;
    invite::create(app, &ACT, elsewhere, 1800).await.unwrap();
    // One of them begins in the other department too.
    let both = both.unwrap();
    let adds = PostChange::Adds(NewPost {
        unit: traffic,
        title: Text::new("Cố vấn").unwrap(),
        authority: None,
    });
    let plan = change::look(app, Changer::CommandLine, both, adds).await.unwrap();
    let none = BTreeMap::new();
    change::carry_out(app, Changer::CommandLine, &ACT, plan, &none).await.unwrap();
    invite::create_in(app, &ACT, both, traffic, 1800).await.unwrap();
    office.clock.forward(4 * DAY);
    for (units, count) in [
        (vec![office.unit.id], PAGE + 5),
        (vec![health, traffic], PAGE + 5),
        (vec![health], PAGE + 4),
        (vec![traffic], 2),
        (vec![], 0),
    ] {
        assert_eq!(stuck(&office, &of(&units)).await.count, count, "{units:?}");
    }
    let own = of(&[health]);
    let page = async |turn| waves::everybody_stuck(app, &own, turn, PAGE).await.unwrap().page;
    let first = page(Turn::First).await;
    let second = page(Turn::After(first.next.unwrap())).await;
    assert_eq!((first.people.len(), second.people.len()), (PAGE, 4));
    assert_eq!((first.previous, second.next), (None, None));
    assert_eq!(page(Turn::Before(second.previous.unwrap())).await.people, first.people);
    let all: Vec<_> = first.people.iter().chain(&second.people).collect();
    assert!(all.iter().is_sorted_by_key(|one| one.since), "the longest first");
    assert!(all.iter().all(|one| one.unit_name == "Sở Y tế"));
    let home = overview::today(app, &own).await.unwrap().stuck;
    assert_eq!((home.count, home.page.people.len()), (PAGE + 4, NAMED_STUCK));
    assert_eq!(home.page.people, first.people[..NAMED_STUCK]);
}
