//! The office's own authority: lists in time, answers at once, the root's key away, and how long certificates live.

use std::process::Command;
use std::time::Duration;

use tokio::time::sleep;
use trien_core::certificate::{Certificate, Crl, OcspResponse, Reason, State};
use trien_core::env::OsEntropy;
use trien_server::app::{App, Settings};
use trien_server::ca::{CertificateDays, Life, RenewalDays};
use trien_server::flow::act::Act;
use trien_server::flow::authority::{self, AuthorityReason, NewKey, RootKey, RootKeyPlace};
use trien_server::flow::device::{self, RevocationReason};
use trien_server::flow::{crl, enroll, invite, ocsp, read};

use crate::office::Office;
use crate::on_both;
use crate::phone::{Enrolling, Phone};

const DAY: i64 = 86_400;

on_both! {
    a_list_is_made_each_day_and_at_once,
    two_who_are_revoked_together_are_both_in_the_list,
    the_roots_list_is_renewed_before_it_ends_where_its_key_is,
    an_answer_says_what_the_register_says,
    a_responder_is_renewed_before_its_certificate_ends,
    a_server_that_was_not_restarted_issues_nothing_with_a_revoked_authority,
    a_responder_is_appointed_once_though_those_who_asked_are_gone,
    certificates_live_as_long_as_the_office_says,
    r14_a_later_certificate_lives_as_long_as_renewals_may,
}

/// The list of the root, or of the authority that issues.
async fn list(office: &Office, of: Of) -> Crl {
    let lists = office.app.revocation_lists();
    let found = match of {
        Of::Root => lists.first(),
        Of::Issuing => lists.last(),
    };
    let der = read::crl(&office.app, &found.unwrap().name).await.unwrap();
    Crl::parse(&der).unwrap()
}

#[derive(Clone, Copy)]
enum Of {
    Root,
    Issuing,
}

fn certificate(phone: &Phone) -> Certificate {
    Certificate::parse(&phone.profile.certificate.0).unwrap()
}

fn issuing(phone: &Phone) -> Certificate {
    Certificate::parse(&phone.profile.chain[0].0).unwrap()
}

async fn revoke(office: &Office, phone: &Phone) {
    let reason = RevocationReason::KeyCompromise;
    device::revoke(&office.app, &Act::COMMAND_LINE, phone.device, reason).await.unwrap();
}

async fn a_list_is_made_each_day_and_at_once(office: Office) {
    let phone = Phone::enroll(&office, office.person("Nguyễn Văn An").await).await;
    let before = list(&office, Of::Issuing).await;
    office.app.start_jobs();
    assert!(stays(&office, &before).await, "it is of today");
    office.clock.forward(DAY + 1);
    let first = next(&office, &before).await;
    assert!(first.lookup(certificate(&phone).serial()).is_none());
    assert!(stays(&office, &first).await, "once a day is enough");

    office.clock.forward(60);
    revoke(&office, &phone).await;
    let second = list(&office, Of::Issuing).await;
    let entry = second.lookup(certificate(&phone).serial()).expect("at once");
    assert_eq!(entry.reason, Reason::KeyCompromise);
    assert!(stays(&office, &second).await, "nothing is left to do");

    office.clock.forward(DAY + 1);
    let third = next(&office, &second).await;
    assert!(third.lookup(certificate(&phone).serial()).is_some(), "what is revoked stays so");
}

/// The list that follows this one.
async fn next(office: &Office, before: &Crl) -> Crl {
    for _ in 0..100 {
        let list = list(office, Of::Issuing).await;
        if list.der() != before.der() {
            return list;
        }
        sleep(Duration::from_millis(100)).await;
    }
    panic!("no list followed");
}

/// Whether the job, which looks each second, makes no other one.
async fn stays(office: &Office, present: &Crl) -> bool {
    sleep(Duration::from_millis(2_500)).await;
    list(office, Of::Issuing).await.der() == present.der()
}

async fn two_who_are_revoked_together_are_both_in_the_list(office: Office) {
    let one = Phone::enroll(&office, office.person("Nguyễn Văn An").await).await;
    let two = Phone::enroll(&office, office.person("Trần Thị Bình").await).await;
    tokio::join!(revoke(&office, &one), revoke(&office, &two));
    let list = list(&office, Of::Issuing).await;
    for phone in [&one, &two] {
        assert!(list.lookup(certificate(phone).serial()).is_some());
    }
}

