//! Making the answers of an OCSP responder (RFC 6960 §4.2): prepare → bytes, assemble ← signature.

use crate::asn1::{
    ENUMERATED, OCTET_STRING, OID, SEQUENCE, context, context_constructed, write, write_bits,
    write_general_time,
};
use crate::env::UnixSecond;
use crate::oid;
use crate::signer;

use super::crl::Reason;
use super::issue::{IssueError, ecdsa_sha256, plain};
use super::ocsp_request::{CertificateId, OcspRequest};
use super::parse::Certificate;
use super::status::State;

/// Why a responder answers nothing (RFC 6960 §4.2.1); such an answer is not signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OcspRefusal {
    /// The request cannot be read.
    Malformed,
    /// Something is wrong on this side.
    Internal,
    /// Not now.
    TryLater,
    /// About no certificate that this responder answers for (RFC 5019 §2.2.3).
    Unauthorized,
}

impl OcspRefusal {
    /// The answer in DER.
    #[must_use]
    pub fn to_der(self) -> Vec<u8> {
        let status = match self {
            Self::Malformed => 1,
            Self::Internal => 2,
            Self::TryLater => 3,
            Self::Unauthorized => 6,
        };
        write(SEQUENCE, &[&write(ENUMERATED, &[&[status]])])
    }
}

/// When an answer is made and how long it is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OcspTimes {
    /// It says what was known at this second.
    pub at: UnixSecond,
    /// There is newer news by then.
    pub next_update: UnixSecond,
    /// Of what expired since then the records are kept.
    pub remembers_since: UnixSecond,
}

/// An answer that waits for the responder's signature.
#[derive(Clone, Debug)]
pub struct TbsOcspResponse {
    der: Vec<u8>,
    responder: Certificate,
}

impl TbsOcspResponse {
    /// Prepares the answer of `responder` to `request`: what `states` say of its questions, in their
    /// order; `None` says that the certificate is not known.
    pub fn prepare(
        request: &OcspRequest,
        states: &[Option<State>],
        responder: &Certificate,
        times: OcspTimes,
    ) -> Result<Self, IssueError> {
        let mut answers = Vec::new();
        for (index, question) in request.questions().iter().enumerate() {
            let state = states.get(index).copied().flatten();
            answers.extend(answer(question, state, times)?);
        }
        let nonce = request.nonce().map(|nonce| {
            let nonce = plain(oid::OCSP_NONCE, &write(OCTET_STRING, &[nonce]));
            write(context_constructed(1), &[&write(SEQUENCE, &[&nonce])])
        });
        let der = write(
            SEQUENCE,
            &[
                &write(context_constructed(1), &[responder.subject()]),
                &write_general_time(times.at).ok_or(IssueError::Validity)?,
                &write(SEQUENCE, &[&answers]),
                &nonce.unwrap_or_default(),
            ],
        );
        Ok(Self { der, responder: responder.clone() })
    }

    /// What the responder's key signs.
    #[must_use]
    pub fn to_be_signed(&self) -> &[u8] {
        &self.der
    }

    /// Takes the responder's signature, DER or raw; gives the whole answer, with its certificate.
    pub fn assemble(&self, signature: &[u8]) -> Result<Vec<u8>, IssueError> {
        let signature = signer::normalise(signature, &self.der, self.responder.public_key())?;
        let certificates = write(SEQUENCE, &[self.responder.der()]);
        let basic = write(
            SEQUENCE,
            &[
                &self.der,
                &ecdsa_sha256(),
                &write_bits(&signature),
                &write(context_constructed(0), &[&certificates]),
            ],
        );
        let bytes =
            write(SEQUENCE, &[&write(OID, &[oid::OCSP_BASIC]), &write(OCTET_STRING, &[&basic])]);
        let successful = write(ENUMERATED, &[&[0]]);
        Ok(write(SEQUENCE, &[&successful, &write(context_constructed(0), &[&bytes])]))
    }
}

