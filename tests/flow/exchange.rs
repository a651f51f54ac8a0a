//! Certificates from an outside authority: what waits, what goes out, what comes in and what does not.

use trien_core::anchor::{AnchorAct, Said};
use trien_core::certificate::{Certificate, read_bundle, verify_chain};
use trien_core::decision::Verb;
use trien_core::document::Text;
use trien_core::env::Clock as _;
use trien_core::id::{AnchorId, UnitId};
use trien_core::register::{Event, State};
use trien_core::wire::{DeviceStatus, SyncQuery};
use trien_server::flow::account::{
    self, Grant, Login, NewAccount, Officer, Password, Role, SignIn,
};
use trien_server::flow::act::Act;
use trien_server::flow::admin::{self, KeyPolicy};
use trien_server::flow::device::{self, RevocationReason, Standing};
use trien_server::flow::exchange::{
    self, Answer, Asked, Encoding, Exchanger, NoExchange, Objection, Source, Upload, Way, together,
};
use trien_server::flow::register::{self, Author};
use trien_server::flow::{FlowError, Thing, enroll};
use trien_server::sheet::{self, Format};
use trien_server::text::Language;

use crate::account::administrator;
use crate::office::Office;
use crate::on_both;
use crate::outside::{self, Outside, SIGNER, requests, sums, unzip};
use crate::phone::{Approved, Phone};
use crate::register::entry_of;

on_both! {
    a_key_waits_until_an_outside_authority_has_certified_it,
    what_goes_out_is_listed_summed_and_marked_when_it_goes_out_again,
    every_misfit_is_named_and_the_others_are_taken,
    nothing_leads_past_the_trusted_authorities_of_the_unit,
    trust_takes_two_persons,
    a_phone_learns_of_trust_by_acts_that_stand_in_the_log,
    whoever_makes_an_account_is_no_second_person_beside_it,
    units_below_follow_unless_they_say_otherwise,
    nobody_certifies_whom_they_approved,
    what_changed_since_it_was_looked_at_is_not_taken,
    a_renewal_is_shorter_than_a_first_certificate,
    a_request_can_be_withdrawn_while_it_waits,
    nobody_without_a_post_is_given_a_certificate,
    what_is_revoked_here_stands_in_a_list_for_the_authority,
    made_up_data_is_never_exchanged,
}

pub const LINE: Exchanger<'static> = Exchanger::CommandLine;
pub const CN: &str = "/C=VN/O=UBND xã Thử Nghiệm/title=Chủ tịch/CN=Nguyễn Văn An";

pub fn why() -> Text<500> {
    Text::new("theo quyết định số 12").unwrap()
}

pub fn outside_of(office: &Office) -> Outside {
    Outside::new(office.clock.now().second().get())
}

/// An office whose certificates come from an authority that it trusts.
pub async fn prepared(office: &Office) -> Outside {
    let outside = outside_of(office);
    let source = Some(Source::Outside);
    exchange::set_source(&office.app, LINE, office.unit.id, source, why()).await.unwrap();
    let root = outside.root();
    exchange::trust(&office.app, office.unit.id, root.as_bytes(), why()).await.unwrap();
    outside
}

pub async fn waiting(office: &Office, name: &str) -> Approved {
    Approved::by(office, office.person(name).await, &Act::COMMAND_LINE).await
}

pub async fn packed(office: &Office) -> Vec<u8> {
    let packed = exchange::pack(&office.app, LINE, Asked::All, Encoding::Pem, None).await;
    packed.unwrap().zip
}

async fn plan(office: &Office, file: &[u8]) -> Answer {
    exchange::plan(&office.app, LINE, file.to_vec()).await.unwrap()
}

pub async fn take(office: &Office, file: &[u8]) -> usize {
    let answer = plan(office, file).await;
    exchange::carry_out(&office.app, LINE, answer, Some(why())).await.unwrap()
}

