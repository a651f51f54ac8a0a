//! Waking phones: what is queued comes, whatever the services do, and nothing of it says anything.

mod fake;
pub mod line;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use sqlx::Row as _;
use tower::ServiceExt as _;
use trien_core::decision::Verb;
use trien_core::env::OsEntropy;
use trien_core::push::{PushAddress, PushHealth, PushKind};
use trien_core::request::Role;
use trien_server::app::{App, Settings};
use trien_server::egress::{Filter, Hosts};
use trien_server::flow::act::Act;
use trien_server::flow::device::{self, RevocationReason};
use trien_server::flow::{FlowError, push};
use trien_server::jobs;
use trien_server::push::{
    ApnsKey, ApnsSettings, FcmSettings, PushSettings, RelaySettings, ServiceAccount, default_url,
};

use trien_server::relay::{NewOffice, Offices, Relay};

use crate::office::{Office, step};
use crate::on_both;
use crate::phone::Phone;

use fake::{ALL, Fake, Fault, Script};

on_both!(
    a_phone_is_woken_when_a_request_comes_and_when_its_step_opens,
    a_change_is_told_once_and_what_comes_together_is_told_together,
    a_stopped_phone_is_not_woken,
    an_address_is_replaced_and_removed,
    a_dead_address_is_never_used_again,
    a_service_that_fails_is_left_alone_and_what_waits_is_given_up_after_a_day,
    a_phone_is_not_rung_at_all_day,
    tokens_are_kept_as_long_as_providers_want,
    a_relay_wakes_phones_of_offices_that_show_their_key,
    whoever_looks_after_the_server_sees_what_services_answer,
    no_wake_up_is_lost_and_none_goes_to_the_dead,
    a_service_that_gives_no_access_is_asked_again,
    all_services_are_reached_through_the_offices_proxy_and_by_no_other_way,
);

/// An office whose phones are woken by the fake.
pub async fn with_push(office: &mut Office) -> Fake {
    let fake = Fake::start(office.clock.clone()).await;
    let url = |text: &str| text.parse().unwrap();
    let key_file = fake.authority.path("fcm.json");
    let apns_file = fake.authority.path("apns.p8");
    let settings = PushSettings {
        fcm: Some(FcmSettings {
            url: url(&fake.origin),
            package: Some("vn.example.trien".to_owned()),
            account: ServiceAccount::read(&key_file).unwrap(),
            key_file,
        }),
        apns: Some(ApnsSettings {
            url: url(&fake.origin),
            topic: fake::TOPIC.to_owned(),
            team: fake::TEAM.to_owned(),
            key_id: fake::KEY_ID.to_owned(),
            key: ApnsKey::read(&apns_file).unwrap(),
            key_file: apns_file,
        }),
        relay: None,
        filter: Filter {
            hosts: Hosts::These(vec![
                fake.origin.trim_start_matches("https://").trim_end_matches('/').parse().unwrap(),
            ]),
            private: vec!["127.0.0.0/8".parse().unwrap(), "::1".parse().unwrap()],
        },
        proxy: None,
        authority: Some(fake.authority.path("ca.pem")),
        patience: Duration::from_secs(8),
    };
    reopen(office, settings).await;
    fake
}

async fn reopen(office: &mut Office, push: PushSettings) {
    office.app.shut_down().await;
    // Nights are not quiet, and nobody is reminded: other cases try that.
    let rules = office.app.settings().data.join("notices.toml");
    std::fs::write(rules, "rule = []\n").unwrap();
    let settings = Settings { push, ..office.app.settings().clone() };
    let entropy = Arc::new(OsEntropy);
    office.app = App::open(settings, office.clock.clone(), entropy).await.unwrap();
}

pub async fn register(office: &Office, fake: &Fake, phone: &Phone) -> String {
    let (token, address) = fake.subscribe();
    let device = phone.authenticated(&office.app).await;
    let status = push::register(&office.app, &device, &address).await.unwrap();
    assert_eq!((status.kind, status.health), (PushKind::Unifiedpush, PushHealth::Ok));
    fake.expect_vapid(&status.vapid.0);
    token
}

/// Time passes, and what is due is sent.
pub async fn pass(office: &Office, seconds: i64) {
    office.clock.forward(seconds);
    jobs::push::run_due(&office.app).await.unwrap();
}

async fn health(office: &Office, phone: &Phone) -> PushHealth {
    push::health(&office.app, phone.device).await.unwrap().map_or(PushHealth::None, |it| it.health)
}

