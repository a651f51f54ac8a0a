//! Where the fuzzer starts from: tests/vectors, and what only the office's keys can make.

use std::fs;
use std::path::{Path, PathBuf};

use trien_core::certificate::{Csr, DistinguishedName};
use trien_core::cms;
use trien_core::cose;
use trien_core::decision::DecisionHash;
use trien_core::digest::Sha256;
use trien_core::enrollment::{Invitation, InvitationSecret};
use trien_core::env::UnixSecond;
use trien_core::evidence::Evidence;
use trien_core::id::InvitationId;
use trien_core::pdf::geometry::PageSize;
use trien_core::pdf::inspect::default_rect;
use trien_core::pdf::read::open_to_judge;
use trien_core::pdf::recipe::{Appearance, Line};

use crate::office::{office, recipe, text};
use crate::targets::{Message, bases, signed_messages, texts};

/// Writes the seeds of every target into a folder of its own.
pub fn write(folder: &Path) {
    let write = |target: &str, all: Vec<Vec<u8>>| {
        let folder = folder.join(target);
        fs::create_dir_all(&folder).expect("a folder to write to");
        for seed in all {
            let name = Sha256::of(&seed).to_string();
            fs::write(folder.join(name), seed).expect("a folder to write to");
        }
    };
    write("pdf", documents());
    write("verify", documents());
    write("changes", revisions());
    write("cms", signatures());
    write("x509", certificates());
    write("cbor", encoded());
    write("http", signed_messages().iter().map(Message::to_bytes).collect());
    let evidence = file("approval.evidence");
    let trees = [vec![0, 0], vec![4, 2, 0], vec![12, 6, 1], vec![255, 100, 2]];
    let proofs = texts().into_iter().map(String::into_bytes);
    write("proofs", proofs.chain(trees).chain([evidence]).collect());
    write("image", pictures());
}

/// All PDF files, with signatures of the office on some.
pub fn documents() -> Vec<Vec<u8>> {
    let mut all = files("pdfrev-1", "pdf");
    all.extend(files("clean-copy", "pdf"));
    all.extend(files("signatures/foreign", "pdf"));
    // Room for a signature makes them long, and long ones are slow: one will do.
    all.extend(bases().last().cloned());
    all
}

fn revisions() -> Vec<Vec<u8>> {
    let objects: [&[u8]; 6] = [
        b"1 0 obj\n<</Type/Catalog/Pages 2 0 R/DSS 40 0 R>>\nendobj\n40 0 obj\n<</Certs[]>>\nendobj\n",
        b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>\nendobj\n",
        b"4 0 obj\n<</Length 2>>\nstream\nBT\nendstream\nendobj\n",
        b"40 0 obj\n<</Type/Metadata/Subtype/XML/Length 1>>\nstream\n \nendstream\nendobj\n",
        b"40 0 obj\n<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Contents(x)>>\nendobj\n",
        b"5 0 obj\n<</FT/Tx/T(a)/V(b)/Type/Annot/Subtype/Widget/Rect[0 0 9 9]>>\nendobj\n",
    ];
    let mut all = Vec::new();
    for at in (0_u8..).take(bases().len()) {
        all.extend(objects.iter().map(|object| [&[at], *object].concat()));
    }
    all
}

fn signatures() -> Vec<Vec<u8>> {
    let mut all = vec![file("signatures/signature.cms")];
    all.push(office().cms(Sha256::of(b"x"), DecisionHash(Sha256::of(b"y"))));
    for document in documents() {
        let Ok(document) = open_to_judge(&document) else { continue };
        for signature in document.signatures() {
            let hole = signature.hole();
            let digits = &document.bytes()[hole.start + 1..hole.end - 1];
            let padded = hex::decode(digits).unwrap_or_default();
            let end = padded.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
            let cms = padded[..end].to_vec();
            all.extend(cms::read(&cms).map(|read| read.timestamps).unwrap_or_default());
            all.push(cms);
        }
    }
    all
}

fn certificates() -> Vec<Vec<u8>> {
    let office = office();
    let mut all: Vec<Vec<u8>> =
        [&office.root, &office.issuing, &office.person].map(|known| known.der().to_vec()).into();
    all.extend(office.crls.clone());
    all.push(request());
    all.push(office.person.to_pem().into_bytes());
    // The signature's own certificates, as a bundle.
    all.push(file("signatures/signature.cms"));
    for ending in ["crt", "crl", "ocsp", "ocsq"] {
        all.extend(files("signatures/foreign", ending));
    }
    for ending in ["pem", "crl", "csr"] {
        all.extend(files("signatures", ending));
    }
    all
}