pub async fn a_key_waits_until_an_outside_authority_has_certified_it(office: Office) {
    let app = &office.app;
    let outside = prepared(&office).await;
    let phone = waiting(&office, "Nguyễn Văn An").await;
    assert!(matches!(phone.status(app).await, DeviceStatus::WaitingForCertificate));
    let story = entry_of(&office, phone.device).await;
    assert_eq!((story.entry.state, story.entry.certificate), (State::Reviewed, None));
    let alone = crate::phone::authenticated(app, phone.device, "n").await;
    let early = trien_server::flow::sync::sync(
        app,
        &alone,
        SyncQuery::default(),
        crate::phone::KNOWS_NOTHING,
    )
    .await;
    assert_eq!(early.unwrap_err(), FlowError::DevicePending);

    let csr = requests(&packed(&office).await).remove(0);
    let certificate = outside.issue(&outside::Asked::of(&csr, CN));
    let answer = outside.p7b(&[&certificate, &outside.issuing()], "DER");
    assert_eq!(take(&office, &answer).await, 1);

    let story = entry_of(&office, phone.device).await;
    let events: Vec<Event> = story.events.iter().map(|event| event.event).collect();
    assert_eq!(events, [Event::Requested, Event::Reviewed, Event::Exported, Event::Issued]);
    assert_eq!(story.events[3].author, Author::CommandLine);
    assert_eq!(story.events[3].why.as_deref(), Some(why().as_str()));
    let phone = phone.activated(app).await;
    let read = |der: &trien_core::wire::Base64| Certificate::parse(&der.0).unwrap();
    let leaf = read(&phone.profile.certificate);
    let chain: Vec<Certificate> = phone.profile.chain.iter().map(read).collect();
    let root = Certificate::parse_pem(&outside.root()).unwrap().remove(0);
    assert_eq!(chain.last(), Some(&root));
    let anchors: Vec<Certificate> = phone.profile.anchors.iter().map(read).collect();
    assert!(anchors.contains(&root) && anchors.len() == 2, "and colleagues' certificates");
    verify_chain(&leaf, &chain, &[root], leaf.not_before().plus(600)).unwrap();

    let request = office.queue(&[phone.person]).await;
    phone.decide(&office, request, Verb::Approve).await.unwrap();
    assert_eq!(entry_of(&office, phone.device).await.entry.state, State::InUse);
    let second = office.queue(&[phone.person]).await;
    phone.decide(&office, second, Verb::Reject).await.unwrap();
}

async fn what_goes_out_is_listed_summed_and_marked_when_it_goes_out_again(office: Office) {
    let app = &office.app;
    let nothing = exchange::pack(app, LINE, Asked::All, Encoding::Pem, None).await;
    assert_eq!(nothing.unwrap_err(), NoExchange::NothingWaits.into());
    prepared(&office).await;
    let first = waiting(&office, "=An").await;
    office.clock.forward(1);
    let phones = [first, waiting(&office, "Trần Bình").await];
    let first = unzip(&packed(&office).await);
    let names: Vec<&str> = first.iter().map(|(name, _)| name.as_str()).collect();
    let entries = [
        entry_of(&office, phones[0].device).await.entry.id,
        entry_of(&office, phones[1].device).await.entry.id,
    ];
    let csrs = entries.map(|entry| format!("requests/{entry}.csr"));
    let lists = ["danh-sach-thue-bao.csv", "danh-sach-thue-bao.xlsx", "SHA256SUMS"];
    assert_eq!(names, [&csrs[0], &csrs[1], lists[0], lists[1], lists[2]]);
    assert_eq!(String::from_utf8(first[4].1.clone()).unwrap(), sums(&first));
    let csv = String::from_utf8(first[2].1.clone()).unwrap();
    assert!(csv.contains("'=An") && !csv.contains(",=An"), "nothing computes: {csv}");
    for list in [&first[2], &first[3]] {
        let read = sheet::read(&list.1).unwrap();
        assert_eq!(read.rows.len(), 3);
        assert_eq!(read.rows[2].cells[1], "Trần Bình");
        assert!(read.rows[2].cells.contains(&csrs[1]));
    }
    // Again, in DER: the same names, and the list says that it went out before.
    let again = exchange::pack(app, LINE, Asked::Unit(office.unit.id), Encoding::Der, None);
    let again = unzip(&again.await.unwrap().zip);
    assert_eq!(again[0].0, first[0].0);
    assert_eq!(again[0].1[0], 0x30);
    let list = sheet::read(&again[2].1).unwrap();
    assert_eq!(list.rows[1].cells.last().unwrap(), "22/11/2026");
    let waiting = exchange::waiting(app, LINE, Asked::All).await.unwrap();
    assert!(waiting.iter().all(|one| one.exports == 2 && one.exported_at.is_some()));
    assert_eq!(exchange::exports(app, LINE, 9).await.unwrap().len(), 2);
    let ca = officer(&office, "la", Role::CaOfficer).await;
    let (who, missing) = (Exchanger::Officer(&ca), UnitId::generate(app.clock(), app.entropy()));
    let refused = exchange::pack(app, who, Asked::Unit(missing), Encoding::Pem, None).await;
    assert_eq!(refused.unwrap_err(), FlowError::NotFound(Thing::Unit));
}

