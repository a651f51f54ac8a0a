//! Who acts for a unit whose documents are submitted: its document system, or a clerk.

use serde_json::{Value, json};
use trien_core::id::{AccountId, ApiKeyId, UnitId};

use super::FlowError;
use super::account::{Role, require_role};
use crate::store::key;
use crate::writer::{CommitError, Tx};

/// A document system or a clerk.
#[derive(Clone, Copy, Debug)]
pub(super) enum Submitter {
    /// By its key.
    Key(ApiKeyId),
    /// Whom the act names.
    Clerk(AccountId),
}

impl Submitter {
    /// Refuses whoever acts for the unit no more: a key may be revoked, or a role end, since they were let in.
    pub(super) async fn require(self, tx: &mut Tx<'_>, unit: UnitId) -> Result<(), CommitError> {
        match self {
            Self::Key(key) => match key::unit_of(tx.connection(), key).await? {
                Some(of) if of == unit => Ok(()),
                _ => Err(FlowError::Unauthenticated.into()),
            },
            Self::Clerk(account) => require_role(tx, account, unit, Role::Clerk).await,
        }
    }

    /// Names the key in what is stated.
    pub(super) fn note(self, statement: &mut Value) {
        if let Self::Key(key) = self {
            statement["key"] = json!(key);
        }
    }
}
