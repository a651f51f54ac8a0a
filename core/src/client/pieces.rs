//! A document's file: sealed pieces, one after the other.
//!
//! A download adds pieces and never changes one, so that it goes on after any break, and no two
//! texts are ever sealed alike. Not more than one piece is in memory. That all of them are there is
//! the digest's to say, which the request names.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::Digest as _;

use crate::digest::Sha256;

use super::seal::{Place, SEAL_BYTES, Vault};
use super::store::{StorageError, io_error, private_file};

/// Most bytes of a document in one piece.
pub(super) const PIECE_BYTES: usize = 64 * 1024;

/// The first byte of a document's file.
const VERSION: u8 = 1;

/// Before each piece: how many bytes of the document it holds, most significant byte first.
const LENGTH_BYTES: usize = 4;

/// Reads the pieces of a document's file, as many as are whole.
struct Pieces {
    file: BufReader<File>,
    vault: Arc<Vault>,
    sha256: Sha256,
    /// Bytes of the document that were read.
    length: u64,
    /// Bytes of the file that hold them.
    held: u64,
    buffer: Vec<u8>,
}

impl Pieces {
    /// None if there is no file, or it is no document's.
    fn open(path: &Path, sha256: Sha256, vault: Arc<Vault>) -> io::Result<Option<Self>> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let buffer = Vec::with_capacity(PIECE_BYTES + SEAL_BYTES);
        let mut pieces =
            Self { file: BufReader::new(file), vault, sha256, length: 0, held: 1, buffer };
        let mut version = [0];
        Ok((pieces.fill(&mut version)? && version == [VERSION]).then_some(pieces))
    }

    /// The next piece; none at the end, or where what follows is not whole.
    fn next(&mut self) -> io::Result<Option<&[u8]>> {
        let mut length = [0; LENGTH_BYTES];
        if !self.fill(&mut length)? {
            return Ok(None);
        }
        let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
        if length == 0 || length > PIECE_BYTES {
            return Ok(None);
        }
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.resize(length + SEAL_BYTES, 0);
        let whole = self.fill(&mut buffer)?;
        self.buffer = buffer;
        let place = Place::Document { sha256: self.sha256, start: self.length };
        let Some(plain) = self.vault.open(place, &mut self.buffer).ok().filter(|_| whole) else {
            return Ok(None);
        };
        self.length += plain.len() as u64;
        self.held += (LENGTH_BYTES + SEAL_BYTES + plain.len()) as u64;
        Ok(Some(plain))
    }

    /// Whether there was enough to fill the buffer.
    fn fill(&mut self, buffer: &mut [u8]) -> io::Result<bool> {
        match self.file.read_exact(buffer) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// A document's bytes, if all of them are there and are the ones that digest and size name.
pub(super) fn read(
    path: &Path,
    sha256: Sha256,
    size: u64,
    vault: Arc<Vault>,
) -> Result<Option<Vec<u8>>, StorageError> {
    let mut document = Vec::new();
    let whole = pass(path, sha256, size, vault, |piece| {
        if document.is_empty() {
            document.reserve_exact(usize::try_from(size).unwrap_or(0));
        }
        document.extend_from_slice(piece);
        Ok(())
    });
    Ok(whole?.then_some(document))
}

/// Whether all bytes of a document are there and are the ones that digest and size name.
pub(super) fn is_whole(
    path: &Path,
    sha256: Sha256,
    size: u64,
    vault: Arc<Vault>,
) -> Result<bool, StorageError> {
    pass(path, sha256, size, vault, |_| Ok(()))
}

/// Shows every piece, and says whether together they are the document.
pub(super) fn pass(
    path: &Path,
    sha256: Sha256,
    size: u64,
    vault: Arc<Vault>,
    mut show: impl FnMut(&[u8]) -> Result<(), StorageError>,
) -> Result<bool, StorageError> {
    let failed = |source| io_error(path, source);
    let Some(mut pieces) = Pieces::open(path, sha256, vault).map_err(failed)? else {
        return Ok(false);
    };
    let mut hasher = sha2::Sha256::new();
    while let Some(piece) = pieces.next().map_err(failed)? {
        hasher.update(piece);
        show(piece)?;
        if pieces.length > size {
            return Ok(false);
        }
    }
    Ok(pieces.length == size && Sha256(hasher.finalize().into()) == sha256)
}

/// A document that is on its way here.
pub(super) struct Part {
    path: PathBuf,
    file: File,
    vault: Arc<Vault>,
    sha256: Sha256,
    length: u64,
}

impl Part {
    /// Goes on with what is there; what of it is not whole is cut off.
    pub fn open(path: PathBuf, sha256: Sha256, vault: Arc<Vault>) -> Result<Self, StorageError> {
        let opened = Self::place(&path, sha256, &vault);
        let (file, length) = opened.map_err(|source| io_error(&path, source))?;
        Ok(Self { path, file, vault, sha256, length })
    }

    fn place(path: &Path, sha256: Sha256, vault: &Arc<Vault>) -> io::Result<(File, u64)> {
        let mut known = None;
        if let Some(mut pieces) = Pieces::open(path, sha256, Arc::clone(vault))? {
            while pieces.next()?.is_some() {}
            known = Some((pieces.held, pieces.length));
        }
        match known {
            Some((held, length)) => {
                let mut file = OpenOptions::new().write(true).open(path)?;
                file.set_len(held)?;
                file.seek(SeekFrom::Start(held))?;
                Ok((file, length))
            }
            None => {
                let mut file = private_file(path)?;
                file.write_all(&[VERSION])?;
                Ok((file, 0))
            }
        }
    }

    /// Bytes of the document that are here.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Begins anew.
    pub fn restart(self) -> Result<Self, StorageError> {
        let Self { path, vault, sha256, .. } = self;
        match std::fs::remove_file(&path) {
            Err(source) if source.kind() != ErrorKind::NotFound => Err(io_error(&path, source)),
            _ => Self::open(path, sha256, vault),
        }
    }

    /// Adds what comes next, in as many pieces as it takes.
    pub fn add(&mut self, bytes: &[u8]) -> Result<(), StorageError> {
        for plain in bytes.chunks(PIECE_BYTES) {
            let place = Place::Document { sha256: self.sha256, start: self.length };
            let length = u32::try_from(plain.len()).expect("a piece has at most 64 KiB");
            let sealed = self.vault.seal(place, plain);
            let written = self
                .file
                .write_all(&length.to_be_bytes())
                .and_then(|()| self.file.write_all(&sealed));
            written.map_err(|source| io_error(&self.path, source))?;
            self.length += plain.len() as u64;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::seal::{DataKey, KEY_BYTES};
    use super::*;
    use crate::env::OsEntropy;

    fn vault() -> Arc<Vault> {
        let key = DataKey::from_secret(&[7; KEY_BYTES]).unwrap();
        Arc::new(Vault::new(&key, Arc::new(OsEntropy)))
    }

    fn text(length: usize) -> Vec<u8> {
        (0..length).map(|at| u8::try_from(at % 251).unwrap()).collect()
    }

    fn part(path: &Path, sha256: Sha256) -> Part {
        Part::open(path.to_owned(), sha256, vault()).unwrap()
    }

    #[test]
    fn a_document_comes_back_however_it_arrived() {
        let place = tempfile::tempdir().unwrap();
        for (number, steps) in
            [vec![1, 1, 7], vec![PIECE_BYTES * 2 + 5], vec![70_000, 3]].iter().enumerate()
        {
            let document = text(steps.iter().sum());
            let (sha256, size) = (Sha256::of(&document), document.len() as u64);
            let path = place.path().join(number.to_string());
            let mut at = 0;
            for step in steps {
                let mut part = part(&path, sha256);
                assert_eq!(part.length(), at as u64);
                part.add(&document[at..at + step]).unwrap();
                at += step;
            }
            assert_eq!(read(&path, sha256, size, vault()).unwrap(), Some(document));
            assert!(is_whole(&path, sha256, size, vault()).unwrap());
            assert!(!is_whole(&path, sha256, size + 1, vault()).unwrap());
            assert!(!is_whole(&path, Sha256::of(b"another"), size, vault()).unwrap());
        }
    }

    #[test]
    fn what_is_not_there_or_is_no_documents_file_is_none() {
        let place = tempfile::tempdir().unwrap();
        let (path, sha256) = (place.path().join("a"), Sha256::of(b"%PDF-1.7"));
        assert_eq!(read(&path, sha256, 8, vault()).unwrap(), None);
        for bytes in [&b""[..], b"%PDF-1.7", &[VERSION, 0, 0, 0, 0], &[VERSION, 255, 255, 255, 255]]
        {
            std::fs::write(&path, bytes).unwrap();
            assert_eq!(read(&path, sha256, 8, vault()).unwrap(), None);
            assert_eq!(part(&path, sha256).length(), 0);
        }
    }

    #[test]
    fn a_download_begins_anew_where_it_must() {
        let place = tempfile::tempdir().unwrap();
        let (path, sha256) = (place.path().join("a"), Sha256::of(b"right"));
        let mut one = part(&path, sha256);
        one.add(b"wrong").unwrap();
        let mut one = one.restart().unwrap();
        one.add(b"right").unwrap();
        assert_eq!(read(&path, sha256, 5, vault()).unwrap(), Some(b"right".to_vec()));
    }

    proptest! {
        #[test]
        fn a_file_that_was_cut_or_changed_is_never_another_document_and_its_download_goes_on(
            lengths in proptest::collection::vec(1..400_usize, 1..6),
            at in any::<prop::sample::Index>(),
            flip in 0..=255_u8,
        ) {
            let place = tempfile::tempdir().unwrap();
            let document = text(lengths.iter().sum());
            let (sha256, size) = (Sha256::of(&document), document.len() as u64);
            let path = place.path().join("a");
            let mut whole = part(&path, sha256);
            let mut from = 0;
            for length in lengths {
                whole.add(&document[from..from + length]).unwrap();
                from += length;
            }
            let mut bytes = std::fs::read(&path).unwrap();
            let at = at.index(bytes.len());
            // Changed, or cut where nothing is flipped.
            if flip == 0 { bytes.truncate(at) } else { bytes[at] ^= flip }
            std::fs::write(&path, &bytes).unwrap();
            prop_assert_eq!(read(&path, sha256, size, vault()).unwrap(), None);
            let mut rest = part(&path, sha256);
            let have = usize::try_from(rest.length()).unwrap();
            prop_assert!(have < document.len());
            rest.add(&document[have..]).unwrap();
            prop_assert_eq!(read(&path, sha256, size, vault()).unwrap(), Some(document));
        }

        #[test]
        fn pieces_that_changed_places_are_not_read(one in 1..300_usize, other in 1..300_usize) {
            prop_assume!(one != other);
            let place = tempfile::tempdir().unwrap();
            let document = text(one + other);
            let (sha256, size) = (Sha256::of(&document), document.len() as u64);
            let path = place.path().join("a");
            let mut whole = part(&path, sha256);
            whole.add(&document[..one]).unwrap();
            whole.add(&document[one..]).unwrap();
            let bytes = std::fs::read(&path).unwrap();
            let (first, second) = bytes[1..].split_at(LENGTH_BYTES + SEAL_BYTES + one);
            std::fs::write(&path, [&bytes[..1], second, first].concat()).unwrap();
            prop_assert_eq!(read(&path, sha256, size, vault()).unwrap(), None);
            prop_assert_eq!(part(&path, sha256).length(), 0);
        }
    }
}
