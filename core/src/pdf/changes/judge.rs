//! One step: two states of the file, and what all rules say of their differences.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::compare::Pair;
use super::graph::{Graph, walk};
use super::permissions::Permissions;
use super::pictures::Pictures;
use super::roles::Role;
use super::{Allowed, Change, ChangeKind, MAX_CHANGES, Step};
use super::{annotations, form, structure, sweep};
use crate::pdf::read::{Document, ObjectId};

/// Something that is drawn on a page only now, or otherwise than before.
#[derive(Clone, Debug)]
pub(super) struct Look {
    /// The annotation.
    pub id: ObjectId,
    /// What it may do to the page.
    pub may: May,
}

/// What a new look may do to what the signer saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum May {
    /// Cover blank paper, but nothing that is written: a signature, a comment.
    CoverBlank,
    /// The same, in the place of what the field showed while it waited.
    Replace,
    /// Nothing at all: a field that waits for its signature.
    BeInvisible,
    /// Show this text, the value that was filled in.
    Show(String),
}

/// What the rules work on and add to.
pub(super) struct Judge<'p, 'a> {
    pub pair: Pair<'p, 'a>,
    pub graph: Graph,
    pub permissions: Permissions,
    /// The uses for which the change of an object is explained.
    pub roles: HashMap<u32, Role>,
    pub allowed: BTreeSet<Allowed>,
    pub looks: Vec<Look>,
    pub pictures: Pictures<'p, 'a>,
    changes: BTreeSet<Change>,
    uses_before: Option<HashMap<u32, usize>>,
    names_before: Option<HashSet<&'p str>>,
}

impl<'p, 'a> Judge<'p, 'a> {
    /// Compares two states of one file.
    pub(super) fn compare(
        old: &'p Document<'a>,
        new: &'p Document<'a>,
        (from, to): (usize, usize),
    ) -> Step {
        let pair = Pair::new(old, new);
        let mut judge = Self {
            graph: Graph::of(&pair),
            pair,
            permissions: Permissions::of(old),
            roles: HashMap::new(),
            allowed: BTreeSet::new(),
            looks: Vec::new(),
            pictures: Pictures::new(old, new),
            changes: BTreeSet::new(),
            uses_before: None,
            names_before: None,
        };
        judge.run();
        let changes = judge.changes.into_iter().take(MAX_CHANGES).collect();
        Step { from, to, changes, allowed: judge.allowed.into_iter().collect() }
    }

    fn run(&mut self) {
        let root = self.pair.new.trailer().root;
        if self.pair.old.trailer().root != root {
            return self.found(ChangeKind::Catalog, root.number, Vec::new());
        }
        structure::check(self);
        form::check(self);
        annotations::check(self);
        sweep::check(self);
    }

    /// Notes a change that is not known to be harmless.
    pub(super) fn found(&mut self, kind: ChangeKind, object: u32, pages: Vec<u32>) {
        self.changes.insert(Change { kind, object, pages });
    }

    /// How often the older state refers to an object; all are counted when one is asked for.
    pub(super) fn uses_before(&mut self, id: ObjectId) -> usize {
        let old = self.pair.old;
        let uses = self.uses_before.get_or_insert_with(|| {
            let mut uses = HashMap::new();
            walk(old, |_, to, _| *uses.entry(to.number).or_insert(0) += 1);
            uses
        });
        uses.get(&id.number).copied().unwrap_or(0)
    }

    /// Whether a field of this full name was there before.
    pub(super) fn was_field(&mut self, name: &str) -> bool {
        let old = self.pair.old;
        let names = self
            .names_before
            .get_or_insert_with(|| old.field_names().iter().map(String::as_str).collect());
        names.contains(name)
    }

    /// Whether a signature dictionary was somebody's before.
    pub(super) fn was_signature(&self, dictionary: ObjectId) -> bool {
        self.pair.old.signatures().iter().any(|known| known.dictionary == dictionary)
    }

    /// Explains the change of an object that is used like this.
    pub(super) fn explain(&mut self, number: u32, role: Role) {
        match (self.roles.get_mut(&number), role) {
            (Some(Role::Only(known)), Role::Only(more)) => known.extend(more),
            (_, role) => {
                self.roles.insert(number, role);
            }
        }
    }

    /// Explains the change of an object that only this place refers to.
    pub(super) fn explain_at(&mut self, number: u32, from: Option<u32>, path: &'static str) {
        if self.graph.changed.contains(&number) {
            self.explain(number, Role::Only(vec![(from, path)]));
        }
    }
}
