//! Why a certificate or a file of an outside authority is not taken: each reason is raised by files as an
//! authority, or somebody in between, may send them. A reason without such a file does not compile.

use trien_core::id::{DeviceId, UnitId};
use trien_server::flow::account::{Grant, Officer, Role};
use trien_server::flow::act::Act;
use trien_server::flow::admin::{self, KeyPolicy};
use trien_server::flow::exchange::{self, Exchanger, Objection, Source, Upload, together};

use crate::exchange::{
    CN, LINE, foreign_request, forged, officer, packed, prepared, take, told, waiting, why,
};
use crate::office::Office;
use crate::on_both;
use crate::outside::{AUTHORITY, Asked, Outside, SIGNER, unzip};
use crate::phone::Approved;
use crate::register::entry_of;

on_both! {
    every_objection_is_raised_by_files_and_by_nothing_else,
    a_chain_that_expires_while_the_file_is_on_its_way_is_refused_then,
}

/// Who waits for what.
struct Scene {
    outside: Outside,
    /// The request of somebody in the office.
    an: String,
    /// A certificate that was taken.
    taken: String,
    /// The request of somebody in a unit that trusts nobody.
    stranger: String,
    /// The request of somebody whom the officer approved.
    approved: String,
    officer: Officer,
}

impl Scene {
    async fn of(office: &Office) -> Self {
        let outside = prepared(office).await;
        let mut both = officer(office, "chung", Role::CaOfficer).await;
        both.grants.push(Grant { unit: office.unit.id, role: Role::EnrollmentOfficer });
        let an = waiting(office, "Nguyễn Văn An").await.device;
        let certified = waiting(office, "Trần Bình").await.device;
        let person = office.person("Lê Thị Cúc").await;
        let own = Approved::by(office, person, &both.act(None)).await.device;
        let elsewhere = trusts_nobody(office).await;
        let csrs = unzip(&packed(office).await);
        let csr = async |device: DeviceId| {
            let name = format!("requests/{}.csr", entry_of(office, device).await.entry.id);
            let file = csrs.iter().find(|(known, _)| *known == name).unwrap();
            String::from_utf8(file.1.clone()).unwrap()
        };
        let taken = outside.issue(&Asked::of(&csr(certified).await, "/CN=Trần Bình"));
        let file = format!("{taken}{}", outside.issuing());
        assert_eq!(take(office, file.as_bytes()).await, 1, "a sound one is taken");
        let (an, approved, stranger) = (csr(an).await, csr(own).await, csr(elsewhere).await);
        // Authorities that went wrong, each in one thing.
        for (name, extensions, time) in [
            ("da het han", AUTHORITY, (-20, 10)),
            ("chua den han", AUTHORITY, (5, 1_000)),
            (
                "chi ky CRL",
                "basicConstraints = critical, CA:true\nkeyUsage = critical, cRLSign\n",
                GOOD,
            ),
            ("mot cap", "basicConstraints = critical, CA:true, pathlen:0\n", GOOD),
        ] {
            outside.authority(name, "root", extensions, time);
        }
        outside.authority("cap duoi", "mot cap", AUTHORITY, GOOD);
        Self { outside, an, taken, stranger, approved, officer: both }
    }

