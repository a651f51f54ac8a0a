//! A new PDF in the making: objects one after the other, then a table that names them all.

use std::fmt::Write as _;

use trien_core::digest::Sha256;
use trien_core::pdf::read::Refusal;
use trien_core::pdf::read::limits::MAX_BYTES;

/// The bytes so far, and where each object starts.
pub(super) struct File {
    bytes: Vec<u8>,
    /// By number, from 1.
    starts: Vec<usize>,
}

impl File {
    /// The header. The comment tells programs that move files that these are not text (ISO 32000-1,
    /// 7.5.2).
    pub(super) fn new(version: &str) -> Self {
        let mut bytes = format!("%PDF-{version}\n").into_bytes();
        bytes.extend_from_slice(b"%\xE2\xE3\xCF\xD3\n");
        Self { bytes, starts: Vec::new() }
    }

    /// The number that the next object will get.
    pub(super) fn next_number(&self) -> usize {
        self.starts.len() + 1
    }

    /// Adds an object of these bytes.
    pub(super) fn object(&mut self, body: &[u8]) -> Result<(), Refusal> {
        self.starts.push(self.bytes.len());
        self.bytes.extend_from_slice(format!("{} 0 obj\n", self.starts.len()).as_bytes());
        self.bytes.extend_from_slice(body);
        self.bytes.extend_from_slice(b"\nendobj\n");
        if self.bytes.len() > MAX_BYTES { Err(Refusal::TooLarge) } else { Ok(()) }
    }

    /// Ends the file. Its identifier comes from the original's digest: nothing here is random.
    pub(super) fn finish(mut self, root: u32, info: u32, original: Sha256) -> Vec<u8> {
        let at = self.bytes.len();
        let size = self.next_number();
        let mut end = format!("xref\n0 {size}\n0000000000 65535 f \n");
        for start in &self.starts {
            let _ = writeln!(end, "{start:010} 00000 n ");
        }
        let (first, second) = original.0.split_at(16);
        let (first, second) = (hex::encode(first), hex::encode(second));
        let _ = write!(
            end,
            "trailer\n<</Size {size}/Root {root} 0 R/Info {info} 0 R/ID[<{first}><{second}>]>>\n\
             startxref\n{at}\n%%EOF\n"
        );
        self.bytes.extend_from_slice(end.as_bytes());
        self.bytes
    }
}

/// A name: what is not a regular character is written by its number (ISO 32000-1, 7.3.5).
pub(super) fn name(out: &mut Vec<u8>, name: &[u8]) {
    out.push(b'/');
    for &byte in name {
        if byte.is_ascii_graphic() && !b"#()<>[]{}/%".contains(&byte) {
            out.push(byte);
        } else {
            out.extend_from_slice(format!("#{byte:02X}").as_bytes());
        }
    }
}

/// A string: text as it reads, all else in hexadecimal.
pub(super) fn string(out: &mut Vec<u8>, string: &[u8]) {
    let plain = |&byte: &u8| (b' '..=b'~').contains(&byte) && !b"()\\".contains(&byte);
    if string.iter().all(plain) {
        out.push(b'(');
        out.extend_from_slice(string);
        out.push(b')');
    } else {
        out.push(b'<');
        out.extend_from_slice(hex::encode_upper(string).as_bytes());
        out.push(b'>');
    }
}

/// A number with a point. Readers know no exponents.
pub(super) fn real(out: &mut Vec<u8>, value: f64) {
    let value = if value.is_finite() { value } else { 0.0 };
    out.extend_from_slice(format!("{value}").as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_every_reader_reads_them() {
        let written = |write: &dyn Fn(&mut Vec<u8>)| {
            let mut out = Vec::new();
            write(&mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(written(&|out| name(out, b"A B#/\xC3")), "/A#20B#23#2F#C3");
        assert_eq!(written(&|out| string(out, b"abc 1")), "(abc 1)");
        assert_eq!(written(&|out| string(out, b"a(b")), "<612862>");
        assert_eq!(written(&|out| string(out, b"\r")), "<0D>");
        assert_eq!(written(&|out| real(out, 0.000_000_01)), "0.00000001");
        assert_eq!(written(&|out| real(out, -595.276)), "-595.276");
        assert_eq!(written(&|out| real(out, f64::INFINITY)), "0");
    }
}
