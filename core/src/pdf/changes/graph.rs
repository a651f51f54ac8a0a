//! Which objects changed between two states, and from where the newer state reaches them.

use std::collections::{HashMap, HashSet};

use super::compare::Pair;
use crate::pdf::read::{Document, KeyPath, ObjectId, each_reference};

/// More references to one changed object than this are not told apart, and explained by nothing.
const MAX_EDGES: usize = 4096;

/// Longest path that any rule could name.
const MAX_PATH: usize = 256;

/// A path that no rule names.
const ELSEWHERE: &str = "…";

/// One reference to an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edge {
    /// The object that refers; `None` is the trailer.
    pub from: Option<u32>,
    /// The keys that lead to the reference within that object, joined by slashes.
    pub path: String,
}

impl Edge {
    /// The last key on the way.
    pub(super) fn key(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }
}

/// The objects of the newer state that are not what they were.
pub(super) struct Graph {
    /// Objects with another value, and those that were referred to before they existed.
    pub changed: HashSet<u32>,
    /// Objects that did not exist.
    pub added: HashSet<u32>,
    /// Objects that exist no longer, or only with another generation. Who still refers to them
    /// refers to nothing, so every reference to them is a change.
    removed: HashSet<ObjectId>,
    /// All references to changed objects that a reader can follow from the trailer. An object
    /// without any is not in use.
    pub edges: HashMap<u32, Vec<Edge>>,
}

impl Graph {
    pub(super) fn of(pair: &Pair<'_, '_>) -> Self {
        let mut graph = Self::changed_objects(pair);
        if !graph.added.is_empty() {
            graph.note_promises(pair);
        }
        if !graph.changed.is_empty() || !graph.removed.is_empty() {
            graph.note_edges(pair.new);
        }
        graph
    }

    fn changed_objects(pair: &Pair<'_, '_>) -> Self {
        let (mut changed, mut added) = (HashSet::new(), HashSet::new());
        for id in pair.new.object_ids() {
            match (pair.old.object(id), pair.new.object(id)) {
                // With another generation it is another object.
                (None, _) => added.insert(id.number),
                (Some(old), Some(new)) if !pair.same_object(old, new) => changed.insert(id.number),
                _ => false,
            };
        }
        let removed = pair.old.object_ids().filter(|id| pair.new.object(*id).is_none()).collect();
        Self { changed, added, removed, edges: HashMap::new() }
    }

    /// A new object to which the older state referred in vain has changed in meaning, from nothing
    /// to something, although nobody who refers to it was touched.
    fn note_promises(&mut self, pair: &Pair<'_, '_>) {
        let mut promised = Vec::new();
        walk(pair.new, |from, to, _| {
            let kept = from.is_none_or(|from| self.is_kept(from));
            if kept && self.added.contains(&to.number) {
                promised.push(to.number);
            }
        });
        for id in pair.old.object_ids().filter(|id| self.changed.contains(&id.number)) {
            let Some(object) = pair.old.object(id) else { continue };
            each_reference(object.raw, |id, _| {
                if self.added.contains(&id.number) {
                    promised.push(id.number);
                }
            });
        }
        self.changed.extend(promised);
    }

    fn note_edges(&mut self, new: &Document<'_>) {
        let mut edges: HashMap<u32, Vec<Edge>> = HashMap::new();
        walk(new, |from, to, path| {
            if self.changed.contains(&to.number) || self.removed.contains(&to) {
                let known = edges.entry(to.number).or_default();
                if known.len() < MAX_EDGES {
                    known.push(Edge { from, path: path() });
                } else if known.len() == MAX_EDGES {
                    known.push(Edge { from, path: ELSEWHERE.to_owned() });
                }
            }
        });
        self.edges = edges;
    }

    fn is_kept(&self, number: u32) -> bool {
        !self.changed.contains(&number) && !self.added.contains(&number)
    }

    /// Whether readers see this object otherwise than before.
    pub(super) fn is_changed(&self, id: ObjectId) -> bool {
        self.changed.contains(&id.number)
    }

    /// The same, by number.
    pub(super) fn is_changed_number(&self, number: u32) -> bool {
        self.changed.contains(&number)
    }

    /// Whether it is new and nobody referred to it before.
    pub(super) fn is_new(&self, id: ObjectId) -> bool {
        self.added.contains(&id.number) && !self.is_changed(id)
    }
}

/// Calls `edge` with each reference that can be followed from the trailer; every object is read
/// once.
pub(super) fn walk(
    document: &Document<'_>,
    mut edge: impl FnMut(Option<u32>, ObjectId, &dyn Fn() -> String),
) {
    let mut seen = HashSet::new();
    let mut stack = Vec::new();
    let mut note = |from, to: ObjectId, path: &dyn Fn() -> String, stack: &mut Vec<ObjectId>| {
        edge(from, to, path);
        if seen.insert(to) {
            stack.push(to);
        }
    };
    each_reference(document.trailer_dict().raw(), |id, path| {
        note(None, id, &|| joined(path), &mut stack);
    });
    while let Some(from) = stack.pop() {
        let Some(object) = document.object(from) else { continue };
        each_reference(object.raw, |id, path| {
            note(Some(from.number), id, &|| joined(path), &mut stack);
        });
    }
}

fn joined(path: &KeyPath<'_>) -> String {
    let mut joined = String::new();
    for key in path.keys() {
        if joined.len() + key.len() > MAX_PATH || key.contains('/') {
            return ELSEWHERE.to_owned();
        }
        if !joined.is_empty() {
            joined.push('/');
        }
        joined.push_str(&key);
    }
    joined
}
