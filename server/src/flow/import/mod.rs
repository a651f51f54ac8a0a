//! Units and people from a table: looked at as a whole first, then carried out in one act.
//!
//! Nothing is written while a table is looked at; each row's problem is named with its line, its column
//! and what to do. A table without problems is carried out all or nothing, as one statement in the log:
//! how many were added and changed, and the file's digest.

mod carry;
mod column;
mod fault;
pub(super) mod kept;
mod people;
pub(super) mod tree;
mod units;

use trien_core::digest::Sha256;

use super::FlowError;
use super::account::{Officer, Role};
use super::act::{Act, Acted};
use crate::app::App;
use crate::sheet::{self, Sheet};
use crate::store::level::{self, Level};
use crate::store::people::Branch;

pub(super) use column::headings;
pub use column::{Column, columns};
pub use fault::{Fault, Problem};
pub use kept::{forget, look, look_again};

/// Problems that are named; a table with more of them has one cause.
pub const MAX_PROBLEMS: usize = 500;

/// What a table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Units.
    Units,
    /// People with their positions.
    People,
}

impl Kind {
    /// By its name in addresses.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Units, Self::People].into_iter().find(|kind| kind.name() == name)
    }

    /// Its name in addresses and statements.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Units => "units",
            Self::People => "people",
        }
    }
}

/// Where somebody may add and change.
#[derive(Clone, Debug)]
pub struct Reach(Option<Vec<Branch>>);

impl Reach {
    /// Everywhere: whoever runs the program on the server's data folder.
    pub const EVERYWHERE: Self = Self(None);

    /// In the units that an officer administers.
    pub async fn of(app: &App, officer: &Officer) -> Result<Self, FlowError> {
        let mut administered = officer.clone();
        administered.grants.retain(|grant| grant.role == Role::Administrator);
        if administered.grants.is_empty() {
            return Err(FlowError::Forbidden);
        }
        let mut connection = app.store().reader().await?;
        Ok(Self(Some(super::people::branches(&mut connection, &administered).await?)))
    }

    fn holds(&self, branch: &Branch) -> bool {
        self.0.as_ref().is_none_or(|own| own.iter().any(|wider| wider.holds(branch)))
    }

    fn is_everywhere(&self) -> bool {
        self.0.is_none()
    }
}

/// What carrying out a table would do, or why it cannot be done.
#[derive(Debug)]
pub struct Plan {
    /// What it holds.
    pub kind: Kind,
    /// SHA-256 of the file.
    pub digest: Sha256,
    /// Rows below the headings.
    pub rows: usize,
    /// Rows that would add something.
    pub added: usize,
    /// Rows that would change something.
    pub changed: usize,
    /// What is wrong, in the order of the file; at most [`MAX_PROBLEMS`].
    pub problems: Vec<Problem>,
    work: carry::Work,
}

impl Plan {
    /// Rows that say what is there already.
    #[must_use]
    pub fn unchanged(&self) -> usize {
        self.rows.saturating_sub(self.added + self.changed)
    }

    /// Whether it can be carried out: without problems, and for something.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.problems.is_empty() && self.added + self.changed > 0
    }
}

/// Looks at a table without writing anything.
pub async fn plan(app: &App, reach: &Reach, kind: Kind, file: Vec<u8>) -> Result<Plan, FlowError> {
    let digest = Sha256::of(&file);
    // Unpacking and reading takes its time; other requests go on meanwhile.
    let read = tokio::task::spawn_blocking(move || sheet::read(&file)).await;
    let read = read.map_err(|error| FlowError::Internal(error.to_string()))?;
    let mut plan = Plan {
        kind,
        digest,
        rows: 0,
        added: 0,
        changed: 0,
        problems: Vec::new(),
        work: carry::Work::Units(Vec::new()),
    };
    let sheet = match read {
        Ok(sheet) => sheet,
        Err(error) => {
            plan.problems.push(Problem::of_file(error));
            return Ok(plan);
        }
    };
    fill(app, reach, &mut plan, &sheet).await?;
    plan.problems.sort_by_key(|problem| problem.line);
    plan.problems.truncate(MAX_PROBLEMS);
    Ok(plan)
}

async fn fill(app: &App, reach: &Reach, plan: &mut Plan, sheet: &Sheet) -> Result<(), FlowError> {
    let table = match column::Table::of(plan.kind, sheet) {
        Ok(table) => table,
        Err(problems) => {
            plan.problems = problems;
            return Ok(());
        }
    };
    plan.rows = table.rows.len();
    let mut connection = app.store().reader().await?;
    let mut tree = tree::Tree::load(&mut connection).await?;
    let mut problems = Vec::new();
    plan.work = match plan.kind {
        Kind::Units => {
            let levels: Vec<Level> = level::all(&mut connection).await?;
            let entropy = (app.clock(), app.entropy());
            let planner = units::Planner { reach, levels: &levels, entropy };
            carry::Work::Units(planner.plan(&table, &mut tree, &mut problems))
        }
        Kind::People => {
            let mut planner = people::Planner::new(app, reach, &tree);
            let work = planner.plan(&mut connection, &table, &mut problems).await?;
            carry::Work::People(work)
        }
    };
    (plan.added, plan.changed) = plan.work.counts();
    plan.problems = problems;
    Ok(())
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    /// Rows that added something.
    pub added: usize,
    /// Rows that changed something.
    pub changed: usize,
}

/// Carries a plan out, all or nothing.
pub async fn carry_out(app: &App, act: &Act, plan: Plan) -> Result<Done, FlowError> {
    if !plan.is_ready() {
        return Err(FlowError::BadRequest("the table has problems, or nothing to do".to_owned()));
    }
    let done = Done { added: plan.added, changed: plan.changed };
    app.writer().commit(Acted(act.clone(), carry::CarryOut::of(plan))).await?;
    Ok(done)
}
