//! Signing documents with a key outside phones, on the computer that has it.
//!
//! A decision that names a foreign certificate was made and recorded on a phone. Here the revision is built again from
//! that decision, shown, and signed. Nothing that a server says is signed but what the phone's key signed before: the
//! statement is verified, and the attributes carry its hash.

use std::sync::Arc;

use crate::algorithm::Scheme;
use crate::certificate::{Certificate, verify_chain};
use crate::cms::{self, CmsError};
use crate::cose;
use crate::decision::{Decision, DecisionHash, Verb};
use crate::digest::Sha256;
use crate::document_signature::End;
use crate::env::Timestamp;
use crate::evidence::{Evidence, MAX_EVIDENCE_BYTES};
use crate::pdf::geometry::PageSize;
use crate::pdf::recipe::Recipe;
use crate::signer::{DocumentSigner, SignerError};
use crate::wire::{
    AwaitedSignature, Base64, DocumentSignatureSubmission, DocumentSigned, DocumentSignerView,
};

use super::error::{ClientError, LogFault, RecipeFault};
use super::records::SheetSigner;
use super::sheet::signer_of;
use super::transport::Call;
use super::{Companion, off_thread};

/// Largest answer that lists what awaits a signature, in bytes.
const MAX_LIST_BYTES: u64 = 8 * 1024 * 1024;

/// Most issuers that go into a document with a certificate.
const MAX_ISSUERS: usize = 4;

/// A decision of this person whose document signature is awaited: read, and its own signature verified.
#[derive(Clone, Debug, PartialEq)]
pub struct AwaitedDocument {
    /// What was decided.
    pub decision: Decision,
    /// How the main document is to be signed.
    pub recipe: Recipe,
    /// Whose key signs.
    pub signer: SheetSigner,
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

impl Companion {
    /// The decisions of this person whose document signatures are awaited, the oldest first.
    pub async fn awaited_documents(&self) -> Result<Vec<AwaitedDocument>, ClientError> {
        let call = Call::get("/api/v1/document-signatures");
        let text = self.connect().await?.text(&call, MAX_LIST_BYTES).await?;
        let listed: Vec<AwaitedSignature> =
            serde_json::from_str(&text).map_err(|_| other("a list that cannot be read"))?;
        let (person, trust) = (self.profile()?.person.id, self.trust().await?);
        let mut awaited = Vec::with_capacity(listed.len());
        for one in listed {
            let (anchors, between) = (trust.anchors.clone(), trust.intermediates.clone());
            let read = off_thread("reading a decision", move || read(one, &anchors, &between));
            let read = read.await??;
            if read.decision.person != person {
                return Err(other("somebody else's decision"));
            }
            awaited.push(read);
        }
        Ok(awaited)
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
    ) -> Result<DocumentSigned, ClientError> {
        self.room_for_receipt()?;
        let (digest, awaited) = (document.revision_digest, document.awaited);
        let decision = awaited.decision.hash();
        let attributes = cms::signed_attributes(digest, &awaited.certificate, decision);
        let certificate = awaited.certificate;
        let signed = off_thread("signing", move || sign(&attributes, &certificate, &*key));
        let (signature, issuers) = signed.await??;
        let (signature, issuers) = (Base64(signature), issuers.into_iter().map(Base64).collect());
        let body = DocumentSignatureSubmission { revision_digest: digest, signature, issuers };
        let body = serde_json::to_vec(&body).map_err(|_| ClientError::Defect("writing JSON"))?;
        let call = Call::put(format!("/api/v1/document-signatures/{decision}"), body);
        let signed: DocumentSigned = self.connect().await?.json(&call).await?;
        self.recorded(decision, &signed).await?;
        Ok(signed)
    }

    /// That the log has the signature, under a checkpoint that is remembered until a sync has joined it.
    async fn recorded(
        &self,
        decision: DecisionHash,
        signed: &DocumentSigned,
    ) -> Result<(), ClientError> {
        if signed.evidence.len() > MAX_EVIDENCE_BYTES {
            return Err(other("evidence that is too long"));
        }
        let proof: Evidence =
            signed.evidence.parse().map_err(|_| other("evidence that cannot be read"))?;
        let key = self.log_key()?;
        let broken = |error: &dyn std::fmt::Display| other(&error.to_string());
        proof.verify(Some(decision), &key).map_err(|error| broken(&error))?;
        let document = proof.document.as_ref().ok_or_else(|| other("no second leaf"))?;
        let shown = document.verify(decision, &key).map_err(|error| broken(&error))?;
        let names = shown.signature.document == Some(signed.document.sha256);
        if shown.signature.end != End::Signed || !names {
            return Err(other("another signature"));
        }
        let note = document.proof.checkpoint.clone();
        let checkpoint = key.open(&note).map_err(LogFault::from)?;
        self.note_receipt(&checkpoint, note).await
    }
}

/// Reads what a server says is awaited: a decision that somebody with a trusted certificate signed.
fn read(
    of: AwaitedSignature,
    anchors: &[Certificate],
    between: &[Certificate],
) -> Result<AwaitedDocument, ClientError> {
    let AwaitedSignature { decision: cbor, statement, decided_with, recipe, signer, until } = of;
    let decision = Decision::from_cbor(&cbor.0).map_err(|error| other(&error.to_string()))?;
    let named = decision.document_signer;
    if decision.verb != Verb::Approve || named != Some(Sha256::of(&signer.certificate.0)) {
        return Err(other("a decision that names another certificate"));
    }
    let mut certificates = decided_with.iter().map(|der| Certificate::parse(&der.0));
    let decider = certificates.next().and_then(Result::ok);
    let decider = decider.filter(|it| it.sha256() == decision.certificate);
    let decider = decider.ok_or_else(|| other("a decision without its certificate"))?;
    let said = cose::verify(&statement.0, decision.certificate, decider.public_key());
    let said = said.map_err(|error| other(&format!("a decision that was not signed: {error}")))?;
    if said.payload != cbor.0 {
        return Err(other("another decision than the one that was signed"));
    }
    let above: Vec<Certificate> =
        certificates.filter_map(Result::ok).chain(between.iter().cloned()).collect();
    verify_chain(&decider, &above, anchors, decision.signed_at)
        .map_err(|error| other(&format!("a decision of an unknown person: {error}")))?;
    let read = Recipe::from_cbor(&recipe.0).map_err(RecipeFault::from)?;
    let mut signing = decision.documents.iter().filter_map(|of| of.signing.as_ref());
    if !signing.any(|it| it.recipe == read.hash() && it.builder == read.builder) {
        return Err(other("another recipe than the decision names"));
    }
    let DocumentSignerView { certificate, .. } = &signer;
    let certificate = certificate.0.clone();
    Ok(AwaitedDocument { decision, recipe: read, signer: signer_of(&signer)?, until, certificate })
}

/// Has the attributes signed, and verifies the answer; gives it with the issuers that go into the document.
fn sign(
    attributes: &[u8],
    certificate: &[u8],
    key: &dyn DocumentSigner,
) -> Result<(Vec<u8>, Vec<Vec<u8>>), ClientError> {
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
    let signature = cms::read(&assembled).map_err(|error| other(&error.to_string()))?;
    Ok((signature.signature().to_vec(), issuers.to_vec()))
}

fn other(what: &str) -> ClientError {
    ClientError::UnexpectedAnswer(what.to_owned())
}
