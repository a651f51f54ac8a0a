//! Certificates from elsewhere in the register.

use trien_core::certificate::{
    Certificate, DistinguishedName, Profile, SerialNumber, TbsCertificate, Validity,
};
use trien_core::document::Text;
use trien_core::env::{Clock as _, OsEntropy};
use trien_core::id::{EntryId, PersonId};
use trien_core::register::{CertificateKind, Event, KeyHome, State, Unfit};
use trien_core::signer::SoftwareSigner;
use trien_server::flow::act::Act;
use trien_server::flow::device::RevocationReason;
use trien_server::flow::register::{self, Elsewhere, Filter, Found, Reader, Story};
use trien_server::flow::{FlowError, Thing};
use trien_server::text::Language;

use crate::office::Office;
use crate::on_both;
use crate::phone::Phone;
use crate::register::entry_of;

on_both! {
    a_clerks_seal_is_recorded_once_and_ends_with_its_reason,
    a_renewal_takes_the_place_of_the_earlier_certificate,
    what_cannot_be_renewed_is_named,
    r12_a_seal_is_recorded_for_a_clerk_of_the_unit_alone,
    r14_what_is_valid_for_too_long_is_recorded_and_told,
}

/// An authority that is not ours.
struct Outside {
    key: SoftwareSigner,
    root: Certificate,
}

impl Outside {
    fn new(office: &Office) -> Self {
        let key = SoftwareSigner::generate(&OsEntropy);
        let serial = SerialNumber::generate(&OsEntropy);
        let name = DistinguishedName::of(Text::new("CA chuyên dùng").unwrap());
        let validity = Validity::days(office.clock.now().second(), 7000);
        let spki = key.public_key();
        let root = TbsCertificate::prepare(Profile::Root, &serial, &name, &spki, validity).unwrap();
        let root = root.assemble(&key.sign_now(root.to_be_signed())).unwrap();
        Self { key, root }
    }

    fn issue(&self, office: &Office, days: u32) -> Certificate {
        let serial = SerialNumber::generate(&OsEntropy);
        let name = DistinguishedName::of(Text::new("UBND xã Thử Nghiệm").unwrap());
        let validity = Validity::days(office.clock.now().second(), days);
        let profile = Profile::Person {
            issuer: &self.root,
            crl_url: "http://ca.example/x.crl",
            ocsp_url: None,
        };
        let spki = SoftwareSigner::generate(&OsEntropy).public_key();
        let tbs = TbsCertificate::prepare(profile, &serial, &name, &spki, validity).unwrap();
        tbs.assemble(&self.key.sign_now(tbs.to_be_signed())).unwrap()
    }
}

/// DER of a certificate that an authority elsewhere issued.
pub fn certificate(office: &Office) -> Vec<u8> {
    certificate_for(office, 1000)
}

/// The same, valid for so many days.
pub fn certificate_for(office: &Office, days: u32) -> Vec<u8> {
    Outside::new(office).issue(office, days).der().to_vec()
}

fn found(office: &Office, person: PersonId, file: &[u8]) -> Found {
    Found {
        file: file.to_vec(),
        person,
        unit: office.unit.id,
        kind: CertificateKind::AgencySeal,
        home: Elsewhere::Token,
        prompt_policy: None,
        renews: None,
    }
}

async fn add(office: &Office, found: Found) -> Result<EntryId, FlowError> {
    register::add(&office.app, &Act::COMMAND_LINE, found).await
}

async fn show(office: &Office, entry: EntryId) -> Story {
    register::show(&office.app, Reader::CommandLine, entry).await.unwrap()
}

pub async fn a_clerks_seal_is_recorded_once_and_ends_with_its_reason(office: Office) {
    let clerk = office.clerk("Lê Thị Khuê").await;
    let certificate = Outside::new(&office).issue(&office, 1000);
    let seal = found(&office, clerk, certificate.to_pem().as_bytes());
    let entry = add(&office, seal.clone()).await.unwrap();
    let story = show(&office, entry).await;
    assert_eq!((story.entry.state, story.entry.home), (State::InUse, KeyHome::Token));
    assert_eq!(story.entry.kind, CertificateKind::AgencySeal);
    assert_eq!(story.events.len(), 1);
    let facts = story.entry.certificate.unwrap().facts().unwrap();
    assert_eq!(facts.serial, certificate.serial().to_string());
    assert!(facts.issuer.contains("CA chuyên dùng"), "{}", facts.issuer);

    let again = Found { file: certificate.der().to_vec(), ..seal.clone() };
    assert_eq!(add(&office, again).await, Err(Unfit::Registered.into()));
    let garbage = Found { file: b"xin chao".to_vec(), ..seal.clone() };
    assert_eq!(add(&office, garbage).await, Err(Unfit::NotACertificate.into()));
    let other = Outside::new(&office).issue(&office, 1);
    office.clock.forward(2 * 86_400);
    let late = Found { file: other.der().to_vec(), ..seal.clone() };
    assert_eq!(add(&office, late).await, Err(Unfit::Expired.into()));
    let elsewhere = trien_core::id::UnitId::from_bytes([7; 16]);
    let certificate = Outside::new(&office).issue(&office, 1000);
    let misplaced = Found { unit: elsewhere, file: certificate.der().to_vec(), ..seal };
    assert_eq!(add(&office, misplaced).await, Err(FlowError::NotFound(Thing::Person)));

    let entry = show(&office, entry).await.entry;
    let why = Some(Text::new("mất token").unwrap());
    let act = Act { why, ..Act::COMMAND_LINE };
    register::revoke(&office.app, &act, &entry, RevocationReason::KeyCompromise).await.unwrap();
    let story = show(&office, entry.id).await;
    let last = story.events.last().unwrap();
    assert_eq!((story.entry.state, last.reason), (State::Revoked, Some(1)));
    assert_eq!(last.why.as_deref(), Some("mất token"));
    let twice = register::revoke(&office.app, &act, &entry, RevocationReason::Superseded).await;
    assert!(matches!(twice, Err(FlowError::BadRequest(_))));
}

