//! Enrolling with keys whose attestations are judged, under a root of our own.

use std::path::PathBuf;
use std::time::{Duration, UNIX_EPOCH};

use sqlx::Row as _;
use trien_core::attestation::{KeyUse, Refusal, Refused, Spoken, binding};
use trien_core::certificate::{Assurance, PromptPolicy};
use trien_core::digest::Sha256;
use trien_core::document::Text;
use trien_core::env::{Clock as _, OsEntropy};
use trien_core::id::{PersonId, UnitId};
use trien_core::signer::SoftwareSigner;
use trien_core::wire::{Base64, EnrollmentReveal, KeyEvidence};
use trien_server::attestation::{AppAttestSettings, AttestationSettings};
use trien_server::flow::account::{Grant, Officer, Role};
use trien_server::flow::act::Act;
use trien_server::flow::admin::{self, KeyPolicy};
use trien_server::flow::rejudge::{self, Rejudged};
use trien_server::flow::{FlowError, devices, enroll, invite};

use crate::lookalike::{APP, AppFacts, Facts, Maker, PACKAGE, SIGNING_DIGEST};
use crate::office::{Office, connect};
use crate::on_both;
use crate::phone::Enrolling;
use crate::prompt::state;

on_both! {
    attested_keys_make_a_device_of_their_level,
    a_unit_that_takes_hardware_keys_refuses_what_is_not_shown,
    a_unit_that_takes_software_keys_notes_why_a_level_was_not_shown,
    a_revoked_serial_refuses_from_the_moment_it_is_listed,
    without_its_files_no_key_is_judged,
    a_new_status_list_lowers_the_devices_that_it_names,
    a_status_list_older_than_the_newest_lifts_no_doubt,
    a_genuine_iphone_app_is_worth_level_c,
    a_phone_is_told_of_the_passcode_where_its_key_takes_it,
}

/// An office that judges keys, and what it judges them by.
struct Judging {
    office: Office,
    maker: Maker,
    unit: UnitId,
    person: PersonId,
    status_list: PathBuf,
}

