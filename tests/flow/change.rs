//! Somebody changes post, and units are renamed, merged, split and dissolved: each is one act, looked at
//! whole, carried out or not at all, and told in a report.

use std::collections::BTreeMap;

use trien_core::decision::Verb;
use trien_core::document::Text;
use trien_core::id::{ChangeId, PersonId, RequestId, UnitId};
use trien_core::pdf::recipe::{Appearance, Line, Recipe};
use trien_core::problem::ProblemKind;
use trien_core::register::State;
use trien_core::request::{Assignment, Role, RouteState, StepNumber};
use trien_core::wire::{DeviceStatus, SubmittedAppearance, SyncQuery};
use trien_server::flow::act::Act;
use trien_server::flow::admin::{self, KeyPolicy};
use trien_server::flow::change::{
    self, Certificates, Changer, Keys, Leaving, NewPost, NoChange, Part, Plan, PostChange, PostRef,
    Report, Reports, UnitChange, UnitChoices,
};
use trien_server::flow::device::{self, Standing};
use trien_server::flow::import::{self, Fault, Kind, Reach};
use trien_server::flow::people::{self};
use trien_server::flow::register::{self, Reader};
use trien_server::flow::{FlowError, Thing, invite, key, read, units};
use trien_server::paging::Turn;

use crate::delegate::moved;
use crate::office::{Office, step};
use crate::on_both;
use crate::people::officer;
use crate::phone::{Approved, Enrolling, Phone};
use crate::register::entry_of;

on_both! {
    whoever_moves_loses_the_certificate_of_the_old_post_and_the_steps_go_to_another,
    a_new_title_in_the_same_unit_keeps_phone_and_steps_if_that_is_chosen,
    a_title_that_comes_back_brings_back_its_stamp_and_signs,
    a_further_post_takes_nothing_away,
    whoever_leaves_keeps_nothing,
    a_key_that_waits_for_its_certificate_ends_with_the_post,
    a_post_elsewhere_does_not_sign_for_the_one_that_ends,
    a_new_signer_is_named_in_the_post_that_the_device_acts_in,
    a_step_that_nobody_can_take_goes_back_with_the_reason,
    a_text_of_a_document_system_is_not_put_under_another_name,
    a_seal_goes_to_another_clerk_by_a_new_certificate,
    a_plan_that_no_longer_fits_is_refused_with_what_changed,
    two_officers_at_once_carry_out_one_change,
    a_decision_in_the_midst_of_a_change_is_recorded_before_or_refused_with_a_leaf,
    a_decision_signed_in_the_old_post_is_refused_with_a_leaf,
    nobody_changes_posts_beyond_the_own_units,
    a_post_given_in_one_unit_opens_no_step_of_another,
    a_table_does_not_move_whoever_holds_a_phone,
    a_merged_unit_goes_over_whole_and_keeps_its_name,
    a_renamed_unit_keeps_its_old_name_and_ends_what_says_it,
    a_dissolved_unit_leaves_nothing_that_acts,
    a_new_unit_takes_the_people_who_are_named,
    units_that_cannot_go_are_told_why,
    nothing_goes_into_a_unit_that_ended_meanwhile,
    where_certificates_come_from_stays_through_a_split_and_a_merge,
    a_report_that_was_altered_is_told,
}

pub fn act() -> Act {
    let why = Some(Text::new("Quyết định số 45/QĐ-UBND").unwrap());
    Act { why, ..Act::COMMAND_LINE }
}

pub async fn unit(office: &Office, parent: UnitId, name: &str) -> UnitId {
    let (name, keys) = (Text::new(name).unwrap(), KeyPolicy::SoftwareAllowed);
    let act = &Act::COMMAND_LINE;
    admin::create_unit(&office.app, act, &name, Some(parent), keys).await.unwrap().id
}

pub async fn person(office: &Office, unit: UnitId, name: &str, title: &str) -> PersonId {
    let (name, title) = (Text::new(name).unwrap(), Text::new(title).unwrap());
    let act = &Act::COMMAND_LINE;
    admin::create_person(&office.app, act, &name, unit, &title).await.unwrap().id
}

fn chair(office: &Office) -> PostRef {
    PostRef { unit: office.unit.id, title: "Chủ tịch".to_owned() }
}

fn new_post(unit: UnitId, title: &str) -> NewPost {
    NewPost { unit, title: Text::new(title).unwrap(), authority: None }
}

fn moves(office: &Office, unit: UnitId, title: &str) -> PostChange {
    PostChange::Moves { from: chair(office), to: new_post(unit, title) }
}

async fn look(office: &Office, person: PersonId, change: PostChange) -> Plan {
    change::look(&office.app, Changer::CommandLine, person, change).await.unwrap()
}

async fn carry(
    office: &Office,
    plan: Plan,
    chosen: &[(String, &str)],
) -> Result<ChangeId, FlowError> {
    let chosen: BTreeMap<String, String> =
        chosen.iter().map(|(key, choice)| (key.clone(), (*choice).to_owned())).collect();
    change::carry_out(&office.app, Changer::CommandLine, &act(), plan, &chosen).await
}

pub async fn report(office: &Office, id: ChangeId) -> Report {
    change::show(&office.app, Reports::CommandLine, id).await.unwrap()
}

/// Thing and deed of each line.
fn told(report: &Report) -> Vec<(&str, &str)> {
    report.lines.iter().map(|line| (line.thing.as_str(), line.deed.as_str())).collect()
}

pub async fn standing(office: &Office, phone: &Phone) -> Standing {
    device::lookup(&office.app, phone.device).await.unwrap().standing
}

async fn assignments(office: &Office, request: RequestId) -> Vec<(PersonId, Assignment)> {
    let view = read::request(&office.app, &office.caller, request).await.unwrap();
    view.steps[0].signers.iter().map(|signer| (signer.person.id, signer.assignment)).collect()
}

