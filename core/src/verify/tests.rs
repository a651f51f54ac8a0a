use super::raw;
use super::*;
use crate::certificate::{Reason as RevocationReason, Revocation};
use crate::cose;
use crate::decision::{Authority, Decision, Verb};
use crate::delegation::evidence::tests::proved;
use crate::delegation::{Delegation, Form};
use crate::document::Text;
use crate::log::checkpoint::LogKey;
use crate::log::leaf::Outcome as Logged;
use crate::problem::ProblemKind;
use crate::signer::SoftwareSigner;
use crate::testing::office::Office;
use crate::testing::paper::{RECORDED_AT, SIGNED_AT, decision, evidence, log_key, sign, sign_pdf};
use crate::testing::vector;

const BASE: &[u8] = b"%PDF-1.7 a decision of the commune\n";

/// A signed document with everything a stranger holds.
struct Case {
    office: Office,
    decision: Decision,
    file: Vec<u8>,
    trust: Trust,
}

impl Case {
    fn new() -> Self {
        let office = Office::new();
        let decision = decision(&office, BASE);
        let file = sign(&office, BASE, decision.hash());
        let trust = office.trusted_at(SIGNED_AT.plus(60));
        Self { office, decision, file, trust }
    }

    fn revoke(&mut self, at: UnixSecond) {
        let serial = self.office.person.serial().clone();
        let entry = Revocation { serial, at, reason: RevocationReason::KeyCompromise };
        self.trust.crls[0] = Crl::parse(&self.office.crl(&[entry])).unwrap();
    }

    fn report(&self) -> Report {
        self.judge(None)
    }

    fn report_with(&self, evidence: &Evidence, key: &LogKey) -> Report {
        self.report_with_all(std::slice::from_ref(evidence), key)
    }

    fn report_with_all(&self, evidence: &[Evidence], key: &LogKey) -> Report {
        self.judge(Some(Proof { evidence, delegations: &[], key: &key.verifier() }))
    }

    fn judge(&self, proof: Option<Proof<'_>>) -> Report {
        let mut places = raw::scan(&self.file);
        for place in &mut places {
            place.claimed = Some(SIGNED_AT);
            place.sub_filter = Some("ETSI.CAdES.detached".to_owned());
        }
        self.judge_at(&places, proof)
    }

    fn judge_at(&self, places: &[Place], proof: Option<Proof<'_>>) -> Report {
        let sound = Finding::ok(Reason::Sound);
        judge(&self.file, sound, places, &dss::Store::default(), &self.trust, proof)
    }
}

fn reasons(report: &Report) -> [Reason; 5] {
    report.signatures[0].findings().map(|finding| finding.reason)
}

#[test]
fn a_signed_document_is_valid_and_recording_is_not_shown() {
    let report = Case::new().report();
    assert_eq!(
        reasons(&report),
        [
            Reason::Intact,
            Reason::ValidWhenSigned,
            Reason::KeyForThis,
            Reason::Trusted,
            Reason::NotRevoked
        ]
    );
    assert_eq!(report.verdict, Verdict::Valid);
    assert_eq!(report.recordings, []);
    assert_eq!(report.signatures[0].algorithm.as_deref(), Some("ECDSA P-256 with SHA-256"));
    assert_eq!(report.signatures[0].name.as_deref(), Some("Nguyễn Thị Hạnh"));
    assert_eq!(report.signatures[0].time, SigningTime::Claimed { at: SIGNED_AT });
    assert_eq!(report.signatures[0].coverage, Coverage::WholeFile);
    assert_eq!(report.requiring_evidence().verdict, Verdict::Undetermined);
}

#[test]
fn evidence_shows_recording_and_gives_the_time() {
    let case = Case::new();
    let recorded = evidence(&case.decision, Logged::Recorded, &log_key());
    let report = case.report_with(&recorded, &log_key());
    assert_eq!(report.verdict, Verdict::Valid);
    assert_eq!(report.signatures[0].time, SigningTime::LogReceipt { at: RECORDED_AT });
    assert!(matches!(report.recordings[..], [Recording::Shown { index: 2, size: 5, .. }]));
    assert_eq!(report.clone().requiring_evidence(), report);
}

