//! Documents and signed tails as files named by their SHA-256.
//!
//! A file is written under a temporary name, synced, renamed, and its folder synced, before any row
//! speaks of it; so a row never names a file that a power cut could take. A file whose row is not
//! written goes again. Reading compares the digest.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use bytes::Bytes;
use sha2::Digest as _;
use trien_core::digest::Sha256;
use trien_core::env::{Entropy, random};

/// Files whose digest was compared since they last changed.
const REMEMBERED: usize = 4096;
/// Bytes hashed at a time.
const CHUNK: usize = 256 * 1024;

/// A file could not be stored or read.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// The disk is full; nothing was left behind.
    #[error("the disk is full")]
    Full,
    /// Not there.
    #[error("no file with digest {0}")]
    Missing(Sha256),
    /// Its bytes are not those of its name.
    #[error("the file with digest {0} is damaged")]
    Damaged(Sha256),
    /// The file system.
    #[error("the file system failed: {0}")]
    Io(io::Error),
}

impl From<io::Error> for BlobError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Io(error),
        }
    }
}

/// A folder of files named by their digest.
#[derive(Clone, Debug)]
pub struct Blobs {
    folder: Arc<Path>,
    compared: Arc<Mutex<Vec<Compared>>>,
    holds: Arc<Mutex<HashMap<Sha256, Hold>>>,
    shelves: Arc<Mutex<HashSet<PathBuf>>>,
}

/// What is being done to a file that may not have its row yet.
#[derive(Debug, Default)]
struct Hold {
    holders: usize,
    made: bool,
    kept: bool,
}

/// A stored file whose row is not written yet: dropped without [`Held::keep`], the file goes again,
/// unless it was there before or somebody else keeps it.
#[derive(Debug)]
pub struct Held {
    blobs: Blobs,
    digest: Sha256,
}

impl Held {
    /// The file's name.
    #[must_use]
    pub fn digest(&self) -> Sha256 {
        self.digest
    }

