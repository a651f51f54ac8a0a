use proptest::prelude::*;

use super::*;
use crate::env::UnixSecond;
use crate::signer::SignerError;
use crate::testing::office::{ISSUED_AT, Office, issue, name, person_name};
use crate::testing::{golden, software_key};

const DURING: UnixSecond = UnixSecond::new(ISSUED_AT.get() + 86_400);

#[test]
fn what_is_issued_equals_the_committed_vectors() {
    let office = Office::new();
    golden("signatures/root.pem", office.root.to_pem().as_bytes());
    golden("signatures/issuing.pem", office.issuing.to_pem().as_bytes());
    golden("signatures/person.pem", office.person.to_pem().as_bytes());
    let csr = Csr::prepare(&office.person_key.public_key(), &person_name());
    let csr = csr.assemble(&office.person_key.sign_now(csr.to_be_signed())).unwrap();
    golden("signatures/person.csr", &csr);
    golden("signatures/issuing.crl", &office.crl(&[]));
    golden("signatures/root.crl", &office.root_crl());
    golden("signatures/revoked.crl", &office.crl(&[revocation(&office)]));
}

fn revocation(office: &Office) -> Revocation {
    Revocation { serial: office.person.serial().clone(), at: DURING, reason: Reason::KeyCompromise }
}

#[test]
fn a_person_certificate_says_what_its_key_may_do() {
    let office = Office::new();
    let person = &office.person;
    assert_eq!(person.subject_name(), "Nguyễn Thị Hạnh");
    assert_eq!(person.issuer(), office.issuing.subject());
    assert_eq!(person.public_key(), office.person_key.public_key());
    assert_eq!(person.basic_constraints(), Ok(BasicConstraints::EndEntity));
    assert!(person.key_usage().unwrap().unwrap().allows_any(KeyUsage::NON_REPUDIATION));
    assert!(!person.key_usage().unwrap().unwrap().allows_any(KeyUsage::KEY_CERT_SIGN));
    assert!(person.is_for_approvals());
    assert!(!office.issuing.is_for_approvals());
    assert_eq!(person.not_before(), ISSUED_AT.plus(-600));
    assert_eq!(Certificate::parse_pem(&person.to_pem()).unwrap(), std::slice::from_ref(person));
}

#[test]
fn a_signature_by_another_key_makes_no_certificate() {
    let office = Office::new();
    let profile = Profile::Person { issuer: &office.issuing, crl_url: "http://x/", ocsp_url: None };
    let tbs = TbsCertificate::prepare(
        profile,
        office.person.serial(),
        &person_name(),
        &office.person_key.public_key(),
        Validity::days(ISSUED_AT, 1),
    )
    .unwrap();
    let error = tbs.assemble(&software_key(9).sign_now(tbs.to_be_signed())).unwrap_err();
    assert_eq!(error, IssueError::Signature(SignerError::WrongSignature));
}

#[test]
fn a_request_proves_possession_of_its_key() {
    let (key, other) = (software_key(1), software_key(2));
    let csr = Csr::prepare(&key.public_key(), &person_name());
    let der = csr.assemble(&key.sign_now(csr.to_be_signed())).unwrap();
    assert_eq!(parse_csr(&der).unwrap().public_key, key.public_key());
    assert!(csr.assemble(&other.sign_now(csr.to_be_signed())).is_err());

    let foreign = Csr::prepare(&other.public_key(), &person_name());
    let signature = key.sign_now(foreign.to_be_signed());
    let forged = crate::asn1::write(
        0x30,
        &[foreign.to_be_signed(), &issue::ecdsa_sha256(), &crate::asn1::write_bits(&signature)],
    );
    assert_eq!(parse_csr(&forged), Err(CsrError::NoPossession));
    assert_eq!(parse_csr(&vec![0; 9000]), Err(CsrError::TooLarge(9000)));
}

#[test]
fn a_chain_leads_from_person_to_root() {
    let office = Office::new();
    let intermediates = [office.issuing.clone()];
    let anchors = [office.root.clone()];
    let chain = verify_chain(&office.person, &intermediates, &anchors, DURING).unwrap();
    assert_eq!(chain, [&office.person, &office.issuing, &office.root]);
}

#[test]
fn a_chain_fails_for_the_reason_it_fails() {
    let office = Office::new();
    let issuing = [office.issuing.clone()];
    let root = [office.root.clone()];
    let person = &office.person;

    let early = verify_chain(person, &issuing, &root, ISSUED_AT.plus(-601));
    assert!(matches!(early, Err(ChainError::NotYetValid { .. })), "{early:?}");
    let late = verify_chain(person, &issuing, &root, ISSUED_AT.plus(365 * 86_400 + 1));
    assert!(matches!(late, Err(ChainError::Expired { .. })), "{late:?}");
    let missing = verify_chain(person, &[], &root, DURING);
    assert!(matches!(missing, Err(ChainError::UnknownIssuer { .. })), "{missing:?}");
    let untrusted = verify_chain(person, &issuing, &[], DURING);
    assert!(matches!(untrusted, Err(ChainError::UnknownIssuer { .. })), "{untrusted:?}");

    let impostor = issue(
        Profile::Root,
        5,
        &name("Cấp chứng thư xã Minh Tân"),
        &software_key(5).public_key(),
        Validity::days(ISSUED_AT, 9),
        &software_key(5),
    );
    let forged = verify_chain(person, &[], std::slice::from_ref(&impostor), DURING);
    assert!(matches!(forged, Err(ChainError::WrongSignature { .. })), "{forged:?}");

    let authority = verify_chain(&office.issuing, &[], &root, DURING);
    assert!(matches!(authority, Err(ChainError::WrongKeyUsage { .. })), "{authority:?}");
}