#[test]
fn evidence_of_a_refusal_makes_it_not_valid() {
    let case = Case::new();
    let why = ProblemKind::Overtaken;
    let refused = evidence(&case.decision, Logged::Refused { why }, &log_key());
    let report = case.report_with(&refused, &log_key());
    assert_eq!(report.verdict, Verdict::NotValid);
    assert_eq!(report.recordings[0].finding().reason, Reason::Refused);
    assert_eq!(report.signatures[0].time, SigningTime::Claimed { at: SIGNED_AT });
}

#[test]
fn each_broken_link_of_the_evidence_says_so() {
    let case = Case::new();
    let good = evidence(&case.decision, Logged::Recorded, &log_key());
    let reason = |evidence: &Evidence, key: &LogKey| {
        let report = case.report_with(evidence, key);
        assert_eq!(report.verdict, Verdict::NotValid);
        assert_eq!(reasons(&report)[0], Reason::Intact, "the signature itself stands");
        report.recordings[0].finding().reason
    };
    let other = Decision { revision: 2, ..case.decision.clone() };
    let swapped = evidence(&other, Logged::Recorded, &log_key());
    assert_eq!(reason(&swapped, &log_key()), Reason::EvidenceSwapped);

    let other_log = LogKey::from_seed("log.other.example", &[6; 32]).unwrap();
    assert_eq!(reason(&good, &other_log), Reason::EvidenceForeign);

    let later = Evidence { recorded_at: good.recorded_at.plus(1), ..good.clone() };
    assert_eq!(reason(&later, &log_key()), Reason::EvidenceBroken);
}

#[test]
fn a_decision_about_something_else_does_not_fit_its_signature() {
    let office = Office::new();
    let good = decision(&office, BASE);
    let mut other_certificate = good.clone();
    other_certificate.certificate = office.issuing.sha256();
    let other_time = Decision { signed_at: SIGNED_AT.plus(1), ..good };
    for wrong in [decision(&office, b"another document"), other_certificate, other_time] {
        let mut case = Case::new();
        case.file = sign(&case.office, BASE, wrong.hash());
        let shown = evidence(&wrong, Logged::Recorded, &log_key());
        let report = case.report_with(&shown, &log_key());
        assert_eq!(report.verdict, Verdict::NotValid);
        assert_eq!(report.recordings[0].finding().reason, Reason::DecisionMismatch);
    }
}

#[test]
fn no_changed_byte_outside_the_hole_leaves_it_valid() {
    let mut case = Case::new();
    let place = raw::scan(&case.file).remove(0);
    let hole = place.hole_start..place.hole_end;
    for at in (0..case.file.len()).filter(|at| !hole.contains(at)) {
        case.file[at] ^= 1;
        assert_ne!(case.report().verdict, Verdict::Valid, "byte {at}");
        case.file[at] ^= 1;
    }
    case.file[3] ^= 1;
    assert_eq!(reasons(&case.report())[0], Reason::DocumentChanged);
}

#[test]
fn what_follows_the_last_signature_is_pointed_out() {
    let mut case = Case::new();
    case.file.extend_from_slice(b"7 0 obj (another page) endobj");
    let report = case.report();
    assert_eq!(report.document.reason, Reason::UnsignedChanges);
    assert_eq!(report.verdict, Verdict::Undetermined);
    let bytes = raw::scan(&case.file)[0].end as u64;
    assert_eq!(report.signatures[0].coverage, Coverage::UnsignedChangesFollow { bytes });
}

#[test]
fn a_second_signature_keeps_the_first_and_covers_the_rest() {
    let mut case = Case::new();
    let second = decision(&case.office, &case.file);
    case.file = sign(&case.office, &case.file, second.hash());
    let report = case.report();
    assert_eq!(report.verdict, Verdict::Valid);
    assert_eq!(report.signatures.len(), 2);
    assert!(matches!(report.signatures[0].coverage, Coverage::EarlierRevision { .. }));
    assert_eq!(report.signatures[1].coverage, Coverage::WholeFile);
    let shown = evidence(&second, Logged::Recorded, &log_key());
    let report = case.report_with(&shown, &log_key());
    assert_eq!(report.signatures[0].time, SigningTime::Claimed { at: SIGNED_AT });
    assert_eq!(report.signatures[1].time, SigningTime::LogReceipt { at: RECORDED_AT });
}

