//! Enrollment slips and the officer's session: a month of paper, ten minutes of digits, five tries.

use trien_core::document::Text;
use trien_core::enrollment::short_code::{Asking, NotOpened, ShortCode};
use trien_core::enrollment::{Invitation, Slip};
use trien_core::env::Clock as _;
use trien_core::env::OsEntropy;
use trien_core::id::{PersonId, SlipId, UnitId};
use trien_core::wave::Plan;
use trien_core::wire::{Base64, ShortCodeQuestion, SlipQuestion, SlipView};
use trien_server::flow::act::Act;
use trien_server::flow::admin::{self, KeyPolicy};
use trien_server::flow::change::{self, Changer, Leaving, PostChange, UnitChange, UnitChoices};
use trien_server::flow::device::Standing;
use trien_server::flow::invite::InvitationEnd;
use trien_server::flow::slip::session::{self, NoShortCode};
use trien_server::flow::slip::{self, Among, CodeState, ListedSlip, SlipEnd};
use trien_server::flow::waves::{self, Follower, NewWave, Who};
use trien_server::flow::{FlowError, Thing, devices, enroll, invite};

use crate::office::Office;
use crate::on_both;
use crate::phone::{Enrolling, Phone};

on_both! {
    a_slip_and_the_short_code_make_a_device_and_use_the_slip_up,
    wrong_digits_five_times_end_the_code_and_are_counted_for_both_sides,
    a_short_code_lives_ten_minutes_and_another_one_ends_it,
    a_session_started_anew_ends_what_a_phone_made_of_the_one_before,
    an_invitation_is_into_the_unit_that_the_officer_was_asked_for,
    each_end_of_a_slip_is_told_in_its_own_words,
    whoever_leaves_the_post_or_whose_unit_ends_loses_the_slip,
    slips_for_many_are_made_where_they_are_missing,
    tries_at_once_are_five_at_most,
    officers_of_another_unit_do_nothing_with_a_slip,
    no_row_holds_the_digits_and_the_log_tells_of_each_act,
}

const ACT: Act = Act::COMMAND_LINE;

async fn made(office: &Office, person: PersonId) -> Slip {
    slip::make(&office.app, &ACT, person, office.unit.id).await.unwrap();
    printed(office, person).await
}

/// The slip as it is printed.
async fn printed(office: &Office, person: PersonId) -> Slip {
    let open = slip::open(&office.app, Among::Person(person), 0, 10).await.unwrap();
    let [one]: [ListedSlip; 1] = open.try_into().unwrap();
    Slip::from_link(&one.link(&office.app)).unwrap().1
}

async fn look_up(office: &Office, slip: SlipId) -> Result<SlipView, FlowError> {
    session::look_up(&office.app, &SlipQuestion { slip }).await
}

async fn open(office: &Office, slip: &Slip, code: &ShortCode) -> Result<Opened, FlowError> {
    let asking = Asking::begin(code, slip, &OsEntropy);
    let share = Base64(asking.share().to_vec());
    let answer = session::answer(&office.app, ShortCodeQuestion { slip: slip.id, share }).await?;
    Ok(Opened { left: answer.left, invitation: asking.open(&answer) })
}

struct Opened {
    left: u32,
    invitation: Result<Invitation, NotOpened>,
}

fn wrong(than: &ShortCode) -> ShortCode {
    let other = ["00000000", "11111111"].map(|digits| ShortCode::parse(digits).unwrap());
    other.into_iter().find(|other| other != than).unwrap()
}

