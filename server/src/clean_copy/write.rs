//! Writes what hangs on the catalog of the original as a new document.
//!
//! What nothing refers to stays behind: earlier states, orphans, whatever a repair could bring up.

use std::collections::HashMap;
use std::collections::VecDeque;

use hayro_syntax::object::{Array, DateTime, Dict, MaybeRef, Name, Number, Object};
use hayro_syntax::object::{ObjectIdentifier, Stream};
use hayro_syntax::xref::XRef;
use hayro_syntax::{Pdf, PdfVersion};
use trien_core::digest::Sha256;
use trien_core::pdf::clean_copy::{CleanCopyMark, KEY};
use trien_core::pdf::read::Refusal;
use trien_core::pdf::read::limits::{MAX_BYTES, MAX_DEPTH, MAX_ENTRIES};

use super::active::{Filter, is_signature};
use super::file::{self, File};
use super::pages::{self, INHERITED, PageSource};
use super::{ActiveContent, NoCleanCopy};

const CATALOG: u32 = 1;
const INFO: u32 = 2;
const PAGES: u32 = 3;

/// Entries of a catalog that are made anew: the pages, the mark, the version, which is the
/// header's; and permissions, which belong to signatures and to encryption.
const NOT_COPIED: [&str; 4] = ["Pages", KEY, "Version", "Perms"];

/// An encrypted stream of no bytes has this length: a vector and a block of padding.
const EMPTY_ENCRYPTED: usize = 32;

/// A new document.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Written {
    pub bytes: Vec<u8>,
    /// What was left out, in words.
    pub removed: Vec<String>,
    /// References that lead nowhere.
    pub missing: u32,
}

/// Writes the whole document.
pub(super) fn document(
    pdf: &Pdf,
    original: Sha256,
    reason: Refusal,
    active: ActiveContent,
) -> Result<Written, NoCleanCopy> {
    let sources = pages::all(pdf)?;
    let mut writer = Writer::new(pdf, active);
    let numbers = writer.number_pages(&sources)?;
    // The body of the catalog ends with the mark, which lists what is left out everywhere.
    let catalog = writer.catalog(pdf)?;
    let mut bodies: Vec<Vec<u8>> = vec![info(pdf, original, reason), tree(&numbers)];
    for (source, number) in sources.iter().zip(&numbers) {
        bodies.push(writer.page(source, *number)?);
        writer.check_size(bodies.last().map_or(0, Vec::len))?;
    }
    while let Some(id) = writer.waiting.pop_front() {
        let body = writer.object(id)?;
        writer.check_size(body.len())?;
        bodies.push(body);
    }
    let Writer { filter, missing, .. } = writer;
    let removed = filter.removed();
    let mark =
        CleanCopyMark { original, reason: reason.slug().to_owned(), removed: removed.clone() };
    let mut file = File::new(version(pdf));
    file.object(&[&catalog, format!("/{KEY} {}>>", mark.to_pdf()).as_bytes()].concat())?;
    for body in bodies {
        file.object(&body)?;
    }
    Ok(Written { bytes: file.finish(CATALOG, INFO, original), removed, missing })
}

struct Writer<'a> {
    xref: &'a XRef,
    numbers: HashMap<ObjectIdentifier, u32>,
    next: u32,
    /// Numbered, not yet written; in the order of their numbers.
    waiting: VecDeque<ObjectIdentifier>,
    filter: Filter,
    missing: u32,
    size: usize,
}

impl<'a> Writer<'a> {
    fn new(pdf: &'a Pdf, active: ActiveContent) -> Self {
        let xref = pdf.xref();
        let numbers = HashMap::from([(xref.root_id(), CATALOG)]);
        let filter = Filter::new(active);
        Self {
            xref,
            numbers,
            next: PAGES + 1,
            waiting: VecDeque::new(),
            filter,
            missing: 0,
            size: 0,
        }
    }