/// The bytes of the newest revocation list, as a phone gets it.
pub async fn crl_size(office: &Office, phone: &Phone) -> usize {
    phone.sync(&office.app, SyncQuery::default()).await.unwrap().crls[0].0.len()
}

pub async fn whoever_moves_loses_the_certificate_of_the_old_post_and_the_steps_go_to_another(
    office: Office,
) {
    let app = &office.app;
    let leader = Phone::enroll(&office, office.person("Nguyễn Văn An").await).await;
    let deputy = person(&office, office.unit.id, "Lê Thị Khuê", "Phó Chủ tịch").await;
    let deputy = Phone::enroll(&office, deputy).await;
    let request = office.queue(&[leader.person]).await;
    leader.sync(app, SyncQuery::default()).await.unwrap();
    invite::create(app, &Act::COMMAND_LINE, leader.person, 1800).await.unwrap();
    let health = unit(&office, office.unit.id, "Sở Y tế").await;
    let list = crl_size(&office, &deputy).await;

    let plan = look(&office, leader.person, moves(&office, health, "Giám đốc")).await;
    let proposed: Vec<String> = plan.items.iter().map(|item| item.proposed.name()).collect();
    let hand = format!("to:{}", deputy.person);
    assert_eq!(proposed, ["revoke:affiliation-changed", &hand, "end"]);
    assert_eq!(plan.items[0].fits, Some(false), "it names the old post");
    let id = carry(&office, plan, &[]).await.unwrap();

    assert_eq!(standing(&office, &leader).await, Standing::Revoked);
    let story = entry_of(&office, leader.device).await;
    assert_eq!((story.entry.state, story.events.last().unwrap().reason), (State::Revoked, Some(3)));
    assert!(crl_size(&office, &deputy).await > list, "the revocation list is out at once");
    let now = assignments(&office, request).await;
    assert_eq!(now[0], (leader.person, Assignment::Released));
    assert_eq!(now[1], (deputy.person, Assignment::Open));
    let (view, _) = deputy.see(app, request).await;
    let recipe = Recipe::from_cbor(&view.task.unwrap().recipe.unwrap().0).unwrap();
    assert_eq!(recipe.name.as_str(), "Lê Thị Khuê");
    let Appearance::Stamp { lines, .. } = recipe.appearance else { panic!("a stamp") };
    assert!(matches!(&lines[1], Line::Text { text } if text.as_str() == "Phó Chủ tịch"));
    deputy.decide(&office, request, Verb::Approve).await.unwrap();
    let view = read::request(app, &office.caller, request).await.unwrap();
    assert_eq!(view.state, RouteState::Completed);

    let told_of = report(&office, id).await;
    let expected = [
        ("device", "revoked"),
        ("invitation", "ended"),
        ("step", "reassigned"),
        ("post", "changed"),
    ];
    assert_eq!(told(&told_of), expected);
    assert!(told_of.intact);
    assert_eq!(told_of.filed.why.as_deref(), Some("Quyết định số 45/QĐ-UBND"));
    assert_eq!(told_of.filed.place, "Chủ tịch, UBND xã Thử Nghiệm → Giám đốc, Sở Y tế");
    let top = officer(&office, &[office.unit.id]);
    let found = people::search(app, &top, "giam doc", Turn::First).await.unwrap();
    assert_eq!(found.people.len(), 1, "found in the new post");
    let (held, past) = change::person_page(app, &top, leader.person).await.unwrap();
    assert_eq!((held.posts.len(), past.len()), (1, 1));
    assert_eq!(past[0].post.title, "Chủ tịch");
    let mine = change::of_person(app, &top, leader.person).await.unwrap();
    assert_eq!(mine.len(), 1);
    let sheet = change::export(&told_of, trien_server::text::Language::English).unwrap();
    assert_eq!(String::from_utf8(sheet).unwrap().lines().count(), 5);
}

pub async fn a_new_title_in_the_same_unit_keeps_phone_and_steps_if_that_is_chosen(office: Office) {
    let app = &office.app;
    let mut leader = Phone::enroll(&office, office.person("Nguyễn Văn An").await).await;
    let request = office.queue(&[leader.person]).await;
    let change = moves(&office, office.unit.id, "Bí thư");
    let plan = look(&office, leader.person, change).await;
    assert_eq!(
        plan.items[0].proposed.name(),
        "revoke:affiliation-changed",
        "it says the old title"
    );
    assert_eq!(plan.items[1].proposed.name(), "keep", "the unit is the same");
    let key = plan.items[0].about.key();
    let id = carry(&office, plan, &[(key, "keep")]).await.unwrap();
    assert_eq!(told(&report(&office, id).await)[2], ("device", "kept"));

    let answer = leader.sync(app, SyncQuery::default()).await.unwrap();
    let post = answer.post.unwrap();
    assert_eq!(post.person.position, "Bí thư", "the phone learns its title");
    (leader.profile.person, leader.profile.authority) = (post.person, post.authority);
    let (view, _) = leader.see(app, request).await;
    let recipe = Recipe::from_cbor(&view.task.unwrap().recipe.unwrap().0).unwrap();
    let Appearance::Stamp { lines, .. } = recipe.appearance else { panic!("a stamp") };
    assert!(matches!(&lines[1], Line::Text { text } if text.as_str() == "Bí thư"));
    leader.decide(&office, request, Verb::Approve).await.unwrap();
}

pub async fn a_title_that_comes_back_brings_back_its_stamp_and_signs(office: Office) {
    let leader = Phone::enroll(&office, office.person("Nguyễn Văn An").await).await;
    let request = office.queue(&[leader.person]).await;
    let first = leader.draft(&office, request, Verb::Approve).await;
    moved(&office, leader.person, "Chủ tịch", "Bí thư").await;
    moved(&office, leader.person, "Bí thư", "Chủ tịch").await;
    let again = leader.draft(&office, request, Verb::Approve).await;
    assert_eq!(again.recipe, first.recipe, "the stamp is as it was");
    leader.send(&office.app, &again, leader.sign(&again)).await.unwrap();
    let view = read::request(&office.app, &office.caller, request).await.unwrap();
    assert_eq!(view.state, RouteState::Completed);
}