fn answer(
    question: &CertificateId,
    state: Option<State>,
    times: OcspTimes,
) -> Result<Vec<u8>, IssueError> {
    let time = |at| write_general_time(at).ok_or(IssueError::Validity);
    let state = match state {
        Some(State::Good) => write(context(0), &[]),
        Some(State::Revoked { at, reason }) => {
            // Absent rather than unspecified (RFC 5280 §5.3.1).
            let reason = match reason {
                Reason::Unspecified => Vec::new(),
                reason => write(context_constructed(0), &[&write(ENUMERATED, &[&[reason.code()]])]),
            };
            write(context_constructed(1), &[&time(at)?, &reason])
        }
        None => write(context(2), &[]),
    };
    let cutoff = plain(oid::OCSP_ARCHIVE_CUTOFF, &time(times.remembers_since)?);
    Ok(write(
        SEQUENCE,
        &[
            &question.der,
            &state,
            &time(times.at)?,
            &write(context_constructed(0), &[&time(times.next_update)?]),
            &write(context_constructed(1), &[&write(SEQUENCE, &[&cutoff])]),
        ],
    ))
}

#[cfg(all(test, feature = "software-signer"))]
mod tests {
    use proptest::prelude::*;

    use super::super::{
        OcspResponse, Profile, SerialNumber, TbsCertificate, Validity,
        ocsp_request::MAX_OCSP_QUESTIONS,
    };
    use super::*;
    use crate::asn1::{BOOLEAN, INTEGER, NULL};
    use crate::digest::Sha256;
    use crate::testing::office::{ISSUED_AT, Office, name};
    use crate::testing::{Counting, software_key};

    const AT: UnixSecond = UnixSecond::new(ISSUED_AT.get() + 86_400);
    const TIMES: OcspTimes =
        OcspTimes { at: AT, next_update: AT.plus(3_600), remembers_since: ISSUED_AT };

    fn responder(office: &Office) -> Certificate {
        let key = software_key(77);
        let tbs = TbsCertificate::prepare(
            Profile::Responder { issuer: &office.issuing },
            &SerialNumber::generate(&Counting::new(77)),
            &name("OCSP"),
            &key.public_key(),
            Validity::days(ISSUED_AT, 14),
        )
        .unwrap();
        tbs.assemble(&office.issuing_key.sign_now(tbs.to_be_signed())).unwrap()
    }

    fn question(office: &Office) -> Vec<u8> {
        let algorithm = write(SEQUENCE, &[&write(OID, &[oid::SHA_256]), &write(NULL, &[])]);
        let issuer = &office.issuing;
        let id = write(
            SEQUENCE,
            &[
                &algorithm,
                &write(OCTET_STRING, &[Sha256::of(issuer.subject()).as_bytes()]),
                &write(OCTET_STRING, &[Sha256::of(issuer.public_key_bits().unwrap()).as_bytes()]),
                &write(INTEGER, &[office.person.serial().as_bytes()]),
            ],
        );
        write(SEQUENCE, &[&id])
    }

