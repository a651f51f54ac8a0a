//! Fields that wait in a document: for number and date, and for a signature.

use bytes::Bytes;
use trien_core::decision::Verb;
use trien_core::document::Text;
use trien_core::pdf::recipe::{Fill, Rect};
use trien_core::pdf::{changes, read as pdf};
use trien_core::request::{Role, RouteState};
use trien_core::wire::{SubmittedAppearance, SubmittedField};
use trien_server::flow::submit::{Package, submit};
use trien_server::flow::{FlowError, read};

use crate::office::{Office, step};
use crate::on_both;
use crate::phone::Phone;

on_both! {
    the_number_is_written_and_locked_by_the_seal_after_the_leader_signed,
    fields_are_added_before_the_first_signature_only,
    what_is_filled_in_wrongly_is_refused_when_it_is_submitted,
    a_signature_goes_into_a_field_that_waits,
}

const NUMBER: &str = "120/QĐ-UBND";

fn field(name: &str, page: i32) -> SubmittedField {
    let rect = Rect { left: 9000, bottom: 60_000, right: 26_000, top: 62_000 };
    SubmittedField {
        name: name.to_owned(), label: Text::new("Số, ký hiệu").unwrap(), page, rect
    }
}

fn fill(field: &str) -> Vec<Fill> {
    vec![Fill { field: Text::new(field).unwrap(), text: Text::new(NUMBER).unwrap() }]
}

/// A leader approves, then a clerk seals and writes the number.
async fn office_work(office: &Office) -> (Phone, Phone, Package) {
    let leader = Phone::enroll(office, office.person("Nguyễn Văn An").await).await;
    let clerk = Phone::enroll(office, office.person("Trần Thị Bình").await).await;
    let mut package = office.package(&[leader.person]);
    package.submission.fields = vec![field("so", 1)];
    let mut seal = step(Role::Seal, &[clerk.person]);
    seal.signers[0].fill = fill("so");
    package.submission.steps.push(seal);
    (leader, clerk, package)
}

async fn the_number_is_written_and_locked_by_the_seal_after_the_leader_signed(office: Office) {
    let (leader, clerk, package) = office_work(&office).await;
    let sent = package.document.bytes.clone();
    let submitted = submit(&office.app, &office.caller, package).await.unwrap();
    assert!(submitted.document.size > sent.len() as u64, "the queued document has the field");
    leader.decide(&office, submitted.request, Verb::Approve).await.unwrap();
    clerk.decide(&office, submitted.request, Verb::Approve).await.unwrap();

    let view = read::request(&office.app, &office.caller, submitted.request).await.unwrap();
    assert_eq!(view.state, RouteState::Completed);
    let signed = read::document(&office.app, &office.caller, submitted.request).await.unwrap();
    let bytes = signed.read(0..signed.document.size).await.unwrap();
    assert!(bytes.starts_with(&sent));
    let document = pdf::open(&bytes).unwrap();
    assert_eq!(document.signatures().len(), 2);
    assert_eq!(changes::history(&document).changes().count(), 0);
    let number: String = NUMBER.encode_utf16().map(|unit| format!("{unit:04X}")).collect();
    let written = format!("/V <FEFF{number}>");
    assert!(bytes.windows(written.len()).any(|window| window == written.as_bytes()));

    // Another request with what is locked is refused when it is submitted.
    let mut again = office.package(&[leader.person]);
    again.document.bytes = bytes;
    let mut seal = step(Role::Seal, &[clerk.person]);
    seal.signers[0].fill = fill("so");
    again.submission.steps = vec![seal];
    let refused = submit(&office.app, &office.caller, again).await.unwrap_err();
    assert!(said(&refused).contains("locked by an earlier signature"), "{refused:?}");
}

async fn fields_are_added_before_the_first_signature_only(office: Office) {
    let phone = Phone::enroll(&office, office.person("Nguyễn Văn An").await).await;
    let request = office.queue(&[phone.person]).await;
    phone.decide(&office, request, Verb::Approve).await.unwrap();
    let signed = read::document(&office.app, &office.caller, request).await.unwrap();
    let mut package = office.package(&[phone.person]);
    package.document.bytes = signed.read(0..signed.document.size).await.unwrap();
    package.submission.fields = vec![field("so", 1)];
    let refused = submit(&office.app, &office.caller, package).await.unwrap_err();
    assert!(said(&refused).contains("before the first signature"), "{refused:?}");
}

async fn what_is_filled_in_wrongly_is_refused_when_it_is_submitted(office: Office) {
    let (_, _, good) = office_work(&office).await;
    let refusal = async |change: fn(&mut Package)| {
        let mut package = good.clone();
        change(&mut package);
        said(&submit(&office.app, &office.caller, package).await.unwrap_err())
    };
    let by_leader = refusal(|package| package.submission.steps[0].signers[0].fill = fill("so"));
    assert!(by_leader.await.contains("role seal"));
    let twice = refusal(|package| {
        let seal = package.submission.steps[1].clone();
        package.submission.steps.push(seal);
    });
    assert!(twice.await.contains("named twice"));
    let unknown = refusal(|package| package.submission.steps[1].signers[0].fill = fill("ngay"));
    assert!(unknown.await.contains("no field named ngay"));
    let nowhere = refusal(|package| package.submission.fields[0].page = 9);
    assert!(nowhere.await.contains("no page 9"));
    let same = refusal(|package| package.submission.fields.push(field("so", 1)));
    assert!(same.await.contains("comes twice"));
    let none_waits = refusal(|package| {
        let into = SubmittedAppearance::Field { name: "Ký".into(), lines: None, image: None };
        package.submission.steps[0].signers[0].appearance = Some(into);
    });
    assert!(none_waits.await.contains("these do: none"));
    let page = read::requests(&office.app, &office.caller, 0, 100).await.unwrap();
    assert_eq!(page.requests.len(), 0, "of what was refused nothing is kept");
}

async fn a_signature_goes_into_a_field_that_waits(office: Office) {
    let phone = Phone::enroll(&office, office.person("Nguyễn Văn An").await).await;
    let mut package = office.package(&[phone.person]);
    package.document.bytes = Bytes::from_static(include_bytes!("../vectors/pdfrev-1/waiting.pdf"));
    let into = SubmittedAppearance::Field { name: "office".into(), lines: None, image: None };
    package.submission.steps[0].signers[0].appearance = Some(into);
    let request = office.queue_package(package).await;
    phone.decide(&office, request, Verb::Approve).await.unwrap();
    let signed = read::document(&office.app, &office.caller, request).await.unwrap();
    let bytes = signed.read(0..signed.document.size).await.unwrap();
    let document = pdf::open(&bytes).unwrap();
    assert_eq!(document.signatures()[0].name, "office");
    assert_eq!(document.field_names().len(), 2, "no field was added");
}

fn said(refused: &FlowError) -> String {
    match refused {
        FlowError::InvalidSubmission(rule) => rule.clone(),
        other => format!("{other:?}"),
    }
}