#[test]
fn each_signer_has_evidence_of_its_own() {
    let mut case = Case::new();
    let second = decision(&case.office, &case.file);
    case.file = sign(&case.office, &case.file, second.hash());
    let first = evidence(&case.decision, Logged::Recorded, &log_key());
    let second = evidence(&second, Logged::Recorded, &log_key());

    let one = case.report_with(&first, &log_key());
    assert_eq!(one.verdict, Verdict::Valid);
    assert_eq!(one.requiring_evidence().verdict, Verdict::Undetermined);
    let twice = case.report_with_all(&[first.clone(), first.clone()], &log_key());
    assert_eq!(twice.requiring_evidence().verdict, Verdict::Undetermined);
    // In any order: each is matched with its signature.
    let both = case.report_with_all(&[second, first], &log_key()).requiring_evidence();
    assert_eq!(both.verdict, Verdict::Valid, "{both:?}");
    assert_eq!(both.recordings.len(), 2);
    for signature in &both.signatures {
        assert_eq!(signature.time, SigningTime::LogReceipt { at: RECORDED_AT });
    }
}

#[test]
fn without_anchor_or_lists_nothing_is_wrong_but_something_is_open() {
    let mut case = Case::new();
    case.trust.crls.clear();
    let report = case.report();
    assert_eq!(report.verdict, Verdict::Undetermined);
    assert_eq!(reasons(&report)[4], Reason::NoRevocationList);
    case.trust.anchors.clear();
    let report = case.report();
    assert_eq!(report.verdict, Verdict::Undetermined);
    assert_eq!(reasons(&report)[3], Reason::NoTrustedIssuer);
}

#[test]
fn a_revoked_certificate_is_judged_by_when_and_by_whose_clock() {
    let mut case = Case::new();
    let recorded = evidence(&case.decision, Logged::Recorded, &log_key());

    case.revoke(SIGNED_AT);
    let report = case.report();
    assert_eq!((report.verdict, reasons(&report)[4]), (Verdict::NotValid, Reason::Revoked));

    case.revoke(SIGNED_AT.plus(30));
    let report = case.report();
    assert_eq!(reasons(&report)[4], Reason::RevokedAfterClaimedTime);
    assert_eq!(report.verdict, Verdict::NotValid);
    let report = case.report_with(&recorded, &log_key());
    assert_eq!((report.verdict, reasons(&report)[4]), (Verdict::Valid, Reason::RevokedLater));

    // Revoked after the time the signature claims, before the log had it.
    case.revoke(SIGNED_AT.plus(5));
    let report = case.report_with(&recorded, &log_key());
    assert_eq!((report.verdict, reasons(&report)[4]), (Verdict::NotValid, Reason::Revoked));
}

#[test]
fn a_certificate_counts_at_the_time_of_signing() {
    let mut case = Case::new();
    case.trust.at = SIGNED_AT.plus(3 * 365 * 86_400);
    assert_eq!(case.report().verdict, Verdict::Valid, "expired since, valid then");

    let mut places = raw::scan(&case.file);
    for (claimed, reason) in [
        (case.office.person.not_before().plus(-1), Reason::NotYetValid),
        (case.office.person.not_after().plus(1), Reason::Expired),
    ] {
        places[0].claimed = Some(claimed);
        let report = case.judge_at(&places, None);
        assert_eq!((report.verdict, reasons(&report)[1]), (Verdict::NotValid, reason));
    }
    case.trust.at = SIGNED_AT.plus(-301);
    assert_eq!(reasons(&case.report())[1], Reason::SignedInTheFuture);
}

#[test]
fn a_list_replaced_before_signing_says_nothing() {
    let mut case = Case::new();
    let list_end = case.trust.crls[0].next_update().unwrap();
    let mut places = raw::scan(&case.file);
    places[0].claimed = Some(list_end.plus(1));
    case.trust.at = list_end.plus(60);
    let report = case.judge_at(&places, None);
    assert_eq!(reasons(&report)[4], Reason::RevocationListOutdated);
    assert_eq!(report.verdict, Verdict::Undetermined);
}

