//! Documents signed, stamped and revoked by software that is not ours: tests/vectors/signatures.

use super::*;
use crate::testing::read_vector;

fn read(name: &str) -> Vec<u8> {
    read_vector(&format!("signatures/foreign/{name}"))
}

/// When all of them were made.
fn made() -> UnixSecond {
    let json: serde_json::Value = serde_json::from_slice(&read("made.json")).unwrap();
    UnixSecond::new(json["at"].as_i64().unwrap())
}

fn crl(name: &str) -> Crl {
    Crl::parse(&read(name)).unwrap()
}

/// A verifier who trusts one root and has these lists, three hours after all was made.
fn trust(root: &str, crls: &[&str], ocsp: &[&str]) -> Trust {
    Trust {
        anchors: vec![Certificate::parse(&read(root)).unwrap()],
        intermediates: Vec::new(),
        crls: crls.iter().map(|name| crl(name)).collect(),
        ocsp: ocsp.iter().map(|name| OcspResponse::parse(&read(name)).unwrap()).collect(),
        at: made().plus(3 * 3600),
    }
}

fn office(lists: &[&str]) -> Trust {
    let (crls, ocsp): (Vec<_>, Vec<_>) = lists.iter().partition(|name| name.ends_with(".crl"));
    trust("office.crt", &[&["office-root.crl"], &*crls].concat(), &ocsp)
}

fn judged(document: &str, trust: &Trust) -> SignatureReport {
    let mut report = verify_pdf(&read(document), trust, None);
    assert_eq!(report.document, Finding::ok(Reason::Sound), "{document}");
    assert_eq!(report.signatures.len(), 1, "{document}");
    report.signatures.remove(0)
}

fn algorithm(name: &str) -> SignatureReport {
    let (root, list) = (format!("algorithm-{name}.crt"), format!("algorithm-{name}.crl"));
    judged(&format!("algorithm-{name}.pdf"), &trust(&root, &[&list], &[]))
}

const GOOD: &[&str] = &["office-good.crl"];

#[test]
fn every_algorithm_in_use_is_judged_to_the_end() {
    for (name, expected) in [
        ("rsa-2048-sha-256", "RSA 2048 with SHA-256"),
        ("rsa-3072-sha-384", "RSA 3072 with SHA-384"),
        ("rsa-3072-sha-512", "RSA 3072 with SHA-512"),
        ("rsa-3072-sha3-256", "RSA 3072 with SHA3-256"),
        ("pss-3072-sha-256", "RSA-PSS 3072 with SHA-256"),
        ("pss-3072-sha-384", "RSA-PSS 3072 with SHA-384"),
        ("pss-2048-sha-512", "RSA-PSS 2048 with SHA-512"),
        ("p256-sha-256", "ECDSA P-256 with SHA-256"),
        ("p256-sha-512", "ECDSA P-256 with SHA-512"),
        ("p256-sha3-256", "ECDSA P-256 with SHA3-256"),
        ("p384-sha-384", "ECDSA P-384 with SHA-384"),
        ("p384-sha3-384", "ECDSA P-384 with SHA3-384"),
        ("p521-sha-512", "ECDSA P-521 with SHA-512"),
        ("p521-sha-256", "ECDSA P-521 with SHA-256"),
        ("p521-sha3-512", "ECDSA P-521 with SHA3-512"),
        ("ed25519", "Ed25519"),
    ] {
        let report = algorithm(name);
        assert_eq!(report.verdict(), Verdict::Valid, "{name}: {report:#?}");
        assert_eq!(report.algorithm.as_deref(), Some(expected));
    }
}

#[test]
fn no_changed_byte_passes_under_any_algorithm() {
    for name in ["rsa-2048-sha-256", "pss-3072-sha-256", "p384-sha-384", "p521-sha-512", "ed25519"]
    {
        let (root, list) = (format!("algorithm-{name}.crt"), format!("algorithm-{name}.crl"));
        let trust = trust(&root, &[&list], &[]);
        let file = read(&format!("algorithm-{name}.pdf"));
        let place = raw::scan(&file).remove(0);
        let cms = place.cms(&file).unwrap();
        let signature = crate::cms::read(&cms).unwrap().signature().to_vec();
        let digits = hex::encode_upper(&signature).into_bytes();
        let at = file.windows(digits.len()).position(|window| window == digits).unwrap();
        for at in [at + 9, at + digits.len() - 1, 20] {
            let mut changed = file.clone();
            changed[at] = if changed[at] == b'1' { b'2' } else { b'1' };
            let report = verify_pdf(&changed, &trust, None);
            assert_eq!(report.verdict, Verdict::NotValid, "{name}, byte {at}");
        }
    }
}

