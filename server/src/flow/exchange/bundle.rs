//! Files that an authority sends: one, several, or a ZIP of them, read within limits.

use std::io::{Cursor, Read as _, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};

use trien_core::certificate::{
    BundleError, Certificate, MAX_BUNDLE_BYTES, MAX_BUNDLE_CERTIFICATES, read_bundle,
};
use zip::ZipArchive;
use zip::write::SimpleFileOptions;

/// Largest file, or all files together, in bytes.
pub const MAX_FILE_BYTES: usize = MAX_BUNDLE_BYTES;
/// Most files of a ZIP.
const MAX_PARTS: usize = 5_000;
/// Most bytes that all of them unpack to.
const MAX_UNPACKED: usize = 16 * 1024 * 1024;

/// A file as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Its name, for people.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A place where a certificate should be.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// In which file.
    pub file: String,
    /// The place in the file, from 1; 0 for the file as a whole.
    pub number: usize,
    /// What stands there.
    pub what: What,
}

/// What stands there.
#[derive(Clone, Debug)]
pub(super) enum What {
    Certificate(Box<Certificate>),
    /// Something that cannot be read.
    Unreadable,
    /// A file that holds none.
    None,
    /// A file with a secret key in it.
    SecretKey,
    /// A file that is too large, too many, or unpacks to too much.
    TooMuch,
}

/// Several files as one, which can be kept: a single one as it is, more of them as a ZIP.
pub fn together(mut files: Vec<Upload>) -> Vec<u8> {
    if files.len() == 1 {
        return files.pop().map(|file| file.bytes).unwrap_or_default();
    }
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    for (number, file) in (1..).zip(files) {
        // Names may repeat, and a ZIP does not take that.
        let name = format!("{number}-{}", file.name);
        let written = zip.start_file(name, options).and_then(|()| Ok(zip.write_all(&file.bytes)?));
        if written.is_err() {
            break;
        }
    }
    zip.finish().map(Cursor::into_inner).unwrap_or_default()
}

/// Everything in a file or a ZIP of files.
pub(super) fn read(file: &[u8]) -> Vec<Found> {
    let whole = |what| vec![Found { file: String::new(), number: 0, what }];
    if file.len() > MAX_FILE_BYTES {
        return whole(What::TooMuch);
    }
    if !file.starts_with(b"PK\x03\x04") {
        let mut found = Vec::new();
        read_one("", file, &mut found);
        return found;
    }
    // The reader of ZIP files is not ours, and a file that breaks it is a broken file.
    let read = catch_unwind(AssertUnwindSafe(|| unzip(file)));
    read.unwrap_or(Err(What::None)).unwrap_or_else(whole)
}

fn unzip(file: &[u8]) -> Result<Vec<Found>, What> {
    let mut parts = ZipArchive::new(Cursor::new(file)).map_err(|_| What::None)?;
    if parts.len() > MAX_PARTS {
        return Err(What::TooMuch);
    }
    let mut found = Vec::new();
    let mut left = MAX_UNPACKED;
    for index in 0..parts.len() {
        let part = parts.by_index(index).map_err(|_| What::None)?;
        if part.is_dir() {
            continue;
        }
        let name = part.name().map_err(|_| What::None)?.into_owned();
        let mut bytes = Vec::new();
        // What a file says of its own size may be a lie.
        part.take(left as u64 + 1).read_to_end(&mut bytes).map_err(|_| What::None)?;
        left = left.checked_sub(bytes.len()).ok_or(What::TooMuch)?;
        // A ZIP within a ZIP is not opened: it holds no certificate.
        read_one(&name, &bytes, &mut found);
        if found.len() > MAX_BUNDLE_CERTIFICATES {
            return Err(What::TooMuch);
        }
    }
    Ok(found)
}

fn read_one(name: &str, bytes: &[u8], found: &mut Vec<Found>) {
    let mut add = |number, what| found.push(Found { file: name.to_owned(), number, what });
    match read_bundle(bytes) {
        Ok(all) => {
            for (number, one) in (1..).zip(all) {
                let what = one.map_or(What::Unreadable, |it| What::Certificate(Box::new(it)));
                add(number, what);
            }
        }
        Err(BundleError::SecretKey) => add(0, What::SecretKey),
        Err(BundleError::TooLarge(_) | BundleError::TooMany) => add(0, What::TooMuch),
        Err(BundleError::NoCertificate) => add(0, What::None),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SEAL: &[u8] = include_bytes!("../../../../tests/vectors/certificates/seal.pem");

    fn upload(name: &str, bytes: &[u8]) -> Upload {
        Upload { name: name.to_owned(), bytes: bytes.to_vec() }
    }

    fn kinds(file: &[u8]) -> Vec<(String, usize, &'static str)> {
        let kind = |what: &What| match what {
            What::Certificate(_) => "certificate",
            What::Unreadable => "unreadable",
            What::None => "none",
            What::SecretKey => "secret",
            What::TooMuch => "too much",
        };
        read(file).into_iter().map(|one| (one.file, one.number, kind(&one.what))).collect()
    }

    fn place(file: &str, number: usize, what: &'static str) -> (String, usize, &'static str) {
        (file.to_owned(), number, what)
    }

    #[test]
    fn files_are_read_one_by_one_and_each_fault_has_its_place() {
        assert_eq!(kinds(&together(vec![upload("a.pem", SEAL)])), [place("", 1, "certificate")]);
        let twice =
            [SEAL, b"-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----"].concat();
        let inner = together(vec![upload("x", SEAL), upload("y", SEAL)]);
        let files = vec![
            upload("a.pem", &twice),
            upload("a.pem", b"-----BEGIN PRIVATE KEY-----"),
            upload("list.xlsx", &inner),
            upload("", b""),
        ];
        let found = kinds(&together(files));
        assert_eq!(
            found,
            [
                place("1-a.pem", 1, "certificate"),
                place("1-a.pem", 2, "unreadable"),
                place("2-a.pem", 0, "secret"),
                place("3-list.xlsx", 0, "none"),
                place("4-", 0, "none"),
            ]
        );
    }

    #[test]
    fn what_is_too_much_is_refused_before_it_is_unpacked() {
        assert_eq!(kinds(&vec![b' '; MAX_FILE_BYTES + 1]), [place("", 0, "too much")]);
        let bomb = together(vec![upload("a", &vec![b' '; MAX_UNPACKED + 1]), upload("b", b"")]);
        assert!(bomb.len() < MAX_FILE_BYTES);
        assert_eq!(kinds(&bomb), [place("", 0, "too much")]);
        let many = (0..=MAX_PARTS).map(|_| upload("x", b"")).collect();
        assert_eq!(kinds(&together(many)), [place("", 0, "too much")]);
    }

    #[test]
    fn a_damaged_zip_is_told() {
        let whole = together(vec![upload("a.pem", SEAL), upload("b.pem", SEAL)]);
        for length in (4..whole.len()).step_by(53) {
            assert_eq!(kinds(&whole[..length]), [place("", 0, "none")], "{length}");
        }
        for at in (0..whole.len()).step_by(7) {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x55;
            let _ = read(&bytes);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn no_bytes_break_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = read(&bytes);
            let _ = read(&[b"PK\x03\x04", &bytes[..]].concat());
        }
    }
}
