//! Webhooks: each change of a request is told to the document system of its unit, whatever the other end does, and
//! nothing is called that must not be.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{Request, Response};
use hyper::body::Incoming;
use serde_json::Value;
use sqlx::Row as _;
use trien_core::decision::Verb;
use trien_core::document::Text;
use trien_core::env::{Clock as _, OsEntropy};
use trien_core::request::Role;
use trien_server::app::{App, Settings};
use trien_server::deliver::DeliverSettings;
use trien_server::egress::secret::Secret;
use trien_server::flow::account::{Grant, Officer, Role as OfficeRole};
use trien_server::flow::act::Act;
use trien_server::flow::admin::{self, KeyPolicy};
use trien_server::flow::desk::Doing;
use trien_server::flow::key::{self, Scope};
use trien_server::flow::webhook::{
    self, DeliveryState, DeliveryView, Earlier, Keeper, NoWebhook, Shown,
};
use trien_server::flow::{FlowError, Thing};
use trien_server::jobs;
use trien_server::store::delivery;

use crate::exchange::officer;
use crate::office::{Office, step};
use crate::on_both;
use crate::phone::Phone;
use crate::push::line::{Authority, Break, serve};

on_both!(
    each_change_is_told_once_with_a_signature_and_no_name,
    whatever_ends_a_request_is_told_by_its_own_name,
    what_is_not_taken_is_sent_again_for_two_days_under_one_identifier,
    two_secrets_sign_for_a_day_and_an_ended_webhook_is_told_nothing,
    whoever_wants_nothing_more_is_left_alone,
    a_key_has_eight_webhooks_at_most,
    nothing_inside_is_called_unless_the_configuration_names_its_network,
    one_that_stalls_holds_up_no_other,
    what_is_under_way_counts_at_the_next_look,
    who_waits_longest_is_told_first,
    what_was_sent_again_by_hand_while_under_way_has_its_two_days,
    whoever_administers_the_unit_pauses_a_webhook_and_loses_nothing,
    another_units_system_is_told_nothing_and_a_revoked_key_ends_it,
);

/// What a document system got.
#[derive(Clone, Debug)]
struct Got {
    id: String,
    at: i64,
    signatures: Vec<String>,
    body: String,
}

impl Got {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    fn event(&self) -> String {
        self.json()["type"].as_str().unwrap().to_owned()
    }

    fn is_signed_by(&self, secret: &Secret) -> bool {
        self.signatures.contains(&secret.sign(&self.id, self.at, self.body.as_bytes()))
    }
}

/// How a document system answers.
#[derive(Clone, Copy, Debug)]
enum Answers {
    Status(u16),
    Elsewhere,
    Stalls,
}

/// A document system.
#[derive(Clone)]
struct System {
    url: String,
    authority: Arc<Authority>,
    answers: Arc<Mutex<Answers>>,
    got: Arc<Mutex<Vec<Got>>>,
}

impl System {
    async fn start(authority: &Arc<Authority>) -> Self {
        let answers = Arc::new(Mutex::new(Answers::Status(204)));
        let got = Arc::new(Mutex::new(Vec::new()));
        let of = (Arc::clone(&answers), Arc::clone(&got));
        let origin = serve(authority, move |request| take(of.clone(), request)).await;
        Self { url: format!("{origin}trien"), authority: Arc::clone(authority), answers, got }
    }

    fn answer(&self, how: Answers) {
        *self.answers.lock().unwrap() = how;
    }

    fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    fn events(&self) -> Vec<String> {
        self.got().iter().map(Got::event).collect()
    }
}

