//! By what right a decision is made: by the own part in a step, or in another's place.

use sqlx::AnyConnection;
use trien_core::decision::{Authority, Decision};
use trien_core::delegation::{Asked, Delegation};
use trien_core::digest::Sha256;
use trien_core::env::UnixSecond;
use trien_core::id::{PersonId, RequestId};
use trien_core::request::Role;

use super::give::{SKEW_SECONDS, holds};
use super::read;
use crate::flow::account::MAX_LEVELS;
use crate::flow::{FlowError, Mismatch, Thing};
use crate::store::stand_in::{self, StandIn, part};
use crate::store::{delegation, directory, request};
use crate::writer::{CommitError, Tx};

/// By what right somebody decides.
#[derive(Clone, Debug)]
pub(in crate::flow) enum Right {
    /// The part is their own.
    Own,
    /// By a delegation.
    Delegated(Box<ByDelegation>),
}

/// In whose place, and by which delegation.
#[derive(Clone, Debug)]
pub(in crate::flow) struct ByDelegation {
    /// What was shown to the phone, or had been.
    pub stands_in: StandIn,
    /// What was signed.
    pub given: Delegation,
}

impl Right {
    /// What a decision claims, as far as it was ever so: whether it still is, its commit asks.
    pub(in crate::flow) async fn claimed(
        connection: &mut AnyConnection,
        decision: &Decision,
    ) -> Result<Self, FlowError> {
        let Authority::Delegated { position, statement } = &decision.authority else {
            return Ok(Self::Own);
        };
        let asked = part(decision.request, decision.step, decision.person);
        let stands_in = stand_in::one_stand_in(connection, asked, statement).await?;
        // A step in which nobody was ever to stand in does not exist for them.
        let stands_in = stands_in.ok_or(FlowError::NotFound(Thing::Step))?;
        let row = delegation::one(connection, statement).await?;
        let given = read(&row.ok_or(FlowError::NotFound(Thing::Delegation))?.cose)?;
        if given.to.person != decision.person || given.to.position != *position {
            return Err(Mismatch::Authority.into());
        }
        Ok(Self::Delegated(Box::new(ByDelegation { stands_in, given })))
    }

    /// Whose part it is that is decided.
    pub(in crate::flow) fn principal(&self, person: PersonId) -> PersonId {
        match self {
            Self::Own => person,
            Self::Delegated(by) => by.stands_in.part.person,
        }
    }

    /// Who decides for another one, and by which delegation.
    pub(in crate::flow) fn by(&self) -> Option<(PersonId, Sha256)> {
        match self {
            Self::Own => None,
            Self::Delegated(by) => Some((by.stands_in.person, by.stands_in.delegation)),
        }
    }

    /// When it ends by itself, if it does.
    pub(in crate::flow) fn ends(&self) -> Option<UnixSecond> {
        match self {
            Self::Own => None,
            Self::Delegated(by) => Some(by.given.ends),
        }
    }
}

impl ByDelegation {
    /// Whether it still counts for this, in the order of the log.
    pub(in crate::flow) async fn require(
        &self,
        tx: &mut Tx<'_>,
        id: RequestId,
        role: Role,
        signed_at: UnixSecond,
    ) -> Result<(), CommitError> {
        let now = tx.now().second();
        let row = delegation::one(tx.connection(), &self.stands_in.delegation).await?;
        let row = row.ok_or(FlowError::AuthorityEnded)?;
        if row.ended_at.is_some() {
            return Err(FlowError::AuthorityEnded.into());
        }
        // What was signed before there was the delegation is not by it.
        if signed_at.plus(SKEW_SECONDS) < row.created_at.second() {
            return Err(FlowError::AuthorityEnded.into());
        }
        // Whoever left a post and took it again begins anew.
        for holder in [&self.given.from, &self.given.to] {
            if !holds(tx, holder, row.created_at).await? {
                return Err(FlowError::AuthorityEnded.into());
            }
        }
        let head = request::head(tx.connection(), id).await?;
        let head = head.ok_or(FlowError::NotFound(Thing::Request))?;
        let line = directory::line(tx.connection(), head.unit.id, MAX_LEVELS).await?;
        let kind = head.metadata.kind.as_str();
        let asked = Asked { line: &line, kind, role, at: now };
        let covered = self.given.covers(&asked).and_then(|()| self.given.in_force(signed_at));
        covered.map_err(|_| FlowError::AuthorityEnded)?;
        Ok(())
    }
}