    /// Pages come first, so that what refers to them finds them; a page that is written in place
    /// in the list of its parent has no number of its own yet.
    fn number_pages(&mut self, sources: &[PageSource<'a>]) -> Result<Vec<u32>, NoCleanCopy> {
        let mut numbers = Vec::with_capacity(sources.len());
        for source in sources {
            let number = self.take_number()?;
            let id = source.dict.obj_id();
            if let Some(id) = id.filter(|id| self.xref.get(*id).as_ref() == Some(&source.dict)) {
                self.numbers.insert(id, number);
            }
            numbers.push(number);
        }
        Ok(numbers)
    }

    fn take_number(&mut self) -> Result<u32, NoCleanCopy> {
        let number = self.next;
        if usize::try_from(number).unwrap_or(usize::MAX) >= MAX_ENTRIES {
            return Err(Refusal::TooManyEntries.into());
        }
        self.next += 1;
        Ok(number)
    }

    fn check_size(&mut self, more: usize) -> Result<(), NoCleanCopy> {
        self.size = self.size.saturating_add(more);
        if self.size > MAX_BYTES { Err(Refusal::TooLarge.into()) } else { Ok(()) }
    }

    /// The catalog without its end.
    fn catalog(&mut self, pdf: &'a Pdf) -> Result<Vec<u8>, NoCleanCopy> {
        let xref = pdf.xref();
        let root = xref.get::<Dict<'a>>(xref.root_id()).ok_or(NoCleanCopy::Unreadable)?;
        let mut out = format!("<</Pages {PAGES} 0 R").into_bytes();
        let drops_opening = self.filter.drops_opening(&root);
        for (key, value) in root.entries() {
            let skipped = NOT_COPIED.iter().any(|skipped| skipped.as_bytes() == &*key)
                || (drops_opening && *key == *b"OpenAction")
                || self.filter.drops_entry(&root, &key);
            if skipped {
                continue;
            }
            file::name(&mut out, &key);
            out.push(b' ');
            match root.get::<Dict<'a>>("Names") {
                Some(names) if *key == *b"Names" => self.names(&mut out, &names)?,
                _ => self.value(&mut out, value, 1)?,
            }
        }
        Ok(out)
    }

    fn names(&mut self, out: &mut Vec<u8>, names: &Dict<'a>) -> Result<(), NoCleanCopy> {
        out.extend_from_slice(b"<<");
        for (key, value) in names.entries() {
            if !self.filter.drops_names(&key) {
                file::name(out, &key);
                out.push(b' ');
                self.value(out, value, 2)?;
            }
        }
        out.extend_from_slice(b">>");
        Ok(())
    }

    fn page(&mut self, source: &PageSource<'a>, number: u32) -> Result<Vec<u8>, NoCleanCopy> {
        let dict = &source.dict;
        let mut out = format!("<</Parent {PAGES} 0 R").into_bytes();
        if !dict.contains_key("Type") {
            out.extend_from_slice(b"/Type/Page");
        }
        self.refuse_lost_content(dict, number)?;
        for (key, above) in INHERITED.iter().zip(&source.above) {
            let found = above.as_ref().filter(|_| !dict.contains_key(key));
            if let Some(value) = found.and_then(|dict| dict.get_raw::<Object<'a>>(key)) {
                file::name(&mut out, key.as_bytes());
                out.push(b' ');
                self.value(&mut out, value, 1)?;
            }
        }
        self.entries(&mut out, dict, 1, &["Parent"])?;
        out.extend_from_slice(b">>");
        Ok(out)
    }

    /// A page whose content is gone would be an empty page in the copy, which nobody wrote.
    fn refuse_lost_content(&self, dict: &Dict<'a>, number: u32) -> Result<(), NoCleanCopy> {
        let page = usize::try_from(number - PAGES).unwrap_or(usize::MAX);
        let lost = |part: &MaybeRef<Object<'a>>| {
            part.as_obj_ref().is_some_and(|id| self.xref.get::<Object<'a>>(id.into()).is_none())
        };
        let parts = dict.get::<Array<'a>>("Contents");
        let gone = dict.get_raw::<Object<'a>>("Contents").is_some_and(|whole| lost(&whole))
            || parts.is_some_and(|parts| parts.raw_iter().any(|part| lost(&part)));
        if gone { Err(NoCleanCopy::Incomplete { page }) } else { Ok(()) }
    }