async fn take(
    (answers, got): (Arc<Mutex<Answers>>, Arc<Mutex<Vec<Got>>>),
    request: Request<Incoming>,
) -> (Break, Response<Body>) {
    let (parts, body) = request.into_parts();
    let body = to_bytes(Body::new(body), 1 << 16).await.unwrap();
    let header = |name: &str| parts.headers[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "application/json");
    got.lock().unwrap().push(Got {
        id: header("webhook-id"),
        at: header("webhook-timestamp").parse().unwrap(),
        signatures: header("webhook-signature").split(' ').map(str::to_owned).collect(),
        body: String::from_utf8(body.to_vec()).unwrap(),
    });
    let how = *answers.lock().unwrap();
    let response = match how {
        Answers::Status(status) => Response::builder().status(status),
        Answers::Elsewhere => Response::builder().status(307).header("location", "/elsewhere"),
        Answers::Stalls => {
            tokio::time::sleep(Duration::from_secs(30)).await;
            Response::builder().status(200)
        }
    };
    (Break::No, response.body(Body::empty()).unwrap())
}

/// Opens the office again, such that it may call systems of this authority in these networks and waits so long.
async fn reopen(
    office: &mut Office,
    authority: &Authority,
    networks: &[String],
    patience: Duration,
) {
    office.app.shut_down().await;
    let deliver = DeliverSettings {
        private: networks.iter().map(|network| network.parse().unwrap()).collect(),
        authority: Some(authority.path("ca.pem")),
        patience,
    };
    let settings = Settings { deliver, ..office.app.settings().clone() };
    office.app = App::open(settings, office.clock.clone(), Arc::new(OsEntropy)).await.unwrap();
}

const SHORT: Duration = Duration::from_secs(2);
/// Longer than a case takes.
const LONG: Duration = Duration::from_secs(60);

async fn systems<const N: usize>(office: &mut Office, patience: Duration) -> [System; N] {
    let authority = Arc::new(Authority::new());
    let mut systems = Vec::new();
    for _ in 0..N {
        systems.push(System::start(&authority).await);
    }
    let here = ["127.0.0.0/8", "::1"].map(str::to_owned);
    reopen(office, &authority, &here, patience).await;
    systems.try_into().ok().unwrap()
}

async fn added(office: &Office, system: &System) -> Shown {
    let (app, key) = (&office.app, office.caller.key);
    webhook::add(app, Keeper::CommandLine, key, &system.url).await.unwrap()
}

async fn with_system(office: &mut Office) -> (System, Shown) {
    let [system] = systems(office, SHORT).await;
    let shown = added(office, &system).await;
    (system, shown)
}

/// Time passes, and what is due is sent.
async fn pass(office: &Office, seconds: i64) {
    office.clock.forward(seconds);
    jobs::deliver::run_due(&office.app).await.unwrap();
}

async fn told(office: &Office, shown: &Shown) -> Vec<DeliveryView> {
    webhook::deliveries(&office.app, shown.webhook, None, None).await.unwrap()
}

async fn each_change_is_told_once_with_a_signature_and_no_name(mut office: Office) {
    let (system, shown) = with_system(&mut office).await;
    let (an, binh) = (office.person("Nguyễn Văn An").await, office.person("Trần Thị Bình").await);
    let (first, second) = (Phone::enroll(&office, an).await, Phone::enroll(&office, binh).await);
    let mut package = office.package(&[an]);
    package.submission.steps = vec![step(Role::Review, &[an]), step(Role::Approve, &[binh])];
    let request = office.queue_package(package).await;
    pass(&office, 0).await;
    first.decide(&office, request, Verb::Approve).await.unwrap();
    pass(&office, 0).await;
    second.decide(&office, request, Verb::Approve).await.unwrap();
    pass(&office, 0).await;
    pass(&office, 3600).await;
    let got = system.got();
    assert_eq!(system.events(), ["request.queued", "request.approved", "request.completed"]);
    let mut changes = Vec::new();
    for one in &got {
        assert!(one.is_signed_by(&shown.secret) && one.signatures.len() == 1, "{one:?}");
        let data = one.json()["data"].clone();
        assert_eq!(data["request"], request.to_string());
        assert_eq!(data["unit"], office.unit.id.to_string());
        changes.push(data["number"].as_u64().unwrap());
        for name in ["Nguyễn", "Bình", "thử nghiệm", "Quyết", "pdf"] {
            assert!(!one.body.contains(name), "{}", one.body);
        }
    }
    assert!(changes.is_sorted_by(|earlier, later| earlier < later), "{changes:?}");
    let decided = got[1].json();
    assert_eq!((&decided["data"]["step"], decided["timestamp"].is_string()), (&1.into(), true));
    assert_eq!(decided["data"]["decision"].as_str().unwrap().len(), 64);
    assert!(told(&office, &shown).await.iter().all(|it| it.state == DeliveryState::Taken));
}

