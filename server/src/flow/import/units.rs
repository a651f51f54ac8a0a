//! Looking at a table of units.

use std::collections::HashMap;

use trien_core::document::Text;
use trien_core::env::{Clock, Entropy};
use trien_core::id::UnitId;
use trien_core::wire::UnitView;

use super::carry::UnitWork;
use super::column::{Cells, Faults, Table};
use super::tree::{Known, Tree, key};
use super::{Column, Fault, Problem, Reach};
use crate::store::directory::{UnitDetails, UnitRow};
use crate::store::level::Level;

/// Deepest tree; a table that goes deeper is read in as many rounds.
const MAX_LEVELS: usize = 64;
/// Longest code: four parts of QCVN 102:2016/BTTTT, and Decree 30's appendix VI.
const MAX_ORGAN_ID: usize = 13;

pub(super) struct Planner<'a> {
    pub(super) reach: &'a Reach,
    pub(super) levels: &'a [Level],
    pub(super) entropy: (&'a dyn Clock, &'a dyn Entropy),
}

/// A row by itself sound.
struct Wanted<'s> {
    cells: Cells<'s>,
    id: Option<UnitId>,
    name: Text<200>,
    details: UnitDetails,
    parent: Option<&'s str>,
}

/// What rows that have no place yet will be found by.
#[derive(Clone, Copy)]
struct Expected<'a> {
    codes: &'a HashMap<String, u64>,
    names: &'a HashMap<String, usize>,
}

impl Expected<'_> {
    /// Whether the text may mean a row to come rather than the unit found for it.
    fn may_mean(self, row: &Wanted<'_>, text: &str, found: &Known) -> bool {
        let code = text.to_uppercase();
        if found.details.organ_id.as_ref() == Some(&code) {
            return false;
        }
        let name = key(text);
        let own = usize::from(key(row.name.as_str()) == name);
        let to_come = self.names.get(&name).copied().unwrap_or_default() > own;
        self.codes.contains_key(&code) || (to_come && key(&found.full_name) != name)
    }
}

/// What a row comes to once its place is known.
enum Placing {
    Work(UnitWork),
    Nothing,
    Waits,
}

