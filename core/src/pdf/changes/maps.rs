//! Fonts that say themselves which letters they draw.
//!
//! Whoever writes a value may bring a font whose `/ToUnicode` calls a nine a two. Where the glyphs are those of a
//! common font, the encoding names them too (ISO 32000-1, 9.10.2), and what is drawn follows the encoding: without
//! the map the same has to be read. A font that brings a program of its own could draw anything under any name.

use std::collections::HashSet;

use crate::pdf::read::{Dict, Document, Name, ObjectId, Value};

/// Objects that the appearance of one field refers to, at most.
const MAX_OBJECTS: usize = 1000;

/// The `/ToUnicode` maps of the common fonts that a widget's appearance uses; none where it refers to too much.
pub(super) fn of_common_fonts(document: &Document<'_>, widget: Dict<'_>) -> Option<Vec<ObjectId>> {
    let (mut maps, mut seen) = (Vec::new(), HashSet::new());
    let mut waiting: Vec<Value<'_>> = widget.get("AP").into_iter().collect();
    while let Some(value) = waiting.pop() {
        match value {
            Value::Reference(id) if seen.insert(id) => {
                if seen.len() > MAX_OBJECTS {
                    return None;
                }
                waiting.extend(document.object(id).map(|object| object.value));
            }
            Value::Array(array) => waiting.extend(array.iter()),
            Value::Dict(dict) => {
                let map = dict.get("ToUnicode").and_then(Value::reference);
                maps.extend(map.filter(|_| is_common(document, dict)));
                // Upwards lies the rest of the document.
                let down =
                    dict.iter().filter(|(key, _)| !["Parent", "P"].contains(&key.text().as_str()));
                waiting.extend(down.map(|(_, value)| value));
            }
            _ => {}
        }
    }
    maps.sort_unstable();
    maps.dedup();
    Some(maps)
}

/// Whether a font is a simple one that is drawn with what every reader has.
fn is_common(document: &Document<'_>, font: Dict<'_>) -> bool {
    let kind = document.value(font, "Subtype").and_then(Value::name).map(Name::text);
    let is_simple = kind.is_some_and(|it| ["Type1", "TrueType", "MMType1"].contains(&it.as_str()));
    let described = document.value(font, "FontDescriptor").and_then(Value::dict);
    let programs = ["FontFile", "FontFile2", "FontFile3"];
    is_simple && described.is_none_or(|it| programs.iter().all(|key| it.get(key).is_none()))
}