async fn whatever_ends_a_request_is_told_by_its_own_name(mut office: Office) {
    let (system, _) = with_system(&mut office).await;
    let an = office.person("Nguyễn Văn An").await;
    let phone = Phone::enroll(&office, an).await;
    for verb in [Verb::Reject, Verb::Return] {
        let request = office.queue(&[an]).await;
        phone.decide(&office, request, verb).await.unwrap();
        pass(&office, 0).await;
    }
    assert_eq!(system.events().iter().filter(|event| *event == "request.rejected").count(), 1);
    assert_eq!(system.events().iter().filter(|event| *event == "request.returned").count(), 1);
    office.queue(&[an]).await;
    office.clock.forward(400 * 86_400);
    jobs::run_due(&office.app).await.unwrap();
    pass(&office, 0).await;
    assert_eq!(system.events().iter().filter(|event| *event == "request.expired").count(), 1);
}

async fn what_is_not_taken_is_sent_again_for_two_days_under_one_identifier(mut office: Office) {
    let (system, shown) = with_system(&mut office).await;
    let an = office.person("Nguyễn Văn An").await;
    office.queue(&[an]).await;
    let began = office.clock.now();
    system.answer(Answers::Status(503));
    pass(&office, 0).await;
    system.answer(Answers::Elsewhere);
    let hour = 3600;
    for _ in 0..60 {
        pass(&office, hour).await;
    }
    let got = system.got();
    let first = &got[0];
    assert!(got.len() > 10, "{} tries in two days", got.len());
    assert!(got.iter().all(|it| it.id == first.id && it.body == first.body), "one message");
    assert!(got.iter().all(|it| it.is_signed_by(&shown.secret)), "each try at its own time");
    let last = got.last().unwrap().at - began.second().get();
    assert!(((48 - 7) * hour..=49 * hour).contains(&last), "the last try after {last} s");
    let given_up = told(&office, &shown).await;
    let expected = (DeliveryState::GivenUp, Some("307"), None);
    let [one] = &given_up[..] else { panic!("{given_up:?}") };
    assert_eq!((one.state, one.answer.as_deref(), one.next_at), expected);
    system.answer(Answers::Status(200));
    webhook::replay(&office.app, shown.webhook, one.change).await.unwrap();
    pass(&office, 0).await;
    assert_eq!(system.got().last().unwrap().id, first.id, "whoever has it knows it again");
    assert_eq!(told(&office, &shown).await[0].state, DeliveryState::Taken);
    let replayed = webhook::replay(&office.app, shown.webhook, one.change + 1).await;
    assert!(matches!(replayed, Err(FlowError::NotFound(Thing::Webhook))), "{replayed:?}");
}

