//! Who does something, and why: part of every statement about an act of administration.

pub(in crate::flow) mod fields;
pub mod kind;

use async_trait::async_trait;
use serde_json::{Value, json};
use trien_core::document::Text;
use trien_core::id::{AccountId, AdminTokenId};

use super::FlowError;
use crate::store::{account, admin_token};
use crate::writer::{Commit, CommitError, Tx};

/// An act of administration, apart from what is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// Who.
    pub by: Actor,
    /// Why, in the actor's words.
    pub why: Option<Text<500>>,
    /// The token that an account showed, where it did not sign in.
    pub token: Option<AdminTokenId>,
}

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Whoever can run the program on the server's data folder.
    CommandLine,
    /// Somebody who signed in.
    Account(AccountId),
}

impl Act {
    /// An act on the server's own command line, without words.
    pub const COMMAND_LINE: Self = Self { by: Actor::CommandLine, why: None, token: None };

    /// An act of somebody who signed in.
    #[must_use]
    pub fn of(account: AccountId, why: Option<Text<500>>) -> Self {
        Self { by: Actor::Account(account), why, token: None }
    }

    /// What a statement says of it.
    fn note(&self, statement: &mut serde_json::Map<String, Value>) {
        let by = match self.by {
            Actor::CommandLine => json!("command-line"),
            Actor::Account(account) => json!(account),
        };
        statement.insert("by".to_owned(), by);
        if let Some(token) = &self.token {
            statement.insert("token".to_owned(), json!(token));
        }
        if let Some(why) = &self.why {
            statement.insert("why".to_owned(), json!(why));
        }
    }
}

/// Refuses the act of an account, or by a token, that ended since somebody was asked who it is.
async fn require_standing(tx: &mut Tx<'_>, act: &Act) -> Result<(), CommitError> {
    let Actor::Account(id) = act.by else { return Ok(()) };
    let row = account::by_id(tx.connection(), id).await?;
    // The first account of all is still to be made.
    if row.is_some_and(|row| row.ended_at.is_some()) {
        return Err(FlowError::Unauthenticated.into());
    }
    if let Some(token) = act.token {
        let now = tx.now();
        let good = admin_token::of_account(tx.connection(), id).await?;
        if !good.iter().any(|row| row.id == token && now < row.expires_at) {
            return Err(FlowError::Unauthenticated.into());
        }
    }
    Ok(())
}

/// A commit whose statements name the act that they are part of.
pub(super) struct Acted<C>(pub Act, pub C);

#[async_trait]
impl<C: Commit> Commit for Acted<C> {
    type Done = C::Done;

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<C::Done, CommitError> {
        require_standing(tx, &self.0).await?;
        let mut note = serde_json::Map::new();
        self.0.note(&mut note);
        tx.annotate(note);
        tx.be_part_of(self.0.clone());
        self.1.apply(tx).await
    }

    async fn refuse(
        &mut self,
        tx: &mut Tx<'_>,
        why: &FlowError,
    ) -> Result<Option<C::Done>, CommitError> {
        self.1.refuse(tx, why).await
    }
}
