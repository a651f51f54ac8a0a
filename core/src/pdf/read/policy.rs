//! What must not run in a document that is signed: it could show something else tomorrow.

use std::collections::HashSet;

use super::{Dict, Document, ObjectId, Refusal, Value};

/// Actions that a viewer must not start on its own; going to a page is none of them.
const NEVER_AUTOMATIC: [&str; 18] = [
    "GoToR",
    "GoToE",
    "GoToDp",
    "Launch",
    "Thread",
    "URI",
    "Sound",
    "Movie",
    "Hide",
    "Named",
    "SubmitForm",
    "ResetForm",
    "ImportData",
    "JavaScript",
    "SetOCGState",
    "Rendition",
    "Trans",
    "GoTo3DView",
];

/// Most actions that one may lead to at once.
const MAX_STEPS: usize = 64;

/// Most actions written within one another. Each is read from its first byte to its last.
const MAX_NESTED: usize = 8;

/// Refuses scripts and programs anywhere, and automatic actions that do more than turn pages.
pub(super) fn check(
    document: &Document<'_>,
    root: ObjectId,
    catalog: Dict<'_>,
) -> Result<(), Refusal> {
    let seen = &document.objects.seen;
    if let Some(object) = seen.active {
        return Err(Refusal::ActiveContent { object });
    }
    let active = Refusal::ActiveContent { object: root.number };
    let names = document.value(catalog, "Names").and_then(Value::dict);
    if names.is_some_and(|names| document.value(names, "JavaScript").is_some()) {
        return Err(active);
    }
    let mut actions = Actions { document, started: HashSet::new(), triggers: HashSet::new() };
    if catalog.get("OpenAction").is_some_and(|action| !actions.turn_pages(action)) {
        return Err(active);
    }
    for &trigger in &seen.triggers {
        if !actions.all_turn_pages(document.objects.trigger(trigger)) {
            return Err(Refusal::ActiveContent { object: trigger.object });
        }
    }
    Ok(())
}

struct Actions<'d, 'a> {
    document: &'d Document<'a>,
    /// Actions, and dictionaries of actions, that were looked at already.
    started: HashSet<ObjectId>,
    triggers: HashSet<ObjectId>,
}

impl<'d> Actions<'d, '_> {
    /// Whether all actions of an `/AA` only go to a page.
    fn all_turn_pages(&mut self, triggers: Option<Value<'d>>) -> bool {
        let triggers = triggers.and_then(|value| follow(self.document, value, &mut self.triggers));
        let Some(Value::Dict(triggers)) = triggers else { return true };
        triggers.iter().all(|(_, action)| self.turn_pages(action))
    }

    /// Whether an action, and all that come after it, only go to a page of this document.
    fn turn_pages(&mut self, action: Value<'d>) -> bool {
        let document = self.document;
        let mut stack = vec![(action, 0)];
        while let Some((action, nested)) = stack.pop() {
            let nested = if action.reference().is_some() { 0 } else { nested + 1 };
            if nested > MAX_NESTED {
                return false;
            }
            let Some(Value::Dict(action)) = follow(document, action, &mut self.started) else {
                continue;
            };
            let kind = document.value(action, "S").and_then(Value::name);
            if kind.is_some_and(|kind| NEVER_AUTOMATIC.iter().any(|never| kind.is(never))) {
                return false;
            }
            match action.get("Next").map(|next| (next, document.resolve(next))) {
                // No viewer needs so many steps to turn a page.
                Some((_, Value::Array(next))) if next.iter().nth(MAX_STEPS).is_some() => {
                    return false;
                }
                Some((_, Value::Array(next))) => {
                    stack.extend(next.iter().map(|action| (action, nested)));
                }
                Some((next, _)) => stack.push((next, nested)),
                None => {}
            }
            if stack.len() > MAX_STEPS {
                return false;
            }
        }
        true
    }
}

/// Follows a reference, each only once.
fn follow<'d>(
    document: &'d Document<'_>,
    value: Value<'d>,
    visited: &mut HashSet<ObjectId>,
) -> Option<Value<'d>> {
    match value {
        Value::Reference(id) if !visited.insert(id) => None,
        other => Some(document.resolve(other)),
    }
}