pub async fn two_secrets_sign_for_a_day_and_an_ended_webhook_is_told_nothing(mut office: Office) {
    let (system, shown) = with_system(&mut office).await;
    let an = office.person("Nguyễn Văn An").await;
    let (by, id) = (Keeper::CommandLine, shown.webhook);
    let renew = async |earlier| webhook::renew_secret(&office.app, by.clone(), id, earlier).await;
    let renewed = renew(Earlier::Stays).await.unwrap();
    assert_ne!(renewed.secret, shown.secret);
    let until = office.clock.now().plus_seconds(webhook::BOTH_SECONDS);
    let again = renew(Earlier::Stays).await.map(drop);
    assert_eq!(again, Err(FlowError::NoWebhook(NoWebhook::EarlierSigns(until))));
    office.queue(&[an]).await;
    pass(&office, 0).await;
    let both = system.got()[0].clone();
    assert!(both.is_signed_by(&shown.secret) && both.is_signed_by(&renewed.secret), "{both:?}");
    office.clock.forward(webhook::BOTH_SECONDS);
    office.queue(&[an]).await;
    pass(&office, 0).await;
    let new = system.got()[1].clone();
    assert!(!new.is_signed_by(&shown.secret) && new.is_signed_by(&renewed.secret), "{new:?}");
    let third = renew(Earlier::Stays).await.unwrap();
    let fourth = renew(Earlier::Dropped).await.unwrap();
    office.queue(&[an]).await;
    pass(&office, 0).await;
    let last = system.got()[2].clone();
    assert!(!last.is_signed_by(&renewed.secret), "who drops it says so");
    assert!(last.is_signed_by(&third.secret) && last.is_signed_by(&fourth.secret), "{last:?}");
    for (file, bytes) in office.files() {
        let secret = renewed.secret.as_bytes();
        assert!(!bytes.windows(32).any(|part| part == secret), "{}", file.display());
    }
    system.answer(Answers::Status(500));
    office.queue(&[an]).await;
    pass(&office, 0).await;
    webhook::end(&office.app, Keeper::CommandLine, shown.webhook).await.unwrap();
    office.queue(&[an]).await;
    pass(&office, 3600).await;
    assert_eq!(system.got().len(), 4, "neither what is new nor what waited");
    let ended = webhook::end(&office.app, Keeper::CommandLine, shown.webhook).await;
    assert!(matches!(ended, Err(FlowError::NotFound(Thing::Webhook))), "{ended:?}");
}

pub async fn whoever_administers_the_unit_pauses_a_webhook_and_loses_nothing(mut office: Office) {
    let (system, shown) = with_system(&mut office).await;
    let administrator = officer(&office, "quan-tri", OfficeRole::Administrator).await;
    let clerk = officer(&office, "van-thu", OfficeRole::Clerk).await;
    let (app, id) = (&office.app, shown.webhook);
    let an = office.person("Nguyễn Văn An").await;
    let by = |officer| Keeper::Officer(Doing::from(officer));
    for _ in 0..2 {
        webhook::pause(app, by(&administrator), id).await.unwrap();
    }
    office.queue(&[an]).await;
    // Longer than a message is tried.
    pass(&office, 3 * 86_400).await;
    assert_eq!(system.got().len(), 0);
    let held = webhook::one(app, &administrator, id, None, None).await.unwrap();
    assert!(held.webhook.paused_at.is_some() && held.webhook.waiting == 1, "{held:?}");
    webhook::resume(app, by(&administrator), id).await.unwrap();
    system.answer(Answers::Status(500));
    pass(&office, 0).await;
    system.answer(Answers::Status(204));
    pass(&office, 3600).await;
    assert_eq!(system.got().len(), 2, "what was held has its two days from then on");
    let told = webhook::one(app, &administrator, id, None, None).await.unwrap();
    assert_eq!(told.deliveries[0].state, DeliveryState::Taken);
    let listed = webhook::within_reach(app, &administrator).await.unwrap();
    assert_eq!(listed[0].last.as_ref(), Some(&told.deliveries[0]));

    // Whoever does not administer the unit of its key does nothing with it.
    let change = told.deliveries[0].change;
    for refused in [
        webhook::pause(app, by(&clerk), id).await,
        webhook::resume(app, by(&clerk), id).await,
        webhook::renew_secret(app, by(&clerk), id, Earlier::Stays).await.map(drop),
        webhook::end(app, by(&clerk), id).await,
        webhook::replay_by(app, &clerk, id, change).await,
        webhook::add(app, by(&clerk), office.caller.key, &system.url).await.map(drop),
        webhook::one(app, &clerk, id, None, None).await.map(drop),
    ] {
        assert_eq!(refused, Err(FlowError::Forbidden));
    }
    let (name, keys) = (Text::new("Sở Y tế").unwrap(), KeyPolicy::SoftwareAllowed);
    let other = admin::create_unit(app, &Act::COMMAND_LINE, &name, None, keys).await.unwrap();
    let grant = Grant { unit: other.id, role: OfficeRole::Administrator };
    let elsewhere = Officer { grants: vec![grant], ..administrator.clone() };
    let hidden = webhook::one(app, &elsewhere, id, None, None).await.map(drop);
    assert_eq!(hidden, Err(FlowError::NotFound(Thing::Webhook)));
    assert!(webhook::within_reach(app, &elsewhere).await.unwrap().is_empty());
    // The role ended since the page was shown.
    let stale = Officer { account: clerk.account, ..administrator.clone() };
    assert_eq!(webhook::end(app, by(&stale), id).await, Err(FlowError::Forbidden));

    webhook::replay_by(app, &administrator, id, change).await.unwrap();
    pass(&office, 0).await;
    assert_eq!(system.got().len(), 3);
    // A key that may not read has none: a webhook is told what its key may read.
    let submits = key::create(app, office.unit.id, &[Scope::Submit], "chỉ trình").await.unwrap();
    let keys = webhook::keys(app, &administrator).await.unwrap();
    assert!(!keys.is_empty() && keys.iter().all(|(it, _)| it.key != submits.key));
    let added = webhook::add(app, by(&administrator), submits.key, &system.url).await;
    assert!(matches!(added, Err(FlowError::BadRequest(_))), "{added:?}");
    webhook::pause(app, by(&administrator), id).await.unwrap();
    let why = Some(Text::new("thay hệ thống").unwrap());
    let end = Keeper::Officer(Doing::because(&administrator, why));
    webhook::end(app, end, id).await.unwrap();
    assert_eq!(last_state(&office).await, "paused");
}

