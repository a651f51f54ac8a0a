//! The phone's own files: one folder, locked while it is in use.
//!
//! A file is written beside its place, synced, renamed, and the folder synced: after a power cut
//! it is the old one or the new one, never a part. What cannot be read back is reported by name.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// What the folder says of itself, so that a later release knows what it finds.
const FORMAT: &str = "trien.phone/1\n";

/// Largest file that is read, in bytes: a document with all its signatures.
const MAX_RECORD_BYTES: u64 = 96 * 1024 * 1024;

/// The phone's files could not be used.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// Another process has the folder.
    #[error("{} is in use by another process", .0.display())]
    InUse(PathBuf),
    /// Made by another release.
    #[error("{} was made by another release of this app", .0.display())]
    OtherFormat(PathBuf),
    /// A file does not hold what it should.
    #[error("{} is damaged: {detail}", .file.display())]
    Damaged {
        /// Which.
        file: PathBuf,
        /// What does not fit.
        detail: String,
    },
    /// The disk is full.
    #[error("the disk is full: {} was not written", .0.display())]
    Full(PathBuf),
    /// The system refused.
    #[error("{}: {source}", .file.display())]
    Io {
        /// Which file or folder.
        file: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// The folder.
#[derive(Debug)]
pub(crate) struct Folder {
    root: PathBuf,
    // Held open: the lock ends with the process, however that ends.
    _lock: Option<File>,
}

impl Folder {
    /// Opens and locks a folder, making it if need be.
    pub fn open(root: &Path) -> Result<Self, StorageError> {
        make_folder(root)?;
        let place = root.join("lock");
        let lock = OpenOptions::new().create(true).append(true).open(&place);
        let lock = lock.map_err(|source| io_error(&place, source))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => {
                return Err(StorageError::InUse(root.to_owned()));
            }
            Err(std::fs::TryLockError::Error(source)) => return Err(io_error(&place, source)),
        }
        let folder = Self { root: root.to_owned(), _lock: Some(lock) };
        match folder.read("format")? {
            None => folder.write("format", FORMAT.as_bytes())?,
            Some(format) if format == FORMAT.as_bytes() => {}
            Some(_) => return Err(StorageError::OtherFormat(root.to_owned())),
        }
        for name in ["requests", "documents", "images", "outbox"] {
            make_folder(&root.join(name))?;
        }
        Ok(folder)
    }

    /// A folder for a few files that no second process writes.
    #[cfg(feature = "software-signer")]
    pub fn unlocked(root: &Path) -> Result<Self, StorageError> {
        make_folder(root)?;
        Ok(Self { root: root.to_owned(), _lock: None })
    }

    /// The path of a file.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// A file's bytes, or none if it does not exist.
    pub fn read(&self, name: &str) -> Result<Option<Vec<u8>>, StorageError> {
        let path = self.path(name);
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(io_error(&path, source)),
        };
        let mut bytes = Vec::new();
        file.take(MAX_RECORD_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(|source| io_error(&path, source))?;
        if bytes.len() as u64 > MAX_RECORD_BYTES {
            return Err(StorageError::Damaged { file: path, detail: "too large".into() });
        }
        Ok(Some(bytes))
    }

    /// A record, or none if it does not exist.
    pub fn load<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, StorageError> {
        let Some(bytes) = self.read(name)? else { return Ok(None) };
        serde_json::from_slice(&bytes).map(Some).map_err(|error| StorageError::Damaged {
            file: self.path(name),
            detail: error.to_string(),
        })
    }

    /// Writes a file so that it survives a power cut once this returns.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), StorageError> {
        let path = self.path(name);
        let temporary = self.path(&format!("{name}.new"));
        let written = create_private(&temporary).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        if let Err(source) = written {
            // What was there before stays; the rest of a failed write only takes space.
            let _ = std::fs::remove_file(&temporary);
            return Err(io_error(&path, source));
        }
        self.put(&temporary, name)
    }

    /// Writes a record.
    pub fn save<T: Serialize>(&self, name: &str, record: &T) -> Result<(), StorageError> {
        let bytes = serde_json::to_vec(record).map_err(|error| StorageError::Damaged {
            file: self.path(name),
            detail: error.to_string(),
        })?;
        self.write(name, &bytes)
    }

    /// Moves a complete, synced file to its name.
    pub fn put(&self, complete: &Path, name: &str) -> Result<(), StorageError> {
        let path = self.path(name);
        std::fs::rename(complete, &path).map_err(|source| io_error(&path, source))?;
        sync_folder(path.parent().unwrap_or(&self.root))
    }

    /// Removes a file if it exists.
    pub fn remove(&self, name: &str) -> Result<(), StorageError> {
        let path = self.path(name);
        match std::fs::remove_file(&path) {
            Ok(()) => sync_folder(path.parent().unwrap_or(&self.root)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(source) => Err(io_error(&path, source)),
        }
    }

    /// The records of a folder, by file name.
    pub fn load_all<T: DeserializeOwned>(&self, folder: &str) -> Result<Vec<T>, StorageError> {
        let mut records = Vec::new();
        for name in self.records(folder)? {
            records.extend(self.load(&name)?);
        }
        Ok(records)
    }

    /// Removes the records of a folder.
    pub fn clear(&self, folder: &str) -> Result<(), StorageError> {
        self.records(folder)?.iter().try_for_each(|name| self.remove(name))
    }

    fn records(&self, folder: &str) -> Result<Vec<String>, StorageError> {
        let path = self.path(folder);
        let entries = std::fs::read_dir(&path).map_err(|source| io_error(&path, source))?;
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|source| io_error(&path, source))?;
            let name = entry.file_name();
            if let Some(name) = name.to_str().filter(|name| is_record(name)) {
                names.push(format!("{folder}/{name}"));
            }
        }
        names.sort_unstable();
        Ok(names)
    }
}