async fn a_slip_and_the_short_code_make_a_device_and_use_the_slip_up(office: Office) {
    let app = &office.app;
    let person = office.person("Nguyễn Văn An").await;
    let slip = made(&office, person).await;
    let view = look_up(&office, slip.id).await.unwrap();
    assert_eq!((view.person.id, view.unit.id, view.started), (person, office.unit.id, None));
    let early = open(&office, &slip, &ShortCode::parse("00000000").unwrap()).await;
    assert_eq!(early.err(), Some(FlowError::NoShortCode(NoShortCode::NotStarted)));

    let started = session::start(app, &ACT, person, office.unit.id).await.unwrap();
    assert_eq!(look_up(&office, slip.id).await.unwrap().started.unwrap().left, 5);
    let invitation = open(&office, &slip, &started.code).await.unwrap().invitation.unwrap();
    let enrolling = Enrolling::begin(app, invitation.clone()).await.unwrap();
    let held = slip::of_person(app, person).await.unwrap().unwrap();
    assert_eq!(held.code.unwrap().state, CodeState::Opened);
    // The code has done its work; the slip waits for the officer's approval.
    let again = open(&office, &slip, &started.code).await;
    assert_eq!(again.err(), Some(FlowError::NoShortCode(NoShortCode::Over)));
    let reveal = enrolling.send(app).await.unwrap();
    let digits = enrolling.code(&reveal).grouped();
    enroll::approve(app, &ACT, reveal.device, &digits).await.unwrap();
    assert_eq!(look_up(&office, slip.id).await, Err(FlowError::SlipEnded(SlipEnd::Used)));
    let used = Enrolling::begin(app, invitation).await;
    assert_eq!(used.err(), Some(FlowError::InvitationEnded(InvitationEnd::Used)));
}

pub async fn wrong_digits_five_times_end_the_code_and_are_counted_for_both_sides(office: Office) {
    let person = office.person("Nguyễn Văn An").await;
    let slip = made(&office, person).await;
    let started = session::start(&office.app, &ACT, person, office.unit.id).await.unwrap();
    let guess = wrong(&started.code);
    for left in (0..5).rev() {
        let tried = open(&office, &slip, &guess).await.unwrap();
        assert_eq!((tried.left, tried.invitation), (left, Err(NotOpened::WrongCode)));
        let held = slip::of_person(&office.app, person).await.unwrap().unwrap();
        assert_eq!(held.code.unwrap().tries, 5 - left);
    }
    let right = open(&office, &slip, &started.code).await;
    assert_eq!(right.err(), Some(FlowError::NoShortCode(NoShortCode::TooOften)));
    let held = slip::of_person(&office.app, person).await.unwrap().unwrap();
    assert_eq!((held.code.unwrap().state, held.end), (CodeState::Spent, None));
    // The slip itself is good: the officer starts another session.
    let other = session::start(&office.app, &ACT, person, office.unit.id).await.unwrap();
    open(&office, &slip, &other.code).await.unwrap().invitation.unwrap();
}

async fn a_short_code_lives_ten_minutes_and_another_one_ends_it(office: Office) {
    let person = office.person("Nguyễn Văn An").await;
    let slip = made(&office, person).await;
    let over = Some(FlowError::NoShortCode(NoShortCode::Over));
    let first = session::start(&office.app, &ACT, person, office.unit.id).await.unwrap();
    let second = session::start(&office.app, &ACT, person, office.unit.id).await.unwrap();
    let old = open(&office, &slip, &first.code).await.unwrap();
    assert_eq!(old.invitation, Err(NotOpened::WrongCode));
    office.clock.forward(600);
    let invitation = open(&office, &slip, &second.code).await.unwrap().invitation.unwrap();
    office.clock.forward(1);
    assert_eq!(open(&office, &slip, &second.code).await.err(), over);
    assert_eq!(look_up(&office, slip.id).await.unwrap().started, None);
    // A phone that opened it in time goes on.
    Enrolling::begin(&office.app, invitation).await.unwrap();
}

