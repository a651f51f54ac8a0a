//! Certificates alone and in bundles, lists, OCSP questions and answers, requests: what is read is what was given, and whatever
//! verifies under a key of the office holds one of the very parts that the office signed.

use memchr::memmem;
use trien_core::certificate::{
    Certificate, Crl, MAX_OCSP_QUESTIONS, NamePart, OcspRequest, OcspResponse, Purpose, find_chain,
    key_of_csr, parse_csr, read_bundle, verify_chain,
};

use crate::office::{SIGNED_AT, office};
use crate::seeds;

pub fn run(data: &[u8]) {
    certificate(data);
    list(data);
    answer(data);
    question(data);
    if parse_csr(data).is_ok_and(|csr| csr.public_key == office().key.public_key()) {
        let known = seeds::request();
        assert!(holds(data, signed_part(&known)), "a request of our key that it never signed");
    }
    for one in read_bundle(data).unwrap_or_default().iter().flatten() {
        self::certificate(one.der());
    }
    if let Ok(csr) = parse_csr(data) {
        assert_eq!(key_of_csr(data), Some(&*csr.public_key));
    }
    if let Ok(text) = std::str::from_utf8(data) {
        for certificate in Certificate::parse_pem(text).unwrap_or_default() {
            self::certificate(certificate.der());
        }
    }
}

fn certificate(der: &[u8]) {
    let Ok(certificate) = Certificate::parse(der) else { return };
    assert_eq!(certificate.der(), der);
    let again = Certificate::parse_pem(&certificate.to_pem()).expect("our own PEM");
    assert_eq!(again, std::slice::from_ref(&certificate));
    for purpose in [Purpose::Documents, Purpose::RevocationAnswers] {
        let _ = purpose.check(&certificate);
    }
    let _ = (certificate.subject_name(), certificate.subject_text(), certificate.issuer_text());
    let _ = (certificate.key_identifier(), certificate.basic_constraints());
    let parts = [NamePart::CommonName, NamePart::Organization, NamePart::Title];
    let _ = parts.map(|part| certificate.subject_parts(part));
    let (office, anchors) = (office(), [office().root.clone(), office().issuing.clone()]);
    let between = [certificate.clone(), office.issuing.clone()];
    if let Ok(path) = verify_chain(&certificate, &between, &anchors, SIGNED_AT) {
        assert!(path.len() > 1 || anchors.contains(&certificate), "trusted by itself");
    }
    let _ = find_chain(&office.person, &between, &anchors[..1], SIGNED_AT);
    for issuer in &anchors {
        if certificate.is_signed_by(issuer.public_key()) {
            let known = [&office.root, &office.issuing, &office.person];
            let known = known.map(|known| signed_part(known.der()));
            assert!(known.iter().any(|known| holds(der, known)), "a certificate never issued");
        }
    }
}

fn list(data: &[u8]) {
    let Ok(list) = Crl::parse_file(data) else { return };
    let again = Crl::parse_file(list.to_pem().as_bytes()).expect("our own PEM");
    assert_eq!(again.der(), list.der());
    let office = office();
    let _ = list.lookup(office.person.serial());
    for (issuer, subject) in [(&office.issuing, &office.person), (&office.root, &office.issuing)] {
        if list.verify(issuer).is_ok() {
            let known = office.crls.iter().any(|known| holds(list.der(), signed_part(known)));
            assert!(known, "a list that was never issued");
        }
        let _ = list.about(subject, issuer);
    }
}

fn answer(data: &[u8]) {
    let Ok(answer) = OcspResponse::parse(data) else { return };
    let office = office();
    let about = answer.about(&office.person, &office.issuing);
    assert!(about.is_err(), "the office answers nothing");
    for issuer in answer.certificates() {
        let _ = answer.about(issuer, issuer);
    }
}

fn question(data: &[u8]) {
    let Ok(request) = OcspRequest::parse(data) else { return };
    assert!((1..=MAX_OCSP_QUESTIONS).contains(&request.questions().len()));
    assert!(request.nonce().is_none_or(|nonce| (1..=128).contains(&nonce.len())));
    for question in request.questions() {
        let _ = (question.is_of(&office().issuing), question.serial());
    }
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    memmem::find(bytes, part).is_some()
}

/// The first element inside of the outer one: what the signature covers.
fn signed_part(der: &[u8]) -> &[u8] {
    let inside = &der[header(der).0..];
    let (head, length) = header(inside);
    &inside[..head + length]
}

/// Bytes of tag and length, and the length; our own DER, so no length has more than two bytes.
fn header(der: &[u8]) -> (usize, usize) {
    match der {
        [_, 0x81, length, ..] => (3, usize::from(*length)),
        [_, 0x82, high, low, ..] => (4, usize::from(*high) << 8 | usize::from(*low)),
        [_, length, ..] => (2, usize::from(*length)),
        _ => (0, 0),
    }
}
