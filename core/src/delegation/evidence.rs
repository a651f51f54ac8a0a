//! A delegation with all that a stranger needs to check it: one text file, of which the phone that decides by it gets
//! the same as `trien verify`.
//!
//! It holds the statement of the log, the delegation as its giver's key signed it, that key's certificate with the
//! authorities above it, and a log proof. It shows that a delegation was given, by whose key and when. That it had not
//! been ended by hand since, the log's order alone says: the server records no decision by one that has.

use std::fmt;
use std::str::FromStr;

use base64ct::{Base64, Encoding as _};
use serde::Deserialize;

use super::{Delegation, GIVEN, InvalidDelegation, MAX_DELEGATION_BYTES};
use crate::certificate::{Certificate, ChainError, verify_chain};
use crate::cose::{Content, CoseError, Statement};
use crate::digest::Sha256;
use crate::env::UnixSecond;
use crate::log::checkpoint::{Checkpoint, VerifierKey};
use crate::log::leaf::{Leaf, Salt, StatementKind};
use crate::log::proof::{InclusionError, InclusionProof, cut_line};

/// The first line of the file.
pub const HEADER: &str = "trien.delegation/1";

/// Largest file that is read, in bytes.
pub const MAX_EVIDENCE_BYTES: usize = 256 * 1024;

/// Most certificates, the signer's included.
const MAX_CERTIFICATES: usize = 8;
const MAX_CERTIFICATE_BYTES: usize = 16 * 1024;

/// A delegation and what proves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DelegationEvidence {
    /// What the log states, JSON, byte for byte as its leaf commits to it.
    pub statement: String,
    /// When it was recorded.
    pub recorded_at: UnixSecond,
    /// The leaf's salt.
    pub salt: Salt,
    /// The tagged `COSE_Sign1` over the delegation.
    pub cose: Vec<u8>,
    /// DER of the signer's certificate, then of the authorities above it.
    pub certificates: Vec<Vec<u8>>,
    /// Place in the log and signed checkpoint.
    pub proof: InclusionProof,
}

/// The file is no such evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidEvidence {
    /// Another kind of file, or of a newer release.
    #[error("not the evidence of a delegation: expected {HEADER} as its first line")]
    NotOne,
    /// More than [`MAX_EVIDENCE_BYTES`].
    #[error("the evidence of a delegation has more than {MAX_EVIDENCE_BYTES} bytes")]
    TooLong,
    /// A line is missing or not what the format says.
    #[error("the evidence of a delegation is damaged: {0} is missing or not readable")]
    Damaged(&'static str),
}