async fn a_session_started_anew_ends_what_a_phone_made_of_the_one_before(office: Office) {
    let app = &office.app;
    let person = office.person("Nguyễn Văn An").await;
    let slip = made(&office, person).await;
    let first = session::start(app, &ACT, person, office.unit.id).await.unwrap();
    let invitation = open(&office, &slip, &first.code).await.unwrap().invitation.unwrap();
    let enrolling = Enrolling::begin(app, invitation.clone()).await.unwrap();
    let reveal = enrolling.send(app).await.unwrap();
    office.clock.forward(1);
    let second = session::start(app, &ACT, person, office.unit.id).await.unwrap();
    assert_eq!(
        devices::newest(app, None, 50).await.unwrap()[0].standing,
        Standing::Refused,
        "the phone that got in first waits no longer"
    );
    let digits = enrolling.code(&reveal).grouped();
    assert!(enroll::approve(app, &ACT, reveal.device, &digits).await.is_err());
    let again = Enrolling::begin(app, invitation).await;
    assert_eq!(again.err(), Some(FlowError::InvitationEnded(InvitationEnd::Spent)));

    let invitation = open(&office, &slip, &second.code).await.unwrap().invitation.unwrap();
    let enrolling = Enrolling::begin(app, invitation).await.unwrap();
    let reveal = enrolling.send(app).await.unwrap();
    let digits = enrolling.code(&reveal).grouped();
    enroll::approve(app, &ACT, reveal.device, &digits).await.unwrap();
}

async fn an_invitation_is_into_the_unit_that_the_officer_was_asked_for(office: Office) {
    let app = &office.app;
    let person = office.person("Nguyễn Văn An").await;
    let other = post_elsewhere(&office, person).await;
    let first = invite::create(app, &ACT, person, 1800).await.unwrap().invitation;
    assert_eq!(first.unit, office.unit.name);
    let invited = invite::create_in(app, &ACT, person, other, 1800).await.unwrap().invitation;
    assert_eq!(invited.unit, "Sở Y tế");
    let stranger = office.person("Trần Thị Bình").await;
    let nothing = invite::create_in(app, &ACT, stranger, other, 1800).await;
    assert_eq!(nothing.err(), Some(FlowError::NotFound(Thing::Person)));
}

/// Another post of somebody, in a unit of other officers.
async fn post_elsewhere(office: &Office, person: PersonId) -> UnitId {
    let app = &office.app;
    let name = Text::new("Sở Y tế").unwrap();
    let other = admin::create_unit(app, &ACT, &name, None, KeyPolicy::Hardware).await.unwrap().id;
    let title = Text::new("Ủy viên").unwrap();
    let post = change::NewPost { unit: other, title, authority: None };
    let who = Changer::CommandLine;
    let plan = change::look(app, who, person, PostChange::Adds(post)).await.unwrap();
    let act = Act { why: Some(Text::new("QĐ 45").unwrap()), ..Act::COMMAND_LINE };
    let nothing = std::collections::BTreeMap::new();
    change::carry_out(app, who, &act, plan, &nothing).await.unwrap();
    other
}

async fn each_end_of_a_slip_is_told_in_its_own_words(office: Office) {
    let app = &office.app;
    let person = office.person("Nguyễn Văn An").await;
    let unknown = look_up(&office, SlipId::from_bytes([1; 16])).await;
    assert_eq!(unknown, Err(FlowError::NotFound(Thing::Slip)));
    let nothing = session::start(app, &ACT, person, office.unit.id).await;
    assert_eq!(nothing.err(), Some(FlowError::NotFound(Thing::Slip)));

    let replaced = made(&office, person).await;
    let started = session::start(app, &ACT, person, office.unit.id).await.unwrap();
    office.clock.forward(1);
    let cancelled = made(&office, person).await;
    let ended = |why| Some(FlowError::SlipEnded(why));
    assert_eq!(look_up(&office, replaced.id).await.err(), ended(SlipEnd::Replaced));
    let late = open(&office, &replaced, &started.code).await;
    assert_eq!(late.err(), ended(SlipEnd::Replaced));
    let started = session::start(app, &ACT, person, office.unit.id).await.unwrap();
    let opened = open(&office, &cancelled, &started.code).await.unwrap().invitation.unwrap();
    Enrolling::begin(app, opened.clone()).await.unwrap();
    slip::cancel(app, &ACT, person, office.unit.id).await.unwrap();
    let after = Enrolling::begin(app, opened).await;
    assert_eq!(
        after.err(),
        Some(FlowError::InvitationEnded(InvitationEnd::Spent)),
        "what the code opened ends with it"
    );
    assert_eq!(look_up(&office, cancelled.id).await.err(), ended(SlipEnd::Cancelled));
    let again = slip::cancel(app, &ACT, person, office.unit.id).await;
    assert_eq!(again, Err(FlowError::NotFound(Thing::Slip)));
    office.clock.forward(1);
    let expired = made(&office, person).await;
    office.clock.forward(30 * 86_400);
    look_up(&office, expired.id).await.unwrap();
    office.clock.forward(1);
    assert_eq!(look_up(&office, expired.id).await.err(), ended(SlipEnd::Expired));
    assert_eq!(
        session::start(app, &ACT, person, office.unit.id).await.err(),
        ended(SlipEnd::Expired)
    );

    // A device by another way uses the slip up too.
    office.clock.forward(1);
    let used = made(&office, person).await;
    Phone::enroll(&office, person).await;
    assert_eq!(look_up(&office, used.id).await.err(), ended(SlipEnd::Used));
}

