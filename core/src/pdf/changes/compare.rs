//! Whether two values mean the same, however they are spelled and wherever they are stored.

use std::cell::Cell;

use crate::pdf::read::limits::MAX_DEPTH;
use crate::pdf::read::{Array, Dict, Document, Object, Place, Value};

/// Most values that one comparison of two states may read for values that are stored elsewhere
/// than before. Beyond, they count as different.
const MAX_VALUES: usize = 1_000_000;

/// Two states of one file.
pub(super) struct Pair<'p, 'a> {
    pub old: &'p Document<'a>,
    pub new: &'p Document<'a>,
    left: Cell<usize>,
}

impl<'p, 'a> Pair<'p, 'a> {
    pub(super) fn new(old: &'p Document<'a>, new: &'p Document<'a>) -> Self {
        Self { old, new, left: Cell::new(MAX_VALUES) }
    }

    /// Whether an object is what it was.
    pub(super) fn same_object(&self, old: Object<'_>, new: Object<'_>) -> bool {
        match (old.place, new.place) {
            (Place::File { at: old }, Place::File { at: new }) if old == new => true,
            (Place::Stream { at: old, data: was }, Place::Stream { at: new, data: is })
                if old == new && was.len() == is.len() =>
            {
                true
            }
            (Place::Stream { data: was, .. }, Place::Stream { data: is, .. }) => {
                was == is && self.same_at(old.value, new.value, 0)
            }
            (Place::Stream { .. }, _) | (_, Place::Stream { .. }) => false,
            _ => old.raw == new.raw || self.same_at(old.value, new.value, 0),
        }
    }

    /// Whether a value is what it was. References to one number are the same: what became of that
    /// object is a question of its own.
    pub(super) fn same(&self, old: Value<'_>, new: Value<'_>) -> bool {
        self.same_at(old, new, 0)
    }

    /// Whether a key has the value that it had; missing and `null` are one.
    pub(super) fn same_key(&self, old: Dict<'_>, new: Dict<'_>, key: &str) -> bool {
        self.same(old.get(key).unwrap_or(Value::Null), new.get(key).unwrap_or(Value::Null))
    }

    fn same_at(&self, old: Value<'_>, new: Value<'_>, depth: usize) -> bool {
        let Some(left) = self.left.get().checked_sub(1) else { return false };
        self.left.set(left);
        if depth > MAX_DEPTH {
            return false;
        }
        match (old, new) {
            (Value::Reference(old), Value::Reference(new)) if old == new => true,
            (Value::Reference(_), _) | (_, Value::Reference(_)) => self.elsewhere(old, new, depth),
            (Value::Array(old), Value::Array(new)) => self.arrays(old, new, depth),
            (Value::Dict(old), Value::Dict(new)) => self.dicts(old, new, depth),
            (Value::String(old), Value::String(new)) => {
                old.raw() == new.raw() || old.decoded() == new.decoded()
            }
            (Value::Name(old), Value::Name(new)) => old.decoded() == new.decoded(),
            (Value::Integer(_) | Value::Real(_), Value::Integer(_) | Value::Real(_)) => {
                old == new || old.millionths().is_some_and(|old| new.millionths() == Some(old))
            }
            _ => old == new,
        }
    }

    /// One of the two values at least is stored as an object of its own, and not as the same one.
    fn elsewhere(&self, old: Value<'_>, new: Value<'_>, depth: usize) -> bool {
        let was = old.reference().map(|id| self.old.object(id));
        let is = new.reference().map(|id| self.new.object(id));
        data(was.flatten()) == data(is.flatten())
            && self.same_at(self.old.resolve(old), self.new.resolve(new), depth + 1)
    }

    fn arrays(&self, old: Array<'_>, new: Array<'_>, depth: usize) -> bool {
        if old.raw() == new.raw() {
            return true;
        }
        let (mut old, mut new) = (old.iter(), new.iter());
        loop {
            match (old.next(), new.next()) {
                (None, None) => return true,
                (Some(old), Some(new)) if self.same_at(old, new, depth + 1) => {}
                _ => return false,
            }
        }
    }

    fn dicts(&self, old: Dict<'_>, new: Dict<'_>, depth: usize) -> bool {
        old.raw() == new.raw()
            || changed_keys(old, new).is_some_and(|pairs| {
                pairs.into_iter().all(|(_, old, new)| self.same_at(old, new, depth + 1))
            })
    }

    /// The keys of a dictionary whose values are not what they were; `None` for dictionaries so
    /// large that nobody should have to compare them.
    pub(super) fn differing_keys(&self, old: Dict<'_>, new: Dict<'_>) -> Option<Vec<String>> {
        let pairs = changed_keys(old, new)?;
        let differing = pairs.into_iter().filter(|(_, old, new)| !self.same(*old, *new));
        Some(differing.map(|(key, _, _)| String::from_utf8_lossy(&key).into_owned()).collect())
    }
}

fn data(object: Option<Object<'_>>) -> Option<&[u8]> {
    match object?.place {
        Place::Stream { data, .. } => Some(data),
        _ => None,
    }
}

/// The keys of both dictionaries with both values, `null` where one has none.
fn changed_keys<'o, 'n>(
    old: Dict<'o>,
    new: Dict<'n>,
) -> Option<Vec<(Vec<u8>, Value<'o>, Value<'n>)>> {
    const MOST: usize = 65_536;
    let mut keys: std::collections::BTreeMap<Vec<u8>, (Value<'o>, Value<'n>)> =
        std::collections::BTreeMap::new();
    for (key, value) in old.iter() {
        keys.insert(key.decoded().into_owned(), (value, Value::Null));
    }
    for (key, value) in new.iter() {
        keys.entry(key.decoded().into_owned()).or_insert((Value::Null, Value::Null)).1 = value;
        if keys.len() > MOST {
            return None;
        }
    }
    Some(keys.into_iter().map(|(key, (old, new))| (key, old, new)).collect())
}
