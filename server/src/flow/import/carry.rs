//! Carrying a table out: in one transaction, as one statement.

use async_trait::async_trait;
use serde_json::json;
use trien_core::digest::Sha256;
use trien_core::id::UnitId;
use trien_core::log::leaf::StatementKind;

use super::{Kind, Plan};
use crate::flow::FlowError;
use crate::store::directory::{self, PersonDetails, PersonRow, UnitDetails, UnitRow};
use crate::store::holding;
use crate::store::newcomers::Newcomers;
use crate::store::roll::{self, Standing};
use crate::writer::{Commit, CommitError, Tx};

/// What a row of units does.
#[derive(Debug)]
pub(super) enum UnitWork {
    Add { unit: UnitRow, details: UnitDetails, parent: Option<UnitId> },
    Change { id: UnitId, before: String, name: String, details: UnitDetails },
}

/// What a row of people does.
#[derive(Debug)]
pub(super) enum PersonWork {
    Add { person: PersonRow, details: PersonDetails, unit_name: String },
    Change { before: Standing, after: Standing },
}

/// All that a table does, in an order in which what stands above comes first.
#[derive(Debug)]
pub(super) enum Work {
    Units(Vec<UnitWork>),
    People(Vec<PersonWork>),
}

impl Work {
    /// Rows that add, and rows that change.
    pub(super) fn counts(&self) -> (usize, usize) {
        let (all, added) = match self {
            Self::Units(work) => {
                let adds = |row: &&UnitWork| matches!(row, UnitWork::Add { .. });
                (work.len(), work.iter().filter(adds).count())
            }
            Self::People(work) => {
                let adds = |row: &&PersonWork| matches!(row, PersonWork::Add { .. });
                (work.len(), work.iter().filter(adds).count())
            }
        };
        (added, all - added)
    }
}

pub(super) struct CarryOut {
    kind: Kind,
    digest: Sha256,
    added: usize,
    changed: usize,
    work: Work,
}

impl CarryOut {
    pub(super) fn of(plan: Plan) -> Self {
        let Plan { kind, digest, added, changed, work, .. } = plan;
        Self { kind, digest, added, changed, work }
    }
}

#[async_trait]
impl Commit for CarryOut {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        match &self.work {
            Work::Units(work) => {
                for row in work {
                    unit(tx, row, now).await?;
                }
            }
            Work::People(work) => {
                let mut newcomers = Newcomers::new(now);
                for row in work {
                    person(tx, row, now, &mut newcomers).await?;
                }
                free(newcomers.end(tx.connection()).await?)?;
            }
        }
        let statement = json!({
            "act": format!("{}-imported", self.kind.name()),
            "file": self.digest,
            "added": self.added,
            "changed": self.changed,
        });
        tx.state(StatementKind::Policy, &self.digest.0, &statement).await?;
        Ok(())
    }
}

async fn unit(
    tx: &mut Tx<'_>,
    row: &UnitWork,
    now: trien_core::env::Timestamp,
) -> Result<(), CommitError> {
    match row {
        UnitWork::Add { unit, details, parent } => {
            if let Some(code) = &details.organ_id {
                free(roll::unit_with_code(tx.connection(), code).await?.is_none())?;
            }
            directory::insert_unit(tx.connection(), unit, details, *parent, now).await?;
        }
        UnitWork::Change { id, before, name, details } => {
            if let Some(code) = &details.organ_id {
                let other = roll::unit_with_code(tx.connection(), code).await?;
                free(other.is_none_or(|other| other == *id))?;
            }
            let connection = tx.connection();
            let changed = roll::change_unit(connection, *id, before, name, details, now).await?;
            free(changed)?;
        }
    }
    Ok(())
}

async fn person(
    tx: &mut Tx<'_>,
    row: &PersonWork,
    now: trien_core::env::Timestamp,
    newcomers: &mut Newcomers,
) -> Result<(), CommitError> {
    match row {
        PersonWork::Add { person, details, unit_name } => {
            free(newcomers.add(tx.connection(), person, details, unit_name).await?)?;
        }
        PersonWork::Change { before, after } => {
            let id = before.row.view.id;
            free(roll::standing(tx.connection(), id).await?.as_ref() == Some(before))?;
            if before.is_elsewhere(after) {
                free(!holding::holds(tx.connection(), id).await?)?;
            }
            if let Some(number) = &after.details.staff_number {
                let other = roll::with_staff_number(tx.connection(), number).await?;
                free(other.is_none_or(|other| other.row.view.id == id))?;
            }
            roll::change_person(tx.connection(), before, after, now).await?;
        }
    }
    Ok(())
}

/// Somebody may have changed what the table was looked at against.
fn free(still: bool) -> Result<(), CommitError> {
    if still { Ok(()) } else { Err(FlowError::DirectoryMoved.into()) }
}