async fn waiting(office: &Office) -> i64 {
    let mut connection = office.database().await;
    let rows = sqlx::query("SELECT COUNT(*) FROM push_wake").fetch_one(&mut connection).await;
    rows.unwrap().get(0)
}

async fn a_phone_is_woken_when_a_request_comes_and_when_its_step_opens(mut office: Office) {
    let fake = with_push(&mut office).await;
    let (an, binh) = (office.person("Nguyễn Văn An").await, office.person("Trần Thị Bình").await);
    let (first, second) = (Phone::enroll(&office, an).await, Phone::enroll(&office, binh).await);
    let (of_first, of_second) =
        (register(&office, &fake, &first).await, register(&office, &fake, &second).await);
    let mut package = office.package(&[an]);
    package.submission.steps = vec![step(Role::Review, &[an]), step(Role::Approve, &[binh])];
    let request = office.queue_package(package).await;
    pass(&office, 1).await;
    assert!(fake.seen().taken.is_empty(), "what comes within two seconds is told together");
    pass(&office, 1).await;
    let taken: Vec<String> = fake.seen().taken.keys().cloned().collect();
    assert_eq!(taken, std::slice::from_ref(&of_first), "the second step is not open yet");
    first.decide(&office, request, Verb::Approve).await.unwrap();
    pass(&office, 2).await;
    assert!(fake.taken(&of_second).is_some());
    assert_eq!(fake.taken(&of_first).unwrap(), 1, "whoever has decided is left alone");
    assert_eq!(waiting(&office).await, 0);
    assert_eq!(fake.seen().faults, Vec::<String>::new());
}

async fn a_change_is_told_once_and_what_comes_together_is_told_together(mut office: Office) {
    let fake = with_push(&mut office).await;
    let an = office.person("Nguyễn Văn An").await;
    let phone = Phone::enroll(&office, an).await;
    let token = register(&office, &fake, &phone).await;
    for _ in 0..3 {
        office.queue(&[an]).await;
    }
    assert_eq!(waiting(&office).await, 3);
    pass(&office, 2).await;
    pass(&office, 60).await;
    assert_eq!(fake.loud(&token), 1);
    // What comes while a wake-up is under way is told after it.
    fake.follow(Script::of(100, &[Fault::Late]));
    office.queue(&[an]).await;
    office.clock.forward(2);
    let (sent, _) = tokio::join!(jobs::push::run_due(&office.app), async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        office.queue(&[an]).await;
    });
    sent.unwrap();
    fake.follow(Script::of(0, &[]));
    assert_eq!((fake.loud(&token), waiting(&office).await), (2, 1));
    pass(&office, 60).await;
    assert_eq!((fake.loud(&token), waiting(&office).await), (3, 0));
}

async fn a_stopped_phone_is_not_woken(mut office: Office) {
    let fake = with_push(&mut office).await;
    let an = office.person("Nguyễn Văn An").await;
    let phone = Phone::enroll(&office, an).await;
    register(&office, &fake, &phone).await;
    office.queue(&[an]).await;
    device::suspend(&office.app, &Act::COMMAND_LINE, phone.device).await.unwrap();
    pass(&office, 2).await;
    office.queue(&[an]).await;
    pass(&office, 2).await;
    assert!(fake.seen().taken.is_empty());
    assert_eq!(waiting(&office).await, 0);
    let device = phone.authenticated(&office.app).await;
    let refused = push::register(&office.app, &device, &PushAddress::None).await;
    assert_eq!(refused, Err(FlowError::DeviceSuspended));
    let cause = RevocationReason::KeyCompromise;
    device::revoke(&office.app, &Act::COMMAND_LINE, phone.device, cause).await.unwrap();
    let refused = push::test(&office.app, &phone.authenticated(&office.app).await).await;
    assert_eq!(refused, Err(FlowError::DeviceRevoked));
}