#[test]
fn a_signature_with_sha1_is_weak() {
    for name in ["rsa-2048-sha-1", "p256-sha-1"] {
        let report = algorithm(name);
        assert_eq!(report.integrity.reason, Reason::AlgorithmWeak, "{name}");
        assert_eq!(report.integrity.detail, "SHA-1 is weak");
        assert_eq!(report.chain.reason, Reason::Trusted, "its certificate is not");
        assert_eq!(report.verdict(), Verdict::Undetermined);
    }
    let inside = judged("sha-1-inside.pdf", &office(GOOD));
    assert_eq!(inside.integrity.reason, Reason::AlgorithmWeak, "{inside:#?}");
    assert_eq!(inside.verdict(), Verdict::Undetermined);
    let mut changed = read("sha-1-inside.pdf");
    changed[20] ^= 1;
    let report = verify_pdf(&changed, &office(GOOD), None);
    assert_eq!(report.verdict, Verdict::NotValid, "weak is not blind");
}

#[test]
fn a_short_rsa_key_is_weak_in_signature_and_chain() {
    let report = algorithm("rsa-1024-sha-256");
    assert_eq!(report.integrity.reason, Reason::AlgorithmWeak);
    assert_eq!(report.integrity.detail, "an RSA key of 1024 bits is weak");
    assert_eq!(report.chain.reason, Reason::AlgorithmWeak);
    assert_eq!(report.verdict(), Verdict::Undetermined);
}

#[test]
fn a_timestamp_tells_when_and_a_claim_only_says() {
    let claimed = judged("claimed.pdf", &office(GOOD));
    assert_eq!(claimed.verdict(), Verdict::Valid, "{claimed:#?}");
    assert!(matches!(claimed.time, SigningTime::Claimed { .. }));
    let stamped = judged("stamped.pdf", &office(GOOD));
    assert_eq!(stamped.verdict(), Verdict::Valid, "{stamped:#?}");
    assert_eq!(stamped.time, SigningTime::Timestamp { at: made() });
    let [stamp] = &*stamped.timestamps else { panic!("one timestamp") };
    assert_eq!(stamp.name.as_deref(), Some("Dấu thời gian"));
    assert_eq!(stamp.at, Some(made()));
}

#[test]
fn a_timestamp_that_is_about_something_else_or_by_anybody_proves_nothing() {
    let otherwise = judged("stamped-otherwise.pdf", &office(GOOD));
    assert_eq!(otherwise.integrity.reason, Reason::Intact, "the signature itself stands");
    assert_eq!(otherwise.timestamps[0].integrity.reason, Reason::TimestampMismatch);
    assert!(matches!(otherwise.time, SigningTime::Claimed { .. }));
    assert_eq!(otherwise.verdict(), Verdict::NotValid);

    let by_a_person = judged("stamped-by-a-person.pdf", &office(GOOD));
    assert_eq!(by_a_person.timestamps[0].key_usage.reason, Reason::KeyForOther);
    assert!(matches!(by_a_person.time, SigningTime::Claimed { .. }));
    assert_eq!(by_a_person.verdict(), Verdict::NotValid);

    let weak = judged("stamped-with-sha-1.pdf", &office(GOOD));
    assert_eq!(weak.timestamps[0].integrity.reason, Reason::AlgorithmWeak, "{weak:#?}");
    assert!(matches!(weak.time, SigningTime::Claimed { .. }));
    assert_eq!(weak.verdict(), Verdict::Undetermined);

    let unknown = judged("stamped.pdf", &office(&[]));
    assert!(matches!(unknown.time, SigningTime::Claimed { .. }), "its revocation is open");
}

#[test]
fn a_certificate_revoked_before_a_timestamp_fails() {
    for document in ["stamped.pdf", "claimed.pdf"] {
        let report = judged(document, &office(&["office-revoked-before.crl"]));
        assert_eq!(report.revocation.reason, Reason::Revoked, "{document}");
        assert_eq!(report.verdict(), Verdict::NotValid);
    }
}

#[test]
fn a_certificate_revoked_after_a_timestamp_does_not_fail() {
    let report = judged("stamped.pdf", &office(&["office-revoked-after.crl"]));
    assert_eq!(report.revocation.reason, Reason::RevokedLater, "{report:#?}");
    assert_eq!(report.verdict(), Verdict::Valid);
}

#[test]
fn a_certificate_revoked_after_a_claimed_time_fails() {
    let report = judged("claimed.pdf", &office(&["office-revoked-after.crl"]));
    assert_eq!(report.revocation.reason, Reason::RevokedAfterClaimedTime);
    assert_eq!(report.verdict(), Verdict::NotValid);
}

