//! Deciding: one signature, on disk before it is sent, kept until a receipt verifies.

use crate::decision::{DecisionHash, Verb};
use crate::document::Text;
use crate::id::RequestId;
use crate::log::leaf::Outcome;
use crate::log::proof::InclusionProof;
use crate::problem::{Problem, ProblemKind};
use crate::receipt::Receipt;
use crate::signer::{self, ToSign};
use crate::wire::{Base64, Binding, DecisionSubmission};
use crate::{cms, cose};

use super::error::{ClientError, Waiting};
use super::keys::KeyRole;
use super::records::{Decided, OutboxEntry, SheetId};
use super::state::{LastTry, Plan, Row, RowEnd, Shown, body_of};
use super::store::{Folder, StorageError};
use super::transport::Call;
use super::{Companion, Language, off_thread};

impl Companion {
    /// Approves what an open sheet shows: one prompt, one signature, and the decision is in the
    /// outbox. Then it is sent.
    pub async fn approve(&self, sheet: SheetId) -> Result<Decided, ClientError> {
        let open = self.lock().sheets.iter().find(|open| open.id == sheet).cloned();
        let open = open.ok_or(ClientError::UnknownSheet)?;
        if self.server_now().second() >= open.renew_at {
            return Err(ClientError::SheetExpired);
        }
        // Between sheet and prompt a sync may have changed what the person saw.
        let view = self.request(open.request)?;
        if Shown::of(&view) != open.shown || view.metadata != open.plan.decision.summary.metadata {
            return Err(ClientError::Changed(open.request));
        }
        self.sign_and_send(open.plan).await
    }

    /// Rejects a request that was opened: it ends, with this reason.
    pub async fn reject(&self, request: RequestId, reason: String) -> Result<Decided, ClientError> {
        self.refuse(Verb::Reject, request, &reason).await
    }

    /// Returns a request that was opened for a new version, with this reason.
    pub async fn return_for_changes(
        &self,
        request: RequestId,
        reason: String,
    ) -> Result<Decided, ClientError> {
        self.refuse(Verb::Return, request, &reason).await
    }

    /// Everything in the outbox, what was recorded included; the oldest first.
    #[must_use]
    pub fn outbox(&self) -> Vec<OutboxEntry> {
        let mut entries: Vec<OutboxEntry> =
            self.lock().remembered.outbox.values().map(Row::entry).collect();
        entries.sort_by_key(|entry| (entry.signed_at, entry.decision));
        entries
    }

    /// Sends what has no receipt yet, the very same bytes as before; gives what became of each.
    pub async fn flush(&self) -> Result<Vec<OutboxEntry>, ClientError> {
        let open: Vec<DecisionHash> = {
            let state = self.lock();
            let rows = state.remembered.outbox.values().filter(|row| row.is_open());
            rows.map(|row| row.decision).collect()
        };
        let mut entries = Vec::with_capacity(open.len());
        for decision in open {
            self.send(decision).await?;
            entries.extend(self.lock().remembered.outbox.get(&decision).map(Row::entry));
        }
        Ok(entries)
    }

    async fn refuse(
        &self,
        verb: Verb,
        request: RequestId,
        reason: &str,
    ) -> Result<Decided, ClientError> {
        let reason = Text::new(reason).map_err(ClientError::Reason)?;
        let view = self.request(request)?;
        let task = view.task.clone().ok_or(ClientError::NothingToDecide(request))?;
        self.not_decided(request, task.step)?;
        let opened = self.opened(&view).await?;
        let signed_at = self.server_now().second();
        let name = self.in_name(&view, &task, signed_at).await?;
        let plan = self.plan((verb, Some(reason)), &view, &opened, (signed_at, name), None)?;
        self.sign_and_send(plan).await
    }

