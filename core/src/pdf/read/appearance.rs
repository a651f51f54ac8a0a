//! Whether a form field shows its value by itself (ISO 32000-1, 12.7.3.3): where it does not, some
//! readers draw the value as they see fit, and others show none.

use std::io::Read as _;

use super::{Dict, Document, Name, Object, Place, Slot, Value};

/// Flags of an annotation that nobody sees: hidden, and not viewed (ISO 32000-1, 12.5.3).
const UNSEEN: i64 = 1 << 1 | 1 << 5;

/// The flag of a button that keeps no value (12.7.4.2).
const PUSH_BUTTON: i64 = 1 << 16;

/// A longer appearance is not looked into: it draws something.
const SHORT: usize = 64;

/// What a field says of its widgets.
#[derive(Clone, Copy)]
pub(super) struct Field<'d> {
    pub kind: Option<Name<'d>>,
    pub flags: i64,
    pub value: Value<'d>,
}

/// Whether a widget of a field that has a value leaves it to the reader to draw it.
pub(super) fn is_missing<'d>(
    document: &'d Document<'_>,
    widget: Dict<'d>,
    field: Field<'d>,
) -> bool {
    let flags = document.value(widget, "F").and_then(Value::integer).unwrap_or(0);
    if flags & UNSEEN != 0 || has_no_area(document, widget) {
        return false;
    }
    let value = document.resolve(field.value);
    let appearance = document.value(widget, "AP").and_then(Value::dict);
    let normal = appearance.map_or(Slot::Absent, |it| document.slot(it, "N"));
    if field.kind.is_some_and(|kind| kind.is("Btn")) {
        let on = value.name().filter(|name| !name.is("Off"));
        let on = on.filter(|_| field.flags & PUSH_BUTTON == 0);
        return on.is_some_and(|on| button_is_missing(document, widget, normal, on));
    }
    if is_empty(document, value) {
        return false;
    }
    match normal {
        Slot::Indirect(Object { place: Place::Stream { data, .. }, value, .. }) => {
            draws_nothing(data, value)
        }
        _ => true,
    }
}

fn has_no_area(document: &Document<'_>, widget: Dict<'_>) -> bool {
    let Some(rect) = document.value(widget, "Rect").and_then(Value::array) else { return false };
    let sides: Option<Vec<i64>> =
        rect.iter().take(5).map(|side| document.resolve(side).millionths()).collect();
    matches!(sides.as_deref(), Some([left, bottom, right, top]) if left == right || bottom == top)
}

fn is_empty(document: &Document<'_>, value: Value<'_>) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.text().trim().is_empty(),
        Value::Array(all) => all.iter().all(|one| match document.resolve(one) {
            Value::String(text) => text.text().trim().is_empty(),
            other => other == Value::Null,
        }),
        _ => false,
    }
}

/// Whether a box or a radio button that is on is not drawn so: its widgets choose one of several
/// appearances, those of the other buttons of a group "Off".
fn button_is_missing(
    document: &Document<'_>,
    widget: Dict<'_>,
    normal: Slot<'_>,
    on: Name<'_>,
) -> bool {
    let states = match normal {
        // One drawing, whatever the state.
        Slot::Indirect(Object { place: Place::Stream { .. }, .. }) => return false,
        Slot::Indirect(object) => object.value.dict(),
        Slot::Direct(value) => value.dict(),
        Slot::Absent | Slot::Dangling(_) => None,
    };
    let Some(states) = states else { return true };
    let has = |name: Name<'_>| {
        let drawn = |value| matches!(document.resolve(value), Value::Dict(_));
        states.iter().any(|(state, value)| state.decoded() == name.decoded() && drawn(value))
    };
    match document.value(widget, "AS").and_then(Value::name) {
        Some(state) if !state.is("Off") => !has(state),
        _ => has(on),
    }
}

