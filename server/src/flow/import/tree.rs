//! The tree of units while a table is looked at.

use std::collections::HashMap;

use sqlx::AnyConnection;
use trien_core::id::UnitId;

use super::Fault;
use crate::fold;
use crate::store::StoreError;
use crate::store::directory::{self, UnitDetails};
use crate::store::people::Branch;

/// A unit that is there, or that the table adds.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) id: UnitId,
    pub(crate) name: String,
    pub(crate) parent: Option<UnitId>,
    pub(crate) branch: Branch,
    pub(crate) details: UnitDetails,
    /// Its name after those of the units above it.
    pub(crate) full_name: String,
}

/// All units, found by their codes and names.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    units: Vec<Known>,
    by_id: HashMap<UnitId, usize>,
    by_organ_id: HashMap<String, usize>,
    by_full_name: HashMap<String, Vec<usize>>,
    by_name: HashMap<String, Vec<usize>>,
}

impl Tree {
    /// Reads all units; those above come before those below.
    pub(crate) async fn load(connection: &mut AnyConnection) -> Result<Self, StoreError> {
        let mut tree = Self::default();
        for placed in directory::all_placed(connection).await? {
            tree.add(placed.view.id, &placed.view.name, placed.parent, placed.details);
        }
        Ok(tree)
    }

    /// Adds a unit below one that is there.
    pub(crate) fn add(
        &mut self,
        id: UnitId,
        name: &str,
        parent: Option<UnitId>,
        details: UnitDetails,
    ) {
        let above = parent.and_then(|parent| self.get(parent));
        let full_name = match above {
            Some(above) => format!("{} / {name}", above.full_name),
            None => name.to_owned(),
        };
        let branch = Branch::below(above.map(|above| &above.branch), id);
        let at = self.units.len();
        self.by_id.insert(id, at);
        if let Some(organ_id) = &details.organ_id {
            self.by_organ_id.insert(organ_id.clone(), at);
        }
        self.by_full_name.entry(key(&full_name)).or_default().push(at);
        self.by_name.entry(key(name)).or_default().push(at);
        let name = name.to_owned();
        self.units.push(Known { id, name, parent, branch, details, full_name });
    }

    /// By its identifier.
    pub(crate) fn get(&self, id: UnitId) -> Option<&Known> {
        self.by_id.get(&id).and_then(|at| self.units.get(*at))
    }

    /// By its code.
    pub(crate) fn with_code(&self, organ_id: &str) -> Option<&Known> {
        self.by_organ_id.get(organ_id).and_then(|at| self.units.get(*at))
    }

    /// The one that is meant: by its code, its full name, or its own name if no other has it.
    pub(crate) fn meant(&self, text: &str) -> Result<&Known, Fault> {
        if let Some(known) = self.with_code(&text.to_uppercase()) {
            return Ok(known);
        }
        let key = key(text);
        let found = self.by_full_name.get(&key).or_else(|| self.by_name.get(&key));
        match found.map(Vec::as_slice) {
            Some([at]) => self.units.get(*at).ok_or(Fault::UnknownUnit),
            Some([_, ..]) => Err(Fault::AmbiguousUnit),
            _ => Err(Fault::UnknownUnit),
        }
    }

    /// A unit of this name right below another one.
    pub(crate) fn child(&self, parent: Option<UnitId>, name: &str) -> Option<&Known> {
        let named = self.by_name.get(&key(name))?;
        let mut named = named.iter().filter_map(|at| self.units.get(*at));
        named.find(|known| known.parent == parent && known.name == name)
    }

    /// All of them, those above before those below.
    pub(crate) fn all(&self) -> &[Known] {
        &self.units
    }
}

/// A name as it is looked up: its words, however they are parted.
pub(super) fn key(name: &str) -> String {
    fold::words(name).join(" ")
}