impl Judging {
    async fn open(mut office: Office, keys: KeyPolicy) -> Self {
        let maker = Maker::new(&OsEntropy);
        let roots = office.data.path().join("roots.json");
        std::fs::write(&roots, maker.roots()).unwrap();
        let status_list = office.data.path().join("status.json");
        std::fs::write(&status_list, r#"{"entries": {}}"#).unwrap();
        let settings = AttestationSettings {
            package: PACKAGE.to_owned(),
            signers: vec![Sha256(SIGNING_DIGEST)],
            roots,
            status_list: status_list.clone(),
            minimum_patch_level: Some("2025-06".parse().unwrap()),
        };
        settings.check().unwrap();
        office.judge_keys(settings).await;
        let text = |text: &str| Text::new(text).unwrap();
        let unit = admin::create_unit(
            &office.app,
            &Act::COMMAND_LINE,
            &text("UBND xã Khóa Cứng"),
            None,
            keys,
        )
        .await;
        let (name, position) = (text("Nguyễn Văn An"), text("Chủ tịch"));
        let unit = unit.unwrap().id;
        let person =
            admin::create_person(&office.app, &Act::COMMAND_LINE, &name, unit, &position).await;
        Self { office, maker, unit, person: person.unwrap().id, status_list }
    }

    /// Enrolls as far as the keys, with this said of the approval key.
    async fn send(
        &self,
        change: impl FnOnce(&mut Facts),
    ) -> Result<(Enrolling, EnrollmentReveal), FlowError> {
        let app = &self.office.app;
        let invitation =
            invite::create(app, &Act::COMMAND_LINE, self.person, 1800).await?.invitation;
        let mut enrolling = Enrolling::begin(app, invitation).await?;
        let mut approval = Facts::approval(&enrolling.c1);
        change(&mut approval);
        let auth = Facts::auth(&enrolling.c1);
        let attest = |key: &[u8], facts: &Facts| {
            self.maker.attest(key, facts).into_iter().map(Base64).collect()
        };
        enrolling.message.evidence = KeyEvidence::Android {
            auth: attest(&enrolling.auth.public_key(), &auth),
            approval: attest(&enrolling.approval.public_key(), &approval),
        };
        let reveal = enrolling.send(app).await?;
        Ok((enrolling, reveal))
    }

    async fn refused(&self, change: impl FnOnce(&mut Facts)) -> FlowError {
        self.send(change).await.err().expect("the evidence is refused")
    }

    async fn assurances(&self) -> Vec<Assurance> {
        let devices = devices::newest(&self.office.app, None, 50).await.unwrap();
        devices.iter().map(|device| device.assurance).collect()
    }

    /// What the log says of the newest device's keys.
    async fn logged(&self) -> serde_json::Value {
        let settings = self.office.app.settings();
        let sqlite = || format!("sqlite://{}", settings.data.join("trien.db").display());
        let url = settings.database_url.clone().unwrap_or_else(sqlite);
        let mut database = connect(&url).await;
        let bodies = sqlx::query("SELECT body FROM statement ORDER BY leaf DESC")
            .fetch_all(&mut database)
            .await
            .unwrap();
        let mut bodies = bodies.iter().map(|row| {
            let body: String = row.get(0);
            serde_json::from_str::<serde_json::Value>(&body).unwrap()
        });
        bodies.find(|body| body["act"] == "keys-received").unwrap()
    }
}

fn approval(why: Refusal) -> FlowError {
    FlowError::AttestationRefused(Refused { key: KeyUse::Approval, why })
}

async fn attested_keys_make_a_device_of_their_level(office: Office) {
    let judging = Judging::open(office, KeyPolicy::Hardware).await;
    let (enrolling, reveal) = judging.send(|_| ()).await.unwrap();
    assert_eq!(judging.assurances().await, [Assurance::B]);
    let logged = judging.logged().await;
    assert_eq!(logged["assurance"], "B");
    let list = Sha256::of(&std::fs::read(&judging.status_list).unwrap());
    assert_eq!(logged["attestation"]["status-list"], list.to_string());
    assert!(logged["attestation"].get("refused").is_none());
    let code = enrolling.code(&reveal).grouped();
    enroll::approve(&judging.office.app, &Act::COMMAND_LINE, reveal.device, &code).await.unwrap();

    judging.office.clock.forward(1);
    let strongbox = |facts: &mut Facts| (facts.attestation_level, facts.keymint_level) = (2, 2);
    judging.send(strongbox).await.unwrap();
    assert_eq!(judging.assurances().await, [Assurance::A, Assurance::B]);
    assert_eq!(judging.logged().await["assurance"], "A");
}

async fn a_unit_that_takes_hardware_keys_refuses_what_is_not_shown(office: Office) {
    let judging = Judging::open(office, KeyPolicy::Hardware).await;
    let other = judging.refused(|facts| facts.challenge[0] ^= 1).await;
    assert_eq!(other, approval(Refusal::WrongChallenge));
    let unlocked = judging.refused(|facts| facts.locked = false).await;
    assert_eq!(unlocked, approval(Refusal::Unlocked));
    assert_eq!(unlocked.code().as_deref(), Some("unlocked"));
    let session = judging.refused(|facts| facts.auth_timeout = Some(60)).await;
    assert_eq!(session, approval(Refusal::WrongTimeout));

    let app = &judging.office.app;
    let invitation =
        invite::create(app, &Act::COMMAND_LINE, judging.person, 1800).await.unwrap().invitation;
    let silent = Enrolling::begin(app, invitation).await.unwrap().send(app).await;
    assert_eq!(silent.err(), Some(FlowError::AssuranceTooLow));
    assert!(judging.assurances().await.is_empty());
}

async fn a_unit_that_takes_software_keys_notes_why_a_level_was_not_shown(office: Office) {
    let judging = Judging::open(office, KeyPolicy::SoftwareAllowed).await;
    judging.send(|facts| facts.boot_state = 2).await.unwrap();
    assert_eq!(judging.assurances().await, [Assurance::D]);
    let logged = judging.logged().await;
    assert_eq!(logged["assurance"], "D");
    assert_eq!(logged["attestation"]["refused"], "boot-not-verified");
    assert_eq!(logged["attestation"]["key"], "approval");
}

async fn a_revoked_serial_refuses_from_the_moment_it_is_listed(office: Office) {
    let judging = Judging::open(office, KeyPolicy::Hardware).await;
    judging.send(|_| ()).await.unwrap();
    let auth = |why| FlowError::AttestationRefused(Refused { key: KeyUse::Auth, why });
    for (status, why) in [("REVOKED", Refusal::Revoked), ("SUSPENDED", Refusal::Suspended)] {
        let list = format!(r#"{{"entries": {{"a03": {{"status": "{status}"}}}}}}"#);
        std::fs::write(&judging.status_list, list).unwrap();
        assert_eq!(judging.refused(|_| ()).await, auth(why));
    }
    // An old list is worth a warning; what it does not say is not known.
    std::fs::write(&judging.status_list, r#"{"entries": {}}"#).unwrap();
    judging.office.clock.forward(400 * 86_400);
    judging.send(|_| ()).await.unwrap();
}

pub async fn a_new_status_list_lowers_the_devices_that_it_names(office: Office) {
    let judging = Judging::open(office, KeyPolicy::Hardware).await;
    let app = &judging.office.app;
    let (enrolling, reveal) = judging.send(|_| ()).await.unwrap();
    let code = enrolling.code(&reveal).grouped();
    enroll::approve(app, &Act::COMMAND_LINE, reveal.device, &code).await.unwrap();
    let applied = |doubted, trusted| Ok(Rejudged::Applied { doubted, trusted });
    assert_eq!(rejudge::run(app).await, applied(0, 0));
    assert_eq!(rejudge::run(app).await, Ok(Rejudged::Nothing), "the same list again");

    let list = |status: &str| {
        let list = format!(r#"{{"entries": {{"a03": {{"status": "{status}"}}}}}}"#);
        std::fs::write(&judging.status_list, list).unwrap();
    };
    list("SUSPENDED");
    assert_eq!(rejudge::run(app).await, applied(1, 0));
    assert_eq!(judging.assurances().await, [Assurance::D]);
    let unit = devices::newest(app, None, 50).await.unwrap()[0].unit;
    let officer = Officer {
        account: trien_core::id::AccountId::from_bytes([1; 16]),
        login: String::new(),
        name: String::new(),
        grants: vec![Grant { unit, role: Role::EnrollmentOfficer }],
        token: None,
    };
    let doubted = rejudge::doubted(app, &officer).await.unwrap();
    assert_eq!((doubted[0].device, doubted[0].before), (reveal.device, Assurance::B));
    // What was for a while is over when a list says so; what is for good stays.
    std::fs::write(&judging.status_list, r#"{"entries": {}}"#).unwrap();
    assert_eq!(rejudge::run(app).await, applied(0, 1));
    assert_eq!(judging.assurances().await, [Assurance::B]);
    list("REVOKED");
    trien_server::jobs::run_due(app).await.unwrap();
    assert_eq!(rejudge::run(app).await, applied(1, 0));
    std::fs::write(&judging.status_list, r#"{"entries": {"9": {"status": "REVOKED"}}}"#).unwrap();
    assert_eq!(rejudge::run(app).await, applied(0, 0));
    assert_eq!(judging.assurances().await, [Assurance::D]);
    assert_eq!(rejudge::doubted(app, &officer).await.unwrap().len(), 1);
    std::fs::write(&judging.status_list, "{}").unwrap();
    assert!(matches!(rejudge::run(app).await, Err(FlowError::Unavailable(_))));
}

async fn a_status_list_older_than_the_newest_lifts_no_doubt(office: Office) {
    let judging = Judging::open(office, KeyPolicy::Hardware).await;
    let app = &judging.office.app;
    judging.send(|_| ()).await.unwrap();
    let now = judging.office.clock.now().second().get();
    // A list of so many seconds ago.
    let put = |list: &str, ago: i64| {
        std::fs::write(&judging.status_list, list).unwrap();
        let file = std::fs::File::options().write(true).open(&judging.status_list).unwrap();
        let at = Duration::from_secs(u64::try_from(now - ago).unwrap());
        file.set_modified(UNIX_EPOCH + at).unwrap();
    };
    let applied = |doubted, trusted| Ok(Rejudged::Applied { doubted, trusted });
    let suspended = r#"{"entries": {"a03": {"status": "SUSPENDED"}}}"#;
    put(suspended, 100);
    assert_eq!(rejudge::run(app).await, applied(1, 0));
    put(r#"{"entries": {}}"#, 200);
    assert_eq!(rejudge::run(app).await, applied(0, 0));
    assert_eq!(judging.assurances().await, [Assurance::D]);
    put(r#"{"entries": {"9": {"status": "REVOKED"}}}"#, 50);
    assert_eq!(rejudge::run(app).await, applied(0, 1));
    assert_eq!(judging.assurances().await, [Assurance::B]);
    // An old one raises doubts all the same.
    put(suspended, 100);
    assert_eq!(rejudge::run(app).await, applied(1, 0));
    // A date in the future counts as now, so that the next list is not old beside it.
    put(r#"{"entries": {"8": {"status": "REVOKED"}}}"#, -86_400);
    assert_eq!(rejudge::run(app).await, applied(0, 1));
    put(suspended, 0);
    assert_eq!(rejudge::run(app).await, applied(1, 0));
    put(r#"{"entries": {}}"#, 0);
    assert_eq!(rejudge::run(app).await, applied(0, 1));
}

async fn without_its_files_no_key_is_judged(office: Office) {
    let judging = Judging::open(office, KeyPolicy::SoftwareAllowed).await;
    std::fs::write(&judging.status_list, "{}").unwrap();
    assert!(matches!(judging.refused(|_| ()).await, FlowError::Unavailable(_)));
    std::fs::remove_file(&judging.status_list).unwrap();
    assert!(matches!(judging.refused(|_| ()).await, FlowError::Unavailable(_)));
    assert!(judging.office.app.settings().attestation.as_ref().unwrap().check().is_err());
    assert!(judging.assurances().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_office_that_does_not_judge_keys_knows_of_none_in_hardware() {
    let office = Office::open(None, KeyPolicy::Hardware).await;
    let person = office.person("Nguyễn Văn An").await;
    let invitation =
        invite::create(&office.app, &Act::COMMAND_LINE, person, 1800).await.unwrap().invitation;
    let mut enrolling = Enrolling::begin(&office.app, invitation).await.unwrap();
    let maker = Maker::new(&OsEntropy);
    let chain =
        |key: &[u8], facts: &Facts| maker.attest(key, facts).into_iter().map(Base64).collect();
    enrolling.message.evidence = KeyEvidence::Android {
        auth: chain(&enrolling.auth.public_key(), &Facts::auth(&enrolling.c1)),
        approval: chain(&enrolling.approval.public_key(), &Facts::approval(&enrolling.c1)),
    };
    let refused = enrolling.send(&office.app).await;
    assert_eq!(refused.err(), Some(FlowError::AssuranceTooLow));
}

async fn a_phone_is_told_of_the_passcode_where_its_key_takes_it(office: Office) {
    let judging = Judging::open(office, KeyPolicy::Hardware).await;
    let allowed = PromptPolicy::PER_USE.with_passcode(true);
    state(&judging.office, judging.unit, Some(allowed)).await;
    let told = async || {
        devices::newest(&judging.office.app, None, 50).await.unwrap()[0].prompt_policy.passcode
    };
    judging.send(|_| ()).await.unwrap();
    assert!(!told().await, "fingers and faces alone open it");
    judging.office.clock.forward(1);
    judging.send(|key| key.user_auth_type = Some(3)).await.unwrap();
    assert!(told().await);
}

async fn a_genuine_iphone_app_is_worth_level_c(office: Office) {
    let mut judging = Judging::open(office, KeyPolicy::Hardware).await;
    let root = judging.status_list.with_file_name("app-root.json");
    std::fs::write(&root, judging.maker.roots()).unwrap();
    let settings = AppAttestSettings { app: APP.to_owned(), root: root.clone() };
    settings.check().unwrap();
    judging.office.judge_apps(settings).await;
    let send = async |alter: fn(&mut AppFacts)| {
        let app = &judging.office.app;
        let invited = invite::create(app, &Act::COMMAND_LINE, judging.person, 1800).await?;
        let mut enrolling = Enrolling::begin(app, invited.invitation.clone()).await?;
        let (auth, approval) = (enrolling.auth.public_key(), enrolling.approval.public_key());
        let spoken = Spoken {
            challenge: &enrolling.c1,
            auth_key: &auth,
            approval_key: &approval,
            invitation: invited.invitation.id,
        };
        let mut facts = AppFacts::new(binding(spoken).0);
        alter(&mut facts);
        let key = SoftwareSigner::generate(&OsEntropy);
        let object = Base64(judging.maker.attest_app(&key, &facts));
        enrolling.message.evidence = KeyEvidence::AppAttest { object };
        enrolling.send(app).await
    };
    let refused = |why| Some(FlowError::AppRefused(why));
    assert_eq!(send(|it| it.counter = 3).await.err(), refused(Refusal::UsedBefore));
    assert_eq!(send(|it| it.binding[9] ^= 1).await.err(), refused(Refusal::WrongChallenge));
    assert!(judging.assurances().await.is_empty());
    send(|_| ()).await.unwrap();
    assert_eq!(judging.assurances().await, [Assurance::C]);
    let logged = judging.logged().await;
    assert_eq!((&logged["assurance"], &logged["attestation"]["app"]), (&"C".into(), &APP.into()));
    std::fs::remove_file(root).unwrap();
    assert!(matches!(send(|_| ()).await, Err(FlowError::Unavailable(_))));
}
