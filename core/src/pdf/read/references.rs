//! All references within a value, with the keys that lead to them.

use std::ops::Range;

use super::ObjectId;
use super::lexer::{self, skip_trivia};
use super::text;

/// The keys that lead from a value to a place within it; arrays add nothing.
#[derive(Debug)]
pub(in crate::pdf) struct KeyPath<'d> {
    raw: &'d [u8],
    open: Vec<Container>,
}

#[derive(Debug)]
enum Container {
    Array,
    Dict {
        /// The key whose value is read now; `None` while a key is expected.
        key: Option<Range<usize>>,
    },
}

impl KeyPath<'_> {
    /// The keys from the outermost on, names decoded.
    pub(in crate::pdf) fn keys(&self) -> impl DoubleEndedIterator<Item = String> + '_ {
        self.open.iter().filter_map(|container| match container {
            Container::Dict { key: Some(key) } => {
                let name = text::name_bytes(self.raw.get(key.clone())?);
                Some(String::from_utf8_lossy(&name).into_owned())
            }
            _ => None,
        })
    }
}

/// Calls `visit` for each reference in a value that the gate has checked, in one pass over it.
pub(in crate::pdf) fn each_reference<'d>(
    raw: &'d [u8],
    mut visit: impl FnMut(ObjectId, &KeyPath<'d>),
) {
    let mut path = KeyPath { raw, open: Vec::new() };
    let mut at = 0;
    while let Some(next) = step(raw, skip_trivia(raw, at), &mut path, &mut visit) {
        at = next;
    }
}

/// Reads one token; gives the byte behind it.
fn step<'d>(
    raw: &'d [u8],
    at: usize,
    path: &mut KeyPath<'d>,
    visit: &mut impl FnMut(ObjectId, &KeyPath<'d>),
) -> Option<usize> {
    if let Some(Container::Dict { key: key @ None }) = path.open.last_mut()
        && raw.get(at) == Some(&b'/')
    {
        let end = lexer::skip_name(raw, at).ok()?;
        *key = Some(at + 1..end);
        return Some(end);
    }
    let end = match raw.get(at..)? {
        [b'<', b'<', ..] => {
            path.open.push(Container::Dict { key: None });
            return Some(at + 2);
        }
        [b'[', ..] => {
            path.open.push(Container::Array);
            return Some(at + 1);
        }
        [b'>', b'>', ..] => {
            path.open.pop();
            at + 2
        }
        [b']', ..] => {
            path.open.pop();
            at + 1
        }
        [b'/', ..] => lexer::skip_name(raw, at).ok()?,
        [b'(' | b'<', ..] => lexer::skip_string(raw, at).ok()?,
        [byte, ..] if lexer::is_regular(*byte) => match lexer::reference(raw, at) {
            Some((id, end)) => {
                visit(id, path);
                end
            }
            None => end_of_token(raw, at),
        },
        _ => return None,
    };
    if let Some(Container::Dict { key }) = path.open.last_mut() {
        *key = None;
    }
    Some(end)
}

fn end_of_token(raw: &[u8], mut at: usize) -> usize {
    while !lexer::ends_token(raw, at) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::each_reference;

    fn found(raw: &str) -> Vec<(u32, String)> {
        let mut found = Vec::new();
        each_reference(raw.as_bytes(), |id, path| {
            found.push((id.number, path.keys().collect::<Vec<_>>().join("/")));
        });
        found
    }

    #[test]
    fn each_reference_comes_with_the_keys_that_lead_to_it() {
        let raw =
            "<</A 1 0 R/B[2 0 R<</C 3 0 R/D(4 0 R)>>5 0 R]/E/F/G 6/H#49 7 0 R/J<00>/K 8 0 R>>";
        let expected = [(1, "A"), (2, "B"), (3, "B/C"), (5, "B"), (7, "HI"), (8, "K")];
        assert_eq!(found(raw), expected.map(|(number, path)| (number, path.to_owned())));
        assert_eq!(found("[1 0 R % 2 0 R\n 3 4 0 R]"), [(1, String::new()), (4, String::new())]);
        assert_eq!(found("(1 0 R)"), []);
    }
}
