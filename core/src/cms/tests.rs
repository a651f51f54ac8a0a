use proptest::prelude::*;

use super::*;
use crate::algorithm::{Digest, Scheme};
use crate::asn1::Reader;
use crate::certificate::{Profile, Validity};
use crate::testing::office::{ISSUED_AT, Office, issue, person_name};
use crate::testing::{golden, read_vector, software_key};

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

#[test]
fn a_certificate_by_the_signers_issuer_and_serial_does_not_stand_for_the_signer() {
    let office = Office::new();
    let profile = Profile::Person { issuer: &office.issuing, crl_url: "http://x/", ocsp_url: None };
    let (day, key) = (Validity::days(ISSUED_AT, 1), &office.issuing_key);
    // The third of the office's serial numbers is the leader's.
    let twin = issue(profile, 3, &person_name(), &key.public_key(), day, key);
    assert_eq!(twin.serial(), office.person.serial());
    let (attributes, signed) = signed(&office);
    let read = read(&signed).unwrap();
    assert_eq!(read.find_signer([&twin, &office.person]), Some(&office.person));
    let signature = office.person_key.sign_now(&attributes);
    let refused = assemble(&attributes, &signature, &[office.person.der(), twin.der()]);
    assert_eq!(refused, Err(CmsError::OtherCertificate));
}

/// What a key answers to a message.
type Signs = dyn Fn(&[u8]) -> Vec<u8> + Send + Sync;

/// A foreign key with a certificate of its own.
struct Token {
    certificates: [Vec<u8>; 2],
    scheme: Scheme,
    sign: Box<Signs>,
}

impl Token {
    fn new(
        office: &Office,
        spki: &[u8],
        scheme: Scheme,
        sign: impl Fn(&[u8]) -> Vec<u8> + Send + Sync + 'static,
    ) -> Self {
        let profile =
            Profile::Person { issuer: &office.issuing, crl_url: "http://x/", ocsp_url: None };
        let year = Validity::days(ISSUED_AT, 365);
        let own = issue(profile, 9, &person_name(), spki, year, &office.issuing_key);
        let certificates = [own.der().to_vec(), office.issuing.der().to_vec()];
        Self { certificates, scheme, sign: Box::new(sign) }
    }
}

impl DocumentSigner for Token {
    fn certificates(&self) -> &[Vec<u8>] {
        &self.certificates
    }

    fn scheme(&self) -> Scheme {
        self.scheme.clone()
    }

    fn sign(&self, signed_attributes: &[u8]) -> Result<Vec<u8>, SignerError> {
        Ok((self.sign)(signed_attributes))
    }
}

fn rsa(bits: u32) -> impl Fn(&[u8]) -> Vec<u8> + Send + Sync + 'static {
    let key = read_vector(&format!("signers/rsa-{bits}.key"));
    let key = ring::rsa::KeyPair::from_der(&key).unwrap();
    move |message| {
        let mut signature = vec![0; key.public().modulus_len()];
        let random = ring::rand::SystemRandom::new();
        key.sign(&ring::signature::RSA_PKCS1_SHA256, &random, message, &mut signature).unwrap();
        signature
    }
}

#[test]
fn tokens_sign_with_rsa_and_with_p_256_of_either_s() {
    let office = Office::new();
    let (rsa_scheme, ecdsa) = (Scheme::RsaPkcs1(Digest::Sha256), Scheme::Ecdsa(Digest::Sha256));
    let spki = |bits: u32| read_vector(&format!("signers/rsa-{bits}.spki"));
    let high = |message: &[u8]| {
        let low = p256::ecdsa::Signature::from_der(&software_key(9).sign_now(message)).unwrap();
        let high = p256::ecdsa::Signature::from_scalars(low.r(), -low.s()).unwrap();
        high.to_bytes().to_vec()
    };
    for (token, name) in [
        (Token::new(&office, &spki(2048), rsa_scheme.clone(), rsa(2048)), "RSA 2048 with SHA-256"),
        (Token::new(&office, &spki(3072), rsa_scheme.clone(), rsa(3072)), "RSA 3072 with SHA-256"),
        (
            Token::new(&office, &software_key(9).public_key(), ecdsa, high),
            "ECDSA P-256 with SHA-256",
        ),
    ] {
        let own = &token.certificates[0];
        let attributes = signed_attributes(Sha256::of(CONTENT), own, decision());
        let signed = sign(&attributes, &token).unwrap();
        let read = read(&signed).unwrap();
        assert_eq!(read.decision, Some(decision()));
        assert_eq!(read.scheme, token.scheme);
        let spki = Certificate::parse(own).unwrap().public_key().to_vec();
        assert_eq!(read.verify(&[CONTENT], &spki).unwrap().algorithm, name);
        if token.scheme == Scheme::Ecdsa(Digest::Sha256) {
            assert!(crate::signer::is_low_s(read.signature()), "the twin gives the same bytes");
        }
        let wrong = signed_attributes(Sha256::of(b"other"), own, decision());
        let signature = token.sign(&attributes).unwrap();
        let refused = assemble_as(&token.scheme, &wrong, &signature, &[own]);
        assert_eq!(refused, Err(CmsError::Signature(SignerError::WrongSignature)));
    }
    let short = Token::new(&office, &spki(1024), rsa_scheme.clone(), |_| vec![0; 128]);
    let attributes = signed_attributes(Sha256::of(CONTENT), &short.certificates[0], decision());
    let unusable = Err(CmsError::Signature(SignerError::UnusableKey));
    assert_eq!(sign(&attributes, &short), unusable);
    let mixed = Token {
        scheme: rsa_scheme,
        ..Token::new(&office, &software_key(9).public_key(), Scheme::Ed25519, high)
    };
    let attributes = signed_attributes(Sha256::of(CONTENT), &mixed.certificates[0], decision());
    assert_eq!(sign(&attributes, &mixed), unusable);
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