/// Readable evidence that does not show the delegation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unproved {
    /// The log's statement is not where the proof says.
    #[error("the delegation does not stand in the log: {0}")]
    Inclusion(#[from] InclusionError),
    /// The log states something else.
    #[error("the log's statement is about something else")]
    OtherStatement,
    /// The delegation is none.
    #[error("the delegation is not valid: {0}")]
    Delegation(#[from] InvalidDelegation),
    /// Its giver did not sign it.
    #[error("the delegation's signature: {0}")]
    Signature(#[from] CoseError),
    /// The certificate is missing, or another one than it names.
    #[error("the delegation names another certificate")]
    OtherCertificate,
    /// The certificate is somebody else's than the giver's.
    #[error("the delegation was signed by somebody else than its giver")]
    OtherPerson,
}

/// What genuine evidence shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The delegation.
    pub delegation: Delegation,
    /// The certificate by whose key it was signed; whom that leads to is for the caller to judge.
    pub certificate: Certificate,
    /// The authorities that came with it.
    pub above: Vec<Certificate>,
    /// When the log recorded it.
    pub recorded_at: UnixSecond,
    /// The place of its leaf, from 0.
    pub index: u64,
    /// The checkpoint that vouches for it.
    pub checkpoint: Checkpoint,
}

impl Shown {
    /// Whether the giver's certificate was valid when it signed, and leads to one of `anchors`, over authorities that
    /// came with it or are known already.
    pub fn is_by_trusted(
        &self,
        anchors: &[Certificate],
        known: &[Certificate],
    ) -> Result<(), ChainError> {
        let between: Vec<Certificate> = self.above.iter().chain(known).cloned().collect();
        verify_chain(&self.certificate, &between, anchors, self.delegation.signed_at).map(drop)
    }
}

/// What is needed of the log's statement.
#[derive(Deserialize)]
struct Stated {
    act: String,
    delegation: Sha256,
}

impl DelegationEvidence {
    /// The identity of the delegation it is about, as far as it can be read.
    #[must_use]
    pub fn hash(&self) -> Option<Sha256> {
        let statement = Statement::parse_as(Content::Delegation, &self.cose).ok()?;
        Some(Sha256::of(&statement.payload))
    }

    /// The delegation, as far as it can be read: nothing of it is proved.
    #[must_use]
    pub fn delegation(&self) -> Option<Delegation> {
        let statement = Statement::parse_as(Content::Delegation, &self.cose).ok()?;
        Delegation::from_cbor(&statement.payload).ok()
    }

    /// Checks signature → delegation → statement → leaf → root.
    pub fn verify(&self, key: &VerifierKey) -> Result<Shown, Unproved> {
        let hash = Sha256::of(self.statement.as_bytes());
        let leaf = Leaf::new(StatementKind::Policy, self.recorded_at, &self.salt, &hash);
        let checkpoint = self.proof.verify(&leaf, key)?;
        let stated: Stated =
            serde_json::from_str(&self.statement).map_err(|_| Unproved::OtherStatement)?;
        let signed = Statement::parse_as(Content::Delegation, &self.cose)?;
        if stated.act != GIVEN || stated.delegation != Sha256::of(&signed.payload) {
            return Err(Unproved::OtherStatement);
        }
        let delegation = Delegation::from_cbor(&signed.payload)?;
        let mut certificates = self.certificates.iter().map(|der| Certificate::parse(der));
        let certificate = certificates.next().and_then(Result::ok);
        let certificate = certificate.ok_or(Unproved::OtherCertificate)?;
        if [delegation.certificate, signed.certificate] != [certificate.sha256(); 2] {
            return Err(Unproved::OtherCertificate);
        }
        signed.verify(certificate.public_key())?;
        if !certificate.may_be_of(delegation.from.person) {
            return Err(Unproved::OtherPerson);
        }
        Ok(Shown {
            delegation,
            certificate,
            above: certificates.filter_map(Result::ok).collect(),
            recorded_at: self.recorded_at,
            index: self.proof.index,
            checkpoint,
        })
    }
}

impl fmt::Display for DelegationEvidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        writeln!(f, "statement {}", Base64::encode_string(self.statement.as_bytes()))?;
        writeln!(f, "recorded-at {}", self.recorded_at.get())?;
        writeln!(f, "salt {}", hex::encode(self.salt.0))?;
        writeln!(f, "cose {}", Base64::encode_string(&self.cose))?;
        for certificate in &self.certificates {
            writeln!(f, "certificate {}", Base64::encode_string(certificate))?;
        }
        write!(f, "\n{}", self.proof)
    }
}

impl FromStr for DelegationEvidence {
    type Err = InvalidEvidence;
    fn from_str(text: &str) -> Result<Self, InvalidEvidence> {
        if text.len() > MAX_EVIDENCE_BYTES {
            return Err(InvalidEvidence::TooLong);
        }
        let (first, rest) = cut_line(text).ok_or(InvalidEvidence::NotOne)?;
        if first != HEADER {
            return Err(InvalidEvidence::NotOne);
        }
        let mut lines = Lines(rest);
        let statement =
            lines.field("statement", |value| base64(value, 2 * MAX_DELEGATION_BYTES))?;
        let statement =
            String::from_utf8(statement).map_err(|_| InvalidEvidence::Damaged("statement"))?;
        let recorded_at = lines.field("recorded-at", second)?;
        let salt =
            lines.field("salt", |value| Sha256::from_str(value).ok().map(|it| Salt(it.0)))?;
        let cose = lines.field("cose", |value| base64(value, 2 * MAX_DELEGATION_BYTES))?;
        let mut certificates = Vec::new();
        while lines.0.starts_with("certificate ") && certificates.len() < MAX_CERTIFICATES {
            let der = lines.field("certificate", |value| base64(value, MAX_CERTIFICATE_BYTES))?;
            certificates.push(der);
        }
        let proof = lines.0.strip_prefix('\n').and_then(|proof| proof.parse().ok());
        let proof = proof.ok_or(InvalidEvidence::Damaged("proof"))?;
        Ok(Self { statement, recorded_at, salt, cose, certificates, proof })
    }
}