/// The objections to each certificate of a file that is refused.
pub fn told(answer: &Answer) -> Vec<Vec<Objection>> {
    answer.refused.iter().map(|one| one.objections.clone()).collect()
}

async fn every_misfit_is_named_and_the_others_are_taken(office: Office) {
    use outside::Asked as Of;
    let outside = prepared(&office).await;
    waiting(&office, "Nguyễn Văn An").await;
    office.clock.forward(1);
    let good = waiting(&office, "Trần Bình").await;
    let csrs = requests(&packed(&office).await);
    let an = |change: fn(&mut Of<'_>)| {
        let mut asked = Of::of(&csrs[0], CN);
        change(&mut asked);
        outside.issue(&asked)
    };
    let only = |usage: &str| format!("basicConstraints = critical, CA:false\nkeyUsage = {usage}\n");
    let (cipher, sign) = (only("keyEncipherment"), only("digitalSignature"));
    let server = format!("{sign}extendedKeyUsage = serverAuth\n");
    let authority = "basicConstraints = critical, CA:true\n";
    let with = |extensions: &str| outside.issue(&Of { extensions, ..Of::of(&csrs[0], CN) });
    let cases: Vec<(String, &[Objection])> = vec![
        (an(|of| of.days = 1_900), &[Objection::TooLong]),
        (an(|of| of.from = 2), &[Objection::NotYetValid]),
        (an(|of| (of.from, of.days) = (-20, 10)), &[Objection::Expired]),
        (an(|of| of.subject = "/CN=Nguyễn Văn Ân Tình"), &[Objection::OtherName]),
        (an(|of| of.subject = "/O=UBND xã Thử Nghiệm"), &[Objection::OtherName]),
        (an(|of| of.subject = "/O=Sở Y tế/CN=nguyen van an"), &[Objection::OtherOrganization]),
        (an(|of| of.subject = "/title=Văn thư/CN=NGUYỄN VĂN AN"), &[Objection::OtherTitle]),
        (with(&cipher), &[Objection::KeyUsage]),
        (with(&server), &[Objection::ExtendedKeyUsage]),
        (with(authority), &[Objection::Authority]),
        (an(|of| of.more = &["-md", "sha1"]), &[Objection::WeakAlgorithm]),
        (forged(&an(|_| {})), &[Objection::WrongSignature]),
        (
            an(|of| {
                of.days = 4_000;
                of.subject = "/O=Sở Y tế/title=x/CN=B";
                of.extensions = "keyUsage = keyEncipherment\n";
            }),
            &[
                Objection::KeyUsage,
                Objection::TooLong,
                Objection::OtherName,
                Objection::OtherOrganization,
                Objection::OtherTitle,
            ],
        ),
    ];
    for (certificate, expected) in &cases {
        let file = format!("{certificate}{}", outside.issuing());
        let answer = plan(&office, file.as_bytes()).await;
        assert_eq!(told(&answer), [expected.to_vec()], "{certificate}");
        assert!(!answer.is_ready() && answer.authorities.len() == 1);
        assert_eq!(answer.refused[0].number, 1);
    }
    let odd = plan(&office, outside.issue_oddly(&Of::of(&csrs[0], CN)).as_bytes()).await;
    assert_eq!(told(&odd), [[Objection::ForeignAlgorithm]]);
    let fits = an(|of| of.subject = "/OU=ubnd xa thu nghiem/CN=nguyen van an");
    let answer = plan(&office, format!("{fits}{}", outside.issuing()).as_bytes()).await;
    assert_eq!((answer.accepted.len(), told(&answer)), (1, vec![]), "marks and case do not count");

    // Another key, the same twice, and files that hold none: the one that fits is taken.
    let foreign = outside.issue(&Of::of(&foreign_request(), CN));
    let fits = outside.issue(&Of::of(&csrs[1], "/CN=Trần Bình"));
    let files = vec![
        Upload { name: "a.p7b".into(), bytes: outside.p7b(&[&foreign, &fits, &fits], "PEM") },
        Upload { name: "b.pem".into(), bytes: outside.issuing().into_bytes() },
        Upload { name: "c.pdf".into(), bytes: b"%PDF-1.7".to_vec() },
    ];
    let file = together(files);
    let answer = plan(&office, &file).await;
    let mut refused = told(&answer);
    refused.sort();
    let expected = [Objection::NoCertificate, Objection::Twice, Objection::NobodyWaits];
    assert_eq!(refused, expected.map(|objection| vec![objection]));
    assert_eq!(take(&office, &file).await, 1);
    assert!(matches!(good.status(&office.app).await, DeviceStatus::Active { .. }));
    let again = plan(&office, fits.as_bytes()).await;
    assert_eq!(told(&again), [[Objection::HasCertificate]]);

    let secret = format!("{fits}-----BEGIN PRIVATE KEY-----\n");
    let answer = plan(&office, secret.as_bytes()).await;
    assert_eq!(told(&answer), [[Objection::SecretKey]]);
    let nothing = [[Objection::NoCertificate]];
    for file in [&b""[..], b"PK\x03\x04", b"\x30\x80"] {
        let answer = plan(&office, file).await;
        assert_eq!((told(&answer), answer.is_ready()), (nothing.map(Vec::from).to_vec(), false));
    }
}