async fn a_further_post_takes_nothing_away(office: Office) {
    let leader = Phone::enroll(&office, office.person("Nguyễn Văn An").await).await;
    let request = office.queue(&[leader.person]).await;
    let health = unit(&office, office.unit.id, "Sở Y tế").await;
    let adds = PostChange::Adds(new_post(health, "Giám đốc"));
    let plan = look(&office, leader.person, adds.clone()).await;
    assert!(plan.items.is_empty());
    carry(&office, plan, &[]).await.unwrap();
    leader.decide(&office, request, Verb::Approve).await.unwrap();
    let again = change::look(&office.app, Changer::CommandLine, leader.person, adds).await;
    assert_eq!(again.unwrap_err(), FlowError::NoChange(NoChange::HeldAlready));
    // One of two ends: what belongs to the other stays.
    let ends = PostChange::Ends(PostRef { unit: health, title: "Giám đốc".to_owned() });
    let plan = look(&office, leader.person, ends).await;
    assert!(plan.items.is_empty(), "the phone is for the other post");
    carry(&office, plan, &[]).await.unwrap();
    assert_eq!(standing(&office, &leader).await, Standing::Active);
}

pub async fn whoever_leaves_keeps_nothing(office: Office) {
    let app = &office.app;
    let leader = Phone::enroll(&office, office.person("Nguyễn Văn An").await).await;
    let request = office.queue(&[leader.person]).await;
    let plan = look(&office, leader.person, PostChange::Leaves(Leaving::Retires)).await;
    assert_eq!(plan.items[0].proposed.name(), "revoke:cessation-of-operation");
    assert!(plan.items[0].choices.iter().all(|choice| choice.name() != "keep"));
    let key = plan.items[0].about.key();
    let kept = carry(&office, plan.clone(), &[(key, "keep")]).await;
    assert_eq!(kept.unwrap_err(), FlowError::NoChange(NoChange::Choice), "not offered, not done");
    assert_eq!(standing(&office, &leader).await, Standing::Active);
    carry(&office, plan, &[]).await.unwrap();
    let view = read::request(app, &office.caller, request).await.unwrap();
    assert_eq!(view.state, RouteState::Returned, "nobody else can sign");
    let top = officer(&office, &[office.unit.id]);
    let found = people::search(app, &top, "an", Turn::First).await.unwrap();
    assert!(found.people.is_empty());
    let page = change::person_page(app, &top, leader.person).await.unwrap();
    assert_eq!(page.1.len(), 1, "but the history is there");
    let reports = change::list(app, Reports::Officer(&top), None).await.unwrap();
    assert_eq!(reports.len(), 1);
}

pub async fn a_key_that_waits_for_its_certificate_ends_with_the_post(office: Office) {
    use trien_server::flow::exchange::{self, Exchanger, Source};
    let app = &office.app;
    let (outside, line) = (Some(Source::Outside), Exchanger::CommandLine);
    let why = Text::new("Kế hoạch").unwrap();
    exchange::set_source(app, line, office.unit.id, outside, why).await.unwrap();
    let standing = async |id| device::lookup(app, id).await.unwrap().standing;
    let leader = office.person("Nguyễn Văn An").await;
    let waits = Approved::by(&office, leader, &Act::COMMAND_LINE).await;
    let invited = invite::create(app, &Act::COMMAND_LINE, leader, 1800).await.unwrap();
    let pending = Enrolling::begin(app, invited.invitation).await.unwrap();
    let pending = pending.send(app).await.unwrap().device;
    let plan = look(&office, leader, PostChange::Leaves(Leaving::Retires)).await;
    let id = carry(&office, plan, &[]).await.unwrap();
    let expected =
        [("device", "refused"), ("device", "refused"), ("invitation", "ended"), ("post", "ended")];
    assert_eq!(told(&report(&office, id).await), expected);
    for device in [waits.device, pending] {
        assert_eq!(standing(device).await, Standing::Refused);
        assert_eq!(entry_of(&office, device).await.entry.state, State::Refused);
    }
    // So it is with a unit, also for whoever lost the post there by another way.
    let below = unit(&office, office.unit.id, "Phòng Tổng hợp").await;
    let head = person(&office, below, "Trần Bình", "Trưởng phòng").await;
    let other = person(&office, below, "Lê Cúc", "Phó Trưởng phòng").await;
    let waits = Approved::by(&office, head, &Act::COMMAND_LINE).await.device;
    let also = Approved::by(&office, other, &Act::COMMAND_LINE).await.device;
    let mut database = office.database().await;
    let ended = sqlx::query("UPDATE position SET until = 1 WHERE title LIKE '%Trưởng phòng'");
    ended.execute(&mut database).await.unwrap();
    trien_server::flow::enroll::refuse(app, &act(), also).await.unwrap();
    assert_eq!(standing(also).await, Standing::Refused, "nobody needs a post to be turned away");
    let choices = UnitChoices::default();
    let end = change::look_unit(app, Changer::CommandLine, below, UnitChange::Dissolve, choices);
    let plan = end.await.unwrap();
    change::carry_out_unit(app, Changer::CommandLine, &act(), plan).await.unwrap();
    assert_eq!(standing(waits).await, Standing::Refused);
}