    fn object(&mut self, id: ObjectIdentifier) -> Result<Vec<u8>, NoCleanCopy> {
        let mut out = Vec::new();
        match self.xref.get::<Object<'a>>(id) {
            None => {
                self.missing += 1;
                out.extend_from_slice(b"null");
            }
            Some(Object::Stream(stream)) => self.stream(&mut out, &stream)?,
            Some(other) => self.plain(&mut out, &other, 0)?,
        }
        Ok(out)
    }

    fn stream(&mut self, out: &mut Vec<u8>, stream: &Stream<'a>) -> Result<(), NoCleanCopy> {
        let dict = stream.dict();
        let data = stream.raw_data();
        let stated = dict.get::<u32>("Length").and_then(|length| usize::try_from(length).ok());
        if data.is_empty() && stated.is_some_and(|stated| stated > EMPTY_ENCRYPTED) {
            // What cannot be decrypted comes back empty.
            return Err(NoCleanCopy::Unreadable);
        }
        out.extend_from_slice(b"<<");
        if encrypts_itself(dict) {
            self.entries(out, dict, 1, &["Length", "Filter", "DecodeParms"])?;
            for key in ["Filter", "DecodeParms"] {
                self.all_but_first(out, dict, key)?;
            }
        } else {
            self.entries(out, dict, 1, &["Length"])?;
        }
        out.extend_from_slice(format!("/Length {}>>\nstream\n", data.len()).as_bytes());
        out.extend_from_slice(&data);
        out.extend_from_slice(b"\nendstream");
        Ok(())
    }

    /// An array without its first element, which was about encryption.
    fn all_but_first(
        &mut self,
        out: &mut Vec<u8>,
        dict: &Dict<'a>,
        key: &str,
    ) -> Result<(), NoCleanCopy> {
        let Some(array) = dict.get::<Array<'a>>(key) else { return Ok(()) };
        file::name(out, key.as_bytes());
        out.push(b'[');
        for value in array.raw_iter().skip(1) {
            self.value(out, value, 2)?;
            out.push(b' ');
        }
        out.push(b']');
        Ok(())
    }

    fn value(
        &mut self,
        out: &mut Vec<u8>,
        value: MaybeRef<Object<'a>>,
        depth: usize,
    ) -> Result<(), NoCleanCopy> {
        match value {
            MaybeRef::Ref(id) => {
                let number = self.number_of(id.into())?;
                out.extend_from_slice(format!("{number} 0 R").as_bytes());
                Ok(())
            }
            MaybeRef::NotRef(object) => self.plain(out, &object, depth),
        }
    }

    fn number_of(&mut self, id: ObjectIdentifier) -> Result<u32, NoCleanCopy> {
        if let Some(&number) = self.numbers.get(&id) {
            return Ok(number);
        }
        let number = self.take_number()?;
        self.numbers.insert(id, number);
        self.waiting.push_back(id);
        Ok(number)
    }

    fn plain(
        &mut self,
        out: &mut Vec<u8>,
        object: &Object<'a>,
        depth: usize,
    ) -> Result<(), NoCleanCopy> {
        if depth > MAX_DEPTH {
            return Err(Refusal::TooDeep.into());
        }
        match object {
            Object::Null(_) => out.extend_from_slice(b"null"),
            Object::Boolean(value) => out.extend_from_slice(value.to_string().as_bytes()),
            Object::Number(number) => write_number(out, *number),
            Object::String(string) => file::string(out, string),
            Object::Name(name) => file::name(out, name),
            Object::Array(array) => self.array(out, array, depth + 1)?,
            Object::Dict(dict) => self.dict(out, dict, depth + 1)?,
            // Streams are objects of their own (ISO 32000-1, 7.3.8.1).
            Object::Stream(_) => return Err(NoCleanCopy::Unreadable),
        }
        Ok(())
    }

    fn array(
        &mut self,
        out: &mut Vec<u8>,
        array: &Array<'a>,
        depth: usize,
    ) -> Result<(), NoCleanCopy> {
        out.push(b'[');
        for value in array.raw_iter() {
            self.value(out, value, depth)?;
            out.push(b' ');
        }
        out.push(b']');
        Ok(())
    }

    fn dict(
        &mut self,
        out: &mut Vec<u8>,
        dict: &Dict<'a>,
        depth: usize,
    ) -> Result<(), NoCleanCopy> {
        if is_signature(dict) {
            return Err(NoCleanCopy::Signed);
        }
        if self.filter.drops(dict) {
            out.extend_from_slice(b"null");
            return Ok(());
        }
        out.extend_from_slice(b"<<");
        self.entries(out, dict, depth, &[])?;
        out.extend_from_slice(b">>");
        Ok(())
    }

    fn entries(
        &mut self,
        out: &mut Vec<u8>,
        dict: &Dict<'a>,
        depth: usize,
        skipped: &[&str],
    ) -> Result<(), NoCleanCopy> {
        for (key, value) in dict.entries() {
            let skip = skipped.iter().any(|skipped| skipped.as_bytes() == &*key);
            if skip || self.filter.drops_entry(dict, &key) {
                continue;
            }
            file::name(out, &key);
            out.push(b' ');
            self.value(out, value, depth)?;
        }
        Ok(())
    }
}