/// The same certificate with one bit of its signature changed.
pub fn forged(pem: &str) -> String {
    let mut der = Certificate::parse_pem(pem).unwrap()[0].der().to_vec();
    *der.last_mut().unwrap() ^= 1;
    Certificate::parse(&der).unwrap().to_pem()
}

/// A request for a key that waits nowhere.
pub fn foreign_request() -> String {
    use trien_core::certificate::{Csr, DistinguishedName, csr_to_pem};
    let key = trien_core::signer::SoftwareSigner::generate(&trien_core::env::OsEntropy);
    let csr = Csr::prepare(&key.public_key(), &DistinguishedName::of(Text::new("x").unwrap()));
    csr_to_pem(&csr.assemble(&key.sign_now(csr.to_be_signed())).unwrap())
}

async fn nothing_leads_past_the_trusted_authorities_of_the_unit(office: Office) {
    let outside = outside_of(&office);
    let (app, unit) = (&office.app, office.unit.id);
    exchange::set_source(app, LINE, unit, Some(Source::Outside), why()).await.unwrap();
    waiting(&office, "Nguyễn Văn An").await;
    let csr = requests(&packed(&office).await).remove(0);
    let certificate = outside.issue(&outside::Asked::of(&csr, CN));
    let whole = format!("{certificate}{}{}", outside.issuing(), outside.root());
    let answer = plan(&office, whole.as_bytes()).await;
    assert_eq!(told(&answer), [[Objection::NoAnchor]]);
    let other = outside_of(&office);
    exchange::trust(app, unit, other.root().as_bytes(), why()).await.unwrap();
    let answer = plan(&office, whole.as_bytes()).await;
    // Of the same name, but not the one that signed.
    assert_eq!(told(&answer), [[Objection::WrongSignature]]);
    exchange::trust(app, unit, outside.root().as_bytes(), why()).await.unwrap();
    let alone = plan(&office, certificate.as_bytes()).await;
    assert_eq!(told(&alone), [[Objection::UnknownIssuer]], "the one between is missing");
    assert!(plan(&office, whole.as_bytes()).await.is_ready());
    for (file, refused) in [
        (certificate.as_bytes(), NoExchange::NotAnAuthority),
        (whole.as_bytes(), NoExchange::NotAnAuthority),
        (b"none", NoExchange::NotAnAuthority),
        (outside.root().as_bytes(), NoExchange::AnchorThere),
    ] {
        assert_eq!(exchange::trust(app, unit, file, why()).await, Err(refused.into()));
    }
}

/// Somebody with one role in the office's unit, beside whoever else has an account.
pub async fn officer(office: &Office, login: &str, role: Role) -> Officer {
    const SENTENCE: &str = "trời xanh mây trắng nắng vàng";
    let grant = Grant { unit: office.unit.id, role };
    let new = NewAccount {
        login: Login::parse(login).unwrap(),
        name: Text::new(login).unwrap(),
        password: Password::choose(SENTENCE, login).unwrap(),
        grants: vec![grant],
    };
    let token = match account::begin_setup(&office.app).await.unwrap() {
        Some(code) => account::set_up(&office.app, &code, new, "test").await.unwrap(),
        None => {
            let first = administrator(office).await;
            account::create(&office.app, &first, new).await.unwrap();
            let password = Password::typed(SENTENCE);
            let asked = SignIn { login: login.to_owned(), password, client: "test".to_owned() };
            account::sign_in(&office.app, asked).await.unwrap()
        }
    };
    account::officer(&office.app, &token, account::Use::Acts).await.unwrap()
}

pub async fn only_anchor(office: &Office, officer: &Officer) -> (AnchorId, bool) {
    let anchors = exchange::anchors(&office.app, officer).await.unwrap();
    assert_eq!(anchors.len(), 1);
    (anchors[0].id, anchors[0].confirmed_at.is_some())
}