async fn whoever_leaves_the_post_or_whose_unit_ends_loses_the_slip(office: Office) {
    let app = &office.app;
    let act = Act { why: Some(Text::new("QĐ 45").unwrap()), ..Act::COMMAND_LINE };
    let leaves = office.person("Nguyễn Văn An").await;
    let stays = office.person("Trần Thị Bình").await;
    let (lost, kept) = (made(&office, leaves).await, made(&office, stays).await);
    let started = session::start(app, &ACT, leaves, office.unit.id).await.unwrap();
    let change = PostChange::Leaves(Leaving::ALL[0]);
    let plan = change::look(app, Changer::CommandLine, leaves, change).await.unwrap();
    let nothing = std::collections::BTreeMap::new();
    change::carry_out(app, Changer::CommandLine, &act, plan, &nothing).await.unwrap();
    let ended = Some(FlowError::SlipEnded(SlipEnd::Left));
    assert_eq!(look_up(&office, lost.id).await.err(), ended);
    assert_eq!(open(&office, &lost, &started.code).await.err(), ended);
    look_up(&office, kept.id).await.unwrap();
    let dissolve = UnitChange::Dissolve;
    let choices = UnitChoices {
        certificates: change::Certificates::Revoke,
        keys: change::Keys::End,
        steps: change::Steps::SendBack,
    };
    let who = Changer::CommandLine;
    let plan = change::look_unit(app, who, office.unit.id, dissolve, choices).await.unwrap();
    change::carry_out_unit(app, who, &act, plan).await.unwrap();
    assert_eq!(look_up(&office, kept.id).await.err(), ended);
}

async fn slips_for_many_are_made_where_they_are_missing(office: Office) {
    let app = &office.app;
    let enrolled = office.person("Nguyễn Văn An").await;
    let holding = office.person("Trần Thị Bình").await;
    let missing = office.person("Lê Văn Cường").await;
    Phone::enroll(&office, enrolled).await;
    let old = made(&office, holding).await;
    let unit = Among::Unit(office.unit.id);
    assert_eq!(slip::make_missing(app, &ACT, unit, |_| false).await, Ok(0));
    assert_eq!(slip::make_missing(app, &ACT, unit, |_| true).await, Ok(1));
    assert_eq!(slip::make_missing(app, &ACT, unit, |_| true).await, Ok(0));
    look_up(&office, old.id).await.unwrap();
    let people = |open: Vec<ListedSlip>| open.iter().map(|one| one.person.id).collect::<Vec<_>>();
    let open = slip::open(app, unit, 0, 10).await.unwrap();
    assert_eq!(people(open), [holding, missing], "in the order of given names");

    let starts = office.clock.now().second();
    let plan = Plan { starts, ends: starts.plus(86_400), target: None };
    let name = Text::new("Đợt I").unwrap();
    let new = NewWave { name, who: Who::Everybody, plan, units: vec![office.unit.id] };
    let wave = waves::plan(app, Follower::CommandLine, new, None).await.unwrap();
    slip::cancel(app, &ACT, missing, office.unit.id).await.unwrap();
    office.clock.forward(1);
    assert_eq!(slip::make_missing(app, &ACT, Among::Wave(wave), |_| true).await, Ok(1));
    assert_eq!(slip::open(app, Among::Wave(wave), 1, 1).await.unwrap().len(), 1);
    assert_eq!(slip::counts(app, wave).await, Ok(vec![("slip-state-open", 2)]));
}

