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
    let mut visited = HashSet::new();
    if let Some(action) = catalog.get("OpenAction")
        && !turns_pages(document, action, &mut visited)
    {
        return Err(active);
    }
    for &id in &seen.triggers {
        let Some(object) = document.object(id) else { continue };
        if !triggers_turn_pages(document, object.value, &mut visited) {
            return Err(Refusal::ActiveContent { object: id.number });
        }
    }
    Ok(())
}

/// Looks for `/AA` in a value and all that is nested in it.
fn triggers_turn_pages<'d>(
    document: &'d Document<'_>,
    value: Value<'d>,
    visited: &mut HashSet<ObjectId>,
) -> bool {
    let mut stack = vec![value];
    while let Some(value) = stack.pop() {
        match value {
            Value::Array(array) => stack.extend(array.iter()),
            Value::Dict(dict) => {
                for (name, value) in dict.iter() {
                    if name.is("AA") && !all_turn_pages(document, value, visited) {
                        return false;
                    }
                    stack.push(value);
                }
            }
            _ => {}
        }
    }
    true
}

fn all_turn_pages<'d>(
    document: &'d Document<'_>,
    triggers: Value<'d>,
    visited: &mut HashSet<ObjectId>,
) -> bool {
    let Some(triggers) = follow(document, triggers, visited) else { return true };
    let Value::Dict(triggers) = triggers else { return true };
    triggers.iter().all(|(_, action)| turns_pages(document, action, visited))
}

/// Whether an action, and all that come after it, only go to a page of this document.
fn turns_pages<'d>(
    document: &'d Document<'_>,
    action: Value<'d>,
    visited: &mut HashSet<ObjectId>,
) -> bool {
    let mut stack = vec![action];
    while let Some(action) = stack.pop() {
        let Some(Value::Dict(action)) = follow(document, action, visited) else { continue };
        let kind = document.value(action, "S").and_then(Value::name);
        if kind.is_some_and(|kind| NEVER_AUTOMATIC.iter().any(|never| kind.is(never))) {
            return false;
        }
        match action.get("Next").map(|next| (next, document.resolve(next))) {
            Some((_, Value::Array(next))) => stack.extend(next.iter()),
            Some((next, _)) => stack.push(next),
            None => {}
        }
    }
    true
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