pub async fn trust_takes_two_persons(office: Office) {
    let (app, unit) = (&office.app, office.unit.id);
    let root = outside_of(&office).root();
    let ca = officer(&office, "chung", Role::CaOfficer).await;
    let administrator = officer(&office, "hanh", Role::Administrator).await;
    let enrolls = officer(&office, "binh", Role::EnrollmentOfficer).await;
    for other in [&administrator, &enrolls] {
        let refused = exchange::propose(app, other, unit, root.as_bytes(), why()).await;
        assert_eq!(refused, Err(FlowError::Forbidden));
    }
    exchange::propose(app, &ca, unit, root.as_bytes(), why()).await.unwrap();
    let (id, in_force) = only_anchor(&office, &ca).await;
    assert!(!in_force);
    let act = async |who: &Officer, way| exchange::act_on(app, who, id, way, Some(why())).await;
    assert_eq!(act(&ca, Way::Confirm).await, Err(NoExchange::OwnProposal.into()));
    assert_eq!(act(&enrolls, Way::Confirm).await, Err(FlowError::Forbidden));
    act(&administrator, Way::Confirm).await.unwrap();
    assert!(only_anchor(&office, &administrator).await.1);
    let missing = Err(FlowError::NotFound(Thing::Anchor));
    assert_eq!(act(&administrator, Way::Confirm).await, missing, "once");
    act(&ca, Way::End).await.unwrap();
    assert_eq!(exchange::anchors(app, &ca).await.unwrap(), []);

    // A proposal lapses after a week, and can be made again.
    exchange::propose(app, &ca, unit, root.as_bytes(), why()).await.unwrap();
    let (id, _) = only_anchor(&office, &ca).await;
    office.clock.forward(7 * 86_400);
    assert_eq!(exchange::act_on(app, &administrator, id, Way::Confirm, None).await, missing);
    assert_eq!(exchange::anchors(app, &ca).await.unwrap(), []);
    exchange::propose(app, &ca, unit, root.as_bytes(), why()).await.unwrap();
    let (id, _) = only_anchor(&office, &ca).await;
    account::end(app, &administrator, ca.account, why()).await.unwrap();
    let orphaned = exchange::act_on(app, &administrator, id, Way::Confirm, None).await;
    assert_eq!(orphaned, Err(FlowError::Forbidden), "its author is gone");
}

async fn a_phone_learns_of_trust_by_acts_that_stand_in_the_log(office: Office) {
    let (app, unit) = (&office.app, office.unit.id);
    let phone = Phone::enroll(&office, office.person("Nguyễn Văn An").await).await;
    let root = outside_of(&office).root();
    let certificate = read_bundle(root.as_bytes()).unwrap().remove(0).unwrap();
    let ca = officer(&office, "chung", Role::CaOfficer).await;
    let administrator = officer(&office, "hanh", Role::Administrator).await;
    let learned = async |from: u64| {
        let query = SyncQuery { anchors: from, ..SyncQuery::default() };
        let answer = phone.sync(app, query).await.unwrap();
        let head = phone.log_key().open(&answer.checkpoint).unwrap().head();
        let read = |act: &AnchorAct| (act.leaf, act.verify(head).unwrap());
        answer.anchor_acts.iter().map(read).collect::<Vec<_>>()
    };
    exchange::propose(app, &ca, unit, root.as_bytes(), why()).await.unwrap();
    assert_eq!(learned(0).await, [], "a proposal is nobody's business yet");
    let (id, _) = only_anchor(&office, &ca).await;
    exchange::act_on(app, &administrator, id, Way::Confirm, Some(why())).await.unwrap();
    let confirmed = learned(0).await;
    let said = Said::Confirmed { anchor: id, unit, certificate: Box::new(certificate.clone()) };
    assert_eq!(confirmed.iter().map(|one| &one.1).collect::<Vec<_>>(), [&said]);
    assert_eq!(learned(confirmed[0].0 + 1).await, [], "once");
    exchange::act_on(app, &ca, id, Way::End, Some(why())).await.unwrap();
    let ended = learned(confirmed[0].0 + 1).await;
    let said = Said::Ended { anchor: id, unit, certificate: certificate.sha256() };
    assert_eq!(ended.iter().map(|one| &one.1).collect::<Vec<_>>(), [&said]);

    // What is trusted in a unit below does not concern those above.
    let (act, keys) = (&Act::COMMAND_LINE, KeyPolicy::SoftwareAllowed);
    let below = Text::new("Sở Y tế").unwrap();
    let below = admin::create_unit(app, act, &below, Some(unit), keys).await.unwrap().id;
    exchange::trust(app, below, root.as_bytes(), why()).await.unwrap();
    assert_eq!(learned(ended[0].0 + 1).await, []);
}