pub async fn the_roots_list_is_renewed_before_it_ends_where_its_key_is(office: Office) {
    let first = list(&office, Of::Root).await;
    authority::renew_lists(&office.app).await.unwrap();
    assert_eq!(list(&office, Of::Root).await.der(), first.der(), "it lasts for a year");
    office.clock.forward(340 * DAY);
    authority::renew_lists(&office.app).await.unwrap();
    let second = list(&office, Of::Root).await;
    assert_ne!(second.der(), first.der());

    let file = office.data.path().join("root-key.pem");
    let words = "một cụm từ thật dài";
    authority::export_root(&office.app, &Act::COMMAND_LINE, &file, words).await.unwrap();
    let found = authority::look(&office.app).await.unwrap();
    assert_eq!(found.root_key, RootKeyPlace::Away);
    assert_eq!(crl::root_list_ends(&office.app).await.unwrap(), None, "not soon");
    office.clock.forward(340 * DAY);
    let before = list(&office, Of::Issuing).await;
    authority::renew_lists(&office.app).await.unwrap();
    assert_eq!(list(&office, Of::Root).await.der(), second.der(), "its key is not here");
    let ends = crl::root_list_ends(&office.app).await.unwrap();
    assert_eq!(ends, Some(second.next_update().unwrap()), "the first page tells it");
    assert_ne!(list(&office, Of::Issuing).await.der(), before.der(), "which stops nothing else");
    let error = authority::renew_root_list(&office.app, &RootKey::Vault).await.unwrap_err();
    assert!(error.to_string().contains("kept away from this server"), "{error}");
    let stranger = trien_core::signer::SoftwareSigner::generate(&OsEntropy);
    let stranger = RootKey::Brought(std::sync::Arc::new(stranger));
    let error = authority::renew_root_list(&office.app, &stranger).await.unwrap_err();
    assert!(error.to_string().contains("not the one of this office's root"), "{error}");
    let brought = RootKey::read(&file, words).unwrap();
    authority::renew_root_list(&office.app, &brought).await.unwrap();
    assert_ne!(list(&office, Of::Root).await.der(), second.der());
    assert_eq!(crl::root_list_ends(&office.app).await.unwrap(), None);
    assert!(RootKey::read(&file, "một cụm từ khác").is_err());
}

/// What openssl asks about a certificate.
fn question(of: &Certificate, issuer: &Certificate) -> Vec<u8> {
    asked(&["-cert", "cert.pem"], of, issuer)
}

fn asked(what: &[&str], of: &Certificate, issuer: &Certificate) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("issuer.pem"), issuer.to_pem()).unwrap();
    std::fs::write(path("cert.pem"), of.to_pem()).unwrap();
    let mut openssl = Command::new("openssl");
    openssl.args(["ocsp", "-no_nonce", "-issuer", "issuer.pem"]).args(what);
    let made = openssl.args(["-reqout", "ask.der"]).current_dir(folder.path()).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    std::fs::read(path("ask.der")).unwrap()
}

async fn state(office: &Office, phone: &Phone) -> State {
    let (certificate, issuing) = (certificate(phone), issuing(phone));
    let answer = ocsp::answer(&office.app, &question(&certificate, &issuing)).await;
    let answer = OcspResponse::parse(&answer.der).unwrap();
    answer.about(&certificate, &issuing).unwrap().statement.state
}

async fn an_answer_says_what_the_register_says(office: Office) {
    let (app, act) = (&office.app, Act::COMMAND_LINE);
    let phone = Phone::enroll(&office, office.person("Nguyễn Văn An").await).await;
    let other = Phone::enroll(&office, office.person("Trần Thị Bình").await).await;
    assert_eq!(state(&office, &phone).await, State::Good);
    office.clock.forward(60);
    let since = app.clock().now().second();
    device::suspend(app, &act, phone.device).await.unwrap();
    office.clock.forward(60);
    let held = State::Revoked { at: since, reason: Reason::Hold };
    assert_eq!(state(&office, &phone).await, held);
    device::resume(app, &act, phone.device).await.unwrap();
    assert_eq!(state(&office, &phone).await, State::Good);
    device::suspend(app, &act, phone.device).await.unwrap();
    office.clock.forward(60);
    let at = app.clock().now().second();
    revoke(&office, &phone).await;
    let revoked = State::Revoked { at, reason: Reason::KeyCompromise };
    assert_eq!(state(&office, &phone).await, revoked);
    assert_eq!(state(&office, &other).await, State::Good);

    // A number that the office never gave is not known, which is no state.
    let root = Certificate::parse(&phone.profile.chain[1].0).unwrap();
    let strange = asked(&["-serial", "0x77"], &root, &issuing(&phone));
    let answer = ocsp::answer(app, &strange).await;
    assert!(answer.kept.is_some());
    let answer = OcspResponse::parse(&answer.der).unwrap();
    assert!(answer.about(&certificate(&phone), &issuing(&phone)).is_err());
    // The root answers by its list alone.
    let answer = ocsp::answer(app, &question(&issuing(&phone), &root)).await;
    assert_eq!(answer.der, [0x30, 3, 0x0a, 1, 6]);
    assert_eq!(answer.kept, None);
}