async fn a_key_has_eight_webhooks_at_most(mut office: Office) {
    let (system, shown) = with_system(&mut office).await;
    for _ in 1..webhook::MOST_OF_KEY {
        added(&office, &system).await;
    }
    let (app, by, key) = (&office.app, Keeper::CommandLine, office.caller.key);
    let ninth = webhook::add(app, by.clone(), key, &system.url).await;
    assert_eq!(ninth.map(drop), Err(FlowError::NoWebhook(NoWebhook::TooMany)));
    assert!(NoWebhook::TooMany.to_string().contains("end one"));
    webhook::end(app, by, shown.webhook).await.unwrap();
    added(&office, &system).await;
}

async fn whoever_wants_nothing_more_is_left_alone(mut office: Office) {
    let (system, shown) = with_system(&mut office).await;
    let an = office.person("Nguyễn Văn An").await;
    system.answer(Answers::Status(410));
    office.queue(&[an]).await;
    pass(&office, 0).await;
    office.queue(&[an]).await;
    pass(&office, 3600).await;
    assert_eq!(system.got().len(), 1);
    let [listed] = &webhook::list(&office.app).await.unwrap()[..] else { panic!("one webhook") };
    assert!(listed.gone_at.is_some() && listed.ended_at.is_none() && listed.waiting == 0);
    let [only] = &told(&office, &shown).await[..] else { panic!("one message") };
    let (app, id, by) = (&office.app, shown.webhook, Keeper::CommandLine);
    for refused in [
        webhook::replay(app, id, only.change).await,
        webhook::pause(app, by.clone(), id).await,
        webhook::resume(app, by.clone(), id).await,
        webhook::renew_secret(app, by.clone(), id, Earlier::Dropped).await.map(drop),
    ] {
        assert_eq!(refused, Err(FlowError::NoWebhook(NoWebhook::Gone)));
    }
    webhook::end(app, by, id).await.unwrap();
    assert_eq!(last_state(&office).await, "gone");
}

/// As what a webhook was found when something was last done to it.
async fn last_state(office: &Office) -> Value {
    let sql = "SELECT body FROM statement WHERE leaf = (SELECT MAX(leaf) FROM statement)";
    let row = sqlx::query(sql).fetch_one(&mut office.database().await).await.unwrap();
    let said: Value = serde_json::from_str(&row.get::<String, _>(0)).unwrap();
    said["before"]["state"].clone()
}