/// Whether an appearance has no instruction that shows text or a form: "/Tx BMC EMC" is what an
/// empty field has.
fn draws_nothing(data: &[u8], dict: Value<'_>) -> bool {
    if data.len() > SHORT {
        return false;
    }
    let filter = dict.dict().and_then(|dict| dict.get("Filter"));
    let content = match filter {
        None => data.to_vec(),
        Some(filter) if filter.name().is_some_and(|name| name.is("FlateDecode")) => {
            let mut content = Vec::new();
            // What cannot be unpacked shows nothing; what was unpacked until then stays.
            let _ = flate2::read::ZlibDecoder::new(data).take(4096).read_to_end(&mut content);
            content
        }
        Some(_) => return false,
    };
    let shows = [&b"Tj"[..], b"TJ", b"'", b"\"", b"Do"];
    !shows.iter().any(|operator| memchr::memmem::find(&content, operator).is_some())
}

#[cfg(test)]
mod tests {
    use crate::pdf::read::open;
    use crate::pdf::read::sample::{PAGE, PAGES, Sample};

    const CATALOG: &str = "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]>>>>";

    fn missing(field: &str) -> bool {
        let field = format!("<</T(a)/Subtype/Widget/Rect[0 0 90 20]{field}>>");
        let file = Sample::page_with(CATALOG, PAGES, PAGE)
            .object(5, &field)
            .stream(6, "/BBox[0 0 90 20]", b"/Tx BMC BT /F 9 Tf (x) Tj ET EMC")
            .stream(7, "/BBox[0 0 90 20]", b"/Tx BMC EMC")
            .stream(
                8,
                "/BBox[0 0 90 20]/Filter/FlateDecode",
                &super::super::sample::deflate(b"/Tx BMC EMC"),
            );
        open(&file.table("")).unwrap().lacks_appearance()
    }

    #[test]
    fn a_text_needs_an_appearance_that_shows_it() {
        assert!(missing("/FT/Tx/V(x)"));
        assert!(missing("/FT/Tx/Ff 16777216/MaxLen 9/V(x)"), "comb");
        assert!(missing("/FT/Tx/V(x)/AP<<>>"));
        assert!(missing("/FT/Tx/V(x)/AP<</N null>>"));
        assert!(missing("/FT/Tx/V(x)/AP<</N 90 0 R>>"));
        assert!(missing("/FT/Tx/V(x)/AP<</N 7 0 R>>"));
        assert!(missing("/FT/Tx/V(x)/AP<</N 8 0 R>>"));
        assert!(missing("/FT/Ch/V[(x)]"));
        assert!(!missing("/FT/Tx/V(x)/AP<</N 6 0 R>>"));
    }

    #[test]
    fn what_has_nothing_to_show_needs_none() {
        assert!(!missing("/FT/Tx"));
        assert!(!missing("/FT/Tx/V()"));
        assert!(!missing("/FT/Tx/V( )"));
        assert!(!missing("/FT/Tx/V null"));
        assert!(!missing("/FT/Tx/V 90 0 R"));
        assert!(!missing("/FT/Ch/V[]"));
        assert!(!missing("/FT/Tx/V(x)/F 2"), "hidden");
        assert!(!missing("/FT/Btn/Ff 65536/V/Go"), "push button");
        assert!(!missing("/FT/Btn/V/Off"));
    }

    #[test]
    fn a_field_without_an_area_is_seen_by_nobody() {
        let field = "<</T(a)/Subtype/Widget/Rect[5 5 5 5]/FT/Tx/V(x)>>";
        let file = Sample::page_with(CATALOG, PAGES, PAGE).object(5, field).table("");
        assert!(!open(&file).unwrap().lacks_appearance());
    }

    #[test]
    fn a_box_that_is_on_needs_the_state_that_shows_it() {
        let states = "/AP<</N<</On 6 0 R/Off 7 0 R>>>>";
        assert!(!missing(&format!("/FT/Btn/V/On/AS/On{states}")));
        assert!(missing(&format!("/FT/Btn/V/On{states}")), "no state chosen");
        assert!(missing(&format!("/FT/Btn/V/On/AS/Off{states}")), "another state chosen");
        assert!(missing(&format!("/FT/Btn/V/On/AS/Yes{states}")), "an unknown state chosen");
        assert!(missing("/FT/Btn/V/On/AS/On"));
        // Another button of the group is on.
        assert!(!missing(&format!("/FT/Btn/V/Other/AS/Off{states}")));
        assert!(!missing("/FT/Btn/V/On/AS/On/AP<</N 6 0 R>>"));
    }
}