async fn a_post_elsewhere_does_not_sign_for_the_one_that_ends(office: Office) {
    let app = &office.app;
    let leader = Phone::enroll(&office, office.person("Nguyễn Văn An").await).await;
    let request = office.queue(&[leader.person]).await;
    let health = unit(&office, office.unit.id, "Sở Y tế").await;
    let adds = PostChange::Adds(new_post(health, "Giám đốc"));
    carry(&office, look(&office, leader.person, adds).await, &[]).await.unwrap();
    let plan = look(&office, leader.person, PostChange::Ends(chair(&office))).await;
    let choices: Vec<String> = plan.items[1].choices.iter().map(change::Choice::name).collect();
    assert_eq!(choices, ["return"], "the other post is below the unit of the request");
    // One that is left there signs, and the stamp says so.
    let adds = PostChange::Adds(new_post(office.unit.id, "Cố vấn"));
    carry(&office, look(&office, leader.person, adds).await, &[]).await.unwrap();
    let plan = look(&office, leader.person, PostChange::Ends(chair(&office))).await;
    let step = plan.items.iter().find(|item| item.about.key().starts_with("step:")).unwrap();
    assert_eq!(step.proposed.name(), "keep");
    let key = plan.items[0].about.key();
    carry(&office, plan, &[(key, "keep")]).await.unwrap();
    let view = read::request(app, &office.caller, request).await.unwrap();
    assert_eq!(view.state, RouteState::Open { step: StepNumber(1) });
    let (view, _) = leader.see(app, request).await;
    let recipe = Recipe::from_cbor(&view.task.unwrap().recipe.unwrap().0).unwrap();
    let Appearance::Stamp { lines, .. } = recipe.appearance else { panic!("a stamp") };
    assert!(matches!(&lines[1], Line::Text { text } if text.as_str() == "Cố vấn"));
    // The same where the unit of the post ends.
    let dissolve = UnitChange::Dissolve;
    let post = PostRef { unit: office.unit.id, title: "Cố vấn".to_owned() };
    let moves =
        PostChange::Moves { from: post, to: new_post(office.unit.id, "Chánh Văn phòng") };
    carry(&office, look(&office, leader.person, moves).await, &[]).await.unwrap();
    let choices = UnitChoices::default();
    let plan = change::look_unit(app, Changer::CommandLine, health, dissolve, choices).await;
    let plan = plan.unwrap();
    assert!(plan.lines.iter().all(|line| line.thing != "step"), "the post above is left");
    change::carry_out_unit(app, Changer::CommandLine, &act(), plan).await.unwrap();
    assert_eq!(assignments(&office, request).await, [(leader.person, Assignment::Open)]);
}

async fn a_new_signer_is_named_in_the_post_that_the_device_acts_in(office: Office) {
    let leader = Phone::enroll(&office, office.person("Nguyễn Văn An").await).await;
    let deputy = person(&office, office.unit.id, "Lê Thị Khuê", "Phó Chủ tịch").await;
    let deputy = Phone::enroll(&office, deputy).await;
    office.clock.forward(60);
    let adds = PostChange::Adds(new_post(office.unit.id, "Bí thư"));
    carry(&office, look(&office, deputy.person, adds).await, &[]).await.unwrap();
    let request = office.queue(&[leader.person]).await;
    let plan = look(&office, leader.person, PostChange::Ends(chair(&office))).await;
    carry(&office, plan, &[]).await.unwrap();
    let (view, _) = deputy.see(&office.app, request).await;
    let recipe = Recipe::from_cbor(&view.task.unwrap().recipe.unwrap().0).unwrap();
    let Appearance::Stamp { lines, .. } = recipe.appearance else { panic!("a stamp") };
    assert!(matches!(&lines[1], Line::Text { text } if text.as_str() == "Phó Chủ tịch"));
    deputy.decide(&office, request, Verb::Approve).await.unwrap();
}

pub async fn a_step_that_nobody_can_take_goes_back_with_the_reason(office: Office) {
    let leader = Phone::enroll(&office, office.person("Nguyễn Văn An").await).await;
    person(&office, office.unit.id, "Lê Thị Khuê", "Phó Chủ tịch").await;
    let mut package = office.package(&[leader.person]);
    package.submission.steps.insert(0, step(Role::Review, &[leader.person]));
    let request = office.queue_package(package).await;
    let plan = look(&office, leader.person, PostChange::Ends(chair(&office))).await;
    let steps: Vec<String> = plan.items[1..].iter().map(|item| item.proposed.name()).collect();
    assert_eq!(steps, ["return", "return"], "whoever has no phone cannot sign");
    carry(&office, plan, &[]).await.unwrap();
    let view = read::request(&office.app, &office.caller, request).await.unwrap();
    assert_eq!(view.state, RouteState::Returned);
    let signer = &view.steps[0].signers[0];
    assert_eq!(signer.reason.as_deref(), Some("Quyết định số 45/QĐ-UBND"));
}

async fn a_text_of_a_document_system_is_not_put_under_another_name(office: Office) {
    let leader = Phone::enroll(&office, office.person("Nguyễn Văn An").await).await;
    let deputy = person(&office, office.unit.id, "Lê Thị Khuê", "Phó Chủ tịch").await;
    Phone::enroll(&office, deputy).await;
    let mut package = office.package(&[leader.person]);
    let rect =
        trien_core::pdf::recipe::Rect { left: 30000, bottom: 8000, right: 52000, top: 16000 };
    let lines = vec![Line::Text { text: Text::new("KT. BỘ TRƯỞNG").unwrap() }];
    package.submission.steps[0].signers[0].appearance =
        Some(SubmittedAppearance::Stamp { page: 1, rect, lines: Some(lines), image: None });
    office.queue_package(package).await;
    let plan = look(&office, leader.person, PostChange::Ends(chair(&office))).await;
    assert_eq!(plan.items[1].proposed.name(), "return");
    assert_eq!(plan.items[1].choices.len(), 1);
}