async fn units_below_follow_unless_they_say_otherwise(office: Office) {
    let app = &office.app;
    let unit = async |name: &str, above: UnitId| {
        let (act, keys) = (&Act::COMMAND_LINE, KeyPolicy::SoftwareAllowed);
        let name = Text::new(name).unwrap();
        admin::create_unit(app, act, &name, Some(above), keys).await.unwrap().id
    };
    let office_below = unit("Sở Y tế", office.unit.id).await;
    let room = unit("Phòng Dược", office_below).await;
    let of = async |unit| exchange::source(app, unit).await.unwrap();
    let set = async |unit, source| exchange::set_source(app, LINE, unit, source, why()).await;
    assert_eq!(of(room).await.source, Source::Here);
    set(office.unit.id, Some(Source::Outside)).await.unwrap();
    let said = of(room).await;
    assert_eq!((said.source, said.said_by), (Source::Outside, Some(office.unit.id)));
    set(office_below, Some(Source::Here)).await.unwrap();
    assert_eq!(of(room).await.source, Source::Here);
    assert_eq!(of(office.unit.id).await.source, Source::Outside);
    set(office_below, None).await.unwrap();
    assert_eq!(of(room).await.source, Source::Outside);

    // An authority that is trusted above is trusted below, and none of below above.
    let outside = outside_of(&office);
    exchange::trust(app, office_below, outside.root().as_bytes(), why()).await.unwrap();
    let (act, chair) = (&Act::COMMAND_LINE, Text::new("Chủ tịch").unwrap());
    for (unit, fits) in [(room, true), (office.unit.id, false)] {
        let name = Text::new("Nguyễn Văn An").unwrap();
        let person = admin::create_person(app, act, &name, unit, &chair).await.unwrap();
        let approved = Approved::by(&office, person.id, act).await;
        let file = exchange::pack(app, LINE, Asked::Unit(unit), Encoding::Pem, None).await;
        let csr = requests(&file.unwrap().zip);
        let asked = outside::Asked::of(csr.last().unwrap(), "/O=Sở Y tế/CN=Nguyễn Văn An");
        let asked = if fits { asked } else { outside::Asked { subject: CN, ..asked } };
        let file = format!("{}{}", outside.issue(&asked), outside.issuing());
        assert_eq!(plan(&office, file.as_bytes()).await.is_ready(), fits);
        if fits {
            assert_eq!(take(&office, file.as_bytes()).await, 1);
            approved.activated(app).await;
        }
    }
}

async fn nobody_certifies_whom_they_approved(office: Office) {
    let app = &office.app;
    let outside = prepared(&office).await;
    let mut both = officer(&office, "chung", Role::CaOfficer).await;
    let other = officer(&office, "khac", Role::CaOfficer).await;
    both.grants.push(Grant { unit: office.unit.id, role: Role::EnrollmentOfficer });
    let person = office.person("Nguyễn Văn An").await;
    let phone = Approved::by(&office, person, &both.act(None)).await;
    let csr = requests(&packed(&office).await).remove(0);
    let certificate = outside.issue(&outside::Asked::of(&csr, CN));
    let file = format!("{certificate}{}", outside.issuing()).into_bytes();
    let answer = exchange::look(app, &both, file.clone()).await.unwrap();
    assert_eq!(told(&answer), [[Objection::OwnApproval]]);
    let answer = exchange::look(app, &other, file.clone()).await.unwrap();
    let digest = answer.digest;
    assert!(
        exchange::look_again(app, &both, &digest).await.is_err(),
        "nobody takes another's file"
    );
    let answer = exchange::look_again(app, &other, &digest).await.unwrap();
    let taken = exchange::carry_out(app, Exchanger::Officer(&other), answer, Some(why())).await;
    assert_eq!(taken, Ok(1));
    let story = entry_of(&office, phone.device).await;
    let authors: Vec<Author> = story.events.iter().map(|event| event.author).collect();
    assert_eq!(authors[1], Author::Account(both.account));
    assert_eq!(*authors.last().unwrap(), Author::Account(other.account));
    let auditor = officer(&office, "kiem", Role::Auditor).await;
    let refused = exchange::look(app, &auditor, file).await;
    assert_eq!(refused.unwrap_err(), FlowError::Forbidden);
}