async fn nothing_inside_is_called_unless_the_configuration_names_its_network(mut office: Office) {
    let (system, shown) = with_system(&mut office).await;
    let authority = Arc::clone(&system.authority);
    let here = ["127.0.0.0/8", "::1"].map(str::to_owned);
    reopen(&mut office, &authority, &[], SHORT).await;
    for inside in [
        "http://qlvb.example.vn/",
        "https://user:word@qlvb.example.vn/",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://10.0.0.8/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::ffff:10.0.0.8]/",
        "https://[fd00::1]/",
        "not an address",
    ] {
        let added = webhook::add(&office.app, Keeper::CommandLine, office.caller.key, inside).await;
        assert!(matches!(added, Err(FlowError::BadRequest(_))), "{inside}: {added:?}");
    }
    // A name that leads inside is found out when it is called, however it was written down.
    let an = office.person("Nguyễn Văn An").await;
    office.queue(&[an]).await;
    pass(&office, 0).await;
    assert_eq!(system.got().len(), 0);
    let waiting = told(&office, &shown).await;
    assert_eq!(waiting[0].state, DeliveryState::Waiting);
    let why = waiting[0].answer.as_deref().unwrap();
    assert!(why.contains("does not lead to an address that may be called"), "{why}");
    reopen(&mut office, &authority, &here, SHORT).await;
    pass(&office, 3600).await;
    assert_eq!(system.events(), ["request.queued"]);
}