    async fn sign_and_send(&self, plan: Plan) -> Result<Decided, ClientError> {
        let (request, step) = (plan.decision.request, plan.decision.step);
        self.not_decided(request, step)?;
        // A contradiction of the log stops decisions, also one that a sync found meanwhile.
        self.seen()?;
        self.room_for_receipt()?;
        let row = self.sign(plan).await?;
        let decision = row.decision;
        self.keep_row(row).await?;
        self.send(decision).await
    }

    async fn sign(&self, plan: Plan) -> Result<Row, ClientError> {
        let Plan { decision, checkpoint, revision } = plan;
        let profile = self.profile()?;
        let certificate = crate::certificate::Certificate::parse(&profile.certificate.0)
            .map_err(|_| ClientError::Defect("reading this device's certificate"))?;
        let (cbor, hash) = (decision.to_cbor(), decision.hash());
        // Where another key signs the document, this one decides.
        let revision = revision.filter(|_| decision.document_signer.is_none());
        let message = match &revision {
            Some(built) => cms::signed_attributes(built.digest, certificate.der(), hash),
            None => cose::sig_structure(&cbor, certificate.sha256()),
        };
        let subject = decision.summary.metadata.subject.to_string();
        let prompt = prompt(decision.verb, &subject, self.setup.language);
        let key = self.setup.keys.load(KeyRole::Approval).await?;
        let signature = key.sign(ToSign::new(message.clone(), prompt)).await?;
        let signature = signer::normalise(&signature, &message, certificate.public_key())?;
        let binding = if let Some(built) = revision {
            Binding::Cms { revision_digest: built.digest, signature: Base64(signature) }
        } else {
            let (sha256, spki) = (certificate.sha256(), certificate.public_key());
            let statement = cose::assemble(&cbor, sha256, &signature, spki)?;
            Binding::Cose { statement: Base64(statement) }
        };
        let submission = DecisionSubmission { decision: Base64(cbor), checkpoint, binding };
        Ok(Row {
            decision: hash,
            request: decision.request,
            step: decision.step,
            verb: decision.verb,
            subject,
            signed_at: decision.signed_at,
            body: Base64(body_of(&submission)),
            end: RowEnd::Open { last: None },
        })
    }

    /// Puts a signed decision on disk, unless another on the same step came first.
    async fn keep_row(&self, row: Row) -> Result<(), ClientError> {
        let _one_at_a_time = self.sending.lock().await;
        self.not_decided(row.request, row.step)?;
        self.save_row(row.clone()).await?;
        let mut state = self.lock();
        state.sheets.retain(|sheet| sheet.request != row.request);
        Ok(())
    }

    async fn save_row(&self, row: Row) -> Result<(), ClientError> {
        let saved = row.clone();
        let save = move |folder: &Folder| folder.save(&saved.name(), &saved);
        match self.on_disk(save.clone()).await {
            // What was signed is worth more than what can be fetched again.
            Err(ClientError::Storage(StorageError::Full(_))) => {
                // Some room may be there even where not all could be made.
                let _ = self.sweep(None, 0).await;
                self.on_disk(save).await?;
            }
            saved => saved?,
        }
        let mut state = self.lock();
        // The phone may have been erased meanwhile.
        if state.remembered.device.is_some() {
            state.remembered.outbox.insert(row.decision, row);
        }
        Ok(())
    }

    /// Sends one row and closes it if a receipt holds.
    async fn send(&self, decision: DecisionHash) -> Result<Decided, ClientError> {
        let _one_at_a_time = self.sending.lock().await;
        let row = self.lock().remembered.outbox.get(&decision).cloned();
        let row = row.ok_or(ClientError::Defect("finding a decision in the outbox"))?;
        if !row.is_open() {
            return Ok(row.entry().state);
        }
        // Before sending, since a receipt that came could only be forgotten.
        if let Err(full) = self.room_for_receipt() {
            return Ok(Decided::Waiting(Waiting::TryAgain(full.to_string())));
        }
        let (waiting, problem) = match self.put(&row).await {
            Ok(receipt) => match self.settle(&row, receipt).await? {
                Ok(decided) => return Ok(decided),
                Err(waiting) => (waiting, None),
            },
            Err(Refusal::Problem(problem)) => match problem.receipt.clone() {
                Some(receipt) => match self.settle(&row, *receipt).await? {
                    Ok(decided) => return Ok(decided),
                    Err(waiting) => (waiting, Some(problem.kind.0)),
                },
                None => (waiting_for(&problem), Some(problem.kind.0)),
            },
            Err(Refusal::Waiting(waiting)) => (waiting, None),
        };
        let last = Some(LastTry { problem, text: waiting.to_string() });
        self.save_row(Row { end: RowEnd::Open { last }, ..row }).await?;
        Ok(Decided::Waiting(waiting))
    }

