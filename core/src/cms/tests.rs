use proptest::prelude::*;

use super::*;
use crate::algorithm::{Digest, Scheme};
use crate::asn1::Reader;
use crate::testing::office::Office;
use crate::testing::{golden, software_key};

const CONTENT: &[u8] = b"the bytes of a document outside the hole\n";

fn decision() -> DecisionHash {
    DecisionHash(Sha256::of(b"a decision"))
}

fn signed(office: &Office) -> (Vec<u8>, Vec<u8>) {
    let attributes = signed_attributes(Sha256::of(CONTENT), office.person.der(), decision());
    let signature = office.person_key.sign_now(&attributes);
    let certificates = [office.person.der(), office.issuing.der()];
    let cms = assemble(&attributes, &signature, &certificates).unwrap();
    (attributes, cms)
}

#[test]
fn a_signature_equals_the_committed_vectors() {
    let (attributes, cms) = signed(&Office::new());
    golden("signatures/content.txt", CONTENT);
    golden("signatures/attributes.der", &attributes);
    golden("signatures/signature.cms", &cms);
}

#[test]
fn what_was_assembled_reads_back() {
    let office = Office::new();
    let (attributes, cms) = signed(&office);
    let mut hole = cms.clone();
    hole.resize(16 * 1024, 0);
    let signature = read(&hole).unwrap();
    assert_eq!(signature.signed_attributes(), Some(&*attributes));
    assert_eq!(signature.is_over(&[CONTENT]), Some(true));
    assert_eq!(signature.is_over(&[&CONTENT[1..]]), Some(false));
    assert_eq!(signature.decision, Some(decision()));
    assert_eq!(signature.signing_time, None, "PAdES keeps the time in /M");
    assert_eq!(signature.digest, Some(Digest::Sha256));
    assert_eq!(signature.scheme, Scheme::Ecdsa(Digest::Sha256));
    let value = office.person.sha256().as_bytes().to_vec();
    let named = SigningCertificate::Hash { digest: Digest::Sha256, value };
    assert_eq!(signature.signing_certificate, named);
    assert_eq!(signature.signer_certificate(), Some(&office.person));
    assert_eq!(signature.certificates.len(), 2);
    assert!(signature.verify(&[CONTENT], office.person.public_key()).is_ok());
    assert!(signature.verify(&[CONTENT], office.issuing.public_key()).is_err());
}

#[test]
fn attributes_stand_in_the_order_of_their_encodings() {
    let (attributes, _) = signed(&Office::new());
    let mut reader = asn1::single(&attributes, SET).unwrap().inside();
    let mut members = Vec::new();
    while !reader.is_empty() {
        members.push(reader.next().unwrap().raw);
    }
    assert_eq!(members.len(), 5);
    assert!(members.is_sorted());
}

#[test]
fn either_form_of_the_same_signature_gives_the_same_bytes() {
    let office = Office::new();
    let (attributes, cms) = signed(&office);
    let der = office.person_key.sign_now(&attributes);
    let raw = crate::signer::to_raw(&der).unwrap();
    let certificates = [office.person.der(), office.issuing.der()];
    assert_eq!(assemble(&attributes, &raw, &certificates).unwrap(), cms);
}

#[test]
fn a_signature_for_another_certificate_or_key_is_not_assembled() {
    let office = Office::new();
    let attributes = signed_attributes(Sha256::of(CONTENT), office.person.der(), decision());
    let signature = office.person_key.sign_now(&attributes);
    assert_eq!(
        assemble(&attributes, &signature, &[office.issuing.der()]),
        Err(CmsError::OtherCertificate)
    );
    let foreign = software_key(9).sign_now(&attributes);
    assert_eq!(
        assemble(&attributes, &foreign, &[office.person.der()]),
        Err(CmsError::Signature(SignerError::WrongSignature))
    );
    assert_eq!(assemble(&attributes, &signature, &[]), Err(CmsError::NoCertificate));
    let damaged = &attributes[..attributes.len() - 1];
    assert_eq!(
        assemble(damaged, &signature, &[office.person.der()]),
        Err(CmsError::Attributes(InvalidDer))
    );
}

#[test]
fn every_changed_bit_of_the_attributes_is_noticed() {
    let office = Office::new();
    let (attributes, cms) = signed(&office);
    let start = cms.windows(attributes.len() - 2).position(|window| *window == attributes[2..]);
    // The outer header differs (tag [0] in place of SET), the contents are the same.
    let start = start.expect("the attributes stand in the CMS");
    for at in start..start + attributes.len() - 2 {
        let mut changed = cms.clone();
        changed[at] ^= 1;
        let accepted = read(&changed)
            .is_ok_and(|signature| signature.verify(&[], office.person.public_key()).is_ok());
        assert!(!accepted, "byte {at}");
    }
}

#[test]
fn what_is_not_one_detached_signature_is_refused() {
    let (_, cms) = signed(&Office::new());
    assert!(matches!(read(b""), Err(ReadError::Malformed(_))));
    assert!(matches!(read(&cms[..cms.len() - 1]), Err(ReadError::Malformed(_))));
    let mut trailing = cms.clone();
    trailing.push(1);
    assert!(matches!(read(&trailing), Err(ReadError::Malformed(_))));
    let data = write(SEQUENCE, &[&write(OID, &[oid::DATA])]);
    assert_eq!(read(&data).unwrap_err(), ReadError::NotSignedData);
    assert_eq!(read(&vec![0; 5 << 20]).unwrap_err(), ReadError::TooLarge(5 << 20));
    assert!(Reader(&cms).next().is_ok());
}

proptest! {
    #[test]
    fn damaged_signatures_never_panic(
        changes in proptest::collection::vec((0_usize..3000, any::<u8>()), 1..6),
        cut in 0_usize..4000,
    ) {
        let (_, mut cms) = signed(&Office::new());
        for (at, value) in changes {
            let position = at % cms.len();
            cms[position] = value;
        }
        cms.truncate(cut);
        if let Ok(signature) = read(&cms) {
            let _ = signature.signer_certificate();
        }
    }
}
