//! How many bytes of instructions a page has a reader run through, forms within forms counted each
//! time they are drawn.
//!
//! The drawing reader unpacks a form anew whenever it is drawn, and a form that draws nothing is not
//! seen by the counter of what is drawn: a few kilobytes could keep it busy for days. So this is
//! counted first, each form once.

use std::collections::HashMap;

use hayro::hayro_interpret::CacheKey as _;
use hayro::hayro_syntax::content::TypedIter;
use hayro::hayro_syntax::content::ops::TypedInstruction;
use hayro::hayro_syntax::object::{Array, Dict, Name, Object, ObjectIdentifier, Stream};
use hayro::hayro_syntax::page::{Page, Resources};

use super::meter::FORM;
use super::{Cost, RenderError};

/// The largest maps have some 50 MB; a megabyte takes some 10 ms.
const MAX_CONTENT: u64 = 256 * 1024 * 1024;

/// The drawing reader goes no deeper than 50, whatever is written.
const MAX_DEPTH: usize = 200;

/// So many bytes of instructions take as long as one path segment.
const BYTES_PER_OPERATION: u64 = 256;

/// Extended graphics states, patterns and annotations are looked at so often.
const MAX_LOOKED_AT: usize = 1_000_000;

const TOO_MUCH: RenderError = RenderError::OverBudget(Cost::Operations);

/// What a page's instructions cost.
#[derive(Clone, Copy)]
pub(super) struct Content {
    /// What it costs to begin with a letter, a pattern or a mask that is drawn by instructions, in
    /// operations.
    pub entering: usize,
    /// Bytes of instructions of the largest pattern's cell.
    pub pattern: u64,
    /// Bytes of the largest program that makes a colour.
    pub program: u64,
}

/// Whether a page's instructions are few enough to run through. `program` is the largest program
/// among its functions.
pub(super) fn check(page: &Page<'_>, program: u64) -> Result<Content, RenderError> {
    let mut scale = Scale::default();
    let resources = Scope::new(page.resources().clone(), None);
    let mut bytes = scale.content(page.page_stream().unwrap_or_default(), &resources, 0)?;
    for annotation in
        page.raw().get::<Array<'_>>(b"Annots".as_slice()).iter().flat_map(Array::iter::<Dict<'_>>)
    {
        for appearance in appearances(&annotation) {
            bytes = bytes.saturating_add(scale.stream(&appearance, &resources, 0)?);
        }
        scale.look()?;
    }
    if bytes > MAX_CONTENT {
        return Err(TOO_MUCH);
    }
    let heaviest = scale.letter.max(scale.pattern);
    let each = heaviest / BYTES_PER_OPERATION + groups(page) / 16;
    let entering = FORM.saturating_add(usize::try_from(each).unwrap_or(usize::MAX));
    Ok(Content { entering, pattern: scale.pattern, program })
}