async fn a_renewal_takes_the_place_of_the_earlier_certificate(office: Office) {
    let clerk = office.clerk("Lê Thị Khuê").await;
    let authority = Outside::new(&office);
    let first = found(&office, clerk, authority.issue(&office, 100).der());
    let first = add(&office, first).await.unwrap();
    let file = authority.issue(&office, 1000);
    let next = Found { renews: Some(first), ..found(&office, clerk, file.der()) };
    let next = add(&office, next).await.unwrap();
    assert_eq!(show(&office, next).await.entry.predecessor, Some(first));
    let earlier = show(&office, first).await;
    assert_eq!(earlier.entry.state, State::Renewed);
    assert_eq!(earlier.events.last().unwrap().event, Event::Renewed);
    let whole = register::summary(&office.app, Reader::CommandLine, None).await.unwrap().tally;
    assert_eq!((whole.issued(), whole.of(State::InUse), whole.of(State::Renewed)), (2, 1, 1));
    office.clock.forward(101 * 86_400);
    assert_eq!(register::expire(&office.app).await.unwrap(), 1, "the earlier one ends by itself");
}

async fn what_cannot_be_renewed_is_named(office: Office) {
    let (clerk, other) = (office.clerk("Lê Thị Khuê").await, office.clerk("An").await);
    let authority = Outside::new(&office);
    let theirs = add(&office, found(&office, other, authority.issue(&office, 100).der())).await;
    let phone = Phone::enroll(&office, clerk).await;
    let in_phone = entry_of(&office, phone.device).await.entry.id;
    for earlier in [theirs.unwrap(), in_phone, EntryId::from_bytes([9; 16])] {
        let file = authority.issue(&office, 100);
        let renewal = Found { renews: Some(earlier), ..found(&office, clerk, file.der()) };
        assert_eq!(add(&office, renewal).await, Err(Unfit::NothingToRenew.into()));
    }
    let all = register::list(&office.app, Reader::CommandLine, &Filter::default(), None, 50).await;
    assert_eq!(all.unwrap().entries.len(), 2, "nothing was written");
}

async fn r12_a_seal_is_recorded_for_a_clerk_of_the_unit_alone(office: Office) {
    let chair = office.person("Nguyễn Văn An").await;
    let file = certificate(&office);
    let refused = add(&office, found(&office, chair, &file)).await;
    assert_eq!(refused, Err(Unfit::HolderNotClerk.into()));
    let own = Found { kind: CertificateKind::Personal, ..found(&office, chair, &file) };
    add(&office, own).await.unwrap();
    let clerk = office.clerk("Lê Thị Khuê").await;
    add(&office, found(&office, clerk, &certificate(&office))).await.unwrap();
    // Whoever was one and is not any more.
    let mut database = office.database().await;
    let left = "UPDATE position SET until = 1 WHERE authority = 'clerk'";
    sqlx::query(left).execute(&mut database).await.unwrap();
    let refused = add(&office, found(&office, clerk, &certificate(&office))).await;
    assert_eq!(refused, Err(Unfit::HolderNotClerk.into()));
}

async fn r14_what_is_valid_for_too_long_is_recorded_and_told(office: Office) {
    let person = office.person("Nguyễn Văn An").await;
    let authority = Outside::new(&office);
    let record = async |days: u32, renews: Option<EntryId>| {
        office.clock.forward(1);
        let file = authority.issue(&office, days);
        let found = found(&office, person, file.der());
        let found = Found { kind: CertificateKind::Personal, renews, ..found };
        add(&office, found).await.unwrap()
    };
    let exceeds = async |entry| show(&office, entry).await.entry.exceeds;
    let five_years = record(1_827, None).await;
    assert!(!exceeds(five_years).await);
    let longer = record(1_828, None).await;
    assert!(exceeds(longer).await, "one day more than five years can have");
    let renewed = record(1_096, Some(five_years)).await;
    assert!(!exceeds(renewed).await);
    let too_long = record(1_097, Some(renewed)).await;
    assert!(exceeds(too_long).await, "a renewal has three years");

    let filter = Filter { exceeds: true, ..Filter::default() };
    let page = register::list(&office.app, Reader::CommandLine, &filter, None, 1).await.unwrap();
    assert_eq!(page.entries[0].id, too_long);
    let rest = register::list(&office.app, Reader::CommandLine, &filter, page.next, 9).await;
    let rest: Vec<_> = rest.unwrap().entries.iter().map(|entry| entry.id).collect();
    assert_eq!(rest, [longer]);
    let officer = crate::people::officer(&office, &[office.unit.id]);
    let alerts = async || register::alerts(&office.app, &officer).await.unwrap().exceeding;
    assert_eq!(alerts().await, 2);
    let (everything, vietnamese) = (Filter::default(), Language::Vietnamese);
    let reader = Reader::CommandLine;
    let sheet = register::export(&office.app, reader, &everything, None, vietnamese).await;
    let sheet = String::from_utf8(sheet.unwrap()).unwrap();
    assert_eq!(sheet.matches("dài hơn quy định").count(), 2, "{sheet}");
    let entry = show(&office, longer).await.entry;
    let reason = RevocationReason::CessationOfOperation;
    register::revoke(&office.app, &Act::COMMAND_LINE, &entry, reason).await.unwrap();
    assert_eq!(alerts().await, 1, "what has ended alarms nobody");
}