pub async fn a_seal_goes_to_another_clerk_by_a_new_certificate(office: Office) {
    use trien_core::register::CertificateKind;
    use trien_server::flow::register::{Elsewhere, Found};
    let app = &office.app;
    let clerk = person(&office, office.unit.id, "Đặng Quốc Thỏa", "Văn thư").await;
    let other = person(&office, office.unit.id, "Phạm Thị Mơ", "Cán bộ").await;
    let clerks = async |sql: &'static str| {
        sqlx::query(sql).execute(&mut office.database().await).await.unwrap();
    };
    clerks("UPDATE position SET authority = 'clerk' WHERE title = 'Văn thư'").await;
    let found = |person, file: Vec<u8>| Found {
        file,
        person,
        unit: office.unit.id,
        kind: CertificateKind::AgencySeal,
        home: Elsewhere::Token,
        prompt_policy: None,
        renews: None,
    };
    let seal = found(clerk, crate::record::certificate(&office));
    let seal = register::add(app, &Act::COMMAND_LINE, seal).await.unwrap();
    let from = PostRef { unit: office.unit.id, title: "Văn thư".to_owned() };
    let plan = look(&office, clerk, PostChange::Ends(from.clone())).await;
    assert_eq!(plan.items[0].people, [], "who is no clerk may not hold a seal");
    clerks("UPDATE position SET authority = 'clerk'").await;
    let plan = look(&office, clerk, PostChange::Ends(from)).await;
    assert_eq!(plan.items[0].proposed.name(), format!("to:{other}"));
    carry(&office, plan, &[]).await.unwrap();
    let show = async |id| register::show(app, Reader::CommandLine, id).await.unwrap().entry;
    assert_eq!(show(seal).await.state, State::Revoked, "the key never moves");
    let page = register::list(app, Reader::CommandLine, &Default::default(), None, 50).await;
    let asked = page.unwrap().entries.into_iter().find(|entry| entry.person.id == other).unwrap();
    assert_eq!((asked.state, asked.predecessor), (State::Requested, Some(seal)));
    let new = crate::record::certificate(&office);
    let came = register::add(app, &Act::COMMAND_LINE, found(other, new)).await.unwrap();
    assert_eq!(came, asked.id, "what was asked for has come");
    let story = register::show(app, Reader::CommandLine, came).await.unwrap();
    assert_eq!(story.entry.state, State::InUse);
    let events: Vec<_> = story.events.iter().map(|event| event.event).collect();
    assert_eq!(State::after_all(&events), Ok(Some(State::InUse)));
}

async fn a_plan_that_no_longer_fits_is_refused_with_what_changed(office: Office) {
    let leader = Phone::enroll(&office, office.person("Nguyễn Văn An").await).await;
    let plan = look(&office, leader.person, PostChange::Ends(chair(&office))).await;
    let seen = plan.seen.as_str().to_owned();
    device::suspend(&office.app, &Act::COMMAND_LINE, leader.device).await.unwrap();
    office.queue(&[leader.person]).await;
    let late = carry(&office, plan, &[]).await.unwrap_err();
    let parts = [Part::Devices, Part::Certificates, Part::Steps];
    let FlowError::PlanMoved(moved) = late else { panic!("{late:?}") };
    assert_eq!(moved, [parts[0], parts[2]]);
    assert_eq!(standing(&office, &leader).await, Standing::Suspended, "nothing was done");
    let reports = change::list(&office.app, Reports::CommandLine, None).await.unwrap();
    assert!(reports.is_empty());
    // A form that carries the old print is told the same.
    let plan = look(&office, leader.person, PostChange::Ends(chair(&office))).await;
    assert_eq!(plan.require(&seen), Err(FlowError::PlanMoved(moved)));
    plan.require(plan.seen.as_str()).unwrap();
    assert!(plan.require("x").is_err());
    carry(&office, plan, &[]).await.unwrap();
}

async fn two_officers_at_once_carry_out_one_change(office: Office) {
    let leader = Phone::enroll(&office, office.person("Nguyễn Văn An").await).await;
    let health = unit(&office, office.unit.id, "Sở Y tế").await;
    let one = look(&office, leader.person, moves(&office, health, "Giám đốc")).await;
    let other = look(&office, leader.person, PostChange::Leaves(Leaving::Leaves)).await;
    let (one, other) = tokio::join!(carry(&office, one, &[]), carry(&office, other, &[]));
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    let late = one.err().or(other.err()).unwrap();
    assert!(matches!(late, FlowError::PlanMoved(_)), "{late:?}");
    let reports = change::list(&office.app, Reports::CommandLine, None).await.unwrap();
    assert_eq!(reports.len(), 1);
}