    /// Keeps the file: its row is written, or may be.
    pub fn keep(self) {
        if let Some(hold) = self.blobs.holds().get_mut(&self.digest) {
            hold.kept = true;
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // The lock is kept while the file goes, so that nobody finds it there in between.
        let mut holds = self.blobs.holds();
        let Some(hold) = holds.get_mut(&self.digest) else { return };
        hold.holders -= 1;
        if hold.holders == 0 {
            let unwanted = hold.made && !hold.kept;
            holds.remove(&self.digest);
            if unwanted && let Err(error) = fs::remove_file(self.blobs.path(&self.digest)) {
                tracing::warn!(%error, "a file without a row was not removed");
            }
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Compared {
    digest: Sha256,
    size: u64,
    changed: Option<SystemTime>,
}

impl Blobs {
    /// The files under `folder`, made when absent.
    pub fn open(folder: PathBuf) -> io::Result<Self> {
        fs::create_dir_all(&folder)?;
        Ok(Self {
            folder: folder.into(),
            compared: Arc::default(),
            holds: Arc::default(),
            shelves: Arc::default(),
        })
    }

    /// Stores `bytes`, on disk when this returns, until its row is written.
    pub async fn put(&self, bytes: Bytes, entropy: &dyn Entropy) -> Result<Held, BlobError> {
        let blobs = self.clone();
        let suffix = hex::encode(random::<8>(entropy));
        blocking(move || {
            let digest = Sha256::of(&bytes);
            blobs.holds().entry(digest).or_default().holders += 1;
            let held = Held { blobs: blobs.clone(), digest };
            if blobs.write(&digest, &bytes, &suffix)? == Wrote::New
                && let Some(hold) = blobs.holds().get_mut(&digest)
            {
                hold.made = true;
            }
            Ok(held)
        })
        .await
    }

    /// All bytes of a file.
    pub async fn read(&self, digest: Sha256) -> Result<Bytes, BlobError> {
        let path = self.path(&digest);
        blocking(move || {
            let bytes = fs::read(path).map_err(|error| missing(error, digest))?;
            if Sha256::of(&bytes) == digest {
                Ok(bytes.into())
            } else {
                Err(BlobError::Damaged(digest))
            }
        })
        .await
    }

    /// Bytes `range` of a file; the whole file is compared with its name unless it was since it last
    /// changed.
    pub async fn read_range(&self, digest: Sha256, range: Range<u64>) -> Result<Bytes, BlobError> {
        let blobs = self.clone();
        blocking(move || {
            let path = blobs.path(&digest);
            let mut file = File::open(path).map_err(|error| missing(error, digest))?;
            blobs.compare(&mut file, digest)?;
            file.seek(SeekFrom::Start(range.start))?;
            let length = range.end.saturating_sub(range.start);
            let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
            file.take(length).read_to_end(&mut bytes)?;
            if bytes.len() as u64 == length {
                Ok(bytes.into())
            } else {
                Err(BlobError::Damaged(digest))
            }
        })
        .await
    }

    /// Removes temporary files that were last changed before `then`: a crash left them.
    pub async fn clear_temporaries(&self, then: SystemTime) -> Result<(), BlobError> {
        let folder = self.folder.clone();
        blocking(move || {
            for shelf in fs::read_dir(&folder)? {
                for file in fs::read_dir(shelf?.path())? {
                    let file = file?;
                    let temporary = file.file_name().as_encoded_bytes().starts_with(b".");
                    if temporary && file.metadata()?.modified()? < then {
                        fs::remove_file(file.path())?;
                    }
                }
            }
            Ok(())
        })
        .await
    }

    fn path(&self, digest: &Sha256) -> PathBuf {
        let name = digest.to_string();
        self.folder.join(&name[..2]).join(name)
    }

    fn write(&self, digest: &Sha256, bytes: &[u8], suffix: &str) -> Result<Wrote, BlobError> {
        let path = self.path(digest);
        let folder = path.parent().unwrap_or(&self.folder);
        self.make_shelf(folder)?;
        let there = fs::metadata(&path).is_ok_and(|file| file.len() == bytes.len() as u64);
        if !there {
            let temporary = folder.join(format!(".{suffix}"));
            let written =
                write_synced(&temporary, bytes).and_then(|()| fs::rename(&temporary, &path));
            if let Err(error) = written {
                let _ = fs::remove_file(&temporary);
                return Err(error.into());
            }
        }
        // Also when the file was there: its writer may not have come this far yet.
        sync_folder(folder)?;
        Ok(if there { Wrote::Nothing } else { Wrote::New })
    }

    /// Makes the folder of a file, on disk when this returns. What this process has seen there once is not asked
    /// for again: nobody takes a shelf away.
    fn make_shelf(&self, shelf: &Path) -> io::Result<()> {
        if self.shelves().contains(shelf) {
            return Ok(());
        }
        fs::create_dir_all(shelf)?;
        // Also when it was there: who made it may have been cut off.
        sync_folder(&self.folder)?;
        self.shelves().insert(shelf.to_owned());
        Ok(())
    }

    fn compare(&self, file: &mut File, digest: Sha256) -> Result<(), BlobError> {
        let metadata = file.metadata()?;
        let now = Compared { digest, size: metadata.len(), changed: metadata.modified().ok() };
        if self.remembered().contains(&now) {
            return Ok(());
        }
        let mut hasher = sha2::Sha256::new();
        let mut chunk = vec![0; CHUNK];
        loop {
            match file.read(&mut chunk)? {
                0 => break,
                read => hasher.update(&chunk[..read]),
            }
        }
        if Sha256(hasher.finalize().into()) != digest {
            return Err(BlobError::Damaged(digest));
        }
        let mut remembered = self.remembered();
        if remembered.len() == REMEMBERED {
            remembered.swap_remove(0);
        }
        remembered.push(now);
        Ok(())
    }

    fn holds(&self) -> MutexGuard<'_, HashMap<Sha256, Hold>> {
        self.holds.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn shelves(&self) -> MutexGuard<'_, HashSet<PathBuf>> {
        self.shelves.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remembered(&self) -> MutexGuard<'_, Vec<Compared>> {
        self.compared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wrote {
    New,
    Nothing,
}

/// Writes a new file and syncs it.
fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn missing(error: io::Error, digest: Sha256) -> BlobError {
    match error.kind() {
        io::ErrorKind::NotFound => BlobError::Missing(digest),
        _ => error.into(),
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BlobError> + Send + 'static,
) -> Result<T, BlobError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(BlobError::Io(io::Error::other(error))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use trien_core::env::OsEntropy;

    fn blobs() -> (tempfile::TempDir, Blobs) {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(folder.path().join("documents")).unwrap();
        (folder, blobs)
    }

    async fn put(blobs: &Blobs, bytes: &'static [u8]) -> Held {
        blobs.put(Bytes::from_static(bytes), &OsEntropy).await.unwrap()
    }

    async fn kept(blobs: &Blobs, bytes: &'static [u8]) -> Sha256 {
        let held = put(blobs, bytes).await;
        let digest = held.digest();
        held.keep();
        digest
    }

    #[tokio::test]
    async fn what_is_stored_is_read_back_in_whole_and_in_part() {
        let (_folder, blobs) = blobs();
        let digest = kept(&blobs, b"0123456789").await;
        assert_eq!(blobs.read(digest).await.unwrap(), "0123456789");
        assert_eq!(blobs.read_range(digest, 2..5).await.unwrap(), "234");
        let beyond = blobs.read_range(digest, 8..12).await;
        assert!(matches!(beyond, Err(BlobError::Damaged(_))));
    }

    #[tokio::test]
    async fn a_changed_file_is_not_read() {
        let (_folder, blobs) = blobs();
        let digest = kept(&blobs, b"0123456789").await;
        blobs.read_range(digest, 0..1).await.unwrap();
        fs::write(blobs.path(&digest), b"0123x5678").unwrap();
        assert!(matches!(blobs.read(digest).await, Err(BlobError::Damaged(_))));
        assert!(matches!(blobs.read_range(digest, 0..1).await, Err(BlobError::Damaged(_))));
        let missing = Sha256::of(b"other");
        assert!(matches!(blobs.read(missing).await, Err(BlobError::Missing(_))));
    }

    #[tokio::test]
    async fn a_file_that_nobody_keeps_goes_again() {
        let (_folder, blobs) = blobs();
        let held = put(&blobs, b"x").await;
        let (digest, path) = (held.digest(), blobs.path(&held.digest()));
        let second = put(&blobs, b"x").await;
        drop(held);
        assert!(path.exists(), "somebody still holds it");
        drop(second);
        assert!(!path.exists());
        assert_eq!(kept(&blobs, b"x").await, digest);
        drop(put(&blobs, b"x").await);
        assert!(path.exists(), "it was there before");
        let left = fs::read_dir(path.parent().unwrap()).unwrap().count();
        assert_eq!(left, 1, "no temporary file is left");
    }

    #[tokio::test]
    async fn a_write_that_fails_leaves_nothing() {
        let (_folder, blobs) = blobs();
        let digest = Sha256::of(b"x");
        // A folder in the file's place makes the rename fail after the temporary file is written.
        fs::create_dir_all(blobs.path(&digest).join("in the way")).unwrap();
        assert!(blobs.put(Bytes::from_static(b"x"), &OsEntropy).await.is_err());
        let shelf = blobs.path(&digest).parent().unwrap().to_owned();
        let left: Vec<_> = fs::read_dir(shelf).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(left, [digest.to_string().as_str()]);
    }
}
