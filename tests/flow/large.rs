//! A document as large as may be, and many who sign it.

use std::fmt::Write as _;

use bytes::Bytes;
use trien_core::decision::Verb;
use trien_core::document::MAX_DOCUMENT_BYTES;
use trien_core::id::RequestId;
use trien_core::request::RouteState;
use trien_server::flow::{FlowError, read};

use crate::office::{Office, upload};
use crate::phone::Phone;

const SIGNERS: usize = 10;
/// Pixels of a picture that takes nearly all of what a document may have.
const SIDE: usize = 7_230;

/// A page with a picture of noise: nothing in it can be packed.
fn picture() -> Bytes {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[0]
    })
    .take(SIDE * SIDE)
    .collect();
    let objects: [Vec<u8>; 4] = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /XObject << /I 4 0 R >> >> >>".to_vec(),
        [
            format!(
                "<< /Type /XObject /Subtype /Image /Width {SIDE} /Height {SIDE} /ColorSpace /DeviceGray \
                 /BitsPerComponent 8 /Length {} >>\nstream\n",
                noise.len()
            )
            .as_bytes(),
            &noise,
            b"\nendstream",
        ]
        .concat(),
    ];
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (index, object) in objects.iter().enumerate() {
        writeln!(table, "{:010} 00000 n ", file.len()).unwrap();
        file.extend_from_slice(format!("{} 0 obj\n", index + 1).as_bytes());
        file.extend_from_slice(object);
        file.extend_from_slice(b"\nendobj\n");
    }
    let at = file.len();
    let trailer =
        format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{at}\n%%EOF\n", objects.len() + 1);
    file.extend_from_slice((table + &trailer).as_bytes());
    Bytes::from(file)
}

/// As a phone does: what the server had no time for is sent again.
async fn sign(office: &Office, phone: &Phone, request: RequestId) {
    for _ in 0..5 {
        match phone.decide(office, request, Verb::Approve).await {
            Err(FlowError::Unavailable(_)) => {}
            other => return drop(other.unwrap()),
        }
    }
    panic!("the server never had the time");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_who_sign_fifty_megabytes_store_them_once() {
    let office = Office::on_sqlite().await;
    let mut phones = Vec::new();
    for number in 0..SIGNERS {
        let person = office.person(&format!("Lãnh đạo {number}")).await;
        phones.push(Phone::enroll(&office, person).await);
    }
    let people: Vec<_> = phones.iter().map(|phone| phone.person).collect();
    let document = picture();
    let size = document.len() as u64;
    assert!(size > MAX_DOCUMENT_BYTES * 99 / 100 && size <= MAX_DOCUMENT_BYTES, "{size}");
    let mut package = office.package(&people);
    package.document = upload("ban-do.pdf", document);
    let request = office.queue_package(package).await;
    for phone in &phones {
        sign(&office, phone, request).await;
    }
    let view = read::request(&office.app, &office.caller, request).await.unwrap();
    assert_eq!(view.state, RouteState::Completed);
    let signed = &view.documents[0];
    assert_eq!(signed.earlier.len(), SIGNERS, "the document, and what nine signatures made of it");
    assert!(signed.current.size > size, "it grew by the signatures");
    // What SQLite keeps beside its file while it is open is not stored.
    office.app.shut_down().await;
    let stored: u64 = office.files().iter().map(|(_, bytes)| bytes.len() as u64).sum();
    let grown = signed.current.size - size;
    assert!(stored < size + 2 * grown + 2 * 1024 * 1024, "{stored} bytes for {size} and {grown}");
}