impl Planner<'_> {
    pub(super) fn plan(
        &self,
        table: &Table<'_>,
        tree: &mut Tree,
        problems: &mut Vec<Problem>,
    ) -> Vec<UnitWork> {
        let mut codes: HashMap<String, u64> = HashMap::new();
        let mut waiting: Vec<Wanted<'_>> = Vec::new();
        for row in &table.rows {
            let mut faults = Faults { line: row.line, problems: &mut *problems };
            let Some(wanted) = self.read(table, *row, &mut faults) else { continue };
            if let Some(code) = &wanted.details.organ_id
                && let Some(line) = codes.insert(code.clone(), row.line)
            {
                faults.note(Column::OrganId, Fault::Twice, &line.to_string());
                continue;
            }
            waiting.push(wanted);
        }
        let mut work = Vec::new();
        let mut seen: HashMap<UnitId, u64> = HashMap::new();
        // A unit may stand in the table before the one above it.
        for _ in 0..MAX_LEVELS {
            let before = waiting.len();
            let mut left = Vec::new();
            let mut names: HashMap<String, usize> = HashMap::new();
            for wanted in &waiting {
                *names.entry(key(wanted.name.as_str())).or_default() += 1;
            }
            for wanted in waiting {
                let mut faults = Faults { line: wanted.cells.line, problems: &mut *problems };
                let expected = Expected { codes: &codes, names: &names };
                match self.place(&wanted, tree, expected, &mut seen, &mut faults) {
                    Placing::Work(placed) => work.push(placed),
                    Placing::Nothing => {}
                    Placing::Waits => left.push(wanted),
                }
            }
            waiting = left;
            if waiting.is_empty() || waiting.len() == before {
                break;
            }
        }
        for wanted in &waiting {
            let parent = wanted.parent.unwrap_or_default();
            let names = |other: &Wanted<'_>| {
                let code = other.details.organ_id.as_deref();
                code == Some(&parent.to_uppercase())
                    || key(parent).ends_with(&key(other.name.as_str()))
            };
            let fault = if waiting.iter().any(names) { Fault::Circle } else { Fault::UnknownUnit };
            let mut faults = Faults { line: wanted.cells.line, problems: &mut *problems };
            faults.note(Column::Parent, fault, parent);
        }
        work
    }

    fn read<'s>(
        &self,
        table: &Table<'s>,
        cells: Cells<'s>,
        faults: &mut Faults<'_>,
    ) -> Option<Wanted<'s>> {
        let cell = |column| table.cell(cells, column);
        let name = match cell(Column::UnitName) {
            Some(name) => {
                faults.check(Column::UnitName, name, Text::new(name).map_err(|_| Fault::BadText))
            }
            None => {
                faults.note(Column::UnitName, Fault::Blank, "");
                None
            }
        };
        let id = cell(Column::Id).map(|id| {
            faults.check(Column::Id, id, id.parse::<UnitId>().map_err(|_| Fault::UnknownId))
        });
        let organ_id =
            cell(Column::OrganId).map(|code| faults.check(Column::OrganId, code, organ_id(code)));
        let level =
            cell(Column::Level).map(|level| faults.check(Column::Level, level, self.level(level)));
        let sound = |part: &Option<Option<_>>| !matches!(part, Some(None));
        if !sound(&organ_id) || !sound(&level) || matches!(id, Some(None)) {
            return None;
        }
        let details = UnitDetails { level: level.flatten(), organ_id: organ_id.flatten() };
        let parent = cell(Column::Parent);
        name.map(|name| Wanted { cells, id: id.flatten(), name, details, parent })
    }

    fn level(&self, text: &str) -> Result<String, Fault> {
        let is = |level: &&Level| key(&level.code) == key(text) || key(&level.name) == key(text);
        self.levels.iter().find(is).map(|level| level.code.clone()).ok_or(Fault::UnknownLevel)
    }

    /// Puts a row into the tree, if what stands above it is there.
    fn place(
        &self,
        wanted: &Wanted<'_>,
        tree: &mut Tree,
        expected: Expected<'_>,
        seen: &mut HashMap<UnitId, u64>,
        faults: &mut Faults<'_>,
    ) -> Placing {
        let parent = match wanted.parent.map(|parent| (parent, tree.meant(parent))) {
            None => None,
            Some((_, Err(Fault::UnknownUnit))) => return Placing::Waits,
            Some((parent, Ok(above))) if expected.may_mean(wanted, parent, above) => {
                return Placing::Waits;
            }
            Some((_, Ok(above))) => Some(above.clone()),
            Some((parent, Err(fault))) => {
                faults.note(Column::Parent, fault, parent);
                return Placing::Nothing;
            }
        };
        let Ok(known) = meant(wanted, parent.as_ref(), tree, faults) else {
            return Placing::Nothing;
        };
        let Some(known) = known.cloned() else {
            return self.add(wanted, parent.as_ref(), tree, seen, faults);
        };
        if let Some(line) = seen.insert(known.id, wanted.cells.line) {
            faults.note(Column::UnitName, Fault::Twice, &line.to_string());
        } else if !self.reach.holds(&known.branch) {
            faults.note(Column::UnitName, Fault::OutOfReach, &known.name);
        } else if parent.is_some_and(|above| known.parent != Some(above.id)) {
            faults.note(Column::Parent, Fault::Moved, wanted.parent.unwrap_or_default());
        } else {
            return change(known, wanted);
        }
        Placing::Nothing
    }

    fn add(
        &self,
        wanted: &Wanted<'_>,
        above: Option<&Known>,
        tree: &mut Tree,
        seen: &mut HashMap<UnitId, u64>,
        faults: &mut Faults<'_>,
    ) -> Placing {
        let fault = match above {
            Some(above) if !self.reach.holds(&above.branch) => Some(Fault::OutOfReach),
            // Only the command line makes another tree.
            None if !self.reach.is_everywhere() => Some(Fault::Blank),
            _ => None,
        };
        if let Some(fault) = fault {
            faults.note(Column::Parent, fault, wanted.parent.unwrap_or_default());
            return Placing::Nothing;
        }
        let id = UnitId::generate(self.entropy.0, self.entropy.1);
        let (name, details) = (wanted.name.as_str().to_owned(), wanted.details.clone());
        let parent = above.map(|above| above.id);
        tree.add(id, &name, parent, details.clone());
        seen.insert(id, wanted.cells.line);
        let view = UnitView { id, name };
        let unit = UnitRow::new(view, None);
        Placing::Work(UnitWork::Add { unit, details, parent })
    }
}

/// The unit that a row means, if it is there; codes that contradict each other are told.
fn meant<'t>(
    wanted: &Wanted<'_>,
    above: Option<&Known>,
    tree: &'t Tree,
    faults: &mut Faults<'_>,
) -> Result<Option<&'t Known>, Fault> {
    let by_code = wanted.details.organ_id.as_ref().and_then(|code| tree.with_code(code));
    let Some(id) = wanted.id else {
        let above = above.map(|above| above.id);
        return Ok(by_code.or_else(|| tree.child(above, wanted.name.as_str())));
    };
    let fault = match (tree.get(id), by_code) {
        (None, _) => Fault::UnknownId,
        (Some(known), Some(other)) if known.id != other.id => Fault::Taken,
        (known, _) => return Ok(known),
    };
    let column = if fault == Fault::Taken { Column::OrganId } else { Column::Id };
    faults.note(column, fault, &id.to_string());
    Err(fault)
}

/// What a row changes of a unit; a blank cell changes nothing.
fn change(known: Known, wanted: &Wanted<'_>) -> Placing {
    let (new, old) = (&wanted.details, &known.details);
    let details = UnitDetails {
        level: new.level.clone().or_else(|| old.level.clone()),
        organ_id: new.organ_id.clone().or_else(|| old.organ_id.clone()),
    };
    let name = wanted.name.as_str().to_owned();
    if details == known.details && name == known.name {
        return Placing::Nothing;
    }
    Placing::Work(UnitWork::Change {
        id: known.id,
        was: known.details,
        before: known.name,
        name,
        details,
    })
}

/// A code of QCVN 102: letters and digits in parts.
fn organ_id(text: &str) -> Result<String, Fault> {
    let code = text.to_uppercase();
    let part = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    };
    let sound = code.len() <= MAX_ORGAN_ID && code.split('.').all(part);
    if sound { Ok(code) } else { Err(Fault::BadOrganId) }
}
