//! The end of waiting for a document signature: with the leaf that says how.

use async_trait::async_trait;
use trien_core::change::Outcome;
use trien_core::document_signature::{DocumentSignature, End};
use trien_core::env::Timestamp;
use trien_core::id::{EntryId, RequestId};

use super::counts::counts;
use crate::app::App;
use crate::flow::changes::{self, News};
use crate::flow::{FlowError, push};
use crate::store::document_signature::{self, Ended, SignatureRow};
use crate::store::reshape;
use crate::writer::{Commit, CommitError, Tx};

/// Appends the second leaf, and notes it; refused where another end came first.
pub(in crate::flow) async fn record(
    tx: &mut Tx<'_>,
    of: &SignatureRow,
    statement: &DocumentSignature,
) -> Result<(), CommitError> {
    let (recorded_at, salt) = (tx.now().second(), tx.salt());
    let leaf = tx.append(&statement.leaf(recorded_at, &salt)).await?;
    let ended = Ended { statement: statement.to_cbor(), recorded_at, salt, leaf };
    let noted = document_signature::end(tx.connection(), &of.of.decision, statement.end, &ended);
    match noted.await? {
        1 => Ok(()),
        _ => Err(FlowError::NotAwaited.into()),
    }
}

/// Ends waiting without a signature: the part, which stayed open, is its signer's to decide again.
pub(in crate::flow) async fn give_up(
    tx: &mut Tx<'_>,
    of: &SignatureRow,
    end: End,
) -> Result<(), CommitError> {
    record(tx, of, &DocumentSignature::none(of.of.decision, end)).await?;
    let (part, change) = (of.of.part, tx.next_change());
    reshape::note_change(tx.connection(), part.request, change).await?;
    let news = News::of(Outcome::DocumentSignatureEnded).at(part.step, of.of.decider);
    let news = News { decision: Some(of.of.decision), ..news };
    changes::note(tx, part.request, change, news).await?;
    push::wake(tx, part.request, change).await
}

/// As part of another change of a request: what is awaited for a part that is open no more, or by a decision that counts
/// no more, is not awaited any longer.
pub(in crate::flow) async fn settle(
    tx: &mut Tx<'_>,
    request: RequestId,
) -> Result<(), CommitError> {
    let Some(of) = document_signature::awaited(tx.connection(), request).await? else {
        return Ok(());
    };
    let stranded = document_signature::stranded(tx.connection(), request).await?.is_some();
    if !stranded && counts(tx, &of).await? {
        return Ok(());
    }
    record(tx, &of, &DocumentSignature::none(of.of.decision, End::Withdrawn)).await
}

/// As part of an event in the register: nothing is awaited of a key that is out of use, or of a phone that is.
/// Whatever shows whose key signs is shown anew.
pub(in crate::flow) async fn follow_register(
    tx: &mut Tx<'_>,
    entry: EntryId,
    is_in_use: bool,
) -> Result<(), CommitError> {
    if !is_in_use {
        for of in document_signature::of_entry(tx.connection(), entry).await? {
            give_up(tx, &of, End::Withdrawn).await?;
        }
    }
    show_again(tx, entry).await
}

/// Has phones fetch again what waits for an entry's holder, since it shows whose key signs.
pub(in crate::flow) async fn show_again(
    tx: &mut Tx<'_>,
    entry: EntryId,
) -> Result<(), CommitError> {
    for request in document_signature::waiting(tx.connection(), entry).await? {
        // Nothing happened to the request: document systems are told nothing.
        let change = tx.next_change();
        reshape::note_change(tx.connection(), request, change).await?;
    }
    Ok(())
}

/// Ends what a request waits for if its time has come; gives when it has not.
pub(crate) async fn expire(app: &App, request: RequestId) -> Result<Option<Timestamp>, FlowError> {
    let awaited = {
        let mut connection = app.store().reader().await?;
        document_signature::awaited(&mut connection, request).await?
    };
    let Some(awaited) = awaited else { return Ok(None) };
    if app.clock().now() <= awaited.of.until {
        // A job is early by a clock that was set back, or waits for a later one.
        return Ok(Some(awaited.of.until.plus_seconds(1)));
    }
    app.writer().commit(Expire(request)).await?;
    Ok(None)
}

struct Expire(RequestId);

#[async_trait]
impl Commit for Expire {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let awaited = document_signature::awaited(tx.connection(), self.0).await?;
        match awaited.filter(|awaited| tx.now() > awaited.of.until) {
            Some(awaited) => give_up(tx, &awaited, End::Expired).await,
            None => Ok(()),
        }
    }
}