async fn an_address_is_replaced_and_removed(mut office: Office) {
    let fake = with_push(&mut office).await;
    let an = office.person("Nguyễn Văn An").await;
    let phone = Phone::enroll(&office, an).await;
    let old = register(&office, &fake, &phone).await;
    let new = register(&office, &fake, &phone).await;
    office.queue(&[an]).await;
    pass(&office, 2).await;
    assert!(fake.taken(&new).is_some() && fake.taken(&old).is_none());
    // What the row holds tells nobody where the phone is woken.
    let rows = sqlx::query("SELECT address, provider FROM push_target");
    let row = rows.fetch_one(&mut office.database().await).await.unwrap();
    let (sealed, provider): (Vec<u8>, String) = (row.get(0), row.get(1));
    assert!(!String::from_utf8_lossy(&sealed).contains(&new));
    assert_eq!(provider, "localhost");
    let device = phone.authenticated(&office.app).await;
    push::register(&office.app, &device, &PushAddress::None).await.unwrap();
    let replayed = push::register(&office.app, &device, &PushAddress::None).await;
    assert_eq!(replayed, Err(FlowError::Replayed));
    assert_eq!(health(&office, &phone).await, PushHealth::None);
    push::remove(&office.app, &phone.authenticated(&office.app).await).await.unwrap();
    assert_eq!(push::health(&office.app, phone.device).await.unwrap(), None);
    let none = push::test(&office.app, &phone.authenticated(&office.app).await).await;
    assert!(matches!(none, Err(FlowError::BadRequest(_))), "{none:?}");
    for inside in ["https://127.0.0.2:1/x", "https://push.example.vn/x"] {
        let PushAddress::Unifiedpush(mut there) = fake.subscribe().1 else { panic!() };
        inside.clone_into(&mut there.endpoint);
        let device = phone.authenticated(&office.app).await;
        let refused = push::register(&office.app, &device, &PushAddress::Unifiedpush(there)).await;
        assert!(matches!(refused, Err(FlowError::BadRequest(_))), "{inside}: {refused:?}");
    }
}

async fn a_dead_address_is_never_used_again(mut office: Office) {
    let fake = with_push(&mut office).await;
    let an = office.person("Nguyễn Văn An").await;
    let phone = Phone::enroll(&office, an).await;
    let (token, address) = fake.subscribe();
    let device = phone.authenticated(&office.app).await;
    let status = push::register(&office.app, &device, &address).await.unwrap();
    fake.expect_vapid(&status.vapid.0);
    fake.follow(Script::of(100, &[Fault::Gone]));
    office.queue(&[an]).await;
    pass(&office, 2).await;
    assert_eq!(health(&office, &phone).await, PushHealth::Dead);
    fake.bury(&token);
    fake.follow(Script::of(0, &[]));
    office.queue(&[an]).await;
    pass(&office, 3600).await;
    // The app does not know yet, and says the same again.
    let device = phone.authenticated(&office.app).await;
    let again = push::register(&office.app, &device, &address).await.unwrap();
    assert_eq!(again.health, PushHealth::Dead);
    pass(&office, 3600).await;
    assert_eq!(fake.seen().to_the_dead, 0);
    assert!(fake.taken(&token).is_none());
    // With another address it hears what was not told.
    let token = register(&office, &fake, &phone).await;
    pass(&office, 1).await;
    assert!(fake.taken(&token).is_some());
}

async fn a_service_that_fails_is_left_alone_and_what_waits_is_given_up_after_a_day(
    mut office: Office,
) {
    let fake = with_push(&mut office).await;
    let an = office.person("Nguyễn Văn An").await;
    let phone = Phone::enroll(&office, an).await;
    let token = register(&office, &fake, &phone).await;
    fake.follow(Script::of(100, &[Fault::Fails]));
    office.queue(&[an]).await;
    let mut tries = 0;
    for _ in 0..(24 * 60) {
        let before = fake.seen().bytes.len();
        pass(&office, 60).await;
        tries += u32::from(fake.seen().bytes.len() > before);
    }
    // 10 s, doubled to an hour: some 9 until then, and 23 hours.
    assert!((25..=45).contains(&tries), "{tries}");
    assert_eq!(health(&office, &phone).await, PushHealth::Failing);
    pass(&office, 3600).await;
    assert_eq!(waiting(&office).await, 0, "given up");
    assert_eq!(health(&office, &phone).await, PushHealth::Failing, "and nobody says it works");
    fake.follow(Script::of(0, &[]));
    office.queue(&[an]).await;
    pass(&office, 4000).await;
    assert!(fake.taken(&token).is_some());
    assert_eq!(health(&office, &phone).await, PushHealth::Ok);
    // A service that asks for patience gets it.
    fake.follow(Script::of(100, &[Fault::TooMany]));
    office.queue(&[an]).await;
    pass(&office, 20).await;
    fake.follow(Script::of(0, &[]));
    let before = fake.tick();
    pass(&office, 6).await;
    assert!(fake.taken(&token).unwrap() < before);
    pass(&office, 10).await;
    assert!(fake.taken(&token).unwrap() > before);
}

