//! Checks a value from its first byte to its last, once, before anybody reads it.

use std::borrow::Cow;

use super::ObjectId;
use super::lexer::{self, SyntaxError, keyword, skip_trivia};
use super::limits::{MAX_DEPTH, MAX_KEYS};
use super::text;

use SyntaxError::{DuplicateKey, Malformed, TooDeep};

/// What a scan noticed on its way, so that nothing has to be looked for twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// An action that runs a script or a program, wherever it hangs.
    pub active: bool,
    /// A file within the file (`/EF`).
    pub embedded: bool,
    /// A reference to an object that a later revision took away.
    pub stale: Option<ObjectId>,
}

/// Actions that run what is not a page: scripts, programs, imported data.
const ACTIVE: [&[u8]; 5] =
    [b"JavaScript", b"Launch", b"ImportData", b"Rendition", b"RichMediaExecute"];

/// A reusable scanner; it keeps its buffer of keys between objects.
#[derive(Default)]
pub(super) struct Scanner<'d> {
    stale: &'d [ObjectId],
    /// Where the keys of the dictionaries stand that are open now.
    keys: Vec<(u32, u32)>,
    marks: Marks,
    /// Where the values of `/AA` stand: actions that a viewer starts on its own. Within one there
    /// is no other.
    pub triggers: Vec<usize>,
    inside_trigger: bool,
}

impl<'d> Scanner<'d> {
    /// Looks out for references to these objects, which are sorted.
    pub(super) fn with_stale(stale: &'d [ObjectId]) -> Self {
        Self { stale, ..Self::default() }
    }

    /// Checks the value that starts here; gives its end and what was noticed.
    pub(super) fn scan(
        &mut self,
        bytes: &'d [u8],
        at: usize,
    ) -> Result<(usize, Marks), SyntaxError> {
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
        if lexer::reference(bytes, at).is_some() {
            // An object that is a reference: readers follow such chains to different depths.
            return Err(Malformed);
        }
        let end = self.value(bytes, at, 0)?;
        Ok((end, self.marks))
    }

    /// What there is to notice in a value that is known to be sound.
    pub(super) fn marks_of(mut self, bytes: &'d [u8]) -> Marks {
        self.scan(bytes, 0).map(|(_, marks)| marks).unwrap_or_default()
    }

    fn value(&mut self, bytes: &'d [u8], at: usize, depth: usize) -> Result<usize, SyntaxError> {
        let first = *bytes.get(at).ok_or(Malformed)?;
        match first {
            b'/' => lexer::skip_name(bytes, at),
            b'0'..=b'9' => match lexer::reference(bytes, at) {
                Some((id, end)) => {
                    if self.stale.binary_search(&id).is_ok() {
                        self.marks.stale = Some(id);
                    }
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

    fn array(&mut self, bytes: &'d [u8], at: usize, depth: usize) -> Result<usize, SyntaxError> {
        if depth > MAX_DEPTH {
            return Err(TooDeep);
        }
        let mut at = skip_trivia(bytes, at);
        while bytes.get(at) != Some(&b']') {
            at = skip_trivia(bytes, self.value(bytes, at, depth)?);
        }
        Ok(at + 1)
    }

    fn dict(&mut self, bytes: &'d [u8], at: usize, depth: usize) -> Result<usize, SyntaxError> {
        if depth > MAX_DEPTH {
            return Err(TooDeep);
        }
        let base = self.keys.len();
        let mut at = skip_trivia(bytes, at);
        while bytes.get(at) == Some(&b'/') {
            let key_end = lexer::skip_name(bytes, at)?;
            let key = text::name_bytes(&bytes[at + 1..key_end]);
            let start = skip_trivia(bytes, key_end);
            let triggers = *key == *b"AA" && !self.inside_trigger;
            if triggers {
                self.triggers.push(start);
                self.inside_trigger = true;
            }
            let end = self.value(bytes, start, depth)?;
            if triggers {
                self.inside_trigger = false;
            }
            match &*key {
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
        let unique = all_different(bytes, &mut self.keys[base..]);
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

fn all_different(bytes: &[u8], keys: &mut [(u32, u32)]) -> bool {
    let name = |&(start, end): &(u32, u32)| -> Cow<'_, [u8]> {
        let range = usize::try_from(start).unwrap_or(0)..usize::try_from(end).unwrap_or(0);
        text::name_bytes(&bytes[range])
    };
    if keys.len() <= 12 {
        return keys.iter().enumerate().all(|(i, key)| {
            let key = name(key);
            keys[..i].iter().all(|other| name(other) != key)
        });
    }
    keys.sort_unstable_by(|a, b| name(a).cmp(&name(b)));
    keys.windows(2).all(|pair| name(&pair[0]) != name(&pair[1]))
}