async fn a_decision_in_the_midst_of_a_change_is_recorded_before_or_refused_with_a_leaf(
    office: Office,
) {
    let (mut before, mut after) = (0, 0);
    let deputy = person(&office, office.unit.id, "Lê Thị Khuê", "Phó Chủ tịch").await;
    Phone::enroll(&office, deputy).await;
    for round in 0..6 {
        let phone = Phone::enroll(&office, office.person(&format!("An {round}")).await).await;
        let request = office.queue(&[phone.person]).await;
        let draft = phone.draft(&office, request, Verb::Approve).await;
        let submission = phone.sign(&draft);
        let plan = look(&office, phone.person, PostChange::Ends(chair(&office))).await;
        let deciding = phone.send(&office.app, &draft, submission);
        let (decided, changed) = tokio::join!(deciding, carry(&office, plan, &[]));
        match (decided, changed) {
            // Decided first: the step that the plan would hand on is not there any more.
            (Ok(_), Err(FlowError::PlanMoved(parts))) => {
                assert_eq!(parts, [Part::Steps]);
                before += 1;
            }
            (Err(FlowError::Refused { receipt, .. }), Ok(_)) => {
                receipt.verify(&phone.log_key()).unwrap();
                after += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(before + after, 6);
}

async fn a_decision_signed_in_the_old_post_is_refused_with_a_leaf(office: Office) {
    let leader = Phone::enroll(&office, office.person("Nguyễn Văn An").await).await;
    let request = office.queue(&[leader.person]).await;
    let draft = leader.draft(&office, request, Verb::Approve).await;
    let submission = leader.sign(&draft);
    let plan = look(&office, leader.person, moves(&office, office.unit.id, "Bí thư")).await;
    let key = plan.items[0].about.key();
    carry(&office, plan, &[(key, "keep")]).await.unwrap();
    let late = leader.send(&office.app, &draft, submission.clone()).await.unwrap_err();
    let FlowError::Refused { why, receipt } = late else { panic!("{late:?}") };
    assert_eq!(why, ProblemKind::Overtaken);
    receipt.verify(&leader.log_key()).unwrap();
    // A position that was never held is another matter: it is no decision of this office.
    let mut forged = draft.clone();
    let position = Text::new("Bộ trưởng").unwrap();
    forged.decision.authority = trien_core::decision::Authority::Own { position };
    let forged_submission = leader.sign(&forged);
    let refused = leader.send(&office.app, &forged, forged_submission).await;
    assert!(matches!(refused, Err(FlowError::Mismatch(_))), "{refused:?}");
}

async fn nobody_changes_posts_beyond_the_own_units(office: Office) {
    let app = &office.app;
    let health = unit(&office, office.unit.id, "Sở Y tế").await;
    let doctor = person(&office, health, "Lê Thị Khuê", "Giám đốc").await;
    let own = officer(&office, &[health]);
    let from = PostRef { unit: health, title: "Giám đốc".to_owned() };
    let up = PostChange::Moves { from: from.clone(), to: new_post(office.unit.id, "Chủ tịch") };
    let refused = change::look(app, Changer::Officer(&own), doctor, up).await;
    assert_eq!(refused.unwrap_err(), FlowError::Forbidden, "nobody lifts anybody above");
    change::look(app, Changer::Officer(&own), doctor, PostChange::Ends(from)).await.unwrap();
    let dissolve = UnitChange::Dissolve;
    let choices = UnitChoices::default();
    let ends = change::look_unit(app, Changer::Officer(&own), health, dissolve, choices).await;
    assert_eq!(ends.err(), Some(FlowError::Forbidden), "that is for the unit above");
    let stranger = officer(&office, &[]);
    let page = change::person_page(app, &stranger, doctor).await;
    assert_eq!(page.unwrap_err(), FlowError::NotFound(Thing::Person));
}

async fn a_post_given_in_one_unit_opens_no_step_of_another(office: Office) {
    let app = &office.app;
    let leader = Phone::enroll(&office, office.person("Nguyễn Văn An").await).await;
    let request = office.queue(&[leader.person]).await;
    let commune = unit(&office, office.unit.id, "UBND xã Khác").await;
    let own = officer(&office, &[commune]);
    let changer = Changer::Officer(&own);
    let adds = PostChange::Adds(new_post(commune, "Cố vấn"));
    let plan = change::look(app, changer, leader.person, adds).await.unwrap();
    change::carry_out(app, changer, &act(), plan, &BTreeMap::new()).await.unwrap();
    let ends = PostChange::Ends(PostRef { unit: commune, title: "Cố vấn".to_owned() });
    let plan = change::look(app, changer, leader.person, ends).await.unwrap();
    assert!(plan.items.is_empty(), "the step is of the unit above");
    assert_eq!(plan.left, 1);
    change::carry_out(app, changer, &act(), plan, &BTreeMap::new()).await.unwrap();
    let now = assignments(&office, request).await;
    assert_eq!(now, [(leader.person, Assignment::Open)]);
    // Nor does the post that was there show what is held elsewhere.
    let (held, past) = change::person_page(app, &own, leader.person).await.unwrap();
    assert_eq!((held.posts.len(), held.devices.len(), held.steps.len()), (0, 0, 0));
    assert_eq!(past.len(), 1);
    // A split sends back only what its officer administers.
    let joins = PostChange::Adds(new_post(commune, "Cố vấn"));
    carry(&office, look(&office, leader.person, joins).await, &[]).await.unwrap();
    let over = unit(&office, office.unit.id, "Cụm xã").await;
    let under = unit(&office, over, "Xã Dưới").await;
    let joins = PostChange::Adds(new_post(under, "Cố vấn"));
    carry(&office, look(&office, leader.person, joins).await, &[]).await.unwrap();
    let above = officer(&office, &[over]);
    let split =
        UnitChange::Split { name: Text::new("Xã Mới").unwrap(), people: vec![leader.person] };
    let choices = UnitChoices { steps: change::Steps::SendBack, ..UnitChoices::default() };
    let plan = change::look_unit(app, Changer::Officer(&above), under, split, choices).await;
    let plan = plan.unwrap();
    assert_eq!(plan.left, 1);
    change::carry_out_unit(app, Changer::Officer(&above), &act(), plan).await.unwrap();
    let now = assignments(&office, request).await;
    assert_eq!(now, [(leader.person, Assignment::Open)]);
}

async fn a_table_does_not_move_whoever_holds_a_phone(office: Office) {
    let leader = Phone::enroll(&office, office.person("Nguyễn Văn An").await).await;
    let table = format!(
        "Trien ID,Full name,Position,Unit\n{},Nguyễn Văn An,Bí thư,UBND xã Thử Nghiệm\n",
        leader.person
    );
    let plan = import::plan(&office.app, &Reach::EVERYWHERE, Kind::People, table.into_bytes());
    let faults: Vec<Fault> = plan.await.unwrap().problems.iter().map(|it| it.fault).collect();
    assert_eq!(faults, [Fault::HoldsThings]);
}

pub async fn a_merged_unit_goes_over_whole_and_keeps_its_name(office: Office) {
    let app = &office.app;
    let (top, own) = (office.unit.id, office.unit.id);
    let from = unit(&office, top, "Sở Kế hoạch").await;
    let into = unit(&office, top, "Sở Tài chính").await;
    let below = unit(&office, from, "Phòng Tổng hợp").await;
    let head = Phone::enroll(&office, person(&office, from, "Trần Bình", "Giám đốc").await).await;
    let under =
        Phone::enroll(&office, person(&office, below, "Lê Cúc", "Trưởng phòng").await).await;
    let request = office.queue(&[head.person]).await;
    let keys = [key::Scope::Submit, key::Scope::Read];
    key::create(app, from, &keys, "văn bản").await.unwrap();
    let merge = UnitChange::Merge { into };
    let choices = UnitChoices {
        certificates: Certificates::Keep,
        keys: Keys::Move,
        ..UnitChoices::default()
    };
    let plan = change::look_unit(app, Changer::CommandLine, from, merge.clone(), choices).await;
    let plan = plan.unwrap();
    assert_eq!(plan.people, 1);
    let id = change::carry_out_unit(app, Changer::CommandLine, &act(), plan).await.unwrap();

    let told_of = report(&office, id).await;
    let expected = [
        ("post", "changed"),
        ("device", "kept"),
        ("key", "moved"),
        ("unit", "moved"),
        ("unit", "ended"),
    ];
    assert_eq!(told(&told_of), expected);
    let mut merged = head;
    let post = merged.sync(app, SyncQuery::default()).await.unwrap().post.unwrap();
    assert_eq!(
        (post.unit.name.as_str(), post.person.position.as_str()),
        ("Sở Tài chính", "Giám đốc")
    );
    (merged.profile.person, merged.profile.unit) = (post.person, post.unit);
    merged.decide(&office, request, Verb::Approve).await.unwrap();
    let of_entry = entry_of(&office, merged.device).await.entry.unit.id;
    assert_eq!(of_entry, into, "the register follows");
    let officer_of_into = officer(&office, &[into]);
    let found = people::search(app, &officer_of_into, "cuc", Turn::First).await.unwrap();
    assert_eq!(found.people.len(), 1, "what stood below stands below the other one");
    assert_eq!(standing(&office, &under).await, Standing::Active);
    let seen = units::meant(app, &officer(&office, &[own]), "Sở Kế hoạch").await;
    assert_eq!(seen.unwrap_err(), FlowError::NotFound(Thing::Unit), "nobody chooses it any more");
    let (page, people) = change::unit_page(app, &officer(&office, &[own]), from).await.unwrap();
    assert_eq!(page.unit.name, "Sở Kế hoạch", "its name is kept");
    assert_eq!(page.ended.unwrap().1.unwrap().id, into);
    assert!(people.is_empty());
    let all = key::list(app).await.unwrap();
    assert!(all.iter().any(|key| key.unit == into && key.revoked_at.is_none()));
    let again = change::look_unit(app, Changer::CommandLine, from, merge, choices).await;
    assert_eq!(again.err(), Some(FlowError::NoChange(NoChange::Dissolved)));
    let join = PostChange::Adds(new_post(from, "Cố vấn"));
    let into_dissolved = change::look(app, Changer::CommandLine, merged.person, join).await;
    assert_eq!(into_dissolved.unwrap_err(), FlowError::NoChange(NoChange::Dissolved));
    let name = Text::new("Ai Đó").unwrap();
    let late = admin::create_person(app, &Act::COMMAND_LINE, &name, from, &name).await;
    assert_eq!(late.unwrap_err(), FlowError::NotFound(Thing::Unit));
}

pub async fn a_renamed_unit_keeps_its_old_name_and_ends_what_says_it(office: Office) {
    let app = &office.app;
    let leader = Phone::enroll(&office, office.person("Nguyễn Văn An").await).await;
    let request = office.queue(&[leader.person]).await;
    let other = office.person("Lê Thị Khuê").await;
    invite::create(app, &Act::COMMAND_LINE, other, 1800).await.unwrap();
    let rename = UnitChange::Rename(Text::new("UBND phường Thử Nghiệm").unwrap());
    let choices = UnitChoices::default();
    let plan = change::look_unit(app, Changer::CommandLine, office.unit.id, rename, choices).await;
    let id =
        change::carry_out_unit(app, Changer::CommandLine, &act(), plan.unwrap()).await.unwrap();
    let expected = [("device", "revoked"), ("invitation", "ended"), ("unit", "renamed")];
    assert_eq!(told(&report(&office, id).await), expected);
    let top = officer(&office, &[office.unit.id]);
    let (page, _) = change::unit_page(app, &top, office.unit.id).await.unwrap();
    assert_eq!(page.unit.name, "UBND phường Thử Nghiệm");
    assert_eq!(page.names[0].0, "UBND xã Thử Nghiệm");
    let found = people::search(app, &top, "phuong khue", Turn::First).await.unwrap();
    assert_eq!(found.people.len(), 1, "people are found by the new name");
    let again = Phone::enroll(&office, leader.person).await;
    again.decide(&office, request, Verb::Approve).await.unwrap();
}

pub async fn a_dissolved_unit_leaves_nothing_that_acts(office: Office) {
    let app = &office.app;
    let leader = Phone::enroll(&office, office.person("Nguyễn Văn An").await).await;
    let request = office.queue(&[leader.person]).await;
    let below = unit(&office, office.unit.id, "Phòng Tổng hợp").await;
    let choices = UnitChoices::default();
    let dissolve = async |unit| {
        change::look_unit(app, Changer::CommandLine, unit, UnitChange::Dissolve, choices).await
    };
    let refused = dissolve(office.unit.id).await;
    assert_eq!(refused.err(), Some(FlowError::NoChange(NoChange::UnitsBelow)));
    for unit in [below, office.unit.id] {
        let plan = dissolve(unit).await.unwrap();
        change::carry_out_unit(app, Changer::CommandLine, &act(), plan).await.unwrap();
        let listed = read::units(app).await.unwrap();
        let ended = |it: &&read::ListedUnit| it.ended_at.is_some();
        let said: Vec<UnitId> = listed.iter().filter(ended).map(|it| it.unit.id).collect();
        assert!(said.contains(&unit), "a list of units says which ended");
    }
    assert_eq!(standing(&office, &leader).await, Standing::Revoked);
    let device = leader.authenticated(app).await;
    let status = device::status(app, &device).await.unwrap();
    assert!(matches!(status, DeviceStatus::Revoked), "{status:?}");
    let state = read::latest_requests(app, 1).await.unwrap()[0].clone();
    assert_eq!((state.id, state.state), (request, RouteState::Returned));
    let keys = key::list(app).await.unwrap();
    assert!(keys.iter().all(|key| key.revoked_at.is_some()));
}

pub async fn a_new_unit_takes_the_people_who_are_named(office: Office) {
    let app = &office.app;
    let goes = Phone::enroll(&office, office.person("Nguyễn Văn An").await).await;
    let stays = Phone::enroll(&office, office.person("Lê Thị Khuê").await).await;
    let name = Text::new("Phòng Chuyển đổi số").unwrap();
    let split = |people| UnitChange::Split { name: name.clone(), people };
    let look = async |people| {
        let choices = UnitChoices { certificates: Certificates::Keep, ..UnitChoices::default() };
        let change = split(people);
        change::look_unit(app, Changer::CommandLine, office.unit.id, change, choices).await
    };
    assert_eq!(look(vec![]).await.err(), Some(FlowError::NoChange(NoChange::Nobody)));
    let plan = look(vec![goes.person]).await.unwrap();
    change::carry_out_unit(app, Changer::CommandLine, &act(), plan).await.unwrap();
    let top = officer(&office, &[office.unit.id]);
    let found = people::search(app, &top, "chuyen doi so", Turn::First).await.unwrap();
    assert_eq!(found.people.len(), 1);
    assert_eq!(found.people[0].person.id, goes.person);
    let post = goes.sync(app, SyncQuery::default()).await.unwrap().post.unwrap();
    assert_eq!(post.unit.name, "Phòng Chuyển đổi số");
    let post = stays.sync(app, SyncQuery::default()).await.unwrap().post.unwrap();
    assert_eq!(post.unit.id, office.unit.id);
}

async fn units_that_cannot_go_are_told_why(office: Office) {
    let app = &office.app;
    let below = unit(&office, office.unit.id, "Phòng A").await;
    let look = async |unit, change| {
        let choices = UnitChoices::default();
        change::look_unit(app, Changer::CommandLine, unit, change, choices).await.err()
    };
    let circle = Some(FlowError::NoChange(NoChange::Circle));
    assert_eq!(look(office.unit.id, UnitChange::Merge { into: below }).await, circle);
    assert_eq!(look(below, UnitChange::Merge { into: below }).await, circle);
    let same = UnitChange::Rename(Text::new("Phòng A").unwrap());
    assert_eq!(look(below, same).await, Some(FlowError::NoChange(NoChange::SameName)));
    let nowhere = UnitId::from_bytes([7; 16]);
    assert_eq!(look(nowhere, UnitChange::Dissolve).await, Some(FlowError::NotFound(Thing::Unit)));
    // Looked at, and then somebody comes.
    let plan = change::look_unit(
        app,
        Changer::CommandLine,
        below,
        UnitChange::Dissolve,
        UnitChoices::default(),
    );
    let plan = plan.await.unwrap();
    person(&office, below, "Trần Bình", "Trưởng phòng").await;
    let late = change::carry_out_unit(app, Changer::CommandLine, &act(), plan).await;
    assert_eq!(late.unwrap_err(), FlowError::PlanMoved(vec![Part::Unit]));
}

async fn nothing_goes_into_a_unit_that_ended_meanwhile(office: Office) {
    let app = &office.app;
    let from = unit(&office, office.unit.id, "Phòng A").await;
    let into = unit(&office, office.unit.id, "Phòng B").await;
    let look = async |unit, change| {
        let choices = UnitChoices::default();
        change::look_unit(app, Changer::CommandLine, unit, change, choices).await.unwrap()
    };
    let merge = look(from, UnitChange::Merge { into }).await;
    let ends = look(into, UnitChange::Dissolve).await;
    change::carry_out_unit(app, Changer::CommandLine, &act(), ends).await.unwrap();
    let late = change::carry_out_unit(app, Changer::CommandLine, &act(), merge).await;
    assert_eq!(late.unwrap_err(), FlowError::PlanMoved(vec![Part::Unit]));
    let (page, _) =
        change::unit_page(app, &officer(&office, &[office.unit.id]), from).await.unwrap();
    assert_eq!(page.ended, None);
}

pub async fn where_certificates_come_from_stays_through_a_split_and_a_merge(office: Office) {
    use trien_server::flow::exchange::{self, Exchanger, Source};
    let app = &office.app;
    let from = unit(&office, office.unit.id, "Phòng A").await;
    let into = unit(&office, office.unit.id, "Phòng B").await;
    let below = unit(&office, from, "Tổ A").await;
    let head = person(&office, from, "Trần Bình", "Trưởng phòng").await;
    let (outside, why) = (Some(Source::Outside), Text::new("Kế hoạch").unwrap());
    exchange::set_source(app, Exchanger::CommandLine, from, outside, why).await.unwrap();
    let choices = UnitChoices::default();
    let split = UnitChange::Split { name: Text::new("Phòng C").unwrap(), people: vec![head] };
    for change in [split, UnitChange::Merge { into }] {
        let plan = change::look_unit(app, Changer::CommandLine, from, change, choices).await;
        let plan = plan.unwrap();
        change::carry_out_unit(app, Changer::CommandLine, &act(), plan).await.unwrap();
    }
    let new = change::posts(app, head).await.unwrap()[0].unit.id;
    for (unit, source) in [(new, Source::Outside), (below, Source::Outside), (into, Source::Here)] {
        assert_eq!(exchange::source(app, unit).await.unwrap().source, source);
    }
}

async fn a_report_that_was_altered_is_told(office: Office) {
    let leader = office.person("Nguyễn Văn An").await;
    let plan = look(&office, leader, PostChange::Leaves(Leaving::Dies)).await;
    let id = carry(&office, plan, &[]).await.unwrap();
    assert!(report(&office, id).await.intact);
    let mut database = office.database().await;
    let alter = sqlx::query("UPDATE change_line SET what = 'khác'");
    alter.execute(&mut database).await.unwrap();
    assert!(!report(&office, id).await.intact);
}
