//! The verifier, by a stranger who trusts this office and the foreign ones of tests/vectors: a document
//! is valid only if each of its signatures covers bytes that were really signed.

use std::sync::OnceLock;

use trien_core::certificate::{Certificate, Crl, OcspResponse};
use trien_core::evidence::Evidence;
use trien_core::pdf::read::open_to_judge;
use trien_core::verify::{Proof, Report, Trust, Verdict, verify_pdf};

use super::known::{covered, known};
use crate::office::{SIGNED_AT, office};
use crate::seeds;

pub fn run(data: &[u8]) {
    let (ours, theirs) = trusts();
    for trust in [ours, theirs] {
        let key = office().log.verifier();
        let proof = Proof { evidence: evidence(), delegations: &[], key: &key };
        let report = verify_pdf(data, trust, Some(proof));
        let json = serde_json::to_string(&report).expect("a report is JSON");
        let read: Report = serde_json::from_str(&json).expect("a report is read again");
        assert_eq!(read, report);
        if report.verdict == Verdict::Valid {
            no_forgery(data, &report);
        }
    }
}

fn no_forgery(data: &[u8], report: &Report) {
    let document = open_to_judge(data).expect("what is valid is sound");
    assert!(!report.signatures.is_empty(), "an unsigned document is not valid");
    assert_eq!(report.signatures.len(), document.signatures().len());
    for signature in document.signatures() {
        let covered = covered(&document, signature).expect("a range within the file");
        assert!(known().covered.contains(&covered), "{:?} was never signed", signature.field);
    }
}

fn trusts() -> (&'static Trust, &'static Trust) {
    static TRUSTS: OnceLock<(Trust, Trust)> = OnceLock::new();
    let (ours, theirs) = TRUSTS.get_or_init(|| (ours(), theirs()));
    (ours, theirs)
}

fn ours() -> Trust {
    let crls = office().crls.iter().map(|der| Crl::parse(der).expect("our own list"));
    Trust {
        anchors: vec![office().root.clone()],
        intermediates: Vec::new(),
        crls: crls.collect(),
        ocsp: Vec::new(),
        at: SIGNED_AT.plus(3600),
    }
}

fn theirs() -> Trust {
    let folder = "signatures/foreign";
    let made: serde_json::Value =
        serde_json::from_slice(&seeds::file(&format!("{folder}/made.json"))).expect("JSON");
    let at = made["at"].as_i64().expect("a time");
    let certificates = seeds::files(folder, "crt");
    let lists =
        seeds::named(folder, "crl").into_iter().filter(|(name, _)| !name.contains("revoked"));
    let answers =
        seeds::named(folder, "ocsp").into_iter().filter(|(name, _)| name.contains("good"));
    Trust {
        anchors: certificates.iter().filter_map(|der| Certificate::parse(der).ok()).collect(),
        intermediates: Vec::new(),
        crls: lists.filter_map(|(_, der)| Crl::parse(&der).ok()).collect(),
        ocsp: answers.filter_map(|(_, der)| OcspResponse::parse(&der).ok()).collect(),
        at: trien_core::env::UnixSecond::new(at + 3 * 3600),
    }
}

fn evidence() -> &'static [Evidence] {
    static EVIDENCE: OnceLock<Vec<Evidence>> = OnceLock::new();
    EVIDENCE.get_or_init(|| {
        let text = String::from_utf8(seeds::file("approval.evidence")).expect("text");
        vec![text.parse().expect("evidence")]
    })
}