fn encoded() -> Vec<Vec<u8>> {
    let stamp = Appearance::Stamp {
        page: 0,
        rect: default_rect(PageSize { width: 59_500, height: 84_200 }, 0),
        lines: vec![Line::Text { text: text("Người ký") }, Line::SignedAt { label: text("Lúc") }],
        image: None,
    };
    let invitation = Invitation {
        version: 1,
        id: InvitationId::from_bytes([1; 16]),
        secret: InvitationSecret([2; 32]),
        pins: vec![Sha256([3; 32])],
        log_key: Sha256([4; 32]),
        expires: UnixSecond::new(1_800_000_000),
        unit: "Ủy ban nhân dân xã Minh Tân".to_owned(),
    };
    let hex_text = file("decision-1.hex");
    let mut all = vec![
        hex::decode(hex_text.trim_ascii()).expect("hexadecimal digits"),
        recipe("a", Appearance::Invisible).to_cbor(),
        recipe("b", stamp).to_cbor(),
        statement().to_vec(),
        file("signatures/statement.cose"),
        invitation.to_link("https://ky.minhtan.gov.vn").into_bytes(),
    ];
    all.extend(decisions());
    all
}

fn pictures() -> Vec<Vec<u8>> {
    use png::{BitDepth, ColorType};
    let picture = |colour, depth, bytes: usize| {
        let mut out = Vec::new();
        let mut encoder = png::Encoder::new(&mut out, 4, 2);
        encoder.set_color(colour);
        encoder.set_depth(depth);
        if colour == ColorType::Indexed {
            encoder.set_palette(&[255, 0, 0, 0, 0, 255][..]);
            encoder.set_trns(&[255, 0][..]);
        }
        let mut writer = encoder.write_header().expect("memory");
        writer.write_image_data(&vec![0; bytes]).expect("memory");
        drop(writer);
        out
    };
    vec![
        picture(ColorType::Grayscale, BitDepth::One, 2),
        picture(ColorType::Grayscale, BitDepth::Sixteen, 16),
        picture(ColorType::GrayscaleAlpha, BitDepth::Eight, 16),
        picture(ColorType::Rgb, BitDepth::Eight, 24),
        picture(ColorType::Rgba, BitDepth::Eight, 32),
        picture(ColorType::Indexed, BitDepth::Eight, 8),
    ]
}

/// The one statement that the office's key made.
pub fn statement() -> &'static [u8] {
    static STATEMENT: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
    STATEMENT.get_or_init(|| {
        let (office, decision) = (office(), office().decision().to_cbor());
        let certificate = office.person.sha256();
        let signature = office.key.sign_now(&cose::sig_structure(&decision, certificate));
        cose::assemble(&decision, certificate, &signature, &office.key.public_key())
            .expect("our own key")
    })
}

/// Decisions that a log recorded: the office's, and the one of tests/vectors.
pub fn decisions() -> Vec<Vec<u8>> {
    let evidence = String::from_utf8(file("approval.evidence")).expect("text");
    let evidence: Evidence = evidence.parse().expect("evidence");
    vec![office().decision().to_cbor(), evidence.decision]
}

/// The request for a certificate that the office's key made.
pub fn request() -> Vec<u8> {
    let key = &office().key;
    let csr = Csr::prepare(&key.public_key(), &DistinguishedName::of(text("Hạnh")));
    csr.assemble(&key.sign_now(csr.to_be_signed())).expect("our own key")
}

/// A file of tests/vectors.
pub fn file(name: &str) -> Vec<u8> {
    let path = vectors().join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files of a folder of tests/vectors with this ending, by name.
pub fn files(folder: &str, ending: &str) -> Vec<Vec<u8>> {
    named(folder, ending).into_iter().map(|(_, bytes)| bytes).collect()
}

/// The same with their names.
pub fn named(folder: &str, ending: &str) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(vectors().join(folder)).expect("a folder of tests/vectors");
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let ending = format!(".{ending}");
    let mut names: Vec<String> = names.filter(|name| name.ends_with(&ending)).collect();
    names.sort();
    names.into_iter().map(|name| (name.clone(), file(&format!("{folder}/{name}")))).collect()
}

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors")
}
