//! What a changed object may be used as, so that its change is explained.
//!
//! One object can be put to two uses: a stream that is metadata for one reader and page content
//! for another. A rule explains a change only for the uses that it names; an object in any other
//! use is a finding.

use std::collections::HashSet;
use std::rc::Rc;

use super::graph::Edge;

/// Dictionaries with known keys do no harm wherever these keys lead to them.
const PAGE: &[&str] =
    &["Kids", "P", "Pg", "Page", "D", "Dest", "Dests", "Names", "SD", "OpenAction"];
const FIELD: &[&str] = &["Fields", "Kids", "Parent", "Annots", "CO", "Obj", "IRT", "Popup"];
const CATALOG: &[&str] = &["Root", "Data"];

/// A use, or several.
#[derive(Clone, Debug)]
pub(super) enum Role {
    /// A page, whose rule has compared its keys.
    Page,
    /// A field or widget, likewise.
    Field,
    /// The catalog, likewise.
    Catalog,
    /// Part of the data for validation: named by the catalog's `/DSS`, or by another part.
    Store {
        /// The catalog.
        root: u32,
        /// All parts.
        parts: Rc<HashSet<u32>>,
    },
    /// Only what these objects say under these keys; an empty path means anywhere in it.
    Only(Vec<(Option<u32>, &'static str)>),
}

impl Role {
    /// Whether a reference uses the object as the rule has explained it.
    pub(super) fn covers(&self, edge: &Edge) -> bool {
        match self {
            Self::Page => leads(edge, PAGE),
            Self::Field => leads(edge, FIELD),
            Self::Catalog => leads(edge, CATALOG),
            Self::Store { root, parts } => {
                edge.from == Some(*root) && edge.path == "DSS"
                    || edge.from.is_some_and(|from| parts.contains(&from))
            }
            Self::Only(uses) => uses.iter().any(|(from, path)| {
                *from == edge.from
                    && edge.path.strip_prefix(path).is_some_and(|rest| {
                        path.is_empty() || rest.is_empty() || rest.starts_with('/')
                    })
            }),
        }
    }
}

/// Whether a reference is under one of these keys, or in an array of its own, which has none.
fn leads(edge: &Edge, keys: &[&str]) -> bool {
    let is_resource = edge.path.split('/').any(|key| key == "Resources");
    !is_resource && (edge.path.is_empty() || keys.contains(&edge.key()))
}
