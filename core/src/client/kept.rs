//! What a person keeps of a finished request: the signed file, and the proof that every decision on it
//! stands in the log. Nothing is handed on that this phone has not verified.

use crate::decision::{Authority, Decision, DecisionHash, Verb};
use crate::digest::Sha256;
use crate::document::DocumentRef;
use crate::env::UnixSecond;
use crate::evidence::{Evidence, MAX_EVIDENCE_BYTES};
use crate::id::RequestId;
use crate::log::leaf::Outcome as Logged;
use crate::pdf::changes::{self, Allowed};
use crate::pdf::read::{self, Document, SignatureField};
use crate::request::{Assignment, RouteState};
use crate::verify::{Outcome, Proof, Report, Trust, Verdict, verify_document};
use crate::wire::{Binding, DecisionSubmission, RequestView};

use super::error::{ClientError, KeptFault, LogFault};
use super::state::RowEnd;
use super::transport::Call;
use super::{Companion, off_thread};

/// Longest part of a document's own name in the names of what is kept, in characters.
const LONGEST_STEM: usize = 60;

/// A finished request's signed file and its proofs, verified here.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// Which request.
    pub request: RequestId,
    /// A name for the signed file, without anything that a file system could misread.
    pub name: String,
    /// The signed file.
    pub document: Vec<u8>,
    /// One proof for each approval, in the order of the route.
    pub evidence: Vec<Evidenced>,
    /// How the signatures on the file were judged with these proofs. Never [`Verdict::NotValid`].
    pub verdict: Verdict,
}

/// The proof of one decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidenced {
    /// Which decision.
    pub decision: DecisionHash,
    /// When the log recorded it.
    pub recorded_at: UnixSecond,
    /// A name for the file.
    pub name: String,
    /// The file ([`crate::evidence`]).
    pub text: String,
}

impl Companion {
    /// Fetches what is to be kept of a request that is done, and verifies all of it: the file is the one
    /// that the request names, every approval stands in the log, this phone's own among them, and nobody's
    /// signature is broken. The file is what this phone decided about, and behind it nothing but signatures
    /// of those approvals with what a signing revision may add. Only trust, revocation and time may stay open.
    pub async fn kept(&self, request: RequestId) -> Result<Kept, ClientError> {
        let view = self.request(request)?;
        // A contradiction of the log stops this too.
        self.seen()?;
        if view.state != RouteState::Completed {
            return Err(ClientError::NotFinished(request));
        }
        let listed = approvals(&view);
        let own = self.own_approval(request, &listed).ok_or(KeptFault::NotYours)?;
        let mut evidence = Vec::new();
        for decision in listed {
            evidence.push(match &own {
                // What became of a foreign key's signature came after the receipt.
                (mine, proof) if *mine == decision && !proof.is_signed_elsewhere() => proof.clone(),
                _ => self.evidence(request, decision).await?,
            });
        }
        let main = view.documents.first().ok_or(super::DocumentFault::Missing)?.clone();
        self.fetch_all(&view).await?;
        let document = self.document(&main.current).await?;
        let (trust, key) = (self.trust().await?, self.log_key()?);
        let delegations = self.known_delegations(named_delegations(&evidence)).await?;
        let proofs = evidence.clone();
        let file = std::sync::Arc::clone(&document);
        let verdict = off_thread("verifying a signed file", move || {
            let proof = Proof { evidence: &proofs, delegations: &delegations, key: &key };
            judged(&file, &trust, proof, own.0)
        })
        .await??;
        let stem = stem(&main.name);
        let named = |(number, proof): (usize, Evidence)| Evidenced {
            decision: proof.decision_hash(),
            recorded_at: proof.recorded_at,
            name: format!("{stem}.{}.evidence", number + 1),
            text: proof.to_string(),
        };
        Ok(Kept {
            request,
            name: format!("{stem}.signed.pdf"),
            document: document.to_vec(),
            evidence: evidence.into_iter().enumerate().map(named).collect(),
            verdict,
        })
    }