async fn what_changed_since_it_was_looked_at_is_not_taken(office: Office) {
    let app = &office.app;
    let outside = prepared(&office).await;
    let phone = waiting(&office, "Nguyễn Văn An").await;
    let csr = requests(&packed(&office).await).remove(0);
    let certificate = outside.issue(&outside::Asked::of(&csr, CN));
    let file = format!("{certificate}{}", outside.issuing()).into_bytes();
    let (first, second) = (plan(&office, &file).await, plan(&office, &file).await);
    let carry = async |answer| exchange::carry_out(app, LINE, answer, None).await;
    let administrator = officer(&office, "hanh", Role::Administrator).await;
    let (anchor, _) = only_anchor(&office, &administrator).await;
    exchange::act_on(app, &administrator, anchor, Way::End, Some(why())).await.unwrap();
    assert_eq!(carry(first).await, Err(NoExchange::Moved.into()), "it is not trusted any more");
    exchange::trust(app, office.unit.id, outside.root().as_bytes(), why()).await.unwrap();
    let third = plan(&office, &file).await;
    assert_eq!(carry(second).await, Ok(1));
    assert_eq!(carry(third).await, Err(NoExchange::Moved.into()), "two officers at once");
    assert_eq!(entry_of(&office, phone.device).await.events.len(), 4);
}

async fn a_renewal_is_shorter_than_a_first_certificate(office: Office) {
    let outside = prepared(&office).await;
    let person = office.person("Nguyễn Văn An").await;
    for (days, objections) in [(1_800, vec![]), (1_800, vec![Objection::TooLong]), (1_090, vec![])]
    {
        // The last one answers the request of the one before.
        if days == 1_800 {
            Approved::by(&office, person, &Act::COMMAND_LINE).await;
        }
        let csr = requests(&packed(&office).await).pop().unwrap();
        let asked = outside::Asked { days, ..outside::Asked::of(&csr, CN) };
        let file = format!("{}{}", outside.issue(&asked), outside.issuing()).into_bytes();
        let answer = plan(&office, &file).await;
        assert_eq!(told(&answer).concat(), objections);
        if objections.is_empty() {
            take(&office, &file).await;
        }
    }
}

pub async fn a_request_can_be_withdrawn_while_it_waits(office: Office) {
    let app = &office.app;
    let outside = prepared(&office).await;
    let phone = waiting(&office, "Nguyễn Văn An").await;
    let csr = requests(&packed(&office).await).remove(0);
    let act = Act { why: Some(why()), ..Act::COMMAND_LINE };
    enroll::refuse(app, &act, phone.device).await.unwrap();
    assert_eq!(enroll::refuse(app, &act, phone.device).await, Err(FlowError::EnrollmentEnded));
    assert!(matches!(phone.status(app).await, DeviceStatus::Refused));
    assert_eq!(entry_of(&office, phone.device).await.entry.state, State::Refused);
    let certificate = outside.issue(&outside::Asked::of(&csr, CN));
    let answer = plan(&office, format!("{certificate}{}", outside.issuing()).as_bytes()).await;
    assert_eq!(told(&answer), [[Objection::NobodyWaits]]);
    // Whoever waits for an outside authority is not given a certificate by another way.
    let waits = waiting(&office, "Trần Bình").await;
    exchange::set_source(app, LINE, office.unit.id, None, why()).await.unwrap();
    assert!(matches!(waits.status(app).await, DeviceStatus::WaitingForCertificate));
    Phone::enroll(&office, office.person("Lê Thị Cúc").await).await;
}

async fn nobody_without_a_post_is_given_a_certificate(office: Office) {
    let outside = prepared(&office).await;
    let phone = waiting(&office, "Nguyễn Văn An").await;
    let csr = requests(&packed(&office).await).remove(0);
    let certificate = outside.issue(&outside::Asked::of(&csr, CN));
    let answer = plan(&office, format!("{certificate}{}", outside.issuing()).as_bytes()).await;
    let mut database = office.database().await;
    let ended = sqlx::query("UPDATE position SET until = 1");
    ended.execute(&mut database).await.unwrap();
    let late = exchange::carry_out(&office.app, LINE, answer, Some(why())).await;
    assert_eq!(late, Err(NoExchange::Moved.into()));
    assert!(matches!(phone.status(&office.app).await, DeviceStatus::WaitingForCertificate));
}