#[test]
fn an_unsigned_or_unsound_file_is_never_valid() {
    let case = Case::new();
    let unsigned = Case { file: BASE.to_vec(), ..Case::new() }.judge_at(&[], None);
    assert_eq!(unsigned.verdict, Verdict::NotValid);
    assert_eq!(unsigned.document.reason, Reason::NoSignature);

    // Not a PDF for the strict reader, yet signed: bytes that match leave it open …
    let unsound = verify_pdf(&case.file, &case.trust, None);
    assert_eq!(unsound.document.reason, Reason::NotSound);
    assert_eq!(unsound.verdict, Verdict::Undetermined);
    // … and bytes that do not are still found.
    let mut changed = case.file.clone();
    changed[3] ^= 1;
    assert_eq!(verify_pdf(&changed, &case.trust, None).verdict, Verdict::NotValid);
    assert_eq!(verify_pdf(b"", &case.trust, None).verdict, Verdict::Undetermined);
}

/// Evidence that a decision was recorded which signs no document.
fn statement(case: &Case, decision: &Decision) -> Evidence {
    let (cbor, certificate) = (decision.to_cbor(), case.office.person.sha256());
    let signature = case.office.person_key.sign_now(&cose::sig_structure(&cbor, certificate));
    let spki = case.office.person.public_key();
    let statement = cose::assemble(&cbor, certificate, &signature, spki).unwrap();
    Evidence { cose: Some(statement), ..evidence(decision, Logged::Recorded, &log_key()) }
}

#[test]
fn another_decision_of_the_same_signer_does_not_vouch_for_a_signature() {
    let case = Case::new();
    let mut other = case.decision.clone();
    other.documents[0].signing = None;
    let reviewed = case.report_with(&statement(&case, &other), &log_key());
    assert_eq!(reviewed.verdict, Verdict::Valid);
    assert_eq!(reviewed.requiring_evidence().verdict, Verdict::Undetermined);

    other.verb = Verb::Reject;
    other.reason = Some(Text::new("Sai thể thức").unwrap());
    let rejected = case.report_with(&statement(&case, &other), &log_key());
    assert_eq!(rejected.verdict, Verdict::NotValid, "who rejected it cannot have it signed");
    assert_eq!(rejected.recordings[0].finding().reason, Reason::Rejected);
}

#[test]
fn evidence_of_a_rejection_is_about_the_unsigned_document() {
    let mut case = Case::new();
    case.file = BASE.to_vec();
    let mut rejected = decision(&case.office, BASE);
    rejected.verb = Verb::Reject;
    rejected.reason = Some(Text::new("Thiếu phụ lục").unwrap());
    rejected.documents[0].signing = None;
    let shown = statement(&case, &rejected);

    let report = case.report_with(&shown, &log_key());
    assert_eq!(report.verdict, Verdict::NotValid, "nobody signed it");
    assert!(matches!(report.recordings[0], Recording::Shown { verb: Verb::Reject, .. }));
    assert_eq!(report.recordings[0].finding().reason, Reason::SignerUnknown);
    case.trust.intermediates.push(case.office.person.clone());
    let report = case.report_with(&shown, &log_key());
    assert_eq!(report.recordings[0].finding().reason, Reason::Rejected);

    case.file = b"another document that is longer than the rejected one".to_vec();
    let report = case.report_with(&shown, &log_key());
    assert_eq!(report.recordings[0].finding().reason, Reason::DecisionMismatch);
}

