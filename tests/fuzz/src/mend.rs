//! Mends what a mutation breaks in a PDF: offsets, lengths, byte ranges. A mutant is then read to
//! where the mutation counts, instead of failing at its first offset.

use std::collections::HashMap;

use memchr::memmem;

/// The same objects with classic tables, `startxref`, `/Prev`, direct `/Length` and `/ByteRange` that
/// fit. Cross-reference streams stay as they are.
pub fn mended(bytes: &[u8]) -> Vec<u8> {
    let mut out = with_lengths(bytes);
    out = Tables::default().mend(&out);
    mend_byte_ranges(&mut out);
    out
}

fn number_at(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let digits = bytes.get(at..)?.iter().take(10).take_while(|byte| byte.is_ascii_digit()).count();
    let text = std::str::from_utf8(&bytes[at..at + digits]).ok()?;
    Some((text.parse().ok()?, at + digits))
}

fn with_lengths(bytes: &[u8]) -> Vec<u8> {
    const KEY: &[u8] = b"/Length ";
    let mut out = Vec::with_capacity(bytes.len() + 16);
    let mut copied = 0;
    for at in memmem::find_iter(bytes, KEY) {
        let Some((_, after)) = number_at(bytes, at + KEY.len()) else { continue };
        let Some(length) = stream_length(&bytes[after..]) else { continue };
        out.extend_from_slice(&bytes[copied..at + KEY.len()]);
        out.extend_from_slice(length.to_string().as_bytes());
        copied = after;
    }
    out.extend_from_slice(&bytes[copied..]);
    out
}

/// The length of the stream whose dictionary ends soon behind its `/Length`.
fn stream_length(rest: &[u8]) -> Option<usize> {
    let start = memmem::find(&rest[..rest.len().min(300)], b"stream\n")? + b"stream\n".len();
    if memmem::find(&rest[..start], b"endobj").is_some() {
        return None;
    }
    let end = memmem::find(&rest[start..], b"endstream")?;
    let data = &rest[start..start + end];
    Some(data.strip_suffix(b"\n").unwrap_or(data).len())
}

/// Walks through the file once; what it knows is what stands before.
#[derive(Default)]
struct Tables {
    out: Vec<u8>,
    objects: HashMap<(usize, usize), usize>,
    section: Option<usize>,
    previous: Option<usize>,
}

impl Tables {
    fn mend(mut self, bytes: &[u8]) -> Vec<u8> {
        for line in bytes.split_inclusive(|&byte| byte == b'\n') {
            self.line(line);
        }
        self.out
    }

    fn line(&mut self, line: &[u8]) {
        if line == b"xref\n" {
            self.previous = self.section.replace(self.out.len());
            self.out.extend_from_slice(line);
        } else if let Some(key) = object_of(line) {
            self.objects.insert(key, self.out.len());
            if memmem::find(line, b"/XRef").is_some() {
                self.previous = self.section.replace(self.out.len());
            }
            self.out.extend_from_slice(line);
        } else if self.section.is_some() && is_entries(line) {
            self.entry(line);
        } else if self.out.ends_with(b"startxref\n") && number_at(line, 0).is_some() {
            self.out.extend_from_slice(format!("{}\n", self.section.unwrap_or(0)).as_bytes());
        } else {
            self.rest(line);
        }
    }

    /// An entry in use: which object it is of follows from the lines before.
    fn entry(&mut self, line: &[u8]) {
        let number = self.number_of_entry();
        let generation = number_at(line, 11).map_or(0, |(generation, _)| generation);
        let at = number.and_then(|number| self.objects.get(&(number, generation)));
        match at {
            Some(at) if line[17] == b'n' => {
                let text = format!("{at:010} {generation:05} n \n");
                self.out.extend_from_slice(text.as_bytes());
            }
            _ => self.out.extend_from_slice(line),
        }
    }

    fn number_of_entry(&self) -> Option<usize> {
        let mut end = self.out.len();
        let mut index = 0;
        while end >= 20 && is_entries(&self.out[end - 20..end]) {
            end -= 20;
            index += 1;
        }
        let head = &self.out[..end];
        let start = head[..end.checked_sub(1)?].iter().rposition(|&byte| byte == b'\n')? + 1;
        Some(number_at(head, start)?.0 + index)
    }

    fn rest(&mut self, line: &[u8]) {
        const KEY: &[u8] = b"/Prev ";
        let found = memmem::find(line, KEY).map(|at| at + KEY.len());
        let known = found.and_then(|at| Some((at, number_at(line, at)?.1, self.previous?)));
        match known {
            Some((at, after, previous)) => {
                self.out.extend_from_slice(&line[..at]);
                self.out.extend_from_slice(previous.to_string().as_bytes());
                self.out.extend_from_slice(&line[after..]);
            }
            None => self.out.extend_from_slice(line),
        }
    }
}

fn object_of(line: &[u8]) -> Option<(usize, usize)> {
    let (number, after) = number_at(line, 0)?;
    let (generation, after) = number_at(line, after + 1)?;
    line.get(after..)?.starts_with(b" obj").then_some((number, generation))
}

fn is_entries(line: &[u8]) -> bool {
    line.len() == 20 && line[10] == b' ' && line[16] == b' ' && matches!(line[17], b'n' | b'f')
}

fn mend_byte_ranges(out: &mut [u8]) {
    const KEY: &[u8] = b"/ByteRange";
    let places: Vec<usize> = memmem::find_iter(out, KEY).collect();
    for at in places {
        let Some(range) = range_around(out, at) else { continue };
        let Some(open) = memchr::memchr(b'[', &out[at..]).map(|open| at + open + 1) else {
            continue;
        };
        let Some(close) = memchr::memchr(b']', &out[open..]).map(|close| open + close) else {
            continue;
        };
        let [start, end, rest] = range;
        let text = format!("0 {start} {end} {rest}");
        if text.len() <= close - open {
            out[open..close].fill(b' ');
            out[open..open + text.len()].copy_from_slice(text.as_bytes());
        }
    }
}

/// Where the hole of a signature dictionary starts and ends, and how much follows in its revision.
fn range_around(bytes: &[u8], at: usize) -> Option<[usize; 3]> {
    const KEY: &[u8] = b"/Contents";
    let object = memmem::rfind(&bytes[..at], b" obj")?;
    let key = object + memmem::find(&bytes[object..], KEY)? + KEY.len();
    let start = key + memchr::memchr(b'<', bytes.get(key..key + 4)?)?;
    let end = start + memchr::memchr(b'>', &bytes[start..])? + 1;
    let mark = end + memmem::find(&bytes[end..], b"%%EOF")? + 5;
    let mark = mark + usize::from(bytes.get(mark) == Some(&b'\n'));
    Some([start, end, mark - end])
}
