//! Signing documents with a key outside phones, on the computer that has it.
//!
//! A decision that names a foreign certificate was made and recorded on a phone. Here the revision is built again from
//! that decision, shown, and signed. Nothing that a server says is signed but what the phone's key signed before: the
//! statement is verified, and the attributes carry its hash.

use std::sync::Arc;

use crate::algorithm::Scheme;
use crate::certificate::{Certificate, NamePart, verify_chain};
use crate::cms::{self, CmsError};
use crate::cose;
use crate::decision::{Decision, DecisionHash, Verb};
use crate::digest::Sha256;
use crate::document_signature::{AWAITED_SECONDS, End, MAX_ISSUERS};
use crate::env::Timestamp;
use crate::evidence::{Evidence, MAX_EVIDENCE_BYTES};
use crate::id::PersonId;
use crate::log::leaf::Outcome;
use crate::pdf::geometry::PageSize;
use crate::pdf::recipe::Recipe;
use crate::signer::{DocumentSigner, SignerError};
use crate::verify::Trust;
use crate::wire::{AwaitedSignature, Base64, DocumentSignatureSubmission, DocumentSigned};

use super::delegations::revoked;
use super::error::{ClientError, LogFault, RecipeFault};
use super::records::SheetSigner;
use super::sheet::signer_of;
use super::transport::Call;
use super::{Companion, off_thread};

/// Largest answer that lists what awaits a signature, in bytes.
const MAX_LIST_BYTES: u64 = 8 * 1024 * 1024;

/// A decision of this person whose document signature is awaited: read, and its own signature verified.
#[derive(Clone, Debug, PartialEq)]
pub struct AwaitedDocument {
    /// What was decided.
    pub decision: Decision,
    /// How the main document is to be signed.
    pub recipe: Recipe,
    /// Whose key signs.
    pub signer: SheetSigner,
    /// Who decided, by the certificate whose key signed the decision.
    pub decided_by: String,
    /// Not taken after this.
    pub until: Timestamp,
    certificate: Vec<u8>,
}

/// The document with the revision that is to be signed, built here.
#[derive(Clone, Debug, PartialEq)]
pub struct DocumentToSign {
    /// By which decision.
    pub awaited: AwaitedDocument,
    /// The pages of the main document, as displayed.
    pub pages: Vec<PageSize>,
    revision_digest: Sha256,
}

/// A document with its signature in it, and recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct DocumentSignedHere {
    /// What the server answered, verified.
    pub signed: DocumentSigned,
    /// Whether it is the signature that was sent now; the first that came stays.
    pub is_ours: bool,
}

impl Companion {
    /// The decisions of this person whose document signatures are awaited, the oldest first. One that does not hold
    /// keeps back no other.
    pub async fn awaited_documents(
        &self,
    ) -> Result<Vec<Result<AwaitedDocument, ClientError>>, ClientError> {
        let call = Call::get("/api/v1/document-signatures");
        let text = self.connect().await?.text(&call, MAX_LIST_BYTES).await?;
        let listed: Vec<AwaitedSignature> =
            serde_json::from_str(&text).map_err(|_| other("a list that cannot be read"))?;
        let profile = self.profile()?;
        let own = Certificate::parse(&profile.certificate.0).map_err(|_| other("this device"))?;
        let (trust, now) = (self.trust().await?, self.setup.clock.now());
        let reader = Reader { person: profile.person.id, own, trust, now };
        off_thread("reading decisions", move || {
            listed.into_iter().map(|one| reader.read(one)).collect()
        })
        .await
    }

    /// Fetches the document that was decided about, checks it, and builds the revision that the decision names. The
    /// request must be known by a sync.
    pub async fn document_to_sign(
        &self,
        awaited: AwaitedDocument,
    ) -> Result<DocumentToSign, ClientError> {
        let decision = &awaited.decision;
        let opened = self.open(decision.request).await?;
        let decided = decision.documents.iter().map(|of| &of.document);
        if !decided.eq(&opened.documents) {
            return Err(ClientError::Changed(decision.request));
        }
        if opened.findings != decision.summary.findings {
            return Err(other("a decision that was shown other findings"));
        }
        let built = self.build(&opened, &awaited.recipe, decision.signed_at).await?;
        Ok(DocumentToSign { awaited, pages: opened.pages, revision_digest: built.digest })
    }