#[test]
fn a_revoked_timestamp_authority_proves_nothing_whatever_it_states() {
    let report = judged("stamped.pdf", &office(&["office-tsa-revoked.crl"]));
    assert_eq!(report.timestamps[0].revocation.reason, Reason::Revoked);
    assert!(matches!(report.time, SigningTime::Claimed { .. }));
    assert_eq!(report.verdict(), Verdict::NotValid);
}

#[test]
fn an_answer_counts_when_the_issuer_or_whom_it_appointed_gave_it() {
    for answer in ["office-good.ocsp", "office-delegated.ocsp"] {
        // Made some seconds before signing, and in force for a month.
        let report = judged("claimed.pdf", &office(&[answer]));
        assert_eq!(report.revocation.reason, Reason::NotRevoked, "{answer}: {report:#?}");
    }
    for answer in ["office-person.ocsp", "office-unsure.ocsp"] {
        let report = judged("claimed.pdf", &office(&[answer]));
        assert_eq!(report.revocation.reason, Reason::RevocationListUnusable, "{answer}");
    }
    // A responder whose certificate asks for a check of its own is good once a list says so.
    let checked = judged("claimed.pdf", &office(&["office-unsure.ocsp", "office-good.crl"]));
    assert_eq!(checked.revocation.reason, Reason::NotRevoked);
    let other = judged("claimed.pdf", &office(&["office-other.ocsp"]));
    assert_eq!(other.revocation.reason, Reason::NoRevocationList);
    let revoked = judged("claimed.pdf", &office(&["office-revoked.ocsp"]));
    assert_eq!(revoked.revocation.reason, Reason::Revoked);
    let either = judged("claimed.pdf", &office(&["office-revoked.ocsp", "office-good.crl"]));
    assert_eq!(either.revocation.reason, Reason::Revoked, "one that says so is enough");
}

#[test]
fn a_changed_answer_is_not_used() {
    let good = read("office-delegated.ocsp");
    for at in (0..good.len()).step_by(3) {
        let mut changed = good.clone();
        changed[at] ^= 1;
        let Ok(answer) = OcspResponse::parse(&changed) else { continue };
        let trust = Trust { ocsp: vec![answer], ..office(&[]) };
        let report = judged("claimed.pdf", &trust);
        // The certificate that came with the answer is not covered by the answer's signature, but
        // by the issuer's: a change there leaves nobody who may answer.
        assert_ne!(report.revocation.reason, Reason::NotRevoked, "byte {at}");
    }
}

#[test]
fn a_long_term_document_needs_nothing_but_its_root() {
    let report = verify_pdf(&read("long-term.pdf"), &trust("office.crt", &[], &[]), None);
    assert_eq!(report.document.reason, Reason::Sound);
    let [signature, stamp] = &*report.signatures else { panic!("a signature and a timestamp") };
    assert_eq!(signature.kind, SignatureKind::Signature);
    assert_eq!(signature.verdict(), Verdict::Valid, "{signature:#?}");
    assert_eq!(signature.time, SigningTime::Timestamp { at: made() });
    assert_eq!(stamp.kind, SignatureKind::DocumentTimestamp);
    assert_eq!(stamp.time, SigningTime::Timestamp { at: made() });
    assert_eq!(stamp.coverage, Coverage::WholeFile);
    assert_eq!(report.verdict, Verdict::Valid, "{report:#?}");
}

#[test]
fn what_is_added_for_the_last_timestamp_leaves_all_signatures_as_they_were() {
    let updated = verify_pdf(&read("long-term-updated.pdf"), &trust("office.crt", &[], &[]), None);
    let [signature, stamp] = &*updated.signatures else { panic!("a signature and a timestamp") };
    assert_eq!(signature.verdict(), Verdict::Valid, "{signature:#?}");
    assert_eq!(stamp.verdict(), Verdict::Valid, "{stamp:#?}");
}

#[test]
fn a_timestamp_is_known_as_such_in_a_file_that_the_reader_refuses() {
    let mut file = read("long-term.pdf");
    file.extend_from_slice(b"1 0 obj null endobj startxref 9 %%EOF");
    let report = verify_pdf(&file, &trust("office.crt", &[], &[]), None);
    assert_eq!(report.document.reason, Reason::NotSound);
    let kinds: Vec<SignatureKind> = report.signatures.iter().map(|it| it.kind).collect();
    assert_eq!(kinds, [SignatureKind::Signature, SignatureKind::DocumentTimestamp]);
    for signature in &report.signatures {
        assert_eq!(signature.integrity.reason, Reason::Intact);
    }
}

