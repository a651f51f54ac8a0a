//! An incremental update (ISO 32000-1, 7.5.6) as bytes: objects, their cross-reference, trailer.

use std::collections::BTreeMap;

use crate::pdf::read::{Array, Dict, Document, ObjectId, Value, XrefKind};

/// Objects to append to a document.
pub(crate) struct Update {
    base_len: usize,
    ends_with_newline: bool,
    kind: XrefKind,
    /// `/Root`, `/Info`, `/ID` and `/Prev`, as every revision repeats them.
    trailer: Vec<u8>,
    /// What `/Info` refers to. Nothing that is drawn or listed is to be found there.
    info: Option<ObjectId>,
    /// Numbers of objects that the document refers to and lacks, from `next` on: whatever took one
    /// would become part of what refers to it.
    awaited: Vec<u32>,
    next: u32,
    objects: BTreeMap<ObjectId, Vec<u8>>,
}

/// An object was to be written in one of two roles that the base has it play.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shared(pub ObjectId);

/// The bytes that follow the document's.
pub(crate) struct Appended {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Where the value of each object starts in them.
    pub values: BTreeMap<ObjectId, usize>,
}

impl Update {
    /// Nothing yet.
    pub fn of(base: &Document<'_>) -> Self {
        let old = base.trailer();
        let mut trailer = format!("/Root {}", reference(old.root)).into_bytes();
        for (key, value) in [("/Info", old.info), ("/ID", old.id)] {
            if let Some(value) = value {
                trailer.extend(format!(" {key} ").into_bytes());
                trailer.extend(value);
            }
        }
        trailer.extend(format!(" /Prev {}", base.startxref()).into_bytes());
        Self {
            base_len: base.bytes().len(),
            ends_with_newline: matches!(base.bytes().last(), Some(b'\n' | b'\r')),
            kind: base.xref_kind(),
            trailer,
            info: base.trailer_dict().get("Info").and_then(Value::reference),
            awaited: base.awaited_from(old.size).unwrap_or_default().to_vec(),
            next: old.size,
            objects: BTreeMap::new(),
        }
    }

    /// A number that the document neither uses nor refers to.
    pub fn reserve(&mut self) -> ObjectId {
        while self.awaited.binary_search(&self.next).is_ok() {
            self.next += 1;
        }
        let id = ObjectId { number: self.next, generation: 0 };
        self.next += 1;
        id
    }

    /// Writes an object; an existing one keeps its generation and is overridden.
    pub fn put(&mut self, id: ObjectId, value: Vec<u8>) -> Result<(), Shared> {
        if self.info == Some(id) || self.objects.insert(id, value).is_some() {
            return Err(Shared(id));
        }
        Ok(())
    }

    /// Adds a new object.
    pub fn add(&mut self, value: Vec<u8>) -> ObjectId {
        let id = self.reserve();
        self.objects.insert(id, value);
        id
    }

    /// Adds a new stream; `dict` is the inside of its dictionary, without `/Length`.
    pub fn add_stream(&mut self, dict: &str, data: &[u8]) -> ObjectId {
        self.add(stream(dict.as_bytes(), data))
    }

    /// Writes everything, with a cross-reference of the document's own kind: where kinds are
    /// mixed, some readers repair.
    pub fn finish(mut self) -> Appended {
        // An object's header and its line of the cross-reference are shorter than this.
        let room: usize = self.objects.values().map(|value| value.len() + 64).sum();
        let mut bytes = Vec::with_capacity(room + self.trailer.len() + 256);
        if !self.ends_with_newline {
            bytes.push(b'\n');
        }
        let mut values = BTreeMap::new();
        let mut offsets = BTreeMap::new();
        for (id, value) in &self.objects {
            offsets.insert(*id, self.base_len + bytes.len());
            values.insert(*id, write_object(&mut bytes, *id, value));
        }
        let startxref = self.base_len + bytes.len();
        match self.kind {
            XrefKind::Table => {
                bytes.extend(table(&offsets));
                bytes.extend(format!("trailer\n<< /Size {} ", self.next).into_bytes());
                bytes.extend(self.trailer);
                bytes.extend(b" >>\n");
            }
            XrefKind::Stream => {
                let id = self.reserve();
                offsets.insert(id, startxref);
                let (index, entries) = packed(&offsets);
                let mut dict = format!("/Type /XRef /W [1 4 2] /Index [{index}]").into_bytes();
                dict.extend(format!(" /Size {} ", self.next).into_bytes());
                dict.extend(self.trailer);
                write_object(&mut bytes, id, &stream(&dict, &entries));
            }
        }
        bytes.extend(format!("startxref\n{startxref}\n%%EOF\n").into_bytes());
        Appended { bytes, values }
    }
}