struct Lines<'a>(&'a str);

impl Lines<'_> {
    fn field<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, InvalidEvidence> {
        let (line, rest) = cut_line(self.0).ok_or(InvalidEvidence::Damaged(name))?;
        let value = line.strip_prefix(name).and_then(|value| value.strip_prefix(' '));
        let value = value.and_then(read).ok_or(InvalidEvidence::Damaged(name))?;
        self.0 = rest;
        Ok(value)
    }
}

fn base64(text: &str, limit: usize) -> Option<Vec<u8>> {
    Base64::decode_vec(text).ok().filter(|bytes| bytes.len() <= limit)
}

fn second(text: &str) -> Option<UnixSecond> {
    let number: i64 = text.parse().ok()?;
    (number.to_string() == text).then(|| UnixSecond::new(number))
}

#[cfg(all(test, feature = "software-signer"))]
pub(crate) mod tests {
    use super::*;
    use crate::id::PersonId;
    use crate::log::checkpoint::LogKey;
    use crate::log::tree::{Frontier, TreeHead, leaf_hash};
    use crate::signer::SoftwareSigner;
    use crate::testing::office::{ISSUED_AT, Office};
    use crate::testing::{golden, software_key};
    use crate::{cose, delegation};

    fn key() -> LogKey {
        LogKey::from_seed("trien.example/log", &[7; 32]).unwrap()
    }

    fn given(office: &Office) -> Delegation {
        Delegation {
            certificate: office.person.sha256(),
            starts: ISSUED_AT.plus(3600),
            ends: ISSUED_AT.plus(86_400),
            signed_at: ISSUED_AT.plus(60),
            ..delegation::tests::delegation()
        }
    }

    /// A certificate and its key.
    type Giver<'a> = (&'a Certificate, &'a SoftwareSigner);

    fn signed((person, key): Giver<'_>, given: &Delegation, content: Content) -> Vec<u8> {
        let (cbor, name) = (given.to_cbor(), person.sha256());
        let message = cose::sig_structure_as(content, &cbor, name);
        let signature = key.sign_now(&message);
        cose::assemble_as(content, &cbor, name, &signature, person.public_key()).unwrap()
    }