    /// Asks the key to sign, and sends what it answered. Sending again is safe: the first signature stays.
    pub async fn sign_document(
        &self,
        document: DocumentToSign,
        key: Arc<dyn DocumentSigner>,
    ) -> Result<DocumentSignedHere, ClientError> {
        self.room_for_receipt()?;
        let (digest, awaited) = (document.revision_digest, document.awaited);
        let decision = awaited.decision.hash();
        let attributes = cms::signed_attributes(digest, &awaited.certificate, decision);
        let certificate = awaited.certificate;
        let signed = off_thread("signing", move || sign(&attributes, &certificate, &*key));
        let Signed { signature, issuers, cms } = signed.await??;
        let (signature, issuers) = (Base64(signature), issuers.into_iter().map(Base64).collect());
        let body = DocumentSignatureSubmission { revision_digest: digest, signature, issuers };
        let body = serde_json::to_vec(&body).map_err(|_| ClientError::Defect("writing JSON"))?;
        let call = Call::put(format!("/api/v1/document-signatures/{decision}"), body);
        let signed: DocumentSigned = self.connect().await?.json(&call).await?;
        let stays = self.recorded(decision, &signed).await?;
        Ok(DocumentSignedHere { signed, is_ours: stays == Some(cms) })
    }

    /// That the log has a signature, and which, under a checkpoint that is remembered until a sync has joined it.
    async fn recorded(
        &self,
        decision: DecisionHash,
        signed: &DocumentSigned,
    ) -> Result<Option<Sha256>, ClientError> {
        if signed.evidence.len() > MAX_EVIDENCE_BYTES {
            return Err(other("evidence that is too long"));
        }
        let proof: Evidence =
            signed.evidence.parse().map_err(|_| other("evidence that cannot be read"))?;
        let key = self.log_key()?;
        let broken = |error: &dyn std::fmt::Display| other(&error.to_string());
        let decided = proof.verify(Some(decision), &key).map_err(|error| broken(&error))?;
        if decided.outcome != Outcome::Recorded {
            return Err(other("a decision that was refused"));
        }
        let document = proof.document.as_ref().ok_or_else(|| other("no second leaf"))?;
        let shown = document.verify(decision, &key).map_err(|error| broken(&error))?;
        let names = shown.signature.document == Some(signed.document.sha256);
        if shown.signature.end != End::Signed || !names {
            return Err(other("another signature"));
        }
        let note = document.proof.checkpoint.clone();
        let checkpoint = key.open(&note).map_err(LogFault::from)?;
        self.note_receipt(&checkpoint, note).await?;
        Ok(shown.signature.cms)
    }
}

/// Who reads what a server says is awaited, and when.
struct Reader {
    person: PersonId,
    /// The certificate of this device.
    own: Certificate,
    trust: Trust,
    now: Timestamp,
}

impl Reader {
    /// Reads one: a decision that this person signed with a trusted certificate, and not long ago.
    fn read(&self, of: AwaitedSignature) -> Result<AwaitedDocument, ClientError> {
        let AwaitedSignature { decision: cbor, statement, decided_with, recipe, signer, until } =
            of;
        let decision = Decision::from_cbor(&cbor.0).map_err(|error| other(&error.to_string()))?;
        let named = decision.document_signer;
        if decision.verb != Verb::Approve || named != Some(Sha256::of(&signer.certificate.0)) {
            return Err(other("a decision that names another certificate"));
        }
        self.check_time(&decision, until)?;
        let mut certificates = decided_with.iter().map(|der| Certificate::parse(&der.0));
        let decider = certificates.next().and_then(Result::ok);
        let decider = decider.filter(|it| it.sha256() == decision.certificate);
        let decider = decider.ok_or_else(|| other("a decision without its certificate"))?;
        let said = cose::verify(&statement.0, decision.certificate, decider.public_key());
        let said =
            said.map_err(|error| other(&format!("a decision that was not signed: {error}")))?;
        if said.payload != cbor.0 {
            return Err(other("another decision than the one that was signed"));
        }
        self.check_decider(
            &decision,
            &decider,
            &certificates.filter_map(Result::ok).collect::<Vec<_>>(),
        )?;
        let read = Recipe::from_cbor(&recipe.0).map_err(RecipeFault::from)?;
        let mut signing = decision.documents.iter().filter_map(|of| of.signing.as_ref());
        if !signing.any(|it| it.recipe == read.hash() && it.builder == read.builder) {
            return Err(other("another recipe than the decision names"));
        }
        let certificate = signer.certificate.0.clone();
        let (decided_by, signer) = (decider.subject_name(), signer_of(&signer)?);
        Ok(AwaitedDocument { decision, recipe: read, signer, decided_by, until, certificate })
    }

