//! Whose key outside phones signs documents: an officer says so of an entry, and no longer.

use async_trait::async_trait;
use serde_json::json;
use trien_core::certificate::Certificate;
use trien_core::env::Timestamp;
use trien_core::id::EntryId;
use trien_core::register::State;
use trien_core::signer::document::scheme_of;

use super::end::show_again;
use crate::app::App;
use crate::flow::act::kind::Kind;
use crate::flow::act::{Act, Acted};
use crate::flow::{FlowError, Thing};
use crate::store::job::JobKind;
use crate::store::{document_signature, register};
use crate::writer::{Commit, CommitError, Tx};

/// Whether a key outside phones signs documents in the place of its holder's phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signs {
    /// It does: its holder decides on the phone, and it signs afterwards.
    Documents,
    /// It does not: the phone's own key signs.
    Nothing,
}

impl Signs {
    fn name(self) -> &'static str {
        match self {
            Self::Documents => "documents",
            Self::Nothing => "nothing",
        }
    }
}

/// Has a certificate outside phones sign documents, or no longer. What is awaited of it already stays so.
pub async fn choose(app: &App, act: &Act, entry: EntryId, signs: Signs) -> Result<(), FlowError> {
    app.writer().commit(Acted(act.clone(), Choose { entry, signs })).await?;
    Ok(())
}

struct Choose {
    entry: EntryId,
    signs: Signs,
}

#[async_trait]
impl Commit for Choose {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let (entry, signs) = (self.entry, self.signs);
        let head = register::head(tx.connection(), entry).await?;
        let head = head.ok_or(FlowError::NotFound(Thing::Entry))?;
        let before = document_signature::signs(tx.connection(), entry).await?;
        let before = if before == Some(true) { Signs::Documents } else { Signs::Nothing };
        if before == signs {
            return Ok(());
        }
        let signer = document_signature::entry(tx.connection(), entry).await?;
        let refused = |what: &str| CommitError::from(FlowError::BadRequest(what.to_owned()));
        let signer = signer.ok_or_else(|| refused("there is no certificate yet"))?;
        if signs == Signs::Documents {
            if head.state != State::InUse {
                return Err(refused("the certificate is not in use"));
            }
            let certificate = Certificate::parse(&signer.der);
            let certificate = certificate.map_err(|_| refused("the certificate cannot be read"))?;
            if scheme_of(certificate.public_key()).is_none() {
                return Err(refused("its key is neither P-256 nor RSA of 2048 bits or more"));
            }
        } else {
            // Before it changes nothing any more for whom it waits.
            show_again(tx, entry).await?;
        }
        let is = signs == Signs::Documents;
        if document_signature::set_signs(tx.connection(), entry, is).await? != 1 {
            return Err(refused("it is a device's own key, which signs without being told to"));
        }
        show_again(tx, entry).await?;
        plan_beginning(tx, entry).await?;
        let statement = json!({
            "certificate": signer.sha256,
            "before": { "signs": before.name() },
            "after": { "signs": signs.name() },
        });
        tx.state(Kind::DocumentSignerChosen, signer.sha256.as_bytes(), &statement).await?;
        Ok(())
    }
}

/// As part of saying that a key signs documents: until its certificate is valid it does not, and then phones are told.
pub(in crate::flow) async fn plan_beginning(
    tx: &mut Tx<'_>,
    entry: EntryId,
) -> Result<(), CommitError> {
    if document_signature::signs(tx.connection(), entry).await? != Some(true) {
        return Ok(());
    }
    let signer = document_signature::entry(tx.connection(), entry).await?;
    let now = tx.now().second();
    if let Some(signer) = signer.filter(|signer| signer.not_before > now) {
        let begins = signer.not_before.timestamp();
        tx.schedule(JobKind::DocumentSigner, entry.as_bytes(), begins).await?;
    }
    Ok(())
}

/// Has phones told that a key signs documents from now on; gives when it begins, where that is later.
pub(crate) async fn begin(app: &App, entry: EntryId) -> Result<Option<Timestamp>, FlowError> {
    let signer = {
        let mut connection = app.store().reader().await?;
        document_signature::entry(&mut connection, entry).await?
    };
    let now = app.clock().now().second();
    match signer {
        None => Ok(None),
        // A job is early by a clock that was set back.
        Some(signer) if signer.not_before > now => Ok(Some(signer.not_before.timestamp())),
        Some(_) => {
            app.writer().commit(Begin(entry)).await?;
            Ok(None)
        }
    }
}

struct Begin(EntryId);

#[async_trait]
impl Commit for Begin {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        show_again(tx, self.0).await
    }
}