    fn an(&self, change: impl FnOnce(&mut Asked<'_>)) -> Vec<u8> {
        let mut asked = Asked::of(&self.an, CN);
        change(&mut asked);
        self.chained(&asked)
    }

    /// A certificate of the issuing authority, with its own.
    fn chained(&self, asked: &Asked<'_>) -> Vec<u8> {
        format!("{}{}", self.outside.issue(asked), self.outside.issuing()).into_bytes()
    }

    /// A certificate of another one, with those above it.
    fn below(&self, names: &[&str], from: i64) -> Vec<u8> {
        let asked = Asked { from, ..Asked::of(&self.an, CN) };
        let above: String = names.iter().map(|name| self.outside.certificate_of(name)).collect();
        (self.outside.issue_below(names[0], &asked) + &above).into_bytes()
    }
}

/// An authority that is valid now.
const GOOD: (i64, i64) = (0, 1_825);

/// Somebody who waits in a unit that is below none, and for which nothing was confirmed.
async fn trusts_nobody(office: &Office) -> DeviceId {
    use trien_core::document::Text;
    let (act, keys) = (&Act::COMMAND_LINE, KeyPolicy::SoftwareAllowed);
    let name = Text::new("Sở Lạ").unwrap();
    let unit: UnitId = admin::create_unit(&office.app, act, &name, None, keys).await.unwrap().id;
    exchange::set_source(&office.app, LINE, unit, Some(Source::Outside), why()).await.unwrap();
    let (name, chair) = (Text::new("Phạm Dung").unwrap(), Text::new("Chủ tịch").unwrap());
    let person = admin::create_person(&office.app, act, &name, unit, &chair).await.unwrap().id;
    Approved::by(office, person, act).await.device
}

/// Files that raise it. There is no other arm: whoever adds a reason says here how it comes about.
fn files(scene: &Scene, objection: Objection) -> Vec<Vec<u8>> {
    let usage =
        |usage: &str| format!("basicConstraints = critical, CA:false\nkeyUsage = {usage}\n");
    let with = |extensions: &str| scene.chained(&Asked { extensions, ..Asked::of(&scene.an, CN) });
    let fits = || scene.outside.issue(&Asked::of(&scene.an, CN));
    match objection {
        Objection::NoCertificate => vec![
            Vec::new(),
            b"%PDF-1.7".to_vec(),
            b"PK\x03\x04".to_vec(),
            b"\x30\x80".to_vec(),
            scene.an.clone().into_bytes(),
        ],
        Objection::SecretKey => vec![
            scene.outside.secret_key().into_bytes(),
            (fits() + &scene.outside.secret_key()).into_bytes(),
        ],
        Objection::TooMuch => vec![vec![b' '; 9 << 20], unpacks_to_too_much()],
        Objection::Unreadable => vec![cut(&fits()), garbled(&fits())],
        Objection::Twice => {
            let issuing = scene.outside.issuing();
            vec![scene.outside.p7b(&[&fits(), &fits(), &issuing], "DER")]
        }
        Objection::NobodyWaits => vec![scene.chained(&Asked::of(&foreign_request(), CN))],
        Objection::HasCertificate => vec![
            scene.taken.clone().into_bytes(),
            scene.outside.p7b(&[&scene.taken, &scene.outside.issuing()], "PEM"),
        ],
        Objection::Authority => vec![with("basicConstraints = critical, CA:true\n")],
        Objection::NoAnchor => {
            vec![scene.chained(&Asked::of(&scene.stranger, "/CN=Phạm Dung"))]
        }
        Objection::UnknownIssuer => {
            // The one between is missing, and was never seen before.
            let alone = scene.outside.issue_below("mot cap", &Asked::of(&scene.an, CN));
            vec![alone.into_bytes()]
        }
        Objection::WrongSignature => {
            vec![(forged(&fits()) + &scene.outside.issuing()).into_bytes()]
        }
        Objection::WeakAlgorithm => vec![scene.an(|of| of.more = &["-md", "sha1"])],
        Objection::ForeignAlgorithm => {
            vec![scene.outside.issue_oddly(&Asked::of(&scene.an, CN)).into_bytes()]
        }
        Objection::IssuerOutOfTime => {
            vec![scene.below(&["da het han"], -15), scene.below(&["chua den han"], 0)]
        }
        Objection::UnsoundChain => vec![
            scene.below(&["chi ky CRL"], 0),
            scene.below(&["cap duoi", "mot cap"], 0),
            with(&format!("{SIGNER}1.2.3.4.5 = critical, ASN1:UTF8String:x\n")),
        ],
        Objection::KeyUsage => vec![with(&usage("keyEncipherment"))],
        Objection::ExtendedKeyUsage => {
            vec![with(&format!("{}extendedKeyUsage = serverAuth\n", usage("digitalSignature")))]
        }
        Objection::NotYetValid => vec![scene.an(|of| of.from = 2)],
        Objection::Expired => vec![scene.an(|of| (of.from, of.days) = (-20, 10))],
        Objection::TooLong => vec![scene.an(|of| of.days = 1_900)],
        Objection::OtherName => vec![
            scene.an(|of| of.subject = "/CN=Nguyễn Văn Ân Tình"),
            scene.an(|of| of.subject = "/O=UBND xã Thử Nghiệm"),
        ],
        Objection::OtherOrganization => {
            vec![scene.an(|of| of.subject = "/O=Sở Y tế/CN=nguyen van an")]
        }
        Objection::OtherTitle => {
            vec![scene.an(|of| of.subject = "/title=Văn thư/CN=NGUYỄN VĂN AN")]
        }
        Objection::OwnApproval => {
            vec![scene.chained(&Asked::of(&scene.approved, "/CN=Lê Thị Cúc"))]
        }
    }
}

/// A small ZIP with much in it.
fn unpacks_to_too_much() -> Vec<u8> {
    let blanks = |name: &str| Upload { name: name.to_owned(), bytes: vec![b' '; 9 << 20] };
    let zip = together(vec![blanks("a.pem"), blanks("b.pem")]);
    assert!(zip.len() < 1 << 20);
    zip
}

/// A certificate of which a mail program took the last lines.
fn cut(pem: &str) -> Vec<u8> {
    let lines: Vec<&str> = pem.lines().collect();
    [&lines[..5], &lines[lines.len() - 1..]].concat().join("\n").into_bytes()
}

/// One that went through a program which takes it for a text.
fn garbled(pem: &str) -> Vec<u8> {
    let mut lines: Vec<&str> = pem.lines().collect();
    lines[2] = "????????????????????????????????????????????????????????????????";
    lines.join("\n").into_bytes()
}

async fn every_objection_is_raised_by_files_and_by_nothing_else(office: Office) {
    let scene = Scene::of(&office).await;
    for objection in Objection::ALL {
        for file in files(&scene, *objection) {
            let by = match objection {
                Objection::OwnApproval => Exchanger::Officer(&scene.officer),
                _ => LINE,
            };
            let answer = exchange::plan(&office.app, by, file).await.unwrap();
            assert_eq!(told(&answer), [[*objection]], "{objection:?}");
            let taken = usize::from(*objection == Objection::Twice);
            let secret = usize::from(answer.holds_secret);
            assert_eq!(answer.accepted.len(), taken, "{objection:?}");
            assert_eq!(answer.is_ready(), taken > secret, "{objection:?}");
        }
    }
}

async fn a_chain_that_expires_while_the_file_is_on_its_way_is_refused_then(office: Office) {
    let outside = prepared(&office).await;
    outside.authority("sap het han", "root", AUTHORITY, (-300, 310));
    let phone = waiting(&office, "Nguyễn Văn An").await;
    let name = format!("requests/{}.csr", entry_of(&office, phone.device).await.entry.id);
    let csr = unzip(&packed(&office).await).into_iter().find(|file| file.0 == name).unwrap().1;
    let csr = String::from_utf8(csr).unwrap();
    let leaf = outside.issue_below("sap het han", &Asked::of(&csr, CN));
    let file = (leaf + &outside.certificate_of("sap het han")).into_bytes();
    let look = async || exchange::plan(&office.app, LINE, file.clone()).await.unwrap();
    assert!(look().await.is_ready());
    office.clock.forward(11 * 86_400);
    let late = look().await;
    assert_eq!(told(&late), [[Objection::IssuerOutOfTime]]);
}
