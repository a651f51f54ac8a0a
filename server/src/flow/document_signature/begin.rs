//! The decision is recorded, and its document signature awaited: written in the decision's own commit.

use trien_core::change::Outcome;
use trien_core::document_signature::AWAITED_SECONDS;
use trien_core::env::UnixSecond;

use crate::flow::changes::{self, News};
use crate::flow::push;
use crate::store::document_signature::{self, NewAwaited};
use crate::store::job::JobKind;
use crate::store::reshape;
use crate::writer::{CommitError, Tx};

/// When waiting for the signature of a decision of now ends by itself.
pub(in crate::flow) fn until(now: UnixSecond, valid_until: UnixSecond) -> UnixSecond {
    now.plus(AWAITED_SECONDS).min(valid_until)
}

/// Adds what is awaited, tells who has to do with the request, and plans its end.
pub(in crate::flow) async fn begin(
    tx: &mut Tx<'_>,
    awaited: &NewAwaited,
) -> Result<(), CommitError> {
    let (request, change) = (awaited.part.request, tx.next_change());
    document_signature::insert(tx.connection(), awaited).await?;
    reshape::note_change(tx.connection(), request, change).await?;
    let news = News::of(Outcome::AwaitsDocumentSignature).at(awaited.part.step, awaited.decider);
    let news = News { decision: Some(awaited.decision), ..news };
    changes::note(tx, request, change, news).await?;
    // The computer that signs may be listening, as the phones of the other signers are.
    push::tell_all(tx, request, change).await?;
    tx.schedule(JobKind::DocumentSignature, request.as_bytes(), awaited.until).await?;
    Ok(())
}
