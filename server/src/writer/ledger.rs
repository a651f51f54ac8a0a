//! The log while a batch grows it.

use sqlx::AnyConnection;
use trien_core::digest::Sha256;
use trien_core::env::{Clock, Entropy, Timestamp};
use trien_core::id::JobId;
use trien_core::log::leaf::{Leaf, Salt};
use trien_core::log::tree::{Node, leaf_hash};

use super::CommitError;
use crate::flow::FlowError;
use crate::flow::act::kind::{Kind, Reason};
use crate::flow::act::{Act, Actor};
use crate::store::act::{self, ActRow};
use crate::store::job::JobKind;
use crate::store::log::{Head, Mode, insert_leaf, insert_statement};
use crate::store::{StoreError, job};

/// The head as the batch has moved it, and the subtrees it has finished.
pub(super) struct Ledger {
    pub(super) head: Head,
    pub(super) nodes: Vec<Node>,
}

/// Where a ledger was at a savepoint.
pub(super) struct Mark {
    head: Head,
    nodes: usize,
}

impl Ledger {
    pub(super) fn mark(&self) -> Mark {
        Mark { head: self.head.clone(), nodes: self.nodes.len() }
    }

    pub(super) fn back_to(&mut self, mark: Mark) {
        self.head = mark.head;
        self.nodes.truncate(mark.nodes);
    }
}

/// What a commit writes with, inside its savepoint.
pub struct Tx<'a> {
    pub(super) connection: &'a mut AnyConnection,
    pub(super) ledger: &'a mut Ledger,
    pub(super) clock: &'a dyn Clock,
    pub(super) entropy: &'a dyn Entropy,
    pub(super) now: Timestamp,
    /// What every statement of this commit says beside its own.
    pub(super) note: serde_json::Map<String, serde_json::Value>,
    /// The act of administration that this commit is part of.
    pub(super) act: Option<Act>,
    /// The act of this same commit that what is stated now follows from.
    pub(super) cause: Option<Kind>,
}

impl Tx<'_> {
    /// Has every statement of this commit say this as well.
    pub fn annotate(&mut self, note: serde_json::Map<String, serde_json::Value>) {
        self.note = note;
    }

    /// Has every event of this commit be part of this act.
    pub fn be_part_of(&mut self, act: Act) {
        self.act = Some(act);
    }

    /// Has what is stated from now on follow from another act of this commit; gives what it followed from
    /// before. Whoever does several things in one act gives one reason.
    pub fn follow_from(&mut self, cause: Option<Kind>) -> Option<Kind> {
        std::mem::replace(&mut self.cause, cause)
    }

    /// The act of administration that this commit is part of, if it is of one.
    #[must_use]
    pub fn act(&self) -> Option<&Act> {
        self.act.as_ref()
    }

    /// The connection.
    pub fn connection(&mut self) -> &mut AnyConnection {
        self.connection
    }

    /// When this batch is recorded.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Whether decisions may be recorded.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.ledger.head.mode
    }

    /// Stops decisions until the log is recovered.
    pub async fn enter_recovery(&mut self) -> Result<(), CommitError> {
        self.ledger.head.mode = Mode::Recovery;
        Ok(crate::store::log::enter_recovery(self.connection).await?)
    }

    /// The number of the next change of a request. Numbers appear in the order of commits, because
    /// they are drawn while the head is locked: a reader that has seen one has seen all before it.
    pub fn next_change(&mut self) -> u64 {
        self.ledger.head.change += 1;
        self.ledger.head.change
    }

    /// A fresh salt.
    #[must_use]
    pub fn salt(&self) -> Salt {
        Salt::generate(self.entropy)
    }

    /// Appends a leaf; gives its place.
    pub async fn append(&mut self, leaf: &Leaf) -> Result<u64, CommitError> {
        let data = leaf.to_cbor();
        let seq = self.ledger.head.frontier.size();
        let completed = self.ledger.head.frontier.append(leaf_hash(&data));
        insert_leaf(self.connection, seq, data, &completed).await?;
        self.ledger.nodes.extend(completed);
        Ok(seq)
    }

    /// Appends the leaf of a statement that is no decision, and notes the statement beside it. It says who,
    /// what, why, before and after: an act without one of these is refused.
    pub async fn state(
        &mut self,
        kind: Kind,
        subject: &[u8],
        statement: &serde_json::Value,
    ) -> Result<u64, CommitError> {
        let mut said = serde_json::Map::new();
        said.insert("act".to_owned(), kind.name().into());
        said.insert("by".to_owned(), "server".into());
        said.extend(statement.as_object().cloned().unwrap_or_default());
        said.extend(self.note.clone());
        if let Some(cause) = self.cause {
            said.insert("with".to_owned(), cause.name().into());
        }
        self.require(kind, &said)?;
        let place = act::place(self.connection, kind.subject(), subject, &said).await?;
        place.note(&mut said);
        let row = ActRow::of(kind.slug(), self.now.second(), &said);
        let body = serde_json::Value::Object(said).to_string();
        let salt = self.salt();
        let hash = Sha256::of(body.as_bytes());
        let leaf = Leaf::new(kind.leaf(), self.now.second(), &salt, &hash);
        let seq = self.append(&leaf).await?;
        insert_statement(self.connection, seq, subject, body, &salt).await?;
        if kind.is_listed() {
            act::insert(self.connection, seq, subject, &row).await?;
        }
        Ok(seq)
    }

    fn require(
        &self,
        kind: Kind,
        said: &serde_json::Map<String, serde_json::Value>,
    ) -> Result<(), FlowError> {
        if ["before", "after"].iter().any(|side| !said.contains_key(*side)) {
            let name = kind.slug();
            return Err(FlowError::Internal(format!("{name} says not what it changed")));
        }
        let by_account = self.act.as_ref().is_some_and(|act| matches!(act.by, Actor::Account(_)));
        let gives_reason = ["why", "for", "with"].iter().any(|word| said.contains_key(*word));
        if kind.reason() == Reason::Required && by_account && !gives_reason {
            return Err(FlowError::BadRequest("say why".to_owned()));
        }
        Ok(())
    }

    /// Plans background work, again if it was done before.
    pub async fn schedule(
        &mut self,
        kind: JobKind,
        subject: &[u8],
        due: Timestamp,
    ) -> Result<(), StoreError> {
        let id = JobId::generate(self.clock, self.entropy);
        job::schedule(self.connection, id, kind, subject, due, self.now).await
    }
}