/// Whether the first filter of a stream is its encryption, which the copy does not have.
fn encrypts_itself(dict: &Dict<'_>) -> bool {
    let first = match dict.get::<Object<'_>>("Filter") {
        Some(Object::Name(name)) => Some(name),
        Some(Object::Array(filters)) => filters.iter::<Name<'_>>().next(),
        _ => None,
    };
    first.is_some_and(|name| *name == *b"Crypt")
}

fn write_number(out: &mut Vec<u8>, number: Number) {
    // Its text tells whole numbers from others.
    let text = number.to_string();
    if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
        out.extend_from_slice(text.as_bytes());
    } else {
        file::real(out, number.as_f64());
    }
}

fn tree(pages: &[u32]) -> Vec<u8> {
    let kids: String = pages.iter().map(|number| format!("{number} 0 R ")).collect();
    format!("<</Type/Pages/Count {}/Kids[{kids}]>>", pages.len()).into_bytes()
}

/// What the original says of itself, with a sentence that every viewer shows among the properties
/// of the document. None of the usual entries says it: those have to agree with XMP.
fn info(pdf: &Pdf, original: Sha256, reason: Refusal) -> Vec<u8> {
    let metadata = pdf.metadata();
    let mut out = b"<<".to_vec();
    let texts = [
        ("Title", &metadata.title),
        ("Author", &metadata.author),
        ("Subject", &metadata.subject),
        ("Keywords", &metadata.keywords),
        ("Creator", &metadata.creator),
        ("Producer", &metadata.producer),
    ];
    for (key, text) in texts {
        if let Some(text) = text {
            file::name(&mut out, key.as_bytes());
            file::string(&mut out, text);
        }
    }
    let dates = [("CreationDate", metadata.creation_date), ("ModDate", metadata.modification_date)];
    for (key, date) in dates {
        if let Some(date) = date {
            file::name(&mut out, key.as_bytes());
            file::string(&mut out, date_string(date).as_bytes());
        }
    }
    let note = format!("Bản sạch / clean copy, SHA-256 {original}, {}", reason.slug());
    let utf16 = "\u{feff}".encode_utf16().chain(note.encode_utf16());
    file::name(&mut out, KEY.as_bytes());
    file::string(&mut out, &utf16.flat_map(u16::to_be_bytes).collect::<Vec<u8>>());
    out.extend_from_slice(b">>");
    out
}

fn date_string(date: DateTime) -> String {
    format!(
        "D:{:04}{:02}{:02}{:02}{:02}{:02}{:+03}'{:02}'",
        date.year,
        date.month,
        date.day,
        date.hour,
        date.minute,
        date.second,
        date.utc_offset_hour,
        date.utc_offset_minute
    )
}

fn version(pdf: &Pdf) -> &'static str {
    match pdf.version() {
        PdfVersion::Pdf10 => "1.0",
        PdfVersion::Pdf11 => "1.1",
        PdfVersion::Pdf12 => "1.2",
        PdfVersion::Pdf13 => "1.3",
        PdfVersion::Pdf14 => "1.4",
        PdfVersion::Pdf15 => "1.5",
        PdfVersion::Pdf16 => "1.6",
        PdfVersion::Pdf17 => "1.7",
        PdfVersion::Pdf20 => "2.0",
    }
}
