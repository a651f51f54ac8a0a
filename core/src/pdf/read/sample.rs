//! Small PDFs written by hand, for tests.

use std::fmt::Write as _;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;

/// One entry of a cross-reference stream.
#[derive(Clone, Copy)]
pub(crate) enum Row {
    Free,
    At(usize),
    In(u32, u32),
}

/// A PDF in the making: objects are appended, then a section that names them.
#[derive(Clone)]
pub(crate) struct Sample {
    pub bytes: Vec<u8>,
    rows: Vec<(u32, u16, Row)>,
    last: Option<usize>,
    pub size: u32,
}

pub(crate) const CATALOG: &str = "<</Type/Catalog/Pages 2 0 R>>";
pub(crate) const PAGES: &str = "<</Type/Pages/Kids[3 0 R]/Count 1>>";
pub(crate) const PAGE: &str = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>";

impl Sample {
    /// The header alone.
    pub(crate) fn new() -> Self {
        let bytes = b"%PDF-1.7\n%\xC3\xA9\xC3\xA9\n".to_vec();
        Self { bytes, rows: vec![(0, 65535, Row::Free)], last: None, size: 1 }
    }

    /// One page of text, without a cross-reference.
    pub(crate) fn page() -> Self {
        Self::page_with(CATALOG, PAGES, PAGE)
    }

    /// One page with other dictionaries.
    pub(crate) fn page_with(catalog: &str, pages: &str, page: &str) -> Self {
        let file = Self::new().object(1, catalog).object(2, pages).object(3, page);
        file.stream(4, "", b"BT ET")
    }

    /// One page and one more object, 5.
    pub(crate) fn with(object: &str) -> Vec<u8> {
        Self::page().object(5, object).table("")
    }

    pub(crate) fn object(self, number: u32, body: &str) -> Self {
        self.raw(number, 0, format!("{number} 0 obj\n{body}\nendobj\n").as_bytes())
    }

    pub(crate) fn stream(self, number: u32, keys: &str, data: &[u8]) -> Self {
        let mut body =
            format!("{number} 0 obj\n<<{keys}/Length {}>>\nstream\n", data.len()).into_bytes();
        body.extend_from_slice(data);
        body.extend_from_slice(b"\nendstream\nendobj\n");
        self.raw(number, 0, &body)
    }

    /// An object stream.
    pub(crate) fn packed(mut self, number: u32, members: &[(u32, &str)]) -> Self {
        let (mut pairs, mut bodies) = (String::new(), String::new());
        for (index, (member, body)) in members.iter().enumerate() {
            write!(pairs, "{member} {} ", bodies.len()).unwrap();
            write!(bodies, "{body} ").unwrap();
            self.row(*member, 0, Row::In(number, u32::try_from(index).unwrap()));
        }
        let keys =
            format!("/Type/ObjStm/N {}/First {}/Filter/FlateDecode", members.len(), pairs.len());
        self.stream(number, &keys, &deflate((pairs + &bodies).as_bytes()))
    }

    /// Any bytes, named by the next section as this object.
    pub(crate) fn raw(mut self, number: u32, generation: u16, bytes: &[u8]) -> Self {
        let at = self.bytes.len();
        self.row(number, generation, Row::At(at));
        self.bytes.extend_from_slice(bytes);
        self
    }

    pub(crate) fn row(&mut self, number: u32, generation: u16, row: Row) {
        self.rows.retain(|(other, ..)| *other != number);
        self.rows.push((number, generation, row));
        self.size = self.size.max(number + 1);
    }

    /// Without looking for an earlier row of that number.
    pub(crate) fn push_row(&mut self, number: u32, row: Row) {
        self.rows.push((number, 0, row));
        self.size = self.size.max(number + 1);
    }

    pub(crate) fn with_row(mut self, number: u32, generation: u16, row: Row) -> Self {
        self.row(number, generation, row);
        self
    }

    /// Ends with a classic table.
    pub(crate) fn table(self, trailer: &str) -> Vec<u8> {
        self.with_table(trailer).bytes
    }