    /// This phone's own newest approval among those that a request lists, with the receipt that came for it.
    fn own_approval(
        &self,
        request: RequestId,
        listed: &[DecisionHash],
    ) -> Option<(DecisionHash, Evidence)> {
        let state = self.lock();
        let rows = state.remembered.outbox.values();
        let approved = rows.filter(|row| row.request == request && row.verb == Verb::Approve);
        let row = approved
            .filter(|row| listed.contains(&row.decision))
            .filter(|row| matches!(row.end, RowEnd::Recorded { .. }))
            .max_by_key(|row| row.signed_at)?;
        let RowEnd::Recorded { receipt } = &row.end else { return None };
        let sent: DecisionSubmission = serde_json::from_slice(&row.body.0).ok()?;
        let cose = match sent.binding {
            Binding::Cms { .. } => None,
            Binding::Cose { statement } => Some(statement.0),
        };
        Some((row.decision, Evidence::new(sent.decision.0, cose, receipt).ok()?))
    }

    /// Somebody else's decision on a request, with its proof. The checkpoint under it is remembered until a
    /// sync has joined it to the log that this phone knows.
    async fn evidence(
        &self,
        request: RequestId,
        decision: DecisionHash,
    ) -> Result<Evidence, ClientError> {
        self.room_for_receipt()?;
        let call = Call::get(format!("/api/v1/device/requests/{request}/evidence/{decision}"));
        let text = self.connect().await?.text(&call, MAX_EVIDENCE_BYTES as u64).await?;
        let proof: Evidence =
            text.parse().map_err(|fault| KeptFault::Unreadable { decision, fault })?;
        let key = self.log_key()?;
        let shown = proof.verify(Some(decision), &key);
        let shown = shown.map_err(|fault| KeptFault::Evidence { decision, fault })?;
        let note = proof.proof.checkpoint.clone();
        key.open(&note).map_err(LogFault::from)?;
        if shown.decision.request != request {
            return Err(KeptFault::OtherRequest { decision }.into());
        }
        self.note_receipt(&shown.checkpoint, note).await?;
        Ok(proof)
    }
}

/// The approvals that a finished request lists, in the order of its route.
fn approvals(view: &RequestView) -> Vec<DecisionHash> {
    let signers = view.steps.iter().flat_map(|step| &step.signers);
    let approved = signers.filter_map(|signer| match signer.assignment {
        Assignment::Decided { verb: Verb::Approve, decision, .. } => Some(decision),
        _ => None,
    });
    approved.collect()
}

/// The delegations by which something was decided in another's place. Where one is not here, that stays open.
fn named_delegations(evidence: &[Evidence]) -> Vec<Sha256> {
    let decisions = evidence.iter().filter_map(|it| Decision::from_cbor(&it.decision).ok());
    let named = decisions.filter_map(|decision| match decision.authority {
        Authority::Delegated { statement, .. } => Some(statement),
        Authority::Own { .. } => None,
    });
    named.collect()
}

fn judged(
    file: &[u8],
    trust: &Trust,
    proof: Proof<'_>,
    own: DecisionHash,
) -> Result<Verdict, KeptFault> {
    let evidence = proof.evidence;
    let mut decided = None;
    for proof in evidence {
        let main = decided_main(file, proof)?;
        if proof.decision_hash() == own {
            decided = Some(main);
        }
    }
    let decided = decided.ok_or(KeptFault::NotYours)?;
    let other = KeptFault::NotTheirs { decision: own };
    let document = read::open_to_judge(file).map_err(|_| other.clone())?;
    // A review signs no document: its statement stands beside it, and the reviewer's certificate is not
    // at hand. What the log has of it is shown above.
    let carried: Vec<Evidence> = evidence.iter().filter(|it| it.is_carried()).cloned().collect();
    let report = verify_document(&document, trust, Some(Proof { evidence: &carried, ..proof }));
    for (proof, shown) in carried.iter().zip(&report.recordings) {
        if shown.finding().outcome == Outcome::Failed {
            return Err(KeptFault::NotTheirs { decision: proof.decision_hash() });
        }
    }
    let signs = carried.iter().any(|proof| proof.decision_hash() == own);
    let base = if signs { signed_until(&document, &report, own) } else { Some(decided) };
    if !base.is_some_and(|base| only_approved(&document, &report, base, &carried)) {
        return Err(other);
    }
    if report.signatures.is_empty() {
        return Ok(Verdict::Undetermined);
    }
    if !is_settled(&report) {
        return Err(KeptFault::NotValid);
    }
    match report.requiring_evidence().verdict {
        Verdict::NotValid => Err(KeptFault::NotValid),
        verdict => Ok(verdict),
    }
}

