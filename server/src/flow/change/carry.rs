//! Carrying a change out: one commit, which finds everything as it was looked at, or does nothing.

use async_trait::async_trait;
use serde_json::json;
use trien_core::digest::Sha256;
use trien_core::id::{ChangeId, PersonId, UnitId};

use super::deed::Task;
use super::held::{Held, Part};
use super::unit::UnitFacts;
use crate::app::App;
use crate::flow::act::Actor;
use crate::flow::act::kind::Kind;
use crate::flow::{FlowError, crl};
use crate::store::change::{self, By, Line, ReportRow};
use crate::store::reshape;
use crate::writer::{Commit, CommitError, Tx};

/// A change that was looked at whole.
pub(super) struct Carry {
    pub id: ChangeId,
    /// Its kind, for the report.
    pub kind: &'static str,
    /// Whose post, where it is one person's.
    pub person: Option<PersonId>,
    pub subject: String,
    pub place: String,
    /// The units that it is about.
    pub units: Vec<UnitId>,
    /// Those that things go into, or below which a unit begins.
    pub targets: Vec<UnitId>,
    /// What people held when it was looked at.
    pub held: Vec<Held>,
    /// What a unit was then.
    pub facts: Option<UnitFacts>,
    pub tasks: Vec<Task>,
}

/// A change that was carried out.
pub(super) struct Carried {
    id: ChangeId,
    /// Whether a certificate ended with it.
    revoked: bool,
}

impl Carried {
    /// Makes the revocation list that the change asks for; gives the report.
    pub(super) async fn tell(self, app: &App) -> ChangeId {
        if self.revoked {
            crl::renew_now(app).await;
        }
        self.id
    }
}

#[async_trait]
impl Commit for Carry {
    type Done = Carried;

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<Carried, CommitError> {
        self.find_as_it_was(tx).await?;
        self.tasks.sort_by_key(|task| task.deed.rank());
        let mut revoked = false;
        for task in &self.tasks {
            revoked |= task.carry_out(tx).await?;
        }
        self.report(tx).await?;
        Ok(Carried { id: self.id, revoked })
    }
}

impl Carry {
    async fn find_as_it_was(&self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now().second();
        let mut moved: Vec<Part> = Vec::new();
        for before in &self.held {
            let held = Held::load(tx.connection(), before.person, now).await?;
            moved.extend(held.changed(before));
        }
        if let Some(before) = &self.facts {
            let facts = UnitFacts::load(tx.connection(), before.unit.id, now).await?;
            if facts != *before {
                moved.push(Part::Unit);
            }
        }
        for target in &self.targets {
            if !reshape::stands(tx.connection(), *target).await? {
                moved.push(Part::Unit);
            }
        }
        moved.sort();
        moved.dedup();
        if moved.is_empty() { Ok(()) } else { Err(FlowError::PlanMoved(moved).into()) }
    }

    async fn report(&self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let lines: Vec<Line> = self.tasks.iter().map(Task::line).collect();
        let digest = digest(&lines);
        let statement = json!({
            "kind": self.kind,
            "report": self.id,
            "person": self.person,
            "units": self.units,
            "lines": lines.len(),
            "digest": digest,
            // What stood before each stands in the statements of its own; the report has every line.
            "before": null,
            "after": { "lines": lines.len(), "digest": digest },
        });
        let leaf = tx.state(Kind::PostOrUnitChanged, self.id.as_bytes(), &statement).await?;
        let (by, why) = match tx.act() {
            None => (By::CommandLine, None),
            Some(act) => {
                let by = match act.by {
                    Actor::CommandLine => By::CommandLine,
                    Actor::Account(account) => By::Account(account, String::new()),
                };
                (by, act.why.as_ref().map(|why| why.as_str().to_owned()))
            }
        };
        let report = ReportRow {
            id: self.id,
            kind: self.kind.to_owned(),
            person: self.person,
            subject: self.subject.clone(),
            place: self.place.clone(),
            by,
            why,
            at: tx.now(),
            leaf,
            lines: digest,
        };
        change::insert(tx.connection(), &report, &self.units, &lines).await?;
        Ok(())
    }
}

/// What stands in the log for a report's lines: SHA-256 of their JSON, each an array of person, name,
/// thing, which, deed and detail.
pub(super) fn digest(lines: &[Line]) -> Sha256 {
    let list: Vec<_> = lines
        .iter()
        .map(|it| json!([it.person, it.name, it.thing, it.what, it.deed, it.detail]))
        .collect();
    Sha256::of(json!(list).to_string().as_bytes())
}