/// Optional content groups, which the drawing reader lists anew for each letter that is drawn by
/// instructions.
fn groups(page: &Page<'_>) -> u64 {
    let catalog = page.xref().get::<Dict<'_>>(page.xref().root_id());
    let properties = catalog.and_then(|it| it.get::<Dict<'_>>(b"OCProperties".as_slice()));
    let Some(properties) = properties else { return 0 };
    let configuration = properties.get::<Dict<'_>>(b"D".as_slice()).unwrap_or_default();
    [(&properties, b"OCGs".as_slice()), (&configuration, b"ON"), (&configuration, b"OFF")]
        .into_iter()
        .filter_map(|(dict, key)| dict.get::<Array<'_>>(key))
        .map(|list| list.raw_iter().count() as u64)
        .sum()
}

fn appearances<'a>(annotation: &Dict<'a>) -> Vec<Stream<'a>> {
    let normal = annotation.get::<Dict<'_>>(b"AP".as_slice());
    match normal.and_then(|it| it.get::<Object<'_>>(b"N".as_slice())) {
        Some(Object::Stream(stream)) => vec![stream],
        Some(Object::Dict(states)) => {
            states.keys().filter_map(|state| states.get::<Stream<'_>>(state.as_ref())).collect()
        }
        _ => Vec::new(),
    }
}

/// Where names are looked up.
struct Scope<'a, 'o> {
    resources: Resources<'a>,
    key: u128,
    /// What draws the form whose resources these are.
    outer: Option<&'o Scope<'a, 'o>>,
}

impl<'a, 'o> Scope<'a, 'o> {
    fn new(resources: Resources<'a>, outer: Option<&'o Scope<'a, 'o>>) -> Self {
        let key = resources.cache_key();
        Self { resources, key, outer }
    }

    fn has(&self, kind: u8, name: &Name<'_>) -> bool {
        let named = match kind {
            b'X' => &self.resources.x_objects,
            b'G' => &self.resources.ext_g_states,
            b'F' => &self.resources.fonts,
            b'P' => &self.resources.patterns,
            _ => &self.resources.shadings,
        };
        named.contains_key(name.as_ref())
    }

    /// Some readers look for what a form's own resources lack in those of the page, and draw it;
    /// others do not.
    fn is_ambiguous(&self, kind: u8, name: &Name<'_>) -> bool {
        let mut outer = std::iter::successors(self.outer, |scope| scope.outer);
        !self.has(kind, name) && outer.any(|scope| scope.has(kind, name))
    }
}

#[derive(Default)]
struct Scale {
    known: HashMap<(ObjectIdentifier, u128), u64>,
    /// The most that a pattern costs.
    pattern: u64,
    /// The most that a letter costs.
    letter: u64,
    /// Bytes looked through here, each form's once.
    read: u64,
    looked_at: usize,
}

impl Scale {
    /// What a stream of instructions costs, with all that it draws.
    fn stream<'a>(
        &mut self,
        stream: &Stream<'a>,
        outer: &Scope<'a, '_>,
        depth: usize,
    ) -> Result<u64, RenderError> {
        if depth > MAX_DEPTH {
            return Err(TOO_MUCH);
        }
        self.look()?;
        let own = stream.dict().get::<Dict<'_>>(b"Resources".as_slice());
        let key = (stream.obj_id(), if own.is_some() { 0 } else { outer.key });
        if let Some(known) = self.known.get(&key) {
            return Ok(*known);
        }
        // Until it is known. The drawing reader does not follow a form into itself.
        self.known.insert(key, MAX_CONTENT + 1);
        let Ok(content) = stream.decoded_data() else { return Ok(0) };
        let cost = match own {
            Some(own) => {
                self.content(&content, &Scope::new(Resources::new(own), Some(outer)), depth)?
            }
            None => self.content(&content, outer, depth)?,
        };
        self.known.insert(key, cost);
        Ok(cost)
    }

    fn content<'a>(
        &mut self,
        content: &[u8],
        scope: &Scope<'a, '_>,
        depth: usize,
    ) -> Result<u64, RenderError> {
        self.read = self.read.saturating_add(content.len() as u64);
        let mut cost = content.len() as u64;
        if self.read > MAX_CONTENT {
            return Err(TOO_MUCH);
        }
        let mut named: HashMap<(u8, Vec<u8>), u64> = HashMap::new();
        let mut instructions = TypedIter::new(content);
        while let Some(instruction) = instructions.next() {
            let (kind, name) = match &instruction {
                TypedInstruction::XObject(drawn) => (b'X', drawn.0),
                TypedInstruction::SetGraphicsState(state) => (b'G', state.0),
                TypedInstruction::Shading(shading) => (b'S', shading.0),
                TypedInstruction::TextFont(font) => (b'F', font.0),
                TypedInstruction::NonStrokeColorNamed(colour) => match colour.1 {
                    Some(name) => (b'P', name),
                    None => continue,
                },
                TypedInstruction::StrokeColorNamed(colour) => match colour.1 {
                    Some(name) => (b'P', name),
                    None => continue,
                },
                _ => continue,
            };
            let key = (kind, name.as_ref().to_vec());
            let each = match named.get(&key) {
                Some(known) => *known,
                None => {
                    let each = self.named(kind, name, scope, depth)?;
                    named.insert(key, each);
                    each
                }
            };
            cost = cost.saturating_add(each);
        }
        Ok(cost)
    }

    /// What one use of a resource costs.
    fn named<'a>(
        &mut self,
        kind: u8,
        name: &Name<'_>,
        scope: &Scope<'a, '_>,
        depth: usize,
    ) -> Result<u64, RenderError> {
        if scope.is_ambiguous(kind, name) {
            return Err(RenderError::Ambiguous);
        }
        let resources = &scope.resources;
        match kind {
            b'X' => match resources.get_x_object(name) {
                Some(stream) if is_named(stream.dict(), b"Subtype", b"Form") => {
                    self.stream(&stream, scope, depth + 1)
                }
                _ => Ok(0),
            },
            b'G' => {
                let state = resources.get_ext_g_state(name);
                let mask = state.and_then(|state| state.get::<Dict<'_>>(b"SMask".as_slice()));
                match mask.and_then(|mask| mask.get::<Stream<'_>>(b"G".as_slice())) {
                    Some(group) => self.stream(&group, scope, depth + 1),
                    None => Ok(0),
                }
            }
            b'F' => {
                let font = resources.get_font(name);
                font.map_or(Ok(()), |font| self.letters(&font, scope, depth))?;
                Ok(0)
            }
            b'P' => match resources.get_pattern(name) {
                Some(Object::Stream(cell)) => {
                    let cost = self.stream(&cell, scope, depth + 1)?;
                    self.pattern = self.pattern.max(cost.max(1));
                    Ok(0)
                }
                Some(Object::Dict(pattern)) => Ok(pattern
                    .get::<Object<'_>>(b"Shading".as_slice())
                    .map_or(0, |it| shading(&it))),
                _ => Ok(0),
            },
            _ => Ok(resources.get_shading(name).map_or(0, |it| shading(&it))),
        }
    }

    /// The letters of a font that are drawn by instructions.
    fn letters<'a>(
        &mut self,
        font: &Dict<'a>,
        outer: &Scope<'a, '_>,
        depth: usize,
    ) -> Result<(), RenderError> {
        if !is_named(font, b"Subtype", b"Type3") {
            return Ok(());
        }
        let own = font.get::<Dict<'_>>(b"Resources".as_slice());
        let own = own.map(|own| Scope::new(Resources::new(own), Some(outer)));
        let scope = own.as_ref().unwrap_or(outer);
        let letters = font.get::<Dict<'_>>(b"CharProcs".as_slice()).unwrap_or_default();
        for name in letters.keys() {
            if let Some(letter) = letters.get::<Stream<'_>>(name.as_ref()) {
                let cost = self.stream(&letter, scope, depth + 1)?;
                self.letter = self.letter.max(cost);
            }
        }
        Ok(())
    }

    fn look(&mut self) -> Result<(), RenderError> {
        self.looked_at += 1;
        if self.looked_at > MAX_LOOKED_AT { Err(TOO_MUCH) } else { Ok(()) }
    }
}

/// A mesh is read anew at each use.
fn shading(object: &Object<'_>) -> u64 {
    match object {
        Object::Stream(mesh) => mesh.decoded_data().map_or(0, |data| data.len() as u64),
        _ => 0,
    }
}

fn is_named(dict: &Dict<'_>, key: &[u8], value: &[u8]) -> bool {
    dict.get::<Name<'_>>(key).is_some_and(|name| name.as_ref() == value)
}