    /// What lapsed is signed no more, whatever the server says of it. A decision is recorded within a day of its
    /// signature, or decided again.
    fn check_time(&self, decision: &Decision, until: Timestamp) -> Result<(), ClientError> {
        let latest = decision.signed_at.plus(2 * AWAITED_SECONDS).min(decision.valid_until);
        if self.now > until || self.now.second() > latest {
            return Err(other("a decision whose time is over: approve the document again"));
        }
        Ok(())
    }

    /// Whether this person's own key decided: one that an authority of this office certified, and nobody revoked.
    fn check_decider(
        &self,
        decision: &Decision,
        decider: &Certificate,
        above: &[Certificate],
    ) -> Result<(), ClientError> {
        let unknown =
            |why: &dyn std::fmt::Display| other(&format!("a decision of an unknown person: {why}"));
        let names = |certificate: &Certificate| certificate.subject_parts(NamePart::SubjectSerial);
        // Another authority names its holders in its own way: as it names this one.
        let is_own = decider.may_be_of(self.person)
            && (names(decider).iter().any(|serial| serial.parse::<PersonId>().is_ok())
                || decider.subject() == self.own.subject());
        if decision.person != self.person || !is_own {
            return Err(other("somebody else's decision"));
        }
        let above: Vec<Certificate> =
            above.iter().chain(&self.trust.intermediates).cloned().collect();
        verify_chain(decider, &above, &self.trust.anchors, decision.signed_at)
            .map_err(|error| unknown(&error))?;
        let issuers = above.iter().chain(&self.trust.anchors);
        match revoked(decider, issuers, &self.trust, decision.signed_at) {
            Some(at) => Err(unknown(&format!("the certificate was revoked at {at}"))),
            None => Ok(()),
        }
    }
}

/// What a key answered.
struct Signed {
    signature: Vec<u8>,
    /// The issuers that go into the document.
    issuers: Vec<Vec<u8>>,
    /// SHA-256 of the CMS that both make.
    cms: Sha256,
}

/// Has the attributes signed, and verifies the answer.
fn sign(
    attributes: &[u8],
    certificate: &[u8],
    key: &dyn DocumentSigner,
) -> Result<Signed, ClientError> {
    let (own, issuers) = match key.certificates() {
        [own, issuers @ ..] if own == certificate => (own, issuers),
        _ => {
            let why = "it has another certificate than the decision names".to_owned();
            return Err(SignerError::Unavailable(why).into());
        }
    };
    let issuers = &issuers[..issuers.len().min(MAX_ISSUERS)];
    let scheme: Scheme = key.scheme();
    let signature = key.sign(attributes)?;
    let chain: Vec<&[u8]> =
        [own.as_slice()].into_iter().chain(issuers.iter().map(Vec::as_slice)).collect();
    let assembled = cms::assemble_as(&scheme, attributes, &signature, &chain);
    let assembled = assembled.map_err(|error| match error {
        CmsError::Signature(error) => ClientError::Signer(error),
        other => ClientError::UnexpectedAnswer(other.to_string()),
    })?;
    let read = cms::read(&assembled).map_err(|error| other(&error.to_string()))?;
    let (signature, issuers) = (read.signature().to_vec(), issuers.to_vec());
    Ok(Signed { signature, issuers, cms: Sha256::of(&assembled) })
}

fn other(what: &str) -> ClientError {
    ClientError::UnexpectedAnswer(what.to_owned())
}

#[cfg(all(test, feature = "software-signer"))]
mod tests {
    use super::*;
    use crate::certificate::{Crl, Reason, Revocation};
    use crate::cose::{Content, assemble_as, sig_structure_as};
    use crate::decision::Signing;
    use crate::env::UnixSecond;
    use crate::pdf::recipe::Appearance;
    use crate::register::KeyHome;
    use crate::signer::SoftwareSigner;
    use crate::testing::office::Office;
    use crate::testing::paper::{SIGNED_AT, decision, recipe};
    use crate::wire::DocumentSignerView;