    fn leader(office: &Office) -> Giver<'_> {
        (&office.person, &office.person_key)
    }

    /// The only leaf of its log.
    fn evidence(
        office: &Office,
        person: &Certificate,
        given: &Delegation,
        cose: Vec<u8>,
        act: &str,
        key: &LogKey,
    ) -> DelegationEvidence {
        let statement = format!("{{\"act\":\"{act}\",\"delegation\":\"{}\"}}", given.hash());
        let (recorded_at, salt) = (given.signed_at.plus(30), Salt([9; 32]));
        let said = Sha256::of(statement.as_bytes());
        let leaf = Leaf::new(StatementKind::Policy, recorded_at, &salt, &said);
        let mut frontier = Frontier::new();
        frontier.append(leaf_hash(&leaf.to_cbor()));
        let checkpoint = key.sign(TreeHead { size: 1, root: frontier.root() });
        let proof = InclusionProof { index: 0, hashes: Vec::new(), checkpoint };
        let certificates = [person, &office.issuing].map(|it| it.der().to_vec()).to_vec();
        DelegationEvidence { statement, recorded_at, salt, cose, certificates, proof }
    }

    /// A delegation by whoever holds this certificate, alone in a log of this key.
    pub(crate) fn proved(
        office: &Office,
        by: Giver<'_>,
        given: &Delegation,
        key: &LogKey,
    ) -> DelegationEvidence {
        let given = Delegation { certificate: by.0.sha256(), ..given.clone() };
        evidence(office, by.0, &given, signed(by, &given, Content::Delegation), GIVEN, key)
    }

    fn good(office: &Office) -> DelegationEvidence {
        proved(office, leader(office), &given(office), &key())
    }

    fn with(office: &Office, cose: Vec<u8>, act: &str) -> DelegationEvidence {
        evidence(office, &office.person, &given(office), cose, act, &key())
    }

    #[test]
    fn the_golden_file_reads_and_shows_who_gave_what() {
        let office = Office::new();
        let good = good(&office);
        golden("delegation.evidence", good.to_string().as_bytes());
        let read: DelegationEvidence = good.to_string().parse().unwrap();
        assert_eq!((&read, read.hash()), (&good, Some(given(&office).hash())));
        let shown = read.verify(&key().verifier()).unwrap();
        assert_eq!(shown.delegation, given(&office));
        shown.is_by_trusted(std::slice::from_ref(&office.root), &[]).unwrap();
        assert!(shown.is_by_trusted(&[], &[]).is_err(), "nobody trusted has certified it");
    }

    #[test]
    fn a_decision_is_no_delegation_nor_the_other_way_round() {
        let office = Office::new();
        let as_decision = signed(leader(&office), &given(&office), Content::Decision);
        let bent = with(&office, as_decision.clone(), GIVEN);
        let refused = bent.verify(&key().verifier());
        assert_eq!(refused, Err(Unproved::Signature(CoseError::NotCanonical)));
        assert_eq!(Statement::parse(&good(&office).cose), Err(CoseError::NotCanonical));
        assert!(Statement::parse(&as_decision).is_ok());
    }

    #[test]
    fn each_broken_link_has_its_own_refusal() {
        let office = Office::new();
        let refused = |bend: &dyn Fn(&mut DelegationEvidence)| {
            let mut bent = good(&office);
            bend(&mut bent);
            bent.verify(&key().verifier()).unwrap_err()
        };
        let late = refused(&|it| it.recorded_at = it.recorded_at.plus(1));
        assert!(matches!(late, Unproved::Inclusion(InclusionError::Proof(_))));
        let other = refused(&|it| it.certificates.remove(0).clear());
        assert_eq!(other, Unproved::OtherCertificate);
        let ended = with(&office, good(&office).cose, "delegation-ended");
        assert_eq!(ended.verify(&key().verifier()), Err(Unproved::OtherStatement));
        let foreign = LogKey::from_seed("other.example/log", &[8; 32]).unwrap();
        let foreign = good(&office).verify(&foreign.verifier());
        assert!(matches!(foreign, Err(Unproved::Inclusion(InclusionError::Checkpoint(_)))));
        // Somebody else's key, under the certificate's name.
        let (cbor, name, thief) =
            (given(&office).to_cbor(), office.person.sha256(), software_key(9));
        let message = cose::sig_structure_as(Content::Delegation, &cbor, name);
        let stolen = thief.sign_now(&message);
        let spki = thief.public_key();
        let forged = cose::assemble_as(Content::Delegation, &cbor, name, &stolen, &spki).unwrap();
        let forged = with(&office, forged, GIVEN).verify(&key().verifier());
        assert_eq!(forged, Err(Unproved::Signature(CoseError::WrongSignature)));
    }

    #[test]
    fn a_certificate_that_names_its_person_gives_only_what_is_that_persons() {
        let office = Office::new();
        let given = given(&office);
        let by = |person: PersonId| {
            let (certificate, secret) = office.other(&person.to_string());
            proved(&office, (&certificate, &secret), &given, &key()).verify(&key().verifier())
        };
        assert!(by(given.from.person).is_ok());
        assert_eq!(by(given.to.person), Err(Unproved::OtherPerson), "given to oneself");
    }

    #[test]
    fn no_changed_or_cut_file_is_accepted() {
        let text = good(&Office::new()).to_string();
        let holds = |text: &str| {
            let read = text.parse::<DelegationEvidence>();
            read.is_ok_and(|read| read.verify(&key().verifier()).is_ok())
        };
        assert!(holds(&text));
        // Those above the signer's certificate are judged by their chain.
        let issuer = text.rfind("certificate ").unwrap();
        let after = issuer + text[issuer..].find('\n').unwrap();
        for (at, character) in text.char_indices() {
            let other = if character == 'A' { 'B' } else { 'A' };
            let bent = format!("{}{other}{}", &text[..at], &text[at + character.len_utf8()..]);
            assert!(!holds(&bent) || (issuer..after).contains(&at), "changed at {at}");
            assert!(!holds(&text[..at]), "cut at {at}");
        }
    }
}