async fn a_phone_is_not_rung_at_all_day(mut office: Office) {
    let fake = with_push(&mut office).await;
    let an = office.person("Nguyễn Văn An").await;
    let phone = Phone::enroll(&office, an).await;
    let token = register(&office, &fake, &phone).await;
    for _ in 0..400 {
        push::test(&office.app, &phone.authenticated(&office.app).await).await.unwrap();
        pass(&office, 5).await;
    }
    let seen = fake.seen();
    let loud = &seen.loud[&token];
    assert_eq!(loud.len() as u64 + seen.silent, 400, "what is not told aloud is told");
    assert!(loud.windows(2).all(|pair| pair[1] - pair[0] >= 10_000));
    for first in loud {
        let hour = *first..first + 3_600_000;
        assert!(loud.iter().filter(|it| hour.contains(*it)).count() <= 60);
    }
    assert!(loud.len() > 30);
}

async fn tokens_are_kept_as_long_as_providers_want(mut office: Office) {
    let fake = with_push(&mut office).await;
    let an = office.person("Nguyễn Văn An").await;
    let phones = [Phone::enroll(&office, an).await, Phone::enroll(&office, an).await];
    let addresses =
        [PushAddress::Fcm { token: Fake::token() }, PushAddress::Apns { token: Fake::token() }];
    for (phone, address) in phones.iter().zip(&addresses) {
        let device = phone.authenticated(&office.app).await;
        push::register(&office.app, &device, address).await.unwrap();
    }
    let (minutes, every) = (300, 5);
    for _ in 0..minutes / every {
        for phone in &phones {
            push::test(&office.app, &phone.authenticated(&office.app).await).await.unwrap();
        }
        pass(&office, every * 60).await;
    }
    let seen = fake.seen();
    assert_eq!(seen.faults, Vec::<String>::new());
    let made = i64::try_from(seen.apns_tokens.len()).unwrap();
    assert!((minutes / 45..=minutes / 40 + 1).contains(&made), "{made}");
    let given = i64::try_from(seen.fcm_access.len()).unwrap();
    assert!((minutes / 60..=minutes / 55 + 1).contains(&given), "{given}");
    assert_eq!(seen.taken.len(), 2);
}

async fn a_relay_wakes_phones_of_offices_that_show_their_key(mut office: Office) {
    let fake = with_push(&mut office).await;
    let of_relay = office.app.settings().push.clone();
    let new = NewOffice::new("UBND xã Thử Nghiệm", &OsEntropy);
    let offices = Offices::read(&new.line).unwrap();
    let entropy = Arc::new(OsEntropy);
    let relay = Relay::of(&of_relay, offices, office.clock.clone(), entropy).unwrap().router();
    let url = line::serve(&fake.authority, move |request| {
        let relay = relay.clone();
        async move {
            let answer = relay.oneshot(request.map(axum::body::Body::new)).await;
            (line::Break::No, answer.unwrap())
        }
    });
    let url = url.await;
    let settings = |key: &str| PushSettings {
        relay: Some(RelaySettings {
            url: url.parse().unwrap(),
            key_file: "none".into(),
            key: key.to_owned().into(),
        }),
        fcm: None,
        apns: None,
        ..of_relay.clone()
    };
    reopen(&mut office, settings(&new.key)).await;
    let an = office.person(PLANTED[0]).await;
    let phone = Phone::enroll(&office, an).await;
    let token = Fake::token();
    for address in
        [PushAddress::Apns { token: token.clone() }, PushAddress::Fcm { token: token.clone() }]
    {
        let before = fake.tick();
        let device = phone.authenticated(&office.app).await;
        push::register(&office.app, &device, &address).await.unwrap();
        office.queue(&[an]).await;
        pass(&office, 2).await;
        assert!(fake.taken(&token).unwrap() > before);
    }
    assert!(
        !String::from_utf8_lossy(&fake.seen().bytes).contains(&new.key),
        "it ends at the relay"
    );
    fake.follow(Script::of(100, &[Fault::Gone]));
    office.queue(&[an]).await;
    pass(&office, 2).await;
    assert_eq!(health(&office, &phone).await, PushHealth::Dead);
    fake.follow(Script::of(0, &[]));
    reopen(&mut office, settings("trien_relay_none")).await;
    let device = phone.authenticated(&office.app).await;
    let address = PushAddress::Fcm { token: Fake::token() };
    push::register(&office.app, &device, &address).await.unwrap();
    push::test(&office.app, &phone.authenticated(&office.app).await).await.unwrap();
    pass(&office, 2).await;
    let stands = push::health(&office.app, phone.device).await.unwrap().unwrap();
    assert_eq!(stands.health, PushHealth::Failing);
    assert!(stands.answer.unwrap().starts_with("401"));
    assert_eq!(fake.seen().faults, Vec::<String>::new());
}