    async fn put(&self, row: &Row) -> Result<Receipt, Refusal> {
        let server = self.connect().await?;
        let path = format!("/api/v1/requests/{}/steps/{}/decision", row.request, row.step.0);
        Ok(server.json(&Call::put(path, row.body.0.clone())).await?)
    }

    /// Closes a row by a receipt, if that is for it and holds.
    async fn settle(
        &self,
        row: &Row,
        receipt: Receipt,
    ) -> Result<Result<Decided, Waiting>, ClientError> {
        if receipt.decision != row.decision {
            return Ok(Err(Waiting::OtherDecision));
        }
        let key = self.log_key()?;
        let verified = receipt.clone();
        let checked = off_thread("checking a receipt", move || verified.verify(&key)).await?;
        let checkpoint = match checked {
            Ok(checkpoint) => checkpoint,
            Err(error) => return Ok(Err(Waiting::Receipt(error))),
        };
        let proof: InclusionProof = receipt
            .proof
            .parse()
            .map_err(|_| ClientError::Defect("reading the proof of a receipt that verified"))?;
        self.note_receipt(&checkpoint, proof.checkpoint).await?;
        let receipt = Box::new(receipt);
        let end = match receipt.outcome {
            Outcome::Recorded => RowEnd::Recorded { receipt },
            Outcome::Refused { why } => RowEnd::Refused { why, receipt },
        };
        let closed = Row { end, ..row.clone() };
        let decided = closed.entry().state;
        self.save_row(closed).await?;
        Ok(Ok(decided))
    }
}

/// Why a try to send brought no receipt.
enum Refusal {
    Problem(Box<Problem>),
    Waiting(Waiting),
}

impl From<ClientError> for Refusal {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Problem(problem) => Self::Problem(problem),
            ClientError::Signer(error) => Self::Waiting(Waiting::Signer(error.to_string())),
            ClientError::Keys(error) => Self::Waiting(Waiting::Signer(error.to_string())),
            ClientError::UnexpectedAnswer(_) => Self::Waiting(Waiting::Problem(error.to_string())),
            other => Self::Waiting(Waiting::Unreachable(other.to_string())),
        }
    }
}

fn waiting_for(problem: &Problem) -> Waiting {
    let text = format!("{}: {}", problem.title, problem.detail);
    match problem.kind.0 {
        ProblemKind::Internal
        | ProblemKind::Unavailable
        | ProblemKind::StorageFull
        | ProblemKind::LogRecovery
        | ProblemKind::AwaitsDocumentSignature
        | ProblemKind::TooManyRequests => Waiting::TryAgain(text),
        _ => Waiting::Problem(text),
    }
}

fn prompt(verb: Verb, subject: &str, language: Language) -> String {
    let act = match (language, verb) {
        (Language::Vietnamese, Verb::Approve) => "Duyệt",
        (Language::Vietnamese, Verb::Reject) => "Từ chối",
        (Language::Vietnamese, Verb::Return) => "Trả lại",
        (Language::English, Verb::Approve) => "Approve",
        (Language::English, Verb::Reject) => "Reject",
        (Language::English, Verb::Return) => "Return",
    };
    format!("{act}: {subject}")
}