#[test]
fn a_decision_in_anothers_place_counts_only_with_a_delegation_that_covers_it() {
    let mut case = Case::new();
    let starts = SIGNED_AT.plus(-3600);
    let (leader, key) = case.office.other("CB-0002");
    let given = Delegation {
        certificate: leader.sha256(),
        starts,
        ends: SIGNED_AT.plus(3600),
        signed_at: starts.plus(-60),
        kinds: Vec::new(),
        ..crate::delegation::tests::delegation()
    };
    let position = given.to.position.clone();
    case.decision.person = given.to.person;
    case.decision.authority = Authority::Delegated { position, statement: given.hash() };
    case.file = sign(&case.office, BASE, case.decision.hash());
    let recorded = evidence(&case.decision, Logged::Recorded, &log_key());
    let of = |delegations: &[DelegationEvidence]| {
        let key = log_key().verifier();
        let proof = Proof { evidence: std::slice::from_ref(&recorded), delegations, key: &key };
        let report = case.judge(Some(proof));
        let Recording::Shown { in_place, finding, .. } = report.recordings[0].clone() else {
            panic!("the evidence is genuine: {report:?}")
        };
        (report.verdict, finding.reason, in_place.map(|it| (it.form, it.of)))
    };
    let proved = |given: &Delegation| proved(&case.office, (&leader, &key), given, &log_key());
    let named = Some((Form::Kt, "Chủ tịch".to_owned()));
    let good = proved(&given);
    let one = std::slice::from_ref(&good);
    assert_eq!(of(one), (Verdict::Valid, Reason::Recorded, named.clone()));
    assert_eq!(of(&[]), (Verdict::Undetermined, Reason::AuthorityNotShown, None));
    // One that covers nothing else than another decision's.
    let other = proved(&Delegation { reason: Text::new("Khác").unwrap(), ..given.clone() });
    assert_eq!(of(&[other]).1, Reason::AuthorityNotShown);
    let mut bent = good.clone();
    bent.recorded_at = bent.recorded_at.plus(1);
    assert_eq!(of(&[bent]), (Verdict::NotValid, Reason::AuthorityBroken, None));
}

#[test]
fn what_exceeds_its_delegation_is_not_valid() {
    let office = Office::new();
    let (leader, key) = office.other("CB-0002");
    let reason_of = |by: (&Certificate, &SoftwareSigner), limit: &dyn Fn(&mut Delegation)| {
        let mut case = Case::new();
        let mut given = crate::delegation::tests::delegation();
        given.certificate = by.0.sha256();
        (given.starts, given.ends) = (SIGNED_AT.plus(-3600), SIGNED_AT.plus(3600));
        (given.signed_at, given.kinds) = (SIGNED_AT.plus(-3660), Vec::new());
        limit(&mut given);
        let position = Text::new("Phó Chủ tịch").unwrap();
        case.decision.person = crate::id::PersonId::from_bytes([3; 16]);
        case.decision.authority = Authority::Delegated { position, statement: given.hash() };
        case.file = sign(&case.office, BASE, case.decision.hash());
        let recorded = [evidence(&case.decision, Logged::Recorded, &log_key())];
        let delegations = [proved(&case.office, by, &given, &log_key())];
        let key = log_key().verifier();
        let proof = Proof { evidence: &recorded, delegations: &delegations, key: &key };
        let report = case.judge(Some(proof));
        (report.verdict, report.recordings[0].finding().reason)
    };
    let reason = |limit: &dyn Fn(&mut Delegation)| reason_of((&leader, &key), limit);
    let exceeded = (Verdict::NotValid, Reason::AuthorityExceeded);
    let own = (&office.person, &office.person_key);
    assert_eq!(reason_of(own, &|_| {}), exceeded, "whoever decided gave it to themselves");
    assert_eq!(reason(&|d| d.signed_at = SIGNED_AT.plus(271)), exceeded, "recorded too late");
    assert_eq!(reason(&|d| d.ends = RECORDED_AT), exceeded, "over when the log had the decision");
    assert_eq!(reason(&|_| {}), (Verdict::Valid, Reason::Recorded));
    assert_eq!(reason(&|d| d.ends = SIGNED_AT), exceeded);
    assert_eq!(reason(&|d| d.starts = SIGNED_AT.plus(1)), exceeded);
    assert_eq!(reason(&|d| d.kinds = vec![Text::new("Giấy mời").unwrap()]), exceeded);
    assert_eq!(reason(&|d| d.to.person = crate::id::PersonId::from_bytes([9; 16])), exceeded);
    assert_eq!(reason(&|d| d.to.position = Text::new("Chánh Văn phòng").unwrap()), exceeded);
}

fn real(name: &str) -> (Case, Vec<u8>) {
    let mut case = Case::new();
    let base = std::fs::read(vector(&format!("pdfrev-1/{name}.pdf"))).unwrap();
    case.decision = decision(&case.office, &base);
    case.file = sign_pdf(&case.office, &base, "Sig1", case.decision.hash());
    (case, base)
}