async fn whoever_looks_after_the_server_sees_what_services_answer(mut office: Office) {
    let fake = with_push(&mut office).await;
    for (faults, works) in [(&[Fault::Gone][..], true), (&[Fault::Fails], false)] {
        fake.follow(Script::of(100, faults));
        let tried = jobs::push::try_services(&office.app).await;
        let told: Vec<_> = tried.iter().map(|one| (one.way, one.works)).collect();
        assert_eq!(told, [("fcm", works), ("apns", works)], "{tried:?}");
    }
    assert!(fake.seen().taken.is_empty());
    fake.follow(Script::of(0, &[]));
    let an = office.person(PLANTED[0]).await;
    let phone = Phone::enroll(&office, an).await;
    let none = jobs::push::try_device(&office.app, phone.device).await;
    assert!(matches!(none, Err(FlowError::BadRequest(_))), "{none:?}");
    let token = register(&office, &fake, &phone).await;
    let tried = jobs::push::try_device(&office.app, phone.device).await.unwrap();
    assert!(tried.works && tried.answer.starts_with("201"), "{tried:?}");
    assert!(fake.taken(&token).is_some());
}

/// A phone that gets another address when its own has died, as an app does.
struct Woken {
    phone: Phone,
    kind: PushKind,
    tokens: Vec<String>,
    last_queued: u64,
}

impl Woken {
    async fn settle(&mut self, office: &Office, fake: &Fake) {
        let (token, address) = match self.kind {
            PushKind::Fcm => {
                let token = Fake::token();
                (token.clone(), PushAddress::Fcm { token })
            }
            PushKind::Apns => {
                let token = Fake::token();
                (token.clone(), PushAddress::Apns { token })
            }
            PushKind::Webpush => fake.subscribe_web(),
            _ => fake.subscribe(),
        };
        let device = self.phone.authenticated(&office.app).await;
        let status = push::register(&office.app, &device, &address).await.unwrap();
        fake.expect_vapid(&status.vapid.0);
        self.tokens.push(token);
    }
}

async fn no_wake_up_is_lost_and_none_goes_to_the_dead(mut office: Office) {
    let wanted: usize =
        std::env::var("TRIEN_PUSH_WAKE_UPS").map_or(500, |text| text.parse().unwrap());
    let fake = with_push(&mut office).await;
    // A service that stalls is waited for in real time.
    let hasty = PushSettings {
        patience: Duration::from_millis(1500),
        ..office.app.settings().push.clone()
    };
    reopen(&mut office, hasty).await;
    let mut phones = Vec::new();
    for at in 0..15 {
        let person = office.person(PLANTED[at % 2]).await;
        let kinds = [PushKind::Fcm, PushKind::Apns, PushKind::Unifiedpush, PushKind::Webpush];
        let kind = kinds[at % kinds.len()];
        let phone = Phone::enroll(&office, person).await;
        let mut woken = Woken { phone, kind, tokens: Vec::new(), last_queued: 0 };
        woken.settle(&office, &fake).await;
        phones.push(woken);
    }
    fake.follow(Script::of(30, ALL));
    let mut queued = 0;
    let mut rounds = 0;
    let mut died: HashMap<usize, u32> = HashMap::new();
    while queued < wanted || waiting(&office).await > 0 {
        if queued < wanted {
            for woken in &mut phones {
                if push::health(&office.app, woken.phone.device).await.unwrap().unwrap().health
                    == PushHealth::Dead
                {
                    continue;
                }
                let device = woken.phone.authenticated(&office.app).await;
                woken.last_queued = fake.tick();
                push::test(&office.app, &device).await.unwrap();
                queued += 1;
            }
            if rounds % 5 == 0 {
                let everybody: Vec<_> = phones.iter().map(|it| it.phone.person).collect();
                office.queue(&everybody).await;
            }
        }
        pass(&office, 7).await;
        for (at, woken) in phones.iter_mut().enumerate() {
            if health(&office, &woken.phone).await == PushHealth::Dead {
                *died.entry(at).or_default() += 1;
                fake.bury(woken.tokens.last().unwrap());
                woken.settle(&office, &fake).await;
            }
        }
        rounds += 1;
        assert!(rounds < 20_000, "{} wait for ever", waiting(&office).await);
    }
    let seen = fake.seen();
    for woken in &phones {
        let last = woken.tokens.iter().filter_map(|token| seen.taken.get(token)).max();
        assert!(last.is_some_and(|last| *last > woken.last_queued), "a wake-up was lost");
    }
    assert_eq!(seen.to_the_dead, 0);
    assert!(seen.told_again <= seen.breaks, "{} of {}", seen.told_again, seen.breaks);
    assert_eq!(seen.faults, Vec::<String>::new());
    assert!(!died.is_empty() && seen.gone.len() > 5, "nothing died");
    // Nobody on the way learns a name, a title, an office or a number.
    let sent = String::from_utf8_lossy(&seen.bytes);
    for planted in PLANTED.into_iter().chain(["thử nghiệm ký số", "Thử Nghiệm", "quyet-dinh"])
    {
        assert!(!sent.contains(planted), "{planted}");
    }
}

