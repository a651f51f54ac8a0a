//! What a page's streams unpack to, before anything unpacks them.
//!
//! The drawing reader unpacks a stream wholly into memory, and one kilobyte can hold a megabyte
//! (Flate) or a picture of any size (JPEG, JPEG 2000).

use std::collections::HashSet;

use hayro::hayro_syntax::object::{Array, Dict, MaybeRef, Name, Object, Stream};
use hayro::hayro_syntax::page::Page;

use super::Cost;
use super::unpack::unpacked_size;

/// An A3 page in colour, scanned at 600 dots per inch, has 210 million bytes.
const MAX_UNPACKED: u64 = 320 * 1024 * 1024;

/// A page of a large atlas has some ten thousand objects.
const MAX_OBJECTS: usize = 200_000;

/// What of a page is drawn; what is left out leads to other pages.
const DRAWN: [&[u8]; 3] = [b"Contents", b"Resources", b"Annots"];

/// What is not drawn of the objects behind.
const NOT_DRAWN: [&[u8]; 9] =
    [b"Parent", b"P", b"Dest", b"A", b"AA", b"V", b"Popup", b"Metadata", b"PieceInfo"];

/// Widths of letters that the fonts of a page may name, all together; one font has 65,536 at most.
const MAX_WIDTHS: u64 = 4_000_000;

/// Whether the page's streams, all together, stay within what may be unpacked. Gives the bytes of
/// the largest program among its functions (ISO 32000-1, 7.10.5).
pub(super) fn check(page: &Page<'_>) -> Result<u64, Cost> {
    let mut scale = Scale::default();
    let mut waiting = Vec::new();
    for key in DRAWN {
        waiting.extend(page.raw().get_raw::<Object<'_>>(key));
    }
    // Resources may be inherited.
    let inherited = page.resources();
    for dict in [
        &inherited.x_objects,
        &inherited.fonts,
        &inherited.patterns,
        &inherited.color_spaces,
        &inherited.shadings,
        &inherited.ext_g_states,
    ] {
        waiting.push(MaybeRef::NotRef(Object::Dict(dict.clone())));
    }
    while let Some(value) = waiting.pop() {
        let object = match value {
            MaybeRef::NotRef(object) => object,
            MaybeRef::Ref(reference) => {
                if !scale.seen.insert((reference.obj_number, reference.gen_number)) {
                    continue;
                }
                let Some(object) = page.xref().get::<Object<'_>>(reference.into()) else {
                    continue;
                };
                object
            }
        };
        scale.objects += 1;
        if scale.objects > MAX_OBJECTS {
            return Err(Cost::Operations);
        }
        match object {
            Object::Dict(dict) => {
                scale.widths(&dict)?;
                waiting.extend(drawn_entries(&dict));
            }
            Object::Array(array) => waiting.extend(array.raw_iter()),
            Object::Stream(stream) => {
                scale.put(&stream)?;
                waiting.extend(drawn_entries(stream.dict()));
            }
            _ => {}
        }
    }
    Ok(scale.program)
}

fn drawn_entries<'a>(dict: &Dict<'a>) -> Vec<MaybeRef<Object<'a>>> {
    dict.entries()
        .filter(|(key, _)| !NOT_DRAWN.contains(&key.as_ref()))
        .map(|(_, value)| value)
        .collect()
}

#[derive(Default)]
struct Scale {
    seen: HashSet<(u32, i32)>,
    objects: usize,
    unpacked: u64,
    widths: u64,
    program: u64,
}

impl Scale {
    fn put(&mut self, stream: &Stream<'_>) -> Result<(), Cost> {
        let left = MAX_UNPACKED - self.unpacked;
        let size = unpacked_size(&stream.raw_data(), &filters(stream.dict()), left);
        self.unpacked += size;
        if self.unpacked >= MAX_UNPACKED {
            return Err(Cost::Unpacked);
        }
        if stream.dict().get::<u8>(b"FunctionType".as_slice()) == Some(4) {
            self.program = self.program.max(size);
        }
        Ok(())
    }

    /// The drawing reader keeps one width for each letter of each range (ISO 32000-1, 9.7.4.3),
    /// whatever the range.
    fn widths(&mut self, font: &Dict<'_>) -> Result<(), Cost> {
        for key in [b"W".as_slice(), b"W2"] {
            let Some(widths) = font.get::<Array<'_>>(key) else { continue };
            let mut entries = widths.iter::<Object<'_>>();
            while let Some(first) = entries.next() {
                let (Object::Number(first), Some(Object::Number(last))) = (first, entries.next())
                else {
                    continue;
                };
                let range = last.as_i64().saturating_sub(first.as_i64()).max(0);
                self.widths = self.widths.saturating_add(range.unsigned_abs());
                let numbers = if key == b"W" { 1 } else { 3 };
                entries.by_ref().take(numbers).for_each(drop);
            }
        }
        if self.widths > MAX_WIDTHS { Err(Cost::Operations) } else { Ok(()) }
    }
}

/// Names of the filters, the first to be applied first.
fn filters(dict: &Dict<'_>) -> Vec<Vec<u8>> {
    for key in [b"Filter".as_slice(), b"F"] {
        match dict.get::<Object<'_>>(key) {
            Some(Object::Name(name)) => return vec![name.as_ref().to_vec()],
            Some(Object::Array(array)) => return names(&array),
            _ => {}
        }
    }
    Vec::new()
}

fn names(array: &Array<'_>) -> Vec<Vec<u8>> {
    array.iter::<Name<'_>>().map(|name| name.as_ref().to_vec()).collect()
}