    pub(crate) fn with_table(mut self, trailer: &str) -> Self {
        let at = self.bytes.len();
        let mut text = String::from("xref\n");
        self.rows.sort_by_key(|(number, ..)| *number);
        for (number, generation, row) in self.rows.drain(..) {
            let (offset, kind) = match row {
                Row::At(offset) => (offset, 'n'),
                Row::Free | Row::In(..) => (0, 'f'),
            };
            write!(text, "{number} 1\n{offset:010} {generation:05} {kind} \n").unwrap();
        }
        let previous = self.last.map(|at| format!("/Prev {at}")).unwrap_or_default();
        write!(
            text,
            "trailer\n<</Size {}/Root 1 0 R{previous}{trailer}>>\nstartxref\n{at}\n%%EOF\n",
            self.size
        )
        .unwrap();
        self.bytes.extend_from_slice(text.as_bytes());
        self.last = Some(at);
        self
    }

    /// Ends with a cross-reference stream, which becomes the object after the last.
    pub(crate) fn xref_stream(self, keys: &str) -> Vec<u8> {
        self.with_xref_stream(keys).bytes
    }

    pub(crate) fn with_xref_stream(mut self, keys: &str) -> Self {
        let (at, own) = (self.bytes.len(), self.size);
        self.row(own, 0, Row::At(at));
        let (index, data) = self.take_rows();
        let previous = self.last.map(|at| format!("/Prev {at}")).unwrap_or_default();
        let keys = format!(
            "/Type/XRef/Size {}/Root 1 0 R/W[1 4 2]/Index[{index}]/Filter/FlateDecode{previous}{keys}",
            self.size
        );
        let mut file = self.stream(own, &keys, &deflate(&data));
        file.rows.clear();
        write!(file.bytes, "startxref\n{at}\n%%EOF\n").unwrap();
        file.last = Some(at);
        file
    }

    /// The rows so far as a cross-reference stream without a tail, for a hybrid's `/XRefStm`.
    pub(crate) fn complement(self, number: u32) -> (Self, usize) {
        self.complement_with(number, "")
    }

    /// The same with more keys.
    pub(crate) fn complement_with(mut self, number: u32, more: &str) -> (Self, usize) {
        let at = self.bytes.len();
        let (index, data) = self.take_rows();
        let size = self.size.max(number + 1);
        let keys = format!("/Type/XRef/Size {size}/W[1 4 2]/Index[{index}]{more}");
        let mut file = self.stream(number, &keys, &data);
        file.rows.clear();
        (file, at)
    }

    fn take_rows(&mut self) -> (String, Vec<u8>) {
        self.rows.sort_by_key(|(number, ..)| *number);
        let (mut index, mut data) = (String::new(), Vec::new());
        for (number, generation, row) in self.rows.drain(..) {
            write!(index, "{number} 1 ").unwrap();
            let (kind, spot, last) = match row {
                Row::Free => (0u8, 0, u32::from(generation)),
                Row::At(at) => (1, u32::try_from(at).unwrap(), u32::from(generation)),
                Row::In(container, index) => (2, container, index),
            };
            data.push(kind);
            data.extend_from_slice(&spot.to_be_bytes());
            data.extend_from_slice(&last.to_be_bytes()[2..]);
        }
        (index, data)
    }

    /// Appends a revision in which field `number` (already listed in the form) is signed by the
    /// next object.
    pub(crate) fn signed(self, field: u32, name: &str, keys: &str) -> Self {
        self.signed_as(field, &format!("/T({name})/Rect[0 0 0 0]"), keys)
    }

    /// The same with these keys for the field and its widget.
    pub(crate) fn signed_as(self, field: u32, widget: &str, keys: &str) -> Self {
        let value = self.size.max(field + 1);
        let body = format!("<</FT/Sig/V {value} 0 R/Type/Annot/Subtype/Widget{widget}>>");
        let signature = format!(
            "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(D:20261122084500+07'00')/Name(An){keys}\
             /ByteRange[0 ########## ########## ##########]/Contents<0000000000>>>"
        );
        let mut file = self.object(field, &body).object(value, &signature).with_table("");
        let find = |needle: &[u8]| memchr::memmem::rfind(&file.bytes, needle).unwrap();
        let hole = find(b"<0000000000>");
        let end = hole + b"<0000000000>".len();
        let start = find(b"[0 ##########") + 3;
        let rest = file.bytes.len() - end;
        let numbers = format!("{hole:010} {end:010} {rest:010}");
        file.bytes[start..start + numbers.len()].copy_from_slice(numbers.as_bytes());
        file
    }
}

pub(crate) fn deflate(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}