async fn a_responder_is_renewed_before_its_certificate_ends(office: Office) {
    let phone = Phone::enroll(&office, office.person("Nguyễn Văn An").await).await;
    let ask = question(&certificate(&phone), &issuing(&phone));
    let responder = async || {
        let answer = OcspResponse::parse(&ocsp::answer(&office.app, &ask).await.der).unwrap();
        answer.certificates()[0].clone()
    };
    let first = responder().await;
    assert!(first.not_after() < office.clock_now().plus(15 * DAY), "two weeks");
    assert!(first.is_signed_by(issuing(&phone).public_key()));
    office.clock.forward(6 * DAY);
    assert_eq!(responder().await, first);
    office.clock.forward(2 * DAY);
    authority::renew_lists(&office.app).await.unwrap();
    let second = responder().await;
    assert_ne!(second, first);
    assert_ne!(second.public_key(), first.public_key(), "with a key of its own");
    // A server that was down for long appoints one when it is asked.
    office.clock.forward(40 * DAY);
    assert!(responder().await.not_after() > office.clock_now());
}

pub async fn a_server_that_was_not_restarted_issues_nothing_with_a_revoked_authority(
    mut office: Office,
) {
    let (act, root) = (Act::COMMAND_LINE, &RootKey::Vault);
    let phone = Phone::enroll(&office, office.person("Nguyễn Văn An").await).await;
    let earlier = issuing(&phone);
    let name = trien_server::ca::issuer_name(&earlier);
    authority::replace_issuing(&office.app, &act, NewKey::File, root).await.unwrap();
    let (settings, clock) = (office.app.settings().clone(), office.clock.clone());
    // Another process, such as the command line's.
    let other = App::open(settings, clock, std::sync::Arc::new(OsEntropy)).await.unwrap();
    let reason = AuthorityReason::KeyCompromise;
    let twice = tokio::join!(
        authority::revoke(&other, &act, &name, reason, root),
        authority::revoke(&other, &act, &name, reason, root),
    );
    assert!(twice.0.is_ok() != twice.1.is_ok(), "{twice:?}");
    other.shut_down().await;
    let entry = list(&office, Of::Root).await.lookup(earlier.serial()).expect("at once").clone();
    assert_eq!(entry.reason, Reason::AuthorityCompromise);
    assert_eq!(state(&office, &phone).await, State::Good, "the root's list judges what is below");

    let person = office.person("Trần Thị Bình").await;
    let invited = invite::create(&office.app, &act, person, 1_800).await.unwrap();
    let enrolling = Enrolling::begin(&office.app, invited.invitation).await.unwrap();
    let reveal = enrolling.send(&office.app).await.unwrap();
    let digits = enrolling.code(&reveal).grouped();
    let approve = async |app: &App| enroll::approve(app, &act, reveal.device, &digits).await;
    let error = approve(&office.app).await.unwrap_err();
    assert!(error.to_string().contains("restart the server"), "{error}");
    assert!(authority::check_key(&office.app).await.is_err());
    office.reopen().await;
    approve(&office.app).await.unwrap();
    authority::check_key(&office.app).await.unwrap();
    office.clock.forward(340 * DAY);
    authority::renew_lists(&office.app).await.unwrap();
    assert!(list(&office, Of::Root).await.lookup(earlier.serial()).is_some(), "in later ones too");
}