#[test]
fn a_document_timestamp_over_other_bytes_fails() {
    let mut file = read("long-term.pdf");
    let place = raw::scan(&file).pop().unwrap();
    // A blank behind the hole, in what only the timestamp covers.
    let at = place.hole_end + file[place.hole_end..].iter().position(|b| *b == b'\n').unwrap();
    file[at] = b' ';
    let report = verify_pdf(&file, &trust("office.crt", &[], &[]), None);
    let [signature, stamp] = &*report.signatures else { panic!("a signature and a timestamp") };
    assert_eq!(signature.integrity.reason, Reason::Intact);
    assert_eq!(stamp.integrity.reason, Reason::TimestampMismatch);
    assert_eq!(report.verdict, Verdict::NotValid);
}

#[test]
fn what_adobe_puts_into_the_signature_is_used() {
    let report = judged("adobe.pdf", &trust("office.crt", &[], &[]));
    assert_eq!(report.revocation.reason, Reason::NotRevoked, "{report:#?}");
    assert_eq!(report.verdict(), Verdict::Valid);
}

const RULES: &[&str] = &["rules-root.crl", "rules-demanding.crl", "rules-constrained.crl"];

fn ruled(name: &str) -> SignatureReport {
    judged(&format!("rules-{name}.pdf"), &trust("rules.crt", RULES, &[]))
}

#[test]
fn a_demanded_policy_holds_or_the_chain_fails() {
    let kept = ruled("policy-kept");
    assert_eq!(kept.verdict(), Verdict::Valid, "{kept:#?}");
    assert_eq!(kept.policies, ["2.999.1.2"]);
    let missing = ruled("policy-missing");
    assert_eq!(missing.chain.reason, Reason::ChainBroken);
    assert!(missing.chain.detail.contains("policy"), "{}", missing.chain.detail);
    assert_eq!(missing.verdict(), Verdict::NotValid);
}

#[test]
fn an_authority_certifies_only_the_names_it_may() {
    let permitted = ruled("name-permitted");
    assert_eq!(permitted.verdict(), Verdict::Valid, "{permitted:#?}");
    let forbidden = ruled("name-forbidden");
    assert_eq!(forbidden.chain.reason, Reason::ChainBroken, "{forbidden:#?}");
    assert_eq!(forbidden.verdict(), Verdict::NotValid);
}

#[test]
fn a_key_for_something_else_signs_no_documents() {
    for name in ["key-for-servers", "key-for-agreement"] {
        let report = ruled(name);
        assert_eq!(report.integrity.reason, Reason::Intact);
        assert_eq!(report.key_usage.reason, Reason::KeyForOther, "{name}");
        assert_eq!(report.verdict(), Verdict::NotValid);
    }
    assert_eq!(ruled("key-for-mail").verdict(), Verdict::Valid);
}

mod damaged {
    use proptest::prelude::*;

    use super::*;
    use crate::cms;

    fn damage(mut bytes: Vec<u8>, changes: &[(usize, u8)], cut: usize) -> Vec<u8> {
        for (at, value) in changes {
            let at = at % bytes.len();
            bytes[at] = *value;
        }
        bytes.truncate(bytes.len() - cut % 64);
        bytes
    }

    proptest! {
        #[test]
        fn foreign_bytes_never_panic(
            changes in proptest::collection::vec((any::<usize>(), any::<u8>()), 0..6),
            cut in prop_oneof![Just(0_usize), any::<usize>()],
        ) {
            for name in ["long-term.pdf", "adobe.pdf"] {
                let file = read(name);
                for place in raw::scan(&file) {
                    let hole = place.cms(&file).unwrap();
                    let bytes = damage(hole, &changes, cut);
                    let _ = cms::read_timestamp(&bytes);
                    for token in cms::read(&bytes).map(|cms| cms.timestamps).unwrap_or_default() {
                        let _ = cms::read_timestamp(&damage(token, &changes, cut));
                    }
                }
            }
            let person = Certificate::parse(&read("office.crt")).unwrap();
            let answer = OcspResponse::parse(&damage(read("office-delegated.ocsp"), &changes, cut));
            let _ = answer.map(|answer| answer.about(&person, &person).map(|_| ()));
            let list = Crl::parse(&damage(read("office-revoked-after.crl"), &changes, cut));
            let _ = list.map(|list| list.about(&person, &person));
            let mut file = read("stamped.pdf");
            let start = raw::scan(&file)[0].hole_start;
            for (at, value) in &changes {
                let at = start + 1 + at % 6000;
                file[at] = b"0123456789abcdef"[usize::from(value % 16)];
            }
            let report = verify_pdf(&file, &office(GOOD), None);
            prop_assert_eq!(report.signatures.len(), 1);
        }
    }
}
