//! Fields in which one chooses from a list.

use super::fields::whole;
use crate::pdf::read::limits::MAX_DEPTH;
use crate::pdf::read::{Dict, Document, PdfString, Value};

/// A text may be typed that is not on the list (ISO 32000-1, table 230).
const EDIT: i64 = 1 << 18;

/// Most choices of a list, and of one person.
const MAX_LISTED: usize = 4096;

/// What a field shows whose value is one of its choices or several; `None` if one is not offered.
pub(super) fn shown(document: &Document<'_>, field: Dict<'_>) -> Option<String> {
    let listed = inherited(document, field, "Opt").and_then(Value::array);
    let offered: Vec<(String, String)> = listed
        .iter()
        .flat_map(|list| list.iter())
        .take(MAX_LISTED)
        .filter_map(|choice| offer(document, document.resolve(choice)))
        .collect();
    let chosen: Vec<String> = match document.value(field, "V") {
        None => return Some(String::new()),
        Some(Value::String(text)) => vec![text.text()],
        Some(Value::Array(several)) => {
            let texts = several.iter().take(MAX_LISTED + 1);
            texts.filter_map(|text| document.resolve(text).string().map(PdfString::text)).collect()
        }
        Some(_) => return None,
    };
    // A list may be compared with all choices, but not both without end.
    if chosen.len().saturating_mul(offered.len()) > MAX_LISTED * MAX_LISTED / 4 {
        return None;
    }
    let may_type = flags(document, field) & EDIT != 0;
    chosen
        .into_iter()
        .map(|value| {
            let known = offered.iter().find(|(export, _)| *export == value);
            match known {
                Some((_, display)) => Some(display.clone()),
                None => (may_type || value.is_empty()).then_some(value),
            }
        })
        .collect()
}

/// A choice: what is stored, and what is shown.
fn offer(document: &Document<'_>, choice: Value<'_>) -> Option<(String, String)> {
    match choice {
        Value::String(text) => Some((text.text(), text.text())),
        Value::Array(pair) => {
            let mut texts = pair.iter().map(|text| document.resolve(text).string());
            let (export, display) = (texts.next()??.text(), texts.next()??.text());
            Some((export, display))
        }
        _ => None,
    }
}

fn flags(document: &Document<'_>, field: Dict<'_>) -> i64 {
    holder(document, field, "Ff").map_or(0, |holder| whole(document, holder, "Ff"))
}

/// A value of the field or of the nearest ancestor that has one.
pub(super) fn inherited<'d>(
    document: &'d Document<'_>,
    field: Dict<'d>,
    key: &str,
) -> Option<Value<'d>> {
    document.value(holder(document, field, key)?, key)
}

/// The field or the nearest ancestor that has this key.
fn holder<'d>(document: &'d Document<'_>, field: Dict<'d>, key: &str) -> Option<Dict<'d>> {
    let mut at = field;
    for _ in 0..=MAX_DEPTH {
        if at.get(key).is_some() {
            return Some(at);
        }
        at = document.value(at, "Parent").and_then(Value::dict)?;
    }
    None
}