// What a crash left half written ends in ".new", downloads end in ".part".
fn is_record(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "json")
}

/// An error of one file, told apart from a full disk.
pub(crate) fn io_error(path: &Path, source: io::Error) -> StorageError {
    match source.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StorageError::Full(path.to_owned()),
        _ => StorageError::Io { file: path.to_owned(), source },
    }
}

fn make_folder(path: &Path) -> Result<(), StorageError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|source| io_error(path, source))
}

// For the owner only, in whatever folder it is.
fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn sync_folder(path: &Path) -> Result<(), StorageError> {
    // Windows has no such call; its rename is durable enough for a test machine.
    #[cfg(unix)]
    File::open(path)
        .and_then(|folder| folder.sync_all())
        .map_err(|source| io_error(path, source))?;
    let _ = path;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_process_is_kept_out() {
        let place = tempfile::tempdir().unwrap();
        let first = Folder::open(place.path()).unwrap();
        assert!(matches!(Folder::open(place.path()), Err(StorageError::InUse(_))));
        drop(first);
        Folder::open(place.path()).unwrap();
    }

    #[test]
    fn records_come_back_and_damage_has_a_name() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::open(place.path()).unwrap();
        folder.save("outbox/a.json", &vec![1, 2]).unwrap();
        folder.save("outbox/b.json", &vec![3]).unwrap();
        assert_eq!(folder.load_all::<Vec<u8>>("outbox").unwrap(), [vec![1, 2], vec![3]]);
        std::fs::write(folder.path("outbox/a.json"), b"[1,").unwrap();
        let Err(StorageError::Damaged { file, .. }) = folder.load::<Vec<u8>>("outbox/a.json")
        else {
            panic!("a cut record was accepted");
        };
        assert!(file.ends_with("outbox/a.json"));
    }

    #[test]
    fn a_folder_of_another_release_is_left_alone() {
        let place = tempfile::tempdir().unwrap();
        drop(Folder::open(place.path()).unwrap());
        std::fs::write(place.path().join("format"), "trien.phone/9\n").unwrap();
        assert!(matches!(Folder::open(place.path()), Err(StorageError::OtherFormat(_))));
    }

    #[test]
    fn what_is_not_there_is_none() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::open(place.path()).unwrap();
        assert!(folder.load::<Vec<u8>>("device.json").unwrap().is_none());
        folder.remove("device.json").unwrap();
    }
}
