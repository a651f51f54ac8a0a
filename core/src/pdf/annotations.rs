//! Annotations that viewers do not draw alike.

use super::read::{Dict, Document, Value};

/// Kinds that every reader knows and draws by their appearance alone (ISO 32000-1, table 169).
const DRAWN: [&str; 22] = [
    "Text",
    "FreeText",
    "Line",
    "Square",
    "Circle",
    "Polygon",
    "PolyLine",
    "Highlight",
    "Underline",
    "Squiggly",
    "StrikeOut",
    "Stamp",
    "Caret",
    "Ink",
    "FileAttachment",
    "Sound",
    "Movie",
    "Widget",
    "Screen",
    "Watermark",
    "Redact",
    "Link",
];

/// Hidden: drawn by nobody (table 165).
const HIDDEN: i64 = 1 << 1;

/// Whether any page has an annotation that some readers draw and others do not, or differently.
pub(super) fn may_differ(document: &Document<'_>) -> bool {
    document.pages().iter().filter_map(|page| document.page_dict(page)).any(|page| {
        let annotations = document.value(page, "Annots").and_then(Value::array);
        annotations.is_some_and(|annotations| {
            annotations
                .iter()
                .filter_map(|annotation| document.resolve(annotation).dict())
                .any(|annotation| differs(document, annotation))
        })
    })
}

fn differs(document: &Document<'_>, annotation: Dict<'_>) -> bool {
    let flags = document.value(annotation, "F").and_then(Value::integer).unwrap_or(0);
    if flags & HIDDEN != 0 {
        return false;
    }
    let normal = document
        .value(annotation, "AP")
        .and_then(Value::dict)
        .and_then(|appearance| appearance.get("N"))
        .filter(|normal| document.resolve(*normal) != Value::Null);
    let kind = document.value(annotation, "Subtype").and_then(Value::name);
    let is = |name: &str| kind.is_some_and(|kind| kind.is(name));
    let Some(normal) = normal else {
        // Nobody draws these two; a form field without a value has nothing to draw either, and one
        // with a value has a finding of its own.
        return !(is("Link") || is("Popup") || is("Widget"));
    };
    // With an appearance: a pop-up window, or a kind that only some readers know.
    if !DRAWN.iter().any(|known| is(known)) {
        return true;
    }
    let Value::Dict(states) = document.resolve(normal) else { return false };
    if is_stream(document, normal) {
        return false;
    }
    // Appearances by state, and no state chosen: some readers take one of them all the same.
    document.value(annotation, "AS").and_then(Value::name).is_none()
        && states.iter().any(|(_, state)| document.resolve(state) != Value::Null)
}

fn is_stream(document: &Document<'_>, value: Value<'_>) -> bool {
    let object = value.reference().and_then(|id| document.object(id));
    object.is_some_and(|object| matches!(object.place, super::read::Place::Stream { .. }))
}
