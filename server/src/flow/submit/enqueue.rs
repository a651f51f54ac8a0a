//! What is written when a document is queued.

use async_trait::async_trait;
use serde_json::json;
use trien_core::change::Outcome;
use trien_core::digest::Sha256;
use trien_core::env::Timestamp;
use trien_core::id::AccountId;
use trien_core::request::RouteState;
use trien_core::wire::{ImageView, Submitted};

use super::super::account::{self, Role};
use super::super::changes::{self, News};
use super::super::key::MakeOfConsole;
use super::super::{FlowError, Thing, copies, numbers, push, supersede, templates};
use super::files::Named;
use crate::flow::act::kind::Kind;
use crate::store::document::{self, NewRevision};
use crate::store::job::JobKind;
use crate::store::key::{Remembered, remember, remembered, unit_of};
use crate::store::queue::{self, NewRequest};
use crate::store::reshape;
use crate::writer::{Commit, CommitError, Tx};

/// A checked submission.
pub(super) struct Enqueue {
    pub request: NewRequest,
    pub documents: Vec<Named>,
    pub images: Vec<ImageView>,
    pub idempotency_key: String,
    pub remembered: Remembered,
    /// When there is first something to remind of.
    pub remind_at: Option<Timestamp>,
}

#[async_trait]
impl Commit for Enqueue {
    type Done = Submitted;

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<Submitted, CommitError> {
        let (id, now, key) = (self.request.id, tx.now(), self.request.submitter);
        self.require_key(tx).await?;
        let name = &self.idempotency_key;
        if remember(tx.connection(), key, name, &self.remembered, now).await? == 0 {
            return match remembered(tx.connection(), key, name).await? {
                Some(earlier) if earlier.package == self.remembered.package => Ok(earlier.answer),
                _ => Err(FlowError::IdempotencyConflict.into()),
            };
        }
        templates::confirm(tx, &self.request).await?;
        let change = tx.next_change();
        queue::insert(tx.connection(), &self.request, now, change).await?;
        copies::note(tx, id, &self.request.copies).await?;
        for (place, named) in (0..).zip(&self.documents) {
            self.insert_document(tx, place, named).await?;
        }
        for image in &self.images {
            document::use_image(tx.connection(), id, image).await?;
        }
        tx.state(Kind::RequestQueued, id.as_bytes(), &self.statement()).await?;
        let of = &self.request;
        numbers::bind(tx, id, of.unit, &of.metadata, of.supersedes).await?;
        if let Some(earlier) = of.supersedes {
            supersede::supersede(tx, earlier, id, of.unit).await?;
        }
        if let RouteState::Open { step } = of.route.state() {
            numbers::give(tx, id, step).await?;
        }
        changes::note(tx, id, change, News::of(Outcome::Queued)).await?;
        push::wake(tx, id, change).await?;
        if let Some(remind_at) = self.remind_at {
            tx.schedule(JobKind::Remind, id.as_bytes(), remind_at).await?;
        }
        tx.schedule(JobKind::Expire, id.as_bytes(), self.request.expires_at).await?;
        Ok(self.remembered.answer.clone())
    }
}

/// What a clerk queues.
pub(super) struct ByClerk {
    pub clerk: AccountId,
    pub make: Option<MakeOfConsole>,
    pub commit: Enqueue,
}

#[async_trait]
impl Commit for ByClerk {
    type Done = Submitted;

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<Submitted, CommitError> {
        // While the document was checked, the role may have been taken away.
        account::require_role(tx, self.clerk, self.commit.request.unit, Role::Clerk).await?;
        if let Some(make) = &mut self.make {
            self.commit.request.submitter = make.make(tx).await?;
        }
        self.commit.apply(tx).await
    }
}

impl Enqueue {
    /// While the document was checked, the key may have ended or gone to another unit with its own.
    async fn require_key(&self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let unit = unit_of(tx.connection(), self.request.submitter).await?;
        let unit = unit.ok_or(FlowError::Unauthenticated)?;
        if unit != self.request.unit {
            return Err(FlowError::Forbidden.into());
        }
        if !reshape::stands(tx.connection(), unit).await? {
            return Err(FlowError::NotFound(Thing::Unit).into());
        }
        Ok(())
    }

    async fn insert_document(
        &self,
        tx: &mut Tx<'_>,
        place: u32,
        named: &Named,
    ) -> Result<(), CommitError> {
        let (id, now) = (self.request.id, tx.now());
        let of = &named.document;
        document::insert(tx.connection(), &of.sha256, of.size, now).await?;
        document::attach(tx.connection(), id, place, &named.name, &of.media_type).await?;
        let revision = NewRevision {
            request: id,
            place,
            number: 0,
            sha256: of.sha256,
            size: of.size,
            part: of.sha256,
            tail: None,
            decision: None,
        };
        document::insert_revision(tx.connection(), &revision, now).await?;
        Ok(())
    }

    fn statement(&self) -> serde_json::Value {
        let documents: Vec<_> = self.documents.iter().map(|named| &named.document).collect();
        let recipes: Vec<Vec<Option<Sha256>>> = self
            .request
            .recipes
            .iter()
            .map(|step| step.iter().map(|r| r.as_ref().map(|r| Sha256::of(r))).collect())
            .collect();
        let signers: Vec<Vec<_>> = self
            .request
            .route
            .steps()
            .iter()
            .map(|step| step.signers.iter().map(|signer| signer.person).collect())
            .collect();
        let mut statement = json!({
            "request": self.request.id,
            "unit": self.request.unit,
            "metadata": self.request.metadata,
            "documents": documents,
            "signers": signers,
            "recipes": recipes,
            "expires_at": self.request.expires_at,
            "before": null,
            "after": { "state": "open" },
        });
        if let Some(due) = self.request.due_at {
            statement["due_at"] = json!(due);
        }
        if let Some(earlier) = self.request.supersedes {
            statement["supersedes"] = json!(earlier);
        }
        if let Some(on_paper) = &self.request.on_paper {
            statement["on_paper"] = json!(on_paper);
        }
        if !self.request.copies.is_empty() {
            statement["copies"] = json!(self.request.copies);
        }
        if let Some((id, version)) = self.request.template {
            statement["template"] = json!({ "id": id, "version": version });
        }
        statement
    }
}