#[test]
fn a_real_document_is_valid_after_one_and_after_two_signatures() {
    for name in ["table", "stream", "packed", "form", "rotated-90"] {
        let (mut case, _) = real(name);
        let shown = evidence(&case.decision, Logged::Recorded, &log_key());
        let key = log_key().verifier();
        let proof = Proof { evidence: &[shown], delegations: &[], key: &key };
        let report = verify_pdf(&case.file, &case.trust, Some(proof));
        assert_eq!(report.verdict, Verdict::Valid, "{name}: {report:?}");
        assert_eq!(report.signatures[0].time, SigningTime::LogReceipt { at: RECORDED_AT });

        let second = decision(&case.office, &case.file);
        case.file = sign_pdf(&case.office, &case.file, "Sig2", second.hash());
        let report = verify_pdf(&case.file, &case.trust, None);
        assert_eq!(report.verdict, Verdict::Valid, "{name}: {report:?}");
        let fields: Vec<&str> = report.signatures.iter().map(|s| s.field.as_str()).collect();
        assert_eq!(fields, ["Sig1", "Sig2"]);
        assert_eq!(report.signatures[1].time, SigningTime::Claimed { at: SIGNED_AT });
    }
}

#[test]
fn whatever_repeats_a_recorded_decision_is_not_what_was_recorded() {
    let (mut case, _) = real("table");
    let shown = evidence(&case.decision, Logged::Recorded, &log_key());
    let key = log_key().verifier();
    let proof = Proof { evidence: &[shown], delegations: &[], key: &key };
    case.file = sign_pdf(&case.office, &case.file, "Sig2", case.decision.hash());
    let report = verify_pdf(&case.file, &case.trust, Some(proof));
    assert_eq!(report.verdict, Verdict::NotValid, "{report:?}");
    assert_eq!(report.recordings[0].finding().reason, Reason::EvidenceSwapped);
    let claimed = SigningTime::Claimed { at: SIGNED_AT };
    assert!(report.signatures.iter().all(|signature| signature.time == claimed));
}

#[test]
fn no_changed_byte_of_a_real_document_leaves_it_valid() {
    let (mut case, _) = real("table");
    let place = raw::scan(&case.file).remove(0);
    let hole = place.hole_start..place.hole_end;
    for at in (0..case.file.len()).filter(|at| !hole.contains(at)).step_by(7) {
        case.file[at] ^= 1;
        let report = verify_pdf(&case.file, &case.trust, None);
        assert_ne!(report.verdict, Verdict::Valid, "byte {at}");
        case.file[at] ^= 1;
    }
}

#[test]
fn what_is_added_to_a_real_document_later_is_pointed_out() {
    let (mut case, base) = real("table");
    let signed_end = case.file.len();
    // The next signature's revision without its signature: a field that nobody signed.
    let unsigned = sign_pdf(&case.office, &case.file, "Sig2", case.decision.hash());
    case.file = unsigned;
    let places = raw::scan(&case.file);
    case.file[places[1].hole_start + 1..places[1].hole_end - 1].fill(b'0');
    let report = verify_pdf(&case.file, &case.trust, None);
    assert_ne!(report.verdict, Verdict::Valid);
    case.file.truncate(signed_end);
    assert_eq!(verify_pdf(&case.file, &case.trust, None).verdict, Verdict::Valid);
    case.file.truncate(base.len());
    assert_eq!(verify_pdf(&case.file, &case.trust, None).verdict, Verdict::NotValid);
}

#[test]
fn the_report_has_a_stable_form() {
    let case = Case::new();
    let recorded = evidence(&case.decision, Logged::Recorded, &log_key());
    let report = case.report_with(&recorded, &log_key());
    let json = serde_json::to_string_pretty(&report).unwrap();
    crate::testing::golden("signatures/report.json", format!("{json}\n").as_bytes());
    assert_eq!(serde_json::from_str::<Report>(&json).unwrap(), report);
}

#[test]
fn every_reason_has_a_sentence_in_both_languages() {
    for language in ["vi", "en"] {
        let name = format!("../../core/locales/{language}/verify.ftl");
        let texts = std::fs::read_to_string(vector(&name)).unwrap();
        for reason in Reason::ALL {
            let key = format!("\nverify-{} = ", reason.slug());
            assert!(texts.contains(&key), "{language}: {}", reason.slug());
        }
    }
}
