//! Checks a value from its first byte to its last, once, before anybody reads it.

use super::ObjectId;
use super::lexer::{self, NameEnd, SyntaxError, keyword, skip_trivia};
use super::limits::{MAX_DEPTH, MAX_KEYS};
use super::text;
use super::xref::{Entry, find};

use SyntaxError::{DuplicateKey, Malformed, TooDeep};

/// What a scan noticed on its way, so that nothing has to be looked for twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// An action that runs a script or a program, wherever it hangs.
    pub active: bool,
    /// A file within the file (`/EF`).
    pub embedded: bool,
    /// A reference by a generation that the object does not have: some readers ignore generations.
    pub other_generation: Option<ObjectId>,
}

/// Actions that run what is not a page: scripts, programs, imported data.
const ACTIVE: [&[u8]; 5] =
    [b"JavaScript", b"Launch", b"ImportData", b"Rendition", b"RichMediaExecute"];

/// A reusable scanner; it keeps its buffer of keys between objects.
#[derive(Default)]
pub(super) struct Scanner<'e> {
    /// Objects in use, by number.
    entries: Option<&'e [Entry]>,
    /// Numbers that were referred to and are not in use, in the order of their references.
    pub dangling: Vec<u32>,
    /// Where the keys of the dictionaries stand that are open now.
    keys: Vec<(u32, u32)>,
    marks: Marks,
    /// Where the values of `/AA` stand: actions that a viewer starts on its own. Within one there
    /// is no other.
    pub triggers: Vec<usize>,
    inside_trigger: bool,
}

impl<'e> Scanner<'e> {
    /// Looks out for references to what is not among these objects in use.
    pub(super) fn with_entries(entries: &'e [Entry]) -> Self {
        Self { entries: Some(entries), ..Self::default() }
    }

    /// Checks the value that starts here; gives its end and what was noticed.
    pub(super) fn scan(&mut self, bytes: &[u8], at: usize) -> Result<(usize, Marks), SyntaxError> {
        self.keys.clear();
        self.marks = Marks::default();
        self.triggers.clear();
        self.inside_trigger = false;
        if bytes.get(at) == Some(&b'/') {
            // `/S` may refer to a name that is an object of its own.
            let end = lexer::skip_name(bytes, at)?;
            self.marks.active = is_active(bytes, at, end);
            return Ok((end, self.marks));
        }
        if matches!(bytes.get(at), Some(b'0'..=b'9')) && lexer::reference(bytes, at).is_some() {
            // An object that is a reference: readers follow such chains to different depths.
            return Err(Malformed);
        }
        let end = self.value(bytes, at, 0)?;
        Ok((end, self.marks))
    }

    fn value(&mut self, bytes: &[u8], at: usize, depth: usize) -> Result<usize, SyntaxError> {
        let first = *bytes.get(at).ok_or(Malformed)?;
        match first {
            b'/' => lexer::skip_name(bytes, at),
            b'0'..=b'9' => match lexer::reference(bytes, at) {
                Some((id, end)) => {
                    self.follow(id);
                    Ok(end)
                }
                None => lexer::number(bytes, at).map(|(_, end)| end),
            },
            b'+' | b'-' | b'.' => lexer::number(bytes, at).map(|(_, end)| end),
            b'<' if bytes.get(at + 1) == Some(&b'<') => self.dict(bytes, at + 2, depth + 1),
            b'(' | b'<' => lexer::skip_string(bytes, at),
            b'[' => self.array(bytes, at + 1, depth + 1),
            b't' => keyword(bytes, at, b"true").ok_or(Malformed),
            b'f' => keyword(bytes, at, b"false").ok_or(Malformed),
            b'n' => keyword(bytes, at, b"null").ok_or(Malformed),
            _ => Err(Malformed),
        }
    }

    fn follow(&mut self, id: ObjectId) {
        let Some(entries) = self.entries else { return };
        match find(entries, id.number) {
            Some(entry) if entry.generation == id.generation => {}
            Some(_) => self.marks.other_generation = Some(id),
            None if self.dangling.last() == Some(&id.number) => {}
            None => self.dangling.push(id.number),
        }
    }

    fn array(&mut self, bytes: &[u8], at: usize, depth: usize) -> Result<usize, SyntaxError> {
        if depth > MAX_DEPTH {
            return Err(TooDeep);
        }
        let mut at = skip_trivia(bytes, at);
        while bytes.get(at) != Some(&b']') {
            at = skip_trivia(bytes, self.value(bytes, at, depth)?);
        }
        Ok(at + 1)
    }

    fn dict(&mut self, bytes: &[u8], at: usize, depth: usize) -> Result<usize, SyntaxError> {
        if depth > MAX_DEPTH {
            return Err(TooDeep);
        }
        let base = self.keys.len();
        let mut spelling = Spelling::Plain;
        let mut at = skip_trivia(bytes, at);
        while bytes.get(at) == Some(&b'/') {
            let name = lexer::end_of_name(bytes, at)?;
            let key_end = name.at();
            let unescaped;
            let key = match name {
                NameEnd::Plain(end) => &bytes[at + 1..end],
                NameEnd::Escaped(end) => {
                    spelling = Spelling::Escaped;
                    unescaped = text::name_bytes(&bytes[at + 1..end]);
                    &*unescaped
                }
            };
            let start = skip_trivia(bytes, key_end);
            let triggers = key == b"AA" && !self.inside_trigger;
            if triggers {
                self.triggers.push(start);
                self.inside_trigger = true;
            }
            let end = self.value(bytes, start, depth)?;
            if triggers {
                self.inside_trigger = false;
            }
            match key {
                b"S" => self.marks.active |= is_active(bytes, start, end),
                b"EF" => self.marks.embedded = true,
                _ => {}
            }
            if self.keys.len() - base == MAX_KEYS {
                return Err(Malformed);
            }
            self.keys.push((narrow(at + 1)?, narrow(key_end)?));
            at = skip_trivia(bytes, end);
        }
        if bytes.get(at..at + 2) != Some(b">>") {
            return Err(Malformed);
        }
        let keys = &mut self.keys[base..];
        let unique = match spelling {
            Spelling::Plain => all_different(keys, |key| raw(bytes, key)),
            Spelling::Escaped => all_different(keys, |key| text::name_bytes(raw(bytes, key))),
        };
        self.keys.truncate(base);
        if unique { Ok(at + 2) } else { Err(DuplicateKey) }
    }
}

fn is_active(bytes: &[u8], start: usize, end: usize) -> bool {
    bytes.get(start) == Some(&b'/') && ACTIVE.contains(&&*text::name_bytes(&bytes[start + 1..end]))
}

fn narrow(at: usize) -> Result<u32, SyntaxError> {
    u32::try_from(at).map_err(|_| Malformed)
}

/// How the keys of a dictionary are written.
enum Spelling {
    Plain,
    Escaped,
}

fn raw(bytes: &[u8], (start, end): (u32, u32)) -> &[u8] {
    let range = usize::try_from(start).unwrap_or(0)..usize::try_from(end).unwrap_or(0);
    &bytes[range]
}

fn all_different<N: Ord>(keys: &mut [(u32, u32)], name: impl Fn((u32, u32)) -> N) -> bool {
    if keys.len() <= 12 {
        return keys.iter().enumerate().all(|(i, &key)| {
            let key = name(key);
            keys[..i].iter().all(|&other| name(other) != key)
        });
    }
    keys.sort_unstable_by_key(|&key| name(key));
    keys.windows(2).all(|pair| name(pair[0]) != name(pair[1]))
}