    const A_MINUTE: i64 = 60;

    fn reader(office: &Office, now: UnixSecond) -> Reader {
        Reader {
            person: decision(office, b"").person,
            own: office.person.clone(),
            trust: office.trusted_at(now),
            now: now.timestamp(),
        }
    }

    /// What a server lists: a decision that this key signed, for the document signature of somebody else's.
    fn awaited(
        office: &Office,
        (certificate, key): (&Certificate, &SoftwareSigner),
        until: UnixSecond,
    ) -> AwaitedSignature {
        let (token, _) = office.other("CB-0009");
        let recipe = recipe("Sig1", Appearance::Invisible);
        let mut decided = decision(office, b"%PDF");
        decided.version = 2;
        decided.document_signer = Some(token.sha256());
        decided.certificate = certificate.sha256();
        decided.valid_until = until;
        let signing = Signing { builder: recipe.builder.clone(), recipe: recipe.hash() };
        decided.documents[0].signing = Some(signing);
        let (cbor, name) = (decided.to_cbor(), certificate.sha256());
        let signature = key.sign_now(&sig_structure_as(Content::Decision, &cbor, name));
        let spki = certificate.public_key();
        let statement = assemble_as(Content::Decision, &cbor, name, &signature, spki).unwrap();
        let with = [certificate, &office.issuing].map(|one| Base64(one.der().to_vec()));
        let home = KeyHome::Token;
        AwaitedSignature {
            decision: Base64(cbor),
            statement: Base64(statement),
            decided_with: with.to_vec(),
            recipe: Base64(recipe.to_cbor()),
            signer: DocumentSignerView { certificate: Base64(token.der().to_vec()), home },
            until: until.timestamp(),
        }
    }

    #[test]
    fn what_this_persons_own_key_decided_is_read() {
        let office = Office::new();
        let own = (&office.person, &office.person_key);
        let of = awaited(&office, own, SIGNED_AT.plus(3600));
        let read = reader(&office, SIGNED_AT.plus(A_MINUTE)).read(of).unwrap();
        assert_eq!(read.decided_by, office.person.subject_name());
    }

    #[test]
    fn what_somebody_else_decided_in_this_persons_name_is_not() {
        let office = Office::new();
        let colleague = crate::id::PersonId::from_bytes([7; 16]).to_string();
        let now = SIGNED_AT.plus(A_MINUTE);
        for name in [&*colleague, "CB-0002"] {
            let (certificate, key) = office.other(name);
            let of = awaited(&office, (&certificate, &key), SIGNED_AT.plus(3600));
            let refused = reader(&office, now).read(of).unwrap_err();
            assert!(refused.to_string().contains("somebody else's"), "{name}: {refused}");
        }
    }

    #[test]
    fn what_a_revoked_key_decided_is_not() {
        let office = Office::new();
        let of = awaited(&office, (&office.person, &office.person_key), SIGNED_AT.plus(3600));
        let mut reader = reader(&office, SIGNED_AT.plus(A_MINUTE));
        let serial = office.person.serial().clone();
        let lost = Revocation { serial, at: SIGNED_AT.plus(1), reason: Reason::KeyCompromise };
        reader.trust.crls[0] = Crl::parse(&office.crl(&[lost])).unwrap();
        let refused = reader.read(of).unwrap_err();
        assert!(refused.to_string().contains("revoked"), "{refused}");
    }

    #[test]
    fn what_lapsed_is_not_whatever_the_server_says() {
        let office = Office::new();
        let own = (&office.person, &office.person_key);
        let read = |until: i64, now: i64| {
            let of = awaited(&office, own, SIGNED_AT.plus(until));
            reader(&office, SIGNED_AT.plus(now)).read(of)
        };
        let day = AWAITED_SECONDS;
        assert!(read(day, day).is_ok());
        assert!(read(day, day + 1).is_err());
        assert!(read(30 * day, 2 * day).is_ok());
        let refused = read(30 * day, 2 * day + 1).unwrap_err();
        assert!(refused.to_string().contains("time is over"), "{refused}");
    }
}
