//! A leader's certificate comes from an outside authority, which the openssl command plays: the phone
//! waits, then signs, and a stranger who trusts that authority alone finds the signature valid.

use trien_core::certificate::{Certificate, Crl};
use trien_core::client::{ClientError, EnrollmentStatus};
use trien_core::document::Text;
use trien_core::env::Clock as _;
use trien_core::evidence::Evidence;
use trien_core::verify::{Outcome, Proof, Trust, Verdict, verify_pdf};
use trien_server::flow::act::Act;
use trien_server::flow::enroll as officer;
use trien_server::flow::exchange::{self, Asked, Encoding, Exchanger, Source};

use crate::authority::{self, Outside, requests};
use crate::support::{Office, approve, begin, newest_device, sample};

const LINE: Exchanger<'static> = Exchanger::CommandLine;

#[tokio::test]
async fn a_phone_waits_for_an_outside_authority_and_a_stranger_verifies_what_it_signs() {
    let office = Office::open().await;
    let app = office.app();
    let outside = Outside::new(office.clock.now().second().get());
    let why = || Text::new("theo công văn").unwrap();
    let source = Some(Source::Outside);
    exchange::set_source(app, LINE, office.unit.id, source, why()).await.unwrap();
    exchange::trust(app, office.unit.id, outside.root().as_bytes(), why()).await.unwrap();

    let leader = office.person("Trần Minh Khuê", "Chủ tịch").await;
    let phone = begin(&office, &leader).await;
    let code = phone.companion.enroll_keys().await.unwrap().grouped();
    let device = newest_device(&office).await;
    officer::approve(app, &Act::COMMAND_LINE, device, &code).await.unwrap();
    let status = async || phone.companion.enroll_status().await.unwrap();
    assert!(matches!(status().await, EnrollmentStatus::WaitingForCertificate));
    let early = phone.companion.sync().await;
    assert!(matches!(early, Err(ClientError::NotEnrolled)), "{early:?}");

    let packed = exchange::pack(app, LINE, Asked::All, Encoding::Pem, None).await.unwrap();
    let csr = requests(&packed.zip).remove(0);
    let subject = "/C=VN/O=UBND xã Mây Ngàn/title=Chủ tịch/CN=Trần Minh Khuê";
    let certificate = outside.issue(&authority::Asked::of(&csr, subject));
    let p7b = outside.p7b(&[&certificate, &outside.issuing()], "PEM");
    let answer = exchange::plan(app, LINE, p7b).await.unwrap();
    assert_eq!(answer.refused, []);
    exchange::carry_out(app, LINE, answer, Some(why())).await.unwrap();
    assert!(matches!(status().await, EnrollmentStatus::Active(_)), "its own key, and a chain");

    let request = office.submit(&office.submission(&[&leader]), sample()).await;
    let receipt = approve(&phone.companion, request).await;
    let signed = office.document(request).await;
    let evidence: Evidence = office.evidence(request, receipt.decision).await.parse().unwrap();
    let key = app.log_key().parse().unwrap();
    let proof =
        || Some(Proof { evidence: std::slice::from_ref(&evidence), delegations: &[], key: &key });
    let read = |list: Vec<u8>| Crl::parse_file(&list).unwrap();
    let trusting = |anchor: &str| Trust {
        anchors: Certificate::parse_pem(anchor).unwrap(),
        intermediates: Vec::new(),
        crls: outside.crls().into_iter().map(read).collect(),
        ocsp: Vec::new(),
        at: office.clock.now().second(),
    };
    let report = verify_pdf(&signed, &trusting(&outside.root()), proof());
    assert_eq!(report.verdict, Verdict::Valid, "{report:#?}");
    let alone = Trust { crls: Vec::new(), ..trusting(&outside.root()) };
    let report = verify_pdf(&signed, &alone, proof());
    assert_eq!(report.verdict, Verdict::Undetermined, "nobody said that it was not revoked");
    assert_eq!(report.signatures[0].chain.outcome, Outcome::Ok);
    let ours = verify_pdf(&signed, &trusting(&app.root_pem()), proof());
    assert_ne!(ours.verdict, Verdict::Valid, "the office's own root did not certify it");
}
