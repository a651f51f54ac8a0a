//! The phone's own files: one folder, locked while it is in use.
//!
//! A file is written beside its place, synced, renamed, and the folder synced: after a power cut
//! it is the old one or the new one, never a part. What cannot be read back is reported by name.
//! Documents are not synced: what a power cut takes of them is fetched again.
//! Records are sealed with the data key (ADR 0034).

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::digest::Sha256;

use super::seal::{NotOpened, Place, Vault};

/// What the folder says of itself, so that a later release knows what it finds.
const FORMAT: &str = "trien.phone/2\n";

/// The first byte of a sealed record; no JSON begins with it.
const VERSION: u8 = 1;

/// Opens with the folder's data key and no other, and says nothing.
const KEY_CHECK: &str = "key.json";

/// The folders of what a phone keeps.
const KEPT: [&str; 4] = ["requests", "documents", "images", "outbox"];

/// Largest file that is read, in bytes: a stamp's picture, or a request with all it lists.
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
    /// There are records, and the data key that opens them is not in the secret store.
    #[error("the key of what {} holds is lost", .0.display())]
    KeyLost(PathBuf),
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
    vault: RwLock<Option<Arc<Vault>>>,
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
        let folder = Self { root: root.to_owned(), vault: RwLock::default(), _lock: Some(lock) };
        match folder.read("format")? {
            None => folder.write("format", FORMAT.as_bytes())?,
            Some(format) if format == FORMAT.as_bytes() => {}
            Some(_) => return Err(StorageError::OtherFormat(folder.root)),
        }
        for name in KEPT {
            make_folder(&root.join(name))?;
        }
        Ok(folder)
    }

    /// A folder for a few files that no second process writes.
    #[cfg(feature = "software-signer")]
    pub fn unlocked(root: &Path) -> Result<Self, StorageError> {
        make_folder(root)?;
        Ok(Self { root: root.to_owned(), vault: RwLock::default(), _lock: None })
    }

    /// The path of a file.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// From now on records are sealed and opened with this key. Refuses one that is not this
    /// folder's.
    pub fn unlock(&self, vault: Vault) -> Result<(), StorageError> {
        let vault = Arc::new(vault);
        self.set_vault(Some(Arc::clone(&vault)));
        if self.load_if_sound::<()>(KEY_CHECK)?.is_some() {
            return Ok(());
        }
        // The check itself may be what was damaged.
        if self.is_strange_to(&vault)? {
            self.forget_key();
            return Err(self.key_lost());
        }
        self.save(KEY_CHECK, &())
    }

    /// Whether there are sealed records, and the key opens none of them.
    fn is_strange_to(&self, vault: &Vault) -> Result<bool, StorageError> {
        let mut sealed = false;
        for folder in ["", "requests", "images", "outbox"] {
            for name in self.records(folder)? {
                let mut bytes = self.read(&name)?.unwrap_or_default();
                let Some((&mut VERSION, piece)) = bytes.split_first_mut() else { continue };
                if vault.open(Place::Record(&name), piece).is_ok() {
                    return Ok(false);
                }
                sealed = true;
            }
        }
        Ok(sealed)
    }

    /// From now on nothing is sealed or opened; waits for records that are being written.
    pub fn forget_key(&self) {
        self.set_vault(None);
    }

    /// Whether it has its data key.
    pub fn is_unlocked(&self) -> bool {
        self.vault.read().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Whether there is anything that a data key sealed.
    pub fn needs_key(&self) -> bool {
        self.path(KEY_CHECK).exists()
    }

    /// What seals and opens.
    pub fn vault(&self) -> Result<Arc<Vault>, StorageError> {
        let vault = self.vault.read().unwrap_or_else(PoisonError::into_inner);
        vault.clone().ok_or_else(|| self.key_lost())
    }

    /// That there is no key for what is here.
    pub fn key_lost(&self) -> StorageError {
        StorageError::KeyLost(self.root.clone())
    }

    fn set_vault(&self, vault: Option<Arc<Vault>>) {
        *self.vault.write().unwrap_or_else(PoisonError::into_inner) = vault;
    }

    /// Where a document is, or will be when all of it has come.
    pub fn document(&self, sha256: Sha256) -> Result<PathBuf, StorageError> {
        Ok(self.path(&format!("documents/{}", self.vault()?.file_name(sha256))))
    }

    /// Where a document is while it is on its way.
    pub fn document_part(&self, sha256: Sha256) -> Result<PathBuf, StorageError> {
        Ok(self.document(sha256)?.with_extension("part"))
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
        let Some(mut bytes) = self.read(name)? else { return Ok(None) };
        let vault = self.vault()?;
        let opened = match bytes.split_first_mut() {
            Some((&mut VERSION, sealed)) => vault.open(Place::Record(name), sealed),
            _ => Err(NotOpened),
        };
        let plain = opened.map_err(|error| self.damaged(name, &error))?;
        serde_json::from_slice(plain).map(Some).map_err(|error| self.damaged(name, &error))
    }

    /// A record that can be had again; none if it does not exist or is damaged.
    pub fn load_if_sound<T: DeserializeOwned>(
        &self,
        name: &str,
    ) -> Result<Option<T>, StorageError> {
        match self.load(name) {
            Err(StorageError::Damaged { .. }) => Ok(None),
            other => other,
        }
    }

    /// A record that is not sealed; none if it does not exist or is damaged.
    pub fn load_plain<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, StorageError> {
        let bytes = self.read(name)?;
        Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
    }

    fn damaged(&self, name: &str, fault: &impl ToString) -> StorageError {
        StorageError::Damaged { file: self.path(name), detail: fault.to_string() }
    }

    /// Writes a file so that it survives a power cut once this returns.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), StorageError> {
        let path = self.replace(name, bytes)?;
        sync_folder(path.parent().unwrap_or(&self.root))
    }

    /// Puts a synced file in its place; the folder is not synced.
    fn replace(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, StorageError> {
        let path = self.path(name);
        let temporary = self.path(&format!("{name}.new"));
        let written = private_file(&temporary).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        if let Err(source) = written {
            // What was there before stays; the rest of a failed write only takes space.
            let _ = std::fs::remove_file(&temporary);
            return Err(io_error(&path, source));
        }
        std::fs::rename(&temporary, &path).map_err(|source| io_error(&path, source))?;
        Ok(path)
    }

    /// Writes a record.
    pub fn save<T: Serialize>(&self, name: &str, record: &T) -> Result<(), StorageError> {
        let plain = serde_json::to_vec(record).map_err(|error| self.damaged(name, &error))?;
        self.write_sealed(name, &plain)
    }

    /// Writes records of one folder, by the names of their files: each as [`Self::save`] does, the folder synced once.
    pub fn save_all<T: Serialize>(
        &self,
        folder: &str,
        records: impl ExactSizeIterator<Item = (String, T)>,
    ) -> Result<(), StorageError> {
        if records.len() == 0 {
            return Ok(());
        }
        for (stem, record) in records {
            let name = format!("{folder}/{stem}.json");
            let plain = serde_json::to_vec(&record).map_err(|error| self.damaged(&name, &error))?;
            self.sealed(&name, &plain, |bytes| self.replace(&name, bytes).map(drop))?;
        }
        sync_folder(&self.path(folder))
    }

    /// Writes a record that says nothing of anybody.
    pub fn save_plain<T: Serialize>(&self, name: &str, record: &T) -> Result<(), StorageError> {
        let plain = serde_json::to_vec(record).map_err(|error| self.damaged(name, &error))?;
        self.write(name, &plain)
    }

    fn write_sealed(&self, name: &str, plain: &[u8]) -> Result<(), StorageError> {
        self.sealed(name, plain, |bytes| self.write(name, bytes))
    }

    fn sealed(
        &self,
        name: &str,
        plain: &[u8],
        write: impl FnOnce(&[u8]) -> Result<(), StorageError>,
    ) -> Result<(), StorageError> {
        // Held to the end, so that no record comes after the key is forgotten.
        let vault = self.vault.read().unwrap_or_else(PoisonError::into_inner);
        let sealed =
            vault.as_ref().ok_or_else(|| self.key_lost())?.seal(Place::Record(name), plain);
        write(&[&[VERSION], &sealed[..]].concat())
    }

    /// Removes a document's file if it exists, perhaps not before the next power cut: then it goes at a later sync.
    pub fn discard(path: &Path) -> Result<(), StorageError> {
        match std::fs::remove_file(path) {
            Err(source) if source.kind() != ErrorKind::NotFound => Err(io_error(path, source)),
            _ => Ok(()),
        }
    }

    /// Removes a file if it exists.
    pub fn remove(&self, name: &str) -> Result<(), StorageError> {
        self.remove_at(&self.path(name))
    }

    /// Removes the file at a path in the folder if it exists.
    pub fn remove_at(&self, path: &Path) -> Result<(), StorageError> {
        match std::fs::remove_file(path) {
            Ok(()) => sync_folder(path.parent().unwrap_or(&self.root)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(source) => Err(io_error(path, source)),
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

    /// The sound records of a folder, and the names of the damaged ones.
    pub fn load_sound<T: DeserializeOwned>(
        &self,
        folder: &str,
    ) -> Result<(Vec<T>, Vec<String>), StorageError> {
        let (mut records, mut damaged) = (Vec::new(), Vec::new());
        for name in self.records(folder)? {
            match self.load(&name) {
                Ok(record) => records.extend(record),
                Err(StorageError::Damaged { .. }) => damaged.push(name),
                Err(other) => return Err(other),
            }
        }
        Ok((records, damaged))
    }

    /// Removes the records of a folder.
    pub fn clear(&self, folder: &str) -> Result<(), StorageError> {
        self.records(folder)?.iter().try_for_each(|name| self.remove(name))
    }

    /// Removes everything that was sealed, half-written files included, and leaves what `but` names.
    pub fn erase(&self, but: &[&str]) -> Result<(), StorageError> {
        KEPT.iter().try_for_each(|folder| self.empty(folder))?;
        let of_records = |name: &&String| is_record(name.trim_end_matches(".new"));
        let names = self.files("")?;
        let rest = names.iter().filter(of_records).filter(|name| !but.contains(&name.as_str()));
        rest.into_iter().try_for_each(|name| self.remove(name))
    }

    fn empty(&self, folder: &str) -> Result<(), StorageError> {
        self.files(folder)?.iter().try_for_each(|name| self.remove(name))
    }

    /// The names of a folder's records; an empty name is the folder itself.
    fn records(&self, folder: &str) -> Result<Vec<String>, StorageError> {
        let mut names = self.files(folder)?;
        names.retain(|name| is_record(name));
        Ok(names)
    }

    /// The names of all files of a folder; an empty name is the folder itself.
    pub fn files(&self, folder: &str) -> Result<Vec<String>, StorageError> {
        let path = self.path(folder);
        let entries = std::fs::read_dir(&path).map_err(|source| io_error(&path, source))?;
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|source| io_error(&path, source))?;
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                continue;
            }
            if let Some(name) = entry.file_name().to_str() {
                names.push(if folder.is_empty() {
                    name.into()
                } else {
                    format!("{folder}/{name}")
                });
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

/// An empty file for the owner only, in whatever folder it is.
pub(super) fn private_file(path: &Path) -> io::Result<File> {
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
mod tests;