pub async fn what_is_revoked_here_stands_in_a_list_for_the_authority(office: Office) {
    let app = &office.app;
    let outside = prepared(&office).await;
    let phone = waiting(&office, "Nguyễn Văn An").await;
    let csr = requests(&packed(&office).await).remove(0);
    let asked = outside::Asked { extensions: SIGNER, ..outside::Asked::of(&csr, CN) };
    let certificate = outside.issue(&asked);
    take(&office, format!("{certificate}{}", outside.issuing()).as_bytes()).await;
    let phone = phone.activated(app).await;
    let none = exchange::write_ended(app, LINE, Format::Csv, Language::English, None).await;
    assert_eq!(none.unwrap_err(), NoExchange::NothingWaits.into());

    let entry = entry_of(&office, phone.device).await.entry;
    let act = Act { why: Some(why()), ..Act::COMMAND_LINE };
    register::revoke(app, &act, &entry, RevocationReason::KeyCompromise).await.unwrap();
    let standing = device::lookup(app, phone.device).await.unwrap().standing;
    assert_eq!(standing, Standing::Revoked);
    assert_eq!(entry_of(&office, phone.device).await.entry.state, State::Revoked);
    let request = office.queue(&[phone.person]).await;
    assert!(phone.sync(app, SyncQuery::default()).await.is_err(), "{request}");
    let ended = exchange::ended(app, LINE).await.unwrap();
    assert_eq!((ended.len(), ended[0].reason, ended[0].told_at), (1, 1, None));
    let list =
        exchange::write_ended(app, LINE, Format::Csv, Language::English, None).await.unwrap();
    let list = sheet::read(&list).unwrap();
    let serial = Certificate::parse_pem(&certificate).unwrap()[0].serial().to_string();
    assert_eq!(list.rows.len(), 2);
    assert!(list.rows[1].cells.contains(&serial));
    assert!(exchange::ended(app, LINE).await.unwrap()[0].told_at.is_some());
    // Certificates of our own need nobody to be told.
    exchange::set_source(app, LINE, office.unit.id, None, why()).await.unwrap();
    let own = Phone::enroll(&office, office.person("Trần Bình").await).await;
    device::revoke(app, &act, own.device, RevocationReason::Superseded).await.unwrap();
    assert_eq!(exchange::ended(app, LINE).await.unwrap().len(), 1);
}

async fn made_up_data_is_never_exchanged(office: Office) {
    let (app, unit) = (&office.app, office.unit.id);
    let outside = prepared(&office).await;
    waiting(&office, "Nguyễn Văn An").await;
    trien_server::app::mark_made_up(app.data()).unwrap();
    let demo = FlowError::from(NoExchange::Demo);
    let packed = exchange::pack(app, LINE, Asked::All, Encoding::Pem, None).await;
    assert_eq!(packed.unwrap_err(), demo);
    assert_eq!(exchange::plan(app, LINE, Vec::new()).await.unwrap_err(), demo);
    let root = outside.root();
    assert_eq!(exchange::trust(app, unit, root.as_bytes(), why()).await.unwrap_err(), demo);
    let set = exchange::set_source(app, LINE, unit, Some(Source::Outside), why()).await;
    assert_eq!(set.unwrap_err(), demo);
    exchange::set_source(app, LINE, unit, None, why()).await.unwrap();
}

async fn whoever_makes_an_account_is_no_second_person_beside_it(office: Office) {
    let (app, unit) = (&office.app, office.unit.id);
    let administrator = officer(&office, "hanh", Role::Administrator).await;
    let early = officer(&office, "chung", Role::CaOfficer).await;
    let second = officer(&office, "hai", Role::Administrator).await;
    Phone::enroll(&office, office.person("Nguyễn Văn An").await).await;
    // From here on phones are in use: the administrator makes an account and holds its password.
    let made = NewAccount {
        login: Login::parse("rieng").unwrap(),
        name: Text::new("Người Của Mình").unwrap(),
        password: Password::choose("trời xanh mây trắng nắng vàng", "rieng").unwrap(),
        grants: vec![Grant { unit, role: Role::CaOfficer }],
    };
    // By the account of an account, so that neither of the two made the other.
    let between = NewAccount {
        login: Login::parse("giua").unwrap(),
        grants: vec![Grant { unit, role: Role::Administrator }],
        ..made.clone()
    };
    let as_officer = |account, grants: &[Grant]| {
        let (login, name) = (String::new(), String::new());
        Officer { account, login, name, grants: grants.to_vec(), token: None }
    };
    let account = account::create(app, &administrator, between.clone()).await.unwrap();
    let between = as_officer(account, &between.grants);
    let account = account::create(app, &between, made.clone()).await.unwrap();
    let act = account::RoleAct::Confirm;
    account::on_role(app, &second, account, made.grants[0], act, None).await.unwrap();
    let puppet = as_officer(account, &made.grants);
    let root = outside_of(&office).root();
    exchange::propose(app, &puppet, unit, root.as_bytes(), why()).await.unwrap();
    let (id, _) = only_anchor(&office, &puppet).await;
    let confirm = async |who: &Officer| exchange::act_on(app, who, id, Way::Confirm, None).await;
    assert_eq!(confirm(&administrator).await, Err(NoExchange::OwnProposal.into()));
    confirm(&early).await.unwrap();
}