/// `N G R`.
pub(crate) fn reference(id: ObjectId) -> String {
    format!("{} {} R", id.number, id.generation)
}

/// A stream object; `dict` is the inside of its dictionary, without `/Length`.
fn stream(dict: &[u8], data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(dict.len() + data.len() + 64);
    out.extend(b"<< ");
    out.extend(dict);
    out.extend(format!(" /Length {} >>\nstream\n", data.len()).into_bytes());
    out.extend(data);
    out.extend(b"\nendstream");
    out
}

/// Returns where the value starts.
fn write_object(out: &mut Vec<u8>, id: ObjectId, value: &[u8]) -> usize {
    out.extend(format!("{} {} obj\n", id.number, id.generation).into_bytes());
    let at = out.len();
    out.extend(value);
    out.extend(b"\nendobj\n");
    at
}

/// Objects whose numbers follow one another.
fn runs(offsets: &BTreeMap<ObjectId, usize>) -> Vec<Vec<(ObjectId, usize)>> {
    let mut runs: Vec<Vec<(ObjectId, usize)>> = Vec::new();
    for (id, offset) in offsets {
        match runs.last_mut() {
            Some(run) if run.last().is_some_and(|(last, _)| last.number + 1 == id.number) => {
                run.push((*id, *offset));
            }
            _ => runs.push(vec![(*id, *offset)]),
        }
    }
    runs
}

/// A classic cross-reference table (ISO 32000-1, 7.5.4) of the objects written. The list of free
/// objects stays as it is, so object 0 is not repeated.
fn table(offsets: &BTreeMap<ObjectId, usize>) -> Vec<u8> {
    let mut table = "xref\n".to_owned();
    for run in runs(offsets) {
        table += &format!("{} {}\n", run[0].0.number, run.len());
        for (id, offset) in run {
            table += &format!("{offset:010} {:05} n \n", id.generation);
        }
    }
    table.into_bytes()
}

/// `/Index` and the entries of an unpacked cross-reference stream (ISO 32000-1, 7.5.8), `/W [1 4 2]`.
fn packed(offsets: &BTreeMap<ObjectId, usize>) -> (String, Vec<u8>) {
    let (mut index, mut entries) = (Vec::new(), Vec::new());
    for run in runs(offsets) {
        index.push(format!("{} {}", run[0].0.number, run.len()));
        for (id, offset) in run {
            let offset = u32::try_from(offset).expect("documents end below 4 GiB");
            entries.push(1);
            entries.extend(offset.to_be_bytes());
            entries.extend(id.generation.to_be_bytes());
        }
    }
    (index.join(" "), entries)
}

/// A dictionary with some entries set; its other bytes stay as they are.
pub(crate) fn with_entries(dict: Dict<'_>, entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = dict.raw().to_vec();
    let end = bytes.len() - 2;
    let mut edits: Vec<_> = entries
        .iter()
        .map(|(key, value)| match dict.range(key) {
            Some(range) => (range, [b" ", *value, b" "].concat()),
            None => (end..end, [b" /", key.as_bytes(), b" ", value, b" "].concat()),
        })
        .collect();
    // From the back, so that the places found still hold.
    edits.sort_by_key(|(range, _)| range.start);
    for (range, value) in edits.into_iter().rev() {
        bytes.splice(range, value);
    }
    bytes
}

/// An array with more values at its end; its other bytes stay as they are.
pub(crate) fn with_items(array: Array<'_>, values: &str) -> Vec<u8> {
    let raw = array.raw();
    let (inside, end) = raw.split_at(raw.len() - 1);
    [inside, b" ", values.as_bytes(), end].concat()
}
