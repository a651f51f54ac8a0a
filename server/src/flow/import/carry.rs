//! Carrying a table out: in one transaction, as one statement.

use async_trait::async_trait;
use serde_json::{Value, json};
use trien_core::digest::Sha256;
use trien_core::id::UnitId;

use super::{Kind, Plan};
use crate::flow::act::fields::{differing, unit_fields};
use crate::flow::act::kind::Kind as ActKind;
use crate::flow::{FlowError, delegate};
use crate::store::directory::{self, Authority, PersonDetails, PersonRow, UnitDetails, UnitRow};
use crate::store::holding;
use crate::store::newcomers::Newcomers;
use crate::store::roll::{self, Standing};
use crate::writer::{Commit, CommitError, Tx};

/// What a row of units does.
#[derive(Debug)]
pub(super) enum UnitWork {
    Add { unit: UnitRow, details: UnitDetails, parent: Option<UnitId> },
    Change { id: UnitId, was: UnitDetails, before: String, name: String, details: UnitDetails },
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
        let kind = match self.kind {
            Kind::Units => ActKind::UnitsImported,
            Kind::People => ActKind::PeopleImported,
        };
        tx.state(kind, &self.digest.0, &self.statement()).await?;
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
        UnitWork::Change { id, before, name, details, .. } => {
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
            // What was given from or to the post was so for what it let its holder do.
            if before.is_elsewhere(after) || before.details.authority != after.details.authority {
                let row = &before.row;
                delegate::end_of_post(tx, id, row.unit, &row.view.position).await?;
            }
            roll::change_person(tx.connection(), before, after, now).await?;
        }
    }
    Ok(())
}

/// Rows that a statement tells one by one; of more, only the digest of all.
const TOLD: usize = 100;

impl CarryOut {
    /// What the log says: counts, the digest of what each row did (SHA-256 of a JSON list, an object a row:
    /// its identifier, before and after), and that list itself where it is short.
    fn statement(&self) -> Value {
        let rows: Vec<Value> = match &self.work {
            Work::Units(work) => work.iter().map(UnitWork::told).collect(),
            Work::People(work) => work.iter().map(PersonWork::told).collect(),
        };
        let (before, after): (Vec<_>, Vec<_>) = rows.iter().map(sides).unzip();
        let all = rows.len() <= TOLD;
        let digest = Sha256::of(Value::Array(rows).to_string().as_bytes());
        let told = |side: Vec<Value>| if all { json!({ "rows": side }) } else { Value::Null };
        let mut after = told(after);
        after["added"] = json!(self.added);
        after["changed"] = json!(self.changed);
        after["digest"] = json!(digest);
        json!({
            "file": self.digest,
            "added": self.added,
            "changed": self.changed,
            "rows": digest,
            "before": told(before),
            "after": after,
        })
    }
}

/// A row's identifier with what stood before, and with what stands after.
fn sides(row: &Value) -> (Value, Value) {
    let side = |name: &str| json!({ "id": row["id"], "is": row[name] });
    (side("before"), side("after"))
}

impl UnitWork {
    fn told(&self) -> Value {
        match self {
            Self::Add { unit, details, parent } => {
                let mut after = unit_fields(&unit.view.name, details);
                after["parent"] = json!(parent);
                json!({ "id": unit.view.id, "before": null, "after": after })
            }
            Self::Change { id, was, before, name, details } => {
                let (was, now) = (unit_fields(before, was), unit_fields(name, details));
                let (before, after) = differing(&was, &now);
                json!({ "id": id, "before": before, "after": after })
            }
        }
    }
}

impl PersonWork {
    /// Of a person, what is of the office; of what is the person's own, only which of it changed.
    fn told(&self) -> Value {
        match self {
            Self::Add { person, .. } => {
                let after = json!({ "unit": person.unit, "position": person.view.position });
                json!({ "id": person.view.id, "before": null, "after": after })
            }
            Self::Change { before, after } => {
                let (was, now) = (person_fields(before), person_fields(after));
                let (was, mut now) = differing(&was, &now);
                let own = own_fields(before).into_iter().zip(own_fields(after));
                let changed = own.filter(|((_, before), (_, after))| before != after);
                let names: Vec<_> = changed.map(|((name, _), _)| name).collect();
                if !names.is_empty() {
                    now["corrected"] = json!(names);
                }
                json!({ "id": before.row.view.id, "before": was, "after": now })
            }
        }
    }
}

fn person_fields(standing: &Standing) -> Value {
    let authority = standing.details.authority.map(Authority::name);
    let (unit, position) = (standing.row.unit, &standing.row.view.position);
    json!({ "unit": unit, "position": position, "authority": authority })
}

fn own_fields(standing: &Standing) -> [(&'static str, Option<&str>); 4] {
    let details = &standing.details;
    [
        ("name", Some(&standing.row.view.name)),
        ("staff_number", details.staff_number.as_deref()),
        ("email", details.email.as_deref()),
        ("phone", details.phone.as_deref()),
    ]
}

/// Somebody may have changed what the table was looked at against.
fn free(still: bool) -> Result<(), CommitError> {
    if still { Ok(()) } else { Err(FlowError::DirectoryMoved.into()) }
}