/// Waits for what is to come within two seconds.
async fn until(held: impl Fn() -> bool) {
    for _ in 0..200 {
        if held() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it did not come");
}

async fn one_that_stalls_holds_up_no_other(mut office: Office) {
    let [stalls, other] = systems(&mut office, SHORT).await;
    for system in [&stalls, &other] {
        added(&office, system).await;
    }
    stalls.answer(Answers::Stalls);
    let an = office.person("Nguyễn Văn An").await;
    for _ in 0..8 {
        office.queue(&[an]).await;
    }
    let app = office.app.clone();
    let sending = tokio::spawn(async move { jobs::deliver::run_due(&app).await });
    until(|| other.got().len() >= 4).await;
    assert!(stalls.got().len() <= 4, "not all of what it is to be told waits at once");
    sending.await.unwrap().unwrap();
    assert_eq!(other.got().len(), 8);
}

/// A look at what is due while what an earlier one took is under way.
async fn look(office: &Office) -> tokio::task::JoinHandle<Result<(), FlowError>> {
    let app = office.app.clone();
    let looking = tokio::spawn(async move { jobs::deliver::run_due(&app).await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    looking
}

async fn what_is_under_way_counts_at_the_next_look(mut office: Office) {
    let [stalls, other] = systems(&mut office, LONG).await;
    let shown = added(&office, &stalls).await;
    stalls.answer(Answers::Stalls);
    let an = office.person("Nguyễn Văn An").await;
    for _ in 0..12 {
        office.queue(&[an]).await;
    }
    let mut looks = vec![look(&office).await];
    until(|| stalls.got().len() == 4).await;
    let (app, id, by) = (&office.app, shown.webhook, Keeper::CommandLine);
    let waits = webhook::deliveries(app, id, None, None).await.unwrap();
    looks.push(look(&office).await);
    assert_eq!(stalls.got().len(), 4, "what is under way counts");
    webhook::pause(app, by.clone(), id).await.unwrap();
    webhook::resume(app, by, id).await.unwrap();
    looks.push(look(&office).await);
    assert_eq!(stalls.got().len(), 4, "when it was resumed meanwhile");
    for one in waits {
        webhook::replay(app, id, one.change).await.unwrap();
    }
    looks.push(look(&office).await);
    assert_eq!(stalls.got().len(), 4, "when something was sent again by hand");
    added(&office, &other).await;
    office.queue(&[an]).await;
    looks.push(look(&office).await);
    until(|| !other.got().is_empty()).await;
    assert_eq!(stalls.got().len(), 4, "and another one is told");
    looks.iter().for_each(tokio::task::JoinHandle::abort);
}

async fn who_waits_longest_is_told_first(mut office: Office) {
    let [first, second] = systems(&mut office, SHORT).await;
    let (first, later) = (added(&office, &first).await, added(&office, &second).await);
    second.answer(Answers::Status(503));
    let an = office.person("Nguyễn Văn An").await;
    webhook::pause(&office.app, Keeper::CommandLine, first.webhook).await.unwrap();
    office.queue(&[an]).await;
    pass(&office, 0).await;
    office.clock.forward(3600);
    webhook::resume(&office.app, Keeper::CommandLine, first.webhook).await.unwrap();
    let mut connection = office.database().await;
    let busy = delivery::busy(&mut connection, office.clock.now(), 4).await.unwrap();
    let order: Vec<_> = busy.into_iter().map(|it| it.webhook).collect();
    assert_eq!(order, [later.webhook, first.webhook]);
}

async fn what_was_sent_again_by_hand_while_under_way_has_its_two_days(mut office: Office) {
    let (system, shown) = with_system(&mut office).await;
    let an = office.person("Nguyễn Văn An").await;
    system.answer(Answers::Stalls);
    office.queue(&[an]).await;
    // As long as a message is tried: this is its last try.
    office.clock.forward(jobs::deliver::GIVE_UP_SECONDS);
    let looking = look(&office).await;
    until(|| system.got().len() == 1).await;
    let change = told(&office, &shown).await[0].change;
    webhook::replay(&office.app, shown.webhook, change).await.unwrap();
    looking.await.unwrap().unwrap();
    assert_eq!(told(&office, &shown).await[0].state, DeliveryState::Waiting);
    system.answer(Answers::Status(204));
    pass(&office, 3600).await;
    assert_eq!(told(&office, &shown).await[0].state, DeliveryState::Taken);
}

async fn another_units_system_is_told_nothing_and_a_revoked_key_ends_it(mut office: Office) {
    let [system, theirs] = systems(&mut office, SHORT).await;
    let own = added(&office, &system).await;
    let (name, parent) = (Text::new("Sở Nội vụ").unwrap(), Some(office.unit.id));
    let (act, keys) = (&Act::COMMAND_LINE, KeyPolicy::SoftwareAllowed);
    let other = admin::create_unit(&office.app, act, &name, parent, keys).await.unwrap();
    let token = key::create(&office.app, other.id, &[Scope::Read], "other").await.unwrap().token;
    let caller = key::authenticate(&office.app, &token).await.unwrap();
    webhook::add(&office.app, Keeper::CommandLine, caller.key, &theirs.url).await.unwrap();
    let an = office.person("Nguyễn Văn An").await;
    office.queue(&[an]).await;
    pass(&office, 0).await;
    assert_eq!((system.got().len(), theirs.got().len()), (1, 0));
    office.queue(&[an]).await;
    key::revoke(&office.app, office.caller.key).await.unwrap();
    pass(&office, 3600).await;
    assert_eq!(system.got().len(), 1, "what waits is not sent to whoever lost the key");
    let listed = webhook::list(&office.app).await.unwrap();
    for one in listed {
        assert_eq!(one.ended_at.is_some(), one.key == office.caller.key, "{one:?}");
        assert_eq!(one.waiting, 0, "{one:?}");
    }
    let (app, by) = (&office.app, Keeper::CommandLine);
    let added = webhook::add(app, by.clone(), office.caller.key, &system.url).await;
    assert!(matches!(added, Err(FlowError::NotFound(Thing::ApiKey))), "{added:?}");
    for refused in [
        webhook::pause(app, by.clone(), own.webhook).await,
        webhook::resume(app, by.clone(), own.webhook).await,
        webhook::renew_secret(app, by.clone(), own.webhook, Earlier::Stays).await.map(drop),
        webhook::end(app, by, own.webhook).await,
    ] {
        assert_eq!(refused, Err(FlowError::NotFound(Thing::Webhook)), "it ended with its key");
    }
}