async fn tries_at_once_are_five_at_most(office: Office) {
    let person = office.person("Nguyễn Văn An").await;
    let slip = made(&office, person).await;
    let started = session::start(&office.app, &ACT, person, office.unit.id).await.unwrap();
    let guess = wrong(&started.code);
    let mut tries = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let asking = Asking::begin(&guess, &slip, &OsEntropy);
        let share = Base64(asking.share().to_vec());
        let (app, question) = (office.app.clone(), ShortCodeQuestion { slip: slip.id, share });
        tries.spawn(async move { session::answer(&app, question).await.is_ok() });
    }
    let answered = tries.join_all().await.into_iter().filter(|answered| *answered).count();
    assert_eq!(answered, 5);
}

async fn officers_of_another_unit_do_nothing_with_a_slip(office: Office) {
    let app = &office.app;
    let person = office.person("Nguyễn Văn An").await;
    let own = made(&office, person).await;
    let other = post_elsewhere(&office, person).await;
    let missing = FlowError::NotFound(Thing::Slip);
    let started = session::start(app, &ACT, person, other).await;
    assert_eq!(started.err(), Some(missing.clone()));
    assert_eq!(slip::cancel(app, &ACT, person, other).await, Err(missing));
    assert!(slip::make(app, &ACT, person, other).await.is_err());
    look_up(&office, own.id).await.unwrap();
}

pub async fn no_row_holds_the_digits_and_the_log_tells_of_each_act(office: Office) {
    use sqlx::Row as _;
    let person = office.person("Nguyễn Văn An").await;
    made(&office, person).await;
    let started = session::start(&office.app, &ACT, person, office.unit.id).await.unwrap();
    let digits = started.code.grouped().replace(' ', "");
    invite::create(&office.app, &ACT, person, 1800).await.unwrap();
    slip::cancel(&office.app, &ACT, person, office.unit.id).await.unwrap();
    let mut database = office.database().await;
    let rows = sqlx::query("SELECT body FROM statement ORDER BY leaf").fetch_all(&mut database);
    let bodies: Vec<String> = rows.await.unwrap().iter().map(|row| row.get(0)).collect();
    let acts: Vec<String> = bodies
        .iter()
        .filter_map(|body| serde_json::from_str::<serde_json::Value>(body).ok())
        .filter_map(|body| Some(body["act"].as_str()?.to_owned()))
        .collect();
    let ours: Vec<&str> =
        acts.iter().map(String::as_str).skip_while(|act| *act != "slip-made").collect();
    assert_eq!(ours, ["slip-made", "session-started", "invited", "slip-cancelled"]);
    assert!(bodies.iter().all(|body| !body.contains(&digits) && !body.contains("Nguyễn")));
    for (file, bytes) in office.files() {
        let found = bytes.windows(8).any(|window| window == digits.as_bytes());
        assert!(!found, "{}", file.display());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_share_that_is_no_point_is_a_try_and_answers_nothing() {
    let office = Office::on_sqlite().await;
    let person = office.person("Nguyễn Văn An").await;
    let slip = made(&office, person).await;
    session::start(&office.app, &ACT, person, office.unit.id).await.unwrap();
    for share in [vec![], vec![4; 65], vec![0; 1000]] {
        let question = ShortCodeQuestion { slip: slip.id, share: Base64(share) };
        let refused = session::answer(&office.app, question).await;
        assert!(matches!(refused, Err(FlowError::BadRequest(_))));
    }
    assert_eq!(look_up(&office, slip.id).await.unwrap().started.unwrap().left, 2);
}