#[test]
fn a_person_certifies_nobody() {
    let office = Office::new();
    let victim_key = software_key(8);
    let by_person = issue(
        Profile::Person { issuer: &office.person, crl_url: "http://x/", ocsp_url: None },
        6,
        &person_name(),
        &victim_key.public_key(),
        Validity::days(ISSUED_AT, 9),
        &office.person_key,
    );
    let intermediates = [office.person.clone(), office.issuing.clone()];
    let roots = [office.root.clone()];
    let result = verify_chain(&by_person, &intermediates, &roots, DURING);
    assert!(matches!(result, Err(ChainError::NotAnAuthority { .. })), "{result:?}");
}

#[test]
fn an_issuing_authority_certifies_no_further_authority() {
    let office = Office::new();
    let below_key = software_key(11);
    let below = issue(
        Profile::Issuing { issuer: &office.issuing, crl_url: "http://x/" },
        7,
        &name("Dưới nữa"),
        &below_key.public_key(),
        Validity::days(ISSUED_AT, 9),
        &office.issuing_key,
    );
    let leaf = issue(
        Profile::Person { issuer: &below, crl_url: "http://x/", ocsp_url: None },
        8,
        &person_name(),
        &software_key(12).public_key(),
        Validity::days(ISSUED_AT, 9),
        &below_key,
    );
    let intermediates = [below.clone(), office.issuing.clone()];
    let roots = [office.root.clone()];
    let result = verify_chain(&leaf, &intermediates, &roots, DURING);
    assert!(matches!(result, Err(ChainError::PathTooLong { .. })), "{result:?}");
}

#[test]
fn a_revocation_list_names_what_is_revoked_and_since_when() {
    let office = Office::new();
    let crl = Crl::parse(&office.crl(&[revocation(&office)])).unwrap();
    crl.verify(&office.issuing).unwrap();
    assert_eq!(crl.lookup(office.person.serial()), Some(&revocation(&office)));
    assert_eq!(crl.lookup(office.issuing.serial()), None);
    assert_eq!(crl.this_update(), ISSUED_AT);
    assert_eq!(crl.next_update(), Some(ISSUED_AT.plus(30 * 86_400)));
    assert_eq!(crl.verify(&office.root), Err(CrlError::NotByIssuer));
    assert_eq!(Crl::parse_file(crl.to_pem().as_bytes()).unwrap().der(), crl.der());

    let empty = Crl::parse(&office.crl(&[])).unwrap();
    empty.verify(&office.issuing).unwrap();
    assert_eq!(empty.lookup(office.person.serial()), None);
}

#[test]
fn silence_after_the_end_of_a_certificate_says_nothing() {
    let office = Office::new();
    let person = &office.person;
    let late = Statement {
        state: State::Good,
        this_update: person.not_after().plus(1),
        next_update: None,
        remembers_since: None,
    };
    assert!(!late.knows(person, DURING), "lists drop what has expired");
    let remembering = Statement { remembers_since: Some(person.not_after()), ..late };
    assert!(remembering.knows(person, DURING));
    let in_time = Statement { this_update: person.not_after(), ..late };
    assert!(in_time.knows(person, DURING));

    let early = Statement { this_update: ISSUED_AT, ..late };
    assert!(!early.knows(person, DURING), "newer news may be at hand");
    let in_force = Statement { next_update: Some(DURING), ..early };
    assert!(in_force.knows(person, DURING));
    assert!(!in_force.knows(person, DURING.plus(1)));
}

#[test]
fn a_changed_revocation_list_does_not_verify() {
    let office = Office::new();
    let der = office.crl(&[revocation(&office)]);
    for at in 0..der.len() {
        let mut changed = der.clone();
        changed[at] ^= 1;
        let accepted = Crl::parse(&changed).is_ok_and(|crl| crl.verify(&office.issuing).is_ok());
        assert!(!accepted, "byte {at}");
    }
}

proptest! {
    #[test]
    fn damaged_der_never_panics(at in 0_usize..2000, value: u8, cut in 0_usize..2000) {
        let office = Office::new();
        let csr = Csr::prepare(&office.person_key.public_key(), &person_name());
        let csr = csr.assemble(&office.person_key.sign_now(csr.to_be_signed())).unwrap();
        for mut der in [office.person.der().to_vec(), office.crl(&[revocation(&office)]), csr] {
            let position = at % der.len();
            der[position] = value;
            der.truncate(cut.max(1));
            if let Ok(certificate) = Certificate::parse(&der) {
                let _ = (certificate.basic_constraints(), certificate.key_usage());
                let _ = (certificate.subject_name(), certificate.is_for_approvals());
                let _ = certificate.unknown_critical_extension();
            }
            let _ = (Crl::parse(&der), parse_csr(&der));
        }
    }
}