    fn request(questions: &[Vec<u8>], extensions: &[Vec<u8>]) -> Vec<u8> {
        let list = write(SEQUENCE, &questions.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let extensions: Vec<_> = extensions.iter().map(Vec::as_slice).collect();
        let extensions = match extensions.as_slice() {
            [] => Vec::new(),
            some => write(context_constructed(2), &[&write(SEQUENCE, some)]),
        };
        write(SEQUENCE, &[&write(SEQUENCE, &[&list, &extensions])])
    }

    fn nonce(length: usize) -> Vec<u8> {
        plain(oid::OCSP_NONCE, &write(OCTET_STRING, &[&vec![7; length]]))
    }

    fn answered(office: &Office, request: &OcspRequest, state: Option<State>) -> Vec<u8> {
        let states = vec![state; request.questions().len()];
        let tbs = TbsOcspResponse::prepare(request, &states, &responder(office), TIMES).unwrap();
        tbs.assemble(&software_key(77).sign_now(tbs.to_be_signed())).unwrap()
    }

    #[test]
    fn what_is_answered_is_read_as_it_was_meant() {
        let office = Office::new();
        let asked = OcspRequest::parse(&request(&[question(&office)], &[])).unwrap();
        assert!(asked.questions()[0].is_of(&office.issuing));
        assert!(!asked.questions()[0].is_of(&office.root));
        let revoked = State::Revoked { at: ISSUED_AT, reason: Reason::KeyCompromise };
        let held = State::Revoked { at: ISSUED_AT, reason: Reason::Hold };
        let bare = State::Revoked { at: ISSUED_AT, reason: Reason::Unspecified };
        for state in [State::Good, revoked, held, bare] {
            let answer = OcspResponse::parse(&answered(&office, &asked, Some(state))).unwrap();
            let about = answer.about(&office.person, &office.issuing).unwrap();
            assert_eq!(about.statement.state, state);
            assert_eq!(about.statement.this_update, AT);
            assert_eq!(about.statement.next_update, Some(AT.plus(3_600)));
            assert_eq!(about.statement.remembers_since, Some(ISSUED_AT));
            assert_eq!(about.responder, None, "the responder says that it needs no check");
        }
        let answer = OcspResponse::parse(&answered(&office, &asked, None)).unwrap();
        assert!(answer.about(&office.person, &office.issuing).is_err(), "unknown is no state");
    }

    #[test]
    fn what_openssl_asks_is_read() {
        let office = Office::new();
        let nonce = include_bytes!("../../../tests/vectors/signatures/foreign/question.ocsq");
        let asked = OcspRequest::parse(nonce).unwrap();
        assert_eq!(asked.nonce().map(<[u8]>::len), Some(16));
        assert!(asked.questions()[0].is_of(&office.issuing), "named with SHA-1");
        assert_eq!(asked.questions()[0].serial(), office.person.serial());
        let two = include_bytes!("../../../tests/vectors/signatures/foreign/questions.ocsq");
        let asked = OcspRequest::parse(two).unwrap();
        assert_eq!((asked.questions().len(), asked.nonce()), (2, None));
        assert!(asked.questions()[1].is_of(&office.issuing), "named with SHA-256");
        assert_eq!(asked.questions()[1].serial().as_bytes(), [0x77]);
    }

    #[test]
    fn a_nonce_comes_back_and_one_of_the_wrong_length_is_refused() {
        let office = Office::new();
        for length in [1, 32, 128] {
            let asked = request(&[question(&office)], &[nonce(length)]);
            let asked = OcspRequest::parse(&asked).unwrap();
            let answer = answered(&office, &asked, Some(State::Good));
            let expected = nonce(length);
            assert!(answer.windows(expected.len()).any(|part| part == expected));
        }
        for wrong in [vec![nonce(0)], vec![nonce(129)], vec![nonce(8), nonce(8)]] {
            assert!(OcspRequest::parse(&request(&[question(&office)], &wrong)).is_err());
        }
    }

    #[test]
    fn what_cannot_be_heeded_is_refused() {
        let office = Office::new();
        let critical = write(
            SEQUENCE,
            &[
                &write(OID, &[oid::CRL_NUMBER]),
                &write(BOOLEAN, &[&[0xff]]),
                &write(OCTET_STRING, &[&[5, 0]]),
            ],
        );
        assert!(OcspRequest::parse(&request(&[question(&office)], &[critical])).is_err());
        assert!(OcspRequest::parse(&request(&[], &[])).is_err(), "asks nothing");
        let most = vec![question(&office); MAX_OCSP_QUESTIONS];
        assert!(OcspRequest::parse(&request(&most, &[])).is_ok());
        let more = vec![question(&office); MAX_OCSP_QUESTIONS + 1];
        assert!(OcspRequest::parse(&request(&more, &[])).is_err());
        assert_eq!(OcspRefusal::Unauthorized.to_der(), [0x30, 3, 0x0a, 1, 6]);
    }

    #[test]
    fn a_signature_by_another_key_makes_no_answer() {
        let office = Office::new();
        let asked = OcspRequest::parse(&request(&[question(&office)], &[])).unwrap();
        let tbs = TbsOcspResponse::prepare(&asked, &[None], &responder(&office), TIMES).unwrap();
        assert!(tbs.assemble(&software_key(78).sign_now(tbs.to_be_signed())).is_err());
    }

    proptest! {
        #[test]
        fn damaged_requests_never_panic(at in 0_usize..300, value: u8, cut in 0_usize..300) {
            let mut der = request(&[question(&Office::new())], &[nonce(32)]);
            let length = der.len();
            der[at % length] = value;
            let _ = OcspRequest::parse(&der);
            let _ = OcspRequest::parse(&der[..cut.min(length)]);
        }
    }
}