/// The size of the main document that an approval is about, in bytes; later revisions only append, so
/// that document is how the file begins.
fn decided_main(file: &[u8], proof: &Evidence) -> Result<usize, KeptFault> {
    let decision = proof.decision_hash();
    let read = Decision::from_cbor(&proof.decision);
    let read = read.map_err(|_| KeptFault::NotRecorded { decision })?;
    if proof.outcome != Logged::Recorded || read.verb != Verb::Approve {
        return Err(KeptFault::NotRecorded { decision });
    }
    let main = read.documents.first().map(|decided| &decided.document);
    let size = main.filter(|main| begins_with(file, main));
    let size = size.and_then(|main| usize::try_from(main.size).ok());
    size.ok_or(KeptFault::NotTheirs { decision })
}

/// Where the state ends that a decision's own signature covers, if there is one such signature.
fn signed_until(document: &Document<'_>, report: &Report, own: DecisionHash) -> Option<usize> {
    let both = document.signatures().iter().zip(&report.signatures);
    let mut of_own = both.filter(|(_, judged)| judged.decision == Some(own));
    let (Some((signature, _)), None) = (of_own.next(), of_own.next()) else { return None };
    covered_until(signature)
}

/// Where the bytes end that a signature covers.
fn covered_until(signature: &SignatureField) -> Option<usize> {
    let [_, _, second, length] = signature.byte_range;
    usize::try_from(second.checked_add(length)?).ok()
}

/// Whether nothing follows the first `base` bytes but signatures of proven approvals, and what signing
/// revisions may add.
fn only_approved(
    document: &Document<'_>,
    report: &Report,
    base: usize,
    proven: &[Evidence],
) -> bool {
    if document.bytes().len() == base {
        return true;
    }
    let is_proven = |decision| proven.iter().any(|proof| proof.decision_hash() == decision);
    let mut signed = base;
    for (signature, judged) in document.signatures().iter().zip(&report.signatures) {
        let Some(end) = covered_until(signature) else { return false };
        if end > base && !judged.decision.is_some_and(is_proven) {
            return false;
        }
        signed = signed.max(end);
    }
    let added = changes::since(document, base);
    added.is_some_and(|it| it.changes.is_empty() && !it.allowed.contains(&Allowed::Comments))
        && (document.bytes().len() == signed || only_for_validation(document, signed))
}

/// Whether what follows the last signature is data for validating it later, and nothing else: no approval
/// covers those bytes.
fn only_for_validation(document: &Document<'_>, signed: usize) -> bool {
    changes::since(document, signed)
        .is_some_and(|it| it.changes.is_empty() && it.allowed == [Allowed::ValidationData])
}

/// Whether only trust, revocation and time are open.
fn is_settled(report: &Report) -> bool {
    let is_ok = |outcome| outcome == Outcome::Ok;
    is_ok(report.document.outcome)
        && report.signatures.iter().all(|signature| {
            is_ok(signature.integrity.outcome)
                && is_ok(signature.key_usage.outcome)
                && signature.changes.is_empty()
        })
}

fn begins_with(file: &[u8], document: &DocumentRef) -> bool {
    let size = usize::try_from(document.size).ok();
    let start = size.and_then(|size| file.get(..size));
    start.is_some_and(|start| Sha256::of(start) == document.sha256)
}

/// A document's name without its ending, in characters that every file system takes.
fn stem(name: &str) -> String {
    let stem = name.strip_suffix(".pdf").or_else(|| name.strip_suffix(".PDF")).unwrap_or(name);
    let kept = |letter: char| letter.is_alphanumeric() || "-_ ".contains(letter);
    let safe = stem.chars().map(|letter| if kept(letter) { letter } else { '_' });
    let safe: String = safe.take(LONGEST_STEM).collect();
    match safe.trim() {
        "" => "van-ban".to_owned(),
        safe => safe.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn a_name_from_outside_cannot_leave_its_folder() {
        assert_eq!(stem("120-QĐ-UBND.pdf"), "120-QĐ-UBND");
        assert_eq!(stem("../../etc/passwd"), "______etc_passwd");
        assert_eq!(stem("a\u{202e}\0b.PDF"), "a__b");
        assert_eq!(stem(" .pdf"), "van-ban");
        assert_eq!(stem(&"x".repeat(900)).len(), 60);
    }
}