async fn a_responder_is_appointed_once_though_those_who_asked_are_gone(mut office: Office) {
    let phone = Phone::enroll(&office, office.person("Nguyễn Văn An").await).await;
    let ask = question(&certificate(&phone), &issuing(&phone));
    let answer = async || ocsp::answer(&office.app, &ask).await.der;
    let responder = |answer: &[u8]| OcspResponse::parse(answer).unwrap().certificates()[0].clone();
    let before = responder(&answer().await);
    assert_eq!(kept(&office), before);
    office.clock.forward(40 * DAY);
    for milliseconds in 1..10 {
        let _ = tokio::time::timeout(Duration::from_millis(milliseconds), answer()).await;
    }
    // Nobody asks any more, and it is made and kept all the same.
    let mut after = before.clone();
    for _ in 0..100 {
        after = kept(&office);
        if after != before {
            break;
        }
        sleep(Duration::from_millis(100)).await;
    }
    assert_ne!(after, before);
    assert_eq!(responder(&answer().await), after, "it is not made twice");
    office.reopen().await;
    let answer = ocsp::answer(&office.app, &ask).await.der;
    assert_eq!(responder(&answer), after, "nor after a restart");
}

/// The certificate of the responder as the vault keeps it.
fn kept(office: &Office) -> Certificate {
    let keys = std::fs::read_dir(office.app.settings().data.join("keys")).unwrap();
    let mut names = keys.map(|it| it.unwrap().path());
    let is_kept =
        |name: &str| name.starts_with("ocsp-") && !name.contains(".key.") && name.ends_with(".pem");
    let kept = names.find(|it| is_kept(&it.file_name().unwrap().to_string_lossy())).unwrap();
    Certificate::parse_pem(&std::fs::read_to_string(kept).unwrap()).unwrap().remove(0)
}

impl Office {
    fn clock_now(&self) -> trien_core::env::UnixSecond {
        self.app.clock().now().second()
    }
}

async fn r14_a_later_certificate_lives_as_long_as_renewals_may(mut office: Office) {
    let days = |phone: &Phone| {
        let certificate = certificate(phone);
        (certificate.not_after().get() - certificate.not_before().get() - 600) / DAY
    };
    office.app.shut_down().await;
    let first = CertificateDays::new(1_826).unwrap();
    let life = Life { first, renewal: RenewalDays::new(1_000).unwrap() };
    let settings = Settings { life, ..office.app.settings().clone() };
    let clock = office.clock.clone();
    office.app = App::open(settings, clock, std::sync::Arc::new(OsEntropy)).await.unwrap();
    let person = office.person("Nguyễn Văn An").await;
    let one = Phone::enroll(&office, person).await;
    assert_eq!(days(&one), 1_826, "a new subscriber has five years");
    assert_eq!(
        days(&Phone::enroll(&office, person).await),
        1_000,
        "a second phone is no new subscriber"
    );
    let act = &trien_server::flow::act::Act::COMMAND_LINE;
    let reason = trien_server::flow::device::RevocationReason::KeyCompromise;
    trien_server::flow::device::revoke(&office.app, act, one.device, reason).await.unwrap();
    assert_eq!(days(&Phone::enroll(&office, person).await), 1_000, "nor who lost the first");
    let other = office.person("Trần Thị Bình").await;
    assert_eq!(days(&Phone::enroll(&office, other).await), 1_826);
}

async fn certificates_live_as_long_as_the_office_says(mut office: Office) {
    let days = |phone: &Phone| {
        let certificate = certificate(phone);
        (certificate.not_after().get() - certificate.not_before().get() - 600) / DAY
    };
    let usual = Phone::enroll(&office, office.person("Nguyễn Văn An").await).await;
    assert_eq!(days(&usual), 1_095);
    office.app.shut_down().await;
    let life = Life { first: CertificateDays::new(365).unwrap(), ..Life::default() };
    let settings = Settings { life, ..office.app.settings().clone() };
    let clock = office.clock.clone();
    office.app = App::open(settings, clock, std::sync::Arc::new(OsEntropy)).await.unwrap();
    let shorter = Phone::enroll(&office, office.person("Trần Thị Bình").await).await;
    assert_eq!(days(&shorter), 365);
    // Never beyond the authority itself.
    office.clock.forward(10 * 365 * DAY - 100 * DAY);
    let last = Phone::enroll(&office, office.person("Lê Văn Cường").await).await;
    assert_eq!(certificate(&last).not_after(), issuing(&last).not_after());
}