const PLANTED: [&str; 2] = ["Nguyễn Văn An", "Trần Thị Bình"];

#[test]
fn the_services_are_where_their_makers_say() {
    assert_eq!(default_url::FCM, "https://fcm.googleapis.com/");
    assert_eq!(default_url::APNS, "https://api.push.apple.com/");
}

async fn a_service_that_gives_no_access_is_asked_again(mut office: Office) {
    let fake = with_push(&mut office).await;
    let an = office.person(PLANTED[0]).await;
    let phone = Phone::enroll(&office, an).await;
    let token = Fake::token();
    let device = phone.authenticated(&office.app).await;
    let address = PushAddress::Fcm { token: token.clone() };
    push::register(&office.app, &device, &address).await.unwrap();
    for fault in [&[Fault::NoAccess][..], &[Fault::Fails], &[Fault::Close], &[Fault::Stall]] {
        fake.grant(Script::of(100, fault));
        office.queue(&[an]).await;
        pass(&office, 2).await;
        assert_eq!(health(&office, &phone).await, PushHealth::Failing, "{fault:?}");
        assert!(waiting(&office).await > 0 && fake.taken(&token).is_none(), "{fault:?}");
        // The breaker lets one through after its rest.
        office.clock.forward(3600);
    }
    fake.grant(Script::of(0, &[]));
    pass(&office, 3600).await;
    assert!(fake.taken(&token).is_some());
    assert_eq!((health(&office, &phone).await, waiting(&office).await), (PushHealth::Ok, 0));
}

async fn all_services_are_reached_through_the_offices_proxy_and_by_no_other_way(
    mut office: Office,
) {
    let fake = with_push(&mut office).await;
    let proxy = line::Proxy::start(fake.origin.parse().unwrap()).await;
    let settings = office.app.settings().push.clone();
    let through = |at: &str| PushSettings { proxy: Some(at.parse().unwrap()), ..settings.clone() };
    reopen(&mut office, through(&proxy.origin)).await;
    let an = office.person(PLANTED[0]).await;
    let mut woken = Vec::new();
    for kind in [PushKind::Fcm, PushKind::Apns, PushKind::Webpush, PushKind::Unifiedpush] {
        let phone = Phone::enroll(&office, an).await;
        let mut one = Woken { phone, kind, tokens: Vec::new(), last_queued: 0 };
        one.settle(&office, &fake).await;
        woken.push(one);
    }
    office.queue(&[an]).await;
    pass(&office, 2).await;
    for one in &woken {
        assert!(fake.taken(&one.tokens[0]).is_some(), "{:?}", one.kind);
    }
    let asked = proxy.asked();
    assert!(!asked.is_empty() && asked.iter().all(|to| fake.origin.contains(to)), "{asked:?}");
    // Without a proxy that answers nobody is reached: there is no other way.
    let before = fake.tick();
    reopen(&mut office, through("http://127.0.0.1:9/")).await;
    office.queue(&[an]).await;
    pass(&office, 2).await;
    for one in &woken {
        assert!(fake.taken(&one.tokens[0]).unwrap() < before, "{:?}", one.kind);
        assert_eq!(health(&office, &one.phone).await, PushHealth::Failing, "{:?}", one.kind);
    }
}
